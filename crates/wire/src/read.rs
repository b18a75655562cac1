//! Bytes to values.

use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

use crate::{
    BYTES, END, Error, FALSE, FLOAT, LEFT_OUT, MAP, NEGATIVE, NONE, SEQUENCE, SOME, STRUCT, TEXT,
    TRUE, UNSIGNED, VARIANT,
};

/// A value from what [`encode`](crate::encode) of the same build wrote.
///
/// # Errors
/// If the bytes are not such a value.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = Reader { rest: bytes };
    let value = T::deserialize(&mut reader)?;
    match reader.rest {
        [] => Ok(value),
        _ => Err(Error::new("more bytes than the value")),
    }
}

struct Reader<'de> {
    rest: &'de [u8],
}

/// A number as it was written.
enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

// Not inlined, so that each type calls rather than repeats them.
impl<'de> Reader<'de> {
    fn peek(&self) -> Result<u8, Error> {
        self.rest.first().copied().ok_or_else(cut)
    }

    #[inline(never)]
    fn byte(&mut self) -> Result<u8, Error> {
        let (first, rest) = self.rest.split_first().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*first)
    }

    /// Takes the next byte, which has to be this one.
    #[inline(never)]
    fn expect(&mut self, mark: u8) -> Result<(), Error> {
        if self.byte()? == mark {
            Ok(())
        } else {
            Err(Error::new("another kind of value than the type's"))
        }
    }

    #[inline(never)]
    fn take(&mut self, n: usize) -> Result<&'de [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline(never)]
    fn unsigned(&mut self) -> Result<u64, Error> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Error::new("a number of more than 64 bits"))
    }

    fn length(&mut self) -> Result<usize, Error> {
        usize::try_from(self.unsigned()?).map_err(|_| cut())
    }

    #[inline(never)]
    fn raw(&mut self) -> Result<&'de [u8], Error> {
        let n = self.length()?;
        self.take(n)
    }

    #[inline(never)]
    fn text(&mut self) -> Result<&'de str, Error> {
        str::from_utf8(self.raw()?).map_err(|_| Error::new("a text that is not UTF-8"))
    }

    #[inline(never)]
    fn number(&mut self) -> Result<Number, Error> {
        Ok(match self.byte()? {
            UNSIGNED => Number::Unsigned(self.unsigned()?),
            NEGATIVE => Number::Signed(!(self.unsigned()? as i64)),
            FLOAT => {
                let bytes = self.take(8)?.try_into().map_err(|_| cut())?;
                Number::Float(f64::from_le_bytes(bytes))
            }
            _ => return Err(Error::new("another kind of value than a number")),
        })
    }

    /// Whether a value follows; takes the mark that says so.
    #[inline(never)]
    fn is_some(&mut self) -> Result<bool, Error> {
        match self.byte()? {
            SOME => Ok(true),
            NONE => Ok(false),
            _ => Err(Error::new("another kind of value than an optional one")),
        }
    }

    /// Steps to the value of the next field, past its name: `None` if it was left out, or there is none.
    #[inline(never)]
    fn field(&mut self) -> Result<Option<()>, Error> {
        Ok(match self.peek()? {
            END => None,
            LEFT_OUT => {
                self.byte()?;
                None
            }
            _ => {
                self.expect(TEXT)?;
                self.raw()?;
                Some(())
            }
        })
    }

    /// Steps to the next entry of a map or a struct, past fields that were left out: whether there is one.
    #[inline(never)]
    fn entry(&mut self) -> Result<bool, Error> {
        loop {
            match self.peek()? {
                END => return Ok(false),
                LEFT_OUT => _ = self.byte()?,
                _ => return Ok(true),
            }
        }
    }

    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.number()? {
            Number::Unsigned(n) => visitor.visit_u64(n),
            Number::Signed(n) => visitor.visit_i64(n),
            Number::Float(x) => visitor.visit_f64(x),
        }
    }
}

#[cold]
fn cut() -> Error {
    Error::new("fewer bytes than the value")
}

/// All numbers alike.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.visit_number(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    numbers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64);

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek()? {
            NONE => {
                self.byte()?;
                visitor.visit_unit()
            }
            SOME => {
                self.byte()?;
                visitor.visit_some(self)
            }
            FALSE | TRUE => visitor.visit_bool(self.byte()? == TRUE),
            TEXT => self.deserialize_str(visitor),
            BYTES => self.deserialize_bytes(visitor),
            SEQUENCE => self.deserialize_seq(visitor),
            MAP | STRUCT => {
                self.byte()?;
                let value = visitor.visit_map(Entries(self))?;
                self.expect(END)?;
                Ok(value)
            }
            VARIANT => {
                self.byte()?;
                self.unsigned()?;
                let name = self.text()?;
                match self.peek()? {
                    NONE => {
                        self.byte()?;
                        visitor.visit_borrowed_str(name)
                    }
                    _ => visitor.visit_map(Named {
                        name: Some(name),
                        reader: self,
                    }),
                }
            }
            _ => self.visit_number(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.byte()? {
            FALSE => visitor.visit_bool(false),
            TRUE => visitor.visit_bool(true),
            _ => Err(Error::new("another kind of value than yes or no")),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(TEXT)?;
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(BYTES)?;
        visitor.visit_borrowed_bytes(self.raw()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_some()? {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(NONE)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(SEQUENCE)?;
        let mut left = self.length()?;
        let value = visitor.visit_seq(Items {
            reader: self,
            left: &mut left,
        })?;
        match left {
            0 => Ok(value),
            _ => Err(Error::new("a sequence of more values than the type's")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.expect(MAP)?;
        let value = visitor.visit_map(Entries(self))?;
        self.expect(END)?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.expect(STRUCT)?;
        let value = visitor.visit_seq(Fields(self))?;
        self.expect(END)?;
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }
}

/// The values of a sequence.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: &'a mut usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if *self.left == 0 {
            return Ok(None);
        }
        *self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(*self.left)
    }
}

/// The fields of a struct, by position. A field that was left out is `None`, whereupon a type that may leave it out takes its
/// default and goes on.
struct Fields<'a, 'de>(&'a mut Reader<'de>);

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        match self.0.field()? {
            Some(()) => seed.deserialize(&mut *self.0).map(Some),
            None => Ok(None),
        }
    }
}

/// The entries of a map, or of a struct by name.
struct Entries<'a, 'de>(&'a mut Reader<'de>);

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.0.entry()? {
            seed.deserialize(&mut *self.0).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.0)
    }
}

/// A variant as a map from its name to its value.
struct Named<'a, 'de> {
    name: Option<&'de str>,
    reader: &'a mut Reader<'de>,
}

impl<'de> MapAccess<'de> for Named<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let name: Option<StrDeserializer<'de, Error>> =
            self.name.take().map(IntoDeserializer::into_deserializer);
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        self.expect(VARIANT)?;
        let position = u32::try_from(self.unsigned()?).map_err(|_| cut())?;
        self.raw()?;
        let position: U32Deserializer<Error> = position.into_deserializer();
        Ok((seed.deserialize(position)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.expect(NONE)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

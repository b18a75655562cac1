//! Values to bytes.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::{
    BYTES, END, Error, FALSE, FLOAT, LEFT_OUT, MAP, NEGATIVE, NONE, SEQUENCE, SOME, STRUCT, TEXT,
    TRUE, UNSIGNED, VARIANT,
};

/// A value as bytes that [`decode`](crate::decode) of the same build reads.
///
/// # Errors
/// If the value's own [`Serialize`] fails, or it has a sequence whose length is not known before.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut out = Writer(Vec::new());
    value.serialize(&mut out)?;
    Ok(out.0)
}

struct Writer(Vec<u8>);

// Not inlined, so that each type calls rather than repeats them.
impl Writer {
    #[inline(never)]
    fn mark(&mut self, mark: u8) {
        self.0.push(mark);
    }

    #[inline(never)]
    fn length(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    #[inline(never)]
    fn marked(&mut self, mark: u8, length: u64) {
        self.mark(mark);
        self.length(length);
    }

    #[inline(never)]
    fn raw(&mut self, content: &[u8]) {
        self.length(content.len() as u64);
        self.0.extend_from_slice(content);
    }

    #[inline(never)]
    fn variant(&mut self, position: u32, name: &str) {
        self.marked(VARIANT, u64::from(position));
        self.raw(name.as_bytes());
    }

    #[inline(never)]
    fn signed(&mut self, n: i64) {
        match u64::try_from(n) {
            Ok(n) => self.marked(UNSIGNED, n),
            Err(_) => self.marked(NEGATIVE, !n as u64),
        }
    }
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.mark(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, n: i8) -> Result<(), Error> {
        self.serialize_i64(n.into())
    }

    fn serialize_i16(self, n: i16) -> Result<(), Error> {
        self.serialize_i64(n.into())
    }

    fn serialize_i32(self, n: i32) -> Result<(), Error> {
        self.serialize_i64(n.into())
    }

    fn serialize_i64(self, n: i64) -> Result<(), Error> {
        self.signed(n);
        Ok(())
    }

    fn serialize_u8(self, n: u8) -> Result<(), Error> {
        self.serialize_u64(n.into())
    }

    fn serialize_u16(self, n: u16) -> Result<(), Error> {
        self.serialize_u64(n.into())
    }

    fn serialize_u32(self, n: u32) -> Result<(), Error> {
        self.serialize_u64(n.into())
    }

    fn serialize_u64(self, n: u64) -> Result<(), Error> {
        self.marked(UNSIGNED, n);
        Ok(())
    }

    fn serialize_f32(self, x: f32) -> Result<(), Error> {
        self.serialize_f64(x.into())
    }

    fn serialize_f64(self, x: f64) -> Result<(), Error> {
        self.mark(FLOAT);
        self.0.extend_from_slice(&x.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, c: char) -> Result<(), Error> {
        self.serialize_str(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.mark(TEXT);
        self.raw(text.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.mark(BYTES);
        self.raw(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.mark(NONE);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.mark(SOME);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _of: &'static str,
        position: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.variant(position, name);
        self.serialize_none()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _of: &'static str,
        position: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(position, name);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Error> {
        match length {
            Some(n) => self.marked(SEQUENCE, n as u64),
            None => return Err(Error::new("a sequence whose length is not known before")),
        }
        Ok(self)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<Self, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _of: &'static str,
        position: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Self, Error> {
        self.variant(position, name);
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self, Error> {
        self.mark(MAP);
        Ok(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, Error> {
        self.mark(STRUCT);
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        position: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Self, Error> {
        self.variant(position, name);
        self.serialize_struct(of, length)
    }
}

/// Values one behind the other, whatever serde calls them.
macro_rules! sequences {
    ($($of:ident $method:ident)*) => {$(
        impl $of for &mut Writer {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

sequences!(SerializeSeq serialize_element SerializeTuple serialize_element
    SerializeTupleStruct serialize_field SerializeTupleVariant serialize_field);

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Error> {
        self.mark(END);
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.serialize_str(name)?;
        value.serialize(&mut **self)
    }

    fn skip_field(&mut self, _name: &'static str) -> Result<(), Error> {
        self.mark(LEFT_OUT);
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        self.mark(END);
        Ok(())
    }
}

impl SerializeStructVariant for &mut Writer {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        SerializeStruct::serialize_field(self, name, value)
    }

    fn skip_field(&mut self, name: &'static str) -> Result<(), Error> {
        SerializeStruct::skip_field(self, name)
    }

    fn end(self) -> Result<(), Error> {
        SerializeStruct::end(self)
    }
}

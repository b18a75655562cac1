//! Bytes one after the other: marks, numbers, texts.

use serde::de::Visitor;

use crate::{END, Error, FLOAT, LEFT_OUT, NEGATIVE, NONE, SOME, TEXT, UNSIGNED};

/// What is left to be read.
pub struct Reader<'de> {
    pub rest: &'de [u8],
}

/// A number as it was written.
pub enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

// Not inlined, so that each type calls rather than repeats them.
impl<'de> Reader<'de> {
    pub fn peek(&self) -> Result<u8, Error> {
        self.rest.first().copied().ok_or_else(cut)
    }

    #[inline(never)]
    pub fn byte(&mut self) -> Result<u8, Error> {
        let (first, rest) = self.rest.split_first().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*first)
    }

    /// Takes the next byte, which has to be this one.
    #[inline(never)]
    pub fn expect(&mut self, mark: u8) -> Result<(), Error> {
        if self.byte()? == mark {
            Ok(())
        } else {
            Err(Error::new("another kind of value than the type's"))
        }
    }

    #[inline(never)]
    pub fn take(&mut self, n: usize) -> Result<&'de [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline(never)]
    pub fn unsigned(&mut self) -> Result<u64, Error> {
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

    pub fn length(&mut self) -> Result<usize, Error> {
        usize::try_from(self.unsigned()?).map_err(|_| cut())
    }

    #[inline(never)]
    pub fn raw(&mut self) -> Result<&'de [u8], Error> {
        let n = self.length()?;
        self.take(n)
    }

    #[inline(never)]
    pub fn text(&mut self) -> Result<&'de str, Error> {
        str::from_utf8(self.raw()?).map_err(|_| Error::new("a text that is not UTF-8"))
    }

    #[inline(never)]
    pub fn number(&mut self) -> Result<Number, Error> {
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
    pub fn is_some(&mut self) -> Result<bool, Error> {
        match self.byte()? {
            SOME => Ok(true),
            NONE => Ok(false),
            _ => Err(Error::new("another kind of value than an optional one")),
        }
    }

    /// Steps to the value of the next field, past its name: `None` if it was left out, or there is none.
    #[inline(never)]
    pub fn field(&mut self) -> Result<Option<()>, Error> {
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
    pub fn entry(&mut self) -> Result<bool, Error> {
        loop {
            match self.peek()? {
                END => return Ok(false),
                LEFT_OUT => _ = self.byte()?,
                _ => return Ok(true),
            }
        }
    }

    /// Hands the next number to a visitor, as it was written.
    pub fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.number()? {
            Number::Unsigned(n) => visitor.visit_u64(n),
            Number::Signed(n) => visitor.visit_i64(n),
            Number::Float(x) => visitor.visit_f64(x),
        }
    }
}

/// The message ends too soon.
#[cold]
pub fn cut() -> Error {
    Error::new("fewer bytes than the value")
}

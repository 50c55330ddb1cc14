//! What can stand in an element: the traits that emitted types implement, and the impls for std types.

use crate::{DecodeError, Element, Extra, FieldReader, FieldWriter, Kind, Reader, Writer};

/// Anything that is read from and written as one element.
pub trait Value: Send + Sync {
    /// Reads the content of the reader's current element, up to and including its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of this type.
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError>;

    /// Writes one element.
    fn write(&self, w: &mut Writer, element: &Element);

    /// Whether this is the absent value of an optional type.
    fn is_none(&self) -> bool {
        false
    }
}

/// A value that can be an item of an array, a dictionary's value, or inside an `Option`.
pub trait Item: Value + Sized {
    /// Whether the type has a value of its own for `i:nil` (`Option` has).
    const HAS_NIL: bool = false;

    /// What an absent or nil one reads as; also where reading starts.
    fn blank() -> Self;

    /// Whether this may be written as nil again if it was read from nil.
    fn is_blank(&self) -> bool {
        false
    }
}

/// A complexType with its fields in wire order; emitted code states it, [`complex!`](crate::complex)
/// makes it a [`Value`].
pub trait Complex: Extensible + Default + PartialEq + Send + Sync {
    /// Wire name of the type.
    const NAME: &'static str;
    /// Number of the namespace its own fields are in.
    const NAMESPACE: u8;

    /// One statement a field, in wire order.
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>);

    /// One statement a field, in wire order.
    fn write_fields(&self, w: &mut FieldWriter<'_>);
}

/// A type with a field `extra`; [`complex!`](crate::complex) says so.
pub trait Extensible {
    /// What the contract does not know.
    fn extra(&self) -> &Extra;

    /// What the contract does not know.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// The parameters of an operation with many of them.
pub trait Arguments: Send + Sync {
    /// One statement a parameter, in wire order.
    fn write(&self, w: &mut FieldWriter<'_>);
}

/// The results of an operation that has several.
pub trait Outputs: Default {
    /// One statement a result, in wire order.
    fn read(&mut self, r: &mut FieldReader<'_, '_>);

    /// One statement a result, in wire order: what a server would answer.
    fn write(&self, w: &mut FieldWriter<'_>);
}

impl Value for String {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            self.clear();
            return r.skip();
        }
        *self = r.text()?.into_owned();
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.text(element, Some(self));
    }
}

impl Item for String {
    fn blank() -> Self {
        Self::new()
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Value for Vec<u8> {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        *self = r.bytes()?;
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.bytes(element, Some(self));
    }
}

impl Item for Vec<u8> {
    fn blank() -> Self {
        Self::new()
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Nil is `None`.
impl<T: Item> Value for Option<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            *self = None;
            return r.skip();
        }
        self.insert(T::blank()).read(r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        match self {
            None => w.nil(element),
            Some(value) => value.write(w, element),
        }
    }

    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

impl<T: Item> Item for Option<T> {
    const HAS_NIL: bool = true;

    fn blank() -> Self {
        None
    }

    fn is_blank(&self) -> bool {
        Option::is_none(self)
    }
}

impl<T: Value> Value for Box<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        (**self).read(r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        (**self).write(w, element);
    }

    fn is_none(&self) -> bool {
        (**self).is_none()
    }
}

impl<T: Item> Item for Box<T> {
    const HAS_NIL: bool = T::HAS_NIL;

    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn is_blank(&self) -> bool {
        (**self).is_blank()
    }
}

/// An array; nil reads as an empty one, so where null counts it is an `Option`.
impl<T: Item> Value for Vec<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        self.clear();
        let mut item = |r: &mut Reader<'_>, kind: Kind| {
            self.push(T::blank());
            self.last_mut().map_or(Ok(()), |item| item.read(r, kind))
        };
        r.items(kind, T::HAS_NIL, &mut item)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.list(element, Some(self));
    }
}

impl<T: Item> Item for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Makes a [`Complex`] type with a field `extra` a [`Value`] and an [`Item`].
#[macro_export]
macro_rules! complex {
    ($type:ident) => {
        impl $crate::Extensible for $type {
            fn extra(&self) -> &$crate::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut $crate::Extra {
                &mut self.extra
            }
        }

        impl $crate::Value for $type {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                _: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                r.complex(self)
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                w.complex(self, element);
            }
        }

        impl $crate::Item for $type {
            fn blank() -> Self {
                ::core::default::Default::default()
            }

            fn is_blank(&self) -> bool {
                *self == Self::blank()
            }
        }
    };
}

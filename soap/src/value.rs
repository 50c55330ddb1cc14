//! What can stand in an element: the traits that emitted types implement, and the impls for std types.

use crate::{DecodeError, Element, FieldReader, FieldWriter, Kind, Reader, Writer};

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

    /// Whether this is what nil reads as: `None`, an empty string or array, a struct as it starts.
    /// Such an item of an array goes back as nil if it was nil, and such an omittable member is left
    /// out. A value type never is.
    fn is_blank(&self) -> bool {
        false
    }
}

/// A value that can be an item of an array, a dictionary's value, or inside an `Option`.
pub trait Item: Value + Sized {
    /// Whether the type has a value of its own for `i:nil` (`Option` has).
    const HAS_NIL: bool = false;

    /// What an absent or nil one reads as; also where reading starts.
    fn blank() -> Self;
}

/// A complexType with its fields in wire order; emitted code states it, [`complex!`](crate::complex)
/// makes it a [`Value`].
pub trait Complex: Default + PartialEq + Send + Sync {
    /// Wire name of the type.
    const NAME: &'static str;
    /// Number of the namespace its own fields are in.
    const NAMESPACE: u8;

    /// One statement a field, in wire order.
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>);

    /// One statement a field, in wire order.
    fn write_fields(&self, w: &mut FieldWriter<'_>);
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

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Item for String {
    fn blank() -> Self {
        Self::new()
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

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Item for Vec<u8> {
    fn blank() -> Self {
        Self::new()
    }
}

// What follows is compiled anew for every type of a contract, so it says little and leaves the rest to
// functions that are not generic.

/// Nil is `None`.
impl<T: Item> Value for Option<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            *self = None;
            return r.skip();
        }
        let mut value = T::blank();
        value.read(r, kind)?;
        *self = Some(value);
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        match self {
            None => w.nil(element),
            Some(value) => value.write(w, element),
        }
    }

    #[allow(
        clippy::redundant_pattern_matching,
        reason = "one function less a type"
    )]
    fn is_blank(&self) -> bool {
        matches!(self, None)
    }
}

impl<T: Item> Item for Option<T> {
    const HAS_NIL: bool = true;

    fn blank() -> Self {
        None
    }
}

impl<T: Value> Value for Box<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        (**self).read(r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        (**self).write(w, element);
    }

    fn is_blank(&self) -> bool {
        (**self).is_blank()
    }
}

impl<T: Item> Item for Box<T> {
    const HAS_NIL: bool = T::HAS_NIL;

    fn blank() -> Self {
        Self::new(T::blank())
    }
}

/// An array; nil reads as an empty one, so where null counts it is an `Option`.
impl<T: Item> Value for Vec<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        *self = Self::new();
        let mut items = r.open_items(kind, T::HAS_NIL);
        while r.next_item(&mut items)? {
            let mut item = T::blank();
            r.item(&mut items, &mut item)?;
            self.push(item);
        }
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.list(element, Some(self));
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Item> Item for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }
}

/// Makes a [`Complex`] type with a field `extra` a [`Value`] and an [`Item`].
#[macro_export]
macro_rules! complex {
    ($type:ident) => {
        impl $crate::Value for $type {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                _: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                let mut fields = r.open_fields(true);
                while fields.next_pass() {
                    $crate::Complex::read_fields(self, &mut fields);
                }
                fields.close(&mut self.extra)
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                let namespace = <Self as $crate::Complex>::NAMESPACE;
                let mut fields = w.open_fields(element, namespace, &self.extra);
                $crate::Complex::write_fields(self, &mut fields);
                fields.close(element);
            }

            fn is_blank(&self) -> bool {
                *self == <Self as ::core::default::Default>::default()
            }
        }

        impl $crate::Item for $type {
            fn blank() -> Self {
                ::core::default::Default::default()
            }
        }
    };
}

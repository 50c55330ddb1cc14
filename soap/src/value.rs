//! What can stand in an element: the traits that emitted types implement, and the impls for std types.

use std::any::Any;
use std::fmt;

use crate::{
    DecodeError, Element, Extra, FieldReader, FieldWriter, Kind, Reader, Redacted, Writer,
};

/// Anything that is read from and written as one element.
///
/// A struct states its fields, [`Value::read_fields`] and [`Value::write_fields`]; everything else has
/// a [`Value::read`] and a [`Value::write`] of its own.
pub trait Value: Dynamic + fmt::Debug + Send + Sync {
    /// Reads the content of the reader's current element, up to and including its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of this type.
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.children(true, &mut |fields| self.read_fields(fields))
    }

    /// Writes one element.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.children(element, &mut |fields| self.write_fields(fields));
    }

    /// One statement a field, in wire order, then one for what the contract does not know.
    fn read_fields(&mut self, _: &mut FieldReader<'_, '_>) {}

    /// One statement for what the contract does not know, then one a field, in wire order.
    fn write_fields<'v>(&'v self, _: &mut FieldWriter<'v, '_>) {}

    /// Whether the type has a value of its own for `i:nil` (`Option` has).
    #[doc(hidden)]
    fn has_nil() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Reads an array of such values. Only of bytes it is not a sequence of elements.
    #[doc(hidden)]
    fn read_all(r: &mut Reader<'_>, kind: Kind) -> Result<Vec<Self>, DecodeError>
    where
        Self: Item,
    {
        let mut all = Vec::new();
        let mut items = r.open_items(kind, Self::has_nil());
        while r.next_item(&mut items)? {
            let mut item = Self::blank();
            r.item(&mut items, &mut item)?;
            all.push(item);
        }
        Ok(all)
    }

    /// Writes an array of such values.
    #[doc(hidden)]
    fn write_all(all: &[Self], w: &mut Writer, element: &Element)
    where
        Self: Item,
    {
        w.list(element, Some(all));
    }

    /// Whether an omittable member with this value is left out, and debug output says `None` of a
    /// secret: if there is nothing.
    fn is_blank(&self) -> bool {
        false
    }
}

/// What a [`Value`] can do with another one of which only the trait is known; every type that can be
/// cloned and compared is that.
pub trait Dynamic: Any {
    /// Becomes a copy of a value of the same type.
    #[doc(hidden)]
    fn assign(&mut self, from: &dyn Value);

    /// Whether the other is of the same type and equal.
    #[doc(hidden)]
    fn same(&self, other: &dyn Value) -> bool;
}

impl<T: Any + Clone + PartialEq> Dynamic for T {
    fn assign(&mut self, from: &dyn Value) {
        let from: &dyn Any = from;
        if let Some(from) = from.downcast_ref::<T>() {
            // Not `clone_from`, which is more code for every type.
            *self = from.clone();
        }
    }

    fn same(&self, other: &dyn Value) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }
}

/// A value that can be an item of an array, a dictionary's value, or inside an `Option`: one of which
/// it is known where reading starts, and what an absent or nil one reads as.
pub trait Item: Value + Clone + PartialEq {
    /// `Default`; of an enumeration without one, because it has no member for zero, the first member.
    fn blank() -> Self;
}

impl<T: Value + Clone + Default + PartialEq> Item for T {
    fn blank() -> Self {
        T::default()
    }
}

/// A field of a struct, of whatever type it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed<'v> {
    pub(crate) value: &'v dyn Value,
    is_secret: bool,
}

/// The fields of a struct and what its contract does not know.
///
/// Going through this is slower than what `derive` makes of `Clone`, `Debug` and `PartialEq`, but those
/// took a fifth of the time that checking a contract takes.
#[derive(Debug)]
pub(crate) struct Fields<'v> {
    pub(crate) list: Vec<Listed<'v>>,
    pub(crate) extra: Option<&'v Extra>,
}

impl<'v> Fields<'v> {
    fn of(value: &'v dyn Value) -> Self {
        let mut fields = Fields {
            list: Vec::with_capacity(32),
            extra: None,
        };
        value.write_fields(&mut FieldWriter::listing(&mut fields));
        fields
    }

    pub(crate) fn push(&mut self, value: &'v dyn Value, is_secret: bool) {
        self.list.push(Listed { value, is_secret });
    }
}

/// What `clone` of a struct does.
#[doc(hidden)]
pub fn copy_fields<T: Value + Default>(from: &T) -> T {
    let mut copy = T::default();
    copy.read_fields(&mut FieldReader::copying(&Fields::of(from)));
    copy
}

/// What `==` of a struct does.
#[doc(hidden)]
pub fn same_fields(a: &dyn Value, b: &dyn Value) -> bool {
    let (a, b) = (Fields::of(a), Fields::of(b));
    let mut pairs = a.list.iter().zip(&b.list);
    pairs.all(|(a, b)| a.value.same(b.value)) && a.extra == b.extra
}

/// What `{:?}` of a struct does: shows it as a derive would, but for its secrets.
#[doc(hidden)]
pub fn show_fields(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    names: &str,
    value: &dyn Value,
) -> fmt::Result {
    let fields = Fields::of(value);
    let mut shown = f.debug_struct(name);
    for (name, field) in names.split(' ').zip(fields.list) {
        if field.is_secret {
            shown.field(name, &Redacted::new(field.value));
        } else {
            shown.field(name, &field.value);
        }
    }
    if let Some(extra) = fields.extra {
        shown.field("extra", extra);
    }
    shown.finish()
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

    fn has_nil() -> bool {
        true
    }
}

impl<T: Item> Value for Box<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        (**self).read(r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        (**self).write(w, element);
    }

    fn is_blank(&self) -> bool {
        (**self).is_blank()
    }

    fn has_nil() -> bool {
        T::has_nil()
    }
}

/// An array; nil reads as an empty one, so where null counts it is an `Option`.
impl<T: Item> Value for Vec<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        *self = T::read_all(r, kind)?;
        Ok(())
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        T::write_all(self, w, element);
    }

    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Gives a struct that states its fields `Clone`, `Debug` and `PartialEq`.
///
/// The names are those of the fields in Rust, in wire order, a blank between two.
#[macro_export]
macro_rules! complex {
    ($type:ident, $names:literal) => {
        impl ::core::clone::Clone for $type {
            fn clone(&self) -> Self {
                $crate::copy_fields(self)
            }
        }

        $crate::arguments!($type, $names);
    };
}

/// Gives a struct that states its fields for writing `Debug` and `PartialEq`: the parameters of an
/// operation that has many.
#[macro_export]
macro_rules! arguments {
    ($type:ident, $names:literal) => {
        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::same_fields(self, other)
            }
        }

        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::show_fields(f, ::core::stringify!($type), $names, self)
            }
        }
    };
}

//! An element that holds a base type or one of the types derived from it, told apart by `i:type`.

use crate::{RawElement, Value};

/// A base type and its derived types as one enum; emitted code states it,
/// [`polymorph!`](crate::polymorph) makes it a [`Value`].
pub trait Polymorph: Default + PartialEq + Send + Sync {
    /// Wire name of the base type, which is written without `i:type`.
    const NAME: &'static str;

    /// An empty value of the variant with this wire type name; `None` if there is no such variant.
    fn for_type(name: &str) -> Option<Self>;

    /// Keeps an element of a type that is not known.
    fn unrecognized(raw: RawElement) -> Self;

    /// What is inside.
    fn get(&self) -> Derived<'_>;

    /// The value inside, unless its type is not known.
    fn get_mut(&mut self) -> Option<&mut dyn Value>;
}

/// What a [`Polymorph`] holds.
#[derive(Clone, Copy)]
pub enum Derived<'v> {
    /// A value with the wire name and namespace number of its type.
    Known(&'static str, u8, &'v dyn Value),
    /// An element of a type that is not known.
    Unrecognized(&'v RawElement),
}

/// Makes a [`Polymorph`] a [`Value`](crate::Value).
#[macro_export]
macro_rules! polymorph {
    ($type:ident) => {
        impl $crate::Value for $type {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                _: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                r.polymorph(self)
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                w.derived(
                    element,
                    $crate::Polymorph::get(self),
                    <Self as $crate::Polymorph>::NAME,
                );
            }

            fn view(&self) -> $crate::View<'_> {
                $crate::View::leaf(self)
            }

            $crate::serde_leaf!();
        }

        $crate::serde_by!($type, serialize_polymorph, deserialize_polymorph);
    };
}

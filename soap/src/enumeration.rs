//! Open enumerations: the members a contract names, and names it does not know yet.

use std::{fmt, mem, ptr};

use crate::{DecodeError, Element, Kind, Reader, Value, View, Writer};

/// A member's name and, if the contract states one, its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Member<'a> {
    name: &'a str,
    value: Option<i32>,
    is_known: bool,
}

impl<'a> Member<'a> {
    /// A member that the contract knows.
    pub const fn new(name: &'a str, value: i32) -> Self {
        Self {
            name,
            value: Some(value),
            is_known: true,
        }
    }

    /// A member with the number that is given, if one is.
    #[doc(hidden)]
    pub fn of(name: &'a str, value: Option<&i32>) -> Self {
        Self {
            name,
            value: value.copied(),
            is_known: true,
        }
    }

    /// Wire name.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Number, if it is known.
    pub const fn value(&self) -> Option<i32> {
        self.value
    }
}

/// The name of a member that this version of the crate does not know.
///
/// Only reading makes one, so a known member never hides in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Unrecognized(Box<str>);

impl Unrecognized {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as it came.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The name as it came, without a number.
    pub fn member(&self) -> Member<'_> {
        Member {
            name: &self.0,
            value: None,
            is_known: false,
        }
    }
}

impl fmt::Debug for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An enumeration of a contract; [`enumeration!`](crate::enumeration) makes one of a statement.
pub trait Enumeration: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// Wire name of the type.
    const NAME: &'static str;
    /// The members that the contract names, in its order.
    const ALL: &'static [Self];

    /// Name and number of this member.
    fn member(&self) -> Member<'_>;

    /// Wraps a name that [`Enumeration::ALL`] does not hold.
    fn unrecognized(name: Unrecognized) -> Self;
}

impl<E: Enumeration> Value for E {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.member(self)
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        w.member(element, self.member().name());
    }

    #[inline]
    fn view(&self) -> View<'_> {
        View::leaf(self)
    }

    #[cfg(feature = "serde")]
    fn form(&self) -> crate::Form<'_> {
        crate::Form::Text(self.member().name())
    }

    #[cfg(feature = "serde")]
    fn deserialize(
        &mut self,
        from: &mut dyn erased_serde::Deserializer<'_>,
    ) -> Result<(), erased_serde::Error> {
        *self = crate::serde::deserialize_member(from)?;
        Ok(())
    }
}

/// Makes an enum an [`Enumeration`] by stating its wire name and its members in the contract's order, each
/// by its name in Rust, its name on the wire, and its number, if the contract states one. It gives the enum
/// the methods `name`, `value` and `all`, and `Clone`, `PartialEq`, `Eq`, `Hash`, `Debug`, `Display` and
/// `FromStr`.
///
/// A variant `Unrecognized` takes what the contract does not know:
///
/// ```
/// use superoffice_soap::{Unrecognized, enumeration};
///
/// #[derive(Default)]
/// enum ActivityStatus {
///     #[default]
///     Unknown,
///     NotStarted,
///     Unrecognized(Unrecognized),
/// }
///
/// enumeration!(ActivityStatus as "ActivityStatus" {
///     Unknown: "Unknown" = 0,
///     NotStarted: "NotStarted" = 1,
/// });
///
/// let status: ActivityStatus = "Postponed".parse().unwrap();
/// assert!(matches!(status, ActivityStatus::Unrecognized(_)));
/// assert_eq!(status.name(), "Postponed");
/// ```
///
/// All variants are to be stated, and nothing is in any of them but in `Unrecognized`:
///
/// ```compile_fail,E0004
/// enum Side { Left, Right, Unrecognized(superoffice_soap::Unrecognized) }
/// superoffice_soap::enumeration!(Side as "Side" { Left: "Left" = 0, });
/// ```
///
/// ```compile_fail
/// enum Side { Left, Right(String), Unrecognized(superoffice_soap::Unrecognized) }
/// superoffice_soap::enumeration!(Side as "Side" { Left: "Left" = 0, Right: "Right" = 1, });
/// ```
#[macro_export]
macro_rules! enumeration {
    ($type:ident as $wire:literal { $($member:ident: $name:literal = $value:literal,)* }) => {
        $crate::enumeration!(@new $type as $wire { $($member => ($name, $value),)* });
    };
    ($type:ident as $wire:literal { $($member:ident: $name:literal $(= $value:literal)?,)* }) => {
        $crate::enumeration!(@of $type as $wire {
            $($member => ($name, <[i32]>::first(&[$($value)?])),)*
        });
    };
    (@$new:ident $type:ident as $wire:literal { $($member:ident => $facts:expr,)* }) => {
        impl $crate::Enumeration for $type {
            const NAME: &'static str = $wire;
            const ALL: &'static [Self] = &[$(Self::$member),*];

            fn member(&self) -> $crate::Member<'_> {
                // One call behind the match instead of one an arm, which compiles faster.
                let (name, value) = match self {
                    $(Self::$member => $facts,)*
                    Self::Unrecognized(unrecognized) => return unrecognized.member(),
                };
                $crate::Member::$new(name, value)
            }

            fn unrecognized(unrecognized: $crate::Unrecognized) -> Self {
                Self::Unrecognized(unrecognized)
            }
        }

        impl ::core::clone::Clone for $type {
            fn clone(&self) -> Self {
                // SAFETY: there is nothing in any variant but `Unrecognized`, or `member` would not
                // compile: each stands in its match as a path.
                unsafe { $crate::copied_member(self) }
            }
        }

        impl $type {
            /// Wire name.
            pub fn name(&self) -> &str {
                $crate::Enumeration::member(self).name()
            }

            /// Number; `None` if the contract does not state it or does not know the member.
            pub fn value(&self) -> ::core::option::Option<i32> {
                $crate::Enumeration::member(self).value()
            }

            /// The members of the contract, in its order.
            pub fn all() -> &'static [Self] {
                <Self as $crate::Enumeration>::ALL
            }
        }

        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::same_member(self, other)
            }
        }

        impl ::core::cmp::Eq for $type {}

        impl ::core::hash::Hash for $type {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(self.name(), state);
            }
        }

        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::show_member(f, self)
            }
        }

        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl ::core::str::FromStr for $type {
            type Err = ::core::convert::Infallible;

            fn from_str(name: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok($crate::member_named(name))
            }
        }

        $crate::serde_by!($type, serialize_member, deserialize_member);
    };
}

/// The member with this name; what `FromStr` of an enumeration does.
#[doc(hidden)]
pub fn member_named<E: Enumeration>(name: &str) -> E {
    match find_member::<E>(name) {
        Some(member) => member.clone(),
        None => E::unrecognized(Unrecognized::new(name)),
    }
}

/// What `Clone` of an enumeration does. A derive says what to do with each member; in all enumerations of a
/// contract that is a seventieth of what checking it takes.
///
/// # Safety
///
/// There is nothing in any variant but the one that [`Enumeration::unrecognized`] makes.
#[doc(hidden)]
pub unsafe fn copied_member<E: Enumeration>(member: &E) -> E {
    let facts = member.member();
    if facts.is_known {
        // SAFETY: without content a value is its bytes, and they may be copied.
        unsafe { ptr::read(member) }
    } else {
        E::unrecognized(Unrecognized::new(facts.name))
    }
}

/// What `==` of an enumeration does: the variants first, then what came of members that are unknown.
#[doc(hidden)]
pub fn same_member<E: Enumeration>(a: &E, b: &E) -> bool {
    mem::discriminant(a) == mem::discriminant(b) && a.member().name() == b.member().name()
}

/// The wire name of a member, which is its name in Rust but for upper and lower case.
#[doc(hidden)]
pub fn show_member<E: Enumeration>(f: &mut fmt::Formatter<'_>, member: &E) -> fmt::Result {
    let facts = member.member();
    if facts.is_known {
        f.pad(facts.name)
    } else {
        f.debug_tuple("Unrecognized").field(&facts.name).finish()
    }
}

// Patterns rather than iterators, because this is compiled anew for every enumeration of a contract.

/// The member of the contract with this name.
pub(crate) fn find_member<E: Enumeration>(name: &str) -> Option<&'static E> {
    let mut members = E::ALL;
    while let [member, rest @ ..] = members {
        if member.member().name() == name {
            return Some(member);
        }
        members = rest;
    }
    None
}

//! Flag sets: an `xs:list` of names that are bits of one number.

use std::slice;
use std::str::Split;

/// The bits of a flag set and the names that this version of the crate does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlagSet {
    bits: u64,
    /// In the order they came, a blank between two, none twice.
    unknown: String,
}

/// Names and numbers of the members of a flag set, in the contract's order.
type Members = &'static [(&'static str, u64)];

impl FlagSet {
    /// A set without unknown names.
    pub const fn from_bits(bits: u64) -> Self {
        Self {
            bits,
            unknown: String::new(),
        }
    }

    /// The number.
    pub const fn bits(&self) -> u64 {
        self.bits
    }

    /// Whether there is neither a bit nor an unknown name.
    pub const fn is_empty(&self) -> bool {
        self.bits == 0 && self.unknown.is_empty()
    }

    /// The names that the contract does not have, in the order they came.
    pub fn unknown(&self) -> FlagNames<'_> {
        FlagNames {
            members: [].iter(),
            rest: 0,
            unknown: self.unknown.split(' '),
        }
    }

    /// The names that are written for this set: of the members in their order each that covers bits
    /// which none before it covered, all of its bits being in the set; then the unknown names.
    pub fn names(&self, members: Members) -> FlagNames<'_> {
        FlagNames {
            members: members.iter(),
            rest: self.bits,
            ..self.unknown()
        }
    }

    /// Adds the names of a text, which one blank separates.
    pub fn extend_from_names(&mut self, text: &str, members: Members) {
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            match members.iter().find(|(member, _)| *member == name) {
                Some((_, bits)) => self.bits |= bits,
                None => self.add(name),
            }
        }
    }

    fn knows_of(&self, name: &str) -> bool {
        self.unknown().any(|unknown| unknown == name)
    }

    fn add(&mut self, name: &str) {
        if self.knows_of(name) {
            return;
        }
        if !self.unknown.is_empty() {
            self.unknown.push(' ');
        }
        self.unknown.push_str(name);
    }

    fn retain_unknown(&mut self, keep: impl Fn(&str) -> bool) {
        if !self.unknown.is_empty() {
            let names = std::mem::take(&mut self.unknown);
            for name in names.split(' ').filter(|name| keep(name)) {
                self.add(name);
            }
        }
    }

    /// Adds another set.
    pub fn insert(&mut self, other: &Self) {
        self.bits |= other.bits;
        for name in other.unknown() {
            self.add(name);
        }
    }

    /// Keeps what is in another set too.
    pub fn retain(&mut self, other: &Self) {
        self.bits &= other.bits;
        self.retain_unknown(|name| other.knows_of(name));
    }

    /// Takes another set away.
    pub fn remove(&mut self, other: &Self) {
        self.bits &= !other.bits;
        self.retain_unknown(|name| !other.knows_of(name));
    }

    /// Whether another set is wholly in this one.
    pub fn contains(&self, other: &Self) -> bool {
        self.bits & other.bits == other.bits && other.unknown().all(|name| self.knows_of(name))
    }

    /// Whether anything is in both sets.
    pub fn intersects(&self, other: &Self) -> bool {
        self.bits & other.bits != 0 || other.unknown().any(|name| self.knows_of(name))
    }

    /// Every member.
    pub fn all(members: Members) -> Self {
        Self::from_bits(members.iter().fold(0, |all, (_, bits)| all | bits))
    }
}

/// The wire names of a flag set, known ones first; what [`FlagSet::names`] gives.
#[derive(Clone, Debug)]
pub struct FlagNames<'s> {
    members: slice::Iter<'static, (&'static str, u64)>,
    /// Bits that no name before covered.
    rest: u64,
    /// Of an empty text one empty name.
    unknown: Split<'s, char>,
}

impl<'s> Iterator for FlagNames<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        for &(name, bits) in &mut self.members {
            if bits != 0 && self.rest & bits == bits {
                self.rest &= !bits;
                return Some(name);
            }
        }
        self.unknown.find(|name| !name.is_empty())
    }
}

/// A flag set of a contract; [`flags!`](crate::flags) makes one of a statement.
pub trait Flags: Clone + Default + PartialEq + Send + Sync + 'static {
    /// Names and numbers in the contract's order. Several names may have one number: the first is
    /// written.
    const MEMBERS: &'static [(&'static str, u64)];

    /// Wraps a set.
    fn from_set(set: FlagSet) -> Self;

    /// The set inside.
    fn set(&self) -> &FlagSet;

    /// The set inside.
    fn set_mut(&mut self) -> &mut FlagSet;
}

/// Makes what holds a [`FlagSet`] a set of [`Flags`] by stating its members in the contract's order, each by
/// its name on the wire and its number. It gives the type its methods and operators, `Clone`, `Default`,
/// `PartialEq`, `Eq`, `Hash`, `Debug`, `Display` and `FromStr`, and makes it a [`Value`](crate::Value).
///
/// ```
/// use superoffice_soap::{FlagSet, flags};
///
/// pub struct Right(FlagSet);
///
/// impl Right {
///     pub const READ: Self = Self(FlagSet::from_bits(1));
///     pub const WRITE: Self = Self(FlagSet::from_bits(2));
/// }
///
/// flags!(Right { "Read" = 1, "Write" = 2, });
///
/// let right: Right = "Write Later".parse().unwrap();
/// assert!(right.contains(Right::WRITE) && !right.intersects(Right::READ));
/// assert_eq!(right.bits(), 2);
/// assert_eq!((right | Right::READ).to_string(), "Read Write Later");
/// ```
#[macro_export]
macro_rules! flags {
    ($type:ident { $($member:literal = $value:literal,)* }) => {
        impl $crate::Flags for $type {
            const MEMBERS: &'static [(&'static str, u64)] = &[$(($member, $value)),*];

            fn from_set(set: $crate::FlagSet) -> Self {
                Self(set)
            }

            fn set(&self) -> &$crate::FlagSet {
                &self.0
            }

            fn set_mut(&mut self) -> &mut $crate::FlagSet {
                &mut self.0
            }
        }

        impl ::core::clone::Clone for $type {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }

        impl ::core::default::Default for $type {
            fn default() -> Self {
                Self::empty()
            }
        }

        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl ::core::cmp::Eq for $type {}

        impl ::core::hash::Hash for $type {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.0, state);
            }
        }

        impl $type {
            /// The empty set.
            pub const fn empty() -> Self {
                Self($crate::FlagSet::from_bits(0))
            }

            /// Every member that this crate knows.
            pub fn all() -> Self {
                <Self as $crate::Flags>::from_set($crate::FlagSet::all(
                    <Self as $crate::Flags>::MEMBERS,
                ))
            }

            /// The members whose bits are in this number; other bits are left out.
            pub fn from_bits_truncate(bits: u64) -> Self {
                <Self as $crate::Flags>::from_set($crate::FlagSet::from_bits(bits)) & Self::all()
            }

            /// The number.
            pub const fn bits(&self) -> u64 {
                self.0.bits()
            }

            /// Whether there is nothing in the set.
            pub const fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether all of another set is in this one.
            pub fn contains(&self, other: impl $crate::MemberArg<Self>) -> bool {
                self.0.contains(&other.as_member().0)
            }

            /// Whether any of another set is in this one.
            pub fn intersects(&self, other: impl $crate::MemberArg<Self>) -> bool {
                self.0.intersects(&other.as_member().0)
            }

            /// Adds another set.
            pub fn insert(&mut self, other: impl $crate::MemberArg<Self>) {
                self.0.insert(&other.as_member().0);
            }

            /// Takes another set away.
            pub fn remove(&mut self, other: impl $crate::MemberArg<Self>) {
                self.0.remove(&other.as_member().0);
            }

            /// Wire names, as they are written.
            pub fn names(&self) -> $crate::FlagNames<'_> {
                self.0.names(<Self as $crate::Flags>::MEMBERS)
            }

            /// Those names that this crate does not know.
            pub fn unknown_names(&self) -> $crate::FlagNames<'_> {
                self.0.unknown()
            }
        }

        impl ::core::ops::BitOrAssign for $type {
            fn bitor_assign(&mut self, other: Self) {
                self.0.insert(&other.0);
            }
        }

        impl ::core::ops::BitOr for $type {
            type Output = Self;

            fn bitor(mut self, other: Self) -> Self {
                self.0.insert(&other.0);
                self
            }
        }

        impl ::core::ops::BitAndAssign for $type {
            fn bitand_assign(&mut self, other: Self) {
                self.0.retain(&other.0);
            }
        }

        impl ::core::ops::BitAnd for $type {
            type Output = Self;

            fn bitand(mut self, other: Self) -> Self {
                self.0.retain(&other.0);
                self
            }
        }

        impl ::core::ops::SubAssign for $type {
            fn sub_assign(&mut self, other: Self) {
                self.0.remove(&other.0);
            }
        }

        impl ::core::ops::Sub for $type {
            type Output = Self;

            fn sub(mut self, other: Self) -> Self {
                self.0.remove(&other.0);
                self
            }
        }

        /// The members that are not in the set.
        impl ::core::ops::Not for $type {
            type Output = Self;

            fn not(self) -> Self {
                Self::all() - self
            }
        }

        impl ::core::iter::Extend<Self> for $type {
            fn extend<I: ::core::iter::IntoIterator<Item = Self>>(&mut self, sets: I) {
                self.0.insert(&$crate::union::<Self, I>(sets).0);
            }
        }

        impl ::core::iter::FromIterator<Self> for $type {
            fn from_iter<I: ::core::iter::IntoIterator<Item = Self>>(sets: I) -> Self {
                $crate::union(sets)
            }
        }

        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::display_names(f, self.names())
            }
        }

        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{{{self}}}")
            }
        }

        impl ::core::str::FromStr for $type {
            type Err = ::core::convert::Infallible;

            fn from_str(names: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok($crate::flags_named(names))
            }
        }

        impl $crate::Value for $type {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                _: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                r.flags(
                    $crate::Flags::set_mut(self),
                    <Self as $crate::Flags>::MEMBERS,
                )
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                w.flags(
                    element,
                    $crate::Flags::set(self),
                    <Self as $crate::Flags>::MEMBERS,
                );
            }

            fn view(&self) -> $crate::View<'_> {
                $crate::View::leaf(self)
            }

            $crate::serde_leaf!();
        }

        $crate::serde_by!($type, serialize_flags, deserialize_flags);
    };
}

/// The flag set with these names; what `FromStr` of one does.
#[doc(hidden)]
pub fn flags_named<F: Flags>(names: &str) -> F {
    let mut set = FlagSet::from_bits(0);
    set.extend_from_names(names, F::MEMBERS);
    F::from_set(set)
}

/// Everything that is in one of these sets; what `FromIterator` and `Extend` of a flag set do.
#[doc(hidden)]
pub fn union<F: Flags, I: IntoIterator<Item = F>>(sets: I) -> F {
    let mut all = F::default();
    for set in sets {
        all.set_mut().insert(set.set());
    }
    all
}

/// Shows names with one blank between them.
#[doc(hidden)]
pub fn display_names(f: &mut std::fmt::Formatter<'_>, names: FlagNames<'_>) -> std::fmt::Result {
    for (index, name) in names.enumerate() {
        f.write_str(if index == 0 { "" } else { " " })?;
        f.write_str(name)?;
    }
    Ok(())
}

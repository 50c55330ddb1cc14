//! Flag sets: an `xs:list` of names that are bits of one number.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not, Sub, SubAssign};
use std::slice;
use std::str::{FromStr, Split};

use crate::{DecodeError, Element, Kind, MemberArg, Reader, Value, View, Writer};

/// The flags of a contract's flag set; [`flags!`](crate::flags) states them. Sets of them are
/// [`FlagSet`]s.
pub trait Flags: 'static {
    /// Names and numbers in the contract's order. Several names may have one number: the first is
    /// written.
    const MEMBERS: &'static [(&'static str, u64)];
}

/// States the [`Flags`] of a type in the contract's order, each by its name on the wire and its number.
///
/// ```
/// use superoffice_soap::{FlagSet, flags};
///
/// pub enum Right {}
///
/// impl Right {
///     pub const READ: FlagSet<Self> = FlagSet::stated(1);
///     pub const WRITE: FlagSet<Self> = FlagSet::stated(2);
/// }
///
/// flags!(Right { "Read" = 1, "Write" = 2, });
///
/// let right: FlagSet<Right> = "Write Later".parse().unwrap();
/// assert!(right.contains(Right::WRITE) && !right.intersects(Right::READ));
/// assert_eq!(right.bits(), 2);
/// assert_eq!((right | Right::READ).to_string(), "Read Write Later");
/// ```
#[macro_export]
macro_rules! flags {
    ($type:ident { $($member:literal = $value:literal,)* }) => {
        impl $crate::Flags for $type {
            const MEMBERS: &'static [(&'static str, u64)] = &[$(($member, $value)),*];
        }
    };
}

/// Any number of flags: the bits of a contract's [`Flags`], of which `F` has a constant each, and the
/// names that this version of the crate does not know.
pub struct FlagSet<F> {
    bits: Bits,
    flags: PhantomData<fn() -> F>,
}

impl<F> FlagSet<F> {
    /// No flags.
    pub const fn empty() -> Self {
        Self::stated(0)
    }

    /// Flags that the contract has; it is not looked whether it does.
    #[doc(hidden)]
    pub const fn stated(bits: u64) -> Self {
        Self::of(Bits::of(bits))
    }

    const fn of(bits: Bits) -> Self {
        Self {
            bits,
            flags: PhantomData,
        }
    }

    /// The number of the flags that are known.
    pub const fn bits(&self) -> u64 {
        self.bits.bits()
    }

    /// Whether there is no flag, neither known nor unknown.
    pub const fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Whether all flags of another set are in this one.
    pub fn contains(&self, other: impl MemberArg<Self>) -> bool {
        self.bits.contains(&other.as_member().bits)
    }

    /// Whether any flag of another set is in this one.
    pub fn intersects(&self, other: impl MemberArg<Self>) -> bool {
        self.bits.intersects(&other.as_member().bits)
    }

    /// Adds the flags of another set.
    pub fn insert(&mut self, other: impl MemberArg<Self>) {
        self.bits.insert(&other.as_member().bits);
    }

    /// Takes the flags of another set away.
    pub fn remove(&mut self, other: impl MemberArg<Self>) {
        self.bits.remove(&other.as_member().bits);
    }

    /// The names that the contract does not have, in the order they came.
    pub fn unknown_names(&self) -> FlagNames<'_> {
        self.bits.unknown()
    }
}

impl<F: Flags> FlagSet<F> {
    /// Every flag of the contract.
    pub fn all() -> Self {
        Self::of(Bits::all(F::MEMBERS))
    }

    /// The flags of a number; bits that the contract does not have are left out.
    pub fn from_bits_truncate(bits: u64) -> Self {
        Self::stated(bits & Self::all().bits())
    }

    /// The names that are written for this set: of the contract's in their order each that covers bits
    /// which none before it covered, all of its bits being in the set; then the unknown ones.
    pub fn names(&self) -> FlagNames<'_> {
        self.bits.names(F::MEMBERS)
    }

    /// Adds the names of a text, which one blank separates.
    pub(crate) fn extend_from_names(&mut self, names: &str) {
        self.bits.extend_from_names(names, F::MEMBERS);
    }
}

// By hand, since a derive would ask `F` for the same.
impl<F> Clone for FlagSet<F> {
    fn clone(&self) -> Self {
        Self::of(self.bits.clone())
    }
}

impl<F> Default for FlagSet<F> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<F> PartialEq for FlagSet<F> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<F> Eq for FlagSet<F> {}

impl<F> Hash for FlagSet<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<F> BitOrAssign for FlagSet<F> {
    fn bitor_assign(&mut self, other: Self) {
        self.bits.insert(&other.bits);
    }
}

impl<F> BitOr for FlagSet<F> {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        self |= other;
        self
    }
}

impl<F> BitAndAssign for FlagSet<F> {
    fn bitand_assign(&mut self, other: Self) {
        self.bits.retain(&other.bits);
    }
}

impl<F> BitAnd for FlagSet<F> {
    type Output = Self;

    fn bitand(mut self, other: Self) -> Self {
        self &= other;
        self
    }
}

impl<F> SubAssign for FlagSet<F> {
    fn sub_assign(&mut self, other: Self) {
        self.bits.remove(&other.bits);
    }
}

impl<F> Sub for FlagSet<F> {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

/// The flags of the contract that are not in the set.
impl<F: Flags> Not for FlagSet<F> {
    type Output = Self;

    fn not(self) -> Self {
        Self::all() - self
    }
}

impl<F> Extend<Self> for FlagSet<F> {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, sets: I) {
        for set in sets {
            *self |= set;
        }
    }
}

impl<F> FromIterator<Self> for FlagSet<F> {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        let mut all = Self::empty();
        all.extend(sets);
        all
    }
}

/// As on the wire: names with one blank between them.
impl<F: Flags> fmt::Display for FlagSet<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl<F: Flags> fmt::Debug for FlagSet<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

/// Names with one blank between them; those that the contract does not have are kept.
impl<F: Flags> FromStr for FlagSet<F> {
    type Err = Infallible;

    fn from_str(names: &str) -> Result<Self, Infallible> {
        let mut set = Self::empty();
        set.extend_from_names(names);
        Ok(set)
    }
}

impl<F: Flags> Value for FlagSet<F> {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.flags(&mut self.bits, F::MEMBERS)
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        w.flags(element, &self.bits, F::MEMBERS);
    }

    #[inline]
    fn view(&self) -> View<'_> {
        View::leaf(self)
    }

    crate::serde_leaf!();
}

/// A [`FlagSet`] of whatever flags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bits {
    bits: u64,
    /// In the order they came, a blank between two, none twice.
    unknown: String,
}

/// Names and numbers of the members of a flag set, in the contract's order.
type Members = &'static [(&'static str, u64)];

impl Bits {
    /// Those of members only.
    pub(crate) const fn of(bits: u64) -> Self {
        Self {
            bits,
            unknown: String::new(),
        }
    }

    pub(crate) const fn bits(&self) -> u64 {
        self.bits
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bits == 0 && self.unknown.is_empty()
    }

    pub(crate) fn unknown(&self) -> FlagNames<'_> {
        FlagNames {
            members: [].iter(),
            rest: 0,
            unknown: self.unknown.split(' '),
        }
    }

    pub(crate) fn names(&self, members: Members) -> FlagNames<'_> {
        FlagNames {
            members: members.iter(),
            rest: self.bits,
            ..self.unknown()
        }
    }

    /// Adds the names of a text, which one blank separates.
    pub(crate) fn extend_from_names(&mut self, text: &str, members: Members) {
        let before = std::mem::take(&mut self.unknown);
        // A list may be as long as a message is.
        let mut seen = BTreeSet::new();
        let names = before.split(' ').chain(text.split(' '));
        for name in names.filter(|name| !name.is_empty()) {
            match members.iter().find(|(member, _)| *member == name) {
                Some((_, bits)) => self.bits |= bits,
                None if seen.insert(name) => push(&mut self.unknown, name),
                None => {}
            }
        }
    }

    fn knows_of(&self, name: &str) -> bool {
        self.unknown().any(|unknown| unknown == name)
    }

    fn retain_unknown(&mut self, keep: impl Fn(&str) -> bool) {
        let mut kept = String::new();
        for name in self.unknown().filter(|name| keep(name)) {
            push(&mut kept, name);
        }
        self.unknown = kept;
    }

    /// Adds another set.
    pub(crate) fn insert(&mut self, other: &Self) {
        self.bits |= other.bits;
        if !other.unknown.is_empty() {
            self.extend_from_names(&other.unknown, &[]);
        }
    }

    /// Keeps what is in another set too.
    pub(crate) fn retain(&mut self, other: &Self) {
        self.bits &= other.bits;
        self.retain_unknown(|name| other.knows_of(name));
    }

    /// Takes another set away.
    pub(crate) fn remove(&mut self, other: &Self) {
        self.bits &= !other.bits;
        self.retain_unknown(|name| !other.knows_of(name));
    }

    /// Whether another set is wholly in this one.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.bits & other.bits == other.bits && other.unknown().all(|name| self.knows_of(name))
    }

    /// Whether anything is in both sets.
    pub(crate) fn intersects(&self, other: &Self) -> bool {
        self.bits & other.bits != 0 || other.unknown().any(|name| self.knows_of(name))
    }

    /// Every member.
    pub(crate) fn all(members: Members) -> Self {
        Self::of(members.iter().fold(0, |all, (_, bits)| all | bits))
    }
}

fn push(names: &mut String, name: &str) {
    if !names.is_empty() {
        names.push(' ');
    }
    names.push_str(name);
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

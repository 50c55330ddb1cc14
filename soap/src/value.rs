//! What can stand in an element: the traits that emitted types implement, and the impls for std types.

use std::any::Any;
use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::str::SplitAsciiWhitespace;
use std::{iter, ptr};

use crate::fields::How;
use crate::{
    DecodeError, Element, Extra, FieldReader, FieldWriter, Fields, Kind, Reader, Redacted, Writer,
};

/// Anything that is read from and written as one element.
///
/// A struct states its fields by [`complex!`](crate::complex); everything else has a [`Value::read`], a
/// [`Value::write`] and a [`Value::view`] of its own.
pub trait Value: Dynamic + Send + Sync {
    /// Reads the content of the reader's current element, up to and including its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of this type.
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.complex(self.as_value_mut())
    }

    /// Writes one element.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.complex(element, self.as_value());
    }

    /// Says where the fields of a struct are; [`complex!`](crate::complex) writes it.
    ///
    /// # Safety
    ///
    /// `this` points to memory for such a value. That may be shared, or hold no value yet: no more may
    /// be done with it than to name its fields, with `&raw mut`, to what was given.
    #[doc(hidden)]
    unsafe fn fields(_this: *mut Self, _: &mut Fields<'_>)
    where
        Self: Sized,
    {
    }

    /// What the value is made of.
    fn view(&self) -> View<'_> {
        View::Complex
    }

    /// The same, to be filled; `None` of what holds no other values, and of structs.
    #[doc(hidden)]
    fn slots(&mut self) -> Option<Slots<'_>> {
        None
    }

    /// What `serde` writes of what is not made of other values.
    #[cfg(feature = "serde")]
    #[doc(hidden)]
    fn form(&self) -> Form<'_> {
        Form::None
    }

    /// How `serde` reads what is not made of other values.
    #[cfg(feature = "serde")]
    #[doc(hidden)]
    fn deserialize(
        &mut self,
        _: &mut dyn erased_serde::Deserializer<'_>,
    ) -> Result<(), erased_serde::Error> {
        Err(serde::de::Error::custom(
            "a value that has no form in serde",
        ))
    }

    /// Whether the type has a value of its own for `i:nil` (`Option` has).
    #[doc(hidden)]
    fn has_nil() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Reads what is an `Option` of such values.
    #[doc(hidden)]
    fn read_some(some: &mut Option<Self>, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError>
    where
        Self: Item,
    {
        r.optional(option_slot(some), kind)
    }

    /// Reads an array of such values. Only of bytes it is not a sequence of elements.
    #[doc(hidden)]
    fn read_all(all: &mut Vec<Self>, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError>
    where
        Self: Item,
    {
        r.list(vec_slots(all), kind, Self::has_nil())
    }

    /// Writes an array of such values.
    #[doc(hidden)]
    fn write_all(all: &Vec<Self>, w: &mut Writer, element: &Element)
    where
        Self: Item,
    {
        w.list(element, items(all));
    }

    /// What an array of such values is made of.
    #[doc(hidden)]
    fn view_all(all: &Vec<Self>) -> View<'_>
    where
        Self: Item,
    {
        View::List(items(all))
    }
}

/// What `serde` writes of a value.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub enum Form<'v> {
    None,
    Text(&'v str),
    Other(&'v dyn erased_serde::Serialize),
}

/// What every [`Value`] can become: one of which only the trait is known.
pub trait Dynamic: Any {
    /// The value without its type.
    fn as_value(&self) -> &dyn Value;

    /// The value without its type, to be changed.
    fn as_value_mut(&mut self) -> &mut dyn Value;

    /// Reads the fields of a struct.
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>);

    /// Writes the fields of a struct.
    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>);
}

impl<T: Value> Dynamic for T {
    fn as_value(&self) -> &dyn Value {
        erase(self)
    }

    fn as_value_mut(&mut self) -> &mut dyn Value {
        erase_mut(self)
    }

    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        // SAFETY: the places are those of `self`, which is borrowed as long as they are used, and
        // alone.
        unsafe { T::fields(self, &mut Fields::visited_by(r)) }
    }

    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        // SAFETY: the places are those of `self`, which is borrowed as long as the writer may keep
        // what is in them, and it only looks at that.
        unsafe { T::fields(ptr::from_ref(self).cast_mut(), &mut Fields::visited_by(w)) }
    }
}

/// A value that can be an item of an array, a dictionary's value, or inside an `Option`: one of which
/// it is known where reading starts, and what an absent or nil one reads as.
pub trait Item: Value + Sized {
    /// `Default`; of an enumeration without one, because it has no member for zero, the first member.
    fn blank() -> Self;
}

impl<T: Value + Default> Item for T {
    #[inline]
    fn blank() -> Self {
        T::default()
    }
}

/// What a [`Value`] is made of.
#[derive(Clone, Copy)]
pub enum View<'v> {
    /// Nothing but itself.
    Leaf {
        /// The value.
        value: &'v dyn Leaf,
        /// Whether an omittable member with this value is left out, and debug output says `None` of a
        /// secret: if there is nothing.
        is_blank: bool,
    },
    /// The fields that it states.
    Complex,
    /// At most one value.
    Optional(Option<&'v dyn Value>),
    /// Any number of values.
    List(&'v dyn Items),
    /// Any number of keys with values.
    Entries(&'v dyn Entries),
}

impl<'v> View<'v> {
    /// Of a value that is never blank.
    pub fn leaf(value: &'v dyn Leaf) -> Self {
        Self::Leaf {
            value,
            is_blank: false,
        }
    }
}

/// What holds other values, to be filled.
#[doc(hidden)]
pub enum Slots<'v> {
    Items(&'v mut dyn ItemSlots),
    Entries(&'v mut dyn EntrySlots),
}

/// A [`Value`] without parts; every type that can be cloned, compared and shown is that.
pub trait Leaf: Any {
    /// Puts a copy in the place of a value of the same type.
    #[doc(hidden)]
    fn copy_to(&self, target: &mut dyn Value);

    /// Whether the other is of the same type and equal.
    #[doc(hidden)]
    fn is_same(&self, other: &dyn Leaf) -> bool;

    /// What `{:?}` does.
    #[doc(hidden)]
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<T: Any + Clone + PartialEq + fmt::Debug> Leaf for T {
    fn copy_to(&self, target: &mut dyn Value) {
        let target: &mut dyn Any = target;
        if let Some(target) = target.downcast_mut::<T>() {
            *target = self.clone();
        }
    }

    fn is_same(&self, other: &dyn Leaf) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt(f)
    }
}

/// The items of an array.
pub trait Items {
    /// How many there are.
    fn count(&self) -> usize;

    /// The item at this index, counted from 0.
    fn item(&self, index: usize) -> Option<&dyn Value>;

    /// Whether that item is what a nil one reads as.
    fn is_blank(&self, index: usize) -> bool;
}

/// The entries of a dictionary.
pub trait Entries {
    /// How many there are.
    fn count(&self) -> usize;

    /// Key and value at this index, counted from 0.
    fn entry(&self, index: usize) -> Option<(&dyn Value, &dyn Value)>;
}

/// An `Option` or an array, to be filled.
#[doc(hidden)]
pub trait ItemSlots {
    fn clear(&mut self);

    /// Adds a blank item.
    fn grow(&mut self) -> &mut dyn Value;
}

/// A dictionary, to be filled.
#[doc(hidden)]
pub trait EntrySlots {
    fn clear(&mut self);

    /// Adds a blank entry.
    fn grow(&mut self) -> (&mut dyn Value, &mut dyn Value);

    /// The value of the entry that was added last.
    #[cfg(feature = "serde")]
    fn last_value(&mut self) -> Option<&mut dyn Value>;
}

impl dyn Value {
    /// Whether an omittable member with this value is left out, and debug output says `None` of a
    /// secret: if there is nothing.
    pub fn is_blank(&self) -> bool {
        match self.view() {
            View::Leaf { is_blank, .. } => is_blank,
            View::Complex => false,
            View::Optional(value) => value.is_none(),
            View::List(items) => items.count() == 0,
            View::Entries(entries) => entries.count() == 0,
        }
    }

    /// Becomes a copy of a value of the same type.
    pub(crate) fn assign(&mut self, from: &dyn Value) {
        match from.view() {
            View::Leaf { value, .. } => value.copy_to(self),
            View::Complex => self.read_fields(&mut FieldReader::copying(&Listing::of(from))),
            View::Optional(value) => self.refill(&mut |index| value.filter(|_| index == 0)),
            View::List(items) => self.refill(&mut |index| items.item(index)),
            View::Entries(entries) => {
                if let Some(Slots::Entries(slots)) = self.slots() {
                    slots.clear();
                    for (key, value) in (0..).map_while(|index| entries.entry(index)) {
                        let (new_key, new_value) = slots.grow();
                        new_key.assign(key);
                        new_value.assign(value);
                    }
                }
            }
        }
    }

    fn refill<'v>(&mut self, item: &mut dyn FnMut(usize) -> Option<&'v dyn Value>) {
        if let Some(Slots::Items(slots)) = self.slots() {
            slots.clear();
            for item in (0..).map_while(item) {
                slots.grow().assign(item);
            }
        }
    }

    /// Whether a value of the same type is equal.
    fn is_same(&self, other: &dyn Value) -> bool {
        match (self.view(), other.view()) {
            (View::Leaf { value: a, .. }, View::Leaf { value: b, .. }) => a.is_same(b),
            (View::Complex, View::Complex) => {
                let (a, b) = (Listing::of(self), Listing::of(other));
                let mut pairs = a.list.iter().zip(&b.list);
                pairs.all(|(a, b)| a.value.is_same(b.value)) && a.extra == b.extra
            }
            (View::Optional(a), View::Optional(b)) => match (a, b) {
                (Some(a), Some(b)) => a.is_same(b),
                (a, b) => a.is_none() && b.is_none(),
            },
            (View::List(a), View::List(b)) => {
                a.count() == b.count()
                    && (0..a.count()).all(|index| match (a.item(index), b.item(index)) {
                        (Some(a), Some(b)) => a.is_same(b),
                        _ => false,
                    })
            }
            (View::Entries(a), View::Entries(b)) => {
                a.count() == b.count()
                    && (0..a.count()).all(|index| match (a.entry(index), b.entry(index)) {
                        (Some((a, x)), Some((b, y))) => a.is_same(b) && x.is_same(y),
                        _ => false,
                    })
            }
            _ => false,
        }
    }
}

/// As a derive would show it, but for its secrets.
impl fmt::Debug for dyn Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Leaf { value, .. } => value.show(f),
            View::Complex => Listing::of(self).show(f),
            View::Optional(value) => fmt::Debug::fmt(&value, f),
            View::List(items) => {
                let items = (0..).map_while(|index| items.item(index));
                f.debug_list().entries(items).finish()
            }
            View::Entries(entries) => {
                let entries = (0..).map_while(|index| entries.entry(index));
                f.debug_map().entries(entries).finish()
            }
        }
    }
}

/// A field of a struct, of whatever type it is.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'v> {
    pub(crate) value: &'v dyn Value,
    is_secret: bool,
}

/// Names of fields in Rust, without what marks a keyword.
pub(crate) type RustNames =
    iter::Map<SplitAsciiWhitespace<'static>, fn(&'static str) -> &'static str>;

/// The fields of a struct and what its contract does not know.
///
/// Going through this is slower than what `derive` makes of `Clone`, `Debug` and `PartialEq`, but those
/// took a fifth of the time that checking a contract takes.
#[derive(Default)]
pub(crate) struct Listing<'v> {
    /// Of the type and, with a blank between two, of the fields in Rust, as they are written.
    pub(crate) names: &'static str,
    pub(crate) list: Vec<Listed<'v>>,
    pub(crate) extra: Option<&'v Extra>,
}

impl<'v> Listing<'v> {
    pub(crate) fn of(value: &'v dyn Value) -> Self {
        let mut listing = Listing {
            list: Vec::with_capacity(32),
            ..Listing::default()
        };
        value.write_fields(&mut FieldWriter::listing(&mut listing));
        listing
    }

    pub(crate) fn push(&mut self, value: &'v dyn Value, is_secret: bool) {
        self.list.push(Listed { value, is_secret });
    }

    /// Of the type and of its fields in Rust.
    pub(crate) fn rust_names(&self) -> (&'static str, RustNames) {
        let plain: fn(&'static str) -> _ = |name| name.strip_prefix("r#").unwrap_or(name);
        let mut names = self.names.split_ascii_whitespace().map(plain);
        (names.next().unwrap_or_default(), names)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, names) = self.rust_names();
        let mut shown = f.debug_struct(name);
        for (name, field) in names.zip(&self.list) {
            if field.is_secret {
                shown.field(name, &Redacted::new(field.value));
            } else {
                shown.field(name, &field.value);
            }
        }
        if let Some(extra) = self.extra {
            shown.field("extra", extra);
        }
        shown.finish()
    }
}

// What follows is compiled anew for every type of a contract, so it says little and leaves the rest to
// functions that are not generic. A vtable brings along the code that drops the value, and the compiler
// makes one copy of that code for each of its codegen units that names it. So everything that names one
// is a free function here, never inlined: they all end up in the same unit.
//
// Nor does it drop anything if something panics: what is forgotten then costs little, while the linker
// keeps the exception tables of all types in a programme that uses one.

/// Takes the type off a value.
#[inline(never)]
pub(crate) fn erase<T: Value>(value: &T) -> &dyn Value {
    value
}

/// The same of one that is to be changed.
#[inline(never)]
pub(crate) fn erase_mut<T: Value>(value: &mut T) -> &mut dyn Value {
    value
}

/// Does with the place of a field what is done with all of them.
///
/// # Safety
///
/// As for [`Fields::places`].
#[inline(never)]
pub(crate) unsafe fn state_field<T: Item>(fields: &mut Fields<'_>, place: *mut T, how: &How) {
    if !place.is_aligned() {
        packed();
    }
    match fields.visitor() {
        // SAFETY: the same is asked for here, and where something visits there is a value.
        Some((visitor, names)) => unsafe { visitor.field(names, place, how) },
        // SAFETY: the place is one for a `T`, and `made` lets it be written.
        None => unsafe { place.write(T::blank()) },
    }
}

#[cold]
fn packed() -> ! {
    panic!("a struct that states its fields is `repr(packed)`: its fields cannot be borrowed")
}

#[inline(never)]
fn items<T: Item>(all: &Vec<T>) -> &dyn Items {
    all
}

#[inline(never)]
fn option_slot<T: Item>(some: &mut Option<T>) -> &mut dyn ItemSlots {
    some
}

#[inline(never)]
fn vec_slots<T: Item>(all: &mut Vec<T>) -> &mut dyn ItemSlots {
    all
}

#[inline(never)]
fn drop_some<T>(some: &mut Option<T>) {
    some.take();
}

#[inline(never)]
fn grow_option<T: Item>(some: &mut Option<T>) -> &mut dyn Value {
    some.get_or_insert_with(T::blank)
}

#[inline(never)]
fn drop_all<T>(all: &mut Vec<T>) {
    all.clear();
}

#[inline(never)]
fn grow_vec<T: Item>(all: &mut Vec<T>) -> &mut dyn Value {
    let index = all.len();
    // A `push` would have to drop the item if there was no room, and `resize_with` to set the length if the
    // item could not be made.
    all.reserve(1);
    // SAFETY: there is room for one more, which gets a value before it counts.
    unsafe {
        all.as_mut_ptr().add(index).write(T::blank());
        all.set_len(index + 1);
    }
    &mut all[index]
}

#[inline(never)]
fn is_blank<T: Item>(item: &T) -> bool {
    let blank = ManuallyDrop::new(T::blank());
    let is_blank = erase(item).is_same(erase(&*blank));
    let _dropped = ManuallyDrop::into_inner(blank);
    is_blank
}

/// A place for a new value.
#[doc(hidden)]
#[inline(never)]
pub fn place<T: Value + Default>(value: &mut Option<T>) -> &mut dyn Value {
    value.get_or_insert_with(T::default)
}

/// What `default` of a struct does.
///
/// # Safety
///
/// [`Value::fields`] states all fields of the type: [`complex!`](crate::complex) sees to that.
#[doc(hidden)]
#[inline(never)]
pub unsafe fn made<T: Value>() -> T {
    let mut value = MaybeUninit::uninit();
    // SAFETY: each field, in memory of which nobody else knows, gets a value.
    unsafe {
        T::fields(value.as_mut_ptr(), &mut Fields::making());
        value.assume_init()
    }
}

/// What `clone` of a struct does.
#[doc(hidden)]
#[inline(never)]
pub fn copied<T: Value + Default>(from: &T) -> T {
    let mut copy = ManuallyDrop::new(T::default());
    erase_mut(&mut *copy).assign(from);
    ManuallyDrop::into_inner(copy)
}

/// What `==` of a struct does.
#[doc(hidden)]
#[inline(never)]
pub fn is_same<T: Value>(a: &T, b: &T) -> bool {
    erase(a).is_same(b)
}

/// What `{:?}` of a struct does.
#[doc(hidden)]
#[inline(never)]
pub fn show<T: Value>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(erase(value), f)
}

/// Nil is `None`.
impl<T: Item> Value for Option<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        T::read_some(self, r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        match self {
            None => w.nil(element),
            Some(value) => value.write(w, element),
        }
    }

    fn view(&self) -> View<'_> {
        View::Optional(match self {
            None => None,
            Some(value) => Some(erase(value)),
        })
    }

    fn slots(&mut self) -> Option<Slots<'_>> {
        Some(Slots::Items(option_slot(self)))
    }

    fn has_nil() -> bool {
        true
    }
}

impl<T: Item> ItemSlots for Option<T> {
    fn clear(&mut self) {
        drop_some(self);
    }

    fn grow(&mut self) -> &mut dyn Value {
        grow_option(self)
    }
}

/// An array; nil reads as an empty one, so where null counts it is an `Option`.
impl<T: Item> Value for Vec<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        T::read_all(self, r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        T::write_all(self, w, element);
    }

    fn view(&self) -> View<'_> {
        T::view_all(self)
    }

    fn slots(&mut self) -> Option<Slots<'_>> {
        Some(Slots::Items(vec_slots(self)))
    }
}

impl<T: Item> ItemSlots for Vec<T> {
    fn clear(&mut self) {
        drop_all(self);
    }

    fn grow(&mut self) -> &mut dyn Value {
        grow_vec(self)
    }
}

impl<T: Item> Items for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> Option<&dyn Value> {
        match self.get(index) {
            None => None,
            Some(item) => Some(erase(item)),
        }
    }

    fn is_blank(&self, index: usize) -> bool {
        self.get(index).is_some_and(is_blank)
    }
}

/// The argument of an operation.
impl<T: Item> Items for &[T] {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> Option<&dyn Value> {
        self.get(index).map(|item| erase(item))
    }

    fn is_blank(&self, index: usize) -> bool {
        self.get(index).is_some_and(is_blank)
    }
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

    fn view(&self) -> View<'_> {
        View::Leaf {
            value: self,
            is_blank: self.is_empty(),
        }
    }

    crate::serde_leaf!(Text);

    fn read_some(some: &mut Option<Self>, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        *some = if r.is_nil() {
            r.skip()?;
            None
        } else {
            Some(r.text()?.into_owned())
        };
        Ok(())
    }
}

/// Makes a type that holds itself a value in a `Box` too, where it does.
///
/// Not an impl for every `Box`: some crate could make one an [`Enumeration`](crate::Enumeration), and
/// these all are values.
#[macro_export]
macro_rules! boxed {
    ($type:ident) => {
        impl $crate::Value for ::std::boxed::Box<$type> {
            fn read(
                &mut self,
                r: &mut $crate::Reader<'_>,
                kind: $crate::Kind,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                (**self).read(r, kind)
            }

            fn write(&self, w: &mut $crate::Writer, element: &$crate::Element) {
                (**self).write(w, element);
            }

            unsafe fn fields(this: *mut Self, fields: &mut $crate::Fields<'_>) {
                // SAFETY: a field of this type is made as a whole, so there is a box, and its content
                // may be used as the box may.
                unsafe { <$type as $crate::Value>::fields(&raw mut **this, fields) }
            }

            fn view(&self) -> $crate::View<'_> {
                (**self).view()
            }
        }
    };
}

//! What can stand in an element: the traits that emitted types implement, and the impls for std types.

use std::any::TypeId;
use std::fmt;
use std::iter;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop, MaybeUninit};
use std::ptr;
use std::str::SplitAsciiWhitespace;

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
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.complex(StructMut::of(self))
    }

    /// Writes one element.
    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        w.complex(element, Struct::of(self));
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
    #[inline]
    fn view(&self) -> View<'_> {
        View::Complex
    }

    /// The same, to be filled; `None` of what holds no other values, and of structs.
    #[doc(hidden)]
    #[inline]
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

    /// Which type this is.
    ///
    /// # Safety
    ///
    /// What comes of this is only used of this type, or of one that is laid out alike.
    #[doc(hidden)]
    #[inline]
    unsafe fn identity() -> Identity
    where
        Self: Sized,
    {
        Identity(TypeId::of::<Self>())
    }

    /// Reads what is an `Option` of such values.
    #[doc(hidden)]
    #[inline]
    fn read_some(some: &mut Option<Self>, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError>
    where
        Self: Item,
    {
        r.optional(Self::option_slot(some), kind)
    }

    /// Reads an array of such values. Only of bytes it is not a sequence of elements.
    #[doc(hidden)]
    #[inline]
    fn read_all(all: &mut Vec<Self>, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError>
    where
        Self: Item,
    {
        r.list(Self::vec_slots(all), kind, Self::has_nil())
    }

    /// Writes an array of such values.
    #[doc(hidden)]
    #[inline]
    fn write_all(all: &Vec<Self>, w: &mut Writer, element: &Element)
    where
        Self: Item,
    {
        w.list(element, Self::items(all));
    }

    /// What an array of such values is made of.
    #[doc(hidden)]
    #[inline]
    fn view_all(all: &Vec<Self>) -> View<'_>
    where
        Self: Item,
    {
        View::List(Self::items(all))
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

/// What every [`Value`] says of its type, where no more is known than that it is one.
pub trait Dynamic: 'static {
    /// Which type this is, and where its fields are.
    ///
    /// # Safety
    ///
    /// What comes of this is only used of this value.
    #[doc(hidden)]
    unsafe fn statement(&self) -> Statement;
}

impl<T: Value> Dynamic for T {
    #[inline]
    unsafe fn statement(&self) -> Statement {
        Statement {
            // SAFETY: it is used of this type, as is asked for here.
            identity: unsafe { T::identity() },
            // SAFETY: pointers to sized types are passed alike, and this one is never called with one that
            // is not to a `T`.
            fields: unsafe { mem::transmute::<States<T>, States<()>>(T::fields) },
        }
    }
}

/// A type without its name.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Statement {
    identity: Identity,
    fields: States<()>,
}

/// Only a type itself has one that is its own, unless it is lent by unsafe code.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Identity(TypeId);

/// [`Value::fields`].
type States<T> = unsafe fn(*mut T, &mut Fields<'_>);

/// A struct that is read, whatever its type.
pub(crate) struct StructMut<'v> {
    place: *mut (),
    statement: Statement,
    value: PhantomData<&'v mut ()>,
}

impl<'v> StructMut<'v> {
    #[inline]
    fn of<T: Value + ?Sized>(value: &'v mut T) -> Self {
        Self {
            // SAFETY: it is used in `read`, of this value.
            statement: unsafe { value.statement() },
            place: ptr::from_mut(value).cast(),
            value: PhantomData,
        }
    }

    pub(crate) fn read(&mut self, r: &mut FieldReader<'_, '_>) {
        // SAFETY: the places are those of a value that is borrowed as long as they are used, and alone.
        unsafe { (self.statement.fields)(self.place, &mut Fields::visited_by(r)) }
    }
}

/// A struct that is written, whatever its type.
pub(crate) struct Struct<'v> {
    place: *const (),
    statement: Statement,
    value: PhantomData<&'v ()>,
}

impl<'v> Struct<'v> {
    #[inline]
    fn of<T: Value + ?Sized>(value: &'v T) -> Self {
        Self {
            // SAFETY: it is used in `write`, of this value.
            statement: unsafe { value.statement() },
            place: ptr::from_ref(value).cast(),
            value: PhantomData,
        }
    }

    pub(crate) fn write(&self, w: &mut FieldWriter<'v, '_>) {
        // SAFETY: the places are those of a value that is borrowed as long as the writer may keep what is
        // in them, and it only looks at that.
        unsafe { (self.statement.fields)(self.place.cast_mut(), &mut Fields::visited_by(w)) }
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
        /// The value itself, not one inside of it: it is copied and compared as what it is.
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
pub trait Leaf: 'static {
    /// Puts a copy in the place of a value of the same type.
    #[doc(hidden)]
    fn copy_to(&self, target: &mut dyn Value);

    /// Whether the other is of the same type and equal.
    #[doc(hidden)]
    fn is_same(&self, other: &dyn Value) -> bool;

    /// What `{:?}` does.
    #[doc(hidden)]
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<T: Clone + PartialEq + fmt::Debug + 'static> Leaf for T {
    fn copy_to(&self, target: &mut dyn Value) {
        if let Some(target) = target.downcast_mut::<T>() {
            *target = self.clone();
        }
    }

    fn is_same(&self, other: &dyn Value) -> bool {
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

    /// Has memory for so many more items, and no more than that.
    fn fit(&mut self, more: usize);
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

    /// Takes the fields of a struct; does nothing with what is none.
    pub fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        StructMut::of(self).read(r);
    }

    /// Gives the fields of a struct; does nothing with what is none.
    pub fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        Struct::of(self).write(w);
    }

    pub(crate) fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        // SAFETY: it is used of this value.
        let statement = unsafe { self.statement() };
        let place = ptr::from_ref(self).cast();
        // SAFETY: the value is of this type, or laid out as one.
        (statement.identity.0 == TypeId::of::<T>()).then(|| unsafe { &*place })
    }

    pub(crate) fn downcast_mut<T: 'static>(&mut self) -> Option<&mut T> {
        // SAFETY: it is used of this value.
        let statement = unsafe { self.statement() };
        let place = ptr::from_mut(self).cast();
        // SAFETY: the value is of this type, or laid out as one.
        (statement.identity.0 == TypeId::of::<T>()).then(|| unsafe { &mut *place })
    }

    /// Becomes a copy of a value of the same type.
    pub(crate) fn assign(&mut self, from: &dyn Value) {
        match from.view() {
            View::Leaf { value, .. } => value.copy_to(self),
            View::Complex => self.read_fields(&mut FieldReader::copying(&Listing::of(from))),
            View::Optional(value) => self.refill(1, &mut |index| value.filter(|_| index == 0)),
            View::List(items) => self.refill(items.count(), &mut |index| items.item(index)),
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

    fn refill<'v>(&mut self, count: usize, item: &mut dyn FnMut(usize) -> Option<&'v dyn Value>) {
        if let Some(Slots::Items(slots)) = self.slots() {
            slots.clear();
            slots.fit(count);
            for item in (0..).map_while(item) {
                slots.grow().assign(item);
            }
        }
    }

    /// Whether a value of the same type is equal.
    fn is_same(&self, other: &dyn Value) -> bool {
        match (self.view(), other.view()) {
            (View::Leaf { value, .. }, View::Leaf { .. }) => value.is_same(other),
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

/// Takes the type off a value. Never inlined, so that its vtable is made in one place as a rule.
#[doc(hidden)]
#[inline(never)]
pub fn erase<T: Value>(value: &T) -> &dyn Value {
    // SAFETY: it is the value that is borrowed, and only looked at.
    unsafe { &*erased(ptr::from_ref(value).cast_mut()) }
}

/// The same of one that is to be changed.
#[doc(hidden)]
#[inline(never)]
pub fn erase_mut<T: Value>(value: &mut T) -> &mut dyn Value {
    // SAFETY: it is the value that is borrowed.
    unsafe { &mut *erased(value) }
}

/// The same of one that may be shared, or not be there yet.
#[inline]
pub(crate) fn erased<T: Value>(place: *mut T) -> *mut dyn Value {
    if const { mem::needs_drop::<T>() } {
        place.cast::<Lent<T>>()
    } else {
        place
    }
}

/// A value that nobody drops through what has no type. The vtable of a value brings along the code that drops
/// it, which the compiler copies into each codegen unit that names the vtable; that of this has none.
#[repr(transparent)]
struct Lent<T>(ManuallyDrop<T>);

impl<T> Lent<T> {
    #[inline]
    fn of(value: &T) -> &Self {
        // SAFETY: it is laid out as its content.
        unsafe { &*ptr::from_ref(value).cast() }
    }

    #[inline]
    fn of_mut(value: &mut T) -> &mut Self {
        // SAFETY: it is laid out as its content.
        unsafe { &mut *ptr::from_mut(value).cast() }
    }
}

impl<T: Value> Value for Lent<T> {
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        self.0.read(r, kind)
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        self.0.write(w, element);
    }

    #[inline]
    unsafe fn fields(this: *mut Self, fields: &mut Fields<'_>) {
        // SAFETY: it is laid out as its content.
        unsafe { T::fields(this.cast(), fields) }
    }

    #[inline]
    unsafe fn identity() -> Identity {
        // SAFETY: it is laid out as its content.
        unsafe { T::identity() }
    }

    #[inline]
    fn view(&self) -> View<'_> {
        self.0.view()
    }

    #[inline]
    fn slots(&mut self) -> Option<Slots<'_>> {
        self.0.slots()
    }

    #[cfg(feature = "serde")]
    fn form(&self) -> Form<'_> {
        self.0.form()
    }

    #[cfg(feature = "serde")]
    fn deserialize(
        &mut self,
        from: &mut dyn erased_serde::Deserializer<'_>,
    ) -> Result<(), erased_serde::Error> {
        self.0.deserialize(from)
    }
}

/// What is compiled anew for every type of a contract; it says little and leaves the rest to functions that
/// are not generic.
///
/// These are functions of a trait because the compiler puts such a function where its `Self` is: in the codegen
/// unit of the type's module. Free functions would all be in one unit, with the code that drops each type, and
/// the rest of the build would wait for that.
///
/// Nor does any of this drop something if something panics: what is forgotten then costs little, while the linker
/// keeps the exception tables of all types in a programme that uses one.
#[doc(hidden)]
pub trait Home: Value + Sized {
    #[inline(never)]
    fn items(all: &Vec<Self>) -> &dyn Items
    where
        Self: Item,
    {
        Lent::of(all)
    }

    #[inline(never)]
    fn option_slot(some: &mut Option<Self>) -> &mut dyn ItemSlots
    where
        Self: Item,
    {
        Lent::of_mut(some)
    }

    #[inline(never)]
    fn vec_slots(all: &mut Vec<Self>) -> &mut dyn ItemSlots
    where
        Self: Item,
    {
        Lent::of_mut(all)
    }

    #[inline(never)]
    fn drop_some(some: &mut Option<Self>) {
        some.take();
    }

    #[inline(never)]
    fn grow_option(some: &mut Option<Self>) -> &mut dyn Value
    where
        Self: Item,
    {
        erase_mut(some.get_or_insert_with(Self::blank))
    }

    #[inline(never)]
    fn drop_all(all: &mut Vec<Self>) {
        all.clear();
    }

    #[inline(never)]
    fn grow_vec(all: &mut Vec<Self>) -> &mut dyn Value
    where
        Self: Item,
    {
        let index = all.len();
        // A `push` would have to drop the item if there was no room, and `resize_with` to set the length if
        // the item could not be made.
        all.reserve(1);
        // SAFETY: there is room for one more, which gets a value before it counts.
        unsafe {
            all.as_mut_ptr().add(index).write(Self::blank());
            all.set_len(index + 1);
        }
        erase_mut(&mut all[index])
    }

    #[inline(never)]
    fn fit_vec(all: &mut Vec<Self>, more: usize) {
        all.reserve_exact(more);
        let wanted = all.len() + more;
        // To give back a little would move all of it with some allocators.
        if all.capacity() - wanted > wanted / 4 {
            all.shrink_to(wanted);
        }
    }

    #[inline(never)]
    fn is_blank(item: &Self) -> bool
    where
        Self: Item,
    {
        let blank = ManuallyDrop::new(Self::blank());
        let is_blank = erase(item).is_same(erase(&*blank));
        let _dropped = ManuallyDrop::into_inner(blank);
        is_blank
    }

    /// What `default` of a struct does.
    ///
    /// # Safety
    ///
    /// [`Value::fields`] states all fields of the type: [`complex!`](crate::complex) sees to that.
    #[inline(never)]
    unsafe fn made() -> Self {
        let mut value = MaybeUninit::uninit();
        // SAFETY: each field, in memory of which nobody else knows, gets a value.
        unsafe {
            Self::fields(value.as_mut_ptr(), &mut Fields::making());
            value.assume_init()
        }
    }

    /// What `clone` of a struct does.
    #[inline(never)]
    fn copied(from: &Self) -> Self
    where
        Self: Default,
    {
        let mut copy = ManuallyDrop::new(Self::default());
        erase_mut(&mut *copy).assign(erase(from));
        ManuallyDrop::into_inner(copy)
    }

    /// What `==` of a struct does.
    #[inline(never)]
    fn is_same(a: &Self, b: &Self) -> bool {
        erase(a).is_same(erase(b))
    }

    /// What `{:?}` of a struct does.
    #[inline(never)]
    fn show(value: &Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(erase(value), f)
    }
}

impl<T: Value> Home for T {}

/// A place for a new value.
#[doc(hidden)]
pub fn place<T: Value + Default>(value: &mut Option<T>) -> &mut dyn Value {
    erase_mut(value.get_or_insert_with(T::default))
}

/// Nil is `None`.
impl<T: Item> Value for Option<T> {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        T::read_some(self, r, kind)
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        match self {
            None => w.nil(element),
            Some(value) => value.write(w, element),
        }
    }

    #[inline]
    fn view(&self) -> View<'_> {
        View::Optional(match self {
            None => None,
            Some(value) => Some(erase(value)),
        })
    }

    #[inline]
    fn slots(&mut self) -> Option<Slots<'_>> {
        Some(Slots::Items(T::option_slot(self)))
    }

    fn has_nil() -> bool {
        true
    }
}

impl<T: Item> ItemSlots for Lent<Option<T>> {
    fn clear(&mut self) {
        T::drop_some(&mut self.0);
    }

    fn grow(&mut self) -> &mut dyn Value {
        T::grow_option(&mut self.0)
    }

    fn fit(&mut self, _: usize) {}
}

/// An array; nil reads as an empty one, so where null counts it is an `Option`.
impl<T: Item> Value for Vec<T> {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, kind: Kind) -> Result<(), DecodeError> {
        T::read_all(self, r, kind)
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        T::write_all(self, w, element);
    }

    #[inline]
    fn view(&self) -> View<'_> {
        T::view_all(self)
    }

    #[inline]
    fn slots(&mut self) -> Option<Slots<'_>> {
        Some(Slots::Items(T::vec_slots(self)))
    }
}

impl<T: Item> ItemSlots for Lent<Vec<T>> {
    fn clear(&mut self) {
        T::drop_all(&mut self.0);
    }

    fn grow(&mut self) -> &mut dyn Value {
        T::grow_vec(&mut self.0)
    }

    fn fit(&mut self, more: usize) {
        T::fit_vec(&mut self.0, more);
    }
}

impl<T: Item> Items for Lent<Vec<T>> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn item(&self, index: usize) -> Option<&dyn Value> {
        match self.0.get(index) {
            None => None,
            Some(item) => Some(erase(item)),
        }
    }

    fn is_blank(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(T::is_blank)
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
        self.get(index).is_some_and(T::is_blank)
    }
}

impl Value for String {
    #[inline]
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        if r.is_nil() {
            self.clear();
            return r.skip();
        }
        *self = r.text()?.into_owned();
        Ok(())
    }

    #[inline]
    fn write(&self, w: &mut Writer, element: &Element) {
        w.text(element, Some(self));
    }

    #[inline]
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
                match (**self).view() {
                    // It is copied and compared as what it is a field of: a box.
                    $crate::View::Leaf { is_blank, .. } => $crate::View::Leaf {
                        value: self,
                        is_blank,
                    },
                    other => other,
                }
            }

            $crate::serde_boxed!();
        }
    };
}

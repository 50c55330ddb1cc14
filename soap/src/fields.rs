//! The statement of a struct's fields, from which all else follows: making, reading and writing a value,
//! and with that also copying, comparing and showing one.
//!
//! Unsafe code is here and in `value.rs`, and where `enumeration.rs` copies a member and `dictionary.rs` drops
//! entries. A statement says where fields are by raw pointers, because references would take three statements for what one says, one to
//! read, one to write and one for `Default`: `cargo check` of a contract takes a fifth less with one. That
//! the pointers are what they are taken for is seen to by [`complex!`](crate::complex), which no type goes
//! around: each is `&raw mut` of a field of the very value that is visited, of the field's own type, and all
//! fields are there, each once, because a pattern without `..` names them too. What is done with them is
//! decided by who asks for the statement, and each of these three says why it may: `Home::made`,
//! `StructMut::read` and `Struct::write`.

use crate::value::erased;
use crate::{Extra, FieldReader, FieldWriter, Item, Kind, Value};

/// Takes the fields that a struct states, one after another.
pub struct Fields<'f> {
    names: Names,
    /// `None` if a value is made.
    visitor: Option<&'f mut (dyn Visit + 'f)>,
}

/// The names on the wire, one for each field that is stated.
#[derive(Default)]
pub(crate) struct Names {
    list: &'static [&'static str],
    next: usize,
}

impl Names {
    #[inline]
    fn next(&mut self) -> &'static str {
        let name = self.list.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        name
    }
}

impl<'f> Fields<'f> {
    /// Puts a blank value in each place.
    pub(crate) fn making() -> Self {
        Self {
            names: Names::default(),
            visitor: None,
        }
    }

    pub(crate) fn visited_by(visitor: &'f mut (dyn Visit + 'f)) -> Self {
        Self {
            names: Names::default(),
            visitor: Some(visitor),
        }
    }

    /// Does with the place of a field what is done with all of them.
    ///
    /// # Safety
    ///
    /// As for [`Fields::places`].
    #[inline(never)]
    unsafe fn state<T: Item>(&mut self, place: *mut T, how: &How) {
        if !place.is_aligned() {
            packed();
        }
        match &mut self.visitor {
            // SAFETY: the same is asked for here, and where something visits there is a value.
            Some(visitor) => unsafe {
                visitor.field(&mut self.names, erased(place), how);
            },
            // SAFETY: the place is one for a `T`, and `made` lets it be written.
            None => unsafe { place.write(T::blank()) },
        }
    }

    /// States a type, its name in Rust and those of its fields, with a blank between two; their names on
    /// the wire; the place for what the contract does not know, if the type has one; and where the first
    /// fields are.
    ///
    /// # Safety
    ///
    /// As for [`Fields::places`].
    #[inline]
    pub unsafe fn first<E: Rest, P: Places>(
        &mut self,
        rust: &'static str,
        names: &'static [&'static str],
        extra: E,
        places: P,
    ) {
        // SAFETY: what is asked for here.
        unsafe {
            self.names(rust, names, extra.place());
            places.state(self);
        }
    }

    unsafe fn names(
        &mut self,
        rust: &'static str,
        names: &'static [&'static str],
        extra: Option<*mut Extra>,
    ) {
        self.names.list = names;
        match (&mut self.visitor, extra) {
            (Some(visitor), Some(place)) => {
                visitor.names(rust);
                // SAFETY: what is asked for here.
                unsafe { visitor.extra(place) }
            }
            (Some(visitor), None) => visitor.names(rust),
            // SAFETY: the place is one for this, and `made` lets it be written.
            (None, Some(place)) => unsafe { place.write(Extra::new()) },
            (None, None) => {}
        }
    }

    /// States where the next fields are.
    ///
    /// # Safety
    ///
    /// They are fields of what [`Value::fields`] was called with, and none of them was stated before.
    #[inline]
    pub unsafe fn places<P: Places>(&mut self, places: P) {
        // SAFETY: what is asked for here.
        unsafe { places.state(self) }
    }
}

#[cold]
fn packed() -> ! {
    panic!("a struct that states its fields is `repr(packed)`: its fields cannot be borrowed")
}

/// Does something with fields.
pub(crate) trait Visit {
    /// Of the type and of its fields in Rust.
    fn names(&mut self, rust: &'static str);

    /// Does it with what the contract does not know, before any field.
    ///
    /// # Safety
    ///
    /// The place is in a value that this may visit.
    unsafe fn extra(&mut self, place: *mut Extra);

    /// Does it with the next field.
    ///
    /// # Safety
    ///
    /// The place is in a value that this may visit.
    unsafe fn field(&mut self, names: &mut Names, place: *mut dyn Value, how: &How);
}

impl Visit for FieldReader<'_, '_> {
    fn names(&mut self, _: &'static str) {}

    unsafe fn extra(&mut self, place: *mut Extra) {
        // SAFETY: a reader visits only what it may change.
        self.extra(unsafe { &mut *place });
    }

    unsafe fn field(&mut self, names: &mut Names, place: *mut dyn Value, how: &How) {
        // SAFETY: a reader visits only what it may change.
        let target = unsafe { &mut *place };
        self.take(names.next(), target, how.kind);
    }
}

impl<'v> Visit for FieldWriter<'v, '_> {
    fn names(&mut self, rust: &'static str) {
        self.names(rust);
    }

    unsafe fn extra(&mut self, place: *mut Extra) {
        // SAFETY: a writer visits only what lives for `'v`.
        let extra: &'v Extra = unsafe { &*place };
        self.extra(extra);
    }

    unsafe fn field(&mut self, names: &mut Names, place: *mut dyn Value, how: &How) {
        // SAFETY: a writer visits only what lives for `'v`.
        let value: &'v dyn Value = unsafe { &*place };
        let name = names.next();
        if let Some(Namespace(number)) = how.namespace {
            self.namespace(number);
        }
        match how.mark {
            None => self.field(name, value, how.kind),
            Some(Mark::Secret) => self.secret(name, value, how.kind),
            Some(Mark::Omittable) => self.omittable(name, value),
        }
    }
}

/// How a field is read and written, beyond what its type says.
pub(crate) struct How {
    kind: Kind,
    mark: Option<Mark>,
    namespace: Option<Namespace>,
}

enum Mark {
    Secret,
    Omittable,
}

impl How {
    const PLAIN: Self = Self {
        kind: Kind::Plain,
        mark: None,
        namespace: None,
    };
}

/// Of a field that must not show in debug output.
#[derive(Clone, Copy, Debug)]
pub struct Secret;

/// Of a field that is left out when there is nothing in it.
#[derive(Clone, Copy, Debug)]
pub struct Omittable;

/// The number of the namespace that a field and those behind it are in; without one it is 0.
#[derive(Clone, Copy, Debug)]
pub struct Namespace(pub u8);

/// What may stand in brackets behind the name of a field.
trait Facet {
    fn of(self, how: &mut How);
}

impl Facet for Kind {
    fn of(self, how: &mut How) {
        how.kind = self;
    }
}

impl Facet for Secret {
    fn of(self, how: &mut How) {
        how.mark = Some(Mark::Secret);
    }
}

impl Facet for Omittable {
    fn of(self, how: &mut How) {
        how.mark = Some(Mark::Omittable);
    }
}

impl Facet for Namespace {
    fn of(self, how: &mut How) {
        how.namespace = Some(self);
    }
}

/// The place of a field, or the same with its facets.
pub trait Place {
    /// # Safety
    ///
    /// As for [`Fields::places`].
    #[doc(hidden)]
    unsafe fn state(self, fields: &mut Fields<'_>);
}

/// The place for what the contract does not know, or none.
pub trait Rest {
    #[doc(hidden)]
    fn place(self) -> Option<*mut Extra>;
}

impl Rest for () {
    #[inline]
    fn place(self) -> Option<*mut Extra> {
        None
    }
}

impl Rest for (*mut Extra,) {
    #[inline]
    fn place(self) -> Option<*mut Extra> {
        Some(self.0)
    }
}

/// Up to twelve [`Place`]s: one statement for a dozen of them is checked by the compiler in two thirds of
/// the time of a statement each.
pub trait Places {
    /// # Safety
    ///
    /// As for [`Fields::places`].
    #[doc(hidden)]
    unsafe fn state(self, fields: &mut Fields<'_>);
}

impl<T: Item> Place for *mut T {
    #[inline]
    unsafe fn state(self, fields: &mut Fields<'_>) {
        // SAFETY: what is asked for here.
        unsafe { fields.state(self, &How::PLAIN) }
    }
}

macro_rules! facets {
    ($(($($facet:ident $index:tt)*))*) => {$(
        impl<T: Item> Place for (*mut T, $($facet),*) {
            #[inline]
            unsafe fn state(self, fields: &mut Fields<'_>) {
                let mut how = How::PLAIN;
                $(self.$index.of(&mut how);)*
                // SAFETY: what is asked for here.
                unsafe { fields.state(self.0, &how) }
            }
        }
    )*};
}

facets! {
    (Kind 1)
    (Secret 1)
    (Secret 1 Kind 2)
    (Omittable 1)
    (Namespace 1)
    (Namespace 1 Kind 2)
    (Namespace 1 Secret 2)
    (Namespace 1 Secret 2 Kind 3)
    (Namespace 1 Omittable 2)
}

impl Places for () {
    #[inline]
    unsafe fn state(self, _: &mut Fields<'_>) {}
}

macro_rules! tuples {
    ($(($($places:ident $index:tt)*))*) => {$(
        impl<$($places: Place),*> Places for ($($places,)*) {
            #[inline]
            unsafe fn state(self, fields: &mut Fields<'_>) {
                // SAFETY: what is asked for here.
                unsafe { $(self.$index.state(fields);)* }
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11)
}

/// Makes a struct a [`Value`] by stating its fields in wire order, and gives it `Default`, `Clone`,
/// `PartialEq` and `Debug`.
///
/// A field is its name in Rust and its name on the wire and, in brackets and in this order, a
/// [`Namespace`] from it on, [`Secret`] or [`Omittable`], and the [`Kind`] of an array or a dictionary. A
/// semicolon ends a dozen of them, and the last. `..extra` is the field for what the contract does not
/// know.
///
/// ```
/// use superoffice_soap::{Element, Extra, Kind, Secret, complex};
///
/// const ARRAY_OF_STRING: Kind = Kind::Array(&Element::plain("string", 1));
///
/// struct Account {
///     name: Option<String>,
///     password: Option<String>,
///     roles: Vec<String>,
///     extra: Extra,
/// }
///
/// complex!(Account {
///     name: "Name",
///     password: "Password" [Secret],
///     roles: "Roles" [ARRAY_OF_STRING];
///     ..extra
/// });
///
/// let account = Account { password: Some("hunter2".to_owned()), ..Account::default() };
/// assert!(!format!("{account:?}").contains("hunter2"));
/// ```
///
/// All fields are to be stated, each once, and no more than a dozen before a semicolon:
///
/// ```compile_fail
/// struct Account { name: Option<String>, password: Option<String> }
/// superoffice_soap::complex!(Account { name: "Name"; });
/// ```
///
/// ```compile_fail
/// struct Account { name: Option<String>, extra: superoffice_soap::Extra }
/// superoffice_soap::complex!(Account { name: "Name"; });
/// ```
///
/// ```compile_fail,E0025
/// struct Account { name: Option<String> }
/// superoffice_soap::complex!(Account { name: "Name", name: "Nick"; });
/// ```
///
/// ```compile_fail,E0277
/// struct Many { a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32, j: i32, k: i32, l: i32, m: i32 }
/// superoffice_soap::complex!(Many {
///     a: "A", b: "B", c: "C", d: "D", e: "E", f: "F", g: "G", h: "H", i: "I", j: "J", k: "K", l: "L", m: "M";
/// });
/// ```
///
/// Nor is a facet a way around `unsafe`, or another place; and there is nothing to state of a union:
///
/// ```compile_fail,E0133
/// use superoffice_soap::{Kind, complex};
/// unsafe fn kind() -> Kind { Kind::Plain }
/// struct Account { name: Option<String> }
/// complex!(Account { name: "Name" [kind()]; });
/// ```
///
/// ```compile_fail,E0277
/// struct Account { name: Option<String> }
/// superoffice_soap::complex!(Account { name: "Name" [std::ptr::null_mut::<i32>()]; });
/// ```
///
/// ```compile_fail
/// union Number { small: u8, large: u64 }
/// superoffice_soap::complex!(Number { large: "Large"; });
/// ```
///
/// ```compile_fail
/// union Number { small: u8, large: u64 }
/// superoffice_soap::complex!(Number { ; large: "Large"; });
/// ```
///
/// ```compile_fail
/// union Number { small: u8, large: u64 }
/// superoffice_soap::complex!(Number { small: "Small", large: "Large"; });
/// ```
///
/// # Panics
///
/// The code it writes, if the struct is `repr(packed)`.
#[macro_export]
macro_rules! complex {
    ($type:ident { $(..$extra:ident)? }) => {
        $crate::complex!(@Self $type { ; $(..$extra)? });
    };
    // One field alone could be that of a union; not `extra`, which no union can hold.
    ($type:ident { ; $($rest:tt)* }) => {
        $crate::complex!(@Self $type { ; $($rest)* });
    };
    ($type:ident { $field:ident: $name:literal $([$($facet:expr),+])?; }) => {
        $crate::complex!(@Self $type { $field: $name $([$($facet),+])?; });
    };
    ($(@$same:ident)? $type:ident {
        $($first:ident: $one:literal $([$($facet:expr),+])?),*;
        $($($field:ident: $name:literal $([$($other:expr),+])?),+;)*
        $(..$extra:ident)?
    }) => {
        impl $crate::Value for $type {
            // Otherwise it would be compiled three times: to read, to write and to make one.
            #[inline(never)]
            unsafe fn fields(this: *mut Self, fields: &mut $crate::Fields<'_>) {
                // SAFETY: the places are fields of `this`, and the first pattern, which touches
                // nothing, is an error if one is missing or named twice, or if it names not just one
                // and `Self` is a union; the second, if it is one.
                unsafe {
                    let Self { $($first: _,)* $($($field: _,)+)* $($extra: _)? } = *this;
                    $(let $same { .. } = *this;)?
                    fields.first(
                        ::core::stringify!($type $($first)* $($($field)+)*),
                        &[$($one,)* $($($name,)+)*],
                        ($(&raw mut (*this).$extra,)?),
                        ($((&raw mut (*this).$first $(, $($facet),+)?),)*),
                    );
                    $(fields.places(($((&raw mut (*this).$field $(, $($other),+)?),)+));)*
                }
            }
        }

        impl ::core::default::Default for $type {
            fn default() -> Self {
                // Where one that is not safe to evaluate is an error.
                let _ = ($($($($facet,)+)?)* $($($($($other,)+)?)+)*);
                // SAFETY: all fields are stated above.
                unsafe { <Self as $crate::Home>::made() }
            }
        }

        impl ::core::clone::Clone for $type {
            fn clone(&self) -> Self {
                $crate::Home::copied(self)
            }
        }

        impl ::core::cmp::PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::Home::is_same(self, other)
            }
        }

        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::Home::show(self, f)
            }
        }

        $crate::serde_by!($type, serialize, deserialize);
    };
}

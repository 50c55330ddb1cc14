//! What a method accepts for a parameter: sealed traits that let arguments read naturally.
//!
//! | trait | accepts |
//! |---|---|
//! | [`TextArg`] | `"x"`, `&string`, `&format!(…)`, `string`, `Some("x")`, `name.as_deref()`, `&entity.name`, `None` |
//! | [`TextListArg`] | `&["x"]`, `&strings`, slices, `Some(&strings[..])`, `&entity.names`, `None` |
//! | [`BytesArg`] | `b"x"`, `&bytes`, slices, `Some(&bytes[..])`, `&entity.data`, `None` |
//! | [`EntityArg`] | `&entity`, `Some(&entity)`, `&entity.person`, `None` |
//! | [`ListArg`] | `&[1, 2]`, `&entities`, slices, `Some(&entities[..])`, `&entity.members`, `None` |
//! | [`MemberArg`] | `Status::Done`, `&Status::Done` |
//! | [`OptionalMemberArg`] | `Status::Done`, `&Status::Done`, `Some(Status::Done)`, `&entity.status`, `None` |
//!
//! `None` writes nil (of an [`OptionalMemberArg`]: leaves the element out). An untyped `&[]` says
//! nothing about its items where [`TextListArg`] is asked for: write `&[""; 0]`, or `None` if null
//! is meant.
//!
//! ```
//! use superoffice_soap::{EntityArg, ListArg, TextArg, TextListArg};
//!
//! fn text(_: impl TextArg) {}
//! fn texts(_: impl TextListArg) {}
//! fn ids(_: impl ListArg<i32>) {}
//!
//! let owned = String::from("x");
//! let optional = Some(owned.clone());
//! text("x");
//! text(&owned);
//! text(&format!("{owned}!"));
//! text(Some("x"));
//! text(optional.as_deref());
//! text(&optional);
//! text(None);
//! texts(&["a", "b"]);
//! texts(&vec![owned.clone()]);
//! texts(&[owned][..]);
//! texts(None);
//! ids(&[1, 2]);
//! ids(&[]);
//! ids(&vec![1]);
//! ids(None);
//! ```
//!
//! What is not accepted is refused in the caller's words:
//!
//! ```compile_fail
//! fn text(_: impl superoffice_soap::TextArg) {}
//! text(5);
//! ```

use std::borrow::Cow;

mod sealed {
    /// Keeps the argument traits from being implemented elsewhere, so that they may grow.
    pub trait Sealed {}

    /// The same for traits that a bare `E` implements.
    pub trait SealedFor<E> {}
}
use sealed::{Sealed, SealedFor};

/// A string parameter; `None` is null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as a text parameter",
    label = "expected `&str`, `&String`, `Option<&str>` or `None`",
    note = "for an `Option<String>` pass `x.as_deref()` or `&x`"
)]
pub trait TextArg: Sealed {
    /// The text, if it is not null.
    fn as_text(&self) -> Option<&str>;
}

/// A parameter that is an array of strings; `None` is null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as an array of texts",
    label = "expected `&[&str]`, `&[String]`, `&Vec<String>`, `Option<&[String]>` or `None`"
)]
pub trait TextListArg: Sealed {
    /// Calls `each` with every text in turn; `false` if the array is null.
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool;
}

/// A binary parameter; `None` is null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as a binary parameter",
    label = "expected `&[u8]`, `&Vec<u8>`, `Option<&[u8]>` or `None`"
)]
pub trait BytesArg: Sealed {
    /// The bytes, if they are not null.
    fn as_bytes(&self) -> Option<&[u8]>;
}

/// A parameter that is an entity, a dictionary or any other reference type; `None` is null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as a `{T}` parameter",
    label = "expected `&{T}`, `Option<&{T}>` or `None`"
)]
pub trait EntityArg<T>: Sealed {
    /// The entity, if it is not null.
    fn as_entity(&self) -> Option<&T>;
}

/// A parameter that is an array of anything but strings; `None` is null.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as an array of `{T}`",
    label = "expected `&[{T}]`, `&Vec<{T}>`, `Option<&[{T}]>` or `None`"
)]
pub trait ListArg<T>: Sealed {
    /// The items, if the array is not null.
    fn as_list(&self) -> Option<&[T]>;
}

/// A parameter that is a member of an enumeration or a flag set.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as a `{E}` parameter",
    label = "expected `{E}` or `&{E}`"
)]
pub trait MemberArg<E>: SealedFor<E> {
    /// The member.
    fn as_member(&self) -> &E;
}

/// A parameter that is a member of an enumeration without a default; `None` leaves it out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed as an optional `{E}` parameter",
    label = "expected `{E}`, `&{E}`, `Option<{E}>` or `None`"
)]
pub trait OptionalMemberArg<E>: SealedFor<E> {
    /// The member, unless it is left out.
    fn as_member(&self) -> Option<&E>;
}

impl<T: ?Sized> Sealed for &T {}
impl<T> Sealed for Option<T> {}
impl Sealed for String {}
impl Sealed for Cow<'_, str> {}
impl Sealed for Vec<u8> {}

impl<E> SealedFor<E> for E {}
impl<E> SealedFor<E> for &E {}
impl<E> SealedFor<E> for Option<E> {}
impl<E> SealedFor<E> for &Option<E> {}

impl TextArg for &str {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for &&str {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for &String {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for String {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for Cow<'_, str> {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for &Cow<'_, str> {
    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl TextArg for Option<&str> {
    fn as_text(&self) -> Option<&str> {
        *self
    }
}

impl TextArg for &Option<&str> {
    fn as_text(&self) -> Option<&str> {
        **self
    }
}

impl TextArg for &Option<String> {
    fn as_text(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// Hands over the texts of a slice.
fn each_text<S: AsRef<str>>(texts: &[S], each: &mut dyn FnMut(&str)) -> bool {
    for text in texts {
        each(text.as_ref());
    }
    true
}

impl<S: AsRef<str>> TextListArg for &[S] {
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool {
        each_text(self, each)
    }
}

impl<S: AsRef<str>, const N: usize> TextListArg for &[S; N] {
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool {
        each_text(*self, each)
    }
}

impl<S: AsRef<str>> TextListArg for &Vec<S> {
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool {
        each_text(self, each)
    }
}

impl TextListArg for Option<&[String]> {
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool {
        self.is_some_and(|texts| each_text(texts, each))
    }
}

impl TextListArg for &Option<Vec<String>> {
    fn for_each(&self, each: &mut dyn FnMut(&str)) -> bool {
        self.as_deref().is_some_and(|texts| each_text(texts, each))
    }
}

impl BytesArg for &[u8] {
    fn as_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<const N: usize> BytesArg for &[u8; N] {
    fn as_bytes(&self) -> Option<&[u8]> {
        Some(*self)
    }
}

impl BytesArg for &Vec<u8> {
    fn as_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl BytesArg for Vec<u8> {
    fn as_bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl BytesArg for Option<&[u8]> {
    fn as_bytes(&self) -> Option<&[u8]> {
        *self
    }
}

impl BytesArg for &Option<Vec<u8>> {
    fn as_bytes(&self) -> Option<&[u8]> {
        self.as_deref()
    }
}

impl<T> EntityArg<T> for &T {
    fn as_entity(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> EntityArg<T> for &Box<T> {
    fn as_entity(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> EntityArg<T> for Option<&T> {
    fn as_entity(&self) -> Option<&T> {
        *self
    }
}

impl<T> EntityArg<T> for &Option<T> {
    fn as_entity(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T> EntityArg<T> for &Option<Box<T>> {
    fn as_entity(&self) -> Option<&T> {
        self.as_deref()
    }
}

impl<T> ListArg<T> for &[T] {
    fn as_list(&self) -> Option<&[T]> {
        Some(self)
    }
}

impl<T, const N: usize> ListArg<T> for &[T; N] {
    fn as_list(&self) -> Option<&[T]> {
        Some(*self)
    }
}

impl<T> ListArg<T> for &Vec<T> {
    fn as_list(&self) -> Option<&[T]> {
        Some(self)
    }
}

impl<T> ListArg<T> for Option<&[T]> {
    fn as_list(&self) -> Option<&[T]> {
        *self
    }
}

impl<T> ListArg<T> for &Option<Vec<T>> {
    fn as_list(&self) -> Option<&[T]> {
        self.as_deref()
    }
}

impl<E> MemberArg<E> for E {
    fn as_member(&self) -> &E {
        self
    }
}

impl<E> MemberArg<E> for &E {
    fn as_member(&self) -> &E {
        self
    }
}

impl<E> OptionalMemberArg<E> for E {
    fn as_member(&self) -> Option<&E> {
        Some(self)
    }
}

impl<E> OptionalMemberArg<E> for &E {
    fn as_member(&self) -> Option<&E> {
        Some(self)
    }
}

impl<E> OptionalMemberArg<E> for Option<E> {
    fn as_member(&self) -> Option<&E> {
        self.as_ref()
    }
}

impl<E> OptionalMemberArg<E> for &Option<E> {
    fn as_member(&self) -> Option<&E> {
        self.as_ref()
    }
}

//! A small contract of our own, as it was and as it will be.

use std::collections::BTreeMap;

use superoffice_codegen::{canonical, diagnostic, model};

#[path = "../../../codegen/tests/notation/mod.rs"]
mod notation;

/// A contract with the headers that every one has, as documents by name.
pub(super) fn documents(version: &str, text: &str) -> BTreeMap<String, String> {
    canonical::write(&notation::api(version, &format!("{HEADERS}{text}")))
}

const HEADERS: &str = "
    header ApplicationToken: string?
    header Credentials: SoCredentials?
    header TimeZone: SoTimeZone?
    header ExceptionInfo: SoExceptionInfo?
    header ExtraInfo: StringDictionary?
    header Succeeded: boolean
    struct SoCredentials { Ticket: string? }
    struct SoTimeZone { SoTimeZoneId: int, SoTimeZoneLocationCode: string? }
    struct SoExceptionInfo { Message: string?, InnerException: SoExceptionInfo? }
    dictionary StringDictionary { StringKeyValuePair, Key: string!?, Value: string!? }
";

pub(super) const OLD: &str = "
    Library.GetBook(Id: int) -> Book?
    Library.Lend(BookId: int, Reader: string?)
    Library.Burn(Id: int)
    Library.Find(Word: string?) -> ArrayOfBook?
    struct Book { Id: int, Title: string?, Shelf: short, State: BookState }
    array ArrayOfBook { Book: Book? }
    enum BookState { Free, Lent, Lost }
";

/// An operation removed, a parameter inserted, a field inserted, a type retyped, a member
/// inserted, an agent added.
pub(super) const NEW: &str = "
    Library.GetBook(Id: int) -> Book?
    Library.Lend(BookId: int, Days: int, Reader: string?)
    Library.Find(Word: string?) -> ArrayOfBook?
    Catalogue.Count() -> int
    struct Book { Id: int, Title: string?, Author: string?, Shelf: int, State: BookState }
    array ArrayOfBook { Book: Book? }
    enum BookState { Free, Reserved, Lent, Lost }
";

//! SOAP 1.1 as WCF services speak it: typed values in and out of messages, without loss.
//!
//! This crate reads and writes the messages of .NET services with data contracts. It knows nothing of a
//! particular service: generated code states the facts of a contract (names, namespaces, order) and
//! this crate does the rest. `superoffice-services` is such generated code.
//!
//! # Values
//!
//! Anything that stands in an element is a [`Value`]: the numbers, strings and binaries of std, the
//! small types that std has not ([`DateTime`], [`Duration`], [`Guid`], [`Char`], [`Decimal`],
//! [`AnyValue`]), `Option` for what may be nil, `Vec` for arrays, [`Dictionary`] for dictionaries, and
//! what a contract defines: structs ([`complex!`]), [`Enumeration`]s, [`Flags`], [`Polymorph`]s. Here is a
//! type as generated code states it:
//!
//! ```
//! use superoffice_soap::{Contract, Element, Extra, Kind, complex, decode, encode};
//!
//! static CONTRACT: Contract =
//!     Contract::new("Services88", &["urn:example", "http://schemas.microsoft.com/2003/10/Serialization/Arrays"]);
//!
//! const ARRAY_OF_STRING: Kind = Kind::Array(&Element::plain("string", 1));
//!
//! struct Contact {
//!     id: i32,
//!     name: Option<String>,
//!     phones: Option<Vec<String>>,
//!     extra: Extra,
//! }
//!
//! complex!(Contact {
//!     id: "Id",
//!     name: "Name",
//!     phones: "Phones" [ARRAY_OF_STRING];
//!     ..extra
//! });
//!
//! let xml = b"<Contact xmlns='urn:example'><Id>7</Id><Name>Ida</Name><Added>later</Added></Contact>";
//! let mut contact = Contact::default();
//! decode(xml, Kind::Plain, &mut contact)?;
//! assert_eq!(contact.name.as_deref(), Some("Ida"));
//!
//! // An element that the contract does not know yet survives being read, changed and written.
//! contact.name = Some("Ida B.".to_owned());
//! let xml = String::from_utf8(encode(&CONTRACT, &Element::plain("Contact", 0), &contact))?;
//! assert!(xml.contains(r#"<Name>Ida B.</Name><Added xmlns="urn:example">later</Added>"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is kept
//!
//! * Unknown elements with their place ([`Extra`]), unknown members of enumerations and flag sets
//!   ([`Unrecognized`], [`FlagSet`]), objects of unknown types ([`RawElement`]).
//! * The difference of null, empty and absent, as far as the contract has it.
//! * The offset of a date, or that it has none; the scale of a decimal; the order of a dictionary.
//!
//! # What is read
//!
//! Elements are matched by their local name, in any order and with any prefix; `xsi:nil` and `xsi:type`
//! are resolved by namespace. Text may hold the characters and character references that .NET servers
//! send although XML 1.0 forbids them. Everything else must be well-formed; a document type or a
//! processing instruction is refused, as SOAP asks. Messages are limited to 256 nested elements, 64
//! attributes an element, 256 namespace declarations in scope and namespaces of 1,024 bytes. No input
//! makes this crate panic, and a [`DecodeError`] says which element, where, what was expected and what
//! was found.
//!
//! # What is written
//!
//! Exactly the order, the names and the namespaces that the contract states, because WCF silently drops
//! everything else.
//!
//! # Messages
//!
//! [`envelope`] puts an envelope around a request, [`Envelope::parse`] takes one off a response: headers,
//! and a body or a [`Fault`]. A [`Transport`] carries them; the feature `reqwest` brings one. The
//! argument traits ([`TextArg`] and its like) let generated methods accept what a caller has at hand.

//!
//! # Features
//!
//! All are additive, none is on by default.
//!
//! | feature | brings |
//! |---|---|
//! | `reqwest` | `HttpTransport`: HTTP with TLS |
//! | `blocking` | the trait of blocking transports, and with `reqwest` such a one |
//! | `gzip` | compressed responses |
//! | `chrono`, `jiff`, `time` | conversions of [`DateTime`] and [`Duration`] that fail rather than shift |
//! | `serde` | `Serialize` and `Deserialize` for values; the module `serde` says in which form |

#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod any;
mod arg;
#[cfg(all(feature = "blocking", feature = "reqwest"))]
mod blocking;
mod contract;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod convert;
mod datetime;
#[expect(unsafe_code, reason = "entries are dropped by hand, and it says why")]
mod dictionary;
mod duration;
#[expect(
    unsafe_code,
    reason = "members are copied as bytes; `copied_member` says why that is sound"
)]
mod enumeration;
mod envelope;
mod error;
mod extra;
#[expect(
    unsafe_code,
    clippy::macro_metavars_in_unsafe,
    reason = "`complex!` and `boxed!` as everywhere; what they are given, they also expand where it is safe"
)]
mod fault;
#[expect(unsafe_code, reason = "the module says why and why it is sound")]
mod fields;
mod flags;
#[cfg(feature = "reqwest")]
mod http;
mod numbers;
mod polymorph;
mod primitives;
mod reader;
mod redacted;
mod scanner;
#[cfg(feature = "serde")]
pub mod serde;
mod serde_macros;
mod transport;
#[expect(unsafe_code, reason = "`fields` says why and why it is sound")]
mod value;
mod writer;

pub use any::{AnyValue, QName};
pub use arg::{BytesArg, EntityArg, ListArg, MemberArg, OptionalMemberArg, TextArg, TextListArg};
#[cfg(all(feature = "blocking", feature = "reqwest"))]
pub use blocking::BlockingHttpTransport;
pub use contract::{Contract, Element, Entry, Kind};
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use convert::ConversionError;
pub use datetime::{DateTime, Offset};
pub use dictionary::{Dictionary, Iter};
pub use duration::Duration;
pub use enumeration::{Enumeration, Member, Unrecognized};
#[doc(hidden)]
pub use enumeration::{copied_member, member_named, same_member, show_member};
pub use envelope::{
    Body, ENVELOPE_NAMESPACE, ENVELOPE_TAIL, Envelope, Header, envelope, envelope_head, text_header,
};
pub use error::{DecodeError, ParseError};
pub use extra::{Extra, RawElement};
pub use fault::{ExceptionDetail, Fault};
pub use fields::{Fields, Namespace, Omittable, Place, Places, Rest, Secret};
pub use flags::{FlagNames, FlagSet, Flags};
#[cfg(feature = "reqwest")]
pub use http::{HttpTransport, HttpTransportBuilder};
pub use polymorph::{Derived, Polymorph};
pub use primitives::{Char, Decimal, Guid};
pub use reader::{FieldReader, Reader, TypeName};
pub use redacted::Redacted;
#[cfg(feature = "blocking")]
pub use transport::BlockingTransport;
pub use transport::{
    HeaderText, HttpHeaders, HttpRequest, HttpResponse, Transport, TransportError,
    TransportErrorKind, TransportFuture,
};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use value::Form;
pub use value::{Dynamic, Entries, Item, Items, Leaf, Value, View};
#[doc(hidden)]
pub use value::{EntrySlots, Home, ItemSlots, Slots, erase, erase_mut, place};
pub use writer::{FieldWriter, Writer};

/// For the macros.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use ::{erased_serde as __erased_serde, serde as __serde};

/// Writes a value as a self-contained element.
pub fn encode(contract: &'static Contract, element: &Element, value: &dyn Value) -> Vec<u8> {
    let mut writer = Writer::new(contract);
    writer.root(element, value);
    writer.into_bytes()
}

/// Reads a document's root element into a value.
///
/// # Errors
///
/// Malformed XML, or content that is not of the value's type.
pub fn decode(bytes: &[u8], kind: Kind, target: &mut dyn Value) -> Result<(), DecodeError> {
    let mut reader = Reader::new(bytes)?;
    reader.value(target, kind)?;
    reader.finish()
}

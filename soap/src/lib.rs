//! SOAP 1.1 as WCF speaks it: values, reader, writer, envelope.

#![deny(missing_docs)]

mod any;
mod arg;
mod contract;
mod datetime;
mod dictionary;
mod duration;
mod enumeration;
mod envelope;
mod error;
mod extra;
mod fault;
mod flags;
#[cfg(feature = "reqwest")]
mod http;
mod numbers;
mod polymorph;
mod primitives;
mod reader;
mod scanner;
mod transport;
mod value;
mod writer;

pub use any::{AnyValue, QName};
pub use arg::{
    BytesArg, EntityArg, ListArg, MemberArg, OptionalMemberArg, TextArg, TextListArg,
};
pub use contract::{Contract, Element, Entry, Kind};
pub use datetime::{DateTime, Offset};
pub use dictionary::{Dictionary, Iter};
pub use duration::Duration;
pub use enumeration::{Enumeration, Member, Unrecognized};
#[doc(hidden)]
pub use enumeration::{blank_member, member_named};
pub use envelope::{Body, ENVELOPE_NAMESPACE, Envelope, Header, envelope};
pub use error::{DecodeError, ParseError};
pub use extra::{Extra, RawElement};
pub use fault::{ExceptionDetail, Fault};
#[doc(hidden)]
pub use flags::display_names;
pub use flags::{FlagSet, Flags};
#[cfg(feature = "reqwest")]
pub use http::{HttpTransport, HttpTransportBuilder};
pub use polymorph::{Derived, Polymorph};
pub use primitives::{Char, Decimal, Guid};
pub use reader::{FieldReader, Reader, TypeName};
pub use transport::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};
pub use value::{Arguments, Complex, Extensible, Item, Outputs, Value};
pub use writer::{FieldWriter, Writer};

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

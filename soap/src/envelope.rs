//! SOAP 1.1 envelopes: putting one around a request, taking one off a response.

use std::borrow::Cow;

use crate::{DecodeError, Fault, Kind, Reader, Value};

/// Namespace of a SOAP 1.1 envelope.
pub const ENVELOPE_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Puts an envelope around header elements (each self-contained, as [`encode`](crate::encode) writes
/// them) and the body's element.
pub fn envelope(headers: &[u8], body: &[u8]) -> Vec<u8> {
    let _ = (headers, body);
    unimplemented!()
}

/// A response, read as far as the body's first element.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// The elements of `Header`, in the order they came.
    pub headers: Vec<Header<'a>>,
    /// What `Body` holds.
    pub body: Body<'a>,
}

/// What the body of an envelope holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Body<'a> {
    /// Nothing, or there is no body.
    Empty,
    /// `Fault`, and the whole message was read.
    Fault(Box<Fault>),
    /// Any other element, with the reader at it: read it, then call [`Reader::finish`].
    Element(Reader<'a>),
}

/// One element of `Header`, not yet decoded.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    reader: Reader<'a>,
}

impl<'a> Header<'a> {
    /// Local name.
    pub fn name(&self) -> &'a str {
        self.reader.name()
    }

    /// Namespace.
    pub fn namespace(&self) -> Option<Cow<'a, str>> {
        self.reader.namespace()
    }

    /// Whether it says `xsi:nil`.
    pub fn is_nil(&self) -> bool {
        self.reader.is_nil()
    }

    /// Reads the value of the header.
    ///
    /// # Errors
    ///
    /// Content that is not of that type.
    pub fn read(&self, target: &mut dyn Value, kind: Kind) -> Result<(), DecodeError> {
        self.reader.clone().value(target, kind)
    }
}

impl<'a> Envelope<'a> {
    /// Reads the headers and goes to the body's first element.
    ///
    /// # Errors
    ///
    /// Bytes that are not UTF-8, malformed XML, or a root element that is no SOAP envelope.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let _ = bytes;
        unimplemented!()
    }

    /// The header with this local name.
    pub fn header(&self, name: &str) -> Option<&Header<'a>> {
        self.headers.iter().find(|header| header.name() == name)
    }
}

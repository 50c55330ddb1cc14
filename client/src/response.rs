//! What a response says: a result, a fault, an exception, or nothing that SOAP knows.

use std::cell::Cell;
use std::fmt;

use bytes::Bytes;
use superoffice_soap::{Body, DecodeError, Extra, FieldReader, HttpResponse, Reader, Value};

use crate::call::RawCall;
use crate::connection::starts_with;
use crate::error::{Detail, Error};
use crate::exception::ServerException;
use crate::headers::{self, ResponseHeaders};
use crate::redact;

/// A result with the headers of its response.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Response<T> {
    /// The result.
    pub value: T,
    /// The headers.
    pub headers: ResponseHeaders,
}

/// The response to a raw call.
#[derive(Clone)]
pub struct RawResponse {
    status: u16,
    headers: ResponseHeaders,
    body: String,
    message: Bytes,
}

impl RawResponse {
    /// The HTTP status.
    pub fn http_status(&self) -> u16 {
        self.status
    }

    /// The SOAP headers.
    pub fn headers(&self) -> &ResponseHeaders {
        &self.headers
    }

    /// The element in the SOAP body with all namespaces that it uses declared; empty if there is
    /// none.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The whole message as it came.
    pub fn message(&self) -> &[u8] {
        &self.message
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("http_status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A response next to the call that it answers.
pub(crate) struct Received<'c> {
    pub(crate) call: &'c RawCall,
    response: &'c HttpResponse,
    /// Counts what is unknown, if somebody asks; else it is passed over.
    unknowns: Option<Cell<usize>>,
}

/// What the body of a successful response holds.
enum Content<'c> {
    /// Nothing, although the server says that it succeeded.
    Nothing,
    Element(Reader<'c>),
}

impl<'c> Received<'c> {
    pub(crate) fn new(call: &'c RawCall, response: &'c HttpResponse) -> Self {
        Self {
            call,
            response,
            unknowns: None,
        }
    }

    /// One that counts what is unknown to the contract in what is read.
    pub(crate) fn counting(call: &'c RawCall, response: &'c HttpResponse) -> Self {
        Self {
            call,
            response,
            unknowns: Some(Cell::new(0)),
        }
    }

    /// How many things in what was read are unknown to the contract.
    pub(crate) fn unknowns(&self) -> usize {
        self.unknowns.as_ref().map_or(0, Cell::get)
    }

    /// Reads the one element that is the result.
    pub(crate) fn read_value(&self, target: &mut dyn Value) -> Result<(), Error> {
        let (name, kind) = self.call.output;
        self.read_fields(&mut |r| r.field(name, target, kind))
    }

    /// Reads the elements of the wrapper as the fields of a struct.
    pub(crate) fn read_outputs(&self, target: &mut dyn Value) -> Result<(), Error> {
        self.read_fields(&mut |r| target.read_fields(r))
    }

    /// Reads the elements of the wrapper.
    pub(crate) fn read_fields(
        &self,
        fields: &mut dyn FnMut(&mut FieldReader<'_, '_>),
    ) -> Result<(), Error> {
        match self.content()? {
            Content::Nothing => Err(self.unexpected("nothing")),
            Content::Element(reader) => self.read_wrapper(reader, fields),
        }
    }

    /// Checks that an operation without a result succeeded.
    pub(crate) fn read_nothing(&self) -> Result<(), Error> {
        match self.content()? {
            Content::Nothing => Ok(()),
            Content::Element(reader) => self.read_wrapper(reader, &mut |_| ()),
        }
    }

    pub(crate) fn headers(&self) -> Result<ResponseHeaders, Error> {
        ResponseHeaders::read(self.call.contract, &self.response.body)
            .map_err(|error| self.unreadable(error))
    }

    /// The answer of a raw call.
    pub(crate) fn read_raw(&self) -> Result<RawResponse, Error> {
        let body = match self.content()? {
            Content::Nothing => String::new(),
            Content::Element(mut reader) => {
                let element = reader.raw().map_err(|error| self.decode(error))?;
                reader.finish().map_err(|error| self.decode(error))?;
                element.as_xml().to_owned()
            }
        };
        let (status, message) = (self.response.status, self.response.body.clone());
        Ok(RawResponse {
            status,
            headers: self.headers()?,
            body,
            message,
        })
    }

    pub(crate) fn error(&self, detail: Detail) -> Error {
        self.call.error(detail).with_response(self.response)
    }

    fn decode(&self, error: DecodeError) -> Error {
        self.error(Detail::Decode(error))
    }

    fn unexpected(&self, found: &str) -> Error {
        self.error(Detail::Unexpected {
            expected: self.call.wrapper().into_owned(),
            found: shortened(found.to_owned()),
        })
    }

    fn read_wrapper(
        &self,
        mut reader: Reader<'_>,
        fields: &mut dyn FnMut(&mut FieldReader<'_, '_>),
    ) -> Result<(), Error> {
        if !self.call.is_wrapper(reader.name()) {
            return Err(self.unexpected(reader.name()));
        }
        let mut extra = Extra::new();
        let extra = self.unknowns.is_some().then_some(&mut extra);
        let read = reader.fields(extra, &mut |r| fields(r));
        let unknowns = reader.unknowns();
        read.and_then(|()| reader.finish())
            .map_err(|error| self.decode(error))?;
        if let Some(count) = &self.unknowns {
            count.set(unknowns);
        }
        Ok(())
    }

    /// The body decides before the status does: a message is believed whatever status it comes
    /// with.
    fn content(&self) -> Result<Content<'_>, Error> {
        let latest = &self.call.connection().settings().latest_success;
        let outcome = headers::outcome(self.call.contract, &self.response.body, latest);
        let (succeeded, exception, body) = outcome.map_err(|error| self.unreadable(error))?;
        match (body, succeeded, exception) {
            (Body::Fault(mut fault), ..) => {
                let exception =
                    ServerException::from_fault(&fault).map(|found| self.cleaned(found));
                for text in [&mut fault.string, &mut fault.code] {
                    self.clean(text);
                }
                if let Some(actor) = &mut fault.actor {
                    self.clean(actor);
                }
                let detail = fault.detail.as_ref().map(|raw| raw.as_xml().to_owned());
                if detail.is_some_and(|mut detail| self.clean(&mut detail)) {
                    (fault.detail, fault.exception) = (None, None);
                }
                Err(self.error(Detail::Fault(fault.into(), exception)))
            }
            (_, Some(false), exception) => Err(self.error(Detail::Exception(
                self.cleaned(exception.unwrap_or_default()),
            ))),
            (_, None, Some(exception)) => {
                Err(self.error(Detail::Exception(self.cleaned(exception))))
            }
            (Body::Element(reader), ..) => Ok(Content::Element(reader)),
            (_, Some(true), _) => Ok(Content::Nothing),
            (_, None, None) => Err(self.unexpected("an empty body")),
        }
    }

    /// What is no SOAP message at all is shown, as far as its first words go.
    fn unreadable(&self, error: DecodeError) -> Error {
        let body = &self.response.body;
        if is_soap(body) {
            return self.decode(error);
        }
        // Before tags are taken out, which might tear a secret apart, and again when what was escaped
        // is readable.
        let start = &body[..body.len().min(2 * FAR_ENOUGH)];
        let mut start = String::from_utf8_lossy(start).into_owned();
        self.clean(&mut start);
        let mut words = redact::unescaped(&words(start.as_bytes()));
        self.clean(&mut words);
        self.error(Detail::Http(shortened(words)))
    }

    /// The secrets and the longer runs of letters and digits in them, which stay recognisable where
    /// the rest was escaped.
    fn secrets(&self) -> Vec<&str> {
        let mut secrets = self.call.secrets();
        for whole in secrets.clone() {
            let runs = whole.split(|c: char| !c.is_ascii_alphanumeric());
            secrets.extend(runs.filter(|run| run.len() >= 12));
        }
        secrets
    }

    /// Servers repeat what they were sent. `true` if they did.
    fn clean(&self, text: &mut String) -> bool {
        redact::texts_in(text, &self.secrets())
    }

    fn cleaned(&self, mut exception: ServerException) -> ServerException {
        exception.clean(&|text| {
            self.clean(text);
        });
        exception
    }
}

/// The first words of a body that is no SOAP message, without these secrets.
#[cfg(feature = "online")]
pub(crate) fn excerpt(body: &[u8], secrets: &[&str]) -> String {
    let mut words = words(body);
    redact::texts_in(&mut words, secrets);
    shortened(words)
}

/// Whether it was meant to be a SOAP message, be it broken or cut off.
pub(crate) fn is_soap(body: &[u8]) -> bool {
    let start = &body[..body.len().min(512)];
    let text = start
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(start)
        .trim_ascii_start();
    text.starts_with(b"<")
        && text
            .windows(9)
            .any(|window| window == b":Envelope" || window == b"<Envelope")
}

/// Style sheets and scripts come first and say nothing.
const FAR_ENOUGH: usize = 16 << 10;

/// The first words of a text or an HTML page, in printable characters on one line; more of them than
/// are shown, since what is cut off in the middle of a word is no longer known for a secret.
fn words(body: &[u8]) -> String {
    let start = match body.get(..FAR_ENOUGH) {
        Some(start) => {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'<';
            &start[..start.iter().rposition(is_end).unwrap_or(0)]
        }
        None => body,
    };
    let text = String::from_utf8_lossy(start);
    let mut words = String::new();
    let mut rest = &*text;
    while words.len() <= SHOWN * 4 && !rest.is_empty() {
        let (before, tag) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
        for word in before.split(blank).filter(|word| !word.is_empty()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        rest = behind_tag(tag);
    }
    words
}

/// How many characters of a body an error shows.
const SHOWN: usize = 200;

fn shortened(words: String) -> String {
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What follows a tag; of a script or a style sheet, what follows its end tag.
fn behind_tag(tag: &str) -> &str {
    let skipped = [("<script", "</script"), ("<style", "</style")]
        .into_iter()
        .find(|(name, _)| starts_with(tag, name));
    let start = match skipped {
        Some((_, end)) => tag
            .as_bytes()
            .windows(end.len())
            .position(|part| part.eq_ignore_ascii_case(end.as_bytes())),
        None => Some(0),
    };
    let tag = start.map_or("", |start| &tag[start..]);
    tag.find('>').map_or("", |end| &tag[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::{is_soap, shortened, words};

    #[test]
    fn excerpts_are_words() {
        let page = "\u{feff}<html><head><title>Sign in</title><style>b{}</style>\
            <SCRIPT>if (a<b) {}</SCRIPT></head>\r\n\
            <body>\u{7}<h1>Welcome</h1>\n back</body>";
        assert_eq!(words(page.as_bytes()), "Sign in Welcome back");
        assert_eq!(
            words(b"Service\x00 Unavailable \xff"),
            "Service Unavailable \u{fffd}"
        );
        assert_eq!(words(b"<unfinished"), "");
        assert_eq!(words("word ".repeat(10_000).as_bytes()).len(), 16379);
        assert_eq!(
            words("x".repeat(20_000).as_bytes()),
            "",
            "the end of the word is not there"
        );
        assert_eq!(shortened("ø".repeat(10_000)).chars().count(), 201);
    }

    #[test]
    fn what_was_meant_to_be_soap() {
        assert!(is_soap(
            b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s="
        ));
        assert!(is_soap(
            b"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>\xff"
        ));
        assert!(!is_soap(b"<html><body>Envelope</body></html>"));
        assert!(!is_soap(b""));
        assert!(!is_soap(b"{\"error\":\"Envelope\"}"));
    }
}

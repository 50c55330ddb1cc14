//! SOAP 1.1 envelopes: putting one around a request, taking one off a response.

use std::borrow::Cow;

use crate::writer::{Place, escape};
use crate::{DecodeError, Fault, Kind, Reader, Value};

/// Namespace of a SOAP 1.1 envelope.
pub const ENVELOPE_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Namespace of a SOAP 1.2 envelope. Nobody should answer with one, but a different namespace around
/// it makes a body no less readable.
const ENVELOPE_12_NAMESPACE: &str = "http://www.w3.org/2003/05/soap-envelope";

/// Puts an envelope around header elements (each self-contained, as [`encode`](crate::encode) writes
/// them, one after another) and the body's element.
///
/// ```
/// assert_eq!(
///     String::from_utf8(superoffice_soap::envelope(b"<H xmlns='urn:h'/>", b"<Ping xmlns='urn:p'/>"))?,
///     "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\
///      <s:Header><H xmlns='urn:h'/></s:Header><s:Body><Ping xmlns='urn:p'/></s:Body></s:Envelope>",
/// );
/// # Ok::<(), std::string::FromUtf8Error>(())
/// ```
pub fn envelope(headers: &[u8], body: &[u8]) -> Vec<u8> {
    [&*envelope_head(headers), body, ENVELOPE_TAIL].concat()
}

/// What stands before the body's element in an envelope with these header elements.
pub fn envelope_head(headers: &[u8]) -> Vec<u8> {
    let (open, close): (&[u8], &[u8]) = match headers {
        [] => (b"", b""),
        _ => (b"<s:Header>", b"</s:Header>"),
    };
    [
        b"<s:Envelope xmlns:s=\"",
        ENVELOPE_NAMESPACE.as_bytes(),
        b"\">",
        open,
        headers,
        close,
        b"<s:Body>",
    ]
    .concat()
}

/// What stands behind the body's element in any envelope.
pub const ENVELOPE_TAIL: &[u8] = b"</s:Body></s:Envelope>";

/// Writes a text in elements of one namespace, one inside the other: a header that declares nothing
/// but what it needs. An empty `path` writes nothing.
///
/// ```
/// let mut headers = Vec::new();
/// superoffice_soap::text_header(&mut headers, "urn:v1", &["Credentials", "Ticket"], "a&b");
/// assert_eq!(
///     String::from_utf8(headers)?,
///     r#"<Credentials xmlns="urn:v1"><Ticket>a&amp;b</Ticket></Credentials>"#,
/// );
/// # Ok::<(), std::string::FromUtf8Error>(())
/// ```
pub fn text_header(out: &mut Vec<u8>, namespace: &str, path: &[&str], text: &str) {
    let [first, inner @ ..] = path else {
        return;
    };
    out.push(b'<');
    out.extend_from_slice(first.as_bytes());
    out.extend_from_slice(b" xmlns=\"");
    escape(out, namespace, Place::Attribute);
    out.extend_from_slice(b"\">");
    for name in inner {
        out.push(b'<');
        out.extend_from_slice(name.as_bytes());
        out.push(b'>');
    }
    escape(out, text, Place::Text);
    for name in path.iter().rev() {
        out.extend_from_slice(b"</");
        out.extend_from_slice(name.as_bytes());
        out.push(b'>');
    }
}

/// A response, read as far as the body's first element.
///
/// ```
/// use superoffice_soap::{Body, Envelope, Kind};
///
/// let response = br#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
///     <s:Header><h:Succeeded xmlns:h="urn:v1">true</h:Succeeded></s:Header>
///     <s:Body><CountResponse xmlns="urn:v1"><Response>3</Response></CountResponse></s:Body>
/// </s:Envelope>"#;
///
/// let envelope = Envelope::parse(response)?;
/// let mut succeeded = false;
/// if let Some(header) = envelope.header("Succeeded") {
///     header.read(&mut succeeded, Kind::Plain)?;
/// }
/// assert!(succeeded);
///
/// let Body::Element(mut reader) = envelope.body else { panic!("no body") };
/// let mut count = 0_i32;
/// reader.fields(None, &mut |fields| fields.field("Response", &mut count, Kind::Plain))?;
/// reader.finish()?;
/// assert_eq!(count, 3);
/// # Ok::<(), superoffice_soap::DecodeError>(())
/// ```
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
    /// A fault; the whole message was read.
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
        let mut headers = Vec::new();
        let body = Self::read(bytes, &mut |reader| {
            headers.push(Header {
                reader: reader.clone(),
            });
            reader.skip()
        })?;
        Ok(Self { headers, body })
    }

    /// Shows `header` each header in turn, which reads it or skips it, and goes to the body's first
    /// element. Nothing is kept of headers that nobody asks for.
    ///
    /// # Errors
    ///
    /// Those of [`Envelope::parse`], and what `header` refuses.
    pub fn read(
        bytes: &'a [u8],
        header: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), DecodeError>,
    ) -> Result<Body<'a>, DecodeError> {
        Self::read_start(bytes, header).map(|(body, _)| body)
    }

    /// [`Envelope::read`], which also says where the start tag of `Body` begins, if nothing but headers
    /// stands before it.
    #[doc(hidden)]
    pub fn read_start(
        bytes: &'a [u8],
        header: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), DecodeError>,
    ) -> Result<(Body<'a>, Option<usize>), DecodeError> {
        let mut reader = Reader::new(bytes)?;
        let namespace = reader.namespace();
        let is_soap = matches!(
            namespace.as_deref(),
            Some(ENVELOPE_NAMESPACE | ENVELOPE_12_NAMESPACE)
        );
        if reader.name() != "Envelope" || !is_soap {
            let found = match namespace {
                Some(namespace) => format!("<{}> of {namespace}", reader.name()),
                None => format!("<{}>", reader.name()),
            };
            return Err(reader.error("a SOAP 1.1 envelope", found));
        }
        if !reader.enter() {
            return Ok((Body::Empty, None));
        }
        let mut is_usual = true;
        while reader.next_child()? {
            match reader.name() {
                "Header" => read_headers(&mut reader, header)?,
                "Body" => {
                    let start = is_usual.then(|| reader.start());
                    return Ok((read_body(reader)?, start));
                }
                _ => {
                    is_usual = false;
                    reader.skip()?;
                }
            }
        }
        reader.finish()?;
        Ok((Body::Empty, None))
    }

    /// Goes to the body's first element without a look at the headers; `None` if that cannot be done,
    /// and then [`Envelope::read`] can say why.
    ///
    /// Invariant: [`Envelope::read_start`] gave this `start` for a message whose bytes before it are the
    /// same. What is read of these bytes would be the same again, and what is in force behind them is
    /// what the root's start tag says, since all that it holds was closed.
    #[doc(hidden)]
    pub fn read_from(bytes: &'a [u8], start: usize) -> Option<Result<Body<'a>, DecodeError>> {
        let mut reader = Reader::new(bytes).ok()?;
        if !reader.enter() {
            return None;
        }
        reader.go_to(start);
        match reader.next_child() {
            Ok(true) if reader.name() == "Body" => Some(read_body(reader)),
            _ => None,
        }
    }

    /// The header with this local name.
    pub fn header(&self, name: &str) -> Option<&Header<'a>> {
        self.headers.iter().find(|header| header.name() == name)
    }
}

fn read_headers<'a>(
    reader: &mut Reader<'a>,
    header: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if !reader.enter() {
        return Ok(());
    }
    while reader.next_child()? {
        header(reader)?;
    }
    Ok(())
}

/// Goes to the first element of the body. A fault and an empty body end the message.
fn read_body(mut reader: Reader<'_>) -> Result<Body<'_>, DecodeError> {
    if !reader.enter() || !reader.next_child()? {
        reader.finish()?;
        return Ok(Body::Empty);
    }
    let is_fault = reader.name() == "Fault"
        && matches!(
            reader.namespace().as_deref(),
            Some(ENVELOPE_NAMESPACE | ENVELOPE_12_NAMESPACE)
        );
    if !is_fault {
        return Ok(Body::Element(reader));
    }
    let fault = Fault::read(&mut reader)?;
    reader.finish()?;
    Ok(Body::Fault(Box::new(fault)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOAP: &str = "xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'";

    #[test]
    fn headers_come_in_any_order_with_their_own_prefixes() {
        let xml = format!(
            "<s:Envelope {SOAP}><s:Header><a:Later xmlns:a='urn:a'><a:b/></a:Later>\
             <h:ExceptionInfo i:nil='true' xmlns:h='urn:v1' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'/>\
             <Succeeded xmlns='urn:v1'>false</Succeeded></s:Header><s:Body/></s:Envelope>"
        );
        let envelope = Envelope::parse(xml.as_bytes()).expect("an envelope");
        assert!(matches!(envelope.body, Body::Empty));
        let names: Vec<_> = envelope.headers.iter().map(Header::name).collect();
        assert_eq!(names, ["Later", "ExceptionInfo", "Succeeded"]);
        assert_eq!(envelope.headers[2].namespace().as_deref(), Some("urn:v1"));
        assert!(envelope.header("ExceptionInfo").is_some_and(Header::is_nil));
        let mut succeeded = true;
        let header = envelope.header("Succeeded").expect("a header");
        header.read(&mut succeeded, Kind::Plain).expect("a boolean");
        assert!(!succeeded);
        let error = envelope.headers[0]
            .read(&mut succeeded, Kind::Plain)
            .expect_err("an element");
        assert_eq!(error.path(), "Envelope/Header/Later");
    }

    #[test]
    fn debug_output_does_not_show_the_message() {
        let xml = format!(
            "<s:Envelope {SOAP}><s:Header><Ticket>7T:secret</Ticket></s:Header><s:Body><R/></s:Body></s:Envelope>"
        );
        let envelope = Envelope::parse(xml.as_bytes()).expect("an envelope");
        let shown = format!("{envelope:?}");
        assert!(
            shown.contains("Envelope/Header/Ticket") && !shown.contains("7T"),
            "{shown}"
        );
    }

    #[test]
    fn a_body_may_be_missing_or_empty() {
        for inside in [
            "",
            "<s:Header/>",
            "<s:Body/>",
            "<s:Body> </s:Body>",
            "<x/><s:Body><!-- --></s:Body>",
        ] {
            let xml = format!("<s:Envelope {SOAP}>{inside}</s:Envelope>");
            let envelope = Envelope::parse(xml.as_bytes()).expect(inside);
            assert!(matches!(envelope.body, Body::Empty), "{inside}");
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let xml = format!("<s:Envelope {SOAP}><s:Body><R><Id>1</Id></R></s:Body></s:Envelope>");
        let whole = |xml: &str| match Envelope::parse(xml.as_bytes())?.body {
            Body::Element(mut reader) => {
                reader.skip()?;
                reader.finish()
            }
            _ => Ok(()),
        };
        whole(&xml).expect("an envelope");
        for length in 0..xml.len() {
            assert!(whole(&xml[..length]).is_err(), "{}", &xml[..length]);
        }
    }

    #[test]
    fn other_documents_are_refused() {
        let error = Envelope::parse(b"<html><body>Sorry</body></html>").expect_err("no envelope");
        assert_eq!(
            error.to_string(),
            "Envelope: expected a SOAP 1.1 envelope, found <html> at byte 6"
                .replace("Envelope: ", "html: ")
        );
        assert!(Envelope::parse(b"<Envelope/>").is_err());
        assert!(Envelope::parse(b"Service unavailable").is_err());
    }

    #[test]
    fn faults_are_told_from_elements_of_that_name() {
        let xml =
            format!("<s:Envelope {SOAP}><s:Body><Fault xmlns='urn:v1'/></s:Body></s:Envelope>");
        let envelope = Envelope::parse(xml.as_bytes()).expect("an envelope");
        assert!(matches!(envelope.body, Body::Element(_)));
    }

    #[test]
    fn a_fault_carries_the_exception() {
        let xml = format!(
            "<s:Envelope {SOAP}><s:Body><s:Fault>\
             <faultcode xmlns:a='urn:codes'>a:InternalServiceFault</faultcode>\
             <faultstring xml:lang='en-US'>No session</faultstring>\
             <detail><ExceptionDetail xmlns='urn:d' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>\
             <HelpLink i:nil='true'/><InnerException><HelpLink i:nil='true'/><InnerException i:nil='true'/>\
             <Message>inner</Message><StackTrace/><Type>B</Type></InnerException>\
             <Message>outer</Message><StackTrace>at A</StackTrace><Type>A</Type></ExceptionDetail></detail>\
             </s:Fault></s:Body></s:Envelope>"
        );
        let envelope = Envelope::parse(xml.as_bytes()).expect("an envelope");
        let Body::Fault(fault) = envelope.body else {
            panic!("no fault")
        };
        assert_eq!(fault.to_string(), "InternalServiceFault: No session");
        let exception = fault.exception.expect("an exception");
        assert_eq!(
            (exception.r#type.as_deref(), exception.message.as_deref()),
            (Some("A"), Some("outer"))
        );
        let inner = exception.inner_exception.expect("an inner exception");
        assert_eq!(
            (inner.r#type.as_deref(), inner.stack_trace.as_deref()),
            (Some("B"), Some(""))
        );
        assert!(
            fault
                .detail
                .is_some_and(|detail| detail.as_xml().starts_with("<detail"))
        );
    }

    #[test]
    fn a_fault_may_carry_anything_else() {
        let xml = format!(
            "<s:Envelope {SOAP}><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring>\
             <detail><Other xmlns='urn:o'>1</Other></detail></s:Fault></s:Body></s:Envelope>"
        );
        let envelope = Envelope::parse(xml.as_bytes()).expect("an envelope");
        let Body::Fault(fault) = envelope.body else {
            panic!("no fault")
        };
        assert_eq!((fault.code.as_str(), fault.exception), ("Client", None));
        assert_eq!(
            fault.detail.map(|detail| detail.to_string()).as_deref(),
            Some(r#"<detail xmlns=""><Other xmlns='urn:o'>1</Other></detail>"#)
        );
    }
}

//! The exception that the server raised, from whichever channel it came through.

use std::fmt;
use std::sync::Arc;

use superoffice_soap::{
    DecodeError, Dictionary, Element, Entry, ExceptionDetail, Fault, Kind, RawElement, Reader,
    Value, Writer,
};

/// An exception of the server: the `ExceptionInfo` header, or the detail of a SOAP fault.
///
/// `Display` gives the message, `source()` the inner exception.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerException(
    /// Dropped by code that is there once, like what is in an [`Error`](crate::Error).
    Arc<Parts>,
);

#[derive(Clone, Debug, Default, PartialEq)]
struct Parts {
    message: Option<String>,
    stack_trace: Option<String>,
    friendly_text: Option<String>,
    exception_type: Option<String>,
    source: Option<String>,
    inner: Option<ServerException>,
    parameters: Dictionary<String, Option<String>>,
}

impl ServerException {
    /// Full name of the .NET type, `SuperOffice.Exceptions.SoSentryException`; empty if the server
    /// named none.
    pub fn type_name(&self) -> &str {
        self.0.exception_type.as_deref().unwrap_or_default()
    }

    /// The name of the type without its namespace, `SoSentryException`.
    pub fn short_type_name(&self) -> &str {
        let name = self.type_name();
        // A qualified name may go on with the assembly, and a generic one with its arguments.
        let name = name
            .split([',', '`', '['])
            .next()
            .unwrap_or_default()
            .trim_end();
        name.rsplit(['.', '+']).next().unwrap_or_default()
    }

    /// What went wrong, for developers.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// What went wrong, for users, in their language.
    pub fn friendly_text(&self) -> Option<&str> {
        self.0.friendly_text.as_deref()
    }

    /// The server's stack trace, if it gives any away.
    pub fn stack_trace(&self) -> Option<&str> {
        self.0.stack_trace.as_deref()
    }

    /// The part of the server that raised it.
    pub fn origin(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The exception that caused this one.
    pub fn inner(&self) -> Option<&ServerException> {
        self.0.inner.as_ref()
    }

    /// Further values that the server states, by name.
    pub fn parameters(&self) -> &Dictionary<String, Option<String>> {
        &self.0.parameters
    }

    /// Whether it or an inner exception is of that type, named without its namespace.
    pub fn is(&self, short_type_name: &str) -> bool {
        self.chain()
            .any(|exception| exception.short_type_name() == short_type_name)
    }

    /// This exception, then the inner ones.
    fn chain(&self) -> impl Iterator<Item = &ServerException> {
        std::iter::successors(Some(self), |exception| exception.inner())
    }

    /// What a fault says in its detail: SuperOffice's own description, or WCF's; else what its text
    /// looks like.
    pub(crate) fn from_fault(fault: &Fault) -> Option<Self> {
        let described = fault.detail.as_ref().and_then(Self::from_detail);
        let detailed = || fault.exception.as_ref().map(Self::from_wcf);
        described
            .or_else(detailed)
            .or_else(|| Self::from_text(&fault.string))
    }

    fn from_wcf(detail: &ExceptionDetail) -> Self {
        Self(Arc::new(Parts {
            message: detail.message.clone(),
            stack_trace: detail.stack_trace.clone(),
            exception_type: detail.r#type.clone(),
            inner: detail.inner_exception.as_deref().map(Self::from_wcf),
            ..Parts::default()
        }))
    }

    fn from_detail(detail: &RawElement) -> Option<Self> {
        let mut found = Self::default();
        let mut reader = Reader::new(detail.as_xml().as_bytes()).ok()?;
        let read = reader.fields(None, &mut |r| {
            r.field("SoExceptionInfo", &mut found, Kind::Plain);
            r.field("ExceptionInfo", &mut found, Kind::Plain);
        });
        read.ok()?;
        (!found.type_name().is_empty()).then_some(found)
    }

    /// .NET writes an exception as `Namespace.Type: message`.
    fn from_text(text: &str) -> Option<Self> {
        let (name, message) = text.split_once(':')?;
        let message = message.strip_prefix(' ')?;
        let is_type = name.starts_with("SuperOffice.")
            && name.ends_with("Exception")
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
        is_type.then(|| {
            Self(Arc::new(Parts {
                message: Some(message.to_owned()),
                exception_type: Some(name.to_owned()),
                ..Parts::default()
            }))
        })
    }

    /// Passes every text of it and of the inner ones through `clean`.
    pub(crate) fn clean(&mut self, clean: &dyn Fn(&mut String)) {
        let mut next = Some(self);
        while let Some(exception) = next {
            let parts = Arc::make_mut(&mut exception.0);
            let texts = [
                &mut parts.message,
                &mut parts.stack_trace,
                &mut parts.friendly_text,
                &mut parts.exception_type,
                &mut parts.source,
            ];
            texts.into_iter().flatten().for_each(clean);
            parts
                .parameters
                .iter_mut()
                .filter_map(|(_, value)| value.as_mut())
                .for_each(clean);
            next = parts.inner.as_mut();
        }
    }
}

impl fmt::Display for ServerException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self
            .message()
            .or(self.friendly_text())
            .filter(|text| !text.is_empty());
        f.write_str(said.unwrap_or("the server gave no message"))
    }
}

impl std::error::Error for ServerException {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner().map(|inner| inner as _)
    }
}

const PARAMETERS: Kind = Kind::Dictionary(&Entry {
    name: "SoExceptionInfoParametersKeyValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});

#[doc(hidden)]
impl Value for ServerException {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        let parts = Arc::make_mut(&mut self.0);
        r.fields(None, &mut |r| {
            r.field("Message", &mut parts.message, Kind::Plain);
            r.field("StackTrace", &mut parts.stack_trace, Kind::Plain);
            r.field("FriendlyText", &mut parts.friendly_text, Kind::Plain);
            r.field("ExceptionType", &mut parts.exception_type, Kind::Plain);
            r.field("Source", &mut parts.source, Kind::Plain);
            r.field("InnerException", &mut parts.inner, Kind::Plain);
            r.field("Parameters", &mut parts.parameters, PARAMETERS);
        })
    }

    /// Only servers write one.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.nil(element);
    }
}

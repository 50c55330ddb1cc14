//! A SOAP fault and the .NET exception it may carry.

use std::fmt;

use crate::{DecodeError, Extra, Kind, RawElement, Reader, Value};

/// The body of a response that is a fault.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// Local part of `faultcode`: `Client`, `InternalServiceFault`, `ActionNotSupported` …
    pub code: String,
    /// `faultstring`
    pub string: String,
    /// `faultactor`
    pub actor: Option<String>,
    /// The .NET exception in `detail`, if the server was told to show it.
    pub exception: Option<ExceptionDetail>,
    /// `detail` as it came.
    pub detail: Option<RawElement>,
}

impl Fault {
    /// Reads the current element, `Fault`.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fault = Self::default();
        if !reader.enter() {
            return Ok(fault);
        }
        while reader.next_child()? {
            match reader.name() {
                "faultcode" => {
                    let code = reader.text()?;
                    let code = code.trim_ascii();
                    fault.code = code
                        .rsplit_once(':')
                        .map_or(code, |(_, local)| local)
                        .to_owned();
                }
                "faultstring" => fault.string = reader.text()?.trim_ascii().to_owned(),
                "faultactor" => fault.actor.read(reader, Kind::Plain)?,
                "detail" => {
                    fault.exception = exception(reader.clone());
                    fault.detail = Some(reader.raw()?);
                }
                _ => reader.skip()?,
            }
        }
        Ok(fault)
    }
}

/// The exception in `detail`; what else a server may put there is nobody's error.
fn exception(mut detail: Reader<'_>) -> Option<ExceptionDetail> {
    if !detail.enter() {
        return None;
    }
    while detail.next_child().ok()? {
        if detail.name() == "ExceptionDetail" {
            let mut exception = ExceptionDetail::default();
            return exception
                .read(&mut detail, Kind::Plain)
                .ok()
                .map(|()| exception);
        }
        detail.skip().ok()?;
    }
    None
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.string)
    }
}

impl std::error::Error for Fault {}

/// A .NET exception as WCF describes it in a fault's detail.
#[non_exhaustive]
pub struct ExceptionDetail {
    /// `HelpLink`
    pub help_link: Option<String>,
    /// `InnerException`
    pub inner_exception: Option<Box<ExceptionDetail>>,
    /// `Message`
    pub message: Option<String>,
    /// `StackTrace`
    pub stack_trace: Option<String>,
    /// `Type`: full name of the .NET type.
    pub r#type: Option<String>,
    /// What else came.
    pub extra: Extra,
}

crate::complex!(ExceptionDetail {
    help_link: "HelpLink",
    inner_exception: "InnerException",
    message: "Message",
    stack_trace: "StackTrace",
    r#type: "Type";
    ..extra
});
crate::boxed!(ExceptionDetail);

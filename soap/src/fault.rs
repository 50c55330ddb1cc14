//! A SOAP fault and the .NET exception it may carry.

use std::fmt;

use crate::RawElement;

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
    /// The .NET exception in `detail`.
    pub exception: Option<ExceptionDetail>,
    /// `detail` as it came.
    pub detail: Option<RawElement>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.string)
    }
}

impl std::error::Error for Fault {}

/// A .NET exception as WCF describes it in a fault's detail.
#[derive(Clone, Debug, Default, PartialEq)]
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
}

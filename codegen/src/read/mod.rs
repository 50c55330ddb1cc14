//! Documents in, one [`model::Api`](crate::model::Api) a version out.

/// The namespace of XML Schema.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of Microsoft's `duration`, `guid` and `char`, and of its notes in `appinfo`.
pub const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";

//! The contract in its own words: what the documents of one version say, names resolved.
//!
//! Invariant: a model holds facts only, in a stable order, so that two models of the same
//! contract are equal however the documents were laid out.

use std::collections::BTreeMap;

use crate::diagnostic::Location;

/// Everything one version (`Services88`) offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// `Services88`: the last segment of the target namespace.
    pub version: String,
    /// `http://www.superoffice.net/ws/crm/NetServer/Services88`.
    pub namespace: String,
    /// Sorted by name.
    pub agents: Vec<Agent>,
    /// Every named type of the version, the boilerplate of `…/2003/10/Serialization/` left out.
    pub types: BTreeMap<TypeName, Type>,
    /// Header elements (`Credentials`, `Succeeded` …): global elements that messages refer to.
    pub headers: BTreeMap<String, HeaderElement>,
}

/// One port type: `License`, `Appointment` …
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// The port type's name.
    pub name: String,
    /// The name of the `wsdl:service`.
    pub service: String,
    /// The name of the `wsdl:port`.
    pub port: String,
    /// In the order of the document.
    pub operations: Vec<Operation>,
    pub documentation: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Operation {
    pub name: String,
    /// The SOAPAction, a full URI.
    pub action: String,
    /// The members of the request wrapper, which always is named like the operation.
    pub parameters: Vec<Field>,
    /// The name of the response wrapper: `<Operation>Response`, or `AuthenticateResponse`.
    pub response_element: String,
    /// The members of the response wrapper.
    pub results: Vec<Field>,
    /// Names in [`Api::headers`], in the order of the binding.
    pub request_headers: Vec<String>,
    /// Names in [`Api::headers`], in the order of the binding.
    pub response_headers: Vec<String>,
    pub documentation: Option<String>,
    /// Where it was read; no part of equality.
    pub at: Location,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeaderElement {
    pub ty: TypeRef,
    pub nillable: bool,
}

/// A (namespace, local name) pair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    pub namespace: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct Type {
    pub kind: TypeKind,
    pub documentation: Option<String>,
    /// Where it was read first; no part of equality.
    pub at: Location,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    Struct(Struct),
    /// A sequence of one unbounded element.
    Array(Field),
    Dictionary(Dictionary),
    Enum(Enum),
    /// An `xs:list` of a restriction: any number of members at once.
    Flags(Enum),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// `complexContent/extension`.
    pub base: Option<TypeName>,
    /// Own members, in wire order; the base's come before them on the wire.
    pub fields: Vec<Field>,
    /// Stated by `IsValueType` in appinfo.
    pub is_value_type: bool,
}

/// One local element.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: TypeRef,
    /// `minOccurs` is 1 (stated or by default).
    pub required: bool,
    pub nillable: bool,
    pub documentation: Option<String>,
    /// Where it was read; no part of equality.
    pub at: Location,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    Primitive(Primitive),
    Named(TypeName),
}

/// `IsDictionary` in appinfo: repeated entries of a key and a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Dictionary {
    /// The name of the entry element (`StringKeyValuePair`; irregular).
    pub entry: String,
    pub key: Field,
    pub value: Field,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    pub members: Vec<Member>,
    /// The underlying integer where `ActualType` states one (only ever `short`).
    pub actual_type: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    /// `EnumerationValue` in appinfo; without one the position decides, see [`Enum::values`].
    pub stated_value: Option<i64>,
    pub documentation: Option<String>,
    /// Where it was read; no part of equality.
    pub at: Location,
}

/// The simple types the contracts use, of XML Schema or of Microsoft's serialisation namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Primitive {
    AnyType,
    AnyUri,
    Base64Binary,
    Boolean,
    Byte,
    Char,
    DateTime,
    Decimal,
    Double,
    Duration,
    Float,
    Guid,
    Int,
    Long,
    QName,
    Short,
    String,
    UnsignedByte,
    UnsignedInt,
    UnsignedLong,
    UnsignedShort,
}

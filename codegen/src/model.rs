//! The contract in its own words: what the documents of one version say, names resolved.
//!
//! Invariant: a model holds facts only, in a stable order, so that two models of the same
//! contract are equal however the documents were laid out. Equality leaves out documentation and
//! locations.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

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
    /// No part of the contract any longer; see [`crate::retire`].
    pub retired: Retired,
}

/// What earlier drops had and the standing one has not, kept for callers' sake.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retired {
    /// Sorted by name, with the retired operations alone; the contract may have agents of the same
    /// name.
    pub agents: Vec<Agent>,
    /// What these operations need and the contract has not.
    pub types: BTreeMap<TypeName, Type>,
}

/// When something left the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The drop that has it no more, as far as its date is known: `2024-02-29`.
    pub drop: Option<String>,
    /// The last release that had it as a part of the contract: `0.1.0`.
    pub after: String,
}

/// One port type: `License`, `Appointment` …
#[derive(Clone, Debug)]
pub struct Agent {
    /// The port type's name.
    pub name: String,
    /// The name of the `wsdl:service`.
    pub service: String,
    /// The name of the `wsdl:port`.
    pub port: String,
    /// Sorted by name: the order in a WSDL means nothing, and so a drop that only shuffles its
    /// operations changes nothing.
    pub operations: Vec<Operation>,
    pub documentation: Option<String>,
    /// The port type; no part of equality.
    pub at: Location,
}

impl PartialEq for Agent {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.service == other.service
            && self.port == other.port
            && self.operations == other.operations
    }
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
    /// Read off example messages, because no WSDL states it.
    pub inferred: bool,
    /// Only of what is in [`Api::retired`].
    pub retired: Option<Retirement>,
    pub documentation: Option<String>,
    /// Where it was read; no part of equality.
    pub at: Location,
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.action == other.action
            && self.parameters == other.parameters
            && self.response_element == other.response_element
            && self.results == other.results
            && self.request_headers == other.request_headers
            && self.response_headers == other.response_headers
            && self.inferred == other.inferred
            && self.retired == other.retired
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeaderElement {
    pub ty: TypeRef,
    pub nillable: bool,
    /// Where it was read first; no part of equality.
    pub at: Location,
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
    /// Read off example messages, because no schema states it. Of an enum only members that were
    /// seen are known, and a number only where it is stated.
    pub inferred: bool,
    /// Only of what is in [`Api::retired`].
    pub retired: Option<Retirement>,
    pub documentation: Option<String>,
    /// Where it was read first; no part of equality.
    pub at: Location,
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.inferred == other.inferred && self.retired == other.retired
    }
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

#[derive(Clone, Debug, Default, PartialEq)]
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

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.ty == other.ty
            && self.required == other.required
            && self.nillable == other.nillable
    }
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

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.stated_value == other.stated_value
    }
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

impl Api {
    /// Its first agent, whether the contract has it or it is retired.
    pub fn at(&self) -> Location {
        let first = self.agents.iter().chain(&self.retired.agents).next();
        first.map_or_else(Location::default, |agent| agent.at.clone())
    }

    /// The contract and what is retired as one, each thing marked that is.
    pub fn with_retired(&self) -> Cow<'_, Self> {
        if self.retired == Retired::default() {
            return Cow::Borrowed(self);
        }
        let mut whole = self.clone();
        let Retired { agents, types } = std::mem::take(&mut whole.retired);
        whole.types.extend(types);
        for mut agent in agents {
            match whole.agents.iter_mut().find(|a| a.name == agent.name) {
                Some(known) => {
                    known.operations.append(&mut agent.operations);
                    known.operations.sort_by(|a, b| a.name.cmp(&b.name));
                }
                None => whole.agents.push(agent),
            }
        }
        whole.agents.sort_by(|a, b| a.name.cmp(&b.name));
        Cow::Owned(whole)
    }

    /// Undoes [`Api::with_retired`]: what is marked leaves the contract.
    pub fn set_retired_apart(&mut self) {
        let is_retired = |operation: &Operation| operation.retired.is_some();
        let marked = self.agents.extract_if(.., |agent| agent.is_retired());
        let mut agents: Vec<Agent> = marked.collect();
        for agent in &mut self.agents {
            let operations: Vec<Operation> =
                agent.operations.extract_if(.., |o| is_retired(o)).collect();
            if !operations.is_empty() {
                agents.push(Agent {
                    operations,
                    ..agent.clone()
                });
            }
        }
        agents.sort_by(|a, b| a.name.cmp(&b.name));
        let types = std::mem::take(&mut self.types).into_iter();
        let (retired, types) = types.partition(|(_, ty)| ty.retired.is_some());
        self.types = types;
        self.retired = Retired {
            agents,
            types: retired,
        };
    }
}

impl Agent {
    /// It has operations, and all of them are retired.
    pub fn is_retired(&self) -> bool {
        let mut operations = self.operations.iter();
        !self.operations.is_empty() && operations.all(|operation| operation.retired.is_some())
    }
}

impl TypeName {
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

/// As messages write it: the local name, then the namespace.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.namespace)
    }
}

impl Enum {
    /// The number of each member, in their order: what is stated, else the position counted from
    /// zero; in a flag set 2^position.
    pub fn values(&self, is_flags: bool) -> Vec<i64> {
        self.members
            .iter()
            .enumerate()
            .map(|(position, member)| match member.stated_value {
                Some(value) => value,
                None if is_flags => 1_i64.checked_shl(position as u32).unwrap_or(0),
                None => position as i64,
            })
            .collect()
    }
}

impl Type {
    /// The numbers of the members of an enum or a flag set; nothing for other kinds.
    pub fn values(&self) -> Vec<i64> {
        match &self.kind {
            TypeKind::Enum(e) => e.values(false),
            TypeKind::Flags(e) => e.values(true),
            _ => Vec::new(),
        }
    }

    /// Calls `visit` with each type this one refers to: base, members, items, keys and values.
    pub fn references<'a>(&'a self, mut visit: impl FnMut(&'a TypeName)) {
        let mut field = |field: &'a Field| {
            if let TypeRef::Named(name) = &field.ty {
                visit(name);
            }
        };
        match &self.kind {
            TypeKind::Struct(s) => {
                s.fields.iter().for_each(&mut field);
                if let Some(base) = &s.base {
                    visit(base);
                }
            }
            TypeKind::Array(item) => field(item),
            TypeKind::Dictionary(d) => {
                field(&d.key);
                field(&d.value);
            }
            TypeKind::Enum(_) | TypeKind::Flags(_) => {}
        }
    }
}

impl Operation {
    /// The members of both wrappers, parameters first.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.parameters.iter().chain(&self.results)
    }

    /// Calls `visit` with each type that a parameter or a result is declared with.
    pub fn references<'a>(&'a self, mut visit: impl FnMut(&'a TypeName)) {
        for field in self.fields() {
            if let TypeRef::Named(name) = &field.ty {
                visit(name);
            }
        }
    }
}

impl Primitive {
    /// Every one, with its local name; [`Primitive::namespace`] has the other half.
    const ALL: [(Self, &'static str); 21] = [
        (Self::AnyType, "anyType"),
        (Self::AnyUri, "anyURI"),
        (Self::Base64Binary, "base64Binary"),
        (Self::Boolean, "boolean"),
        (Self::Byte, "byte"),
        (Self::Char, "char"),
        (Self::DateTime, "dateTime"),
        (Self::Decimal, "decimal"),
        (Self::Double, "double"),
        (Self::Duration, "duration"),
        (Self::Float, "float"),
        (Self::Guid, "guid"),
        (Self::Int, "int"),
        (Self::Long, "long"),
        (Self::QName, "QName"),
        (Self::Short, "short"),
        (Self::String, "string"),
        (Self::UnsignedByte, "unsignedByte"),
        (Self::UnsignedInt, "unsignedInt"),
        (Self::UnsignedLong, "unsignedLong"),
        (Self::UnsignedShort, "unsignedShort"),
    ];

    /// The local name in the contract: `int`, `base64Binary` …
    pub fn wire_name(self) -> &'static str {
        let (_, name) = Self::ALL[self as usize];
        name
    }

    /// Microsoft's serialisation namespace for `char`, `duration` and `guid`, else XML Schema's.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::Char | Self::Duration | Self::Guid => crate::read::SERIALIZATION,
            _ => crate::read::XSD,
        }
    }

    /// One of XML Schema's sized integers.
    pub fn is_integer(self) -> bool {
        use Primitive::*;
        matches!(
            self,
            Byte | Short | Int | Long | UnsignedByte | UnsignedShort | UnsignedInt | UnsignedLong
        )
    }

    /// By namespace and local name. A `duration` of XML Schema is the same one.
    pub fn from_wire(namespace: &str, name: &str) -> Option<Self> {
        let (primitive, _) = Self::ALL.into_iter().find(|(_, known)| *known == name)?;
        let same = namespace == primitive.namespace()
            || (primitive == Self::Duration && namespace == crate::read::XSD);
        same.then_some(primitive)
    }
}

//! Pages as schemas: what the example messages of operation pages tell about the contract.
//!
//! An example shows names, order, and with `xsi:type` the type of nearly every element. It does
//! not show what may be left out or nil, base and derived types, numbers of enum members, members
//! beyond the one shown, and whether an enum is a flag set. Where data contracts have one answer
//! for nearly all contracts that answer is assumed (members may be left out, reference types are
//! nillable, value types are not); the rest stays unknown. Everything here is marked as inferred.

mod add;
mod agreement;
mod evidence;
mod order;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use add::add;
pub use agreement::{Agreement, Agrees, agreement};

use crate::diagnostic::{Diagnostic, Location, SourceFile};
use crate::model::{
    Agent, Api, Dictionary, Enum, Field, HeaderElement, Member, Operation, Primitive, Retired,
    Struct, Type, TypeKind, TypeName, TypeRef,
};
use crate::read::operation_page::OperationPage;
use crate::read::{SERIALIZATION, XSD};
use evidence::{Content, Evidence, Members, Seen};

/// The contract of one version, as far as examples show it.
#[derive(Clone, Debug)]
pub struct Inferred {
    pub api: Api,
    /// What could not be known, and what was assumed; not mistakes.
    pub notes: Vec<Diagnostic>,
}

/// A page, read, with the text it was read from.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub source: &'a SourceFile,
    pub read: &'a OperationPage,
}

/// Infers every version that the pages speak of, sorted by name.
///
/// The order of the pages does not matter. On any contradiction all of them come back.
pub fn infer(pages: &[Page<'_>]) -> Result<Vec<Inferred>, Vec<Diagnostic>> {
    let mut sorted = pages.to_vec();
    sorted.sort_by(|a, b| a.source.name.cmp(&b.source.name));
    let mut versions: BTreeMap<&str, Vec<Page<'_>>> = BTreeMap::new();
    for page in sorted {
        versions.entry(&page.read.version).or_default().push(page);
    }
    let mut diagnostics = Vec::new();
    let mut inferred = Vec::new();
    for (version, pages) in versions {
        match infer_version(version, &pages) {
            Ok(found) => inferred.extend(found),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty() {
        Ok(inferred)
    } else {
        Err(diagnostics)
    }
}

/// All pages of one operation.
#[derive(Default)]
struct Call<'a> {
    request: Members,
    response: Members,
    /// The response wrapper's name, and where it was seen first.
    response_element: Option<(String, Location)>,
    request_headers: Vec<String>,
    pages: Vec<Page<'a>>,
}

fn infer_version(version: &str, pages: &[Page<'_>]) -> Result<Option<Inferred>, Vec<Diagnostic>> {
    let mut evidence = Evidence::default();
    let mut namespace: Option<(String, Location)> = None;
    let mut calls: BTreeMap<(&str, &str), Call<'_>> = BTreeMap::new();
    for page in pages {
        let call = calls
            .entry((&page.read.agent, &page.read.operation))
            .or_default();
        call.pages.push(*page);
        let examples = [(&page.read.request, true), (&page.read.response, false)];
        for (example, is_request) in examples {
            // The reader has reported an example that is missing.
            let Some(example) = example else { continue };
            let at = Location::new(
                &page.source.name,
                example.wrapper.start..example.wrapper.start + 1,
            );
            match &namespace {
                Some((known, first)) if *known != example.namespace => {
                    evidence.diagnostics.push(
                        Diagnostic::new(
                            "conflicting-namespaces",
                            at.clone(),
                            format!("two namespaces end in `{version}`"),
                        )
                        .label(example.namespace.clone())
                        .other(first.clone(), known.clone()),
                    );
                }
                Some(_) => {}
                None => namespace = Some((example.namespace.clone(), at.clone())),
            }
            let members = if is_request {
                &mut call.request
            } else {
                &mut call.response
            };
            evidence.read_wrapper(page.source, example, members);
            if is_request {
                for header in &example.headers {
                    if !call.request_headers.contains(header) {
                        call.request_headers.push(header.clone());
                    }
                }
                continue;
            }
            match &call.response_element {
                Some((known, first)) if *known != example.name => evidence.diagnostics.push(
                    Diagnostic::new(
                        "conflicting-examples",
                        at,
                        format!(
                            "two pages of `{}` disagree on the response",
                            page.read.operation
                        ),
                    )
                    .label(format!("`{}` here", example.name))
                    .other(first.clone(), format!("`{known}` here")),
                ),
                Some(_) => {}
                None => call.response_element = Some((example.name.clone(), at)),
            }
        }
    }
    let Some((namespace, _)) = namespace else {
        return Ok(None);
    };
    let mut builder = Builder {
        namespace: &namespace,
        kinds: BTreeMap::new(),
        evidence: &evidence,
        diagnostics: Vec::new(),
        notes: Vec::new(),
    };
    builder.decide_kinds();
    let mut types = builder.types();
    let mut agents: BTreeMap<&str, Agent> = BTreeMap::new();
    for ((agent, _), call) in &calls {
        let Some(operation) = builder.operation(call) else {
            continue;
        };
        agents
            .entry(agent)
            .or_insert_with(|| Agent {
                name: (*agent).to_owned(),
                service: format!("Wcf{agent}Service"),
                port: format!("BasicHttpBinding_{agent}"),
                operations: Vec::new(),
                documentation: None,
                at: operation.at.clone(),
            })
            .operations
            .push(operation);
    }
    let Builder {
        mut diagnostics,
        mut notes,
        ..
    } = builder;
    diagnostics.extend(evidence.diagnostics.iter().cloned());
    if !diagnostics.is_empty() {
        diagnostics.sort_by(|a, b| {
            (&a.at.file, a.at.span.start, a.code).cmp(&(&b.at.file, b.at.span.start, b.code))
        });
        return Err(diagnostics);
    }
    notes.sort_by(|a, b| {
        (&a.at.file, a.at.span.start, a.code).cmp(&(&b.at.file, b.at.span.start, b.code))
    });
    notes.extend(limits(version, &types));
    for (name, ty) in protocol_types(&namespace) {
        types.entry(name).or_insert(ty);
    }
    let api = Api {
        version: version.to_owned(),
        namespace: namespace.clone(),
        agents: agents.into_values().collect(),
        types,
        headers: protocol_headers(&namespace),
        retired: Retired::default(),
    };
    Ok(Some(Inferred { api, notes }))
}

/// How elements of a type are to be read, decided before anything refers to the type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Struct,
    Array,
    Dictionary,
    Enum,
    Flags,
}

struct Builder<'a> {
    namespace: &'a str,
    kinds: BTreeMap<&'a TypeName, Kind>,
    evidence: &'a Evidence,
    diagnostics: Vec<Diagnostic>,
    notes: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn decide_kinds(&mut self) {
        for (name, seen) in &self.evidence.types {
            let kind = match &seen.content {
                Content::Members(_) => Kind::Struct,
                Content::Items(_) => Kind::Array,
                Content::Entries(_) => Kind::Dictionary,
                Content::Text { several: true, .. } => Kind::Flags,
                Content::Text { .. } => Kind::Enum,
                // Data contracts name collections so, and no other type in ten versions.
                Content::Nothing if name.name.starts_with("ArrayOf") => Kind::Array,
                // The empty flag set is an empty element. A struct without members looks the
                // same, and an empty flag set reads and writes that as well.
                Content::Nothing => Kind::Flags,
            };
            self.kinds.insert(name, kind);
        }
    }

    fn types(&mut self) -> BTreeMap<TypeName, Type> {
        let evidence = self.evidence;
        evidence
            .types
            .iter()
            .map(|(name, seen)| {
                let kind = match &seen.content {
                    Content::Members(members) => TypeKind::Struct(Struct {
                        base: None,
                        fields: self.fields(members, &format!("type `{}`", name.name)),
                        is_value_type: false,
                    }),
                    Content::Items(item) => TypeKind::Array(self.item(name, item)),
                    Content::Entries(entries) => TypeKind::Dictionary(Dictionary {
                        entry: entries.name.clone(),
                        key: self.entry(&entries.key, name),
                        value: self.entry(&entries.value, name),
                    }),
                    Content::Text { names, several } => {
                        let members = names
                            .iter()
                            .map(|(name, at)| Member {
                                name: name.clone(),
                                stated_value: None,
                                documentation: None,
                                at: at.clone(),
                            })
                            .collect();
                        let members = Enum {
                            members,
                            actual_type: None,
                        };
                        if *several {
                            TypeKind::Flags(members)
                        } else {
                            TypeKind::Enum(members)
                        }
                    }
                    Content::Nothing => self.empty(name, seen),
                };
                let ty = Type {
                    kind,
                    inferred: true,
                    retired: None,
                    documentation: None,
                    at: seen.at.clone(),
                };
                (name.clone(), ty)
            })
            .collect()
    }

    /// A type that no example shows anything inside of.
    fn empty(&mut self, name: &TypeName, seen: &evidence::TypeSeen) -> TypeKind {
        if let Some(item) = name.name.strip_prefix("ArrayOf") {
            let item = Seen {
                name: item.to_owned(),
                ty: None,
                nil: None,
                at: seen.at.clone(),
            };
            return TypeKind::Array(self.item(name, &item));
        }
        self.notes.push(
            Diagnostic::new(
                "unknown-content",
                seen.at.clone(),
                format!("every example of type `{}` is empty", name.name),
            )
            .help("taken for a flag set of which no member is known"),
        );
        TypeKind::Flags(Enum {
            members: Vec::new(),
            actual_type: None,
        })
    }

    fn operation(&mut self, call: &Call<'_>) -> Option<Operation> {
        let first = call.pages.first()?;
        let page = first.read;
        let request = page.request.as_ref()?;
        let (response_element, _) = call.response_element.as_ref()?;
        let what = format!("`{}/{}`", page.agent, page.operation);
        let mut parameters = self.fields(&call.request, &format!("the request of {what}"));
        for page in &call.pages {
            self.describe(page, &mut parameters);
        }
        let has_session = call
            .request_headers
            .iter()
            .any(|name| name == "Credentials");
        let request_headers: &[&str] = if has_session {
            // No page shows the time zone, though every agent with a session takes it.
            &["ApplicationToken", "Credentials", "TimeZone"]
        } else {
            &["ApplicationToken"]
        };
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Some(Operation {
            name: page.operation.clone(),
            action: format!("{}/{}/{}", self.namespace, page.agent, page.operation),
            parameters,
            response_element: response_element.clone(),
            results: self.fields(&call.response, &format!("the response of {what}")),
            request_headers: owned(request_headers),
            response_headers: owned(&["ExceptionInfo", "ExtraInfo", "Succeeded", "TimeZone"]),
            inferred: true,
            retired: None,
            documentation: call
                .pages
                .iter()
                .find_map(|page| page.read.summary.as_ref())
                .map(|text| text.markup.clone()),
            at: Location::new(
                &first.source.name,
                request.wrapper.start..request.wrapper.start + 1,
            ),
        })
    }

    /// Gives the parameters what the bullets say of them.
    fn describe(&mut self, page: &Page<'_>, parameters: &mut [Field]) {
        for bullet in &page.read.parameters {
            match parameters
                .iter_mut()
                .find(|field| same_name(&field.name, &bullet.name))
            {
                Some(field) if bullet.text.markup.is_empty() => {
                    field.documentation.get_or_insert_default();
                }
                Some(field) => field.documentation = Some(bullet.text.markup.clone()),
                None => self.notes.push(Diagnostic::new(
                    "unknown-parameter",
                    bullet.text.at.clone(),
                    format!(
                        "the page describes a parameter `{}` that its request does not have",
                        bullet.name
                    ),
                )),
            }
        }
        for field in parameters {
            field.documentation.take_if(|text| text.is_empty());
        }
    }

    fn fields(&mut self, members: &Members, what: &str) -> Vec<Field> {
        let orders: Vec<&[usize]> = members.orders.iter().map(|(order, _)| &order[..]).collect();
        let order = match order::merge(&orders) {
            Ok(order) => order,
            Err(conflict) => {
                self.conflicting_order(members, conflict, what);
                return Vec::new();
            }
        };
        order
            .into_iter()
            .map(|index| self.field(&members.seen[index], what))
            .collect()
    }

    fn conflicting_order(&mut self, members: &Members, conflict: order::Conflict, what: &str) {
        let order::Conflict { first, second } = conflict;
        let place = |order: &[usize], member| order.iter().position(|&other| other == member);
        let find = |first, second| {
            members.orders.iter().find_map(|(order, at)| {
                let behind = place(order, first)? < place(order, second)?;
                behind.then(|| at.clone())
            })
        };
        let label = |first: usize, second: usize| {
            let name = |index: usize| members.seen.get(index).map_or("", |seen| &seen.name);
            format!("`{}` before `{}` here", name(first), name(second))
        };
        let at = find(second, first).unwrap_or_default();
        let other = find(first, second).unwrap_or_default();
        self.diagnostics.push(
            Diagnostic::new(
                "conflicting-order",
                at,
                format!("examples disagree on the order of the members of {what}"),
            )
            .label(label(second, first))
            .other(other, label(first, second)),
        );
    }

    fn field(&mut self, seen: &Seen, what: &str) -> Field {
        let ty = match &seen.ty {
            Some((ty, _)) => ty.clone(),
            None => {
                self.unknown_type(seen, what);
                TypeRef::Primitive(Primitive::AnyType)
            }
        };
        let nillable = self.is_reference(&ty);
        if let Some(nil) = &seen.nil
            && !nillable
        {
            self.notes.push(
                Diagnostic::new(
                    "nil-value",
                    nil.clone(),
                    format!(
                        "`{}` of {what} is nil here, though values of its type never are",
                        seen.name
                    ),
                )
                .help(
                    "servers refuse nil for value types, so the example is not taken at its word",
                ),
            );
        }
        Field {
            name: seen.name.clone(),
            ty,
            required: false,
            nillable,
            documentation: None,
            at: seen.at.clone(),
        }
    }

    /// The item of an array. Data contracts name the element like its type.
    fn item(&mut self, array: &TypeName, seen: &Seen) -> Field {
        let mut seen = seen.clone();
        if seen.ty.is_none() {
            let named = TypeName::new(array.namespace.clone(), seen.name.clone());
            let ty = match self.kinds.contains_key(&named) {
                true => Some(TypeRef::Named(named)),
                false => Primitive::from_wire(XSD, &seen.name)
                    .or_else(|| Primitive::from_wire(SERIALIZATION, &seen.name))
                    .map(TypeRef::Primitive),
            };
            seen.ty = ty.map(|ty| (ty, seen.at.clone()));
        }
        self.field(&seen, &format!("type `{}`", array.name))
    }

    /// Key or value of an entry: always there.
    fn entry(&mut self, seen: &Seen, dictionary: &TypeName) -> Field {
        let field = self.field(seen, &format!("type `{}`", dictionary.name));
        Field {
            required: true,
            ..field
        }
    }

    fn unknown_type(&mut self, seen: &Seen, what: &str) {
        self.notes.push(
            Diagnostic::new(
                "unknown-type",
                seen.at.clone(),
                format!("no example shows the type of `{}` of {what}", seen.name),
            )
            .help("taken for xs:anyType, which keeps what it reads"),
        );
    }

    /// Reference types of .NET can be null.
    fn is_reference(&self, ty: &TypeRef) -> bool {
        use Primitive::{AnyType, AnyUri, Base64Binary, QName, String};
        match ty {
            TypeRef::Primitive(primitive) => {
                matches!(primitive, String | Base64Binary | AnyType | AnyUri | QName)
            }
            TypeRef::Named(name) => !matches!(self.kinds.get(name), Some(Kind::Enum | Kind::Flags)),
        }
    }
}

/// Pages write parameters in camel case, or with underscores.
pub(crate) fn same_name(element: &str, parameter: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars()
            .filter(|&c| c != '_')
            .flat_map(char::to_lowercase)
            .collect()
    };
    letters(element) == letters(parameter)
}

/// What examples cannot show, with how often that matters here.
fn limits(version: &str, types: &BTreeMap<TypeName, Type>) -> Vec<Diagnostic> {
    let count = |pick: fn(&TypeKind) -> bool| types.values().filter(|ty| pick(&ty.kind)).count();
    let enums = count(|kind| matches!(kind, TypeKind::Enum(_)));
    let structs = count(|kind| matches!(kind, TypeKind::Struct(_)));
    let members: usize = types
        .values()
        .map(|ty| match &ty.kind {
            TypeKind::Enum(e) => e.members.len(),
            _ => 0,
        })
        .sum();
    let mut notes = Vec::new();
    let mut note = |code, message: String| {
        notes.push(Diagnostic::new(code, Location::default(), message));
    };
    if structs > 0 {
        note(
            "unknown-bases",
            format!(
                "{version}: examples show no base types, no derived types and no inherited members that they leave out (structs: {structs})"
            ),
        );
    }
    if enums > 0 {
        note(
            "unknown-members",
            format!(
                "{version}: of enums the members shown are known, but not their numbers, other members, and whether they are flag sets (enums: {enums}, members: {members})"
            ),
        );
    }
    note(
        "assumed-nillable",
        format!(
            "{version}: assumed of every member that it may be left out, and of strings, binaries, structs, arrays and dictionaries that they may be nil"
        ),
    );
    notes
}

/// The headers of every version; no page shows more than two of them.
fn protocol_headers(namespace: &str) -> BTreeMap<String, HeaderElement> {
    let own = |name: &str| TypeRef::Named(TypeName::new(namespace, name));
    [
        (
            "ApplicationToken",
            TypeRef::Primitive(Primitive::String),
            true,
        ),
        ("Credentials", own("SoCredentials"), true),
        ("ExceptionInfo", own("SoExceptionInfo"), true),
        ("ExtraInfo", own("SoExtraInfo"), true),
        ("Succeeded", TypeRef::Primitive(Primitive::Boolean), false),
        ("TimeZone", own("SoTimeZone"), true),
    ]
    .into_iter()
    .map(|(name, ty, nillable)| {
        (
            name.to_owned(),
            HeaderElement {
                ty,
                nillable,
                at: Location::default(),
            },
        )
    })
    .collect()
}

/// The types of the headers, the same in every version. They come from the protocol, so they are
/// not marked as inferred.
fn protocol_types(namespace: &str) -> Vec<(TypeName, Type)> {
    let own = |name: &str| TypeRef::Named(TypeName::new(namespace, name));
    let string = || TypeRef::Primitive(Primitive::String);
    let field = |name: &str, ty: TypeRef, required: bool| {
        let nillable = ty != TypeRef::Primitive(Primitive::Int);
        Field {
            name: name.to_owned(),
            ty,
            required,
            nillable,
            documentation: None,
            at: Location::default(),
        }
    };
    let structure = |fields: Vec<(&str, TypeRef)>| {
        TypeKind::Struct(Struct {
            base: None,
            fields: fields
                .into_iter()
                .map(|(name, ty)| field(name, ty, false))
                .collect(),
            is_value_type: false,
        })
    };
    let dictionary = |entry: &str| {
        TypeKind::Dictionary(Dictionary {
            entry: entry.to_owned(),
            key: field("Key", string(), true),
            value: field("Value", string(), true),
        })
    };
    [
        ("SoCredentials", structure(vec![("Ticket", string())])),
        (
            "SoTimeZone",
            structure(vec![
                ("SoTimeZoneId", TypeRef::Primitive(Primitive::Int)),
                ("SoTimeZoneLocationCode", string()),
            ]),
        ),
        (
            "SoExceptionInfo",
            structure(vec![
                ("Message", string()),
                ("StackTrace", string()),
                ("FriendlyText", string()),
                ("ExceptionType", string()),
                ("Source", string()),
                ("InnerException", own("SoExceptionInfo")),
                ("Parameters", own("SoExceptionInfoParameters")),
            ]),
        ),
        (
            "SoExceptionInfoParameters",
            dictionary("SoExceptionInfoParametersKeyValuePair"),
        ),
        ("SoExtraInfo", dictionary("ExtraInfoNameValuePair")),
    ]
    .into_iter()
    .map(|(name, kind)| {
        let ty = Type {
            kind,
            inferred: false,
            retired: None,
            documentation: None,
            at: Location::default(),
        };
        (TypeName::new(namespace, name), ty)
    })
    .collect()
}

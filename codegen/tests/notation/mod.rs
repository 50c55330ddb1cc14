//! Contracts in short, for tests: a line a thing.

use std::collections::BTreeMap;

use super::diagnostic::Location;
use super::model::{
    Agent, Api, Dictionary, Enum, Field, HeaderElement, Member, Operation, Primitive, Retired,
    Struct, Type, TypeKind, TypeName, TypeRef,
};

/// The headers that every operation has.
const REQUEST: [&str; 3] = ["ApplicationToken", "Credentials", "TimeZone"];
const RESPONSE: [&str; 4] = ["ExceptionInfo", "ExtraInfo", "Succeeded", "TimeZone"];

/// A contract in short:
///
/// ```text
/// License.Check(Owner: string?, Depth: int) -> Status
/// header Ticket: string?
/// struct Person: Base { Id: int, Name: string? }
/// array ArrayOfPerson { Person: Person? }
/// dictionary Map { Pair, Key: string, Value: string? }
/// enum Status { Ok, Bad = 7 }
/// flags Rights { Select, Update }
/// ```
///
/// `?` is nillable, `!` is `minOccurs="1"`.
pub(super) fn api(version: &str, text: &str) -> Api {
    let namespace = format!("urn:example/{version}");
    let mut api = Api {
        version: version.to_owned(),
        namespace: namespace.clone(),
        agents: Vec::new(),
        types: BTreeMap::new(),
        headers: BTreeMap::new(),
        retired: Retired::default(),
    };
    let at = Location::default();
    let type_ref = |name: &str| {
        Primitive::from_wire("http://www.w3.org/2001/XMLSchema", name).map_or_else(
            || TypeRef::Named(TypeName::new(namespace.clone(), name)),
            TypeRef::Primitive,
        )
    };
    let field = |text: &str| {
        let (name, ty) = text.split_once(':').expect("a field is `name: type`");
        let bare = ty.trim().trim_end_matches(['?', '!']);
        Field {
            name: name.trim().to_owned(),
            ty: type_ref(bare),
            required: ty.contains('!'),
            nillable: ty.contains('?'),
            documentation: None,
            at: at.clone(),
        }
    };
    fn list(text: &str) -> impl Iterator<Item = &str> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
    }
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(header) = line.strip_prefix("header ") {
            let header = field(header);
            let element = HeaderElement {
                ty: header.ty,
                nillable: header.nillable,
                at: at.clone(),
            };
            api.headers.insert(header.name, element);
            continue;
        }
        if let Some((head, body)) = line.split_once('{') {
            let body = body.trim_end_matches('}');
            let (word, name) = head.trim().split_once(' ').expect("a kind and a name");
            let (name, base) = match name.split_once(':') {
                Some((name, base)) => (name.trim(), Some(base.trim())),
                None => (name, None),
            };
            let members = || Enum {
                members: list(body)
                    .map(|member| {
                        let (name, value) = match member.split_once('=') {
                            Some((name, value)) => (name.trim(), value.trim().parse().ok()),
                            None => (member, None),
                        };
                        Member {
                            name: name.to_owned(),
                            stated_value: value,
                            documentation: None,
                            at: at.clone(),
                        }
                    })
                    .collect(),
                actual_type: None,
            };
            let kind = match word {
                "struct" => TypeKind::Struct(Struct {
                    base: base.map(|base| TypeName::new(namespace.clone(), base)),
                    fields: list(body).map(field).collect(),
                    is_value_type: false,
                }),
                "array" => TypeKind::Array(field(body)),
                "dictionary" => {
                    let mut parts = list(body);
                    let mut next = || parts.next().expect("entry, key and value");
                    TypeKind::Dictionary(Dictionary {
                        entry: next().to_owned(),
                        key: field(next()),
                        value: field(next()),
                    })
                }
                "enum" => TypeKind::Enum(members()),
                "flags" => TypeKind::Flags(members()),
                other => panic!("unknown kind {other}"),
            };
            let ty = Type {
                kind,
                inferred: false,
                retired: None,
                documentation: None,
                at: at.clone(),
            };
            api.types.insert(TypeName::new(namespace.clone(), name), ty);
            continue;
        }
        let (agent, rest) = line.split_once('.').expect("agent.operation(…)");
        let (name, rest) = rest.split_once('(').expect("parameters");
        let (parameters, results) = rest.split_once(')').expect("a closing parenthesis");
        let results = results.trim().trim_start_matches("->").trim();
        let results: Vec<Field> = if results.contains(':') {
            list(results).map(field).collect()
        } else {
            list(results)
                .map(|ty| field(&format!("Response: {ty}")))
                .collect()
        };
        let operation = Operation {
            name: name.to_owned(),
            action: format!("{namespace}/{agent}/{name}"),
            parameters: list(parameters).map(field).collect(),
            response_element: format!("{name}Response"),
            results,
            request_headers: REQUEST.map(str::to_owned).to_vec(),
            response_headers: RESPONSE.map(str::to_owned).to_vec(),
            inferred: false,
            retired: None,
            documentation: None,
            at: at.clone(),
        };
        match api.agents.iter_mut().find(|known| known.name == agent) {
            Some(known) => known.operations.push(operation),
            None => api.agents.push(Agent {
                name: agent.to_owned(),
                service: agent.to_owned(),
                port: format!("BasicHttpBinding_{agent}"),
                operations: vec![operation],
                documentation: None,
                at: at.clone(),
            }),
        }
    }
    api
}

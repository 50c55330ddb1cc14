//! A model as documents of our own: each fact once, in a stable order, without prose.
//!
//! Invariant: reading what [`write()`] gives yields an equal model, and any WSDL 1.1 tool can load
//! it: `types.xsd` for the version's namespace, one small schema for every other one, and an
//! `<Agent>.wsdl` an agent with its wrapper elements inline, because they are local to it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Agent, Api, Dictionary, Enum, Field, Primitive, Retirement, Struct, Type, TypeKind, TypeName,
    TypeRef,
};
use crate::read::{INFERRED, RETIRED, SERIALIZATION, SOAP, WSDL, XSD};

/// The documents of a version by file name, sorted. What is retired is among the rest, marked.
pub fn write(api: &Api) -> BTreeMap<String, String> {
    let api = &*api.with_retired();
    let namespaces = Namespaces::of(api);
    let mut files = BTreeMap::new();
    for agent in &api.agents {
        files.insert(
            format!("{}.wsdl", agent.name),
            agent_document(api, agent, &namespaces),
        );
    }
    let mut by_namespace: BTreeMap<&str, Vec<(&TypeName, &Type)>> =
        BTreeMap::from([(&*api.namespace, Vec::new())]);
    for (name, ty) in &api.types {
        by_namespace
            .entry(&name.namespace)
            .or_default()
            .push((name, ty));
    }
    for (namespace, types) in by_namespace {
        let mut body = Body::new(namespace, &namespaces, 1);
        if namespace == api.namespace {
            body.needs.extend(unreachable(api));
            for (name, header) in &api.headers {
                let ty = body.type_name(&header.ty);
                body.xml.empty(
                    "xs:element",
                    &element(name, &ty, Occurs::Once, header.nillable),
                );
            }
        }
        for (name, ty) in types {
            body.named_type(name, ty);
        }
        let text = body.schema_document();
        files.insert(format!("{}.xsd", namespaces.stem(namespace)), text);
    }
    if uses_serialization(api) {
        files.insert(
            format!("{SERIALIZATION_STEM}.xsd"),
            serialization_document(),
        );
    }
    files
}

const SERIALIZATION_STEM: &str = "serialization";
const TYPES_STEM: &str = "types";

/// The file each namespace goes to; its stem is the prefix in other files as well.
struct Namespaces(BTreeMap<String, String>);

impl Namespaces {
    fn of(api: &Api) -> Self {
        let mut stems = BTreeMap::from([
            (api.namespace.clone(), TYPES_STEM.to_owned()),
            (SERIALIZATION.to_owned(), SERIALIZATION_STEM.to_owned()),
        ]);
        let others: BTreeSet<&str> = api
            .types
            .keys()
            .map(|name| &*name.namespace)
            .filter(|namespace| !stems.contains_key(*namespace))
            .collect();
        let mut taken: BTreeSet<String> = ["soap", "tns", "wsdl", "xs", "ser"]
            .map(str::to_owned)
            .into();
        taken.extend(stems.values().cloned());
        // A short name that two would share is given to neither, so that the order of arrival
        // decides nothing.
        let mut left = others;
        for candidate in [last_word, last_segment, whole] {
            let wanted: Vec<(&str, String)> = left
                .iter()
                .map(|namespace| (*namespace, candidate(namespace)))
                .collect();
            for (namespace, stem) in &wanted {
                let rivals = wanted.iter().filter(|(_, other)| other == stem).count();
                if rivals == 1 && !stem.is_empty() && !taken.contains(stem) {
                    taken.insert(stem.clone());
                    stems.insert((*namespace).to_owned(), stem.clone());
                    left.remove(namespace);
                }
            }
        }
        Self(stems)
    }

    fn stem(&self, namespace: &str) -> &str {
        self.0.get(namespace).map_or("", String::as_str)
    }
}

/// `cryptography` of `…/2004/07/System.Security.Cryptography`.
fn last_word(namespace: &str) -> String {
    let segment = namespace
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    word(segment.rsplit(['.', ':']).next().unwrap_or_default())
}

/// `system-security-cryptography`.
fn last_segment(namespace: &str) -> String {
    word(
        namespace
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default(),
    )
}

fn word(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let text = text.trim_matches('-');
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text.to_owned()
    } else {
        String::new()
    }
}

/// All of it, reversibly: no two namespaces share this one.
fn whole(namespace: &str) -> String {
    let mut text = "ns-".to_owned();
    for c in namespace.chars() {
        if c.is_ascii_alphanumeric() {
            text.push(c);
        } else {
            text += &format!("-{:x}-", u32::from(c));
        }
    }
    text
}

/// Namespaces of types that nothing refers to: `types.xsd` imports them, else no document would.
fn unreachable(api: &Api) -> Vec<&str> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, ty) in &api.types {
        let targets = edges.entry(&name.namespace).or_default();
        ty.references(|target| {
            targets.insert(&target.namespace);
        });
    }
    let mut queue: Vec<&str> = vec![&api.namespace];
    for field in api
        .agents
        .iter()
        .flat_map(|a| &a.operations)
        .flat_map(|o| o.fields())
    {
        if let TypeRef::Named(name) = &field.ty {
            queue.push(&name.namespace);
        }
    }
    for header in api.headers.values() {
        if let TypeRef::Named(name) = &header.ty {
            queue.push(&name.namespace);
        }
    }
    let mut reached = BTreeSet::new();
    let mut added = Vec::new();
    let mut rest = edges.keys().copied().collect::<Vec<_>>().into_iter();
    loop {
        while let Some(namespace) = queue.pop() {
            if reached.insert(namespace) {
                queue.extend(edges.get(namespace).into_iter().flatten());
            }
        }
        let Some(namespace) = rest.find(|namespace| !reached.contains(namespace)) else {
            break;
        };
        added.push(namespace);
        queue.push(namespace);
    }
    added
}

fn uses_serialization(api: &Api) -> bool {
    let is_ser = |ty: &TypeRef| match ty {
        TypeRef::Primitive(primitive) => primitive.namespace() == SERIALIZATION,
        TypeRef::Named(_) => false,
    };
    let operations = api.agents.iter().flat_map(|agent| &agent.operations);
    api.headers.values().any(|header| is_ser(&header.ty))
        || operations
            .flat_map(|operation| operation.fields())
            .any(|field| is_ser(&field.ty))
        || api.types.values().any(|ty| match &ty.kind {
            TypeKind::Struct(s) => s.fields.iter().any(|field| is_ser(&field.ty)),
            TypeKind::Array(item) => is_ser(&item.ty),
            TypeKind::Dictionary(d) => is_ser(&d.key.ty) || is_ser(&d.value.ty),
            TypeKind::Enum(_) | TypeKind::Flags(_) => false,
        })
}

/// The native types that XML Schema has no name for, so that other tools find them.
fn serialization_document() -> String {
    let mut xml = Xml::document();
    xml.start(
        "xs:schema",
        &[
            ("targetNamespace", SERIALIZATION),
            ("elementFormDefault", "qualified"),
            ("xmlns:xs", XSD),
        ],
    );
    for (name, base) in [
        ("char", "xs:int"),
        ("duration", "xs:duration"),
        ("guid", "xs:string"),
    ] {
        xml.start("xs:simpleType", &[("name", name)]);
        xml.empty("xs:restriction", &[("base", base)]);
        xml.end();
    }
    xml.end();
    xml.text
}

fn agent_document(api: &Api, agent: &Agent, namespaces: &Namespaces) -> String {
    let mut wrappers: BTreeMap<&str, &[Field]> = BTreeMap::new();
    for operation in &agent.operations {
        wrappers
            .entry(&operation.name)
            .or_insert(&operation.parameters);
        wrappers
            .entry(&operation.response_element)
            .or_insert(&operation.results);
    }
    let mut body = Body::new(&api.namespace, namespaces, 3);
    for (name, fields) in &wrappers {
        body.xml.start("xs:element", &[("name", name)]);
        body.xml.start("xs:complexType", &[]);
        body.sequence(fields);
        body.xml.end();
        body.xml.end();
    }

    let mut xml = Xml::document();
    let prefixes = body.prefixes();
    let mut attributes: Vec<(&str, &str)> = prefixes
        .iter()
        .map(|(prefix, namespace)| (&**prefix, *namespace))
        .collect();
    attributes.extend([("xmlns:soap", SOAP), ("xmlns:wsdl", WSDL)]);
    attributes.sort_unstable();
    attributes.splice(
        ..0,
        [
            ("name", &*agent.service),
            ("targetNamespace", &*api.namespace),
        ],
    );
    xml.start("wsdl:definitions", &attributes);

    xml.start("wsdl:types", &[]);
    let schema = [
        ("targetNamespace", &*api.namespace),
        ("elementFormDefault", "qualified"),
    ];
    xml.start("xs:schema", &schema);
    xml.empty(
        "xs:include",
        &[("schemaLocation", &format!("{TYPES_STEM}.xsd"))],
    );
    body.imports(&mut xml);
    xml.text += &body.xml.text;
    xml.end();
    xml.end();

    let requests = header_message("RequestHeaders", agent, &wrappers, |o| &o.request_headers);
    let responses = header_message("ResponseHeaders", agent, &wrappers, |o| &o.response_headers);
    for (message, parts) in [&requests, &responses] {
        if parts.is_empty() {
            continue;
        }
        xml.start("wsdl:message", &[("name", message)]);
        for part in parts {
            xml.empty(
                "wsdl:part",
                &[("name", part), ("element", &format!("tns:{part}"))],
            );
        }
        xml.end();
    }
    for name in wrappers.keys() {
        xml.start("wsdl:message", &[("name", name)]);
        let element = format!("tns:{name}");
        xml.empty(
            "wsdl:part",
            &[("name", "parameters"), ("element", &element)],
        );
        xml.end();
    }

    xml.start("wsdl:portType", &[("name", &agent.name)]);
    for operation in &agent.operations {
        xml.start("wsdl:operation", &[("name", &operation.name)]);
        xml.empty(
            "wsdl:input",
            &[("message", &format!("tns:{}", operation.name))],
        );
        xml.empty(
            "wsdl:output",
            &[("message", &format!("tns:{}", operation.response_element))],
        );
        xml.end();
    }
    xml.end();

    // The binding's name is not on the wire; the port's serves for both, as at the vendor's.
    let port_type = format!("tns:{}", agent.name);
    xml.start(
        "wsdl:binding",
        &[("name", &agent.port), ("type", &port_type)],
    );
    let transport = "http://schemas.xmlsoap.org/soap/http";
    xml.empty(
        "soap:binding",
        &[("style", "document"), ("transport", transport)],
    );
    for operation in &agent.operations {
        xml.start("wsdl:operation", &[("name", &operation.name)]);
        xml.empty("soap:operation", &[("soapAction", &operation.action)]);
        if operation.inferred {
            xml.line(&inferred());
        }
        if let Some(retirement) = &operation.retired {
            xml.line(&retired(retirement));
        }
        for (direction, (message, _), headers) in [
            ("wsdl:input", &requests, &operation.request_headers),
            ("wsdl:output", &responses, &operation.response_headers),
        ] {
            let message = format!("tns:{message}");
            xml.start(direction, &[]);
            for part in headers {
                let attributes = [("message", &*message), ("part", part), ("use", "literal")];
                xml.empty("soap:header", &attributes);
            }
            xml.empty("soap:body", &[("use", "literal")]);
            xml.end();
        }
        xml.end();
    }
    xml.end();

    xml.start("wsdl:service", &[("name", &agent.service)]);
    let binding = format!("tns:{}", agent.port);
    xml.start("wsdl:port", &[("name", &agent.port), ("binding", &binding)]);
    let address = format!("http://localhost/Remote/{}/{}.svc", api.version, agent.name);
    xml.empty("soap:address", &[("location", &address)]);
    xml.end();
    xml.end();
    xml.end();
    xml.text
}

/// One message holds every header of a direction; each operation's binding names those it takes.
fn header_message<'a>(
    name: &str,
    agent: &'a Agent,
    wrappers: &BTreeMap<&str, &[Field]>,
    headers: impl Fn(&'a crate::model::Operation) -> &'a [String],
) -> (String, Vec<&'a str>) {
    let mut name = name.to_owned();
    // The other messages are named like the wrapper they carry.
    while wrappers.contains_key(&*name) {
        name.push('_');
    }
    let parts: BTreeSet<&str> = agent
        .operations
        .iter()
        .flat_map(headers)
        .map(String::as_str)
        .collect();
    (name, parts.into_iter().collect())
}

/// How often an element may stand in its sequence.
#[derive(Clone, Copy)]
enum Occurs {
    Once,
    AtMostOnce,
    AnyNumber,
}

impl Occurs {
    fn of(field: &Field) -> Self {
        if field.required {
            Self::Once
        } else {
            Self::AtMostOnce
        }
    }
}

/// The attributes of an element, in the order that is read most easily.
fn element<'a>(
    name: &'a str,
    ty: &'a str,
    occurs: Occurs,
    nillable: bool,
) -> Vec<(&'static str, &'a str)> {
    let mut attributes = vec![("name", name), ("type", ty)];
    match occurs {
        Occurs::Once => {}
        Occurs::AtMostOnce => attributes.push(("minOccurs", "0")),
        Occurs::AnyNumber => attributes.extend([("minOccurs", "0"), ("maxOccurs", "unbounded")]),
    }
    if nillable {
        attributes.push(("nillable", "true"));
    }
    attributes
}

/// What stands inside a schema, and what it turned out to need around it.
struct Body<'a> {
    namespace: &'a str,
    namespaces: &'a Namespaces,
    xml: Xml,
    /// Namespaces of other schemas that are referred to.
    needs: BTreeSet<&'a str>,
    /// The serialisation namespace's notes are used.
    notes: bool,
}

impl<'a> Body<'a> {
    fn new(namespace: &'a str, namespaces: &'a Namespaces, depth: usize) -> Self {
        let xml = Xml {
            text: String::new(),
            open: vec![""; depth],
        };
        Self {
            namespace,
            namespaces,
            xml,
            needs: BTreeSet::new(),
            notes: false,
        }
    }

    /// The prefixes that are used, `xmlns:` in front, sorted.
    fn prefixes(&self) -> Vec<(String, &'a str)> {
        let mut prefixes = vec![
            ("xmlns:tns".to_owned(), self.namespace),
            ("xmlns:xs".to_owned(), XSD),
        ];
        if self.notes || self.needs.contains(SERIALIZATION) {
            prefixes.push(("xmlns:ser".to_owned(), SERIALIZATION));
        }
        for namespace in &self.needs {
            if *namespace != SERIALIZATION {
                prefixes.push((
                    format!("xmlns:{}", self.namespaces.stem(namespace)),
                    namespace,
                ));
            }
        }
        prefixes.sort();
        prefixes
    }

    fn imports(&self, xml: &mut Xml) {
        for namespace in &self.needs {
            let location = format!("{}.xsd", self.namespaces.stem(namespace));
            xml.empty(
                "xs:import",
                &[("namespace", namespace), ("schemaLocation", &location)],
            );
        }
    }

    fn schema_document(self) -> String {
        let mut xml = Xml::document();
        let prefixes = self.prefixes();
        let mut attributes = vec![
            ("targetNamespace", self.namespace),
            ("elementFormDefault", "qualified"),
        ];
        attributes.extend(
            prefixes
                .iter()
                .map(|(prefix, namespace)| (&**prefix, *namespace)),
        );
        xml.start("xs:schema", &attributes);
        self.imports(&mut xml);
        xml.text += &self.xml.text;
        xml.end();
        xml.text
    }

    fn type_name(&mut self, ty: &'a TypeRef) -> String {
        match ty {
            TypeRef::Named(name) => self.named(name),
            TypeRef::Primitive(primitive) if primitive.namespace() == SERIALIZATION => {
                self.needs.insert(SERIALIZATION);
                format!("ser:{}", primitive.wire_name())
            }
            TypeRef::Primitive(primitive) => format!("xs:{}", Primitive::wire_name(*primitive)),
        }
    }

    fn named(&mut self, name: &'a TypeName) -> String {
        if name.namespace == self.namespace {
            return format!("tns:{}", name.name);
        }
        self.needs.insert(&name.namespace);
        format!("{}:{}", self.namespaces.stem(&name.namespace), name.name)
    }

    fn named_type(&mut self, name: &'a TypeName, ty: &'a Type) {
        let attributes = [("name", &*name.name)];
        match &ty.kind {
            TypeKind::Struct(s) => {
                self.xml.start("xs:complexType", &attributes);
                let note = "<ser:IsValueType>true</ser:IsValueType>";
                self.notes(ty, s.is_value_type.then(|| note.to_owned()));
                self.structure(s);
            }
            TypeKind::Array(item) => {
                self.xml.start("xs:complexType", &attributes);
                self.notes(ty, None);
                self.xml.start("xs:sequence", &[]);
                let ty = self.type_name(&item.ty);
                let attributes = element(&item.name, &ty, Occurs::AnyNumber, item.nillable);
                self.xml.empty("xs:element", &attributes);
                self.xml.end();
            }
            TypeKind::Dictionary(dictionary) => {
                self.xml.start("xs:complexType", &attributes);
                let note = "<ser:IsDictionary>true</ser:IsDictionary>";
                self.notes(ty, Some(note.to_owned()));
                self.dictionary(dictionary);
            }
            TypeKind::Enum(e) => {
                self.xml.start("xs:simpleType", &attributes);
                self.notes(ty, actual_type(e));
                self.restriction(e);
            }
            TypeKind::Flags(e) => {
                self.xml.start("xs:simpleType", &attributes);
                self.notes(ty, actual_type(e));
                self.xml.start("xs:list", &[]);
                self.xml.start("xs:simpleType", &[]);
                self.restriction(e);
                self.xml.end();
                self.xml.end();
            }
        }
        self.xml.end();
    }

    fn structure(&mut self, s: &'a Struct) {
        let Some(base) = &s.base else {
            self.sequence(&s.fields);
            return;
        };
        let base = self.named(base);
        self.xml.start("xs:complexContent", &[]);
        self.xml.start("xs:extension", &[("base", &base)]);
        self.sequence(&s.fields);
        self.xml.end();
        self.xml.end();
    }

    fn dictionary(&mut self, dictionary: &'a Dictionary) {
        self.xml.start("xs:sequence", &[]);
        let entry = [
            ("name", &*dictionary.entry),
            ("minOccurs", "0"),
            ("maxOccurs", "unbounded"),
        ];
        self.xml.start("xs:element", &entry);
        self.xml.start("xs:complexType", &[]);
        self.xml.start("xs:sequence", &[]);
        for field in [&dictionary.key, &dictionary.value] {
            self.field(field);
        }
        for _ in 0..4 {
            self.xml.end();
        }
    }

    fn sequence(&mut self, fields: &'a [Field]) {
        if fields.is_empty() {
            self.xml.empty("xs:sequence", &[]);
            return;
        }
        self.xml.start("xs:sequence", &[]);
        for field in fields {
            self.field(field);
        }
        self.xml.end();
    }

    fn field(&mut self, field: &'a Field) {
        let ty = self.type_name(&field.ty);
        let attributes = element(&field.name, &ty, Occurs::of(field), field.nillable);
        self.xml.empty("xs:element", &attributes);
    }

    fn restriction(&mut self, e: &Enum) {
        self.xml.start("xs:restriction", &[("base", "xs:string")]);
        for member in &e.members {
            let attributes = [("value", &*member.name)];
            let Some(value) = member.stated_value else {
                self.xml.empty("xs:enumeration", &attributes);
                continue;
            };
            self.xml.start("xs:enumeration", &attributes);
            self.note(&format!(
                "<ser:EnumerationValue>{value}</ser:EnumerationValue>"
            ));
            self.xml.end();
        }
        self.xml.end();
    }

    /// A note in `xs:appinfo`, on one line: a member is three lines in a diff, not seven.
    /// What XML Schema has no words for, in the one annotation that a type may have.
    fn notes(&mut self, ty: &Type, note: Option<String>) {
        let mut notes = note.unwrap_or_default();
        self.notes |= !notes.is_empty();
        if ty.inferred {
            notes += &inferred();
        }
        if let Some(retirement) = &ty.retired {
            notes += &retired(retirement);
        }
        if !notes.is_empty() {
            self.annotation(&notes);
        }
    }

    fn note(&mut self, note: &str) {
        self.notes = true;
        self.annotation(note);
    }

    fn annotation(&mut self, notes: &str) {
        self.xml.line(&format!(
            "<xs:annotation><xs:appinfo>{notes}</xs:appinfo></xs:annotation>"
        ));
    }
}

fn actual_type(e: &Enum) -> Option<String> {
    let ty = e.actual_type.as_ref()?;
    let name = escape(ty);
    Some(format!(
        "<ser:ActualType Name=\"{name}\" Namespace=\"{XSD}\"/>"
    ))
}

/// Our mark on what was read off examples.
fn inferred() -> String {
    format!("<inferred xmlns=\"{INFERRED}\"/>")
}

/// Our mark on what the standing drop has no more.
fn retired(Retirement { drop, after }: &Retirement) -> String {
    let drop = drop
        .as_ref()
        .map(|drop| format!(" drop=\"{}\"", escape(drop)));
    let (drop, after) = (drop.unwrap_or_default(), escape(after));
    format!("<retired xmlns=\"{RETIRED}\"{drop} after=\"{after}\"/>")
}

/// Lines of XML, two blanks a level.
struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    fn document() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned(),
            open: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        for _ in &self.open {
            self.text += "  ";
        }
        self.text += line;
        self.text.push('\n');
    }

    fn start(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">");
        self.open.push(name);
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>");
    }

    fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.line(&format!("</{name}>"));
        }
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], close: &str) {
        let mut tag = format!("<{name}");
        for (name, value) in attributes {
            for part in [" ", name, "=\"", &escape(value), "\""] {
                tag += part;
            }
        }
        tag += close;
        // Namespace declarations make the root's tag the one long line; it is wrapped.
        if self.open.is_empty() && tag.len() > 100 {
            tag = tag.replace("\" ", "\"\n    ");
        }
        self.line(&tag);
    }
}

/// For an attribute's value in double quotes.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    Cow::Owned(text.replace('>', "&gt;").replace('"', "&quot;"))
}

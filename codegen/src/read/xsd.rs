//! XML Schema, the part of it that .NET's data contracts use; all else is reported.

use roxmltree::Node;

use super::context::{Context, prose};
use super::{INFERRED, RETIRED, SERIALIZATION, XSD};
use crate::diagnostic::{Diagnostic, Location};
use crate::model::{
    Dictionary, Enum, Field, Member, Primitive, Retirement, Struct, Type, TypeKind, TypeName,
    TypeRef,
};

/// One `xs:schema`.
pub(super) struct Schema {
    pub(super) namespace: String,
    pub(super) types: Vec<(TypeName, Type)>,
    pub(super) elements: Vec<Element>,
    /// `xs:include` and `xs:import` that name a document.
    pub(super) links: Vec<Link>,
}

/// A global element.
pub(super) struct Element {
    pub(super) name: TypeName,
    pub(super) content: Content,
    pub(super) at: Location,
}

pub(super) enum Content {
    /// An anonymous sequence: the wrapper of a request or a response.
    Wrapper(Vec<Field>),
    Typed {
        ty: TypeRef,
        nillable: bool,
    },
    /// Reported already.
    Unknown,
}

pub(super) struct Link {
    pub(super) location: String,
    /// The namespace that the document must have.
    pub(super) namespace: String,
    pub(super) at: Location,
}

/// Reads an `xs:schema`. Microsoft's boilerplate schema comes back empty: its types are native.
pub(super) fn read_schema(node: Node<'_, '_>, cx: &mut Context<'_>) -> Schema {
    let namespace = node
        .attribute("targetNamespace")
        .unwrap_or_default()
        .to_owned();
    let mut schema = Schema {
        namespace,
        types: Vec::new(),
        elements: Vec::new(),
        links: Vec::new(),
    };
    if schema.namespace == SERIALIZATION {
        return schema;
    }
    cx.attributes(
        node,
        &[
            "targetNamespace",
            "elementFormDefault",
            "attributeFormDefault",
            "id",
            "version",
        ],
        &[("blockDefault", ""), ("finalDefault", "")],
    );
    let children = cx.children(node);
    let declares =
        |child: &Node<'_, '_>| matches!(child.tag_name().name(), "element" | "complexType");
    if children.iter().any(declares) {
        if schema.namespace.is_empty() {
            let diagnostic = Diagnostic::new(
                "no-target-namespace",
                cx.tag(node),
                "the schema has no `targetNamespace`",
            );
            cx.report(diagnostic);
        }
        if node.attribute("elementFormDefault") != Some("qualified") {
            let diagnostic = Diagnostic::new(
                "unqualified-elements",
                cx.value_of(node, "elementFormDefault"),
                "the schema's local elements have no namespace",
            )
            .label("expected `elementFormDefault=\"qualified\"`");
            cx.report(diagnostic);
        }
    }
    for child in children {
        if child.tag_name().namespace() != Some(XSD) {
            cx.unsupported(child, "a schema", TOP_LEVEL);
            continue;
        }
        match child.tag_name().name() {
            "annotation" => {}
            "import" => {
                cx.attributes(child, &["namespace", "schemaLocation", "id"], &[]);
                let namespace = child.attribute("namespace").unwrap_or_default().to_owned();
                schema.links.extend(link(child, namespace, cx));
            }
            "include" => {
                cx.attributes(child, &["schemaLocation", "id"], &[]);
                cx.required(child, "schemaLocation");
                schema
                    .links
                    .extend(link(child, schema.namespace.clone(), cx));
            }
            "element" => schema
                .elements
                .extend(global_element(child, &schema.namespace, cx)),
            "complexType" => {
                schema
                    .types
                    .extend(named(child, &schema.namespace, cx, complex_type));
            }
            "simpleType" => {
                schema
                    .types
                    .extend(named(child, &schema.namespace, cx, simple_type));
            }
            _ => cx.unsupported(child, "a schema", TOP_LEVEL),
        }
    }
    schema
}

const TOP_LEVEL: &str =
    "a schema may hold `xs:element`, `xs:complexType`, `xs:simpleType`, `xs:import`, `xs:include`";

fn link(node: Node<'_, '_>, namespace: String, cx: &Context<'_>) -> Option<Link> {
    let location = node.attribute("schemaLocation")?.to_owned();
    Some(Link {
        location,
        namespace,
        at: cx.value_of(node, "schemaLocation"),
    })
}

/// A type is kept by its name even where its content was reported, so that references to it are
/// not reported as well.
fn named(
    node: Node<'_, '_>,
    namespace: &str,
    cx: &mut Context<'_>,
    read: fn(Node<'_, '_>, &mut Context<'_>) -> (Option<TypeKind>, Notes),
) -> Option<(TypeName, Type)> {
    let name = cx.name(node)?;
    let at = cx.value_of(node, "name");
    let (kind, notes) = read(node, cx);
    let kind = kind.unwrap_or_else(|| TypeKind::Struct(Struct::default()));
    Some((
        TypeName::new(namespace, name),
        Type {
            kind,
            inferred: notes.is_inferred,
            retired: notes.retired,
            documentation: notes.documentation,
            at,
        },
    ))
}

fn global_element(node: Node<'_, '_>, namespace: &str, cx: &mut Context<'_>) -> Option<Element> {
    cx.attributes(
        node,
        &["name", "type", "nillable", "id"],
        &[("abstract", "false")],
    );
    let name = TypeName::new(namespace, cx.name(node)?);
    let at = cx.value_of(node, "name");
    let nillable = cx.flag(node, "nillable");
    let content = match (node.attribute("type"), anonymous_type(node, cx)) {
        (Some(_), None) => match cx.type_reference(node) {
            Some(ty) => Content::Typed { ty, nillable },
            None => Content::Unknown,
        },
        (None, Some(complex)) if complex.tag_name().name() == "complexType" => {
            cx.attributes(complex, &[], &[("mixed", "false")]);
            Notes::of(complex, &[], cx);
            let content = content_of(complex, cx);
            match content {
                Some(content) => Content::Wrapper(plain_fields(content, cx)),
                None => Content::Wrapper(Vec::new()),
            }
        }
        (None, Some(simple)) => {
            cx.unsupported(simple, "an element", "name the type and refer to it");
            Content::Unknown
        }
        (None, None) => {
            untyped(node, cx);
            Content::Unknown
        }
        (Some(_), Some(anonymous)) => {
            cx.unsupported(
                anonymous,
                "an element that has a `type`",
                "one of the two must go",
            );
            Content::Unknown
        }
    };
    Some(Element { name, content, at })
}

fn untyped(node: Node<'_, '_>, cx: &mut Context<'_>) {
    let diagnostic = Diagnostic::new(
        "missing-attribute",
        cx.tag(node),
        "the element states no type",
    )
    .label("`type` is missing");
    cx.report(diagnostic);
}

/// The `xs:complexType` or `xs:simpleType` in an element.
fn anonymous_type<'n, 'i>(node: Node<'n, 'i>, cx: &mut Context<'_>) -> Option<Node<'n, 'i>> {
    let mut found = None;
    for child in cx.children(node) {
        match xsd_name(child) {
            "annotation" => {}
            "complexType" | "simpleType" if found.is_none() => found = Some(child),
            _ => cx.unsupported(child, "an element", "an element may hold an anonymous type"),
        }
    }
    found
}

/// The local name of an element of XML Schema; empty for foreign ones.
fn xsd_name<'n>(node: Node<'n, '_>) -> &'n str {
    match node.tag_name().namespace() {
        Some(XSD) => node.tag_name().name(),
        _ => "",
    }
}

/// What a complex type holds, `xs:annotation` aside.
fn content_of<'n, 'i>(node: Node<'n, 'i>, cx: &mut Context<'_>) -> Option<Node<'n, 'i>> {
    let mut found = None;
    for child in cx.children(node) {
        match xsd_name(child) {
            "annotation" => {}
            "sequence" | "complexContent" if found.is_none() => found = Some(child),
            _ => cx.unsupported(
                child,
                "a complex type",
                "a complex type may hold one `xs:sequence`, or `xs:complexContent` with an \
                 `xs:extension`",
            ),
        }
    }
    found
}

fn complex_type(node: Node<'_, '_>, cx: &mut Context<'_>) -> (Option<TypeKind>, Notes) {
    cx.attributes(
        node,
        &["name", "id"],
        &[("mixed", "false"), ("abstract", "false")],
    );
    let notes = Notes::of(
        node,
        &["IsDictionary", "IsValueType", "inferred", "retired"],
        cx,
    );
    let kind = match content_of(node, cx) {
        Some(content) if notes.is_dictionary => dictionary(node, content, cx),
        None if notes.is_dictionary => {
            not_a_dictionary(node, cx);
            None
        }
        Some(content) if content.tag_name().name() == "complexContent" => {
            derived(content, notes.is_value_type, cx).map(TypeKind::Struct)
        }
        Some(content) => {
            let particles = sequence(content, cx);
            match &particles[..] {
                [item] if item.many => {
                    let item = particles.into_iter().next().expect("matched as one");
                    array(item, cx).map(TypeKind::Array)
                }
                _ => Some(TypeKind::Struct(Struct {
                    base: None,
                    fields: fields(particles, cx),
                    is_value_type: notes.is_value_type,
                })),
            }
        }
        None => Some(TypeKind::Struct(Struct {
            is_value_type: notes.is_value_type,
            ..Struct::default()
        })),
    };
    (kind, notes)
}

fn derived(content: Node<'_, '_>, is_value_type: bool, cx: &mut Context<'_>) -> Option<Struct> {
    cx.attributes(content, &["id"], &[("mixed", "false")]);
    let mut result = None;
    for child in cx.children(content) {
        match xsd_name(child) {
            "annotation" => {}
            "extension" if result.is_none() => {
                cx.attributes(child, &["base", "id"], &[]);
                cx.required(child, "base");
                let base = cx.qualified(child, "base");
                if let Some(base) = &base {
                    cx.refer(base, child, "base");
                }
                let fields = match content_of(child, cx) {
                    Some(content) => plain_fields(content, cx),
                    None => Vec::new(),
                };
                result = Some(Struct {
                    base,
                    fields,
                    is_value_type,
                });
            }
            _ => cx.unsupported(
                child,
                "a complex content",
                "`xs:extension` of another type is supported",
            ),
        }
    }
    if result.is_none() {
        let diagnostic = Diagnostic::new(
            "missing-element",
            cx.tag(content),
            "the complex content has no `xs:extension`",
        );
        cx.report(diagnostic);
    }
    result
}

/// The members of a struct or a wrapper.
fn plain_fields(content: Node<'_, '_>, cx: &mut Context<'_>) -> Vec<Field> {
    if content.tag_name().name() != "sequence" {
        cx.unsupported(content, "this place", "an `xs:sequence` is supported");
        return Vec::new();
    }
    let particles = sequence(content, cx);
    fields(particles, cx)
}

fn fields(particles: Vec<Particle<'_, '_>>, cx: &mut Context<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for particle in particles {
        if particle.many {
            let diagnostic = Diagnostic::new(
                "unsupported-repetition",
                cx.value_of(particle.node, "maxOccurs"),
                format!("`{}` repeats outside an array", particle.name),
            )
            .label("not supported here")
            .help("an array is a named type with a sequence of this one element");
            cx.report(diagnostic);
            continue;
        }
        let Some(field) = field(particle, cx) else {
            continue;
        };
        if let Some(first) = fields.iter().find(|first| first.name == field.name) {
            let diagnostic = Diagnostic::new(
                "duplicate-element",
                field.at.clone(),
                format!("element `{}` stands twice in one sequence", field.name),
            )
            .label("again here")
            .other(first.at.clone(), "first here");
            cx.report(diagnostic);
            continue;
        }
        fields.push(field);
    }
    fields
}

fn field(particle: Particle<'_, '_>, cx: &mut Context<'_>) -> Option<Field> {
    if let Some(anonymous) = particle.anonymous {
        cx.unsupported(
            anonymous,
            "an element of a sequence",
            "name the type and refer to it; only the entry of a dictionary has an anonymous type",
        );
        return None;
    }
    Some(Field {
        name: particle.name,
        ty: particle.ty?,
        required: particle.required,
        nillable: particle.nillable,
        documentation: particle.documentation,
        at: particle.at,
    })
}

fn array(item: Particle<'_, '_>, cx: &mut Context<'_>) -> Option<Field> {
    if item.required {
        let diagnostic = Diagnostic::new(
            "unsupported-repetition",
            item.at.clone(),
            format!("an array of `{}` may not be empty", item.name),
        )
        .label("expected `minOccurs=\"0\"`");
        cx.report(diagnostic);
    }
    field(item, cx)
}

fn dictionary(node: Node<'_, '_>, content: Node<'_, '_>, cx: &mut Context<'_>) -> Option<TypeKind> {
    if content.tag_name().name() != "sequence" {
        not_a_dictionary(node, cx);
        return None;
    }
    let particles = sequence(content, cx);
    let [entry] = &particles[..] else {
        not_a_dictionary(node, cx);
        return None;
    };
    let Some(anonymous) = entry
        .anonymous
        .filter(|_| entry.many && !entry.required && !entry.nillable)
    else {
        not_a_dictionary(node, cx);
        return None;
    };
    cx.attributes(anonymous, &[], &[("mixed", "false")]);
    let inside = match content_of(anonymous, cx) {
        Some(content) => plain_fields(content, cx),
        None => Vec::new(),
    };
    let Ok([key, value]) = <[Field; 2]>::try_from(inside) else {
        not_a_dictionary(node, cx);
        return None;
    };
    for field in [&key, &value] {
        if !field.required {
            let diagnostic = Diagnostic::new(
                "unsupported-dictionary",
                field.at.clone(),
                format!("`{}` of a dictionary's entry may be absent", field.name),
            )
            .label("expected `minOccurs` to be 1");
            cx.report(diagnostic);
        }
    }
    Some(TypeKind::Dictionary(Dictionary {
        entry: entry.name.clone(),
        key,
        value,
    }))
}

fn not_a_dictionary(node: Node<'_, '_>, cx: &mut Context<'_>) {
    let diagnostic = Diagnostic::new(
        "unsupported-dictionary",
        cx.value_of(node, "name"),
        "the type is marked `IsDictionary` and is not shaped like one",
    )
    .label("not the shape of a dictionary")
    .help(
        "a dictionary is a sequence of one element with `minOccurs=\"0\"` and \
         `maxOccurs=\"unbounded\"`, of an anonymous type with a key and a value",
    );
    cx.report(diagnostic);
}

/// An `xs:element` in a sequence.
struct Particle<'n, 'i> {
    node: Node<'n, 'i>,
    name: String,
    ty: Option<TypeRef>,
    anonymous: Option<Node<'n, 'i>>,
    required: bool,
    many: bool,
    nillable: bool,
    documentation: Option<String>,
    at: Location,
}

fn sequence<'n, 'i>(node: Node<'n, 'i>, cx: &mut Context<'_>) -> Vec<Particle<'n, 'i>> {
    cx.attributes(node, &["id"], &[("minOccurs", "1"), ("maxOccurs", "1")]);
    let mut particles = Vec::new();
    for child in cx.children(node) {
        match xsd_name(child) {
            "annotation" => {}
            "element" => particles.extend(particle(child, cx)),
            _ => cx.unsupported(child, "a sequence", "a sequence may hold `xs:element`"),
        }
    }
    particles
}

fn particle<'n, 'i>(node: Node<'n, 'i>, cx: &mut Context<'_>) -> Option<Particle<'n, 'i>> {
    cx.attributes(
        node,
        &["name", "type", "minOccurs", "maxOccurs", "nillable", "id"],
        &[],
    );
    if node.attribute("ref").is_some() {
        // Reported as an attribute; a missing name would say the same again.
        return None;
    }
    let name = cx.name(node)?;
    let required = match node.attribute("minOccurs") {
        None | Some("1") => true,
        Some("0") => false,
        Some(_) => {
            bad_occurrence(node, "minOccurs", "expected `0` or `1`", cx);
            true
        }
    };
    let many = match node.attribute("maxOccurs") {
        None | Some("1") => false,
        Some("unbounded") => true,
        Some(_) => {
            bad_occurrence(node, "maxOccurs", "expected `1` or `unbounded`", cx);
            false
        }
    };
    let anonymous = anonymous_type(node, cx);
    let ty = if node.has_attribute("type") {
        if let Some(anonymous) = anonymous {
            cx.unsupported(
                anonymous,
                "an element that has a `type`",
                "one of the two must go",
            );
            return None;
        }
        cx.type_reference(node)
    } else {
        if anonymous.is_none() {
            untyped(node, cx);
        }
        None
    };
    let nillable = cx.flag(node, "nillable");
    let documentation = Notes::of(node, &[], cx).documentation;
    let at = cx.value_of(node, "name");
    Some(Particle {
        node,
        name,
        ty,
        anonymous,
        required,
        many,
        nillable,
        documentation,
        at,
    })
}

fn bad_occurrence(node: Node<'_, '_>, attribute: &str, expected: &str, cx: &mut Context<'_>) {
    let value = node.attribute(attribute).unwrap_or_default();
    let diagnostic = Diagnostic::new(
        "unsupported-repetition",
        cx.value_of(node, attribute),
        format!("`{attribute}=\"{value}\"` is not supported"),
    )
    .label(expected);
    cx.report(diagnostic);
}

fn simple_type(node: Node<'_, '_>, cx: &mut Context<'_>) -> (Option<TypeKind>, Notes) {
    cx.attributes(node, &["name", "id"], &[]);
    let notes = Notes::of(node, &["ActualType", "inferred", "retired"], cx);
    let mut kind = None;
    for child in cx.children(node) {
        match xsd_name(child) {
            "annotation" => {}
            "restriction" if kind.is_none() => {
                kind = Some(TypeKind::Enum(restriction(child, &notes, false, cx)));
            }
            "list" if kind.is_none() => {
                kind = Some(TypeKind::Flags(list(child, &notes, cx)));
            }
            _ => cx.unsupported(child, "a simple type", SIMPLE),
        }
    }
    if kind.is_none() {
        let diagnostic = Diagnostic::new(
            "missing-element",
            cx.value_of(node, "name"),
            "the simple type is empty",
        )
        .help(SIMPLE);
        cx.report(diagnostic);
    }
    (kind, notes)
}

const SIMPLE: &str = "a simple type is an enum (an `xs:restriction` of `xs:string` with \
                      `xs:enumeration`s) or an `xs:list` of one";

fn list(node: Node<'_, '_>, notes: &Notes, cx: &mut Context<'_>) -> Enum {
    cx.attributes(node, &["id"], &[]);
    let mut result = None;
    for simple in cx.children(node) {
        match xsd_name(simple) {
            "annotation" => continue,
            "simpleType" => cx.attributes(simple, &["id"], &[]),
            _ => {
                cx.unsupported(simple, "a list", SIMPLE);
                continue;
            }
        }
        for child in cx.children(simple) {
            match xsd_name(child) {
                "annotation" => {}
                "restriction" if result.is_none() => {
                    result = Some(restriction(child, notes, true, cx));
                }
                _ => cx.unsupported(child, "a list", SIMPLE),
            }
        }
    }
    result.unwrap_or_else(|| {
        // With an `itemType` that attribute was reported.
        if !node.has_attribute("itemType") {
            let diagnostic =
                Diagnostic::new("missing-element", cx.tag(node), "the list has no items")
                    .help(SIMPLE);
            cx.report(diagnostic);
        }
        Enum {
            members: Vec::new(),
            actual_type: None,
        }
    })
}

fn restriction(node: Node<'_, '_>, notes: &Notes, is_flags: bool, cx: &mut Context<'_>) -> Enum {
    cx.attributes(node, &["base", "id"], &[]);
    cx.required(node, "base");
    let string = TypeName::new(XSD, "string");
    if cx
        .qualified(node, "base")
        .is_some_and(|base| base != string)
    {
        let diagnostic = Diagnostic::new(
            "unsupported-type",
            cx.value_of(node, "base"),
            format!(
                "a restriction of `{}` is not supported",
                node.attribute("base").unwrap_or_default()
            ),
        )
        .label("expected XML Schema's `string`")
        .help(SIMPLE);
        cx.report(diagnostic);
    }
    let mut members: Vec<Member> = Vec::new();
    let reported = cx.diagnostics.len();
    for child in cx.children(node) {
        match xsd_name(child) {
            "annotation" => continue,
            "enumeration" => {}
            _ => {
                cx.unsupported(child, "a restriction", SIMPLE);
                continue;
            }
        }
        let Some(member) = member(child, is_flags, cx) else {
            continue;
        };
        if let Some(first) = members.iter().find(|first| first.name == member.name) {
            let diagnostic = Diagnostic::new(
                "duplicate-member",
                member.at.clone(),
                format!("member `{}` stands twice", member.name),
            )
            .label("again here")
            .other(first.at.clone(), "first here");
            cx.report(diagnostic);
            continue;
        }
        members.push(member);
    }
    if members.is_empty() && cx.diagnostics.len() == reported {
        let diagnostic =
            Diagnostic::new("missing-element", cx.tag(node), "the enum has no members")
                .help(SIMPLE);
        cx.report(diagnostic);
    }
    Enum {
        members,
        actual_type: notes.actual_type.clone(),
    }
}

fn member(node: Node<'_, '_>, is_flags: bool, cx: &mut Context<'_>) -> Option<Member> {
    cx.attributes(node, &["value", "id"], &[]);
    let name = cx.required(node, "value")?.to_owned();
    let at = cx.value_of(node, "value");
    let blank = name.is_empty() || name.trim() != name || (is_flags && name.contains(' '));
    if blank || name.contains(['\t', '\r', '\n']) {
        let expected = match is_flags {
            true => "expected text without blanks, because blanks part the members of a set",
            false => "expected text without blanks around it",
        };
        let message = format!("`{name}` cannot name a member");
        cx.report(Diagnostic::new("bad-name", at.clone(), message).label(expected));
        return None;
    }
    let notes = Notes::of(node, &["EnumerationValue"], cx);
    for child in cx.children(node) {
        if xsd_name(child) != "annotation" {
            cx.unsupported(child, "a member", "a member may hold `xs:annotation`");
        }
    }
    Some(Member {
        name,
        stated_value: notes.enumeration_value,
        documentation: notes.documentation,
        at,
    })
}

/// What `xs:annotation` says: prose, and facts that XML Schema has no words for.
#[derive(Default)]
struct Notes {
    documentation: Option<String>,
    is_dictionary: bool,
    is_value_type: bool,
    enumeration_value: Option<i64>,
    actual_type: Option<String>,
    is_inferred: bool,
    retired: Option<Retirement>,
}

impl Notes {
    /// Notes other than the `known` ones are reported: they may change what the type means.
    fn of(node: Node<'_, '_>, known: &[&str], cx: &mut Context<'_>) -> Self {
        let mut notes = Self::default();
        let annotations = node
            .children()
            .filter(|child| xsd_name(*child) == "annotation");
        for annotation in annotations {
            for child in cx.children(annotation) {
                match xsd_name(child) {
                    "documentation" => {
                        notes.documentation = notes.documentation.or_else(|| prose(child));
                    }
                    "appinfo" => {
                        for note in cx.children(child) {
                            notes.read(note, known, cx);
                        }
                    }
                    _ => cx.unsupported(child, "an annotation", "see XML Schema"),
                }
            }
        }
        notes
    }

    fn read(&mut self, note: Node<'_, '_>, known: &[&str], cx: &mut Context<'_>) {
        let name = note.tag_name().name();
        let namespace = match name {
            "inferred" => INFERRED,
            "retired" => RETIRED,
            _ => SERIALIZATION,
        };
        if note.tag_name().namespace() != Some(namespace) || !known.contains(&name) {
            let help = "known are `IsDictionary` and `IsValueType` of a complex type, `ActualType` \
                        of an enum, `EnumerationValue` of a member";
            cx.unsupported(note, "this `xs:appinfo`", help);
            return;
        }
        let text = note.text().unwrap_or_default().trim();
        match name {
            "IsDictionary" => self.is_dictionary = boolean(note, text, cx),
            "inferred" => self.is_inferred = true,
            "retired" => self.retired = cx.retirement(note),
            "IsValueType" => self.is_value_type = boolean(note, text, cx),
            "EnumerationValue" => match text.parse() {
                Ok(value) => self.enumeration_value = Some(value),
                Err(_) => bad_note(note, text, "expected a whole number of 64 bits", cx),
            },
            _ => {
                cx.attributes(note, &["Name", "Namespace"], &[]);
                let ty = Primitive::from_wire(
                    note.attribute("Namespace").unwrap_or_default(),
                    note.attribute("Name").unwrap_or_default(),
                );
                match ty.filter(|ty| ty.is_integer()) {
                    Some(ty) => self.actual_type = Some(ty.wire_name().to_owned()),
                    None => {
                        let name = note.attribute("Name").unwrap_or_default();
                        bad_note(note, name, "expected one of XML Schema's integers", cx);
                    }
                }
            }
        }
    }
}

fn boolean(note: Node<'_, '_>, text: &str, cx: &mut Context<'_>) -> bool {
    match text {
        "true" | "1" => true,
        "false" | "0" => false,
        _ => {
            bad_note(note, text, "expected `true` or `false`", cx);
            false
        }
    }
}

fn bad_note(note: Node<'_, '_>, text: &str, expected: &str, cx: &mut Context<'_>) {
    let message = format!("`{}` is `{text}`", note.tag_name().name());
    let diagnostic = Diagnostic::new("bad-value", cx.at(note.range()), message).label(expected);
    cx.report(diagnostic);
}

//! What the examples show, gathered without a decision: per type what was seen inside of it.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::Node;

use crate::diagnostic::{Diagnostic, Location, SourceFile};
use crate::model::{Primitive, TypeName, TypeRef};
use crate::read::operation_page::{self, Example};
use crate::read::{SERIALIZATION, XSD};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

#[derive(Default)]
pub(super) struct Evidence {
    pub(super) types: BTreeMap<TypeName, TypeSeen>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

pub(super) struct TypeSeen {
    /// Where it was named first.
    pub(super) at: Location,
    pub(super) content: Content,
}

pub(super) enum Content {
    /// Only empty elements, or nil.
    Nothing,
    Members(Members),
    /// Elements of one name.
    Items(Seen),
    /// Elements without a type of their own that hold a key and a value.
    Entries(Box<Entries>),
    /// Names, in the order they were seen; whether one element held several.
    Text {
        names: Vec<(String, Location)>,
        several: bool,
    },
}

pub(super) struct Entries {
    pub(super) name: String,
    pub(super) key: Seen,
    pub(super) value: Seen,
}

/// Child elements of different names.
#[derive(Default)]
pub(super) struct Members {
    /// By first sight.
    pub(super) seen: Vec<Seen>,
    /// The distinct sequences that were shown, as indices into `seen`, and where each was first.
    pub(super) orders: Vec<(Vec<usize>, Location)>,
}

impl Members {
    fn add_order(&mut self, order: Vec<usize>, at: &Location) {
        if !self.orders.iter().any(|(known, _)| *known == order) {
            self.orders.push((order, at.clone()));
        }
    }
}

/// One element, over all its examples.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) name: String,
    /// Shown by `xsi:type`, and where first.
    pub(super) ty: Option<(TypeRef, Location)>,
    /// Where it was nil first.
    pub(super) nil: Option<Location>,
    /// Where it stood first.
    pub(super) at: Location,
}

impl Evidence {
    /// Reads the members of a request or a response.
    pub(super) fn read_wrapper(
        &mut self,
        source: &SourceFile,
        example: &Example,
        members: &mut Members,
    ) {
        // It was parsed when the page was read.
        let Ok(document) = example.document(&source.text) else {
            return;
        };
        let Some(wrapper) = operation_page::wrapper(&document) else {
            return;
        };
        let mut reader = Reader {
            source,
            offset: example.envelope.start,
            evidence: self,
        };
        let children = reader.children(wrapper);
        let at = reader.tag(wrapper);
        reader.members(&children, &example.namespace, (&example.name, &at), members);
    }
}

struct Reader<'a> {
    source: &'a SourceFile,
    /// Where the envelope begins in the page.
    offset: usize,
    evidence: &'a mut Evidence,
}

impl Reader<'_> {
    fn at(&self, range: Range<usize>) -> Location {
        Location::new(
            &self.source.name,
            self.offset + range.start..self.offset + range.end,
        )
    }

    /// The name in the start tag.
    fn tag(&self, node: Node<'_, '_>) -> Location {
        let range = node.range();
        let text = &node.document().input_text()[range.clone()];
        let end = text
            .find([' ', '\t', '\r', '\n', '/', '>'])
            .unwrap_or(text.len());
        self.at(range.start..range.start + end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.evidence.diagnostics.push(diagnostic);
    }

    /// The child elements; text between them is reported.
    fn children<'d, 'i>(&mut self, node: Node<'d, 'i>) -> Vec<Node<'d, 'i>> {
        let elements: Vec<_> = node.children().filter(Node::is_element).collect();
        if !elements.is_empty() {
            for text in node.children().filter(Node::is_text) {
                if text.text().is_some_and(|text| !text.trim().is_empty()) {
                    let diagnostic = Diagnostic::new(
                        "unexpected-text",
                        self.at(text.range()),
                        format!("text beside elements in `{}`", node.tag_name().name()),
                    );
                    self.report(diagnostic);
                }
            }
        }
        elements
    }

    /// Reads elements of different names, all in one namespace.
    fn members(
        &mut self,
        children: &[Node<'_, '_>],
        namespace: &str,
        (owner, at): (&str, &Location),
        members: &mut Members,
    ) {
        let mut order = Vec::with_capacity(children.len());
        for &child in children {
            let seen = self.element(child, namespace);
            let index = match members
                .seen
                .iter()
                .position(|known| known.name == seen.name)
            {
                Some(index) => {
                    self.join(&mut members.seen[index], seen, owner);
                    index
                }
                None => {
                    members.seen.push(seen);
                    members.seen.len() - 1
                }
            };
            if order.contains(&index) {
                let diagnostic = Diagnostic::new(
                    "repeated-element",
                    self.tag(child),
                    format!("`{}` stands twice in `{owner}`", child.tag_name().name()),
                )
                .label("again here")
                .help("elements repeat in arrays and dictionaries only, where all have one name");
                self.report(diagnostic);
                return;
            }
            order.push(index);
        }
        members.add_order(order, at);
    }

    /// Reads an element and all inside of it.
    fn element(&mut self, node: Node<'_, '_>, namespace: &str) -> Seen {
        let at = self.tag(node);
        let found = node.tag_name().namespace().unwrap_or_default();
        if found != namespace {
            let diagnostic = Diagnostic::new(
                "unexpected-namespace",
                at.clone(),
                format!("`{}` is in the namespace `{found}`", node.tag_name().name()),
            )
            .label(format!(
                "expected `{namespace}`, as its parent's type is of"
            ));
            self.report(diagnostic);
        }
        let nil = matches!(node.attribute((XSI, "nil")), Some("true" | "1"));
        let ty = self.type_of(node);
        let children = self.children(node);
        match &ty {
            Some(TypeRef::Named(name)) => self.content(node, name, &children, &at),
            Some(TypeRef::Primitive(_)) | None if children.is_empty() => {}
            Some(TypeRef::Primitive(primitive)) => {
                let diagnostic = Diagnostic::new(
                    "unexpected-element",
                    self.tag(children[0]),
                    format!(
                        "an element inside a value of type `{}`",
                        primitive.wire_name()
                    ),
                );
                self.report(diagnostic);
            }
            None => {
                let diagnostic = Diagnostic::new(
                    "nameless-type",
                    at.clone(),
                    format!(
                        "`{}` holds elements and has no `xsi:type`, so its type has no name",
                        node.tag_name().name()
                    ),
                )
                .help("only the entries of a dictionary, a `Key` and a `Value` each, need none");
                self.report(diagnostic);
            }
        }
        Seen {
            name: node.tag_name().name().to_owned(),
            ty: ty.map(|ty| (ty, at.clone())),
            nil: nil.then(|| at.clone()),
            at,
        }
    }

    fn type_of(&mut self, node: Node<'_, '_>) -> Option<TypeRef> {
        let attribute = node.attribute_node((XSI, "type"))?;
        let value = attribute.value().trim();
        let (prefix, local) = match value.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, value),
        };
        let at = self.at(attribute.range_value());
        let Some(namespace) = node.lookup_namespace_uri(prefix) else {
            let diagnostic = Diagnostic::new(
                "unknown-prefix",
                at,
                format!("`{value}` names a type in no declared namespace"),
            );
            self.report(diagnostic);
            return None;
        };
        if let Some(primitive) = Primitive::from_wire(namespace, local) {
            return Some(TypeRef::Primitive(primitive));
        }
        if namespace == XSD || namespace == SERIALIZATION {
            let diagnostic = Diagnostic::new(
                "unsupported-type",
                at,
                format!("the simple type `{local}` is not supported"),
            );
            self.report(diagnostic);
            return None;
        }
        Some(TypeRef::Named(TypeName::new(namespace, local)))
    }

    /// Adds what is inside one element of a named type.
    fn content(
        &mut self,
        node: Node<'_, '_>,
        name: &TypeName,
        children: &[Node<'_, '_>],
        at: &Location,
    ) {
        // The type is taken out while its content is read, which may hold the type again.
        let standing = match self.evidence.types.get_mut(name) {
            Some(seen) => std::mem::replace(&mut seen.content, Content::Nothing),
            None => {
                let seen = TypeSeen {
                    at: at.clone(),
                    content: Content::Nothing,
                };
                self.evidence.types.insert(name.clone(), seen);
                Content::Nothing
            }
        };
        let content = self.read_content(node, name, children, standing, at);
        if let Some(seen) = self.evidence.types.get_mut(name) {
            // What a nested element of the same type showed is kept beside this.
            let nested = std::mem::replace(&mut seen.content, content);
            self.join_content(name, nested, at);
        }
    }

    fn read_content(
        &mut self,
        node: Node<'_, '_>,
        name: &TypeName,
        children: &[Node<'_, '_>],
        standing: Content,
        at: &Location,
    ) -> Content {
        let Some((first, others)) = children.split_first() else {
            return self.text(node, name, standing, at);
        };
        let is_of_one_name = others
            .iter()
            .all(|other| other.tag_name() == first.tag_name());
        if is_of_one_name && children.iter().all(|&child| is_entry(child)) {
            return self.entries(children, name, standing, at);
        }
        let is_array = is_of_one_name
            && (name.name.starts_with("ArrayOf")
                || !others.is_empty()
                || matches!(standing, Content::Items(_)));
        if is_array {
            return self.items(children, name, standing, at);
        }
        let mut members = match standing {
            Content::Members(members) => members,
            Content::Nothing => Members::default(),
            other => {
                self.contradiction(name, "members of different names", at);
                return other;
            }
        };
        self.members(children, &name.namespace, (&name.name, at), &mut members);
        Content::Members(members)
    }

    fn text(
        &mut self,
        node: Node<'_, '_>,
        name: &TypeName,
        standing: Content,
        at: &Location,
    ) -> Content {
        let shown: Vec<&str> = node
            .text()
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        if shown.is_empty() {
            return standing;
        }
        let (mut names, mut several) = match standing {
            Content::Text { names, several } => (names, several),
            Content::Nothing => (Vec::new(), false),
            other => {
                self.contradiction(name, "text", at);
                return other;
            }
        };
        several |= shown.len() > 1;
        for member in shown {
            if !names.iter().any(|(known, _)| known == member) {
                names.push((member.to_owned(), at.clone()));
            }
        }
        Content::Text { names, several }
    }

    fn items(
        &mut self,
        children: &[Node<'_, '_>],
        name: &TypeName,
        standing: Content,
        at: &Location,
    ) -> Content {
        let mut item: Option<Seen> = match standing {
            Content::Items(item) => Some(item),
            Content::Nothing => None,
            // One element in one example, several of the same name in another.
            Content::Members(mut members)
                if members.seen.len() == 1
                    && members.seen[0].name == children[0].tag_name().name() =>
            {
                members.seen.pop()
            }
            other => {
                self.contradiction(name, "elements of one name", at);
                return other;
            }
        };
        for &child in children {
            let seen = self.element(child, &name.namespace);
            match &mut item {
                Some(known) if known.name != seen.name => {
                    self.contradiction(name, "items of another name", at);
                    break;
                }
                Some(known) => self.join(known, seen, &name.name),
                None => item = Some(seen),
            }
        }
        item.map_or(Content::Nothing, Content::Items)
    }

    fn entries(
        &mut self,
        children: &[Node<'_, '_>],
        name: &TypeName,
        standing: Content,
        at: &Location,
    ) -> Content {
        let mut entries = match standing {
            Content::Entries(entries) => Some(entries),
            Content::Nothing => None,
            other => {
                self.contradiction(name, "entries of a key and a value", at);
                return other;
            }
        };
        for &child in children {
            let mut halves = child.children().filter(Node::is_element);
            let (Some(key), Some(value)) = (halves.next(), halves.next()) else {
                continue;
            };
            let key = self.element(key, &name.namespace);
            let value = self.element(value, &name.namespace);
            match &mut entries {
                Some(known) if known.name != child.tag_name().name() => {
                    self.contradiction(name, "entries of another name", at);
                    break;
                }
                Some(known) => {
                    self.join(&mut known.key, key, &name.name);
                    self.join(&mut known.value, value, &name.name);
                }
                None => {
                    let name = child.tag_name().name().to_owned();
                    entries = Some(Box::new(Entries { name, key, value }));
                }
            }
        }
        entries.map_or(Content::Nothing, Content::Entries)
    }

    /// Joins what a nested element of the same type showed with what the outer one did.
    fn join_content(&mut self, name: &TypeName, nested: Content, at: &Location) {
        let Some(seen) = self.evidence.types.get_mut(name) else {
            return;
        };
        let outer = std::mem::replace(&mut seen.content, Content::Nothing);
        let joined = match (outer, nested) {
            (outer, Content::Nothing) => outer,
            (Content::Nothing, nested) => nested,
            (Content::Members(mut outer), Content::Members(nested)) => {
                let mut places = Vec::with_capacity(nested.seen.len());
                for seen in nested.seen {
                    match outer.seen.iter().position(|known| known.name == seen.name) {
                        Some(index) => {
                            self.join(&mut outer.seen[index], seen, &name.name);
                            places.push(index);
                        }
                        None => {
                            outer.seen.push(seen);
                            places.push(outer.seen.len() - 1);
                        }
                    }
                }
                for (order, at) in nested.orders {
                    let order = order
                        .into_iter()
                        .filter_map(|index| places.get(index).copied())
                        .collect();
                    outer.add_order(order, &at);
                }
                Content::Members(outer)
            }
            (Content::Items(mut outer), Content::Items(nested)) => {
                if outer.name == nested.name {
                    self.join(&mut outer, nested, &name.name);
                } else {
                    self.contradiction(name, "items of another name", at);
                }
                Content::Items(outer)
            }
            (Content::Entries(mut outer), Content::Entries(nested)) => {
                self.join(&mut outer.key, nested.key, &name.name);
                self.join(&mut outer.value, nested.value, &name.name);
                Content::Entries(outer)
            }
            (outer, _) => {
                self.contradiction(name, "something else inside itself", at);
                outer
            }
        };
        if let Some(seen) = self.evidence.types.get_mut(name) {
            seen.content = joined;
        }
    }

    /// Adds another example of the same element.
    fn join(&mut self, known: &mut Seen, seen: Seen, owner: &str) {
        known.nil = known.nil.take().or(seen.nil);
        match (&known.ty, seen.ty) {
            (Some((first, first_at)), Some((second, second_at))) if *first != second => {
                let diagnostic = Diagnostic::new(
                    "conflicting-examples",
                    second_at,
                    format!(
                        "examples disagree on the type of `{}` in `{owner}`",
                        known.name
                    ),
                )
                .label(format!("`{}` here", shown(&second)))
                .other(first_at.clone(), format!("`{}` here", shown(first)))
                .help("which of them is the base of the other cannot be told from examples");
                self.report(diagnostic);
            }
            (None, Some(ty)) => known.ty = Some(ty),
            _ => {}
        }
    }

    fn contradiction(&mut self, name: &TypeName, found: &str, at: &Location) {
        let first = self
            .evidence
            .types
            .get(name)
            .map(|seen| seen.at.clone())
            .unwrap_or_default();
        let diagnostic = Diagnostic::new(
            "conflicting-examples",
            at.clone(),
            format!("examples disagree on what type `{}` is", name.name),
        )
        .label(format!("{found} here"))
        .other(first, "seen first here, as something else");
        self.report(diagnostic);
    }
}

/// A key and a value in an element that has no type of its own.
fn is_entry(node: Node<'_, '_>) -> bool {
    let halves: Vec<_> = node
        .children()
        .filter(Node::is_element)
        .map(|half| half.tag_name().name())
        .collect();
    !node.has_attribute((XSI, "type")) && halves == ["Key", "Value"]
}

fn shown(ty: &TypeRef) -> &str {
    match ty {
        TypeRef::Primitive(primitive) => primitive.wire_name(),
        TypeRef::Named(name) => &name.name,
    }
}

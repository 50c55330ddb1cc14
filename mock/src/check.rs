//! Holds the body of a request against the contract.
//!
//! NetServer's serialiser skips what is out of order, misspelled or in the wrong namespace without a
//! word, and the caller wonders where a value went. Here each of these is said.

use std::str::FromStr;

use roxmltree::Node;
use superoffice_soap::{DateTime, Decimal, Duration, Guid};

use crate::table::{Field, Kind, Operation, Primitive, Ref, Table};

pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";
const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";

/// More than these are left for the next try.
const SHOWN: usize = 8;

/// What is wrong with the parameters of an operation, with the path of each element; empty if
/// nothing is.
pub(crate) fn request(table: &Table, operation: &Operation, wrapper: Node<'_, '_>) -> Vec<String> {
    let mut check = Check {
        table,
        path: wrapper.tag_name().name().to_owned(),
        found: Vec::new(),
    };
    let members: Vec<(usize, &Field)> = operation
        .parameters
        .iter()
        .map(|field| (0, field))
        .collect();
    check.members(wrapper, &members);
    check.found
}

struct Check<'t> {
    table: &'t Table,
    path: String,
    found: Vec<String>,
}

impl Check<'_> {
    fn say(&mut self, what: impl Into<String>) {
        if self.found.len() < SHOWN {
            self.found.push(format!("{}: {}", self.path, what.into()));
        }
    }

    fn below(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let end = self.path.len();
        self.path.push('/');
        self.path.push_str(name);
        check(self);
        self.path.truncate(end);
    }

    /// Children are matched forwards only, as the server does.
    fn members(&mut self, node: Node<'_, '_>, members: &[(usize, &Field)]) {
        self.no_text(node);
        let mut next = 0;
        for child in elements(node) {
            let name = child.tag_name().name();
            let position = members.iter().position(|(_, field)| field.name == name);
            let Some(position) = position else {
                self.say(self.unknown(name, members));
                continue;
            };
            let (namespace, field) = members[position];
            let expected = self.table.namespace_of(namespace);
            if child.tag_name().namespace().unwrap_or_default() != expected {
                let found = child.tag_name().namespace().unwrap_or_default();
                self.say(format!(
                    "`{name}` is in the namespace `{found}` instead of `{expected}`"
                ));
            }
            if position < next {
                let before = &members[next - 1].1.name;
                let what = match *before == field.name {
                    true => format!("`{name}` is there twice"),
                    false => format!("`{name}` has to stand before `{before}`"),
                };
                self.say(format!("{what}; a server would skip it without an error"));
            }
            next = next.max(position + 1);
            self.below(name, |check| check.field(child, field));
        }
        for (_, field) in members {
            let there = || elements(node).any(|child| child.tag_name().name() == field.name);
            if field.required && !there() {
                self.say(format!("`{}` is missing", field.name));
            }
        }
    }

    fn unknown(&self, name: &str, members: &[(usize, &Field)]) -> String {
        let close = members
            .iter()
            .find(|(_, field)| field.name.eq_ignore_ascii_case(name));
        match (close, members) {
            (Some((_, field)), _) => {
                format!("there is no `{name}`; it is spelled `{}`", field.name)
            }
            (None, []) => format!("there is no `{name}`; nothing is expected here"),
            (None, members) => {
                let names: Vec<&str> = members.iter().map(|(_, field)| &*field.name).collect();
                format!("there is no `{name}`; there are {}", names.join(", "))
            }
        }
    }

    fn field(&mut self, node: Node<'_, '_>, field: &Field) {
        if is_nil(node) {
            if !field.nillable {
                self.say("is nil, which its type cannot be; leave it out for the default");
            } else if node.children().any(|child| child.is_element()) {
                self.say("is nil and yet has content");
            }
            return;
        }
        match field.ty {
            Ref::Primitive(primitive) => self.primitive(node, primitive),
            Ref::Type(index) => self.named(node, index),
        }
    }

    fn named(&mut self, node: Node<'_, '_>, index: usize) {
        let table = self.table;
        let ty = table.ty(index);
        match &ty.kind {
            Kind::Struct { .. } => {
                let actual = match node.attribute((XSI, "type")) {
                    None => Some(index),
                    Some(name) => {
                        let (namespace, local) = resolved(node, name);
                        let found = table.derived(index, namespace, local);
                        if found.is_none() {
                            self.say(format!("`{local}` is not `{}` or derived from it", ty.name));
                        }
                        found
                    }
                };
                if let Some(actual) = actual {
                    self.members(node, &table.members(actual));
                }
            }
            Kind::Array(item) => {
                self.no_text(node);
                for (position, child) in elements(node).enumerate() {
                    self.below(&format!("{}[{position}]", item.name), |check| {
                        if check.is_named(child, ty.namespace, &item.name) {
                            check.field(child, item);
                        }
                    });
                }
            }
            Kind::Map { entry, key, value } => {
                self.no_text(node);
                for (position, child) in elements(node).enumerate() {
                    self.below(&format!("{entry}[{position}]"), |check| {
                        if check.is_named(child, ty.namespace, entry) {
                            check.members(child, &[(ty.namespace, key), (ty.namespace, value)]);
                        }
                    });
                }
            }
            Kind::Enum { members, .. } => {
                let text = text(node);
                if !members.contains(&text) {
                    self.member(&text, &ty.name, members);
                }
            }
            Kind::Flags(members) => {
                for name in text(node).split(' ').filter(|name| !name.is_empty()) {
                    if !members.iter().any(|member| member == name) {
                        self.member(name, &ty.name, members);
                    }
                }
            }
        }
    }

    fn member(&mut self, text: &str, of: &str, members: &[String]) {
        let start: Vec<&str> = members.iter().map(String::as_str).take(20).collect();
        let more = if members.len() > start.len() {
            " …"
        } else {
            ""
        };
        let names = start.join(", ");
        self.say(format!(
            "`{text}` is no member of {of}; it has {names}{more}"
        ));
    }

    fn is_named(&mut self, node: Node<'_, '_>, namespace: usize, name: &str) -> bool {
        let expected = self.table.namespace_of(namespace);
        let (local, found) = (
            node.tag_name().name(),
            node.tag_name().namespace().unwrap_or_default(),
        );
        let same = local == name && found == expected;
        if !same {
            self.say(format!(
                "is `{local}` in the namespace `{found}` instead of `{name}` in `{expected}`"
            ));
        }
        same
    }

    fn no_text(&mut self, node: Node<'_, '_>) {
        let mut texts = node
            .children()
            .filter(Node::is_text)
            .filter_map(|text| text.text());
        if texts.any(|text| !text.trim_ascii().is_empty()) {
            self.say("has text where only elements belong");
        }
    }

    fn primitive(&mut self, node: Node<'_, '_>, primitive: Primitive) {
        if primitive == Primitive::AnyType {
            let Some(name) = node.attribute((XSI, "type")) else {
                if node.has_children() {
                    self.say("is of any type and needs an xsi:type");
                }
                return;
            };
            let (namespace, local) = resolved(node, name);
            if namespace != XSD && namespace != SERIALIZATION {
                self.say(format!(
                    "`{local}` in `{namespace}` is no type that a server reads here"
                ));
            }
            return;
        }
        if let Some(child) = elements(node).next() {
            let name = child.tag_name().name().to_owned();
            self.say(format!("holds an element `{name}` instead of text"));
            return;
        }
        let text = text(node);
        if !is_valid(primitive, &text) {
            self.say(format!("`{text}` is no {}", primitive.name()));
        }
    }
}

fn is_valid(primitive: Primitive, text: &str) -> bool {
    fn parses<T: FromStr>(text: &str) -> bool {
        text.parse::<T>().is_ok()
    }
    let trimmed = text.trim_ascii();
    let special = matches!(trimmed, "INF" | "-INF" | "NaN");
    let is_number = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
    };
    match primitive {
        Primitive::AnyType | Primitive::AnyUri | Primitive::QName | Primitive::String => true,
        Primitive::Base64Binary => {
            let symbols = trimmed.bytes().filter(|b| !b.is_ascii_whitespace());
            let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
            symbols.clone().all(allowed) && symbols.count() % 4 == 0
        }
        Primitive::Boolean => matches!(trimmed, "true" | "false" | "1" | "0"),
        Primitive::Byte => parses::<i8>(trimmed),
        Primitive::Short => parses::<i16>(trimmed),
        Primitive::Int => parses::<i32>(trimmed),
        Primitive::Long => parses::<i64>(trimmed),
        Primitive::UnsignedByte => parses::<u8>(trimmed),
        Primitive::Char | Primitive::UnsignedShort => parses::<u16>(trimmed),
        Primitive::UnsignedInt => parses::<u32>(trimmed),
        Primitive::UnsignedLong => parses::<u64>(trimmed),
        Primitive::Float | Primitive::Double => {
            special || (is_number(trimmed) && parses::<f64>(trimmed))
        }
        Primitive::Decimal => parses::<Decimal>(trimmed),
        Primitive::DateTime => parses::<DateTime>(trimmed),
        Primitive::Duration => parses::<Duration>(trimmed),
        Primitive::Guid => parses::<Guid>(trimmed),
    }
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i> {
    node.children().filter(Node::is_element)
}

pub(crate) fn is_nil(node: Node<'_, '_>) -> bool {
    let nil = node.attribute((XSI, "nil")).map(str::trim_ascii);
    matches!(nil, Some("true" | "1"))
}

/// A comment may stand in the middle of a text.
fn text(node: Node<'_, '_>) -> String {
    node.children()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect()
}

fn resolved<'a>(node: Node<'a, '_>, name: &'a str) -> (&'a str, &'a str) {
    let (prefix, local) = name
        .trim_ascii()
        .split_once(':')
        .unwrap_or(("", name.trim_ascii()));
    let prefix = (!prefix.is_empty()).then_some(prefix);
    (node.lookup_namespace_uri(prefix).unwrap_or_default(), local)
}

/// Whether two elements say the same, however they are written.
pub(crate) fn same(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    let ty = |node| {
        let of = |node: Node<'_, '_>| {
            let name = node.attribute((XSI, "type"))?;
            let (namespace, local) = resolved(node, name);
            Some((namespace.to_owned(), local.to_owned()))
        };
        of(node)
    };
    if a.tag_name() != b.tag_name() || is_nil(a) != is_nil(b) || ty(a) != ty(b) {
        return false;
    }
    let (mut left, mut right) = (elements(a), elements(b));
    let mut any = false;
    loop {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if same(a, b) => any = true,
            (None, None) => return any || text(a) == text(b),
            _ => return false,
        }
    }
}

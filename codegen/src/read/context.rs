//! What the readers share: places, qualified names, attributes, and the diagnostics so far.

use std::ops::Range;
use std::sync::Arc;

use roxmltree::{Attribute, Node};

use super::SERIALIZATION;
use super::XSD;
use crate::diagnostic::{Diagnostic, Location};
use crate::model::{Primitive, Retirement, TypeName, TypeRef};

/// The reading of one document.
pub(super) struct Context<'a> {
    pub(super) file: &'a Arc<str>,
    /// Where the XML begins in the file: a page has text before its fence.
    pub(super) offset: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Every named type that is referred to, and where; whether it exists shows when all is read.
    pub(super) references: Vec<(TypeName, Location)>,
}

impl Context<'_> {
    pub(super) fn at(&self, span: Range<usize>) -> Location {
        Location::new(self.file, self.offset + span.start..self.offset + span.end)
    }

    /// `<xs:choice`: the name in the start tag, which is what a reader looks for.
    pub(super) fn tag(&self, node: Node<'_, '_>) -> Location {
        let range = node.range();
        let text = &node.document().input_text()[range.clone()];
        let end = text
            .find([' ', '\t', '\r', '\n', '/', '>'])
            .unwrap_or(text.len());
        self.at(range.start..range.start + end)
    }

    /// The attribute's value if it is there, else the tag.
    pub(super) fn value_of(&self, node: Node<'_, '_>, attribute: &str) -> Location {
        match node.attribute_node(attribute) {
            Some(attribute) => self.at(attribute.range_value()),
            None => self.tag(node),
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The child elements. Text between them is reported: nothing here has mixed content.
    pub(super) fn children<'n, 'i>(&mut self, node: Node<'n, 'i>) -> Vec<Node<'n, 'i>> {
        let mut elements = Vec::new();
        for child in node.children() {
            if child.is_element() {
                elements.push(child);
            } else if child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()) {
                let diagnostic = Diagnostic::new(
                    "unexpected-text",
                    self.at(child.range()),
                    format!(
                        "text inside `{}`, where only elements may stand",
                        shown(node)
                    ),
                );
                self.report(diagnostic);
            }
        }
        elements
    }

    /// Reports an element that has no place here.
    pub(super) fn unsupported(&mut self, node: Node<'_, '_>, parent: &str, help: &str) {
        let diagnostic = Diagnostic::new(
            "unsupported-element",
            self.tag(node),
            format!("`{}` is not supported in {parent}", shown(node)),
        )
        .label("not supported")
        .help(help);
        self.report(diagnostic);
    }

    /// Reports every attribute of the vocabulary itself that is neither known nor has the one
    /// value that means nothing. Attributes in foreign namespaces are notes by definition.
    pub(super) fn attributes(
        &mut self,
        node: Node<'_, '_>,
        known: &[&str],
        harmless: &[(&str, &str)],
    ) {
        for attribute in node.attributes() {
            if attribute.namespace().is_some() || known.contains(&attribute.name()) {
                continue;
            }
            if harmless.contains(&(attribute.name(), attribute.value())) {
                continue;
            }
            let expected = harmless.iter().find(|(name, _)| *name == attribute.name());
            self.unsupported_attribute(node, attribute, expected.map(|(_, value)| *value));
        }
    }

    fn unsupported_attribute(
        &mut self,
        node: Node<'_, '_>,
        attribute: Attribute<'_, '_>,
        expected: Option<&str>,
    ) {
        let label = match expected {
            Some(value) => format!("expected `{value}`"),
            None => "may change the meaning, and is not supported".to_owned(),
        };
        let diagnostic = Diagnostic::new(
            "unsupported-attribute",
            self.at(attribute.range()),
            format!(
                "`{}=\"{}\"` is not supported on `{}`",
                attribute.name(),
                attribute.value(),
                shown(node)
            ),
        )
        .label(label);
        self.report(diagnostic);
    }

    /// An attribute that must be there.
    pub(super) fn required<'n>(
        &mut self,
        node: Node<'n, '_>,
        attribute: &'static str,
    ) -> Option<&'n str> {
        let value = node.attribute(attribute);
        if value.is_none() {
            let diagnostic = Diagnostic::new(
                "missing-attribute",
                self.tag(node),
                format!("`{}` has no `{attribute}`", shown(node)),
            )
            .label(format!("`{attribute}` is missing"));
            self.report(diagnostic);
        }
        value
    }

    /// The `name` attribute, which must be there and be a name without a colon.
    pub(super) fn name(&mut self, node: Node<'_, '_>) -> Option<String> {
        let name = self.required(node, "name")?;
        if is_name(name) {
            return Some(name.to_owned());
        }
        let diagnostic = Diagnostic::new(
            "bad-name",
            self.value_of(node, "name"),
            format!("`{name}` is not a name"),
        )
        .label("expected letters, digits, `_`, `-` and `.`, with a letter or `_` in front");
        self.report(diagnostic);
        None
    }

    /// `true` or `false` as XML Schema writes them; absent is `false`.
    pub(super) fn flag(&mut self, node: Node<'_, '_>, attribute: &str) -> bool {
        match node.attribute(attribute) {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(other) => {
                let diagnostic = Diagnostic::new(
                    "bad-value",
                    self.value_of(node, attribute),
                    format!("`{attribute}` is `{other}`"),
                )
                .label("expected `true` or `false`");
                self.report(diagnostic);
                false
            }
        }
    }

    /// Our mark on what is retired.
    pub(super) fn retirement(&mut self, mark: Node<'_, '_>) -> Option<Retirement> {
        self.attributes(mark, &["drop", "after"], &[]);
        let after = self.required(mark, "after")?;
        for attribute in ["drop", "after"] {
            let value = mark.attribute(attribute).unwrap_or("none");
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            if value.is_empty() || !value.chars().all(fits) {
                let at = self.value_of(mark, attribute);
                let message = format!("`{attribute}` is `{value}`");
                let label = "expected a date or the number of a release";
                self.report(Diagnostic::new("bad-value", at, message).label(label));
            }
        }
        Some(Retirement {
            drop: mark.attribute("drop").map(str::to_owned),
            after: after.to_owned(),
        })
    }

    /// The qualified name in an attribute, its prefix resolved where the attribute stands.
    pub(super) fn qualified(&mut self, node: Node<'_, '_>, attribute: &str) -> Option<TypeName> {
        let value = node.attribute(attribute)?;
        let (prefix, local) = match value.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, value),
        };
        let namespace = node.lookup_namespace_uri(prefix);
        let namespace = match (namespace, prefix) {
            (Some(namespace), _) => namespace,
            (None, None) => "",
            (None, Some(prefix)) => {
                let diagnostic = Diagnostic::new(
                    "unknown-prefix",
                    self.value_of(node, attribute),
                    format!("prefix `{prefix}` is not declared"),
                )
                .label("no `xmlns` declares this prefix here");
                self.report(diagnostic);
                return None;
            }
        };
        Some(TypeName::new(namespace, local))
    }

    /// The type that a `type` attribute refers to.
    pub(super) fn type_reference(&mut self, node: Node<'_, '_>) -> Option<TypeRef> {
        let name = self.qualified(node, "type")?;
        if let Some(primitive) = Primitive::from_wire(&name.namespace, &name.name) {
            return Some(TypeRef::Primitive(primitive));
        }
        if name.namespace == XSD || name.namespace == SERIALIZATION {
            let diagnostic = Diagnostic::new(
                "unsupported-type",
                self.value_of(node, "type"),
                format!("the simple type `{name}` is not supported"),
            )
            .label("not supported")
            .help(
                "supported are the types that .NET's data contracts use: string, boolean, the \
                 numbers, decimal, dateTime, base64Binary, anyType, anyURI, QName, and duration, \
                 guid, char",
            );
            self.report(diagnostic);
            return None;
        }
        self.refer(&name, node, "type");
        Some(TypeRef::Named(name))
    }

    pub(super) fn refer(&mut self, name: &TypeName, node: Node<'_, '_>, attribute: &str) {
        self.references
            .push((name.clone(), self.value_of(node, attribute)));
    }
}

/// The prefix is the document's, so that a message reads like the line it points at.
pub(super) fn shown(node: Node<'_, '_>) -> String {
    let range = node.range();
    let text = &node.document().input_text()[range];
    let name = text.trim_start_matches('<');
    let end = name
        .find([' ', '\t', '\r', '\n', '/', '>'])
        .unwrap_or(name.len());
    name[..end].to_owned()
}

/// A name that is safe in an XML attribute and as a file's name.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The text below a node, runs of white space made one blank; nothing if it is all blank.
pub(super) fn prose(node: Node<'_, '_>) -> Option<String> {
    let text: String = node
        .descendants()
        .filter(|n| n.is_text())
        .filter_map(|n| n.text())
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

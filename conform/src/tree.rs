//! XML as it counts here: names resolved, `xsi:nil` and `xsi:type` understood, layout left out.
//!
//! Invariant: nothing in here uses the runtime's reader or writer, so that a mistake of theirs
//! cannot hide itself.

use std::fmt::Write as _;
use std::sync::Arc;

/// The namespace of `xsi:nil` and `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace and a local name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `""` is no namespace.
    pub namespace: Arc<str>,
    pub local: Arc<str>,
}

impl Name {
    pub fn new(namespace: impl Into<Arc<str>>, local: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: namespace.into(),
            local: local.into(),
        }
    }
}

/// How the text of an element is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compare {
    /// Letter by letter.
    #[default]
    Text,
    /// As the number it stands for: `0.0` is `0`.
    Number,
}

/// One element.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub name: Name,
    pub nil: bool,
    /// What `xsi:type` says, its prefix resolved.
    pub ty: Option<Name>,
    /// Other attributes, in document order.
    pub attributes: Vec<(Name, String)>,
    /// Beside children only where it is more than white space.
    pub text: String,
    pub children: Vec<Node>,
    pub compare: Compare,
}

impl Node {
    pub fn new(name: Name) -> Self {
        Self {
            name,
            nil: false,
            ty: None,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            compare: Compare::Text,
        }
    }

    pub fn nil(name: Name) -> Self {
        Self {
            nil: true,
            ..Self::new(name)
        }
    }

    pub fn text(name: Name, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::new(name)
        }
    }

    /// Itself and everything below it.
    pub fn size(&self) -> usize {
        1 + self.children.iter().map(Self::size).sum::<usize>()
    }
}

/// Parses a document into its root element.
pub fn parse(xml: &str) -> Result<Node, String> {
    let document = roxmltree::Document::parse(xml).map_err(|error| error.to_string())?;
    Ok(from_element(document.root_element()))
}

/// Takes an element out of a parsed document.
pub fn from_element(element: roxmltree::Node<'_, '_>) -> Node {
    let mut interner = Interner::default();
    interner.node(element)
}

/// Equal names share their text: documents repeat them by the thousand.
#[derive(Default)]
struct Interner(std::collections::HashSet<Arc<str>>);

impl Interner {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }

    fn node(&mut self, element: roxmltree::Node<'_, '_>) -> Node {
        let tag = element.tag_name();
        let mut node = Node::new(Name {
            namespace: self.get(tag.namespace().unwrap_or_default()),
            local: self.get(tag.name()),
        });
        for attribute in element.attributes() {
            match (attribute.namespace(), attribute.name()) {
                (Some(XSI), "nil") => node.nil = matches!(attribute.value().trim(), "true" | "1"),
                (Some(XSI), "type") => node.ty = Some(self.qualified(element, attribute.value())),
                (namespace, name) => {
                    let name = Name {
                        namespace: self.get(namespace.unwrap_or_default()),
                        local: self.get(name),
                    };
                    node.attributes.push((name, attribute.value().to_owned()));
                }
            }
        }
        for child in element.children() {
            if child.is_element() {
                node.children.push(self.node(child));
            } else if child.is_text() {
                node.text.push_str(child.text().unwrap_or_default());
            }
        }
        if !node.children.is_empty() && node.text.chars().all(|c| c.is_ascii_whitespace()) {
            node.text.clear();
        }
        node
    }

    /// An undeclared prefix gives a namespace that equals no other.
    fn qualified(&mut self, element: roxmltree::Node<'_, '_>, value: &str) -> Name {
        let value = value.trim();
        let (prefix, local) = value.split_once(':').unwrap_or(("", value));
        let namespace = match element.lookup_namespace_uri((!prefix.is_empty()).then_some(prefix)) {
            Some(uri) => self.get(uri),
            None if prefix.is_empty() => self.get(""),
            None => self.get(&format!("undeclared prefix {prefix}")),
        };
        Name {
            namespace,
            local: self.get(local),
        }
    }
}

/// How a document is laid out: three ways that mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Foreign namespaces are declared where they are used, attributes come before the
    /// declarations they need, types are unprefixed where they can be: as WCF writes.
    Wcf,
    /// Every name has a prefix, all declared on the root.
    Prefixed,
    /// White space and comments between elements, single quotes, CDATA, long empty elements.
    Loose,
}

/// Writes a document; reading it gives the same node, whatever the style.
pub fn write(node: &Node, style: Style) -> String {
    let mut out = String::new();
    match style {
        Style::Wcf => wcf(node, "", 1, &mut out),
        Style::Prefixed | Style::Loose => {
            let mut namespaces = Vec::new();
            collect(node, &mut namespaces);
            prefixed(node, &namespaces, style, 0, &mut out);
        }
    }
    out
}

fn collect(node: &Node, namespaces: &mut Vec<Arc<str>>) {
    let names = std::iter::once(&node.name)
        .chain(&node.ty)
        .chain(node.attributes.iter().map(|(name, _)| name));
    for name in names {
        if !name.namespace.is_empty() && !namespaces.contains(&name.namespace) {
            namespaces.push(Arc::clone(&name.namespace));
        }
    }
    for child in &node.children {
        collect(child, namespaces);
    }
}

/// `default` is the default namespace in scope; `depth` numbers prefixes as .NET does.
fn wcf(node: &Node, default: &str, depth: usize, out: &mut String) {
    let namespace = &*node.name.namespace;
    // .NET gives a prefix to foreign elements and a default namespace to the first of its own.
    let prefixed = namespace != default && depth > 1 && !namespace.is_empty();
    let default_here = if prefixed { default } else { namespace };
    let prefix = format!("d{depth}p1");
    let tag = if prefixed {
        format!("{prefix}:{}", node.name.local)
    } else {
        node.name.local.to_string()
    };
    let mut declared: Vec<(String, &str)> = Vec::new();
    if prefixed {
        declared.push((prefix, namespace));
    }
    let mut prefix_of = |namespace: &'_ Arc<str>| -> String {
        if let Some((prefix, _)) = declared.iter().find(|(_, uri)| *uri == &**namespace) {
            return prefix.clone();
        }
        let prefix = format!("d{depth}p{}", declared.len() + 2);
        // The tree outlives this function's borrows of it.
        declared.push((prefix.clone(), uri_of(node, namespace)));
        prefix
    };
    let mut attributes = String::new();
    for (name, value) in &node.attributes {
        let name = match &*name.namespace {
            "" => name.local.to_string(),
            _ => format!("{}:{}", prefix_of(&name.namespace), name.local),
        };
        let _ = write!(attributes, " {name}=\"{}\"", escaped(value, true));
    }
    if let Some(ty) = &node.ty {
        let value = if *ty.namespace == *default_here {
            ty.local.to_string()
        } else {
            format!("{}:{}", prefix_of(&ty.namespace), ty.local)
        };
        let _ = write!(attributes, " i:type=\"{value}\"");
    }
    if node.nil {
        attributes.push_str(" i:nil=\"true\"");
    }
    if node.nil || node.ty.is_some() {
        let _ = write!(attributes, " xmlns:i=\"{XSI}\"");
    }
    for (prefix, uri) in &declared {
        let _ = write!(attributes, " xmlns:{prefix}=\"{}\"", escaped(uri, true));
    }
    if default_here != default {
        let _ = write!(attributes, " xmlns=\"{}\"", escaped(default_here, true));
    }
    if node.children.is_empty() && node.text.is_empty() {
        let _ = write!(out, "<{tag}{attributes}/>");
        return;
    }
    let _ = write!(out, "<{tag}{attributes}>{}", escaped(&node.text, false));
    for child in &node.children {
        wcf(child, default_here, depth + 1, out);
    }
    let _ = write!(out, "</{tag}>");
}

fn uri_of<'n>(node: &'n Node, namespace: &str) -> &'n str {
    std::iter::once(&node.name)
        .chain(&node.ty)
        .chain(node.attributes.iter().map(|(name, _)| name))
        .map(|name| &*name.namespace)
        .find(|uri| *uri == namespace)
        .unwrap_or_default()
}

fn prefixed(node: &Node, namespaces: &[Arc<str>], style: Style, depth: usize, out: &mut String) {
    let loose = style == Style::Loose;
    let quote = if loose { '\'' } else { '"' };
    let qualified = |name: &Name| match namespaces.iter().position(|uri| *uri == name.namespace) {
        Some(number) => format!("n{number}:{}", name.local),
        None => name.local.to_string(),
    };
    let tag = qualified(&node.name);
    let _ = write!(out, "<{tag}");
    let mut attribute = |name: &str, value: &str| {
        let value = escaped(value, true).replace('\'', "&apos;");
        let space = if loose { "\n " } else { " " };
        let _ = write!(out, "{space}{name}={quote}{value}{quote}");
    };
    if depth == 0 {
        attribute("xmlns:xsi", XSI);
        for (number, uri) in namespaces.iter().enumerate() {
            attribute(&format!("xmlns:n{number}"), uri);
        }
    }
    for (name, value) in &node.attributes {
        attribute(&qualified(name), value);
    }
    if let Some(ty) = &node.ty {
        attribute("xsi:type", &qualified(ty));
    }
    if node.nil {
        attribute("xsi:nil", if loose { "1" } else { "true" });
    }
    if node.children.is_empty() && node.text.is_empty() && !loose {
        out.push_str("/>");
        return;
    }
    out.push('>');
    // A CDATA section cannot hold its own end, and must not hold what line ends would lose.
    if loose && !node.text.is_empty() && !node.text.contains("]]>") && !node.text.contains('\r') {
        let middle = node.text.len() / 2;
        let middle = (0..=middle)
            .rev()
            .find(|at| node.text.is_char_boundary(*at))
            .unwrap_or(0);
        let (start, end) = node.text.split_at(middle);
        let _ = write!(out, "{}<![CDATA[{end}]]>", escaped(start, false));
    } else {
        out.push_str(&escaped(&node.text, false));
    }
    for child in &node.children {
        if loose {
            let _ = write!(out, "\n{:depth$}<!-- {} -->\n", "", depth);
        }
        prefixed(child, namespaces, style, depth + 1, out);
    }
    if loose && !node.children.is_empty() {
        out.push('\n');
    }
    let _ = write!(out, "</{tag}>");
}

fn escaped(text: &str, attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' if attribute => out.push_str("&#xA;"),
            '\t' if attribute => out.push_str("&#x9;"),
            c => out.push(c),
        }
    }
    out
}

/// One place where two documents do not say the same.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// From the root: `/SaveResponse/Response/Links/Link[2]/Id`.
    pub path: String,
    pub cause: Cause,
    pub expected: String,
    pub found: String,
}

/// What kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// An element is not there.
    Missing,
    /// An element is there that should not be.
    Unexpected,
    /// The same elements stand in another order.
    Order,
    Namespace,
    Nil,
    Type,
    Attribute,
    Value,
    /// The example has an element that the contract has not.
    NotInContract,
    /// The example is no envelope with one element of the right name in its body.
    Envelope,
    /// The page has no such example.
    NoExample,
    /// The runtime could not read it.
    Decode,
    /// The runtime read it and kept something it does not know.
    Unknown,
    /// An element of the example was asked for by no parameter of the method.
    Unread,
    /// What was read, written and read again is another value.
    NotStable,
}

/// Whether `xsi:type` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Types {
    /// It must be the same on both sides.
    Count,
    /// The vendor's examples annotate nearly every element with it.
    Ignore,
}

/// Where the two documents differ, in document order; empty if they say the same.
pub fn compare(expected: &Node, found: &Node, types: Types) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut path = format!("/{}", expected.name.local);
    compare_nodes(expected, found, types, &mut path, &mut differences);
    differences
}

fn compare_nodes(
    expected: &Node,
    found: &Node,
    types: Types,
    path: &mut String,
    out: &mut Vec<Difference>,
) {
    let mut differs = |cause, expected: String, found: String| {
        out.push(Difference {
            path: path.clone(),
            cause,
            expected,
            found,
        });
    };
    if expected.name.local != found.name.local {
        let (expected, found) = (
            expected.name.local.to_string(),
            found.name.local.to_string(),
        );
        differs(Cause::Missing, expected, found);
        return;
    }
    if expected.name.namespace != found.name.namespace {
        let names = [&expected.name, &found.name].map(|name| name.namespace.to_string());
        let [expected, found] = names;
        differs(Cause::Namespace, expected, found);
    }
    if expected.nil != found.nil {
        let show = |node: &Node| if node.nil { "nil" } else { "not nil" }.to_owned();
        differs(Cause::Nil, show(expected), show(found));
        return;
    }
    if types == Types::Count && expected.ty != found.ty {
        let show = |ty: &Option<Name>| match ty {
            Some(name) => format!("{} ({})", name.local, name.namespace),
            None => "no xsi:type".to_owned(),
        };
        differs(Cause::Type, show(&expected.ty), show(&found.ty));
    }
    if expected.attributes != found.attributes {
        let show = |node: &Node| format!("{:?}", node.attributes);
        differs(Cause::Attribute, show(expected), show(found));
    }
    if !same_text(expected, found) {
        differs(Cause::Value, expected.text.clone(), found.text.clone());
    }
    compare_children(expected, found, types, path, out);
}

fn same_text(expected: &Node, found: &Node) -> bool {
    if expected.text == found.text {
        return true;
    }
    match (
        expected.compare,
        expected.text.parse::<f64>(),
        found.text.parse::<f64>(),
    ) {
        (Compare::Number, Ok(a), Ok(b)) => a.to_bits() == b.to_bits(),
        _ => false,
    }
}

fn compare_children(
    expected: &Node,
    found: &Node,
    types: Types,
    path: &mut String,
    out: &mut Vec<Difference>,
) {
    let names = |node: &Node| -> Vec<Arc<str>> {
        node.children
            .iter()
            .map(|child| Arc::clone(&child.name.local))
            .collect()
    };
    let (left, right) = (names(expected), names(found));
    if left == right {
        for (index, (a, b)) in expected.children.iter().zip(&found.children).enumerate() {
            let end = path.len();
            let _ = write!(path, "/{}", a.name.local);
            if left
                .iter()
                .filter(|name| **name == a.name.local)
                .nth(1)
                .is_some()
            {
                let _ = write!(path, "[{}]", index + 1);
            }
            compare_nodes(a, b, types, path, out);
            path.truncate(end);
        }
        return;
    }
    let mut sorted = (left.clone(), right.clone());
    sorted.0.sort();
    sorted.1.sort();
    if sorted.0 == sorted.1 {
        out.push(Difference {
            path: path.clone(),
            cause: Cause::Order,
            expected: left.join(" "),
            found: right.join(" "),
        });
        return;
    }
    let mut rest = right;
    for name in &left {
        match rest.iter().position(|other| other == name) {
            Some(index) => drop(rest.remove(index)),
            None => out.push(Difference {
                path: format!("{path}/{name}"),
                cause: Cause::Missing,
                expected: name.to_string(),
                found: String::new(),
            }),
        }
    }
    for name in rest {
        out.push(Difference {
            path: format!("{path}/{name}"),
            cause: Cause::Unexpected,
            expected: String::new(),
            found: name.to_string(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Node {
        let own = |local: &str| Name::new("urn:own", local);
        let mut root = Node::new(own("Root"));
        root.children.push(Node::text(
            own("Text"),
            " a & b < c > \"d\" 'e' ]]> \r\n\té😀 ",
        ));
        root.children.push(Node::nil(own("Nil")));
        root.children.push(Node::new(own("Empty")));
        let mut foreign = Node::text(Name::new("urn:foreign", "int"), "5");
        foreign.ty = Some(own("Derived"));
        foreign
            .attributes
            .push((Name::new("", "plain"), "x\"y\n".to_owned()));
        foreign
            .attributes
            .push((Name::new("urn:third", "far"), "z".to_owned()));
        let mut nested = Node::nil(Name::new("urn:foreign", "Nested"));
        nested.ty = Some(Name::new("urn:third", "T"));
        let mut array = Node::new(own("Array"));
        array.children = vec![foreign, nested];
        root.children.push(array);
        root
    }

    #[test]
    fn every_style_means_the_same() {
        for style in [Style::Wcf, Style::Prefixed, Style::Loose] {
            let text = write(&sample(), style);
            assert_eq!(parse(&text), Ok(sample()), "{style:?}: {text}");
        }
    }

    #[test]
    fn differences_are_found_and_named() {
        let causes = |change: fn(&mut Node)| -> Vec<(Cause, String)> {
            let mut changed = sample();
            change(&mut changed);
            let found = compare(&sample(), &changed, Types::Count);
            found.into_iter().map(|d| (d.cause, d.path)).collect()
        };
        let one = |cause, path: &str| vec![(cause, path.to_owned())];
        assert_eq!(causes(|_| ()), []);
        assert_eq!(
            causes(|n| n.children[0].text.truncate(3)),
            one(Cause::Value, "/Root/Text")
        );
        assert_eq!(
            causes(|n| n.children[1].nil = false),
            one(Cause::Nil, "/Root/Nil")
        );
        assert_eq!(
            causes(|n| n.children.swap(0, 2)),
            one(Cause::Order, "/Root")
        );
        assert_eq!(
            causes(|n| drop(n.children.remove(2))),
            one(Cause::Missing, "/Root/Empty")
        );
        assert_eq!(
            causes(|n| n.children[3].children[0].name.namespace = "urn:own".into()),
            one(Cause::Namespace, "/Root/Array/int")
        );
        assert_eq!(
            causes(|n| n.children[3].children[0].ty = None),
            one(Cause::Type, "/Root/Array/int")
        );
        assert_eq!(
            causes(|n| drop(n.children[3].children[0].attributes.pop())),
            one(Cause::Attribute, "/Root/Array/int")
        );
    }

    #[test]
    fn only_numbers_are_compared_by_value() {
        let node = |text: &str, compare| Node {
            compare,
            ..Node::text(Name::new("", "N"), text)
        };
        let differ = |a: &Node, b: &Node| !compare(a, b, Types::Count).is_empty();
        assert!(!differ(
            &node("0.0", Compare::Number),
            &node("0", Compare::Text)
        ));
        assert!(differ(
            &node("0.0", Compare::Number),
            &node("-0", Compare::Text)
        ));
        assert!(differ(
            &node("0.0", Compare::Text),
            &node("0", Compare::Text)
        ));
    }
}

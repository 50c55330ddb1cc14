//! Where the vendor's examples say what no server would: each way they do has a name, a reason
//! and a count.
//!
//! Invariant: a rule looks at the wire and at what the contract says about the element it looks
//! at. It never names a type, an operation or a page, and it excuses nothing that a serialiser
//! could read.

use superoffice_codegen::model::{Dictionary, Primitive, TypeName, TypeRef};

use crate::contract::{Contract, Member, Names, Shape, default_text, zero};
use crate::tree::{Cause, Compare, Difference, Node};

/// What is wrong with an example, and how it is read instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    Soap12Envelope,
    HeadersOutsideHeader,
    NilValueType,
    EmptyValueType,
    MemberLeftOut,
}

impl Rule {
    pub const ALL: [Self; 5] = [
        Self::Soap12Envelope,
        Self::HeadersOutsideHeader,
        Self::NilValueType,
        Self::EmptyValueType,
        Self::MemberLeftOut,
    ];

    /// As reports and `serde` name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Soap12Envelope => "soap12-envelope",
            Self::HeadersOutsideHeader => "headers-outside-header",
            Self::NilValueType => "nil-value-type",
            Self::EmptyValueType => "empty-value-type",
            Self::MemberLeftOut => "member-left-out",
        }
    }

    /// The reason on the wire.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Soap12Envelope => {
                "the envelope is in the namespace of SOAP 1.2, the binding is SOAP 1.1; \
                 read as if it were in the binding's"
            }
            Self::HeadersOutsideHeader => {
                "header elements stand beside the body instead of inside soap:Header, where no \
                 stack looks for them; only their names are checked against the binding"
            }
            Self::NilValueType => {
                "xsi:nil on an element that is not nillable and holds a value type, an error to \
                 every serialiser; read as that type's default"
            }
            Self::EmptyValueType => {
                "an empty element where the type has no empty text (a number, a date, a \
                 duration, a plain enum), an error to every serialiser; read as that type's \
                 default"
            }
            Self::MemberLeftOut => {
                "an optional nillable member is left out, which a reader takes for null and a \
                 writer writes as xsi:nil; read as nil"
            }
        }
    }

    /// Whether it stands for a value that Microsoft's serialiser would not read.
    pub fn is_placeholder(self) -> bool {
        matches!(self, Self::NilValueType | Self::EmptyValueType)
    }
}

/// Brings the examples of one contract into the form that a server or client would write.
#[derive(Debug)]
pub struct Normalizer<'a> {
    contract: &'a Contract<'a>,
    names: Names,
    path: Vec<String>,
    /// Each time a rule applied.
    pub applied: Vec<Rule>,
    /// What no rule excuses.
    pub differences: Vec<Difference>,
}

impl<'a> Normalizer<'a> {
    pub fn new(contract: &'a Contract<'a>) -> Self {
        Self {
            contract,
            names: Names::default(),
            path: Vec::new(),
            applied: Vec::new(),
            differences: Vec::new(),
        }
    }

    /// A wrapper and everything below it.
    pub fn wrapper(&mut self, node: &mut Node, members: &[Member<'a>]) {
        self.path.push(node.name.local.to_string());
        self.members(node, members);
        self.path.pop();
    }

    fn differs(&mut self, cause: Cause, expected: impl Into<String>, found: impl Into<String>) {
        self.differences.push(Difference {
            path: format!("/{}", self.path.join("/")),
            cause,
            expected: expected.into(),
            found: found.into(),
        });
    }

    fn members(&mut self, node: &mut Node, members: &[Member<'a>]) {
        self.no_text(node);
        // Where each child belongs, to put what was left out in its place.
        let mut places = Vec::with_capacity(node.children.len());
        for child in &mut node.children {
            let place = members.iter().position(|member| {
                *member.field.name == *child.name.local
                    && *member.namespace == *child.name.namespace
            });
            match place {
                Some(place) => self.member(child, members[place]),
                None => self.not_in_contract(child),
            }
            places.push(place.unwrap_or(usize::MAX));
        }
        // A member without a value to stand for it; see `enumeration`.
        let mut kept = node.children.iter().map(|child| !is_left_out(child));
        places.retain(|_| kept.next().unwrap_or(true));
        node.children.retain(|child| !is_left_out(child));

        for (place, member) in members.iter().enumerate() {
            let field = member.field;
            if places.contains(&place) || !field.nillable || field.required {
                continue;
            }
            let at = places
                .iter()
                .position(|other| *other > place)
                .unwrap_or(places.len());
            let name = self.names.get(member.namespace, &field.name);
            node.children.insert(at, Node::nil(name));
            places.insert(at, place);
            self.applied.push(Rule::MemberLeftOut);
        }
    }

    fn not_in_contract(&mut self, child: &Node) {
        self.path.push(child.name.local.to_string());
        self.differs(Cause::NotInContract, "", &*child.name.namespace);
        self.path.pop();
    }

    fn member(&mut self, node: &mut Node, member: Member<'a>) {
        self.path.push(node.name.local.to_string());
        self.content(node, member);
        self.path.pop();
    }

    fn content(&mut self, node: &mut Node, member: Member<'a>) {
        if !node.attributes.is_empty() {
            self.differs(Cause::Attribute, "", format!("{:?}", node.attributes));
        }
        let ty = &member.field.ty;
        let Some(shape) = self.contract.shape(ty) else {
            return;
        };
        let declared = self.declared(node, ty);
        if node.nil {
            if member.field.nillable {
                return;
            }
            if !self.contract.is_value_type(ty) {
                self.differs(Cause::Nil, "not nil", "nil");
                return;
            }
            self.applied.push(Rule::NilValueType);
            node.nil = false;
            return self.default(node, shape);
        }
        match shape {
            Shape::Primitive(primitive) => self.primitive(node, primitive, shape),
            Shape::Enum(_) if node.text.is_empty() => {
                self.applied.push(Rule::EmptyValueType);
                self.default(node, shape);
            }
            Shape::Enum(_) | Shape::Flags(_) => self.no_children(node),
            Shape::Struct(name) => {
                let members = self.contract.members(declared.unwrap_or(name));
                self.members(node, &members);
            }
            Shape::Array(item) => self.items(node, item),
            Shape::Dictionary(dictionary, namespace) => {
                self.entries(node, dictionary, namespace);
            }
        }
    }

    /// Checks what `xsi:type` says: the declared type, or one derived from it, which is given back.
    fn declared(&mut self, node: &Node, ty: &'a TypeRef) -> Option<&'a TypeName> {
        let stated = node.ty.as_ref()?;
        let is =
            |namespace: &str, name: &str| *stated.namespace == *namespace && *stated.local == *name;
        let known = match ty {
            // Any type may stand there.
            TypeRef::Primitive(Primitive::AnyType) => return None,
            TypeRef::Primitive(primitive) => is(primitive.namespace(), primitive.wire_name()),
            TypeRef::Named(name) => {
                let derived = self.contract.derived(name);
                if let Some(found) = derived.iter().find(|name| is(&name.namespace, &name.name)) {
                    return Some(found);
                }
                is(&name.namespace, &name.name)
            }
        };
        if !known {
            let expected = match ty {
                TypeRef::Primitive(primitive) => primitive.wire_name().to_owned(),
                TypeRef::Named(name) => name.to_string(),
            };
            self.differs(
                Cause::Type,
                expected,
                format!("{} ({})", stated.local, stated.namespace),
            );
        }
        None
    }

    fn primitive(&mut self, node: &mut Node, primitive: Primitive, shape: Shape<'a>) {
        if primitive == Primitive::AnyType {
            return;
        }
        self.no_children(node);
        if matches!(primitive, Primitive::Double | Primitive::Float) {
            node.compare = Compare::Number;
        }
        // Types whose default is the empty text have an empty text.
        if node.text.is_empty() && !default_text(primitive).is_empty() {
            self.applied.push(Rule::EmptyValueType);
            self.default(node, shape);
        }
    }

    fn items(&mut self, node: &mut Node, item: Member<'a>) {
        self.no_text(node);
        for child in &mut node.children {
            if *item.field.name == *child.name.local && *item.namespace == *child.name.namespace {
                self.member(child, item);
            } else {
                self.not_in_contract(child);
            }
        }
    }

    fn entries(&mut self, node: &mut Node, dictionary: &'a Dictionary, namespace: &'a str) {
        self.no_text(node);
        let members = [&dictionary.key, &dictionary.value].map(|field| Member { field, namespace });
        for entry in &mut node.children {
            if *dictionary.entry == *entry.name.local && *namespace == *entry.name.namespace {
                self.path.push(entry.name.local.to_string());
                self.members(entry, &members);
                self.path.pop();
            } else {
                self.not_in_contract(entry);
            }
        }
    }

    /// Puts the type's default in the place of what nobody can read.
    fn default(&mut self, node: &mut Node, shape: Shape<'a>) {
        node.children.clear();
        node.text = match shape {
            Shape::Primitive(primitive) => default_text(primitive).to_owned(),
            Shape::Enum(members) => match zero(members) {
                Some(name) => name.to_owned(),
                // Nothing stands for the default: the element goes, see `members`.
                None => LEFT_OUT.to_owned(),
            },
            Shape::Flags(_) => String::new(),
            Shape::Struct(name) => {
                let members = self.contract.members(name);
                for member in members {
                    let name = self.names.get(member.namespace, &member.field.name);
                    let mut child = Node::nil(name);
                    if !member.field.nillable
                        && let Some(shape) = self.contract.shape(&member.field.ty)
                    {
                        child.nil = false;
                        self.default(&mut child, shape);
                    }
                    node.children.push(child);
                }
                String::new()
            }
            Shape::Array(_) | Shape::Dictionary(..) => String::new(),
        };
    }

    /// White space between elements is no text.
    fn no_text(&mut self, node: &mut Node) {
        if node.text.chars().all(|c| c.is_ascii_whitespace()) {
            node.text.clear();
        } else {
            self.differs(Cause::Value, "", node.text.clone());
        }
    }

    fn no_children(&mut self, node: &Node) {
        for child in &node.children {
            self.not_in_contract(child);
        }
    }
}

/// No text of an example: a control character that XML does not allow.
const LEFT_OUT: &str = "\u{0}";

fn is_left_out(node: &Node) -> bool {
    node.text == LEFT_OUT
}

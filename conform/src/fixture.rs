//! XML instances made from the contract alone: what a server could send, and what must come back.
//!
//! Invariant: made from the model, never from emitted code, so that a wrong name, order, namespace
//! or nil in emitted code shows.

use superoffice_codegen::model::{Enum, Field, Primitive, TypeName};

use crate::contract::{Contract, Member, Names, Shape, default_text, zero};
use crate::tree::{Compare, Name, Node};

/// What a fixture is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variant {
    /// Every member there, no two values alike where the type allows it. Booleans and enums have
    /// too few values for that: round by round they take another digit of the member's number, so
    /// that any two members differ in one of [`rounds`].
    Filled(u32),
    /// Every member there and at its default; strings, arrays and dictionaries empty.
    Defaults,
    /// What can be nil is nil.
    Nil,
    /// No members at all; they come back at their defaults.
    Absent,
    /// Enum and flag names that the contract does not have.
    UnknownMembers,
    /// Elements that the contract does not have: before, between and behind the known ones.
    UnknownElements,
    /// Nil items of arrays, nil values of dictionaries.
    NilItems,
    /// Members in reverse order on the way in; in the contract's on the way out.
    Shuffled,
    /// Second names of a flag on the way in; the first declared one on the way out.
    Aliases,
    /// A type derived from a base that has some, but one the contract does not have.
    UnknownDerived,
}

impl Variant {
    /// Those every type and operation is tried with, [`Variant::Filled`] in this many rounds.
    pub fn all(rounds: u32) -> impl Iterator<Item = Self> {
        (0..rounds).map(Self::Filled).chain([
            Self::Defaults,
            Self::Nil,
            Self::Absent,
            Self::UnknownMembers,
            Self::UnknownElements,
            Self::NilItems,
            Self::Shuffled,
            Self::Aliases,
            Self::UnknownDerived,
        ])
    }
}

/// How many rounds of [`Variant::Filled`] tell any two of so many members apart.
pub fn rounds(members: usize) -> u32 {
    members.max(2).next_power_of_two().trailing_zeros()
}

/// What goes in, what must come out, and how much of it the runtime must not have understood.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub given: Node,
    pub expected: Node,
    pub unknowns: usize,
}

/// Makes fixtures, deterministically.
#[derive(Debug)]
pub struct Builder<'a> {
    contract: &'a Contract<'a>,
    names: Names,
    variant: Variant,
    side: Side,
    /// Structs nested deeper than this are nil where they may be.
    depth: usize,
    /// The number that the next value is made from.
    next: u32,
    unknowns: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Given,
    Expected,
}

/// Who keeps what an array's items cannot say of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// The struct around it, in its `extra`.
    Struct,
    /// A message wrapper, which is no type of its own: nobody.
    Wrapper,
}

/// Which wrapper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Request,
    Response,
}

impl<'a> Builder<'a> {
    pub fn new(contract: &'a Contract<'a>, variant: Variant, depth: usize) -> Self {
        Self {
            contract,
            names: Names::default(),
            variant,
            side: Side::Given,
            depth,
            next: 0,
            unknowns: 0,
        }
    }

    /// An element of a named type: struct, enum or flag set; a base with derived types is taken as
    /// the struct itself.
    pub fn named(&mut self, root: &Name, name: &'a TypeName) -> Fixture {
        self.fixture(|builder| {
            let mut node = Node::new(root.clone());
            builder.members(&mut node, name, 0);
            node
        })
    }

    /// An element declared with a base type, holding `actual`.
    pub fn polymorph(&mut self, root: &Name, base: &TypeName, actual: &'a TypeName) -> Fixture {
        self.fixture(|builder| {
            let mut node = Node::new(root.clone());
            if base != actual {
                node.ty = Some(builder.names.get(&actual.namespace, &actual.name));
            }
            builder.members(&mut node, actual, 0);
            node
        })
    }

    /// An element declared with a base type, holding a type that nobody knows.
    pub fn unknown_derived(&mut self, root: &Name, base: &'a TypeName) -> Fixture {
        self.fixture(|builder| builder.entity(root.clone(), base, 0, 0))
    }

    /// An element that holds an enum's member or a flag set.
    pub fn text(&mut self, root: &Name, members: &Enum, is_flags: bool) -> Fixture {
        self.fixture(|builder| {
            let name = root.clone();
            if is_flags {
                return builder.flags(name, members, 1);
            }
            builder
                .enumeration(name.clone(), members, 1)
                .unwrap_or_else(|| Node::new(name))
        })
    }

    /// A wrapper with what is in it.
    ///
    /// Elements of a wrapper that no parameter or output takes are dropped, and arrays and
    /// dictionaries that alone are a result come back empty where they were null.
    pub fn wrapper(&mut self, root: &Name, members: &[Member<'a>], to: Direction) -> Fixture {
        let collection = |member: &Member<'a>| {
            matches!(
                self.contract.shape(&member.field.ty),
                Some(Shape::Array(_) | Shape::Dictionary(..))
            )
        };
        let null_is_empty =
            to == Direction::Response && members.len() == 1 && members.iter().all(collection);
        self.fixture(|builder| {
            let mut node = Node::new(root.clone());
            builder.children(&mut node, members, 0, Owner::Wrapper, to);
            if null_is_empty && builder.side == Side::Expected {
                for child in &mut node.children {
                    child.nil = false;
                }
            }
            node
        })
    }

    fn fixture(&mut self, build: impl Fn(&mut Self) -> Node) -> Fixture {
        // Another round has other values too.
        let first = match self.variant {
            Variant::Filled(round) => 101 * round,
            _ => 0,
        };
        self.next = first;
        self.side = Side::Expected;
        let expected = build(self);
        self.next = first;
        self.unknowns = 0;
        self.side = Side::Given;
        let given = build(self);
        Fixture {
            given,
            expected,
            unknowns: self.unknowns,
        }
    }

    fn members(&mut self, node: &mut Node, name: &TypeName, depth: usize) {
        let members = self.contract.members(name);
        self.children(node, &members, depth, Owner::Struct, Direction::Request);
    }

    fn children(
        &mut self,
        node: &mut Node,
        members: &[Member<'a>],
        depth: usize,
        owner: Owner,
        to: Direction,
    ) {
        let given = self.side == Side::Given;
        if self.variant == Variant::Absent && given {
            return;
        }
        // A request wrapper is made by a method's parameters: nothing unknown gets there.
        let meets_unknown = self.variant == Variant::UnknownElements
            && (owner == Owner::Struct || to == Direction::Response);
        let keeps_unknown = owner == Owner::Struct || given;
        for (ordinal, member) in members.iter().enumerate() {
            if meets_unknown {
                let unknown = self.unknown_element(ordinal);
                node.children.extend(keeps_unknown.then_some(unknown));
            }
            node.children
                .extend(self.member(*member, ordinal, depth, owner));
        }
        if meets_unknown {
            for number in [members.len(), members.len() + 1] {
                let unknown = self.unknown_element(number);
                node.children.extend(keeps_unknown.then_some(unknown));
            }
        }
        if self.variant == Variant::Shuffled && given {
            node.children.reverse();
        }
    }

    /// `None` where the member is left out.
    fn member(
        &mut self,
        member: Member<'a>,
        ordinal: usize,
        depth: usize,
        owner: Owner,
    ) -> Option<Node> {
        let Field {
            name, ty, nillable, ..
        } = member.field;
        let name = self.names.get(member.namespace, name);
        let absent_default = match self.variant {
            Variant::Absent | Variant::Nil => true,
            Variant::Filled(_)
            | Variant::Defaults
            | Variant::UnknownMembers
            | Variant::UnknownElements
            | Variant::NilItems
            | Variant::Shuffled
            | Variant::Aliases
            | Variant::UnknownDerived => false,
        };
        if *nillable && absent_default {
            return Some(Node::nil(name));
        }
        let shape = self.contract.shape(ty)?;
        match shape {
            Shape::Primitive(primitive) => Some(self.primitive(name, primitive, ordinal)),
            Shape::Struct(_) if *nillable && depth > self.depth => Some(Node::nil(name)),
            Shape::Struct(ty) => Some(self.entity(name, ty, ordinal, depth)),
            Shape::Array(_) | Shape::Dictionary(..) if *nillable && depth > self.depth => {
                Some(Node::nil(name))
            }
            Shape::Array(item) => Some(self.array(name, item, depth, owner)),
            Shape::Dictionary(..) => Some(self.dictionary(name, shape, depth)),
            Shape::Enum(members) => match self.enumeration(name.clone(), members, ordinal) {
                None if *nillable => Some(Node::nil(name)),
                element => element,
            },
            Shape::Flags(members) => Some(self.flags(name, members, ordinal)),
        }
    }

    /// An element that holds a struct; where the declared type has derived types, one of them.
    fn entity(&mut self, name: Name, declared: &'a TypeName, ordinal: usize, depth: usize) -> Node {
        let mut node = Node::new(name);
        let derived = self.contract.derived(declared);
        if derived.is_empty() {
            self.members(&mut node, declared, depth + 1);
            return node;
        }
        match self.variant {
            Variant::UnknownDerived => {
                let number = self.number();
                self.unknowns += 1;
                node.ty = Some(
                    self.names
                        .get(&declared.namespace, &format!("Unheard{number}")),
                );
                let inner = self.names.get(&declared.namespace, "Inner");
                node.children
                    .push(Node::text(inner, format!("kept {number}")));
            }
            // A base stands for itself where nothing says otherwise.
            Variant::Absent | Variant::Nil | Variant::Defaults => {
                self.members(&mut node, declared, depth + 1);
            }
            Variant::Filled(_)
            | Variant::UnknownMembers
            | Variant::UnknownElements
            | Variant::NilItems
            | Variant::Shuffled
            | Variant::Aliases => {
                let round = match self.variant {
                    Variant::Filled(round) => round as usize,
                    _ => 0,
                };
                match (ordinal + round) % (derived.len() + 1) {
                    0 => self.members(&mut node, declared, depth + 1),
                    number => {
                        let actual = derived[number - 1];
                        node.ty = Some(self.names.get(&actual.namespace, &actual.name));
                        self.members(&mut node, actual, depth + 1);
                    }
                }
            }
        }
        node
    }

    fn array(&mut self, name: Name, item: Member<'a>, depth: usize, owner: Owner) -> Node {
        let mut node = Node::new(name);
        if matches!(
            self.variant,
            Variant::Absent | Variant::Nil | Variant::Defaults
        ) {
            return node;
        }
        let nil = self.variant == Variant::NilItems && item.field.nillable;
        let mut count = 2;
        if let Some(Shape::Struct(declared)) = self.contract.shape(&item.field.ty) {
            // One item a derived type, and one of the base itself.
            count = count.max(self.contract.derived(declared).len() + 1);
        }
        for ordinal in 0..count {
            if nil {
                node.children.push(self.nil_item(item, owner));
            }
            node.children
                .extend(self.member(item, ordinal, depth, owner));
        }
        if nil {
            node.children.push(self.nil_item(item, owner));
        }
        node
    }

    /// A nil item is remembered by the struct that owns the array; else it is a default item.
    fn nil_item(&mut self, item: Member<'a>, owner: Owner) -> Node {
        let name = self.names.get(item.namespace, &item.field.name);
        if self.side == Side::Given
            || owner == Owner::Struct
            || self.contract.is_value_type(&item.field.ty)
        {
            return Node::nil(name);
        }
        let (variant, next) = (self.variant, self.next);
        self.variant = Variant::Absent;
        let node = match self.contract.shape(&item.field.ty) {
            Some(Shape::Struct(declared)) => {
                let mut node = Node::new(name);
                self.members(&mut node, declared, 0);
                node
            }
            // `xs:anyType` without a value is an object without members.
            Some(Shape::Primitive(Primitive::AnyType)) => {
                self.primitive(name, Primitive::AnyType, 0)
            }
            _ => Node::new(name),
        };
        (self.variant, self.next) = (variant, next);
        node
    }

    fn dictionary(&mut self, name: Name, shape: Shape<'a>, depth: usize) -> Node {
        let mut node = Node::new(name);
        let Shape::Dictionary(dictionary, namespace) = shape else {
            return node;
        };
        if matches!(
            self.variant,
            Variant::Absent | Variant::Nil | Variant::Defaults
        ) {
            return node;
        }
        for ordinal in 0..3 {
            let mut entry = Node::new(self.names.get(namespace, &dictionary.entry));
            let key = Member {
                field: &dictionary.key,
                namespace,
            };
            let value = Member {
                field: &dictionary.value,
                namespace,
            };
            entry
                .children
                .extend(self.member(key, ordinal, depth, Owner::Struct));
            if self.variant == Variant::NilItems && dictionary.value.nillable && ordinal == 1 {
                let name = self.names.get(namespace, &dictionary.value.name);
                entry.children.push(Node::nil(name));
            } else {
                entry
                    .children
                    .extend(self.member(value, ordinal, depth, Owner::Struct));
            }
            node.children.push(entry);
        }
        node
    }

    /// `None` where there is no member for zero: nothing else could be left out or read.
    fn enumeration(&mut self, name: Name, members: &Enum, ordinal: usize) -> Option<Node> {
        let count = members.members.len();
        let text = match self.variant {
            Variant::UnknownMembers => {
                self.unknowns += 1;
                format!("Unheard{}", self.number())
            }
            Variant::Defaults | Variant::Absent | Variant::Nil => zero(members)?.to_owned(),
            Variant::Filled(round) => {
                let digit = ordinal / count.max(1).saturating_pow(round).max(1) % count.max(1);
                members.members.get(digit)?.name.clone()
            }
            Variant::UnknownElements
            | Variant::NilItems
            | Variant::Shuffled
            | Variant::Aliases
            | Variant::UnknownDerived => members.members.get(ordinal % count.max(1))?.name.clone(),
        };
        Some(Node::text(name, text))
    }

    fn flags(&mut self, name: Name, members: &Enum, ordinal: usize) -> Node {
        let text = match self.variant {
            Variant::Defaults | Variant::Absent | Variant::Nil => String::new(),
            Variant::UnknownMembers => {
                self.unknowns += 1;
                let known = canonical(members, &[ordinal]);
                format!("{known} Unheard{}", self.number())
                    .trim_start()
                    .to_owned()
            }
            Variant::Aliases => {
                let chosen: Vec<usize> = (0..members.members.len()).collect();
                match self.side {
                    Side::Given => aliases(members),
                    Side::Expected => canonical(members, &chosen),
                }
            }
            Variant::Filled(round) => canonical(members, &[ordinal + round as usize, ordinal / 2]),
            Variant::UnknownElements
            | Variant::NilItems
            | Variant::Shuffled
            | Variant::UnknownDerived => canonical(members, &[ordinal]),
        };
        Node::text(name, text)
    }

    fn primitive(&mut self, name: Name, primitive: Primitive, ordinal: usize) -> Node {
        let number = self.number();
        if matches!(
            self.variant,
            Variant::Defaults | Variant::Absent | Variant::Nil
        ) {
            let mut node = Node::text(name, default_text(primitive));
            if primitive == Primitive::AnyType {
                node.ty = Some(self.names.get(XSD, "anyType"));
            }
            return node;
        }
        if primitive == Primitive::AnyType {
            let actual = ANY[number as usize % ANY.len()];
            let mut node = Node::text(name, text_of(actual, number));
            node.ty = Some(self.names.get(actual.namespace(), actual.wire_name()));
            node.compare = compare_of(actual);
            return node;
        }
        let text = match (primitive, self.variant) {
            (Primitive::Boolean, Variant::Filled(round)) => (ordinal >> round & 1 == 1).to_string(),
            _ => text_of(primitive, number),
        };
        Node {
            compare: compare_of(primitive),
            ..Node::text(name, text)
        }
    }

    /// Something that no contract knows: of this namespace or a foreign one, with attributes,
    /// types and children of its own.
    fn unknown_element(&mut self, ordinal: usize) -> Node {
        let number = self.number();
        self.unknowns += 1;
        let own = self.contract.api.namespace.clone();
        let namespace = match ordinal % 3 {
            0 => &*own,
            1 => "urn:unheard",
            _ => "",
        };
        let mut node = Node::new(self.names.get(namespace, &format!("Unheard{number}")));
        match number % 4 {
            0 => node.nil = true,
            1 => {
                node.text = format!(" kept {number} & <all>\r\n");
                node.ty = Some(self.names.get(XSD, "string"));
            }
            2 => {
                node.attributes
                    .push((Name::new("", "plain"), "a\"b".to_owned()));
                node.attributes
                    .push((Name::new("urn:other", "far"), format!("{number}")));
            }
            _ => {
                let mut inner = Node::new(self.names.get("urn:unheard", "Inner"));
                inner.ty = Some(self.names.get(&own, "Some"));
                inner
                    .children
                    .push(Node::text(self.names.get(&own, "Deep"), "x"));
                node.children.push(inner);
                node.children
                    .push(Node::text(self.names.get("", "Bare"), "y"));
            }
        }
        node
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}

const XSD: &str = superoffice_codegen::read::XSD;

/// What an `xs:anyType` may hold.
const ANY: [Primitive; 19] = [
    Primitive::String,
    Primitive::Int,
    Primitive::Boolean,
    Primitive::Double,
    Primitive::Float,
    Primitive::Decimal,
    Primitive::Long,
    Primitive::Short,
    Primitive::Byte,
    Primitive::UnsignedByte,
    Primitive::UnsignedShort,
    Primitive::UnsignedInt,
    Primitive::UnsignedLong,
    Primitive::DateTime,
    Primitive::Base64Binary,
    Primitive::AnyUri,
    Primitive::Guid,
    Primitive::Duration,
    Primitive::Char,
];

fn compare_of(primitive: Primitive) -> Compare {
    match primitive {
        Primitive::Double | Primitive::Float => Compare::Number,
        _ => Compare::Text,
    }
}

/// A value that only this number gives, as .NET writes it.
fn text_of(primitive: Primitive, number: u32) -> String {
    let n = number;
    match primitive {
        Primitive::String | Primitive::AnyType => match n % 5 {
            0 => format!(" {n} leading and trailing "),
            1 => format!("{n} <a> & \"b\" 'c' ]]>"),
            2 => format!("{n}\r\n\tline\rline\nend"),
            3 => format!("{n} æøå 日本語 😀"),
            _ => format!("plain {n}"),
        },
        Primitive::AnyUri => format!("urn:uri:{n}"),
        Primitive::QName => format!("name{n}"),
        Primitive::Base64Binary => base64(format!("bytes{n}").as_bytes()),
        Primitive::Boolean => (n % 2 == 1).to_string(),
        Primitive::Byte => format!("-{}", n % 128 + 1),
        Primitive::UnsignedByte => format!("{}", n % 255 + 1),
        Primitive::Char => format!("{}", n % 0xFFFF + 1),
        Primitive::Short => format!("-{}", n % 32768 + 1),
        Primitive::UnsignedShort => format!("{}", 65535 - n % 65535),
        Primitive::Int => format!("{}", i64::from(i32::MIN) + i64::from(n)),
        Primitive::UnsignedInt => format!("{}", u32::MAX - n),
        Primitive::Long => format!("{}", i64::MIN + i64::from(n)),
        Primitive::UnsignedLong => format!("{}", u64::MAX - u64::from(n)),
        Primitive::Decimal => format!("{n}.50"),
        Primitive::Float => format!("{n}.5"),
        Primitive::Double => match n % 7 {
            0 => format!("{n}.25"),
            1 => format!("-{n}"),
            2 => format!("1.{n}E+16"),
            3 => format!("1.{n}E-07"),
            4 => format!("{n}.1"),
            5 => "INF".to_owned(),
            _ => "-0".to_owned(),
        },
        Primitive::Guid => format!("{n:08x}-0abc-4def-8000-{n:012x}"),
        Primitive::DateTime => {
            let (day, hour, minute, second) = (n % 28 + 1, n % 24, n / 24 % 60, n / 1440 % 60);
            let end = ["", "Z", "+01:00", ".1234567", ".5-03:30"][n as usize % 5];
            format!("2019-07-{day:02}T{hour:02}:{minute:02}:{second:02}{end}")
        }
        Primitive::Duration => {
            let sign = if n.is_multiple_of(3) { "-" } else { "" };
            let fraction = ["", ".5", ".0000001"][n as usize % 3];
            format!(
                "{sign}P{n}DT{}H{}M{}{fraction}S",
                n % 23 + 1,
                n % 59 + 1,
                n % 58 + 1
            )
        }
    }
}

/// The names that stand for the members at these positions: in declared order, each bit once.
pub(crate) fn canonical(members: &Enum, positions: &[usize]) -> String {
    let values = members.values(true);
    let mut rest = positions
        .iter()
        .filter_map(|position| values.get(position % values.len().max(1)))
        .fold(0, |bits, value| bits | value);
    let mut names = Vec::new();
    for (member, value) in members.members.iter().zip(values) {
        if value != 0 && value & rest == value {
            rest &= !value;
            names.push(&*member.name);
        }
    }
    names.join(" ")
}

/// All bits of the set, by the last name each has.
fn aliases(members: &Enum) -> String {
    let values = members.values(true);
    let mut names = Vec::new();
    for (position, (member, value)) in members.members.iter().zip(&values).enumerate() {
        if *value != 0 && !values[position + 1..].contains(value) {
            names.push(&*member.name);
        }
    }
    names.join(" ")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            if index <= chunk.len() {
                let letter = bits >> (18 - 6 * index) & 63;
                out.push(char::from(LETTERS[letter as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_what_others_write() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
    }

    #[test]
    fn rounds_tell_members_apart() {
        assert_eq!(rounds(0), 1);
        assert_eq!(rounds(2), 1);
        assert_eq!(rounds(3), 2);
        assert_eq!(rounds(64), 6);
        assert_eq!(rounds(65), 7);
    }

    #[test]
    fn values_of_a_kind_differ() {
        for primitive in ANY {
            if matches!(primitive, Primitive::Boolean | Primitive::Double) {
                continue;
            }
            let mut seen: Vec<_> = (1..100).map(|number| text_of(primitive, number)).collect();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 99, "{primitive:?}");
        }
    }
}

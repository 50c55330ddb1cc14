//! What emitted drivers are made of: parameters out of XML, a public method called with them, and
//! the call handed back without its type.

use std::any::Any;

use superoffice_client::{Call, Connection};
use superoffice_soap::{
    Contract, Element, Enumeration, Flags, Item, Kind, Reader, Value, decode, encode,
};

use crate::tree::{self, Node, Style};

/// One version, as emitted code states it.
#[derive(Debug)]
pub struct Version {
    /// `Services86`.
    pub name: &'static str,
    pub contract: &'static Contract,
    /// A client of this version, ready to be driven.
    pub bind: fn(Connection) -> Box<dyn Bound>,
    pub types: &'static [Type],
}

/// A client with the drivers for it.
pub trait Bound: Send + Sync {
    /// Calls the method of an operation; `None` if there is none.
    fn drive(&self, agent: &str, operation: &str, p: &mut Params<'_>) -> Option<Box<dyn Driven>>;
}

/// What [`Bound::drive`] calls, for a client of type `C`.
pub type Drive<C> = fn(&C, &str, &str, &mut Params<'_>) -> Option<Box<dyn Driven>>;

/// The only implementation of [`Bound`].
#[derive(Debug)]
pub struct Client<C> {
    pub client: C,
    pub drive: Drive<C>,
}

impl<C: Send + Sync> Bound for Client<C> {
    fn drive(&self, agent: &str, operation: &str, p: &mut Params<'_>) -> Option<Box<dyn Driven>> {
        (self.drive)(&self.client, agent, operation, p)
    }
}

/// The members of a request wrapper, to be taken by name.
#[derive(Debug)]
pub struct Params<'n> {
    wrapper: &'n Node,
    style: Style,
    taken: Vec<bool>,
    unknowns: usize,
    errors: Vec<(String, String)>,
}

/// What was left over when a method had its parameters.
#[derive(Debug)]
pub struct Leftover {
    /// Elements that no parameter asked for.
    pub unread: Vec<String>,
    /// How much of the elements was not understood.
    pub unknowns: usize,
    /// Elements that could not be read, and why.
    pub errors: Vec<(String, String)>,
}

impl<'n> Params<'n> {
    pub fn new(wrapper: &'n Node, style: Style) -> Self {
        Self {
            wrapper,
            style,
            taken: vec![false; wrapper.children.len()],
            unknowns: 0,
            errors: Vec::new(),
        }
    }

    /// The parameter with this wire name; its default if the wrapper does not hold it.
    pub fn value<T: Value + Default>(&mut self, name: &str) -> T {
        let mut value = T::default();
        self.plain(name, &mut value);
        value
    }

    /// An array or a dictionary.
    pub fn list<T: Value + Default>(&mut self, name: &str, kind: Kind) -> T {
        let mut value = T::default();
        self.shaped(name, kind, &mut value);
        value
    }

    /// A field of an arguments struct.
    pub fn plain(&mut self, name: &str, target: &mut dyn Value) {
        self.shaped(name, Kind::Plain, target);
    }

    /// A field that is an array or a dictionary.
    pub fn shaped(&mut self, name: &str, kind: Kind, target: &mut dyn Value) {
        let found = |child: &Node| *child.name.local == *name;
        let Some(index) = self.wrapper.children.iter().position(found) else {
            return;
        };
        self.taken[index] = true;
        let xml = tree::write(&self.wrapper.children[index], self.style);
        match read_counting(&xml, kind, target) {
            Ok(unknowns) => self.unknowns += unknowns,
            Err(error) => self.errors.push((name.to_owned(), error)),
        }
    }

    pub fn leftover(self) -> Leftover {
        let children = self.wrapper.children.iter().zip(&self.taken);
        let unread = children.filter(|(_, taken)| !**taken);
        Leftover {
            unread: unread
                .map(|(child, _)| child.name.local.to_string())
                .collect(),
            unknowns: self.unknowns,
            errors: self.errors,
        }
    }
}

fn read_counting(xml: &str, kind: Kind, target: &mut dyn Value) -> Result<usize, String> {
    let mut reader = Reader::new(xml.as_bytes()).map_err(|error| error.to_string())?;
    reader
        .value(target, kind)
        .map_err(|error| error.to_string())?;
    let unknowns = reader.unknowns();
    reader.finish().map_err(|error| error.to_string())?;
    Ok(unknowns)
}

/// What reading something and writing it again gave.
#[derive(Debug)]
pub struct RoundTrip {
    /// As it was written.
    pub xml: Vec<u8>,
    /// How much was not understood, and only kept.
    pub unknowns: usize,
    /// Whether what was written reads as the same value, and is written the same way again.
    ///
    /// Unknown elements are kept as text that declares what it uses. Where it is read from decides
    /// which prefixes are in scope, and one more declaration may be needless: that is settled
    /// after one round, and says the same.
    pub stable: bool,
}

/// Writes and reads a value until it stays the same, which must be at once if all of it is known.
fn settle<T>(
    first: T,
    unknowns: usize,
    write: impl Fn(&T) -> Vec<u8>,
    read: impl Fn(&[u8]) -> Result<T, String>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Result<RoundTrip, String> {
    let xml = write(&first);
    let second = read(&xml)?;
    let again = write(&second);
    let mut stable = is_same(&first, &second) && again == xml;
    if !stable && unknowns > 0 {
        let nodes = [&xml, &again].map(|xml| tree::parse(&String::from_utf8_lossy(xml)));
        let third = read(&again)?;
        stable = nodes[0].is_ok() && nodes[0] == nodes[1];
        stable &= is_same(&second, &third) && write(&third) == again;
    }
    Ok(RoundTrip {
        xml,
        unknowns,
        stable,
    })
}

/// A call whose result type nobody needs to know.
pub trait Driven {
    /// The body that the call would send.
    fn body(&self) -> &[u8];

    /// Reads a message as the response, and writes the result as a server would.
    fn respond(&self, message: &[u8]) -> Result<RoundTrip, String>;
}

struct Driving<T, E> {
    call: Call<T>,
    encode: E,
}

impl<T: PartialEq, E: Fn(&Call<T>, &T) -> Vec<u8>> Driven for Driving<T, E> {
    fn body(&self) -> &[u8] {
        self.call.body()
    }

    fn respond(&self, message: &[u8]) -> Result<RoundTrip, String> {
        let read = |message: &[u8]| {
            self.call
                .decode_response(message)
                .map_err(|error| describe(&error))
        };
        let (first, unknowns) = read(message)?;
        settle(
            first,
            unknowns,
            |result| (self.encode)(&self.call, result),
            |xml| Ok(read(&message_with(xml))?.0),
            T::eq,
        )
    }
}

/// A response message with this wrapper in its body.
pub fn message_with(wrapper: &[u8]) -> Vec<u8> {
    let start = b"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
    let end = b"</s:Body></s:Envelope>";
    [start, wrapper, end].concat()
}

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        text = format!("{text}: {below}");
        source = below.source();
    }
    text
}

/// A call with one result.
pub fn one<T: Value + PartialEq + 'static>(call: Call<T>) -> Box<dyn Driven> {
    let encode = |call: &Call<T>, result: &T| call.encode_response(Some(result));
    Box::new(Driving { call, encode })
}

/// A call with one result that is left out when it is `None`.
pub fn omittable<T: Value + PartialEq + 'static>(call: Call<T>) -> Box<dyn Driven> {
    let encode = |call: &Call<T>, result: &T| {
        let result: &dyn Value = result;
        call.encode_response(Some(result).filter(|result| !result.is_blank()))
    };
    Box::new(Driving { call, encode })
}

/// A call with several results.
pub fn several<T: Value + PartialEq + 'static>(call: Call<T>) -> Box<dyn Driven> {
    let encode = |call: &Call<T>, result: &T| call.encode_outputs(result);
    Box::new(Driving { call, encode })
}

/// A call without a result.
pub fn nothing(call: Call<()>) -> Box<dyn Driven> {
    let encode = |call: &Call<()>, (): &()| call.encode_response(None);
    Box::new(Driving { call, encode })
}

/// A named type of a version, as emitted code states it.
#[derive(Debug)]
pub struct Type {
    /// Wire name.
    pub name: &'static str,
    /// Index into [`Contract::namespaces`].
    pub namespace: u8,
    pub role: Role,
    pub blank: fn() -> Box<dyn Subject>,
}

/// What a type is.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    Struct,
    /// A base that members are declared with, or something derived from it.
    Polymorph,
    /// Names and numbers of its members.
    Members(fn() -> Vec<(&'static str, Option<i64>)>),
}

/// A value of a named type whose Rust type nobody needs to know.
pub trait Subject {
    fn as_value(&self) -> &dyn Value;
    fn as_value_mut(&mut self) -> &mut dyn Value;
    fn is_same(&self, other: &dyn Subject) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: Value + PartialEq + 'static> Subject for T {
    fn as_value(&self) -> &dyn Value {
        self
    }

    fn as_value_mut(&mut self) -> &mut dyn Value {
        self
    }

    fn is_same(&self, other: &dyn Subject) -> bool {
        other
            .as_any()
            .downcast_ref::<T>()
            .is_some_and(|other| self == other)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What [`Type::blank`] points to.
pub fn blank<T: Item + PartialEq + 'static>() -> Box<dyn Subject> {
    Box::new(T::blank())
}

/// What [`Role::Members`] points to for an enum.
pub fn members<E: Enumeration>() -> Vec<(&'static str, Option<i64>)> {
    let member = |member: &'static E| {
        let member = member.member();
        (member.name(), member.value().map(i64::from))
    };
    E::ALL.iter().map(member).collect()
}

/// What [`Role::Members`] points to for a flag set.
pub fn flags<F: Flags>() -> Vec<(&'static str, Option<i64>)> {
    F::MEMBERS
        .iter()
        .map(|(name, value)| (*name, i64::try_from(*value).ok()))
        .collect()
}

impl Type {
    /// Reads an element into a value of this type and writes it again under the same name, in the
    /// contract's own namespace.
    pub fn round_trip(
        &self,
        contract: &'static Contract,
        root: &'static str,
        xml: &str,
    ) -> Result<RoundTrip, String> {
        let element = Element::plain(root, 0);
        let mut first = (self.blank)();
        let unknowns = read_counting(xml, Kind::Plain, first.as_value_mut())?;
        settle(
            first,
            unknowns,
            |value| encode(contract, &element, value.as_value()),
            |xml| {
                let mut value = (self.blank)();
                decode(xml, Kind::Plain, value.as_value_mut())
                    .map_err(|error| error.to_string())?;
                Ok(value)
            },
            |a, b| a.is_same(&**b),
        )
    }
}

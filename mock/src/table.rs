//! The contract of a version as one compact text: what a server has to know to check requests and to
//! make answers.
//!
//! The generator writes it (`codegen/src/table.rs`), one line a type or an operation:
//!
//! ```text
//! # A comment.
//! version Services86
//! namespace http://www.superoffice.net/ws/crm/NetServer/Services86
//! namespace http://schemas.microsoft.com/2003/10/Serialization/Arrays
//! array 1:ArrayOfint int:.int
//! enum LicenseStatus =Ok Ok UnknownError
//! struct LicenseInfo <Carrier Serial:.string? Status:LicenseStatus
//! agent License ApplicationToken Credentials TimeZone
//! op GetLicense OwnerName:.string? > Response:LicenseInfo?
//! ```
//!
//! A field is `name:type`, then `?` if it is nillable and `!` if it must be there. A type is a
//! primitive (`.int`) or the name of a line, with the number of its namespace unless that is 0.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The contract of one version.
#[derive(Clone, Debug, Default)]
pub struct Table {
    version: String,
    namespaces: Vec<String>,
    types: Vec<Type>,
    agents: BTreeMap<String, Agent>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    line: usize,
    what: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for TableError {}

/// An agent and its operations by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agent {
    /// The names of the request headers that its operations take.
    pub(crate) headers: Vec<String>,
    pub(crate) operations: BTreeMap<String, Operation>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) parameters: Vec<Field>,
    /// The element in the body of a response.
    pub(crate) wrapper: String,
    pub(crate) results: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Ref,
    pub(crate) nillable: bool,
    pub(crate) required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ref {
    Primitive(Primitive),
    /// Index into [`Table::types`].
    Type(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) namespace: usize,
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Struct {
        base: Option<usize>,
        fields: Vec<Field>,
    },
    Array(Field),
    Map {
        entry: String,
        key: Field,
        value: Field,
    },
    Enum {
        /// What an absent one reads as; a few enums have no member for that.
        zero: Option<String>,
        members: Vec<String>,
    },
    Flags(Vec<String>),
}

macro_rules! primitives {
    ($($variant:ident $name:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Primitive { $($variant),* }

        impl Primitive {
            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// Its local name in the contract.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

primitives! {
    AnyType "anyType", AnyUri "anyURI", Base64Binary "base64Binary", Boolean "boolean", Byte "byte",
    Char "char", DateTime "dateTime", Decimal "decimal", Double "double", Duration "duration",
    Float "float", Guid "guid", Int "int", Long "long", QName "QName", Short "short",
    String "string", UnsignedByte "unsignedByte", UnsignedInt "unsignedInt",
    UnsignedLong "unsignedLong", UnsignedShort "unsignedShort",
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// A line that is none of a table, or a name that no line explains.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        Parser::default().parse(text)
    }

    /// `Services86`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version's own namespace.
    pub fn namespace(&self) -> &str {
        self.namespace_of(0)
    }

    /// Every agent's operations as (agent, operation).
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.agents.iter().flat_map(|(name, agent)| {
            let operations = agent.operations.keys();
            operations.map(move |operation| (&**name, &**operation))
        })
    }

    /// The names of the agents.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.agents.keys().map(String::as_str)
    }

    pub(crate) fn agent(&self, name: &str) -> Option<&Agent> {
        self.agents.get(name)
    }

    pub(crate) fn ty(&self, index: usize) -> &Type {
        &self.types[index]
    }

    pub(crate) fn namespaces_count(&self) -> usize {
        self.namespaces.len()
    }

    pub(crate) fn namespace_of(&self, number: usize) -> &str {
        self.namespaces.get(number).map_or("", String::as_str)
    }

    /// The type of that name, if it is `declared` or extends it.
    pub(crate) fn derived(&self, declared: usize, namespace: &str, name: &str) -> Option<usize> {
        let found = self
            .types
            .iter()
            .position(|ty| ty.name == name && self.namespace_of(ty.namespace) == namespace)?;
        let mut next = Some(found);
        while let Some(index) = next {
            if index == declared {
                return Some(found);
            }
            next = match self.types[index].kind {
                Kind::Struct { base, .. } => base,
                _ => None,
            };
        }
        None
    }

    /// The members of a struct, each with the number of its namespace, the base's first.
    pub(crate) fn members(&self, index: usize) -> Vec<(usize, &Field)> {
        let ty = self.ty(index);
        let Kind::Struct { base, fields } = &ty.kind else {
            return Vec::new();
        };
        let mut members = base.map_or_else(Vec::new, |base| self.members(base));
        members.extend(fields.iter().map(|field| (ty.namespace, field)));
        members
    }
}

/// Types refer to each other in any order, so names become numbers when all are known.
#[derive(Default)]
struct Parser {
    table: Table,
    numbers: HashMap<(usize, String), usize>,
}

impl Parser {
    fn parse(mut self, text: &str) -> Result<Table, TableError> {
        let lines = || text.lines().enumerate().map(|(at, line)| (at + 1, line));
        for (at, line) in lines() {
            let mut words = line.split(' ');
            let (Some("struct" | "array" | "map" | "enum" | "flags"), Some(name)) =
                (words.next(), words.next())
            else {
                continue;
            };
            let number = self.numbers.len();
            let name = qualified(name).ok_or_else(|| refused(at, "a type's name", name))?;
            if self
                .numbers
                .insert((name.0, name.1.to_owned()), number)
                .is_some()
            {
                return Err(refused(at, "one type of a name", line));
            }
        }
        let mut agent = None::<(String, Agent)>;
        for (at, line) in lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "version" => self.table.version = rest.to_owned(),
                "namespace" => self.table.namespaces.push(rest.to_owned()),
                "agent" => {
                    self.table.agents.extend(agent.take());
                    let mut words = rest.split(' ').map(str::to_owned);
                    let name = words.next().unwrap_or_default();
                    let headers = words.collect();
                    agent = Some((
                        name,
                        Agent {
                            headers,
                            ..Agent::default()
                        },
                    ));
                }
                "op" => {
                    let (name, operation) = self.operation(at, rest)?;
                    match &mut agent {
                        Some((_, agent)) => drop(agent.operations.insert(name, operation)),
                        None => return Err(refused(at, "an agent first", line)),
                    }
                }
                "" | "#" => {}
                _ => {
                    let ty = self.ty(at, word, rest)?;
                    self.table.types.push(ty);
                }
            }
        }
        self.table.agents.extend(agent);
        Ok(self.table)
    }

    fn operation(&self, at: usize, line: &str) -> Result<(String, Operation), TableError> {
        let (request, response) = line
            .split_once(" >")
            .ok_or_else(|| refused(at, "an answer", line))?;
        let (name, parameters) = request.split_once(' ').unwrap_or((request, ""));
        let mut words = response.split_ascii_whitespace().peekable();
        let wrapper = match words.next_if(|word| word.starts_with('=')) {
            Some(word) => word[1..].to_owned(),
            None => format!("{name}Response"),
        };
        let operation = Operation {
            parameters: self.fields(at, parameters.split_ascii_whitespace())?,
            wrapper,
            results: self.fields(at, words)?,
        };
        Ok((name.to_owned(), operation))
    }

    fn ty(&self, at: usize, word: &str, line: &str) -> Result<Type, TableError> {
        let mut words = line.split_ascii_whitespace().peekable();
        let whole = words.next().unwrap_or_default();
        let (namespace, name) =
            qualified(whole).ok_or_else(|| refused(at, "a type's name", whole))?;
        let kind = match word {
            "struct" => {
                let base = words.next_if(|word| word.starts_with('<'));
                let base = base.map(|base| self.number(at, &base[1..])).transpose()?;
                let fields = self.fields(at, words)?;
                Kind::Struct { base, fields }
            }
            "array" => match <[Field; 1]>::try_from(self.fields(at, words)?) {
                Ok([item]) => Kind::Array(item),
                Err(_) => return Err(refused(at, "one item", line)),
            },
            "map" => {
                let entry = words.next().unwrap_or_default().to_owned();
                match <[Field; 2]>::try_from(self.fields(at, words)?) {
                    Ok([key, value]) => Kind::Map { entry, key, value },
                    Err(_) => return Err(refused(at, "a key and a value", line)),
                }
            }
            "enum" => {
                let zero = words.next_if(|word| word.starts_with('='));
                let zero = zero.map(|word| word[1..].to_owned());
                let members = words.map(str::to_owned).collect();
                Kind::Enum { zero, members }
            }
            "flags" => Kind::Flags(words.map(str::to_owned).collect()),
            _ => return Err(refused(at, "a line of a table", word)),
        };
        Ok(Type {
            namespace,
            name: name.to_owned(),
            kind,
        })
    }

    fn fields<'t>(
        &self,
        at: usize,
        words: impl Iterator<Item = &'t str>,
    ) -> Result<Vec<Field>, TableError> {
        words.map(|word| self.field(at, word)).collect()
    }

    fn field(&self, at: usize, word: &str) -> Result<Field, TableError> {
        let required = word.ends_with('!');
        let rest = word.strip_suffix('!').unwrap_or(word);
        let nillable = rest.ends_with('?');
        let rest = rest.strip_suffix('?').unwrap_or(rest);
        let (name, ty) = rest
            .split_once(':')
            .ok_or_else(|| refused(at, "a field", word))?;
        let ty = match ty.strip_prefix('.') {
            Some(primitive) => Primitive::named(primitive)
                .map(Ref::Primitive)
                .ok_or_else(|| refused(at, "a primitive", word))?,
            None => Ref::Type(self.number(at, ty)?),
        };
        Ok(Field {
            name: name.to_owned(),
            ty,
            nillable,
            required,
        })
    }

    fn number(&self, at: usize, name: &str) -> Result<usize, TableError> {
        let found = qualified(name)
            .and_then(|(namespace, name)| self.numbers.get(&(namespace, name.to_owned())));
        found
            .copied()
            .ok_or_else(|| refused(at, "a type of this table", name))
    }
}

fn qualified(name: &str) -> Option<(usize, &str)> {
    match name.split_once(':') {
        Some((number, name)) => Some((number.parse().ok()?, name)),
        None => Some((0, name)),
    }
}

fn refused(line: usize, expected: &str, found: &str) -> TableError {
    TableError {
        line,
        what: format!("expected {expected}, found `{found}`"),
    }
}

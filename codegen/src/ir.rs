//! The contract in Rust's words: what `lower` decides and `emit` prints.
//!
//! Wire and Rust names stand side by side; every identifier comes from `lower/names.rs`.

use std::borrow::Cow;

use crate::model::Retirement;

/// The client module of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// `services88`: module and feature name.
    pub rust: String,
    /// `Services88`.
    pub wire: String,
    /// Namespaces by the number that elements carry; 0 is the version's own.
    pub namespaces: Vec<String>,
    /// Sorted by module name.
    pub agents: Vec<Agent>,
    /// Sorted by Rust name, as all below.
    pub structs: Vec<Struct>,
    pub enums: Vec<Enum>,
    pub polymorphs: Vec<Polymorph>,
    /// Array and dictionary shapes that fields refer to, sorted by Rust name.
    pub shapes: Vec<Shape>,
}

impl Module {
    /// Without what is retired.
    pub fn contract(&self) -> Cow<'_, Self> {
        let stays = |availability: &Availability| availability.retired.is_none();
        if self.availabilities().all(stays) {
            return Cow::Borrowed(self);
        }
        let mut module = self.clone();
        for agent in &mut module.agents {
            agent.methods.retain(|method| stays(&method.availability));
        }
        module.agents.retain(|agent| stays(&agent.availability));
        module.structs.retain(|ty| stays(&ty.availability));
        module.enums.retain(|ty| stays(&ty.availability));
        module.polymorphs.retain(|ty| stays(&ty.availability));
        Cow::Owned(module)
    }

    /// Those of everything that may be retired.
    fn availabilities(&self) -> impl Iterator<Item = &Availability> {
        let methods = self.agents.iter().flat_map(|agent| &agent.methods);
        let agents = self.agents.iter().map(|agent| &agent.availability);
        agents
            .chain(methods.map(|method| &method.availability))
            .chain(self.structs.iter().map(|ty| &ty.availability))
            .chain(self.enums.iter().map(|ty| &ty.availability))
            .chain(self.polymorphs.iter().map(|ty| &ty.availability))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// `License`.
    pub wire: String,
    /// `license`: the module and the method on `Client`.
    pub module: String,
    /// `LicenseAgent`.
    pub rust: String,
    /// Sorted by Rust name.
    pub methods: Vec<Method>,
    /// Operations take the application token alone (SoPrincipal).
    pub request_headers: RequestHeaders,
    /// Rust names of the types that live in `types/` and that the agent's operations use, through
    /// members and derived types too; sorted. The agent's module re-exports them.
    pub uses: Vec<String>,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestHeaders {
    /// ApplicationToken, Credentials, TimeZone.
    Session,
    /// ApplicationToken.
    ApplicationToken,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    pub wire: String,
    pub rust: String,
    pub parameters: Vec<Field>,
    /// From six parameters on: the name of the args struct that holds them.
    pub args: Option<String>,
    pub result: Returns,
    /// Named only where it is not `<wire>Response`.
    pub response_element: Option<String>,
    /// Read off example messages, because no WSDL states it.
    pub inferred: bool,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returns {
    Nothing,
    One(Box<Field>),
    /// Several outputs: the name of the struct that holds them. Operations of one agent may share
    /// it (`AuthenticateResponse`); its fields are the same then.
    Several {
        rust: String,
        fields: Vec<Field>,
    },
}

/// In which versions something exists without a gap, seen from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// `Services75`.
    pub since: String,
    /// The last version that has it, if a later one is known that has not.
    pub until: Option<String>,
    /// Of what left the contract of this very version; its members say nothing of their own.
    pub retired: Option<Retirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struct {
    pub wire: String,
    pub rust: String,
    pub namespace: usize,
    /// Base class first, in wire order.
    pub fields: Vec<Field>,
    /// Wire name of the base and how many of `fields` are its.
    pub base: Option<(String, usize)>,
    /// A struct holds it in a `Box`.
    pub boxed: bool,
    /// Read off example messages, because no schema states it.
    pub inferred: bool,
    pub home: Home,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

/// In which file a type lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// In `types/`: several agents use it, or none.
    Shared,
    /// In the file of the one agent that uses it (its module name).
    Agent(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub wire: String,
    pub rust: String,
    pub namespace: usize,
    pub ty: Ty,
    /// `xs:int`, `LicenseStatus`, `ArrayOfstring`: the type's name in the contract.
    pub declared_as: String,
    pub presence: Presence,
    /// Never shown: see `schemas/secrets.tsv`.
    pub secret: bool,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `T`, always written; absent reads as the default.
    Plain,
    /// `Option<T>`, `None` is written as `xsi:nil`.
    Nillable,
    /// `Option<T>`, `None` is left out (a plain enum that has no member for zero).
    Omittable,
}

/// The Rust type of a value, without the `Option` that [`Presence`] adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Primitive(crate::model::Primitive),
    /// Rust name of a struct.
    Struct(String),
    /// Rust name of a polymorphic enum.
    Polymorph(String),
    /// Rust name of an enum.
    Enum(String),
    /// Rust name of a flag set.
    Flags(String),
    /// A struct or a polymorphic enum behind a `Box`, where a cycle needs it.
    Boxed(Box<Ty>),
    /// Rust name of a shape, and the item's type.
    Array {
        shape: String,
        item: Box<Ty>,
    },
    /// Rust name of a shape, and the types of key and value (the value nillable or not).
    Dictionary {
        shape: String,
        key: Box<Ty>,
        value: Box<Ty>,
        nillable: bool,
    },
}

/// The element names inside an array or a dictionary: a constant in `types/shapes.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// `ArrayOfstring`.
    pub wire: String,
    /// `ARRAY_OF_STRING`.
    pub rust: String,
    pub kind: ShapeKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    Array {
        item: Element,
    },
    Dictionary {
        entry: String,
        namespace: usize,
        key: Element,
        value: Element,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub wire: String,
    pub namespace: usize,
    /// The shape of what is inside, for nested arrays.
    pub shape: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    pub wire: String,
    pub rust: String,
    pub namespace: usize,
    /// In the order of the contract. A flag set may hold several with the same value.
    pub members: Vec<Member>,
    pub is_flags: bool,
    /// Index of the first member for zero, which is the default of a plain enum. Of an inferred
    /// one it is the member that was seen first, because examples show .NET's default.
    pub zero: Option<usize>,
    /// Read off example messages, because no schema states it.
    pub inferred: bool,
    pub home: Home,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub wire: String,
    /// `Completed`, or `SELECT` in a flag set.
    pub rust: String,
    /// Unknown only where examples are all that is known. A flag always has one.
    pub value: Option<i64>,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

/// A base type that members are declared with: an enum over it and all derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polymorph {
    /// `FieldInfo`.
    pub rust: String,
    /// Wire name of the base.
    pub wire: String,
    pub namespace: usize,
    /// The base first, then by name.
    pub variants: Vec<Variant>,
    /// A struct holds it in a `Box`.
    pub boxed: bool,
    pub home: Home,
    pub availability: Availability,
    /// What the vendor says of it, as Markdown; only there where prose was asked for.
    pub doc: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// `Base`, `Int`.
    pub rust: String,
    /// Rust name of the struct.
    pub ty: String,
    pub wire: String,
    pub namespace: usize,
}

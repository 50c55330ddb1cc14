//! Rust identifiers from the schema's words: the rules, and the table that makes them permanent.
//!
//! Invariant: no other module makes an identifier. A rule depends on the wire name and the kind of
//! name alone, so that a word reads the same wherever it stands.
//!
//! - Modules, methods, fields and parameters are snake_case, constants SCREAMING_SNAKE_CASE. Plain
//!   case conversion is right for most names; `WORDS` holds what it would break.
//! - Types and variants keep the schema's word (`CRMScriptEntity`, `ETableRight`, `ANSI`): what
//!   rustc accepts as camel case stays as it is, the rest is mended and no more than that
//!   (`inDiary` is `InDiary`).
//! - A keyword becomes a raw identifier; the four that cannot be raw get an underscore behind.
//! - Two names of one scope that meet are an error with both places, never numbered: whoever
//!   maintains the contracts chooses and writes the choice into the table.

mod table;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase};

use crate::diagnostic::{Diagnostic, Location};
use crate::model::{Api, TypeKind, TypeName};

use super::polymorph::Family;

pub use table::Table;

/// What is named; each kind has its own lines in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The module of an agent, and the method of the client that gives its handle.
    Agent,
    /// The struct that holds the parameters of a method with many, by the operation's name.
    Args,
    /// A member of a flag set.
    Constant,
    /// A member of a struct or of several outputs.
    Field,
    /// The handle that calls an agent, by the agent's name.
    Handle,
    Method,
    /// The struct that holds several outputs, by the name of the response wrapper.
    Outputs,
    Parameter,
    /// The enum over a base type and its derived types, by the base's name.
    Polymorph,
    /// One of its variants, by `<base>/<derived>`.
    PolymorphVariant,
    /// The constant with the element names of an array or a dictionary.
    Shape,
    Type,
    /// A member of an enum.
    Variant,
    /// The module of a version, and its feature.
    Version,
}

impl Kind {
    pub const ALL: [Kind; 14] = [
        Kind::Agent,
        Kind::Args,
        Kind::Constant,
        Kind::Field,
        Kind::Handle,
        Kind::Method,
        Kind::Outputs,
        Kind::Parameter,
        Kind::Polymorph,
        Kind::PolymorphVariant,
        Kind::Shape,
        Kind::Type,
        Kind::Variant,
        Kind::Version,
    ];

    /// As the table writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Agent => "agent",
            Kind::Args => "args",
            Kind::Constant => "constant",
            Kind::Field => "field",
            Kind::Handle => "handle",
            Kind::Method => "method",
            Kind::Outputs => "outputs",
            Kind::Parameter => "parameter",
            Kind::Polymorph => "polymorph",
            Kind::PolymorphVariant => "polymorph-variant",
            Kind::Shape => "shape",
            Kind::Type => "type",
            Kind::Variant => "variant",
            Kind::Version => "version",
        }
    }

    /// The name by rule; nothing where no identifier can be made of the words.
    ///
    /// Those of polymorphs depend on other names: see `polymorph` and `polymorph_variant`.
    pub fn rule(self, wire: &str) -> Option<String> {
        match self {
            Kind::Agent | Kind::Field | Kind::Method | Kind::Parameter | Kind::Version => {
                snake(wire)
            }
            Kind::Constant => constant(wire),
            Kind::Shape => shape(wire),
            Kind::Outputs | Kind::Type | Kind::Variant => camel(wire),
            Kind::Handle => camel(wire).map(|name| name + "Agent"),
            Kind::Args => camel(wire).map(|name| name + "Args"),
            Kind::Polymorph => polymorph(wire, |_| false),
            Kind::PolymorphVariant => {
                let (base, derived) = wire.split_once('/')?;
                polymorph_variant(base, derived)
            }
        }
    }
}

/// Words that plain case conversion would break, and how they have to stand for it not to.
///
/// An entry is met at the start of a word and stands for whole words: `EMail` is met in
/// `EMailSOInfo` and in `EMails`, not in `EMailing`.
const WORDS: &[(&str, &str)] = &[
    ("CRMGUI", "CrmGui"),
    ("ECommerce", "Ecommerce"),
    ("EInvoice", "Einvoice"),
    ("EMail", "Email"),
    ("EMarketing", "Emarketing"),
    ("ESign", "Esign"),
    ("ESignature", "Esignature"),
    ("Html2Text", "Html2text"),
    ("ICal", "Ical"),
    ("ICalendar", "Icalendar"),
    ("IPv", "Ipv"),
    ("MacOS", "Macos"),
    ("OAuth", "Oauth"),
    ("OData", "Odata"),
    ("UDef", "Udef"),
    ("XPath", "Xpath"),
    ("eCommerce", "Ecommerce"),
    ("eMail", "Email"),
    ("eMarketing", "Emarketing"),
    ("eSign", "Esign"),
    ("eSignature", "Esignature"),
    ("iCal", "Ical"),
    ("iCalendar", "Icalendar"),
    ("iOS", "Ios"),
    ("iPad", "Ipad"),
    ("iPhone", "Iphone"),
    ("macOS", "Macos"),
    ("oAuth", "Oauth"),
];

/// The name with [`WORDS`] and plural acronyms (`CallerIDs` is `CallerIds`) put so that plain case
/// conversion finds the words in it.
fn mend(wire: &str) -> String {
    let mut mended = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some(letter) = rest.chars().next() {
        // No word of the table begins inside a row of capitals.
        let last = mended.chars().next_back().unwrap_or('_');
        let is_start = !last.is_uppercase() && (letter.is_uppercase() || !last.is_alphabetic());
        let taken = if is_start && let Some((word, instead)) = known_word(rest) {
            mended.push_str(instead);
            word.len()
        } else if is_start && let Some(acronym) = plural_acronym(rest) {
            mended.push(letter);
            mended.push_str(&acronym[letter.len_utf8()..].to_lowercase());
            acronym.len()
        } else {
            mended.push(letter);
            letter.len_utf8()
        };
        rest = &rest[taken..];
    }
    mended
}

/// The longest entry of [`WORDS`] that `rest` begins with, as whole words.
fn known_word(rest: &str) -> Option<(&'static str, &'static str)> {
    let met = WORDS.iter().copied().filter(|(wire, _)| {
        rest.strip_prefix(wire)
            .is_some_and(|after| !after.starts_with(char::is_lowercase) || is_plural(after))
    });
    met.max_by_key(|(wire, _)| wire.len())
}

/// Two capitals or more and the `s` that ends the word.
fn plural_acronym(rest: &str) -> Option<&str> {
    let capitals = rest.find(|c: char| !c.is_uppercase())?;
    let is_acronym = rest[..capitals].chars().nth(1).is_some() && is_plural(&rest[capitals..]);
    is_acronym.then(|| &rest[..=capitals])
}

/// An `s` that ends a word.
fn is_plural(text: &str) -> bool {
    text.strip_prefix('s')
        .is_some_and(|after| !after.starts_with(char::is_lowercase))
}

fn snake(wire: &str) -> Option<String> {
    identifier(mend(wire).to_snake_case())
}

fn constant(wire: &str) -> Option<String> {
    identifier(mend(wire).to_shouty_snake_case())
}

/// `ARRAY_OF_STRING` of `ArrayOfstring`: what stands behind `ArrayOf` is a word of its own even in
/// small letters.
fn shape(wire: &str) -> Option<String> {
    let mut prefix = String::new();
    let mut rest = wire;
    while let Some(item) = rest.strip_prefix("ArrayOf").filter(|item| !item.is_empty()) {
        prefix.push_str("ARRAY_OF_");
        rest = item;
    }
    identifier(prefix + &mend(rest).to_shouty_snake_case())
}

/// The schema's word, its first letter and the one behind anything that is no letter a capital.
fn camel(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    for piece in wire.split(|c: char| !c.is_alphanumeric()) {
        let mut letters = piece.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(letters.as_str());
    }
    identifier(name)
}

/// The enum over a base and what is derived from it: the base's name without `Base` where that is
/// no other type's, else with `Any` before it.
pub(super) fn polymorph(wire: &str, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    let name = camel(wire)?;
    let stem = stem(&name);
    if stem != name && !is_taken(stem) {
        return Some(stem.to_owned());
    }
    Some(format!("Any{stem}"))
}

/// `Int` of `FieldInfoInt` with the base `FieldInfoBase`: what the names have in common is left
/// out, unless nothing or no name remains. The base itself is `Base`.
pub(super) fn polymorph_variant(base: &str, derived: &str) -> Option<String> {
    if base == derived {
        return Some("Base".to_owned());
    }
    let short = derived.strip_prefix(stem(base));
    camel(
        short
            .filter(|short| short.starts_with(char::is_uppercase))
            .unwrap_or(derived),
    )
}

fn stem(base: &str) -> &str {
    base.strip_suffix("Base")
        .filter(|stem| !stem.is_empty())
        .unwrap_or(base)
}

/// Makes words that were joined an identifier, if they can be one.
fn identifier(mut name: String) -> Option<String> {
    if name.starts_with(char::is_numeric) {
        name.insert(0, '_');
    }
    match name.as_str() {
        "self" | "Self" | "super" | "crate" => name.push('_'),
        _ if is_keyword(&name) => name.insert_str(0, "r#"),
        _ => {}
    }
    is_identifier(&name).then_some(name)
}

/// Whether the compiler takes `rust` for an identifier.
fn is_identifier(rust: &str) -> bool {
    let bare = bare(rust);
    if !bare.is_ascii() {
        return syn::parse_str::<syn::Ident>(rust).is_ok();
    }
    let is_raw = bare.len() < rust.len();
    let is_word = bare
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && bare.starts_with(|c: char| !c.is_ascii_digit())
        && bare != "_";
    is_word
        && if is_raw {
            !is_never_raw(bare)
        } else {
            !is_keyword(bare)
        }
}

/// The identifier without the `r#` of a raw one: what sorts, and what a file is called.
pub fn bare(rust: &str) -> &str {
    rust.strip_prefix("r#").unwrap_or(rust)
}

fn is_never_raw(word: &str) -> bool {
    matches!(word, "self" | "Self" | "super" | "crate" | "_")
}

/// The keywords of edition 2024, reserved ones too.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "Self"
            | "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

/// Names that the emitted text needs for itself, by scope.
pub(crate) mod reserved {
    /// Beside the agents' modules, and beside the methods that give their handles.
    pub(crate) const AGENTS: &[&str] = &["builder", "clone", "connection", "raw", "soap", "types"];
    /// Members of a struct.
    pub(crate) const FIELDS: &[&str] = &["extra"];
    pub(crate) const SHAPES: &[&str] = &["AGENT", "CONTRACT", "PROVENANCE"];
    /// What emitted files import, and what they take from the prelude.
    pub(crate) const TYPES: &[&str] = &[
        "Agent",
        "AnyValue",
        "Box",
        "Builder",
        "BytesArg",
        "Call",
        "Char",
        "Client",
        "Clone",
        "Connection",
        "Contract",
        "Copy",
        "DateTime",
        "Debug",
        "Decimal",
        "Default",
        "Derived",
        "Dictionary",
        "Duration",
        "Element",
        "EntityArg",
        "Entry",
        "Eq",
        "Extra",
        "FlagSet",
        "From",
        "Guid",
        "Hash",
        "Into",
        "Kind",
        "ListArg",
        "Member",
        "MemberArg",
        "Option",
        "OptionalMemberArg",
        "PartialEq",
        "QName",
        "RawElement",
        "RawResponse",
        "RequestHeaders",
        "String",
        "TextArg",
        "TextListArg",
        "Unrecognized",
        "Vec",
    ];
    /// Members of an enum.
    pub(crate) const VARIANTS: &[&str] = &["Unrecognized"];
}

/// The names of one scope, each with what it stands for.
///
/// Two things that want the same name are reported with both places.
pub(super) struct Scope<'a> {
    /// For messages: `the members of Person`.
    what: String,
    /// The scope around this one, whose names are taken here too.
    outer: Option<&'a Scope<'a>>,
    reserved: &'static [&'static str],
    taken: HashMap<String, (&'a str, &'a Location)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(what: impl Into<String>, reserved: &'static [&'static str]) -> Self {
        Self {
            what: what.into(),
            outer: None,
            reserved,
            taken: HashMap::new(),
        }
    }

    /// A scope in which all names of this one are taken.
    pub(super) fn within<'b>(&'b self, what: impl Into<String>) -> Scope<'b> {
        Scope {
            outer: Some(self),
            ..Scope::new(what, self.reserved)
        }
    }

    fn taken(&self, bare: &str) -> Option<&(&'a str, &'a Location)> {
        let in_outer = || self.outer.and_then(|outer| outer.taken(bare));
        self.taken.get(bare).or_else(in_outer)
    }

    /// Gives `rust` to `wire`, unless something else has it.
    pub(super) fn claim(
        &mut self,
        kind: Kind,
        wire: &'a str,
        rust: &str,
        at: &'a Location,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let help = || {
            format!(
                "give one of them another name in the name table: a line `{}`, `{wire}` and the \
                 Rust name, with tabs between",
                kind.as_str()
            )
        };
        let bare = bare(rust);
        // What has no name was reported as such.
        if bare.is_empty() {
            return;
        }
        if self.reserved.contains(&bare) {
            diagnostics.push(
                Diagnostic::new(
                    "name-clash",
                    at.clone(),
                    format!(
                        "`{wire}` would be `{rust}`, a name that is reserved in {}",
                        self.what
                    ),
                )
                .label("named here")
                .help(help()),
            );
            return;
        }
        match self.taken(bare) {
            None => {
                self.taken.insert(bare.to_owned(), (wire, at));
            }
            Some((other, other_at)) => {
                diagnostics.push(
                    Diagnostic::new(
                        "name-clash",
                        at.clone(),
                        format!(
                            "`{wire}` and `{other}` would both be `{rust}` in {}",
                            self.what
                        ),
                    )
                    .label("named here")
                    .other((*other_at).clone(), "and here")
                    .help(help()),
                );
            }
        }
    }
}

/// Adds a line for each name of the contracts that the table does not have yet.
///
/// Names for polymorphs are chosen against the types of all versions, so that a base is called the
/// same in each.
pub(super) fn complete(
    table: &Table,
    apis: &[&Api],
    families: &[Vec<Family<'_>>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Table {
    let mut names = Collector {
        table: table.clone(),
        diagnostics,
    };
    for api in apis {
        names.api(api);
    }
    let mut types: HashSet<String> = HashSet::new();
    for api in apis {
        types.extend(
            api.types
                .keys()
                .map(|name| names.table.type_name(api, name)),
        );
        types.extend(
            api.agents
                .iter()
                .map(|agent| names.table.name(Kind::Handle, &agent.name)),
        );
    }
    for (api, families) in apis.iter().zip(families) {
        for family in families {
            let at = api.types.get(family.base).map(|ty| &ty.at);
            let base = &family.base.name;
            names.add(Kind::Polymorph, base, at, || {
                polymorph(base, |name| {
                    types.contains(name) || reserved::TYPES.contains(&name)
                })
            });
            for derived in std::iter::once(&family.base).chain(&family.derived) {
                let wire = format!("{base}/{}", derived.name);
                names.add_by_rule(Kind::PolymorphVariant, &wire, at);
            }
        }
    }
    names.table
}

struct Collector<'d> {
    table: Table,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Collector<'_> {
    fn api(&mut self, api: &Api) {
        self.add_by_rule(Kind::Version, &api.version, None);
        for agent in &api.agents {
            let at = Some(&agent.at);
            self.add_by_rule(Kind::Agent, &agent.name, at);
            self.add_by_rule(Kind::Handle, &agent.name, at);
            for operation in &agent.operations {
                let at = Some(&operation.at);
                self.add_by_rule(Kind::Method, &operation.name, at);
                for parameter in &operation.parameters {
                    self.add_by_rule(Kind::Parameter, &parameter.name, Some(&parameter.at));
                }
                if operation.parameters.len() >= super::MANY_PARAMETERS {
                    self.add_by_rule(Kind::Args, &operation.name, at);
                }
                if operation.results.len() > 1 {
                    self.add_by_rule(Kind::Outputs, &operation.response_element, at);
                    for result in &operation.results {
                        self.add_by_rule(Kind::Field, &result.name, Some(&result.at));
                    }
                }
            }
        }
        for (name, ty) in &api.types {
            let (members, kind) = match &ty.kind {
                TypeKind::Struct(structure) => {
                    self.add_by_rule(Kind::Type, &name.name, Some(&ty.at));
                    for field in &structure.fields {
                        self.add_by_rule(Kind::Field, &field.name, Some(&field.at));
                    }
                    continue;
                }
                TypeKind::Array(_) | TypeKind::Dictionary(_) => {
                    self.add_by_rule(Kind::Shape, &name.name, Some(&ty.at));
                    continue;
                }
                TypeKind::Enum(plain) => (&plain.members, Kind::Variant),
                TypeKind::Flags(flags) => (&flags.members, Kind::Constant),
            };
            self.add_by_rule(Kind::Type, &name.name, Some(&ty.at));
            for member in members {
                self.add_by_rule(kind, &member.name, Some(&member.at));
            }
        }
    }

    fn add_by_rule(&mut self, kind: Kind, wire: &str, at: Option<&Location>) {
        self.add(kind, wire, at, || kind.rule(wire));
    }

    fn add(
        &mut self,
        kind: Kind,
        wire: &str,
        at: Option<&Location>,
        rule: impl FnOnce() -> Option<String>,
    ) {
        if self.table.get(kind, wire).is_some() {
            return;
        }
        match rule().filter(|_| !wire.contains(['\t', '\n', '\r'])) {
            Some(rust) => self.table.insert(kind, wire, rust),
            None => self.diagnostics.push(
                Diagnostic::new(
                    "unusable-name",
                    at.cloned().unwrap_or_default(),
                    format!(
                        "no Rust identifier can be made of `{}`",
                        wire.escape_debug()
                    ),
                )
                .label("named here")
                .help(format!(
                    "give it one in the name table: a line `{}`, the name and the Rust name, with \
                     tabs between",
                    kind.as_str()
                )),
            ),
        }
    }
}

impl Table {
    /// The name of a type. One in a foreign namespace can be named apart from others of its name
    /// by a line with `<namespace>/<name>`.
    pub(super) fn type_name(&self, api: &Api, name: &TypeName) -> String {
        if name.namespace == api.namespace {
            return self.name(Kind::Type, &name.name);
        }
        self.scoped_name(Kind::Type, &name.namespace, &name.name)
    }
}

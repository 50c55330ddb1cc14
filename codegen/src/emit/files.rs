//! Which piece goes into which file, and the imports that the file needs for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;

use super::items::{Item, Printed, Printer, Progress, Texts};
use super::{Piece, Uses, agent, format, ident, module, types_of};
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::lower::names::bare;
use crate::model::Api;
use crate::provenance::Provenance;
use crate::table;

/// A file that would be longer is split.
pub const MANY_LINES: usize = 5_000;

/// A version that is emitted.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub module: &'a ir::Module,
    pub origin: Option<&'a Provenance>,
}

/// A file of the generated crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to `generated/src`, with `/`: `services86/license.rs`.
    pub path: String,
    pub text: String,
}

/// The modules that are wanted, each with where its contract came from.
pub fn inputs<'a>(
    modules: &'a [ir::Module],
    origins: &'a BTreeMap<String, Provenance>,
    wanted: &dyn Fn(&ir::Module) -> bool,
) -> Vec<Input<'a>> {
    let wanted = modules.iter().filter(|module| wanted(module));
    wanted
        .map(|module| Input {
            module,
            origin: origins.get(&module.wire),
        })
        .collect()
}

/// The files of the versions wanted and the root of the crate with all modules, sorted by path.
///
/// # Errors
///
/// Where the ir holds what is no Rust.
pub fn emit(
    modules: &[ir::Module],
    inputs: &[Input<'_>],
    progress: &dyn Progress,
) -> Result<Vec<File>, Vec<Diagnostic>> {
    let files = || {
        let items = inputs
            .iter()
            .flat_map(|Input { module, .. }| Item::of(module).map(|item| (item, &*module.wire)));
        // Each agent has a handle and imports.
        let agents: usize = inputs.iter().map(|input| input.module.agents.len()).sum();
        let texts = Texts::print(items, 2 * agents, progress)?;
        let versions = inputs
            .par_iter()
            .map(|input| version(*input, &texts, progress));
        let versions: Vec<Vec<File>> = versions.collect::<Result<_, _>>()?;
        let root = crate_root(modules, progress)?;
        Ok(versions.into_iter().flatten().chain([root]).collect())
    };
    let mut files: Vec<File> = files().map_err(|diagnostic| vec![diagnostic])?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What a mock server knows of the versions wanted, beside their modules.
pub fn tables(inputs: &[Input<'_>], apis: &[Api]) -> Vec<File> {
    let tables = inputs.par_iter().filter_map(|Input { module, .. }| {
        let api = apis.iter().find(|api| api.version == module.wire)?;
        Some(File {
            path: format!("{}/mock.txt", bare(&module.rust)),
            text: table::write(api),
        })
    });
    tables.collect()
}

/// The printed types of a version by Rust name, structs and polymorphs apart from enums.
struct Types<'a> {
    structs: HashMap<&'a str, &'a Printed>,
    enums: HashMap<&'a str, &'a Printed>,
}

impl<'a> Types<'a> {
    fn of(m: &'a ir::Module, texts: &'a Texts<'_>) -> Self {
        let structs = m
            .structs
            .iter()
            .map(|s| (&*s.rust, &texts[Item::Struct(s)]));
        let polymorphs = m
            .polymorphs
            .iter()
            .map(|p| (&*p.rust, &texts[Item::Polymorph(p)]));
        let enums = m.enums.iter().map(|e| (&*e.rust, &texts[Item::Enum(e)]));
        Self {
            structs: structs.chain(polymorphs).collect(),
            enums: enums.collect(),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Printed> {
        self.structs
            .get(name)
            .or_else(|| self.enums.get(name))
            .copied()
    }
}

fn version<'a>(
    input: Input<'a>,
    texts: &Texts<'a>,
    progress: &dyn Progress,
) -> Result<Vec<File>, Diagnostic> {
    let m = input.module;
    let printer = Printer {
        version: &m.wire,
        progress,
    };
    let types = Types::of(m, texts);
    let agents = m
        .agents
        .par_iter()
        .map(|a| agent_files(m, a, &types, texts, printer));
    let agents: Result<Vec<Vec<File>>, Diagnostic> = agents.collect();
    let mut files: Vec<File> = agents?.into_iter().flatten().collect();
    files.extend(type_files(m, &types, texts, printer)?);

    let client = printer.print(&m.wire, || module::version(m, input.origin))?;
    let head = [
        format!(
            "The client of {} and its {} agents.",
            m.wire,
            m.agents.len()
        ),
        generated(&format!("schemas/{}", bare(&m.rust))),
    ];
    let sheet = Sheet {
        pieces: vec![&client],
        ..Sheet::new(&head)
    };
    files.push(sheet.file(m, "mod.rs", printer)?);
    Ok(files)
}

fn crate_root(modules: &[ir::Module], progress: &dyn Progress) -> Result<File, Diagnostic> {
    let printer = Printer {
        version: "",
        progress,
    };
    let root = printer.print("the crate", || module::crate_root(modules))?;
    Ok(File {
        path: "lib.rs".to_owned(),
        text: format!("{}\n{}", module::crate_docs(modules), root.text),
    })
}

/// The agent's file; its types have their own where both together would be too long.
fn agent_files(
    m: &ir::Module,
    a: &ir::Agent,
    types: &Types<'_>,
    texts: &Texts<'_>,
    printer: Printer<'_>,
) -> Result<Vec<File>, Diagnostic> {
    let name = bare(&a.module);
    let handle = printer.print(&a.wire, || agent::handle(a))?;
    let methods = a.methods.iter().map(|m| &texts[Item::Method(&a.wire, m)]);
    let handle = agent::with_methods(a, handle, &methods.collect::<Vec<_>>());
    let own = agent::structs(a).into_iter().map(|item| &texts[item]);
    let own: Vec<&Printed> = own.collect();
    let homed = types_of(m, Some(&a.module));
    let homed: Vec<(&str, &Printed)> = homed
        .into_iter()
        .filter_map(|name| Some((name, types.get(name)?)))
        .collect();
    let lines = [&handle]
        .into_iter()
        .chain(own.iter().copied())
        .chain(homed.iter().map(|(_, printed)| *printed));
    let lines: usize = lines.map(Printed::lines).sum();

    let source = generated(&format!("schemas/{}/{}.wsdl", bare(&m.rust), a.wire));
    let title = format!(
        "{} agent of {} (`Remote/{}/{}.svc`).",
        a.wire, m.wire, m.wire, a.wire
    );
    let head = [title, source.clone()];
    let mut sheet = Sheet::new(&head);
    sheet.types_path = quote!(super::types);
    sheet.shared = a.uses.iter().map(String::as_str).collect();
    sheet.pieces = [&handle].into_iter().chain(own).collect();
    let mut files = Vec::new();
    if lines > MANY_LINES && !homed.is_empty() {
        for part in parts("types", homed) {
            let module = ident(&part.module);
            sheet.items.extend(quote! {
                mod #module;
                pub use self::#module::*;
            });
            let head = [
                format!("Types of the {} agent of {}.", a.wire, m.wire),
                source.clone(),
            ];
            let mut types = part.sheet(&head);
            types.types_path = quote!(super::super::types);
            files.push(types.file(m, &format!("{name}/{}.rs", part.module), printer)?);
        }
    } else {
        sheet
            .pieces
            .extend(homed.into_iter().map(|(_, printed)| printed));
    }
    files.push(sheet.file(m, &format!("{name}.rs"), printer)?);
    Ok(files)
}

/// What several agents share, or none uses.
fn type_files(
    m: &ir::Module,
    types: &Types<'_>,
    texts: &Texts<'_>,
    printer: Printer<'_>,
) -> Result<Vec<File>, Diagnostic> {
    let shared = types_of(m, None);
    let source = generated(&format!("schemas/{}/types.xsd", bare(&m.rust)));
    let mut modules = Vec::new();
    let mut files = Vec::new();
    for (prefix, what, of) in [
        ("enums", "Enums and flag sets", &types.enums),
        ("structs", "Structs", &types.structs),
    ] {
        let printed = shared
            .iter()
            .filter_map(|name| Some((*name, *of.get(*name)?)));
        for part in parts(prefix, printed.collect()) {
            let head = [
                format!("{what} that several agents of {} share.", m.wire),
                source.clone(),
            ];
            let mut sheet = part.sheet(&head);
            sheet.types_path = quote!(super);
            files.push(sheet.file(m, &format!("types/{}.rs", part.module), printer)?);
            modules.push(part.module);
        }
    }

    let head = [
        format!(
            "The element names inside arrays and dictionaries of {}.",
            m.wire
        ),
        source.clone(),
    ];
    let sheet = Sheet {
        pieces: m.shapes.iter().map(|s| &texts[Item::Shape(s)]).collect(),
        ..Sheet::new(&head)
    };
    files.push(sheet.file(m, "types/shapes.rs", printer)?);

    let modules = printer.print("types", || module::types(m, &modules))?;
    let head = [
        format!("Every type of {}, wherever it lives.", m.wire),
        source,
    ];
    let sheet = Sheet {
        pieces: vec![&modules],
        ..Sheet::new(&head)
    };
    files.push(sheet.file(m, "types/mod.rs", printer)?);
    Ok(files)
}

/// Types that share a private module.
struct Part<'a> {
    /// `structs`, or `structs_a_to_m` where there are too many for one file.
    module: String,
    types: Vec<(&'a str, &'a Printed)>,
}

impl<'a> Part<'a> {
    fn sheet(&self, head: &'a [String]) -> Sheet<'a> {
        let mut sheet = Sheet::new(head);
        sheet.outer = Some(quote!(super));
        sheet.defined = self.types.iter().map(|(name, _)| *name).collect();
        sheet.pieces = self.types.iter().map(|(_, printed)| *printed).collect();
        sheet
    }
}

/// Puts types into as few files as their length allows: one, or halves of the alphabet, halved
/// again where one still is too long. So a new type moves others only when a file overflows.
fn parts<'a>(prefix: &str, types: Vec<(&'a str, &'a Printed)>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    halve(prefix, (b'a', b'z'), types, &mut parts);
    parts
}

fn halve<'a>(
    prefix: &str,
    (first, last): (u8, u8),
    types: Vec<(&'a str, &'a Printed)>,
    parts: &mut Vec<Part<'a>>,
) {
    if types.is_empty() {
        return;
    }
    let lines: usize = types.iter().map(|(_, printed)| printed.lines()).sum();
    if lines <= MANY_LINES || first == last {
        let module = match (first, last) {
            (b'a', b'z') => prefix.to_owned(),
            _ if first == last => format!("{prefix}_{}", char::from(first)),
            _ => format!("{prefix}_{}_to_{}", char::from(first), char::from(last)),
        };
        parts.push(Part { module, types });
        return;
    }
    let middle = first + (last - first) / 2;
    let initial = |name: &str| name.bytes().next().unwrap_or(b'z').to_ascii_lowercase();
    let (front, back) = types
        .into_iter()
        .partition(|(name, _)| initial(name) <= middle);
    halve(prefix, (first, middle), front, parts);
    halve(prefix, (middle + 1, last), back, parts);
}

fn generated(from: &str) -> String {
    format!("Generated by `cargo xtask codegen` from `{from}`; do not edit.")
}

/// A file in the making.
struct Sheet<'a> {
    head: &'a [String],
    /// The version's `types` as seen from here.
    types_path: TokenStream,
    /// Where types that are not defined here come from, if they are not in `shared`.
    outer: Option<TokenStream>,
    /// Types of the version that are re-exported, whether they are named here or not.
    shared: BTreeSet<&'a str>,
    /// Types that are defined here.
    defined: BTreeSet<&'a str>,
    /// Items before the pieces.
    items: TokenStream,
    pieces: Vec<&'a Printed>,
}

impl<'a> Sheet<'a> {
    fn new(head: &'a [String]) -> Self {
        Self {
            head,
            types_path: TokenStream::new(),
            outer: None,
            shared: BTreeSet::new(),
            defined: BTreeSet::new(),
            items: TokenStream::new(),
            pieces: Vec::new(),
        }
    }

    fn file(&self, m: &ir::Module, path: &str, printer: Printer<'_>) -> Result<File, Diagnostic> {
        let path = format!("{}/{path}", bare(&m.rust));
        let imports = printer.print(&path, || self.imports())?;
        let mut text = format::head(self.head);
        for piece in [&imports].into_iter().chain(self.pieces.iter().copied()) {
            if !piece.text.is_empty() {
                text.push('\n');
                text.push_str(&piece.text);
            }
        }
        Ok(File { path, text })
    }

    fn imports(&self) -> Piece {
        let mut uses = Uses::default();
        for piece in &self.pieces {
            uses.extend(&piece.uses);
        }
        let mut tokens = TokenStream::new();
        if !uses.client.is_empty() {
            let names = uses.client.iter().map(|name| ident(name));
            tokens.extend(quote!(use superoffice_client::{#(#names),*};));
        }
        if !uses.soap.is_empty() {
            let own = uses.soap.contains("self").then(|| quote!(self as soap,));
            let names = uses
                .soap
                .iter()
                .filter(|name| **name != "self")
                .map(|name| ident(name));
            tokens.extend(quote!(use superoffice_soap::{#own #(#names),*};));
        }
        let types_path = &self.types_path;
        if !uses.shapes.is_empty() {
            let names = uses.shapes.iter().map(|name| ident(name));
            tokens.extend(quote!(use #types_path::shapes::{#(#names),*};));
        }
        if let Some(outer) = &self.outer {
            let names: Vec<_> = uses
                .types
                .iter()
                .filter(|name| !self.defined.contains(name.as_str()))
                .map(|name| ident(name))
                .collect();
            if !names.is_empty() {
                tokens.extend(quote!(use #outer::{#(#names),*};));
            }
        }
        tokens.extend(self.items.clone());
        if !self.shared.is_empty() {
            let names = self.shared.iter().map(|name| ident(name));
            tokens.extend(quote!(pub use #types_path::{#(#names),*};));
        }
        Piece {
            tokens,
            uses: Uses::default(),
        }
    }
}

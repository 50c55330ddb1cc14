//! `cargo xtask stats`: what the emitted source has, counted by parsing it, against the contracts.
//!
//! Invariant: neither side is counted in the ir. The source is read with `syn` as anyone could, the
//! contracts in the model, so that what emission leaves out cannot go unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Ident, TokenTree};
use rayon::prelude::*;
use serde::Serialize;
use superoffice_codegen::model::{Api, Struct, TypeKind};
use syn::{Attribute, Expr, Fields, ImplItem, ImplItemFn, Item, Lit, Meta, Type, Visibility};

use crate::report::{self, Failure};
use crate::{diff, schemas, side, tree, where_};

/// Counts the emitted source of each version and sets it against the contracts in `schemas/`.
///
/// Fails if there is a difference.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print JSON: the counts of each version, and since and until which version each operation,
    /// type, field and member exists.
    #[arg(long)]
    json: bool,

    /// Where the contracts are, if not in the project's `schemas/`.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,

    /// The crate to count, if not the project's `generated/`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What a version has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Counts {
    agents: usize,
    operations: usize,
    structs: usize,
    /// Those of the base type too.
    fields: usize,
    own_fields: usize,
    enums: usize,
    flag_sets: usize,
    /// Of enums and flag sets.
    members: usize,
    /// Operations that are kept for a release; with all that only they need they are counted
    /// nowhere else, because the contract has them no more.
    retired: usize,
}

impl Counts {
    const NAMES: [&'static str; 9] = [
        "agents",
        "operations",
        "structs",
        "fields",
        "own fields",
        "enums",
        "flag sets",
        "members",
        "retired",
    ];

    fn numbers(&self) -> [usize; 9] {
        [
            self.agents,
            self.operations,
            self.structs,
            self.fields,
            self.own_fields,
            self.enums,
            self.flag_sets,
            self.members,
            self.retired,
        ]
    }

    fn add(&mut self, other: &Self) {
        self.agents += other.agents;
        self.operations += other.operations;
        self.structs += other.structs;
        self.fields += other.fields;
        self.own_fields += other.own_fields;
        self.enums += other.enums;
        self.flag_sets += other.flag_sets;
        self.members += other.members;
        self.retired += other.retired;
    }

    /// Types and agents that are there for what is retired alone; a difference that leaves less
    /// than nothing shows as nothing.
    fn without(mut self, others: &Self) -> Self {
        self.agents = self.agents.saturating_sub(others.agents);
        self.structs = self.structs.saturating_sub(others.structs);
        self.fields = self.fields.saturating_sub(others.fields);
        self.own_fields = self.own_fields.saturating_sub(others.own_fields);
        self.enums = self.enums.saturating_sub(others.enums);
        self.flag_sets = self.flag_sets.saturating_sub(others.flag_sets);
        self.members = self.members.saturating_sub(others.members);
        self
    }
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let dir = self.schemas.unwrap_or_else(schemas::default_dir);
        let out = self
            .out
            .unwrap_or_else(|| tree::project_root().join("generated"));
        let (mut versions, _) = schemas::load(&dir)?;
        versions.sort_by_key(|version| side::number(&version.api.version));
        let apis: Vec<&Api> = versions.iter().map(|version| &version.api).collect();
        let (mut emitted, mut problems) = emitted(&out.join("src"))?;
        let mut contracts: BTreeMap<String, Counts> = BTreeMap::new();
        for api in &apis {
            let folder = schemas::folder(&api.version);
            let mut counts = contract(api);
            let whole = contract(&api.with_retired());
            counts.retired = whole.operations - counts.operations;
            if let Some(emitted) = emitted.get_mut(&folder) {
                *emitted = emitted.without(&whole.without(&counts));
            }
            contracts.insert(folder, counts);
        }
        let mut total = Counts::default();
        for counts in emitted.values() {
            total.add(counts);
        }

        let known: BTreeSet<&String> = contracts.keys().chain(emitted.keys()).collect();
        for version in known {
            let is = emitted.get(version).copied().unwrap_or_default().numbers();
            let should = contracts
                .get(version)
                .copied()
                .unwrap_or_default()
                .numbers();
            for ((name, is), should) in Counts::NAMES.iter().zip(is).zip(should) {
                if is != should {
                    problems.push(format!(
                        "{version}: {is} {name} in the source, {should} in the contract"
                    ));
                }
            }
        }

        if self.json {
            let report = Report {
                versions: &emitted,
                total: &total,
                availability: where_::lifetimes(&apis),
            };
            let mut text = serde_json::to_string_pretty(&report)
                .map_err(|e| Failure::io(Path::new("the report"))(e.into()))?;
            text.push('\n');
            diff::print(&text)?;
        } else {
            let row = |name: &str, counts: &Counts| {
                let numbers = counts.numbers().map(|number| number.to_string());
                [name.to_owned()].into_iter().chain(numbers).collect()
            };
            let head = ["version"].into_iter().chain(Counts::NAMES);
            let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
            rows.extend(emitted.iter().map(|(name, counts)| row(name, counts)));
            rows.push(row("total", &total));
            print!("{}", report::table(&rows));
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Failure::Check(format!(
            "the source does not follow the contracts\n  {}\nhelp: run `cargo xtask codegen`",
            problems.join("\n  ")
        )))
    }
}

/// `--json`: the versions are keys beside the others.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    versions: &'a BTreeMap<String, Counts>,
    total: &'a Counts,
    availability: Vec<where_::Lifetime>,
}

/// Counts a contract.
fn contract(api: &Api) -> Counts {
    let mut counts = Counts {
        agents: api.agents.len(),
        operations: api.agents.iter().map(|agent| agent.operations.len()).sum(),
        ..Counts::default()
    };
    for ty in api.types.values() {
        match &ty.kind {
            TypeKind::Struct(own) => {
                counts.structs += 1;
                counts.own_fields += own.fields.len();
                counts.fields += with_bases(api, own);
            }
            TypeKind::Enum(of) => {
                counts.enums += 1;
                counts.members += of.members.len();
            }
            TypeKind::Flags(of) => {
                counts.flag_sets += 1;
                counts.members += of.members.len();
            }
            TypeKind::Array(_) | TypeKind::Dictionary(_) => {}
        }
    }
    counts
}

fn with_bases(api: &Api, of: &Struct) -> usize {
    let mut count = of.fields.len();
    let mut base = of.base.as_ref();
    // No chain of bases is longer than there are types, even if one were its own base.
    for _ in 0..api.types.len() {
        let Some(TypeKind::Struct(next)) =
            base.and_then(|name| api.types.get(name)).map(|ty| &ty.kind)
        else {
            break;
        };
        count += next.fields.len();
        base = next.base.as_ref();
    }
    count
}

/// Counts the source, a version a folder; and says where it contradicts itself.
fn emitted(src: &Path) -> Result<(BTreeMap<String, Counts>, Vec<String>), Failure> {
    let mut paths = tree::files(src)?;
    // What a mock server reads stands beside the source.
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let parsed = paths
        .par_iter()
        .map(|path| {
            let text = fs::read_to_string(path).map_err(Failure::io(path))?;
            let file = syn::parse_file(&text).map_err(|e| {
                Failure::Check(format!("{} is no Rust: {e}", tree::display_name(path)))
            })?;
            let relative = path.strip_prefix(src).unwrap_or(path);
            let version = relative.components().next().map(|first| first.as_os_str());
            let is_version = relative.components().count() > 1;
            let version = version
                .filter(|_| is_version)
                .map(|name| name.to_string_lossy());
            Ok(version.map(|version| (version.into_owned(), count(path, &file))))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let mut versions: BTreeMap<String, Counts> = BTreeMap::new();
    let mut problems = Vec::new();
    for (version, (counts, found)) in parsed.into_iter().flatten() {
        versions.entry(version).or_default().add(&counts);
        problems.extend(found);
    }
    Ok((versions, problems))
}

fn count(path: &Path, file: &syn::File) -> (Counts, Vec<String>) {
    let mut counts = Counts::default();
    let mut problems = Vec::new();
    let statements = |of| -> BTreeMap<String, Vec<String>> {
        let stated = file.items.iter().filter_map(|item| stated(item, of));
        stated.collect()
    };
    let [structs, enums, sets] = ["complex", "enumeration", "flags"].map(statements);
    let mut compare = |of: &Ident, declared: &Vec<String>, stated: &BTreeMap<_, Vec<String>>| {
        let stated = stated.get(&of.to_string());
        if stated != Some(declared) {
            problems.push(format!(
                "{}: `{of}` is declared with {declared:?}, but what is stated of it is {:?}",
                tree::display_name(path),
                stated.map_or(&[][..], Vec::as_slice)
            ));
        }
    };
    for item in &file.items {
        match item {
            // Parameters and results are values too, but keep nothing that is unknown.
            Item::Struct(item) if item.fields.iter().any(is_extra) => {
                counts.structs += 1;
                let fields = contract_fields(&item.fields);
                counts.fields += fields.len();
                counts.own_fields += fields
                    .iter()
                    .filter(|field| !is_inherited(&field.attrs))
                    .count();
                let declared = fields.iter().filter_map(|field| field.ident.as_ref());
                let declared: Vec<_> = declared.map(ToString::to_string).collect();
                compare(&item.ident, &declared, &structs);
            }
            Item::Enum(item) => {
                let name = item.ident.to_string();
                if let Some(members) = sets.get(&name) {
                    counts.flag_sets += 1;
                    counts.members += members.len();
                } else if enums.contains_key(&name) {
                    counts.enums += 1;
                    let known = item.variants.iter();
                    let known = known.filter(|variant| variant.fields.is_empty());
                    let declared: Vec<_> = known.map(|variant| variant.ident.to_string()).collect();
                    counts.members += declared.len();
                    compare(&item.ident, &declared, &enums);
                }
            }
            Item::Impl(item) => match &item.trait_ {
                None if is_handle(&item.self_ty) => {
                    counts.agents += 1;
                    for method in item.items.iter().filter_map(public_fn) {
                        match is_deprecated(method) {
                            true => counts.retired += 1,
                            false => counts.operations += 1,
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    (counts, problems)
}

fn ends_with(path: &syn::Path, name: &str) -> bool {
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// `LicenseAgent<'_>`: no type of a contract has a lifetime.
fn is_handle(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    let last = ty.path.segments.last();
    last.is_some_and(|segment| {
        !segment.arguments.is_none() && segment.ident.to_string().ends_with("Agent")
    })
}

fn public_fn(item: &ImplItem) -> Option<&ImplItemFn> {
    match item {
        ImplItem::Fn(item) if matches!(item.vis, Visibility::Public(_)) => Some(item),
        _ => None,
    }
}

fn is_deprecated(method: &ImplItemFn) -> bool {
    let mut attributes = method.attrs.iter();
    attributes.any(|attribute| attribute.path().is_ident("deprecated"))
}

/// All but `extra`.
fn contract_fields(fields: &Fields) -> Vec<&syn::Field> {
    let is_public = |field: &&syn::Field| matches!(field.vis, Visibility::Public(_));
    fields
        .iter()
        .filter(is_public)
        .filter(|field| !is_extra(field))
        .collect()
}

fn is_extra(field: &syn::Field) -> bool {
    field.ident.as_ref().is_some_and(|name| name == "extra")
}

/// The documentation of a base type's field ends in ``, from `Carrier`.``.
fn is_inherited(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(value) => {
                matches!(&value.lit, Lit::Str(text) if text.value().contains(", from `"))
            }
            _ => false,
        },
        _ => false,
    })
}

/// The type of which this macro states something, and what each part of the statement begins with: the
/// name in Rust of a field or a member, the name on the wire of a flag.
fn stated(item: &Item, by: &str) -> Option<(String, Vec<String>)> {
    let Item::Macro(item) = item else { return None };
    if !ends_with(&item.mac.path, by) {
        return None;
    }
    let tokens: Vec<_> = item.mac.tokens.clone().into_iter().collect();
    let [TokenTree::Ident(of), .., TokenTree::Group(parts)] = &tokens[..] else {
        return None;
    };
    let mut names = Vec::new();
    let mut begins = true;
    for token in parts.stream() {
        let is_name = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if begins && is_name {
            names.push(token.to_string());
        }
        begins = matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'));
    }
    Some((of.to_string(), names))
}

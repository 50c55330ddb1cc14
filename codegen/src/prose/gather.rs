//! Which of several descriptions counts.

use std::collections::{BTreeMap, HashMap};

use super::library::{self, Library};
use super::{Operation, Prose, Texts, Type, Use};
use crate::infer::same_name;
use crate::ir::{self, Returns, Ty};
use crate::model::Api;
use crate::read::managed_reference::Item;
use crate::read::operation_page::{OperationPage, split_notes};

/// Everything that holds descriptions.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    pub pages: &'a [OperationPage],
    /// Contracts as the vendor writes them: the canonical ones hold no prose.
    pub contracts: &'a [Api],
    /// docfx's items.
    pub items: &'a [Item],
}

/// Gathers what is said of each thing that the modules have. They are the oldest first.
pub fn gather(modules: &[ir::Module], sources: Sources<'_>) -> Prose {
    let library = Library::new(sources.items);
    let mut pages: HashMap<(&str, &str, &str), Vec<&OperationPage>> = HashMap::new();
    for page in sources.pages {
        pages
            .entry((&page.version, &page.agent, &page.operation))
            .or_default()
            .push(page);
    }
    let documented = Documented {
        pages,
        contracts: contracts(sources.contracts),
        library,
    };
    let versions = modules.iter().enumerate().map(|(number, module)| {
        let near = nearest_first(modules, number);
        (module.wire.clone(), version(module, &near, &documented))
    });
    Prose {
        versions: versions.collect(),
    }
}

/// What is said, by version and wire names.
struct Documented<'a> {
    pages: HashMap<(&'a str, &'a str, &'a str), Vec<&'a OperationPage>>,
    contracts: Contracts<'a>,
    library: Library<'a>,
}

#[derive(Default)]
struct Contracts<'a> {
    agents: HashMap<(&'a str, &'a str), &'a str>,
    operations: HashMap<(&'a str, &'a str, &'a str), &'a str>,
}

fn contracts(apis: &[Api]) -> Contracts<'_> {
    let mut contracts = Contracts::default();
    for api in apis {
        for agent in &api.agents {
            if let Some(text) = &agent.documentation {
                contracts.agents.insert((&api.version, &agent.name), text);
            }
            for operation in &agent.operations {
                if let Some(text) = &operation.documentation {
                    let place = (&*api.version, &*agent.name, &*operation.name);
                    contracts.operations.insert(place, text);
                }
            }
        }
    }
    contracts
}

/// The other versions, the nearest first; of two at the same distance the newer one.
fn nearest_first(modules: &[ir::Module], number: usize) -> Vec<&str> {
    let mut others: Vec<usize> = (0..modules.len())
        .filter(|&other| other != number)
        .collect();
    others.sort_by_key(|&other| (other.abs_diff(number), std::cmp::Reverse(other)));
    others
        .into_iter()
        .map(|other| modules[other].wire.as_str())
        .collect()
}

fn version(module: &ir::Module, near: &[&str], documented: &Documented<'_>) -> Texts {
    let mut texts = Texts::default();
    for agent in &module.agents {
        let versions = || {
            [module.wire.as_str()]
                .into_iter()
                .chain(near.iter().copied())
        };
        let of = |version| {
            documented
                .contracts
                .agents
                .get(&(version, agent.wire.as_str()))
        };
        // The WSDLs say of every agent that it is one.
        let library = documented.library.agent_text(&agent.wire);
        let text = library.or_else(|| versions().find_map(of).map(|text| (*text).to_owned()));
        if let Some(text) = text {
            texts.agents.insert(agent.wire.clone(), text);
        }
        for method in &agent.methods {
            let place = (agent.wire.clone(), method.wire.clone());
            texts
                .operations
                .insert(place, operation(module, agent, method, near, documented));
        }
    }
    for s in &module.structs {
        let own = s
            .fields
            .iter()
            .skip(s.base.as_ref().map_or(0, |(_, inherited)| *inherited));
        let members: Vec<&str> = own.map(|field| field.wire.as_str()).collect();
        let text = ty(&s.wire, false, &members, &documented.library);
        texts.types.insert(s.wire.clone(), text);
    }
    for e in &module.enums {
        let members: Vec<&str> = e
            .members
            .iter()
            .map(|member| member.wire.as_str())
            .collect();
        texts.types.insert(
            e.wire.clone(),
            ty(&e.wire, true, &members, &documented.library),
        );
    }
    describe_by_use(module, &mut texts);
    texts
}

fn operation(
    module: &ir::Module,
    agent: &ir::Agent,
    method: &ir::Method,
    near: &[&str],
    documented: &Documented<'_>,
) -> Operation {
    let place = |version| (version, agent.wire.as_str(), method.wire.as_str());
    let contract = |version| {
        documented
            .contracts
            .operations
            .get(&place(version))
            .map(|text| split_notes(text))
    };
    let methods = documented
        .library
        .methods(&agent.wire, &method.wire, method.parameters.len());
    let mut found = Operation::default();
    let own = module.wire.as_str();
    // Own page, own WSDL, the library, then page and WSDL of the other versions.
    read_pages(documented.pages.get(&place(own)), method, &mut found);
    found.add(contract(own));
    for item in &methods {
        found.add(library::text(item).map(|text| split_notes(&text)));
        for (name, text) in &item.parameters {
            found.add_parameter(method, name, text);
        }
        if found.returns.is_none() {
            found.returns.clone_from(&item.returns);
        }
    }
    for version in near {
        read_pages(documented.pages.get(&place(version)), method, &mut found);
        found.add(contract(version));
    }
    found
}

fn read_pages(pages: Option<&Vec<&OperationPage>>, method: &ir::Method, found: &mut Operation) {
    for page in pages.into_iter().flatten() {
        if found.summary.is_none() {
            found.summary = page.summary.as_ref().map(|text| text.markup.clone());
        }
        if found.notes.is_empty() {
            found.notes.clone_from(&page.notes);
        }
        for parameter in &page.parameters {
            found.add_parameter(method, &parameter.name, &parameter.text.markup);
        }
        if found.returns.is_none() {
            found.returns = page.returns.as_ref().map(|text| text.markup.clone());
        }
    }
}

impl Operation {
    fn add(&mut self, text: Option<(String, Vec<crate::read::operation_page::Note>)>) {
        let Some((summary, notes)) = text else { return };
        if self.summary.is_none() && !summary.is_empty() {
            self.summary = Some(summary);
        }
        if self.notes.is_empty() {
            self.notes = notes;
        }
    }

    fn add_parameter(&mut self, method: &ir::Method, name: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if let Some(field) = method
            .parameters
            .iter()
            .find(|field| same_name(&field.wire, name))
        {
            self.parameters
                .entry(field.wire.clone())
                .or_insert_with(|| text.to_owned());
        }
    }
}

fn ty(name: &str, is_enum: bool, members: &[&str], library: &Library<'_>) -> Type {
    let candidates = library.candidates(name, is_enum, members);
    let mut texts = BTreeMap::new();
    for member in members {
        if let Some(text) = candidates
            .iter()
            .find_map(|candidate| candidate.member(member))
        {
            texts.insert((*member).to_owned(), text);
        }
    }
    Type {
        text: candidates.iter().find_map(|candidate| candidate.text()),
        by_use: None,
        members: texts,
    }
}

/// Describes types that have no text by what is said where they are used: as a result, as a
/// parameter, as a member.
fn describe_by_use(module: &ir::Module, texts: &mut Texts) {
    let wires: HashMap<&str, &str> = module
        .structs
        .iter()
        .map(|s| (s.rust.as_str(), s.wire.as_str()))
        .chain(
            module
                .enums
                .iter()
                .map(|e| (e.rust.as_str(), e.wire.as_str())),
        )
        .collect();
    let mut found: BTreeMap<&str, (Use, String)> = BTreeMap::new();
    let mut add = |ty: &Ty, text: Option<&String>, usage: &dyn Fn() -> Use| {
        let (Some(wire), Some(text)) = (named(ty).and_then(|rust| wires.get(rust)), text) else {
            return;
        };
        if texts.types.get(*wire).is_some_and(|ty| ty.text.is_none()) {
            found.entry(wire).or_insert_with(|| (usage(), text.clone()));
        }
    };
    let methods = || {
        module
            .agents
            .iter()
            .flat_map(|agent| agent.methods.iter().map(move |m| (agent, m)))
    };
    let text_of = |agent: &ir::Agent, method: &ir::Method| {
        texts
            .operations
            .get(&(agent.wire.clone(), method.wire.clone()))
    };
    for (agent, method) in methods() {
        if let (Returns::One(field), Some(text)) = (&method.result, text_of(agent, method)) {
            add(&field.ty, text.returns.as_ref(), &|| Use::Result {
                agent: agent.wire.clone(),
                operation: method.wire.clone(),
            });
        }
    }
    for (agent, method) in methods() {
        let Some(text) = text_of(agent, method) else {
            continue;
        };
        for field in &method.parameters {
            add(&field.ty, text.parameters.get(&field.wire), &|| {
                Use::Parameter {
                    agent: agent.wire.clone(),
                    operation: method.wire.clone(),
                    parameter: field.wire.clone(),
                }
            });
        }
    }
    for s in &module.structs {
        let Some(text) = texts.types.get(&s.wire) else {
            continue;
        };
        for field in &s.fields {
            add(&field.ty, text.members.get(&field.wire), &|| Use::Member {
                of: s.wire.clone(),
                member: field.wire.clone(),
            });
        }
    }
    let found: Vec<_> = found
        .into_iter()
        .map(|(wire, usage)| (wire.to_owned(), usage))
        .collect();
    for (wire, usage) in found {
        if let Some(ty) = texts.types.get_mut(&wire) {
            ty.by_use = Some(usage);
        }
    }
}

/// The Rust name of a contract's type, itself or as items.
pub(super) fn named(ty: &Ty) -> Option<&str> {
    match ty {
        Ty::Struct(name) | Ty::Enum(name) | Ty::Flags(name) => Some(name),
        Ty::Boxed(ty) | Ty::Array { item: ty, .. } => named(ty),
        _ => None,
    }
}

//! Texts into the ir, as Markdown with links to what the version has.

use std::collections::HashMap;

use super::gather::named;
use super::markdown::{Link, Links, markdown, markdown_behind};
use super::{Coverage, Operation, Prose, Texts, Type, Use};
use crate::ir::{self, Returns};
use crate::lower::names::bare;
use crate::read::operation_page::Note;

/// Gives each item its text. Returns how much of each module is described, in their order.
pub fn weave(modules: &mut [ir::Module], prose: &Prose) -> Vec<Coverage> {
    let empty = Texts::default();
    modules
        .iter_mut()
        .map(|module| {
            let names = Names::of(module);
            let texts = prose.versions.get(&module.wire).unwrap_or(&empty);
            weave_module(module, texts, &names)
        })
        .collect()
}

fn weave_module(module: &mut ir::Module, texts: &Texts, names: &Names) -> Coverage {
    let links = &|reference: &str| names.link(reference);
    let mut coverage = Coverage::default();
    for agent in &mut module.agents {
        agent.doc = texts
            .agents
            .get(&agent.wire)
            .and_then(|text| block(text, links));
        for method in &mut agent.methods {
            let text = texts
                .operations
                .get(&(agent.wire.clone(), method.wire.clone()));
            weave_method(method, text, texts, names, &mut coverage);
        }
    }
    let bases: HashMap<String, &Type> = texts
        .types
        .iter()
        .map(|(name, text)| (name.clone(), text))
        .collect();
    for s in &mut module.structs {
        let text = texts.types.get(&s.wire);
        s.doc = text.and_then(|text| block(text.text.as_ref()?, links));
        coverage.structs.count(s.doc.is_some());
        if s.doc.is_none() {
            s.doc = text.and_then(|text| by_use(text, names));
            coverage.structs_by_use += usize::from(s.doc.is_some());
        }
        let (base, inherited) = match &s.base {
            Some((base, inherited)) => (bases.get(base), *inherited),
            None => (None, 0),
        };
        for (index, field) in s.fields.iter_mut().enumerate() {
            let owner = if index < inherited {
                base.copied()
            } else {
                text
            };
            field.doc = owner.and_then(|text| block(text.members.get(&field.wire)?, links));
            if index >= inherited {
                coverage.fields.count(field.doc.is_some());
            }
        }
    }
    for e in &mut module.enums {
        let text = texts.types.get(&e.wire);
        e.doc = text.and_then(|text| block(text.text.as_ref()?, links));
        coverage.enums.count(e.doc.is_some());
        if e.doc.is_none() {
            e.doc = text.and_then(|text| by_use(text, names));
            coverage.enums_by_use += usize::from(e.doc.is_some());
        }
        for member in &mut e.members {
            member.doc = text.and_then(|text| block(text.members.get(&member.wire)?, links));
            coverage.members.count(member.doc.is_some());
        }
    }
    for p in &mut module.polymorphs {
        let text = texts.types.get(&p.wire).and_then(|text| text.text.as_ref());
        p.doc = text.and_then(|text| block(text, links));
    }
    coverage
}

fn weave_method(
    method: &mut ir::Method,
    text: Option<&Operation>,
    types: &Texts,
    names: &Names,
    coverage: &mut Coverage,
) {
    let links = &|reference: &str| names.link(reference);
    let Some(text) = text else {
        coverage.operations.count(false);
        method
            .parameters
            .iter()
            .for_each(|_| coverage.parameters.count(false));
        return;
    };
    let summary = text.summary.as_ref().and_then(|text| block(text, links));
    let mut blocks: Vec<String> = summary.into_iter().collect();
    blocks.extend(text.notes.iter().filter_map(|note| self::note(note, links)));
    let mut items = Vec::new();
    for field in &mut method.parameters {
        let markup = text.parameters.get(&field.wire);
        field.doc = markup.and_then(|markup| block(markup, links));
        coverage.parameters.count(field.doc.is_some());
        items.extend(markup.and_then(|markup| item(bare(&field.rust), markup, links)));
    }
    // The struct of many parameters says it at each of its fields.
    if !items.is_empty() && method.args.is_none() {
        blocks.push(items.join("\n"));
    }
    blocks.extend(
        text.returns
            .as_ref()
            .and_then(|markup| returns(markup, links)),
    );
    coverage
        .operations
        .count(!blocks.is_empty() || !items.is_empty());
    if blocks.is_empty() && items.is_empty() {
        blocks.extend(by_types(method, types, names));
        coverage.operations_by_use += usize::from(!blocks.is_empty());
    }
    method.doc = (!blocks.is_empty()).then(|| blocks.join("\n\n"));
}

fn block(markup: &str, links: &Links<'_>) -> Option<String> {
    Some(markdown(markup, links)).filter(|text| !text.is_empty())
}

fn block_behind(lead: &str, markup: &str, links: &Links<'_>) -> Option<String> {
    Some(markdown_behind(lead, markup, links)).filter(|text| !text.is_empty())
}

fn note(note: &Note, links: &Links<'_>) -> Option<String> {
    block_behind(&format!("**{}:**", note.label), &note.markup, links)
}

/// An item of the list of parameters; further lines of its text stand indented below it.
fn item(name: &str, markup: &str, links: &Links<'_>) -> Option<String> {
    let text = block_behind(&format!("`{name}`:"), markup, links)?;
    let mut item = String::new();
    for (number, line) in text.lines().enumerate() {
        match (number, line) {
            (0, line) => item += &format!("* {line}"),
            (_, "") => item.push('\n'),
            (_, line) => item += &format!("\n  {line}"),
        }
    }
    Some(item)
}

/// What an operation returns. Many texts say so themselves.
fn returns(markup: &str, links: &Links<'_>) -> Option<String> {
    let says_so = markup
        .get(.."return".len())
        .is_some_and(|word| word.eq_ignore_ascii_case("return"));
    if says_so {
        block(markup, links)
    } else {
        block_behind("**Returns:**", markup, links)
    }
}

/// An operation that nobody describes is described by its types: by what it returns, else by what
/// it takes.
fn by_types(method: &ir::Method, texts: &Texts, names: &Names) -> Option<String> {
    let described = |lead: &str, ty: &ir::Ty| {
        let (wire, link) = names.by_rust(named(ty)?)?;
        let text = texts.types.get(wire)?.text.as_ref()?;
        let lead = format!("{lead} [`{}`]({}):", link.name, link.path);
        block_behind(&lead, text, &|name| names.link(name))
    };
    let result = match &method.result {
        Returns::One(field) => described("Returns", &field.ty),
        _ => None,
    };
    result.or_else(|| {
        method
            .parameters
            .iter()
            .find_map(|field| described("Takes", &field.ty))
    })
}

/// `What [`GardenAgent::plan`](…) returns: the plan.`
fn by_use(text: &Type, names: &Names) -> Option<String> {
    let (usage, markup) = text.by_use.as_ref()?;
    let link = |link: Option<Link>| link.map(|link| format!("[`{}`]({})", link.name, link.path));
    let place = match usage {
        Use::Result { agent, operation } => {
            format!("What {} returns", link(names.method(agent, operation))?)
        }
        Use::Parameter {
            agent,
            operation,
            parameter,
        } => {
            format!("`{parameter}` of {}", link(names.method(agent, operation))?)
        }
        Use::Member { of, member } => link(names.member(of, member))?,
    };
    block_behind(&format!("{place}:"), markup, &|name| names.link(name))
}

/// What a version has, by wire names, and how Rust reaches it.
struct Names {
    /// `crate::services88`
    root: String,
    types: HashMap<String, String>,
    members: HashMap<(String, String), String>,
    /// By agent: the handle.
    agents: HashMap<String, String>,
    methods: HashMap<(String, String), String>,
}

impl Names {
    fn of(module: &ir::Module) -> Self {
        let mut names = Self {
            root: format!("crate::{}", bare(&module.rust)),
            types: HashMap::new(),
            members: HashMap::new(),
            agents: HashMap::new(),
            methods: HashMap::new(),
        };
        for s in &module.structs {
            names.types.insert(s.wire.clone(), s.rust.clone());
            for field in &s.fields {
                let place = (s.wire.clone(), field.wire.clone());
                names
                    .members
                    .insert(place, format!("{}::{}", s.rust, bare(&field.rust)));
            }
        }
        for e in &module.enums {
            names.types.insert(e.wire.clone(), e.rust.clone());
            // A flag whose bits are unknown has no constant.
            for member in e
                .members
                .iter()
                .filter(|m| !e.is_flags || m.value.is_some())
            {
                let place = (e.wire.clone(), member.wire.clone());
                names
                    .members
                    .insert(place, format!("{}::{}", e.rust, bare(&member.rust)));
            }
        }
        for agent in &module.agents {
            names.agents.insert(agent.wire.clone(), agent.rust.clone());
            for method in &agent.methods {
                let place = (agent.wire.clone(), method.wire.clone());
                names
                    .methods
                    .insert(place, format!("{}::{}", agent.rust, bare(&method.rust)));
            }
        }
        names
    }

    /// The wire name of a type, and the way to it.
    fn by_rust(&self, rust: &str) -> Option<(&str, Link)> {
        let (wire, _) = self.types.iter().find(|(_, name)| *name == rust)?;
        Some((wire, self.to(rust)))
    }

    fn to(&self, name: &str) -> Link {
        Link {
            path: format!("{}::{name}", self.root),
            name: name.to_owned(),
        }
    }

    fn method(&self, agent: &str, operation: &str) -> Option<Link> {
        let place = (agent.to_owned(), operation.to_owned());
        self.methods.get(&place).map(|name| self.to(name))
    }

    fn member(&self, ty: &str, member: &str) -> Option<Link> {
        let place = (ty.to_owned(), member.to_owned());
        self.members.get(&place).map(|name| self.to(name))
    }

    /// What a `cref` or an `href` of docfx names.
    fn link(&self, reference: &str) -> Option<Link> {
        let reference = reference.split('?').next().unwrap_or(reference);
        let (kind, path) = match reference.split_once(':') {
            Some((kind, path)) if kind.len() == 1 => (kind, path),
            _ => ("", reference),
        };
        // Generic arity and encoded brackets end a name as brackets do.
        let path = path.split(['(', '%', '`', '{', '[']).next().unwrap_or(path);
        let path = path.trim_end_matches('*');
        let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
        let parent = parents.rsplit('.').next().unwrap_or(parents);
        let member = || {
            self.member(parent, last)
                .or_else(|| self.method(agent_of(parent)?, last))
        };
        let ty = || {
            let ty = self.types.get(last).map(|name| self.to(name));
            ty.or_else(|| self.agents.get(agent_of(last)?).map(|name| self.to(name)))
        };
        match kind {
            "T" => ty(),
            "M" | "P" | "F" => member(),
            _ => member().or_else(ty),
        }
    }
}

/// `IBatchAgent`, `BatchAgent` → `Batch`
fn agent_of(ty: &str) -> Option<&str> {
    let agent = ty.strip_suffix("Agent")?;
    let is_interface = agent
        .strip_prefix('I')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    // `ImportAgent` begins with the letter too, but then goes on in lower case.
    Some(is_interface.unwrap_or(agent))
}

//! Which members hold secrets: a reviewed list, and what has to be on it.
//!
//! A member that could hold a secret and is named like one must be decided on, so that a new drop
//! of the contracts cannot bring a password into somebody's log unseen. Lines of four columns with
//! tabs between: `secret` or `open`, the owner, the member, the reason. The owner is a type, an
//! `<agent>/<operation>` for parameters or an `<agent>/<response wrapper>` for several results. For
//! an open member it may be `*`, which stands for every owner without a line of its own.
//!
//! A result that stands alone is no member of anything that is printed, so it needs no decision.

use std::collections::{BTreeMap, HashMap};

use heck::ToSnakeCase;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Location, SourceFile};
use crate::ir::{self, Returns};
use crate::model::{Api, Field, Primitive, TypeKind, TypeName, TypeRef};

use super::members;

/// Parts of names that speak of secrets wherever they stand.
const PARTS: [&str; 15] = [
    "passw",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "ticket",
    "credential",
    "signature",
    "session",
    "crypt",
    "cookie",
    "bearer",
    "authoriz",
    "authentic",
    "certificate",
];

/// Short ones, which only count as words of their own: `AccessKey`, not `Monkey`.
const WORDS: [&str; 14] = [
    "key", "keys", "eventkey", "hash", "salt", "pin", "pwd", "otp", "jwt", "auth", "oauth",
    "nonce", "pass", "pat",
];

/// Parts of the names of dictionaries that may hold anything.
const MAPS: [&str; 5] = ["config", "header", "parameter", "propert", "connection"];

/// Parts of the names of types whose every member is looked at.
const OWNERS: [&str; 7] = [
    "credential",
    "secret",
    "token",
    "authentic",
    "passw",
    "crypt",
    "serviceauth",
];

/// The decisions of `schemas/secrets.tsv`.
///
/// Without them (the default) nothing is asked for, and whatever is named like a secret is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    decisions: Option<Decisions>,
}

/// By owner and member.
type Decisions = BTreeMap<String, BTreeMap<String, bool>>;

impl Secrets {
    /// Reads the list. Lines that begin with `#` and empty ones mean nothing.
    ///
    /// # Errors
    ///
    /// A line that has not four columns, another first word, a second line for one member, or a
    /// secret of every owner. All of them are reported.
    pub fn parse(source: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        let mut decisions = Decisions::new();
        let mut diagnostics = Vec::new();
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let text = line.trim_end_matches(['\n', '\r']);
            let at = Location::new(&source.name, start..start + text.len());
            start += line.len();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match decision(text) {
                Ok((owner, member, is_secret)) => {
                    let of_owner = decisions.entry(owner.to_owned()).or_default();
                    if of_owner.insert(member.to_owned(), is_secret).is_some() {
                        let message = "this member is decided on twice";
                        diagnostics.push(Diagnostic::new("secret-list", at, message));
                    }
                }
                Err(message) => diagnostics.push(Diagnostic::new("secret-list", at, message)),
            }
        }
        if diagnostics.is_empty() {
            Ok(Self {
                decisions: Some(decisions),
            })
        } else {
            Err(diagnostics)
        }
    }

    /// What was decided on, or on every owner's member of that name.
    fn get(&self, owner: &str, member: &str) -> Option<bool> {
        let decisions = self.decisions.as_ref()?;
        let of = |owner: &str| decisions.get(owner)?.get(member);
        of(owner).or_else(|| of("*")).copied()
    }

    /// The lines that no member of these contracts needs, as `(owner, member)`, sorted.
    pub fn idle(&self, apis: &[Api]) -> Vec<(String, String)> {
        let mut idle = Vec::new();
        for (owner, members) in self.decisions.iter().flatten() {
            idle.extend(members.keys().map(|member| (owner.clone(), member.clone())));
        }
        for api in apis {
            each_member(&api.with_retired(), &mut |member| {
                let named = |owner: &str| (owner.to_owned(), member.field.name.clone());
                let own = named(&member.owner);
                // Whoever has a line of their own does not use the one for all.
                let used = match self
                    .decisions
                    .as_ref()
                    .and_then(|decisions| decisions.get(&own.0))
                    .is_some_and(|members| members.contains_key(&own.1))
                {
                    true => own,
                    false => named("*"),
                };
                idle.retain(|line| *line != used);
            });
        }
        idle
    }
}

/// Owner, member and whether it is a secret.
fn decision(line: &str) -> Result<(&str, &str, bool), &'static str> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [word, owner, member, reason] = columns[..] else {
        return Err("expected a decision, an owner, a member and a reason with tabs between");
    };
    if owner.is_empty() || member.is_empty() || reason.is_empty() {
        return Err("a column is empty");
    }
    let is_secret = match word {
        "secret" if owner == "*" => return Err("secrets are named owner by owner"),
        "secret" => true,
        "open" => false,
        _ => return Err("expected `secret` or `open`"),
    };
    Ok((owner, member, is_secret))
}

/// Marks the secret members of all versions.
///
/// # Errors
///
/// Members that look like secrets and that nobody has decided on; each once, however many versions
/// have it.
pub fn mark(
    modules: &mut [ir::Module],
    apis: &[Api],
    secrets: &Secrets,
) -> Result<(), Vec<Diagnostic>> {
    let apis: Vec<_> = apis.iter().map(Api::with_retired).collect();
    let found = apis.par_iter().map(|api| find(api, secrets));
    let (marks, of_versions): (Vec<Marks>, Vec<Undecided>) = found.unzip();
    let mut undecided = Undecided::new();
    for (member, at) in of_versions.into_iter().flatten() {
        undecided.entry(member).or_insert(at);
    }
    if !undecided.is_empty() {
        let diagnostics = undecided.into_iter().map(|((owner, member), at)| {
            let message = format!("`{member}` of `{owner}` looks like a secret");
            Diagnostic::new("undecided-secret", at, message).help(format!(
                "add `secret` or `open`, `{owner}`, `{member}` and the reason to schemas/secrets.tsv"
            ))
        });
        return Err(diagnostics.collect());
    }
    modules.par_iter_mut().for_each(|module| {
        let mut versions = apis.iter().zip(&marks);
        if let Some((api, marks)) = versions.find(|(api, _)| api.version == module.wire) {
            mark_module(module, api, marks);
        }
    });
    Ok(())
}

/// The secrets of a version, and what looks like one while nobody has decided.
fn find(api: &Api, secrets: &Secrets) -> (Marks, Undecided) {
    let (mut marks, mut undecided) = (Marks::new(), Undecided::new());
    each_member(api, &mut |member| {
        let Member { owner, field, .. } = &member;
        let is_secret = secrets.get(owner, &field.name).unwrap_or_else(|| {
            let looks = looks_secret(api, &member);
            if looks && secrets.decisions.is_some() {
                let key = (owner.clone(), field.name.clone());
                undecided.entry(key).or_insert_with(|| field.at.clone());
            }
            looks
        });
        if is_secret && can_hold(api, &field.ty, 0) {
            let members = marks.entry(owner.clone()).or_default();
            members.push(field.name.clone());
        }
    });
    (marks, undecided)
}

/// Where members stand that nobody has decided on, by owner and member.
type Undecided = BTreeMap<(String, String), Location>;

/// Names of secret members by their owner.
type Marks = HashMap<String, Vec<String>>;

fn mark_module(module: &mut ir::Module, api: &Api, marks: &Marks) {
    let has = |owner: &str, member: &str| {
        let members = marks.get(owner);
        members.is_some_and(|members| members.iter().any(|known| known == member))
    };
    for s in &mut module.structs {
        let namespace = module.namespaces.get(s.namespace).cloned();
        let name = TypeName::new(namespace.unwrap_or_default(), s.wire.as_str());
        let Some(TypeKind::Struct(structure)) = api.types.get(&name).map(|ty| &ty.kind) else {
            continue;
        };
        // Lowering has reported a base that is missing.
        let declared = members::flatten(api, &name, structure).unwrap_or_default();
        for (field, member) in s.fields.iter_mut().zip(declared) {
            field.secret = has(&member.declared_by.name, &field.wire);
        }
    }
    for agent in &mut module.agents {
        for method in &mut agent.methods {
            let operation = format!("{}/{}", agent.wire, method.wire);
            for parameter in &mut method.parameters {
                parameter.secret = has(&operation, &parameter.wire);
            }
            if let Returns::Several { fields, .. } = &mut method.result {
                let wrapper = match &method.response_element {
                    Some(element) => format!("{}/{element}", agent.wire),
                    None => format!("{operation}Response"),
                };
                for field in fields {
                    field.secret = has(&wrapper, &field.wire);
                }
            }
        }
    }
}

/// A member and whose it is.
struct Member<'a> {
    /// As the list names it.
    owner: String,
    field: &'a Field,
    /// The type that declares it, if it is no parameter or result.
    declared_by: Option<&'a TypeName>,
}

/// The members that somebody could print.
fn each_member<'a>(api: &'a Api, visit: &mut dyn FnMut(Member<'a>)) {
    for (name, ty) in &api.types {
        if let TypeKind::Struct(structure) = &ty.kind {
            for field in &structure.fields {
                visit(Member {
                    owner: name.name.clone(),
                    field,
                    declared_by: Some(name),
                });
            }
        }
    }
    for agent in &api.agents {
        for operation in &agent.operations {
            let mut wrapper = |element: &str, fields: &'a [Field]| {
                for field in fields {
                    visit(Member {
                        owner: format!("{}/{element}", agent.name),
                        field,
                        declared_by: None,
                    });
                }
            };
            wrapper(&operation.name, &operation.parameters);
            if operation.results.len() > 1 {
                wrapper(&operation.response_element, &operation.results);
            }
        }
    }
}

fn looks_secret(api: &Api, member: &Member<'_>) -> bool {
    let Member {
        field, declared_by, ..
    } = member;
    if !can_hold(api, &field.ty, 0) {
        return false;
    }
    let of_owner = declared_by
        .is_some_and(|owner| is_any(&OWNERS, &owner.name) || is_any(&["crypt"], &owner.namespace));
    let name = field.name.to_snake_case();
    let of_map = is_map(api, &field.ty) && is_any(&MAPS, &name);
    of_owner
        || of_map
        || is_any(&PARTS, &field.name)
        || name.split('_').any(|word| WORDS.contains(&word))
}

fn is_any(parts: &[&str], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    parts.iter().any(|part| name.contains(part))
}

/// Whether text or bytes of any kind may be in it.
fn can_hold(api: &Api, ty: &TypeRef, depth: usize) -> bool {
    use Primitive::{AnyType, AnyUri, Base64Binary, String};
    match ty {
        TypeRef::Primitive(primitive) => {
            matches!(primitive, AnyType | AnyUri | Base64Binary | String)
        }
        // Deeper arrays of arrays are nobody's; a circle of them is reported elsewhere.
        TypeRef::Named(_) if depth > 4 => false,
        TypeRef::Named(name) => match api.types.get(name).map(|ty| &ty.kind) {
            Some(TypeKind::Array(item)) => can_hold(api, &item.ty, depth + 1),
            Some(TypeKind::Dictionary(map)) => can_hold(api, &map.value.ty, depth + 1),
            _ => false,
        },
    }
}

fn is_map(api: &Api, ty: &TypeRef) -> bool {
    let TypeRef::Named(name) = ty else {
        return false;
    };
    let ty = api.types.get(name);
    ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Dictionary(_)))
}

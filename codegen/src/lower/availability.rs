//! Since which version something exists without a gap, and whether a later one dropped it.
//!
//! What is retired is in no contract: it exists in its version because an earlier drop had it.

use std::collections::HashMap;
use std::hash::Hash;

use crate::diagnostic::{Diagnostic, Location};
use crate::ir;
use crate::model::{Agent, Api, Operation, TypeKind, TypeName};

use super::members::flatten;

/// One bit a version, the oldest lowest.
type Versions = u128;

/// A type across versions: its namespace, empty for the version's own, and its name.
type TypeKey<'a> = (&'a str, &'a str);

/// Which versions have what.
pub(super) struct Index<'a> {
    /// Names of the versions, the oldest first.
    versions: Vec<&'a str>,
    agents: HashMap<&'a str, Versions>,
    operations: HashMap<(&'a str, &'a str), Versions>,
    /// Members of the wrappers: parameters, and outputs behind the name of the wrapper.
    parameters: HashMap<(&'a str, &'a str, &'a str), Versions>,
    outputs: HashMap<(&'a str, &'a str, &'a str), Versions>,
    types: HashMap<TypeKey<'a>, Versions>,
    /// Fields of structs, those of their bases too, and members of enums and flag sets.
    members: HashMap<(TypeKey<'a>, &'a str), Versions>,
}

/// How many versions can be told apart.
const MOST_VERSIONS: usize = Versions::BITS as usize;

impl<'a> Index<'a> {
    /// Reads the versions, the oldest first.
    pub(super) fn new(apis: &[&'a Api], diagnostics: &mut Vec<Diagnostic>) -> Self {
        if apis.len() > MOST_VERSIONS {
            diagnostics.push(Diagnostic::new(
                "too-many-versions",
                Location::default(),
                format!(
                    "{} versions, at most {MOST_VERSIONS} are supported",
                    apis.len()
                ),
            ));
        }
        let mut index = Self {
            versions: apis.iter().map(|api| api.version.as_str()).collect(),
            agents: HashMap::new(),
            operations: HashMap::new(),
            parameters: HashMap::new(),
            outputs: HashMap::new(),
            types: HashMap::new(),
            members: HashMap::new(),
        };
        for (number, api) in apis.iter().take(MOST_VERSIONS).enumerate() {
            index.add(1 << number, api);
        }
        index
    }

    fn add(&mut self, version: Versions, api: &'a Api) {
        for agent in &api.agents {
            mark(&mut self.agents, agent.name.as_str(), version);
            for operation in &agent.operations {
                let (agent, name) = (agent.name.as_str(), operation.name.as_str());
                mark(&mut self.operations, (agent, name), version);
                for parameter in &operation.parameters {
                    mark(
                        &mut self.parameters,
                        (agent, name, &parameter.name),
                        version,
                    );
                }
                for result in &operation.results {
                    let wrapper = operation.response_element.as_str();
                    mark(&mut self.outputs, (agent, wrapper, &result.name), version);
                }
            }
        }
        for (name, ty) in &api.types {
            let key = key(api, name);
            mark(&mut self.types, key, version);
            match &ty.kind {
                // What is wrong with a base is reported where the struct is lowered.
                TypeKind::Struct(structure) => {
                    for member in flatten(api, name, structure).into_iter().flatten() {
                        mark(&mut self.members, (key, &member.field.name), version);
                    }
                }
                TypeKind::Enum(members) | TypeKind::Flags(members) => {
                    for member in &members.members {
                        mark(&mut self.members, (key, &member.name), version);
                    }
                }
                TypeKind::Array(_) | TypeKind::Dictionary(_) => {}
            }
        }
    }

    pub(super) fn agent(&self, version: usize, agent: &Agent) -> ir::Availability {
        let last = agent.operations.last();
        let last = last.filter(|_| agent.is_retired());
        ir::Availability {
            retired: last.and_then(|operation| operation.retired.clone()),
            ..self.seen_from(version, self.agents.get(agent.name.as_str()))
        }
    }

    pub(super) fn operation(
        &self,
        version: usize,
        agent: &str,
        operation: &Operation,
    ) -> ir::Availability {
        let having = self.operations.get(&(agent, operation.name.as_str()));
        ir::Availability {
            retired: operation.retired.clone(),
            ..self.seen_from(version, having)
        }
    }

    pub(super) fn parameter(
        &self,
        version: usize,
        agent: &str,
        operation: &str,
        name: &str,
    ) -> ir::Availability {
        self.seen_from(version, self.parameters.get(&(agent, operation, name)))
    }

    pub(super) fn output(
        &self,
        version: usize,
        agent: &str,
        wrapper: &str,
        name: &str,
    ) -> ir::Availability {
        self.seen_from(version, self.outputs.get(&(agent, wrapper, name)))
    }

    pub(super) fn ty(&self, version: usize, api: &Api, name: &TypeName) -> ir::Availability {
        ir::Availability {
            retired: api.types.get(name).and_then(|ty| ty.retired.clone()),
            ..self.seen_from(version, self.types.get(&key(api, name)))
        }
    }

    pub(super) fn member(
        &self,
        version: usize,
        api: &Api,
        ty: &TypeName,
        name: &str,
    ) -> ir::Availability {
        self.seen_from(version, self.members.get(&(key(api, ty), name)))
    }

    fn seen_from(&self, version: usize, having: Option<&Versions>) -> ir::Availability {
        let having = having.copied().unwrap_or_default();
        let has = |number: usize| number < MOST_VERSIONS && having >> number & 1 == 1;
        let name = |number: usize| self.versions.get(number).copied().unwrap_or_default();
        let mut first = version;
        while first > 0 && has(first - 1) {
            first -= 1;
        }
        let mut last = version;
        while has(last + 1) {
            last += 1;
        }
        let is_gone = last + 1 < self.versions.len();
        ir::Availability {
            since: name(first).to_owned(),
            until: is_gone.then(|| name(last).to_owned()),
            retired: None,
        }
    }
}

fn mark<K: Eq + Hash>(versions: &mut HashMap<K, Versions>, key: K, version: Versions) {
    *versions.entry(key).or_default() |= version;
}

fn key<'a>(api: &Api, name: &'a TypeName) -> TypeKey<'a> {
    let is_own = name.namespace == api.namespace;
    (if is_own { "" } else { &name.namespace }, &name.name)
}

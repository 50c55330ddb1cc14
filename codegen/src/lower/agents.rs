//! Agents and their operations: methods, their parameters and results.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::ir::{self, RequestHeaders, Returns};
use crate::model::{Agent, Field, Operation};

use super::arrays::{Shapes, declared_as, presence};
use super::names::{Kind, Scope, bare, reserved};
use super::{MANY_PARAMETERS, Version};

pub(super) fn lower<'a>(
    version: &Version<'a>,
    shapes: &mut Shapes<'a>,
    types: &mut Scope<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ir::Agent> {
    let mut modules = Scope::new(
        format!("the agents of {}", version.api.version),
        reserved::AGENTS,
    );
    // Handles come first: what an agent adds to its own module must not meet any of them.
    for agent in &version.api.agents {
        let module = version.names.name(Kind::Agent, &agent.name);
        modules.claim(Kind::Agent, &agent.name, &module, &agent.at, diagnostics);
        let handle = version.names.name(Kind::Handle, &agent.name);
        types.claim(Kind::Handle, &agent.name, &handle, &agent.at, diagnostics);
    }
    let mut agents: Vec<_> = version
        .api
        .agents
        .iter()
        .map(|agent| lower_agent(version, agent, shapes, types, diagnostics))
        .collect();
    agents.sort_by(|a, b| bare(&a.module).cmp(bare(&b.module)));
    agents
}

fn lower_agent<'a>(
    version: &Version<'a>,
    agent: &'a Agent,
    shapes: &mut Shapes<'a>,
    types: &Scope<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> ir::Agent {
    let mut scope = Scope::new(format!("the methods of {}", agent.name), &[]);
    // Structs for parameters and outputs live in the agent's module alone; types of the contract
    // are re-exported there.
    let mut own = types.within(format!("the module of {}", agent.name));
    let mut outputs: HashMap<&str, (&[Field], String)> = HashMap::new();
    let mut methods = Vec::with_capacity(agent.operations.len());
    for operation in &agent.operations {
        check_action(version, agent, operation, diagnostics);
        let rust = version
            .names
            .scoped_name(Kind::Method, &agent.name, &operation.name);
        scope.claim(
            Kind::Method,
            &operation.name,
            &rust,
            &operation.at,
            diagnostics,
        );
        let args = (operation.parameters.len() >= MANY_PARAMETERS).then(|| {
            let args = version
                .names
                .scoped_name(Kind::Args, &agent.name, &operation.name);
            own.claim(
                Kind::Args,
                &operation.name,
                &args,
                &operation.at,
                diagnostics,
            );
            args
        });
        let expected = format!("{}Response", operation.name);
        methods.push(ir::Method {
            wire: operation.name.clone(),
            rust,
            parameters: parameters(version, agent, operation, shapes, diagnostics),
            args,
            result: returns(
                version,
                agent,
                operation,
                &mut outputs,
                &mut own,
                shapes,
                diagnostics,
            ),
            response_element: (operation.response_element != expected)
                .then(|| operation.response_element.clone()),
            inferred: operation.inferred,
            availability: version
                .availability
                .operation(version.number, &agent.name, operation),
            doc: None,
        });
    }
    methods.sort_by(|a, b| bare(&a.rust).cmp(bare(&b.rust)));
    ir::Agent {
        wire: agent.name.clone(),
        module: version.names.name(Kind::Agent, &agent.name),
        rust: version.names.name(Kind::Handle, &agent.name),
        methods,
        request_headers: request_headers(agent, diagnostics),
        uses: Vec::new(),
        availability: version.availability.agent(version.number, agent),
        doc: None,
    }
}

fn parameters<'a>(
    version: &Version<'a>,
    agent: &Agent,
    operation: &'a Operation,
    shapes: &mut Shapes<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ir::Field> {
    let owner = format!("{}/{}", agent.name, operation.name);
    let mut scope = Scope::new(format!("the parameters of {owner}"), &[]);
    let mut parameters = Vec::with_capacity(operation.parameters.len());
    for parameter in &operation.parameters {
        let rust = version
            .names
            .scoped_name(Kind::Parameter, &owner, &parameter.name);
        scope.claim(
            Kind::Parameter,
            &parameter.name,
            &rust,
            &parameter.at,
            diagnostics,
        );
        let availability = version.availability.parameter(
            version.number,
            &agent.name,
            &operation.name,
            &parameter.name,
        );
        parameters.push(member(
            version,
            parameter,
            rust,
            availability,
            shapes,
            diagnostics,
        ));
    }
    parameters
}

fn returns<'a: 'm, 'm>(
    version: &Version<'a>,
    agent: &'a Agent,
    operation: &'a Operation,
    outputs: &mut HashMap<&'a str, (&'a [Field], String)>,
    own: &mut Scope<'m>,
    shapes: &mut Shapes<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Returns {
    if operation.results.is_empty() {
        return Returns::Nothing;
    }
    let wrapper = operation.response_element.as_str();
    let mut scope = Scope::new(format!("the outputs of {wrapper}"), reserved::FIELDS);
    let mut fields = Vec::with_capacity(operation.results.len());
    for result in &operation.results {
        let rust = version
            .names
            .scoped_name(Kind::Field, wrapper, &result.name);
        let availability =
            version
                .availability
                .output(version.number, &agent.name, wrapper, &result.name);
        if operation.results.len() > 1 {
            scope.claim(Kind::Field, &result.name, &rust, &result.at, diagnostics);
        }
        fields.push(member(
            version,
            result,
            rust,
            availability,
            shapes,
            diagnostics,
        ));
    }
    if fields.len() == 1 {
        return fields
            .pop()
            .map_or(Returns::Nothing, |field| Returns::One(Box::new(field)));
    }
    let rust = match outputs.get(wrapper) {
        Some((others, rust)) => {
            // Operations that answer with the same element share one struct.
            if *others != operation.results.as_slice() {
                diagnostics.push(Diagnostic::new(
                    "conflicting-outputs",
                    operation.at.clone(),
                    format!(
                        "another operation of {} has other outputs in `{wrapper}`",
                        agent.name
                    ),
                ));
            }
            rust.clone()
        }
        None => {
            let rust = version
                .names
                .scoped_name(Kind::Outputs, &agent.name, wrapper);
            own.claim(Kind::Outputs, wrapper, &rust, &operation.at, diagnostics);
            outputs.insert(wrapper, (&operation.results, rust.clone()));
            rust
        }
    };
    Returns::Several { rust, fields }
}

fn member<'a>(
    version: &Version<'a>,
    field: &'a Field,
    rust: String,
    availability: ir::Availability,
    shapes: &mut Shapes<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> ir::Field {
    ir::Field {
        wire: field.name.clone(),
        rust,
        // Members of the wrappers always are in the version's own namespace.
        namespace: 0,
        ty: shapes.ty(version, &field.ty, &field.at, diagnostics),
        declared_as: declared_as(&field.ty),
        presence: presence(version, field, diagnostics),
        // Decided by `secrets::mark`.
        secret: false,
        availability,
        doc: None,
    }
}

/// The emitted text states no SOAPAction: the runtime joins it from what is checked here.
fn check_action(
    version: &Version<'_>,
    agent: &Agent,
    operation: &Operation,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let expected = || {
        let action = operation
            .action
            .strip_prefix(version.api.namespace.as_str())?;
        let action = action
            .strip_prefix('/')?
            .strip_prefix(agent.name.as_str())?;
        action
            .strip_prefix('/')
            .filter(|action| *action == operation.name)
    };
    if expected().is_none() {
        diagnostics.push(
            Diagnostic::new(
                "unsupported-action",
                operation.at.clone(),
                format!(
                    "the SOAPAction of `{}` is `{}`",
                    operation.name, operation.action
                ),
            )
            .help(format!(
                "supported is `{}/{}/{}`",
                version.api.namespace, agent.name, operation.name
            )),
        );
    }
}

fn request_headers(agent: &Agent, diagnostics: &mut Vec<Diagnostic>) -> RequestHeaders {
    let mut settled: Option<(RequestHeaders, &Operation)> = None;
    for operation in &agent.operations {
        let mut names: Vec<_> = operation
            .request_headers
            .iter()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        let headers = match names.as_slice() {
            ["ApplicationToken"] => RequestHeaders::ApplicationToken,
            ["ApplicationToken", "Credentials", "TimeZone"] => RequestHeaders::Session,
            _ => {
                diagnostics.push(
                    Diagnostic::new(
                        "unsupported-headers",
                        operation.at.clone(),
                        format!("`{}` takes the headers {}", operation.name, list(&names)),
                    )
                    .help(
                        "supported are ApplicationToken alone, and ApplicationToken, Credentials \
                         and TimeZone",
                    ),
                );
                continue;
            }
        };
        match settled {
            None => settled = Some((headers, operation)),
            Some((others, _)) if others == headers => {}
            Some((_, other)) => diagnostics.push(
                Diagnostic::new(
                    "unsupported-headers",
                    operation.at.clone(),
                    format!(
                        "`{}` takes other headers than `{}` of the same agent",
                        operation.name, other.name
                    ),
                )
                .other(other.at.clone(), "the other operation"),
            ),
        }
    }
    settled.map_or(RequestHeaders::Session, |(headers, _)| headers)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

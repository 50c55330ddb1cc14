//! WSDL 1.1 with document/literal bindings of SOAP 1.1 over HTTP; all else is reported.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::context::{Context, prose};
use super::xsd::{Content, Element, Schema, read_schema};
use super::{INFERRED, RETIRED, SOAP, SOAP12, WSDL, XSD};
use crate::diagnostic::{Diagnostic, Location};
use crate::model::{Agent, Field, HeaderElement, Operation, Retirement, TypeName};

/// One `wsdl:definitions`, references between its parts not resolved yet.
pub(super) struct Definitions {
    pub(super) namespace: String,
    pub(super) schemas: Vec<Schema>,
    messages: BTreeMap<TypeName, Message>,
    port_types: Vec<PortType>,
    bindings: Vec<Binding>,
    ports: Vec<Port>,
    at: Location,
}

struct Message {
    parts: Vec<Part>,
    at: Location,
}

struct Part {
    name: String,
    /// Nothing where it was reported.
    element: Option<TypeName>,
    at: Location,
}

struct PortType {
    name: TypeName,
    operations: Vec<Abstract>,
    documentation: Option<String>,
    at: Location,
}

/// An operation of a port type.
struct Abstract {
    name: String,
    input: Option<Reference>,
    output: Option<Reference>,
    documentation: Option<String>,
    at: Location,
}

struct Reference {
    name: TypeName,
    at: Location,
}

struct Binding {
    name: TypeName,
    port_type: Option<Reference>,
    operations: Vec<Bound>,
    at: Location,
}

/// An operation of a binding.
struct Bound {
    name: String,
    action: Option<String>,
    input: Vec<Header>,
    output: Vec<Header>,
    is_inferred: bool,
    retired: Option<Retirement>,
    at: Location,
}

struct Header {
    message: Reference,
    part: String,
    part_at: Location,
}

struct Port {
    service: String,
    name: String,
    binding: Option<TypeName>,
}

/// Reads a `wsdl:definitions`.
pub(super) fn read_definitions(node: Node<'_, '_>, cx: &mut Context<'_>) -> Definitions {
    cx.attributes(node, &["name", "targetNamespace"], &[]);
    let namespace = cx
        .required(node, "targetNamespace")
        .unwrap_or_default()
        .to_owned();
    let mut definitions = Definitions {
        schemas: Vec::new(),
        messages: BTreeMap::new(),
        port_types: Vec::new(),
        bindings: Vec::new(),
        ports: Vec::new(),
        at: cx.value_of(node, "targetNamespace"),
        namespace,
    };
    for child in cx.children(node) {
        match local(child, WSDL) {
            "documentation" => {}
            "types" => {
                for schema in cx.children(child) {
                    if local(schema, XSD) == "schema" {
                        definitions.schemas.push(read_schema(schema, cx));
                    } else if local(schema, WSDL) != "documentation" {
                        cx.unsupported(schema, "`types`", "only `xs:schema` is read there");
                    }
                }
            }
            "message" => definitions.message(child, cx),
            "portType" => definitions.port_type(child, cx),
            "binding" => definitions.binding(child, cx),
            "service" => definitions.service(child, cx),
            "import" => cx.unsupported(
                child,
                "a WSDL",
                "a server gives the whole contract as one document at `?singleWsdl`",
            ),
            _ => cx.unsupported(child, "a WSDL", "see WSDL 1.1, section 2.1"),
        }
    }
    definitions
}

/// The local name if the element is in this vocabulary, else nothing.
fn local<'n>(node: Node<'n, '_>, namespace: &str) -> &'n str {
    match node.tag_name().namespace() {
        Some(found) if found == namespace => node.tag_name().name(),
        _ => "",
    }
}

fn documentation(node: Node<'_, '_>) -> Option<String> {
    let documentation = node
        .children()
        .find(|child| local(*child, WSDL) == "documentation")?;
    let summary = documentation
        .children()
        .find(|child| child.tag_name().name() == "summary");
    prose(summary.unwrap_or(documentation))
}

impl Definitions {
    fn message(&mut self, node: Node<'_, '_>, cx: &mut Context<'_>) {
        cx.attributes(node, &["name"], &[]);
        let Some(name) = cx.name(node) else { return };
        let at = cx.value_of(node, "name");
        let mut parts = Vec::new();
        for child in cx.children(node) {
            match local(child, WSDL) {
                "documentation" => {}
                "part" => {
                    cx.attributes(child, &["name", "element"], &[]);
                    let Some(name) = cx.name(child) else { continue };
                    // A `type` instead of an `element` was reported as an attribute.
                    if !child.has_attribute("type") {
                        cx.required(child, "element");
                    }
                    let element = cx.qualified(child, "element");
                    parts.push(Part {
                        name,
                        element,
                        at: cx.value_of(child, "element"),
                    });
                }
                _ => cx.unsupported(child, "a message", "a message holds `part`s"),
            }
        }
        let key = TypeName::new(&self.namespace, name);
        if let Some(first) = self.messages.get(&key) {
            let diagnostic = duplicate("message", &key.name, &at, &first.at);
            cx.report(diagnostic);
            return;
        }
        self.messages.insert(key, Message { parts, at });
    }

    fn port_type(&mut self, node: Node<'_, '_>, cx: &mut Context<'_>) {
        cx.attributes(node, &["name"], &[]);
        let Some(name) = cx.name(node) else { return };
        let mut operations: Vec<Abstract> = Vec::new();
        for child in cx.children(node) {
            match local(child, WSDL) {
                "documentation" => continue,
                "operation" => {}
                _ => {
                    cx.unsupported(child, "a port type", "a port type holds `operation`s");
                    continue;
                }
            }
            let Some(operation) = abstract_operation(child, cx) else {
                continue;
            };
            if let Some(first) = operations.iter().find(|first| first.name == operation.name) {
                let diagnostic = duplicate("operation", &operation.name, &operation.at, &first.at);
                cx.report(diagnostic);
                continue;
            }
            operations.push(operation);
        }
        self.port_types.push(PortType {
            name: TypeName::new(&self.namespace, name),
            operations,
            documentation: documentation(node),
            at: cx.value_of(node, "name"),
        });
    }

    fn binding(&mut self, node: Node<'_, '_>, cx: &mut Context<'_>) {
        cx.attributes(node, &["name", "type"], &[]);
        let Some(name) = cx.name(node) else { return };
        cx.required(node, "type");
        let port_type = reference(node, "type", cx);
        let mut is_soap = false;
        let mut operations: Vec<Bound> = Vec::new();
        for child in cx.children(node) {
            match (local(child, SOAP), local(child, WSDL)) {
                ("binding", _) => {
                    is_soap = true;
                    cx.attributes(child, &["transport"], &[("style", "document")]);
                    let transport = cx.required(child, "transport");
                    if transport.is_some_and(|transport| transport != HTTP) {
                        let diagnostic = Diagnostic::new(
                            "unsupported-transport",
                            cx.value_of(child, "transport"),
                            "the binding's transport is not HTTP",
                        )
                        .label(format!("expected `{HTTP}`"));
                        cx.report(diagnostic);
                    }
                }
                (_, "documentation") => {}
                (_, "operation") => {
                    let Some(operation) = bound_operation(child, cx) else {
                        continue;
                    };
                    if let Some(first) = operations.iter().find(|o| o.name == operation.name) {
                        let diagnostic =
                            duplicate("operation", &operation.name, &operation.at, &first.at);
                        cx.report(diagnostic);
                        continue;
                    }
                    operations.push(operation);
                }
                _ if child.tag_name().namespace() == Some(SOAP12) => {
                    // Marked once; the operations inside would say the same again.
                    let diagnostic = Diagnostic::new(
                        "unsupported-binding",
                        cx.tag(child),
                        "a SOAP 1.2 binding is not supported",
                    )
                    .label("SOAP 1.2 by its namespace")
                    .help(format!(
                        "a SOAP 1.1 binding has a `binding` element in `{SOAP}`"
                    ));
                    cx.report(diagnostic);
                    return;
                }
                _ => cx.unsupported(child, "a binding", "a binding holds `operation`s"),
            }
        }
        if !is_soap {
            let diagnostic = Diagnostic::new(
                "unsupported-binding",
                cx.value_of(node, "name"),
                "the binding is not one of SOAP 1.1",
            )
            .help(format!(
                "a SOAP 1.1 binding has a `binding` element in `{SOAP}`"
            ));
            cx.report(diagnostic);
        }
        self.bindings.push(Binding {
            name: TypeName::new(&self.namespace, name),
            port_type,
            operations,
            at: cx.value_of(node, "name"),
        });
    }

    fn service(&mut self, node: Node<'_, '_>, cx: &mut Context<'_>) {
        cx.attributes(node, &["name"], &[]);
        let Some(service) = cx.name(node) else { return };
        for child in cx.children(node) {
            match local(child, WSDL) {
                "documentation" => continue,
                "port" => {}
                _ => {
                    cx.unsupported(child, "a service", "a service holds `port`s");
                    continue;
                }
            }
            cx.attributes(child, &["name", "binding"], &[]);
            let Some(name) = cx.name(child) else { continue };
            cx.required(child, "binding");
            let binding = cx.qualified(child, "binding");
            for address in cx.children(child) {
                // The address itself is a placeholder, not a fact.
                if local(address, SOAP) != "address" && local(address, WSDL) != "documentation" {
                    cx.unsupported(address, "a port", "a port holds SOAP's `address`");
                }
            }
            self.ports.push(Port {
                service: service.clone(),
                name,
                binding,
            });
        }
    }
}

const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

fn duplicate(what: &str, name: &str, again: &Location, first: &Location) -> Diagnostic {
    let code = if what == "operation" {
        "duplicate-operation"
    } else {
        "duplicate-message"
    };
    Diagnostic::new(
        code,
        again.clone(),
        format!("{what} `{name}` is there twice"),
    )
    .label("again here")
    .other(first.clone(), "first here")
}

fn reference(node: Node<'_, '_>, attribute: &str, cx: &mut Context<'_>) -> Option<Reference> {
    let name = cx.qualified(node, attribute)?;
    Some(Reference {
        name,
        at: cx.value_of(node, attribute),
    })
}

fn abstract_operation(node: Node<'_, '_>, cx: &mut Context<'_>) -> Option<Abstract> {
    cx.attributes(node, &["name"], &[]);
    let name = cx.name(node)?;
    let mut operation = Abstract {
        at: cx.value_of(node, "name"),
        name,
        input: None,
        output: None,
        documentation: documentation(node),
    };
    let [mut has_input, mut has_output] = [false; 2];
    for child in cx.children(node) {
        match local(child, WSDL) {
            "documentation" => {}
            "input" if !has_input => {
                has_input = true;
                operation.input = message_reference(child, cx);
            }
            "output" if !has_output => {
                has_output = true;
                operation.output = message_reference(child, cx);
            }
            _ => cx.unsupported(
                child,
                "an operation",
                "an operation has one `input` and one `output`; faults are SuperOffice's headers",
            ),
        }
    }
    for (has, what) in [(has_input, "input"), (has_output, "output")] {
        if !has {
            let diagnostic = Diagnostic::new(
                "missing-element",
                operation.at.clone(),
                format!("operation `{}` has no {what}", operation.name),
            )
            .help("only operations with a request and a response are supported");
            cx.report(diagnostic);
        }
    }
    Some(operation)
}

fn message_reference(node: Node<'_, '_>, cx: &mut Context<'_>) -> Option<Reference> {
    cx.attributes(node, &["name", "message"], &[]);
    cx.required(node, "message");
    reference(node, "message", cx)
}

fn bound_operation(node: Node<'_, '_>, cx: &mut Context<'_>) -> Option<Bound> {
    cx.attributes(node, &["name"], &[]);
    let name = cx.name(node)?;
    let mut bound = Bound {
        at: cx.value_of(node, "name"),
        name,
        action: None,
        input: Vec::new(),
        output: Vec::new(),
        is_inferred: false,
        retired: None,
    };
    let [mut has_soap, mut has_input, mut has_output] = [false; 3];
    for child in cx.children(node) {
        match (local(child, SOAP), local(child, WSDL)) {
            ("operation", _) => {
                has_soap = true;
                cx.attributes(child, &["soapAction"], &[("style", "document")]);
                bound.action = cx.required(child, "soapAction").map(str::to_owned);
            }
            (_, "documentation") => {}
            (_, "input") => {
                has_input = true;
                bound.input = headers(child, cx);
            }
            (_, "output") => {
                has_output = true;
                bound.output = headers(child, cx);
            }
            _ if child.has_tag_name((INFERRED, "inferred")) => bound.is_inferred = true,
            _ if child.has_tag_name((RETIRED, "retired")) => bound.retired = cx.retirement(child),
            _ => cx.unsupported(
                child,
                "a binding's operation",
                "it holds SOAP's `operation`, and `input` and `output`",
            ),
        }
    }
    for (has, what) in [
        (has_soap, "SOAPAction"),
        (has_input, "input"),
        (has_output, "output"),
    ] {
        if !has {
            let diagnostic = Diagnostic::new(
                "missing-element",
                bound.at.clone(),
                format!("the binding of operation `{}` has no {what}", bound.name),
            )
            .help(format!(
                "expected an `operation` element in `{SOAP}`, and `input` and `output`"
            ));
            cx.report(diagnostic);
        }
    }
    Some(bound)
}

/// The header parts of an input or output, whose body must be literal.
fn headers(node: Node<'_, '_>, cx: &mut Context<'_>) -> Vec<Header> {
    cx.attributes(node, &["name"], &[]);
    let mut headers: Vec<Header> = Vec::new();
    let mut has_body = false;
    for child in cx.children(node) {
        match local(child, SOAP) {
            "body" => {
                has_body = true;
                cx.attributes(child, &[], &[("use", "literal")]);
                cx.required(child, "use");
            }
            "header" => {
                cx.attributes(child, &["message", "part"], &[("use", "literal")]);
                cx.required(child, "use");
                cx.required(child, "message");
                let message = reference(child, "message", cx);
                let part = cx.required(child, "part");
                for inside in cx.children(child) {
                    cx.unsupported(inside, "a header", "faults have no headers here");
                }
                let (Some(message), Some(part)) = (message, part) else {
                    continue;
                };
                let part_at = cx.value_of(child, "part");
                headers.push(Header {
                    message,
                    part: part.to_owned(),
                    part_at,
                });
            }
            _ if local(child, WSDL) == "documentation" => {}
            _ => cx.unsupported(
                child,
                "a binding's input or output",
                "it holds SOAP's `body` and `header`s",
            ),
        }
    }
    if !has_body {
        let diagnostic = Diagnostic::new(
            "missing-element",
            cx.tag(node),
            "the SOAP body is not described",
        )
        .help(format!(
            "expected a `body` element in `{SOAP}` with `use=\"literal\"`"
        ));
        cx.report(diagnostic);
    }
    headers
}

/// An agent, and the header elements that its operations refer to.
pub(super) struct Assembled {
    pub(super) agent: Agent,
    pub(super) headers: Vec<(String, HeaderElement)>,
}

/// Puts the parts of a document together. `element` finds the global elements it can see.
pub(super) fn assemble<'a>(
    definitions: &'a Definitions,
    element: &dyn Fn(&TypeName) -> Option<&'a Element>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Assembled> {
    let port_type = match &definitions.port_types[..] {
        [only] => only,
        [] => {
            // One that was not kept was reported when it was read.
            if diagnostics.is_empty() {
                diagnostics.push(Diagnostic::new(
                    "no-port-type",
                    definitions.at.clone(),
                    "the WSDL has no port type, so there is no agent in it",
                ));
            }
            return None;
        }
        [first, second, ..] => {
            diagnostics.push(
                Diagnostic::new(
                    "several-port-types",
                    second.at.clone(),
                    "the WSDL has more than one port type",
                )
                .label("a second one")
                .other(first.at.clone(), "the first one")
                .help("one document describes one agent"),
            );
            return None;
        }
    };
    let binding = only_binding(definitions, port_type, diagnostics)?;
    let Some(port) = definitions
        .ports
        .iter()
        .find(|p| p.binding.as_ref() == Some(&binding.name))
    else {
        diagnostics.push(
            Diagnostic::new(
                "missing-element",
                binding.at.clone(),
                "no service offers this binding",
            )
            .help("expected a `service` with a `port` that names the binding"),
        );
        return None;
    };

    let mut headers = BTreeMap::new();
    let mut assembly = Assembly {
        definitions,
        element,
        headers: &mut headers,
        diagnostics,
    };
    let mut operations: Vec<Operation> = port_type
        .operations
        .iter()
        .filter_map(|operation| assembly.operation(operation, binding))
        .collect();
    for bound in &binding.operations {
        if !port_type
            .operations
            .iter()
            .any(|operation| operation.name == bound.name)
        {
            diagnostics.push(
                Diagnostic::new(
                    "unknown-operation",
                    bound.at.clone(),
                    format!("the port type has no operation `{}`", bound.name),
                )
                .label("bound here")
                .other(port_type.at.clone(), "the port type"),
            );
        }
    }
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    let agent = Agent {
        name: port_type.name.name.clone(),
        service: port.service.clone(),
        port: port.name.clone(),
        operations,
        documentation: port_type.documentation.clone(),
        at: port_type.at.clone(),
    };
    Some(Assembled {
        agent,
        headers: headers.into_iter().collect(),
    })
}

fn only_binding<'a>(
    definitions: &'a Definitions,
    port_type: &PortType,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<&'a Binding> {
    let mut found: Option<&Binding> = None;
    for binding in &definitions.bindings {
        match &binding.port_type {
            Some(reference) if reference.name == port_type.name => {}
            Some(reference) => {
                diagnostics.push(
                    Diagnostic::new(
                        "unknown-port-type",
                        reference.at.clone(),
                        format!("there is no port type `{}`", reference.name),
                    )
                    .label("not in this document")
                    .other(port_type.at.clone(), "the port type that is"),
                );
                continue;
            }
            None => continue,
        }
        if let Some(first) = found {
            diagnostics.push(
                Diagnostic::new(
                    "several-bindings",
                    binding.at.clone(),
                    format!(
                        "port type `{}` has more than one binding",
                        port_type.name.name
                    ),
                )
                .label("a second one")
                .other(first.at.clone(), "the first one"),
            );
            continue;
        }
        found = Some(binding);
    }
    // As above.
    if found.is_none() && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::new(
                "missing-element",
                port_type.at.clone(),
                format!("port type `{}` has no binding", port_type.name.name),
            )
            .help(format!(
                "expected a `binding` with a `binding` element in `{SOAP}`"
            )),
        );
    }
    found
}

struct Assembly<'a, 'e> {
    definitions: &'a Definitions,
    element: &'e dyn Fn(&TypeName) -> Option<&'a Element>,
    headers: &'e mut BTreeMap<String, HeaderElement>,
    diagnostics: &'e mut Vec<Diagnostic>,
}

impl<'a> Assembly<'a, '_> {
    fn operation(&mut self, operation: &'a Abstract, binding: &Binding) -> Option<Operation> {
        let bound = binding
            .operations
            .iter()
            .find(|bound| bound.name == operation.name);
        let Some(bound) = bound else {
            self.diagnostics.push(
                Diagnostic::new(
                    "unbound-operation",
                    operation.at.clone(),
                    format!("operation `{}` has no binding", operation.name),
                )
                .label("declared here")
                .other(binding.at.clone(), "and not in this binding"),
            );
            return None;
        };
        let request = self.wrapper(operation.input.as_ref()?);
        let response = self.wrapper(operation.output.as_ref()?);
        let request_headers = self.header_names(&bound.input);
        let response_headers = self.header_names(&bound.output);
        let (request, response) = (request?, response?);
        if request.name.name != operation.name {
            self.diagnostics.push(
                Diagnostic::new(
                    "unsupported-wrapper",
                    request.at.clone(),
                    format!(
                        "the request wrapper of operation `{}` is `{}`",
                        operation.name, request.name.name
                    ),
                )
                .label("expected the operation's name")
                .other(operation.at.clone(), "the operation"),
            );
        }
        Some(Operation {
            name: operation.name.clone(),
            action: bound.action.clone().unwrap_or_default(),
            parameters: request.fields.to_vec(),
            response_element: response.name.name.clone(),
            results: response.fields.to_vec(),
            request_headers,
            response_headers,
            inferred: bound.is_inferred,
            retired: bound.retired.clone(),
            documentation: operation.documentation.clone(),
            at: operation.at.clone(),
        })
    }

    /// The wrapper element that a message carries as its only part.
    fn wrapper(&mut self, reference: &Reference) -> Option<Wrapper<'a>> {
        let message = self.message(reference)?;
        let [part] = &message.parts[..] else {
            self.diagnostics.push(
                Diagnostic::new(
                    "unsupported-message",
                    message.at.clone(),
                    format!(
                        "message `{}` has {} parts",
                        reference.name.name,
                        message.parts.len()
                    ),
                )
                .label("expected one part, the wrapper element")
                .other(reference.at.clone(), "used here"),
            );
            return None;
        };
        let (name, element) = self.part(part, "wrapper")?;
        match &element.content {
            Content::Wrapper(fields) => Some(Wrapper {
                name: &element.name,
                fields,
                at: &element.at,
            }),
            Content::Typed { .. } => {
                self.diagnostics.push(
                    Diagnostic::new(
                        "unsupported-wrapper",
                        element.at.clone(),
                        format!("the wrapper element `{}` is of a named type", name.name),
                    )
                    .label("expected an anonymous `xs:complexType`")
                    .other(part.at.clone(), "used here"),
                );
                None
            }
            Content::Unknown => None,
        }
    }

    fn message(&mut self, reference: &Reference) -> Option<&'a Message> {
        let message = self.definitions.messages.get(&reference.name);
        if message.is_none() {
            self.diagnostics.push(
                Diagnostic::new(
                    "missing-message",
                    reference.at.clone(),
                    format!("there is no message `{}`", reference.name.name),
                )
                .label("not in this document"),
            );
        }
        message
    }

    /// The element that a part carries, which must be one of the version's own.
    fn part(&mut self, part: &'a Part, what: &str) -> Option<(&'a TypeName, &'a Element)> {
        let name = part.element.as_ref()?;
        let element = self.element(name, &part.at)?;
        if name.namespace != self.definitions.namespace {
            let message = format!(
                "the {what} element is in the namespace `{}`",
                name.namespace
            );
            self.diagnostics.push(
                Diagnostic::new("unsupported-namespace", part.at.clone(), message)
                    .label(format!("expected `{}`", self.definitions.namespace)),
            );
        }
        Some((name, element))
    }

    fn element(&mut self, name: &TypeName, at: &Location) -> Option<&'a Element> {
        let element = (self.element)(name);
        if element.is_none() {
            self.diagnostics.push(
                Diagnostic::new(
                    "missing-element",
                    at.clone(),
                    format!("there is no global element `{name}`"),
                )
                .label("not declared in the schemas of this document"),
            );
        }
        element
    }

    fn header_names(&mut self, headers: &[Header]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for header in headers {
            let Some(name) = self.header(header) else {
                continue;
            };
            if names.contains(&name) {
                self.diagnostics.push(
                    Diagnostic::new(
                        "duplicate-header",
                        header.part_at.clone(),
                        format!("header `{name}` is there twice"),
                    )
                    .label("again here"),
                );
                continue;
            }
            names.push(name);
        }
        names
    }

    fn header(&mut self, header: &Header) -> Option<String> {
        let message = self.message(&header.message)?;
        let Some(part) = message.parts.iter().find(|part| part.name == header.part) else {
            self.diagnostics.push(
                Diagnostic::new(
                    "missing-part",
                    header.part_at.clone(),
                    format!(
                        "message `{}` has no part `{}`",
                        header.message.name.name, header.part
                    ),
                )
                .label("no such part")
                .other(message.at.clone(), "the message"),
            );
            return None;
        };
        let (name, element) = self.part(part, "header")?;
        match &element.content {
            Content::Typed { ty, nillable } => {
                let read = HeaderElement {
                    ty: ty.clone(),
                    nillable: *nillable,
                    at: element.at.clone(),
                };
                self.headers.entry(name.name.clone()).or_insert(read);
                Some(name.name.clone())
            }
            Content::Wrapper(_) => {
                self.diagnostics.push(
                    Diagnostic::new(
                        "unsupported-header",
                        element.at.clone(),
                        format!("the header element `{}` is of an anonymous type", name.name),
                    )
                    .label("expected a `type`")
                    .other(part.at.clone(), "used here"),
                );
                None
            }
            Content::Unknown => None,
        }
    }
}

struct Wrapper<'a> {
    name: &'a TypeName,
    fields: &'a [Field],
    at: &'a Location,
}

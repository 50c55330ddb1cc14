//! Sends one example or one fixture through a public method, and says what came out wrong.

use superoffice_client::{Builder, Connection};
use superoffice_codegen::model::Operation;
use superoffice_codegen::read::operation_page::{Example, OperationPage};
use superoffice_soap::{HttpRequest, Transport, TransportFuture};

use crate::contract::Contract;
use crate::driver::{Bound, Driven, Params, RoundTrip, message_with};
use crate::rules::{Normalizer, Rule};
use crate::tree::{self, Cause, Difference, Node, Style, Types};

/// A connection that nothing is ever sent over.
pub fn connection() -> Result<Connection, String> {
    struct Nowhere;
    impl Transport for Nowhere {
        fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    Builder::new("http://localhost")
        .transport(Nowhere)
        .build()
        .map_err(|error| error.to_string())
}

/// What one example, or one fixture, showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Each time a rule about the documentation applied.
    pub rules: Vec<Rule>,
    pub differences: Vec<Difference>,
}

/// Both examples of a page.
#[derive(Clone, Debug)]
pub struct Checked {
    pub request: Outcome,
    pub response: Outcome,
}

/// Sends both examples of a page through the method of its operation.
pub fn page(
    contract: &Contract<'_>,
    client: &dyn Bound,
    operation: &Operation,
    page: &OperationPage,
    text: &str,
) -> Checked {
    let style = Style::Prefixed;
    let (mut request, mut response) = (Outcome::default(), Outcome::default());
    let members = contract.parameters(operation);
    let given = example(
        contract,
        &operation.name,
        &members,
        (page.request.as_ref(), &operation.request_headers),
        text,
        &mut request,
    );
    // The method is called even where the page has no request: the response needs the call.
    let namespace = &*contract.api.namespace;
    let empty = Node::new(tree::Name::new(namespace, &*operation.name));
    let wrapper = given.as_ref().unwrap_or(&empty);
    let mut p = Params::new(wrapper, style);
    let Some(driven) = client.drive(&page.agent, &operation.name, &mut p) else {
        let missing = difference(Cause::Missing, "a driver", "");
        request.differences.push(missing.clone());
        response.differences.push(missing);
        return Checked { request, response };
    };
    if given.is_some() {
        leftovers(p, wrapper, 0, &mut request);
        body(driven.as_ref(), wrapper, Types::Ignore, &mut request);
    }
    let members = contract.results(operation);
    let answer = example(
        contract,
        &operation.response_element,
        &members,
        (page.response.as_ref(), &operation.response_headers),
        text,
        &mut response,
    );
    if let Some(answer) = answer {
        result(
            driven.as_ref(),
            &answer,
            style,
            &answer,
            Types::Ignore,
            0,
            &mut response,
        );
    }
    Checked { request, response }
}

/// A fixture of a request wrapper through the method of its operation; gives back the call.
pub fn request(
    client: &dyn Bound,
    (agent, operation): (&str, &str),
    fixture: &crate::fixture::Fixture,
    style: Style,
    outcome: &mut Outcome,
) -> Option<Box<dyn Driven>> {
    let mut p = Params::new(&fixture.given, style);
    let Some(driven) = client.drive(agent, operation, &mut p) else {
        outcome
            .differences
            .push(difference(Cause::Missing, "a driver", ""));
        return None;
    };
    leftovers(p, &fixture.given, fixture.unknowns, outcome);
    body(driven.as_ref(), &fixture.expected, Types::Count, outcome);
    Some(driven)
}

/// A fixture of a response wrapper through a call.
pub fn response(
    driven: &dyn Driven,
    fixture: &crate::fixture::Fixture,
    style: Style,
    outcome: &mut Outcome,
) {
    let (given, expected) = (&fixture.given, &fixture.expected);
    result(
        driven,
        given,
        style,
        expected,
        Types::Count,
        fixture.unknowns,
        outcome,
    );
}

fn difference(cause: Cause, expected: impl Into<String>, found: impl Into<String>) -> Difference {
    Difference {
        path: "/".to_owned(),
        cause,
        expected: expected.into(),
        found: found.into(),
    }
}

fn at(path: String, mut difference: Difference) -> Difference {
    difference.path = path;
    difference
}

fn unknown(path: String, expected: usize, found: usize) -> Difference {
    let say = |count: usize| match count {
        0 => "nothing unknown".to_owned(),
        count => format!("{count} kept without being understood"),
    };
    at(path, difference(Cause::Unknown, say(expected), say(found)))
}

fn leftovers(p: Params<'_>, wrapper: &Node, unknowns: usize, outcome: &mut Outcome) {
    let root = &wrapper.name.local;
    let leftover = p.leftover();
    for name in leftover.unread {
        let found = difference(Cause::Unread, "a parameter", "");
        outcome
            .differences
            .push(at(format!("/{root}/{name}"), found));
    }
    for (name, error) in leftover.errors {
        let found = difference(Cause::Decode, "", error);
        outcome
            .differences
            .push(at(format!("/{root}/{name}"), found));
    }
    if leftover.unknowns != unknowns {
        outcome
            .differences
            .push(unknown(format!("/{root}"), unknowns, leftover.unknowns));
    }
}

/// Compares what the call would send.
fn body(driven: &dyn Driven, expected: &Node, types: Types, outcome: &mut Outcome) {
    same(expected, driven.body(), types, outcome);
}

fn same(expected: &Node, written: &[u8], types: Types, outcome: &mut Outcome) {
    let text = String::from_utf8_lossy(written);
    match tree::parse(&text) {
        Ok(found) => outcome
            .differences
            .extend(tree::compare(expected, &found, types)),
        Err(error) => {
            let found = difference(Cause::Value, "well-formed XML", error);
            outcome
                .differences
                .push(at(format!("/{}", expected.name.local), found));
        }
    }
}

/// Reads a response, writes it again and compares.
fn result(
    driven: &dyn Driven,
    given: &Node,
    style: Style,
    expected: &Node,
    types: Types,
    unknowns: usize,
    outcome: &mut Outcome,
) {
    let message = message_with(tree::write(given, style).as_bytes());
    round_trip(driven.respond(&message), expected, types, unknowns, outcome);
}

/// Compares what was written after reading.
pub fn round_trip(
    result: Result<RoundTrip, String>,
    expected: &Node,
    types: Types,
    unknowns: usize,
    outcome: &mut Outcome,
) {
    let path = || format!("/{}", expected.name.local);
    let trip = match result {
        Ok(trip) => trip,
        Err(error) => {
            outcome
                .differences
                .push(at(path(), difference(Cause::Decode, "", error)));
            return;
        }
    };
    same(expected, &trip.xml, types, outcome);
    if trip.unknowns != unknowns {
        outcome
            .differences
            .push(unknown(path(), unknowns, trip.unknowns));
    }
    if !trip.stable {
        let found = difference(Cause::NotStable, "the same value when read again", "");
        outcome.differences.push(at(path(), found));
    }
}

/// The wrapper of an example, made what a server or client would write.
fn example<'a>(
    contract: &'a Contract<'a>,
    name: &str,
    members: &[crate::contract::Member<'a>],
    (example, headers): (Option<&Example>, &[String]),
    text: &str,
    outcome: &mut Outcome,
) -> Option<Node> {
    const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
    let Some(example) = example else {
        outcome
            .differences
            .push(difference(Cause::NoExample, name, ""));
        return None;
    };
    let document = match example.document(text) {
        Ok(document) => document,
        Err(error) => {
            let found = difference(Cause::Envelope, "well-formed XML", error.to_string());
            outcome.differences.push(found);
            return None;
        }
    };
    let envelope = document.root_element();
    if envelope.tag_name().namespace() == Some(SOAP12) {
        outcome.rules.push(Rule::Soap12Envelope);
    }
    let mut wrapper = None;
    for child in envelope.children().filter(roxmltree::Node::is_element) {
        let (tag, namespace) = (child.tag_name(), Some(&*contract.api.namespace));
        if tag.namespace() == envelope.tag_name().namespace() && tag.name() == "Body" {
            wrapper = child.first_element_child();
        } else if tag.namespace() == namespace && headers.iter().any(|h| h == tag.name()) {
            outcome.rules.push(Rule::HeadersOutsideHeader);
        } else {
            let found = difference(Cause::Envelope, headers.join(" "), tag.name());
            outcome.differences.push(found);
        }
    }
    let Some(wrapper) = wrapper else {
        outcome
            .differences
            .push(difference(Cause::Envelope, name, "no element in Body"));
        return None;
    };
    let mut node = tree::from_element(wrapper);
    if *node.name.local != *name || *node.name.namespace != *contract.api.namespace {
        let found = difference(Cause::Envelope, name, &*node.name.local);
        outcome.differences.push(found);
        return None;
    }
    let mut normalizer = Normalizer::new(contract);
    normalizer.wrapper(&mut node, members);
    outcome.rules.extend(normalizer.applied);
    outcome.differences.extend(normalizer.differences);
    Some(node)
}

//! The scanner beside roxmltree and quick-xml: the same events, or both refuse. Tests and the fuzz target
//! `scanner` compile this file.

use std::borrow::Cow;

use crate::DecodeError;
use crate::scanner::{Scanner, Token};

/// What any XML reader must agree on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Start {
        namespace: Option<String>,
        local: String,
        attributes: Vec<(Option<String>, String, String)>,
    },
    Text(String),
    End,
}

fn push_text(events: &mut Vec<Event>, text: &str) {
    match events.last_mut() {
        Some(Event::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => events.push(Event::Text(text.to_owned())),
    }
}

fn start(scanner: &Scanner<'_>) -> Event {
    let attributes = scanner.attributes().iter().map(|attribute| {
        let namespace = match attribute.prefix() {
            "" => None,
            prefix => scanner.resolve(prefix).map(Cow::into_owned),
        };
        (
            namespace,
            attribute.local.to_owned(),
            attribute.value().into_owned(),
        )
    });
    let mut attributes: Vec<_> = attributes.collect();
    attributes.sort();
    Event::Start {
        namespace: scanner.tag_namespace().map(Cow::into_owned),
        local: scanner.tag().local.to_owned(),
        attributes,
    }
}

pub(crate) fn ours(xml: &[u8]) -> Result<Vec<Event>, DecodeError> {
    let mut scanner = Scanner::new(xml)?;
    let mut events = vec![start(&scanner)];
    let mut depth = 1;
    while depth > 0 {
        match scanner.token()? {
            Token::Start => {
                depth += 1;
                events.push(start(&scanner));
            }
            Token::End => {
                depth -= 1;
                events.push(Event::End);
            }
            Token::Text(text) => push_text(&mut events, &text),
        }
    }
    scanner.finish()?;
    Ok(events)
}

fn roxmltree(xml: &[u8]) -> Result<Vec<Event>, roxmltree::Error> {
    fn visit(node: roxmltree::Node<'_, '_>, events: &mut Vec<Event>) {
        if node.is_text() {
            push_text(events, node.text().unwrap_or_default());
        }
        if !node.is_element() {
            return;
        }
        let namespace = |namespace: Option<&str>| {
            namespace
                .filter(|namespace| !namespace.is_empty())
                .map(str::to_owned)
        };
        let attributes = node.attributes().map(|attribute| {
            let name = attribute.name().to_owned();
            (
                namespace(attribute.namespace()),
                name,
                attribute.value().to_owned(),
            )
        });
        let mut attributes: Vec<_> = attributes.collect();
        attributes.sort();
        events.push(Event::Start {
            namespace: namespace(node.tag_name().namespace()),
            local: node.tag_name().name().to_owned(),
            attributes,
        });
        node.children().for_each(|child| visit(child, events));
        events.push(Event::End);
    }
    let xml = std::str::from_utf8(xml).map_err(|_| roxmltree::Error::NoRootNode)?;
    let document = roxmltree::Document::parse(xml)?;
    let mut events = Vec::new();
    visit(document.root_element(), &mut events);
    Ok(events)
}

/// Names, nesting and text; `None` where quick-xml refuses or leaves something to its user.
fn quick_xml(xml: &[u8]) -> Option<Vec<Event>> {
    use quick_xml::events::Event as Quick;
    let mut reader = quick_xml::Reader::from_reader(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut events = Vec::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Quick::Start(tag) => {
                depth += 1;
                let local = tag.local_name().as_ref().to_owned();
                events.push(Event::Start {
                    namespace: None,
                    local,
                    attributes: Vec::new(),
                });
            }
            Quick::End(_) => {
                depth = depth.checked_sub(1)?;
                events.push(Event::End);
            }
            Quick::Text(text) if depth > 0 => push_text(&mut events, &text.xml10_content()),
            Quick::CData(text) if depth > 0 => push_text(&mut events, &text.xml10_content()),
            Quick::GeneralRef(name) if depth > 0 => {
                let character = match &*name {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => name.resolve_char_ref().ok()??,
                };
                push_text(&mut events, character.encode_utf8(&mut [0; 4]));
            }
            Quick::Eof => return Some(events),
            _ => {}
        }
    }
}

fn without_namespaces(events: Vec<Event>) -> Vec<Event> {
    let strip = |event| match event {
        Event::Start { local, .. } => Event::Start {
            namespace: None,
            local,
            attributes: Vec::new(),
        },
        event => event,
    };
    events.into_iter().map(strip).collect()
}

/// Both readers give the same events, or one refuses by a rule that the scanner documents.
pub(crate) fn compare(xml: &[u8]) -> Result<(), String> {
    use roxmltree::Error as Rox;
    let shown = String::from_utf8_lossy(xml);
    match (ours(xml), roxmltree(xml)) {
        // roxmltree keeps carriage returns beside references, which XML does not.
        (Ok(_), Ok(_)) if shown.contains('\r') && shown.contains('&') => {}
        (Ok(ours), Ok(theirs)) => same(&ours, &theirs, &shown)?,
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => {
            let documented = [
                "no document type",
                "no processing instruction",
                "at most 256 nested elements",
                "at most 64 attributes",
                "at most 256 declarations",
                "a namespace that may be declared",
            ];
            // What roxmltree lets pass and XML does not: `xmlns` twice, names with a colon in front,
            // references beyond U+10FFFF.
            let wrong = error.expected() == "attributes with different names"
                && shown.matches("xmlns").count() > 1
                || error.expected() == "a reference to a character"
                    && error.found().starts_with("\"&#")
                || error.found().starts_with("\":")
                || error.found().starts_with("\"</:");
            if !wrong && !documented.contains(&error.expected()) {
                return Err(format!("only ours refuses, {error}: {shown}"));
            }
        }
        (Ok(_), Err(error)) => {
            let lenient = match error {
                // Characters, and references to them, that XML 1.0 forbids.
                Rox::NonXmlChar(..) | Rox::MalformedEntityReference(..) => true,
                // Prefixes are looked up where they count.
                Rox::UnknownNamespace(..) => true,
                // `]]>` in text, and what stands in the XML declaration.
                Rox::InvalidCharacterData(..) => shown.contains("]]>"),
                _ => shown.starts_with("<?xml") || shown.starts_with("\u{FEFF}<?xml"),
            };
            if !lenient {
                return Err(format!("only roxmltree refuses, {error}: {shown}"));
            }
        }
    }
    if let (Ok(ours), Some(theirs)) = (ours(xml), quick_xml(xml)) {
        same(&without_namespaces(ours), &theirs, &shown)?;
    }
    Ok(())
}

fn same(ours: &[Event], theirs: &[Event], xml: &str) -> Result<(), String> {
    match ours == theirs {
        true => Ok(()),
        false => Err(format!("{ours:?} and {theirs:?}: {xml}")),
    }
}

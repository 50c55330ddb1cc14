//! Reads the page of one operation: its prose, and where its two example envelopes stand.
//!
//! Such a page is Markdown. Its title names version, agent and operation; a section named like the
//! operation describes it, with one bullet a parameter; the sections `<Operation> Request` and
//! `<Operation> Response` hold an envelope each. The envelopes are examples, not messages: they
//! declare the namespace of SOAP 1.2 and put header elements beside `Body`. Only what is inside
//! `Body` is used as it stands.

use std::borrow::Cow;
use std::ops::Range;

use roxmltree::{Document, Node};

use crate::diagnostic::{Diagnostic, Location, SourceFile};

/// Either is accepted: the vendor's examples declare the second, servers speak the first.
const ENVELOPES: [&str; 2] = [
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
];

/// What one page says.
#[derive(Clone, Debug)]
pub struct OperationPage {
    /// `Services86`
    pub version: String,
    /// `License`
    pub agent: String,
    pub operation: String,
    /// Where the three stand.
    pub title: Location,
    pub summary: Option<Text>,
    /// Notes such as "Online Restricted", taken out of the summary.
    pub notes: Vec<Note>,
    /// In the order of the page, which is the signature's.
    pub parameters: Vec<Parameter>,
    pub returns: Option<Text>,
    pub request: Option<Example>,
    pub response: Option<Example>,
}

/// Markup as it stands in the page, line ends made `\n`, without blanks around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub markup: String,
    pub at: Location,
}

/// A labelled remark about where something is available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `Online Restricted`
    pub label: String,
    pub markup: String,
}

/// A bullet `* **camelCase:** text`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// As the page writes it: the request's element in another case.
    pub name: String,
    /// Blank where the page only names the parameter.
    pub text: Text,
}

/// One example envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The envelope in the page, in bytes.
    pub envelope: Range<usize>,
    /// The one element inside `Body` in the page, in bytes.
    pub wrapper: Range<usize>,
    /// The wrapper's local name: the operation's, or `<Operation>Response`.
    pub name: String,
    /// The wrapper's namespace: the version's.
    pub namespace: String,
    /// Local names of the elements that stand outside `Body`, in their order.
    pub headers: Vec<String>,
    /// Declared on the envelope: prefix and URI.
    namespaces: Vec<(String, String)>,
}

impl Example {
    /// The wrapper as a document of its own: what the envelope declares is declared on it.
    pub fn wrapper_document(&self, page: &str) -> String {
        let wrapper = page.get(self.wrapper.clone()).unwrap_or_default();
        let name = 1 + wrapper
            .get(1..)
            .and_then(|rest| rest.find([' ', '\t', '\r', '\n', '/', '>']))
            .unwrap_or(0);
        let (start, rest) = wrapper.split_at(name);
        // What the wrapper declares itself comes first in the element and must not stand twice.
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let mut document = start.to_owned();
        for (prefix, uri) in &self.namespaces {
            let attribute = match prefix.as_str() {
                "" => "xmlns".to_owned(),
                prefix => format!("xmlns:{prefix}"),
            };
            if !tag
                .split_ascii_whitespace()
                .any(|word| word.starts_with(&format!("{attribute}=")))
            {
                document += &format!(" {attribute}=\"{}\"", escaped(uri));
            }
        }
        document + rest
    }

    /// The envelope, parsed; offsets in it count from the start of `self.envelope`.
    pub fn document<'p>(&self, page: &'p str) -> Result<Document<'p>, roxmltree::Error> {
        Document::parse(page.get(self.envelope.clone()).unwrap_or_default())
    }
}

fn escaped(uri: &str) -> Cow<'_, str> {
    if uri.contains(['&', '<', '"']) {
        uri.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .into()
    } else {
        uri.into()
    }
}

/// The element inside `Body`, if there is exactly one of each.
pub fn wrapper<'d, 'p>(document: &'d Document<'p>) -> Option<Node<'d, 'p>> {
    let mut bodies = body(document);
    let mut elements = bodies.next()?.children().filter(Node::is_element);
    let wrapper = elements.next()?;
    (elements.next().is_none() && bodies.next().is_none()).then_some(wrapper)
}

fn body<'d, 'p>(document: &'d Document<'p>) -> impl Iterator<Item = Node<'d, 'p>> {
    document.root_element().children().filter(|child| {
        child.tag_name().name() == "Body"
            && child
                .tag_name()
                .namespace()
                .is_some_and(|uri| ENVELOPES.contains(&uri))
    })
}

/// Whether the text is the page of an operation, as opposed to an agent's or an index.
pub fn is_operation_page(text: &str) -> bool {
    title(text).is_some()
}

/// Reads a page. What could be read comes back beside what is wrong with the rest.
///
/// Without a title nothing is known of the page, and so nothing is read.
pub fn read(page: &SourceFile) -> (Option<OperationPage>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(title) = title(&page.text) else {
        let diagnostic = Diagnostic::new(
            "no-title",
            Location::new(&page.name, 0..0),
            "the page does not name the operation that it describes",
        )
        .help("expected a title `ServicesNN.<Agent>Agent.<Operation> SOAP` in the front matter, or a heading `# ServicesNN <Agent> <Operation>`");
        return (None, vec![diagnostic]);
    };
    let blocks = blocks(page, &mut diagnostics);
    let mut parts = Parts::default();
    for section in sections(&blocks) {
        let heading = section.heading;
        if heading == title.operation {
            describe(page, &blocks[section.blocks.clone()], &mut parts);
        } else if heading.strip_prefix(title.operation).map(str::trim_start) == Some("Request") {
            parts.request = fence(page, &blocks[section.blocks.clone()], &mut diagnostics);
        } else if heading.strip_prefix(title.operation).map(str::trim_start) == Some("Response") {
            parts.response = fence(page, &blocks[section.blocks.clone()], &mut diagnostics);
        }
    }
    // A fence that is there but wrong has been reported.
    let is_whole = diagnostics.is_empty();
    for (which, found) in [("request", &parts.request), ("response", &parts.response)] {
        if found.is_none() && is_whole {
            let diagnostic = Diagnostic::new(
                "no-example",
                Location::new(&page.name, title.span.clone()),
                format!("the page of `{}` has no example {which}", title.operation),
            )
            .help("expected a heading `## <Operation> Request` or `Response`, and an `xml` fence with an envelope below it");
            diagnostics.push(diagnostic);
        }
    }
    let request = parts
        .request
        .and_then(|at| example(page, at, &title, &mut diagnostics));
    let response = parts
        .response
        .and_then(|at| example(page, at, &title, &mut diagnostics));
    if let Some(request) = request
        .as_ref()
        .filter(|request| request.name != title.operation)
    {
        let diagnostic = Diagnostic::new(
            "wrong-wrapper",
            Location::new(&page.name, request.wrapper.start..request.wrapper.start + 1),
            format!(
                "the page describes `{}`, but its request calls `{}`",
                title.operation, request.name
            ),
        )
        .other(
            Location::new(&page.name, title.span.clone()),
            "the page's title",
        );
        diagnostics.push(diagnostic);
    }
    let (summary, notes) = match parts.summary {
        Some(text) => {
            let (markup, notes) = split_notes(&text.markup);
            let summary = Text {
                markup,
                at: text.at,
            };
            (Some(summary).filter(|text| !text.markup.is_empty()), notes)
        }
        None => (None, Vec::new()),
    };
    let read = OperationPage {
        version: title.version.to_owned(),
        agent: title.agent.to_owned(),
        operation: title.operation.to_owned(),
        title: Location::new(&page.name, title.span),
        summary,
        notes,
        parameters: parts.parameters,
        returns: parts.returns,
        request,
        response,
    };
    (Some(read), diagnostics)
}

struct Title<'t> {
    version: &'t str,
    agent: &'t str,
    operation: &'t str,
    span: Range<usize>,
}

/// From the front matter's `title`, else from the first heading.
fn title(text: &str) -> Option<Title<'_>> {
    let mut offset = 0;
    let mut in_front_matter = false;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = offset + line.trim_end().len();
        offset += line.len();
        // A byte order mark is no part of the title.
        let line = line.trim_end().trim_start_matches('\u{feff}');
        let span = end - line.len()..end;
        match line {
            "---" if number == 0 => in_front_matter = true,
            "---" | "..." if in_front_matter => in_front_matter = false,
            _ if in_front_matter => {
                if let Some(value) = line.strip_prefix("title:")
                    && let Some((version, agent, operation)) = dotted(value)
                {
                    return Some(Title {
                        version,
                        agent,
                        operation,
                        span,
                    });
                }
            }
            _ => {
                if let Some(heading) = line.strip_prefix("# ") {
                    let (version, agent, operation) = spaced(heading)?;
                    return Some(Title {
                        version,
                        agent,
                        operation,
                        span,
                    });
                }
                // The title stands first; a page of another kind is not read to its end.
                if !line.is_empty() {
                    return None;
                }
            }
        }
    }
    None
}

/// `Services86.LicenseAgent.GetThing SOAP`
fn dotted(title: &str) -> Option<(&str, &str, &str)> {
    let title = title.trim().trim_matches(['"', '\'']);
    let mut words = title.split_whitespace();
    let mut names = words.next()?.split('.');
    let (version, agent, operation) = (names.next()?, names.next()?, names.next()?);
    let is_title = names.next().is_none() && matches!(words.next(), None | Some("SOAP"));
    known(version, agent.strip_suffix("Agent")?, operation).filter(|_| is_title)
}

/// `Services86 License GetThing`, with `SOAP` behind it or not.
fn spaced(heading: &str) -> Option<(&str, &str, &str)> {
    let mut words = heading.split_whitespace();
    let (version, agent, operation) = (words.next()?, words.next()?, words.next()?);
    // `Services86 License SOAP` heads the page of the whole agent.
    let is_title = operation != "SOAP" && matches!(words.next(), None | Some("SOAP"));
    known(version, agent, operation).filter(|_| is_title)
}

fn known<'t>(
    version: &'t str,
    agent: &'t str,
    operation: &'t str,
) -> Option<(&'t str, &'t str, &'t str)> {
    let number = version.strip_prefix("Services")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (is_number && is_name(agent) && is_name(operation)).then_some((version, agent, operation))
}

/// A line outside fences, or a whole fence.
#[derive(Debug)]
enum Block<'t> {
    Line(Range<usize>, &'t str),
    /// The info string, and the content.
    Fence(&'t str, Range<usize>),
}

/// What the sections of a page give before the envelopes are read.
#[derive(Default)]
struct Parts {
    summary: Option<Text>,
    parameters: Vec<Parameter>,
    returns: Option<Text>,
    request: Option<Range<usize>>,
    response: Option<Range<usize>>,
}

fn blocks<'t>(page: &'t SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Vec<Block<'t>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, Range<usize>, usize)> = None;
    let mut offset = 0;
    for line in page.text.split_inclusive('\n') {
        let span = offset..offset + line.trim_end().len();
        let start = offset;
        offset += line.len();
        let line = line.trim_end();
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => open = Some((info.trim(), span, offset)),
            (Some(""), Some((info, _, content))) => blocks.push(Block::Fence(info, content..start)),
            (_, Some(still_open)) => open = Some(still_open),
            (None, None) => blocks.push(Block::Line(span, line)),
        }
    }
    if let Some((_, mark, _)) = open {
        diagnostics.push(
            Diagnostic::new(
                "open-fence",
                Location::new(&page.name, mark),
                "the fence is not closed; the page may be truncated",
            )
            .label("opened here"),
        );
    }
    blocks
}

struct Section<'t> {
    heading: &'t str,
    blocks: Range<usize>,
}

fn sections<'t>(blocks: &[Block<'t>]) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        if let Block::Line(_, line) = block
            && let Some(heading) = line.strip_prefix("## ")
        {
            if let Some(last) = sections.last_mut() {
                last.blocks.end = index;
            }
            sections.push(Section {
                heading: heading.trim(),
                blocks: index + 1..blocks.len(),
            });
        }
    }
    sections
}

/// Reads the section that is named like the operation.
fn describe(page: &SourceFile, blocks: &[Block<'_>], parts: &mut Parts) {
    enum At {
        Summary,
        Parameter,
        Returns,
    }
    let mut summary = Builder::default();
    let mut returns = Builder::default();
    let mut parameters: Vec<(&str, Builder)> = Vec::new();
    let mut at = At::Summary;
    for block in blocks {
        let Block::Line(span, line) = block else {
            continue;
        };
        // What follows links to the WSDL and is the same on every page.
        if line.starts_with("[WSDL file") {
            break;
        }
        if let Some((name, text)) = bullet(line) {
            let mut builder = Builder::default();
            builder.line(span.end - text.len()..span.end, text);
            parameters.push((name, builder));
            at = At::Parameter;
        } else if let Some(text) = line.strip_prefix("**Returns:**") {
            returns.line(span.end - text.len()..span.end, text);
            at = At::Returns;
        } else {
            let builder = match (&at, parameters.last_mut()) {
                (At::Returns, _) => &mut returns,
                (At::Parameter, Some((_, builder))) => builder,
                _ => &mut summary,
            };
            builder.line(span.clone(), line);
        }
    }
    parts.summary = Some(summary.text(page)).filter(|text| !text.markup.is_empty());
    parts.returns = Some(returns.text(page)).filter(|text| !text.markup.is_empty());
    parts.parameters = parameters
        .into_iter()
        .map(|(name, builder)| Parameter {
            name: name.to_owned(),
            text: builder.text(page),
        })
        .collect();
}

/// `* **name:** text` gives the name and the text, which may be empty.
fn bullet(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.strip_prefix("* **")?.split_once(":**")?;
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some((name, text))
}

/// Gathers the lines of one text.
#[derive(Default)]
struct Builder {
    markup: String,
    span: Option<Range<usize>>,
}

impl Builder {
    fn line(&mut self, span: Range<usize>, line: &str) {
        self.markup += line;
        self.markup.push('\n');
        let blank = line.len() - line.trim_start().len();
        if blank < line.len() {
            let first = span.start + blank;
            let start = self.span.as_ref().map_or(first, |span| span.start);
            self.span = Some(start..span.end);
        }
    }

    fn text(self, page: &SourceFile) -> Text {
        Text {
            markup: self.markup.trim().to_owned(),
            at: Location::new(&page.name, self.span.unwrap_or(0..0)),
        }
    }
}

/// The only `xml` fence of a section.
fn fence(
    page: &SourceFile,
    blocks: &[Block<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    for block in blocks {
        let Block::Fence(info, content) = block else {
            continue;
        };
        if !info.eq_ignore_ascii_case("xml") {
            continue;
        }
        if let Some(first) = &found {
            diagnostics.push(
                Diagnostic::new(
                    "several-examples",
                    Location::new(&page.name, content.start..content.start),
                    "the section has more than one `xml` fence, so it is unclear which to read",
                )
                .other(
                    Location::new(&page.name, first.start..first.start),
                    "the first one",
                ),
            );
            return None;
        }
        found = Some(content.clone());
    }
    found
}

/// Reads as much of an envelope as says where the wrapper stands.
fn example(
    page: &SourceFile,
    fence: Range<usize>,
    title: &Title<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Example> {
    let content = page.text.get(fence.clone())?;
    // An XML declaration must stand at the very start of a document, a byte order mark nowhere.
    let text = content.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start = fence.end - text.len();
    let text = text.trim_end();
    let envelope = start..start + text.len();
    if let Some((at, message)) = super::limits::exceeded(text) {
        let at = Location::new(&page.name, start + at..start + at);
        diagnostics.push(Diagnostic::new("too-large", at, message).label("here"));
        return None;
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = start + super::position(&error, text);
            diagnostics.push(
                Diagnostic::new(
                    "bad-xml",
                    Location::new(&page.name, at..at),
                    super::describe(&error),
                )
                .label("here"),
            );
            return None;
        }
    };
    let root = document.root_element();
    let Some(wrapper) = wrapper(&document) else {
        diagnostics.push(
            Diagnostic::new(
                "no-wrapper",
                Location::new(&page.name, start..start + 1),
                "the example is no envelope with a `Body` that holds one element",
            )
            .help("expected `<Envelope>` and `<Body>` in the namespace of SOAP 1.1 or 1.2"),
        );
        return None;
    };
    let namespace = wrapper.tag_name().namespace().unwrap_or_default();
    if namespace.rsplit('/').next() != Some(title.version) {
        let at = start + wrapper.range().start;
        diagnostics.push(
            Diagnostic::new(
                "wrong-version",
                Location::new(&page.name, at..at + 1),
                format!(
                    "the page is of {}, but its example is in the namespace `{namespace}`",
                    title.version
                ),
            )
            .other(
                Location::new(&page.name, title.span.clone()),
                "the page's title",
            ),
        );
        return None;
    }
    let outside = root
        .children()
        .filter(|child| child.tag_name().name() != "Body");
    let headers = outside
        .filter(Node::is_element)
        .flat_map(|child| match child.tag_name().name() {
            "Header" => child.children().filter(Node::is_element).collect(),
            _ => vec![child],
        })
        .map(|header| header.tag_name().name().to_owned())
        .collect();
    let range = wrapper.range();
    Some(Example {
        envelope,
        wrapper: start + range.start..start + range.end,
        name: wrapper.tag_name().name().to_owned(),
        namespace: namespace.to_owned(),
        headers,
        namespaces: wrapper
            .parent()
            .unwrap_or(root)
            .namespaces()
            .filter(|namespace| namespace.name() != Some("xml"))
            .map(|namespace| {
                let prefix = namespace.name().unwrap_or_default();
                (prefix.to_owned(), namespace.uri().to_owned())
            })
            .collect(),
    })
}

/// Takes labelled notes (`<b>Online Restricted:</b> …`) out of a summary; both lose the markup
/// that separated them.
///
/// A note lasts to the end of its line, or to the next note.
pub fn split_notes(markup: &str) -> (String, Vec<Note>) {
    let mut rest = String::new();
    let mut notes = Vec::new();
    for line in markup.lines() {
        let mut before = line;
        let mut found = Vec::new();
        // From the last label to the first: each takes what is behind it.
        while let Some((start, label, text)) = last_label(before) {
            found.push(Note {
                label: label.to_owned(),
                markup: text.trim().to_owned(),
            });
            before = &before[..start];
        }
        if found.is_empty() {
            rest += line;
            rest.push('\n');
            continue;
        }
        notes.extend(found.into_iter().rev());
        let before = without_break(before);
        if !before.is_empty() {
            rest += before;
            rest.push('\n');
        }
    }
    (without_break(&rest).to_owned(), notes)
}

/// The start, the label and the text of the last `<b>… Restricted:</b>` of a line.
fn last_label(line: &str) -> Option<(usize, &str, &str)> {
    ["b", "strong"]
        .iter()
        .filter_map(|tag| {
            let open = format!("<{tag}>");
            let close = format!("</{tag}>");
            let start = line.rfind(&open)?;
            let (label, text) = line[start + open.len()..].split_once(&close)?;
            let label = label.trim().strip_suffix(':')?;
            label
                .ends_with("Restricted")
                .then_some((start, label, text))
        })
        .max_by_key(|(start, ..)| *start)
}

/// Without the paragraph marks and line breaks at the end.
fn without_break(mut text: &str) -> &str {
    const BREAKS: [&str; 8] = [
        "<para />", "<para/>", "<p />", "<p/>", "<p></p>", "<br />", "<br/>", "<p>",
    ];
    loop {
        text = text.trim_end();
        match BREAKS.iter().find_map(|mark| text.strip_suffix(mark)) {
            Some(shorter) => text = shorter,
            None => return text.trim_start(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const PAGE: &str = r#"---
title: Services99.GardenAgent.WaterBeds SOAP
uid: own-words
---

# Services99 Garden WaterBeds

Spoken at **Remote/Services99/Garden.svc**

## WaterBeds

Waters the beds.
Twice if it is hot.
<para /><b>Online Restricted:</b> Only the gardener may.

* **bedIds:** Which beds.

Those that are dry already count twice.
* **how_much:**

**Returns:** The water left.

[WSDL file for Services99/Garden](../Services99-Garden.md)

Never read.

## WaterBeds Request

```xml
<?xml version="1.0" encoding="UTF-8"?>
<E:Envelope xmlns:E="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:g="http://example.org/Services99">
 <g:ApplicationToken>t</g:ApplicationToken>
 <E:Body><g:WaterBeds><g:HowMuch i:nil="true"/></g:WaterBeds></E:Body>
</E:Envelope>
```

## WaterBeds Response

```xml
<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header><Succeeded xmlns="http://example.org/Services99"/></Header><Body>
 <WaterBedsResponse xmlns="http://example.org/Services99"/></Body></Envelope>
```
"#;

    /// What was read, and what was wrong.
    fn shown(text: &str) -> (String, String) {
        let page = SourceFile::new("page.md", text);
        let (read, diagnostics) = read(&page);
        let mut wrong = String::new();
        for diagnostic in &diagnostics {
            let (line, column) =
                crate::diagnostic::line_column(&page.text, diagnostic.at.span.start);
            wrong += &format!(
                "{line}:{column} {}: {}\n",
                diagnostic.code, diagnostic.message
            );
        }
        let Some(read) = read else {
            return (String::new(), wrong);
        };
        let slice = |at: &Location| &page.text[at.span.clone()];
        let mut shown = format!("{} {} {}\n", read.version, read.agent, read.operation);
        shown += &format!("title {:?}\n", slice(&read.title));
        if let Some(text) = &read.summary {
            shown += &format!("summary {:?}\n", text.markup);
        }
        for note in &read.notes {
            shown += &format!("note {:?} {:?}\n", note.label, note.markup);
        }
        for parameter in &read.parameters {
            shown += &format!("parameter {} {:?}\n", parameter.name, parameter.text.markup);
        }
        if let Some(text) = &read.returns {
            shown += &format!("returns {:?} at {:?}\n", text.markup, slice(&text.at));
        }
        for example in [&read.request, &read.response].into_iter().flatten() {
            shown += &format!(
                "{} beside {:?}: {}\n",
                example.name,
                example.headers,
                example.wrapper_document(&page.text)
            );
            let document = example.document(&page.text).expect("it was parsed before");
            let wrapper = wrapper(&document).expect("it was found before");
            assert_eq!(
                page.text[example.wrapper.clone()],
                document.input_text()[wrapper.range()]
            );
            Document::parse(&example.wrapper_document(&page.text)).expect("self-contained");
        }
        (shown, wrong)
    }

    fn check(text: &str, expect: Expect) {
        let (shown, wrong) = shown(text);
        expect.assert_eq(&format!("{wrong}{shown}"));
    }

    #[test]
    fn whole_page() {
        check(
            PAGE,
            expect![[r#"
                Services99 Garden WaterBeds
                title "title: Services99.GardenAgent.WaterBeds SOAP"
                summary "Waters the beds.\nTwice if it is hot."
                note "Online Restricted" "Only the gardener may."
                parameter bedIds "Which beds.\n\nThose that are dry already count twice."
                parameter how_much ""
                returns "The water left." at "The water left."
                WaterBeds beside ["ApplicationToken"]: <g:WaterBeds xmlns:E="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:g="http://example.org/Services99"><g:HowMuch i:nil="true"/></g:WaterBeds>
                WaterBedsResponse beside ["Succeeded"]: <WaterBedsResponse xmlns="http://example.org/Services99"/>
            "#]],
        );
    }

    #[test]
    fn line_ends_and_byte_order_mark_change_nothing() {
        let windows = format!("\u{feff}{}", PAGE.replace('\n', "\r\n"));
        let page = SourceFile::new("page.md", windows);
        let (Some(read), diagnostics) = read(&page) else {
            panic!("no title")
        };
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        assert_eq!(read.operation, "WaterBeds");
        assert_eq!(
            read.parameters[0].text.markup,
            "Which beds.\n\nThose that are dry already count twice."
        );
        assert_eq!(
            read.request.map(|example| example.name).as_deref(),
            Some("WaterBeds")
        );
    }

    #[test]
    fn title_from_the_heading_where_there_is_no_front_matter() {
        let page = "# Services99 Garden Prune SOAP\n\n## Prune\n\nCuts.\n";
        check(
            page,
            expect![[r##"
                1:1 no-example: the page of `Prune` has no example request
                1:1 no-example: the page of `Prune` has no example response
                Services99 Garden Prune
                title "# Services99 Garden Prune SOAP"
                summary "Cuts."
            "##]],
        );
    }

    #[test]
    fn other_pages_are_not_taken_for_operations() {
        for text in [
            "",
            "# Garden\n",
            "# Services99 Garden SOAP\n",
            "---\ntitle: Services99.GardenAgent SOAP\n---\n# Services99 Garden\n",
            "---\ntitle: A guide\n---\n\nServices99 Garden WaterBeds\n",
            "# ServicesNN Garden WaterBeds\n",
            "---\n# Services99 Garden WaterBeds\n",
        ] {
            assert!(!is_operation_page(text), "{text:?}");
        }
        check(
            "# Garden\n",
            expect![[r#"
            1:1 no-title: the page does not name the operation that it describes
        "#]],
        );
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let check = |text: String, expect: Expect| expect.assert_eq(&shown(&text).1);
        check(
            PAGE.replace("</g:WaterBeds></E:Body>", "</E:Body>"),
            expect![[r#"
                33:48 bad-xml: the XML is malformed: expected 'g:WaterBeds' tag, not 'E:Body'
            "#]],
        );
        check(
            PAGE.replace("g:WaterBeds>", "g:Dig>"),
            expect![[r#"
            33:10 wrong-wrapper: the page describes `WaterBeds`, but its request calls `Dig`
        "#]],
        );
        check(
            PAGE.replace("org/Services99", "org/Services98"),
            expect![[r#"
            33:10 wrong-version: the page is of Services99, but its example is in the namespace `http://example.org/Services98`
            41:2 wrong-version: the page is of Services99, but its example is in the namespace `http://example.org/Services98`
        "#]],
        );
        check(
            PAGE[..PAGE.len() - 10].to_owned(),
            expect![[r#"
            39:1 open-fence: the fence is not closed; the page may be truncated
        "#]],
        );
        check(
            PAGE.replace("E:Body>", "E:Bode>"),
            expect![[r#"
            30:1 no-wrapper: the example is no envelope with a `Body` that holds one element
        "#]],
        );
        check(
            PAGE.replace("## WaterBeds Response", "```xml\n<a/>\n```\n"),
            expect![[r#"
            38:1 several-examples: the section has more than one `xml` fence, so it is unclear which to read
        "#]],
        );
        check(
            PAGE.replace("```xml", "```"),
            expect![[r#"
            2:1 no-example: the page of `WaterBeds` has no example request
            2:1 no-example: the page of `WaterBeds` has no example response
        "#]],
        );
    }

    #[test]
    fn notes_leave_the_summary() {
        let check = |markup: &str, expect: Expect| expect.assert_debug_eq(&split_notes(markup));
        check(
            "Plain.",
            expect![[r#"
            (
                "Plain.",
                [],
            )
        "#]],
        );
        check(
            "Cuts.<br/><strong>Online Restricted:</strong> Not online.\nMore.",
            expect![[r#"
                (
                    "Cuts.\nMore.",
                    [
                        Note {
                            label: "Online Restricted",
                            markup: "Not online.",
                        },
                    ],
                )
            "#]],
        );
        check(
            "<b>Bold:</b> stays.",
            expect![[r#"
            (
                "<b>Bold:</b> stays.",
                [],
            )
        "#]],
        );
        check(
            "<p></p><b>Online Restricted:</b> One. <b>Onsite Restricted:</b> Two.",
            expect![[r#"
                (
                    "",
                    [
                        Note {
                            label: "Online Restricted",
                            markup: "One.",
                        },
                        Note {
                            label: "Onsite Restricted",
                            markup: "Two.",
                        },
                    ],
                )
            "#]],
        );
    }
}

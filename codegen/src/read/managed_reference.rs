//! Reads docfx's ManagedReference files: what the vendor's .NET library says of types, members,
//! enum values and the methods of agents.
//!
//! Such a file is YAML with `### YamlMime:ManagedReference` on its first line. Its `items` are
//! read, and of each the few keys that hold names and prose; `references`, more than half of a
//! file, are not. Anchors and aliases do not occur; an alias reads as nothing, so that no input
//! grows while it is read.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::diagnostic::{Diagnostic, Location, SourceFile};

/// A type, a member of one, or a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// `SuperOffice.CRM.Services.Address.Street`; of a method with its signature behind it.
    pub uid: String,
    /// `Class`, `Enum`, `Interface`, `Property`, `Field`, `Method` …
    pub kind: String,
    /// The uid of the type that the member belongs to, or the namespace of the type.
    pub parent: String,
    pub summary: Option<String>,
    pub remarks: Option<String>,
    /// Of a method: name and description of each parameter that is described.
    pub parameters: Vec<(String, String)>,
    pub returns: Option<String>,
}

impl Item {
    /// `Street`: the last segment of the name, without a signature.
    pub fn name(&self) -> &str {
        last_segment(&self.uid)
    }
}

/// The last name in a uid: `SuperOffice.CRM.Services.IBatchAgent.Stop(System.Int32)` → `Stop`.
pub fn last_segment(uid: &str) -> &str {
    let path = uid.split('(').next().unwrap_or(uid);
    // `Get``1` is generic in one parameter.
    let path = path.split('`').next().unwrap_or(path).trim_end_matches('*');
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether the text says of itself that it is such a file.
pub fn is_managed_reference(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().next();
    first.is_some_and(|line| line.trim_end() == "### YamlMime:ManagedReference")
}

/// Reads the items of one file, in their order.
pub fn read(file: &SourceFile) -> Result<Vec<Item>, Box<Diagnostic>> {
    let items = items(&file.text).map_err(|error| {
        let (at, message) = match error {
            Error::Syntax(error) => (
                offset_of(&file.text, &error),
                format!("the YAML is malformed: {}", error.info()),
            ),
            Error::TooDeep { line } => (
                file.text
                    .split_inclusive('\n')
                    .take(line.saturating_sub(1))
                    .map(str::len)
                    .sum(),
                "the YAML is nested deeper than any such file".to_owned(),
            ),
        };
        let at = Location::new(&file.name, at..at);
        Box::new(Diagnostic::new("malformed-yaml", at, message).label("here"))
    })?;
    Ok(items.into_iter().filter_map(item).collect())
}

enum Error {
    Syntax(ScanError),
    TooDeep { line: usize },
}

/// A value of which all scalars are text.
enum Node {
    Nothing,
    Text(String),
    Sequence(Vec<Node>),
    Mapping(BTreeMap<String, Node>),
}

impl Node {
    fn take_text(&mut self, key: &str) -> Option<String> {
        match self {
            Self::Mapping(entries) => match entries.remove(key) {
                Some(Self::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    }

    fn take(&mut self, key: &str) -> Self {
        match self {
            Self::Mapping(entries) => entries.remove(key).unwrap_or(Self::Nothing),
            _ => Self::Nothing,
        }
    }
}

fn item(mut node: Node) -> Option<Item> {
    let mut syntax = node.take("syntax");
    let parameters = match syntax.take("parameters") {
        Node::Sequence(parameters) => parameters,
        _ => Vec::new(),
    };
    let named = |mut parameter: Node| {
        let name = parameter.take_text("id")?;
        Some((name, parameter.take_text("description")?))
    };
    Some(Item {
        uid: node.take_text("uid")?,
        kind: node.take_text("type")?,
        parent: node.take_text("parent").unwrap_or_default(),
        summary: node.take_text("summary"),
        remarks: node.take_text("remarks"),
        parameters: parameters.into_iter().filter_map(named).collect(),
        returns: syntax.take("return").take_text("description"),
    })
}

/// What is open while events come.
enum Open {
    Sequence(Vec<Node>),
    /// The entries so far, and the key whose value is awaited.
    Mapping(BTreeMap<String, Node>, Option<String>),
}

/// The values of the top-level key `items`; reading stops behind them.
fn items(text: &str) -> Result<Vec<Node>, Error> {
    // docfx files are five deep. A tree is dropped by recursion, so its depth must have an end.
    const DEEPEST: usize = 64;
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(Error::Syntax)?;
        let done = match event {
            Event::Scalar(text, style, ..) => match (style, &*text) {
                (ScalarStyle::Plain, "" | "~" | "null") => Node::Nothing,
                _ => Node::Text(text.into_owned()),
            },
            Event::Alias(_) => Node::Nothing,
            Event::SequenceStart(..) => {
                open.push(Open::Sequence(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Mapping(BTreeMap::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::Sequence(values)) => Node::Sequence(values),
                Some(Open::Mapping(entries, _)) => Node::Mapping(entries),
                None => continue,
            },
            _ => continue,
        };
        if open.len() > DEEPEST {
            return Err(Error::TooDeep {
                line: span.start.line(),
            });
        }
        let depth = open.len();
        match open.last_mut() {
            Some(Open::Sequence(values)) => values.push(done),
            Some(Open::Mapping(entries, key)) => match key.take() {
                None => {
                    *key = Some(match done {
                        Node::Text(key) => key,
                        // A key of another kind names nothing that is read.
                        _ => String::new(),
                    });
                }
                Some(key) if depth == 1 && key == "items" => {
                    return Ok(match done {
                        Node::Sequence(items) => items,
                        _ => Vec::new(),
                    });
                }
                Some(key) => {
                    entries.insert(key, done);
                }
            },
            None => {}
        }
    }
    Ok(Vec::new())
}

/// The parser counts characters.
fn offset_of(text: &str, error: &ScanError) -> usize {
    let index = error.marker().index();
    text.char_indices()
        .nth(index)
        .map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        assert!(is_managed_reference(text));
        match read(&SourceFile::new("own.yml", text)) {
            Ok(items) => expect.assert_debug_eq(&items),
            Err(diagnostic) => {
                let (line, column) = crate::diagnostic::line_column(text, diagnostic.at.span.start);
                expect.assert_eq(&format!("{line}:{column} {}\n", diagnostic.message));
            }
        }
    }

    #[test]
    fn names_and_prose_are_read() {
        check(
            r#"### YamlMime:ManagedReference
items:
- uid: Own.Garden.Bed
  type: Class
  parent: Own.Garden
  children: [Own.Garden.Bed.Size]
  summary: "\nA bed &amp; what grows in it.\n"
  langs:
  - csharp
  syntax:
    content: 'public class Bed'
- uid: Own.Garden.IGardenAgent.Plan(System.Int32,System.String)
  type: Method
  parent: Own.Garden.IGardenAgent
  summary: >-
    Plans the
    year.
  remarks: |
    Twice,
    if need be.
  syntax:
    parameters:
    - id: no
      type: System.Int32
      description: How many.
    - id: name
      type: System.String
    return:
      type: Own.Garden.Plan
      description: "The plan."
- uid: Own.Garden.BedKind.None
  type: Field
  parent: Own.Garden.BedKind
  summary: ~
- name: an item without a uid is nothing that could be found
references:
- this: is not read, even if it is : broken
"#,
            expect![[r#"
                [
                    Item {
                        uid: "Own.Garden.Bed",
                        kind: "Class",
                        parent: "Own.Garden",
                        summary: Some(
                            "A bed &amp; what grows in it.",
                        ),
                        remarks: None,
                        parameters: [],
                        returns: None,
                    },
                    Item {
                        uid: "Own.Garden.IGardenAgent.Plan(System.Int32,System.String)",
                        kind: "Method",
                        parent: "Own.Garden.IGardenAgent",
                        summary: Some(
                            "Plans the year.",
                        ),
                        remarks: Some(
                            "Twice,\nif need be.",
                        ),
                        parameters: [
                            (
                                "no",
                                "How many.",
                            ),
                        ],
                        returns: Some(
                            "The plan.",
                        ),
                    },
                    Item {
                        uid: "Own.Garden.BedKind.None",
                        kind: "Field",
                        parent: "Own.Garden.BedKind",
                        summary: None,
                        remarks: None,
                        parameters: [],
                        returns: None,
                    },
                ]
            "#]],
        );
        check(
            "### YamlMime:ManagedReference\n",
            expect![[r#"
            []
        "#]],
        );
        check(
            "### YamlMime:ManagedReference\nitems: word\n",
            expect![[r#"
            []
        "#]],
        );
        check(
            "\u{feff}### YamlMime:ManagedReference\r\nitems:\r\n- uid: a\r\n  type: b\r\n",
            expect![[r#"
            [
                Item {
                    uid: "a",
                    kind: "b",
                    parent: "",
                    summary: None,
                    remarks: None,
                    parameters: [],
                    returns: None,
                },
            ]
        "#]],
        );
    }

    #[test]
    fn names_lose_path_and_signature() {
        let check = |uid, name| assert_eq!(last_segment(uid), name);
        check("Own.Garden.Bed", "Bed");
        check("Own.IAgent.Stop(System.Int32,Own.Garden.Bed)", "Stop");
        check("Own.IAgent.Get``1(``0)", "Get");
        check("Own.IAgent.Get*", "Get");
        check("Bed", "Bed");
    }

    #[test]
    fn broken_files_are_told() {
        check(
            "### YamlMime:ManagedReference\nitems:\n- uid: \"ä\n",
            expect![[r#"
            3:8 the YAML is malformed: while scanning a quoted scalar, found unexpected end of stream
        "#]],
        );
        check(
            "### YamlMime:ManagedReference\nitems:\n\t- uid: a\n",
            expect![[r#"
            3:2 the YAML is malformed: tabs disallowed within this context (block indentation)
        "#]],
        );
        check(
            "### YamlMime:ManagedReference\na: &a [x]\nitems: [*a, *b]\n",
            expect![[r#"
            3:13 the YAML is malformed: while parsing node, found unknown anchor
        "#]],
        );
        let deep = format!(
            "### YamlMime:ManagedReference\nitems: {}",
            "[".repeat(10_000)
        );
        check(
            &deep,
            expect![[r#"
            2:263 the YAML is malformed: recursion limit exceeded
        "#]],
        );
        let deep = format!(
            "### YamlMime:ManagedReference\nitems:\n {}a",
            "- ".repeat(100)
        );
        check(
            &deep,
            expect![[r#"
            3:1 the YAML is nested deeper than any such file
        "#]],
        );
        assert!(!is_managed_reference("items: []\n"));
    }
}

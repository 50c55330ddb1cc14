//! Contracts of our own, broken in every way that can be made systematically: each is either read
//! for what it says or refused with a place, and none of them makes the generator panic or hang.

#![allow(clippy::unwrap_used, reason = "a failed test says where")]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use superoffice_codegen::diagnostic::{Diagnostic, SourceFile};
use superoffice_codegen::lower::names::Table;
use superoffice_codegen::lower::secrets::Secrets;
use superoffice_codegen::read::operation_page;
use superoffice_codegen::{canonical, diagnostic, generate, model, read};

#[path = "notation/mod.rs"]
mod notation;

const WORKSHOP: &str = include_str!("obstacle/Workshop.wsdl");
const STORE: &str = include_str!("obstacle/Store.wsdl");
const CANONICAL: [(&str, &str); 6] = [
    (
        "Workshop.wsdl",
        include_str!("obstacle/canonical/Workshop.wsdl"),
    ),
    ("types.xsd", include_str!("obstacle/canonical/types.xsd")),
    ("metal.xsd", include_str!("obstacle/canonical/metal.xsd")),
    ("round.xsd", include_str!("obstacle/canonical/round.xsd")),
    ("arrays.xsd", include_str!("obstacle/canonical/arrays.xsd")),
    (
        "serialization.xsd",
        include_str!("obstacle/canonical/serialization.xsd"),
    ),
];

/// One that has a form in Rust, which the obstacle course has not.
static LIBRARY: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let api = notation::api(
        "Services99",
        "
        header ApplicationToken: string?
        header Credentials: Ticket?
        header TimeZone: Ticket?
        header ExceptionInfo: Trouble?
        header ExtraInfo: Words?
        header Succeeded: boolean
        struct Ticket { Ticket: string? }
        struct Trouble { Message: string?, Inner: Trouble? }
        dictionary Words { WordPair, Key: string!?, Value: string!? }
        Library.Get(Id: int) -> Book?
        Library.Find(Word: string?, Moods: Moods) -> ArrayOfBook?
        Library.Several(Id: int) -> Length: int, Response: base64Binary?
        struct Carrier { Right: string? }
        struct Book: Carrier { Id: int, Title: string?, State: State, Words: Words? }
        array ArrayOfBook { Book: Book? }
        enum State { Free, Lent = 7 }
        flags Moods { Sad, Glad }
        ",
    );
    canonical::write(&api)
});

/// The headers that every operation has, as short as they can be.
const HEADERS: &str = "header ApplicationToken: string?
    header Credentials: string?
    header TimeZone: string?
    header ExceptionInfo: string?
    header ExtraInfo: string?
    header Succeeded: boolean";

/// What one of them may take; all of them together take a few seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// One broken input: what was done to which document, and the documents.
struct Case {
    what: String,
    files: Vec<SourceFile>,
    /// It cannot be read, whatever the reader makes of it.
    is_hopeless: bool,
}

/// A document that is broken while the others stay as they are.
struct Victim {
    name: &'static str,
    text: &'static str,
    others: Vec<(&'static str, &'static str)>,
}

fn victims() -> Vec<Victim> {
    let library = |name| Victim {
        name,
        text: LIBRARY[name].as_str(),
        others: LIBRARY
            .iter()
            .filter(|(other, _)| *other != name)
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect(),
    };
    let mut victims = vec![
        library("Library.wsdl"),
        library("types.xsd"),
        Victim {
            name: "Workshop.wsdl",
            text: WORKSHOP,
            others: vec![("Store.wsdl", STORE)],
        },
    ];
    for (name, text) in CANONICAL {
        let others = CANONICAL
            .into_iter()
            .filter(|(other, _)| *other != name)
            .collect();
        victims.push(Victim { name, text, others });
    }
    victims
}

impl Victim {
    fn case(&self, what: String, text: String) -> Case {
        let others = self
            .others
            .iter()
            .map(|(name, text)| SourceFile::new(*name, *text));
        let files = [SourceFile::new(self.name, text)]
            .into_iter()
            .chain(others)
            .collect();
        Case {
            what: format!("{}: {what}", self.name),
            files,
            is_hopeless: false,
        }
    }

    /// With a part of the text replaced.
    fn edit(&self, what: String, range: std::ops::Range<usize>, with: &str) -> Case {
        let mut text = self.text.to_owned();
        text.replace_range(range, with);
        self.case(what, text)
    }

    /// Cut off after every hundredth of it.
    fn truncations(&self) -> Vec<Case> {
        (0..100)
            .map(|hundredth| {
                let mut end = self.text.len() * hundredth / 100;
                while !self.text.is_char_boundary(end) {
                    end -= 1;
                }
                let case = self.case(format!("cut at {hundredth} %"), self.text[..end].to_owned());
                Case {
                    is_hopeless: true,
                    ..case
                }
            })
            .collect()
    }

    /// Each element removed, renamed, put into no namespace, doubled and emptied in turn.
    fn elements(&self) -> Vec<Case> {
        let document = roxmltree::Document::parse(self.text).unwrap();
        let mut cases = Vec::new();
        for node in document
            .root()
            .descendants()
            .filter(roxmltree::Node::is_element)
        {
            let range = node.range();
            let source = &self.text[range.clone()];
            let start = source.find([' ', '>', '/', '\n']).unwrap();
            let qualified = &source[1..start];
            let what = |how: &str| format!("<{qualified}> at {} {how}", range.start);
            if node != document.root_element() {
                cases.push(self.edit(what("removed"), range.clone(), ""));
                let twice = format!("{source}{source}");
                cases.push(self.edit(what("doubled"), range.clone(), &twice));
            }
            let (prefix, local) = match qualified.split_once(':') {
                Some((prefix, local)) => (format!("{prefix}:"), local),
                None => (String::new(), qualified),
            };
            for (how, name) in [
                ("renamed", format!("{prefix}{local}X")),
                ("out of its namespace", format!("nothing:{local}")),
                ("swapped for a choice", format!("{prefix}choice")),
            ] {
                let mut renamed = source.replacen(qualified, &name, 1);
                let closing = format!("</{qualified}>");
                if let Some(at) = renamed
                    .rfind(&closing)
                    .filter(|_| source.ends_with(&closing))
                {
                    renamed.replace_range(at.., &format!("</{name}>"));
                }
                cases.push(self.edit(what(how), range.clone(), &renamed));
            }
            if node.has_children() {
                let head = source.find('>').unwrap();
                let emptied = format!("{}/>", &source[..head]);
                cases.push(self.edit(what("emptied"), range.clone(), &emptied));
            }
        }
        cases
    }

    /// Each attribute removed, renamed and given other values in turn.
    fn attributes(&self) -> Vec<Case> {
        let document = roxmltree::Document::parse(self.text).unwrap();
        let huge = "x".repeat(1 << 16);
        let values = [
            "",
            "no such thing",
            "nothing:here",
            "xs:nothing",
            "1NotAName",
            "-1",
            "99999999999999999999999999",
            "unbounded",
            "true",
            "&lt;&#0;",
            huge.as_str(),
        ];
        let mut cases = Vec::new();
        for node in document
            .root()
            .descendants()
            .filter(roxmltree::Node::is_element)
        {
            for attribute in node.attributes() {
                let range = attribute.range();
                let value = attribute.range_value();
                let name = attribute.name();
                let what = |how: &str| format!("`{name}` at {} {how}", range.start);
                cases.push(self.edit(what("removed"), range.clone(), ""));
                let renamed = format!("x{}", &self.text[range.clone()]);
                cases.push(self.edit(what("renamed"), range.clone(), &renamed));
                // Each value would be tens of thousands of cases: they take turns.
                let value_of_turn = values[cases.len() % values.len()];
                let short: String = value_of_turn.chars().take(20).collect();
                cases.push(self.edit(what(&format!("says `{short}`")), value, value_of_turn));
            }
        }
        cases
    }

    /// Each namespace swapped for another, wherever it is declared.
    fn namespaces(&self) -> Vec<Case> {
        let document = roxmltree::Document::parse(self.text).unwrap();
        let uris: std::collections::BTreeSet<&str> = document
            .root()
            .descendants()
            .flat_map(|node| node.namespaces())
            .map(roxmltree::Namespace::uri)
            .collect();
        let mut cases = Vec::new();
        for uri in &uris {
            for other in uris.iter().copied().chain(["", "urn:other"]) {
                let what = format!("namespace `{uri}` is `{other}`");
                let from = format!("\"{uri}\"");
                cases.push(self.case(what, self.text.replace(&from, &format!("\"{other}\""))));
            }
        }
        cases
    }

    /// Every name of a type, element or message given to another of its kind.
    fn duplicate_names(&self) -> Vec<Case> {
        let document = roxmltree::Document::parse(self.text).unwrap();
        let mut before: BTreeMap<String, &str> = BTreeMap::new();
        let mut cases = Vec::new();
        for node in document.root().descendants() {
            let Some(name) = node.attribute_node("name") else {
                continue;
            };
            let parent = node.parent().map_or(0, |parent| parent.range().start);
            let kind = format!("{parent} {}", node.tag_name().name());
            if let Some(earlier) = before.insert(kind, name.value()) {
                let what = format!("`{}` is called `{earlier}` too", name.value());
                cases.push(self.edit(what, name.range_value(), earlier));
            }
        }
        cases
    }
}

/// A whole WSDL with these types in its schema, and one operation that takes `Subject`.
fn with_types(what: &str, types: &str) -> Case {
    let text = WORKSHOP.replacen("</xs:schema>", &format!("{types}</xs:schema>"), 1);
    let files = vec![SourceFile::new("Workshop.wsdl", text)];
    Case {
        what: what.to_owned(),
        files,
        is_hopeless: false,
    }
}

/// Two documents about one agent that do not say the same.
fn disagreeing(what: &str, contracts: [&str; 2]) -> Case {
    let files = ["first", "second"].into_iter().zip(contracts);
    let files = files.flat_map(|(folder, contract)| {
        let contract = format!("{HEADERS}\n{contract}");
        canonical::write(&notation::api("Services99", &contract))
            .into_iter()
            .map(move |(name, text)| SourceFile::new(format!("{folder}/{name}"), text))
    });
    Case {
        what: what.to_owned(),
        files: files.collect(),
        is_hopeless: true,
    }
}

fn by_hand() -> Vec<Case> {
    let lone = |what: &str, text: String| Case {
        what: what.to_owned(),
        files: vec![SourceFile::new("Workshop.wsdl", text)],
        is_hopeless: true,
    };
    let deep = 100_000;
    let laughs: String = (1..20)
        .map(|level| {
            let inner = format!("&l{};", level - 1).repeat(10);
            format!("<!ENTITY l{level} \"{inner}\">")
        })
        .collect();
    let many = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let two = "Bell.Mute()\nBell.Ring()";
    vec![
        disagreeing("an operation less", [two, "Bell.Ring()"]),
        disagreeing("an operation more", ["Bell.Ring()", two]),
        lone("nothing", String::new()),
        lone("a byte order mark", "\u{feff}".to_owned()),
        lone("blanks", " \n\t".repeat(1000)),
        lone("no XML", "{\"wsdl\": 1}".to_owned()),
        lone(
            "HTML",
            "<!DOCTYPE html><html><body>404</body></html>".to_owned(),
        ),
        lone(
            "control characters",
            WORKSHOP.replacen("Workshop", "Work\u{1}shop", 1),
        ),
        lone("another root", "<a/>".to_owned()),
        lone("nested too deep", "<a>".repeat(deep) + &"</a>".repeat(deep)),
        lone(
            "entities that multiply",
            format!("<!DOCTYPE a [<!ENTITY l0 \"ha\">{laughs}]><a>&l19;</a>"),
        ),
        lone(
            "an external entity",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".to_owned(),
        ),
        lone(
            "an entity of itself",
            "<!DOCTYPE a [<!ENTITY x \"&x;\">]><a>&x;</a>".to_owned(),
        ),
        lone(
            "attributes without end",
            format!("<a {}/>", many(&|n| format!("a{n}=\"\" "))),
        ),
        lone(
            "one attribute many times",
            format!("<a {}/>", many(&|_| "a=\"\" ".to_owned())),
        ),
        lone(
            "prefixes without end",
            format!("<a {}/>", many(&|n| format!("xmlns:a{n}=\"u{n}\" "))),
        ),
        with_types(
            "a base that is its own",
            "<xs:complexType name=\"A\"><xs:complexContent><xs:extension base=\"tns:A\">\
             <xs:sequence/></xs:extension></xs:complexContent></xs:complexType>",
        ),
        with_types(
            "bases in a circle",
            "<xs:complexType name=\"A\"><xs:complexContent><xs:extension base=\"tns:B\">\
             <xs:sequence/></xs:extension></xs:complexContent></xs:complexType>\
             <xs:complexType name=\"B\"><xs:complexContent><xs:extension base=\"tns:A\">\
             <xs:sequence/></xs:extension></xs:complexContent></xs:complexType>",
        ),
        with_types(
            "types in a circle, all required",
            "<xs:complexType name=\"A\"><xs:sequence><xs:element name=\"B\" type=\"tns:B\"/>\
             </xs:sequence></xs:complexType>\
             <xs:complexType name=\"B\"><xs:sequence><xs:element name=\"A\" type=\"tns:A\"/>\
             </xs:sequence></xs:complexType>",
        ),
        with_types(
            "arrays in a circle",
            "<xs:complexType name=\"ArrayOfA\"><xs:sequence><xs:element name=\"A\" minOccurs=\"0\" \
             maxOccurs=\"unbounded\" type=\"tns:ArrayOfA\"/></xs:sequence></xs:complexType>",
        ),
        with_types(
            "twenty thousand fields",
            &format!(
                "<xs:complexType name=\"A\"><xs:sequence>{}</xs:sequence></xs:complexType>",
                many(&|n| format!("<xs:element minOccurs=\"0\" name=\"F{n}\" type=\"xs:int\"/>"))
            ),
        ),
        with_types(
            "two thousand fields",
            &format!(
                "<xs:complexType name=\"A\"><xs:sequence>{}</xs:sequence></xs:complexType>",
                (0..2000)
                    .map(|n| format!("<xs:element minOccurs=\"0\" name=\"F{n}\" type=\"xs:int\"/>"))
                    .collect::<String>()
            ),
        ),
        with_types(
            "twenty thousand types, each on the one before",
            &many(&|n| {
                format!(
                    "<xs:complexType name=\"T{n}\"><xs:complexContent><xs:extension \
                     base=\"tns:T{}\"><xs:sequence/></xs:extension></xs:complexContent>\
                     </xs:complexType>",
                    n.saturating_sub(1)
                )
            }),
        ),
        with_types(
            "five thousand types, each in the one before",
            &(0..5000)
                .map(|n| {
                    format!(
                        "<xs:complexType name=\"T{n}\"><xs:sequence><xs:element minOccurs=\"0\" \
                         nillable=\"true\" name=\"N\" type=\"tns:T{}\"/></xs:sequence>\
                         </xs:complexType>",
                        (n + 1) % 5000
                    )
                })
                .collect::<String>(),
        ),
        with_types(
            "an enum with numbers that do not fit",
            "<xs:simpleType name=\"E\"><xs:restriction base=\"xs:string\"><xs:enumeration \
             value=\"A\"><xs:annotation><xs:appinfo><EnumerationValue xmlns=\"http://schemas.\
             microsoft.com/2003/10/Serialization/\">9223372036854775808</EnumerationValue>\
             </xs:appinfo></xs:annotation></xs:enumeration></xs:restriction></xs:simpleType>",
        ),
        with_types(
            "a flag set with more members than bits",
            &format!(
                "<xs:simpleType name=\"E\"><xs:list><xs:simpleType><xs:restriction \
                 base=\"xs:string\">{}</xs:restriction></xs:simpleType></xs:list></xs:simpleType>",
                (0..200)
                    .map(|n| format!("<xs:enumeration value=\"M{n}\"/>"))
                    .collect::<String>()
            ),
        ),
    ]
}

/// What is wrong with how a case ended; nothing if all is well.
fn judge(case: &Case) -> Result<Ending, String> {
    let started = Instant::now();
    let ending = catch_unwind(AssertUnwindSafe(|| end(case)))
        .unwrap_or_else(|_| Err("panicked".to_owned()))?;
    let took = started.elapsed();
    if took > PATIENCE {
        return Err(format!("took {took:?}"));
    }
    Ok(ending)
}

/// How far a case came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    Refused,
    /// It is a contract, and one that has no form in Rust.
    Read,
    Generated,
}

fn end(case: &Case) -> Result<Ending, String> {
    let apis = match read::read(&case.files) {
        Ok(apis) => apis,
        Err(list) => return placed(&list, &case.files).map(|()| Ending::Refused),
    };
    if case.is_hopeless && !apis.is_empty() {
        return Err("was read".to_owned());
    }
    // It says something else than the original, and what it says must come through.
    for api in &apis {
        let files: Vec<SourceFile> = canonical::write(api)
            .into_iter()
            .map(|(name, text)| SourceFile::new(name, text))
            .collect();
        match read::read_version(&files) {
            Ok(again) if again == *api => {}
            Ok(_) => return Err("reads otherwise in canonical form".to_owned()),
            Err(list) => return Err(format!("has no canonical form: {list:?}")),
        }
    }
    let (names, secrets) = (Table::default(), Secrets::default());
    match generate(
        &apis,
        &BTreeMap::new(),
        &names,
        &secrets,
        None,
        &|_| true,
        &(),
    ) {
        Ok(_) => Ok(Ending::Generated),
        Err(list) => placed(&list, &case.files).map(|()| Ending::Read),
    }
}

fn placed(list: &[Diagnostic], files: &[SourceFile]) -> Result<(), String> {
    if list.is_empty() {
        return Err("was refused without a reason".to_owned());
    }
    list.iter()
        .find_map(|diagnostic| misplaced(diagnostic, files))
        .map_or(Ok(()), Err)
}

fn misplaced(diagnostic: &Diagnostic, files: &[SourceFile]) -> Option<String> {
    let wrong = |why: &str| Some(format!("{why}: {diagnostic:?}"));
    if diagnostic.message.is_empty() || !diagnostic.code.contains('-') {
        return wrong("says nothing");
    }
    let others = diagnostic.others.iter().map(|(at, _)| at);
    for at in std::iter::once(&diagnostic.at).chain(others) {
        let Some(file) = files.iter().find(|file| file.name == at.file) else {
            return wrong("has no place");
        };
        if file.text.get(at.span.clone()).is_none() {
            return wrong("points beside the text");
        }
    }
    None
}

#[test]
fn a_place_or_a_contract_and_never_a_panic() {
    let mut cases = by_hand();
    for victim in victims() {
        cases.extend(victim.truncations());
        cases.extend(victim.elements());
        cases.extend(victim.attributes());
        cases.extend(victim.namespaces());
        cases.extend(victim.duplicate_names());
    }
    assert!(cases.len() >= 300, "{} cases", cases.len());
    std::panic::set_hook(Box::new(|_| {}));
    let judged: Vec<_> = cases.par_iter().map(|case| (case, judge(case))).collect();
    let _ = std::panic::take_hook();
    let faults: Vec<String> = judged
        .iter()
        .filter_map(|(case, outcome)| Some(format!("{}: {}", case.what, outcome.as_ref().err()?)))
        .map(|fault| fault.chars().take(600).collect())
        .collect();
    let shown = &faults[..faults.len().min(20)];
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        cases.len(),
        shown.join("\n")
    );
    for ending in [Ending::Refused, Ending::Read, Ending::Generated] {
        let count = judged
            .iter()
            .filter(|(_, outcome)| outcome.as_ref() == Ok(&ending))
            .count();
        assert!(
            count >= 50,
            "only {count} were {ending:?}: the test has lost its grip"
        );
    }
}

/// A byte order mark is three bytes that nobody sees, and a place must not end inside it.
#[test]
fn a_byte_order_mark_in_an_operation_page() {
    let page = |envelope: &str| {
        let text = format!(
            "\u{feff}# Services99 Bell Ring\n\n## Ring Request\n\n```xml\n\u{feff}{envelope}\n```\n"
        );
        SourceFile::new("page.md", text)
    };
    let wrong = page("<a/>");
    let (read, list) = operation_page::read(&wrong);
    let files = [wrong];
    let [no_response, no_wrapper] = &list[..] else {
        panic!("{list:?}");
    };
    assert_eq!(misplaced(no_response, &files), None);
    assert_eq!(misplaced(no_wrapper, &files), None);
    assert_eq!(no_wrapper.code, "no-wrapper");
    let text = &files[0].text;
    assert_eq!(&text[no_wrapper.at.span.clone()], "<");
    assert_eq!(&text[read.unwrap().title.span], "# Services99 Bell Ring");

    let well = page(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <Ring xmlns=\"http://example.org/Services99\"/></s:Body></s:Envelope>",
    );
    let request = operation_page::read(&well).0.unwrap().request.unwrap();
    assert_eq!(
        &well.text[request.wrapper],
        "<Ring xmlns=\"http://example.org/Services99\"/>"
    );
}

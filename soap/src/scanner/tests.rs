//! What the scanner accepts and refuses, alone and beside roxmltree and quick-xml.

use proptest::prelude::*;

#[path = "differential.rs"]
mod differential;

use super::*;
use differential::{Event, ours};

fn compare(xml: &[u8]) -> Result<(), TestCaseError> {
    differential::compare(xml).map_err(TestCaseError::fail)
}

fn blanks() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just(String::new()), 1 => "[ \t\r\n]{1,3}"]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[A-Za-z_][A-Za-z0-9_.-]{0,4}", 1 => "[æ漢][a-z·]{0,2}"]
}

fn qualified() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => name(),
        2 => (prop::sample::select(vec!["a", "b", "i"]), name()).prop_map(|(p, n)| format!("{p}:{n}")),
    ]
}

/// Text with everything that needs care.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[ -%'-;=?-~æ漢🙂\t\n]{0,6}",
        1 => prop::sample::select(vec!["&lt;", "&amp;", "&gt;", "&quot;", "&apos;", "&#65;", "&#x1F642;", "&#xD;"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["\r\n", "\r", "&#10;", "]]", ">"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat())
}

fn attribute() -> impl Strategy<Value = String> {
    let declaration = (
        prop::sample::select(vec!["xmlns", "xmlns:a", "xmlns:b", "xmlns:c"]),
        prop::sample::select(vec!["urn:1", "urn:2", "urn:&amp;", " urn:1"]),
    );
    prop_oneof![
        2 => (qualified(), text()).prop_map(|(n, v)| (n, v.replace(['"', '<'], ""))),
        2 => declaration.prop_map(|(n, v)| (n.to_owned(), v.to_owned())),
        1 => prop::sample::select(vec!["i:nil", "i:type"]).prop_map(|n| (n.to_owned(), "a:true".to_owned())),
    ]
    .prop_flat_map(|(name, value)| {
        (blanks(), blanks()).prop_map(move |(a, b)| format!(" {name}{a}={b}\"{value}\""))
    })
}

fn element() -> impl Strategy<Value = String> {
    let tag = (
        qualified(),
        prop::collection::vec(attribute(), 0..3),
        blanks(),
    )
        .prop_map(|(name, attributes, end)| (name, attributes.concat() + &end));
    let leaf =
        (tag, text(), prop::bool::ANY).prop_map(|((name, attributes), text, empty)| match empty {
            true => format!("<{name}{attributes}/>"),
            false => format!("<{name}{attributes}>{text}</{name}>"),
        });
    leaf.prop_recursive(4, 24, 4, |inner| {
        let other = prop_oneof![
            6 => inner,
            3 => text(),
            1 => Just("<!-- <a> & - -->".to_owned()),
            1 => Just("<![CDATA[<x>&amp;]]\r\n]]>".to_owned()),
        ];
        (
            qualified(),
            prop::collection::vec(attribute(), 0..3),
            prop::collection::vec(other, 0..4),
            blanks(),
        )
            .prop_map(|(name, attributes, children, blank)| {
                let (attributes, children) = (attributes.concat(), children.concat());
                format!("<{name}{attributes}{blank}>{children}</{name}{blank}>")
            })
    })
}

fn document() -> impl Strategy<Value = String> {
    let before = prop::sample::select(vec![
        "",
        "\u{FEFF}",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n",
        "\n<!---->",
        "<?pi?>",
        "<!DOCTYPE a>",
    ]);
    let scope =
        "<r xmlns:a='urn:a' xmlns:b=\"urn:b\" xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>";
    (before, element(), prop::bool::weighted(0.9), blanks()).prop_map(
        move |(before, element, scoped, after)| match scoped {
            true => format!("{before}{scope}{element}</r>{after}"),
            false => format!("{before}{element}{after}"),
        },
    )
}

/// A document with a few bytes removed, doubled or replaced.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        3 => prop::sample::select(b"<>/=\"'&;:!?-[] \r\nxa".to_vec()),
        1 => any::<u8>(),
    ];
    let edit = (any::<prop::sample::Index>(), 0..3_u8, byte);
    (document(), prop::collection::vec(edit, 1..4)).prop_map(|(document, edits)| {
        let mut bytes = document.into_bytes();
        for (index, kind, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match kind {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, byte),
                _ => bytes[at] = byte,
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_on_documents(xml in document()) {
        compare(xml.as_bytes())?;
    }

    #[test]
    fn agrees_on_damaged_documents(xml in damaged()) {
        compare(&xml)?;
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ours(&bytes);
    }

    #[test]
    fn any_markup_is_answered(text in "[<>/=\"'&;:!?x a\\[\\]-]{0,80}") {
        compare(text.as_bytes())?;
    }

    #[test]
    fn what_is_kept_raw_means_the_same_alone(xml in document()) {
        let Ok(all) = ours(xml.as_bytes()) else { return Ok(()) };
        // The first element below the root, in place and on its own.
        let mut scanner = Scanner::new(xml.as_bytes())?;
        loop {
            match scanner.token()? {
                Token::Start => break,
                Token::End => return Ok(()),
                Token::Text(_) => {}
            }
        }
        let Ok(raw) = scanner.raw() else { return Ok(()) };
        let alone = ours(raw.as_bytes())?;
        let from = all[1..].iter().position(|event| matches!(event, Event::Start { .. })).map(|at| at + 1);
        let from = from.unwrap_or_default();
        prop_assert_eq!(&all[from..from + alone.len()], &alone[..], "{}", raw);
        // Where another default namespace and other prefixes are in scope it still is the same.
        let elsewhere = format!("<x xmlns='urn:x' xmlns:a='urn:x' xmlns:b='urn:x' xmlns:i='urn:x'>{raw}</x>");
        let elsewhere = ours(elsewhere.as_bytes())?;
        prop_assert_eq!(&elsewhere[1..elsewhere.len() - 1], &alone[..], "{}", raw);
    }
}

fn refusal(xml: &str) -> String {
    match ours(xml.as_bytes()) {
        Ok(events) => panic!("accepted {xml}: {events:?}"),
        Err(error) => error.to_string(),
    }
}

fn text_of(xml: &str) -> String {
    Scanner::new(xml.as_bytes())
        .and_then(|mut scanner| scanner.leaf())
        .expect(xml)
        .into_owned()
}

#[test]
fn document_types_and_processing_instructions_are_refused() {
    assert_eq!(
        refusal("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        r#"expected no document type, found "<!DOCTYPE a [<!ENTITY b 'c'>]><a"… at byte 0"#
    );
    assert_eq!(
        refusal("<a><?b?></a>"),
        r#"a: expected no processing instruction, found "<?b?></a>" at byte 3"#
    );
    assert_eq!(
        refusal("<?b?><a/>"),
        r#"expected no processing instruction, found "<?b?><a/>" at byte 0"#
    );
}

#[test]
fn malformed_documents_say_where() {
    let cases = [
        (
            "",
            "expected a root element, found the end of the input at byte 0",
        ),
        (
            "<a>",
            "a: expected an end tag, found the end of the input at byte 3",
        ),
        ("<a></b>", r#"a: expected `</a>`, found "</b>" at byte 3"#),
        (
            "<a><b></a></b>",
            r#"a/b: expected `</b>`, found "</a></b>" at byte 6"#,
        ),
        (
            "<a/><b/>",
            r#"expected the end of the message, found "<b/>" at byte 4"#,
        ),
        (
            "<a b='1' b='2'/>",
            "expected attributes with different names, found the same name twice at byte 0",
        ),
        (
            "<a b=1/>",
            r#"expected a quoted attribute value, found "1/>" at byte 5"#,
        ),
        (
            "<a b='<'/>",
            r#"expected no `<` in an attribute value, found "<'/>" at byte 6"#,
        ),
        (
            "<a>&b;</a>",
            r#"a: expected a reference to a character, found "&b;</a>" at byte 3"#,
        ),
        (
            "<a>&#xD800;</a>",
            r#"a: expected a reference to a character, found "&#xD800;</a>" at byte 3"#,
        ),
        (
            "<a>&#x110000;</a>",
            r#"a: expected a reference to a character, found "&#x110000;</a>" at byte 3"#,
        ),
        (
            "<a>& b</a>",
            r#"a: expected a reference to a character, found "& b</a>" at byte 3"#,
        ),
        (
            "<a xmlns:b=''/>",
            r#"expected a namespace that may be declared, found "xmlns:b=''/>" at byte 3"#,
        ),
        ("<1/>", r#"expected an element name, found "1/>" at byte 1"#),
        (
            "<a:/>",
            r#"expected an element name, found "a:/>" at byte 1"#,
        ),
        ("text", r#"expected a root element, found "text" at byte 0"#),
    ];
    for (xml, expected) in cases {
        assert_eq!(refusal(xml), expected, "{xml}");
    }
    let error = Scanner::new(b"<a>\xFF</a>").expect_err("no UTF-8");
    assert_eq!(
        error.to_string(),
        "expected UTF-8, found byte 0xFF at byte 3"
    );
}

#[test]
fn nesting_attributes_and_declarations_are_limited() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(ours(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(refusal(&nested(MAX_DEPTH + 1)).contains("expected at most 256 nested elements"));
    assert!(refusal(&"<a>".repeat(1_000_000)).contains("expected at most 256 nested elements"));

    let attributes = |count: usize| {
        let attributes: String = (0..count).map(|i| format!(" a{i}=''")).collect();
        format!("<a{attributes}/>")
    };
    assert!(ours(attributes(MAX_ATTRIBUTES).as_bytes()).is_ok());
    assert!(refusal(&attributes(MAX_ATTRIBUTES + 1)).contains("expected at most 64 attributes"));

    let long = format!("<a xmlns='{}'/>", "x".repeat(MAX_NAMESPACE + 1));
    assert!(refusal(&long).contains("expected a namespace that may be declared"));
}

#[test]
fn characters_that_xml_forbids_are_kept() {
    assert_eq!(
        text_of("<a>&#x1;\u{2}&#xFFFE;\u{FFFF}&#0;</a>"),
        "\u{1}\u{2}\u{FFFE}\u{FFFF}\0"
    );
}

#[test]
fn line_ends_are_normalised_and_references_are_not() {
    assert_eq!(
        text_of("<a>1\r\n2\r3\n4&#xD;5&#13;&#10;</a>"),
        "1\n2\n3\n4\r5\r\n"
    );
    assert_eq!(text_of("<a><![CDATA[1\r\n2\r3]]></a>"), "1\n2\n3");
}

#[test]
fn text_keeps_its_blanks_and_may_come_in_pieces() {
    assert_eq!(text_of("<a>  b </a>"), "  b ");
    assert_eq!(
        text_of("<a> b<!-- c --> d<![CDATA[<e>]]>&amp; </a>"),
        " b d<e>& "
    );
    assert_eq!(text_of("<a/>"), "");
    assert_eq!(text_of("<a></a >"), "");
    assert_eq!(text_of("<a>]]></a>"), "]]>");
}

#[test]
fn attributes_may_precede_the_declaration_of_their_prefix() {
    let xml = format!("<a i:type='b:c' i:nil=\"true\" xmlns:b='urn:b' xmlns:i='{XSI}'/>");
    let scanner = Scanner::new(xml.as_bytes()).expect("well-formed");
    assert_eq!(scanner.xsi("nil").as_deref(), Some("true"));
    assert_eq!(scanner.xsi("type").as_deref(), Some("b:c"));
    assert_eq!(scanner.resolve("b").as_deref(), Some("urn:b"));
}

#[test]
fn only_attributes_of_the_right_name_space_count() {
    for xml in [
        "<a nil='true'/>",
        "<a i:nil='true'/>",
        "<a i:nil='true' xmlns:i='urn:i'/>",
    ] {
        assert_eq!(
            Scanner::new(xml.as_bytes()).expect(xml).xsi("nil"),
            None,
            "{xml}"
        );
    }
}

#[test]
fn what_wcf_always_writes_means_what_it_means_in_other_words() {
    let soap = r#"xmlns:s="http://schemas.xmlsoap.org/soap/envelope/""#;
    let xsi = format!(r#"xmlns:i="{XSI}""#);
    for xml in [
        format!(r#"<s:a {soap}><b i:nil="true" {xsi}/><c {xsi} i:nil="true"/></s:a>"#),
        format!(r#"<s:a {soap} {xsi}><b i:nil="true"/><c i:nil="true" d="">e</c></s:a>"#),
        r#"<a xmlns:i="urn:i"><b i:nil="true"/><c i:nil="true" d=""/></a>"#.to_owned(),
        r#"<a i:nil="true" i:nil="true"/>"#.to_owned(),
        format!(r#"<a j:nil="" i:nil="true" {xsi} xmlns:j="{XSI}"/>"#),
        format!("<a {xsi} {xsi}/>"),
        format!("<a {soap} {soap}/>"),
        format!(r#"<a {xsi}b=""/>"#),
        r#"<a i:nil="true"b=""/>"#.to_owned(),
    ] {
        let in_other_words = xml.replace('"', "'");
        let (a, b) = (ours(xml.as_bytes()), ours(in_other_words.as_bytes()));
        assert_eq!(a.is_ok(), b.is_ok(), "{xml}");
        assert_eq!(a.ok(), b.ok(), "{xml}");
    }
}

#[test]
fn declarations_end_with_their_element() {
    let xml = "<a xmlns='1'><b xmlns='2' xmlns:p='3'/><c xmlns=''><d/></c><e/></a>";
    let namespaces: Vec<_> = ours(xml.as_bytes())
        .expect("well-formed")
        .into_iter()
        .filter_map(|event| match event {
            Event::Start { namespace, .. } => Some(namespace.unwrap_or_default()),
            _ => None,
        })
        .collect();
    assert_eq!(namespaces, ["1", "2", "", "", "1"]);
}

#[test]
fn a_byte_order_mark_and_a_declaration_are_skipped() {
    for before in [
        "\u{FEFF}",
        "<?xml version='1.0'?>",
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n",
    ] {
        assert_eq!(
            ours(format!("{before}<a/>").as_bytes()),
            ours(b"<a/>"),
            "{before}"
        );
    }
    assert!(ours(b" <?xml version='1.0'?><a/>").is_err());
}

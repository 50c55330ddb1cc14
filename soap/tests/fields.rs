//! What `complex!` makes of the statement of a struct's fields.

use std::sync::Arc;

use soap::{
    AnyValue, Char, Contract, DateTime, Decimal, DecodeError, Dictionary, Duration, Element, Entry,
    Extra, FlagSet, Guid, Item, Kind, Namespace, Omittable, Reader, Secret, Unrecognized, Value,
    View, Writer, complex, decode, encode, erase, erase_mut,
};
use superoffice_soap as soap;

static CONTRACT: Contract = Contract::new("V1", &["urn:v1", "urn:arrays", "urn:crypto"]);

const STRINGS: Kind = Kind::Array(&Element::plain("string", 1));
const ONES: Kind = Kind::Array(&Element::plain("One", 0));
const NAMES: Kind = Kind::Dictionary(&Entry {
    name: "StringKeyValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});

#[derive(Default)]
enum Status {
    #[default]
    Unknown,
    Done,
    Unrecognized(Unrecognized),
}
soap::enumeration!(Status as "Status" {
    Unknown: "Unknown" = 0,
    Done: "Done" = 5,
});

/// No member for zero, so no default.
enum Link {
    Person,
    Contact,
    Unrecognized(Unrecognized),
}

impl Item for Link {
    fn blank() -> Self {
        Self::Person
    }
}
soap::enumeration!(Link as "Link" {
    Person: "Person" = 1,
    Contact: "Contact" = 2,
});

enum Right {}
soap::flags!(Right {
    "Select" = 1,
    "Update" = 2,
});

/// One field.
struct One {
    id: i32,
    extra: Extra,
}

complex!(One {
    id: "Id";
    ..extra
});
soap::boxed!(One);

/// As many fields as go into one statement.
struct Twelve {
    byte: i8,
    short: i16,
    int: i32,
    long: i64,
    unsigned_byte: u8,
    unsigned_short: u16,
    unsigned_int: u32,
    unsigned_long: u64,
    float: f32,
    double: f64,
    is: bool,
    text: String,
    extra: Extra,
}

complex!(Twelve {
    byte: "Byte",
    short: "Short",
    int: "Int",
    long: "Long",
    unsigned_byte: "UnsignedByte",
    unsigned_short: "UnsignedShort",
    unsigned_int: "UnsignedInt",
    unsigned_long: "UnsignedLong",
    float: "Float",
    double: "Double",
    is: "Is",
    text: "Text";
    ..extra
});

/// One more than go into one statement.
struct Thirteen {
    name: Option<String>,
    number: Option<i32>,
    tags: Vec<String>,
    more_tags: Option<Vec<String>>,
    bytes: Vec<u8>,
    one: One,
    another: Option<One>,
    boxed: Option<Box<One>>,
    status: Status,
    link: Link,
    right: FlagSet<Right>,
    names: Dictionary<String, Option<String>>,
    more_names: Option<Dictionary<String, Option<String>>>,
    extra: Extra,
}

complex!(Thirteen {
    name: "Name",
    number: "Number",
    tags: "Tags" [STRINGS],
    more_tags: "MoreTags" [STRINGS],
    bytes: "Bytes",
    one: "One",
    another: "Another",
    boxed: "Boxed",
    status: "Status",
    link: "Link",
    right: "Right",
    names: "Names" [NAMES];
    more_names: "MoreNames" [NAMES];
    ..extra
});

/// One more than go into two statements.
struct TwentyFive {
    byte: i8,
    long: i64,
    unsigned_long: u64,
    double: f64,
    is: bool,
    text: String,
    name: Option<String>,
    number: Option<i32>,
    tags: Vec<String>,
    bytes: Vec<u8>,
    more_bytes: Option<Vec<u8>>,
    twelve: Twelve,
    thirteen: Option<Thirteen>,
    ones: Vec<One>,
    status: Status,
    link: Link,
    right: FlagSet<Right>,
    names: Dictionary<String, Option<String>>,
    when: DateTime,
    span: Duration,
    guid: Guid,
    letter: Char,
    price: Decimal,
    any: AnyValue,
    dozen: Twelve,
    extra: Extra,
}

complex!(TwentyFive {
    byte: "Byte",
    long: "Long",
    unsigned_long: "UnsignedLong",
    double: "Double",
    is: "Is",
    text: "Text",
    name: "Name",
    number: "Number",
    tags: "Tags" [STRINGS],
    bytes: "Bytes",
    more_bytes: "MoreBytes",
    twelve: "Twelve";
    thirteen: "Thirteen",
    ones: "Ones" [ONES],
    status: "Status",
    link: "Link",
    right: "Right",
    names: "Names" [NAMES],
    when: "When",
    span: "Span",
    guid: "Guid",
    letter: "Letter",
    price: "Price",
    any: "Any";
    dozen: "Dozen";
    ..extra
});

/// Nothing but what is unknown.
struct Empty {
    extra: Extra,
}

complex!(Empty { ..extra });

/// The arguments of an operation, which keep nothing.
struct Arguments {
    id: i32,
    name: Option<String>,
}

complex!(Arguments {
    id: "Id",
    name: "Name";
});

/// Not even that.
struct Nothing {}

complex!(Nothing {});

/// Every facet and every combination of them.
struct Login {
    user: Option<String>,
    password: Option<String>,
    codes: Vec<String>,
    key: Vec<u8>,
    hints: Option<Dictionary<String, Option<String>>>,
    link: Option<Link>,
    limit: Option<i32>,
    roles: Option<Vec<String>>,
    r#type: Status,
    note: Option<String>,
    extra: Extra,
}

complex!(Login {
    user: "User",
    password: "Password" [Secret],
    codes: "Codes" [Secret, STRINGS],
    key: "Key" [Namespace(2), Secret],
    hints: "Hints" [Namespace(1), Secret, NAMES],
    link: "Link" [Namespace(2), Omittable],
    limit: "Limit" [Omittable],
    roles: "Roles" [Namespace(1), STRINGS],
    r#type: "Type",
    note: "Note" [Namespace(0)];
    ..extra
});

const DECLARED: &str = "xmlns='urn:v1' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:a='urn:arrays' xmlns:b='urn:crypto'";

/// Reads the inside of a `<V>`.
fn read<T: Default + Value>(inside: &str) -> T {
    let mut value = T::default();
    let xml = format!("<V {DECLARED}>{inside}</V>");
    match decode(xml.as_bytes(), Kind::Plain, &mut value) {
        Ok(()) => value,
        Err(error) => panic!("{error}: {inside}"),
    }
}

/// What is written inside of it.
fn write(value: &dyn Value) -> String {
    let xml = encode(&CONTRACT, &Element::plain("V", 0), value);
    let xml = String::from_utf8(xml).expect("UTF-8");
    roxmltree::Document::parse(&xml).expect("well-formed");
    let (_, inside) = xml.split_once('>').expect("a root");
    inside.strip_suffix("</V>").expect("its end").to_owned()
}

/// What is written, each field by itself.
fn parts(value: &dyn Value) -> Vec<String> {
    let xml = format!("<V {DECLARED}>{}</V>", write(value));
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let children = document.root_element().children();
    children
        .map(|child| xml[child.range()].to_owned())
        .collect()
}

/// The unknown elements and how many fields are before each.
fn unknown(extra: &Extra) -> Vec<(usize, &str)> {
    let all = extra.iter().map(|(after, raw)| (after, raw.name()));
    all.collect()
}

/// A copy is equal, and both come through the wire as they are.
fn comes_through<T: Clone + Default + PartialEq + std::fmt::Debug + Value>(value: &T) {
    let copy = value.clone();
    assert_eq!(copy, *value);
    assert_eq!(format!("{copy:?}"), format!("{value:?}"));
    let written = write(value);
    assert_eq!(write(&copy), written);
    let again: T = read(&written);
    assert_eq!(again, *value);
    assert_eq!(write(&again), written);
}

fn thirteen() -> Thirteen {
    Thirteen {
        name: Some("Ida".to_owned()),
        number: Some(-7),
        tags: vec!["b".to_owned()],
        more_tags: None,
        bytes: vec![0],
        one: read("<Id>3</Id>"),
        another: Some(One::default()),
        boxed: Some(Box::new(read("<Id>1</Id><New xmlns='urn:v1'/>"))),
        status: Status::Done,
        link: Link::Contact,
        right: FlagSet::from_bits_truncate(1),
        names: Dictionary::from([("k".to_owned(), None)]),
        more_names: Some(Dictionary::new()),
        extra: Extra::new(),
    }
}

fn twenty_five() -> TwentyFive {
    TwentyFive {
        byte: -8,
        long: i64::MIN,
        unsigned_long: u64::MAX,
        double: 0.1,
        is: true,
        text: "text".to_owned(),
        name: Some("name".to_owned()),
        number: Some(7),
        tags: vec!["a".to_owned(), String::new()],
        bytes: vec![1, 2, 3],
        more_bytes: Some(vec![0; 100]),
        twelve: Twelve {
            byte: 1,
            short: 2,
            int: 3,
            long: 4,
            unsigned_byte: 5,
            unsigned_short: 6,
            unsigned_int: 7,
            unsigned_long: 8,
            float: 9.5,
            double: 10.5,
            is: true,
            text: "twelve".to_owned(),
            extra: Extra::new(),
        },
        thirteen: Some(thirteen()),
        ones: vec![One::default(), read("<New xmlns='urn:v1'/><Id>2</Id>")],
        status: Status::Done,
        link: "Later".parse().unwrap_or(Link::Contact),
        right: FlagSet::from_bits_truncate(3),
        names: Dictionary::from([
            ("k".to_owned(), None),
            (String::new(), Some("v".to_owned())),
        ]),
        when: "2024-02-29T08:30:00.5+01:00".parse().expect("a date"),
        span: Duration::from_ticks(-1),
        guid: Guid::from_u128(7),
        letter: Char(65),
        price: "19.90".parse().expect("a price"),
        any: AnyValue::from("any"),
        dozen: Twelve {
            text: "dozen".to_owned(),
            ..Twelve::default()
        },
        extra: Extra::new(),
    }
}

fn login() -> Login {
    Login {
        user: Some("Ida".to_owned()),
        password: Some("hunter2".to_owned()),
        codes: vec!["hunter3".to_owned()],
        key: b"hunter4".to_vec(),
        hints: Some(Dictionary::from([(
            "hunter5".to_owned(),
            Some("hunter6".to_owned()),
        )])),
        link: Some(Link::Contact),
        limit: Some(3),
        roles: Some(vec!["user".to_owned()]),
        r#type: Status::Done,
        note: Some("seen".to_owned()),
        extra: Extra::new(),
    }
}

#[test]
fn a_struct_begins_with_the_blank_value_of_each_field() {
    let One { id, extra } = One::default();
    assert_eq!((id, extra.is_empty()), (0, true));

    let all = Twelve::default();
    assert_eq!((all.byte, all.short, all.int, all.long), (0, 0, 0, 0));
    assert_eq!((all.unsigned_byte, all.unsigned_short), (0, 0));
    assert_eq!((all.unsigned_int, all.unsigned_long), (0, 0));
    assert_eq!((all.float.to_bits(), all.double.to_bits()), (0, 0));
    assert_eq!((all.is, &*all.text), (false, ""));
    assert!(all.extra.is_empty());

    let all = Thirteen::default();
    assert_eq!((all.name, all.number), (None, None));
    assert_eq!((all.tags, all.more_tags), (Vec::new(), None));
    assert_eq!(all.bytes, []);
    assert_eq!((all.one.id, all.one.extra.is_empty()), (0, true));
    assert_eq!((all.another, all.boxed), (None, None));
    assert_eq!((all.status, all.link), (Status::Unknown, Link::Person));
    assert!(all.right.is_empty() && all.names.is_empty());
    assert_eq!(all.more_names, None);
    assert!(all.extra.is_empty());

    let all = TwentyFive::default();
    assert_eq!((all.byte, all.long, all.unsigned_long), (0, 0, 0));
    assert_eq!((all.double.to_bits(), all.is), (0, false));
    assert_eq!((&*all.text, all.name, all.number), ("", None, None));
    assert_eq!((all.tags, all.bytes), (Vec::new(), Vec::new()));
    assert_eq!((all.more_bytes, all.thirteen), (None, None));
    assert_eq!(all.twelve, Twelve::default());
    assert_eq!(all.ones, []);
    assert_eq!((all.status, all.link), (Status::Unknown, Link::Person));
    assert!(all.right.is_empty() && all.names.is_empty());
    assert_eq!(all.when, DateTime::default());
    assert_eq!(all.span, Duration::default());
    assert_eq!((all.guid, all.letter), (Guid::default(), Char(0)));
    assert_eq!(all.price, Decimal::default());
    assert_eq!(all.any, AnyValue::default());
    assert_eq!(all.dozen, Twelve::default());
    assert!(all.extra.is_empty());

    assert!(Empty::default().extra.is_empty());
    let Arguments { id, name } = Arguments::default();
    assert_eq!((id, name), (0, None));
    let Nothing {} = Nothing::default();
}

#[test]
fn every_number_of_fields_comes_through() {
    comes_through(&One::default());
    comes_through(&read::<One>("<Id>7</Id>"));
    comes_through(&Twelve::default());
    comes_through(&twenty_five().twelve);
    comes_through(&Thirteen::default());
    comes_through(&thirteen());
    comes_through(&TwentyFive::default());
    comes_through(&twenty_five());
    comes_through(&Empty::default());
    comes_through(&Arguments::default());
    comes_through(&read::<Arguments>("<Id>7</Id><Name>n</Name>"));
    comes_through(&Nothing::default());
    comes_through(&Login::default());
    comes_through(&login());
}

#[test]
fn fields_are_written_in_the_order_they_are_stated() {
    let names = |value: &dyn Value| {
        let parts = parts(value);
        let ends = parts.iter().map(|part| part.find([' ', '/', '>']));
        let names = parts
            .iter()
            .zip(ends)
            .map(|(part, end)| &part[1..end.unwrap_or(1)]);
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&One::default()), "Id");
    assert_eq!(
        names(&Twelve::default()),
        "Byte Short Int Long UnsignedByte UnsignedShort UnsignedInt UnsignedLong Float Double Is Text"
    );
    assert_eq!(
        names(&Thirteen::default()),
        "Name Number Tags MoreTags Bytes One Another Boxed Status Link Right Names MoreNames"
    );
    assert_eq!(
        names(&twenty_five()),
        "Byte Long UnsignedLong Double Is Text Name Number Tags Bytes MoreBytes Twelve Thirteen Ones \
         Status Link Right Names When Span Guid Letter Price Any Dozen"
    );
    assert_eq!(names(&Empty::default()), "");
}

#[test]
fn every_field_counts_in_a_comparison() {
    let changes: [fn(&mut TwentyFive); 26] = [
        |all| all.byte += 1,
        |all| all.long += 1,
        |all| all.unsigned_long -= 1,
        |all| all.double = f64::NAN,
        |all| all.is = false,
        |all| all.text.push('x'),
        |all| all.name = None,
        |all| all.number = Some(8),
        |all| all.tags.truncate(1),
        |all| all.bytes.push(0),
        |all| all.more_bytes = None,
        |all| all.twelve.text.clear(),
        |all| all.thirteen = None,
        |all| all.ones[1].extra.clear(),
        |all| all.status = Status::Unknown,
        |all| all.link = Link::Person,
        |all| all.right = FlagSet::empty(),
        |all| drop(all.names.remove("k")),
        |all| all.when = DateTime::default(),
        |all| all.span = Duration::default(),
        |all| all.guid = Guid::default(),
        |all| all.letter = Char(66),
        |all| all.price = Decimal::default(),
        |all| all.any = AnyValue::from("other"),
        |all| all.dozen = Twelve::default(),
        |all| all.extra = read::<Empty>("<New/>").extra,
    ];
    let all = twenty_five();
    for (index, change) in changes.into_iter().enumerate() {
        let mut changed = all.clone();
        change(&mut changed);
        assert!(changed != all, "change {index}");
        let is_nan = changed.double.is_nan();
        assert_eq!(changed.clone() == changed, !is_nan, "change {index}");
    }
}

#[test]
fn debug_output_is_what_a_derive_would_show() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "they are shown")]
    struct Thirteen<'a> {
        name: &'a Option<String>,
        number: Option<i32>,
        tags: &'a [String],
        more_tags: &'a Option<Vec<String>>,
        bytes: &'a [u8],
        one: &'a One,
        another: &'a Option<One>,
        boxed: &'a Option<Box<One>>,
        status: &'a Status,
        link: &'a Link,
        right: &'a FlagSet<Right>,
        names: &'a Dictionary<String, Option<String>>,
        more_names: &'a Option<Dictionary<String, Option<String>>>,
        extra: &'a Extra,
    }
    let value = thirteen();
    let derived = Thirteen {
        name: &value.name,
        number: value.number,
        tags: &value.tags,
        more_tags: &value.more_tags,
        bytes: &value.bytes,
        one: &value.one,
        another: &value.another,
        boxed: &value.boxed,
        status: &value.status,
        link: &value.link,
        right: &value.right,
        names: &value.names,
        more_names: &value.more_names,
        extra: &value.extra,
    };
    assert_eq!(format!("{value:?}"), format!("{derived:?}"));
    assert_eq!(format!("{value:#?}"), format!("{derived:#?}"));
    assert_eq!(format!("{:?}", One::default()), "One { id: 0, extra: [] }");
    assert_eq!(format!("{:?}", Empty::default()), "Empty { extra: [] }");
    assert_eq!(format!("{:?}", Nothing::default()), "Nothing");
    assert_eq!(
        format!("{:?}", Arguments::default()),
        "Arguments { id: 0, name: None }"
    );
}

#[test]
fn debug_output_names_every_field_however_many_there_are() {
    let shown = format!("{:#?}", TwentyFive::default());
    let names = shown.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix("    ")?.split_once(": ")?;
        (!name.starts_with(' ')).then_some(name)
    });
    assert_eq!(
        names.collect::<Vec<_>>().join(" "),
        "byte long unsigned_long double is text name number tags bytes more_bytes twelve thirteen ones \
         status link right names when span guid letter price any dozen extra"
    );
}

#[test]
fn unknown_elements_come_through_before_between_and_behind_fields() {
    let one: One = read("<New0/><Id>1</Id><New1/><New2/>");
    assert_eq!(unknown(&one.extra), [(0, "New0"), (1, "New1"), (1, "New2")]);
    assert_eq!(
        write(&one),
        "<New0 xmlns=\"urn:v1\"/><Id>1</Id><New1 xmlns=\"urn:v1\"/><New2 xmlns=\"urn:v1\"/>"
    );
    comes_through(&one);

    let both: Twelve = read("<New0/><Byte>1</Byte><New1/><Text>t</Text><New2/>");
    assert_eq!(
        unknown(&both.extra),
        [(0, "New0"), (1, "New1"), (12, "New2")]
    );
    comes_through(&both);

    // What is in an array belongs to the struct that has it.
    let thirteen: Thirteen = read(
        "<New0/><Tags><a:New1/><a:string i:nil='true'/><a:string>x</a:string></Tags><Names/><New2/>\
         <MoreNames><New3/></MoreNames><New4/>",
    );
    assert_eq!(
        unknown(&thirteen.extra),
        [(0, "New0"), (12, "New2"), (13, "New4")]
    );
    assert_eq!(thirteen.tags, ["", "x"]);
    let written = write(&thirteen);
    for index in 0..5 {
        assert_eq!(written.matches(&format!("New{index}")).count(), 1);
    }
    comes_through(&thirteen);
}

#[test]
fn unknown_elements_come_through_at_every_place() {
    let known = twenty_five();
    let parts = parts(&known);
    let mut xml = String::new();
    for (index, part) in parts.iter().enumerate() {
        xml += &format!("<New{index} xmlns='urn:v1'>&amp;</New{index}>{part}");
    }
    xml += "<New25 xmlns='urn:v1'/>";
    let mut all: TwentyFive = read(&xml);
    let places = all.extra.iter().map(|(after, _)| after);
    assert!(places.eq(0..=25));
    assert_eq!(write(&all), xml);
    comes_through(&all);
    assert_ne!(all, known);
    all.extra.clear();
    assert_eq!(all, known);
}

#[test]
fn fields_are_read_in_any_order() {
    let all = twenty_five();
    let parts = parts(&all);
    assert_eq!(parts.len(), 25);
    let backwards: String = parts.iter().rev().map(String::as_str).collect();
    assert_eq!(read::<TwentyFive>(&backwards), all);
    for by in 1..25 {
        let (before, behind) = parts.split_at(by);
        let turned = [behind, before].concat().concat();
        assert_eq!(read::<TwentyFive>(&turned), all, "{by}");
    }
    // Nor is what is unknown lost among them.
    let mut mixed: TwentyFive = read(&format!("<New0/>{backwards}<New1/>"));
    assert_eq!(unknown(&mixed.extra), [(0, "New0"), (1, "New1")]);
    mixed.extra.clear();
    assert_eq!(mixed, all);
}

#[test]
fn facets_say_how_a_field_is_written() {
    assert_eq!(
        write(&Login::default()),
        "<User i:nil=\"true\"/><Password i:nil=\"true\"/><Codes/><b:Key/><a:Hints i:nil=\"true\"/>\
         <a:Roles i:nil=\"true\"/><a:Type>Unknown</a:Type><Note i:nil=\"true\"/>"
    );
    assert_eq!(
        write(&login()),
        "<User>Ida</User><Password>hunter2</Password><Codes><a:string>hunter3</a:string></Codes>\
         <b:Key>aHVudGVyNA==</b:Key>\
         <a:Hints><StringKeyValuePair><Key>hunter5</Key><Value>hunter6</Value></StringKeyValuePair></a:Hints>\
         <b:Link>Contact</b:Link><b:Limit>3</b:Limit><a:Roles><a:string>user</a:string></a:Roles>\
         <a:Type>Done</a:Type><Note>seen</Note>"
    );
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    assert_eq!(
        format!("{:?}", login()),
        "Login { user: Some(\"Ida\"), password: [redacted], codes: [redacted], key: [redacted], \
         hints: [redacted], link: Some(Contact), limit: Some(3), roles: Some([\"user\"]), type: Done, \
         note: Some(\"seen\"), extra: [] }"
    );
    assert_eq!(
        format!("{:?}", Login::default()),
        "Login { user: None, password: None, codes: None, key: None, hints: None, link: None, \
         limit: None, roles: None, type: Unknown, note: None, extra: [] }"
    );
    // A copy has the same secrets.
    let copy = login().clone();
    assert_eq!(format!("{copy:#?}").matches("hunter").count(), 0);
    assert_eq!(copy, login());
}

#[test]
fn what_is_written_of_secrets_is_marked() {
    let marked = |login: &Login| {
        let mut writer = Writer::new(&CONTRACT);
        writer.root(&Element::plain("V", 0), login);
        let places = writer.take_secrets().into_iter();
        let texts =
            places.map(|place| String::from_utf8_lossy(&writer.as_bytes()[place]).into_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(
        marked(&login()),
        [
            "<Password>hunter2</Password>",
            "<Codes><a:string>hunter3</a:string></Codes>",
            "<b:Key>aHVudGVyNA==</b:Key>",
            "<a:Hints><StringKeyValuePair><Key>hunter5</Key><Value>hunter6</Value></StringKeyValuePair></a:Hints>",
        ]
    );
    // With elements around them that nobody knows, too.
    let among: Login = read(
        "<New0/><User>Ida</User><New1/><Password>hunter2</Password><New2/><Codes><a:New3/></Codes><New4/>\
         <Link>Contact</Link><New5/><Note/>",
    );
    assert_eq!(
        unknown(&among.extra),
        [
            (0, "New0"),
            (1, "New1"),
            (2, "New2"),
            (3, "New4"),
            (6, "New5")
        ]
    );
    assert_eq!(
        marked(&among),
        [
            "<Password>hunter2</Password>",
            "<Codes><a:New3 xmlns:a=\"urn:arrays\"/></Codes>",
            "<b:Key/>",
            "<a:Hints i:nil=\"true\"/>",
        ]
    );
    comes_through(&among);
}

#[test]
fn omittable_fields_leave_their_place_to_unknown_elements() {
    let login: Login = read("<Hints i:nil='true'/><New0/><Limit>1</Limit><New1/>");
    assert_eq!(unknown(&login.extra), [(5, "New0"), (7, "New1")]);
    let written = write(&login);
    let (_, end) = written
        .split_once("<a:Hints i:nil=\"true\"/>")
        .expect("hints");
    assert_eq!(
        end,
        "<New0 xmlns=\"urn:v1\"/><b:Limit>1</b:Limit><New1 xmlns=\"urn:v1\"/><a:Roles i:nil=\"true\"/>\
         <a:Type>Unknown</a:Type><Note i:nil=\"true\"/>"
    );
    comes_through(&login);
}

#[test]
fn a_struct_without_fields_keeps_what_it_meets() {
    let empty: Empty = read("<New0>1</New0><a:New1/>");
    assert_eq!(unknown(&empty.extra), [(0, "New0"), (0, "New1")]);
    assert_eq!(
        write(&empty),
        "<New0 xmlns=\"urn:v1\">1</New0><a:New1 xmlns:a=\"urn:arrays\"/>"
    );
    assert_eq!(
        format!("{empty:?}"),
        "Empty { extra: [\"New0\", \"New1\"] }"
    );
    comes_through(&empty);
    assert_ne!(empty, Empty::default());
    assert_eq!(write(&Empty::default()), "");
}

#[test]
fn a_struct_without_extra_keeps_nothing() {
    let arguments: Arguments = read("<New/><Name>n</Name><New/><Id>1</Id><New/>");
    assert_eq!((arguments.id, arguments.name.as_deref()), (1, Some("n")));
    assert_eq!(write(&arguments), "<Id>1</Id><Name>n</Name>");
    assert_eq!(write(&read::<Nothing>("<New/>")), "");
}

#[test]
fn fields_are_read_and_written_without_an_element_of_their_own() {
    let arguments: Arguments = read("<Name>n</Name><Id>1</Id>");
    let mut writer = Writer::new(&CONTRACT);
    erase(&arguments).write_fields(&mut writer.fields(1));
    assert_eq!(writer.as_bytes(), b"<a:Id>1</a:Id><a:Name>n</a:Name>");
    let mut reader = Reader::new(b"<R><Name>n</Name><Id>1</Id></R>").expect("an element");
    let mut again = Arguments::default();
    let read = reader.fields(None, &mut |fields| {
        erase_mut(&mut again).read_fields(fields)
    });
    read.expect("arguments");
    assert_eq!(again, arguments);
}

/// Tells how many of its copies there are.
#[derive(Clone, Debug, Default)]
struct Counted(Arc<()>);

impl PartialEq for Counted {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Value for Counted {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.skip()
    }

    fn write(&self, w: &mut Writer, element: &Element) {
        w.nil(element);
    }

    fn view(&self) -> View<'_> {
        View::leaf(self)
    }
}

struct Holder {
    first: Counted,
    list: Vec<Counted>,
    maybe: Option<Counted>,
    inner: Option<Box<Holder>>,
    last: Counted,
}

complex!(Holder {
    first: "First",
    list: "List",
    maybe: "Maybe",
    inner: "Inner",
    last: "Last";
});
soap::boxed!(Holder);

#[test]
fn everything_is_dropped_and_nothing_twice() {
    let count = Counted::default();
    let holder = |inner| Holder {
        first: count.clone(),
        list: vec![count.clone(), count.clone()],
        maybe: Some(count.clone()),
        inner,
        last: count.clone(),
    };
    let alive = || Arc::strong_count(&count.0) - 1;
    let value = holder(Some(Box::new(holder(None))));
    assert_eq!(alive(), 10);
    let mut copy = value.clone();
    assert_eq!(alive(), 20);
    assert_eq!(copy, value);
    drop(value);
    assert_eq!(alive(), 10);
    copy.clone_from(&holder(None));
    assert_eq!(alive(), 5);
    decode(b"<V><First/><Maybe/></V>", Kind::Plain, &mut copy).expect("nothing to refuse");
    assert_eq!(alive(), 4);
    drop(copy);
    assert_eq!(alive(), 0);
    drop(Holder::default());
}

//! The wire rules, on a small contract of our own that is written out as emitted code is.

use expect_test::expect;
use proptest::prelude::*;
use soap::{
    AnyValue, Char, Contract, DateTime, Decimal, Derived, Dictionary, Duration, Element, Entry,
    Extra, FlagSet, Guid, Kind, Namespace, Omittable, Polymorph, QName, RawElement, Reader,
    Unrecognized, Value, decode, encode,
};
use superoffice_soap as soap;

static CONTRACT: Contract = Contract::new("V1", &["urn:v1", "urn:arrays", "urn:crypto"]);

const INTS: Kind = Kind::Array(&Element::plain("int", 1));
const STRINGS: Kind = Kind::Array(&Element::plain("string", 1));
const ROWS: Kind = Kind::Array(&Element::new("ArrayOfstring", 1, STRINGS));
const PEOPLE: Kind = Kind::Array(&Element::plain("Person", 0));
const NAMES: Kind = Kind::Dictionary(&Entry {
    name: "StringKeyValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});
const LISTS: Kind = Kind::Dictionary(&Entry {
    name: "KeyValueOfintArrayOfstring",
    namespace: 1,
    key: Element::plain("Key", 1),
    value: Element::new("Value", 1, STRINGS),
});
const LINKS: Kind = Kind::Array(&Element::plain("Link", 0));
const ANY: Kind = Kind::Array(&Element::plain("anyType", 1));
const FIELDS: Kind = Kind::Array(&Element::plain("FieldBase", 0));

#[derive(Default)]
enum Status {
    #[default]
    Unknown,
    Done,
    Finished,
    Never,
    Unrecognized(Unrecognized),
}
soap::enumeration!(Status as "Status" {
    Unknown: "Unknown" = 0,
    Done: "Done" = 5,
    Finished: "Finished" = 5,
    Never: "Never" = -1,
});

/// No member for zero, so no default.
enum Link {
    Person,
    Contact,
    Unrecognized(Unrecognized),
}

impl soap::Item for Link {
    fn blank() -> Self {
        Self::Person
    }
}
soap::enumeration!(Link as "Link" {
    Person: "Person" = 1,
    Contact: "Contact",
});

enum Right {}

impl Right {
    const SELECT: FlagSet<Self> = FlagSet::stated(1);
    const UPDATE: FlagSet<Self> = FlagSet::stated(2);
    const BOTH: FlagSet<Self> = FlagSet::stated(3);
    const NAME: FlagSet<Self> = FlagSet::stated(8);
}

soap::flags!(Right {
    "Select" = 1,
    "Update" = 2,
    "Change" = 2,
    "Both" = 3,
    "Name" = 8,
});

struct Person {
    id: i32,
    name: Option<String>,
    status: Status,
    link: Option<Link>,
    right: FlagSet<Right>,
    rows: Option<Vec<Vec<String>>>,
    names: Option<Dictionary<String, Option<String>>>,
    manager: Option<Box<Person>>,
    staff: Option<Vec<Person>>,
    lists: Option<Dictionary<i32, Option<Vec<String>>>>,
    extra: Extra,
}

soap::complex!(Person {
    id: "Id",
    name: "Name",
    status: "Status",
    link: "Link" [Omittable],
    right: "Right",
    rows: "Rows" [ROWS],
    names: "Names" [NAMES],
    manager: "Manager",
    staff: "Staff" [PEOPLE],
    lists: "Lists" [LISTS];
    ..extra
});
soap::boxed!(Person);

struct FieldBase {
    label: Option<String>,
    extra: Extra,
}

soap::complex!(FieldBase {
    label: "Label";
    ..extra
});

/// Its own member is in another namespace than the inherited one.
struct FieldInt {
    label: Option<String>,
    key: Vec<u8>,
    extra: Extra,
}

soap::complex!(FieldInt {
    label: "Label",
    key: "Key" [Namespace(2)];
    ..extra
});

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Base(FieldBase),
    Int(FieldInt),
    Unrecognized(RawElement),
}

impl Default for Field {
    fn default() -> Self {
        Self::Base(FieldBase::default())
    }
}

impl Polymorph for Field {
    const NAME: &'static str = "FieldBase";

    fn for_type(name: &str) -> Option<Self> {
        Some(match name {
            "FieldBase" => Self::Base(Default::default()),
            "FieldInt" => Self::Int(Default::default()),
            _ => return None,
        })
    }

    fn unrecognized(raw: RawElement) -> Self {
        Self::Unrecognized(raw)
    }

    fn get(&self) -> Derived<'_> {
        match self {
            Self::Base(value) => Derived::Known("FieldBase", 0, value),
            Self::Int(value) => Derived::Known("FieldInt", 2, value),
            Self::Unrecognized(raw) => Derived::Unrecognized(raw),
        }
    }

    fn get_mut(&mut self) -> Option<&mut dyn Value> {
        match self {
            Self::Base(value) => Some(value),
            Self::Int(value) => Some(value),
            Self::Unrecognized(_) => None,
        }
    }
}
soap::polymorph!(Field);
soap::boxed!(Field);

struct Form {
    field: Option<Box<Field>>,
}

soap::complex!(Form { field: "Field"; });

const NIL: &str =
    "xmlns='urn:v1' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:b='urn:arrays'";

/// Reads the inside of a `<V>` that declares what WCF's responses declare.
fn read<T: Default + Value>(kind: Kind, inside: &str) -> T {
    try_read(kind, inside).unwrap_or_else(|error| panic!("{error}: {inside}"))
}

fn try_read<T: Default + Value>(kind: Kind, inside: &str) -> Result<T, soap::DecodeError> {
    let mut value = T::default();
    decode(
        format!("<V {NIL}>{inside}</V>").as_bytes(),
        kind,
        &mut value,
    )
    .map(|()| value)
}

/// Writes and reads.
fn again<T: Default + Value>(kind: Kind, value: &T) -> T {
    let xml = encode(&CONTRACT, &Element::new("V", 0, kind), value);
    let mut again = T::default();
    match decode(&xml, kind, &mut again) {
        Ok(()) => again,
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&xml)),
    }
}

/// What is written inside the element, without what every root declares.
fn write(kind: Kind, value: &dyn Value) -> String {
    let xml = encode(&CONTRACT, &Element::new("V", 0, kind), value);
    let xml = String::from_utf8(xml).expect("UTF-8");
    roxmltree::Document::parse(&xml.replace("&#x", "")).expect("well-formed");
    let root = concat!(
        r#"<V xmlns="urn:v1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance""#,
        r#" xmlns:a="urn:arrays" xmlns:b="urn:crypto""#
    );
    let inside = xml.strip_prefix(root).unwrap_or(&xml);
    let inside = inside.strip_prefix('>').unwrap_or(inside);
    inside.strip_suffix("</V>").unwrap_or(inside).to_owned()
}

fn person() -> Person {
    read(
        Kind::Plain,
        "<Id>1</Id><Name>Ås &amp; Co</Name><Status>Done</Status><Link>Person</Link><Right>Select Update</Right>\
         <Rows><b:ArrayOfstring><b:string>x</b:string></b:ArrayOfstring><b:ArrayOfstring/></Rows>\
         <Names><StringKeyValuePair><Key>k</Key><Value i:nil='true'/></StringKeyValuePair></Names>\
         <Manager><Id>2</Id></Manager><Staff><Person><Id>3</Id></Person></Staff>\
         <Lists><b:KeyValueOfintArrayOfstring><b:Key>7</b:Key><b:Value><b:string/></b:Value>\
         </b:KeyValueOfintArrayOfstring></Lists>",
    )
}

#[test]
fn a_derived_type_in_a_box() {
    let form: Form = read(
        Kind::Plain,
        "<Field i:type='FieldInt'><Label>a</Label></Field>",
    );
    let label = match form.field.as_deref() {
        Some(Field::Int(field)) => field.label.as_deref(),
        other => panic!("{other:?}"),
    };
    assert_eq!(label, Some("a"));
    let mut copy = form.clone();
    assert_eq!(copy, form);
    assert_eq!(again(Kind::Plain, &form), form);
    copy.field = Some(Box::default());
    assert_ne!(copy, form);
}

#[test]
fn a_struct_is_read_and_written_in_the_order_of_its_contract() {
    let person = person();
    assert_eq!(person.name.as_deref(), Some("Ås & Co"));
    assert_eq!(person.rows, Some(vec![vec!["x".to_owned()], Vec::new()]));
    assert_eq!(
        person.names.as_ref().and_then(|names| names.get("k")),
        Some(&None)
    );
    assert_eq!(person.manager.as_ref().map(|manager| manager.id), Some(2));
    assert!(person.extra.is_empty());
    let nil = r#"<Name i:nil="true"/><Status>Unknown</Status><Right/><Rows i:nil="true"/><Names i:nil="true"/><Manager i:nil="true"/><Staff i:nil="true"/><Lists i:nil="true"/>"#;
    assert_eq!(
        write(Kind::Plain, &person),
        format!(
            "<Id>1</Id><Name>Ås &amp; Co</Name><Status>Done</Status><Link>Person</Link><Right>Select Update</Right>\
             <Rows><a:ArrayOfstring><a:string>x</a:string></a:ArrayOfstring><a:ArrayOfstring/></Rows>\
             <Names><StringKeyValuePair><Key>k</Key><Value i:nil=\"true\"/></StringKeyValuePair></Names>\
             <Manager><Id>2</Id>{nil}</Manager><Staff><Person><Id>3</Id>{nil}</Person></Staff>\
             <Lists><a:KeyValueOfintArrayOfstring><a:Key>7</a:Key><a:Value><a:string/></a:Value>\
             </a:KeyValueOfintArrayOfstring></Lists>"
        )
    );
}

#[test]
fn members_may_come_in_any_order_with_any_prefix_and_among_comments() {
    let straight = person();
    let xml = "<x:Manager xmlns:x='urn:v1'>\n<Id>2</Id></x:Manager><!-- c --><Right>Select Update</Right>
        <Name><![CDATA[Ås & Co]]></Name><Link>Person</Link><d:Id xmlns:d='urn:v1'> 1 </d:Id>
        <Staff><p:Person xmlns:p='urn:v1'><p:Id>3</p:Id></p:Person></Staff>
        <Names><StringKeyValuePair><Value i:nil=\"1\"/><Key>k</Key></StringKeyValuePair></Names>
        <Lists><KeyValueOfintArrayOfstring><Key>7</Key><Value><string></string></Value></KeyValueOfintArrayOfstring></Lists>
        <Status>Done</Status><Rows><ArrayOfstring><string>x</string></ArrayOfstring><ArrayOfstring></ArrayOfstring></Rows>";
    assert_eq!(read::<Person>(Kind::Plain, xml), straight);
}

#[test]
fn an_absent_member_is_the_default_and_a_repeated_one_is_read_again() {
    assert_eq!(read::<Person>(Kind::Plain, ""), Person::default());
    assert_eq!(
        read::<Person>(Kind::Plain, "<Id>1</Id><Name>a</Name><Id>2</Id>").id,
        2
    );
}

/// Items of an array, each with so many digits.
fn ints(lengths: &[usize]) -> String {
    let items = lengths
        .iter()
        .map(|length| format!("<b:int>{:0length$}</b:int>", 7));
    items.collect()
}

#[test]
fn a_long_list_takes_the_memory_of_its_items() {
    for count in [17, 100, 260, 1_000, 4_200, 10_000] {
        let list: Vec<i32> = read(INTS, &ints(&vec![5; count]));
        assert_eq!(list, vec![7; count]);
        assert!(
            list.capacity() <= count + count / 8 + 1,
            "{}",
            list.capacity()
        );
        assert_eq!(list.clone().capacity(), count);
    }
    // What follows the list is no part of it.
    let tail = format!("<!--{}-->", "x".repeat(100_000));
    let list: Vec<i32> = read(INTS, &(ints(&[5; 100]) + &tail));
    assert_eq!(list, vec![7; 100]);
    assert!(list.capacity() <= 125, "{}", list.capacity());
    // One list among others of a message expects all of the message, and gives back what it did not get.
    let rows = "<b:ArrayOfstring>".to_owned() + &"<b:string/>".repeat(20) + "</b:ArrayOfstring>";
    let rows: Vec<Vec<String>> = read(ROWS, &rows.repeat(50));
    assert_eq!(rows, vec![vec![String::new(); 20]; 50]);
    assert!(rows.iter().all(|row| row.capacity() <= 25));
}

#[test]
fn items_need_not_go_on_as_they_began() {
    let mut lengths = vec![1; 40];
    lengths.extend([2_000; 40]);
    assert_eq!(read::<Vec<i32>>(INTS, &ints(&lengths)), [7; 80]);
    let mut lengths = vec![2_000; 40];
    lengths.extend([1; 4_000]);
    assert_eq!(read::<Vec<i32>>(INTS, &ints(&lengths)), [7; 4_040]);
}

#[test]
fn null_and_empty_are_different() {
    let empty = "<Name/><Rows/><Names/><Staff></Staff>";
    let person: Person = read(Kind::Plain, empty);
    assert_eq!(person.name.as_deref(), Some(""));
    assert_eq!(person.rows, Some(Vec::new()));
    assert_eq!(person.names, Some(Dictionary::new()));
    assert_eq!(person.staff, Some(Vec::new()));
    let written = write(Kind::Plain, &person);
    for part in ["<Name/>", "<Rows/>", "<Names/>", "<Staff/>"] {
        assert!(written.contains(part), "{written}");
    }
    let nil =
        "<Name i:nil='true'/><Rows i:nil='1'/><Names i:nil=' true '/><Staff i:nil='true'></Staff>";
    assert_eq!(read::<Person>(Kind::Plain, nil), Person::default());
    assert_eq!(
        read::<Person>(Kind::Plain, "<Name i:nil='false'>x</Name>")
            .name
            .as_deref(),
        Some("x")
    );
}

#[test]
fn nil_may_be_declared_after_it_is_used() {
    let mut name = Some("x".to_owned());
    let xml = b"<d:Name i:nil=\"true\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:d=\"urn:v1\"/>";
    decode(xml, Kind::Plain, &mut name).expect("well-formed");
    assert_eq!(name, None);
}

#[test]
fn nil_as_wcf_writes_it_is_nil_in_other_words() {
    for inside in [
        "<Id i:nil='true'/><Name i:nil='true'/><Status i:nil='true'/><Manager i:nil='true'/>",
        "<Name i:nil='true'/><New i:nil='true'/><Id>1</Id>",
        "<Names><StringKeyValuePair i:nil='true'/><StringKeyValuePair><Key>k</Key>\
         <Value i:nil='true'/></StringKeyValuePair></Names>",
        "<Staff><Person i:nil='true'/><Person><Name i:nil='true'/></Person></Staff>",
        "<Name xmlns:i='urn:i' i:nil='true'/><Manager xmlns:i='urn:i'><Name i:nil='true'/></Manager>",
    ] {
        let person: Person = read(Kind::Plain, inside);
        let read: Person = read(Kind::Plain, &inside.replace('\'', "\""));
        assert_eq!(format!("{read:?}"), format!("{person:?}"), "{inside}");
        assert_eq!(
            write(Kind::Plain, &read).replace('\'', "\""),
            write(Kind::Plain, &person).replace('\'', "\""),
            "{inside}"
        );
    }
}

#[test]
fn a_nil_scalar_reads_as_its_default() {
    assert_eq!(
        read::<Person>(Kind::Plain, "<Id i:nil='true'/><Status i:nil='true'/>"),
        Person::default()
    );
}

#[test]
fn unknown_elements_return_to_their_place() {
    let xml = "<New0 xmlns:q='urn:q'><q:x>1</q:x></New0><Id>1</Id><c:New1 xmlns:c='urn:c' c:a='b'/>\
         <New2><b:string i:nil='true'/></New2><Name>n</Name><Lists/><New9>\r\n&#xD;</New9>";
    let person: Person = read(Kind::Plain, xml);
    let found: Vec<_> = person
        .extra
        .iter()
        .map(|(after, raw)| (after, raw.name()))
        .collect();
    assert_eq!(found, [(0, "New0"), (1, "New1"), (1, "New2"), (10, "New9")]);
    assert_eq!(
        person.extra.get("New0").map(|raw| raw.namespace()),
        Some(Some("urn:v1".into()))
    );
    assert_eq!(
        person
            .extra
            .get("New9")
            .and_then(|raw| raw.text())
            .as_deref(),
        Some("\n\r")
    );
    expect![[r#"<New0 xmlns="urn:v1" xmlns:q='urn:q'><q:x>1</q:x></New0><Id>1</Id><c:New1 xmlns:c='urn:c' c:a='b'/><New2 xmlns="urn:v1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:b="urn:arrays"><b:string i:nil='true'/></New2><Name>n</Name><Status>Unknown</Status><Right/><Rows i:nil="true"/><Names i:nil="true"/><Manager i:nil="true"/><Staff i:nil="true"/><Lists/>"#]]
        .assert_eq(write(Kind::Plain, &person).split("<New9").next().unwrap_or_default());
    assert_eq!(
        read::<Person>(Kind::Plain, &write(Kind::Plain, &person)),
        person
    );

    let mut cleared = person;
    cleared.extra.clear();
    assert!(!write(Kind::Plain, &cleared).contains("New"));
}

#[test]
fn unknown_elements_among_members_out_of_order_are_kept() {
    let person: Person = read(Kind::Plain, "<Name>n</Name><New/><Id>1</Id>");
    assert_eq!((person.id, person.name.as_deref()), (1, Some("n")));
    assert_eq!(
        person
            .extra
            .iter()
            .map(|(after, raw)| (after, raw.name()))
            .collect::<Vec<_>>(),
        [(2, "New")]
    );
}

#[test]
fn nil_items_stay_nil_until_they_are_changed() {
    let xml = "<Rows><b:ArrayOfstring i:nil='true'/><b:ArrayOfstring><b:string>a</b:string><b:string i:nil='true'/>\
         </b:ArrayOfstring></Rows><Staff><Person i:nil='true'/><Person><Id>3</Id></Person><Person i:nil='true'/></Staff>";
    let mut person: Person = read(Kind::Plain, xml);
    assert_eq!(
        person.rows,
        Some(vec![Vec::new(), vec!["a".to_owned(), String::new()]])
    );
    assert_eq!(person.staff.as_ref().map(Vec::len), Some(3));
    assert!(!person.extra.is_empty());
    assert_eq!(person.extra.iter().count(), 0);
    let written = write(Kind::Plain, &person);
    let rows = r#"<Rows><a:ArrayOfstring i:nil="true"/><a:ArrayOfstring><a:string>a</a:string><a:string i:nil="true"/></a:ArrayOfstring></Rows>"#;
    assert!(written.contains(rows), "{written}");
    assert!(
        written.contains(r#"<Staff><Person i:nil="true"/><Person><Id>3</Id>"#),
        "{written}"
    );
    assert_eq!(read::<Person>(Kind::Plain, &written), person);

    if let Some([_, row]) = person.rows.as_deref_mut() {
        row[1].push('b');
    }
    if let Some(staff) = &mut person.staff {
        staff[0].id = 9;
        staff.truncate(2);
    }
    let written = write(Kind::Plain, &person);
    assert!(
        written.contains("<a:string>a</a:string><a:string>b</a:string>"),
        "{written}"
    );
    assert!(written.contains("<Staff><Person><Id>9</Id>"), "{written}");
    assert_eq!(written.matches("<Person").count(), 2);
}

#[test]
fn unknown_elements_inside_arrays_and_dictionaries_return_too() {
    let xml = "<Rows><b:New0/><b:ArrayOfstring><b:New1/><b:string>x</b:string><b:New2/></b:ArrayOfstring><b:New3/></Rows>\
         <Names><New4/><StringKeyValuePair><New5/><Key>k</Key><New6/><Value>v</Value><New7/></StringKeyValuePair><New8/></Names>\
         <Staff><Person><Id>1</Id><New9/></Person></Staff>\
         <Lists><b:KeyValueOfintArrayOfstring><b:Key>1</b:Key><b:Value><b:string i:nil='true'/><b:NewA/><b:string>x</b:string>\
         </b:Value></b:KeyValueOfintArrayOfstring></Lists>";
    let person: Person = read(Kind::Plain, xml);
    let written = write(Kind::Plain, &person);
    let bare = written
        .replace(r#" xmlns="urn:v1""#, "")
        .replace(r#" xmlns:b="urn:arrays""#, "");
    for part in [
        "<Rows><b:New0/><a:ArrayOfstring><b:New1/><a:string>x</a:string><b:New2/></a:ArrayOfstring><b:New3/></Rows>",
        "<Names><New4/><StringKeyValuePair><New5/><Key>k</Key><New6/><Value>v</Value><New7/></StringKeyValuePair><New8/></Names>",
        r#"<a:Key>1</a:Key><a:Value><a:string i:nil="true"/><b:NewA/><a:string>x</a:string></a:Value>"#,
    ] {
        assert!(bare.contains(part), "{part}\n{bare}");
    }
    assert_eq!(
        person
            .staff
            .as_ref()
            .map(|staff| staff[0].extra.iter().count()),
        Some(1)
    );
    assert_eq!(read::<Person>(Kind::Plain, &written), person);
}

#[test]
fn what_was_not_understood_is_counted() {
    let xml = format!(
        "<V {NIL}><New/><Status>Later</Status><Right>Select Later</Right><Rows><b:New/><b:ArrayOfstring i:nil='true'/></Rows></V>"
    );
    let mut reader = Reader::new(xml.as_bytes()).expect("well-formed");
    reader
        .value(&mut Person::default(), Kind::Plain)
        .expect("a person");
    assert_eq!(reader.unknowns(), 4);
}

#[test]
fn enumerations_are_open() {
    let later: Status = read(Kind::Plain, "Later");
    assert_eq!((later.name(), later.value()), ("Later", None));
    assert_eq!(write(Kind::Plain, &later), "Later");
    assert_eq!(read::<Status>(Kind::Plain, " Never\n").value(), Some(-1));
    // Two names of one value are two members.
    assert_eq!(
        write(Kind::Plain, &read::<Status>(Kind::Plain, "Finished")),
        "Finished"
    );
    assert_eq!("Done".parse(), Ok(Status::Done));
    assert_eq!(format!("{:>6}", Status::Done), "  Done");
    assert_eq!(Status::all().len(), 4);
    assert_eq!(Link::Contact.value(), None);
    let error = try_read::<Status>(Kind::Plain, "").expect_err("empty");
    assert_eq!(error.expected(), "a member of Status");
}

#[test]
fn an_enumeration_without_zero_is_left_out() {
    assert!(!write(Kind::Plain, &Person::default()).contains("Link"));
    assert_eq!(
        read::<Person>(Kind::Plain, "<Link>Contact</Link>").link,
        Some(Link::Contact)
    );
    let links: Vec<Link> = read(LINKS, "<Link>Contact</Link><Link>Later</Link>");
    assert_eq!(
        write(LINKS, &links),
        "<Link>Contact</Link><Link>Later</Link>"
    );
}

#[test]
fn flag_sets_are_names_between_blanks() {
    let right: FlagSet<Right> = read(Kind::Plain, "Name Later Select Later");
    assert_eq!(right.bits(), 9);
    assert_eq!(right.unknown_names().collect::<Vec<_>>(), ["Later"]);
    assert_eq!(write(Kind::Plain, &right), "Select Name Later");
    // Aliases and combinations are written by the first names that cover their bits.
    assert_eq!(
        write(Kind::Plain, &read::<FlagSet<Right>>(Kind::Plain, "Change")),
        "Update"
    );
    assert_eq!(write(Kind::Plain, &Right::BOTH), "Select Update");
    assert!(read::<FlagSet<Right>>(Kind::Plain, "").is_empty());
    assert_eq!(
        encode(
            &Contract {
                name: "",
                namespaces: &[]
            },
            &Element::plain("R", 0),
            &FlagSet::<Right>::empty()
        ),
        b"<R/>"
    );
}

#[test]
fn unknown_flags_are_kept_once_and_in_order_however_many() {
    let names: Vec<_> = (0..100_000).map(|number| format!("New{number}")).collect();
    let twice = [names.join(" "), names.join(" ")].join(" ");
    let right: FlagSet<Right> = read(Kind::Plain, &twice);
    assert!(right.unknown_names().eq(names.iter().map(String::as_str)));
    let more = right.clone() | Right::NAME | right;
    assert_eq!(more.unknown_names().count(), names.len());
    assert_eq!(more.bits(), 8);
}

#[test]
fn flag_sets_have_operators() {
    let later: FlagSet<Right> = "Later".parse().unwrap_or_default();
    let both = Right::SELECT | Right::UPDATE;
    assert_eq!(both, Right::BOTH);
    assert!(both.contains(&Right::SELECT) && !both.contains(later.clone()));
    assert!(both.intersects(Right::UPDATE) && !both.intersects(Right::NAME));
    assert_eq!(!both.clone(), Right::NAME);
    assert_eq!(
        (both.clone() | later.clone()) - Right::SELECT,
        Right::UPDATE | later.clone()
    );
    assert_eq!((both.clone() | later.clone()) & later.clone(), later);
    assert_eq!(FlagSet::from_bits_truncate(4 + 8), Right::NAME);
    assert_eq!(
        [Right::SELECT, Right::UPDATE]
            .into_iter()
            .collect::<FlagSet<Right>>(),
        both
    );
    assert_eq!(
        format!("{:?} {both}", both),
        "{Select Update} Select Update"
    );
}

#[test]
fn derived_types_carry_their_name() {
    let xml = "<FieldBase><Label>a</Label></FieldBase>\
         <FieldBase i:type='c:FieldInt' xmlns:c='urn:crypto'><Label>b</Label><c:Key>AQID</c:Key></FieldBase>\
         <FieldBase i:type='FieldLater'><Label>c</Label><More>1</More></FieldBase>\
         <FieldBase i:type='FieldBase'/><FieldBase i:nil='true'/>";
    let fields: Vec<Field> = read(FIELDS, xml);
    assert!(matches!(&fields[1], Field::Int(field) if field.key == [1, 2, 3]));
    assert!(
        matches!(&fields[2], Field::Unrecognized(raw) if raw.as_xml().contains("<More>1</More>"))
    );
    assert_eq!(fields[3], Field::default());
    let written = write(FIELDS, &fields);
    assert_eq!(
        written,
        "<FieldBase><Label>a</Label></FieldBase>\
         <FieldBase i:type=\"b:FieldInt\"><Label>b</Label><b:Key>AQID</b:Key></FieldBase>\
         <FieldBase xmlns=\"urn:v1\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:type='FieldLater'>\
         <Label>c</Label><More>1</More></FieldBase>\
         <FieldBase><Label i:nil=\"true\"/></FieldBase><FieldBase><Label i:nil=\"true\"/></FieldBase>"
    );
    assert_eq!(again(FIELDS, &fields), fields);
    assert!(try_read::<Vec<Field>>(FIELDS, "<FieldBase i:type='z:FieldInt'/>").is_err());
}

#[test]
fn any_type_says_what_it_is() {
    let xsd = "xmlns:x='http://www.w3.org/2001/XMLSchema'";
    let ser = "xmlns:z='http://schemas.microsoft.com/2003/10/Serialization/'";
    let cases = [
        ("x:string", " a ", AnyValue::from(" a ")),
        ("x:int", "-5", AnyValue::from(-5_i32)),
        ("x:boolean", "1", AnyValue::from(true)),
        ("x:double", "1E+16", AnyValue::from(1e16)),
        ("x:float", "0.1", AnyValue::from(0.1_f32)),
        (
            "x:decimal",
            "1.50",
            AnyValue::from("1.50".parse::<Decimal>().unwrap_or_default()),
        ),
        ("x:long", "9", AnyValue::from(9_i64)),
        ("x:short", "9", AnyValue::from(9_i16)),
        ("x:byte", "-9", AnyValue::from(-9_i8)),
        ("x:unsignedByte", "255", AnyValue::from(255_u8)),
        ("x:unsignedShort", "9", AnyValue::from(9_u16)),
        ("x:unsignedInt", "9", AnyValue::from(9_u32)),
        (
            "x:unsignedLong",
            "18446744073709551615",
            AnyValue::from(u64::MAX),
        ),
        (
            "x:dateTime",
            "0001-01-01T00:00:00Z",
            AnyValue::from(
                "0001-01-01T00:00:00Z"
                    .parse::<DateTime>()
                    .unwrap_or_default(),
            ),
        ),
        ("x:base64Binary", "AQI=", AnyValue::from(vec![1, 2])),
        ("x:anyURI", "http://x", AnyValue::Uri("http://x".to_owned())),
        (
            "x:QName",
            "x:q",
            AnyValue::from(QName {
                namespace: Some("http://www.w3.org/2001/XMLSchema".to_owned()),
                local: "q".to_owned(),
            }),
        ),
        (
            "z:guid",
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            AnyValue::from(Guid::from_u128(0x0f8fad5b_d9cb_469f_a165_70867728950e)),
        ),
        (
            "z:duration",
            "P1D",
            AnyValue::from("P1D".parse::<Duration>().unwrap_or_default()),
        ),
        ("z:char", "65", AnyValue::from(Char(65))),
        ("x:anyType", "", AnyValue::Object),
    ];
    for (name, text, value) in &cases {
        let xml = format!("<b:anyType {xsd} {ser} i:type='{name}'>{text}</b:anyType>");
        let read_values: Vec<AnyValue> = read(ANY, &xml);
        assert_eq!(read_values, std::slice::from_ref(value), "{xml}");
        let written = write(ANY, &read_values);
        assert_eq!(again(ANY, &read_values), read_values, "{written}");
        assert!(written.contains(" i:type=\"x:"), "{written}");
    }
    assert_eq!(
        read::<Vec<AnyValue>>(ANY, "<b:anyType/>"),
        [AnyValue::Object]
    );
}

#[test]
fn a_name_without_namespace_stays_without() {
    let name = QName {
        namespace: None,
        local: "n".to_owned(),
    };
    for namespace in [0, 1] {
        const ITEMS: [Element; 2] = [Element::plain("Q", 0), Element::plain("Q", 1)];
        let array = Kind::Array(&ITEMS[usize::from(namespace)]);
        let xml = encode(
            &CONTRACT,
            &Element::new("V", 0, array),
            &vec![AnyValue::from(name.clone())],
        );
        let document = String::from_utf8(xml.clone()).expect("UTF-8");
        let document = roxmltree::Document::parse(&document).expect("well-formed");
        let child = document
            .root_element()
            .first_element_child()
            .expect("an item");
        assert_eq!(
            child.tag_name().namespace(),
            Some(CONTRACT.namespace(namespace))
        );
        let mut again = Vec::<AnyValue>::new();
        decode(&xml, array, &mut again).expect("readable");
        assert_eq!(again, [AnyValue::QName(name.clone())]);
    }
}

#[test]
fn any_type_of_an_unknown_type_is_kept_with_its_name_spaces() {
    let xml = "<b:anyType i:type='Later'><Id>1</Id></b:anyType><b:anyType>text</b:anyType>";
    let values: Vec<AnyValue> = read(ANY, xml);
    assert!(matches!(&values[0], AnyValue::Raw(raw) if raw.as_xml().contains(r#"xmlns="urn:v1""#)));
    assert!(matches!(&values[1], AnyValue::Raw(raw) if raw.text().as_deref() == Some("text")));
    assert_eq!(again(ANY, &values), values);
    // In another place it takes that place's name.
    assert!(write(Kind::Plain, &values[1]).starts_with("<b:V xmlns:b=\"urn:arrays\">text</b:V>"));
}

#[test]
fn doubles_are_what_dotnet_writes() {
    for (text, value) in [
        ("1E+16", 1e16),
        ("1.5E-07", 1.5e-7),
        ("-0", -0.0),
        ("INF", f64::INFINITY),
        ("-INF", f64::NEG_INFINITY),
        ("0.10000000000000001", 0.1),
        ("+5.", 5.0),
    ] {
        assert_eq!(
            read::<f64>(Kind::Plain, text).to_bits(),
            value.to_bits(),
            "{text}"
        );
    }
    assert!(read::<f64>(Kind::Plain, " NaN ").is_nan());
    for (value, text) in [
        (1e16, "1E+16"),
        (1.5e-7, "1.5E-7"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (123_456_789.0, "123456789"),
        (f64::NEG_INFINITY, "-INF"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(write(Kind::Plain, &value), text);
    }
    for text in [
        "", "inf", "nan", "infinity", "1,5", "0x1", "1e", "--1", "1_0",
    ] {
        assert!(try_read::<f64>(Kind::Plain, text).is_err(), "{text}");
    }
}

#[test]
fn empty_or_wrong_text_of_a_value_type_is_an_error() {
    macro_rules! refused {
        ($($type:ty: $text:expr;)*) => {$(
            for text in ["", " ", $text] {
                assert!(try_read::<$type>(Kind::Plain, text).is_err(), "{} {text:?}", stringify!($type));
            }
        )*};
    }
    refused! {
        i32: "2147483648"; i16: "32768"; i64: "1.0"; u32: "-1"; u8: "256"; bool: "True"; f32: "x";
        DateTime: "2024-01-01"; Duration: "1"; Guid: "0"; Decimal: "1e5"; Char: "65536";
    }
    assert_eq!(read::<i32>(Kind::Plain, "\n+07 "), 7);
}

#[test]
fn base64_may_be_broken_into_lines() {
    assert_eq!(
        read::<Vec<u8>>(Kind::Plain, "\n AQID\r\nBAUG \n"),
        [1, 2, 3, 4, 5, 6]
    );
    assert_eq!(read::<Option<Vec<u8>>>(Kind::Plain, ""), Some(Vec::new()));
    let error = try_read::<Vec<u8>>(Kind::Plain, "A?ID").expect_err("no base64");
    assert_eq!(error.expected(), "xs:base64Binary");
}

#[test]
fn strings_are_escaped_as_the_server_does() {
    let text = "a\tb\nc\rd <&> \" ' \u{1} \u{1F} \u{FFFE} \u{FFFF} \u{FEFF} 漢🙂 ";
    assert_eq!(
        write(Kind::Plain, &text.to_owned()),
        "a\tb\nc&#xD;d &lt;&amp;&gt; \" ' &#x1; &#x1F; &#xFFFE; &#xFFFF; \u{FEFF} 漢🙂 "
    );
}

#[test]
fn errors_name_the_element_and_the_position() {
    let error = try_read::<Person>(
        Kind::Plain,
        "<Staff><Person/><Person><Manager><Id>x</Id></Manager></Person></Staff>",
    );
    let error = error.expect_err("no int");
    assert_eq!(error.path(), "V/Staff/Person[1]/Manager/Id");
    assert_eq!(error.expected(), "xs:int");
    assert_eq!(error.found(), "\"x\"");

    let error =
        try_read::<Person>(Kind::Plain, "<Name>a<b/></Name>").expect_err("an element in text");
    assert_eq!(error.path(), "V/Name");
    assert_eq!(error.expected(), "text");

    let error =
        try_read::<Person>(Kind::Plain, "<Id>1</Id>text").expect_err("text between members");
    assert_eq!(
        error.to_string().split(" at ").next(),
        Some("V: expected an element, found \"text</V>\"")
    );

    let names = "<Names><StringKeyValuePair><Key><a/></Key></StringKeyValuePair></Names>";
    let error = try_read::<Person>(Kind::Plain, names).expect_err("an element in a key");
    assert_eq!(error.path(), "V/Names/StringKeyValuePair[0]/Key");
}

#[test]
fn recursion_ends_before_the_stack_does() {
    let deep = "<Manager>".repeat(100_000);
    let error = try_read::<Person>(Kind::Plain, &deep).expect_err("too deep");
    assert_eq!(error.expected(), "at most 256 nested elements");
    let depth = 200;
    let xml = format!(
        "{}<Id>1</Id>{}",
        "<Manager>".repeat(depth),
        "</Manager>".repeat(depth)
    );
    assert!(try_read::<Person>(Kind::Plain, &xml).is_ok());
}

fn any_person() -> impl Strategy<Value = Person> {
    let text = prop_oneof![2 => "[a-zæ<&>\"\r\n\t ]{0,8}", 1 => any::<String>()];
    let status = prop_oneof![
        3 => prop::sample::select(Status::all().to_vec()),
        1 => "[A-Z][a-z]{1,8}".prop_map(|name| name.parse::<Status>().unwrap_or_default()),
    ];
    let names = prop::collection::vec((text.clone(), prop::option::of(text.clone())), 0..4);
    let rows = prop::collection::vec(prop::collection::vec(text.clone(), 0..3), 0..3);
    let lists = prop::collection::vec(
        (
            any::<i32>(),
            prop::option::of(prop::collection::vec(text.clone(), 0..3)),
        ),
        0..3,
    );
    let leaf = (
        any::<i32>(),
        prop::option::of(text),
        status,
        prop::option::of(prop::sample::select(vec![Link::Person, Link::Contact])),
        (0..16_u64).prop_map(FlagSet::from_bits_truncate),
        prop::option::of(rows),
        prop::option::of(names.prop_map(Dictionary::from_iter)),
        prop::option::of(lists.prop_map(Dictionary::from_iter)),
    )
        .prop_map(
            |(id, name, status, link, right, rows, names, lists)| Person {
                id,
                name,
                status,
                link,
                right,
                rows,
                names,
                lists,
                ..Person::default()
            },
        );
    leaf.prop_recursive(3, 12, 3, |inner| {
        (
            inner.clone(),
            prop::option::of(inner.clone()),
            prop::option::of(prop::collection::vec(inner, 0..3)),
        )
            .prop_map(|(person, manager, staff)| Person {
                manager: manager.map(Box::new),
                staff,
                ..person
            })
    })
}

fn round_trip<T: Default + PartialEq + std::fmt::Debug + Value>(
    kind: Kind,
    value: &T,
) -> Result<(), TestCaseError> {
    let xml = encode(&CONTRACT, &Element::new("V", 0, kind), value);
    let mut again = T::default();
    decode(&xml, kind, &mut again).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&again, value, "{}", String::from_utf8_lossy(&xml));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_person_reads_back(person in any_person()) {
        round_trip(Kind::Plain, &person)?;
    }

    #[test]
    fn every_string_reads_back(text: String, control in "[\0-\u{20}<&>\"'\u{FFFE}\u{FFFF}\u{FEFF}\\]]{0,20}") {
        round_trip(Kind::Plain, &text)?;
        round_trip(Kind::Plain, &control)?;
        round_trip(STRINGS, &vec![text, control, String::new()])?;
    }

    #[test]
    fn every_number_reads_back(a: i8, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64) {
        round_trip(Kind::Plain, &a)?;
        round_trip(Kind::Plain, &b)?;
        round_trip(Kind::Plain, &c)?;
        round_trip(Kind::Plain, &d)?;
        round_trip(Kind::Plain, &e)?;
        round_trip(Kind::Plain, &f)?;
        round_trip(Kind::Plain, &g)?;
        round_trip(Kind::Plain, &h)?;
        round_trip(INTS, &vec![c, i32::MIN, i32::MAX])?;
    }

    #[test]
    fn every_float_reads_back(bits: u64, small in -1000.0..1000.0_f64) {
        for value in [f64::from_bits(bits), small] {
            let xml = encode(&CONTRACT, &Element::plain("V", 0), &value);
            let mut again = 0.0_f64;
            decode(&xml, Kind::Plain, &mut again)?;
            prop_assert!(again.to_bits() == value.to_bits() || again.is_nan() && value.is_nan());
        }
        let single = f32::from_bits(bits as u32);
        let xml = encode(&CONTRACT, &Element::plain("V", 0), &single);
        let mut again = 0.0_f32;
        decode(&xml, Kind::Plain, &mut again)?;
        prop_assert!(again.to_bits() == single.to_bits() || again.is_nan() && single.is_nan());
    }

    #[test]
    fn every_value_reads_back(bytes: Vec<u8>, ticks: i64, guid: u128, unit: u16, scale in 0..=28_u8, flag: bool) {
        round_trip(Kind::Plain, &bytes)?;
        round_trip(Kind::Plain, &Some(bytes))?;
        round_trip(Kind::Plain, &flag)?;
        round_trip(Kind::Plain, &Duration::from_ticks(ticks))?;
        round_trip(Kind::Plain, &Guid::from_u128(guid))?;
        round_trip(Kind::Plain, &Char(unit))?;
        round_trip(Kind::Plain, &Decimal::new(i128::from(ticks), scale).unwrap_or_default())?;
        let date = DateTime::from_ticks(ticks.unsigned_abs() as i64 / 3).unwrap_or_default();
        round_trip(Kind::Plain, &date)?;
        round_trip(Kind::Plain, &Dictionary::from([(date, AnyValue::from(ticks))]))?;
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = decode(&bytes, Kind::Plain, &mut Person::default());
        let _ = soap::Envelope::parse(&bytes);
    }

    #[test]
    fn any_damage_is_answered(person in any_person(), at: prop::sample::Index, byte in prop::sample::select(b"<>/=\"&; a\xFF".to_vec())) {
        let mut xml = encode(&CONTRACT, &Element::plain("V", 0), &person);
        let at = at.index(xml.len());
        xml[at] = byte;
        let mut again = Person::default();
        if decode(&xml, Kind::Plain, &mut again).is_ok() {
            let written = encode(&CONTRACT, &Element::plain("V", 0), &again);
            let mut third = Person::default();
            decode(&written, Kind::Plain, &mut third)?;
            prop_assert_eq!(again, third);
        }
    }
}

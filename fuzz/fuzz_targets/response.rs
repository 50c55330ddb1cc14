//! SOAP responses: envelope, headers, fault, and a body of a contract that has every kind of value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use soap::{
    AnyValue, Body, Char, Contract, DateTime, Decimal, Derived, Dictionary, Duration, Element,
    Entry, Enumeration, Envelope, Extra, FieldReader, FieldWriter, FlagSet, Flags, Guid, Kind,
    Member, Polymorph, RawElement, Unrecognized, Value, decode, encode,
};
use superoffice_soap as soap;

fuzz_target!(|data: &[u8]| {
    let mut answer = Answer::default();
    if decode(data, Kind::Plain, &mut answer).is_ok() {
        comes_through(&answer);
    }
    let Ok(envelope) = Envelope::parse(data) else {
        return;
    };
    for header in &envelope.headers {
        let _ = (header.name(), header.namespace(), header.is_nil());
        let _ = header.read(&mut String::new(), Kind::Plain);
        let _ = header.read(&mut false, Kind::Plain);
        let _ = header.read(&mut Some(Person::default()), Kind::Plain);
        let _ = header.read(
            &mut Some(Dictionary::<String, Option<String>>::default()),
            NAMES,
        );
        let _ = header.read(&mut AnyValue::default(), Kind::Plain);
    }
    if let Body::Element(mut reader) = envelope.body {
        let mut answer = Answer::default();
        let read = reader.fields(None, &mut |fields| answer.read_fields(fields));
        if read.is_ok() {
            comes_through(&answer);
        }
        let _ = reader.finish();
    }
});

/// What was read can be written and read again, and then is written as it was before.
fn comes_through(answer: &Answer) {
    // The first copy has the namespaces of our own envelope in what the contract does not know.
    let copy = copy(answer);
    let [first, second] = [&copy, &self::copy(&copy)].map(write);
    assert_eq!(
        String::from_utf8_lossy(&first),
        String::from_utf8_lossy(&second)
    );
}

fn copy(answer: &Answer) -> Answer {
    let xml = write(answer);
    let mut copy = Answer::default();
    let result = decode(&xml, Kind::Plain, &mut copy);
    assert!(
        result.is_ok(),
        "{result:?}: {}",
        String::from_utf8_lossy(&xml)
    );
    copy
}

fn write(answer: &Answer) -> Vec<u8> {
    encode(&CONTRACT, &Element::plain("Answer", 0), answer)
}

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

#[derive(Clone, Default)]
enum Status {
    #[default]
    Unknown,
    Done,
    Finished,
    Never,
    Unrecognized(Unrecognized),
}

impl Enumeration for Status {
    const NAME: &'static str = "Status";
    const ALL: &'static [Self] = &[Self::Unknown, Self::Done, Self::Finished, Self::Never];

    fn member(&self) -> Member<'_> {
        match self {
            Self::Unknown => Member::new("Unknown", 0),
            Self::Done => Member::new("Done", 5),
            Self::Finished => Member::new("Finished", 5),
            Self::Never => Member::new("Never", -1),
            Self::Unrecognized(name) => name.member(),
        }
    }

    fn unrecognized(name: Unrecognized) -> Self {
        Self::Unrecognized(name)
    }
}
soap::enumeration!(Status);

/// No member for zero, so no default.
#[derive(Clone)]
enum Link {
    Person,
    Contact,
    Unrecognized(Unrecognized),
}

impl Enumeration for Link {
    const NAME: &'static str = "Link";
    const ALL: &'static [Self] = &[Self::Person, Self::Contact];

    fn member(&self) -> Member<'_> {
        match self {
            Self::Person => Member::new("Person", 1),
            Self::Contact => Member::unnumbered("Contact"),
            Self::Unrecognized(name) => name.member(),
        }
    }

    fn unrecognized(name: Unrecognized) -> Self {
        Self::Unrecognized(name)
    }
}
impl soap::Item for Link {
    fn blank() -> Self {
        Self::Person
    }
}
soap::enumeration!(Link);

#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Right(FlagSet);

impl Flags for Right {
    const NAME: &'static str = "Right";
    const MEMBERS: &'static [(&'static str, u64)] = &[
        ("Select", 1),
        ("Update", 2),
        ("Change", 2),
        ("Both", 3),
        ("Name", 8),
    ];

    fn from_set(set: FlagSet) -> Self {
        Self(set)
    }

    fn set(&self) -> &FlagSet {
        &self.0
    }

    fn set_mut(&mut self) -> &mut FlagSet {
        &mut self.0
    }
}
soap::flags!(Right);

#[derive(Default)]
struct Person {
    id: i32,
    name: Option<String>,
    status: Status,
    link: Option<Link>,
    right: Right,
    rows: Option<Vec<Vec<String>>>,
    names: Option<Dictionary<String, Option<String>>>,
    manager: Option<Box<Person>>,
    staff: Option<Vec<Person>>,
    lists: Option<Dictionary<i32, Option<Vec<String>>>>,
    extra: Extra,
}

impl Value for Person {
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        r.fields((
            ("Id", &mut self.id),
            ("Name", &mut self.name),
            ("Status", &mut self.status),
            ("Link", &mut self.link),
            ("Right", &mut self.right),
            ("Rows", &mut self.rows, ROWS),
            ("Names", &mut self.names, NAMES),
            ("Manager", &mut self.manager),
            ("Staff", &mut self.staff, PEOPLE),
            ("Lists", &mut self.lists, LISTS),
        ));
        r.extra(&mut self.extra);
    }

    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        w.complex(
            "Person",
            "id name status link right rows names manager staff lists",
            &self.extra,
        );
        w.fields((
            ("Id", &self.id),
            ("Name", &self.name),
            ("Status", &self.status),
        ));
        w.omittable("Link", &self.link);
        w.fields((
            ("Right", &self.right),
            ("Rows", &self.rows, ROWS),
            ("Names", &self.names, NAMES),
            ("Manager", &self.manager),
            ("Staff", &self.staff, PEOPLE),
            ("Lists", &self.lists, LISTS),
        ));
    }
}
soap::complex!(Person);
soap::boxed!(Person);

#[derive(Default)]
struct FieldBase {
    label: Option<String>,
    extra: Extra,
}

impl Value for FieldBase {
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        r.fields(("Label", &mut self.label));
        r.extra(&mut self.extra);
    }

    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        w.complex("FieldBase", "label", &self.extra);
        w.fields(("Label", &self.label));
    }
}
soap::complex!(FieldBase);

/// Its own member is in another namespace than the inherited one.
#[derive(Default)]
struct FieldInt {
    label: Option<String>,
    key: Vec<u8>,
    extra: Extra,
}

impl Value for FieldInt {
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        r.fields((("Label", &mut self.label), ("Key", &mut self.key)));
        r.extra(&mut self.extra);
    }

    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        w.complex("FieldInt", "label key", &self.extra);
        w.namespace(0);
        w.fields(("Label", &self.label));
        w.namespace(2);
        w.fields(("Key", &self.key));
    }
}
soap::complex!(FieldInt);

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

/// One of each.
#[derive(Default)]
struct Answer {
    person: Option<Person>,
    people: Option<Vec<Person>>,
    fields: Option<Vec<Field>>,
    field: Field,
    any: Option<AnyValue>,
    anys: Option<Vec<AnyValue>>,
    when: DateTime,
    span: Duration,
    guid: Guid,
    letter: Char,
    price: Decimal,
    double: f64,
    float: f32,
    byte: i8,
    short: i16,
    long: i64,
    unsigned: u64,
    is: bool,
    maybe: Option<i32>,
    bytes: Option<Vec<u8>>,
    ints: Option<Vec<i32>>,
    links: Option<Vec<Link>>,
    extra: Extra,
}

impl Value for Answer {
    fn read_fields(&mut self, r: &mut FieldReader<'_, '_>) {
        r.fields((
            ("Person", &mut self.person),
            ("People", &mut self.people, PEOPLE),
            ("Fields", &mut self.fields, FIELDS),
            ("Field", &mut self.field),
            ("Any", &mut self.any),
            ("Anys", &mut self.anys, ANY),
            ("When", &mut self.when),
            ("Span", &mut self.span),
            ("Guid", &mut self.guid),
            ("Letter", &mut self.letter),
            ("Price", &mut self.price),
            ("Double", &mut self.double),
        ));
        r.fields((
            ("Float", &mut self.float),
            ("Byte", &mut self.byte),
            ("Short", &mut self.short),
            ("Long", &mut self.long),
            ("Unsigned", &mut self.unsigned),
            ("Is", &mut self.is),
            ("Maybe", &mut self.maybe),
            ("Bytes", &mut self.bytes),
            ("Ints", &mut self.ints, INTS),
            ("Links", &mut self.links, LINKS),
        ));
        r.extra(&mut self.extra);
    }

    fn write_fields<'v>(&'v self, w: &mut FieldWriter<'v, '_>) {
        w.complex("Answer", "person people fields field any anys when span guid letter price double float byte short long unsigned is maybe bytes ints links", &self.extra);
        w.fields((
            ("Person", &self.person),
            ("People", &self.people, PEOPLE),
            ("Fields", &self.fields, FIELDS),
            ("Field", &self.field),
            ("Any", &self.any),
            ("Anys", &self.anys, ANY),
            ("When", &self.when),
            ("Span", &self.span),
            ("Guid", &self.guid),
            ("Letter", &self.letter),
            ("Price", &self.price),
            ("Double", &self.double),
        ));
        w.fields((
            ("Float", &self.float),
            ("Byte", &self.byte),
            ("Short", &self.short),
            ("Long", &self.long),
            ("Unsigned", &self.unsigned),
            ("Is", &self.is),
            ("Maybe", &self.maybe),
            ("Bytes", &self.bytes),
            ("Ints", &self.ints, INTS),
            ("Links", &self.links, LINKS),
        ));
    }
}
soap::complex!(Answer);

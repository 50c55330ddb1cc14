//! SOAP responses: envelope, headers, fault, and a body of a contract that has every kind of value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use soap::{
    AnyValue, Body, Char, Contract, DateTime, Decimal, Derived, Dictionary, Duration, Element,
    Entry, Envelope, Extra, FlagSet, Guid, Kind, Namespace, Omittable, Polymorph, RawElement,
    Unrecognized, Value, decode, encode, erase_mut,
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
        let read = reader.fields(None, &mut |fields| {
            erase_mut(&mut answer).read_fields(fields)
        });
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

/// One of each.
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

soap::complex!(Answer {
    person: "Person",
    people: "People" [PEOPLE],
    fields: "Fields" [FIELDS],
    field: "Field",
    any: "Any",
    anys: "Anys" [ANY],
    when: "When",
    span: "Span",
    guid: "Guid",
    letter: "Letter",
    price: "Price",
    double: "Double";
    float: "Float",
    byte: "Byte",
    short: "Short",
    long: "Long",
    unsigned: "Unsigned",
    is: "Is",
    maybe: "Maybe",
    bytes: "Bytes",
    ints: "Ints" [INTS],
    links: "Links" [LINKS];
    ..extra
});

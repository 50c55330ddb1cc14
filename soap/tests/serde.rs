//! What `serde` makes of values: readable, and nothing lost on the way back.

#![cfg(feature = "serde")]

use serde_json::{from_value, json, to_value};
use superoffice_soap::{
    AnyValue, Char, DateTime, Decimal, Derived, Dictionary, Duration, Element, Extra, FlagSet,
    Guid, Kind, Polymorph, QName, RawElement, Secret, Unrecognized, Value, boxed, complex, decode,
    enumeration, flags,
};

#[derive(Default)]
enum Colour {
    #[default]
    Red,
    Unrecognized(Unrecognized),
}
enumeration!(Colour as "Colour" {
    Red: "Red" = 0,
});

enum Right {}
flags!(Right {
    "Select" = 1,
    "Update" = 2,
});

struct Person {
    name: Option<String>,
    picture: Option<Vec<u8>>,
    right: FlagSet<Right>,
    extra: Extra,
}

complex!(Person {
    name: "Name",
    picture: "Picture",
    right: "Right";
    ..extra
});

fn there_and_back<T>(value: T, form: serde_json::Value)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(to_value(&value).expect("a form"), form);
    assert_eq!(from_value::<T>(form).expect("the same"), value);
}

#[test]
fn values() {
    let date: DateTime = "2024-02-29T08:30:00.5+01:00".parse().expect("a date");
    there_and_back(date, json!("2024-02-29T08:30:00.5+01:00"));
    there_and_back(Duration::from_ticks(-1), json!("-PT0.0000001S"));
    there_and_back(
        "19.90".parse::<Decimal>().expect("a number"),
        json!("19.90"),
    );
    let guid = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    there_and_back(guid.parse::<Guid>().expect("a guid"), json!(guid));
    there_and_back(Char(216), json!(216));
    there_and_back(AnyValue::Object, json!("Object"));
    there_and_back(AnyValue::from(7), json!({ "Int": 7 }));
    there_and_back(AnyValue::Bytes(vec![1, 2]), json!({ "Bytes": "AQI=" }));
    let name = QName {
        namespace: None,
        local: "x".to_owned(),
    };
    there_and_back(name, json!({ "namespace": null, "local": "x" }));
    let raw = RawElement::from_xml("<A xmlns=\"urn:a\">1</A>").expect("an element");
    there_and_back(raw, json!("<A xmlns=\"urn:a\">1</A>"));
    assert!(from_value::<RawElement>(json!("<A>")).is_err());
    assert!(from_value::<DateTime>(json!("yesterday")).is_err());
}

#[test]
fn members_sets_and_dictionaries() {
    there_and_back(Colour::Red, json!("Red"));
    there_and_back(
        "Octarine".parse::<Colour>().expect("open"),
        json!("Octarine"),
    );
    let right: FlagSet<Right> = "Select Fly".parse().expect("open");
    there_and_back(right, json!(["Select", "Fly"]));
    there_and_back(FlagSet::<Right>::empty(), json!([]));
    let names = Dictionary::from([
        ("no".to_owned(), Some("Norge".to_owned())),
        ("fi".to_owned(), None),
    ]);
    let text = r#"{"no":"Norge","fi":null}"#;
    assert_eq!(serde_json::to_string(&names).expect("a form"), text);
    let back: Dictionary<String, Option<String>> = serde_json::from_str(text).expect("a map");
    assert_eq!(back, names, "in its order");
    let numbers = Dictionary::from([(7, "seven".to_owned())]);
    there_and_back(numbers, json!({ "7": "seven" }));
}

#[test]
fn entities_with_what_they_were_met_with() {
    let mut person = Person::default();
    there_and_back(
        person.clone(),
        json!({ "name": null, "picture": null, "right": [] }),
    );
    let xml = b"<P xmlns='urn:p'><Name>Ada</Name><Added>1</Added><Picture>AQI=</Picture></P>";
    decode(xml, Kind::Plain, &mut person).expect("a person");
    there_and_back(
        person,
        json!({
            "name": "Ada",
            "picture": "AQI=",
            "right": [],
            "extra": [{ "field": 1, "element": "<Added xmlns=\"urn:p\">1</Added>" }],
        }),
    );
    let partial: Person = from_value(json!({ "name": "Ida" })).expect("the rest is default");
    assert_eq!(partial.name.as_deref(), Some("Ida"));
}

const STRINGS: Kind = Kind::Array(&Element::plain("string", 1));
const PEOPLE: Kind = Kind::Array(&Element::plain("Person", 0));

/// One of everything that a field can be.
struct Team {
    r#type: Colour,
    size: i32,
    share: f64,
    since: DateTime,
    token: Option<String>,
    names: Vec<String>,
    pictures: Option<Vec<Vec<u8>>>,
    lead: Option<Person>,
    people: Vec<Person>,
    rooms: Dictionary<i32, Option<Vec<String>>>,
    colours: Option<Dictionary<String, Colour>>,
    parent: Option<Box<Team>>,
    notes: Option<AnyValue>,
    extra: Extra,
}

complex!(Team {
    r#type: "Type",
    size: "Size",
    share: "Share",
    since: "Since",
    token: "Token" [Secret],
    names: "Names" [STRINGS],
    pictures: "Pictures" [STRINGS],
    lead: "Lead",
    people: "People" [PEOPLE],
    rooms: "Rooms" [STRINGS],
    colours: "Colours" [STRINGS],
    parent: "Parent";
    notes: "Notes";
    ..extra
});
boxed!(Team);

fn team() -> Team {
    let ada = Person {
        name: Some("Ada".to_owned()),
        ..Person::default()
    };
    Team {
        r#type: "Octarine".parse().expect("open"),
        size: 2,
        share: 0.5,
        since: "2024-02-29T08:30:00".parse().expect("a date"),
        token: Some("hunter2".to_owned()),
        names: vec!["a".to_owned(), String::new()],
        pictures: Some(vec![vec![1, 2], Vec::new()]),
        lead: Some(ada.clone()),
        people: vec![Person::default(), ada],
        rooms: Dictionary::from([(-1, None), (7, Some(vec!["x".to_owned()]))]),
        colours: Some(Dictionary::from([("sky".to_owned(), Colour::Red)])),
        parent: Some(Box::new(Team {
            size: 9,
            ..Team::default()
        })),
        notes: Some(AnyValue::from(7)),
        extra: Extra::default(),
    }
}

fn team_form() -> serde_json::Value {
    let nobody = json!({ "name": null, "picture": null, "right": [] });
    let ada = json!({ "name": "Ada", "picture": null, "right": [] });
    json!({
        "type": "Octarine",
        "size": 2,
        "share": 0.5,
        "since": "2024-02-29T08:30:00",
        "token": "hunter2",
        "names": ["a", ""],
        "pictures": ["AQI=", ""],
        "lead": ada,
        "people": [nobody, ada],
        "rooms": { "-1": null, "7": ["x"] },
        "colours": { "sky": "Red" },
        "parent": {
            "type": "Red",
            "size": 9,
            "share": 0.0,
            "since": "0001-01-01T00:00:00",
            "token": null,
            "names": [],
            "pictures": null,
            "lead": null,
            "people": [],
            "rooms": {},
            "colours": null,
            "parent": null,
            "notes": null,
        },
        "notes": { "Int": 7 },
    })
}

#[test]
fn everything_a_field_can_be() {
    there_and_back(team(), team_form());
    there_and_back(Some(Box::new(team())), team_form());
    let (parent, form) = (team().parent, team_form()["parent"].take());
    there_and_back(
        vec![Some(Box::new(team())), parent],
        json!([team_form(), form]),
    );
}

#[derive(Clone, Debug, PartialEq)]
enum Member {
    Person(Person),
    Team(Box<Team>),
    Unrecognized(RawElement),
}

impl Default for Member {
    fn default() -> Self {
        Self::Person(Person::default())
    }
}

impl Polymorph for Member {
    const NAME: &'static str = "Member";

    fn for_type(name: &str) -> Option<Self> {
        match name {
            "Person" => Some(Self::default()),
            "team" => Some(Self::Team(Box::default())),
            _ => None,
        }
    }

    fn unrecognized(raw: RawElement) -> Self {
        Self::Unrecognized(raw)
    }

    fn get(&self) -> Derived<'_> {
        match self {
            Self::Person(value) => Derived::Known("Person", 0, value),
            Self::Team(value) => Derived::Known("team", 0, value),
            Self::Unrecognized(raw) => Derived::Unrecognized(raw),
        }
    }

    fn get_mut(&mut self) -> Option<&mut dyn Value> {
        match self {
            Self::Person(value) => Some(value),
            Self::Team(value) => Some(value),
            Self::Unrecognized(_) => None,
        }
    }
}
superoffice_soap::polymorph!(Member);
boxed!(Member);

struct Desk {
    member: Option<Box<Member>>,
}

complex!(Desk { member: "Member"; });

#[test]
fn a_derived_type_is_named() {
    let raw = RawElement::from_xml("<A xmlns=\"urn:a\">1</A>").expect("an element");
    there_and_back(
        vec![
            Member::Team(Box::new(team())),
            Member::default(),
            Member::Unrecognized(raw),
        ],
        json!([
            { "team": team_form() },
            { "Person": { "name": null, "picture": null, "right": [] } },
            { "Unrecognized": "<A xmlns=\"urn:a\">1</A>" },
        ]),
    );
    there_and_back(
        Desk {
            member: Some(Box::new(Member::Team(Box::new(team())))),
        },
        json!({ "member": { "team": team_form() } }),
    );
    for (wrong, told) in [
        (json!({ "Robot": {} }), "`Robot` is no type of Member"),
        (json!({}), "invalid length 0"),
        (json!({ "team": {}, "Person": {} }), "invalid length 2"),
        (json!("team"), "invalid type: string"),
        (json!({ "Unrecognized": "<A>" }), ""),
    ] {
        let error = from_value::<Member>(wrong).expect_err("no member");
        assert!(error.to_string().starts_with(told), "{error}");
    }
}

#[test]
fn keys_come_in_any_order_and_unknown_ones_are_passed_over() {
    let text = r#"{
        "extra": [{ "field": 2, "element": "<Added>1</Added>" }],
        "notes": null, "shoe": { "size": [46, { "size": 7 }] }, "size": 2, "": 1, "people": [{"shoe": 1}],
        "type": "Red", "share": 1.5
    }"#;
    let read: Team = serde_json::from_str(text).expect("a team");
    let mut expected = Team {
        size: 2,
        people: vec![Person::default()],
        share: 1.5,
        ..Team::default()
    };
    expected.extra = read.extra.clone();
    assert_eq!(read, expected);
    assert_eq!(read.extra.iter().count(), 1);
}

#[test]
fn what_is_there_is_replaced() {
    let read: Dictionary<String, Colour> = from_value(json!({ "a": "Red" })).expect("a map");
    assert_eq!(read.len(), 1);
    let read: Team =
        from_value(json!({ "names": [], "parent": { "names": ["b"] } })).expect("a team");
    let names = read.parent.expect("a parent").names;
    assert_eq!((read.names.len(), names), (0, vec!["b".to_owned()]));
}

#[test]
fn a_struct_may_be_a_list_of_its_fields() {
    let person: Person = from_value(json!(["Ada", "AQI=", ["Select"]])).expect("a person");
    assert_eq!(person.picture.as_deref(), Some(&[1, 2][..]));
    assert_eq!(person.right.bits(), 1);
    let person: Person = from_value(json!(["Ada"])).expect("a person");
    assert_eq!(person.name.as_deref(), Some("Ada"));
    let noted = json!([null, null, [], [{ "field": 1, "element": null }]]);
    let person: Person = from_value(noted).expect("a person");
    assert!(!person.extra.is_empty());
    assert!(from_value::<Person>(json!([1])).is_err());
}

#[test]
fn what_is_wrong_is_told() {
    let told = |text: &str| match serde_json::from_str::<Team>(text) {
        Ok(team) => panic!("{text} is {team:?}"),
        Err(error) => error.to_string(),
    };
    let is_told = |text, expected: &str| {
        let told = told(text);
        assert!(told.starts_with(expected), "{text}: {told}");
        assert_eq!(
            told.matches(" at line 1 column ").count(),
            1,
            "{text}: {told}"
        );
    };
    is_told("7", "invalid type: integer `7`, expected struct Team");
    is_told(
        r#"{"size": "x"}"#,
        "invalid type: string \"x\", expected i32",
    );
    is_told(r#"{"size": null}"#, "invalid type: null, expected i32");
    is_told(
        r#"{"size": 1, "type": "Red", "size": 1}"#,
        "duplicate field `size`",
    );
    is_told(r#"{"people": {}}"#, "invalid type: map, expected a list");
    is_told(
        r#"{"people": [7]}"#,
        "invalid type: integer `7`, expected struct Person",
    );
    is_told(r#"{"rooms": []}"#, "invalid type: sequence, expected a map");
    is_told(r#"{"since": "yesterday"}"#, "");
    is_told(r#"{"pictures": ["?"]}"#, "");
    is_told(
        r#"{"parent": {"parent": {"size": 1.5}}}"#,
        "invalid type: floating point `1.5`, expected i32",
    );
    is_told(r#"{"size": 1"#, "EOF while parsing an object");
    is_told(r#"{"extra": [{"field": 0, "element": "<a"}]}"#, "");
    is_told(r#"{"extra": 1, "size": 1}"#, "");
}

//! What `serde` makes of values: readable, and nothing lost on the way back.

#![cfg(feature = "serde")]

use serde_json::{from_value, json, to_value};
use superoffice_soap::{
    AnyValue, Char, DateTime, Decimal, Dictionary, Duration, Extra, FlagSet, Guid, Kind, QName,
    RawElement, Unrecognized, complex, decode, enumeration, flags,
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

struct Right(FlagSet);
flags!(Right {
    "Select" = 1,
    "Update" = 2,
});

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct Person {
    name: Option<String>,
    #[serde(with = "superoffice_soap::serde::base64")]
    picture: Option<Vec<u8>>,
    right: Right,
    #[serde(skip_serializing_if = "Extra::is_empty")]
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
    let right: Right = "Select Fly".parse().expect("open");
    there_and_back(right, json!(["Select", "Fly"]));
    there_and_back(Right::empty(), json!([]));
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

//! What may be passed to a method: a list that must compile, and what each form means.

#![allow(
    clippy::cloned_ref_to_slice_refs,
    clippy::needless_borrows_for_generic_args,
    clippy::single_element_loop,
    clippy::useless_format,
    reason = "the forms are what is tested"
)]

use std::borrow::Cow;

use superoffice_soap::{
    BytesArg, EntityArg, ListArg, MemberArg, OptionalMemberArg, TextArg, TextListArg,
};

#[derive(Clone, Debug, PartialEq)]
struct Person {
    name: Option<String>,
    tags: Option<Vec<String>>,
    data: Option<Vec<u8>>,
    ids: Option<Vec<i32>>,
    status: Option<Status>,
    manager: Option<Box<Person>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Status {
    Done,
}

fn text(arg: impl TextArg) -> Option<String> {
    arg.as_text().map(str::to_owned)
}

fn texts(arg: impl TextListArg) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    arg.for_each(&mut |text| texts.push(text.to_owned()))
        .then_some(texts)
}

fn bytes(arg: impl BytesArg) -> Option<Vec<u8>> {
    arg.as_bytes().map(<[u8]>::to_vec)
}

fn entity(arg: impl EntityArg<Person>) -> Option<Person> {
    arg.as_entity().cloned()
}

fn people(arg: impl ListArg<Person>) -> Option<Vec<Person>> {
    arg.as_list().map(<[Person]>::to_vec)
}

fn ids(arg: impl ListArg<i32>) -> Option<Vec<i32>> {
    arg.as_list().map(<[i32]>::to_vec)
}

fn doubles(arg: impl ListArg<f64>) -> Option<Vec<f64>> {
    arg.as_list().map(<[f64]>::to_vec)
}

fn member(arg: impl MemberArg<Status>) -> Status {
    arg.as_member().clone()
}

fn optional_member(arg: impl OptionalMemberArg<Status>) -> Option<Status> {
    arg.as_member().cloned()
}

fn person() -> Person {
    Person {
        name: Some("x".to_owned()),
        tags: Some(vec!["x".to_owned()]),
        data: Some(vec![1]),
        ids: Some(vec![1]),
        status: Some(Status::Done),
        manager: None,
    }
}

#[test]
fn texts_of_all_kinds() {
    let owned = String::from("x");
    let person = person();
    let x = Some("x".to_owned());
    assert_eq!(text("x"), x);
    assert_eq!(text(&owned), x);
    assert_eq!(text(owned.as_str()), x);
    assert_eq!(text(&format!("{owned}")), x);
    assert_eq!(text(format!("{owned}")), x);
    assert_eq!(text(Cow::Borrowed("x")), x);
    assert_eq!(text(&Cow::Borrowed("x")), x);
    assert_eq!(text(Some("x")), x);
    assert_eq!(text(Some(&*owned)), x);
    assert_eq!(text(person.name.as_deref()), x);
    assert_eq!(text(&person.name), x);
    for each in &["x"] {
        assert_eq!(text(each), x);
    }
    for each in [Some("x")].iter() {
        assert_eq!(text(each), x);
    }
    assert_eq!(text(""), Some(String::new()));
    assert_eq!(text(None), None);
}

#[test]
fn arrays_of_texts_of_all_kinds() {
    let owned = vec![String::from("x")];
    let borrowed = vec!["x"];
    let person = person();
    let x = Some(vec!["x".to_owned()]);
    assert_eq!(texts(&["x"]), x);
    assert_eq!(texts(&["x".to_owned()]), x);
    assert_eq!(texts(&owned), x);
    assert_eq!(texts(&borrowed), x);
    assert_eq!(texts(&owned[..]), x);
    assert_eq!(texts(borrowed.as_slice()), x);
    assert_eq!(texts(&[Cow::Borrowed("x")]), x);
    assert_eq!(texts(Some(&owned[..])), x);
    assert_eq!(texts(person.tags.as_deref()), x);
    assert_eq!(texts(&person.tags), x);
    assert_eq!(texts(&[""; 0]), Some(Vec::new()));
    assert_eq!(texts(None), None);
}

#[test]
fn binaries_of_all_kinds() {
    let owned = vec![120_u8];
    let person = person();
    let x = Some(owned.clone());
    assert_eq!(bytes(b"x"), x);
    assert_eq!(bytes("x".as_bytes()), x);
    assert_eq!(bytes(&owned), x);
    assert_eq!(bytes(&owned[..]), x);
    assert_eq!(bytes(owned.clone()), x);
    assert_eq!(bytes(Some(&owned[..])), x);
    assert_eq!(bytes(&person.data), Some(vec![1]));
    assert_eq!(bytes(&[]), Some(Vec::new()));
    assert_eq!(bytes(None), None);
}

#[test]
fn entities_of_all_kinds() {
    let one = person();
    let boxed = Box::new(person());
    let optional = Some(person());
    let x = optional.clone();
    assert_eq!(entity(&one), x);
    assert_eq!(entity(Some(&one)), x);
    assert_eq!(entity(&boxed), x);
    assert_eq!(entity(&optional), x);
    assert_eq!(entity(optional.as_ref()), x);
    assert_eq!(entity(&one.manager), None);
    assert_eq!(entity(one.manager.as_deref()), None);
    assert_eq!(entity(None), None);
}

#[test]
fn arrays_of_all_kinds() {
    let person = person();
    let owned = vec![person.clone()];
    let x = Some(owned.clone());
    assert_eq!(people(&owned), x);
    assert_eq!(people(&owned[..]), x);
    assert_eq!(people(std::slice::from_ref(&person)), x);
    assert_eq!(people(&[person.clone()]), x);
    assert_eq!(people(Some(&owned[..])), x);
    assert_eq!(people(&[]), Some(Vec::new()));
    assert_eq!(people(None), None);

    assert_eq!(ids(&[1, 2]), Some(vec![1, 2]));
    assert_eq!(ids(&vec![1, 2]), Some(vec![1, 2]));
    assert_eq!(ids(&person.ids), Some(vec![1]));
    assert_eq!(ids(&[]), Some(Vec::new()));
    assert_eq!(doubles(&[1.0, 2.5]), Some(vec![1.0, 2.5]));
}

#[test]
fn members_of_all_kinds() {
    let status = Status::Done;
    let person = person();
    assert_eq!(member(&status), Status::Done);
    assert_eq!(member(Status::Done), Status::Done);

    assert_eq!(optional_member(&status), Some(Status::Done));
    assert_eq!(optional_member(Status::Done), Some(Status::Done));
    assert_eq!(optional_member(Some(Status::Done)), Some(Status::Done));
    assert_eq!(optional_member(&person.status), Some(Status::Done));
    assert_eq!(optional_member(None), None);
}

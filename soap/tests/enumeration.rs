//! What `enumeration!` makes of the statement of an enumeration's members.

use superoffice_soap::{Unrecognized, enumeration};

#[derive(Default)]
enum Colour {
    Red,
    #[default]
    None,
    DarkRed,
    Unrecognized(Unrecognized),
}
enumeration!(Colour as "Colour" {
    Red: "red" = 2,
    None: "none" = 0,
    DarkRed: "dark-red" = -3,
});

/// Not all have a number, and what is unknown does not come last.
enum Link {
    Unrecognized(Unrecognized),
    Person,
    Contact,
}
enumeration!(Link as "Link" {
    Person: "Person" = 1,
    Contact: "Contact",
});

/// As `parse` makes them, which never fails.
fn parsed<E: std::str::FromStr<Err = std::convert::Infallible>>(name: &str) -> E {
    let Ok(member) = name.parse();
    member
}

#[test]
fn members_have_their_names_and_numbers() {
    let facts: Vec<_> = Colour::all()
        .iter()
        .map(|c| (c.name(), c.value()))
        .collect();
    let expected = [("red", Some(2)), ("none", Some(0)), ("dark-red", Some(-3))];
    assert_eq!(facts, expected);
    let facts: Vec<_> = Link::all().iter().map(|l| (l.name(), l.value())).collect();
    assert_eq!(facts, [("Person", Some(1)), ("Contact", None)]);
}

#[test]
fn a_member_is_found_by_its_name_on_the_wire() {
    assert!(matches!(parsed("dark-red"), Colour::DarkRed));
    assert!(matches!(parsed("Contact"), Link::Contact));
    assert!(matches!(parsed("Dark-Red"), Colour::Unrecognized(_)));
    assert!(matches!(parsed(""), Link::Unrecognized(_)));
    assert!(matches!(Colour::default(), Colour::None));
}

#[test]
fn a_copy_is_the_same_member_and_outlives_the_other() {
    let later: Colour = parsed("a name that is not kept in place, however long");
    let members = Colour::all().iter().chain([&later]);
    let mut copies: Vec<Colour> = members.clone().cloned().collect();
    assert!(copies.iter().eq(members));
    assert!(matches!(
        copies[..],
        [
            Colour::Red,
            Colour::None,
            Colour::DarkRed,
            Colour::Unrecognized(_)
        ]
    ));
    drop(later);
    let last = copies.pop();
    copies.clear();
    assert_eq!(
        last.as_ref().map(Colour::name),
        Some("a name that is not kept in place, however long")
    );
    assert_eq!(last.and_then(|member| member.value()), None);

    assert!(matches!(Link::Contact.clone(), Link::Contact));
    let nobody: Link = parsed("Nobody");
    assert_eq!(nobody.clone(), nobody);
}

#[test]
fn debug_output_tells_members_from_unknown_names() {
    assert_eq!(format!("{:?}", Colour::DarkRed), "dark-red");
    assert_eq!(
        format!("{:?}", parsed::<Colour>("DarkRed")),
        "Unrecognized(\"DarkRed\")"
    );
    assert_eq!(parsed::<Colour>("DarkRed").to_string(), "DarkRed");
}

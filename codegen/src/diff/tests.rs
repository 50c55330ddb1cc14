//! What `compare` says about small contracts, written down in a notation of their own.

use expect_test::{Expect, expect};

use super::*;
use crate::notation::api;

fn diff(old: &str, new: &str) -> Diff {
    plain(&api("Services1", old), &api("Services2", new))
}

fn plain(old: &Api, new: &Api) -> Diff {
    let side = |api| Side { api, module: None };
    compare(side(old), side(new))
}

/// One line a change: `+` addition, `?` deprecation, `!` breaking, `=` neutral.
fn lines(diff: &Diff) -> String {
    let mut lines = String::new();
    for (path, change) in diff.changes() {
        let mark = match change.weight {
            Weight::Breaking => '!',
            Weight::Deprecation => '?',
            Weight::Addition => '+',
            Weight::Neutral => '=',
        };
        let names: Vec<&str> = path.iter().map(|node| node.name.as_str()).collect();
        let kind = path
            .last()
            .map(|node| node.kind)
            .expect("a path has an end");
        lines += &format!("{mark} {kind} {}: {}\n", names.join("."), change.what);
    }
    lines
}

fn check(old: &str, new: &str, expected: Expect) {
    expected.assert_eq(&lines(&diff(old, new)));
}

#[test]
fn what_is_the_same_in_another_version_and_order_is_no_change() {
    let old = "
        License.Check(Owner: string?) -> Person
        License.Drop()
        Ticket.List() -> ArrayOfPerson
        struct Person { Id: int, Name: string? }
        array ArrayOfPerson { Person: Person? }
        header Ticket: string?";
    let new = "
        header Ticket: string?
        array ArrayOfPerson { Person: Person? }
        Ticket.List() -> ArrayOfPerson
        License.Drop()
        struct Person { Id: int, Name: string? }
        License.Check(Owner: string?) -> Person";
    let diff = diff(old, new);
    assert_eq!(lines(&diff), "");
    assert!(diff.is_empty());
    assert_eq!(diff.weight(), None);
    assert_eq!(diff.summary, Summary::default());
}

#[test]
fn agents_and_operations_come_and_go() {
    check(
        "Partner.Get() -> int\nPartner.Set(Id: int)\nKept.Old()\nKept.Same()",
        "Dash.Get() -> int\nKept.Same()\nKept.New(Id: int)",
        expect![[r#"
            + agent Dash: added
            + operation Dash.Get: added
            + operation Kept.New: added
            ! operation Kept.Old: removed
            ! agent Partner: removed
            ! operation Partner.Get: removed
            ! operation Partner.Set: removed
        "#]],
    );
}

#[test]
fn parameters_by_position() {
    check(
        "A.Insert(Id: int)\nA.Drop(Id: int, Name: string?)\nA.Swap(A: int, B: int)\nA.Retype(Id: int)",
        "A.Insert(Key: string?, Id: int)\nA.Drop(Name: string?)\nA.Swap(B: int, A: int)\nA.Retype(Id: string?)",
        expect![[r#"
            ! parameter A.Drop.Id: removed
            ! parameter A.Insert.Key: added at the start
            ! parameter A.Retype.Id: type `int` became `string`
            ! parameter A.Swap.B: moved from position 2 to the start
        "#]],
    );
}

#[test]
fn a_rename_needs_the_same_place_and_type() {
    check(
        "A.Sound(Id: int, Name: string?)\nA.OtherType(Id: int)\nA.OtherPlace(Id: int, X: string?)",
        "A.Sound(Key: int, Name: string?)\nA.OtherType(Key: long)\nA.OtherPlace(X: string?, Key: int)",
        expect![[r#"
            ! parameter A.OtherPlace.Key: added at the end
            ! parameter A.OtherPlace.Id: removed
            ! parameter A.OtherType.Key: added at the end
            ! parameter A.OtherType.Id: removed
            ! parameter A.Sound.Key: renamed from `Id`
        "#]],
    );
}

#[test]
fn six_parameters_are_a_struct() {
    check(
        "A.Grow(A: int, B: int, C: int, D: int, E: int, F: int)\nA.Cross(A: int, B: int, C: int, D: int, E: int)",
        "A.Grow(A: int, X: int, B: int, C: int, D: int, E: int, F: int)\nA.Cross(A: int, B: int, C: int, D: int, E: int, F: int)",
        expect![[r#"
            ! operation A.Cross: 5 parameters became 6
            ! parameter A.Cross.F: added at the end
            + parameter A.Grow.X: added after `A`
        "#]],
    );
}

#[test]
fn results() {
    check(
        "A.Type() -> int\nA.Gone() -> int\nA.New()\nA.Name() -> Response: int\nA.More() -> Length: int, Response: int\nA.Nil() -> string?",
        "A.Type() -> boolean\nA.Gone()\nA.New() -> int\nA.Name() -> Result: int\nA.More() -> Response: int, Length: int, Name: string?\nA.Nil() -> string",
        expect![[r#"
            ! operation A.Gone: result `int` became nothing
            = result A.More.Response: moved from position 2 to the start
            + result A.More.Name: added at the end
            ! result A.Name.Result: renamed from `Response`
            ! operation A.New: result nothing became `int`
            ! result A.Nil.Response: nillable became optional
            ! result A.Type.Response: type `int` became `boolean`
        "#]],
    );
}

#[test]
fn headers() {
    check(
        "header Ticket: string?\nheader Gone: string?",
        "header Ticket: int?\nheader New: string?",
        expect![[r#"
            ! header Gone: removed
            + header New: added
            ! header Ticket: type `string` became `int`
        "#]],
    );
}

#[test]
fn headers_of_operations_are_matched_by_name() {
    let old = api("Services1", "A.Both()\nA.Less()\nA.More()");
    let mut new = api("Services2", "A.Both()\nA.Less()\nA.More()");
    let operations = &mut new.agents[0].operations;
    operations[1].request_headers.clear();
    operations[1].response_headers.clear();
    operations[2].request_headers.push("Culture".to_owned());
    operations[2].response_headers.insert(0, "Extra".to_owned());
    let diff = plain(&old, &new);
    expect![[r#"
        = operation A.Less: request headers `ApplicationToken`, `Credentials`, `TimeZone` became none
        ! operation A.Less: response headers `ExceptionInfo`, `ExtraInfo`, `Succeeded`, `TimeZone` became none
        + operation A.More: request headers `ApplicationToken`, `Credentials`, `TimeZone` became `ApplicationToken`, `Credentials`, `Culture`, `TimeZone`
        + operation A.More: response headers `ExceptionInfo`, `ExtraInfo`, `Succeeded`, `TimeZone` became `ExceptionInfo`, `Extra`, `ExtraInfo`, `Succeeded`, `TimeZone`
    "#]]
    .assert_eq(&lines(&diff));
}

#[test]
fn fields_have_positions() {
    check(
        "A.Save(P: Person?) -> Person?\nstruct Person { Id: int, Name: string?, Gone: int, Retyped: short, Nil: string? }",
        "A.Save(P: Person?) -> Person?\nstruct Person { Name: string?, Id: int, Between: int, Retyped: boolean, Nil: string!, Last: int }",
        expect![[r#"
            ! field Person.Name: moved from position 2 to the start
            + field Person.Between: added after `Id`
            ! field Person.Retyped: type `short` became `boolean`
            ! field Person.Nil: nillable became required
            + field Person.Last: added at the end
            ! field Person.Gone: removed
        "#]],
    );
}

#[test]
fn the_order_of_what_is_only_read_is_nothing() {
    check(
        "A.Get() -> Person?\nstruct Person { Id: int, Name: string? }",
        "A.Get() -> Person?\nstruct Person { Name: string?, Id: int }",
        expect![[r#"
            = field Person.Name: moved from position 2 to the start
        "#]],
    );
}

#[test]
fn kinds_and_bases() {
    check(
        "A.Get() -> Base?
         struct Carrier { Right: int }
         struct Base { Id: int }
         struct Lost: Carrier { Id: int }
         struct Gains { Id: int }
         enum Kind { A }
         enum Set { A }",
        "A.Get() -> Base?
         struct Carrier { Right: int }
         struct Base { Id: int }
         struct Derived: Base { Text: string? }
         struct Lost { Id: int }
         struct Gains: Carrier { Id: int }
         struct Kind { A: int }
         flags Set { A }",
        expect![[r#"
            ! struct Base: values may be of derived types now
            + struct Derived: added
            + struct Gains: base: nothing became `Carrier`
            ! struct Kind: enum became struct
            ! struct Lost: base: `Carrier` became nothing
            ! flag set Set: enum became flag set
        "#]],
    );
}

#[test]
fn arrays_and_dictionaries() {
    check(
        "array Renamed { item: int }
         array Retyped { item: int }
         array Nil { item: string }
         array Gone { item: string }
         dictionary Map { Pair, Key: string, Value: string? }",
        "array Renamed { int: int }
         array Retyped { item: long }
         array Nil { item: string? }
         array New { item: string }
         dictionary Map { Entry, Key: int, Value: string }",
        expect![[r#"
            = array Gone: removed
            ! dictionary Map: entry element `Pair` became `Entry`
            ! dictionary Map: type `string` became `int`
            ! dictionary Map: its values optional, nillable became its values optional
            + array New: added
            = array Nil: its items optional became its items optional, nillable
            ! array Renamed: item element `item` became `int`
            ! array Retyped: type `int` became `long`
        "#]],
    );
}

#[test]
fn members_in_the_middle_shift_numbers_but_not_names() {
    check(
        "enum Plain { Zero, One, Two }\nflags Set { Select, Update, Old }",
        "enum Plain { Zero, Half, One, Two }\nflags Set { New, Select, Update }",
        expect![[r#"
            + member Plain.Half: added after `Zero`
            = member Plain.One: value 1 became 2
            = member Plain.Two: value 2 became 3
            + member Set.New: added at the start
            = member Set.Select: value 1 became 2
            = member Set.Update: value 2 became 4
            ! member Set.Old: removed
        "#]],
    );
}

#[test]
fn a_stated_number_is_a_promise() {
    check(
        "enum A { Zero = 0, One = 1 }\nenum B { Zero, One }\nenum C { None, One }\nenum D { X = 1 }",
        "enum A { Zero = 0, One = 2 }\nenum B { Zero, One = 9 }\nenum C { New, None, One }\nenum D { X = 1, None = 0 }",
        expect![[r#"
            ! member A.One: value 1 became 2
            = member B.One: value 1 became 9
            ! enum C: member for zero: `None` became `New`
            + member C.New: added at the start
            = member C.None: value 0 became 1
            = member C.One: value 1 became 2
            ! enum D: member for zero: nothing became `None`
            + member D.None: added at the end
        "#]],
    );
}

#[test]
fn one_agent_with_the_types_it_carries() {
    let diff = diff(
        "A.Get() -> Mine?\nB.Get() -> Theirs?\nstruct Mine { S: Shared? }\nstruct Theirs { S: Shared? }\nstruct Shared { Id: int }",
        "A.Get() -> Mine?\nB.Get() -> Theirs?\nB.Set()\nstruct Mine { S: Shared?, X: int }\nstruct Theirs { S: Shared?, X: int }\nstruct Shared { Id: int, X: int }",
    );
    expect![[r#"
        + field Mine.X: added at the end
        + field Shared.X: added at the end
    "#]]
    .assert_eq(&lines(&diff.of_agent("A")));
    assert_eq!(
        diff.summary.fields,
        Tally {
            added: 3,
            removed: 0,
            changed: 0
        }
    );
    assert_eq!(
        diff.of_agent("A").summary.fields,
        Tally {
            added: 2,
            removed: 0,
            changed: 0
        }
    );
}

#[test]
fn every_difference_of_two_models_is_some_change() {
    let text = "
        A.Get(Id: int, Name: string?) -> Person?
        header Ticket: string?
        struct Carrier { Right: int }
        struct Person: Carrier { Id: int, Name: string? }
        array ArrayOfPerson { Person: Person? }
        dictionary Map { Pair, Key: string, Value: string? }
        enum Status { Ok, Bad = 7 }
        flags Rights { Select, Update }";
    let lines: Vec<&str> = text.lines().collect();
    let mut variants = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mut without = lines.clone();
        without.remove(index);
        variants.push(without.join("\n"));
        for (from, to) in [
            ("int", "long"),
            ("?", ""),
            (": Carrier", ""),
            ("Name: string?", "Name: string?, More: int"),
            ("Id: int, ", ""),
            ("Pair", "Entry"),
            (" = 7", ""),
            (" = 7", " = 8"),
            ("Select, Update", "Update, Select"),
            ("enum", "flags"),
            ("Ok, ", ""),
            ("Ticket", "Ticket2"),
        ] {
            let mut other = lines.clone();
            let changed = line.replacen(from, to, 1);
            other[index] = &changed;
            variants.push(other.join("\n"));
        }
    }
    let old = api("Services1", text);
    let mut seen = 0;
    for variant in variants {
        let same_version = api("Services1", &variant);
        let new = api("Services2", &variant);
        let diff = plain(&old, &new);
        assert_eq!(diff.is_empty(), old == same_version, "{variant}");
        seen += usize::from(!diff.is_empty());
    }
    assert!(seen >= 25, "{seen}");
}

/// Both sides in Rust, with the names of their own day.
fn in_rust(old: (&str, &str), new: (&str, &str)) -> String {
    let half = |version, (text, names): (&str, &str)| {
        let names = crate::diagnostic::SourceFile::new("names.tsv", names);
        let table = crate::lower::names::Table::parse(&names).expect("a table of names");
        let api = api(version, text);
        let lowered = crate::lower::lower(std::slice::from_ref(&api), &table);
        let module = lowered.expect("it has a form in Rust").modules.remove(0);
        (api, module)
    };
    let (old, new) = (half("Services1", old), half("Services1", new));
    let side = |(api, module)| Side {
        api,
        module: Some(module),
    };
    lines(&compare(side((&old.0, &old.1)), side((&new.0, &new.1))))
}

#[test]
fn names_in_rust_are_part_of_the_contract() {
    let text = "A.EMail(Id: int) -> Person?\nstruct Person { EMail: string? }\nenum Mood { EMail }";
    let names = "field\tEMail\tmail\nmethod\tEMail\tmail\ntype\tPerson\tHuman\nvariant\tEMail\tMail\nparameter\tId\tnumber\n";
    expect![[r#"
        ! operation A.EMail: Rust name `email` became `mail`
        = parameter A.EMail.Id: Rust name `id` became `number`
        ! member Mood.EMail: Rust name `EMail` became `Mail`
        ! struct Person: Rust name `Person` became `Human`
        ! field Person.EMail: Rust name `email` became `mail`
    "#]]
    .assert_eq(&in_rust((text, ""), (text, names)));
}

#[test]
fn what_only_rust_sees() {
    let old = "A.Get() -> Tree?\nstruct Tree { Child: Leaf?, Mood: Mood }\nstruct Leaf { Id: int }\nenum Mood { None, One }";
    let new = "A.Get() -> Tree?\nstruct Tree { Child: Leaf?, Mood: Mood }\nstruct Leaf { Id: int, Parent: Tree? }\nenum Mood { One = 1 }";
    expect![[r#"
        + field Leaf.Parent: added at the end
        ! enum Mood: member for zero: `None` became nothing
        ! member Mood.None: removed
        ! field Tree.Child: Rust type `Option<Leaf>` became `Option<Box<Leaf>>`
        ! field Tree.Mood: Rust type `Mood` became `Option<Mood>`
    "#]]
    .assert_eq(&in_rust((old, ""), (new, "")));
}

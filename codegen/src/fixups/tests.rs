//! The mechanism, tried with a mistake made up for it.

use super::*;
use crate::model;
use crate::notation;

/// For the test alone: a field that was misspelt.
const MISSPELT: Fixup = Fixup {
    name: "misspelt-title",
    why: "the server answers `Title`, as an example message shows",
    version: "Services99",
    mend: misspelt_title,
};

fn misspelt_title(api: &mut Api) -> bool {
    let fields = api.types.values_mut().filter_map(|ty| match &mut ty.kind {
        model::TypeKind::Struct(structure) => Some(&mut structure.fields),
        _ => None,
    });
    let mut fields = fields.flatten().filter(|field| field.name == "Titel");
    let found = fields.next().map(|field| field.name = "Title".to_owned());
    found.is_some()
}

#[test]
fn a_mistake_is_mended_in_its_version() {
    let wrong = "struct Book { Titel: string? }";
    let right = "struct Book { Title: string? }";
    let mut api = notation::api("Services99", wrong);
    assert!(apply(&mut api, &[MISSPELT]).is_ok());
    assert_eq!(api, notation::api("Services99", right));

    let mut other = notation::api("Services98", wrong);
    assert!(apply(&mut other, &[MISSPELT]).is_ok());
    assert_eq!(other, notation::api("Services98", wrong));
}

#[test]
fn a_fixup_that_finds_nothing_is_an_error() {
    let mut api = notation::api("Services99", "struct Book { Title: string? }");
    let stale = apply(&mut api, &[MISSPELT]).expect_err("nothing to mend");
    assert_eq!(stale.len(), 1);
    assert!(stale[0].message.contains("misspelt-title"), "{stale:?}");
}

#[test]
fn names_differ() {
    let mut names: Vec<_> = ALL
        .iter()
        .map(|fixup| (fixup.name, fixup.version))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}

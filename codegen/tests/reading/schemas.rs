//! The contracts in `schemas/`: as many of everything as were counted in the vendor's documents,
//! and in canonical form to the byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use superoffice_codegen::canonical;
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::model::{Api, TypeKind};

use crate::read;

/// Version, agents, operations, complex types, arrays, dictionaries, structs, own fields, enums,
/// members, members with a stated value, flag sets.
const COUNTS: [(&str, [usize; 11]); 10] = [
    (
        "Services75",
        [45, 1072, 387, 141, 8, 238, 2261, 72, 575, 80, 11],
    ),
    (
        "Services80",
        [46, 1117, 403, 149, 8, 246, 2292, 72, 582, 80, 11],
    ),
    (
        "Services81",
        [46, 1133, 408, 151, 8, 249, 2319, 76, 623, 84, 12],
    ),
    (
        "Services82",
        [48, 1151, 412, 153, 8, 251, 2339, 77, 632, 84, 12],
    ),
    (
        "Services83",
        [49, 1312, 440, 168, 9, 263, 2409, 80, 669, 110, 12],
    ),
    (
        "Services84",
        [51, 1355, 458, 175, 9, 274, 2517, 82, 674, 111, 12],
    ),
    (
        "Services85",
        [52, 1385, 467, 178, 10, 279, 2557, 87, 699, 111, 12],
    ),
    (
        "Services86",
        [56, 1461, 497, 189, 10, 298, 2779, 98, 770, 115, 14],
    ),
    (
        "Services87",
        [56, 1513, 532, 196, 10, 326, 2941, 105, 818, 117, 14],
    ),
    (
        "Services88",
        [60, 1849, 649, 238, 10, 401, 3605, 139, 1155, 226, 21],
    ),
];

/// The documents of a version, named by their file names alone.
fn documents(version: &str) -> Vec<SourceFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../schemas")
        .join(version.to_lowercase());
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension != "json")
        {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push(SourceFile::new(name, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn as_counted_and_in_canonical_form() {
    for (version, expected) in COUNTS {
        let documents = documents(version);
        let api = read(&documents);
        assert_eq!(count(&api), expected, "{version}");

        let standing: BTreeMap<&str, &str> = documents
            .iter()
            .map(|file| (&*file.name, &*file.text))
            .collect();
        let written = canonical::write(&api);
        assert_eq!(
            standing.len(),
            written.len(),
            "{version} has a file too many or too few"
        );
        for (name, text) in written {
            // Not `assert_eq`: two documents of a megabyte help nobody.
            assert!(
                standing.get(&*name) == Some(&&*text),
                "{version}/{name} is not as `cargo xtask import` writes it"
            );
        }
    }
}

fn count(api: &Api) -> [usize; 11] {
    let [mut arrays, mut dictionaries, mut structs, mut fields] = [0; 4];
    let [mut enums, mut flag_sets, mut members, mut stated] = [0; 4];
    for ty in api.types.values() {
        match &ty.kind {
            TypeKind::Array(_) => arrays += 1,
            TypeKind::Dictionary(_) => dictionaries += 1,
            TypeKind::Struct(s) => {
                structs += 1;
                fields += s.fields.len();
            }
            TypeKind::Enum(e) | TypeKind::Flags(e) => {
                match ty.kind {
                    TypeKind::Flags(_) => flag_sets += 1,
                    _ => enums += 1,
                }
                members += e.members.len();
                stated += e
                    .members
                    .iter()
                    .filter(|member| member.stated_value.is_some())
                    .count();
            }
        }
    }
    let operations = api.agents.iter().map(|agent| agent.operations.len()).sum();
    let complex = arrays + dictionaries + structs;
    [
        api.agents.len(),
        operations,
        complex,
        arrays,
        dictionaries,
        structs,
        fields,
        enums,
        members,
        stated,
        flag_sets,
    ]
}

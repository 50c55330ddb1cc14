//! The contracts in `schemas/`, lowered: everything arrives, refers to what is there, and says
//! since when it exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::emit;
use superoffice_codegen::ir::{Availability, Field, Home, Module, Returns, Ty};
use superoffice_codegen::lower::{self, Lowered, names::Table};
use superoffice_codegen::read;

static LOWERED: LazyLock<Lowered> = LazyLock::new(|| {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let read_text = |path: &Path| {
        let name = path.strip_prefix(&schemas).unwrap_or(path).display();
        SourceFile::new(
            name.to_string(),
            fs::read_to_string(path).expect("readable"),
        )
    };
    let mut files = Vec::new();
    for version in entries(&schemas).into_iter().filter(|path| path.is_dir()) {
        for path in entries(&version) {
            if path
                .extension()
                .is_some_and(|kind| kind == "wsdl" || kind == "xsd")
            {
                files.push(read_text(&path));
            }
        }
    }
    let names = Table::parse(&read_text(&schemas.join("names.tsv"))).expect("the table is sound");
    let apis = read::read(&files).expect("the contracts are sound");
    lower::lower(&apis, &names).expect("everything has a mapping")
});

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the contracts are checked in");
    entries
        .map(|entry| entry.expect("readable").path())
        .collect()
}

fn module(version: &str) -> &'static Module {
    let mut modules = LOWERED.modules.iter();
    modules
        .find(|module| module.wire == version)
        .expect("the version is checked in")
}

fn fields(module: &Module) -> impl Iterator<Item = &Field> {
    let of_methods = module
        .agents
        .iter()
        .flat_map(|agent| &agent.methods)
        .flat_map(|method| {
            let results = match &method.result {
                Returns::Nothing => [].as_slice(),
                Returns::One(field) => std::slice::from_ref(&**field),
                Returns::Several { fields, .. } => fields,
            };
            method.parameters.iter().chain(results)
        });
    module
        .structs
        .iter()
        .flat_map(|ty| &ty.fields)
        .chain(of_methods)
}

#[test]
fn everything_arrives() {
    let mut counts = [0; 6];
    for module in &LOWERED.modules {
        counts[0] += module.agents.len();
        counts[1] += module
            .agents
            .iter()
            .map(|agent| agent.methods.len())
            .sum::<usize>();
        counts[2] += module.structs.len();
        counts[3] += module
            .structs
            .iter()
            .map(|ty| ty.fields.len())
            .sum::<usize>();
        counts[4] += module.enums.len();
        counts[5] += module
            .enums
            .iter()
            .map(|ty| ty.members.len())
            .sum::<usize>();
    }
    assert_eq!(counts, [509, 13_348, 2_825, 31_171, 888 + 131, 7_197]);
    assert_eq!(LOWERED.modules.len(), 10);
}

#[test]
fn what_is_referred_to_is_there() {
    fn collect<'a>(ty: &'a Ty, types: &mut BTreeSet<&'a str>, shapes: &mut BTreeSet<&'a str>) {
        match ty {
            Ty::Primitive(_) => {}
            Ty::Struct(rust) | Ty::Polymorph(rust) | Ty::Enum(rust) | Ty::Flags(rust) => {
                types.insert(rust);
            }
            Ty::Boxed(inner) => collect(inner, types, shapes),
            Ty::Array { shape, item } => {
                shapes.insert(shape);
                collect(item, types, shapes);
            }
            Ty::Dictionary {
                shape, key, value, ..
            } => {
                shapes.insert(shape);
                collect(key, types, shapes);
                collect(value, types, shapes);
            }
        }
    }
    for module in &LOWERED.modules {
        let structs = module.structs.iter().map(|ty| (&ty.rust, &ty.home));
        let enums = module.enums.iter().map(|ty| (&ty.rust, &ty.home));
        let polymorphs = module.polymorphs.iter().map(|ty| (&ty.rust, &ty.home));
        let declared: Vec<_> = structs.chain(enums).chain(polymorphs).collect();
        let names: BTreeSet<&str> = declared.iter().map(|(rust, _)| rust.as_str()).collect();
        assert_eq!(names.len(), declared.len(), "{}", module.wire);

        let (mut types, mut shapes) = (BTreeSet::new(), BTreeSet::new());
        for field in fields(module) {
            collect(&field.ty, &mut types, &mut shapes);
        }
        assert_eq!(types.difference(&names).next(), None);
        let declared_shapes: BTreeSet<&str> = module
            .shapes
            .iter()
            .map(|shape| shape.rust.as_str())
            .collect();
        assert_eq!(shapes, declared_shapes);

        let modules: BTreeSet<&str> = module
            .agents
            .iter()
            .map(|agent| agent.module.as_str())
            .collect();
        let mut shared = BTreeSet::new();
        for (rust, home) in &declared {
            match home {
                Home::Shared => assert!(shared.insert(rust.as_str())),
                Home::Agent(agent) => assert!(modules.contains(agent.as_str()), "{agent}"),
            }
        }
        for agent in &module.agents {
            let uses: BTreeSet<&str> = agent.uses.iter().map(String::as_str).collect();
            assert_eq!(uses.difference(&shared).next(), None, "{}", agent.wire);
        }
    }
}

#[test]
fn only_an_exception_holds_itself() {
    for module in &LOWERED.modules {
        let boxed: Vec<_> = module
            .structs
            .iter()
            .flat_map(|ty| ty.fields.iter().map(move |field| (ty, field)))
            .filter(|(_, field)| matches!(field.ty, Ty::Boxed(_)))
            .map(|(ty, field)| (ty.rust.as_str(), field.rust.as_str()))
            .collect();
        assert_eq!(
            boxed,
            [("SoExceptionInfo", "inner_exception")],
            "{}",
            module.wire
        );
    }
}

#[test]
fn field_info_is_the_one_base_that_stands_for_others() {
    for module in &LOWERED.modules {
        let polymorphs: Vec<_> = module
            .polymorphs
            .iter()
            .map(|ty| ty.rust.as_str())
            .collect();
        let expected: &[&str] = if ["Services87", "Services88"].contains(&module.wire.as_str()) {
            &["FieldInfo"]
        } else {
            &[]
        };
        assert_eq!(polymorphs, expected, "{}", module.wire);
    }
    let variants = &module("Services88").polymorphs[0].variants;
    assert_eq!(variants.len(), 16);
    assert_eq!(
        (variants[0].rust.as_str(), variants[0].ty.as_str()),
        ("Base", "FieldInfoBase")
    );
}

#[test]
fn availability_agrees_with_what_is_known_of_the_versions() {
    let check = |seen: &Availability, since: &str, until: Option<&str>| {
        let expected = Availability {
            since: format!("Services{since}"),
            until: until.map(|until| format!("Services{until}")),
            retired: None,
        };
        assert_eq!(*seen, expected);
    };
    let agent = |version: &str, wire: &str| {
        module(version)
            .agents
            .iter()
            .find(|agent| agent.wire == wire)
            .unwrap()
    };
    let field = |version: &str, wire: &str, name: &str| {
        let ty = module(version)
            .structs
            .iter()
            .find(|ty| ty.wire == wire)
            .unwrap();
        &ty.fields
            .iter()
            .find(|field| field.wire == name)
            .unwrap()
            .availability
    };
    let member = |version: &str, wire: &str, name: &str| {
        let ty = module(version)
            .enums
            .iter()
            .find(|ty| ty.wire == wire)
            .unwrap();
        &ty.members
            .iter()
            .find(|member| member.wire == name)
            .unwrap()
            .availability
    };
    check(
        &agent("Services75", "Partner").availability,
        "75",
        Some("80"),
    );
    check(&agent("Services88", "License").availability, "75", None);
    check(&agent("Services88", "AI").availability, "88", None);
    check(&agent("Services86", "Pocket").availability, "80", None);
    check(
        field("Services75", "WebPanelEntity", "OnSattelite"),
        "75",
        Some("75"),
    );
    check(
        field("Services80", "WebPanelEntity", "OnSatellite"),
        "80",
        None,
    );
    check(
        member("Services80", "ETableRight", "Unused1"),
        "75",
        Some("81"),
    );
    check(
        member("Services81", "Navigation", "Dashboard"),
        "81",
        Some("81"),
    );
    check(
        member("Services83", "Navigation", "PersonDialog"),
        "75",
        Some("83"),
    );
    let get_url = agent("Services81", "Configuration").methods.iter();
    let get_url = get_url
        .clone()
        .find(|method| method.wire == "GetWwwUrl")
        .unwrap();
    check(&get_url.availability, "80", None);
    check(&get_url.parameters.last().unwrap().availability, "81", None);
}

#[test]
fn a_version_is_printed_alike_alone_and_beside_others() {
    let origins = BTreeMap::new();
    let emitted = |wanted: &dyn Fn(&Module) -> bool| {
        let inputs = emit::inputs(&LOWERED.modules, &origins, wanted);
        emit::emit(&LOWERED.modules, &inputs, &()).expect("everything is Rust")
    };
    // Neighbours, which have much in common, and the first and the last, in which the same differs.
    let versions = ["Services75", "Services87", "Services88"];
    let mut together = emitted(&|module| versions.contains(&&*module.wire));
    for version in versions {
        for file in emitted(&|module| module.wire == version) {
            let there = together.iter().position(|known| known.path == file.path);
            let there = there.expect("the same files");
            assert_eq!(together[there], file);
            if file.path != "lib.rs" {
                together.remove(there);
            }
        }
    }
    assert_eq!(together.len(), 1, "{}", together[0].path);
}

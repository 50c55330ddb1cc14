//! Every type and operation of every version, in every variant, out of the contract alone.

use conform::driver::Version;
use conform::{VERSIONS, fixtures, load, obstacle};

/// One test a version, so that a failure names it and they run side by side.
macro_rules! versions {
    ($($test:ident: $version:literal;)*) => {
        $(
            #[test]
            fn $test() {
                check($version);
            }
        )*

        #[test]
        fn every_version_has_a_test() {
            let emitted: Vec<_> = VERSIONS.iter().map(|version| version.name).collect();
            assert_eq!(emitted, [$($version),*]);
        }
    };
}

versions! {
    services75: "Services75";
    services80: "Services80";
    services81: "Services81";
    services82: "Services82";
    services83: "Services83";
    services84: "Services84";
    services85: "Services85";
    services86: "Services86";
    services87: "Services87";
    services88: "Services88";
}

#[test]
fn obstacle_course() {
    try_version(obstacle::VERSIONS, "contracts", "Services01");
}

fn check(name: &str) {
    try_version(
        VERSIONS,
        &format!("../schemas/{}", name.to_lowercase()),
        name,
    );
}

fn try_version(versions: &[&'static Version], folder: &str, name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let apis = load::contracts(&folder).expect("the contract reads");
    let version = versions
        .iter()
        .find(|version| version.name == name)
        .expect("it was generated");
    let result = fixtures::run(&apis[0], version).expect("a client");
    eprintln!(
        "{name}: {} fixtures of {} types and {} operations",
        result.fixtures, result.types, result.operations
    );
    for failure in result.failures.iter().take(40) {
        eprintln!(
            "{} ({})\n  {:?}",
            failure.subject, failure.fixture, failure.difference
        );
    }
    assert!(
        result.failures.is_empty(),
        "{} failures",
        result.failures.len()
    );
    assert!(result.fixtures > 10 * result.operations, "too few fixtures");
}

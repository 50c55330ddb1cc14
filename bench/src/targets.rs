//! What was measured against what was asked for.

use std::collections::BTreeMap;

use crate::document::{row, table};

/// Which side of a target is the good one.
#[derive(Clone, Copy)]
enum Asked {
    AtLeast(f64),
    AtMost(f64),
}

use Asked::{AtLeast, AtMost};

/// What is asked for, with the name of the figure that the sections give it.
const TARGETS: [(&str, &str, Asked); 18] = [
    ("decode, of gSOAP's best", "decode-gsoap", AtLeast(6.0)),
    ("decode, of JAXB over Woodstox", "decode-jaxb", AtLeast(3.3)),
    (
        "decode, of quick-xml's bare event loop",
        "decode-bare",
        AtLeast(1.2),
    ),
    (
        "decode, of the nearest of all",
        "decode-nearest",
        AtLeast(1.0),
    ),
    ("encode, of gSOAP's best", "encode-gsoap", AtLeast(5.0)),
    (
        "encode, of quick-xml with serde",
        "encode-serde",
        AtLeast(4.0),
    ),
    (
        "encode, of the nearest of all",
        "encode-nearest",
        AtLeast(1.0),
    ),
    (
        "decoding: peak beside the input, of the value, worst of five messages",
        "decode-peak",
        AtMost(1.02),
    ),
    (
        "Services88 from raw WSDLs, of gSOAP's time",
        "regenerate-one",
        AtMost(0.05),
    ),
    (
        "all ten versions, of gSOAP's time for one",
        "regenerate-all",
        AtMost(0.4),
    ),
    (
        "`--check` of all ten, of the time of writing",
        "check-all",
        AtMost(1.0),
    ),
    (
        "regenerating by the wall's clock, the share that cores do not divide",
        "regenerate-serial",
        AtMost(0.33),
    ),
    ("`cargo check`, of `k8s-openapi`'s", "check", AtMost(0.25)),
    ("debug build, of `k8s-openapi`'s", "build", AtMost(0.9)),
    ("release build, of `k8s-openapi`'s", "release", AtMost(1.4)),
    (
        "a binary with one call, seconds more to compile and link",
        "link",
        AtMost(1.5),
    ),
    ("the same, kB larger", "size", AtMost(500.0)),
    (
        "the same, stripped, kB larger",
        "size-stripped",
        AtMost(500.0),
    ),
];

pub(crate) fn compare(figures: &BTreeMap<String, f64>) -> String {
    let mut rows = vec![row(&["", "target", "measured", ""])];
    for (what, name, asked) in TARGETS {
        let figure = figures.get(name).filter(|figure| figure.is_finite());
        let (sign, target, met) = match asked {
            AtLeast(least) => ("≥", least, figure.map(|&figure| figure >= least)),
            AtMost(most) => ("≤", most, figure.map(|&figure| figure <= most)),
        };
        let said = match met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "not measured",
        };
        rows.push(vec![
            what.to_owned(),
            format!("{sign} {target}"),
            figure.map_or("–".to_owned(), |&figure| shown(figure)),
            said.to_owned(),
        ]);
    }
    format!("## Against the targets\n\n{}", table(&rows))
}

/// The digits that count.
fn shown(figure: f64) -> String {
    match figure.abs() {
        0.0..0.1 => format!("{figure:.3}"),
        0.1..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_met_missed_or_open() {
        let figures = [("decode-gsoap", 8.9), ("check", 0.5), ("link", f64::NAN)];
        let figures = figures.map(|(name, value)| (name.to_owned(), value));
        let text = compare(&figures.into());
        assert!(text.contains("| decode, of gSOAP's best | ≥ 6 | 8.90 | met |"));
        assert!(
            text.contains("| `cargo check`, of `k8s-openapi`'s | ≤ 0.25 | 0.50 | **missed** |")
        );
        assert!(text.contains("compile and link | ≤ 1.5 | – | not measured |"));
    }
}

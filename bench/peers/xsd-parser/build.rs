//! Has xsd-parser make code of the schema inside the agent's WSDL, which it does not read itself.

use std::path::{Path, PathBuf};
use std::{env, fs};

use xsd_parser::config::{GeneratorFlags, OptimizerFlags, Schema};
use xsd_parser::{Config, IdentType, generate};

fn main() {
    let schemas = PathBuf::from(env::var("SCHEMAS").expect("the folder of the contracts"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo names it"));
    println!("cargo::rerun-if-env-changed=SCHEMAS");
    println!("cargo::rerun-if-changed={}", schemas.display());
    for name in ["types", "arrays", "cryptography", "serialization"] {
        let file = format!("{name}.xsd");
        fs::copy(schemas.join(&file), out.join(&file)).expect("a schema that can be copied");
    }
    let schema = out.join("batch.xsd");
    fs::write(&schema, inner_schema(&schemas.join("Batch.wsdl"))).expect("a file of our own");

    let config = Config::default()
        .with_schema(Schema::File(schema))
        .with_generate([(
            IdentType::Element,
            "tns:GetBatchTaskInfosByAssociatesResponse",
        )])
        .with_optimizer_flags(OptimizerFlags::all())
        .with_generator_flags(GeneratorFlags::FLATTEN_CONTENT)
        .with_nillable_type_support()
        .with_quick_xml();
    let code = generate(config).expect("code of the schema").to_string();
    fs::write(out.join("contract.rs"), code).expect("a file of our own");
}

/// The schema that a WSDL holds, with the declarations of the WSDL's root.
fn inner_schema(wsdl: &Path) -> String {
    let wsdl = fs::read_to_string(wsdl).expect("a WSDL");
    let root = wsdl.split_once("<wsdl:definitions").expect("a root").1;
    let root = root.split_once('>').expect("its end").0;
    let declared = root
        .split_whitespace()
        .filter(|part| part.starts_with("xmlns:"));
    let declared: Vec<&str> = declared.collect();
    let inner = wsdl.split_once("<xs:schema").expect("a schema").1;
    let inner = inner.split_once("</xs:schema>").expect("its end").0;
    format!("<xs:schema {}{inner}</xs:schema>", declared.join(" "))
}

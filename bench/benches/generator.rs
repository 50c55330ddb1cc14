//! The generator's stages over all of `schemas/`: `cargo bench -p superoffice-bench --bench generator`.

use divan::{Bencher, black_box};
use superoffice_bench::contracts::{documents, root};
use superoffice_codegen::diagnostic::SourceFile;
use superoffice_codegen::model::Api;
use superoffice_codegen::{emit, lower, read};

fn main() {
    divan::Divan::from_args()
        .sample_count(5)
        .sample_size(1)
        .main();
}

fn apis() -> Vec<Api> {
    read::read(&documents(&root().join("schemas"))).expect("schemas/ is well")
}

fn lowered() -> lower::Lowered {
    let path = root().join("schemas/names.tsv");
    let text = std::fs::read_to_string(&path).expect("the names are there");
    let source = SourceFile::new(path.display().to_string(), text);
    let names = lower::names::Table::parse(&source).expect("the names are well");
    lower::lower(&apis(), &names).expect("schemas/ is well")
}

#[divan::bench]
fn read_contracts(bencher: Bencher<'_, '_>) {
    let sources = documents(&root().join("schemas"));
    bencher.bench(|| read::read(black_box(&sources)));
}

#[divan::bench]
fn lower_contracts(bencher: Bencher<'_, '_>) {
    let (apis, names) = (apis(), lowered().names);
    bencher.bench(|| lower::lower(black_box(&apis), &names));
}

#[divan::bench]
fn emit_and_format(bencher: Bencher<'_, '_>) {
    let lowered = lowered();
    let origins = std::collections::BTreeMap::new();
    let inputs = emit::inputs(&lowered.modules, &origins, &|_| true);
    bencher.bench(|| emit::emit(&lowered.modules, black_box(&inputs), &()));
}

#!/usr/bin/env bash
# Measures everything and writes BENCHMARKS.md and bench/plots/. With the names of sections (machine
# peers messages regeneration growth compile) only those; what was measured stands against the targets
# each time. `--docs DIR` names a checkout of the vendor's documentation, whose raw WSDLs the
# regeneration then starts from. Peers come from Debian (gsoap, libgsoap-dev, jaxb, libjaxb-java,
# libwoodstox-java, a JDK, mono-devel, mono-mcs), PyPI (zeep), npm (soap) and crates.io (xsd-parser,
# yaserde, quick-xml, k8s-openapi); what is not there is named in the document.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release -p superoffice-bench --bins
exec cargo run --quiet --release -p superoffice-bench --bin superoffice-bench -- "$@"

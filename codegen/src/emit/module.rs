//! What holds the parts of a version together: the client, the modules, the crate's root.

use quote::quote;

use super::{Piece, Uses, availability, doc, format, ident};
use crate::ir;
use crate::lower::names::bare;
use crate::provenance::{Provenance, Source};

/// The modules of a version, its contract, and the client with a method an agent.
pub(super) fn version(module: &ir::Module, origin: Option<&Provenance>) -> Piece {
    let mut uses = Uses::default();
    let modules = module.agents.iter().map(|agent| ident(&agent.module));
    let handles = module.agents.iter().map(|agent| {
        let module = ident(&agent.module);
        let handle = ident(&agent.rust);
        quote!(#module::#handle)
    });
    let builder = uses.client("Builder");
    let call = uses.client("Call");
    let connection = uses.client("Connection");
    let response = uses.client("RawResponse");
    let contract = uses.soap("Contract");
    let wire = &module.wire;
    let namespaces = &module.namespaces;
    let accessors = module.agents.iter().map(|agent| {
        let about = doc(
            4,
            &format!(
                "{} agent, {}.",
                agent.wire,
                availability(&agent.availability)
            ),
        );
        let name = ident(&agent.module);
        let handle = ident(&agent.rust);
        quote! {
            #about
            pub fn #name(&self) -> #handle<'_> {
                #handle(self.0.endpoint(&#name::AGENT))
            }
        }
    });
    let about_contract = doc(0, &format!("Name and namespaces of {wire}."));
    let about_client = doc(
        0,
        &format!("Calls {wire} over a connection, which clones share."),
    );
    let origin = origin.map_or_else(|| "unknown".to_owned(), self::origin);
    let tokens = quote! {
        #(pub mod #modules;)*
        pub mod types;

        pub use self::{#(#handles),*};
        pub use self::types::*;

        #about_contract
        pub static CONTRACT: #contract = #contract { name: #wire, namespaces: &[#(#namespaces),*] };

        /// Where the contract came from.
        pub const PROVENANCE: &str = #origin;

        #about_client
        #[derive(Clone, Debug)]
        pub struct Client(#connection);

        impl Client {
            /// Begins a client for the installation at `url`.
            pub fn builder(url: impl Into<String>) -> #builder<Self> {
                #builder::new(url)
            }

            /// The connection, to be shared with clients of other versions.
            pub fn connection(&self) -> &#connection {
                &self.0
            }

            /// Calls what this crate does not know: `body` is the element in the SOAP body.
            pub fn raw(
                &self,
                agent: &str,
                operation: &str,
                body: impl Into<Vec<u8>>,
            ) -> #call<#response> {
                self.0.raw(&CONTRACT, agent, operation, body)
            }

            #(#accessors)*
        }

        impl From<#connection> for Client {
            fn from(connection: #connection) -> Self {
                Self(connection)
            }
        }

        #[cfg(feature = "mock")]
        impl superoffice_client::mock::Version for Client {
            const TABLE: &'static str = include_str!("mock.txt");
        }
    };
    Piece { tokens, uses }
}

/// `60 documentation pages, 2023-02`.
fn origin(provenance: &Provenance) -> String {
    let what = match provenance.source {
        Source::Pages => "documentation pages",
        Source::Documents => "WSDL documents",
        Source::Examples => "operation pages",
    };
    let mut text = format!("{} {what}", provenance.documents);
    if let Some(date) = &provenance.date {
        text = format!("{text}, {date}");
    }
    for update in &provenance.updates {
        text = format!("{text}; {}", update.agent);
        if let Some(date) = &update.date {
            text = format!("{text} {date}");
        }
    }
    text
}

/// The re-exports that make every type of the version reachable in `types`.
pub(super) fn types(module: &ir::Module, parts: &[String]) -> Piece {
    let globs = parts.iter().map(|part| {
        let part = ident(part);
        quote!(pub use self::#part::*;)
    });
    let parts = parts.iter().map(|part| ident(part));
    let homes = module.agents.iter().filter_map(|agent| {
        let names = super::types_of(module, Some(&agent.module));
        let names: Vec<_> = names.into_iter().map(ident).collect();
        let agent = ident(&agent.module);
        (!names.is_empty()).then(|| quote!(pub use super::#agent::{#(#names),*};))
    });
    let tokens = quote! {
        #(mod #parts;)*
        #[doc(hidden)]
        pub mod shapes;

        #(#globs)*
        #(#homes)*
    };
    Piece {
        tokens,
        uses: Uses::default(),
    }
}

/// `lib.rs`: a module a version, and what all of them share.
pub(super) fn crate_root(modules: &[ir::Module]) -> Piece {
    let versions = modules.iter().map(|module| {
        let feature = bare(&module.rust);
        let name = ident(&module.rust);
        quote! {
            #[cfg(feature = #feature)]
            #[rustfmt::skip]
            pub mod #name;
        }
    });
    // What the README says compiles, in the version that it speaks of; other contracts lack it.
    let readme = modules
        .iter()
        .any(|module| bare(&module.rust) == "services86");
    let readme = readme.then(|| {
        quote! {
            #[cfg(all(doctest, feature = "services86", feature = "system-user"))]
            #[doc = include_str!("../../README.md")]
            mod readme {}
        }
    });
    let tokens = quote! {
        #(#versions)*

        #readme

        #[cfg(feature = "system-user")]
        pub use superoffice_client::SystemUser;
        #[cfg(feature = "mock")]
        pub use superoffice_client::mock;
        // Lines short enough for rustfmt to leave them alone.
        pub use superoffice_client::{Attempt, Clock, Credentials, Middleware};
        #[cfg(feature = "blocking")]
        pub use superoffice_client::{BlockingPages, paged_blocking};
        pub use superoffice_client::{Builder, Call, Connection, Secret, TimeZone};
        pub use superoffice_client::{Encoded, FieldsExt, HasOffset};
        #[cfg(feature = "online")]
        pub use superoffice_client::{Environment, Tenant};
        pub use superoffice_client::{Error, ErrorKind, ServerException};
        pub use superoffice_client::{Pages, paged, paged_by};
        pub use superoffice_client::{RawResponse, Response, ResponseHeaders};
        pub use superoffice_client::{RetryPolicy, Sleep};
        pub use superoffice_soap as soap;
        #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
        pub use superoffice_soap::ConversionError;
        pub use superoffice_soap::{AnyValue, Char, DateTime, Decimal, Dictionary, Duration};
        pub use superoffice_soap::{Extra, FlagSet, Guid, QName, RawElement};
        pub use superoffice_soap::{Transport, Unrecognized};
    };
    Piece {
        tokens,
        uses: Uses::default(),
    }
}

/// What the crate's features bring; `generated/Cargo.toml` has them.
const FEATURES: &str = "\
//!
//! # Features
//!
//! All are additive. None of them changes what another one does.
//!
//! | feature | brings |
//! |---|---|
//! | `services75` … `services88` | the module of that version |
//! | `reqwest` (default) | a transport over HTTP, with TLS |
//! | `tracing` (default) | a span a call, an event an attempt, no secrets |
//! | `blocking` | `Call::send_blocking`, `paged_blocking` |
//! | `gzip` | compressed responses |
//! | `online` | finding a tenant of SuperOffice's cloud |
//! | `system-user` | sessions of system users, for unattended use of the cloud |
//! | `mock` | a NetServer in the process of a test |
//! | `chrono`, `jiff`, `time` | conversions of dates and spans that never shift |
//! | `serde` | `Serialize` and `Deserialize` for entities; see `soap::serde` |
//!
//! # Secrets
//!
//! Members that hold passwords, tokens, keys and the like read `[redacted]` in debug output, and
//! unknown elements show their names only. A result that is a string of its own, such as a new
//! password, is the caller's to keep.
";

/// The documentation of the crate, and its inner attributes.
pub(super) fn crate_docs(modules: &[ir::Module]) -> String {
    let span = match (modules.first(), modules.last()) {
        (Some(first), Some(last)) if modules.len() > 1 => {
            format!("{} to {}", first.wire, last.wire)
        }
        (Some(only), _) => only.wire.clone(),
        _ => "no version".to_owned(),
    };
    let mut docs = format::head(&[
        format!("Typed clients for the SOAP services of SuperOffice NetServer, {span}."),
        "Generated by `cargo xtask codegen` from `schemas/`; do not edit.".to_owned(),
        "Each version is a module behind a feature of the same name, none of them on by default. \
         A version's `Client` has a method for each agent, and an agent a method for each operation."
            .to_owned(),
    ]);
    docs.push_str(FEATURES);
    docs.push_str("\n#![warn(missing_docs)]\n#![cfg_attr(docsrs, feature(doc_cfg))]\n");
    let mut methods = modules
        .iter()
        .flat_map(|m| &m.agents)
        .flat_map(|agent| &agent.methods);
    if methods.any(|method| method.doc.is_some()) {
        docs.push_str(
            "// Links in the vendor's words are written out, because names are in scope here and\n\
             // not there.\n\
             #![allow(rustdoc::redundant_explicit_links)]\n",
        );
    }
    docs
}

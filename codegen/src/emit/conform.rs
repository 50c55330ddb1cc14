//! Drivers for the conformance programme: one function an operation, one table entry a type.
//!
//! A driver takes parameters out of XML, hands them to the public method as a caller would, and
//! gives the call back; what is compared with what stands in `conform/`, hand-written.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;

use super::files::File;
use super::items::{Item, Printed, Texts, no_rust};
use super::{Piece, Uses, format, ident, number, ty};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Presence, Returns, Ty};
use crate::lower::names::bare;
use crate::model::Primitive;

/// The drivers of all versions, in a folder each, and the module that lists them, sorted by path.
///
/// `client` is the path of the module that holds the versions' modules: `superoffice_services`.
/// What is retired has no drivers: no contract and no documentation says how it should be.
///
/// # Errors
///
/// Where the ir holds what is no Rust.
pub fn drivers(modules: &[&ir::Module], client: &str) -> Result<Vec<File>, Vec<Diagnostic>> {
    let contracts: Vec<_> = modules.iter().map(|module| module.contract()).collect();
    let files = || {
        let arms = contracts.iter().flat_map(|module| {
            let agents = module.agents.iter();
            let items = agents.flat_map(|a| a.methods.iter().map(|m| Item::Arm(&a.module, m)));
            items.map(|item| (item, &*module.wire))
        });
        let texts = Texts::print(arms, 0, &())?;
        let versions = contracts
            .par_iter()
            .map(|module| version(module, client, &texts));
        let versions: Vec<Vec<File>> = versions.collect::<Result<_, _>>()?;
        let list = list(modules)?;
        Ok(versions.into_iter().flatten().chain([list]).collect())
    };
    let mut files: Vec<File> = files().map_err(|diagnostic| vec![diagnostic])?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// `mod.rs` beside the versions' folders.
fn list(modules: &[&ir::Module]) -> Result<File, Diagnostic> {
    let names: Vec<_> = modules.iter().map(|module| ident(&module.rust)).collect();
    let tokens = quote! {
        #(mod #names;)*

        use crate::driver::Version;

        /// Every version that was generated, the oldest first.
        pub static VERSIONS: &[&Version] = &[#(&#names::VERSION),*];
    };
    let text = print("mod.rs", tokens)?;
    Ok(file("mod.rs", "The versions that have drivers.", &[&text]))
}

/// How one version's files name the client that they drive.
struct Version<'a> {
    module: &'a ir::Module,
    texts: &'a Texts<'a>,
    /// `superoffice_services::services86`.
    path: TokenStream,
}

fn version(module: &ir::Module, client: &str, texts: &Texts<'_>) -> Result<Vec<File>, Diagnostic> {
    let outer = client.split("::").map(ident);
    let name = ident(&module.rust);
    let version = Version {
        module,
        texts,
        path: quote!(#(#outer::)* #name),
    };
    let folder = bare(&module.rust);
    let mut files = vec![
        version.root(&format!("{folder}/mod.rs"))?,
        version.types(&format!("{folder}/type_table.rs"))?,
    ];
    for agent in &module.agents {
        files.push(version.agent(&format!("{folder}/{}.rs", bare(&agent.module)), agent)?);
    }
    Ok(files)
}

impl Version<'_> {
    fn root(&self, path: &str) -> Result<File, Diagnostic> {
        let wire = &self.module.wire;
        let api = &self.path;
        let modules: Vec<_> = self
            .module
            .agents
            .iter()
            .map(|agent| ident(&agent.module))
            .collect();
        let names = self.module.agents.iter().map(|agent| &agent.wire);
        let tokens = quote! {
            #(mod #modules;)*
            mod type_table;

            use #api as api;
            use superoffice_client::Connection;

            use crate::driver::{Bound, Client, Driven, Params, Version};

            pub(super) static VERSION: Version = Version {
                name: #wire,
                contract: &api::CONTRACT,
                bind,
                types: type_table::TYPES,
            };

            fn bind(connection: Connection) -> Box<dyn Bound> {
                Box::new(Client { client: api::Client::from(connection), drive })
            }

            fn drive(
                c: &api::Client,
                agent: &str,
                operation: &str,
                p: &mut Params<'_>,
            ) -> Option<Box<dyn Driven>> {
                match agent {
                    #(#names => #modules::drive(c.#modules(), operation, p),)*
                    _ => None,
                }
            }
        };
        let text = print(path, tokens)?;
        Ok(file(
            path,
            &format!("Drives every operation of {wire}."),
            &[&text],
        ))
    }

    fn types(&self, path: &str) -> Result<File, Diagnostic> {
        let mut uses = Uses::default();
        let mut entries = Vec::new();
        for s in &self.module.structs {
            let name = uses.ty(&s.rust);
            let role = quote!(driver::Role::Struct);
            entries.push(entry(&s.wire, s.namespace, &quote!(#name), role));
        }
        for p in &self.module.polymorphs {
            let role = quote!(driver::Role::Polymorph);
            let name = uses.ty(&p.rust);
            entries.push(entry(&p.wire, p.namespace, &quote!(#name), role));
        }
        for e in &self.module.enums {
            let name = uses.ty(&e.rust);
            let (ty, members) = if e.is_flags {
                (quote!(superoffice_soap::FlagSet<#name>), quote!(flags))
            } else {
                (quote!(#name), quote!(members))
            };
            let role = quote!(driver::Role::Members(driver::#members::<#name>));
            entries.push(entry(&e.wire, e.namespace, &ty, role));
        }
        let tokens = quote! {
            pub(super) static TYPES: &[driver::Type] = &[#(#entries),*];
        };
        let imports = [quote!(
            use crate::driver;
        )];
        let head = format!("Every named type of {}.", self.module.wire);
        let text = print(path, tokens)?;
        self.file(path, &head, &imports, &Printed { text, uses })
    }

    fn agent(&self, path: &str, agent: &ir::Agent) -> Result<File, Diagnostic> {
        let mut uses = Uses::default();
        let mut tails = BTreeSet::new();
        let mut arms = String::new();
        for method in &agent.methods {
            tails.insert(tail(&method.result));
            let arm = &self.texts[Item::Arm(&agent.module, method)];
            arms.push_str(&arm.text);
            uses.extend(&arm.uses);
        }
        let handle = &agent.rust;
        let takes_any = agent
            .methods
            .iter()
            .any(|method| !method.parameters.is_empty());
        let p = if takes_any { "p" } else { "_" };
        let text = format!(
            "pub(super) fn drive(\n    a: api::{handle}<'_>,\n    operation: &str,\n    {p}: &mut Params<'_>,\n\
             ) -> Option<Box<dyn Driven>> {{\n    let driven = match operation {{\n{arms}        \
             _ => return None,\n    }};\n    Some(driven)\n}}\n"
        );
        let api = &self.path;
        let tails = tails.into_iter().map(ident);
        let imports = [
            quote!(use #api as api;),
            quote!(use crate::driver::{Driven, Params, #(#tails),*};),
        ];
        let head = format!("Drives the {} agent of {}.", agent.wire, self.module.wire);
        self.file(path, &head, &imports, &Printed { text, uses })
    }

    /// A file with the imports that its content needs.
    fn file(
        &self,
        path: &str,
        head: &str,
        imports: &[TokenStream],
        content: &Printed,
    ) -> Result<File, Diagnostic> {
        let uses = &content.uses;
        let mut imports = imports.to_vec();
        let api = &self.path;
        if !uses.types.is_empty() {
            let names = uses.types.iter().map(|name| ident(name));
            imports.push(quote!(use #api::types::{#(#names),*};));
        }
        if !uses.shapes.is_empty() {
            let names = uses.shapes.iter().map(|name| ident(name));
            imports.push(quote!(use #api::types::shapes::{#(#names),*};));
        }
        if !uses.soap.is_empty() {
            let names = uses.soap.iter().map(|name| ident(name));
            imports.push(quote!(use superoffice_soap::{#(#names),*};));
        }
        let imports = print(path, quote!(#(#imports)*))?;
        Ok(file(path, head, &[&imports, &content.text]))
    }
}

fn print(path: &str, tokens: TokenStream) -> Result<String, Diagnostic> {
    format::items(tokens).map_err(|error| no_rust(path, &error))
}

fn file(path: &str, head: &str, parts: &[&str]) -> File {
    let head = [
        head.to_owned(),
        "Generated by `cargo xtask codegen`; do not edit.".to_owned(),
    ];
    let mut text = format::head(&head);
    for part in parts {
        text.push('\n');
        text.push_str(part);
    }
    File {
        path: path.to_owned(),
        text,
    }
}

fn entry(wire: &str, namespace: usize, ty: &TokenStream, role: TokenStream) -> TokenStream {
    let namespace = number(namespace);
    quote! {
        driver::Type {
            name: #wire,
            namespace: #namespace,
            role: #role,
            blank: driver::blank::<#ty>,
        }
    }
}

/// The function that takes a call's result type away.
fn tail(result: &Returns) -> &'static str {
    match result {
        Returns::Nothing => "nothing",
        Returns::One(field) if field.presence == Presence::Omittable => "omittable",
        Returns::One(_) => "one",
        Returns::Several { .. } => "several",
    }
}

/// What drives an operation of the agent with this module.
pub(super) fn arm(home: &str, method: &ir::Method) -> Piece {
    let mut uses = Uses::default();
    let wire = &method.wire;
    let name = ident(&method.rust);
    let tail = ident(tail(&method.result));
    let Some(args) = &method.args else {
        let (values, arguments): (Vec<_>, Vec<_>) = method
            .parameters
            .iter()
            .map(|field| argument(field, &mut uses))
            .unzip();
        let tokens = quote! {
            #wire => {
                #(#values)*
                #tail(a.#name(#(#arguments),*))
            }
        };
        return Piece { tokens, uses };
    };
    let home = ident(home);
    let args = ident(args);
    let statements = method.parameters.iter().map(|field| {
        let wire = &field.wire;
        let name = ident(&field.rust);
        match shape(&field.ty) {
            Some(shape) => {
                let shape = uses.shape(shape);
                quote!(p.shaped(#wire, #shape, &mut args.#name);)
            }
            None => quote!(p.plain(#wire, &mut args.#name);),
        }
    });
    let tokens = quote! {
        #wire => {
            let mut args = api::#home::#args::default();
            #(#statements)*
            #tail(a.#name(&args))
        }
    };
    Piece { tokens, uses }
}

fn shape(ty: &Ty) -> Option<&str> {
    match ty {
        Ty::Array { shape, .. } | Ty::Dictionary { shape, .. } => Some(shape),
        _ => None,
    }
}

/// A parameter read as a caller would hold it, and how a caller would hand it over.
fn argument(field: &ir::Field, uses: &mut Uses) -> (TokenStream, TokenStream) {
    let wire = &field.wire;
    let name = ident(&field.rust);
    let unboxed = ir::Field {
        ty: match &field.ty {
            Ty::Boxed(inner) => (**inner).clone(),
            ty => ty.clone(),
        },
        ..field.clone()
    };
    let ty = ty::field(&unboxed, uses);
    let value = match shape(&unboxed.ty) {
        Some(shape) => {
            let shape = uses.shape(shape);
            quote!(let #name: #ty = p.list(#wire, #shape);)
        }
        None => quote!(let #name: #ty = p.value(#wire);),
    };
    let is_by_value = match unboxed.ty {
        Ty::Primitive(
            Primitive::String | Primitive::AnyUri | Primitive::Base64Binary | Primitive::AnyType,
        ) => false,
        Ty::Primitive(_) | Ty::Enum(_) | Ty::Flags(_) => true,
        _ => false,
    };
    let argument = if is_by_value {
        quote!(#name)
    } else {
        quote!(&#name)
    };
    (value, argument)
}

//! Documents in, one [`Api`] a version out: pages, WSDL and XSD, the vendor's or canonical.
//!
//! Invariant: a document's kind, version and agent come from its content, never from its name;
//! the name only says where `xs:include` looks, and that `.md` is a page.

mod context;
mod limits;
pub mod managed_reference;
pub mod operation_page;
mod page;
mod wsdl;
mod xsd;

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use crate::compare;
use crate::diagnostic::{Diagnostic, Location, SourceFile};
use crate::model::{Api, Field, HeaderElement, Retired, Struct, Type, TypeKind, TypeName, TypeRef};
use context::Context;
use wsdl::Definitions;
use xsd::{Element, Schema};

/// The namespace of WSDL 1.1.
pub const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
/// The namespace of WSDL's SOAP 1.1 binding.
pub const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
/// The namespace of WSDL's SOAP 1.2 binding, which is not supported.
pub const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
/// The namespace of XML Schema.
pub const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of Microsoft's `duration`, `guid` and `char`, and of its notes in `appinfo`.
pub const SERIALIZATION: &str = "http://schemas.microsoft.com/2003/10/Serialization/";
/// The namespace of our own mark in canonical documents: `inferred`, on a type in its `appinfo`,
/// on an operation in its binding.
pub const INFERRED: &str = "urn:superoffice-rs:inferred";
/// The namespace of `retired`, our mark at the same places on what the standing drop has no more.
pub const RETIRED: &str = "urn:superoffice-rs:retired";

/// Reads all versions that the documents speak of, sorted by name.
///
/// The order of the documents does not matter. On any mistake all mistakes come back, sorted by
/// file and place.
pub fn read(files: &[SourceFile]) -> Result<Vec<Api>, Vec<Diagnostic>> {
    let mut documents: Vec<Document<'_>> = files.par_iter().map(read_document).collect();
    documents.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    let apis = assemble(&documents);
    // Hundreds of thousands of small pieces, which one thread alone is long in giving back.
    documents.into_par_iter().for_each(drop);
    apis
}

/// Puts the documents, sorted by name, together to versions.
fn assemble(documents: &[Document<'_>]) -> Result<Vec<Api>, Vec<Diagnostic>> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();

    let set = Set::new(documents, &mut diagnostics);
    let own: Vec<_> = (0..documents.len())
        .into_par_iter()
        .map(|index| set.resolve(index))
        .collect();
    let mut merged: BTreeMap<&str, Merge> = BTreeMap::new();
    for (document, (assembled, found)) in documents.iter().zip(own) {
        diagnostics.extend(found);
        if let (Content::Wsdl(definitions), Some(assembled)) = (&document.content, assembled) {
            merged
                .entry(&definitions.namespace)
                .or_default()
                .add_agent(assembled, &mut diagnostics);
        }
    }
    let mut linked: HashSet<usize> = HashSet::new();
    for (index, document) in documents.iter().enumerate() {
        let Content::Wsdl(definitions) = &document.content else {
            continue;
        };
        let Some(merge) = merged.get_mut(&*definitions.namespace) else {
            continue;
        };
        for visible in set.visible(index) {
            linked.insert(visible);
            if !merge.seen.insert(visible) {
                continue;
            }
            for (name, ty) in documents[visible].types() {
                merge.add_type(name, ty, &mut diagnostics);
            }
        }
    }
    let has_wsdl = documents
        .iter()
        .any(|document| matches!(document.content, Content::Wsdl(_)));
    for (index, document) in documents.iter().enumerate() {
        // Without any WSDL there is one mistake, not one a schema.
        if has_wsdl && matches!(document.content, Content::Xsd(_)) && !linked.contains(&index) {
            diagnostics.push(
                Diagnostic::new(
                    "unused-schema",
                    Location::new(&document.file.name, 0..0),
                    "no WSDL includes or imports this schema, so its version is unknown",
                )
                .help("link it by `schemaLocation`, or leave it out"),
            );
        }
    }

    let mut apis = Vec::new();
    for (namespace, merge) in merged {
        apis.extend(merge.finish(namespace, &mut diagnostics));
    }
    apis.sort_by(|a, b| a.version.cmp(&b.version));
    if let Some((first, second)) = apis
        .iter()
        .zip(apis.iter().skip(1))
        .find(|(a, b)| a.version == b.version)
    {
        diagnostics.push(
            Diagnostic::new(
                "conflicting-namespaces",
                second.at(),
                format!("two namespaces end in `{}`", second.version),
            )
            .label(second.namespace.clone())
            .other(first.at(), first.namespace.clone()),
        );
    }
    if diagnostics.is_empty() {
        return Ok(apis);
    }
    diagnostics.sort_by(|a, b| {
        (&a.at.file, a.at.span.start, a.code).cmp(&(&b.at.file, b.at.span.start, b.code))
    });
    Err(diagnostics)
}

/// Reads documents that must all be of one version.
pub fn read_version(files: &[SourceFile]) -> Result<Api, Vec<Diagnostic>> {
    let mut apis = read(files)?;
    match apis.len() {
        1 => Ok(apis.remove(0)),
        0 => Err(vec![Diagnostic::new(
            "no-wsdl",
            Location::default(),
            "there is no WSDL among the documents, so there is no version",
        )]),
        _ => {
            let [first, second] = [&apis[0], &apis[1]];
            let diagnostic = Diagnostic::new(
                "several-versions",
                second.at(),
                format!(
                    "the documents are of {} and {}",
                    first.version, second.version
                ),
            )
            .label(second.version.clone())
            .other(first.at(), first.version.clone());
            Err(vec![diagnostic])
        }
    }
}

/// One document, parsed on its own.
struct Document<'a> {
    file: &'a SourceFile,
    content: Content,
    references: Vec<(TypeName, Location)>,
    diagnostics: Vec<Diagnostic>,
}

enum Content {
    Wsdl(Definitions),
    Xsd(Schema),
    /// Reported.
    Unreadable,
}

impl Document<'_> {
    fn schemas(&self) -> &[Schema] {
        match &self.content {
            Content::Wsdl(definitions) => &definitions.schemas,
            Content::Xsd(schema) => std::slice::from_ref(schema),
            Content::Unreadable => &[],
        }
    }

    fn types(&self) -> impl Iterator<Item = &(TypeName, Type)> {
        self.schemas().iter().flat_map(|schema| &schema.types)
    }

    fn elements(&self) -> impl Iterator<Item = &Element> {
        self.schemas().iter().flat_map(|schema| &schema.elements)
    }
}

fn read_document(file: &SourceFile) -> Document<'_> {
    let mut document = Document {
        file,
        content: Content::Unreadable,
        references: Vec::new(),
        diagnostics: Vec::new(),
    };
    let span = if file.name.to_ascii_lowercase().ends_with(".md") {
        match page::fence(file) {
            Ok(span) => span,
            Err(diagnostic) => {
                document.diagnostics.push(diagnostic);
                return document;
            }
        }
    } else {
        0..file.text.len()
    };
    let mut offset = span.start;
    let mut xml = &file.text[span];
    if let Some(rest) = xml.strip_prefix('\u{feff}') {
        offset += '\u{feff}'.len_utf8();
        xml = rest;
    }
    let mut cx = Context {
        file: &file.name,
        offset,
        diagnostics: Vec::new(),
        references: Vec::new(),
    };
    if let Some((at, message)) = limits::exceeded(xml) {
        let diagnostic = Diagnostic::new("too-large", cx.at(at..at), message)
            .label("here")
            .help("no contract comes near to this; is it one?");
        cx.report(diagnostic);
        document.diagnostics = cx.diagnostics;
        return document;
    }
    match roxmltree::Document::parse(xml) {
        Ok(parsed) => {
            let root = parsed.root_element();
            match (root.tag_name().namespace(), root.tag_name().name()) {
                (Some(WSDL), "definitions") => {
                    document.content = Content::Wsdl(wsdl::read_definitions(root, &mut cx));
                }
                (Some(XSD), "schema") => {
                    document.content = Content::Xsd(xsd::read_schema(root, &mut cx));
                }
                _ => {
                    let diagnostic = Diagnostic::new(
                        "unknown-document",
                        cx.tag(root),
                        format!("the document is a `{}`", context::shown(root)),
                    )
                    .label("neither WSDL 1.1 nor XML Schema")
                    .help(format!("expected `definitions` in the namespace `{WSDL}`"));
                    cx.report(diagnostic);
                }
            }
        }
        Err(error) => {
            let at = position(&error, xml);
            let diagnostic =
                Diagnostic::new("malformed-xml", cx.at(at..at), describe(&error)).label("here");
            cx.report(diagnostic);
        }
    }
    document.diagnostics = cx.diagnostics;
    document.references = cx.references;
    document
}

/// The message without its position, which the diagnostic shows itself.
fn describe(error: &roxmltree::Error) -> String {
    use roxmltree::Error::{DtdDetected, UnclosedRootNode, UnexpectedEndOfStream};
    match error {
        UnclosedRootNode | UnexpectedEndOfStream => {
            "the XML ends in the middle; the file may be truncated".to_owned()
        }
        DtdDetected => "the XML has a document type declaration, which is not supported".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" at ").next().unwrap_or(&text);
            format!("the XML is malformed: {text}")
        }
    }
}

/// The byte that an error of the parser's points at.
fn position(error: &roxmltree::Error, xml: &str) -> usize {
    use roxmltree::Error::{UnclosedRootNode, UnexpectedEndOfStream};
    if matches!(error, UnclosedRootNode | UnexpectedEndOfStream) {
        return xml.trim_end().len();
    }
    let pos = error.pos();
    let mut offset = 0;
    for _ in 1..pos.row {
        offset += xml[offset..].find('\n').map_or(0, |newline| newline + 1);
    }
    let line = &xml[offset..];
    offset
        + line
            .char_indices()
            .nth(pos.col as usize - 1)
            .map_or(line.len(), |(at, _)| at)
}

/// All documents of a run, and which of them sees which.
struct Set<'a> {
    documents: &'a [Document<'a>],
    types: Vec<HashSet<&'a TypeName>>,
    elements: Vec<HashMap<&'a TypeName, &'a Element>>,
    /// By document: those that it includes or imports.
    links: Vec<Vec<usize>>,
}

impl<'a> Set<'a> {
    fn new(documents: &'a [Document<'a>], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let by_name: HashMap<&str, usize> = documents
            .iter()
            .enumerate()
            .map(|(index, document)| (&*document.file.name, index))
            .collect();
        let mut set = Self {
            documents,
            types: Vec::new(),
            elements: Vec::new(),
            links: Vec::new(),
        };
        for document in documents {
            let mut links = Vec::new();
            for link in document.schemas().iter().flat_map(|schema| &schema.links) {
                let target = resolve_path(&document.file.name, &link.location);
                match target.and_then(|target| by_name.get(&*target).copied()) {
                    Some(target) => match link_mistake(link, &documents[target]) {
                        None => links.push(target),
                        Some(diagnostic) => diagnostics.push(diagnostic),
                    },
                    None => diagnostics.push(
                        Diagnostic::new(
                            "missing-schema",
                            link.at.clone(),
                            format!("`{}` is not among the documents read", link.location),
                        )
                        .label("looked for beside this document")
                        .help("a server gives the whole contract as one document at `?singleWsdl`"),
                    ),
                }
            }
            set.links.push(links);
            set.types
                .push(document.types().map(|(name, _)| name).collect());
            set.elements
                .push(document.elements().map(|e| (&e.name, e)).collect());
        }
        set
    }

    /// A document and all it includes or imports, itself first.
    fn visible(&self, index: usize) -> Vec<usize> {
        let mut visible = vec![index];
        let mut next = 0;
        while let Some(&document) = visible.get(next) {
            next += 1;
            for &link in &self.links[document] {
                if !visible.contains(&link) {
                    visible.push(link);
                }
            }
        }
        visible
    }

    /// Resolves what one document refers to.
    fn resolve(&self, index: usize) -> (Option<wsdl::Assembled>, Vec<Diagnostic>) {
        let document = &self.documents[index];
        let visible = self.visible(index);
        let mut diagnostics = document.diagnostics.clone();
        self.duplicates(document, &mut diagnostics);
        let mut missing: HashSet<&TypeName> = HashSet::new();
        for (name, at) in &document.references {
            if visible
                .iter()
                .any(|&other| self.types[other].contains(name))
            {
                continue;
            }
            if missing.insert(name) {
                diagnostics.push(
                    Diagnostic::new(
                        "missing-type",
                        at.clone(),
                        format!("there is no type `{name}`"),
                    )
                    .label("not declared in this document or one that it includes"),
                );
            }
        }
        let Content::Wsdl(definitions) = &document.content else {
            return (None, diagnostics);
        };
        let element = |name: &TypeName| {
            visible
                .iter()
                .find_map(|&other| self.elements[other].get(name).copied())
        };
        let assembled = wsdl::assemble(definitions, &element, &mut diagnostics);
        (assembled, diagnostics)
    }

    /// A name may be declared once in a document.
    fn duplicates(&self, document: &'a Document<'a>, diagnostics: &mut Vec<Diagnostic>) {
        let types = document
            .types()
            .map(|(name, ty)| ("duplicate-type", "type", name, &ty.at));
        let elements = document
            .elements()
            .map(|e| ("duplicate-element", "global element", &e.name, &e.at));
        let mut first: HashMap<(&str, &TypeName), &Location> = HashMap::new();
        for (code, what, name, at) in types.chain(elements) {
            match first.get(&(code, name)) {
                None => {
                    first.insert((code, name), at);
                }
                Some(&first) => diagnostics.push(
                    Diagnostic::new(code, at.clone(), format!("{what} `{name}` is there twice"))
                        .label("again here")
                        .other(first.clone(), "first here"),
                ),
            }
        }
    }
}

fn link_mistake(link: &xsd::Link, target: &Document<'_>) -> Option<Diagnostic> {
    let found = match &target.content {
        Content::Xsd(schema) => &schema.namespace,
        Content::Wsdl(_) => "a WSDL's",
        Content::Unreadable => return None,
    };
    if found == link.namespace {
        return None;
    }
    let diagnostic = Diagnostic::new(
        "wrong-namespace",
        link.at.clone(),
        format!(
            "`{}` has another namespace than is asked for",
            link.location
        ),
    )
    .label(format!("expected `{}`, found `{found}`", link.namespace));
    Some(diagnostic)
}

/// A `schemaLocation`, seen from the document that states it. Nothing for other than paths.
fn resolve_path(from: &str, location: &str) -> Option<String> {
    if location.contains("://") || location.contains('\\') || location.starts_with('/') {
        return None;
    }
    let mut segments: Vec<&str> = from.split('/').collect();
    segments.pop();
    for segment in location.split('/') {
        match segment {
            "." => {}
            ".." if segments
                .last()
                .is_some_and(|last| !matches!(*last, "" | "..")) =>
            {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

/// The documents of one version, put together.
#[derive(Default)]
struct Merge {
    agents: BTreeMap<String, crate::model::Agent>,
    types: BTreeMap<TypeName, Type>,
    headers: BTreeMap<String, HeaderElement>,
    /// Documents whose types are in.
    seen: HashSet<usize>,
    /// Types whose disagreement is told already.
    conflicting: HashSet<TypeName>,
}

impl Merge {
    fn add_agent(&mut self, assembled: wsdl::Assembled, diagnostics: &mut Vec<Diagnostic>) {
        let wsdl::Assembled { agent, headers } = assembled;
        for (name, header) in headers {
            match self.headers.get(&name) {
                Some(first) => {
                    if let Some(difference) = compare::headers(&name, first, &header) {
                        diagnostics.push(conflict("conflicting-headers", difference));
                    }
                }
                None => {
                    self.headers.insert(name, header);
                }
            }
        }
        match self.agents.get(&agent.name) {
            Some(first) => {
                if let Some(difference) = compare::agents(first, &agent).into_iter().next() {
                    diagnostics.push(conflict("conflicting-agents", difference));
                }
            }
            None => {
                self.agents.insert(agent.name.clone(), agent);
            }
        }
    }

    fn add_type(&mut self, name: &TypeName, ty: &Type, diagnostics: &mut Vec<Diagnostic>) {
        let Some(first) = self.types.get_mut(name) else {
            self.types.insert(name.clone(), ty.clone());
            return;
        };
        if let Some(difference) = compare::types(name, first, ty) {
            // Twice in one document is a mistake of its own.
            if first.at.file != ty.at.file && self.conflicting.insert(name.clone()) {
                diagnostics.push(conflict("conflicting-types", difference));
            }
        } else if first.documentation.is_none() {
            first.documentation.clone_from(&ty.documentation);
        }
    }

    fn finish(self, namespace: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Api> {
        let agents: Vec<_> = self.agents.into_values().collect();
        let version = namespace
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if !context::is_name(version) || !version.is_ascii() {
            diagnostics.push(
                Diagnostic::new(
                    "no-version",
                    agents
                        .first()
                        .map(|agent| agent.at.clone())
                        .unwrap_or_default(),
                    format!("the target namespace `{namespace}` does not end in a version"),
                )
                .help("expected a last segment such as `Services88`"),
            );
            return None;
        }
        for operation in agents.iter().flat_map(|agent| &agent.operations) {
            // Headers are shared by all agents, wrappers belong to one.
            let names = [&operation.name, &operation.response_element];
            if let Some((name, header)) = names
                .into_iter()
                .find_map(|name| self.headers.get_key_value(name))
            {
                diagnostics.push(
                    Diagnostic::new(
                        "conflicting-headers",
                        operation.at.clone(),
                        format!("`{name}` is a wrapper element here and a header elsewhere"),
                    )
                    .label("a wrapper of this operation")
                    .other(header.at.clone(), "the header"),
                );
            }
        }
        for (name, ty) in &self.types {
            check_base(name, ty, &self.types, diagnostics);
        }
        let mut api = Api {
            version: version.to_owned(),
            namespace: namespace.to_owned(),
            agents,
            types: self.types,
            headers: self.headers,
            retired: Retired::default(),
        };
        api.set_retired_apart();
        check_retired(&api, diagnostics);
        Some(api)
    }
}

fn conflict(code: &'static str, difference: compare::Difference) -> Diagnostic {
    let compare::Difference {
        what,
        left,
        right,
        left_at,
        right_at,
    } = difference;
    Diagnostic::new(
        code,
        right_at,
        format!("two documents of a version disagree on {what}"),
    )
    .label(right)
    .other(left_at, left)
    .help("import documents of one drop together; a type means the same for every agent")
}

/// The contract stands without what is retired.
fn check_retired(api: &Api, diagnostics: &mut Vec<Diagnostic>) {
    let mut check = |name: &TypeName, at: &Location| {
        if let Some(ty) = api.retired.types.get(name) {
            let message = format!("type `{name}` is marked as retired, and the contract needs it");
            diagnostics.push(
                Diagnostic::new("retired-type", ty.at.clone(), message)
                    .label("marked here")
                    .other(at.clone(), "needed here")
                    .help("take the mark away, or import the drop again"),
            );
        }
    };
    for ty in api.types.values() {
        ty.references(|name| check(name, &ty.at));
    }
    for operation in api.agents.iter().flat_map(|agent| &agent.operations) {
        operation.references(|name| check(name, &operation.at));
    }
    for header in api.headers.values() {
        if let TypeRef::Named(name) = &header.ty {
            check(name, &header.at);
        }
    }
}

/// A base must be a struct, not in a circle, and share no member's name.
fn check_base(
    name: &TypeName,
    ty: &Type,
    types: &BTreeMap<TypeName, Type>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let TypeKind::Struct(own) = &ty.kind else {
        return;
    };
    let mut passed = vec![name];
    let mut current = own;
    while let Some(base) = &current.base {
        // A base that does not exist was reported where it is named.
        let Some(found) = types.get(base) else { return };
        let problem = match &found.kind {
            _ if passed.contains(&base) => Some("the type is its own base"),
            _ if passed.len() > limits::MOST_BASES => Some("the base has too many bases itself"),
            TypeKind::Struct(_) => None,
            _ => Some("the base is not a struct"),
        };
        if let Some(problem) = problem {
            diagnostics.push(
                Diagnostic::new(
                    "bad-base",
                    ty.at.clone(),
                    format!("type `{name}`: {problem}"),
                )
                .label("derived here")
                .other(found.at.clone(), "the base"),
            );
            return;
        }
        let TypeKind::Struct(inherited) = &found.kind else {
            return;
        };
        report_inherited(own, inherited, diagnostics);
        passed.push(base);
        current = inherited;
    }
}

fn report_inherited(own: &Struct, inherited: &Struct, diagnostics: &mut Vec<Diagnostic>) {
    let inherited: HashMap<&str, &Field> = inherited
        .fields
        .iter()
        .map(|field| (&*field.name, field))
        .collect();
    for field in &own.fields {
        if let Some(first) = inherited.get(&*field.name) {
            diagnostics.push(
                Diagnostic::new(
                    "duplicate-element",
                    field.at.clone(),
                    format!("element `{}` is inherited as well", field.name),
                )
                .label("again here")
                .other(first.at.clone(), "first here"),
            );
        }
    }
}

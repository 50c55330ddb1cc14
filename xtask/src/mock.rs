//! `cargo xtask mock`: a whole version on a port of this machine, for clients in any language.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use superoffice_codegen::model::Retired;
use superoffice_codegen::{canonical, table};
use superoffice_mock::{Answer, Fill, NetServer, Request, Server, Table};

use crate::report::Failure;
use crate::schemas;

/// Serves a version of the contract: an answer to every operation, and the WSDLs.
///
/// A request that departs from the contract gets a fault that says where and how, also where
/// NetServer would silently skip what it does not recognise.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// `86`, `services86`; may be given several times, the newest if not at all.
    #[arg(long, value_name = "VERSION")]
    version: Vec<String>,

    /// The port on 127.0.0.1; 0 for a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Answers hold samples: strings with the name of their member, an item in each array.
    #[arg(long)]
    samples: bool,

    /// Answers to requests that depart from the contract as well.
    #[arg(long)]
    lenient: bool,

    /// Only calls with a ticket that SoPrincipal issued here are answered.
    #[arg(long)]
    sessions: bool,

    /// Where the canonical contracts stand, if not in the project's `schemas/`.
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let dir = self.schemas.clone().unwrap_or_else(schemas::default_dir);
        let (mut versions, _) = schemas::load(&dir)?;
        // A server has no more than the contract.
        for version in &mut versions {
            version.api.retired = Retired::default();
        }
        let known: Vec<&str> = versions
            .iter()
            .map(|version| &*version.api.version)
            .collect();
        let wanted = |name: &str| self.version.iter().any(|version| is_named(name, version));
        if let Some(unknown) = self
            .version
            .iter()
            .find(|version| !known.iter().any(|name| is_named(name, version)))
        {
            return Err(Failure::Usage(format!(
                "there is no version `{unknown}`; there are {}",
                known.join(", ")
            )));
        }
        let newest = known.last().copied().unwrap_or_default().to_owned();
        let server = NetServer::new();
        server.lenient(self.lenient);
        if self.samples {
            server.fill(Fill::Samples);
        }
        if self.sessions {
            server.require_sessions();
        }
        let mut documents = Documents::default();
        let mut served = Vec::new();
        for schemas::Version { api, .. } in &versions {
            let is_served = match self.version.is_empty() {
                true => api.version == newest,
                false => wanted(&api.version),
            };
            if !is_served {
                continue;
            }
            let contract = Table::parse(&table::write(api))
                .map_err(|error| Failure::Check(format!("{}: {error}", api.version)))?;
            served.push((api.version.clone(), contract.operations().count()));
            server.add(Arc::new(contract));
            documents
                .0
                .insert(api.version.clone(), canonical::write(api));
        }
        let service = move |request: &Request| {
            documents
                .answer(request)
                .unwrap_or_else(|| server.answer(request))
        };
        let place = PathBuf::from(format!("127.0.0.1:{}", self.port));
        let server = Server::start(self.port, Arc::new(service)).map_err(Failure::io(&place))?;
        for (version, operations) in served {
            println!(
                "{}/Remote/{version}/<Agent>.svc: {operations} operations",
                server.url()
            );
        }
        println!("?wsdl gives an agent's contract; any ticket will do; stop with Ctrl+C");
        server.wait();
        Ok(())
    }
}

/// `86`, `services86` and `Services86` are the same.
fn is_named(name: &str, given: &str) -> bool {
    let number = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    given == number || name.eq_ignore_ascii_case(given)
}

/// The documents of each version by file name.
#[derive(Default)]
struct Documents(BTreeMap<String, BTreeMap<String, String>>);

impl Documents {
    /// `?wsdl` of an agent, and `?xsd=` for the schemas that it includes and imports, with addresses
    /// on this server.
    fn answer(&self, request: &Request) -> Option<Answer> {
        let query = request.query()?.to_ascii_lowercase();
        let (_, place) = request.path().split_once("/Remote/")?;
        let (version, service) = place.split_once('/')?;
        let documents = self.0.get(version)?;
        let agent = service.strip_suffix(".svc")?;
        let text = match query.split_once('=') {
            None if query == "wsdl" || query == "singlewsdl" => {
                documents.get(&format!("{agent}.wsdl"))?
            }
            Some(("xsd", stem)) => documents.get(&format!("{stem}.xsd"))?,
            _ => return None,
        };
        let host = request.header("host").unwrap_or("127.0.0.1");
        let address = format!("http://{host}{}", request.path());
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            out.push_str(&linked(line, &address));
        }
        Some(Answer::xml(200, out))
    }
}

/// A line with the references to other documents made addresses.
fn linked(line: &str, address: &str) -> String {
    if let Some((before, rest)) = line.split_once("schemaLocation=\"")
        && let Some((stem, after)) = rest.split_once(".xsd\"")
    {
        return format!("{before}schemaLocation=\"{address}?xsd={stem}\"{after}");
    }
    if let Some((before, rest)) = line.split_once("location=\"http://")
        && let Some((_, after)) = rest.split_once('"')
    {
        return format!("{before}location=\"{address}\"{after}");
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{is_named, linked};

    #[test]
    fn references_become_addresses() {
        let address = "http://127.0.0.1:8086/Remote/Services86/License.svc";
        assert_eq!(
            linked("  <xs:include schemaLocation=\"types.xsd\"/>\n", address),
            format!("  <xs:include schemaLocation=\"{address}?xsd=types\"/>\n"),
        );
        assert_eq!(
            linked(
                "<soap:address location=\"http://localhost/Remote/X.svc\"/>",
                address
            ),
            format!("<soap:address location=\"{address}\"/>"),
        );
        assert_eq!(linked("<xs:schema>\n", address), "<xs:schema>\n");
    }

    #[test]
    fn versions_by_any_name() {
        for given in ["86", "services86", "Services86"] {
            assert!(is_named("Services86", given));
        }
        assert!(!is_named("Services86", "6"));
    }
}

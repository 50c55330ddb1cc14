//! What a NetServer makes of a request: which operation it is, what is wrong with it, and the answers
//! to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use roxmltree::{Document, Node};

use crate::answer::{self, Exception, Fill, Writer};
use crate::check;
use crate::http::{Answer, Request};
use crate::table::{Agent, Operation, Table};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const TICKET: &str = "7T:mock-";

/// Answers for the versions whose tables it has.
#[derive(Debug, Default)]
pub struct NetServer {
    versions: Mutex<BTreeMap<String, Arc<Table>>>,
    settings: Mutex<Settings>,
    sessions: Mutex<Sessions>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    lenient: bool,
    fill: Fill,
}

#[derive(Debug, Default)]
struct Sessions {
    required: bool,
    issued: usize,
    valid: BTreeSet<String>,
}

/// A request that names an operation of a known version.
#[derive(Clone, Debug)]
pub struct Asked {
    table: Arc<Table>,
    agent: String,
    operation: String,
}

impl NetServer {
    /// One without a version.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also answers for this version.
    pub fn add(&self, table: Arc<Table>) {
        lock(&self.versions).insert(table.version().to_owned(), table);
    }

    /// What default answers hold.
    pub fn fill(&self, fill: Fill) {
        lock(&self.settings).fill = fill;
    }

    /// Takes requests that a server would silently read less of than was meant.
    pub fn lenient(&self, lenient: bool) {
        lock(&self.settings).lenient = lenient;
    }

    /// From now on operations need a ticket that an operation of SoPrincipal has issued.
    pub fn require_sessions(&self) {
        lock(&self.sessions).required = true;
    }

    /// Accepts this ticket too.
    pub fn accept_ticket(&self, ticket: impl Into<String>) {
        lock(&self.sessions).valid.insert(ticket.into());
    }

    /// Ends all sessions.
    pub fn expire_sessions(&self) {
        lock(&self.sessions).valid.clear();
    }

    /// How many tickets were issued.
    pub fn tickets_issued(&self) -> usize {
        lock(&self.sessions).issued
    }

    /// Which operation a request is for.
    ///
    /// # Errors
    ///
    /// What a server answers to a request that is for none.
    pub fn route(&self, request: &Request) -> Result<Asked, Answer> {
        let page = |status, text: &str| {
            let body = format!("<html><body>{}</body></html>", answer::escaped(text));
            Err(Answer::new(status, "text/html", body))
        };
        let path = request.path();
        let place = path
            .split_once("/Remote/")
            .and_then(|(_, rest)| rest.split_once('/'));
        let Some((version, service)) = place else {
            return page(
                404,
                "There is no endpoint; one is at /Remote/ServicesNN/<Agent>.svc",
            );
        };
        let tables = lock(&self.versions);
        let Some(table) = tables.get(version) else {
            let known: Vec<&str> = tables.keys().map(String::as_str).collect();
            return page(
                404,
                &format!("There is no {version} here; there is {}", known.join(", ")),
            );
        };
        let table = Arc::clone(table);
        drop(tables);
        let name = service.strip_suffix(".svc").unwrap_or_default();
        let Some(agent) = table.agent(name) else {
            return page(404, &format!("{version} has no endpoint `{service}`"));
        };
        if request.method() != "POST" {
            return page(405, "The method is not allowed");
        }
        let media = request.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("text/xml") {
            return page(
                415,
                &format!("The content type has to be text/xml, not `{media}`"),
            );
        }
        let action = request.header("soapaction").unwrap_or_default().trim();
        let action = action
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(action);
        let start = format!("{}/{name}/", table.namespace());
        let operation = action.strip_prefix(&start);
        let Some(operation) = operation.filter(|it| agent.operations.contains_key(*it)) else {
            return Err(Answer::fault(
                "a:ActionNotSupported",
                &format!(
                    "the SOAPAction `{action}` is of no operation; those of {name} start with `{start}`"
                ),
            ));
        };
        let (agent, operation) = (name.to_owned(), operation.to_owned());
        Ok(Asked {
            table,
            agent,
            operation,
        })
    }

    /// Holds a request against the contract.
    ///
    /// # Errors
    ///
    /// A fault that says what is wrong, or that the session is over.
    pub fn check(&self, asked: &Asked, request: &Request) -> Result<(), Answer> {
        let Some((agent, operation)) = asked.resolve() else {
            return Ok(());
        };
        let refuse = |what: &str| Err(Answer::fault("a:DeserializationFailed", what));
        let text = match std::str::from_utf8(request.body()) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => return refuse(&format!("the message is not UTF-8: {error}")),
        };
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => return refuse(&format!("the message is not well-formed: {error}")),
        };
        let Some((header, wrapper)) = parts(&document) else {
            return refuse("the message is no SOAP 1.1 envelope with one element in its body");
        };
        let expected = asked.table.namespace();
        let name = wrapper.tag_name();
        if name.name() != asked.operation || name.namespace() != Some(expected) {
            let found = name.namespace().unwrap_or_default();
            return refuse(&format!(
                "the body holds `{}` in `{found}` instead of `{}` in `{expected}`",
                name.name(),
                asked.operation,
            ));
        }
        let problems = match lock(&self.settings).lenient {
            true => Vec::new(),
            false => check::request(&asked.table, operation, wrapper),
        };
        if !problems.is_empty() {
            return refuse(&problems.join("; "));
        }
        let needs_session = agent.headers.iter().any(|header| header == "Credentials");
        let sessions = lock(&self.sessions);
        if needs_session && sessions.required {
            let ticket = header.and_then(|header| ticket(header, expected));
            if !ticket.is_some_and(|ticket| sessions.valid.contains(ticket)) {
                return Err(asked.raise(&Exception::session_expired()));
            }
        }
        Ok(())
    }

    /// The answer that nobody asked to be different. An operation that begins a session issues a
    /// ticket.
    pub fn default_answer(&self, asked: &Asked) -> Answer {
        let Some((_, operation)) = asked.resolve() else {
            return Answer::new(500, "text/html", "");
        };
        let ticket = match operation
            .results
            .iter()
            .any(|field| field.name == "Credentials")
        {
            true => self.issue(),
            false => String::new(),
        };
        let fill = lock(&self.settings).fill;
        let body = Writer::new(&asked.table, fill, &ticket).response(operation);
        asked.respond(&body)
    }

    /// Routes, checks, and gives the default answer.
    pub fn answer(&self, request: &Request) -> Answer {
        let checked = self
            .route(request)
            .and_then(|asked| self.check(&asked, request).map(|()| asked));
        match checked {
            Ok(asked) => self.default_answer(&asked),
            Err(refusal) => refusal,
        }
    }

    fn issue(&self) -> String {
        let mut sessions = lock(&self.sessions);
        sessions.issued += 1;
        let ticket = format!("{TICKET}{}", sessions.issued);
        sessions.valid.insert(ticket.clone());
        ticket
    }
}

impl Asked {
    /// `Services86`.
    pub fn version(&self) -> &str {
        self.table.version()
    }

    /// `License`.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// `GetLicenseStatusFromLicenseServer`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// A successful answer with this element in its body.
    pub fn respond(&self, wrapper: &str) -> Answer {
        Answer::xml(200, answer::success(self.table.namespace(), wrapper))
    }

    /// HTTP 200 with the exception in the header.
    pub fn raise(&self, exception: &Exception) -> Answer {
        Answer::xml(200, exception.in_header(self.table.namespace()))
    }

    fn resolve(&self) -> Option<(&Agent, &Operation)> {
        let agent = self.table.agent(&self.agent)?;
        Some((agent, agent.operations.get(&self.operation)?))
    }
}

/// Whether the message's body holds the same as this element, however either is written.
pub fn has_body(message: &[u8], wrapper: &[u8]) -> bool {
    let compare = || {
        let message = Document::parse(std::str::from_utf8(message).ok()?).ok()?;
        let wrapper = Document::parse(std::str::from_utf8(wrapper).ok()?).ok()?;
        let (_, found) = parts(&message)?;
        Some(check::same(found, wrapper.root_element()))
    };
    compare().unwrap_or(false)
}

/// The header, if there is one, and the element in the body.
fn parts<'d, 'i>(document: &'d Document<'i>) -> Option<(Option<Node<'d, 'i>>, Node<'d, 'i>)> {
    let root = document.root_element();
    if !root.has_tag_name((SOAP, "Envelope")) {
        return None;
    }
    let child = |name: &'static str| root.children().find(|node| node.has_tag_name((SOAP, name)));
    let mut inside = child("Body")?.children().filter(Node::is_element);
    let wrapper = inside.next()?;
    inside
        .next()
        .is_none()
        .then_some((child("Header"), wrapper))
}

fn ticket<'d>(header: Node<'d, '_>, namespace: &str) -> Option<&'d str> {
    let credentials = header
        .children()
        .find(|node| node.has_tag_name((namespace, "Credentials")))?;
    credentials
        .children()
        .find(|node| node.has_tag_name((namespace, "Ticket")))?
        .text()
}

/// A test that panicked elsewhere is no reason to fail here.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

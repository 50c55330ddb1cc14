//! A NetServer in the process of a test: it answers every operation, and what it is told to answer is
//! typed.
//!
//! A [`Mock`] knows the contract of a version. It holds each request against it and refuses, with a
//! fault that says why, what a real server would silently read less of than was meant. An operation
//! that nothing is said about answers with its default: entities without content, empty lists, zeros.
//!
//! ```ignore
//! use superoffice_services::mock::{Exception, Mock};
//! use superoffice_services::services86::{CheckLicenseStatusResult, Client};
//!
//! let mock = Mock::<Client>::new();
//! mock.on(|c| c.license().get_license_status_from_license_server("SUPEROFFICE"))
//!     .respond(Some(CheckLicenseStatusResult {
//!         message: Some("all is well".to_owned()),
//!         ..Default::default()
//!     }));
//! mock.on(|c| c.license().get_license_status_from_license_server("nobody"))
//!     .raise(Exception::not_found());
//!
//! let client = mock.client();
//! let check = client.license().get_license_status_from_license_server("SUPEROFFICE");
//! assert_eq!(check.required().await?.message.as_deref(), Some("all is well"));
//! assert_eq!(mock.calls()[0].text("OwnerName").as_deref(), Some("SUPEROFFICE"));
//! ```
//!
//! [`Mock::client`] calls it without a network. [`Mock::serve`] puts it on a port of the loopback
//! interface, for what is about HTTP, and for programmes that are started by a test.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use superoffice_mock::{Asked, End, NetServer, Request, Service, Table, has_body};
use superoffice_soap::{
    Body, DecodeError, Envelope, HttpRequest, HttpResponse, Kind, Reader, Transport,
    TransportError, TransportErrorKind, TransportFuture, Value,
};

pub use superoffice_mock::{Answer, Exception, Fill, Server};

use crate::builder::Builder;
use crate::call::Call;
use crate::clock::{Clock as _, SystemClock};
use crate::connection::Connection;

/// A version's client that can be mocked: all of them, by emitted code.
pub trait Version: From<Connection> {
    /// What a server knows of the version.
    const TABLE: &'static str;
}

/// A NetServer that answers as it is told.
///
/// Clones are the same server.
pub struct Mock<C> {
    state: Arc<State>,
    client: PhantomData<fn() -> C>,
}

#[derive(Default)]
struct State {
    server: NetServer,
    rules: Mutex<Vec<Arc<Rule>>>,
    calls: Mutex<Vec<Recorded>>,
    count: AtomicUsize,
    is_recording: AtomicBool,
    is_strict: AtomicBool,
    disturbance: Mutex<Option<Disturbance>>,
}

type Disturbance = Arc<dyn Fn(&Recorded) -> Option<Answer> + Send + Sync>;
type Condition = Box<dyn Fn(&Recorded) -> bool + Send + Sync>;
type MakeAnswer = Box<dyn Fn(&Asked, &Recorded) -> Answer + Send + Sync>;

/// What is answered to which calls.
struct Rule {
    agent: String,
    operation: String,
    version: &'static str,
    condition: Condition,
    /// How many calls it is for.
    times: usize,
    used: AtomicUsize,
    answer: MakeAnswer,
}

impl<C: Version> Mock<C> {
    /// A server of the client's version.
    pub fn new() -> Self {
        let state = State::default();
        state.is_recording.store(true, Ordering::Relaxed);
        Mock {
            state: Arc::new(state),
            client: PhantomData::<fn() -> C>,
        }
        .also()
    }

    /// The same server, which answers for another version too.
    pub fn also<D: Version>(&self) -> Mock<D> {
        self.state.server.add(table(D::TABLE));
        Mock {
            state: Arc::clone(&self.state),
            client: PhantomData,
        }
    }

    /// A client that calls this server without a network.
    pub fn client(&self) -> C {
        self.builder()
            .build()
            .expect("settings of our own are valid")
    }

    /// Begins a client that calls this server without a network, to be given credentials, a retry
    /// policy and whatever else is tested.
    ///
    /// Time does not pass in calls without a network where it need not: an answer that comes too late
    /// is a timeout at once.
    pub fn builder(&self) -> Builder<C> {
        let transport = InProcess(Arc::clone(&self.state));
        let builder = Builder::new("http://mock.invalid").transport(transport.clone());
        #[cfg(feature = "blocking")]
        let builder = builder.blocking_transport(transport);
        builder
    }

    /// Puts it on a free port of the loopback interface, for as long as what is returned lives.
    ///
    /// # Errors
    ///
    /// There is no thread or socket to be had.
    pub fn serve(&self) -> io::Result<Server> {
        Server::start(0, Arc::clone(&self.state) as Arc<dyn Service>)
    }

    /// Begins to say what is answered to this very call: the operation with these arguments.
    ///
    /// What is said last counts, until it is used up ([`Expectation::times`]).
    pub fn on<T: 'static>(&self, call: impl FnOnce(&C) -> Call<T>) -> Expectation<T> {
        let call = call(&self.client());
        let body = call.body().to_vec();
        let condition = Box::new(move |found: &Recorded| has_body(&found.message, &body));
        Expectation {
            state: Arc::clone(&self.state),
            call,
            condition,
            times: usize::MAX,
            delay: Duration::ZERO,
            cut_off: None,
        }
    }

    /// The same for the operation with any arguments; those given here do not matter.
    pub fn on_any<T: 'static>(&self, call: impl FnOnce(&C) -> Call<T>) -> Expectation<T> {
        self.on(call).when(|_| true)
    }
}

impl<C: Version> Default for Mock<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> Mock<C> {
    /// The calls that came, in their order.
    pub fn calls(&self) -> Vec<Recorded> {
        lock(&self.state.calls).clone()
    }

    /// How many calls came.
    pub fn call_count(&self) -> usize {
        self.state.count.load(Ordering::Relaxed)
    }

    /// Forgets calls once they are counted, for tests with very many of them.
    pub fn without_recording(&self) -> &Self {
        self.state.is_recording.store(false, Ordering::Relaxed);
        self
    }

    /// Answers with a fault to calls that nothing is said about.
    pub fn strict(&self) -> &Self {
        self.state.is_strict.store(true, Ordering::Relaxed);
        self
    }

    /// Takes requests that depart from the contract.
    pub fn lenient(&self) -> &Self {
        self.state.server.lenient(true);
        self
    }

    /// What the answers hold that nothing is said about.
    pub fn fill(&self, fill: Fill) -> &Self {
        self.state.server.fill(fill);
        self
    }

    /// Is asked before any other answer is looked for.
    pub fn disturb(
        &self,
        disturbance: impl Fn(&Recorded) -> Option<Answer> + Send + Sync + 'static,
    ) -> &Self {
        *lock(&self.state.disturbance) = Some(Arc::new(disturbance));
        self
    }

    /// From now on calls need a ticket that an operation of SoPrincipal has issued, or that
    /// [`Mock::accept_ticket`] names.
    pub fn require_sessions(&self) -> &Self {
        self.state.server.require_sessions();
        self
    }

    /// Accepts this ticket.
    pub fn accept_ticket(&self, ticket: impl Into<String>) -> &Self {
        self.state.server.accept_ticket(ticket);
        self
    }

    /// Ends all sessions: calls with the tickets issued so far raise `SoSessionException`.
    pub fn expire_sessions(&self) {
        self.state.server.expire_sessions();
    }

    /// How many tickets were issued.
    pub fn tickets_issued(&self) -> usize {
        self.state.server.tickets_issued()
    }
}

impl<C> Clone for Mock<C> {
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
            client: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Mock<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock")
            .field("calls", &self.call_count())
            .finish_non_exhaustive()
    }
}

/// What is to be said about a call: conditions first, then one of the answers.
#[must_use = "an expectation counts when its answer is given"]
pub struct Expectation<T> {
    state: Arc<State>,
    call: Call<T>,
    condition: Condition,
    times: usize,
    delay: Duration,
    cut_off: Option<usize>,
}

impl<T: 'static> Expectation<T> {
    /// For calls of the operation that this accepts, whatever arguments were named.
    pub fn when(mut self, accepts: impl Fn(&Recorded) -> bool + Send + Sync + 'static) -> Self {
        self.condition = Box::new(accepts);
        self
    }

    /// For so many calls; later ones get what was said before.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// For one call.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// The answer begins so much later.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The connection closes after so many bytes of the answer's body.
    pub fn cut_off_after(mut self, bytes: usize) -> Self {
        self.cut_off = Some(bytes);
        self
    }

    /// Answers with this result.
    pub fn respond(self, result: T) -> Expected {
        let wrapper = self.call.answer(&result);
        self.respond_bytes(wrapper)
    }

    /// Answers with what is made of each call.
    pub fn respond_with(self, result: impl Fn(&Recorded) -> T + Send + Sync + 'static) -> Expected {
        let (call, rest) = self.split();
        // A lock, because what a call holds need not be shared between threads.
        let call = Mutex::new(call);
        rest.rule(move |asked, recorded| {
            let wrapper = lock(&call).answer(&result(recorded));
            asked.respond(&String::from_utf8_lossy(&wrapper))
        })
    }

    /// Answers with this element in the body: for raw calls, and for what the contract does not know.
    pub fn respond_xml(self, wrapper: impl Into<Vec<u8>>) -> Expected {
        self.respond_bytes(wrapper.into())
    }

    /// Answers with an exception in the header of the response, as servers do by default.
    pub fn raise(self, exception: Exception) -> Expected {
        self.split().1.rule(move |asked, _| asked.raise(&exception))
    }

    /// Answers with an exception in a SOAP fault, as servers do that are set so.
    pub fn fault(self, exception: Exception) -> Expected {
        self.answer(Answer::fault_with(&exception))
    }

    /// Answers with any response, or none: a page of a proxy, a status, [`Answer::reset`],
    /// [`Answer::hang`].
    pub fn answer(self, answer: Answer) -> Expected {
        self.split().1.rule(move |_, _| answer.clone())
    }

    fn respond_bytes(self, wrapper: Vec<u8>) -> Expected {
        let wrapper = String::from_utf8_lossy(&wrapper).into_owned();
        self.split().1.rule(move |asked, _| asked.respond(&wrapper))
    }

    fn split(self) -> (Call<T>, Untyped) {
        let (agent, operation) = (
            self.call.agent().to_owned(),
            self.call.operation().to_owned(),
        );
        let version = self.call.version();
        let Self {
            state,
            call,
            condition,
            times,
            delay,
            cut_off,
        } = self;
        (
            call,
            Untyped {
                state,
                version,
                agent,
                operation,
                condition,
                times,
                delay,
                cut_off,
            },
        )
    }
}

impl<T> fmt::Debug for Expectation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectation")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

/// An expectation without its call.
struct Untyped {
    state: Arc<State>,
    version: &'static str,
    agent: String,
    operation: String,
    condition: Condition,
    times: usize,
    delay: Duration,
    cut_off: Option<usize>,
}

impl Untyped {
    fn rule(
        self,
        answer: impl Fn(&Asked, &Recorded) -> Answer + Send + Sync + 'static,
    ) -> Expected {
        let Self {
            state,
            version,
            agent,
            operation,
            condition,
            times,
            delay,
            cut_off,
        } = self;
        let answer = move |asked: &Asked, recorded: &Recorded| {
            let answer = answer(asked, recorded);
            // An answer may be late by itself.
            let answer = match delay.is_zero() {
                true => answer,
                false => answer.after(delay),
            };
            match cut_off {
                Some(bytes) => answer.truncated(bytes),
                None => answer,
            }
        };
        let rule = Arc::new(Rule {
            agent,
            operation,
            version,
            condition,
            times,
            used: AtomicUsize::new(0),
            answer: Box::new(answer),
        });
        lock(&state.rules).push(Arc::clone(&rule));
        Expected(rule)
    }
}

/// What was said about a call.
#[derive(Clone)]
pub struct Expected(Arc<Rule>);

impl Expected {
    /// How many calls got this answer.
    pub fn calls(&self) -> usize {
        self.0.used.load(Ordering::Relaxed).min(self.0.times)
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rule {
            agent, operation, ..
        } = &*self.0;
        write!(f, "Expected({agent}/{operation}, {} calls)", self.calls())
    }
}

/// A call as it came.
#[derive(Clone)]
pub struct Recorded {
    version: String,
    agent: String,
    operation: String,
    message: Bytes,
}

impl Recorded {
    /// `Services86`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The agent's name on the wire.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// The operation's name on the wire.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The whole message, secrets included.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// A string among the arguments, by its name on the wire; `None` if it is null or not there.
    pub fn text(&self, name: &'static str) -> Option<String> {
        self.argument::<Option<String>>(name).ok().flatten()
    }

    /// An argument by its name on the wire: a number, an `Option` of a string or an entity, a member
    /// of an enumeration, a list. One that is not there is its type's default.
    ///
    /// # Errors
    ///
    /// The argument is not of that type.
    pub fn argument<V: Value + Default>(&self, name: &'static str) -> Result<V, DecodeError> {
        let mut value = V::default();
        if let Some(mut reader) = self.body() {
            reader.fields(None, &mut |fields| {
                fields.field(name, &mut value, Kind::Plain)
            })?;
        }
        Ok(value)
    }

    /// The ticket that it came with.
    pub fn ticket(&self) -> Option<String> {
        let envelope = Envelope::parse(&self.message).ok()?;
        let mut credentials = Credentials::default();
        let header = envelope.header("Credentials")?;
        header.read(&mut credentials, Kind::Plain).ok()?;
        credentials.0
    }

    fn body(&self) -> Option<Reader<'_>> {
        match Envelope::parse(&self.message).ok()?.body {
            Body::Element(reader) => Some(reader),
            _ => None,
        }
    }
}

/// The message may hold secrets.
impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.version, self.agent, self.operation)
    }
}

#[derive(Default)]
struct Credentials(Option<String>);

impl Value for Credentials {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.fields(None, &mut |r| r.field("Ticket", &mut self.0, Kind::Plain))
    }

    /// It is only ever read.
    fn write(&self, w: &mut superoffice_soap::Writer, element: &superoffice_soap::Element) {
        w.nil(element);
    }
}

impl State {
    fn rule(&self, asked: &Asked, recorded: &Recorded) -> Option<Arc<Rule>> {
        let rules = lock(&self.rules).clone();
        let mut rules = rules.into_iter().rev().filter(|rule| {
            rule.version == asked.version()
                && rule.agent == asked.agent()
                && rule.operation == asked.operation()
                && (rule.condition)(recorded)
        });
        rules.find(|rule| rule.used.fetch_add(1, Ordering::Relaxed) < rule.times)
    }
}

impl Service for State {
    fn answer(&self, request: &Request) -> Answer {
        let asked = match self.server.route(request) {
            Ok(asked) => asked,
            Err(refusal) => return refusal,
        };
        let recorded = Recorded {
            version: asked.version().to_owned(),
            agent: asked.agent().to_owned(),
            operation: asked.operation().to_owned(),
            message: request.bytes(),
        };
        self.count.fetch_add(1, Ordering::Relaxed);
        if self.is_recording.load(Ordering::Relaxed) {
            lock(&self.calls).push(recorded.clone());
        }
        let disturbance = lock(&self.disturbance).clone();
        if let Some(answer) = disturbance.and_then(|disturbance| disturbance(&recorded)) {
            return answer;
        }
        if let Err(refusal) = self.server.check(&asked, request) {
            return refusal;
        }
        match self.rule(&asked, &recorded) {
            Some(rule) => (rule.answer)(&asked, &recorded),
            None if self.is_strict.load(Ordering::Relaxed) => {
                let what = format!("nothing was said about this call of {recorded:?}");
                Answer::fault("s:Client", &what)
            }
            None => self.server.default_answer(&asked),
        }
    }
}

/// Answers without a network.
#[derive(Clone)]
struct InProcess(Arc<State>);

/// An answer, and how long to wait for it.
type Reply = (Duration, Result<HttpResponse, TransportError>);

impl InProcess {
    /// `None`: there is never an answer, and nobody who would give up.
    fn reply(&self, request: &HttpRequest) -> Option<Reply> {
        let (_, rest) = request.url.split_once("://").unwrap_or(("", &request.url));
        let target = rest.find('/').map_or("/", |start| &rest[start..]);
        let headers = request.headers.iter();
        let headers = headers
            .map(|(name, value)| ((*name).to_owned(), value.to_string()))
            .collect();
        let answer = self.0.answer(&Request::new(
            request.method,
            target,
            headers,
            request.body.clone(),
        ));
        let fails = |kind| Err(TransportError::new(kind));
        let is_late = request
            .timeout
            .is_some_and(|timeout| timeout <= answer.delay());
        let outcome = match answer.end() {
            End::Hang if request.timeout.is_none() => return None,
            End::Hang => return Some((Duration::ZERO, fails(TransportErrorKind::Timeout))),
            _ if is_late => return Some((Duration::ZERO, fails(TransportErrorKind::Timeout))),
            End::Complete => {
                let mut response = HttpResponse::new(answer.status(), answer.body().clone());
                for (name, value) in answer.headers() {
                    response.headers.push(*name, value.as_str());
                }
                Ok(response)
            }
            _ => fails(TransportErrorKind::Interrupted),
        };
        Some((answer.delay(), outcome))
    }
}

impl Transport for InProcess {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            let Some((delay, outcome)) = self.reply(&request) else {
                return std::future::pending().await;
            };
            if !delay.is_zero() {
                SystemClock.sleep(delay).await;
            }
            outcome
        })
    }
}

#[cfg(feature = "blocking")]
impl superoffice_soap::BlockingTransport for InProcess {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        // A thread that waits for ever is of no use to a test.
        let Some((delay, outcome)) = self.reply(&request) else {
            return Err(TransportError::new(TransportErrorKind::Timeout));
        };
        SystemClock.sleep_blocking(delay);
        outcome
    }
}

/// Tables are read once a process: tests make many servers.
fn table(text: &'static str) -> Arc<Table> {
    static READ: Mutex<Option<HashMap<usize, Arc<Table>>>> = Mutex::new(None);
    let mut read = lock(&READ);
    let tables = read.get_or_insert_with(HashMap::new);
    let table = tables.entry(text.as_ptr() as usize).or_insert_with(|| {
        Arc::new(Table::parse(text).expect("a table is emitted with the client it is for"))
    });
    Arc::clone(table)
}

/// A test that panicked elsewhere is no reason to fail here.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

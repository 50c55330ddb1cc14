//! One call: encoded, adjustable, sent when awaited.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use superoffice_soap::{
    Contract, FieldWriter, HttpRequest, HttpResponse, Item, Kind, Value, Writer, envelope,
    envelope_head, erase_mut,
};

use crate::agent::RequestHeaders;
use crate::connection::Connection;
use crate::error::{Detail, Error};
use crate::exchange::{Way, exchange};
use crate::headers::{self, Given, TimeZone};
use crate::message::{HeadOf, Message};
use crate::redact::{self, REDACTED, SecretPart};
use crate::response::{Received, Response};
use crate::secret::Secret;
use crate::trace::Span;

/// A call of an operation, not yet sent.
///
/// Its body is encoded already, so it borrows nothing: `.await` sends it, [`Call::send`] gives a
/// future to spawn or join. Dropping that future cancels the request, which the server may have
/// begun to execute all the same.
///
/// ```
/// # use superoffice_client::{Call, Error};
/// # async fn example(call: Call<Option<String>>) -> Result<(), Error> {
/// use std::time::Duration;
/// use superoffice_client::TimeZone;
///
/// let name = call
///     .time_zone(TimeZone::location("NO"))
///     .timeout(Duration::from_secs(5))
///     .required()
///     .await?;
/// # let _: String = name;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct Call<T> {
    raw: Box<RawCall>,
    decode: Decode<T>,
    #[cfg(feature = "mock")]
    encode: Encode<T>,
}

/// What a mock server answers with.
#[cfg(feature = "mock")]
type Encode<T> = fn(&Call<T>, &T) -> Vec<u8>;

/// Puts the result in its place. Plain function pointers keep what is compiled for each result type
/// small.
type Decode<T> = fn(&Received<'_>, &mut Option<T>) -> Result<(), Error>;

/// What a call is without its result type.
pub(crate) struct RawCall {
    connection: Connection,
    pub(crate) contract: &'static Contract,
    pub(crate) agent: Cow<'static, str>,
    pub(crate) operation: Cow<'static, str>,
    pub(crate) headers: RequestHeaders,
    /// The element in the response's body, if it is not named after the operation.
    pub(crate) wrapper: Option<&'static str>,
    /// The one element in the wrapper that is the result.
    pub(crate) output: (&'static str, Kind),
    pub(crate) message: Message,
    /// What of the body must not show.
    pub(crate) secret_parts: Vec<SecretPart>,
    /// Why there is nothing to send.
    pub(crate) invalid: Option<&'static str>,
    /// The ticket that the session gave for it.
    pub(crate) session_ticket: Option<Secret>,
    /// What its body holds and nobody shall see.
    pub(crate) own_secrets: Vec<Secret>,
    pub(crate) options: Options,
    pub(crate) started: Option<Instant>,
    pub(crate) span: Span,
}

/// What differs from the connection's settings.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) idempotent: bool,
    application_token: Option<Secret>,
    ticket: Option<Secret>,
    time_zone: Option<TimeZone>,
    timeout: Option<Option<Duration>>,
    max_response_bytes: Option<usize>,
}

impl<T> Call<T> {
    pub(crate) fn new(raw: Box<RawCall>, decode: Decode<T>) -> Self {
        Self {
            raw,
            decode,
            #[cfg(feature = "mock")]
            encode: |call, _| call.encode_response(None),
        }
    }

    /// How a result is written; if nothing is said, it is nothing.
    #[cfg(feature = "mock")]
    pub(crate) fn answered_by(self, encode: Encode<T>) -> Self {
        Self { encode, ..self }
    }

    /// The element in the body of a response with this result.
    #[cfg(feature = "mock")]
    pub(crate) fn answer(&self, result: &T) -> Vec<u8> {
        (self.encode)(self, result)
    }

    /// Sends it. The future is `Send + 'static`.
    pub fn send(self) -> CallFuture<T> {
        self.sent(Way::Async)
    }

    fn sent(self, way: Way) -> CallFuture<T> {
        CallFuture {
            exchange: Exchange::of(self.raw, way),
            decode: self.decode,
        }
    }

    /// Also gives the headers of the response.
    pub fn with_headers(self) -> WithHeaders<T> {
        WithHeaders(self)
    }

    /// Sends it and waits for the response with the calling thread, which may be one of an async
    /// runtime, though that can do nothing else meanwhile.
    ///
    /// # Errors
    ///
    /// Those of [`Call::send`]; and [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if
    /// the client was given a transport of its own but no
    /// [`Builder::blocking_transport`](crate::Builder::blocking_transport).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<T, Error> {
        crate::wait::block_on(self.sent(Way::Blocking))
    }

    /// States that the operation may be executed twice without harm, so that it is tried again after
    /// failures that leave open whether it was executed; see [`RetryPolicy`](crate::RetryPolicy).
    pub fn idempotent(mut self) -> Self {
        self.raw.options.idempotent = true;
        self
    }

    /// The time zone for this call.
    pub fn time_zone(mut self, time_zone: TimeZone) -> Self {
        self.raw.options.time_zone = Some(time_zone);
        self
    }

    /// How long this call may take, with all its attempts, a login and what it waits for between
    /// them; no limit with `None`.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.raw.options.timeout = Some(timeout.into());
        self
    }

    /// The largest response that this call reads, in bytes.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.raw.options.max_response_bytes = Some(bytes);
        self
    }

    /// The ticket for this call.
    pub fn ticket(mut self, ticket: impl Into<Secret>) -> Self {
        self.raw.options.ticket = Some(ticket.into());
        self
    }

    /// The application token for this call.
    pub fn application_token(mut self, token: impl Into<Secret>) -> Self {
        self.raw.options.application_token = Some(token.into());
        self
    }

    #[cfg(feature = "mock")]
    pub(crate) fn version(&self) -> &'static str {
        self.raw.contract.name
    }

    /// The agent's name on the wire.
    pub fn agent(&self) -> &str {
        &self.raw.agent
    }

    /// The operation's name on the wire.
    pub fn operation(&self) -> &str {
        &self.raw.operation
    }

    /// The element that goes into the SOAP body, with every secret in it.
    pub fn body(&self) -> &[u8] {
        self.raw.message.body()
    }

    /// The message as it would be sent now, except that secrets read `[redacted]`: the ticket, the
    /// application token, and passwords, keys and tokens among the parameters of an operation that
    /// this crate knows. The body of a raw call is shown as it is.
    pub fn to_xml(&self) -> String {
        self.raw.to_xml()
    }

    /// Reads a message as if it were the response to this call, and counts what was not understood.
    #[doc(hidden)]
    pub fn decode_response(&self, message: &[u8]) -> Result<(T, usize), Error> {
        let response = HttpResponse::new(200, message.to_vec());
        let received = Received::counting(&self.raw, &response);
        let value = decoded(&received, self.decode)?;
        Ok((value, received.unknowns()))
    }

    /// The element in the body of a response with this result; `None` for an operation that has
    /// none.
    #[doc(hidden)]
    pub fn encode_response(&self, result: Option<&dyn Value>) -> Vec<u8> {
        let (name, kind) = self.raw.output;
        self.encode_wrapper(&mut |w| {
            if let Some(result) = result {
                w.field(name, result, kind);
            }
        })
    }

    /// The same for an operation with several results.
    #[doc(hidden)]
    pub fn encode_outputs(&self, outputs: &dyn Value) -> Vec<u8> {
        self.encode_wrapper(&mut |w| outputs.write_fields(w))
    }

    fn encode_wrapper<'v>(&self, content: &mut dyn FnMut(&mut FieldWriter<'v, '_>)) -> Vec<u8> {
        let wrapper = self.raw.wrapper();
        let mut writer = Writer::new(self.raw.contract);
        writer.open_root(&wrapper);
        content(&mut writer.fields(0));
        writer.close_root(&wrapper);
        writer.into_bytes()
    }
}

impl<T: Item> Call<Option<T>> {
    /// Makes null an error of kind [`ErrorKind::Null`](crate::ErrorKind::Null).
    pub fn required(self) -> Call<T> {
        // Invariant: a result of this type was stated by `Request::returns`, whose decoder this one
        // stands for.
        let call = Call::new(self.raw, |received, value| {
            received.read_value(erase_mut(value))
        });
        #[cfg(feature = "mock")]
        let call = call.answered_by(|call, value| call.encode_response(Some(value)));
        call
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.raw).finish()
    }
}

impl<T> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        self.send()
    }
}

/// A [`Call`] that also gives the headers of the response.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited or sent"]
pub struct WithHeaders<T>(Call<T>);

impl<T> WithHeaders<T> {
    /// Sends it. The future is `Send + 'static`.
    pub fn send(self) -> WithHeadersFuture<T> {
        WithHeadersFuture(self.0.send())
    }
}

#[cfg(feature = "blocking")]
impl<T> WithHeaders<T> {
    /// Sends it and waits for the response, as [`Call::send_blocking`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Call::send_blocking`].
    pub fn send_blocking(self) -> Result<Response<T>, Error> {
        crate::wait::block_on(WithHeadersFuture(self.0.sent(Way::Blocking)))
    }
}

impl<T> IntoFuture for WithHeaders<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = WithHeadersFuture<T>;

    fn into_future(self) -> WithHeadersFuture<T> {
        self.send()
    }
}

/// A request and the response to it.
type Answered = Result<(Box<RawCall>, HttpResponse), Error>;

/// A [`Call`] under way, whatever the type of its result.
struct Exchange(Pin<Box<dyn Future<Output = Answered> + Send>>);

impl Exchange {
    fn of(call: Box<RawCall>, way: Way) -> Self {
        Self(Box::pin(exchange(call, way)))
    }

    /// Has the response taken when it is there, or the error in its place.
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        take: &mut dyn FnMut(Result<&Received<'_>, Error>),
    ) {
        match self.0.as_mut().poll(context) {
            Poll::Ready(Ok((call, response))) => take(Ok(&Received::new(&call, &response))),
            Poll::Ready(Err(error)) => take(Err(error)),
            Poll::Pending => {}
        }
    }
}

/// A [`Call`] under way.
#[must_use = "a future does nothing until it is awaited"]
pub struct CallFuture<T> {
    exchange: Exchange,
    decode: Decode<T>,
}

impl<T> CallFuture<T> {
    /// Gives what is made of the result.
    fn poll_into<R>(
        &mut self,
        context: &mut Context<'_>,
        make: impl Fn(&Received<'_>, T) -> Result<R, Error>,
    ) -> Poll<Result<R, Error>> {
        let Self { exchange, decode } = self;
        let mut result = Poll::Pending;
        exchange.poll(context, &mut |answer| {
            result = Poll::Ready(answer.and_then(|received| {
                let value = decoded(received, *decode);
                let made = value.and_then(|value| make(received, value));
                received.call.finished(made.as_ref().err());
                made
            }));
        });
        result
    }
}

impl<T> Future for CallFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_into(context, |_, value| Ok(value))
    }
}

impl<T> fmt::Debug for CallFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

/// A [`WithHeaders`] under way.
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct WithHeadersFuture<T>(CallFuture<T>);

impl<T> Future for WithHeadersFuture<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_into(context, |received, value| {
            let headers = received.headers()?;
            Ok(Response { value, headers })
        })
    }
}

fn decoded<T>(received: &Received<'_>, decode: Decode<T>) -> Result<T, Error> {
    let mut value = None;
    decode(received, &mut value)?;
    value.ok_or_else(|| received.error(Detail::Null))
}

impl RawCall {
    pub(crate) fn new(
        connection: Connection,
        contract: &'static Contract,
        agent: Cow<'static, str>,
        operation: Cow<'static, str>,
        headers: RequestHeaders,
    ) -> Self {
        Self {
            connection,
            contract,
            agent,
            operation,
            headers,
            wrapper: None,
            output: ("", Kind::Plain),
            message: Message::default(),
            secret_parts: Vec::new(),
            invalid: None,
            session_ticket: None,
            own_secrets: Vec::new(),
            options: Options::default(),
            started: None,
            span: Span::none(),
        }
    }

    /// Whether that is the name of the element that the response's body holds.
    pub(crate) fn is_wrapper(&self, name: &str) -> bool {
        match self.wrapper {
            Some(wrapper) => name == wrapper,
            None => name.strip_suffix("Response") == Some(&*self.operation),
        }
    }

    /// The element that the response's body holds.
    pub(crate) fn wrapper(&self) -> Cow<'static, str> {
        match self.wrapper {
            Some(wrapper) => Cow::Borrowed(wrapper),
            None => Cow::Owned(format!("{}Response", self.operation)),
        }
    }

    /// An error that names this call.
    pub(crate) fn error(&self, detail: Detail) -> Error {
        Error::new(detail).of(
            self.contract.name,
            self.agent.clone(),
            self.operation.clone(),
        )
    }

    /// Makes an error that came of something else this call's.
    pub(crate) fn named(&self, error: Error) -> Error {
        error.of(
            self.contract.name,
            self.agent.clone(),
            self.operation.clone(),
        )
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether its messages are about secrets and little else.
    #[cfg(feature = "tracing")]
    pub(crate) fn is_login(&self) -> bool {
        self.agent == "SoPrincipal"
    }

    /// Whether the session's ticket belongs into it.
    pub(crate) fn needs_session(&self) -> bool {
        self.headers == RequestHeaders::Session && self.options.ticket.is_none()
    }

    fn finished(&self, error: Option<&Error>) {
        if let Some(started) = self.started {
            self.span.finished(started, error);
        }
    }

    /// What must not show in anything that is printed.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets = Vec::new();
        secrets.extend(self.application_token());
        secrets.extend(self.ticket());
        for part in &self.secret_parts {
            secrets.extend(part.texts());
        }
        secrets.extend(self.own_secrets.iter().map(Secret::expose));
        secrets
    }

    fn application_token(&self) -> Option<&str> {
        let ours = self.options.application_token.as_ref();
        ours.or(self.connection.settings().application_token.as_ref())
            .map(Secret::expose)
    }

    fn ticket(&self) -> Option<&str> {
        let ours = self.options.ticket.as_ref();
        ours.or(self.session_ticket.as_ref()).map(Secret::expose)
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        let settings = self.connection.settings();
        self.options.timeout.unwrap_or(settings.timeout)
    }

    /// Makes the message, with its secrets as they are.
    pub(crate) fn seal(&mut self) {
        let make = || envelope_head(&self.headers_with(self.application_token(), self.ticket()));
        let own = &self.options;
        let is_common = own.application_token.is_none() && own.time_zone.is_none();
        let head = match is_common {
            true => {
                let of = HeadOf {
                    contract: self.contract,
                    headers: self.headers,
                    ticket: own.ticket.clone().or_else(|| self.session_ticket.clone()),
                };
                self.connection.settings().latest_head.get(of, make)
            }
            false => make().into(),
        };
        self.message.enclose(&head);
    }

    /// The message with its secrets blacked out.
    pub(crate) fn to_xml(&self) -> String {
        let has_ticket = self.ticket().is_some() || self.connection.settings().session.is_some();
        let headers = self.headers_with(
            self.application_token().map(|_| REDACTED),
            has_ticket.then_some(REDACTED),
        );
        let body = self.message.body();
        let message = match self.secret_parts.is_empty() {
            true => envelope(&headers, body),
            false => envelope(&headers, &redact::body(body, &self.secret_parts)),
        };
        String::from_utf8(message)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn headers_with(&self, application_token: Option<&str>, ticket: Option<&str>) -> Vec<u8> {
        let settings = self.connection.settings();
        let given = Given {
            application_token,
            ticket,
            time_zone: self
                .options
                .time_zone
                .as_ref()
                .or(settings.time_zone.as_ref()),
        };
        headers::write(self.contract, self.headers, &given)
    }

    /// A request with the message, to the server with this base URL.
    pub(crate) fn request(&self, base: &str) -> HttpRequest {
        let settings = self.connection.settings();
        let version = self.contract.name;
        let endpoint = [base, "/Remote/", version, "/", &self.agent, ".svc"].concat();
        let mut request = HttpRequest::post(endpoint, self.message.whole());
        let namespace = self.contract.namespace(0);
        let action = [
            "\"",
            namespace,
            "/",
            &self.agent,
            "/",
            &self.operation,
            "\"",
        ]
        .concat();
        request.headers = Vec::with_capacity(4);
        request
            .headers
            .push(("content-type", "text/xml; charset=utf-8".into()));
        request.headers.push(("soapaction", action.into()));
        if let Some(user_agent) = &settings.user_agent {
            request.headers.push(("user-agent", user_agent.clone()));
        }
        request.max_response_bytes = self
            .options
            .max_response_bytes
            .unwrap_or(settings.max_response_bytes);
        request
    }
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawCall")
            .field("version", &self.contract.name)
            .field("agent", &self.agent)
            .field("operation", &self.operation)
            .field("body_bytes", &self.message.body().len())
            .finish_non_exhaustive()
    }
}

//! What happens between a call and its response: session, attempts, waiting.

use std::future::ready;
use std::time::{Duration, Instant};

use superoffice_soap::{
    HttpRequest, HttpResponse, TransportError, TransportErrorKind, TransportFuture,
};

use crate::call::RawCall;
use crate::connection::Settings;
use crate::error::{Detail, Error};
use crate::middleware::Attempt;
use crate::response::Received;
use crate::trace::{self, Span};
use crate::wait::{Deadline, until};

/// With what a call is made, and until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub(crate) way: Way,
    pub(crate) deadline: Deadline,
}

/// Whether waiting suspends a future or the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Async,
    #[cfg(feature = "blocking")]
    Blocking,
}

/// Makes a call: with a ticket where one is needed, again with another one if the session was over.
pub(crate) async fn exchange(
    mut call: Box<RawCall>,
    way: Way,
) -> Result<(Box<RawCall>, HttpResponse), Error> {
    let started = Instant::now();
    call.started = Some(started);
    call.span = Span::of(&call);
    let span = call.span.clone();
    let outcome = span.clone().wrap(with_session(call, way, started)).await;
    if let Err(error) = &outcome {
        span.finished(started, Some(error));
    }
    outcome
}

async fn with_session(
    mut call: Box<RawCall>,
    way: Way,
    started: Instant,
) -> Result<(Box<RawCall>, HttpResponse), Error> {
    let connection = call.connection().clone();
    let settings = connection.settings();
    if let Some(why) = call.invalid.or(settings.lacks(way)) {
        return Err(call.error(Detail::Configuration(why.into(), None)));
    }
    let deadline = Deadline::after(started, call.timeout());
    let means = Means { way, deadline };
    let session = settings.session.as_ref().filter(|_| call.needs_session());
    let mut renewed = false;
    loop {
        if let Some(session) = session {
            let ticket = match session.at_hand(&*settings.clock) {
                Some(ticket) => ticket,
                None => {
                    // Boxed, so that calls are not the size of a login that few of them make.
                    let ticket = Box::pin(session.ticket(&connection, call.contract, means));
                    match until(deadline, way, ticket).await {
                        Some(ticket) => ticket.map_err(|error| call.named(error))?,
                        None => return Err(call.error(Detail::Transport(too_late()))),
                    }
                }
            };
            call.session_ticket = Some(ticket);
        }
        let response = deliver(&mut call, means).await?;
        if let (Some(session), Some(ticket)) = (session, &call.session_ticket)
            && session.is_renewable()
        {
            if !is_session_over(&call, &response) {
                session.used(ticket, settings.clock.now());
            } else if !renewed {
                trace::session_ended();
                session.ended(ticket);
                renewed = true;
                continue;
            }
        }
        return Ok((call, response));
    }
}

/// Reads the answer only if it can be the one.
fn is_session_over(call: &RawCall, response: &HttpResponse) -> bool {
    // Looked for by its rarest letters.
    let body = &*response.body;
    let is_it =
        |at: usize| body[..at].ends_with(b"SoSession") && body[at..].starts_with(b"Exception");
    if response.status != 401 && !memchr::memchr_iter(b'E', body).any(is_it) {
        return false;
    }
    let received = Received::new(call, response);
    received
        .read_nothing()
        .is_err_and(|error| error.is_session_expired())
}

/// Sends a call as it is, again where that is safe.
pub(crate) async fn deliver(call: &mut RawCall, means: Means) -> Result<HttpResponse, Error> {
    call.seal();
    let call = &*call;
    let attempt = Attempt {
        version: call.contract.name,
        agent: &call.agent,
        operation: &call.operation,
        number: 0,
        duration: Duration::ZERO,
    };
    let settings = call.connection().settings();
    let mut moved = false;
    loop {
        let base = settings.base(means).await;
        let base = base.map_err(|error| call.named(error))?;
        let make = || call.request(&base);
        let idempotent = call.options.idempotent;
        let sent = send(settings, &make, Some(call), &attempt, idempotent, means).await;
        let response = sent.map_err(|error| call.error(Detail::Transport(error)))?;
        if response.status == 421 && !moved && settings.is_elsewhere(&base) {
            #[cfg(feature = "online")]
            trace::moved();
            moved = true;
            continue;
        }
        return Ok(response);
    }
}

/// Sends what `make` makes, be it a call's or not, again where that is safe.
pub(crate) async fn send(
    settings: &Settings,
    make: &(dyn Fn() -> HttpRequest + Sync),
    call: Option<&RawCall>,
    first: &Attempt<'_>,
    idempotent: bool,
    means: Means,
) -> Result<HttpResponse, TransportError> {
    static NO_SPAN: Span = Span::none();
    let span = call.map_or(&NO_SPAN, |call| &call.span);
    let mut number = 0;
    loop {
        let started = Instant::now();
        number += 1;
        // Neither request nor response are part of this future, of which there may be very many.
        let (limit, carried) = {
            let left = means.deadline.left(started);
            if left == Some(Duration::ZERO) {
                return Err(too_late());
            }
            let mut request = make();
            request.timeout = match (settings.attempt_timeout, left) {
                (Some(ours), Some(left)) => Some(ours.min(left)),
                (ours, left) => ours.or(left),
            };
            let attempt = Attempt { number, ..*first };
            for middleware in &settings.middleware {
                middleware.before(&attempt, &mut request);
            }
            span.sending(&attempt, &request);
            call.into_iter().for_each(trace::request);
            (
                request.max_response_bytes,
                carry(settings, request, means.way),
            )
        };
        let wait = {
            let mut outcome = carried.await;
            let attempt = Attempt {
                number,
                duration: started.elapsed(),
                ..*first
            };
            // A transport of the user's own need not know the limit.
            if outcome
                .as_ref()
                .is_ok_and(|response| response.body.len() > limit)
            {
                outcome = Err(TransportError::new(TransportErrorKind::TooLarge));
            }
            span.received(&attempt, outcome.as_ref());
            if let (Some(call), Ok(response)) = (call, &outcome) {
                trace::response(call, response);
            }
            for middleware in &settings.middleware {
                middleware.after(&attempt, outcome.as_ref());
            }
            let now = || settings.clock.now();
            match settings.retry.wait(number, idempotent, &outcome, now) {
                Some(wait) if means.deadline.allows(wait) => wait,
                _ => return outcome,
            }
        };
        trace::waiting(wait);
        match means.way {
            Way::Async => settings.clock.sleep(wait).await,
            #[cfg(feature = "blocking")]
            Way::Blocking => settings.clock.sleep_blocking(wait),
        }
    }
}

fn carry(settings: &Settings, request: HttpRequest, way: Way) -> TransportFuture<'_> {
    let invalid = || Err(TransportError::new(TransportErrorKind::Invalid));
    match way {
        Way::Async => match &settings.transport {
            Some(transport) => transport.send(request),
            None => Box::pin(ready(invalid())),
        },
        #[cfg(feature = "blocking")]
        Way::Blocking => Box::pin(ready(match &settings.blocking {
            Some(transport) => transport.send(request),
            None => invalid(),
        })),
    }
}

fn too_late() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout).not_sent()
}

//! HTTP on loopback: a server on a thread of its own, whose answers may also be late, cut off, or no
//! answers at all.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::answer::fault;

/// A request as it came.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Request {
    /// A request to a path, which may have a query; header names are in lower case.
    pub fn new(
        method: impl Into<String>,
        target: &str,
        headers: Vec<(String, String)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let (method, path) = (method.into(), path.to_owned());
        Self {
            method,
            path,
            query,
            headers,
            body: body.into(),
        }
    }

    /// `POST`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What follows the question mark.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The whole body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The whole body, to keep.
    pub fn bytes(&self) -> Bytes {
        self.body.clone()
    }
}

/// Headers and bodies may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What a server does with a request.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    delay: Duration,
    end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// As it should.
    Complete,
    /// After so many bytes of its body the connection closes.
    Truncated(usize),
    /// The connection is reset instead of an answer.
    Reset,
    /// There never is an answer.
    Hang,
}

impl Answer {
    /// A complete response.
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            end: End::Complete,
        }
    }

    /// A SOAP message.
    pub fn xml(status: u16, message: impl Into<Bytes>) -> Self {
        Self::new(status, "text/xml; charset=utf-8", message)
    }

    /// A SOAP fault.
    pub fn fault(code: &str, text: &str) -> Self {
        Self::xml(500, fault(code, text, ""))
    }

    /// A fault that carries a .NET exception.
    pub fn fault_with(exception: &crate::Exception) -> Self {
        Self::xml(500, exception.in_fault())
    }

    /// The connection is reset instead of an answer.
    pub fn reset() -> Self {
        Self {
            end: End::Reset,
            ..Self::new(500, "text/html", "")
        }
    }

    /// There never is an answer.
    pub fn hang() -> Self {
        Self {
            end: End::Hang,
            ..Self::new(500, "text/html", "")
        }
    }

    /// The connection closes after so many bytes of the body.
    pub fn truncated(mut self, bytes: usize) -> Self {
        self.end = End::Truncated(bytes.min(self.body.len().saturating_sub(1)));
        self
    }

    /// One more header; the name is in lower case.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer begins so much later.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The whole body, also of an answer that is cut off.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// How late it begins.
    pub fn delay(&self) -> Duration {
        self.delay
    }

    /// How it ends.
    pub fn end(&self) -> End {
        self.end
    }
}

/// Answers requests; it is asked by one connection after another.
pub trait Service: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(&self, request: &Request) -> Answer;
}

impl<F: Fn(&Request) -> Answer + Send + Sync + 'static> Service for F {
    fn answer(&self, request: &Request) -> Answer {
        self(request)
    }
}

/// A server that answers until it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a port of the loopback interface, a free one if 0 is given.
    ///
    /// # Errors
    ///
    /// The port is taken, or there is no thread or socket to be had.
    pub fn start(port: u16, service: Arc<dyn Service>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _guard = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(async {
                tokio::spawn(accept(listener, service));
                // Its connections end with the runtime.
                let _ = stopped.await;
            });
        };
        let thread = thread::Builder::new()
            .name("superoffice-mock".to_owned())
            .spawn(serve)?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of the installation.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits for ever.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // It ends by a panic at most, which was printed.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, service: Arc<dyn Service>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, Arc::clone(&service)))),
            // Out of descriptors, most likely; the connections that there are will end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// A client that goes away is no matter to the server, so nothing is reported.
async fn connection(stream: TcpStream, service: Arc<dyn Service>) {
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let respond = service_fn(|request| {
        let (service, reset) = (Arc::clone(&service), Arc::clone(&reset));
        Box::pin(async move { respond(request, &*service, &reset).await })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if reset.load(Ordering::Relaxed) {
        let _ = stream.set_zero_linger();
    }
}

async fn respond(
    request: hyper::Request<Incoming>,
    service: &dyn Service,
    reset: &AtomicBool,
) -> Result<Response<Content>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)));
    let request = Request::new(head.method.as_str(), target, headers.collect(), body);
    let answer = service.answer(&request);
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    match answer.end {
        End::Hang => std::future::pending().await,
        End::Reset => {
            reset.store(true, Ordering::Relaxed);
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }
        End::Complete | End::Truncated(_) => Ok(response(&answer)),
    }
}

fn response(answer: &Answer) -> Response<Content> {
    let whole = answer.body.len();
    let (bytes, is_cut_off) = match answer.end {
        End::Truncated(bytes) => (answer.body.slice(..bytes), true),
        _ => (answer.body.clone(), false),
    };
    let mut response = Response::new(Content {
        bytes: Some(bytes),
        is_cut_off,
    });
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(CONTENT_LENGTH, HeaderValue::from(whole));
    response
}

/// A body that may break off.
struct Content {
    bytes: Option<Bytes>,
    is_cut_off: bool,
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None if self.is_cut_off => {
                Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted))))
            }
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.is_cut_off
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.bytes, self.is_cut_off) {
            (Some(bytes), false) => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}

//! The transport over HTTP for programmes without an async runtime.
//!
//! It is [`HttpTransport`] on a thread of its own rather than another HTTP client, so that TLS,
//! proxies, limits and errors are the same on both ways. The thread's runtime is nobody else's:
//! waiting for it neither panics nor locks up inside a runtime of the caller's.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::http::{HttpTransport, HttpTransportBuilder};
use crate::transport::{
    BlockingTransport, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};

/// Sends requests over HTTP/1.1 with pooled connections, while the calling thread waits.
///
/// [`HttpTransportBuilder::build_blocking`] makes one. Its thread begins with the first request and
/// ends when the transport is dropped.
pub struct BlockingHttpTransport {
    transport: HttpTransport,
    jobs: Mutex<Option<UnboundedSender<Job>>>,
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

impl HttpTransportBuilder {
    /// Builds the transport for programmes without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`HttpTransportBuilder::build`].
    pub fn build_blocking(self) -> Result<BlockingHttpTransport, TransportError> {
        Ok(BlockingHttpTransport {
            transport: self.build()?,
            jobs: Mutex::new(None),
        })
    }
}

impl BlockingHttpTransport {
    /// The thread's entrance; the thread is started if it has not been.
    fn jobs(&self) -> io::Result<UnboundedSender<Job>> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jobs) = &*jobs {
            return Ok(jobs.clone());
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (entrance, mut received) = unbounded_channel::<Job>();
        let thread = thread::Builder::new().name("superoffice-http".to_owned());
        thread.spawn(move || {
            runtime.block_on(async {
                while let Some(job) = received.recv().await {
                    tokio::spawn(job);
                }
            });
        })?;
        Ok(jobs.insert(entrance).clone())
    }
}

impl BlockingTransport for BlockingHttpTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let other = || TransportError::new(TransportErrorKind::Other);
        let jobs = self.jobs();
        let jobs = jobs.map_err(|error| other().not_sent().with_source(error))?;
        let (answer, answered) = mpsc::sync_channel(1);
        let transport = self.transport.clone();
        let job = Box::pin(async move {
            // Nobody listens any more only if the caller's thread is gone.
            let _ = answer.send(transport.send(request).await);
        });
        jobs.send(job).map_err(|_| other().not_sent())?;
        answered.recv().map_err(|_| other())?
    }
}

impl fmt::Debug for BlockingHttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingHttpTransport")
            .finish_non_exhaustive()
    }
}

//! The transport over HTTP for programmes without an async runtime.
//!
//! It is [`HttpTransport`] on a thread of its own rather than another HTTP client, so that TLS,
//! proxies, limits and errors are the same on both ways. The thread's runtime is nobody else's:
//! waiting for it neither panics nor locks up inside a runtime of the caller's.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::http::{HttpTransport, HttpTransportBuilder};
use crate::transport::{
    BlockingTransport, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};

/// Sends requests over HTTP/1.1 with pooled connections, while the calling thread waits.
///
/// [`HttpTransportBuilder::build_blocking`] makes one. Its thread ends when it is dropped.
pub struct BlockingHttpTransport {
    transport: HttpTransport,
    jobs: UnboundedSender<Job>,
}

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

impl HttpTransportBuilder {
    /// Builds the transport for programmes without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`HttpTransportBuilder::build`], and that there can be no further thread.
    pub fn build_blocking(self) -> Result<BlockingHttpTransport, TransportError> {
        let other =
            |error: io::Error| TransportError::new(TransportErrorKind::Other).with_source(error);
        let transport = self.build()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(other)?;
        let (jobs, mut received) = unbounded_channel::<Job>();
        let thread = thread::Builder::new().name("superoffice-http".to_owned());
        let serve = move || {
            runtime.block_on(async {
                while let Some(job) = received.recv().await {
                    tokio::spawn(job);
                }
            });
        };
        thread.spawn(serve).map_err(other)?;
        Ok(BlockingHttpTransport { transport, jobs })
    }
}

impl BlockingTransport for BlockingHttpTransport {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let transport = self.transport.clone();
        let job = Box::pin(async move {
            // Nobody listens any more only if the caller's thread is gone.
            let _ = answer.send(transport.send(request).await);
        });
        let gone = |_| TransportError::new(TransportErrorKind::Other);
        self.jobs
            .send(job)
            .map_err(|_| TransportError::new(TransportErrorKind::Other).not_sent())?;
        answered.recv().map_err(gone)?
    }
}

impl fmt::Debug for BlockingHttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingHttpTransport")
            .finish_non_exhaustive()
    }
}

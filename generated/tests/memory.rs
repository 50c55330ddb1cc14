//! What a large document takes on its way out: one copy of the message, over all attempts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use superoffice_services::services86::Client;
use superoffice_services::soap::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use superoffice_services::{Credentials, RetryPolicy};

/// Gives tickets, is out of reach once, does not know the first ticket, and likes the second.
#[derive(Clone, Default)]
struct Fussy(Arc<AtomicUsize>);

impl Transport for Fussy {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let answer = |content: &str| {
            let message = format!(
                "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>{content}</s:Envelope>"
            );
            Ok(HttpResponse::new(200, message))
        };
        let namespace = "http://www.superoffice.net/ws/crm/NetServer/Services86";
        let outcome = if request.url.ends_with("/SoPrincipal.svc") {
            answer(&format!(
                "<s:Body><AuthenticateResponse xmlns='{namespace}'><Credentials><Ticket>7T:x</Ticket>\
                 </Credentials><AuthenticationSucceeded>true</AuthenticationSucceeded>\
                 </AuthenticateResponse></s:Body>"
            ))
        } else {
            assert!(request.body.len() > 8_000_000, "{}", request.body.len());
            match self.0.fetch_add(1, Ordering::Relaxed) {
                0 => Err(TransportError::new(TransportErrorKind::Connect)),
                1 => answer(&format!(
                    "<s:Header><ExceptionInfo xmlns='{namespace}'><ExceptionType>\
                     SuperOffice.Exceptions.SoSessionException</ExceptionType></ExceptionInfo></s:Header>"
                )),
                _ => answer(&format!(
                    "<s:Body><SetDocumentStreamFromIdResponse xmlns='{namespace}'/></s:Body>"
                )),
            }
        };
        Box::pin(async { outcome })
    }
}

#[test]
fn a_large_document() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let server = Fussy::default();
    let client: Client = Client::builder("https://crm.example.com")
        .credentials(Credentials::user("SAL0", "secret"))
        .retry(RetryPolicy::default().first_wait(Duration::ZERO))
        .transport(server.clone())
        .build()
        .expect("valid settings");
    let document = vec![0x5A_u8; 6_000_000];
    let taken = allocation_counter::measure(|| {
        let call = client.document().set_document_stream_from_id(7, &document);
        runtime.block_on(call.send()).expect("it is saved");
    });
    assert_eq!(server.0.load(Ordering::Relaxed), 3);
    assert!(taken.bytes_max < 8_100_000, "{taken:?}");
}

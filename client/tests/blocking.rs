//! Calls without an async runtime, and inside one.

mod support;

use std::sync::Arc;
use std::time::Duration;

use superoffice_client::{Credentials, ErrorKind};
use superoffice_soap::{
    BlockingTransport, HttpRequest, HttpResponse, Transport, TransportError, TransportFuture,
};

use support::contract::Client;
use support::server::{self, Answer, Server};

fn success() -> String {
    server::success("Services99", "Count", "<Response>3</Response>")
}

#[test]
fn without_a_runtime() {
    let server = Server::start(|request| match request.operation() {
        Ok((version, "SoPrincipal", _)) => {
            let body = "<Credentials><Ticket>7T:x</Ticket></Credentials>\
                <AuthenticationSucceeded>true</AuthenticationSucceeded>";
            Answer::soap(200, server::success(version, "Authenticate", body))
        }
        _ => Answer::soap(200, success()),
    });
    let client: Client = Client::builder(server.url())
        .credentials(Credentials::user("SAL0", "secret"))
        .build()
        .expect("valid settings");
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let call = client.person().count();
            std::thread::spawn(move || call.send_blocking())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic").expect("a result"), 3);
    }
    assert_eq!(server.seen().len(), 17, "one login for all of them");
    let response = client.person().count().with_headers().send_blocking();
    assert_eq!(response.expect("a result").headers.succeeded, Some(true));
}

#[tokio::test]
async fn inside_a_runtime() {
    let server = Server::answering(Answer::soap(200, success()));
    let client: Client = Client::builder(server.url())
        .build()
        .expect("valid settings");
    assert_eq!(client.person().count().await.expect("a result"), 3);
    assert_eq!(
        client.person().count().send_blocking().expect("a result"),
        3
    );
    assert_eq!(client.person().count().await.expect("a result"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_a_runtime_with_threads() {
    let server = Server::answering(Answer::soap(200, success()));
    let client: Client = Client::builder(server.url())
        .build()
        .expect("valid settings");
    let call = tokio::spawn(async move { client.person().count().send_blocking() });
    assert_eq!(call.await.expect("no panic").expect("a result"), 3);
}

#[test]
fn failures_are_the_same() {
    let server = Server::answering(Answer::Hang(Arc::new(|| ())));
    let client: Client = Client::builder(server.url())
        .build()
        .expect("valid settings");
    let call = client.person().count().timeout(Duration::from_millis(100));
    let error = call.send_blocking().expect_err("the time is over");
    assert!(error.is_timeout() && error.may_have_executed());
    let server = Server::answering(Answer::html(404, "<html>gone</html>"));
    let client: Client = Client::builder(server.url())
        .build()
        .expect("valid settings");
    let error = client.person().count().send_blocking().expect_err("a page");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(404))
    );
}

struct Canned;

impl Transport for Canned {
    fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async { Ok(HttpResponse::new(200, success())) })
    }
}

impl BlockingTransport for Canned {
    fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(HttpResponse::new(200, success()))
    }
}

#[test]
fn transports_of_one_s_own() {
    let client: Client = Client::builder("https://crm")
        .transport(Canned)
        .build()
        .expect("valid settings");
    let error = client
        .person()
        .count()
        .send_blocking()
        .expect_err("no blocking transport");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!error.may_have_executed());
    let client: Client = Client::builder("https://crm")
        .blocking_transport(Canned)
        .build()
        .expect("valid settings");
    assert_eq!(
        client.person().count().send_blocking().expect("a result"),
        3
    );
}

//! Attempts: which are repeated, when, and who sees them.

mod support;

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use superoffice_client::{Attempt, Builder, Clock, ErrorKind, Middleware, RetryPolicy, Sleep};
use superoffice_soap::{HttpRequest, HttpResponse, TransportError};

use support::clock::FakeClock;
use support::contract::Client;
use support::server::{self, Answer, Server};

/// A server that gives these answers, one after another, and then succeeds.
fn failing(answers: Vec<Answer>) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |_| {
        let number = next.fetch_add(1, Ordering::SeqCst);
        answers.get(number).cloned().unwrap_or_else(success)
    })
}

fn success() -> Answer {
    Answer::soap(
        200,
        server::success("Services99", "Count", "<Response>3</Response>"),
    )
}

fn busy(status: u16, header: &str) -> Answer {
    let head = format!(
        "HTTP/1.1 {status} Busy\r\n{header}Content-Length: 4\r\nConnection: close\r\n\r\nbusy"
    );
    Answer::Raw(head.into_bytes())
}

fn broken() -> Answer {
    Answer::CutOff {
        announced: 4000,
        body: b"<s:Envelope".to_vec(),
    }
}

fn builder(server: &Server, clock: &FakeClock) -> Builder<Client> {
    Client::builder(server.url())
        .ticket("7T:x")
        .clock(clock.clone())
}

#[tokio::test]
async fn the_server_says_when_to_come_back() {
    let clock = FakeClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770));
    let server = failing(vec![
        busy(503, "Retry-After: 3\r\n"),
        busy(503, "Retry-After: Sun, 06 Nov 1994 08:49:40 GMT\r\n"),
    ]);
    let client = builder(&server, &clock).build().expect("valid settings");
    assert_eq!(client.person().count().await.expect("a result"), 3);
    let slept = clock.slept();
    assert_eq!((slept.len(), server.seen().len()), (2, 3));
    assert!((3.0..4.0).contains(&slept[0].as_secs_f64()), "{slept:?}");
    assert!((6.0..9.0).contains(&slept[1].as_secs_f64()), "{slept:?}");
}

#[tokio::test]
async fn attempts_are_counted_and_time_is_limited() {
    let clock = FakeClock::new();
    let three = || vec![busy(503, "Retry-After: 20\r\n"); 3];
    let server = failing(three());
    let client = builder(&server, &clock).build().expect("valid settings");
    let error = client.person().count().await.expect_err("busy thrice");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(503))
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert!(!error.may_have_executed());
    assert_eq!(server.seen().len(), 3);

    let server = failing(three());
    let client = builder(&server, &clock).build().expect("valid settings");
    let call = client.person().count().timeout(Duration::from_secs(15));
    let error = call.await.expect_err("no time to wait");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert_eq!(server.seen().len(), 1, "it fails at once");

    let server = failing(three());
    let client = builder(&server, &clock)
        .retry(RetryPolicy::never())
        .build()
        .expect("valid settings");
    client.person().count().await.expect_err("busy once");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_may_have_been_executed_is_not_repeated() {
    for answer in [
        broken(),
        busy(503, ""),
        busy(429, "Retry-After: 1\r\n"),
        busy(502, ""),
        busy(504, ""),
    ] {
        let clock = FakeClock::new();
        let server = failing(vec![answer.clone()]);
        let client = builder(&server, &clock).build().expect("valid settings");
        client.person().count().await.expect_err("the first answer");
        assert_eq!(server.seen().len(), 1);

        let server = failing(vec![answer]);
        let client = builder(&server, &clock).build().expect("valid settings");
        assert_eq!(
            client
                .person()
                .count()
                .idempotent()
                .await
                .expect("the second answer"),
            3
        );
        assert_eq!((server.seen().len(), clock.slept().len()), (2, 1));
    }
}

#[tokio::test]
async fn an_attempt_that_takes_too_long() {
    let server = failing(vec![Answer::Hang(Arc::new(|| ()))]);
    let clock = FakeClock::new();
    let client = builder(&server, &clock)
        .attempt_timeout(Duration::from_millis(100))
        .build()
        .expect("valid settings");
    assert_eq!(
        client
            .person()
            .count()
            .idempotent()
            .await
            .expect("the second answer"),
        3
    );
}

/// Opens the door while the client waits.
struct Opening(Mutex<Option<std::net::SocketAddr>>);

impl Clock for Opening {
    fn sleep(&self, _: Duration) -> Sleep {
        if let Some(address) = self.0.lock().expect("no panic").take() {
            let listener = TcpListener::bind(address).expect("free a moment ago");
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().expect("a client");
                let mut head = [0; 4096];
                std::io::Read::read(&mut stream, &mut head).expect("a request");
                let message = server::success("Services99", "Count", "<Response>3</Response>");
                let length = message.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{message}");
                stream.write_all(head.as_bytes()).expect("an answer");
            });
        }
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_connection_that_never_was() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client: Client = Client::builder(format!("http://{address}"))
        .clock(Opening(Mutex::new(Some(address))))
        .build()
        .expect("valid settings");
    assert_eq!(
        client.person().count().await.expect("the second attempt"),
        3
    );
}

/// Adds a header, and writes down what it sees.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Middleware for Log {
    fn before(&self, attempt: &Attempt<'_>, request: &mut HttpRequest) {
        assert_eq!(attempt.duration(), Duration::ZERO);
        request
            .headers
            .push(("x-attempt", attempt.number().to_string().into()));
    }

    fn after(&self, attempt: &Attempt<'_>, outcome: Result<&HttpResponse, &TransportError>) {
        let status = outcome.map_or(0, |response| response.status);
        let (version, agent, operation) = (attempt.version(), attempt.agent(), attempt.operation());
        let line = format!(
            "{version} {agent}/{operation} {} {status}",
            attempt.number()
        );
        self.0.lock().expect("no panic").push(line);
        assert!(attempt.duration() > Duration::ZERO);
    }
}

#[tokio::test]
async fn middleware_sees_every_attempt() {
    let log = Log::default();
    let server = failing(vec![busy(503, "Retry-After: 1\r\n"), broken()]);
    let client = builder(&server, &FakeClock::new())
        .middleware(log.clone())
        .build()
        .expect("valid settings");
    client
        .person()
        .count()
        .await
        .expect_err("the second attempt");
    assert_eq!(
        *log.0.lock().expect("no panic"),
        [
            "Services99 Person/Count 1 503",
            "Services99 Person/Count 2 0"
        ]
    );
    let attempts: Vec<_> = server
        .seen()
        .iter()
        .map(|request| request.header("x-attempt").map(str::to_owned))
        .collect();
    assert_eq!(attempts, [Some("1".to_owned()), Some("2".to_owned())]);
}

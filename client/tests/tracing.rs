//! What a call tells `tracing`: everything one looks for, and no secret.

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use superoffice_client::{Credentials, ErrorKind};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use support::clock::FakeClock;
use support::contract::{Client, Person};
use support::server::{self, Answer, Server};

const PASSWORD: &str = "planted-password";
const TOKEN: &str = "planted-application-token";
const TICKET: &str = "7T:planted-ticket==";

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }
}

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A server that accepts the second ticket only, and repeats all that it is told.
fn server() -> Server {
    let logins = Mutex::new(0);
    Server::start(move |request| {
        let Ok((version, agent, operation)) = request.operation() else {
            return Answer::html(404, "");
        };
        if agent == "SoPrincipal" {
            let mut logins = logins.lock().expect("no panic");
            *logins += 1;
            let body = format!(
                "<Response><Associate>planted {PASSWORD}</Associate></Response>\
                 <Credentials><Ticket>{TICKET}{logins}</Ticket></Credentials>\
                 <AuthenticationSucceeded>true</AuthenticationSucceeded>"
            );
            return Answer::soap(200, server::success(version, "Authenticate", &body));
        }
        if !request.body.contains(&format!("{TICKET}2<")) {
            let exception = format!(
                "<Message>{TICKET}1 is over</Message>\
                 <ExceptionType>SuperOffice.Exceptions.SoSessionException</ExceptionType>"
            );
            let headers = server::headers(version, false, &exception);
            return Answer::soap(200, server::envelope(&headers, ""));
        }
        let body = format!(
            "<Response><Id>5</Id><Name>seen name</Name><Manager><Name>{TICKET}2 {TOKEN}</Name>\
             <AccessToken>8A:planted</AccessToken></Manager></Response>"
        );
        Answer::soap(200, server::success(version, operation, &body))
    })
}

/// Runs what `call` does with everything captured, down to the messages.
fn captured<F: Future>(call: F) -> (F::Output, String) {
    let capture = Capture::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(capture.clone())
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let output = tracing::subscriber::with_default(subscriber, || runtime.block_on(call));
    (output, capture.text())
}

/// What this crate said; those below it say much at this level.
fn ours(text: &str) -> String {
    let ours = text.lines().filter(|line| line.contains("superoffice{"));
    ours.collect::<Vec<_>>().join("\n")
}

fn client(server: &Server) -> Client {
    Client::builder(server.url())
        .application_token(TOKEN)
        .credentials(Credentials::user("SAL0", PASSWORD))
        .clock(FakeClock::new())
        .build()
        .expect("valid settings")
}

#[test]
fn a_call_with_all_that_can_happen_to_it() {
    let server = server();
    let client = client(&server);
    let person = Person {
        name: Some("sent name".to_owned()),
        ..Person::default()
    };
    let (saved, text) = captured(client.person().save_person(&person).send());
    assert_eq!(saved.expect("a result").expect("a person").id, 5);
    assert!(!text.contains("planted"), "{text}");

    let text = ours(&text);
    for expected in [
        "version=\"Services99\" agent=\"Person\" operation=\"SavePerson\"",
        "agent=\"SoPrincipal\" operation=\"AuthenticateUsernamePassword\"",
        "attempt=1",
        "status=200",
        "request_bytes=",
        "response_bytes=",
        "duration_ms=",
        "logged in",
        "the session is over",
        "sent name",
        "seen name",
        "<AccessToken>[redacted]</AccessToken>",
        "done",
    ] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }
    assert_eq!(text.matches("logged in").count(), 2);
}

#[test]
fn a_call_that_fails() {
    let page = format!("<html>planted? {TICKET} {TOKEN}</html>").replace("planted? ", "");
    let server = Server::answering(Answer::html(404, page));
    let client: Client = Client::builder(server.url())
        .application_token(TOKEN)
        .ticket(TICKET)
        .build()
        .expect("valid settings");
    let (error, text) = captured(client.person().count().send());
    assert_eq!(error.expect_err("a page").kind(), ErrorKind::Http);
    assert!(!text.contains("planted"), "{text}");
    let text = ours(&text);
    for expected in ["status=404", "error=Http", "failed kind=Http"] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }

    let (error, text) = captured(client.person().get_person(1).required().send());
    error.expect_err("a page");
    assert!(!text.contains("planted"), "{text}");
}

#[test]
fn a_password_among_the_parameters() {
    let server = server();
    let client = client(&server);
    let call = client
        .so_principal()
        .authenticate_username_password("SAL0", PASSWORD);
    let (result, text) = captured(call.send());
    assert!(result.expect("a result").authentication_succeeded);
    assert!(!text.contains("planted"), "{text}");
}

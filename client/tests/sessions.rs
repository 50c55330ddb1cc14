//! Sessions: who logs in when, how often, and what happens when a session ends.

mod support;

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use superoffice_client::{Builder, Connection, Credentials, Error, ErrorKind};
use superoffice_soap::{Contract, HttpRequest, HttpResponse, Transport, TransportFuture};
use tokio::sync::Semaphore;

use support::clock::FakeClock;
use support::contract::{CONTRACT, Client};
use support::server::{self, Answer, Request, Server};

const TOKEN: &str = "planted-application-token";
const PASSWORD: &str = "planted <password> & more";

/// A NetServer with sessions: who has a ticket of it may count.
#[derive(Default)]
struct Sessions {
    valid: Mutex<HashSet<String>>,
    logins: AtomicUsize,
}

impl Sessions {
    fn logins(&self) -> usize {
        self.logins.load(Ordering::SeqCst)
    }

    fn end_all(&self) {
        self.valid.lock().expect("no panic").clear();
    }

    fn log_in(&self, version: &str) -> String {
        let number = self.logins.fetch_add(1, Ordering::SeqCst) + 1;
        let ticket = format!("7T:planted-ticket-{number}==");
        self.valid.lock().expect("no panic").insert(ticket.clone());
        logged_in(version, &ticket)
    }

    fn answer(&self, request: &Request) -> Answer {
        let (version, agent, operation) = match request.operation() {
            Ok(called) => called,
            Err(answer) => return answer,
        };
        if agent == "SoPrincipal" {
            return Answer::soap(200, self.log_in(version));
        }
        let ticket = element(&request.body, "Ticket").unwrap_or_default();
        match self.valid.lock().expect("no panic").contains(&ticket) {
            true => Answer::soap(
                200,
                server::success(version, operation, "<Response>3</Response>"),
            ),
            false => Answer::soap(200, over(version)),
        }
    }
}

fn start() -> (Server, Arc<Sessions>) {
    let sessions = Arc::new(Sessions::default());
    let shared = sessions.clone();
    (
        Server::start(move |request| shared.answer(request)),
        sessions,
    )
}

fn logged_in(version: &str, ticket: &str) -> String {
    let body = format!(
        "<Response><Associate>5</Associate></Response><Credentials><Ticket>{ticket}</Ticket></Credentials>\
         <AuthenticationSucceeded>true</AuthenticationSucceeded>"
    );
    server::success(version, "Authenticate", &body)
}

/// What the server says of a ticket that it does not know.
fn over(version: &str) -> String {
    let exception = "<Message>not authenticated</Message>\
        <ExceptionType>SuperOffice.Exceptions.SoSessionException</ExceptionType>";
    server::envelope(&server::headers(version, false, exception), "")
}

fn element(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let mut all = document.descendants();
    let found = all.find(|node| node.tag_name().name() == name)?;
    found.text().map(str::to_owned)
}

fn builder(url: impl Into<String>) -> Builder<Client> {
    Client::builder(url)
        .application_token(TOKEN)
        .credentials(Credentials::user("SAL0", PASSWORD))
}

fn check(error: &Error) {
    let shown = format!("{error} {error:?} {:?}", std::error::Error::source(error));
    assert!(!shown.contains("planted"), "{shown}");
}

#[tokio::test]
async fn one_login_for_many_callers() {
    let (server, sessions) = start();
    let client = builder(server.url()).build().expect("valid settings");
    assert!(!format!("{client:?}").contains("planted"));
    let calls: Vec<_> = (0..64)
        .map(|_| tokio::spawn(client.clone().person().count().send()))
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a result"), 3);
    }
    assert_eq!(sessions.logins(), 1);

    let seen = server.seen();
    let login = &seen[0];
    let called = login.operation().expect("a call");
    assert_eq!(
        called,
        ("Services99", "SoPrincipal", "AuthenticateUsernamePassword")
    );
    assert_eq!(element(&login.body, "UserName").as_deref(), Some("SAL0"));
    assert_eq!(element(&login.body, "Password").as_deref(), Some(PASSWORD));
    assert_eq!(
        element(&login.body, "ApplicationToken").as_deref(),
        Some(TOKEN)
    );
    assert_eq!(element(&login.body, "Credentials"), None);
    let ticket = element(&seen[1].body, "Ticket");
    assert_eq!(ticket.as_deref(), Some("7T:planted-ticket-1=="));
}

#[tokio::test]
async fn a_session_that_ended_is_renewed_once() {
    let (server, sessions) = start();
    let client = builder(server.url()).build().expect("valid settings");
    client.person().count().await.expect("a result");
    sessions.end_all();
    let calls: Vec<_> = (0..32)
        .map(|_| tokio::spawn(client.person().count().send()))
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a result"), 3);
    }
    assert_eq!(sessions.logins(), 2);
}

#[tokio::test]
async fn a_call_is_repeated_once_and_never_more() {
    for answer in [
        Answer::soap(200, over("Services99")),
        Answer::soap(
            500,
            server::fault(
                "s:Client",
                "SuperOffice.Exceptions.SoSessionException: no",
                "",
            ),
        ),
        Answer::html(401, "<html>Unauthorized</html>"),
    ] {
        let logins = Arc::new(Sessions::default());
        let shared = logins.clone();
        let server = Server::start(move |request| match request.operation() {
            Ok((version, "SoPrincipal", _)) => Answer::soap(200, shared.log_in(version)),
            _ => answer.clone(),
        });
        let client = builder(server.url()).build().expect("valid settings");
        let error = client.person().count().await.expect_err("never accepted");
        assert!(error.is_session_expired() && !error.may_have_executed() && !error.is_login());
        check(&error);
        assert_eq!((logins.logins(), server.seen().len()), (2, 4));
    }
}

#[tokio::test]
async fn a_fixed_ticket_is_not_renewed() {
    let (server, sessions) = start();
    for credentials in [
        Credentials::ticket("7T:planted"),
        Credentials::access_token("8A:planted"),
    ] {
        let client = builder(server.url())
            .credentials(credentials)
            .build()
            .expect("valid settings");
        let error = client
            .person()
            .count()
            .await
            .expect_err("an unknown ticket");
        assert!(error.is_session_expired());
        check(&error);
    }
    assert_eq!((sessions.logins(), server.seen().len()), (0, 2));
}

#[tokio::test]
async fn tickets_slide() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let (server, sessions) = start();
    let clock = FakeClock::new();
    let client = builder(server.url())
        .clock(clock.clone())
        .build()
        .expect("valid settings");
    client.person().count().await.expect("a result");
    for _ in 0..5 {
        clock.advance(5 * HOUR);
        client.person().count().await.expect("a result");
    }
    assert_eq!(sessions.logins(), 1, "each call began a new life");
    clock.advance(6 * HOUR);
    client.person().count().await.expect("a result");
    assert_eq!(sessions.logins(), 2, "known to be over, so not even tried");
    assert_eq!(server.seen().len(), 9);
}

#[tokio::test]
async fn users_do_not_share_a_session() {
    let (server, sessions) = start();
    let client = builder(server.url()).build().expect("valid settings");
    let other = client
        .connection()
        .with_credentials(Credentials::user("EU", "planted"));
    let other = Client::from(other);
    client.person().count().await.expect("a result");
    other.person().count().await.expect("a result");
    client.clone().person().count().await.expect("a result");
    assert_eq!(sessions.logins(), 2);
    let error = client.person().count().ticket("7T:of-this-call").await;
    assert!(error.expect_err("not the session's").is_session_expired());
    assert_eq!(
        sessions.logins(),
        2,
        "a call with a ticket of its own has no session"
    );
}

#[tokio::test]
async fn credentials_that_are_not_accepted() {
    let body = "<Response i:nil=\"true\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"/>\
        <Credentials i:nil=\"true\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"/>\
        <AuthenticationSucceeded>false</AuthenticationSucceeded>";
    let server = Server::answering(Answer::soap(
        200,
        server::success("Services99", "Authenticate", body),
    ));
    let client = builder(server.url()).build().expect("valid settings");
    let error = client.person().count().await.expect_err("no session");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.is_login() && !error.may_have_executed() && !error.is_session_expired());
    check(&error);
    assert_eq!(
        error.to_string(),
        "Services99 Person/Count: not sent, since the login before it failed"
    );
    let login = std::error::Error::source(&error)
        .expect("the login's error")
        .to_string();
    assert_eq!(
        login,
        "Services99 SoPrincipal/AuthenticateUsernamePassword: the server does not accept the credentials"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_login_that_fails_in_other_ways() {
    for (answer, kind) in [
        (
            Answer::html(200, "<html>Maintenance</html>"),
            ErrorKind::Http,
        ),
        (
            Answer::soap(500, server::fault("s:Client", "no", "")),
            ErrorKind::Fault,
        ),
        (
            Answer::soap(200, logged_in("Services99", "")),
            ErrorKind::Authentication,
        ),
    ] {
        let server = Server::answering(answer);
        let client = builder(server.url()).build().expect("valid settings");
        let error = client.person().count().await.expect_err("no session");
        assert_eq!(error.kind(), kind);
        assert!(error.is_login() && !error.may_have_executed() && error.http_status().is_some());
        check(&error);
    }
}

#[tokio::test]
async fn every_kind_of_login() {
    let (server, _) = start();
    let generic = [("Plugin", "ours"), ("Key", "planted")];
    for credentials in [
        Credentials::exchanged_access_token("8A:planted"),
        Credentials::implicit(),
        Credentials::generic(generic),
    ] {
        assert!(!format!("{credentials:?}").contains("planted"));
        let client = builder(server.url())
            .credentials(credentials)
            .build()
            .expect("valid settings");
        client.person().count().await.expect("a result");
    }
    let bodies: Vec<String> = server
        .seen()
        .into_iter()
        .filter(|request| request.path.ends_with("SoPrincipal.svc"))
        .map(|request| {
            let start = request.body.find("<s:Body>").expect("a body") + 8;
            let end = request.body.find("</s:Body>").expect("a body");
            let body = &request.body[start..end];
            let open = body.find(" xmlns").expect("a namespace");
            let inside = body.find('>').expect("a tag");
            format!("{}>{}", &body[..open], &body[inside + 1..])
        })
        .collect();
    assert_eq!(
        bodies,
        [
            "<AuthenticateWithAccessToken><AccessToken>8A:planted</AccessToken></AuthenticateWithAccessToken>",
            "<AuthenticateImplicit></AuthenticateImplicit>",
            "<AuthenticateGeneric><AuthenticationData>\
             <AuthenticationGenericDataKeyValuePair><Key>Plugin</Key><Value>ours</Value></AuthenticationGenericDataKeyValuePair>\
             <AuthenticationGenericDataKeyValuePair><Key>Key</Key><Value>planted</Value></AuthenticationGenericDataKeyValuePair>\
             </AuthenticationData></AuthenticateGeneric>",
        ]
    );
}

#[tokio::test]
async fn access_tokens_need_services86() {
    static OLD: Contract = Contract {
        name: "Services85",
        ..CONTRACT
    };
    static NEW: Contract = Contract {
        name: "Services86",
        ..CONTRACT
    };
    let (server, sessions) = start();
    let login = sessions.log_in("Services99");
    let ticket = element(&login, "Ticket").expect("a ticket");
    let body = "<Count xmlns=\"http://www.superoffice.net/ws/crm/NetServer/Services99\"/>";
    for credentials in [
        Credentials::access_token(ticket.clone()),
        Credentials::exchanged_access_token("8A:x"),
    ] {
        let connection: Connection = Builder::new(server.url())
            .credentials(credentials)
            .build()
            .expect("valid settings");
        let error = connection
            .raw(&OLD, "Person", "Count", body)
            .await
            .expect_err("too old");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(server.seen().len(), 0);
    }
    let connection: Connection = Builder::new(server.url())
        .credentials(Credentials::access_token(ticket))
        .build()
        .expect("valid settings");
    let answer = connection.raw(&NEW, "Person", "Count", body).await;
    // The namespace is another one than the path says, which this server notices.
    assert_eq!(answer.expect_err("sent").kind(), ErrorKind::Fault);
    assert_eq!(server.seen().len(), 1);
}

/// Answers from memory, logins only when a test lets them.
struct Gated {
    gate: Arc<Semaphore>,
    logins: Arc<AtomicUsize>,
    ticket: Option<&'static str>,
}

impl Transport for Gated {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            if !request.url.ends_with("SoPrincipal.svc") {
                let message = server::success("Services99", "Count", "<Response>3</Response>");
                return Ok(HttpResponse::new(200, message));
            }
            self.logins.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.expect("open").forget();
            Ok(match self.ticket {
                Some(ticket) => HttpResponse::new(200, logged_in("Services99", ticket)),
                None => HttpResponse::new(403, "no"),
            })
        })
    }
}

fn gated(ticket: Option<&'static str>) -> (Client, Arc<Semaphore>, Arc<AtomicUsize>) {
    let (gate, logins) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let transport = Gated {
        gate: gate.clone(),
        logins: logins.clone(),
        ticket,
    };
    let client = builder("https://crm")
        .transport(transport)
        .build()
        .expect("valid settings");
    (client, gate, logins)
}

#[tokio::test]
async fn who_waited_for_a_login_shares_its_failure() {
    let (client, gate, logins) = gated(None);
    let calls: Vec<_> = (0..16)
        .map(|_| tokio::spawn(client.person().count().send()))
        .collect();
    while logins.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // The runtime is this thread: once this task runs again, all calls stand in line.
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    for call in calls {
        let error = call.await.expect("no panic").expect_err("no session");
        assert!(error.is_login() && error.is_access_denied());
        assert_eq!(error.agent(), Some("Person"));
    }
    assert_eq!(logins.load(Ordering::SeqCst), 1);
    gate.add_permits(1);
    client
        .person()
        .count()
        .await
        .expect_err("tried anew, and refused again");
    assert_eq!(logins.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn when_the_one_who_logs_in_gives_up_the_next_does() {
    let (client, gate, logins) = gated(Some("7T:planted"));
    let first = tokio::spawn(client.person().count().send());
    while logins.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let second = tokio::spawn(client.person().count().send());
    for _ in 0..16 {
        tokio::task::yield_now().await;
    }
    first.abort();
    gate.add_permits(1);
    assert_eq!(second.await.expect("no panic").expect("a result"), 3);
    assert_eq!(logins.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_somebody_else_s_login_has_an_end() {
    let (client, _gate, logins) = gated(None);
    let first = tokio::spawn(client.person().count().send());
    while logins.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let second = client.person().count().timeout(Duration::from_millis(1));
    let error = second.await.expect_err("the time is over");
    assert!(error.is_timeout() && !error.may_have_executed());
    assert_eq!(logins.load(Ordering::SeqCst), 1);
    first.abort();
}

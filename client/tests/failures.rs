//! Calls that fail, over a real socket: each way gives its own error, and none shows a secret.

mod support;

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use superoffice_client::{Connection, Error, ErrorKind, Secret};
use superoffice_soap::{
    HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture,
};

use support::contract::Client;
use support::server::{self, Answer, Server};

const TOKEN: &str = "planted-application-token";
const TICKET: &str = "7T:planted-ticket==";

fn connect(url: impl Into<String>) -> Client {
    Client::builder(url)
        .application_token(TOKEN)
        .ticket(TICKET)
        .build()
        .expect("valid settings")
}

/// Makes a call that fails, and checks what holds of every error.
async fn failure(client: &Client) -> Error {
    let error = client.person().count().await.expect_err("the call fails");
    check(&error);
    error
}

fn check(error: &Error) {
    assert_eq!(error.version(), Some("Services99"));
    assert_eq!(
        (error.agent(), error.operation()),
        (Some("Person"), Some("Count"))
    );
    let mut shown = format!("{error}\n{error:?}\n{error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(shown, "\n{error}\n{error:?}").expect("a string takes all");
        cause = error.source();
    }
    write!(shown, "\n{:?}\n{:?}", error.fault(), error.exception()).expect("a string takes all");
    assert!(!shown.contains(TOKEN) && !shown.contains(TICKET), "{shown}");
    assert!(
        error.to_string().starts_with("Services99 Person/Count: "),
        "{error}"
    );
    if let Some(source) = error.source() {
        assert!(
            !error.to_string().contains(&source.to_string()),
            "{error} repeats its source"
        );
    }
}

async fn answered(answer: Answer) -> Error {
    failure(&connect(Server::answering(answer).url())).await
}

fn exception_info() -> String {
    let nil = r#"i:nil="true""#;
    let ns = server::namespace("Services99");
    format!(
        "<Message>{TICKET} may not read contact 5</Message><StackTrace>at X</StackTrace>\
         <FriendlyText>Ask your administrator</FriendlyText>\
         <ExceptionType>SuperOffice.Exceptions.SoServerException</ExceptionType><Source>SoCore</Source>\
         <InnerException><Message>no right</Message><StackTrace {nil}/>\
         <ExceptionType>SuperOffice.Exceptions.SoSentryException</ExceptionType></InnerException>\
         <Parameters><SoExceptionInfoParametersKeyValuePair xmlns=\"{ns}\"><Key>table</Key>\
         <Value>contact</Value></SoExceptionInfoParametersKeyValuePair></Parameters>"
    )
}

#[tokio::test]
async fn an_exception_in_the_header() {
    let headers = server::headers("Services99", false, &exception_info());
    let error = answered(Answer::soap(200, server::envelope(&headers, ""))).await;
    assert_eq!(error.kind(), ErrorKind::Exception);
    assert_eq!(error.http_status(), Some(200));
    assert_eq!(
        error.to_string(),
        "Services99 Person/Count: the server raised SoServerException"
    );
    let exception = error.exception().expect("an exception");
    assert_eq!(
        exception.type_name(),
        "SuperOffice.Exceptions.SoServerException"
    );
    assert_eq!(
        exception.message(),
        Some("[redacted] may not read contact 5")
    );
    assert_eq!(exception.friendly_text(), Some("Ask your administrator"));
    assert_eq!(exception.stack_trace(), Some("at X"));
    assert_eq!(exception.origin(), Some("SoCore"));
    assert_eq!(exception.parameters().text("table"), Some("contact"));
    let inner = exception.inner().expect("an inner exception");
    assert_eq!(
        (inner.message(), inner.stack_trace()),
        (Some("no right"), None)
    );
    assert!(error.is_access_denied() && !error.is_session_expired());
    assert!(error.may_have_executed());
    let source = error
        .source()
        .and_then(|source| source.source())
        .expect("a chain");
    assert_eq!(source.to_string(), "no right");
}

#[tokio::test]
async fn success_denied_without_a_reason() {
    let headers = server::headers("Services99", false, "");
    let ns = server::namespace("Services99");
    let body = format!(r#"<CountResponse xmlns="{ns}"><Response>0</Response></CountResponse>"#);
    let error = answered(Answer::soap(200, server::envelope(&headers, &body))).await;
    assert_eq!(error.kind(), ErrorKind::Exception);
    assert_eq!(
        error.source().expect("an exception").to_string(),
        "the server gave no message"
    );
}

#[tokio::test]
async fn a_fault() {
    let message = server::fault("s:Client", &format!("unexpected token {TOKEN}"), "");
    let error = answered(Answer::soap(500, message)).await;
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Fault, Some(500))
    );
    let fault = error.fault().expect("a fault");
    assert_eq!(
        (&*fault.code, &*fault.string),
        ("Client", "unexpected token [redacted]")
    );
    assert!(error.may_have_executed());
    let body = error.response_body().expect("kept");
    assert!(body.starts_with(b"<s:Envelope"));
}

#[tokio::test]
async fn a_fault_with_the_exception_in_its_detail() {
    let detail = format!(
        r#"<ExceptionDetail xmlns="http://schemas.datacontract.org/2004/07/System.ServiceModel" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><HelpLink i:nil="true"/><InnerException><Message>gone</Message><Type>SuperOffice.Exceptions.SoSessionException</Type></InnerException><Message>{TICKET} is no session</Message><StackTrace>at Y</StackTrace><Type>System.Reflection.TargetInvocationException</Type></ExceptionDetail>"#
    );
    let error = answered(Answer::soap(
        500,
        server::fault("s:InternalServiceFault", "x", &detail),
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Fault);
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.short_type_name(), "TargetInvocationException");
    assert_eq!(exception.message(), Some("[redacted] is no session"));
    assert!(error.is_session_expired() && !error.may_have_executed());
}

#[tokio::test]
async fn a_fault_with_superoffice_s_own_detail() {
    let ns = server::namespace("Services99");
    let info = exception_info();
    let detail = format!(
        r#"<SoExceptionInfo xmlns="{ns}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{info}</SoExceptionInfo>"#
    );
    let error = answered(Answer::soap(500, server::fault("s:Server", "x", &detail))).await;
    assert_eq!(
        error.exception().map(|it| it.short_type_name()),
        Some("SoServerException")
    );
    assert!(error.is_access_denied());
}

#[tokio::test]
async fn a_fault_that_names_the_exception_in_its_text() {
    let text = "SuperOffice.Exceptions.SoNotFoundException: no such person";
    let error = answered(Answer::soap(500, server::fault("s:Server", text, ""))).await;
    assert!(error.is_not_found());
    assert_eq!(
        error.exception().and_then(|it| it.message()),
        Some("no such person")
    );
    let text = "Not found: no such person";
    let error = answered(Answer::soap(500, server::fault("s:Server", text, ""))).await;
    assert_eq!(error.exception(), None);
}

#[tokio::test]
async fn an_operation_that_the_server_does_not_know() {
    let message = server::fault("a:ActionNotSupported", "cannot be processed", "");
    let error = answered(Answer::soap(500, message)).await;
    assert_eq!(
        error.fault().map(|fault| &*fault.code),
        Some("ActionNotSupported")
    );
    assert!(!error.may_have_executed());
}

#[tokio::test]
async fn the_body_decides_before_the_status_does() {
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let server = Server::answering(Answer::soap(500, message));
    assert_eq!(
        connect(server.url())
            .person()
            .count()
            .await
            .expect("a result"),
        3
    );
    let error = answered(Answer::soap(200, server::fault("s:Server", "no", ""))).await;
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Fault, Some(200))
    );
}

#[tokio::test]
async fn pages_instead_of_messages() {
    let page = format!("<html><head><title>Sign in</title></head><body>\n<p>{TICKET}</p></body>");
    for (status, may_have_executed) in [
        (200, true),
        (302, false),
        (403, false),
        (404, false),
        (421, false),
        (500, true),
        (503, false),
    ] {
        let error = answered(Answer::html(status, page.as_bytes())).await;
        assert_eq!(
            (error.kind(), error.http_status()),
            (ErrorKind::Http, Some(status))
        );
        assert_eq!(
            error.to_string(),
            format!(
                "Services99 Person/Count: http status {status} with a body that is not soap: \"Sign in [redacted]\""
            )
        );
        assert_eq!(error.may_have_executed(), may_have_executed, "{status}");
        assert_eq!(error.is_access_denied(), status == 403);
        assert!(!error.is_session_expired());
    }
}

#[tokio::test]
async fn pages_that_repeat_a_secret_in_part() {
    for before in [180, 190, 199] {
        let page = format!("{} {TOKEN}", "x".repeat(before));
        let error = answered(Answer::html(200, page)).await;
        assert!(!error.to_string().contains("planted"), "{error}");
    }
    let run = "TgAyADQAOAA0ADYAMAAwADEAfABTAFUAMQA";
    let server = Server::answering(Answer::html(200, format!("7T%3A{run}%3D")));
    let client = connect(server.url());
    let error = client
        .person()
        .count()
        .ticket(format!("7T:{run}="))
        .await
        .expect_err("a page");
    assert!(
        error.to_string().ends_with("\"7T%3A[redacted]%3D\""),
        "{error}"
    );
}

#[tokio::test]
async fn unauthorised() {
    let error = answered(Answer::html(401, "")).await;
    assert_eq!(
        error.to_string(),
        "Services99 Person/Count: http status 401 without a body"
    );
    assert!(error.is_session_expired() && !error.may_have_executed());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::answering(Answer::soap(200, ""));
    let head = format!(
        "HTTP/1.1 307 x\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url()
    );
    let error = answered(Answer::Raw(head.into_bytes())).await;
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(307))
    );
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn an_empty_body() {
    let error = answered(Answer::soap(200, "")).await;
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(200))
    );
    assert!(error.may_have_executed());
}

#[tokio::test]
async fn a_message_that_was_cut_off_by_the_server() {
    let whole = server::success("Services99", "Count", "<Response>3</Response>");
    for end in [whole.len() - 1, whole.len() - 30, whole.len() / 2, 60] {
        let error = answered(Answer::soap(200, &whole.as_bytes()[..end])).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "cut at {end}");
        assert!(error.decode().is_some() && error.may_have_executed());
        assert_eq!(error.response_body(), Some(&whole.as_bytes()[..end]));
    }
}

#[tokio::test]
async fn a_value_that_is_none() {
    let message = server::success("Services99", "Count", "<Response>many</Response>");
    let error = answered(Answer::soap(200, message)).await;
    let decode = error.decode().expect("a decode error");
    assert!(
        decode.path().ends_with("CountResponse/Response"),
        "{}",
        decode.path()
    );
    assert!(decode.found().contains("many"));
    let to_string = "Services99 Person/Count: the response is not what the contract says";
    assert_eq!(error.to_string(), to_string);
}

#[tokio::test]
async fn another_operation_s_answer() {
    let message = server::success("Services99", "Tag", "");
    let error = answered(Answer::soap(200, message)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error
            .to_string()
            .ends_with("expected CountResponse, found TagResponse"),
        "{error}"
    );
}

#[tokio::test]
async fn not_utf_8() {
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let mut bytes = message.into_bytes();
    let at = bytes.len() - 40;
    bytes[at] = 0xFF;
    let error = answered(Answer::soap(200, bytes)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    let error = answered(Answer::soap(200, b"\xFF\xFEg\0a\0r\0b\0".to_vec())).await;
    assert_eq!(error.kind(), ErrorKind::Http);
}

#[tokio::test]
async fn connection_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    drop(listener);
    let error = failure(&connect(format!("http://{address}"))).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(
        error.transport().map(TransportError::kind),
        Some(TransportErrorKind::Connect)
    );
    assert!(error.is_connect() && !error.may_have_executed() && !error.is_timeout());
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    assert!(deepest.to_string().contains("refused"), "{deepest}");
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_none() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.read_exact(&mut [0; 1])?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())
    });
    let error = failure(&connect(format!("https://{address}"))).await;
    assert_eq!(
        error.transport().map(TransportError::kind),
        Some(TransportErrorKind::Tls)
    );
    assert!(error.is_connect() && !error.may_have_executed());
    let _ = server.join().expect("no panic");
}

#[tokio::test]
async fn connections_that_break() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-";
    for answer in [
        Answer::CutOff {
            announced: 4000,
            body: b"<s:Envelope".to_vec(),
        },
        Answer::Raw(head.to_vec()),
        Answer::Raw(Vec::new()),
        Answer::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
    ] {
        let error = answered(answer).await;
        assert_eq!(error.kind(), ErrorKind::Transport);
        let transport = error.transport().expect("a transport error");
        assert_eq!(
            transport.kind(),
            TransportErrorKind::Interrupted,
            "{error:?}"
        );
        assert!(error.may_have_executed() && !error.is_connect());
    }
}

#[tokio::test]
async fn a_server_that_hangs() {
    let server = Server::answering(Answer::Hang(Arc::new(|| ())));
    let client = connect(server.url());
    let call = client.person().count().timeout(Duration::from_millis(100));
    let error = call.await.expect_err("the time is over");
    check(&error);
    assert!(error.is_timeout() && error.may_have_executed() && !error.is_connect());
}

#[tokio::test]
async fn a_response_beyond_the_limit() {
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let limit = message.len() - 1;
    for answer in [Answer::soap(200, message.clone()), Answer::Endless] {
        let server = Server::answering(answer);
        let client = connect(server.url());
        let call = client.person().count().max_response_bytes(limit);
        let error = call.await.expect_err("too large");
        check(&error);
        assert!(error.is_too_large() && error.may_have_executed());
    }
    let server = Server::answering(Answer::soap(200, message));
    let call = connect(server.url())
        .person()
        .count()
        .max_response_bytes(limit + 1);
    assert_eq!(call.await.expect("just fits"), 3);
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let (sender, receiver) = mpsc::channel();
    let server = Server::answering(Answer::Hang(Arc::new(move || {
        let _ = sender.send(());
    })));
    let client = connect(server.url());
    let call = client.person().count().send();
    let dropped = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(
        dropped.is_err(),
        "nothing came, so the call was dropped under way"
    );
    let noticed =
        tokio::task::spawn_blocking(move || receiver.recv_timeout(Duration::from_secs(20)));
    noticed
        .await
        .expect("no panic")
        .expect("the server sees the connection close");
}

#[test]
fn settings_that_make_no_client() {
    type Built = Result<Connection, Error>;
    let unusable = superoffice_client::Builder::<Connection>::new("crm.example.com");
    let error: Built = unusable.build();
    assert_eq!(
        error.expect_err("no scheme").kind(),
        ErrorKind::Configuration
    );
    let agent: Built = superoffice_client::Builder::new("https://crm")
        .user_agent("a\r\nb")
        .build();
    assert_eq!(
        agent.expect_err("a line break").kind(),
        ErrorKind::Configuration
    );
}

#[test]
fn secrets_do_not_show() {
    let builder = Client::builder("https://crm")
        .application_token(TOKEN)
        .ticket(TICKET);
    let mut shown = format!("{builder:?}");
    let client = builder.build().expect("valid settings");
    let request = HttpRequest::post("https://crm", format!("<Ticket>{TICKET}</Ticket>"));
    let call = client.person().tag(&["x"]).ticket(TICKET);
    write!(
        shown,
        "{client:?}{:?}{request:?}{call:?}",
        Secret::from(TICKET)
    )
    .expect("a string");
    write!(shown, "{}{:?}", call.to_xml(), call.send()).expect("a string");
    write!(shown, "{:?}", HttpResponse::new(200, TICKET)).expect("a string");
    assert!(!shown.contains(TOKEN) && !shown.contains(TICKET), "{shown}");
    assert_eq!(Secret::from(TICKET).expose(), TICKET);
}

/// Answers from memory, and knows no limit.
struct Canned(String);

impl Transport for Canned {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        assert_eq!(request.url, "https://crm/Remote/Services99/Person.svc");
        Box::pin(async { Ok(HttpResponse::new(200, self.0.clone())) })
    }
}

#[tokio::test]
async fn a_transport_of_one_s_own() {
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let client: Client = Client::builder("https://crm")
        .transport(Canned(message))
        .build()
        .expect("valid settings");
    assert_eq!(client.person().count().await.expect("a result"), 3);
    let error = client
        .person()
        .count()
        .max_response_bytes(10)
        .await
        .expect_err("too large");
    assert!(error.is_too_large());
}

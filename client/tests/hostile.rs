//! Servers, networks and messages that mean harm, over a real socket: each gives a typed error within
//! its limits.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
#[cfg(target_os = "linux")]
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use superoffice_client::{Error, ErrorKind};
use superoffice_soap::{TransportError, TransportErrorKind};

use support::contract::Client;
use support::server::{self, Answer, Server};

fn connect(url: impl Into<String>) -> Client {
    Client::builder(url)
        .ticket("7T:x")
        .build()
        .expect("valid settings")
}

/// Lets `serve` have each connection; gives the URL.
fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    // It ends with the process of the test.
    thread::spawn(move || listener.incoming().flatten().for_each(serve));
    url
}

/// Reads until the request's end: these tests send small ones.
fn read_request(stream: &mut impl std::io::Read) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while !request.ends_with(b"</s:Envelope>") {
        match stream.read(&mut part) {
            Ok(count) if count > 0 => request.extend_from_slice(&part[..count]),
            _ => return,
        }
    }
}

fn kind(error: &Error) -> Option<TransportErrorKind> {
    error.transport().map(TransportError::kind)
}

#[tokio::test]
async fn a_reset_in_the_middle() {
    for sent in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n<s:Envelope",
    ] {
        let url = listen(move |mut stream| {
            read_request(&mut stream);
            stream.write_all(sent).expect("a client that waits");
            // Closing such a socket resets the connection.
            socket2::SockRef::from(&stream)
                .set_linger(Some(Duration::ZERO))
                .expect("supported");
        });
        let error = connect(url).person().count().await.expect_err("a reset");
        assert_eq!(
            kind(&error),
            Some(TransportErrorKind::Interrupted),
            "{error:?}"
        );
        assert!(error.may_have_executed() && !error.is_connect() && !error.is_timeout());
    }
}

#[tokio::test]
async fn a_slow_drip() {
    let url = listen(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n");
        let _ = stream.set_read_timeout(Some(Duration::from_millis(1)));
        // Each byte comes in time; all of them never would.
        loop {
            match stream.read(&mut [0]) {
                Ok(0) => return,
                _ if stream.write_all(b" ").is_err() => return,
                _ => {}
            }
        }
    });
    let client = connect(url);
    let call = client.person().count().timeout(Duration::from_millis(150));
    let error = call.await.expect_err("the time is over");
    assert!(error.is_timeout() && error.may_have_executed());
}

/// An authority, and certificates of its.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str, usage: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate, key)
    }

    /// A server under that name; it may ask for certificates of the same authority.
    fn serve(&self, name: &str, asks: bool) -> String {
        let (certificate, key) = self.issue(name, ExtendedKeyUsagePurpose::ServerAuth);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = if asks {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(self.0.der().clone()).expect("a root");
            let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
                Arc::new(roots),
                provider,
            );
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = builder.with_single_cert(vec![certificate.der().clone()], key);
        let config = Arc::new(config.expect("a certificate with its key"));
        let url = listen(move |mut stream| {
            let mut tls = rustls::ServerConnection::new(config.clone()).expect("a configuration");
            let mut stream = rustls::Stream::new(&mut tls, &mut stream);
            read_request(&mut stream);
            let message = server::success("Services99", "Count", "<Response>3</Response>");
            let length = message.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{message}");
            let _ = stream.write_all(answer.as_bytes());
        });
        url.replace("http:", "https:")
    }
}

#[tokio::test]
async fn certificates_that_are_wrong() {
    let authority = Authority::new();
    let unknown = connect(authority.serve("127.0.0.1", false));
    let known = |url: String| {
        let builder = Client::builder(url).root_certificates(authority.pem());
        builder.build().expect("valid settings")
    };
    let other_name = known(authority.serve("crm.example.com", false));
    for client in [unknown, other_name] {
        let error = client.person().count().await.expect_err("no trust");
        assert_eq!(kind(&error), Some(TransportErrorKind::Tls));
        assert!(error.is_connect() && !error.may_have_executed());
    }
    let client = known(authority.serve("127.0.0.1", false));
    assert_eq!(client.person().count().await.expect("trusted"), 3);
}

#[tokio::test]
async fn servers_that_ask_for_a_certificate() {
    let authority = Authority::new();
    let url = authority.serve("127.0.0.1", true);
    let (certificate, key) = authority.issue("client", ExtendedKeyUsagePurpose::ClientAuth);
    let identity = format!("{}{}", certificate.pem(), key.serialize_pem());
    let builder = || Client::builder(&*url).root_certificates(authority.pem());
    let client = builder()
        .client_certificate(identity)
        .build()
        .expect("valid settings");
    assert_eq!(client.person().count().await.expect("trusted"), 3);
    let client = builder().build().expect("valid settings");
    let error = client.person().count().await.expect_err("not shown");
    assert_eq!(error.kind(), ErrorKind::Transport);
}

/// A minimal container has no certificates at all.
#[cfg(target_os = "linux")]
#[test]
fn a_system_without_certificates() {
    const PLACE: &str = "SSL_CERT_FILE";
    if std::env::var_os(PLACE).is_none_or(|place| place != "/dev/null") {
        // Where they are is said by the environment of the process, so this needs one of its own.
        let status = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "a_system_without_certificates"])
            .env(PLACE, "/dev/null")
            .env_remove("SSL_CERT_DIR")
            .status();
        assert!(status.expect("a process").success());
        return;
    }
    let count = |client: Client| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime
            .expect("a runtime")
            .block_on(async { client.person().count().await })
    };
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let plain = Server::answering(Answer::soap(200, message));
    assert_eq!(count(connect(plain.url())).expect("no TLS"), 3);

    let authority = Authority::new();
    let url = authority.serve("127.0.0.1", false);
    let error = count(connect(url.as_str())).expect_err("no trust");
    assert_eq!(kind(&error), Some(TransportErrorKind::Tls));
    assert!(!error.may_have_executed());
    let shown = format!("{:?}", error.transport());
    assert!(shown.contains("No CA certificates"), "{shown}");

    let client = Client::builder(url).root_certificates(authority.pem());
    let client = client.build().expect("valid settings");
    assert_eq!(count(client).expect("an authority of its own"), 3);
}

#[test]
fn settings_that_are_no_certificates() {
    const NO_CERTIFICATE: &str =
        "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    for builder in [
        Client::builder("https://crm").root_certificates("no pem"),
        Client::builder("https://crm").root_certificates(NO_CERTIFICATE),
        Client::builder("https://crm").client_certificate(NO_CERTIFICATE),
        Client::builder("https://crm").client_certificate("no pem"),
        Client::builder("https://crm").proxy("http://planted:planted@"),
    ] {
        assert!(!format!("{builder:?}").contains("planted"));
        let error = builder.build().expect_err("not usable");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let source = error.transport().expect("a reason");
        let shown = format!("{error} {error:?} {source:?}");
        assert!(!shown.contains("planted"), "{shown}");
    }
}

#[tokio::test]
async fn a_proxy() {
    let message = server::success("Services99", "Count", "<Response>3</Response>");
    let proxy = Server::answering(Answer::soap(200, message));
    let address = proxy
        .url()
        .replace("/SuperOffice", "")
        .replace("http://", "http://user:secret@");
    let client: Client = Client::builder("http://crm.invalid/SuperOffice")
        .proxy(address)
        .build()
        .expect("valid settings");
    assert_eq!(client.person().count().await.expect("a result"), 3);
    let seen = &proxy.seen()[0];
    assert_eq!(
        seen.path,
        "http://crm.invalid/SuperOffice/Remote/Services99/Person.svc"
    );
    assert_eq!(
        seen.header("proxy-authorization"),
        Some("Basic dXNlcjpzZWNyZXQ=")
    );
}

#[tokio::test]
async fn statuses_of_front_ends() {
    for (status, may_have_executed) in [
        (400, false),
        (415, false),
        (421, false),
        (429, false),
        (502, true),
        (504, true),
    ] {
        let head = format!("HTTP/1.1 {status} No\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno");
        let server = Server::answering(Answer::Raw(head.into_bytes()));
        let error = connect(server.url())
            .person()
            .count()
            .await
            .expect_err("no answer");
        assert_eq!(
            (error.kind(), error.http_status()),
            (ErrorKind::Http, Some(status))
        );
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.may_have_executed(), may_have_executed, "{status}");
        assert_eq!(server.seen().len(), 1);
    }
}

async fn read(response: &str) -> Result<i32, Error> {
    let message = server::success("Services99", "Count", response);
    let server = Server::answering(Answer::soap(200, message));
    connect(server.url()).person().count().await
}

#[tokio::test]
async fn nesting_ten_thousand_deep() {
    for name in ["Response", "Unknown"] {
        let deep = format!("<{name}>").repeat(10_000) + &format!("</{name}>").repeat(10_000);
        let error = read(&deep).await.expect_err("too deep");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.may_have_executed() && error.decode().is_some());
    }
}

#[tokio::test]
async fn ten_million_elements() {
    // Announced or not, what is beyond the limit is not read.
    let url = listen(|mut stream| {
        read_request(&mut stream);
        let ns = server::namespace("Services99");
        let start = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><GetPeopleResponse xmlns=\"{ns}\"><Response>"
        );
        let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{start}").as_bytes());
        let people = "<Person/>".repeat(10_000);
        for _ in 0..1_000 {
            if stream.write_all(people.as_bytes()).is_err() {
                return;
            }
        }
    });
    let people = connect(url).person().get_people(&[1]);
    let error = people.await.expect_err("90 million bytes");
    assert!(error.is_too_large() && error.may_have_executed());
    assert_eq!(error.response_body(), None, "what was read is gone");
}

#[tokio::test]
async fn document_types_and_entities() {
    let message = server::success("Services99", "Count", "<Response>&e;</Response>");
    let doctype = "<!DOCTYPE s [<!ENTITY e \"eeeeeeeee\"><!ENTITY f \"&e;&e;&e;&e;\">]>";
    let server = Server::answering(Answer::soap(200, format!("{doctype}{message}")));
    let error = connect(server.url())
        .person()
        .count()
        .await
        .expect_err("a document type");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        read("<Response>&e;</Response>")
            .await
            .expect_err("no entity")
            .kind(),
        ErrorKind::Decode
    );
}

#[tokio::test]
async fn references_that_xml_forbids() {
    let body = "<Response><Id>5</Id><Name>a&#x1;&#xFFFE;b&#xD;</Name></Response>";
    let server = Server::answering(Answer::soap(
        200,
        server::success("Services99", "GetPerson", body),
    ));
    let call = connect(server.url()).person().get_person(5).required();
    let person = call.await.expect("servers send them");
    assert_eq!(person.name.as_deref(), Some("a\u{1}\u{fffe}b\r"));
    for none in ["&#xD800;", "&#x110000;", "&#;", "&#xZ;"] {
        let error = read(&format!("<Response>{none}</Response>"))
            .await
            .expect_err(none);
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
}

#[cfg(feature = "gzip")]
mod gzip {
    use super::*;

    fn compressed(start: &str, blanks: usize, end: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(start.as_bytes()).expect("memory");
        let blank = [b' '; 1 << 16];
        for _ in 0..blanks / blank.len() {
            encoder.write_all(&blank).expect("memory");
        }
        encoder.write_all(end.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    }

    fn answer(body: Vec<u8>) -> Server {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Server::answering(Answer::Raw([head.into_bytes(), body].concat()))
    }

    #[tokio::test]
    async fn responses_may_be_compressed() {
        let message = server::success("Services99", "Count", "<Response>3</Response>");
        let server = answer(compressed(&message, 0, ""));
        assert_eq!(
            connect(server.url())
                .person()
                .count()
                .await
                .expect("a result"),
            3
        );
        assert_eq!(server.seen()[0].header("accept-encoding"), Some("gzip"));
    }

    #[tokio::test]
    async fn a_bomb() {
        let message = server::success("Services99", "Count", "<Response>3</Response>");
        let (start, end) = message.split_at(message.find("<Response>").expect("a result"));
        let bomb = compressed(start, 32 << 20, end);
        assert!(bomb.len() < 1 << 20, "small on the wire");
        let server = answer(bomb);
        let call = connect(server.url())
            .person()
            .count()
            .max_response_bytes(1 << 20);
        let error = call.await.expect_err("a bomb");
        assert!(error.is_too_large() && error.may_have_executed());
    }

    #[tokio::test]
    async fn what_is_not_compressed_after_all() {
        let error = connect(answer(b"<s:Envelope".to_vec()).url())
            .person()
            .count()
            .await;
        let error = error.expect_err("no gzip");
        assert_eq!(kind(&error), Some(TransportErrorKind::Interrupted));
    }
}

//! SuperOffice's cloud: where a tenant is, and how a system user logs in.

mod support;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rsa::PublicKeyComponents;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use serde_json::{Value, json};
use superoffice_client::{Builder, Environment, Error, ErrorKind, SystemUser, Tenant};

use support::clock::FakeClock;
use support::cloud::{APPLICATION_KEY, Cloud, json_answer, key};
use support::contract::Client;
use support::server::{self, Answer, Server};

const TOKEN: &str = "planted-application-token";
const USER: &str = "Planted App-pl4nt3d";
const TICKET: &str = "7T:planted-ticket==";
/// 2026-03-04T05:06:07Z
const NOW: Duration = Duration::from_secs(1_772_600_767);

/// The cloud with two places, of which one holds the tenant.
fn start() -> (Server, Arc<Cloud>) {
    Cloud::start(NOW.as_secs(), TICKET, |request| {
        let path = request.path.trim_start_matches("/SuperOffice");
        match path {
            _ if path.starts_with("/Old/") => Answer::html(421, "<html>Misdirected</html>"),
            _ if path.starts_with("/Cust12345/") && request.body.contains(TICKET) => {
                let message = server::success("Services99", "Count", "<Response>3</Response>");
                Answer::soap(200, message)
            }
            _ => Answer::html(404, "<html>nothing here</html>"),
        }
    })
}

fn place(server: &Server, name: &str) -> String {
    format!("{}/{name}/", server.url())
}

fn tenant(server: &Server) -> Tenant {
    Tenant::new(Environment::Custom(server.url()), "Cust12345")
}

fn builder(server: &Server) -> Builder<Client> {
    let clock = FakeClock::at(UNIX_EPOCH + NOW);
    Builder::tenant(tenant(server))
        .application_token(TOKEN)
        .clock(clock)
}

fn system_user(server: &Server) -> Client {
    let user = SystemUser::new(tenant(server), USER, APPLICATION_KEY).expect("a key");
    assert!(!format!("{user:?}").contains("lanted"), "{user:?}");
    builder(server)
        .credentials(user)
        .build()
        .expect("valid settings")
}

fn check(error: &Error) {
    let source = std::error::Error::source(error);
    let shown = format!(
        "{error} {error:?} {source:?} {}",
        source.map(ToString::to_string).unwrap_or_default()
    );
    assert!(!shown.contains("lanted"), "{shown}");
    assert!(!error.may_have_executed());
}

#[tokio::test]
async fn a_tenant_is_found_once() {
    let (server, _) = start();
    let client = builder(&server)
        .ticket(TICKET)
        .build()
        .expect("valid settings");
    assert_eq!(client.connection().base_url(), None);
    let calls: Vec<_> = (0..8)
        .map(|_| tokio::spawn(client.person().count().send()))
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a result"), 3);
    }
    let base = client.connection().base_url();
    assert_eq!(base, Some(format!("{}/Cust12345", server.url())));
    let seen = server.seen();
    assert_eq!((seen.len(), &*seen[0].method), (9, "GET"));
}

#[tokio::test]
async fn a_tenant_that_moved_is_found_again() {
    let (server, cloud) = start();
    cloud.says("Running", true, &place(&server, "Old"));
    let client = builder(&server)
        .ticket(TICKET)
        .build()
        .expect("valid settings");
    let error = client.person().count().await.expect_err("elsewhere, twice");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Http, Some(421))
    );
    check(&error);
    assert_eq!(server.seen().len(), 4, "once more and never again");
    cloud.says("Running", true, &place(&server, "Cust12345"));
    assert_eq!(client.person().count().await.expect("found again"), 3);
}

#[tokio::test]
async fn a_fixed_address_is_not_asked_for() {
    let (server, _) = start();
    let client: Client = Client::builder(format!("{}/Old", server.url()))
        .build()
        .expect("valid settings");
    let error = client.person().count().await.expect_err("elsewhere");
    assert_eq!((error.http_status(), server.seen().len()), (Some(421), 1));
}

#[tokio::test]
async fn tenants_that_are_not_running() {
    let (server, cloud) = start();
    let client = builder(&server)
        .ticket(TICKET)
        .build()
        .expect("valid settings");
    for (said, name) in [
        (
            json!({"State": "OfflineMaintenance", "IsRunning": false}),
            "OfflineMaintenance",
        ),
        (json!({"State": 4, "IsRunning": false}), "Suspended"),
        (json!({}), "unknown"),
    ] {
        *cloud.state.lock().expect("no panic") = said.to_string();
        let error = client.person().count().await.expect_err("not running");
        assert_eq!(
            (error.kind(), error.tenant_state()),
            (ErrorKind::Tenant, Some(name))
        );
        check(&error);
    }
    cloud.says("OnlineMaintenance", false, &place(&server, "Cust12345"));
    assert_eq!(client.person().count().await.expect("usable"), 3);
}

#[tokio::test]
async fn a_state_service_that_answers_something_else() {
    let (server, cloud) = start();
    let client = builder(&server)
        .ticket(TICKET)
        .build()
        .expect("valid settings");
    for said in [
        "<html>Sorry</html>",
        "[]",
        "{\"IsRunning\":true}",
        "{\"IsRunning\":true,\"Endpoint\":\"x\"}",
    ] {
        *cloud.state.lock().expect("no panic") = said.to_owned();
        let error = client.person().count().await.expect_err("no address");
        assert_eq!(error.kind(), ErrorKind::Http);
        check(&error);
    }
    let unknown =
        Builder::<Client>::tenant(Tenant::new(Environment::Custom(server.url()), "Cust1"));
    let unknown = unknown.build().expect("valid settings");
    let error = unknown.person().count().await.expect_err("no such tenant");
    assert_eq!(error.http_status(), Some(404));
    assert_eq!(
        error.to_string(),
        "Services99 Person/Count: not sent, since its tenant was not found"
    );
    let invalid = Tenant::new(Environment::Production, "../Cust1");
    let error = Builder::<Client>::tenant(invalid)
        .build()
        .expect_err("no identifier");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_system_user_logs_in_once() {
    let (server, cloud) = start();
    let client = system_user(&server);
    let calls: Vec<_> = (0..8)
        .map(|_| tokio::spawn(client.person().count().send()))
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("a result"), 3);
    }
    let logins = cloud.logins.lock().expect("no panic");
    let [login] = &logins[..] else {
        panic!("{} logins", logins.len())
    };
    assert_eq!(login["ApplicationToken"], TOKEN);
    assert_eq!(login["ContextIdentifier"], "Cust12345");
    assert_eq!(login["ReturnTokenType"], "JWT");
    let signed = login["SignedSystemToken"].as_str().expect("a string");
    let (stamped, signature) = signed.rsplit_once('.').expect("three parts");
    assert_eq!(stamped, format!("{USER}.202603040506"));
    let public: PublicKeyComponents<Vec<u8>> = key(APPLICATION_KEY).public().into();
    let signature = STANDARD.decode(signature).expect("base64");
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, stamped.as_bytes(), &signature)
        .expect("signed with the application's key");
}

#[tokio::test]
async fn keys_in_every_form() {
    let (server, cloud) = start();
    for key in [
        APPLICATION_KEY,
        include_str!("support/keys/application.pkcs1.pem"),
        include_str!("support/keys/application.xml"),
    ] {
        let user = SystemUser::new(tenant(&server), USER, key).expect("a key");
        let client = builder(&server)
            .credentials(user)
            .build()
            .expect("valid settings");
        assert_eq!(client.person().count().await.expect("a result"), 3);
    }
    let logins = cloud.logins.lock().expect("no panic");
    assert!(logins.len() == 3 && logins.iter().all(|login| *login == logins[0]));
}

#[tokio::test]
async fn tokens_that_are_not_believed() {
    let (server, cloud) = start();
    let client = system_user(&server);
    let whole = cloud.claims.lock().expect("no panic").clone();
    let changed = |name: &str, value: Value| {
        let mut claims = whole.clone();
        claims[name] = value;
        (claims, json!({"alg": "RS256", "kid": "new"}))
    };
    let header = |header: Value| (whole.clone(), header);
    for ((claims, header), why) in [
        (changed("iss", json!("Somebody")), "another issuer"),
        (changed("exp", json!(NOW.as_secs() - 300)), "expired"),
        (changed("exp", Value::Null), "no end"),
        (changed("nbf", json!(NOW.as_secs() + 301)), "not valid yet"),
        (
            changed(
                "http://schemes.superoffice.net/identity/ticket",
                Value::Null,
            ),
            "no ticket",
        ),
        (
            header(json!({"alg": "none", "kid": "new"})),
            "not signed with RS256",
        ),
        (
            header(json!({"alg": "HS256", "kid": "new"})),
            "not signed with RS256",
        ),
        (
            header(json!({"alg": "RS256", "kid": "other"})),
            "an unknown key",
        ),
        (header(json!({"alg": "RS256"})), "an unknown key"),
        (header(json!({"alg": "RS256", "kid": "old"})), "signature"),
    ] {
        *cloud.claims.lock().expect("no panic") = claims;
        *cloud.header.lock().expect("no panic") = header;
        let error = client.person().count().await.expect_err(why);
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert!(error.is_login());
        check(&error);
        let said = std::error::Error::source(&error)
            .expect("the login's error")
            .to_string();
        assert!(said.contains(why), "{said}: {why}");
    }
    *cloud.claims.lock().expect("no panic") = whole;
    *cloud.header.lock().expect("no panic") = json!({"alg": "RS256", "kid": "new"});
    let forged = cloud.token(&key(APPLICATION_KEY));
    for (token, why) in [
        (forged.as_str(), "signature"),
        ("a.b", "no signed token"),
        ("", "no signed token"),
    ] {
        let answer = json!({"IsSuccessful": true, "Token": token}).to_string();
        *cloud.exchange.lock().expect("no panic") = Some(json_answer(&answer));
        let error = client.person().count().await.expect_err(why);
        let said = std::error::Error::source(&error)
            .expect("the login's error")
            .to_string();
        assert!(said.contains(why), "{said}: {why}");
    }
    *cloud.exchange.lock().expect("no panic") = None;
    assert_eq!(client.person().count().await.expect("a result"), 3);
}

#[tokio::test]
async fn a_system_user_that_is_not_accepted() {
    let (server, cloud) = start();
    let client = system_user(&server);
    let refusal =
        json!({"IsSuccessful": false, "Token": null, "ErrorMessage": format!("no {USER} {TOKEN}")});
    for (answer, kind) in [
        (json_answer(&refusal.to_string()), ErrorKind::Authentication),
        (json_answer("{}"), ErrorKind::Authentication),
        (Answer::html(500, format!("<html>{TOKEN}")), ErrorKind::Http),
        (Answer::html(200, "<html>"), ErrorKind::Http),
    ] {
        *cloud.exchange.lock().expect("no panic") = Some(answer);
        let error = client.person().count().await.expect_err("refused");
        assert_eq!(error.kind(), kind);
        assert!(error.is_login());
        check(&error);
    }
    let user = SystemUser::new(tenant(&server), USER, APPLICATION_KEY).expect("a key");
    let client: Client = Builder::tenant(tenant(&server))
        .credentials(user)
        .build()
        .expect("valid settings");
    let error = client
        .person()
        .count()
        .await
        .expect_err("no application token");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn the_clouds() {
    assert_eq!(
        Environment::Development.url(),
        "https://sod.superoffice.com"
    );
    assert_eq!(Environment::Stage.url(), "https://qaonline.superoffice.com");
    assert_eq!(
        Environment::Production.url(),
        "https://online.superoffice.com"
    );
}

//! Secrets are planted wherever the contract has a place for one, and looked for in whatever is printed.

use std::error::Error as _;
use std::fmt::Debug;
use std::panic;

use superoffice_services::services88::chat::ChatSessionEntity;
use superoffice_services::services88::customer_service::{CsSessionKey, SmsConfig};
use superoffice_services::services88::email::*;
use superoffice_services::services88::so_principal::AuthenticateResponse;
use superoffice_services::services88::types::*;
use superoffice_services::services88::user::SetExternalUserInfoArgs;
use superoffice_services::services88::{CONTRACT, Client};
use superoffice_services::soap::{
    self, Element, HttpRequest, HttpResponse, Kind, Transport, TransportFuture, Value,
};
use superoffice_services::{AnyValue, Call, Dictionary};

const SECRET: &str = "planted<&>\"secret\"";

/// A part of it that stands in the text in whatever way it is escaped.
const PLANTED: &str = "planted";

fn secret() -> Option<String> {
    Some(SECRET.to_owned())
}

fn dictionary() -> Dictionary<String, Option<String>> {
    Dictionary::from([("Password".to_owned(), secret())])
}

#[track_caller]
fn hidden(what: &str) {
    assert!(!what.contains(PLANTED), "{what}");
    assert!(
        what.contains("[redacted]"),
        "nothing is said to be left out: {what}"
    );
}

/// Not shown, but kept and written.
#[track_caller]
fn kept<T: Value + Debug>(value: T) {
    hidden(&format!("{value:?}"));
    hidden(&format!("{value:#?}"));
    let xml = soap::encode(&CONTRACT, &Element::plain("X", 0), &value);
    assert!(
        String::from_utf8_lossy(&xml).contains(PLANTED),
        "it is not written"
    );
}

#[test]
fn entities() {
    kept(SoCredentials {
        ticket: secret(),
        ..Default::default()
    });
    kept(Credential {
        value: secret(),
        ..Default::default()
    });
    kept(CredentialUser {
        value: secret(),
        ..Default::default()
    });
    kept(CsSessionKey {
        key: secret(),
        ..Default::default()
    });
    kept(ChatSessionEntity {
        session_key: secret(),
        ..Default::default()
    });
    kept(EMailConnectionInfo {
        password: secret(),
        ..Default::default()
    });
    kept(EMailConnectionInfoExtended {
        password: secret(),
        ..Default::default()
    });
    kept(ErpConnection {
        config_fields: Some(dictionary()),
        ..Default::default()
    });
    kept(MailboxEntity {
        password: secret(),
        ..Default::default()
    });
    kept(QuoteConnection {
        extra_data: secret(),
        ..Default::default()
    });
    kept(ServiceAuth {
        password: secret(),
        ..Default::default()
    });
    kept(ShipmentMessageEntity {
        access_key: secret(),
        ..Default::default()
    });
    kept(SmsConfig {
        ns_plugin_config: Some(dictionary()),
        ..Default::default()
    });
    kept(TokenManagementInfo {
        access_token: secret(),
        ..Default::default()
    });
    kept(TokenManagementInfo {
        refresh_token: secret(),
        ..Default::default()
    });
    kept(UntrustedCredentials {
        secret_value: secret(),
        ..Default::default()
    });
    kept(Webhook {
        secret: secret(),
        ..Default::default()
    });
    kept(Webhook {
        headers: Some(dictionary()),
        ..Default::default()
    });
    let properties = [("Password".to_owned(), Some(AnyValue::from(SECRET)))];
    kept(Webhook {
        properties: Some(properties.into()),
        ..Default::default()
    });
    // Inside of others.
    let credential = Credential {
        value: secret(),
        ..Default::default()
    };
    kept(User {
        credentials: Some(vec![credential]),
        ..Default::default()
    });
    let auth = ServiceAuth {
        password: secret(),
        ..Default::default()
    };
    kept(EMailAccount {
        incoming_credentials: Some(auth),
        ..Default::default()
    });
}

#[test]
fn parameters_and_results_in_structs() {
    let args = SetExternalUserInfoArgs {
        password: secret(),
        ..Default::default()
    };
    hidden(&format!("{args:?}"));
    let credentials = SoCredentials {
        ticket: secret(),
        ..Default::default()
    };
    let results = AuthenticateResponse {
        credentials: Some(credentials),
        ..Default::default()
    };
    hidden(&format!("{results:?}"));
}

#[test]
fn what_the_contract_does_not_know() {
    let xml = format!(
        "<X xmlns='{}'><NewSecret>planted</NewSecret></X>",
        CONTRACT.namespace(0)
    );
    let mut contact = ContactEntity::default();
    soap::decode(xml.as_bytes(), Kind::Plain, &mut contact).expect("a contact");
    let shown = format!("{contact:?} {:?}", contact.extra.get("NewSecret"));
    assert!(!shown.contains(PLANTED), "{shown}");
    assert!(shown.contains("NewSecret"), "{shown}");
}

/// Answers with all that it was sent, in one way after another.
struct Echo(fn(&str) -> (u16, String));

impl Transport for Echo {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let shown = format!("{request:?}");
        assert!(!shown.contains(PLANTED), "{shown}");
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let (status, answer) = (self.0)(&body);
        let response = HttpResponse::new(status, answer.into_bytes());
        let shown = format!("{response:?}");
        assert!(!shown.contains(PLANTED), "{shown}");
        Box::pin(async move { Ok(response) })
    }
}

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// The text of the request and nothing of its XML.
fn escaped(body: &str) -> String {
    body.replace('&', "&amp;").replace('<', "&lt;")
}

fn fault(body: &str) -> (u16, String) {
    let text = escaped(body);
    let fault = format!(
        "<s:Envelope xmlns:s='{ENVELOPE}'><s:Body><s:Fault><faultcode>s:Client</faultcode>\
         <faultstring>{text} planted&lt;&amp;>\"secret\"</faultstring></s:Fault></s:Body></s:Envelope>"
    );
    (500, fault)
}

fn exception(_: &str) -> (u16, String) {
    let exception = format!(
        "<s:Envelope xmlns:s='{ENVELOPE}'><s:Header><ExceptionInfo xmlns='{}'><Message>no \
         planted&lt;&amp;>\"secret\" here</Message></ExceptionInfo></s:Header><s:Body/></s:Envelope>",
        CONTRACT.namespace(0)
    );
    (200, exception)
}

fn page(_: &str) -> (u16, String) {
    (
        403,
        "<html><body>no planted&lt;&amp;>\"secret\" planted<&>\"secret\"</body></html>".to_owned(),
    )
}

fn client(answer: fn(&str) -> (u16, String)) -> Client {
    let builder = Client::builder("http://127.0.0.1:9").transport(Echo(answer));
    let builder = builder
        .application_token("planted-token")
        .ticket("7T:planted-ticket");
    hidden(&format!("{builder:?}"));
    let client = builder.build().expect("valid settings");
    let shown = format!("{client:?} {:?}", client.connection());
    assert!(!shown.contains(PLANTED), "{shown}");
    client
}

async fn call<T: Debug>(call: Call<T>, of_body: bool) {
    let shown = format!("{call:?}");
    assert!(!shown.contains(PLANTED), "{shown}");
    hidden(&call.to_xml());
    let body = String::from_utf8_lossy(call.body()).into_owned();
    assert_eq!(body.contains(PLANTED), of_body, "{body}");
    let error = call.await.expect_err("the answer is an error");
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        shown.push_str(&format!("{error} {error:?}"));
        source = error.source();
    }
    // A call that was not given the secret cannot know it for one.
    let looked_for = if of_body { PLANTED } else { "planted-" };
    assert!(!shown.contains(looked_for), "{shown}");
    let panicked = panic::catch_unwind(panic::AssertUnwindSafe(move || {
        // As `expect` does it.
        panic!("{error:?}");
    }));
    let payload = panicked.expect_err("it panics");
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(!message.contains(looked_for), "{message}");
}

#[tokio::test]
async fn calls_and_errors() {
    for answer in [fault, exception, page] {
        let client = client(answer);
        call(client.user().change_password(7, SECRET, SECRET), true).await;
        call(
            client
                .so_principal()
                .authenticate_username_password("ada", SECRET),
            true,
        )
        .await;
        call(
            client.so_principal().authenticate_generic(&dictionary()),
            true,
        )
        .await;
        call(
            client.so_principal().authenticate_with_access_token(SECRET),
            true,
        )
        .await;
        call(
            client.marketing().verify_google_recaptcha(SECRET, SECRET),
            true,
        )
        .await;
        let args = SetExternalUserInfoArgs {
            password: secret(),
            ..Default::default()
        };
        call(client.user().set_external_user_info(&args), true).await;
        let auth = ServiceAuth {
            password: secret(),
            ..Default::default()
        };
        call(client.user().save_service_auth(&auth), true).await;
        call(
            client.license().get_license_status_from_license_server("X"),
            false,
        )
        .await;
    }
}

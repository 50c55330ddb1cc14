//! Five operations of two versions, end to end over HTTP: the server holds every request against
//! the contract and answers as WCF does.

mod support;

use roxmltree::Document;
use superoffice_services::services83::{self, CsFeatureToggle};
use superoffice_services::services86::{self, ActivityStatus, BatchTaskInfo};
use superoffice_services::{Error, ErrorKind};

use support::netserver::{self, APPLICATION_TOKEN, TASK_ID, TICKET};
use support::server::{Request, Server};

fn client86(server: &Server) -> services86::Client {
    let builder = services86::Client::builder(server.url());
    builder
        .application_token(APPLICATION_TOKEN)
        .ticket(TICKET)
        .build()
        .expect("valid settings")
}

/// The names and texts of the elements at the ends, below the wrapper of the last request.
fn sent(server: &Server) -> Vec<(String, Option<String>)> {
    let request = server.seen().pop().expect("a request");
    let document = Document::parse(&request.body).expect("well-formed");
    let xsi = "http://www.w3.org/2001/XMLSchema-instance";
    let body = document
        .root_element()
        .last_element_child()
        .expect("a body");
    let ends = body
        .descendants()
        .filter(|node| node.is_element() && node.first_element_child().is_none());
    ends.map(|node| {
        let nil = node.attribute((xsi, "nil")).is_some();
        let text = (!nil).then(|| node.text().unwrap_or_default().to_owned());
        (node.tag_name().name().to_owned(), text)
    })
    .collect()
}

fn pair(name: &str, text: &str) -> (String, Option<String>) {
    (name.to_owned(), Some(text.to_owned()))
}

#[tokio::test]
async fn update_net_services_status() -> Result<(), Error> {
    let server = netserver::start();
    let client = client86(&server);
    let status = "{ \"state\": \"<ok> & \u{e6}\u{1f600}\" }\r\n\tend ";
    client
        .preference()
        .update_net_services_status(status)
        .await?;
    assert_eq!(sent(&server), [pair("XmlOrJson", status)]);
    client.preference().update_net_services_status(None).await?;
    assert_eq!(sent(&server), [("XmlOrJson".to_owned(), None)]);
    Ok(())
}

#[tokio::test]
async fn set_activity_status() -> Result<(), Error> {
    let server = netserver::start();
    let client = client86(&server);
    let completed: ActivityStatus = "Completed".parse().expect("a name");
    let ids = ["appointment_id=666", "sale_id=7"];
    client
        .appointment()
        .set_activity_status(&ids, completed)
        .await?;
    let status = pair("ActivityStatus", "Completed");
    assert_eq!(
        sent(&server),
        [pair("string", ids[0]), pair("string", ids[1]), status]
    );

    client
        .appointment()
        .set_activity_status(&[""; 0], ActivityStatus::Unknown)
        .await?;
    let status = pair("ActivityStatus", "Unknown");
    assert_eq!(
        sent(&server),
        [pair("ActivityIdentifier", ""), status.clone()]
    );
    client
        .appointment()
        .set_activity_status(None, ActivityStatus::Unknown)
        .await?;
    assert_eq!(
        sent(&server),
        [("ActivityIdentifier".to_owned(), None), status]
    );
    Ok(())
}

#[tokio::test]
async fn get_license_status_from_license_server() -> Result<(), Error> {
    let server = netserver::start();
    let client = client86(&server);
    let owner = String::from("SUPEROFFICE");
    let call = client
        .license()
        .get_license_status_from_license_server(&owner);
    let response = call.required().with_headers().await?;
    assert_eq!(response.value.license_status.name(), "Ok");
    assert_eq!(response.value.message.as_deref(), Some(""));
    assert_eq!(
        response.value.url.as_deref(),
        Some("https://www.example.com/licence")
    );
    assert_eq!(response.headers.succeeded, Some(true));
    assert_eq!(sent(&server), [pair("OwnerName", "SUPEROFFICE")]);

    let nobody = client
        .license()
        .get_license_status_from_license_server("nobody");
    assert_eq!(nobody.await?, None);
    Ok(())
}

#[tokio::test]
async fn update_batch_task() -> Result<(), Error> {
    let server = netserver::start();
    let client = client86(&server);
    let task = BatchTaskInfo {
        id: TASK_ID,
        description: Some("second try".to_owned()),
        state: "New".parse().expect("a name"),
        ..Default::default()
    };
    let mut task = client.batch().update_batch_task(&task).required().await?;
    assert_eq!(
        (task.id, task.name.as_deref()),
        (TASK_ID, Some("Nightly import"))
    );
    assert_eq!((task.associate_id, task.details_table), (5, -1));
    assert!(task.is_internal_task && !task.is_system_task);
    assert_eq!(task.description.as_deref(), Some("second try"));
    assert_eq!(task.state.name(), "New");
    assert_eq!(
        (task.context.as_deref(), task.result.as_deref()),
        (Some(""), None)
    );
    assert_eq!(task.last_started.to_string(), "2022-03-01T23:15:00");
    assert!(task.created.is_null());
    assert_eq!(task.progress_percent, 42);
    let parameters = task.parameter_object.as_ref().expect("a dictionary");
    let texts: Vec<_> = parameters
        .iter()
        .map(|(key, value)| (&**key, value.as_deref()))
        .collect();
    assert_eq!(texts, [("file", Some("contacts.csv")), ("mapping", None)]);

    // Reading, changing and saving loses nothing, also not what only a newer server knows.
    task.description = None;
    client.batch().update_batch_task(&task).await?;
    let sent = sent(&server);
    let at = |name: &str| sent.iter().position(|(sent, _)| sent == name).expect(name);
    assert_eq!(sent[at("Description")].1, None);
    assert_eq!(sent[at("Context")].1.as_deref(), Some(""));
    assert_eq!(
        sent[at("LastStarted")].1.as_deref(),
        Some("2022-03-01T23:15:00")
    );
    assert_eq!(
        sent[at("Created")].1.as_deref(),
        Some("0001-01-01T00:00:00")
    );
    assert_eq!(sent[at("Priority")].1.as_deref(), Some("9"));
    assert_eq!(
        (at("Priority"), at("State")),
        (at("Result") + 1, at("Result") + 2)
    );
    Ok(())
}

#[tokio::test]
async fn update_feature_toggles() -> Result<(), Error> {
    let server = netserver::start();
    // Clients of several versions share a connection.
    let client = services83::Client::from(client86(&server).connection().clone());
    let toggle = |name: &str, state| CsFeatureToggle {
        name: Some(name.to_owned()),
        state,
        ..Default::default()
    };
    let toggles = vec![toggle("Chat", true), toggle("Bot", false)];
    client
        .customer_service()
        .update_feature_toggles(&toggles)
        .await?;
    let sent: Vec<_> = sent(&server)
        .into_iter()
        .filter(|(name, _)| name == "Name" || name == "State")
        .collect();
    let (chat, bot) = (pair("Name", "Chat"), pair("Name", "Bot"));
    assert_eq!(
        sent,
        [chat, pair("State", "true"), bot, pair("State", "false")]
    );
    Ok(())
}

#[tokio::test]
async fn the_request_around_it() -> Result<(), Error> {
    let server = netserver::start();
    client86(&server)
        .preference()
        .update_net_services_status("{}")
        .await?;
    let Request {
        method,
        path,
        headers,
        ..
    } = server.seen().remove(0);
    assert_eq!(method, "POST");
    assert_eq!(path, "/SuperOffice/Remote/Services86/Preference.svc");
    let header = |name: &str| {
        headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, text)| &**text)
    };
    assert_eq!(header("content-type"), Some("text/xml; charset=utf-8"));
    let ns = "http://www.superoffice.net/ws/crm/NetServer/Services86";
    let action = format!("\"{ns}/Preference/UpdateNetServicesStatus\"");
    assert_eq!(header("soapaction"), Some(&*action));
    Ok(())
}

#[tokio::test]
async fn what_the_server_refuses() {
    let server = netserver::start();
    let client = client86(&server);
    let missing = BatchTaskInfo {
        id: 1,
        ..Default::default()
    };
    let error = client
        .batch()
        .update_batch_task(&missing)
        .await
        .expect_err("no such task");
    assert_eq!(error.kind(), ErrorKind::Exception);
    assert!(error.is_not_found());
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.message(), Some("there is no such batch task"));

    let call = client
        .preference()
        .update_net_services_status("{}")
        .ticket("7T:expired");
    let error = call.await.expect_err("no such session");
    assert!(error.is_session_expired() && !error.may_have_executed());

    let body = r#"<Forget xmlns="http://www.superoffice.net/ws/crm/NetServer/Services86"/>"#;
    let error = client
        .raw("Batch", "Forget", body)
        .await
        .expect_err("no such operation");
    assert_eq!(
        error.fault().map(|fault| &*fault.code),
        Some("ActionNotSupported")
    );
}

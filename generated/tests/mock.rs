//! The mock as a user's tests meet it: typed answers, refusals, failures, sessions; in process and
//! over HTTP.

use std::time::Duration;

use superoffice_services::mock::{Answer, Exception, Fill, Mock};
use superoffice_services::services83;
use superoffice_services::services86::so_principal::AuthenticateResponse;
use superoffice_services::services86::{
    ActivityStatus, BatchTaskInfo, BatchTaskState, CheckLicenseStatusResult, Client,
};
use superoffice_services::{Error, ErrorKind};

fn check(message: &str) -> Option<CheckLicenseStatusResult> {
    Some(CheckLicenseStatusResult {
        message: Some(message.to_owned()),
        ..Default::default()
    })
}

async fn message(client: &Client, owner: &str) -> Result<Option<String>, Error> {
    let call = client
        .license()
        .get_license_status_from_license_server(owner);
    Ok(call.required().await?.message)
}

#[tokio::test]
async fn answers_by_arguments() -> Result<(), Error> {
    let mock = Mock::<Client>::new();
    let any = mock
        .on_any(|c| c.license().get_license_status_from_license_server(""))
        .respond(check("any"));
    let ours = mock
        .on(|c| c.license().get_license_status_from_license_server("A & B"))
        .respond(check("ours"));
    mock.on_any(|c| c.license().get_license_status_from_license_server(""))
        .when(|call| call.text("OwnerName").is_some_and(|name| name.len() == 1))
        .respond_with(|call| check(&call.text("OwnerName").unwrap_or_default().repeat(3)));

    let client = mock.client();
    assert_eq!(message(&client, "A & B").await?.as_deref(), Some("ours"));
    assert_eq!(message(&client, "other").await?.as_deref(), Some("any"));
    assert_eq!(message(&client, "x").await?.as_deref(), Some("xxx"));
    assert_eq!((any.calls(), ours.calls(), mock.call_count()), (1, 1, 3));
    let calls = mock.calls();
    assert_eq!(calls[0].text("OwnerName").as_deref(), Some("A & B"));
    assert_eq!(
        format!("{:?}", calls[0]),
        "Services86 License/GetLicenseStatusFromLicenseServer"
    );
    Ok(())
}

#[tokio::test]
async fn answers_in_turn() -> Result<(), Error> {
    let mock = Mock::<Client>::new();
    let on = || mock.on_any(|c| c.license().get_license_status_from_license_server(""));
    on().respond(check("later"));
    on().once().raise(Exception::access_denied());
    let client = mock.client();
    assert!(
        message(&client, "")
            .await
            .is_err_and(|e| e.is_access_denied())
    );
    assert_eq!(message(&client, "").await?.as_deref(), Some("later"));
    Ok(())
}

#[tokio::test]
async fn every_kind_of_result() -> Result<(), Error> {
    let mock = Mock::<Client>::new();
    let client = mock.client();
    // Nothing is said: the default.
    client
        .appointment()
        .set_activity_status(&["appointment_id=1"], ActivityStatus::Completed)
        .await?;
    let task = client.batch().update_batch_task(None).await?;
    assert_eq!(task, Some(BatchTaskInfo::default()));

    mock.on(|c| c.so_principal().authenticate_username_password("u", "p"))
        .respond(AuthenticateResponse {
            authentication_succeeded: false,
            ..Default::default()
        });
    let refused = client
        .so_principal()
        .authenticate_username_password("u", "p");
    assert!(!refused.await?.authentication_succeeded);
    let granted = client
        .so_principal()
        .authenticate_username_password("u", "q");
    let ticket = granted.await?.credentials.and_then(|found| found.ticket);
    assert_eq!(ticket.as_deref(), Some("7T:mock-1"));

    let given = BatchTaskInfo {
        id: 7,
        state: BatchTaskState::Started,
        ..Default::default()
    };
    mock.on_any(|c| c.batch().update_batch_task(None))
        .respond_with(|call| call.argument("BatchTaskInfo").unwrap_or_default());
    let echoed = client.batch().update_batch_task(&given).await?;
    assert_eq!(echoed, Some(given));
    mock.on_any(|c| c.batch().update_batch_task(None))
        .respond(None);
    assert_eq!(client.batch().update_batch_task(None).await?, None);

    mock.fill(Fill::Samples);
    let check = message(&client, "x").await?;
    assert_eq!(check.as_deref(), Some("Message"));
    Ok(())
}

#[tokio::test]
async fn requests_are_held_against_the_contract() {
    let mock = Mock::<Client>::new();
    let client = mock.client();
    let wrong = r#"<UpdateBatchTask xmlns="http://www.superoffice.net/ws/crm/NetServer/Services86"><BatchTaskInfo><Name>x</Name><Id>7</Id></BatchTaskInfo></UpdateBatchTask>"#;
    let call = || client.raw("Batch", "UpdateBatchTask", wrong);
    let error = call().await.expect_err("the order is wrong");
    let fault = error.fault().expect("a fault");
    assert!(
        fault.string.contains("`Id` has to stand before `Name`"),
        "{}",
        fault.string
    );
    mock.lenient();
    call().await.expect("a lenient server takes it");

    mock.strict();
    let error = message(&client, "x").await.expect_err("nothing was said");
    assert_eq!(error.kind(), ErrorKind::Fault);
}

#[tokio::test]
async fn failures_of_every_kind() {
    let mock = Mock::<Client>::new();
    let server = mock.serve().expect("a port");
    let over_http = Client::builder(server.url())
        .build()
        .expect("valid settings");
    for client in [mock.client(), over_http] {
        let on = || {
            mock.on_any(|c| c.license().get_license_status_from_license_server(""))
                .once()
        };
        on().fault(Exception::not_found());
        let error = message(&client, "").await.expect_err("a fault");
        assert!(error.is_not_found() && error.fault().is_some());

        on().answer(Answer::new(503, "text/html", "<p>busy</p>"));
        let error = message(&client, "").await.expect_err("a status");
        assert_eq!(
            (error.kind(), error.http_status()),
            (ErrorKind::Http, Some(503))
        );
        assert!(!error.may_have_executed());

        for broken in [Answer::reset(), Answer::xml(200, "<a/>").truncated(2)] {
            on().answer(broken);
            let error = message(&client, "").await.expect_err("a broken connection");
            assert_eq!(error.kind(), ErrorKind::Transport);
            assert!(error.may_have_executed());
        }
        on().cut_off_after(40).respond(check("never seen"));
        let error = message(&client, "").await.expect_err("cut off");
        assert_eq!(error.kind(), ErrorKind::Transport);

        on().answer(Answer::hang());
        let call = client.license().get_license_status_from_license_server("");
        let error = call.timeout(Duration::from_millis(30)).await;
        assert!(error.expect_err("no answer").is_timeout());

        on().after(Duration::from_millis(1)).respond(check("late"));
        let late = message(&client, "").await.expect("an answer");
        assert_eq!(late.as_deref(), Some("late"));
    }
}

#[tokio::test]
async fn sessions_begin_and_end() -> Result<(), Error> {
    let mock = Mock::<Client>::new();
    mock.require_sessions();
    let refused = message(&mock.client(), "").await;
    assert!(refused.is_err_and(|error| error.is_session_expired()));

    let credentials = superoffice_services::Credentials::user("SAL0", "secret");
    let client = mock.builder().credentials(credentials).build()?;
    message(&client, "").await?;
    message(&client, "").await?;
    assert_eq!(mock.tickets_issued(), 1);
    mock.expire_sessions();
    message(&client, "").await?;
    assert_eq!(mock.tickets_issued(), 2);
    let last = mock.calls().pop().and_then(|call| call.ticket());
    assert_eq!(last.as_deref(), Some("7T:mock-2"));

    mock.accept_ticket("7T:mine");
    let client = mock.builder().ticket("7T:mine").build()?;
    message(&client, "").await?;
    Ok(())
}

#[tokio::test]
async fn several_versions_on_one_server() -> Result<(), Error> {
    let mock = Mock::<Client>::new();
    let old = mock.also::<services83::Client>();
    let client = services83::Client::from(mock.client().connection().clone());
    old.on_any(|c| c.license().get_license_status_from_license_server(""))
        .raise(Exception::not_found());
    let call = client.license().get_license_status_from_license_server("");
    assert!(call.await.is_err_and(|error| error.is_not_found()));
    assert_eq!(message(&mock.client(), "").await?, None);
    Ok(())
}

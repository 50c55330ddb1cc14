//! The README's programme for production, run against a cloud on loopback and the mock.

#[path = "../../client/tests/support/cloud.rs"]
mod cloud;
#[path = "../../client/tests/support/server.rs"]
mod server;

use std::time::{SystemTime, UNIX_EPOCH};

use superoffice_services::mock::{Exception, Mock};

use cloud::{APPLICATION_KEY, Cloud};
use server::{Answer, Server};

// What follows stands in README.md word for word; `the_readme_says_the_same` holds it there.
// begin
use std::time::Duration;
use superoffice_services::services86::{Client, LicenseStatus};
use superoffice_services::{Builder, Environment, Error, ErrorKind, SystemUser, Tenant};

/// One client for the whole programme: clones share its connections and its session.
fn connect(tenant: Tenant, app: &str, user: &str, key: &str) -> Result<Client, Error> {
    Builder::tenant(tenant.clone()) // its address is asked for, and again when it moves
        .application_token(app)
        .credentials(SystemUser::new(tenant, user, key)?) // logs in when needed, once for all
        .timeout(Duration::from_secs(60)) // with all attempts, and the login
        .build()
}

/// `None` is: ask again later.
async fn is_licensed(client: &Client, owner: &str) -> Result<Option<bool>, Error> {
    let license = client.license();
    let call = license.get_license_status_from_license_server(owner);
    // A read: it may be tried again after a failure that leaves open whether it was executed.
    match call.idempotent().required().await {
        Ok(check) => Ok(Some(check.license_status == LicenseStatus::Ok)),
        Err(error) if error.is_not_found() => Ok(Some(false)),
        Err(error) if error.kind() == ErrorKind::Tenant => {
            tracing::info!(state = error.tenant_state(), "closed for maintenance");
            Ok(None)
        }
        Err(error) if error.is_timeout() || error.retry_after().is_some() => {
            tracing::warn!(%error, may_have_executed = error.may_have_executed(), "later");
            Ok(None)
        }
        Err(error) => Err(error), // the credentials, a right that is missing, a mistake of ours
    }
}
// end

const TICKET: &str = "7T:planted-ticket==";

fn start() -> (Mock<Client>, impl Sized, Server, std::sync::Arc<Cloud>) {
    let mock = Mock::<Client>::new();
    mock.on(|c| c.license().get_license_status_from_license_server("nobody"))
        .raise(Exception::not_found());
    let netserver = mock.serve().expect("loopback has a free port");
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_secs();
    let (server, cloud) = Cloud::start(now, TICKET, |_| Answer::html(404, ""));
    cloud.says("Running", true, &netserver.url());
    (mock, netserver, server, cloud)
}

fn client(server: &Server) -> Client {
    let tenant = Tenant::new(Environment::Custom(server.url()), "Cust12345");
    connect(
        tenant,
        "application token",
        "system user token",
        APPLICATION_KEY,
    )
    .expect("valid settings")
}

#[tokio::test]
async fn it_runs() {
    let (mock, _netserver, server, cloud) = start();
    let client = client(&server);
    let licensed = is_licensed(&client, "SUPEROFFICE").await;
    assert_eq!(licensed.expect("the mock's default answer"), Some(true));
    let licensed = is_licensed(&client, "nobody").await;
    assert_eq!(licensed.expect("not found"), Some(false));
    assert_eq!(mock.calls().len(), 2);
    assert_eq!(cloud.logins.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn the_tenant_is_closed() {
    let (_mock, _netserver, server, cloud) = start();
    cloud.says("OfflineMaintenance", false, "");
    let licensed = is_licensed(&client(&server), "SUPEROFFICE").await;
    assert_eq!(licensed.expect("later"), None);
}

#[test]
fn the_readme_says_the_same() {
    let source = include_str!("production.rs");
    let (_, source) = source.split_once("// begin\n").expect("a begin");
    let (source, _) = source.split_once("// end\n").expect("an end");
    let readme = include_str!("../../README.md");
    assert!(readme.contains(source), "README.md has another programme");
}

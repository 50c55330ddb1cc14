//! Asks the licence server about an owner's modules.
//!
//! `cargo run -p superoffice-services --features services86 --example get_license_status --
//! SUPEROFFICE`

mod support;

use superoffice_services::Error;
use superoffice_services::mock::Mock;
use superoffice_services::services86::{CheckLicenseStatusResult, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let owner = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "SUPEROFFICE".to_owned());
    let target = support::target(|mock: &Mock<Client>| {
        mock.on(|c| {
            c.license()
                .get_license_status_from_license_server("SUPEROFFICE")
        })
        .respond(Some(CheckLicenseStatusResult {
            message: Some("the licence is valid".to_owned()),
            url: Some("https://www.example.com/licence".to_owned()),
            ..Default::default()
        }));
    });
    let client = Client::builder(&target.url)
        .application_token(&target.application_token)
        .ticket(&target.ticket)
        .build()?;

    match client
        .license()
        .get_license_status_from_license_server(&owner)
        .await?
    {
        Some(check) => {
            println!("{owner}: {}", check.license_status);
            println!("{}", check.message.unwrap_or_default());
            println!("{}", check.url.unwrap_or_default());
        }
        None => println!("{owner}: the licence server knows nothing"),
    }
    Ok(())
}

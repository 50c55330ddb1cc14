//! Hands the status of the online services, as their status page gives it, to the preferences.
//!
//! `cargo run -p superoffice-services --features services86 --example update_net_services_status --
//! status.json`

mod support;

use std::error::Error;

use superoffice_services::services86::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let status = match std::env::args().nth(1) {
        Some(file) => std::fs::read_to_string(file)?,
        None => r#"{"Services":[]}"#.to_owned(),
    };
    let target = support::target::<Client>(|_| ());
    let client = Client::builder(&target.url)
        .application_token(&target.application_token)
        .ticket(&target.ticket)
        .build()?;

    client
        .preference()
        .update_net_services_status(&status)
        .await?;
    println!("{} characters handed over", status.chars().count());
    Ok(())
}

//! Marks activities as completed.
//!
//! `cargo run -p superoffice-services --features services86 --example set_activity_status --
//! appointment_id=666`

mod support;

use superoffice_services::services86::{ActivityStatus, Client};
use superoffice_services::{Error, TimeZone};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut activities: Vec<String> = std::env::args().skip(1).collect();
    if activities.is_empty() {
        activities.push("appointment_id=666".to_owned());
    }
    let target = support::target::<Client>(|_| ());
    let client = Client::builder(&target.url)
        .application_token(&target.application_token)
        .ticket(&target.ticket)
        .build()?;

    client
        .appointment()
        .set_activity_status(&activities, ActivityStatus::Completed)
        .time_zone(TimeZone::location("NO"))
        .await?;
    println!("completed: {}", activities.join(", "));
    Ok(())
}

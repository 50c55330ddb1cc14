//! Turns features of customer service on and off, with Services83.
//!
//! `cargo run -p superoffice-services --features services83 --example update_feature_toggles --
//! +Chat -Bot`

mod support;

use superoffice_services::Error;
use superoffice_services::services83::{Client, CsFeatureToggle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut wishes: Vec<String> = std::env::args().skip(1).collect();
    if wishes.is_empty() {
        wishes = vec!["+Chat".to_owned(), "-Bot".to_owned()];
    }
    let target = support::target::<Client>(|_| ());
    let client = Client::builder(&target.url)
        .application_token(&target.application_token)
        .ticket(&target.ticket)
        .build()?;

    let toggles: Vec<CsFeatureToggle> = wishes
        .iter()
        .map(|wish| CsFeatureToggle {
            name: Some(wish.trim_start_matches(['+', '-']).to_owned()),
            state: !wish.starts_with('-'),
            ..Default::default()
        })
        .collect();
    client
        .customer_service()
        .update_feature_toggles(&toggles)
        .await?;
    println!("done: {}", wishes.join(" "));
    Ok(())
}

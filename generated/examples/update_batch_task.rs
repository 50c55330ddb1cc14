//! Describes a batch task anew, and tells what may have happened if that fails.
//!
//! `cargo run -p superoffice-services --features services86 --example update_batch_task -- 86`

mod support;

use superoffice_services::Error;
use superoffice_services::mock::{Exception, Mock, Recorded};
use superoffice_services::services86::{BatchTaskInfo, BatchTaskState, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let id = std::env::args().nth(1).and_then(|id| id.parse().ok());
    // There is one task; others are not found.
    let target = support::target(|mock: &Mock<Client>| {
        let on = || mock.on_any(|c| c.batch().update_batch_task(None));
        let sent = |call: &Recorded| call.argument::<Option<BatchTaskInfo>>("BatchTaskInfo");
        on().raise(Exception::not_found());
        on().when(move |call| matches!(sent(call), Ok(Some(task)) if task.id == 86))
            .respond_with(move |call| {
                let name = Some("Nightly import".to_owned());
                let task = sent(call).ok().flatten()?;
                Some(BatchTaskInfo { name, ..task })
            });
    });
    let client = Client::builder(&target.url)
        .application_token(&target.application_token)
        .ticket(&target.ticket)
        .build()?;

    let task = BatchTaskInfo {
        id: id.unwrap_or(86),
        state: BatchTaskState::New,
        description: Some("to be run again".to_owned()),
        ..Default::default()
    };
    match client.batch().update_batch_task(&task).required().await {
        Ok(task) => {
            println!(
                "{}: {}, {}",
                task.id,
                task.name.unwrap_or_default(),
                task.state
            );
            for (key, value) in task.parameter_object.unwrap_or_default().iter() {
                println!("  {key} = {}", value.as_deref().unwrap_or("(null)"));
            }
            Ok(())
        }
        Err(error) if error.is_not_found() => {
            println!("there is no batch task {}", task.id);
            Ok(())
        }
        Err(error) => {
            if error.may_have_executed() {
                eprintln!("the task may have been changed all the same");
            }
            Err(error)
        }
    }
}

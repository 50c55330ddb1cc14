//! Very many calls on a server that fails in every way it can, and what became of them.

// Shared by path.
#![allow(unreachable_pub)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use superoffice_services::mock::{Answer, Fill, Mock};
use superoffice_services::services86::{ActivityStatus, BatchTaskInfo, Client};
use superoffice_services::{Credentials, Error, ErrorKind, RetryPolicy};

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub calls: u64,
    pub tasks: u64,
    /// After so many calls all sessions end.
    pub session: u64,
}

/// How often each thing happened; the server's faults are counted where they are made.
#[derive(Debug, Default)]
pub struct Tally {
    pub begun: AtomicU64,
    pub values: AtomicU64,
    pub transport: AtomicU64,
    pub timeouts: AtomicU64,
    pub http: AtomicU64,
    pub decode: AtomicU64,
    pub sessions: AtomicU64,
    pub other: AtomicU64,
    /// Sessions that the server ended.
    pub expirations: AtomicU64,
    pub requests: AtomicU64,
    pub resets: AtomicU64,
    pub busy: AtomicU64,
    pub truncated: AtomicU64,
    pub garbled: AtomicU64,
    pub hangs: AtomicU64,
}

impl Tally {
    /// Calls that came to an end.
    pub fn ended(&self) -> u64 {
        let ends = [
            &self.values,
            &self.transport,
            &self.timeouts,
            &self.http,
            &self.decode,
            &self.sessions,
            &self.other,
        ];
        ends.into_iter().map(get).sum()
    }

    fn count(&self, outcome: Result<(), Error>) {
        let counter = match outcome {
            Ok(()) => &self.values,
            Err(error) if error.is_timeout() => &self.timeouts,
            Err(error) if error.is_session_expired() => &self.sessions,
            Err(error) => match error.kind() {
                ErrorKind::Transport => &self.transport,
                ErrorKind::Http => &self.http,
                ErrorKind::Decode => &self.decode,
                _ => &self.other,
            },
        };
        add(counter);
    }

    /// One request in fifteen meets trouble; which one is decided by its number, so that runs are alike.
    fn trouble(&self) -> Option<Answer> {
        let number = add(&self.requests);
        let (counter, answer) = match scattered(number) % 2_000 {
            0..40 => (&self.resets, Answer::reset()),
            40..60 => (&self.busy, Answer::new(503, "text/html", "<p>busy</p>")),
            60..80 => {
                let busy = Answer::new(503, "text/html", "<p>busy</p>");
                (&self.busy, busy.header("retry-after", "0"))
            }
            80..120 => {
                let message = Answer::xml(200, ENVELOPE.repeat(20));
                (&self.truncated, message.truncated(ENVELOPE.len() * 7))
            }
            120..130 => (&self.garbled, Answer::xml(200, ENVELOPE)),
            130..131 => (&self.hangs, Answer::hang()),
            _ => return None,
        };
        add(counter);
        Some(answer)
    }
}

/// The beginning of a message.
const ENVELOPE: &str =
    r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>"#;

pub fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

fn add(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed)
}

/// Neighbours get numbers that are far apart (splitmix64).
fn scattered(number: u64) -> u64 {
    let mut x = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Runs the plan over HTTP on loopback. `watch` is told when each tenth of the calls has begun.
pub async fn run(plan: Plan, watch: fn(u64)) -> (Arc<Tally>, u64) {
    let mock = Mock::<Client>::new();
    mock.without_recording()
        .require_sessions()
        .fill(Fill::Samples);
    // Some answers are slow; most are not.
    mock.on_any(|c| c.preference().update_net_services_status(None))
        .after(Duration::from_millis(20))
        .respond(());
    let tally = Arc::new(Tally::default());
    let faults = Arc::clone(&tally);
    mock.disturb(move |_| faults.trouble());
    let server = mock.serve().expect("a port on loopback");
    let retry = RetryPolicy::default().first_wait(Duration::from_millis(2));
    let client = Client::builder(server.url())
        .credentials(Credentials::user("SAL0", "secret"))
        .retry(retry)
        .timeout(Duration::from_secs(30))
        .attempt_timeout(Duration::from_millis(500))
        .build()
        .expect("valid settings");

    let task = |client: Client, mock: Mock<Client>, tally: Arc<Tally>| async move {
        loop {
            let number = add(&tally.begun);
            if number >= plan.calls {
                return;
            }
            if number.is_multiple_of((plan.calls / 10).max(1)) {
                watch(number);
            }
            if number % plan.session == plan.session / 2 {
                mock.expire_sessions();
                add(&tally.expirations);
            }
            tally.count(call(&client, number).await);
        }
    };
    let tasks: Vec<_> = (0..plan.tasks)
        .map(|_| tokio::spawn(task(client.clone(), mock.clone(), Arc::clone(&tally))))
        .collect();
    for task in tasks {
        task.await.expect("no call panics");
    }
    (tally, mock.tickets_issued() as u64)
}

/// Reads and writes, small and large, with and without a result; those that only read are marked.
async fn call(client: &Client, number: u64) -> Result<(), Error> {
    let id = number as i32;
    match scattered(number) % 100 {
        0..30 => {
            let call = client
                .license()
                .get_license_status_from_license_server("SUPEROFFICE");
            call.idempotent().required().await.map(drop)
        }
        30..55 => {
            let call = client.contact().get_contact_entity(id);
            call.idempotent().required().await.map(drop)
        }
        55..75 => {
            let task = BatchTaskInfo {
                id,
                description: Some("again & again".to_owned()),
                ..Default::default()
            };
            client.batch().update_batch_task(&task).await.map(drop)
        }
        75..95 => {
            let ids = [format!("appointment_id={id}"), "sale_id=7".to_owned()];
            let call = client
                .appointment()
                .set_activity_status(&ids, ActivityStatus::Completed);
            call.await
        }
        95..97 => client.preference().update_net_services_status("{}").await,
        _ => {
            let ns = "http://www.superoffice.net/ws/crm/NetServer/Services86";
            let body = format!(
                "<GetContactEntity xmlns=\"{ns}\"><ContactEntityId>{id}</ContactEntityId></GetContactEntity>"
            );
            let call = client.raw("Contact", "GetContactEntity", body);
            call.await.map(drop)
        }
    }
}

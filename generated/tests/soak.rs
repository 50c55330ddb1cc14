//! A few thousand calls on a server that resets, is busy, is slow, cuts answers off and ends
//! sessions; the example `soak` does the same with very many.

#[path = "support/soak.rs"]
mod soak;

use soak::{Plan, get, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_and_tickets_are_shared() {
    let plan = Plan {
        calls: 2_000,
        tasks: 64,
        session: 250,
    };
    let (tally, tickets) = run(plan, |_| ()).await;
    assert_eq!(tally.ended(), plan.calls, "{tally:?}");
    assert_eq!(get(&tally.other), 0, "{tally:?}");
    for happened in [&tally.values, &tally.transport, &tally.http, &tally.decode] {
        assert!(get(happened) > 0, "{tally:?}");
    }
    // One login at the beginning, and one for each session that ended.
    assert_eq!(get(&tally.expirations), 8);
    assert!(tickets <= 9, "{tickets} tickets; {tally:?}");
}

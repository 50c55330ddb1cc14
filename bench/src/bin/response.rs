//! Reads and writes a response of so many `BatchTaskInfo`: its size, and the nanoseconds to decode it,
//! to encode it, and to copy it into fresh memory. A process for each, so that none profits by memory
//! of another.

use std::hint::black_box;
use std::time::Duration;

use superoffice_bench::{clock, inputs};

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let count = count.expect("a number of items");
    let message = inputs::batch_tasks(count);
    let budget = Duration::from_millis(1_500);
    // What is small is repeated, because the clock is coarse.
    let many = (1_000 / count).max(1).unsigned_abs();
    let decode = clock::least_of_many(budget, many, || {
        black_box(message.decode().expect("our own message"));
    });
    let encode = clock::least_of_many(budget, many, || {
        black_box(message.encode());
    });
    let copy = clock::least_of_many(budget, many, || {
        black_box(message.bytes.clone());
    });
    let [decode, encode, copy] = [decode, encode, copy].map(|time| time.as_secs_f64() * 1e9);
    println!("{}\t{decode}\t{encode}\t{copy}", message.bytes.len());
}

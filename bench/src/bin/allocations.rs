//! Counts allocations of decoding and encoding: a line a message, for `BENCHMARKS.md`. With a number,
//! the peaks of decoding so many `BatchTaskInfo`.

use allocation_counter::measure;
use superoffice_bench::inputs::{self, Message};
use superoffice_services::soap::Value;

fn main() {
    if let Some(count) = std::env::args().nth(1) {
        let message = inputs::batch_tasks(count.parse().expect("a number of items"));
        let info = measure(|| drop(message.decode()));
        println!("{}\t{}", message.bytes.len(), info.bytes_max);
        return;
    }
    line(&inputs::batch_tasks(1_000), 1_000);
    line(&inputs::appointments(500), 500);
    line(&inputs::fields(2_000), 2_000);
    line(&inputs::tree(30), 30 * 63);
    line(&inputs::document(6_000_000), 1);
}

fn line<T: Value + Default>(message: &Message<T>, items: u64) {
    let mut value = None;
    let decode = measure(|| value = message.decode().ok());
    let encode = measure(|| drop(message.encode()));
    println!(
        "{}, {:.1} MB\t{:.1}\t{:.3}\t{:.3}\t{:.3}",
        message.name,
        message.bytes.len() as f64 / 1e6,
        decode.count_total as f64 / items as f64,
        decode.bytes_current as f64 / 1e6,
        decode.bytes_max as f64 / 1e6,
        encode.bytes_max as f64 / 1e6,
    );
}

//! Our own reading and writing: speed, allocations, memory.

use std::process::Command;
use std::time::Duration;

use superoffice_bench::inputs::{self, Message};
use superoffice_bench::{clock, inputs::small_call};
use superoffice_services::services86;
use superoffice_services::soap::Value;

use crate::Result;
use crate::document::{Section, row, table};

const BUDGET: Duration = Duration::from_millis(1_500);

pub(crate) fn measure() -> Result<Section> {
    let mut rows = vec![row(&["message", "kB", "decode MB/s", "encode MB/s"])];
    rows.push(line(&inputs::batch_tasks(1_000)));
    rows.push(line(&inputs::appointments(500)));
    rows.push(line(&inputs::fields(2_000)));
    rows.push(line(&inputs::tree(30)));
    rows.push(line(&inputs::document(6_000_000)));
    let speeds = table(&rows);

    let client = services86::Client::builder("http://localhost/")
        .ticket("7T:ticket")
        .build()?;
    let answer = inputs::small_answer();
    let encode = clock::least_of_many(BUDGET, 1_000, || {
        drop(std::hint::black_box(small_call(&client)));
    });
    let call = small_call(&client);
    let decode = clock::least_of_many(BUDGET, 1_000, || {
        std::hint::black_box(call.decode_response(&answer).expect("our own message"));
    });

    let exe = std::env::current_exe()?.with_file_name("allocations");
    let output = Command::new(exe).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut rows = vec![row(&[
        "message",
        "allocations an item",
        "held by the value, MB",
        "peak while decoding, beside the input, MB",
        "peak while encoding, MB",
    ])];
    rows.extend(
        text.lines()
            .map(|line| line.split('\t').map(str::to_owned).collect()),
    );
    let mut worst: f64 = 0.0;
    for line in text.lines() {
        let numbers = line.split('\t').filter_map(|number| number.parse().ok());
        let [_, held, peak, _] = numbers.collect::<Vec<f64>>()[..] else {
            return Err(format!("four numbers a line: {text}").into());
        };
        worst = worst.max(peak / held);
    }
    let text = format!(
        "## Messages\n\n\
         Decoding goes from the bytes of the response to the typed value, unknowns kept, the whole \
         envelope checked; encoding from the value to the bytes of the envelope.\n\n{speeds}\n\
         A small call (`GetBatchTaskInfo`, one number out, one `BatchTaskInfo` of {} bytes back): \
         {:.2} µs to encode the request, {:.2} µs to decode the response on the client's way.\n\n{}\n\
         Memory is counted with an allocator that moves whatever grows, so that both places count.\n",
        answer.len(),
        encode.as_secs_f64() * 1e6,
        decode.as_secs_f64() * 1e6,
        table(&rows),
    );
    let figures = vec![("decode-peak", worst)];
    Ok(Section { text, figures })
}

fn line<T: Value + Default>(message: &Message<T>) -> Vec<String> {
    let (decode, encode) = speeds(message);
    vec![
        message.name.to_owned(),
        format!("{:.0}", message.bytes.len() as f64 / 1e3),
        format!("{decode:.0}"),
        format!("{encode:.0}"),
    ]
}

/// MB/s of decoding and encoding.
pub(crate) fn speeds<T: Value + Default>(message: &Message<T>) -> (f64, f64) {
    let size = message.bytes.len();
    let decode = clock::least(BUDGET, || {
        std::hint::black_box(message.decode().expect("our own message"));
    });
    let encode = clock::least(BUDGET, || {
        std::hint::black_box(message.encode());
    });
    (
        clock::megabytes_a_second(size, decode),
        clock::megabytes_a_second(size, encode),
    )
}

//! Reads and writes the message with the code that xsd-parser made.

#[allow(warnings)]
mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}

use std::hint::black_box;

use contract::GetBatchTaskInfosByAssociatesResponse as Response;
use nix::time::{ClockId, clock_gettime};
use xsd_parser_types::quick_xml::{DeserializeSync, SerializeSync, SliceReader, Writer};

const NAME: &str = "tns:GetBatchTaskInfosByAssociatesResponse";

/// What is inside the envelope, which is not in the schema.
fn body(message: &str) -> &str {
    let inner = message.split_once("<s:Body>").expect("a body").1;
    inner.rsplit_once("</s:Body>").expect("its end").0
}

fn decode(message: &str) -> Response {
    Response::deserialize(&mut SliceReader::new(body(message))).expect("the message")
}

fn encode(value: &Response) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    value.serialize(NAME, &mut writer).expect("the message");
    writer.into_inner()
}

fn least<T>(mut work: impl FnMut() -> T) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a thread has a clock");
        time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9
    };
    let times = (0..40).map(|_| {
        let start = now();
        black_box(work());
        now() - start
    });
    times.fold(f64::MAX, f64::min)
}

fn main() {
    let path = std::env::args().nth(1).expect("the message's file");
    let message = std::fs::read_to_string(path).expect("the message");
    let value = decode(&message);
    let written = encode(&value);
    let again = String::from_utf8_lossy(&written);
    let items = again.matches("BatchTaskInfo>").count() / 2;
    assert_eq!(items, 1_000, "not the whole message");
    let decode = message.len() as f64 / least(|| decode(&message)) / 1e6;
    let encode = written.len() as f64 / least(|| encode(&value)) / 1e6;
    println!("decode\t{decode:.1}\nencode\t{encode:.1}");
}

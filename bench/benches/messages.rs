//! Decoding and encoding of the messages, with their allocations: `cargo bench -p superoffice-bench`.

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use superoffice_bench::inputs::{self, Message};
use superoffice_services::services86;
use superoffice_services::soap::Value;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn decode<T: Value + Default>(bencher: Bencher<'_, '_>, message: &Message<T>) {
    bencher
        .counter(BytesCount::new(message.bytes.len()))
        .bench(|| message.decode());
}

fn encode<T: Value + Default>(bencher: Bencher<'_, '_>, message: &Message<T>) {
    bencher
        .counter(BytesCount::new(message.bytes.len()))
        .bench(|| message.encode());
}

#[divan::bench]
fn batch_tasks_decode(bencher: Bencher<'_, '_>) {
    decode(bencher, &inputs::batch_tasks(1_000));
}

#[divan::bench]
fn batch_tasks_encode(bencher: Bencher<'_, '_>) {
    encode(bencher, &inputs::batch_tasks(1_000));
}

#[divan::bench]
fn appointments_decode(bencher: Bencher<'_, '_>) {
    decode(bencher, &inputs::appointments(500));
}

#[divan::bench]
fn appointments_encode(bencher: Bencher<'_, '_>) {
    encode(bencher, &inputs::appointments(500));
}

#[divan::bench]
fn fields_decode(bencher: Bencher<'_, '_>) {
    decode(bencher, &inputs::fields(2_000));
}

#[divan::bench]
fn fields_encode(bencher: Bencher<'_, '_>) {
    encode(bencher, &inputs::fields(2_000));
}

#[divan::bench]
fn tree_decode(bencher: Bencher<'_, '_>) {
    decode(bencher, &inputs::tree(30));
}

#[divan::bench]
fn tree_encode(bencher: Bencher<'_, '_>) {
    encode(bencher, &inputs::tree(30));
}

#[divan::bench]
fn document_decode(bencher: Bencher<'_, '_>) {
    decode(bencher, &inputs::document(6_000_000));
}

#[divan::bench]
fn document_encode(bencher: Bencher<'_, '_>) {
    encode(bencher, &inputs::document(6_000_000));
}

#[divan::bench]
fn small_call_encode(bencher: Bencher<'_, '_>) {
    let client = services86::Client::builder("http://localhost/")
        .ticket("7T:ticket")
        .build();
    let client = client.expect("nothing is wrong with these");
    bencher.bench(|| inputs::small_call(&client));
}

#[divan::bench]
fn small_call_decode(bencher: Bencher<'_, '_>) {
    let client = services86::Client::builder("http://localhost/")
        .ticket("7T:ticket")
        .build();
    let call = inputs::small_call(&client.expect("nothing is wrong with these"));
    let answer = inputs::small_answer();
    bencher.bench(|| call.decode_response(&answer));
}

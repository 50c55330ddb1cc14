//! How time and memory grow with the response, the contract and the number of calls at once.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use superoffice_bench::contracts::root;
use superoffice_bench::{clock, inputs};
use superoffice_services::services86;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::document::{row, table};
use crate::plot::{Curve, draw};
use crate::regeneration::{build_xtask, codegen};
use crate::{Result, target_dir};

pub(crate) fn measure() -> Result<String> {
    // The contract first: the peaks of its programs are told by the most that any program had so far.
    let contract = contract()?;
    let response = response()?;
    let calls = calls()?;
    Ok(format!("## Growth\n\n{response}\n{contract}\n{calls}"))
}

fn response() -> Result<String> {
    let exe = target_dir()?.join("release/allocations");
    let (mut decode, mut encode, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = vec![row(&[
        "response, kB",
        "decode, ms",
        "encode, ms",
        "memory, kB",
        "decode, ns a byte",
    ])];
    for count in [1, 10, 100, 1_000, 10_000, 100_000] {
        let message = inputs::batch_tasks(count);
        let size = message.bytes.len() as f64;
        let budget = Duration::from_millis(400);
        // What is small is repeated, because the clock is coarse.
        let many = (1_000 / count).max(1) as u32;
        let read = clock::least_of_many(budget, many, || {
            std::hint::black_box(message.decode().expect("our own message"));
        });
        let written = clock::least_of_many(budget, many, || {
            std::hint::black_box(message.encode());
        });
        let output = Command::new(&exe).arg(count.to_string()).output()?;
        let text = String::from_utf8(output.stdout)?;
        let peak: f64 = text
            .split('\t')
            .nth(1)
            .ok_or("two numbers")?
            .trim()
            .parse()?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        decode.push((size / 1e3, ms(read)));
        encode.push((size / 1e3, ms(written)));
        memory.push((size / 1e3, peak / 1e3));
        rows.push(vec![
            format!("{:.1}", size / 1e3),
            format!("{:.4}", ms(read)),
            format!("{:.4}", ms(written)),
            format!("{:.1}", peak / 1e3),
            format!("{:.2}", read.as_secs_f64() * 1e9 / size),
        ]);
    }
    let time = [
        Curve {
            name: "decode",
            points: decode,
        },
        Curve {
            name: "encode",
            points: encode,
        },
    ];
    let time = draw(
        "response-time.svg",
        "size of the response, kB",
        "time, ms",
        &time,
    )?;
    let memory = [Curve {
        name: "decode",
        points: memory,
    }];
    let memory = draw(
        "response-memory.svg",
        "size of the response, kB",
        "peak memory beside it, kB",
        &memory,
    )?;
    Ok(format!(
        "### Size of the response\n\n{}\n![time]({time})\n![memory]({memory})\n",
        table(&rows)
    ))
}

fn contract() -> Result<String> {
    build_xtask()?;
    let temp = tempfile::tempdir()?;
    let schemas = temp.path().join("schemas");
    let mut versions: Vec<_> =
        fs::read_dir(root().join("schemas"))?.collect::<std::io::Result<_>>()?;
    versions.retain(|entry| entry.path().is_dir());
    versions.sort_by_key(fs::DirEntry::file_name);
    let mut rows = vec![row(&[
        "contracts",
        "operations",
        "CPU s",
        "peak memory, MB",
        "ms an operation",
    ])];
    let (mut time, mut memory) = (Vec::new(), Vec::new());
    let mut point = |name: String, rows: &mut Vec<Vec<String>>| -> Result {
        let out = temp.path().join("out");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let mut command = codegen();
        let spent = clock::program(
            command
                .arg("--schemas")
                .arg(&schemas)
                .arg("--out")
                .arg(&out),
        )?;
        let (seconds, peak) = (spent.as_secs_f64(), clock::children_peak() as f64 / 1e6);
        let operations = operations(&schemas)?;
        time.push((operations as f64, seconds));
        memory.push((operations as f64, peak));
        rows.push(vec![
            name,
            operations.to_string(),
            format!("{seconds:.2}"),
            format!("{peak:.0}"),
            format!("{:.3}", seconds * 1e3 / operations as f64),
        ]);
        Ok(())
    };
    for (index, version) in versions.iter().enumerate() {
        copy(&version.path(), &schemas.join(version.file_name()), "", "")?;
        if [1, 2, 5, 10].contains(&(index + 1)) {
            point(format!("{} version(s)", index + 1), &mut rows)?;
        }
    }
    // Ten times the largest, under names of their own.
    fs::remove_dir_all(&schemas)?;
    for number in 0..10 {
        let name = format!("Services9{number}");
        let folder = schemas.join(name.to_ascii_lowercase());
        copy(
            &root().join("schemas/services88"),
            &folder,
            "Services88",
            &name,
        )?;
    }
    point("Services88 ten times".to_owned(), &mut rows)?;
    let file = draw(
        "contract.svg",
        "operations in the contracts",
        "CPU s, and peak memory in MB",
        &[
            Curve {
                name: "regeneration, s",
                points: time,
            },
            Curve {
                name: "peak memory, MB",
                points: memory,
            },
        ],
    )?;
    Ok(format!(
        "### Size of the contract\n\n{}\n![contract]({file})\n",
        table(&rows)
    ))
}

fn copy(from: &std::path::Path, to: &std::path::Path, old: &str, new: &str) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let mut text = fs::read_to_string(&path)?;
        if !old.is_empty() {
            text = text.replace(old, new);
        }
        fs::write(to.join(path.file_name().unwrap_or_default()), text)?;
    }
    Ok(())
}

fn operations(schemas: &std::path::Path) -> Result<usize> {
    let sources = superoffice_bench::contracts::documents(schemas);
    let count = |text: &str| text.matches("soapAction=").count();
    Ok(sources.iter().map(|source| count(&source.text)).sum())
}

const CALLS: usize = 4_096;

fn calls() -> Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()?;
    let mut rows = vec![row(&[
        "at once",
        "calls a second",
        "CPU µs a call, client and server",
    ])];
    let (mut rate, mut cost) = (Vec::new(), Vec::new());
    let address = runtime.block_on(serve())?;
    for at_once in [1_usize, 4, 16, 64, 256] {
        let url = format!("http://{address}");
        let client = services86::Client::builder(url)
            .ticket("7T:ticket")
            .build()?;
        // Opens the connections, which is not what is counted.
        runtime.block_on(burst(&client, at_once, at_once))?;
        let (before, start) = (clock::process(), Instant::now());
        runtime.block_on(burst(&client, at_once, CALLS))?;
        let (spent, wall) = (clock::process() - before, start.elapsed());
        let (a_second, micros) = (
            CALLS as f64 / wall.as_secs_f64(),
            spent.as_secs_f64() * 1e6 / CALLS as f64,
        );
        rate.push((at_once as f64, a_second));
        cost.push((at_once as f64, micros));
        rows.push(vec![
            at_once.to_string(),
            format!("{a_second:.0}"),
            format!("{micros:.0}"),
        ]);
    }
    let curves = [
        Curve {
            name: "calls a second",
            points: rate,
        },
        Curve {
            name: "CPU µs a call",
            points: cost,
        },
    ];
    let file = draw(
        "calls.svg",
        "calls at once",
        "calls a second, CPU µs a call",
        &curves,
    )?;
    Ok(format!(
        "### Calls at once\n\n{CALLS} calls on loopback, the server in the same process on the same threads; \
         flat is what the processor time of a call should be.\n\n{}\n![calls]({file})\n",
        table(&rows)
    ))
}

async fn burst(client: &services86::Client, at_once: usize, calls: usize) -> Result {
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        let client = client.clone();
        let share = calls / at_once;
        tasks.spawn(async move {
            for _ in 0..share {
                inputs::small_call(&client).await?;
            }
            Ok::<(), superoffice_services::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// The plainest HTTP server that answers each request with the small answer.
async fn serve() -> Result<std::net::SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let body = inputs::small_answer();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = std::sync::Arc::new([head.into_bytes(), body].concat());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, answer.clone()));
        }
    });
    Ok(address)
}

async fn converse(mut stream: TcpStream, answer: std::sync::Arc<Vec<u8>>) -> std::io::Result<()> {
    let mut seen = Vec::new();
    let mut buffer = [0; 8_192];
    loop {
        let size = stream.read(&mut buffer).await?;
        if size == 0 {
            return Ok(());
        }
        seen.extend_from_slice(&buffer[..size]);
        // Requests come one at a time, so the end of the envelope is the end of the request.
        if seen.ends_with(b"Envelope>") {
            seen.clear();
            stream.write_all(&answer).await?;
        }
    }
}

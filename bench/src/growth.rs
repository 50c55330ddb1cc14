//! How time and memory grow with the response, the contract and the number of calls at once.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use superoffice_bench::contracts::root;
use superoffice_bench::{clock, inputs};
use superoffice_services::services86;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Result;
use crate::document::{row, table};
use crate::plot::{Curve, draw};
use crate::regeneration::{build_xtask, codegen};

pub(crate) fn measure() -> Result<String> {
    let response = response()?;
    let contract = contract()?;
    let calls = calls()?;
    Ok(format!("## Growth\n\n{response}\n{contract}\n{calls}"))
}

fn response() -> Result<String> {
    let mut curves: [Vec<(f64, f64)>; 4] = Default::default();
    let mut memory = Vec::new();
    let mut rows = vec![row(&[
        "response, kB",
        "decode, ms",
        "encode, ms",
        "memory, kB",
        "decode, ns a byte",
        "encode",
        "copy",
        "decode, memory kept",
        "encode",
        "copy",
    ])];
    for count in [1, 10, 100, 1_000, 10_000, 100_000] {
        let [size, read, written, copied] = times(count, &[])?;
        let [_, read_kept, written_kept, copied_kept] = times(count, &KEEP)?;
        let [_, peak] = numbers(Command::new(tool("allocations")?).arg(count.to_string()))?;
        for (curve, time) in curves
            .iter_mut()
            .zip([read, written, read_kept, written_kept])
        {
            curve.push((size / 1e3, time / 1e6));
        }
        memory.push((size / 1e3, peak / 1e3));
        let mut cells = vec![
            format!("{:.1}", size / 1e3),
            format!("{:.4}", read / 1e6),
            format!("{:.4}", written / 1e6),
            format!("{:.1}", peak / 1e3),
        ];
        let times = [read, written, copied, read_kept, written_kept, copied_kept];
        cells.extend(times.map(|time| format!("{:.2}", time / size)));
        rows.push(cells);
    }
    let names = [
        "decode",
        "encode",
        "decode, memory kept",
        "encode, memory kept",
    ];
    let time = names.into_iter().zip(curves);
    let time: Vec<Curve> = time.map(|(name, points)| Curve { name, points }).collect();
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
        "### Size of the response\n\n\
         `copy` copies the message into memory that was just allocated: what the machine takes for one pass over \
         as many bytes. Large blocks are new from the kernel each time, which first fills each of their pages \
         with zeros; `memory kept` is the same programme with an allocator that keeps what is freed (glibc's \
         `MALLOC_TRIM_THRESHOLD_` and `MALLOC_MMAP_THRESHOLD_`).\n\n{}\n\
         ![time]({time})\n![memory]({memory})\n",
        table(&rows)
    ))
}

/// Has glibc's allocator keep what is freed.
const KEEP: [(&str, &str); 3] = [
    ("MALLOC_TRIM_THRESHOLD_", "8000000000"),
    ("MALLOC_MMAP_THRESHOLD_", "8000000000"),
    ("MALLOC_TOP_PAD_", "67108864"),
];

/// Size of a response of so many items, and the nanoseconds to decode, encode and copy it.
fn times(count: usize, env: &[(&str, &str)]) -> Result<[f64; 4]> {
    let mut command = Command::new(tool("response")?);
    numbers(command.arg(count.to_string()).envs(env.iter().copied()))
}

/// Another programme of this package.
fn tool(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// What a programme prints: numbers with tabs between.
fn numbers<const N: usize>(command: &mut Command) -> Result<[f64; N]> {
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: std::result::Result<Vec<f64>, _> =
        text.trim().split('\t').map(str::parse).collect();
    Ok(numbers?
        .try_into()
        .map_err(|_| format!("{command:?} said {text}"))?)
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
        let (mut nanos, mut peak) = (f64::MAX, f64::MAX);
        for _ in 0..5 {
            if out.exists() {
                fs::remove_dir_all(&out)?;
            }
            let generator = codegen();
            let mut command = Command::new(tool("peak")?);
            command
                .arg(generator.get_program())
                .args(generator.get_args());
            command.current_dir(root()).arg("--schemas").arg(&schemas);
            let [time, memory] = numbers(command.arg("--out").arg(&out))?;
            (nanos, peak) = (nanos.min(time), peak.min(memory));
        }
        let (seconds, peak) = (nanos / 1e9, peak / 1e6);
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
        "### Size of the contract\n\n\
         The least of five. What several versions have in common is printed once, so an operation takes less where there are more.\n\n\
         {}\n![contract]({file})\n",
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

const CALLS: usize = 32_768;

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
        runtime.block_on(burst(&client, at_once, CALLS))?;
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
         the connections are open before; \
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

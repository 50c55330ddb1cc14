//! Processor time of a call against that of the same HTTP client used raw, with a prepared body and
//! the answer's bytes thrown away: 64 calls at once of a small operation, on a server on loopback.
//!
//! `cargo bench -p superoffice-services --features services86 --bench overhead`
//!
//! Both take turns within one run, in one thread whose own clock counts, so that neither the server
//! nor whatever else the machine does is counted; a pair of turns gives a ratio, and the median of
//! them is told.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use rustix::time::{ClockId, clock_gettime};
use superoffice_services::mock::{Answer, Server};
use superoffice_services::services86::{Client, LicenseStatus};

const AT_ONCE: usize = 64;
const CALLS: usize = 64 * 40;
const PAIRS: usize = 41;

const ANSWER: &str = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ExceptionInfo i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/><h:ExtraInfo i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/><h:Succeeded xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86">true</h:Succeeded><h:TimeZone i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/></s:Header><s:Body><GetLicenseStatusFromLicenseServerResponse xmlns="http://www.superoffice.net/ws/crm/NetServer/Services86"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><LicenseStatus>Ok</LicenseStatus><Message>All modules are valid</Message><Url i:nil="true"/></Response></GetLicenseStatusFromLicenseServerResponse></s:Body></s:Envelope>"#;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let server = Server::start(0, Arc::new(|_: &_| Answer::xml(200, ANSWER)))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let raw = Raw::new(&server.url())?;
    let client = Client::builder(server.url())
        .application_token("0123456789abcdef0123456789abcdef")
        .ticket("7T:abcdefghijklmnopqrstuvwxyz")
        .build()?;
    let mut pairs = Vec::new();
    // The first pair opens connections and fills caches.
    for pair in 0..=PAIRS {
        let ours = timed(|| runtime.block_on(all(|| ours(client.clone()))))?;
        let theirs = timed(|| runtime.block_on(all(|| raw.clone().call())))?;
        if pair > 0 {
            pairs.push((ours, theirs));
        }
    }
    let calls = CALLS as f64;
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / calls;
    let ours = median(pairs.iter().map(|pair| micros(pair.0)).collect());
    let theirs = median(pairs.iter().map(|pair| micros(pair.1)).collect());
    let ratios = pairs.iter().map(|pair| micros(pair.0) / micros(pair.1));
    let overhead = (median(ratios.collect()) - 1.0) * 100.0;
    println!("processor time a call, {AT_ONCE} at once, median of {PAIRS} turns of {CALLS} calls");
    println!("  reqwest with a prepared body   {theirs:6.1} µs");
    println!("  this crate                     {ours:6.1} µs");
    println!("  overhead                       {overhead:6.1} % (budget 15 %)");
    Ok(())
}

/// The thread's processor time.
fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<Duration> {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    };
    let start = now();
    work()?;
    Ok(now() - start)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// So many tasks, each with calls one after another.
async fn all<F>(call: impl Fn() -> F) -> Outcome<()>
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let tasks: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(call())).collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

async fn ours(client: Client) -> Outcome<()> {
    for _ in 0..CALLS / AT_ONCE {
        let call = client
            .license()
            .get_license_status_from_license_server("SUPEROFFICE");
        let check = call.required().await?;
        if check.license_status != LicenseStatus::Ok {
            return Err("not the answer that was given".into());
        }
    }
    Ok(())
}

/// What somebody would write who has the message at hand and nothing to read.
#[derive(Clone)]
struct Raw {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
    body: bytes::Bytes,
}

impl Raw {
    fn new(base: &str) -> Outcome<Self> {
        // Whoever installed one before did as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("overhead")
            .timeout(Duration::from_secs(100))
            .build()?;
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        );
        headers.insert(
            "soapaction",
            HeaderValue::from_static(
                "\"http://www.superoffice.net/ws/crm/NetServer/Services86/License/GetLicenseStatusFromLicenseServer\"",
            ),
        );
        let message = Client::builder(base)
            .application_token("0123456789abcdef0123456789abcdef")
            .ticket("7T:abcdefghijklmnopqrstuvwxyz")
            .build()?
            .license()
            .get_license_status_from_license_server("SUPEROFFICE")
            .to_xml();
        Ok(Self {
            client,
            url: format!("{base}/Remote/Services86/License.svc"),
            headers,
            body: message.into(),
        })
    }

    async fn call(self) -> Outcome<()> {
        for _ in 0..CALLS / AT_ONCE {
            let request = self
                .client
                .post(&self.url)
                .headers(self.headers.clone())
                .body(self.body.clone());
            let response = request.send().await?.error_for_status()?;
            response.bytes().await?;
        }
        Ok(())
    }
}

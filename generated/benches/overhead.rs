//! Processor time of a call against that of the same HTTP client used raw: 64 calls at once of a small
//! operation, on a server on loopback.
//!
//! `cargo bench -p superoffice-services --features services86 --bench overhead`
//!
//! Used raw means: the same bytes are sent with the same headers, from a body that is prepared once, and
//! the answer's bytes are received in whole and thrown away. All variants take turns within one run, in
//! one thread whose own clock counts, so that neither the server nor whatever else the machine does is
//! counted; a round of turns gives a ratio, and the median of them is told. The parts add up to less
//! than the whole, since each is measured with the caches for itself.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use rustix::time::{ClockId, clock_gettime};
use superoffice_services::mock::{Answer, Server};
use superoffice_services::services86::{Client, LicenseStatus};
use superoffice_services::soap::{
    HttpRequest, HttpResponse, HttpTransport, Transport, TransportFuture,
};

const AT_ONCE: usize = 64;
const CALLS: usize = 64 * 40;
const ROUNDS: usize = 41;
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const TICKET: &str = "7T:abcdefghijklmnopqrstuvwxyz";
const USER_AGENT: &str = "overhead";

const ANSWER: &str = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ExceptionInfo i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/><h:ExtraInfo i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/><h:Succeeded xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86">true</h:Succeeded><h:TimeZone i:nil="true" xmlns:h="http://www.superoffice.net/ws/crm/NetServer/Services86" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/></s:Header><s:Body><GetLicenseStatusFromLicenseServerResponse xmlns="http://www.superoffice.net/ws/crm/NetServer/Services86"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><LicenseStatus>Ok</LicenseStatus><Message>All modules are valid</Message><Url i:nil="true"/></Response></GetLicenseStatusFromLicenseServerResponse></s:Body></s:Envelope>"#;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let server = Server::start(0, Arc::new(|_: &_| Answer::xml(200, ANSWER)))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let builder = || {
        Client::builder(server.url())
            .application_token(TOKEN)
            .ticket(TICKET)
            .user_agent(USER_AGENT)
    };
    let client = builder().build()?;
    let offline = builder().transport(Canned).build()?;
    let raw = Raw::new(&server.url(), &client)?;
    let transport = Arc::new(HttpTransport::new()?);
    let prepared = raw.prepared();
    let mut rounds = Vec::new();
    // The first round opens connections and fills caches.
    for round in 0..=ROUNDS {
        let turns = [
            timed(|| runtime.block_on(all(|| raw.clone().call())))?,
            timed(|| runtime.block_on(all(|| ours(client.clone()))))?,
            timed(|| runtime.block_on(all(|| carried(transport.clone(), prepared.clone()))))?,
            timed(|| runtime.block_on(all(|| ours(offline.clone()))))?,
            timed(|| made(&offline))?,
            timed(|| read(&offline))?,
        ];
        if round > 0 {
            rounds.push(turns.map(|time| time.as_secs_f64() * 1e6 / CALLS as f64));
        }
    }
    let median_of = |f: fn(&[f64; 6]) -> f64| median(rounds.iter().map(f).collect());
    println!(
        "processor time a call, {AT_ONCE} at once, median of {ROUNDS} turns of {CALLS} calls\n\
         \x20 reqwest with a prepared body   {:6.1} µs\n\
         \x20 this crate                     {:6.1} µs\n\
         \x20 overhead                       {:6.1} % (budget 15 %)\n\
         parts of it\n\
         \x20 the transport alone            {:6.1} µs more than reqwest\n\
         \x20 all but the transport          {:6.1} µs, of which\n\
         \x20   making the call              {:6.1} µs\n\
         \x20   reading the answer           {:6.1} µs",
        median_of(|turns| turns[0]),
        median_of(|turns| turns[1]),
        (median_of(|turns| turns[1] / turns[0]) - 1.0) * 100.0,
        median_of(|turns| turns[2] - turns[0]),
        median_of(|turns| turns[3]),
        median_of(|turns| turns[4]),
        median_of(|turns| turns[5]),
    );
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

/// The transport with prepared requests.
async fn carried(transport: Arc<HttpTransport>, prepared: HttpRequest) -> Outcome<()> {
    for _ in 0..CALLS / AT_ONCE {
        if transport.send(prepared.clone()).await?.status != 200 {
            return Err("not the answer that was given".into());
        }
    }
    Ok(())
}

fn made(client: &Client) -> Outcome<()> {
    for _ in 0..CALLS {
        let call = client
            .license()
            .get_license_status_from_license_server("SUPEROFFICE");
        black_box(call.required().body());
    }
    Ok(())
}

fn read(client: &Client) -> Outcome<()> {
    let call = client
        .license()
        .get_license_status_from_license_server("SUPEROFFICE");
    let call = call.required();
    for _ in 0..CALLS {
        black_box(call.decode_response(ANSWER.as_bytes())?);
    }
    Ok(())
}

/// Answers at once, without a network.
struct Canned;

impl Transport for Canned {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        black_box(request);
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(HttpResponse::new(200, ANSWER))
        })
    }
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
    fn new(base: &str, client: &Client) -> Outcome<Self> {
        // Whoever installed one before did as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(USER_AGENT)
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
        let message = client
            .license()
            .get_license_status_from_license_server("SUPEROFFICE")
            .to_xml()
            .replacen("[redacted]", TOKEN, 1)
            .replacen("[redacted]", TICKET, 1);
        Ok(Self {
            client: http,
            url: format!("{base}/Remote/Services86/License.svc"),
            headers,
            body: message.into(),
        })
    }

    /// The same for the transport.
    fn prepared(&self) -> HttpRequest {
        let mut request = HttpRequest::post(self.url.as_str(), self.body.clone());
        let soap_action = self.headers["soapaction"].to_str().unwrap_or_default();
        request.headers = vec![
            ("content-type", "text/xml; charset=utf-8".into()),
            ("soapaction", soap_action.to_owned().into()),
            ("user-agent", USER_AGENT.into()),
        ];
        request.timeout = Some(Duration::from_secs(100));
        request
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

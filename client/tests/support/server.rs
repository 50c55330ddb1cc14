//! An HTTP server on loopback, in the process of the test or example that uses it, and the
//! envelopes that WCF writes.
//!
//! Shared by path: `client/tests`, `generated/tests` and `generated/examples`.

// Each of its users takes what it needs.
#![allow(dead_code, unreachable_pub)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server that answers until it is dropped.
pub struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    stopped: AtomicBool,
    seen: Mutex<Vec<Request>>,
    answer: Box<dyn Fn(&Request) -> Answer + Send + Sync>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A complete response.
    Http {
        status: u16,
        content_type: &'static str,
        body: Vec<u8>,
    },
    /// The head of a response and so much of its body, then the connection closes.
    CutOff { announced: usize, body: Vec<u8> },
    /// An endless response.
    Endless,
    /// These bytes, then the connection closes.
    Raw(Vec<u8>),
    /// Nothing, until the client gives up; then this is called.
    Hang(Arc<dyn Gone>),
}

/// Is told that the client is gone.
pub trait Gone: Send + Sync {
    fn gone(&self);
}

impl<F: Fn() + Send + Sync> Gone for F {
    fn gone(&self) {
        self();
    }
}

impl std::fmt::Debug for dyn Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gone")
    }
}

impl Answer {
    /// A SOAP message.
    pub fn soap(status: u16, message: impl Into<Vec<u8>>) -> Self {
        Self::Http {
            status,
            content_type: "text/xml; charset=utf-8",
            body: message.into(),
        }
    }

    /// A page.
    pub fn html(status: u16, page: impl Into<Vec<u8>>) -> Self {
        Self::Http {
            status,
            content_type: "text/html",
            body: page.into(),
        }
    }
}

impl Server {
    /// Starts one on a free port.
    pub fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let (stopped, seen) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let state = Arc::new(State {
            stopped,
            seen,
            answer: Box::new(answer),
        });
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let state = shared.clone();
                // A client that goes away is no matter to the server.
                thread::spawn(move || drop(serve(&state, stream)));
            }
        });
        Self { address, state }
    }

    /// Starts one that always gives the same answer.
    pub fn answering(answer: Answer) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// The base URL of the installation.
    pub fn url(&self) -> String {
        format!("http://{}/SuperOffice", self.address)
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Request> {
        self.state.seen.lock().expect("no answer panicked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

impl Request {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Version, agent and operation, if the request is what WCF accepts; else what WCF answers.
    pub fn operation(&self) -> Result<(&str, &str, &str), Answer> {
        if self.method != "POST" {
            return Err(Answer::html(
                405,
                "<html><body>Method not allowed.</body></html>",
            ));
        }
        let segments: Vec<&str> = self
            .path
            .trim_start_matches("/SuperOffice/")
            .split('/')
            .collect();
        let ["Remote", version, service] = segments[..] else {
            return Err(Answer::html(
                404,
                "<html><body>There is no endpoint.</body></html>",
            ));
        };
        let Some(agent) = service.strip_suffix(".svc") else {
            return Err(Answer::html(
                404,
                "<html><body>There is no endpoint.</body></html>",
            ));
        };
        if self.header("content-type") != Some("text/xml; charset=utf-8") {
            return Err(Answer::html(415, ""));
        }
        let action = self
            .header("soapaction")
            .and_then(|it| it.strip_prefix('"')?.strip_suffix('"'));
        let start = format!("{}/{agent}/", namespace(version));
        let Some(operation) = action.and_then(|action| action.strip_prefix(&start)) else {
            return Err(Answer::soap(
                500,
                fault(
                    "a:ActionNotSupported",
                    "The action cannot be processed.",
                    "",
                ),
            ));
        };
        Ok((version, agent, operation))
    }
}

fn serve(state: &State, stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = read(&mut reader)? {
        let answer = (state.answer)(&request);
        state.seen.lock().expect("no answer panicked").push(request);
        match answer {
            Answer::Http {
                status,
                content_type,
                body,
            } => {
                let head = head(status, content_type, body.len());
                stream.write_all(&[head.as_bytes(), &body].concat())?;
            }
            Answer::CutOff { announced, body } => {
                let head = head(200, "text/xml; charset=utf-8", announced);
                return stream.write_all(&[head.as_bytes(), &body].concat());
            }
            Answer::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    stream.write_all(format!("2000\r\n{}\r\n", " ".repeat(0x2000)).as_bytes())?;
                }
            }
            Answer::Raw(bytes) => return stream.write_all(&bytes),
            Answer::Hang(gone) => {
                while reader.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
                gone.gone();
                return Ok(());
            }
        }
    }
    Ok(())
}

fn head(status: u16, content_type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
}

fn read(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request {
        method,
        path,
        headers,
        body: String::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8(body).map_err(io::Error::other)?;
    Ok(Some(request))
}

/// The namespace of a version, `Services86`.
pub fn namespace(version: &str) -> String {
    format!("http://www.superoffice.net/ws/crm/NetServer/{version}")
}

/// A successful response in the style of WCF; `body` is the inside of the response's wrapper
/// element.
pub fn success(version: &str, operation: &str, body: &str) -> String {
    let ns = namespace(version);
    let wrapper = format!(r#"<{operation}Response xmlns="{ns}">{body}</{operation}Response>"#);
    envelope(&headers(version, true, ""), &wrapper)
}

/// The four headers of a response, each with declarations of its own; `exception` is the inside of
/// `ExceptionInfo`.
pub fn headers(version: &str, succeeded: bool, exception: &str) -> String {
    let ns = namespace(version);
    let xsi = "http://www.w3.org/2001/XMLSchema-instance";
    let exception = match exception {
        "" => format!(r#"<h:ExceptionInfo i:nil="true" xmlns:h="{ns}" xmlns:i="{xsi}"/>"#),
        inside => format!(
            r#"<h:ExceptionInfo xmlns:h="{ns}" xmlns="{ns}" xmlns:i="{xsi}">{inside}</h:ExceptionInfo>"#
        ),
    };
    format!(
        r#"{exception}<h:ExtraInfo xmlns:h="{ns}" xmlns="{ns}" xmlns:i="{xsi}"><ExtraInfoNameValuePair><Key>elapsed</Key><Value>12</Value></ExtraInfoNameValuePair><ExtraInfoNameValuePair><Key>none</Key><Value i:nil="true"/></ExtraInfoNameValuePair></h:ExtraInfo><h:Succeeded xmlns:h="{ns}">{succeeded}</h:Succeeded><h:TimeZone xmlns:h="{ns}" xmlns="{ns}" xmlns:i="{xsi}"><SoTimeZoneId>47</SoTimeZoneId><SoTimeZoneLocationCode>NO</SoTimeZoneLocationCode></h:TimeZone>"#
    )
}

/// An envelope in the style of WCF.
pub fn envelope(headers: &str, body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>{headers}</s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

/// A fault in the style of WCF.
pub fn fault(code: &str, text: &str, detail: &str) -> String {
    let detail = match detail {
        "" => String::new(),
        inside => format!("<detail>{inside}</detail>"),
    };
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher">{code}</faultcode><faultstring xml:lang="en-GB">{text}</faultstring>{detail}</s:Fault></s:Body></s:Envelope>"#
    )
}

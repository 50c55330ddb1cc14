//! Reads and writes the message with yaserde's derived types, written the way Rust's zeep writes them.

use std::hint::black_box;

use nix::time::{ClockId, clock_gettime};
use yaserde::{YaDeserialize, YaSerialize};

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(
    prefix = "s",
    namespaces = {
        "s" = "http://schemas.xmlsoap.org/soap/envelope/",
        "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86"
    }
)]
struct Envelope {
    #[yaserde(rename = "Body", prefix = "s")]
    body: Body,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(
    prefix = "s",
    namespaces = {
        "s" = "http://schemas.xmlsoap.org/soap/envelope/",
        "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86"
    }
)]
struct Body {
    #[yaserde(rename = "GetBatchTaskInfosByAssociatesResponse", prefix = "tns")]
    wrapper: Wrapper,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct Wrapper {
    #[yaserde(rename = "Response", prefix = "tns")]
    response: ArrayOfBatchTaskInfo,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct ArrayOfBatchTaskInfo {
    #[yaserde(rename = "BatchTaskInfo", prefix = "tns")]
    items: Vec<BatchTaskInfo>,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct TableRight {
    #[yaserde(rename = "Mask", prefix = "tns")]
    mask: Option<String>,
    #[yaserde(rename = "Reason", prefix = "tns")]
    reason: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct StringDictionary {
    #[yaserde(rename = "StringKeyValuePair", prefix = "tns")]
    entries: Vec<StringKeyValuePair>,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct StringKeyValuePair {
    #[yaserde(rename = "Key", prefix = "tns")]
    key: Option<String>,
    #[yaserde(rename = "Value", prefix = "tns")]
    value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(prefix = "tns", namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" })]
struct BatchTaskInfo {
    #[yaserde(rename = "TableRight", prefix = "tns")]
    table_right: Option<TableRight>,
    #[yaserde(rename = "FieldProperties", prefix = "tns")]
    field_properties: Option<StringDictionary>,
    #[yaserde(rename = "Id", prefix = "tns")]
    id: Option<i32>,
    #[yaserde(rename = "Name", prefix = "tns")]
    name: Option<String>,
    #[yaserde(rename = "AssociateId", prefix = "tns")]
    associate_id: Option<i32>,
    #[yaserde(rename = "DetailsTable", prefix = "tns")]
    details_table: Option<i16>,
    #[yaserde(rename = "DetailsRecord", prefix = "tns")]
    details_record: Option<i32>,
    #[yaserde(rename = "IsSystemTask", prefix = "tns")]
    is_system_task: Option<bool>,
    #[yaserde(rename = "IsInternalTask", prefix = "tns")]
    is_internal_task: Option<bool>,
    #[yaserde(rename = "ParameterObject", prefix = "tns")]
    parameter_object: Option<StringDictionary>,
    #[yaserde(rename = "LastStarted", prefix = "tns")]
    last_started: Option<String>,
    #[yaserde(rename = "Created", prefix = "tns")]
    created: Option<String>,
    #[yaserde(rename = "StartCount", prefix = "tns")]
    start_count: Option<i32>,
    #[yaserde(rename = "DatabaseSerialNumber", prefix = "tns")]
    database_serial_number: Option<String>,
    #[yaserde(rename = "Context", prefix = "tns")]
    context: Option<String>,
    #[yaserde(rename = "Result", prefix = "tns")]
    result: Option<String>,
    #[yaserde(rename = "State", prefix = "tns")]
    state: Option<BatchTaskState>,
    #[yaserde(rename = "Description", prefix = "tns")]
    description: Option<String>,
    #[yaserde(rename = "Response", prefix = "tns")]
    response: Option<String>,
    #[yaserde(rename = "Request", prefix = "tns")]
    request: Option<String>,
    #[yaserde(rename = "ProgressDescription", prefix = "tns")]
    progress_description: Option<String>,
    #[yaserde(rename = "ProgressPercent", prefix = "tns")]
    progress_percent: Option<i16>,
}

#[derive(Clone, Debug, Default, PartialEq, YaDeserialize, YaSerialize)]
#[yaserde(
    prefix = "tns",
    namespaces = { "tns" = "http://www.superoffice.net/ws/crm/NetServer/Services86" }
)]
enum BatchTaskState {
    #[default]
    Unknown,
    New,
    Aquired,
    Started,
    Succeeded,
    Failed,
    All,
}

fn decode(message: &str) -> Envelope {
    yaserde::de::from_str(message).expect("the message")
}

fn encode(value: &Envelope) -> String {
    yaserde::ser::to_string(value).expect("the message")
}

fn least<T>(mut work: impl FnMut() -> T) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a thread has a clock");
        time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9
    };
    let times = (0..30).map(|_| {
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
    let items = &value.body.wrapper.response.items;
    assert_eq!(items.len(), 1_000, "not the whole message");
    assert_eq!(items[999].progress_percent, Some(100));
    assert_eq!(items[999].state, Some(BatchTaskState::Succeeded));
    let written = encode(&value);
    assert!(decode(&written) == value, "not the whole message");
    let decode = message.len() as f64 / least(|| decode(&message)) / 1e6;
    let encode = written.len() as f64 / least(|| encode(&value)) / 1e6;
    println!("decode\t{decode:.1}\nencode\t{encode:.1}");
}

//! The same message through quick-xml: its bare event loop, and serde's derived types.

use quick_xml::events::Event;
use serde::{Deserialize, Serialize};

/// How many elements a message has, found by reading all events and looking at none.
///
/// # Panics
///
/// On a message that is not well-formed.
pub fn count_elements(message: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(message);
    let mut count = 0;
    loop {
        match reader.read_event().expect("our own message") {
            Event::Start(_) | Event::Empty(_) => count += 1,
            Event::Eof => return count,
            _ => {}
        }
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename = "s:Envelope")]
pub struct Envelope {
    #[serde(rename = "@xmlns:s", default)]
    soap: String,
    #[serde(rename(serialize = "s:Header", deserialize = "Header"))]
    header: Header,
    #[serde(rename(serialize = "s:Body", deserialize = "Body"))]
    body: Body,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Header {
    succeeded: bool,
}

#[derive(Debug, Deserialize, Serialize)]
struct Body {
    #[serde(rename = "GetBatchTaskInfosByAssociatesResponse")]
    wrapper: Wrapper,
}

#[derive(Debug, Deserialize, Serialize)]
struct Wrapper {
    #[serde(rename = "@xmlns", default)]
    namespace: String,
    #[serde(rename = "Response")]
    response: Response,
}

#[derive(Debug, Deserialize, Serialize)]
struct Response {
    #[serde(rename = "BatchTaskInfo", default)]
    items: Vec<BatchTaskInfo>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Dictionary {
    #[serde(rename = "StringKeyValuePair", default)]
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key: String,
    value: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TableRight {
    mask: String,
    reason: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
enum State {
    Unknown,
    New,
    Aquired,
    Started,
    Succeeded,
    Failed,
    All,
}

// Dates stay text: serde has no type for them, and parsing them would only cost it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchTaskInfo {
    table_right: Option<TableRight>,
    field_properties: Option<Dictionary>,
    id: i32,
    name: Option<String>,
    associate_id: i32,
    details_table: i16,
    details_record: i32,
    is_system_task: bool,
    is_internal_task: bool,
    parameter_object: Option<Dictionary>,
    last_started: String,
    created: String,
    start_count: i32,
    database_serial_number: Option<String>,
    context: Option<String>,
    result: Option<String>,
    state: State,
    description: Option<String>,
    response: Option<String>,
    request: Option<String>,
    progress_description: Option<String>,
    progress_percent: i16,
}

impl Envelope {
    /// Reads the message of `BatchTaskInfo`.
    ///
    /// # Panics
    ///
    /// On any other.
    pub fn decode(message: &[u8]) -> Self {
        quick_xml::de::from_reader(message).expect("our own message")
    }

    /// Writes it.
    ///
    /// # Panics
    ///
    /// Never: every part of it can be written.
    pub fn encode(&self) -> String {
        quick_xml::se::to_string(self).expect("it was read")
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.body.wrapper.response.items.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::batch_tasks;

    #[test]
    fn both_readers_see_the_whole_message() {
        let message = batch_tasks(10);
        let read = Envelope::decode(&message.bytes);
        assert_eq!(read.len(), 10);
        assert_eq!(read.encode().matches("<BatchTaskInfo>").count(), 10);
        assert_eq!(count_elements(&message.bytes), 10 * 23 + 6);
    }
}

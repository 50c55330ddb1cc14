//! The message of `BatchTaskInfo` read by hand with quick-xml, names resolved, into the same types: what a
//! patient person would write for this one message. It keeps nothing unknown and names no place in errors.

use std::borrow::Cow;
use std::str::FromStr;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;
use superoffice_services::services86::batch::BatchTaskInfo;
use superoffice_services::soap::ENVELOPE_NAMESPACE as ENVELOPE;

const OWN: &str = "http://www.superoffice.net/ws/crm/NetServer/Services86";

/// The items of the message.
///
/// # Panics
///
/// On any other message.
pub fn decode(message: &[u8]) -> Vec<BatchTaskInfo> {
    let mut r = NsReader::from_reader(message);
    let mut items = Vec::new();
    down(&mut r, ENVELOPE, "Envelope");
    down(&mut r, ENVELOPE, "Header");
    while let Some(header) = child(&mut r) {
        skip(&mut r, header);
    }
    down(&mut r, ENVELOPE, "Body");
    down(&mut r, OWN, "GetBatchTaskInfosByAssociatesResponse");
    down(&mut r, OWN, "Response");
    while let Some(item) = child(&mut r) {
        if item.is(OWN, "BatchTaskInfo") {
            items.push(batch_task(&mut r));
        } else {
            skip(&mut r, item);
        }
    }
    items
}

fn batch_task(r: &mut NsReader<&[u8]>) -> BatchTaskInfo {
    let mut task = BatchTaskInfo::default();
    while let Some(field) = child(r) {
        if !field.has_content() || field.namespace != Some(OWN) {
            skip(r, field);
            continue;
        }
        match field.start.local_name().as_ref() {
            "Id" => task.id = value(r),
            "Name" => task.name = Some(text(r).into_owned()),
            "AssociateId" => task.associate_id = value(r),
            "DetailsTable" => task.details_table = value(r),
            "DetailsRecord" => task.details_record = value(r),
            "IsSystemTask" => task.is_system_task = value(r),
            "IsInternalTask" => task.is_internal_task = value(r),
            "LastStarted" => task.last_started = value(r),
            "Created" => task.created = value(r),
            "StartCount" => task.start_count = value(r),
            "DatabaseSerialNumber" => task.database_serial_number = Some(text(r).into_owned()),
            "Context" => task.context = Some(text(r).into_owned()),
            "Result" => task.result = Some(text(r).into_owned()),
            "State" => task.state = value(r),
            "Description" => task.description = Some(text(r).into_owned()),
            "Response" => task.response = Some(text(r).into_owned()),
            "Request" => task.request = Some(text(r).into_owned()),
            "ProgressDescription" => task.progress_description = Some(text(r).into_owned()),
            "ProgressPercent" => task.progress_percent = value(r),
            _ => skip(r, field),
        }
    }
    task
}

/// A start tag, or an element that closes itself.
struct Child<'a> {
    start: BytesStart<'a>,
    namespace: Option<&'static str>,
    is_empty: bool,
}

impl Child<'_> {
    fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == Some(namespace) && self.start.local_name().as_ref() == name
    }

    /// Whether it is neither nil nor empty.
    fn has_content(&self) -> bool {
        let mut attributes = self.start.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let is_nil = |name: &str, value: &str| name == "nil" && value == "true";
        !self.is_empty && !attributes.any(|a| is_nil(a.key.local_name().as_ref(), a.value.as_ref()))
    }
}

/// The next child, or nothing behind the last one.
fn child<'a>(r: &mut NsReader<&'a [u8]>) -> Option<Child<'a>> {
    loop {
        let (namespace, event) = r.read_resolved_event().expect("our own message");
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(uri)) if uri == OWN => Some(OWN),
            ResolveResult::Bound(Namespace(uri)) if uri == ENVELOPE => Some(ENVELOPE),
            _ => None,
        };
        let (start, is_empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) | Event::Eof => return None,
            _ => continue,
        };
        return Some(Child {
            start,
            namespace,
            is_empty,
        });
    }
}

fn down(r: &mut NsReader<&[u8]>, namespace: &str, name: &str) {
    let child = child(r).expect("our own message");
    assert!(child.is(namespace, name), "our own message");
}

fn skip(r: &mut NsReader<&[u8]>, child: Child<'_>) {
    if !child.is_empty {
        r.read_to_end(child.start.name()).expect("our own message");
    }
}

fn value<T: FromStr>(r: &mut NsReader<&[u8]>) -> T {
    let value = text(r).parse().ok();
    value.expect("our own message")
}

/// The text up to the end tag, which mostly is one piece of the message.
fn text<'a>(r: &mut NsReader<&'a [u8]>) -> Cow<'a, str> {
    let mut text = Cow::Borrowed("");
    loop {
        match r.read_event().expect("our own message") {
            Event::Text(part) => add(&mut text, part.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(part) => add(&mut text, part.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(name) => match name.resolve_char_ref().expect("our own message") {
                Some(c) => text.to_mut().push(c),
                None => text.to_mut().push_str(match &*name {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    _ => "'",
                }),
            },
            Event::End(_) => return text,
            _ => {}
        }
    }
}

fn add<'a>(text: &mut Cow<'a, str>, part: Cow<'a, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}

#[cfg(test)]
mod tests {
    use crate::inputs::batch_tasks;

    #[test]
    fn it_reads_what_we_read() {
        let message = batch_tasks(10);
        assert_eq!(super::decode(&message.bytes), message.value);
    }
}

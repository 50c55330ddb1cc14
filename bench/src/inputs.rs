//! The messages that are read and written, and the public ways of doing it.

use superoffice_services::services86::appointment::AppointmentEntity;
use superoffice_services::services86::batch::{BatchTaskInfo, BatchTaskState, TableRight};
use superoffice_services::services86::{self, types as types86};
use superoffice_services::services88::user_defined_field_info as fields88;
use superoffice_services::services88::user_defined_field_info::FieldInfo;
use superoffice_services::services88::{self, types as types88};
use superoffice_services::soap::{
    Body, Contract, DecodeError, Dictionary, Duration, ENVELOPE_TAIL, Element, Envelope, Kind,
    Value, Writer, encode, envelope_head,
};
use superoffice_services::{Call, DateTime, FlagSet};

/// A message and what it is made of.
pub struct Message<T> {
    pub name: &'static str,
    pub contract: &'static Contract,
    pub wrapper: &'static str,
    pub kind: Kind,
    pub value: T,
    pub bytes: Vec<u8>,
}

impl<T: Value + Default> Message<T> {
    fn new(
        name: &'static str,
        contract: &'static Contract,
        wrapper: &'static str,
        kind: Kind,
        value: T,
    ) -> Self {
        let bytes = write(contract, wrapper, kind, &value);
        // A client has had such an answer before and freed it. glibc's allocator then keeps as much; before, it
        // gives the memory of each value back to the kernel, and what is measured is how pages come.
        drop(std::hint::black_box(bytes.clone()));
        Self {
            name,
            contract,
            wrapper,
            kind,
            value,
            bytes,
        }
    }

    /// The envelope with the value.
    pub fn encode(&self) -> Vec<u8> {
        write(self.contract, self.wrapper, self.kind, &self.value)
    }

    /// The value of the envelope, unknowns kept, everything behind it checked too.
    ///
    /// # Errors
    ///
    /// Bytes that are no such message.
    pub fn decode(&self) -> Result<T, DecodeError> {
        let mut value = T::default();
        let envelope = Envelope::parse(&self.bytes)?;
        if let Some(header) = envelope.header("Succeeded") {
            header.read(&mut false, Kind::Plain)?;
        }
        if let Body::Element(mut reader) = envelope.body {
            reader.fields(None, &mut |fields| {
                fields.field("Response", &mut value, self.kind);
            })?;
            reader.finish()?;
        }
        Ok(value)
    }
}

/// A response as a server sends it, with the header that says that all is well. The envelope goes
/// around the body in the body's buffer, as it does in a call.
fn write(contract: &'static Contract, wrapper: &str, kind: Kind, value: &dyn Value) -> Vec<u8> {
    let header = encode(contract, &Element::plain("Succeeded", 0), &true);
    let mut body = Writer::new(contract);
    body.open_root(wrapper);
    body.fields(0).field("Response", value, kind);
    body.close_root(wrapper);
    let (head, mut message) = (envelope_head(&header), body.into_bytes());
    message.reserve_exact(head.len() + ENVELOPE_TAIL.len());
    message.splice(0..0, head);
    message.extend_from_slice(ENVELOPE_TAIL);
    message
}

/// `BatchTaskInfo`: numbers, dates, short strings, nils; about 923 bytes an item.
pub fn batch_tasks(count: i32) -> Message<Vec<BatchTaskInfo>> {
    let value = (0..count).map(batch_task).collect();
    let kind = types86::shapes::ARRAY_OF_BATCH_TASK_INFO;
    let wrapper = "GetBatchTaskInfosByAssociatesResponse";
    Message::new("BatchTaskInfo", &services86::CONTRACT, wrapper, kind, value)
}

fn batch_task(number: i32) -> BatchTaskInfo {
    BatchTaskInfo {
        id: 1_000 + number,
        name: text("NightlyImport"),
        associate_id: 17 + number % 40,
        details_table: 5,
        details_record: 4_711 + number,
        is_system_task: number % 2 == 0,
        last_started: moment(number),
        created: moment(number / 2),
        start_count: number % 100,
        database_serial_number: text("1234567890"),
        context: text("Default"),
        state: BatchTaskState::Succeeded,
        description: text(
            "Imports contacts & persons from the nightly file of the branch office in Oslo",
        ),
        response: text("OK: 1482 rows read, 1480 imported, 2 skipped; see the log for details"),
        request: text("run --source=nightly.csv --target=contact --mode=update"),
        progress_description: text("Finished"),
        progress_percent: 100,
        ..BatchTaskInfo::default()
    }
}

/// `AppointmentEntity`: 60 members, a third of them structs of their own, two dictionaries.
pub fn appointments(count: i32) -> Message<Vec<AppointmentEntity>> {
    static ITEM: Element = Element::plain("AppointmentEntity", 0);
    let value = (0..count).map(appointment).collect();
    let wrapper = "GetAppointmentsResponse";
    let name = "AppointmentEntity";
    Message::new(
        name,
        &services86::CONTRACT,
        wrapper,
        Kind::Array(&ITEM),
        value,
    )
}

fn appointment(number: i32) -> AppointmentEntity {
    let associate = |id: i32| types86::Associate {
        table_right: Some(TableRight {
            mask: rights(),
            ..TableRight::default()
        }),
        associate_id: id,
        name: text("IB"),
        person_id: id * 3,
        tooltip: text("Ida Berg, Sales"),
        full_name: text("Ida Berg"),
        formal_name: text("Berg, Ida"),
        user_name: text("ida.berg"),
        ..types86::Associate::default()
    };
    AppointmentEntity {
        table_right: Some(TableRight {
            mask: rights(),
            ..TableRight::default()
        }),
        associate: Some(associate(5)),
        contact: Some(types86::Contact {
            contact_id: 100 + number,
            name: text("Fjord & Fjell Handel AS"),
            department: text("Trondheim"),
            city: text("Trondheim"),
            country_name: text("Norge"),
            full_name: text("Fjord & Fjell Handel AS, Trondheim"),
            formatted_address: text("Kongens gate 1\n7011 Trondheim"),
            ..types86::Contact::default()
        }),
        created_by: Some(associate(5)),
        updated_by: Some(associate(7)),
        created_date: moment(number),
        appointment_id: 50_000 + number,
        description: text("Quarterly review: <agenda> follows, bring last year's figures"),
        start_date: moment(number),
        end_date: moment(number),
        person: Some(types86::Person {
            person_id: 9_000 + number,
            firstname: text("Åse"),
            lastname: text("Østby"),
            full_name: text("Åse Østby"),
            email: text("ase.ostby@fjordfjell.example"),
            ..types86::Person::default()
        }),
        links: Some(vec![
            types86::Link {
                entity_name: text("document"),
                id: number,
                ..types86::Link::default()
            };
            2
        ]),
        alarm_lead_time: Duration::from_ticks(9_000_000_000),
        location: text("Møterom 4, 2. etasje"),
        recurrence: Some(types86::RecurrenceInfo {
            start_date: moment(number),
            end_date: moment(number),
            dates: Some(vec![types86::RecurrenceDate::default(); 3]),
            ..types86::RecurrenceInfo::default()
        }),
        participants: Some(vec![types86::ParticipantInfo::default(); 3]),
        active_date: moment(number),
        assigned_by: Some(associate(7)),
        task: Some(types86::TaskListItem {
            value: text("Meeting"),
            ..Default::default()
        }),
        user_defined_fields: Some(dictionary("SuperOffice", 8)),
        extra_fields: Some(dictionary("x_field", 4)),
        ..AppointmentEntity::default()
    }
}

/// `FieldInfo` of Services88: an array of derived types, each named by `i:type`, nested structs and
/// elements that the contract does not know.
pub fn fields(count: i32) -> Message<Vec<FieldInfo>> {
    let value = (0..count).map(field).collect();
    let kind = types88::shapes::ARRAY_OF_FIELD_INFO_BASE;
    let wrapper = "GetCustomFieldInfoListResponse";
    Message::new("FieldInfo", &services88::CONTRACT, wrapper, kind, value)
}

fn field(number: i32) -> FieldInfo {
    let field_name = Some(format!("x_field{number}"));
    let display_name = text("Yearly <volume>");
    match number % 4 {
        0 => FieldInfo::Int(fields88::FieldInfoInt {
            field_name,
            display_name,
            rank: number,
            ..Default::default()
        }),
        1 => FieldInfo::MdoList(fields88::FieldInfoMdoList {
            field_name,
            display_name,
            ..Default::default()
        }),
        2 => FieldInfo::ShortText(fields88::FieldInfoShortText {
            field_name,
            display_name,
            description: text("What the customer calls it"),
            ..Default::default()
        }),
        _ => FieldInfo::Base(fields88::FieldInfoBase {
            field_name,
            ..Default::default()
        }),
    }
}

/// Lists in lists with dictionaries in them: 12 levels.
pub fn tree(width: i32) -> Message<Vec<types86::MDOListItem>> {
    let kind = types86::shapes::ARRAY_OF_MDO_LIST_ITEM;
    let value = (0..width).map(|number| branch(number, 5)).collect();
    Message::new(
        "MDOListItem",
        &services86::CONTRACT,
        "GetListResponse",
        kind,
        value,
    )
}

fn branch(number: i32, levels: i32) -> types86::MDOListItem {
    types86::MDOListItem {
        id: number,
        name: text("Branch"),
        tool_tip: text("a branch & its leaves"),
        child_items: (levels > 0).then(|| (0..2).map(|child| branch(child, levels - 1)).collect()),
        ..Default::default()
    }
}

/// One document of base64, as the streams of documents are.
pub fn document(bytes: usize) -> Message<Option<Vec<u8>>> {
    // A linear congruential generator: bytes without a pattern that a decoder could profit by.
    let mut state = 1_u32;
    let value = (0..bytes).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let value = Some(value.collect());
    let wrapper = "GetBlobStreamResponse";
    Message::new("base64", &services86::CONTRACT, wrapper, Kind::Plain, value)
}

/// A call as an application makes it, encoded: one number.
pub fn small_call(client: &services86::Client) -> Call<Option<BatchTaskInfo>> {
    client.batch().get_batch_task_info(4_711)
}

/// The answer to it.
pub fn small_answer() -> Vec<u8> {
    let kind = Kind::Plain;
    let value = Some(batch_task(7));
    write(
        &services86::CONTRACT,
        "GetBatchTaskInfoResponse",
        kind,
        &value,
    )
}

fn rights() -> FlagSet<services86::ETableRight> {
    services86::ETableRight::SELECT | services86::ETableRight::UPDATE
}

fn dictionary(prefix: &str, entries: i32) -> Dictionary<String, Option<String>> {
    (1..=entries)
        .map(|entry| (format!("{prefix}:{entry}"), Some(format!("[I:{entry}]"))))
        .collect()
}

fn moment(number: i32) -> DateTime {
    let (minute, second) = ((number / 60 % 60) as u8, (number % 60) as u8);
    DateTime::new(2024, 2, 29, 23, minute, second).expect("these exist")
}

#[allow(clippy::unnecessary_wraps, reason = "what the members hold")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Value + Default + PartialEq>(message: &Message<T>, bytes: std::ops::Range<usize>) {
        assert!(
            message.decode().unwrap() == message.value,
            "{}",
            message.name
        );
        assert!(
            bytes.contains(&message.bytes.len()),
            "{}: {}",
            message.name,
            message.bytes.len()
        );
    }

    #[test]
    fn messages_are_read_as_what_was_written() {
        check(&batch_tasks(1_000), 915_000..930_000);
        check(&appointments(3), 10_000..60_000);
        check(&fields(8), 3_000..20_000);
        check(&tree(2), 10_000..100_000);
        check(&document(3_000), 4_000..6_000);
    }
}

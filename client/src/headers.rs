//! The SOAP headers of requests and responses.

use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use superoffice_soap::{
    Body, Contract, DecodeError, Dictionary, Element, Entry, Envelope, Kind, Reader, Value, Writer,
    text_header,
};

use crate::agent::RequestHeaders;
use crate::exception::ServerException;

/// A time zone as SuperOffice names it: by a number or by the code of a location.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeZone {
    id: Option<i32>,
    location: Option<String>,
}

impl TimeZone {
    /// The zone with that number in the installation's list.
    pub fn id(id: i32) -> Self {
        Self {
            id: Some(id),
            location: None,
        }
    }

    /// The zone of a location, `NO`.
    pub fn location(code: impl Into<String>) -> Self {
        Self {
            id: None,
            location: Some(code.into()),
        }
    }

    /// The number, if there is one.
    pub fn as_id(&self) -> Option<i32> {
        self.id
    }

    /// The location's code, if there is one.
    pub fn as_location(&self) -> Option<&str> {
        self.location.as_deref()
    }
}

/// How a zone stands in a header.
#[derive(Default)]
struct Zone {
    id: i32,
    location: Option<String>,
}

impl Value for Zone {
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.fields(None, &mut |r| {
            r.field("SoTimeZoneId", &mut self.id, Kind::Plain);
            r.field("SoTimeZoneLocationCode", &mut self.location, Kind::Plain);
        })
    }

    /// Requests need a root of its own, which [`write`] makes.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.nil(element);
    }
}

impl Zone {
    /// The number is not nillable on the wire: no zone has the number 0.
    fn into_time_zone(self) -> Option<TimeZone> {
        let id = (self.id != 0).then_some(self.id);
        let location = self.location.filter(|code| !code.is_empty());
        (id.is_some() || location.is_some()).then_some(TimeZone { id, location })
    }
}

/// What goes into the header of a request.
pub(crate) struct Given<'a> {
    pub(crate) application_token: Option<&'a str>,
    pub(crate) ticket: Option<&'a str>,
    pub(crate) time_zone: Option<&'a TimeZone>,
}

/// The header elements, each self-contained; what is not set is left out.
pub(crate) fn write(
    contract: &'static Contract,
    kinds: RequestHeaders,
    given: &Given<'_>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    let namespace = contract.namespace(0);
    if let Some(token) = given.application_token {
        text_header(&mut out, namespace, &["ApplicationToken"], token);
    }
    if kinds == RequestHeaders::ApplicationToken {
        return out;
    }
    if let Some(ticket) = given.ticket {
        text_header(&mut out, namespace, &["Credentials", "Ticket"], ticket);
    }
    if let Some(time_zone) = given.time_zone {
        let mut w = Writer::new(contract);
        w.open_root("TimeZone");
        let mut fields = w.fields(0);
        fields.omittable("SoTimeZoneId", &time_zone.id);
        fields.omittable("SoTimeZoneLocationCode", &time_zone.location);
        w.close_root("TimeZone");
        out.extend_from_slice(w.as_bytes());
    }
    out
}

/// What the header of a response says beside the result.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ResponseHeaders {
    /// `Succeeded`
    pub succeeded: Option<bool>,
    /// `ExceptionInfo`
    pub exception: Option<ServerException>,
    /// `ExtraInfo`, in the server's order
    pub extra_info: Dictionary<String, Option<String>>,
    /// `TimeZone`: the zone that the times in the response are in.
    pub time_zone: Option<TimeZone>,
}

const EXTRA_INFO: Kind = Kind::Dictionary(&Entry {
    name: "ExtraInfoNameValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});

impl ResponseHeaders {
    /// All of them.
    pub(crate) fn read(contract: &Contract, message: &[u8]) -> Result<Self, DecodeError> {
        let ours = contract.namespace(0);
        let mut outcome = Outcome::default();
        let mut extra_info = Found::of(EXTRA_INFO);
        let mut zone = Found::of(Kind::Plain);
        Envelope::read(message, &mut |r| match r.name() {
            "ExtraInfo" => extra_info.read(r, ours),
            "TimeZone" => zone.read(r, ours),
            _ => outcome.read(r, ours),
        })?;
        let zone: Option<Zone> = zone.value()?;
        Ok(Self {
            succeeded: outcome.succeeded.value()?,
            exception: outcome.exception.value()?,
            extra_info: extra_info.value()?,
            time_zone: zone.and_then(Zone::into_time_zone),
        })
    }
}

/// Those that tell success from failure.
struct Outcome<'a> {
    succeeded: Found<'a, Option<bool>>,
    exception: Found<'a, Option<ServerException>>,
}

impl Default for Outcome<'_> {
    fn default() -> Self {
        Self {
            succeeded: Found::of(Kind::Plain),
            exception: Found::of(Kind::Plain),
        }
    }
}

impl<'a> Outcome<'a> {
    fn read(&mut self, r: &mut Reader<'a>, ours: &str) -> Result<(), DecodeError> {
        match r.name() {
            "Succeeded" => self.succeeded.read(r, ours),
            "ExceptionInfo" => self.exception.read(r, ours),
            _ => r.skip(),
        }
    }
}

/// What tells success from failure, `Succeeded` and `ExceptionInfo`, and what the body holds.
pub(crate) fn outcome<'a>(
    contract: &'static Contract,
    message: &'a [u8],
    latest: &LatestSuccess,
) -> Result<(Option<bool>, Option<ServerException>, Body<'a>), DecodeError> {
    if let Some(start) = latest.body_of(contract, message)
        && let Some(body) = Envelope::read_from(message, start)
    {
        return Ok((Some(true), None, body?));
    }
    let ours = contract.namespace(0);
    let mut outcome = Outcome::default();
    let mut is_bare = true;
    let (body, start) = Envelope::read_start(message, &mut |r| {
        is_bare &= matches!(r.name(), "Succeeded" | "TimeZone") || r.is_nil();
        outcome.read(r, ours)
    })?;
    let (succeeded, exception) = (outcome.succeeded.value()?, outcome.exception.value()?);
    if let (true, Some(true), None, Some(start)) = (is_bare, succeeded, &exception, start) {
        latest.keep(contract, &message[..start]);
    }
    Ok((succeeded, exception, body))
}

/// How the latest answer of a connection began that told of success: what stands before its body.
///
/// Most answers of a server begin with the same bytes, a kilobyte in which every header declares two
/// namespaces, and say the same with them. Only what tells nothing else is kept: headers whose content
/// nobody knows might be about secrets.
#[derive(Clone, Default)]
pub(crate) struct LatestSuccess(Arc<Mutex<Option<Success>>>);

struct Success {
    contract: &'static Contract,
    start: Vec<u8>,
}

impl LatestSuccess {
    /// More than that is not kept.
    const MOST: usize = 4096;

    /// Where the body begins, if this message begins like the latest.
    fn body_of(&self, contract: &Contract, message: &[u8]) -> Option<usize> {
        // What panicked, if anything did, was not in the middle of a change.
        let latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = latest.as_ref()?;
        let is_same = ptr::eq(latest.contract, contract) && message.starts_with(&latest.start);
        is_same.then_some(latest.start.len())
    }

    fn keep(&self, contract: &'static Contract, start: &[u8]) {
        if start.len() <= Self::MOST {
            let start = start.to_vec();
            let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *latest = Some(Success { contract, start });
        }
    }
}

/// A header's value. One in the contract's namespace goes before one of the same name in another,
/// which is read only if it is needed, and the first before the next.
struct Found<'a, T> {
    kind: Kind,
    ours: Option<T>,
    foreign: Option<Reader<'a>>,
}

impl<'a, T: Value + Default> Found<'a, T> {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            ours: None,
            foreign: None,
        }
    }

    fn read(&mut self, r: &mut Reader<'a>, ours: &str) -> Result<(), DecodeError> {
        if self.ours.is_some() {
            return r.skip();
        }
        if r.namespace().as_deref() != Some(ours) {
            self.foreign.get_or_insert_with(|| r.clone());
            return r.skip();
        }
        r.value(self.ours.insert(T::default()), self.kind)
    }

    fn value(self) -> Result<T, DecodeError> {
        let mut value = T::default();
        match (self.ours, self.foreign) {
            (Some(ours), _) => return Ok(ours),
            (None, Some(mut r)) => r.value(&mut value, self.kind)?,
            (None, None) => {}
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static CONTRACT: Contract = Contract::new("V1", &["urn:v1"]);
    static OTHER: Contract = Contract::new("V2", &["urn:v1"]);

    const NIL: &str = "i:nil='true' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'";

    fn message(before: &str, headers: &str) -> String {
        format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>{before}<s:Header>\
             <Succeeded xmlns='urn:v1'>true</Succeeded>{headers}</s:Header><s:Body><R/></s:Body></s:Envelope>"
        )
    }

    fn keeps(message: &str) -> bool {
        let latest = LatestSuccess::default();
        assert!(outcome(&CONTRACT, message.as_bytes(), &latest).is_ok());
        let start = latest.body_of(&CONTRACT, message.as_bytes());
        assert!(start.is_none() || start == message.find("<s:Body>"));
        assert_eq!(latest.body_of(&OTHER, message.as_bytes()), None);
        start.is_some()
    }

    #[test]
    fn what_is_kept_of_an_answer_tells_of_success_and_nothing_else() {
        let zone = "<TimeZone xmlns='urn:v1'><SoTimeZoneId>47</SoTimeZoneId></TimeZone>";
        assert!(keeps(&message("", "")));
        assert!(keeps(&message("", zone)));
        assert!(keeps(&message(
            "",
            &format!("<ExceptionInfo xmlns='urn:v1' {NIL}/><X {NIL}/>")
        )));
        assert!(!keeps(&message(
            "",
            "<ExtraInfo xmlns='urn:v1'>7T:secret</ExtraInfo>"
        )));
        assert!(!keeps(&message(
            "",
            "<Credentials><Ticket>7T:secret</Ticket></Credentials>"
        )));
        assert!(!keeps(&message("<Ticket>7T:secret</Ticket>", "")));
        assert!(!keeps(&message("", &zone.repeat(80))), "it is too long");
        assert!(!keeps(&message("", "").replace("true", "false")));
    }
}

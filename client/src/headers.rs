//! The SOAP headers of requests and responses.

use superoffice_soap::{
    Contract, DecodeError, Dictionary, Element, Entry, Envelope, Header, Kind, Reader, Value,
    Writer,
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
            r.value("SoTimeZoneId", &mut self.id);
            r.value("SoTimeZoneLocationCode", &mut self.location);
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
    let mut w = Writer::new(contract);
    if let Some(token) = given.application_token {
        w.root(&Element::plain("ApplicationToken", 0), &token.to_owned());
    }
    if kinds == RequestHeaders::ApplicationToken {
        return w.into_bytes();
    }
    if let Some(ticket) = given.ticket {
        w.open_root("Credentials");
        w.text(&Element::plain("Ticket", 0), Some(ticket));
        w.close_root("Credentials");
    }
    if let Some(time_zone) = given.time_zone {
        w.open_root("TimeZone");
        let mut fields = w.fields(0);
        fields.omittable("SoTimeZoneId", &time_zone.id);
        fields.omittable("SoTimeZoneLocationCode", &time_zone.location);
        w.close_root("TimeZone");
    }
    w.into_bytes()
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
    pub(crate) fn read(contract: &Contract, envelope: &Envelope<'_>) -> Result<Self, DecodeError> {
        let (succeeded, exception) = outcome(contract, envelope)?;
        let mut headers = Self {
            succeeded,
            exception,
            ..Self::default()
        };
        if let Some(header) = header(contract, envelope, "ExtraInfo") {
            header.read(&mut headers.extra_info, EXTRA_INFO)?;
        }
        if let Some(header) =
            header(contract, envelope, "TimeZone").filter(|header| !header.is_nil())
        {
            let mut zone = Zone::default();
            header.read(&mut zone, Kind::Plain)?;
            headers.time_zone = zone.into_time_zone();
        }
        Ok(headers)
    }
}

/// Those that tell success from failure: `Succeeded` and `ExceptionInfo`.
pub(crate) fn outcome(
    contract: &Contract,
    envelope: &Envelope<'_>,
) -> Result<(Option<bool>, Option<ServerException>), DecodeError> {
    let (mut succeeded, mut exception) = (None, None);
    if let Some(header) = header(contract, envelope, "Succeeded") {
        header.read(&mut succeeded, Kind::Plain)?;
    }
    if let Some(header) = header(contract, envelope, "ExceptionInfo") {
        header.read(&mut exception, Kind::Plain)?;
    }
    Ok((succeeded, exception))
}

/// One in the contract's namespace goes before one of the same name in another.
fn header<'e, 'a>(
    contract: &Contract,
    envelope: &'e Envelope<'a>,
    name: &str,
) -> Option<&'e Header<'a>> {
    let ours = contract.namespace(0);
    let named = |header: &&Header<'_>| header.name() == name;
    let exact = envelope
        .headers
        .iter()
        .filter(named)
        .find(|header| header.namespace().as_deref() == Some(ours));
    exact.or_else(|| envelope.header(name))
}

//! The XML of answers: default results from the table, and the envelopes that WCF writes.

use std::fmt::Write as _;

use crate::table::{Field, Kind, Operation, Primitive, Ref, Table};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What default answers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fill {
    /// Results are there, all in them is at its default: zero, null, empty.
    #[default]
    Defaults,
    /// Strings hold the name of their member, numbers count, arrays have an item.
    Samples,
}

/// How deep samples nest; recursive types would never end.
const DEPTH: usize = 4;

pub(crate) struct Writer<'t> {
    table: &'t Table,
    fill: Fill,
    /// What a member `Ticket` of a `SoCredentials` holds.
    ticket: &'t str,
    out: String,
    count: u32,
}

impl<'t> Writer<'t> {
    pub(crate) fn new(table: &'t Table, fill: Fill, ticket: &'t str) -> Self {
        Self {
            table,
            fill,
            ticket,
            out: String::new(),
            count: 0,
        }
    }

    /// The element in the body of a response.
    pub(crate) fn response(mut self, operation: &Operation) -> String {
        let wrapper = &operation.wrapper;
        let _ = write!(
            self.out,
            "<{wrapper} xmlns=\"{}\" xmlns:i=\"{XSI}\"",
            self.table.namespace()
        );
        let namespaces = 1..self.table.namespaces_count();
        for number in namespaces {
            let _ = write!(
                self.out,
                " xmlns:n{number}=\"{}\"",
                self.table.namespace_of(number)
            );
        }
        self.out.push('>');
        for field in &operation.results {
            self.field(0, field, 0);
        }
        let _ = write!(self.out, "</{wrapper}>");
        self.out
    }

    fn field(&mut self, namespace: usize, field: &Field, depth: usize) {
        let name = match namespace {
            0 => field.name.clone(),
            number => format!("n{number}:{}", field.name),
        };
        match field.ty {
            Ref::Primitive(primitive) => {
                if field.nillable && self.fill == Fill::Defaults {
                    return self.nil(&name);
                }
                let text = self.primitive(primitive, &field.name);
                let ty = match primitive {
                    Primitive::AnyType => {
                        " i:type=\"x:string\" xmlns:x=\"http://www.w3.org/2001/XMLSchema\""
                    }
                    _ => "",
                };
                let _ = write!(self.out, "<{name}{ty}>{text}</{name}>");
            }
            Ref::Type(index) => self.named(&name, field, index, depth),
        }
    }

    fn named(&mut self, name: &str, field: &Field, index: usize, depth: usize) {
        let table = self.table;
        let ty = table.ty(index);
        // Sessions begin with these, so they are never null.
        let is_credentials = ty.name == "SoCredentials" && !self.ticket.is_empty();
        let inside = depth > 0 && self.fill == Fill::Defaults && !is_credentials;
        if field.nillable && (inside || depth > DEPTH) {
            return self.nil(name);
        }
        let samples = self.fill == Fill::Samples && depth <= DEPTH;
        match &ty.kind {
            Kind::Struct { .. } => {
                let _ = write!(self.out, "<{name}>");
                for (namespace, member) in table.members(index) {
                    match &*member.name {
                        "Ticket" if is_credentials => {
                            let _ = write!(self.out, "<Ticket>{}</Ticket>", escaped(self.ticket));
                        }
                        _ => self.field(namespace, member, depth + 1),
                    }
                }
                let _ = write!(self.out, "</{name}>");
            }
            Kind::Array(item) if samples => {
                let _ = write!(self.out, "<{name}>");
                self.field(ty.namespace, item, depth + 1);
                let _ = write!(self.out, "</{name}>");
            }
            Kind::Map { entry, key, value } if samples => {
                let prefix = match ty.namespace {
                    0 => String::new(),
                    number => format!("n{number}:"),
                };
                let _ = write!(self.out, "<{name}><{prefix}{entry}>");
                self.field(ty.namespace, key, depth + 1);
                self.field(ty.namespace, value, depth + 1);
                let _ = write!(self.out, "</{prefix}{entry}></{name}>");
            }
            Kind::Flags(members) if samples => {
                let members = members.join(" ");
                let _ = write!(self.out, "<{name}>{members}</{name}>");
            }
            Kind::Array(_) | Kind::Map { .. } | Kind::Flags(_) => {
                let _ = write!(self.out, "<{name}/>");
            }
            Kind::Enum { zero, members } => {
                let member = match samples {
                    true => members.last(),
                    false => zero.as_ref(),
                };
                // Without a member for zero there is nothing that could stand here.
                if let Some(member) = member {
                    let _ = write!(self.out, "<{name}>{member}</{name}>");
                }
            }
        }
    }

    fn nil(&mut self, name: &str) {
        let _ = write!(self.out, "<{name} i:nil=\"true\"/>");
    }

    fn primitive(&mut self, primitive: Primitive, name: &str) -> String {
        let samples = self.fill == Fill::Samples;
        self.count += u32::from(samples);
        let number = self.count % 100;
        match primitive {
            Primitive::Boolean => match (name, samples) {
                ("AuthenticationSucceeded", _) | (_, true) => "true".to_owned(),
                _ => "false".to_owned(),
            },
            Primitive::DateTime if samples => format!("2024-02-{:02}T08:30:00", number % 28 + 1),
            Primitive::DateTime => "0001-01-01T00:00:00".to_owned(),
            Primitive::Duration if samples => format!("PT{number}S"),
            Primitive::Duration => "PT0S".to_owned(),
            Primitive::Guid => format!("00000000-0000-0000-0000-0000000000{number:02}"),
            Primitive::AnyType | Primitive::AnyUri | Primitive::QName | Primitive::String => {
                match samples {
                    true => escaped(name),
                    false => String::new(),
                }
            }
            Primitive::Base64Binary => match samples {
                true => "U2FtcGxl".to_owned(),
                false => String::new(),
            },
            Primitive::Double | Primitive::Float | Primitive::Decimal if samples => {
                format!("{number}.5")
            }
            Primitive::Byte
            | Primitive::Char
            | Primitive::Decimal
            | Primitive::Double
            | Primitive::Float
            | Primitive::Int
            | Primitive::Long
            | Primitive::Short
            | Primitive::UnsignedByte
            | Primitive::UnsignedInt
            | Primitive::UnsignedLong
            | Primitive::UnsignedShort => number.to_string(),
        }
    }
}

/// A .NET exception that a server raises, in the header of a response or in a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception {
    type_name: String,
    message: String,
    friendly: Option<String>,
}

impl Exception {
    /// One of this type; a short name is one of `SuperOffice.Exceptions`.
    pub fn new(type_name: &str, message: impl Into<String>) -> Self {
        let type_name = match type_name.contains('.') {
            true => type_name.to_owned(),
            false => format!("SuperOffice.Exceptions.{type_name}"),
        };
        Self {
            type_name,
            message: message.into(),
            friendly: None,
        }
    }

    /// The session is over, or never was: `SoSessionException`.
    pub fn session_expired() -> Self {
        Self::new("SoSessionException", "the session is over")
    }

    /// The user may not do that: `SoSentryException`.
    pub fn access_denied() -> Self {
        Self::new("SoSentryException", "access denied")
    }

    /// The thing asked for does not exist: `SoNotFoundException`.
    pub fn not_found() -> Self {
        Self::new("SoNotFoundException", "not found")
    }

    /// What a user may be shown.
    pub fn friendly_text(mut self, text: impl Into<String>) -> Self {
        self.friendly = Some(text.into());
        self
    }

    /// The message of a response with HTTP status 200 that carries it in its header.
    pub(crate) fn in_header(&self, namespace: &str) -> String {
        let friendly = match &self.friendly {
            Some(text) => format!("<FriendlyText>{}</FriendlyText>", escaped(text)),
            None => "<FriendlyText i:nil=\"true\"/>".to_owned(),
        };
        let inside = format!(
            "<Message>{}</Message><StackTrace i:nil=\"true\"/>{friendly}\
             <ExceptionType>{}</ExceptionType><Source i:nil=\"true\"/>\
             <InnerException i:nil=\"true\"/><Parameters i:nil=\"true\"/>",
            escaped(&self.message),
            escaped(&self.type_name),
        );
        envelope(&headers(namespace, false, Some(&inside)), "")
    }

    /// The message of a response with HTTP status 500 that carries it in a fault.
    pub(crate) fn in_fault(&self) -> String {
        let (message, type_name) = (escaped(&self.message), escaped(&self.type_name));
        let ns = "http://schemas.datacontract.org/2004/07/System.ServiceModel";
        let detail = format!(
            "<ExceptionDetail xmlns=\"{ns}\" xmlns:i=\"{XSI}\"><HelpLink i:nil=\"true\"/>\
             <InnerException i:nil=\"true\"/><Message>{message}</Message>\
             <StackTrace i:nil=\"true\"/><Type>{type_name}</Type></ExceptionDetail>"
        );
        fault("a:InternalServiceFault", &self.message, &detail)
    }
}

/// The message of a successful response; `body` is the wrapper element.
pub(crate) fn success(namespace: &str, body: &str) -> String {
    envelope(&headers(namespace, true, None), body)
}

fn headers(namespace: &str, succeeded: bool, exception: Option<&str>) -> String {
    let ns = escaped(namespace);
    let exception = match exception {
        None => format!("<h:ExceptionInfo i:nil=\"true\" xmlns:h=\"{ns}\" xmlns:i=\"{XSI}\"/>"),
        Some(inside) => format!(
            "<h:ExceptionInfo xmlns:h=\"{ns}\" xmlns=\"{ns}\" xmlns:i=\"{XSI}\">{inside}\
             </h:ExceptionInfo>"
        ),
    };
    format!(
        "{exception}<h:ExtraInfo i:nil=\"true\" xmlns:h=\"{ns}\" xmlns:i=\"{XSI}\"/>\
         <h:Succeeded xmlns:h=\"{ns}\">{succeeded}</h:Succeeded>\
         <h:TimeZone i:nil=\"true\" xmlns:h=\"{ns}\" xmlns:i=\"{XSI}\"/>"
    )
}

fn envelope(headers: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>{headers}\
         </s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// The message of a fault; `detail` is the inside of that element.
pub(crate) fn fault(code: &str, text: &str, detail: &str) -> String {
    let detail = match detail {
        "" => String::new(),
        inside => format!("<detail>{inside}</detail>"),
    };
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
         <faultcode xmlns:a=\"http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher\">\
         {code}</faultcode><faultstring xml:lang=\"en-GB\">{}</faultstring>{detail}</s:Fault>\
         </s:Body></s:Envelope>",
        escaped(text)
    )
}

/// Text as XML 1.0 can carry it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

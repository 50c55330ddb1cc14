//! A NetServer in so far as five operations need it: it holds each request against the contract,
//! strictly, and answers in the style of WCF.

use roxmltree::{Document, Node};

use super::server::{self, Answer, Request, Server};

pub const APPLICATION_TOKEN: &str = "application-token";
pub const TICKET: &str = "7T:ticket";
/// The batch task that is stored; others do not exist.
pub const TASK_ID: i32 = 86;

const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Starts one on a free port of the loopback interface.
pub fn start() -> Server {
    Server::start(|request| answer(request).unwrap_or_else(|refusal| refusal))
}

/// How an element is laid out: what the contract says of it, and what a newer server has beside.
enum Shape {
    Text,
    Int,
    Boolean,
    DateTime,
    Member(&'static [&'static str]),
    /// Members in their order, each of which may be left out; the flag says whether nil is allowed.
    Sequence(&'static [(&'static str, Shape, bool)]),
    /// Items of one name: in the namespace of arrays, or in the contract's.
    Array(&'static str, &'static str, &'static Shape),
    /// Nothing is asked of it.
    Any,
}

const UPDATE_NET_SERVICES_STATUS: Shape = Shape::Sequence(&[("XmlOrJson", Shape::Text, true)]);

const SET_ACTIVITY_STATUS: Shape = Shape::Sequence(&[
    (
        "ActivityIdentifier",
        Shape::Array(ARRAYS, "string", &Shape::Text),
        true,
    ),
    (
        "ActivityStatus",
        Shape::Member(&["Unknown", "NotStarted", "Started", "Completed"]),
        false,
    ),
]);

const GET_LICENSE_STATUS: Shape = Shape::Sequence(&[("OwnerName", Shape::Text, true)]);

const UPDATE_BATCH_TASK: Shape = Shape::Sequence(&[("BatchTaskInfo", BATCH_TASK_INFO, true)]);

const BATCH_TASK_INFO: Shape = Shape::Sequence(&[
    ("TableRight", Shape::Any, true),
    ("FieldProperties", Shape::Any, true),
    ("Id", Shape::Int, false),
    ("Name", Shape::Text, true),
    ("AssociateId", Shape::Int, false),
    ("DetailsTable", Shape::Int, false),
    ("DetailsRecord", Shape::Int, false),
    ("IsSystemTask", Shape::Boolean, false),
    ("IsInternalTask", Shape::Boolean, false),
    (
        "ParameterObject",
        Shape::Array("", "StringKeyValuePair", &KEY_VALUE_PAIR),
        true,
    ),
    ("LastStarted", Shape::DateTime, false),
    ("Created", Shape::DateTime, false),
    ("StartCount", Shape::Int, false),
    ("DatabaseSerialNumber", Shape::Text, true),
    ("Context", Shape::Text, true),
    ("Result", Shape::Text, true),
    // What a client of Services86 does not know, and hands back where it was.
    ("Priority", Shape::Int, false),
    (
        "State",
        Shape::Member(&[
            "Unknown",
            "New",
            "Aquired",
            "Started",
            "Succeeded",
            "Failed",
            "All",
        ]),
        false,
    ),
    ("Description", Shape::Text, true),
    ("Response", Shape::Text, true),
    ("Request", Shape::Text, true),
    ("ProgressDescription", Shape::Text, true),
    ("ProgressPercent", Shape::Int, false),
]);

const KEY_VALUE_PAIR: Shape =
    Shape::Sequence(&[("Key", Shape::Text, false), ("Value", Shape::Text, true)]);

const UPDATE_FEATURE_TOGGLES: Shape = Shape::Sequence(&[(
    "FeatureToggles",
    Shape::Array("", "CsFeatureToggle", &CS_FEATURE_TOGGLE),
    true,
)]);

const CS_FEATURE_TOGGLE: Shape = Shape::Sequence(&[
    ("TableRight", Shape::Any, true),
    ("FieldProperties", Shape::Any, true),
    ("Name", Shape::Text, true),
    ("State", Shape::Boolean, false),
]);

fn answer(request: &Request) -> Result<Answer, Answer> {
    let (version, agent, operation) = request.operation()?;
    let shape = match (version, agent, operation) {
        ("Services86", "Preference", "UpdateNetServicesStatus") => UPDATE_NET_SERVICES_STATUS,
        ("Services86", "Appointment", "SetActivityStatus") => SET_ACTIVITY_STATUS,
        ("Services86", "License", "GetLicenseStatusFromLicenseServer") => GET_LICENSE_STATUS,
        ("Services86", "Batch", "UpdateBatchTask") => UPDATE_BATCH_TASK,
        ("Services83", "CustomerService", "UpdateFeatureToggles") => UPDATE_FEATURE_TOGGLES,
        _ => {
            let text = "The message cannot be processed: there is no such operation.";
            return Err(Answer::soap(
                500,
                server::fault("a:ActionNotSupported", text, ""),
            ));
        }
    };
    let refuse =
        |why: String| Answer::soap(500, server::fault("a:DeserializationFailed", &why, ""));
    let document = Document::parse(&request.body).map_err(|error| refuse(error.to_string()))?;
    let (header, wrapper) = open(&document).map_err(refuse)?;
    if let Some(refusal) = log_in(version, header) {
        return Err(refusal);
    }
    let ns = server::namespace(version);
    if !wrapper.has_tag_name((&*ns, operation)) {
        return Err(refuse(format!(
            "expected {operation}, found {:?}",
            wrapper.tag_name()
        )));
    }
    check(wrapper, &ns, &shape).map_err(refuse)?;
    let body = match operation {
        "GetLicenseStatusFromLicenseServer" => license_status(wrapper),
        "UpdateBatchTask" => batch_task(version, wrapper)?,
        _ => String::new(),
    };
    Ok(Answer::soap(
        200,
        server::success(version, operation, &body),
    ))
}

/// The header and the wrapper of a SOAP 1.1 message.
fn open<'a, 'd>(document: &'a Document<'d>) -> Result<(Node<'a, 'd>, Node<'a, 'd>), String> {
    let soap = |name| ("http://schemas.xmlsoap.org/soap/envelope/", name);
    let envelope = document.root_element();
    let parts: Vec<_> = envelope.children().filter(Node::is_element).collect();
    match parts[..] {
        [header, body]
            if envelope.has_tag_name(soap("Envelope"))
                && header.has_tag_name(soap("Header"))
                && body.has_tag_name(soap("Body")) =>
        {
            let wrapper = body.first_element_child().ok_or("the body is empty")?;
            Ok((header, wrapper))
        }
        _ => Err("that is no SOAP 1.1 message".to_owned()),
    }
}

/// Headers count by name and namespace; the user is who has the ticket.
fn log_in(version: &str, header: Node<'_, '_>) -> Option<Answer> {
    let ns = server::namespace(version);
    let known = text_at(header, &ns, &["ApplicationToken"]) == Some(APPLICATION_TOKEN)
        && text_at(header, &ns, &["Credentials", "Ticket"]) == Some(TICKET);
    (!known).then(|| exception(version, "SoSessionException", "the ticket is not valid"))
}

fn text_at<'a>(mut node: Node<'a, '_>, ns: &str, path: &[&str]) -> Option<&'a str> {
    for name in path {
        node = node
            .children()
            .find(|child| child.has_tag_name((ns, *name)))?;
    }
    node.text()
}

/// A failure as SuperOffice tells it: HTTP 200, the reason in the header, no body.
fn exception(version: &str, kind: &str, message: &str) -> Answer {
    let info = format!(
        "<Message>{message}</Message><StackTrace i:nil=\"true\"/><FriendlyText i:nil=\"true\"/>\
         <ExceptionType>SuperOffice.Exceptions.{kind}</ExceptionType><Source>SoCore</Source>\
         <InnerException i:nil=\"true\"/><Parameters/>"
    );
    Answer::soap(
        200,
        server::envelope(&server::headers(version, false, &info), ""),
    )
}

/// Holds an element against its shape. A real server would pass over what is out of place without a
/// word.
fn check(node: Node<'_, '_>, ns: &str, shape: &Shape) -> Result<(), String> {
    let text = node.text().unwrap_or_default();
    let wrong = |asked: &str| {
        Err(format!(
            "{}: expected {asked}, found {text:?}",
            node.tag_name().name()
        ))
    };
    match shape {
        Shape::Any | Shape::Text => Ok(()),
        Shape::Int if text.parse::<i32>().is_err() => wrong("an integer"),
        Shape::Boolean if !matches!(text, "true" | "false" | "1" | "0") => wrong("a boolean"),
        Shape::DateTime if !is_date_time(text) => wrong("a date and time"),
        Shape::Member(names) if !names.contains(&text) => wrong("a member"),
        Shape::Int | Shape::Boolean | Shape::DateTime | Shape::Member(_) => Ok(()),
        Shape::Sequence(members) => {
            let mut rest = members.iter();
            for child in node.children().filter(Node::is_element) {
                let name = child.tag_name().name();
                let Some((_, shape, nillable)) = rest.find(|(member, ..)| *member == name) else {
                    return Err(format!("{name} is unknown, repeated or out of order"));
                };
                check_member(child, ns, ns, shape, *nillable)?;
            }
            Ok(())
        }
        Shape::Array(namespace, item, shape) => {
            for child in node.children().filter(Node::is_element) {
                if child.tag_name().name() != *item {
                    return Err(format!(
                        "expected {item}, found {}",
                        child.tag_name().name()
                    ));
                }
                let own = if namespace.is_empty() { ns } else { namespace };
                check_member(child, own, ns, shape, true)?;
            }
            Ok(())
        }
    }
}

fn check_member(
    node: Node<'_, '_>,
    own: &str,
    ns: &str,
    shape: &Shape,
    nillable: bool,
) -> Result<(), String> {
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(own) {
        return Err(format!(
            "{name} is in namespace {:?}",
            node.tag_name().namespace()
        ));
    }
    match node.attribute((XSI, "nil")) {
        Some("true") if nillable => Ok(()),
        Some(_) => Err(format!("{name} cannot be nil")),
        None => check(node, ns, shape),
    }
}

/// `2022-03-01T12:30:00`, as far as that tells a date from anything else.
fn is_date_time(text: &str) -> bool {
    let form: String = text
        .chars()
        .take(19)
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    form == "0000-00-00T00:00:00"
}

fn license_status(wrapper: Node<'_, '_>) -> String {
    let owner = wrapper.first_element_child().and_then(|owner| owner.text());
    match owner {
        Some("SUPEROFFICE") => "<Response><LicenseStatus>Ok</LicenseStatus><Message/>\
             <Url>https://www.example.com/licence</Url></Response>"
            .to_owned(),
        _ => format!(r#"<Response xmlns:i="{XSI}" i:nil="true"/>"#),
    }
}

/// The task as it is stored, with what may be changed as the request says.
fn batch_task(version: &str, wrapper: Node<'_, '_>) -> Result<String, Answer> {
    let task = wrapper.first_element_child();
    let member = |name: &str| {
        let child = task?
            .children()
            .find(|child| child.tag_name().name() == name)?;
        child.text().map(str::to_owned)
    };
    if member("Id").and_then(|id| id.parse().ok()) != Some(TASK_ID) {
        return Err(exception(
            version,
            "SoNotFoundException",
            "there is no such batch task",
        ));
    }
    let state = member("State").unwrap_or_default();
    let description = member("Description").unwrap_or_default();
    Ok(format!(
        r#"<Response xmlns:i="{XSI}"><TableRight i:nil="true"/><FieldProperties i:nil="true"/><Id>{TASK_ID}</Id><Name>Nightly import</Name><AssociateId>5</AssociateId><DetailsTable>-1</DetailsTable><DetailsRecord>0</DetailsRecord><IsSystemTask>false</IsSystemTask><IsInternalTask>true</IsInternalTask><ParameterObject><StringKeyValuePair><Key>file</Key><Value>contacts.csv</Value></StringKeyValuePair><StringKeyValuePair><Key>mapping</Key><Value i:nil="true"/></StringKeyValuePair></ParameterObject><LastStarted>2022-03-01T23:15:00</LastStarted><Created>0001-01-01T00:00:00</Created><StartCount>3</StartCount><DatabaseSerialNumber i:nil="true"/><Context/><Result i:nil="true"/><Priority>9</Priority><State>{state}</State><Description>{description}</Description><Response i:nil="true"/><Request i:nil="true"/><ProgressDescription/><ProgressPercent>42</ProgressPercent></Response>"#
    ))
}

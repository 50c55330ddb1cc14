//! Calls that succeed: what goes out, what comes back.

mod support;

use superoffice_client::{
    Call, CallFuture, Connection, Error, ErrorKind, TimeZone, WithHeadersFuture,
};
use superoffice_soap::Contract;

use support::contract::{CONTRACT, Client, Person};
use support::server::{self, Answer, Request, Server};

const PERSON: &str = "<Id>7</Id><Name>Ada</Name>";

fn answer(request: &Request) -> Answer {
    let (version, agent, operation) = match request.operation() {
        Ok(names) => names,
        Err(refusal) => return refusal,
    };
    let nil = r#"i:nil="true" xmlns:i="http://www.w3.org/2001/XMLSchema-instance""#;
    let arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    let body = match (agent, operation) {
        ("Person", "GetPerson") if request.body.contains("<PersonId>0<") => {
            format!("<Response {nil}/>")
        }
        ("Person", "GetPerson" | "SavePerson") => format!(
            r#"<Response>{PERSON}<Tags xmlns:a="{arrays}"><a:string>x</a:string><a:string/></Tags><Manager {nil}/></Response>"#
        ),
        ("Person", "GetPeople") => {
            format!("<Response><Person>{PERSON}</Person><Person/></Response>")
        }
        ("Person", "GetLabels") => format!("<Response {nil}/>"),
        ("Person", "Count") => "<Response>41</Response>".to_owned(),
        ("Person", "Tag") => String::new(),
        ("SoPrincipal", "AuthenticateUsernamePassword") => {
            let ns = server::namespace(version);
            return Answer::soap(
                200,
                server::envelope(
                    &server::headers(version, true, ""),
                    &format!(
                        r#"<AuthenticateResponse xmlns="{ns}"><Response><Id>3</Id></Response><AuthenticationSucceeded>true</AuthenticationSucceeded></AuthenticateResponse>"#
                    ),
                ),
            );
        }
        _ => {
            return Answer::soap(
                500,
                server::fault("a:ActionNotSupported", "no such operation", ""),
            );
        }
    };
    Answer::soap(200, server::success(version, operation, &body))
}

fn client(server: &Server) -> Client {
    Client::builder(server.url())
        .application_token("the-application-token")
        .ticket("7T:the-ticket")
        .build()
        .expect("valid settings")
}

#[tokio::test]
async fn a_result_of_every_shape() -> Result<(), Error> {
    let server = Server::start(answer);
    let client = client(&server);

    let person = client.person().get_person(7).await?.expect("not null");
    assert_eq!((person.id, person.name.as_deref()), (7, Some("Ada")));
    assert_eq!(person.tags, Some(vec!["x".to_owned(), String::new()]));
    assert_eq!(person.manager, None);
    assert_eq!(client.person().get_person(0).await?, None);
    assert_eq!(client.person().save_person(&person).required().await?.id, 7);

    let people = client.person().get_people(&[7, 8]).await?;
    assert_eq!(
        people.iter().map(|person| person.id).collect::<Vec<_>>(),
        [7, 0]
    );
    assert!(
        client.person().get_labels("x").await?.is_empty(),
        "null reads as empty"
    );
    assert_eq!(client.person().count().await?, 41);
    client.person().tag(&["a", "b"]).await?;

    let authenticated = client
        .so_principal()
        .authenticate_username_password("ada", "pw")
        .await?;
    assert!(authenticated.authentication_succeeded);
    assert_eq!(authenticated.response.map(|person| person.id), Some(3));
    Ok(())
}

#[tokio::test]
async fn null_where_a_value_is_required() {
    let server = Server::start(answer);
    let error = client(&server)
        .person()
        .get_person(0)
        .required()
        .await
        .expect_err("null");
    assert_eq!(error.kind(), ErrorKind::Null);
    assert_eq!(
        error.to_string(),
        "Services99 Person/GetPerson: the result is null"
    );
    assert!(error.may_have_executed());
}

#[tokio::test]
async fn a_request_is_what_the_contract_says() -> Result<(), Error> {
    let server = Server::start(answer);
    let client = client(&server);
    client
        .person()
        .get_person(7)
        .time_zone(TimeZone::location("NO"))
        .await?;
    client
        .person()
        .get_person(8)
        .ticket("other")
        .time_zone(TimeZone::id(5))
        .await?;
    client
        .so_principal()
        .authenticate_username_password("ada", "pw")
        .await?;

    let seen = server.seen();
    assert_eq!(seen[0].method, "POST");
    assert_eq!(seen[0].path, "/SuperOffice/Remote/Services99/Person.svc");
    assert_eq!(
        seen[0].header("content-type"),
        Some("text/xml; charset=utf-8")
    );
    let action = "\"http://www.superoffice.net/ws/crm/NetServer/Services99/Person/GetPerson\"";
    assert_eq!(seen[0].header("soapaction"), Some(action));
    let agent = seen[0].header("user-agent").expect("a user agent");
    assert!(agent.starts_with("superoffice-services-rust/"), "{agent}");

    let headers = |request: &Request| -> Vec<(String, String)> {
        let document = roxmltree::Document::parse(&request.body).expect("well-formed");
        let header = document
            .root_element()
            .first_element_child()
            .expect("a header");
        let ours = "http://www.superoffice.net/ws/crm/NetServer/Services99";
        assert_eq!(header.tag_name().name(), "Header");
        let leaves = header
            .descendants()
            .filter(|node| node.is_element())
            .skip(1);
        leaves
            .filter(|node| node.first_element_child().is_none())
            .map(|node| {
                assert_eq!(node.tag_name().namespace(), Some(ours));
                (
                    node.tag_name().name().to_owned(),
                    node.text().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    };
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let token = pair("ApplicationToken", "the-application-token");
    let ticket = pair("Ticket", "7T:the-ticket");
    let norway = pair("SoTimeZoneLocationCode", "NO");
    assert_eq!(headers(&seen[0]), [token.clone(), ticket, norway]);
    let (other, zone) = (pair("Ticket", "other"), pair("SoTimeZoneId", "5"));
    assert_eq!(headers(&seen[1]), [token.clone(), other, zone]);
    assert_eq!(
        headers(&seen[2]),
        [token],
        "an operation that begins a session takes no ticket"
    );
    Ok(())
}

#[tokio::test]
async fn response_headers() -> Result<(), Error> {
    let server = Server::start(answer);
    let response = client(&server).person().count().with_headers().await?;
    assert_eq!(response.value, 41);
    let headers = response.headers;
    assert_eq!(headers.succeeded, Some(true));
    assert_eq!(headers.exception, None);
    assert_eq!(
        headers.extra_info.get("elapsed"),
        Some(&Some("12".to_owned()))
    );
    assert_eq!(headers.extra_info.get("none"), Some(&None));
    let zone = headers.time_zone.expect("the server sends one");
    assert_eq!((zone.as_id(), zone.as_location()), (Some(47), Some("NO")));
    Ok(())
}

#[tokio::test]
async fn response_headers_in_any_order_among_unknown_ones() -> Result<(), Error> {
    let ns = server::namespace("Services99");
    let headers = format!(
        r#"<v:Version xmlns:v="urn:vendor">9</v:Version><t:TimeZone xmlns:t="{ns}" n:nil="1" xmlns:n="http://www.w3.org/2001/XMLSchema-instance"/><Succeeded xmlns="urn:vendor">no idea</Succeeded><Succeeded xmlns="{ns}"> true </Succeeded>"#
    );
    let body =
        format!(r#"<q:CountResponse xmlns:q="{ns}"><q:Response>1</q:Response></q:CountResponse>"#);
    let server = Server::answering(Answer::soap(200, server::envelope(&headers, &body)));
    let response = client(&server).person().count().with_headers().await?;
    assert_eq!(
        (response.value, response.headers.succeeded),
        (1, Some(true))
    );
    assert_eq!(response.headers.time_zone, None);
    assert!(response.headers.extra_info.is_empty());
    Ok(())
}

#[tokio::test]
async fn nothing_but_success() -> Result<(), Error> {
    let ns = server::namespace("Services99");
    let headers = format!(r#"<h:Succeeded xmlns:h="{ns}">true</h:Succeeded>"#);
    let server = Server::answering(Answer::soap(200, server::envelope(&headers, "")));
    client(&server).person().tag(None).await?;
    let error = client(&server)
        .person()
        .count()
        .await
        .expect_err("a result was due");
    assert_eq!(error.kind(), ErrorKind::Decode);
    Ok(())
}

#[tokio::test]
async fn one_connection_for_several_users() -> Result<(), Error> {
    let server = Server::start(answer);
    let client = client(&server);
    let other = Client::from(client.connection().with_ticket("7T:somebody-else"));
    other.person().count().await?;
    client.person().count().await?;
    let bodies: Vec<_> = server
        .seen()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert!(bodies[0].contains("7T:somebody-else") && bodies[1].contains("7T:the-ticket"));
    Ok(())
}

#[tokio::test]
async fn a_raw_call() -> Result<(), Error> {
    let server = Server::start(answer);
    let client = client(&server);
    let ns = server::namespace("Services99");
    let body = format!(r#"<GetPerson xmlns="{ns}"><PersonId>7</PersonId></GetPerson>"#);
    let response = client
        .connection()
        .raw(&CONTRACT, "Person", "GetPerson", body)
        .await?;
    assert_eq!(response.http_status(), 200);
    assert_eq!(response.headers().succeeded, Some(true));
    let document = roxmltree::Document::parse(response.body()).expect("self-contained");
    assert_eq!(
        document.root_element().tag_name().name(),
        "GetPersonResponse"
    );
    assert!(response.body().contains("<Name>Ada</Name>"));
    assert!(response.message().starts_with(b"<s:Envelope"));

    let body = format!(r#"<Drop xmlns="{ns}"/>"#);
    let call = client.connection().raw(&CONTRACT, "Person", "Drop", body);
    assert_eq!(call.await.expect_err("a fault").kind(), ErrorKind::Fault);
    for (agent, operation) in [
        ("Person/../x", "Get"),
        ("Person", "Get\"\r\nX-Header: 1"),
        ("", "Get"),
    ] {
        let call = client.connection().raw(&CONTRACT, agent, operation, "");
        let error = call.await.expect_err("no such names");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(!error.may_have_executed());
    }
    Ok(())
}

#[test]
fn what_would_go_out() {
    let client: Client = Client::builder("https://online3.superoffice.com/Cust12345")
        .application_token("the-application-token")
        .ticket("7T:the-ticket")
        .build()
        .expect("valid settings");
    let call = client
        .person()
        .tag(&["a & b"])
        .time_zone(TimeZone::location("NO"));
    assert_eq!((call.agent(), call.operation()), ("Person", "Tag"));
    let xml = call.to_xml();
    assert!(roxmltree::Document::parse(&xml).is_ok(), "{xml}");
    assert!(
        !xml.contains("the-application-token") && !xml.contains("the-ticket"),
        "{xml}"
    );
    assert!(
        xml.contains("[redacted]") && xml.contains("a &amp; b"),
        "{xml}"
    );
    assert!(xml.contains(std::str::from_utf8(call.body()).expect("text")));
}

#[test]
fn reading_a_stored_response() -> Result<(), Error> {
    let client: Client = Client::builder("https://crm").build()?;
    let call = client.person().get_person(7);
    let inside = format!("<New>1</New><Response>{PERSON}<New>2</New></Response>");
    let message = server::success("Services99", "GetPerson", &inside);
    let (person, unknowns) = call.decode_response(message.as_bytes())?;
    assert_eq!(unknowns, 2);
    let body = call.encode_response(Some(&person));
    let message = server::envelope("", std::str::from_utf8(&body).expect("text"));
    assert_eq!(call.decode_response(message.as_bytes())?, (person, 1));
    let tag = client.person().tag(None);
    let body = String::from_utf8(tag.encode_response(None)).expect("text");
    assert_eq!(
        tag.decode_response(server::envelope("", &body).as_bytes())?,
        ((), 0)
    );
    Ok(())
}

/// A connection goes on behind what began like its latest answer; a new one reads all of it.
#[test]
fn earlier_answers_change_nothing_about_later_ones() {
    static OTHER: Contract = Contract::new("Services98", &["urn:other"]);
    const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
    let ns = server::namespace("Services99");
    let result = format!(
        "<GetPersonResponse xmlns='{ns}'><Response>{PERSON}</Response></GetPersonResponse>"
    );
    let succeeded = format!("<Succeeded xmlns='{ns}'>true</Succeeded>");
    let failed = succeeded.replace("true", "false");
    let head = format!(
        "\u{feff}<?xml version='1.0'?><s:Envelope xmlns:s='{SOAP}' xmlns:n='{ns}' xmlns='urn:out' \
         xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><!-- - -->\
         <s:Header><n:ExceptionInfo i:nil='true'/>{succeeded}<n:Zone i:nil='1'/></s:Header>"
    );
    let fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>";
    let mixed = format!("{succeeded}<Succeeded xmlns='urn:other'>false</Succeeded>");
    let whole = format!("{head}\n<s:Body>{result}</s:Body></s:Envelope>");
    let mut messages: Vec<Vec<u8>> = [
        // Prefixes of the envelope that only the body uses.
        "<s:Body><n:GetPersonResponse><n:Response i:nil='true'/></n:GetPersonResponse></s:Body></s:Envelope>".to_owned(),
        "<s:Body><GetPersonResponse/></s:Body></s:Envelope>".to_owned(),
        format!("<s:Body xmlns:n='urn:x'>{result}</s:Body></s:Envelope>"),
        format!("<s:Header>{failed}</s:Header><s:Body>{result}</s:Body></s:Envelope>"),
        format!("<other/><s:Body>{result}</s:Body></s:Envelope>"),
        format!("<s:Body>{fault}</s:Body></s:Envelope>"),
        format!("<s:Body>{}</s:Body></s:Envelope>", result.replace('7', "seven")),
        format!("<s:Body>{}</s:Body></s:Envelope>", result.replace("<Id>", "<i:Id o:a=''>")),
        format!("<s:Body>{result}</s:Body></s:Envelope><more/>"),
        format!("<s:Body>{result}</s:Body></S:Envelope>"),
        "<s:Body/></s:Envelope>".to_owned(),
        "</s:Envelope>".to_owned(),
        "text<s:Body/></s:Envelope>".to_owned(),
        "<s:Body><?pi?></s:Body></s:Envelope>".to_owned(),
        "<a>".repeat(300),
    ]
    .iter()
    .map(|rest| [&*head, rest].concat().into_bytes())
    .collect();
    messages.push(whole.replace(&succeeded, &failed).into());
    messages.push(whole.replace(&succeeded, &mixed).into());
    messages.push(whole.replace(&succeeded, "").into());
    messages.push(whole.replace("xmlns:n=", "xmlns:m=").into());
    messages.push(whole.replace("urn:out", "urn:in").into());
    messages.push(whole.replace("<!-- -", "<x>secret</x><!-- -").into());
    messages.push(whole.replace(SOAP, "urn:soap").into());
    messages.push(whole.replace("Ada", "Zoë").into());
    messages.push(whole.replace("Ada", "Ada\u{0}&#x1;&no;").into());
    messages.push([head.as_bytes(), b"<s:Body>\xff</s:Body>"].concat());
    messages.push(whole.clone().into());
    let cut_off = (0..whole.len()).map(|length| whole.as_bytes()[..length].to_vec());

    let client: Client = Client::builder("https://crm")
        .build()
        .expect("valid settings");
    let fresh = || client.connection().with_ticket("7T:another");
    let read = |connection: &dyn Fn() -> Connection, message: &[u8]| {
        let typed = Client::from(connection());
        let typed = typed.person().get_person(7).decode_response(message);
        let raw = |contract| {
            let call = connection().raw(contract, "Person", "GetPerson", "");
            let (answer, _) = call.decode_response(message)?;
            Ok::<_, Error>((answer.headers().clone(), answer.body().to_owned()))
        };
        format!("{typed:?}\n{:?}\n{:?}", raw(&CONTRACT), raw(&OTHER))
    };
    let warm = fresh();
    let same_after = |before: &[u8], message: &[u8]| {
        read(&|| warm.clone(), before);
        let shown = String::from_utf8_lossy(message);
        let found = read(&|| warm.clone(), message);
        assert_eq!(found, read(&fresh, message), "{shown}");
    };
    for message in &messages {
        for before in &messages {
            same_after(before, message);
        }
    }
    for message in cut_off {
        same_after(whole.as_bytes(), &message);
    }
}

#[tokio::test]
async fn calls_are_spawned_and_joined() {
    let server = Server::start(answer);
    let client = client(&server);
    let spawned = tokio::spawn(client.person().count().send());
    let (one, two) = tokio::join!(
        client.person().count().send(),
        client.person().get_person(7)
    );
    assert_eq!(spawned.await.expect("no panic").expect("a result"), 41);
    assert_eq!(one.expect("a result"), 41);
    assert!(two.expect("a result").is_some());
}

#[test]
fn auto_traits() {
    fn shared<T: Send + Sync + 'static>() {}
    fn sent<T: Send + 'static>() {}
    shared::<Client>();
    shared::<Connection>();
    shared::<Error>();
    shared::<Call<Option<Person>>>();
    sent::<CallFuture<Vec<Person>>>();
    sent::<WithHeadersFuture<()>>();
    // A result that may not leave its thread does not keep the call from being sent to another.
    sent::<CallFuture<std::rc::Rc<()>>>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    // The mock's feature adds how a result is written.
    let words = if cfg!(feature = "mock") { 3 } else { 2 };
    assert_eq!(size_of::<Call<Person>>(), words * size_of::<usize>());
}

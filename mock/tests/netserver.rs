//! A server of a small contract, asked as clients ask: what it answers, what it refuses and why.

use std::sync::Arc;

use superoffice_mock::{Answer, End, Exception, Fill, NetServer, Request, Table, has_body};

const NS: &str = "http://www.superoffice.net/ws/crm/NetServer/Services99";
const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";

const CONTRACT: &str = "\
# A contract in short.
version Services99
namespace http://www.superoffice.net/ws/crm/NetServer/Services99
namespace http://schemas.microsoft.com/2003/10/Serialization/Arrays
array 1:ArrayOfint int:.int
array ArrayOfItem Item:Item?
struct Carrier Rights:Rights
enum Colour =Red Green Red
enum Link File Url
struct Item <Carrier Id:.int Name:.string? Colour:Colour Link:Link Numbers:1:ArrayOfint? Map:Map? Any:.anyType? When:.dateTime
map Map Pair Key:.string Value:.int
flags Rights Read Write
struct SoCredentials Ticket:.string?
agent Things Credentials
op Forget Id:.int >
op Save Item:Item? Count:.int > Response:Item?
op List > Response:ArrayOfItem?
agent SoPrincipal ApplicationToken
op AuthenticateImplicit > =AuthenticateResponse Response:.string? Credentials:SoCredentials? AuthenticationSucceeded:.boolean
";

fn server() -> NetServer {
    let server = NetServer::new();
    server.add(Arc::new(Table::parse(CONTRACT).expect("a table")));
    server
}

fn request(agent: &str, operation: &str, header: &str, body: &str) -> Request {
    let message = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header>{header}\
         </s:Header><s:Body>{body}</s:Body></s:Envelope>"
    );
    let headers = vec![
        (
            "content-type".to_owned(),
            "text/xml; charset=utf-8".to_owned(),
        ),
        (
            "soapaction".to_owned(),
            format!("\"{NS}/{agent}/{operation}\""),
        ),
    ];
    let target = format!("/App/Remote/Services99/{agent}.svc");
    Request::new("POST", &target, headers, message)
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(answer.body()).expect("UTF-8")
}

/// What a server says to the parameters of `Save`.
fn save(inside: &str) -> String {
    let body = format!(
        "<Save xmlns='{NS}' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:a='{ARRAYS}'>\
         {inside}</Save>"
    );
    let answer = server().answer(&request("Things", "Save", "", &body));
    let text = text(&answer);
    match text.split_once("<faultstring xml:lang=\"en-GB\">") {
        Some((_, rest)) => rest
            .split_once("</faultstring>")
            .expect("an end")
            .0
            .replace("&quot;", "\""),
        None => String::new(),
    }
}

#[test]
fn what_the_contract_says_is_taken() {
    assert_eq!(save(""), "");
    assert_eq!(save("<Item i:nil='true'/><Count> 5 </Count>"), "");
    let whole = "<Item><Rights>Read Write</Rights><Id>-1</Id><Name i:nil='1'/><Colour>Green</Colour>\
        <Link>Url</Link><Numbers><a:int>1</a:int><a:int>2</a:int></Numbers><Map><Pair><Key>k</Key>\
        <Value>1</Value></Pair></Map><Any i:type='x:int' xmlns:x='http://www.w3.org/2001/XMLSchema'>4\
        </Any><When>2024-02-29T12:00:00Z</When></Item><Count>1</Count>";
    assert_eq!(save(whole), "");
    assert_eq!(save("<Item i:type='Item'><Rights/><Map/></Item>"), "");
}

#[test]
fn what_departs_from_it_is_told_with_its_place() {
    for (inside, told) in [
        (
            "<Count>1</Count><Item/>",
            "Save: `Item` has to stand before `Count`",
        ),
        (
            "<Count>1</Count><Count>1</Count>",
            "Save: `Count` is there twice",
        ),
        (
            "<count>1</count>",
            "Save: there is no `count`; it is spelled `Count`",
        ),
        (
            "<Sum>1</Sum>",
            "Save: there is no `Sum`; there are Item, Count",
        ),
        (
            "<a:Count>1</a:Count>",
            "Save: `Count` is in the namespace `http://schemas.microsoft.com",
        ),
        ("<Count>one</Count>", "Save/Count: `one` is no int"),
        ("<Count/>", "Save/Count: `` is no int"),
        (
            "<Count i:nil='true'/>",
            "Save/Count: is nil, which its type cannot be",
        ),
        (
            "<Count><x/></Count>",
            "Save/Count: holds an element `x` instead of text",
        ),
        ("text", "Save: has text where only elements belong"),
        (
            "<Item><Colour>red</Colour></Item>",
            "Save/Item/Colour: `red` is no member of Colour; it has Green, Red",
        ),
        (
            "<Item><Rights>Read,Write</Rights></Item>",
            "Save/Item/Rights: `Read,Write` is no member",
        ),
        (
            "<Item><Numbers><int>1</int></Numbers></Item>",
            "Save/Item/Numbers/int[0]: is `int` in the namespace",
        ),
        (
            "<Item><Numbers><a:int>1</a:int><a:int>x</a:int></Numbers></Item>",
            "Save/Item/Numbers/int[1]: `x` is no int",
        ),
        (
            "<Item><Map><Pair><Value>1</Value><Key/></Pair></Map></Item>",
            "Save/Item/Map/Pair[0]: `Key` has to stand before `Value`",
        ),
        (
            "<Item><Any>4</Any></Item>",
            "Save/Item/Any: is of any type and needs an xsi:type",
        ),
        (
            "<Item><When>yesterday</When></Item>",
            "Save/Item/When: `yesterday` is no dateTime",
        ),
        (
            "<Item i:type='Carrier'/>",
            "Save/Item: `Carrier` is not `Item` or derived from it",
        ),
    ] {
        let found = save(inside);
        assert!(found.starts_with(told), "{inside}: {found}");
    }
    let lenient = server();
    lenient.lenient(true);
    let body = format!("<Save xmlns='{NS}'><Sum>1</Sum></Save>");
    assert_eq!(
        lenient
            .answer(&request("Things", "Save", "", &body))
            .status(),
        200
    );
}

#[test]
fn default_answers() {
    let server = server();
    let answer = |operation: &str| {
        let body = format!("<{operation} xmlns='{NS}'/>");
        let answer = server.answer(&request("Things", operation, "", &body));
        assert_eq!(answer.end(), End::Complete);
        let text = text(&answer).to_owned();
        let (_, rest) = text.split_once("<s:Body>").unwrap();
        rest.split_once("</s:Body>").unwrap().0.to_owned()
    };
    let start = |name: &str| {
        format!(
            "<{name} xmlns=\"{NS}\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:n1=\"{ARRAYS}\">"
        )
    };
    assert_eq!(
        answer("Forget"),
        start("ForgetResponse") + "</ForgetResponse>"
    );
    assert_eq!(
        answer("List"),
        start("ListResponse") + "<Response/></ListResponse>"
    );
    // A plain enum without a member for zero is left out.
    let item = "<Response><Rights/><Id>0</Id><Name i:nil=\"true\"/><Colour>Red</Colour>\
        <Numbers i:nil=\"true\"/><Map i:nil=\"true\"/><Any i:nil=\"true\"/>\
        <When>0001-01-01T00:00:00</When></Response>";
    assert_eq!(
        answer("Save"),
        start("SaveResponse") + item + "</SaveResponse>"
    );
    server.fill(Fill::Samples);
    let samples = answer("Save");
    for part in [
        "<Rights>Read Write</Rights>",
        "<Name>Name</Name>",
        "<Link>Url</Link>",
        "<Numbers><n1:int>",
        "<Map><Pair><Key>Key</Key><Value>",
    ] {
        assert!(samples.contains(part), "{part} in {samples}");
    }
}

#[test]
fn sessions() {
    let server = server();
    server.require_sessions();
    let forget = format!("<Forget xmlns='{NS}'/>");
    let with = |ticket: &str| {
        let header = format!("<Credentials xmlns='{NS}'><Ticket>{ticket}</Ticket></Credentials>");
        let answer = server.answer(&request("Things", "Forget", &header, &forget));
        !text(&answer).contains("SoSessionException")
    };
    assert!(!with("7T:mock-1"));
    let login = format!("<AuthenticateImplicit xmlns='{NS}'/>");
    let answer = server.answer(&request("SoPrincipal", "AuthenticateImplicit", "", &login));
    let found = text(&answer);
    assert!(
        found.contains("<Credentials><Ticket>7T:mock-1</Ticket></Credentials>"),
        "{found}"
    );
    assert!(found.contains("<AuthenticationSucceeded>true<"), "{found}");
    assert!(with("7T:mock-1"));
    server.expire_sessions();
    assert!(!with("7T:mock-1"));
    server.accept_ticket("7T:mine");
    assert!(with("7T:mine"));
    assert_eq!(server.tickets_issued(), 1);
}

#[test]
fn requests_for_nothing() {
    let server = server();
    let status = |method, target: &str, headers: &[(&str, &str)]| {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        server
            .answer(&Request::new(method, target, headers.collect(), ""))
            .status()
    };
    let xml = ("content-type", "text/xml");
    assert_eq!(status("POST", "/", &[]), 404);
    assert_eq!(status("POST", "/Remote/Services98/Things.svc", &[xml]), 404);
    assert_eq!(
        status("POST", "/Remote/Services99/Nothing.svc", &[xml]),
        404
    );
    assert_eq!(status("GET", "/Remote/Services99/Things.svc", &[xml]), 405);
    assert_eq!(status("POST", "/Remote/Services99/Things.svc", &[]), 415);
    assert_eq!(status("POST", "/Remote/Services99/Things.svc", &[xml]), 500);
    let not_soap = server.answer(&request("Things", "Forget", "", "")).status();
    assert_eq!(not_soap, 500);
    let other = format!("<Save xmlns='{NS}'/>");
    let wrong = server.answer(&request("Things", "Forget", "", &other));
    assert!(text(&wrong).contains("the body holds `Save`"));
}

#[test]
fn bodies_are_compared_by_what_they_say() {
    let message = |inside: &str| {
        format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>{inside}</s:Body></s:Envelope>"
        )
    };
    let ours = b"<Op xmlns='urn:x'><A>1 &amp; 2</A></Op>";
    let same = message("<p:Op xmlns:p='urn:x'>\n <p:A><![CDATA[1 & 2]]></p:A>\n</p:Op>");
    assert!(has_body(same.as_bytes(), ours));
    for other in [
        "<Op xmlns='urn:y'><A>1 &amp; 2</A></Op>",
        "<Op xmlns='urn:x'><A>1</A></Op>",
        "<Op xmlns='urn:x'><A>1 &amp; 2</A><B/></Op>",
        "<Op xmlns='urn:x'/>",
    ] {
        assert!(!has_body(message(other).as_bytes(), ours), "{other}");
    }
}

#[test]
fn exceptions_in_both_channels() {
    let server = server();
    let request = request("Things", "Forget", "", &format!("<Forget xmlns='{NS}'/>"));
    let asked = server.route(&request).unwrap();
    let exception = Exception::new("SoLicenseException", "5 < 6").friendly_text("Sorry");
    let raised = asked.raise(&exception);
    assert_eq!(raised.status(), 200);
    for part in [
        "<Message>5 &lt; 6</Message>",
        "<FriendlyText>Sorry<",
        "<ExceptionType>SuperOffice.Exceptions.SoLicenseException<",
        ">false</h:Succeeded>",
    ] {
        assert!(text(&raised).contains(part), "{}", text(&raised));
    }
    let fault = Answer::fault_with(&exception);
    assert_eq!(fault.status(), 500);
    assert!(text(&fault).contains("<Type>SuperOffice.Exceptions.SoLicenseException</Type>"));
}

#[test]
fn tables_say_where_they_are_none() {
    for (text, told) in [
        (
            "nothing here",
            "line 1: expected a line of a table, found `nothing`",
        ),
        (
            "struct A X:B",
            "line 1: expected a type of this table, found `B`",
        ),
        (
            "struct A X:.integer",
            "line 1: expected a primitive, found `X:.integer`",
        ),
        (
            "struct A\nstruct A",
            "line 2: expected one type of a name, found `struct A`",
        ),
        ("op A >", "line 1: expected an agent first, found `op A >`"),
        ("agent A\nop A", "line 2: expected an answer, found `A`"),
    ] {
        assert_eq!(Table::parse(text).unwrap_err().to_string(), told);
    }
}

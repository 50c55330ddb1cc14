//! Working with entities: paged archives, user-defined fields, and what a newer server added.

use std::sync::{Arc, Mutex};

use superoffice_services::services86::Client;
use superoffice_services::services86::archive::GetArchiveListByColumnsArgs;
use superoffice_services::soap::{HttpRequest, HttpResponse, Transport, TransportFuture};
use superoffice_services::{DateTime, Error, FieldsExt, paged};

const NAMESPACE: &str = "http://www.superoffice.net/ws/crm/NetServer/Services86";

/// Archives of five rows, and contacts with fields; keeps what was saved.
#[derive(Clone, Default)]
struct Fake {
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Transport for Fake {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let body = String::from_utf8(request.body.to_vec()).expect("text");
        let operation = [
            "GetArchiveListByColumns",
            "GetContactEntity",
            "SaveContactEntity",
        ]
        .into_iter()
        .find(|name| body.contains(&format!("<{name} ")))
        .expect("a known operation");
        let inside = |name: &str| {
            let from = body.find(&format!("<{name}>")).expect(name) + name.len() + 2;
            body[from..].split('<').next().expect("text").to_owned()
        };
        let response = match operation {
            "GetArchiveListByColumns" => {
                let page: i32 = inside("Page").parse().expect("a number");
                let rows = (page * 2 + 1..=5).take(2);
                rows.map(|id| format!("<ArchiveListItem><PrimaryKey>{id}</PrimaryKey></ArchiveListItem>"))
                    .collect()
            }
            _ => "<ContactId>7</ContactId><UserDefinedFields>\
                  <StringKeyValuePair><Key>SuperOffice:1</Key><Value>[I:2]</Value></StringKeyValuePair>\
                  <StringKeyValuePair><Key>SuperOffice:1:DisplayText</Key><Value>Gold</Value></StringKeyValuePair>\
                  <StringKeyValuePair><Key>SuperOffice:2</Key><Value>[D:01/31/2024]</Value></StringKeyValuePair>\
                  </UserDefinedFields><AddedLater>kept</AddedLater>"
                .to_owned(),
        };
        let answer = format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
             <{operation}Response xmlns='{NAMESPACE}'><Response>{response}</Response></{operation}Response>\
             </s:Body></s:Envelope>"
        );
        self.bodies.lock().expect("no panic").push(body);
        Box::pin(async move { Ok(HttpResponse::new(200, answer.into_bytes())) })
    }
}

fn client(fake: &Fake) -> Client {
    let builder = Client::builder("http://127.0.0.1:9").transport(fake.clone());
    builder.ticket("7T:x").build().expect("valid settings")
}

#[tokio::test]
async fn an_archive_page_by_page() -> Result<(), Error> {
    let fake = Fake::default();
    let client = client(&fake);
    let mut args = GetArchiveListByColumnsArgs {
        provider_name: Some("FindContact".to_owned()),
        columns: Some(vec!["contactId".to_owned()]),
        page_size: 2,
        ..Default::default()
    };
    let mut rows = paged(|page| {
        args.page = page;
        client.archive().get_archive_list_by_columns(&args)
    })
    .page_size(2);
    let mut keys = Vec::new();
    while let Some(row) = rows.next().await {
        keys.push(row?.primary_key);
    }
    assert_eq!(keys, [1, 2, 3, 4, 5]);
    assert_eq!(fake.bodies.lock().expect("no panic").len(), 3);
    Ok(())
}

#[tokio::test]
async fn fields_through_get_change_save() -> Result<(), Error> {
    let fake = Fake::default();
    let client = client(&fake);
    let mut contact = client.contact().get_contact_entity(7).required().await?;
    let fields = contact.user_defined_fields.get_or_insert_default();
    assert_eq!(fields.int("SuperOffice:1"), Some(2));
    assert_eq!(fields.display_text("SuperOffice:1"), Some("Gold"));
    assert_eq!(
        fields.date_time("SuperOffice:2"),
        DateTime::date(2024, 1, 31)
    );

    fields.set("SuperOffice:1", 3);
    let day = DateTime::date(2024, 2, 29).expect("a leap day");
    fields.set_date("SuperOffice:2", day).expect("no offset");
    client.contact().save_contact_entity(&contact).await?;
    let sent = fake
        .bodies
        .lock()
        .expect("no panic")
        .pop()
        .expect("it was sent");
    assert!(
        sent.contains("<Key>SuperOffice:1</Key><Value>[I:3]</Value>"),
        "{sent}"
    );
    assert!(sent.contains("<Value>[D:02/29/2024]</Value>"), "{sent}");
    assert!(!sent.contains("DisplayText"), "{sent}");
    assert!(sent.contains(">kept</AddedLater>"), "{sent}");
    Ok(())
}

#[cfg(feature = "serde")]
#[tokio::test]
async fn an_entity_as_json() -> Result<(), Error> {
    use superoffice_services::services86::{ActivityStatus, ContactEntity, TableRight};

    let client = client(&Fake::default());
    let contact = client.contact().get_contact_entity(7).required().await?;
    let text = serde_json::to_string(&contact).expect("a form");
    assert!(text.contains(r#""SuperOffice:1":"[I:2]""#), "{text}");
    assert!(text.contains("AddedLater"), "{text}");
    let back: ContactEntity = serde_json::from_str(&text).expect("a contact");
    assert_eq!(
        back, contact,
        "nothing is lost, not even what this version does not know"
    );

    let status: ActivityStatus = serde_json::from_str(r#""Completed""#).expect("a member");
    assert_eq!(status, ActivityStatus::Completed);
    let right: TableRight = serde_json::from_str(r#"{"mask":["Select","Fly"]}"#).expect("a right");
    assert_eq!(
        serde_json::to_value(&right).expect("a form")["mask"],
        serde_json::json!(["Select", "Fly"])
    );
    Ok(())
}

/// Pages without an async runtime, against the mock.
#[cfg(feature = "blocking")]
mod blocking {
    use superoffice_services::ErrorKind;
    use superoffice_services::mock::{Exception, Mock};
    use superoffice_services::paged_blocking;
    use superoffice_services::services86::{ArchiveListItem, Client, archive};

    /// Five rows, two on a page; behind them the server refuses.
    fn archive() -> Mock<Client> {
        let mock = Mock::<Client>::new();
        let args = archive::GetArchiveListByColumnsArgs::default;
        mock.on_any(|c| c.archive().get_archive_list_by_columns(&args()))
            .respond_with(|call| {
                let page = call.text("Page").and_then(|page| page.parse().ok());
                let first = page.unwrap_or(0) * 2 + 1;
                (first..=5)
                    .take(2)
                    .map(|primary_key| ArchiveListItem {
                        primary_key,
                        ..Default::default()
                    })
                    .collect()
            });
        mock.on_any(|c| c.archive().get_archive_list_by_columns(&args()))
            .when(|call| call.text("Page").as_deref() == Some("4"))
            .raise(Exception::access_denied());
        mock
    }

    fn rows(client: &Client, page: i32) -> superoffice_services::Call<Vec<ArchiveListItem>> {
        let args = archive::GetArchiveListByColumnsArgs {
            page,
            page_size: 2,
            ..Default::default()
        };
        client.archive().get_archive_list_by_columns(&args)
    }

    fn asked(mock: &Mock<Client>) -> Vec<String> {
        let calls = mock.calls();
        calls.iter().filter_map(|call| call.text("Page")).collect()
    }

    #[test]
    fn an_archive_page_by_page() {
        let mock = archive();
        let client = mock.client();
        let mut items = paged_blocking(|page| rows(&client, page));
        assert!(asked(&mock).is_empty(), "nobody took an item yet");
        let first = items.next().expect("an item").expect("no error");
        assert_eq!((first.primary_key, asked(&mock)), (1, vec!["0".to_owned()]));
        let others: Result<Vec<_>, _> = items.by_ref().collect();
        let others = others.expect("no error").into_iter();
        let keys: Vec<_> = others.map(|row| row.primary_key).collect();
        assert_eq!(keys, [2, 3, 4, 5]);
        assert!(items.next().is_none());
        assert_eq!(asked(&mock), ["0", "1", "2", "3"], "up to the empty page");
    }

    #[test]
    fn it_ends_where_it_is_told() {
        let mock = archive();
        let client = mock.client();
        let count = |pages: superoffice_services::BlockingPages<'_, _>| {
            let before = asked(&mock).len();
            let items = pages.filter(Result::is_ok).count();
            (items, asked(&mock).len() - before)
        };
        let pages = || paged_blocking(|page| rows(&client, page));
        assert_eq!(count(pages().page_size(2)), (5, 3), "up to the short page");
        assert_eq!(count(pages().max_pages(2)), (4, 2));
        assert_eq!(count(pages().first_page(2)), (1, 2));
    }

    #[test]
    fn an_error_is_the_last_item() {
        let mock = archive();
        let client = mock.client();
        let mut items = paged_blocking(|page| rows(&client, page)).first_page(4);
        let error = items.next().expect("an item").expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::Exception);
        assert!(items.next().is_none());
        assert_eq!(asked(&mock), ["4"]);
    }
}

//! A small contract, written down as emitted code would be.

#![allow(dead_code, unreachable_pub)]

use superoffice_client::{Agent, Builder, Call, Connection, Endpoint, RequestHeaders};
use superoffice_soap as soap;
use superoffice_soap::{
    Contract, Dictionary, Element, EntityArg, Entry, Extra, Kind, ListArg, TextArg, TextListArg,
};

pub static CONTRACT: Contract = Contract {
    name: "Services99",
    namespaces: &[
        "http://www.superoffice.net/ws/crm/NetServer/Services99",
        "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
    ],
};

pub const ARRAY_OF_INT: Kind = Kind::Array(&Element::plain("int", 1));
pub const ARRAY_OF_STRING: Kind = Kind::Array(&Element::plain("string", 1));
pub const ARRAY_OF_PERSON: Kind = Kind::Array(&Element::plain("Person", 0));
pub const STRING_DICTIONARY: Kind = Kind::Dictionary(&Entry {
    name: "StringKeyValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});

#[derive(Clone, Debug)]
pub struct Client(Connection);

impl From<Connection> for Client {
    fn from(connection: Connection) -> Self {
        Self(connection)
    }
}

impl Client {
    pub fn builder(url: impl Into<String>) -> Builder<Self> {
        Builder::new(url)
    }

    pub fn connection(&self) -> &Connection {
        &self.0
    }

    pub fn person(&self) -> PersonAgent<'_> {
        PersonAgent(self.0.endpoint(&PERSON))
    }

    pub fn so_principal(&self) -> SoPrincipalAgent<'_> {
        SoPrincipalAgent(self.0.endpoint(&SO_PRINCIPAL))
    }
}

static PERSON: Agent = Agent {
    contract: &CONTRACT,
    name: "Person",
    headers: RequestHeaders::Session,
};

#[derive(Clone, Copy, Debug)]
pub struct PersonAgent<'a>(Endpoint<'a>);

impl PersonAgent<'_> {
    pub fn get_person(&self, person_id: i32) -> Call<Option<Person>> {
        self.0
            .request("GetPerson")
            .value("PersonId", person_id)
            .returns("Response")
    }

    pub fn save_person(&self, person: impl EntityArg<Person>) -> Call<Option<Person>> {
        self.0
            .request("SavePerson")
            .entity("Person", person)
            .returns("Response")
    }

    pub fn get_people(&self, person_ids: impl ListArg<i32>) -> Call<Vec<Person>> {
        self.0
            .request("GetPeople")
            .list("PersonIds", ARRAY_OF_INT, person_ids)
            .returns_list("Response", ARRAY_OF_PERSON)
    }

    pub fn get_labels(&self, prefix: impl TextArg) -> Call<Dictionary<String, Option<String>>> {
        self.0
            .request("GetLabels")
            .text("Prefix", prefix)
            .returns_dictionary("Response", STRING_DICTIONARY)
    }

    pub fn count(&self) -> Call<i32> {
        self.0.request("Count").returns("Response")
    }

    pub fn tag(&self, tags: impl TextListArg) -> Call<()> {
        self.0
            .request("Tag")
            .texts("Tags", ARRAY_OF_STRING, tags)
            .done()
    }
}

static SO_PRINCIPAL: Agent = Agent {
    contract: &CONTRACT,
    name: "SoPrincipal",
    headers: RequestHeaders::ApplicationToken,
};

#[derive(Clone, Copy, Debug)]
pub struct SoPrincipalAgent<'a>(Endpoint<'a>);

impl SoPrincipalAgent<'_> {
    pub fn authenticate_username_password(
        &self,
        user_name: impl TextArg,
        password: impl TextArg,
    ) -> Call<Authenticated> {
        self.0
            .request("AuthenticateUsernamePassword")
            .text("UserName", user_name)
            .text("Password", password)
            .answered_by("AuthenticateResponse")
            .returns_outputs()
    }
}

pub struct Authenticated {
    pub response: Option<Person>,
    pub authentication_succeeded: bool,
}

soap::complex!(Authenticated {
    response: "Response",
    authentication_succeeded: "AuthenticationSucceeded";
});

pub struct Person {
    pub id: i32,
    pub name: Option<String>,
    pub tags: Option<Vec<String>>,
    pub manager: Option<Box<Person>>,
    pub extra: Extra,
}

soap::complex!(Person {
    id: "Id",
    name: "Name",
    tags: "Tags" [ARRAY_OF_STRING],
    manager: "Manager";
    ..extra
});
soap::boxed!(Person);

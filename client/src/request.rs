//! Writes the body of a request, one parameter after another.

use std::borrow::Cow;
use std::fmt;

use superoffice_soap::{
    BytesArg, Dictionary, Element, EntityArg, Item, Kind, ListArg, MemberArg, OptionalMemberArg,
    TextArg, TextListArg, Value, Writer, place,
};

use crate::agent::Agent;
use crate::call::{Call, RawCall};
use crate::connection::Connection;
use crate::message::ENVELOPE_ROOM;
use crate::redact::SecretPart;
use crate::response::Received;

/// A request in the making: emitted methods state its parameters in wire order, then what it
/// answers with.
///
/// Every method takes its argument in the forms that callers write, and hands it to code that is
/// compiled once.
#[must_use = "a request does nothing until it is made a call"]
pub struct Request(Box<Draft>);

/// A body up to this length and the envelope around it need one allocation.
const SMALL_BODY: usize = 384;

struct Draft {
    call: Box<RawCall>,
    writer: Writer,
    namespace: u8,
    /// Where the last parameter begins.
    last: usize,
}

impl Request {
    pub(crate) fn new(
        connection: Connection,
        agent: &'static Agent,
        operation: &'static str,
    ) -> Self {
        let (name, operation_name) = (Cow::Borrowed(agent.name), Cow::Borrowed(operation));
        let call = RawCall::new(
            connection,
            agent.contract,
            name,
            operation_name,
            agent.headers,
        );
        let mut writer = Writer::new(agent.contract);
        writer.reserve(ENVELOPE_ROOM + SMALL_BODY);
        writer.open_root(operation);
        Self(Box::new(Draft {
            call: Box::new(call),
            writer,
            namespace: 0,
            last: 0,
        }))
    }

    /// The following parameters are in the namespace with this number.
    pub fn namespace(mut self, number: u8) -> Self {
        self.0.namespace = number;
        self
    }

    /// The parameter stated last is a secret: [`Call::to_xml`](crate::Call::to_xml) does not show it,
    /// and no error repeats it.
    pub fn secret(mut self) -> Self {
        let last = self.0.last;
        self.0.writer.mark_secret(last);
        self
    }

    /// A number, a boolean, a time: what is never null.
    pub fn value(self, name: &'static str, value: impl Value) -> Self {
        self.put(name, Kind::Plain, &value)
    }

    /// A string.
    pub fn text(self, name: &'static str, text: impl TextArg) -> Self {
        self.put_text(name, text.as_text())
    }

    /// Bytes.
    pub fn bytes(self, name: &'static str, bytes: impl BytesArg) -> Self {
        self.put_bytes(name, bytes.as_bytes())
    }

    /// A member of an enumeration, or a flag set.
    pub fn member<E: Value>(self, name: &'static str, member: impl MemberArg<E>) -> Self {
        self.put(name, Kind::Plain, member.as_member())
    }

    /// A member of an enumeration without a default, left out if there is none.
    pub fn member_or_none<E: Value>(
        self,
        name: &'static str,
        member: impl OptionalMemberArg<E>,
    ) -> Self {
        match member.as_member() {
            Some(member) => self.put(name, Kind::Plain, member),
            None => self,
        }
    }

    /// A number, a boolean, a time that may be null.
    pub fn optional<V: Item>(self, name: &'static str, value: Option<V>) -> Self {
        self.put_entity(name, Kind::Plain, value.as_ref().map(|value| value as _))
    }

    /// An entity.
    pub fn entity<T: Value>(self, name: &'static str, entity: impl EntityArg<T>) -> Self {
        self.put_entity(
            name,
            Kind::Plain,
            entity.as_entity().map(|entity| entity as _),
        )
    }

    /// An entity that is never null.
    pub fn entity_required(self, name: &'static str, entity: &dyn Value) -> Self {
        self.put(name, Kind::Plain, entity)
    }

    /// A dictionary, laid out as `kind` says.
    pub fn dictionary<T: Value>(
        self,
        name: &'static str,
        kind: Kind,
        dictionary: impl EntityArg<T>,
    ) -> Self {
        self.put_entity(
            name,
            kind,
            dictionary.as_entity().map(|dictionary| dictionary as _),
        )
    }

    /// A value of any type.
    pub fn any<T: Value>(self, name: &'static str, value: impl EntityArg<T>) -> Self {
        self.put_entity(name, Kind::Plain, value.as_entity().map(|value| value as _))
    }

    /// An array of anything but strings, with items as `kind` says.
    pub fn list<T: Item>(mut self, name: &'static str, kind: Kind, items: impl ListArg<T>) -> Self {
        let element = self.element(name, kind);
        match items.as_list() {
            None => self.0.writer.nil(&element),
            Some(items) => self.0.writer.list(&element, &items),
        }
        self
    }

    /// An array of strings, with items as `kind` says.
    pub fn texts(self, name: &'static str, kind: Kind, texts: impl TextListArg) -> Self {
        self.put_texts(name, kind, &texts)
    }

    /// All parameters of an operation that has many.
    pub fn args(mut self, args: &dyn Value) -> Self {
        args.write_fields(&mut self.0.writer.fields(self.0.namespace));
        self
    }

    /// The element that the response's body holds, where it is not `<Operation>Response`.
    pub fn answered_by(mut self, wrapper: &'static str) -> Self {
        self.0.call.wrapper = Some(wrapper);
        self
    }

    /// Answered with one value.
    pub fn returns<T: Value + Default>(self, name: &'static str) -> Call<T> {
        call(self.finish(name, Kind::Plain))
    }

    /// Answered with an array of such items; null reads as empty.
    pub fn returns_list<T: Item>(self, name: &'static str, kind: Kind) -> Call<Vec<T>> {
        call(self.finish(name, kind))
    }

    /// Answered with a dictionary; null reads as empty.
    pub fn returns_dictionary<K, V>(self, name: &'static str, kind: Kind) -> Call<Dictionary<K, V>>
    where
        Dictionary<K, V>: Value + Default,
    {
        call(self.finish(name, kind))
    }

    /// Answered with nothing.
    pub fn done(self) -> Call<()> {
        Call::new(self.finish("", Kind::Plain), |received, value| {
            *value = Some(());
            received.read_nothing()
        })
    }

    /// Answered with several values.
    pub fn returns_outputs<T: Value + Default>(self) -> Call<T> {
        let call = Call::new(
            self.finish("", Kind::Plain),
            |received, value: &mut Option<T>| received.read_outputs(place(value)),
        );
        #[cfg(feature = "mock")]
        let call = call.answered_by(|call, outputs: &T| call.encode_outputs(outputs));
        call
    }

    /// A parameter begins here.
    fn element(&mut self, name: &'static str, kind: Kind) -> Element {
        self.0.last = self.0.writer.as_bytes().len();
        Element::new(name, self.0.namespace, kind)
    }

    fn put(mut self, name: &'static str, kind: Kind, value: &dyn Value) -> Self {
        let element = self.element(name, kind);
        self.0.writer.value(&element, value);
        self
    }

    fn put_entity(mut self, name: &'static str, kind: Kind, value: Option<&dyn Value>) -> Self {
        let element = self.element(name, kind);
        self.0.writer.entity(&element, value);
        self
    }

    fn put_text(mut self, name: &'static str, text: Option<&str>) -> Self {
        let element = self.element(name, Kind::Plain);
        self.0.writer.text(&element, text);
        self
    }

    fn put_bytes(mut self, name: &'static str, bytes: Option<&[u8]>) -> Self {
        let element = self.element(name, Kind::Plain);
        self.0.writer.bytes(&element, bytes);
        self
    }

    fn put_texts(mut self, name: &'static str, kind: Kind, texts: &dyn TextListArg) -> Self {
        let element = self.element(name, kind);
        self.0.writer.texts(&element, texts);
        self
    }

    fn finish(self, output: &'static str, kind: Kind) -> Box<RawCall> {
        let Draft {
            mut call,
            mut writer,
            ..
        } = *self.0;
        writer.close_root(&call.operation);
        let secrets = writer.take_secrets();
        call.message = writer.into_bytes().into();
        let secrets = secrets.into_iter();
        call.secret_parts = secrets
            .map(|place| SecretPart::new(call.message.body(), place))
            .collect();
        call.output = (output, kind);
        call
    }
}

fn call<T: Value + Default>(raw: Box<RawCall>) -> Call<T> {
    let call = Call::new(raw, value);
    #[cfg(feature = "mock")]
    let call = call.answered_by(|call, value| call.encode_response(Some(value)));
    call
}

fn value<T: Value + Default>(
    received: &Received<'_>,
    value: &mut Option<T>,
) -> Result<(), crate::Error> {
    received.read_value(place(value))
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.0.call).finish()
    }
}

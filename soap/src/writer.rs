//! Writes typed values as elements, straight into one buffer.

use crate::{
    Complex, Contract, Derived, Element, FlagSet, Item, Kind, TextListArg, Value,
};

/// Writes the elements of one message.
#[derive(Clone, Debug)]
pub struct Writer {
    contract: &'static Contract,
    out: Vec<u8>,
}

impl Writer {
    /// Starts with an empty buffer.
    pub fn new(contract: &'static Contract) -> Self {
        Self { contract, out: Vec::new() }
    }

    /// The contract whose namespaces count.
    pub fn contract(&self) -> &'static Contract {
        self.contract
    }

    /// What was written.
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Opens an element of namespace 0 that declares every namespace of the contract: the wrapper of
    /// a request, or any other root.
    pub fn open_root(&mut self, name: &str) {
        let _ = name;
        unimplemented!()
    }

    /// Closes what [`Writer::open_root`] opened.
    pub fn close_root(&mut self, name: &str) {
        let _ = name;
        unimplemented!()
    }

    /// Writes a value as a root element of its own that declares every namespace of the contract.
    pub fn root(&mut self, element: &Element, value: &dyn Value) {
        let _ = (element, value);
        unimplemented!()
    }

    /// Writes a value as an element.
    pub fn value(&mut self, element: &Element, value: &dyn Value) {
        value.write(self, element);
    }

    /// Writes an element that says `i:nil`.
    pub fn nil(&mut self, element: &Element) {
        let _ = element;
        unimplemented!()
    }

    /// Writes a string, `None` as nil.
    pub fn text(&mut self, element: &Element, text: Option<&str>) {
        let _ = (element, text);
        unimplemented!()
    }

    /// Writes base64, `None` as nil.
    pub fn bytes(&mut self, element: &Element, bytes: Option<&[u8]>) {
        let _ = (element, bytes);
        unimplemented!()
    }

    /// Writes an entity, `None` as nil.
    pub fn entity(&mut self, element: &Element, value: Option<&dyn Value>) {
        let _ = (element, value);
        unimplemented!()
    }

    /// Writes an array, `None` as nil; `element.kind` names the items.
    pub fn list<T: Item>(&mut self, element: &Element, items: Option<&[T]>) {
        let _ = (element, items);
        unimplemented!()
    }

    /// Writes an array of strings, `None` as nil; `element.kind` names the items.
    pub fn texts(&mut self, element: &Element, texts: &dyn TextListArg) {
        let _ = (element, texts);
        unimplemented!()
    }

    /// The parameters of an operation, or any other statement of fields, one after another.
    pub fn fields(&mut self, namespace: u8) -> FieldWriter<'_> {
        FieldWriter { writer: self, namespace }
    }

    /// Writes the name of a member.
    pub fn member(&mut self, element: &Element, name: &str) {
        self.text(element, Some(name));
    }

    /// What `flags!` calls.
    pub fn flags(
        &mut self,
        element: &Element,
        set: &FlagSet,
        members: &'static [(&'static str, u64)],
    ) {
        let _ = (element, set, members);
        unimplemented!()
    }

    /// What `polymorph!` calls; `base` is the type written without `i:type`.
    pub fn derived(&mut self, element: &Element, value: Derived<'_>, base: &'static str) {
        let _ = (element, value, base);
        unimplemented!()
    }

    /// What `complex!` calls.
    pub fn complex<T: Complex>(&mut self, value: &T, element: &Element) {
        let _ = (element, value);
        unimplemented!()
    }
}

/// Writes the fields of one element in the order they are stated.
#[derive(Debug)]
pub struct FieldWriter<'w> {
    writer: &'w mut Writer,
    namespace: u8,
}

impl FieldWriter<'_> {
    /// The following fields are in the namespace with this number.
    pub fn namespace(&mut self, number: u8) {
        self.namespace = number;
    }

    /// States a field.
    pub fn value(&mut self, name: &'static str, value: &dyn Value) {
        self.field(name, value, Kind::Plain);
    }

    /// States a field that is an array.
    pub fn array(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        self.field(name, value, kind);
    }

    /// States a field that is a dictionary.
    pub fn dictionary(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        self.field(name, value, kind);
    }

    /// States a field that is left out when it is `None`.
    pub fn omittable(&mut self, name: &'static str, value: &dyn Value) {
        if !value.is_none() {
            self.field(name, value, Kind::Plain);
        }
    }

    fn field(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        let element = Element { name, namespace: self.namespace, kind };
        value.write(self.writer, &element);
    }
}

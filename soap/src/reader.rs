//! Pulls typed values out of a message.

use std::borrow::Cow;
use std::marker::PhantomData;

use crate::{
    Complex, DecodeError, Enumeration, Extra, FlagSet, Kind, Polymorph, RawElement, Value,
};

/// Reads the elements of one message, in document order.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    todo: PhantomData<&'a str>,
}

impl<'a> Reader<'a> {
    /// Starts at the root element of a document.
    ///
    /// # Errors
    ///
    /// Bytes that are not UTF-8, a document type, no root element.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let _ = bytes;
        unimplemented!()
    }

    /// Local name of the current element.
    pub fn name(&self) -> &'a str {
        unimplemented!()
    }

    /// Namespace of the current element; `None` is no namespace or an undeclared prefix.
    pub fn namespace(&self) -> Option<Cow<'a, str>> {
        unimplemented!()
    }

    /// Whether the current element says `xsi:nil`.
    pub fn is_nil(&self) -> bool {
        unimplemented!()
    }

    /// Reads the current element into a value and moves behind its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of that type.
    pub fn value(&mut self, target: &mut dyn Value, kind: Kind) -> Result<(), DecodeError> {
        target.read(self, kind)
    }

    /// Reads the text of the current element and moves behind its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or an element inside.
    pub fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        unimplemented!()
    }

    /// Reads the current element as it stands and moves behind its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or a prefix that is not declared.
    pub fn raw(&mut self) -> Result<RawElement, DecodeError> {
        unimplemented!()
    }

    /// Moves behind the end tag of the current element.
    ///
    /// # Errors
    ///
    /// Malformed XML.
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        unimplemented!()
    }

    /// Reads the children of the current element by name, several times over if they come out of
    /// order, and moves behind its end tag. `fields` states one field a statement.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of the fields' types.
    pub fn fields(
        &mut self,
        extra: Option<&mut Extra>,
        fields: &mut dyn FnMut(&mut FieldReader<'_, 'a>),
    ) -> Result<(), DecodeError> {
        let _ = (extra, fields);
        unimplemented!()
    }

    /// What `complex!` calls.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of the fields' types.
    pub fn complex<T: Complex>(&mut self, target: &mut T) -> Result<(), DecodeError> {
        let _ = target;
        unimplemented!()
    }

    /// What `enumeration!` calls.
    ///
    /// # Errors
    ///
    /// Malformed XML, an empty name.
    pub fn member<E: Enumeration>(&mut self, target: &mut E) -> Result<(), DecodeError> {
        let _ = target;
        unimplemented!()
    }

    /// What `flags!` calls.
    ///
    /// # Errors
    ///
    /// Malformed XML.
    pub fn flags(
        &mut self,
        target: &mut FlagSet,
        members: &'static [(&'static str, u64)],
    ) -> Result<(), DecodeError> {
        let _ = (target, members);
        unimplemented!()
    }

    /// What `polymorph!` calls.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of the stated type.
    pub fn polymorph<T: Polymorph>(&mut self, target: &mut T) -> Result<(), DecodeError> {
        let _ = target;
        unimplemented!()
    }

    /// Checks that nothing but end tags of the enclosing elements follows.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content behind the root element.
    pub fn finish(self) -> Result<(), DecodeError> {
        unimplemented!()
    }
}

/// Matches the children of one element against the fields that a type states in wire order.
#[derive(Debug)]
pub struct FieldReader<'r, 'a> {
    reader: &'r mut Reader<'a>,
}

impl FieldReader<'_, '_> {
    /// States a field.
    pub fn value(&mut self, name: &'static str, target: &mut dyn Value) {
        self.field(name, target, Kind::Plain);
    }

    /// States a field that is an array.
    pub fn array(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        self.field(name, target, kind);
    }

    /// States a field that is a dictionary.
    pub fn dictionary(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        self.field(name, target, kind);
    }

    fn field(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        let _ = (name, target, kind, &self.reader);
        unimplemented!()
    }
}

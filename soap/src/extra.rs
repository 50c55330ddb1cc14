//! What a contract does not know of a message, kept with its place and written back.

/// Elements of a struct that its contract does not know. One word, empty as a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra(Option<Box<Vec<Note>>>);

/// One thing that was met and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note {
    /// Number of the fields before it; inside a field (the path is not empty) the field's number.
    pub(crate) field: u32,
    /// Items and entries on the way from the field to it.
    pub(crate) path: Vec<u32>,
    pub(crate) kept: Kept,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    /// The item itself was nil.
    Nil,
    /// An unknown element that stood there.
    Element(RawElement),
}

impl Extra {
    /// Nothing.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Whether the contract knew everything.
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0 = None;
    }

    /// The unknown elements of the struct itself, each with the number of contract fields before it.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &RawElement)> {
        self.0.iter().flat_map(|notes| notes.iter()).filter_map(|note| match &note.kept {
            Kept::Element(element) if note.path.is_empty() => Some((note.field as usize, element)),
            _ => None,
        })
    }

    /// The first unknown element of the struct itself with this local name.
    pub fn get(&self, name: &str) -> Option<&RawElement> {
        self.iter().map(|(_, element)| element).find(|element| element.name() == name)
    }
}

/// An element as it came, self-contained: every namespace it uses is declared inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawElement(Box<str>);

impl RawElement {
    /// The element's XML.
    pub fn as_xml(&self) -> &str {
        &self.0
    }

    /// Local name.
    pub fn name(&self) -> &str {
        unimplemented!()
    }
}

impl std::fmt::Debug for RawElement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RawElement").field(&self.0).finish()
    }
}

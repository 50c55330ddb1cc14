//! What a contract does not know of a message, kept with its place and written back.

use std::borrow::Cow;
use std::fmt;

use crate::scanner::Scanner;
use crate::{DecodeError, Kind, Reader, Value};

/// What the contract of a struct does not know: unknown elements with their place, and which items of
/// its arrays were nil. One word large, empty as a rule.
///
/// Writing the struct puts everything back where it was, so a newer server's data survives being read,
/// changed and saved by an older client. An item is written as nil again only as long as it was not
/// changed; positions in arrays are those that were read, so an array that was reordered is better
/// saved after [`Extra::clear`].
#[derive(Clone, Default, PartialEq)]
#[allow(
    clippy::box_collection,
    reason = "every struct has one: one word instead of three"
)]
pub struct Extra(Option<Box<Vec<Note>>>);

/// One thing that was met and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note {
    /// Number of contract fields before it. If it is inside a field, that field's number.
    pub(crate) field: u32,
    /// The way from the field to it: numbers of items and entries. The last number is that of the item
    /// that was nil, or of the items before the element. In an entry the next number is 0 for the key
    /// and 1 for the value. Empty for an element of the struct itself.
    pub(crate) path: Vec<u32>,
    pub(crate) kept: Kept,
}

/// What was met.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    /// The item was nil.
    Nil,
    /// An unknown element stood before the item, entry or field.
    Element(RawElement),
}

impl Note {
    pub(crate) fn nil(path: Vec<u32>) -> Self {
        Self {
            field: 0,
            path,
            kept: Kept::Nil,
        }
    }

    pub(crate) fn element(path: Vec<u32>, element: RawElement) -> Self {
        Self {
            field: 0,
            path,
            kept: Kept::Element(element),
        }
    }
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
    /// Those inside its arrays and dictionaries are kept too but not listed.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &RawElement)> {
        self.notes().iter().filter_map(|note| match &note.kept {
            Kept::Element(element) if note.path.is_empty() => Some((note.field as usize, element)),
            _ => None,
        })
    }

    /// The first unknown element of the struct itself with this local name.
    pub fn get(&self, name: &str) -> Option<&RawElement> {
        self.iter()
            .map(|(_, element)| element)
            .find(|element| element.name() == name)
    }

    pub(crate) fn notes(&self) -> &[Note] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn into_notes(mut self) -> Vec<Note> {
        self.0.take().map_or_else(Vec::new, |notes| *notes)
    }

    /// Adds what one reading met.
    pub(crate) fn add(&mut self, notes: Vec<Note>) {
        let all = self.0.get_or_insert_default();
        all.extend(notes);
        // Children may have come in another order than that of the fields. What stands at one place
        // keeps its order.
        all.sort_by_key(|note| (note.field, !note.path.is_empty()));
    }
}

impl Drop for Extra {
    #[inline]
    fn drop(&mut self) {
        if let Some(notes) = self.0.take() {
            drop_notes(notes);
        }
    }
}

/// By its ABI the compiler knows that this function does not panic (the process would end). Otherwise every
/// struct would be dropped with care, in its own code. Not generic, unlike that of dictionaries: it is compiled
/// here and nowhere else.
#[allow(
    improper_ctypes_definitions,
    clippy::box_collection,
    reason = "only Rust calls it, with what is in an `Extra`"
)]
#[inline(never)]
extern "C" fn drop_notes(notes: Box<Vec<Note>>) {
    drop(notes);
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only: what a newer server added may be a secret, and nobody has looked at it yet.
        let names = self.notes().iter().map(|note| match &note.kept {
            Kept::Nil => "nil",
            Kept::Element(element) => element.name(),
        });
        f.debug_list().entries(names).finish()
    }
}

/// An element as it came, self-contained: what it uses of the namespaces around it is declared on it.
///
/// ```
/// use superoffice_soap::RawElement;
///
/// let raw = RawElement::from_xml("<Answer xmlns='urn:later'>42</Answer>")?;
/// assert_eq!(raw.name(), "Answer");
/// assert_eq!(raw.text().as_deref(), Some("42"));
///
/// let mut answer = 0_i32;
/// raw.read(&mut answer)?;
/// assert_eq!(answer, 42);
/// # Ok::<(), superoffice_soap::DecodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawElement(Box<str>);

impl RawElement {
    pub(crate) fn new(xml: String) -> Self {
        Self(xml.into_boxed_str())
    }

    /// Takes a document's root element.
    ///
    /// # Errors
    ///
    /// Malformed XML, or a prefix that is not declared in it.
    pub fn from_xml(xml: &str) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(xml.as_bytes())?;
        let raw = reader.raw()?;
        reader.finish()?;
        Ok(raw)
    }

    /// The element's XML.
    pub fn as_xml(&self) -> &str {
        &self.0
    }

    /// Local name.
    pub fn name(&self) -> &str {
        let qualified = self.qualified_name();
        qualified
            .split_once(':')
            .map_or(qualified, |(_, local)| local)
    }

    /// Name with its prefix.
    pub(crate) fn qualified_name(&self) -> &str {
        let name = self.0.get(1..).unwrap_or_default();
        let end = name
            .find([' ', '\t', '\r', '\n', '/', '>'])
            .unwrap_or(name.len());
        &name[..end]
    }

    /// Namespace; `None` if the element is in none.
    pub fn namespace(&self) -> Option<Cow<'_, str>> {
        Scanner::new(self.0.as_bytes()).ok()?.tag_namespace()
    }

    /// The text, if there is nothing but text inside.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Scanner::new(self.0.as_bytes()).ok()?.leaf().ok()
    }

    /// Reads the element into a value.
    ///
    /// # Errors
    ///
    /// Content that is not of the value's type; offsets count from the element's start.
    pub fn read(&self, target: &mut dyn Value) -> Result<(), DecodeError> {
        crate::decode(self.0.as_bytes(), Kind::Plain, target)
    }
}

/// The name and the length; [`RawElement::as_xml`] and `Display` give the element.
impl fmt::Debug for RawElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> of {} bytes", self.name(), self.0.len())
    }
}

impl fmt::Display for RawElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! Pulls typed values out of a message.

use std::borrow::Cow;
use std::{mem, slice};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::enumeration::find_member;
use crate::extra::Note;
use crate::flags::Bits;
use crate::scanner::{Scanner, excerpt};
use crate::value::{EntrySlots, ItemSlots, Listed, Listing, StructMut};
use crate::writer::entry_of;
use crate::{
    DecodeError, Element, Enumeration, Extra, Kind, Polymorph, RawElement, Unrecognized, Value,
};

/// Reads the elements of one message, in document order.
///
/// A reader always is at an element: [`Reader::new`] goes to the root, reading a value moves behind
/// it. Elements are known by their local name, whatever their prefix.
///
/// ```
/// use superoffice_soap::{Kind, Reader};
///
/// let mut reader = Reader::new(b"<r:Response xmlns:r='urn:r'><Id>7</Id></r:Response>")?;
/// assert_eq!(reader.name(), "Response");
/// assert_eq!(reader.namespace().as_deref(), Some("urn:r"));
///
/// let mut id = 0_i32;
/// reader.fields(None, &mut |fields| fields.field("Id", &mut id, Kind::Plain))?;
/// reader.finish()?;
/// assert_eq!(id, 7);
/// # Ok::<(), superoffice_soap::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    scanner: Box<Scanner<'a>>,
    /// What was met inside arrays and dictionaries and waits for the struct that owns them. Paths
    /// start at the innermost array that was left.
    pending: Vec<Note>,
    /// How many things were kept without being understood.
    unknowns: usize,
}

/// Not derived, since that would be compiled wherever a reader is cloned.
impl Clone for Reader<'_> {
    fn clone(&self) -> Self {
        Self {
            scanner: self.scanner.clone(),
            pending: self.pending.clone(),
            unknowns: self.unknowns,
        }
    }
}

impl<'a> Reader<'a> {
    /// Starts at the root element of a document.
    ///
    /// # Errors
    ///
    /// Bytes that are not UTF-8, a document type or processing instruction, no root element.
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            scanner: Scanner::new(bytes)?,
            pending: Vec::new(),
            unknowns: 0,
        })
    }

    /// Local name of the current element.
    pub fn name(&self) -> &'a str {
        self.scanner.tag().local
    }

    /// Namespace of the current element; `None` if it is in none or its prefix is not declared.
    pub fn namespace(&self) -> Option<Cow<'a, str>> {
        self.scanner.tag_namespace()
    }

    /// Where the content of the current element starts, in bytes.
    pub fn offset(&self) -> usize {
        self.scanner.offset()
    }

    /// Whether the current element says `xsi:nil`.
    #[inline]
    pub fn is_nil(&self) -> bool {
        !self.scanner.tag().plain && self.says_nil()
    }

    fn says_nil(&self) -> bool {
        self.scanner
            .xsi("nil")
            .is_some_and(|value| matches!(value.trim_ascii(), "true" | "1"))
    }

    /// What `xsi:type` of the current element names: a namespace (`None` is none) and a local name.
    ///
    /// # Errors
    ///
    /// A prefix that is not declared.
    pub fn type_name(&self) -> Result<Option<TypeName<'a>>, DecodeError> {
        if self.scanner.tag().plain {
            return Ok(None);
        }
        self.scanner
            .xsi("type")
            .map(|name| self.resolve(name.trim_ascii()))
            .transpose()
    }

    /// Resolves a qualified name in the scope of the current element.
    pub(crate) fn resolve(&self, name: &str) -> Result<TypeName<'a>, DecodeError> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let namespace = self.scanner.resolve(prefix);
        if namespace.is_none() && !prefix.is_empty() {
            return Err(self.error("a declared prefix", excerpt(name)));
        }
        Ok(TypeName {
            namespace,
            local: local.to_owned(),
        })
    }

    /// How many things of this message were kept without being understood so far: elements that went
    /// to an [`Extra`], members and flags that the contract does not name, values of types that it
    /// does not know.
    pub fn unknowns(&self) -> usize {
        self.unknowns
    }

    /// Reads the current element as it stands because nobody knows what it is.
    #[cold]
    pub(crate) fn unknown(&mut self) -> Result<RawElement, DecodeError> {
        self.unknowns += 1;
        self.raw()
    }

    /// An error at the current element's content.
    pub(crate) fn error(
        &self,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> DecodeError {
        self.scanner.error(expected, found)
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
    #[inline]
    pub fn text(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        self.scanner.leaf()
    }

    /// Reads base64.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        if self.is_nil() {
            return self.skip().map(|()| Vec::new());
        }
        let offset = self.offset();
        let text = self.text()?;
        let text = text.trim_ascii();
        STANDARD
            .decode(text)
            .or_else(|error| {
                // One line is the rule, others are allowed.
                if !text.bytes().any(|byte| byte.is_ascii_whitespace()) {
                    return Err(error);
                }
                STANDARD.decode(text.split_ascii_whitespace().collect::<String>())
            })
            .map_err(|_| self.refused(offset, "xs:base64Binary", text))
    }

    /// Reads the current element by a function of its text without blanks around it, and moves behind
    /// its end tag; nil gives `None`.
    pub(crate) fn parse<T>(
        &mut self,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, DecodeError> {
        if self.is_nil() {
            return self.skip().map(|()| None);
        }
        let before = self.offset();
        let text = self.text()?;
        match parse(text.trim_ascii()) {
            Some(value) => Ok(Some(value)),
            None => Err(self.refused(before, expected, &text)),
        }
    }

    /// The element was read but its text does not mean anything.
    #[cold]
    fn refused(&self, offset: usize, expected: &'static str, text: &str) -> DecodeError {
        let found = if text.is_empty() {
            "nothing".to_owned()
        } else {
            excerpt(text)
        };
        self.scanner.error_in_leaf(offset, expected, found)
    }

    /// Reads the current element as it stands and moves behind its end tag.
    ///
    /// # Errors
    ///
    /// Malformed XML, or a prefix that is not declared.
    pub fn raw(&mut self) -> Result<RawElement, DecodeError> {
        self.scanner.raw().map(RawElement::new)
    }

    /// Moves behind the current element if it has no content; says whether it did.
    pub(crate) fn take_empty(&mut self) -> Result<bool, DecodeError> {
        let is_empty = self.scanner.is_empty();
        if is_empty {
            self.skip()?;
        }
        Ok(is_empty)
    }

    /// Moves behind the end tag of the current element.
    ///
    /// # Errors
    ///
    /// Malformed XML.
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        self.scanner.skip(&mut |_| Ok(()))
    }

    /// Reads the children of the current element by their names and moves behind its end tag.
    ///
    /// `fields` states the fields in the order in which they are expected; it is called again as long
    /// as there are children, so they may come in any order. Children that it does not state go to
    /// `extra`, or are skipped if there is none.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of the fields' types.
    pub fn fields(
        &mut self,
        extra: Option<&mut Extra>,
        fields: &mut dyn FnMut(&mut FieldReader<'_, 'a>),
    ) -> Result<(), DecodeError> {
        let children = Children::open(self, extra.is_some());
        let mut reader = FieldReader(Source::Element(children));
        let mut none = Extra::new();
        let extra = extra.unwrap_or(&mut none);
        while reader.next_pass() {
            fields(&mut reader);
            reader.extra(extra);
        }
        reader.close()
    }

    /// Reads the children of the current element as the fields of a struct.
    pub(crate) fn complex(&mut self, mut target: StructMut<'_>) -> Result<(), DecodeError> {
        let mut reader = FieldReader(Source::Element(Children::open(self, true)));
        while reader.next_pass() {
            target.read(&mut reader);
        }
        reader.close()
    }

    /// Reads the current element into an `Option`.
    pub(crate) fn optional(
        &mut self,
        target: &mut dyn ItemSlots,
        kind: Kind,
    ) -> Result<(), DecodeError> {
        target.clear();
        if self.is_nil() {
            return self.skip();
        }
        target.grow().read(self, kind)
    }

    /// Reads a member of an enumeration.
    pub(crate) fn member<E: Enumeration>(&mut self, target: &mut E) -> Result<(), DecodeError> {
        self.member_name(E::NAME, &mut |name| {
            let known = find_member::<E>(name);
            *target = match known {
                Some(member) => member.clone(),
                None => E::unrecognized(Unrecognized::new(name)),
            };
            known.is_some()
        })
    }

    /// Hands the name to what takes it and says whether it knows it.
    fn member_name(
        &mut self,
        of: &'static str,
        take: &mut dyn FnMut(&str) -> bool,
    ) -> Result<(), DecodeError> {
        if self.is_nil() {
            return self.skip();
        }
        let offset = self.offset();
        let text = self.text()?;
        let name = text.trim_ascii();
        if name.is_empty() {
            let expected = format!("a member of {of}");
            return Err(self.scanner.error_in_leaf(offset, expected, "nothing"));
        }
        if !take(name) {
            self.unknowns += 1;
        }
        Ok(())
    }

    /// Reads the names of flags.
    pub(crate) fn flags(
        &mut self,
        target: &mut Bits,
        members: &'static [(&'static str, u64)],
    ) -> Result<(), DecodeError> {
        *target = Bits::default();
        if self.is_nil() {
            return self.skip();
        }
        target.extend_from_names(&self.text()?, members);
        self.unknowns += target.unknown().count();
        Ok(())
    }

    /// What `polymorph!` calls.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content that is not of the stated type.
    pub fn polymorph<T: Polymorph>(&mut self, target: &mut T) -> Result<(), DecodeError> {
        if self.is_nil() {
            return self.skip();
        }
        let variant = match self.type_name()? {
            None => T::for_type(T::NAME),
            Some(name) => T::for_type(&name.local),
        };
        match variant {
            Some(variant) => {
                *target = variant;
                match target.get_mut() {
                    Some(value) => value.read(self, Kind::Plain),
                    None => self.skip(),
                }
            }
            None => {
                *target = T::unrecognized(self.unknown()?);
                Ok(())
            }
        }
    }

    /// Reads the items of an array and moves behind its end tag. `has_nil` is whether an item can say
    /// itself that it is nil.
    pub(crate) fn list(
        &mut self,
        target: &mut dyn ItemSlots,
        kind: Kind,
        has_nil: bool,
    ) -> Result<(), DecodeError> {
        target.clear();
        let (name, kind) = match kind {
            Kind::Array(&Element { name, kind, .. }) => (Some(name), kind),
            _ => (None, Kind::Plain),
        };
        if !self.scanner.enter() {
            return Ok(());
        }
        let depth = self.scanner.depth();
        let mut room = Room::new(self.offset());
        let mut count = 0;
        while self.scanner.at_child()? {
            if count == room.look_at {
                target.fit(room.expected(count, self.offset(), self.scanner.end()));
            }
            if !name.is_some_and(|name| self.scanner.usual_start_tag(name)) {
                self.scanner.start_tag()?;
                if name.is_some_and(|name| name != self.name()) {
                    let element = self.unknown()?;
                    self.pending.push(Note::element(vec![count], element));
                    continue;
                }
            }
            if !has_nil && self.is_nil() {
                self.pending.push(Note::nil(vec![count]));
            }
            let before = self.pending.len();
            target
                .grow()
                .read(self, kind)
                .map_err(|error| error.at_index(depth, count as usize))?;
            self.put_inside(before, count);
            count += 1;
        }
        if count > Room::FEW {
            target.fit(0);
        }
        Ok(())
    }

    /// Reads the entries of a dictionary and moves behind its end tag.
    pub(crate) fn entries(
        &mut self,
        target: &mut dyn EntrySlots,
        kind: Kind,
    ) -> Result<(), DecodeError> {
        target.clear();
        let entry = entry_of(kind);
        if self.is_nil() {
            return self.skip();
        }
        if !self.scanner.enter() {
            return Ok(());
        }
        let depth = self.scanner.depth();
        let mut count = 0;
        while self.scanner.at_child()? {
            let mut is_entry = self.scanner.usual_start_tag(entry.name);
            if !is_entry {
                self.scanner.start_tag()?;
                is_entry = self.name() == entry.name;
            }
            if !is_entry || self.is_nil() {
                let element = self.unknown()?;
                self.pending.push(Note::element(vec![count], element));
                continue;
            }
            let before = self.pending.len();
            let (key, value) = target.grow();
            self.entry(entry, key, value)
                .map_err(|error| error.at_index(depth, count as usize))?;
            self.put_inside(before, count);
            count += 1;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: &'static crate::Entry,
        key: &mut dyn Value,
        value: &mut dyn Value,
    ) -> Result<(), DecodeError> {
        let mut unknown = Extra::new();
        self.fields(Some(&mut unknown), &mut |fields| {
            fields.field(entry.key.name, key, entry.key.kind);
            fields.field(entry.value.name, value, entry.value.kind);
        })?;
        // An entry has no struct to keep what it does not know: the position becomes part of the path.
        for mut note in unknown.into_notes() {
            note.path.insert(0, note.field);
            self.pending.push(note);
        }
        Ok(())
    }

    /// What was noted since `before` is inside item `index`.
    #[inline]
    fn put_inside(&mut self, before: usize, index: u32) {
        for note in &mut self.pending[before..] {
            note.path.insert(0, index);
        }
    }

    /// Goes behind the root element and checks that nothing follows it.
    ///
    /// # Errors
    ///
    /// Malformed XML, or content behind the root element.
    pub fn finish(mut self) -> Result<(), DecodeError> {
        self.scanner.finish()
    }

    /// Where the start tag of the current element begins.
    pub(crate) fn start(&self) -> usize {
        self.scanner.tag().offset
    }

    /// Goes on at another offset inside the element that was just entered, between its children.
    pub(crate) fn go_to(&mut self, offset: usize) {
        self.scanner.go_to(offset);
    }

    /// Goes inside the current element; `false` if it closed itself.
    pub(crate) fn enter(&mut self) -> bool {
        self.scanner.enter()
    }

    /// Goes to the next child of the element it is in; `false` if it went behind that element instead.
    pub(crate) fn next_child(&mut self) -> Result<bool, DecodeError> {
        if self.scanner.at_child()? {
            self.scanner.start_tag().map(|()| true)
        } else {
            Ok(false)
        }
    }
}

/// How much memory a long list takes while it is read: for as many items as the rest of the message holds if
/// they go on as they began. Doubling would end with up to twice as much as is needed, and hold half of that
/// once more while it moves the items.
struct Room {
    /// Where the list begins.
    start: usize,
    /// With how many items it is looked at next.
    look_at: u32,
}

impl Room {
    /// Up to so many items a list grows as vectors do.
    const FEW: u32 = 16;

    fn new(start: usize) -> Self {
        Self {
            start,
            look_at: Self::FEW,
        }
    }

    /// How many more items to have memory for after the first `count`, which end at `offset`, in a message that
    /// ends at `end`.
    fn expected(&mut self, count: u32, offset: usize, end: usize) -> usize {
        let (taken, left) = (offset - self.start, end - offset);
        // The product is of two sizes, so it may be too large for one.
        let more = left as u128 * u128::from(count) / taken.max(1) as u128;
        let all = more + u128::from(count);
        // How items go on is the sender's word, so there is a limit to what is believed at once.
        let most = u128::from(count) * 16;
        let room = if all <= most {
            // A little more, because one too many moves them all.
            all + all / 16
        } else {
            // A quarter, so that little has to move when the rest is believed.
            most.min(all / 4)
        };
        self.look_at = u32::try_from(room).unwrap_or(u32::MAX);
        (self.look_at - count) as usize
    }
}

/// A resolved `xsi:type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName<'a> {
    /// Namespace, `None` if the name is in none.
    pub namespace: Option<Cow<'a, str>>,
    /// Local name.
    pub local: String,
}

/// Takes the fields that a type states in wire order, and gives each its value: that of an element's
/// child, or that of the same field of another value of the type.
pub struct FieldReader<'r, 'a>(Source<'r, 'a>);

enum Source<'r, 'a> {
    Element(Children<'r, 'a>),
    Value(slice::Iter<'r, Listed<'r>>, Option<&'r Extra>),
    #[cfg(feature = "serde")]
    Serde(&'r mut (dyn crate::serde::Source + 'r)),
}

impl<'r, 'a> FieldReader<'r, 'a> {
    /// Copies the fields of a value.
    pub(crate) fn copying(fields: &'r Listing<'r>) -> Self {
        Self(Source::Value(fields.list.iter(), fields.extra))
    }

    /// Fills the fields of a value with what is in a format of `serde`.
    #[cfg(feature = "serde")]
    pub(crate) fn filling(source: &'r mut (dyn crate::serde::Source + 'r)) -> Self {
        Self(Source::Serde(source))
    }

    fn next_pass(&mut self) -> bool {
        match &mut self.0 {
            Source::Element(children) => children.next_pass(),
            _ => false,
        }
    }

    fn close(self) -> Result<(), DecodeError> {
        match self.0 {
            Source::Element(Children {
                error: Some(error), ..
            }) => Err(error),
            _ => Ok(()),
        }
    }

    /// States where unknown children go.
    pub(crate) fn extra(&mut self, target: &mut Extra) {
        match &mut self.0 {
            Source::Element(children) if children.extra.is_empty() => {}
            Source::Element(children) => target.add(mem::take(&mut children.extra)),
            Source::Value(_, extra) => target.clone_from(extra.unwrap_or(&Extra::new())),
            #[cfg(feature = "serde")]
            Source::Serde(source) => source.extra(target),
        }
    }

    /// States a field of which only the trait is known.
    pub fn field(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        self.take(name, target, kind);
    }

    /// The same, where it counts.
    #[inline(always)]
    pub(crate) fn take(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        match &mut self.0 {
            Source::Element(children) => children.field(name, target, kind),
            Source::Value(fields, _) => {
                if let Some(field) = fields.next() {
                    target.assign(field.value);
                }
            }
            #[cfg(feature = "serde")]
            Source::Serde(source) => source.field(target),
        }
    }
}

/// Matches the children of one element against the fields that a type states in wire order.
///
/// Each statement compares one name with the child that the reader is at. Children in the stated order
/// take one pass through the statements; the others are met when the pass is repeated.
#[derive(Debug)]
struct Children<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Whether unknown children are kept.
    keep: bool,
    child: Child,
    /// Fields stated in this pass.
    index: u32,
    /// Fields up to the one that was read last: where an unknown child stands.
    after: u32,
    /// Whether this pass read anything.
    found: bool,
    extra: Vec<Note>,
    error: Option<DecodeError>,
}

/// The child that a [`Children`] is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Child {
    /// None is left, or an error was met.
    None,
    /// One whose start tag was not yet read.
    Ahead,
    /// One whose start tag was read.
    Read,
}

impl<'r, 'a> Children<'r, 'a> {
    fn open(reader: &'r mut Reader<'a>, keep: bool) -> Self {
        let mut fields = Self {
            reader,
            keep,
            child: Child::None,
            index: 0,
            after: 0,
            // The first pass follows none that found nothing.
            found: true,
            extra: Vec::new(),
            error: None,
        };
        if fields.reader.scanner.enter() {
            fields.next();
        }
        fields
    }

    /// Whether the fields are to be stated (again).
    fn next_pass(&mut self) -> bool {
        if !self.found && self.child != Child::None {
            self.unknown();
        }
        self.found = false;
        self.index = 0;
        if self.child == Child::None && self.keep && !self.extra.is_empty() {
            // What was met behind the last field waits for the statement that takes it.
            return mem::replace(&mut self.keep, false);
        }
        self.child != Child::None
    }

    /// Goes to the next child.
    #[inline]
    fn next(&mut self) {
        match self.reader.scanner.at_child() {
            Ok(true) => self.child = Child::Ahead,
            Ok(false) => self.child = Child::None,
            Err(error) => self.fail(error),
        }
    }

    #[cold]
    fn fail(&mut self, error: DecodeError) {
        self.child = Child::None;
        self.error = Some(error);
    }

    #[cold]
    fn unknown(&mut self) {
        // The pass before this did not know the current child: it is taken out of the way.
        let scanner = &mut self.reader.scanner;
        let read = if self.child == Child::Ahead {
            scanner.start_tag()
        } else {
            Ok(())
        };
        let taken = match (read, self.keep) {
            (Err(error), _) => Err(error),
            (Ok(()), false) => self.reader.skip(),
            (Ok(()), true) => self.reader.unknown().map(|element| {
                self.extra.push(Note {
                    field: self.after,
                    ..Note::element(Vec::new(), element)
                });
            }),
        };
        match taken {
            Ok(()) => self.next(),
            Err(error) => self.fail(error),
        }
    }

    #[inline(always)]
    fn field(&mut self, name: &'static str, target: &mut dyn Value, kind: Kind) {
        self.index += 1;
        let scanner = &mut self.reader.scanner;
        match self.child {
            Child::None => return,
            Child::Ahead if scanner.usual_start_tag(name) => {}
            Child::Ahead => match scanner.start_tag() {
                Ok(()) if scanner.tag().local == name => {}
                Ok(()) => {
                    self.child = Child::Read;
                    return;
                }
                Err(error) => return self.fail(error),
            },
            Child::Read if scanner.tag().local == name => {}
            Child::Read => return,
        }
        let before = self.reader.pending.len();
        if let Err(error) = target.read(self.reader, kind) {
            return self.fail(error);
        }
        self.found = true;
        self.after = self.index;
        if self.reader.pending.len() > before {
            self.take_pending(before);
        }
        self.next();
    }

    /// What arrays and dictionaries noted while the current field was read is this struct's.
    #[cold]
    fn take_pending(&mut self, before: usize) {
        let field = self.index - 1;
        let notes = self.reader.pending.drain(before..);
        self.extra.extend(notes.map(|note| Note { field, ..note }));
    }
}

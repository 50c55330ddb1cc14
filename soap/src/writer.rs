//! Writes typed values as elements, straight into one buffer.

mod secrets;

use std::fmt;
use std::iter::Peekable;
use std::mem;
use std::ops::Range;
use std::vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::extra::{Kept, Note};
use crate::flags::Bits;
use crate::scanner::XSI;
use crate::value::{Entries, Items, Listing, Struct};
use crate::{Contract, Derived, Element, Entry, Extra, Kind, RawElement, TextListArg, Value};

/// Writes the elements of one message.
///
/// Namespace 0 of the contract is the default namespace of what is written, the others have the
/// prefixes `a`, `b`, `c` … by number; all are declared on the root.
///
/// ```
/// use superoffice_soap::{Contract, Element, Writer};
///
/// static CONTRACT: Contract = Contract::new("V1", &["urn:v1", "urn:other"]);
///
/// let mut writer = Writer::new(&CONTRACT);
/// writer.open_root("Save");
/// writer.text(&Element::plain("Name", 0), Some("R&D"));
/// writer.value(&Element::plain("Id", 1), &7_i32);
/// writer.close_root("Save");
/// assert_eq!(
///     String::from_utf8(writer.into_bytes())?,
///     r#"<Save xmlns="urn:v1" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="urn:other">"#
///         .to_owned()
///         + "<Name>R&amp;D</Name><a:Id>7</a:Id></Save>",
/// );
/// # Ok::<(), std::string::FromUtf8Error>(())
/// ```
#[derive(Clone)]
pub struct Writer {
    contract: &'static Contract,
    out: Vec<u8>,
    /// Attributes and declarations that the next start tag takes.
    attributes: Vec<u8>,
    /// What the array or dictionary that is written next was met with.
    notes: Vec<Note>,
    /// The elements in `out` that must not show.
    secrets: Vec<Range<usize>>,
}

impl Writer {
    /// Starts with an empty buffer.
    pub fn new(contract: &'static Contract) -> Self {
        Self {
            contract,
            out: Vec::new(),
            attributes: Vec::new(),
            notes: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Makes room for this many more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
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

    /// Opens an element of namespace 0 that declares every namespace of the contract: the wrapper
    /// of a request, or any other root.
    pub fn open_root(&mut self, name: &str) {
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.out.append(&mut self.attributes);
        declare(&mut self.out, self.contract);
        self.out.push(b'>');
    }

    /// Closes what [`Writer::open_root`] opened.
    pub fn close_root(&mut self, name: &str) {
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'>');
    }

    /// Writes a value as a root element of its own that declares every namespace of the contract.
    pub fn root(&mut self, element: &Element, value: &dyn Value) {
        declare(&mut self.attributes, self.contract);
        value.write(self, element);
        self.attributes.clear();
    }

    /// The next start tag declares this prefix.
    pub(crate) fn declare_as(&mut self, prefix: &str, namespace: &str) {
        self.attributes.extend_from_slice(b" xmlns:");
        self.attributes.extend_from_slice(prefix.as_bytes());
        self.attributes.extend_from_slice(b"=\"");
        escape(&mut self.attributes, namespace, Place::Attribute);
        self.attributes.push(b'"');
    }

    /// The next start tag says this `i:type`.
    pub(crate) fn declare_type(&mut self, prefix: &[u8], name: &str) {
        self.attributes.extend_from_slice(b" i:type=\"");
        if !prefix.is_empty() {
            self.attributes.extend_from_slice(prefix);
            self.attributes.push(b':');
        }
        self.attributes.extend_from_slice(name.as_bytes());
        self.attributes.push(b'"');
    }

    /// Writes a value as an element.
    pub fn value(&mut self, element: &Element, value: &dyn Value) {
        value.write(self, element);
    }

    /// Writes an element that says `i:nil`.
    pub fn nil(&mut self, element: &Element) {
        self.start(element);
        self.out.extend_from_slice(b" i:nil=\"true\"/>");
    }

    /// Writes an element without content.
    pub(crate) fn empty(&mut self, element: &Element) {
        self.start(element);
        self.out.extend_from_slice(b"/>");
    }

    fn start(&mut self, element: &Element) {
        self.out.push(b'<');
        self.name(element);
        if !self.attributes.is_empty() {
            self.out.append(&mut self.attributes);
        }
    }

    fn open(&mut self, element: &Element) {
        self.start(element);
        self.out.push(b'>');
    }

    fn close(&mut self, element: &Element) {
        self.out.extend_from_slice(b"</");
        self.name(element);
        self.out.push(b'>');
    }

    #[inline]
    fn name(&mut self, element: &Element) {
        if element.namespace != 0 {
            push_prefix(&mut self.out, element.namespace);
            self.out.push(b':');
        }
        self.out.extend_from_slice(element.name.as_bytes());
    }

    /// Writes text that needs no escaping.
    pub(crate) fn plain(&mut self, element: &Element, text: &[u8]) {
        if text.len() > 128 {
            self.open(element);
            self.out.extend_from_slice(text);
            return self.close(element);
        }
        self.leaf(element, text.len(), |room| {
            put(room, text);
            text.len()
        });
    }

    /// Writes text that `fill` puts down and gives the length of; at most so many bytes, and nothing
    /// that needs escaping.
    #[inline]
    pub(crate) fn leaf(
        &mut self,
        element: &Element,
        most: usize,
        fill: impl FnOnce(&mut [u8]) -> usize,
    ) {
        let most_of_all = 2 * element.name.len() + most + 5;
        if element.namespace != 0 || !self.attributes.is_empty() || most_of_all > 128 {
            self.open(element);
            let from = self.out.len();
            self.out.resize(from + most, 0);
            let length = fill(&mut self.out[from..]);
            self.out.truncate(from + length);
            self.close(element);
        } else if most_of_all <= 64 {
            self.short_leaf::<64>(element.name.as_bytes(), fill);
        } else {
            self.short_leaf::<128>(element.name.as_bytes(), fill);
        }
    }

    /// Composes an element in place. Most are short, and one call of `memcpy` for each of their parts
    /// would take longer than the parts.
    #[inline]
    fn short_leaf<const ROOM: usize>(
        &mut self,
        name: &[u8],
        fill: impl FnOnce(&mut [u8]) -> usize,
    ) {
        let from = self.out.len();
        self.out.extend_from_slice(&[0; ROOM]);
        let Some(room) = self.out.last_chunk_mut::<ROOM>() else {
            return;
        };
        let mut at = name.len() + 1;
        room[0] = b'<';
        put(&mut room[1..], name);
        room[at] = b'>';
        at += 1;
        at += fill(&mut room[at..]);
        room[at..at + 2].copy_from_slice(b"</");
        put(&mut room[at + 2..], name);
        at += name.len() + 2;
        room[at] = b'>';
        self.out.truncate(from + at + 1);
    }

    /// Writes a string, `None` as nil.
    pub fn text(&mut self, element: &Element, text: Option<&str>) {
        match text {
            None => self.nil(element),
            Some("") => self.empty(element),
            Some(text) if first_special(text.as_bytes(), Place::Text).is_none() => {
                self.plain(element, text.as_bytes());
            }
            Some(text) => {
                self.open(element);
                escape(&mut self.out, text, Place::Text);
                self.close(element);
            }
        }
    }

    /// Writes a name that is in no namespace, which text can only say where there is no default one.
    pub(crate) fn unqualified(&mut self, element: &Element, name: &str) {
        let default = self.contract.namespace(0);
        let mut qualified = String::new();
        if element.namespace == 0 && !default.is_empty() {
            self.declare_as("q", default);
            qualified.push_str("q:");
        } else if element.namespace != 0 {
            let mut prefix = Vec::new();
            push_prefix(&mut prefix, element.namespace);
            qualified.extend(prefix.into_iter().map(char::from).chain([':']));
        }
        qualified.push_str(element.name);
        self.attributes.extend_from_slice(b" xmlns=\"\"");
        self.out.push(b'<');
        self.out.extend_from_slice(qualified.as_bytes());
        self.out.append(&mut self.attributes);
        self.out.push(b'>');
        escape(&mut self.out, name, Place::Text);
        self.close_root(&qualified);
    }

    /// Writes base64, `None` as nil.
    pub fn bytes(&mut self, element: &Element, bytes: Option<&[u8]>) {
        match bytes {
            None => self.nil(element),
            Some([]) => self.empty(element),
            Some(bytes) => {
                self.open(element);
                // With the end tags and an envelope around it: a large document that outgrew its
                // buffer by those would double it.
                self.out.reserve(bytes.len().div_ceil(3) * 4 + 1_024);
                for chunk in bytes.chunks(3 * 1_024) {
                    let from = self.out.len();
                    self.out.resize(from + chunk.len().div_ceil(3) * 4, 0);
                    let written = STANDARD.encode_slice(chunk, &mut self.out[from..]);
                    // There is room for all of it: the length above is exact.
                    self.out.truncate(from + written.unwrap_or_default());
                }
                self.close(element);
            }
        }
    }

    /// Writes an entity, `None` as nil.
    pub fn entity(&mut self, element: &Element, value: Option<&dyn Value>) {
        match value {
            None => self.nil(element),
            Some(value) => value.write(self, element),
        }
    }

    /// Writes an array; `element.kind` names the items.
    pub fn list(&mut self, element: &Element, items: &dyn Items) {
        let Some(mut list) = self.open_list(element, items.count()) else {
            return;
        };
        let mut index = 0;
        while let Some(item) = items.item(index) {
            if list.is_noted() {
                self.noted_item(&mut list, item, items, index);
            } else {
                item.write(self, &list.item);
            }
            if index == 0 {
                // Others of about this size follow, so room is made for them, within reason.
                const REASON: usize = 1 << 24;
                let size = self.out.len() - list.from;
                let rest = items.count() - 1;
                let rest = rest.saturating_mul(size + size / 8);
                self.out.reserve(rest.min(REASON));
            }
            index += 1;
        }
        self.close_list(element, list);
    }

    /// Writes an array of strings, `None` as nil; `element.kind` names the items.
    pub fn texts(&mut self, element: &Element, texts: &dyn TextListArg) {
        let item = item_of(element);
        let mut any = false;
        let present = texts.for_each(&mut |text| {
            if !mem::replace(&mut any, true) {
                self.open(element);
            }
            self.text(&item, Some(text));
        });
        match (present, any) {
            (false, _) => self.nil(element),
            (true, false) => self.empty(element),
            (true, true) => self.close(element),
        }
    }

    /// Opens an array, unless it is written already because it is empty.
    fn open_list(&mut self, element: &Element, length: usize) -> Option<List> {
        if length == 0 && self.notes.is_empty() {
            self.empty(element);
            return None;
        }
        self.open(element);
        Some(self.take_list(item_of(element)))
    }

    /// An array that is open, with what was met in it.
    fn take_list(&mut self, item: Element) -> List {
        let notes = mem::take(&mut self.notes).into_iter().peekable();
        let from = self.out.len();
        List { item, from, notes }
    }

    /// Writes an item and what was met with it.
    #[cold]
    fn noted_item(&mut self, list: &mut List, item: &dyn Value, items: &dyn Items, index: usize) {
        let is_nil = self.before(list, index);
        if is_nil && items.is_blank(index) {
            self.notes.clear();
            return self.nil(&list.item);
        }
        item.write(self, &list.item);
        self.notes.clear();
    }

    /// Writes the elements that were met before an item and puts aside what was met inside it; says
    /// whether the item itself was nil.
    fn before(&mut self, list: &mut List, index: usize) -> bool {
        let here = |note: &Note| note.path.first().is_none_or(|&at| at as usize <= index);
        let mut is_nil = false;
        while let Some(mut note) = list.notes.next_if(here) {
            match (note.path.len(), &note.kept) {
                (..=1, Kept::Nil) => is_nil = true,
                (..=1, Kept::Element(element)) => self.raw(element),
                _ => {
                    note.path.remove(0);
                    self.notes.push(note);
                }
            }
        }
        is_nil
    }

    fn close_list(&mut self, element: &Element, mut list: List) {
        if list.is_noted() {
            self.before(&mut list, usize::MAX);
            self.notes.clear();
        }
        self.close(element);
    }

    /// Writes a dictionary; `element.kind` names the entries.
    pub(crate) fn entries(&mut self, element: &Element, entries: &dyn Entries) {
        let Some(mut list) = self.open_list(element, entries.count()) else {
            return;
        };
        let entry = entry_of(element.kind);
        let mut index = 0;
        while let Some((key, value)) = entries.entry(index) {
            self.entry(&mut list, entry, index, key, value);
            index += 1;
        }
        self.close_list(element, list);
    }

    fn entry(
        &mut self,
        list: &mut List,
        entry: &Entry,
        index: usize,
        key: &dyn Value,
        value: &dyn Value,
    ) {
        let element = Element::plain(entry.name, entry.namespace);
        if !list.is_noted() {
            self.open(&element);
            key.write(self, &entry.key);
            value.write(self, &entry.value);
            return self.close(&element);
        }
        self.before(list, index);
        let mut inside = self.take_list(entry.value);
        self.open(&element);
        self.before(&mut inside, 0);
        self.notes.clear();
        key.write(self, &entry.key);
        self.before(&mut inside, 1);
        value.write(self, &entry.value);
        self.notes.clear();
        self.close_list(&element, inside);
    }

    /// The parameters of an operation, or any other statement of fields, one after another.
    pub fn fields<'v>(&mut self, namespace: u8) -> FieldWriter<'v, '_> {
        FieldWriter(Target::Element(Children {
            writer: self,
            namespace,
            notes: &[],
            index: 0,
        }))
    }

    /// Writes the name of a member.
    pub(crate) fn member(&mut self, element: &Element, name: &str) {
        self.text(element, Some(name));
    }

    /// Writes the names of flags.
    pub(crate) fn flags(
        &mut self,
        element: &Element,
        set: &Bits,
        members: &'static [(&'static str, u64)],
    ) {
        if set.is_empty() {
            return self.empty(element);
        }
        self.open(element);
        let mut separator = "";
        for name in set.names(members) {
            self.out.extend_from_slice(separator.as_bytes());
            escape(&mut self.out, name, Place::Text);
            separator = " ";
        }
        self.close(element);
    }

    /// What `polymorph!` calls; `base` is the type written without `i:type`.
    pub fn derived(&mut self, element: &Element, value: Derived<'_>, base: &'static str) {
        match value {
            Derived::Known(name, namespace, value) => {
                if name != base {
                    let mut prefix = Vec::new();
                    if namespace != 0 {
                        push_prefix(&mut prefix, namespace);
                    }
                    self.declare_type(&prefix, name);
                }
                value.write(self, element);
            }
            Derived::Unrecognized(raw) => self.raw_as(element, raw),
        }
    }

    /// Writes an element as it came.
    pub fn raw(&mut self, element: &RawElement) {
        self.attributes.clear();
        self.out.extend_from_slice(element.as_xml().as_bytes());
    }

    /// Writes an element as it came, but with this local name.
    pub(crate) fn raw_as(&mut self, element: &Element, raw: &RawElement) {
        let (name, local) = (raw.qualified_name(), raw.name());
        let xml = raw.as_xml();
        let end = if xml.ends_with("/>") {
            None
        } else {
            xml.rfind("</")
        };
        if local == element.name {
            return self.raw(raw);
        }
        self.attributes.clear();
        let prefix = &name[..name.len() - local.len()];
        let middle = &xml[name.len() + 1..end.unwrap_or(xml.len())];
        for part in ["<", prefix, element.name, middle] {
            self.out.extend_from_slice(part.as_bytes());
        }
        if end.is_some() {
            for part in ["</", prefix, element.name, ">"] {
                self.out.extend_from_slice(part.as_bytes());
            }
        }
    }

    /// Writes an element with the fields of a struct.
    pub(crate) fn complex(&mut self, element: &Element, value: Struct<'_>) {
        self.open(element);
        let mut writer = self.fields(0);
        value.write(&mut writer);
        if let Target::Element(children) = writer.0 {
            children.close(element);
        }
    }
}

/// How much was written, not what: a message may hold secrets.
impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.out.len(), self.contract.name)
    }
}

/// An array that is open.
struct List {
    item: Element,
    /// Where its items start in what was written.
    from: usize,
    /// What was met, in the order of the items.
    notes: Peekable<vec::IntoIter<Note>>,
}

impl List {
    fn is_noted(&mut self) -> bool {
        self.notes.peek().is_some()
    }
}

/// What an array's items are called. A contract always says; what is written without one reads back.
fn item_of(element: &Element) -> Element {
    match element.kind {
        Kind::Array(item) => *item,
        _ => Element::plain("item", element.namespace),
    }
}

/// What a dictionary's entries are called. A contract always says; what is written without one reads
/// back.
pub(crate) fn entry_of(kind: Kind) -> &'static Entry {
    static UNSTATED: Entry = Entry {
        name: "entry",
        namespace: 0,
        key: Element::plain("Key", 0),
        value: Element::plain("Value", 0),
    };
    match kind {
        Kind::Dictionary(entry) => entry,
        _ => &UNSTATED,
    }
}

/// Takes the fields that a type states in wire order: writes them as an element's children, or lists
/// them for what `Debug`, `PartialEq` and `Clone` do with them.
pub struct FieldWriter<'v, 'w>(Target<'v, 'w>);

enum Target<'v, 'w> {
    Element(Children<'v, 'w>),
    List(&'w mut Listing<'v>),
}

impl<'v, 'w> FieldWriter<'v, 'w> {
    /// Lists the fields.
    pub(crate) fn listing(list: &'w mut Listing<'v>) -> Self {
        Self(Target::List(list))
    }

    /// States, with a blank between two, the name of a type and those of its fields in Rust.
    pub(crate) fn names(&mut self, rust: &'static str) {
        if let Target::List(listing) = &mut self.0 {
            listing.names = rust;
        }
    }

    /// States what the contract does not know.
    pub(crate) fn extra(&mut self, extra: &'v Extra) {
        match &mut self.0 {
            Target::Element(children) => children.notes = extra.notes(),
            Target::List(listing) => listing.extra = Some(extra),
        }
    }

    /// The following fields are in the namespace with this number; until it is stated that is 0.
    pub(crate) fn namespace(&mut self, number: u8) {
        if let Target::Element(children) = &mut self.0 {
            children.namespace = number;
        }
    }

    /// States a field of which only the trait is known.
    #[inline]
    pub fn field(&mut self, name: &'static str, value: &'v dyn Value, kind: Kind) {
        match &mut self.0 {
            Target::Element(children) => children.field(name, value, kind),
            Target::List(listing) => listing.push(value, false),
        }
    }

    /// States a field that is left out when it is `None`.
    pub fn omittable(&mut self, name: &'static str, value: &'v dyn Value) {
        match &mut self.0 {
            Target::Element(children) => children.omittable(name, value),
            Target::List(listing) => listing.push(value, false),
        }
    }

    /// States a field that must not show; `kind` names its items or entries, if it has any.
    pub(crate) fn secret(&mut self, name: &'static str, value: &'v dyn Value, kind: Kind) {
        match &mut self.0 {
            Target::Element(children) => children.secret(name, value, kind),
            Target::List(listing) => listing.push(value, true),
        }
    }
}

/// Writes the fields of one element in the order they are stated.
struct Children<'v, 'w> {
    writer: &'w mut Writer,
    namespace: u8,
    /// What the struct was met with and is not yet written, in the order of the fields.
    notes: &'v [Note],
    index: u32,
}

impl Children<'_, '_> {
    fn omittable(&mut self, name: &'static str, value: &dyn Value) {
        if value.is_blank() {
            self.before();
            self.writer.notes.clear();
            self.index += 1;
        } else {
            self.field(name, value, Kind::Plain);
        }
    }

    #[inline]
    fn field(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        let element = Element {
            name,
            namespace: self.namespace,
            kind,
        };
        if self.notes.is_empty() {
            value.write(self.writer, &element);
        } else {
            self.before();
            value.write(self.writer, &element);
            self.writer.notes.clear();
        }
        self.index += 1;
    }

    /// Writes the elements that were met before the current field and puts aside what was met in it.
    #[cold]
    fn before(&mut self) {
        while let [note, rest @ ..] = self.notes {
            if note.field > self.index {
                break;
            }
            self.notes = rest;
            match &note.kept {
                Kept::Element(element) if note.path.is_empty() => self.writer.raw(element),
                _ => self.writer.notes.push(note.clone()),
            }
        }
    }

    /// Writes what was met behind the last field, and the end tag.
    fn close(mut self, element: &Element) {
        if !self.notes.is_empty() {
            self.index = u32::MAX;
            self.before();
            self.writer.notes.clear();
        }
        self.writer.close(element);
    }
}

/// Copies a few bytes: overlapping stores instead of a call of `memcpy`.
#[inline]
fn put(room: &mut [u8], bytes: &[u8]) {
    #[inline]
    fn ends<const N: usize>(room: &mut [u8], bytes: &[u8]) {
        if let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
            room[..N].copy_from_slice(first);
            room[bytes.len() - N..bytes.len()].copy_from_slice(last);
        }
    }
    match bytes.len() {
        0 => {}
        1 => room[0] = bytes[0],
        2..4 => ends::<2>(room, bytes),
        4..8 => ends::<4>(room, bytes),
        8..16 => ends::<8>(room, bytes),
        16..=32 => ends::<16>(room, bytes),
        length => room[..length].copy_from_slice(bytes),
    }
}

/// Declares the namespaces of a contract.
fn declare(out: &mut Vec<u8>, contract: &Contract) {
    for (number, namespace) in contract.namespaces.iter().enumerate() {
        out.extend_from_slice(b" xmlns");
        if let Ok(number @ 1..) = u8::try_from(number) {
            out.push(b':');
            push_prefix(out, number);
        }
        out.extend_from_slice(b"=\"");
        // Each request declares all of them: to look at all bytes at once is cheaper than a search.
        let is_plain = |byte: u8| matches!(byte, b'\''..=b';' | b'?'..=b'~');
        if namespace
            .bytes()
            .fold(true, |all, byte| all & is_plain(byte))
        {
            out.extend_from_slice(namespace.as_bytes());
        } else {
            escape(out, namespace, Place::Attribute);
        }
        out.push(b'"');
        if number == 0 {
            out.extend_from_slice(b" xmlns:i=\"");
            out.extend_from_slice(XSI.as_bytes());
            out.push(b'"');
        }
    }
}

/// The prefix of a namespace that is not the default one. `i`, `s` and `x` mean something else.
fn push_prefix(out: &mut Vec<u8>, number: u8) {
    const LETTERS: &[u8] = b"abcdefghjklmnopqrtuvwyz";
    match LETTERS.get(usize::from(number).saturating_sub(1)) {
        Some(&letter) => out.push(letter),
        None => out.extend_from_slice(format!("n{number}").as_bytes()),
    }
}

/// Where text stands that is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Text,
    Attribute,
}

/// Writes text with what XML cannot hold as references. Characters that XML 1.0 forbids become
/// references too, as the servers do it.
pub(crate) fn escape(out: &mut Vec<u8>, text: &str, place: Place) {
    let mut rest = text.as_bytes();
    while let Some(at) = first_special(rest, place) {
        out.extend_from_slice(&rest[..at]);
        rest = escape_first(out, &rest[at..]);
    }
    out.extend_from_slice(rest);
}

/// Where the first byte stands that may have to be escaped.
#[inline]
fn first_special(bytes: &[u8], place: Place) -> Option<usize> {
    if place == Place::Attribute {
        let in_text = first_special(bytes, Place::Text);
        let before = &bytes[..in_text.unwrap_or(bytes.len())];
        return memchr::memchr3(b'\t', b'\n', b'"', before).or(in_text);
    }
    const WIDTH: usize = 16;
    let mut chunks = bytes.chunks_exact(WIDTH);
    let mut before = 0;
    for chunk in &mut chunks {
        // Without a branch a byte this becomes a few instructions for all of them.
        if chunk
            .iter()
            .fold(false, |any, &byte| any | is_special(byte))
        {
            return chunk
                .iter()
                .position(|&byte| is_special(byte))
                .map(|at| before + at);
        }
        before += WIDTH;
    }
    chunks
        .remainder()
        .iter()
        .position(|&byte| SPECIAL[usize::from(byte)])
        .map(|at| before + at)
}

/// Whether a byte may have to be escaped in text. 0xEF starts U+FFFE and U+FFFF.
#[inline]
const fn is_special(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\t') & (byte != b'\n')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'&')
        | (byte == 0xEF)
}

/// [`is_special`] of every byte.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = is_special(byte as u8);
        byte += 1;
    }
    special
};

/// Writes the first byte or character as a reference if it must be; gives what follows.
fn escape_first<'b>(out: &mut Vec<u8>, bytes: &'b [u8]) -> &'b [u8] {
    let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value & 15)];
    let (reference, rest): (&[u8], _) = match bytes {
        [b'<', rest @ ..] => (b"&lt;", rest),
        [b'>', rest @ ..] => (b"&gt;", rest),
        [b'&', rest @ ..] => (b"&amp;", rest),
        [b'"', rest @ ..] => (b"&quot;", rest),
        [0xEF, 0xBF, 0xBE, rest @ ..] => (b"&#xFFFE;", rest),
        [0xEF, 0xBF, 0xBF, rest @ ..] => (b"&#xFFFF;", rest),
        [byte @ 0..16, rest @ ..] => (&[b'&', b'#', b'x', digit(*byte), b';'], rest),
        [byte @ 16..32, rest @ ..] => (&[b'&', b'#', b'x', b'1', digit(*byte), b';'], rest),
        _ => bytes.split_at(bytes.len().min(1)),
    };
    out.extend_from_slice(reference);
    rest
}

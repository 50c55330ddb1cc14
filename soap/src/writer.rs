//! Writes typed values as elements, straight into one buffer.

use std::iter::Peekable;
use std::mem;
use std::vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::extra::{Kept, Note};
use crate::scanner::XSI;
use crate::{
    Complex, Contract, Derived, Element, Entry, FlagSet, Item, Kind, RawElement, TextListArg, Value,
};

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
#[derive(Clone, Debug)]
pub struct Writer {
    contract: &'static Contract,
    out: Vec<u8>,
    /// Attributes and declarations that the next start tag takes.
    attributes: Vec<u8>,
    /// What the array or dictionary that is written next was met with.
    notes: Vec<Note>,
}

impl Writer {
    /// Starts with an empty buffer.
    pub fn new(contract: &'static Contract) -> Self {
        Self {
            contract,
            out: Vec::new(),
            attributes: Vec::new(),
            notes: Vec::new(),
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
        self.declare();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.out.append(&mut self.attributes);
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
        self.declare();
        value.write(self, element);
        self.attributes.clear();
    }

    /// The next start tag declares the namespaces of the contract.
    fn declare(&mut self) {
        for (number, namespace) in self.contract.namespaces.iter().enumerate() {
            self.attributes.extend_from_slice(b" xmlns");
            if let Ok(number @ 1..) = u8::try_from(number) {
                self.attributes.push(b':');
                push_prefix(&mut self.attributes, number);
            }
            self.attributes.extend_from_slice(b"=\"");
            escape(&mut self.attributes, namespace, Place::Attribute);
            self.attributes.push(b'"');
            if number == 0 {
                self.declare_as("i", XSI);
            }
        }
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
    pub(crate) fn plain(&mut self, element: &Element, text: &str) {
        self.out.reserve(2 * element.name.len() + text.len() + 16);
        self.open(element);
        self.out.extend_from_slice(text.as_bytes());
        self.close(element);
    }

    /// Writes a string, `None` as nil.
    pub fn text(&mut self, element: &Element, text: Option<&str>) {
        match text {
            None => self.nil(element),
            Some("") => self.empty(element),
            Some(text) => {
                self.out.reserve(2 * element.name.len() + text.len() + 16);
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
                let from = self.out.len();
                self.out.resize(from + bytes.len().div_ceil(3) * 4, 0);
                let written = STANDARD.encode_slice(bytes, &mut self.out[from..]);
                // There is room for all of it: the length above is exact.
                self.out.truncate(from + written.unwrap_or_default());
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

    /// Writes an array, `None` as nil; `element.kind` names the items.
    pub fn list<T: Item>(&mut self, element: &Element, items: Option<&[T]>) {
        let Some(items) = items else {
            return self.nil(element);
        };
        let Some(mut list) = self.open_list(element, items.len()) else {
            return;
        };
        for (index, item) in items.iter().enumerate() {
            if list.is_noted() {
                self.noted_item(&mut list, index, item, item.is_blank());
            } else {
                item.write(self, &list.item);
            }
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
        let notes = mem::take(&mut self.notes).into_iter().peekable();
        Some(List {
            item: item_of(element),
            notes,
        })
    }

    /// Writes an item and what was met with it.
    #[cold]
    fn noted_item(&mut self, list: &mut List, index: usize, item: &dyn Value, is_blank: bool) {
        let is_nil = self.before(list, index);
        if is_nil && is_blank {
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
    pub(crate) fn entries<K: Item, V: Item>(&mut self, element: &Element, entries: &[(K, V)]) {
        let Some(mut list) = self.open_list(element, entries.len()) else {
            return;
        };
        let entry = entry_of(element.kind);
        for (index, (key, value)) in entries.iter().enumerate() {
            self.entry(&mut list, entry, index, key, value);
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
        let notes = mem::take(&mut self.notes).into_iter().peekable();
        self.open(&element);
        let mut inside = List {
            item: entry.value,
            notes,
        };
        self.before(&mut inside, 0);
        self.notes.clear();
        key.write(self, &entry.key);
        self.before(&mut inside, 1);
        value.write(self, &entry.value);
        self.notes.clear();
        self.close_list(&element, inside);
    }

    /// The parameters of an operation, or any other statement of fields, one after another.
    pub fn fields(&mut self, namespace: u8) -> FieldWriter<'_> {
        FieldWriter {
            writer: self,
            namespace,
            notes: &[],
            index: 0,
        }
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

    /// What `complex!` calls.
    pub fn complex<T: Complex>(&mut self, value: &T, element: &Element) {
        self.open(element);
        let notes = value.extra().notes();
        let mut fields = FieldWriter {
            writer: self,
            namespace: T::NAMESPACE,
            notes,
            index: 0,
        };
        value.write_fields(&mut fields);
        fields.leave();
        self.close(element);
    }
}

/// An array that is open.
struct List {
    item: Element,
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

/// Writes the fields of one element in the order they are stated.
#[derive(Debug)]
pub struct FieldWriter<'w> {
    writer: &'w mut Writer,
    namespace: u8,
    /// What the struct was met with and is not yet written, in the order of the fields.
    notes: &'w [Note],
    index: u32,
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

    /// States a field that is an array; `kind` names its items.
    pub fn array(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        self.field(name, value, kind);
    }

    /// States a field that is a dictionary; `kind` names its entries.
    pub fn dictionary(&mut self, name: &'static str, value: &dyn Value, kind: Kind) {
        self.field(name, value, kind);
    }

    /// States a field that is left out when it is `None`.
    pub fn omittable(&mut self, name: &'static str, value: &dyn Value) {
        if value.is_none() {
            self.before();
            self.writer.notes.clear();
            self.index += 1;
        } else {
            self.field(name, value, Kind::Plain);
        }
    }

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

    /// Writes what was met behind the last field.
    fn leave(mut self) {
        if !self.notes.is_empty() {
            self.index = u32::MAX;
            self.before();
            self.writer.notes.clear();
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
    let bytes = text.as_bytes();
    // Without a branch a byte the compiler makes this a few instructions for many bytes.
    let special = bytes
        .iter()
        .fold(false, |any, &byte| any | is_special(byte));
    if special || place == Place::Attribute {
        escape_special(out, bytes, place);
    } else {
        out.extend_from_slice(bytes);
    }
}

/// Whether a byte may have to be escaped in text. 0xEF starts U+FFFE and U+FFFF.
#[inline]
const fn is_special(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t' && byte != b'\n')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'&')
        | (byte == 0xEF)
}

#[cold]
fn escape_special(out: &mut Vec<u8>, bytes: &[u8], place: Place) {
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let in_attribute = matches!(byte, b'\t' | b'\n' | b'"') && place == Place::Attribute;
        if !is_special(byte) && !in_attribute {
            continue;
        }
        let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value & 15)];
        let reference: &[u8] = match byte {
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            b'"' => b"&quot;",
            0xEF => match bytes.get(at..at + 3) {
                Some(b"\xEF\xBF\xBE") => b"&#xFFFE;",
                Some(b"\xEF\xBF\xBF") => b"&#xFFFF;",
                _ => continue,
            },
            0..16 => &[b'&', b'#', b'x', digit(byte), b';'],
            _ => &[b'&', b'#', b'x', digit(byte >> 4), digit(byte), b';'],
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(reference);
        from = at + if byte == 0xEF { 3 } else { 1 };
    }
    out.extend_from_slice(&bytes[from..]);
}

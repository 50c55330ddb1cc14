//! A pull scanner for the XML that SOAP allows: tags, attributes, text and namespaces, nothing else.
//!
//! It works on text that is known to be UTF-8, borrows everything from it, and checks as it goes that
//! tags match, attributes are unique and references are legal. Document types and processing
//! instructions are refused (SOAP forbids both), so no entity can be declared and nothing expands.
//!
//! More lenient than XML where servers are: characters and character references that XML 1.0 forbids
//! (`&#x1;`, U+FFFE) are kept as characters, `]]>` may stand in text, and a prefix is looked up only
//! where its namespace counts.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr_iter, memchr3};

use crate::{DecodeError, ENVELOPE_NAMESPACE};

/// Namespace of `nil` and `type`.
pub(crate) const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// How deep elements may nest; deeper messages are refused.
pub(crate) const MAX_DEPTH: usize = 256;

/// How many attributes an element may have; more are refused.
const MAX_ATTRIBUTES: usize = 64;

/// How many declarations of namespaces may be in scope; more are refused.
const MAX_BINDINGS: usize = 256;

/// How long the name of a namespace may be, in bytes; longer ones are refused. Unknown elements are
/// kept with the declarations they need, so this bounds what a message can make of itself.
const MAX_NAMESPACE: usize = 1024;

/// A start tag whose content was not yet read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    /// Where its `<` stands.
    pub(crate) offset: usize,
    /// Name as written, with its prefix.
    pub(crate) qualified: &'a str,
    /// Name without prefix.
    pub(crate) local: &'a str,
    /// Whether it has neither attributes nor declarations.
    pub(crate) plain: bool,
    /// Whether it closes itself.
    empty: bool,
    /// Whether it ends with [`WCF_NIL_END`].
    nil: bool,
    /// Number of bindings before its own.
    bindings: usize,
}

impl<'a> Tag<'a> {
    /// One with a name and nothing else.
    fn plain(offset: usize, qualified: &'a str, local: &'a str, bindings: usize) -> Self {
        Self {
            offset,
            qualified,
            local,
            plain: true,
            empty: false,
            nil: false,
            bindings,
        }
    }

    /// It ends with [`WCF_NIL_END`].
    fn say_nil(&mut self) {
        (self.plain, self.empty, self.nil) = (false, true, true);
    }

    /// Prefix, `""` if there is none.
    fn prefix(&self) -> &'a str {
        prefix(self.qualified, self.local)
    }
}

/// An attribute that is not a declaration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute<'a> {
    name: &'a str,
    pub(crate) local: &'a str,
    value: Written<'a>,
}

impl<'a> Attribute<'a> {
    pub(crate) fn prefix(&self) -> &'a str {
        prefix(self.name, self.local)
    }

    /// The value with its references resolved.
    pub(crate) fn value(&self) -> Cow<'a, str> {
        self.value.resolved()
    }
}

/// The value of an attribute as written, references not resolved.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Written<'a> {
    text: &'a str,
    /// Whether it means what is written: it has no references and no blanks but spaces.
    plain: bool,
}

impl<'a> Written<'a> {
    fn resolved(self) -> Cow<'a, str> {
        if self.plain {
            return Cow::Borrowed(self.text);
        }
        // The start tag was refused if a reference is illegal.
        unescape(self.text, Blanks::Attribute).unwrap_or(Cow::Borrowed(self.text))
    }
}

/// A declared prefix (`""` for the default namespace) and its namespace.
#[derive(Clone, Copy, Debug)]
struct Binding<'a> {
    prefix: &'a str,
    namespace: Written<'a>,
    is_xsi: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open<'a> {
    name: &'a str,
    bindings: usize,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// A start tag; [`Scanner::tag`] has it and the scanner is inside. An empty element gives an end too.
    Start,
    /// An end tag.
    End,
    /// Text or CDATA up to the next markup, references resolved.
    Text(Cow<'a, str>),
}

#[derive(Clone)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    pos: usize,
    /// Elements around the current one.
    open: Vec<Open<'a>>,
    bindings: Vec<Binding<'a>>,
    /// Attributes of the current tag, without declarations.
    attributes: Vec<Attribute<'a>>,
    /// The latest two declarations that were taken apart, and how they are written.
    declared: [Option<(&'a str, Binding<'a>)>; 2],
    tag: Tag<'a>,
    /// Whether the current tag was read but its content was not.
    fresh: bool,
}

/// Declarations as WCF writes them into every message, the first on every header.
const WCF_DECLARED: [(&str, Binding<'static>); 2] = [
    (
        "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"",
        Binding {
            prefix: "i",
            namespace: Written {
                text: XSI,
                plain: true,
            },
            is_xsi: true,
        },
    ),
    (
        "xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"",
        Binding {
            prefix: "s",
            namespace: Written {
                text: ENVELOPE_NAMESPACE,
                plain: true,
            },
            is_xsi: false,
        },
    ),
];

/// How WCF says null: three of four attributes.
const WCF_NIL: &[u8] = b"i:nil=\"true\"";

/// The end of a start tag with nothing but that.
const WCF_NIL_END: &[u8] = b" i:nil=\"true\"/>";

/// What it means.
const WCF_NIL_ATTRIBUTE: Attribute<'static> = Attribute {
    name: "i:nil",
    local: "nil",
    value: Written {
        text: "true",
        plain: true,
    },
};

const NAME: u8 = 1;
const BLANK: u8 = 2;
/// Ends a text or needs care in it.
const STOP: u8 = 4;
const NAME_START: u8 = 8;

/// Classes of ASCII bytes. A name is scanned by its ASCII bytes; what is outside of them is looked at
/// afterwards.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphabetic() || b == b'_' {
            class[byte] = NAME | NAME_START;
        } else if b.is_ascii_digit() || matches!(b, b'-' | b'.') {
            class[byte] = NAME;
        } else if matches!(b, b' ' | b'\t' | b'\n' | b'\r') {
            class[byte] = BLANK;
        }
        if matches!(b, b'<' | b'&' | b'\r') {
            class[byte] |= STOP;
        }
        byte += 1;
    }
    class
};

impl<'a> Scanner<'a> {
    /// Goes to the root element's start tag. Boxed, since readers are moved about.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Box<Self>, DecodeError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let found = bytes
                .get(at)
                .map_or("end of input".into(), |byte| format!("byte 0x{byte:02X}"));
            DecodeError::new(&[], at, "UTF-8".into(), found)
        })?;
        let mut scanner = Box::new(Self {
            text,
            pos: 0,
            open: Vec::with_capacity(16),
            bindings: Vec::with_capacity(8),
            attributes: Vec::new(),
            declared: [None; 2],
            tag: Tag::plain(0, "", "", 0),
            fresh: false,
        });
        if text.starts_with('\u{FEFF}') {
            scanner.pos = '\u{FEFF}'.len_utf8();
        }
        scanner.declaration()?;
        if scanner.markup()? == Markup::Start {
            scanner.start_tag()?;
            Ok(scanner)
        } else {
            Err(scanner.unexpected("a root element"))
        }
    }

    /// Where the scanner stands.
    pub(crate) fn offset(&self) -> usize {
        self.pos
    }

    /// Where the message ends.
    pub(crate) fn end(&self) -> usize {
        self.text.len()
    }

    /// Goes on at another offset. Invariant: the same elements are open and the same prefixes declared
    /// there as here, and no tag is being read.
    pub(crate) fn go_to(&mut self, offset: usize) {
        self.pos = offset;
    }

    /// The tag that was read last.
    pub(crate) fn tag(&self) -> &Tag<'a> {
        &self.tag
    }

    /// Attributes of the tag that was read last; declarations are not among them.
    pub(crate) fn attributes(&self) -> &[Attribute<'a>] {
        match self.tag {
            Tag { plain: true, .. } => &[],
            Tag { nil: true, .. } => &[WCF_NIL_ATTRIBUTE],
            _ => &self.attributes,
        }
    }

    /// Number of elements that are open around the current one.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    fn byte(&self) -> Option<u8> {
        self.byte_at(self.pos)
    }

    fn byte_at(&self, pos: usize) -> Option<u8> {
        self.text.as_bytes().get(pos).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.pos..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Skips the XML declaration.
    fn declaration(&mut self) -> Result<(), DecodeError> {
        let rest = self.rest();
        if !rest.starts_with(b"<?xml")
            || rest
                .get(5)
                .is_none_or(|&b| CLASS[usize::from(b)] & BLANK == 0)
        {
            return Ok(());
        }
        match find(rest, b"?>") {
            Some(length) if rest[5..length].trim_ascii_start().starts_with(b"version") => {
                self.pos += length + 2;
                Ok(())
            }
            _ => Err(self.unexpected("an XML declaration with a version")),
        }
    }

    /// Skips white space and comments up to the next tag and says what it is.
    pub(crate) fn markup(&mut self) -> Result<Markup, DecodeError> {
        loop {
            self.skip_blanks();
            match self.byte() {
                Some(b'<') => match self.byte_at(self.pos + 1) {
                    Some(b'/') => return Ok(Markup::End),
                    Some(b'!') => self.exclamation()?,
                    Some(b'?') => return Err(self.unexpected("no processing instruction")),
                    _ => return Ok(Markup::Start),
                },
                Some(_) => return Ok(Markup::Text),
                None => return Ok(Markup::Eof),
            }
        }
    }

    /// Skips a comment, or a CDATA section of nothing but white space, where elements are expected.
    fn exclamation(&mut self) -> Result<(), DecodeError> {
        let rest = self.rest();
        if rest.starts_with(b"<!--") {
            return self.comment();
        }
        if rest.starts_with(b"<![CDATA[") && !self.open.is_empty() {
            let start = self.pos;
            if !self.cdata()?.trim_ascii().is_empty() {
                self.pos = start;
                return Err(self.unexpected("an element"));
            }
            return Ok(());
        }
        if rest.starts_with(b"<!DOCTYPE") {
            return Err(self.unexpected("no document type"));
        }
        Err(self.unexpected("an element"))
    }

    fn comment(&mut self) -> Result<(), DecodeError> {
        let rest = self.rest();
        match rest.get(4..).and_then(|body| find(body, b"--")) {
            Some(length) if rest.get(length + 6) == Some(&b'>') => {
                self.pos += length + 7;
                Ok(())
            }
            Some(length) => {
                self.pos += length + 4;
                Err(self.unexpected("the end of the comment"))
            }
            None => Err(self.unexpected("a comment with an end")),
        }
    }

    fn cdata(&mut self) -> Result<&'a str, DecodeError> {
        let start = self.pos + 9;
        match self
            .text
            .as_bytes()
            .get(start..)
            .and_then(|body| find(body, b"]]>"))
        {
            Some(length) => {
                self.pos = start + length + 3;
                Ok(self.slice(start, start + length))
            }
            None => Err(self.unexpected("a CDATA section with an end")),
        }
    }

    #[inline]
    fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.pos) {
            if CLASS[usize::from(byte)] & BLANK == 0 {
                break;
            }
            self.pos += 1;
        }
    }

    /// Reads a start tag if it is one with this name and nothing else, or says nothing else than nil;
    /// else leaves everything as it is.
    #[inline]
    pub(crate) fn usual_start_tag(&mut self, name: &'static str) -> bool {
        let from = self.pos + 1;
        let to = from + name.len();
        let bytes = self.text.as_bytes();
        let nil = match bytes.get(to) {
            Some(b'>') => false,
            Some(b' ') if bytes[to..].starts_with(WCF_NIL_END) => true,
            _ => return false,
        };
        if !same(&bytes[from..to], name.as_bytes()) || self.open.len() >= MAX_DEPTH {
            return false;
        }
        let name = self.slice(from, to);
        self.tag = Tag::plain(self.pos, name, name, self.bindings.len());
        self.fresh = true;
        self.pos = to + 1;
        if nil {
            self.pos = to + WCF_NIL_END.len();
            self.tag.say_nil();
        }
        true
    }

    /// Reads the start tag that the scanner stands at.
    pub(crate) fn start_tag(&mut self) -> Result<(), DecodeError> {
        let offset = self.pos;
        self.pos += 1;
        let (name, local) = self.name("an element name")?;
        if name.len() > local.len() && name.starts_with("xmlns:") {
            self.pos = offset;
            return Err(self.unexpected("an element name"));
        }
        let mut tag = Tag::plain(offset, name, local, self.bindings.len());
        match self.byte() {
            Some(b'>') => self.pos += 1,
            _ if self.rest().starts_with(WCF_NIL_END) => {
                self.pos += WCF_NIL_END.len();
                tag.say_nil();
            }
            _ => self.attributes_of(&mut tag)?,
        }
        if self.open.len() >= MAX_DEPTH {
            self.pos = offset;
            return Err(self.error(format!("at most {MAX_DEPTH} nested elements"), "one more"));
        }
        self.tag = tag;
        self.fresh = true;
        Ok(())
    }

    /// Reads attributes up to the end of the tag.
    fn attributes_of(&mut self, tag: &mut Tag<'a>) -> Result<(), DecodeError> {
        self.attributes.clear();
        loop {
            let before = self.pos;
            self.skip_blanks();
            match self.byte() {
                Some(b'>') => {
                    self.pos += 1;
                    break;
                }
                Some(b'/') if self.byte_at(self.pos + 1) == Some(b'>') => {
                    self.pos += 2;
                    tag.empty = true;
                    break;
                }
                _ if self.pos == before => {
                    return Err(self.unexpected("white space or the tag's end"));
                }
                _ => {
                    tag.plain = false;
                    self.attribute(tag)?;
                }
            }
        }
        if self.attributes.len() > 1 || self.bindings.len() > tag.bindings + 1 {
            self.check_unique(tag)?;
        }
        Ok(())
    }

    fn attribute(&mut self, tag: &Tag<'a>) -> Result<(), DecodeError> {
        let start = self.pos;
        let rest = self.rest();
        if rest.starts_with(WCF_NIL) {
            self.check_count(start, tag)?;
            self.attributes.push(WCF_NIL_ATTRIBUTE);
            self.pos += WCF_NIL.len();
            return Ok(());
        }
        let mut declared = WCF_DECLARED.iter().chain(self.declared.iter().flatten());
        if let Some(&(written, binding)) =
            declared.find(|(written, _)| rest.starts_with(written.as_bytes()))
        {
            self.pos += written.len();
            return self.bind(start, tag, binding);
        }
        let (name, local) = self.name("an attribute name")?;
        self.skip_blanks();
        if self.byte() != Some(b'=') {
            return Err(self.unexpected("`=`"));
        }
        self.pos += 1;
        self.skip_blanks();
        let quote = match self.byte() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.unexpected("a quoted attribute value")),
        };
        self.pos += 1;
        let from = self.pos;
        let Some(length) = memchr(quote, self.rest()) else {
            return Err(self.unexpected("the end of the attribute value"));
        };
        let text = self.slice(from, from + length);
        let value = Written {
            text,
            plain: is_plain(text),
        };
        if !value.plain {
            self.check_value(text)?;
        }
        self.pos = from + length + 1;
        let declared = match prefix(name, local) {
            "xmlns" => local,
            "" if local == "xmlns" => "",
            _ => {
                self.check_count(start, tag)?;
                self.attributes.push(Attribute { name, local, value });
                return Ok(());
            }
        };
        let binding = Binding {
            prefix: declared,
            namespace: value,
            is_xsi: value.resolved() == XSI,
        };
        self.check_declaration(start, declared, text)?;
        let written = self.slice(start, self.pos);
        self.declared = [Some((written, binding)), self.declared[0]];
        self.bind(start, tag, binding)
    }

    /// A declaration was read that begins at `start`.
    fn bind(
        &mut self,
        start: usize,
        tag: &Tag<'a>,
        binding: Binding<'a>,
    ) -> Result<(), DecodeError> {
        self.check_count(start, tag)?;
        if self.bindings.len() >= MAX_BINDINGS {
            self.pos = start;
            return Err(self.error(format!("at most {MAX_BINDINGS} declarations"), "one more"));
        }
        self.bindings.push(binding);
        Ok(())
    }

    /// An attribute was read that begins at `start`: whether the tag may have it.
    fn check_count(&mut self, start: usize, tag: &Tag<'a>) -> Result<(), DecodeError> {
        if self.attributes.len() + self.bindings.len() - tag.bindings < MAX_ATTRIBUTES {
            return Ok(());
        }
        self.pos = start;
        Err(self.error(format!("at most {MAX_ATTRIBUTES} attributes"), "one more"))
    }

    /// Checks the value of an attribute that the scanner stands at.
    #[cold]
    fn check_value(&mut self, value: &str) -> Result<(), DecodeError> {
        if let Some(at) = memchr(b'<', value.as_bytes()) {
            self.pos += at;
            return Err(self.unexpected("no `<` in an attribute value"));
        }
        if let Err(at) = unescape(value, Blanks::Attribute) {
            self.pos += at;
            return Err(self.unexpected("a reference to a character"));
        }
        Ok(())
    }

    /// The constraints of "Namespaces in XML" on one declaration.
    fn check_declaration(
        &mut self,
        start: usize,
        declared: &str,
        value: &'a str,
    ) -> Result<(), DecodeError> {
        const XML: &str = "http://www.w3.org/XML/1998/namespace";
        const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
        let legal = match declared {
            "xml" => value == XML,
            "xmlns" => false,
            "" => value != XML && value != XMLNS,
            _ => !value.is_empty() && value != XML && value != XMLNS,
        };
        if legal && value.len() <= MAX_NAMESPACE {
            return Ok(());
        }
        self.pos = start;
        Err(self.unexpected("a namespace that may be declared"))
    }

    /// No two attributes may have one name, neither as written nor with their prefixes resolved.
    fn check_unique(&mut self, tag: &Tag<'a>) -> Result<(), DecodeError> {
        let clash = |scanner: &Self| {
            for (i, a) in scanner.attributes.iter().enumerate() {
                for b in &scanner.attributes[..i] {
                    let same = a.local == b.local
                        && (a.prefix() == b.prefix()
                            || !a.prefix().is_empty()
                                && !b.prefix().is_empty()
                                && scanner.namespace(a.prefix()).is_some()
                                && scanner.namespace(a.prefix()) == scanner.namespace(b.prefix()));
                    if same {
                        return true;
                    }
                }
            }
            let declared = &scanner.bindings[tag.bindings..];
            declared
                .iter()
                .enumerate()
                .any(|(i, a)| declared[..i].iter().any(|b| a.prefix == b.prefix))
        };
        if clash(self) {
            self.pos = tag.offset;
            return Err(self.error("attributes with different names", "the same name twice"));
        }
        Ok(())
    }

    /// Reads a name; gives it whole and without its prefix.
    #[inline]
    fn name(&mut self, expected: &'static str) -> Result<(&'a str, &'a str), DecodeError> {
        let bytes = self.text.as_bytes();
        let start = self.pos;
        let mut local = start;
        let mut pos = self.behind_name(start);
        if bytes.get(pos) == Some(&b':') && pos > start {
            local = pos + 1;
            pos = self.behind_name(local);
        }
        let starts_well = |at: usize| match bytes.get(at) {
            Some(&byte) if CLASS[usize::from(byte)] & NAME_START != 0 => true,
            Some(128..) => self
                .slice(at, pos)
                .chars()
                .next()
                .is_some_and(is_name_start_char),
            _ => false,
        };
        if !starts_well(start) || local != start && !starts_well(local) {
            return Err(self.unexpected(expected));
        }
        self.pos = pos;
        Ok((self.slice(start, pos), self.slice(local, pos)))
    }

    /// Behind the characters of a name without a colon.
    #[inline]
    fn behind_name(&self, mut pos: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(pos) {
                Some(&byte) if CLASS[usize::from(byte)] & NAME != 0 => pos += 1,
                Some(128..) => match self.slice(pos, self.text.len()).chars().next() {
                    Some(char) if is_name_char(char) => pos += char.len_utf8(),
                    _ => return pos,
                },
                _ => return pos,
            }
        }
    }

    /// Whether the current element has no content.
    pub(crate) fn is_empty(&self) -> bool {
        self.tag.empty || self.rest().starts_with(b"</")
    }

    /// Goes inside the current element; `false` if it closed itself, and then it is behind it.
    pub(crate) fn enter(&mut self) -> bool {
        self.fresh = false;
        if self.tag.empty {
            self.bindings.truncate(self.tag.bindings);
            return false;
        }
        self.open.push(Open {
            name: self.tag.qualified,
            bindings: self.tag.bindings,
        });
        true
    }

    /// Goes to the start tag of the next child of the element it is in, or behind that element's end
    /// tag and says `false`. The start tag is not yet read.
    #[inline]
    pub(crate) fn at_child(&mut self) -> Result<bool, DecodeError> {
        self.skip_blanks();
        match self.rest() {
            [b'<', b'/', ..] => self.end_tag().map(|()| false),
            [b'<', b'!' | b'?', ..] => self.at_child_slowly(),
            [b'<', ..] => Ok(true),
            _ => self.at_child_slowly(),
        }
    }

    #[cold]
    fn at_child_slowly(&mut self) -> Result<bool, DecodeError> {
        match self.markup()? {
            Markup::Start => Ok(true),
            Markup::End => self.end_tag().map(|()| false),
            Markup::Text => Err(self.unexpected("an element")),
            Markup::Eof => Err(self.unexpected("an end tag")),
        }
    }

    /// Reads the end tag of the innermost open element.
    pub(crate) fn end_tag(&mut self) -> Result<(), DecodeError> {
        let Some(&Open { name, bindings }) = self.open.last() else {
            return Err(self.unexpected("no end tag"));
        };
        self.closing(name)?;
        self.open.pop();
        self.bindings.truncate(bindings);
        Ok(())
    }

    /// Reads `</name>`.
    #[inline]
    fn closing(&mut self, name: &str) -> Result<(), DecodeError> {
        let bytes = self.text.as_bytes();
        let from = self.pos + 2;
        let to = from + name.len();
        if bytes
            .get(from..to)
            .is_some_and(|found| same(found, name.as_bytes()))
        {
            if bytes.get(to) == Some(&b'>') {
                self.pos = to + 1;
                return Ok(());
            }
            let start = self.pos;
            self.pos = to;
            self.skip_blanks();
            if self.byte() == Some(b'>') {
                self.pos += 1;
                return Ok(());
            }
            self.pos = start;
        }
        Err(self.unexpected(format!("`</{name}>`")))
    }

    /// Reads the text of the current element and goes behind its end tag.
    #[inline]
    pub(crate) fn leaf(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        if self.tag.empty {
            self.enter();
            return Ok(Cow::Borrowed(""));
        }
        let start = self.pos;
        let bytes = self.text.as_bytes();
        let mut end = start;
        // Most texts are shorter than what a call of `memchr` takes.
        while end < start + 16
            && bytes
                .get(end)
                .is_some_and(|&byte| CLASS[usize::from(byte)] & STOP == 0)
        {
            end += 1;
        }
        if end == start + 16 {
            end += memchr3(b'<', b'&', b'\r', &bytes[end..]).unwrap_or_default();
        }
        if bytes.get(end) != Some(&b'<') || bytes.get(end + 1) != Some(&b'/') {
            return self.long_leaf();
        }
        self.pos = end;
        self.closing(self.tag.qualified)?;
        self.fresh = false;
        self.bindings.truncate(self.tag.bindings);
        Ok(Cow::Borrowed(self.slice(start, end)))
    }

    /// The same for text in several pieces or with references.
    #[cold]
    fn long_leaf(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        self.enter();
        let mut text = Cow::Borrowed("");
        loop {
            match self.token()? {
                Token::Text(piece) if text.is_empty() => text = piece,
                Token::Text(piece) => text.to_mut().push_str(&piece),
                Token::End => return Ok(text),
                Token::Start => {
                    self.pos = self.tag.offset;
                    self.fresh = false;
                    return Err(self.unexpected("text"));
                }
            }
        }
    }

    /// The next start tag, end tag or piece of text inside an open element.
    pub(crate) fn token(&mut self) -> Result<Token<'a>, DecodeError> {
        if self.fresh && self.tag.empty {
            // Its start was given, its end is due.
            self.enter();
            return Ok(Token::End);
        }
        if self.fresh {
            self.enter();
        }
        loop {
            let start = self.pos;
            match self.byte() {
                Some(b'<') => match self.byte_at(start + 1) {
                    Some(b'/') => return self.end_tag().map(|()| Token::End),
                    Some(b'!') if self.rest().starts_with(b"<!--") => self.comment()?,
                    Some(b'!') if self.rest().starts_with(b"<![CDATA[") => {
                        let text = self.cdata()?;
                        return Ok(Token::Text(normalize(text)));
                    }
                    Some(b'!') => return Err(self.unexpected("no document type")),
                    Some(b'?') => return Err(self.unexpected("no processing instruction")),
                    _ => return self.start_tag().map(|()| Token::Start),
                },
                Some(_) => {
                    let Some(length) = memchr(b'<', self.rest()) else {
                        self.pos = self.text.len();
                        return Err(self.unexpected("an end tag"));
                    };
                    let raw = self.slice(start, start + length);
                    match unescape(raw, Blanks::Text) {
                        Ok(text) => {
                            self.pos += length;
                            return Ok(Token::Text(text));
                        }
                        Err(at) => {
                            self.pos += at;
                            return Err(self.unexpected("a reference to a character"));
                        }
                    }
                }
                None => return Err(self.unexpected("an end tag")),
            }
        }
    }

    /// Goes behind the current element; calls `seen` at every start tag below it.
    pub(crate) fn skip(
        &mut self,
        seen: &mut dyn FnMut(&Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if self.tag.empty {
            self.enter();
            return Ok(());
        }
        let depth = self.open.len();
        loop {
            match self.token()? {
                Token::Start => seen(self)?,
                Token::End if self.open.len() == depth => return Ok(()),
                Token::End | Token::Text(_) => {}
            }
        }
    }

    /// Goes behind the root element and checks that nothing follows it but white space and comments.
    pub(crate) fn finish(&mut self) -> Result<(), DecodeError> {
        if self.fresh {
            self.skip(&mut |_| Ok(()))?;
        }
        while !self.open.is_empty() {
            if self.at_child()? {
                self.start_tag()?;
                self.skip(&mut |_| Ok(()))?;
            }
        }
        match self.markup()? {
            Markup::Eof => Ok(()),
            _ => Err(self.unexpected("the end of the message")),
        }
    }

    /// The declaration of this prefix.
    fn binding(&self, prefix: &str) -> Option<&Binding<'a>> {
        self.bindings
            .iter()
            .rev()
            .find(|binding| same(binding.prefix.as_bytes(), prefix.as_bytes()))
    }

    /// The namespace that is bound to this prefix, as written.
    fn namespace(&self, prefix: &str) -> Option<Written<'a>> {
        match self.binding(prefix) {
            Some(binding) if binding.namespace.text.is_empty() => None,
            Some(binding) => Some(binding.namespace),
            None if prefix == "xml" => Some(Written {
                text: "http://www.w3.org/XML/1998/namespace",
                plain: true,
            }),
            None => None,
        }
    }

    /// The namespace that is bound to this prefix.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<Cow<'a, str>> {
        self.namespace(prefix).map(Written::resolved)
    }

    /// Namespace of the current element.
    pub(crate) fn tag_namespace(&self) -> Option<Cow<'a, str>> {
        self.resolve(self.tag.prefix())
    }

    /// The value of an attribute of the current element in the namespace [`XSI`].
    pub(crate) fn xsi(&self, local: &str) -> Option<Cow<'a, str>> {
        self.attributes()
            .iter()
            .find(|attribute| {
                attribute.local == local
                    && !attribute.prefix().is_empty()
                    && self
                        .binding(attribute.prefix())
                        .is_some_and(|binding| binding.is_xsi)
            })
            .map(Attribute::value)
    }

    /// Goes behind the current element and gives its XML, made self-contained: what it uses of the
    /// namespaces declared around it is declared on it.
    pub(crate) fn raw(&mut self) -> Result<String, DecodeError> {
        let tag = self.tag;
        let outer: Vec<Binding<'a>> = self.bindings[..tag.bindings].to_vec();
        let own: Vec<&str> = self.bindings[tag.bindings..]
            .iter()
            .map(|b| b.prefix)
            .collect();
        let mut uses_default = self.uses_default()?;
        self.skip(&mut |scanner| {
            uses_default |= scanner.uses_default()?;
            Ok(())
        })?;
        let source = self.slice(tag.offset, self.pos);
        let (start, rest) = source.split_at(tag.qualified.len() + 1);
        let mut xml = String::with_capacity(source.len() + 64);
        xml.push_str(start);
        let default = outer.iter().rev().find(|binding| binding.prefix.is_empty());
        if uses_default && !own.contains(&"") {
            push_declaration(
                &mut xml,
                "",
                default.map_or("", |binding| binding.namespace.text),
            );
        }
        for (i, binding) in outer.iter().enumerate() {
            let hidden = outer[i + 1..]
                .iter()
                .any(|inner| inner.prefix == binding.prefix);
            if binding.prefix.is_empty() || hidden || own.contains(&binding.prefix) {
                continue;
            }
            if mentions(source, binding.prefix) {
                push_declaration(&mut xml, binding.prefix, binding.namespace.text);
            }
        }
        xml.push_str(rest);
        Ok(xml)
    }

    /// Whether the current tag uses the default namespace in its name or its `xsi:type`; an error if
    /// it uses a prefix that is not declared.
    fn uses_default(&self) -> Result<bool, DecodeError> {
        let undeclared = |prefix: &str| {
            if prefix.is_empty() || self.namespace(prefix).is_some() {
                return Ok(());
            }
            let mut at = self.clone();
            at.pos = at.tag.offset;
            Err(at.error("a declared prefix", format!("`{prefix}:`")))
        };
        undeclared(self.tag.prefix())?;
        for attribute in self.attributes() {
            undeclared(attribute.prefix())?;
        }
        let unprefixed_type = self.xsi("type").is_some_and(|name| !name.contains(':'));
        Ok(self.tag.prefix().is_empty() || unprefixed_type)
    }

    /// An error at the current position that shows what stands there.
    #[cold]
    pub(crate) fn unexpected(&self, expected: impl Into<Cow<'static, str>>) -> DecodeError {
        let rest = self.slice(self.pos, self.text.len());
        let found = if rest.is_empty() {
            "the end of the input".into()
        } else {
            excerpt(rest)
        };
        self.error(expected, found)
    }

    /// An error at the current position.
    #[cold]
    pub(crate) fn error(
        &self,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> DecodeError {
        let path = self.path(self.fresh);
        DecodeError::new(&path, self.pos, expected.into(), found.into())
    }

    /// An error in the text of an element that was just left.
    #[cold]
    pub(crate) fn error_in_leaf(
        &self,
        offset: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> DecodeError {
        DecodeError::new(&self.path(true), offset, expected.into(), found.into())
    }

    /// Local names of the open elements, and of the current one if it is not open.
    fn path(&self, and_current: bool) -> Vec<&'a str> {
        let mut path = Vec::new();
        for Open { name, .. } in &self.open {
            path.push(name.split_once(':').map_or(*name, |(_, local)| local));
        }
        if and_current {
            path.push(self.tag.local);
        }
        path
    }
}

/// Where it stands, not what it reads: a message may hold secrets.
impl fmt::Debug for Scanner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<{}> at byte {} of {}",
            self.path(self.fresh).join("/"),
            self.pos,
            self.text.len()
        )
    }
}

/// What [`Scanner::markup`] stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Markup {
    Start,
    End,
    Text,
    Eof,
}

/// Where the first of these delimiters stands.
fn find(text: &[u8], delimiter: &[u8]) -> Option<usize> {
    memchr_iter(delimiter[0], text).find(|&at| text[at..].starts_with(delimiter))
}

/// Whether two names are the same. They are short: two overlapping loads beat a call of `memcmp`.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0..4 => a.iter().eq(b),
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        16..=32 => {
            a.first_chunk::<16>() == b.first_chunk() && a.last_chunk::<16>() == b.last_chunk()
        }
        _ => a == b,
    }
}

/// The first few characters, quoted.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 32;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn prefix<'a>(name: &'a str, local: &str) -> &'a str {
    name.get(..(name.len() - local.len()).saturating_sub(1))
        .unwrap_or_default()
}

/// Whether a prefix is used. Whatever looks like a use is one: names in attribute values and text
/// count too.
fn mentions(source: &str, prefix: &str) -> bool {
    // What may stand before a qualified name: `<`, white space, a quote, or the `>` before text.
    let before = |c: char| matches!(c, '<' | '>' | '"' | '\'' | '[') || c.is_ascii_whitespace();
    source.match_indices(':').any(|(at, _)| {
        let name = source[..at].strip_suffix(prefix);
        name.is_some_and(|rest| rest.ends_with(before))
    })
}

fn push_declaration(xml: &mut String, prefix: &str, namespace: &str) {
    let quote = if namespace.contains('"') { '\'' } else { '"' };
    let colon = if prefix.is_empty() { "" } else { ":" };
    xml.extend([" xmlns", colon, prefix, "="]);
    xml.push(quote);
    xml.push_str(namespace);
    xml.push(quote);
}

/// What line ends and tabs that stand raw in the message mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blanks {
    /// CR and CRLF are line feeds.
    Text,
    /// All are blanks.
    Attribute,
}

/// Whether nothing in an attribute's value is more than it is. The compiler looks at sixteen bytes at a
/// time, since it does not stop at the first.
#[inline]
fn is_plain(value: &str) -> bool {
    let cares = |byte: u8| (byte < b' ') | (byte == b'&') | (byte == b'<');
    !value.bytes().fold(false, |any, byte| any | cares(byte))
}

/// CDATA has no references, but its line ends are normalised.
fn normalize(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut lines = text.split('\r');
    let mut normal = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        normal.push('\n');
        normal.push_str(line.strip_prefix('\n').unwrap_or(line));
    }
    Cow::Owned(normal)
}

/// Resolves references and normalises line ends. The error is the offset of a bad reference.
fn unescape(raw: &str, blanks: Blanks) -> Result<Cow<'_, str>, usize> {
    let bytes = raw.as_bytes();
    let stops = |rest: &[u8]| match blanks {
        Blanks::Text => memchr::memchr2(b'&', b'\r', rest),
        Blanks::Attribute => {
            let stop = memchr::memchr3(b'&', b'\t', b'\n', rest);
            memchr(b'\r', &rest[..stop.unwrap_or(rest.len())]).or(stop)
        }
    };
    let Some(mut at) = stops(bytes) else {
        return Ok(Cow::Borrowed(raw));
    };
    let mut text = String::with_capacity(raw.len());
    let mut from = 0;
    loop {
        text.push_str(&raw[from..at]);
        match bytes[at] {
            b'&' => {
                let length = memchr(b';', &bytes[at..]).ok_or(at)?;
                text.push(reference(&raw[at + 1..at + length]).ok_or(at)?);
                from = at + length + 1;
            }
            b'\r' => {
                from = at + 1 + usize::from(bytes.get(at + 1) == Some(&b'\n'));
                text.push(if blanks == Blanks::Text { '\n' } else { ' ' });
            }
            _ => {
                from = at + 1;
                text.push(' ');
            }
        }
        match stops(&bytes[from..]) {
            Some(next) => at = from + next,
            None => break,
        }
    }
    text.push_str(&raw[from..]);
    Ok(Cow::Owned(text))
}

/// The character that a reference means. Also one that XML 1.0 has not: servers send them.
fn reference(name: &str) -> Option<char> {
    let (digits, radix) = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => (digits, 16),
            None => (name.strip_prefix('#')?, 10),
        },
    };
    // `from_str_radix` would allow a sign.
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

/// `NameStartChar` of XML 1.0 without the colon.
fn is_name_start_char(char: char) -> bool {
    matches!(char,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` of XML 1.0 without the colon.
fn is_name_char(char: char) -> bool {
    is_name_start_char(char)
        || matches!(char,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests;

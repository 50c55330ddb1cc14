//! The vendor's markup cut into text, known tags, code, and bullets.

/// A tag that means something here. Unknown ones are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// One of [`TAGS`].
    pub(super) name: &'static str,
    pub(super) is_end: bool,
    /// `<br/>`
    pub(super) is_empty: bool,
    /// `cref`, `href`, `langword` or `name`.
    pub(super) reference: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// With entities replaced.
    Text(String),
    /// Code inside a line.
    Span(String),
    /// Code on lines of its own, without blank lines at its ends.
    Code(String),
    /// The mark of an item in a Markdown list.
    Bullet,
    Tag(Tag),
}

/// All lower-case; the vendor's tags are in either case.
const TAGS: &[&str] = &[
    "a",
    "b",
    "br",
    "c",
    "code",
    "description",
    "div",
    "em",
    "example",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "item",
    "li",
    "list",
    "listheader",
    "ol",
    "p",
    "para",
    "param",
    "paramref",
    "pre",
    "remarks",
    "returns",
    "see",
    "seealso",
    "span",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "term",
    "th",
    "thead",
    "tr",
    "tt",
    "typeparam",
    "typeparamref",
    "u",
    "ul",
    "value",
    "xref",
    "font",
    "nobr",
    "sub",
];

/// Tags whose content is code.
fn is_code(name: &str) -> bool {
    matches!(name, "c" | "code" | "pre" | "tt")
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut outside = String::new();
    let mut fence: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let mark = line.trim().strip_prefix("```");
        match (&mut fence, mark) {
            (Some(code), Some("")) => {
                tokens.push(Token::Code(block(code)));
                fence = None;
            }
            (Some(code), _) => *code += line,
            (None, Some(info)) if !info.contains('`') => {
                tokens_outside(&std::mem::take(&mut outside), &mut tokens);
                fence = Some(String::new());
            }
            (None, _) => outside += line,
        }
    }
    match fence {
        Some(code) => tokens.push(Token::Code(block(&code))),
        None => tokens_outside(&outside, &mut tokens),
    }
    tokens
}

/// Reads what stands outside of fences.
fn tokens_outside(text: &str, tokens: &mut Vec<Token>) {
    let text = unescape_tags(text);
    let mut rest = text.as_str();
    // Of the text so far; entities and Markdown are read when its end is known.
    let mut plain = String::new();
    while let Some(start) = rest.find('<') {
        let (before, from_tag) = rest.split_at(start);
        plain += before;
        let Some((tag, after)) = tag(from_tag) else {
            plain.push('<');
            rest = &from_tag[1..];
            continue;
        };
        rest = after;
        if is_code(tag.name) {
            if tag.is_end || tag.is_empty {
                continue;
            }
            text_tokens(&std::mem::take(&mut plain), tokens);
            let (content, after) = code_content(tag.name, rest);
            rest = after;
            tokens.extend(code(tag.name, content));
            continue;
        }
        text_tokens(&std::mem::take(&mut plain), tokens);
        tokens.push(Token::Tag(tag));
    }
    plain += rest;
    text_tokens(&plain, tokens);
}

/// `&lt;para/&gt;` → `<para/>`: some texts are escaped once too often. Only known tags are freed.
fn unescape_tags(text: &str) -> String {
    const FARTHEST: usize = 200;
    let mut freed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("&lt;") {
        let (before, escaped) = rest.split_at(start);
        freed += before;
        let inner = &escaped["&lt;".len()..];
        let end = ["&gt;", ">"]
            .iter()
            .filter_map(|end| Some((inner.find(end)?, end.len())))
            .min();
        let tag = end
            .filter(|(end, _)| *end < FARTHEST)
            .and_then(|(end, length)| {
                let candidate = format!("<{}>", decode(&inner[..end]));
                tag(&candidate)
                    .is_some_and(|(_, rest)| rest.is_empty())
                    .then(|| (candidate, &inner[end + length..]))
            });
        match tag {
            Some((tag, after)) => {
                freed += &tag;
                rest = after;
            }
            None => {
                freed += "&lt;";
                rest = inner;
            }
        }
    }
    freed + rest
}

/// A known tag at the start of the text, and what is behind it.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let inner = text.strip_prefix('<')?;
    let end = end_of_tag(inner)?;
    let (inner, after) = (&inner[..end], &inner[end + 1..]);
    let (is_end, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let (is_empty, inner) = match inner.strip_suffix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let length = inner
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(length);
    if !attributes.is_empty() && !attributes.starts_with(char::is_whitespace) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let name = TAGS.iter().find(|known| **known == name)?;
    let reference = ["cref", "href", "langword", "name"]
        .iter()
        .find_map(|attribute| attribute_value(attributes, attribute));
    let tag = Tag {
        name,
        is_end,
        is_empty: is_empty && !is_end,
        reference,
    };
    Some((tag, after))
}

/// Where the `>` stands that ends a tag; those in quotes do not.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (index, c) in inner.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            // Only behind an equals sign is it a quote; in text it is an apostrophe.
            (None, '"' | '\'') if inner[..index].trim_end().ends_with('=') => quote = Some(c),
            (None, '>') => return Some(index),
            (None, '<') => return None,
            (None, _) => {}
        }
    }
    None
}

fn attribute_value(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some(start) = rest.find(name) {
        let is_whole = rest[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_whitespace);
        let after = rest[start + name.len()..].trim_start();
        rest = &rest[start + name.len()..];
        if let (true, Some(value)) = (is_whole, after.strip_prefix('=')) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let value = value[1..].split(quote).next()?;
            return Some(decode(value));
        }
    }
    None
}

/// What is inside a code tag, and what is behind it. An unclosed one holds the rest of its line.
fn code_content<'t>(name: &str, text: &'t str) -> (&'t str, &'t str) {
    let close = format!("</{name}");
    if let Some(start) = text.find(&close)
        && let Some(end) = text[start..].find('>')
    {
        return (&text[..start], &text[start + end + 1..]);
    }
    text.split_at(text.find('\n').unwrap_or(text.len()))
}

fn code(name: &str, content: &str) -> Option<Token> {
    let mut plain = String::new();
    let mut rest = content;
    while let Some(start) = rest.find('<') {
        plain += &rest[..start];
        rest = &rest[start..];
        match tag(rest) {
            Some((tag, after)) => {
                if let (Some(reference), false) = (&tag.reference, tag.is_end) {
                    plain += reference;
                }
                rest = after;
            }
            None => {
                plain.push('<');
                rest = &rest[1..];
            }
        }
    }
    plain += rest;
    let plain = decode(&plain);
    if plain.trim().is_empty() {
        return None;
    }
    if name == "pre" || plain.trim().contains('\n') {
        Some(Token::Code(block(&plain)))
    } else {
        Some(Token::Span(plain.trim().to_owned()))
    }
}

/// Without blank lines at its ends and without the blanks that all lines start with.
fn block(code: &str) -> String {
    let lines: Vec<&str> = code.lines().map(str::trim_end).collect();
    let is_blank = |line: &&str| line.is_empty();
    let start = lines.iter().take_while(|line| is_blank(line)).count();
    let end = lines.len()
        - lines[start..]
            .iter()
            .rev()
            .take_while(|line| is_blank(line))
            .count();
    let lines = &lines[start..end];
    let indent = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let cut: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or_default())
        .collect();
    cut.join("\n")
}

/// Text between tags: lines, of which some are Markdown.
fn text_tokens(text: &str, tokens: &mut Vec<Token>) {
    let mut plain = String::new();
    for (number, line) in text.split('\n').enumerate() {
        let trimmed = line.trim();
        // The first piece may go on a line that a tag stands in.
        let is_line_start = number > 0 || tokens.is_empty();
        let bullet = ["* ", "- ", "+ ", "• "]
            .iter()
            .find_map(|mark| trimmed.strip_prefix(mark));
        if let (Some(item), true) = (bullet, is_line_start) {
            spans(&std::mem::take(&mut plain), tokens);
            tokens.push(Token::Bullet);
            plain += item;
        } else {
            plain += if number == 0 { line } else { line.trim_start() };
        }
        plain.push('\n');
    }
    // The last line has no end of its own.
    plain.pop();
    spans(&plain, tokens);
}

/// Text with Markdown's code spans and backslashes.
fn spans(text: &str, tokens: &mut Vec<Token>) {
    let mut rest = text;
    let mut plain = String::new();
    let take = |plain: &mut String, tokens: &mut Vec<Token>| {
        if !plain.is_empty() {
            tokens.push(Token::Text(decode(&unescaped(&std::mem::take(plain)))));
        }
    };
    while let Some(start) = rest.find('`') {
        let marks = rest[start..]
            .bytes()
            .take_while(|&byte| byte == b'`')
            .count();
        let mark = &rest[start..start + marks];
        let inside = &rest[start + marks..];
        // A span ends on its paragraph; a mark without a partner is text.
        let paragraph = &inside[..inside.find("\n\n").unwrap_or(inside.len())];
        plain += &rest[..start];
        match paragraph
            .find(mark)
            .filter(|&end| !paragraph[..end].trim().is_empty())
        {
            Some(end) => {
                take(&mut plain, tokens);
                tokens.push(Token::Span(decode(&inside[..end])));
                rest = &inside[end + marks..];
            }
            None => {
                plain += mark;
                rest = inside;
            }
        }
    }
    plain += rest;
    take(&mut plain, tokens);
}

/// Without the backslashes that kept punctuation from being Markdown.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if c == '\\' && next.is_some_and(|c| "_*[]()#+-.!|<>{}~`".contains(c)) {
            continue;
        }
        plain.push(c);
    }
    plain
}

/// Replaces entities, those that were escaped twice too.
fn decode(text: &str) -> String {
    let once = decode_once(text);
    if once.contains('&') {
        decode_once(&once)
    } else {
        once
    }
}

fn decode_once(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded += &rest[..start];
        rest = &rest[start + 1..];
        let entity = rest.split_once(';').and_then(|(name, after)| {
            let c = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => number.parse(),
                    };
                    char::from_u32(code.ok()?).filter(|c| !c.is_control())?
                }
            };
            Some((c, after))
        });
        match entity {
            Some((c, after)) => {
                decoded.push(c);
                rest = after;
            }
            None => decoded.push('&'),
        }
    }
    decoded + rest
}

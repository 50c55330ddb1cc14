//! Tokens to text: prettyplease for each item, blank lines between items, wrapped documentation.

use std::fmt::Write as _;
use std::mem;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::Item;

/// No line of the emitted text is longer where it can be broken at all.
pub const WIDTH: usize = 100;

/// Formats items, with a blank line between them, and between the methods of an impl.
///
/// An import or a module stands close to the next, and the macro that completes an impl close to it.
///
/// # Errors
///
/// Tokens that are no Rust.
pub fn items(tokens: TokenStream) -> syn::Result<String> {
    let syn::File { items, .. } = syn::parse2(tokens)?;
    let mut text = String::new();
    let mut last: Option<Group> = None;
    for item in items {
        let group = Group::of(&item);
        if last.is_some_and(|last| last.is_apart_from(group)) {
            text.push('\n');
        }
        last = Some(group);
        if let Some(statement) = statement(&item) {
            text.push_str(&statement);
            continue;
        }
        let file = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: vec![item],
        };
        push_spaced(&mut text, &prettyplease::unparse(&file));
    }
    Ok(text)
}

/// Formats methods as they stand in an impl, with a blank line between them.
///
/// # Errors
///
/// Tokens that are no Rust.
pub fn methods(tokens: TokenStream) -> syn::Result<String> {
    items(quote!(impl Frame { #tokens })).map(|text| inside(&text, 1).to_owned())
}

/// Formats arms as they stand in `let … = match …` at the beginning of a function.
///
/// # Errors
///
/// Tokens that are no Rust.
pub fn arms(tokens: TokenStream) -> syn::Result<String> {
    items(quote!(fn frame() { let frame = match frame { #tokens }; }))
        .map(|text| inside(&text, 2).to_owned())
}

/// A text without its first and last lines, so many at either end.
fn inside(text: &str, lines: usize) -> &str {
    let mut ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let start = ends.nth(lines - 1).unwrap_or(text.len());
    let end = ends.rev().nth(lines).unwrap_or(start);
    &text[start..end]
}

/// What stands without a blank line to its own kind.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    PrivateUse,
    PublicUse,
    Module,
    Macro,
    Other,
}

impl Group {
    fn of(item: &Item) -> Self {
        match item {
            Item::Use(item) if matches!(item.vis, syn::Visibility::Inherited) => Self::PrivateUse,
            Item::Use(_) => Self::PublicUse,
            Item::Mod(_) => Self::Module,
            Item::Macro(_) => Self::Macro,
            _ => Self::Other,
        }
    }

    fn is_apart_from(self, next: Self) -> bool {
        next != Self::Macro && (self == Self::Other || self != next)
    }
}

/// Adds a formatted item; prettyplease puts no blank lines between the methods of an impl.
fn push_spaced(text: &mut String, item: &str) {
    // Four blanks are the members of the item itself, whatever is inside them stands further in.
    let is_member_end = |line: &str| line == "    }";
    let mut last = "";
    for line in item.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        let begins_member = bare.starts_with("    ") && !bare.starts_with("     ");
        if begins_member
            && bare != "    }"
            && (is_member_end(last) || (last.ends_with(';') && bare.starts_with("    fn ")))
        {
            text.push('\n');
        }
        text.push_str(line);
        last = bare;
    }
}

/// `path::name!(Type { field: "Field" [FACET], … });`, or one of the members of an enumeration or a flag
/// set, with a line for each, which prettyplease, not knowing the macros, would not break.
fn statement(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let mut tokens: Vec<_> = item.mac.tokens.clone().into_iter().collect();
    let Some(TokenTree::Group(parts)) = tokens.pop() else {
        return None;
    };
    let of = spaced(tokens.into_iter().collect());
    let path = item.mac.path.segments.iter();
    let path: Vec<_> = path.map(|segment| segment.ident.to_string()).collect();
    let mut text = format!("{}!({of} {{\n", path.join("::"));
    let mut line = TokenStream::new();
    for token in parts.stream() {
        let is_end =
            matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'));
        line.extend([token]);
        if is_end {
            push_part(&mut text, mem::take(&mut line));
        }
    }
    if !line.is_empty() {
        push_part(&mut text, line);
    }
    text.push_str("});\n");
    Some(text)
}

fn push_part(text: &mut String, tokens: TokenStream) {
    let line = spaced(tokens);
    let is_long = line.len() + 4 > WIDTH;
    match line.split_once(" [") {
        Some((names, facets)) if is_long => {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {names}\n        [{facets}");
        }
        _ => {
            let _ = writeln!(text, "    {line}");
        }
    }
}

/// Tokens as one would write them in one line, as far as statements have them.
fn spaced(tokens: TokenStream) -> String {
    let mut text = String::new();
    for token in tokens {
        let is_close = match &token {
            TokenTree::Punct(punct) => punct.as_char() != '=',
            TokenTree::Ident(_) => text.ends_with(['.', ':']),
            TokenTree::Literal(_) => false,
            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        };
        if !is_close && !text.is_empty() {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let inside = spaced(group.stream());
                let is_call = group.delimiter() == Delimiter::Parenthesis;
                let (open, close) = if is_call { ('(', ')') } else { ('[', ']') };
                text.push(open);
                text.push_str(&inside);
                text.push(close);
            }
            token => text.push_str(&token.to_string()),
        }
    }
    text
}

/// Breaks a text at blanks into lines of at most `width` columns where that is possible.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut columns = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if columns > 0 && columns + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        if columns > 0 {
            line.push(' ');
            columns += 1;
        }
        line.push_str(word);
        columns += length;
    }
    lines.push(line);
    lines
}

/// The `//!` lines at the top of a file, one paragraph an entry.
pub fn head(paragraphs: &[String]) -> String {
    let mut text = String::new();
    for (i, paragraph) in paragraphs.iter().enumerate() {
        if i > 0 {
            text.push_str("//!\n");
        }
        for line in wrap(paragraph, WIDTH - "//! ".len()) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "//! {line}");
        }
    }
    text
}

//! The vendor's markup → Markdown that rustdoc accepts without a warning.
//!
//! The texts are XML doc comments and docfx's HTML, some escaped once too often, some with bits of
//! Markdown. What is known of the three becomes Markdown; all else is text, escaped so that it
//! reads as it stands. Everything that is woven into rustdoc passes through [`markdown`].

mod escape;
mod tokens;

use escape::{LineStart, code_span, word};
use tokens::{Tag, Token};

/// What a cross-reference becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `crate::services88::Bed`
    pub path: String,
    /// `Bed`, for references without a text of their own.
    pub name: String,
}

/// Resolves what `cref` and `href` hold (`T:SuperOffice.CRM.Services.Bed`).
pub type Links<'a> = dyn Fn(&str) -> Option<Link> + 'a;

/// Columns that a line of text may take. Tables and long words take more.
const WIDTH: usize = 90;

/// Stands for a blank at which no line may end.
const GLUE: char = '\u{0}';

/// The text as Markdown, without a blank line at its ends; empty if nothing is left of it.
pub fn markdown(markup: &str, links: &Links<'_>) -> String {
    markdown_behind("", markup, links)
}

/// The same, with words of Markdown in front of the first paragraph. Empty if nothing is left of
/// the text.
pub fn markdown_behind(lead: &str, markup: &str, links: &Links<'_>) -> String {
    let text = plain_characters(markup);
    let mut writer = Writer::new(links);
    writer.read(&text);
    writer.finish(lead)
}

/// Without characters that a doc comment must not hold or nobody would see.
fn plain_characters(markup: &str) -> String {
    markup
        .replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' | '\u{a0}' => Some(' '),
            '\n' => Some('\n'),
            // What turns the direction of text is refused in comments by rustc.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            '\u{200b}' | '\u{feff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

enum Block {
    Paragraph(String),
    /// With its depth, counted from zero.
    Item(usize, String),
    Code(String),
    Table(Vec<Vec<String>>),
}

struct Writer<'a> {
    links: &'a Links<'a>,
    blocks: Vec<Block>,
    /// The paragraph, item or cell that is being written.
    inline: String,
    /// Open inline elements: the tag, its reference, and where its content starts in `inline`.
    open: Vec<(&'static str, Option<String>, usize)>,
    /// Open lists.
    depth: usize,
    /// Whether `inline` is an item, and of which depth.
    item: Option<usize>,
    table: Option<Vec<Vec<String>>>,
    in_cell: bool,
    /// `inline` ends in a closing mark that a letter right behind it would undo.
    after_mark: bool,
}

impl<'a> Writer<'a> {
    fn new(links: &'a Links<'a>) -> Self {
        Self {
            links,
            blocks: Vec::new(),
            inline: String::new(),
            open: Vec::new(),
            depth: 0,
            item: None,
            table: None,
            in_cell: false,
            after_mark: false,
        }
    }

    fn read(&mut self, text: &str) {
        for token in tokens::tokens(text) {
            match token {
                Token::Text(text) => self.text(&text),
                Token::Span(code) => self.push_atom(&code_span(&code)),
                Token::Code(code) => self.code(code),
                Token::Bullet => {
                    self.flush();
                    self.item = Some(self.depth.saturating_sub(1));
                }
                Token::Tag(tag) => self.tag(&tag),
            }
        }
    }

    fn tag(&mut self, tag: &Tag) {
        match tag.name {
            "p" | "para" | "br" | "div" | "summary" | "remarks" | "returns" | "value"
            | "example" | "description" | "term" | "listheader" => self.break_paragraph(),
            "b" | "strong" | "em" | "i" => self.inline_tag(tag, None),
            "see" | "seealso" | "xref" | "a" => {
                let reference = tag.reference.clone();
                if tag.is_empty {
                    let reference = reference.unwrap_or_default();
                    self.link(&reference, "");
                } else {
                    self.inline_tag(tag, reference);
                }
            }
            "paramref" | "typeparamref" => {
                if let Some(name) = &tag.reference
                    && !tag.is_end
                {
                    self.push_atom(&code_span(name));
                }
            }
            "ul" | "ol" | "list" => {
                self.flush();
                self.depth = if tag.is_end {
                    self.depth.saturating_sub(1)
                } else {
                    self.depth + 1
                };
            }
            "li" | "item" => {
                self.flush();
                if !tag.is_end {
                    self.item = Some(self.depth.saturating_sub(1));
                }
            }
            "table" => {
                self.flush();
                match tag.is_end {
                    true => self.end_table(),
                    false => self.table = Some(Vec::new()),
                }
            }
            "tr" => {
                self.end_cell();
                if let (Some(rows), false) = (&mut self.table, tag.is_end) {
                    rows.push(Vec::new());
                }
            }
            "td" | "th" => {
                self.end_cell();
                self.in_cell = !tag.is_end && self.table.is_some();
            }
            // A heading would stand among those of the item; it is one in bold instead.
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                if tag.is_end {
                    self.close("b");
                    self.break_paragraph();
                } else {
                    self.break_paragraph();
                    self.open.push(("b", None, self.inline.len()));
                }
            }
            _ => {}
        }
    }

    fn inline_tag(&mut self, tag: &Tag, reference: Option<String>) {
        if tag.is_end {
            self.close(tag.name);
        } else if !tag.is_empty {
            self.open.push((tag.name, reference, self.inline.len()));
        }
    }

    /// Ends an inline element: its content gets what stands for the element.
    fn close(&mut self, name: &str) {
        let Some(index) = self.open.iter().rposition(|(open, ..)| *open == name) else {
            return;
        };
        let (_, reference, start) = self.open.remove(index);
        let content = self.inline.split_off(start.min(self.inline.len()));
        let mark = match name {
            "b" | "strong" => "**",
            "em" | "i" => "*",
            _ => {
                self.link(&reference.unwrap_or_default(), &content);
                return;
            }
        };
        // Marks must touch what they mark, and marks in marks read as something else.
        let inner = content.trim();
        let before = &content[..content.len() - content.trim_start().len()];
        let after = &content[content.trim_end().len()..];
        self.inline += before;
        if inner.is_empty() || inner.starts_with('*') || inner.ends_with('*') {
            self.inline += inner;
        } else {
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if is_letter(self.inline.chars().next_back()) && !is_letter(inner.chars().next()) {
                self.inline.push(' ');
            }
            self.inline += &format!("{mark}{inner}{mark}");
            self.after_mark = !is_letter(inner.chars().next_back());
        }
        self.inline += after;
    }

    fn link(&mut self, reference: &str, content: &str) {
        let text = content.trim();
        let reference = reference.trim();
        if reference.starts_with("http://") || reference.starts_with("https://") {
            let is_address = !reference.contains([' ', '<', '>', '(', ')']);
            match (text.is_empty() || text.starts_with('<'), is_address) {
                (_, false) => self.inline += text,
                (true, true) => self.push_atom(&format!("<{reference}>")),
                (false, true) => self.push_atom(&format!("[{text}]({reference})")),
            }
            return;
        }
        let link = (self.links)(reference);
        let atom = match (link, text.is_empty()) {
            (Some(link), true) => format!("[`{}`]({})", link.name, link.path),
            // Text that only repeats the reference says less than the name.
            (Some(link), false) if is_path(text) => format!("[`{}`]({})", link.name, link.path),
            (Some(link), false) => format!("[{text}]({})", link.path),
            (None, true) => match short_name(reference) {
                "" => return,
                name => code_span(name),
            },
            (None, false) if is_path(text) => code_span(short_name(&text.replace('\\', ""))),
            (None, false) => {
                self.inline += content;
                return;
            }
        };
        self.push_atom(&atom);
    }

    /// Adds what must stay on one line.
    fn push_atom(&mut self, atom: &str) {
        self.inline.extend(
            atom.chars()
                .map(|c| if c.is_whitespace() { GLUE } else { c }),
        );
    }

    fn text(&mut self, text: &str) {
        let mut paragraphs = text.split("\n\n");
        if let Some(first) = paragraphs.next() {
            self.words(first);
        }
        for paragraph in paragraphs {
            self.break_paragraph();
            self.words(paragraph);
        }
    }

    fn words(&mut self, text: &str) {
        if std::mem::take(&mut self.after_mark) && text.starts_with(char::is_alphanumeric) {
            self.inline.push(' ');
        }
        for piece in text.split_inclusive(char::is_whitespace) {
            let trimmed = piece.trim_end();
            self.inline += &word(trimmed);
            if trimmed.len() < piece.len() {
                self.inline.push(' ');
            }
        }
    }

    fn code(&mut self, code: String) {
        if self.table.is_some() || self.item.is_some() {
            let line: Vec<&str> = code.split_whitespace().collect();
            self.push_atom(&code_span(&line.join(" ")));
        } else {
            self.flush();
            self.blocks.push(Block::Code(code));
        }
    }

    fn break_paragraph(&mut self) {
        if self.table.is_some() || self.depth > 0 {
            self.inline.push(' ');
        } else {
            self.flush();
        }
    }

    /// Ends the paragraph or item that is being written.
    fn flush(&mut self) {
        if self.table.is_some() {
            self.inline.push(' ');
            return;
        }
        let inline = std::mem::take(&mut self.inline);
        // What is open goes on in the next block.
        for (_, _, start) in &mut self.open {
            *start = 0;
        }
        let item = self.item.take();
        if inline.trim().is_empty() {
            return;
        }
        self.blocks.push(match item {
            Some(depth) => Block::Item(depth, inline),
            None => Block::Paragraph(inline),
        });
    }

    fn end_cell(&mut self) {
        let Some(rows) = &mut self.table else { return };
        // Text between cells belongs to none.
        let content = std::mem::take(&mut self.inline);
        self.open.clear();
        if std::mem::take(&mut self.in_cell) {
            match rows.last_mut() {
                Some(row) => row.push(content),
                None => rows.push(vec![content]),
            }
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        if let Some(rows) = self.table.take() {
            let rows: Vec<Vec<String>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
            if !rows.is_empty() {
                self.blocks.push(Block::Table(rows));
            }
        }
    }

    fn finish(mut self, lead: &str) -> String {
        if self.table.is_some() {
            self.end_table();
        }
        self.flush();
        match self.blocks.first_mut() {
            None => return String::new(),
            Some(_) if lead.is_empty() => {}
            Some(Block::Paragraph(inline)) => *inline = format!("{lead} {inline}"),
            Some(_) => self.blocks.insert(0, Block::Paragraph(lead.to_owned())),
        }
        let mut text = String::new();
        let mut previous_is_item = false;
        for block in &self.blocks {
            let is_item = matches!(block, Block::Item(..));
            if !text.is_empty() {
                // Items of a list stand close together.
                text += if is_item && previous_is_item {
                    "\n"
                } else {
                    "\n\n"
                };
            }
            previous_is_item = is_item;
            match block {
                Block::Paragraph(inline) => wrap(&mut text, inline, "", ""),
                Block::Item(depth, inline) => {
                    let indent = "  ".repeat(*depth);
                    wrap(
                        &mut text,
                        inline,
                        &format!("{indent}* "),
                        &format!("{indent}  "),
                    );
                }
                Block::Code(code) => fence(&mut text, code),
                Block::Table(rows) => table(&mut text, rows),
            }
        }
        text
    }
}

/// `SuperOffice.CRM.Services.Bed`, `T:…`, a signature: nothing a person would write in a sentence.
fn is_path(text: &str) -> bool {
    let text = text.trim_matches('`');
    text.contains('.')
        && !text.contains([' ', GLUE])
        && text
            .split('.')
            .all(|segment| segment.chars().next().is_some_and(char::is_alphabetic))
}

/// `T:SuperOffice.CRM.Services.Bed.Size(System.Int32)` → `Size`
fn short_name(reference: &str) -> &str {
    let reference = reference.split('?').next().unwrap_or(reference);
    let path = match reference.as_bytes() {
        [_, b':', ..] => &reference[2..],
        _ => reference,
    };
    crate::read::managed_reference::last_segment(path.trim_matches('`'))
}

/// Appends the words in lines of limited width.
fn wrap(text: &mut String, inline: &str, first: &str, others: &str) {
    *text += first;
    let mut column = first.len();
    let mut start = LineStart::Yes;
    for word in inline.split(' ').filter(|word| !word.is_empty()) {
        let width = word.chars().count();
        if start == LineStart::No && column + 1 + width > WIDTH {
            text.push('\n');
            *text += others;
            column = others.len();
            start = LineStart::Yes;
        }
        if start == LineStart::No {
            text.push(' ');
            column += 1;
        }
        *text += &escape::at(word, start).replace(GLUE, " ");
        column += width;
        start = LineStart::No;
    }
}

fn fence(text: &mut String, code: &str) {
    let longest = code
        .lines()
        .map(|line| line.trim_start())
        .fold(2, |longest, line| {
            longest.max(line.chars().take_while(|&c| c == '`').count())
        });
    let mark = "`".repeat(longest + 1);
    // `text`, because rustdoc would compile it otherwise.
    *text += &format!("{mark}text\n{code}\n{mark}");
}

fn table(text: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        text.push('|');
        for column in 0..columns {
            let cell = row.get(column).map(String::as_str).unwrap_or_default();
            let words: Vec<&str> = cell
                .split([' ', GLUE])
                .filter(|word| !word.is_empty())
                .collect();
            // A pipe inside a code span would end the cell too.
            let cell = words.join(" ").replace("\\|", "|").replace('|', "\\|");
            *text += &format!(" {cell} |");
        }
        if number == 0 {
            *text += &format!("\n|{}", " --- |".repeat(columns));
        }
    }
}

#[cfg(test)]
mod tests;

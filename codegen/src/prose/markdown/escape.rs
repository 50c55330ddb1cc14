//! Text made safe against being read as Markdown.

/// Whether a word is the first of its line, where more characters have a meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LineStart {
    Yes,
    No,
}

/// A word of plain text, as it may stand inside a line.
pub(super) fn word(text: &str) -> String {
    if let Some(linked) = address(text) {
        return linked;
    }
    let mut escaped = String::with_capacity(text.len());
    let mut previous = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        let is_special = match c {
            '\\' | '*' | '[' | ']' | '<' | '`' | '|' | '~' => true,
            // Between letters it starts no emphasis.
            '_' => {
                !(previous.is_some_and(char::is_alphanumeric)
                    && next.is_some_and(char::is_alphanumeric))
            }
            '&' => is_entity(rest.as_str()),
            _ => false,
        };
        if is_special {
            escaped.push('\\');
        }
        escaped.push(c);
        previous = Some(c);
    }
    escaped
}

/// `amp;`, `#39;` …: what is behind an ampersand would be read as one character.
fn is_entity(rest: &str) -> bool {
    rest.split_once(';').is_some_and(|(name, _)| {
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.len() < 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A word that holds an address, which rustdoc wants in angle brackets.
fn address(text: &str) -> Option<String> {
    let start = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| text.find(scheme))
        .min()?;
    let (before, rest) = text.split_at(start);
    let end = rest.find(['<', '>', '"', '\'', '`']).unwrap_or(rest.len());
    let trimmed = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '…']);
    // Only the scheme: text about addresses.
    if trimmed.ends_with('/') && trimmed.matches('/').count() == 2 || trimmed.ends_with(':') {
        return Some(format!(
            "{}`{trimmed}`{}",
            word(before),
            word(&rest[trimmed.len()..])
        ));
    }
    Some(format!(
        "{}<{trimmed}>{}",
        word(before),
        word(&rest[trimmed.len()..])
    ))
}

/// A word that [`word`] made, at its place in a line.
pub(super) fn at(word: &str, start: LineStart) -> String {
    if start == LineStart::No {
        return word.to_owned();
    }
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &word[digits..];
    let is_number = (1..=9).contains(&digits) && matches!(rest, "." | ")");
    if is_number {
        return format!("{}\\{rest}", &word[..digits]);
    }
    let is_mark = matches!(word, "-" | "+")
        || word.starts_with('>')
        || word.bytes().all(|byte| byte == b'#')
        || word.bytes().all(|byte| byte == b'-')
        || word.bytes().all(|byte| byte == b'=');
    if is_mark {
        format!("\\{word}")
    } else {
        word.to_owned()
    }
}

/// Code inside a line, in as many backticks as it needs.
pub(super) fn code_span(code: &str) -> String {
    let words: Vec<&str> = code.split_whitespace().collect();
    let code = words.join(" ");
    if code.is_empty() {
        return String::new();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let mark = "`".repeat(longest + 1);
    // A backtick at either end would join the mark.
    let blank = if longest > 0 { " " } else { "" };
    format!("{mark}{blank}{code}{blank}{mark}")
}

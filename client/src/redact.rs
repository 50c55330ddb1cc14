//! Takes secrets out of what is shown: of the body of a request, and their text for those who look
//! for them elsewhere.

use std::ops::Range;

use crate::secret::Secret;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "[redacted]";

/// A parameter, or part of one, that must not show.
pub(crate) struct SecretPart {
    /// Its element in the body.
    place: Range<usize>,
    /// Its texts, as they were and as they were escaped.
    texts: Vec<Box<str>>,
}

impl SecretPart {
    pub(crate) fn new(body: &[u8], place: Range<usize>) -> Self {
        let element = body.get(place.clone()).unwrap_or_default();
        let texts = texts(&String::from_utf8_lossy(element));
        Self { place, texts }
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

/// The body with `[redacted]` inside the elements that are secret; nil and empty ones stay.
pub(crate) fn body(body: &[u8], secrets: &[SecretPart]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(body.len());
    let mut done = 0;
    for SecretPart { place, .. } in secrets {
        let element = body.get(place.clone()).unwrap_or_default();
        let open = element.iter().position(|&byte| byte == b'>');
        let close = element.windows(2).rposition(|two| two == b"</");
        if let (Some(open), Some(close)) = (open, close)
            && done <= place.start
        {
            shown.extend_from_slice(&body[done..place.start + open + 1]);
            shown.extend_from_slice(REDACTED.as_bytes());
            done = place.start + close;
        }
    }
    shown.extend_from_slice(&body[done..]);
    shown
}

/// What stands between the tags, but for the keys of dictionaries.
fn texts(element: &str) -> Vec<Box<str>> {
    let mut texts = Vec::new();
    let mut is_key = false;
    let mut rest = element;
    while let Some(open) = rest.find('<') {
        let text = &rest[..open];
        if !text.trim().is_empty() && !is_key {
            let plain = unescaped(text);
            // A server may repeat what it was told or what it was sent.
            if plain != text {
                texts.push(text.into());
            }
            texts.push(plain.into());
        }
        let end = rest[open..]
            .find('>')
            .map_or(rest.len(), |end| open + end + 1);
        let tag = &rest[open..end];
        is_key = tag == "<Key>";
        rest = &rest[end..];
    }
    texts
}

/// A secret as it is, and as it stands in a message if that is something else: a server may repeat
/// either.
pub(crate) fn in_all_forms(secret: Secret) -> Vec<Secret> {
    let escaped = secret
        .expose()
        .chars()
        .fold(String::new(), |mut escaped, c| {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                _ => escaped.push(c),
            }
            escaped
        });
    if escaped == secret.expose() {
        vec![secret]
    } else {
        vec![escaped.into(), secret]
    }
}

/// Takes these secrets out of a text; `true` if there was any. Very short ones are placeholders or
/// mistakes, and would blank out ordinary words.
pub(crate) fn texts_in(text: &mut String, secrets: &[&str]) -> bool {
    let mut any = false;
    for &secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        let pieces: Vec<&str> = text.split(secret).collect();
        if pieces.len() > 1 {
            *text = pieces.join(REDACTED);
            any = true;
        }
    }
    any
}

/// Undoes what the writer does to text.
pub(crate) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end + 1);
        let name = rest[at + 1..end].trim_end_matches(';');
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name
                .strip_prefix("#x")
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32),
        };
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::{SecretPart, body, in_all_forms, texts};

    #[test]
    fn secrets_as_they_stand_in_messages() {
        let forms = |secret: &str| -> Vec<String> {
            let forms = in_all_forms(secret.into());
            forms.iter().map(|form| form.expose().to_owned()).collect()
        };
        assert_eq!(forms("plain"), ["plain"]);
        assert_eq!(forms("a<&>b"), ["a&lt;&amp;&gt;b", "a<&>b"]);
    }

    #[test]
    fn bodies_without_their_secrets() {
        let xml =
            "<Op xmlns=\"n\"><A>1</A><Password>p&amp;w</Password><B/><Key i:nil=\"true\"/></Op>";
        let place = |part: &str| {
            let at = xml.find(part).expect(part);
            SecretPart::new(xml.as_bytes(), at..at + part.len())
        };
        let secrets = [
            place("<Password>p&amp;w</Password>"),
            place("<B/>"),
            place("<Key i:nil=\"true\"/>"),
        ];
        assert_eq!(
            String::from_utf8(body(xml.as_bytes(), &secrets)).expect("text"),
            xml.replace("p&amp;w", "[redacted]")
        );
        assert_eq!(secrets[0].texts().collect::<Vec<_>>(), ["p&amp;w", "p&w"]);
        assert_eq!(secrets[1].texts().count() + secrets[2].texts().count(), 0);
    }

    #[test]
    fn the_values_of_a_dictionary() {
        let xml =
            "<D><E><Key>User</Key><Value>a&#xD;b</Value></E><E><Key>Pin</Key><Value/></E></D>";
        assert_eq!(texts(xml), ["a&#xD;b".into(), "a\rb".into()]);
    }
}

//! Blacks out what messages say of secrets, for those who look at them.

use crate::redact;

/// Parts of the names of elements that hold secrets, in lower case.
const SECRET: [&str; 6] = [
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "privatekey",
];

/// The text of a message without `secrets`, and without the text of elements whose names say that it
/// is secret. It need not be well-formed.
pub(crate) fn redacted(message: &str, secrets: &[&str]) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        out.push_str(text);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, behind) = tag.split_at(end);
        out.push_str(tag);
        rest = behind;
        if is_secret(tag) {
            let end = rest.find('<').unwrap_or(rest.len());
            if end > 0 {
                out.push_str(redact::REDACTED);
            }
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    redact::texts_in(&mut out, secrets);
    out
}

/// Whether a start tag is of an element that holds a secret.
fn is_secret(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').as_bytes();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let name = name.split(is_end).next().unwrap_or_default();
    let name = name.rsplit(|&byte| byte == b':').next().unwrap_or_default();
    let is = |text: &[u8], part: &str| text.eq_ignore_ascii_case(part.as_bytes());
    let holds = |part: &&str| name.windows(part.len()).any(|text| is(text, part));
    is(name, "ticket") || SECRET.iter().any(holds)
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn by_name_and_by_value() {
        let message = "<a><Password>x1</Password><b:NewPassword i:type='s'> </b:NewPassword>\
            <Ticket>7T</Ticket><Ticket><Id>5</Id></Ticket><Token/><T>7T:abc</T><AccessToken>cut";
        assert_eq!(
            redacted(message, &["7T:abc", "5"]),
            "<a><Password>[redacted]</Password><b:NewPassword i:type='s'>[redacted]</b:NewPassword>\
             <Ticket>[redacted]</Ticket><Ticket><Id>5</Id></Ticket><Token/><T>[redacted]</T>\
             <AccessToken>[redacted]"
        );
        assert_eq!(redacted("no <xml", &[]), "no <xml");
    }
}

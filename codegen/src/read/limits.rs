//! How large and how deep a contract may be, so that reading one takes a bounded time.
//!
//! The parser compares every attribute of an element with every other and copies the namespaces in
//! scope for each element that declares one, and the reader compares the names of siblings: all are harmless at the sizes that contracts have,
//! and minutes or gigabytes at those that somebody could make up. Entities need no limit, since a
//! document type declaration is refused.

/// The largest document, in bytes. The vendor's largest page has three million.
const LARGEST: usize = 64 << 20;
/// The longest start tag, in bytes. The longest that was met has a thousand.
const LONGEST_TAG: usize = 16 << 10;
/// The deepest element. A type in a schema in a WSDL is twelve deep.
const DEEPEST: usize = 128;
/// The most elements in one element. A schema of the vendor's has a thousand.
const MOST_CHILDREN: usize = 10_000;
/// How many bases a base may have. One is the most that was met.
pub(super) const MOST_BASES: usize = 32;

/// Which limit the text exceeds, and where. What is no XML is for the parser to refuse.
pub(super) fn exceeded(xml: &str) -> Option<(usize, String)> {
    if xml.len() > LARGEST {
        let message = format!("the document has {} bytes, more than {LARGEST}", xml.len());
        return Some((0, message));
    }
    // Of each open element, how many it holds so far.
    let mut children = vec![0_usize];
    let mut at = 0;
    while let Some(open) = find(xml, at, "<") {
        let end = |closing: &str| find(xml, open, closing).map(|end| end + closing.len());
        at = match xml.get(open..) {
            Some(rest) if rest.starts_with("<!--") => end("-->")?,
            Some(rest) if rest.starts_with("<![CDATA[") => end("]]>")?,
            Some(rest) if rest.starts_with("<?") => end("?>")?,
            Some(rest) if rest.starts_with("</") => {
                if children.len() > 1 {
                    children.pop();
                }
                end(">")?
            }
            Some(rest) => {
                let Some(length) = tag_length(rest) else {
                    return Some((
                        open,
                        format!("a start tag is longer than {LONGEST_TAG} bytes"),
                    ));
                };
                if let Some(count) = children.last_mut() {
                    *count += 1;
                    if *count > MOST_CHILDREN {
                        let message = format!("an element holds more than {MOST_CHILDREN} others");
                        return Some((open, message));
                    }
                }
                if !rest[..length].ends_with("/>") {
                    children.push(0);
                }
                if children.len() > DEEPEST + 1 {
                    return Some((
                        open,
                        format!("elements are nested more than {DEEPEST} deep"),
                    ));
                }
                open + length
            }
            None => return None,
        };
    }
    None
}

fn find(xml: &str, from: usize, what: &str) -> Option<usize> {
    Some(from + xml.get(from..)?.find(what)?)
}

/// The bytes of a start tag with its bracket, which may stand in an attribute's value too.
///
/// Nothing if it is too long; a tag that the document ends in is as long as the rest.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in rest.bytes().enumerate().take(LONGEST_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (rest.len() < LONGEST_TAG).then_some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(xml: &str) -> Option<String> {
        exceeded(xml).map(|(_, message)| message)
    }

    #[test]
    fn what_contracts_have_is_within() {
        let nested = "<a b='>' c=\"'\">".repeat(100) + &"</a>".repeat(100);
        for xml in [
            "",
            "no XML",
            "<a/>",
            "<a",
            "<!-- <a><a><a> -->",
            "<![CDATA[<a>",
            "<?xml ",
            "</a></a>",
            "<é>é</é>",
            &nested,
            &"<a/>".repeat(1000),
            &format!("{0}{0}", format!("<a>{}</a>", "<b/>".repeat(MOST_CHILDREN))),
        ] {
            assert_eq!(message(xml), None, "{xml}");
        }
    }

    #[test]
    fn what_they_never_have_is_refused_where_it_begins() {
        let deep = "<a>".repeat(200);
        assert_eq!(exceeded(&deep).map(|(at, _)| at), Some(3 * DEEPEST));
        let wide = format!("<a>{}", "<b/>".repeat(MOST_CHILDREN + 1));
        assert_eq!(
            exceeded(&wide).map(|(at, _)| at),
            Some(3 + 4 * MOST_CHILDREN)
        );
        let long = format!("<a/><b c=\"{}\"/>", "x".repeat(LONGEST_TAG));
        assert_eq!(exceeded(&long).map(|(at, _)| at), Some(4));
        let open = format!("<a b=\"{}", "é".repeat(LONGEST_TAG));
        assert_eq!(exceeded(&open).map(|(at, _)| at), Some(0));
        assert!(exceeded(&" ".repeat(LARGEST + 1)).is_some());
    }
}

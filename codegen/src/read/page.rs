//! A page of the vendor's documentation: Markdown with the WSDL in its only `xml` fence.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Location, SourceFile};

/// Where the WSDL stands in the page, in bytes.
pub(super) fn fence(page: &SourceFile) -> Result<Range<usize>, Diagnostic> {
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    // The fence that is open: its line, where its content starts, and whether it is `xml`.
    let mut open: Option<(Range<usize>, usize, bool)> = None;
    let mut offset = 0;
    for line in page.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let Some(info) = line.trim().strip_prefix("```") else {
            continue;
        };
        let mark = start..start + line.trim_end().len();
        open = match open {
            None => Some((mark, offset, info.trim().eq_ignore_ascii_case("xml"))),
            Some((opened, content, is_xml)) if info.is_empty() => {
                if is_xml {
                    found.push((opened, content..start));
                }
                None
            }
            // Another fence's mark inside a fence is its text.
            still_open => still_open,
        };
    }
    if let Some((mark, ..)) = open {
        return Err(Diagnostic::new(
            "open-fence",
            Location::new(&page.name, mark),
            "the fence is not closed; the page may be truncated",
        )
        .label("opened here"));
    }
    match &found[..] {
        [(_, content)] => Ok(content.clone()),
        [] => Err(Diagnostic::new(
            "no-fence",
            Location::new(&page.name, 0..0),
            "the page has no `xml` fence, so there is no WSDL to read",
        )
        .help("a page holds the agent's whole WSDL between ```xml and ```")),
        [(first, _), (second, _), ..] => Err(Diagnostic::new(
            "several-fences",
            Location::new(&page.name, second.clone()),
            "the page has more than one `xml` fence, so it is unclear which is the WSDL",
        )
        .label("a second one")
        .other(Location::new(&page.name, first.clone()), "the first one")),
    }
}

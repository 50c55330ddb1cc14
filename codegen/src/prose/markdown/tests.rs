//! What markup becomes, case by case.

use super::*;
use expect_test::{Expect, expect};

/// Knows the type `Bed`, its member `Size`, and the operation `Plan`.
fn links(reference: &str) -> Option<Link> {
    let (path, name) = match reference {
        "T:Own.Garden.Bed" | "Own.Garden.Bed" => ("crate::services99::Bed", "Bed"),
        "P:Own.Garden.Bed.Size" => ("crate::services99::Bed::size", "Bed::size"),
        "M:Own.Garden.IGardenAgent.Plan(System.Int32)" => (
            "crate::services99::garden::GardenAgent::plan",
            "GardenAgent::plan",
        ),
        _ => return None,
    };
    Some(Link {
        path: path.to_owned(),
        name: name.to_owned(),
    })
}

fn check(markup: &str, expect: Expect) {
    let text = markdown(markup, &links);
    expect.assert_eq(&text);
    for line in text.lines() {
        assert_eq!(line.trim_end(), line, "blank at the end of a line");
    }
    assert_eq!(markdown("", &links), "");
}

#[test]
fn paragraphs() {
    check(
        "One.\nStill one.\n\nTwo.",
        expect![[r#"
        One. Still one.

        Two."#]],
    );
    check(
        "One.<para/>Two.<br />Three.<p></p>\n<para>Four.</para>",
        expect![[r#"
        One.

        Two.

        Three.

        Four."#]],
    );
    check(
        "One.&lt;para/&gt;Two.&lt;BR&gt;Three.&lt;p/>Four.",
        expect![[r#"
        One.

        Two.

        Three.

        Four."#]],
    );
    check(
        "\r\n One.\r\n\r\nTwo.\r ",
        expect![[r#"
        One.

        Two."#]],
    );
    check("<para/> <p> </p>", expect![[r#""#]]);
}

#[test]
fn lines_are_limited() {
    check(
        "A bed is dug in autumn, is left to the frost over winter, and is raked in the first dry week of spring; then - and only then - 1. seeds # come > into it.",
        expect![[r#"
            A bed is dug in autumn, is left to the frost over winter, and is raked in the first dry
            week of spring; then - and only then - 1. seeds # come > into it."#]],
    );
}

#[test]
fn entities() {
    check(
        "salt &amp; water, a &lt;= b, &apos;x&apos;, &quot;y&quot;, &#233;&#xe9;, &nbsp;.",
        expect![[r#"salt & water, a \<= b, 'x', "y", éé, ."#]],
    );
    check(
        "a=1&amp;amp;b=2 and a=1&amp;copy;",
        expect![[r#"a=1&b=2 and a=1\&copy;"#]],
    );
    check(
        "&unknown; & alone &#xFFFFFFFF; &#1;",
        expect![[r#"\&unknown; & alone \&#xFFFFFFFF; \&#1;"#]],
    );
}

#[test]
fn text_that_looks_like_markdown() {
    check(
        "a * b, *c*, _d_, __e__, appointment_id, ~~f~~, a|b, [g], [h](i), ![j]",
        expect![[
            r#"a \* b, \*c\*, \_d\_, \_\_e\_\_, appointment_id, \~\~f\~\~, a\|b, \[g\], \[h\](i), !\[j\]"#
        ]],
    );
    check(
        "# no heading\n\n> no quote\n\n1. no list\n\n===\n\n---\n\n+ an item",
        expect![[r#"
        \# no heading

        \> no quote

        1\. no list

        \===

        \---

        * an item"#]],
    );
    check(
        "List<int>, <T>, a < b > c, <notatag x=\"1\">, </p2>, <!-- no -->",
        expect![[r#"List\<int>, \<T>, a \< b > c, \<notatag x="1">, \</p2>, \<!-- no -->"#]],
    );
    check(
        "appointment\\_id \\* C:\\temp \\template, one\\\\two",
        expect![[r#"appointment_id \* C:\\temp \\template, one\\\\two"#]],
    );
    check("<b></b>\u{202e}turned\u{200b}\u{7}", expect!["turned"]);
}

#[test]
fn emphasis() {
    check(
        "<b>Bold:</b> and <i>slant</i>, <strong> blanks </strong>x",
        expect!["**Bold:** and *slant*, **blanks** x"],
    );
    check(
        "<b>Note:</b>joined a<b>!b</b>",
        expect!["**Note:** joined a **!b**"],
    );
    check(
        "<b>open <i>inner</i>\n\nnext</b> end",
        expect![[r#"
        open *inner*

        **next** end"#]],
    );
    check(
        "<b>never closed, </i>never opened",
        expect!["never closed, never opened"],
    );
    check(
        "<h2>Heading</h2>Text",
        expect![[r#"
        **Heading**

        Text"#]],
    );
}

#[test]
fn code() {
    check(
        "<c>a | b</c>, <code>x = `y`</code>, <tt></tt>, `z_1`, ``a`b``",
        expect!["`a | b`, `` x = `y` ``, , `z_1`, `` a`b ``"],
    );
    check(
        "one ` alone, two ` ` blank",
        expect![[r#"one `alone, two` \` blank"#]],
    );
    check(
        "<pre><code>  if (a &lt; b)\n    dig();\n\n</code></pre>then",
        expect![[r#"
        ```text
        if (a < b)
          dig();
        ```

        then"#]],
    );
    check(
        "<code>\nfirst\nsecond\n</code>",
        expect![[r#"
        ```text
        first
        second
        ```"#]],
    );
    check(
        "before\n```xml\n<a/>\n```\nafter",
        expect![[r#"
            before

            ```text
            <a/>
            ```

            after"#]],
    );
    check(
        "```\nnever closed",
        expect![[r#"
        ```text
        never closed
        ```"#]],
    );
    check(
        "<pre>has\n``` inside</pre>",
        expect![[r#"
            ```text
            has
            ```

            ```text

            ```"#]],
    );
    check("<c>never closed\nnext", expect!["`never closed` next"]);
    check("    indented is no code", expect!["indented is no code"]);
    check(
        "set of &lt;c>r1 &amp; ~r2&lt;/c>.",
        expect!["set of `r1 & ~r2`."],
    );
}

#[test]
fn lists() {
    check(
        "Kinds:\n* one\n  goes on\n* two\n\nAfter.",
        expect![[r#"
        Kinds:

        * one goes on
        * two

        After."#]],
    );
    check(
        "<ul><li>one<p>more</p></li><li>two<ul><li>inner</li></ul></li></ul>After.",
        expect![[r#"
        * one more
        * two
          * inner

        After."#]],
    );
    check(
        "<list type=\"bullet\"><item><term>a</term><description>first</description></item><item>second</item></list>",
        expect![[r#"
            * a first
            * second"#]],
    );
    check("<li>outside of a list", expect!["* outside of a list"]);
    check("5 - 3 and - 2", expect!["5 - 3 and - 2"]);
}

#[test]
fn tables() {
    check(
        "Before<table><thead><tr><th>Name</th><th>Is</th></tr></thead><tbody><tr><td>a|b</td><td><p>one</p><p>two</p></td></tr><tr><td><code>x\ny</code></td></tr></tbody></table>After",
        expect![[r#"
            Before

            | Name | Is |
            | --- | --- |
            | a\|b | one two |
            | `x y` |  |

            After"#]],
    );
    check(
        "<table><tr><td>open<td>cells<tr><td>rows",
        expect![[r#"
        | open | cells |
        | --- | --- |
        | rows |  |"#]],
    );
    check("<table></table>x", expect!["x"]);
}

#[test]
fn references() {
    check(
        "<see cref=\"T:Own.Garden.Bed\"/>, <see cref=\"P:Own.Garden.Bed.Size\">how big</see>, <see cref=\"M:Own.Garden.IGardenAgent.Plan(System.Int32)\">Own.Garden.IGardenAgent.Plan</see>",
        expect![[r#"
            [`Bed`](crate::services99::Bed), [how big](crate::services99::Bed::size),
            [`GardenAgent::plan`](crate::services99::garden::GardenAgent::plan)"#]],
    );
    check(
        "<xref href=\"Own.Garden.Bed\" data-throw-if-not-resolved=\"false\"></xref> <xref href='Own.Garden.Gone?alt=x'>Own.Garden.Gone</xref>",
        expect!["[`Bed`](crate::services99::Bed) `Gone`"],
    );
    check(
        "<see cref=\"M:Own.Garden.Gone.Dig(System.String)\"/> <see langword=\"null\"/> <paramref name=\"bed\"/> <see/>",
        expect!["`Dig` `null` `bed`"],
    );
    check(
        "<a href=\"https://example.org/a_b\">here</a> <a href=\"page.md\">there</a> <a href=\"http://x.y/\">http://x.y/</a>",
        expect!["[here](https://example.org/a_b) there <http://x.y/>"],
    );
}

#[test]
fn addresses() {
    check(
        "See https://example.org/a_b?c=1&amp;d=2. Or 'http://x.y/z', (https://q.r), http:// alone, https://.",
        expect![[r#"
            See <https://example.org/a_b?c=1&d=2>. Or '<http://x.y/z>', (<https://q.r>), `http://`
            alone, `https://`."#]],
    );
}

#[test]
fn behind_a_lead() {
    let check = |markup: &str, expect: Expect| {
        expect.assert_eq(&markdown_behind("**Lead**", markup, &links));
    };
    check(
        "one.<para/>Two.",
        expect![[r#"
        **Lead** one.

        Two."#]],
    );
    check(
        "* an item",
        expect![[r#"
        **Lead**

        * an item"#]],
    );
    check("<p> </p>", expect![[r#""#]]);
}

use super::*;

#[test]
fn marks_go_and_everything_else_stays() {
    for (marked, plain) in [
        ("Build 4711 passed", "Build 4711 passed"),
        ("Build **4711** passed in _12 min_", "Build 4711 passed in 12 min"),
        ("  two  blanks \n\n\n and lines\r\n", "  two  blanks \n\n\n and lines\r\n"),
        ("snake_case_name and 5 * 3 * 2", "snake_case_name and 5 * 3 * 2"),
        ("***both*** ~~gone~~ `a_b*c`", "both gone a_b*c"),
        ("# Title\n\n## Sub ##\ntext", "Title\n\nSub\ntext"),
        ("- a\n- b\n  - c", "a\nb\n  c"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("> quote\n> more", "quote\nmore"),
        ("[words](https://example.test/a \"t\") end", "words end"),
        ("![picture](https://example.test/a.png)", "picture"),
        ("<https://example.test/>", "https://example.test/"),
        ("```rust\nlet a = *b;\n```\nafter", "\nlet a = *b;\n\nafter"),
        ("\\*not bold\\*", "*not bold*"),
        ("[FIRING:1]: https://example.test", "[FIRING:1]: https://example.test"),
        ("[FIRING:1] HighLatency (node critical)", "[FIRING:1] HighLatency (node critical)"),
        ("a &amp; b <at>Ada</at> <script>1</script>", "a &amp; b <at>Ada</at> <script>1</script>"),
        ("Title\n===\nnext", "Title\n\nnext"),
        ("a\n\n---\n\nb", "a\n\n\n\nb"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("Übermäßig 🚨 **🚨**", "Übermäßig 🚨 🚨"),
        ("unclosed **bold and [link](", "unclosed **bold and [link]("),
        ("", ""),
    ] {
        assert_eq!(without_marks(marked), plain, "{marked:?}");
    }
}

#[test]
fn a_text_is_taken_apart_into_what_adaptive_cards_know() {
    let text = "# Deployed\n\nRelease **1.4.2**\nto ~~staging~~ prod\n\n- one\n- two\n\n> said\n> > deeper\n\n\
        ```\nx *= 2;\n```\n\n![graph](https://example.test/g.png) after\n\n| a |\n|---|\n";
    assert_eq!(
        pieces(text),
        [
            Piece::Heading("Deployed".to_owned()),
            Piece::Text("Release **1.4.2**\nto staging prod\n\n- one\n- two".to_owned()),
            Piece::Quote(vec![
                Piece::Text("said".to_owned()),
                Piece::Quote(vec![Piece::Text("deeper".to_owned())])
            ]),
            Piece::Code("x *= 2;".to_owned()),
            Piece::Text(" after".to_owned()),
            Piece::Image { url: "https://example.test/g.png".to_owned(), alt: "graph".to_owned() },
            Piece::Text("| a |\n|---|".to_owned()),
        ]
    );
}

#[test]
fn links_and_images_of_other_schemes_become_their_words() {
    for (text, piece) in [
        ("[press](javascript:alert(1)) now", "press now"),
        ("![alt](javascript:alert(1)) x", "alt x"),
        ("[a](https://example.test)", "[a](https://example.test)"),
        ("<javascript:alert(1)>", "\\<javascript:alert(1)>"),
        ("[**b**](vbscript:x)", "b"),
    ] {
        assert_eq!(pieces(text), [Piece::Text(piece.to_owned())], "{text}");
    }
}

#[test]
fn a_line_of_text_keeps_no_block() {
    assert_eq!(
        inline("~~a~~ ![b](https://example.test/b.png) [c](https://c.test)"),
        "a b [c](https://c.test)"
    );
}

#[test]
fn documented_html_is_read_as_markdown() {
    for (html, markdown) in [
        ("<strong>a</strong> <em>b</em> <strike>c</strike>", "**a** *b* c"),
        ("a<br>b<br/>c", "a\n\nb\n\nc"),
        (
            "<a href=\"https://example.test/?a=1&amp;b=(2)\" target=x>t</a>",
            "[t](https://example.test/?a=1&b=%282%29)",
        ),
        ("<a href='javascript:alert(1)'>t</a>", "t"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b\n\n"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        (
            "<https://example.test/> <mailto:a b> <!-- x -->",
            "<https://example.test/> \\<mailto:a b> \\<!-- x -->",
        ),
        ("`<b>` 1 < 2 <", "`<b>` 1 < 2 <"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````\n\n"),
        (
            "<img src=\"https://example.test/a.png\" alt=\"x]y\">",
            "![x\\]y](https://example.test/a.png)",
        ),
        ("<b onclick=\"a>b\">x</b>", "**x**"),
        ("<at>Ada</at>", "<at>Ada</at>"),
    ] {
        assert_eq!(html::to_markdown(html), markdown, "{html}");
    }
}

#[test]
fn the_short_way_and_the_long_way_agree() {
    for text in ["a", "a\n\nb\nc", "\n a", "1. a\n2. b", "    code", "a\n\n    code", "a & b; c|d"]
    {
        let mut long = Vec::new();
        blocks(text, 0, &mut long);
        let trimmed = |pieces: Vec<Piece>| format!("{pieces:?}").replace(' ', "");
        assert_eq!(trimmed(pieces(text)), trimmed(long), "{text:?}");
        assert_eq!(inline(text), text);
    }
}

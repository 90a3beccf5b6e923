//! What hostile mails try, and what stays.

use super::*;
use crate::{Attachment, Message};
use proptest::prelude::*;

fn mail(html: &str) -> Message {
    Message { html: Some(html.to_owned()), ..Message::default() }
}

fn shown(html: &str) -> String {
    page(&mail(html), false).body
}

#[test]
fn what_could_run_is_gone() {
    for html in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
        "<iframe src=\"https://evil.example\"></iframe>",
        "<object data=\"x.swf\"></object><embed src=x>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
        "<a href=\" java\tscript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        "<a href=\"vbscript:x\">x</a>",
        "<form action=\"https://evil.example\"><input name=password><button>go</button></form>",
        "<base href=\"https://evil.example/\">",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<link rel=stylesheet href=\"https://evil.example/x.css\">",
        "<style>@import 'https://evil.example/x.css'; body{background:url(//evil.example)}</style>",
        "<div style=\"background:url(https://evil.example/x)\">x</div>",
        "<body background=\"https://evil.example/x.png\">",
        "<table background=\"https://evil.example/x.png\"><tr><td>x</table>",
        "<video src=\"https://evil.example/x\" autoplay></video><audio src=x></audio>",
        "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
        "<img srcset=\"https://evil.example/x 2x\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
        "<!--[if mso]><script>alert(1)</script><![endif]-->",
        "<xml><x:script>alert(1)</x:script></xml>",
        "<template><script>alert(1)</script></template>",
        "<details ontoggle=alert(1) open>x</details>",
        "<div contenteditable autofocus onfocus=alert(1)>x</div>",
    ] {
        let out = shown(html).to_ascii_lowercase();
        for bad in [
            "<script",
            "onerror",
            "onload",
            "onfocus",
            "ontoggle",
            "javascript",
            "vbscript",
            "evil.example",
            "<iframe",
            "<form",
            "<input",
            "<button",
            "<object",
            "<embed",
            "<meta",
            "<base",
            "<link",
            "<style",
            "<svg",
            "<math",
            "<video",
            "url(",
            "srcset",
            "data:text",
            "svg+xml",
        ] {
            assert!(!out.contains(bad), "{bad} in {out} of {html}");
        }
    }
}

#[test]
fn what_people_write_stays() {
    let html = "<p style=\"color:red\">Hello <b>Ada</b>, <a href=\"https://contoso.example/?a=1&amp;b=2\">offer</a></p>\
        <table border=1><tr><td colspan=2>1</td></tr></table>";
    let out = shown(html);
    assert!(out.contains("<p style=\"color:red\">Hello <b>Ada</b>"), "{out}");
    assert!(out.contains("href=\"https://contoso.example/?a=1&amp;b=2\""), "{out}");
    assert!(out.contains("target=\"_blank\"") && out.contains("noopener"), "{out}");
    assert!(out.contains("colspan=\"2\""), "{out}");
}

#[test]
fn pictures_from_elsewhere_are_counted_and_shown_only_when_asked_for() {
    let message = mail(
        "<img src=\"https://track.example/1.gif\"><img src='HTTP://track.example/2.gif' alt=x>",
    );
    let without = page(&message, false);
    assert!(!without.body.contains("track.example"), "{}", without.body);
    assert_eq!(without.blocked, 2);
    let with = page(&message, true);
    assert!(with.body.contains("https://track.example/1.gif"));
    assert!(!with.body.contains("2.gif"), "what is not encrypted stays away: {}", with.body);
}

#[test]
fn pictures_of_the_mail_stand_where_it_names_them() {
    let mut message =
        mail("<img src=\"cid:logo@x\" alt=Logo><img src=\"cid:nowhere\"><img src=\"cid:evil\">");
    let file = |id: &str, content: &[u8]| Attachment {
        name: "logo.png".to_owned(),
        media_type: "image/png".to_owned(),
        content_id: Some(id.to_owned()),
        inline: true,
        content: content.to_vec(),
    };
    message.attachments =
        vec![file("logo@x", b"\x89PNG\r\n\x1a\nrest"), file("evil", b"<svg onload=x>")];
    let out = page(&message, false).body;
    assert_eq!(out.matches("data:image/png;base64,").count(), 1, "{out}");
    assert!(!out.contains("cid:"), "{out}");
}

#[test]
fn html_beyond_the_bounds_is_shown_as_text() {
    let message = Message { text: "words".to_owned(), ..mail(&"<div>".repeat(100_000)) };
    assert!(page(&message, false).body.contains("words"));
}

#[test]
fn text_has_links_and_no_marks() {
    let out = from_text("see https://contoso.example/a?b=1&c=2.\n<script>\n> quoted http://");
    assert!(out.contains("href=\"https://contoso.example/a?b=1&amp;c=2\""), "{out}");
    assert!(out.contains("&lt;script&gt;") && !out.contains("<script"), "{out}");
    assert!(out.contains("<span style=\"color:#616161\">&gt; quoted http://"), "{out}");
}

proptest! {
    #[test]
    fn nothing_runs_whatever_comes(html in "(<|>|/|[a-z]|=|\"|'| |script|style|img|src|on|svg|cid:|https://|&#|;|\\PC){0,80}") {
        let out = shown(&html).to_ascii_lowercase();
        prop_assert!(!out.contains("<script") && !out.contains("<svg") && !out.contains("<style"));
        prop_assert!(!out.contains(" src=\"http"));
    }

    #[test]
    fn what_was_cleaned_stays_as_it_is(html in "(<b>|</b>|<p>|</p>|<a href=https://x.example>|</a>|<table><tr><td>|</table>|word|&amp;| ){0,40}") {
        let once = shown(&html);
        prop_assert_eq!(shown(&once), once);
    }
}

//! The Markdown of persons' messages: to safe HTML, to plain text, and the mentions in it.
//!
//! A subset of `CommonMark`: emphasis, strong, strikethrough, code, quotes, lists, headings, links and
//! line breaks. HTML is shown as it was typed; images become links. A mention is written
//! `@[Name](user:01890a5d-ac96-774b-bcce-b302099a8057)`.

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasher,
    sync::LazyLock,
};

use ammonia::Builder;
use kernel::UserId;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders a message as HTML that can stand in a page.
///
/// ```
/// let html = liaison_markdown::to_html("**hi** <script>alert(1)</script>");
/// assert_eq!(html, "<p><strong>hi</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
/// ```
pub fn to_html(source: &str) -> String {
    let mut raw = String::with_capacity(source.len() * 2);
    html::push_html(&mut raw, events(source).into_iter());
    CLEANER.clean(&raw).to_string()
}

/// The text of a message without its marks.
///
/// ```
/// assert_eq!(liaison_markdown::to_text("**hi** [there](https://example.org)"), "hi there");
/// ```
pub fn to_text(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    for event in events(source) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push('\n'),
            Event::Start(Tag::Item) => text.push_str("- "),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Item,
            ) if !text.ends_with('\n') => {
                text.push('\n');
            }
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Who is mentioned, each once, in the order of the text; at most [`MAX_MENTIONS`].
pub fn mentions(source: &str) -> Vec<UserId> {
    let mut found = Vec::new();
    for mention in scan(source) {
        if !found.contains(&mention.user) && found.len() < MAX_MENTIONS {
            found.push(mention.user);
        }
    }
    found
}

/// Writes a mention as it stands in a message's source.
pub fn mention(name: &str, user: UserId) -> String {
    let name: String =
        name.chars().map(|c| if matches!(c, '[' | ']' | '\\') { ' ' } else { c }).collect();
    format!("@[{}](user:{user})", name.trim())
}

/// The source with the true names of those in `names`; other mentions become plain text.
pub fn with_names<S: BuildHasher>(source: &str, names: &HashMap<UserId, String, S>) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = 0;
    for found in scan(source) {
        out.push_str(source.get(rest..found.start).unwrap_or_default());
        if let Some(name) = names.get(&found.user) {
            out.push_str(&mention(name, found.user));
        } else {
            out.push('@');
            out.push_str(found.name);
        }
        rest = found.end;
    }
    out.push_str(source.get(rest..).unwrap_or_default());
    out
}

struct Mention<'a> {
    name: &'a str,
    user: UserId,
    start: usize,
    end: usize,
}

fn scan(source: &str) -> impl Iterator<Item = Mention<'_>> {
    source.match_indices("@[").filter_map(|(start, _)| {
        let rest = source.get(start + 2..)?;
        let (name, after) = rest.split_once("](user:")?;
        if name.contains(['[', ']', '\n']) {
            return None;
        }
        let id = after.get(..36)?;
        let user = id.parse().ok()?;
        after.get(36..)?.strip_prefix(')')?;
        let end = start + 2 + name.len() + "](user:".len() + 36 + 1;
        Some(Mention { name, user, start, end })
    })
}

/// The events of the subset. HTML becomes text, images become links, a mention becomes a marked link.
fn events(source: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut images = 0_usize;
    for event in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            // A line break is a line break: people write messages, not documents.
            Event::SoftBreak => events.push(Event::HardBreak),
            Event::Start(Tag::Image { dest_url, .. }) => {
                images += 1;
                events.push(Event::Start(link(dest_url)));
            }
            Event::End(TagEnd::Image) => {
                images = images.saturating_sub(1);
                events.push(Event::End(TagEnd::Link));
            }
            Event::Start(Tag::Link { dest_url, .. }) if images > 0 => drop(dest_url),
            Event::End(TagEnd::Link) if images > 0 => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                let at = if let Some(Event::Text(before)) = events.last() {
                    before.strip_suffix('@').map(|kept| CowStr::from(kept.to_owned()))
                } else {
                    None
                };
                if let (Some(kept), true) = (at, dest_url.starts_with("user:")) {
                    events.pop();
                    events.push(Event::Text(kept));
                    events.push(Event::Start(link(dest_url)));
                    events.push(Event::Text("@".into()));
                } else {
                    events.push(Event::Start(link(dest_url)));
                }
            }
            other => events.push(other),
        }
    }
    events
}

fn link(dest_url: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: LinkType::Inline, dest_url, title: "".into(), id: "".into() }
}

/// The most persons that one message mentions; our own choice.
pub const MAX_MENTIONS: usize = 50;

/// What may be left in the page. A link with the scheme `user` is a mention.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = HashSet::from([
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    ]);
    let mut builder = Builder::empty();
    builder
        .tags(tags)
        .tag_attributes([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))].into())
        .url_schemes(HashSet::from(["http", "https", "mailto", "user"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Ids;
    use proptest::prelude::*;

    #[test]
    fn the_subset_is_drawn() {
        for (source, expected) in [
            ("a\nb", "<p>a<br>\nb</p>\n"),
            ("~~x~~ `y`", "<p><del>x</del> <code>y</code></p>\n"),
            (
                "[t](https://example.org/a?b=1&c=2)",
                "<p><a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer nofollow\">t</a></p>\n",
            ),
            ("> q", "<blockquote>\n<p>q</p>\n</blockquote>\n"),
            ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ] {
            assert_eq!(to_html(source), expected);
        }
    }

    #[test]
    fn scripts_frames_and_odd_schemes_are_neutralised() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](javascript:alert(1))",
            "<javascript:alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "```html\n<script>alert(1)</script>\n```",
            "[x](//evil.example/x)",
            "<svg/onload=alert(1)>",
            "[a](https://x\"onmouseover=\"alert(1))",
        ] {
            let html = to_html(hostile);
            assert!(is_harmless(&html), "{hostile:?} became {html:?}");
        }
    }

    #[test]
    fn a_mention_is_found_marked_and_named_truly() {
        let user: UserId = Ids::seeded(1).fresh();
        let stranger: UserId = Ids::seeded(2).fresh();
        let source =
            format!("Hi @[Boss](user:{user}) and @[Nobody](user:{stranger}), mail a@[b](user:x)");
        assert_eq!(mentions(&source), [user, stranger]);
        let named = with_names(&source, &HashMap::from([(user, "Zoé [Admin]".to_owned())]));
        assert_eq!(named, format!("Hi @[Zoé  Admin](user:{user}) and @Nobody, mail a@[b](user:x)"));
        let html = to_html(&format!("Hi {}!", mention("Zoé", user)));
        let link = format!("<a href=\"user:{user}\" rel=\"noopener noreferrer nofollow\">@Zoé</a>");
        assert_eq!(html, format!("<p>Hi {link}!</p>\n"));
        assert_eq!(to_text(&mention("Zoé", user)), "@Zoé");
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(
            to_text("# T\n\n**a** _b_\n\n- x\n- y\n\n![alt](https://e.org/i.png)"),
            "T\na b\n- x\n- y\nalt"
        );
        assert_eq!(to_text("<b>x</b>"), "<b>x</b>");
    }

    /// No tag but the known ones, no attribute but `href`, `rel` and `start`, no odd scheme.
    fn is_harmless(html: &str) -> bool {
        html.split('<').skip(1).all(|tag| {
            let tag = tag.split('>').next().unwrap_or_default().trim_start_matches('/');
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            let known = [
                "p",
                "br",
                "strong",
                "em",
                "del",
                "code",
                "pre",
                "blockquote",
                "ul",
                "ol",
                "li",
                "a",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "hr",
            ];
            let href = attributes.strip_prefix("href=\"").unwrap_or("https:");
            known.contains(&name)
                && ["https:", "http:", "mailto:", "user:"]
                    .iter()
                    .any(|scheme| href.to_lowercase().starts_with(scheme))
                || name == "a" && attributes == "rel=\"noopener noreferrer nofollow\""
                || name == "ol" && attributes.starts_with("start=\"")
        })
    }

    proptest! {
        #[test]
        fn no_script_survives(source in "(<|>|script|on|=|\"|'|javascript:|\\(|\\)|\\[|\\]|!|`|\\n|&|#|x|;|/|a|@|user:| ){0,40}") {
            let html = to_html(&source);
            prop_assert!(is_harmless(&html), "{:?} became {:?}", source, html);
        }

        #[test]
        fn any_text_is_drawn(source in "\\PC{0,200}") {
            to_text(&source);
            prop_assert!(is_harmless(&to_html(&source)));
            mentions(&source);
        }
    }
}

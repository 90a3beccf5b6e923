//! The Markdown of Adaptive Cards in the markup of each place.
//!
//! Adaptive Cards know bold, italic, links and lists; whatever else stands in a text stays text. What a place
//! could take for markup of its own is escaped where the place has a way to, and words that would call
//! everybody (`@all`, `@channel`, `@here`) are broken by a zero-width space where there is none.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The markup of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    /// Slack's mrkdwn: `*bold*`, `_italic_`, `<url|text>`; `&`, `<` and `>` are escaped (published).
    Slack,
    /// Markdown as Mattermost reads it, with backslash escapes.
    Mattermost,
    /// Markdown as Discord reads it, with backslash escapes.
    Discord,
    /// Rocket.Chat: Markdown, backslash escapes for `*`, `_`, `~`, the backtick and `#` alone.
    RocketChat,
    /// The HTML of Google Chat's cards: `<b>`, `<i>`, `<a>`, `<br>` (published).
    GoogleChat,
    /// HTML of mail.
    Html,
    /// No markup.
    Plain,
}

impl Markup {
    const fn is_html(self) -> bool {
        matches!(self, Self::GoogleChat | Self::Html)
    }

    const fn bold(self) -> (&'static str, &'static str) {
        match self {
            Self::Slack | Self::RocketChat => ("*", "*"),
            Self::Mattermost | Self::Discord => ("**", "**"),
            Self::GoogleChat => ("<b>", "</b>"),
            Self::Html => ("<strong>", "</strong>"),
            Self::Plain => ("", ""),
        }
    }

    const fn italic(self) -> (&'static str, &'static str) {
        match self {
            Self::Slack | Self::Mattermost | Self::Discord | Self::RocketChat => ("_", "_"),
            Self::GoogleChat => ("<i>", "</i>"),
            Self::Html => ("<em>", "</em>"),
            Self::Plain => ("", ""),
        }
    }

    const fn line(self) -> &'static str {
        if self.is_html() { "<br>" } else { "\n" }
    }

    /// The text so that the place reads it as it is.
    pub(crate) fn escape(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match self {
                Self::Slack | Self::GoogleChat | Self::Html => match c {
                    '&' => out.push_str("&amp;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    '"' if self == Self::Html => out.push_str("&quot;"),
                    '\n' if self.is_html() => out.push_str("<br>"),
                    c => out.push(c),
                },
                Self::Mattermost | Self::Discord => {
                    if matches!(c, '\\' | '*' | '_' | '~' | '`' | '[' | ']' | '<' | '>' | '|' | '#')
                    {
                        out.push('\\');
                    }
                    out.push(c);
                }
                Self::RocketChat => {
                    if matches!(c, '*' | '_' | '~' | '`' | '#') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                Self::Plain => out.push(c),
            }
        }
        match self {
            Self::Mattermost | Self::RocketChat => quiet(out),
            _ => out,
        }
    }

    /// A link.
    pub(crate) fn link(self, title: &str, url: &str) -> String {
        let shown = self.escape(title);
        match self {
            // The label ends at the first `>`, which is escaped; a bar in the address would end it early.
            Self::Slack => format!("<{}|{shown}>", Self::Slack.escape(&url.replace('|', "%7C"))),
            Self::Mattermost | Self::Discord | Self::RocketChat => {
                let url = url.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
                format!("[{shown}]({url})")
            }
            Self::GoogleChat | Self::Html => {
                format!("<a href=\"{}\">{shown}</a>", Self::Html.escape(url).replace("<br>", ""))
            }
            Self::Plain => format!("{title}: {url}"),
        }
    }

    /// A text in bold.
    pub(crate) fn strong(self, source: &str) -> String {
        let inside = self.write(source).replace("**", "");
        let inside = match self {
            Self::Slack | Self::RocketChat => inside.replace('*', ""),
            Self::GoogleChat => inside.replace("<b>", "").replace("</b>", ""),
            Self::Html => inside.replace("<strong>", "").replace("</strong>", ""),
            Self::Mattermost | Self::Discord | Self::Plain => inside,
        };
        let (open, close) = self.bold();
        if inside.trim().is_empty() { String::new() } else { [open, inside.trim(), close].concat() }
    }

    /// A text of a card.
    pub(crate) fn write(self, source: &str) -> String {
        let mut out = String::with_capacity(source.len() + 16);
        let mut links: Vec<(String, usize)> = Vec::new();
        let mut lists: Vec<Option<u64>> = Vec::new();
        for event in Parser::new_ext(source, Options::empty()) {
            match event {
                Event::Start(Tag::Strong) => out.push_str(self.bold().0),
                Event::End(TagEnd::Strong) => out.push_str(self.bold().1),
                Event::Start(Tag::Emphasis) => out.push_str(self.italic().0),
                Event::End(TagEnd::Emphasis) => out.push_str(self.italic().1),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    links.push((dest_url.into_string(), out.len()));
                }
                Event::End(TagEnd::Link) => self.close_link(&mut out, links.pop()),
                Event::Start(Tag::List(first)) => {
                    lists.push(first);
                    self.break_line(&mut out);
                }
                Event::End(TagEnd::List(_)) => {
                    lists.pop();
                }
                Event::Start(Tag::Item) => {
                    self.break_line(&mut out);
                    out.push_str(&"  ".repeat(lists.len().saturating_sub(1)));
                    match lists.last_mut() {
                        Some(Some(number)) => {
                            _ = write!(out, "{number}. ");
                            *number += 1;
                        }
                        _ => out.push_str(self.bullet()),
                    }
                }
                Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock)
                    if lists.is_empty() =>
                {
                    out.push_str(self.line());
                    out.push_str(self.line());
                }
                Event::Code(text)
                | Event::Text(text)
                | Event::Html(text)
                | Event::InlineHtml(text) => out.push_str(&self.escape(&text)),
                Event::SoftBreak | Event::HardBreak => out.push_str(self.line()),
                _ => {}
            }
        }
        let line = self.line();
        let mut end = out.as_str();
        while let Some(shorter) = end.strip_suffix(line).or_else(|| end.strip_suffix(' ')) {
            end = shorter;
        }
        end.to_owned()
    }

    const fn bullet(self) -> &'static str {
        match self {
            Self::Mattermost | Self::Discord | Self::RocketChat | Self::Plain => "- ",
            Self::Slack | Self::GoogleChat | Self::Html => "• ",
        }
    }

    fn break_line(self, out: &mut String) {
        if !out.is_empty() && !out.ends_with(self.line()) {
            out.push_str(self.line());
        }
    }

    /// Turns what was written since the link began into a link, when it leads somewhere safe.
    fn close_link(self, out: &mut String, link: Option<(String, usize)>) {
        let Some((url, start)) = link else { return };
        if !cards::is_safe_link(&url) {
            return;
        }
        let shown = out.get(start..).unwrap_or_default().to_owned();
        out.truncate(start);
        match self {
            Self::Slack => {
                let url = Self::Slack.escape(&url.replace('|', "%7C"));
                _ = write!(out, "<{url}|{}>", shown.replace('|', "¦"));
            }
            Self::Mattermost | Self::Discord | Self::RocketChat => {
                let url = url.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
                _ = write!(out, "[{shown}]({url})");
            }
            Self::GoogleChat | Self::Html => {
                let url = Self::Html.escape(&url);
                _ = write!(out, "<a href=\"{url}\">{shown}</a>");
            }
            Self::Plain if shown == url => out.push_str(&shown),
            Self::Plain => _ = write!(out, "{shown} ({url})"),
        }
    }
}

/// Breaks the words that call everybody.
fn quiet(text: String) -> String {
    if !text.contains('@') {
        return text;
    }
    ["all", "channel", "here", "everyone"].iter().fold(text, |text, word| {
        let loud = format!("@{word}");
        if text.contains(&loud) { text.replace(&loud, &format!("@\u{200b}{word}")) } else { text }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str =
        "The **build** is _green_ & <b>done</b>, see [the log](https://ci.example.org/1?a=(2)).";

    #[test]
    fn bold_italic_and_links_are_written_as_each_place_reads_them() {
        let write = |markup: Markup| markup.write(SOURCE);
        insta::assert_snapshot!(
            [
                Markup::Slack,
                Markup::Mattermost,
                Markup::Discord,
                Markup::RocketChat,
                Markup::GoogleChat,
                Markup::Html,
                Markup::Plain,
            ]
            .map(|markup| format!("{markup:?}: {}", write(markup)))
            .join("\n"),
            @r#"
        Slack: The *build* is _green_ &amp; &lt;b&gt;done&lt;/b&gt;, see <https://ci.example.org/1?a=(2)|the log>.
        Mattermost: The **build** is _green_ & \<b\>done\</b\>, see [the log](https://ci.example.org/1?a=%282%29).
        Discord: The **build** is _green_ & \<b\>done\</b\>, see [the log](https://ci.example.org/1?a=%282%29).
        RocketChat: The *build* is _green_ & <b>done</b>, see [the log](https://ci.example.org/1?a=%282%29).
        GoogleChat: The <b>build</b> is <i>green</i> &amp; &lt;b&gt;done&lt;/b&gt;, see <a href="https://ci.example.org/1?a=(2)">the log</a>.
        Html: The <strong>build</strong> is <em>green</em> &amp; &lt;b&gt;done&lt;/b&gt;, see <a href="https://ci.example.org/1?a=(2)">the log</a>.
        Plain: The build is green & <b>done</b>, see the log (https://ci.example.org/1?a=(2)).
        "#
        );
    }

    #[test]
    fn lists_and_lines_stay() {
        assert_eq!(Markup::Slack.write("One\n\n- a\n- b\n"), "One\n\n• a\n• b");
        assert_eq!(Markup::Discord.write("1. a\n2. b"), "1. a\n2. b");
        assert_eq!(Markup::GoogleChat.write("One\n\nTwo\nThree"), "One<br><br>Two<br>Three");
    }

    #[test]
    fn nobody_is_called_by_a_card() {
        assert_eq!(Markup::Slack.write("<!channel> hi"), "&lt;!channel&gt; hi");
        assert_eq!(Markup::Mattermost.write("@channel hi"), "@\u{200b}channel hi");
        assert_eq!(Markup::RocketChat.write("@all @here"), "@\u{200b}all @\u{200b}here");
    }

    #[test]
    fn a_link_to_script_stays_text() {
        for markup in [Markup::Slack, Markup::Html, Markup::Discord] {
            assert!(!markup.write("[x](javascript:alert(1))").contains("javascript"), "{markup:?}");
        }
    }

    #[test]
    fn a_quote_does_not_end_an_attribute() {
        let html = Markup::Html.write("[x](https://e.org/?q=\"onmouseover=alert)");
        assert!(!html.contains("=\"onmouseover"), "{html}");
    }
}

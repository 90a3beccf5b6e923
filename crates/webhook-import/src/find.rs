//! Addresses of webhooks in any text: configuration files, scripts, notes.

use channel_connectors::{Shape, read_address};
use kernel::Secret;

/// An address in a text.
#[derive(Debug, Clone)]
pub struct Found {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line at which it begins, from 1.
    pub column: usize,
    /// Which kind of address.
    pub shape: Shape,
    /// The address without what its file's notation adds to it.
    pub url: Secret<String>,
}

impl Found {
    /// The host, which is no secret.
    pub fn host(&self) -> &str {
        let rest = self.url.expose().split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// The address as it may be shown: its host, and the beginning of what tells it from others.
    pub fn hint(&self) -> String {
        let path = self.url.expose().splitn(4, '/').nth(3).unwrap_or_default();
        let parts: Vec<&str> = path.split(['/', '?']).collect();
        let telling = match self.shape {
            Shape::Connector => parts.get(3),
            Shape::Workflow => {
                parts.iter().position(|part| *part == "workflows").and_then(|at| parts.get(at + 1))
            }
        };
        let start: String = telling.copied().unwrap_or_default().chars().take(HINT_CHARS).collect();
        format!("{}/…/{start}…", self.host())
    }
}

/// Every address of a webhook in a text, of every shape and of any host; written plainly, or as JSON, HTML and
/// PHP write it (`\/`, `\u0026`, `&amp;`).
pub fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // A line of one of these files may be long; what is looked for is not.
        let mut rest = line;
        let mut before = 0;
        while let Some(at) = scheme_at(rest) {
            let (skipped, address) = rest.split_at(at);
            before += skipped.chars().count();
            let length = address.find(ends).unwrap_or(address.len()).min(cut(address));
            let (raw, behind) = address.split_at(length);
            if let Some((url, shape)) = read(raw) {
                found.push(Found { line: index + 1, column: before + 1, shape, url });
            }
            before += raw.chars().count();
            rest = behind;
        }
    }
    found
}

/// Where the next `http:` or `https:` begins.
fn scheme_at(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let behind = text.get(at + 4..).unwrap_or_default();
        behind.strip_prefix('s').unwrap_or(behind).starts_with(':')
    })
}

/// What no address goes on with.
fn ends(c: char) -> bool {
    const MARKS: &str = "\"'`<>|^{}()[],";
    c.is_whitespace() || c.is_control() || MARKS.contains(c)
}

/// The longest that is looked at, on a boundary of characters.
fn cut(text: &str) -> usize {
    (0..=MAX_CHARS.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn read(raw: &str) -> Option<(Secret<String>, Shape)> {
    let url =
        raw.replace("\\/", "/").replace("\\u0026", "&").replace("&amp;", "&").replace("&#38;", "&");
    let url = url.trim_end_matches(['\\', '.', '!', '?', ':', ';', '*', '&']);
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let slash = rest.find('/')?;
    let (host, path) = rest.split_at(slash);
    if host.is_empty() || host.contains('@') {
        return None;
    }
    let path = path.split('#').next().unwrap_or_default();
    let (bare, query) =
        path.split_once('?').map_or((path, None), |(bare, query)| (bare, Some(query)));
    let shape = read_address(bare, query).ok()?.shape;
    Some((Secret::new(format!("{scheme}://{host}{path}")), shape))
}

/// Longer than any address that was seen.
const MAX_CHARS: usize = 2_000;
/// Enough to tell one address from another, too little to use it.
const HINT_CHARS: usize = 6;

#[cfg(test)]
mod tests {
    use proptest::proptest;

    use super::*;

    const CONNECTOR: &str = "https://contoso.webhook.office.com/webhookb2/4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40@9e7b80c7-d1eb-4b52-8582-76f921e416d9/IncomingWebhook/3fdd6767bae44ac58e5995547d66a4e4/f332c8d9-3397-4ac5-957b-b8e3fc465a8c";
    const WORKFLOW: &str = "https://prod-08.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=S-_9";

    #[test]
    fn addresses_are_found_in_the_notations_of_files() {
        let json = format!("{{\"url\": \"{}\"}}", CONNECTOR.replace('/', "\\/"));
        let escaped = WORKFLOW.replace('&', "\\u0026");
        let html = WORKFLOW.replace('&', "&amp;");
        for (text, expected) in [
            (format!("webhook_url: '{CONNECTOR}'\n"), CONNECTOR),
            (json, CONNECTOR),
            (format!("curl -d @x {CONNECTOR}/"), &*format!("{CONNECTOR}/")),
            (format!("See <{CONNECTOR}>."), CONNECTOR),
            (format!("Post to {CONNECTOR}."), CONNECTOR),
            (format!("[here]({CONNECTOR})"), CONNECTOR),
            (
                format!("URL={}", CONNECTOR.replace("webhookb2", "webhook")),
                &CONNECTOR.replace("webhookb2", "webhook"),
            ),
            (format!("URL={CONNECTOR}/V2abc-_"), &format!("{CONNECTOR}/V2abc-_")),
            (format!("url = {}", CONNECTOR.replace('@', "%40")), &CONNECTOR.replace('@', "%40")),
            (format!("\"{WORKFLOW}\""), WORKFLOW),
            (format!("{{\"u\":\"{escaped}\"}}"), WORKFLOW),
            (format!("<a href=\"{html}\">"), WORKFLOW),
        ] {
            let found = find(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].url.expose(), expected, "{text}");
        }
    }

    #[test]
    fn a_place_is_a_line_and_a_column_and_a_hint_gives_nothing_away() {
        let text = format!("é = 1\n  \u{e9}: {CONNECTOR} {WORKFLOW}\nhttps://example.org/other\n");
        let found = find(&text);
        let places: Vec<_> = found.iter().map(|found| (found.line, found.column)).collect();
        assert_eq!(places, [(2, 6), (2, 7 + CONNECTOR.chars().count())]);
        assert_eq!(found[0].hint(), "contoso.webhook.office.com/…/3fdd67…");
        assert_eq!(found[1].hint(), "prod-08.westeurope.logic.azure.com:443/…/0a1b…");
        assert!(!format!("{found:?}").contains("3fdd6767bae4"));
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        for text in [
            "https://contoso.webhook.office.com/webhookb2/",
            "http https:// http://x",
            "https://user@host/webhookb2/a@b/IncomingWebhook/c/d",
            "ftp://contoso.webhook.office.com/workflows/a/triggers/manual/paths/invoke?sig=x",
            "/workflows/a/triggers/manual/paths/invoke?sig=x",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in "(https?:|/webhookb2/|[@%é\\\\\"' \n]|[a-f0-9-]{0,40}|\\PC){0,60}") {
            drop(find(&text));
        }
    }
}

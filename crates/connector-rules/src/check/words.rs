//! What texts look like: addresses, media types, hosts, sentences.

/// Whether a text is an absolute address: a scheme, `://`, a host and no blanks.
pub(super) fn is_absolute_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    is_scheme(scheme) && !host.is_empty() && !rest.contains(char::is_whitespace)
}

/// RFC 3986 §3.1.
pub(super) fn is_scheme(text: &str) -> bool {
    let more = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(more)
}

/// A host with an optional port: no scheme, no path, no template text.
pub(super) fn is_host(text: &str) -> bool {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, "0"));
    let known = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    !host.is_empty() && host.chars().all(known) && is_port
}

/// `type/subtype` of RFC 6838 with parameters behind it; `*` may stand for either.
pub(super) fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+*%'`|~".contains(c);
        !part.is_empty() && part.chars().all(known)
    };
    media_type(text).split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

/// A media type without its parameters.
pub(super) fn media_type(text: &str) -> &str {
    text.split(';').next().unwrap_or("").trim()
}

/// `local@domain`, ASCII, without blanks.
pub(super) fn is_email(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let parts = text.rsplit_once('@');
    plain
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty()
                && !local.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        })
}

/// Whether a text holds letters of another script than Latin.
pub(super) fn is_foreign(text: &str) -> bool {
    let latin = |c: char| matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2100}'..='\u{214f}' | '\u{fb00}'..='\u{fb06}');
    text.chars().any(|c| c.is_alphabetic() && !latin(c))
}

/// Whether a text holds a word, in any letter case, with no letter or digit at its sides.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let word = word.to_lowercase();
    text.match_indices(&word).any(|(start, found)| {
        let before = text.get(..start).and_then(|it| it.chars().next_back());
        let behind = text.get(start + found.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    })
}

/// Whether a sentence ends as sentences do.
pub(super) fn ends_a_sentence(text: &str) -> bool {
    text.trim_end()
        .trim_end_matches([')', '"', '”', '’', '\''])
        .ends_with(['.', '!', '?', '…', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_nothing_else() {
        for good in ["api.example.com", "localhost", "10.0.0.1:8080", "bücher.example"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "https://a.example", "a.example/v1", "{{host}}", "a b", "a:", "a:x", ":80"]
        {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn words_are_found_whole_and_in_any_letter_case() {
        assert!(has_word("The API of pets", "api"));
        assert!(has_word("Pets (Connector)", "Connector"));
        assert!(!has_word("Capital", "api"));
        assert!(!has_word("Élan rapide", "api"));
    }

    #[test]
    fn addresses_name_a_scheme_and_a_host() {
        assert!(is_absolute_url("https://a.example/x?y"));
        assert!(!is_absolute_url("www.a.example"));
        assert!(!is_absolute_url("https:///x"));
        assert!(!is_absolute_url("https://a example"));
        assert!(is_email("a.b@c.example"));
        assert!(!is_email("a@b"));
        assert!(!is_email("a@b..c"));
        assert!(!is_email("é@b.example"));
    }

    #[test]
    fn letters_of_other_scripts_are_seen() {
        assert!(!is_foreign("Crème brûlée — 5 µm"));
        assert!(is_foreign("Документ"));
        assert!(is_foreign("文書"));
    }
}

//! The language of an answer.

use http::{HeaderMap, header};
use kernel::Language;

/// The language that the browser prefers among ours (RFC 9110 §12.5.4).
pub(crate) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let line = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u16, Language)> = None;
    for item in line.split(',').take(RANGES) {
        let (tag, params) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight(params);
        let tag = tag.trim();
        let language = if tag == "*" { Ok(Language::default()) } else { tag.parse() };
        if let Ok(language) = language
            && weight > 0
            && best.is_none_or(|(known, _)| weight > known)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q` in thousandths; 1000 when absent, 0 when senseless.
fn weight(params: &str) -> u16 {
    let value = params.split(';').find_map(|p| p.trim().strip_prefix("q="));
    let Some(value) = value else { return 1000 };
    let (whole, part) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if whole == "1" {
        return 1000;
    }
    if whole != "0" || part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    format!("{part:0<3}").parse().unwrap_or(0)
}

/// How many ranges are read; our own choice.
const RANGES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn of(line: &'static str) -> Option<Language> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(line));
        accepted(&headers)
    }

    #[test]
    fn the_highest_weight_among_our_languages_wins() {
        assert_eq!(of("fr-CA,fr;q=0.9,en;q=0.8"), Some(Language::Fr));
        assert_eq!(of("de, en;q=0.5, fr;q=0.75"), Some(Language::Fr));
        assert_eq!(of("en, fr"), Some(Language::En));
        assert_eq!(of("fr;q=0, en;q=0.1"), Some(Language::En));
    }

    #[test]
    fn nothing_of_ours_means_no_preference() {
        assert_eq!(of("de"), None);
        assert_eq!(of("fr;q=zero"), None);
        assert_eq!(accepted(&HeaderMap::new()), None);
    }
}

//! A card of exactly 1 KiB that carries a number.

/// Size of each body.
const BODY_BYTES: usize = 1024;

/// Digits of the number.
const DIGITS: usize = 10;

const BEFORE: &str = r#"{"@type":"MessageCard","@context":"https://schema.org/extensions","summary":"Load","title":"Load "#;
const AFTER: &str = r#"","themeColor":"0076D7","sections":[{"activityTitle":"Build","facts":[{"name":"Branch","value":"main"},{"name":"Duration","value":"3 min 12 s"}]}],"text":""#;
const END: &str = r#""}"#;

/// A request whose number is patched in place, so that sending costs no allocation.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    bytes: Vec<u8>,
    digits_at: usize,
}

impl Card {
    /// A POST to that path.
    pub(crate) fn new(path: &str) -> Self {
        let fixed = BEFORE.len() + DIGITS + AFTER.len() + END.len();
        let text: String = "All checks passed. ".chars().cycle().take(BODY_BYTES - fixed).collect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: liaison.test\r\nContent-Type: application/json\r\n\
             Content-Length: {BODY_BYTES}\r\n\r\n"
        );
        let digits_at = head.len() + BEFORE.len();
        let zeros = "0".repeat(DIGITS);
        let bytes = [head.as_str(), BEFORE, &zeros, AFTER, &text, END].concat().into_bytes();
        Self { bytes, digits_at }
    }

    /// The request with that number.
    pub(crate) fn numbered(&mut self, number: u64) -> &[u8] {
        let digits =
            self.bytes.get_mut(self.digits_at..self.digits_at + DIGITS).unwrap_or_default();
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit =
                b"0123456789".get(usize::try_from(rest % 10).unwrap_or(0)).copied().unwrap_or(b'0');
            rest /= 10;
        }
        &self.bytes
    }
}

/// The number (below 10^9, so it starts with a zero) in a piece of text that holds a card's title.
pub(crate) fn number_in(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("Load 0")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_json_of_one_kibibyte_and_carries_its_number() {
        let mut card = Card::new("/webhookb2/x");
        let request = String::from_utf8(card.numbered(1_234_567).to_vec()).unwrap();
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.len(), BODY_BYTES);
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["title"], "Load 0001234567");
        assert_eq!(number_in(body["title"].as_str().unwrap()), Some(1_234_567));
        assert_eq!(number_in("no number"), None);
    }
}

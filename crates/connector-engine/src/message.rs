//! Requests to send and answers that came.

use serde_json::Value;

use crate::{encode, headers::Headers};

/// A request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers in order. `Host`, `Content-Length` and `User-Agent` are the sender's.
    pub headers: Headers,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// The request with every secret replaced by `***`, for those who may look at it.
    #[must_use]
    pub fn masked(&self, secrets: &[String]) -> Self {
        let mask = Mask::of(secrets);
        let mask = |text: &str| mask.text(text);
        let body = match str::from_utf8(&self.body) {
            Ok(text) => mask(text).into_bytes(),
            Err(_) => self.body.clone(),
        };
        let mut headers = Headers::default();
        for (name, value) in self.headers.iter() {
            let value =
                if self.headers.is_credential(name) { "***".to_owned() } else { mask(value) };
            headers.set(name, &value, crate::headers::Source::Policy);
        }
        Self { method: self.method.clone(), url: mask(&self.url), headers, body }
    }
}

/// What takes secrets out of texts, in every form that a request gives them.
#[derive(Debug)]
pub(crate) struct Mask(Vec<String>);

impl Mask {
    pub(crate) fn of(secrets: &[String]) -> Self {
        let mut forms: Vec<String> = Vec::new();
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let json = Value::String(secret.clone()).to_string();
            let json = json.trim_matches('"').to_owned();
            let segments = encode::segments(secret);
            forms.extend([
                secret.clone(),
                encode::component(secret),
                encode::form(secret),
                json,
                segments,
            ]);
        }
        // longer forms first, or a part of one would hide the rest from us
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self(forms)
    }

    pub(crate) fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, form| text.replace(form, "***"))
    }
}

/// An answer as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON: by its content type, then by trying.
    pub fn json(&self) -> Option<Value> {
        if self.body.is_empty() {
            return None;
        }
        let bytes = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
        let declared = self.headers.value("Content-Type").map(is_json);
        // text that says it is something else may still be JSON, but only an object or a list is
        // told apart from text
        let structured = matches!(first, b'{' | b'[');
        match declared {
            Some(true) => serde_json::from_slice(bytes).ok(),
            Some(false) | None if structured => serde_json::from_slice(bytes).ok(),
            Some(false) | None => None,
        }
    }
}

/// Whether a media type is JSON or one of its relatives.
pub(crate) fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
        || media.ends_with("/json")
        || (media.starts_with("application/json"))
}

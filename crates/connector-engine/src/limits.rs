//! Bounds of what the engine makes and follows.

/// Bounds of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest body of a request. The platform's message limit is 100 MB.
    pub max_body_bytes: usize,
    /// Longest address. Our choice: four times what common servers take.
    pub max_url_bytes: usize,
    /// Most exchanges of one call, look-ups and pages included. Our choice.
    pub max_exchanges: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_body_bytes: 100_000_000, max_url_bytes: 32_768, max_exchanges: 100 }
    }
}

/// Deepest schema that inputs and answers are held against. Published ones have 28 levels.
pub(crate) const MAX_DEPTH: usize = 64;

/// Most schemas that one walk looks at: definitions may contain themselves. Our choice.
pub(crate) const MAX_VISITS: usize = 50_000;

/// Largest JSON value, in bytes of text, that policies may build up from a smaller one. Our choice.
pub(crate) const MAX_BUILT_BYTES: usize = 4 * 1024 * 1024;

/// What one policy may add to a value that is larger than that anyway. Our choice.
pub(crate) const MAX_ADDED_BYTES: usize = 1024 * 1024;

/// Most remarks about one answer. Our choice.
pub(crate) const MAX_NOTES: usize = 32;

/// Roughly how long a JSON value is as text.
pub(crate) fn weight(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(map) => {
            map.iter().map(|(key, value)| key.len() + weight(value) + 4).sum::<usize>() + 2
        }
        _ => 8,
    }
}

//! What a configuration page sets, checked.

use egress::Networks;
use kernel::FieldError;
use serde_json::{Map, Value as Json};

use crate::{Error, Result, is_valid_domain, registration::domains};

/// The settings without what only the hub says; unknown keys stay.
///
/// Texts and addresses that are known are checked, addresses also against the valid domains. Empty ones
/// count as absent.
pub(super) fn check(
    settings: &Json,
    valid_domains: &[String],
    networks: &Networks,
) -> Result<Map<String, Json>> {
    let Json::Object(sent) = settings else {
        return Err(Error::invalid("", "configuration.not_object", "an object is expected"));
    };
    let mut kept = sent.clone();
    for own in OWN {
        kept.remove(own);
    }
    if kept.len() > MAX_KEYS || !is_plain(settings, MAX_DEPTH) {
        let detail = "at most 64 keys, 8 levels, and no NUL characters";
        return Err(Error::invalid("", "configuration.shape", detail));
    }
    if settings.to_string().len() > MAX_BYTES {
        let detail = "the settings have at most 16 KB";
        return Err(Error::invalid("", "configuration.too_large", detail));
    }
    let mut faults = Vec::new();
    for (key, limit) in TEXTS {
        if let Some(detail) = text_fault(kept.get(key), limit) {
            faults.push(FieldError::new(format!("/{key}"), "configuration.text", detail));
        }
    }
    for key in ADDRESSES {
        let text = match kept.get(key) {
            None | Some(Json::Null) => continue,
            Some(Json::String(text)) if text.trim().is_empty() => continue,
            Some(Json::String(text)) => text,
            Some(_) => {
                let detail = "a text is expected";
                faults.push(FieldError::new(format!("/{key}"), "configuration.text", detail));
                continue;
            }
        };
        match domains::address(text, networks) {
            Err((code, detail)) => faults.push(FieldError::new(format!("/{key}"), code, detail)),
            Ok(url) if !is_valid_domain(valid_domains, &url) => {
                let host = url.host_str().unwrap_or_default();
                let detail = format!("{host} is not among the connector's valid domains");
                faults.push(FieldError::new(format!("/{key}"), "connector.url_domain", detail));
            }
            Ok(_) => {}
        }
    }
    if faults.is_empty() { Ok(kept) } else { Err(Error::Invalid { fields: faults }) }
}

/// What the page called it.
pub(super) fn name(settings: &Map<String, Json>) -> Option<String> {
    let named = |key: &str| settings.get(key)?.as_str().map(str::trim);
    let name = named("configName").filter(|name| !name.is_empty());
    let name = name.or_else(|| named("suggestedDisplayName").filter(|name| !name.is_empty()))?;
    Some(name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

fn text_fault(value: Option<&Json>, limit: usize) -> Option<String> {
    match value {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) if text.chars().count() <= limit => None,
        Some(Json::String(_)) => Some(format!("at most {limit} characters")),
        Some(_) => Some("a text is expected".to_owned()),
    }
}

/// Whether a document is as flat as asked, and every database can store its texts.
fn is_plain(value: &Json, depth: usize) -> bool {
    match value {
        Json::String(text) => !text.contains('\0'),
        Json::Array(items) => depth > 0 && items.iter().all(|item| is_plain(item, depth - 1)),
        Json::Object(object) => {
            depth > 0
                && object.iter().all(|(key, value)| {
                    key.len() <= MAX_KEY_BYTES && !key.contains('\0') && is_plain(value, depth - 1)
                })
        }
        _ => true,
    }
}

/// What pages are told and never tell.
pub(super) const OWN: [&str; 3] = ["webhookUrl", "appType", "userObjectId"];

const TEXTS: [(&str, usize); 3] =
    [("entityId", 256), ("configName", 128), ("suggestedDisplayName", 128)];
const ADDRESSES: [&str; 3] = ["contentUrl", "removeUrl", "websiteUrl"];

/// All of these are our own choice; real pages send under ten keys and 1 KB.
const MAX_KEYS: usize = 64;
const MAX_KEY_BYTES: usize = 128;
const MAX_DEPTH: usize = 8;
const MAX_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(settings: &Json) -> Result<Map<String, Json>, Vec<(String, &'static str)>> {
        let domains = ["tasks.example.org".to_owned()];
        let networks = Networks::new(&egress::Settings::default());
        check(settings, &domains, &networks).map_err(|error| match error {
            Error::Invalid { fields } => {
                fields.into_iter().map(|f| (f.pointer.into_owned(), f.code)).collect()
            }
            other => vec![(other.to_string(), "")],
        })
    }

    fn fault(settings: &Json) -> (String, &'static str) {
        let mut faults = checked(settings).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.remove(0)
    }

    #[test]
    fn unknown_keys_stay_and_the_hubs_own_do_not() {
        let sent = json!({
            "entityId": "tasks", "contentUrl": "https://tasks.example.org/c?a=b", "removeUrl": "",
            "configName": "My tasks", "x-extra": {"deep": [1, null, "é"]},
            "webhookUrl": "https://evil.test/", "appType": "mail", "userObjectId": "me",
        });
        let kept = checked(&sent).unwrap();
        assert_eq!(kept.get("x-extra"), sent.get("x-extra"));
        assert!(OWN.iter().all(|own| !kept.contains_key(*own)));
        assert_eq!(name(&kept).as_deref(), Some("My tasks"));
        assert_eq!(
            name(checked(&json!({"suggestedDisplayName": "S"})).as_ref().unwrap()).unwrap(),
            "S"
        );
    }

    #[test]
    fn addresses_stand_on_the_valid_domains() {
        for (key, url, code) in [
            ("contentUrl", "https://evil.test/", "connector.url_domain"),
            ("removeUrl", "https://tasks.example.org.evil.test/", "connector.url_domain"),
            ("websiteUrl", "javascript:alert(1)", "connector.url_scheme"),
            ("contentUrl", "http://tasks.example.org/", "connector.url_not_secure"),
            ("contentUrl", "//tasks.example.org/", "connector.url_invalid"),
        ] {
            assert_eq!(fault(&json!({ key: url })), (format!("/{key}"), code), "{url}");
        }
        assert_eq!(fault(&json!({"contentUrl": 1})).1, "configuration.text");
    }

    #[test]
    fn shapes_are_bounded() {
        let whole = String::new();
        let deep = (0..10).fold(json!(1), |inner, _| json!([inner]));
        let many: Map<String, Json> = (0..65).map(|n| (n.to_string(), json!(n))).collect();
        for (sent, code) in [
            (json!("text"), "configuration.not_object"),
            (json!([]), "configuration.not_object"),
            (json!({ "deep": deep }), "configuration.shape"),
            (json!({ "nul": "a\u{0}b" }), "configuration.shape"),
            (json!({ "k".repeat(129): 1 }), "configuration.shape"),
            (Json::Object(many), "configuration.shape"),
            (json!({ "big": "x".repeat(16 * 1024) }), "configuration.too_large"),
        ] {
            assert_eq!(fault(&sent), (whole.clone(), code));
        }
        assert_eq!(fault(&json!({"entityId": "e".repeat(257)})).1, "configuration.text");
    }
}

//! Settings that a publisher left for the one who takes the package into use.

/// Whether a value is a publisher's placeholder, such as `[[DUMMY]]`, `<<Please add your clientID here>>`,
/// `{{ resourceUri }}`, `<resource-id>` or `placeholder_client_id`.
///
/// Our own choice of signs, held against the public packages; a real identifier is none of them.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    if value.contains("[[") || value.contains("<<") || value.contains("{{") {
        return true;
    }
    let wrapped = |open, close| value.starts_with(open) && value.ends_with(close);
    if wrapped('<', '>') || wrapped('[', ']') || wrapped('{', '}') {
        return true;
    }
    let letters: String =
        value.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let is_filler = !letters.is_empty() && letters.bytes().all(|b| b == b'x' || b == b'0');
    is_filler
        || WHOLE.contains(&letters.as_str())
        || STARTS.iter().any(|start| letters.starts_with(start))
        || (letters.contains("placeholder") && value.contains([' ', '_', '-']))
}

/// As [`is_placeholder`], for a text that may well hold `{Name}`.
pub(crate) fn is_placeholder_template(value: &str) -> bool {
    ["[[", "<<", "{{", "<"].iter().any(|sign| value.contains(sign))
}

/// Words that stand for nothing when they are all there is.
const WHOLE: [&str; 9] =
    ["clientid", "required", "null", "none", "todo", "tbd", "test", "changeme", "exampleclientid"];
/// Beginnings of a request to fill something in.
const STARTS: [&str; 8] = [
    "dummy",
    "placeholder",
    "pleaseadd",
    "pleaseenter",
    "enteryour",
    "insertyour",
    "replacewith",
    "yourclient",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_publishers_leave_is_a_placeholder() {
        for value in [
            "[[DUMMY]]",
            "<<Please add your clientID here>>",
            "<resource-id>",
            "[facebook_app_id]",
            "[null]",
            "{ClientId}",
            "{{ resourceUri }}",
            "dummy",
            "dummy_number",
            "CLIENT_ID",
            "enter your client id",
            "Please enter client ID",
            "PLACEHOLDER_CLIENTID",
            "THIS_IS_A_PLACEHOLDER_KEY",
            "XXXXX",
            "00000000-0000-0000-0000-00000000000",
            "required",
            "example-client-id",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn a_real_identifier_is_none() {
        for value in [
            "2083C317-674A-4887-8184-9FFFE0E6277C",
            "6538E2C55478C",
            "FJ8aTHhXL1WNBkl3HPsCuLmB6KGQp3CD",
            "logic-apps",
            "power-platform-integration",
            "https://graph.microsoft.com/",
            "api://botid-2f7b4d11-d621-4079-9798-27f548d681f1",
            "common",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
        assert!(!is_placeholder_template("https://{region}.example/{tenantId}/token"));
        assert!(is_placeholder_template("https://[[HOST]]/token"));
    }
}

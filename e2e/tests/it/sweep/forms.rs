//! What is sent to every form of the pages: all fields that any of them knows, with values that each takes, so that
//! who sends it is what decides.

use super::things::Things;

/// Fields that hold the identifier of something that exists, by the name of the thing.
const OF_THINGS: [(&str, &str); 13] = [
    ("person", "user_id"),
    ("to", "user_id"),
    ("user", "user_id"),
    ("second_owner", "user_id"),
    ("holder", "user_id"),
    ("group", "group_id"),
    ("channel", "channel_id"),
    ("team", "team_id"),
    ("webhook", "webhook_id"),
    ("around", "message_id"),
    ("group_target", "group_id"),
    ("message", "message_id"),
    ("target", "environment_id"),
];

/// Fields with a word of their own; a field that is not here is not needed.
const WORDS: [(&str, &str); 59] = [
    ("action", "approve"),
    ("actionable_messages_enabled", "on"),
    ("answer", "grant"),
    ("way", "up"),
    ("addresses", "somebody@example.org"),
    ("address", "somebody@example.org"),
    ("busy", "429"),
    ("client_id", "liaison"),
    ("client_secret", "secret"),
    ("code", "000000"),
    ("connectors_enabled", "on"),
    ("connectors_enabled_for_outlook", "on"),
    ("connectors_enabled_for_teams", "on"),
    ("description", "swept"),
    ("display_name", "Swept"),
    ("enabled", "on"),
    ("expires_at", ""),
    ("extent", "everything"),
    ("folder", "INBOX"),
    ("format", "text"),
    ("headers", ""),
    ("host", "swept.example.org"),
    ("issuer", "https://id.example.org"),
    ("kind", "user"),
    ("label", "swept"),
    ("language", "en"),
    ("mail", "somebody@example.org"),
    ("members_may_manage", "on"),
    ("methods", "totp"),
    ("name", "Swept"),
    ("old", "a long password of old"),
    ("new_password", "a long password of new"),
    ("password", "a long password of swept"),
    ("per_hour", "10"),
    ("per_minute", "10"),
    ("per_second", "10"),
    ("permissions", "messages:read"),
    ("position", "1"),
    ("rate", "default"),
    ("role", "member"),
    ("roles", "seller"),
    ("role_claim", "roles"),
    ("role_value", "x"),
    ("role_target", "seller"),
    ("sample", "text"),
    ("seats", "3"),
    ("second_factor_roles", "seller"),
    ("secret", "secret"),
    ("state", "locked"),
    ("subject", "Swept"),
    ("text", "swept"),
    ("theme", "dark"),
    ("time_zone", "UTC"),
    ("trusted_domains", "example.org"),
    ("url", "https://example.org/hook"),
    ("user_name", "swept"),
    ("version", "1"),
    ("visibility", "private"),
    ("what", "swept"),
];

/// Every field with its value.
fn fields(things: &Things) -> Vec<(&'static str, String)> {
    let of_things = OF_THINGS.iter().map(|(field, thing)| (*field, things.id(thing).to_owned()));
    let words = WORDS.iter().map(|(field, word)| (*field, (*word).to_owned()));
    of_things.chain(words).collect()
}

/// The form as a browser sends it: type and body.
pub(super) fn form(things: &Things) -> (String, Vec<u8>) {
    let pairs = fields(things).into_iter().map(|(field, value)| {
        let value: String = value
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    char::from(byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            })
            .collect();
        format!("{field}={value}")
    });
    let body = pairs.collect::<Vec<_>>().join("&");
    ("application/x-www-form-urlencoded".to_owned(), body.into_bytes())
}

/// The same with a file, as forms with an upload are sent.
pub(super) fn upload(things: &Things) -> (String, Vec<u8>) {
    let part = |(field, value): (&str, String)| {
        format!("--cut\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
    };
    let mut body: String = fields(things).into_iter().map(part).collect();
    body.push_str(
        "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"swept.txt\"\r\n\
         content-type: text/plain\r\n\r\nswept\r\n--cut--\r\n",
    );
    ("multipart/form-data; boundary=cut".to_owned(), body.into_bytes())
}

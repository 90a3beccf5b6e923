//! What is wrong with an address, said as the service says it.

use std::borrow::Cow;

use crate::fault::Fault;

/// The fault of an address that cannot be read; `address` is the text that was handed to the reader.
pub(crate) fn fault(error: &odata::Error, address: &str) -> Fault {
    use odata::Problem;
    match &error.problem {
        Problem::UnknownOption { name } => {
            Fault::malformed(format!("The query parameter {name} is not supported."))
        }
        Problem::RepeatedOption { name } => Fault::malformed(format!(
            "Query option '{name}' was specified more than once, but it must be specified at most once."
        )),
        Problem::UnknownFunction { name } => Fault::malformed(format!(
            "An unknown function with name '{name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed."
        )),
        Problem::Limit { of: "bytes", .. } => {
            Fault::new(http::StatusCode::URI_TOO_LONG, "0x80060888", "The request URL is too long.")
        }
        _ => {
            let (text, at) = around(address, error.at);
            let text: String = text.chars().take(TEXT).collect();
            Fault::malformed(format!(
                "Syntax error at position {at} in '{text}': {}.",
                error.problem
            ))
        }
    }
}

/// The option's value (or the path) that holds the byte, decoded, and where in it.
fn around(address: &str, at: usize) -> (Cow<'_, str>, usize) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if at <= path.len() {
        return (Cow::Borrowed(path), at);
    }
    let mut start = path.len() + 1;
    for pair in query.split('&') {
        let end = start + pair.len();
        if at <= end {
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            let offset = if name.is_empty() { 0 } else { name.len() + 1 };
            let inside = at.saturating_sub(start + offset);
            let before = value.get(..inside).unwrap_or(value);
            let position = decoded(before).chars().count();
            return (Cow::Owned(decoded(value)), position);
        }
        start = end + 1;
    }
    (Cow::Borrowed(address), at)
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// Our own choice: longer texts are cut in messages.
const TEXT: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_counted_in_the_decoded_option() {
        let (text, at) = around("accounts?$top=1&%24filter=name+eq%20", 33);
        assert_eq!((&*text, at), ("name eq ", 7));
        let (text, at) = around("accounts(", 9);
        assert_eq!((&*text, at), ("accounts(", 9));
        assert_eq!(around("a?b", 99).1, 99);
    }
}

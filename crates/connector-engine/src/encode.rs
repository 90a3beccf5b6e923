//! Percent-encoding, in the three strengths that a request needs.

/// Encodes everything but unreserved characters (RFC 3986 §2.3): values of paths and queries.
pub(crate) fn component(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// Encodes what may not stand in a path at all, and leaves the rest as written: the literal text of
/// a path template. A percent sign stays, because templates hold encoded text.
pub(crate) fn literal(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%[]".contains(&byte))
}

/// The same for the text of a query.
pub(crate) fn literal_query(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%[]".contains(&byte))
}

/// Encodes a name or value of `application/x-www-form-urlencoded`: a blank becomes `+`.
pub(crate) fn form(text: &str) -> String {
    component(text).replace("%20", "+")
}

/// Encodes the name of a query parameter; `$` stays, as in `$filter`.
pub(crate) fn query_name(text: &str) -> String {
    encode(text, |byte| byte.is_ascii_alphanumeric() || b"-._~$".contains(&byte))
}

/// Encodes each segment of a path by itself: slashes between them stay.
pub(crate) fn segments(text: &str) -> String {
    text.split('/').map(component).collect::<Vec<_>>().join("/")
}

/// Decodes percent-encoded text; what is not a pair of hexadecimal digits stays.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = if byte == b'%' { ahead.next().zip(ahead.next()) } else { None };
        match pair.and_then(|(high, low)| Some(digit(high)? * 16 + digit(low)?)) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn encode(text: &str, stays: impl Fn(u8) -> bool) -> String {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let hex = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if stays(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

/// Whether a path holds a segment `.` or `..`, also an encoded one: what reads the address later
/// would go up with it.
pub(crate) fn climbs(path: &str) -> bool {
    path.split(['/', '\\']).any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_keeps_only_unreserved_characters() {
        assert_eq!(component("a/b+c=d'é~"), "a%2Fb%2Bc%3Dd%27%C3%A9~");
    }

    #[test]
    fn literal_text_of_a_template_goes_out_as_written_but_blanks_cannot() {
        assert_eq!(literal("/tables('x')/$ref a%20b"), "/tables('x')/$ref%20a%20b");
    }

    #[test]
    fn what_is_no_pair_of_digits_is_not_decoded() {
        assert_eq!(decode("%24top%2x%"), "$top%2x%");
    }

    #[test]
    fn encoded_dots_climb_too() {
        assert!(
            climbs("/a/%2E%2e/b") && climbs("/..") && !climbs("/a..b/...") && climbs("/x\\..\\y")
        );
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in ".*") {
            prop_assert_eq!(decode(&component(&text)), text);
        }
    }
}

//! Parameters of a field (RFC 2045 §5.1, RFC 2231), where the parser of fields reads none: values on a line of their
//! own, and letters that are parted between two pieces of a value.

use mail_parser::parsers::MessageStream;

use crate::charset;

/// A parameter of a field's raw value, whatever way it is written.
pub(super) fn parameter(raw: &[u8], name: &str) -> Option<String> {
    let mut whole: Option<String> = None;
    let mut pieces: Vec<(usize, bool, String)> = Vec::new();
    for (key, value) in pairs(&String::from_utf8_lossy(raw)).into_iter().take(200) {
        let Some(rest) = key.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name))
        else {
            continue;
        };
        let rest = key.get(rest.len()..).unwrap_or_default();
        if rest.is_empty() {
            whole = whole.or(Some(value));
            continue;
        }
        let Some(rest) = rest.strip_prefix('*') else { continue };
        let (number, is_encoded) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None => (rest, rest.is_empty()),
        };
        let number = if number.is_empty() { Some(0) } else { number.parse().ok() };
        pieces.extend(number.map(|number| (number, is_encoded, value)));
    }
    if pieces.is_empty() {
        return whole.map(|value| words(&value));
    }
    pieces.sort_by_key(|(number, _, _)| *number);
    let mut bytes = Vec::new();
    let mut set = None;
    for (index, (_, is_encoded, value)) in pieces.iter().enumerate() {
        let mut value = value.as_str();
        if index == 0 && *is_encoded {
            let mut three = value.splitn(3, '\'');
            if let (Some(named), Some(_language), Some(rest)) =
                (three.next(), three.next(), three.next())
            {
                set = Some(named.to_owned()).filter(|named| !named.is_empty());
                value = rest;
            }
        }
        if *is_encoded { bytes.extend(percent(value)) } else { bytes.extend(value.bytes()) }
    }
    Some(charset::decode(&bytes, set.as_deref()).0)
}

/// Names and values behind the first semicolon.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let (mut key, mut value) = (String::new(), String::new());
    let (mut in_value, mut in_quotes, mut is_escaped) = (false, false, false);
    let mut was_quoted = false;
    for c in text.chars().filter(|c| !matches!(c, '\r' | '\n')) {
        match c {
            '"' if in_value && !is_escaped => {
                in_quotes = !in_quotes;
                was_quoted = true;
            }
            // folders of Windows stay: only what has to be escaped is
            '\\' if in_quotes && !is_escaped => {
                is_escaped = true;
                continue;
            }
            ';' if !in_quotes => {
                all.push(pair(&key, &value, was_quoted));
                key.clear();
                value.clear();
                (in_value, was_quoted) = (false, false);
            }
            '=' if !in_value => in_value = true,
            c => {
                let out = if in_value { &mut value } else { &mut key };
                if is_escaped && !matches!(c, '"' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        is_escaped = false;
    }
    all.push(pair(&key, &value, was_quoted));
    all
}

fn pair(key: &str, value: &str, was_quoted: bool) -> (String, String) {
    let value = if was_quoted { value.trim_start() } else { value.trim() };
    (key.trim().to_owned(), value.to_owned())
}

/// Encoded words in a value, which RFC 2047 §5 forbids and clients write.
fn words(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let line = format!("{value}\r\n");
    let read = MessageStream::new(line.as_bytes()).parse_unstructured();
    read.as_text().map_or_else(|| value.to_owned(), ToOwned::to_owned)
}

fn percent(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digit = |at: usize| {
            let byte = behind.get(at).copied()?;
            char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
        };
        if let (b'%', Some((high, low))) = (byte, digit(0).zip(digit(1))) {
            out.push(high * 16 + low);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = behind;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_parameter_is_read_whatever_way_it_is_written() {
        for (raw, name, value) in [
            (
                " application/pdf; name=\r\n\t\"=?iso-8859-1?Q?ATT_N=B0_1.?=\r\n =?iso-8859-1?Q?pdf?=\"",
                "name",
                "ATT N° 1.pdf",
            ),
            (" attachment; filename=\r\n \"file.jpg\"; size=3", "filename", "file.jpg"),
            (
                " attachment; filename*0*=UTF-8''%D9%8A%D8;\r\n filename*1*=%AF.txt",
                "filename",
                "يد.txt",
            ),
            (" attachment; filename*1=b.txt; filename*0=\"a \"", "filename", "a b.txt"),
            (
                " attachment; filename*=iso-8859-1'fr'%E9t%E9.txt; filename=ete.txt",
                "filename",
                "été.txt",
            ),
            (" attachment; FILENAME=\"a \\\"b\\\".txt\"", "filename", "a \"b\".txt"),
            (" attachment; filename=\"C:\\Temp\\a.txt\"", "filename", "C:\\Temp\\a.txt"),
            (" attachment; filename=a b.txt", "filename", "a b.txt"),
        ] {
            assert_eq!(parameter(raw.as_bytes(), name).as_deref(), Some(value), "{raw}");
        }
        assert_eq!(parameter(b" attachment; name=x", "filename"), None);
    }

    proptest! {
        #[test]
        fn any_value_has_parameters(raw in "[ -~\r\n]{0,120}") {
            let _value = parameter(raw.as_bytes(), "filename");
        }
    }
}

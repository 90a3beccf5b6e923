//! Names of folders: a form of UTF-7 of IMAP's own (RFC 3501 §5.1.3).

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// A name as people read it; what is not in that form stays as it is.
pub(crate) fn shown(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, after)) = behind.split_once('-') else {
            out.push('&');
            rest = behind;
            continue;
        };
        if coded.is_empty() {
            out.push('&');
        } else if let Some(text) = decoded(coded) {
            out.push_str(&text);
        } else {
            out.push('&');
            out.push_str(coded);
            out.push('-');
        }
        rest = after;
    }
    out.push_str(rest);
    out.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

fn decoded(coded: &str) -> Option<String> {
    let bytes = STANDARD_NO_PAD.decode(coded.replace(',', "/")).ok()?;
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
    let units: Vec<u16> = units.map(u16::from_be_bytes).collect();
    String::from_utf16(&units).ok()
}

/// A text as the protocol quotes it; nothing where it cannot be quoted.
pub(crate) fn quoted(text: &str) -> Option<String> {
    if text.chars().any(|c| matches!(c, '\r' | '\n' | '\0')) {
        return None;
    }
    Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

const MAX_CHARS: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_read() {
        for (name, wanted) in [
            ("INBOX", "INBOX"),
            ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"),
            ("R&-D", "R&D"),
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("a&b", "a&b"),
            ("&!!!-", "&!!!-"),
        ] {
            assert_eq!(shown(name), wanted);
        }
    }
}

//! Bytes that PowerShell wrote, as JSON: with or without a mark in front, in UTF-8, in UTF-16, or in the code page of
//! Western Windows.

use serde_json::Value as Json;

use super::Fault;

/// Documents of one file: whoever appends to a file writes one after the other. Ours.
const MAX_DOCUMENTS: usize = 100;

/// The documents in a file, mostly one. `serde_json` stops at 128 levels by itself.
pub(super) fn documents(bytes: &[u8]) -> Result<Vec<Json>, Fault> {
    // `Set-Content` of Windows PowerShell writes the code page; names alone can suffer, for what is asked for is ASCII
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let text = decode(bytes).or_else(|fault| western(bytes).filter(|_| !marked).ok_or(fault))?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == MARK);
    if text.is_empty() {
        return Err(Fault::new("", "evidence.empty", "the file has nothing in it"));
    }
    let mut documents = Vec::new();
    for (part, line) in parts(text) {
        for found in serde_json::Deserializer::from_str(part).into_iter() {
            let document: Json = found.map_err(|error| {
                let place = format!("line {}, column {}", error.line() + line, error.column());
                let (code, detail) = match looks_like(text) {
                    Some((code, what)) => (code, format!("{place}: {what}")),
                    None => ("evidence.not_json", format!("{place}: {error}")),
                };
                Fault::new(format!("/{place}"), code, detail)
            })?;
            if documents.len() >= MAX_DOCUMENTS {
                let detail = format!("at most {MAX_DOCUMENTS} documents in a file");
                return Err(Fault::new("", "evidence.too_many_rows", detail));
            }
            documents.push(document);
        }
    }
    Ok(documents)
}

/// What stands before each text of a file that was made of several.
const MARK: char = '\u{feff}';

/// The text from mark to mark, each with the lines before it.
fn parts(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut line = 0;
    // within a string a mark is a sign like another: only what begins a line begins a text
    let mut cuts = vec![0];
    cuts.extend(text.match_indices("\n\u{feff}").map(|(at, _)| at + 1));
    let ends: Vec<_> = cuts.iter().skip(1).copied().chain([text.len()]).collect();
    cuts.into_iter().zip(ends).map(move |(from, to)| {
        let own = text.get(from..to).unwrap_or_default();
        let before = line;
        line += own.matches('\n').count();
        (own.trim_start_matches(MARK), before)
    })
}

/// What people hand in by mistake, and what they should do.
fn looks_like(text: &str) -> Option<(&'static str, &'static str)> {
    let first = text.lines().next().unwrap_or_default();
    if text.starts_with('<') {
        let what = "this is XML: put metadata of Salesforce into a ZIP, and write what a cmdlet says with \
                    ConvertTo-Json -Depth 5";
        Some(("evidence.xml", what))
    } else if text.starts_with("#TYPE") || first.matches("\",\"").count() > 1 || is_csv(first) {
        let what = "this is CSV, which leaves lists out: write it with ConvertTo-Json -Depth 5 instead of Export-Csv";
        Some(("evidence.csv", what))
    } else if text.starts_with(['{', '[']) {
        None
    } else {
        let what = "this is no JSON: pipe what the cmdlet says into ConvertTo-Json -Depth 5";
        Some(("evidence.printed", what))
    }
}

/// Names of columns between commas or semicolons, and nothing else.
fn is_csv(first: &str) -> bool {
    [',', ';', '\t'].iter().any(|mark| {
        let names: Vec<_> = first.split(*mark).map(|one| one.trim().trim_matches('"')).collect();
        let fits =
            |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        names.len() > 2 && names.iter().all(fits)
    })
}

/// Windows-1252, where what it says is text: binary files have signs that no text has.
fn western(bytes: &[u8]) -> Option<String> {
    let signs = |byte: &u8| match *byte {
        b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..=0xff => Some(char::from(*byte)),
        0x80..=0x9f => HIGH.chars().nth(usize::from(byte - 0x80)).filter(|sign| *sign != '?'),
        _ => None,
    };
    bytes.iter().map(signs).collect()
}

/// The signs from 0x80 to 0x9f; `?` where there is none.
const HIGH: &str = "€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ";

/// `Out-File` of Windows PowerShell writes UTF-16 with a mark; PowerShell 7 writes UTF-8, some with one.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Fault> {
    let wrong = |detail| Fault::new("", "evidence.not_text", detail);
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes).ok_or_else(|| wrong("no UTF-16")),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes).ok_or_else(|| wrong("no UTF-16")),
        // without a mark: the first sign of JSON is ASCII, so one of its two bytes is zero
        [first, 0, ..] if *first != 0 => {
            wide(bytes, u16::from_le_bytes).ok_or_else(|| wrong("no UTF-16"))
        }
        [0, first, ..] if *first != 0 => {
            wide(bytes, u16::from_be_bytes).ok_or_else(|| wrong("no UTF-16"))
        }
        _ => utf_8(bytes),
    }
}

fn utf_8(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("no UTF-8 at byte {}", error.valid_up_to());
        Fault::new("", "evidence.not_text", detail)
    })?;
    Ok(text.to_owned())
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok()
}

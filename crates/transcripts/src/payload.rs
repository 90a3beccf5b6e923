//! The text of a cue: voices, other tags, entities (`WebVTT` §4.2, read leniently).

use crate::name;

/// What one voice says in a cue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Voice {
    /// Who, when the cue says so.
    pub(crate) speaker: Option<String>,
    /// What, on one line.
    pub(crate) text: String,
}

/// The voices of a payload, in order. An end tag may be missing, a tag that is none stays text.
pub(crate) fn voices(payload: &str) -> Vec<Voice> {
    let mut out = Vec::new();
    let mut speaker = None;
    let mut text = String::new();
    let mut rest = payload;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let Some((tag, after)) = tag(from) else {
            text.push('<');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        if tag.eq_ignore_ascii_case("/v") {
            finish(&mut out, &mut speaker, &mut text);
        } else if let Some(named) = voice(tag) {
            finish(&mut out, &mut speaker, &mut text);
            speaker = name::kept(&entities(named));
        }
        rest = after;
    }
    text.push_str(rest);
    finish(&mut out, &mut speaker, &mut text);
    out
}

/// Ends what the speaker says.
fn finish(out: &mut Vec<Voice>, speaker: &mut Option<String>, text: &mut String) {
    let said = one_line(&entities(text));
    text.clear();
    let speaker = speaker.take();
    if !said.is_empty() {
        out.push(Voice { speaker, text: said });
    }
}

/// The inside of a tag at the beginning of `from`, and what follows; `a < b` has none.
fn tag(from: &str) -> Option<(&str, &str)> {
    let inside = from.strip_prefix('<')?;
    let first = inside.chars().next()?;
    if !(first.is_ascii_alphanumeric() || first == '/') {
        return None;
    }
    let (tag, after) = inside.split_once('>')?;
    if tag.contains('<') { None } else { Some((tag, after)) }
}

/// The name in `v Name` or `v.class Name`.
fn voice(tag: &str) -> Option<&str> {
    let rest = tag.strip_prefix(['v', 'V'])?;
    if rest.starts_with('.') {
        return Some(rest.split_once([' ', '\t', '\n']).map_or("", |(_, name)| name));
    }
    rest.strip_prefix([' ', '\t', '\n'])
}

/// White space as one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_ascii_whitespace() || letter == '\u{2028}') {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

/// Character references, those of `WebVTT` and the numeric ones.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let known =
            from.get(1..).and_then(|inside| inside.split_once(';')).and_then(|(name, after)| {
                if name.len() > 8 { None } else { character(name).map(|letter| (letter, after)) }
            });
        if let Some((letter, after)) = known {
            out.push_str(letter.encode_utf8(&mut [0; 4]).trim_matches(LEFT_OUT));
            rest = after;
        } else {
            out.push('&');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// The character of a reference.
fn character(name: &str) -> Option<char> {
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" | "rlm" => LEFT_OUT,
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number).filter(|letter| !letter.is_control())?
        }
    };
    Some(letter)
}

/// Stands for the marks of direction, which are left out.
const LEFT_OUT: char = '\u{200e}';

//! From text to pieces.

use super::{Argument, Call, Piece, path};

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['@', '{']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        if let Some((call, behind)) = embedded(from).or_else(|| inline(from)) {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Call(call));
            rest = behind;
        } else {
            let mut characters = from.chars();
            plain.extend(characters.next());
            rest = characters.as_str();
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// `@{fn(…)…}` and `{@fn(…)…}`: the brace ends the call, so property names may hold anything.
fn embedded(text: &str) -> Option<(Call, &str)> {
    let inside = text.strip_prefix("@{").or_else(|| text.strip_prefix("{@"))?;
    let inside = inside.trim_start();
    let (call, rest) = call(inside.strip_prefix('@').unwrap_or(inside), path::Names::Wide)?;
    rest.trim_start().strip_prefix('}').map(|rest| (call, rest))
}

/// `@fn(…)…` in the middle of any text: property names end at the first odd character.
fn inline(text: &str) -> Option<(Call, &str)> {
    call(text.strip_prefix('@')?, path::Names::Narrow)
}

fn call(text: &str, names: path::Names) -> Option<(Call, &str)> {
    const METHOD: &str = "request.originalhttpmethod";
    if let Some((head, rest)) = text.split_at_checked(METHOD.len())
        && head.eq_ignore_ascii_case(METHOD)
    {
        return Some((Call::OriginalMethod, rest));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let rest = rest.strip_prefix('(')?;
    let (arguments, rest) = arguments(rest)?;
    if let Some(root) = path::root(name) {
        let (path, rest) = path::suffix(rest, names);
        return Some((Call::Value(path::Place { root, path }), rest));
    }
    let mut arguments = arguments.into_iter();
    let first = arguments.next();
    let with = |make: fn(Argument) -> Call, name: String, default: Option<String>| {
        make(Argument { name, default })
    };
    let call = match (name.to_ascii_lowercase().as_str(), first) {
        ("connectionparameters", Some(first)) => with(Call::Connection, first, arguments.next()),
        ("headers" | "header", Some(first)) => with(Call::Header, first, arguments.next()),
        ("queryparameters", Some(first)) => with(Call::Query, first, arguments.next()),
        ("environmentvariables", Some(first)) => with(Call::Environment, first, arguments.next()),
        _ => Call::Unknown(name.to_owned()),
    };
    Some((call, rest))
}

/// Quoted texts up to the closing parenthesis, which goes too. The documentation shows typographic
/// quotes; they count.
fn arguments(text: &str) -> Option<(Vec<String>, &str)> {
    let mut arguments = Vec::new();
    let mut rest = text.trim_start();
    if let Some(rest) = rest.strip_prefix(')') {
        return Some((arguments, rest));
    }
    loop {
        let mut characters = rest.chars();
        let closing: &[char] = match characters.next()? {
            '\'' => &['\''],
            '"' => &['"'],
            '\u{2018}' | '\u{2019}' => &['\u{2019}', '\u{2018}'],
            '\u{201c}' | '\u{201d}' => &['\u{201d}', '\u{201c}'],
            _ => return None,
        };
        let (argument, behind) = characters.as_str().split_once(closing)?;
        arguments.push(argument.to_owned());
        let behind = behind.trim_start();
        if let Some(behind) = behind.strip_prefix(')') {
            return Some((arguments, behind));
        }
        rest = behind.strip_prefix(',')?.trim_start();
    }
}

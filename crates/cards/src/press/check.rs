//! Judging answers as the renderer in the page does, once more on the server: clients differ.

use regex::RegexBuilder;
use serde_json::{Map, Value};

use super::{Asked, AskedKind};

/// Answers that passed, in the order of the questions: id and text. What was not answered is absent.
pub type Answers = Vec<(String, String)>;

/// An answer that does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which question.
    pub id: String,
    /// Why.
    pub kind: FaultKind,
    /// What the sender says about it.
    pub message: Option<String>,
}

/// Why an answer does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// It is needed.
    Missing,
    /// It is longer than allowed.
    TooLong,
    /// It does not follow the pattern.
    Pattern,
    /// It is no number.
    NotANumber,
    /// It is no date `YYYY-MM-DD` of the calendar.
    NotADate,
    /// It is no time `HH:MM`.
    NotATime,
    /// It is outside of what is allowed.
    OutOfRange,
    /// It is none of the choices.
    NotAChoice,
    /// It is no text, number, truth value or list of texts.
    WrongType,
}

/// The answers that belong to the questions, or what is wrong with them.
///
/// An empty text is no answer; senders' pages write both. Answers that nobody asked for are left out.
/// Numbers and truth values are taken as their text, lists of texts as a multiple choice.
///
/// # Errors
/// One fault for each question at most.
pub fn check(asked: &[Asked<'_>], given: &Map<String, Value>) -> Result<Answers, Vec<Fault>> {
    let (mut answers, mut faults) = (Answers::new(), Vec::new());
    let mut left = MAX_ANSWERS_BYTES;
    for question in asked {
        let mut fault = |kind| {
            let message = question.message.map(str::to_owned);
            faults.push(Fault { id: question.id.to_owned(), kind, message });
        };
        let given = given.get(question.id).filter(|given| !given.is_null());
        let text = given.map(text);
        if text == Some(None) {
            fault(FaultKind::WrongType);
            continue;
        }
        let text = text.flatten().filter(|text| !text.is_empty());
        let Some(text) = text else {
            if question.is_required {
                fault(FaultKind::Missing);
            }
            continue;
        };
        if text.len() > left {
            fault(FaultKind::TooLong);
            continue;
        }
        left -= text.len();
        match judge(question, &text) {
            Some(kind) => fault(kind),
            None if answers.iter().any(|(id, _)| id == question.id) => {}
            None => answers.push((question.id.to_owned(), text)),
        }
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}

/// Bytes of all answers together: our own choice, the limit of a post.
const MAX_ANSWERS_BYTES: usize = 28_672;

/// Longest pattern that is tried: our own choice.
const MAX_PATTERN: usize = 1_000;

/// Size of a compiled pattern: our own choice; what needs more is left to the receiver.
const MAX_COMPILED: usize = 256 * 1024;

/// Parts of a multiple choice: our own choice.
const MAX_PARTS: usize = 200;

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.replace("\r\n", "\n")),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            Some(items?.join(","))
        }
        _ => None,
    }
}

fn judge(question: &Asked<'_>, text: &str) -> Option<FaultKind> {
    let within = |min: Option<&str>, max: Option<&str>, is: fn(&str) -> bool| {
        let low = min.is_none_or(|min| !is(min) || min <= text);
        let high = max.is_none_or(|max| !is(max) || text <= max);
        if low && high { None } else { Some(FaultKind::OutOfRange) }
    };
    match &question.kind {
        AskedKind::Text { max_length, pattern, .. } => {
            let units = text.encode_utf16().count();
            if max_length.is_some_and(|most| u64::try_from(units).is_ok_and(|units| units > most)) {
                return Some(FaultKind::TooLong);
            }
            (!pattern.is_none_or(|pattern| follows(pattern, text))).then_some(FaultKind::Pattern)
        }
        AskedKind::Number { min, max } => {
            let Some(number) = number(text) else { return Some(FaultKind::NotANumber) };
            let inside = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
            (!inside).then_some(FaultKind::OutOfRange)
        }
        AskedKind::Date { min, max } => {
            if is_date(text) {
                within(*min, *max, is_date)
            } else {
                Some(FaultKind::NotADate)
            }
        }
        AskedKind::Time { min, max } => {
            if is_time(text) {
                within(*min, *max, is_time)
            } else {
                Some(FaultKind::NotATime)
            }
        }
        AskedKind::Toggle { on, off } => {
            if text != *on && text != *off {
                return Some(FaultKind::NotAChoice);
            }
            // A needed toggle has to be on (SDK).
            (question.is_required && text != *on).then_some(FaultKind::Missing)
        }
        AskedKind::Choice { choices, is_multi_select, is_open } => {
            let is_choice = |text: &str| choices.iter().any(|(_, value)| *value == text);
            let fits =
                *is_open || is_choice(text) || *is_multi_select && parts_fit(text, &is_choice);
            (!fits).then_some(FaultKind::NotAChoice)
        }
    }
}

/// Whether a list joined by commas is made of choices, which may hold commas themselves.
fn parts_fit(text: &str, is_choice: &dyn Fn(&str) -> bool) -> bool {
    let ends: Vec<usize> = text.match_indices(',').map(|(at, _)| at).chain([text.len()]).collect();
    if ends.len() > MAX_PARTS {
        return false;
    }
    // starts[k]: whether a choice may begin at the k-th part
    let mut starts = vec![true];
    starts.resize(ends.len() + 1, false);
    for from in 0..ends.len() {
        if starts.get(from) != Some(&true) {
            continue;
        }
        let begin = if from == 0 { 0 } else { ends.get(from - 1).map_or(0, |at| at + 1) };
        for (to, end) in ends.iter().enumerate().skip(from) {
            if text.get(begin..*end).is_some_and(is_choice)
                && let Some(next) = starts.get_mut(to + 1)
            {
                *next = true;
            }
        }
    }
    starts.last() == Some(&true)
}

/// A decimal number as inputs of pages write it: no blanks, no words.
fn number(text: &str) -> Option<f64> {
    let plain =
        |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.' | 'e' | 'E');
    if text.len() > 64 || !text.chars().all(plain) {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// `YYYY-MM-DD`, and a day of the calendar.
pub(super) fn is_date(text: &str) -> bool {
    let Some((year, month, day)) = digits(text, &[4, 2, 2], '-').and_then(|parts| {
        let [year, month, day] = parts.try_into().ok()?;
        Some((year, month, day))
    }) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// `HH:MM`.
pub(super) fn is_time(text: &str) -> bool {
    digits(text, &[2, 2], ':').is_some_and(|parts| {
        let mut parts = parts.into_iter();
        parts.next().is_some_and(|hour| hour < 24) && parts.next().is_some_and(|minute| minute < 60)
    })
}

/// Numbers of fixed lengths with a mark between them.
fn digits(text: &str, lengths: &[usize], mark: char) -> Option<Vec<u32>> {
    let parts: Vec<&str> = text.split(mark).collect();
    let fits = parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| {
            part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit())
        });
    if fits { parts.iter().map(|part| part.parse().ok()).collect() } else { None }
}

/// Whether a text follows a pattern, unanchored. A pattern that has no meaning without backtracking
/// (look-around, back references) or is too large is left to the page and the receiver: it passes here.
fn follows(pattern: &str, text: &str) -> bool {
    if pattern.len() > MAX_PATTERN {
        return true;
    }
    let compiled = RegexBuilder::new(&translated(pattern))
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(50)
        .build();
    compiled.map_or(true, |pattern| pattern.is_match(text))
}

/// A pattern of JavaScript in the syntax of the linear engine: classes of ASCII, and brackets inside a
/// class that mean themselves.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '[' if in_class => out.push_str("\\["),
            '&' | '~' if in_class => out.extend(['\\', letter]),
            '[' => {
                in_class = true;
                out.push('[');
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            other => out.push(other),
        }
    }
    out
}

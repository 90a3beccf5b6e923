//! Lines of a calendar: unfolded, cut into name, parameters and value (RFC 5545 §3.1).

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line of the file it begins on, from 1.
    pub(crate) number: usize,
    /// The name, in upper case.
    pub(crate) name: String,
    /// Parameters, names in upper case.
    pub(crate) params: Vec<(String, String)>,
    /// The value as it stands.
    pub(crate) value: String,
}

impl Line {
    /// A parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value as a text, without escapes (RFC 5545 §3.3.11).
    pub(crate) fn text(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n' | 'N') => out.push('\n'),
                    Some(other) => out.push(other),
                    None => {}
                },
                other => out.push(other),
            }
        }
        out
    }
}

/// Every line that has a name and a value, folds undone; what is none is left out.
pub(crate) fn unfolded(text: &str) -> Vec<Line> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for (number, raw) in text.split('\n').enumerate() {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        match (raw.strip_prefix([' ', '\t']), out.last_mut()) {
            (Some(rest), Some((_, last))) => {
                if last.len() + rest.len() <= MAX_LINE {
                    last.push_str(rest);
                }
            }
            _ if raw.is_empty() => {}
            _ => out.push((number + 1, raw.chars().take(MAX_LINE).collect())),
        }
    }
    out.into_iter().filter_map(|(number, line)| cut(number, &line)).collect()
}

fn cut(number: usize, line: &str) -> Option<Line> {
    let mut out = Line { number, ..Line::default() };
    let mut parts: Vec<String> = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.char_indices();
    let colon = loop {
        let (at, letter) = letters.next()?;
        match letter {
            '"' => quoted = !quoted,
            ':' if !quoted => break at,
            ';' if !quoted && parts.len() <= MAX_PARAMS => parts.push(String::new()),
            other => {
                if let Some(part) = parts.last_mut() {
                    part.push(other);
                }
            }
        }
    };
    line.get(colon + 1..)?.clone_into(&mut out.value);
    let mut parts = parts.into_iter();
    out.name = parts.next()?.trim().to_ascii_uppercase();
    for part in parts {
        if let Some((name, value)) = part.split_once('=') {
            out.params.push((name.trim().to_ascii_uppercase(), value.trim().to_owned()));
        }
    }
    (!out.name.is_empty()).then_some(out)
}

/// The most bytes of a line; bodies of invitations are long.
const MAX_LINE: usize = 256 << 10;
/// The most parameters of a line.
const MAX_PARAMS: usize = 40;

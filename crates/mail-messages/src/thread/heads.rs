//! The heads that clients put above what they quote.

/// A head above a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) by: Option<String>,
    pub(super) at: Option<String>,
    /// How many lines it takes.
    pub(super) lines: usize,
}

/// The head that begins at a line, if one does.
pub(super) fn head_at(lines: &[String], at: usize) -> Option<Head> {
    let line = bare(lines.get(at)?);
    if line.is_empty() || line.len() > MAX_LINE {
        return None;
    }
    rule(lines, at, line).or_else(|| fields(lines, at)).or_else(|| sentence(lines, at, line))
}

/// `-----Original Message-----` with its fields below, and Outlook's line of underscores.
fn rule(lines: &[String], at: usize, line: &str) -> Option<Head> {
    let words = line.trim_matches(['-', '_', '*', ' ']).to_lowercase();
    let words = words.replace('\u{2019}', "'").replace('\u{a0}', " ");
    let words = words.trim_end_matches([':', ' ']);
    let is_rule = line.len() >= 10 && words.is_empty() && line.starts_with('_');
    let is_named = RULES.contains(&words)
        && (line.starts_with('-') || line.ends_with(':') || line.ends_with('-'));
    if !is_rule && !is_named {
        return None;
    }
    let below = (at + 1..(at + 4).min(lines.len()))
        .find(|&next| lines.get(next).is_some_and(|line| !bare(line).is_empty()));
    let below = below.and_then(|next| fields(lines, next).map(|head| (next, head)));
    match below {
        Some((next, head)) => Some(Head { lines: next - at + head.lines, ..head }),
        // a rule alone may be decoration
        None => is_named.then_some(Head { by: None, at: None, lines: 1 }),
    }
}

/// From, Sent, To, Subject, each on a line: at least three of them, From among the first two.
fn fields(lines: &[String], at: usize) -> Option<Head> {
    let mut head = Head { by: None, at: None, lines: 0 };
    let (mut count, mut known) = (0, 0);
    for line in lines.iter().skip(at).take(MAX_FIELDS) {
        let line = bare(line);
        let Some(field) = field(line) else {
            // a list of people that goes on
            if count > 0
                && line.contains('@')
                && !line.ends_with(['.', '!', '?'])
                && line.len() < 500
            {
                count += 1;
                continue;
            }
            break;
        };
        count += 1;
        known += 1;
        match field {
            ("from", value) if known <= 2 => head.by = Some(value.to_owned()),
            ("sent", value) => head.at = Some(value.to_owned()),
            _ => {}
        }
    }
    head.lines = count;
    (known >= 3 && head.by.is_some()).then_some(head)
}

/// A field of a head: what it is, and what it says.
fn field(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_matches('*');
    let (name, value) = line.split_once(':')?;
    let name = name.trim_matches(['*', ' ', '\u{a0}', '\u{202f}']).to_lowercase();
    let known = FIELDS.iter().find(|(_, names)| names.contains(&name.as_str()))?;
    Some((known.0, value.trim_matches(['*', ' ', '\u{a0}', '\u{202f}'])))
}

/// "On … wrote:", on up to three lines.
fn sentence(lines: &[String], at: usize, line: &str) -> Option<Head> {
    let begins = |text: &str| {
        let lower = text.to_lowercase();
        BEGINNINGS.iter().any(|begin| lower.starts_with(begin))
    };
    if !begins(line) {
        return None;
    }
    let mut whole = String::new();
    for (count, line) in lines.iter().skip(at).take(4).enumerate() {
        let line = bare(line);
        if line.is_empty() && count > 0 {
            return None;
        }
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(line);
        let tail = whole.trim_end_matches([' ', '\u{a0}', '\u{202f}', ':']);
        let lower = tail.to_lowercase();
        // "Am Mo., 2. März 2026 um 10:00 schrieb Ada Byron:"
        if whole.ends_with(':')
            && let Some((before, behind)) = MIDDLES.iter().find_map(|verb| tail.split_once(verb))
            && before.chars().any(|c| c.is_ascii_digit())
        {
            let sent = before.split_once(' ').map_or(before, |(_, sent)| sent);
            let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            return Some(Head { by: some(behind), at: some(sent), lines: count + 1 });
        }
        let Some(verb) = VERBS.iter().find(|verb| lower.ends_with(*verb)) else { continue };
        // what is not followed by a colon is a sentence of the text
        if !whole.ends_with(':') || !whole.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let content = tail.get(..tail.len() - verb.len()).unwrap_or_default().trim();
        let content = content.get(3..).unwrap_or_default();
        let (by, sent) = parted(content);
        return Some(Head { by, at: sent, lines: count + 1 });
    }
    None
}

/// Day and person of "Mon, 2 Mar 2026 at 10:00, Ada Byron <ada@…>": the person stands behind the last time of day.
fn parted(content: &str) -> (Option<String>, Option<String>) {
    let some = |text: &str| {
        let text = text.trim_matches([' ', ',', '\u{a0}', '\u{202f}']);
        (!text.is_empty()).then(|| text.to_owned())
    };
    let bytes = content.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let time = (1..bytes.len()).rev().find(|&at| {
        matches!(bytes.get(at), Some(b':' | b'h')) && is_digit(at - 1) && is_digit(at + 1)
    });
    let Some(time) = time else { return (some(content), None) };
    let mut end = time + 1;
    while is_digit(end) || bytes.get(end) == Some(&b':') {
        end += 1;
    }
    let mut rest = content.get(end..).unwrap_or_default();
    for half in [" AM", " PM", " am", " pm", "\u{202f}AM", "\u{202f}PM", "\u{a0}AM", "\u{a0}PM"] {
        if let Some(behind) = rest.strip_prefix(half) {
            rest = behind;
            end += half.len();
            break;
        }
    }
    (some(rest), some(content.get(..end).unwrap_or_default()))
}

/// A line without the marks of a quote.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '\u{a0}']).trim_end()
}

/// What stands in the rules above quoted messages: Outlook, Gmail, Apple Mail; English and French, and the languages of
/// neighbours, because customers write from there.
const RULES: &[&str] = &[
    "original message",
    "original appointment",
    "forwarded message",
    "begin forwarded message",
    "message d'origine",
    "message original",
    "message transféré",
    "message forwardé",
    "début du message transféré",
    "début du message réexpédié",
    "rendez-vous d'origine",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "mensaje original",
    "mensaje reenviado",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "mensagem original",
    "mensagem encaminhada",
];

/// The fields of heads.
const FIELDS: &[(&str, &[&str])] = &[
    ("from", &["from", "de", "von", "da", "van"]),
    (
        "sent",
        &[
            "sent",
            "date",
            "envoyé",
            "envoyé le",
            "gesendet",
            "datum",
            "enviado",
            "enviado el",
            "fecha",
            "inviato",
            "data",
            "verzonden",
            "enviada em",
            "enviado em",
        ],
    ),
    ("to", &["to", "à", "a", "pour", "an", "para", "aan"]),
    ("cc", &["cc", "bcc", "cci", "reply-to", "répondre à", "importance", "kopie", "cco"]),
    (
        "subject",
        &["subject", "objet", "sujet", "betreff", "asunto", "oggetto", "onderwerp", "assunto"],
    ),
];

/// How the sentence of a head begins.
const BEGINNINGS: &[&str] = &["on ", "le ", "am ", "el ", "il ", "op ", "em "];
/// How it ends.
const VERBS: &[&str] = &[" wrote", " a écrit", " écrit", " escribió", " ha scritto", " escreveu"];
/// What stands between day and person where the verb does.
const MIDDLES: &[&str] = &[" schrieb ", " schreef "];
const MAX_FIELDS: usize = 12;
const MAX_LINE: usize = 600;

//! Questions of a card.

use serde_json::{Map, Value};

use super::is_apart;

/// A question that belongs to a button.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<'c> {
    /// Its id: the name of the answer.
    pub id: &'c str,
    /// What is read beside it.
    pub label: &'c str,
    /// What the sender says when the answer is wrong.
    pub message: Option<&'c str>,
    /// Whether an answer is needed.
    pub is_required: bool,
    /// The answer that is there at first.
    pub value: Option<String>,
    /// What kind of answer.
    pub kind: AskedKind<'c>,
}

/// What kind of answer a question takes.
#[derive(Debug, Clone, PartialEq)]
pub enum AskedKind<'c> {
    /// `Input.Text`.
    Text {
        /// More than one line.
        is_multiline: bool,
        /// Longest answer, in UTF-16 units, as browsers count.
        max_length: Option<u64>,
        /// A pattern in the syntax of JavaScript.
        pattern: Option<&'c str>,
    },
    /// `Input.Number`.
    Number {
        /// Least.
        min: Option<f64>,
        /// Most.
        max: Option<f64>,
    },
    /// `Input.Date`: `YYYY-MM-DD`.
    Date {
        /// First.
        min: Option<&'c str>,
        /// Last.
        max: Option<&'c str>,
    },
    /// `Input.Time`: `HH:MM`.
    Time {
        /// First.
        min: Option<&'c str>,
        /// Last.
        max: Option<&'c str>,
    },
    /// `Input.Toggle`.
    Toggle {
        /// The answer when it is on.
        on: &'c str,
        /// The answer when it is off.
        off: &'c str,
    },
    /// `Input.ChoiceSet`.
    Choice {
        /// What is read and what is answered.
        choices: Vec<(&'c str, &'c str)>,
        /// Several may be chosen; they are joined by commas.
        is_multi_select: bool,
        /// More choices come from elsewhere (`choices.data`), so that any answer may be one.
        is_open: bool,
    },
}

/// The questions of one card, not of those that open below its buttons; at most [`MOST`].
pub(super) fn inputs(card: &Value) -> Vec<Asked<'_>> {
    let mut all = Vec::new();
    walk(card, false, &mut all);
    all
}

/// Questions that one card asks at most: our own choice.
const MOST: usize = 200;

/// `spare` says that the place is a fallback: what stands there may never be shown, so nothing in it is
/// needed.
fn walk<'c>(value: &'c Value, spare: bool, all: &mut Vec<Asked<'c>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, spare, all)),
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str).unwrap_or_default();
            if kind == "Action.ShowCard" {
                return;
            }
            if kind.starts_with("Input.")
                && all.len() < MOST
                && let Some(mut asked) = read(kind, members)
            {
                asked.is_required &= !spare;
                all.push(asked);
            }
            for (name, member) in members {
                if !is_apart(name) {
                    walk(member, spare || name == "fallback", all);
                }
            }
        }
        _ => {}
    }
}

fn read<'c>(kind: &str, members: &'c Map<String, Value>) -> Option<Asked<'c>> {
    let word = |name: &str| members.get(name).and_then(Value::as_str);
    let flag = |name: &str| match members.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let number = |name: &str| members.get(name).and_then(Value::as_f64);
    let kind = match kind {
        "Input.Text" => AskedKind::Text {
            is_multiline: flag("isMultiline"),
            max_length: members.get("maxLength").and_then(Value::as_u64).filter(|most| *most > 0),
            pattern: word("regex").filter(|pattern| !pattern.is_empty()),
        },
        "Input.Number" => AskedKind::Number { min: number("min"), max: number("max") },
        "Input.Date" => AskedKind::Date { min: word("min"), max: word("max") },
        "Input.Time" => AskedKind::Time { min: word("min"), max: word("max") },
        "Input.Toggle" => AskedKind::Toggle {
            on: word("valueOn").unwrap_or("true"),
            off: word("valueOff").unwrap_or("false"),
        },
        "Input.ChoiceSet" => {
            let choices = members.get("choices").and_then(Value::as_array);
            let choice = |choice: &'c Value| {
                let value = choice.get("value")?.as_str()?;
                Some((choice.get("title").and_then(Value::as_str).unwrap_or(value), value))
            };
            AskedKind::Choice {
                choices: choices.into_iter().flatten().filter_map(choice).collect(),
                is_multi_select: flag("isMultiSelect"),
                is_open: members.contains_key("choices.data"),
            }
        }
        _ => return None,
    };
    let id = word("id").filter(|id| !id.is_empty())?;
    let value = match members.get("value") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
        _ => None,
    };
    let label = word("label").or_else(|| word("title")).or_else(|| word("placeholder"));
    Some(Asked {
        id,
        label: label.unwrap_or(id),
        message: word("errorMessage"),
        is_required: flag("isRequired"),
        value,
        kind,
    })
}

//! Choices.

use serde_json::Value;
use tables::{
    Choice, ChoiceOption, Labels,
    define::{Change, NewChoice},
};

use super::{Problem, ReadError, body::Body};

/// The first number of entries that come without one (the option value prefix of a publisher is not
/// asked for: our own choice).
const FIRST_VALUE: i32 = 100_000_000;

/// A new choice that columns share (`OptionSetMetadata`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn choice(body: &Value) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let name = body.need_text("Name")?.to_owned();
    Ok(Change::CreateChoice(NewChoice {
        labels: body.labels("DisplayName")?.unwrap_or_else(|| Labels::english(name.clone())),
        description: body.labels("Description")?.unwrap_or_default(),
        options: options(&body)?,
        name,
    }))
}

/// Another definition of such a choice; what is left out stays.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn choice_update(
    choice: &Choice,
    body: &Value,
    merge_labels: bool,
) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let options = match body.get("Options") {
        Some(_) => options(&body)?,
        None => choice.options.clone(),
    };
    let to = NewChoice {
        name: choice.name.clone(),
        labels: body.labels("DisplayName")?.unwrap_or_else(|| choice.labels.clone()),
        description: body.labels("Description")?.unwrap_or_else(|| choice.description.clone()),
        options,
    };
    Ok(Change::UpdateChoice { to, merge_labels })
}

/// The entries of a choice; those without a number get the next free one.
pub(super) fn options(set: &Body<'_>) -> Result<Vec<ChoiceOption>, ReadError> {
    let mut options: Vec<(Option<i32>, ChoiceOption)> = Vec::new();
    for body in set.list("Options")? {
        let value: Option<i32> = body.whole("Value")?;
        let labels = body.labels("Label")?.ok_or_else(|| body.fail(Problem::Missing))?;
        let colour = body.get_text("Color")?.filter(|colour| !colour.is_empty());
        let option = ChoiceOption {
            value: value.unwrap_or_default(),
            labels,
            colour: colour.map(str::to_owned),
        };
        options.push((value, option));
    }
    let mut next = FIRST_VALUE;
    let taken: Vec<i32> = options.iter().filter_map(|(value, _)| *value).collect();
    let mut made = Vec::with_capacity(options.len());
    for (value, mut option) in options {
        if value.is_none() {
            while taken.contains(&next) {
                next = next.saturating_add(1);
            }
            option.value = next;
            next = next.saturating_add(1);
        }
        made.push(option);
    }
    Ok(made)
}

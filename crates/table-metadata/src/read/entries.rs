//! One entry of a choice at a time: `InsertOptionValue`, `UpdateOptionValue`, `DeleteOptionValue`, `OrderOption`,
//! `InsertStatusValue` (Dataverse Web API, actions).

use serde_json::Value;
use tables::{
    Choice, ChoiceOption, ColumnKind, Labels, Model, Options, StatusOption,
    define::{Change, NewChoice, NewColumn},
};

use super::{Problem, ReadError, body::Body};

/// The first number of an entry that comes without one, as for new choices.
const FIRST_VALUE: i32 = 100_000_000;

/// Whether an action is one of these.
pub fn changes_entries(action: &str) -> bool {
    Act::of(action).is_some()
}

/// The change that one of these actions asks for, and the number of the entry that it makes.
///
/// The choice is named by `OptionSetName`, or the column by `EntityLogicalName` and `AttributeLogicalName`.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn entries(
    model: &Model,
    action: &str,
    body: &Value,
) -> Result<(Change, Option<i32>), ReadError> {
    let body = Body::new(body);
    let act = Act::of(action).ok_or_else(|| body.fail(Problem::UnknownWord))?;
    let merge_labels = body.flag("MergeLabels")?.unwrap_or_default();
    let shared = |named: &Body<'_>, name: &str| {
        let choice = model.choice(&name.to_lowercase());
        let choice = choice.ok_or_else(|| named.fail(Problem::UnknownReference))?;
        act.of_choice(&body, choice, merge_labels)
    };
    if body.get("EntityLogicalName").is_none()
        && let Some(named) = body.get("OptionSetName")
    {
        return shared(&named, named.text()?);
    }
    let named = body.need("EntityLogicalName")?;
    let table = model.table(named.text()?).ok_or_else(|| named.fail(Problem::UnknownReference))?;
    let named = body.need("AttributeLogicalName")?;
    let column = table.column(named.text()?);
    let column = column.ok_or_else(|| named.fail(Problem::UnknownReference))?;
    let mut to = NewColumn::of(column);
    let made = match &mut to.kind {
        ColumnKind::Choice { options: Options::Local(options), .. }
        | ColumnKind::Choices { options: Options::Local(options) } => act.change(&body, options)?,
        ColumnKind::Choice { options: Options::Global(name), .. }
        | ColumnKind::Choices { options: Options::Global(name) } => return shared(&named, name),
        ColumnKind::Status { options } => act.change_status(&body, options)?,
        _ => return Err(named.fail(Problem::UnknownType)),
    };
    let change = Change::UpdateColumn {
        table: table.logical.clone(),
        column: column.logical.clone(),
        to,
        merge_labels,
    };
    Ok((change, made))
}

/// What is done with an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Insert,
    InsertStatus,
    Update,
    Delete,
    Order,
}

impl Act {
    fn of(action: &str) -> Option<Self> {
        Some(match action {
            "InsertOptionValue" => Self::Insert,
            "InsertStatusValue" => Self::InsertStatus,
            "UpdateOptionValue" => Self::Update,
            "DeleteOptionValue" => Self::Delete,
            "OrderOption" => Self::Order,
            _ => return None,
        })
    }

    /// The change of a choice that columns share.
    fn of_choice(
        self,
        body: &Body<'_>,
        choice: &Choice,
        merge_labels: bool,
    ) -> Result<(Change, Option<i32>), ReadError> {
        let mut options = choice.options.clone();
        let made = self.change(body, &mut options)?;
        let to = NewChoice {
            name: choice.name.clone(),
            labels: choice.labels.clone(),
            description: choice.description.clone(),
            options,
        };
        Ok((Change::UpdateChoice { to, merge_labels }, made))
    }

    /// Changes the entries; the number of a new one.
    fn change(
        self,
        body: &Body<'_>,
        options: &mut Vec<ChoiceOption>,
    ) -> Result<Option<i32>, ReadError> {
        match self {
            Self::Insert => {
                let value = fresh(body, |value| options.iter().any(|one| one.value == value))?;
                options.push(ChoiceOption { value, labels: label(body)?, colour: None });
                return Ok(Some(value));
            }
            Self::Update => {
                let value = need(body)?;
                let labels = label(body)?;
                let found = options.iter_mut().find(|one| one.value == value);
                renamed(body, &mut found.ok_or_else(|| unknown(body))?.labels, &labels)?;
            }
            Self::Delete => {
                let value = need(body)?;
                let before = options.len();
                options.retain(|one| one.value != value);
                if options.len() == before {
                    return Err(unknown(body));
                }
            }
            Self::Order => {
                let order = order(body)?;
                if order.len() != options.len()
                    || !options.iter().all(|one| order.contains(&one.value))
                {
                    return Err(body.fail(Problem::OutOfRange));
                }
                options.sort_by_key(|one| order.iter().position(|value| *value == one.value));
            }
            Self::InsertStatus => return Err(body.fail(Problem::UnknownType)),
        }
        Ok(None)
    }

    /// The same with reasons for a state.
    fn change_status(
        self,
        body: &Body<'_>,
        options: &mut Vec<StatusOption>,
    ) -> Result<Option<i32>, ReadError> {
        match self {
            Self::InsertStatus => {
                let value = fresh(body, |value| options.iter().any(|one| one.value == value))?;
                let state = body.whole("StateCode")?;
                let state = state.ok_or_else(|| body.fail(Problem::Missing))?;
                options.push(StatusOption { value, state, labels: label(body)? });
                Ok(Some(value))
            }
            Self::Update => {
                let value = need(body)?;
                let labels = label(body)?;
                let found = options.iter_mut().find(|one| one.value == value);
                renamed(body, &mut found.ok_or_else(|| unknown(body))?.labels, &labels)?;
                Ok(None)
            }
            Self::Delete => {
                let value = need(body)?;
                let before = options.len();
                options.retain(|one| one.value != value);
                if options.len() == before { Err(unknown(body)) } else { Ok(None) }
            }
            Self::Insert | Self::Order => Err(body.fail(Problem::UnknownType)),
        }
    }
}

/// The number that a new entry is given, or the next free one.
fn fresh(body: &Body<'_>, taken: impl Fn(i32) -> bool) -> Result<i32, ReadError> {
    if let Some(value) = body.whole("Value")? {
        return if taken(value) { Err(unknown(body)) } else { Ok(value) };
    }
    (FIRST_VALUE..=i32::MAX)
        .find(|value| !taken(*value))
        .ok_or_else(|| body.fail(Problem::OutOfRange))
}

fn need(body: &Body<'_>) -> Result<i32, ReadError> {
    body.whole("Value")?.ok_or_else(|| body.fail(Problem::Missing))
}

fn order(body: &Body<'_>) -> Result<Vec<i32>, ReadError> {
    body.need("Values")?;
    let number = |one: &Body<'_>| {
        let number = one.value.as_i64().and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| one.fail(Problem::WrongType))
    };
    body.list("Values")?.iter().map(number).collect()
}

fn label(body: &Body<'_>) -> Result<Labels, ReadError> {
    let labels = body.labels("Label")?.filter(|labels| !labels.is_empty());
    labels.ok_or_else(|| body.fail(Problem::Missing))
}

/// Other texts: those in other languages stay where that is asked for.
fn renamed(body: &Body<'_>, was: &mut Labels, newer: &Labels) -> Result<(), ReadError> {
    if body.flag("MergeLabels")?.unwrap_or_default() {
        was.merge(newer);
    } else {
        was.clone_from(newer);
    }
    Ok(())
}

fn unknown(body: &Body<'_>) -> ReadError {
    body.get("Value").unwrap_or_else(|| body.clone()).fail(Problem::OutOfRange)
}

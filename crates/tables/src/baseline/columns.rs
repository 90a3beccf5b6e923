//! The short form of a column: `["IndustryCode", "choice search", "Industry", "Secteur", extra]`.

use serde_json::Value as Json;

use crate::{
    ChoiceOption, Column, ColumnKind, Computed, DateBehaviour, DateFormat, Labels, MONEY_SCALE,
    MemoFormat, Options, Required, TextFormat, WholeFormat, limits,
    standard::{self, Draw},
};

/// Reads one column; `None` where it says something unknown.
pub(super) fn read(table: &str, row: &Json, draw: Draw<'_>) -> Option<Column> {
    let schema = row.get(0)?.as_str()?;
    let words: Vec<&str> = row.get(1)?.as_str()?.split_whitespace().collect();
    let labels = Labels::both(row.get(2)?.as_str()?, row.get(3)?.as_str()?);
    let extra = row.get(4);
    let kind = kind(&words, extra)?;
    let id = draw(&format!("column/{table}/{}", schema.to_ascii_lowercase()));
    let mut column = standard::column(id, schema, kind, labels);
    for word in &words {
        match *word {
            "req" => column.required = Required::System,
            "app" => column.required = Required::Application,
            "rec" => column.required = Required::Recommended,
            "ro" => {
                column.for_create = false;
                column.for_update = false;
            }
            "nocreate" => column.for_create = false,
            "noupdate" => column.for_update = false,
            "secured" => column.secured = true,
            "search" => column.searched = true,
            "tablename" => column.computed = Some(Computed::TableName),
            other => {
                if let Some(format) = other.strip_prefix("auto=") {
                    column.auto_number = Some(format.to_owned());
                } else if let Some(of) = other.strip_prefix("size=") {
                    column.computed = Some(Computed::Size { of: of.to_owned() });
                } else if let Some(of) = other.strip_prefix("filled=") {
                    column.computed = Some(Computed::Filled { of: of.to_owned() });
                } else if let Some(columns) = other.strip_prefix("join=") {
                    column.computed = Some(Computed::Join {
                        columns: columns.split('+').map(str::to_owned).collect(),
                        separator: " ".to_owned(),
                    });
                }
            }
        }
    }
    if column.computed.is_some() {
        column.for_create = false;
        column.for_update = false;
    }
    Some(column)
}

fn kind(words: &[&str], extra: Option<&Json>) -> Option<ColumnKind> {
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok());
    let has = |word: &str| words.contains(&word);
    let equals = |word: &&str| word.strip_prefix('=').and_then(|value| value.parse::<i32>().ok());
    let default = words.iter().find_map(equals);
    Some(match *words.first()? {
        "key" => ColumnKind::Key,
        "guid" => ColumnKind::Guid,
        "text" => {
            let formats = [
                ("email", TextFormat::Email),
                ("url", TextFormat::Url),
                ("phone", TextFormat::Phone),
                ("area", TextFormat::TextArea),
                ("ticker", TextFormat::TickerSymbol),
                ("json", TextFormat::Json),
            ];
            let format = formats.into_iter().find(|(word, _)| has(word));
            let format = format.map(|(_, format)| format).unwrap_or_default();
            ColumnKind::Text { max: u32::try_from(number(1)?).ok()?, format }
        }
        "memo" => {
            let format = if has("rich") {
                MemoFormat::RichText
            } else if has("mail") {
                MemoFormat::Email
            } else if has("json") {
                MemoFormat::Json
            } else {
                MemoFormat::TextArea
            };
            ColumnKind::Memo { max: u32::try_from(number(1)?).ok()?, format }
        }
        "int" => {
            let bound = |at: usize, other: i32| {
                number(at).and_then(|bound| i32::try_from(bound).ok()).unwrap_or(other)
            };
            let format = if has("duration") {
                WholeFormat::Duration
            } else if has("tz") {
                WholeFormat::TimeZone
            } else if has("lang") {
                WholeFormat::Language
            } else {
                WholeFormat::None
            };
            ColumnKind::Whole { min: bound(1, i32::MIN), max: bound(2, i32::MAX), format }
        }
        "big" => ColumnKind::Big,
        "decimal" => {
            let precision = u8::try_from(number(1)?).ok()?;
            let unit = 10_i64.checked_pow(u32::from(precision))?;
            let widest = limits::decimal_range(precision);
            let bound = |at: usize, other: i64| {
                number(at).map_or(other, |bound| bound.saturating_mul(unit))
            };
            ColumnKind::Decimal { precision, min: bound(2, -widest), max: bound(3, widest) }
        }
        "double" => {
            let precision = u8::try_from(number(1)?).ok()?;
            let bound = |at: usize, other: f64| {
                number(at).and_then(|bound| i32::try_from(bound).ok()).map_or(other, f64::from)
            };
            ColumnKind::Double { precision, min: bound(2, -1e11), max: bound(3, 1e11) }
        }
        "money" => {
            let unit = 10_i64.pow(u32::from(MONEY_SCALE));
            let min = number(1).map_or(-limits::MONEY, |bound| bound.saturating_mul(unit));
            ColumnKind::Money { precision: 2, min, max: limits::MONEY }
        }
        "date" => date(DateFormat::DateOnly, DateBehaviour::DateOnly),
        "day" => date(DateFormat::DateOnly, DateBehaviour::UserLocal),
        "datetime" => date(DateFormat::DateAndTime, DateBehaviour::UserLocal),
        "bool" => {
            let word = |at: usize, other: &str| {
                extra
                    .and_then(|extra| extra.get(at))
                    .and_then(Json::as_str)
                    .unwrap_or(other)
                    .to_owned()
            };
            ColumnKind::Boolean {
                yes: Labels::both(word(0, "Yes"), word(1, "Oui")),
                no: Labels::both(word(2, "No"), word(3, "Non")),
                default: default == Some(1),
            }
        }
        "choice" => ColumnKind::Choice { options: options(extra?)?, default },
        "choices" => ColumnKind::Choices { options: options(extra?)? },
        "lookup" => {
            ColumnKind::Lookup { targets: words.get(1)?.split(',').map(str::to_owned).collect() }
        }
        "customer" => ColumnKind::Customer,
        "file" => ColumnKind::File { max_kb: u32::try_from(number(1)?).ok()? },
        "image" => ColumnKind::Image { max_kb: u32::try_from(number(1)?).ok()? },
        _ => return None,
    })
}

const fn date(format: DateFormat, behaviour: DateBehaviour) -> ColumnKind {
    ColumnKind::DateTime { format, behaviour }
}

fn options(extra: &Json) -> Option<Options> {
    match extra {
        Json::String(name) => Some(Options::Global(name.clone())),
        _ => entries(extra).map(Options::Local),
    }
}

/// `[[1, "Accounting", "Comptabilité"], …]`.
pub(super) fn entries(rows: &Json) -> Option<Vec<ChoiceOption>> {
    rows.as_array()?
        .iter()
        .map(|row| {
            Some(ChoiceOption {
                value: i32::try_from(row.get(0)?.as_i64()?).ok()?,
                labels: Labels::both(row.get(1)?.as_str()?, row.get(2)?.as_str()?),
                colour: None,
            })
        })
        .collect()
}

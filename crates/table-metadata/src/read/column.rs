//! Columns: `AttributeMetadata` and its types, plain and complex.

use serde_json::Value;
use tables::{
    Column, ColumnKind, DateBehaviour, DateFormat, Labels, MONEY_SCALE, MemoFormat, Model, Options,
    Required, StatusOption, Table, TextFormat, WholeFormat,
    define::{Change, NewColumn},
    limits,
};
use uuid::Uuid;

use super::{Problem, ReadError, body::Body, choice};

/// A new column of a table.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn column(model: &Model, table: &Table, body: &Value) -> Result<Change, ReadError> {
    let column = new(model, &Body::new(body))?;
    Ok(Change::AddColumn { table: table.logical.clone(), column })
}

/// Another definition of a column; what is left out stays.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn column_update(
    model: &Model,
    table: &Table,
    column: &Column,
    body: &Value,
    merge_labels: bool,
) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let mut to = NewColumn::of(column);
    common(&body, &mut to)?;
    // a name in another case is the same name
    to.schema.clone_from(&column.schema);
    let named = kind_name(&body)?;
    if named.is_some_and(|named| named != crate::write::column_type(column)) {
        return Err(body.fail(Problem::UnknownType));
    }
    to.kind = kind(model, &body, crate::write::column_type(column), Some(&column.kind))?;
    Ok(Change::UpdateColumn {
        table: table.logical.clone(),
        column: column.logical.clone(),
        to,
        merge_labels,
    })
}

/// A column that is not there yet.
pub(super) fn new(model: &Model, body: &Body<'_>) -> Result<NewColumn, ReadError> {
    let name = kind_name(body)?.ok_or_else(|| body.fail(Problem::UnknownType))?;
    let kind = kind(model, body, name, None)?;
    let mut column = NewColumn::new(body.need_text("SchemaName")?, kind, Labels::none());
    column.labels = Labels::english(column.schema.clone());
    common(body, &mut column)?;
    Ok(column)
}

/// A lookup column of a relationship: everything but its kind.
pub(super) fn lookup(body: &Body<'_>) -> Result<NewColumn, ReadError> {
    let schema = match body.get_text("SchemaName")? {
        Some(schema) => schema,
        None => body.need_text("LogicalName")?,
    };
    let mut column = NewColumn::new(schema, ColumnKind::Guid, Labels::english(schema));
    common(body, &mut column)?;
    Ok(column)
}

/// What columns of every type have.
fn common(body: &Body<'_>, column: &mut NewColumn) -> Result<(), ReadError> {
    if let Some(labels) = body.labels("DisplayName")?.filter(|labels| !labels.is_empty()) {
        column.labels = labels;
    }
    if let Some(labels) = body.labels("Description")? {
        column.description = labels;
    }
    if let Some(level) = body.word("RequiredLevel")? {
        column.required = match level.text()? {
            "None" => Required::Never,
            "Recommended" => Required::Recommended,
            "ApplicationRequired" => Required::Application,
            "SystemRequired" => Required::System,
            _ => return Err(level.fail(Problem::UnknownWord)),
        };
    }
    if let Some(secured) = body.flag("IsSecured")? {
        column.secured = secured;
    }
    if let Some(audited) = body.flag("IsAuditEnabled")? {
        column.audited = audited;
    }
    if let Some(form) = body.get_text("AutoNumberFormat")? {
        column.auto_number = Some(form.to_owned()).filter(|form| !form.is_empty());
    }
    Ok(())
}

/// The type of the document, by `@odata.type` or, without it, by `AttributeTypeName` or
/// `AttributeType`.
fn kind_name<'b>(body: &Body<'b>) -> Result<Option<&'b str>, ReadError> {
    if let Some(kind) = body.kind()?.filter(|kind| *kind != "AttributeMetadata") {
        return Ok(Some(match kind {
            "UniqueidentifierAttributeMetadata" => "UniqueIdentifierAttributeMetadata",
            kind => kind,
        }));
    }
    let word = match body.word("AttributeTypeName")? {
        Some(word) => word.text()?.trim_end_matches("Type"),
        None => body.get_text("AttributeType")?.unwrap_or_default(),
    };
    Ok(Some(match word {
        "" => return Ok(None),
        "String" => "StringAttributeMetadata",
        "Memo" => "MemoAttributeMetadata",
        "Integer" => "IntegerAttributeMetadata",
        "BigInt" => "BigIntAttributeMetadata",
        "Decimal" => "DecimalAttributeMetadata",
        "Double" => "DoubleAttributeMetadata",
        "Money" => "MoneyAttributeMetadata",
        "DateTime" => "DateTimeAttributeMetadata",
        "Boolean" => "BooleanAttributeMetadata",
        "Picklist" => "PicklistAttributeMetadata",
        "MultiSelectPicklist" => "MultiSelectPicklistAttributeMetadata",
        "State" => "StateAttributeMetadata",
        "Status" => "StatusAttributeMetadata",
        "Lookup" | "Customer" | "Owner" => "LookupAttributeMetadata",
        "Uniqueidentifier" => "UniqueIdentifierAttributeMetadata",
        "File" => "FileAttributeMetadata",
        "Image" => "ImageAttributeMetadata",
        _ => return Err(body.fail(Problem::UnknownType)),
    }))
}

fn pick<T: Copy>(body: &Body<'_>, words: &[(&str, T)]) -> Result<T, ReadError> {
    let word = body.text()?;
    let found = words.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value).ok_or_else(|| body.fail(Problem::UnknownWord))
}

const TEXT_FORMATS: [(&str, TextFormat); 10] = [
    ("Text", TextFormat::Text),
    ("Email", TextFormat::Email),
    ("Url", TextFormat::Url),
    ("Phone", TextFormat::Phone),
    ("TextArea", TextFormat::TextArea),
    ("TickerSymbol", TextFormat::TickerSymbol),
    ("Json", TextFormat::Json),
    ("RichText", TextFormat::RichText),
    ("VersionNumber", TextFormat::VersionNumber),
    ("PhoneticGuide", TextFormat::Text),
];

/// What cells hold; `was` gives what the body leaves out.
fn kind(
    model: &Model,
    body: &Body<'_>,
    name: &str,
    was: Option<&ColumnKind>,
) -> Result<ColumnKind, ReadError> {
    // references, keys and states are made elsewhere: they stay what they are
    if let Some(
        was @ (ColumnKind::Key
        | ColumnKind::Version
        | ColumnKind::Owner
        | ColumnKind::Customer
        | ColumnKind::Lookup { .. }
        | ColumnKind::State { .. }),
    ) = was
    {
        return Ok(was.clone());
    }
    Ok(match name {
        "StringAttributeMetadata" => {
            let (max, format) = match was {
                Some(ColumnKind::Text { max, format }) => (*max, *format),
                _ => (100, TextFormat::Text),
            };
            let word = match body.word("FormatName")? {
                Some(word) => Some(word),
                None => body.word("Format")?,
            };
            ColumnKind::Text {
                max: body.whole("MaxLength")?.unwrap_or(max),
                format: word.map_or(Ok(format), |word| pick(&word, &TEXT_FORMATS))?,
            }
        }
        "MemoAttributeMetadata" => {
            let (max, format) = match was {
                Some(ColumnKind::Memo { max, format }) => (*max, *format),
                _ => (2000, MemoFormat::TextArea),
            };
            let words = [
                ("TextArea", MemoFormat::TextArea),
                ("Text", MemoFormat::TextArea),
                ("RichText", MemoFormat::RichText),
                ("Email", MemoFormat::Email),
                ("Json", MemoFormat::Json),
            ];
            ColumnKind::Memo {
                max: body.whole("MaxLength")?.unwrap_or(max),
                format: body.word("FormatName")?.map_or(Ok(format), |word| pick(&word, &words))?,
            }
        }
        "IntegerAttributeMetadata" => {
            let (min, max, format) = match was {
                Some(ColumnKind::Whole { min, max, format }) => (*min, *max, *format),
                _ => (i32::MIN, i32::MAX, WholeFormat::None),
            };
            let words = [
                ("None", WholeFormat::None),
                ("Duration", WholeFormat::Duration),
                ("TimeZone", WholeFormat::TimeZone),
                ("Language", WholeFormat::Language),
                ("Locale", WholeFormat::Locale),
            ];
            ColumnKind::Whole {
                min: body.whole("MinValue")?.unwrap_or(min),
                max: body.whole("MaxValue")?.unwrap_or(max),
                format: body.word("Format")?.map_or(Ok(format), |word| pick(&word, &words))?,
            }
        }
        "BigIntAttributeMetadata" => ColumnKind::Big,
        "DecimalAttributeMetadata" => {
            let old = match was {
                Some(ColumnKind::Decimal { precision, .. }) => *precision,
                _ => 2,
            };
            let precision = body.whole("Precision")?.unwrap_or(old);
            if precision > limits::DECIMAL_PRECISION {
                return Err(body.fail(Problem::OutOfRange));
            }
            let widest = limits::decimal_range(precision);
            // limits that the body leaves out are rewritten in the new units
            let kept = |units: i64| {
                let fixed = tables::Fixed::new(units, old).rescaled(precision);
                fixed.map_or(widest, |fixed| fixed.units.clamp(-widest, widest))
            };
            let (min, max) = match was {
                Some(ColumnKind::Decimal { min, max, .. }) => (kept(*min), kept(*max)),
                _ => (-widest, widest),
            };
            ColumnKind::Decimal {
                precision,
                min: body.fixed("MinValue", precision, widest)?.unwrap_or(min),
                max: body.fixed("MaxValue", precision, widest)?.unwrap_or(max),
            }
        }
        "DoubleAttributeMetadata" => {
            let (precision, min, max) = match was {
                Some(ColumnKind::Double { precision, min, max }) => (*precision, *min, *max),
                _ => (2, -1e11, 1e11),
            };
            ColumnKind::Double {
                precision: body.whole("Precision")?.unwrap_or(precision),
                min: body.double("MinValue")?.unwrap_or(min),
                max: body.double("MaxValue")?.unwrap_or(max),
            }
        }
        "MoneyAttributeMetadata" => {
            let (precision, min, max) = match was {
                Some(ColumnKind::Money { precision, min, max }) => (*precision, *min, *max),
                _ => (2, -limits::MONEY, limits::MONEY),
            };
            ColumnKind::Money {
                precision: body.whole("Precision")?.unwrap_or(precision),
                min: body.fixed("MinValue", MONEY_SCALE, limits::MONEY)?.unwrap_or(min),
                max: body.fixed("MaxValue", MONEY_SCALE, limits::MONEY)?.unwrap_or(max),
            }
        }
        "DateTimeAttributeMetadata" => {
            let (format, behaviour) = match was {
                Some(ColumnKind::DateTime { format, behaviour }) => (*format, *behaviour),
                _ => (DateFormat::DateAndTime, DateBehaviour::UserLocal),
            };
            let formats =
                [("DateOnly", DateFormat::DateOnly), ("DateAndTime", DateFormat::DateAndTime)];
            let behaviours = [
                ("UserLocal", DateBehaviour::UserLocal),
                ("DateOnly", DateBehaviour::DateOnly),
                ("TimeZoneIndependent", DateBehaviour::TimeZoneIndependent),
            ];
            let word = body.word("DateTimeBehavior")?;
            ColumnKind::DateTime {
                format: body.word("Format")?.map_or(Ok(format), |word| pick(&word, &formats))?,
                behaviour: word.map_or(Ok(behaviour), |word| pick(&word, &behaviours))?,
            }
        }
        "BooleanAttributeMetadata" => {
            let (mut yes, mut no, default) = match was {
                Some(ColumnKind::Boolean { yes, no, default }) => {
                    (yes.clone(), no.clone(), *default)
                }
                _ => (Labels::both("Yes", "Oui"), Labels::both("No", "Non"), false),
            };
            if let Some(set) = body.get("OptionSet") {
                for (name, labels) in [("TrueOption", &mut yes), ("FalseOption", &mut no)] {
                    let given = set.get(name).map(|one| one.labels("Label")).transpose()?.flatten();
                    if let Some(given) = given.filter(|given| !given.is_empty()) {
                        *labels = given;
                    }
                }
            }
            ColumnKind::Boolean { yes, no, default: body.flag("DefaultValue")?.unwrap_or(default) }
        }
        "PicklistAttributeMetadata" => {
            let (options, default) = match was {
                Some(ColumnKind::Choice { options, default }) => (Some(options), *default),
                _ => (None, None),
            };
            let given: Option<i32> = body.whole("DefaultFormValue")?;
            ColumnKind::Choice {
                options: options_of(model, body, options)?,
                default: given.map_or(default, |given| Some(given).filter(|given| *given != -1)),
            }
        }
        "MultiSelectPicklistAttributeMetadata" => {
            let options = match was {
                Some(ColumnKind::Choices { options }) => Some(options),
                _ => None,
            };
            ColumnKind::Choices { options: options_of(model, body, options)? }
        }
        "StatusAttributeMetadata" => status(body, was)?,
        "UniqueIdentifierAttributeMetadata" => ColumnKind::Guid,
        "FileAttributeMetadata" => {
            let old = match was {
                Some(ColumnKind::File { max_kb }) => *max_kb,
                _ => 32_768,
            };
            ColumnKind::File { max_kb: body.whole("MaxSizeInKB")?.unwrap_or(old) }
        }
        "ImageAttributeMetadata" => {
            let old = match was {
                Some(ColumnKind::Image { max_kb }) => *max_kb,
                _ => 10_240,
            };
            ColumnKind::Image { max_kb: body.whole("MaxSizeInKB")?.unwrap_or(old) }
        }
        _ => return Err(body.fail(Problem::UnknownType)),
    })
}

/// The entries of a choice: of its own, or a shared one by name or by address.
fn options_of(model: &Model, body: &Body<'_>, was: Option<&Options>) -> Result<Options, ReadError> {
    if let Some(bound) = body.get("GlobalOptionSet@odata.bind") {
        let name = bound_choice(model, bound.text()?);
        return name.map(Options::Global).ok_or_else(|| bound.fail(Problem::UnknownReference));
    }
    for property in ["GlobalOptionSet", "OptionSet"] {
        let Some(set) = body.get(property) else { continue };
        let global = property == "GlobalOptionSet" || set.flag("IsGlobal")? == Some(true);
        if global {
            let name = set.need_text("Name")?.to_ascii_lowercase();
            return Ok(Options::Global(name));
        }
        return choice::options(&set).map(Options::Local);
    }
    Ok(was.cloned().unwrap_or_else(|| Options::Local(Vec::new())))
}

/// `/GlobalOptionSetDefinitions({id})` or `…(Name='x')`, also as an absolute address.
fn bound_choice(model: &Model, address: &str) -> Option<String> {
    let (_, key) = address.rsplit_once("GlobalOptionSetDefinitions(")?;
    let key = key.strip_suffix(')')?;
    if let Some(name) = key.strip_prefix("Name=") {
        let name = name.trim_matches('\'').to_ascii_lowercase();
        return model.choice(&name).map(|choice| choice.name.clone());
    }
    let id = Uuid::try_parse(key.trim_matches('\'')).ok()?;
    model.choice_by_id(id).map(|choice| choice.name.clone())
}

/// The reasons of a state: those there are, and new ones.
fn status(body: &Body<'_>, was: Option<&ColumnKind>) -> Result<ColumnKind, ReadError> {
    let Some(ColumnKind::Status { options: old }) = was else {
        return Err(body.fail(Problem::UnknownType));
    };
    let Some(set) = body.get("OptionSet") else {
        return Ok(ColumnKind::Status { options: old.clone() });
    };
    let mut options = Vec::new();
    for entry in set.list("Options")? {
        let value: i32 = entry.whole("Value")?.ok_or_else(|| entry.fail(Problem::Missing))?;
        let before = old.iter().find(|one| one.value == value);
        let state: Option<i32> = entry.whole("State")?;
        let state = state
            .or_else(|| before.map(|one| one.state))
            .ok_or_else(|| entry.fail(Problem::Missing))?;
        let labels = entry
            .labels("Label")?
            .or_else(|| before.map(|one| one.labels.clone()))
            .ok_or_else(|| entry.fail(Problem::Missing))?;
        options.push(StatusOption { value, state, labels });
    }
    Ok(ColumnKind::Status { options })
}

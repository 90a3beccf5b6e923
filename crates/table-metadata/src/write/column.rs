//! Typed `AttributeMetadata`, and choices.

use serde_json::{Map, Value, json};
use tables::{
    Choice, ChoiceOption, Column, ColumnKind, Computed, DateBehaviour, DateFormat, Fixed, Labels,
    MONEY_SCALE, MemoFormat, Model, Options, Required, Table, TextFormat, WholeFormat,
    names::stable_id,
};

use super::{
    document::{COLUMN, Document},
    label::{label, managed},
};

/// The type of a column's document, without the namespace: `PicklistAttributeMetadata`.
pub const fn column_type(column: &Column) -> &'static str {
    names(&column.kind).0
}

/// The type of the document, `AttributeType` and `AttributeTypeName`.
const fn names(kind: &ColumnKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        ColumnKind::Key | ColumnKind::Guid => {
            ("UniqueIdentifierAttributeMetadata", "Uniqueidentifier", "UniqueidentifierType")
        }
        ColumnKind::Text { .. } => ("StringAttributeMetadata", "String", "StringType"),
        ColumnKind::Memo { .. } => ("MemoAttributeMetadata", "Memo", "MemoType"),
        ColumnKind::Whole { .. } => ("IntegerAttributeMetadata", "Integer", "IntegerType"),
        ColumnKind::Big | ColumnKind::Version => {
            ("BigIntAttributeMetadata", "BigInt", "BigIntType")
        }
        ColumnKind::Decimal { .. } => ("DecimalAttributeMetadata", "Decimal", "DecimalType"),
        ColumnKind::Double { .. } => ("DoubleAttributeMetadata", "Double", "DoubleType"),
        ColumnKind::Money { .. } => ("MoneyAttributeMetadata", "Money", "MoneyType"),
        ColumnKind::DateTime { .. } => ("DateTimeAttributeMetadata", "DateTime", "DateTimeType"),
        ColumnKind::Boolean { .. } => ("BooleanAttributeMetadata", "Boolean", "BooleanType"),
        ColumnKind::Choice { .. } => ("PicklistAttributeMetadata", "Picklist", "PicklistType"),
        ColumnKind::Choices { .. } => {
            ("MultiSelectPicklistAttributeMetadata", "Virtual", "MultiSelectPicklistType")
        }
        ColumnKind::State { .. } => ("StateAttributeMetadata", "State", "StateType"),
        ColumnKind::Status { .. } => ("StatusAttributeMetadata", "Status", "StatusType"),
        ColumnKind::Lookup { .. } => ("LookupAttributeMetadata", "Lookup", "LookupType"),
        ColumnKind::Customer => ("LookupAttributeMetadata", "Customer", "CustomerType"),
        ColumnKind::Owner => ("LookupAttributeMetadata", "Owner", "OwnerType"),
        ColumnKind::File { .. } => ("FileAttributeMetadata", "Virtual", "FileType"),
        ColumnKind::Image { .. } => ("ImageAttributeMetadata", "Virtual", "ImageType"),
    }
}

/// Every column of a table.
pub fn columns(model: &Model, table: &Table, language: u16) -> Vec<Value> {
    table.columns().iter().map(|one| column(model, table, one, language)).collect()
}

/// A column, with its choice inside.
pub fn column(model: &Model, table: &Table, column: &Column, language: u16) -> Value {
    let (document_type, attribute_type, type_name) = names(&column.kind);
    let required = match column.required {
        Required::Never => "None",
        Required::Recommended => "Recommended",
        Required::Application => "ApplicationRequired",
        Required::System => "SystemRequired",
    };
    let system = column.required == Required::System;
    let computed = column.computed.is_some();
    let mut document = Document::new(&COLUMN);
    document.texts(&[
        ("AttributeType", attribute_type),
        ("EntityLogicalName", &table.logical),
        ("LogicalName", &column.logical),
        ("SchemaName", &column.schema),
    ]);
    document.flags(&[
        ("CanBeSecuredForCreate", column.for_create && !system),
        ("CanBeSecuredForRead", !system),
        ("CanBeSecuredForUpdate", column.for_update && !system),
        ("IsCustomAttribute", column.custom),
        ("IsManaged", !column.custom),
        ("IsPrimaryId", table.primary_id == column.logical),
        ("IsPrimaryName", table.primary_name.as_deref() == Some(column.logical.as_str())),
        ("IsRequiredForForm", system),
        ("IsRetrievable", column.for_read),
        ("IsSearchable", column.searched),
        ("IsSecured", column.secured),
        ("IsValidForCreate", column.for_create),
        ("IsValidForRead", column.for_read),
        ("IsValidForUpdate", column.for_update),
        ("IsValidODataAttribute", !matches!(column.kind, ColumnKind::File { .. })),
    ]);
    document.locked(&[
        ("IsAuditEnabled", column.audited),
        ("IsCustomizable", !system),
        ("IsRenameable", !system),
    ]);
    let values = [
        ("@odata.type", json!(format!("#Microsoft.Dynamics.CRM.{document_type}"))),
        ("MetadataId", json!(column.id)),
        ("AttributeOf", json!(column.of)),
        ("AttributeTypeName", json!({ "Value": type_name })),
        ("AutoNumberFormat", json!(column.auto_number.as_deref().unwrap_or_default())),
        ("ColumnNumber", json!(table.position(&column.logical).map_or(0, |at| at + 1))),
        ("Description", label(&column.description, language)),
        ("DisplayName", label(&column.labels, language)),
        ("RequiredLevel", managed(required, !system, "canmodifyrequirementlevelsettings")),
        (
            "SourceType",
            json!(i32::from(computed && matches!(column.computed, Some(Computed::Base { .. })))),
        ),
    ];
    document.values(values);
    document.extend(typed(model, table, column, language));
    document.finish()
}

/// A decimal number as JSON; limits are not exact beyond what a double holds, as in the real service.
fn number(units: i64, scale: u8) -> Value {
    json!(Fixed::new(units, scale).to_f64())
}

/// What a document has for its type alone.
fn typed(model: &Model, table: &Table, column: &Column, language: u16) -> Value {
    match &column.kind {
        ColumnKind::Key | ColumnKind::Guid => json!({}),
        ColumnKind::Text { max, format } => {
            let name = text_format(*format);
            json!({
                "DatabaseLength": max.saturating_mul(2),
                "Format": if matches!(format, TextFormat::Json | TextFormat::RichText) { "Text" } else { name },
                "FormatName": { "Value": name },
                "FormulaDefinition": "",
                "ImeMode": "Auto",
                "IsLocalizable": false,
                "MaxLength": max,
                "SourceTypeMask": 0,
                "YomiOf": null,
            })
        }
        ColumnKind::Memo { max, format } => json!({
            "Format": "TextArea",
            "FormatName": { "Value": memo_format(*format) },
            "ImeMode": "Auto",
            "IsLocalizable": false,
            "MaxLength": max,
        }),
        ColumnKind::Whole { min, max, format } => json!({
            "Format": whole_format(*format),
            "FormulaDefinition": "",
            "MaxValue": max,
            "MinValue": min,
            "SourceTypeMask": 0,
        }),
        ColumnKind::Big | ColumnKind::Version => {
            json!({ "MaxValue": i64::MAX, "MinValue": i64::MIN })
        }
        ColumnKind::Decimal { precision, min, max } => json!({
            "FormulaDefinition": "",
            "ImeMode": "Disabled",
            "MaxValue": number(*max, *precision),
            "MinValue": number(*min, *precision),
            "Precision": precision,
            "SourceTypeMask": 0,
        }),
        ColumnKind::Double { precision, min, max } => json!({
            "ImeMode": "Disabled",
            "MaxValue": max,
            "MinValue": min,
            "Precision": precision,
        }),
        ColumnKind::Money { precision, min, max } => json!({
            "CalculationOf": column.of,
            "FormulaDefinition": "",
            "ImeMode": "Disabled",
            "IsBaseCurrency": column.computed.is_some(),
            "MaxValue": number(*max, MONEY_SCALE),
            "MinValue": number(*min, MONEY_SCALE),
            "Precision": precision,
            "PrecisionSource": 0,
            "SourceTypeMask": 0,
        }),
        ColumnKind::DateTime { format, behaviour } => json!({
            "CanChangeDateTimeBehavior":
                managed(*behaviour == DateBehaviour::UserLocal, true, "canchangedatetimebehavior"),
            "DateTimeBehavior": { "Value": behaviour_name(*behaviour) },
            "Format": match format {
                DateFormat::DateOnly => "DateOnly",
                DateFormat::DateAndTime => "DateAndTime",
            },
            "FormulaDefinition": "",
            "ImeMode": "Inactive",
            "SourceTypeMask": 0,
        }),
        ColumnKind::Boolean { yes, no, default } => json!({
            "DefaultValue": default,
            "FormulaDefinition": "",
            "SourceTypeMask": 0,
            "OptionSet": {
                "@odata.type": "#Microsoft.Dynamics.CRM.BooleanOptionSetMetadata",
                "MetadataId": stable_id(&format!("choice/{}/{}", table.logical, column.logical)),
                "Name": format!("{}_{}", table.logical, column.logical),
                "IsGlobal": false,
                "IsCustomOptionSet": column.custom,
                "IsManaged": !column.custom,
                "OptionSetType": "Boolean",
                "DisplayName": label(&column.labels, language),
                "Description": label(&column.description, language),
                "TrueOption": entry(1, yes, None, language),
                "FalseOption": entry(0, no, None, language),
            },
            "GlobalOptionSet": null,
        }),
        ColumnKind::Choice { options, default } => {
            let mut typed = chosen(model, table, column, options, language);
            typed.insert("DefaultFormValue".to_owned(), json!(default.unwrap_or(-1)));
            typed.insert("FormulaDefinition".to_owned(), json!(""));
            typed.insert("SourceTypeMask".to_owned(), json!(0));
            Value::Object(typed)
        }
        ColumnKind::Choices { options } => {
            let mut typed = chosen(model, table, column, options, language);
            typed.insert("DefaultFormValue".to_owned(), json!(-1));
            Value::Object(typed)
        }
        ColumnKind::State { options } => {
            let entries: Vec<Value> = options
                .iter()
                .map(|option| {
                    let mut entry = entry(option.value, &option.labels, None, language);
                    if let Value::Object(entry) = &mut entry {
                        let kind = "#Microsoft.Dynamics.CRM.StateOptionMetadata";
                        entry.insert("@odata.type".to_owned(), json!(kind));
                        entry.insert("InvariantName".to_owned(), json!(option.invariant));
                        entry.insert("DefaultStatus".to_owned(), json!(option.default_status));
                    }
                    entry
                })
                .collect();
            json!({
                "DefaultFormValue": options.first().map_or(-1, |option| option.value),
                "OptionSet": local_set(table, column, "State", &entries, language),
                "GlobalOptionSet": null,
            })
        }
        ColumnKind::Status { options } => {
            let entries: Vec<Value> = options
                .iter()
                .map(|option| {
                    let mut entry = entry(option.value, &option.labels, None, language);
                    if let Value::Object(entry) = &mut entry {
                        let kind = "#Microsoft.Dynamics.CRM.StatusOptionMetadata";
                        entry.insert("@odata.type".to_owned(), json!(kind));
                        entry.insert("State".to_owned(), json!(option.state));
                        entry.insert("TransitionData".to_owned(), Value::Null);
                    }
                    entry
                })
                .collect();
            json!({
                "DefaultFormValue": options.first().map_or(-1, |option| option.value),
                "OptionSet": local_set(table, column, "Status", &entries, language),
                "GlobalOptionSet": null,
            })
        }
        ColumnKind::Lookup { .. } | ColumnKind::Customer | ColumnKind::Owner => json!({
            "Targets": column.kind.targets(),
            "Format": "None",
        }),
        ColumnKind::File { max_kb } => json!({ "MaxSizeInKB": max_kb }),
        ColumnKind::Image { max_kb } => json!({
            "CanStoreFullImage": true,
            "IsPrimaryImage": table
                .columns()
                .iter()
                .find(|one| matches!(one.kind, ColumnKind::Image { .. }))
                .is_some_and(|first| first.id == column.id),
            "MaxHeight": 144,
            "MaxSizeInKB": max_kb,
            "MaxWidth": 144,
        }),
    }
}

/// The choice of a column: its own, or the one it shares.
fn chosen(
    model: &Model,
    table: &Table,
    column: &Column,
    options: &Options,
    language: u16,
) -> Map<String, Value> {
    let mut typed = Map::new();
    let shared = match options {
        Options::Local(_) => None,
        Options::Global(name) => model.choice(name),
    };
    let set = if let Some(shared) = shared {
        choice(shared, language)
    } else {
        let entries = entries(model.options(column), language);
        local_set(table, column, "Picklist", &entries, language)
    };
    let global = shared.map_or(Value::Null, |_| set.clone());
    typed.insert("OptionSet".to_owned(), set);
    typed.insert("GlobalOptionSet".to_owned(), global);
    typed
}

fn entries(options: &[ChoiceOption], language: u16) -> Vec<Value> {
    options
        .iter()
        .map(|option| entry(option.value, &option.labels, option.colour.as_deref(), language))
        .collect()
}

fn entry(value: i32, labels: &Labels, colour: Option<&str>, language: u16) -> Value {
    json!({
        "Value": value,
        "Color": colour,
        "IsManaged": false,
        "ExternalValue": "",
        "ParentValues": [],
        "Tag": null,
        "IsHidden": false,
        "MetadataId": null,
        "HasChanged": null,
        "Label": label(labels, language),
        "Description": label(&Labels::none(), language),
    })
}

fn local_set(
    table: &Table,
    column: &Column,
    kind: &str,
    entries: &[Value],
    language: u16,
) -> Value {
    json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.OptionSetMetadata",
        "MetadataId": stable_id(&format!("choice/{}/{}", table.logical, column.logical)),
        "HasChanged": null,
        "IsCustomOptionSet": column.custom,
        "IsGlobal": false,
        "IsManaged": !column.custom,
        "Name": format!("{}_{}", table.logical, column.logical),
        "ExternalTypeName": null,
        "OptionSetType": kind,
        "IntroducedVersion": "1.0",
        "ParentOptionSetName": null,
        "DisplayName": label(&column.labels, language),
        "Description": label(&column.description, language),
        "IsCustomizable": managed(true, false, "iscustomizable"),
        "Options": entries,
    })
}

/// A choice that columns share (`OptionSetMetadata`).
pub fn choice(choice: &Choice, language: u16) -> Value {
    json!({
        "@odata.type": "#Microsoft.Dynamics.CRM.OptionSetMetadata",
        "MetadataId": choice.id,
        "HasChanged": null,
        "IsCustomOptionSet": choice.custom,
        "IsGlobal": true,
        "IsManaged": !choice.custom,
        "Name": choice.name,
        "ExternalTypeName": null,
        "OptionSetType": "Picklist",
        "IntroducedVersion": "1.0",
        "ParentOptionSetName": null,
        "DisplayName": label(&choice.labels, language),
        "Description": label(&choice.description, language),
        "IsCustomizable": managed(true, false, "iscustomizable"),
        "Options": entries(&choice.options, language),
    })
}

/// The choice document of a column, `None` where it has none.
pub fn option_set(model: &Model, table: &Table, column: &Column, language: u16) -> Option<Value> {
    match typed(model, table, column, language) {
        Value::Object(mut typed) => typed.remove("OptionSet"),
        _ => None,
    }
}

pub(crate) const fn text_format(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Text => "Text",
        TextFormat::Email => "Email",
        TextFormat::Url => "Url",
        TextFormat::Phone => "Phone",
        TextFormat::TextArea => "TextArea",
        TextFormat::TickerSymbol => "TickerSymbol",
        TextFormat::Json => "Json",
        TextFormat::RichText => "RichText",
        TextFormat::VersionNumber => "VersionNumber",
    }
}

const fn memo_format(format: MemoFormat) -> &'static str {
    match format {
        MemoFormat::TextArea => "TextArea",
        MemoFormat::RichText => "RichText",
        MemoFormat::Email => "Email",
        MemoFormat::Json => "Json",
    }
}

const fn whole_format(format: WholeFormat) -> &'static str {
    match format {
        WholeFormat::None => "None",
        WholeFormat::Duration => "Duration",
        WholeFormat::TimeZone => "TimeZone",
        WholeFormat::Language => "Language",
        WholeFormat::Locale => "Locale",
    }
}

const fn behaviour_name(behaviour: DateBehaviour) -> &'static str {
    match behaviour {
        DateBehaviour::UserLocal => "UserLocal",
        DateBehaviour::DateOnly => "DateOnly",
        DateBehaviour::TimeZoneIndependent => "TimeZoneIndependent",
    }
}

//! Values held against the description of their table, before the CRM is asked.

use crm::{Field, FieldKind, Table, Value, Values};
use kernel::FieldError;

use super::refused;
use crate::Result;

/// Refuses values that cannot be right, each with a finding at its field.
pub(super) fn values(table: &Table, values: &Values, new: bool) -> Result<()> {
    let mut findings = Vec::new();
    for (name, value) in values {
        let Some(field) = table.field(name) else {
            let (object, fields) = (table.name.clone(), vec![name.clone()]);
            return Err(crm::Error::FieldHidden { object, fields }.into());
        };
        findings.extend(one(field, value, new));
    }
    if new {
        let missing = table.fields.iter().filter(|field| is_asked(field));
        let empty = |field: &&Field| {
            !values.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case(&field.name) && *value != Value::Null
            })
        };
        for field in missing.filter(empty) {
            let pointer = format!("/{}", field.name);
            if !findings.iter().any(|finding: &FieldError| finding.pointer == pointer) {
                findings.push(FieldError::new(pointer, MISSING, "a value is needed"));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(refused(findings)) }
}

fn one(field: &Field, value: &Value, new: bool) -> Option<FieldError> {
    let at = |code, detail: &str| FieldError::new(format!("/{}", field.name), code, detail);
    let open = if new { field.createable } else { field.updateable };
    if !open {
        return Some(at(READ_ONLY, "the field is read-only for you"));
    }
    if *value == Value::Null {
        return (field.required && !new).then(|| at(MISSING, "a value is needed"));
    }
    match (&field.kind, value) {
        (FieldKind::Text(Some(max)), Value::Text(text)) => {
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            let limit = i64::try_from(*max).unwrap_or(i64::MAX);
            (length > *max).then(|| at(TOO_LONG, "the text is too long").with_limit(limit))
        }
        (FieldKind::Choice(entries), Value::Choice(entry)) => {
            let known = entries.iter().any(|one| one.value == *entry);
            (!known).then(|| at(NO_ENTRY, "no entry of the choice"))
        }
        (FieldKind::Choices(entries), Value::Choices(several)) => {
            let known = |entry: &String| entries.iter().any(|one| one.value == *entry);
            (!several.iter().all(known)).then(|| at(NO_ENTRY, "no entry of the choice"))
        }
        (FieldKind::Row(to), Value::Row(row)) => {
            let fits = row.table.is_empty() || to.contains(&row.table);
            (!fits).then(|| at(NO_ENTRY, "a record of another table"))
        }
        _ => None,
    }
}

/// Whether a form has to have a value for a field; a box that is not ticked is one.
fn is_asked(field: &Field) -> bool {
    field.required && field.createable && field.kind != FieldKind::Boolean
}

/// A value that must be there is not.
pub(super) const MISSING: &str = "crm_record.value_missing";
/// The seller may not set the field.
const READ_ONLY: &str = "crm_record.read_only";
/// A text is longer than the field.
const TOO_LONG: &str = "crm_record.too_long";
/// No entry of the choice, or a record that the lookup does not lead to.
const NO_ENTRY: &str = "crm_record.no_entry";

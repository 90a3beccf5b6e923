//! Why something was refused, in the port's words.

use std::fmt;

use crm::Error;
use kernel::FieldError;

/// A value of a field is refused.
pub(crate) fn field(code: impl Into<String>, name: &str, detail: impl Into<String>) -> Error {
    let finding = FieldError::new(format!("/{name}"), "crm.record_refused", detail);
    Error::Refused { code: code.into(), findings: vec![finding] }
}

/// No such field, as far as the seller may know.
pub(crate) fn hidden(table: &str, field: &str) -> Error {
    Error::FieldHidden { object: table.to_owned(), fields: vec![field.to_owned()] }
}

/// What cannot be asked so.
pub(crate) fn query(reason: impl fmt::Display) -> Error {
    Error::Query { reason: reason.to_string() }
}

pub(crate) fn error(error: records::Error) -> Error {
    use records::Error as Cause;
    let code = error.dataverse_code();
    let said = error.to_string();
    match error {
        Cause::RowMissing { .. } => Error::NotFound,
        Cause::Privilege { .. } | Cause::Right { .. } | Cause::ColumnSecured { .. } => {
            Error::NotAllowed
        }
        Cause::VersionMismatch => Error::Changed,
        Cause::Expired => Error::Expired,
        Cause::Exists { .. } | Cause::DuplicateKey { .. } => Error::duplicate(Vec::new()),
        Cause::TableUnknown { table } => Error::ObjectHidden { object: table },
        Cause::ColumnUnknown { table, column } => hidden(&table, &column),
        Cause::Value(wrong) => field(code, &wrong.column, said),
        Cause::Required { column, .. } | Cause::ReadOnly { column, .. } => {
            field(code, &column, said)
        }
        Cause::Query(wrong) => query(wrong),
        other => Error::Other(Box::new(other)),
    }
}

/// Whatever records say, of a value or of storing.
pub(crate) fn store(wrong: impl Into<records::Error>) -> Error {
    error(wrong.into())
}

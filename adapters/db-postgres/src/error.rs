//! The server's errors in the facade's words.

use std::{error::Error as StdError, io};

use db::{Constraint, Error};
use tokio_postgres::error::{Severity, SqlState};

/// Translates an error of a statement.
pub(crate) fn translate(error: tokio_postgres::Error) -> Error {
    if is_lost(&error) {
        return Error::Unavailable { source: Some(error.into()) };
    }
    let Some(code) = error.code() else {
        return Error::Statement { source: error.into() };
    };
    match code.code() {
        "23505" | "23P01" => constraint(Constraint::Unique, error),
        "23503" => constraint(Constraint::ForeignKey, error),
        "23502" => constraint(Constraint::NotNull, error),
        "23514" => constraint(Constraint::Check, error),
        // Serialization failure, deadlock.
        "40001" | "40P01" => Error::Serialization,
        // Query cancelled: the statement's time limit.
        "57014" => Error::Interrupted,
        "53100" => Error::Full,
        "25P02" => Error::Poisoned,
        // Other shortages of resources.
        other if other.starts_with("53") => Error::Unavailable { source: Some(error.into()) },
        _ => Error::Statement { source: error.into() },
    }
}

fn constraint(kind: Constraint, error: tokio_postgres::Error) -> Error {
    Error::Constraint { kind, source: error.into() }
}

/// Whether the connection is gone, so that nothing more will be heard on it.
pub(crate) fn is_lost(error: &tokio_postgres::Error) -> bool {
    if let Some(said) = error.as_db_error() {
        let fatal = matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        // Class 08: connection exception. 57P01 to 57P03: the server stops or starts.
        let code = said.code().code();
        return fatal || code.starts_with("08") || code.starts_with("57P0");
    }
    error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<io::Error>)
}

/// Whether a prepared statement no longer fits the schema and must be prepared again.
pub(crate) fn is_stale(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        *code == SqlState::FEATURE_NOT_SUPPORTED || *code == SqlState::INVALID_SQL_STATEMENT_NAME
    })
}

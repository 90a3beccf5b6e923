//! REST of records: rows that come in as files and go out as files.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod exports;
mod imports;
mod shapes;

use std::sync::Arc;

use edge::Problem;
use identity::Identity;
use jiff::tz::TimeZone;
use kernel::{Clock, FieldError, Kind, Scope};
use transfer::Transfer;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Who is it: for the time zone of a person.
    pub identity: Arc<Identity>,
    /// The rows of environments.
    pub records: records::Records,
    /// Imports and exports.
    pub transfer: Arc<Transfer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Services {
    /// The time zone of the caller.
    pub(crate) async fn zone(&self, scope: &Scope) -> TimeZone {
        let Some(user) = scope.user() else { return TimeZone::UTC };
        match self.identity.user(scope, user).await {
            Ok(user) => TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC),
            Err(_) => TimeZone::UTC,
        }
    }
}

/// A word that nobody knows, and those that are known.
pub(crate) fn unknown_word(pointer: &'static str, known: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    imports::routes().merge(exports::routes())
}

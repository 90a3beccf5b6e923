//! REST of the roll-out: checks, evidence, statements, packages, the welcome message.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod bot;
mod checks;
mod evidence;
mod packages;
mod settings;
mod setup;
mod welcome;

use deployment::Deployment;
use edge::Problem;
use kernel::{FieldError, Kind};

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// The roll-out.
    pub deployment: Deployment,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    checks::routes()
        .merge(bot::routes())
        .merge(evidence::routes())
        .merge(packages::routes())
        .merge(settings::routes())
        .merge(setup::routes())
        .merge(welcome::routes())
}

/// A word that is none of those that there are.
pub(crate) fn unknown_word(pointer: &'static str, known: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("one of {known}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected one of {known}"))
        .with_fields(vec![field])
}

//! REST of the language features: what an administrator decides, and what people ask for.

mod settings;
mod tasks;

use edge::Problem;
use kernel::Kind;
use language_features::LanguageFeatures;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// The language features.
    pub language: LanguageFeatures,
}

/// The services, shared.
pub type App = rest::App<Services>;

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    settings::routes().merge(tasks::routes())
}

/// A word that is none of those that there are.
pub(crate) fn unknown_word(pointer: &'static str, words: &[&str]) -> Problem {
    let field = kernel::FieldError::new(pointer, "field.invalid", words.join(", "));
    Problem::new("request.invalid", Kind::Invalid, "a word is none of those that there are")
        .with_fields(vec![field])
}

//! The shapes that go in and out: what those of links and of settings share.

pub(crate) mod links;
pub(crate) mod settings;

use edge::Problem;
use i18n::{Arg, Texts};
use kernel::{FieldError, Kind, Scope};
use linking::Problem as InTheWay;
use serde::Serialize;
use utoipa::ToSchema;

/// A word of a list.
pub(crate) fn word<T: Copy>(
    pointer: &'static str,
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Problem> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        wrong(pointer, &format!("one of {}", known.join(", ")))
    })
}

pub(crate) fn wrong(pointer: &'static str, expected: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("expected {expected}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected {expected}"))
        .with_fields(vec![field])
}

/// What is not as it should be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkProblem)]
pub(crate) struct ProblemItem {
    code: String,
    /// In the caller's language.
    title: String,
    /// What cures it, in the caller's language.
    detail: String,
}

impl ProblemItem {
    pub(crate) fn of(scope: &Scope, problem: InTheWay) -> Self {
        let args: Vec<(&str, Arg<'_>)> = problem
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().into()))
            .collect();
        let language = scope.language();
        let detail = Texts::global().detail_of_code(language, &problem.code, &args);
        let item = Self::code(scope, problem.code);
        Self { detail: detail.unwrap_or(item.detail), ..item }
    }

    /// By code.
    pub(crate) fn code(scope: &Scope, code: impl Into<String>) -> Self {
        let (code, t) = (code.into(), Texts::global().speak(scope.language()));
        Self { title: t.code(&code), detail: t.code_detail(&code), code }
    }
}

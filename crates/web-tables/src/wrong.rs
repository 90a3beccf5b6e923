//! What the services refuse, in words: at the field where there is one, else over the form.

use std::collections::BTreeMap;

use axum::response::Response;
use edge::{Context, Problem};
use http::StatusCode;
use kernel::{Coded as _, Kind};
use records::Error;
use tables::{define, names::NameProblem};
use web_frame::{Field, answer, parts};

use crate::{parts::Page, place::Place};

/// What is wrong, by the name of a field.
pub(crate) type Mistakes = BTreeMap<String, String>;

/// What is wrong with a form: at its fields, and as a whole.
#[derive(Debug, Default)]
pub(crate) struct Wrong {
    pub(crate) at: Mistakes,
    pub(crate) whole: Option<(String, String)>,
}

impl Wrong {
    /// One mistake at a field.
    pub(crate) fn at(place: &Place, field: &str, sentence: String) -> Self {
        let at = Mistakes::from([(field.to_owned(), sentence)]);
        Self { at, whole: Some((place.say("wrong"), place.say("wrong-what"))) }
    }

    /// Mistakes at fields.
    pub(crate) fn fields(place: &Place, at: Mistakes) -> Self {
        Self { at, whole: Some((place.say("wrong"), place.say("wrong-what"))) }
    }

    /// The fields with what is wrong with them.
    pub(crate) fn mark(&self, fields: Vec<(String, Field)>) -> Vec<Field> {
        let one = |(name, field): (String, Field)| match self.at.get(&name) {
            Some(sentence) => field.error(sentence),
            None => field,
        };
        fields.into_iter().map(one).collect()
    }

    /// What a service refused; `field` gives the field of a place in a definition.
    pub(crate) fn of(
        place: &Place,
        error: Error,
        field: &dyn Fn(&define::Place) -> Option<&'static str>,
    ) -> Result<Self, Problem> {
        match &error {
            Error::Definition(wrong) => {
                let sentence = sentence(place, &wrong.problem);
                match field(&wrong.place) {
                    Some(field) => Ok(Self::at(place, field, sentence)),
                    None => Ok(Self {
                        at: Mistakes::new(),
                        whole: Some((place.say("wrong"), sentence)),
                    }),
                }
            }
            Error::Required { column, .. } => {
                Ok(Self::at(place, column, place.say("wrong-missing")))
            }
            Error::Value(wrong) => Ok(Self::at(place, &wrong.column, place.say("wrong-value"))),
            _ => Ok(Self { at: Mistakes::new(), whole: Some(told(place, error)?) }),
        }
    }
}

/// The field of a place in a definition.
pub(crate) type Fields = dyn Fn(&define::Place) -> Option<&'static str> + Sync;

impl Place {
    /// Changes definitions; what is wrong with the change, if people can mend it here. `seen` is the number of what the
    /// form showed.
    pub(crate) async fn define(
        &self,
        change: define::Change,
        seen: Option<i64>,
        field: &Fields,
    ) -> Result<Option<Wrong>, Problem> {
        match self.session.define_seen(vec![change], seen).await {
            Ok(_) => Ok(None),
            Err(error) => Wrong::of(self, error, field).map(Some),
        }
    }
}

/// The end of a form: on to another page with a toast, or the form again with what is wrong with it.
pub(crate) fn answered(
    context: &Context,
    wrong: Option<Wrong>,
    (to, toast): (&str, &str),
    page: &dyn Fn(&Wrong) -> Page,
) -> Response {
    match wrong {
        None => answer::back_with(context, to, toast),
        Some(wrong) => answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&wrong)),
    }
}

/// Headline and remedy of what a service refused; what people cannot mend here is a page of its own.
pub(crate) fn told(place: &Place, error: Error) -> Result<(String, String), Problem> {
    match &error {
        Error::Definition(wrong) => {
            let text = sentence(place, &wrong.problem);
            Ok((place.say("wrong"), text))
        }
        Error::VersionMismatch => {
            Ok((place.say("definition-changed"), place.say("definition-changed-what")))
        }
        Error::Refused { message, .. } if error.code().name() == "record.refused" => {
            Ok((parts::told(&place.frame, &error).0, message.clone()))
        }
        Error::Restricted { by, .. } => {
            let model = place.session.model();
            let by = model.table(by).map_or_else(|| by.clone(), |table| place.plural(table));
            Ok((parts::told(&place.frame, &error).0, place.say1("needed-by", "by", &by)))
        }
        _ if matches!(error.code().kind(), Kind::Conflict | Kind::Invalid)
            || matches!(error, Error::Escalation) =>
        {
            Ok(parts::told(&place.frame, &error))
        }
        _ => Err(error.into()),
    }
}

/// What needs a definition, in words.
pub(crate) fn in_use(place: &Place, by: &[define::Needs]) -> String {
    use define::Needs as Of;
    let table = |name: &str| {
        let found = place.session.model().table(name);
        found.map_or_else(|| name.to_owned(), |table| place.plural(table))
    };
    let column = |of: &str, name: &str| {
        let found = place.session.model().table(of).and_then(|table| table.column(name));
        found.map_or_else(|| name.to_owned(), |column| place.label(&column.labels, name))
    };
    let one = |needs: &Of| {
        let (key, name, of) = match needs {
            Of::View { labels, table } => ("needs-view", place.label(labels, ""), table),
            Of::Key { key, table } => ("needs-key", key.clone(), table),
            Of::Column { table, column: name } => ("needs-column", column(table, name), table),
            Of::Default { table, column: name } => ("needs-default", column(table, name), table),
        };
        let args = [("name", name.into()), ("table", table(of).into())];
        place.frame.say_with(&format!("web-tables.{key}"), &args)
    };
    place.say1("problem-in-use", "by", &by.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// What is wrong with a definition.
fn sentence(place: &Place, problem: &define::Problem) -> String {
    use define::Problem as Of;
    let key = match problem {
        Of::Name(NameProblem::Length) => "problem-name-length",
        Of::Name(NameProblem::Characters) => "problem-name-characters",
        Of::Name(NameProblem::Prefix) => "problem-name-prefix",
        Of::Exists => "problem-exists",
        Of::Missing => "problem-missing",
        Of::System => "problem-system",
        Of::Limit { min, max } => {
            let args = [("min", (*min).into()), ("max", (*max).into())];
            return place.frame.say_with("web-tables.problem-limit", &args);
        }
        Of::TooMany { max } => return place.count("problem-many", *max),
        Of::NoLabel => "problem-label",
        Of::Range => "problem-range",
        Of::Twice { value } => {
            return place.say1("problem-twice", "value", &value.to_string());
        }
        Of::Default => "problem-default",
        Of::Kind | Of::KindChanged => "problem-kind",
        Of::NotInKey => "problem-key",
        Of::KeyTooLong { .. } => "problem-key-long",
        Of::InUse { by } => return in_use(place, by),
        Of::Unsupported => "problem-unsupported",
        Of::Query => "problem-query",
    };
    place.say(key)
}

//! Whether a literal fits what it is compared with.

use doubles_salesforce_schema::{Kind, id};
use doubles_soql::{Expression, Literal, Operator};

use super::Binder;
use crate::fault::Result;

impl Binder<'_> {
    /// Refuses a literal of the wrong type; ids get their 18 characters.
    pub(super) fn literal(
        &self,
        left: &Expression,
        (kind, operator): (Kind, Operator),
        right: &mut Literal,
        at: usize,
    ) -> Result<()> {
        let name = left.path().map_or("", |path| path.field());
        if operator == Operator::Like {
            return self.pattern(kind, right, at);
        }
        let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if ordered && (kind == Kind::Boolean || kind == Kind::MultiPicklist) {
            let said = format!("invalid operator on {} field", kind.name());
            return Err(self.fault("INVALID_QUERY_FILTER_OPERATOR", at, said));
        }
        let fits = match (kind, &*right) {
            (_, Literal::Null) => !ordered,
            (kind, Literal::Number(_)) => kind.is_number(),
            (Kind::Boolean, Literal::Boolean(_))
            | (Kind::Date, Literal::Date(_) | Literal::Relative(_))
            | (Kind::DateTime, Literal::DateTime(_) | Literal::Relative(_)) => true,
            (kind, Literal::Text(text)) if kind.is_id() => {
                // An empty text is nothing; anything else must be an id.
                match id::full(text) {
                    Some(full) => *right = Literal::Text(full),
                    None if text.is_empty() => *right = Literal::Null,
                    None => {
                        let said = format!("invalid ID field: {text}");
                        return Err(self.fault("INVALID_QUERY_FILTER_OPERATOR", at, said));
                    }
                }
                true
            }
            (kind, Literal::Text(_)) => kind.is_text(),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let quotes = if kind.is_text() || kind.is_id() { "should be" } else { "should not be" };
        let kind = match kind {
            Kind::DateTime => "dateTime",
            Kind::Id | Kind::Reference => "string",
            kind if kind.is_text() => "string",
            kind => kind.name(),
        };
        let said = format!(
            "value of filter criterion for field '{name}' must be of type {kind} and {quotes} enclosed in quotes"
        );
        Err(self.fault("INVALID_FIELD", at, said))
    }

    fn pattern(&self, kind: Kind, right: &Literal, at: usize) -> Result<()> {
        if !kind.is_text() || kind == Kind::MultiPicklist {
            let kind = if kind.is_id() { "id" } else { kind.name() };
            let said = format!("invalid operator on {kind} field");
            return Err(self.fault("INVALID_QUERY_FILTER_OPERATOR", at, said));
        }
        match right {
            Literal::Text(_) => Ok(()),
            _ => Err(self.fault("MALFORMED_QUERY", at, "LIKE needs a text")),
        }
    }
}

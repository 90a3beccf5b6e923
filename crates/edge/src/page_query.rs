//! `?limit=&after=&before=` of lists.

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{Cursor, FieldError, Limit};

use crate::{Problem, body::invalid};

/// Which page of a list is asked for: `limit` 1 to 200 (50 unless said), `after` or `before` a cursor.
///
/// Other parameters of the query are left to the handler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// How many rows.
    pub limit: Limit,
    /// Start after this place.
    pub after: Option<Cursor>,
    /// End before this place.
    pub before: Option<Cursor>,
}

impl PageQuery {
    /// Reads a query.
    ///
    /// # Errors
    /// `request.invalid` naming the parameter.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
        let mut page = Self::default();
        let mut errors = Vec::new();
        for (key, value) in pairs {
            match key.as_str() {
                "limit" => match value.parse().ok().and_then(Limit::new) {
                    Some(limit) => page.limit = limit,
                    None => errors.push(FieldError::new(
                        "/limit",
                        "page.limit_invalid",
                        format!("limit is a number from 1 to {}", Limit::MAX),
                    )),
                },
                "after" | "before" if value.is_empty() => {}
                "after" => place(&value, "/after", &mut page.after, &mut errors),
                "before" => place(&value, "/before", &mut page.before, &mut errors),
                _ => {}
            }
        }
        if page.after.is_some() && page.before.is_some() {
            errors.push(FieldError::new(
                "/before",
                "page.both_ends",
                "give either after or before, not both",
            ));
        }
        if errors.is_empty() { Ok(page) } else { Err(invalid(errors)) }
    }
}

fn place(
    value: &str,
    pointer: &'static str,
    slot: &mut Option<Cursor>,
    errors: &mut Vec<FieldError>,
) {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let cursor = Cursor::from(value.to_owned());
    if value.len() <= CURSOR_BYTES && value.bytes().all(safe) && cursor.key().is_ok() {
        *slot = Some(cursor);
    } else {
        errors.push(FieldError::new(
            pointer,
            "page.cursor_invalid",
            "the cursor was not given by this list: start without one",
        ));
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

/// Longer cursors are none of ours.
const CURSOR_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(query: &str) -> Vec<String> {
        let problem = PageQuery::parse(query).unwrap_err();
        problem.fields().iter().map(|f| f.pointer.clone().into_owned()).collect()
    }

    #[test]
    fn without_parameters_a_page_holds_fifty_rows() {
        assert_eq!(PageQuery::parse("").unwrap().limit.rows(), 50);
        assert_eq!(PageQuery::parse("other=1&limit=200&after=").unwrap().limit.rows(), 200);
    }

    #[test]
    fn a_limit_outside_1_to_200_is_named() {
        for query in
            ["limit=0", "limit=201", "limit=-1", "limit=ten", "limit=", "limit=99999999999"]
        {
            assert_eq!(pointers(query), ["/limit"], "{query}");
        }
    }

    #[test]
    fn a_foreign_cursor_and_two_cursors_are_named() {
        assert_eq!(pointers("after=%25%25"), ["/after"]);
        assert_eq!(pointers("before=a'b"), ["/before"]);
        let cursor = Cursor::new("7");
        assert_eq!(pointers(&format!("after={cursor}&before={cursor}")), ["/before"]);
        assert_eq!(PageQuery::parse(&format!("after={cursor}")).unwrap().after, Some(cursor));
    }
}

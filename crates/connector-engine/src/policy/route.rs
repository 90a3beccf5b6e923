//! Paths that policies write: `/2/issue/{key}/@connectionParameters('x')?expand=names`.

use crate::{
    draft::Draft,
    encode,
    expression::{Context, Missing, Piece, Template},
    problem::{Problem, Reason, Result},
    query::Query,
};

/// A path template with everything filled in: the encoded path with its slash, and the query that
/// stood behind it.
///
/// Path parameters go in encoded as the operation declares them. Values of expressions are encoded
/// segment by segment: their slashes stay, and none of their segments may climb.
///
/// # Errors
/// Those of the expressions; [`Reason::PolicyInvalid`] for a `{name}` that is no parameter;
/// [`Reason::InputPath`] when a value would climb.
pub(crate) fn expand(
    template: &Template,
    draft: &Draft,
    context: &Context<'_>,
) -> Result<(String, Query)> {
    let mut path = String::new();
    let mut query: Option<String> = None;
    for piece in template.pieces() {
        match piece {
            Piece::Text(text) => {
                let (front, behind) = match (&query, text.split_once('?')) {
                    (None, Some((front, behind))) => (front, Some(behind)),
                    (None, None) => (text.as_str(), None),
                    (Some(_), _) => ("", Some(text.as_str())),
                };
                path.push_str(&placeholders(front, draft, Part::Path)?);
                if let Some(behind) = behind {
                    let behind = placeholders(behind, draft, Part::Query)?;
                    query.get_or_insert_default().push_str(&behind);
                }
            }
            Piece::Call(_) => {
                let value = Template::of(piece.clone()).plain(context, Missing::Fails)?;
                match &mut query {
                    Some(query) => query.push_str(&encode::component(&value)),
                    None => path.push_str(&encode::segments(&value)),
                }
            }
        }
    }
    if encode::climbs(&path) {
        return Err(Problem::new(Reason::InputPath, "newPath"));
    }
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    Ok((path, Query::parse(&query.unwrap_or_default())))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Query,
}

/// Text with its `{name}` replaced.
fn placeholders(text: &str, draft: &Draft, part: Part) -> Result<String> {
    let mut filled = String::new();
    let mut rest = text;
    let plain = |text: &str| match part {
        Part::Path => encode::literal(text),
        Part::Query => text.to_owned(),
    };
    while let Some((front, behind)) = rest.split_once('{') {
        let Some((name, behind)) = behind.split_once('}') else { break };
        filled.push_str(&plain(front));
        let segment = draft.segments.iter().find(|segment| segment.name == name);
        match (segment, part) {
            (Some(segment), Part::Path) => filled.push_str(&segment.encoded),
            (Some(segment), Part::Query) => filled.push_str(&encode::component(&segment.plain)),
            (None, _) => {
                let value = draft.query.value(name).or_else(|| draft.headers.value(name));
                let value = value.ok_or_else(|| Problem::new(Reason::PolicyInvalid, name))?;
                filled.push_str(&encode::component(value));
            }
        }
        rest = behind;
    }
    filled.push_str(&plain(rest));
    Ok(filled)
}

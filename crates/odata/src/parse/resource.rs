//! The path of a URL, and the URL as a whole.

use crate::{
    decode::{Reading, decode, encoded_offset},
    error::{Error, Problem, Result},
    limits,
    tree::{
        expr::Segment,
        options::QueryOptions,
        resource::{Resource, Url},
    },
};

use super::cursor::Cursor;

pub(super) fn url(text: &str, reading: Reading) -> Result<Url> {
    let (address, fragment) = match text.split_once('#') {
        Some((address, _)) => (address, Some(address.len())),
        None => (text, None),
    };
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let resource = resource(path)?;
    let options = match query {
        Some(query) => {
            super::options::query(query, reading).map_err(|error| error.shifted(path.len() + 1))?
        }
        None => QueryOptions::default(),
    };
    match (&resource, fragment) {
        (Resource::Metadata, _) | (_, None) => {}
        (_, Some(at)) => return Err(Error { at, problem: Problem::Trailing }),
    }
    if matches!(resource, Resource::Entity(_)) && options.id.is_none() {
        return Err(Error { at: address.len(), problem: Problem::Expected("'$id='") });
    }
    if resource == Resource::Entity(None) && (options.select.is_some() || options.expand.is_some())
    {
        return Err(Error {
            at: address.len(),
            problem: Problem::Expected("a type cast for '$select' and '$expand'"),
        });
    }
    Ok(Url { resource, options })
}

pub(super) fn resource(text: &str) -> Result<Resource> {
    let mut pieces = split(text);
    // a slash at the end says nothing
    if pieces.len() > 1 && pieces.last().is_some_and(|(_, piece)| piece.is_empty()) {
        pieces.pop();
    }
    if pieces.len() > limits::SEGMENTS {
        let problem = Problem::Limit { of: "segments", limit: limits::SEGMENTS };
        return Err(Error { at: text.len(), problem });
    }
    let Some(((first_at, first), behind)) = pieces.split_first() else {
        return Ok(Resource::ServiceDocument);
    };
    let (first_at, first) = (*first_at, *first);
    match (first, behind) {
        ("", []) => Ok(Resource::ServiceDocument),
        ("$batch", []) => Ok(Resource::Batch),
        ("$metadata", []) => Ok(Resource::Metadata),
        ("$entity", behind) => cast(behind).map(Resource::Entity),
        ("$all", behind) => cast(behind).map(Resource::All),
        ("$batch" | "$metadata", [(at, _), ..]) => {
            Err(Error { at: at - 1, problem: Problem::Trailing })
        }
        _ if first.starts_with("$crossjoin") => {
            let sets = piece(first_at, first, |cursor| {
                cursor.advance("$crossjoin".len());
                cursor.open()?;
                let sets = cursor.list(|cursor| Ok(cursor.identifier()?.to_owned()))?;
                cursor.close()?;
                cursor.end()?;
                Ok(sets)
            })?;
            Ok(Resource::CrossJoin(sets, segments(behind, false)?))
        }
        _ => Ok(Resource::Path(segments(&pieces, true)?)),
    }
}

fn cast(behind: &[(usize, &str)]) -> Result<Option<String>> {
    match behind {
        [] => Ok(None),
        [(at, text)] => piece(*at, text, |cursor| {
            let name = cursor.qualified()?.to_owned();
            cursor.end()?;
            Ok(Some(name))
        }),
        [_, (at, _), ..] => Err(Error { at: at - 1, problem: Problem::Trailing }),
    }
}

/// Slashes outside of parentheses separate; inside, quotes hide parentheses.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut depth, mut quoted) = (0, 0_usize, false);
    let mut at = 0;
    while at < text.len() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let (byte, length) = match rest {
            [b'%', b'2', b'7', ..] => (b'\'', 3),
            [b'%', b'2', b'8', ..] => (b'(', 3),
            [b'%', b'2', b'9', ..] => (b')', 3),
            [byte, ..] => (*byte, 1),
            [] => break,
        };
        match byte {
            b'\'' if depth > 0 => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                pieces.push((start, text.get(start..at).unwrap_or_default()));
                start = at + 1;
            }
            _ => {}
        }
        at += length;
    }
    pieces.push((start, text.get(start..).unwrap_or_default()));
    pieces
}

/// Reads one encoded piece; offsets count in the whole.
fn piece<T>(at: usize, text: &str, read: impl FnOnce(&mut Cursor<'_>) -> Result<T>) -> Result<T> {
    let plain = decode(text, false).map_err(|error| error.shifted(at))?;
    let mut cursor = Cursor::new(&plain, false, 0);
    read(&mut cursor).map_err(|error| Error { at: at + encoded_offset(text, error.at), ..error })
}

fn segments(pieces: &[(usize, &str)], first: bool) -> Result<Vec<Segment>> {
    let mut segments = Vec::with_capacity(pieces.len());
    for (index, (at, text)) in pieces.iter().enumerate() {
        if let Some(Segment::Ref | Segment::Value | Segment::Count | Segment::Query) =
            segments.last()
        {
            return Err(Error { at: at.saturating_sub(1), problem: Problem::Trailing });
        }
        let read = piece(*at, text, |cursor| segment(cursor, first && index == 0))?;
        segments.extend(read);
    }
    Ok(segments)
}

/// One piece: a name with its parentheses, or one of the segments with a dollar.
fn segment(cursor: &mut Cursor<'_>, first: bool) -> Result<Vec<Segment>> {
    let whole = cursor.rest();
    let one = match whole {
        "" => return Err(cursor.expected("a segment")),
        "$count" if !first => Some(Segment::Count),
        "$ref" if !first => Some(Segment::Ref),
        "$value" if !first => Some(Segment::Value),
        "$each" if !first => Some(Segment::Each),
        "$query" if !first => Some(Segment::Query),
        _ => None,
    };
    if let Some(one) = one {
        return Ok(vec![one]);
    }
    if !first && cursor.eat_text("$filter") {
        cursor.open()?;
        let condition = cursor.expr()?;
        cursor.close()?;
        let mut segments = vec![Segment::Filter(Box::new(condition))];
        cursor.keys(&mut segments)?;
        cursor.end()?;
        return Ok(segments);
    }
    if let Some(id) = whole.strip_prefix('$') {
        let fits = !id.is_empty()
            && id.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
            });
        return if first && fits {
            Ok(vec![Segment::ContentId(id.to_owned())])
        } else {
            Err(cursor.expected("a segment"))
        };
    }
    if !cursor.at_identifier() {
        return if first {
            Err(cursor.expected("a name"))
        } else {
            Ok(vec![Segment::Text(whole.to_owned())])
        };
    }
    let name = cursor.qualified()?.to_owned();
    if cursor.peek() == Some(b'(') {
        let arguments = cursor.arguments()?;
        let mut segments = vec![Segment::Call(name, arguments)];
        cursor.keys(&mut segments)?;
        cursor.end()?;
        return Ok(segments);
    }
    if cursor.rest().is_empty() {
        return Ok(vec![Segment::Name(name)]);
    }
    if first {
        return Err(cursor.expected("'(' or '/'"));
    }
    Ok(vec![Segment::Text(whole.to_owned())])
}

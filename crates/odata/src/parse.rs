//! From text to trees: hand-written, top-down, bounded.
//!
//! Trees are made of what the published grammar takes (see `odata-grammar`), and a little more, because
//! clients send it: characters that should be encoded, blanks around commas and semicolons, `not(`, a slash at the
//! end of a path or in the quotes of a key, `/$ref` behind a selected navigation, `$1`, operations called by their
//! qualified names at the root.
//!
//! Refused although the grammar has a reading for it: an option that stands twice, an option without `$` whose
//! value is not one of its own (the grammar sees a custom option), days that do not exist, numbers of more than 38
//! digits, an encoded semicolon within `$search` in parentheses, and what is beyond the [`limits`].

mod apply;
mod cursor;
mod expand;
mod expr;
mod json;
mod literal;
mod options;
mod path;
mod resource;
mod search;
mod select;

use crate::{
    decode::Reading,
    error::{Error, Problem, Result},
    limits,
    tree::{
        apply::Transformation,
        expr::Expr,
        options::{Compute, ExpandItem, OrderBy, QueryOptions, Search, SelectItem},
        resource::{Resource, Url},
    },
};

use self::cursor::Cursor;

/// Reads a URL relative to the service root, without a leading slash: path, `?`, query.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn url(text: &str, reading: Reading) -> Result<Url> {
    bounded(text, limits::URL_BYTES)?;
    resource::url(text, reading)
}

/// Reads the path of a URL relative to the service root, percent-encoded, without a leading slash.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn resource(text: &str) -> Result<Resource> {
    bounded(text, limits::URL_BYTES)?;
    resource::resource(text)
}

/// Reads the query of a URL, encoded as it came, without its `?`.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn query(text: &str, reading: Reading) -> Result<QueryOptions> {
    bounded(text, limits::URL_BYTES)?;
    options::query(text, reading)
}

/// Reads an expression that is not encoded: the value of `$filter`, of a parameter.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn expression(text: &str) -> Result<Expr> {
    whole(text, Cursor::expr)
}

/// Reads the value of `$select`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn select(text: &str) -> Result<Vec<SelectItem>> {
    whole(text, Cursor::select)
}

/// Reads the value of `$expand`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn expand(text: &str) -> Result<Vec<ExpandItem>> {
    whole(text, Cursor::expand)
}

/// Reads the value of `$orderby`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn orderby(text: &str) -> Result<Vec<OrderBy>> {
    whole(text, Cursor::orderby)
}

/// Reads the value of `$compute`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn compute(text: &str) -> Result<Vec<Compute>> {
    whole(text, Cursor::compute)
}

/// Reads the value of `$apply`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn apply(text: &str) -> Result<Vec<Transformation>> {
    whole(text, Cursor::apply)
}

/// Reads the value of `$search`, not encoded.
///
/// # Errors
/// [`Error`], with its place in `text`.
pub fn search(text: &str) -> Result<Search> {
    whole(text, Cursor::search)
}

fn whole<'a, T>(text: &'a str, read: impl FnOnce(&mut Cursor<'a>) -> Result<T>) -> Result<T> {
    bounded(text, limits::TEXT_BYTES)?;
    let mut cursor = Cursor::new(text, false, 0);
    cursor.blanks();
    let value = read(&mut cursor)?;
    cursor.blanks();
    cursor.end()?;
    Ok(value)
}

fn bounded(text: &str, limit: usize) -> Result<()> {
    if text.len() > limit {
        return Err(Error { at: limit, problem: Problem::Limit { of: "bytes", limit } });
    }
    Ok(())
}

//! Lists by cursor, never by offset.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows of this page, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page with `f` applied to each row.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }

    /// Cuts rows that were read one beyond the limit, and makes the cursor from the last one kept.
    pub fn cut(mut items: Vec<T>, limit: Limit, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let more = items.len() > limit.rows();
        items.truncate(limit.rows());
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// How many rows a page holds: 1 to 200, 50 unless asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 200;

    /// A limit; `None` when outside 1 to [`Limit::MAX`].
    pub const fn new(rows: u16) -> Option<Self> {
        if rows == 0 || rows > Self::MAX { None } else { Some(Self(rows)) }
    }

    /// The number of rows.
    pub const fn rows(self) -> usize {
        self.0 as usize
    }

    /// One more than the rows, so that a query shows whether a next page exists.
    pub const fn probe(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// A place in a list. Opaque to callers; only letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

/// A cursor that this list did not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor was not given by this list: start without one")]
pub struct CursorError;

impl Cursor {
    /// A cursor that carries `key`, the sort key of the last row.
    pub fn new(key: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(key))
    }

    /// The key inside.
    ///
    /// # Errors
    /// [`CursorError`] when the text is not one of ours.
    pub fn key(&self) -> Result<String, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_source| CursorError)?;
        String::from_utf8(bytes).map_err(|_source| CursorError)
    }

    /// The key inside, read as a `T`.
    ///
    /// # Errors
    /// [`CursorError`] when the text is not one of ours.
    pub fn parse<T: FromStr>(&self) -> Result<T, CursorError> {
        self.key()?.parse().map_err(|_source| CursorError)
    }

    /// The text as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_its_key_in_safe_characters() {
        let cursor = Cursor::new("été/42+?");
        assert!(cursor.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        assert_eq!(cursor.key().as_deref(), Ok("été/42+?"));
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        assert_eq!(Cursor::from("%%%".to_owned()).key(), Err(CursorError));
        assert_eq!(Cursor::new("x").parse::<i64>(), Err(CursorError));
    }

    #[test]
    fn the_last_page_has_no_next() {
        let limit = Limit::new(2).unwrap();
        let page = Page::cut(vec![1, 2, 3], limit, |n| Cursor::new(&n.to_string()));
        assert_eq!((page.items, page.next), (vec![1, 2], Some(Cursor::new("2"))));
        assert_eq!(Page::cut(vec![1, 2], limit, |_| Cursor::new("")).next, None);
        assert_eq!((Limit::new(0), Limit::new(201)), (None, None));
    }
}

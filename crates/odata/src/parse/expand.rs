//! `$expand`.

use crate::{
    error::Result,
    tree::options::{ExpandItem, ExpandKind, ExpandTarget, QueryOptions},
};

use super::{cursor::Cursor, options::Place};

impl Cursor<'_> {
    pub(super) fn expand(&mut self) -> Result<Vec<ExpandItem>> {
        self.deeper(|cursor| cursor.list(Self::expand_item))
    }

    fn expand_item(&mut self) -> Result<ExpandItem> {
        let (target, options_at) = if self.eat(b'*') {
            (ExpandTarget::All, Place::ExpandAll)
        } else if self.eat_text("$value") {
            let options = Box::new(QueryOptions::default());
            return Ok(ExpandItem {
                target: ExpandTarget::MediaStream,
                kind: ExpandKind::Rows,
                options,
            });
        } else {
            let mut names = self.plain_path()?;
            if self.eat_text("/*") {
                names.push("*".to_owned());
            }
            (ExpandTarget::Path(names), Place::Expand)
        };
        let (kind, place) = if self.eat_text("/$ref") {
            (ExpandKind::References, Place::ExpandRef)
        } else if target != ExpandTarget::All && self.eat_text("/$count") {
            (ExpandKind::Count, Place::Count)
        } else {
            (ExpandKind::Rows, options_at)
        };
        let bare = target == ExpandTarget::All && kind == ExpandKind::References;
        let options = if self.peek() == Some(b'(') && !bare {
            self.nested_options(place)?
        } else {
            QueryOptions::default()
        };
        Ok(ExpandItem { target, kind, options: Box::new(options) })
    }
}

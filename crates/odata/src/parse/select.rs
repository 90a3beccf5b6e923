//! `$select`, `$orderby`, `$compute`.

use crate::{
    error::Result,
    tree::options::{Compute, OrderBy, SelectItem, SelectPath},
};

use super::{cursor::Cursor, options::Place};

impl Cursor<'_> {
    pub(super) fn select(&mut self) -> Result<Vec<SelectItem>> {
        self.list(Self::select_item)
    }

    fn select_item(&mut self) -> Result<SelectItem> {
        if self.eat(b'*') {
            return Ok(SelectItem::All);
        }
        let mut segments = self.plain_path()?;
        if segments.len() == 1 && self.rest().starts_with(".*") {
            self.advance(2);
            return Ok(SelectItem::AllOperations(segments.swap_remove(0)));
        }
        if self.eat_text("/$ref") {
            segments.push("$ref".to_owned());
        }
        let mut item = SelectPath { segments, parameters: None, options: None };
        if self.peek() == Some(b'(') {
            if self.at_parameter_names() {
                self.open()?;
                let names = self.list(|cursor| Ok(cursor.identifier()?.to_owned()))?;
                self.close()?;
                item.parameters = Some(names);
            } else {
                item.options = Some(Box::new(self.nested_options(Place::Select)?));
            }
        }
        Ok(SelectItem::Path(item))
    }

    fn at_parameter_names(&mut self) -> bool {
        let start = self.at();
        self.advance(1);
        self.blanks();
        let names = self.at_identifier() && !self.at_named_argument();
        self.back_to(start);
        names
    }

    pub(super) fn orderby(&mut self) -> Result<Vec<OrderBy>> {
        self.list(|cursor| {
            let by = cursor.expr()?;
            let start = cursor.at();
            let behind_blanks = cursor.blanks();
            let descending = behind_blanks && cursor.eat_word("desc");
            let ascending = behind_blanks && !descending && cursor.eat_word("asc");
            if !(descending || ascending) {
                cursor.back_to(start);
            }
            Ok(OrderBy { by, descending })
        })
    }

    pub(super) fn compute(&mut self) -> Result<Vec<Compute>> {
        self.list(|cursor| Ok(Compute { value: cursor.expr()?, alias: cursor.alias()? }))
    }
}

//! Views that people of the CRM keep, as the seller has them there.

use std::sync::Arc;

use crm::{Cursor, Table, View, ViewPage, ViewRef};

use super::SellersRecords;
use crate::{Result, SystemKind};

/// What stands before the key of a view that a person keeps, where a view is one word of an address.
const OWN: &str = "own-";

/// One page of a view, with what its page needs.
#[derive(Debug, Clone)]
pub struct OpenedView {
    /// The view.
    pub view: View,
    /// What its table looks like to the seller.
    pub table: Arc<Table>,
    /// The records.
    pub page: ViewPage,
}

/// A view as one word of an address.
pub fn view_key(view: &ViewRef) -> String {
    let own = if view.personal { OWN } else { "" };
    format!("{own}{}", view.id)
}

/// The view of a word that [`view_key`] wrote.
pub fn view_of(table: &str, key: &str) -> ViewRef {
    match key.strip_prefix(OWN) {
        Some(id) => ViewRef::new(table, id, true),
        None => ViewRef::new(table, key, false),
    }
}

impl SellersRecords {
    /// The views of a table, by name.
    ///
    /// # Errors
    /// [`crate::Error::Crm`].
    pub async fn views(&self, table: &str) -> Result<Vec<View>> {
        let mut all = self.crm.views(table).await?;
        kernel::sort_by_key(&mut all, |view| (view.at.personal, view.name.to_lowercase()));
        Ok(all)
    }

    /// One page of a view. Fields that administrators left out of the form of the table are no columns.
    ///
    /// # Errors
    /// [`crate::Error::Crm`].
    pub async fn open_view(&self, view: &ViewRef, after: Option<&Cursor>) -> Result<OpenedView> {
        let whole = self.crm.describe(&view.table).await?;
        let table = self.described(&view.table).await?;
        let view = self.crm.view(view).await?;
        let mut page = self.crm.listed(&view.at, after).await?;
        // a field of another record is no field of the form
        let shown = |name: &str| table.field(name).is_some() || whole.field(name).is_none();
        page.columns.retain(|column| shown(&column.name));
        Ok(OpenedView { view, table, page })
    }

    /// Where the CRM itself shows a view.
    pub fn view_address(&self, view: &ViewRef) -> Option<String> {
        let (table, id) = (&view.table, &view.id.0);
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if !plain(table) || !plain(id) {
            return None;
        }
        let kind = if view.personal { 4230 } else { 1039 };
        self.there(&match self.system.kind {
            SystemKind::Dataverse => {
                format!("main.aspx?pagetype=entitylist&etn={table}&viewid={id}&viewType={kind}")
            }
            _ => format!("lightning/o/{table}/list?filterName={id}"),
        })
    }
}

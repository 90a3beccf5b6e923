//! Views: saved queries.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Labels, Table};

/// A saved query of a table (`savedquery`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// `savedqueryid`.
    pub id: Uuid,
    /// The table.
    pub table: String,
    /// What people read.
    pub labels: Labels,
    /// What it is used for.
    #[serde(default)]
    pub kind: ViewKind,
    /// Whether it is the one that opens first.
    #[serde(default)]
    pub default: bool,
    /// The FetchXML; its attributes are those of `columns` and the primary key.
    pub fetch: String,
    /// The columns shown, in their order.
    pub columns: Vec<ViewColumn>,
    /// Whether it was made in this environment and is not of the baseline.
    #[serde(default)]
    pub custom: bool,
}

impl View {
    /// Its layout as the Web API has it (`layoutxml`); `table` is its table.
    pub fn layout_xml(&self, table: &Table) -> String {
        let mut cells = String::new();
        for column in &self.columns {
            // writing into a text cannot fail
            let _ = write!(cells, r#"<cell name="{}" width="{}"/>"#, column.name, column.width);
        }
        let jump = table.primary_name.as_deref().unwrap_or(&table.primary_id);
        format!(
            r#"<grid name="resultset" object="{}" jump="{jump}" select="1" icon="1" preview="1"><row name="result" id="{}">{cells}</row></grid>"#,
            table.code, table.primary_id
        )
    }
}

/// One column of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewColumn {
    /// The column's logical name, or `alias.column` of a linked table.
    pub name: String,
    /// Its width in pixels.
    pub width: u16,
}

/// What a view is used for (`querytype`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ViewKind {
    /// In lists of views (0).
    #[default]
    Public,
    /// For rows under another row (2).
    Associated,
    /// For quick search (4): `{0}` in its conditions is what people typed.
    QuickFind,
    /// For picking the row of a lookup (64).
    Lookup,
}

impl ViewKind {
    /// `querytype`.
    pub const fn code(self) -> i32 {
        match self {
            Self::Public => 0,
            Self::Associated => 2,
            Self::QuickFind => 4,
            Self::Lookup => 64,
        }
    }
}

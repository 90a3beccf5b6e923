//! Tables and their alternate keys.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Column, ColumnKind, Labels, names};

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Parts")]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in the documents")]
pub struct Table {
    /// `MetadataId`.
    pub id: Uuid,
    /// The name in FetchXML and metadata, lower case.
    pub logical: String,
    /// The name with its upper case letters.
    pub schema: String,
    /// The entity set: the name in URLs.
    pub set: String,
    /// The primary key column.
    pub primary_id: String,
    /// The column whose text stands for the row; intersect tables have none.
    pub primary_name: Option<String>,
    /// What people read for one row.
    pub labels: Labels,
    /// What people read for several rows.
    pub plural: Labels,
    /// What it is for.
    pub description: Labels,
    /// Who owns its rows.
    pub ownership: Ownership,
    /// `ObjectTypeCode`: unique in the model, 10000 and up for tables made in the environment.
    pub code: i32,
    /// Whether its rows are activities.
    pub activity: bool,
    /// Whether it holds the links of a many-to-many relationship.
    pub intersect: bool,
    /// Whether it was made in this environment and is not of the baseline.
    pub custom: bool,
    /// `IsPrivate`: of the system, not shown to makers.
    pub private: bool,
    /// Whether changes can be asked for with a token.
    pub change_tracking: bool,
    /// Whether changes go to the history.
    pub audited: bool,
    /// Whether notes and files can be attached to its rows (`HasNotes`).
    pub notes: bool,
    /// Whether activities can be about its rows (`HasActivities`).
    pub activities: bool,
    /// The tables whose rows this one shows. Such a table has no rows of its own and is only read:
    /// `owner` shows users and teams, `activitypointer` every activity.
    pub union_of: Vec<String>,
    /// The table whose privileges rule this one: `activitypointer` for every activity.
    pub privileges_of: Option<String>,
    /// The columns, primary key first.
    columns: Vec<Column>,
    /// The alternate keys.
    pub keys: Vec<AlternateKey>,
    #[serde(skip)]
    by_logical: HashMap<String, usize>,
}

impl Table {
    /// A table without columns; its set is the regular plural of its logical name.
    pub fn new(id: Uuid, schema: &str, ownership: Ownership, code: i32) -> Self {
        let logical = schema.to_ascii_lowercase();
        Self {
            id,
            set: names::plural(&logical),
            primary_id: format!("{logical}id"),
            logical,
            schema: schema.to_owned(),
            primary_name: None,
            labels: Labels::none(),
            plural: Labels::none(),
            description: Labels::none(),
            ownership,
            code,
            activity: false,
            intersect: false,
            custom: false,
            private: false,
            change_tracking: false,
            audited: false,
            notes: false,
            activities: false,
            union_of: Vec::new(),
            privileges_of: None,
            columns: Vec::new(),
            keys: Vec::new(),
            by_logical: HashMap::new(),
        }
    }

    /// The columns, primary key first.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by its logical name.
    pub fn column(&self, logical: &str) -> Option<&Column> {
        self.by_logical.get(logical).and_then(|at| self.columns.get(*at))
    }

    /// The place of a column in [`Self::columns`].
    pub fn position(&self, logical: &str) -> Option<usize> {
        self.by_logical.get(logical).copied()
    }

    /// A column by its metadata id.
    pub fn column_by_id(&self, id: Uuid) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// The primary key column.
    pub fn primary_key(&self) -> Option<&Column> {
        self.column(&self.primary_id)
    }

    /// An alternate key by its logical name.
    pub fn key(&self, logical: &str) -> Option<&AlternateKey> {
        self.keys.iter().find(|key| key.logical == logical)
    }

    /// The alternate key made of exactly these columns, in any order.
    pub fn key_of(&self, columns: &[&str]) -> Option<&AlternateKey> {
        self.keys.iter().find(|key| {
            key.columns.len() == columns.len()
                && key.columns.iter().all(|column| columns.contains(&column.as_str()))
        })
    }

    /// The state column, where rows have a state.
    pub fn state(&self) -> Option<&Column> {
        self.columns.iter().find(|column| matches!(column.kind, ColumnKind::State { .. }))
    }

    /// The status column, where rows have a state.
    pub fn status(&self) -> Option<&Column> {
        self.columns.iter().find(|column| matches!(column.kind, ColumnKind::Status { .. }))
    }

    /// Whether it shows rows of other tables and has none of its own.
    pub fn is_union(&self) -> bool {
        !self.union_of.is_empty()
    }

    /// Changes the columns; the index follows.
    pub fn change_columns<T>(&mut self, change: impl FnOnce(&mut Vec<Column>) -> T) -> T {
        let result = change(&mut self.columns);
        self.by_logical = index(&self.columns);
        result
    }
}

fn index(columns: &[Column]) -> HashMap<String, usize> {
    columns.iter().enumerate().map(|(at, column)| (column.logical.clone(), at)).collect()
}

/// Who owns the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ownership {
    /// A user or a team (`UserOwned`).
    User,
    /// The organisation (`OrganizationOwned`): privileges have no depth.
    Organisation,
    /// A business unit (`BusinessOwned`): users, teams, roles.
    BusinessUnit,
    /// Nobody (`None`): intersect tables and tables of the system.
    None,
}

/// Columns whose values together belong to one row only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlternateKey {
    /// `MetadataId`.
    pub id: Uuid,
    /// The name, lower case.
    pub logical: String,
    /// The name with its upper case letters.
    pub schema: String,
    /// What people read.
    pub labels: Labels,
    /// The columns, in the order of the index.
    pub columns: Vec<String>,
}

/// A table as it is stored, before its columns have an index.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in the documents")]
struct Parts {
    id: Uuid,
    logical: String,
    schema: String,
    set: String,
    primary_id: String,
    #[serde(default)]
    primary_name: Option<String>,
    labels: Labels,
    plural: Labels,
    #[serde(default)]
    description: Labels,
    ownership: Ownership,
    code: i32,
    #[serde(default)]
    activity: bool,
    #[serde(default)]
    intersect: bool,
    #[serde(default)]
    custom: bool,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    change_tracking: bool,
    #[serde(default)]
    audited: bool,
    #[serde(default)]
    notes: bool,
    #[serde(default)]
    activities: bool,
    #[serde(default)]
    union_of: Vec<String>,
    #[serde(default)]
    privileges_of: Option<String>,
    columns: Vec<Column>,
    #[serde(default)]
    keys: Vec<AlternateKey>,
}

impl From<Parts> for Table {
    fn from(parts: Parts) -> Self {
        Self {
            by_logical: index(&parts.columns),
            id: parts.id,
            logical: parts.logical,
            schema: parts.schema,
            set: parts.set,
            primary_id: parts.primary_id,
            primary_name: parts.primary_name,
            labels: parts.labels,
            plural: parts.plural,
            description: parts.description,
            ownership: parts.ownership,
            code: parts.code,
            activity: parts.activity,
            intersect: parts.intersect,
            custom: parts.custom,
            private: parts.private,
            change_tracking: parts.change_tracking,
            audited: parts.audited,
            notes: parts.notes,
            activities: parts.activities,
            union_of: parts.union_of,
            privileges_of: parts.privileges_of,
            columns: parts.columns,
            keys: parts.keys,
        }
    }
}

//! Changing metadata: what may be asked for, and what it gives.
//!
//! [`Model::change`] is a function: it takes a list of changes and gives a new model, the
//! definitions to keep, and the steps for whoever holds the physical tables, or an error and nothing
//! at all.

mod alter;
mod check;
mod create;
mod draft;
mod error;
mod rebase;
mod relate;
mod remove;
pub mod seen;

use std::sync::Arc;

use serde::Serialize as _;
use uuid::Uuid;

use crate::{
    AlternateKey, Cascade, Choice, Column, ColumnKind, Labels, Model, Ownership, Relationship,
    Required, Table, View,
};

pub use error::{DefinitionError, Needs, Place, Problem};
pub use rebase::rebased;

/// One change of metadata.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new table, with its columns.
    CreateTable(NewTable),
    /// Other texts or switches of a table.
    UpdateTable(TableUpdate),
    /// A table goes, with its rows and its relationships.
    DeleteTable {
        /// Its logical name.
        table: String,
    },
    /// A new column; lookups come with their relationship.
    AddColumn {
        /// The logical name of the table.
        table: String,
        /// The column.
        column: NewColumn,
    },
    /// A column gets another definition; its name and its kind stay.
    UpdateColumn {
        /// The logical name of the table.
        table: String,
        /// The logical name of the column.
        column: String,
        /// The whole new definition.
        to: NewColumn,
        /// Whether texts in languages that it lacks stay.
        merge_labels: bool,
    },
    /// A column goes, with its values; a lookup with its relationships.
    DeleteColumn {
        /// The logical name of the table.
        table: String,
        /// The logical name of the column.
        column: String,
    },
    /// A new alternate key.
    AddKey {
        /// The logical name of the table.
        table: String,
        /// The schema name of the key.
        schema: String,
        /// What people read.
        labels: Labels,
        /// The logical names of the columns.
        columns: Vec<String>,
    },
    /// An alternate key goes.
    DeleteKey {
        /// The logical name of the table.
        table: String,
        /// The logical name of the key.
        key: String,
    },
    /// A new one-to-many relationship with its lookup column; where the column is a lookup already,
    /// it gets one more table to refer to.
    AddOneToMany(NewOneToMany),
    /// A new lookup column that refers to several tables.
    AddPolymorphic {
        /// One relationship for each table; all name the same column of the same table.
        relationships: Vec<NewOneToMany>,
    },
    /// A new lookup column that refers to accounts and contacts.
    AddCustomer {
        /// Two relationships, to account and contact; both name the same column.
        relationships: Vec<NewOneToMany>,
    },
    /// A new many-to-many relationship with its intersect table.
    AddManyToMany(NewManyToMany),
    /// Other rules of a one-to-many relationship.
    UpdateRelationship {
        /// Its schema name.
        schema: String,
        /// The new rules.
        cascade: Cascade,
        /// Whether `above` and `under` follow it; none leaves it.
        hierarchical: Option<bool>,
    },
    /// A relationship goes, with its lookup column or its intersect table.
    DeleteRelationship {
        /// Its schema name.
        schema: String,
    },
    /// A new choice that columns share.
    CreateChoice(NewChoice),
    /// Other texts or entries of such a choice.
    UpdateChoice {
        /// Its new definition; the name says which.
        to: NewChoice,
        /// Whether texts in languages that it lacks stay.
        merge_labels: bool,
    },
    /// A choice that columns share goes.
    DeleteChoice {
        /// Its name.
        name: String,
    },
    /// Document locations may be about the rows of a table from now on.
    AttachDocuments {
        /// The logical name of the table.
        table: String,
    },
    /// A view is made or changed, by its id.
    SaveView(View),
    /// A view goes.
    DeleteView {
        /// Its id.
        id: Uuid,
    },
}

/// A table that someone wants.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in the documents")]
pub struct NewTable {
    /// The schema name, with the publisher's prefix.
    pub schema: String,
    /// The entity set; none is the regular plural of the logical name.
    pub set: Option<String>,
    /// What people read for one row.
    pub labels: Labels,
    /// What people read for several rows.
    pub plural: Labels,
    /// What it is for.
    pub description: Labels,
    /// Who owns its rows: a user or the organisation.
    pub ownership: Ownership,
    /// The primary name column: a text.
    pub primary_name: NewColumn,
    /// The other columns.
    pub columns: Vec<NewColumn>,
    /// Whether notes can be attached to its rows.
    pub notes: bool,
    /// Whether activities can be about its rows.
    pub activities: bool,
    /// Whether changes can be asked for with a token.
    pub change_tracking: bool,
    /// Whether changes go to the history.
    pub audited: bool,
}

/// Other texts or switches of a table; what is none stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableUpdate {
    /// The logical name.
    pub table: String,
    /// What people read for one row.
    pub labels: Option<Labels>,
    /// What people read for several rows.
    pub plural: Option<Labels>,
    /// What it is for.
    pub description: Option<Labels>,
    /// Whether notes can be attached to its rows; cannot be taken back.
    pub notes: Option<bool>,
    /// Whether activities can be about its rows; cannot be taken back.
    pub activities: Option<bool>,
    /// Whether changes can be asked for with a token.
    pub change_tracking: Option<bool>,
    /// Whether changes go to the history.
    pub audited: Option<bool>,
    /// Whether texts in languages that the new ones lack stay.
    pub merge_labels: bool,
}

/// A column that someone wants.
#[derive(Clone, Debug, PartialEq)]
pub struct NewColumn {
    /// The schema name, with the publisher's prefix.
    pub schema: String,
    /// What cells hold.
    pub kind: ColumnKind,
    /// Whether a value must be given.
    pub required: Required,
    /// What people read.
    pub labels: Labels,
    /// What it is for.
    pub description: Labels,
    /// Whether only holders of a field security profile read or write it.
    pub secured: bool,
    /// Whether its changes go to the history of an audited table.
    pub audited: bool,
    /// Whether quick search looks into it.
    pub searched: bool,
    /// The form of a number that the store draws when none is given.
    pub auto_number: Option<String>,
}

impl NewColumn {
    /// A column of this name and kind, otherwise usual.
    pub fn new(schema: impl Into<String>, kind: ColumnKind, labels: Labels) -> Self {
        Self {
            schema: schema.into(),
            kind,
            required: Required::Never,
            labels,
            description: Labels::none(),
            secured: false,
            audited: true,
            searched: false,
            auto_number: None,
        }
    }

    /// What a column is now, as a point of departure for changing it.
    pub fn of(column: &Column) -> Self {
        Self {
            schema: column.schema.clone(),
            kind: column.kind.clone(),
            required: column.required,
            labels: column.labels.clone(),
            description: column.description.clone(),
            secured: column.secured,
            audited: column.audited,
            searched: column.searched,
            auto_number: column.auto_number.clone(),
        }
    }
}

/// A one-to-many relationship that someone wants.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOneToMany {
    /// The schema name, with the publisher's prefix.
    pub schema: String,
    /// The table that rows will refer to.
    pub referenced: String,
    /// The table that gets the lookup.
    pub referencing: String,
    /// The lookup column; its kind is not looked at.
    pub lookup: NewColumn,
    /// The single navigation property; none is the lookup's schema name.
    pub referencing_navigation: Option<String>,
    /// The collection navigation property; none is the relationship's schema name.
    pub referenced_navigation: Option<String>,
    /// What happens to the many when something happens to the one.
    pub cascade: Cascade,
    /// Whether `above` and `under` follow it.
    pub hierarchical: bool,
}

/// A many-to-many relationship that someone wants.
#[derive(Clone, Debug, PartialEq)]
pub struct NewManyToMany {
    /// The schema name, with the publisher's prefix.
    pub schema: String,
    /// The schema name of the intersect table; none is the relationship's.
    pub intersect: Option<String>,
    /// The table of the first end.
    pub first: String,
    /// The table of the second end.
    pub second: String,
    /// The navigation property on the first table; none is the relationship's schema name.
    pub first_navigation: Option<String>,
    /// The navigation property on the second table; none is the relationship's schema name.
    pub second_navigation: Option<String>,
}

/// A choice that columns share, as someone wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewChoice {
    /// The name, with the publisher's prefix; it becomes lower case.
    pub name: String,
    /// What people read.
    pub labels: Labels,
    /// What it is for.
    pub description: Labels,
    /// Its entries, in their order.
    pub options: Vec<crate::ChoiceOption>,
}

/// What a list of changes gives.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The new model, of the next version.
    pub model: Model,
    /// The definitions that are new or different: to be kept.
    pub saved: Vec<Definition>,
    /// The definitions that are gone: kind and id.
    pub removed: Vec<(DefinitionKind, Uuid)>,
    /// What to do with the physical tables, in this order.
    pub steps: Vec<Step>,
    /// What was made, in the order of the changes.
    pub created: Vec<Created>,
}

/// Something that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// What it is.
    pub kind: CreatedKind,
    /// Its metadata id.
    pub id: Uuid,
    /// Its logical name, or the schema name of a relationship.
    pub name: String,
    /// The logical name of its table, where it belongs to one.
    pub table: Option<String>,
}

/// What was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreatedKind {
    /// A table.
    Table,
    /// A column.
    Column,
    /// An alternate key.
    Key,
    /// A relationship.
    Relationship,
    /// A choice.
    Choice,
    /// A view.
    View,
}

/// One definition, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// A table with its columns and keys.
    Table(Arc<Table>),
    /// A relationship.
    Relationship(Arc<Relationship>),
    /// A choice.
    Choice(Arc<Choice>),
    /// A view.
    View(Arc<View>),
}

/// What a definition is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionKind {
    /// A table.
    Table,
    /// A relationship.
    Relationship,
    /// A choice.
    Choice,
    /// A view.
    View,
}

impl DefinitionKind {
    /// Its name, as it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Relationship => "relationship",
            Self::Choice => "choice",
            Self::View => "view",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Table, Self::Relationship, Self::Choice, Self::View]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl Definition {
    /// What it is of.
    pub const fn kind(&self) -> DefinitionKind {
        match self {
            Self::Table(_) => DefinitionKind::Table,
            Self::Relationship(_) => DefinitionKind::Relationship,
            Self::Choice(_) => DefinitionKind::Choice,
            Self::View(_) => DefinitionKind::View,
        }
    }

    /// Its metadata id.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Table(table) => table.id,
            Self::Relationship(relationship) => relationship.id(),
            Self::Choice(choice) => choice.id,
            Self::View(view) => view.id,
        }
    }

    /// The name it is found by: logical or schema name, for a view the table's.
    pub fn name(&self) -> &str {
        match self {
            Self::Table(table) => &table.logical,
            Self::Relationship(relationship) => relationship.schema(),
            Self::Choice(choice) => &choice.name,
            Self::View(view) => &view.table,
        }
    }

    /// The definition as JSON.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        let mut writer = serde_json::Serializer::new(&mut out);
        // definitions hold nothing that JSON cannot, and a vector takes every byte
        let _written = match self {
            Self::Table(table) => table.serialize(&mut writer),
            Self::Relationship(relationship) => relationship.serialize(&mut writer),
            Self::Choice(choice) => choice.serialize(&mut writer),
            Self::View(view) => view.serialize(&mut writer),
        };
        String::from_utf8(out).unwrap_or_default()
    }

    /// Reads a definition that was kept.
    ///
    /// # Errors
    /// What the JSON is wrong about.
    pub fn from_json(kind: DefinitionKind, json: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            DefinitionKind::Table => Self::Table(Arc::new(serde_json::from_str(json)?)),
            DefinitionKind::Relationship => {
                Self::Relationship(Arc::new(serde_json::from_str(json)?))
            }
            DefinitionKind::Choice => Self::Choice(Arc::new(serde_json::from_str(json)?)),
            DefinitionKind::View => Self::View(Arc::new(serde_json::from_str(json)?)),
        })
    }
}

/// Something to do with the physical tables.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Make a table with its columns, indexes and keys.
    CreateTable(Arc<Table>),
    /// Drop a table with its rows.
    DropTable(Arc<Table>),
    /// Add a column.
    AddColumn {
        /// The table, already with the column.
        table: Arc<Table>,
        /// The column's logical name.
        column: String,
    },
    /// A column's kind changed: other limits, another precision (values must be rescaled), one more
    /// table to refer to (a lookup that had one table gets a type beside its id).
    AlterColumn {
        /// The table, already changed.
        table: Arc<Table>,
        /// What the column was.
        before: Box<Column>,
        /// What it is.
        after: Box<Column>,
    },
    /// Drop a column with its values.
    DropColumn {
        /// The table, already without the column.
        table: Arc<Table>,
        /// What the column was.
        column: Box<Column>,
    },
    /// Make a unique index.
    AddKey {
        /// The table.
        table: Arc<Table>,
        /// The key.
        key: AlternateKey,
    },
    /// Drop a unique index.
    DropKey {
        /// The table.
        table: Arc<Table>,
        /// The key.
        key: AlternateKey,
    },
}

impl Model {
    /// Applies changes one after the other and gives the new model, or nothing at all. `draw` gives
    /// fresh identifiers.
    ///
    /// # Errors
    /// [`DefinitionError`]: which change, which place, and what is in the way.
    pub fn change(
        &self,
        changes: Vec<Change>,
        draw: &mut dyn FnMut() -> Uuid,
    ) -> Result<Changed, DefinitionError> {
        let mut draft = draft::Draft::new(self, draw);
        for (at, change) in changes.into_iter().enumerate() {
            draft.apply(change).map_err(|error| error.at(at))?;
        }
        Ok(draft.finish())
    }
}

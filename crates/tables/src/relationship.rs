//! Relationships between tables.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A relationship between two tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "type")]
pub enum Relationship {
    /// A lookup and the collection at its other end.
    OneToMany(OneToMany),
    /// Two collections, held together by an intersect table.
    ManyToMany(ManyToMany),
}

impl Relationship {
    /// `MetadataId`.
    pub const fn id(&self) -> Uuid {
        match self {
            Self::OneToMany(one) => one.id,
            Self::ManyToMany(many) => many.id,
        }
    }

    /// `SchemaName`.
    pub fn schema(&self) -> &str {
        match self {
            Self::OneToMany(one) => &one.schema,
            Self::ManyToMany(many) => &many.schema,
        }
    }

    /// Whether it was made in this environment.
    pub const fn custom(&self) -> bool {
        match self {
            Self::OneToMany(one) => one.custom,
            Self::ManyToMany(many) => many.custom,
        }
    }
}

/// A lookup column and the collection at its other end. A polymorphic lookup has one of these for
/// each of its tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneToMany {
    /// `MetadataId`.
    pub id: Uuid,
    /// `SchemaName`.
    pub schema: String,
    /// The table that rows refer to (the "one").
    pub referenced: String,
    /// Its primary key.
    pub referenced_column: String,
    /// The table that holds the lookup (the "many").
    pub referencing: String,
    /// The lookup column.
    pub referencing_column: String,
    /// The single navigation property on the referencing table.
    pub referencing_navigation: String,
    /// The collection navigation property on the referenced table.
    pub referenced_navigation: String,
    /// What happens to the many when something happens to the one.
    #[serde(default)]
    pub cascade: Cascade,
    /// Whether `above` and `under` follow it (a table that refers to itself).
    #[serde(default)]
    pub hierarchical: bool,
    /// Whether it was made in this environment.
    #[serde(default)]
    pub custom: bool,
}

/// Two collections, held together by an intersect table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyToMany {
    /// `MetadataId`.
    pub id: Uuid,
    /// `SchemaName`.
    pub schema: String,
    /// The intersect table, a table of the model with `intersect` set.
    pub intersect: String,
    /// The first end.
    pub first: End,
    /// The second end.
    pub second: End,
    /// Whether it was made in this environment.
    #[serde(default)]
    pub custom: bool,
}

/// One end of a many-to-many relationship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The table.
    pub table: String,
    /// The column of the intersect table that holds this table's key. Where both ends are one
    /// table the columns are called `…one` and `…two`.
    pub column: String,
    /// The collection navigation property on this table, which leads to the other end.
    pub navigation: String,
}

/// What happens to the many when something happens to the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cascade {
    /// When the one gets another owner.
    pub assign: CascadeAction,
    /// When the one is deleted.
    pub delete: CascadeAction,
    /// When two of the ones are merged.
    pub merge: CascadeAction,
    /// When the many are put under another one.
    pub reparent: CascadeAction,
    /// When the one is shared.
    pub share: CascadeAction,
    /// When a share of the one is taken back.
    pub unshare: CascadeAction,
}

impl Cascade {
    /// Referential: nothing cascades, deleting the one empties the lookup.
    pub const REFERENTIAL: Self = Self {
        assign: CascadeAction::NoCascade,
        delete: CascadeAction::RemoveLink,
        merge: CascadeAction::NoCascade,
        reparent: CascadeAction::NoCascade,
        share: CascadeAction::NoCascade,
        unshare: CascadeAction::NoCascade,
    };
    /// Referential, and the one cannot be deleted while it has many.
    pub const RESTRICT: Self = Self { delete: CascadeAction::Restrict, ..Self::REFERENTIAL };
    /// Parental: everything cascades.
    pub const PARENTAL: Self = Self {
        assign: CascadeAction::Cascade,
        delete: CascadeAction::Cascade,
        merge: CascadeAction::Cascade,
        reparent: CascadeAction::Cascade,
        share: CascadeAction::Cascade,
        unshare: CascadeAction::Cascade,
    };
}

impl Default for Cascade {
    fn default() -> Self {
        Self::REFERENTIAL
    }
}

/// One rule of a [`Cascade`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CascadeAction {
    /// `NoCascade`.
    NoCascade,
    /// `Cascade`: to all.
    Cascade,
    /// `Active`: to those in their first state.
    Active,
    /// `UserOwned`: to those of the same owner.
    UserOwned,
    /// `RemoveLink`: the lookup becomes empty (deletion only).
    RemoveLink,
    /// `Restrict`: refused while there are any (deletion only).
    Restrict,
}

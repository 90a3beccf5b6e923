//! Privileges and the security roles that environments start with.

use uuid::Uuid;

use crate::{Labels, Model, Ownership, Table, names::stable_id};

/// What a privilege lets its holder do with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Make rows.
    Create,
    /// Read them.
    Read,
    /// Change them.
    Write,
    /// Delete them.
    Delete,
    /// Attach them to other rows.
    Append,
    /// Attach other rows to them.
    AppendTo,
    /// Give them another owner.
    Assign,
    /// Share them.
    Share,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Read,
        Self::Write,
        Self::Delete,
        Self::Append,
        Self::AppendTo,
        Self::Assign,
        Self::Share,
    ];

    /// As it stands in the name of a privilege.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Delete => "Delete",
            Self::Append => "Append",
            Self::AppendTo => "AppendTo",
            Self::Assign => "Assign",
            Self::Share => "Share",
        }
    }

    /// Its bit in access rights (`AccessRights`).
    pub const fn mask(self) -> i32 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Append => 4,
            Self::AppendTo => 16,
            Self::Create => 32,
            Self::Delete => 65_536,
            Self::Share => 262_144,
            Self::Assign => 524_288,
        }
    }
}

/// How far a privilege reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// Rows of the user and of his teams.
    User,
    /// Rows of his business unit.
    BusinessUnit,
    /// Rows of his business unit and of all below it.
    Parent,
    /// All rows.
    Organisation,
}

impl Depth {
    /// `PrivilegeDepth`.
    pub const fn code(self) -> i32 {
        match self {
            Self::User => 0,
            Self::BusinessUnit => 1,
            Self::Parent => 2,
            Self::Organisation => 3,
        }
    }

    /// `privilegedepthmask`.
    pub const fn mask(self) -> i32 {
        1 << self.code()
    }

    /// `PrivilegeDepth` by name: Basic, Local, Deep, Global.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "Basic",
            Self::BusinessUnit => "Local",
            Self::Parent => "Deep",
            Self::Organisation => "Global",
        }
    }

    /// The depth of a `privilegedepthmask` (its widest bit) or none.
    pub const fn of_mask(mask: i32) -> Option<Self> {
        match mask {
            8.. => Some(Self::Organisation),
            4.. => Some(Self::Parent),
            2.. => Some(Self::BusinessUnit),
            1 => Some(Self::User),
            _ => None,
        }
    }

    /// The depth of a `PrivilegeDepth` name or none.
    pub fn named(name: &str) -> Option<Self> {
        [Self::User, Self::BusinessUnit, Self::Parent, Self::Organisation]
            .into_iter()
            .find(|depth| depth.name() == name)
    }
}

/// A security role that environments start with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleTemplate {
    /// `roleid` in the root business unit, and `roletemplateid`: the same in every environment.
    pub id: Uuid,
    /// The name in English, which does not change.
    pub name: String,
    /// The name as people read it.
    pub labels: Labels,
    /// What it is for.
    pub description: Labels,
    /// Whether it may do everything, also on tables made later.
    pub all: bool,
    /// Whether it may change metadata: tables, columns, relationships, choices, views.
    pub customise: bool,
    /// Whether its holders may act as another user (`prvActOnBehalfOfAnotherUser`).
    pub impersonate: bool,
    /// What it may do, once for each table and verb.
    pub grants: Vec<Grant>,
}

/// One privilege of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The table whose privilege it is (never one that another rules).
    pub table: String,
    /// What it lets do.
    pub verb: Verb,
    /// How far.
    pub depth: Depth,
}

/// The table whose privileges rule this one: itself, unless it says another.
pub fn ruled_by<'m>(model: &'m Model, table: &'m Table) -> &'m Table {
    table
        .privileges_of
        .as_deref()
        .and_then(|name| model.table(name))
        .map_or(table, |ruling| &**ruling)
}

/// The name of the privilege that rules an act on a table: `prvReadAccount`, `prvWriteActivity`.
pub fn privilege_name(model: &Model, table: &Table, verb: Verb) -> String {
    let ruling = ruled_by(model, table);
    let schema = match ruling.logical.as_str() {
        "activitypointer" => "Activity",
        "annotation" => "Note",
        "systemuser" => "User",
        "sharepointdocumentlocation" => "SharePointDocument",
        "savedquery" => "Query",
        "incident" => "Incident",
        "salesorder" => "Order",
        _ => &ruling.schema,
    };
    format!("prv{}{schema}", verb.name())
}

/// The identifier of a privilege: the same in every environment.
pub fn privilege_id(name: &str) -> Uuid {
    stable_id(&format!("privilege/{name}"))
}

/// The verbs that have a privilege on a table: rows without an owner are not assigned or shared, and
/// tables that another rules, intersect tables and unions have none of their own.
pub fn verbs_of(table: &Table) -> &'static [Verb] {
    const UNOWNED: [Verb; 6] =
        [Verb::Create, Verb::Read, Verb::Write, Verb::Delete, Verb::Append, Verb::AppendTo];
    if table.privileges_of.is_some() || table.intersect || table.logical == "owner" {
        return &[];
    }
    match table.ownership {
        Ownership::User => &Verb::ALL,
        Ownership::Organisation | Ownership::BusinessUnit | Ownership::None => &UNOWNED,
    }
}

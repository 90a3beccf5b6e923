//! What a caller may do, as the statements need to know it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tables::{Column, Ownership, Table};
use uuid::Uuid;

/// The rights of one caller in one environment: a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// `systemuserid`.
    pub user: Uuid,
    /// The user's business unit.
    pub unit: Uuid,
    /// The user's teams.
    pub teams: Vec<Uuid>,
    /// Hierarchy security: the users below the caller and their teams. Their rows can be read.
    pub subordinates: Vec<Uuid>,
    /// Hierarchy security: the users directly below the caller and their teams. Their rows can be changed.
    pub reports: Vec<Uuid>,
    /// Everything is allowed, on tables that are made later too.
    pub administrator: bool,
    /// The rights by table, under the name that [`key`] gives.
    pub rights: HashMap<String, Rights>,
    /// By table, the secured columns that the caller may not read.
    pub unreadable: HashMap<String, HashSet<String>>,
    /// By table, the secured columns that the caller may not give when making a row.
    pub uncreatable: HashMap<String, HashSet<String>>,
    /// By table, the secured columns that the caller may not change.
    pub unwritable: HashMap<String, HashSet<String>>,
}

/// What a right is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are called as privileges are")]
pub enum Verb {
    Create,
    Read,
    Write,
    Delete,
    Append,
    AppendTo,
    Assign,
    Share,
}

impl Verb {
    /// All of them.
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

    /// The bit of `AccessRights` (Dataverse Web API).
    pub const fn mask(self) -> i64 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Append => 4,
            Self::AppendTo => 16,
            Self::Create => 32,
            Self::Delete => 0x1_0000,
            Self::Share => 0x4_0000,
            Self::Assign => 0x8_0000,
        }
    }

    /// The word in names of privileges: `prv`**`Read`**`Account`.
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
}

/// How far a right reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// To no row.
    #[default]
    Nothing,
    /// To the caller's rows, those of the caller's teams, those shared with them, and what the hierarchy gives.
    Own,
    /// To these business units' rows besides.
    Units(Arc<[Uuid]>),
    /// To every row.
    All,
}

impl Reach {
    const fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Own => 1,
            Self::Units(_) => 2,
            Self::All => 3,
        }
    }

    /// As far as the farther of the two, units of both together.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Units(a), Self::Units(b)) => {
                let mut all: Vec<Uuid> = a.iter().chain(b.iter()).copied().collect();
                all.sort_unstable();
                all.dedup();
                Self::Units(all.into())
            }
            (a, b) => {
                if a.rank() >= b.rank() {
                    a.clone()
                } else {
                    b.clone()
                }
            }
        }
    }

    /// As far as the nearer of the two.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Units(a), Self::Units(b)) => {
                Self::Units(a.iter().filter(|unit| b.contains(unit)).copied().collect())
            }
            (a, b) => {
                if a.rank() <= b.rank() {
                    a.clone()
                } else {
                    b.clone()
                }
            }
        }
    }
}

/// The rights on one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights([Reach; 8]);

impl Rights {
    /// Every right on every row.
    pub fn all() -> Self {
        Self(std::array::from_fn(|_| Reach::All))
    }

    /// How far a right reaches.
    pub fn get(&self, verb: Verb) -> &Reach {
        self.0.get(verb as usize).unwrap_or(&NOTHING)
    }

    /// Sets how far a right reaches.
    pub fn set(&mut self, verb: Verb, reach: Reach) {
        if let Some(place) = self.0.get_mut(verb as usize) {
            *place = reach;
        }
    }

    /// Adds what another role gives.
    pub fn widen(&mut self, verb: Verb, reach: &Reach) {
        let wider = self.get(verb).union(reach);
        self.set(verb, wider);
    }
}

/// What the rights say about one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allowed,
    /// Only a share with the caller or one of the caller's teams can give it.
    OnlyIfShared,
    /// The caller has no such right on the table at all.
    Denied,
}

/// The table whose privileges rule this one.
pub fn key(table: &Table) -> &str {
    table.privileges_of.as_deref().unwrap_or(&table.logical)
}

/// The column that says whose a row is; for users and teams the row itself.
pub fn owner_column(table: &Table) -> Option<&str> {
    match table.ownership {
        Ownership::User => table.column("ownerid").map(|column| column.logical.as_str()),
        Ownership::BusinessUnit if matches!(&*table.logical, "systemuser" | "team") => {
            Some(&table.primary_id)
        }
        _ => None,
    }
}

/// The column that says which business unit a row belongs to; for business units the row itself.
pub fn unit_column(table: &Table) -> Option<&str> {
    if table.logical == "businessunit" {
        return Some(&table.primary_id);
    }
    let name = match table.ownership {
        Ownership::User => "owningbusinessunit",
        Ownership::BusinessUnit => "businessunitid",
        _ => return None,
    };
    table.column(name).map(|column| column.logical.as_str())
}

static NOTHING: Reach = Reach::Nothing;
static ALL: Reach = Reach::All;

impl Access {
    /// Everything, for what the product does by itself.
    pub fn system(user: Uuid, unit: Uuid) -> Self {
        Self { user, unit, administrator: true, ..Self::default() }
    }

    /// How far a right reaches. Where rows have no owner it is everything or nothing.
    pub fn reach(&self, table: &Table, verb: Verb) -> &Reach {
        if self.administrator {
            return &ALL;
        }
        let found = self.rights.get(key(table)).map_or(&NOTHING, |rights| rights.get(verb));
        match table.ownership {
            Ownership::User | Ownership::BusinessUnit => found,
            Ownership::Organisation | Ownership::None if *found == Reach::Nothing => &NOTHING,
            Ownership::Organisation | Ownership::None => &ALL,
        }
    }

    /// The users and teams whose rows the caller reaches at the depth of a user.
    pub fn owners(&self, verb: Verb) -> impl Iterator<Item = Uuid> + Clone {
        let more: &[Uuid] = match verb {
            Verb::Read => &self.subordinates,
            Verb::Write | Verb::Append | Verb::AppendTo => &self.reports,
            _ => &[],
        };
        self.principals().chain(more.iter().copied())
    }

    /// The caller and the caller's teams.
    pub fn principals(&self) -> impl Iterator<Item = Uuid> + Clone {
        std::iter::once(self.user).chain(self.teams.iter().copied())
    }

    /// What the rights say about a row of this owner and business unit; the rule of the statements for a row
    /// that is at hand. For users, teams and business units the owner is the row itself.
    pub fn verdict(
        &self,
        table: &Table,
        verb: Verb,
        owner: Option<Uuid>,
        unit: Option<Uuid>,
    ) -> Verdict {
        let own = || owner.is_some_and(|owner| self.owners(verb).any(|one| one == owner));
        match self.reach(table, verb) {
            Reach::All => Verdict::Allowed,
            Reach::Nothing => Verdict::Denied,
            Reach::Units(units) if unit.is_some_and(|unit| units.contains(&unit)) => {
                Verdict::Allowed
            }
            Reach::Own | Reach::Units(_) if own() => Verdict::Allowed,
            Reach::Own | Reach::Units(_) => Verdict::OnlyIfShared,
        }
    }

    /// Whether the caller may read a column. What belongs to another one is as closed as that one: an amount in the base
    /// currency tells the amount.
    pub fn reads(&self, table: &Table, column: &Column) -> bool {
        let open = |one: &Column| !one.secured || !self.has(&self.unreadable, table, one);
        open(column) && column.of.as_ref().and_then(|of| table.column(of)).is_none_or(open)
    }

    /// Whether the caller may give a column when making a row.
    pub fn creates(&self, table: &Table, column: &Column) -> bool {
        !column.secured || !self.has(&self.uncreatable, table, column)
    }

    /// Whether the caller may change a column.
    pub fn writes(&self, table: &Table, column: &Column) -> bool {
        !column.secured || !self.has(&self.unwritable, table, column)
    }

    fn has(
        &self,
        columns: &HashMap<String, HashSet<String>>,
        table: &Table,
        column: &Column,
    ) -> bool {
        !self.administrator
            && columns.get(&table.logical).is_some_and(|set| set.contains(&column.logical))
    }

    /// The rights of somebody on whose behalf another one acts: never more than either has (Dataverse
    /// Web API, impersonation).
    #[must_use]
    pub fn restricted_by(&self, other: &Self) -> Self {
        if other.administrator {
            return self.clone();
        }
        let empty = Rights::default();
        let all = Rights::all();
        let mut rights = HashMap::new();
        for (table, theirs) in &other.rights {
            let ours =
                if self.administrator { &all } else { self.rights.get(table).unwrap_or(&empty) };
            let mut both = Rights::default();
            for verb in Verb::ALL {
                both.set(verb, ours.get(verb).intersection(theirs.get(verb)));
            }
            rights.insert(table.clone(), both);
        }
        let joined = |a: &HashMap<String, HashSet<String>>,
                      b: &HashMap<String, HashSet<String>>| {
            let mut all = if self.administrator { HashMap::new() } else { a.clone() };
            for (table, columns) in b {
                all.entry(table.clone()).or_default().extend(columns.iter().cloned());
            }
            all
        };
        Self {
            rights,
            administrator: false,
            unreadable: joined(&self.unreadable, &other.unreadable),
            uncreatable: joined(&self.uncreatable, &other.uncreatable),
            unwritable: joined(&self.unwritable, &other.unwritable),
            ..self.clone()
        }
    }
}

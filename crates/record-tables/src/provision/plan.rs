//! What a set adds to an environment, reckoned once in the life of the program.

use std::sync::{Arc, LazyLock};

use tables::{
    Table,
    baseline::{Baseline, Depth, RoleTemplate, Set, privilege_id, privilege_name, verbs_of},
};
use uuid::Uuid;

use super::{Privilege, ROWS, TABLES, privileges_of};
use crate::people;

/// The tables, privileges and grants that a set brings.
pub(super) struct Plan {
    /// The tables that it adds to the core, with every column that they have in any environment: a reference that
    /// leads to one table here may lead to several once other sets are installed.
    pub(super) tables: Vec<Arc<Table>>,
    /// The privileges that it adds.
    pub(super) privileges: Vec<Privilege>,
    /// What it adds to the roles: role, privilege, depth.
    pub(super) grants: Vec<(Uuid, Uuid, Depth)>,
}

impl Plan {
    /// The plan of a set.
    pub(super) fn of(set: Set) -> &'static Self {
        static CORE: LazyLock<Plan> = LazyLock::new(|| Plan::new(Set::Core));
        static SALES: LazyLock<Plan> = LazyLock::new(|| Plan::new(Set::Sales));
        static VIVA: LazyLock<Plan> = LazyLock::new(|| Plan::new(Set::Viva));
        static CLOSING: LazyLock<Plan> = LazyLock::new(|| Plan::new(Set::Closing));
        match set {
            Set::Core => &CORE,
            Set::Sales => &SALES,
            Set::Viva => &VIVA,
            Set::Closing => &CLOSING,
        }
    }

    /// How many slices write the tables, the privileges and the grants.
    pub(super) fn parts(&self) -> [usize; 3] {
        [
            self.tables.len().div_ceil(TABLES),
            self.privileges.len().div_ceil(ROWS),
            self.grants.len().div_ceil(ROWS),
        ]
    }

    fn new(set: Set) -> Self {
        let tables = own_tables(set);
        let privileges = own_privileges(set, &tables);
        let grants = own_grants(set, &tables)
            .into_iter()
            .flat_map(|(role, grants)| {
                grants.into_iter().map(move |(name, depth)| (role, privilege_id(&name), depth))
            })
            .collect();
        Self { tables, privileges, grants }
    }
}

fn own_tables(set: Set) -> Vec<Arc<Table>> {
    let (with, core) = (Baseline::of(&[Set::Core, set]), Baseline::of(&[Set::Core]));
    let has =
        |base: &Baseline, table: &Table| base.tables.iter().any(|one| one.logical == table.logical);
    let is_own = |table: &&Arc<Table>| has(with, table) && (set == Set::Core || !has(core, table));
    Baseline::of(&Set::ALL).tables.iter().filter(is_own).cloned().collect()
}

fn own_grants(set: Set, tables: &[Arc<Table>]) -> Vec<(Uuid, Vec<(String, Depth)>)> {
    let base = Baseline::of(&[Set::Core, set]);
    let model = base.model(1);
    let core = Baseline::of(&[Set::Core]);
    let grants_of = |role: &RoleTemplate| {
        // a role that begins here also reaches into the tables that were there before
        let begins = set != Set::Core && !core.roles.iter().any(|one| one.name == role.name);
        let reached = if begins { &base.tables } else { tables };
        let named = |logical: &str| reached.iter().find(|table| table.logical == logical);
        let mut grants: Vec<(String, Depth)> = Vec::new();
        if role.all {
            for table in tables {
                let verbs = verbs_of(table).iter();
                grants.extend(
                    verbs.map(|verb| (privilege_name(&model, table, *verb), Depth::Organisation)),
                );
            }
        } else {
            for grant in &role.grants {
                if let Some(table) = named(&grant.table) {
                    grants.push((privilege_name(&model, table, grant.verb), grant.depth));
                }
            }
        }
        if set == Set::Core {
            let has = |name: &&&str| match **name {
                people::IMPERSONATE => role.all || role.impersonate,
                _ => role.all || role.customise,
            };
            let more = people::MISCELLANEOUS.iter().filter(has);
            grants.extend(more.map(|name| ((*name).to_owned(), Depth::Organisation)));
        }
        grants.sort();
        grants.dedup_by(|wide, narrow| {
            let same = wide.0 == narrow.0;
            if same {
                narrow.1 = narrow.1.max(wide.1);
            }
            same
        });
        (role.id, grants)
    };
    base.roles.iter().map(grants_of).collect()
}

fn own_privileges(set: Set, tables: &[Arc<Table>]) -> Vec<Privilege> {
    let model = Baseline::of(&[Set::Core, set]).model(1);
    let mut all: Vec<Privilege> =
        tables.iter().flat_map(|table| privileges_of(&model, table)).collect();
    if set == Set::Core {
        all.extend(people::MISCELLANEOUS.iter().map(|name| Privilege {
            name: (*name).to_owned(),
            right: 0,
            has_depth: false,
        }));
    }
    all
}

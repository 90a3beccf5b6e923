//! What a person may do in an environment, out of the rows that say so: units, teams, roles, profiles.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::{Row, Tx};
use jiff::tz::TimeZone;
use queries::{Access, Reach, Rights, Verb};
use record_tables::{names, registry, rows};
use tables::Value;
use uuid::Uuid;

use crate::{Error, Result, snapshot::Snapshot};

/// Where a person stands in an environment: a snapshot.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What the statements need to know.
    pub access: Arc<Access>,
    /// Privileges that belong to no table.
    pub miscellaneous: HashSet<Uuid>,
    /// The roles, own and of teams.
    pub roles: Vec<Uuid>,
    /// The version of the rights that it was made of; none for the system itself.
    pub version: Option<i64>,
    /// Where the person's days begin.
    pub zone: TimeZone,
}

impl Standing {
    /// The hub itself: everything.
    pub(crate) fn system(user: Uuid, unit: Uuid) -> Self {
        Self {
            access: Arc::new(Access::system(user, unit)),
            miscellaneous: HashSet::new(),
            roles: Vec::new(),
            version: None,
            zone: TimeZone::UTC,
        }
    }

    /// Whether a privilege that belongs to no table is held.
    pub fn has(&self, privilege: &str) -> bool {
        self.access.administrator
            || self.miscellaneous.contains(&tables::baseline::privilege_id(privilege))
    }
}

/// The units of an environment, each with the one above it.
pub(crate) type Units = HashMap<Uuid, Option<Uuid>>;

/// Reads where a person stands.
pub(crate) fn load(
    tx: &Tx<'_>,
    snapshot: &Snapshot,
    user: Uuid,
    administrator: Uuid,
) -> Result<Standing> {
    let found = registry::lookup(tx, snapshot.environment.id)?;
    let registered = found.filter(|now| now.model_version == snapshot.registered.model_version);
    let version = registered.ok_or(Error::Stale)?.access_version;
    let read = Reader { tx, snapshot };
    let (unit, disabled) = read.person(user)?;
    if disabled {
        return Err(Error::Refused {
            code: "0x80040225",
            message: crate::error::PERSON_DISABLED.to_owned(),
        });
    }
    let teams = read.teams(user)?;
    let units = read.units()?;
    let mut held: Vec<(Uuid, Uuid)> = read
        .pairs("systemuserroles", ["systemuserid", "roleid"], user)?
        .into_iter()
        .map(|role| (role, unit))
        .collect();
    for (team, of) in &teams {
        let more = read.pairs("teamroles", ["teamid", "roleid"], *team)?;
        held.extend(more.into_iter().map(|role| (role, *of)));
    }
    let mut standing = read.standing((user, unit, &teams), held, administrator, &units)?;
    standing.version = Some(version);
    if !standing.access.administrator {
        let access = Arc::make_mut(&mut standing.access);
        [access.unreadable, access.uncreatable, access.unwritable] =
            read.secured(user, &access.teams)?;
        (access.subordinates, access.reports) = read.hierarchy(user)?;
    }
    Ok(standing)
}

/// Reads where a team stands: what its members have by it.
pub(crate) fn load_team(
    tx: &Tx<'_>,
    snapshot: &Snapshot,
    team: Uuid,
    administrator: Uuid,
) -> Result<Standing> {
    let read = Reader { tx, snapshot };
    let sql = format!("SELECT businessunitid FROM {} WHERE teamid = $1", read.name("team"));
    let found = read.all(&sql, &[team.into()], |row| row.get::<Option<Uuid>>(0))?;
    let missing = || Error::RowMissing { table: "team".to_owned(), key: team.to_string() };
    let unit = found.into_iter().next().ok_or_else(missing)?;
    let unit = unit.unwrap_or(snapshot.registered.root_unit);
    let held = read.pairs("teamroles", ["teamid", "roleid"], team)?;
    let held = held.into_iter().map(|role| (role, unit)).collect();
    read.standing((team, unit, &[]), held, administrator, &read.units()?)
}

fn widen(rights: &mut HashMap<String, Rights>, table: &str, verb: Verb, reach: &Reach) {
    if let Some(known) = rights.get_mut(table) {
        known.widen(verb, reach);
    } else {
        let mut first = Rights::default();
        first.set(verb, reach.clone());
        rights.insert(table.to_owned(), first);
    }
}

/// How far a depth reaches for somebody in this unit.
pub(crate) fn reach(mask: i64, unit: Uuid, units: &Units) -> Reach {
    if mask & 8 != 0 {
        Reach::All
    } else if mask & 4 != 0 {
        Reach::Units(below(unit, units).into())
    } else if mask & 2 != 0 {
        Reach::Units(Arc::from([unit]))
    } else if mask & 1 != 0 {
        Reach::Own
    } else {
        Reach::Nothing
    }
}

/// A unit and all below it.
fn below(unit: Uuid, units: &Units) -> Vec<Uuid> {
    let is_below = |start: &Uuid| {
        let mut at = Some(*start);
        for _ in 0..DEEPEST {
            match at {
                Some(one) if one == unit => return true,
                Some(one) => at = units.get(&one).copied().flatten(),
                None => return false,
            }
        }
        false
    };
    let mut all: Vec<Uuid> = units.keys().copied().filter(|one| is_below(one)).collect();
    kernel::sort(&mut all);
    all
}

struct Reader<'a> {
    tx: &'a Tx<'a>,
    snapshot: &'a Snapshot,
}

impl Reader<'_> {
    fn name(&self, table: &str) -> String {
        names::table(self.snapshot.number(), table)
    }

    fn all<T>(
        &self,
        sql: &str,
        params: &[db::Value<'_>],
        read: impl Fn(&Row) -> db::Result<T>,
    ) -> Result<Vec<T>> {
        Ok(self.tx.all(sql, params)?.iter().map(read).collect::<db::Result<_>>()?)
    }

    /// What roles give, each in the unit of who holds it.
    fn standing(
        &self,
        (who, unit, teams): (Uuid, Uuid, &[(Uuid, Uuid)]),
        mut held: Vec<(Uuid, Uuid)>,
        administrator: Uuid,
        units: &Units,
    ) -> Result<Standing> {
        kernel::sort(&mut held);
        held.dedup();
        let mut access = Access {
            user: who,
            unit,
            teams: teams.iter().map(|(team, _)| *team).collect(),
            administrator: held.iter().any(|(role, _)| *role == administrator),
            ..Access::default()
        };
        let mut miscellaneous = HashSet::new();
        for (role, unit) in &held {
            for (privilege, mask) in self.privileges(*role)? {
                match self.snapshot.privileges.get(&privilege) {
                    Some((table, verb)) => {
                        widen(&mut access.rights, table, *verb, &reach(mask, *unit, units));
                    }
                    None => drop(miscellaneous.insert(privilege)),
                }
            }
        }
        let mut roles: Vec<Uuid> = held.into_iter().map(|(role, _)| role).collect();
        roles.dedup();
        let (access, zone) = (Arc::new(access), TimeZone::UTC);
        Ok(Standing { access, miscellaneous, roles, version: None, zone })
    }

    fn person(&self, user: Uuid) -> Result<(Uuid, bool)> {
        let sql = format!(
            "SELECT businessunitid, isdisabled FROM {} WHERE systemuserid = $1",
            self.name("systemuser")
        );
        let found = self.all(&sql, &[user.into()], |row| {
            let unit: Option<Uuid> = row.get(0)?;
            Ok((unit, row.get::<Option<bool>>(1)?.unwrap_or_default()))
        })?;
        let missing =
            || Error::RowMissing { table: "systemuser".to_owned(), key: user.to_string() };
        let (unit, disabled) = found.into_iter().next().ok_or_else(missing)?;
        Ok((unit.unwrap_or(self.snapshot.registered.root_unit), disabled))
    }

    /// The teams of a person, each with its unit.
    fn teams(&self, user: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
        let sql = format!(
            "SELECT t.teamid, t.businessunitid FROM {} m JOIN {} t ON t.teamid = m.teamid \
             WHERE m.systemuserid = $1",
            self.name("teammembership"),
            self.name("team")
        );
        let root = self.snapshot.registered.root_unit;
        self.all(&sql, &[user.into()], |row| {
            Ok((row.get(0)?, row.get::<Option<Uuid>>(1)?.unwrap_or(root)))
        })
    }

    fn units(&self) -> Result<Units> {
        let sql = format!(
            "SELECT businessunitid, parentbusinessunitid FROM {}",
            self.name("businessunit")
        );
        let all = self.all(&sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(all.into_iter().collect())
    }

    /// What an intersect table holds beside one of its ends.
    fn pairs(&self, table: &str, ends: [&str; 2], of: Uuid) -> Result<Vec<Uuid>> {
        let [near, far] = ends;
        let sql = format!("SELECT {far} FROM {} WHERE {near} = $1", self.name(table));
        self.all(&sql, &[of.into()], |row| row.get(0))
    }

    fn privileges(&self, role: Uuid) -> Result<Vec<(Uuid, i64)>> {
        let sql = format!(
            "SELECT privilegeid, privilegedepthmask FROM {} WHERE roleid = $1",
            self.name("roleprivileges")
        );
        self.all(&sql, &[role.into()], |row| {
            Ok((row.get(0)?, row.get::<Option<i64>>(1)?.unwrap_or_default()))
        })
    }

    /// By table, the secured columns that no profile of the person opens: for reading, for new rows, and for changes.
    fn secured(&self, user: Uuid, teams: &[Uuid]) -> Result<[HashMap<String, HashSet<String>>; 3]> {
        let mut closed: [HashMap<String, HashSet<String>>; 3] = Default::default();
        for table in self.snapshot.model.tables() {
            for column in table.columns().iter().filter(|column| column.secured) {
                for side in &mut closed {
                    side.entry(table.logical.clone()).or_default().insert(column.logical.clone());
                }
            }
        }
        let [read, ..] = &closed;
        if read.is_empty() || self.snapshot.model.table("fieldpermission").is_none() {
            return Ok(closed);
        }
        let profile = ["systemuserid", "fieldsecurityprofileid"];
        let mut profiles = self.pairs("systemuserprofiles", profile, user)?;
        for team in teams {
            let ends = ["teamid", "fieldsecurityprofileid"];
            profiles.extend(self.pairs("teamprofiles", ends, *team)?);
        }
        let sql = format!(
            "SELECT entityname, attributelogicalname, canread, cancreate, canupdate FROM {} \
             WHERE fieldsecurityprofileid = $1",
            self.name("fieldpermission")
        );
        for profile in profiles {
            let opened = self.all(&sql, &[profile.into()], |row| {
                let allows = |at| Ok::<_, db::Error>(row.get::<Option<i64>>(at)?.unwrap_or(0) > 0);
                let (table, column): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
                Ok((
                    table.unwrap_or_default(),
                    column.unwrap_or_default(),
                    [allows(2)?, allows(3)?, allows(4)?],
                ))
            })?;
            for (table, column, allows) in opened {
                for (side, open) in closed.iter_mut().zip(allows) {
                    if open && let Some(columns) = side.get_mut(&table) {
                        columns.remove(&column);
                    }
                }
            }
        }
        Ok(closed)
    }

    /// Hierarchy security: everybody below a person with their teams, and those directly below; nobody where the
    /// organisation does not use it.
    fn hierarchy(&self, user: Uuid) -> Result<(Vec<Uuid>, Vec<Uuid>)> {
        let (is_on, depth) = self.hierarchy_settings()?;
        if !is_on {
            return Ok((Vec::new(), Vec::new()));
        }
        let sql = format!(
            "SELECT systemuserid FROM {} WHERE parentsystemuserid = $1",
            self.name("systemuser")
        );
        let (mut all, mut reports, mut level) = (Vec::new(), Vec::new(), vec![user]);
        for at in 0..depth {
            let mut next = Vec::new();
            for one in &level {
                next.extend(self.all(&sql, &[(*one).into()], |row| row.get::<Uuid>(0))?);
            }
            next.retain(|one| *one != user && !all.contains(one));
            all.extend(next.iter().copied());
            if at == 0 {
                reports.clone_from(&next);
            }
            if next.is_empty() || all.len() > MOST_BELOW {
                break;
            }
            level = next;
        }
        for people in [&mut all, &mut reports] {
            let mut teams = Vec::new();
            for one in people.iter() {
                teams.extend(self.pairs("teammembership", ["systemuserid", "teamid"], *one)?);
            }
            people.extend(teams);
            kernel::sort(people);
            people.dedup();
        }
        Ok((all, reports))
    }

    fn hierarchy_settings(&self) -> Result<(bool, i64)> {
        let Some(table) = self.snapshot.model.table("organization") else { return Ok((false, 0)) };
        let Some(on) = table.position("hierarchicalsecuritymodelenabled") else {
            return Ok((false, 0));
        };
        let id = self.snapshot.registered.organization;
        let model = &self.snapshot.model;
        let row = rows::load(self.tx, model, self.snapshot.number(), table, id)?;
        let cell = |at: Option<usize>| at.and_then(|at| row.as_ref()?.get(at).cloned());
        let enabled = cell(Some(on)) == Some(Value::Boolean(true));
        let depth = match cell(table.position("maxdepthforhierarchicalsecuritymodel")) {
            Some(Value::Whole(depth)) => depth.clamp(1, 100),
            _ => 3,
        };
        Ok((enabled, depth))
    }
}

/// Units are not nested deeper (our own choice, against circles).
const DEEPEST: usize = 64;
/// People below somebody that hierarchy security looks at (our own choice).
const MOST_BELOW: usize = 10_000;

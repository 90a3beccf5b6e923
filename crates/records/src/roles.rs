//! Security roles: what is in them, and what somebody has by them.

use std::collections::BTreeMap;

use event_log::{Subject, audit};
use queries::Verb;
use record_tables::names;
use serde_json::json;
use tables::baseline::Depth;
use uuid::Uuid;

use crate::{Error, Result, Session, read::Reading, write::Work};

/// A privilege of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePrivilege {
    /// The privilege.
    pub privilege: Uuid,
    /// Such as `prvReadAccount`.
    pub name: String,
    /// How far it reaches.
    pub depth: Depth,
    /// The unit that the role belongs to.
    pub business_unit: Uuid,
}

/// A change of a role, all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleChange {
    /// Privileges to give, or to give at another depth.
    pub add: Vec<(Uuid, Depth)>,
    /// Privileges to take.
    pub remove: Vec<Uuid>,
    /// [`fingerprint`] of what was seen in the role; none does not ask.
    pub seen: Option<u64>,
}

/// A number for what is in a role; another content has another number (FNV-1a).
pub fn fingerprint(privileges: &[RolePrivilege]) -> u64 {
    let pairs = privileges.iter().map(|one| (one.privilege, i64::from(one.depth.mask())));
    fingerprint_of(&pairs.collect())
}

fn fingerprint_of(held: &BTreeMap<Uuid, i64>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (privilege, mask) in held {
        for byte in privilege.as_bytes().iter().copied().chain(mask.to_be_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

impl Session {
    /// What is in a role (`RetrieveRolePrivilegesRole`).
    ///
    /// # Errors
    /// [`Error::RowMissing`] when there is no such role, or none that the caller may see.
    pub async fn role_privileges(&self, role: Uuid) -> Result<Vec<RolePrivilege>> {
        self.look(move |reading| {
            let table = reading.session.snapshot.table("role")?;
            reading.visible(table, role)?;
            reading.privileges(role)
        })
        .await
    }

    /// What somebody has by all roles, the own ones and those of teams, each at its widest (`RetrieveUserPrivileges`).
    ///
    /// # Errors
    /// [`Error::RowMissing`] when there is no such person, or none that the caller may see.
    pub async fn user_privileges(&self, user: Uuid) -> Result<Vec<RolePrivilege>> {
        let administrator = self.records.0.administrator;
        self.look(move |reading| {
            let session = reading.session;
            let roles = if user == session.user() {
                session.standing().roles.clone()
            } else {
                reading.visible(session.snapshot.table("systemuser")?, user)?;
                crate::access::load(reading.tx, &session.snapshot, user, administrator)?.roles
            };
            let mut all: BTreeMap<Uuid, RolePrivilege> = BTreeMap::new();
            for role in roles {
                for one in reading.privileges(role)? {
                    match all.get_mut(&one.privilege) {
                        Some(known) => known.depth = known.depth.max(one.depth),
                        None => drop(all.insert(one.privilege, one)),
                    }
                }
            }
            Ok(all.into_values().collect())
        })
        .await
    }

    /// Puts privileges into a role, or changes their depth (`AddPrivilegesRole`). Nobody gives more than they have.
    ///
    /// # Errors
    /// [`Error::RowMissing`], [`Error::Right`], [`Error::Escalation`]; [`Error::Refused`] for the role that may do
    /// everything.
    pub async fn add_privileges(&self, role: Uuid, add: Vec<(Uuid, Depth)>) -> Result<()> {
        self.administer(move |work| work.change_role(role, (&add, None), None)).await
    }

    /// Gives and takes privileges as one change, if the role is still what was seen.
    ///
    /// # Errors
    /// As [`Session::add_privileges`]; [`Error::VersionMismatch`] when somebody changed the role meanwhile.
    pub async fn change_privileges(&self, role: Uuid, change: RoleChange) -> Result<()> {
        self.administer(move |work| {
            let RoleChange { add, remove, seen } = &change;
            work.change_role(role, (add, Some(Removal::These(remove))), *seen)
        })
        .await
    }

    /// Puts exactly these privileges into a role (`ReplacePrivilegesRole`).
    ///
    /// # Errors
    /// As [`Session::add_privileges`].
    pub async fn replace_privileges(&self, role: Uuid, all: Vec<(Uuid, Depth)>) -> Result<()> {
        let keep: Vec<Uuid> = all.iter().map(|(privilege, _)| *privilege).collect();
        self.administer(move |work| {
            work.change_role(role, (&all, Some(Removal::AllBut(&keep))), None)
        })
        .await
    }
}

/// What goes out of a role.
#[derive(Clone, Copy)]
enum Removal<'a> {
    AllBut(&'a [Uuid]),
    These(&'a [Uuid]),
}

impl Reading<'_> {
    fn privileges(&self, role: Uuid) -> Result<Vec<RolePrivilege>> {
        let (session, number) = (self.session, self.session.number());
        let sql = format!(
            "SELECT g.privilegeid, g.privilegedepthmask, p.name FROM {} g \
             JOIN {} p ON p.privilegeid = g.privilegeid WHERE g.roleid = $1 ORDER BY p.name",
            names::table(number, "roleprivileges"),
            names::table(number, "privilege")
        );
        let mut all = Vec::new();
        for row in self.tx.all(&sql, &[role.into()])? {
            let mask = row.get::<Option<i64>>(1)?.unwrap_or_default();
            let Some(depth) = Depth::of_mask(i32::try_from(mask).unwrap_or_default()) else {
                continue;
            };
            all.push(RolePrivilege {
                privilege: row.get(0)?,
                name: row.get(2)?,
                depth,
                business_unit: session.root_unit(),
            });
        }
        Ok(all)
    }
}

impl Work<'_> {
    fn change_role(
        &mut self,
        role: Uuid,
        (add, remove): (&[(Uuid, Depth)], Option<Removal<'_>>),
        seen: Option<u64>,
    ) -> Result<()> {
        let table = self.table("role")?;
        let row = self.visible(&table, role)?.ok_or_else(|| Self::missing(&table, role))?;
        self.require(&table, Verb::Write, &row)?;
        if role == self.session.records.0.administrator {
            let message = crate::error::ADMINISTRATOR_FIXED.to_owned();
            return Err(Error::Refused { code: "0x80041405", message });
        }
        let number = self.snapshot().number();
        let on = names::table(number, "roleprivileges");
        let before = self.held(&on, role)?;
        if seen.is_some_and(|seen| seen != fingerprint_of(&before)) {
            return Err(Error::VersionMismatch);
        }
        for (privilege, depth) in add {
            if !self.holds(*privilege, i64::from(depth.mask())) {
                return Err(Error::Escalation);
            }
            let privileges = self.table("privilege")?;
            if !record_tables::rows::exists(self.tx, number, &privileges, *privilege)? {
                return Err(Self::missing(&privileges, *privilege));
            }
        }
        let gone: Vec<Uuid> = match remove {
            None => Vec::new(),
            Some(Removal::These(privileges)) => privileges.to_vec(),
            Some(Removal::AllBut(kept)) => {
                before.keys().copied().filter(|one| !kept.contains(one)).collect()
            }
        };
        let added = add.iter().map(|(privilege, _)| *privilege);
        let sql = format!("DELETE FROM {on} WHERE roleid = $1 AND privilegeid = $2");
        for privilege in gone.into_iter().chain(added) {
            self.tx.execute(&sql, &[role.into(), privilege.into()])?;
        }
        let grants: Vec<(Uuid, Uuid, Depth)> =
            add.iter().map(|(privilege, depth)| (role, *privilege, *depth)).collect();
        let model = &self.snapshot().model;
        record_tables::provision::write_grants(self.tx, model, number, &grants)?;
        self.access_moved = true;
        let after = self.held(&on, role)?;
        self.audit("security_role.change", ("security_role", role), (json!(before), json!(after)))
    }

    /// The privileges of a role, each with the mask of its depth.
    fn held(&self, on: &str, role: Uuid) -> Result<BTreeMap<Uuid, i64>> {
        let sql = format!("SELECT privilegeid, privilegedepthmask FROM {on} WHERE roleid = $1");
        let rows = self.tx.all(&sql, &[role.into()])?;
        let one = |row: &db::Row| Ok((row.get(0)?, row.get::<Option<i64>>(1)?.unwrap_or(0)));
        Ok(rows.iter().map(one).collect::<db::Result<_>>()?)
    }

    /// Writes an administrative change to the audit of the tenant.
    pub(crate) fn audit(
        &self,
        action: &'static str,
        (kind, id): (&'static str, Uuid),
        (before, after): (serde_json::Value, serde_json::Value),
    ) -> Result<()> {
        let environment = self.snapshot().environment.id;
        let with = |value: serde_json::Value| {
            (!value.is_null()).then(|| json!({ "environment": environment, "value": value }))
        };
        let change = event_log::Change {
            action,
            subject: Subject::new(kind, id),
            before: with(before),
            after: with(after),
            at: self.now(),
        };
        Ok(audit(self.tx, &change)?)
    }
}

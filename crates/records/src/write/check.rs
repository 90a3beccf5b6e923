//! What the caller may do with one row.

use queries::{Verb, Verdict, access::key};
use record_tables::{cells, names, rows};
use tables::{Column, Ownership, RowRef, Table, Value};
use uuid::Uuid;

use super::Work;
use crate::{Error, Result};

/// A row as it is.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) id: Uuid,
    pub(crate) values: Vec<Value>,
}

impl Loaded {
    pub(crate) fn value(&self, table: &Table, column: &str) -> &Value {
        table.position(column).and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    pub(crate) fn version(&self, table: &Table) -> i64 {
        match self.value(table, "versionnumber") {
            Value::Whole(version) => *version,
            _ => 0,
        }
    }
}

/// Whose a row is, and of which unit: what rights are measured by. For users, teams, roles and units the owner is the
/// row itself.
pub(crate) fn owner_and_unit(
    table: &Table,
    id: Uuid,
    values: &[Value],
) -> (Option<Uuid>, Option<Uuid>) {
    let reference = |column: &str| match table.position(column).and_then(|at| values.get(at)) {
        Some(Value::Row(row)) => Some(row.id),
        _ => None,
    };
    match table.ownership {
        Ownership::User => (reference("ownerid"), reference("owningbusinessunit")),
        Ownership::BusinessUnit if table.logical == "businessunit" => (Some(id), Some(id)),
        Ownership::BusinessUnit => (Some(id), reference("businessunitid")),
        Ownership::Organisation | Ownership::None => (None, None),
    }
}

impl Work<'_> {
    /// A row as it is.
    pub(crate) fn load(&self, table: &Table, id: Uuid) -> Result<Option<Loaded>> {
        let snapshot = self.snapshot();
        let Some(row) = self.tx.first(&snapshot.load(table), &[id.into()])? else {
            return Ok(None);
        };
        let (values, _) = cells::read(&snapshot.model, table, &row)?;
        Ok(Some(Loaded { id, values }))
    }

    /// A row that the caller may see; one that the caller may not see is not there.
    pub(crate) fn visible(&self, table: &Table, id: Uuid) -> Result<Option<Loaded>> {
        let Some(row) = self.load(table, id)? else { return Ok(None) };
        match self.has(table, Verb::Read, &row)? {
            Verdict::Allowed => Ok(Some(row)),
            Verdict::OnlyIfShared => Ok(None),
            Verdict::Denied => Err(self.privilege(table, Verb::Read)),
        }
    }

    /// Whether the caller has a right on a row: [`Verdict::OnlyIfShared`] says no, for want of a share.
    pub(crate) fn has(&self, table: &Table, verb: Verb, row: &Loaded) -> Result<Verdict> {
        let (owner, unit) = owner_and_unit(table, row.id, &row.values);
        let verdict = self.session.access().verdict(table, verb, owner, unit);
        if verdict == Verdict::OnlyIfShared
            && !self.made.contains(&row.id)
            && self.shared(table, row.id, verb)?
        {
            return Ok(Verdict::Allowed);
        }
        Ok(verdict)
    }

    /// Insists on a right on a row that the caller may see.
    pub(crate) fn require(&self, table: &Table, verb: Verb, row: &Loaded) -> Result<()> {
        match self.has(table, verb, row)? {
            Verdict::Allowed => Ok(()),
            Verdict::Denied => Err(self.privilege(table, verb)),
            Verdict::OnlyIfShared => Err(Error::Right {
                table: table.logical.clone(),
                id: row.id,
                right: access_right(verb),
                user: self.session.user(),
            }),
        }
    }

    /// Whether a share gives the caller a right.
    fn shared(&self, table: &Table, id: Uuid, verb: Verb) -> Result<bool> {
        let sql = format!(
            "SELECT principal_id, mask FROM {} WHERE table_code = $1 AND row_id = $2",
            names::side(self.snapshot().number(), "shares")
        );
        let access = self.session.access();
        for row in self.tx.all(&sql, &[i64::from(table.code).into(), id.into()])? {
            let (principal, mask): (Uuid, i64) = (row.get(0)?, row.get(1)?);
            if mask & verb.mask() != 0 && access.principals().any(|one| one == principal) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Insists that a row that is referred to is there, in a table that the column knows, and that the caller may
    /// append to it.
    pub(super) fn refer(&self, table: &Table, column: &Column, row: RowRef) -> Result<()> {
        let snapshot = self.snapshot();
        let known = snapshot.model.table_by_code(row.code);
        let target = known.filter(|one| column.kind.targets().contains(&one.logical.as_str()));
        let Some(target) = target else {
            return Err(Error::WrongTable {
                table: table.logical.clone(),
                navigation: column.logical.clone(),
                expected: column.kind.targets().join(", "),
                found: known.map_or_else(|| row.code.to_string(), |one| one.logical.clone()),
            });
        };
        if self.made.contains(&row.id) || self.checked.borrow().contains(&(row.code, row.id)) {
            return Ok(());
        }
        self.find_open(target, row)?;
        self.checked.borrow_mut().insert((row.code, row.id));
        Ok(())
    }

    fn find_open(&self, target: &Table, row: RowRef) -> Result<()> {
        let snapshot = self.snapshot();
        let is_open = target.ownership != Ownership::User && !target.custom;
        if is_open || self.session.access().administrator {
            if rows::exists(self.tx, snapshot.number(), target, row.id)? {
                return Ok(());
            }
            return Err(Self::missing(target, row.id));
        }
        let there = self.visible(target, row.id)?.ok_or_else(|| Self::missing(target, row.id))?;
        self.require(target, Verb::AppendTo, &there)
    }

    /// Insists that a caller has a right on a table at any depth.
    pub(super) fn any(&self, table: &Table, verb: Verb) -> Result<()> {
        if *self.session.access().reach(table, verb) == queries::Reach::Nothing {
            return Err(self.privilege(table, verb));
        }
        Ok(())
    }

    /// The unit of a user or team, when there is one of that key.
    pub(super) fn unit_of(&self, owner: RowRef) -> Result<Option<Uuid>> {
        let snapshot = self.snapshot();
        if owner.id == self.session.user() {
            return Ok(Some(self.session.business_unit()));
        }
        let Some(table) = snapshot.model.table_by_code(owner.code) else { return Ok(None) };
        let sql = format!(
            "SELECT businessunitid FROM {} WHERE {} = $1",
            names::table(snapshot.number(), &table.logical),
            names::column(&table.primary_id)
        );
        let Some(row) = self.tx.first(&sql, &[owner.id.into()])? else { return Ok(None) };
        Ok(Some(row.get::<Option<Uuid>>(0)?.unwrap_or(snapshot.registered.root_unit)))
    }

    /// Nobody gives a role with more rights than they have.
    pub(super) fn may_give(&self, role: Uuid) -> Result<()> {
        let standing = self.session.standing();
        if standing.access.administrator {
            return Ok(());
        }
        if role == self.session.records.0.administrator {
            return Err(Error::Escalation);
        }
        let snapshot = self.snapshot();
        let sql = format!(
            "SELECT privilegeid, privilegedepthmask FROM {} WHERE roleid = $1",
            names::table(snapshot.number(), "roleprivileges")
        );
        for row in self.tx.all(&sql, &[role.into()])? {
            let (privilege, mask): (Uuid, Option<i64>) = (row.get(0)?, row.get(1)?);
            if !self.holds(privilege, mask.unwrap_or_default()) {
                return Err(Error::Escalation);
            }
        }
        Ok(())
    }

    /// Whether the caller holds a privilege at least at this depth.
    pub(crate) fn holds(&self, privilege: Uuid, mask: i64) -> bool {
        let (standing, snapshot) = (self.session.standing(), self.snapshot());
        if standing.access.administrator {
            return true;
        }
        let Some((table, verb)) = snapshot.privileges.get(&privilege) else {
            return standing.miscellaneous.contains(&privilege);
        };
        let Some(table) = snapshot.model.table(table) else { return false };
        let held = standing.access.rights.get(key(table)).map(|rights| rights.get(*verb));
        let rank = match held {
            None | Some(queries::Reach::Nothing) => 0,
            Some(queries::Reach::Own) => 1,
            Some(queries::Reach::Units(units)) if units.len() < 2 => 2,
            Some(queries::Reach::Units(_)) => 4,
            Some(queries::Reach::All) => 8,
        };
        // The widest bit of the mask decides.
        mask == 0 || rank >= mask || (rank == 2 && mask & 3 == mask)
    }
}

/// As the platform calls a right on a row.
pub(super) const fn access_right(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "CreateAccess",
        Verb::Read => "ReadAccess",
        Verb::Write => "WriteAccess",
        Verb::Delete => "DeleteAccess",
        Verb::Append => "AppendAccess",
        Verb::AppendTo => "AppendToAccess",
        Verb::Assign => "AssignAccess",
        Verb::Share => "ShareAccess",
    }
}

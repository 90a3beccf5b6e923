//! Links between rows that are there.

use std::sync::Arc;

use queries::Verb;
use record_tables::{names, people};
use tables::{ManyToMany, Relationship, RowRef, Side, Table};
use uuid::Uuid;

use super::{
    Work,
    check::Loaded,
    update::pointing,
    values::{Cells, leads_to},
};
use crate::{
    Access, Error, Outcome, Result,
    operation::{Change, Entry},
};

/// A row: its table and key.
type At = (Arc<Table>, Uuid);

impl Work<'_> {
    /// Links two rows through a navigation property of the first.
    pub(super) fn associate(&mut self, from: &At, navigation: &str, to: &At) -> Result<Outcome> {
        let (relationship, side) = self.navigation(&from.0, navigation)?;
        if let Some(known) = self.snapshot().model.navigation(&from.0.logical, navigation) {
            leads_to(&self.snapshot().model, (&from.0, known), &to.0.logical)?;
        }
        match (&*relationship, side) {
            (Relationship::OneToMany(one), Side::Referencing) => {
                let row = RowRef { code: to.0.code, id: to.1 };
                let entry = pointing(&from.0, &one.referencing_column, Some(row));
                self.point(from, &entry)
            }
            (Relationship::OneToMany(one), _) => {
                let row = RowRef { code: from.0.code, id: from.1 };
                let entry = pointing(&to.0, &one.referencing_column, Some(row));
                self.point(to, &entry)?;
                Ok(Self::outcome(&from.0, from.1, 0, Change::Linked))
            }
            (Relationship::ManyToMany(many), side) => {
                let (first, second) = if side == Side::First { (from, to) } else { (to, from) };
                self.tie(many, first, second)?;
                Ok(Self::outcome(&from.0, from.1, 0, Change::Linked))
            }
        }
    }

    /// Takes a link away.
    pub(super) fn disassociate(
        &mut self,
        from: &At,
        navigation: &str,
        to: Option<&At>,
    ) -> Result<Outcome> {
        let (relationship, side) = self.navigation(&from.0, navigation)?;
        let unknown = || Error::NavigationUnknown {
            table: from.0.logical.clone(),
            navigation: navigation.to_owned(),
        };
        match (&*relationship, side) {
            (Relationship::OneToMany(one), Side::Referencing) => {
                let entry = pointing(&from.0, &one.referencing_column, None);
                self.point(from, &entry)
            }
            (Relationship::OneToMany(one), _) => {
                let to = to.ok_or_else(unknown)?;
                let row = self.visible(&to.0, to.1)?.ok_or_else(|| Self::missing(&to.0, to.1))?;
                let refers = match row.value(&to.0, &one.referencing_column) {
                    tables::Value::Row(row) => row.id == from.1,
                    _ => false,
                };
                if !refers {
                    return Err(Self::missing(&to.0, to.1));
                }
                let entry = pointing(&to.0, &one.referencing_column, None);
                self.point(to, &entry)?;
                Ok(Self::outcome(&from.0, from.1, 0, Change::Linked))
            }
            (Relationship::ManyToMany(many), side) => {
                let to = to.ok_or_else(unknown)?;
                let (first, second) = if side == Side::First { (from, to) } else { (to, from) };
                self.untie(many, first, second)?;
                Ok(Self::outcome(&from.0, from.1, 0, Change::Linked))
            }
        }
    }

    fn navigation(&self, table: &Table, navigation: &str) -> Result<(Arc<Relationship>, Side)> {
        let found = self.snapshot().model.navigation(&table.logical, navigation);
        let found = found.ok_or_else(|| Error::NavigationUnknown {
            table: table.logical.clone(),
            navigation: navigation.to_owned(),
        })?;
        Ok((Arc::clone(&found.relationship), found.side))
    }

    /// Changes one reference of a row.
    fn point(&mut self, at: &At, entry: &Entry) -> Result<Outcome> {
        let (table, id) = at;
        let row = self.visible(table, *id)?.ok_or_else(|| Self::missing(table, *id))?;
        self.require(table, Verb::Write, &row)?;
        let mut after = Cells::of(row.values.clone());
        self.apply(table, entry, &mut after, false)?;
        let version = self.change(table, &row, &mut after)?;
        Ok(Self::outcome(table, *id, version, Change::Linked))
    }

    fn tie(&mut self, many: &ManyToMany, first: &At, second: &At) -> Result<()> {
        self.both(many, first, second)?;
        let intersect = self.table(&many.intersect)?;
        let number = self.snapshot().number();
        let on = names::table(number, &intersect.logical);
        let (one, two) = (names::column(&many.first.column), names::column(&many.second.column));
        let sql = format!("SELECT 1 FROM {on} WHERE {one} = $1 AND {two} = $2");
        if self.tx.first(&sql, &[first.1.into(), second.1.into()])?.is_some() {
            return Ok(());
        }
        let id = self.derived();
        let ends = [(many.first.column.as_str(), first.1), (many.second.column.as_str(), second.1)];
        people::link(self.tx, number, &intersect, id, ends)?;
        self.note(&intersect);
        self.tell(many, first, second, "security_role.assign")
    }

    fn untie(&mut self, many: &ManyToMany, first: &At, second: &At) -> Result<()> {
        self.both(many, first, second)?;
        if many.intersect == "systemuserroles" {
            self.keeps_an_administrator(first.1, second.1)?;
        }
        let intersect = self.table(&many.intersect)?;
        let on = names::table(self.snapshot().number(), &intersect.logical);
        let (one, two) = (names::column(&many.first.column), names::column(&many.second.column));
        let sql = format!("DELETE FROM {on} WHERE {one} = $1 AND {two} = $2");
        if self.tx.execute(&sql, &[first.1.into(), second.1.into()])? == 0 {
            return Err(Self::missing(&second.0, second.1));
        }
        self.note(&intersect);
        self.tell(many, first, second, "security_role.withdraw")
    }

    /// Nobody takes the role that may do everything from themselves, and so locks themselves out by mistake.
    fn keeps_an_administrator(&self, one: Uuid, other: Uuid) -> Result<()> {
        let (user, role) = (self.session.user(), self.session.records.0.administrator);
        if (one, other) == (user, role) || (one, other) == (role, user) {
            let message = crate::error::ADMINISTRATOR_STAYS.to_owned();
            return Err(Error::Refused { code: "0x80041405", message });
        }
        Ok(())
    }

    /// Who has which role is an administrative matter: it goes to the audit.
    fn tell(&self, many: &ManyToMany, first: &At, second: &At, action: &'static str) -> Result<()> {
        self.tell_standing(many, first, second)?;
        if !matches!(
            many.intersect.as_str(),
            "systemuserroles" | "teamroles" | "systemuserprofiles" | "teamprofiles"
        ) {
            return Ok(());
        }
        let (holder, held) = if matches!(first.0.logical.as_str(), "systemuser" | "team") {
            (first, second)
        } else {
            (second, first)
        };
        let value = serde_json::json!({ held.0.logical.as_str(): held.1 });
        let subject = if holder.0.logical == "team" { "team" } else { "user" };
        let (before, after) = if action == "security_role.assign" {
            (serde_json::Value::Null, value)
        } else {
            (value, serde_json::Value::Null)
        };
        self.audit(action, (subject, holder.1), (before, after))
    }

    /// Tells the plug-ins who may see more or less by a link.
    fn tell_standing(&self, many: &ManyToMany, first: &At, second: &At) -> Result<()> {
        let (holder, held) = if matches!(first.0.logical.as_str(), "systemuser" | "team") {
            (first, second)
        } else {
            (second, first)
        };
        match many.intersect.as_str() {
            "teammembership" => {
                let is_team = holder.0.logical == "team";
                let (team, user) = if is_team { (holder, held) } else { (held, holder) };
                self.tell_access(Access::Team { team: team.1, user: user.1 })
            }
            "systemuserroles" | "teamroles" => self.tell_access(Access::Role { holder: holder.1 }),
            _ => Ok(()),
        }
    }

    /// The rights that a link of two collections needs.
    fn both(&self, many: &ManyToMany, first: &At, second: &At) -> Result<()> {
        let here = |at: &At| -> Result<Loaded> {
            self.visible(&at.0, at.1)?.ok_or_else(|| Self::missing(&at.0, at.1))
        };
        let (one, two) = (here(first)?, here(second)?);
        match many.intersect.as_str() {
            // Who gives or takes a role must be able to write whom it is given to, and have what it gives.
            "systemuserroles" | "teamroles" => {
                let (holder, held, role) = if first.0.logical == "role" {
                    (&second.0, &two, first.1)
                } else {
                    (&first.0, &one, second.1)
                };
                self.require(holder, Verb::Write, held)?;
                self.may_give(role)
            }
            // What a team may, its members may.
            "teammembership" => {
                let (team, row) =
                    if first.0.logical == "team" { (first, &one) } else { (second, &two) };
                self.require(&team.0, Verb::Write, row)?;
                let sql = format!(
                    "SELECT roleid FROM {} WHERE teamid = $1",
                    names::table(self.snapshot().number(), "teamroles")
                );
                for row in self.tx.all(&sql, &[team.1.into()])? {
                    self.may_give(row.get(0)?)?;
                }
                Ok(())
            }
            "roleprivileges" | "systemuserprofiles" | "teamprofiles" => {
                for (at, row) in [(first, &one), (second, &two)] {
                    let is_role = matches!(at.0.logical.as_str(), "role" | "fieldsecurityprofile");
                    if is_role {
                        self.require(&at.0, Verb::Write, row)?;
                    }
                }
                if self.session.access().administrator { Ok(()) } else { Err(Error::Escalation) }
            }
            _ => {
                self.require(&first.0, Verb::Append, &one)?;
                self.require(&second.0, Verb::AppendTo, &two)
            }
        }
    }
}

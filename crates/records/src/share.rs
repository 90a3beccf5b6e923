//! Sharing: rights on one row for somebody who has none by role and ownership.

use std::sync::Arc;

use queries::Verb;
use record_tables::{names, rows};
use tables::{CascadeAction, Ownership, Relationship, Table};
use uuid::Uuid;

use crate::{Access, Error, Reference, Result, Session, access, write::Work};

/// Who can own rows and be given rights on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A person.
    User(Uuid),
    /// A team.
    Team(Uuid),
}

impl Principal {
    /// Its key.
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(id) | Self::Team(id) => id,
        }
    }

    /// The logical name of its table.
    pub const fn table(self) -> &'static str {
        match self {
            Self::User(_) => "systemuser",
            Self::Team(_) => "team",
        }
    }
}

/// What a share is changed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add(i64),
    Replace(i64),
    Revoke,
}

impl Session {
    /// Gives rights on a row besides those that somebody has (`GrantAccess`); `mask` are the bits of [`Verb::mask`].
    ///
    /// # Errors
    /// [`Error::Right`] when the caller may not share the row, or has not what is given; [`Error::RowMissing`].
    pub async fn grant(&self, target: &Reference, to: Principal, mask: i64) -> Result<()> {
        self.change_share(target, to, Change::Add(mask)).await
    }

    /// Replaces the rights that a share gives (`ModifyAccess`).
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub async fn modify_access(&self, target: &Reference, to: Principal, mask: i64) -> Result<()> {
        self.change_share(target, to, Change::Replace(mask)).await
    }

    /// Takes a share back (`RevokeAccess`).
    ///
    /// # Errors
    /// As [`Session::grant`].
    pub async fn revoke(&self, target: &Reference, from: Principal) -> Result<()> {
        self.change_share(target, from, Change::Revoke).await
    }

    async fn change_share(&self, target: &Reference, to: Principal, change: Change) -> Result<()> {
        let target = target.clone();
        self.administer(move |work| {
            let (table, id) = work.resolve(&target)?;
            if table.ownership != Ownership::User || table.is_union() {
                return Err(Error::NotWritable { table: table.logical.clone() });
            }
            let principals = work.table(to.table())?;
            if !rows::exists(work.tx, work.snapshot().number(), &principals, to.id())? {
                return Err(Work::missing(&principals, to.id()));
            }
            let row = work.visible(&table, id)?.ok_or_else(|| Work::missing(&table, id))?;
            work.require(&table, Verb::Share, &row)?;
            if let Change::Add(mask) | Change::Replace(mask) = change {
                for verb in Verb::ALL.into_iter().filter(|verb| mask & verb.mask() != 0) {
                    if verb != Verb::Create {
                        work.require(&table, verb, &row)?;
                    }
                }
            }
            work.share(&table, id, to.id(), change)
        })
        .await
    }

    /// What somebody may do with a row, by role and by share (`RetrievePrincipalAccess`).
    ///
    /// # Errors
    /// [`Error::RowMissing`] when the caller may not see the row, or there is no such person.
    pub async fn principal_access(&self, who: Principal, target: &Reference) -> Result<i64> {
        let (target, administrator) = (target.clone(), self.records.0.administrator);
        self.look(move |reading| {
            let session = reading.session;
            let (table, id) = reading.resolve(&target)?;
            reading.visible(&table, id)?;
            let standing = match who {
                Principal::User(user) if user == session.user() => session.standing().clone(),
                Principal::User(user) => {
                    access::load(reading.tx, &session.snapshot, user, administrator)?
                }
                Principal::Team(team) => {
                    access::load_team(reading.tx, &session.snapshot, team, administrator)?
                }
            };
            let context = queries::Context { access: &standing.access, ..reading.context() };
            let statement = queries::mask(&context, &table, id);
            let row = reading.tx.first(&statement.sql, &statement.params)?;
            Ok(row.map_or(Ok(0), |row| row.get(0))?)
        })
        .await
    }

    /// With whom a row is shared, and with which rights (`RetrieveSharedPrincipalsAndAccess`).
    ///
    /// # Errors
    /// [`Error::RowMissing`] when the caller may not see the row.
    pub async fn shared_principals(&self, target: &Reference) -> Result<Vec<(Principal, i64)>> {
        let target = target.clone();
        self.look(move |reading| {
            let session = reading.session;
            let (table, id) = reading.resolve(&target)?;
            reading.visible(&table, id)?;
            let sql = format!(
                "SELECT s.principal_id, s.mask, t.teamid IS NOT NULL FROM {} s \
                 LEFT JOIN {} t ON t.teamid = s.principal_id \
                 WHERE s.table_code = $1 AND s.row_id = $2 ORDER BY s.principal_id LIMIT 5000",
                names::side(session.number(), "shares"),
                names::table(session.number(), "team")
            );
            let found = reading.tx.all(&sql, &[i64::from(table.code).into(), id.into()])?;
            let one = |row: &db::Row| -> db::Result<(Principal, i64)> {
                let id = row.get(0)?;
                let who = if row.get(2)? { Principal::Team(id) } else { Principal::User(id) };
                Ok((who, row.get(1)?))
            };
            Ok(found.iter().map(one).collect::<db::Result<_>>()?)
        })
        .await
    }
}

impl Work<'_> {
    /// Changes the share on a row, and on the rows below it that follow.
    fn share(&mut self, table: &Arc<Table>, id: Uuid, to: Uuid, change: Change) -> Result<()> {
        let side = names::side(self.snapshot().number(), "shares");
        let params = [to.into(), i64::from(table.code).into(), id.into()];
        match change {
            Change::Add(mask) => self.keep_share(table, id, (to, mask))?,
            Change::Replace(mask) if mask != 0 => {
                let sql = format!(
                    "INSERT INTO {side} (principal_id, table_code, row_id, mask) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (principal_id, table_code, row_id) DO UPDATE SET mask = excluded.mask"
                );
                let [principal, code, row] = params;
                self.tx.execute(&sql, &[principal, code, row, mask.into()])?;
            }
            Change::Replace(_) | Change::Revoke => {
                let sql = format!(
                    "DELETE FROM {side} WHERE principal_id = $1 AND table_code = $2 AND row_id = $3"
                );
                self.tx.execute(&sql, &params)?;
            }
        }
        self.tell_access(Access::Shared { table: &table.logical, row: id, with: to })?;
        let model = Arc::clone(&self.snapshot().model);
        for relationship in model.relationships() {
            let Relationship::OneToMany(one) = &**relationship else { continue };
            let action =
                if change == Change::Revoke { one.cascade.unshare } else { one.cascade.share };
            let follows = matches!(
                action,
                CascadeAction::Cascade | CascadeAction::Active | CascadeAction::UserOwned
            );
            let Some(child) = model.table(&one.referencing).cloned() else { continue };
            if one.referenced != table.logical
                || !follows
                || child.ownership != Ownership::User
                || child.is_union()
            {
                continue;
            }
            for below in self.children(&child, &one.referencing_column, (table.code, id))? {
                self.deeper(|work| work.share(&child, below, to, change))?;
            }
        }
        Ok(())
    }
}

/// The rights of a mask by name, as the platform writes them: `ReadAccess, WriteAccess`.
pub fn rights_text(mask: i64) -> String {
    let named = RIGHTS.iter().filter(|(verb, _)| mask & verb.mask() != 0);
    let words: Vec<&str> = named.map(|(_, word)| *word).collect();
    if words.is_empty() { "None".to_owned() } else { words.join(", ") }
}

/// The mask of rights by name, `ReadAccess,WriteAccess`; nothing when a word is none of them.
pub fn rights_mask(text: &str) -> Option<i64> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != "None");
    words
        .map(|word| RIGHTS.iter().find(|(_, name)| *name == word).map(|(verb, _)| verb.mask()))
        .try_fold(0, |mask, bit| Some(mask | bit?))
}

const RIGHTS: [(Verb, &str); 8] = [
    (Verb::Read, "ReadAccess"),
    (Verb::Write, "WriteAccess"),
    (Verb::Append, "AppendAccess"),
    (Verb::AppendTo, "AppendToAccess"),
    (Verb::Create, "CreateAccess"),
    (Verb::Delete, "DeleteAccess"),
    (Verb::Share, "ShareAccess"),
    (Verb::Assign, "AssignAccess"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_written_and_read_by_name() {
        assert_eq!(rights_text(3), "ReadAccess, WriteAccess");
        assert_eq!(rights_mask("ReadAccess,WriteAccess"), Some(3));
        assert_eq!(rights_mask("ReadAccess, WriteAccess"), Some(3));
        assert_eq!((rights_text(0).as_str(), rights_mask("None")), ("None", Some(0)));
        assert_eq!(rights_mask("Everything"), None);
    }
}

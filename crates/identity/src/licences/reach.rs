//! Whom a licence reaches, and by which way: given to the person, or through a group. Nothing of it is kept: who joins a
//! group holds what the group holds at once, and who leaves holds it no more.

use db::{Result as StoreResult, Row, Tx};
use kernel::{Cursor, GroupId, LicenceId, Limit, Page, Permission, Scope, UserId};

use super::{Licence, all, lookup, of_user};
use crate::{
    Error, Identity, Result, Thing, groups,
    users::{self, Person},
};

/// A group that gives a licence to whoever is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// A person whom a licence reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licensed {
    /// The person.
    pub person: Person,
    /// Whether it was given to the person alone.
    pub direct: bool,
    /// The groups through which the person has it, by name.
    pub groups: Vec<Giver>,
}

/// A licence that a person holds, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLicence {
    /// The licence.
    pub licence: Licence,
    /// Whether it was given to the person alone.
    pub direct: bool,
    /// The groups through which the person has it, by name.
    pub groups: Vec<Giver>,
}

impl Identity {
    /// The persons whom a licence reaches, by user name, each with the ways.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Cursor`], [`Error::Store`].
    pub async fn licensed(
        &self,
        scope: &Scope,
        licence: LicenceId,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Licensed>> {
        scope.require(Permission::LicenceAssign)?;
        let after: String = after.map(Cursor::key).transpose()?.unwrap_or_default();
        let rows = self
            .db
            .read(scope, move |tx| {
                lookup(tx, licence)?.ok_or(Error::Unknown(Thing::Licence))?;
                Ok::<_, Error>(page(tx, licence, (&after, limit))?)
            })
            .await?;
        Ok(Page::cut(rows, limit, |(fold, _)| Cursor::new(fold)).map(|(_, licensed)| licensed))
    }

    /// The licences that a person holds, by name, each with the ways.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn held_licences(&self, scope: &Scope, user: UserId) -> Result<Vec<HeldLicence>> {
        let own = scope.user() == Some(user);
        scope.require(if own { Permission::ProfileRead } else { Permission::DirectoryRead })?;
        self.db
            .read(scope, move |tx| {
                users::known(tx, user)?;
                let ways = ways_of(tx, user)?;
                let held = of_user(tx, user)?.into_iter().map(|licence| {
                    let mut direct = false;
                    let mut groups = Vec::new();
                    for (_, giver) in ways.iter().filter(|(of, _)| *of == licence.id) {
                        match giver {
                            Some(giver) => groups.push(giver.clone()),
                            None => direct = true,
                        }
                    }
                    HeldLicence { licence, direct, groups }
                });
                Ok::<_, Error>(held.collect())
            })
            .await
    }

    /// The licences that whoever is in a group holds, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn licences_of_group(&self, scope: &Scope, group: GroupId) -> Result<Vec<Licence>> {
        const SQL: &str = "SELECT a.licence_id FROM licence_assignments a \
                           WHERE a.tenant_id = $1 AND a.subject_id = $2 \
                             AND a.subject_kind = 'group' ORDER BY a.licence_id LIMIT 1000";
        scope.require(Permission::DirectoryRead)?;
        self.db
            .read(scope, move |tx| {
                groups::lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                let rows = tx.all(SQL, &[tx.tenant().into(), group.into()])?;
                let ids: Vec<LicenceId> =
                    rows.iter().map(|row| row.id(0)).collect::<StoreResult<_>>()?;
                let held = all(tx)?.into_iter().filter(|one| ids.contains(&one.id));
                Ok::<_, Error>(held.collect())
            })
            .await
    }
}

/// A page of persons, each with what follows it in the order.
fn page(
    tx: &Tx<'_>,
    licence: LicenceId,
    (after, limit): (&str, Limit),
) -> StoreResult<Vec<(String, Licensed)>> {
    const PEOPLE: &str = "SELECT u.user_name_fold, u.id, u.display_name, \
                          (SELECT d.address FROM user_addresses d WHERE d.tenant_id = u.tenant_id \
                            AND d.user_id = u.id ORDER BY d.position LIMIT 1), \
                          (SELECT COUNT(*) FROM licence_assignments a \
                            WHERE a.tenant_id = $1 AND a.licence_id = $2 \
                              AND a.subject_kind = 'user' AND a.subject_id = u.id) \
                          FROM users u WHERE u.tenant_id = $1 AND u.user_name_fold > $3 AND u.id IN \
                          (SELECT a.subject_id FROM licence_assignments a \
                            WHERE a.tenant_id = $1 AND a.licence_id = $2 \
                              AND a.subject_kind = 'user' \
                           UNION SELECT m.user_id FROM licence_assignments a \
                             JOIN group_members m ON m.tenant_id = a.tenant_id \
                              AND m.group_id = a.subject_id \
                            WHERE a.tenant_id = $1 AND a.licence_id = $2 \
                              AND a.subject_kind = 'group') \
                          ORDER BY u.user_name_fold LIMIT $4";
    const GROUPS: &str = "SELECT m.user_id, g.id, g.name FROM licence_assignments a \
                          JOIN group_members m ON m.tenant_id = a.tenant_id \
                           AND m.group_id = a.subject_id \
                          JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id \
                          JOIN groups g ON g.tenant_id = a.tenant_id AND g.id = a.subject_id \
                          WHERE a.tenant_id = $1 AND a.licence_id = $2 \
                            AND a.subject_kind = 'group' \
                            AND u.user_name_fold > $3 AND u.user_name_fold <= $4 \
                          ORDER BY g.name_fold, m.user_id LIMIT 10000";
    let params = [tx.tenant().into(), licence.into(), after.into(), limit.probe().into()];
    let read = |row: &Row| {
        let person = Person { id: row.id(1)?, display_name: row.get(2)?, address: row.get(3)? };
        let direct = row.get::<i64>(4)? > 0;
        Ok((row.get::<String>(0)?, Licensed { person, direct, groups: Vec::new() }))
    };
    let mut found: Vec<(String, Licensed)> =
        tx.all(PEOPLE, &params)?.iter().map(read).collect::<StoreResult<_>>()?;
    let Some((last, _)) = found.last() else { return Ok(found) };
    let params = [tx.tenant().into(), licence.into(), after.into(), last.into()];
    for row in tx.all(GROUPS, &params)? {
        let user: UserId = row.id(0)?;
        let giver = Giver { id: row.id(1)?, name: row.get(2)? };
        let mut people = found.iter_mut().map(|(_, one)| one);
        if let Some(one) = people.find(|one| one.person.id == user) {
            one.groups.push(giver);
        }
    }
    Ok(found)
}

/// Every way by which a person holds a licence; no group where it was given to the person alone.
fn ways_of(tx: &Tx<'_>, user: UserId) -> StoreResult<Vec<(LicenceId, Option<Giver>)>> {
    const DIRECT: &str = "SELECT a.licence_id FROM licence_assignments a WHERE a.tenant_id = $1 \
                          AND a.subject_id = $2 AND a.subject_kind = 'user' \
                          ORDER BY a.licence_id LIMIT 1000";
    const THROUGH: &str = "SELECT a.licence_id, g.id, g.name FROM group_members m \
                           JOIN licence_assignments a ON a.tenant_id = m.tenant_id \
                            AND a.subject_id = m.group_id AND a.subject_kind = 'group' \
                           JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id \
                           WHERE m.tenant_id = $1 AND m.user_id = $2 \
                           ORDER BY g.name_fold, a.licence_id LIMIT 10000";
    let params = [tx.tenant().into(), user.into()];
    let mut ways = Vec::new();
    for row in tx.all(DIRECT, &params)? {
        ways.push((row.id(0)?, None));
    }
    for row in tx.all(THROUGH, &params)? {
        ways.push((row.id(0)?, Some(Giver { id: row.id(1)?, name: row.get(2)? })));
    }
    Ok(ways)
}

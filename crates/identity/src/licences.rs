//! Licences: entitlements that persons and groups hold.

use db::{Result as StoreResult, Row, Tx};
use jiff::Timestamp;
use kernel::{FieldError, GroupId, LicenceId, Permission, Scope, UserId};
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Identity, Result, Thing, audit::Change, groups, taken, text, users};

mod reach;

pub use reach::{Giver, HeldLicence, Licensed};

/// Notices with this topic name a tenant whose licences, or whose holders of licences, have changed.
pub const TOPIC: &str = "licences";

/// A kind of licence that the tenant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// The identifier.
    pub id: LicenceId,
    /// The name; no two licences of a tenant have the same.
    pub name: String,
    /// How many persons and groups may hold it; `None` is any number.
    pub seats: Option<i64>,
    /// How many do.
    pub taken: i64,
    /// How many persons hold it, alone or through a group.
    pub people: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What to change of a licence; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct LicencePatch {
    /// The name.
    pub name: Option<String>,
    /// How many may hold it; `Some(None)` is any number.
    pub seats: Option<Option<i64>>,
}

/// Who holds a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// One person.
    User(UserId),
    /// Everybody in a group; one seat.
    Group(GroupId),
}

impl Holder {
    /// `user` or `group`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
        }
    }

    /// The identifier, whatever it is of.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Group(id) => id.uuid(),
        }
    }
}

impl Identity {
    /// Adds a kind of licence.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Taken`], [`Error::Store`].
    pub async fn create_licence(
        &self,
        scope: &Scope,
        name: &str,
        seats: Option<i64>,
    ) -> Result<Licence> {
        scope.require(Permission::LicenceAssign)?;
        text::name("/name", name)?;
        check_seats(seats)?;
        let now = self.clock.now();
        let name = name.trim().to_owned();
        let licence =
            Licence { id: self.ids.fresh(), name, seats, taken: 0, people: 0, created_at: now };
        let made = licence.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                insert(tx, &licence)?;
                tell(tx);
                let change = Change::new("licence.create", "licence", licence.id);
                let change = change.after(&view(&licence));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await;
        taken(outcome, Thing::Licence)?;
        Ok(made)
    }

    /// Renames a licence or changes how many may hold it; never to fewer than do.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Unknown`], [`Error::Taken`], [`Error::Store`].
    pub async fn update_licence(
        &self,
        scope: &Scope,
        id: LicenceId,
        patch: LicencePatch,
    ) -> Result<Licence> {
        scope.require(Permission::LicenceAssign)?;
        patch.name.as_ref().map_or(Ok(()), |name| text::name("/name", name))?;
        check_seats(patch.seats.flatten())?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Licence))?;
                let name = patch.name.as_deref().unwrap_or(&before.name).trim().to_owned();
                let seats = patch.seats.unwrap_or(before.seats);
                if seats.is_some_and(|seats| seats < before.taken) {
                    let detail = format!("{} are taken", before.taken);
                    let error = FieldError::new("/seats", "seats.below_taken", detail);
                    return Err(Error::Invalid(vec![error.with_limit(before.taken)]));
                }
                let after = Licence { name, seats, ..before.clone() };
                update(tx, &after)?;
                tell(tx);
                let change = Change::new("licence.update", "licence", id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok(after)
            })
            .await;
        taken(outcome, Thing::Licence)
    }

    /// Deletes a licence that nobody holds.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::LicenceHeld`], [`Error::Store`].
    pub async fn delete_licence(&self, scope: &Scope, id: LicenceId) -> Result<()> {
        const SQL: &str = "DELETE FROM licences WHERE tenant_id = $1 AND id = $2";
        scope.require(Permission::LicenceAssign)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = lookup(tx, id)?.ok_or(Error::Unknown(Thing::Licence))?;
                if before.taken > 0 {
                    return Err(Error::LicenceHeld { holders: before.taken });
                }
                tx.execute(SQL, &[tx.tenant().into(), id.into()])?;
                tell(tx);
                let change = Change::new("licence.delete", "licence", id).before(&view(&before));
                Ok(change.write(tx, now)?)
            })
            .await
    }

    /// The kinds of licence of the tenant, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn licences(&self, scope: &Scope) -> Result<Vec<Licence>> {
        scope.require(Permission::DirectoryRead)?;
        Ok(self.db.read_one(scope, all).await?)
    }

    /// The licences that a person holds, alone or through a group, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn licences_of(&self, scope: &Scope, user: UserId) -> Result<Vec<Licence>> {
        let own = scope.user() == Some(user);
        scope.require(if own { Permission::ProfileRead } else { Permission::DirectoryRead })?;
        self.db
            .read(scope, move |tx| {
                users::known(tx, user)?;
                Ok(of_user(tx, user)?)
            })
            .await
    }

    /// The persons and groups that hold a licence.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn holders(&self, scope: &Scope, licence: LicenceId) -> Result<Vec<Holder>> {
        scope.require(Permission::LicenceAssign)?;
        self.db
            .read(scope, move |tx| {
                lookup(tx, licence)?.ok_or(Error::Unknown(Thing::Licence))?;
                Ok(holders(tx, licence)?)
            })
            .await
    }

    /// Gives a licence to a person or a group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Seats`], [`Error::Store`].
    pub async fn assign_licence(
        &self,
        scope: &Scope,
        licence: LicenceId,
        holder: Holder,
    ) -> Result<()> {
        scope.require(Permission::LicenceAssign)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let kind = lookup(tx, licence)?.ok_or(Error::Unknown(Thing::Licence))?;
                match holder {
                    Holder::User(user) => drop(users::known(tx, user)?),
                    Holder::Group(group) => {
                        groups::lookup(tx, group)?.ok_or(Error::Unknown(Thing::Group))?;
                    }
                }
                if !assign(tx, licence, holder, now)? {
                    return Ok(());
                }
                if let Some(seats) = kind.seats.filter(|seats| kind.taken >= *seats) {
                    return Err(Error::Seats { seats });
                }
                tell(tx);
                let change = Change::new("licence.assign", "licence", licence);
                Ok(change.after(&json!({ holder.kind(): holder.uuid() })).write(tx, now)?)
            })
            .await
    }

    /// Takes a licence from a person or a group; nothing changes when they do not hold it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn remove_licence(
        &self,
        scope: &Scope,
        licence: LicenceId,
        holder: Holder,
    ) -> Result<()> {
        scope.require(Permission::LicenceAssign)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                lookup(tx, licence)?.ok_or(Error::Unknown(Thing::Licence))?;
                if remove(tx, licence, holder)? {
                    tell(tx);
                    let change = Change::new("licence.remove", "licence", licence);
                    change.before(&json!({ holder.kind(): holder.uuid() })).write(tx, now)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

pub(crate) fn tell(tx: &Tx<'_>) {
    tx.notify(TOPIC, tx.tenant().uuid(), 0);
}

fn check_seats(seats: Option<i64>) -> Result<()> {
    match seats {
        Some(seats) if seats < 1 => {
            Err(Error::field("/seats", "seats.invalid", "one seat at least"))
        }
        _ => Ok(()),
    }
}

fn view(licence: &Licence) -> serde_json::Value {
    json!({ "name": licence.name, "seats": licence.seats })
}

fn update(tx: &Tx<'_>, licence: &Licence) -> StoreResult<u64> {
    const SQL: &str = "UPDATE licences SET name = $3, name_fold = $4, seats = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        licence.id.into(),
        (&licence.name).into(),
        text::fold(&licence.name).into(),
        licence.seats.into(),
    ];
    tx.execute(SQL, &params)
}

fn insert(tx: &Tx<'_>, licence: &Licence) -> StoreResult<u64> {
    const SQL: &str = "INSERT INTO licences (tenant_id, id, name, name_fold, seats, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
    let params = [
        tx.tenant().into(),
        licence.id.into(),
        (&licence.name).into(),
        text::fold(&licence.name).into(),
        licence.seats.into(),
        licence.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Licences of the tenant `$1` with how many hold each and how many people it reaches; what selects among them follows.
const SELECTED: &str = "SELECT l.id, l.name, l.seats, l.created_at, \
                       (SELECT COUNT(*) FROM licence_assignments a \
                         WHERE a.tenant_id = l.tenant_id AND a.licence_id = l.id), \
                       (SELECT COUNT(*) FROM \
                         (SELECT p.subject_id FROM licence_assignments p \
                           WHERE p.tenant_id = l.tenant_id AND p.licence_id = l.id \
                             AND p.subject_kind = 'user' \
                          UNION SELECT n.user_id FROM licence_assignments h \
                            JOIN group_members n ON n.tenant_id = h.tenant_id \
                             AND n.group_id = h.subject_id \
                           WHERE h.tenant_id = l.tenant_id AND h.licence_id = l.id \
                             AND h.subject_kind = 'group') reached) \
                       FROM licences l WHERE l.tenant_id = $1";

fn lookup(tx: &Tx<'_>, id: LicenceId) -> StoreResult<Option<Licence>> {
    let sql = format!("{SELECTED} AND l.id = $2");
    tx.first(&sql, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

fn all(tx: &Tx<'_>) -> StoreResult<Vec<Licence>> {
    let sql = format!("{SELECTED} ORDER BY l.name_fold LIMIT 1000");
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(read).collect()
}

fn of_user(tx: &Tx<'_>, user: UserId) -> StoreResult<Vec<Licence>> {
    let sql = format!(
        "{SELECTED} AND EXISTS \
                       (SELECT 1 FROM licence_assignments a \
                         WHERE a.tenant_id = l.tenant_id AND a.licence_id = l.id \
                           AND (a.subject_id = $2 OR a.subject_id IN \
                             (SELECT m.group_id FROM group_members m \
                               WHERE m.tenant_id = $1 AND m.user_id = $2))) \
                       ORDER BY l.name_fold LIMIT 1000"
    );
    tx.all(&sql, &[tx.tenant().into(), user.into()])?.iter().map(read).collect()
}

fn holders(tx: &Tx<'_>, licence: LicenceId) -> StoreResult<Vec<Holder>> {
    const SQL: &str = "SELECT subject_kind, subject_id FROM licence_assignments \
                       WHERE tenant_id = $1 AND licence_id = $2 \
                       ORDER BY subject_kind, subject_id LIMIT 10000";
    let read = |row: &Row| {
        let id: Uuid = row.get(1)?;
        row.parsed(0, |kind| match kind {
            "user" => Some(Holder::User(id.into())),
            "group" => Some(Holder::Group(id.into())),
            _ => None,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), licence.into()])?.iter().map(read).collect()
}

fn assign(tx: &Tx<'_>, licence: LicenceId, holder: Holder, now: Timestamp) -> StoreResult<bool> {
    const SQL: &str = "INSERT INTO licence_assignments (tenant_id, licence_id, subject_kind, \
                       subject_id, assigned_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let params = [
        tx.tenant().into(),
        licence.into(),
        holder.kind().into(),
        holder.uuid().into(),
        now.into(),
    ];
    Ok(tx.execute(SQL, &params)? == 1)
}

fn remove(tx: &Tx<'_>, licence: LicenceId, holder: Holder) -> StoreResult<bool> {
    const SQL: &str = "DELETE FROM licence_assignments WHERE tenant_id = $1 AND licence_id = $2 \
                       AND subject_kind = $3 AND subject_id = $4";
    let params = [tx.tenant().into(), licence.into(), holder.kind().into(), holder.uuid().into()];
    Ok(tx.execute(SQL, &params)? == 1)
}

fn read(row: &Row) -> StoreResult<Licence> {
    Ok(Licence {
        id: row.id(0)?,
        name: row.get(1)?,
        seats: row.get(2)?,
        created_at: row.get(3)?,
        taken: row.get(4)?,
        people: row.get(5)?,
    })
}

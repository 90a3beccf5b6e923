//! The service that edges hold.

use std::{fmt, sync::Arc};

use db::{Db, Tx};
use event_log::{Change, Subject, audit};
use file_store::FileStore;
use identity::{Identity, SystemScopes};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, FieldError, Ids, Permission, Scope, UserId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{DataSet, Error, Fate, Job, JobKind, JobState, Keeper, Reason, Result, TABLES, store};

/// What the service is made of.
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// People of the tenant.
    pub identity: Arc<Identity>,
    /// Where archives are; nobody else keeps files there.
    pub files: FileStore,
    /// Rooms with more than rows.
    pub keepers: Vec<Arc<dyn Keeper>>,
}

/// People's data of every tenant; cheap to clone.
#[derive(Clone)]
pub struct Privacy(pub(crate) Arc<Parts>);

impl fmt::Debug for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Privacy").field("keepers", &self.0.keepers).finish_non_exhaustive()
    }
}

/// How much there is of a kind of data, and how long it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The kind.
    pub set: DataSet,
    /// Rows of it.
    pub count: i64,
    /// Days that it stays: 0 for ever, nothing where that is not set here.
    pub days: Option<i64>,
}

/// What becomes of a person's data when the person is forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// What goes, by kind.
    pub goes: Vec<(DataSet, i64)>,
    /// What stays for others, and names the person no more.
    pub unnamed: Vec<(DataSet, i64)>,
    /// What stays, and why.
    pub stays: Vec<(DataSet, Reason, i64)>,
}

/// An archive on its way to whoever fetches it.
#[derive(Debug)]
pub struct Fetched {
    /// What is in it; read it part by part.
    pub bytes: tokio::fs::File,
    /// How many bytes.
    pub size: u64,
}

impl Privacy {
    /// The service on a database.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// What is stored in the tenant, and how long it stays.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn overview(&self, scope: &Scope) -> Result<Vec<Kept>> {
        scope.require(Permission::UserManage)?;
        let read = |tx: &Tx<'_>| -> db::Result<Vec<Kept>> {
            let periods = periods(tx)?;
            let mut all: Vec<Kept> = DataSet::ALL
                .into_iter()
                .zip(periods)
                .map(|(set, days)| Kept { set, count: 0, days })
                .collect();
            for table in TABLES.iter() {
                let count = store::all(tx, table)?;
                add(&mut all, table.set, count);
            }
            Ok(all)
        };
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// What is stored of a person: one's own, or anybody's for whoever manages people.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonUnknown`], [`Error::Store`].
    pub async fn of(&self, scope: &Scope, person: UserId) -> Result<Vec<Kept>> {
        self.may(scope, person).await?;
        let read = move |tx: &Tx<'_>| -> db::Result<Vec<Kept>> {
            let mut all: Vec<Kept> = DataSet::ALL
                .into_iter()
                .zip(periods(tx)?)
                .map(|(set, days)| Kept { set, count: 0, days })
                .collect();
            for table in TABLES.iter() {
                let count = store::count(tx, table, person)?;
                add(&mut all, table.set, count);
            }
            Ok(all)
        };
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// Says for how many days a kind of data stays; 0 for ever.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with the pointer `/days`, [`Error::Store`].
    pub async fn set_period(&self, scope: &Scope, set: DataSet, days: i64) -> Result<()> {
        scope.require(Permission::UserManage)?;
        if !is_possible(set, days) {
            return Err(Error::Invalid { fields: vec![impossible("/days".to_owned())] });
        }
        self.keep_periods(scope, vec![(set, days)]).await
    }

    /// The same for several kinds of data: all of them or none.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with the kind of data as the pointer, [`Error::Store`].
    pub async fn set_periods(&self, scope: &Scope, periods: Vec<(DataSet, i64)>) -> Result<()> {
        scope.require(Permission::UserManage)?;
        let wrong = periods.iter().filter(|(set, days)| !is_possible(*set, *days));
        let fields: Vec<FieldError> =
            wrong.map(|(set, _)| impossible(format!("/{}", set.as_str()))).collect();
        if !fields.is_empty() {
            return Err(Error::Invalid { fields });
        }
        self.keep_periods(scope, periods).await
    }

    async fn keep_periods(&self, scope: &Scope, periods: Vec<(DataSet, i64)>) -> Result<()> {
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let known = store::periods(tx)?;
            for &(set, days) in &periods {
                store::put_period(tx, set, days, now)?;
                let told = |days: Option<i64>| Some(json!({ "set": set.as_str(), "days": days }));
                let change = Change {
                    action: "privacy.period",
                    subject: Subject::new("tenant", tx.tenant()),
                    before: told(period(&known, set)),
                    after: told(Some(days)),
                    at: now,
                };
                audit(tx, &change)?;
            }
            Ok(())
        };
        Ok(self.0.db.write(scope, write).await?)
    }

    /// What would go and what would stay.
    ///
    /// # Errors
    /// As [`Privacy::of`].
    pub async fn preview(&self, scope: &Scope, person: UserId) -> Result<Preview> {
        self.may(scope, person).await?;
        Ok(self.0.db.read_one(scope, move |tx| preview(tx, person)).await?)
    }

    /// Asks for an archive of everything that is stored of a person; it is made in the background. One that somebody else
    /// asks for holds no mails, meetings, messages and private notes, but how many there are.
    ///
    /// # Errors
    /// As [`Privacy::of`]; [`Error::UnderWay`].
    pub async fn export(&self, scope: &Scope, person: UserId) -> Result<Job> {
        self.begin(scope, JobKind::Export, person).await
    }

    /// Asks that a person's data be taken away; it is done in the background, and cannot be taken back.
    ///
    /// # Errors
    /// As [`Privacy::export`].
    pub async fn forget(&self, scope: &Scope, person: UserId) -> Result<Job> {
        self.begin(scope, JobKind::Forget, person).await
    }

    async fn begin(&self, scope: &Scope, kind: JobKind, person: UserId) -> Result<Job> {
        self.may(scope, person).await?;
        let now = self.0.clock.now();
        let job = Job {
            id: self.0.ids.fresh(),
            kind,
            person,
            by: scope.user().unwrap_or(person),
            state: JobState::Waiting,
            counts: Json::Object(serde_json::Map::new()),
            file: None,
            size: 0,
            tries: 0,
            created_at: now,
            ended_at: None,
            ends_at: now + KEPT,
        };
        let new = job.clone();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let same = |one: &Job| one.kind == kind && one.state == JobState::Waiting;
            if store::jobs_of(tx, person)?.iter().any(same) {
                return Err(Error::UnderWay);
            }
            store::put_job(tx, &new)?;
            let action = match kind {
                JobKind::Export => "privacy.export",
                JobKind::Forget => "privacy.forget",
            };
            Ok(audit(tx, &told(action, &new, now))?)
        };
        self.0.db.write(scope, write).await?;
        Ok(job)
    }

    /// Exports and removals of the tenant, the newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn jobs(&self, scope: &Scope) -> Result<Vec<Job>> {
        scope.require(Permission::UserManage)?;
        Ok(self.0.db.read_one(scope, store::jobs).await?)
    }

    /// Exports and removals of one person's data.
    ///
    /// # Errors
    /// As [`Privacy::of`].
    pub async fn jobs_of(&self, scope: &Scope, person: UserId) -> Result<Vec<Job>> {
        self.may(scope, person).await?;
        Ok(self.0.db.read_one(scope, move |tx| store::jobs_of(tx, person)).await?)
    }

    /// An export or a removal; not there for whoever may not see it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::JobUnknown`], [`Error::Store`].
    pub async fn job(&self, scope: &Scope, id: Uuid) -> Result<Job> {
        scope.require(Permission::ProfileRead)?;
        let job = self.0.db.read_one(scope, move |tx| store::job(tx, id)).await?;
        let seen =
            |job: &Job| scope.may(Permission::UserManage) || scope.user() == Some(job.person);
        job.filter(seen).ok_or(Error::JobUnknown)
    }

    /// The archive of an export. That it was fetched stands in the log. What people asked for of themselves, they alone
    /// fetch.
    ///
    /// # Errors
    /// As [`Privacy::job`]; [`Error::NotReady`], [`Error::Files`].
    pub async fn archive(&self, scope: &Scope, id: Uuid) -> Result<Fetched> {
        let job = self.job(scope, id).await?;
        if job.is_own() && scope.user() != Some(job.person) {
            return Err(Error::JobUnknown);
        }
        let now = self.0.clock.now();
        let file = job.file.filter(|_| job.ends_at > now);
        let file = match (file, job.state) {
            (Some(file), _) => file,
            (None, JobState::Waiting) => return Err(Error::NotReady),
            (None, _) => return Err(Error::JobUnknown),
        };
        let bytes = self.0.files.read(scope.tenant(), file, 0).await.map_err(Error::Files)?;
        let size = u64::try_from(job.size).unwrap_or_default();
        let write = move |tx: &Tx<'_>| audit(tx, &told("privacy.download", &job, now));
        self.0.db.write(scope, write).await?;
        Ok(Fetched { bytes, size })
    }

    /// Whether the caller may see to a person's data, and that there is the person.
    async fn may(&self, scope: &Scope, person: UserId) -> Result<()> {
        scope.require(Permission::ProfileRead)?;
        if scope.user() == Some(person) {
            return Ok(());
        }
        scope.require(Permission::UserManage)?;
        match self.0.identity.user(scope, person).await {
            Ok(_) => Ok(()),
            Err(identity::Error::Unknown(_)) => Err(Error::PersonUnknown),
            Err(error) => Err(error.into()),
        }
    }
}

fn add(all: &mut [Kept], set: DataSet, count: i64) {
    if let Some(own) = all.iter_mut().find(|one| one.set == set) {
        own.count = own.count.saturating_add(count);
    }
}

/// The period of each kind, in order.
fn periods(tx: &Tx<'_>) -> db::Result<Vec<Option<i64>>> {
    let kept = store::periods(tx)?;
    Ok(DataSet::ALL.into_iter().map(|set| period(&kept, set)).collect())
}

/// For how many days a kind stays: as it was set, else as the kind says.
pub(crate) fn period(kept: &[(String, i64)], set: DataSet) -> Option<i64> {
    let own = kept.iter().find(|(name, _)| name == set.as_str()).map(|(_, days)| *days);
    set.days().map(|usual| own.unwrap_or(usual))
}

pub(crate) fn preview(tx: &Tx<'_>, person: UserId) -> db::Result<Preview> {
    let mut all = Preview::default();
    for table in TABLES.iter() {
        let count = store::count(tx, table, person)?;
        if count == 0 {
            continue;
        }
        if let Fate::Stays(reason) = table.fate {
            let own =
                all.stays.iter_mut().find(|(set, why, _)| *set == table.set && *why == reason);
            match own {
                Some((_, _, known)) => *known += count,
                None => all.stays.push((table.set, reason, count)),
            }
        } else {
            let unnamed = store::unnamed(tx, table, person)?;
            more(&mut all.goes, table.set, count - unnamed);
            more(&mut all.unnamed, table.set, unnamed);
        }
    }
    Ok(all)
}

fn more(all: &mut Vec<(DataSet, i64)>, of: DataSet, count: i64) {
    match all.iter_mut().find(|(set, _)| *set == of) {
        Some((_, known)) => *known += count,
        None if count > 0 => all.push((of, count)),
        None => {}
    }
}

/// What the log says of a job.
pub(crate) fn told(action: &'static str, job: &Job, at: Timestamp) -> Change {
    let after = json!({ "job": job.id, "state": job.state.as_str(), "counts": job.counts });
    Change {
        action,
        subject: Subject::new("user", job.person),
        before: None,
        after: Some(after),
        at,
    }
}

/// How long an archive is kept (our own choice).
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The longest period (our own choice: ten years).
const MAX_DAYS: i64 = 3_650;
/// The largest archive (our own choice: what every reader of ZIP files takes).
pub(crate) const MAX_ARCHIVE: u64 = 2 << 30;

/// Whether a kind of data may stay for so many days; some have no period of their own.
fn is_possible(set: DataSet, days: i64) -> bool {
    set.days().is_some() && (0..=MAX_DAYS).contains(&days)
}

fn impossible(pointer: String) -> FieldError {
    let detail = "0 to 3,650 days, for a kind of data whose period is set here";
    FieldError::new(pointer, "privacy.days", detail)
}

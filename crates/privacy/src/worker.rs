//! What goes on in the background: exports and removals are done, data whose time is over goes.

use std::time::Duration;

use bytes::Bytes;
use db::Tx;
use event_log::audit;
use file_store::Sha256;
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    DataSet, Error, Fate, Job, JobKind, JobState, Privacy, Result, TABLES, archive,
    keeper::code,
    service::{MAX_ARCHIVE, period, preview, told},
    store,
};

impl Privacy {
    /// Works until `stop` is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut turn = tokio::time::interval(TURN);
        let mut swept = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = turn.tick() => {}
            }
            if let Err(error) = self.work().await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "exports and removals of people's data failed");
            }
            let now = self.0.clock.now();
            if swept.is_none_or(|at: Timestamp| now.duration_since(at) >= SWEEP) {
                swept = Some(now);
                if let Err(error) = self.sweep().await {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the sweep of people's data failed");
                }
            }
        }
    }

    /// Does what waits, in every tenant.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn work(&self) -> Result<()> {
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            for job in self.0.db.read_one(&scope, store::waiting).await? {
                let done = match job.kind {
                    JobKind::Export => self.give_out(&scope, &job).await,
                    JobKind::Forget => self.take_away(&scope, &job).await,
                };
                if let Err(error) = done {
                    tracing::warn!(%error, privacy.job = %job.id, "an export or a removal failed");
                    let tries = job.tries + 1;
                    let state =
                        if tries >= MAX_TRIES { JobState::Failed } else { JobState::Waiting };
                    self.ended(&scope, Job { state, tries, ..job }).await?;
                }
            }
        }
        Ok(())
    }

    async fn give_out(&self, scope: &Scope, job: &Job) -> Result<()> {
        let mut files = vec![("README.txt".to_owned(), README.as_bytes().to_vec())];
        let mut counts = Map::new();
        let (mut size, person) = (0, job.person);
        for table in TABLES.iter() {
            let read = move |tx: &Tx<'_>| store::rows(tx, table, person, MAX_ROWS);
            let rows = self.0.db.read_one(scope, read).await?;
            if rows.is_empty() {
                continue;
            }
            let had = counts.get(table.set.as_str()).and_then(Json::as_u64).unwrap_or_default();
            let now = had + u64::try_from(rows.len()).unwrap_or_default();
            counts.insert(table.set.as_str().to_owned(), now.into());
            let bytes = if job.is_own() || !table.set.is_personal() {
                archive::pretty(&Json::Array(rows))
            } else {
                archive::pretty(&json!({ "entries": rows.len(), "left_out": LEFT_OUT }))
            };
            size += bytes.len();
            files.push((format!("{}/{}.json", table.set.as_str(), table.name), bytes));
        }
        // what rooms add are mails, meetings and what was said
        for keeper in self.0.keepers.iter().filter(|_| job.is_own()) {
            let told = keeper.files(scope, person).await;
            for file in told.map_err(|error| Error::Room { code: code(&*error) })? {
                size += file.bytes.len();
                files.push((format!("{}/{}", keeper.name(), file.name), file.bytes));
            }
        }
        if u64::try_from(size).unwrap_or(u64::MAX) > MAX_ARCHIVE {
            return Err(Error::Files(std::io::ErrorKind::FileTooLarge.into()));
        }
        let packed = tokio::task::spawn_blocking(move || archive::make(&files)).await;
        let packed = packed.map_err(std::io::Error::other).map_err(Error::Files)?;
        let packed = Bytes::from(packed.map_err(Error::Files)?);
        let mut incoming =
            self.0.files.begin(scope.tenant(), MAX_ARCHIVE).await.map_err(Error::Files)?;
        if !incoming.write(&packed).await.map_err(Error::Files)? {
            return Err(Error::Files(std::io::ErrorKind::FileTooLarge.into()));
        }
        let kept = incoming.keep().await.map_err(Error::Files)?;
        let size = i64::try_from(kept.size).unwrap_or(i64::MAX);
        let (file, counts) = (Some(kept.sha256), Json::Object(counts));
        let job = Job { state: JobState::Done, file, size, counts, ..job.clone() };
        self.ended(scope, job).await
    }

    async fn take_away(&self, scope: &Scope, job: &Job) -> Result<()> {
        let person = job.person;
        let found = self.0.db.read_one(scope, move |tx| preview(tx, person)).await?;
        for keeper in &self.0.keepers {
            let told = keeper.forget(scope, person).await;
            told.map_err(|error| Error::Room { code: code(&*error) })?;
        }
        let goes = found.goes.iter().map(|(set, count)| (set.as_str().to_owned(), json!(count)));
        let stays =
            found.stays.iter().map(|(set, _, count)| (set.as_str().to_owned(), json!(count)));
        let counts = json!({
            "gone": goes.collect::<Map<_, _>>(), "stays": stays.collect::<Map<_, _>>(),
        });
        // earlier archives hold what was just taken away
        let (clock, done) = (self.0.clock.now(), job.clone());
        let write = move |tx: &Tx<'_>| -> db::Result<Vec<Sha256>> {
            for table in TABLES.iter().filter(|table| table.fate == Fate::Goes) {
                store::forget(tx, table, person)?;
            }
            let mut files = Vec::new();
            for old in store::jobs_of(tx, person)? {
                if let Some(file) = old.file {
                    files.push(file);
                    store::put_job(tx, &Job { file: None, ..old })?;
                }
            }
            let job = Job {
                state: JobState::Done,
                counts: counts.clone(),
                ended_at: Some(clock),
                ..done.clone()
            };
            store::put_job(tx, &job)?;
            audit(tx, &told("privacy.forgotten", &job, clock))?;
            Ok(files)
        };
        for file in self.0.db.write(scope, write).await? {
            self.drop_file(scope, file).await?;
        }
        Ok(())
    }

    async fn ended(&self, scope: &Scope, job: Job) -> Result<()> {
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let over = job.state != JobState::Waiting;
            let job = Job { ended_at: over.then_some(now), ..job.clone() };
            store::put_job(tx, &job)?;
            if over {
                let action = match job.kind {
                    JobKind::Export => "privacy.exported",
                    JobKind::Forget => "privacy.forgotten",
                };
                audit(tx, &told(action, &job, now))?;
            }
            Ok(())
        };
        Ok(self.0.db.write(scope, write).await?)
    }

    /// Removes what is older than its period, in every tenant, and archives whose time is over.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Files`], [`Error::Room`].
    pub async fn sweep(&self) -> Result<()> {
        let now = self.0.clock.now();
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            let periods = self.0.db.read_one(&scope, store::periods).await?;
            for set in DataSet::ALL {
                let days = period(&periods, set).filter(|days| *days > 0);
                let Some(days) = days else { continue };
                let before = now - SignedDuration::from_hours(24 * days);
                self.sweep_set(&scope, set, before).await?;
            }
            for old in self.0.db.read_one(&scope, move |tx| store::over(tx, now)).await? {
                let Some(file) = old.file else { continue };
                let write =
                    move |tx: &Tx<'_>| store::put_job(tx, &Job { file: None, ..old.clone() });
                self.0.db.write(&scope, write).await?;
                self.drop_file(&scope, file).await?;
            }
        }
        Ok(())
    }

    async fn sweep_set(&self, scope: &Scope, set: DataSet, before: Timestamp) -> Result<()> {
        for keeper in &self.0.keepers {
            let told = keeper.sweep(scope, set, before).await;
            told.map_err(|error| Error::Room { code: code(&*error) })?;
        }
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let mut gone = 0;
            for table in TABLES.iter().filter(|table| table.set == set && table.fate == Fate::Goes)
            {
                if let Some(at) = table.at {
                    gone += store::sweep(tx, (table, at), before)?;
                }
            }
            if gone > 0 {
                let change = event_log::Change {
                    action: "privacy.swept",
                    subject: event_log::Subject::new("tenant", tx.tenant()),
                    before: None,
                    after: Some(json!({ "set": set.as_str(), "count": gone })),
                    at: now,
                };
                audit(tx, &change)?;
            }
            Ok(())
        };
        Ok(self.0.db.write(scope, write).await?)
    }

    async fn drop_file(&self, scope: &Scope, file: Sha256) -> Result<()> {
        let _alone = self.0.files.pause().await;
        if !self.0.db.read_one(scope, move |tx| store::has_file(tx, file)).await? {
            self.0.files.remove(scope.tenant(), file).await.map_err(Error::Files)?;
        }
        Ok(())
    }
}

const JOB: &str = "privacy";
/// How often the room looks for work, and how often it sweeps.
const TURN: Duration = Duration::from_secs(5);
const SWEEP: SignedDuration = SignedDuration::from_hours(1);
/// How often a job is tried.
const MAX_TRIES: i64 = 3;
/// Rows of one table in an export (our own choice).
const MAX_ROWS: i64 = 200_000;
/// What opens the archive.
/// What stands in place of what people wrote or said, in an archive that somebody else asked for.
const LEFT_OUT: &str =
    "what people write and say among themselves is given to them alone, under Profile, My data";
const README: &str = "What this hub stores of a person: a folder for each kind of data, a JSON file for each table.\r\n\
    Times are in UTC. Passwords, keys and their digests are left out.\r\n\
    Mails, meetings, messages and private notes are in an archive that people ask for themselves, and in no other.\r\n\
    What a CRM holds is not here: ask whoever runs the CRM.\r\n";

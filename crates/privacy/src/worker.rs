//! What goes on in the background: exports and removals are done, data whose time is over goes.

use std::time::Duration;

use db::Tx;
use event_log::audit;
use file_store::Sha256;
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Archive, DataSet, Error, Fate, Job, JobKind, JobState, Privacy, Result, TABLES, Table, archive,
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
        let mut done = Ok(());
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(Box::pin(self.work_of(&scope)).await);
        }
        done
    }

    async fn work_of(&self, scope: &Scope) -> Result<()> {
        for job in self.0.db.read_one(scope, store::waiting).await? {
            let done = match job.kind {
                JobKind::Export => Box::pin(self.give_out(scope, &job)).await,
                JobKind::Forget => self.take_away(scope, &job).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, privacy.job = %job.id, "an export or a removal failed");
                let tries = job.tries + 1;
                let state = if tries >= MAX_TRIES { JobState::Failed } else { JobState::Waiting };
                self.ended(scope, Job { state, tries, ..job }).await?;
            }
        }
        Ok(())
    }

    async fn give_out(&self, scope: &Scope, job: &Job) -> Result<()> {
        let incoming = self.0.files.begin(scope.tenant(), MAX_ARCHIVE).await;
        let mut archive = Archive::new(incoming.map_err(Error::Files)?);
        archive.begin("README.txt").await?;
        archive.write(README.as_bytes()).await?;
        let mut counts = Map::new();
        for table in TABLES.iter() {
            archive.enter(table.set.as_str());
            let rows = self.add_table(scope, job, (table, &mut archive)).await?;
            if rows > 0 {
                let had = counts.get(table.set.as_str()).and_then(Json::as_i64).unwrap_or_default();
                counts.insert(table.set.as_str().to_owned(), (had + rows).into());
            }
        }
        // what rooms add are mails, meetings and what was said
        for keeper in self.0.keepers.iter().filter(|_| job.is_own()) {
            archive.enter(keeper.name());
            let told = keeper.files(scope, job.person, &mut archive).await;
            told.map_err(|error| Error::Room { code: code(&*error) })?;
        }
        let kept = archive.keep().await?;
        let size = i64::try_from(kept.size).unwrap_or(i64::MAX);
        let (file, counts) = (Some(kept.sha256), Json::Object(counts));
        let job = Job { state: JobState::Done, file, size, counts, ..job.clone() };
        self.ended(scope, job).await
    }

    /// Adds the rows of a table, page by page; how many there are.
    async fn add_table(
        &self,
        scope: &Scope,
        job: &Job,
        (table, archive): (&'static Table, &mut Archive),
    ) -> Result<i64> {
        let person = job.person;
        let count = move |tx: &Tx<'_>| store::count(tx, table, person);
        let count = self.0.db.read_one(scope, count).await?;
        if count == 0 {
            return Ok(0);
        }
        archive.begin(&format!("{}.json", table.name)).await?;
        if table.set.is_personal() && !job.is_own() {
            let told = json!({ "entries": count, "left_out": LEFT_OUT });
            archive.write(&archive::pretty(&told)).await?;
            return Ok(count);
        }
        let (mut done, mut page, mut after) = (0, FIRST_PAGE, Vec::new());
        loop {
            let read = move |tx: &Tx<'_>| store::rows(tx, table, person, (&after, page));
            let (rows, last) = self.0.db.read_one(scope, read).await?;
            after = last;
            let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let mut bytes = 0;
            for row in rows {
                bytes += archive.item(&row).await?;
            }
            done += found;
            if found < page {
                archive.end_list().await?;
                return Ok(done);
            }
            page = next_page(page, bytes);
        }
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
        let unnamed =
            found.unnamed.iter().map(|(set, count)| (set.as_str().to_owned(), json!(count)));
        let counts = json!({
            "gone": goes.collect::<Map<_, _>>(),
            "unnamed": unnamed.collect::<Map<_, _>>(),
            "stays": stays.collect::<Map<_, _>>(),
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
        let mut done = Ok(());
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(&scope, now).await);
        }
        done
    }

    async fn sweep_of(&self, scope: &Scope, now: Timestamp) -> Result<()> {
        let periods = self.0.db.read_one(scope, store::periods).await?;
        for set in DataSet::ALL {
            let days = period(&periods, set).filter(|days| *days > 0);
            let Some(days) = days else { continue };
            let before = now - SignedDuration::from_hours(24 * days);
            self.sweep_set(scope, set, before).await?;
        }
        for old in self.0.db.read_one(scope, move |tx| store::over(tx, now)).await? {
            let Some(file) = old.file else { continue };
            let write = move |tx: &Tx<'_>| store::put_job(tx, &Job { file: None, ..old.clone() });
            self.0.db.write(scope, write).await?;
            self.drop_file(scope, file).await?;
        }
        Ok(())
    }

    async fn sweep_set(&self, scope: &Scope, set: DataSet, before: Timestamp) -> Result<()> {
        let mut taken = 0;
        for keeper in &self.0.keepers {
            let told = keeper.sweep(scope, set, before).await;
            taken += told.map_err(|error| Error::Room { code: code(&*error) })?;
        }
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let mut gone = taken;
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
/// Rows that are read at once to begin with, at most, and the bytes that so many should have.
const FIRST_PAGE: i64 = 8;
const MAX_PAGE: i64 = 4_096;
const PAGE_BYTES: usize = 512 << 10;

/// How many rows are read next, after a page of so many with so many bytes: wide rows come few at a time.
const fn next_page(page: i64, bytes: usize) -> i64 {
    if bytes > PAGE_BYTES && page > 1 {
        page / 2
    } else if bytes < PAGE_BYTES / 4 && page < MAX_PAGE {
        page * 2
    } else {
        page
    }
}

/// What stands in place of what people wrote or said, in an archive that somebody else asked for.
const LEFT_OUT: &str =
    "what people write and say among themselves is given to them alone, under Profile, My data";
/// What opens the archive.
const README: &str = "What this hub stores of a person: a folder for each kind of data, a JSON file for each table.\r\n\
    Times are in UTC. Passwords, keys and their digests are left out.\r\n\
    Mails, meetings, messages and private notes are in an archive that people ask for themselves, and in no other.\r\n\
    What a CRM holds is not here: ask whoever runs the CRM.\r\n";

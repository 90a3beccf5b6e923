//! What environments hold: bytes of tables, files and history, measured now and then.
//!
//! The platform tells database, file and log storage apart; so do we, with the tables and their indexes as the first,
//! what is uploaded as the second and the history of rows with the memory of deletions as the third. Nothing is
//! measured while somebody waits: the sweep does it, and only where something was written since.

use jiff::{Timestamp, civil::Date};
use kernel::{EnvironmentId, Permission, Scope};
use record_tables::{copy, ddl, definitions, index, names, registry};

use crate::{Environments, Error, Result, store};

/// What an environment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacity {
    /// Tables with their indexes.
    pub database_bytes: i64,
    /// What was uploaded.
    pub file_bytes: i64,
    /// The history of rows, and what is remembered of deletions.
    pub log_bytes: i64,
    /// The largest tables.
    pub tables: Vec<(String, i64)>,
    /// When it was measured.
    pub measured_at: Timestamp,
}

impl Capacity {
    /// Everything together.
    pub const fn bytes(&self) -> i64 {
        self.database_bytes + self.file_bytes + self.log_bytes
    }
}

/// What an environment held on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day (UTC).
    pub day: Date,
    /// Tables with their indexes.
    pub database_bytes: i64,
    /// What was uploaded.
    pub file_bytes: i64,
    /// The history of rows.
    pub log_bytes: i64,
}

impl Day {
    /// Everything together.
    pub const fn bytes(&self) -> i64 {
        self.database_bytes + self.file_bytes + self.log_bytes
    }
}

/// What all environments of a tenant hold together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Tables with their indexes.
    pub database_bytes: i64,
    /// What was uploaded.
    pub file_bytes: i64,
    /// The history of rows.
    pub log_bytes: i64,
    /// Environments that were measured.
    pub environments: i64,
}

impl Total {
    /// Everything together.
    pub const fn bytes(&self) -> i64 {
        self.database_bytes + self.file_bytes + self.log_bytes
    }

    pub(crate) const fn add(&mut self, one: &Capacity) {
        self.database_bytes += one.database_bytes;
        self.file_bytes += one.file_bytes;
        self.log_bytes += one.log_bytes;
        self.environments += 1;
    }
}

impl Environments {
    /// What an environment held when it was measured last; nothing when it never was.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn capacity(&self, scope: &Scope, id: EnvironmentId) -> Result<Option<Capacity>> {
        scope.require(Permission::EnvironmentManage)?;
        self.identity.environment(scope, id).await?;
        let found = self.db.read_one(scope, move |tx| store::capacity(tx, id)).await?;
        Ok(found.map(|(held, _, _)| held))
    }

    /// What an environment held on its last days, the oldest first.
    ///
    /// # Errors
    /// As [`Environments::capacity`].
    pub async fn trend(&self, scope: &Scope, id: EnvironmentId) -> Result<Vec<Day>> {
        scope.require(Permission::EnvironmentManage)?;
        self.identity.environment(scope, id).await?;
        Ok(self.db.read_one(scope, move |tx| store::days(tx, id, TREND)).await?)
    }

    /// Measures what an environment holds.
    ///
    /// # Errors
    /// As [`Environments::capacity`].
    pub async fn measure(&self, scope: &Scope, id: EnvironmentId) -> Result<Capacity> {
        scope.require(Permission::EnvironmentManage)?;
        self.identity.environment(scope, id).await?;
        self.measured(scope, id).await
    }

    pub(crate) async fn measured(&self, scope: &Scope, id: EnvironmentId) -> Result<Capacity> {
        let now = self.clock.now();
        let known = self
            .db
            .read(scope, move |tx| {
                let Some(registered) = registry::lookup(tx, id)? else { return Ok(None) };
                Ok::<_, Error>(Some((definitions::model(tx, &registered)?, registered)))
            })
            .await?;
        let mut held = Capacity {
            database_bytes: 0,
            file_bytes: 0,
            log_bytes: 0,
            tables: Vec::new(),
            measured_at: now,
        };
        let mut position = 0;
        if let Some((model, registered)) = known {
            let number = registered.number;
            position = registered.position;
            for table in copy::tables(&model) {
                let bytes = self.size(scope, names::table(number, &table.logical)).await?;
                held.database_bytes += bytes;
                held.tables.push((table.logical.clone(), bytes));
            }
            for side in ddl::SIDES {
                let bytes = self.size(scope, names::side(number, side)).await?;
                match side {
                    "chunks" | "files" => held.file_bytes += bytes,
                    "history" | "tombstones" => held.log_bytes += bytes,
                    _ => held.database_bytes += bytes,
                }
            }
            for name in index::TABLES {
                held.database_bytes += self.size(scope, index::name(number, name)).await?;
            }
        }
        kernel::sort_by(&mut held.tables, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        held.tables.truncate(LARGEST);
        let kept = held.clone();
        let keep =
            move |tx: &db::Tx<'_>| store::keep_capacity(tx, id, (day_of(now), position), &kept);
        self.db.write(scope, keep).await?;
        Ok(held)
    }

    /// The bytes of one table; one statement each, so that no read holds a reader for long.
    async fn size(&self, scope: &Scope, table: String) -> Result<i64> {
        let size = move |tx: &db::Tx<'_>| {
            let dialect = tx.dialect();
            let name = ddl::size_name(dialect, &table);
            let row = tx.first(ddl::size(dialect), &[name.as_str().into()])?;
            let bytes = row.map(|row| row.get::<Option<i64>>(0)).transpose()?;
            Ok::<_, db::Error>(bytes.flatten().unwrap_or_default())
        };
        Ok(self.db.read_one(scope, size).await?)
    }
}

/// The days since the first one of the clock.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(24 * 3600)
}

pub(crate) fn date(day: i64) -> Date {
    let at = Timestamp::from_second(day.saturating_mul(24 * 3600)).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Tables that are told by name; our own choice.
const LARGEST: usize = 10;
/// Days that a trend shows; our own choice.
const TREND: i64 = 30;

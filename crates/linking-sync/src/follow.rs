//! What hears of changes: inside their transaction, where nothing may be lost, and behind them.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

use db::Tx;
use kernel::{Clock, EnvironmentId, Scope, TenantId};
use linking::{LinkId, keeping};
use records::{Access, AccessChange, Plugin, RowChange};
use tables::Value;
use uuid::Uuid;

use crate::{
    Error, LinkingSync, Result,
    notes::change,
    store::{self, notes},
};

/// Changes that one question gives.
const MOST: u32 = 500;

/// Hears of every change in its transaction.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) noted: Arc<RwLock<HashSet<TenantId>>>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Changes of one record that wait for their note.
    pub(crate) most: u32,
}

impl Watch {
    fn is_noted(&self, tenant: Option<TenantId>) -> bool {
        let noted = self.noted.read().unwrap_or_else(PoisonError::into_inner);
        tenant.map_or(!noted.is_empty(), |tenant| noted.contains(&tenant))
    }

    fn tell(
        &self,
        tx: &Tx<'_>,
        change: &RowChange<'_>,
        (record, added): (Uuid, bool),
    ) -> records::Result<()> {
        for kept in notes::of_record(tx, change.environment, record)? {
            let told = if added {
                change::of_added(&kept.rules, change)
            } else if kept.table == change.table.logical {
                change::of_record(&kept.rules, change)
            } else {
                None
            };
            let Some(told) = told else { continue };
            // a run that is repeated is written with the time of its last attempt
            let now = self.clock.now();
            notes::append(tx, kept.link, (&told, self.most), (now, kept.rules.due(now)))?;
        }
        Ok(())
    }
}

impl Plugin for Watch {
    fn concerns(&self, _table: &str) -> bool {
        self.is_noted(None)
    }

    fn after(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> records::Result<()> {
        if !self.is_noted(Some(tx.tenant())) {
            return Ok(());
        }
        if change.before.is_some() {
            return self.tell(tx, change, (change.id, false));
        }
        // what is added to a record says so in one of these
        for column in ["regardingobjectid", "objectid"] {
            if let Some(Value::Row(row)) = change.is(column) {
                self.tell(tx, change, (row.id, true))?;
            }
        }
        Ok(())
    }

    fn access(&self, tx: &Tx<'_>, change: &AccessChange<'_>) -> records::Result<()> {
        match change.what {
            Access::Shared { table, row, .. } => {
                let links = keeping::by_record(tx, change.environment, table, row)?;
                let links: Vec<LinkId> = links.iter().map(|link| link.id).collect();
                store::mark(tx, &links)?;
            }
            Access::Team { team, .. } => store::mark_team(tx, team)?,
            Access::Role { holder } => {
                store::mark_person(tx, holder)?;
                store::mark_team(tx, holder)?;
            }
        }
        Ok(())
    }
}

impl LinkingSync {
    /// Finds the links of rows that changed, without looking at them yet; for tests and measures.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Records`], [`Error::Store`].
    pub async fn follow_now(&self, scope: &Scope) -> Result<()> {
        scope.require(kernel::Permission::System)?;
        self.follow(scope).await
    }

    /// Follows what was written in every environment with links: marks the links of rows that changed.
    pub(crate) async fn follow(&self, root: &Scope) -> Result<()> {
        let followed = self.parts.db.read_one(root, store::followed).await?;
        for (environment, tables, position) in followed {
            match self.follow_one(root, environment, (&tables, position)).await {
                Ok(()) => {}
                Err(Error::Records(records::Error::NoEnvironment { .. })) => {
                    // one that can still be brought back keeps its links
                    if self.is_gone(root, environment).await? {
                        self.left(root, environment).await?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn follow_one(
        &self,
        root: &Scope,
        environment: EnvironmentId,
        (tables, position): (&[String], Option<i64>),
    ) -> Result<()> {
        let names: Vec<&str> = tables.iter().map(String::as_str).collect();
        let mut from = position;
        loop {
            // who begins follows from now on: its links are looked at anyhow
            let after = from.unwrap_or(i64::MAX - 1);
            let feed = self.parts.records.feed(root, environment, (&names, after, MOST)).await?;
            if from == Some(feed.position) {
                return Ok(());
            }
            let to = feed.position;
            let was_reset = from.is_some_and(|from| to < from);
            let changes = feed.changes;
            let write = move |tx: &Tx<'_>| -> db::Result<bool> {
                if !store::advance(tx, environment, (from, to))? {
                    return Ok(false);
                }
                let mut links = Vec::new();
                for change in &changes {
                    let found = keeping::by_record(tx, environment, &change.table, change.id)?;
                    links.extend(found.iter().map(|link| link.id));
                }
                store::mark(tx, &links)?;
                Ok(true)
            };
            if !self.parts.db.write(root, write).await? {
                return Ok(());
            }
            if was_reset {
                // another content with a counter of its own: every link is looked at
                let now = self.now();
                self.parts.db.write(root, move |tx: &Tx<'_>| store::begin_walk(tx, now)).await?;
            }
            from = Some(to);
            if !feed.more {
                return Ok(());
            }
        }
    }
}

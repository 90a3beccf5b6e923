//! What the engine knows of how many rows there are, where it does not count by itself.

use std::{sync::PoisonError, time::Duration};

use db::{Dialect, Tx};
use kernel::Scope;
use record_tables::{
    ddl, definitions, names,
    registry::{self, Registered},
};
use tokio::time::Instant;

use crate::{Records, Result};

impl Records {
    /// Has SQLite count the tables of an environment that were written to much since the last time, looking at a part of
    /// each index only, as its connections are set. What there is no time for is left for the next round.
    pub(crate) async fn count_anew(
        &self,
        root: &Scope,
        registered: &Registered,
        until: Instant,
    ) -> Result<()> {
        let (id, number) = (registered.environment, registered.number);
        for (table, position) in self.grown_tables(root, registered).await? {
            if Instant::now() >= until {
                return Ok(());
            }
            let all = ddl::analyse(number, &table);
            let count =
                move |tx: &Tx<'_>| all.iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop));
            self.0.db.append(root, id.uuid(), count).await?;
            let mut counted = self.0.counted.lock().unwrap_or_else(PoisonError::into_inner);
            counted.insert((number, table), position);
        }
        Ok(())
    }

    /// The tables of which many rows were written since they were counted, with the number that this reaches to.
    async fn grown_tables(
        &self,
        root: &Scope,
        registered: &Registered,
    ) -> Result<Vec<(String, i64)>> {
        let (held, number) = (registered.clone(), registered.number);
        let counted: Vec<(String, i64)> = {
            let all = self.0.counted.lock().unwrap_or_else(PoisonError::into_inner);
            let here = all.iter().filter(|((of, _), _)| *of == number);
            here.map(|((_, table), position)| (table.clone(), *position)).collect()
        };
        let grown = move |tx: &Tx<'_>| -> Result<Vec<(String, i64)>> {
            let mut grown = Vec::new();
            if tx.dialect() != Dialect::Sqlite {
                return Ok(grown);
            }
            let Some(now) = registry::lookup(tx, held.environment)? else { return Ok(grown) };
            if now.number != number {
                return Ok(grown);
            }
            for table in definitions::model(tx, &now)?.tables() {
                let name = &table.logical;
                // only these are in the order of their writes
                if !table.change_tracking || table.is_union() || table.intersect {
                    continue;
                }
                let since =
                    counted.iter().find(|(known, _)| known == name).map_or(0, |(_, at)| *at);
                let sql = format!(
                    "SELECT 1 FROM {} WHERE \"versionnumber\" > $1 \
                     ORDER BY \"versionnumber\" LIMIT 1 OFFSET {}",
                    names::table(number, name),
                    ROWS - 1
                );
                if now.position > since && tx.first(&sql, &[since.into()])?.is_some() {
                    grown.push((name.clone(), now.position));
                }
            }
            Ok(grown)
        };
        self.0.db.read(root, grown).await
    }
}

/// For the tables of all environments, once an hour.
pub(crate) const BUDGET: Duration = Duration::from_secs(5);
/// Rows that are worth counting anew.
const ROWS: u32 = 1000;

//! What has changed in an environment, for services that follow it: every change of some tables behind a number.
//!
//! A follower keeps the number with what it makes of the changes, in one transaction of its own: then nothing is lost
//! and nothing is done twice, whatever crashes. A row that changed several times is told once, as its last version.

use db::Tx;
use kernel::{Actor, EnvironmentId, Permission, Scope};
use record_tables::{names, registry};
use tables::{ColumnKind, Table};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Error, Records, Result};

/// The changes behind a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// The changes, in their order.
    pub changes: Vec<FeedChange>,
    /// The number to go on from.
    pub position: i64,
    /// Whether there are more already.
    pub more: bool,
}

/// A row that was made, changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedChange {
    /// The logical name of its table.
    pub table: String,
    /// The row.
    pub id: Uuid,
    /// The number of its last change.
    pub position: i64,
    /// What became of it.
    pub now: Now,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// It is there, with this owner where rows have owners: a user or a team.
    There {
        /// The owner.
        owner: Option<Uuid>,
    },
    /// It was deleted.
    Gone,
}

impl Records {
    /// What has changed in these tables behind `after`: about `most` changes. Only for the product's own work: it
    /// asks for no rights on rows. Tables whose changes are not tracked, or that are not there, tell nothing.
    ///
    /// Who begins asks with 0 and is told of every row that there is. A deletion is told as long as deletions are
    /// remembered ([`crate::Settings::tombstone_days`]).
    ///
    /// # Errors
    /// [`Error::NoEnvironment`], also for a caller who is a person; [`Error::Store`].
    pub async fn feed(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        (tables, after, most): (&[&str], i64, u32),
    ) -> Result<Feed> {
        scope.require(Permission::RecordRead)?;
        if !matches!(scope.actor(), Actor::System { .. }) {
            return Err(Error::NoEnvironment { name: environment.to_string() });
        }
        let snapshot = self.snapshot(scope, environment).await?;
        let tables: Vec<_> =
            tables.iter().filter_map(|name| snapshot.model.table(name)).cloned().collect();
        let read = move |tx: &Tx<'_>| -> Result<Feed> {
            // the head first: every number up to it is committed
            let head = registry::lookup(tx, environment)?.map_or(after, |now| now.position);
            let number = snapshot.number();
            let tracked = tables.iter().filter(|table| table.change_tracking && !table.is_union());
            let (mut until, mut more) = (head, false);
            for table in tracked.clone() {
                for source in [rows_of(number, table), tombstones_of(number, table)] {
                    let sql = format!(
                        "SELECT MAX(x.p), COUNT(*) FROM (SELECT {} AS p {} AND {} > $1 AND {} <= $2 \
                         ORDER BY 1 LIMIT {most}) AS x",
                        source.position, source.from, source.position, source.position
                    );
                    let Some(row) = tx.first(&sql, &[after.into(), head.into()])? else { continue };
                    let (last, count) = (row.get::<Option<i64>>(0)?, row.get::<i64>(1)?);
                    if let Some(last) = last.filter(|last| count >= most.into() && *last < until) {
                        (until, more) = (last, true);
                    }
                }
            }
            let mut feed = Feed { changes: Vec::new(), position: until, more };
            for table in tracked {
                for source in [rows_of(number, table), tombstones_of(number, table)] {
                    let sql = format!(
                        "SELECT {}, {}, {} {} AND {} > $1 AND {} <= $2",
                        source.key,
                        source.position,
                        source.owner.as_deref().unwrap_or("NULL"),
                        source.from,
                        source.position,
                        source.position
                    );
                    for row in tx.all(&sql, &[after.into(), until.into()])? {
                        let now = match &source.owner {
                            _ if source.gone => Now::Gone,
                            Some(_) => Now::There { owner: row.get(2)? },
                            None => Now::There { owner: None },
                        };
                        let table = table.logical.clone();
                        let (id, position) = (row.get(0)?, row.get(1)?);
                        feed.changes.push(FeedChange { table, id, position, now });
                    }
                }
            }
            kernel::sort_by_key(&mut feed.changes, |change| change.position);
            Ok(feed)
        };
        self.0.db.read(scope, read).await
    }

    /// Changes whenever rows were written on this node, so that a follower need not ask in vain. What other nodes
    /// write is found by asking now and then.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.0.touched.watch()
    }
}

/// Where changes of a table are found.
struct Source {
    key: String,
    position: String,
    owner: Option<String>,
    from: String,
    gone: bool,
}

fn rows_of(number: i64, table: &Table) -> Source {
    let owner = table.columns().iter().find(|column| matches!(column.kind, ColumnKind::Owner));
    Source {
        key: names::column(&table.primary_id),
        position: names::column("versionnumber"),
        owner: owner.map(|column| names::column(&column.logical)),
        from: format!("FROM {} WHERE TRUE", names::table(number, &table.logical)),
        gone: false,
    }
}

fn tombstones_of(number: i64, table: &Table) -> Source {
    Source {
        key: "row_id".to_owned(),
        position: "position".to_owned(),
        owner: None,
        from: format!(
            "FROM {} WHERE table_code = {}",
            names::side(number, "tombstones"),
            table.code
        ),
        gone: true,
    }
}

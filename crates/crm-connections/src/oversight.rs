//! Who is connected to what, for administrators.

use connectors::policy::Ground;
use kernel::{Cursor, EnvironmentId, FieldError, Limit, Page, Scope};
use uuid::Uuid;

use crate::{
    Connection, CrmConnections, CrmSystem, Error, Result, State, service::may_manage, store,
};

/// A data policy that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Its name; for administrators.
    pub policy: String,
    /// Which kind of rule.
    pub ground: Ground,
    /// Where it applies.
    pub environment: EnvironmentId,
}

/// A CRM with how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The CRM.
    pub system: CrmSystem,
    /// How many are connected.
    pub connected: i64,
    /// How many lost their connection, or had it taken out of use.
    pub ailing: i64,
    /// The data policy that blocks it.
    pub blocked: Option<Blocked>,
}

impl CrmConnections {
    /// The CRMs with how they are used and what blocks them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn held(&self, scope: &Scope) -> Result<Vec<Held>> {
        let systems = self.systems(scope).await?;
        let counts = self.0.db.read_one(scope, store::counts).await?;
        let mut all = Vec::with_capacity(systems.len());
        for system in systems {
            let of = |connected: bool| {
                let own = counts.iter().filter(|(id, state, _)| {
                    *id == system.id && (*state == State::Connected) == connected
                });
                own.map(|(_, _, count)| count).sum()
            };
            let (connected, ailing) = (of(true), of(false));
            let blocked = self.blocked(scope, &system).await?;
            all.push(Held { system, connected, ailing, blocked });
        }
        Ok(all)
    }

    /// Connections of everybody, to one CRM or to all, the newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] for a cursor of another list, [`Error::Store`].
    pub async fn connections(
        &self,
        scope: &Scope,
        system: Option<Uuid>,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Connection>> {
        may_manage(scope)?;
        let odd = |_source| {
            let detail = "the list did not give this cursor";
            Error::Invalid { fields: vec![FieldError::new("/after", "cursor.invalid", detail)] }
        };
        let before: Option<Uuid> = after.map(Cursor::parse).transpose().map_err(odd)?;
        let read = move |tx: &db::Tx<'_>| store::everybody(tx, (system, before), limit.probe());
        let rows = self.0.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |row| Cursor::new(&row.id.to_string())))
    }
}

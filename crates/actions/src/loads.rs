//! When each surface last loaded each action in a form that could be used.
//!
//! A look costs next to nothing: what was noted a moment ago is not noted again, and what is noted waits in memory for
//! [`Actions::flush_loads`], which writes it down in slices.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use db::Value;
use jiff::Timestamp;
use kernel::{ActionId, Permission, Scope, TenantId};

use crate::{Actions, Result, store};

/// What loads actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Surface {
    /// The pages.
    Pages,
    /// The list of REST.
    Rest,
    /// The catalogue of tools of agents.
    Mcp,
    /// The surfaces of the sales features.
    Sales,
}

impl Surface {
    /// Every surface.
    pub const ALL: [Self; 4] = [Self::Pages, Self::Rest, Self::Mcp, Self::Sales];

    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Rest => "rest",
            Self::Mcp => "mcp",
            Self::Sales => "sales",
        }
    }

    /// A surface by its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|surface| surface.as_str() == text)
    }

    const fn index(self) -> usize {
        match self {
            Self::Pages => 0,
            Self::Rest => 1,
            Self::Mcp => 2,
            Self::Sales => 3,
        }
    }
}

/// When a surface last loaded something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Which.
    pub surface: Surface,
    /// When; nothing where it never did.
    pub at: Option<Timestamp>,
}

/// When a whole list was last noted for each surface, in microseconds; kept beside the list.
#[derive(Debug, Default)]
pub(crate) struct Noted([AtomicI64; 4]);

impl Noted {
    /// Whether this look is to be noted: the last one that was is no longer a moment ago.
    pub(crate) fn is_due(&self, surface: Surface, now: Timestamp) -> bool {
        let Some(last) = self.0.get(surface.index()) else { return false };
        let now = now.as_microsecond();
        let due = now - last.load(Ordering::Relaxed) >= MOMENT_US;
        if due {
            last.store(now, Ordering::Relaxed);
        }
        due
    }
}

/// When each surface last loaded each action, as far as that is not written down.
type Waiting = HashMap<(TenantId, ActionId), [Option<Timestamp>; 4]>;

/// What waits to be written down.
#[derive(Debug, Default)]
pub(crate) struct Loads(Mutex<Waiting>);

impl Loads {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(
        &self,
        tenant: TenantId,
        (surface, now): (Surface, Timestamp),
        actions: impl IntoIterator<Item = ActionId>,
    ) {
        let mut waiting = self.lock();
        for action in actions {
            if waiting.len() >= MAX_WAITING && !waiting.contains_key(&(tenant, action)) {
                continue;
            }
            let marks = waiting.entry((tenant, action)).or_default();
            if let Some(mark) = marks.get_mut(surface.index()) {
                *mark = Some(now);
            }
        }
    }

    fn of(&self, tenant: TenantId, action: ActionId) -> [Option<Timestamp>; 4] {
        self.lock().get(&(tenant, action)).copied().unwrap_or_default()
    }

    fn take(&self) -> Waiting {
        std::mem::take(&mut *self.lock())
    }
}

impl Actions {
    /// Notes that a surface has loaded actions that its caller may use.
    pub fn note_load(
        &self,
        scope: &Scope,
        surface: Surface,
        actions: impl IntoIterator<Item = ActionId>,
    ) {
        self.loads.note(scope.tenant(), (surface, self.clock.now()), actions);
    }

    /// When each surface last loaded an action.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NotFound`], [`crate::Error::Store`].
    pub async fn loads(&self, scope: &Scope, id: ActionId) -> Result<Vec<Load>> {
        if !scope.may(Permission::ActionManage) {
            scope.require(Permission::ConnectorManage)?;
        }
        self.action(scope, id).await?;
        let waiting = self.loads.of(scope.tenant(), id);
        let kept = self.db.read_one(scope, move |tx| store::loads(tx, id)).await?;
        let load = |surface: Surface| {
            let kept = kept.iter().find(|(known, _)| *known == surface).map(|(_, at)| *at);
            let waiting = waiting.get(surface.index()).copied().flatten();
            Load { surface, at: kept.max(waiting) }
        };
        Ok(Surface::ALL.into_iter().map(load).collect())
    }

    /// Writes down what was noted since the last time. What cannot be written is lost: it is about how fresh a list
    /// is, no more.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn flush_loads(&self) -> Result<()> {
        let mut by_tenant: HashMap<TenantId, Vec<(ActionId, Surface, Timestamp)>> = HashMap::new();
        for ((tenant, action), marks) in self.loads.take() {
            let lines = by_tenant.entry(tenant).or_default();
            for surface in Surface::ALL {
                if let Some(at) = marks.get(surface.index()).copied().flatten() {
                    lines.push((action, surface, at));
                }
            }
        }
        for (tenant, lines) in by_tenant {
            let scope = self.scopes.scope(tenant, JOB);
            for slice in lines.chunks(SLICE) {
                let slice = slice.to_vec();
                self.db
                    .write(&scope, move |tx| {
                        for line in &slice {
                            store::keep_load(tx, *line)?;
                        }
                        Ok::<_, crate::Error>(())
                    })
                    .await?;
            }
        }
        Ok(())
    }
}

impl From<Surface> for Value<'_> {
    fn from(surface: Surface) -> Self {
        surface.as_str().into()
    }
}

/// The name under which loads are written down.
const JOB: &str = "action-loads";
/// A list is noted at most once in this time; our own choice.
const MOMENT_US: i64 = 10_000_000;
/// Most actions that wait in memory; our own choice.
const MAX_WAITING: usize = 50_000;
/// Lines of one transaction.
const SLICE: usize = 200;

//! The background: one node works for a tenant at a time.

use std::{sync::Arc, time::Duration};

use db::{Notice, Tx};
use jiff::SignedDuration;
use kernel::{Scope, TenantId};
use linking::LinkId;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{LinkingSync, Result, notes::NOTED, store};

/// How long a node has a tenant for itself, at most, after its last step.
const LEASE: i64 = 120;
/// How often everything is asked for that nobody told of.
const SWEEP: Duration = Duration::from_secs(20);
/// The topic of changes of teams and channels of the hub's own workspace.
const PLACES: &str = "workspace.access";

impl LinkingSync {
    /// Works until `stop`; run once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.parts.db.listen();
        let mut written = self.parts.records.written();
        let mut next = Instant::now();
        // Once the next turn is near, writes need not wake anybody: it finds them, and there may be thousands a second.
        let mut is_near = false;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                notices = listener.next() => {
                    match notices {
                        Some(notices) => {
                            if self.heard(&notices).await {
                                next = next.min(Instant::now() + Duration::from_millis(200));
                            }
                        }
                        None => next = Instant::now(),
                    }
                    continue;
                }
                changed = written.changed(), if !is_near => {
                    if changed.is_err() {
                        break;
                    }
                    next = next.min(Instant::now() + Duration::from_millis(500));
                    is_near = true;
                    continue;
                }
                () = sleep_until(next) => {}
            }
            is_near = false;
            let more = self.turn().await;
            next = Instant::now() + if more { Duration::from_millis(20) } else { SWEEP };
        }
    }

    /// Takes in what notices tell; whether there is something to do.
    async fn heard(&self, notices: &[Notice]) -> bool {
        let mut any = false;
        for notice in notices {
            match &*notice.topic {
                linking::CHANGED => {
                    let root = self.root(notice.tenant);
                    let marked = self.mark(&root, vec![LinkId(notice.stream)]).await;
                    any |= marked.is_ok();
                }
                PLACES => {
                    self.changed_places().insert((notice.tenant, notice.stream));
                    any = true;
                }
                NOTED => self.note(notice.tenant),
                store::MARKED | linking_setup::TEAMS_TOLD => any = true,
                _ => {}
            }
        }
        any
    }

    /// One turn over all tenants; whether there is more to do at once.
    async fn turn(&self) -> bool {
        let tenants = match self.parts.scopes.tenants().await {
            Ok(tenants) => tenants,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "linking_sync.turn_failed");
                return false;
            }
        };
        let mut more = false;
        for tenant in tenants {
            match self.serve(tenant.id).await {
                Ok(again) => more |= again,
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, tenant.id = %tenant.id, "linking_sync.turn_failed");
                }
            }
        }
        more
    }

    /// Does what there is for one tenant; whether there is more at once.
    async fn serve(&self, tenant: TenantId) -> Result<bool> {
        let root = self.root(tenant);
        if self.parts.db.read_one(&root, store::notes::any).await? {
            self.note(tenant);
        }
        if !self.hold(&root).await? {
            return Ok(false);
        }
        let node = self.node;
        let done = self.step(tenant, &root).await;
        self.parts.db.write(&root, move |tx: &Tx<'_>| store::release(tx, node)).await?;
        done
    }

    /// Takes the tenant for this node, or keeps it for another while; false when another node has it.
    pub(crate) async fn hold(&self, root: &Scope) -> Result<bool> {
        let (node, now, until) = (self.node, self.now(), self.later(LEASE));
        let take = move |tx: &Tx<'_>| store::take(tx, node, (now, until));
        Ok(self.parts.db.write(root, take).await?)
    }

    async fn step(&self, tenant: TenantId, root: &Scope) -> Result<bool> {
        self.follow(root).await?;
        self.follow_crms(root).await?;
        self.look_at_places(tenant, root).await?;
        let told = self.look_at_told(root).await.unwrap_or_else(|error| {
            // a workspace elsewhere that fails holds nothing else up
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, tenant.id = %tenant, "linking_sync.told_failed");
            false
        });
        let looked = self.work(root).await?;
        if let Err(error) = self.tell_owners(root).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "linking_sync.tell_failed");
        }
        let posted = self.post_due(root).await?;
        let walk = self.parts.db.read_one(root, store::walk).await?;
        let now = self.now();
        let limits = self.limits();
        let day = SignedDuration::from_hours(limits.walk_hours.into());
        let is_time = walk.ended.is_none_or(|ended| now.duration_since(ended) >= day);
        if !walk.walking && is_time {
            let kept = SignedDuration::from_hours(i64::from(limits.kept_days) * 24);
            let before = now.checked_sub(kept).unwrap_or(now);
            let begin = move |tx: &Tx<'_>| {
                store::prune(tx, before)?;
                store::begin_walk(tx, now)
            };
            self.parts.db.write(root, begin).await?;
        }
        let walking = self.walk(root).await?;
        Ok(told || looked > 0 || posted > 0 || walking)
    }

    /// Does all that there is to do now for a tenant; for tests and for the command line.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], and whatever the work ends in.
    pub async fn drain(&self, scope: &Scope) -> Result<()> {
        scope.require(kernel::Permission::System)?;
        for _ in 0..1_000 {
            if !self.serve(scope.tenant()).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes in notices that arrived, as [`LinkingSync::run`] does; for tests.
    pub async fn hear(&self, notices: &[Notice]) {
        self.heard(notices).await;
    }
}

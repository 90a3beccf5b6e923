//! The workers that act for every tenant: the outbox and the sweep of what is old.

use std::{sync::Arc, time::Duration};

use identity::SystemScopes;
use tokio_util::sync::CancellationToken;

use crate::{Workspace, mail};

impl Workspace {
    /// Sends mail and forgets what is old, until `stop`; run once a node.
    pub async fn run_jobs(self: Arc<Self>, system: SystemScopes, stop: CancellationToken) {
        let erasing = self.erase(&system, &stop);
        tokio::join!(self.send(&system, &stop), self.forget(&system, &stop), erasing);
    }

    async fn send(&self, system: &SystemScopes, stop: &CancellationToken) {
        if self.settings.mail.relay_host.is_none() {
            return;
        }
        let mut listener = self.db.listen();
        loop {
            for tenant in tenants(system).await {
                let scope = system.scope(tenant, "mail");
                if let Err(error) = self.flush_mail(&scope).await {
                    tracing::error!(tenant.id = %tenant, error = %error, "mail could not be sent");
                }
            }
            let news = async {
                loop {
                    match listener.next().await {
                        Some(notices) if notices.iter().all(|n| n.topic != mail::MAILS_TOPIC) => {}
                        _ => return,
                    }
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = news => {}
                () = tokio::time::sleep(RETRY) => {}
            }
        }
    }

    /// What was deleted is erased soon after nobody can bring it back.
    async fn erase(&self, system: &SystemScopes, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ERASE) => {}
            }
            for tenant in tenants(system).await {
                let scope = system.scope(tenant, "retention");
                if let Err(error) = self.erase_deleted(&scope).await {
                    tracing::error!(tenant.id = %tenant, error = %error, "deleted messages could not be erased");
                }
            }
        }
    }

    async fn forget(&self, system: &SystemScopes, stop: &CancellationToken) {
        let mut wait = FIRST_SWEEP;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            wait = SWEEP;
            for tenant in tenants(system).await {
                let scope = system.scope(tenant, "retention");
                match self.sweep(&scope).await {
                    Ok(swept) => tracing::debug!(tenant.id = %tenant, ?swept, "swept"),
                    Err(error) => {
                        tracing::error!(tenant.id = %tenant, error = %error, "the sweep failed");
                    }
                }
            }
        }
    }
}

async fn tenants(system: &SystemScopes) -> Vec<kernel::TenantId> {
    match system.tenants().await {
        Ok(tenants) => tenants.into_iter().map(|tenant| tenant.id).collect(),
        Err(error) => {
            tracing::error!(error = %error, "the tenants could not be listed");
            Vec::new()
        }
    }
}

/// How often mails that wait for another attempt are looked for.
const RETRY: Duration = Duration::from_mins(1);
/// How often deleted messages are erased.
const ERASE: Duration = Duration::from_mins(1);
/// Not while the hub starts.
const FIRST_SWEEP: Duration = Duration::from_mins(5);
/// How often old things are looked for.
const SWEEP: Duration = Duration::from_hours(1);

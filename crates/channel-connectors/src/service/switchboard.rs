//! The administrator's switches, with effect at once.

use event_log::{Change, Subject};
use kernel::{Permission, Scope, TeamId};
use serde_json::Value as Json;

use super::ChannelConnectors;
use crate::{Error, Result, Switches, TeamSwitches, TenantSwitches, store};

impl ChannelConnectors {
    /// Every switch that counts for the channels of a team.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`], [`Error::Store`].
    pub async fn switches(&self, scope: &Scope, team: TeamId) -> Result<Switches> {
        scope.require(Permission::MessageRead)?;
        self.db
            .read(scope, move |tx| {
                workspace::access::team(tx, team)?;
                Ok::<_, Error>(store::switches(tx, team)?)
            })
            .await
    }

    /// The switches of the organisation.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn tenant_switches(&self, scope: &Scope) -> Result<TenantSwitches> {
        scope.require(Permission::WebhookManageAll)?;
        let nobody = uuid::Uuid::nil().into();
        Ok(self.db.read_one(scope, move |tx| store::switches(tx, nobody)).await?.tenant)
    }

    /// Sets the switches of the organisation.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn set_tenant_switches(&self, scope: &Scope, switches: TenantSwitches) -> Result<()> {
        scope.require(Permission::WebhookManageAll)?;
        let at = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let tenant = tx.tenant().uuid();
                let before = store::switches(tx, tenant.into())?.tenant;
                store::set_switches(tx, tenant, switches)?;
                store::touch(tx, None)?;
                let subject = Subject::new("connectors", tenant);
                let (before, after) = (json(&before), json(&switches));
                let action = "connectors.switch";
                event_log::audit(tx, &Change { action, subject, before, after, at })
            })
            .await?;
        self.hooks.forget_all();
        Ok(())
    }

    /// Sets the switches of a team: whether connectors work is the administrator's, who may set them up
    /// also the team owners'.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::OwnersOnly`], [`Error::Workspace`], [`Error::Store`].
    pub async fn set_team_switches(
        &self,
        scope: &Scope,
        team: TeamId,
        switches: TeamSwitches,
    ) -> Result<()> {
        scope.require(Permission::WebhookManage)?;
        let (at, all) = (self.clock.now(), scope.may(Permission::WebhookManageAll));
        self.db
            .write(scope, move |tx| {
                let access = workspace::access::team(tx, team)?;
                let before = store::switches(tx, team)?.team;
                if !all && before.connectors_enabled != switches.connectors_enabled {
                    let permission = Permission::WebhookManageAll;
                    return Err(kernel::Denied { permission }.into());
                }
                if !all && !access.rights.manage {
                    return Err(Error::OwnersOnly);
                }
                let row = TenantSwitches {
                    connectors_enabled: switches.connectors_enabled,
                    members_may_manage: switches.members_may_manage,
                    ..TenantSwitches::default()
                };
                store::set_switches(tx, team.uuid(), row)?;
                store::touch(tx, Some(team))?;
                let subject = Subject::new("team", team);
                let (before, after) = (json(&before), json(&switches));
                let action = "connectors.switch_team";
                Ok(event_log::audit(tx, &Change { action, subject, before, after, at })?)
            })
            .await?;
        self.hooks.forget_all();
        Ok(())
    }
}

fn json(switches: &impl serde::Serialize) -> Option<Json> {
    serde_json::to_value(switches).ok()
}

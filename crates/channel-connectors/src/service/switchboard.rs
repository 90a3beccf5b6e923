//! The administrator's switches, with effect at once.

use event_log::{Change, Subject};
use kernel::{Limit, Permission, Scope, TeamId};
use serde_json::Value as Json;
use workspace::{Team, TeamFilter, Workspace};

use super::ChannelConnectors;
use crate::{
    Error, Key, Result, Switches, TeamSwitches, TenantSwitches, store,
    switches::line::{self, Command},
};

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

    /// Applies a line of an administrator's shell; the team's name for one about a group, and what was
    /// set.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] at `/line`, [`Error::Workspace`], [`Error::Store`].
    pub async fn apply_line(
        &self,
        scope: &Scope,
        workspace: &Workspace,
        line: &str,
    ) -> Result<(Option<String>, Vec<(&'static str, bool)>)> {
        scope.require(Permission::WebhookManageAll)?;
        match line::read(line)? {
            Command::Organization(set) => {
                let mut switches = self.tenant_switches(scope).await?;
                for (key, value) in &set {
                    *key.of(&mut switches) = *value;
                }
                self.set_tenant_switches(scope, switches).await?;
                Ok((None, set.into_iter().map(|(key, value)| (key.as_str(), value)).collect()))
            }
            Command::Group { identity, enabled } => {
                let team = group(scope, workspace, identity.trim()).await?;
                let known = self.switches(scope, team.id).await?.team;
                let switches = TeamSwitches { connectors_enabled: enabled, ..known };
                self.set_team_switches(scope, team.id, switches).await?;
                Ok((Some(team.name), vec![(Key::Connectors.as_str(), enabled)]))
            }
        }
    }
}

/// The one team with an identifier, a name or a mail address.
async fn group(scope: &Scope, workspace: &Workspace, wanted: &str) -> Result<Team> {
    let refuse = |code, detail: &str| Err(Error::invalid("/line", code, detail.to_owned()));
    let named = |team: &Team| {
        team.id.to_string().eq_ignore_ascii_case(wanted)
            || team.name.to_lowercase() == wanted.to_lowercase()
            || workspace.mail_address(team).eq_ignore_ascii_case(wanted)
            || team.mail_name.eq_ignore_ascii_case(wanted)
    };
    let (mut found, mut after) = (Vec::new(), None);
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    loop {
        let page = workspace.teams(scope, TeamFilter::Visible, after, limit).await?;
        found.extend(page.items.into_iter().map(|access| access.team).filter(named));
        after = page.next;
        if after.is_none() || found.len() > 1 {
            break;
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(team), true) => Ok(team),
        (None, _) => refuse("switches.group_unknown", "no group has this identity"),
        (Some(_), false) => refuse(
            "switches.group_ambiguous",
            "several groups have this identity: give the identifier",
        ),
    }
}

fn json(switches: &impl serde::Serialize) -> Option<Json> {
    serde_json::to_value(switches).ok()
}

//! Who may use what, by groups.

use db::{Result, Tx};
use kernel::{GroupId, UserId};
use uuid::Uuid;

use crate::{Audience, Gate, Settings, TenantSettings, store};

/// What somebody may use or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The sales features as a whole.
    Product,
    /// Language features.
    Ai,
    /// Insights of meetings.
    MeetingInsights,
}

/// Why somebody may use something, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They may.
    Granted,
    /// It is off for everybody.
    Off,
    /// It is there for others.
    NotTheirs,
}

impl Access {
    /// Whether they may.
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Granted)
    }
}

impl Gate {
    /// What somebody in these groups may.
    pub fn judge(&self, groups: &[GroupId]) -> Access {
        let is_in = |of: &[GroupId]| of.iter().any(|group| groups.contains(group));
        if !self.on {
            Access::Off
        } else if is_in(&self.restrict) || !(self.allow.is_empty() || is_in(&self.allow)) {
            Access::NotTheirs
        } else {
            Access::Granted
        }
    }
}

impl TenantSettings {
    /// What somebody in these groups may of language features.
    pub fn judge(&self, groups: &[GroupId]) -> Access {
        let named = self.groups.iter().any(|group| groups.contains(group));
        match self.audience {
            _ if !self.ai => Access::Off,
            Audience::Groups if !named => Access::NotTheirs,
            Audience::Except if named => Access::NotTheirs,
            _ => Access::Granted,
        }
    }
}

impl Settings {
    /// What somebody in these groups may at this CRM; for [`Area::Ai`] the tenant's own word counts too.
    pub fn judge(&self, tenant: &TenantSettings, area: Area, groups: &[GroupId]) -> Access {
        let product = self.access.product.judge(groups);
        if !product.is_granted() {
            return product;
        }
        match area {
            Area::Product => product,
            Area::Ai if !self.ai.on => Access::Off,
            Area::Ai => tenant.judge(groups),
            Area::MeetingInsights => self.access.meeting_insights.judge(groups),
        }
    }
}

/// What somebody may at a CRM.
///
/// # Errors
/// When reading fails.
pub fn access(tx: &Tx<'_>, system: Uuid, user: UserId, area: Area) -> Result<Access> {
    let (settings, tenant) = (store::settings(tx, system)?, store::tenant_settings(tx)?);
    let groups = identity::groups_of_person(tx, user)?;
    Ok(settings.judge(&tenant, area, &groups))
}

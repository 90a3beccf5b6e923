//! The administrator's switches.

pub(crate) mod line;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use line::Key;

use crate::Place;

/// Which switch is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// The organisation's, for everything.
    Tenant,
    /// The organisation's, for teams.
    Teams,
    /// The organisation's, for mailboxes and inboxes.
    Outlook,
    /// That of one team.
    Team,
}

impl Switch {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Teams => "teams",
            Self::Outlook => "outlook",
            Self::Team => "team",
        }
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tenant => "ConnectorsEnabled of the organisation",
            Self::Teams => "ConnectorsEnabledForTeams of the organisation",
            Self::Outlook => "ConnectorsEnabledForOutlook of the organisation",
            Self::Team => "ConnectorsEnabled of the team",
        })
    }
}

/// The switches of the organisation; off acts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch with a name of its own")]
pub struct TenantSwitches {
    /// `ConnectorsEnabled`: connectors at all.
    pub connectors_enabled: bool,
    /// `ConnectorsEnabledForTeams`: connectors in channels.
    pub connectors_enabled_for_teams: bool,
    /// `ConnectorsEnabledForOutlook`: connectors in mailboxes of groups and inboxes.
    pub connectors_enabled_for_outlook: bool,
    /// `ConnectorsActionableMessagesEnabled`: buttons on connector cards.
    pub actionable_messages_enabled: bool,
    /// Whether members of a team may set up connectors, unless the team says otherwise.
    pub members_may_manage: bool,
    /// The preset for governments: nobody registers connectors of their own.
    pub government: bool,
}

impl TenantSwitches {
    /// The preset for governments: everything off.
    pub const GOVERNMENT: Self = Self {
        connectors_enabled: false,
        connectors_enabled_for_teams: false,
        connectors_enabled_for_outlook: false,
        actionable_messages_enabled: false,
        members_may_manage: false,
        government: true,
    };
}

impl Default for TenantSwitches {
    fn default() -> Self {
        Self {
            connectors_enabled: true,
            connectors_enabled_for_teams: true,
            connectors_enabled_for_outlook: true,
            actionable_messages_enabled: true,
            members_may_manage: true,
            government: false,
        }
    }
}

/// The switches of one team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamSwitches {
    /// `ConnectorsEnabled` of the group; the organisation always wins.
    pub connectors_enabled: bool,
    /// `allowCreateUpdateRemoveConnectors`: members, not only owners, may set connectors up.
    pub members_may_manage: bool,
}

impl Default for TeamSwitches {
    fn default() -> Self {
        Self { connectors_enabled: true, members_may_manage: true }
    }
}

/// Every switch that counts for a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Switches {
    /// Of the organisation.
    pub tenant: TenantSwitches,
    /// Of the channel's team.
    pub team: TeamSwitches,
}

impl Switches {
    /// The first switch that keeps connectors off in such a place; an inbox is of no team.
    pub const fn off_in(&self, place: Place) -> Option<Switch> {
        match place {
            Place::Channel(_) => self.off(),
            _ if !self.tenant.connectors_enabled => Some(Switch::Tenant),
            _ if !self.tenant.connectors_enabled_for_outlook => Some(Switch::Outlook),
            Place::Mailbox(_) if !self.team.connectors_enabled => Some(Switch::Team),
            _ => None,
        }
    }

    /// The first switch that keeps connectors off in channels.
    pub const fn off(&self) -> Option<Switch> {
        if !self.tenant.connectors_enabled {
            Some(Switch::Tenant)
        } else if !self.tenant.connectors_enabled_for_teams {
            Some(Switch::Teams)
        } else if !self.team.connectors_enabled {
            Some(Switch::Team)
        } else {
            None
        }
    }

    /// Whether buttons on cards work.
    pub const fn buttons(&self) -> bool {
        self.off().is_none() && self.tenant.actionable_messages_enabled
    }

    /// Whether members who are not owners may set connectors up.
    pub const fn members_may_manage(&self) -> bool {
        self.tenant.members_may_manage && self.team.members_may_manage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisation_always_wins_over_the_team() {
        let mut switches = Switches::default();
        assert_eq!((switches.off(), switches.buttons()), (None, true));
        switches.team.connectors_enabled = false;
        assert_eq!(switches.off(), Some(Switch::Team));
        switches.tenant.connectors_enabled_for_teams = false;
        assert_eq!(switches.off(), Some(Switch::Teams));
        switches.tenant.connectors_enabled = false;
        assert_eq!((switches.off(), switches.buttons()), (Some(Switch::Tenant), false));
    }

    #[test]
    fn mail_has_a_switch_of_its_own() {
        let (mailbox, inbox) =
            (Place::Mailbox(uuid::Uuid::nil().into()), Place::Inbox(uuid::Uuid::nil().into()));
        let mut switches = Switches::default();
        switches.tenant.connectors_enabled_for_teams = false;
        assert_eq!((switches.off_in(mailbox), switches.off_in(inbox)), (None, None));
        switches.team.connectors_enabled = false;
        assert_eq!((switches.off_in(mailbox), switches.off_in(inbox)), (Some(Switch::Team), None));
        switches.tenant.connectors_enabled_for_outlook = false;
        assert_eq!(switches.off_in(inbox), Some(Switch::Outlook));
        switches.tenant.connectors_enabled = false;
        assert_eq!(switches.off_in(inbox), Some(Switch::Tenant));
    }

    #[test]
    fn buttons_have_a_switch_of_their_own() {
        let mut switches = Switches::default();
        switches.tenant.actionable_messages_enabled = false;
        assert_eq!((switches.off(), switches.buttons()), (None, false));
    }
}

//! The delegated permissions that the double knows, and which of them only an administrator may agree to.

/// One delegated permission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    pub(crate) name: &'static str,
    pub(crate) admin: bool,
}

const fn user(name: &'static str) -> Scope {
    Scope { name, admin: false }
}

const fn admin(name: &'static str) -> Scope {
    Scope { name, admin: true }
}

/// All of them.
pub(crate) const ALL: &[Scope] = &[
    user("User.Read"),
    user("User.ReadBasic.All"),
    admin("User.Read.All"),
    admin("User.ReadWrite.All"),
    admin("Directory.Read.All"),
    admin("RoleManagement.Read.Directory"),
    admin("RoleManagement.ReadWrite.Directory"),
    admin("LicenseAssignment.Read.All"),
    admin("LicenseAssignment.ReadWrite.All"),
    admin("Group.Read.All"),
    admin("Group.ReadWrite.All"),
    admin("GroupMember.Read.All"),
    admin("GroupMember.ReadWrite.All"),
    user("Team.ReadBasic.All"),
    user("Team.Create"),
    admin("TeamSettings.Read.All"),
    admin("TeamSettings.ReadWrite.All"),
    admin("TeamMember.Read.All"),
    admin("TeamMember.ReadWrite.All"),
    user("Channel.ReadBasic.All"),
    admin("Channel.Create"),
    admin("Channel.Delete.All"),
    admin("ChannelSettings.Read.All"),
    admin("ChannelSettings.ReadWrite.All"),
    admin("ChannelMember.Read.All"),
    admin("ChannelMember.ReadWrite.All"),
    admin("ChannelMessage.Read.All"),
    user("ChannelMessage.Send"),
    user("ChannelMessage.Edit"),
    user("Chat.Create"),
    user("Chat.Read"),
    user("Chat.ReadWrite"),
    user("ChatMessage.Send"),
    user("ChatMessage.Read"),
    user("TeamsTab.Create"),
    admin("TeamsTab.Read.All"),
    admin("TeamsTab.ReadWrite.All"),
    user("TeamsAppInstallation.ReadForTeam"),
    admin("TeamsAppInstallation.ReadWriteForTeam"),
    user("AppCatalog.Read.All"),
    admin("AppCatalog.ReadWrite.All"),
    user("AppCatalog.Submit"),
    user("Files.Read"),
    user("Files.ReadWrite"),
    user("Files.Read.All"),
    user("Files.ReadWrite.All"),
    user("Sites.Read.All"),
    user("Sites.ReadWrite.All"),
    user("Mail.Read"),
    user("Mail.ReadWrite"),
    user("Mail.Send"),
    user("MailboxSettings.Read"),
    user("MailboxSettings.ReadWrite"),
    user("Calendars.Read"),
    user("Calendars.ReadWrite"),
    user("OnlineMeetings.Read"),
    user("OnlineMeetings.ReadWrite"),
    admin("OnlineMeetingTranscript.Read.All"),
    user("Presence.Read"),
];

/// A delegated permission by its name.
pub(crate) fn delegated(name: &str) -> Option<Scope> {
    ALL.iter().find(|own| own.name.eq_ignore_ascii_case(name)).copied()
}

/// The roles that the seeded application has.
pub(crate) const ROLES: &[&str] = &[
    "User.Read.All",
    "RoleManagement.Read.Directory",
    "LicenseAssignment.Read.All",
    "MailboxSettings.Read",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.Read.All",
    "Team.ReadBasic.All",
    "Team.Create",
    "TeamSettings.ReadWrite.All",
    "TeamMember.Read.All",
    "TeamMember.ReadWrite.All",
    "Channel.ReadBasic.All",
    "Channel.Create",
    "Channel.Delete.All",
    "ChannelSettings.ReadWrite.All",
    "ChannelMember.Read.All",
    "ChannelMember.ReadWrite.All",
    "ChannelMessage.Read.All",
    "Chat.Read.All",
    "TeamsTab.Create",
    "TeamsTab.ReadWrite.All",
    "TeamsAppInstallation.ReadWriteForTeam.All",
    "AppCatalog.Read.All",
    "AppCatalog.ReadWrite.All",
    "Files.Read.All",
    "Files.ReadWrite.All",
    "Sites.Read.All",
    "Mail.Read",
    "Mail.ReadWrite",
    "Mail.Send",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "OnlineMeetings.Read.All",
    "OnlineMeetings.ReadWrite.All",
    "OnlineMeetingTranscript.Read.All",
];

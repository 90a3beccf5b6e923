//! Users, their profiles, and the organisation itself.

use super::{Builder, Kind, Object};

pub(crate) fn objects() -> Vec<Object> {
    vec![user(), profile(), organization(), group(), group_member()]
}

fn user() -> Object {
    Builder::new("User", "005")
        .called("User", "Users")
        .searchable()
        .text("Username", 80)
        .required()
        .text("LastName", 80)
        .required()
        .text("FirstName", 40)
        .text("Name", 121)
        .name()
        .fixed()
        .text("CompanyName", 80)
        .text("Department", 80)
        .text("Title", 80)
        .field("Email", Kind::Email)
        .required()
        .text("Alias", 8)
        .required()
        .boolean("IsActive")
        .default("true")
        .boolean("UserPreferencesLightningExperiencePreferred")
        .text("TimeZoneSidKey", 40)
        .default("GMT")
        .text("LocaleSidKey", 40)
        .default("en_US")
        .text("EmailEncodingKey", 40)
        .default("UTF-8")
        .text("LanguageLocaleKey", 40)
        .default("en_US")
        .reference("ProfileId", &["Profile"], Some("Users"))
        .required()
        .text("UserType", 40)
        .default("Standard")
        .fixed()
        .reference("ManagerId", &["User"], Some("ManagedUsers"))
        .field("Phone", Kind::Phone)
        .field("MobilePhone", Kind::Phone)
        .text("FederationIdentifier", 512)
        .field("LastLoginDate", Kind::DateTime)
        .fixed()
        .build()
}

fn group() -> Object {
    Builder::new("Group", "00G")
        .called("Group", "Groups")
        .text("Name", 40)
        .required()
        .name()
        .text("DeveloperName", 80)
        .strict("Type", &["Regular", "Queue", "Role", "Organization"])
        .default("Regular")
        .build()
}

fn group_member() -> Object {
    Builder::new("GroupMember", "011")
        .called("Group Member", "Group Members")
        .reference("GroupId", &["Group"], Some("GroupMembers"))
        .required()
        .once()
        .cascades()
        .reference("UserOrGroupId", &["User", "Group"], None)
        .required()
        .once()
        .build()
}

fn profile() -> Object {
    Builder::new("Profile", "00e")
        .called("Profile", "Profiles")
        .read_only()
        .text("Name", 255)
        .required()
        .name()
        .boolean("PermissionsApiEnabled")
        .boolean("PermissionsLightningExperienceUser")
        .boolean("PermissionsModifyAllData")
        .boolean("PermissionsManageDataIntegrations")
        .text("UserType", 40)
        .text("Description", 255)
        .build()
}

fn organization() -> Object {
    Builder::new("Organization", "00D")
        .called("Organization", "Organizations")
        .read_only()
        .text("Name", 80)
        .required()
        .name()
        .boolean("IsSandbox")
        .text("OrganizationType", 40)
        .text("InstanceName", 5)
        .text("NamespacePrefix", 15)
        .text("PrimaryContact", 80)
        .text("LanguageLocaleKey", 40)
        .text("TimeZoneSidKey", 40)
        .text("DefaultLocaleSidKey", 40)
        .field("TrialExpirationDate", Kind::DateTime)
        .build()
}

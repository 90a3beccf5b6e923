//! What administrators set up: permission sets and who has them, applications and what their policies say, licences.

use super::{Builder, Kind, Object};

const SESSION_LEVELS: &[&str] = &["STANDARD", "LOW", "HIGH_ASSURANCE"];

pub(crate) fn objects() -> Vec<Object> {
    vec![
        permission_set(),
        assignment(),
        setup_access(),
        object_permissions(),
        field_permissions(),
        connected_application(),
        external_application(),
        external_policy(),
        user_licence(),
    ]
}

fn permission_set() -> Object {
    Builder::new("PermissionSet", "0PS")
        .called("Permission Set", "Permission Sets")
        .text("Name", 80)
        .required()
        .name()
        .text("Label", 80)
        .required()
        .text("Description", 255)
        .boolean("IsOwnedByProfile")
        .fixed()
        .boolean("IsCustom")
        .default("true")
        .fixed()
        .reference("ProfileId", &["Profile"], None)
        .fixed()
        .boolean("PermissionsApiEnabled")
        .boolean("PermissionsLightningExperienceUser")
        .boolean("PermissionsModifyAllData")
        .boolean("PermissionsManageDataIntegrations")
        .build()
}

fn assignment() -> Object {
    Builder::new("PermissionSetAssignment", "0Pa")
        .called("Permission Set Assignment", "Permission Set Assignments")
        .reference("AssigneeId", &["User"], Some("PermissionSetAssignments"))
        .required()
        .once()
        .reference("PermissionSetId", &["PermissionSet"], Some("Assignments"))
        .required()
        .once()
        .cascades()
        .build()
}

fn setup_access() -> Object {
    Builder::new("SetupEntityAccess", "0J0")
        .called("Setup Entity Access", "Setup Entity Access")
        .reference("ParentId", &["PermissionSet"], Some("SetupEntityAccessItems"))
        .required()
        .once()
        .cascades()
        .reference("SetupEntityId", &["ConnectedApplication", "ExternalClientApplication"], None)
        .required()
        .once()
        .text("SetupEntityType", 40)
        .fixed()
        .build()
}

fn object_permissions() -> Object {
    Builder::new("ObjectPermissions", "110")
        .called("Object Permissions", "Object Permissions")
        .reference("ParentId", &["PermissionSet"], Some("ObjectPerms"))
        .required()
        .once()
        .cascades()
        .strict("SobjectType", super::GOVERNED)
        .required()
        .once()
        .boolean("PermissionsRead")
        .boolean("PermissionsCreate")
        .boolean("PermissionsEdit")
        .boolean("PermissionsDelete")
        .boolean("PermissionsViewAllRecords")
        .boolean("PermissionsModifyAllRecords")
        .build()
}

fn field_permissions() -> Object {
    Builder::new("FieldPermissions", "01k")
        .called("Field Permissions", "Field Permissions")
        .reference("ParentId", &["PermissionSet"], Some("FieldPerms"))
        .required()
        .once()
        .cascades()
        .strict("SobjectType", super::GOVERNED)
        .required()
        .once()
        .picklist("Field", &[])
        .required()
        .once()
        .boolean("PermissionsRead")
        .boolean("PermissionsEdit")
        .build()
}

fn connected_application() -> Object {
    Builder::new("ConnectedApplication", "0H4")
        .called("Connected App", "Connected Apps")
        .read_only()
        .text("Name", 80)
        .name()
        .boolean("OptionsAllowAdminApprovedUsersOnly")
        .boolean("OptionsRefreshTokenValidityMetric")
        .boolean("OptionsHasSessionLevelPolicy")
        .boolean("OptionsIsInternal")
        .text("MobileSessionTimeout", 40)
        .text("PinLength", 40)
        .field("StartUrl", Kind::Url)
        .field("MobileStartUrl", Kind::Url)
        .field("RefreshTokenValidityPeriod", Kind::Int)
        .build()
}

fn external_application() -> Object {
    Builder::new("ExternalClientApplication", "0xI")
        .called("External Client App", "External Client Apps")
        .read_only()
        .text("DeveloperName", 80)
        .required()
        .name()
        .text("MasterLabel", 80)
        .text("ContactEmail", 80)
        .text("Description", 255)
        .strict("DistributionState", &["Local", "Packaged"])
        .build()
}

fn external_policy() -> Object {
    Builder::new("ExtlClntAppOauthPlcyCnfg", "0xe")
        .called("External Client App OAuth Policy", "External Client App OAuth Policies")
        .read_only()
        .text("DeveloperName", 80)
        .required()
        .name()
        .reference("ExternalClientApplicationId", &["ExternalClientApplication"], None)
        .strict("PermittedUsersPolicyType", &["AllSelfAuthorized", "AdminApprovedPreAuthorized"])
        .strict(
            "IpRelaxationPolicyType",
            &["Enforce", "Bypass", "Bypass_2factor", "Enforce_relaxrefresh"],
        )
        .strict(
            "RefreshTokenPolicyType",
            &["Infinite", "SpecificInactivity", "SpecificLifetime", "Zero"],
        )
        .field("RefreshTokenValidityPeriod", Kind::Int)
        .strict("RefreshTokenValidityUnit", &["Hours", "Days", "Months"])
        .strict("RequiredSessionLevel", SESSION_LEVELS)
        .field("SessionTimeoutInMinutes", Kind::Int)
        .build()
}

fn user_licence() -> Object {
    Builder::new("UserLicense", "100")
        .called("User License", "User Licenses")
        .read_only()
        .text("Name", 80)
        .name()
        .text("MasterLabel", 80)
        .text("LicenseDefinitionKey", 40)
        .strict("Status", &["Active", "Disabled"])
        .field("TotalLicenses", Kind::Int)
        .field("UsedLicenses", Kind::Int)
        .build()
}

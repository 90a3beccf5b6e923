//! What people see when something is not right yet, and which checks tell why (§1.6, and messages of the checks): as the
//! published products write it, and by the codes of the hub itself.

use i18n::Translator;

use crate::{Check, catalogue};

/// A symptom.
#[derive(Debug)]
pub struct Symptom {
    /// Its key in the texts.
    pub key: &'static str,
    /// What is seen, as the systems write it.
    pub shown: &'static [&'static str],
    /// The checks that tell why.
    checks: &'static [&'static str],
}

impl Symptom {
    /// The checks that tell why.
    pub fn checks(&self) -> impl Iterator<Item = &'static Check> {
        self.checks.iter().filter_map(|id| catalogue::find(id))
    }

    /// What is seen, without the codes of the hub.
    pub fn messages(&self) -> impl Iterator<Item = &'static str> {
        self.shown.iter().copied().filter(|text| !is_code(text))
    }

    /// The codes of the hub: whoever meets a problem reads one beside it.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.shown.iter().copied().filter(|text| is_code(text))
    }

    /// What it is, and what to do.
    pub fn words(&self, t: &Translator<'_>) -> (String, String) {
        let key = self.key;
        (
            t.text(format!("deployment.trouble-{key}")),
            t.text(format!("deployment.trouble-{key}-cure")),
        )
    }

    /// Whether it is about these words: all of them stand in it, whatever the case and the accents of quotation.
    pub fn is_about(&self, asked: &str, t: &Translator<'_>) -> bool {
        let (what, cure) = self.words(t);
        let mut text = format!("{what} {cure} {}", self.checks.join(" "));
        for shown in self.shown {
            text.push(' ');
            text.push_str(shown);
        }
        let fold = |text: &str| text.to_lowercase().replace(['’', '\''], "'");
        let text = fold(&text);
        fold(asked).split_whitespace().all(|word| text.contains(word))
    }
}

/// `noun.reason`, in small letters.
fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '.');
    text.contains('.') && text.chars().all(plain)
}

const fn of(
    key: &'static str,
    shown: &'static [&'static str],
    checks: &'static [&'static str],
) -> Symptom {
    Symptom { key, shown, checks }
}

/// All of them; what stops people first stands first.
pub const ALL: &[Symptom] = &[
    of("missing-24", &[], &["M365-04", "M365-06", "M365-11", "CLT-01"]),
    of("missing-48", &[], &["M365-04", "M365-06", "M365-07", "TMS-02", "TMS-03", "TMS-06"]),
    of(
        "blocked",
        &["OAUTH_APP_BLOCKED", "this app is blocked by admin", "crm_sign_in.app_blocked"],
        &["SF-04"],
    ),
    of(
        "denied",
        &[
            "OAUTH_APP_ACCESS_DENIED",
            "user is not admin approved to access this app",
            "crm_sign_in.app_access_denied",
        ],
        &["SF-05", "SF-06"],
    ),
    of(
        "wrong-domain",
        &[
            "invalid_grant",
            "authentication failure",
            "OAuth2 authorization flow failed for service 'Salesforce'",
            "crm_sign_in.wrong_domain",
        ],
        &["SF-11"],
    ),
    of(
        "no-interfaces",
        &[
            "Request your CRM administrator permissions to access Salesforce using APIs",
            "API is disabled for this User",
            "502 BadGateway",
            "crm.api_disabled",
        ],
        &["SF-02", "SF-01"],
    ),
    of("policy", &["ConnectionApiPolicyViolation"], &["PP-04", "PP-05", "PP-06"]),
    of(
        "disabled-connection",
        &[
            "Error from token exchange: The connection is disabled so it cannot be used.",
            "crm_connection.disabled",
        ],
        &["PP-06", "PP-04", "PP-05"],
    ),
    of(
        "connection-lost",
        &["Connection lost", "Sign in again", "crm_connection.lost", "crm.session_ended"],
        &["SF-08", "SF-09"],
    ),
    of(
        "sign-in-over",
        &[
            "crm_connection.needed",
            "crm_connection.attempt_unknown",
            "crm_connection.changed",
            "crm_connection.person_needed",
        ],
        &["CLT-04"],
    ),
    of(
        "app-registration",
        &[
            "crm_sign_in.app_secret",
            "crm_sign_in.app_unknown",
            "crm_sign_in.redirect_unknown",
            "crm_sign_in.scope_refused",
            "crm_sign_in.instance_foreign",
            "crm.scope_missing",
        ],
        &["SF-03", "SF-11"],
    ),
    of("network", &["crm_sign_in.network_restricted"], &["SF-07", "NET-01"]),
    of(
        "kept-out",
        &[
            "crm_connection.not_for_your_groups",
            "crm_connection.turned_off",
            "language.off",
            "seller_mail.saving_off",
            "meeting.saving_off",
            "mail_source.off",
        ],
        &["PP-13", "M365-02"],
    ),
    of(
        "crm-busy",
        &[
            "crm.limit_reached",
            "crm.unavailable",
            "crm_dataverse.full",
            "crm.version_unknown",
            "crm.answer_wrong",
            "crm.silent",
            "crm.outcome_unknown",
        ],
        &["PP-14"],
    ),
    of("endpoint", &["language.endpoint"], &["PP-12", "PP-13"]),
    of(
        "microsoft",
        &[
            "meeting.graph_forbidden",
            "meeting.graph_away",
            "meeting.calendar_away",
            "mail_source.forbidden",
            "mail_source.no_directory",
            "mail_source.sign_in_again",
        ],
        &["M365-01"],
    ),
    of(
        "bot",
        &[
            "teams_app.no_bot",
            "teams_app.no_secret",
            "teams_app.refused",
            "teams_app.unreachable",
            "teams_app.other_directory",
            "teams_app.unproven",
            "teams_app.gone",
            "teams_app.busy",
        ],
        &["BOT-01", "TMS-02"],
    ),
    of(
        "no-trial",
        &[
            "Updated setting required",
            "To use this app, ask your Power Platform admin to let you use Copilot for Sales, and include the error details in your request.",
            "crm_sign_in.not_provisioned",
        ],
        &["PP-07", "M365-14"],
    ),
    of("no-environment", &["Ask your admin to create an environment for you."], &["M365-14"]),
    of("no-default", &["No default BAP location found for this tenant"], &["PP-01"]),
    of(
        "popup",
        &[
            "There was a problem starting Copilot for Sales",
            "Error occurred in the authentication request from Office",
        ],
        &["CLT-04"],
    ),
    of(
        "update",
        &[
            "An update to this add-in is available that requires your review and confirmation to install",
        ],
        &["M365-11"],
    ),
    of(
        "no-access",
        &[
            "You don't seem to have access to Dynamics 365. Please contact your admin, or sign in with a different Microsoft account.",
            "crm_sign_in.no_access",
            "crm_dataverse.no_role",
        ],
        &["D365-05"],
    ),
    of(
        "access-needed",
        &[
            "Access needed",
            "crm_sign_in.user_inactive",
            "crm_dataverse.user_disabled",
            "crm_dataverse.no_member",
        ],
        &["D365-06"],
    ),
    of(
        "admin-only",
        &[
            "User does not have required privileges (or role membership) to access the org when it is in Admin Only mode.",
            "crm_dataverse.administration_mode",
        ],
        &["PP-10"],
    ),
    of("mailbox", &["Fix mailbox errors in Dynamics 365"], &["D365-01", "D365-02", "D365-03"]),
    of("enhanced-email", &["Update settings in Saleforce"], &["SF-12"]),
    of(
        "object",
        &[
            "To update Salesforce, ask for edit access for this object.",
            "crm.object_hidden",
            "meeting.no_table",
            "seller_mail.no_table",
        ],
        &["SF-15"],
    ),
    of(
        "record",
        &[
            "To update Salesforce, ask for edit access for this record.",
            "crm.not_allowed",
            "crm.record_not_found",
            "crm.record_locked",
            "crm.record_changed",
            "crm.record_deleted",
        ],
        &["SF-16"],
    ),
    of(
        "field",
        &[
            "4100",
            "SFTypeNotSupported",
            "SFInvalidField",
            "Something went wrong.",
            "crm.field_hidden",
        ],
        &["SF-14"],
    ),
    of("fields-missing", &["Align missing fields"], &["D365-07"]),
    of(
        "duplicate",
        &[
            "This contact already exists. To create a duplicate contact, try adding it in Salesforce.",
            "crm.record_duplicate",
            "crm.record_ambiguous",
        ],
        &[],
    ),
    of("required", &["Required fields are missing", "crm.record_refused"], &["ADM-02"]),
    of(
        "channel",
        &[
            "Couldn't add channel",
            "ContainsBlockedWord",
            "channel name already exists",
            "link.channel_name_taken",
            "link.channel_limit",
            "link.names",
        ],
        &["TMS-13", "TMS-14"],
    ),
    of(
        "team-app",
        &["To unlock AI-powered opportunity summaries, install the Copilot for Sales Teams app."],
        &["TMS-03"],
    ),
    of(
        "coming-soon",
        &["Settings are coming soon", "sales_settings.administrators_only"],
        &["SF-21"],
    ),
    of(
        "server-enabling",
        &[
            "Couldn't assign permission set because the integration user is inactive in Salesforce.",
            "Couldn't create user because Salesforce integration license limit reached.",
            "Couldn't get deployment status due to incorrect ID format.",
            "Couldn't find the connected app.",
            "No changes were made.",
            "The profile name is already in use",
        ],
        &["SF-18", "SF-19"],
    ),
    of(
        "server-access",
        &[
            "Access denied for this user.",
            "User doesn't have admin permission to access the connected app.",
            "Server-to-server authentication failed.",
            "Client credentials flow is disabled in Salesforce.",
            "Server-to-server authorization failed.",
            "Session ID isn't allowed for use REST API access at Salesforce",
            "Trouble connecting to Salesforce.",
            "Unauthorized access denied.",
        ],
        &["SF-18", "SF-05"],
    ),
    of(
        "server-removal",
        &[
            "Couldn't remove the connected app. It may be read-only, missing, or restricted.",
            "Couldn't remove the permission set",
        ],
        &["SF-18"],
    ),
    of("no-transcript", &[], &["TMS-07", "TMS-08"]),
];

/// Those about these words; all of them where there are none.
pub fn search(asked: &str, t: &Translator<'_>) -> Vec<&'static Symptom> {
    ALL.iter().filter(|one| one.is_about(asked, t)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;

    /// The strings of the published catalogue (§1.6), and what the checks say besides.
    #[test]
    fn every_message_that_people_meet_is_a_symptom() {
        let shown: BTreeSet<&str> = ALL.iter().flat_map(|one| one.shown).copied().collect();
        for wanted in [
            "OAUTH_APP_BLOCKED",
            "OAUTH_APP_ACCESS_DENIED",
            "invalid_grant",
            "ConnectionApiPolicyViolation",
            "Connection lost",
            "Sign in again",
            "Updated setting required",
            "Required fields are missing",
            "ContainsBlockedWord",
            "channel name already exists",
            "Settings are coming soon",
            "No changes were made.",
            "Unauthorized access denied.",
        ] {
            assert!(shown.contains(wanted), "{wanted}");
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
        let text = std::fs::read_to_string(path).unwrap();
        let codes: BTreeSet<&str> =
            text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        // whoever calls the interface meets these, and nobody else
        let of_programs = [
            "crm.changes_expired",
            "crm.query_refused",
            "crm_dataverse.needed",
            "crm_dataverse.not_tracked",
        ];
        let of_crm = ["crm.", "crm_connection.", "crm_sign_in.", "crm_dataverse."];
        let met = |code: &&&str| {
            of_crm.iter().any(|start| code.starts_with(start)) && !of_programs.contains(*code)
        };
        let missing: Vec<_> =
            codes.iter().filter(met).filter(|code| !shown.contains(**code)).collect();
        assert!(missing.is_empty(), "no symptom has {missing:?}");
        // and a code that is shown is one
        for code in ALL.iter().flat_map(super::Symptom::codes) {
            assert!(codes.contains(code), "{code} is no code");
        }
        assert_eq!(ALL.iter().map(|one| one.key).collect::<BTreeSet<_>>().len(), ALL.len());
    }
}

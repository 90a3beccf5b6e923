//! What people see when something is not right yet, and which checks tell why (§1.6, and messages of the checks).

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
    of("blocked", &["OAUTH_APP_BLOCKED", "this app is blocked by admin"], &["SF-04"]),
    of(
        "denied",
        &["OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"],
        &["SF-05", "SF-06"],
    ),
    of(
        "wrong-domain",
        &[
            "invalid_grant",
            "authentication failure",
            "OAuth2 authorization flow failed for service 'Salesforce'",
        ],
        &["SF-11"],
    ),
    of(
        "no-interfaces",
        &[
            "Request your CRM administrator permissions to access Salesforce using APIs",
            "API is disabled for this User",
        ],
        &["SF-02", "SF-01"],
    ),
    of("policy", &["ConnectionApiPolicyViolation"], &["PP-04", "PP-05", "PP-06"]),
    of(
        "disabled-connection",
        &["Error from token exchange: The connection is disabled so it cannot be used."],
        &["PP-06", "PP-04", "PP-05"],
    ),
    of("connection-lost", &["Connection lost", "Sign in again"], &["SF-08", "SF-09"]),
    of(
        "no-trial",
        &[
            "Updated setting required",
            "To use this app, ask your Power Platform admin to let you use Copilot for Sales, and include the error details in your request.",
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
        ],
        &["D365-05"],
    ),
    of("access-needed", &["Access needed"], &["D365-06"]),
    of(
        "admin-only",
        &[
            "User does not have required privileges (or role membership) to access the org when it is in Admin Only mode.",
        ],
        &["PP-10"],
    ),
    of("mailbox", &["Fix mailbox errors in Dynamics 365"], &["D365-01", "D365-02", "D365-03"]),
    of("enhanced-email", &["Update settings in Saleforce"], &["SF-12"]),
    of("object", &["To update Salesforce, ask for edit access for this object."], &["SF-15"]),
    of("record", &["To update Salesforce, ask for edit access for this record."], &["SF-16"]),
    of(
        "field",
        &["4100", "SFTypeNotSupported", "SFInvalidField", "Something went wrong."],
        &["SF-14"],
    ),
    of("fields-missing", &["Align missing fields"], &["D365-07"]),
    of(
        "duplicate",
        &[
            "This contact already exists. To create a duplicate contact, try adding it in Salesforce.",
        ],
        &[],
    ),
    of("required", &["Required fields are missing"], &["ADM-02"]),
    of("channel", &["Couldn't add channel", "ContainsBlockedWord"], &["TMS-13", "TMS-14"]),
    of(
        "team-app",
        &["To unlock AI-powered opportunity summaries, install the Copilot for Sales Teams app."],
        &["TMS-03"],
    ),
    of("coming-soon", &["Settings are coming soon"], &["SF-21"]),
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

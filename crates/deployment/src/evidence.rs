//! Files that people hand in where the hub cannot read a system itself.
//!
//! A file is what a cmdlet or an export wrote: `Get-… | ConvertTo-Json -Depth 5`, the JSON of data policies, a metadata
//! package of Salesforce. Only what checks ask for is taken out of it; the rest is dropped, its SHA-256 is kept.

mod policies;
mod powershell;
mod salesforce;
mod text;
mod xml;

use std::collections::BTreeMap;

use kernel::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

pub use policies::{DataPolicy, Reach};
pub use powershell::{
    Assignment, CatalogueApp, ChannelsPolicy, MailboxPolicy, MeetingPolicy, SetupPolicy,
};
pub use salesforce::{Application, Grants, Layout, Package};

/// The four switches of attachments that a policy of mailboxes has, in the order of the published list.
pub(crate) const fn powershell_switches() -> &'static [&'static str; 4] {
    &powershell::SWITCHES
}

/// Bytes of a file that is no package. Ours: policies of large organisations stay below one tenth of it.
pub const MAX_BYTES: usize = 4 << 20;
/// Bytes of a metadata package: a little more than what is ever retrieved at once (Metadata API, 39 MB).
pub const MAX_PACKAGE: usize = 40 << 20;
/// Rows of a file. Ours.
pub const MAX_ROWS: usize = 5000;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `Get-OwaMailboxPolicy`.
    MailboxPolicy,
    /// `Get-CsTeamsMeetingPolicy`.
    MeetingPolicy,
    /// `Get-CsTeamsAppSetupPolicy`.
    SetupPolicy,
    /// `Get-CsTeamsChannelsPolicy`.
    ChannelsPolicy,
    /// `Get-CsGroupPolicyAssignment`.
    GroupAssignment,
    /// `Get-TeamsApp`, or the same of Microsoft Graph.
    CatalogueApp,
    /// Data policies of the Power Platform.
    DataPolicy,
    /// A metadata package of Salesforce.
    SalesforcePackage,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::MailboxPolicy,
        Self::MeetingPolicy,
        Self::SetupPolicy,
        Self::ChannelsPolicy,
        Self::GroupAssignment,
        Self::CatalogueApp,
        Self::DataPolicy,
        Self::SalesforcePackage,
    ];

    /// As addresses, documents and the database name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MailboxPolicy => "mailbox-policy",
            Self::MeetingPolicy => "meeting-policy",
            Self::SetupPolicy => "setup-policy",
            Self::ChannelsPolicy => "channels-policy",
            Self::GroupAssignment => "group-assignment",
            Self::CatalogueApp => "teams-app",
            Self::DataPolicy => "data-policy",
            Self::SalesforcePackage => "salesforce-package",
        }
    }

    /// The kind of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What writes such a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MailboxPolicy => "Get-OwaMailboxPolicy",
            Self::MeetingPolicy => "Get-CsTeamsMeetingPolicy",
            Self::SetupPolicy => "Get-CsTeamsAppSetupPolicy",
            Self::ChannelsPolicy => "Get-CsTeamsChannelsPolicy",
            Self::GroupAssignment => "Get-CsGroupPolicyAssignment",
            Self::CatalogueApp => "Get-TeamsApp",
            Self::DataPolicy => "Get-DlpPolicy",
            Self::SalesforcePackage => "sf project retrieve",
        }
    }

    /// The command that writes such a file, or the menu.
    pub const fn command(self) -> &'static str {
        match self {
            Self::MailboxPolicy => "Get-OwaMailboxPolicy | ConvertTo-Json -Depth 5",
            Self::MeetingPolicy => "Get-CsTeamsMeetingPolicy | ConvertTo-Json -Depth 5",
            Self::SetupPolicy => "Get-CsTeamsAppSetupPolicy | ConvertTo-Json -Depth 5",
            Self::ChannelsPolicy => "Get-CsTeamsChannelsPolicy | ConvertTo-Json -Depth 5",
            Self::GroupAssignment => {
                "'TeamsAppSetupPolicy','TeamsMeetingPolicy','TeamsChannelsPolicy' | ForEach-Object { Get-CsGroupPolicyAssignment -PolicyType $_ } | ConvertTo-Json -Depth 5"
            }
            Self::CatalogueApp => {
                "Get-TeamsApp -DistributionMethod organization | ConvertTo-Json -Depth 5"
            }
            Self::DataPolicy => "Get-DlpPolicy | ConvertTo-Json -Depth 10",
            Self::SalesforcePackage => {
                "sf project retrieve start -m ConnectedApp -m ExtlClntAppOauthConfigurablePolicies -m Profile -m PermissionSet -m Settings -m Layout --target-metadata-dir out"
            }
        }
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Content {
    /// Policies of mailboxes.
    MailboxPolicies(Vec<MailboxPolicy>),
    /// Policies of meetings.
    MeetingPolicies(Vec<MeetingPolicy>),
    /// Policies of apps.
    SetupPolicies(Vec<SetupPolicy>),
    /// Policies of teams and channels.
    ChannelsPolicies(Vec<ChannelsPolicy>),
    /// Policies of groups.
    Assignments(Vec<Assignment>),
    /// Apps of the catalogue.
    CatalogueApps(Vec<CatalogueApp>),
    /// Data policies.
    DataPolicies(Vec<DataPolicy>),
    /// A package.
    Salesforce(Package),
}

impl Content {
    /// What the file is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::MailboxPolicies(_) => Kind::MailboxPolicy,
            Self::MeetingPolicies(_) => Kind::MeetingPolicy,
            Self::SetupPolicies(_) => Kind::SetupPolicy,
            Self::ChannelsPolicies(_) => Kind::ChannelsPolicy,
            Self::Assignments(_) => Kind::GroupAssignment,
            Self::CatalogueApps(_) => Kind::CatalogueApp,
            Self::DataPolicies(_) => Kind::DataPolicy,
            Self::Salesforce(_) => Kind::SalesforcePackage,
        }
    }

    /// How many things it tells of.
    pub const fn len(&self) -> usize {
        match self {
            Self::MailboxPolicies(all) => all.len(),
            Self::MeetingPolicies(all) => all.len(),
            Self::SetupPolicies(all) => all.len(),
            Self::ChannelsPolicies(all) => all.len(),
            Self::Assignments(all) => all.len(),
            Self::CatalogueApps(all) => all.len(),
            Self::DataPolicies(all) => all.len(),
            Self::Salesforce(package) => package.applications.len() + package.grants.len(),
        }
    }

    /// Whether it tells of nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What is wrong with a file: where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A JSON pointer, or the name of an entry.
    pub place: String,
    /// The code of what is wrong.
    pub code: &'static str,
    /// What is there, or what is missing.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(
        place: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let short = |text: String, most| text.chars().take(most).collect();
        Self { place: short(place.into(), 200), code, detail: short(detail.into(), 300) }
    }

    /// As a field of an answer.
    pub fn field(&self) -> FieldError {
        FieldError::new(format!("/file{}", self.place), self.code, self.detail.clone())
    }
}

/// Reads a file; of which kind it is, is found out where nobody says it.
///
/// # Errors
/// What is wrong, and where: too large, neither JSON nor a package, another kind than was said, a row without what every
/// row has, a value that is none of its kind.
pub fn read(bytes: &[u8], kind: Option<Kind>) -> Result<Content, Fault> {
    let is_package = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    let most = if is_package { MAX_PACKAGE } else { MAX_BYTES };
    if bytes.len() > most {
        return Err(Fault::new("", "evidence.too_large", format!("at most {most} bytes")));
    }
    if is_package {
        return match kind {
            None | Some(Kind::SalesforcePackage) => {
                salesforce::read(bytes).map(Content::Salesforce)
            }
            Some(other) => Err(not_of(other)),
        };
    }
    if kind == Some(Kind::SalesforcePackage) {
        return Err(not_of(Kind::SalesforcePackage));
    }
    let rows = powershell::rows(text::documents(bytes)?)?;
    let found = rows.iter().find_map(recognised);
    let kind = match (kind, found) {
        (Some(said), Some(found)) if said != found => return Err(not_of(said)),
        (Some(said), None) if !rows.is_empty() => return Err(not_of(said)),
        (Some(said), _) => said,
        (None, Some(found)) => found,
        (None, None) => {
            let detail = "the output of Get-OwaMailboxPolicy, Get-CsTeamsMeetingPolicy, \
                          Get-CsTeamsAppSetupPolicy, Get-CsTeamsChannelsPolicy, \
                          Get-CsGroupPolicyAssignment, Get-TeamsApp, data policies as \
                          JSON, or a metadata package of Salesforce; say which it is where it is empty";
            return Err(Fault::new("", "evidence.unknown_kind", detail));
        }
    };
    // of two cmdlets in one file neither is known to be whole
    let odd = rows.iter().position(|row| recognised(row).is_some_and(|other| other != kind));
    if let Some(index) = odd {
        let detail = format!("this row is not {}: one file for each cmdlet", kind.as_str());
        return Err(Fault::new(format!("/{index}"), "evidence.other_kind", detail));
    }
    Ok(match kind {
        Kind::MailboxPolicy => {
            let all = powershell::each(&rows, MailboxPolicy::of)?;
            Content::MailboxPolicies(once(all, |one| &one.name)?)
        }
        Kind::MeetingPolicy => {
            let all = powershell::each(&rows, MeetingPolicy::of)?;
            Content::MeetingPolicies(once(all, |one| &one.name)?)
        }
        Kind::SetupPolicy => {
            let all = powershell::each(&rows, SetupPolicy::of)?;
            Content::SetupPolicies(once(all, |one| &one.name)?)
        }
        Kind::ChannelsPolicy => {
            let all = powershell::each(&rows, ChannelsPolicy::of)?;
            Content::ChannelsPolicies(once(all, |one| &one.name)?)
        }
        Kind::GroupAssignment => Content::Assignments(powershell::each(&rows, Assignment::of)?),
        Kind::CatalogueApp => Content::CatalogueApps(powershell::each(&rows, CatalogueApp::of)?),
        Kind::DataPolicy => Content::DataPolicies(powershell::each(&rows, DataPolicy::of)?),
        Kind::SalesforcePackage => return Err(not_of(kind)),
    })
}

/// Every policy once: whoever appends to a file may say of one policy the same again, and not something else.
fn once<T: PartialEq>(all: Vec<T>, name: fn(&T) -> &String) -> Result<Vec<T>, Fault> {
    let mut places = BTreeMap::<String, usize>::new();
    let mut kept = Vec::<T>::with_capacity(all.len());
    for (index, one) in all.into_iter().enumerate() {
        match places.get(&name(&one).to_lowercase()).and_then(|at| kept.get(*at)) {
            None => {
                places.insert(name(&one).to_lowercase(), kept.len());
                kept.push(one);
            }
            Some(known) if *known == one => {}
            Some(_) => {
                let detail =
                    format!("{} is there twice, and not the same: which holds?", name(&one));
                return Err(Fault::new(format!("/{index}"), "evidence.twice", detail));
            }
        }
    }
    Ok(kept)
}

fn not_of(kind: Kind) -> Fault {
    Fault::new("", "evidence.other_kind", format!("this is not {}", kind.as_str()))
}

/// What the first row of a file gives away.
fn recognised(row: &Map<String, Json>) -> Option<Kind> {
    let has = |name: &str| powershell::get(row, name).is_some();
    if has("WacViewingOnPublicComputersEnabled") || has("DirectFileAccessOnPublicComputersEnabled")
    {
        Some(Kind::MailboxPolicy)
    } else if has("AllowTranscription") || has("AllowCloudRecording") {
        Some(Kind::MeetingPolicy)
    } else if has("AppPresetList") || has("PinnedAppBarApps") {
        Some(Kind::SetupPolicy)
    } else if has("AllowPrivateChannelCreation") || has("AllowSharedChannelCreation") {
        Some(Kind::ChannelsPolicy)
    } else if has("PolicyType") && has("GroupId") {
        Some(Kind::GroupAssignment)
    } else if has("ExternalId") && has("DistributionMethod") {
        Some(Kind::CatalogueApp)
    } else if has("connectorGroups")
        || has("defaultConnectorsClassification")
        || has("default_connectors_classification")
        || has("policyDefinition")
        || has("BusinessDataGroup")
        || has("NonBusinessDataGroup")
        || policies::of_scope(row)
    {
        Some(Kind::DataPolicy)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;

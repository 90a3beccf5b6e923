//! Everything that checks judge by: read beforehand, so that judging is a plain function.

mod customise;

use std::collections::BTreeSet;

use crm::RecordRef;
use identity::environments::EnvironmentKind;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    SellerGroup,
    evidence::{
        Application, Assignment, CatalogueApp, ChannelsPolicy, Content, DataPolicy, MailboxPolicy,
        MeetingPolicy, Package, SetupPolicy,
    },
};

pub(crate) use customise::{CrmOf, Described, Editable, Languages, Rights};

/// What came of asking a system.
#[derive(Debug, Clone, Default)]
pub(crate) enum Reading<T> {
    /// There is no connection to it.
    #[default]
    Absent,
    /// It was asked and refused, or did not answer.
    Refused(String),
    /// It was read.
    Read(T),
}

/// A person who sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seller {
    pub(crate) name: String,
    /// In small letters; empty where there is none.
    pub(crate) address: String,
    pub(crate) licensed: bool,
}

/// The environment that the first sign-in makes.
#[derive(Debug, Clone)]
pub(crate) struct Viva {
    pub(crate) id: Uuid,
    pub(crate) kind: EnvironmentKind,
    /// Whether the list of its administrators wants to be looked at; nothing where it was made in another way.
    pub(crate) review_due: Option<bool>,
    /// What was done to it, by the audit, that nobody should do.
    pub(crate) touched: Vec<String>,
    /// Names of features whose settings are there (`msdyn_vivaorgsetting`); nothing where they cannot be read.
    pub(crate) features: Option<Vec<String>>,
}

/// The hub's own state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own {
    /// Whether who asks administers the tenant.
    pub(crate) caller_administers: bool,
    /// The address of who asks.
    pub(crate) caller_address: String,
    pub(crate) global_administrators: Vec<String>,
    pub(crate) platform_administrators: Vec<String>,
    pub(crate) teams_administrators: Vec<String>,
    pub(crate) sellers: Vec<Seller>,
    /// Whether there are more who sell than are looked at.
    pub(crate) more_sellers: bool,
    /// The name of the default environment.
    pub(crate) default_environment: Option<(Uuid, String)>,
    pub(crate) viva: Option<Viva>,
    /// The policies that block Salesforce: in the default environment and in the one of the first sign-in.
    pub(crate) blocked: [Option<String>; 2],
    /// Sign-ins and calls that data policies refused lately.
    pub(crate) violations: Vec<String>,
    /// Who makes trials.
    pub(crate) trials: &'static str,
    /// Where people sign in to Salesforce.
    pub(crate) salesforce_hosts: Vec<String>,
    /// Environments of CRMs that are in administration mode.
    pub(crate) administration: Vec<String>,
    /// Environments of CRMs.
    pub(crate) crm_environments: usize,
    /// Database and log, in bytes.
    pub(crate) capacity: (i64, i64),
    /// The CRMs of the guide's kind.
    pub(crate) crms: Vec<CrmOf>,
    /// The bot of the app in Teams.
    pub(crate) bot: Option<teams_app::Bot>,
    /// The language features.
    pub(crate) languages: Option<Languages>,
}

impl Own {
    /// The sellers who were not looked at: those who are not among these addresses, have none, or come behind the last one.
    pub(crate) fn unlooked<'l>(&self, looked: impl IntoIterator<Item = &'l str>) -> Vec<String> {
        let looked: BTreeSet<String> = looked.into_iter().map(str::to_lowercase).collect();
        let left = self.sellers.iter().filter(|one| !looked.contains(&one.address.to_lowercase()));
        let told = |one: &Seller| {
            let who = if one.address.is_empty() { &one.name } else { &one.address };
            format!("{who} = ?")
        };
        left.map(told).chain(self.more_sellers.then(|| "… = ?".to_owned())).collect()
    }
}

/// What Microsoft Graph says of an organisation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    /// Roles with the addresses of their members; nothing where they may not be read.
    pub(crate) roles: Option<Vec<(String, Vec<String>)>>,
    /// `skuPartNumber` of what is subscribed to.
    pub(crate) products: Option<Vec<String>>,
    /// Of each seller who was found: address and products.
    pub(crate) licences: Vec<(String, Vec<String>)>,
    /// Of each seller who was found: address, and whether they are a guest; nothing where that may not be read.
    pub(crate) guests: Option<Vec<(String, bool)>>,
    /// Of each seller who has a mailbox: address and what it is for (`userPurpose`).
    pub(crate) mailboxes: Option<Vec<(String, String)>>,
    /// Whether the hub's app is in the catalogue of the organisation.
    pub(crate) app: Option<bool>,
    /// The identifiers that the catalogue gave it.
    pub(crate) catalogued: Vec<String>,
}

/// A seller in Salesforce.
#[derive(Debug, Clone, Default)]
pub(crate) struct Colleague {
    /// The address.
    pub(crate) address: String,
    /// The name of the profile.
    pub(crate) profile: String,
    /// Names, labels and identifiers of the permission sets; nothing where they cannot be seen.
    pub(crate) sets: Option<Vec<String>>,
    /// Whether interfaces may be used.
    pub(crate) may: bool,
    /// The user there.
    pub(crate) user: Option<RecordRef>,
    /// The identifiers of the permission sets, that of the profile among them.
    pub(crate) held: Vec<String>,
}

/// What Salesforce says to the administrator who asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Organisation {
    /// `OrganizationType`.
    pub(crate) edition: Option<String>,
    /// Each seller who was found.
    pub(crate) users: Option<Vec<Colleague>>,
    /// Applications with their policies, as far as they are told.
    pub(crate) applications: Vec<Application>,
    /// Profiles that let people change everything and that somebody has.
    pub(crate) customisers: Option<Vec<String>>,
    /// Licences of integration users: how many there are, and how many are used.
    pub(crate) integration: Option<(i64, i64)>,
    /// Whether records of `EmailMessage` can be made.
    pub(crate) stores_mail: Option<bool>,
    /// What of the forms is there.
    pub(crate) described: Option<Described>,
    /// What sellers may do with it.
    pub(crate) rights: Rights,
}

/// A mailbox of Dynamics 365.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub(crate) struct Mailbox {
    pub(crate) name: String,
    /// Incoming, outgoing and appointments by server-side synchronisation, approved, tested.
    pub(crate) synchronised: bool,
    pub(crate) has_profile: bool,
    pub(crate) active: bool,
    pub(crate) failing: bool,
}

/// What Dynamics 365 says to the administrator who asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dynamics {
    /// The addresses of the sellers who were asked for.
    pub(crate) asked: Vec<String>,
    pub(crate) mailboxes: Option<Vec<Mailbox>>,
    /// How mails are tracked, of each person: address and `incomingemailfilteringmethod`.
    pub(crate) tracking: Option<Vec<(String, i64)>>,
    /// Of each seller: address, and whether the account is enabled. Sellers who are not there are missing.
    pub(crate) users: Option<Vec<(String, bool)>>,
    /// Of each seller who is there: address, names of the roles, and whether those of teams are among them.
    pub(crate) roles: Option<Vec<(String, Vec<String>, bool)>>,
    /// Whether Dataverse search is on.
    pub(crate) search: Option<bool>,
    /// Whether attachments of appointments are synchronised.
    pub(crate) attachments: Option<bool>,
    /// What of the forms is there.
    pub(crate) described: Option<Described>,
}

/// What was handed in, the latest of each kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Handed {
    pub(crate) mailboxes: Option<(Vec<MailboxPolicy>, Timestamp)>,
    pub(crate) meetings: Option<(Vec<MeetingPolicy>, Timestamp)>,
    pub(crate) setups: Option<(Vec<SetupPolicy>, Timestamp)>,
    pub(crate) channels: Option<(Vec<ChannelsPolicy>, Timestamp)>,
    pub(crate) assignments: Option<(Vec<Assignment>, Timestamp)>,
    pub(crate) catalogue: Option<(Vec<CatalogueApp>, Timestamp)>,
    pub(crate) policies: Option<(Vec<DataPolicy>, Timestamp)>,
    pub(crate) package: Option<(Package, Timestamp)>,
}

impl Handed {
    pub(crate) fn take(&mut self, content: Content, at: Timestamp) {
        match content {
            Content::MailboxPolicies(all) => self.mailboxes = Some((all, at)),
            Content::MeetingPolicies(all) => self.meetings = Some((all, at)),
            Content::SetupPolicies(all) => self.setups = Some((all, at)),
            Content::ChannelsPolicies(all) => self.channels = Some((all, at)),
            Content::Assignments(all) => self.assignments = Some((all, at)),
            Content::CatalogueApps(all) => self.catalogue = Some((all, at)),
            Content::DataPolicies(all) => self.policies = Some((all, at)),
            Content::Salesforce(package) => self.package = Some((package, at)),
        }
    }
}

/// Everything.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) own: Own,
    pub(crate) graph: Reading<Directory>,
    pub(crate) salesforce: Reading<Organisation>,
    pub(crate) dynamics: Reading<Dynamics>,
    pub(crate) handed: Handed,
    /// The groups of sellers in the directory.
    pub(crate) seller_groups: Vec<SellerGroup>,
    /// The identifiers by which the app is known: the hub's own package, and those that were published.
    pub(crate) apps: Vec<String>,
    /// The consumer keys of the hub's applications in Salesforce.
    pub(crate) consumer_keys: Vec<String>,
}

impl Facts {
    /// The identifiers that the catalogue of the organisation gave the app, as far as Graph or evidence tells: policies
    /// name an app that was uploaded by these, and not by the one of its package.
    pub(crate) fn catalogued(&self) -> Vec<&str> {
        let graph: &[String] = match &self.graph {
            Reading::Read(directory) => &directory.catalogued,
            Reading::Absent | Reading::Refused(_) => &[],
        };
        let handed = self.handed.catalogue.as_ref().map_or(&[][..], |(all, _)| all.as_slice());
        let ours = |one: &&CatalogueApp| {
            self.apps.iter().any(|app| app.eq_ignore_ascii_case(&one.external))
        };
        let handed = handed.iter().filter(ours).map(|one| one.id.as_str());
        graph.iter().map(String::as_str).chain(handed).collect()
    }
}

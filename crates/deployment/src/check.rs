//! What a check is, and what comes of one.

use jiff::Timestamp;

use crate::{evidence::Kind, facts::Facts};

/// What a failing check means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Sign-in or installation does not work.
    Blocks,
    /// One feature does not work.
    Feature,
    /// Something is less good than it could be.
    Warning,
}

impl Class {
    /// The letter of the published table.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Blocks => "B",
            Self::Feature => "F",
            Self::Warning => "W",
        }
    }

    /// As texts and documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Feature => "feature",
            Self::Warning => "warning",
        }
    }
}

/// Which CRM a check is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum For {
    /// Whatever the CRM is.
    Both,
    /// Sellers in Salesforce.
    Salesforce,
    /// Sellers in Dynamics 365, or in an environment of the hub's own.
    Dynamics,
}

impl For {
    /// As documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
        }
    }
}

/// A guide: the order of the published ones differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guide {
    /// Sellers work in Salesforce.
    Salesforce,
    /// Sellers work in Dynamics 365.
    Dynamics,
    /// Sellers work in an environment of the hub's own: as with Dynamics 365, without what is of the vendor's.
    Embedded,
}

impl Guide {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Salesforce, Self::Dynamics, Self::Embedded];

    /// As addresses and documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
            Self::Embedded => "embedded",
        }
    }

    /// The guide of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guide| guide.as_str() == text)
    }

    /// The steps, in the order of the published guide: that for Dynamics 365 has neither data policies, nor a connected
    /// app, nor a first sign-in, but server-side synchronisation before the roles.
    pub const fn steps(self) -> &'static [Step] {
        use Step as S;
        match self {
            Self::Salesforce => &[
                S::Prerequisites,
                S::Outlook,
                S::Teams,
                S::Transcription,
                S::Roles,
                S::DataPolicy,
                S::ConnectedApp,
                S::FirstSignIn,
                S::Customise,
                S::Chat,
                S::Welcome,
            ],
            Self::Dynamics => &[
                S::Prerequisites,
                S::Outlook,
                S::Teams,
                S::Transcription,
                S::ServerSideSync,
                S::Roles,
                S::Customise,
                S::Chat,
                S::Welcome,
            ],
            Self::Embedded => &[
                S::Prerequisites,
                S::Outlook,
                S::Teams,
                S::Transcription,
                S::Roles,
                S::Customise,
                S::Chat,
                S::Welcome,
            ],
        }
    }

    /// Whether a check belongs to it.
    pub fn has(self, check: &Check) -> bool {
        let right = match check.crm {
            For::Both => true,
            For::Salesforce => self == Self::Salesforce,
            For::Dynamics => self != Self::Salesforce,
        };
        let theirs = check.of_vendor && self == Self::Embedded;
        right && !theirs && self.steps().contains(&check.step)
    }
}

/// A step of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Step {
    Prerequisites,
    Outlook,
    Teams,
    Transcription,
    ServerSideSync,
    Roles,
    DataPolicy,
    ConnectedApp,
    FirstSignIn,
    Customise,
    Chat,
    Welcome,
}

impl Step {
    /// As texts and documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prerequisites => "prerequisites",
            Self::Outlook => "outlook",
            Self::Teams => "teams",
            Self::Transcription => "transcription",
            Self::ServerSideSync => "server-side-sync",
            Self::Roles => "roles",
            Self::DataPolicy => "data-policy",
            Self::ConnectedApp => "connected-app",
            Self::FirstSignIn => "first-sign-in",
            Self::Customise => "customise",
            Self::Chat => "chat",
            Self::Welcome => "welcome",
        }
    }
}

/// Who can cure it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Who {
    TenantAdministrator,
    TeamsAdministrator,
    PlatformAdministrator,
    CrmAdministrator,
    SalesAdministrator,
    Seller,
}

impl Who {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 6] = [
        Self::TenantAdministrator,
        Self::TeamsAdministrator,
        Self::PlatformAdministrator,
        Self::CrmAdministrator,
        Self::SalesAdministrator,
        Self::Seller,
    ];

    /// As texts and documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TenantAdministrator => "tenant-administrator",
            Self::TeamsAdministrator => "teams-administrator",
            Self::PlatformAdministrator => "platform-administrator",
            Self::CrmAdministrator => "crm-administrator",
            Self::SalesAdministrator => "sales-administrator",
            Self::Seller => "seller",
        }
    }
}

/// How something came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The hub's own state.
    Liaison,
    /// Microsoft Graph, read by the hub.
    Graph,
    /// Salesforce, read as the administrator who asked.
    Salesforce,
    /// Dynamics 365 or the hub's own environment, read as the administrator who asked.
    Dynamics,
    /// A file that somebody handed in.
    Evidence(Kind),
    /// Somebody said so.
    Said,
}

impl Source {
    /// As documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Liaison => "liaison",
            Self::Graph => "graph",
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
            Self::Evidence(kind) => kind.as_str(),
            Self::Said => "said",
        }
    }

    /// What the system, or what writes the file, is called in every language; nothing for the hub and for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graph => "Microsoft Graph",
            Self::Salesforce => "Salesforce",
            Self::Dynamics => "Dynamics 365",
            Self::Evidence(kind) => kind.name(),
            Self::Liaison | Self::Said => "",
        }
    }

    /// The source of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = [Self::Liaison, Self::Graph, Self::Salesforce, Self::Dynamics, Self::Said];
        let known = plain.into_iter().find(|source| source.as_str() == text);
        known.or_else(|| Kind::parse(text).map(Self::Evidence))
    }
}

/// What is seen of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It holds, and that was seen lately.
    Pass,
    /// It does not, and something does not work for that.
    Fail,
    /// It does not and something is less good, or it held too long ago.
    Warning,
    /// Nobody can tell.
    Unknown,
    /// It is for others.
    NotApplicable,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Pass, Self::Fail, Self::Warning, Self::Unknown, Self::NotApplicable];

    /// As documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The state of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Why nobody can tell, or why what held is a warning by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is looked at by a person, and nobody has said so.
    NotSaid,
    /// Nobody has let it be checked.
    Unchecked,
    /// No connection to the system, and no evidence.
    NotRead,
    /// The system was asked and did not answer that.
    Refused,
    /// What was read does not say it.
    Unset,
    /// It is not known who sells.
    NoSellers,
    /// It is too long ago.
    Old,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NotSaid,
        Self::Unchecked,
        Self::NotRead,
        Self::Refused,
        Self::Unset,
        Self::NoSellers,
        Self::Old,
    ];

    /// As texts and documents name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSaid => "not-said",
            Self::Unchecked => "unchecked",
            Self::NotRead => "not-read",
            Self::Refused => "refused",
            Self::Unset => "unset",
            Self::NoSellers => "no-sellers",
            Self::Old => "old",
        }
    }

    /// The reason of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == text)
    }
}

/// A check of the published table.
#[derive(Debug)]
pub struct Check {
    /// Its identifier there, such as `TMS-07`.
    pub id: &'static str,
    /// What its failing means.
    pub class: Class,
    /// Which CRM it is for.
    pub crm: For,
    /// The step of the guide that it belongs to.
    pub step: Step,
    /// Who can cure it.
    pub who: Who,
    /// What can tell, the best first; that somebody says so comes last always.
    pub reads: &'static [Source],
    /// The exact labels of the settings, English and French.
    pub labels: &'static [(&'static str, &'static str)],
    /// Where it is cured: a page of the hub, or an address of the vendor's; empty where there is none.
    pub place: &'static str,
    /// Whether it is about what only the vendor's own system has, and an environment of the hub does not.
    pub of_vendor: bool,
    pub(crate) judge: fn(&Facts) -> Verdict,
}

impl Check {
    /// A check that somebody has to say.
    pub(crate) const fn of(id: &'static str, class: Class, crm: For, step: Step, who: Who) -> Self {
        let (reads, labels, place) = (&[], &[], "");
        Self { id, class, crm, step, who, reads, labels, place, of_vendor: false, judge: said }
    }

    pub(crate) const fn by(
        mut self,
        reads: &'static [Source],
        judge: fn(&Facts) -> Verdict,
    ) -> Self {
        self.reads = reads;
        self.judge = judge;
        self
    }

    pub(crate) const fn of_vendor(mut self) -> Self {
        self.of_vendor = true;
        self
    }

    pub(crate) const fn labels(mut self, labels: &'static [(&'static str, &'static str)]) -> Self {
        self.labels = labels;
        self
    }

    pub(crate) const fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    /// The key of its texts: `tms-07`.
    pub fn key(&self) -> String {
        self.id.to_ascii_lowercase()
    }
}

fn said(_: &Facts) -> Verdict {
    Verdict::unknown(Why::NotSaid)
}

/// What a check makes of the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether it holds; nothing where nobody can tell.
    pub(crate) holds: Option<bool>,
    pub(crate) why: Option<Why>,
    /// What was seen, in the words of the system that said it.
    pub(crate) observed: Vec<String>,
    pub(crate) source: Option<Source>,
    pub(crate) at: Option<Timestamp>,
}

impl Verdict {
    pub(crate) const fn unknown(why: Why) -> Self {
        Self { holds: None, why: Some(why), observed: Vec::new(), source: None, at: None }
    }

    pub(crate) const fn when(holds: bool, source: Source, at: Timestamp) -> Self {
        let observed = Vec::new();
        Self { holds: Some(holds), why: None, observed, source: Some(source), at: Some(at) }
    }

    /// What was read does not say it.
    pub(crate) const fn unset(source: Source, at: Timestamp) -> Self {
        let mut verdict = Self::when(false, source, at);
        (verdict.holds, verdict.why) = (None, Some(Why::Unset));
        verdict
    }

    /// With what was seen; at most [`TOLD`] of it.
    pub(crate) fn saw(mut self, what: impl Into<String>) -> Self {
        if self.observed.len() < TOLD {
            self.observed.push(what.into().chars().take(TOLD_CHARS).collect());
        }
        self
    }

    pub(crate) fn saw_all<T: Into<String>>(self, all: impl IntoIterator<Item = T>) -> Self {
        all.into_iter().fold(self, Self::saw)
    }
}

/// Observations of one check that are kept, and characters of one; what comes after is not told.
const TOLD: usize = 12;
const TOLD_CHARS: usize = 200;

//! Licences: one for customer engagement and one for Teams, for each person.

use identity::Licence;
use kernel::{LicenceId, Permission, Scope};
use serde_json::json;

use crate::{Error, LinkingSetup, Result, audit::Audited, store};

/// What a licence counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountsAs {
    /// Neither.
    Nothing,
    /// A licence for customer engagement: Sales, Customer Service, Field Service, Marketing, Project …
    Engagement,
    /// A licence for Microsoft Teams.
    Teams,
    /// Both, as suites are.
    Both,
}

impl CountsAs {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Engagement, Self::Teams, Self::Both];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Engagement => "engagement",
            Self::Teams => "teams",
            Self::Both => "both",
        }
    }

    /// The one of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// What the name of a licence says: the published names of products.
    pub fn of_name(name: &str) -> Self {
        let name = name.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match (has(ENGAGEMENT), has(TEAMS)) {
            (true, true) => Self::Both,
            (true, false) => Self::Engagement,
            (false, true) => Self::Teams,
            (false, false) => Self::Nothing,
        }
    }

    const fn is_engagement(self) -> bool {
        matches!(self, Self::Engagement | Self::Both)
    }

    const fn is_teams(self) -> bool {
        matches!(self, Self::Teams | Self::Both)
    }
}

/// Products for customer engagement; `Team Members` may use the feature too.
const ENGAGEMENT: &[&str] = &[
    "dynamics 365 sales",
    "dynamics 365 customer",
    "dynamics 365 field service",
    "dynamics 365 marketing",
    "dynamics 365 project",
    "dynamics 365 team members",
    "sales premium",
    "sales enterprise",
    "sales professional",
];

/// Products with Microsoft Teams in them.
const TEAMS: &[&str] =
    &["microsoft teams", "microsoft 365 e", "microsoft 365 business", "office 365 e"];

/// What a person lacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missing {
    /// A licence for customer engagement.
    pub engagement: bool,
    /// A licence for Microsoft Teams.
    pub teams: bool,
}

impl Missing {
    /// Nothing is.
    pub const fn nothing(self) -> bool {
        !self.engagement && !self.teams
    }
}

/// A licence of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub licence: Licence,
    /// What it counts as.
    pub counts: CountsAs,
    /// Whether somebody said so; else its name does.
    pub is_said: bool,
}

/// The licences of a tenant, as linking sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licences {
    /// All of them, by name.
    pub all: Vec<Counted>,
    /// What the reader lacks.
    pub missing: Missing,
}

impl Licences {
    /// Those that count as licences for customer engagement.
    pub fn engagement(&self) -> impl Iterator<Item = &Counted> {
        self.all.iter().filter(|one| one.counts.is_engagement())
    }

    /// Those that count as licences for Microsoft Teams.
    pub fn teams(&self) -> impl Iterator<Item = &Counted> {
        self.all.iter().filter(|one| one.counts.is_teams())
    }
}

pub(crate) fn counted(licence: Licence, said: &[(LicenceId, CountsAs)]) -> Counted {
    let said = said.iter().find(|(id, _)| *id == licence.id).map(|(_, counts)| *counts);
    let counts = said.unwrap_or_else(|| CountsAs::of_name(&licence.name));
    Counted { licence, counts, is_said: said.is_some() }
}

impl LinkingSetup {
    /// The licences of the tenant, and what the caller lacks of them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn licences(&self, scope: &Scope) -> Result<Licences> {
        let said = self.0.db.read(scope, store::licences).await?;
        let all = self.0.identity.licences(scope).await?;
        let all = all.into_iter().map(|licence| counted(licence, &said)).collect();
        Ok(Licences { all, missing: self.missing(scope).await? })
    }

    /// What the caller lacks; the hub's own jobs lack nothing.
    pub(crate) async fn missing(&self, scope: &Scope) -> Result<Missing> {
        let Some(user) = scope.user() else { return Ok(Missing::default()) };
        let version = self.1.version();
        if let Some(known) = self.1.missing(scope.tenant(), user) {
            return Ok(known);
        }
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let said = self.0.db.read(&root, store::licences).await?;
        let held = self.0.identity.licences_of(&root, user).await?;
        let held: Vec<_> = held.into_iter().map(|licence| counted(licence, &said)).collect();
        let missing = Missing {
            engagement: !held.iter().any(|one| one.counts.is_engagement()),
            teams: !held.iter().any(|one| one.counts.is_teams()),
        };
        self.1.keep_missing((scope.tenant(), user), missing, version);
        Ok(missing)
    }

    /// Says what a licence counts as.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`] when there is no such licence, [`Error::Store`].
    pub async fn count_licence(
        &self,
        scope: &Scope,
        licence: LicenceId,
        counts: CountsAs,
    ) -> Result<()> {
        scope.require(Permission::LicenceAssign)?;
        // that it is there
        self.0.identity.holders(scope, licence).await?;
        let now = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let before = store::licences(tx)?.into_iter().find(|(id, _)| *id == licence);
            let before = before.map(|(_, counts)| counts.as_str());
            store::put_licence(tx, licence, counts)?;
            let subject = ("licence", licence.to_string());
            let views = (json!({ "counts_as": before }), json!({ "counts_as": counts.as_str() }));
            Audited { action: "linking.licence", subject }.write(tx, views, now)
        };
        self.0.db.write::<_, Error, _>(scope, write).await
    }
}

/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "linking-setup";

//! What a tenant agreed to, once for all its environments.

use identity::users::Person;
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use serde_json::json;

use crate::{Error, LinkingSetup, Result, audit::Audited, store};

/// What is agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// Linking: teams and channels are listed and made, members are found and added once.
    First,
    /// What goes on afterwards: the conversation beside the record, change notes, members kept in step.
    Second,
}

impl Which {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// As it is stored and written in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }

    /// The one of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.as_str() == text)
    }

    /// What is agreed to, as Microsoft Graph names permissions; nothing else is ever asked for.
    pub const fn scopes(self) -> &'static [&'static str] {
        match self {
            // the delegated permissions of the published feature
            Self::First => &["Group.ReadWrite.All", "User.Read.All"],
            // reading a conversation, posting notes as a person, and changing members without one
            Self::Second => &[
                "ChannelMessage.Read.All",
                "ChannelMessage.Send",
                "TeamMember.ReadWrite.All",
                "ChannelMember.ReadWrite.All",
            ],
        }
    }
}

/// What somebody decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Agrees, to all of it.
    Accept,
    /// Does not.
    Decline,
    /// No longer does.
    Withdraw,
}

impl Decision {
    /// The decision of a word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "accept" => Some(Self::Accept),
            "decline" => Some(Self::Decline),
            "withdraw" => Some(Self::Withdraw),
            _ => None,
        }
    }
}

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentState {
    /// Nobody decided yet.
    NotAsked,
    /// All of it was agreed to.
    Accepted,
    /// Somebody said no.
    Declined,
    /// It held once: withdrawn here, or refused by the workspace.
    Revoked,
    /// Some of what is needed now is missing.
    Partial,
}

impl ConsentState {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
            Self::Partial => "partial",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::NotAsked, Self::Accepted, Self::Declined, Self::Revoked, Self::Partial]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A consent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub which: Which,
    /// Where it stands.
    pub state: ConsentState,
    /// Who decided last; nobody when the workspace did.
    pub by: Option<UserId>,
    /// What that person is called, where it was asked for.
    pub by_name: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// What is granted now.
    pub scopes: Vec<String>,
}

impl Consent {
    /// Before anybody decided.
    pub(crate) const fn open(which: Which) -> Self {
        let (by, by_name, at) = (None, None, None);
        Self { which, state: ConsentState::NotAsked, by, by_name, at, scopes: Vec::new() }
    }

    /// Whether it holds, all of it.
    pub fn holds(&self) -> bool {
        self.state == ConsentState::Accepted
    }

    /// What is missing of what is needed.
    pub fn missing(&self) -> Vec<&'static str> {
        let granted = |scope: &&&str| self.scopes.iter().any(|granted| granted == **scope);
        self.which.scopes().iter().filter(|scope| !granted(scope)).copied().collect()
    }
}

impl LinkingSetup {
    /// Both consents of the tenant, with the names of who decided.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn consents(&self, scope: &Scope) -> Result<[Consent; 2]> {
        scope.require(Permission::EnvironmentRead)?;
        let mut both = self.0.db.read(scope, store::consents).await?;
        let ids: Vec<UserId> = both.iter().filter_map(|consent| consent.by).collect();
        if !ids.is_empty() {
            let people: Vec<Person> = self.0.identity.people(scope, &ids).await?;
            for consent in &mut both {
                let found = people.iter().find(|person| Some(person.id) == consent.by);
                consent.by_name = found.map(|person| person.display_name.clone());
            }
        }
        Ok(both)
    }

    /// Decides for the tenant.
    ///
    /// Accepting is agreeing to [`Which::scopes`], all of them. What is withdrawn stops at once: switches stay as they
    /// are, and do nothing until it is agreed to again.
    ///
    /// # Errors
    /// [`Error::TenantAdministratorNeeded`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn consent(
        &self,
        scope: &Scope,
        which: Which,
        decision: Decision,
    ) -> Result<Consent> {
        scope
            .require(Permission::SettingsManage)
            .map_err(|_denied| Error::TenantAdministratorNeeded)?;
        let by = scope.user().ok_or(Error::PersonNeeded)?;
        let now = self.0.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let before = store::consent(tx, which)?;
            let held = matches!(before.state, ConsentState::Accepted | ConsentState::Partial);
            let (state, action, scopes) = match decision {
                Decision::Accept => {
                    (ConsentState::Accepted, "linking.consent_accept", which.scopes())
                }
                Decision::Decline if !held => {
                    (ConsentState::Declined, "linking.consent_decline", [].as_slice())
                }
                Decision::Withdraw if held => {
                    (ConsentState::Revoked, "linking.consent_withdraw", [].as_slice())
                }
                // there is nothing to withdraw, and what holds is withdrawn, not declined
                Decision::Decline | Decision::Withdraw => return Ok::<_, Error>(()),
            };
            let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
            let after = Consent { state, by: Some(by), at: Some(now), scopes, ..before.clone() };
            store::put_consent(tx, &after, now)?;
            let audited = Audited { action, subject: ("linking_consent", which.as_str().into()) };
            audited.write(tx, (view(&before), view(&after)), now)
        };
        self.0.db.write(scope, write).await?;
        let [first, second] = self.consents(scope).await?;
        Ok(if which == Which::First { first } else { second })
    }

    /// The workspace refused to do something for want of permissions that were agreed to: somebody took them back
    /// there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn refused_upstream(
        &self,
        scope: &Scope,
        which: Which,
        missing: &[String],
    ) -> Result<()> {
        scope.require(Permission::System)?;
        let (now, missing) = (self.0.clock.now(), missing.to_vec());
        let write = move |tx: &db::Tx<'_>| {
            let before = store::consent(tx, which)?;
            if !matches!(before.state, ConsentState::Accepted | ConsentState::Partial) {
                return Ok::<_, Error>(());
            }
            let mut scopes = before.scopes.clone();
            // without a name nothing is known to be left
            scopes.retain(|scope| !missing.is_empty() && !missing.contains(scope));
            let state =
                if scopes.is_empty() { ConsentState::Revoked } else { ConsentState::Partial };
            if scopes == before.scopes {
                return Ok(());
            }
            let after = Consent { state, by: None, at: Some(now), scopes, ..before.clone() };
            store::put_consent(tx, &after, now)?;
            let action = "linking.consent_lost";
            let audited = Audited { action, subject: ("linking_consent", which.as_str().into()) };
            audited.write(tx, (view(&before), view(&after)), now)
        };
        self.0.db.write(scope, write).await
    }
}

fn view(consent: &Consent) -> serde_json::Value {
    json!({ "state": consent.state.as_str(), "scopes": consent.scopes })
}

//! Whether everything is there that links with Teams need, asked of Graph itself.
//!
//! Graph looks at permissions before it looks at things: calls about a team that there is not are harmless, and their
//! refusal names the permission that is missing (Teams: `API requires one of '…'`). Where a refusal names none, the one
//! that the call is documented to need is named.

use graph::{Ask, Caller, Error as Refused};
use http::Method;
use kernel::{Coded as _, Permission, Scope};
use serde_json::json;

use super::{MicrosoftTeams, may_manage};
use crate::{Error, Result};

/// Whether something is as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is.
    Good,
    /// One of these permissions has to be granted.
    Missing(Vec<String>),
    /// It is not, for the reason of this code.
    Bad(&'static str),
    /// It was not asked, because something before it is missing.
    Unasked,
}

impl Finding {
    /// As texts name it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Missing(_) => "missing",
            Self::Bad(_) => "bad",
            Self::Unasked => "unasked",
        }
    }
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What: the end of the name of its text.
    pub what: &'static str,
    /// How it is.
    pub finding: Finding,
}

/// A team and a channel that there are not.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// What the hub's jobs do, the call that shows whether they may, and the permission that it needs least.
const CALLS: [(&str, Method, &str, &str); 8] = [
    ("people", Method::GET, "/users?$top=1&$select=id", "User.Read.All"),
    ("teams", Method::GET, "/teams/{}", "Team.ReadBasic.All"),
    ("channels", Method::GET, "/teams/{}/channels", "Channel.ReadBasic.All"),
    ("members", Method::GET, "/teams/{}/members", "TeamMember.Read.All"),
    ("put-members", Method::POST, "/teams/{}/members", "TeamMember.ReadWrite.All"),
    (
        "channel-members",
        Method::POST,
        "/teams/{}/channels/{}/members",
        "ChannelMember.ReadWrite.All",
    ),
    ("tabs", Method::GET, "/teams/{}/channels/{}/tabs", "TeamsTab.Read.All"),
    ("remove-tabs", Method::DELETE, "/teams/{}/channels/{}/tabs/{}", "TeamsTab.ReadWrite.All"),
];

impl MicrosoftTeams {
    /// Looks at everything that links need: the application, each permission of the hub's jobs, notices, and the caller's own
    /// sign-in. Nothing is changed.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TeamsNotSet`], [`Error::Seal`], [`Error::Store`].
    pub async fn check(&self, scope: &Scope) -> Result<Vec<Checked>> {
        may_manage(scope)?;
        let kept = self.current(scope).await?.ok_or(Error::TeamsNotSet)?;
        let root = self.root(scope.tenant());
        let graph = self.graph(&root, &kept)?;
        // what was refused a moment ago is asked again
        self.tokens.forget_connection(scope.tenant(), kept.teams.id);
        let mut all = Vec::new();
        let mut signed_in = true;
        for (what, method, path, needs) in &CALLS {
            if !signed_in {
                all.push(Checked { what, finding: Finding::Unasked });
                continue;
            }
            let body = (*method == Method::POST).then(|| json!({}));
            let path = path.replace("{}", NOBODY);
            let ask = Ask { method: method.clone(), path, body, ..Ask::default() };
            let said = graph.send(Caller::Application, &ask).await.map(drop);
            if all.is_empty() {
                let own = match &said {
                    Err(Refused::Token(error)) => Finding::Bad(error.code().name()),
                    Err(Refused::Unreachable(error)) => Finding::Bad(error.code().name()),
                    Err(Refused::SignInAgain) => Finding::Bad("linking_teams.token_refused"),
                    _ => Finding::Good,
                };
                signed_in = own == Finding::Good;
                all.push(Checked { what: "application", finding: own });
            }
            let finding = if signed_in { judge(said, needs) } else { Finding::Unasked };
            all.push(Checked { what, finding });
        }
        all.push(Checked { what: "notices", finding: self.notices_reach(scope) });
        all.push(Checked {
            what: "app",
            finding: self.app_is_there(scope, &kept, signed_in).await?,
        });
        all.push(Checked { what: "person", finding: self.person_is_there(scope, &kept).await? });
        Ok(all)
    }

    /// Graph sends notices to addresses of the web that are encrypted.
    fn notices_reach(&self, scope: &Scope) -> Finding {
        match self.notice_address(scope) {
            Some(url) if url.scheme() == "https" || self.is_opened(&url) => Finding::Good,
            _ => Finding::Bad("linking_teams.notices_closed"),
        }
    }

    /// Whether our app is in the organisation's catalogue, where one is named.
    async fn app_is_there(
        &self,
        scope: &Scope,
        kept: &super::store::Kept,
        signed_in: bool,
    ) -> Result<Finding> {
        let Some(app) = kept.teams.app.filter(|_| signed_in) else {
            return Ok(Finding::Unasked);
        };
        let graph = self.graph(scope, kept)?;
        let path = format!("/appCatalogs/teamsApps?$filter=externalId%20eq%20%27{app}%27");
        let found = graph.all(Caller::Application, &path, 2).await;
        Ok(match found {
            Ok(rows) if rows.is_empty() => Finding::Bad("linking_teams.app_missing"),
            other => judge(other.map(drop), "AppCatalog.Read.All"),
        })
    }

    async fn person_is_there(&self, scope: &Scope, kept: &super::store::Kept) -> Result<Finding> {
        let Some(user) = scope.user().filter(|_| scope.may(Permission::ConnectionUse)) else {
            return Ok(Finding::Unasked);
        };
        let graph = self.graph(scope, kept)?;
        let path = "/me/joinedTeams";
        let said = match self.sit(scope, kept, user).await {
            Ok(super::Sitting::SignedIn(token)) => {
                graph.get(Caller::SignedIn { token: &token }, path).await
            }
            Ok(super::Sitting::OnBehalf(user, assertion)) => {
                graph.get(Caller::Person { user, assertion: &assertion }, path).await
            }
            Ok(super::Sitting::Jobs) => return Ok(Finding::Unasked),
            Err(Error::TeamsSignInNeeded) => {
                return Ok(Finding::Bad("linking_teams.sign_in_needed"));
            }
            Err(error) => return Err(error),
        };
        Ok(judge(said.map(drop), "Group.ReadWrite.All"))
    }
}

/// What a call says about a permission: whatever comes after it was looked at is good.
fn judge(said: std::result::Result<(), Refused>, needs: &str) -> Finding {
    match said {
        Err(Refused::Forbidden { message, .. }) if message.to_lowercase().contains("license") => {
            Finding::Bad("workspace.unlicensed")
        }
        Err(Refused::Forbidden { permissions, .. }) if permissions.is_empty() => {
            Finding::Missing(vec![needs.to_owned()])
        }
        Err(Refused::Forbidden { permissions, .. }) => Finding::Missing(permissions),
        Err(Refused::Token(error)) => Finding::Bad(error.code().name()),
        Err(Refused::Unreachable(error)) => Finding::Bad(error.code().name()),
        Err(Refused::SignInAgain) => Finding::Bad("linking_teams.token_refused"),
        Err(Refused::Busy { .. } | Refused::Failed { .. } | Refused::Answer { .. }) => {
            Finding::Bad("workspace.unavailable")
        }
        _ => Finding::Good,
    }
}

//! Subscriptions to changes of linked teams: made, renewed before they end, made anew when they are gone; and which teams
//! are to be looked at. Whoever looks at links does it all under its own lease of the tenant, so that one node does.
//!
//! Losing notices costs latency: a team that nothing was told of is looked at by itself now and then, more often where
//! no subscription could be made.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use graph::{Ask, Caller, Error as Refused, Graph};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use kernel::{Permission, Scope};
use serde_json::{Value as Json, json};
use workspace_port::TeamId;

use super::{
    MicrosoftTeams,
    sign_in::hash,
    spoken::TRANSCRIPTS,
    store::{self, Watched},
};
use crate::Result;

/// The topic that says that notices were taken in; the stream is the tenant.
pub const TEAMS_TOLD: &str = "linking.teams_told";

/// A team to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Woken {
    /// The team.
    pub team: TeamId,
    /// What it was woken by came until then.
    pub until: Option<Timestamp>,
}

/// What is subscribed to for each team, and the kinds of change.
const KINDS: [(&str, &str); 2] =
    [("team", "updated,deleted"), ("channels", "created,updated,deleted")];

/// How long a subscription is asked for. Documented for teams, channels and transcripts: up to 4,320 minutes; where it ends is what the
/// answer says.
const LIFE: SignedDuration = SignedDuration::from_mins(4_300);
/// A team that was told nothing of is looked at after so long: our own choice.
const QUIET: SignedDuration = SignedDuration::from_hours(4);
/// The same where nothing will be told.
const BLIND: SignedDuration = SignedDuration::from_mins(15);
/// Calls of one turn.
pub(super) const A_TURN: usize = 20;
/// For how long a node that makes or renews a subscription has that for itself.
pub(super) const TAKEN: SignedDuration = SignedDuration::from_mins(2);
/// A subscription that was refused is tried again after so long, doubled each time.
const AGAIN: i64 = 15 * 60;
/// The longest of that.
const LATEST: i64 = 6 * 3600;

impl MicrosoftTeams {
    /// Sees to the subscriptions for these teams of a tenant, a few at a time; whether there is more to do at once. Others
    /// are given up. For the hub's own jobs.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Seal`], [`crate::Error::Store`].
    pub async fn tend(&self, scope: &Scope, teams: &[TeamId]) -> Result<bool> {
        scope.require(Permission::System)?;
        let Some(kept) = self.in_use(scope).await? else { return Ok(false) };
        let graph = self.graph(scope, &kept)?;
        let now = self.parts.clock.now();
        let wanted: BTreeSet<String> = teams.iter().map(|team| team.0.clone()).collect();
        let mut rows = self.parts.db.read_one(scope, store::watches).await?;
        let there: BTreeSet<&str> = rows.iter().map(|row| row.team.as_str()).collect();
        let fresh: Vec<String> =
            wanted.iter().filter(|team| !there.contains(team.as_str())).cloned().collect();
        if !fresh.is_empty() {
            let begin = move |tx: &db::Tx<'_>| -> db::Result<()> {
                for team in &fresh {
                    for (kind, _) in KINDS {
                        store::begin_watch(tx, team, kind, now)?;
                    }
                }
                Ok(())
            };
            self.parts.db.write(scope, begin).await?;
            rows = self.parts.db.read_one(scope, store::watches).await?;
        }
        let mut calls = 0;
        for row in rows.into_iter().filter(|row| row.kind != TRANSCRIPTS) {
            if calls >= A_TURN {
                return Ok(true);
            }
            if !wanted.contains(&row.team) {
                calls += 1;
                end(&graph, &row).await;
                let team = row.team.clone();
                self.parts.db.write(scope, move |tx| store::end_watch(tx, &team)).await?;
            } else if row.next_at <= now {
                calls += 1;
                if !self.subscribe(scope, &graph, row).await? {
                    // nobody is asked again before it lets itself be asked
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    /// Makes or renews one subscription; false when Graph wants to be left alone.
    pub(super) async fn subscribe(
        &self,
        scope: &Scope,
        graph: &Graph,
        mut row: Watched,
    ) -> Result<bool> {
        let now = self.parts.clock.now();
        let mut secret_hash = None;
        let renewed = match row.subscription.clone() {
            Some(id) => match renew(graph, &id, now).await {
                // it ended, or was taken away
                Err(Refused::NotFound { .. }) => {
                    row.subscription = None;
                    None
                }
                other => Some(other),
            },
            None => None,
        };
        let said = match renewed {
            Some(said) => said,
            None => match self.notice_address(scope) {
                Some(address) => {
                    let secret = URL_SAFE_NO_PAD.encode(self.parts.ids.secret_bytes::<32>());
                    secret_hash = Some(hash(secret.as_bytes()));
                    self.prepare(scope, (&row, secret_hash)).await?;
                    create(graph, &row, (address.as_str(), &secret), now).await
                }
                None => Err(Refused::Answer { reason: "the hub has no address" }),
            },
        };
        let go_on = !matches!(said, Err(Refused::Busy { .. }));
        match said {
            Ok(answer) => {
                if let Some(id) = answer.get("id").and_then(Json::as_str) {
                    row.subscription = Some(id.chars().take(64).collect());
                }
                let ends = answer.get("expirationDateTime").and_then(Json::as_str);
                let ends: Option<Timestamp> = ends.and_then(|text| text.parse().ok());
                let ends = ends.unwrap_or(now + SignedDuration::from_hours(1));
                // half of its life is time enough to try again a few times
                let half = SignedDuration::from_secs(ends.duration_since(now).as_secs() / 2);
                row.expires_at = Some(ends);
                row.next_at = now + half.max(SignedDuration::from_secs(30));
                (row.tries, row.problem) = (0, None);
            }
            Err(error) => {
                let wait = match &error {
                    Refused::Busy { retry_after } => {
                        i64::try_from(retry_after.as_secs()).unwrap_or(60).clamp(5, LATEST)
                    }
                    _ => (AGAIN << row.tries.clamp(0, 5)).min(LATEST),
                };
                row.tries += 1;
                row.next_at = now + SignedDuration::from_secs(wait);
                row.problem = Some(problem(&error));
                let error: &dyn std::error::Error = &error;
                tracing::debug!(error, wait_s = wait, "linking.teams_not_subscribed");
            }
        }
        let write = move |tx: &db::Tx<'_>| store::subscribed(tx, &row, secret_hash.as_ref());
        self.parts.db.write(scope, write).await?;
        Ok(go_on)
    }

    /// What the first notices will show is known before Graph can send one.
    async fn prepare(
        &self,
        scope: &Scope,
        (row, secret_hash): (&Watched, Option<[u8; 32]>),
    ) -> Result<()> {
        let row = row.clone();
        let write = move |tx: &db::Tx<'_>| store::subscribed(tx, &row, secret_hash.as_ref());
        self.parts.db.write(scope, write).await?;
        Ok(())
    }

    /// Teams of a tenant to be looked at: those that something was told of, and those that nothing was told of for long.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn woken(&self, scope: &Scope) -> Result<Vec<Woken>> {
        scope.require(Permission::System)?;
        let now = self.parts.clock.now();
        let rows = self.parts.db.read_one(scope, store::watches).await?;
        let mut teams: BTreeMap<String, Vec<Watched>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.kind != TRANSCRIPTS) {
            teams.entry(row.team.clone()).or_default().push(row);
        }
        let mut woken = Vec::new();
        for (team, rows) in teams {
            let until = rows.iter().filter_map(|row| row.woken_at).max();
            let hears = rows.iter().all(|row| row.hears(now));
            let patience = if hears { QUIET } else { BLIND };
            let looked = rows.iter().filter_map(|row| row.looked_at).min();
            let is_long_ago = looked.is_none_or(|at| now.duration_since(at) >= patience);
            if until.is_some() || is_long_ago {
                woken.push(Woken { team: TeamId(team), until });
            }
        }
        woken.truncate(A_TURN);
        Ok(woken)
    }

    /// Says that a team was looked at.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn looked(&self, scope: &Scope, woken: Woken) -> Result<()> {
        scope.require(Permission::System)?;
        let now = self.parts.clock.now();
        let write = move |tx: &db::Tx<'_>| store::looked(tx, &woken.team.0, woken.until, now);
        self.parts.db.write(scope, write).await?;
        Ok(())
    }

    /// How many of the tenant's watched teams are told of, and how many there are; for administrators.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn watching(&self, scope: &Scope) -> Result<(usize, usize)> {
        super::may_manage(scope)?;
        let rows = self.parts.db.read_one(scope, store::watches).await?;
        let now = self.parts.clock.now();
        let (mut all, mut deaf) = (BTreeSet::new(), BTreeSet::new());
        for row in rows.iter().filter(|row| row.kind != TRANSCRIPTS) {
            all.insert(&row.team);
            let ends = row.expires_at.filter(|_| row.subscription.is_some());
            if ends.is_none_or(|ends| ends <= now) {
                deaf.insert(&row.team);
            }
        }
        Ok((all.len() - deaf.len(), all.len()))
    }

    /// Gives all subscriptions of a tenant up, as far as Graph answers.
    pub(crate) async fn give_up(&self, scope: &Scope, kept: &store::Kept) {
        let root = self.root(scope.tenant());
        let Ok(graph) = self.graph(&root, kept) else { return };
        let Ok(rows) = self.parts.db.read_one(&root, store::watches).await else { return };
        for row in rows.iter().filter(|row| row.subscription.is_some()).take(A_TURN) {
            end(&graph, row).await;
        }
    }
}

async fn create(
    graph: &Graph,
    row: &Watched,
    (address, secret): (&str, &str),
    now: Timestamp,
) -> std::result::Result<Json, Refused> {
    let changes = KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("created", |one| one.1);
    // identifiers of teams are those of groups, as those of people: letters, digits and hyphens
    if !row.team.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Refused::Answer { reason: "a team has no identifier" });
    }
    let resource = match &*row.kind {
        "team" => format!("/teams/{}", row.team),
        TRANSCRIPTS => format!("/users/{}/onlineMeetings/getAllTranscripts", row.team),
        _ => format!("/teams/{}/channels", row.team),
    };
    let body = json!({
        "changeType": changes,
        "notificationUrl": address,
        // above one hour a lifecycle address is required
        "lifecycleNotificationUrl": address,
        "resource": resource,
        "expirationDateTime": (now + LIFE).to_string(),
        "clientState": secret,
        "latestSupportedTlsVersion": "v1_2",
    });
    let ask = Ask {
        method: Method::POST,
        path: "/subscriptions".to_owned(),
        body: Some(body),
        ..Ask::default()
    };
    Ok(graph.send(Caller::Application, &ask).await?.body)
}

async fn renew(graph: &Graph, id: &str, now: Timestamp) -> std::result::Result<Json, Refused> {
    let ask = Ask {
        method: Method::PATCH,
        path: format!("/subscriptions/{id}"),
        body: Some(json!({ "expirationDateTime": (now + LIFE).to_string() })),
        ..Ask::default()
    };
    Ok(graph.send(Caller::Application, &ask).await?.body)
}

/// What is not given up ends by itself.
pub(super) async fn end(graph: &Graph, row: &Watched) {
    let Some(id) = &row.subscription else { return };
    let ask =
        Ask { method: Method::DELETE, path: format!("/subscriptions/{id}"), ..Ask::default() };
    let _given_up = graph.send(Caller::Application, &ask).await;
}

/// Why there is no subscription, for those who look into the database.
fn problem(error: &Refused) -> String {
    let text = match error {
        Refused::Forbidden { permissions, .. } if !permissions.is_empty() => permissions.join(", "),
        Refused::Invalid { message, .. } => message.clone(),
        other => other.to_string(),
    };
    text.chars().take(300).collect()
}

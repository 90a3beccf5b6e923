//! The service that edges hold.

use std::{fmt, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use connectors::Connectors;
use crm_connections::CrmConnections;
use db::{Db, Tx};
use environments::Environments;
use event_log::{Change, Subject, audit};
use futures_util::future::BoxFuture;
use graph::Graph;
use identity::{Identity, SystemScopes};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, FieldError, Ids, Permission, Scope, TenantId, UserId};
use records::Records;
use serde_json::{Value as Json, json};
use teams_app::TeamsApp;
use url::Url;
use uuid::Uuid;
use workspace::Workspace;

use crate::{
    Error, Guide, Report, Result, catalogue,
    evidence::{self, Kind},
    results::{self, Kept},
    store,
};

/// Finds the client of Microsoft Graph of a tenant, where it has set one up.
pub type GraphOf = Box<dyn Fn(TenantId) -> BoxFuture<'static, Option<Graph>> + Send + Sync>;

/// What the service is made of.
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// People, roles, licences, groups, the audit.
    pub identity: Arc<Identity>,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Data policies.
    pub connectors: Arc<Connectors>,
    /// The life of environments.
    pub environments: Arc<Environments>,
    /// Rows of environments.
    pub records: Records,
    /// CRMs, and the review of the first sign-in.
    pub crm: CrmConnections,
    /// Sends letters.
    pub workspace: Arc<Workspace>,
    /// Microsoft Graph of a tenant.
    pub graph: GraphOf,
    /// The app inside Teams, and its bot.
    pub teams: TeamsApp,
    /// The address of the hub's pages; packages are made for it.
    pub public_url: Url,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// The roll-out of every tenant; cheap to clone.
#[derive(Clone)]
pub struct Deployment(pub(crate) Arc<Parts>);

impl fmt::Debug for Deployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deployment").finish_non_exhaustive()
    }
}

/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "deployment";

/// A group of sellers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SellerGroup {
    /// Its identifier in the directory: a GUID.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// What a tenant says of its roll-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Days after which what was read, handed in or said is a warning.
    pub max_age_days: i64,
    /// The groups of sellers in the directory.
    pub seller_groups: Vec<SellerGroup>,
    /// Where people ask each other; empty where there is none.
    pub community_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_age_days: 30, seller_groups: Vec::new(), community_url: String::new() }
    }
}

/// Groups that may be named. Ours.
const MAX_GROUPS: usize = 200;
/// Days that may be named. Ours.
const MAX_DAYS: i64 = 730;

impl Settings {
    pub(crate) fn max_age(&self) -> SignedDuration {
        SignedDuration::from_hours(self.max_age_days.saturating_mul(24))
    }

    pub(crate) fn groups(&self) -> Json {
        let each = self.seller_groups.iter();
        each.map(|one| json!({ "id": one.id, "name": one.name })).collect()
    }

    fn view(&self) -> Json {
        json!({
            "max_age_days": self.max_age_days, "seller_groups": self.groups(),
            "community_url": self.community_url,
        })
    }

    /// Every mistake at once.
    fn check(mut self) -> Result<Self> {
        let mut fields = Vec::new();
        if !(1..=MAX_DAYS).contains(&self.max_age_days) {
            let detail = format!("1 to {MAX_DAYS} days");
            fields.push(FieldError::new("/max_age_days", "deployment.days", detail));
        }
        if self.seller_groups.len() > MAX_GROUPS {
            let detail = format!("at most {MAX_GROUPS}");
            fields.push(FieldError::new("/seller_groups", "deployment.groups", detail));
        }
        for (index, group) in self.seller_groups.iter_mut().enumerate() {
            let place = format!("/seller_groups/{index}");
            match Uuid::try_parse(group.id.trim()) {
                Ok(id) => group.id = id.to_string(),
                Err(_) => fields.push(FieldError::new(
                    format!("{place}/id"),
                    "deployment.group_id",
                    "the object identifier of the group: a GUID",
                )),
            }
            group.name = one_line(&group.name, 200);
            if group.name.is_empty() {
                group.name.clone_from(&group.id);
            }
        }
        let trimmed = self.community_url.trim();
        self.community_url = String::from(trimmed);
        if !self.community_url.is_empty() {
            let url = Url::parse(&self.community_url).ok();
            let fits = url.is_some_and(|url| url.scheme() == "https" && url.has_host());
            if !fits || self.community_url.len() > 500 {
                let detail = "an address that begins with https://";
                fields.push(FieldError::new("/community_url", "deployment.community", detail));
            }
        }
        if fields.is_empty() { Ok(self) } else { Err(Error::Invalid { fields }) }
    }
}

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The identifier.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What who handed it in said of it.
    pub note: String,
    /// How many things it tells of.
    pub things: i64,
    /// How long it was.
    pub bytes: i64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Who handed it in.
    pub added_by: Option<UserId>,
    /// When.
    pub added_at: Timestamp,
}

/// A file to hand in.
#[derive(Debug, Clone, Default)]
pub struct NewEvidence {
    /// Its name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is; found out where nobody says it.
    pub kind: Option<Kind>,
    /// What is to be said of it.
    pub note: String,
}

/// What somebody said of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whether it holds.
    pub holds: bool,
    /// What they said of it.
    pub note: String,
    /// Name and SHA-256 of a file that they keep as proof.
    pub file: Option<(String, String)>,
    /// Who.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// What somebody says of a check.
#[derive(Debug, Clone, Default)]
pub struct NewStatement {
    /// Whether it holds.
    pub holds: bool,
    /// What they say of it.
    pub note: String,
    /// A file that they keep as proof: its name and what is in it. Only its SHA-256 is kept here.
    pub file: Option<(String, Vec<u8>)>,
}

/// Signs of a note. Ours.
const MAX_NOTE: usize = 1000;

impl Deployment {
    /// The roll-out on a database.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The guide that fits the CRMs that are set up: of Salesforce where there is one, else of Dynamics 365, else of the
    /// hub's own environments.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Crm`].
    pub async fn guide(&self, scope: &Scope) -> Result<Guide> {
        may_look(scope)?;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let systems = self.0.crm.systems(&root).await?;
        let has = |kind| systems.iter().any(|one| one.enabled && one.kind == kind);
        Ok(if has(crm_connections::SystemKind::Salesforce) {
            Guide::Salesforce
        } else if has(crm_connections::SystemKind::Dataverse) {
            Guide::Dynamics
        } else {
            Guide::Embedded
        })
    }

    /// The address of the Salesforce organisation that is set up first, for links to its settings.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Crm`].
    pub async fn salesforce_address(&self, scope: &Scope) -> Result<Option<Url>> {
        may_look(scope)?;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let systems = self.0.crm.systems(&root).await?;
        let own = |one: crm_connections::CrmSystem| {
            let is = one.kind == crm_connections::SystemKind::Salesforce;
            one.address.filter(|_| is)
        };
        Ok(systems.into_iter().find_map(own))
    }

    /// What is known of a guide, without reading any system: as it was read last.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn report(&self, scope: &Scope, guide: Guide) -> Result<Report> {
        may_look(scope)?;
        let read = move |tx: &Tx<'_>| {
            Ok::<_, Error>((
                store::results(tx, guide)?,
                store::statements(tx)?,
                store::settings(tx)?,
            ))
        };
        let (kept, statements, settings) = self.0.db.read(scope, read).await?;
        let now = self.0.clock.now();
        let outcomes = catalogue::of(guide).map(|check| {
            let own = kept.iter().find(|(id, ..)| id == check.id).map(|(_, kept, _)| kept);
            let said = statements.iter().find(|(id, _)| id == check.id).map(|(_, said)| said);
            results::outcome(check, own, said, (guide, now, settings.max_age()))
        });
        Ok(Report {
            guide,
            at: now,
            checked_at: kept.iter().map(|(.., at)| *at).max(),
            outcomes: outcomes.collect(),
        })
    }

    /// Reads all systems that can be read, judges every check of a guide, or one, and keeps what came of it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::CheckUnknown`], [`Error::Store`], and those of the hub's own rooms; a system elsewhere
    /// that does not answer leaves its checks unknown.
    pub async fn check(&self, scope: &Scope, guide: Guide, only: Option<&str>) -> Result<Report> {
        may_manage(scope)?;
        let one = only.map(|id| catalogue::find(id).ok_or(Error::CheckUnknown)).transpose()?;
        let settings = self.0.db.read(scope, store::settings).await?;
        let facts = Box::pin(self.facts(scope, guide, &settings)).await?;
        let judged = catalogue::of(guide).filter(|check| one.is_none_or(|one| one.id == check.id));
        let judged: Vec<(&'static str, Kept)> =
            judged.map(|check| (check.id, results::judge(check, &facts))).collect();
        let now = self.0.clock.now();
        let counted = judged.len();
        let id = one.map_or_else(|| guide.as_str().to_owned(), |check| check.id.to_owned());
        let write = move |tx: &Tx<'_>| {
            for (check, kept) in &judged {
                store::put_result(tx, (guide, check), kept, now)?;
            }
            let after = json!({ "guide": guide.as_str(), "checks": counted });
            note(tx, ("deployment.check", "deployment_check", &id), (None, Some(after)), now)
        };
        self.0.db.write::<_, Error, _>(scope, write).await?;
        self.report(scope, guide).await
    }

    /// How many bytes a file may have that is handed in: edges ask before they take it.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn largest_evidence(&self, scope: &Scope) -> Result<usize> {
        may_manage(scope)?;
        Ok(evidence::MAX_PACKAGE)
    }

    /// Takes a file, and judges anew what it can tell.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with the place in the file, [`Error::Store`].
    pub async fn add_evidence(&self, scope: &Scope, new: NewEvidence) -> Result<Evidence> {
        may_manage(scope)?;
        let (bytes, kind) = (new.bytes, new.kind);
        let looked = tokio::task::spawn_blocking(move || {
            let hash = sha256(&bytes);
            evidence::read(&bytes, kind).map(|content| (content, bytes.len(), hash))
        });
        let (content, bytes, sha256) = looked
            .await
            .map_err(Error::Interrupted)?
            .map_err(|fault| Error::Invalid { fields: vec![fault.field()] })?;
        let kept = Evidence {
            id: self.0.ids.fresh(),
            kind: content.kind(),
            name: one_line(&new.name, 200),
            note: noted(&new.note)?,
            things: i64::try_from(content.len()).unwrap_or(i64::MAX),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            sha256,
            added_by: scope.user(),
            added_at: self.0.clock.now(),
        };
        let content = serde_json::to_value(&content).unwrap_or_default();
        let row = kept.clone();
        let write = move |tx: &Tx<'_>| {
            store::insert_evidence(tx, &row, &content)?;
            let after = Some(view(&row));
            let id = row.id.to_string();
            let what = ("deployment.evidence_add", "deployment_evidence", id.as_str());
            note(tx, what, (None, after), row.added_at)
        };
        self.0.db.write::<_, Error, _>(scope, write).await?;
        self.check(scope, self.guide(scope).await?, None).await?;
        Ok(kept)
    }

    /// What was handed in, the newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn evidence(&self, scope: &Scope) -> Result<Vec<Evidence>> {
        may_look(scope)?;
        Ok(self.0.db.read_one(scope, store::evidence).await?)
    }

    /// Forgets a file; what it told is unknown then, unless an older one tells it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::EvidenceUnknown`], [`Error::Store`].
    pub async fn remove_evidence(&self, scope: &Scope, id: Uuid) -> Result<()> {
        may_manage(scope)?;
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| {
            let before = store::one_evidence(tx, id)?.ok_or(Error::EvidenceUnknown)?;
            store::delete_evidence(tx, id)?;
            let id = id.to_string();
            let what = ("deployment.evidence_remove", "deployment_evidence", id.as_str());
            note(tx, what, (Some(view(&before)), None), now)
        };
        self.0.db.write(scope, write).await?;
        self.check(scope, self.guide(scope).await?, None).await?;
        Ok(())
    }

    /// Says of a check that it holds, or that it does not: for what nobody can read. What can be read goes before what
    /// people say.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::CheckUnknown`], [`Error::Invalid`], [`Error::Store`].
    pub async fn state(&self, scope: &Scope, check: &str, new: NewStatement) -> Result<Statement> {
        may_manage(scope)?;
        let by = scope.user().ok_or(Error::PersonNeeded)?;
        let check = catalogue::find(check).ok_or(Error::CheckUnknown)?.id;
        let file = match new.file {
            Some((_, bytes)) if bytes.len() > evidence::MAX_BYTES => {
                let detail = format!("at most {} bytes", evidence::MAX_BYTES);
                return Err(Error::invalid("/file", "evidence.too_large", detail));
            }
            Some((_, bytes)) if bytes.is_empty() => None,
            Some((name, bytes)) => Some((one_line(&name, 200), sha256(&bytes))),
            None => None,
        };
        let said = Statement {
            holds: new.holds,
            note: noted(&new.note)?,
            file,
            by: Some(by),
            at: self.0.clock.now(),
        };
        let row = said.clone();
        let write = move |tx: &Tx<'_>| {
            store::put_statement(tx, check, &row)?;
            let after = json!({
                "holds": row.holds, "note": row.note,
                "file": row.file.as_ref().map(|(name, _)| name),
                "sha256": row.file.as_ref().map(|(_, hash)| hash),
            });
            note(tx, ("deployment.state", "deployment_check", check), (None, Some(after)), row.at)
        };
        self.0.db.write::<_, Error, _>(scope, write).await?;
        Ok(said)
    }

    /// Takes back what was said of a check.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::CheckUnknown`], [`Error::Store`].
    pub async fn take_back(&self, scope: &Scope, check: &str) -> Result<()> {
        may_manage(scope)?;
        let check = catalogue::find(check).ok_or(Error::CheckUnknown)?.id;
        let now = self.0.clock.now();
        let write = move |tx: &Tx<'_>| {
            if store::delete_statement(tx, check)? == 0 {
                return Ok(());
            }
            note(tx, ("deployment.take_back", "deployment_check", check), (None, None), now)
        };
        self.0.db.write::<_, Error, _>(scope, write).await
    }

    /// What the tenant says of its roll-out.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn settings(&self, scope: &Scope) -> Result<Settings> {
        may_look(scope)?;
        Ok(self.0.db.read_one(scope, store::settings).await?)
    }

    /// Where people ask each other, for everybody who uses a CRM; empty where nobody said.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn community(&self, scope: &Scope) -> Result<String> {
        scope.require(Permission::ConnectionUse)?;
        Ok(self.0.db.read_one(scope, store::settings).await?.community_url)
    }

    /// Changes what the tenant says of its roll-out.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
    pub async fn set_settings(&self, scope: &Scope, new: Settings) -> Result<Settings> {
        may_manage(scope)?;
        let new = new.check()?;
        let (row, now) = (new.clone(), self.0.clock.now());
        let write = move |tx: &Tx<'_>| {
            let before = store::settings(tx)?;
            store::put_settings(tx, &row, now)?;
            let id = tx.tenant().to_string();
            let what = ("deployment.settings", "tenant", id.as_str());
            note(tx, what, (Some(before.view()), Some(row.view())), now)
        };
        self.0.db.write::<_, Error, _>(scope, write).await?;
        self.check(scope, self.guide(scope).await?, None).await?;
        Ok(new)
    }

    /// The identifier of the hub's own app in Teams: of the tenant, the same as long as it is there.
    pub fn app_id(&self, tenant: TenantId) -> Uuid {
        derived("teams", tenant)
    }
}

/// An identifier that always comes out the same for a tenant.
pub(crate) fn derived(purpose: &str, tenant: TenantId) -> Uuid {
    named(&format!("liaison {purpose} app of {}", tenant.uuid()))
}

/// An identifier that always comes out the same for a text: of version 8 (RFC 9562 §5.8), out of a SHA-256.
pub(crate) fn named(text: &str) -> Uuid {
    let hash = digest(&SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(hash.as_ref()) {
        *slot = *byte;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether somebody may see the guide: who administers something that it is about.
pub(crate) fn may_look(scope: &Scope) -> Result<()> {
    may_manage(scope)
}

/// Whether somebody may go on with the guide: who administers sales, the platform, Teams or the tenant.
pub(crate) fn may_manage(scope: &Scope) -> Result<()> {
    let any = [Permission::DataPolicyManage, Permission::AppManage, Permission::SettingsManage];
    if !any.into_iter().any(|permission| scope.may(permission)) {
        scope.require(Permission::SalesManage)?;
    }
    Ok(())
}

/// A line for the audit.
pub(crate) fn note(
    tx: &Tx<'_>,
    (action, kind, id): (&'static str, &'static str, &str),
    (before, after): (Option<Json>, Option<Json>),
    at: Timestamp,
) -> Result<()> {
    let subject = Subject::new(kind, id);
    audit(tx, &Change { action, subject, before, after, at }).map_err(Error::Store)
}

fn view(one: &Evidence) -> Json {
    json!({
        "kind": one.kind.as_str(), "name": one.name, "note": one.note, "things": one.things,
        "bytes": one.bytes, "sha256": one.sha256,
    })
}

fn sha256(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        // writing to a text does not fail
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// One line of text: no control characters, nothing that reorders, not too long.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let fits = |c: &char| {
        !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.trim().chars().filter(fits).take(most).collect()
}

fn noted(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > MAX_NOTE {
        return Err(Error::invalid("/note", "text.too_long", format!("at most {MAX_NOTE}")));
    }
    let fits = |c: &char| *c == '\n' || !c.is_control();
    Ok(text.replace("\r\n", "\n").chars().filter(fits).collect())
}

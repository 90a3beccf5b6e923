//! From what is presented to a [`Scope`].

use std::{
    net::IpAddr,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Actor, CredentialId, Factor, Language, Permission, Permissions, RequestId, Scope, TenantId,
    UserId,
};
use uuid::Uuid;

use crate::{
    Error, Identity, Result,
    cache::Entry,
    credentials::{Credential, CredentialKind, SecretHash, Subject},
    rights, secret,
};

/// Who calls, before anybody knows who it is.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The request.
    pub request: RequestId,
    /// The address that the request came from.
    pub origin: Option<IpAddr>,
    /// The language that the request asks for; a person's own choice comes first.
    pub language: Option<Language>,
    /// What the program calls itself (`User-Agent`); names a session in its owner's list.
    pub client: String,
}

/// A secret, by the place where it was presented.
#[derive(Clone, Copy)]
pub enum Presented<'a> {
    /// After `Authorization: Bearer`: an API token.
    Bearer(&'a str),
    /// The value of the session cookie.
    Session(&'a str),
    /// What the URL of an incoming webhook carries.
    Webhook(&'a str),
    /// What the URL of the Workflows form carries.
    Workflow(&'a str),
}

impl Presented<'_> {
    /// The hash to look for; `None` when the text cannot be one of ours.
    fn hash(self) -> Option<SecretHash> {
        let (text, plausible) = match self {
            Self::Bearer(text) => (text, secret::is_token(text)),
            Self::Session(text) => (text, secret::is_drawn(text)),
            Self::Webhook(text) | Self::Workflow(text) => {
                (text, (MIN_URL_SECRET..=MAX_URL_SECRET).contains(&text.len()))
            }
        };
        plausible.then(|| SecretHash::of(text.as_bytes()))
    }

    const fn accepts(self, kind: CredentialKind) -> bool {
        use CredentialKind as K;
        matches!(
            (self, kind),
            (Self::Bearer(_), K::PersonalToken | K::ServiceToken)
                | (Self::Session(_), K::Session)
                | (Self::Webhook(_), K::IncomingWebhook)
                | (Self::Workflow(_), K::Workflow)
        )
    }
}

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// For every service method.
    pub scope: Scope,
    /// With what.
    pub credential: CredentialRef,
}

/// The credential behind a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialRef {
    /// The identifier.
    pub id: CredentialId,
    /// The kind.
    pub kind: CredentialKind,
    /// Whom it speaks for.
    pub subject: Subject,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// Whether a role of the person asks for a second factor that this session did not use, so that the
    /// rights of administration are withheld until one is enrolled and used.
    pub needs_second_factor: bool,
}

/// For whom a credential speaks, and what it allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speaker {
    pub(crate) actor: Actor,
    pub(crate) rights: Permissions,
    pub(crate) language: Option<Language>,
    pub(crate) needs_second_factor: bool,
}

impl Speaker {
    const fn program(actor: Actor, rights: Permissions) -> Self {
        Self { actor, rights, language: None, needs_second_factor: false }
    }
}

impl Identity {
    /// Finds out who presents `presented`. The only statement in the product without a tenant, and only
    /// when the credential was not seen within the last minute.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it is unknown, expired, revoked, presented in the wrong place, or
    /// when its owner may not come in.
    pub async fn authenticate(
        &self,
        presented: Presented<'_>,
        caller: &Caller,
    ) -> Result<Authenticated> {
        let secret = presented.hash().ok_or(Error::Unauthenticated)?;
        let entry = match self.cache.find(&secret) {
            Ok(entry) => entry,
            Err(version) => {
                let entry = Box::pin(self.load(secret, caller)).await?;
                self.cache.insert(secret, &entry, version);
                entry
            }
        };
        if !presented.accepts(entry.kind) {
            return Err(Error::Unauthenticated);
        }
        let now = self.clock.now();
        self.check_time(&entry, now)?;
        self.touch(&entry, now);
        let language = entry.language.or(caller.language).unwrap_or_default();
        let scope = issue(entry.tenant, entry.actor, entry.rights, caller)
            .with_language(language)
            .with_factor(entry.factor)
            .with_credential(entry.id);
        let credential = CredentialRef {
            id: entry.id,
            kind: entry.kind,
            subject: entry.subject,
            expires_at: entry.expires_at,
            needs_second_factor: entry.needs_second_factor,
        };
        Ok(Authenticated { scope, credential })
    }

    /// Writes the last uses since the last call, one transaction a tenant.
    ///
    /// # Errors
    /// [`Error::Store`]; what could not be written is lost, later uses are not.
    pub async fn write_last_uses(&self) -> Result<()> {
        let mut used =
            std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        kernel::sort_by_key(&mut used, |entry| (entry.tenant, entry.id));
        for of_tenant in used.chunk_by(|a, b| a.tenant == b.tenant) {
            let rows: Vec<(CredentialId, Timestamp)> = of_tenant
                .iter()
                .filter_map(|entry| {
                    entry.queued.store(false, Ordering::Release);
                    let at = entry.used_at.load(Ordering::Acquire);
                    Some((entry.id, Timestamp::from_microsecond(at).ok()?))
                })
                .collect();
            let Some(first) = of_tenant.first() else { continue };
            let scope = self.system(first.tenant, "last-use");
            self.db.write(&scope, move |tx| store_last_uses(tx, &rows)).await?;
        }
        Ok(())
    }

    async fn load(&self, secret: SecretHash, caller: &Caller) -> Result<Arc<Entry>> {
        let nobody = Actor::System { job: "authenticate" };
        let anywhere = issue(Uuid::nil().into(), nobody, Permissions::NONE, caller);
        let found = self.db.read_one(&anywhere, move |tx| find(tx, &secret)).await?;
        let (tenant, credential) = found.ok_or(Error::Unauthenticated)?;
        if !credential.is_live(self.clock.now()) {
            return Err(Error::Unauthenticated);
        }
        let standing = self.standing_of(tenant, &credential, caller.request).await?;
        let used_at = credential.last_used_at.unwrap_or(credential.created_at).as_microsecond();
        Ok(Arc::new(Entry {
            tenant,
            id: credential.id,
            kind: credential.kind,
            subject: credential.subject,
            actor: standing.actor,
            rights: standing.rights,
            language: standing.language,
            factor: credential.factor,
            needs_second_factor: standing.needs_second_factor,
            expires_at: credential.expires_at,
            used_at: AtomicI64::new(used_at),
            queued: AtomicBool::new(false),
            valid: AtomicBool::new(true),
        }))
    }

    /// For whom a credential speaks now, and what it allows.
    pub(crate) async fn standing_of(
        &self,
        tenant: TenantId,
        credential: &Credential,
        request: RequestId,
    ) -> Result<Speaker> {
        let mine = credential.permissions;
        match credential.subject {
            Subject::User(user) => self.person(tenant, user, credential, request).await,
            Subject::Service(id) => Ok(Speaker::program(Actor::Service(id), mine)),
            Subject::Webhook(id) => {
                let card = Permissions::of(&[Permission::CardPost]);
                Ok(Speaker::program(Actor::Webhook(id), mine.intersection(card)))
            }
            Subject::Nobody => Err(Error::Unauthenticated),
        }
    }

    /// What the owner of a session or a token may now.
    async fn person(
        &self,
        tenant: TenantId,
        user: UserId,
        credential: &Credential,
        request: RequestId,
    ) -> Result<Speaker> {
        let job = Actor::System { job: "authenticate" };
        let nobody = Caller { request, origin: None, language: None, client: String::new() };
        let scope = issue(tenant, job, Permissions::NONE, &nobody);
        let standing = self.db.read(&scope, move |tx| rights::standing(tx, user)).await?;
        let standing = standing.filter(|s| s.may_sign_in).ok_or(Error::Unauthenticated)?;
        let is_session = credential.kind == CredentialKind::Session;
        let proven = if is_session { credential.factor.is_second() } else { standing.has_second };
        let rights = standing.rights(proven);
        let mine = if is_session { rights } else { rights.intersection(credential.permissions) };
        Ok(Speaker {
            actor: Actor::User(user),
            rights: mine,
            language: standing.language,
            needs_second_factor: standing.second_required && !proven,
        })
    }

    fn check_time(&self, entry: &Entry, now: Timestamp) -> Result<()> {
        let over = entry.expires_at.is_some_and(|end| now >= end);
        let idle = entry.kind == CredentialKind::Session && {
            let used = Timestamp::from_microsecond(entry.used_at.load(Ordering::Acquire));
            let limit = SignedDuration::try_from(self.settings.session_idle());
            used.is_ok_and(|used| limit.is_ok_and(|limit| now.duration_since(used) > limit))
        };
        if over || idle { Err(Error::Unauthenticated) } else { Ok(()) }
    }

    fn touch(&self, entry: &Arc<Entry>, now: Timestamp) {
        entry.used_at.store(now.as_microsecond(), Ordering::Release);
        if !entry.queued.swap(true, Ordering::AcqRel) {
            self.used.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(entry));
        }
    }

    /// A scope for a job of this room.
    pub(crate) fn system(&self, tenant: TenantId, job: &'static str) -> Scope {
        let all = Permission::ALL.iter().copied().collect();
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: String::new(),
        };
        issue(tenant, Actor::System { job }, all, &caller)
    }

    /// A scope for what happens on behalf of somebody who is not signed in yet.
    pub(crate) fn unsigned(tenant: TenantId, caller: &Caller, job: &'static str) -> Scope {
        issue(tenant, Actor::System { job }, Permissions::NONE, caller)
    }

    /// A scope for what a person does who has just proven who it is.
    pub(crate) fn signed(tenant: TenantId, caller: &Caller, user: UserId) -> Scope {
        issue(tenant, Actor::User(user), Permissions::NONE, caller)
    }
}

#[expect(clippy::disallowed_methods, reason = "identity is where scopes come from")]
pub(crate) fn issue(tenant: TenantId, actor: Actor, rights: Permissions, caller: &Caller) -> Scope {
    Scope::issue(tenant, actor, rights, caller.request)
        .with_origin(caller.origin)
        .with_language(caller.language.unwrap_or_default())
        .with_factor(Factor::None)
}

fn find(tx: &Tx<'_>, secret: &SecretHash) -> db::Result<Option<(TenantId, Credential)>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at, \
                       tenant_id FROM credentials WHERE secret_hash = $1";
    let row = tx.first(SQL, &[secret.bytes().into()])?;
    row.map(|row| Ok((row.id(13)?, Credential::read(&row)?))).transpose()
}

fn store_last_uses(tx: &Tx<'_>, rows: &[(CredentialId, Timestamp)]) -> db::Result<()> {
    const SQL: &str = "UPDATE credentials SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2 \
                       AND (last_used_at IS NULL OR last_used_at < $3)";
    let rows: Vec<_> =
        rows.iter().map(|(id, at)| vec![tx.tenant().into(), (*id).into(), (*at).into()]).collect();
    tx.execute_many(SQL, &rows)?;
    Ok(())
}

/// Fewest characters of a secret in a URL: 128 bits in base 64.
const MIN_URL_SECRET: usize = 22;
/// Most characters of a secret in a URL: an adopted connector address with its `V2` part is the longest.
const MAX_URL_SECRET: usize = 512;

//! A tenant with persons, and the hands that tests use.

use std::sync::Arc;

use event_log::{AuditFilter, NewEvent, Place};
use identity::{Identity, Parts, SystemScopes, users::NewUser};
use kernel::{
    Actor, ChannelId, Clock as _, Ids, Language, Limit, MessageId, Permission, Scope, TeamId,
    TenantId, UserId, WebhookId,
};
use seal::{Key, Sealer};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use workspace::{
    CARD_TOPIC, ChannelKind, FileStore, Item, NewChannel, NewTeam, Role, Settings, Visibility,
    Window, Workspace, posts,
};

pub(crate) struct World {
    pub(crate) ws: Arc<Workspace>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: TenantId,
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    identity: Arc<Identity>,
}

const PERSON: &[Permission] = &[
    Permission::ProfileRead,
    Permission::DirectoryRead,
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::FileRead,
    Permission::FileWrite,
    Permission::TeamCreate,
];

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Store::fresh().await;
        let folder = TempDir::new().unwrap();
        let (clock, ids) = (FixedClock::new(), Ids::system());
        let (identity, system) = Identity::open(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer: Sealer::new(vec![Key::generate(&ids)], ids.clone()).unwrap(),
            outbound: testkit::outbound(),
            public_url: "http://127.0.0.1:8080".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = FileStore::open(&folder.path().join("files")).unwrap();
        let ws = Workspace::new(store.db(), Arc::clone(&clock) as _, ids.clone(), files, settings);
        Self { ws: Arc::new(ws), clock, ids, system, tenant, store, folder, identity }
    }

    /// A person of the tenant.
    pub(crate) async fn person(&self, name: &str) -> Scope {
        let new = NewUser {
            user_name: format!("{}@contoso.example", name.to_lowercase()),
            display_name: name.to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let user = self.identity.create_user(&self.job(), new).await.unwrap().id;
        testkit::scope(self.tenant, Actor::User(user), PERSON)
    }

    /// A person who manages all teams.
    pub(crate) async fn administrator(&self) -> Scope {
        let mut all = PERSON.to_vec();
        all.push(Permission::TeamManageAll);
        let user = self.person("Admin").await.user().unwrap();
        testkit::scope(self.tenant, Actor::User(user), &all)
    }

    /// A person of another tenant, with every right there.
    pub(crate) fn foreigner(&self) -> Scope {
        let (tenant, user) = (self.ids.fresh(), Actor::User(self.ids.fresh()));
        testkit::scope(tenant, user, Permission::ALL)
    }

    pub(crate) fn job(&self) -> Scope {
        self.system.scope(self.tenant, "test")
    }

    pub(crate) async fn team(&self, owner: &Scope, name: &str, visibility: Visibility) -> TeamId {
        let new = NewTeam { name: name.to_owned(), description: String::new(), visibility };
        self.ws.create_team(owner, new).await.unwrap().team.id
    }

    /// The channel General of a team.
    pub(crate) async fn general(&self, scope: &Scope, team: TeamId) -> ChannelId {
        self.ws.channels(scope, team).await.unwrap()[0].channel.id
    }

    pub(crate) async fn channel(&self, scope: &Scope, team: TeamId, name: &str) -> ChannelId {
        let kind = ChannelKind::Standard;
        let new = NewChannel { name: name.to_owned(), description: String::new(), kind };
        self.ws.create_channel(scope, team, new).await.unwrap().channel.id
    }

    pub(crate) async fn private(&self, scope: &Scope, team: TeamId, name: &str) -> ChannelId {
        let kind = ChannelKind::Private;
        let new = NewChannel { name: name.to_owned(), description: String::new(), kind };
        self.ws.create_channel(scope, team, new).await.unwrap().channel.id
    }

    pub(crate) async fn add(&self, owner: &Scope, team: TeamId, who: &Scope, role: Role) {
        self.ws.set_member(owner, team, user(who), role).await.unwrap();
    }

    /// Delivers cards of a webhook, as intake and deliverer do together.
    pub(crate) async fn deliver(
        &self,
        channel: ChannelId,
        webhook: WebhookId,
        texts: &[&str],
    ) -> Vec<MessageId> {
        let bodies: Vec<(MessageId, Vec<u8>)> = texts
            .iter()
            .map(|text| {
                let body = serde_json::json!({ "text": text }).to_string().into_bytes();
                (self.ids.fresh(), body)
            })
            .collect();
        let ids: Vec<MessageId> = bodies.iter().map(|(id, _)| *id).collect();
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            let meta =
                r#"{"content_type":"application/json","sender":{"name":"Build","icon":null}}"#;
            let mut all = Vec::new();
            for (id, body) in &bodies {
                let stream = webhook.uuid();
                let event = NewEvent {
                    topic: CARD_TOPIC,
                    stream,
                    id: id.uuid().into(),
                    at: now,
                    meta,
                    body: Some(body),
                };
                let position = event_log::append(tx, &event)?;
                let place = Place { stream, position };
                all.push(posts::Post { message_id: *id, place, created_at: now });
            }
            posts::append(tx, channel, webhook, &all)
        };
        let positions: Vec<i64> = self.store.write(&self.job(), write).await.unwrap();
        assert_eq!(positions.len(), ids.len());
        ids
    }

    /// Every message of a channel, oldest first.
    pub(crate) async fn all(&self, scope: &Scope, channel: ChannelId) -> Vec<Item> {
        let window = Window::After(None);
        let limit = Limit::new(200).unwrap();
        self.ws.messages(scope, channel, window, limit).await.unwrap().items
    }

    /// The actions of the audit, newest first.
    pub(crate) async fn audit(&self) -> Vec<String> {
        let read = |tx: &db::Tx<'_>| event_log::audit_page(tx, &AuditFilter::default(), None, 200);
        let entries = self.store.read(&self.job(), read).await.unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

pub(crate) fn user(scope: &Scope) -> UserId {
    scope.user().unwrap()
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, workspace::Error>) -> &'static str {
    use kernel::Coded as _;
    match result {
        Ok(value) => panic!("{value:?} should be refused"),
        Err(error) => error.code().name(),
    }
}

pub(crate) fn limit(rows: u16) -> Limit {
    Limit::new(rows).unwrap()
}

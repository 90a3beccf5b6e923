//! The rooms around incoming webhooks, on a database of their own.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "the test binaries of several crates share it, each uses a part"
)]

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use channel_connectors::{
    Addresses, ChannelConnectors, FreeSpace, LogEntry, LogFilter, NewWebhook, Parts, Post, Rate,
    Settings, Shape, Webhook, hooks::OnRemoval, read_address,
};
use delivery::Pump;
use identity::{Caller, Identity, Presented, SystemScopes, users::NewUser};
use kernel::{
    Actor, ChannelId, Clock, Ids, Language, Limit, Permission, Scope, TeamId, TenantId, UserId,
    WebhookId,
};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use workspace::{
    ChannelKind, Content, FileStore, NewChannel, NewTeam, Origin, Visibility, Window, Workspace,
};

/// What a member may.
pub(crate) const MEMBER: &[Permission] = &[
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::TeamCreate,
    Permission::WebhookManage,
];

/// What a teams administrator may.
pub(crate) const ADMIN: &[Permission] = &[
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::TeamCreate,
    Permission::TeamManageAll,
    Permission::WebhookManage,
    Permission::WebhookManageAll,
];

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) scopes: SystemScopes,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) connectors: Arc<ChannelConnectors>,
    pub(crate) pump: Arc<Pump>,
    pub(crate) space: FreeSpace,
    pub(crate) tenant: TenantId,
    pub(crate) owner: UserId,
    pub(crate) team: TeamId,
    pub(crate) channel: ChannelId,
    _files: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings { patience_ms: 0, ..Settings::default() }).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::built(settings, |_tx, _hook| Ok(())).await
    }

    pub(crate) async fn built(settings: Settings, on_removal: OnRemoval) -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        let time = Arc::clone(&clock) as Arc<dyn Clock>;
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, scopes) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&time),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: "http://localhost/".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = scopes.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = TempDir::new().unwrap();
        let workspace = Arc::new(Workspace::new(
            store.db(),
            Arc::clone(&time),
            ids.clone(),
            FileStore::open(files.path()).unwrap(),
            workspace::Settings::default(),
        ));
        let space = FreeSpace::fixed(50);
        let connectors = Arc::new(ChannelConnectors::new(Parts {
            db: store.db(),
            clock: Arc::clone(&time),
            ids: ids.clone(),
            sealer,
            scopes: scopes.clone(),
            space: space.clone(),
            on_removal,
            settings,
        }));
        let pump = Arc::new(Pump::new(
            store.db(),
            scopes.clone(),
            time,
            connectors.consumer(),
            delivery::Settings::default(),
        ));
        let mut house = Self {
            store,
            clock,
            ids,
            identity,
            scopes,
            workspace,
            connectors,
            pump,
            space,
            tenant,
            owner: uuid::Uuid::nil().into(),
            team: uuid::Uuid::nil().into(),
            channel: uuid::Uuid::nil().into(),
            _files: files,
        };
        house.owner = house.person("ada").await;
        (house.team, house.channel) = house.team_of(house.owner, "Sales").await;
        house
    }

    pub(crate) async fn person(&self, name: &str) -> UserId {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let system = self.scopes.scope(self.tenant, "test");
        self.identity.create_user(&system, new).await.unwrap().id
    }

    /// A public team with its General channel.
    pub(crate) async fn team_of(&self, owner: UserId, name: &str) -> (TeamId, ChannelId) {
        let new = NewTeam {
            name: name.to_owned(),
            description: String::new(),
            visibility: Visibility::Public,
        };
        let scope = self.scope_of(owner, MEMBER);
        let team = self.workspace.create_team(&scope, new).await.unwrap().team.id;
        let channels = self.workspace.channels(&scope, team).await.unwrap();
        (team, channels[0].channel.id)
    }

    pub(crate) fn scope_of(&self, user: UserId, permissions: &[Permission]) -> Scope {
        testkit::scope(self.tenant, Actor::User(user), permissions)
    }

    /// The owner of the team and of the webhooks.
    pub(crate) fn owner(&self) -> Scope {
        self.scope_of(self.owner, MEMBER)
    }

    pub(crate) fn admin(&self) -> Scope {
        self.scope_of(self.owner, ADMIN)
    }

    pub(crate) async fn webhook(&self) -> (Webhook, Addresses) {
        self.webhook_at(Rate::Standard).await
    }

    pub(crate) async fn webhook_at(&self, rate: Rate) -> (Webhook, Addresses) {
        let new = NewWebhook { name: "Build".to_owned(), rate, ..NewWebhook::default() };
        self.connectors.create(&self.admin(), self.channel, new).await.unwrap()
    }

    pub(crate) async fn webhook_in(&self, channel: ChannelId) -> (Webhook, Addresses) {
        let new = NewWebhook { name: "Build".to_owned(), ..NewWebhook::default() };
        self.connectors.create(&self.admin(), channel, new).await.unwrap()
    }

    /// One more channel of the team.
    pub(crate) async fn more_channel(&self, name: &str) -> ChannelId {
        let new = NewChannel {
            name: name.to_owned(),
            description: String::new(),
            kind: ChannelKind::Standard,
        };
        let made = self.workspace.create_channel(&self.owner(), self.team, new).await;
        made.unwrap().channel.id
    }

    /// The same service on another node: same database, caches of its own.
    pub(crate) fn other_node(&self) -> ChannelConnectors {
        let key = vec![seal::Key::generate(&self.ids)];
        ChannelConnectors::new(Parts {
            db: self.store.db(),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            ids: self.ids.clone(),
            sealer: seal::Sealer::new(key, self.ids.clone()).unwrap(),
            scopes: self.scopes.clone(),
            space: self.space.clone(),
            on_removal: |_tx, _hook| Ok(()),
            settings: Settings::default(),
        })
    }

    /// The newest entries of a delivery log.
    pub(crate) async fn log(&self, hook: WebhookId) -> Vec<LogEntry> {
        let limit = Limit::new(200).unwrap();
        let filter = LogFilter::default();
        self.connectors.log(&self.owner(), hook, filter, limit, None).await.unwrap().items
    }

    /// The scope that identity gives to whoever uses an address.
    pub(crate) async fn sender(&self, path: &str) -> identity::Result<Scope> {
        let (bare, query) =
            path.split_once('?').map_or((path, None), |(bare, query)| (bare, Some(query)));
        let read = read_address(bare, query).unwrap();
        let secret = read.secrets.last().unwrap().expose();
        let presented = match read.shape {
            Shape::Connector => Presented::Webhook(secret),
            Shape::Workflow => Presented::Workflow(secret),
        };
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: String::new(),
        };
        Ok(self.identity.authenticate(presented, &caller).await?.scope)
    }

    pub(crate) async fn sender_of(&self, addresses: &Addresses) -> Scope {
        self.sender(addresses.connector.expose()).await.unwrap()
    }

    /// Texts of the channel's messages, in its order, once everything is delivered.
    pub(crate) async fn texts(&self) -> Vec<String> {
        self.pump.drain().await.unwrap();
        self.texts_now().await
    }

    pub(crate) async fn texts_now(&self) -> Vec<String> {
        self.texts_in(self.channel).await
    }

    /// How each card of the channel came to be posted, in its order.
    pub(crate) async fn origins(&self) -> Vec<Origin> {
        let window = Window::After(None);
        let limit = Limit::new(200).unwrap();
        let page = self.workspace.messages(&self.admin(), self.channel, window, limit).await;
        let origin = |item: &workspace::Item| match &item.content {
            Content::Card(card) => Some(card.origin),
            _ => None,
        };
        page.unwrap().items.iter().filter_map(origin).collect()
    }

    pub(crate) async fn texts_in(&self, channel: ChannelId) -> Vec<String> {
        let (mut texts, mut after) = (Vec::new(), None);
        loop {
            let limit = Limit::new(200).unwrap();
            let window = Window::After(after);
            let page =
                self.workspace.messages(&self.admin(), channel, window, limit).await.unwrap();
            texts.extend(page.items.iter().map(|item| match &item.content {
                Content::Card(card) => card.text.clone(),
                Content::Text(text) => text.clone(),
                other => format!("{other:?}"),
            }));
            after = page.next;
            if after.is_none() {
                return texts;
            }
        }
    }
}

/// A post of a body.
pub(crate) fn post(body: impl Into<Bytes>) -> Post {
    Post {
        shape: Shape::Connector,
        content_type: Some("application/json".to_owned()),
        headers: vec![("user-agent".to_owned(), "test".to_owned())],
        body: body.into(),
        cut: false,
    }
}

/// A post of `{"text": …}`.
pub(crate) fn text(text: &str) -> Post {
    post(serde_json::json!({ "text": text }).to_string())
}

/// The same with a header.
pub(crate) fn with_header(mut post: Post, name: &str, value: &str) -> Post {
    post.headers.push((name.to_owned(), value.to_owned()));
    post
}

/// Nobody's webhook.
pub(crate) fn nobody() -> WebhookId {
    uuid::Uuid::nil().into()
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);

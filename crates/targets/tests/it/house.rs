//! The rooms around targets, on a database of their own, and a server that records what targets send.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use doubles::{Place, Receiver};
use event_log::{NewEvent, Place as EventPlace};
use identity::{Identity, SystemScopes, users::NewUser};
use kernel::{
    Actor, ChannelId, Clock, EventId, Ids, Language, Limit, Permission, Scope, TargetId, TeamId,
    TenantId, UserId, WebhookId,
};
use targets::{Details, Kind, NewTarget, Parts, Settings, Source, Target, Targets};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use uuid::Uuid;
use workspace::{FileStore, MailSettings, NewTeam, Visibility, Workspace, posts::Post};

/// What a member may.
pub(crate) const MEMBER: &[Permission] = &[
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::TeamCreate,
    Permission::WebhookManage,
];

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) scopes: SystemScopes,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) targets: Arc<Targets>,
    pub(crate) receiver: Receiver,
    pub(crate) tenant: TenantId,
    pub(crate) owner: UserId,
    pub(crate) team: TeamId,
    pub(crate) channel: ChannelId,
    pub(crate) webhook: WebhookId,
    sealer: seal::Sealer,
    _files: TempDir,
}

#[expect(clippy::disallowed_methods, reason = "receivers compare signatures with the true time")]
fn true_time() -> jiff::Timestamp {
    SystemTime::now().try_into().unwrap()
}

/// Pauses that a test can reckon with.
pub(crate) fn quick() -> Settings {
    Settings { request_timeout_ms: 400, ..Settings::default() }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(quick(), MailSettings::default()).await
    }

    pub(crate) async fn with(settings: Settings, mail: MailSettings) -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        // Receivers have clocks of their own and look at the time of a signature.
        clock.set(true_time());
        let time = Arc::clone(&clock) as Arc<dyn Clock>;
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, scopes) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&time),
            ids: ids.clone(),
            sealer: sealer.clone(),
            public_url: "http://localhost/".parse().unwrap(),
            settings: identity::Settings::cheap(),
            outbound: client(),
        });
        let tenant = scopes.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = TempDir::new().unwrap();
        let workspace = Arc::new(Workspace::new(
            store.db(),
            time,
            ids.clone(),
            FileStore::open(files.path()).unwrap(),
            workspace::Settings { mail, ..workspace::Settings::default() },
        ));
        let receiver = Receiver::start().unwrap();
        let targets = make(
            &(store.db(), Arc::clone(&clock), ids.clone()),
            (&sealer, &scopes),
            (&identity, &workspace),
            (None, settings),
        );
        let mut house = Self {
            webhook: ids.fresh(),
            store,
            clock,
            ids,
            identity,
            scopes,
            workspace,
            targets,
            receiver,
            tenant,
            owner: Uuid::nil().into(),
            team: Uuid::nil().into(),
            channel: Uuid::nil().into(),
            sealer,
            _files: files,
        };
        house.owner = house.person("ada").await;
        (house.team, house.channel) = house.team_of(house.owner, "Sales").await;
        house
    }

    /// The service of another node.
    pub(crate) fn node(&self, settings: Settings) -> Arc<Targets> {
        make(
            &(self.store.db(), Arc::clone(&self.clock), self.ids.clone()),
            (&self.sealer, &self.scopes),
            (&self.identity, &self.workspace),
            (Some(self.ids.fresh()), settings),
        )
    }

    pub(crate) async fn person(&self, name: &str) -> UserId {
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![format!("{name}@example.org")],
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let system = self.scopes.scope(self.tenant, "test");
        self.identity.create_user(&system, new).await.unwrap().id
    }

    pub(crate) async fn team_of(&self, owner: UserId, name: &str) -> (TeamId, ChannelId) {
        let new = NewTeam {
            name: name.to_owned(),
            description: String::new(),
            visibility: Visibility::Public,
        };
        let scope = self.scope_of(owner);
        let team = self.workspace.create_team(&scope, new).await.unwrap().team.id;
        let channels = self.workspace.channels(&scope, team).await.unwrap();
        (team, channels[0].channel.id)
    }

    pub(crate) fn scope_of(&self, user: UserId) -> Scope {
        testkit::scope(self.tenant, Actor::User(user), MEMBER)
    }

    pub(crate) fn owner(&self) -> Scope {
        self.scope_of(self.owner)
    }

    pub(crate) fn source(&self) -> Source {
        Source::Channel(self.channel)
    }

    /// A target of the channel, as fast as it can be.
    pub(crate) async fn target(&self, kind: Kind, place: &Place) -> TargetId {
        self.target_of(self.source(), kind, place).await.id
    }

    pub(crate) async fn target_of(&self, source: Source, kind: Kind, place: &Place) -> Target {
        let new = NewTarget {
            kind,
            name: "Outside".to_owned(),
            details: Details { url: Some(place.url().to_owned()), ..Details::default() },
            per_minute: Some(600_000),
        };
        self.targets.create(&self.owner(), source, new).await.unwrap().0
    }

    /// A target whose place checks signatures; only while the clock of the house is right.
    pub(crate) async fn signed_target(&self, place: &Place) -> TargetId {
        let details = Details { url: Some(place.url().to_owned()), ..Details::default() };
        let new =
            NewTarget { kind: Kind::Http, name: "Signed".to_owned(), details, per_minute: None };
        let made = self.targets.create(&self.owner(), self.source(), new).await.unwrap();
        place.require_signature(made.1.unwrap().expose());
        made.0.id
    }

    /// Has a tool post bodies through the webhook, in this order, and the channel show them.
    pub(crate) async fn post_all(&self, bodies: Vec<String>) {
        let (channel, hook, at) = (self.channel, self.webhook, self.clock.now());
        let ids: Vec<EventId> = bodies.iter().map(|_| self.ids.fresh()).collect();
        let system = self.scopes.scope(self.tenant, "test");
        let write = move |tx: &db::Tx<'_>| {
            let mut posts = Vec::new();
            for (body, id) in bodies.iter().zip(&ids) {
                let event = NewEvent {
                    topic: workspace::CARD_TOPIC,
                    stream: hook.uuid(),
                    id: *id,
                    at,
                    meta: r#"{"content_type":"application/json","sender":{"name":"Build","icon":null}}"#,
                    body: Some(body.as_bytes()),
                };
                let position = event_log::append(tx, &event)?;
                posts.push(Post {
                    message_id: id.uuid().into(),
                    place: EventPlace { stream: hook.uuid(), position },
                    created_at: at,
                });
            }
            workspace::posts::append(tx, channel, hook, &posts)
        };
        self.store.write::<_, db::Error, _>(&system, write).await.unwrap();
    }

    pub(crate) async fn post(&self, text: &str) {
        self.post_all(vec![serde_json::json!({ "text": text }).to_string()]).await;
    }

    /// Numbered posts.
    pub(crate) async fn post_numbers(&self, numbers: std::ops::Range<usize>) {
        self.post_all(numbers.map(|n| format!(r#"{{"text":"number {n:05}"}}"#)).collect()).await;
    }

    pub(crate) async fn drain(&self) {
        self.targets.drain().await.unwrap();
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn look(&self, target: TargetId) -> Target {
        self.targets.lookup(&self.owner(), target).await.unwrap()
    }

    pub(crate) async fn letters(&self, target: TargetId) -> Vec<delivery::DeadLetter> {
        let limit = Limit::default();
        self.targets.dead_letters(&self.owner(), target, limit, None).await.unwrap().items
    }
}

fn client() -> egress::Client {
    let settings = egress::Settings {
        allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
        ..egress::Settings::default()
    };
    egress::Client::new(settings).unwrap()
}

fn make(
    (db, clock, ids): &(db::Db, Arc<FixedClock>, Ids),
    (sealer, scopes): (&seal::Sealer, &SystemScopes),
    (identity, workspace): (&Arc<Identity>, &Arc<Workspace>),
    (node, settings): (Option<Uuid>, Settings),
) -> Arc<Targets> {
    let parts = Parts {
        db: db.clone(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: ids.clone(),
        sealer: sealer.clone(),
        scopes: scopes.clone(),
        identity: Arc::clone(identity),
        workspace: Arc::clone(workspace),
        client: client(),
        public_url: "https://hub.example.org/".parse().unwrap(),
        node,
        settings,
    };
    Arc::new(Targets::new(parts).unwrap())
}

/// The numbers of [`House::post_numbers`] in what a place took, in order.
pub(crate) fn numbers(place: &Place) -> Vec<usize> {
    place.taken().iter().map(|taken| number(&taken.body)).collect()
}

pub(crate) fn number(body: &[u8]) -> usize {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("number ").unwrap();
    rest.get(..5).unwrap().parse().unwrap()
}

//! Intake: what a post costs from the room's door to the disk, and what a message costs after that.

#![expect(clippy::expect_used, reason = "a measure that cannot be set up has nothing to say")]

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use channel_connectors::{
    ChannelConnectors, FreeSpace, NewWebhook, Parts, Post, Rate, Settings, Shape, read_address,
};
use db::{Db, driver::Driver};
use delivery::Pump;
use divan::{Bencher, counter::ItemsCount};
use identity::{Caller, Identity, Presented, users::NewUser};
use kernel::{Clock, Ids, Language, Scope, SystemClock};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use workspace::{FileStore, NewTeam, Visibility, Workspace};

fn main() {
    divan::main();
}

/// A post alone: it waits for its own flush.
#[divan::bench(max_time = 5)]
fn one_at_a_time(bencher: Bencher<'_, '_>) {
    let house = House::shared();
    bencher.counter(ItemsCount::new(1_u32)).bench(|| house.take(1));
}

/// Posts of 32 senders at once: they share flushes.
#[divan::bench(max_time = 10, sample_size = 1)]
fn thirty_two_at_once(bencher: Bencher<'_, '_>) {
    let house = House::shared();
    let posts = 32 * 64;
    bencher.counter(ItemsCount::new(posts)).bench(|| house.take(posts));
}

/// From the log to the channel, without the posting.
#[divan::bench(max_time = 10, sample_size = 1)]
fn to_the_channel(bencher: Bencher<'_, '_>) {
    let house = House::shared();
    let posts = 32 * 64;
    bencher
        .counter(ItemsCount::new(posts))
        .with_inputs(|| {
            house.runtime.block_on(house.pump.drain()).expect("delivery");
            house.take(posts);
        })
        .bench_values(|()| house.runtime.block_on(house.pump.drain()).expect("delivery"));
}

struct House {
    runtime: Runtime,
    connectors: ChannelConnectors,
    pump: Pump,
    senders: Vec<Scope>,
    body: Bytes,
    _folder: TempDir,
}

impl House {
    fn shared() -> &'static Self {
        static HOUSE: OnceLock<House> = OnceLock::new();
        HOUSE.get_or_init(Self::new)
    }

    fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let folder = TempDir::new().expect("a folder");
        let options = db_sqlite::Options::new(folder.path().join("liaison.db"));
        let driver = db_sqlite::SqliteDriver::open(options).expect("a database");
        let db = Db::new(driver as Arc<dyn Driver>);
        let (connectors, pump, senders) = runtime.block_on(furnish(&db, &folder));
        let text = "A line of a card, neither short nor long. ".repeat(23);
        let body = format!(r#"{{"title":"Build 4711 passed","text":"{text}"}}"#);
        Self { runtime, connectors, pump, senders, body: body.into(), _folder: folder }
    }

    /// Posts so many, spread over the senders, all at once.
    fn take(&self, posts: u32) {
        let each = usize::try_from(posts).expect("few").div_ceil(32);
        let senders = self.senders.iter().take(usize::try_from(posts).expect("few"));
        let tasks = senders.map(|sender| async move {
            for _post in 0..each {
                let post = Post {
                    shape: Shape::Connector,
                    content_type: Some("application/json".to_owned()),
                    headers: vec![("user-agent".to_owned(), "bench".to_owned())],
                    body: self.body.clone(),
                    cut: false,
                };
                self.connectors.receive(sender, post).await.expect("a taken post");
            }
        });
        self.runtime.block_on(futures_util::future::join_all(tasks));
    }
}

/// A tenant with a team and four webhooks, each used by eight senders.
async fn furnish(db: &Db, folder: &TempDir) -> (ChannelConnectors, Pump, Vec<Scope>) {
    let ids = Ids::system();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let key = seal::Key::generate(&ids);
    let sealer = seal::Sealer::new(vec![key], ids.clone()).expect("a sealer");
    let (identity, scopes) = Identity::open(identity::Parts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        ids: ids.clone(),
        sealer: sealer.clone(),
        outbound: egress::Client::new(egress::Settings::default()).expect("a client"),
        public_url: "http://localhost/".parse().expect("an address"),
        settings: identity::Settings::default(),
    });
    let tenant = scopes.ensure_first_tenant("Contoso", Language::En).await.expect("a tenant").id;
    let system = scopes.scope(tenant, "bench");
    let workspace = Workspace::new(
        db.clone(),
        Arc::clone(&clock),
        ids.clone(),
        FileStore::open(&folder.path().join("files")).expect("a folder"),
        workspace::Settings::default(),
    );
    let team = NewTeam {
        name: "Operations".to_owned(),
        description: String::new(),
        visibility: Visibility::Public,
    };
    let team = workspace.create_team(&system, team).await.expect("a team").team.id;
    let channels = workspace.channels(&system, team).await.expect("channels");
    let channel = channels.first().expect("a channel").channel.id;
    let owner = NewUser {
        user_name: "ada".to_owned(),
        display_name: "Ada".to_owned(),
        addresses: Vec::new(),
        language: None,
        time_zone: None,
        password: None,
        roles: Vec::new(),
    };
    let owner = identity.create_user(&system, owner).await.expect("a person").id;
    let connectors = ChannelConnectors::new(Parts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        ids: ids.clone(),
        sealer,
        scopes: scopes.clone(),
        space: FreeSpace::fixed(100),
        on_removal: |_tx, _hook| Ok(()),
        settings: Settings::default(),
    });
    let mut senders = Vec::new();
    for number in 0..4 {
        let new = NewWebhook {
            name: format!("Build {number}"),
            owner: Some(owner),
            rate: Rate::Unlimited,
            ..NewWebhook::default()
        };
        let (_, addresses) = connectors.create(&system, channel, new).await.expect("a webhook");
        let read = read_address(addresses.connector.expose(), None).expect("an address");
        let secret = read.secrets.first().expect("a secret");
        let caller =
            Caller { request: ids.fresh(), origin: None, language: None, client: String::new() };
        let known = identity.authenticate(Presented::Webhook(secret.expose()), &caller).await;
        let scope = known.expect("a known address").scope;
        senders.extend(std::iter::repeat_n(scope, 8));
    }
    let settings = delivery::Settings::default();
    let pump = Pump::new(db.clone(), scopes, clock, connectors.consumer(), settings);
    (connectors, pump, senders)
}

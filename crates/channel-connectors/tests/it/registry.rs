//! Registered connectors and what is set up with them, on a real database.

use std::{sync::Arc, time::Duration};

use app_packages::{Level, Severity};
use channel_connectors::{
    ConfigurationState, Configurations, Connector, Error, FrameContext, NewConnector, NewWebhook,
    OfferSource, Opening, Place, Registrations, RegistryParts, Switch, TenantSwitches, Which,
    registry,
};
use identity::users::UserPatch;
use kernel::{Clock, Limit, Permission, Scope, TeamId, UserId};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use workspace::{FileStore, Workspace};

use crate::house::{ADMIN, House, MEMBER, text};

const BASE: &str = "https://hub.example.org";
const PAGE: &str = "https://tasks.example.org/configure";

/// A house with the registry around it.
struct Office {
    house: House,
    registrations: Arc<Registrations>,
    configurations: Arc<Configurations>,
    workspace: Arc<Workspace>,
    _files: TempDir,
}

fn form() -> NewConnector {
    NewConnector {
        name: "Tasks".to_owned(),
        short_description: "Task notifications".to_owned(),
        company_name: "Contoso".to_owned(),
        company_url: "https://contoso.example".to_owned(),
        configuration_url: PAGE.to_owned(),
        valid_domains: vec!["tasks.example.org".to_owned()],
        teams: true,
        groups: true,
        mail: true,
        ..NewConnector::default()
    }
}

fn settings() -> Json {
    json!({
        "entityId": "tasks-7", "configName": "Tasks of Sales", "x-unknown": {"kept": [1, 2]},
        "contentUrl": "https://tasks.example.org/edit", "removeUrl": "https://tasks.example.org/bye",
    })
}

impl Office {
    async fn new() -> Self {
        Self::with(workspace::Settings::default()).await
    }

    async fn with(settings: workspace::Settings) -> Self {
        let house = House::new().await;
        let files = TempDir::new().unwrap();
        let time = Arc::clone(&house.clock) as Arc<dyn Clock>;
        let store = FileStore::open(files.path()).unwrap();
        let workspace =
            Workspace::new(house.store.db(), Arc::clone(&time), house.ids.clone(), store, settings);
        let workspace = Arc::new(workspace);
        let apps = Arc::new(apps::Apps::new(apps::Parts {
            db: house.store.db(),
            clock: Arc::clone(&time),
            ids: house.ids.clone(),
            scopes: house.scopes.clone(),
            settings: apps::Settings::default(),
        }));
        let (registrations, configurations) = registry(RegistryParts {
            db: house.store.db(),
            clock: time,
            ids: house.ids.clone(),
            scopes: house.scopes.clone(),
            networks: egress::Networks::new(&egress::Settings::default()),
            apps,
            webhooks: Arc::clone(&house.connectors),
            workspace: Arc::clone(&workspace),
        });
        Self { house, registrations, configurations, workspace, _files: files }
    }

    fn developer(&self) -> Scope {
        let mut rights = MEMBER.to_vec();
        rights.extend([Permission::ConnectorRegister, Permission::AppInstall]);
        self.house.scope_of(self.house.owner, &rights)
    }

    fn system(&self) -> Scope {
        self.house.scopes.scope(self.house.tenant, "test")
    }

    /// A registered connector whose app the team has.
    async fn connector(&self, form: NewConnector) -> Connector {
        let made = self.registrations.register(&self.developer(), (form, None)).await.unwrap();
        self.install(&made, self.house.team).await;
        made
    }

    async fn install(&self, connector: &Connector, team: TeamId) {
        self.registrations.try_in_team(&self.developer(), connector.id, team).await.unwrap();
    }

    fn channel(&self) -> Place {
        Place::Channel(self.house.channel)
    }

    /// Begun and set, not saved.
    async fn set(&self, place: Place) -> Opening {
        let connector = self.connector(form()).await;
        let me = self.house.owner();
        let opening = self.configurations.begin(&me, place, connector.id).await.unwrap();
        self.configurations.set_settings(&me, opening.id, &settings()).await.unwrap();
        opening
    }

    async fn told(&self, who: &Scope, opening: &Opening, page: &str) -> Json {
        let page = page.parse().unwrap();
        let told = self.configurations.settings_of(who, opening.id, (BASE, &page)).await;
        Json::Object(told.unwrap())
    }

    /// Posts through the URL that a page was told.
    async fn post(&self, url: &str, said: &str) -> Result<(), Error> {
        let path = url.strip_prefix(BASE).unwrap();
        let sender = self.house.sender(path).await.map_err(Error::from)?;
        self.house.connectors.receive(&sender, text(said)).await.map(drop)
    }

    async fn url(&self, opening: &Opening) -> String {
        let told = self.told(&self.house.owner(), opening, PAGE).await;
        told["webhookUrl"].as_str().unwrap().to_owned()
    }
}

fn codes(error: &Error) -> Vec<(String, &'static str)> {
    let Error::Invalid { fields } = error else { panic!("{error}") };
    fields.iter().map(|field| (field.pointer.clone().into_owned(), field.code)).collect()
}

#[tokio::test]
async fn a_page_configures_edits_and_removes() {
    let office = Office::new().await;
    let connector = office.connector(form()).await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let opening = all.begin(&me, office.channel(), connector.id).await.unwrap();
    assert_eq!((opening.page.as_str(), opening.context), (PAGE, FrameContext::Settings));
    assert_eq!(office.told(&me, &opening, PAGE).await, json!({}), "new, and never null");
    let early = all.commit(&me, opening.id).await;
    assert!(matches!(early, Err(Error::NothingSet { .. })), "{early:?}");

    all.set_settings(&me, opening.id, &settings()).await.unwrap();
    let told = office.told(&me, &opening, PAGE).await;
    for key in ["entityId", "configName", "contentUrl", "removeUrl", "x-unknown"] {
        assert_eq!(told[key], settings()[key], "{key}");
    }
    assert_eq!(told["appType"], "teams");
    assert_eq!(told["userObjectId"], json!(office.house.owner));
    let url = told["webhookUrl"].as_str().unwrap();
    let part = format!("@{}/{}/", office.house.tenant, connector.id);
    assert!(url.starts_with("https://hub.example.org/webhookb2/") && url.contains(&part), "{url}");
    office.post(url, "posted before the save").await.unwrap();

    let saved = all.commit(&me, opening.id).await.unwrap();
    assert_eq!((saved.state, saved.name.as_str()), (ConfigurationState::Active, "Tasks of Sales"));
    let listed = all.list(&me, office.channel(), (Which::Configured, None)).await.unwrap();
    assert_eq!(listed[0].configured[0].id, opening.id);

    let edit = all.begin_edit(&me, opening.id).await.unwrap();
    assert_eq!(edit.page.as_str(), "https://tasks.example.org/edit");
    let renamed = json!({"entityId": "tasks-7", "configName": "Renamed"});
    all.set_settings(&me, opening.id, &renamed).await.unwrap();
    assert_eq!(office.told(&me, &edit, PAGE).await["configName"], "Renamed");
    all.abandon(&me, opening.id).await.unwrap();
    assert_eq!(office.told(&me, &edit, PAGE).await["configName"], "Tasks of Sales");
    all.set_settings(&me, opening.id, &renamed).await.unwrap();
    assert_eq!(all.commit(&me, opening.id).await.unwrap().name, "Renamed");
    assert_eq!(office.url(&edit).await, url, "the webhook stays through edits");
    assert_eq!(all.commit(&me, opening.id).await.unwrap().name, "Renamed", "a bare save keeps");

    let remove = all.begin_remove(&me, opening.id).await.unwrap();
    assert_eq!((remove.page.as_str(), remove.context), (PAGE, FrameContext::Remove));
    all.finish_remove(&me, opening.id, Some("no longer needed")).await.unwrap();
    let gone = office.post(url, "late").await;
    assert!(matches!(gone, Err(Error::Removed { .. })), "{gone:?}");
    let unknown = all.configuration(&me, opening.id).await;
    assert!(matches!(unknown, Err(Error::UnknownConfiguration { .. })));
    assert_eq!(office.house.texts().await, ["posted before the save"]);
}

#[tokio::test]
async fn who_set_it_up_is_told_to_pages_on_valid_domains_alone() {
    let office = Office::new().await;
    let opening = office.set(office.channel()).await;
    let me = office.house.owner();
    for page in ["https://evil.test/", "https://tasks.example.org:8443/"] {
        let told = office.told(&me, &opening, page).await;
        assert_eq!(told.get("userObjectId"), None, "{page}");
        assert_eq!(told["appType"], "teams");
    }
}

#[tokio::test]
async fn settings_of_another_host_are_refused_and_nothing_is_made() {
    let office = Office::new().await;
    let connector = office.connector(form()).await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let opening = all.begin(&me, office.channel(), connector.id).await.unwrap();
    let evil = json!({"contentUrl": "https://evil.test/", "entityId": 7, "removeUrl": "ftp://x/"});
    let refused = all.set_settings(&me, opening.id, &evil).await.unwrap_err();
    assert_eq!(
        codes(&refused),
        [
            ("/entityId".to_owned(), "configuration.text"),
            ("/contentUrl".to_owned(), "connector.url_domain"),
            ("/removeUrl".to_owned(), "connector.url_scheme"),
        ]
    );
    assert_eq!(office.told(&me, &opening, PAGE).await, json!({}));
    assert!(matches!(all.commit(&me, opening.id).await, Err(Error::NothingSet { .. })));
}

#[tokio::test]
async fn what_is_given_up_or_left_open_goes_with_its_webhook() {
    let office = Office::new().await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let first = office.set(office.channel()).await;
    let url = office.url(&first).await;
    all.abandon(&me, first.id).await.unwrap();
    assert!(matches!(office.post(&url, "x").await, Err(Error::Removed { .. })));
    let second = all.begin(&me, office.channel(), first.connector.id).await.unwrap();
    all.set_settings(&me, second.id, &settings()).await.unwrap();
    let url = office.url(&second).await;
    office.house.clock.advance(Duration::from_secs(599));
    assert_eq!(all.sweep(&office.system()).await.unwrap(), 0);
    office.house.clock.advance(Duration::from_secs(2));
    assert_eq!(all.sweep(&office.system()).await.unwrap(), 1);
    assert!(matches!(office.post(&url, "x").await, Err(Error::Removed { .. })));
    let denied = all.sweep(&me).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
}

#[tokio::test]
async fn a_pending_one_is_its_beginners_alone_and_a_saved_one_outlives_its_creator() {
    let office = Office::new().await;
    let (house, all) = (&office.house, &office.configurations);
    let eve = house.person("eve").await;
    house.workspace.join_team(&house.scope_of(eve, MEMBER), house.team).await.unwrap();
    let theirs = house.scope_of(eve, MEMBER);
    let connector = office.connector(form()).await;
    let opening = all.begin(&theirs, office.channel(), connector.id).await.unwrap();
    all.set_settings(&theirs, opening.id, &settings()).await.unwrap();
    let hidden = all.configuration(&house.owner(), opening.id).await;
    assert!(matches!(hidden, Err(Error::UnknownConfiguration { .. })));
    all.commit(&theirs, opening.id).await.unwrap();
    let url = office.url(&opening).await;
    house.identity.delete_user(&office.system(), eve).await.unwrap();
    office.post(&url, "still here").await.unwrap();
    all.begin_edit(&house.owner(), opening.id).await.unwrap();
    let stranger = house.scope_of(house.person("mallory").await, MEMBER);
    for outcome in [
        all.configuration(&stranger, opening.id).await.map(drop),
        all.begin_edit(&stranger, opening.id).await.map(drop),
        all.finish_remove(&stranger, opening.id, None).await,
        all.set_settings(&stranger, opening.id, &settings()).await,
    ] {
        assert!(matches!(outcome, Err(Error::UnknownConfiguration { .. })), "{outcome:?}");
    }
    let other = testkit::scope(house.ids.fresh(), kernel::Actor::User(house.owner), ADMIN);
    let elsewhere = all.configuration(&other, opening.id).await;
    assert!(matches!(elsewhere, Err(Error::UnknownConfiguration { .. })));
}

#[tokio::test]
async fn a_place_lists_what_suits_it_with_the_built_in_one_first() {
    let office = Office::new().await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let teams_only =
        NewConnector { groups: false, mail: false, name: "Builds".to_owned(), ..form() };
    let builds = office.connector(teams_only).await;
    office.connector(form()).await;
    let names = |place, which, search: Option<&'static str>| {
        let me = me.clone();
        async move {
            let listed = all.list(&me, place, (which, search)).await.unwrap();
            listed.into_iter().map(|offer| (offer.source, offer.name)).collect::<Vec<_>>()
        }
    };
    let listed = names(office.channel(), Which::All, None).await;
    assert_eq!(listed[0].0, OfferSource::BuiltIn);
    assert_eq!(listed[1..].iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Builds", "Tasks"]);
    assert_eq!(names(office.channel(), Which::All, Some("BUILD")).await.len(), 1);
    assert_eq!(names(office.channel(), Which::All, Some("webhook")).await.len(), 1);
    assert_eq!(names(office.channel(), Which::Configured, None).await, []);
    for place in [Place::Mailbox(office.house.team), Place::Inbox(office.house.owner)] {
        let listed = names(place, Which::All, None).await;
        assert_eq!(listed.iter().map(|(_, name)| name).collect::<Vec<_>>(), ["Tasks"]);
    }
    let place = Place::Mailbox(office.house.team);
    let unfit = all.begin(&me, place, builds.id).await;
    assert!(matches!(unfit, Err(Error::NotOffered { .. })), "{unfit:?}");
    let nobody = all.begin(&me, place, office.house.ids.fresh()).await;
    assert!(matches!(nobody, Err(Error::NotOffered { .. })));
}

/// Takes one mail after another and keeps their bytes.
async fn relay() -> (u16, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = unbounded_channel();
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 double\r\n").await.unwrap();
            let (mut mail, mut data) = (String::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.as_str() {
                    "." if data => {
                        data = false;
                        sender.send(std::mem::take(&mut mail)).unwrap();
                        "250 taken"
                    }
                    _ if data => {
                        mail.push_str(&line);
                        mail.push('\n');
                        continue;
                    }
                    "DATA" => {
                        data = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    line => {
                        if line.starts_with("RCPT") {
                            mail.push_str(line);
                            mail.push('\n');
                        }
                        "250 ok"
                    }
                };
                write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
        }
    });
    (port, receiver)
}

#[tokio::test]
async fn cards_arrive_in_a_groups_mailbox_once_with_a_plain_text() {
    let office = Office::new().await;
    let place = Place::Mailbox(office.house.team);
    let opening = office.set(place).await;
    office.configurations.commit(&office.house.owner(), opening.id).await.unwrap();
    let me = office.house.owner();
    assert_eq!(office.told(&me, &opening, PAGE).await["appType"], "groups");
    let url = office.url(&opening).await;
    office.post(&url, "**First** card").await.unwrap();
    office.post(&url, "second").await.unwrap();
    office.house.pump.drain().await.unwrap();
    assert_eq!(office.configurations.send_cards(&office.system()).await.unwrap(), 2);
    assert_eq!(office.configurations.send_cards(&office.system()).await.unwrap(), 0);
    let limit = Limit::new(10).unwrap();
    let mails = office.workspace.mails(&me, office.house.team, None, limit).await.unwrap().items;
    assert_eq!(
        mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(),
        ["second", "First card"]
    );
    let read = office.workspace.mail(&me, mails[1].id).await.unwrap();
    assert_eq!(read.content.text.trim(), "First card");
    assert!(read.mail.sender.contains("Tasks"), "{}", read.mail.sender);
    assert_eq!(office.house.texts().await, Vec::<String>::new(), "no channel has it");
}

#[tokio::test]
async fn cards_arrive_in_an_inbox_over_smtp() {
    let set = tokio::task::LocalSet::new();
    set.run_until(async {
        let (port, mut taken) = relay().await;
        let mut settings = workspace::Settings::default();
        settings.mail.relay_host = Some("127.0.0.1".to_owned());
        settings.mail.relay_port = port;
        settings.mail.relay_security = workspace::RelaySecurity::None;
        let office = Office::with(settings).await;
        let patch = UserPatch {
            addresses: Some(vec!["ada@contoso.example".to_owned()]),
            ..UserPatch::default()
        };
        let system = office.system();
        office.house.identity.update_user(&system, office.house.owner, patch).await.unwrap();
        let opening = office.set(Place::Inbox(office.house.owner)).await;
        office.configurations.commit(&office.house.owner(), opening.id).await.unwrap();
        let url = office.url(&opening).await;
        office.post(&url, "Hello **Ada**").await.unwrap();
        office.house.pump.drain().await.unwrap();
        assert_eq!(office.configurations.send_cards(&system).await.unwrap(), 1);
        office.workspace.flush_mail(&system).await.unwrap();
        let mail = taken.recv().await.unwrap();
        for part in [
            "RCPT TO:<ada@contoso.example>",
            "Subject: Hello Ada",
            "<strong>Ada</strong>",
            "multipart/alternative",
        ] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
        // Who left gets nothing any more.
        office.house.identity.delete_user(&system, office.house.owner).await.unwrap();
        let sender = office.house.sender(url.strip_prefix(BASE).unwrap()).await.unwrap();
        let late = office.house.other_node().receive(&sender, text("late")).await;
        assert!(matches!(late, Err(Error::ChannelGone { .. })), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn an_inbox_needs_a_relay_and_is_its_owners() {
    let office = Office::new().await;
    let connector = office.connector(form()).await;
    let (me, all) = (office.house.owner(), &office.configurations);
    let off = all.begin(&me, Place::Inbox(office.house.owner), connector.id).await;
    assert!(matches!(off, Err(Error::Workspace(workspace::Error::MailOff))), "{off:?}");
    let other = Place::Inbox(UserId::from(uuid::Uuid::from_u128(5)));
    assert!(matches!(
        all.list(&me, other, (Which::All, None)).await,
        Err(Error::UnknownOwner { .. })
    ));
}

#[tokio::test]
async fn mail_and_teams_are_switched_apart_and_at_once_on_every_node() {
    let office = Office::new().await;
    let (house, all) = (&office.house, &office.configurations);
    let (me, admin) = (house.owner(), house.admin());
    let in_channel = office.set(office.channel()).await;
    all.commit(&me, in_channel.id).await.unwrap();
    let mailbox = Place::Mailbox(house.team);
    let in_mail = all.begin(&me, mailbox, in_channel.connector.id).await.unwrap();
    all.set_settings(&me, in_mail.id, &settings()).await.unwrap();
    let (channel_url, mail_url) = (office.url(&in_channel).await, office.url(&in_mail).await);
    let other = Arc::new(house.other_node());
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    TaskTracker::new().spawn(Arc::clone(&other).run(stop));
    let post = async |url: &str| {
        let sender = house.sender(url.strip_prefix(BASE).unwrap()).await.unwrap();
        match other.receive(&sender, text("x")).await {
            Ok(_) => None,
            Err(Error::SwitchedOff { switch }) => Some(switch),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((post(&channel_url).await, post(&mail_url).await), (None, None));
    let standard = TenantSwitches::default();
    for (switches, channel, mail) in [
        (
            TenantSwitches { connectors_enabled_for_outlook: false, ..standard },
            None,
            Some(Switch::Outlook),
        ),
        (
            TenantSwitches { connectors_enabled_for_teams: false, ..standard },
            Some(Switch::Teams),
            None,
        ),
        (TenantSwitches::GOVERNMENT, Some(Switch::Tenant), Some(Switch::Tenant)),
        (standard, None, None),
    ] {
        house.connectors.set_tenant_switches(&admin, switches).await.unwrap();
        let started = std::time::Instant::now();
        while (post(&channel_url).await, post(&mail_url).await) != (channel, mail) {
            assert!(started.elapsed() < Duration::from_secs(1), "{switches:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let line = "Set-UnifiedGroup -Identity sales -ConnectorsEnabled:$false";
    let (team, set) = house.connectors.apply_line(&admin, &house.workspace, line).await.unwrap();
    assert_eq!((team.as_deref(), set), (Some("Sales"), vec![("ConnectorsEnabled", false)]));
    assert_eq!(post(&mail_url).await, Some(Switch::Team));
    let refused = all.begin(&me, mailbox, in_channel.connector.id).await;
    assert!(matches!(refused, Err(Error::SwitchedOff { switch: Switch::Team })), "{refused:?}");
    assert!(!all.may_change(&me, mailbox).await.unwrap());
    all.finish_remove(&me, in_channel.id, None).await.unwrap();
    let nobody =
        house.connectors.apply_line(&admin, &house.workspace, &line.replace("sales", "none")).await;
    assert_eq!(codes(&nobody.unwrap_err()), [("/line".to_owned(), "switches.group_unknown")]);
    let denied = house.connectors.apply_line(&me, &house.workspace, line).await;
    assert!(matches!(denied, Err(Error::Denied(_))));
}

#[tokio::test]
async fn a_government_registers_nothing() {
    let office = Office::new().await;
    let admin = office.house.admin();
    office.house.connectors.set_tenant_switches(&admin, TenantSwitches::GOVERNMENT).await.unwrap();
    let refused = office.registrations.register(&office.developer(), (form(), None)).await;
    assert!(matches!(refused, Err(Error::Government)), "{refused:?}");
    let member = office.registrations.register(&office.house.owner(), (form(), None)).await;
    assert!(matches!(member, Err(Error::Denied(_))));
}

#[tokio::test]
async fn an_identifier_is_for_life() {
    let office = Office::new().await;
    let (dev, all) = (office.developer(), &office.registrations);
    let named = NewConnector { id: Some(office.house.ids.fresh()), ..form() };
    let made = all.register(&dev, (named.clone(), None)).await.unwrap();
    assert_eq!(Some(made.id), named.id);
    let again = all.register(&dev, (named.clone(), None)).await;
    assert!(matches!(again, Err(Error::ConnectorTaken { .. })), "{again:?}");
    let moved = NewConnector { id: Some(office.house.ids.fresh()), ..form() };
    let fixed = all.update(&dev, made.id, (moved, None)).await.unwrap_err();
    assert_eq!(codes(&fixed), [("/id".to_owned(), "connector.id_fixed")]);
    all.delete(&dev, made.id).await.unwrap();
    let reborn = all.register(&dev, (named, None)).await;
    assert!(matches!(reborn, Err(Error::ConnectorTaken { .. })));
    let other = office.house.person("dev2").await;
    let rights = [Permission::ConnectorRegister, Permission::MessageRead];
    let other = office.house.scope_of(other, &rights);
    let mine = all.register(&dev, (form(), None)).await.unwrap();
    assert!(matches!(all.connector(&other, mine.id).await, Err(Error::UnknownConnector { .. })));
    assert!(matches!(all.delete(&other, mine.id).await, Err(Error::UnknownConnector { .. })));
    let limit = Limit::new(10).unwrap();
    assert_eq!(all.list(&other, limit, None).await.unwrap().items, []);
    assert_eq!(all.list(&dev, limit, None).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn what_is_set_up_wears_the_connectors_name_and_goes_with_it() {
    let office = Office::new().await;
    let opening = office.set(office.channel()).await;
    let (dev, me, id) = (office.developer(), office.house.owner(), opening.connector.id);
    let saved = office.configurations.commit(&me, opening.id).await.unwrap();
    let url = office.url(&opening).await;
    office.post(&url, "one").await.unwrap();
    office.house.texts().await;
    let usage = office.registrations.usage(&dev, id).await.unwrap();
    assert_eq!(
        (usage.configurations, usage.posts_24h, usage.posts_7d, usage.refused_7d),
        (1, 1, 1, 0)
    );
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 2);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&[9; 16]).unwrap();
    let renamed = NewConnector { name: "Chores".to_owned(), ..form() };
    office.registrations.update(&dev, id, (renamed, Some(Some(png.clone())))).await.unwrap();
    let hook = office.house.connectors.lookup(&me, saved.webhook.unwrap()).await.unwrap();
    assert_eq!(hook.name, "Chores");
    let icon = office.house.connectors.icon(&me, hook.id).await.unwrap().unwrap();
    assert_eq!(icon.bytes, png);
    let goes = office.registrations.consequences(&dev, id).await.unwrap();
    assert_eq!((goes.configurations.len(), goes.webhooks), (1, 1));
    office.registrations.delete(&dev, id).await.unwrap();
    assert!(matches!(office.post(&url, "late").await, Err(Error::Removed { .. })));
    let left = office.configurations.list(&me, office.channel(), (Which::All, None)).await.unwrap();
    assert_eq!(left.len(), 1, "the built-in one alone");
}

#[tokio::test]
async fn an_incoming_webhook_becomes_a_connector_and_keeps_its_url() {
    let office = Office::new().await;
    let (dev, house) = (office.developer(), &office.house);
    let (hook, addresses) = house
        .connectors
        .create(
            &dev,
            house.channel,
            NewWebhook { name: "Build".to_owned(), ..NewWebhook::default() },
        )
        .await
        .unwrap();
    let form = NewConnector { name: "Build".to_owned(), ..form() };
    let (connector, configuration) =
        office.registrations.adopt(&dev, hook.id, form.clone()).await.unwrap();
    let sender = house.sender_of(&addresses).await;
    house.connectors.receive(&sender, text("same URL")).await.unwrap();
    assert_eq!(house.texts().await, ["same URL"]);
    let listed =
        office.configurations.list(&dev, office.channel(), (Which::Configured, None)).await;
    assert_eq!(listed.unwrap()[0].connector, Some(connector.id));
    let twice = office.registrations.adopt(&dev, hook.id, form).await;
    assert!(matches!(twice, Err(Error::Configured { .. })), "{twice:?}");
    office.configurations.finish_remove(&dev, configuration.id, None).await.unwrap();
    let hook = house.connectors.lookup(&dev, hook.id).await;
    assert!(matches!(hook, Err(Error::Removed { .. })), "{hook:?}");
}

#[tokio::test]
async fn a_package_is_made_that_the_catalogue_takes() {
    let office = Office::new().await;
    let (dev, all) = (office.developer(), &office.registrations);
    let made = office.connector(form()).await;
    let package = app_packages::read(&all.package(&dev, made.id).await.unwrap()).unwrap();
    let findings = app_packages::check(&package, Level::Publish);
    assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{findings:?}");
    let draft = all.manifest(&dev, made.id).await.unwrap();
    assert_eq!(
        (draft.edited, &draft.manifest["connectors"][0]["connectorId"]),
        (false, &json!(made.id))
    );
    let mut edited = draft.manifest.clone();
    edited["name"]["full"] = json!("Tasks and chores");
    let kept = all.set_manifest(&dev, made.id, Some(edited.clone())).await.unwrap();
    assert!(kept.edited);
    edited["connectors"][0]["connectorId"] = json!("203a1e2c-26cc-47ca-83ae-be98f960b6b2");
    edited["icons"]["color"] = json!("https://example.org/logo.png");
    edited["surprise"] = json!(1);
    let refused = codes(&all.set_manifest(&dev, made.id, Some(edited)).await.unwrap_err());
    for pointer in ["/connectors/0/connectorId", "/icons"] {
        assert!(refused.iter().any(|(at, _)| at == pointer), "{pointer} in {refused:?}");
    }
    assert!(!all.set_manifest(&dev, made.id, None).await.unwrap().edited);
}

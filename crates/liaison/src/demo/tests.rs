use super::*;
use crate::{commands, settings::Settings};

/// Where nobody listens: the demo only notes the address.
const UPSTREAM: std::net::SocketAddr =
    std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

#[test]
fn addresses_follow_the_port_and_keep_their_secret() {
    let account = |user: &str| Account {
        user: user.to_owned(),
        password: "p".to_owned(),
        token: "t".to_owned(),
    };
    let demo = Demo {
        base_url: "http://127.0.0.1:1".to_owned(),
        admin: account("a"),
        seller: account("s"),
        tenant: "t".to_owned(),
        webhooks: vec![Webhook {
            team: "x".to_owned(),
            channel: "y".to_owned(),
            channel_id: "z".to_owned(),
            url: "http://127.0.0.1:1/webhookb2/secret".to_owned(),
            workflows_url: "http://127.0.0.1:1/workflows/secret".to_owned(),
        }],
        mcp_url: "http://127.0.0.1:1/mcp".to_owned(),
        upstream: None,
        environment_url: "http://127.0.0.1:1/environments/Sales".to_owned(),
        limited: None,
    };
    let moved = demo.clone().at("https://127.0.0.1:2");
    let hook = moved.webhooks.first().unwrap();
    assert_eq!(hook.url, "https://127.0.0.1:2/webhookb2/secret");
    assert_eq!(hook.workflows_url, "https://127.0.0.1:2/workflows/secret");
    assert_eq!(moved.at("http://127.0.0.1:1"), demo);
}

async fn with_hub<T>(data: &Path, work: impl AsyncFnOnce(&Hub) -> T) -> T {
    let settings = Settings::of_test(data);
    let hub = Hub::open(&settings, commands::init::public_url(&settings).unwrap()).await.unwrap();
    let done = work(&hub).await;
    hub.close().await;
    done
}

/// Teams, people and webhooks that there are.
async fn counted(hub: &Hub) -> (usize, usize, usize) {
    let tenant = hub.tenants().await.unwrap().remove(0);
    let scope = hub.scopes.scope(tenant.id, "test");
    let limit = kernel::Limit::default();
    let filter = workspace::TeamFilter::Visible;
    let teams = hub.workspace.teams(&scope, filter, None, limit).await.unwrap();
    let people = identity::users::UserFilter::default();
    let people = hub.identity.users(&scope, people, limit, None).await.unwrap();
    let all = channel_connectors::Listed::All;
    let webhooks = hub.connectors.list(&scope, all, limit, None).await.unwrap();
    (teams.items.len(), people.items.len(), webhooks.items.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_creates_nothing_and_follows_the_port() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let (one, two): (Url, Url) =
        ("http://127.0.0.1:1".parse().unwrap(), "http://127.0.0.1:2".parse().unwrap());
    let first = with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &one, UPSTREAM).await.unwrap();
        counted(hub).await
    })
    .await;
    assert_eq!(first, (4, 8, 5));
    let written = Demo::read(data).unwrap().unwrap();
    assert!(written.webhooks.len() >= 4);
    let channels: std::collections::BTreeSet<_> =
        written.webhooks.iter().map(|webhook| &webhook.channel_id).collect();
    assert_eq!(channels.len(), written.webhooks.len(), "each in a channel of its own");
    let second = with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &two, UPSTREAM).await.unwrap();
        counted(hub).await
    })
    .await;
    assert_eq!(second, first);
    assert_eq!(Demo::read(data).unwrap().unwrap().at("http://127.0.0.1:1"), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_stand_before_what_people_say_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &base, UPSTREAM).await.unwrap();
        let demo = Demo::read(data).unwrap().unwrap();
        let presented = identity::Presented::Bearer(&demo.seller.token);
        let who = hub.identity.authenticate(presented, &commands::caller(hub)).await.unwrap();
        let builds = demo.webhooks.iter().find(|webhook| webhook.channel == "Builds").unwrap();
        let channel = builds.channel_id.parse().unwrap();
        let window = workspace::Window::After(None);
        let limit = kernel::Limit::default();
        let said = hub.workspace.messages(&who.scope, channel, window, limit).await.unwrap();
        let by_webhook: Vec<bool> = said
            .items
            .iter()
            .map(|item| matches!(item.sender, workspace::Sender::Webhook { .. }))
            .collect();
        assert_eq!(by_webhook, [true, true, false]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_its_file_completes_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    let first = with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &base, UPSTREAM).await.unwrap();
        counted(hub).await
    })
    .await;
    let before = Demo::read(data).unwrap().unwrap();
    fs::remove_file(file(data)).unwrap();
    let second = with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &base, UPSTREAM).await.unwrap();
        let demo = Demo::read(data).unwrap().unwrap();
        let presented = identity::Presented::Bearer(&demo.seller.token);
        hub.identity.authenticate(presented, &commands::caller(hub)).await.unwrap();
        counted(hub).await
    })
    .await;
    let after = Demo::read(data).unwrap().unwrap();
    assert_eq!((second, &after.webhooks), (first, &before.webhooks));
    assert_ne!(after.admin.password, before.admin.password, "what is lost is made anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seller_finds_mails_a_recap_and_a_meeting_to_come() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    for again in [false, true] {
        with_hub(data, async |hub: &Hub| {
            if again {
                fs::remove_file(file(data)).unwrap();
            }
            prepare(hub, data, &base, UPSTREAM).await.unwrap();
            let demo = Demo::read(data).unwrap().unwrap();
            let presented = identity::Presented::Bearer(&demo.seller.token);
            let who = hub.identity.authenticate(presented, &commands::caller(hub)).await.unwrap();
            let (scope, limit) = (&who.scope, kernel::Limit::default());
            let mails = hub.mailbox.list(scope, "", limit, None).await.unwrap();
            assert_eq!(mails.items.len(), 5, "{again}");
            let known = mails.items.iter().find(|mail| mail.subject.contains("Avalanche")).unwrap();
            let opened = hub.mailbox.open(scope, known.id).await.unwrap();
            let seen = hub.mailbox.people(scope, &opened.message).await.unwrap();
            assert!(seen.people.iter().any(|one| matches!(one.matched, mailbox::Matched::One(_))));
            let past = hub.meetings.list(scope, false, limit, None).await.unwrap();
            let held = hub.meetings.open(scope, past.items.first().unwrap().id).await.unwrap();
            assert!(held.recap.is_some() && held.connected.is_some());
            let coming = hub.meetings.list(scope, true, limit, None).await.unwrap();
            assert_eq!((past.items.len(), coming.items.len()), (1, 1), "{again}");
        })
        .await;
    }
}

/// The seller of the demo, signed in.
async fn seller(hub: &Hub, data: &Path) -> Scope {
    let demo = Demo::read(data).unwrap().unwrap();
    let presented = identity::Presented::Bearer(&demo.seller.token);
    hub.identity.authenticate(presented, &commands::caller(hub)).await.unwrap().scope
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_day_of_the_seller_works_with_the_sellers_own_rights() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &base, UPSTREAM).await.unwrap();
        let scope = &seller(hub, data).await;
        let limit = kernel::Limit::default();
        let mails = hub.mailbox.list(scope, "", limit, None).await.unwrap().items;
        let named = |subject: &str| mails.iter().find(|mail| mail.subject == subject).unwrap().id;

        // a suggested update is taken on
        let opened =
            hub.mailbox.open(scope, named("Re: Avalanche sets for our branches")).await.unwrap();
        let seen = hub.mailbox.people(scope, &opened.message).await.unwrap();
        let mailbox::Matched::One(contact) = &seen.people[0].matched else { panic!("{seen:?}") };
        let deal = hub.mailbox.opportunities(scope, contact).await.unwrap().remove(0).at;
        let crm = hub.crm.of(scope).await.unwrap();
        let budget =
            crm::Values::from([("estimatedvalue".to_owned(), crm::Value::Number(140_000.0))]);
        crm.update(&deal, &budget, None).await.unwrap();

        // a mail is saved
        let about = mailbox::About { table: deal.table, id: deal.id.0, name: String::new() };
        let wanted = mailbox::Wanted { about: Some(about), ..mailbox::Wanted::default() };
        assert!(hub.mailbox.save(scope, opened.mail.id, wanted).await.unwrap().done);

        // a contact is made from a signature
        let opened =
            hub.mailbox.open(scope, named("Course on the new transceivers")).await.unwrap();
        let address = "nina@bergwerk.example";
        let seen = hub.mailbox.people(scope, &opened.message).await.unwrap();
        assert_eq!(seen.people[0].matched, mailbox::Matched::Nobody);
        let filled = hub.mailbox.prefill(scope, &opened.message, (address, "")).await.unwrap();
        assert!(filled.from_signature && filled.values.contains_key("telephone1"), "{filled:?}");
        let new = ("contact", &filled.values);
        hub.mailbox.create_person(scope, address, new).await.unwrap();

        // tasks and notes come of a recap
        let past = hub.meetings.list(scope, false, limit, None).await.unwrap();
        let held = hub.meetings.open(scope, past.items.first().unwrap().id).await.unwrap();
        let id = held.meeting.id;
        let actions = held.recap.unwrap().actions.unwrap();
        assert!(!actions.is_empty());
        for action in &actions {
            let new = meetings::NewTask {
                subject: action.said.text.clone(),
                due: action.due,
                ..meetings::NewTask::default()
            };
            let key = action.said.key();
            assert!(hub.meetings.create_task(scope, (id, &key), new).await.unwrap().done);
        }
        assert!(hub.meetings.save_notes(scope, id, "They decide next month.").await.unwrap().done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_for_a_crm_decides_which_language_features_its_sellers_have() {
    use language_features::{Availability, Feature, NewConfig, Switch, Worker};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    with_hub(data, async |hub: &Hub| {
        prepare(hub, data, &base, UPSTREAM).await.unwrap();
        let demo = Demo::read(data).unwrap().unwrap();
        let presented = identity::Presented::Bearer(&demo.admin.token);
        let admin = hub.identity.authenticate(presented, &commands::caller(hub)).await.unwrap();
        let (admin, scope) = (&admin.scope, &seller(hub, data).await);
        let system = hub.crm.chosen(scope).await.unwrap().id;
        let set = async |ai: serde_json::Value| {
            let patch = serde_json::Map::from_iter([("ai".to_owned(), ai)]);
            hub.sales_settings.update(admin, system, patch, None).await.unwrap();
        };
        for feature in Feature::ALL {
            let switch = |one: &Feature| Switch {
                feature: *one,
                availability: match (one == feature, feature) {
                    (true, Feature::Thread | Feature::Meeting) => Availability::General,
                    (true, _) => Availability::Preview,
                    (false, _) => Availability::Off,
                },
                worker: Worker::Rules,
            };
            let new = NewConfig {
                switches: Feature::ALL.iter().map(switch).collect(),
                endpoint: String::new(),
                model: String::new(),
                location: String::new(),
                key: None,
                redact: Vec::new(),
                daily_tokens: 1_000,
                timeout_ms: 2_000,
                consent: false,
                changes: None,
            };
            hub.language.update_config(admin, new).await.unwrap();
            let is_general = matches!(feature, Feature::Thread | Feature::Meeting);
            for (on, preview, there) in
                [(true, false, is_general), (true, true, true), (false, true, false)]
            {
                set(serde_json::json!({ "on": on, "preview": preview })).await;
                let offered = hub.language.offered(scope).await.unwrap().0;
                let offered: Vec<Feature> = offered.iter().map(|one| one.feature).collect();
                let expected: &[Feature] = if there { std::slice::from_ref(feature) } else { &[] };
                assert_eq!(offered, expected, "{feature:?}, {on}, {preview}");
            }
        }
    })
    .await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    with_hub(data, async |hub: &Hub| prepare(hub, data, &base, UPSTREAM).await.unwrap()).await;
    let mode = fs::metadata(file(data)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_other_data_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let base: Url = "http://127.0.0.1:1".parse().unwrap();
    with_hub(data, async |hub: &Hub| {
        let tenant = hub.scopes.ensure_first_tenant("Contoso", Language::Fr).await.unwrap();
        let system = hub.scopes.scope(tenant.id, "test");
        let boss = identity::users::NewUser {
            user_name: "boss".to_owned(),
            display_name: "Boss".to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: vec![identity::Role::GlobalAdministrator],
        };
        hub.identity.create_user(&system, boss).await.unwrap();
        let refused = prepare(hub, data, &base, UPSTREAM).await.unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
        assert_eq!(counted(hub).await, (0, 1, 0));
    })
    .await;
}

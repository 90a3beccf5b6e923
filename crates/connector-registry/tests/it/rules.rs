//! Switches, ownership, and what becomes of what was set up.

use std::{sync::Arc, time::Duration};

use app_packages::{Level, Severity};
use channel_connectors::{Error as HookError, NewWebhook, Place, State, Switch, TenantSwitches};
use connector_registry::{Ended, Error, NewConnector, Opening, Which};
use kernel::{Limit, Permission};
use serde_json::json;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    house::text,
    office::{BASE, Office, codes, form, settings},
};

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
            Err(HookError::SwitchedOff { switch }) => Some(switch),
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
    let off = HookError::SwitchedOff { switch: Switch::Team };
    let refused = refused.unwrap_err();
    assert!(
        matches!(&refused, Error::Webhooks(hook) if hook.to_string() == off.to_string()),
        "{refused}"
    );
    assert!(!all.may_change(&me, mailbox).await.unwrap());
    all.finish_remove(&me, in_channel.id, None).await.unwrap();
    let nobody =
        house.connectors.apply_line(&admin, &house.workspace, &line.replace("sales", "none")).await;
    assert_eq!(codes(&nobody.unwrap_err()), [("/line".to_owned(), "switches.group_unknown")]);
    let denied = house.connectors.apply_line(&me, &house.workspace, line).await;
    assert!(matches!(denied, Err(HookError::Denied(_))));
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
    assert!(matches!(office.post(&url, "late").await, Err(HookError::Removed { .. })));
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
    assert!(matches!(hook, Err(HookError::Removed { .. })), "{hook:?}");
}

#[tokio::test]
async fn an_adoption_that_comes_too_late_leaves_no_connector_behind() {
    let office = Office::new().await;
    let (dev, house) = (office.developer(), &office.house);
    let new = NewWebhook { name: "Build".to_owned(), ..NewWebhook::default() };
    let (hook, _) = house.connectors.create(&dev, house.channel, new).await.unwrap();
    let all = &office.registrations;
    let (one, other) =
        tokio::join!(all.adopt(&dev, hook.id, form()), all.adopt(&dev, hook.id, form()));
    assert!(one.is_ok() != other.is_ok(), "{one:?} and {other:?}");
    let known = all.list(&dev, Limit::default(), None).await.unwrap().items;
    assert_eq!(known.len(), 1, "{known:?}");
}

#[tokio::test]
async fn a_configuration_ends_with_its_app_and_goes_on_when_it_is_back() {
    let office = Office::new().await;
    let (me, system) = (office.house.owner(), office.system());
    let may = [Permission::MessageRead, Permission::AppManage, Permission::TeamManageAll];
    let admin = office.house.scope_of(office.house.owner, &may);
    let opening = office.set(office.channel()).await;
    let url = office.url(&opening).await;
    office.configurations.commit(&me, opening.id).await.unwrap();
    let follow = async || office.configurations.follow_apps(&system).await.unwrap();
    let ended = async || {
        let found = office.configurations.configuration(&me, opening.id).await.unwrap();
        let webhook = office.house.connectors.lookup(&me, found.webhook.unwrap()).await.unwrap();
        (found.ended, webhook.state)
    };
    assert_eq!((follow().await, ended().await), (0, (None, State::Enabled)));
    let app = office.apps.connectors_of_team(&me, office.house.team).await.unwrap()[0].app;
    office.apps.set_blocked(&admin, app, true).await.unwrap();
    assert_eq!((follow().await, follow().await), (1, 0));
    assert_eq!(ended().await, (Some(Ended::Blocked), State::Suspended));
    let refused = office.post(&url, "blocked").await.unwrap_err();
    assert!(matches!(refused, HookError::Suspended { .. }), "{refused}");
    // nobody goes round it on the page of the webhook
    let hook = opening_hook(&office, &opening).await;
    let enabled = office.house.connectors.set_enabled(&me, hook, true).await.unwrap_err();
    assert!(matches!(enabled, HookError::Suspended { .. }), "{enabled}");
    let disabled = office.house.connectors.set_enabled(&me, hook, false).await.unwrap_err();
    assert!(matches!(disabled, HookError::Suspended { .. }), "{disabled}");
    office.apps.set_blocked(&admin, app, false).await.unwrap();
    assert_eq!((follow().await, ended().await), (1, (None, State::Enabled)));
    office.post(&url, "allowed again").await.unwrap();
    // uninstalled: the list of the channel says so, and an upload of the same connector wakes it
    office.apps.uninstall(&office.developer(), app, office.house.team).await.unwrap();
    assert_eq!((follow().await, ended().await), (1, (Some(Ended::Uninstalled), State::Suspended)));
    let listed = office.configurations.list(&me, office.channel(), (Which::Configured, None)).await;
    let listed = listed.unwrap();
    assert_eq!(listed[0].configured[0].ended, Some(Ended::Uninstalled));
    let connector = opening.connector.clone();
    office.install(&connector, office.house.team).await;
    assert_eq!((follow().await, ended().await), (1, (None, State::Enabled)));
    // what was disabled by hand does not wake by itself
    office.house.connectors.set_enabled(&me, hook, false).await.unwrap();
    let app = office.apps.connectors_of_team(&me, office.house.team).await.unwrap()[0].app;
    office.apps.set_blocked(&admin, app, true).await.unwrap();
    follow().await;
    // nor does it wake by hand while the app is blocked
    let enabled = office.house.connectors.set_enabled(&me, hook, true).await.unwrap_err();
    assert!(matches!(enabled, HookError::Suspended { .. }), "{enabled}");
    office.apps.set_blocked(&admin, app, false).await.unwrap();
    follow().await;
    assert_eq!(ended().await, (None, State::Disabled));
    office.house.connectors.set_enabled(&me, hook, true).await.unwrap();
    assert_eq!(ended().await, (None, State::Enabled));
    // a suspended one that is removed is gone with its configuration
    office.apps.set_blocked(&admin, app, true).await.unwrap();
    follow().await;
    office.house.connectors.delete(&me, hook).await.unwrap();
    let restored = office.house.connectors.restore(&me, hook).await.unwrap_err();
    assert!(matches!(restored, HookError::Removed { .. }), "{restored}");
}

#[tokio::test]
async fn a_deleted_channel_keeps_no_other_configuration_from_following_its_app() {
    let office = Office::new().await;
    let (me, system, house) = (office.house.owner(), office.system(), &office.house);
    let connector = office.connector(form()).await;
    let gone = house.more_channel("Gone").await;
    let mut all = Vec::new();
    for place in [Place::Channel(gone), office.channel()] {
        let opening = office.configurations.begin(&me, place, connector.id).await.unwrap();
        office.configurations.set_settings(&me, opening.id, &settings()).await.unwrap();
        office.configurations.commit(&me, opening.id).await.unwrap();
        all.push(opening.id);
    }
    assert!(all[0] < all[1], "the one of the deleted channel comes first");
    house.workspace.delete_channel(&me, gone).await.unwrap();
    let app = office.apps.connectors_of_team(&me, house.team).await.unwrap()[0].app;
    office.apps.uninstall(&office.developer(), app, house.team).await.unwrap();
    assert_eq!(office.configurations.follow_apps(&system).await.unwrap(), 1);
    let live = office.configurations.configuration(&me, all[1]).await.unwrap();
    assert_eq!(live.ended, Some(Ended::Uninstalled));
    // restored, it follows too
    house.workspace.restore_channel(&me, gone).await.unwrap();
    assert_eq!(office.configurations.follow_apps(&system).await.unwrap(), 1);
    let back = office.configurations.configuration(&me, all[0]).await.unwrap();
    assert_eq!(back.ended, Some(Ended::Uninstalled));
}

async fn opening_hook(office: &Office, opening: &Opening) -> kernel::WebhookId {
    let me = office.house.owner();
    let found = office.configurations.configuration(&me, opening.id).await.unwrap();
    found.webhook.unwrap()
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

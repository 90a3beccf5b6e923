//! The dialog of a connector's page: begun, set, saved, changed, removed.

use std::time::Duration;

use channel_connectors::{Error as HookError, Place};
use connector_registry::{
    ConfigurationState, Error, FrameContext, NewConnector, OfferSource, Which,
};
use serde_json::json;

use crate::{
    house::{ADMIN, MEMBER},
    office::{Office, PAGE, codes, form, settings},
};

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
    assert!(matches!(gone, Err(HookError::Removed { .. })), "{gone:?}");
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
    assert!(matches!(office.post(&url, "x").await, Err(HookError::Removed { .. })));
    let second = all.begin(&me, office.channel(), first.connector.id).await.unwrap();
    all.set_settings(&me, second.id, &settings()).await.unwrap();
    let url = office.url(&second).await;
    office.house.clock.advance(Duration::from_secs(599));
    assert_eq!(all.sweep(&office.system()).await.unwrap(), 0);
    office.house.clock.advance(Duration::from_secs(2));
    assert_eq!(all.sweep(&office.system()).await.unwrap(), 1);
    assert!(matches!(office.post(&url, "x").await, Err(HookError::Removed { .. })));
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

//! The pages as people use them: an administrator turns linking on, decides about consent, and takes it back.

use http::StatusCode;
use identity::{
    Holder, Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::EnvironmentId;
use linking_setup::{ConsentState, Decision, Overview, Turn, Which};
use web_proof::{Browser, House, show};

use super::{consent, licences, members, page, path, report, tables};

struct Office {
    house: House,
    admin: Browser,
    scope: kernel::Scope,
    environment: EnvironmentId,
}

impl Office {
    async fn open() -> Self {
        let house = House::new(vec![crate::routes()]).await;
        let admin = house.browser("ada", &[Role::GlobalAdministrator]).await;
        let root = house.system.scope(house.tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let environment = house.identity.create_environment(&root, new).await.unwrap().id;
        let user = house.identity.find_user_by_name(&root, "ada").await.unwrap().unwrap();
        for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
            let licence = house.identity.create_licence(&root, name, None).await.unwrap().id;
            let holder = Holder::User(user.id);
            house.identity.assign_licence(&root, licence, holder).await.unwrap();
        }
        let scope = house.scope_of(&user).await;
        Self { house, admin, scope, environment }
    }

    async fn overview(&self) -> Overview {
        self.house.app.linking_setup.overview(&self.scope, self.environment).await.unwrap()
    }

    async fn save(&self, fields: &[(&str, &str)]) -> web_proof::Page {
        self.house.post(&self.admin, &path(self.environment, ""), fields).await
    }

    async fn decide(&self, which: &str, decision: &str, next: &str) -> web_proof::Page {
        let fields = [("which", which), ("decision", decision), ("next", next)];
        self.house.post(&self.admin, &path(self.environment, "/consent"), &fields).await
    }
}

#[tokio::test]
async fn an_administrator_turns_linking_on_consents_and_takes_it_back() {
    let office = Office::open().await;
    let page = office.house.get(&office.admin, &path(office.environment, "")).await;
    for label in [
        "Turn on the linking of Dynamics 365 records to Microsoft Teams channels",
        "Turn on Enhanced Microsoft Teams Integration",
        "Microsoft Teams collaboration and chat",
    ] {
        assert!(page.html.contains(label), "{label}");
    }
    // basic linking alone
    let saved = office.save(&[("basic", "on"), ("devices", "full")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    assert!(office.overview().await.switches.basic);
    // enhanced linking leads to the consent
    let on = [("basic", "on"), ("enhanced", "on"), ("devices", "full")];
    let saved = office.save(&on).await;
    assert!(
        saved.location().ends_with("/consent?which=first&next=enhanced"),
        "{}",
        saved.location()
    );
    assert!(!office.overview().await.switches.enhanced);
    let asked = office.house.get(&office.admin, saved.location()).await;
    for scope in Which::First.scopes() {
        assert!(asked.html.contains(scope), "{scope}");
    }
    assert!(!asked.html.contains("ChannelMessage.Read.All"), "only what is asked for");
    assert!(asked.html.contains(">Accept<") && asked.html.contains(">Decline<"));
    // declined, it stays off
    office.decide("first", "decline", "enhanced").await;
    let seen = office.overview().await;
    assert_eq!((seen.consent.state, seen.switches.enhanced), (ConsentState::Declined, false));
    // accepted, it is on
    let accepted = office.decide("first", "accept", "enhanced").await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.html);
    let seen = office.overview().await;
    assert!(seen.enhanced_works() && seen.switches.user_sync && !seen.second.holds());
    office.decide("second", "accept", "").await;
    assert!(office.overview().await.second.holds());
    // withdrawn, it rests
    let asked = path(office.environment, "/consent?which=first");
    assert!(office.house.get(&office.admin, &asked).await.html.contains(">Withdraw<"));
    office.decide("first", "withdraw", "").await;
    assert!(!office.overview().await.enhanced_works());
    let page = office.house.get(&office.admin, &path(office.environment, "")).await;
    assert!(page.html.contains("Enhanced integration is on but rests"));
    // and off
    office.save(&[("devices", "full")]).await;
    assert!(!office.overview().await.switches.basic);
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_with_its_code_and_cure() {
    let office = Office::open().await;
    let one_drive = [("one_drive", "on"), ("devices", "full")];
    office.save(&one_drive).await;
    let refused = office.save(&[("one_drive", "on"), ("basic", "on"), ("devices", "full")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.html);
    assert!(refused.html.contains("800503ca") && refused.html.contains("RL-01"));
    assert!(!office.overview().await.switches.basic);
    // turned off together with it, it is done
    let saved = office.save(&[("basic", "on"), ("devices", "full")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    // a network that is none stays in the form, and nothing is changed
    let typed = [("basic", "on"), ("devices", "block"), ("networks", "10.0.0.0/99")];
    let refused = office.save(&typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("10.0.0.0/99"));
    assert_eq!(office.overview().await.devices, linking_setup::Devices::default());
}

#[tokio::test]
async fn tables_and_licences_are_said_on_pages_of_their_own() {
    let office = Office::open().await;
    let tables = path(office.environment, "/tables");
    assert!(office.house.get(&office.admin, &tables).await.html.contains("opportunity"));
    let ticked = [("shown", "phonecall"), ("links", "phonecall"), ("shown", "opportunity")];
    let saved = office.house.post(&office.admin, &tables, &ticked).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    let seen = office.overview().await;
    let found = |name: &str| seen.tables.iter().find(|table| table.table == name).unwrap();
    assert!(found("phonecall").links && !found("phonecall").documents);
    assert!(!found("opportunity").links && found("account").links);
    let licences = path(office.environment, "/licences");
    let all = seen.licences.all.clone();
    let id = all.iter().find(|one| one.licence.name == "Microsoft Teams").unwrap().licence.id;
    let fields = [("licence", id.to_string()), ("counts", "both".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let saved = office.house.post(&office.admin, &licences, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    let page = office.house.get(&office.admin, &licences).await;
    assert!(page.html.contains("Customer engagement"));
    assert_eq!(office.overview().await.licences.engagement().count(), 2);
}

#[tokio::test]
async fn the_sales_application_leads_to_the_environment() {
    let office = Office::open().await;
    let page = office.house.get(&office.admin, "/sales/settings/teams").await;
    let address = path(office.environment, "");
    assert!(page.location() == address || page.html.contains(&address), "{}", page.html);
}

#[tokio::test]
async fn who_is_no_system_administrator_hears_who_is() {
    let office = Office::open().await;
    let seller = office.house.browser("sue", &[Role::Seller]).await;
    for rest in ["", "/consent", "/tables", "/licences"] {
        let page = office.house.get(&seller, &path(office.environment, rest)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{rest}");
        let saved = office.house.post(&seller, &path(office.environment, rest), &[]).await;
        assert_eq!(saved.status, StatusCode::FORBIDDEN, "{rest}");
    }
    assert!(!office.overview().await.switches.basic);
}

#[tokio::test]
async fn the_pages_are_whole_in_both_languages() {
    let office = Office::open().await;
    let setup = &office.house.app.linking_setup;
    let off = office.overview().await;
    setup.consent(&office.scope, Which::First, Decision::Accept).await.unwrap();
    for turn in [Turn::Basic(true), Turn::Enhanced(true)] {
        setup.turn(&office.scope, office.environment, turn).await.unwrap();
    }
    let on = office.overview().await;
    let fixed = |frame: &web_frame::Frame, seen: &Overview| {
        let mut seen = seen.clone();
        seen.environment = uuid::Uuid::from_u128(1).into();
        seen.tables.truncate(4);
        for consent in [&mut seen.consent, &mut seen.second] {
            consent.at = consent.at.map(|_| frame.now);
        }
        let mut number = 50;
        for one in &mut seen.licences.all {
            number += 1;
            one.licence.id = uuid::Uuid::from_u128(number).into();
        }
        seen
    };
    show("settings", |frame| {
        [("off", &off), ("on", &on)]
            .map(|(name, seen)| (name, page::Page::of(frame.clone(), fixed(frame, seen))))
            .into()
    });
    show("settings-consent", |frame| {
        [("asked", &off.consent), ("held", &on.consent), ("second", &on.second)]
            .map(|(name, consent)| {
                let mut consent = consent.clone();
                consent.at = consent.at.map(|_| frame.now);
                let environment = uuid::Uuid::from_u128(1).into();
                (name, consent::Page::new(frame.clone(), environment, consent))
            })
            .into()
    });
    show("settings-tables", |frame| {
        let seen = fixed(frame, &on);
        vec![("full", tables::Page::new(frame.clone(), seen.environment, seen.tables))]
    });
    show("settings-members", |frame| {
        let environment = uuid::Uuid::from_u128(1).into();
        let policy = linking_sync::Policy::default();
        [("open", None), ("closed", Some("linking.user_sync_missing"))]
            .map(|(name, obstacle)| {
                let seen = (policy, obstacle, None);
                (name, members::Page::new(frame.clone(), environment, seen))
            })
            .into()
    });
    show("settings-report", |frame| {
        let environment = uuid::Uuid::from_u128(1).into();
        let found = |number: u128, trouble| linking_sync::Finding {
            id: uuid::Uuid::from_u128(number),
            environment,
            link: Some(linking::LinkId(uuid::Uuid::from_u128(9))),
            trouble,
            subject: "x".to_owned(),
            detail: "Sommet <Sports> · Village deal › Work".to_owned(),
            found_at: frame.now,
            mended_at: None,
        };
        let findings: Vec<_> =
            (10..).zip(linking_sync::Trouble::ALL).map(|(at, one)| found(at, one)).collect();
        let report = |findings, walking| linking_sync::Report {
            findings,
            walked_at: Some(frame.now),
            walking,
            seen: 12,
        };
        vec![
            ("full", report::Page::new(frame.clone(), environment, report(findings, false), None)),
            ("empty", report::Page::new(frame.clone(), environment, report(vec![], true), None)),
        ]
    });
    show("settings-licences", |frame| {
        let seen = fixed(frame, &on);
        vec![("full", licences::Page::new(frame.clone(), seen.environment, seen.licences))]
    });
}

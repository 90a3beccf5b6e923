//! Collaborate without script: what is shown when, the way to a new channel, documents, conversation, the way back.

use axum::body::Body;
use http::{StatusCode, header};
use identity::{
    Holder, Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::{EnvironmentId, Scope};
use linking_setup::{Decision, Turn, Which};
use queries::{Condition, Paging, Query, query::Comparison};
use records::{Associate, Entry, Operation, Reference, RowKey};
use uuid::Uuid;
use web_proof::{Browser, House, Page};

pub(crate) struct Deal {
    pub(crate) house: House,
    pub(crate) ada: Browser,
    pub(crate) admin: Scope,
    pub(crate) sales: EnvironmentId,
    /// The address of the account.
    pub(crate) record: String,
}

/// How much is switched on.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum On {
    Nothing,
    Basic,
    Enhanced,
}

impl Deal {
    pub(crate) async fn new(on: On) -> Self {
        let pages = vec![liaison_web_linking::routes(), web::routes(), web_records::routes()];
        let house = House::new(pages).await;
        let ada = house.browser("ada", &[Role::GlobalAdministrator]).await;
        let root = house.system.scope(house.tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let sales = house.identity.create_environment(&root, new).await.unwrap().id;
        let user = house.identity.find_user_by_name(&root, "ada").await.unwrap().unwrap();
        let admin = house.scope_of(&user).await;
        for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
            let licence = house.identity.create_licence(&root, name, None).await.unwrap().id;
            house.identity.assign_licence(&root, licence, Holder::User(user.id)).await.unwrap();
        }
        let setup = &house.app.linking_setup;
        if on != On::Nothing {
            setup.turn(&admin, sales, Turn::Basic(true)).await.unwrap();
        }
        if on == On::Enhanced {
            for which in [Which::First, Which::Second] {
                setup.consent(&admin, which, Decision::Accept).await.unwrap();
            }
            setup.turn(&admin, sales, Turn::Enhanced(true)).await.unwrap();
        }
        let session = house.app.records.session_in(&admin, sales).await.unwrap();
        let entry = Entry::of("account").text("name", "Sommet <Sports>");
        let id = session.one(Operation::Create(entry)).await.unwrap().id;
        let record = format!("/records/{sales}/account/{id}");
        Self { house, ada, admin, sales, record }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.house.get(&self.ada, path).await
    }

    async fn at(&self, rest: &str) -> Page {
        self.get(&format!("{}{rest}", self.record)).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.house.post(&self.ada, path, fields).await
    }

    /// Connects the account to a new team and channel, by form; the address of the link.
    pub(crate) async fn connect(&self, team: &str, channel: &str) -> String {
        let made = self.finish(team, channel, "").await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
        made.location().to_owned()
    }

    async fn finish(&self, team: &str, channel: &str, key: &str) -> Page {
        let mut fields = vec![
            ("team", "new"),
            ("team_name", team),
            ("privacy", "private"),
            ("channel", "new"),
            ("channel_name", channel),
            ("channel_kind", "standard"),
            ("do", "finish"),
        ];
        if !key.is_empty() {
            fields.push(("key", key));
        }
        self.post(&format!("{}/collaborate/new", self.record), &fields).await
    }

    pub(crate) async fn upload(&self, path: &str, name: &str) -> Page {
        let body = format!(
            "--cut\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--cut\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/plain\r\n\r\n4 200\r\n--cut--\r\n",
            self.ada.csrf
        );
        let request = self
            .house
            .request(&self.ada, "POST", path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body));
        self.house.send(request.unwrap()).await
    }

    /// Somebody who may read everything of the environment, with both licences.
    pub(crate) async fn colleague(&self, name: &str) -> Browser {
        self.somebody(name, "System Administrator").await
    }

    /// Somebody with a security role and both licences.
    pub(crate) async fn somebody(&self, name: &str, role: &str) -> Browser {
        let browser = self.house.browser(name, &[Role::Seller]).await;
        let root = self.house.system.scope(self.house.tenant, "test");
        let user = self.house.identity.find_user_by_name(&root, name).await.unwrap().unwrap();
        for licence in self.house.identity.licences(&root).await.unwrap() {
            let holder = Holder::User(user.id);
            self.house.identity.assign_licence(&root, licence.id, holder).await.unwrap();
        }
        let scope = self.house.scope_of(&user).await;
        let row = self.house.app.records.session_in(&scope, self.sales).await.unwrap().user();
        let admin = self.house.app.records.session_in(&self.admin, self.sales).await.unwrap();
        let table = std::sync::Arc::clone(admin.model().table("role").unwrap());
        let query = Query::of(&table).select(["roleid"]).unwrap();
        let named = Condition::Compare(
            query.field("name").unwrap(),
            Comparison::Equal,
            db::Value::from(role.to_owned()),
        );
        let found = admin.query(&query.and(named), &Paging::first(1)).await.unwrap();
        let id: Uuid = found.rows[0].get(found.plan.shown.key.unwrap()).unwrap();
        let give = Associate {
            from: Reference { table: "systemuser".to_owned(), key: RowKey::Id(row) },
            navigation: "systemuserroles_association".to_owned(),
            to: Reference { table: "role".to_owned(), key: RowKey::Id(id) },
        };
        admin.one(Operation::Associate(give)).await.unwrap();
        browser
    }
}

#[tokio::test]
async fn the_button_follows_the_switches() {
    let off = Deal::new(On::Nothing).await;
    assert!(!off.at("").await.html.contains("/collaborate\""), "off: no button");
    let page = off.at("/collaborate").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("Linking to channels is off in this environment"));

    let basic = Deal::new(On::Basic).await;
    assert!(basic.at("").await.html.contains("/collaborate\""), "basic: a button");
    let page = basic.at("/collaborate").await.html;
    assert!(page.contains("How to connect it") && !page.contains("/collaborate/new"), "{page}");
    let list = format!("/records/{}/account", basic.sales);
    assert!(!basic.get(&list).await.html.contains("/collaborate\""), "basic: none on views");
    let way = basic.at("/collaborate/new").await;
    assert_eq!(way.status, StatusCode::SEE_OTHER, "{}", way.html);

    let enhanced = Deal::new(On::Enhanced).await;
    let list = format!("/records/{}/account", enhanced.sales);
    assert!(enhanced.get(&list).await.html.contains("/collaborate\""), "enhanced: on views too");
    assert!(enhanced.at("/collaborate").await.html.contains("/collaborate/new"));
}

#[tokio::test]
async fn each_step_keeps_what_was_chosen_and_says_what_is_missing() {
    let deal = Deal::new(On::Enhanced).await;
    let page = deal.at("/collaborate/new").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("value=\"Sommet"), "the team is called like the record");
    let page = deal.at("/collaborate/new?step=channel").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("Choose a team, or create one."));
    let page = deal.at("/collaborate/new?step=channel&team=new&team_name=").await;
    assert!(page.html.contains("A name is needed here."), "{}", page.html);
    let page = deal.at("/collaborate/new?step=channel&team=new&team_name=Deal").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("name=\"team_name\" value=\"Deal\""), "{}", page.html);
    let page = deal.at("/collaborate/new?step=members&team=new&team_name=Deal").await;
    assert!(page.html.contains("Choose a channel, or create one."), "{}", page.html);
    let rest = "/collaborate/new?step=members&team=new&team_name=Deal&channel=general";
    let page = deal.at(rest).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("value=\"finish\""));
}

#[tokio::test]
async fn somebody_is_found_by_name_and_nobody_is_told_at_the_field() {
    let deal = Deal::new(On::Enhanced).await;
    deal.colleague("grace").await;
    let path = format!("{}/collaborate/new", deal.record);
    let mut fields = vec![
        ("team", "new"),
        ("team_name", "Deal"),
        ("channel", "general"),
        ("do", "find"),
        ("find", "nobody"),
    ];
    let page = deal.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
    assert!(page.html.contains("The workspace knows nobody called “nobody”."), "{}", page.html);
    fields[4].1 = "grace";
    let page = deal.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("Added by you"), "{}", page.html);
}

#[tokio::test]
async fn a_name_that_is_not_allowed_is_mended_where_it_was_typed() {
    let deal = Deal::new(On::Enhanced).await;
    let page = deal.finish("Deal", "a/b:c", "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
    assert!(page.html.contains("name=\"channel_name\""), "{}", page.html);
    assert!(page.html.contains("aria-invalid=\"true\""), "{}", page.html);
    assert!(deal.at("/collaborate").await.html.contains("/collaborate/new"), "nothing was made");
}

#[tokio::test]
async fn pressing_finish_twice_makes_one_connection() {
    let deal = Deal::new(On::Enhanced).await;
    let key = "0198a000-0000-7000-8000-000000000001";
    let (first, second) =
        (deal.finish("Deal", "Snow", key).await, deal.finish("Deal", "Snow", key).await);
    assert_eq!(first.location(), second.location());
}

#[tokio::test]
async fn a_record_is_connected_used_and_let_go_without_script() {
    let deal = Deal::new(On::Enhanced).await;
    let link = deal.connect("Village deal", "Snowshoes").await;
    let page = deal.get(&link).await.html;
    assert!(page.contains("This record is successfully connected to Dynamics 365"), "{page}");
    assert!(page.contains("Snowshoes") && page.contains("Village deal"));
    assert!(deal.at("/collaborate").await.html.contains("Start collaboration"));

    // one library, both sides
    let documents = format!("{}/documents", deal.record);
    let page = deal.get(&documents).await;
    let location = link.rsplit('/').next().unwrap();
    let into = format!("{documents}?location={location}");
    assert!(page.html.contains("No file yet"), "{}", page.html);
    let sent = deal.upload(&into, "offer.txt").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    let page = deal.get(&documents).await.html;
    assert!(page.contains("offer.txt"), "{page}");
    let file = page.split("/documents/file?").nth(1).unwrap().split('"').next().unwrap();
    let file = file.replace("&#38;", "&").replace("&amp;", "&");
    let handed = deal.get(&format!("{documents}/file?{file}")).await;
    assert_eq!((handed.status, &*handed.html), (StatusCode::OK, "4 200"));
    assert_eq!(handed.headers[header::CONTENT_TYPE], "application/octet-stream");

    // the conversation
    let talk = format!("{}/conversation", deal.record);
    let said = deal.post(&talk, &[("link", location), ("text", "Who knows?")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.html);
    assert!(deal.get(&talk).await.html.contains("Who knows?"));

    // who may read the record and is not in the channel reads neither files nor talk
    let grace = deal.colleague("grace").await;
    let page = deal.house.get(&grace, &documents).await.html;
    assert!(!page.contains("offer.txt"), "{page}");
    assert!(page.contains("permissions to view files in this location"), "{page}");
    let page = deal.house.get(&grace, &talk).await.html;
    assert!(page.contains("You are not a member of this channel") && !page.contains("Who knows?"));
    let taken = deal.house.get(&grace, &format!("{documents}/file?{file}")).await;
    assert_ne!(taken.status, StatusCode::OK);

    // and back
    let asked = deal.get(&format!("{link}/unlink")).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.html);
    let gone = deal.post(&format!("{link}/unlink"), &[("tab", "remove"), ("files", "keep")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
    let page = deal.get(&documents).await.html;
    assert!(page.contains("File sharing isn’t set up."), "{page}");
    assert!(page.contains(&format!("<a href=\"{}/collaborate\">", deal.record)), "{page}");
}

//! The tab of a record or a view: pinned, shown, edited, shared, asked for.

use http::{StatusCode, header};
use identity::{
    Holder, Role,
    environments::{EnvironmentKind, NewEnvironment},
};
use kernel::{EnvironmentId, Scope};
use linking::Subject;
use linking_setup::{Decision, Turn, Which};
use queries::{Condition, Paging, Query, query::Comparison};
use records::{Associate, Entry, Operation, Reference, RowKey, Update};
use tables::{RowRef, Value};
use uuid::Uuid;
use web_proof::{Browser, House};
use workspace::Role as Seat;
use workspace_port::{ChannelId, TeamId};

struct Place {
    house: House,
    ada: Browser,
    admin: Scope,
    sales: EnvironmentId,
    /// The address of the channel, and its identifiers.
    channel: String,
    port: ChannelId,
}

const E2: &str = "The admin has not consented to use user sync feature, you can add them manually";
const E2_FR: &str = "L’administrateur n’a pas émis d’autorisation pour utiliser la fonction de \
                     synchronisation de l’utilisateur. Vous pouvez les ajouter manuellement.";

impl Place {
    async fn new() -> Self {
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
        let admin = scope(&house, "ada").await;
        license(&house, &admin).await;
        let setup = &house.app.linking_setup;
        setup.turn(&admin, sales, Turn::Basic(true)).await.unwrap();
        let channel = house.channel(&ada, "Operations").await;
        let id = channel.trim_start_matches("/channels/").parse().unwrap();
        let team = house.app.workspace.channel(&admin, id).await.unwrap().team.id;
        let port = ChannelId { team: TeamId(team.to_string()), id: id.to_string() };
        Self { house, ada, admin, sales, channel, port }
    }

    /// An account of the administrator.
    async fn account(&self, name: &str) -> Uuid {
        let session = self.house.app.records.session_in(&self.admin, self.sales).await.unwrap();
        let entry = Entry::of("account").text("name", name);
        session.one(Operation::Create(entry)).await.unwrap().id
    }

    /// The address of the tab of a record, pinned by form.
    async fn pin(&self, who: &Browser, record: Uuid) -> String {
        let made = self.post_pin(who, &format!("account:{record}"), "").await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
        assert!(made.location().starts_with("/linked/"), "{}", made.location());
        made.location().to_owned()
    }

    async fn post_pin(&self, who: &Browser, subject: &str, what: &str) -> web_proof::Page {
        let sales = self.sales.to_string();
        let fields = [
            ("channel", self.port.id.as_str()),
            ("environment", &sales),
            ("what", what),
            ("subject", subject),
        ];
        self.house.post(who, "/linked/new", &fields).await
    }

    /// A licensed person with a security role, and a seat in the team.
    async fn person(&self, name: &str, role: Option<&str>, seat: Option<Seat>) -> Browser {
        let browser = self.house.browser(name, &[Role::Seller]).await;
        let scope = scope(&self.house, name).await;
        license(&self.house, &scope).await;
        if let Some(role) = role {
            let user = self.house.app.records.session_in(&scope, self.sales).await.unwrap().user();
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
                from: Reference { table: "systemuser".to_owned(), key: RowKey::Id(user) },
                navigation: "systemuserroles_association".to_owned(),
                to: Reference { table: "role".to_owned(), key: RowKey::Id(id) },
            };
            admin.one(Operation::Associate(give)).await.unwrap();
        }
        if let Some(seat) = seat {
            let team = self.port.team.0.parse().unwrap();
            let user = scope.user().unwrap();
            self.house.app.workspace.set_member(&self.admin, team, user, seat).await.unwrap();
        }
        browser
    }
}

impl Place {
    /// Moves a person into another business unit: who sells there reads nothing from here.
    async fn elsewhere(&self, name: &str) {
        let who = scope(&self.house, name).await;
        let user = self.house.app.records.session_in(&who, self.sales).await.unwrap().user();
        let admin = self.house.app.records.session_in(&self.admin, self.sales).await.unwrap();
        let code = |table: &str| admin.model().table(table).unwrap().code;
        let parent = Value::Row(RowRef { code: code("businessunit"), id: admin.root_unit() });
        let unit = Entry::of("businessunit").text("name", "Elsewhere");
        let unit = unit.with("parentbusinessunitid", parent);
        let unit = admin.one(Operation::Create(unit)).await.unwrap().id;
        let to = Value::Row(RowRef { code: code("businessunit"), id: unit });
        let entry = Entry::of("systemuser").with("businessunitid", to);
        let key = RowKey::Id(user);
        let update = Update { key, entry, condition: records::Condition::None };
        let admin = self.house.app.records.session_in(&self.admin, self.sales).await.unwrap();
        admin.one(Operation::Update(update)).await.unwrap();
    }
}

async fn scope(house: &House, name: &str) -> Scope {
    let root = house.system.scope(house.tenant, "test");
    let user = house.app.find_person(&root, name).await.unwrap().unwrap();
    let user = house.identity.user(&root, user).await.unwrap();
    house.scope_of(&user).await
}

async fn license(house: &House, scope: &Scope) {
    let root = house.system.scope(house.tenant, "test");
    for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
        let all = house.identity.licences(&root).await.unwrap();
        let licence = match all.iter().find(|licence| licence.name == name) {
            Some(known) => known.id,
            None => house.identity.create_licence(&root, name, None).await.unwrap().id,
        };
        let holder = Holder::User(scope.user().unwrap());
        house.identity.assign_licence(&root, licence, holder).await.unwrap();
    }
}

#[tokio::test]
async fn a_record_is_found_pinned_shown_and_edited_in_the_channel() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let record = place.account("Fabrikam").await;
    place.account("Contoso Suites").await;
    let choose = house.get(ada, &format!("/linked/new?channel={}", place.port.id)).await;
    assert_eq!(choose.status, StatusCode::OK, "{}", choose.html);
    assert!(choose.html.contains("Recent records"), "{}", choose.html);
    assert!(choose.html.contains("Fabrikam") && choose.html.contains("Contoso Suites"));
    let path = format!("/linked/new?channel={}&q=fabri&table=account", place.port.id);
    let found = house.get(ada, &path).await;
    assert!(found.html.contains("Fabrikam") && !found.html.contains("Contoso Suites"));

    let tab = place.pin(ada, record).await;
    let page = house.get(ada, &tab).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains(&format!("href=\"{tab}\"")), "the strip leads here");
    assert!(page.html.contains("value=\"Fabrikam\""), "the form: {}", page.html);
    let website = format!("/records/{}/account/{record}", place.sales);
    assert!(page.html.contains(&website), "Go to website: {}", page.html);
    assert!(page.html.contains("data-live=\""), "{}", page.html);

    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let saved = house.post(ada, &tab, &[("row-version", &*version), ("name", "Fabrikam SA")]).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*tab), "{}", saved.html);
    assert!(house.get(ada, &website).await.html.contains("Fabrikam SA"), "live in the CRM");

    // somebody was faster
    let late = house.post(ada, &tab, &[("row-version", &*version), ("name", "Mine")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.html.contains("Somebody has changed this record meanwhile"), "{}", late.html);
    assert!(late.html.contains("value=\"Mine\""), "what was typed stays: {}", late.html);

    // pinned twice is the same tab
    assert_eq!(place.pin(ada, record).await, tab);
}

#[tokio::test]
async fn a_view_is_pinned_and_its_rows_open_inside_the_tab() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let record = place.account("Fabrikam").await;
    let path = format!("/linked/new?channel={}&what=view&table=account", place.port.id);
    let choose = house.get(ada, &path).await;
    let subject = choose.between("name=\"subject\" value=\"", "\"").to_owned();
    assert!(subject.starts_with("account:"), "{subject}");
    let made = place.post_pin(ada, &subject, "view").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.html);
    let tab = made.location().to_owned();
    let list = house.get(ada, &tab).await;
    let row = format!("{tab}/rows/{record}");
    assert!(list.html.contains(&row), "a row opens here: {}", list.html);
    assert!(house.get(ada, &format!("{tab}?q=nothing")).await.html.contains("Nothing"), "searched");
    let opened = house.get(ada, &row).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.html);
    assert!(opened.html.contains("value=\"Fabrikam\"") && opened.html.contains(&tab));
    let version = opened.between("name=\"row-version\" value=\"", "\"").to_owned();
    let saved = house.post(ada, &row, &[("row-version", &*version), ("name", "Fabrikam SA")]).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*row), "{}", saved.html);
    let missing = house.get(ada, &format!("{tab}/rows/{}", Uuid::nil())).await;
    assert_eq!(missing.status, StatusCode::FORBIDDEN, "{}", missing.html);
}

#[tokio::test]
async fn a_member_without_the_record_is_told_so_and_is_given_it_in_one_press() {
    let place = Place::new().await;
    let house = &place.house;
    let record = place.account("Secret deal").await;
    let tab = place.pin(&place.ada, record).await;
    let jonas = place.person("jonas", Some("Salesperson"), Some(Seat::Member)).await;
    place.elsewhere("jonas").await;
    let closed = house.get(&jonas, &tab).await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN, "{}", closed.html);
    assert!(closed.html.contains("You cannot see this record"), "{}", closed.html);
    assert!(closed.html.contains("Ask for access"), "{}", closed.html);
    assert!(
        !closed.html.contains("name=\"row-version\""),
        "nothing of the record: {}",
        closed.html
    );

    let asked =
        house.post(&jonas, &format!("{tab}/access"), &[("message", "for the <b>call</b>")]).await;
    assert_eq!(asked.location(), tab, "{}", asked.html);
    let waiting = house.get(&jonas, &tab).await;
    assert!(waiting.html.contains("has been asked") && !waiting.html.contains("Ask for access"));

    let owner = house.get(&place.ada, &tab).await;
    assert!(owner.html.contains("asks to see this record"), "{}", owner.html);
    assert!(
        owner.html.contains("for the &lt;b&gt;call")
            || owner.html.contains("for the &#60;b&#62;call"),
        "{}",
        owner.html
    );
    let answer = owner.between(&format!("action=\"{tab}/access/"), "\"").to_owned();
    let answer = format!("{tab}/access/{answer}");
    // who asks does not answer
    let own = house.post(&jonas, &answer, &[("answer", "grant")]).await;
    assert_ne!(own.status, StatusCode::SEE_OTHER, "{}", own.html);
    assert_eq!(house.get(&jonas, &tab).await.status, StatusCode::FORBIDDEN);
    let given = house.post(&place.ada, &answer, &[("answer", "grant")]).await;
    assert_eq!(given.location(), tab, "{}", given.html);

    let open = house.get(&jonas, &tab).await;
    assert_eq!(open.status, StatusCode::OK, "{}", open.html);
    assert!(open.html.contains("value=\"Secret deal\""), "{}", open.html);
    // read was given, and nothing else
    assert!(open.html.contains("<fieldset class=\"panel main\" disabled>"), "{}", open.html);
    let version = open.between("name=\"row-version\" value=\"", "\"").to_owned();
    let saved = house.post(&jonas, &tab, &[("row-version", &*version), ("name", "x")]).await;
    assert_ne!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
}

#[tokio::test]
async fn who_is_not_in_the_channel_finds_nothing_whatever_the_rights_on_the_record() {
    let place = Place::new().await;
    let house = &place.house;
    let record = place.account("Secret deal").await;
    let tab = place.pin(&place.ada, record).await;
    let manager = place.person("mia", Some("System Administrator"), None).await;
    let stranger = place.person("eve", None, None).await;
    for who in [&manager, &stranger] {
        for tail in ["", "/live", "/share"] {
            let page = house.get(who, &format!("{tab}{tail}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{tail}: {}", page.html);
            assert!(!page.html.contains("Secret deal"));
        }
        let page = house.post(who, &format!("{tab}/access"), &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.html);
        let page = house.post(who, &tab, &[("name", "x")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.html);
        let path = format!("/linked/new?channel={}", place.port.id);
        assert_eq!(house.get(who, &path).await.status, StatusCode::NOT_FOUND);
    }
    // who may share the record answers who asks for it, wherever they are
    let page = house.get(&manager, &format!("{tab}/access")).await;
    assert!(page.html.contains("Nobody waits for an answer"), "{}", page.html);
    let page = house.get(&stranger, &format!("{tab}/access")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.html);
}

#[tokio::test]
async fn a_guest_of_the_team_sees_the_tab_closed_and_pins_nothing() {
    let place = Place::new().await;
    let house = &place.house;
    let record = place.account("Secret deal").await;
    let tab = place.pin(&place.ada, record).await;
    let gus = place.person("gus", None, Some(Seat::Guest)).await;
    let closed = house.get(&gus, &tab).await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN, "{}", closed.html);
    assert!(!closed.html.contains("value=\"Secret deal\""));
    let pinned = place.post_pin(&gus, &format!("account:{record}"), "").await;
    assert_ne!(pinned.status, StatusCode::SEE_OTHER, "{}", pinned.html);
}

#[tokio::test]
async fn sharing_without_consent_says_exactly_what_the_guide_says_in_both_languages() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let tab = place.pin(ada, place.account("Fabrikam").await).await;
    let share = format!("{tab}/share");
    let sheet = house.get(ada, &share).await;
    assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.html);
    assert!(sheet.html.contains(&format!("<span>{E2}</span>")), "{}", sheet.html);
    assert!(!sheet.html.contains("name=\"person\""), "nobody can be added: {}", sheet.html);
    let french = house.request(ada, "GET", &share);
    let french = french.header(header::ACCEPT_LANGUAGE, "fr").body(axum::body::Body::empty());
    let french = house.send(french.unwrap()).await;
    assert!(french.html.contains(&format!("<span>{E2_FR}</span>")), "{}", french.html);
    // nor past the form
    let refused = house.post(ada, &share, &[("person", "ada")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let setup = &house.app.linking_setup;
    setup.consent(&place.admin, Which::First, Decision::Accept).await.unwrap();
    setup.turn(&place.admin, place.sales, Turn::Enhanced(true)).await.unwrap();
    let sheet = house.get(ada, &share).await;
    assert!(!sheet.html.contains(E2) && sheet.html.contains("name=\"person\""), "{}", sheet.html);
    place.person("jonas", None, None).await;
    let added = house.post(ada, &share, &[("person", "jonas")]).await;
    assert_eq!(added.location(), tab, "{}", added.html);
    let again = house.post(ada, &share, &[("person", "jonas")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.html);
    let owner = house.post(ada, &share, &[("person", "ada")]).await;
    assert!(owner.html.contains("in the team already"), "an owner stays one: {}", owner.html);
    let nobody = house.post(ada, &share, &[("person", "nobody")]).await;
    assert!(nobody.html.contains("Nobody has this name"), "{}", nobody.html);
}

#[tokio::test]
async fn what_is_pinned_is_checked_and_hostile_names_stay_text() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let name = "\"><script>alert(1)</script>";
    let tab = place.pin(ada, place.account(name).await).await;
    for path in [&*tab, &*place.channel, &format!("{tab}/share")] {
        let page = house.get(ada, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
        assert!(!page.html.contains("<script>alert"), "{path}: {}", page.html);
    }
    for subject in [
        "account:",
        "account",
        "nothing:0193f0d2-0000-7000-8000-000000000000",
        "account:0193f0d2-0000-7000-8000-000000000000",
        "../x:0193f0d2-0000-7000-8000-000000000000",
        "systemuser:' OR 1=1",
    ] {
        let page = place.post_pin(ada, subject, "").await;
        assert_ne!(page.status, StatusCode::SEE_OTHER, "{subject}: {}", page.location());
        assert!(page.status.is_client_error(), "{subject}: {}", page.status);
    }
    for path in ["/linked/nonsense", "/linked/0193f0d2-0000-7000-8000-000000000000"] {
        let page = house.get(ada, path).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
}

#[tokio::test]
async fn a_remembered_environment_is_asked_for_no_more() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let root = house.system.scope(house.tenant, "test");
    let new = NewEnvironment {
        name: "Service".to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    house.identity.create_environment(&root, new).await.unwrap();
    place.account("Fabrikam").await;
    let path = format!("/linked/new?channel={}", place.port.id);
    let page = house.get(ada, &path).await;
    assert!(page.html.contains("Remember this preference"), "{}", page.html);
    let sales = place.sales.to_string();
    let fields = [("channel", place.port.id.as_str()), ("environment", &sales), ("remember", "on")];
    let next = house.post(ada, "/linked/new", &fields).await;
    let cookie = next.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains(&sales), "{cookie}");
    let kept = cookie.split(';').next().unwrap();
    let again = Browser { cookie: format!("{}; {kept}", ada.cookie), ..ada.clone() };
    let page = house.get(&again, &path).await;
    assert!(page.html.contains("Recent records"), "{}", page.html);
    let page = house.get(&again, &format!("{path}&environment=choose")).await;
    assert!(page.html.contains("Remember this preference"), "Edit asks again: {}", page.html);
}

#[tokio::test]
async fn a_tab_that_was_removed_leaves_the_link_and_the_page() {
    let place = Place::new().await;
    let (house, ada) = (&place.house, &place.ada);
    let record = place.account("Fabrikam").await;
    let tab = place.pin(ada, record).await;
    let page = house.get(ada, &tab).await;
    let (before, _) = page.html.split_once("/conversation").unwrap();
    let (_, id) = before.rsplit_once("/tabs/").unwrap();
    let remove = format!("{}/tabs/{id}/remove", place.channel);
    let gone = house.post(ada, &remove, &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
    assert!(!house.get(ada, &place.channel).await.html.contains(&tab));
    // by design: the record still lists the channel
    let subject = Subject::record(place.sales, "account", record);
    let links = house.app.linking.links_of(&place.admin, &subject).await.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(house.get(ada, &tab).await.status, StatusCode::OK);
}

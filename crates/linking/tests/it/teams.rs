//! The same house with Microsoft Teams as its workspace: the stand-in for Graph, people who really sign in there.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use doubles_graph::{Config, Double};
use egress::Request;
use http::{HeaderValue, StatusCode, header};
use kernel::{Scope, Secret, UserId};
use liaison_linking::{ChannelChoice, Error, LinkRequest, State, Step, TeamChoice};
use linking_setup::{
    BroughtBack, Kind, MicrosoftTeams, NewTeams, OwnWorkspace, Purpose, Sitting, TeamsParts,
};
use serde_json::{Value, json};
use url::Url;
use workspace_port::{ChannelKind, Error as Away, PersonId, Place, Workspace};

use crate::house::{House, to_channel, to_new};

/// Teams beside a house.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    _double: Double,
    said: Value,
    pub(crate) teams: Arc<MicrosoftTeams>,
    people: Mutex<HashMap<UserId, PersonId>>,
}

/// The domain of the stand-in.
pub(crate) const DOMAIN: &str = "northwind.test";

impl Elsewhere {
    pub(crate) fn open(parts: TeamsParts) -> Self {
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        Self { _double: double, said, teams: MicrosoftTeams::open(parts), people: Mutex::default() }
    }

    fn text(&self, name: &str) -> String {
        self.said[name].as_str().unwrap().to_owned()
    }

    /// Says where Teams are; browsers come back to the hub of the house.
    pub(crate) async fn set_up(&self, admin: &Scope) {
        let back = self.teams.sign_in_address().unwrap();
        let client = json!({ "id": self.text("client_id"), "redirects": [back] });
        self.control("/clients", client).await;
        let new = NewTeams {
            directory: self.text("tenant"),
            client_id: self.text("client_id"),
            secret: Some(Secret::new(self.text("client_secret"))),
            graph: self.text("graph"),
            login: self.text("url"),
            app: "c7f0d1de-6b7e-4c0b-8a34-0e9a5b6d2f41".to_owned(),
            enabled: true,
        };
        self.teams.set(admin, new).await.unwrap();
    }

    /// What no client could do.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        self.post(&format!("{}{path}", self.text("control")), body, None).await
    }

    /// A call of Graph with everything that an application may.
    pub(crate) async fn graph(&self, path: &str, body: Value) -> Value {
        let roles = ["User.ReadWrite.All", "Group.ReadWrite.All", "Channel.Create"];
        let token = self.control("/token", json!({ "roles": roles })).await;
        let token = token["token"].as_str().unwrap().to_owned();
        self.post(&format!("{}{path}", self.text("graph")), body, Some(token)).await
    }

    async fn post(&self, url: &str, body: Value, token: Option<String>) -> Value {
        let kind = HeaderValue::from_static("application/json");
        let mut request = if body.is_null() {
            Request::get(url.parse().unwrap())
        } else {
            Request::post(url.parse().unwrap(), kind, body.to_string())
        };
        if let Some(token) = token {
            let token = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
            request.headers.insert(header::AUTHORIZATION, token);
        }
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{url}: {:?}", answer.body);
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Somebody of the directory.
    pub(crate) async fn hire(&self, name: &str, user: UserId) {
        let person = json!({
            "displayName": name, "mailNickname": name, "accountEnabled": true,
            "userPrincipalName": format!("{name}@{DOMAIN}"),
            "passwordProfile": { "password": "Secret-1234" },
        });
        let made = self.graph("/users", person).await;
        let id = PersonId(made["id"].as_str().unwrap().to_owned());
        self.people.lock().unwrap().insert(user, id);
    }

    pub(crate) fn is(&self, scope: &Scope) -> PersonId {
        self.people.lock().unwrap()[&scope.user().unwrap()].clone()
    }

    /// Signs somebody in at the directory, as their browser would.
    pub(crate) async fn sign_in(&self, scope: &Scope, name: &str) {
        let url = self.teams.begin_sign_in(scope, Some("/records")).await.unwrap();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let form = format!("username={name}%40{DOMAIN}&password=Secret-1234");
        let request = Request { follow: false, ..Request::post(url, kind, form) };
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND, "{:?}", answer.body);
        let back = answer.headers[header::LOCATION].to_str().unwrap();
        let back = Url::parse(back).unwrap();
        let pair = |name: &str| {
            back.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
        };
        let brought = BroughtBack {
            state: pair("state").unwrap(),
            code: pair("code").map(Secret::new),
            ..BroughtBack::default()
        };
        let came = self.teams.came_back(scope, brought).await.unwrap();
        assert_eq!((came.purpose, came.next.as_deref()), (Purpose::SignIn, Some("/records")));
    }
}

/// Seats as the hub makes them.
pub(crate) fn seats() -> linking_setup::SeatOf {
    Box::new(|graph, sitting, app| {
        let who = match sitting {
            Sitting::Jobs => workspace_graph::Who::Jobs,
            Sitting::SignedIn(token) => workspace_graph::Who::SignedIn { token },
            Sitting::OnBehalf(user, assertion) => workspace_graph::Who::Person { user, assertion },
        };
        Arc::new(workspace_graph::Seat::new(graph, who, app)) as Arc<dyn Workspace>
    })
}

/// What a house hands over to Teams.
pub(crate) fn parts(
    own: OwnWorkspace,
    (db, clock, ids): (db::Db, Arc<dyn kernel::Clock>, kernel::Ids),
    (sealer, scopes, identity): (seal::Sealer, identity::SystemScopes, Arc<identity::Identity>),
) -> TeamsParts {
    let loopback = "127.0.0.0/8".parse().unwrap();
    let open = egress::Settings { allowed_networks: vec![loopback], ..egress::Settings::default() };
    TeamsParts {
        db,
        clock,
        ids,
        sealer,
        scopes,
        identity,
        client: testkit::outbound(),
        networks: egress::Networks::new(&open),
        public_url: "https://hub.example.org/".parse().unwrap(),
        seat: seats(),
        own,
    }
}

async fn account(house: &House, name: &str) -> liaison_linking::Subject {
    house.account(&house.admin, name).await
}

#[tokio::test]
async fn a_record_is_linked_to_teams_with_row_tab_and_library() {
    let house = House::at_teams().await;
    let subject = account(&house, "Contoso").await;
    let made = house.linking.link(&house.admin, to_new(&subject, ("Contoso", "Deal"))).await;
    let link = house.settle(made.unwrap().id).await;
    assert_eq!((link.state, link.workspace, &link.problem), (State::Connected, Kind::Graph, &None));
    let address = link.address.unwrap().to_string();
    let start = "https://teams.microsoft.com/l/channel/19%3A";
    assert!(address.starts_with(start) && address.contains("/Deal?groupId="), "{address}");
    assert!(address.ends_with("&tenantId=7b6d3c6e-2f0a-4c35-9d1e-5a8f0c4b1e22"), "{address}");
    assert_eq!(house.links_about(&subject).await.len(), 1);
    assert_eq!(house.locations_about(&subject).await.len(), 1);
    let tabs = house.tabs(&house.admin, &link.channel).await;
    assert_eq!((tabs.len(), tabs[0].entity.as_str()), (1, &*link.id.to_string()));
    let row = house.rows("msdyn_teamscollaboration", &[], &["msdyn_tenantid"]).await;
    let directory = "7b6d3c6e-2f0a-4c35-9d1e-5a8f0c4b1e22".parse().unwrap();
    assert_eq!(row[0].1, [tables::Value::Guid(directory)]);
}

#[tokio::test]
async fn who_did_not_sign_in_there_is_asked_to() {
    let house = House::at_teams().await;
    let subject = account(&house, "Contoso").await;
    house.elsewhere().teams.sign_out(&house.admin).await.unwrap();
    let seen = house.linking.collaborate(&house.admin, &subject).await.unwrap();
    assert_eq!(seen.why_not.unwrap().code, "workspace.sign_in_again");
    let made = house.linking.link(&house.admin, to_new(&subject, ("Contoso", "Deal"))).await;
    let link = made.unwrap();
    assert_eq!(link.state, State::Pending);
    assert_eq!(link.problem.unwrap().code, "workspace.sign_in_again");
    house.elsewhere().sign_in(&house.admin, "ada").await;
    let again = house.linking.retry(&house.admin, link.id).await.unwrap();
    assert_eq!(house.settle(again.id).await.state, State::Connected);
}

#[tokio::test]
async fn e11_and_e12_the_naming_policy_is_told_at_the_name() {
    let house = House::at_teams().await;
    let policy = json!({ "prefix": "GRP ", "blocked": ["CEO"] });
    house.elsewhere().control("/policy", policy).await;
    let subject = account(&house, "Contoso").await;
    for (name, code) in [("Contoso", "name.affix_missing"), ("GRP CEO", "name.blocked_word")] {
        let refused = house.linking.link(&house.admin, to_new(&subject, (name, "Deal"))).await;
        let Err(Error::Workspace(Away::Invalid { findings })) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((findings[0].code, findings[0].pointer.as_ref()), (code, "/name"));
        assert!(house.live().await.is_empty(), "nothing is left of it");
    }
    let made = house.linking.link(&house.admin, to_new(&subject, ("GRP Contoso", "Deal"))).await;
    assert_eq!(house.settle(made.unwrap().id).await.state, State::Connected);
}

#[tokio::test]
async fn e18_a_site_that_is_not_there_yet_is_waited_for_without_holding_anybody_up() {
    let house = House::at_teams().await;
    house.elsewhere().control("/limits", json!({ "folder_ms": 1500, "settle_ms": 300 })).await;
    let subject = account(&house, "Contoso").await;
    let began = std::time::Instant::now();
    let made = house.linking.link(&house.admin, to_new(&subject, ("Contoso", "Deal"))).await;
    let id = made.unwrap().id;
    assert!(began.elapsed() < Duration::from_secs(5));
    let mut waited = false;
    for _ in 0..200 {
        house.linking.drain().await.unwrap();
        let link = house.now(id).await;
        if !link.is_under_way() {
            break;
        }
        let is_library = link.step == Step::Members;
        waited |= is_library
            && link.problem.is_some_and(|problem| problem.code == "link.library_not_ready");
        house.clock.advance(Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let link = house.now(id).await;
    assert_eq!((link.state, &link.problem), (State::Connected, &None));
    assert!(waited, "the library was asked for too early at least once");
}

#[tokio::test]
async fn a_workspace_that_asks_to_wait_is_left_alone_for_as_long() {
    let house = House::at_teams().await;
    let subject = account(&house, "Contoso").await;
    let fault = json!({
        "method": "POST", "path": "/teams/*/channels", "status": 429, "retry_after": 90,
    });
    house.elsewhere().control("/faults", fault).await;
    let made = house.linking.link(&house.admin, to_new(&subject, ("Contoso", "Deal"))).await;
    let id = made.unwrap().id;
    let mut link = house.now(id).await;
    for _ in 0..20 {
        if link.problem.is_some() {
            break;
        }
        house.clock.advance(Duration::from_secs(3));
        house.linking.drain().await.unwrap();
        link = house.now(id).await;
    }
    assert_eq!((link.state, link.step), (State::Pending, Step::TeamReady));
    assert_eq!(link.problem.unwrap().code, "workspace.busy");
    house.clock.advance(Duration::from_mins(1));
    house.linking.drain().await.unwrap();
    assert_eq!(house.now(id).await.step, Step::TeamReady, "not before its time");
    let link = house.settle(id).await;
    assert_eq!((link.state, link.problem), (State::Connected, None));
}

#[tokio::test]
async fn private_and_shared_channels_are_linked() {
    let house = House::at_teams().await;
    let mara = house.person("mara", &[identity::Role::Seller]).await;
    let subject = account(&house, "Contoso").await;
    let private = LinkRequest {
        channel: ChannelChoice::New { name: "Board".to_owned(), private: true },
        members: vec![house.is(&mara)],
        ..to_new(&subject, ("Contoso", ""))
    };
    let made = house.linking.link(&house.admin, private).await.unwrap();
    let link = house.settle(made.id).await;
    assert_eq!((link.state, link.channel_kind), (State::Connected, ChannelKind::Private));
    let place = Place::Channel(link.channel.clone());
    let members = house.seat(&house.admin).members(&place).await.unwrap();
    assert_eq!(members.len(), 2, "{members:?}");
    let shared = json!({
        "displayName": "With partners", "membershipType": "shared",
        "members": [{
            "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": ["owner"],
            "user@odata.bind": format!("{}/users('{}')", house.elsewhere().text("graph"),
                house.is(&house.admin)),
        }],
    });
    house.elsewhere().graph(&format!("/teams/{}/channels", link.team), shared).await;
    let channels = house.seat(&house.admin).channels(&link.team).await.unwrap();
    let shared = channels.iter().find(|one| one.kind == ChannelKind::Shared).unwrap();
    let made = house.linking.link(&house.admin, to_channel(&subject, &shared.id)).await.unwrap();
    let link = house.settle(made.id).await;
    assert_eq!((link.state, link.channel_kind), (State::Connected, ChannelKind::Shared));
}

#[tokio::test]
async fn a_new_team_gets_its_label_and_a_wrong_one_leaves_nothing() {
    let house = House::at_teams().await;
    let label = "0b7c1f7e-2f5a-4f0c-9d43-9c2b1a7d5e11";
    house.elsewhere().control("/policy", json!({ "labels": [label] })).await;
    let subject = account(&house, "Contoso").await;
    let labelled = |label: &str| LinkRequest {
        team: TeamChoice::New {
            name: "Contoso".to_owned(),
            private: true,
            sensitivity: Some(label.to_owned()),
        },
        ..to_new(&subject, ("", "Deal"))
    };
    let made = house.linking.link(&house.admin, labelled(label)).await.unwrap();
    let link = house.settle(made.id).await;
    assert_eq!(link.state, State::Connected);
    let group = house.elsewhere().graph(&format!("/groups/{}", link.team), Value::Null).await;
    assert_eq!(group["assignedLabels"][0]["labelId"], label);
    let teams = house.seat(&house.admin).teams().await.unwrap().len();
    let other = account(&house, "Fabrikam").await;
    let wrong = LinkRequest { subject: other, ..labelled("5f0c2a7e-0000-4f0c-9d43-9c2b1a7d5e11") };
    let refused = house.linking.link(&house.admin, wrong).await;
    if let Ok(link) = refused {
        assert_eq!(house.settle(link.id).await.state, State::Unlinked);
    }
    assert_eq!(house.seat(&house.admin).teams().await.unwrap().len(), teams);
}

#[tokio::test]
async fn signing_in_lasts_longer_than_a_token() {
    let house = House::at_teams().await;
    for _ in 0..3 {
        house.clock.advance(Duration::from_hours(3));
        assert!(house.seat(&house.admin).teams().await.unwrap().is_empty());
    }
    assert_eq!(house.own.moods.teams.load(Ordering::SeqCst), 0);
}

//! Links with channels of Microsoft Teams, against the stand-in for Graph: what was told of a team, what is seen of it, and
//! who is in it. Nothing reaches this house from outside, so everything is found by looking.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use doubles_graph::{Config, Double};
use egress::Request;
use http::{HeaderValue, StatusCode, header};
use kernel::{Scope, Secret, UserId};
use liaison_linking_sync::Trouble;
use linking::{Link, State};
use linking_setup::{BroughtBack, Kind, MicrosoftTeams, NewTeams, Sitting};
use records::Principal;
use serde_json::{Value, json};
use url::Url;
use workspace_port::{
    ChannelChange, ChannelKind, Creation, NewChannel, NewTeam, PersonId, TeamChange, Visibility,
    Workspace,
};

use crate::house::{BOTH, House, at, team, user};

/// Longer than a team that nothing was told of is left alone.
const A_WHILE: u64 = 16 * 60;

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

struct Elsewhere<'h> {
    house: &'h House,
    said: Value,
    people: Mutex<HashMap<UserId, PersonId>>,
    _double: Double,
}

impl<'h> Elsewhere<'h> {
    async fn of(house: &'h House) -> Self {
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        let this = Self { house, said, people: Mutex::default(), _double: double };
        let back = this.teams().sign_in_address().unwrap();
        let client = json!({ "id": this.text("client_id"), "redirects": [back] });
        this.control("/clients", client).await;
        let new = NewTeams {
            directory: this.text("tenant"),
            client_id: this.text("client_id"),
            secret: Some(Secret::new(this.text("client_secret"))),
            graph: this.text("graph"),
            login: this.text("url"),
            app: String::new(),
            enabled: true,
        };
        this.teams().set(&house.admin, new).await.unwrap();
        this.hire(&house.admin, "ada").await;
        this.sign_in(&house.admin, "ada").await;
        this
    }

    fn teams(&self) -> &MicrosoftTeams {
        &self.house.teams
    }

    fn text(&self, name: &str) -> String {
        self.said[name].as_str().unwrap().to_owned()
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        self.post(format!("{}{path}", self.text("control")), body, None).await
    }

    async fn post(&self, url: String, body: Value, token: Option<String>) -> Value {
        let kind = HeaderValue::from_static("application/json");
        let mut request = Request::post(url.parse().unwrap(), kind, body.to_string());
        if let Some(token) = token {
            let token = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
            request.headers.insert(header::AUTHORIZATION, token);
        }
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{url}: {:?}", answer.body);
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    async fn hire(&self, scope: &Scope, name: &str) {
        let token = self.control("/token", json!({ "roles": "User.ReadWrite.All" })).await;
        let token = token["token"].as_str().unwrap().to_owned();
        let person = json!({
            "displayName": name, "mailNickname": name, "accountEnabled": true,
            "userPrincipalName": format!("{name}@example.org"),
            "passwordProfile": { "password": "Secret-1234" },
        });
        let made = self.post(format!("{}/users", self.text("graph")), person, Some(token)).await;
        let id = PersonId(made["id"].as_str().unwrap().to_owned());
        self.people.lock().unwrap().insert(user(scope), id);
    }

    async fn sign_in(&self, scope: &Scope, name: &str) {
        let url = self.teams().begin_sign_in(scope, None).await.unwrap();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let form = format!("username={name}%40example.org&password=Secret-1234");
        let request = Request { follow: false, ..Request::post(url, kind, form) };
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND, "{:?}", answer.body);
        let back = Url::parse(answer.headers[header::LOCATION].to_str().unwrap()).unwrap();
        let pair = |name: &str| {
            back.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
        };
        let brought = BroughtBack {
            state: pair("state").unwrap(),
            code: pair("code").map(Secret::new),
            ..BroughtBack::default()
        };
        self.teams().came_back(scope, brought).await.unwrap();
    }

    async fn seat(&self) -> Arc<dyn Workspace> {
        self.house.workspaces.of(&self.house.admin).await.unwrap()
    }

    /// A deal of the administrator in a channel of a team of theirs.
    async fn linked(&self, name: &str, kind: ChannelKind) -> Link {
        let seat = self.seat().await;
        let new = NewTeam {
            name: name.to_owned(),
            description: String::new(),
            visibility: Visibility::Private,
            label: None,
        };
        let mut made = seat.create_team(&new).await.unwrap();
        let team = loop {
            match made {
                Creation::Done(team) => break team,
                Creation::Pending(pending) => made = seat.creation(&pending).await.unwrap(),
            }
        };
        let new = NewChannel { name: "Deal".to_owned(), description: String::new(), kind };
        let channel = seat.create_channel(&team, &new).await.unwrap();
        let deal = self.house.deal(&self.house.admin, name).await;
        let link = self.house.link(&deal, &channel).await;
        assert_eq!(link.workspace, Kind::Graph);
        self.house.work().await;
        link
    }

    async fn names(&self, link: &Link) -> Vec<String> {
        let jobs = self.house.workspaces.jobs(self.house.tenant).await.unwrap();
        let mut names: Vec<String> =
            jobs.members(&team(link)).await.unwrap().into_iter().map(|one| one.name).collect();
        names.sort();
        names
    }
}

async fn troubles(house: &House) -> Vec<Trouble> {
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    report.findings.into_iter().map(|one| one.trouble).collect()
}

#[tokio::test]
async fn names_of_team_and_channel_follow() {
    let house = House::new().await;
    let elsewhere = Elsewhere::of(&house).await;
    let link = elsewhere.linked("Coffee", ChannelKind::Standard).await;
    let seat = elsewhere.seat().await;
    let name = Some("Tea house".to_owned());
    seat.change_team(&link.team, &TeamChange { name, description: None }).await.unwrap();
    let name = Some("Tea".to_owned());
    seat.change_channel(&link.channel, &ChannelChange { name, description: None }).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.team_name, "Coffee", "nobody told of it");
    house.after(A_WHILE).await;
    let now = house.now(link.id).await;
    assert_eq!((now.team_name.as_str(), now.channel_name.as_str()), ("Tea house", "Tea"));
    assert_eq!(now.state, State::Connected);
}

#[tokio::test]
async fn an_archived_team_is_seen_and_so_is_its_return() {
    let house = House::new().await;
    let elsewhere = Elsewhere::of(&house).await;
    let link = elsewhere.linked("Coffee", ChannelKind::Standard).await;
    for (archived, state) in [(true, State::Archived), (false, State::Connected)] {
        elsewhere.seat().await.archive_team(&link.team, archived).await.unwrap();
        house.after(A_WHILE).await;
        assert_eq!(house.now(link.id).await.state, state);
    }
}

#[tokio::test]
async fn a_deleted_channel_or_team_is_reported_and_a_restored_team_mends_itself() {
    let house = House::new().await;
    let elsewhere = Elsewhere::of(&house).await;
    let link = elsewhere.linked("Coffee", ChannelKind::Standard).await;
    let seat = elsewhere.seat().await;
    seat.delete_team(&link.team).await.unwrap();
    house.after(A_WHILE).await;
    assert_eq!(house.now(link.id).await.state, State::Gone);
    assert_eq!(troubles(&house).await, [Trouble::ChannelGone]);
    seat.restore_team(&link.team).await.unwrap();
    house.after(A_WHILE).await;
    assert_eq!(house.now(link.id).await.state, State::Connected);
    assert_eq!(troubles(&house).await, []);
    seat.delete_channel(&link.channel).await.unwrap();
    house.after(A_WHILE).await;
    assert_eq!(house.now(link.id).await.state, State::Gone);
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    house.sync.repair(&house.admin, report.findings[0].id).await.unwrap();
    house.work().await;
    assert_eq!(house.now(link.id).await.state, State::Unlinked);
}

#[tokio::test]
async fn a_tab_that_is_gone_is_found_and_put_back() {
    let house = House::new().await;
    let elsewhere = Elsewhere::of(&house).await;
    let link = elsewhere.linked("Coffee", ChannelKind::Private).await;
    let seat = elsewhere.seat().await;
    seat.remove_tab(&link.channel, &link.tab.clone().unwrap()).await.unwrap();
    house.sync.reconcile(&house.admin, house.sales).await.unwrap();
    house.work().await;
    assert_eq!(troubles(&house).await, [Trouble::TabGone]);
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    house.sync.repair(&house.admin, report.findings[0].id).await.unwrap();
    let tabs = seat.tabs(&link.channel).await.unwrap();
    assert_eq!(tabs.iter().filter(|tab| tab.entity == link.id.to_string()).count(), 1);
}

#[tokio::test]
async fn members_follow_the_record_by_their_mail_addresses() {
    let house = House::new().await;
    let elsewhere = Elsewhere::of(&house).await;
    let sam = house.seller("sam").await;
    elsewhere.hire(&sam, "sam").await;
    let mara = house.seller("mara").await;
    let link = elsewhere.linked("Coffee", ChannelKind::Private).await;
    house.sync.set_policy(&house.admin, house.sales, BOTH).await.unwrap();
    let deal = at("opportunity", link.subject.id());
    let (all, read) = (house.session(&house.admin).await, 1);
    for who in [&sam, &mara] {
        let to = Principal::User(user(who).uuid());
        all.grant(&deal, to, read).await.unwrap();
    }
    house.work().await;
    assert_eq!(elsewhere.names(&link).await, ["ada", "sam"], "Teams know no mara");
    let place = workspace_port::Place::Channel(link.channel.clone());
    assert_eq!(elsewhere.seat().await.members(&place).await.unwrap().len(), 2);
    all.revoke(&deal, Principal::User(user(&sam).uuid())).await.unwrap();
    house.after(A_WHILE).await;
    assert_eq!(elsewhere.names(&link).await, ["ada"]);
}

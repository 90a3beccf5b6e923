//! Microsoft Teams of a tenant, against the stand-in for Graph and the directory in front of it.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use doubles_graph::{Config, Double};
use doubles_http::{Response, Server, pairs};
use egress::Request;
use http::{HeaderValue, StatusCode, header};
use identity::{Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes, users::NewUser};
use kernel::{Clock, Language, Scope, Secret, SystemClock, TenantId};
use liaison_linking_setup::{
    BroughtBack, Came, Error, Finding, Kind, MicrosoftTeams, NewTeams, OwnWorkspace, Proof,
    Purpose, SignInState, Sitting, TeamsParts, Which, Workspaces as _,
};
use serde_json::{Value, json};
use testkit::{FixedClock, Store};
use url::Url;
use workspace_port::{Error as Away, TeamId, Workspace};

const PASSWORD: &str = "correct horse battery";

struct House {
    store: Store,
    clock: Arc<FixedClock>,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: TenantId,
    teams: Arc<MicrosoftTeams>,
    admin: Scope,
    said: Value,
    posts: Arc<Mutex<Vec<Vec<u8>>>>,
    _receiver: Server,
    _double: Double,
}

impl House {
    async fn new() -> Self {
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        // subscriptions end by the clock of the stand-in
        clock.set(SystemClock.now());
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: "https://hub.example.org".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let (posts, at): (Arc<Mutex<Vec<_>>>, Arc<OnceLock<Arc<MicrosoftTeams>>>) =
            (Arc::default(), Arc::default());
        let receiver = receive(Arc::clone(&posts), (Arc::clone(&at), tenant));
        let loopback = "127.0.0.0/8".parse().unwrap();
        let open =
            egress::Settings { allowed_networks: vec![loopback], ..egress::Settings::default() };
        let nowhere = Box::new(|_: &Scope| -> Arc<dyn Workspace> { panic!("nobody sits here") });
        let teams = MicrosoftTeams::open(TeamsParts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids,
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            networks: egress::Networks::new(&open),
            public_url: format!("{}/", receiver.url()).parse().unwrap(),
            seat: Box::new(|graph, sitting, app| {
                let who = match sitting {
                    Sitting::Jobs => workspace_graph::Who::Jobs,
                    Sitting::SignedIn(token) => workspace_graph::Who::SignedIn { token },
                    Sitting::OnBehalf(user, assertion) => {
                        workspace_graph::Who::Person { user, assertion }
                    }
                };
                Arc::new(workspace_graph::Seat::new(graph, who, app)) as Arc<dyn Workspace>
            }),
            own: OwnWorkspace::new(system.clone(), nowhere),
        });
        assert!(at.set(Arc::clone(&teams)).is_ok());
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        let mut house = Self {
            admin: system.scope(tenant, "test"),
            store,
            clock,
            identity,
            system,
            tenant,
            teams,
            said,
            posts,
            _receiver: receiver,
            _double: double,
        };
        house.admin = house.person("alice", &[Role::GlobalAdministrator]).await;
        let back = house.teams.sign_in_address().unwrap();
        for client in ["client_id", "limited_client_id"] {
            let client = json!({ "id": house.text(client), "redirects": [back] });
            house.control("/clients", client).await;
        }
        house
    }

    fn text(&self, name: &str) -> String {
        self.said[name].as_str().unwrap().to_owned()
    }

    fn input(&self, client: &str) -> NewTeams {
        NewTeams {
            directory: self.text("tenant"),
            client_id: self.text(&format!("{client}client_id")),
            secret: Some(Secret::new(self.text(&format!("{client}client_secret")))),
            graph: self.text("graph"),
            login: self.text("url"),
            app: String::new(),
            enabled: true,
        }
    }

    async fn set_up(&self) {
        self.teams.set(&self.admin, self.input("")).await.unwrap();
    }

    async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![format!("{name}@northwind.test")],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        self.identity.create_user(&self.root(), user).await.unwrap();
        let caller = Caller {
            request: testkit::ids().fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    fn root(&self) -> Scope {
        self.system.scope(self.tenant, "test")
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.text("control")).parse().unwrap();
        let kind = HeaderValue::from_static("application/json");
        let request = if body.is_null() {
            Request::get(url)
        } else {
            Request::post(url, kind, body.to_string())
        };
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Both clocks.
    async fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.control("/clock", json!({ "advance_seconds": seconds })).await;
    }

    /// What a browser brings back from a page of the directory.
    async fn browse(&self, url: Url, (name, password): (&str, &str)) -> BroughtBack {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let form = format!("username={name}%40northwind.test&password={password}");
        let request = Request { follow: false, ..Request::post(url, kind, form) };
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND, "{:?}", answer.body);
        let back = Url::parse(answer.headers[header::LOCATION].to_str().unwrap()).unwrap();
        let pair = |name: &str| {
            back.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
        };
        BroughtBack {
            state: pair("state").unwrap_or_default(),
            code: pair("code").map(Secret::new),
            error: pair("error"),
            description: pair("error_description"),
            admin_consent: pair("admin_consent"),
            tenant: pair("tenant"),
        }
    }

    async fn sign_in(&self, scope: &Scope, who: (&str, &str)) -> Result<Came, Error> {
        let url = self.teams.begin_sign_in(scope, None).await?;
        let back = self.browse(url, who).await;
        self.teams.came_back(scope, back).await
    }

    fn team(&self, name: &str) -> TeamId {
        let teams = self.said["teams"].as_array().unwrap();
        let found = teams.iter().find(|team| team["name"] == name).unwrap();
        TeamId(found["id"].as_str().unwrap().to_owned())
    }

    async fn subscriptions(&self) -> Vec<Value> {
        let found = self.control("/subscriptions", Value::Null).await;
        found.as_array().unwrap().clone()
    }

    /// Waits until something was told, or nothing is for a while.
    async fn woken(&self) -> Vec<TeamId> {
        for _ in 0..60 {
            let woken = self.teams.woken(&self.root()).await.unwrap();
            if !woken.is_empty() {
                let teams = woken.iter().map(|one| one.team.clone()).collect();
                for one in woken {
                    self.teams.looked(&self.root(), one).await.unwrap();
                }
                return teams;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Vec::new()
    }

    async fn rename(&self, team: &TeamId, name: &str) {
        let jobs = self.teams.jobs(self.tenant).await.unwrap();
        let to = workspace_port::TeamChange {
            name: Some(name.to_owned()),
            ..workspace_port::TeamChange::default()
        };
        jobs.change_team(team, &to).await.unwrap();
    }
}

/// The hub's own address, as far as Graph calls it.
fn receive(
    posts: Arc<Mutex<Vec<Vec<u8>>>>,
    (at, tenant): (Arc<OnceLock<Arc<MicrosoftTeams>>>, TenantId),
) -> Server {
    let runtime = tokio::runtime::Handle::current();
    Server::start(([127, 0, 0, 1], 0).into(), None, move |request| {
        let token = pairs(&request.query).into_iter().find(|(name, _)| name == "validationToken");
        if let Some((_, token)) = token {
            return Response::new(200, "text/plain", token);
        }
        posts.lock().unwrap().push(request.body.clone());
        let teams = Arc::clone(at.get().unwrap());
        let body = request.body.clone();
        match runtime.block_on(async move { teams.notified(tenant, &body).await }) {
            Ok(_) => Response::empty(202),
            Err(_) => Response::empty(500),
        }
    })
    .unwrap()
}

#[tokio::test]
async fn a_tenant_says_where_its_teams_are_and_goes_back() {
    let house = House::new().await;
    assert_eq!(house.teams.kind(&house.admin), Kind::Embedded);
    assert!(house.teams.settings(&house.admin).await.unwrap().is_none());
    let seller = house.person("bruno", &[Role::Seller]).await;
    assert!(house.teams.set(&seller, house.input("")).await.is_err());
    let keeper = house.person("chloe", &[Role::TeamsAdministrator]).await;
    let kept = house.teams.set(&keeper, house.input("")).await.unwrap();
    assert_eq!((kept.proof, house.teams.kind(&house.admin)), (Proof::Secret, Kind::Graph));
    assert_eq!(house.teams.tenant(&house.admin), kept.directory);
    // another node learns it when it asks
    let secret = house.text("client_secret");
    let read = move |tx: &db::Tx<'_>| {
        let row = tx.first(
            "SELECT sealed FROM linking_teams WHERE tenant_id = $1",
            &[tx.tenant().into()],
        )?;
        row.unwrap().take_bytes(0)
    };
    let sealed = house.store.db().read_one(&house.root(), read).await.unwrap().unwrap();
    let plain = secret.as_bytes();
    assert!(!sealed.windows(plain.len()).any(|part| part == plain), "the secret is sealed");
    // what is kept stays, and goes nowhere else
    let same = NewTeams { secret: None, ..house.input("") };
    house.teams.set(&house.admin, same).await.unwrap();
    let moved =
        NewTeams { secret: None, graph: String::new(), login: String::new(), ..house.input("") };
    let Err(Error::Invalid { fields }) = house.teams.set(&house.admin, moved).await else {
        panic!("a secret is not sent elsewhere");
    };
    assert_eq!(fields[0].code, "linking_teams.secret_again");
    let off = NewTeams { enabled: false, ..house.input("") };
    house.teams.set(&house.admin, off).await.unwrap();
    assert_eq!(house.teams.kind(&house.admin), Kind::Embedded);
    house.set_up().await;
    house.teams.remove(&house.admin).await.unwrap();
    assert_eq!(house.teams.kind(&house.admin), Kind::Embedded);
    assert!(matches!(house.teams.remove(&house.admin).await, Err(Error::TeamsNotSet)));
}

#[tokio::test]
async fn the_check_names_what_is_missing() {
    let house = House::new().await;
    house.set_up().await;
    let of = |checked: &[liaison_linking_setup::Checked], what: &str| {
        checked.iter().find(|one| one.what == what).unwrap().finding.clone()
    };
    let checked = house.teams.check(&house.admin).await.unwrap();
    assert_eq!(of(&checked, "person"), Finding::Bad("linking_teams.sign_in_needed"));
    house.sign_in(&house.admin, ("alice", "Alice-1234")).await.unwrap();
    let checked = house.teams.check(&house.admin).await.unwrap();
    let odd: Vec<_> = checked.iter().filter(|one| one.finding != Finding::Good).collect();
    assert_eq!(odd.len(), 1, "only the app is not asked for: {odd:?}");
    // one that may little: each permission by its name
    house.teams.set(&house.admin, house.input("limited_")).await.unwrap();
    let checked = house.teams.check(&house.admin).await.unwrap();
    assert_eq!(of(&checked, "application"), Finding::Good);
    assert_eq!(of(&checked, "people"), Finding::Good);
    for (what, permission) in [
        ("teams", "Team.ReadBasic.All"),
        ("channels", "Channel.ReadBasic.All"),
        ("put-members", "TeamMember.ReadWrite.All"),
        ("channel-members", "ChannelMember.ReadWrite.All"),
        ("remove-tabs", "TeamsTab.ReadWrite.All"),
    ] {
        let Finding::Missing(permissions) = of(&checked, what) else { panic!("{what}") };
        assert!(permissions.iter().any(|one| one == permission), "{what}: {permissions:?}");
    }
    // one that is not believed
    let wrong = NewTeams { secret: Some(Secret::new("wrong".to_owned())), ..house.input("") };
    house.teams.set(&house.admin, wrong).await.unwrap();
    let checked = house.teams.check(&house.admin).await.unwrap();
    assert_eq!(of(&checked, "application"), Finding::Bad("authorization.client"));
    assert_eq!(of(&checked, "teams"), Finding::Unasked);
}

#[tokio::test]
async fn a_person_signs_in_once_for_each_way_there_and_back() {
    let house = House::new().await;
    house.set_up().await;
    let bruno = house.person("bruno", &[Role::Seller]).await;
    assert!(matches!(house.teams.of(&bruno).await, Err(Away::SignInAgain)));
    let url = house.teams.begin_sign_in(&bruno, Some("//evil.test")).await.unwrap();
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    let graph = Url::parse(&house.text("graph")).unwrap().origin().ascii_serialization();
    let asked: Vec<&str> = scope.split(' ').filter(|one| one.contains("://")).collect();
    let exactly: Vec<String> =
        Which::First.scopes().iter().map(|one| format!("{graph}/{one}")).collect();
    assert_eq!(asked, exactly, "what the tenant agreed to, and no more");
    let back = house.browse(url, ("bruno", "Bruno-1234")).await;
    let again = BroughtBack { state: back.state.clone(), ..BroughtBack::default() };
    let stolen = BroughtBack { state: back.state.clone(), ..BroughtBack::default() };
    assert!(matches!(house.teams.came_back(&house.admin, stolen).await, Err(Error::Attempt)));
    // whoever took it took it away
    assert!(matches!(house.teams.came_back(&bruno, again).await, Err(Error::Attempt)));
    let came = house.sign_in(&bruno, ("bruno", "Bruno-1234")).await.unwrap();
    assert_eq!(came, Came { purpose: Purpose::SignIn, next: None });
    let account = house.teams.account(&bruno).await.unwrap().unwrap();
    assert_eq!((account.name.as_str(), account.state), ("Bruno Petit", SignInState::Open));
    let teams = house.teams.of(&bruno).await.unwrap().teams().await.unwrap();
    assert_eq!(teams.len(), 2, "{teams:?}");
    // late is too late
    let url = house.teams.begin_sign_in(&bruno, None).await.unwrap();
    let back = house.browse(url, ("bruno", "Bruno-1234")).await;
    house.clock.advance(Duration::from_secs(601));
    assert!(matches!(house.teams.came_back(&bruno, back).await, Err(Error::Attempt)));
    house.teams.sign_out(&bruno).await.unwrap();
    assert!(house.teams.account(&bruno).await.unwrap().is_none());
    assert!(matches!(house.teams.of(&bruno).await, Err(Away::SignInAgain)));
}

#[tokio::test]
async fn who_comes_from_their_mailboxes_is_asked_to_let_the_hub_read_mails_and_goes_back() {
    let house = House::new().await;
    house.set_up().await;
    let mail = json!({ "user": "bruno@northwind.test", "mail": { "subject": "Renewal of Fabrikam",
        "from": { "emailAddress": { "name": "Ben King", "address": "ben@fabrikam.example" } } } });
    house.control("/mails", mail).await;
    let bruno = house.person("bruno", &[Role::Seller]).await;
    let read = async || {
        let (graph, sitting) = house.teams.seat_of(&bruno).await.unwrap().unwrap();
        let Sitting::SignedIn(token) = sitting else { panic!("{sitting:?}") };
        let caller = graph::Caller::SignedIn { token: &token };
        graph.all(caller, "me/mailFolders/inbox/messages?$select=subject", 50).await
    };
    let asks = |url: &Url| {
        let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
        scope.split(' ').any(|one| one.ends_with("/Mail.Read"))
    };
    let alone = house.teams.begin_sign_in(&bruno, None).await.unwrap();
    assert!(!asks(&alone), "{alone}");
    let next = Some("/mail/sources");
    let url = house.teams.begin_sign_in_for(&bruno, &["Mail.Read"], next).await.unwrap();
    assert!(asks(&url), "{url}");
    let back = house.browse(url, ("bruno", "Bruno-1234")).await;
    let came = house.teams.came_back(&bruno, back).await.unwrap();
    assert_eq!(came, Came { purpose: Purpose::SignIn, next: next.map(str::to_owned) });
    let mails = read().await.unwrap();
    assert!(mails.iter().any(|row| row["subject"] == "Renewal of Fabrikam"), "{mails:?}");
    // who does not agree stays where they are
    let url = house.teams.begin_sign_in_for(&bruno, &["Mail.ReadWrite"], next).await.unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let error = Some("access_denied".to_owned());
    let back = BroughtBack { state, error, ..BroughtBack::default() };
    assert!(house.teams.came_back(&bruno, back).await.is_err());
    assert_eq!(read().await.unwrap().len(), mails.len());
}

#[tokio::test]
async fn tokens_are_renewed_and_a_sign_in_that_ended_says_so() {
    let house = House::new().await;
    house.set_up().await;
    house.sign_in(&house.admin, ("alice", "Alice-1234")).await.unwrap();
    house.advance(2 * 3600).await;
    let teams = house.teams.of(&house.admin).await.unwrap().teams().await.unwrap();
    assert_eq!(teams.len(), 1, "{teams:?}");
    house.control("/revoke", json!({ "user": "alice@northwind.test" })).await;
    house.advance(2 * 3600).await;
    let over = match house.teams.of(&house.admin).await {
        Ok(seat) => seat.teams().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(matches!(over, Err(Away::SignInAgain)), "{over:?}");
}

#[tokio::test]
async fn an_administrator_of_the_directory_agrees_for_everybody() {
    let house = House::new().await;
    house.set_up().await;
    let url = house.teams.begin_consent(&house.admin, Which::First, Some("/x")).await.unwrap();
    assert!(url.path().ends_with("/v2.0/adminconsent"), "{url}");
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    assert!(scope.ends_with("/Group.ReadWrite.All") || scope.ends_with("/User.Read.All"));
    assert_eq!(scope.split(' ').count(), 2);
    let mut back = house.browse(url.clone(), ("alice", "Alice-1234")).await;
    back.tenant = Some("00000000-0000-4000-8000-000000000001".to_owned());
    let refused = house.teams.came_back(&house.admin, back).await;
    assert!(matches!(refused, Err(Error::AnotherDirectory)), "{refused:?}");
    let url = house.teams.begin_consent(&house.admin, Which::First, Some("/x")).await.unwrap();
    let back = house.browse(url, ("alice", "Alice-1234")).await;
    let came = house.teams.came_back(&house.admin, back).await.unwrap();
    assert_eq!(came, Came { purpose: Purpose::Consent(Which::First), next: Some("/x".to_owned()) });
    let keeper = house.person("chloe", &[Role::TeamsAdministrator]).await;
    let refused = house.teams.begin_consent(&keeper, Which::First, None).await;
    assert!(matches!(refused, Err(Error::TenantAdministratorNeeded)));
}

#[tokio::test]
async fn teams_tell_of_changes_and_subscriptions_live_on() {
    let house = House::new().await;
    house.set_up().await;
    let (sales, support) = (house.team("Sales"), house.team("Support"));
    let all = [sales.clone(), support.clone()];
    house.teams.tend(&house.root(), &all).await.unwrap();
    assert_eq!(house.subscriptions().await.len(), 4);
    assert_eq!(house.teams.watching(&house.admin).await.unwrap(), (2, 2));
    assert!(house.teams.woken(&house.root()).await.unwrap().is_empty());
    house.rename(&sales, "Sales of machines").await;
    assert_eq!(house.woken().await, std::slice::from_ref(&sales));
    // doing it again makes nothing twice
    house.teams.tend(&house.root(), &all).await.unwrap();
    assert_eq!(house.subscriptions().await.len(), 4);
    // renewed before they end
    let ends = |rows: &[Value]| {
        rows.iter().map(|row| row["expirationDateTime"].as_str().unwrap().to_owned()).min()
    };
    let before = ends(&house.subscriptions().await).unwrap();
    house.advance(40 * 3600).await;
    house.woken().await;
    house.teams.tend(&house.root(), &all).await.unwrap();
    let rows = house.subscriptions().await;
    assert_eq!(rows.len(), 4);
    assert!(ends(&rows).unwrap() > before);
    // one that Graph removed is made anew, and its team looked at
    let id = rows[0]["id"].as_str().unwrap();
    let life = json!({ "subscription": id, "event": "subscriptionRemoved" });
    house.control("/lifecycle", life).await;
    assert_eq!(house.woken().await.len(), 1);
    house.teams.tend(&house.root(), &all).await.unwrap();
    let rows = house.subscriptions().await;
    assert!(rows.len() == 4 && rows.iter().all(|row| row["id"] != id));
    // asked to be renewed, it is
    let id = rows[1]["id"].as_str().unwrap().to_owned();
    let before = rows[1]["expirationDateTime"].clone();
    house.advance(60).await;
    let life = json!({ "subscription": id, "event": "reauthorizationRequired" });
    house.control("/lifecycle", life).await;
    let mut renewed = false;
    for _ in 0..60 {
        house.teams.tend(&house.root(), &all).await.unwrap();
        let rows = house.subscriptions().await;
        renewed = rows.iter().any(|row| row["id"] == *id && row["expirationDateTime"] != before);
        if renewed {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(renewed);
    // what was missed is looked at
    house.control("/lifecycle", json!({ "subscription": id, "event": "missed" })).await;
    assert_eq!(house.woken().await.len(), 1);
    // a team that is linked no more is given up
    house.teams.tend(&house.root(), &[sales]).await.unwrap();
    house.teams.tend(&house.root(), &[house.team("Sales")]).await.unwrap();
    assert_eq!(house.subscriptions().await.len(), 2);
    house.teams.remove(&house.admin).await.unwrap();
    assert!(house.subscriptions().await.is_empty());
}

#[tokio::test]
async fn lost_notices_cost_time_and_nothing_else() {
    let house = House::new().await;
    house.set_up().await;
    let sales = house.team("Sales");
    let all = [sales.clone()];
    house.teams.tend(&house.root(), &all).await.unwrap();
    let fault = json!({ "kind": "drop_notification", "times": 100 });
    house.control("/faults", fault).await;
    house.rename(&sales, "Other").await;
    assert!(house.woken().await.is_empty());
    house.clock.advance(Duration::from_secs(4 * 3600 + 1));
    assert_eq!(house.woken().await, std::slice::from_ref(&sales));
    // where nothing can be subscribed to, more often
    let broken = House::new().await;
    broken.set_up().await;
    let fault = json!({ "method": "POST", "path": "/subscriptions", "status": 403, "times": 100 });
    broken.control("/faults", fault).await;
    let all = [broken.team("Sales")];
    broken.teams.tend(&broken.root(), &all).await.unwrap();
    assert_eq!(broken.teams.watching(&broken.admin).await.unwrap(), (0, 1));
    assert!(broken.teams.woken(&broken.root()).await.unwrap().is_empty());
    broken.clock.advance(Duration::from_secs(901));
    assert_eq!(broken.woken().await, all);
}

#[tokio::test]
async fn nobody_else_can_tell_anything() {
    let house = House::new().await;
    house.set_up().await;
    let sales = house.team("Sales");
    house.teams.tend(&house.root(), std::slice::from_ref(&sales)).await.unwrap();
    let rows = house.subscriptions().await;
    let id = rows[0]["id"].as_str().unwrap();
    let notice = |id: &str, state: &str| {
        json!({ "value": [{
            "subscriptionId": id, "clientState": state, "changeType": "deleted",
            "resource": format!("teams('{sales}')"), "tenantId": "x",
        }] })
        .to_string()
    };
    let right = "clientState";
    assert!(rows[0][right].is_string(), "the stand-in knows it");
    let secret = rows[0][right].as_str().unwrap().to_owned();
    for (id, state) in [
        (id, "wrong"),
        (id, ""),
        ("other", &secret),
        (&"x".repeat(65), &secret),
        (id, &"x".repeat(129)),
    ] {
        let heard = house.teams.notified(house.tenant, notice(id, state).as_bytes()).await;
        assert_eq!(heard.unwrap().taken, 0, "{id} {state}");
    }
    // another tenant's address knows nothing of it
    let other = testkit::ids().fresh();
    let heard = house.teams.notified(other, notice(id, &secret).as_bytes()).await.unwrap();
    assert_eq!(heard.taken, 0);
    assert!(house.teams.woken(&house.root()).await.unwrap().is_empty());
    for odd in ["", "x", "[]", "{\"value\":7}"] {
        let heard = house.teams.notified(house.tenant, odd.as_bytes()).await;
        assert!(matches!(heard, Err(Error::Notices)), "{odd}");
    }
    let long = vec![b' '; liaison_linking_setup::MAX_NOTICE_BYTES + 1];
    assert!(matches!(house.teams.notified(house.tenant, &long).await, Err(Error::Notices)));
    // a flood counts once
    let one: Value = serde_json::from_str(&notice(id, &secret)).unwrap();
    let flood = json!({ "value": vec![one["value"][0].clone(); 400] }).to_string();
    let heard = house.teams.notified(house.tenant, flood.as_bytes()).await.unwrap();
    assert_eq!((heard.taken, heard.ignored), (400, 0));
    assert_eq!(house.woken().await, [sales]);
    assert!(house.posts.lock().unwrap().is_empty(), "Graph itself told nothing");
}

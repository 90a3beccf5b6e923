//! A tenant with records, channels, linking and both consents.

use std::{ops::Deref, sync::Arc, time::Duration};

use crm_proof::Floor;
use identity::Role;
use kernel::{Language, Scope, UserId};
use liaison_linking_sync::{LinkingSync, Mode, Parts, Policy};
use linking::{
    ChannelChoice, Link, LinkId, LinkRequest, Linking, Settings, Subject, TeamChoice, keeping,
};
use linking_setup::{
    Decision, LinkingSetup, MicrosoftTeams, OwnWorkspace, Turn, Which, Workspaces,
};
use queries::{Condition, Paging, Query, query::Comparison};
use records::{Associate, Entry, Operation, Reference, RowKey, Session, Update};
use tables::Value;
use tempfile::TempDir;
use uuid::Uuid;
use workspace_embedded::Embedded;
use workspace_port::{
    ChannelId, ChannelKind, Creation, NewChannel, NewTeam, PersonId, Place, TeamId, Visibility,
    Workspace,
};

pub(crate) struct House {
    floor: Floor,
    pub(crate) setup: Arc<LinkingSetup>,
    pub(crate) workspace: Arc<workspace::Workspace>,
    pub(crate) workspaces: Arc<dyn Workspaces>,
    pub(crate) teams: Arc<MicrosoftTeams>,
    pub(crate) linking: Arc<Linking>,
    pub(crate) sync: Arc<LinkingSync>,
    pub(crate) admin: Scope,
    listener: tokio::sync::Mutex<db::Listener>,
    _folder: TempDir,
}

impl Deref for House {
    type Target = Floor;

    fn deref(&self) -> &Floor {
        &self.floor
    }
}

pub(crate) const BOTH: Policy = Policy { mode: Mode::AddAndRemove, guests: false, others: false };

impl House {
    /// With everything switched on and agreed to.
    pub(crate) async fn new() -> Self {
        let house = Self::first(Language::En).await;
        house.second().await;
        house
    }

    /// With the first consent alone.
    pub(crate) async fn first(language: Language) -> Self {
        let house = Self::bare(language, workspace::Settings::default()).await;
        house.setup.turn(&house.admin, house.sales, Turn::Basic(true)).await.unwrap();
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        house.setup.turn(&house.admin, house.sales, Turn::Enhanced(true)).await.unwrap();
        house
    }

    /// Both consents, and a relay that nobody reaches.
    pub(crate) async fn with_mail() -> Self {
        let mut settings = workspace::Settings::default();
        settings.mail.relay_host = Some("127.0.0.1".to_owned());
        let house = Self::bare(Language::En, settings).await;
        house.setup.turn(&house.admin, house.sales, Turn::Basic(true)).await.unwrap();
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        house.setup.turn(&house.admin, house.sales, Turn::Enhanced(true)).await.unwrap();
        house.second().await;
        house
    }

    /// Mails that wait for the relay: to whom, and their subject.
    pub(crate) async fn queued(&self) -> Vec<(String, String)> {
        let read = |tx: &db::Tx<'_>| -> db::Result<Vec<(String, String)>> {
            let sql = "SELECT recipients, subject FROM mails WHERE tenant_id = $1 ORDER BY id";
            let rows = tx.all(sql, &[tx.tenant().into()])?;
            let one =
                |row: &db::Row| Ok((row.get::<serde_json::Value>(0)?.to_string(), row.get(1)?));
            rows.iter().map(one).collect()
        };
        self.store.db().read(&self.root(), read).await.unwrap()
    }

    pub(crate) async fn second(&self) {
        self.setup.consent(&self.admin, Which::Second, Decision::Accept).await.unwrap();
    }

    async fn bare(language: Language, settings: workspace::Settings) -> Self {
        let floor = Floor::lay(language, "https://hub.example.org/").await;
        let folder = TempDir::new().unwrap();
        let base = || "https://hub.example.org/".parse().unwrap();
        let files = workspace::FileStore::open(folder.path()).unwrap();
        let (db, ids) = (floor.store.db(), floor.ids.clone());
        let own = Arc::new(workspace::Workspace::new(db, floor.time(), ids, files, settings));
        let inner = Arc::clone(&own);
        let seat = move |scope: &Scope| -> Arc<dyn Workspace> {
            let base = "https://hub.example.org/".parse().unwrap();
            Arc::new(Embedded::new(Arc::clone(&inner), scope.clone(), base))
        };
        // as in the hub: the own workspace until the tenant says otherwise
        let teams = MicrosoftTeams::open(linking_setup::TeamsParts {
            db: floor.store.db(),
            clock: floor.time(),
            ids: floor.ids.clone(),
            sealer: floor.sealer.clone(),
            scopes: floor.system.clone(),
            identity: Arc::clone(&floor.identity),
            client: testkit::outbound(),
            networks: crm_proof::open_networks(),
            public_url: base(),
            seat: crate::teams::seats(),
            own: OwnWorkspace::new(floor.system.clone(), Box::new(seat)),
        });
        let workspaces: Arc<dyn Workspaces> = Arc::clone(&teams) as _;
        let setup = LinkingSetup::open(linking_setup::Parts {
            db: floor.store.db(),
            clock: floor.time(),
            ids: floor.ids.clone(),
            identity: Arc::clone(&floor.identity),
            scopes: floor.system.clone(),
            records: floor.records.clone(),
            workspaces: Arc::clone(&workspaces),
        });
        let linking = Linking::open(linking::Parts {
            db: floor.store.db(),
            clock: floor.time(),
            ids: floor.ids.clone(),
            identity: Arc::clone(&floor.identity),
            scopes: floor.system.clone(),
            records: floor.records.clone(),
            setup: Arc::clone(&setup),
            workspaces: Arc::clone(&workspaces),
            base: base(),
            settings: Settings { wait_seconds: 2, ..Settings::default() },
        });
        let sync = LinkingSync::open(parts(&floor, (&setup, &linking), (&workspaces, &own)));
        let plugins = [setup.plugins(), linking.plugins(), sync.plugins()].concat();
        assert!(floor.records.plug(plugins));
        let listener = tokio::sync::Mutex::new(floor.store.db().listen());
        let admin = floor.root();
        let mut house = Self {
            floor,
            setup,
            workspace: own,
            workspaces,
            teams,
            linking,
            sync,
            admin,
            listener,
            _folder: folder,
        };
        house.admin = house.person("ada", &[Role::GlobalAdministrator]).await;
        house.license(&house.admin).await;
        house
    }

    /// Another node that dies where somebody says.
    pub(crate) fn mortal(&self, fault: liaison_linking_sync::Fault) -> Arc<LinkingSync> {
        let rooms = (&self.setup, &self.linking);
        let parts = parts(&self.floor, rooms, (&self.workspaces, &self.workspace));
        LinkingSync::with_faults(parts, fault)
    }

    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.signed_in((name, &format!("{name}@example.org")), roles).await
    }

    /// A licensed person with the role of a salesperson: reads what is one's own or shared.
    pub(crate) async fn seller(&self, name: &str) -> Scope {
        let scope = self.person(name, &[Role::Seller]).await;
        self.license(&scope).await;
        let user = self.session(&scope).await.user();
        let table = self.session(&self.admin).await;
        let roles = Arc::clone(table.model().table("role").unwrap());
        let query = Query::of(&roles).select(["roleid"]).unwrap();
        let field = query.field("name").unwrap();
        let is = Condition::Compare(field, Comparison::Equal, "Salesperson".to_owned().into());
        let rows = table.query(&query.and(is), &Paging::first(1)).await.unwrap();
        let key = rows.plan.shown.key.unwrap();
        let role: Uuid = rows.rows[0].get(key).unwrap();
        // what is one's own or shared, not that of the whole unit
        let read = tables::baseline::privilege_id("prvReadOpportunity");
        let none = records::RoleChange { add: Vec::new(), remove: vec![read], seen: None };
        table.change_privileges(role, none).await.unwrap();
        let own = vec![(read, tables::baseline::Depth::User)];
        table.add_privileges(role, own).await.unwrap();
        let give = Associate {
            from: at("systemuser", user),
            navigation: "systemuserroles_association".to_owned(),
            to: at("role", role),
        };
        table.one(Operation::Associate(give)).await.unwrap();
        scope
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.records.session_in(scope, self.sales).await.unwrap()
    }

    /// An opportunity of somebody.
    pub(crate) async fn deal(&self, scope: &Scope, name: &str) -> Subject {
        let entry = Entry::of("opportunity").text("name", name);
        let made = self.session(scope).await.one(Operation::Create(entry)).await.unwrap();
        Subject::record(self.sales, "opportunity", made.id)
    }

    /// Changes a record as the administrator.
    pub(crate) async fn change(&self, of: &Subject, entry: Entry) {
        let key = RowKey::Id(of.id());
        let update = Update { key, entry, condition: records::Condition::None };
        let session = self.session(&self.admin).await;
        session.one(Operation::Update(update)).await.unwrap();
    }

    pub(crate) async fn assign(&self, of: &Subject, to: &Scope) {
        let owner = tables::RowRef { code: 8, id: to.user().unwrap().uuid() };
        self.change(of, Entry::of("opportunity").with("ownerid", Value::Row(owner))).await;
    }

    pub(crate) fn seat(&self, scope: &Scope) -> Embedded {
        let base = "https://hub.example.org/".parse().unwrap();
        Embedded::new(Arc::clone(&self.workspace), scope.clone(), base)
    }

    /// A team of the administrator with one more channel.
    pub(crate) async fn place(&self, name: &str, kind: ChannelKind) -> ChannelId {
        let new = NewTeam {
            name: name.to_owned(),
            description: String::new(),
            visibility: Visibility::Private,
            label: None,
        };
        let made = self.seat(&self.admin).create_team(&new).await.unwrap();
        let Creation::Done(team) = made else { panic!("it is made at once") };
        self.channel(&team, "Deal", kind).await
    }

    pub(crate) async fn channel(&self, team: &TeamId, name: &str, kind: ChannelKind) -> ChannelId {
        let new = NewChannel { name: name.to_owned(), description: String::new(), kind };
        self.seat(&self.admin).create_channel(team, &new).await.unwrap()
    }

    /// A link of the administrator.
    pub(crate) async fn link(&self, subject: &Subject, channel: &ChannelId) -> Link {
        let request = LinkRequest {
            subject: subject.clone(),
            team: TeamChoice::Existing(channel.team.clone()),
            channel: ChannelChoice::Existing(channel.clone()),
            members: Vec::new(),
            welcome: false,
            key: None,
        };
        let link = self.linking.link(&self.admin, request).await.unwrap();
        assert_eq!(link.state, linking::State::Connected, "{link:?}");
        link
    }

    /// A deal of the administrator in a channel of a team.
    pub(crate) async fn linked(&self, name: &str) -> Link {
        let deal = self.deal(&self.admin, name).await;
        let channel = self.place(name, ChannelKind::Standard).await;
        self.link(&deal, &channel).await
    }

    /// Does all that the notices until now and the time ask for, with what the links themselves do.
    pub(crate) async fn work(&self) {
        for _ in 0..3 {
            self.heard().await;
            self.sync.drain(&self.root()).await.unwrap();
            self.linking.drain().await.unwrap();
        }
    }

    pub(crate) async fn heard(&self) {
        let mut listener = self.listener.lock().await;
        while let Some(arrived) = listener.arrived() {
            if let db::Arrived::Notices(notices) = arrived {
                self.sync.hear(&notices).await;
            }
        }
    }

    /// Lets time go by, and works.
    pub(crate) async fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.work().await;
    }

    pub(crate) async fn now(&self, id: LinkId) -> Link {
        let find = move |tx: &db::Tx<'_>| keeping::by_id(tx, id);
        self.store.db().read(&self.root(), find).await.unwrap().unwrap()
    }

    /// How many links are to be looked at.
    pub(crate) async fn marked(&self) -> i64 {
        let read = |tx: &db::Tx<'_>| -> db::Result<i64> {
            let sql = "SELECT COUNT(*) FROM linking_work WHERE tenant_id = $1";
            tx.first(sql, &[tx.tenant().into()])?.unwrap().get(0)
        };
        self.store.db().read(&self.root(), read).await.unwrap()
    }

    /// Merges one account into another.
    pub(crate) async fn merged(&self, loser: Uuid, winner: Uuid) {
        let merge = Operation::Merge(records::Merge {
            target: RowKey::Id(winner),
            subordinate: RowKey::Id(loser),
            content: Entry::of("account"),
            check_parents: false,
        });
        self.session(&self.admin).await.one(merge).await.unwrap();
    }

    /// Names of members, sorted.
    pub(crate) async fn members(&self, place: &Place) -> Vec<String> {
        let members = self.seat(&self.root()).members(place).await.unwrap();
        let mut names: Vec<String> = members.into_iter().map(|member| member.name).collect();
        names.sort();
        names
    }

    /// Bodies of the cards in a channel, oldest first.
    pub(crate) async fn cards(&self, channel: &ChannelId) -> Vec<String> {
        let window = workspace::Window::After(None);
        let limit = kernel::Limit::new(100).unwrap();
        let id = channel.id.parse().unwrap();
        let page = self.workspace.messages(&self.root(), id, window, limit).await.unwrap();
        let card = |item: workspace::Item| match item.content {
            workspace::Content::Card(card) => Some(card.card.to_string()),
            _ => None,
        };
        page.items.into_iter().filter_map(card).collect()
    }
}

pub(crate) fn at(table: &str, id: Uuid) -> Reference {
    Reference::id(table, id)
}

pub(crate) fn user(scope: &Scope) -> UserId {
    scope.user().unwrap()
}

pub(crate) fn person(scope: &Scope) -> PersonId {
    PersonId(user(scope).to_string())
}

pub(crate) fn team(link: &Link) -> Place {
    Place::Team(link.team.clone())
}

fn parts(
    floor: &Floor,
    (setup, linking): (&Arc<LinkingSetup>, &Arc<Linking>),
    (workspaces, workspace): (&Arc<dyn Workspaces>, &Arc<workspace::Workspace>),
) -> Parts {
    Parts {
        db: floor.store.db(),
        clock: floor.time(),
        ids: floor.ids.clone(),
        identity: Arc::clone(&floor.identity),
        scopes: floor.system.clone(),
        records: floor.records.clone(),
        setup: Arc::clone(setup),
        linking: Arc::clone(linking),
        workspaces: Arc::clone(workspaces),
        workspace: Arc::clone(workspace),
        base: "https://hub.example.org/".parse().unwrap(),
    }
}

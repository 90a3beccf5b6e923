//! A tenant with records, channels, and linking switched on.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock, atomic::Ordering},
    time::Duration,
};

use crm_proof::Floor;
use identity::Role;
use kernel::{Clock, Language, Scope};
use liaison_linking::{
    ChannelChoice, Fault, Link, LinkId, LinkRequest, Linking, Parts, Settings, Subject, TeamChoice,
};
use linking_setup::{Decision, LinkingSetup, Turn, Which, Workspaces};
use queries::{Condition, Paging, Query, query::Comparison};
use records::{Associate, Entry, Operation, Reference, RowKey, Session};
use tables::Value;
use tempfile::TempDir;
use uuid::Uuid;
use workspace_port::{
    ChannelId, ChannelKind, Creation, NewChannel, NewTeam, PersonId, Tab, TeamId, Visibility,
    Workspace,
};

use crate::{
    odd::{Moods, Own},
    teams::{self, Elsewhere},
};

pub(crate) struct House {
    floor: Floor,
    pub(crate) setup: Arc<LinkingSetup>,
    pub(crate) own: Arc<Own>,
    pub(crate) linking: Arc<Linking>,
    pub(crate) admin: Scope,
    _folder: TempDir,
}

impl Deref for House {
    type Target = Floor;

    fn deref(&self) -> &Floor {
        &self.floor
    }
}

impl House {
    /// With everything switched on.
    pub(crate) async fn new() -> Self {
        let house = Self::bare().await;
        house.setup.turn(&house.admin, house.sales, Turn::Basic(true)).await.unwrap();
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        house.setup.turn(&house.admin, house.sales, Turn::Enhanced(true)).await.unwrap();
        house
    }

    /// The same with Microsoft Teams as the workspace, where the administrator has signed in.
    pub(crate) async fn at_teams() -> Self {
        let house = Self::bare().await;
        let scopes = house.system.clone();
        let (workspace, base) = (Arc::clone(&house.own.workspace), house.own.base.clone());
        let seat = Box::new(move |scope: &Scope| {
            let seat = workspace_embedded::Embedded::new(
                Arc::clone(&workspace),
                scope.clone(),
                base.clone(),
            );
            Arc::new(seat) as Arc<dyn Workspace>
        });
        let own = linking_setup::OwnWorkspace::new(scopes.clone(), seat);
        let ground =
            (house.store.db(), Arc::clone(&house.clock) as Arc<dyn Clock>, house.ids.clone());
        let sealed = (house.sealer.clone(), scopes, Arc::clone(&house.identity));
        let elsewhere = Elsewhere::open(teams::parts(own, ground, sealed));
        elsewhere.set_up(&house.admin).await;
        assert!(house.own.elsewhere.set(elsewhere).is_ok());
        house.at_home("ada", &house.admin).await;
        house.setup.turn(&house.admin, house.sales, Turn::Basic(true)).await.unwrap();
        house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
        house.setup.consent(&house.admin, Which::Second, Decision::Accept).await.unwrap();
        house.setup.turn(&house.admin, house.sales, Turn::Enhanced(true)).await.unwrap();
        house.elsewhere().sign_in(&house.admin, "ada").await;
        house
    }

    pub(crate) fn elsewhere(&self) -> &Elsewhere {
        self.own.elsewhere.get().unwrap()
    }

    /// Somebody of the house is somebody of the directory, and signed in there.
    async fn at_home(&self, name: &str, scope: &Scope) {
        let Some(elsewhere) = self.own.elsewhere.get() else { return };
        elsewhere.hire(name, scope.user().unwrap()).await;
        elsewhere.sign_in(scope, name).await;
    }

    /// Who somebody is at the workspace.
    pub(crate) fn is(&self, scope: &Scope) -> PersonId {
        self.own.elsewhere.get().map_or_else(|| is(scope), |at| at.is(scope))
    }

    /// With nothing switched on.
    pub(crate) async fn bare() -> Self {
        let floor = Floor::lay(Language::En, "https://hub.example.org/").await;
        let folder = TempDir::new().unwrap();
        let files = workspace::FileStore::open(folder.path()).unwrap();
        let workspace = workspace::Workspace::new(
            floor.store.db(),
            floor.time(),
            floor.ids.clone(),
            files,
            workspace::Settings::default(),
        );
        let own = Arc::new(Own {
            workspace: Arc::new(workspace),
            scopes: floor.system.clone(),
            base: "https://hub.example.org/".parse().unwrap(),
            moods: Arc::new(Moods::default()),
            elsewhere: OnceLock::new(),
        });
        let setup = LinkingSetup::open(linking_setup::Parts {
            db: floor.store.db(),
            clock: floor.time(),
            ids: floor.ids.clone(),
            identity: Arc::clone(&floor.identity),
            scopes: floor.system.clone(),
            records: floor.records.clone(),
            workspaces: Arc::clone(&own) as Arc<dyn Workspaces>,
        });
        let linking = Linking::open(parts(&floor, &setup, &own));
        assert!(floor.records.plug([setup.plugins(), linking.plugins()].concat()));
        let admin = floor.root();
        let mut house = Self { floor, setup, own, linking, admin, _folder: folder };
        house.admin = house.person("ada", &[Role::GlobalAdministrator]).await;
        house.license(&house.admin).await;
        house
    }

    fn parts(&self) -> Parts {
        parts(&self.floor, &self.setup, &self.own)
    }

    /// A node that dies where somebody says.
    pub(crate) fn mortal(&self, fault: Fault) -> Arc<Linking> {
        Linking::with_faults(self.parts(), fault)
    }

    /// A node with other limits.
    pub(crate) fn limited(&self, settings: Settings) -> Arc<Linking> {
        Linking::open(Parts { settings, ..self.parts() })
    }

    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.known((name, &format!("{name}@{}", teams::DOMAIN)), roles).await
    }

    /// Somebody with a mail address.
    pub(crate) async fn known(&self, (name, mail): (&str, &str), roles: &[Role]) -> Scope {
        let scope = self.signed_in((name, mail), roles).await;
        self.at_home(name, &scope).await;
        scope
    }

    /// A licensed person with a security role.
    pub(crate) async fn seller(&self, name: &str, role: &str) -> Scope {
        let scope = self.person(name, &[Role::Seller]).await;
        self.license(&scope).await;
        let user = self.session(&scope).await.user();
        let role = self.role(role).await;
        let admin = self.session(&self.admin).await;
        let give = Associate {
            from: at("systemuser", user),
            navigation: "systemuserroles_association".to_owned(),
            to: at("role", role),
        };
        admin.one(Operation::Associate(give)).await.unwrap();
        scope
    }

    async fn role(&self, name: &str) -> Uuid {
        self.rows("role", &[("name", name.to_owned().into())], &["roleid"]).await[0].0
    }

    /// Takes privileges away from a role.
    pub(crate) async fn take_away(&self, role: &str, privileges: &[&str]) {
        let (role, admin) = (self.role(role).await, self.session(&self.admin).await);
        let remove = privileges.iter().map(|one| tables::baseline::privilege_id(one)).collect();
        let change = records::RoleChange { add: Vec::new(), remove, seen: None };
        admin.change_privileges(role, change).await.unwrap();
    }

    /// Gives one to it.
    pub(crate) async fn give(&self, role: &str, privilege: &str) {
        let (role, admin) = (self.role(role).await, self.session(&self.admin).await);
        let privilege = tables::baseline::privilege_id(privilege);
        let depth = tables::baseline::Depth::Organisation;
        admin.add_privileges(role, vec![(privilege, depth)]).await.unwrap();
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.records.session_in(scope, self.sales).await.unwrap()
    }

    /// An account of somebody.
    pub(crate) async fn account(&self, scope: &Scope, name: &str) -> Subject {
        let entry = Entry::of("account").text("name", name);
        let made = self.session(scope).await.one(Operation::Create(entry)).await.unwrap();
        Subject::record(self.sales, "account", made.id)
    }

    pub(crate) fn seat(&self, scope: &Scope) -> Arc<dyn Workspace> {
        self.own.seat(scope)
    }

    /// A team of somebody.
    pub(crate) async fn team(&self, scope: &Scope, name: &str) -> TeamId {
        let new = NewTeam {
            name: name.to_owned(),
            description: String::new(),
            visibility: Visibility::Private,
            label: None,
        };
        let seat = self.seat(scope);
        let mut made = seat.create_team(&new).await.unwrap();
        self.own.moods.teams.store(0, Ordering::SeqCst);
        for _ in 0..100 {
            match made {
                Creation::Done(team) => return team,
                Creation::Pending(pending) => made = seat.creation(&pending).await.unwrap(),
            }
        }
        panic!("a team is never there")
    }

    /// A channel of somebody's team.
    pub(crate) async fn channel(&self, scope: &Scope, team: &TeamId, name: &str) -> ChannelId {
        let new = NewChannel {
            name: name.to_owned(),
            description: String::new(),
            kind: ChannelKind::Standard,
        };
        self.seat(scope).create_channel(team, &new).await.unwrap()
    }

    /// A team with one channel.
    pub(crate) async fn place(&self, scope: &Scope, name: &str) -> ChannelId {
        let team = self.team(scope, name).await;
        self.channel(scope, &team, "Deal").await
    }

    pub(crate) async fn tabs(&self, scope: &Scope, channel: &ChannelId) -> Vec<Tab> {
        self.seat(scope).tabs(channel).await.unwrap()
    }

    /// Rows of a table as the administrator sees them: key, and these columns.
    pub(crate) async fn rows(
        &self,
        table: &str,
        filter: &[(&str, db::Value<'static>)],
        columns: &[&str],
    ) -> Vec<(Uuid, Vec<Value>)> {
        let session = self.session(&self.admin).await;
        let table = Arc::clone(session.model().table(table).unwrap());
        let mut query = Query::of(&table).select(columns.iter().copied()).unwrap();
        for (column, value) in filter {
            let field = query.field(column).unwrap();
            query = query.and(Condition::Compare(field, Comparison::Equal, value.clone()));
        }
        let rows = session.query(&query, &Paging::first(5000)).await.unwrap();
        let key = rows.plan.shown.key.unwrap();
        let read = |row: &db::Row| {
            let cells = rows.plan.shown.properties.iter().map(|one| one.value(row).unwrap());
            (row.get(key).unwrap(), cells.collect())
        };
        rows.rows.iter().map(read).collect()
    }

    /// The rows of links about a record.
    pub(crate) async fn links_about(&self, of: &Subject) -> Vec<Uuid> {
        let filter = [("regardingobjectid", of.id().into())];
        let rows = self.rows("msdyn_teamscollaboration", &filter, &[]).await;
        rows.into_iter().map(|row| row.0).collect()
    }

    /// The locations about a record.
    pub(crate) async fn locations_about(&self, of: &Subject) -> Vec<Uuid> {
        let filter = [("regardingobjectid", of.id().into())];
        let rows = self.rows("sharepointdocumentlocation", &filter, &[]).await;
        rows.into_iter().map(|row| row.0).collect()
    }

    /// Works until nothing is due, with the time that goes by.
    pub(crate) async fn settle(&self, id: LinkId) -> Link {
        for _ in 0..30 {
            self.linking.drain().await.unwrap();
            let link = self.now(id).await;
            if !link.is_under_way() {
                return link;
            }
            self.clock.advance(Duration::from_secs(150));
        }
        panic!("the link never settles: {:?}", self.now(id).await);
    }

    /// Lets a link go as far as it goes by itself: until it stands, or somebody has to do something.
    pub(crate) async fn settle_or_rest(&self, id: LinkId) -> Link {
        for _ in 0..3 {
            self.linking.drain().await.unwrap();
            self.clock.advance(Duration::from_secs(700));
        }
        self.now(id).await
    }

    /// What a link is, whoever may see it.
    pub(crate) async fn now(&self, id: LinkId) -> Link {
        let find = move |tx: &db::Tx<'_>| liaison_linking::keeping::by_id(tx, id);
        self.store.db().read(&self.root(), find).await.unwrap().unwrap()
    }

    /// Every live link.
    pub(crate) async fn live(&self) -> Vec<Link> {
        let find = |tx: &db::Tx<'_>| liaison_linking::keeping::page(tx, None, 1000);
        self.store.db().read(&self.root(), find).await.unwrap()
    }
}

pub(crate) fn at(table: &str, id: Uuid) -> Reference {
    Reference { table: table.to_owned(), key: RowKey::Id(id) }
}

/// To a channel that is there.
pub(crate) fn to_channel(subject: &Subject, channel: &ChannelId) -> LinkRequest {
    LinkRequest {
        subject: subject.clone(),
        team: TeamChoice::Existing(channel.team.clone()),
        channel: ChannelChoice::Existing(channel.clone()),
        members: Vec::new(),
        welcome: false,
        key: None,
    }
}

fn parts(floor: &Floor, setup: &Arc<LinkingSetup>, own: &Arc<Own>) -> Parts {
    Parts {
        db: floor.store.db(),
        clock: floor.time(),
        ids: floor.ids.clone(),
        identity: Arc::clone(&floor.identity),
        scopes: floor.system.clone(),
        records: floor.records.clone(),
        setup: Arc::clone(setup),
        workspaces: Arc::clone(own) as Arc<dyn Workspaces>,
        base: own.base.clone(),
        settings: Settings { wait_seconds: 2, ..Settings::default() },
    }
}

/// To a team and a channel that are made.
pub(crate) fn to_new(subject: &Subject, (team, channel): (&str, &str)) -> LinkRequest {
    LinkRequest {
        subject: subject.clone(),
        team: TeamChoice::New { name: team.to_owned(), private: true, sensitivity: None },
        channel: ChannelChoice::New { name: channel.to_owned(), private: false },
        members: Vec::new(),
        welcome: false,
        key: None,
    }
}

pub(crate) fn is(scope: &Scope) -> PersonId {
    PersonId(scope.user().unwrap().to_string())
}

//! A tenant with an environment of sales, sellers there, channels, and meetings.

use std::sync::{Arc, Mutex, OnceLock};

use actions::Actions;
use crm::{Crm as _, RecordRef, Value, Values};
use crm_connections::{CrmConnections, NewSystem, SystemKind};
use crm_proof::{Ground, Stall, stalling};
use file_store::FileStore;
use identity::{
    Caller, Holder, Identity, NewSession, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    users::{NewUser, UserPatch},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, EnvironmentId, Ids, Language, Scope, Secret, TenantId};
use language_features::{Availability, Feature, LanguageFeatures, NewConfig, Switch, Worker};
use liaison_meetings::{At, Meeting, Meetings, NewMeeting, Outside, Parts, Settings};
use linking::{ChannelChoice, Link, LinkRequest, Linking, Subject, TeamChoice};
use linking_setup::{
    Decision, LinkingSetup, MicrosoftTeams, OwnWorkspace, TeamsParts, Turn, Which, Workspaces,
};
use mailbox::Mailbox;
use privacy::Privacy;
use records::{Associate, Operation, Records, Reference};
use sales::Sales;
use teams_app::TeamsApp;
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use workspace_port::Workspace;

const PASSWORD: &str = "correct horse battery";

/// What Graph is to a house: nothing, or a client and who each person is there.
pub(crate) type Remote = Arc<Mutex<Option<(graph::Graph, Vec<(String, String)>)>>>;

pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) meetings: Arc<Meetings>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) crm: CrmConnections,
    pub(crate) language: LanguageFeatures,
    pub(crate) linking: Arc<Linking>,
    pub(crate) records: Records,
    pub(crate) environment: EnvironmentId,
    pub(crate) admin: Scope,
    pub(crate) root: Scope,
    pub(crate) remote: Remote,
    pub(crate) policy: Arc<Mutex<Option<bool>>>,
    /// Who talks with people in Teams.
    pub(crate) bot: TeamsApp,
    pub(crate) teams: Arc<OnceLock<Arc<MicrosoftTeams>>>,
    pub(crate) ids: Ids,
    pub(crate) stall: Arc<Stall>,
    setup: Arc<LinkingSetup>,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: TenantId,
    folder: TempDir,
    store: Store,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let time = || Arc::<FixedClock>::clone(&clock) as Arc<dyn Clock>;
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let public_url: url::Url = "http://hub.test/".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let ground = Ground {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            records: records.clone(),
            public_url: public_url.clone(),
        };
        let connectors = crm_proof::connectors(&ground);
        let stall = Arc::new(Stall::default());
        let adapters = stalling(crm_proof::adapters(&records, &time(), None), &stall);
        let settings = crm_connections::Settings::default();
        let crm = crm_proof::connections_by(&ground, &connectors, (adapters, settings));
        let actions = Arc::new(Actions::new(actions::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
        }));
        let sales = Arc::new(Sales::new(sales::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors,
            actions,
            settings: sales::Settings::default(),
        }));
        let mailbox = Arc::new(Mailbox::new(mailbox::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            sales,
            files: FileStore::open(&folder.path().join("mail")).unwrap(),
            settings: mailbox::Settings::default(),
        }));
        let language = LanguageFeatures::new(language_features::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            client: testkit::outbound(),
        });
        let mut letters = workspace::Settings::default();
        // nobody listens there: letters wait
        letters.mail.relay_host = Some("mail.invalid".to_owned());
        let workspace = Arc::new(workspace::Workspace::new(
            store.db(),
            time(),
            ids.clone(),
            FileStore::open(&folder.path().join("files")).unwrap(),
            letters,
        ));
        let (place, base) = (Arc::clone(&workspace), public_url.clone());
        let seat = Box::new(move |scope: &Scope| {
            let seat =
                workspace_embedded::Embedded::new(Arc::clone(&place), scope.clone(), base.clone());
            Arc::new(seat) as Arc<dyn Workspace>
        });
        let workspaces: Arc<dyn Workspaces> = Arc::new(OwnWorkspace::new(system.clone(), seat));
        let setup = LinkingSetup::open(linking_setup::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            workspaces: Arc::clone(&workspaces),
        });
        let root = system.scope(tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let environment = identity.create_environment(&root, new).await.unwrap().id;
        let linking = Linking::open(linking::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            setup: Arc::clone(&setup),
            workspaces: Arc::clone(&workspaces),
            base: public_url.clone(),
            settings: linking::Settings { wait_seconds: 2, ..linking::Settings::default() },
        });
        assert!(records.plug([setup.plugins(), linking.plugins()].concat()));
        linking.connect(crm.clone());
        let (remote, policy) = (Remote::default(), Arc::new(Mutex::new(None)));
        let teams = Arc::new(OnceLock::<Arc<MicrosoftTeams>>::new());
        let (there, allowed) = (Arc::clone(&remote), Arc::clone(&policy));
        let outside = Outside {
            graph: Box::new(move |scope| {
                let there = there.lock().unwrap().clone();
                Box::pin(async move {
                    let (graph, people) = there?;
                    let own = scope.user().map(|user| user.to_string());
                    let known = people.into_iter().find(|(user, _)| Some(user) == own.as_ref());
                    Some(At { graph, user: known.map(|(_, id)| id) })
                })
            }),
            transcription: Box::new(move |_tenant| {
                let allowed = *allowed.lock().unwrap();
                Box::pin(async move { allowed })
            }),
            notices: {
                let teams = Arc::clone(&teams);
                Box::new(move || teams.get().map(Arc::clone))
            },
        };
        let bot = TeamsApp::new(teams_app::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            crm: crm.clone(),
            workspace: Arc::clone(&workspace),
            sealer,
            client: testkit::outbound(),
            networks: crm_proof::open_networks(),
            public_url: public_url.clone(),
        });
        let meetings = Arc::new(Meetings::new(Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            mailbox: Arc::clone(&mailbox),
            language: language.clone(),
            linking: Arc::clone(&linking),
            workspace: Arc::clone(&workspace),
            workspaces,
            teams: bot.clone(),
            outside,
            base: public_url,
            settings: Settings::default(),
        }));
        let mut house = Self {
            clock,
            meetings,
            mailbox,
            crm,
            language,
            linking,
            records,
            environment,
            admin: root.clone(),
            root,
            remote,
            policy,
            bot,
            teams,
            ids,
            stall,
            setup,
            identity,
            system,
            tenant,
            folder,
            store,
        };
        house.admin = house.person("ada", Role::GlobalAdministrator).await;
        let system = NewSystem {
            name: "Here".to_owned(),
            kind: Some(SystemKind::Embedded),
            environment: Some(house.environment),
            enabled: true,
            ..NewSystem::default()
        };
        house.crm.create_system(&house.admin, system).await.unwrap();
        house
    }

    /// Changes what administrators of sales set for the CRM.
    pub(crate) async fn set(&self, patch: serde_json::Value) {
        let serde_json::Value::Object(patch) = patch else { panic!("an object") };
        let crm = self.crm.clone();
        let settings = sales_settings::SalesSettings::new(sales_settings::Parts {
            db: self.store.db(),
            clock: Arc::<FixedClock>::clone(&self.clock),
            seat: Box::new(move |scope, system| {
                let crm = crm.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        });
        let system = self.crm.chosen(&self.admin).await.unwrap().id;
        settings.update(&self.admin, system, patch, None).await.unwrap();
    }

    pub(crate) async fn person(&self, name: &str, role: Role) -> Scope {
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            // alice is somebody of the organisation at the stand-in for Graph
            addresses: vec![match name {
                "alice" => "alice@northwind.test".to_owned(),
                _ => format!("{name}@contoso.example"),
            }],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: vec![role],
        };
        self.identity.create_user(&self.system.scope(self.tenant, "test"), user).await.unwrap();
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed_in = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed_in else { panic!("a second factor is asked for") };
        let session: NewSession = session;
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// A seller with the role of that name in the environment, or without any.
    pub(crate) async fn seller(&self, name: &str, role: Option<&str>) -> Scope {
        let scope = self.person(name, Role::Seller).await;
        let user = self.records.session_in(&scope, self.environment).await.unwrap().user();
        if let Some(role) = role {
            let crm = crm_embedded::Embedded::new(&self.records, &self.admin, self.environment);
            let of = crm::Filter::compare("name", crm::Comparison::Equal, role.into());
            let found = crm.query(&crm::Query::of("role", &["name"]).filter(of)).await.unwrap();
            let role = found.records[0].at.id.0.parse().unwrap();
            let admin = self.records.session_in(&self.admin, self.environment).await.unwrap();
            let link = Associate {
                from: Reference::id("systemuser", user),
                navigation: "systemuserroles_association".to_owned(),
                to: Reference::id("role", role),
            };
            admin.one(Operation::Associate(link)).await.unwrap();
        }
        scope
    }

    pub(crate) async fn make(&self, table: &str, values: &[(&str, Value)]) -> RecordRef {
        let values: Values =
            values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.crm.of(&self.admin).await.unwrap().create(table, &values).await.unwrap()
    }

    /// A meeting of an hour that is over, with these people.
    pub(crate) async fn meeting(&self, scope: &Scope, subject: &str, people: &[&str]) -> Meeting {
        let now = self.clock.now();
        self.meetings.create(scope, new_meeting(subject, now, people)).await.unwrap()
    }

    /// Decides for whom a feature is there.
    pub(crate) async fn switch(&self, feature: Feature, availability: Availability) {
        let config = self.language.config(&self.admin).await.unwrap();
        let switch = Switch { feature, availability, worker: Worker::Rules };
        let new = NewConfig {
            switches: vec![switch],
            endpoint: String::new(),
            model: String::new(),
            location: String::new(),
            key: None,
            redact: config.redact,
            daily_tokens: config.daily_tokens,
            timeout_ms: config.timeout_ms,
            consent: false,
            changes: None,
        };
        self.language.update_config(&self.admin, new).await.unwrap();
    }

    /// What keeps the organisation's Teams, which calls the hub at this address.
    pub(crate) fn microsoft_teams(&self, public_url: url::Url) -> Arc<MicrosoftTeams> {
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&self.ids)], self.ids.clone());
        let teams = MicrosoftTeams::open(TeamsParts {
            db: self.store.db(),
            clock: Arc::<FixedClock>::clone(&self.clock),
            ids: self.ids.clone(),
            sealer: sealer.unwrap(),
            scopes: self.system.clone(),
            identity: Arc::clone(&self.identity),
            client: testkit::outbound(),
            networks: crm_proof::open_networks(),
            public_url,
            seat: Box::new(|_, _, _| panic!("nobody sits there")),
            own: OwnWorkspace::new(self.system.clone(), Box::new(|_| panic!("nobody sits here"))),
        });
        assert!(self.teams.set(Arc::clone(&teams)).is_ok());
        teams
    }

    /// What is stored of people, with the rooms that keep more than rows.
    pub(crate) fn privacy(&self) -> Privacy {
        Privacy::new(privacy::Parts {
            db: self.store.db(),
            clock: Arc::<FixedClock>::clone(&self.clock),
            ids: self.ids.clone(),
            scopes: self.system.clone(),
            identity: Arc::clone(&self.identity),
            files: FileStore::open(&self.folder.path().join("privacy")).unwrap(),
            keepers: vec![Arc::clone(&self.mailbox) as _, Arc::clone(&self.meetings) as _],
        })
    }

    /// What the log says of an action, the newest first.
    pub(crate) async fn logged(&self, action: &str) -> Vec<serde_json::Value> {
        let wanted =
            event_log::AuditFilter { action: Some(action.to_owned()), ..Default::default() };
        let limit = kernel::Limit::default();
        let found = self.identity.audit(&self.admin, wanted, limit, None).await.unwrap();
        found.items.into_iter().map(|entry| entry.after.unwrap_or_default()).collect()
    }

    pub(crate) fn database(&self) -> db::Db {
        self.store.db()
    }

    /// Has somebody read a language and live in a time zone.
    pub(crate) async fn speaks(&self, scope: &Scope, language: Language, zone: &str) {
        let change = UserPatch {
            language: Some(Some(language)),
            time_zone: Some(zone.to_owned()),
            ..UserPatch::default()
        };
        self.identity.update_user(&self.root, scope.user().unwrap(), change).await.unwrap();
    }

    /// A new team and channel, linked to a record of the environment by the administrator.
    pub(crate) async fn link(&self, record: &RecordRef) -> Link {
        let root = &self.root;
        for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
            let licence = self.identity.create_licence(root, name, None).await.unwrap().id;
            let holder = Holder::User(self.admin.user().unwrap());
            self.identity.assign_licence(root, licence, holder).await.unwrap();
        }
        let (admin, environment) = (&self.admin, self.environment);
        self.setup.turn(admin, environment, Turn::Basic(true)).await.unwrap();
        self.setup.consent(admin, Which::First, Decision::Accept).await.unwrap();
        self.setup.turn(admin, environment, Turn::Enhanced(true)).await.unwrap();
        let id = record.id.0.parse().unwrap();
        let request = LinkRequest {
            subject: Subject::record(self.environment, &record.table, id),
            team: TeamChoice::New { name: "Deals".to_owned(), private: true, sensitivity: None },
            channel: ChannelChoice::New { name: "Fabrikam".to_owned(), private: false },
            members: Vec::new(),
            welcome: false,
            key: None,
        };
        let link = self.linking.link(admin, request).await.unwrap();
        for _ in 0..30 {
            self.linking.drain().await.unwrap();
            let now = self.linking.link_by_id(admin, link.id).await.unwrap();
            if !now.is_under_way() {
                return now;
            }
            self.clock.advance(std::time::Duration::from_secs(150));
        }
        panic!("the link never settles")
    }
}

pub(crate) fn new_meeting(subject: &str, ends_at: Timestamp, people: &[&str]) -> NewMeeting {
    NewMeeting {
        subject: subject.to_owned(),
        starts_at: ends_at - SignedDuration::from_hours(1),
        ends_at,
        people: people.iter().map(|&one| one.to_owned()).collect(),
    }
}

pub(crate) use crm_proof::code;

/// What was said in a meeting, as Teams writes it: no leading zeros, voices without an end, two lines in one cue.
pub(crate) const SPOKEN: &str = "WEBVTT\n\n\
    0:0:0.0 --> 0:0:6.320\n<v sam>Good morning Ben. Thank you for joining, we are very happy with the pilot.</v>\n\n\
    7c3d1a52-0001\n0:0:7.1 --> 0:0:18.5\n<v Ben King>Thanks. Our budget is 45,000 euros for 200 licences.\nCan you send us the offer by Friday?\n\n\
    0:0:19.0 --> 0:0:27.0\n<v sam>Yes, I will send you the offer by Friday. Which other vendors do you look at?</v>\n\n\
    0:0:28.0 --> 0:0:40.25\n<v Ben King>We look at Northwind too, but the problem with their support is terrible. Claire Petit decides in June.</v>\n\n\
    0:0:41.0 --> 0:0:50.0\n<v sam>I will call Claire Petit next week and prepare the contract.</v>\n";

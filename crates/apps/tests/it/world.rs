//! A tenant with persons and teams, and packages to bring.

use std::sync::Arc;

use app_packages::{plain_icons, schema_address, write};
use apps::{Apps, Entry, Error, Parts, Settings};
use event_log::AuditFilter;
use identity::{Identity, NewGroup, SystemScopes, tenants::NewTenant, users::NewUser};
use kernel::{Actor, Coded as _, GroupId, Ids, Language, Permission, Scope, TeamId, TenantId};
use seal::{Key, Sealer};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use workspace::{FileStore, NewTeam, Role, Visibility, Workspace};

pub(crate) struct World {
    pub(crate) apps: Arc<Apps>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: TenantId,
    pub(crate) store: Store,
    pub(crate) identity: Arc<Identity>,
    ws: Workspace,
    ids: Ids,
    _folder: TempDir,
}

const PERSON: &[Permission] = &[
    Permission::ProfileRead,
    Permission::DirectoryRead,
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::TeamCreate,
    Permission::AppInstall,
];

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Store::fresh().await;
        let folder = TempDir::new().unwrap();
        let (clock, ids) = (FixedClock::new(), Ids::system());
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer: Sealer::new(vec![Key::generate(&ids)], ids.clone()).unwrap(),
            outbound: testkit::outbound(),
            public_url: "http://127.0.0.1:8080".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = FileStore::open(&folder.path().join("files")).unwrap();
        let ws = Workspace::new(
            store.db(),
            Arc::clone(&clock) as _,
            ids.clone(),
            files,
            workspace::Settings::default(),
        );
        let apps = Apps::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            scopes: system.clone(),
            settings,
        });
        Self {
            apps: Arc::new(apps),
            clock,
            system,
            tenant,
            store,
            identity,
            ws,
            ids,
            _folder: folder,
        }
    }

    pub(crate) fn job(&self, tenant: TenantId) -> Scope {
        self.system.scope(tenant, "test")
    }

    pub(crate) async fn person(&self, name: &str) -> Scope {
        self.person_of(self.tenant, name, PERSON).await
    }

    /// A person who manages apps, and no teams.
    pub(crate) async fn administrator(&self) -> Scope {
        self.administrator_of(self.tenant).await
    }

    pub(crate) async fn administrator_of(&self, tenant: TenantId) -> Scope {
        let all = [PERSON, &[Permission::AppManage]].concat();
        self.person_of(tenant, "Admin", &all).await
    }

    pub(crate) async fn person_of(
        &self,
        tenant: TenantId,
        name: &str,
        permissions: &[Permission],
    ) -> Scope {
        let new = NewUser {
            user_name: format!("{}@contoso.example", name.to_lowercase()),
            display_name: name.to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let user = self.identity.create_user(&self.job(tenant), new).await.unwrap().id;
        testkit::scope(tenant, Actor::User(user), permissions)
    }

    /// A person of another tenant, with every right there.
    pub(crate) fn foreigner(&self) -> Scope {
        let (tenant, user) = (self.ids.fresh(), Actor::User(self.ids.fresh()));
        testkit::scope(tenant, user, Permission::ALL)
    }

    pub(crate) async fn second_tenant(&self) -> TenantId {
        let new = NewTenant { name: "Fabrikam".to_owned(), language: Language::Fr, host: None };
        self.system.create_tenant(new).await.unwrap().id
    }

    pub(crate) async fn team(&self, owner: &Scope, name: &str) -> TeamId {
        let visibility = Visibility::Private;
        let new = NewTeam { name: name.to_owned(), description: String::new(), visibility };
        self.ws.create_team(owner, new).await.unwrap().team.id
    }

    pub(crate) async fn add(&self, owner: &Scope, team: TeamId, who: &Scope) {
        self.ws.set_member(owner, team, who.user().unwrap(), Role::Member).await.unwrap();
    }

    pub(crate) async fn group(&self, name: &str, members: &[&Scope]) -> GroupId {
        let job = self.job(self.tenant);
        let new = NewGroup { name: name.to_owned(), description: String::new() };
        let group = self.identity.create_group(&job, new).await.unwrap().id;
        for member in members {
            self.identity.add_member(&job, group, member.user().unwrap()).await.unwrap();
        }
        group
    }

    /// Submits, approves and publishes.
    pub(crate) async fn published(&self, admin: &Scope, zip: Vec<u8>) -> Entry {
        let (entry, _) = self.apps.submit(admin, zip, None).await.unwrap();
        let number = entry.waiting.unwrap();
        self.apps.approve(admin, entry.app.id, number).await.unwrap();
        self.apps.publish(admin, entry.app.id, number).await.unwrap()
    }

    /// The actions of the audit, newest first.
    pub(crate) async fn audit(&self) -> Vec<String> {
        let read = |tx: &db::Tx<'_>| event_log::audit_page(tx, &AuditFilter::default(), None, 200);
        let entries = self.store.read(&self.job(self.tenant), read).await.unwrap();
        let ours = |it: &String| it.starts_with("app.") || it.starts_with("setup_policy.");
        entries.into_iter().map(|entry| entry.action).filter(ours).collect()
    }

    /// How many events there are, and what the last one says.
    pub(crate) async fn events(&self) -> (i64, Value) {
        let read = |tx: &db::Tx<'_>| {
            let stream = tx.tenant().uuid();
            let head = event_log::head(tx, apps::APP_CHANGED, stream)?;
            let place = event_log::Place { stream, position: head };
            let last = event_log::find(tx, apps::APP_CHANGED, place)?;
            Ok::<_, db::Error>((head, last.map(|it| it.meta).unwrap_or_default()))
        };
        let (head, meta) = self.store.read(&self.job(self.tenant), read).await.unwrap();
        (head, serde_json::from_str(&meta).unwrap_or_default())
    }

    pub(crate) async fn files(&self) -> i64 {
        let read = |tx: &db::Tx<'_>| {
            const SQL: &str = "SELECT COUNT(*) FROM app_files WHERE tenant_id = $1";
            tx.first(SQL, &[tx.tenant().into()])?.map_or(Ok(0), |row| row.get(0))
        };
        self.store.read(&self.job(self.tenant), read).await.unwrap()
    }

    pub(crate) fn later(&self) {
        self.clock.advance(std::time::Duration::from_mins(1));
    }
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(value) => panic!("{value:?} should be refused"),
        Err(error) => error.code().name(),
    }
}

pub(crate) const TASKS: &str = "6f1d5a52-7c0e-4d7f-9f59-0d7b5a1f6c01";
pub(crate) const BUILDS: &str = "0f4be6ac-3f46-4d07-8f5c-50f2c2fb5c10";

/// A manifest that the catalogue takes.
pub(crate) fn manifest(id: &str, version: &str) -> Value {
    json!({
        "$schema": schema_address("1.16"),
        "manifestVersion": "1.16",
        "version": version,
        "id": id,
        "developer": {
            "name": "Contoso",
            "websiteUrl": "https://contoso.example",
            "privacyUrl": "https://contoso.example/privacy",
            "termsOfUseUrl": "https://contoso.example/terms"
        },
        "name": { "short": if id == TASKS { "Tasks" } else { "Builds" }, "full": "An app" },
        "description": { "short": "In channels", "full": "Says in channels what happens." },
        "icons": { "color": "color.png", "outline": "outline.png" },
        "accentColor": "#0F6CBD",
        "connectors": [{
            "connectorId": id,
            "scopes": ["team"],
            "configurationUrl": "https://apps.contoso.example/configure"
        }],
        "permissions": ["identity"],
        "validDomains": ["apps.contoso.example"]
    })
}

pub(crate) fn pack(manifest: &Value) -> Vec<u8> {
    let (color, outline) = plain_icons([15, 108, 189]);
    write(manifest, &[("color.png", &color), ("outline.png", &outline)]).unwrap()
}

pub(crate) fn tasks(version: &str) -> Vec<u8> {
    pack(&manifest(TASKS, version))
}

pub(crate) fn builds(version: &str) -> Vec<u8> {
    pack(&manifest(BUILDS, version))
}

/// What the documentation of connectors showed: taken by a team, not by the catalogue.
pub(crate) fn documented() -> Vec<u8> {
    let mut manifest = manifest(BUILDS, "1.0");
    manifest["$schema"] = json!(schema_address("1.8"));
    manifest["manifestVersion"] = json!("1.5");
    manifest["needsIdentity"] = json!("true");
    manifest["connectors"][0].as_object_mut().unwrap().remove("configurationUrl");
    pack(&manifest)
}

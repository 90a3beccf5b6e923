//! The hub's own workspace, as every workspace is checked.
#![cfg(test)]

use std::{any::Any, sync::Arc, time::Duration};

use identity::{Identity, Parts, SystemScopes, users::NewUser};
use kernel::{Actor, Ids, Language, Permission, Scope, TenantId};
use liaison_workspace_embedded::Embedded;
use seal::{Key, Sealer};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use url::Url;
use workspace::{FileStore, Settings, Workspace};
use workspace_port::{
    ChannelKind, Error, NewChannel, NewTab, NewTeam, PersonId, Visibility, Workspace as _,
    conformance::{Bench, run},
};

const PERSON: &[Permission] = &[
    Permission::ProfileRead,
    Permission::DirectoryRead,
    Permission::MessageRead,
    Permission::MessageWrite,
    Permission::FileRead,
    Permission::FileWrite,
    Permission::TeamCreate,
];

struct House {
    workspace: Arc<Workspace>,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: TenantId,
    _store: Store,
    _folder: TempDir,
}

impl House {
    async fn new() -> Self {
        let (store, folder) = (Store::fresh().await, TempDir::new().unwrap());
        let (clock, ids) = (FixedClock::new(), Ids::system());
        let (identity, system) = Identity::open(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            sealer: Sealer::new(vec![Key::generate(&ids)], ids.clone()).unwrap(),
            outbound: testkit::outbound(),
            public_url: base(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let files = FileStore::open(folder.path()).unwrap();
        let workspace = Workspace::new(store.db(), clock, ids, files, Settings::default());
        let workspace = Arc::new(workspace);
        Self { workspace, identity, system, tenant, _store: store, _folder: folder }
    }

    fn job(&self) -> Scope {
        self.system.scope(self.tenant, "test")
    }

    async fn person(&self, name: &str) -> Scope {
        let address = format!("{name}@contoso.example");
        let new = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![address],
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let user = self.identity.create_user(&self.job(), new).await.unwrap().id;
        testkit::scope(self.tenant, Actor::User(user), PERSON)
    }

    fn seat(&self, scope: &Scope) -> Embedded {
        Embedded::new(Arc::clone(&self.workspace), scope.clone(), base())
    }
}

fn base() -> Url {
    "http://127.0.0.1:8080/".parse().unwrap()
}

fn is(scope: &Scope) -> PersonId {
    PersonId(scope.user().unwrap().to_string())
}

#[tokio::test]
async fn the_hub_is_a_workspace() {
    Box::pin(run(async || {
        let house = House::new().await;
        let [owner, member, stranger] =
            [house.person("olga").await, house.person("mara").await, house.person("sven").await];
        Bench {
            owner: Box::new(house.seat(&owner)),
            member: Box::new(house.seat(&member)),
            stranger: Box::new(house.seat(&stranger)),
            jobs: Box::new(house.seat(&house.job())),
            owner_is: is(&owner),
            member_is: is(&member),
            member_mail: "mara@contoso.example".to_owned(),
            nobody: PersonId("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
            wait: Box::new(|| Box::pin(tokio::time::sleep(Duration::from_millis(1)))),
            house: Box::new(house) as Box<dyn Any + Send + Sync>,
        }
    }))
    .await;
}

#[tokio::test]
async fn a_tab_of_the_hub_is_kept_as_a_path_and_others_must_be_https() {
    let house = House::new().await;
    let scope = house.person("olga").await;
    let seat = house.seat(&scope);
    let new = NewTeam {
        name: "Sales".to_owned(),
        description: String::new(),
        visibility: Visibility::Private,
        label: None,
    };
    let workspace_port::Creation::Done(team) = seat.create_team(&new).await.unwrap() else {
        panic!("it is made at once");
    };
    let new = NewChannel {
        name: "Deal".to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    let channel = seat.create_channel(&team, &new).await.unwrap();
    let tab = |entity: &str, page: &str| NewTab {
        name: "Record".to_owned(),
        entity: entity.to_owned(),
        content: page.parse().unwrap(),
        website: None,
    };
    let own =
        seat.put_tab(&channel, &tab("own", "http://127.0.0.1:8080/records/a?b=c")).await.unwrap();
    assert_eq!(own.content.as_str(), "http://127.0.0.1:8080/records/a?b=c");
    let kept = house.workspace.tabs(&scope, channel.id.parse().unwrap()).await.unwrap();
    assert_eq!(kept.first().unwrap().content, "/records/a?b=c");
    let hostile = [
        "http://elsewhere.example/",
        "javascript:alert(1)",
        "http://127.0.0.1:18080/",
        "http://127.0.0.1.evil.example/",
        "https://user:word@elsewhere.example/",
    ];
    for page in hostile {
        let refused = seat.put_tab(&channel, &tab("other", page)).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { .. }), "{page}: {refused:?}");
    }
}

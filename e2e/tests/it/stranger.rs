//! An administrator of another tenant, made in the data of a stopped server.

use std::sync::Arc;

use db::{Db, driver::Driver};
use e2e::Server;
use identity::{
    Identity, NewToken, Parts, Role, Settings, TokenOwner, tenants::NewTenant, users::NewUser,
};
use kernel::{Ids, Language, Permission, Permissions, Secret, SystemClock};
use seal::Sealer;

/// Makes the tenant and its administrator and returns an API token with every permission.
/// The server is stopped for it and started again.
pub(crate) fn token(server: &mut Server) -> String {
    assert!(server.stop().unwrap().success());
    let driver: Arc<dyn Driver> = match server.database_url() {
        Some(url) => db_postgres::PostgresDriver::open(db_postgres::Options::new(url)).unwrap(),
        None => {
            let file = server.data().join("liaison.db");
            db_sqlite::SqliteDriver::open(db_sqlite::Options::new(&file)).unwrap()
        }
    };
    let db = Db::new(driver);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let token = runtime.block_on(create(server, &db));
    db.close();
    server.start().unwrap();
    token
}

async fn create(server: &Server, db: &Db) -> String {
    let ids = Ids::system();
    let (identity, system) = Identity::open(Parts {
        db: db.clone(),
        clock: Arc::new(SystemClock),
        ids: ids.clone(),
        sealer: Sealer::from_file(&server.data().join("seal.key"), &ids).unwrap(),
        public_url: url::Url::parse("http://127.0.0.1/").unwrap(),
        settings: Settings::default(),
    });
    let tenant = NewTenant { name: "Elsewhere".to_owned(), language: Language::En, host: None };
    let tenant = system.create_tenant(tenant).await.unwrap();
    let scope = system.scope(tenant.id, "test");
    let user = NewUser {
        user_name: "stranger@elsewhere.test".to_owned(),
        display_name: "Stranger".to_owned(),
        addresses: Vec::new(),
        language: None,
        time_zone: None,
        password: Some(Secret::new("correct horse battery staple".to_owned())),
        roles: vec![Role::GlobalAdministrator],
    };
    let user = identity.create_user(&scope, user).await.unwrap();
    let permissions = Permission::ALL
        .iter()
        .filter(|p| !matches!(p, Permission::System | Permission::CardPost))
        .fold(Permissions::NONE, |all, p| all.union(Permissions::of(&[*p])));
    let token = NewToken {
        owner: TokenOwner::Person(user.id),
        label: "test".to_owned(),
        permissions,
        expires_at: None,
    };
    identity.create_token(&scope, token).await.unwrap().secret.expose().clone()
}

//! A tenant with a service around it.

use std::{net::IpAddr, sync::Arc, time::Duration};

use identity::{
    Caller, Identity, NewSession, Parts, Presented, Role, Settings, SignIn, SignedIn, SystemScopes,
    tenants::Tenant,
    users::{NewUser, User},
};
use kernel::{Clock as _, Ids, Language, Scope, Secret};
use liaison_identity as identity;
use testkit::{FixedClock, Store};

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
}

pub(crate) const PASSWORD: &str = "correct horse battery";

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let parts = Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer: seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap(),
            outbound: testkit::outbound(),
            public_url: "https://hub.example.org".parse().unwrap(),
            settings,
        };
        let (identity, system) = Identity::open(parts);
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        Self { store, clock, ids, identity, system, tenant }
    }

    pub(crate) fn root(&self) -> Scope {
        self.system.scope(self.tenant.id, "test")
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller {
            request: self.ids.fresh(),
            origin: Some(IpAddr::from([192, 0, 2, 7])),
            language: None,
            client: "Test/1.0".to_owned(),
        }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    pub(crate) async fn user(&self, name: &str, roles: &[Role]) -> User {
        self.identity.create_user(&self.root(), a_user(name, roles)).await.unwrap()
    }

    pub(crate) async fn try_sign_in(
        &self,
        name: &str,
        password: &str,
    ) -> identity::Result<SignedIn> {
        let who = SignIn { name: name.to_owned(), password: Secret::new(password.to_owned()) };
        self.identity.sign_in(&self.caller(), self.tenant.id, who).await
    }

    pub(crate) async fn session(&self, name: &str) -> NewSession {
        match self.try_sign_in(name, PASSWORD).await.unwrap() {
            SignedIn::Done(session) => session,
            SignedIn::SecondFactor(_) => panic!("a second factor is asked for"),
        }
    }

    pub(crate) async fn enter(&self, session: &NewSession) -> identity::Result<Scope> {
        let presented = Presented::Session(session.secret.expose());
        Ok(self.identity.authenticate(presented, &self.caller()).await?.scope)
    }

    pub(crate) async fn bearer(&self, token: &Secret<String>) -> identity::Result<Scope> {
        let presented = Presented::Bearer(token.expose());
        Ok(self.identity.authenticate(presented, &self.caller()).await?.scope)
    }

    /// A new person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> (User, Scope) {
        let user = self.user(name, roles).await;
        let session = self.session(name).await;
        (user, self.enter(&session).await.unwrap())
    }

    pub(crate) async fn admin(&self) -> (User, Scope) {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }
}

pub(crate) fn a_user(name: &str, roles: &[Role]) -> NewUser {
    NewUser {
        user_name: name.to_owned(),
        display_name: format!("{name} Example"),
        addresses: vec![format!("{name}@example.org")],
        language: None,
        time_zone: Some("Europe/Paris".to_owned()),
        password: Some(Secret::new(PASSWORD.to_owned())),
        roles: roles.to_vec(),
    }
}

/// The stable code of a failure.
pub(crate) fn code<T>(outcome: identity::Result<T>) -> &'static str {
    use kernel::Coded as _;
    outcome.err().map_or("done", |error| error.code().name())
}

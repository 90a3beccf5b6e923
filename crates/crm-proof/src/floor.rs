//! A tenant with records and people: what houses of tests stand on.

use std::sync::Arc;

use identity::{
    Caller, Holder, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    users::NewUser,
};
use kernel::{Clock, EnvironmentId, Ids, Language, Scope, Secret, TenantId};
use records::Records;
use testkit::{FixedClock, Store};
use url::Url;

use crate::Ground;

const PASSWORD: &str = "correct horse battery";

/// One tenant with an environment for sales, on a database of its own.
pub struct Floor {
    /// The database; it goes with the floor.
    pub store: Store,
    /// The time.
    pub clock: Arc<FixedClock>,
    /// Identifiers.
    pub ids: Ids,
    /// What secrets are sealed with.
    pub sealer: seal::Sealer,
    /// People.
    pub identity: Arc<Identity>,
    /// Scopes of the hub itself.
    pub system: SystemScopes,
    /// The tenant.
    pub tenant: TenantId,
    /// The rows of environments.
    pub records: Records,
    /// The environment with the sales tables.
    pub sales: EnvironmentId,
    public_url: Url,
}

impl std::fmt::Debug for Floor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Floor").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

impl Floor {
    /// A tenant whose people read this language, of a hub at this address.
    pub async fn lay(language: Language, public_url: &str) -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), testkit::ids());
        let time = || Arc::clone(&clock) as Arc<dyn Clock>;
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let public_url: Url = public_url.parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", language).await.unwrap().id;
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let root = system.scope(tenant, "test");
        let sales = identity.create_environment(&root, new).await.unwrap().id;
        Self { store, clock, ids, sealer, identity, system, tenant, records, sales, public_url }
    }

    /// The time, as rooms take it.
    pub fn time(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    /// What the hub itself does.
    pub fn root(&self) -> Scope {
        self.system.scope(self.tenant, "test")
    }

    /// What the rooms of CRMs stand on.
    pub fn ground(&self) -> Ground {
        Ground {
            db: self.store.db(),
            clock: self.time(),
            ids: self.ids.clone(),
            sealer: self.sealer.clone(),
            scopes: self.system.clone(),
            identity: Arc::clone(&self.identity),
            records: self.records.clone(),
            public_url: self.public_url.clone(),
        }
    }

    /// Somebody new with a mail address, who has signed in.
    pub async fn signed_in(&self, (name, mail): (&str, &str), roles: &[Role]) -> Scope {
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![mail.to_owned()],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        self.identity.create_user(&self.root(), user).await.unwrap();
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// Gives somebody the licences that linking asks for.
    pub async fn license(&self, scope: &Scope) {
        let root = self.root();
        for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
            let all = self.identity.licences(&root).await.unwrap();
            let licence = match all.iter().find(|licence| licence.name == name) {
                Some(known) => known.id,
                None => self.identity.create_licence(&root, name, None).await.unwrap().id,
            };
            let holder = Holder::User(scope.user().unwrap());
            self.identity.assign_licence(&root, licence, holder).await.unwrap();
        }
    }
}

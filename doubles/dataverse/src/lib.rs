//! The Dataverse Web API on a database of its own: our store and our edge, without the rest of the hub.
//!
//! It is what the product itself answers, so that whoever is tested against it is tested against real rules; what
//! Microsoft's has beside that is in `mailboxes.rs`. One
//! tenant, one environment with the sales tables, an administrator, somebody without a role and two sellers, and the
//! directory that all of them sign in to. [`Double::control`] breaks things on demand.

mod control;
mod directory;
mod mailboxes;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, mpsc},
    thread,
};

use db::Db;
use db_sqlite::SqliteDriver;
use edge::{Arrival, Authenticate, Gate, Known, Presented, Problem};
use identity::{
    Caller, Identity, NewToken, Role, SystemScopes, TokenOwner,
    environments::{EnvironmentKind, NewEnvironment},
    users::NewUser,
};
use kernel::{Clock, Ids, Language, Permission, Permissions, Scope, SystemClock};
use queries::{Paging, Query, query::Comparison};
use records::{Associate, Operation, Records, Reference, Session};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

use crate::{
    control::Control,
    directory::{Directory, Person},
};

/// A running double; it ends with the process.
#[derive(Debug)]
pub struct Double {
    announced: Value,
    control: Arc<Control>,
}

impl Double {
    /// Makes the database and listens.
    ///
    /// # Errors
    /// When a file or the address cannot be used.
    pub fn start(listen: SocketAddr) -> io::Result<Self> {
        Self::serve(listen, None)
    }

    /// Listens, with rows in a migrated and empty database of the caller's.
    ///
    /// # Errors
    /// As [`Double::start`].
    pub fn over(listen: SocketAddr, db: Db) -> io::Result<Self> {
        Self::serve(listen, Some(db))
    }

    fn serve(listen: SocketAddr, db: Option<Db>) -> io::Result<Self> {
        let (send, heard) = mpsc::channel();
        let control = Arc::new(Control::default());
        let standing = Arc::clone(&control);
        thread::Builder::new().name("dataverse".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => return drop(send.send(Err(error))),
            };
            runtime.block_on(async move {
                match prepare(listen, db, standing).await {
                    Ok((announced, serving)) => {
                        drop(send.send(Ok(announced)));
                        serving.run().await;
                    }
                    Err(error) => drop(send.send(Err(error))),
                }
            });
        })?;
        let announced = heard.recv().map_err(|_gone| io::Error::other("the double ended"))??;
        Ok(Self { announced, control })
    }

    /// Breaks things, and mends them: what orders there are is said in `control.rs`.
    ///
    /// # Errors
    /// Names the order that is not understood.
    pub fn control(&self, orders: &Value) -> Result<(), String> {
        self.control.order(orders)
    }

    /// Method and path of every call so far.
    pub fn calls(&self) -> Vec<String> {
        self.control.calls()
    }

    /// Where it is, and with what to sign in.
    pub fn announcement(&self) -> Value {
        self.announced.clone()
    }
}

/// What serves until the process ends.
struct Serving {
    listener: tokio::net::TcpListener,
    router: axum::Router,
    /// The folder of the database goes with it.
    _folder: tempfile::TempDir,
}

impl Serving {
    async fn run(self) {
        // the process ends before this does
        drop(axum::serve(self.listener, self.router).await);
    }
}

async fn prepare(
    listen: SocketAddr,
    db: Option<Db>,
    control: Arc<Control>,
) -> io::Result<(Value, Serving)> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let folder = tempfile::Builder::new().prefix("doubles-dataverse-").tempdir()?;
    let db = if let Some(db) = db {
        db
    } else {
        let options = db_sqlite::Options::new(folder.path().join("double.db"));
        Db::new(SqliteDriver::open(options).map_err(io::Error::other)?)
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids = Ids::system();
    let sealer = seal::Sealer::from_file(&folder.path().join("seal.key"), &ids);
    let (identity, scopes) = Identity::open(identity::Parts {
        db: db.clone(),
        clock: Arc::clone(&clock),
        ids: ids.clone(),
        sealer: sealer.map_err(io::Error::other)?,
        outbound: egress::Client::new(egress::Settings::default()).map_err(io::Error::other)?,
        public_url: Url::parse(&base).map_err(io::Error::other)?,
        settings: identity::Settings::cheap(),
    });
    let records = Records::new(records::Parts {
        db,
        clock: Arc::clone(&clock),
        ids: ids.clone(),
        identity: Arc::clone(&identity),
        scopes: scopes.clone(),
        settings: records::Settings::default(),
    });
    let (announced, signing, system) =
        people(&identity, &scopes, &records, &base).await.map_err(io::Error::other)?;
    let floor = (Arc::clone(&identity), system, ids.clone());
    let directory = Directory::new(floor, &base, signing).router();
    let settings = dataverse::Settings::default();
    let gate = Gate::new(
        edge::Settings::default(),
        authenticate(identity),
        Arc::clone(&clock),
        ids.clone(),
        CancellationToken::new(),
    );
    let router = dataverse::Dataverse::new(records, clock, ids, settings).router();
    let router = edge::attach(router, Arc::new(gate));
    let router = router.layer(axum::middleware::from_fn(mailboxes::rename)).merge(directory);
    let router = router.layer(axum::middleware::from_fn_with_state(control, control::stand));
    Ok((announced, Serving { listener, router, _folder: folder }))
}

/// Makes the tenant, its people and its environment.
async fn people(
    identity: &Identity,
    scopes: &SystemScopes,
    records: &Records,
    base: &str,
) -> Result<(Value, Vec<Person>, Scope), Box<dyn std::error::Error + Send + Sync>> {
    let tenant = scopes.ensure_first_tenant("Contoso", Language::En).await?;
    let system = scopes.scope(tenant.id, "double");
    let environment = NewEnvironment {
        name: ENVIRONMENT.to_owned(),
        kind: EnvironmentKind::Production,
        crm_enabled: true,
    };
    let environment = identity.create_environment(&system, environment).await?;
    let (mut told, mut signing) = (Vec::new(), Vec::new());
    let mut first = None;
    for (name, roles) in [
        ("admin", &[Role::GlobalAdministrator][..]),
        ("limited", &[]),
        ("seller", &[]),
        ("colleague", &[]),
    ] {
        let user = NewUser {
            user_name: format!("{name}@contoso.example"),
            display_name: name.to_owned(),
            addresses: vec![format!("{name}@contoso.example")],
            language: Some(Language::En),
            time_zone: None,
            password: None,
            roles: roles.to_vec(),
        };
        let user = identity.create_user(&system, user).await?;
        let secret = token(identity, &system, user.id).await?;
        let spare = token(identity, &system, user.id).await?;
        let request = user.id.uuid().into();
        let caller = Caller { request, origin: None, language: None, client: String::new() };
        let presented = identity::Presented::Bearer(&secret);
        let scope = identity.authenticate(presented, &caller).await?.scope;
        // everybody gets a row on the first visit
        let session = records.session_in(&scope, environment.id).await?;
        if first.is_none() {
            mailboxes::define(&session).await?;
            let addresses = ["seller@contoso.example", "colleague@contoso.example"];
            mailboxes::fill((records, &session), &scope, &addresses).await?;
        }
        if let ("seller" | "colleague", Some(admin)) = (name, &first) {
            sells(admin, session.user()).await?;
        }
        told.push((secret, spare, session.user()));
        first = first.or(Some(session));
        signing.push(Person { name: format!("{name}@contoso.example"), user: user.id });
    }
    if let Some(admin) = &first {
        let everybody: Vec<Uuid> = told.iter().map(|(.., user)| *user).collect();
        mailboxes::settings(admin, &everybody).await?;
    }
    let [(token, spare, user), (limited, _, other), sellers @ ..] = told.as_slice() else {
        return Err("two people".into());
    };
    let [(seller, _, sells), (colleague, _, helps)] = sellers else {
        return Err("two sellers".into());
    };
    let announced = json!({
        "url": format!("{base}/environments/{ENVIRONMENT}"),
        "control": format!("{base}{}", control::PATH),
        "token": token,
        "spare": spare,
        "systemuserid": user,
        "limited": { "token": limited, "systemuserid": other },
        "seller": { "token": seller, "systemuserid": sells },
        "colleague": { "token": colleague, "systemuserid": helps },
        "authority": base,
        "directory": directory::DIRECTORY,
        "client_id": directory::CLIENT,
        "client_secret": directory::SECRET,
        "username": "admin@contoso.example",
        "limited_username": "limited@contoso.example",
        "seller_username": "seller@contoso.example",
        "colleague_username": "colleague@contoso.example",
        "password": directory::PASSWORD,
    });
    Ok((announced, signing, system))
}

/// Gives somebody the role of sellers.
async fn sells(
    admin: &Session,
    user: Uuid,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let table = admin.model().table("role").ok_or("no roles")?;
    let query = Query::of(table).select([])?;
    let named = query.field("name")?;
    let named = queries::Condition::Compare(named, Comparison::Equal, "Salesperson".into());
    let rows = admin.query(&query.and(named), &Paging::first(1)).await?;
    let key = rows.plan.shown.key.ok_or("no key")?;
    let role: Uuid = rows.rows.first().ok_or("no such role")?.get(key)?;
    let give = Associate {
        from: Reference::id("systemuser", user),
        navigation: "systemuserroles_association".to_owned(),
        to: Reference::id("role", role),
    };
    admin.one(Operation::Associate(give)).await?;
    Ok(())
}

async fn token(
    identity: &Identity,
    system: &Scope,
    user: kernel::UserId,
) -> Result<String, identity::Error> {
    let rights: Permissions = Permission::ALL
        .iter()
        .copied()
        .filter(|right| !matches!(right, Permission::System | Permission::CardPost))
        .collect();
    let token = NewToken {
        owner: TokenOwner::Person(user),
        label: "Double".to_owned(),
        permissions: rights,
        expires_at: None,
    };
    Ok(identity.create_token(system, token).await?.secret.expose().clone())
}

fn authenticate(identity: Arc<Identity>) -> Authenticate {
    Box::new(move |presented, arrival: Arrival| {
        let identity = Arc::clone(&identity);
        Box::pin(async move {
            let caller = Caller {
                request: arrival.request,
                origin: Some(arrival.client),
                language: Some(arrival.language),
                client: arrival.agent,
            };
            let presented = match &presented {
                Presented::Bearer(secret) => identity::Presented::Bearer(secret.expose()),
                Presented::Session(secret) => identity::Presented::Session(secret.expose()),
            };
            let who = identity.authenticate(presented, &caller).await.map_err(Problem::from)?;
            Ok(Known { scope: who.scope, needs_second_factor: false })
        })
    })
}

/// The name of the environment.
const ENVIRONMENT: &str = "Sales";

//! The rooms between a test and a CRM.

use std::{fmt, sync::Arc};

use connectors::Connectors;
use crm::Crm;
use crm_connections::{Adapters, CrmConnections, Session, Settings};
use db::Db;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use records::Records;
use url::Url;

/// What a house has already.
#[derive(Clone)]
pub struct Ground {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// What secrets are sealed with.
    pub sealer: seal::Sealer,
    /// Scopes of the hub itself.
    pub scopes: SystemScopes,
    /// People.
    pub identity: Arc<Identity>,
    /// The rows of environments.
    pub records: Records,
    /// Where the hub is.
    pub public_url: Url,
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground").finish_non_exhaustive()
    }
}

/// Sees the sessions that reach the adapters of CRMs elsewhere.
pub type Watch = Arc<dyn Fn(&Session) + Send + Sync>;

/// Networks with the servers of tests in them.
pub fn open_networks() -> egress::Networks {
    let loopback = "127.0.0.0/8".parse().unwrap();
    let open = egress::Settings { allowed_networks: vec![loopback], ..egress::Settings::default() };
    egress::Networks::new(&open)
}

/// Connectors on the ground, for data policies.
pub fn connectors(on: &Ground) -> Arc<Connectors> {
    Arc::new(Connectors::new(connectors::Parts {
        db: on.db.clone(),
        clock: Arc::clone(&on.clock),
        ids: on.ids.clone(),
        sealer: on.sealer.clone(),
        scopes: on.scopes.clone(),
        identity: Arc::clone(&on.identity),
        client: testkit::outbound(),
        public_url: on.public_url.clone(),
        settings: connectors::Settings::default(),
    }))
}

/// The real adapters, as the hub has them.
pub fn adapters(records: &Records, clock: &Arc<dyn Clock>, watch: Option<Watch>) -> Adapters {
    let settings = crm_salesforce::Settings::default();
    let salesforce =
        crm_salesforce::Salesforce::new(testkit::outbound(), Arc::clone(clock), settings);
    let settings = crm_dataverse::Settings::default();
    let dynamics = crm_dataverse::Dataverse::new(testkit::outbound(), Arc::clone(clock), settings);
    let own = records.clone();
    Adapters {
        embedded: Box::new(move |scope, environment| {
            Arc::new(crm_embedded::Embedded::new(&own, scope, environment)) as Arc<dyn Crm>
        }),
        salesforce: Box::new(move |session: Session| {
            if let Some(watch) = &watch {
                watch(&session);
            }
            let person = crm_salesforce::Seller {
                instance: session.instance,
                user: session.user,
                token: session.token,
            };
            Arc::new(crm_salesforce::SellersOrganisation::new(salesforce.clone(), person))
        }),
        dataverse: Box::new(move |session: Session| {
            let person = crm_dataverse::Seller {
                environment: session.instance,
                user: session.user,
                tokens: Arc::new(session.token),
            };
            Arc::new(crm_dataverse::SellersEnvironment::new(dynamics.clone(), person))
        }),
    }
}

/// The CRMs of sellers on the ground.
pub fn connections(
    on: &Ground,
    connectors: &Arc<Connectors>,
    (watch, settings): (Option<Watch>, Settings),
) -> CrmConnections {
    connections_by(on, connectors, (adapters(&on.records, &on.clock, watch), settings))
}

/// The CRMs of sellers on the ground, through adapters of one's own.
pub fn connections_by(
    on: &Ground,
    connectors: &Arc<Connectors>,
    (adapters, settings): (Adapters, Settings),
) -> CrmConnections {
    CrmConnections::new(crm_connections::Parts {
        db: on.db.clone(),
        clock: Arc::clone(&on.clock),
        ids: on.ids.clone(),
        sealer: on.sealer.clone(),
        scopes: on.scopes.clone(),
        identity: Arc::clone(&on.identity),
        connectors: Arc::clone(connectors),
        records: on.records.clone(),
        client: testkit::outbound(),
        networks: open_networks(),
        public_url: on.public_url.clone(),
        adapters,
        settings,
    })
}

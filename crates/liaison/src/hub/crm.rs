//! The adapters to sellers' CRMs.

use std::sync::Arc;

use crm_connections::{Adapters, Session, Settings};
use crm_dataverse::{Dataverse, SellersEnvironment};
use crm_embedded::Embedded;
use crm_salesforce::{Salesforce, Seller, SellersOrganisation};
use kernel::Clock;
use records::Records;

/// One of each kind, for every seller.
pub(super) fn adapters(
    settings: &Settings,
    (client, clock, records): (&egress::Client, &Arc<dyn Clock>, &Records),
) -> Adapters {
    let salesforce = Salesforce::new(
        client.clone(),
        Arc::clone(clock),
        crm_salesforce::Settings {
            reserve_percent: settings.reserve_percent,
            described_minutes: settings.described_minutes,
            timeout_seconds: settings.timeout_seconds,
        },
    );
    let dataverse = Dataverse::new(
        client.clone(),
        Arc::clone(clock),
        crm_dataverse::Settings {
            described_minutes: settings.described_minutes,
            timeout_seconds: settings.timeout_seconds,
        },
    );
    let records = records.clone();
    Adapters {
        embedded: Box::new(move |scope, environment| {
            Arc::new(Embedded::new(&records, scope, environment))
        }),
        salesforce: Box::new(move |session| {
            let Session { instance, user, token } = session;
            let seller = Seller { instance, user, token };
            Arc::new(SellersOrganisation::new(salesforce.clone(), seller))
        }),
        dataverse: Box::new(move |session| {
            let Session { instance, user, token } = session;
            let tokens = Arc::new(token);
            let seller = crm_dataverse::Seller { environment: instance, user, tokens };
            Arc::new(SellersEnvironment::new(dataverse.clone(), seller))
        }),
    }
}

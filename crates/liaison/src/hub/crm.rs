//! The adapters to sellers' CRMs.

use std::sync::Arc;

use crm_connections::{Adapters, CrmConnections, Session, Settings};
use crm_dataverse::{Dataverse, SellersEnvironment};
use crm_embedded::Embedded;
use crm_salesforce::{Salesforce, Seller, SellersOrganisation};
use kernel::Clock;
use language_features::{Gate, Given};
use records::Records;
use sales_settings::Area;

/// What administrators of sales give people of the language features.
pub(super) fn gate(crm: &CrmConnections) -> Gate {
    let crm = crm.clone();
    Box::new(move |scope| {
        let crm = crm.clone();
        Box::pin(async move {
            match crm.known(&scope).await {
                Ok(known) => {
                    let preview = known.settings.ai.preview;
                    Ok(Given { any: known.may(Area::Ai).is_granted(), preview })
                }
                Err(crm_connections::Error::Store(error)) => Err(error),
                // whoever may not use a CRM has what the switches of the features say
                Err(_no_seller) => Ok(Given { any: true, preview: false }),
            }
        })
    })
}

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

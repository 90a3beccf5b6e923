//! The edges over the rooms, as one router.

use std::{net::IpAddr, sync::Arc};

use apps::Apps;
use axum::Router;
use card_actions::CardActions;
use channel_connectors::ChannelConnectors;
use connector_host::ConnectorHost;
use connector_registry::{Configurations, Registrations, hosting::Hosting};
use dataverse::Dataverse;
use edge::{Arrival, Authenticate, Known, Metrics, Presented, Problem};
use futures_util::future::BoxFuture;
use gateway::{Gateway, Outcome, Providers};
use identity::{Caller, Identity};
use kernel::{Clock, Ids, Permission};
use mcp::{ActionTools, AtResource, Issuers, Mcp, Stays};
use rest_tools::{Offered, RestTools};
use targets::Targets;
use webhook_import::Imports;
use workspace::Workspace;

use crate::{Counts, Readiness, operations, teams_documents::TeamsDocuments};

/// The rooms that the edges call.
#[derive(Debug, Clone)]
pub struct Rooms {
    /// Who is it, may they.
    pub identity: Arc<Identity>,
    /// Teams, channels, messages, files, mail.
    pub workspace: Arc<Workspace>,
    /// Incoming webhooks.
    pub connectors: Arc<ChannelConnectors>,
    /// Registered connectors.
    pub registrations: Arc<Registrations>,
    /// What is set up with them.
    pub configurations: Arc<Configurations>,
    /// Moving in.
    pub imports: Arc<Imports>,
    /// Buttons of cards.
    pub actions: Arc<CardActions>,
    /// Connectors to APIs.
    pub api_connectors: Arc<connectors::Connectors>,
    /// Published selections of their operations.
    pub published: Arc<actions::Actions>,
    /// The sales surfaces.
    pub sales: Arc<sales::Sales>,
    /// Where channels and webhooks forward to.
    pub targets: Arc<Targets>,
    /// App packages in catalogue and teams.
    pub apps: Arc<Apps>,
    /// Origins of connectors' own pages.
    pub hosting: Arc<Hosting>,
    /// The records of environments.
    pub records: records::Records,
    /// The life of environments.
    pub environments: Arc<environments::Environments>,
    /// Files of rows in and out.
    pub transfer: Arc<transfer::Transfer>,
    /// CRMs of sellers.
    pub crm: crm_connections::CrmConnections,
    /// Mails of sellers.
    pub mailbox: Arc<mailbox::Mailbox>,
    /// Meetings of sellers.
    pub meetings: Arc<meetings::Meetings>,
    /// The roll-out.
    pub deployment: deployment::Deployment,
    /// Summaries, actions, updates, drafts.
    pub language: language_features::LanguageFeatures,
    /// People's data.
    pub privacy: privacy::Privacy,
    /// What administrators of sales set.
    pub sales_settings: sales_settings::SalesSettings,
    /// Whether records may be linked to channels.
    pub linking_setup: Arc<linking_setup::LinkingSetup>,
    /// Links of records and channels.
    pub linking: Arc<linking::Linking>,
    /// What keeps them in step.
    pub linking_sync: Arc<linking_sync::LinkingSync>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
}

/// Every route of the hub, and beside it the origins of connectors. Webhook addresses stand outside the layer of pages and REST: their answers
/// have no headers but those that senders need, and cost no more than they must.
pub fn assemble(
    rooms: &Rooms,
    pages: web_frame::App,
    gate: edge::Gate,
    readiness: Readiness,
    (origins, mcp, dataverse): (ConnectorHost, Mcp, Dataverse),
) -> Router {
    let metrics = Arc::clone(gate.metrics());
    let gateway = behind(rooms, gate.settings(), origins.clone());
    let inside = web_frame::router(
        pages,
        vec![
            web::routes(),
            web_admin::routes(),
            web_connectors::routes(),
            web_apis::routes(),
            web_actions::routes(),
            web_records::routes(),
            web_sales::routes(),
            web_crm::routes(),
            web_deployment::routes(),
            web_language::routes(rooms.language.clone()),
            web_linking::routes(),
            web_mail::routes(rooms.language.clone()),
            web_meetings::routes(Arc::clone(&rooms.meetings)),
            web_settings::routes(rooms.sales_settings.clone(), rooms.privacy.clone()),
            web_tables::routes(),
            web_teams::routes(Arc::clone(&rooms.meetings)),
        ],
    )
    .merge(rest(rooms))
    .merge(mcp.router())
    .merge(dataverse.router())
    .merge(operations(readiness, Arc::clone(&metrics)));
    register(&metrics, &gateway);
    let hub = edge::attach(inside, Arc::new(gate))
        .merge(gateway.router())
        .merge(gateway::notices(Arc::clone(&rooms.linking_setup)));
    connector_host::dispatch(hub, origins)
}

/// The edge of webhooks, which believes the same proxies as pages and REST.
fn behind(rooms: &Rooms, http: &edge::Settings, origins: ConnectorHost) -> Gateway {
    let (identity, connectors) = (Arc::clone(&rooms.identity), Arc::clone(&rooms.connectors));
    let providers: Providers = Box::new(move |tenant, connector| {
        let origins = origins.clone();
        Box::pin(async move { origins.is_registered(tenant, connector).await })
    });
    Gateway::new(identity, connectors, rooms.ids.clone(), http.clone(), providers)
}

/// The edge of agents over the rooms, and what agents may call of REST itself. `key` is the hub's own for this purpose
/// alone.
pub fn agents(
    rooms: &Rooms,
    (settings, http): (mcp::Settings, edge::Settings),
    public_url: &str,
    key: [u8; 32],
) -> Mcp {
    let identity = Arc::clone(&rooms.identity);
    let stays: Stays = Box::new(move |scope| {
        let mut presence = identity.presence(scope);
        Box::pin(async move { presence.over().await })
    });
    let identity = Arc::clone(&rooms.identity);
    let issuers: Issuers = Box::new(move |host| {
        let identity = Arc::clone(&identity);
        Box::pin(async move { trusted(&identity, &host).await.unwrap_or_default() })
    });
    let actions = ActionTools::new(Arc::clone(&rooms.published), settings.max_answer_bytes);
    let tools = RestTools::new(rest_tools::Parts {
        before: Arc::new(actions),
        rest: rest(rooms),
        document: &api::description(),
        offered: &OFFERED,
        settings: http,
        clock: Arc::clone(&rooms.clock),
        ids: rooms.ids.clone(),
    });
    Mcp::new(mcp::Parts {
        tools: Arc::new(tools),
        authenticate: authenticate(Arc::clone(&rooms.identity)),
        at_resource: at_resource(Arc::clone(&rooms.identity)),
        stays,
        issuers,
        public_url: public_url.to_owned(),
        session_key: key,
        clock: Arc::clone(&rooms.clock),
        ids: rooms.ids.clone(),
        settings,
    })
}

/// What agents may call of the hub itself: working with links of records, and nothing that sets a tenant up.
const OFFERED: [Offered; 14] = {
    const fn seen(operation: &'static str, seen_with: Permission) -> Offered {
        Offered { operation, seen_with }
    }
    [
        seen("links.collaborate", Permission::RecordRead),
        seen("links.create", Permission::RecordWrite),
        seen("links.read", Permission::RecordRead),
        seen("links.of_channel", Permission::RecordRead),
        seen("links.history", Permission::RecordRead),
        seen("links.retry", Permission::RecordWrite),
        seen("links.unlink_preview", Permission::RecordWrite),
        seen("links.unlink", Permission::RecordWrite),
        seen("links.members", Permission::RecordRead),
        seen("links.members_preview", Permission::RecordRead),
        seen("links.members_history", Permission::RecordRead),
        seen("links.run_members", Permission::RecordWrite),
        seen("links.notes", Permission::RecordRead),
        seen("links.set_notes", Permission::RecordWrite),
    ]
};

/// The edge of clients of the Dataverse Web API over the rooms.
pub fn tables(rooms: &Rooms, settings: dataverse::Settings) -> Dataverse {
    let (records, clock) = (rooms.records.clone(), Arc::clone(&rooms.clock));
    let edge = Dataverse::new(records, clock, rooms.ids.clone(), settings);
    edge.plug(Arc::new(TeamsDocuments(Arc::clone(&rooms.linking_setup))));
    edge
}

/// Persons by the access tokens of their sign-in provider: of the tenant whose host is asked, and of no other.
fn at_resource(identity: Arc<Identity>) -> AtResource {
    Box::new(move |shown, arrival| {
        let identity = Arc::clone(&identity);
        let asked = async move {
            let chosen = arrival.language_chosen.then_some(arrival.language);
            let caller = caller(arrival.client, arrival);
            let home = identity.home(&shown.host).await?;
            let token = shown.token.expose();
            let scope =
                identity.authenticate_at_resource(home.id, &shown.resource, token, &caller).await?;
            let scope = match chosen {
                Some(language) => scope.with_language(language),
                None => scope,
            };
            Ok(Known { scope, needs_second_factor: false })
        };
        Box::pin(asked) as BoxFuture<'static, Result<Known, Problem>>
    })
}

/// The sign-in providers of the tenant of a host name; where there is none the hub's own issuer, which gives
/// no tokens out by itself: people make them on their pages.
async fn trusted(identity: &Identity, host: &str) -> Result<Vec<String>, identity::Error> {
    let home = identity.home(host).await?;
    let mut issuers = identity.trusted_issuers(home.id).await?;
    if issuers.is_empty() {
        issuers.push(identity.issuer(home.id));
    }
    Ok(issuers)
}

/// REST alone; what the command line calls without a socket.
pub fn rest(rooms: &Rooms) -> Router {
    let house = api::Services {
        identity: Arc::clone(&rooms.identity),
        workspace: Arc::clone(&rooms.workspace),
        environments: Arc::clone(&rooms.environments),
    };
    let channels = rest_channels::Services {
        identity: Arc::clone(&rooms.identity),
        workspace: Arc::clone(&rooms.workspace),
        connectors: Arc::clone(&rooms.connectors),
        registrations: Arc::clone(&rooms.registrations),
        configurations: Arc::clone(&rooms.configurations),
        imports: Arc::clone(&rooms.imports),
        actions: Arc::clone(&rooms.actions),
        targets: Arc::clone(&rooms.targets),
        apps: Arc::clone(&rooms.apps),
        hosting: Arc::clone(&rooms.hosting),
    };
    let connectors = rest_connectors::Services {
        api_connectors: Arc::clone(&rooms.api_connectors),
        published: Arc::clone(&rooms.published),
        sales: Arc::clone(&rooms.sales),
        clock: Arc::clone(&rooms.clock),
    };
    let records = rest_records::Services {
        identity: Arc::clone(&rooms.identity),
        records: rooms.records.clone(),
        transfer: Arc::clone(&rooms.transfer),
        clock: Arc::clone(&rooms.clock),
    };
    api::router(api::Apps {
        house: api::App::new(house),
        channels: rest_channels::App::new(channels),
        connectors: rest_connectors::App::new(connectors),
        records: rest_records::App::new(records),
        crm: rest_crm::App::new(rest_crm::Services {
            crm: rooms.crm.clone(),
            mailbox: Arc::clone(&rooms.mailbox),
            language: rooms.language.clone(),
        }),
        deployment: rest_deployment::App::new(rest_deployment::Services {
            deployment: rooms.deployment.clone(),
        }),
        language: rest_language::App::new(rest_language::Services {
            language: rooms.language.clone(),
        }),
        settings: rest_settings::App::new(rest_settings::Services {
            settings: rooms.sales_settings.clone(),
            privacy: rooms.privacy.clone(),
        }),
        meetings: rest_meetings::App::new(rest_meetings::Services {
            meetings: Arc::clone(&rooms.meetings),
        }),
        linking: rest_linking::App::new(rest_linking::Services {
            linking: Arc::clone(&rooms.linking),
            setup: Arc::clone(&rooms.linking_setup),
            sync: Arc::clone(&rooms.linking_sync),
        }),
    })
}

/// Identity's own way in, for the edges.
pub fn authenticate(identity: Arc<Identity>) -> Authenticate {
    Box::new(move |presented, arrival| {
        let identity = Arc::clone(&identity);
        Box::pin(async move { known(&identity, presented, arrival).await })
            as BoxFuture<'static, Result<Known, Problem>>
    })
}

async fn known(
    identity: &Identity,
    presented: Presented,
    arrival: Arrival,
) -> Result<Known, Problem> {
    let chosen = arrival.language_chosen.then_some(arrival.language);
    let caller = caller(arrival.client, arrival);
    let presented = match &presented {
        Presented::Bearer(secret) => identity::Presented::Bearer(secret.expose()),
        Presented::Session(secret) => identity::Presented::Session(secret.expose()),
    };
    let who = identity.authenticate(presented, &caller).await?;
    // what a person chose on this browser comes before what the account says
    let scope = match chosen {
        Some(language) => who.scope.with_language(language),
        None => who.scope,
    };
    Ok(Known { scope, needs_second_factor: who.credential.needs_second_factor })
}

fn caller(origin: IpAddr, arrival: Arrival) -> Caller {
    Caller {
        request: arrival.request,
        origin: Some(origin),
        language: Some(arrival.language),
        client: arrival.agent,
    }
}

fn register(metrics: &Metrics, gateway: &Gateway) {
    let gateway = gateway.clone();
    let posts = Counts::new(
        "webhook_posts",
        "Posts to webhook addresses, by outcome",
        "outcome",
        move || {
            let figures = gateway.figures();
            Outcome::ALL.iter().map(|outcome| (outcome.as_str(), figures.of(*outcome))).collect()
        },
    );
    metrics.register(|registry| registry.register_collector(Box::new(posts)));
}

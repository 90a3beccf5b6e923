//! Connectors to APIs: their life, their connections, and every call through them.
//!
//! One service, [`Connectors`]. A connector is a package (definition, properties, perhaps a script and an icon) in
//! an environment; its versions never change, so each is read once and shared. A connection holds what an API is
//! reached with, for one person or shared, its secrets sealed. [`Connectors::invoke`] is the one way to call an
//! operation, for actions, REST, agents and triggers alike: data policies are asked, the connection is
//! chosen, `connector-engine` makes the exact requests, the guarded client sends them, the log remembers.
//!
//! ```ignore
//! let connectors = Arc::new(Connectors::new(Parts { db, clock, ids, sealer, scopes, identity, client, public_url, settings }));
//! let connector = connectors.create(&maker, environment, new).await?;
//! let connection = connectors.create_connection(&seller, connector.id, NewConnection::default()).await?;
//! let answer = connectors.invoke(&seller, Call::new(connector.id, "GetItems")).await?;
//! ```
//!
//! It does not decide which operations are offered to whom (`actions` does), and it runs no scripts: operations
//! that need one say so.

mod applications;
mod cache;
mod calls;
mod catalogue;
mod connection;
mod connections;
mod definition;
mod error;
mod examples;
mod forms;
mod holdings;
mod intake;
mod invoke;
mod judging;
mod listing;
mod model;
mod policies;
pub mod policy;
mod prebuilt;
mod sales;
mod service;
mod settings;
mod sign_in;
mod store;
mod text;
mod triggers;
mod violations;
mod worker;

pub use applications::Application;
pub use cache::POLICIES;
pub use calls::{Call as LoggedCall, CallFilter, Health, Via};
pub use catalogue::{Download, NewConnector, Prepared, PreparedVersion, claim, release};
pub use connection::{Connection, ConnectionPatch, NewConnection, State};
pub use connections::{
    BroughtBack, ConnectionFilter, ConnectionForm, ConnectionUses, Control, FormParameter,
    FoundConnection, SignInWay, Trial, Whose,
};
pub use definition::Compiled;
pub use error::{Error, Result};
pub use examples::{Difference, Example, Expected, Last, NewExample, Report};
pub use forms::FormPlace;
pub use holdings::Holdings;
pub use intake::{Blank, BlankSecurity, Upload};
pub use invoke::{
    Answer, Body, Call, Exchange, Failed, Manner, PolicyStep, Rest, StepChange, Trace,
};
pub use listing::{ConnectorFilter, ConnectorKind, LastCall, Listed};
pub use model::{
    Connector, ConnectorPatch, DEFINITION, Dependent, Digest, Files, ICON, PROPERTIES, README,
    SCRIPT, Version,
};
pub use policies::{Broken, Held, NewPolicy};
pub use prebuilt::{Prebuilt, PrebuiltUse};
pub use service::{Connectors, Figures, Parts};
pub use settings::Settings;
pub use triggers::{FIRED, NewTrigger, Trigger, TriggerState, Watch};
pub use violations::{Attempt, Refusal, RefusalFilter};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] = &[
    seal::sealed_column!("api_connectors", "sealed", "id"),
    seal::sealed_column!("api_connections", "sealed", "id"),
    seal::sealed_column!("api_connection_attempts", "sealed", "id"),
    seal::sealed_column!("api_triggers", "sealed", "id"),
];

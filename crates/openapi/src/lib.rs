//! Connector packages as text and as a tree: API descriptions (Swagger 2.0, OpenAPI 3.0 and 3.1) and
//! their `apiProperties.json`, read leniently and never refused for what the platform accepted.

mod authentication;
mod body;
mod callback;
mod capabilities;
mod check;
mod connection_parameter;
mod definition;
mod document;
mod extensions;
mod files;
mod finding;
pub mod limits;
mod media;
mod oauth_settings;
mod operation;
mod package;
mod parameter;
pub mod pointer;
mod policy;
mod properties;
mod reader;
mod reference;
mod response;
mod schema;
mod security;
pub mod tree;

pub use authentication::{Credential, credentials};
pub use callback::CallbackPlace;
pub use capabilities::TestConnection;
pub use connection_parameter::{AllowedValue, ConnectionParameter, ParameterKind, ParameterSet};
pub use definition::{Base, Definition, Dialect};
pub use document::{Document, Position, Reason, Unreadable, read, read_part};
pub use extensions::{
    ApiAnnotation, Argument, DynamicList, DynamicProperties, DynamicSchema, DynamicSource,
    DynamicTree, DynamicValues, Extensions, NotificationContent, Titled, TreeLevel, Trigger,
    UrlEncoding, Visibility,
};
pub use files::{Choice, NoDefinition, choose};
pub use finding::{Code, Finding, Findings, Part, Severity, codes};
pub use media::MediaType;
pub use oauth_settings::{AdditionalParameter, IdentityProvider, OAuthSettings};
pub use operation::{Method, Operation, TriggerKind};
pub use package::{Obstacle, Package, Sources, Unloadable};
pub use parameter::{CollectionFormat, Location, Parameter};
pub use pointer::Place;
pub use policy::{Policy, Section, Template};
pub use properties::{Properties, Scripted};
pub use reference::{Target, pointer_of};
pub use response::{Header, Response, Status};
pub use schema::{Additional, Schema};
pub use security::{Flow, KeyLocation, SchemeKind, Security, SecurityScheme};
pub use tree::{Node, Number, Object};

//! Connector packages as text and as a tree: API descriptions (Swagger 2.0, OpenAPI 3.0 and 3.1) and
//! their `apiProperties.json`, read leniently and never refused for what the platform accepted.
//!
//! [`read`] turns any JSON text that published packages hold into a [`Document`]: byte order marks,
//! Windows-1252, comments, trailing commas and repeated names are findings, and only what is beyond
//! repair is [`Unreadable`], with line and column. [`Package::load`] joins description and properties.
//!
//! ```
//! use liaison_openapi::{Package, Sources, Visibility, credentials};
//!
//! let definition = br##"{"swagger": "2.0", "host": "pets.example.test", "paths": {"/pets/{id}": {
//!     "parameters": [{"$ref": "#/parameters/Id"}],
//!     "get": {"operationId": "GetPet", "responses": {"200": {"description": "A pet"}},}}},
//!     "parameters": {"Id": {"name": "id", "in": "path", "type": "string", "x-ms-visibility": "important"}},
//!     "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}"##;
//! let properties = br#"{"properties": {"connectionParameters": {"api_key": {"type": "securestring"}}}}"#;
//!
//! let sources = Sources { definition, properties: Some(properties), has_script: false };
//! let package = Package::load(sources)?;
//! assert_eq!(package.findings()[0].code.as_str(), "json.trailing_comma");
//!
//! let get = package.operation("GetPet").expect("it is there");
//! assert_eq!(get.parameters[0].extensions().visibility(), Visibility::Important);
//! let parameters = package.properties.connection_parameters();
//! assert_eq!(credentials(&get.security, &parameters).len(), 1);
//! # Ok::<(), liaison_openapi::Unloadable>(())
//! ```
//!
//! A package owns its two trees and nothing else. Operations, parameters, schemas and policies are
//! views that borrow from it and resolve what somebody looks at, so loading costs little more than
//! reading, and schemas that contain themselves need no care. OpenAPI 3 gives the same views: a request
//! body is one more input, or as many as its form has fields. Every pointer leads into the text as it
//! was written, and [`Document::position`] tells its line.
//!
//! A pure language: no input, no output, no clock; every bound is a constant in [`limits`]. It does not
//! judge packages (the rules of certification do), build requests (the engine does), or fetch: external
//! references are listed by [`external_texts`] and put in by [`bundle`], for an importer that brings them.

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
mod import;
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
mod site;
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
pub use import::{Import, bundle, external_texts, note_missing};
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

//! What a maker brings: an archive as it is, or a JSON document that says where the definition is.

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use connectors::{Blank, BlankSecurity, DEFINITION, PROPERTIES, SCRIPT, Upload};
use edge::{Problem, read_body};
use http::{HeaderMap, header};
use kernel::{FieldError, Kind};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;
use utoipa::{IntoParams, ToSchema};

/// What is said of an archive beside it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct BesideArchive {
    /// With an archive: the name; the title in the definition unless given.
    pub(super) name: Option<String>,
    /// With an archive: a word about the version.
    pub(super) note: Option<String>,
}

/// Where the definition comes from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ConnectorSource)]
pub(super) enum Source {
    /// The definition itself, as a JSON document or as text; with properties and script where there are some.
    Text {
        #[schema(value_type = Object)]
        definition: Value,
        #[schema(value_type = Option<Object>)]
        properties: Option<Value>,
        script: Option<String>,
    },
    /// An address to fetch a definition or an archive from.
    Address { url: String },
    /// An archive in Base64.
    Archive { base64: String },
    /// Nothing: an empty definition to begin with.
    Blank {
        title: String,
        #[serde(default)]
        description: String,
        /// `https` or `http`.
        #[serde(default = "https")]
        scheme: String,
        host: String,
        #[serde(default)]
        base_path: String,
        #[serde(default)]
        security: Security,
    },
}

/// How calls prove who makes them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Security {
    /// They do not.
    #[default]
    None,
    /// With a user name and a password.
    Basic,
    /// With a key.
    ApiKey {
        /// The name of the header or of the query parameter.
        name: String,
        /// Whether it is a query parameter.
        #[serde(default)]
        query: bool,
    },
    /// With a sign-in at a provider.
    Oauth {
        authorization_url: String,
        token_url: String,
        #[serde(default)]
        scopes: String,
    },
}

impl Source {
    pub(super) fn into_upload(self) -> Result<Upload, Problem> {
        Ok(match self {
            Self::Text { definition, properties, script: None } => {
                Upload::Text { definition: text(definition), properties: properties.map(text) }
            }
            Self::Text { definition, properties, script: Some(script) } => {
                let mut files = vec![(DEFINITION.to_owned(), text(definition).into())];
                files.extend(properties.map(|p| (PROPERTIES.to_owned(), text(p).into())));
                files.push((SCRIPT.to_owned(), script.into()));
                Upload::Files(files)
            }
            Self::Address { url } => {
                let wrong = |_source| invalid("/source/url", "an address");
                Upload::Address(Url::parse(&url).map_err(wrong)?)
            }
            Self::Archive { base64 } => {
                let wrong = |_source| invalid("/source/base64", "Base64");
                Upload::Archive(STANDARD.decode(base64.as_bytes()).map_err(wrong)?.into())
            }
            Self::Blank { title, description, scheme, host, base_path, security } => {
                let security = match security {
                    Security::None => BlankSecurity::None,
                    Security::Basic => BlankSecurity::Basic,
                    Security::ApiKey { name, query } => BlankSecurity::ApiKey { name, query },
                    Security::Oauth { authorization_url, token_url, scopes } => {
                        BlankSecurity::OAuth { authorization_url, token_url, scopes }
                    }
                };
                Upload::Blank(Blank { title, description, scheme, host, base_path, security })
            }
        })
    }
}

/// A body that is an archive, or else JSON.
pub(super) enum Brought<T> {
    Archive(Upload),
    Json(T),
}

/// Reads a body of either kind.
pub(super) async fn brought<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    most: usize,
) -> Result<Brought<T>, Problem> {
    // Base64 and the escapes of JSON make a file longer.
    let bytes = read_body(body, most.saturating_mul(2)).await?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        let read = serde_json::from_slice(&bytes).map_err(|error| {
            let field = FieldError::new("", "field.invalid", error.to_string());
            Problem::new("request.invalid", Kind::Invalid, "the body does not fit")
                .with_fields(vec![field])
        });
        return Ok(Brought::Json(read?));
    }
    Ok(Brought::Archive(Upload::Archive(bytes)))
}

fn invalid(pointer: &'static str, expected: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", expected);
    Problem::new("request.invalid", Kind::Invalid, format!("expected {expected}"))
        .with_fields(vec![field])
}

/// A text stays as it was written; a document becomes one.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => serde_json::to_string_pretty(&other).unwrap_or_default(),
    }
}

fn https() -> String {
    "https".to_owned()
}

//! From what a maker brings to the files of a version: an archive, single files, an address, pasted text, or
//! nothing but a form.

mod references;

use aws_lc_rs::digest;
use bytes::Bytes;
use connector_rules::Level;
use egress::Request;
use kernel::{FieldError, Secret};
use openapi::Node;
use serde_json::{Value, json};
use url::Url;

use self::references::Open;
use crate::{
    Connectors, Error, Result,
    definition::Compiled,
    judging::{counted, judged},
    model::{DEFINITION, Digest, Files, PROPERTIES},
};

/// What a maker brings.
#[derive(Debug, Clone)]
pub enum Upload {
    /// A zip archive with a package in it, at its root or in one folder.
    Archive(Bytes),
    /// Files with their names, as a folder is dropped on a page.
    Files(Vec<(String, Bytes)>),
    /// An address from which a definition or an archive is fetched, through the guarded client.
    Address(Url),
    /// A definition as text, with the properties where there are some.
    Text {
        /// The definition.
        definition: String,
        /// The properties.
        properties: Option<String>,
    },
    /// A form: an empty definition to begin with.
    Blank(Blank),
}

/// The form of a connector that begins empty.
#[derive(Debug, Clone)]
pub struct Blank {
    /// The title.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// `https` or `http`.
    pub scheme: String,
    /// The host, with its port where it needs one.
    pub host: String,
    /// Where its paths begin; `/` unless given.
    pub base_path: String,
    /// How calls prove who makes them.
    pub security: BlankSecurity,
}

/// How calls of a connector that begins empty prove who makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlankSecurity {
    /// They do not.
    None,
    /// With a user name and a password.
    Basic,
    /// With a key in a header or in the query.
    ApiKey {
        /// The name of the header or of the query parameter.
        name: String,
        /// Whether it is a query parameter.
        query: bool,
    },
    /// With a sign-in at a provider's own addresses.
    OAuth {
        /// Where people sign in.
        authorization_url: String,
        /// Where tokens come from.
        token_url: String,
        /// What is asked for, separated by blanks.
        scopes: String,
    },
}

/// Files that were read and looked at, ready to be stored.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) files: Files,
    pub(crate) digest: Digest,
    pub(crate) compiled: Compiled,
    /// Errors and warnings found in it.
    pub(crate) found: (i64, i64),
    /// Client secrets that were in the properties, by the parameter they are of.
    pub(crate) secrets: Vec<(String, Secret<String>)>,
}

impl Connectors {
    /// Reads and compiles what a maker brings.
    pub(crate) async fn draft(&self, upload: Upload) -> Result<Draft> {
        let (upload, address) = match upload {
            Upload::Address(url) => self.fetch(url).await?,
            other => (other, None),
        };
        let most = self.settings.max_package_bytes;
        let work = move || {
            let (files, beside) = unpack(upload, most)?;
            match open_references(&files, (address, beside), most) {
                None => prepare(files, most).map(Looked::At),
                Some(open) => Ok(Looked::Into(files, Box::new(open))),
            }
        };
        let (mut files, open) =
            match tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)?? {
                Looked::At(draft) => return Ok(*draft),
                Looked::Into(files, open) => (files, open),
            };
        let root = Box::pin(self.bring_in(*open, most.saturating_sub(files.size()))).await;
        let work = move || {
            files.definition = root.to_pretty_json().into_bytes();
            if files.size() > most {
                files.definition = root.to_json().into_bytes();
            }
            prepare(files, most).map(|draft| *draft)
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)?
    }

    /// What is at an address, and the address that answered.
    async fn fetch(&self, url: Url) -> Result<(Upload, Option<Url>)> {
        let mut request = Request::get(url);
        request.max_bytes = Some(self.settings.max_package_bytes);
        let response = self.client.fetch(request).await?;
        if !response.status.is_success() {
            let detail = format!("the address answered {}", response.status.as_u16());
            return Err(Error::invalid("/address", "api_connector.address_refused", detail));
        }
        Ok(if response.body.starts_with(b"PK") {
            (Upload::Archive(response.body), None)
        } else {
            let files = vec![(DEFINITION.to_owned(), response.body)];
            (Upload::Files(files), Some(response.url))
        })
    }
}

/// What came of a first look at what a maker brings.
enum Looked {
    /// It is whole.
    At(Box<Draft>),
    /// It refers to other files.
    Into(Files, Box<Open>),
}

/// The definition, if it refers to other files, with what is known of where they are.
fn open_references(
    files: &Files,
    (address, beside): (Option<Url>, Beside),
    most: usize,
) -> Option<Open> {
    // Whether it can be read, and how large it may be, is said elsewhere.
    if files.size() > most {
        return None;
    }
    let document = openapi::read(&files.definition).ok()?;
    if openapi::external_texts(document.root()).is_empty() {
        return None;
    }
    let uploaded = || beside.definition.as_deref().and_then(references::uploaded);
    let base = address.or_else(uploaded);
    let by_path = beside
        .files
        .into_iter()
        .filter_map(|(name, bytes)| Some((references::uploaded(&name)?.path().to_owned(), bytes)));
    Some(Open { root: document.into_owned().into_root(), base, beside: by_path.collect() })
}

/// Everything that was uploaded, and which of it is the definition.
#[derive(Debug, Default)]
struct Beside {
    files: Vec<(String, Bytes)>,
    definition: Option<String>,
}

fn unpack(upload: Upload, most: usize) -> Result<(Files, Beside)> {
    match upload {
        Upload::Archive(bytes) => {
            if bytes.len() > most {
                return Err(too_large(most));
            }
            let entries = app_packages::open(&bytes).map_err(|findings| {
                let field = |f: &app_packages::Finding| {
                    FieldError::new(
                        "",
                        "api_connector.archive",
                        format!("{} {}", f.place, f.detail),
                    )
                };
                Error::Package { fields: findings.iter().map(field).collect() }
            })?;
            let entries: Vec<(String, Bytes)> =
                entries.into_iter().map(|(name, bytes)| (name, Bytes::from(bytes))).collect();
            choose(entries)
        }
        Upload::Files(files) => choose(files),
        Upload::Text { definition, properties } => {
            let files = Files {
                definition: definition.into_bytes(),
                properties: properties.map_or_else(no_properties, String::into_bytes),
                ..Files::default()
            };
            Ok((files, Beside::default()))
        }
        Upload::Blank(form) => Ok((blank(&form)?, Beside::default())),
        Upload::Address(_) => Err(Error::invalid("/address", "field.invalid", "fetched before")),
    }
}

/// Finds out which file is which: those beside the definition that lies highest.
fn choose(files: Vec<(String, Bytes)>) -> Result<(Files, Beside)> {
    let folder = |name: &str| name.rfind('/').map_or(0, |at| at + 1);
    let depth = |name: &str| name.matches('/').count();
    let is_definition = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".swagger.json") || name.ends_with("openapi.json")
    };
    let root = files
        .iter()
        .filter(|(name, _)| is_definition(name) && !name.contains("__MACOSX"))
        .min_by_key(|(name, _)| depth(name))
        .or_else(|| files.iter().min_by_key(|(name, _)| depth(name)))
        .and_then(|(name, _)| name.get(..folder(name)))
        .unwrap_or_default()
        .to_owned();
    let beside: Vec<(&str, &Bytes)> = files
        .iter()
        .filter_map(|(name, bytes)| Some((name.strip_prefix(&root)?, bytes)))
        .filter(|(name, _)| !name.contains('/'))
        .collect();
    let missing = |_none| {
        let detail = format!("no file such as {DEFINITION}");
        let field = FieldError::new("", "api_connector.definition_missing", detail);
        Error::Package { fields: vec![field] }
    };
    let chosen = openapi::choose(beside.iter().map(|(name, _)| *name)).map_err(missing)?;
    let take = |wanted: Option<&str>| {
        let wanted = wanted?;
        beside.iter().find(|(name, _)| *name == wanted).map(|(_, bytes)| bytes.to_vec())
    };
    let definition = format!("{root}{}", chosen.definition);
    let package = Files {
        definition: take(Some(chosen.definition)).unwrap_or_default(),
        properties: take(chosen.properties).unwrap_or_else(no_properties),
        script: take(chosen.script),
        icon: take(chosen.icon),
        readme: take(chosen.readme),
    };
    Ok((package, Beside { definition: Some(definition), files }))
}

/// Checks sizes, takes client secrets out, compiles.
fn prepare(mut files: Files, most: usize) -> Result<Box<Draft>> {
    if files.size() > most {
        return Err(too_large(most));
    }
    if let Some(icon) = &files.icon
        && !icon.starts_with(PNG)
    {
        files.icon = None;
    }
    let secrets = take_secrets(&mut files)?;
    let compiled = Compiled::of(&files, 0)?;
    let mut context = digest::Context::new(&digest::SHA256);
    for (name, bytes) in files.named() {
        context.update(name.as_bytes());
        context.update(&bytes.len().to_be_bytes());
        context.update(bytes);
    }
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    let found = counted(&judged(&compiled, &files, Level::Draft));
    Ok(Box::new(Draft { files, digest: Digest(hash), compiled, found, secrets }))
}

/// Client secrets do not stay in a file that people download; the rest of the file stays as it is, unless there
/// was one.
fn take_secrets(files: &mut Files) -> Result<Vec<(String, Secret<String>)>> {
    let read = openapi::read(&files.properties).map_err(|e| unreadable(PROPERTIES, &e))?;
    if !holds_secret(read.root()) {
        return Ok(Vec::new());
    }
    let mut value: Value = read.root().to_value();
    let mut secrets = Vec::new();
    let mut walk = |parameters: Option<&mut Value>| {
        let Some(Value::Object(parameters)) = parameters else { return };
        for (name, parameter) in parameters {
            for key in ["oAuthSettings", "oauthSettings"] {
                let settings = parameter.get_mut(key).and_then(Value::as_object_mut);
                let taken = settings.and_then(|settings| settings.remove("clientSecret"));
                if let Some(Value::String(secret)) = taken
                    && !secret.trim().is_empty()
                {
                    secrets.push((name.clone(), Secret::new(secret)));
                }
            }
        }
    };
    walk(value.pointer_mut("/properties/connectionParameters"));
    if let Some(Value::Array(sets)) =
        value.pointer_mut("/properties/connectionParameterSets/values")
    {
        for set in sets {
            walk(set.get_mut("parameters"));
        }
    }
    files.properties = serde_json::to_vec_pretty(&value).unwrap_or_default();
    Ok(secrets)
}

fn holds_secret(root: &Node<'_>) -> bool {
    let in_parameters = |parameters: Option<&Node<'_>>| {
        let Some(parameters) = parameters.and_then(Node::as_object) else { return false };
        parameters.iter().any(|(_, parameter)| {
            ["oAuthSettings", "oauthSettings"].iter().any(|key| {
                parameter.get(key).is_some_and(|settings| settings.get("clientSecret").is_some())
            })
        })
    };
    let sets = root.pointer("/properties/connectionParameterSets/values").and_then(Node::as_list);
    in_parameters(root.pointer("/properties/connectionParameters"))
        || sets.is_some_and(|sets| sets.iter().any(|set| in_parameters(set.get("parameters"))))
}

pub(crate) fn unreadable(file: &str, problem: &openapi::Unreadable) -> Error {
    let detail = format!("{file}: {problem}");
    let field = FieldError::new("", "api_connector.beyond_repair", detail);
    Error::Package { fields: vec![field] }
}

fn too_large(most: usize) -> Error {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let detail = format!("at most {most} bytes");
    let field = FieldError::new("", "api_connector.too_large", detail).with_limit(limit);
    Error::Package { fields: vec![field] }
}

fn no_properties() -> Vec<u8> {
    let empty = json!({ "properties": { "connectionParameters": {}, "capabilities": [] } });
    serde_json::to_vec_pretty(&empty).unwrap_or_default()
}

fn blank(form: &Blank) -> Result<Files> {
    let scheme = form.scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "https" | "http") {
        return Err(Error::invalid("/scheme", "field.invalid", "https or http"));
    }
    let address = format!("{scheme}://{}", form.host.trim());
    let url = Url::parse(&address).ok().filter(|url| {
        url.host_str().is_some()
            && url.path() == "/"
            && url.username().is_empty()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if url.is_none() || form.host.contains('/') {
        return Err(Error::invalid("/host", "host.invalid", "a host such as api.example.org"));
    }
    let base_path = format!("/{}", form.base_path.trim().trim_matches('/'));
    let (schemes, parameters) = security(&form.security);
    let names: Vec<&String> = schemes.as_object().map(|o| o.keys().collect()).unwrap_or_default();
    let required: Vec<Value> = names.into_iter().map(|name| json!({ name: [] })).collect();
    let definition = json!({
        "swagger": "2.0",
        "info": { "title": form.title, "description": form.description, "version": "1.0" },
        "host": form.host.trim(),
        "basePath": base_path,
        "schemes": [scheme],
        "consumes": [],
        "produces": [],
        "paths": {},
        "definitions": {},
        "parameters": {},
        "responses": {},
        "securityDefinitions": schemes,
        "security": required,
        "tags": [],
    });
    let properties = json!({
        "properties": {
            "connectionParameters": parameters, "iconBrandColor": "#0f6cbd", "capabilities": [],
        }
    });
    let text = |value: &Value| serde_json::to_vec_pretty(value).unwrap_or_default();
    Ok(Files { definition: text(&definition), properties: text(&properties), ..Files::default() })
}

/// `securityDefinitions` and `connectionParameters`.
fn security(how: &BlankSecurity) -> (Value, Value) {
    let parameter = |kind: &str, name: &str| {
        json!({
            "type": kind,
            "uiDefinition": {
                "displayName": name, "description": name, "tooltip": name,
                "constraints": { "required": "true" },
            }
        })
    };
    match how {
        BlankSecurity::None => (json!({}), json!({})),
        BlankSecurity::Basic => (
            json!({ "basic": { "type": "basic" } }),
            json!({
                "username": parameter("string", "User name"),
                "password": parameter("securestring", "Password"),
            }),
        ),
        BlankSecurity::ApiKey { name, query } => {
            let place = if *query { "query" } else { "header" };
            (
                json!({ "api_key": { "type": "apiKey", "in": place, "name": name } }),
                json!({ "api_key": parameter("securestring", name) }),
            )
        }
        BlankSecurity::OAuth { authorization_url, token_url, scopes } => {
            let list: Vec<&str> = scopes.split_whitespace().collect();
            let named: serde_json::Map<String, Value> =
                list.iter().map(|scope| ((*scope).to_owned(), json!(scope))).collect();
            let text = |value: &str| json!({ "value": value });
            (
                json!({ "oauth2": {
                    "type": "oauth2", "flow": "accessCode", "authorizationUrl": authorization_url,
                    "tokenUrl": token_url, "scopes": named,
                } }),
                json!({ "token": {
                    "type": "oauthSetting",
                    "oAuthSettings": {
                        "identityProvider": "oauth2", "scopes": list, "redirectMode": "Global",
                        "customParameters": {
                            "authorizationUrl": text(authorization_url),
                            "tokenUrl": text(token_url), "refreshUrl": text(token_url),
                        },
                    },
                } }),
            )
        }
    }
}

/// The first bytes of a PNG (its specification, §5.2).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

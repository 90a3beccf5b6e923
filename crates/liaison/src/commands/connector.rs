//! `connector …`: registered channel connectors.

mod test;

use std::{fs, io::Read as _, path::Path};

use http::Method;
use serde_json::{Map, Value, json};

use super::{connector_package, team, text};
use crate::{
    api::Api,
    cli::{Connector, ConnectorFields, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 4] = ["id", "name", "configuration_url", "created_at"];
const FINDING: [&str; 4] = ["severity", "code", "pointer", "detail"];

pub(crate) fn run(place: &Place, command: &Connector) -> Result {
    if let Connector::Files(command) = command {
        return connector_package::run(command);
    }
    if let Connector::Test(command) = command {
        return test::run(place, command);
    }
    if let Connector::Package { connector, output_file: Some(file), flow, .. } = command
        && Path::new(connector).is_dir()
    {
        return connector_package::build(Path::new(connector), flow.as_deref(), file);
    }
    let Some(hub) = command.hub() else { return Ok(()) };
    let api = Api::connect(place, hub)?;
    match command {
        Connector::Files(_) | Connector::Test(_) => {}
        Connector::List(_) => {
            super::list(&api.all("/api/v1/connectors")?, &COLUMNS, hub.output);
        }
        Connector::Register { id, webhook, fields, .. } => {
            let mut form = fields.over(json!({}))?;
            let placed = ["teams", "groups", "mail"].iter().any(|key| form.get(key).is_some());
            if let Some(form) = form.as_object_mut() {
                form.extend(id.clone().map(|id| ("id".to_owned(), Value::String(id))));
                if !placed {
                    form.insert("teams".to_owned(), Value::Bool(true));
                }
            }
            let made = match webhook {
                None => api.post("/api/v1/connectors", &form)?,
                Some(webhook) => {
                    let known = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
                    let webhook: String = webhook.chars().filter(known).collect();
                    let path = format!("/api/v1/webhooks/{webhook}/connector");
                    api.post(&path, &form)?
                        .get_mut("connector")
                        .map(Value::take)
                        .unwrap_or_default()
                }
            };
            let made = with_logo(&api, made, fields.logo.as_deref())?;
            super::one(&made, &COLUMNS, hub.output);
        }
        Connector::Show { connector, .. } => {
            let path = find(&api, connector)?;
            let mut shown = api.get(&path)?;
            if let (Some(all), usage) = (shown.as_object_mut(), api.get(&format!("{path}/usage"))?)
            {
                all.insert("usage".to_owned(), usage);
            }
            match shown.as_object() {
                Some(all) if !hub.output.json => facts(all),
                _ => out::json(&shown),
            }
        }
        Connector::Edit { connector, fields, .. } => {
            let path = find(&api, connector)?;
            let mut form = fields.over(api.get(&path)?)?;
            if let Some(form) = form.as_object_mut() {
                form.retain(|key, _| !READ_ONLY.contains(&key.as_str()));
            }
            let changed = api.send(&Method::PUT, &path, Some(&form))?;
            let changed = with_logo(&api, changed, fields.logo.as_deref())?;
            super::one(&changed, &COLUMNS, hub.output);
        }
        Connector::Delete { connector, yes, .. } => {
            let path = find(&api, connector)?;
            let goes = api.get(&format!("{path}/consequences"))?;
            let webhooks = goes.get("webhooks").and_then(Value::as_u64).unwrap_or(0);
            if webhooks > 0 && !yes {
                return Err(Failure::new(
                    Exit::Refused,
                    format!(
                        "{webhooks} configurations go with it, and their webhooks answer 410 from then on: \
                         say --yes to delete it anyway"
                    ),
                ));
            }
            api.send(&Method::DELETE, &path, None)?;
        }
        Connector::Manifest { connector, set, reset, .. } => {
            let path = format!("{}/manifest", find(&api, connector)?);
            let answer = match (set, reset) {
                (Some(file), _) => api.send(&Method::PUT, &path, Some(&document(file)?))?,
                (None, true) => api.send(&Method::DELETE, &path, None)?,
                (None, false) => api.get(&path)?,
            };
            if hub.output.json {
                out::json(&answer);
            } else {
                out::json(answer.get("manifest").unwrap_or(&Value::Null));
                let findings = answer.get("findings").and_then(Value::as_array);
                if let Some(findings) = findings.filter(|findings| !findings.is_empty()) {
                    super::list(findings, &FINDING, hub.output);
                }
            }
        }
        Connector::Package { connector, output_file, team, .. } => {
            let path = find(&api, connector)?;
            if let Some(named) = team {
                let team = team::find(&api, named)?;
                let wanted = json!({ "team_id": text(&team, "id") });
                let made = api.post(&format!("{path}/try"), &wanted)?;
                super::one(&made, &["app_id"], hub.output);
            }
            if let Some(file) = output_file {
                let bytes = api.download(&format!("{path}/package"))?;
                fs::write(file, bytes).map_err(|error| at(file, &error))?;
            }
        }
    }
    api.finish();
    Ok(())
}

/// The path of a connector, by identifier or name.
fn find(api: &Api, named: &str) -> Result<String> {
    let folded = named.to_lowercase();
    let is = |row: &Value| text(row, "id") == named || text(row, "name").to_lowercase() == folded;
    let mut found = api.all("/api/v1/connectors")?.into_iter().filter(is);
    let typed = out::printable(named);
    let Some(first) = found.next() else {
        return Err(Failure::new(Exit::NotFound, format!("there is no connector {typed:?}")));
    };
    if found.next().is_some() {
        let message = format!("several connectors are called {typed:?}: give the identifier");
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(format!("/api/v1/connectors/{}", text(&first, "id")))
}

fn with_logo(api: &Api, connector: Value, logo: Option<&Path>) -> Result<Value> {
    let Some(file) = logo else { return Ok(connector) };
    let bytes = fs::read(file).map_err(|error| at(file, &error))?;
    let path = format!("/api/v1/connectors/{}", text(&connector, "id"));
    api.upload(&Method::PUT, &format!("{path}/logo"), bytes)?;
    api.get(&path)
}

fn document(file: &Path) -> Result<Value> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|error| at(file, &error))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(Exit::Usage, format!("{}: {error}", file.display())))
}

fn at(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{}: {error}", file.display()))
}

fn facts(all: &Map<String, Value>) {
    let cells: Vec<Vec<String>> = all
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Null) && value.as_str() != Some(""))
        .map(|(key, value)| {
            vec![key.clone(), super::cells(&json!({ "v": value }), &["v"]).concat()]
        })
        .collect();
    out::table(&["field", "value"], &cells);
}

impl ConnectorFields {
    /// What was typed over a form: the file first, then the flags.
    fn over(&self, form: Value) -> Result<Value> {
        let mut form = match form {
            Value::Object(form) => form,
            _ => Map::new(),
        };
        if let Some(file) = &self.file {
            let Value::Object(typed) = document(file)? else {
                let message = format!("{}: a JSON object is expected", file.display());
                return Err(Failure::new(Exit::Usage, message));
            };
            form.extend(typed);
        }
        let texts = [
            ("name", &self.name),
            ("short_description", &self.short_description),
            ("description", &self.description),
            ("company_name", &self.company),
            ("company_url", &self.company_url),
            ("configuration_url", &self.configuration_url),
            ("landing_url", &self.landing_url),
            ("action_url", &self.action_url),
        ];
        for (key, value) in texts {
            form.extend(value.clone().map(|value| (key.to_owned(), Value::String(value))));
        }
        let lists = [
            ("valid_domains", &self.domains),
            ("events", &self.events),
            ("action_domains", &self.action_domains),
        ];
        for (key, values) in lists {
            if !values.is_empty() {
                form.insert(key.to_owned(), json!(values));
            }
        }
        if !self.action_domains.is_empty() {
            form.insert("actionable".to_owned(), Value::Bool(true));
        }
        if !self.works_in.is_empty() {
            for place in ["teams", "groups", "mail"] {
                let wanted = self.works_in.iter().any(|named| named.as_str() == place);
                form.insert(place.to_owned(), Value::Bool(wanted));
            }
        }
        Ok(Value::Object(form))
    }
}

/// What an answer tells and a form does not take.
const READ_ONLY: [&str; 6] = ["id", "way", "logo", "owner_id", "created_at", "updated_at"];

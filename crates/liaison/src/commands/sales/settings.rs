//! `sales settings …`: the settings of a CRM, or of the organisation, by their names.

use http::Method;
use sales_settings::{CATALOGUE, Entry, Kind, Settings, TENANT, TenantSettings};
use serde_json::{Map, Value, json};

use crate::{
    api::Api,
    cli::{Place, SalesPlace, SalesSettings},
    commands::{crm, list, one, text},
    exit::{Exit, Failure, Result},
};

const COLUMNS: [&str; 4] = ["setting", "value", "usual", "takes"];

pub(crate) fn run(place: &Place, command: &SalesSettings) -> Result {
    match command {
        SalesSettings::List(of) => {
            let at = At::find(place, of)?;
            let kept = at.read()?;
            let rows: Vec<Value> = at.all.iter().map(|entry| at.row(entry, &kept)).collect();
            list(&rows, &COLUMNS, of.hub.output);
            at.api.finish();
        }
        SalesSettings::Get { of, setting } => {
            let at = At::find(place, of)?;
            let row = at.row(at.entry(setting)?, &at.read()?);
            one(&row, &COLUMNS, of.hub.output);
            at.api.finish();
        }
        SalesSettings::Set { of, setting, value } => {
            let at = At::find(place, of)?;
            let entry = at.entry(setting)?;
            let kept = at.write(&[(entry, given(entry.kind, value))])?;
            one(&at.row(entry, &kept), &COLUMNS, of.hub.output);
            at.api.finish();
        }
        SalesSettings::Reset { of, setting, all: _ } => {
            let at = At::find(place, of)?;
            let meant = match setting {
                Some(setting) => vec![at.entry(setting)?],
                None => at.all.iter().collect(),
            };
            let usual: Vec<(&Entry, Value)> =
                meant.iter().map(|entry| (*entry, at.usual(entry))).collect();
            let kept = at.write(&usual)?;
            let rows: Vec<Value> = meant.iter().map(|entry| at.row(entry, &kept)).collect();
            list(&rows, &COLUMNS, of.hub.output);
            at.api.finish();
        }
        SalesSettings::Refresh(of) => {
            let at = At::find(place, of)?;
            let Some(system) = &at.system else {
                let said = "name a CRM with --crm: views are a CRM's own".to_owned();
                return Err(Failure::new(Exit::Usage, said));
            };
            let path = format!("/api/v1/crm-systems/{system}/forms/refresh");
            at.api.post(&path, &json!({}))?;
            at.api.finish();
        }
    }
    Ok(())
}

/// Whose settings.
struct At {
    api: Api,
    path: String,
    system: Option<String>,
    all: &'static [Entry],
    usual: Value,
}

impl At {
    fn find(place: &Place, of: &SalesPlace) -> Result<Self> {
        let api = Api::connect(place, &of.hub)?;
        let Some(crm) = &of.crm else {
            let path = "/api/v1/sales-settings".to_owned();
            let usual = json!(TenantSettings::default());
            return Ok(Self { api, path, system: None, all: TENANT, usual });
        };
        let system = text(&crm::find(&api, crm)?, "id");
        let path = format!("/api/v1/crm-systems/{system}/settings");
        let usual = json!(Settings::default());
        Ok(Self { api, path, system: Some(system), all: CATALOGUE, usual })
    }

    fn read(&self) -> Result<Value> {
        Ok(self.api.get(&self.path)?.get("settings").cloned().unwrap_or_default())
    }

    fn write(&self, new: &[(&Entry, Value)]) -> Result<Value> {
        let mut patch = json!({});
        for (entry, value) in new {
            put(&mut patch, entry.pointer, value.clone());
        }
        let body = json!({ "settings": patch });
        let kept = self.api.send(&Method::PUT, &self.path, Some(&body))?;
        Ok(kept.get("settings").cloned().unwrap_or_default())
    }

    /// The setting of a name.
    fn entry(&self, named: &str) -> Result<&'static Entry> {
        let found = self.all.iter().find(|entry| name(entry) == named.trim().replace('/', "."));
        found.ok_or_else(|| {
            let said = format!("there is no setting {named}: `sales settings list` names them");
            Failure::new(Exit::Usage, said)
        })
    }

    fn usual(&self, entry: &Entry) -> Value {
        self.usual.pointer(entry.pointer).cloned().unwrap_or_default()
    }

    fn row(&self, entry: &Entry, kept: &Value) -> Value {
        json!({
            "setting": name(entry),
            "value": kept.pointer(entry.pointer).cloned().unwrap_or_default(),
            "usual": self.usual(entry),
            "takes": takes(entry.kind),
        })
    }
}

/// `saving.mails` for `/saving/mails`.
fn name(entry: &Entry) -> String {
    entry.pointer.trim_start_matches('/').replace('/', ".")
}

fn takes(kind: Kind) -> String {
    match kind {
        Kind::Switch => "true, false".to_owned(),
        Kind::Choice(words) => words.join(", "),
        Kind::Text(most) => format!("a text of at most {most} signs"),
        Kind::Words(most, _) => format!("at most {most} names"),
        Kind::Groups => "identifiers of groups".to_owned(),
        Kind::Pairs(most, [name, said]) => format!("JSON: at most {most} of {name} and {said}"),
    }
}

/// What somebody typed, in the form that a setting has; the hub says what does not fit.
fn given(kind: Kind, typed: &str) -> Value {
    if let Kind::Choice(_) | Kind::Text(_) = kind {
        return typed.into();
    }
    if let Ok(value) = serde_json::from_str(typed) {
        return value;
    }
    match kind {
        Kind::Words(..) | Kind::Groups => {
            let names = typed.split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(Value::from).collect()
        }
        _ => typed.into(),
    }
}

/// Sets a value at a pointer whose way is made.
fn put(at: &mut Value, pointer: &str, value: Value) {
    let mut place = at;
    for part in pointer.trim_start_matches('/').split('/') {
        let Value::Object(map) = place else { return };
        place = map.entry(part).or_insert_with(|| Value::Object(Map::new()));
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_has_the_form_of_the_setting() {
        let groups = given(Kind::Words(3, 9), "a, b,");
        assert_eq!(groups, json!(["a", "b"]));
        assert_eq!(given(Kind::Switch, "true"), json!(true));
        assert_eq!(given(Kind::Choice(&["one"]), "one"), json!("one"));
        let pairs = given(Kind::Pairs(2, ["title", "text"]), r#"[{"title":"a","text":"b"}]"#);
        assert_eq!(pairs, json!([{ "title": "a", "text": "b" }]));
        let names: Vec<String> = CATALOGUE.iter().map(name).collect();
        assert!(names.contains(&"saving.notes_in.table".to_owned()));
        let usual = json!(Settings::default());
        assert!(CATALOGUE.iter().all(|entry| usual.pointer(entry.pointer).is_some()));
        let tenant = json!(TenantSettings::default());
        assert!(TENANT.iter().all(|entry| tenant.pointer(entry.pointer).is_some()));
    }
}

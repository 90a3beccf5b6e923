//! `connection …`

use std::io::Read as _;

use http::Method;
use serde_json::{Map, Value, json};

use super::{
    api_connector::{path_of, rows},
    text,
};
use crate::{
    api::Api,
    cli::{Connection, Hub, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 7] =
    ["id", "name", "connector_id", "shared", "state", "reason", "expires_at"];

pub(crate) fn run(place: &Place, command: &Connection) -> Result {
    match command {
        Connection::List { hub, connector } => {
            let api = Api::connect(place, hub)?;
            let path = match connector {
                Some(named) => format!("{}/connections", path_of(&api, named)?),
                None => CONNECTIONS.to_owned(),
            };
            super::list(&rows(api.get(&path)?), &COLUMNS, hub.output);
            api.finish();
        }
        Connection::Show { hub, connection } => {
            let api = Api::connect(place, hub)?;
            super::one(&api.get(&address(connection)?)?, &COLUMNS, hub.output);
            api.finish();
        }
        Connection::Add { hub, connector, name, set, secret, parameter_set, shared } => {
            let body = json!({ "name": name, "shared": shared, "parameter_set": parameter_set,
                "values": values(set, secret)? });
            let api = Api::connect(place, hub)?;
            let path = format!("{}/connections", path_of(&api, connector)?);
            super::one(&api.post(&path, &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Connection::Test { hub, connection } => {
            let api = Api::connect(place, hub)?;
            let tried = api.post(&format!("{}/test", address(connection)?), &json!({}))?;
            super::one(&tried, &["accepted", "operation", "status"], hub.output);
            api.finish();
            if tried.get("accepted") == Some(&Value::Bool(false)) {
                return Err(Failure::new(Exit::Refused, "the API does not take the connection"));
            }
        }
        Connection::SignIn { hub, connection } => {
            let api = Api::connect(place, hub)?;
            let begun = api.post(&format!("{}/sign-in", address(connection)?), &json!({}))?;
            if hub.output.json {
                out::json(&begun);
            } else {
                out::say(text(&begun, "url"));
            }
            api.finish();
        }
        Connection::Revoke { hub, connection } => revoke(place, hub, connection)?,
        Connection::Remove { hub, connection } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &address(connection)?, None)?;
            api.finish();
        }
    }
    Ok(())
}

fn revoke(place: &Place, hub: &Hub, connection: &str) -> Result {
    let api = Api::connect(place, hub)?;
    let revoked = api.post(&format!("{}/revoke", address(connection)?), &json!({}))?;
    super::one(&revoked, &COLUMNS, hub.output);
    api.finish();
    Ok(())
}

fn address(connection: &str) -> Result<String> {
    let id: kernel::ConnectionId = connection.parse().map_err(|_source| {
        let said =
            format!("{:?} is not the identifier of a connection", out::printable(connection));
        Failure::new(Exit::Usage, said)
    })?;
    Ok(format!("{CONNECTIONS}/{id}"))
}

/// The values of a connection; those that are secret come from files, without the line end of the last line.
fn values(set: &[String], secret: &[String]) -> Result<Map<String, Value>> {
    let pair = |text: &str, option: &str| {
        let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Failure::new(Exit::Usage, format!("{option}: NAME=… is expected")))
    };
    let mut values = Map::new();
    for text in set {
        let (name, value) = pair(text, "--set")?;
        values.insert(name, value.into());
    }
    let mut is_taken = false;
    for text in secret {
        let (name, file) = pair(text, "--secret")?;
        let read = if file == "-" {
            if std::mem::replace(&mut is_taken, true) {
                return Err(Failure::new(Exit::Usage, "--secret: standard input is one value"));
            }
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            std::fs::read_to_string(&file)
        };
        let value = read.map_err(|error| {
            let exit = match error.kind() {
                std::io::ErrorKind::NotFound => Exit::NotFound,
                _ => Exit::Failure,
            };
            Failure::new(exit, format!("{file}: {error}"))
        })?;
        let value = value.strip_suffix('\n').unwrap_or(&value);
        values.insert(name, value.strip_suffix('\r').unwrap_or(value).into());
    }
    Ok(values)
}

const CONNECTIONS: &str = "/api/v1/connections";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_a_file_and_loses_its_line_end_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, " a=b \r\n").unwrap();
        let secret = [format!("api_key={}", file.display())];
        let found = values(&["host=a=b".to_owned()], &secret).unwrap();
        assert_eq!(Value::Object(found), json!({"host": "a=b", "api_key": " a=b "}));
        for (set, secret) in [("host", ""), ("=x", ""), ("", "api_key"), ("", "k=/none/such")] {
            let list = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
            assert!(values(&list(set), &list(secret)).is_err(), "{set} {secret}");
        }
    }
}

//! Settings that somebody gives, held against the catalogue.

use kernel::FieldError;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::{Entry, Error, Kind, Result, catalogue::MAX_GROUPS};

/// The settings with what a patch says in their place (RFC 7396 without removal); every mistake at once.
pub(crate) fn merged<T: DeserializeOwned>(
    kept: &Json,
    patch: &Map<String, Json>,
    catalogue: &[Entry],
) -> Result<(T, Json)> {
    let mut fields = Vec::new();
    let mut after = kept.clone();
    put(&mut after, patch, "", catalogue, &mut fields);
    if !fields.is_empty() {
        return Err(Error::Invalid { fields });
    }
    let read = serde_json::from_value(after.clone());
    let read = read.map_err(|_odd| {
        let detail = "a value has another type than the setting";
        Error::Invalid { fields: vec![FieldError::new("", "sales_settings.value", detail)] }
    })?;
    Ok((read, after))
}

fn put(
    at: &mut Json,
    patch: &Map<String, Json>,
    above: &str,
    catalogue: &[Entry],
    fields: &mut Vec<FieldError>,
) {
    for (name, value) in patch {
        let pointer = format!("{above}/{name}");
        let entry = catalogue.iter().find(|entry| entry.pointer == pointer);
        match (entry, value, at.get_mut(name)) {
            (Some(entry), value, Some(own)) => match checked(entry.kind, value) {
                Ok(value) => *own = value,
                Err(detail) => {
                    fields.push(FieldError::new(pointer, "sales_settings.value", detail));
                }
            },
            (None, Json::Object(inner), Some(own @ Json::Object(_))) => {
                put(own, inner, &pointer, catalogue, fields);
            }
            _ => fields.push(FieldError::new(pointer, "sales_settings.unknown", "no such setting")),
        }
    }
}

/// A value that fits, tidied: texts trimmed, names each once.
fn checked(kind: Kind, value: &Json) -> Result<Json, String> {
    let text = |most: usize| -> Result<Json, String> {
        let said = value.as_str().ok_or("a text")?.trim();
        if said.chars().count() > most || said.contains(char::is_control) {
            return Err(format!("a text of at most {most} signs"));
        }
        Ok(said.into())
    };
    let list = || value.as_array().ok_or_else(|| "a list".to_owned());
    match kind {
        Kind::Switch => {
            value.is_boolean().then(|| value.clone()).ok_or_else(|| "true or false".to_owned())
        }
        Kind::Choice(words) => {
            let fits = value.as_str().is_some_and(|word| words.contains(&word));
            fits.then(|| value.clone()).ok_or_else(|| words.join(", "))
        }
        Kind::Text(most) => text(most),
        Kind::Words(most, long) => {
            let mut all: Vec<Json> = Vec::new();
            for one in list()? {
                let said = one.as_str().unwrap_or_default().trim();
                if said.is_empty() || said.chars().count() > long || said.contains(char::is_control)
                {
                    return Err(format!("names of 1 to {long} signs"));
                }
                if !all.iter().any(|known| known.as_str() == Some(said)) {
                    all.push(said.into());
                }
            }
            (all.len() <= most)
                .then(|| Json::Array(all))
                .ok_or_else(|| format!("at most {most} names"))
        }
        Kind::Groups => {
            let all = list()?;
            let fits = all
                .iter()
                .all(|one| one.as_str().is_some_and(|text| text.parse::<uuid::Uuid>().is_ok()));
            if !fits || all.len() > MAX_GROUPS {
                return Err(format!("at most {MAX_GROUPS} identifiers of groups"));
            }
            Ok(value.clone())
        }
        Kind::Pairs(most, [name, said]) => {
            let all = list()?;
            let fits = |one: &Json| {
                let own =
                    |key: &str| one.get(key).and_then(Json::as_str).unwrap_or_default().trim();
                let (name, said) = (own(name), own(said));
                !name.is_empty()
                    && !said.is_empty()
                    && name.chars().count() <= 100
                    && said.chars().count() <= 2_000
                    && one.as_object().is_some_and(|pair| pair.len() == 2)
            };
            if all.len() > most || !all.iter().all(fits) {
                return Err(format!("at most {most} pairs of {name} and {said}"));
            }
            Ok(value.clone())
        }
    }
}

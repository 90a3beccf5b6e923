//! `$select` and `$expand` of definitions.

use odata::tree::options::{ExpandTarget, QueryOptions, SelectItem};
use serde_json::{Map, Value};

use crate::{definitions::filter, fault::Fault};

/// Properties that are definitions themselves and come when they are expanded only.
const NAVIGATIONS: [&str; 8] = [
    "Attributes",
    "Keys",
    "OneToManyRelationships",
    "ManyToOneRelationships",
    "ManyToManyRelationships",
    "OptionSet",
    "GlobalOptionSet",
    "Settings",
];

/// Leaves of a definition what was asked for. The id and the type always stay.
pub(crate) fn shaped(definition: Value, options: &QueryOptions) -> Result<Value, Fault> {
    let Value::Object(object) = definition else { return Ok(definition) };
    let selected: Option<Vec<&str>> = options.select.as_deref().map(|items| {
        let names = items.iter().filter_map(SelectItem::name);
        names.collect()
    });
    let whole = options
        .select
        .as_deref()
        .is_none_or(|items| items.iter().any(|item| matches!(item, SelectItem::All)));
    let expanded = options.expand.as_deref().unwrap_or_default();
    let mut shaped = Map::new();
    for (name, value) in object {
        let expand = expanded.iter().find(|item| match &item.target {
            ExpandTarget::All => NAVIGATIONS.contains(&name.as_str()),
            target => target.name() == Some(&name),
        });
        if let Some(item) = expand {
            shaped.insert(name, inside(value, &item.options)?);
        } else if NAVIGATIONS.contains(&name.as_str()) {
            // navigations stay away
        } else if name.starts_with('@')
            || name == "MetadataId"
            || whole
            || selected.as_deref().is_some_and(|names| names.contains(&name.as_str()))
        {
            shaped.insert(name, value);
        }
    }
    Ok(Value::Object(shaped))
}

/// An expanded property: a definition or a list of such.
fn inside(value: Value, options: &QueryOptions) -> Result<Value, Fault> {
    match value {
        Value::Array(items) => list(items, options).map(Value::Array),
        other => shaped(other, options),
    }
}

/// A list of definitions by `$filter`, `$select` and `$expand`.
pub(crate) fn list(definitions: Vec<Value>, options: &QueryOptions) -> Result<Vec<Value>, Fault> {
    let mut found = Vec::new();
    for definition in definitions {
        if let Some(condition) = &options.filter
            && !filter::fulfils(condition, &definition, options)?
        {
            continue;
        }
        found.push(shaped(definition, options)?);
    }
    Ok(found)
}

/// Leaves of the labels those in these languages (`LabelLanguages=1036`).
pub(crate) fn keep_languages(value: &mut Value, languages: &[u16]) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(labels)) = members.get_mut("LocalizedLabels") {
                labels.retain(|label| {
                    let code = label.get("LanguageCode").and_then(Value::as_u64);
                    languages.iter().any(|language| code == Some(u64::from(*language)))
                });
            }
            for inner in members.values_mut() {
                keep_languages(inner, languages);
            }
        }
        Value::Array(items) => {
            for item in items {
                keep_languages(item, languages);
            }
        }
        _ => {}
    }
}

/// Whether a request expands a property, so that it has to be made at all.
pub(crate) fn expands(options: &QueryOptions, name: &str) -> bool {
    let expanded = options.expand.as_deref().unwrap_or_default();
    expanded.iter().any(|item| match &item.target {
        ExpandTarget::All => true,
        target => target.name() == Some(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use odata::Reading;
    use serde_json::json;

    #[test]
    fn selected_and_expanded_properties_stay() {
        let definition = json!({"@odata.type": "#t", "MetadataId": "1", "LogicalName": "a", "SchemaName": "A",
            "OptionSet": {"MetadataId": "2", "Options": [1], "Name": "n"},
            "Attributes": [{"MetadataId": "3", "LogicalName": "x"}, {"MetadataId": "4", "LogicalName": "y"}]});
        let shape = |query: &str| {
            let options = odata::parse::query(query, Reading::FORM).unwrap();
            shaped(definition.clone(), &options).unwrap()
        };
        assert_eq!(
            shape("$select=LogicalName"),
            json!({"@odata.type": "#t", "MetadataId": "1", "LogicalName": "a"})
        );
        assert_eq!(
            shape("$select=LogicalName&$expand=OptionSet($select=Options)"),
            json!({"@odata.type": "#t", "MetadataId": "1", "LogicalName": "a", "OptionSet": {"MetadataId": "2", "Options": [1]}})
        );
        assert_eq!(
            shape(
                "$select=MetadataId&$expand=Attributes($filter=LogicalName eq 'y';$select=LogicalName)"
            ),
            json!({"@odata.type": "#t", "MetadataId": "1", "Attributes": [{"MetadataId": "4", "LogicalName": "y"}]})
        );
        assert!(shape("").get("Attributes").is_none());
    }

    #[test]
    fn labels_in_the_languages_that_were_asked_for_stay() {
        let label = json!({"LocalizedLabels": [{"Label": "A", "LanguageCode": 1033}, {"Label": "B", "LanguageCode": 1036}]});
        let mut body = json!({"value": [{"DisplayName": label, "Name": "n"}]});
        keep_languages(&mut body, &[1036]);
        assert_eq!(
            body["value"][0]["DisplayName"],
            json!({"LocalizedLabels": [{"Label": "B", "LanguageCode": 1036}]})
        );
        assert_eq!(body["value"][0]["Name"], "n");
    }
}

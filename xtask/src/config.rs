//! `docs/config.md`: every setting, from the schema that the program prints.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

/// The page for a JSON schema.
pub(crate) fn page(schema: &str) -> Result<String> {
    let schema: Value = serde_json::from_str(schema).context("reading the schema")?;
    let mut page = String::from(
        "# Configuration\n\n\
         One TOML file, then the environment, then flags; the later wins. Without `--config`, `liaison.toml` in the data folder is read when it is\n\
         there. The setting `public_url` of the table `[http]` is `LIAISON__HTTP__PUBLIC_URL` in the environment. `liaison config check` names file, place and reason of what is\n\
         wrong; `liaison config show` prints what is in force, secrets masked. This page is written by `make docs` from the program's own schema; a test\n\
         compares the two.\n",
    );
    let mut tables = Vec::new();
    collect(&schema, &schema, String::new(), &mut tables);
    for (name, about, rows) in tables {
        if rows.is_empty() {
            continue;
        }
        let title =
            if name.is_empty() { "At the top".to_owned() } else { ["`[", &name, "]`"].concat() };
        page.push_str(&["\n## ", &title, "\n\n"].concat());
        if !about.is_empty() {
            page.push_str(&[&about, "\n\n"].concat());
        }
        page.push_str("| setting | default | meaning |\n|---|---|---|\n");
        for [key, default, meaning] in rows {
            page.push_str(&["| `", &key, "` | ", &default, " | ", &meaning, " |\n"].concat());
        }
    }
    Ok(page)
}

type Table = (String, String, Vec<[String; 3]>);

/// One table for each object, the nested ones after their parent.
fn collect(root: &Value, schema: &Value, name: String, tables: &mut Vec<Table>) {
    let mut rows = Vec::new();
    let mut nested = Vec::new();
    let none = Map::new();
    for (key, property) in schema.get("properties").and_then(Value::as_object).unwrap_or(&none) {
        let target = resolved(root, property);
        if target.get("properties").is_some() {
            let inner = if name.is_empty() { key.clone() } else { [&name, ".", key].concat() };
            nested.push((target, inner));
            continue;
        }
        let default = property.get("default").or_else(|| target.get("default"));
        // a bar would end the cell, also between backticks
        let shown = |default| ["`", &shown(default).replace('|', "\\|"), "`"].concat();
        let default = default.map(shown).unwrap_or_default();
        let about = described(property).or_else(|| described(target)).unwrap_or_default();
        rows.push([key.clone(), default, about]);
    }
    tables.push((name, described(schema).unwrap_or_default(), rows));
    for (target, inner) in nested {
        collect(root, target, inner, tables);
    }
}

/// The schema behind a reference, or the one that is not null among several.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap_or(schema);
        return resolved(root, target);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        let mut choices = schema.get(word).and_then(Value::as_array).into_iter().flatten();
        if let Some(choice) = choices.find(|c| c.get("$ref").is_some()) {
            return resolved(root, choice);
        }
    }
    schema
}

fn described(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"))
}

/// A default as it would stand in the file.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_settings_have_a_table_of_their_own() {
        let schema = r##"{
            "properties": {
                "listen": { "type": "string", "default": "127.0.0.1:8080", "description": "Address\n to listen on." },
                "http": { "$ref": "#/$defs/Http" }
            },
            "$defs": { "Http": {
                "description": "Limits of requests.",
                "properties": { "max_body_bytes": { "type": "integer", "default": 1024, "description": "Bytes." } }
            } }
        }"##;
        let page = page(schema).unwrap();
        assert!(
            page.contains("| `listen` | `\"127.0.0.1:8080\"` | Address to listen on. |"),
            "{page}"
        );
        assert!(page.contains("## `[http]`\n\nLimits of requests.\n"), "{page}");
        assert!(page.contains("| `max_body_bytes` | `1024` | Bytes. |"), "{page}");
    }
}

//! Values as text: paths, queries, headers, forms.

use openapi::{CollectionFormat, Parameter};
use serde_json::Value;

use crate::expression::to_text;

/// The texts of a value: one, or with `multi` one for each element.
pub(crate) fn texts(value: &Value, parameter: &Parameter<'_>) -> Vec<String> {
    let joined =
        |by: &str, items: &[Value]| vec![items.iter().map(to_text).collect::<Vec<_>>().join(by)];
    match (value, parameter.collection_format) {
        (Value::Array(items), CollectionFormat::Multi) => {
            items.iter().map(|item| to_text(item).into_owned()).collect()
        }
        (Value::Array(items), CollectionFormat::Ssv) => joined(" ", items),
        (Value::Array(items), CollectionFormat::Tsv) => joined("\t", items),
        (Value::Array(items), CollectionFormat::Pipes) => joined("|", items),
        (Value::Array(items), _) => joined(",", items),
        (Value::String(text), _) if parameter.schema.is("boolean") => {
            let lower = text.trim().to_ascii_lowercase();
            vec![if matches!(&*lower, "true" | "false") { lower } else { text.clone() }]
        }
        (value, _) => vec![to_text(value).into_owned()],
    }
}

/// The one text of a value.
pub(crate) fn text(value: &Value, parameter: &Parameter<'_>) -> String {
    texts(value, parameter).join(",")
}

/// Names and texts of a query parameter or form field.
pub(crate) fn pairs(value: &Value, parameter: &Parameter<'_>) -> Vec<(String, String)> {
    if let (Value::Object(object), CollectionFormat::DeepObject) =
        (value, parameter.collection_format)
    {
        let member = |(key, value): (&String, &Value)| {
            (format!("{}[{key}]", parameter.name), to_text(value).into_owned())
        };
        return object.iter().map(member).collect();
    }
    if let (Value::Object(object), CollectionFormat::Multi) = (value, parameter.collection_format) {
        // OpenAPI 3: a form that explodes has a pair for each property
        let member = |(key, value): (&String, &Value)| (key.clone(), to_text(value).into_owned());
        return object.iter().map(member).collect();
    }
    texts(value, parameter).into_iter().map(|text| (parameter.name.to_owned(), text)).collect()
}

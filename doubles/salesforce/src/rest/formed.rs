//! Answers and bodies in XML, for whoever asks so: `Accept: application/xml`, or an address that ends in `.xml`
//! (REST reference, "Request and Response Bodies").

use std::fmt::Write as _;

use doubles_http::Request;
use serde_json::{Map, Value};

use super::Call;
use crate::{
    fault::{Fault, Result},
    xml::{self, Element, escape},
};

/// The root of what is no row: by what was asked.
fn root(call: &Call, body: &Value) -> (String, &'static str) {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    let root = match path.as_slice() {
        [] => "urls",
        ["query" | "queryAll", ..] => "QueryResult",
        ["limits"] => "LimitsSnapshot",
        ["sobjects"] => "DescribeGlobal",
        ["sobjects", name, "describe"] => return ((*name).to_owned(), ""),
        ["sobjects", ..] => {
            let kind = body.pointer("/attributes/type").and_then(Value::as_str);
            return (kind.unwrap_or("Result").to_owned(), "");
        }
        ["search"] => "SearchResult",
        _ => "Result",
    };
    (root.to_owned(), if body.is_array() { "Result" } else { "" })
}

/// The body of an answer.
pub(crate) fn answer(call: &Call, body: &Value) -> String {
    let (root, each) = root(call, body);
    written(body, if each.is_empty() { (&root, each) } else { ("Results", each) })
}

/// The body of a refusal.
pub(crate) fn refusal(fault: &Fault) -> String {
    written(&Value::from(vec![fault.entry()]), ("Errors", "Error"))
}

/// What lists the versions.
pub(crate) fn versions(body: &Value) -> String {
    written(body, ("Versions", "Version"))
}

fn written(body: &Value, (root, each): (&str, &str)) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    match body {
        Value::Array(all) => {
            let _ = write!(out, "<{root}>");
            for one in all {
                element(&mut out, each, one);
            }
            let _ = write!(out, "</{root}>");
        }
        body => element(&mut out, root, body),
    }
    out
}

/// One element; a list is as many of its name.
fn element(out: &mut String, name: &str, value: &Value) {
    // writing into a text cannot fail
    match value {
        Value::Null => {
            let space = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
            let _ = write!(out, "<{name} {space} xsi:nil=\"true\"/>");
        }
        Value::Array(all) => all.iter().for_each(|one| element(out, name, one)),
        Value::Object(members) => {
            let _ = write!(out, "<{name}");
            if let Some(Value::Object(own)) = members.get("attributes") {
                for (name, value) in own {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let _ = write!(out, " {name}=\"{}\"", escape(&text));
                }
            }
            out.push('>');
            let inner = members.iter().filter(|(name, _)| *name != "attributes");
            inner.for_each(|(name, value)| element(out, name, value));
            let _ = write!(out, "</{name}>");
        }
        Value::String(text) => {
            let _ = write!(out, "<{name}>{}</{name}>", escape(text));
        }
        other => {
            let _ = write!(out, "<{name}>{other}</{name}>");
        }
    }
}

/// A body in XML as one in JSON: a row, with the values as texts.
pub(crate) fn read(body: &[u8]) -> Result<Value> {
    let wrong = || Fault::new("XML_PARSER_ERROR", "The body is no XML of a row");
    let text = std::str::from_utf8(body).map_err(|_odd| wrong())?;
    let root = xml::parse(text).ok_or_else(wrong)?;
    let row = root.children.first().ok_or_else(wrong)?;
    Ok(members(row).into())
}

fn members(row: &Element) -> Map<String, Value> {
    let value = |one: &Element| match (one.children.is_empty(), one.text.trim()) {
        (false, _) => members(one).into(),
        (true, "") => Value::Null,
        (true, text) => text.into(),
    };
    row.children.iter().map(|one| (one.name.clone(), value(one))).collect()
}

/// Whether the caller wants XML; takes the ending off that says so.
pub(crate) fn wanted(call: &mut Call, request: &Request) -> bool {
    let ending = call.path.last_mut().and_then(|last| {
        let (name, ending) = last.rsplit_once('.')?;
        let ending = matches!(ending, "xml" | "json").then(|| ending.to_owned())?;
        *last = name.to_owned();
        Some(ending)
    });
    match ending.as_deref() {
        Some(ending) => ending == "xml",
        None => accepts(request),
    }
}

/// Whether the caller takes XML and no JSON.
pub(crate) fn accepts(request: &Request) -> bool {
    let accept = request.header("accept").unwrap_or_default().to_ascii_lowercase();
    let first = accept.split(',').next().unwrap_or_default();
    matches!(first.split(';').next().unwrap_or_default().trim(), "application/xml" | "text/xml")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_and_lists_are_written_and_rows_read() {
        let row = json!({ "attributes": { "type": "Account", "url": "/x?a&b" }, "Name": "A<B", "Phone": null,
            "Tags": [1, 2] });
        let call =
            Call { path: vec!["sobjects".into(), "Account".into(), "1".into()], ..Call::default() };
        let text = answer(&call, &row);
        assert!(text.contains("<Account type=\"Account\" url=\"/x?a&amp;b\">"), "{text}");
        assert!(text.contains("<Name>A&lt;B</Name>"), "{text}");
        assert!(text.contains("xsi:nil=\"true\"/>"), "{text}");
        assert!(text.contains("<Tags>1</Tags><Tags>2</Tags>"), "{text}");
        let read = read(b"<Account><Name>A&lt;B</Name><Phone/></Account>").unwrap();
        assert_eq!(read, json!({ "Name": "A<B", "Phone": null }));
        assert!(super::read(b"<a").is_err());
    }
}

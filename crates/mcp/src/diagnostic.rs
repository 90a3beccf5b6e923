//! Tools that try the protocol and nothing behind it, for those who check a hub or a client with the published
//! conformance suite. They are there only where an administrator switched them on
//! ([`Settings::diagnostic_tools`](crate::Settings)), and stand in no list but that of `/mcp?tools=diagnostic`.

use std::sync::Arc;

use ::actions::{Catalogue, Tool};
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::tools::{Call, Content, Failed, Outcome, Report};

/// The fixed tools.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    pub(crate) catalogue: Arc<Catalogue>,
    changed: watch::Sender<u64>,
}

impl Diagnostic {
    pub(crate) fn new() -> Self {
        let tools = NAMES.iter().map(|name| tool(name)).collect();
        Self { catalogue: Arc::new(Catalogue::new(tools)), changed: watch::channel(0).0 }
    }

    pub(crate) async fn run(&self, call: Call) -> Result<Outcome, Failed> {
        Ok(match call.name.as_str() {
            "test_image_content" => of(vec![image()]),
            "test_audio_content" => {
                of(vec![Content::Audio { data: WAV.into(), mime_type: "audio/wav".into() }])
            }
            "test_embedded_resource" => of(vec![resource(
                "test://embedded-resource",
                ("text/plain", "This is an embedded resource content."),
            )]),
            "test_multiple_content_types" => of(vec![
                Content::Text("Multiple content types test:".into()),
                image(),
                resource(
                    "test://mixed-content-resource",
                    ("application/json", r#"{"test":"data","value":123}"#),
                ),
            ]),
            "test_error_handling" => {
                Outcome::failure("This tool intentionally returns an error for testing")
            }
            "test_tool_with_progress" => {
                for step in [0.0, 50.0, 100.0] {
                    let report = Report { progress: step, total: Some(100.0), message: None };
                    call.progress.report(report);
                    tokio::task::yield_now().await;
                }
                Outcome::text("done")
            }
            "test_missing_capability" if !call.capabilities.contains_key("sampling") => {
                return Err(Failed::Needs("sampling"));
            }
            "test_trigger_tool_change" => {
                self.changed.send_modify(|number| *number += 1);
                Outcome::text("changed")
            }
            "test_repeated" | "json_schema_2020_12_tool" => {
                Outcome::text(Value::Object(call.arguments).to_string())
            }
            _ => Outcome::text("This is a simple text response for testing."),
        })
    }

    /// Says each time when somebody called the tool that changes the list.
    pub(crate) fn changes(&self) -> BoxStream<'static, ()> {
        stream::unfold(self.changed.subscribe(), |mut changed| async move {
            changed.changed().await.ok().map(|()| ((), changed))
        })
        .boxed()
    }
}

fn of(content: Vec<Content>) -> Outcome {
    Outcome { content, ..Outcome::default() }
}

fn image() -> Content {
    Content::Image { data: PNG.into(), mime_type: "image/png".into() }
}

fn resource(uri: &str, (mime_type, text): (&str, &str)) -> Content {
    Content::Resource { uri: uri.into(), mime_type: mime_type.into(), text: text.into() }
}

fn tool(name: &str) -> Tool {
    let input = match name {
        "json_schema_2020_12_tool" => json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {"address": {"$anchor": "addressDef", "type": "object", "properties": {
                "street": {"type": "string"}, "city": {"type": "string"}}}},
            "properties": {
                "name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"}, "email": {"type": "string"},
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false,
        }),
        "test_repeated" => json!({"type": "object", "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "count": {"type": "integer", "x-mcp-header": "Count"},
        }}),
        _ => json!({"type": "object"}),
    };
    Tool {
        name: name.to_owned(),
        title: Some(name.replace('_', " ")),
        description: Some(format!("The diagnostic tool {name}.")),
        input,
        output: None,
        annotations: None,
    }
}

const NAMES: [&str; 13] = [
    "json_schema_2020_12_tool",
    "test_audio_content",
    "test_embedded_resource",
    "test_error_handling",
    "test_image_content",
    "test_logging_tool",
    "test_missing_capability",
    "test_multiple_content_types",
    "test_repeated",
    "test_simple_text",
    "test_streaming_elicitation",
    "test_tool_with_progress",
    "test_trigger_tool_change",
];

/// One transparent pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// A WAV head without sound.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

//! The tools that the published suite asks for; no room of the hub stands behind them.

use std::sync::Arc;

use actions::{Catalogue, Tool};
use edge::Problem;
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use kernel::{Kind, Scope};
use liaison_mcp::{Call, Content, Failed, Outcome, Report, Tools};
use serde_json::{Value, json};
use tokio::sync::watch;

/// The fixed tools, and as many more as a test wants.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    catalogue: Arc<Catalogue>,
    changed: watch::Sender<u64>,
    /// How many calls were withdrawn before they ended.
    pub(crate) withdrawn: watch::Sender<u64>,
}

impl Diagnostic {
    pub(crate) fn with_more(more: usize) -> Arc<Self> {
        let mut tools: Vec<Tool> = NAMES.iter().map(|name| tool(name)).collect();
        tools.extend((0..more).map(|number| tool(&format!("more_{number:05}"))));
        Arc::new(Self {
            catalogue: Arc::new(Catalogue::new(tools)),
            changed: watch::channel(0).0,
            withdrawn: watch::channel(0).0,
        })
    }

    pub(crate) fn change(&self) {
        self.changed.send_modify(|number| *number += 1);
    }

    async fn run(&self, call: Call) -> Result<Outcome, Failed> {
        let image = Content::Image { data: PNG.into(), mime_type: "image/png".into() };
        let resource = |uri: &str, mime: &str, text: &str| Content::Resource {
            uri: uri.into(),
            mime_type: mime.into(),
            text: text.into(),
        };
        Ok(match call.name.as_str() {
            "test_simple_text" => Outcome::text("This is a simple text response for testing."),
            "test_image_content" => of(vec![image]),
            "test_audio_content" => {
                of(vec![Content::Audio { data: WAV.into(), mime_type: "audio/wav".into() }])
            }
            "test_embedded_resource" => of(vec![resource(
                "test://embedded-resource",
                "text/plain",
                "This is an embedded resource content.",
            )]),
            "test_multiple_content_types" => of(vec![
                Content::Text("Multiple content types test:".into()),
                image,
                resource(
                    "test://mixed-content-resource",
                    "application/json",
                    r#"{"test":"data","value":123}"#,
                ),
            ]),
            "test_error_handling" => {
                Outcome::failure("This tool intentionally returns an error for testing")
            }
            "test_tool_with_progress" => {
                for step in [0.0, 50.0, 100.0] {
                    call.progress.report(Report {
                        progress: step,
                        total: Some(100.0),
                        message: None,
                    });
                    tokio::task::yield_now().await;
                }
                Outcome::text("done")
            }
            "test_missing_capability" => {
                if !call.capabilities.contains_key("sampling") {
                    return Err(Failed::Needs("sampling"));
                }
                Outcome::text("sampling is there")
            }
            "test_trigger_tool_change" => {
                self.change();
                Outcome::text("changed")
            }
            "test_problem" => {
                let said = "the order is not there";
                return Err(Failed::Problem(Problem::new("order.not_found", Kind::NotFound, said)));
            }
            "test_waits" => {
                call.cancelled.cancelled().await;
                self.withdrawn.send_modify(|number| *number += 1);
                Outcome::text("withdrawn")
            }
            _ => {
                let text = Value::Object(call.arguments).to_string();
                Outcome {
                    structured: Some(text.clone().into_bytes().into()),
                    ..Outcome::text(text)
                }
            }
        })
    }
}

impl Tools for Diagnostic {
    fn catalogue<'a>(
        &'a self,
        _scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Arc<Catalogue>, Problem>> {
        let catalogue = Arc::clone(&self.catalogue);
        async move { Ok(catalogue) }.boxed()
    }

    fn call<'a>(&'a self, _scope: &'a Scope, call: Call) -> BoxFuture<'a, Result<Outcome, Failed>> {
        self.run(call).boxed()
    }

    fn changes(&self, _scope: &Scope) -> BoxStream<'static, ()> {
        stream::unfold(self.changed.subscribe(), |mut changed| async move {
            changed.changed().await.ok().map(|()| ((), changed))
        })
        .boxed()
    }
}

fn of(content: Vec<Content>) -> Outcome {
    Outcome { content, ..Outcome::default() }
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

const NAMES: [&str; 16] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_error_handling",
    "test_tool_with_progress",
    "test_missing_capability",
    "test_streaming_elicitation",
    "test_logging_tool",
    "test_trigger_tool_change",
    "test_problem",
    "test_waits",
    "test_repeated",
    "test_echo",
    "json_schema_2020_12_tool",
];

/// One transparent pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// A WAV head without sound.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

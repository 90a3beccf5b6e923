//! A few tools beside the built-in diagnostic ones; no room of the hub stands behind them.

use std::sync::Arc;

use actions::{Catalogue, Tool};
use edge::Problem;
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use kernel::{Kind, Scope};
use liaison_mcp::{Call, Failed, Outcome, Tools};
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
        Ok(match call.name.as_str() {
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

fn tool(name: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        title: Some(name.replace('_', " ")),
        description: Some(format!("The diagnostic tool {name}.")),
        input: json!({"type": "object"}),
        output: None,
        annotations: None,
    }
}

const NAMES: [&str; 3] = ["test_problem", "test_waits", "test_echo"];

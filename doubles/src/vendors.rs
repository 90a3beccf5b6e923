//! What each service publishes of the messages that its webhooks take, and how it answers a wrong one.

mod discord;
mod endpoint;
mod google_chat;
mod mattermost;
mod rocketchat;
mod slack;
mod workflows;

use serde_json::Value;

pub(crate) use endpoint::secret;

use crate::Request;

/// Whose rules a place has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Slack's incoming webhooks.
    Slack,
    /// Mattermost's incoming webhooks.
    Mattermost,
    /// Rocket.Chat's incoming integrations.
    RocketChat,
    /// Google Chat's incoming webhooks.
    GoogleChat,
    /// Discord's webhooks.
    Discord,
    /// Workflows webhooks of Microsoft Teams.
    Workflows,
    /// Any endpoint; signatures of Standard Webhooks are checked where a secret is required.
    Endpoint,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

impl Answer {
    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: "text/plain", body: body.into(), retry_after: None }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string(), retry_after: None }
    }
}

impl Vendor {
    /// Every vendor.
    pub const ALL: [Self; 7] = [
        Self::Slack,
        Self::Mattermost,
        Self::RocketChat,
        Self::GoogleChat,
        Self::Discord,
        Self::Workflows,
        Self::Endpoint,
    ];

    /// Path and query of the `number`th place, in the shape of the service's addresses.
    pub(crate) fn path(self, number: usize) -> (String, &'static str) {
        let path = match self {
            Self::Slack => {
                format!("/services/T00000000/B{number:08}/abcdefghijklmnopqrst{number:04}")
            }
            Self::Mattermost => format!("/hooks/mattermostkey{number:013}"),
            Self::RocketChat => {
                format!("/hooks/rocketintegration{number:06}/rockettoken{number:020}")
            }
            Self::GoogleChat => format!("/v1/spaces/AAAA{number:08}/messages"),
            Self::Discord => {
                format!("/api/webhooks/1100000000{number:08}/discordtoken{number:040}")
            }
            Self::Workflows => {
                format!("/workflows/workflow{number:024}/triggers/manual/paths/invoke")
            }
            Self::Endpoint => format!("/endpoint/{number}"),
        };
        let query = match self {
            Self::GoogleChat => "?key=AIzaSyGoogleKey00000000&token=googletoken0000000000",
            Self::Workflows => "?api-version=2016-06-01&sig=workflowsignature000000000",
            _ => "",
        };
        (path, query)
    }

    /// The answer to a right message.
    pub(crate) fn success(self) -> Answer {
        match self {
            Self::Slack | Self::Mattermost => Answer::text(200, "ok"),
            Self::RocketChat => Answer::json(200, &serde_json::json!({ "success": true })),
            Self::GoogleChat => {
                Answer::json(200, &serde_json::json!({ "name": "spaces/AAAA/messages/BBBB" }))
            }
            Self::Discord => Answer::json(200, &serde_json::json!({ "id": "1100000000000000001" })),
            Self::Workflows => Answer::text(202, ""),
            Self::Endpoint => Answer::text(204, ""),
        }
    }

    /// Whether a body follows the published rules, without a server.
    ///
    /// # Errors
    /// The service's answer to a wrong one.
    pub fn check(self, content_type: &str, body: &[u8]) -> Result<(), Answer> {
        let request = Request {
            method: "POST".to_owned(),
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.to_vec(),
            ..Request::default()
        };
        let answer = self.judge(&request, None);
        if answer.status < 300 { Ok(()) } else { Err(answer) }
    }

    /// Judges a request by the published rules.
    pub(crate) fn judge(self, request: &Request, secret: Option<&[u8]>) -> Answer {
        if request.method != "POST" {
            return Answer::text(405, "method not allowed");
        }
        let judged = match self {
            Self::Slack => slack::judge(request),
            Self::Mattermost => mattermost::judge(request),
            Self::RocketChat => rocketchat::judge(request),
            Self::GoogleChat => google_chat::judge(request),
            Self::Discord => discord::judge(request),
            Self::Workflows => workflows::judge(request),
            Self::Endpoint => endpoint::judge(request, secret),
        };
        judged.err().unwrap_or_else(|| self.success())
    }
}

/// The body as JSON, when the request says that it is.
fn document(request: &Request) -> Option<Value> {
    let kind = request.header("content-type").unwrap_or_default();
    kind.starts_with("application/json").then(|| serde_json::from_slice(&request.body).ok())?
}

/// Characters of a text member; none when it is missing or no text.
fn length(value: &Value, name: &str) -> Option<usize> {
    value.get(name)?.as_str().map(|text| text.chars().count())
}

/// The items of a list member; an empty list when it is missing.
fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

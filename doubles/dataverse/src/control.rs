//! The control: breaks things on demand, and mends them.
//!
//! An object of orders, posted to [`PATH`] or handed over, which are followed in turn:
//!
//! | order | value |
//! |---|---|
//! | `expire` | a token that is answered with 401 from now on |
//! | `throttle` | `{"code", "retry_after", "count", "path"}`: 429, `0x80072322` unless another is named |
//! | `unavailable` | how many calls are answered with 503 |
//! | `fail` | `{"status", "code", "message", "count", "path", "method"}` |
//! | `slow` | `{"milliseconds", "count", "path"}` |
//! | `calm` | `true`: no more trouble |

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

/// Where orders are posted to.
pub(crate) const PATH: &str = "/control";
/// The longest object of orders.
const MAX_ORDERS: usize = 64 * 1024;
/// The longest that an answer is kept waiting.
const MAX_SLOW: Duration = Duration::from_mins(2);

/// Troubles to come, and how many calls came.
#[derive(Debug, Default)]
pub(crate) struct Control {
    state: Mutex<Trouble>,
}

#[derive(Debug, Default)]
struct Trouble {
    ahead: Vec<Blow>,
    expired: BTreeSet<String>,
    calls: Vec<String>,
}

#[derive(Debug)]
struct Blow {
    left: u64,
    /// Calls whose path holds this.
    path: String,
    /// Calls of this method; of any without.
    method: String,
    what: Struck,
}

/// What befalls a call.
#[derive(Debug, Clone)]
enum Struck {
    Slow(Duration),
    Fault { status: StatusCode, code: String, message: String, wait: Option<u64> },
}

impl Control {
    fn state(&self) -> MutexGuard<'_, Trouble> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Method and path of every call so far.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Follows the orders of an object.
    pub(crate) fn order(&self, orders: &Value) -> Result<(), String> {
        let orders = orders.as_object().ok_or("an order is an object")?;
        let mut state = self.state();
        for (name, value) in orders {
            one(&mut state, name, value)?;
        }
        Ok(())
    }

    /// What befalls a call.
    fn strike(&self, request: &Request) -> Option<Struck> {
        let mut state = self.state();
        let (method, path) = (request.method().as_str(), request.uri().path());
        state.calls.push(format!("{method} {path}"));
        let bearer = request.headers().get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        let token = bearer.and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default();
        if state.expired.contains(token) {
            let message = "Token validation failed.".to_owned();
            let (status, code) = (StatusCode::UNAUTHORIZED, String::new());
            return Some(Struck::Fault { status, code, message, wait: None });
        }
        let meant = |blow: &Blow| {
            path.contains(&blow.path) && (blow.method.is_empty() || blow.method == method)
        };
        let at = state.ahead.iter().position(meant)?;
        let blow = state.ahead.get_mut(at)?;
        blow.left = blow.left.saturating_sub(1);
        let what = blow.what.clone();
        state.ahead.retain(|blow| blow.left > 0);
        Some(what)
    }
}

fn one(state: &mut Trouble, name: &str, value: &Value) -> Result<(), String> {
    let number = |name: &str| value.get(name).and_then(Value::as_u64);
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut blow = |left: u64, what| {
        state.ahead.push(Blow { left, path: text("path"), method: text("method"), what });
    };
    let left = || number("count").unwrap_or(1);
    match name {
        "expire" => {
            let token = value.as_str().ok_or("expire needs a token")?;
            state.expired.insert(token.to_owned());
        }
        "throttle" => {
            let code = Some(text("code")).filter(|code| !code.is_empty());
            let message =
                "Number of requests exceeded the limit of 6000 over time window of 300 seconds.";
            blow(
                left(),
                Struck::Fault {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    code: code.unwrap_or_else(|| "0x80072322".to_owned()),
                    message: message.to_owned(),
                    wait: number("retry_after"),
                },
            );
        }
        "unavailable" => {
            let (status, message) = (StatusCode::SERVICE_UNAVAILABLE, String::new());
            let what = Struck::Fault { status, code: String::new(), message, wait: None };
            blow(value.as_u64().unwrap_or(1), what);
        }
        "fail" => {
            let status = number("status").and_then(|status| u16::try_from(status).ok());
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            blow(
                left(),
                Struck::Fault {
                    status: status.ok_or("fail needs a status")?,
                    code: text("code"),
                    message: text("message"),
                    wait: number("retry_after"),
                },
            );
        }
        "slow" => {
            let time = Duration::from_millis(number("milliseconds").unwrap_or(1)).min(MAX_SLOW);
            blow(left(), Struck::Slow(time));
        }
        "calm" => {
            state.ahead.clear();
            state.expired.clear();
        }
        _ => return Err(format!("unknown order: {name}")),
    }
    Ok(())
}

/// Follows orders that are posted.
async fn answer(control: &Control, body: Body) -> Response {
    let read = axum::body::to_bytes(body, MAX_ORDERS).await.map_err(|error| error.to_string());
    let orders = read.and_then(|it| serde_json::from_slice(&it).map_err(|error| error.to_string()));
    let (status, said) = match orders.and_then(|orders| control.order(&orders)) {
        Ok(()) => (StatusCode::OK, json!({ "done": true })),
        Err(error) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    (status, said.to_string()).into_response()
}

/// Stands before everything.
pub(crate) async fn stand(
    State(control): State<Arc<Control>>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path() == PATH {
        return answer(&control, request.into_body()).await;
    }
    match control.strike(&request) {
        None => next.run(request).await,
        Some(Struck::Slow(time)) => {
            tokio::time::sleep(time).await;
            next.run(request).await
        }
        Some(Struck::Fault { status, code, message, wait }) => {
            let body = json!({ "error": { "code": code, "message": message } });
            let mut answer = (status, Body::from(body.to_string())).into_response();
            let json = HeaderValue::from_static("application/json; odata.metadata=minimal");
            answer.headers_mut().insert(header::CONTENT_TYPE, json);
            if let Some(wait) = wait {
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            }
            answer
        }
    }
}

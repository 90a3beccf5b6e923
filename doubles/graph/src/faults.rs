//! What goes wrong on demand, and limits.

use serde_json::Value;

use crate::{
    caller::Caller,
    store::Store,
    value::Fields as _,
    wire::{Call, Refusal},
};

/// One fault that waits for its requests.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    method: String,
    path: Vec<String>,
    kind: String,
    status: u16,
    code: String,
    message: String,
    retry_after: Option<u64>,
    delay_ms: u64,
    times: u64,
}

impl Fault {
    pub(crate) fn read(body: &Value) -> Self {
        let status = u16::try_from(body.number("status")).unwrap_or(0);
        let usual = match status {
            429 => "TooManyRequests",
            404 => "NotFound",
            503 => "ServiceUnavailable",
            504 => "UnknownError",
            _ => "generalException",
        };
        let or = |name: &str, usual: &str| match body.text(name) {
            "" => usual.to_owned(),
            own => own.to_owned(),
        };
        Self {
            method: body.text("method").to_ascii_uppercase(),
            path: body
                .text("path")
                .split('/')
                .filter(|own| !own.is_empty())
                .map(str::to_ascii_lowercase)
                .collect(),
            kind: body.text("kind").to_owned(),
            status,
            code: or("code", usual),
            message: or("message", "Something went wrong on demand."),
            retry_after: body.get("retry_after").and_then(Value::as_u64),
            delay_ms: body.number("delay_ms"),
            times: body.get("times").and_then(Value::as_u64).unwrap_or(1),
        }
    }

    fn fits(&self, call: &Call) -> bool {
        let path = doubles_http::decode(&call.path).to_ascii_lowercase();
        let path = path.strip_prefix("/v1.0").unwrap_or(&path);
        let parts: Vec<&str> = path.split('/').filter(|own| !own.is_empty()).collect();
        let same = self.path.is_empty()
            || parts.len() == self.path.len()
                && self.path.iter().zip(&parts).all(|(own, part)| own == "*" || own == part);
        self.kind != "drop_notification"
            && same
            && (self.method.is_empty() || self.method == call.method)
    }
}

/// Limits that were set; none at the beginning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    /// Messages a second for each application and team.
    pub(crate) messages_per_second: Option<u64>,
    /// Requests a minute for each application.
    pub(crate) requests_per_minute: Option<u64>,
    /// How long a new team is not found.
    pub(crate) settle_ms: i64,
    /// How long a new channel's folder is not found.
    pub(crate) folder_ms: i64,
}

/// The fault that a call meets, and how long it waits.
pub(crate) fn meets(store: &mut Store, call: &Call) -> (Option<Refusal>, Option<u64>) {
    let Some(place) = store.faults.iter().position(|fault| fault.fits(call)) else {
        return (None, None);
    };
    let Some(fault) = store.faults.get_mut(place) else { return (None, None) };
    fault.times = fault.times.saturating_sub(1);
    let fault = fault.clone();
    if fault.times == 0 {
        store.faults.remove(place);
    }
    let refusal = (fault.status >= 400).then(|| {
        let refusal = Refusal::new(fault.status, &fault.code, fault.message);
        match fault.retry_after {
            Some(seconds) => refusal.retry_after(seconds),
            None => refusal,
        }
    });
    (refusal, (fault.delay_ms > 0).then_some(fault.delay_ms))
}

/// Whether the next notification is lost.
pub(crate) fn drops(store: &mut Store) -> bool {
    let Some(place) = store.faults.iter().position(|fault| fault.kind == "drop_notification")
    else {
        return false;
    };
    if let Some(fault) = store.faults.get_mut(place) {
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            store.faults.remove(place);
        }
    }
    true
}

fn count(store: &mut Store, key: &str, window: i64, most: u64) -> Result<(), Refusal> {
    let now = store.now_ms();
    let times = store.posts.entry(key.to_owned()).or_default();
    times.retain(|own| now - own < window);
    if u64::try_from(times.len()).unwrap_or(u64::MAX) >= most {
        let wait = times.first().map_or(1, |first| (window - (now - first)).max(1));
        let seconds = u64::try_from((wait + 999) / 1000).unwrap_or(1);
        return Err(Refusal::new(429, "TooManyRequests", "Too many requests.").retry_after(seconds));
    }
    times.push(now);
    Ok(())
}

/// Every call of an application counts.
pub(crate) fn throttle(store: &mut Store, caller: &Caller) -> Result<(), Refusal> {
    match store.limits.requests_per_minute {
        Some(most) => count(store, &format!("calls of {}", caller.app), 60_000, most),
        None => Ok(()),
    }
}

/// Messages count for the team and for the channel, which takes one a second.
pub(crate) fn posting(
    store: &mut Store,
    app: &str,
    team: &str,
    channel: &str,
) -> Result<(), Refusal> {
    match store.limits.messages_per_second {
        Some(most) => {
            count(store, &format!("messages of {app} in {channel}"), 1000, 1)?;
            count(store, &format!("messages of {app} in {team}"), 1000, most)
        }
        None => Ok(()),
    }
}

//! The log: structured lines on standard error, and panics in it.

mod lines;

use std::panic;

use tracing_subscriber::{
    filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{
    exit::{Exit, Failure, Result},
    out,
    settings::{LogFormat, LogSettings},
};

use self::lines::Lines;

/// The log while it is open: what waits is written when it is dropped.
#[derive(Debug)]
pub(crate) struct Log(Lines);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush();
    }
}

/// Starts the log of a hub.
pub(crate) fn start(settings: &LogSettings) -> Result<Log> {
    let filter = settings
        .filter
        .parse::<Targets>()
        .map_err(|error| Failure::new(Exit::Config, format!("log.filter: {error}")))?;
    let registry = tracing_subscriber::registry().with(filter);
    let json = match settings.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !out::is_terminal(),
    };
    let out = Lines::start().map_err(|error| Failure::plain(&error))?;
    let lines = fmt::layer().with_writer(out.clone());
    let started = if json {
        registry.with(lines.json().flatten_event(true).with_current_span(false)).try_init()
    } else {
        registry.with(lines.with_ansi(out::is_terminal())).try_init()
    };
    started.map_err(|error| Failure::plain(&error))?;
    log_panics();
    Ok(Log(out))
}

/// Panics are failures of ours: one line of the log, with the place.
fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        let said = info.payload_as_str();
        let backtrace = std::backtrace::Backtrace::capture();
        let backtrace = (backtrace.status() == std::backtrace::BacktraceStatus::Captured)
            .then(|| backtrace.to_string());
        tracing::error!(panic.place = place, panic.said = said, backtrace, "a panic");
    }));
}

//! What an environment held on its last days, as bars.

use askama::Template;
use environments::Day;
use web_frame::Frame;

use super::bytes;

/// The bars; nothing for a single day.
#[derive(Debug, Template)]
#[template(path = "environment_trend.html")]
pub(super) struct Trend {
    label: String,
    bars: Vec<Bar>,
    width: usize,
}

/// One day.
#[derive(Debug)]
struct Bar {
    x: usize,
    /// From the top: log, files, database, each with its height.
    parts: [(&'static str, i64, i64); 3],
    title: String,
}

impl Trend {
    pub(super) fn new(frame: &Frame, days: &[Day]) -> Self {
        let most = days.iter().map(Day::bytes).max().unwrap_or_default().max(1);
        let height = |bytes: i64| bytes * HEIGHT / most;
        let bar = |(at, day): (usize, &Day)| {
            let (log, files, tables) =
                (height(day.log_bytes), height(day.file_bytes), height(day.database_bytes));
            let top = HEIGHT - log - files - tables;
            Bar {
                x: at * STEP,
                parts: [
                    ("log", top, log),
                    ("files", top + log, files),
                    ("database", top + log + files, tables),
                ],
                title: format!("{}: {}", frame.day_name(day.day), bytes(frame, day.bytes())),
            }
        };
        let label = match (days.first(), days.last()) {
            (Some(first), Some(last)) if days.len() > 1 => {
                let (from, to) = (frame.day_name(first.day), frame.day_name(last.day));
                let (was, is) = (bytes(frame, first.bytes()), bytes(frame, last.bytes()));
                let args = [
                    ("from", from.as_str().into()),
                    ("to", to.as_str().into()),
                    ("first", was.as_str().into()),
                    ("last", is.as_str().into()),
                ];
                frame.say_with("environments.trend-of", &args)
            }
            _ => String::new(),
        };
        Self { label, bars: days.iter().enumerate().map(bar).collect(), width: days.len() * STEP }
    }
}

/// The height of the highest bar.
const HEIGHT: i64 = 72;
/// From one bar to the next.
const STEP: usize = 12;

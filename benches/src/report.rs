//! The table and its JSON.

use std::{fmt, time::Duration};

use anyhow::Result;
use serde::Serialize;

/// Figures in the order in which they were measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
struct Figure {
    measure: String,
    value: f64,
    unit: &'static str,
    goal: Option<Goal>,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// No more than that.
    AtMost(f64),
    /// No less than that.
    AtLeast(f64),
}

impl Goal {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

impl Report {
    /// Adds a figure.
    pub(crate) fn add(
        &mut self,
        measure: impl Into<String>,
        value: f64,
        unit: &'static str,
        goal: Option<Goal>,
    ) {
        self.figures.push(Figure { measure: measure.into(), value, unit, goal });
    }

    /// Everything as JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| measure | figure | goal | |\n|---|---:|---:|---|")?;
        for figure in &self.figures {
            let (goal, met) = match figure.goal {
                None => (String::new(), ""),
                Some(goal) => {
                    let text = match goal {
                        Goal::AtMost(limit) => format!("≤ {}", number(limit)),
                        Goal::AtLeast(limit) => format!("≥ {}", number(limit)),
                    };
                    (text, if goal.met(figure.value) { "met" } else { "missed" })
                }
            };
            writeln!(
                f,
                "| {} | {} {} | {goal} | {met} |",
                figure.measure,
                number(figure.value),
                figure.unit
            )?;
        }
        Ok(())
    }
}

/// Three significant digits and a comma between thousands.
fn number(value: f64) -> String {
    if value < 100.0 && value.fract() > 0.0 {
        return if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    }
    let whole = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Durations and their percentiles.
#[derive(Debug, Default, Clone)]
pub(crate) struct Spread {
    micros: Vec<u64>,
}

impl Spread {
    /// Adds one.
    pub(crate) fn add(&mut self, duration: Duration) {
        self.micros.push(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds those of another.
    pub(crate) fn extend(&mut self, other: Self) {
        self.micros.extend(other.micros);
    }

    /// A percentile in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        millis(sorted.get(at).copied().unwrap_or(0))
    }

    /// How many a second, one after the other.
    pub(crate) fn per_second(&self) -> f64 {
        let total: u64 = self.micros.iter().sum();
        real(self.micros.len()) / (millis(total) / 1000.0).max(f64::EPSILON)
    }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) const fn real(count: usize) -> f64 {
    count as f64
}

/// Microseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds stay far below 2^52")]
pub(crate) const fn millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_goals_and_whether_they_are_met() {
        let mut report = Report::default();
        report.add("accepted", 12_345.6, "/s", Some(Goal::AtLeast(12_000.0)));
        report.add("memory", 70.25, "MiB", Some(Goal::AtMost(60.0)));
        let table = report.to_string();
        assert!(table.contains("| accepted | 12,346 /s | ≥ 12,000 | met |"), "{table}");
        assert!(table.contains("| memory | 70.2 MiB | ≤ 60 | missed |"), "{table}");
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_row() {
        let mut spread = Spread::default();
        for ms in (1..=100).rev() {
            spread.add(Duration::from_millis(ms));
        }
        assert!((spread.percentile_ms(50) - 51.0).abs() < f64::EPSILON);
        assert!((spread.percentile_ms(99) - 100.0).abs() < f64::EPSILON);
    }
}

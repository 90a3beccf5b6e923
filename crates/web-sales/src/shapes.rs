//! What several pages say of surfaces, findings and outcomes.

use i18n::Arg;
use openapi::Severity;
use sales::{Finding, Outcome, Point, What};
use serde_json::Value;
use web_frame::Frame;

/// A word and the class of its badge.
pub(crate) type Badge = (String, &'static str);

/// The name of a surface.
pub(crate) fn point_name(frame: &Frame, point: Point) -> String {
    frame.say(&format!("sales.point-{}", point.as_str().replace('_', "-")))
}

/// What is on a surface.
pub(crate) fn point_what(frame: &Frame, point: Point) -> String {
    frame.say(&format!("sales.point-{}-what", point.as_str().replace('_', "-")))
}

/// What a call came to.
pub(crate) fn outcome(frame: &Frame, outcome: Outcome) -> Badge {
    let name = frame.say(&format!("sales.outcome-{}", outcome.as_str().replace('_', "-")));
    let class = match outcome {
        Outcome::Shown => "good",
        Outcome::Empty => "",
        Outcome::SignInNeeded
        | Outcome::Forbidden
        | Outcome::Throttled
        | Outcome::InputMissing
        | Outcome::OverLimit => "warning",
        _ => "bad",
    };
    (name, class)
}

/// What was left out or changed, as a call keeps it: place and words, and whether an item is gone for it.
pub(crate) fn remarks(frame: &Frame, kept: &Value) -> Vec<(String, String, bool)> {
    let one = |own: &Value| {
        let what = own.get("what")?.as_str()?;
        let field = own.get("field")?.as_str()?;
        let place = match own.get("index").and_then(Value::as_u64) {
            Some(index) => format!("value[{index}].{field}"),
            None => field.to_owned(),
        };
        let drops = What::ALL.into_iter().any(|own| own.as_str() == what && own.drops());
        let words = frame.say(&format!("sales.remark-{}", what.replace(['.', '_'], "-")));
        Some((place, words, drops))
    };
    kept.as_array().into_iter().flatten().filter_map(one).collect()
}

/// A finding as a page shows it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) check: String,
    pub(crate) severity: Badge,
    pub(crate) operation: Option<String>,
    pub(crate) pointer: String,
    pub(crate) part: String,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl Found {
    pub(crate) fn of(frame: &Frame, finding: &Finding) -> Self {
        let args: Vec<(&str, Arg<'_>)> =
            finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let severity = finding.severity();
        let class = match severity {
            Severity::Error => "bad",
            Severity::Warning => "warning",
            Severity::Info => "",
        };
        Self {
            check: finding.rule.check(),
            severity: (frame.say(&format!("web-sales.severity-{}", severity.code())), class),
            operation: finding.operation.clone(),
            pointer: finding.pointer.clone(),
            part: frame.say(&format!("web-sales.part-{}", finding.part.as_str())),
            message: frame.say_with(&finding.rule.text_key(), &args),
            remedy: frame.say_with(&finding.rule.remedy_key(), &args),
        }
    }

    /// Findings, what matters most first.
    pub(crate) fn all<'a>(frame: &Frame, findings: impl Iterator<Item = &'a Finding>) -> Vec<Self> {
        let mut findings: Vec<&Finding> = findings.collect();
        kernel::sort_by_key(&mut findings, |finding| std::cmp::Reverse(finding.severity()));
        findings.into_iter().map(|finding| Self::of(frame, finding)).collect()
    }
}

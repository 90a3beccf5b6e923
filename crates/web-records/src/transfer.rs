//! Files of rows: an import in four steps, the history of imports, an export of what a list shows.

mod bring;
mod export;
mod import;
mod plan;

pub(crate) use bring::{form as begin, take};
pub(crate) use export::{choose as export, file as export_file};
pub(crate) use import::{act, list, page, report};

use web_frame::Frame;

/// A step of an import, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    File,
    Plan,
    Check,
    Run,
}

/// The steps with their names: past, this one, still to come.
fn steps(frame: &Frame, here: Step) -> Vec<(String, &'static str)> {
    let all = [
        (Step::File, "import-step-file"),
        (Step::Plan, "import-step-plan"),
        (Step::Check, "import-step-check"),
        (Step::Run, "import-step-run"),
    ];
    let mut past = true;
    let mut steps = Vec::new();
    for (step, key) in all {
        let is_here = step == here;
        past = past && !is_here;
        let state = if is_here {
            "here"
        } else if past {
            "past"
        } else {
            ""
        };
        steps.push((frame.say(&format!("transfer.{key}")), state));
    }
    steps
}

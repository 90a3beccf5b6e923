//! What is odd about a text or a package that was taken.

pub mod codes;

use std::fmt;

use crate::limits::{MAX_FINDINGS, MAX_POINTER_BYTES};

/// How much a finding matters. None keeps a package from loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Works, but perhaps not as meant.
    Warning,
    /// Something will not work, or a rule of certification is broken.
    Error,
}

impl Severity {
    /// The word for machines: `info`, `warning`, `error`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The stable name of a rule, as `noun.reason`. The text for people is `finding-` and the code with
/// dashes, in both languages; what to do has `-remedy` behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// The code itself.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// Which file of a package a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The API description.
    Definition,
    /// `apiProperties.json`
    Properties,
    /// The package as a whole: its list of files.
    Package,
}

impl Part {
    /// The word for machines: `definition`, `properties`, `package`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Properties => "properties",
            Self::Package => "package",
        }
    }
}

/// One odd thing at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub part: Part,
    /// RFC 6901 pointer into that file.
    pub pointer: String,
    /// The rule.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What the text for people names: placeholder and value.
    pub args: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding without arguments.
    pub fn new(part: Part, pointer: impl Into<String>, code: Code, severity: Severity) -> Self {
        Self { part, pointer: pointer.into(), code, severity, args: Vec::new() }
    }

    /// The same with one more argument; long values are cut.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let mut value = value.to_string();
        if let Some((end, _)) = value.char_indices().nth(ARGUMENT_CHARACTERS) {
            value.truncate(end);
            value.push('…');
        }
        self.args.push((name, value));
        self
    }

    /// The value of an argument.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The key of the text for people in the locales: `finding-json-trailing-comma`.
    pub fn message_key(&self) -> String {
        format!("finding-{}", self.code.as_str().replace(['.', '_'], "-"))
    }

    /// The key of the text that says what to do: `finding-json-trailing-comma-remedy`.
    pub fn remedy_key(&self) -> String {
        self.message_key() + "-remedy"
    }
}

/// Longest argument: what publishers wrote goes no further.
const ARGUMENT_CHARACTERS: usize = 200;

/// Findings as they come, up to the bound.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    kept: Vec<Finding>,
    left_out: usize,
    /// Bytes of all pointers.
    bytes: usize,
}

impl Findings {
    /// Keeps a finding while there is room.
    pub fn push(&mut self, finding: Finding) {
        self.bytes += finding.pointer.len();
        if self.kept.len() < MAX_FINDINGS && self.bytes <= MAX_POINTER_BYTES {
            self.kept.push(finding);
        } else {
            self.bytes -= finding.pointer.len();
            self.left_out += 1;
        }
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many came after the bound.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Puts a segment before the pointers of all findings from `start` on.
    pub(crate) fn prefix(&mut self, start: usize, segment: &str) {
        let mut room = MAX_POINTER_BYTES.saturating_sub(self.bytes);
        while room < segment.len() * self.kept.len().saturating_sub(start) {
            let Some(last) = self.kept.pop() else { return };
            self.left_out += 1;
            self.bytes -= last.pointer.len();
            room += last.pointer.len();
        }
        for finding in self.kept.iter_mut().skip(start) {
            self.bytes += segment.len();
            finding.pointer.insert_str(0, segment);
        }
    }

    /// Everything that was kept, with a last one that counts what was left out.
    pub fn into_vec(mut self, part: Part) -> Vec<Finding> {
        if self.left_out > 0 {
            let more = Finding::new(part, "", codes::MORE_FINDINGS, Severity::Info);
            self.kept.push(more.with("count", self.left_out));
        }
        self.kept
    }
}

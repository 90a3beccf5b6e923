//! A connector package: description, properties, perhaps a script.

use crate::{
    check,
    definition::Definition,
    document::{Unreadable, read_part},
    finding::{Finding, Part},
    operation::Operation,
    policy::Policy,
    properties::{Properties, Scripted},
    tree::Node,
};

/// The bytes of a package's files; reading them is the caller's part.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The API description.
    pub definition: &'a [u8],
    /// `apiProperties.json`
    pub properties: Option<&'a [u8]>,
    /// Whether a script stands beside them. It is kept and shown, and never run.
    pub has_script: bool,
}

/// A package that is beyond repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unloadable {
    /// A file is no JSON.
    #[error("the {} cannot be read", part.code())]
    Unreadable {
        /// The file.
        part: Part,
        /// Why and where.
        #[source]
        problem: Unreadable,
    },
    /// A file is JSON but no object.
    #[error("the {} is no object", part.code())]
    NotAnObject {
        /// The file.
        part: Part,
    },
}

impl Unloadable {
    /// The file that is beyond repair.
    pub const fn part(&self) -> Part {
        match self {
            Self::Unreadable { part, .. } | Self::NotAnObject { part } => *part,
        }
    }

    /// The stable code. The text for people is `reason-` and the code with dashes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { problem, .. } => problem.reason.code(),
            Self::NotAnObject { .. } => "package.not_an_object",
        }
    }
}

/// A connector package as it was loaded. It owns the trees; everything else is a view on them.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// The API description.
    pub definition: Definition<'a>,
    /// The properties; empty without a file.
    pub properties: Properties<'a>,
    has_script: bool,
    findings: Vec<Finding>,
}

/// Why an operation cannot run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle<'t> {
    /// It runs through the C# script of the package.
    Script,
    /// A policy governs it that nobody here knows; running it half-transformed would be worse.
    UnknownPolicy {
        /// The template as written.
        template_id: &'t str,
        /// The instance in the properties.
        pointer: String,
    },
}

impl Obstacle<'_> {
    /// The stable code. The text for people is `obstacle-` and the code with dashes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Script => "operation.scripted",
            Self::UnknownPolicy { .. } => "operation.unknown_policy",
        }
    }
}

impl<'a> Package<'a> {
    /// Loads a package. What the platform accepted is never refused: it is a finding.
    /// # Errors
    /// [`Unloadable`] when a file is beyond repair.
    pub fn load(sources: Sources<'a>) -> Result<Self, Unloadable> {
        let document = |bytes: &'a [u8], part: Part| {
            let read = read_part(bytes, part);
            let document = read.map_err(|problem| Unloadable::Unreadable { part, problem })?;
            match document.root() {
                Node::Object(_) => Ok(document),
                _ => Err(Unloadable::NotAnObject { part }),
            }
        };
        let definition = document(sources.definition, Part::Definition)?;
        let properties =
            sources.properties.map(|bytes| document(bytes, Part::Properties)).transpose()?;
        let mut package = Self {
            definition: Definition::new(definition),
            properties: properties.map(Properties::new).unwrap_or_default(),
            has_script: sources.has_script,
            findings: Vec::new(),
        };
        package.findings = check::check(&package);
        Ok(package)
    }

    /// What is odd about the package: of reading first, then of the model.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether a script stands beside the files.
    pub fn has_script(&self) -> bool {
        self.has_script
    }

    /// The same package with text of its own.
    pub fn into_owned(self) -> Package<'static> {
        Package {
            definition: self.definition.into_owned(),
            properties: self.properties.into_owned(),
            has_script: self.has_script,
            findings: self.findings,
        }
    }
}

impl<'t> Package<'t> {
    /// Every operation in the order of the text.
    pub fn operations(&'t self) -> Vec<Operation<'t>> {
        self.definition.operations()
    }

    /// The operation of this id; only this one is resolved.
    pub fn operation(&'t self, id: &str) -> Option<Operation<'t>> {
        self.definition.operation(id)
    }

    /// The policies that govern an operation, in the order they run.
    pub fn policies_of(&'t self, operation_id: &str) -> Vec<Policy<'t>> {
        let mut policies = self.properties.policies();
        policies.retain(|policy| policy.governs(operation_id));
        policies
    }

    /// Why an operation cannot run here; empty when it can.
    pub fn obstacles(&'t self, operation_id: &str) -> Vec<Obstacle<'t>> {
        let mut obstacles = Vec::new();
        if self.is_scripted(operation_id) {
            obstacles.push(Obstacle::Script);
        }
        let governing = self.policies_of(operation_id).into_iter();
        let unknown = governing.filter(|policy| policy.template.is_none());
        obstacles.extend(unknown.map(|policy| Obstacle::UnknownPolicy {
            template_id: policy.template_id,
            pointer: policy.pointer(),
        }));
        obstacles
    }

    /// Whether an operation runs through the script (connector-format §10).
    pub fn is_scripted(&'t self, operation_id: &str) -> bool {
        match self.properties.scripted() {
            Scripted::Unsaid => self.has_script,
            Scripted::All => true,
            Scripted::Listed(names) => names.contains(&operation_id),
        }
    }
}

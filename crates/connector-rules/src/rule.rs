//! The table of rules. One more rule is one more line here, its texts, and a check.

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The document and its metadata.
    Document,
    /// Operations and their answers.
    Operations,
    /// Paths.
    Paths,
    /// Parameters.
    Parameters,
    /// Schemas.
    Schemas,
    /// Security requirements and schemes.
    Security,
    /// Extensions that call other operations.
    Dynamic,
    /// Triggers.
    Triggers,
    /// Revisions of operations.
    Versions,
    /// Definition and properties held against each other.
    Package,
    /// What certification asks of texts, icons and people.
    People,
    /// What a new version breaks.
    Changes,
    /// The archive that is handed in.
    Submission,
}

impl Group {
    /// Every group, in the order of the table.
    pub const ALL: [Self; 13] = [
        Self::Document,
        Self::Operations,
        Self::Paths,
        Self::Parameters,
        Self::Schemas,
        Self::Security,
        Self::Dynamic,
        Self::Triggers,
        Self::Versions,
        Self::Package,
        Self::People,
        Self::Changes,
        Self::Submission,
    ];

    /// The word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Operations => "operations",
            Self::Paths => "paths",
            Self::Parameters => "parameters",
            Self::Schemas => "schemas",
            Self::Security => "security",
            Self::Dynamic => "dynamic",
            Self::Triggers => "triggers",
            Self::Versions => "versions",
            Self::Package => "package",
            Self::People => "people",
            Self::Changes => "changes",
            Self::Submission => "submission",
        }
    }
}

macro_rules! rules {
    ($($group:ident { $($(#[$doc:meta])* $name:ident $severity:ident,)* })*) => {
        /// One rule. Its code is its name, exactly as published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($($(#[$doc])* $name,)*)* }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)*)* }
            }

            /// How much it matters to certification.
            pub const fn severity(self) -> Severity {
                match self { $($(Self::$name => severity!($severity),)*)* }
            }

            /// What it is about.
            pub const fn group(self) -> Group {
                match self { $($(Self::$name => Group::$group,)*)* }
            }
        }
    };
}

macro_rules! severity {
    (E) => {
        Severity::Error
    };
    (W) => {
        Severity::Warning
    };
}

mod table;

pub use self::table::Rule;

impl Rule {
    /// The rule of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }

    /// The name of the text for people in `locales/…/connector-rules.ftl`: what is wrong.
    pub fn text_key(self) -> String {
        let mut key = "connector-rules.rule".to_owned();
        let mut word = false;
        for c in self.code().chars() {
            if c.is_ascii_uppercase() && !word {
                key.push('-');
            }
            word = c.is_ascii_uppercase();
            key.push(c.to_ascii_lowercase());
        }
        key
    }

    /// The name of the text that says what to do.
    pub fn remedy_key(self) -> String {
        self.text_key() + "-remedy"
    }
}

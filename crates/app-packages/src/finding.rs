//! What is wrong with a package, where, and how much it matters.

use std::fmt;

use crate::limits::MAX_FINDINGS;

/// How strictly a package is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The manifest against its published schema, and nothing else.
    Schema,
    /// Upload to a team: takes what the platform took, and warns.
    Load,
    /// The catalogue: everything that a packager must see to is an error.
    Publish,
}

impl Level {
    /// Every level, the most lenient package check last but one.
    pub const ALL: [Self; 3] = [Self::Schema, Self::Load, Self::Publish];

    /// The word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Load => "load",
            Self::Publish => "publish",
        }
    }

    /// The level of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The package is taken all the same.
    Warning,
    /// The package is refused.
    Error,
}

impl Severity {
    /// The word for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The rule that a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable code. The texts for people are `package-` and the code with dashes, and the
            /// same with `-remedy` behind it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

rules! {
    /// The bytes are no zip archive, or a damaged one.
    ArchiveUnreadable = "archive.unreadable",
    /// The archive is larger than a package may be.
    ArchiveTooLarge = "archive.too_large",
    /// More entries than a package may have.
    ArchiveTooManyEntries = "archive.too_many_entries",
    /// Unpacked, the entries are larger than a package may be.
    ArchiveUnpackedTooLarge = "archive.unpacked_too_large",
    /// An entry grows more than any honest one.
    ArchiveRatio = "archive.ratio",
    /// An entry, or the directory, is encrypted.
    ArchiveEncrypted = "archive.encrypted",
    /// An entry is compressed in another way than DEFLATE.
    ArchiveMethod = "archive.method",
    /// An entry is a link or a device.
    ArchiveLink = "archive.link",
    /// The name of an entry leaves the folder, or means another thing on another system.
    ArchivePath = "archive.path",
    /// Two entries have the same name, or names that differ in case only.
    ArchiveDuplicate = "archive.duplicate",
    /// The headers of an entry contradict each other or its bytes.
    ArchiveLying = "archive.lying",
    /// Bytes that belong to no entry, or to two.
    ArchiveHidden = "archive.hidden",
    /// An archive in several parts, or in the form for huge ones.
    ArchiveVariant = "archive.variant",
    /// There is no manifest.
    ManifestMissing = "manifest.missing",
    /// The manifest lies in a folder of the archive.
    ManifestInFolder = "manifest.in_folder",
    /// There is more than one manifest.
    ManifestSeveral = "manifest.several",
    /// The manifest is larger than it may be.
    ManifestTooLarge = "manifest.too_large",
    /// The manifest is no JSON.
    ManifestNotJson = "manifest.not_json",
    /// The manifest names a member twice.
    ManifestRepeated = "manifest.repeated_member",
    /// The manifest is JSON, but no object.
    ManifestNotObject = "manifest.not_object",
    /// The manifest does not say its schema.
    SchemaMissing = "schema.missing",
    /// The manifest says a schema that is not among the published ones.
    SchemaUnknown = "schema.unknown",
    /// The manifest does not say its version.
    ManifestVersionMissing = "manifest_version.missing",
    /// There is no schema of this version of the manifest.
    ManifestVersionUnknown = "manifest_version.unknown",
    /// `$schema` and `manifestVersion` say different versions.
    ManifestVersionMismatch = "manifest_version.mismatch",
    /// A preview of the schema, which catalogues do not take.
    ManifestVersionPreview = "manifest_version.preview",
    /// A member that has to be there is not.
    MemberRequired = "member.required",
    /// A member that the schema does not know.
    MemberUnknown = "member.unknown",
    /// A value of another type.
    ValueType = "value.type",
    /// A value that is none of the words allowed.
    ValueNotAllowed = "value.not_allowed",
    /// A text of another form.
    ValuePattern = "value.pattern",
    /// A text that is no address.
    ValueFormat = "value.format",
    /// A text with more characters than allowed.
    ValueTooLong = "value.too_long",
    /// A text with fewer characters than needed.
    ValueTooShort = "value.too_short",
    /// A number above or below its bounds.
    ValueOutOfRange = "value.out_of_range",
    /// More items than allowed.
    ItemsTooMany = "items.too_many",
    /// Fewer items than needed.
    ItemsTooFew = "items.too_few",
    /// The same item twice.
    ItemsRepeated = "items.repeated",
    /// Members that do not go together, or none of those of which one is needed.
    MembersConflict = "members.conflict",
    /// The version of the app is not three numbers.
    VersionForm = "version.form",
    /// An address without TLS.
    AddressNotHttps = "address.not_https",
    /// An address that cannot be read.
    AddressInvalid = "address.invalid",
    /// A valid domain with a scheme.
    DomainScheme = "domain.scheme",
    /// A valid domain with a path.
    DomainPath = "domain.path",
    /// A valid domain with a port.
    DomainPort = "domain.port",
    /// A wildcard that is not the first label of a domain.
    DomainWildcard = "domain.wildcard",
    /// A domain that others publish on.
    DomainShared = "domain.shared",
    /// A valid domain that is no domain name.
    DomainInvalid = "domain.invalid",
    /// The host of a page is not among the valid domains.
    DomainNotListed = "domain.not_listed",
    /// An icon is an address, not the name of a file.
    IconAddress = "icon.address",
    /// An icon is not in the package.
    IconMissing = "icon.missing",
    /// An icon is no PNG picture.
    IconNotPng = "icon.not_png",
    /// An icon has another size.
    IconSize = "icon.size",
    /// An icon moves.
    IconAnimated = "icon.animated",
    /// Bytes follow the picture.
    IconTrailing = "icon.trailing",
    /// The outline icon has other colours than white and transparent.
    IconColours = "icon.colours",
    /// Both icons are the same file.
    IconSameFile = "icon.same_file",
    /// A connector has no configuration page.
    ConnectorNoPage = "connector.no_configuration_url",
    /// The resource of the sign-in is not `api://host/id`.
    ResourceForm = "resource.form",
    /// Two things of one list have the same identifier.
    IdRepeated = "id.repeated",
    /// A language file is not in the package.
    LanguageMissing = "language.missing",
    /// A language file is no JSON.
    LanguageNotJson = "language.not_json",
    /// A language is named twice.
    LanguageRepeated = "language.repeated",
    /// A file that the manifest does not name.
    FileUnexpected = "file.unexpected",
    /// A file that should lie at the root.
    FileNotAtRoot = "file.not_at_root",
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The entry of the archive; empty for the archive itself.
    pub entry: String,
    /// RFC 6901 pointer into the entry, where it is JSON.
    pub pointer: Option<String>,
}

impl Place {
    /// The archive as a whole.
    pub const fn archive() -> Self {
        Self { entry: String::new(), pointer: None }
    }

    /// An entry of the archive.
    pub fn entry(name: &str) -> Self {
        Self { entry: name.to_owned(), pointer: None }
    }

    /// A place in the manifest.
    pub fn manifest(pointer: impl Into<String>) -> Self {
        Self::inside(MANIFEST, pointer)
    }

    /// A place in a document.
    pub fn inside(entry: &str, pointer: impl Into<String>) -> Self {
        Self { entry: entry.to_owned(), pointer: Some(pointer.into()) }
    }
}

/// A pointer into the manifest stands alone, another one behind the name of its file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pointer {
            Some(pointer) if self.entry == MANIFEST && !pointer.is_empty() => f.write_str(pointer),
            Some(pointer) if !pointer.is_empty() => write!(f, "{}#{pointer}", self.entry),
            _ => f.write_str(&self.entry),
        }
    }
}

/// The name of the manifest in every package.
pub const MANIFEST: &str = "manifest.json";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How much it matters at the level that was asked for.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What was met or expected, short and for people who know manifests: a member's name, a limit, a host.
    pub detail: String,
}

/// Whether nothing among the findings refuses the package.
pub fn is_accepted(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity < Severity::Error)
}

/// Findings as they come, up to the bound.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        rule: Rule,
        place: Place,
        detail: impl Into<String>,
    ) {
        if self.0.len() < MAX_FINDINGS {
            let detail = short(&detail.into());
            self.0.push(Finding { rule, severity, place, detail });
        }
    }

    pub(crate) fn error(&mut self, rule: Rule, place: Place, detail: impl Into<String>) {
        self.add(Severity::Error, rule, place, detail);
    }

    pub(crate) fn extend(&mut self, more: impl IntoIterator<Item = Finding>) {
        for finding in more {
            self.add(finding.severity, finding.rule, finding.place, finding.detail);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}

/// One finding that ends the reading.
pub(crate) fn fatal(rule: Rule, place: Place, detail: impl Into<String>) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.error(rule, place, detail);
    findings.into_vec()
}

/// Text of a package, short and without what could move a cursor.
pub(crate) fn short(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut out: String = text.chars().map(clean).take(DETAIL_CHARACTERS).collect();
    if text.chars().nth(DETAIL_CHARACTERS).is_some() {
        out.push('…');
    }
    out
}

/// Longest detail.
const DETAIL_CHARACTERS: usize = 120;

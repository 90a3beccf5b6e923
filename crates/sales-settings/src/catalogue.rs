//! The settings as data: what pages, REST and the command line show of each, in this order.

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Page {
    Ai,
    Access,
    Insights,
    Saving,
    Reports,
    Meetings,
    Chat,
    More,
}

impl Page {
    /// Every page, in order.
    pub const ALL: [Self; 8] = [
        Self::Ai,
        Self::Access,
        Self::Insights,
        Self::Saving,
        Self::Reports,
        Self::Meetings,
        Self::Chat,
        Self::More,
    ];

    /// Its name in addresses and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Access => "access",
            Self::Insights => "insights",
            Self::Saving => "saving",
            Self::Reports => "reports",
            Self::Meetings => "meetings",
            Self::Chat => "chat",
            Self::More => "more",
        }
    }

    /// The page of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.as_str() == text)
    }
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A number from one to another.
    Number(i64, i64),
    /// A time of day, as `07:30`.
    Time,
    /// A text of at most so many signs; lines where the flag says so.
    Text(usize, bool),
    /// At most so many names, each of at most so many signs.
    Words(usize, usize),
    /// Groups of people.
    Groups,
    /// At most so many pairs of a name and a text.
    Pairs(usize, [&'static str; 2]),
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where it is among the settings, as a JSON pointer.
    pub pointer: &'static str,
    /// On which page.
    pub page: Page,
    /// What it takes.
    pub kind: Kind,
    /// Whether something heeds it already; what nothing heeds is kept, and shown as such.
    pub heeded: bool,
}

impl Entry {
    /// Its name in texts and forms: `saving-mails` for `/saving/mails`.
    pub fn name(&self) -> String {
        self.pointer.trim_start_matches('/').replace(['/', '_'], "-")
    }
}

const fn entry(page: Page, pointer: &'static str, kind: Kind) -> Entry {
    Entry { pointer, page, kind, heeded: false }
}

const fn heeded(page: Page, pointer: &'static str, kind: Kind) -> Entry {
    Entry { pointer, page, kind, heeded: true }
}

const CONNECT: Kind = Kind::Choice(&["one", "multiple", "primary"]);
/// Names of tables and fields are short in every CRM.
const NAMES: Kind = Kind::Words(20, 100);
/// Groups of one setting, and all other bounds here, are our own choice where the reference names none.
pub(crate) const MAX_GROUPS: usize = 100;

/// The settings of a CRM.
pub const CATALOGUE: &[Entry] = &[
    entry(Page::Ai, "/ai/on", Kind::Switch),
    entry(Page::Ai, "/ai/sentiment", Kind::Switch),
    entry(Page::Ai, "/ai/preview", Kind::Switch),
    heeded(Page::Access, "/access/product/on", Kind::Switch),
    heeded(Page::Access, "/access/product/allow", Kind::Groups),
    heeded(Page::Access, "/access/product/restrict", Kind::Groups),
    entry(Page::Access, "/access/meeting_insights/on", Kind::Switch),
    entry(Page::Access, "/access/meeting_insights/allow", Kind::Groups),
    entry(Page::Access, "/access/meeting_insights/restrict", Kind::Groups),
    entry(Page::Access, "/access/sales_agent/on", Kind::Switch),
    entry(Page::Access, "/access/sales_agent/allow", Kind::Groups),
    entry(Page::Access, "/access/sales_agent/restrict", Kind::Groups),
    entry(Page::Access, "/access/chat/on", Kind::Switch),
    entry(Page::Access, "/access/chat/allow", Kind::Groups),
    entry(Page::Access, "/access/chat/restrict", Kind::Groups),
    entry(Page::Access, "/access/mail_insights/on", Kind::Switch),
    entry(Page::Access, "/access/mail_insights/allow", Kind::Groups),
    entry(Page::Access, "/access/mail_insights/restrict", Kind::Groups),
    entry(Page::Insights, "/insights/share", Kind::Switch),
    entry(Page::Insights, "/insights/labels", Kind::Words(50, 100)),
    entry(Page::Insights, "/insights/auto_summary", Kind::Switch),
    heeded(Page::Saving, "/saving/mails", Kind::Switch),
    entry(Page::Saving, "/saving/mails_connect", CONNECT),
    entry(Page::Saving, "/saving/mail_fields", NAMES),
    entry(Page::Saving, "/saving/mail_attachments", Kind::Switch),
    heeded(Page::Saving, "/saving/all_mail_attachments", Kind::Switch),
    entry(Page::Saving, "/saving/meetings", Kind::Switch),
    entry(Page::Saving, "/saving/meetings_connect", CONNECT),
    entry(Page::Saving, "/saving/meeting_fields", NAMES),
    entry(Page::Saving, "/saving/meeting_attachments", Kind::Switch),
    entry(Page::Saving, "/saving/all_meeting_attachments", Kind::Switch),
    entry(Page::Saving, "/saving/notes", Kind::Switch),
    entry(Page::Saving, "/saving/notes_in/table", Kind::Text(100, false)),
    entry(Page::Saving, "/saving/notes_in/field", Kind::Text(100, false)),
    entry(Page::Reports, "/reports/account", Kind::Text(4_000, true)),
    entry(Page::Reports, "/reports/opportunity", Kind::Text(4_000, true)),
    entry(Page::Reports, "/reports/notes", Kind::Switch),
    entry(Page::Reports, "/reports/notes_weeks", Kind::Number(1, 12)),
    entry(Page::Reports, "/reports/interactions", Kind::Switch),
    entry(Page::Reports, "/reports/interactions_weeks", Kind::Number(1, 12)),
    entry(Page::Meetings, "/meetings/auto_record", Kind::Switch),
    entry(Page::Meetings, "/meetings/digest", Kind::Switch),
    entry(Page::Meetings, "/meetings/digest_at", Kind::Time),
    entry(Page::Meetings, "/meetings/preparation", Kind::Switch),
    entry(Page::Meetings, "/meetings/preparation_minutes", Kind::Number(5, 1_440)),
    entry(Page::Meetings, "/conversation/figures", Kind::Switch),
    entry(Page::Meetings, "/conversation/sentiment", Kind::Switch),
    entry(
        Page::Meetings,
        "/conversation/summaries",
        Kind::Choice(&["chat", "invited", "organisers"]),
    ),
    entry(Page::Meetings, "/conversation/keep_transcripts", Kind::Switch),
    entry(Page::Chat, "/chat/tables", Kind::Words(50, 100)),
    entry(Page::Chat, "/chat/glossary", Kind::Pairs(200, ["term", "description"])),
    entry(Page::Chat, "/prompts", Kind::Pairs(50, ["title", "text"])),
    entry(Page::More, "/quick_share", Kind::Switch),
    entry(Page::More, "/partners", Kind::Switch),
];

/// The settings of the tenant.
pub const TENANT: &[Entry] = &[
    entry(Page::Ai, "/ai", Kind::Switch),
    entry(Page::Ai, "/audience", Kind::Choice(&["everybody", "groups", "except"])),
    entry(Page::Ai, "/groups", Kind::Groups),
    entry(Page::Ai, "/leaving", Kind::Switch),
    entry(Page::More, "/suggested_tasks", Kind::Switch),
];

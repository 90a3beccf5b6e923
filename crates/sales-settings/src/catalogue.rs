//! The settings as data: what pages, REST and the command line show of each, in this order.

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Page {
    Ai,
    Access,
    Saving,
    Meetings,
    More,
}

impl Page {
    /// Every page, in order.
    pub const ALL: [Self; 5] = [Self::Ai, Self::Access, Self::Saving, Self::Meetings, Self::More];

    /// Its name in addresses and texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ai => "ai",
            Self::Access => "access",
            Self::Saving => "saving",
            Self::Meetings => "meetings",
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
    /// A text of at most so many signs.
    Text(usize),
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
}

impl Entry {
    /// Its name in texts and forms: `saving-mails` for `/saving/mails`.
    pub fn name(&self) -> String {
        self.pointer.trim_start_matches('/').replace(['/', '_'], "-")
    }
}

const fn entry(page: Page, pointer: &'static str, kind: Kind) -> Entry {
    Entry { pointer, page, kind }
}

const CONNECT: Kind = Kind::Choice(&["one", "multiple", "primary"]);
/// Names of tables and fields are short in every CRM.
const NAMES: Kind = Kind::Words(20, 100);
/// Groups of one setting, and all other bounds here, are our own choice where the reference names none.
pub(crate) const MAX_GROUPS: usize = 100;

/// The settings of a CRM. Every one is heeded; what would govern something that the hub does not have is none
/// (docs/sales-settings.md says which and why).
pub const CATALOGUE: &[Entry] = &[
    entry(Page::Ai, "/ai/on", Kind::Switch),
    entry(Page::Ai, "/ai/sentiment", Kind::Switch),
    entry(Page::Ai, "/ai/preview", Kind::Switch),
    entry(Page::Ai, "/insights/auto_summary", Kind::Switch),
    entry(Page::Ai, "/prompts", Kind::Pairs(50, ["title", "text"])),
    entry(Page::Access, "/access/product/on", Kind::Switch),
    entry(Page::Access, "/access/product/allow", Kind::Groups),
    entry(Page::Access, "/access/product/restrict", Kind::Groups),
    entry(Page::Access, "/access/meeting_insights/on", Kind::Switch),
    entry(Page::Access, "/access/meeting_insights/allow", Kind::Groups),
    entry(Page::Access, "/access/meeting_insights/restrict", Kind::Groups),
    entry(Page::Saving, "/saving/mails", Kind::Switch),
    entry(Page::Saving, "/saving/mails_connect", CONNECT),
    entry(Page::Saving, "/saving/mail_fields", NAMES),
    entry(Page::Saving, "/saving/mail_attachments", Kind::Switch),
    entry(Page::Saving, "/saving/all_mail_attachments", Kind::Switch),
    entry(Page::Saving, "/saving/mark_mails", Kind::Switch),
    entry(Page::Saving, "/saving/meetings", Kind::Switch),
    entry(Page::Saving, "/saving/notes", Kind::Switch),
    entry(Page::Saving, "/saving/notes_in/table", Kind::Text(100)),
    entry(Page::Saving, "/saving/notes_in/field", Kind::Text(100)),
    entry(Page::Meetings, "/conversation/figures", Kind::Switch),
    entry(Page::Meetings, "/conversation/sentiment", Kind::Switch),
    entry(Page::Meetings, "/conversation/summaries", Kind::Choice(&["invited", "organisers"])),
    entry(Page::More, "/partners", Kind::Switch),
];

/// The settings of the tenant. Whether text leaves the hub is none of them: that is agreed to with the endpoint that it
/// goes to (room `language-features`).
pub const TENANT: &[Entry] = &[
    entry(Page::Ai, "/ai", Kind::Switch),
    entry(Page::Ai, "/audience", Kind::Choice(&["everybody", "groups", "except"])),
    entry(Page::Ai, "/groups", Kind::Groups),
];

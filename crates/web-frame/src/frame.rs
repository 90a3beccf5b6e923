//! What stands round every page: language, theme, who is signed in, where one is.

use std::{borrow::Cow, fmt::Write as _};

use askama::Template;
use i18n::{Arg, Texts, Translator};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Language, Permission, Permissions};

use crate::{Html, assets, html};

/// The look that a person chose; kept in a cookie because it is the browser's, not the account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    Contrast,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    /// The word in the cookie and in `data-theme`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    /// The theme of a word; the system's for anything else.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "sun",
            Self::Dark => "moon",
            Self::Contrast => "accessibility",
        }
    }
}

/// How the pane stands; kept in a cookie, so that the page comes as it was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Whether it is shown.
    pub open: bool,
    /// Its width in pixels, in steps of 20 from 200 to 480.
    pub width: u16,
}

impl Default for Split {
    fn default() -> Self {
        Self { open: true, width: 280 }
    }
}

impl Split {
    /// What a cookie or a form says, such as `320` or `320-closed`; anything else stands as it does for everybody.
    pub fn of(text: &str) -> Self {
        let (width, open) = text.strip_suffix("-closed").map_or((text, true), |w| (w, false));
        match width.parse::<u16>() {
            Ok(width @ 200..=480) if width.is_multiple_of(20) => Self { open, width },
            _ => Self::default(),
        }
    }

    /// The word of the cookie.
    pub fn word(self) -> String {
        if self.open { self.width.to_string() } else { format!("{}-closed", self.width) }
    }

    /// The word of the same pane, closed where it is open and open where it is closed.
    pub fn other(self) -> String {
        Self { open: !self.open, ..self }.word()
    }
}

/// The entries of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Mentions, answers, cards that did not arrive.
    Activity,
    /// Teams and channels.
    Teams,
    /// The tables and records of environments.
    Records,
    /// Mails of sellers.
    Mail,
    /// Incoming webhooks.
    Webhooks,
    /// Apps, registered connectors, moving in, connectors to APIs.
    Connectors,
    /// Published selections of operations.
    Actions,
    /// Users, groups, roles, tokens, audit.
    Administration,
    /// One's own account.
    Profile,
    /// A page that belongs to no entry.
    Nowhere,
}

/// One entry of the rail.
#[derive(Debug)]
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its name.
    pub label: String,
    /// Whether one is there.
    pub here: bool,
    /// Whether it stands behind "More" at the bottom of a narrow screen.
    pub over: bool,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name shown.
    pub name: String,
    /// The address or account name below it.
    pub account: String,
}

/// A message at the corner after something was done; the key is of `web.ftl`, `toast-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// The sentence.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
    /// Where a form is sent that takes it back, if it can be taken back.
    pub undo: Option<String>,
}

/// Everything that `base.html` needs; every page holds one as `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The texts in the reader's language.
    pub t: Translator<'static>,
    /// The look.
    pub theme: Theme,
    /// The entry of the rail that is lit.
    pub section: Section,
    /// The title of the page: the tab of the browser and the top bar of a narrow screen.
    pub title: String,
    /// Whether a host such as Microsoft Teams stands round the page: no bar, no rail, no pane of ours.
    pub hosted: bool,
    /// Who is signed in; `None` shows a page without rail and tools.
    pub person: Option<Person>,
    /// What the person may do, so that nothing is offered that would be refused.
    pub permissions: Permissions,
    /// Whether rights of the person rest until a second factor is used.
    pub factor_needed: bool,
    /// The token that every form carries.
    pub csrf: String,
    /// The present instant.
    pub now: Timestamp,
    /// The reader's time zone.
    pub zone: TimeZone,
    /// The address of this page, to come back to.
    pub address: String,
    /// Where the arrow of a narrow screen leads.
    pub back: Option<String>,
    /// The tree or list of the section, beside the content on wide screens.
    pub pane: Option<Html>,
    /// How the pane stands.
    pub split: Split,
    /// The side sheet, when the address opens one.
    pub sheet: Option<Html>,
    /// What was just done.
    pub toast: Option<Toast>,
    /// The name of the organisation.
    pub organisation: String,
    /// The id of the request, for problems.
    pub request: String,
}

impl Frame {
    /// A frame for nobody: sign-in, first run, errors before sign-in.
    pub fn anonymous(language: Language, now: Timestamp) -> Self {
        Self {
            t: Texts::global().speak(language.tag()),
            theme: Theme::System,
            section: Section::Nowhere,
            title: String::new(),
            hosted: false,
            person: None,
            permissions: Permissions::NONE,
            factor_needed: false,
            csrf: String::new(),
            now,
            zone: TimeZone::UTC,
            address: "/".to_owned(),
            back: None,
            pane: None,
            split: Split::default(),
            sheet: None,
            toast: None,
            organisation: String::new(),
            request: String::new(),
        }
    }

    /// The same on the page `title` of `section`.
    #[must_use]
    pub fn at(mut self, section: Section, title: impl Into<String>) -> Self {
        self.section = section;
        self.title = title.into();
        self
    }

    /// The same with an arrow back on narrow screens.
    #[must_use]
    pub fn back_to(mut self, href: impl Into<String>) -> Self {
        self.back = Some(href.into());
        self
    }

    /// The same with a pane.
    #[must_use]
    pub fn with_pane(mut self, pane: Html) -> Self {
        self.pane = Some(pane);
        self
    }

    /// The same with the side sheet open.
    #[must_use]
    pub fn with_sheet(mut self, sheet: Html) -> Self {
        self.sheet = Some(sheet);
        self
    }

    /// The beginning of a page, up to where its own lines of the head stand.
    ///
    /// What stands round a page is rendered by functions of its own: a template that extends another holds all of it.
    pub fn head(&self) -> Html {
        Html::of(&Head { frame: self })
    }

    /// From the end of the head to where the page itself begins.
    pub fn opening(&self) -> Html {
        Html::of(&Opening { frame: self })
    }

    /// What follows the page itself.
    pub fn closing(&self) -> Html {
        Html::of(&Closing { frame: self })
    }

    /// The language.
    pub fn language(&self) -> &'static str {
        self.t.tag()
    }

    /// A sentence of `web.ftl`, or of the file that the key names: `apps.title` is `title` of `apps.ftl`.
    pub fn say(&self, key: &str) -> String {
        self.t.text(named(key))
    }

    /// A sentence with one placeholder.
    pub fn say1<'v>(&self, key: &str, name: &str, value: impl Into<Arg<'v>>) -> String {
        self.t.with(&named(key), &[(name, value.into())])
    }

    /// A sentence with several placeholders.
    pub fn say_with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.t.with(&named(key), args)
    }

    /// The IANA name of the reader's time zone, for the script that compares it with the browser's.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Whether this is a page of one's own account.
    pub fn is_profile(&self) -> bool {
        self.section == Section::Profile
    }

    /// Whether the person may.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// An icon of the sprite, 20 px; decoration only, so name the control beside it.
    pub fn icon(&self, name: &str) -> Html {
        sprite(name, "icon")
    }

    /// An icon of 16 px.
    pub fn icon_small(&self, name: &str) -> Html {
        sprite(name, "icon small")
    }

    /// The arrow of a branch that opens.
    pub fn icon_turn(&self) -> Html {
        sprite("chevron-right", "icon turn")
    }

    /// The hidden field that every form of method POST carries.
    pub fn csrf_field(&self) -> Html {
        let token = html::escape(&self.csrf);
        Html::trusted(format!(r#"<input type="hidden" name="csrf" value="{token}">"#))
    }

    /// A moment, relative up to a week, exact on hover.
    pub fn moment(&self, at: &Timestamp) -> Html {
        self.time_element(*at, &self.t.relative(*at, self.now, &self.zone), " data-ago")
    }

    /// The time of day of a moment, exact on hover.
    pub fn clock(&self, at: &Timestamp) -> Html {
        self.time_element(*at, &self.t.time(*at, &self.zone), "")
    }

    /// The exact moment in words.
    pub fn exact(&self, at: &Timestamp) -> String {
        self.t.exact(*at, &self.zone)
    }

    /// The day of a moment where the reader is.
    pub fn day_of(&self, at: &Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The name of a day: today, yesterday, else the long date.
    pub fn day_name(&self, day: Date) -> String {
        self.t.day(day, self.day_of(&self.now))
    }

    fn time_element(&self, at: Timestamp, words: &str, more: &str) -> Html {
        let exact = html::escape(&self.t.exact(at, &self.zone));
        let words = html::escape(words);
        Html::trusted(format!(r#"<time datetime="{at:.0}" title="{exact}"{more}>{words}</time>"#))
    }

    /// A round picture with the initials of a name, in a colour of its own.
    pub fn avatar(&self, name: &str, class: &str) -> Html {
        Html::trusted(format!(
            r#"<span class="avatar c{} {class}" data-letters="{}" aria-hidden="true"></span>"#,
            colour(name),
            html::escape(&initials(name))
        ))
    }

    /// The address of a built file.
    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// The themes of the menu: word, icon, name, whether chosen.
    pub fn themes(&self) -> Vec<(&'static str, &'static str, String, bool)> {
        Theme::ALL
            .into_iter()
            .map(|theme| {
                let name = self.say(&format!("theme-{}", theme.word()));
                (theme.word(), theme.icon(), name, theme == self.theme)
            })
            .collect()
    }

    /// Whether the section that one is in stands behind "More" on narrow screens.
    pub fn is_over(&self) -> bool {
        self.rail().iter().any(|entry| entry.over && entry.here)
    }

    /// The entries of the rail that the person may open.
    pub fn rail(&self) -> Vec<Entry> {
        let administrator = DOORS.into_iter().any(|right| self.may(right));
        let webhooks =
            self.may(Permission::WebhookManage) || self.may(Permission::WebhookManageAll);
        let mut entries: Vec<Entry> = [
            (true, Section::Activity, "/activity", "alert", "rail-activity"),
            (true, Section::Teams, "/teams", "team", "rail-teams"),
            (true, Section::Records, "/records", "briefcase", "rail-records"),
            (self.may(Permission::ConnectionUse), Section::Mail, "/mail", "mail", "rail-mail"),
            (webhooks, Section::Webhooks, "/webhooks", "plug", "rail-webhooks"),
            (
                self.may(Permission::AppInstall) || self.may(Permission::ConnectionUse),
                Section::Connectors,
                "/connectors",
                "apps",
                "rail-connectors",
            ),
            (
                self.may(Permission::ActionUse),
                Section::Actions,
                "/actions",
                "flash",
                "rail-actions",
            ),
            (administrator, Section::Administration, "/admin", "shield", "rail-administration"),
        ]
        .into_iter()
        .filter(|(open, ..)| *open)
        .map(|(_, section, href, icon, key)| Entry {
            href,
            icon,
            label: self.say(key),
            here: self.section == section,
            over: false,
        })
        .collect();
        // six fit beside each other; of more, five and what opens the rest
        if entries.len() > NARROW + 1 {
            entries.iter_mut().skip(NARROW).for_each(|entry| entry.over = true);
        }
        entries
    }
}

#[derive(Template)]
#[template(path = "frame/head.html")]
struct Head<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "frame/opening.html")]
struct Opening<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "frame/closing.html")]
struct Closing<'a> {
    frame: &'a Frame,
}

/// The entries of the bar of a narrow screen, "More" not among them.
const NARROW: usize = 5;

/// Whoever has one of these may open something of the administration.
const DOORS: [Permission; 10] = [
    Permission::EnvironmentManage,
    Permission::DataPolicyManage,
    Permission::UserManage,
    Permission::GroupManage,
    Permission::LicenceAssign,
    Permission::TokenManage,
    Permission::SettingsManage,
    Permission::WebhookManageAll,
    Permission::AuditRead,
    Permission::SalesManage,
];

/// The whole name of a text: one without a file is of `web.ftl`.
fn named(key: &str) -> Cow<'_, str> {
    if key.contains('.') { Cow::Borrowed(key) } else { Cow::Owned(format!("web.{key}")) }
}

fn sprite(name: &str, class: &str) -> Html {
    let sheet = assets::href("sprite.svg");
    let name = html::escape(name);
    let mut svg = String::with_capacity(120);
    let _ = write!(
        svg,
        r#"<svg class="{class}" aria-hidden="true"><use href="{sheet}#{name}"/></svg>"#
    );
    Html::trusted(svg)
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut words = name.split_whitespace().filter_map(letter);
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// One of eight colours, the same for the same name everywhere (FNV-1a).
fn colour(name: &str) -> u32 {
    name.bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
        % 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("  jean-luc (ops) picard "), "JP");
        assert_eq!(initials("Élodie"), "É");
        assert_eq!(initials("🚀"), "");
    }

    #[test]
    fn a_pane_comes_back_as_it_was_left_and_never_from_a_senseless_cookie() {
        for word in ["200", "320-closed", "480"] {
            assert_eq!(Split::of(word).word(), word);
        }
        assert_eq!(Split::of("320").other(), "320-closed");
        for odd in ["", "0", "281", "9999", "-closed", "\"><script>", "280-open"] {
            assert_eq!(Split::of(odd), Split::default(), "{odd}");
        }
    }

    #[test]
    fn an_unknown_theme_is_the_systems() {
        assert_eq!(Theme::of("dark"), Theme::Dark);
        assert_eq!(Theme::of("\"><script>"), Theme::System);
    }
}

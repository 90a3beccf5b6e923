//! Texts that people read, in English and French.
//!
//! Sentences live in Fluent files, one for each room and language: `locales/en/web.ftl`,
//! `locales/fr/web.ftl`. A sentence is named `room.key`, or `room.key.attribute` for an attribute of
//! a message. The release build carries the files; a development build reads them from the source
//! tree when it starts. Logs and codes stay English and do not pass here.
//!
//! ```
//! use liaison_i18n::Texts;
//!
//! let texts = Texts::global();
//! assert_eq!(texts.text("en", "i18n.minutes-ago", &[("count", 1.into())]), "1 minute ago");
//! assert_eq!(texts.text("fr", "i18n.minutes-ago", &[("count", 5.into())]), "il y a 5 minutes");
//! assert_eq!(texts.text("fr", "i18n.no-such-key", &[]), "i18n.no-such-key");
//! ```
//!
//! A language is anything that gives a BCP 47 tag (`kernel::Language`, `"fr"`, `"fr-CA"`); what is
//! neither English nor French reads English.
//!
//! # In pages
//!
//! A page's struct holds a [`Translator`] (`Copy`, two words); the template calls it:
//!
//! ```text
//! struct SignIn<'a> { t: Translator<'a>, failures: u32, … }     // t: Texts::global().speak(language)
//!
//! <html lang="{{ t.tag() }}">
//! <h1>{{ t.text("web.sign-in-title") }}</h1>
//! <p>{{ t.with1("web.failures", "count", failures) }}</p>
//! <p>{{ t.with2("web.moved", ("team", team.name), ("channel", channel.name)) }}</p>
//! <input placeholder="{{ t.text("web.user-name.placeholder") }}">
//! <time datetime="{{ at }}" title="{{ t.exact(at, zone) }}">{{ t.relative(at, now, zone) }}</time>
//! ```
//!
//! The template's own escaping protects the page: texts and arguments are plain text, never markup.
//!
//! # Numbers, dates, plurals
//!
//! Numbers given as arguments choose plurals and are grouped as the language does (`12,345`,
//! `12 345`); what must not be grouped, such as a year or a port, is given as text.
//! Dates are formatted by [`Texts::relative`], [`Texts::exact`], [`Texts::day`] and given as text.
//!
//! # Errors
//!
//! The title of an error code stands in any room's file under `error-` and the code with dashes:
//! `webhook.throttled` is `error-webhook-throttled`, what to do next its attribute `.detail`.
//! [`Texts::title_of_code`], [`Texts::detail_of_code`] and [`Texts::text_or_code`] find it in
//! whichever file holds it; underscores of a code become dashes too.

mod arg;
mod date;
mod number;
mod source;
mod texts;
mod translator;

pub use arg::Arg;
pub use texts::Texts;
pub use translator::Translator;

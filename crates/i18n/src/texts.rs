//! The sentences of every room in both languages.

use std::{collections::HashMap, fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Arg, Translator, number, source};

/// Prefix of the keys that give an error code its title.
const ERROR: &str = "error-";

/// Every sentence, ready to be said; one is enough for the whole process.
#[derive(Debug)]
pub struct Texts {
    english: Rooms,
    french: Rooms,
}

/// The bundles of one language by room, and the room that holds each `error-` key.
struct Rooms {
    bundles: HashMap<String, FluentBundle<FluentResource>>,
    errors: HashMap<String, String>,
}

impl Texts {
    /// The texts of this process, read at the first call.
    pub fn global() -> &'static Self {
        static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::load);
        &TEXTS
    }

    /// Reads every file. What cannot be read is logged and left out: a missing sentence shows its
    /// key and never stops the product.
    pub fn load() -> Self {
        let mut texts = Self { english: Rooms::empty(), french: Rooms::empty() };
        for (language, room, text) in source::files() {
            texts.add(&language, &room, text);
        }
        texts
    }

    /// Adds the sentences of a room, beside those it has.
    fn add(&mut self, language: &str, room: &str, text: String) {
        let french = is_french(language);
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(language, room, ?errors, "a file of texts has mistakes");
            resource
        });
        let rooms = if french { &mut self.french } else { &mut self.english };
        for entry in resource.entries() {
            if let Some(key) = message_key(entry).filter(|key| key.starts_with(ERROR)) {
                rooms.errors.insert(key.to_owned(), room.to_owned());
            }
        }
        let bundle = rooms.bundles.entry(room.to_owned()).or_insert_with(|| {
            let tag = if french { "fr" } else { "en" };
            let language = tag.parse::<LanguageIdentifier>().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(if french { number::french } else { number::english }));
            if let Err(error) = bundle.add_builtins() {
                tracing::error!(%error, "the functions of texts cannot be added");
            }
            bundle
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(language, room, ?errors, "a file of texts repeats a key");
        }
    }

    /// The sentence `name` (`room.key` or `room.key.attribute`), or the name itself when there is none.
    pub fn text(&self, language: impl AsRef<str>, name: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.find(language.as_ref(), name, args).unwrap_or_else(|| {
            tracing::debug!(name, "there is no such text");
            name.to_owned()
        })
    }

    /// The sentence `name`, when there is one.
    pub fn find(
        &self,
        language: impl AsRef<str>,
        name: &str,
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        let (room, key) = name.split_once('.')?;
        let (key, attribute) =
            key.split_once('.').map_or((key, None), |(key, attribute)| (key, Some(attribute)));
        self.rooms(language.as_ref()).say(room, key, attribute, args)
    }

    /// The title of an error code such as `webhook.throttled`.
    pub fn title_of_code(&self, language: impl AsRef<str>, code: &str) -> Option<String> {
        self.of_code(language.as_ref(), code, None, &[])
    }

    /// The title of the code of a rule that an input broke, with the number that the rule is about.
    pub fn title_of_rule(
        &self,
        language: impl AsRef<str>,
        code: &str,
        limit: Option<i64>,
    ) -> Option<String> {
        let limit = limit.map(|limit| ("limit", limit.into()));
        self.of_code(language.as_ref(), code, None, limit.as_slice())
    }

    /// What to do about an error code, from the attribute `.detail` of its title.
    pub fn detail_of_code(
        &self,
        language: impl AsRef<str>,
        code: &str,
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        self.of_code(language.as_ref(), code, Some("detail"), args)
    }

    /// The title of an error code, or the code itself where no text is written.
    pub fn text_or_code(&self, language: impl AsRef<str>, code: &str) -> String {
        self.title_of_code(language, code).unwrap_or_else(|| code.to_owned())
    }

    /// These texts in one language, as pages hold them.
    pub fn speak(&self, language: impl AsRef<str>) -> Translator<'_> {
        Translator::new(self, if is_french(language.as_ref()) { "fr" } else { "en" })
    }

    fn of_code(
        &self,
        language: &str,
        code: &str,
        attribute: Option<&str>,
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        let key = format!("{ERROR}{}", code.replace(['.', '_'], "-"));
        let rooms = self.rooms(language);
        rooms.say(rooms.errors.get(&key)?, &key, attribute, args)
    }

    fn rooms(&self, language: &str) -> &Rooms {
        if is_french(language) { &self.french } else { &self.english }
    }
}

impl Rooms {
    fn empty() -> Self {
        Self { bundles: HashMap::new(), errors: HashMap::new() }
    }

    fn say(
        &self,
        room: &str,
        key: &str,
        attribute: Option<&str>,
        args: &[(&str, Arg<'_>)],
    ) -> Option<String> {
        let bundle = self.bundles.get(room)?;
        let message = bundle.get_message(key)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let args: Option<FluentArgs<'_>> = (!args.is_empty())
            .then(|| args.iter().map(|(name, value)| (*name, value.clone())).collect());
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args.as_ref(), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::debug!(room, key, ?errors, "a text lacks something");
        }
        Some(text)
    }
}

impl fmt::Debug for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.bundles.keys()).finish()
    }
}

fn is_french(tag: &str) -> bool {
    tag.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case("fr"))
}

/// The key of a message; terms and comments have none.
fn message_key<'a>(entry: &fluent_syntax::ast::Entry<&'a str>) -> Option<&'a str> {
    match entry {
        fluent_syntax::ast::Entry::Message(message) => Some(message.id.name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let mut texts = Texts { english: Rooms::empty(), french: Rooms::empty() };
        let english = "hello = Hello { $name }\n    .title = Greeting\n\
            cards = { $count ->\n    [one] { $count } card\n   *[other] { $count } cards\n}\n\
            error-webhook-throttled = Too fast\n    .detail = Wait { $seconds } s\n";
        texts.add("en", "web", english.to_owned());
        texts.add("fr", "web", "hello = Bonjour { $name }\n".to_owned());
        texts
    }

    #[test]
    fn a_sentence_is_found_by_room_key_and_attribute() {
        let texts = texts();
        assert_eq!(texts.text("en", "web.hello", &[("name", "Ada".into())]), "Hello Ada");
        assert_eq!(texts.text("fr-CA", "web.hello", &[("name", "Ada".into())]), "Bonjour Ada");
        assert_eq!(texts.text("de", "web.hello.title", &[]), "Greeting");
    }

    #[test]
    fn a_missing_sentence_shows_its_key() {
        let texts = texts();
        for name in ["web.nothing", "nowhere.hello", "hello", "web.hello.nothing", ""] {
            assert_eq!(texts.text("en", name, &[]), name);
            assert_eq!(texts.find("en", name, &[]), None);
        }
    }

    #[test]
    fn numbers_choose_the_plural_and_are_grouped() {
        let texts = texts();
        assert_eq!(texts.text("en", "web.cards", &[("count", 1.into())]), "1 card");
        assert_eq!(texts.text("en", "web.cards", &[("count", 12_345.into())]), "12,345 cards");
    }

    #[test]
    fn an_error_code_is_found_whatever_room_holds_it() {
        let texts = texts();
        assert_eq!(texts.text_or_code("en", "webhook.throttled"), "Too fast");
        let wait = texts.detail_of_code("en", "webhook.throttled", &[("seconds", 3.into())]);
        assert_eq!(wait.as_deref(), Some("Wait 3 s"));
        assert_eq!(texts.text_or_code("en", "webhook.gone"), "webhook.gone");
    }

    #[test]
    fn an_argument_is_never_read_as_a_pattern() {
        let texts = texts();
        let name = "{ $name } <b>\u{2068}";
        assert_eq!(
            texts.text("en", "web.hello", &[("name", name.into())]),
            format!("Hello {name}")
        );
    }
}

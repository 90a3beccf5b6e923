//! The files of the source tree, read for the rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};

/// One file: its sentences by key (`key` or `key.attribute`) and what is wrong with it.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) sentences: BTreeMap<String, Sentence>,
    pub(crate) mistakes: Vec<String>,
}

/// One pattern: the names it takes, and the texts it can say with `{}` for every placeholder.
#[derive(Default)]
pub(crate) struct Sentence {
    pub(crate) placeholders: BTreeSet<String>,
    pub(crate) texts: Vec<String>,
}

/// Every file of a language by room.
pub(crate) fn read(language: &str) -> BTreeMap<String, File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales").join(language);
    let entries = fs::read_dir(folder).expect("the folder of texts");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
        .map(|path| {
            let room = path.file_stem().and_then(|stem| stem.to_str()).expect("a room").to_owned();
            (room, file(&fs::read_to_string(&path).expect("a readable file")))
        })
        .collect()
}

fn file(text: &str) -> File {
    let mut file = File::default();
    let resource = parser::parse(text).unwrap_or_else(|(resource, errors)| {
        file.mistakes.extend(errors.iter().map(|error| {
            let line = text.get(..error.pos.start).map_or(0, |before| before.lines().count());
            format!("line {line}: {error}")
        }));
        resource
    });
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let own = message.value.as_ref().map(|pattern| (message.id.name.to_owned(), pattern));
        let attributes = message.attributes.iter().map(|attribute| {
            (format!("{}.{}", message.id.name, attribute.id.name), &attribute.value)
        });
        for (key, pattern) in own.into_iter().chain(attributes) {
            if file.sentences.insert(key.clone(), sentence(pattern)).is_some() {
                file.mistakes.push(format!("{key} stands twice"));
            }
        }
    }
    file
}

fn sentence(pattern: &Pattern<&str>) -> Sentence {
    let mut sentence = Sentence::default();
    let text = read_pattern(pattern, &mut sentence);
    sentence.texts.push(text);
    sentence
}

/// The text of a pattern; variants of a selection are texts of their own.
fn read_pattern(pattern: &Pattern<&str>, sentence: &mut Sentence) -> String {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression } => {
                text.push_str(&read_expression(expression, sentence));
            }
        }
    }
    text
}

fn read_expression(expression: &Expression<&str>, sentence: &mut Sentence) -> String {
    match expression {
        Expression::Inline(inline) => read_inline(inline, sentence),
        Expression::Select { selector, variants } => {
            read_inline(selector, sentence);
            for variant in variants {
                let text = read_pattern(&variant.value, sentence);
                sentence.texts.push(text);
            }
            "{}".to_owned()
        }
    }
}

fn read_inline(inline: &InlineExpression<&str>, sentence: &mut Sentence) -> String {
    match inline {
        InlineExpression::StringLiteral { value } => {
            return fluent_syntax::unicode::unescape_unicode_to_string(value).into_owned();
        }
        InlineExpression::VariableReference { id } => {
            sentence.placeholders.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                read_inline(argument, sentence);
            }
        }
        InlineExpression::Placeable { expression } => return read_expression(expression, sentence),
        _ => {}
    }
    "{}".to_owned()
}

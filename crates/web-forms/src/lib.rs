//! Draws the forms of operations: `connector-forms` says what is in them, this crate writes it as HTML.
//!
//! What it is not: a page. A page puts [`Generated`] into a form of its own that posts `multipart/form-data`, reads what
//! comes with `connector_forms::Typed::posted`, and shows itself again. Every button inside posts the whole form under
//! the name `do` with a value that `connector_forms::Act` reads, so that it works without script. With script the page
//! loads `forms.js`, which asks for drop-downs when somebody comes to them, and again when what they depend on changes.
//!
//! ```ignore
//! // in the template of a page
//! <form method="post" enctype="multipart/form-data" action="…">{{ frame.csrf_field() }}{{ generated }}
//!   <button class="button primary" name="do" value="run">…</button></form>
//! ```

mod posted;

use std::fmt::Write as _;

use askama::{Template, filters::HtmlSafe};
use connector_forms::{Control, Field, Form, Kind, Lookup, Seeking, State, Text, Typed};
use web_frame::{Frame, Html};

pub use posted::{MAX_BYTES, Posted};

/// The inside of a form.
#[derive(Debug, Template)]
#[template(path = "forms/generated.html")]
pub struct Generated<'g> {
    frame: &'g Frame,
    form: &'g Form,
    typed: &'g Typed,
    /// Line and column where what was typed is no JSON.
    unreadable: Option<(usize, usize)>,
}

impl HtmlSafe for Generated<'_> {}

impl<'g> Generated<'g> {
    /// The inside of a form, as fields or as one box for JSON.
    pub const fn new(frame: &'g Frame, form: &'g Form, typed: &'g Typed) -> Self {
        Self { frame, form, typed, unreadable: None }
    }

    /// The same, with the place where what was typed is no JSON.
    #[must_use]
    pub const fn unreadable(mut self, place: Option<(usize, usize)>) -> Self {
        self.unreadable = place;
        self
    }

    /// The markup.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn fields(&self) -> Html {
        fields(self.frame, &self.form.fields)
    }

    fn trails(&self) -> Vec<(String, String)> {
        self.typed.trails().map(|(pointer, trail)| (pointer.to_owned(), trail)).collect()
    }

    fn asked(&self) -> Vec<&str> {
        self.typed.asked().collect()
    }

    fn unreadable_words(&self) -> String {
        let (line, column) = self.unreadable.unwrap_or_default();
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX).into();
        self.frame
            .say_with("forms.unreadable", &[("line", number(line)), ("column", number(column))])
    }
}

/// Fields one after the other; what is advanced is folded away at the end.
fn fields(frame: &Frame, all: &[Field]) -> Html {
    let (plain, advanced): (Vec<_>, Vec<_>) = all.iter().partition(|field| !field.advanced);
    let mut markup = String::new();
    for field in plain {
        let _ = write!(markup, "{}", Html::of(&Drawn { frame, field }));
    }
    if !advanced.is_empty() {
        let folded = Folded {
            frame,
            open: advanced.iter().any(|field| field.is_used()),
            count: i64::try_from(advanced.len()).unwrap_or(i64::MAX),
            inside: advanced.iter().map(|field| Html::of(&Drawn { frame, field })).collect(),
        };
        let _ = write!(markup, "{}", Html::of(&folded));
    }
    Html::trusted(markup)
}

#[derive(Debug, Template)]
#[template(path = "forms/folded.html")]
struct Folded<'d> {
    frame: &'d Frame,
    open: bool,
    count: i64,
    inside: Vec<Html>,
}

/// One field.
#[derive(Debug, Template)]
#[template(path = "forms/field.html")]
struct Drawn<'d> {
    frame: &'d Frame,
    field: &'d Field,
}

impl Drawn<'_> {
    fn id(&self) -> String {
        id_of(&self.field.pointer)
    }

    fn inside(&self) -> Html {
        fields(self.frame, self.field.inside())
    }

    fn items(&self) -> Vec<(String, Html)> {
        let draw =
            |field: &Field| (field.pointer.clone(), Html::of(&Drawn { frame: self.frame, field }));
        self.field.inside().iter().map(draw).collect()
    }

    /// The label of a group; the body that nobody gave another name is called so.
    fn label(&self) -> String {
        let is_body = self.field.pointer == "/body" && self.field.label == self.field.name;
        if is_body { self.frame.say("forms.body") } else { self.field.label.clone() }
    }

    /// Whether the name that the description gives it says more than its label.
    fn has_name(&self) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        self.field.pointer != "/body" && plain(&self.field.name) != plain(&self.field.label)
    }

    fn problem(&self) -> Option<String> {
        self.field.problem.as_deref().map(|code| self.frame.t.rule(code, None))
    }

    fn described_by(&self) -> String {
        let mut all = Vec::new();
        if self.field.problem.is_some() {
            all.push(format!("{}-problem", self.id()));
        }
        if !self.field.hint.is_empty() {
            all.push(format!("{}-hint", self.id()));
        }
        if self.field.lookup.is_some() {
            all.push(format!("{}-lookup", self.id()));
        }
        all.join(" ")
    }

    fn input_kind(&self) -> &'static str {
        match &self.field.control {
            Control::Line(Text::Date) => "date",
            Control::Line(Text::DateTime) => "datetime-local",
            Control::Line(Text::Secret) => "password",
            // A number may be any number: the browser would refuse what the form can tell better.
            _ => "text",
        }
    }

    fn input_mode(&self) -> Option<&'static str> {
        match &self.field.control {
            Control::Line(Text::Number) if self.field.kind == Kind::Whole => Some("numeric"),
            Control::Line(Text::Number) => Some("decimal"),
            Control::Line(Text::Mail) => Some("email"),
            Control::Line(Text::Address) => Some("url"),
            _ => None,
        }
    }

    /// What a drop-down says where nothing is chosen.
    fn nothing(&self) -> String {
        if !self.field.placeholder.is_empty() {
            let value = self.field.placeholder.as_str();
            return self.frame.say1("forms.nothing-default", "value", value);
        }
        self.frame.say(if self.field.required { "forms.choose" } else { "forms.nothing" })
    }

    fn title(&self, title: &str) -> String {
        match (self.field.kind, title) {
            (Kind::Truth, "true") => self.frame.say("forms.true"),
            (Kind::Truth, "false") => self.frame.say("forms.false"),
            _ => title.to_owned(),
        }
    }

    fn fed_by(&self) -> String {
        let Some(lookup) = &self.field.lookup else { return String::new() };
        lookup.fed_by.iter().map(|pointer| id_of(pointer)).collect::<Vec<_>>().join(" ")
    }

    /// What a look-up has to say.
    fn told(&self, lookup: &Lookup) -> Option<(String, bool)> {
        match &lookup.state {
            State::Idle => None,
            State::Missing(names) => {
                Some((self.frame.say1("forms.missing", "names", names.join(", ")), false))
            }
            State::Failed(code) => Some((self.frame.t.code(code), true)),
            State::Done(trail) if lookup.seeking == Seeking::Tree => {
                let way = trail.join(" › ");
                (!trail.is_empty()).then(|| (self.frame.say1("forms.inside", "way", way), false))
            }
            State::Done(_) => match &self.field.control {
                Control::Choice(entries) if entries.is_empty() => {
                    Some((self.frame.say("forms.none"), false))
                }
                _ => None,
            },
        }
    }

    fn load_words(&self, lookup: &Lookup) -> String {
        let key = match (lookup.seeking, &lookup.state) {
            (Seeking::Fields, State::Idle) => "forms.load-fields",
            (_, State::Idle) => "forms.load",
            _ => "forms.reload",
        };
        self.frame.say(key)
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn word(&self, lookup: &Lookup) -> &'static str {
        match lookup.state {
            State::Idle => "idle",
            State::Missing(_) => "missing",
            State::Failed(_) => "failed",
            State::Done(_) => "done",
        }
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn is_tree(&self, lookup: &Lookup) -> bool {
        lookup.seeking == Seeking::Tree && matches!(lookup.state, State::Done(_))
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn is_deep(&self, lookup: &Lookup) -> bool {
        matches!(&lookup.state, State::Done(trail) if !trail.is_empty())
    }
}

/// The id of the control of a pointer: letters and digits as they are, so that labels and scripts find it.
pub fn id_of(pointer: &str) -> String {
    let mut id = String::with_capacity(pointer.len() + 1);
    id.push('i');
    for c in pointer.chars() {
        match c {
            '/' => id.push('-'),
            c if c.is_ascii_alphanumeric() => id.push(c),
            c => {
                let _ = write!(id, "_{:x}_", u32::from(c));
            }
        }
    }
    id
}

#[cfg(test)]
mod tests;

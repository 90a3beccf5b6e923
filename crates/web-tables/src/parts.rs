//! What these pages are made of: a page of blocks, forms, dialogs, crumbs.

use askama::Template;
use tables::{ENGLISH, FRENCH, Labels};
use web_frame::{Field, Frame, Html};

use crate::place::Place;

/// A text of these pages.
pub(crate) fn say(frame: &Frame, key: &str) -> String {
    frame.say(&format!("web-tables.{key}"))
}

/// What is sent by a form: values by name.
pub(crate) type Sent = std::collections::BTreeMap<String, String>;

/// The trimmed value of a field.
pub(crate) fn value<'s>(sent: &'s Sent, name: &str) -> &'s str {
    sent.get(name).map_or("", |text| text.trim())
}

/// The number of the definition that a form was made of.
pub(crate) fn seen_by(sent: &Sent) -> Option<i64> {
    value(sent, "seen").parse().ok()
}

/// Whether a box is ticked.
pub(crate) fn ticked(sent: &Sent, name: &str) -> bool {
    value(sent, name) == "on"
}

/// A page of blocks.
#[derive(Debug, Template)]
#[template(path = "page.html")]
pub(crate) struct Page {
    pub(crate) frame: Frame,
    pub(crate) intro: String,
    pub(crate) crumbs: Vec<(String, String)>,
    pub(crate) actions: Vec<Html>,
    pub(crate) tabs: Vec<(String, String, bool)>,
    pub(crate) blocks: Vec<Html>,
    pub(crate) script: Option<&'static str>,
}

impl Page {
    /// A page in a part of the environment.
    pub(crate) fn new(place: &Place, here: &str, title: impl Into<String>) -> Self {
        let crumbs = vec![(place.href(""), place.name().to_owned())];
        Self {
            frame: place.at(here, title),
            intro: String::new(),
            crumbs,
            actions: Vec::new(),
            tabs: Vec::new(),
            blocks: Vec::new(),
            script: None,
        }
    }

    /// The same with one more step between the environment and the page.
    #[must_use]
    pub(crate) fn under(mut self, href: String, name: String) -> Self {
        self.frame.back = Some(href.clone());
        self.crumbs.push((href, name));
        self
    }

    /// The same with a sentence below the title.
    #[must_use]
    pub(crate) fn intro(mut self, intro: String) -> Self {
        self.intro = intro;
        self
    }

    /// The same with one more block.
    #[must_use]
    pub(crate) fn block(mut self, block: Html) -> Self {
        self.blocks.push(block);
        self
    }

    /// The same with the primary link of the page.
    #[must_use]
    pub(crate) fn primary(mut self, href: String, name: String) -> Self {
        let link = Link { icon: self.frame.icon("add"), href, name };
        self.actions.push(Html::of(&link));
        self
    }

    /// The same with a button that opens a dialog, and the dialog.
    #[must_use]
    pub(crate) fn asking(mut self, button: (&'static str, String), dialog: &Dialog) -> Self {
        let (icon, name) = button;
        let class = if icon == "add" { "button primary" } else { "button" };
        let icon = self.frame.icon(icon);
        self.actions.push(Html::of(&Open { icon, class, id: dialog.id, name }));
        self.blocks.push(Html::of(dialog));
        self
    }
}

#[derive(Debug, Template)]
#[template(
    source = r#"<a class="button primary" href="{{ href }}" data-key="n">{{ icon }}{{ name }}</a>"#,
    ext = "html"
)]
struct Link {
    icon: Html,
    href: String,
    name: String,
}

#[derive(Debug, Template)]
#[template(
    source = r#"<button class="{{ class }}" type="button" data-dialog="{{ id }}">{{ icon }}{{ name }}</button>"#,
    ext = "html"
)]
struct Open {
    icon: Html,
    class: &'static str,
    id: &'static str,
    name: String,
}

/// A question before something is done.
#[derive(Debug, Template)]
#[template(path = "dialog.html")]
pub(crate) struct Dialog {
    pub(crate) frame: Frame,
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) action: String,
    pub(crate) button: String,
    pub(crate) danger: bool,
    pub(crate) what: String,
    pub(crate) lines: Vec<String>,
    pub(crate) fields: Vec<Field>,
    /// The number of the definition that the question is about.
    pub(crate) seen: Option<i64>,
}

impl Dialog {
    /// Whether to delete something.
    pub(crate) fn delete(place: &Place, name: &str, action: String) -> Self {
        Self {
            frame: place.frame.clone(),
            id: "delete",
            title: place.say1("delete-sure", "name", name),
            action,
            button: place.say("delete"),
            danger: true,
            what: place.say("delete-what"),
            lines: Vec::new(),
            fields: Vec::new(),
            seen: None,
        }
    }

    /// The same about a definition that has this number: who answers has seen no other.
    #[must_use]
    pub(crate) const fn seen(mut self, number: i64) -> Self {
        self.seen = Some(number);
        self
    }

    /// The same with another sentence.
    #[must_use]
    pub(crate) fn what(mut self, what: String) -> Self {
        self.what = what;
        self
    }
}

/// A form with a headline.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct Form {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) wrong: Option<(String, String)>,
    pub(crate) action: String,
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) groups: Vec<(String, Vec<Html>)>,
    pub(crate) button: String,
    pub(crate) cancel: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) danger: bool,
}

impl Form {
    /// A form that is sent to `action`.
    pub(crate) fn new(place: &Place, action: String) -> Self {
        Self {
            frame: place.frame.clone(),
            title: String::new(),
            what: String::new(),
            wrong: None,
            action,
            hidden: Vec::new(),
            groups: Vec::new(),
            button: place.say("save"),
            cancel: None,
            disabled: false,
            danger: false,
        }
    }

    /// The same about a definition that has this number: who sends it has seen no other.
    #[must_use]
    pub(crate) fn seen(mut self, number: i64) -> Self {
        self.hidden.push(("seen".to_owned(), number.to_string()));
        self
    }

    /// The same with a group of fields.
    #[must_use]
    pub(crate) fn group(mut self, title: String, fields: Vec<Field>) -> Self {
        self.groups.push((title, fields.into_iter().map(|field| field.html()).collect()));
        self
    }

    /// The same with anything else.
    #[must_use]
    pub(crate) fn html(mut self, title: String, html: Html) -> Self {
        self.groups.push((title, vec![html]));
        self
    }

    /// The same with what is wrong.
    #[must_use]
    pub(crate) fn wrong(mut self, wrong: Option<(String, String)>) -> Self {
        self.wrong = wrong;
        self
    }
}

/// A note on a page.
#[derive(Debug, Template)]
#[template(path = "note.html")]
pub(crate) struct Note {
    pub(crate) frame: Frame,
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) title: String,
    pub(crate) what: String,
}

impl Note {
    /// A note as HTML.
    pub(crate) fn html(
        place: &Place,
        (class, icon): (&'static str, &'static str),
        title: String,
        what: String,
    ) -> Html {
        Html::of(&Self { frame: place.frame.clone(), class, icon, title, what })
    }
}

/// What belongs here, where there is nothing yet.
#[derive(Debug, Template)]
#[template(path = "empty.html")]
pub(crate) struct Empty {
    pub(crate) frame: Frame,
    pub(crate) icon: &'static str,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) button: Option<(String, String)>,
}

/// Boxes to tick of things that are found at run time; `name` stands before each value.
#[derive(Debug, Template)]
#[template(path = "boxes.html")]
pub(crate) struct Boxes {
    pub(crate) legend: String,
    pub(crate) hint: String,
    pub(crate) name: &'static str,
    pub(crate) options: Vec<TickBox>,
    pub(crate) filter: Option<String>,
}

/// One box.
#[derive(Debug)]
pub(crate) struct TickBox {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) on: bool,
    pub(crate) fixed: bool,
}

/// What a form of boxes sent: `name.value` for each that is ticked.
pub(crate) fn boxes_of(sent: &Sent, name: &str) -> Vec<uuid::Uuid> {
    let prefix = format!("{name}.");
    sent.keys().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok()).collect()
}

/// The two fields of a text in both languages.
pub(crate) fn label_fields(place: &Place, name: &str, label: &str, labels: &Labels) -> Vec<Field> {
    [("en", ENGLISH), ("fr", FRENCH)]
        .into_iter()
        .map(|(tag, code)| {
            let text = labels.exactly(code).unwrap_or_default();
            let label = place.say1(&format!("in-{tag}"), "label", label);
            Field::text(&format!("{name}-{tag}"), label).value(text).max(300)
        })
        .collect()
}

/// The text in both languages that a form sent; other languages of `standing` stay.
pub(crate) fn labels_of(sent: &Sent, name: &str, standing: &Labels) -> Labels {
    let mut labels = standing.clone();
    labels.set(ENGLISH, value(sent, &format!("{name}-en")));
    labels.set(FRENCH, value(sent, &format!("{name}-fr")));
    labels
}

impl Empty {
    /// As HTML.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

//! A table of a page: heads, cells, and what stands there when there is none.

use askama::Template;
use web_frame::{Frame, Html};

use crate::{parts::Empty, place::Place};

/// One cell.
#[derive(Debug, Default, Clone)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    pub(crate) sub: String,
    pub(crate) code: bool,
    pub(crate) badges: Vec<(String, &'static str)>,
}

impl Cell {
    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A name of programs.
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: true, ..Self::default() }
    }

    /// Words that lead somewhere.
    pub(crate) fn link(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), href: Some(href), ..Self::default() }
    }

    /// The same with a second line.
    #[must_use]
    pub(crate) fn sub(mut self, sub: impl Into<String>) -> Self {
        self.sub = sub.into();
        self
    }

    /// The same with a badge.
    #[must_use]
    pub(crate) fn badge(mut self, text: impl Into<String>, class: &'static str) -> Self {
        self.badges.push((text.into(), class));
        self
    }
}

/// A table.
#[derive(Debug, Template)]
#[template(path = "grid.html")]
pub(crate) struct Grid {
    frame: Frame,
    id: &'static str,
    heads: Vec<String>,
    lines: Vec<(String, Vec<Cell>)>,
    next: Option<String>,
    empty: Option<Empty>,
    /// The words of a field that filters what is here.
    filter: Option<String>,
}

impl Grid {
    /// A table with these heads; columns behind the second are for wide screens.
    pub(crate) fn new(place: &Place, id: &'static str, heads: &[&str]) -> Self {
        Self {
            frame: place.frame.clone(),
            id,
            heads: heads.iter().map(|head| place.say(head)).collect(),
            lines: Vec::new(),
            next: None,
            empty: None,
            filter: None,
        }
    }

    /// One more line.
    pub(crate) fn line(&mut self, cells: Vec<Cell>) {
        let find = cells.iter().take(2).flat_map(|cell| [cell.text.as_str(), cell.sub.as_str()]);
        let find = find.collect::<Vec<_>>().join(" ");
        self.lines.push((find, cells));
    }

    /// The same with a filter over its lines.
    #[must_use]
    pub(crate) fn filter(mut self, label: String) -> Self {
        self.filter = Some(label);
        self
    }

    /// The same with a next page.
    #[must_use]
    pub(crate) fn next(mut self, next: Option<String>) -> Self {
        self.next = next;
        self
    }

    /// Where more lines go.
    fn target(&self) -> String {
        format!("#{}", self.id)
    }

    /// As HTML; `empty` says what belongs here.
    pub(crate) fn html(mut self, empty: Empty) -> Html {
        if self.lines.is_empty() {
            self.empty = Some(empty);
        }
        Html::of(&self)
    }
}

/// What stands where a list is empty; `key` names its texts.
pub(crate) fn nothing(place: &Place, icon: &'static str, key: &str) -> Empty {
    Empty {
        frame: place.frame.clone(),
        icon,
        title: place.say(&format!("{key}-none")),
        what: place.say(&format!("{key}-none-what")),
        button: None,
    }
}

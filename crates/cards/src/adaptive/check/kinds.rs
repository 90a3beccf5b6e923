//! The elements, actions and inputs of Adaptive Cards 1.6, as far as they are checked.

/// What may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Element,
    /// An element of an `ImageSet`.
    Picture,
    Column,
    Row,
    Cell,
    Page,
    Inline,
    Action,
    /// An action of an element: everything but a show card.
    Select,
    /// The card of a show card.
    Card,
}

impl Role {
    /// The type of an object that may leave it out here.
    pub(super) const fn implied(self) -> Option<&'static str> {
        match self {
            Self::Picture => Some("Image"),
            Self::Column => Some("Column"),
            Self::Row => Some("TableRow"),
            Self::Cell => Some("TableCell"),
            Self::Page => Some("CarouselPage"),
            Self::Card => Some("AdaptiveCard"),
            Self::Element | Self::Inline | Self::Action | Self::Select => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Action | Self::Select => "an action",
            Self::Inline => "a run",
            _ => "an element",
        }
    }
}

/// A member that holds further objects.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) is_list: bool,
}

const fn list(name: &'static str, role: Role) -> Child {
    Child { name, role, is_list: true }
}

const fn one(name: &'static str, role: Role) -> Child {
    Child { name, role, is_list: false }
}

/// A type: where it may stand, what it needs, which members are texts, what it holds.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) roles: &'static [Role],
    pub(super) required: &'static [&'static str],
    pub(super) texts: &'static [&'static str],
    pub(super) children: &'static [Child],
}

/// What the root of a card holds.
pub(super) const CARD: &[Child] = &[
    list("body", Role::Element),
    list("actions", Role::Action),
    one("selectAction", Role::Select),
];

pub(super) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

const ELEMENT: &[Role] = &[Role::Element];
const ACTION: &[Role] = &[Role::Action, Role::Select];
const SELECT: Child = one("selectAction", Role::Select);
const ITEMS: Child = list("items", Role::Element);

const fn element(
    name: &'static str,
    required: &'static [&'static str],
    texts: &'static [&'static str],
    children: &'static [Child],
) -> Kind {
    Kind { name, roles: ELEMENT, required, texts, children }
}

const fn action(name: &'static str, required: &'static [&'static str]) -> Kind {
    Kind { name, roles: ACTION, required, texts: &["title", "tooltip", "verb"], children: &[] }
}

static KINDS: &[Kind] = &[
    element("TextBlock", &["text"], &["text"], &[]),
    element("RichTextBlock", &["inlines"], &[], &[list("inlines", Role::Inline)]),
    Kind {
        name: "TextRun",
        roles: &[Role::Inline],
        required: &["text"],
        texts: &["text"],
        children: &[SELECT],
    },
    Kind {
        name: "Image",
        roles: &[Role::Element, Role::Picture],
        required: &["url"],
        texts: &["url", "altText"],
        children: &[SELECT],
    },
    element("ImageSet", &["images"], &[], &[list("images", Role::Picture)]),
    element("Media", &["sources"], &["poster", "altText"], &[]),
    element("FactSet", &["facts"], &[], &[]),
    element("Container", &["items"], &[], &[ITEMS, SELECT]),
    element("ColumnSet", &[], &[], &[list("columns", Role::Column), SELECT]),
    Kind {
        name: "Column",
        roles: &[Role::Column],
        required: &[],
        texts: &[],
        children: &[ITEMS, SELECT],
    },
    element("ActionSet", &["actions"], &[], &[list("actions", Role::Action)]),
    element("Table", &[], &[], &[list("rows", Role::Row)]),
    Kind {
        name: "TableRow",
        roles: &[Role::Row],
        required: &[],
        texts: &[],
        children: &[list("cells", Role::Cell)],
    },
    Kind {
        name: "TableCell",
        roles: &[Role::Cell],
        required: &["items"],
        texts: &[],
        children: &[ITEMS, SELECT],
    },
    element("Carousel", &["pages"], &[], &[list("pages", Role::Page)]),
    Kind {
        name: "CarouselPage",
        roles: &[Role::Page],
        required: &[],
        texts: &[],
        children: &[ITEMS, SELECT],
    },
    element("Input.Text", &["id"], INPUT_TEXTS, &[one("inlineAction", Role::Select)]),
    element("Input.Number", &["id"], INPUT, &[]),
    element("Input.Date", &["id"], INPUT_TEXTS, &[]),
    element("Input.Time", &["id"], INPUT_TEXTS, &[]),
    element("Input.Toggle", &["id", "title"], &["title", "label"], &[]),
    element("Input.ChoiceSet", &["id"], INPUT_TEXTS, &[]),
    action("Action.OpenUrl", &["url"]),
    action("Action.Submit", &[]),
    action("Action.Execute", &[]),
    action("Action.ToggleVisibility", &[]),
    Kind {
        name: "Action.ShowCard",
        roles: &[Role::Action],
        required: &["card"],
        texts: &["title", "tooltip"],
        children: &[one("card", Role::Card)],
    },
];

const INPUT: &[&str] = &["label", "errorMessage", "placeholder"];
const INPUT_TEXTS: &[&str] = &["label", "errorMessage", "placeholder", "value"];

/// Words that mean the same on whatever element they stand (Adaptive Cards reference, enumerations);
/// `spacing` has one more in Teams.
pub(super) const WORDS: &[(&str, &[&str])] = &[
    (
        "spacing",
        &["none", "extraSmall", "small", "default", "medium", "large", "extraLarge", "padding"],
    ),
    ("size", &["small", "default", "medium", "large", "extraLarge", "auto", "stretch"]),
    ("weight", &["lighter", "default", "bolder"]),
    ("fontType", &["default", "monospace"]),
    ("color", &["default", "dark", "light", "accent", "good", "warning", "attention"]),
    ("horizontalAlignment", &["left", "center", "right"]),
    ("verticalContentAlignment", &["top", "center", "bottom"]),
    ("mode", &["primary", "secondary"]),
];

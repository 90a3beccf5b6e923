//! What a form is made of.

use crate::read::Mistake;

/// A form for the inputs of an operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Form {
    /// The fields in their order; the important ones first.
    pub fields: Vec<Field>,
    /// Whether there was more than a form shows, so that some of it is JSON.
    pub is_cut: bool,
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where its value goes: a pointer into the inputs, such as `/body/customer/name`.
    pub pointer: String,
    /// What people read.
    pub label: String,
    /// The name in the description.
    pub name: String,
    /// What it is for; may be empty.
    pub hint: String,
    /// An example, or what stands in when nothing is given; may be empty.
    pub placeholder: String,
    /// Whether it has to be there.
    pub required: bool,
    /// Whether it is folded away.
    pub advanced: bool,
    /// What becomes of its text.
    pub kind: Kind,
    /// What people fill in.
    pub control: Control,
    /// What was typed, or what is there already.
    pub value: String,
    /// What is wrong with it, as a code.
    pub problem: Option<String>,
    /// The other operation that it needs, if it does.
    pub lookup: Option<Lookup>,
}

/// What becomes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It stays a text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// An instant; typed without a time zone it is meant in the reader's.
    Instant,
    /// A file.
    File,
    /// JSON.
    Json,
    /// JSON where it reads as an object or a list, else a text: nothing is said about what it may be.
    Any,
    /// An object.
    Group,
    /// A list.
    List,
}

/// What people fill in.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// A line of text.
    Line(Text),
    /// Several lines of text.
    Area,
    /// One of a list; whatever else was given stays.
    Choice(Vec<Entry>),
    /// A file from the reader's machine; the value is the name of the one that is there already.
    File,
    /// A box for JSON.
    Json,
    /// Fields of an object.
    Group(Vec<Field>),
    /// Elements of a list, each a field of its own.
    List {
        /// The elements.
        items: Vec<Field>,
        /// Whether there are as many as a form shows.
        is_full: bool,
    },
}

/// The kind of a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Text {
    Plain,
    Number,
    Date,
    DateTime,
    Mail,
    Address,
    Secret,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is posted.
    pub value: String,
    /// What people read.
    pub title: String,
    /// Whether there is something below it, in trees.
    pub is_parent: bool,
}

/// What a field asks another operation for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// What for.
    pub seeking: Seeking,
    /// The fields that the answer depends on, as pointers.
    pub fed_by: Vec<String>,
    /// How it stands.
    pub state: State,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seeking {
    /// Things to choose.
    Choices,
    /// Things to choose, level by level.
    Tree,
    /// The fields of an object.
    Fields,
}

/// How a look-up stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody asked yet.
    Idle,
    /// These have to be filled in first.
    Missing(Vec<String>),
    /// It failed; why, in words or as a code.
    Failed(String),
    /// It is there; in trees the titles of the levels that were opened.
    Done(Vec<String>),
}

impl Form {
    /// Puts each mistake at its field, and gives back those that have none.
    pub fn mark(&mut self, mistakes: &[Mistake]) -> Vec<Mistake> {
        let lost = mistakes.iter().filter(|mistake| !mark(&mut self.fields, mistake));
        lost.cloned().collect()
    }

    /// The field of a pointer.
    pub fn field(&self, pointer: &str) -> Option<&Field> {
        find(&self.fields, pointer)
    }

    /// Every field, groups before what is in them.
    pub fn each(&self, show: &mut impl FnMut(&Field)) {
        each(&self.fields, show);
    }
}

impl Field {
    /// The fields inside, if it has any.
    pub fn inside(&self) -> &[Field] {
        match &self.control {
            Control::Group(fields) | Control::List { items: fields, .. } => fields,
            _ => &[],
        }
    }

    /// Whether something in it is filled in or wrong, so that it is shown unfolded.
    pub fn is_used(&self) -> bool {
        self.problem.is_some() || !self.value.is_empty() || self.inside().iter().any(Self::is_used)
    }
}

fn mark(fields: &mut [Field], mistake: &Mistake) -> bool {
    for field in fields {
        if field.pointer == mistake.pointer {
            field.problem = Some(mistake.code.clone());
            return true;
        }
        if !is_below(&mistake.pointer, &field.pointer) {
            continue;
        }
        let inside = match &mut field.control {
            Control::Group(fields) | Control::List { items: fields, .. } => mark(fields, mistake),
            _ => false,
        };
        if !inside {
            field.problem = Some(mistake.code.clone());
        }
        return true;
    }
    false
}

fn find<'f>(fields: &'f [Field], pointer: &str) -> Option<&'f Field> {
    fields.iter().find_map(|field| {
        if field.pointer == pointer {
            return Some(field);
        }
        is_below(pointer, &field.pointer).then(|| find(field.inside(), pointer))?
    })
}

fn each(fields: &[Field], show: &mut impl FnMut(&Field)) {
    for field in fields {
        show(field);
        each(field.inside(), show);
    }
}

fn is_below(pointer: &str, above: &str) -> bool {
    pointer.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

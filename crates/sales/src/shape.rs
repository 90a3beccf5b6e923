//! From the answer of an operation to what a surface may show: checked, cleaned, cut, counted.
//!
//! A partner's answer is a stranger's text. Whatever comes, the shape has at most as many items as were asked for,
//! each text on one line within its limit, and addresses that lead to web pages only.

mod text;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    Point,
    contract::{Field, Form, Kind},
    inspect::Matched,
};

pub(crate) use text::{line, link};

/// What a surface may show of one answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shaped {
    /// What is shown.
    pub items: Vec<Item>,
    /// Whether the operation has more.
    pub has_more: bool,
    /// How many items came.
    pub received: usize,
    /// What was left out or changed, and why.
    pub remarks: Vec<Remark>,
}

/// One item of a surface. Which parts it has depends on the point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// The title of a citation card, of a record, of a file or page; of the group in the older form of the email summary.
    pub title: Option<String>,
    /// The bullet of a summary, an insight, or what describes a file.
    pub text: Option<String>,
    /// Where it leads.
    pub url: Option<String>,
    /// When it was.
    pub at: Option<When>,
    /// Labels and values in the order of the answer.
    pub properties: Vec<(String, String)>,
    /// The record that it is, for the details of a record.
    pub record: Option<Related>,
    /// What kind of content it is, for a draft.
    pub content: Option<Content>,
    /// The icon of the content.
    pub icon_url: Option<String>,
}

/// A moment as the operation wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// As it was written.
    pub text: String,
    /// The moment, where it could be read.
    pub at: Option<Timestamp>,
}

/// A record of the partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its identifier there.
    pub id: String,
    /// The system name of its type.
    pub kind: String,
    /// What one is called.
    pub name: String,
    /// What several are called.
    pub plural: String,
}

/// What kind of content a file or page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Any other file.
    File,
    /// A web page.
    Web,
    /// Word.
    Doc,
    /// PDF.
    Pdf,
    /// `PowerPoint`.
    Pptx,
    /// Excel.
    Xlsx,
}

impl Content {
    /// Every kind, in the order of the numbers that stand for them in some answers.
    pub const ALL: [Self; 6] =
        [Self::File, Self::Web, Self::Doc, Self::Pdf, Self::Pptx, Self::Xlsx];

    /// The name in the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "content-file",
            Self::Web => "content-web",
            Self::Doc => "content-doc",
            Self::Pdf => "content-pdf",
            Self::Pptx => "content-pptx",
            Self::Xlsx => "content-xlsx",
        }
    }

    /// A kind by its name or number; what is unknown is a file.
    fn of(value: &Value) -> Self {
        let by_number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let by_number = by_number.and_then(|number| Self::ALL.get(number)).copied();
        let named = |word: &str| Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        by_number.or_else(|| value.as_str().and_then(named)).unwrap_or(Self::File)
    }
}

/// What was left out or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Which item, from 0; the answer as a whole unless given.
    pub index: Option<usize>,
    /// The output, with the name of the contract.
    pub field: &'static str,
    /// What happened.
    pub what: What,
}

/// What happened to a part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The item is no object and is left out.
    NotAnObject,
    /// A required output is missing, null or empty, and the item is left out.
    Missing,
    /// A required output is no text, and the item is left out.
    NotText,
    /// The address of a draft's content is none that may be opened, and the item is left out.
    AddressRequired,
    /// There were more items than were asked for; the rest is left out.
    TooMany,
    /// A text was cut.
    Cut,
    /// Characters that steer how text is shown were taken out.
    Cleaned,
    /// An optional output has another type and is left out.
    Ignored,
    /// An address may not be opened and is left out.
    Address,
    /// A moment could not be read and is shown as it came.
    Moment,
    /// Labels beyond the limit were left out.
    Pairs,
}

impl What {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::NotAnObject,
        Self::Missing,
        Self::NotText,
        Self::AddressRequired,
        Self::TooMany,
        Self::Cut,
        Self::Cleaned,
        Self::Ignored,
        Self::Address,
        Self::Moment,
        Self::Pairs,
    ];

    /// The name in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAnObject => "item.not_an_object",
            Self::Missing => "output.missing",
            Self::NotText => "output.not_text",
            Self::AddressRequired => "output.address_refused",
            Self::TooMany => "item.too_many",
            Self::Cut => "text.cut",
            Self::Cleaned => "text.cleaned",
            Self::Ignored => "output.ignored",
            Self::Address => "address.refused",
            Self::Moment => "moment.unread",
            Self::Pairs => "pairs.too_many",
        }
    }

    /// Whether an item was left out for it.
    pub const fn drops(self) -> bool {
        matches!(
            self,
            Self::NotAnObject
                | Self::Missing
                | Self::NotText
                | Self::AddressRequired
                | Self::TooMany
        )
    }
}

/// Why nothing of an answer can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unshapable {
    /// It is no JSON object.
    NotAnObject,
    /// It has no list called `value`.
    NoValue,
}

/// Shapes a sample as the surface would show it, with the names of the contract.
///
/// # Errors
/// [`Unshapable`]
pub fn shape_sample(point: Point, sample: &Value, top: usize) -> Result<Shaped, Unshapable> {
    let mut forms = point.forms();
    let Some(form) = forms.next() else { return Err(Unshapable::NoValue) };
    // a sample of the older form has what only that has
    let older = forms.next().filter(|older| {
        let first = list(sample).ok().and_then(|all| all.first()).and_then(Value::as_object);
        let has = |name: &str| first.is_some_and(|item| ignoring_case(item, name).is_some());
        older.outputs.iter().all(|field| has(field.name))
    });
    shape(sample, older.unwrap_or(form), (&[], top))
}

/// Shapes the answer of an operation.
pub(crate) fn shape_answer(
    matched: &Matched,
    answer: &Value,
    top: usize,
) -> Result<Shaped, Unshapable> {
    let Some(form) = matched.form() else { return Err(Unshapable::NoValue) };
    shape(answer, form, (&matched.plan.outputs, top))
}

fn list(answer: &Value) -> Result<&Vec<Value>, Unshapable> {
    let envelope = answer.as_object().ok_or(Unshapable::NotAnObject)?;
    let value = ignoring_case(envelope, "value").and_then(Value::as_array);
    value.ok_or(Unshapable::NoValue)
}

fn shape(
    answer: &Value,
    form: &Form,
    (names, top): (&[(&'static str, String)], usize),
) -> Result<Shaped, Unshapable> {
    let all = list(answer)?;
    let more = answer.as_object().and_then(|envelope| ignoring_case(envelope, "hasMoreResults"));
    let mut shaped = Shaped {
        has_more: more.is_some_and(|more| more == true || more.as_str() == Some("true")),
        received: all.len(),
        ..Shaped::default()
    };
    let top = top.clamp(1, MAX_ITEMS);
    for (index, value) in all.iter().enumerate() {
        if index >= MAX_LOOKED {
            break;
        }
        if shaped.items.len() == top {
            shaped.remark(Some(index), "value", What::TooMany);
            break;
        }
        let mut reader = Reader { names, index, remarks: Vec::new() };
        let item = reader.item(form, value);
        for remark in reader.remarks {
            shaped.remark(remark.index, remark.field, remark.what);
        }
        shaped.items.extend(item);
    }
    Ok(shaped)
}

impl Shaped {
    fn remark(&mut self, index: Option<usize>, field: &'static str, what: What) {
        if self.remarks.len() < MAX_REMARKS {
            self.remarks.push(Remark { index, field, what });
        }
    }
}

/// The item cannot be shown.
struct LeftOut;

/// Reads one item.
struct Reader<'a> {
    names: &'a [(&'static str, String)],
    index: usize,
    remarks: Vec<Remark>,
}

impl Reader<'_> {
    fn remark(&mut self, field: &'static str, what: What) {
        self.remarks.push(Remark { index: Some(self.index), field, what });
    }

    fn item(&mut self, form: &Form, value: &Value) -> Option<Item> {
        let Some(object) = value.as_object() else {
            self.remark("value", What::NotAnObject);
            return None;
        };
        let mut item = Item::default();
        let mut related = Related {
            id: String::new(),
            kind: String::new(),
            name: String::new(),
            plural: String::new(),
        };
        for field in form.outputs {
            let value = self.find(object, field.name).filter(|value| !value.is_null());
            if field.name == "contentType" {
                let Some(value) = value else {
                    self.remark(field.name, What::Missing);
                    return None;
                };
                item.content = Some(Content::of(value));
                continue;
            }
            if field.kind == Kind::Pairs {
                item.properties =
                    value.map(|value| self.pairs(field.name, value)).unwrap_or_default();
                continue;
            }
            let Some(text) = self.text(field, value).ok()? else { continue };
            match field.name {
                "title" | "Title" | "recordTitle" | "contentTitle" => item.title = Some(text),
                "description" | "Description" | "insight" | "contentDescription" => {
                    item.text = Some(text);
                }
                "dateTime" => {
                    let at = text.parse().ok();
                    if at.is_none() {
                        self.remark(field.name, What::Moment);
                    }
                    item.at = Some(When { text, at });
                }
                "url" => item.url = self.address(field.name, &text),
                "contentIconUrl" => item.icon_url = self.address(field.name, &text),
                "content" => {
                    item.url = link(&text);
                    if item.url.is_none() {
                        self.remark(field.name, What::AddressRequired);
                        return None;
                    }
                }
                "recordId" => related.id = text,
                "recordType" => related.kind = text,
                "recordTypeDisplayName" => related.name = text,
                "recordTypePluralDisplayName" => related.plural = text,
                _ => {}
            }
        }
        if form.point == Point::RecordDetails {
            item.record = Some(related);
        }
        Some(item)
    }

    fn find<'v>(&self, object: &'v Map<String, Value>, field: &str) -> Option<&'v Value> {
        let own = self.names.iter().find(|(known, _)| *known == field);
        let by_own = own.and_then(|(_, name)| ignoring_case(object, name));
        by_own.or_else(|| ignoring_case(object, field)).or_else(|| {
            // the name of the output for three weeks in 2025
            (field == "insight").then(|| ignoring_case(object, "insightMarkdown")).flatten()
        })
    }

    /// The text of an output, where there is one.
    fn text(&mut self, field: &Field, value: Option<&Value>) -> Result<Option<String>, LeftOut> {
        let most = field.most.unwrap_or_else(|| usual(field.name));
        let given = match value {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Bool(flag)) => Some(flag.to_string()),
            Some(Value::Array(_) | Value::Object(_)) => {
                let what = if field.required { What::NotText } else { What::Ignored };
                self.remark(field.name, what);
                return if field.required { Err(LeftOut) } else { Ok(None) };
            }
            Some(Value::Null) | None => None,
        };
        let cleaned = given.map(|text| line(&text, most)).filter(|line| !line.text.is_empty());
        let Some(cleaned) = cleaned else {
            if field.required {
                self.remark(field.name, What::Missing);
                return Err(LeftOut);
            }
            return Ok(None);
        };
        if cleaned.cut {
            self.remark(field.name, What::Cut);
        }
        if cleaned.cleaned {
            self.remark(field.name, What::Cleaned);
        }
        Ok(Some(cleaned.text))
    }

    fn address(&mut self, field: &'static str, text: &str) -> Option<String> {
        let url = link(text);
        if url.is_none() {
            self.remark(field, What::Address);
        }
        url
    }

    /// Labels and values; scalar values are shown, others are not.
    fn pairs(&mut self, field: &'static str, value: &Value) -> Vec<(String, String)> {
        let Some(object) = value.as_object() else {
            self.remark(field, What::Ignored);
            return Vec::new();
        };
        let mut out = Vec::new();
        let mut ignored = false;
        for (name, value) in object {
            if out.len() == MAX_PAIRS {
                self.remark(field, What::Pairs);
                break;
            }
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                Value::Null => continue,
                Value::Array(_) | Value::Object(_) => {
                    ignored = true;
                    continue;
                }
            };
            let (name, text) = (line(name, MAX_LABEL), line(&text, MAX_VALUE));
            if !name.text.is_empty() && !text.text.is_empty() {
                out.push((name.text, text.text));
            }
        }
        if ignored {
            self.remark(field, What::Ignored);
        }
        out
    }
}

/// A member of an object: with exactly that name, else with any letter case.
fn ignoring_case<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        let mut members = object.iter().take(MAX_MEMBERS);
        members.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// The limit of a text for which the contract has none; our own choice.
fn usual(field: &str) -> usize {
    match field {
        "url" | "content" | "contentIconUrl" => MAX_ADDRESS + 1,
        "description" | "Description" | "insight" | "contentDescription" => 1_000,
        _ => 200,
    }
}

/// Items of one section at most; our own choice.
const MAX_ITEMS: usize = 50;
/// Items of an answer that are looked at; our own choice.
const MAX_LOOKED: usize = 200;
/// Labels of an item; our own choice.
const MAX_PAIRS: usize = 20;
/// Characters of a label and of its value; our own choice.
const MAX_LABEL: usize = 80;
const MAX_VALUE: usize = 300;
/// Characters of an address.
const MAX_ADDRESS: usize = 2_048;
/// Members of an object among which a name is looked for.
const MAX_MEMBERS: usize = 200;
/// Remarks about one answer.
const MAX_REMARKS: usize = 100;

#[cfg(test)]
mod tests;

//! The form of a table: which fields people fill in, in which sections, and what they sent.

use std::collections::BTreeMap;

use crm::{Field as Described, FieldKind, Record, RecordRef, Table, Value, Values};
use crm_connections::{
    Error,
    records::{SellersRecords, from_text, to_text},
};
use jiff::civil::DateTime;
use web_frame::{
    Field, Frame, Html,
    parts::record::{Choices, Lookup, Section, Sections},
};

use super::{
    HOME,
    cell::{is_mail, is_number, is_phone, is_site},
};

/// What a form sends: values by name; for a lookup also `name--row`, which is `table:id`.
pub(crate) type Sent = BTreeMap<String, String>;

/// What is wrong with one field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mistake {
    pub(crate) sentence: String,
    /// The records that a name could mean: `table:id` and what people read.
    pub(crate) several: Vec<(String, String)>,
}

/// What is wrong, by field.
pub(crate) type Mistakes = BTreeMap<String, Mistake>;

/// A form on a table.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) table: &'a Table,
    /// Whether a record is made; else one is changed.
    pub(crate) new: bool,
}

/// The headings of a form, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Main,
    Contact,
    Address,
    Amounts,
    Dates,
    Texts,
    Others,
    Preferences,
}

impl Group {
    const ALL: [Self; 8] = [
        Self::Main,
        Self::Contact,
        Self::Address,
        Self::Amounts,
        Self::Dates,
        Self::Texts,
        Self::Others,
        Self::Preferences,
    ];

    /// The headings are those of the forms of the hub's own records.
    const fn key(self) -> &'static str {
        match self {
            Self::Main => "web-records.general",
            Self::Contact => "web-records.section-contact",
            Self::Address => "web-records.section-address",
            Self::Amounts => "web-records.section-amounts",
            Self::Dates => "web-records.section-dates",
            Self::Texts => "web-records.section-texts",
            Self::Others => "web-records.section-others",
            Self::Preferences => "web-records.section-preferences",
        }
    }

    fn of(field: &Described) -> Self {
        let name = field.name.to_ascii_lowercase();
        let begins = |all: &[&str]| all.iter().any(|begin| name.starts_with(begin));
        let ends = |all: &[&str]| all.iter().any(|end| name.ends_with(end));
        let place = ["street", "city", "state", "postalcode", "country", "latitude", "longitude"];
        match &field.kind {
            _ if begins(&["address1_", "address2_", "address3_", "billto_", "shipto_"]) => {
                Self::Address
            }
            _ if begins(&["billing", "shipping", "mailing", "other"]) && ends(&place) => {
                Self::Address
            }
            FieldKind::Boolean => Self::Preferences,
            _ if begins(&["donot", "preferred", "hasopted"]) => Self::Preferences,
            FieldKind::Text(_) if is_mail(&name) || is_phone(&name) || is_site(&name) => {
                Self::Contact
            }
            kind if is_long(kind) => Self::Texts,
            FieldKind::Date | FieldKind::Instant => Self::Dates,
            kind if is_number(kind) => Self::Amounts,
            _ => Self::Others,
        }
    }
}

impl<'a> Form<'a> {
    /// A form of a record, or of a new one.
    pub(crate) const fn new(frame: &'a Frame, table: &'a Table, new: bool) -> Self {
        Self { frame, table, new }
    }

    /// The fields that people fill in.
    pub(crate) fn fields(&self) -> Vec<&'a Described> {
        let fits = |field: &&Described| {
            let open = if self.new { field.createable } else { field.updateable };
            open && is_typed(&field.kind) && !is_silent(&field.name)
        };
        self.table.fields.iter().filter(fits).collect()
    }

    /// The fields that people read beside the form: what they may not change.
    pub(crate) fn others(&self) -> Vec<&'a Described> {
        let own = self.fields();
        let fits = |field: &&Described| {
            is_typed(&field.kind)
                && !is_silent(&field.name)
                && !own.iter().any(|one| one.name == field.name)
        };
        self.table.fields.iter().filter(fits).collect()
    }

    /// The form, under headings of this level; `values` are texts as [`Form::text`] gives them.
    pub(crate) fn html(
        &self,
        (values, mistakes): (&Sent, &Mistakes),
        may_write: bool,
        heading: &'static str,
    ) -> Html {
        let sections = self.sections(values, mistakes);
        Html::of(&Sections { sections: &sections, may_write, heading })
    }

    fn sections(&self, values: &Sent, mistakes: &Mistakes) -> Vec<Section> {
        let name = |field: &Described| Some(&field.name) == self.table.name_field.as_ref();
        let at =
            |field: &Described| MAIN.iter().position(|one| one.eq_ignore_ascii_case(&field.name));
        let main = |field: &Described| {
            name(field)
                || (field.required && field.kind != FieldKind::Boolean)
                || at(field).is_some()
        };
        let mut fields = self.fields();
        // names of people stand where the name of a record does
        kernel::sort_by_key(&mut fields, |field| {
            (!name(field), is_long(&field.kind), at(field).unwrap_or(MAIN.len()), !field.required)
        });
        let mut groups: BTreeMap<usize, (bool, Vec<Html>)> = BTreeMap::new();
        for field in fields {
            let group = if main(field) { Group::Main } else { Group::of(field) };
            let place = Group::ALL.iter().position(|one| *one == group).unwrap_or_default();
            let filled = values.get(&field.name).is_some_and(|text| !text.is_empty())
                && !matches!(group, Group::Preferences | Group::Others);
            let (open, inputs) = groups.entry(place).or_default();
            *open |= filled || mistakes.contains_key(&field.name);
            inputs.push(self.input(field, values, mistakes));
        }
        // a table of which nothing is known begins with what there is
        let first = groups.keys().next().copied();
        let section = |(place, (open, inputs)): (usize, (bool, Vec<Html>))| {
            let group = Group::ALL.get(place).copied().unwrap_or(Group::Others);
            let main = group == Group::Main;
            let open = open || Some(place) == first;
            Section { title: self.frame.say(group.key()), open, main, inputs }
        };
        groups.into_iter().map(section).collect()
    }

    fn input(&self, field: &Described, values: &Sent, mistakes: &Mistakes) -> Html {
        let name = &*field.name;
        let held = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
        let value = held(name);
        let wrong = mistakes.get(name);
        let error = wrong.map(|wrong| wrong.sentence.as_str());
        match &field.kind {
            FieldKind::Row(_) => Html::of(&Lookup {
                frame: self.frame,
                name,
                label: field.label.clone(),
                value,
                key: held(&format!("{name}--row")),
                suggest: format!("{HOME}/lookup?table={}&field={name}", self.table.name),
                required: field.required,
                error,
                several: wrong.map(|wrong| wrong.several.as_slice()).unwrap_or_default(),
                hint: String::new(),
            }),
            FieldKind::Choices(entries) => {
                let on: Vec<&str> = value.split(';').collect();
                let options = entries.iter().map(|entry| {
                    let ticked = on.contains(&&*entry.value);
                    (entry.value.clone(), entry.label.clone(), ticked)
                });
                let (options, label) = (options.collect(), field.label.clone());
                Html::of(&Choices { name, label, options, error })
            }
            _ => {
                let shown = self.field(field, value).value(value);
                let shown = if field.required { shown.required() } else { shown };
                match error {
                    Some(sentence) => shown.error(sentence).html(),
                    None => shown.html(),
                }
            }
        }
    }

    fn field(&self, field: &Described, value: &str) -> Field {
        let (name, label) = (field.name.as_str(), field.label.as_str());
        let small = name.to_ascii_lowercase();
        match &field.kind {
            FieldKind::Text(max) => {
                let shown = if is_long(&field.kind) {
                    Field::area(name, label)
                } else if is_mail(&small) {
                    Field::input("email", name, label)
                } else if is_phone(&small) {
                    Field::input("tel", name, label)
                } else {
                    Field::text(name, label)
                };
                match max.and_then(|max| usize::try_from(max).ok()) {
                    Some(max) => shown.max(max),
                    None => shown,
                }
            }
            FieldKind::Boolean => {
                let word = |is: bool| self.frame.say(if is { "web-crm.yes" } else { "web-crm.no" });
                let options = [("false", word(false)), ("true", word(true))];
                let empty = value.is_empty().then(|| ("", "—".to_owned()));
                Field::select(name, label, empty.into_iter().chain(options))
            }
            FieldKind::Choice(entries) => {
                let options =
                    entries.iter().map(|entry| (entry.value.clone(), entry.label.clone()));
                let mut options: Vec<(String, String)> = options.collect();
                // an entry that is out of use stays where it is until somebody chooses another
                if !value.is_empty() && !options.iter().any(|(entry, _)| entry == value) {
                    options.push((value.to_owned(), value.to_owned()));
                }
                options.insert(0, (String::new(), "—".to_owned()));
                Field::select(name, label, options)
            }
            FieldKind::Date => Field::input("date", name, label),
            FieldKind::Instant => Field::input("datetime-local", name, label),
            _ => Field::text(name, label),
        }
    }

    /// What the fields of a record hold.
    pub(crate) fn values(&self, record: &Record) -> Sent {
        let mut all = Sent::new();
        for field in self.fields() {
            let value = record.values.get(&field.name).unwrap_or(&Value::Null);
            if let Value::Row(to) = value {
                let told = record.texts.get(&field.name).filter(|text| !text.is_empty());
                let name = told.cloned();
                let name = name.unwrap_or_else(|| self.frame.say("web-records.no-name"));
                all.insert(field.name.clone(), name);
                all.insert(format!("{}--row", field.name), key(to));
                continue;
            }
            all.insert(field.name.clone(), self.text(value));
        }
        all
    }

    /// A value as its field holds it.
    fn text(&self, value: &Value) -> String {
        match value {
            Value::Instant(at) => {
                let local = at.to_zoned(self.frame.zone.clone()).datetime();
                local.strftime("%Y-%m-%dT%H:%M").to_string()
            }
            other => to_text(other),
        }
    }

    /// The values that were sent and differ from `before`.
    ///
    /// # Errors
    /// The inner ones are mistakes of who typed; the outer ones are not.
    pub(crate) async fn read(
        &self,
        crm: &SellersRecords,
        (sent, before): (&Sent, &Sent),
    ) -> Result<Result<Values, Mistakes>, Error> {
        let (mut values, mut mistakes) = (Values::new(), Mistakes::new());
        for field in self.fields() {
            let name = &field.name;
            let ticked = ticked(field, sent);
            let Some(text) = ticked.as_ref().or_else(|| sent.get(name)) else { continue };
            // browsers send line ends of their own
            let text = text.replace("\r\n", "\n");
            let text = text.trim();
            let row = format!("{name}--row");
            let key = sent.get(&row).map(String::as_str).unwrap_or_default();
            let same_row = key.is_empty() || before.get(&row).is_some_and(|was| was == key);
            let is_row = matches!(field.kind, FieldKind::Row(_));
            let same = before.get(name).is_some_and(|was| was.replace("\r\n", "\n").trim() == text);
            if same && (!is_row || same_row) {
                continue;
            }
            let read = if text.is_empty() && field.required {
                Err(self.mistake("web-records.wrong-missing"))
            } else if let FieldKind::Row(targets) = &field.kind {
                self.row(crm, targets, (text, key)).await?
            } else {
                self.typed(field, text).ok_or_else(|| self.mistake("web-records.wrong-type"))
            };
            match read {
                Ok(value) => drop(values.insert(name.clone(), value)),
                Err(mistake) => drop(mistakes.insert(name.clone(), mistake)),
            }
        }
        Ok(if mistakes.is_empty() { Ok(values) } else { Err(mistakes) })
    }

    fn mistake(&self, key: &str) -> Mistake {
        Mistake { sentence: self.frame.say(key), several: Vec::new() }
    }

    /// The record that a form names: `key` is what a script or a choice among several sent.
    async fn row(
        &self,
        crm: &SellersRecords,
        targets: &[String],
        (text, key): (&str, &str),
    ) -> Result<Result<Value, Mistake>, Error> {
        if text.is_empty() {
            return Ok(Ok(Value::Null));
        }
        if let Some((table, id)) = key.split_once(':')
            && targets.iter().any(|target| target == table)
        {
            let at = RecordRef::new(table, id);
            if crm.name(&at).await?.is_some_and(|name| name.trim() == text) {
                return Ok(Ok(Value::Row(at)));
            }
        }
        let mut hits = crm.suggest(targets, text, true).await?;
        Ok(match hits.len() {
            0 => Err(self.mistake("web-records.wrong-nobody")),
            1 => match hits.pop() {
                Some(one) => Ok(Value::Row(one.at)),
                None => Err(self.mistake("web-records.wrong-nobody")),
            },
            _ => {
                let several = hits
                    .iter()
                    .map(|hit| (self::key(&hit.at), format!("{} ({})", hit.name, hit.table)));
                let sentence = self.frame.say("web-records.wrong-several");
                Err(Mistake { sentence, several: several.collect() })
            }
        })
    }

    /// What was typed, as the reader's language and zone have it.
    pub(crate) fn typed(&self, field: &Described, text: &str) -> Option<Value> {
        if is_number(&field.kind) {
            return from_text(field, &bare_number(text, self.frame.language() == "fr"));
        }
        if field.kind == FieldKind::Instant && !text.is_empty() {
            let local: DateTime = text.parse().ok()?;
            let zoned = local.to_zoned(self.frame.zone.clone()).ok()?;
            return Some(Value::Instant(zoned.timestamp()));
        }
        from_text(field, text)
    }

    /// The findings of a refusal at their fields, in words; what is about no field of the form is left out.
    pub(crate) fn found(&self, error: &Error) -> Mistakes {
        use kernel::Coded as _;
        let mut all = Mistakes::new();
        let fields = self.fields();
        let own = |name: &str| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        for finding in error.fields() {
            let Some(field) = own(finding.pointer.trim_start_matches('/')) else { continue };
            let sentence = match finding.code {
                // the CRM's own words
                "crm.record_refused" => finding.detail.clone(),
                code => self.frame.t.rule(code, finding.limit),
            };
            all.insert(field.name.clone(), Mistake { sentence, several: Vec::new() });
        }
        if let Error::Crm(crm::Error::FieldHidden { fields: hidden, .. }) = error {
            for name in hidden {
                if let Some(field) = own(name) {
                    all.insert(field.name.clone(), self.mistake("web-crm.field-hidden"));
                }
            }
        }
        all
    }
}

/// The record behind a lookup as forms send it.
fn key(to: &RecordRef) -> String {
    format!("{}:{}", to.table, to.id)
}

/// The entries of several choices that were ticked, as one text.
fn ticked(field: &Described, sent: &Sent) -> Option<String> {
    let FieldKind::Choices(entries) = &field.kind else { return None };
    sent.get(&format!("{}--sent", field.name))?;
    let on = entries.iter().map(|entry| entry.value.as_str());
    let on = on.filter(|value| sent.contains_key(&format!("{}--{value}", field.name)));
    Some(on.collect::<Vec<_>>().join(";"))
}

/// A number as people of a language type it, without what stands between its digits.
fn bare_number(text: &str, french: bool) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
    if french {
        text.replace(',', ".")
    } else if text.rsplit_once(',').is_some_and(|(_, rest)| rest.len() >= 3) {
        text.replace(',', "")
    } else {
        text
    }
}

/// Whether a text has several lines.
const fn is_long(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Text(Some(max)) if *max > 500)
}

/// Whether people type values of this kind into a field.
const fn is_typed(kind: &FieldKind) -> bool {
    !matches!(kind, FieldKind::Id | FieldKind::Other(_))
}

/// Whether programs write a field and nobody looks for it.
pub(crate) fn is_silent(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SILENT.contains(&&*name) || name.ends_with("_base") || name.ends_with("_composite")
}

const SILENT: [&str; 28] = [
    "importsequencenumber",
    "overriddencreatedon",
    "timezoneruleversionnumber",
    "utcconversiontimezonecode",
    "traversedpath",
    "processid",
    "stageid",
    "stepid",
    "langid",
    "exchangerate",
    "merged",
    "owningbusinessunit",
    "owninguser",
    "owningteam",
    "createdonbehalfby",
    "modifiedonbehalfby",
    "createdbyexternalparty",
    "modifiedbyexternalparty",
    "versionnumber",
    "entityimage_timestamp",
    "entityimageid",
    "systemmodstamp",
    "isdeleted",
    "lastvieweddate",
    "lastreferenceddate",
    "masterrecordid",
    "jigsaw",
    "cleanstatus",
];

/// Fields that stand at the top, as Dynamics 365 and Salesforce call them.
const MAIN: [&str; 48] = [
    "salutation",
    "firstname",
    "lastname",
    "subject",
    "topic",
    "accountid",
    "parentaccountid",
    "parentcustomerid",
    "customerid",
    "company",
    "companyname",
    "regardingobjectid",
    "whoid",
    "whatid",
    "jobtitle",
    "title",
    "accountnumber",
    "industry",
    "industrycode",
    "type",
    "customertypecode",
    "numberofemployees",
    "revenue",
    "annualrevenue",
    "stagename",
    "salesstage",
    "estimatedvalue",
    "amount",
    "totalamount",
    "budgetamount",
    "closeprobability",
    "probability",
    "estimatedclosedate",
    "closedate",
    "scheduledstart",
    "scheduledend",
    "activitydate",
    "startdatetime",
    "enddatetime",
    "emailaddress1",
    "email",
    "telephone1",
    "phone",
    "mobilephone",
    "websiteurl",
    "website",
    "primarycontactid",
    "description",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_of_a_language_type_them() {
        assert_eq!(bare_number("1 234,5", true), "1234.5");
        assert_eq!(bare_number("1,234.5", false), "1234.5");
        assert_eq!(bare_number("1,2", false), "1,2");
    }
}

//! The pages of records in both languages, with what people have and empty.

use std::{future::ready, sync::Arc};

use crm::{
    Answer, Changes, Choice, Crm, Cursor, Error as Refusal, Feed, Field, FieldKind, Permissions,
    Query, Record, RecordId, RecordRef, Rights, Table, TableName, Upserted, Value, Values, Version,
};
use crm_connections::{
    Error, SystemKind,
    records::{Listed, Opened, SellersRecords},
};
use kernel::FieldError;
use web_frame::Frame;
use web_proof::show;

use super::{
    Place, Tables, Trouble,
    channels::Offered,
    form::{Form, Mistake},
    list, page, trouble,
};

/// A CRM that is never asked: pages are made of what is handed to them.
#[derive(Debug)]
struct Nobody;

fn never<T: Send + 'static>() -> Answer<'static, T> {
    Box::pin(ready(Err(Refusal::Unavailable)))
}

impl Crm for Nobody {
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        never()
    }
    fn describe<'a>(&'a self, _: &'a str) -> Answer<'a, Arc<Table>> {
        never()
    }
    fn query<'a>(&'a self, _: &'a Query) -> Answer<'a, crm::Page> {
        never()
    }
    fn read<'a>(&'a self, _: &'a RecordRef, _: &'a [String]) -> Answer<'a, Record> {
        never()
    }
    fn me(&self) -> Answer<'_, RecordRef> {
        never()
    }
    fn read_many<'a>(
        &'a self,
        _: &'a str,
        _: &'a [RecordId],
        _: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>> {
        never()
    }
    fn create<'a>(&'a self, _: &'a str, _: &'a Values) -> Answer<'a, RecordRef> {
        never()
    }
    fn create_with<'a>(
        &'a self,
        _: &'a str,
        _: &'a Values,
        _: &'a [crm::Child],
    ) -> Answer<'a, RecordRef> {
        never()
    }
    fn update<'a>(
        &'a self,
        _: &'a RecordRef,
        _: &'a Values,
        _: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        never()
    }
    fn upsert<'a>(&'a self, _: &'a str, _: &'a Values, _: &'a Values) -> Answer<'a, Upserted> {
        never()
    }
    fn delete<'a>(&'a self, _: &'a RecordRef, _: Option<&'a Version>) -> Answer<'a, ()> {
        never()
    }
    fn search<'a>(&'a self, _: &'a str, _: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        never()
    }
    fn permissions<'a>(&'a self, _: &'a str) -> Answer<'a, Permissions> {
        never()
    }
    fn rights<'a>(&'a self, _: &'a RecordRef) -> Answer<'a, Rights> {
        never()
    }
    fn changes<'a>(&'a self, _: &'a Feed) -> Answer<'a, Changes> {
        never()
    }
}

fn place(tables: &[(&str, &str)]) -> Place {
    let name = |(name, plural): &(&str, &str)| TableName {
        name: (*name).to_owned(),
        label: (*name).to_owned(),
        plural: (*plural).to_owned(),
    };
    let system = crate::tests::system_of(1, SystemKind::Salesforce);
    let instance = system.address.clone();
    let crm = SellersRecords::new(Arc::new(Nobody), system, instance);
    Place { crm, tables: tables.iter().map(name).collect() }
}

fn field(name: &str, label: &str, kind: FieldKind) -> Field {
    let (name, label) = (name.to_owned(), label.to_owned());
    Field { name, label, kind, required: false, createable: true, updateable: true }
}

fn choice(values: &[&str]) -> Vec<Choice> {
    let one = |value: &&str| Choice { value: (*value).to_owned(), label: format!("{value}!") };
    values.iter().map(one).collect()
}

fn opportunity() -> Table {
    let read_only = |field: Field| Field { createable: false, updateable: false, ..field };
    let required = |field: Field| Field { required: true, ..field };
    Table {
        name: "Opportunity".to_owned(),
        label: "Opportunity".to_owned(),
        id_field: "Id".to_owned(),
        name_field: Some("Name".to_owned()),
        fields: vec![
            read_only(field("Id", "Opportunity ID", FieldKind::Id)),
            required(field("Name", "Name", FieldKind::Text(Some(120)))),
            field("AccountId", "Account", FieldKind::Row(vec!["Account".to_owned()])),
            field("Amount", "Amount", FieldKind::Money),
            required(field("CloseDate", "Close date", FieldKind::Date)),
            required(field("StageName", "Stage", FieldKind::Choice(choice(&["New", "Won"])))),
            field("Colours__c", "Colours", FieldKind::Choices(choice(&["Red", "Blue"]))),
            field("Private__c", "Private", FieldKind::Boolean),
            field("Next__c", "Next call", FieldKind::Instant),
            field("Description", "Description", FieldKind::Text(Some(32_000))),
            field("Contact_Email__c", "Mail", FieldKind::Text(Some(80))),
            field("Photo__c", "Photo", FieldKind::Other("base64".to_owned())),
            read_only(field("CreatedDate", "Created", FieldKind::Instant)),
        ],
    }
}

fn record(frame: &Frame) -> Record {
    let values = [
        ("Id", Value::Id(RecordId("0065g00000abcdeAAA".to_owned()))),
        ("Name", "60 <licences>".into()),
        ("AccountId", Value::Row(RecordRef::new("Account", "0015g00000xyz"))),
        ("Amount", Value::Number(12_345.5)),
        ("CloseDate", Value::Date("2026-03-31".parse().unwrap())),
        ("StageName", Value::Choice("Retired".to_owned())),
        ("Colours__c", Value::Choices(vec!["Blue".to_owned()])),
        ("Private__c", Value::Boolean(false)),
        ("Next__c", Value::Instant(frame.now)),
        ("Description", Value::Null),
        ("Contact_Email__c", "ada@contoso.example".into()),
        ("CreatedDate", Value::Instant(frame.now)),
    ];
    Record {
        at: RecordRef::new("Opportunity", "0065g00000abcdeAAA"),
        version: Some(Version("2026-01-01T00:00:00.000+0000".to_owned())),
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        texts: [("AccountId".to_owned(), "Contoso & <sons>".to_owned())].into(),
    }
}

fn opened(frame: &Frame, write: bool) -> Opened {
    let rights = Rights { read: true, write, delete: write, ..Rights::default() };
    Opened { table: Arc::new(opportunity()), record: record(frame), rights }
}

const TABLES: [(&str, &str); 3] =
    [("Account", "Accounts"), ("Opportunity", "Opportunities"), ("Thing__c", "Things")];

#[test]
fn the_tables_of_a_crm_stand_in_two_groups() {
    show("crm-records-tables", |frame| {
        vec![
            ("full", Tables::new(&place(&TABLES), frame.clone())),
            ("empty", Tables::new(&place(&[]), frame.clone())),
        ]
    });
}

#[test]
fn a_list_shows_what_was_found_and_what_narrows_it() {
    show("crm-records-list", |frame| {
        let may = Permissions { read: true, create: true, update: true, delete: true };
        let columns = ["Name", "AccountId", "Amount", "StageName", "CloseDate"];
        let columns: Vec<String> = columns.map(str::to_owned).to_vec();
        let table = Arc::new(opportunity());
        let next = Some(Cursor("[\"x\",\"006\"]".to_owned()));
        let listed = Listed { records: vec![record(frame)], next, columns: columns.clone() };
        let asking = list::Asking {
            sort: "-Amount".to_owned(),
            f: vec!["Amount:ge:1000".to_owned(), "StageName:eq:Won".to_owned()],
            fc: "StageName".to_owned(),
            panel: "filter".to_owned(),
            ..list::Asking::default()
        };
        let known = (Arc::clone(&table), may);
        let full = list::Page::of(&place(&TABLES), frame.clone(), &known, (&asking, &listed));
        let none = Listed { records: Vec::new(), next: None, columns };
        let known = (table, Permissions { read: true, ..Permissions::default() });
        let asking = list::Asking::default();
        let empty = list::Page::of(&place(&TABLES), frame.clone(), &known, (&asking, &none));
        vec![("full", full), ("empty", empty)]
    });
}

#[test]
fn a_record_shows_its_form_what_is_wrong_with_it_and_what_others_did() {
    show("crm-record", |frame| {
        let place = place(&TABLES);
        let of = |opened: &Opened, typed| {
            let shown = page::Shown::of(frame, opened, typed, "h2");
            let base = "/links/crm/0198a000-0000-7000-8000-000000000001/Opportunity/1";
            let tab = |tab: &str| {
                (format!("{base}/{tab}"), frame.say(&format!("collaborate.tab-{tab}")), false)
            };
            let offered = Offered {
                collaborate: Some(format!("{base}/collaborate")),
                tabs: vec![tab("documents"), tab("conversation")],
                talk: Some(format!("{base}/conversation?beside=true")),
            };
            page::Page::of(&place, frame.clone(), opened, (shown, offered))
        };
        let opened = opened(frame, true);
        let form = Form::new(frame, &opened.table, false);
        let mut values = form.values(&opened.record);
        values.insert("Amount".to_owned(), "many".to_owned());
        let mistake = |sentence: &str, several: &[(&str, &str)]| Mistake {
            sentence: sentence.to_owned(),
            several: several
                .iter()
                .map(|(key, name)| ((*key).to_owned(), (*name).to_owned()))
                .collect(),
        };
        let two = [("Account:1", "Contoso (Account)"), ("Account:2", "Contoso (Account)")];
        let mistakes = [
            ("Amount".to_owned(), mistake("No <number>", &[])),
            ("AccountId".to_owned(), mistake("Which one?", &two)),
        ];
        let finding = FieldError::new("", "crm.record_refused", "The rule of <Contoso> says no");
        let (code, findings) = ("FIELD_CUSTOM_VALIDATION_EXCEPTION".to_owned(), vec![finding]);
        let error = Error::Crm(Refusal::Refused { code, findings });
        let system = Some(place.crm.system());
        let wrong = Trouble::of(frame, &error, system).map(Trouble::html);
        let meanwhile = vec![("Amount".to_owned(), "12,000".to_owned(), "13,000".to_owned())];
        let typed =
            page::Typed { values, mistakes: mistakes.into_iter().collect(), wrong, meanwhile };
        vec![
            ("full", of(&opened, None)),
            ("wrong", of(&opened, Some(typed))),
            ("read-only", of(&self::opened(frame, false), None)),
            (
                "new",
                page::Page::blank(&place, frame.clone(), &opened.table, page::Typed::default()),
            ),
        ]
    });
}

#[test]
fn every_trouble_is_told_with_its_cause_and_its_remedy() {
    show("crm-records-trouble", |frame| {
        let place = place(&TABLES);
        let of = |error: Error| {
            let trouble = Trouble::of(frame, &error, Some(place.crm.system())).unwrap();
            trouble::Page { frame: place.at(frame.clone(), "", "Records"), trouble }
        };
        let twin = |name: &str| crm::Twin {
            at: RecordRef::new("Contact", "0035g00000abcdeAAA"),
            name: name.to_owned(),
        };
        let fields = vec!["Amount".to_owned(), "NextStep".to_owned()];
        let hidden = Refusal::FieldHidden { object: "Opportunity".to_owned(), fields };
        let retry_after = std::time::Duration::from_mins(10);
        vec![
            ("lost", of(Error::Lost)),
            ("api-disabled", of(Refusal::ApiDisabled.into())),
            ("limit", of(Refusal::LimitReached { retry_after }.into())),
            ("hidden-field", of(hidden.into())),
            ("not-allowed", of(Refusal::NotAllowed.into())),
            ("duplicate", of(Refusal::duplicate(vec![twin("Jo <O'Neil>"), twin("")]).into())),
        ]
    });
}

#[test]
fn views_of_a_crm_stand_in_a_list_and_show_their_rows() {
    use crm::{View, ViewPage, ViewRef};
    use crm_connections::records::OpenedView;
    show("crm-records-views", |frame| {
        let own = |key: &str, name: &str, own| {
            (format!("/crm/records/Opportunity/views/{key}"), name.to_owned(), own)
        };
        let of = |views| {
            let kind = ("Opportunity", "Opportunities".to_owned());
            super::views::Views::of(&place(&TABLES), frame.clone(), kind, views)
        };
        let full = of(vec![
            own("00B5g00000abcdeAAA", "Closing <this> month", false),
            own("own-0198a000-0000-7000-8000-000000000001", "Mine", true),
        ]);
        vec![("full", full), ("empty", of(Vec::new()))]
    });
    show("crm-records-view", |frame| {
        let table = Arc::new(opportunity());
        let beside = field("Owner.Name", "Owner", FieldKind::Text(None));
        let mut columns: Vec<Field> = ["Name", "Amount", "StageName"]
            .iter()
            .filter_map(|name| table.field(name).cloned())
            .collect();
        columns.push(beside);
        let mut one = record(frame);
        one.values.insert("Owner.Name".to_owned(), "Ada <Martin>".into());
        let of = |records: Vec<Record>, next| {
            let view = View {
                at: ViewRef::new("Opportunity", "00B5g00000abcdeAAA", false),
                name: "Closing <this> month".to_owned(),
            };
            let page = ViewPage { columns: columns.clone(), records, next };
            let found = OpenedView { view, table: Arc::clone(&table), page };
            let base = "/links/crm/0198a000-0000-7000-8000-000000000001/Opportunity/views/00B";
            let collaborate = Some(format!("{base}/collaborate"));
            super::views::Page::of(&place(&TABLES), frame.clone(), &found, collaborate)
        };
        let next = Some(Cursor("50".to_owned()));
        vec![("full", of(vec![one], next)), ("empty", of(Vec::new(), None))]
    });
}

//! The pages in both languages.

use crm::{Field, FieldKind, Table};
use identity::Group;
use privacy::{DataSet, Job, JobKind, JobState, Kept, Preview, Reason};
use sales_settings::{FormField, Forms, Page as Part, Settings, TenantSettings, Vendor, View};
use uuid::Uuid;
use web_proof::show;

use crate::{forms, help, people, sales, system};

const SYSTEM: Uuid = Uuid::from_u128(7);

#[test]
fn the_settings_look_as_agreed() {
    show("sales-settings", |frame| {
        let systems = vec![("/admin/sales-settings/7".to_owned(), "Contoso <Nord>".to_owned())];
        let tenant = sales_settings::Kept { value: TenantSettings::default(), changes: 2 };
        vec![
            ("tenant", sales::Page::new(frame.clone(), systems, (Some(&tenant), &[]), &[])),
            ("nothing", sales::Page::new(frame.clone(), vec![], (None, &[]), &[])),
        ]
    });
}

#[test]
fn each_part_looks_as_agreed() {
    show("sales-system", |frame| {
        let group = Group {
            id: Uuid::from_u128(9).into(),
            name: "Field sales".to_owned(),
            description: String::new(),
            members: 2,
            roles: vec![],
            created_at: frame.now,
        };
        let mut settings = Settings::default();
        settings.access.product.allow.push(group.id);
        let kept = sales_settings::Kept { value: settings, changes: 3 };
        let one = |part| {
            system::Page::new(
                frame.clone(),
                (SYSTEM, part),
                (&kept, std::slice::from_ref(&group)),
                &[],
            )
        };
        Part::ALL.into_iter().map(|part| (part.as_str(), one(part))).collect()
    });
}

fn table() -> Table {
    let field = |name: &str, label: &str, required: bool, open: bool| Field {
        name: name.to_owned(),
        label: label.to_owned(),
        kind: FieldKind::Text(Some(100)),
        required,
        createable: open,
        updateable: open,
    };
    Table {
        name: "contact".to_owned(),
        label: "Contact".to_owned(),
        id_field: "contactid".to_owned(),
        name_field: Some("fullname".to_owned()),
        fields: vec![
            field("lastname", "Last Name", true, true),
            field("jobtitle", "Job Title", false, true),
            field("fullname", "Full Name", false, false),
        ],
    }
}

#[test]
fn forms_and_fields_look_as_agreed() {
    let kept = sales_settings::Kept { value: Forms::defaults(Vendor::Dynamics), changes: 0 };
    show("sales-forms", |frame| {
        let tables = vec![("lead".to_owned(), "Leads".to_owned())];
        let relations = vec![("contact".to_owned(), "contact".to_owned())];
        vec![(
            "defaults",
            forms::List::new(frame.clone(), SYSTEM, &kept, ((tables, relations), &[])),
        )]
    });
    show("sales-form", |frame| {
        let mut form = kept.value.types[0].clone();
        form.fields = vec![FormField { required: true, ..FormField::named("jobtitle") }];
        let about = (&form, &table(), Vec::new());
        let contact = forms::Page::new(frame.clone(), SYSTEM, about, (1, &[]));
        let mut form = form.clone();
        "account".clone_into(&mut form.table);
        let (id, name) = ("1".to_owned(), "Active <accounts>".to_owned());
        let filter = "<fetch><entity name=\"account\"/></fetch>".to_owned();
        form.view = Some(View { id, name: name.clone(), personal: false, filter });
        let views = vec![("public:1".to_owned(), name)];
        let viewed = forms::Page::new(frame.clone(), SYSTEM, (&form, &table(), views), (1, &[]));
        vec![("contact", contact), ("viewed", viewed)]
    });
}

#[test]
fn what_is_stored_looks_as_agreed() {
    let kept: Vec<Kept> = DataSet::ALL
        .into_iter()
        .enumerate()
        .map(|(at, set)| Kept { set, count: i64::try_from(at).unwrap(), days: set.days() })
        .collect();
    let job = |frame: &web_frame::Frame, state, file| Job {
        id: Uuid::from_u128(3),
        kind: JobKind::Export,
        person: Uuid::from_u128(4).into(),
        by: Uuid::from_u128(4).into(),
        state,
        counts: serde_json::json!({}),
        file,
        size: 0,
        tries: 0,
        created_at: frame.now,
        ended_at: None,
        ends_at: frame.now,
    };
    show("privacy", |frame| {
        let waits = job(frame, JobState::Waiting, None);
        vec![("overview", people::Overview::new(frame.clone(), &kept, &[waits]))]
    });
    show("privacy-person", |frame| {
        let preview = Preview {
            goes: vec![(DataSet::Mails, 1)],
            unnamed: vec![(DataSet::Meetings, 2)],
            stays: vec![(DataSet::Account, Reason::Account, 8), (DataSet::Log, Reason::Log, 12)],
        };
        let one = |base: &str| {
            let who = ("Sam <Lee>".to_owned(), base.to_owned());
            let jobs = [job(frame, JobState::Done, None)];
            people::Person::new(frame.clone(), who, (&kept, &preview), &jobs)
        };
        vec![("own", one("/profile/privacy")), ("other", one("/admin/privacy/people/4"))]
    });
}

#[test]
fn what_is_promised_looks_as_agreed() {
    show("help", |frame| {
        vec![
            ("privacy", help::Page::new(frame.clone(), "privacy")),
            ("terms", help::Page::new(frame.clone(), "terms")),
        ]
    });
}

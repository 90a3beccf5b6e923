//! A small model with every kind of column and relationship.

use std::sync::{Arc, LazyLock};

use serde_json::json;
use tables::{
    Cascade, Column, ColumnKind, DateBehaviour, DateFormat, End, Labels, ManyToMany, MemoFormat,
    Model, OneToMany, Options, Relationship, Required, Table, TextFormat, WholeFormat,
};
use uuid::Uuid;

pub(crate) static MODEL: LazyLock<Model> = LazyLock::new(model);

pub(crate) fn table(logical: &str) -> &'static Arc<Table> {
    MODEL.table(logical).unwrap()
}

fn column(logical: &str, kind: ColumnKind) -> Column {
    Column {
        id: Uuid::nil(),
        logical: logical.to_owned(),
        schema: logical.to_owned(),
        kind,
        required: Required::Never,
        labels: Labels::default(),
        description: Labels::default(),
        custom: false,
        secured: matches!(logical, "secret" | "salary"),
        audited: true,
        for_create: true,
        for_update: true,
        for_read: logical != "hidden",
        of: None,
        computed: None,
        auto_number: None,
        searched: false,
    }
}

fn text() -> ColumnKind {
    ColumnKind::Text { max: 100, format: TextFormat::Text }
}

fn lookup(target: &str) -> ColumnKind {
    ColumnKind::Lookup { targets: vec![target.to_owned()] }
}

fn date(behaviour: DateBehaviour) -> ColumnKind {
    ColumnKind::DateTime { format: DateFormat::DateAndTime, behaviour }
}

type Columns = Vec<(&'static str, ColumnKind)>;

fn make(head: serde_json::Value, columns: Columns) -> Arc<Table> {
    let mut head = head;
    let fixed = json!({
        "id": Uuid::nil(), "labels": Labels::default(), "plural": Labels::default(), "columns": [],
    });
    for (key, value) in fixed.as_object().unwrap() {
        head[key] = value.clone();
    }
    let logical = head["logical"].as_str().unwrap().to_owned();
    let (first, others) = logical.split_at(1);
    head["schema"] = json!(format!("{}{others}", first.to_uppercase()));
    let mut table: Table = serde_json::from_value(head).unwrap();
    table.change_columns(|list| {
        list.extend(columns.into_iter().map(|(name, kind)| column(name, kind)));
    });
    Arc::new(table)
}

fn one(
    schema: &str,
    (referencing, column, navigation): (&str, &str, &str),
    (referenced, key, back): (&str, &str, &str),
) -> Arc<Relationship> {
    Arc::new(Relationship::OneToMany(OneToMany {
        id: Uuid::nil(),
        schema: schema.to_owned(),
        referenced: referenced.to_owned(),
        referenced_column: key.to_owned(),
        referencing: referencing.to_owned(),
        referencing_column: column.to_owned(),
        referencing_navigation: navigation.to_owned(),
        referenced_navigation: back.to_owned(),
        cascade: Cascade::default(),
        hierarchical: schema == "account_parent_account",
        custom: false,
    }))
}

fn model() -> Model {
    let no = Labels::default;
    let tables = vec![
        make(
            json!({"logical": "businessunit", "set": "businessunits", "primary_id": "businessunitid",
                "primary_name": "name", "ownership": "businessunit", "code": 10}),
            vec![
                ("businessunitid", ColumnKind::Key),
                ("name", text()),
                ("parentbusinessunitid", lookup("businessunit")),
            ],
        ),
        make(
            json!({"logical": "systemuser", "set": "systemusers", "primary_id": "systemuserid",
                "primary_name": "fullname", "ownership": "businessunit", "code": 8}),
            vec![
                ("systemuserid", ColumnKind::Key),
                ("fullname", text()),
                ("businessunitid", lookup("businessunit")),
            ],
        ),
        make(
            json!({"logical": "team", "set": "teams", "primary_id": "teamid",
                "primary_name": "name", "ownership": "businessunit", "code": 9}),
            vec![
                ("teamid", ColumnKind::Key),
                ("name", text()),
                ("businessunitid", lookup("businessunit")),
            ],
        ),
        make(
            json!({"logical": "owner", "set": "owners", "primary_id": "ownerid",
                "primary_name": "name", "ownership": "none", "code": 7,
                "union_of": ["systemuser", "team"]}),
            vec![
                ("ownerid", ColumnKind::Key),
                ("name", text()),
                ("businessunitid", lookup("businessunit")),
                ("nothing", ColumnKind::Customer),
            ],
        ),
        make(
            json!({"logical": "account", "set": "accounts", "primary_id": "accountid",
                "primary_name": "name", "ownership": "user", "code": 1}),
            vec![
                ("accountid", ColumnKind::Key),
                ("name", text()),
                ("nickname", text()),
                ("description", ColumnKind::Memo { max: 2000, format: MemoFormat::TextArea }),
                ("revenue", ColumnKind::Money { precision: 2, min: i64::MIN, max: i64::MAX }),
                ("share", ColumnKind::Decimal { precision: 2, min: i64::MIN, max: i64::MAX }),
                (
                    "employees",
                    ColumnKind::Whole { min: 0, max: i32::MAX, format: WholeFormat::None },
                ),
                ("rating", ColumnKind::Double { precision: 2, min: -1e9, max: 1e9 }),
                ("hold", ColumnKind::Boolean { yes: no(), no: no(), default: false }),
                (
                    "industry",
                    ColumnKind::Choice { options: Options::Local(Vec::new()), default: None },
                ),
                ("tags", ColumnKind::Choices { options: Options::Local(Vec::new()) }),
                ("createdon", date(DateBehaviour::UserLocal)),
                ("founded", date(DateBehaviour::DateOnly)),
                ("secret", text()),
                ("hidden", text()),
                ("parentaccountid", lookup("account")),
                ("primarycontactid", lookup("contact")),
                ("ownerid", ColumnKind::Owner),
                ("owningbusinessunit", lookup("businessunit")),
                ("versionnumber", ColumnKind::Version),
            ],
        ),
        make(
            json!({"logical": "contact", "set": "contacts", "primary_id": "contactid",
                "primary_name": "fullname", "ownership": "user", "code": 2}),
            vec![
                ("contactid", ColumnKind::Key),
                ("fullname", text()),
                ("birth", date(DateBehaviour::DateOnly)),
                ("salary", ColumnKind::Money { precision: 2, min: i64::MIN, max: i64::MAX }),
                ("parentcustomerid", ColumnKind::Customer),
                ("ownerid", ColumnKind::Owner),
                ("owningbusinessunit", lookup("businessunit")),
                ("versionnumber", ColumnKind::Version),
            ],
        ),
        make(
            json!({"logical": "topic", "set": "topics", "primary_id": "topicid",
                "primary_name": "title", "ownership": "organisation", "code": 100}),
            vec![
                ("topicid", ColumnKind::Key),
                ("title", text()),
                ("weight", ColumnKind::Whole { min: 0, max: i32::MAX, format: WholeFormat::None }),
            ],
        ),
        make(
            json!({"logical": "accounttopic", "set": "accounttopics", "primary_id": "accounttopicid",
                "ownership": "none", "code": 101, "intersect": true}),
            vec![
                ("accounttopicid", ColumnKind::Key),
                ("accountid", ColumnKind::Guid),
                ("topicid", ColumnKind::Guid),
            ],
        ),
    ];
    let relationships = vec![
        one(
            "account_parent_account",
            ("account", "parentaccountid", "parentaccountid"),
            ("account", "accountid", "account_parent_account"),
        ),
        one(
            "account_primary_contact",
            ("account", "primarycontactid", "primarycontactid"),
            ("contact", "contactid", "account_primary_contact"),
        ),
        one(
            "contact_customer_accounts",
            ("contact", "parentcustomerid", "parentcustomerid_account"),
            ("account", "accountid", "contact_customer_accounts"),
        ),
        one(
            "contact_customer_contacts",
            ("contact", "parentcustomerid", "parentcustomerid_contact"),
            ("contact", "contactid", "contact_customer_contacts"),
        ),
        one(
            "owner_accounts",
            ("account", "ownerid", "ownerid"),
            ("owner", "ownerid", "owner_accounts"),
        ),
        one(
            "owner_contacts",
            ("contact", "ownerid", "ownerid"),
            ("owner", "ownerid", "owner_contacts"),
        ),
        one(
            "unit_accounts",
            ("account", "owningbusinessunit", "owningbusinessunit"),
            ("businessunit", "businessunitid", "unit_accounts"),
        ),
        one(
            "unit_users",
            ("systemuser", "businessunitid", "businessunitid"),
            ("businessunit", "businessunitid", "unit_users"),
        ),
        Arc::new(Relationship::ManyToMany(ManyToMany {
            id: Uuid::nil(),
            schema: "accounttopics_association".to_owned(),
            intersect: "accounttopic".to_owned(),
            first: End {
                table: "account".to_owned(),
                column: "accountid".to_owned(),
                navigation: "accounttopics_association".to_owned(),
            },
            second: End {
                table: "topic".to_owned(),
                column: "topicid".to_owned(),
                navigation: "topicaccounts_association".to_owned(),
            },
            custom: false,
        })),
    ];
    Model::new(1, tables, relationships, Vec::new(), Vec::new())
}

//! Changing metadata.

use liaison_tables::{
    Cascade, CascadeAction, ChoiceOption, ColumnKind, DateBehaviour, DateFormat, Labels,
    MemoFormat, Model, Options, Ownership, Relationship, TextFormat, View, ViewColumn, ViewKind,
    WholeFormat,
    baseline::{Baseline, Set},
    define::{
        Change, Changed, Definition, DefinitionError, NewChoice, NewColumn, NewManyToMany,
        NewOneToMany, NewTable, Problem, Step, TableUpdate, rebased,
    },
    limits,
};
use uuid::Uuid;

fn model() -> Model {
    Baseline::of(&[Set::Sales]).model(7)
}

fn change(model: &Model, changes: Vec<Change>) -> Result<Changed, DefinitionError> {
    let mut next = u128::try_from(model.version()).unwrap() << 64;
    model.change(changes, &mut || {
        next += 1;
        Uuid::from_u128(next)
    })
}

fn text(schema: &str) -> NewColumn {
    NewColumn::new(
        schema,
        ColumnKind::Text { max: 100, format: TextFormat::Text },
        Labels::both(schema, schema),
    )
}

fn table(schema: &str) -> NewTable {
    NewTable {
        schema: schema.to_owned(),
        set: None,
        labels: Labels::both("Deal", "Affaire"),
        plural: Labels::both("Deals", "Affaires"),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: text("new_Name"),
        columns: Vec::new(),
        notes: false,
        activities: false,
        change_tracking: true,
        audited: false,
    }
}

fn lookup(schema: &str, to: &str, column: &str) -> NewOneToMany {
    NewOneToMany {
        schema: schema.to_owned(),
        referenced: to.to_owned(),
        referencing: "new_deal".to_owned(),
        lookup: NewColumn::new(column, ColumnKind::Guid, Labels::english("Account")),
        referencing_navigation: None,
        referenced_navigation: None,
        cascade: Cascade::REFERENTIAL,
        hierarchical: false,
    }
}

fn option(value: i32, label: &str) -> ChoiceOption {
    ChoiceOption { value, labels: Labels::english(label), colour: None }
}

fn with_deal(columns: Vec<NewColumn>) -> Changed {
    let mut new = table("new_Deal");
    new.columns = columns;
    change(&model(), vec![Change::CreateTable(new)]).unwrap()
}

fn problem(result: Result<Changed, DefinitionError>) -> Problem {
    result.unwrap_err().problem
}

#[test]
fn a_new_table_gets_what_every_table_has() {
    let before = model();
    let changed = with_deal(Vec::new());
    assert_eq!(changed.model.version(), before.version() + 1);
    let deal = changed.model.table("new_deal").unwrap();
    assert_eq!((deal.set.as_str(), deal.primary_id.as_str()), ("new_deals", "new_dealid"));
    assert_eq!(deal.primary_name.as_deref(), Some("new_name"));
    assert!(deal.code >= limits::FIRST_CUSTOM_CODE && deal.custom);
    for column in [
        "new_dealid",
        "createdon",
        "ownerid",
        "statecode",
        "statuscode",
        "versionnumber",
        "new_name",
    ] {
        assert!(deal.column(column).is_some(), "{column}");
    }
    assert_eq!(changed.model.navigation("new_deal", "createdby").unwrap().target, "systemuser");
    assert_eq!(changed.model.navigation("new_deal", "ownerid").unwrap().target, "owner");
    assert!(changed.model.views_of("new_deal").count() >= 4);
    assert!(
        matches!(changed.steps.as_slice(), [Step::CreateTable(made)] if made.logical == "new_deal")
    );
    assert_eq!(changed.created.len(), 1);
    assert_eq!(changed.created[0].id, deal.id);
    // the old model is what it was
    assert!(before.table("new_deal").is_none());
}

#[test]
fn what_was_kept_builds_the_same_model() {
    let changed = with_deal(vec![NewColumn::new(
        "new_Amount",
        ColumnKind::Money { precision: 2, min: 0, max: limits::MONEY },
        Labels::english("Amount"),
    )]);
    let deal = changed.model.table("new_deal").unwrap();
    assert!(deal.column("new_amount_base").unwrap().computed.is_some());
    assert!(changed.model.navigation("new_deal", "transactioncurrencyid").is_some());
    for definition in &changed.saved {
        let json = definition.to_json();
        let back = Definition::from_json(definition.kind(), &json).unwrap();
        assert_eq!(&back, definition, "{json}");
        if let Definition::Table(back) = &back {
            assert_eq!(back.position("new_amount"), deal.position("new_amount"));
        }
    }
}

#[test]
fn every_kind_of_column_can_be_made() {
    let kinds = [
        ColumnKind::Text { max: 4000, format: TextFormat::Email },
        ColumnKind::Memo { max: limits::MEMO, format: MemoFormat::RichText },
        ColumnKind::Whole { min: i32::MIN, max: i32::MAX, format: WholeFormat::Duration },
        ColumnKind::Big,
        ColumnKind::Decimal { precision: 10, min: -5, max: limits::decimal_range(10) },
        ColumnKind::Double { precision: 5, min: -1e11, max: 1e11 },
        ColumnKind::Money { precision: 4, min: -limits::MONEY, max: limits::MONEY },
        ColumnKind::DateTime { format: DateFormat::DateOnly, behaviour: DateBehaviour::DateOnly },
        ColumnKind::DateTime {
            format: DateFormat::DateAndTime,
            behaviour: DateBehaviour::TimeZoneIndependent,
        },
        ColumnKind::Boolean {
            yes: Labels::english("Yes"),
            no: Labels::english("No"),
            default: true,
        },
        ColumnKind::Choice { options: Options::Local(vec![option(1, "One")]), default: Some(1) },
        ColumnKind::Choices { options: Options::Global("need".to_owned()) },
        ColumnKind::File { max_kb: 32_768 },
        ColumnKind::Image { max_kb: 10_240 },
        ColumnKind::Guid,
    ];
    let columns = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| {
            NewColumn::new(format!("new_C{at}"), kind.clone(), Labels::english("Column"))
        })
        .collect();
    let changed = with_deal(columns);
    let deal = changed.model.table("new_deal").unwrap();
    for (at, kind) in kinds.iter().enumerate() {
        assert_eq!(&deal.column(&format!("new_c{at}")).unwrap().kind, kind);
    }
}

#[test]
fn limits_of_kinds_are_kept() {
    let text = |max| ColumnKind::Text { max, format: TextFormat::Text };
    let bad = [
        text(0),
        text(4001),
        ColumnKind::Memo { max: limits::MEMO + 1, format: MemoFormat::TextArea },
        ColumnKind::Whole { min: 2, max: 1, format: WholeFormat::None },
        ColumnKind::Decimal { precision: 11, min: 0, max: 1 },
        ColumnKind::Decimal { precision: 2, min: 0, max: i64::MAX },
        ColumnKind::Double { precision: 6, min: 0.0, max: 1.0 },
        ColumnKind::Double { precision: 2, min: f64::NAN, max: 1.0 },
        ColumnKind::Money { precision: 5, min: 0, max: 1 },
        ColumnKind::Money { precision: 2, min: 0, max: i64::MAX },
        ColumnKind::DateTime {
            format: DateFormat::DateAndTime,
            behaviour: DateBehaviour::DateOnly,
        },
        ColumnKind::Choice {
            options: Options::Local(vec![option(1, "One"), option(1, "Two")]),
            default: None,
        },
        ColumnKind::Choice { options: Options::Local(vec![option(1, "One")]), default: Some(2) },
        ColumnKind::Choice { options: Options::Global("nothing".to_owned()), default: None },
        ColumnKind::Boolean { yes: Labels::none(), no: Labels::english("No"), default: false },
        ColumnKind::File { max_kb: 0 },
        ColumnKind::Image { max_kb: limits::IMAGE_KB + 1 },
        ColumnKind::Lookup { targets: vec!["account".to_owned()] },
        ColumnKind::Owner,
        ColumnKind::Key,
        ColumnKind::Version,
    ];
    for kind in bad {
        let column = NewColumn::new("new_X", kind.clone(), Labels::english("X"));
        let add = Change::AddColumn { table: "account".to_owned(), column };
        let error = change(&model(), vec![add]).expect_err(&format!("{kind:?}"));
        assert_eq!((error.place.table.as_str(), error.place.name.as_str()), ("account", "new_x"));
    }
}

#[test]
fn names_are_checked_and_taken_ones_refused() {
    for bad in ["deal", "new_", "new_deal;", "mscrmx_deal", "account"] {
        let refused = problem(change(&model(), vec![Change::CreateTable(table(bad))]));
        assert!(matches!(refused, Problem::Name(_)), "{bad}: {refused}");
    }
    let twice =
        vec![Change::CreateTable(table("new_Deal")), Change::CreateTable(table("new_DEAL"))];
    let error = change(&model(), twice).unwrap_err();
    assert_eq!((error.change, &error.problem), (1, &Problem::Exists));
    let add =
        |schema: &str| Change::AddColumn { table: "account".to_owned(), column: text(schema) };
    assert_eq!(problem(change(&model(), vec![add("new_A"), add("new_a")])), Problem::Exists);
    // two singulars with one plural
    let both = vec![Change::CreateTable(table("new_Bu")), Change::CreateTable(table("new_Bus"))];
    assert!(change(&model(), both).is_ok());
    let both = vec![Change::CreateTable(table("new_Fly")), Change::CreateTable(table("new_Flie"))];
    let changed = change(&model(), both).unwrap();
    assert_ne!(
        changed.model.table("new_fly").unwrap().set,
        changed.model.table("new_flie").unwrap().set
    );
}

#[test]
fn a_lookup_comes_with_its_relationship_and_may_get_more_targets() {
    let deal = with_deal(Vec::new()).model;
    let one = change(
        &deal,
        vec![Change::AddOneToMany(lookup("new_account_deal", "account", "new_AccountId"))],
    )
    .unwrap();
    assert_eq!(one.model.navigation("new_deal", "new_AccountId").unwrap().target, "account");
    assert_eq!(one.model.navigation("account", "new_account_deal").unwrap().target, "new_deal");
    assert!(
        matches!(&one.steps[..], [Step::AddColumn { column, .. }] if column == "new_accountid")
    );
    let two = change(
        &one.model,
        vec![Change::AddOneToMany(lookup("new_contact_deal", "contact", "new_AccountId"))],
    )
    .unwrap();
    let column = two.model.table("new_deal").unwrap().column("new_accountid").unwrap();
    assert_eq!(column.kind.targets(), ["account", "contact"]);
    assert_eq!(
        two.model.navigation("new_deal", "new_AccountId_contact").unwrap().target,
        "contact"
    );
    assert!(matches!(&two.steps[..], [Step::AlterColumn { .. }]));
    // and back
    let back = change(
        &two.model,
        vec![Change::DeleteRelationship { schema: "new_account_deal".to_owned() }],
    )
    .unwrap();
    let column = back.model.table("new_deal").unwrap().column("new_accountid").unwrap();
    assert_eq!(column.kind.targets(), ["contact"]);
    let gone = change(
        &back.model,
        vec![Change::DeleteRelationship { schema: "new_contact_deal".to_owned() }],
    )
    .unwrap();
    assert!(gone.model.table("new_deal").unwrap().column("new_accountid").is_none());
    assert!(matches!(&gone.steps[..], [Step::DropColumn { .. }]));
}

#[test]
fn customers_polymorphic_lookups_and_many_to_many_can_be_made() {
    let deal = with_deal(Vec::new()).model;
    let customer = vec![
        lookup("new_deal_customer_account", "account", "new_CustomerId"),
        lookup("new_deal_customer_contact", "contact", "new_CustomerId"),
    ];
    let changed = change(&deal, vec![Change::AddCustomer { relationships: customer }]).unwrap();
    let column = changed.model.table("new_deal").unwrap().column("new_customerid").unwrap();
    assert_eq!(column.kind, ColumnKind::Customer);
    for target in ["account", "contact"] {
        let name = format!("new_CustomerId_{target}");
        assert_eq!(changed.model.navigation("new_deal", &name).unwrap().target, target);
    }
    let wrong = vec![lookup("new_x", "account", "new_CustomerId")];
    assert!(change(&deal, vec![Change::AddCustomer { relationships: wrong }]).is_err());

    let many = |schema: &str, second: &str| NewManyToMany {
        schema: schema.to_owned(),
        intersect: None,
        first: "new_deal".to_owned(),
        second: second.to_owned(),
        first_navigation: None,
        second_navigation: None,
    };
    let changed = change(
        &deal,
        vec![
            Change::AddManyToMany(many("new_deal_contact", "contact")),
            Change::AddManyToMany(many("new_deal_deal", "new_deal")),
        ],
    )
    .unwrap();
    let Relationship::ManyToMany(made) = &**changed.model.relationship("new_deal_contact").unwrap()
    else {
        panic!("many to many")
    };
    let intersect = changed.model.table(&made.intersect).unwrap();
    assert!(intersect.intersect && intersect.column("contactid").is_some());
    assert_eq!(changed.model.navigation("contact", "new_deal_contact").unwrap().target, "new_deal");
    let itself = changed.model.table("new_deal_deal").unwrap();
    assert!(itself.column("new_dealidone").is_some() && itself.column("new_dealidtwo").is_some());
    let gone = change(
        &changed.model,
        vec![Change::DeleteRelationship { schema: "new_deal_contact".to_owned() }],
    )
    .unwrap();
    assert!(gone.model.table("new_deal_contact").is_none());
}

#[test]
fn cascades_that_make_no_sense_are_refused() {
    let deal = with_deal(Vec::new()).model;
    for cascade in [
        Cascade { assign: CascadeAction::RemoveLink, ..Cascade::REFERENTIAL },
        Cascade { share: CascadeAction::Restrict, ..Cascade::REFERENTIAL },
        Cascade { delete: CascadeAction::UserOwned, ..Cascade::REFERENTIAL },
    ] {
        let mut relationship = lookup("new_account_deal", "account", "new_AccountId");
        relationship.cascade = cascade;
        assert!(change(&deal, vec![Change::AddOneToMany(relationship)]).is_err(), "{cascade:?}");
    }
}

#[test]
fn alternate_keys_hold_the_columns_that_may_be_in_them() {
    let wide = |at: usize| {
        NewColumn::new(
            format!("new_T{at}"),
            ColumnKind::Text { max: 225, format: TextFormat::Text },
            Labels::english("T"),
        )
    };
    let memo = NewColumn::new(
        "new_Memo",
        ColumnKind::Memo { max: 10, format: MemoFormat::TextArea },
        Labels::english("M"),
    );
    let mut secured = text("new_Secret");
    secured.secured = true;
    let whole = |at: usize| {
        NewColumn::new(
            format!("new_N{at}"),
            ColumnKind::Whole { min: 0, max: 9, format: WholeFormat::None },
            Labels::english("N"),
        )
    };
    let mut columns: Vec<NewColumn> = (0..3).map(wide).chain([memo, secured]).collect();
    columns.extend((0..17).map(whole));
    let deal = with_deal(columns).model;
    let key = |schema: &str, columns: &[&str]| Change::AddKey {
        table: "new_deal".to_owned(),
        schema: schema.to_owned(),
        labels: Labels::none(),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
    };
    let made = change(&deal, vec![key("new_Code", &["new_t0", "new_t1"])]).unwrap();
    let table = made.model.table("new_deal").unwrap();
    assert!(table.key("new_code").is_some() && table.key_of(&["new_t1", "new_t0"]).is_some());
    assert!(matches!(&made.steps[..], [Step::AddKey { .. }]));
    assert_eq!(
        problem(change(&deal, vec![key("new_Code", &["new_t0", "new_t1", "new_n0"])])),
        Problem::KeyTooLong { bytes: 904, max: 900 }
    );
    let names: Vec<String> = (0..17).map(|at| format!("new_n{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(matches!(problem(change(&deal, vec![key("new_K", &names)])), Problem::Limit { .. }));
    assert!(change(&deal, vec![key("new_K", &names[..16])]).is_ok());
    assert_eq!(problem(change(&deal, vec![key("new_K", &["new_memo"])])), Problem::NotInKey);
    assert_eq!(problem(change(&deal, vec![key("new_K", &["new_secret"])])), Problem::NotInKey);
    assert_eq!(problem(change(&deal, vec![key("new_K", &["nothing"])])), Problem::Missing);
    assert_eq!(problem(change(&deal, vec![key("new_K", &["new_n0", "new_n0"])])), Problem::Exists);

    // a column in a key stays
    let delete = Change::DeleteColumn { table: "new_deal".to_owned(), column: "new_t0".to_owned() };
    let Problem::InUse { by } = problem(change(&made.model, vec![delete.clone()])) else {
        panic!("in use")
    };
    assert_eq!(by.iter().map(ToString::to_string).collect::<Vec<_>>(), ["key new_code (new_deal)"]);
    let drop = Change::DeleteKey { table: "new_deal".to_owned(), key: "new_code".to_owned() };
    let gone = change(&made.model, vec![drop, delete]).unwrap();
    assert!(matches!(&gone.steps[..], [Step::DropKey { .. }, Step::DropColumn { .. }]));
}

#[test]
fn what_is_in_use_stays_and_the_error_names_the_users() {
    let view = |id: u128| {
        View {
        id: Uuid::from_u128(id),
        table: "new_deal".to_owned(),
        labels: Labels::english("Coded deals"),
        kind: ViewKind::Public,
        default: true,
        fetch: r#"<fetch><entity name="new_deal"><attribute name="new_name"/><filter><condition attribute="new_code" operator="not-null"/></filter></entity></fetch>"#.to_owned(),
        columns: vec![ViewColumn { name: "new_name".to_owned(), width: 200 }],
        custom: false,
    }
    };
    let choice = NewChoice {
        name: "new_Colour".to_owned(),
        labels: Labels::english("Colour"),
        description: Labels::none(),
        options: vec![option(1, "Red"), option(2, "Blue")],
    };
    let colour = NewColumn::new(
        "new_Paint",
        ColumnKind::Choice { options: Options::Global("new_colour".to_owned()), default: Some(2) },
        Labels::english("Paint"),
    );
    let add = |column| Change::AddColumn { table: "new_deal".to_owned(), column };
    let changed = change(
        &with_deal(vec![text("new_Code")]).model,
        vec![Change::CreateChoice(choice.clone()), add(colour), Change::SaveView(view(1 << 100))],
    )
    .unwrap();
    let model = changed.model;
    let defaults =
        model.views_of("new_deal").filter(|one| one.default && one.kind == ViewKind::Public);
    assert_eq!(defaults.count(), 1, "one view opens first");

    let delete = |column: &str| Change::DeleteColumn {
        table: "new_deal".to_owned(),
        column: column.to_owned(),
    };
    let Problem::InUse { by } = problem(change(&model, vec![delete("new_code")])) else {
        panic!("in use")
    };
    assert_eq!(
        by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["view Coded deals (new_deal)"]
    );
    let Problem::InUse { by } =
        problem(change(&model, vec![Change::DeleteChoice { name: "new_colour".to_owned() }]))
    else {
        panic!("in use")
    };
    assert_eq!(
        by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["column new_deal.new_paint"]
    );
    let fewer = NewChoice { options: vec![option(1, "Red")], ..choice };
    let update = Change::UpdateChoice { to: fewer, merge_labels: false };
    assert!(matches!(problem(change(&model, vec![update])), Problem::InUse { .. }));
    for system in ["new_name", "new_dealid", "createdon", "statecode"] {
        assert_eq!(problem(change(&model, vec![delete(system)])), Problem::System, "{system}");
    }
    let account = Change::DeleteTable { table: "account".to_owned() };
    assert_eq!(problem(change(&model, vec![account])), Problem::System);
}

#[test]
fn a_table_takes_its_relationships_along() {
    let deal = with_deal(Vec::new()).model;
    let mut child = lookup("new_deal_task", "new_deal", "new_DealId");
    child.referencing = "task".to_owned();
    let model = change(
        &deal,
        vec![
            Change::AddOneToMany(lookup("new_account_deal", "account", "new_AccountId")),
            Change::AddOneToMany(child),
            Change::UpdateTable(TableUpdate {
                table: "new_deal".to_owned(),
                notes: Some(true),
                activities: Some(true),
                ..TableUpdate::default()
            }),
        ],
    )
    .unwrap()
    .model;
    assert!(model.navigation("annotation", "objectid_new_deal").is_some());
    assert!(model.navigation("task", "regardingobjectid_new_deal_task").is_some());
    assert!(model.navigation("new_deal", "new_deal_ActivityPointers").is_some());
    let changed =
        change(&model, vec![Change::DeleteTable { table: "new_deal".to_owned() }]).unwrap();
    let model = &changed.model;
    assert!(model.table("new_deal").is_none());
    assert!(model.table("task").unwrap().column("new_dealid").is_none());
    for name in ["task", "annotation", "activitypointer", "email"] {
        for column in model.table(name).unwrap().columns() {
            assert!(!column.kind.targets().contains(&"new_deal"), "{name}.{}", column.logical);
        }
    }
    assert!(model.relationships().iter().all(|one| !one.schema().contains("new_deal")));
    assert!(model.views().iter().all(|view| view.table != "new_deal"));
    assert!(matches!(changed.steps.last(), Some(Step::DropTable(_))));
}

#[test]
fn columns_change_their_limits_and_not_their_kind() {
    let model = with_deal(vec![text("new_Code")]).model;
    let update = |to: NewColumn, merge_labels| Change::UpdateColumn {
        table: "new_deal".to_owned(),
        column: "new_code".to_owned(),
        to,
        merge_labels,
    };
    let mut longer = text("new_Code");
    longer.kind = ColumnKind::Text { max: 200, format: TextFormat::Text };
    longer.labels = Labels::english("Code");
    let changed = change(&model, vec![update(longer.clone(), true)]).unwrap();
    let column = changed.model.table("new_deal").unwrap().column("new_code").unwrap();
    assert_eq!(column.labels, Labels::both("Code", "new_Code"), "the French text stays");
    assert!(matches!(&changed.steps[..], [Step::AlterColumn { .. }]));
    let changed = change(&model, vec![update(longer, false)]).unwrap();
    let column = changed.model.table("new_deal").unwrap().column("new_code").unwrap();
    assert_eq!(column.labels, Labels::english("Code"));
    let number = NewColumn::new("new_Code", ColumnKind::Big, Labels::english("Code"));
    assert_eq!(problem(change(&model, vec![update(number, false)])), Problem::KindChanged);
    // a baseline column keeps its room
    let short = NewColumn {
        kind: ColumnKind::Text { max: 10, format: TextFormat::Text },
        ..NewColumn::of(model.table("account").unwrap().column("name").unwrap())
    };
    let update = Change::UpdateColumn {
        table: "account".to_owned(),
        column: "name".to_owned(),
        to: short,
        merge_labels: false,
    };
    assert_eq!(problem(change(&model, vec![update])), Problem::System);
}

#[test]
fn amounts_and_files_bring_companions_and_take_them_along() {
    let column = |schema: &str, kind| NewColumn::new(schema, kind, Labels::english(schema));
    let money = || column("new_Price", ColumnKind::Money { precision: 2, min: 0, max: 1 });
    let file = || column("new_Paper", ColumnKind::File { max_kb: 10 });
    let add = |column| Change::AddColumn { table: "new_deal".to_owned(), column };
    let later = change(&with_deal(Vec::new()).model, vec![add(money()), add(file())]).unwrap();
    let at_once = with_deal(vec![money(), file()]);
    for model in [&later.model, &at_once.model] {
        let deal = model.table("new_deal").unwrap();
        for (companion, of) in [("new_price_base", "new_price"), ("new_paper_name", "new_paper")] {
            let column = deal.column(companion).unwrap();
            assert_eq!(column.of.as_deref(), Some(of));
            assert!(!column.for_create && !column.for_update && column.for_read);
            let delete = |column: &str| Change::DeleteColumn {
                table: "new_deal".to_owned(),
                column: column.to_owned(),
            };
            assert_eq!(problem(change(model, vec![delete(companion)])), Problem::System);
            let gone = change(model, vec![delete(of)]).unwrap();
            let deal = gone.model.table("new_deal").unwrap();
            assert!(deal.column(companion).is_none() && deal.column(of).is_none());
            assert_eq!(gone.steps.len(), 2);
        }
    }
}

#[test]
fn nothing_is_half_applied() {
    let model = model();
    let changes = vec![
        Change::CreateTable(table("new_Deal")),
        Change::AddColumn { table: "new_deal".to_owned(), column: text("new_Code") },
        Change::DeleteColumn { table: "account".to_owned(), column: "name".to_owned() },
    ];
    let error = change(&model, changes).unwrap_err();
    assert_eq!(error.change, 2);
    assert_eq!(
        error.to_string(),
        "account.name: it is of the system and cannot be changed or removed"
    );
    assert!(model.table("new_deal").is_none());
}

#[test]
fn a_changed_table_follows_a_baseline_that_grows() {
    // notes of an environment without sales, with a column of its own
    let narrow = Baseline::of(&[Set::Core]).model(1);
    let note = || "annotation".to_owned();
    let changed =
        change(&narrow, vec![Change::AddColumn { table: note(), column: text("new_Code") }]);
    // there: nothing that notes could be about but teams
    let saved = changed.unwrap().model.table("annotation").unwrap().as_ref().clone();
    assert_eq!(saved.column("objectid").unwrap().kind.targets(), ["team"]);
    let wide = Baseline::of(&[Set::Sales]).model(1);
    let base = wide.table("annotation").unwrap();
    let grown = rebased(&saved, base).unwrap();
    assert!(grown.column("objectid").unwrap().kind.targets().contains(&"account"));
    assert!(grown.column("new_code").is_some());
    assert_eq!(grown.columns().len(), base.columns().len() + 1);
    assert!(rebased(&grown, base).is_none(), "once is enough");
    assert!(rebased(base, base).is_none());
}

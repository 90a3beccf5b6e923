//! Lookups, relationships and alternate keys: how they come, and what they hold.

use liaison_tables::{
    Cascade, CascadeAction, ColumnKind, Labels, MemoFormat, Options, Relationship, TextFormat,
    View, ViewColumn, ViewKind, WholeFormat,
    define::{Change, NewChoice, NewColumn, NewManyToMany, Problem, Step, TableUpdate},
};
use uuid::Uuid;

use super::{change, lookup, option, problem, text, with_deal};

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

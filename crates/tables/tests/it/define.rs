//! Changing metadata.

mod relations;

use liaison_tables::{
    Cascade, ChoiceOption, ColumnKind, DateBehaviour, DateFormat, Labels, MemoFormat, Model,
    Options, Ownership, TextFormat, WholeFormat,
    baseline::{Baseline, Set},
    define::{
        Change, Changed, Definition, DefinitionError, NewColumn, NewOneToMany, NewTable, Problem,
        Step, rebased,
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

//! Any list of changes leaves a model that holds together, definitions that give the same model again,
//! and steps that bring the physical tables to what the model says.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use liaison_tables::{
    Cascade, ChoiceOption, ColumnKind, Labels, MemoFormat, Model, Options, Ownership, Relationship,
    TextFormat, View, ViewColumn, ViewKind, WholeFormat,
    baseline::{Baseline, Set},
    define::{
        Change, Changed, Definition, DefinitionKind, NewChoice, NewColumn, NewManyToMany,
        NewOneToMany, NewTable, Step, TableUpdate,
    },
    limits,
};
use proptest::prelude::*;
use uuid::Uuid;

/// What the database would have: tables, columns, and of references whether they have a type.
type Physical = BTreeMap<String, BTreeMap<String, bool>>;

fn physical(model: &Model) -> Physical {
    model
        .tables()
        .iter()
        .filter(|table| !table.is_union())
        .map(|table| {
            let columns = table.columns().iter();
            let columns =
                columns.map(|one| (one.logical.clone(), one.kind.is_polymorphic())).collect();
            (table.logical.clone(), columns)
        })
        .collect()
}

fn step(tables: &mut Physical, step: &Step) {
    match step {
        Step::CreateTable(table) => {
            let columns = table.columns().iter();
            let columns =
                columns.map(|one| (one.logical.clone(), one.kind.is_polymorphic())).collect();
            assert!(tables.insert(table.logical.clone(), columns).is_none(), "made twice");
        }
        Step::DropTable(table) => assert!(tables.remove(&table.logical).is_some(), "not there"),
        Step::AddColumn { table, column } => {
            let added = table.column(column).unwrap();
            let columns = tables.get_mut(&table.logical).unwrap();
            let before = columns.insert(column.clone(), added.kind.is_polymorphic());
            assert!(before.is_none(), "{column} twice");
        }
        Step::AlterColumn { table, before, after } => {
            assert_eq!(table.column(&after.logical), Some(&**after));
            let columns = tables.get_mut(&table.logical).unwrap();
            let was = columns.insert(after.logical.clone(), after.kind.is_polymorphic());
            assert_eq!(was, Some(before.kind.is_polymorphic()));
        }
        Step::DropColumn { table, column } => {
            assert!(table.column(&column.logical).is_none());
            assert!(tables.get_mut(&table.logical).unwrap().remove(&column.logical).is_some());
        }
        Step::AddKey { table, key } => assert!(table.key(&key.logical).is_some()),
        Step::DropKey { table, key } => assert!(table.key(&key.logical).is_none()),
    }
}

/// The definitions of a model, by kind and id.
fn definitions(model: &Model) -> HashMap<(DefinitionKind, Uuid), Definition> {
    let tables = model.tables().iter().map(|one| Definition::Table(Arc::clone(one)));
    let relationships =
        model.relationships().iter().map(|one| Definition::Relationship(Arc::clone(one)));
    let choices = model.choices().iter().map(|one| Definition::Choice(Arc::clone(one)));
    let views = model.views().iter().map(|one| Definition::View(Arc::clone(one)));
    tables
        .chain(relationships)
        .chain(choices)
        .chain(views)
        .map(|one| ((one.kind(), one.id()), one))
        .collect()
}

fn holds_together(model: &Model) {
    let mut ids = BTreeSet::new();
    let mut sets = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for table in model.tables() {
        assert!(ids.insert(table.id) && sets.insert(&table.set) && codes.insert(table.code));
        let mut names = BTreeSet::new();
        for column in table.columns() {
            assert!(ids.insert(column.id), "{}.{}", table.logical, column.logical);
            assert!(names.insert(&column.logical), "{}.{}", table.logical, column.logical);
            for target in column.kind.targets() {
                assert!(model.table(target).is_some(), "{} -> {target}", column.logical);
            }
            if column.kind.is_reference() {
                let ends = model.navigations_of_column(&table.logical, &column.logical).count();
                let wanted = match column.kind {
                    ColumnKind::Owner => 1,
                    _ => column.kind.targets().len(),
                };
                assert_eq!(ends, wanted, "{}.{}", table.logical, column.logical);
            }
            if let ColumnKind::Choice { options: Options::Global(name), default } = &column.kind {
                let choice = model.choice(name).unwrap();
                let known = |value: &i32| choice.options.iter().any(|one| one.value == *value);
                assert!(default.as_ref().is_none_or(known));
            }
        }
        for key in &table.keys {
            assert!(key.columns.iter().all(|column| table.column(column).is_some()));
        }
        assert!(table.primary_key().is_some());
        assert!(table.primary_name.iter().all(|name| table.column(name).is_some()));
        let mut navigations = BTreeSet::new();
        for navigation in model.navigations(&table.logical) {
            assert!(navigations.insert(&navigation.name), "{}", navigation.name);
            assert!(model.table(&navigation.target).is_some());
        }
    }
    let mut schemas = BTreeSet::new();
    for relationship in model.relationships() {
        assert!(ids.insert(relationship.id()));
        assert!(schemas.insert(relationship.schema().to_lowercase()));
        match &**relationship {
            Relationship::OneToMany(one) => {
                let many = model.table(&one.referencing).unwrap();
                let column = many.column(&one.referencing_column).unwrap();
                assert!(
                    column.kind.targets().contains(&one.referenced.as_str())
                        || one.referenced == "owner"
                );
                let referenced = model.table(&one.referenced).unwrap();
                assert_eq!(referenced.primary_id, one.referenced_column);
            }
            Relationship::ManyToMany(many) => {
                let intersect = model.table(&many.intersect).unwrap();
                for end in [&many.first, &many.second] {
                    assert!(intersect.column(&end.column).is_some());
                    assert!(model.table(&end.table).is_some());
                }
            }
        }
    }
    for view in model.views() {
        let table = model.table(&view.table).unwrap();
        assert!(view.columns.iter().all(|column| table.column(&column.name).is_some()));
        for part in view.fetch.split("attribute=\"").skip(1) {
            assert!(table.column(part.split('"').next().unwrap()).is_some(), "{}", view.fetch);
        }
    }
}

const TABLES: [&str; 5] = ["new_a", "new_b", "account", "contact", "task"];
const COLUMNS: [&str; 8] =
    ["new_x", "new_y", "new_z", "new_u", "new_v", "new_aid", "new_name", "subject"];

fn table() -> impl Strategy<Value = String> {
    prop::sample::select(&TABLES[..]).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&COLUMNS[..]).prop_map(str::to_owned)
}

fn kind() -> impl Strategy<Value = ColumnKind> {
    let entry = |value| ChoiceOption { value, labels: Labels::english("Entry"), colour: None };
    prop_oneof![
        (1..300_u32).prop_map(|max| ColumnKind::Text { max, format: TextFormat::Text }),
        Just(ColumnKind::Memo { max: 100, format: MemoFormat::TextArea }),
        Just(ColumnKind::Whole { min: 0, max: 9, format: WholeFormat::None }),
        Just(ColumnKind::Money { precision: 2, min: 0, max: limits::MONEY }),
        (0..10_u8).prop_map(|precision| ColumnKind::Decimal { precision, min: 0, max: 1 }),
        Just(ColumnKind::File { max_kb: 1 }),
        prop::option::of(1..3_i32).prop_map(move |default| ColumnKind::Choice {
            options: Options::Local(vec![entry(1)]),
            default
        }),
        prop::option::of(1..3_i32).prop_map(|default| ColumnKind::Choice {
            options: Options::Global("new_c".to_owned()),
            default
        }),
    ]
}

fn column() -> impl Strategy<Value = NewColumn> {
    (name(), kind()).prop_map(|(name, kind)| NewColumn::new(name, kind, Labels::english("Column")))
}

fn one_to_many() -> impl Strategy<Value = NewOneToMany> {
    ("new_r[1-3]", table(), table(), name()).prop_map(|(schema, referenced, referencing, name)| {
        NewOneToMany {
            schema,
            referenced,
            referencing,
            lookup: NewColumn::new(name, ColumnKind::Guid, Labels::english("Lookup")),
            referencing_navigation: None,
            referenced_navigation: None,
            cascade: Cascade::REFERENTIAL,
            hierarchical: false,
        }
    })
}

fn view() -> impl Strategy<Value = Change> {
    (1..4_u128, table(), name(), any::<bool>()).prop_map(|(id, table, column, default)| {
        let fetch = format!(
            r#"<fetch><entity name="{table}"><filter><condition attribute="{column}" operator="null"/></filter></entity></fetch>"#
        );
        Change::SaveView(View {
            id: Uuid::from_u128(id),
            table,
            labels: Labels::english("View"),
            kind: ViewKind::Public,
            default,
            fetch,
            columns: vec![ViewColumn { name: column, width: 100 }],
            custom: true,
        })
    })
}

fn new_table(schema: &str) -> NewTable {
    let text = ColumnKind::Text { max: 100, format: TextFormat::Text };
    NewTable {
        schema: schema.to_owned(),
        set: None,
        labels: Labels::english("Thing"),
        plural: Labels::english("Things"),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: NewColumn::new("new_name", text, Labels::english("Name")),
        columns: Vec::new(),
        notes: false,
        activities: false,
        change_tracking: false,
        audited: false,
    }
}

/// Two tables and a choice: something to change.
fn begun() -> Model {
    let choice = NewChoice {
        name: "new_c".to_owned(),
        labels: Labels::english("Choice"),
        description: Labels::none(),
        options: (1..3)
            .map(|value| ChoiceOption { value, labels: Labels::english("Entry"), colour: None })
            .collect(),
    };
    let first = vec![
        Change::CreateTable(new_table("new_a")),
        Change::CreateTable(new_table("new_b")),
        Change::CreateChoice(choice),
    ];
    let mut next = 1_u128 << 90;
    let changed = Baseline::of(&[Set::Sales]).model(1).change(first, &mut || {
        next += 1;
        Uuid::from_u128(next)
    });
    changed.unwrap().model
}

fn change() -> impl Strategy<Value = Change> {
    let new = |(schema, columns, notes, activities): (String, Vec<NewColumn>, bool, bool)| {
        Change::CreateTable(NewTable {
            ownership: if notes { Ownership::User } else { Ownership::Organisation },
            columns,
            notes,
            activities,
            ..new_table(&schema)
        })
    };
    let choice = |(name, count): (String, i32)| NewChoice {
        name,
        labels: Labels::english("Choice"),
        description: Labels::none(),
        options: (1..=count)
            .map(|value| ChoiceOption { value, labels: Labels::english("Entry"), colour: None })
            .collect(),
    };
    let choice = move || ("new_c", 0..4_i32).prop_map(choice);
    prop_oneof![
        3 => ("new_[ab]", prop::collection::vec(column(), 0..3), any::<bool>(), any::<bool>())
            .prop_map(new),
        2 => table().prop_map(|table| Change::DeleteTable { table }),
        3 => (table(), column()).prop_map(|(table, column)| Change::AddColumn { table, column }),
        2 => (table(), column()).prop_map(|(table, to)| Change::UpdateColumn {
            table,
            column: to.schema.to_lowercase(),
            to,
            merge_labels: true
        }),
        2 => (table(), name()).prop_map(|(table, column)| Change::DeleteColumn { table, column }),
        2 => (table(), "new_k[12]", prop::collection::vec(name(), 1..3)).prop_map(
            |(table, schema, columns)| Change::AddKey {
                table,
                schema,
                labels: Labels::none(),
                columns
            }
        ),
        1 => (table(), "new_k[12]").prop_map(|(table, key)| Change::DeleteKey { table, key }),
        3 => one_to_many().prop_map(Change::AddOneToMany),
        1 => prop::collection::vec(one_to_many(), 2).prop_map(|mut relationships| {
            let first = relationships[0].clone();
            for one in &mut relationships {
                one.referencing.clone_from(&first.referencing);
                one.lookup = first.lookup.clone();
            }
            Change::AddPolymorphic { relationships }
        }),
        1 => ("new_r[1-3]", table(), table()).prop_map(|(schema, first, second)| {
            Change::AddManyToMany(NewManyToMany {
                schema,
                intersect: None,
                first,
                second,
                first_navigation: None,
                second_navigation: None,
            })
        }),
        2 => "new_r[1-3]".prop_map(|schema| Change::DeleteRelationship { schema }),
        1 => choice().prop_map(Change::CreateChoice),
        1 => choice().prop_map(|to| Change::UpdateChoice { to, merge_labels: true }),
        1 => Just(Change::DeleteChoice { name: "new_c".to_owned() }),
        2 => view(),
        1 => (1..4_u128).prop_map(|id| Change::DeleteView { id: Uuid::from_u128(id) }),
        1 => (table(), any::<bool>(), any::<bool>()).prop_map(|(table, notes, activities)| {
            Change::UpdateTable(TableUpdate {
                table,
                notes: notes.then_some(true),
                activities: activities.then_some(true),
                ..TableUpdate::default()
            })
        }),
    ]
}

fn follows(before: &Model, changed: &Changed) {
    let mut kept = definitions(before);
    for (kind, id) in &changed.removed {
        kept.remove(&(*kind, *id));
    }
    for definition in &changed.saved {
        kept.insert((definition.kind(), definition.id()), definition.clone());
    }
    assert!(kept == definitions(&changed.model), "what is kept gives another model");
    let mut tables = physical(before);
    changed.steps.iter().for_each(|one| step(&mut tables, one));
    assert_eq!(tables, physical(&changed.model));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_changes_leave_a_model_that_holds_together(
        lists in prop::collection::vec(prop::collection::vec(change(), 1..3), 1..40),
    ) {
        let mut model = begun();
        let mut next = 1_u128 << 100;
        for list in lists {
            let changed = model.change(list, &mut || {
                next += 1;
                Uuid::from_u128(next)
            });
            let Ok(changed) = changed else { continue };
            holds_together(&changed.model);
            follows(&model, &changed);
            model = changed.model;
        }
    }
}

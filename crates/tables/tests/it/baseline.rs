//! Walks everything that environments start with.

use std::collections::{BTreeMap, BTreeSet};

use liaison_tables::{
    Column, ColumnKind, ENGLISH, FRENCH, Labels, Model, Options, Ownership, Relationship, ViewKind,
    baseline::{Baseline, Set, privilege_name, verbs_of},
    limits,
};

fn combinations() -> impl Iterator<Item = Vec<Set>> {
    (0..16_usize).map(|mask| {
        Set::ALL
            .into_iter()
            .enumerate()
            .filter(|(at, _)| mask >> at & 1 == 1)
            .map(|(_, set)| set)
            .collect()
    })
}

fn all() -> (&'static Baseline, Model) {
    let baseline = Baseline::of(&Set::ALL);
    (baseline, baseline.model(1))
}

#[test]
fn every_combination_of_sets_loads_and_closes_over_itself() {
    for sets in combinations() {
        let mut with_core = sets.clone();
        with_core.push(Set::Core);
        let loaded = Baseline::load(&with_core).unwrap_or_else(|error| panic!("{sets:?}: {error}"));
        assert_eq!(loaded.tables.len(), Baseline::of(&sets).tables.len());
        let model = loaded.model(1);
        for table in model.tables() {
            for column in table.columns() {
                for target in column.kind.targets() {
                    let optional = matches!(column.kind, ColumnKind::Customer);
                    assert!(
                        optional || model.table(target).is_some(),
                        "{sets:?}: {}.{} refers to {target}",
                        table.logical,
                        column.logical
                    );
                }
                if let ColumnKind::Choice { options: Options::Global(name), .. } = &column.kind {
                    assert!(model.choice(name).is_some(), "{}.{}", table.logical, column.logical);
                }
            }
        }
        for relationship in model.relationships() {
            let ends = match &**relationship {
                Relationship::OneToMany(one) => [&one.referenced, &one.referencing],
                Relationship::ManyToMany(many) => [&many.first.table, &many.second.table],
            };
            for end in ends {
                assert!(model.table(end).is_some(), "{sets:?}: {} {end}", relationship.schema());
            }
        }
    }
}

#[test]
fn the_tables_that_sellers_and_the_system_need_are_there() {
    let (_, model) = all();
    for (logical, set, key, name, code) in [
        ("account", "accounts", "accountid", "name", 1),
        ("contact", "contacts", "contactid", "fullname", 2),
        ("opportunity", "opportunities", "opportunityid", "name", 3),
        ("lead", "leads", "leadid", "fullname", 4),
        ("annotation", "annotations", "annotationid", "subject", 5),
        ("systemuser", "systemusers", "systemuserid", "fullname", 8),
        ("team", "teams", "teamid", "name", 9),
        ("businessunit", "businessunits", "businessunitid", "name", 10),
        ("incident", "incidents", "incidentid", "title", 112),
        ("competitor", "competitors", "competitorid", "name", 123),
        ("product", "products", "productid", "name", 1024),
        ("role", "roles", "roleid", "name", 1036),
        ("quote", "quotes", "quoteid", "name", 1084),
        ("salesorder", "salesorders", "salesorderid", "name", 1088),
        ("invoice", "invoices", "invoiceid", "name", 1090),
        ("connection", "connections", "connectionid", "name", 3234),
        ("appointment", "appointments", "activityid", "subject", 4201),
        ("email", "emails", "activityid", "subject", 4202),
        ("phonecall", "phonecalls", "activityid", "subject", 4210),
        ("task", "tasks", "activityid", "subject", 4212),
        ("campaign", "campaigns", "campaignid", "name", 4400),
        ("solution", "solutions", "solutionid", "friendlyname", 7100),
        ("publisher", "publishers", "publisherid", "friendlyname", 7101),
        ("organization", "organizations", "organizationid", "name", 1019),
        (
            "transactioncurrency",
            "transactioncurrencies",
            "transactioncurrencyid",
            "currencyname",
            9105,
        ),
        ("sharepointsite", "sharepointsites", "sharepointsiteid", "name", 9502),
        (
            "sharepointdocumentlocation",
            "sharepointdocumentlocations",
            "sharepointdocumentlocationid",
            "name",
            9508,
        ),
        (
            "msdyn_teamscollaboration",
            "msdyn_teamscollaborations",
            "msdyn_teamscollaborationid",
            "msdyn_teamname",
            10001,
        ),
    ] {
        let table = model.table(logical).unwrap_or_else(|| panic!("{logical}"));
        assert_eq!(
            (table.set.as_str(), table.primary_id.as_str(), table.primary_name.as_deref()),
            (set, key, Some(name))
        );
        assert_eq!(table.code, code, "{logical}");
        assert!(std::sync::Arc::ptr_eq(table, model.table_by_set(set).unwrap()));
        assert!(std::sync::Arc::ptr_eq(table, model.table_by_code(code).unwrap()));
        assert!(std::sync::Arc::ptr_eq(table, model.table_by_id(table.id).unwrap()));
    }
    for (table, navigation, target) in [
        ("account", "primarycontactid", "contact"),
        ("account", "parentaccountid", "account"),
        ("account", "contact_customer_accounts", "contact"),
        ("account", "Account_Tasks", "task"),
        ("account", "opportunity_parent_account", "opportunity"),
        ("contact", "parentcustomerid_account", "account"),
        ("contact", "parentcustomerid_contact", "contact"),
        ("contact", "account_primary_contact", "account"),
        ("task", "regardingobjectid_account_task", "account"),
        ("task", "regardingobjectid_contact_task", "contact"),
        ("opportunity", "customerid_account", "account"),
        ("opportunity", "parentaccountid", "account"),
        ("opportunity", "parentcontactid", "contact"),
        ("annotation", "objectid_account", "account"),
        ("systemuser", "businessunitid", "businessunit"),
        ("systemuser", "systemuserroles_association", "role"),
        ("systemuser", "teammembership_association", "team"),
        ("team", "teammembership_association", "systemuser"),
        ("team", "teamroles_association", "role"),
        ("role", "roleprivileges_association", "privilege"),
        ("businessunit", "parentbusinessunitid", "businessunit"),
        ("account", "owninguser", "systemuser"),
        ("account", "owningteam", "team"),
        ("account", "owningbusinessunit", "businessunit"),
        ("account", "createdby", "systemuser"),
        ("account", "modifiedby", "systemuser"),
        ("account", "ownerid", "owner"),
    ] {
        let found = model.navigation(table, navigation);
        assert_eq!(found.map(|one| one.target.as_str()), Some(target), "{table}.{navigation}");
    }
    assert!(model.navigation("account", "PrimaryContactId").is_none(), "case counts");
    let organization = model.table("organization").unwrap();
    for setting in [
        "ismsteamsenabled",
        "ismsteamscollaborationenabled",
        "ismsteamsusersyncenabled",
        "ismsteamssettingchangedbyuser",
        "isonedriveenabled",
    ] {
        assert!(organization.column(setting).is_some(), "{setting}");
    }
}

#[test]
fn every_user_owned_table_has_the_columns_of_the_system() {
    let (_, model) = all();
    for table in model.tables().iter().filter(|table| table.ownership == Ownership::User) {
        for column in [
            "createdon",
            "modifiedon",
            "createdby",
            "modifiedby",
            "ownerid",
            "owningbusinessunit",
            "owninguser",
            "owningteam",
            "versionnumber",
            "importsequencenumber",
            "overriddencreatedon",
        ] {
            assert!(table.column(column).is_some(), "{}.{column}", table.logical);
        }
        assert_eq!(table.state().is_some(), table.status().is_some());
    }
}

fn told(labels: &Labels, place: &str) {
    for language in [ENGLISH, FRENCH] {
        let text = labels.exactly(language).unwrap_or_else(|| panic!("{place}: {language}"));
        assert!(!text.trim().is_empty() && text.trim() == text, "{place}: {text:?}");
    }
    let french = labels.exactly(FRENCH).unwrap();
    for (mark, space) in [('?', '\u{202f}'), ('!', '\u{202f}'), (';', '\u{202f}'), (':', '\u{a0}')]
    {
        for (at, _) in french.match_indices(mark) {
            let before = french.get(..at).unwrap();
            assert!(before.ends_with(space), "{place}: {french:?} before {mark}");
        }
    }
    assert!(!french.contains('\''), "{place}: {french:?}");
}

#[test]
fn everything_has_texts_in_both_languages() {
    let (baseline, _) = all();
    for table in &baseline.tables {
        told(&table.labels, &table.logical);
        told(&table.plural, &table.logical);
        for column in table.columns() {
            let place = format!("{}.{}", table.logical, column.logical);
            told(&column.labels, &place);
            match &column.kind {
                ColumnKind::Boolean { yes, no, .. } => {
                    told(yes, &place);
                    told(no, &place);
                }
                ColumnKind::Choice { options: Options::Local(options), .. } => {
                    assert!(!options.is_empty(), "{place}");
                    for option in options {
                        told(&option.labels, &place);
                    }
                }
                ColumnKind::State { options } => {
                    for option in options {
                        told(&option.labels, &place);
                    }
                }
                ColumnKind::Status { options } => {
                    for option in options {
                        told(&option.labels, &place);
                    }
                }
                _ => {}
            }
        }
    }
    for choice in &baseline.choices {
        told(&choice.labels, &choice.name);
        for option in &choice.options {
            told(&option.labels, &choice.name);
        }
    }
    for view in &baseline.views {
        told(&view.labels, &view.table);
    }
    for role in &baseline.roles {
        told(&role.labels, &role.name);
        told(&role.description, &role.name);
    }
}

#[test]
fn no_name_number_or_identifier_is_used_twice() {
    let (baseline, model) = all();
    let mut ids = BTreeSet::new();
    let mut sets = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for table in &baseline.tables {
        assert!(ids.insert(table.id), "{}", table.logical);
        assert!(sets.insert(&table.set), "{}", table.set);
        assert!(codes.insert(table.code), "{} {}", table.logical, table.code);
        assert_eq!(table.logical, table.schema.to_lowercase());
        assert!(table.columns().len() < limits::COLUMNS);
        let mut names = BTreeSet::new();
        for column in table.columns() {
            let place = format!("{}.{}", table.logical, column.logical);
            assert!(ids.insert(column.id), "{place}");
            assert!(names.insert(&column.logical), "{place} twice");
            assert_eq!(column.logical, column.schema.to_lowercase());
        }
        for key in &table.keys {
            assert!(ids.insert(key.id), "{}", key.logical);
            for column in &key.columns {
                assert!(table.column(column).is_some(), "{}: {column}", table.logical);
            }
        }
        assert!(table.primary_key().is_some(), "{}", table.logical);
        if let Some(name) = &table.primary_name {
            let column = table.column(name).unwrap_or_else(|| panic!("{}: {name}", table.logical));
            assert!(matches!(column.kind, ColumnKind::Text { .. }), "{}", table.logical);
        } else {
            assert!(
                table.private || table.intersect || verbs_of(table).is_empty(),
                "{}",
                table.logical
            );
        }
    }
    let mut names = BTreeSet::new();
    for relationship in &baseline.relationships {
        assert!(ids.insert(relationship.id()), "{}", relationship.schema());
        assert!(names.insert(relationship.schema().to_lowercase()), "{}", relationship.schema());
    }
    for table in model.tables() {
        let mut names = BTreeSet::new();
        for navigation in model.navigations(&table.logical) {
            assert!(names.insert(&navigation.name), "{}.{}", table.logical, navigation.name);
            assert!(
                table.column(&navigation.name).is_none_or(|column| column.kind.is_reference()),
                "{}.{}",
                table.logical,
                navigation.name
            );
        }
    }
    for view in &baseline.views {
        assert!(ids.insert(view.id), "{} {}", view.table, view.labels.text(ENGLISH));
    }
}

#[test]
fn choices_have_each_number_once_and_defaults_that_exist() {
    let (_, model) = all();
    let distinct = |values: Vec<i32>, place: &str| {
        let set: BTreeSet<i32> = values.iter().copied().collect();
        assert_eq!(set.len(), values.len(), "{place}");
        set
    };
    for table in model.tables() {
        for column in table.columns() {
            let place = format!("{}.{}", table.logical, column.logical);
            match &column.kind {
                ColumnKind::Choice { default, .. } => {
                    let values = model.options(column).iter().map(|option| option.value).collect();
                    let values = distinct(values, &place);
                    assert!(default.is_none_or(|value| values.contains(&value)), "{place}");
                }
                ColumnKind::State { options } => {
                    distinct(options.iter().map(|option| option.value).collect(), &place);
                    assert_eq!(options[0].value, 0, "{place} begins in state 0");
                    let Some(Column { kind: ColumnKind::Status { options: statuses }, .. }) =
                        table.status()
                    else {
                        panic!("{place} has no status")
                    };
                    for state in options {
                        assert!(statuses.iter().any(|status| status.state == state.value
                            && status.value == state.default_status));
                    }
                }
                ColumnKind::Status { options } => {
                    distinct(options.iter().map(|option| option.value).collect(), &place);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn both_ends_of_every_relationship_exist() {
    let (baseline, model) = all();
    for relationship in &baseline.relationships {
        match &**relationship {
            Relationship::OneToMany(one) => {
                let referenced = model.table(&one.referenced).unwrap();
                let referencing = model.table(&one.referencing).unwrap();
                assert_eq!(referenced.primary_id, one.referenced_column, "{}", one.schema);
                let column = referencing.column(&one.referencing_column).unwrap();
                let owner = one.referenced == "owner" && matches!(column.kind, ColumnKind::Owner);
                assert!(
                    owner || column.kind.targets().contains(&one.referenced.as_str()),
                    "{}",
                    one.schema
                );
            }
            Relationship::ManyToMany(many) => {
                let intersect = model.table(&many.intersect).unwrap();
                assert!(intersect.intersect);
                for end in [&many.first, &many.second] {
                    assert!(intersect.column(&end.column).is_some(), "{}", many.schema);
                }
            }
        }
    }
    // and every reference has its relationships
    for table in model.tables() {
        for column in table.columns().iter().filter(|column| column.kind.is_reference()) {
            let ends = model.navigations_of_column(&table.logical, &column.logical).count();
            let wanted = match column.kind {
                ColumnKind::Owner => 1,
                _ => column.kind.targets().len(),
            };
            assert_eq!(ends, wanted, "{}.{}", table.logical, column.logical);
        }
    }
}

#[test]
fn unions_show_columns_that_all_their_tables_have() {
    let (_, model) = all();
    let unions: Vec<_> = model.tables().iter().filter(|table| table.is_union()).collect();
    assert_eq!(unions.len(), 2);
    for union in unions {
        for member in &union.union_of {
            let member = model.table(member).unwrap();
            for column in union.columns() {
                let standing = column.logical == union.primary_id
                    || Some(&column.logical) == union.primary_name.as_ref();
                assert!(
                    standing || member.column(&column.logical).is_some(),
                    "{} has no {}",
                    member.logical,
                    column.logical
                );
            }
        }
    }
}

#[test]
fn views_show_and_ask_for_columns_that_exist() {
    let (baseline, model) = all();
    let mut defaults: BTreeMap<&str, usize> = BTreeMap::new();
    for view in &baseline.views {
        let table = model.table(&view.table).unwrap();
        let name = view.labels.text(ENGLISH);
        for column in &view.columns {
            assert!(table.column(&column.name).is_some(), "{name}: {}", column.name);
            assert!(view.fetch.contains(&format!("<attribute name=\"{}\"/>", column.name)));
        }
        for part in view.fetch.split("attribute=\"").skip(1) {
            let column = part.split('"').next().unwrap();
            assert!(table.column(column).is_some(), "{name}: {column}");
        }
        assert!(view.fetch.contains(&format!("<entity name=\"{}\">", table.logical)));
        if view.default && view.kind == ViewKind::Public {
            *defaults.entry(&view.table).or_default() += 1;
        }
    }
    for (table, count) in defaults {
        assert_eq!(count, 1, "{table}");
    }
    for (table, english, french) in [
        ("account", "Active Accounts", "Comptes actifs"),
        ("opportunity", "My Opportunities", "Mes opportunités"),
        ("task", "Open Tasks", "Tâches ouvertes"),
        ("lead", "All Leads", "Tous les prospects"),
    ] {
        assert!(
            model.views_of(table).any(|view| view.labels == Labels::both(english, french)),
            "{english}"
        );
    }
}

#[test]
fn roles_speak_of_tables_that_have_privileges() {
    let (baseline, model) = all();
    let names: Vec<&str> = baseline.roles.iter().map(|role| role.name.as_str()).collect();
    for name in [
        "System Administrator",
        "System Customizer",
        "Salesperson",
        "Sales Manager",
        "Basic User",
        "Environment Maker",
        "Sales Copilot Administrator",
        "Sales Copilot User",
        "Viva Sales (Sales Productivity App)",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for role in &baseline.roles {
        let mut once = BTreeSet::new();
        assert!(!role.grants.is_empty(), "{}", role.name);
        for grant in &role.grants {
            let table = model.table(&grant.table).unwrap();
            assert!(verbs_of(table).contains(&grant.verb), "{} {}", role.name, grant.table);
            assert!(once.insert((&grant.table, grant.verb)), "{} {}", role.name, grant.table);
        }
    }
    let administrator = &baseline.roles[0];
    let privileges: usize = model.tables().iter().map(|table| verbs_of(table).len()).sum();
    assert_eq!(administrator.grants.len(), privileges);
    let privileges: BTreeSet<String> = model
        .tables()
        .iter()
        .flat_map(|table| verbs_of(table).iter().map(|verb| privilege_name(&model, table, *verb)))
        .collect();
    assert_eq!(privileges.len(), administrator.grants.len(), "names of privileges are unique");
    for name in ["prvReadAccount", "prvCreateActivity", "prvAssignNote", "prvReadUser"] {
        assert!(privileges.contains(name), "{name}");
    }
}

//! What every table has without asking: its key, the columns of the system and of ownership, state
//! and status, the relationships of all these, and its first views.

use uuid::Uuid;

use crate::{
    Cascade, Column, ColumnKind, Computed, DateBehaviour, DateFormat, Labels, OneToMany, Ownership,
    Required, StateOption, StatusOption, Table, TextFormat, View, ViewColumn, ViewKind,
    WholeFormat, limits,
};

/// Draws an identifier; the text says what for.
pub(crate) type Draw<'d> = &'d mut dyn FnMut(&str) -> Uuid;

/// A column with the given names and otherwise usual.
pub(crate) fn column(id: Uuid, schema: &str, kind: ColumnKind, labels: Labels) -> Column {
    Column {
        id,
        logical: schema.to_ascii_lowercase(),
        schema: schema.to_owned(),
        kind,
        required: Required::Never,
        labels,
        description: Labels::none(),
        custom: false,
        secured: false,
        audited: true,
        for_create: true,
        for_update: true,
        for_read: true,
        of: None,
        computed: None,
        auto_number: None,
        searched: false,
    }
}

/// A lookup of the system with its relationship.
pub(crate) fn relate(
    table: &Table,
    column: &str,
    target: (&str, &str),
    names: (&str, &str),
    draw: Draw<'_>,
) -> OneToMany {
    let (referenced, referenced_column) = target;
    let (schema, navigation) = names;
    OneToMany {
        id: draw(&format!("relationship/{schema}")),
        schema: schema.to_owned(),
        referenced: referenced.to_owned(),
        referenced_column: referenced_column.to_owned(),
        referencing: table.logical.clone(),
        referencing_column: column.to_owned(),
        referencing_navigation: navigation.to_owned(),
        referenced_navigation: schema.to_owned(),
        cascade: Cascade::REFERENTIAL,
        hierarchical: false,
        custom: table.custom,
    }
}

/// The primary key column.
pub(crate) fn key(table: &Table, draw: Draw<'_>) -> Column {
    let schema =
        if table.activity { "ActivityId".to_owned() } else { format!("{}Id", table.schema) };
    let mut key = column(
        draw(&format!("column/{}/{}", table.logical, table.primary_id)),
        &schema,
        ColumnKind::Key,
        table.labels.clone(),
    );
    key.logical.clone_from(&table.primary_id);
    key.required = Required::System;
    key.for_update = false;
    key.audited = false;
    key
}

/// Adds the columns that the system keeps, with their relationships.
pub(crate) fn add_system(table: &mut Table, related: &mut Vec<OneToMany>, draw: Draw<'_>) {
    let instant = || ColumnKind::DateTime {
        format: DateFormat::DateAndTime,
        behaviour: DateBehaviour::UserLocal,
    };
    let user = || ColumnKind::Lookup { targets: vec!["systemuser".to_owned()] };
    let count = || ColumnKind::Whole { min: i32::MIN, max: i32::MAX, format: WholeFormat::None };
    let rows: [(&str, ColumnKind, &str, &str); 7] = [
        ("CreatedOn", instant(), "Created On", "Créé le"),
        ("ModifiedOn", instant(), "Modified On", "Modifié le"),
        ("CreatedBy", user(), "Created By", "Créé par"),
        ("ModifiedBy", user(), "Modified By", "Modifié par"),
        ("VersionNumber", ColumnKind::Version, "Version Number", "Numéro de version"),
        (
            "ImportSequenceNumber",
            count(),
            "Import Sequence Number",
            "Numéro de séquence d’importation",
        ),
        (
            "OverriddenCreatedOn",
            ColumnKind::DateTime {
                format: DateFormat::DateOnly,
                behaviour: DateBehaviour::UserLocal,
            },
            "Record Created On",
            "Enregistrement créé le",
        ),
    ];
    for (schema, kind, english, french) in rows {
        let mut added = read_only(table, schema, kind, Labels::both(english, french), draw);
        // migrations give these two when they create a row
        added.for_create = matches!(schema, "ImportSequenceNumber" | "OverriddenCreatedOn");
        push(table, added);
    }
    for name in ["createdby", "modifiedby"] {
        let schema = format!("lk_{}_{name}", base(table));
        related.push(relate(table, name, ("systemuser", "systemuserid"), (&schema, name), draw));
    }
}

/// Adds the columns that say who owns a row, with their relationships.
pub(crate) fn add_ownership(table: &mut Table, related: &mut Vec<OneToMany>, draw: Draw<'_>) {
    let lookup = |target: &str| ColumnKind::Lookup { targets: vec![target.to_owned()] };
    let many = if table.custom { table.logical.clone() } else { table.set.clone() };
    match table.ownership {
        Ownership::User => {
            let mut owner = read_only(
                table,
                "OwnerId",
                ColumnKind::Owner,
                Labels::both("Owner", "Propriétaire"),
                draw,
            );
            owner.required = Required::System;
            owner.for_create = true;
            owner.for_update = true;
            owner.audited = true;
            push(table, owner);
            let owning = [
                (
                    "OwningBusinessUnit",
                    "businessunit",
                    "Owning Business Unit",
                    "Division propriétaire",
                ),
                ("OwningUser", "systemuser", "Owning User", "Utilisateur propriétaire"),
                ("OwningTeam", "team", "Owning Team", "Équipe propriétaire"),
            ];
            for (schema, target, english, french) in owning {
                let added =
                    read_only(table, schema, lookup(target), Labels::both(english, french), draw);
                push(table, added);
            }
            let relationships = [
                ("ownerid", "owner", "owner"),
                ("owningbusinessunit", "businessunit", "business_unit"),
                ("owninguser", "systemuser", "user"),
                ("owningteam", "team", "team"),
            ];
            for (column, target, prefix) in relationships {
                let schema = format!("{prefix}_{many}");
                let key = format!("{target}id");
                related.push(relate(table, column, (target, &key), (&schema, column), draw));
            }
        }
        Ownership::Organisation => {
            let added = read_only(
                table,
                "OrganizationId",
                lookup("organization"),
                Labels::both("Organization", "Organisation"),
                draw,
            );
            push(table, added);
            let schema = format!("organization_{many}");
            let (target, names) =
                (("organization", "organizationid"), (schema.as_str(), "organizationid"));
            related.push(relate(table, "organizationid", target, names, draw));
        }
        Ownership::BusinessUnit | Ownership::None => {}
    }
}

/// Active and inactive, as tables have them unless they say otherwise.
pub(crate) fn usual_states() -> (Vec<StateOption>, Vec<StatusOption>) {
    let names = [(0, 1, "Active", "Actif"), (1, 2, "Inactive", "Inactif")];
    let states = names.map(|(value, default_status, english, french)| StateOption {
        value,
        labels: Labels::both(english, french),
        invariant: english.to_owned(),
        default_status,
    });
    let statuses = names.map(|(state, value, english, french)| StatusOption {
        value,
        state,
        labels: Labels::both(english, french),
    });
    (states.to_vec(), statuses.to_vec())
}

/// Adds state and status.
pub(crate) fn add_states(
    table: &mut Table,
    (values, reasons): (Vec<StateOption>, Vec<StatusOption>),
    draw: Draw<'_>,
) {
    let id = |name: &str| format!("column/{}/{name}", table.logical);
    let mut state = column(
        draw(&id("statecode")),
        "StateCode",
        ColumnKind::State { options: values },
        Labels::both("Status", "Statut"),
    );
    state.required = Required::System;
    let status = column(
        draw(&id("statuscode")),
        "StatusCode",
        ColumnKind::Status { options: reasons },
        Labels::both("Status Reason", "Raison du statut"),
    );
    push(table, state);
    push(table, status);
}

/// Adds currency and exchange rate, and to each amount its twin in the base currency.
pub(crate) fn add_currency(table: &mut Table, related: &mut Vec<OneToMany>, draw: Draw<'_>) {
    let amounts: Vec<Column> = table
        .columns()
        .iter()
        .filter(|one| matches!(one.kind, ColumnKind::Money { .. }) && one.computed.is_none())
        .filter(|one| table.column(&format!("{}_base", one.logical)).is_none())
        .cloned()
        .collect();
    if amounts.is_empty() && table.column("transactioncurrencyid").is_none() {
        return;
    }
    if table.column("transactioncurrencyid").is_none() {
        let id = draw(&format!("column/{}/transactioncurrencyid", table.logical));
        let kind = ColumnKind::Lookup { targets: vec!["transactioncurrency".to_owned()] };
        let labels = Labels::both("Currency", "Devise");
        push(table, column(id, "TransactionCurrencyId", kind, labels));
        let schema = format!("transactioncurrency_{}", table.logical);
        let target = ("transactioncurrency", "transactioncurrencyid");
        let names = (schema.as_str(), "transactioncurrencyid");
        related.push(relate(table, "transactioncurrencyid", target, names, draw));
    }
    if table.column("exchangerate").is_none() {
        let kind = ColumnKind::Decimal { precision: 10, min: 1, max: i64::MAX };
        let labels = Labels::both("Exchange Rate", "Taux de change");
        let added = read_only(table, "ExchangeRate", kind, labels, draw);
        push(table, added);
    }
    for amount in amounts {
        push(table, base_amount(table, &amount, draw));
    }
}

/// The twin of an amount in the base currency.
pub(crate) fn base_amount(table: &Table, amount: &Column, draw: Draw<'_>) -> Column {
    let mut labels = Labels::none();
    for (language, text) in amount.labels.iter() {
        let base = if language == crate::FRENCH { "(de base)" } else { "(Base)" };
        labels.set(language, format!("{text} {base}"));
    }
    let kind = match amount.kind {
        ColumnKind::Money { precision, .. } => {
            ColumnKind::Money { precision, min: -limits::MONEY, max: limits::MONEY }
        }
        ref other => other.clone(),
    };
    let schema = format!("{}_Base", amount.schema);
    let mut base = read_only(table, &schema, kind, labels, draw);
    base.computed = Some(Computed::Base { of: amount.logical.clone() });
    base.of = Some(amount.logical.clone());
    base.custom = amount.custom;
    base.secured = amount.secured;
    base
}

/// Adds to each file its companion with the file's name (`new_paper_name`), which the store fills.
pub(crate) fn add_file_names(table: &mut Table, draw: Draw<'_>) {
    let files: Vec<Column> = table
        .columns()
        .iter()
        .filter(|one| matches!(one.kind, ColumnKind::File { .. }))
        .filter(|one| table.column(&format!("{}_name", one.logical)).is_none())
        .cloned()
        .collect();
    for file in files {
        let kind = ColumnKind::Text { max: limits::FILE_NAME, format: TextFormat::Text };
        let mut name =
            read_only(table, &format!("{}_Name", file.schema), kind, file.labels.clone(), draw);
        name.of = Some(file.logical);
        name.custom = file.custom;
        name.secured = file.secured;
        push(table, name);
    }
}

/// Adds to each picture its companions, which the store fills: which picture it is (`entityimageid`), since when
/// (`entityimage_timestamp`), and where it is fetched (`entityimage_url`).
pub(crate) fn add_image_companions(table: &mut Table, draw: Draw<'_>) {
    let images: Vec<Column> = table
        .columns()
        .iter()
        .filter(|one| matches!(one.kind, ColumnKind::Image { .. }))
        .filter(|one| table.column(&format!("{}id", one.logical)).is_none())
        .cloned()
        .collect();
    for image in images {
        let text = ColumnKind::Text { max: IMAGE_ADDRESS, format: TextFormat::Url };
        let all = [("Id", ColumnKind::Guid), ("_Timestamp", ColumnKind::Big), ("_URL", text)];
        for (ending, kind) in all {
            let schema = format!("{}{ending}", image.schema);
            let mut made = read_only(table, &schema, kind, image.labels.clone(), draw);
            made.of = Some(image.logical.clone());
            made.custom = image.custom;
            made.secured = image.secured;
            push(table, made);
        }
    }
}

/// The longest address of a picture.
const IMAGE_ADDRESS: u32 = 500;

fn base(table: &Table) -> String {
    if table.custom { table.logical.clone() } else { format!("{}base", table.logical) }
}

fn read_only(
    table: &Table,
    schema: &str,
    kind: ColumnKind,
    labels: Labels,
    draw: Draw<'_>,
) -> Column {
    let id = draw(&format!("column/{}/{}", table.logical, schema.to_ascii_lowercase()));
    let mut made = column(id, schema, kind, labels);
    made.for_create = false;
    made.for_update = false;
    made.audited = false;
    made
}

pub(crate) fn push(table: &mut Table, added: Column) {
    table.change_columns(|columns| columns.push(added));
}

/// The names of views in English and French; `{}` is the plural of the table.
struct Words {
    first: (&'static str, &'static str),
    other: (&'static str, &'static str),
    mine: (&'static str, &'static str),
    all: (&'static str, &'static str),
}

impl Words {
    fn of(state: &str, feminine: Option<bool>) -> Self {
        let (first, other) = match (state, feminine) {
            ("Open", Some(true)) => (("Open {}", "{} ouvertes"), ("Closed {}", "{} fermées")),
            ("Open", Some(false)) => (("Open {}", "{} ouverts"), ("Closed {}", "{} fermés")),
            ("Open", None) => (("Open {}", "{} (en cours)"), ("Closed {}", "{} (terminés)")),
            ("Draft", _) => (("Draft {}", "{} – brouillons"), ("Processed {}", "{} – suite")),
            (_, Some(true)) => (("Active {}", "{} actives"), ("Inactive {}", "{} inactives")),
            (_, Some(false)) => (("Active {}", "{} actifs"), ("Inactive {}", "{} inactifs")),
            (_, None) => (("Active {}", "{} (actifs)"), ("Inactive {}", "{} (inactifs)")),
        };
        let all = match feminine {
            Some(true) => ("All {}", "Toutes les {lower}"),
            Some(false) => ("All {}", "Tous les {lower}"),
            None => ("All {}", "{} (tous)"),
        };
        let mine =
            if feminine.is_some() { ("My {}", "Mes {lower}") } else { ("My {}", "{} (les miens)") };
        Self { first, other, mine, all }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What a view of a list has: its texts, its conditions and what it is used for.
struct ViewParts<'v> {
    name: &'v str,
    labels: Labels,
    filter: String,
    kind: ViewKind,
    default: bool,
}

/// The first views of a table: active, inactive, mine and all rows, quick search, the one of lookups.
/// `columns` are those shown beside the name; `feminine` says how French adjectives agree, if known.
pub(crate) fn views(
    table: &Table,
    columns: &[String],
    feminine: Option<bool>,
    draw: Draw<'_>,
) -> Vec<View> {
    let condition = |column: &str, operator: &str, value: &str| {
        format!(r#"<condition attribute="{column}" operator="{operator}" {value}/>"#)
    };
    let english = table.plural.text(crate::ENGLISH).to_owned();
    let french = table.plural.text(crate::FRENCH).to_owned();
    let state = match &table.state().map(|state| &state.kind) {
        Some(ColumnKind::State { options }) => options.first(),
        _ => None,
    };
    let active = match state {
        Some(state) => condition("statecode", "eq", &format!("value=\"{}\"", state.value)),
        None => String::new(),
    };
    let part = |name, (en, fr): (&str, &str), filter, kind, default| ViewParts {
        name,
        labels: Labels::both(
            en.replace("{}", &english),
            fr.replace("{}", &french).replace("{lower}", &lower_first(&french)),
        ),
        filter,
        kind,
        default,
    };
    let words = Words::of(state.map_or("", |state| state.invariant.as_str()), feminine);
    let mut parts = Vec::new();
    if let Some(state) = state {
        parts.push(part("active", words.first, active.clone(), ViewKind::Public, true));
        let other = condition("statecode", "ne", &format!("value=\"{}\"", state.value));
        parts.push(part("inactive", words.other, other, ViewKind::Public, false));
    }
    if table.ownership == Ownership::User {
        let mine = format!("{active}{}", condition("ownerid", "eq-userid", ""));
        parts.push(part("my", words.mine, mine, ViewKind::Public, false));
    }
    parts.push(part("all", words.all, String::new(), ViewKind::Public, state.is_none()));
    let searched: String = table
        .columns()
        .iter()
        .filter(|one| one.searched || table.primary_name.as_ref() == Some(&one.logical))
        .map(|one| condition(&one.logical, "like", r#"value="{0}""#))
        .collect();
    let quick = format!(r#"{active}<filter type="or" isquickfindfields="1">{searched}</filter>"#);
    let names = ("Quick Find {}", "Recherche rapide – {}");
    parts.push(part("quickfind", names, quick, ViewKind::QuickFind, true));
    let names = ("{} Lookup View", "{} – recherche");
    parts.push(part("lookup", names, active, ViewKind::Lookup, true));
    parts.into_iter().map(|part| view(table, columns, part, draw)).collect()
}

fn view(table: &Table, columns: &[String], parts: ViewParts<'_>, draw: Draw<'_>) -> View {
    let id = draw(&format!("view/{}/{}", table.logical, parts.name));
    let mut shown: Vec<String> = table.primary_name.iter().cloned().collect();
    shown.extend(columns.iter().filter(|one| Some(*one) != table.primary_name.as_ref()).cloned());
    if parts.kind == ViewKind::Lookup {
        shown.truncate(3);
    }
    let mut attributes = String::new();
    for name in std::iter::once(&table.primary_id).chain(&shown) {
        attributes.push_str("<attribute name=\"");
        attributes.push_str(name);
        attributes.push_str("\"/>");
    }
    let order = table
        .primary_name
        .as_ref()
        .map(|name| format!(r#"<order attribute="{name}" descending="false"/>"#))
        .unwrap_or_default();
    let filter = if parts.filter.is_empty() {
        String::new()
    } else {
        format!(r#"<filter type="and">{}</filter>"#, parts.filter)
    };
    let fetch = format!(
        r#"<fetch version="1.0" mapping="logical"><entity name="{}">{attributes}{order}{filter}</entity></fetch>"#,
        table.logical
    );
    let width = |name: &String| if Some(name) == table.primary_name.as_ref() { 300 } else { 150 };
    let columns =
        shown.iter().map(|name| ViewColumn { name: name.clone(), width: width(name) }).collect();
    View {
        id,
        table: table.logical.clone(),
        labels: parts.labels,
        kind: parts.kind,
        default: parts.default,
        fetch,
        columns,
        custom: table.custom,
    }
}

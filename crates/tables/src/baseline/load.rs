//! From the packed files to definitions.

use std::{
    collections::{BTreeMap, HashMap},
    io::Read as _,
    sync::Arc,
};

use flate2::read::GzDecoder;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Baseline, Depth, Grant, RoleTemplate, Set, Verb, columns, verbs_of};
use crate::{
    AlternateKey, Cascade, Choice, ColumnKind, End, Labels, ManyToMany, OneToMany, Ownership,
    Relationship, StateOption, StatusOption, Table, names::stable_id, standard,
};

/// Something in the packed files that is not understood: where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the baseline says something unknown at {0}")]
pub struct BaselineError(pub String);

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/baseline.gz"));

/// Columns that several tables have, by the name of their group.
type Groups = HashMap<String, Json>;

struct Loader {
    groups: Groups,
    tables: Vec<Table>,
    related: Vec<OneToMany>,
    many: Vec<ManyToMany>,
    choices: Vec<Choice>,
    shown: Vec<(String, Vec<String>, Option<bool>)>,
}

/// Loads the definitions of some sets.
///
/// # Errors
/// [`BaselineError`] with the place in the files.
pub(super) fn load(sets: &[Set]) -> Result<Baseline, BaselineError> {
    let mut text = String::new();
    let unpacked = GzDecoder::new(PACKED).read_to_string(&mut text);
    let files: Vec<(String, String, Json)> = unpacked
        .ok()
        .and_then(|_length| serde_json::from_str(&text).ok())
        .ok_or_else(|| BaselineError("the packed files".to_owned()))?;
    let mut loader = Loader {
        groups: Groups::new(),
        tables: Vec::new(),
        related: Vec::new(),
        many: Vec::new(),
        choices: Vec::new(),
        shown: Vec::new(),
    };
    let wanted = |set: &str| Set::named(set).is_some_and(|set| sets.contains(&set));
    let list = |file: &'_ Json, key: &str| -> Vec<Json> {
        file.get(key).and_then(Json::as_array).cloned().unwrap_or_default()
    };
    for (_, _, file) in &files {
        for (name, rows) in file.get("groups").and_then(Json::as_object).into_iter().flatten() {
            loader.groups.insert(name.clone(), rows.clone());
        }
    }
    let mut roles = Vec::new();
    for (set, name, file) in files.iter().filter(|(set, _, _)| wanted(set)) {
        let place = |what: &str, row: &Json| {
            let start: String = row.to_string().chars().take(120).collect();
            BaselineError(format!("{set}/{name}, {what} {start}"))
        };
        for row in list(file, "choices") {
            let choice = choice(&row).ok_or_else(|| place("choice", &row))?;
            loader.choices.push(choice);
        }
        for row in list(file, "tables") {
            loader.table(&row).ok_or_else(|| place("table", &row))?;
        }
        for row in list(file, "many") {
            let many = many(&row).ok_or_else(|| place("relationship", &row))?;
            loader.many.push(many);
        }
        roles.extend(list(file, "roles"));
    }
    loader.finish(&roles)
}

fn draw(name: &str) -> Uuid {
    stable_id(name)
}

fn pair(row: &Json, at: usize) -> Option<Labels> {
    Some(Labels::both(row.get("en")?.get(at)?.as_str()?, row.get("fr")?.get(at)?.as_str()?))
}

fn words<'j>(row: &'j Json, key: &str) -> impl Iterator<Item = &'j str> {
    row.get(key).and_then(Json::as_str).unwrap_or_default().split_whitespace()
}

fn choice(row: &Json) -> Option<Choice> {
    let name = row.get("name")?.as_str()?;
    Some(Choice {
        id: stable_id(&format!("choice/{name}")),
        name: name.to_owned(),
        labels: pair(row, 0)?,
        description: Labels::none(),
        custom: false,
        options: columns::entries(row.get("options")?)?,
    })
}

/// `["systemuserroles_association", "systemuserroles", "systemuser", "role"]`; the intersect table is
/// a table of its own in the files.
fn many(row: &Json) -> Option<ManyToMany> {
    let word = |at: usize| row.get(at).and_then(Json::as_str);
    let (schema, intersect) = (word(0)?, word(1)?);
    let end = |at: usize| {
        let (table, navigation) = word(at)?.split_once('.').unwrap_or((word(at)?, schema));
        Some(End {
            table: table.to_owned(),
            column: format!("{table}id"),
            navigation: navigation.to_owned(),
        })
    };
    Some(ManyToMany {
        id: stable_id(&format!("relationship/{schema}")),
        schema: schema.to_owned(),
        intersect: intersect.to_owned(),
        first: end(2)?,
        second: end(3)?,
        custom: false,
    })
}

fn states(row: &Json) -> Option<(Vec<StateOption>, Vec<StatusOption>)> {
    let mut states = Vec::new();
    let mut statuses = Vec::new();
    for state in row.as_array()? {
        let value = i32::try_from(state.get(0)?.as_i64()?).ok()?;
        let reasons = columns::entries(state.get(3)?)?;
        let english = state.get(1)?.as_str()?;
        states.push(StateOption {
            value,
            labels: Labels::both(english, state.get(2)?.as_str()?),
            invariant: english.to_owned(),
            default_status: reasons.first()?.value,
        });
        statuses.extend(reasons.into_iter().map(|reason| StatusOption {
            value: reason.value,
            state: value,
            labels: reason.labels,
        }));
    }
    Some((states, statuses))
}

impl Loader {
    fn table(&mut self, row: &Json) -> Option<()> {
        let schema = row.get("t")?.as_str()?;
        let is: Vec<&str> = words(row, "is").collect();
        let has = |word: &str| is.contains(&word);
        let ownership = match *is.first()? {
            "user" => Ownership::User,
            "org" => Ownership::Organisation,
            "unit" => Ownership::BusinessUnit,
            "none" => Ownership::None,
            _ => return None,
        };
        let logical = schema.to_ascii_lowercase();
        let after = |prefix: &str| is.iter().find_map(|word| word.strip_prefix(prefix));
        let text = |key: &str| row.get(key).and_then(Json::as_str).map(str::to_owned);
        let activity = has("activity");
        let code = i32::try_from(row.get("code")?.as_i64()?).ok()?;
        let id = stable_id(&format!("table/{logical}"));
        let mut table = Table::new(id, schema, ownership, code);
        table.set = text("set")?;
        table.primary_name = text("name");
        table.labels = pair(row, 0)?;
        table.plural = pair(row, 1)?;
        if activity {
            "activityid".clone_into(&mut table.primary_id);
        }
        table.activity = activity;
        table.intersect = has("intersect");
        table.private = has("private") || table.intersect;
        table.change_tracking = has("tracked") || activity;
        table.audited = has("audited");
        table.notes = has("notes");
        table.activities = has("activities");
        table.privileges_of = after("ruledby=").map(str::to_owned);
        table.union_of = after("union=")
            .map(|list| list.split(',').map(str::to_owned).collect())
            .unwrap_or_default();
        let key = standard::key(&table, &mut draw);
        standard::push(&mut table, key);
        for column in row.get("c").and_then(Json::as_array).into_iter().flatten() {
            match column.as_str() {
                Some(group) => {
                    for column in self.groups.get(group)?.as_array()?.clone() {
                        self.column(&mut table, &column, text("many").as_deref())?;
                    }
                }
                None => self.column(&mut table, column, text("many").as_deref())?,
            }
        }
        if !table.intersect && !has("bare") {
            standard::add_system(&mut table, &mut self.related, &mut draw);
            standard::add_ownership(&mut table, &mut self.related, &mut draw);
            standard::add_currency(&mut table, &mut self.related, &mut draw);
            let states = match row.get("states") {
                None => Some(standard::usual_states()),
                Some(rows) => Some(states(rows)?).filter(|(states, _)| !states.is_empty()),
            };
            if let Some(states) = states {
                standard::add_states(&mut table, states, &mut draw);
            }
            standard::add_image_companions(&mut table, &mut draw);
        }
        for key in row.get("keys").and_then(Json::as_array).into_iter().flatten() {
            let key: Vec<&str> = key.as_array()?.iter().filter_map(Json::as_str).collect();
            let (name, columns) = key.split_first()?;
            table.keys.push(AlternateKey {
                id: stable_id(&format!("key/{}/{name}", table.logical)),
                logical: name.to_ascii_lowercase(),
                schema: (*name).to_owned(),
                labels: Labels::english(*name),
                columns: columns.iter().map(|&column| column.to_owned()).collect(),
            });
        }
        if let Some(shown) = row.get("view").and_then(Json::as_str) {
            let shown = shown.split_whitespace().map(str::to_owned).collect();
            self.shown.push((table.logical.clone(), shown, Some(has("feminine"))));
        }
        self.tables.push(table);
        Some(())
    }

    /// A column and, where it is a reference, its relationships.
    fn column(&mut self, table: &mut Table, row: &Json, many: Option<&str>) -> Option<()> {
        let column = columns::read(&table.logical, row, &mut draw)?;
        let targets: Vec<String> = column.kind.targets().into_iter().map(str::to_owned).collect();
        let several = targets.len() > 1;
        for (at, target) in targets.iter().enumerate() {
            let named = match row.get(4) {
                Some(Json::String(one)) if !several => Some(one.clone()),
                Some(Json::Array(all)) => all.get(at).and_then(Json::as_str).map(str::to_owned),
                _ => None,
            };
            let (named, rule) = match named.as_deref().and_then(|one| one.split_once('!')) {
                Some((name, rule)) => (Some(name.to_owned()), Some(rule.to_owned())),
                None => (named, None),
            };
            let name = named.filter(|name| !name.is_empty()).unwrap_or_else(|| match many {
                Some(many) if column.logical == "regardingobjectid" => format!("{target}_{many}"),
                _ => format!("{target}_{}_{}", table.logical, column.logical),
            });
            let navigation = if !several {
                column.logical.clone()
            } else if table.activity && table.union_of.is_empty() {
                format!("{}_{target}_{}", column.logical, table.logical)
            } else {
                format!("{}_{target}", column.logical)
            };
            let referenced = (target.as_str(), "");
            let mut one = standard::relate(
                table,
                &column.logical,
                referenced,
                (&name, &navigation),
                &mut draw,
            );
            one.hierarchical = *target == table.logical;
            one.cascade = match rule.as_deref() {
                Some("parental") => Cascade::PARENTAL,
                Some("restrict") => Cascade::RESTRICT,
                Some(_) => return None,
                None if column.logical == "regardingobjectid" || column.logical == "objectid" => {
                    Cascade::PARENTAL
                }
                None => Cascade::REFERENTIAL,
            };
            self.related.push(one);
        }
        standard::push(table, column);
        Some(())
    }

    fn finish(mut self, roles: &[Json]) -> Result<Baseline, BaselineError> {
        let keys: BTreeMap<String, (String, String)> = self
            .tables
            .iter()
            .map(|table| {
                let key = (table.primary_id.clone(), table.schema.clone());
                (table.logical.clone(), key)
            })
            .collect();
        let known = |name: &String| keys.contains_key(name);
        for table in &mut self.tables {
            table.union_of.retain(known);
            table.change_columns(|columns| {
                for column in columns.iter_mut() {
                    if let ColumnKind::Lookup { targets } = &mut column.kind {
                        targets.retain(known);
                    }
                }
                // a lookup whose every table is of another set
                columns.retain(|column| {
                    !matches!(&column.kind, ColumnKind::Lookup { targets } if targets.is_empty())
                });
            });
        }
        self.related.retain(|one| known(&one.referenced));
        for one in &mut self.related {
            if let Some((key, schema)) = keys.get(&one.referenced) {
                one.referenced_column.clone_from(key);
                // relationships of activities begin with the schema name of the other table
                if one.referencing_column == "regardingobjectid"
                    && let Some(rest) = one.schema.strip_prefix(&format!("{}_", one.referenced))
                {
                    one.schema = format!("{schema}_{rest}");
                    one.referenced_navigation.clone_from(&one.schema);
                    one.id = stable_id(&format!("relationship/{}", one.schema));
                }
            }
        }
        self.many.retain(|many| {
            known(&many.first.table) && known(&many.second.table) && known(&many.intersect)
        });
        let mut views = Vec::new();
        for table in &self.tables {
            if let Some((_, shown, gender)) =
                self.shown.iter().find(|(name, _, _)| *name == table.logical)
            {
                views.extend(standard::views(table, shown, *gender, &mut draw));
            }
        }
        let one = self.related.into_iter().map(Relationship::OneToMany);
        let many = self.many.into_iter().map(Relationship::ManyToMany);
        let mut baseline = Baseline {
            relationships: one.chain(many).map(Arc::new).collect(),
            tables: self.tables.into_iter().map(Arc::new).collect(),
            choices: self.choices.into_iter().map(Arc::new).collect(),
            views: views.into_iter().map(Arc::new).collect(),
            ..Baseline::default()
        };
        let mut read: Vec<RoleTemplate> = Vec::new();
        for row in roles {
            let name = row.get("name").and_then(Json::as_str).unwrap_or_default();
            let role =
                role(&baseline.tables, row).ok_or_else(|| BaselineError(format!("role {name}")))?;
            match read.iter_mut().find(|one| one.name == role.name) {
                Some(one) => {
                    // the later file about the same table and verb wins
                    one.grants.retain(|old| {
                        !role
                            .grants
                            .iter()
                            .any(|new| new.table == old.table && new.verb == old.verb)
                    });
                    one.grants.extend(role.grants);
                }
                None => read.push(role),
            }
        }
        baseline.roles = read;
        Ok(baseline)
    }
}

/// `{"name":…, "en":[…], "fr":[…], "is":"all", "grants":{"account contact":"Create=user Read=org …"}}`;
/// `*` is every table; a later line about the same table and verb wins.
fn role(tables: &[Arc<Table>], row: &Json) -> Option<RoleTemplate> {
    let name = row.get("name")?.as_str()?;
    let is: Vec<&str> = words(row, "is").collect();
    let mut grants: BTreeMap<(String, Verb), Depth> = BTreeMap::new();
    if is.contains(&"all") {
        for table in tables {
            for verb in verbs_of(table) {
                grants.insert((table.logical.clone(), *verb), Depth::Organisation);
            }
        }
    }
    for (names, rule) in row.get("grants").and_then(Json::as_object).into_iter().flatten() {
        for table in tables {
            let named = names.split_whitespace().any(|name| name == table.logical || name == "*");
            if !named {
                continue;
            }
            for word in rule.as_str()?.split_whitespace() {
                let (verb, depth) = word.split_once('=')?;
                let depth = match depth {
                    "user" => Some(Depth::User),
                    "unit" => Some(Depth::BusinessUnit),
                    "parent" => Some(Depth::Parent),
                    "org" => Some(Depth::Organisation),
                    "none" => None,
                    _ => return None,
                };
                for one in verbs_of(table) {
                    if verb != "*" && one.name() != verb {
                        continue;
                    }
                    let key = (table.logical.clone(), *one);
                    match depth {
                        // rows without an owner are reached all or not at all
                        Some(_)
                            if table.ownership == Ownership::Organisation
                                || table.ownership == Ownership::None =>
                        {
                            grants.insert(key, Depth::Organisation);
                        }
                        Some(depth) => {
                            grants.insert(key, depth);
                        }
                        None => {
                            grants.remove(&key);
                        }
                    }
                }
            }
        }
    }
    Some(RoleTemplate {
        id: stable_id(&format!("role/{name}")),
        name: name.to_owned(),
        labels: pair(row, 0)?,
        description: pair(row, 1)?,
        all: is.contains(&"all"),
        customise: is.contains(&"customise") || is.contains(&"all"),
        impersonate: is.contains(&"impersonate") || is.contains(&"all"),
        grants: grants
            .into_iter()
            .map(|((table, verb), depth)| Grant { table, verb, depth })
            .collect(),
    })
}

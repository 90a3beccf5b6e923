//! Data policies of the Power Platform: as its interface writes them, as its cmdlets do, and as the published provider
//! for Terraform does.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    Fault,
    powershell::{Row, cut_off, get, word},
};

/// Where a policy counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// `AllEnvironments`.
    All,
    /// `OnlyEnvironments`, `SingleEnvironment`.
    Only,
    /// `ExceptEnvironments`.
    Except,
}

/// A data policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPolicy {
    /// What people call it.
    pub name: String,
    /// Where it counts.
    pub reach: Reach,
    /// Names and identifiers of the environments that it names.
    pub environments: Vec<String>,
    /// Whether one of these has nothing but an identifier, so that nobody knows what it is called.
    #[serde(default)]
    pub nameless: bool,
    /// `Confidential` (business), `General` (non-business), `Blocked`: for connectors that are not named.
    pub default: Option<String>,
    /// The classification of the Salesforce connector, where it is named.
    pub salesforce: Option<String>,
    /// Whether the lists of connectors are in the file: only then a connector that is not in them is not named.
    #[serde(default = "yes")]
    pub whole: bool,
}

const fn yes() -> bool {
    true
}

/// What the interface before the last called the groups, and what they are called now.
const GROUPS: [(&str, &str); 3] =
    [("hbi", "Confidential"), ("lbi", "General"), ("blocked", "Blocked")];

/// Whether a row is a policy as the first interface wrote it: what it says is below `properties.definition`.
pub(super) fn of_scope(row: &Row) -> bool {
    definition(row).is_some_and(|inner| get(inner, "apiGroups").is_some())
}

fn definition(row: &Row) -> Option<&Row> {
    get(get(row, "properties")?.as_object()?, "definition")?.as_object()
}

impl DataPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let row = match get(row, "policyDefinition") {
            Some(Json::Object(inner)) => inner,
            Some(_) => return Err(cut_off(format!("{place}/policyDefinition"), DEPTH)),
            None => row,
        };
        if let Some(inner) = definition(row) {
            return Self::of_definition(row, inner, place);
        }
        let name = word(row, "displayName").or_else(|| word(row, "name"));
        let name = name.ok_or_else(|| missing(place, "displayName"))?;
        let reach = match (get(row, "environmentType"), get(row, "FilterType")) {
            (None | Some(Json::Null), Some(filter)) => filtered(filter, place)?,
            _ => reach(row, place)?,
        };
        let mut found = Classes::default();
        let groups = list(row, place, "connectorGroups")?;
        for (index, group) in groups.into_iter().flatten().enumerate() {
            let place = format!("{place}/connectorGroups/{index}");
            let Json::Object(group) = group else { return Err(cut_off(place, DEPTH)) };
            let class = word(group, "classification");
            found.take(group, (&place, "connectors"), class.as_deref())?;
        }
        let lists = [
            ("business_connectors", "BusinessDataGroup", "Confidential"),
            ("non_business_connectors", "NonBusinessDataGroup", "General"),
            ("blocked_connectors", "BlockedGroup", "Blocked"),
        ];
        let mut told = 0;
        for (name, older, class) in lists {
            let name = if get(row, name).is_some() { name } else { older };
            told += usize::from(found.take(row, (place, name), Some(class))?);
        }
        let (environments, nameless) = environments(row, place, reach)?;
        Ok(Self {
            name,
            reach,
            environments,
            nameless,
            default: word(row, "defaultConnectorsClassification"),
            salesforce: found.salesforce,
            whole: groups.is_some() || told == lists.len(),
        })
    }

    /// As the first interface writes it: a filter among the constraints, groups of interfaces by short names.
    fn of_definition(row: &Row, inner: &Row, place: &str) -> Result<Self, Fault> {
        let properties = get(row, "properties").and_then(Json::as_object);
        let name =
            properties.and_then(|own| word(own, "displayName")).or_else(|| word(row, "name"));
        let place = format!("{place}/properties/definition");
        let (mut reach, mut environments, mut nameless) = (Reach::All, Vec::new(), false);
        match get(inner, "constraints") {
            None | Some(Json::Null) => {}
            Some(Json::Object(all)) => {
                for (key, one) in all {
                    let place = format!("{place}/constraints/{key}/parameters");
                    let Json::Object(one) = one else { return Err(cut_off(place, DEPTH)) };
                    if word(one, "type")
                        .is_none_or(|kind| kind.eq_ignore_ascii_case("environmentFilter"))
                    {
                        let Some(Json::Object(own)) = get(one, "parameters") else {
                            return Err(cut_off(place, DEPTH));
                        };
                        reach = filtered(get(own, "filterType").unwrap_or(&Json::Null), &place)?;
                        (environments, nameless) = self::environments(own, &place, reach)?;
                    }
                }
            }
            Some(_) => return Err(cut_off(format!("{place}/constraints"), DEPTH)),
        }
        let Some(Json::Object(groups)) = get(inner, "apiGroups") else {
            return Err(cut_off(format!("{place}/apiGroups"), DEPTH));
        };
        let (mut found, mut told) = (Classes::default(), 0);
        for (short, class) in GROUPS {
            let place = format!("{place}/apiGroups/{short}");
            match get(groups, short) {
                None | Some(Json::Null) => {}
                Some(Json::Object(group)) => {
                    told += usize::from(found.take(group, (&place, "apis"), Some(class))?);
                }
                Some(_) => return Err(cut_off(place, DEPTH)),
            }
        }
        let default = word(inner, "defaultApiGroup").map(|short| {
            let known = GROUPS.iter().find(|(own, _)| own.eq_ignore_ascii_case(&short));
            known.map_or(short.clone(), |(_, class)| (*class).to_owned())
        });
        Ok(Self {
            name: name.ok_or_else(|| missing(&place, "displayName"))?,
            reach,
            environments,
            nameless,
            default,
            salesforce: found.salesforce,
            // before connectors could be blocked there were two
            whole: told >= 2,
        })
    }

    /// Whether it counts in an environment that goes by any of these names; nothing where it names one by nothing but an
    /// identifier, and that may be the one.
    pub fn covers(&self, names: &[&str], by_name: bool) -> Option<bool> {
        let is_meant = |one: &String| names.iter().any(|name| one.eq_ignore_ascii_case(name));
        let is_named = self.environments.iter().any(is_meant);
        match self.reach {
            Reach::All => Some(true),
            Reach::Only | Reach::Except if is_named => Some(self.reach == Reach::Only),
            Reach::Only | Reach::Except if self.nameless && by_name => None,
            Reach::Only | Reach::Except => Some(self.reach == Reach::Except),
        }
    }

    /// Whether Salesforce can be used under it; nothing where the file does not say it.
    pub fn allows(&self) -> Option<bool> {
        let class = match &self.salesforce {
            Some(class) => class,
            None => self.default.as_ref().filter(|_| self.whole)?,
        };
        match class.to_ascii_lowercase().as_str() {
            "blocked" => Some(false),
            "confidential" | "general" | "business" | "nonbusiness" | "non-business" => Some(true),
            _ => None,
        }
    }
}

/// What a policy says of the Salesforce connector.
#[derive(Default)]
struct Classes {
    salesforce: Option<String>,
}

impl Classes {
    /// Looks for the connector in a list; whether the list is there at all. Where several lists have it, the one that
    /// blocks counts.
    fn take(
        &mut self,
        row: &Row,
        (place, name): (&str, &str),
        class: Option<&str>,
    ) -> Result<bool, Fault> {
        let Some(all) = list(row, place, name)? else { return Ok(false) };
        for (index, one) in all.iter().enumerate() {
            let place = format!("{place}/{name}/{index}");
            let id = ["id", "connectorId", "name"].iter().find_map(|key| inside(one, key));
            let id = id.ok_or_else(|| cut_off(place, DEPTH))?;
            let last = id.rsplit('/').next().unwrap_or_default();
            let blocks =
                self.salesforce.as_deref().is_some_and(|own| own.eq_ignore_ascii_case("blocked"));
            if last.eq_ignore_ascii_case("shared_salesforce") && !blocks {
                // a group that does not say what it is says nothing
                self.salesforce = Some(class.unwrap_or("?").to_owned());
            }
        }
        Ok(true)
    }
}

/// Levels that a policy has.
const DEPTH: &str = "-Depth 10";

fn reach(row: &Row, place: &str) -> Result<Reach, Fault> {
    let told = word(row, "environmentType").ok_or_else(|| missing(place, "environmentType"))?;
    match told.to_ascii_lowercase().as_str() {
        "allenvironments" => Ok(Reach::All),
        "onlyenvironments" | "singleenvironment" => Ok(Reach::Only),
        "exceptenvironments" => Ok(Reach::Except),
        other => {
            let detail =
                format!("{other}: AllEnvironments, OnlyEnvironments or ExceptEnvironments");
            Err(Fault::new(format!("{place}/environmentType"), "evidence.not_a_word", detail))
        }
    }
}

/// `include`, `exclude`, or none at all.
fn filtered(filter: &Json, place: &str) -> Result<Reach, Fault> {
    let told = match filter {
        Json::Null => "",
        Json::String(text) => text.trim(),
        _ => "?",
    };
    match told.to_ascii_lowercase().as_str() {
        "" | "none" => Ok(Reach::All),
        "include" => Ok(Reach::Only),
        "exclude" => Ok(Reach::Except),
        other => {
            let detail = format!("{other}: include, exclude or None");
            Err(Fault::new(format!("{place}/filterType"), "evidence.not_a_word", detail))
        }
    }
}

fn missing(place: &str, name: &str) -> Fault {
    Fault::new(format!("{place}/{name}"), "evidence.missing", format!("{name} is missing"))
}

/// A list of a row: an array, one object alone, or `{"value": […], "Count": …}`; nothing where it is not there. What the
/// cmdlet cut off is no list: whatever was in it, nobody knows.
fn list<'r>(row: &'r Row, place: &str, name: &str) -> Result<Option<&'r [Json]>, Fault> {
    let wrong = || cut_off(format!("{place}/{name}"), DEPTH);
    let all = match get(row, name) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Array(all)) => all.as_slice(),
        Some(Json::Object(one)) => match get(one, "value") {
            Some(Json::Array(all)) => all.as_slice(),
            _ => get(row, name).map(std::slice::from_ref).unwrap_or_default(),
        },
        Some(_) => return Err(wrong()),
    };
    let cut = |one: &Json| match one {
        Json::Object(_) => false,
        Json::String(text) => {
            let text = text.trim();
            text.is_empty()
                || text.starts_with("System.")
                || (text.starts_with("@{")
                    && (text.matches("@{").count() > 1 || !text.ends_with('}')))
        }
        _ => true,
    };
    if all.iter().any(cut) { Err(wrong()) } else { Ok(Some(all)) }
}

/// A member of what may be an object, the words of one (`@{id=…; name=…}`), or its identifier alone.
fn inside(one: &Json, key: &str) -> Option<String> {
    match one {
        Json::Object(row) => word(row, key),
        Json::String(text) => match text.trim().strip_prefix("@{") {
            Some(words) => {
                let mut parts =
                    words.trim_end_matches('}').split(';').filter_map(|part| part.split_once('='));
                let found = parts.find(|(name, _)| name.trim().eq_ignore_ascii_case(key));
                found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
            }
            None => (key == "id").then(|| text.trim().to_owned()),
        },
        _ => None,
    }
}

/// Names and identifiers of environments, and whether one of them has nothing but an identifier. A policy that counts in
/// some and does not say in which may count in any.
fn environments(row: &Row, place: &str, reach: Reach) -> Result<(Vec<String>, bool), Fault> {
    let Some(all) = list(row, place, "environments")? else {
        return Ok((Vec::new(), reach != Reach::All));
    };
    if all.len() > MAX_ENVIRONMENTS {
        let place = format!("{place}/environments");
        let detail = format!("at most {MAX_ENVIRONMENTS}");
        return Err(Fault::new(place, "evidence.too_many_rows", detail));
    }
    let (mut names, mut nameless) = (Vec::new(), false);
    for one in all {
        let own = ["name", "displayName", "id"].iter().filter_map(|key| inside(one, key));
        let own: Vec<_> = own.filter_map(|id| id.rsplit('/').next().map(str::to_owned)).collect();
        nameless |= own.iter().all(|name| uuid::Uuid::try_parse(name).is_ok());
        names.extend(own);
    }
    Ok((names, nameless))
}

/// Environments that a policy may name. Ours.
const MAX_ENVIRONMENTS: usize = 5000;

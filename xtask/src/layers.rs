//! Who may import whom: the table in ARCHITECTURE.md against what cargo says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// The table of allowed arrows.
///
/// It stands between two comment lines, one row for each crate or set of crates:
///
/// ```text
/// <!-- arrows -->
/// | crate | may import |
/// |---|---|
/// | floor = db, seal | kernel |
/// | web | floor, edge |
/// <!-- /arrows -->
/// ```
///
/// A crate named in several rows may import what any of them allows; a set that a row names
/// stands on the right for all its members.
#[derive(Debug, Default)]
pub(crate) struct Table {
    allowed: BTreeMap<String, BTreeSet<String>>,
}

/// The workspace's crates and the crates of ours that each imports.
#[derive(Debug, Default)]
pub(crate) struct House {
    imports: BTreeMap<String, BTreeSet<String>>,
}

/// Where the two differ.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// A crate imports another and no row allows it.
    NewArrow { from: String, to: String },
    /// A crate of the workspace stands in no row.
    NotInTable { name: String },
    /// The table names a crate that does not exist.
    NoSuchCrate { name: String },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewArrow { from, to } => {
                write!(f, "{from} imports {to}: no row of the table allows it")
            }
            Self::NotInTable { name } => write!(f, "{name} stands in no row of the table"),
            Self::NoSuchCrate { name } => write!(f, "the table names {name}, which does not exist"),
        }
    }
}

impl Table {
    /// Reads the table out of the page.
    pub(crate) fn parse(page: &str) -> Result<Self> {
        let (_, rest) = page.split_once("<!-- arrows -->").context("no arrow table in the page")?;
        let (body, _) =
            rest.split_once("<!-- /arrows -->").context("the arrow table has no end")?;
        let mut sets = BTreeMap::<String, Vec<String>>::new();
        let mut rows = Vec::new();
        for line in body.lines().map(str::trim).filter(|l| l.starts_with('|')).skip(2) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [left, right] = cells.as_slice() else {
                bail!("a row of the arrow table has not two cells: {line}");
            };
            let members = match left.split_once('=') {
                Some((name, members)) => {
                    sets.insert(name.trim().to_owned(), names(members));
                    names(members)
                }
                None => names(left),
            };
            rows.push((members, names(right)));
        }
        let mut table = Self::default();
        for (members, imports) in rows {
            let expanded: BTreeSet<String> = imports
                .into_iter()
                .flat_map(|name| sets.get(&name).cloned().unwrap_or_else(|| vec![name]))
                .collect();
            for member in members {
                table.allowed.entry(member).or_default().extend(expanded.iter().cloned());
            }
        }
        Ok(table)
    }

    /// Everything in which the house differs from the table.
    pub(crate) fn compare(&self, house: &House) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (from, imports) in &house.imports {
            let Some(allowed) = self.allowed.get(from) else {
                findings.push(Finding::NotInTable { name: from.clone() });
                continue;
            };
            for to in imports.difference(allowed) {
                findings.push(Finding::NewArrow { from: from.clone(), to: to.clone() });
            }
        }
        let named: BTreeSet<&String> =
            self.allowed.iter().flat_map(|(from, to)| std::iter::once(from).chain(to)).collect();
        for name in named {
            if !house.imports.contains_key(name) {
                findings.push(Finding::NoSuchCrate { name: name.clone() });
            }
        }
        findings
    }
}

impl House {
    /// Asks cargo for the workspace's own packages and their normal dependencies.
    pub(crate) fn of_workspace(root: &Path) -> Result<Self> {
        let answer = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .current_dir(root)
            .output()
            .context("running cargo metadata")?;
        if !answer.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&answer.stderr));
        }
        Self::parse(&serde_json::from_slice(&answer.stdout).context("reading cargo metadata")?)
    }

    /// Reads what `cargo metadata --no-deps` prints. Development dependencies make no arrow.
    fn parse(metadata: &Value) -> Result<Self> {
        let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
        let name_of = |p: &Value| p.get("name").and_then(Value::as_str).map(short);
        let ours: BTreeSet<String> = packages.iter().filter_map(name_of).collect();
        let mut house = Self::default();
        for package in packages {
            let Some(from) = name_of(package) else { continue };
            let dependencies = package.get("dependencies").and_then(Value::as_array);
            let imports = dependencies
                .into_iter()
                .flatten()
                .filter(|d| d.get("kind").is_none_or(Value::is_null))
                .filter_map(name_of)
                .filter(|to| ours.contains(to))
                .collect();
            house.imports.insert(from, imports);
        }
        Ok(house)
    }

    /// How many crates there are.
    pub(crate) fn len(&self) -> usize {
        self.imports.len()
    }

    /// How many arrows there are.
    pub(crate) fn arrows(&self) -> usize {
        self.imports.values().map(BTreeSet::len).sum()
    }
}

/// The name a crate has in the code: without the product's name before it.
fn short(package: &str) -> String {
    package.strip_prefix("liaison-").unwrap_or(package).to_owned()
}

/// The names in a cell; a dash is none.
fn names(cell: &str) -> Vec<String> {
    cell.split(',')
        .map(|n| n.trim().trim_matches('`').to_owned())
        .filter(|n| !n.is_empty() && n != "–")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PAGE: &str = "text\n<!-- arrows -->\n| crate | may import |\n|---|---|\n\
        | kernel | – |\n| floor = db, seal | kernel |\n| web | floor, kernel |\n\
        | db | kernel |\n<!-- /arrows -->\nmore";

    fn house(arrows: &[(&str, &[&str])]) -> House {
        let packages: Vec<Value> = arrows
            .iter()
            .map(|(from, to)| {
                let dependencies: Vec<Value> = to
                    .iter()
                    .map(|t| json!({"name": format!("liaison-{t}"), "kind": null}))
                    .collect();
                json!({"name": format!("liaison-{from}"), "dependencies": dependencies})
            })
            .collect();
        House::parse(&json!({ "packages": packages })).unwrap()
    }

    #[test]
    fn a_house_like_the_table_has_no_findings() {
        let house = house(&[
            ("kernel", &[]),
            ("db", &["kernel"]),
            ("seal", &["kernel"]),
            ("web", &["db", "seal", "kernel"]),
        ]);
        assert_eq!(Table::parse(PAGE).unwrap().compare(&house), []);
        assert_eq!((house.len(), house.arrows()), (4, 5));
    }

    #[test]
    fn an_arrow_that_no_row_allows_is_found() {
        let house =
            house(&[("kernel", &[]), ("db", &["kernel", "seal"]), ("seal", &[]), ("web", &[])]);
        let expected = Finding::NewArrow { from: "db".to_owned(), to: "seal".to_owned() };
        assert_eq!(Table::parse(PAGE).unwrap().compare(&house), [expected]);
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_found() {
        let house = house(&[("kernel", &[]), ("db", &[]), ("seal", &[]), ("mcp", &[])]);
        let expected = [
            Finding::NotInTable { name: "mcp".to_owned() },
            Finding::NoSuchCrate { name: "web".to_owned() },
        ];
        assert_eq!(Table::parse(PAGE).unwrap().compare(&house), expected);
    }

    #[test]
    fn a_development_dependency_makes_no_arrow() {
        let metadata = json!({"packages": [
            {"name": "liaison-kernel", "dependencies": [{"name": "testkit", "kind": "dev"}]},
            {"name": "testkit", "dependencies": [{"name": "serde", "kind": null}]},
        ]});
        assert_eq!(House::parse(&metadata).unwrap().arrows(), 0);
    }

    #[test]
    fn a_page_without_a_table_is_refused() {
        assert!(Table::parse("no table here").is_err());
        assert!(Table::parse("<!-- arrows -->\n| a | b | c |\n").is_err());
    }

    #[test]
    fn the_workspace_keeps_to_its_table() {
        let root = crate::root();
        let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
        let findings = Table::parse(&page).unwrap().compare(&House::of_workspace(&root).unwrap());
        assert!(
            findings.is_empty(),
            "{}",
            findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        );
    }
}

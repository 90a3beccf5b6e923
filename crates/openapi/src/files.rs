//! Which file of a folder is which part of a package (connector-format §1).

/// The files of a package by the names that a folder lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'n> {
    /// The API description.
    pub definition: &'n str,
    /// `apiProperties.json`
    pub properties: Option<&'n str>,
    /// The C# script.
    pub script: Option<&'n str>,
    /// The icon.
    pub icon: Option<&'n str>,
    /// The readme.
    pub readme: Option<&'n str>,
    /// `settings.json` of the command-line tool.
    pub settings: Option<&'n str>,
}

/// A folder without an API description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no file is an API description")]
pub struct NoDefinition;

/// Picks the files of a package from the names of a folder, which may lead through subfolders.
///
/// The description is `apiDefinition.swagger.json`, else the only `*.swagger.json`, else the only
/// other JSON file, in any letter case: published packages misspell it, and an OpenAPI 3 text is
/// called whatever its owner likes.
/// # Errors
/// [`NoDefinition`] when no name fits, or several do.
pub fn choose<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Choice<'n>, NoDefinition> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let called = |wanted: &str| names.iter().copied().find(|name| is(name, wanted));
    let ending = |end: &str, but: &[&str]| {
        let fits = |name: &&str| ends(name, end) && !but.iter().any(|other| is(name, other));
        let mut fitting = names.iter().copied().filter(fits);
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let definition = called("apiDefinition.swagger.json")
        .or_else(|| ending(".swagger.json", &[]))
        .or_else(|| ending(".json", &["apiProperties.json", "settings.json", "package.json"]))
        .ok_or(NoDefinition)?;
    Ok(Choice {
        definition,
        properties: called("apiProperties.json").filter(|name| *name != definition),
        script: called("script.csx").or_else(|| ending(".csx", &[])).or_else(|| ending(".cs", &[])),
        icon: called("icon.png").or_else(|| ending(".png", &[])),
        readme: called("readme.md"),
        settings: called("settings.json"),
    })
}

/// The last piece of a name.
fn file(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn is(name: &str, wanted: &str) -> bool {
    file(name).eq_ignore_ascii_case(wanted)
}

fn ends(name: &str, end: &str) -> bool {
    file(name).to_ascii_lowercase().ends_with(end)
}

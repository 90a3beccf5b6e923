//! Names of channels, by the rules that Teams publishes, so that a refusal is told before anything is sent.

use workspace_port::{Error, Result};

/// The longest name of a channel, in characters.
const MOST: usize = 50;

/// What no name of a channel holds.
const FORBIDDEN: &str = "~#%&*{}+/\\:<>?|'\",";

/// Words that no channel is called: names of devices and of `SharePoint`.
const RESERVED: [&str; 9] =
    ["forms", "con", "conin$", "conout$", "prn", "aux", "nul", "desktop.ini", "_vti_"];

/// The name without the blanks around it.
pub(crate) fn channel(name: &str) -> Result<&str> {
    let name = name.trim();
    let low = name.to_lowercase();
    let device = |stem: &str| {
        low.strip_prefix(stem)
            .is_some_and(|n| n.len() == 1 && n.chars().all(|c| ('1'..='9').contains(&c)))
    };
    let code = if name.is_empty() {
        "name.empty"
    } else if name.chars().count() > MOST {
        "name.too_long"
    } else if name.chars().any(|c| FORBIDDEN.contains(c) || c.is_control())
        || name.contains("..")
        || name.starts_with(['_', '.'])
        || name.ends_with('.')
    {
        "name.characters"
    } else if RESERVED.contains(&low.as_str())
        || low.contains("_vti_")
        || device("com")
        || device("lpt")
    {
        "name.reserved"
    } else {
        return Ok(name);
    };
    Err(Error::invalid("/name", code, "Teams takes no channel of this name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_teams_takes() {
        for good in ["Deal", "  Deal  ", "Contoso 2026", "COM10", "Été", &"x".repeat(50)] {
            channel(good).unwrap();
        }
        for bad in [
            "",
            " ",
            "a/b",
            "a, b",
            "a..b",
            "_a",
            ".a",
            "a.",
            "CON",
            "com1",
            "LPT9",
            "x_vti_y",
            &"x".repeat(51),
        ] {
            assert!(channel(bad).is_err(), "{bad}");
        }
    }
}

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

/// A sensitivity label: an identifier of the organisation's.
pub(crate) fn label(text: &str) -> Result<&str> {
    let text = text.trim();
    if uuid::Uuid::try_parse(text).is_ok() && text.len() == 36 {
        return Ok(text);
    }
    Err(Error::invalid("/label", "label.unknown", "a label of Teams is an identifier"))
}

/// A refusal for the naming policy of groups, by the words that are published for it; other refusals stay as they are.
pub(crate) fn policy(error: Error) -> Error {
    match &error {
        Error::Invalid { findings } => {
            let said = findings.iter().find_map(|finding| policy_of(&finding.detail));
            said.unwrap_or(error)
        }
        _ => error,
    }
}

/// Which rule of the naming policy these words are about; they themselves go along, for they name prefix or word.
pub(crate) fn policy_of(message: &str) -> Option<Error> {
    let low = message.to_lowercase();
    let code = if low.contains("missing a required prefix") || low.contains("group naming require")
    {
        "name.affix_missing"
    } else if low.contains("blocked word") || low.contains("containsblockedword") {
        "name.blocked_word"
    } else if low.contains("label") {
        "label.unknown"
    } else {
        return None;
    };
    let pointer = if code == "label.unknown" { "/label" } else { "/name" };
    Some(Error::invalid(pointer, code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_naming_policy_is_told_from_other_refusals() {
        let code = |message: &str| match policy_of(message) {
            Some(Error::Invalid { findings }) => findings[0].code,
            _ => "",
        };
        let prefix = "The property is missing a required prefix/suffix per your organization's \
                      Group naming requirements.";
        assert_eq!(code(prefix), "name.affix_missing");
        let word = "The displayName can't contain the blocked word 'CEO' as per company policy.";
        assert_eq!(code(word), "name.blocked_word");
        assert_eq!(code("Invalid displayName specified in create team request"), "");
        assert!(matches!(policy(Error::NotAllowed), Error::NotAllowed));
    }

    #[test]
    fn a_label_is_an_identifier() {
        assert!(label(" 0b7c1f7e-2f5a-4f0c-9d43-9c2b1a7d5e11 ").is_ok());
        for wrong in ["", "Confidential", "{0b7c1f7e-2f5a-4f0c-9d43-9c2b1a7d5e11}", "../groups"] {
            assert!(label(wrong).is_err(), "{wrong}");
        }
    }

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

//! Lines of an administrator's shell that set switches.
//!
//! Two commands are understood, with the parameters that concern connectors. Nothing else of the shell is:
//! no variables but `$true` and `$false`, no pipes, no second command.

use crate::{Error, Result, TenantSwitches};

/// A switch of the organisation, under the name that administrators know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Connectors at all.
    Connectors,
    /// Connectors in channels.
    Teams,
    /// Connectors in mailboxes and inboxes.
    Outlook,
    /// Buttons on connector cards.
    Actions,
}

impl Key {
    /// Every key.
    pub const ALL: [Self; 4] = [Self::Connectors, Self::Teams, Self::Outlook, Self::Actions];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connectors => "ConnectorsEnabled",
            Self::Teams => "ConnectorsEnabledForTeams",
            Self::Outlook => "ConnectorsEnabledForOutlook",
            Self::Actions => "ConnectorsActionableMessagesEnabled",
        }
    }

    /// Where its value is.
    pub(crate) const fn of(self, switches: &mut TenantSwitches) -> &mut bool {
        match self {
            Self::Connectors => &mut switches.connectors_enabled,
            Self::Teams => &mut switches.connectors_enabled_for_teams,
            Self::Outlook => &mut switches.connectors_enabled_for_outlook,
            Self::Actions => &mut switches.actionable_messages_enabled,
        }
    }
}

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// `Set-OrganizationConfig`.
    Organization(Vec<(Key, bool)>),
    /// `Set-UnifiedGroup`: whose, and whether connectors work there.
    Group { identity: String, enabled: bool },
}

/// Reads a line.
pub(crate) fn read(line: &str) -> Result<Command> {
    if line.chars().count() > MAX_CHARS {
        return refuse("switches.line_too_long", "a line has at most 2,000 characters");
    }
    let line = line.replace("`\r\n", " ").replace("`\n", " ");
    let mut words = words(without_prompt(line.trim()))?.into_iter();
    let command = words.next().map(|word| word.text.to_lowercase()).unwrap_or_default();
    let parameters = parameters(words.collect())?;
    match command.as_str() {
        "set-organizationconfig" => organization(parameters),
        "set-unifiedgroup" => group(parameters),
        _ => refuse(
            "switches.command_unknown",
            "the line begins with Set-OrganizationConfig or Set-UnifiedGroup",
        ),
    }
}

fn organization(parameters: Vec<(String, Option<String>)>) -> Result<Command> {
    let mut set: Vec<(Key, bool)> = Vec::new();
    for (name, value) in parameters {
        if name.eq_ignore_ascii_case(CONFIRM) {
            continue;
        }
        let key = Key::ALL.into_iter().find(|key| key.as_str().eq_ignore_ascii_case(&name));
        let Some(key) = key else { return unknown(&name) };
        if set.iter().any(|(known, _)| *known == key) {
            return refuse("switches.parameter_twice", format!("-{name} is there twice"));
        }
        set.push((key, boolean(&name, value.as_deref())?));
    }
    if set.is_empty() {
        return refuse("switches.nothing_set", "the line sets no switch of connectors");
    }
    Ok(Command::Organization(set))
}

fn group(parameters: Vec<(String, Option<String>)>) -> Result<Command> {
    let (mut identity, mut enabled) = (None, None);
    for (name, value) in parameters {
        let twice = match name.to_lowercase().as_str() {
            "confirm" => false,
            "identity" => identity.replace(value.unwrap_or_default()).is_some(),
            "connectorsenabled" => enabled.replace(boolean(&name, value.as_deref())?).is_some(),
            _ => return unknown(&name),
        };
        if twice {
            return refuse("switches.parameter_twice", format!("-{name} is there twice"));
        }
    }
    match (identity.filter(|name| !name.trim().is_empty()), enabled) {
        (Some(identity), Some(enabled)) => Ok(Command::Group { identity, enabled }),
        (None, _) => refuse("switches.identity_missing", "-Identity names the group"),
        (_, None) => refuse("switches.nothing_set", "the line sets no switch of connectors"),
    }
}

fn boolean(name: &str, value: Option<&str>) -> Result<bool> {
    match value.map(str::to_lowercase).as_deref() {
        Some("$true" | "true" | "1") => Ok(true),
        Some("$false" | "false" | "0") => Ok(false),
        _ => refuse("switches.value", format!("-{name} takes $true or $false")),
    }
}

fn unknown<T>(name: &str) -> Result<T> {
    let known = Key::ALL.map(Key::as_str).join(", ");
    let name: String = name.chars().take(60).collect();
    refuse("switches.parameter_unknown", format!("-{name} is none of {known}, Identity"))
}

fn refuse<T>(code: &'static str, detail: impl Into<String>) -> Result<T> {
    Err(Error::invalid("/line", code, detail))
}

/// The line without what a shell writes before it.
fn without_prompt(line: &str) -> &str {
    let rest = line.strip_prefix("PS").and_then(|rest| rest.split_once('>'));
    rest.map_or(line, |(_, rest)| rest.trim_start())
}

struct Word {
    text: String,
    /// It is a parameter's name.
    dash: bool,
}

/// Cuts a line at blanks, quotes and the colon behind a parameter's name.
fn words(line: &str) -> Result<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = line.chars().peekable();
    while let Some(first) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut text = String::new();
        let dash = DASHES.contains(&first) && rest.peek().is_some_and(|next| next.is_alphabetic());
        if let Some(end) = closing(first) {
            loop {
                match rest.next() {
                    // A quote written twice is one of the text.
                    Some(c) if end.contains(&c) && rest.peek().is_some_and(|n| end.contains(n)) => {
                        text.extend(rest.next());
                    }
                    Some(c) if end.contains(&c) => break,
                    Some('$' | '`') if end.contains(&'"') => return shell(),
                    Some(c) => text.push(c),
                    None => return refuse("switches.quote", "a quote is not closed"),
                }
            }
        } else {
            if !dash {
                text.push(first);
            }
            while let Some(&c) = rest.peek() {
                if c.is_whitespace() || (dash && c == ':') {
                    break;
                }
                text.push(c);
                rest.next();
            }
            let variable = text.starts_with('$')
                && !text.eq_ignore_ascii_case("$true")
                && !text.eq_ignore_ascii_case("$false");
            if variable || text.contains(SHELL) {
                return shell();
            }
            if dash && rest.peek() == Some(&':') {
                rest.next();
            }
        }
        words.push(Word { text, dash });
        if words.len() > MAX_WORDS {
            return refuse("switches.line_too_long", "the line has too many parts");
        }
    }
    Ok(words)
}

fn shell<T>() -> Result<T> {
    let detail = "one command with its parameters is understood, nothing else of a shell";
    refuse("switches.shell", detail)
}

fn parameters(words: Vec<Word>) -> Result<Vec<(String, Option<String>)>> {
    let mut parameters: Vec<(String, Option<String>)> = Vec::new();
    for word in words {
        match parameters.last_mut() {
            _ if word.dash => parameters.push((word.text, None)),
            Some((_, value @ None)) => *value = Some(word.text),
            _ => {
                let shown: String = word.text.chars().take(60).collect();
                let detail = format!("{shown} belongs to no parameter");
                return refuse("switches.value_alone", detail);
            }
        }
    }
    Ok(parameters)
}

/// What ends a text that begins with a quote; shells take typographic ones as well.
const fn closing(first: char) -> Option<&'static [char]> {
    match first {
        '"' | '“' | '”' | '„' => Some(&['"', '“', '”', '„']),
        '\'' | '‘' | '’' | '‚' => Some(&['\'', '‘', '’', '‚']),
        _ => None,
    }
}

/// What begins a parameter; documents turn the first into the others.
const DASHES: [char; 4] = ['-', '–', '—', '―'];
/// What would be more than one plain command.
const SHELL: [char; 12] = [';', '|', '&', '`', '(', ')', '{', '}', '<', '>', '@', '#'];
/// Asked for in real lines, without meaning here.
const CONFIRM: &str = "confirm";
/// Our own choice.
const MAX_CHARS: usize = 2_000;
const MAX_WORDS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> &'static str {
        match read(line) {
            Err(Error::Invalid { fields }) => fields[0].code,
            Ok(_) => "",
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn lines_of_the_documentation_are_understood() {
        let all = [(Key::Connectors, false)];
        for line in [
            "Set-OrganizationConfig -ConnectorsEnabled:$false",
            "  set-organizationconfig   -connectorsenabled   $FALSE ",
            "PS C:\\Users\\ada> Set-OrganizationConfig –ConnectorsEnabled: $false -Confirm:$false",
            "Set-OrganizationConfig `\n  -ConnectorsEnabled:$false",
        ] {
            assert_eq!(read(line).unwrap(), Command::Organization(all.to_vec()), "{line}");
        }
        let line = "Set-OrganizationConfig -ConnectorsEnabledForTeams:$true \
                    -ConnectorsEnabledForOutlook 0 -ConnectorsActionableMessagesEnabled:$false";
        let set = [(Key::Teams, true), (Key::Outlook, false), (Key::Actions, false)];
        assert_eq!(read(line).unwrap(), Command::Organization(set.to_vec()));
    }

    #[test]
    fn a_group_is_named_in_any_quotes() {
        for (line, name) in [
            ("Set-UnifiedGroup -Identity Sales -ConnectorsEnabled:$false", "Sales"),
            ("Set-UnifiedGroup -ConnectorsEnabled:$false -Identity 'Ada''s team'", "Ada's team"),
            ("Set-UnifiedGroup -Identity:“Field sales” -ConnectorsEnabled $false", "Field sales"),
        ] {
            let group = Command::Group { identity: name.to_owned(), enabled: false };
            assert_eq!(read(line).unwrap(), group, "{line}");
        }
    }

    #[test]
    fn nothing_else_of_a_shell_is_understood() {
        for (line, expected) in [
            ("", "switches.command_unknown"),
            ("Remove-Mailbox -Identity ada", "switches.command_unknown"),
            ("Set-OrganizationConfig", "switches.nothing_set"),
            ("Set-OrganizationConfig -ConnectorsEnabled", "switches.value"),
            ("Set-OrganizationConfig -ConnectorsEnabled:no", "switches.value"),
            ("Set-OrganizationConfig -ConnectorsEnabled:$x", "switches.shell"),
            ("Set-OrganizationConfig -ConnectorsEnabled:$false; rm x", "switches.shell"),
            ("Set-OrganizationConfig -ConnectorsEnabled:$false | Out-Null", "switches.shell"),
            ("Set-OrganizationConfig -ConnectorsEnabled:$(1)", "switches.shell"),
            ("Set-UnifiedGroup -Identity \"$env:x\" -ConnectorsEnabled:$true", "switches.shell"),
            (
                "Set-OrganizationConfig -ConnectorsEnabledForYammer:$false",
                "switches.parameter_unknown",
            ),
            ("Set-OrganizationConfig -Connectors:$false", "switches.parameter_unknown"),
            (
                "Set-OrganizationConfig -ConnectorsEnabled:$true -connectorsenabled:$false",
                "switches.parameter_twice",
            ),
            ("Set-OrganizationConfig $false", "switches.value_alone"),
            ("Set-OrganizationConfig -ConnectorsEnabled $false $true", "switches.value_alone"),
            ("Set-UnifiedGroup -ConnectorsEnabled:$false", "switches.identity_missing"),
            ("Set-UnifiedGroup -Identity 'Sales -ConnectorsEnabled:$false", "switches.quote"),
            ("Set-UnifiedGroup -Identity Sales", "switches.nothing_set"),
            (
                "Set-UnifiedGroup -Identity Sales -ConnectorsEnabled:$false -Force",
                "switches.parameter_unknown",
            ),
        ] {
            assert_eq!(code(line), expected, "{line}");
        }
        assert_eq!(code(&"x".repeat(2_001)), "switches.line_too_long");
        assert_eq!(code(&"-a ".repeat(500)), "switches.line_too_long");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(line in "\\PC{0,200}") {
            let _ = read(&line);
            let _ = read(&format!("Set-UnifiedGroup {line}"));
        }
    }
}

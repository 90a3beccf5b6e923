//! What somebody typed, as something to do: a few words in either language, and everything else is sought.

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing: the app has come.
    Welcome,
    /// What it can do.
    Help,
    /// The person's CRM.
    Crm,
    /// The coming meetings.
    Meetings,
    /// What the person is reminded of.
    Reminders,
    /// Records that hold these words.
    Words(String),
}

/// What a message asks for. The bot's own name in it says nothing.
pub(super) fn asked(text: &str) -> Asked {
    let words = plain(text);
    match folded(&words).as_str() {
        "" | "help" | "aide" | "hello" | "hi" | "bonjour" | "salut" | "?" => Asked::Help,
        "crm" | "sign in" | "sign out" | "switch" | "disconnect" | "se connecter"
        | "se deconnecter" | "connexion" | "deconnexion" | "changer" => Asked::Crm,
        "meetings" | "meeting" | "reunions" | "reunion" => Asked::Meetings,
        "reminders" | "reminder" | "rappels" | "rappel" => Asked::Reminders,
        _ => Asked::Words(words),
    }
}

/// The words without markup: mentions go with what they name (`<at>Liaison</at>`), other tags stand for a blank, and the
/// five entities of XML are what they mean.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let Some((name, after)) = tag.split_once('>') else {
            out.push('<');
            rest = tag;
            continue;
        };
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if !is_tag {
            out.push('<');
            rest = tag;
            continue;
        }
        out.push(' ');
        let is_mention = name == "at" || name.starts_with("at ");
        rest = match after.split_once("</at>") {
            Some((_named, after)) if is_mention => after,
            _ => after,
        };
    }
    out.push_str(rest);
    for (entity, is) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " ")] {
        out = out.replace(entity, is);
    }
    let out = out.replace("&#39;", "'").replace("&amp;", "&");
    let words: Vec<&str> = out
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

/// Small letters without the accents of these few words.
fn folded(words: &str) -> String {
    let plain = |c: char| match c {
        'é' | 'è' | 'ê' => 'e',
        other => other,
    };
    words.to_lowercase().chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_words_of_either_language_are_orders_and_the_rest_is_sought() {
        for text in ["", " ", "help", "Aide", "<at>Liaison</at>  AIDE ", "<p>help</p>", "?"] {
            assert_eq!(asked(text), Asked::Help, "{text}");
        }
        for text in ["meetings", "Réunions", "REUNIONS", "<at id=\"0\">Liaison</at> réunion"] {
            assert_eq!(asked(text), Asked::Meetings, "{text}");
        }
        assert_eq!(asked("Déconnexion"), Asked::Crm);
        assert_eq!(asked("rappels"), Asked::Reminders);
        let words = |text: &str| Asked::Words(text.to_owned());
        assert_eq!(asked("help me find Zephyr"), words("help me find Zephyr"));
        assert_eq!(asked("<at>Liaison</at>&nbsp;Zephyr &amp; Sons\n"), words("Zephyr & Sons"));
        assert_eq!(asked("a < b > c"), words("a < b > c"));
        assert_eq!(asked("&amp;lt;b&amp;gt;"), words("&lt;b&gt;"), "once");
    }

    #[test]
    fn broken_markup_ends() {
        for text in ["<", "<at>", "<at>x", "</at>", "<<<<>>>>", "<at><at></at>", "\u{0}<p"] {
            asked(text);
        }
        asked(&"<".repeat(1000));
        asked(&"<at>".repeat(250));
    }
}

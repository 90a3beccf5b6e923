//! Which connectors are for the sales surfaces, and therefore need an environment with the sales tables.
//!
//! The surfaces find their operations by the text of the description, compared without case, punctuation and
//! repeated blanks; operations that are older than that rule are found by their identifier. Matching inputs and
//! outputs is the business of whoever calls them.

/// Whether an operation with this identifier and description is one that the sales surfaces look for.
pub(crate) fn is_for_sales(operation_id: &str, description: Option<&str>) -> bool {
    if operation_id.to_ascii_lowercase().starts_with(OLD_PREFIX) {
        return true;
    }
    let Some(description) = description else { return false };
    let said = normal(description);
    DESCRIPTIONS.iter().any(|known| normal(known) == said)
}

fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// Identifiers of the time before descriptions were compared.
const OLD_PREFIX: &str = "scp-";

/// The descriptions of the extension points, as they are published.
const DESCRIPTIONS: &[&str] = &[
    "This action gets additional sales insights related to a CRM record that will be shown in \
     the C4S record summary card. The action enhances the existing skills of copilot for \
     sales.",
    "This action gets records related to a CRM record. The action enhances the existing \
     skills of Copilot for Sales.",
    "This action gets additional sales insights that will be shown in C4S key sales info card \
     in outlook sidecar. The action enhances the existing skills of copilot for sales.",
    "This action gets additional sales insights that will be shown in C4S email summary \
     experience inside outlook summary. The action enhances the existing skills of copilot \
     for sales.",
    "This action gets files relevant to the email conversation, which will be shown in C4S \
     email drafts in Outlook. The action enhances the existing skills of copilot for sales.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_compared_without_case_punctuation_and_blanks() {
        let loud = DESCRIPTIONS.iter().map(|known| known.to_uppercase().replace('.', " "));
        for text in loud {
            assert!(is_for_sales("Anything", Some(&text)), "{text}");
        }
        assert!(is_for_sales("scp-get-related-records", None));
        assert!(!is_for_sales("GetRecords", Some("This action gets records.")));
        assert!(!is_for_sales("GetRecords", None));
    }
}

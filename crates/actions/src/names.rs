//! Names of tools: stable, unique, and within what every client takes.

use crate::catalogue::MAX_NAME;

/// The name of a tool, from the names of the action and the operation; `try_number` from 1 on tells names apart
/// that would be the same.
pub(crate) fn tool(action: &str, operation: &str, try_number: usize) -> String {
    let end = if try_number > 1 { format!("_{try_number}") } else { String::new() };
    ended(action, operation, &end)
}

/// A name that no other action can have: the end of the action's identifier, which is drawn at random, stands in it.
pub(crate) fn tool_of(action: &str, operation: &str, identifier: &str) -> String {
    let end = identifier.len().saturating_sub(OWN);
    ended(action, operation, &format!("_{}", identifier.get(end..).unwrap_or(identifier)))
}

fn ended(action: &str, operation: &str, end: &str) -> String {
    let action = cut(&words(action), MAX_ACTION);
    let room = MAX_NAME.saturating_sub(action.len() + 1 + end.len());
    let operation = cut(&words(operation), room);
    match (action.is_empty(), operation.is_empty()) {
        (true, true) => format!("tool{end}"),
        (true, false) => format!("{operation}{end}"),
        (false, true) => format!("{action}{end}"),
        (false, false) => format!("{action}_{operation}{end}"),
    }
}

/// `ListOpenOrders (v2)` becomes `list_open_orders_v2`.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            let starts =
                c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
            if starts && !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
        before = c;
    }
    out.trim_end_matches('_').to_owned()
}

fn cut(text: &str, room: usize) -> String {
    let cut: String = text.chars().take(room).collect();
    cut.trim_end_matches('_').to_owned()
}

/// Characters of an identifier in a name: 48 bits.
const OWN: usize = 12;

/// Most characters of the action's part; our own choice.
const MAX_ACTION: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_that_every_client_takes() {
        assert_eq!(tool("Orders", "ListOpenOrders", 1), "orders_list_open_orders");
        assert_eq!(tool("Contrats (été)", "GET /v2/contrats", 1), "contrats_t_get_v2_contrats");
        assert_eq!(tool("Orders", "ListOpenOrders", 2), "orders_list_open_orders_2");
        assert_eq!(tool("日本", "日本", 1), "tool");
        assert_eq!(tool("日本", "日本", 3), "tool_3");
        let own = tool_of("Orders", "ListOpenOrders", "0198f3c2aaaa7bbb8ccc123456789abc");
        assert_eq!(own, "orders_list_open_orders_123456789abc");
        let long = tool(&"action ".repeat(20), &"operation ".repeat(20), 12);
        assert!(long.len() <= MAX_NAME && long.ends_with("_12"), "{long}");
    }
}

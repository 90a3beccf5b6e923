//! What a card says about its refresh: a card of its own for each reader (Adaptive Cards 1.4, Universal Actions).

use serde_json::Value;

use super::{ButtonKind, asks};

/// How a card is refreshed.
#[derive(Debug, Clone, PartialEq)]
pub struct Refresh<'c> {
    /// The `Action.Execute` that a client runs.
    pub kind: ButtonKind<'c>,
    /// Its label.
    pub title: &'c str,
    /// For whom it runs as soon as the card is shown, as the sender names them; at most [`MOST_USERS`].
    pub users: Vec<&'c str>,
    /// Until when the card holds (1.6): RFC 3339, as the sender wrote it.
    pub expires: Option<&'c str>,
}

/// Users for whom a card refreshes by itself: the platform takes 60.
pub const MOST_USERS: usize = 60;

/// The place of the action in the card, as an RFC 6901 pointer.
pub const REFRESH_ACTION: &str = "/refresh/action";

/// How the card is refreshed, if it is: only an enabled `Action.Execute` of the sender's own does that.
pub fn refresh(card: &Value) -> Option<Refresh<'_>> {
    let members = card.get("refresh")?.as_object()?;
    let action = members.get("action")?.as_object()?;
    let kind = asks(action).filter(|kind| matches!(kind, ButtonKind::Execute { .. }))?;
    let listed =
        members.get("userIds").and_then(Value::as_array).map_or([].as_slice(), Vec::as_slice);
    let users = listed.iter().filter_map(Value::as_str).map(str::trim);
    Some(Refresh {
        kind,
        title: action.get("title").and_then(Value::as_str).unwrap_or_default(),
        users: users.filter(|user| !user.is_empty()).take(MOST_USERS).collect(),
        expires: members.get("expires").and_then(Value::as_str),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_is_refreshed_by_an_execute_and_nothing_else() {
        let card =
            |action: Value| json!({ "type": "AdaptiveCard", "refresh": { "action": action } });
        let execute = card(json!({ "type": "Action.Execute", "verb": "v", "data": { "a": 1 } }));
        let found = refresh(&execute).unwrap();
        let ButtonKind::Execute { verb, id, data } = found.kind else { panic!("{found:?}") };
        assert_eq!((verb, id, data), (Some("v"), None, Some(&json!({ "a": 1 }))));
        assert!(found.users.is_empty() && found.expires.is_none());
        for other in [
            json!({ "type": "Action.Submit" }),
            json!({ "type": "Action.OpenUrl", "url": "https://example.org" }),
            json!({ "type": "Action.Execute", "isEnabled": false }),
            // the request of another button stays where it is
            json!({ "type": "Action.Execute", "verb": super::super::HTTP_POST_VERB,
                "data": { "liaisonAction": "h1" } }),
            json!("Action.Execute"),
            json!(null),
        ] {
            assert_eq!(refresh(&card(other.clone())), None, "{other}");
        }
        for none in [json!({}), json!({ "refresh": [] }), json!([]), json!({ "refresh": {} })] {
            assert_eq!(refresh(&none), None, "{none}");
        }
    }

    #[test]
    fn sixty_users_are_named_at_most() {
        let mut users: Vec<Value> = (0..70).map(|number| json!(format!("u{number}"))).collect();
        users.splice(0..0, [json!(7), json!(" "), json!(null), json!(" a ")]);
        let card =
            json!({ "refresh": { "action": { "type": "Action.Execute" }, "userIds": users } });
        let found = refresh(&card).unwrap().users;
        assert_eq!((found.len(), found[0], found[59]), (60, "a", "u58"));
        let card =
            json!({ "refresh": { "action": { "type": "Action.Execute" }, "userIds": "all" } });
        assert!(refresh(&card).unwrap().users.is_empty());
    }
}

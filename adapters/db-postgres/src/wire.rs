//! Notices as text between nodes.

use db::Notice;
use uuid::Uuid;

/// What a message of another node says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It is our own.
    Echo,
    /// Something was committed.
    Notices(Vec<Notice>),
    /// Too much was committed to tell, or it is not understood: look everywhere.
    Sweep,
}

/// Writes notices in as few messages as fit.
///
/// A message is the node's identifier and a line for each notice: tenant, stream, position, topic.
pub(crate) fn write(node: Uuid, notices: &[Notice]) -> Vec<String> {
    let head = node.simple().to_string();
    let mut messages = Vec::new();
    let mut message = head.clone();
    for Notice { tenant, topic, stream, position } in notices {
        let line = format!("\n{} {} {position} {topic}", tenant.uuid().simple(), stream.simple());
        if topic.contains('\n') || head.len() + line.len() > LONGEST {
            return vec![sweep(node)];
        }
        if message.len() + line.len() > LONGEST {
            messages.push(std::mem::replace(&mut message, head.clone()));
        }
        message.push_str(&line);
    }
    messages.push(message);
    messages
}

/// The message that asks every node to sweep.
pub(crate) fn sweep(node: Uuid) -> String {
    format!("{}\n*", node.simple())
}

/// Reads a message.
pub(crate) fn read(node: Uuid, message: &str) -> Heard {
    let mut lines = message.lines();
    match lines.next().and_then(|head| Uuid::try_parse(head).ok()) {
        Some(sender) if sender == node => return Heard::Echo,
        Some(_) => {}
        None => return Heard::Sweep,
    }
    lines.map(notice).collect::<Option<_>>().map_or(Heard::Sweep, Heard::Notices)
}

fn notice(line: &str) -> Option<Notice> {
    let mut words = line.splitn(4, ' ');
    Some(Notice {
        tenant: Uuid::try_parse(words.next()?).ok()?.into(),
        stream: Uuid::try_parse(words.next()?).ok()?,
        position: words.next()?.parse().ok()?,
        topic: words.next()?.to_owned().into(),
    })
}

/// The server takes messages of up to 7,999 bytes (NOTIFY, PostgreSQL documentation).
const LONGEST: usize = 7_999;

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Ids;

    fn notices(ids: &Ids, count: i64) -> Vec<Notice> {
        let tenant = ids.fresh();
        (1..=count)
            .map(|position| Notice {
                tenant,
                topic: "card.posted".into(),
                stream: ids.fresh(),
                position,
            })
            .collect()
    }

    #[test]
    fn many_notices_share_messages_that_the_server_takes() {
        let ids = Ids::seeded(1);
        let (a, b) = (ids.fresh(), ids.fresh());
        let sent = notices(&ids, 1_000);
        let messages = write(a, &sent);
        assert!(messages.iter().all(|m| m.len() < 8_000));
        assert!(messages.len() < 15, "{} messages", messages.len());
        let heard: Vec<_> = messages
            .iter()
            .flat_map(|m| match read(b, m) {
                Heard::Notices(notices) => notices,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(heard, sent);
        assert_eq!(read(a, &messages[0]), Heard::Echo);
    }

    #[test]
    fn what_cannot_be_told_becomes_a_call_to_sweep() {
        let ids = Ids::seeded(1);
        let (a, b) = (ids.fresh(), ids.fresh());
        let mut long = notices(&ids, 1);
        long[0].topic = "x".repeat(9_000).into();
        assert_eq!(read(b, &write(a, &long)[0]), Heard::Sweep);
        assert_eq!(read(b, "nonsense"), Heard::Sweep);
        assert_eq!(read(b, ""), Heard::Sweep);
        assert_eq!(read(b, &format!("{}\nx y z t", a.simple())), Heard::Sweep);
    }
}

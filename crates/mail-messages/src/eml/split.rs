//! Parts between boundaries (RFC 2046 §5.1.1), and text that flows (RFC 3676).

/// The parts of a multipart; nothing when there are more than `most`. What stands before the first boundary and behind
/// the last is no part; a last part without an end goes to the end.
pub(super) fn parts<'b>(body: &'b [u8], boundary: &[u8], most: usize) -> Option<Vec<&'b [u8]>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let here = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary))
        else {
            continue;
        };
        let rest = rest.trim_ascii();
        let is_last = rest.starts_with(b"--");
        if !rest.is_empty() && !is_last {
            continue;
        }
        if let Some(from) = start {
            found.push(piece(body, from, here));
            if found.len() > most {
                return None;
            }
        }
        start = (!is_last).then_some(at);
        if is_last {
            break;
        }
    }
    if let Some(from) = start.filter(|&from| from < body.len()) {
        found.push(body.get(from..).unwrap_or_default());
    }
    Some(found)
}

/// A part without the line break that belongs to the boundary behind it.
fn piece(body: &[u8], from: usize, to: usize) -> &[u8] {
    let piece = body.get(from..to).unwrap_or_default();
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// Joins lines that end in a space with what follows, where both are quoted alike (RFC 3676 §4).
pub(super) fn flowed(text: &str, delete_space: bool) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    // how deep the last line is quoted, while it goes on
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bare = line.trim_start_matches('>');
        let depth = line.len() - bare.len();
        let content = bare.strip_prefix(' ').unwrap_or(bare);
        // the line before a signature is never joined to
        let goes_on = content.ends_with(' ') && content != "-- ";
        match lines.last_mut().filter(|_| open == Some(depth) && content != "-- ") {
            Some((_, last)) => last.push_str(content),
            None => lines.push((depth, content.to_owned())),
        }
        if let Some((_, last)) = lines.last_mut().filter(|_| goes_on && delete_space) {
            last.pop();
        }
        open = goes_on.then_some(depth);
    }
    let mut out = String::with_capacity(text.len());
    for (index, (depth, line)) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n('>', *depth));
        if *depth > 0 {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(body: &str) -> Vec<String> {
        let all = parts(body.as_bytes(), b"b", 10).unwrap();
        all.into_iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
    }

    #[test]
    fn parts_stand_between_boundaries() {
        assert_eq!(split("before\r\n--b\r\none\r\n--b  \r\ntwo\r\n--b--\r\nafter"), ["one", "two"]);
        assert_eq!(split("--b\none\n--bc\nstill\n--b\ntwo"), ["one\n--bc\nstill", "two"]);
        assert_eq!(split("no boundary"), Vec::<String>::new());
        assert_eq!(split("--b\n--b--"), [""]);
    }

    #[test]
    fn more_parts_than_are_read_are_nothing() {
        assert_eq!(parts("--b\n\n".repeat(12).as_bytes(), b"b", 10), None);
    }

    #[test]
    fn flowed_lines_are_joined_where_they_are_quoted_alike() {
        assert_eq!(flowed("one \ntwo\nthree", false), "one two\nthree");
        assert_eq!(flowed("> one \n> two\nthree \n> four", false), "> one two\nthree \n> four");
        assert_eq!(flowed("word \nword", true), "wordword");
        assert_eq!(flowed("-- \nAda", false), "-- \nAda");
    }

    proptest! {
        #[test]
        fn any_bytes_have_parts(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let all = parts(&body, b"-", 20);
            let total: usize = all.iter().flatten().map(|part| part.len()).sum();
            prop_assert!(total <= body.len());
        }
    }
}

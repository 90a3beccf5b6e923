//! Any answer of a partner's operation: never more than was asked for, each text on one line, addresses of web pages only,
//! and every item that came is shown or told of.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales::{Point, shape_sample};

fuzz_target!(|bytes: &[u8]| {
    let Some(([point, top], body)) = bytes.split_first_chunk() else { return };
    let Some(point) = Point::ALL.into_iter().nth(usize::from(*point) % Point::ALL.len()) else { return };
    // as an answer is read: as JSON of a bounded depth
    let Ok(answer) = serde_json::from_slice(body) else { return };
    let top = usize::from(*top);
    let Ok(shaped) = shape_sample(point, &answer, top) else { return };
    assert!(shaped.items.len() <= top.max(1));
    assert!(shaped.items.len() <= shaped.received);
    if shaped.items.len() < shaped.received {
        assert!(shaped.remarks.iter().any(|remark| remark.what.drops()), "{shaped:?}");
    }
    for item in &shaped.items {
        let pairs = item.properties.iter().flat_map(|(label, value)| [label, value]);
        let record = item.record.iter().flat_map(|one| [&one.id, &one.kind, &one.name, &one.plural]);
        let texts = item.title.iter().chain(&item.text).chain(pairs).chain(record);
        for text in texts {
            assert!(!text.chars().any(char::is_control), "{text:?}");
            assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{2028}']), "{text:?}");
        }
        for url in item.url.iter().chain(&item.icon_url) {
            assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
        }
    }
    // the same answer gives the same
    assert_eq!(shape_sample(point, &answer, top).as_ref(), Ok(&shaped));
});

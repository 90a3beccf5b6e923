//! Mails that want to break the reader.

use liaison_mail_messages::{Error, html, limits, read, signature, thread};

fn nested(levels: usize) -> Vec<u8> {
    let mut mail = String::from("From: a@x.example\r\n");
    for level in 0..levels {
        let part = ["Content-Type: multipart/mixed; boundary=b", "\r\n\r\n--b", "\r\n"];
        let number = level.to_string();
        mail.extend([part[0], &number, part[1], &number, part[2]]);
    }
    mail.push_str("\r\n\r\ndeep");
    mail.into_bytes()
}

#[test]
fn parts_nested_too_deep_are_refused() {
    assert!(read(&nested(limits::MAX_DEPTH)).is_ok());
    assert_eq!(
        read(&nested(limits::MAX_DEPTH + 2)),
        Err(Error::TooDeep { most: limits::MAX_DEPTH })
    );
    assert!(read(&nested(50_000)).is_err());
}

#[test]
fn messages_in_messages_are_not_entered() {
    let mail = format!(
        "From: a@x.example\r\n{}deep",
        "Content-Type: message/rfc822\r\n\r\n".repeat(100_000)
    );
    let mail = read(mail.as_bytes()).unwrap();
    assert_eq!(mail.attachments.len(), 1);
    let encoded =
        "Content-Transfer-Encoding: base64\r\nContent-Type: message/rfc822\r\n\r\nRnJvbTogYQ==";
    assert!(read(format!("From: a@x.example\r\n{encoded}").as_bytes()).is_ok());
}

#[test]
fn more_parts_or_fields_than_are_read_are_refused() {
    let many = format!(
        "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n\r\nx\r\n".repeat(limits::MAX_PARTS + 5)
    );
    assert_eq!(read(many.as_bytes()), Err(Error::TooManyParts { most: limits::MAX_PARTS }));
    let fields =
        format!("From: a@x.example\r\n{}\r\nx", "X: y\r\n".repeat(limits::MAX_HEADERS + 1));
    assert_eq!(read(fields.as_bytes()), Err(Error::TooManyHeaders { most: limits::MAX_HEADERS }));
    let long =
        format!("From: a@x.example\r\nSubject: {}\r\n\r\nx", "y".repeat(limits::MAX_HEADER_BYTES));
    assert_eq!(read(long.as_bytes()), Err(Error::TooManyHeaders { most: limits::MAX_HEADERS }));
}

#[test]
fn attachments_beyond_the_limit_are_refused_with_the_limit() {
    let head = "From: a@x.example\r\nContent-Type: application/zip\r\nContent-Disposition: attachment\r\n\r\n";
    let mut mail = head.as_bytes().to_vec();
    mail.resize(limits::MAX_ATTACHMENT_BYTES + 4_096, b'x');
    assert_eq!(read(&mail), Err(Error::AttachmentsTooLarge { most: limits::MAX_ATTACHMENT_BYTES }));
    mail.resize(limits::MAX_FILE_BYTES + 1, b'x');
    assert_eq!(read(&mail), Err(Error::TooLarge { most: limits::MAX_FILE_BYTES }));
}

#[test]
fn a_hundred_thousand_recipients_are_a_thousand() {
    let all: Vec<String> = (0..20_000).map(|n| format!("p{n}@x.example,\r\n ")).collect();
    let all = all.concat();
    let mail = format!("From: a@x.example\r\nTo: {all}z@x.example\r\n\r\nx");
    let mail = read(mail.as_bytes()).unwrap();
    assert_eq!(mail.to.len(), limits::MAX_ADDRESSES);
}

#[test]
fn broken_outlook_messages_are_refused_or_read() {
    let magic = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    assert!(read(&magic).is_err());
    for seed in 0..200_u32 {
        let mut bytes = magic.to_vec();
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        for _ in 0..2_048 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push(state.to_be_bytes()[0]);
        }
        let _ = read(&bytes);
    }
}

#[test]
fn a_text_of_nothing_but_quotes_is_parted_in_bounded_time() {
    let text = "On 1:00 x wrote:\n> ".repeat(5_000);
    assert!(thread::split(&text).len() <= 50);
    assert!(signature::find(&format!("{}Ada", "Regards,\n".repeat(50_000)), None).is_some());
    let mail = format!(
        "From: a@x.example\r\nContent-Type: text/html\r\n\r\n{}",
        "<table><tr><td>".repeat(30_000)
    );
    let mail = read(mail.as_bytes()).unwrap();
    assert!(html::page(&mail, false).body.len() < 1_000_000);
}

#[test]
fn the_seeds_of_the_fuzz_target_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds-mails");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let message = read(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        assert!(!message.text.is_empty());
        count += 1;
    }
    assert!(count >= 2);
}

/// Kilobytes that the process used at most; nothing where the system does not say.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn fifty_megabytes_are_read_in_little_more_room_than_they_take() {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let room = limits::MAX_ATTACHMENT_BYTES - 4_096;
    let lines = room / (19 * 3);
    let head = "From: a@x.example\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the film.\r\n--b\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let mut mail = String::with_capacity(limits::MAX_FILE_BYTES);
    mail.push_str(head);
    for _ in 0..lines {
        mail.push_str(&line);
    }
    mail.push_str("--b--\r\n");
    assert!(mail.len() > 65 << 20 && mail.len() <= limits::MAX_FILE_BYTES, "{}", mail.len());
    let before = peak();
    let message = read(mail.as_bytes()).unwrap();
    let after = peak();
    assert_eq!((message.text.trim(), message.attachments.len()), ("See the film.", 1));
    assert_eq!(message.attachments[0].content.len(), lines * 19 * 3);
    // the file itself is there before; what is decoded may stand beside it twice
    if let (Some(before), Some(after)) = (before, after) {
        let grown = after.saturating_sub(before) / 1_024;
        println!("{grown} MiB more for {} MiB", mail.len() >> 20);
        assert!(grown <= 160, "{grown} MiB more");
    }
}

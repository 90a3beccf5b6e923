//! What clients write, read back.

use liaison_mail_messages::{Address, Error, Message, Remark, html, read};

fn of(text: &str) -> Message {
    read(text.replace('\n', "\r\n").as_bytes()).unwrap()
}

#[test]
fn fields_in_other_alphabets_are_read() {
    let mail = of(
        "From: =?iso-8859-1?Q?Andr=E9_Dupont?= <Andre@Contoso.Example>\nTo: Team: =?UTF-8?B?SsO8cmdlbg==?= <j@x.example>, ben@x.example;\nCc: \"Byron, Ada\" <ada@x.example>, ada@X.example\nSubject: =?utf-8?q?Offre_=C3=A0_?=\n =?utf-8?q?signer?=\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nMessage-ID: <1@x.example>\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\n\nBonjour\n",
    );
    let from = mail.from.clone().unwrap();
    assert_eq!(
        (from.name.as_deref(), from.address.as_str()),
        (Some("André Dupont"), "andre@contoso.example")
    );
    let to: Vec<&str> = mail.to.iter().map(Address::shown).collect();
    assert_eq!(to, ["Jürgen", "ben@x.example"]);
    assert_eq!(mail.cc.len(), 1, "the same address once");
    assert_eq!(mail.subject, "Offre à signer");
    assert_eq!(mail.sent_at.unwrap().to_string(), "2026-03-02T09:00:00Z");
    assert_eq!(mail.message_id.as_deref(), Some("1@x.example"));
    assert_eq!(mail.references, ["a@x", "b@x"]);
    assert_eq!(mail.in_reply_to.as_deref(), Some("b@x"));
    assert_eq!(mail.text, "Bonjour\n");
    assert_eq!(mail.people().len(), 4);
}

const NESTED: &str = "From: a@x.example\nSubject: Parts\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: multipart/related; boundary=\"in ner\"\n\n--in ner\nContent-Type: multipart/alternative; boundary=alt\n\n--alt\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nPrix=C2=A0: 5 =E2=82=AC\n--alt\nContent-Type: text/html; charset=utf-8\n\n<p>Prix <img src=\"cid:logo\"></p>\n--alt\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--alt--\n--in ner\nContent-Type: image/png; name=logo.png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--in ner--\n--outer\nContent-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=UTF-8''Offre%20;\n filename*1*=%C3%A9t%C3%A9.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--outer\nContent-Type: message/rfc822\n\nSubject: Inner\nFrom: b@x.example\n\nInside\n--outer--\nbehind\n";

#[test]
fn parts_in_parts_become_one_message() {
    let mail = of(NESTED);
    assert_eq!(mail.text, "Prix\u{a0}: 5 €");
    assert_eq!(mail.calendars.len(), 1);
    assert_eq!(mail.calendars[0].method.as_deref(), Some("REQUEST"));
    let names: Vec<_> =
        mail.attachments.iter().map(|file| (file.name.as_str(), file.inline)).collect();
    assert_eq!(names, [("logo.png", true), ("Offre été.pdf", false), ("Inner.eml", false)]);
    assert_eq!(mail.attachments[1].content, b"%PDF");
    assert!(mail.attachments[2].content.starts_with(b"Subject: Inner"));
    let page = html::page(&mail, false);
    assert!(page.body.contains("data:image/png;base64,iVBORw0KGgo="), "{}", page.body);
    assert_eq!(mail.files().count(), 2);
}

#[test]
fn a_mail_of_html_alone_has_words() {
    let mail = of(
        "From: a@x.example\nContent-Type: text/html\n\n<p>One</p><p>Two &amp; three</p><script>x()</script>",
    );
    assert!(mail.text.contains("One") && mail.text.contains("Two & three"), "{}", mail.text);
}

#[test]
fn what_is_wrong_is_said_and_the_rest_is_read() {
    let mail = of("From: a@x.example\nContent-Type: text/plain; charset=x-klingon\n\nHello");
    assert_eq!((mail.text.as_str(), mail.remarks.as_slice()), ("Hello", &[Remark::Charset][..]));
    let mail = of("From: a@x.example\nContent-Type: multipart/mixed\n\nno boundary");
    assert_eq!(mail.text, "no boundary");
    let mail =
        of("From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nnever ends");
    assert_eq!(mail.text, "never ends");
    let mail = of("From: a@x.example\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx");
    assert_eq!(mail.remarks, [Remark::OutlookPackage]);
    assert_eq!(mail.attachments.len(), 1);
    let mail = of(
        "From: a@x.example\nContent-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--",
    );
    assert_eq!(mail.remarks, [Remark::Encrypted]);
}

#[test]
fn what_is_no_mail_is_said_to_be_none() {
    for bytes in [&b""[..], b"hello", b"\xFF\xFE\x00", b"{\"a\": 1}", b"%PDF-1.7\n"] {
        assert_eq!(read(bytes), Err(Error::NotAMail), "{bytes:?}");
    }
}

#[test]
fn a_mailbox_line_before_the_fields_is_left_out() {
    let mail = of(
        "From ada@x.example Mon Mar  2 10:00:00 2026\nFrom: Ada <ada@x.example>\nSubject: Hi\n\nHello",
    );
    assert_eq!(mail.subject, "Hi");
    assert_eq!(mail.from.unwrap().shown(), "Ada");
}

#[test]
fn names_of_files_have_no_folders() {
    let mail = of(
        "From: a@x.example\nContent-Type: application/x; name=\"..\\\\..\\\\evil/../a:b.txt\"\nContent-Disposition: attachment\n\nx",
    );
    assert_eq!(mail.attachments[0].name, "ab.txt");
}

#[test]
fn what_is_a_little_wrong_loses_no_words() {
    // quoted-printable with signs of equality that encode nothing
    let mail = of(
        "From: a@x.example\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<meta content=\"x\"><p>Prix h=C3=B6her</p>",
    );
    assert!(mail.text.contains("Prix höher"), "{}", mail.text);
    // the header ends without an empty line
    let mail = of("From: a@x.example\nSubject: Offer\nDear Ada, here it is.\nBest, Ben\n\nBehind");
    assert_eq!(mail.text, "Dear Ada, here it is.\nBest, Ben\n\nBehind");
    assert_eq!(mail.subject, "Offer");
    let mail = of("From: a@x.example\nSubject: Offer\n \nDear Ada, here it is.\n");
    assert_eq!(mail.text, "Dear Ada, here it is.\n");
    // a field folded without a space
    let mail = of("Received: from x\nby y\nFrom: a@x.example\nSubject: Offer\n\nDear Ada\n");
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Offer", "Dear Ada\n"));
    // several addresses without a comma, a route, a list with semicolons
    let mail = of(
        "From: a@x.example b@x.example\nTo: <@relay.example:ada@x.example>\nCc: c@x.example; d@x.example\n\nx",
    );
    assert_eq!(mail.from.unwrap().address, "a@x.example");
    let all = |all: &[Address]| all.iter().map(|one| one.address.clone()).collect::<Vec<_>>();
    assert_eq!(all(&mail.to), ["ada@x.example"]);
    assert_eq!(all(&mail.cc), ["c@x.example", "d@x.example"]);
}

#[test]
fn a_version_with_parts_is_shown_whole() {
    let mail = of(
        "From: a@x.example\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nOne, two\n--a\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>One</p>\n--m\nContent-Type: application/pdf; name=\n\t\"offer.pdf\"\n\nx\n--m\nContent-Type: text/html\n\n<p>two</p>\n--m--\n--a--\n",
    );
    assert_eq!(mail.text, "One, two");
    let html = mail.html.unwrap();
    assert!(html.contains("One") && html.contains("two"), "{html}");
    assert_eq!(mail.attachments[0].name, "offer.pdf");
}

#[test]
fn a_text_with_a_name_is_shown_where_nothing_else_is() {
    let named = "Content-Type: text/plain; name=note.txt\nContent-Disposition: inline; filename=note.txt\n\nSee you on Monday\n";
    let alone = of(&format!(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{named}--b--\n"
    ));
    assert_eq!((alone.text.as_str(), alone.attachments.len()), ("See you on Monday", 1));
    let beside = of(&format!(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n{named}--b--\n"
    ));
    assert_eq!((beside.text.as_str(), beside.attachments.len()), ("Hello", 1));
}

//! Mails come in, are found, and go.

use std::time::Duration;

use kernel::Limit;
use liaison_mailbox::{Rules, Settings};

use crate::house::{House, code, mail};

fn files(house: &House) -> usize {
    let mut count = 0;
    let mut folders = vec![house.folder.path().join("mail")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                count += 1;
            }
        }
    }
    count
}

#[tokio::test]
async fn a_mail_is_kept_once_and_belongs_to_whoever_brought_it() {
    let house = House::new().await;
    let (sam, sue) = (house.seller("sam", None).await, house.seller("sue", None).await);
    let kept = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    assert!(!kept.again);
    assert_eq!(kept.mail.subject, "Renewal 1");
    assert_eq!((kept.mail.sender_name.as_str(), kept.mail.attachments), ("Ben King", 1));
    let again = house.mailbox.keep(&sam, mail("1")).await.unwrap();
    assert!(again.again && again.mail.id == kept.mail.id);
    assert_eq!(files(&house), 1);

    assert_eq!(code(&house.mailbox.open(&sue, kept.mail.id).await), "seller_mail.not_found");
    assert_eq!(code(&house.mailbox.delete(&sue, kept.mail.id).await), "seller_mail.not_found");
    assert_eq!(
        code(&house.mailbox.open(&house.admin, kept.mail.id).await),
        "seller_mail.not_found"
    );
    let list = house.mailbox.list(&sue, "", Limit::default(), None).await.unwrap();
    assert!(list.items.is_empty());

    // the same content of two people is one file, which stays while one of them keeps it
    let own = house.mailbox.keep(&sue, mail("1")).await.unwrap();
    assert_eq!(files(&house), 1);
    house.mailbox.delete(&sam, kept.mail.id).await.unwrap();
    assert_eq!(files(&house), 1);
    let opened = house.mailbox.open(&sue, own.mail.id).await.unwrap();
    assert!(opened.message.text.contains("Shall we renew?"));
    let file = house.mailbox.attachment(&sue, own.mail.id, 0).await.unwrap();
    assert_eq!((file.name.as_str(), file.content.as_slice()), ("offer.txt", &b"100 pieces"[..]));
    assert_eq!(
        code(&house.mailbox.attachment(&sue, own.mail.id, 9).await),
        "seller_mail.attachment_not_found"
    );
    house.mailbox.delete(&sue, own.mail.id).await.unwrap();
    assert_eq!(files(&house), 0);
}

#[tokio::test]
async fn mails_are_found_by_their_words_page_by_page() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    for number in 0..5 {
        house.mailbox.keep(&sam, mail(&format!("number-{number}"))).await.unwrap();
    }
    let found = |words: &'static str| house.mailbox.list(&sam, words, Limit::default(), None);
    assert_eq!(found("").await.unwrap().items.len(), 5);
    assert_eq!(found("NUMBER-3").await.unwrap().items.len(), 1);
    assert_eq!(found("ben@fabrikam").await.unwrap().items.len(), 5);
    assert_eq!(found("offer.txt").await.unwrap().items.len(), 5);
    assert_eq!(found("100%").await.unwrap().items.len(), 0, "signs mean themselves");
    let limit = Limit::new(2).unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = house.mailbox.list(&sam, "", limit, after.as_ref()).await.unwrap();
        seen.extend(page.items.iter().map(|mail| mail.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
    let odd = kernel::Cursor::from("odd".to_owned());
    assert_eq!(code(&house.mailbox.list(&sam, "", limit, Some(&odd)).await), "cursor.invalid");
}

#[tokio::test]
async fn what_is_no_mail_or_too_much_is_refused_and_leaves_nothing() {
    let house = House::with(Settings { max_mails: 2, max_mail_mb: 1, ..Settings::default() }).await;
    let sam = house.seller("sam", None).await;
    let outcome = house.mailbox.keep(&sam, b"%PDF-1.7".to_vec()).await;
    assert_eq!(code(&outcome), "seller_mail.no_mail");
    let mut large = mail("large");
    large.resize(2 << 20, b'x');
    assert_eq!(code(&house.mailbox.keep(&sam, large).await), "seller_mail.too_large");
    for number in ["1", "2"] {
        house.mailbox.keep(&sam, mail(number)).await.unwrap();
    }
    assert_eq!(code(&house.mailbox.keep(&sam, mail("3")).await), "seller_mail.full");
    assert!(house.mailbox.keep(&sam, mail("2")).await.unwrap().again);
    assert_eq!(files(&house), 2);
}

#[tokio::test]
async fn mails_go_when_their_time_is_over() {
    let house = House::with(Settings { keep_days: 30, ..Settings::default() }).await;
    let sam = house.seller("sam", None).await;
    house.mailbox.keep(&sam, mail("old")).await.unwrap();
    house.clock.advance(Duration::from_hours(24 * 20));
    house.mailbox.keep(&sam, mail("new")).await.unwrap();
    house.clock.advance(Duration::from_hours(24 * 11));
    house.mailbox.sweep().await.unwrap();
    let left = house.mailbox.list(&sam, "", Limit::default(), None).await.unwrap();
    assert_eq!(left.items.len(), 1);
    assert_eq!(left.items[0].subject, "Renewal new");
    assert_eq!(files(&house), 1);
}

#[tokio::test]
async fn what_one_tenant_stumbles_over_keeps_no_other_waiting() {
    let house = House::with(Settings { keep_days: 30, ..Settings::default() }).await;
    let sam = house.seller("sam", None).await;
    // tenants have their turns in the order in which they came
    house.clock.advance(Duration::from_secs(1));
    let tess = house.neighbour("tess").await;
    for scope in [&sam, &tess] {
        house.mailbox.keep(scope, mail("old")).await.unwrap();
    }
    // where files of the first tenant were is something else
    let own = house.folder.path().join("mail").join(sam.tenant().to_string());
    std::fs::rename(&own, own.with_extension("away")).unwrap();
    std::fs::write(&own, "").unwrap();
    house.clock.advance(Duration::from_hours(24 * 31));
    assert!(matches!(house.mailbox.sweep().await, Err(liaison_mailbox::Error::Files(_))));
    let left = house.mailbox.list(&tess, "", Limit::default(), None).await.unwrap();
    assert!(left.items.is_empty(), "{left:?}");
}

#[tokio::test]
async fn rules_are_set_by_administrators_of_sales_and_checked() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let rules = Rules {
        internal_domains: vec!["@Partner.Example".to_owned(), "partner.example".to_owned()],
        contact_fields: vec!["emailaddress2".to_owned()],
        ..Rules::default()
    };
    assert_eq!(code(&house.mailbox.set_rules(&sam, rules.clone()).await), "permission.missing");
    let set = house.mailbox.set_rules(&house.admin, rules.clone()).await.unwrap();
    assert_eq!(set.internal_domains, ["partner.example"]);
    assert_eq!(house.mailbox.rules(&sam).await.unwrap(), set);
    let odd = Rules { internal_domains: vec!["no domain".to_owned()], ..rules };
    assert_eq!(code(&house.mailbox.set_rules(&house.admin, odd).await), "seller_mail.invalid");
}

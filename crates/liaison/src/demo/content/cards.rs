//! What is said in the demo; all of it invented.

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Admin,
    Seller,
}

/// The cards that a channel's webhook posts.
pub(super) fn of(channel: &str) -> &'static [&'static str] {
    match channel {
        "Builds" => &[BUILD_PASSED, BUILD_FAILED],
        "Releases" => &[RELEASE],
        "Alerts" => &[ALERT, RESOLVED],
        "Deployments" => &[DEPLOYMENT],
        "Orders" => &[ORDER, r#"{"text": "Import of the **web shop** finished: 42 orders."}"#],
        _ => &[],
    }
}

/// What people write in a channel.
pub(super) fn words(channel: &str) -> &'static [(By, &'static str)] {
    match channel {
        "Builds" => {
            &[(By::Admin, "The red one is the test of the *price rounding*. I look at it.")]
        }
        "Alerts" => &[(By::Admin, "Disk on `db-2` has been extended, we are good until spring.")],
        "Customers" => &[
            (
                By::Seller,
                "Met the buyer of **Refuge du Lac** at the fair: they want 60 head lamps until November.",
            ),
            (By::Admin, "Good news. Do they know the new rechargeable one?"),
        ],
        "Orders" => &[(By::Seller, "I call the customer about the delivery address.")],
        "Budget" => &[(By::Admin, "Draft is in the files. Please comment until Friday.")],
        _ => &[],
    }
}

/// Files of a channel.
pub(super) fn files(channel: &str) -> &'static [(&'static str, &'static str)] {
    match channel {
        "Customers" => &[("Fair contacts.csv", CONTACTS)],
        "Budget" => &[("Budget draft.md", BUDGET)],
        "Alerts" => &[("What to do when a disk is full.md", RUNBOOK)],
        _ => &[],
    }
}

const BUILD_PASSED: &str = r#"{
  "@type": "MessageCard", "@context": "https://schema.org/extensions",
  "summary": "shop #1482 passed", "themeColor": "2E7D32", "title": "shop #1482 passed",
  "sections": [{
    "activityTitle": "Yuki Tanaka", "activitySubtitle": "pushed to main",
    "facts": [
      {"name": "Tests", "value": "2,318 passed"},
      {"name": "Duration", "value": "4 min 12 s"},
      {"name": "Change", "value": "Show the stock of the nearest shop"}
    ]
  }],
  "potentialAction": [{"@type": "OpenUri", "name": "Show the build",
    "targets": [{"os": "default", "uri": "https://ci.alpenglow.example/shop/1482"}]}]
}"#;

const BUILD_FAILED: &str = r#"{
  "@type": "MessageCard", "@context": "https://schema.org/extensions",
  "summary": "shop #1483 failed", "themeColor": "C62828", "title": "shop #1483 failed",
  "sections": [{
    "activityTitle": "Hugo Bernard", "activitySubtitle": "pushed to price-rounding",
    "facts": [
      {"name": "Failed", "value": "1 of 2,321: cart::a_discount_is_rounded_once"},
      {"name": "Duration", "value": "3 min 58 s"}
    ],
    "text": "Expected `19.90`, found `19.89`."
  }],
  "potentialAction": [{"@type": "OpenUri", "name": "Show the build",
    "targets": [{"os": "default", "uri": "https://ci.alpenglow.example/shop/1483"}]}]
}"#;

const RELEASE: &str = r#"{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null,
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard", "version": "1.4",
      "body": [
        {"type": "TextBlock", "size": "Large", "weight": "Bolder", "text": "Shop 7.3 is tagged", "wrap": true},
        {"type": "TextBlock", "wrap": true, "text": "Stock of the nearest shop, faster search, 14 fixes."},
        {"type": "FactSet", "facts": [
          {"title": "Tag", "value": "v7.3.0"},
          {"title": "By", "value": "Sofia Lindqvist"},
          {"title": "Goes live", "value": "Tuesday, 06:00"}
        ]}
      ],
      "actions": [{"type": "Action.OpenUrl", "title": "Release notes", "url": "https://git.alpenglow.example/shop/v7.3.0"}]
    }
  }]
}"#;

const ALERT: &str = r#"{
  "type": "MessageCard", "context": "http://schema.org/extensions",
  "summary": "[FIRING:1] DiskAlmostFull db-2", "themeColor": "8C1A1A",
  "title": "[FIRING:1] DiskAlmostFull db-2",
  "sections": [{"facts": [
    {"name": "Severity", "value": "warning"},
    {"name": "Instance", "value": "db-2.alpenglow.example"},
    {"name": "Free", "value": "7.4 %"}
  ], "text": "Less than 10 % is free on /var/lib/postgresql."}]
}"#;

const RESOLVED: &str = r#"{
  "type": "MessageCard", "context": "http://schema.org/extensions",
  "summary": "[RESOLVED] DiskAlmostFull db-2", "themeColor": "2DC72D",
  "title": "[RESOLVED] DiskAlmostFull db-2",
  "sections": [{"facts": [
    {"name": "Instance", "value": "db-2.alpenglow.example"},
    {"name": "Free", "value": "41 %"}
  ]}]
}"#;

const DEPLOYMENT: &str = r#"{
  "@type": "MessageCard", "@context": "https://schema.org/extensions",
  "summary": "shop is synced", "themeColor": "00796B", "title": "shop is synced to production",
  "sections": [{"facts": [
    {"name": "Revision", "value": "v7.2.4"},
    {"name": "Health", "value": "Healthy"},
    {"name": "Took", "value": "1 min 34 s"}
  ]}]
}"#;

const ORDER: &str = r#"{
  "@type": "MessageCard", "@context": "https://schema.org/extensions",
  "summary": "Order 20871 over 3,480 EUR", "themeColor": "F9A825", "title": "Order 20871",
  "sections": [{
    "activityTitle": "Refuge du Lac", "activitySubtitle": "new customer",
    "facts": [
      {"name": "Sum", "value": "3,480.00 EUR"},
      {"name": "Items", "value": "60 × head lamp Aurora"},
      {"name": "Delivery", "value": "until 14 November"}
    ]
  }]
}"#;

const CONTACTS: &str = "company,person,interest\n\
    Refuge du Lac,Inès Moreau,head lamps\n\
    Bergschule Nord,Peter Aigner,ropes and harnesses\n\
    Outdoor Nantes,Luc Petit,tents\n";

const BUDGET: &str = "# Budget, draft 1\n\n\
    - Warehouse: second shift from March\n\
    - Shops: one more in the north\n\
    - Software: no new licences, two people more\n";

const RUNBOOK: &str = "# When a disk is full\n\n\
    1. Look which folder grew: `du -xh --max-depth=1 / | sort -h`\n\
    2. Old logs go first, data never.\n\
    3. Extend the volume, then the file system.\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_well_formed() {
        for channel in ["Builds", "Releases", "Alerts", "Deployments", "Orders"] {
            assert!(!of(channel).is_empty());
            for body in of(channel) {
                serde_json::from_str::<serde_json::Value>(body).unwrap();
            }
        }
    }
}

//! Sample cards of the test box; the texts are ours.

/// A card to try a webhook with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Its name in addresses and forms.
    pub name: &'static str,
    /// The JSON to post.
    pub body: &'static str,
}

/// The sample cards, simplest first.
pub const SAMPLES: [Sample; 5] = [
    Sample { name: "text", body: TEXT },
    Sample { name: "message-card", body: MESSAGE_CARD },
    Sample { name: "alert", body: ALERT },
    Sample { name: "adaptive-card", body: ADAPTIVE_CARD },
    Sample { name: "empty", body: "{}" },
];

/// The sample with this name.
pub fn sample(name: &str) -> Option<Sample> {
    SAMPLES.into_iter().find(|sample| sample.name == name)
}

const TEXT: &str = r#"{"text": "Hello from the test box. If you read this, the webhook works."}"#;

const MESSAGE_CARD: &str = r#"{
  "@type": "MessageCard",
  "@context": "https://schema.org/extensions",
  "summary": "Build 128 passed",
  "themeColor": "2E7D32",
  "title": "Build 128 passed",
  "sections": [
    {
      "activityTitle": "Ada Lovelace",
      "activitySubtitle": "pushed to main",
      "facts": [
        { "name": "Tests", "value": "1,204 passed, 0 failed" },
        { "name": "Duration", "value": "3 min 41 s" }
      ],
      "text": "The change **speeds up** the search of orders."
    }
  ],
  "potentialAction": [
    {
      "@type": "OpenUri",
      "name": "Show the build",
      "targets": [{ "os": "default", "uri": "https://ci.example.org/builds/128" }]
    }
  ]
}"#;

const ALERT: &str = r#"{
  "@type": "MessageCard",
  "@context": "https://schema.org/extensions",
  "summary": "Disk almost full on db-2",
  "themeColor": "C62828",
  "title": "[FIRING] Disk almost full on db-2",
  "sections": [
    {
      "facts": [
        { "name": "Severity", "value": "critical" },
        { "name": "Used", "value": "94 %" },
        { "name": "Since", "value": "09:12" }
      ],
      "markdown": true
    }
  ]
}"#;

const ADAPTIVE_CARD: &str = r#"{
  "type": "message",
  "attachments": [
    {
      "contentType": "application/vnd.microsoft.card.adaptive",
      "contentUrl": null,
      "content": {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
          { "type": "TextBlock", "text": "New order from Contoso", "size": "Large", "weight": "Bolder", "wrap": true },
          {
            "type": "FactSet",
            "facts": [
              { "title": "Amount", "value": "12,400 EUR" },
              { "title": "Closes", "value": "30 June" }
            ]
          }
        ],
        "actions": [
          { "type": "Action.OpenUrl", "title": "Open the order", "url": "https://crm.example.org/orders/7" }
        ]
      }
    }
  ]
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_taken_but_the_empty_one() {
        for sample in SAMPLES {
            let parsed = cards::parse(sample.body.as_bytes(), Some("application/json"));
            assert_eq!(parsed.is_ok(), sample.name != "empty", "{}: {parsed:?}", sample.name);
        }
    }

    #[test]
    fn a_sample_is_found_by_its_name() {
        assert_eq!(sample("text"), Some(SAMPLES[0]));
        assert_eq!(sample("nothing"), None);
    }
}

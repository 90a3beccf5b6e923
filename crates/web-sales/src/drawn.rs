//! A surface as it is drawn.

use sales::{Content, Item, Point, Shaped, When};
use web_frame::Frame;

/// What a surface would draw of one answer.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) point: Point,
    /// The name of the connector.
    pub(crate) connector: String,
    pub(crate) heading: String,
    pub(crate) source: String,
    pub(crate) items: Vec<Piece>,
    pub(crate) has_more: bool,
    /// What was left out or changed: place and words, and whether the item is gone for it.
    pub(crate) remarks: Vec<(String, String, bool)>,
}

/// One item.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) number: usize,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) url: Option<String>,
    pub(crate) when: Option<String>,
    pub(crate) pairs: Vec<(String, String)>,
    /// The first two values, as the row of a record has them.
    pub(crate) below: String,
    /// What the record is called.
    pub(crate) kind: String,
    pub(crate) details: String,
    pub(crate) icon: &'static str,
}

impl Drawn {
    pub(crate) fn of(frame: &Frame, point: Point, connector: &str, shaped: &Shaped) -> Self {
        let plural = shaped.items.first().and_then(|item| item.record.as_ref());
        let plural = plural.map(|record| record.plural.as_str()).filter(|plural| {
            let own = |item: &Item| item.record.as_ref().is_some_and(|own| own.plural == *plural);
            shaped.items.iter().all(own)
        });
        let heading = match (point, plural) {
            (Point::RecordDetails, Some(plural)) => frame.say_with(
                "sales.heading-records",
                &[("connector", connector.into()), ("records", plural.into())],
            ),
            (Point::RecordDetails, None) => connector.to_owned(),
            (Point::OpportunityInsights, _) => frame.say("sales.heading-insights"),
            _ => frame.say1("sales.heading", "connector", connector),
        };
        let items = shaped.items.iter().zip(1..);
        let remarks = shaped.remarks.iter().map(|remark| {
            let what = remark.what.as_str().replace(['.', '_'], "-");
            let place = match remark.index {
                Some(index) => format!("value[{index}].{}", remark.field),
                None => remark.field.to_owned(),
            };
            (place, frame.say(&format!("sales.remark-{what}")), remark.what.drops())
        });
        Self {
            point,
            connector: connector.to_owned(),
            heading,
            source: frame.say1("sales.source", "connector", connector),
            items: items.map(|(item, number)| Piece::of(frame, item, number)).collect(),
            has_more: shaped.has_more,
            remarks: remarks.collect(),
        }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.point.as_str() == name
    }
}

impl Piece {
    fn of(frame: &Frame, item: &Item, number: usize) -> Self {
        let below: Vec<&str> = item.properties.iter().take(2).map(|(_, v)| v.as_str()).collect();
        let kind = item.record.as_ref().map(|record| record.name.clone()).unwrap_or_default();
        let when = |when: &When| when.at.map_or_else(|| when.text.clone(), |at| frame.exact(&at));
        Self {
            number,
            title: item.title.clone().unwrap_or_default(),
            text: item.text.clone().unwrap_or_default(),
            url: item.url.clone(),
            when: item.at.as_ref().map(when),
            pairs: item.properties.clone(),
            below: below.join(" • "),
            details: frame.say1("web-sales.record-details", "kind", kind.as_str()),
            kind,
            icon: match item.content {
                Some(Content::Web) => "globe",
                _ => "document",
            },
        }
    }
}

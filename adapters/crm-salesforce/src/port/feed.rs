//! What has changed: records by when they were written, deletions by when they were swept up.

use crm::{Changes, Error, Feed, MAX_PAGE, Position, Result};
use jiff::{SignedDuration, Timestamp};

use super::SellersOrganisation;
use crate::{FieldPath, RecordId, records};

/// How far each sweep goes back behind the last one: the organisation tells deletions by the minute, and its clock is
/// not ours.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// How long deletions are remembered (REST reference, "Get Deleted": thirty days), less a day.
const MEMORY: SignedDuration = SignedDuration::from_hours(29 * 24);

/// A place: the last record that was told, and the last sweep.
struct Place {
    record: Option<records::Position>,
    swept: Timestamp,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (at, id, swept) = (parts.next()?, parts.next()?, parts.next()?);
        let record = match (at, id) {
            ("-", "-") => None,
            (at, id) => Some(records::Position { at: at.parse().ok()?, id: RecordId::parse(id)? }),
        };
        let swept = swept.parse().ok()?;
        parts.next().is_none().then_some(Self { record, swept })
    }

    fn write(&self) -> Position {
        let swept = self.swept;
        Position(match &self.record {
            Some(record) => format!("{} {} {swept}", record.at, record.id),
            None => format!("- - {swept}"),
        })
    }
}

/// Before every other id.
const FIRST: &str = "000000000000000AAA";

impl SellersOrganisation {
    /// The place of now, a little before it.
    pub(super) fn now_on(&self) -> Result<Position> {
        let swept = self.salesforce.clock.now();
        let at = swept.checked_sub(OVERLAP).unwrap_or(swept);
        let id = RecordId::parse(FIRST).ok_or(Error::Answer { reason: "an id" })?;
        Ok(Place { record: Some(records::Position { at, id }), swept }.write())
    }

    pub(super) async fn since(&self, feed: &Feed) -> Result<Changes> {
        let now = self.salesforce.clock.now();
        let odd = || Error::Query { reason: "no place in the changes".to_owned() };
        let after = feed.after.as_ref().map(|after| Place::read(&after.0).ok_or_else(odd));
        let after = after.transpose()?;
        let asked = self.wanted(&feed.table, &feed.fields).await?;
        let place = after.unwrap_or(Place { record: None, swept: now });
        if now.duration_since(place.swept) > MEMORY {
            return Err(Error::Expired);
        }
        let limit = feed.limit.clamp(1, MAX_PAGE);
        let object = &asked.object.name;
        let paths: Vec<FieldPath> = asked.paths();
        let at = (place.record.as_ref(), limit);
        let found = self.salesforce.changes(&self.seller, (object, &paths), at).await?;
        let more = u32::try_from(found.records.len()).unwrap_or(u32::MAX) >= limit;
        let mut swept = place.swept;
        let mut deleted = Vec::new();
        // Who begins knows of nothing that could be gone, and who is not done asks again.
        if feed.after.is_some() && !more {
            let from = swept.checked_sub(OVERLAP).unwrap_or(swept);
            let gone =
                self.salesforce.deleted(&self.seller, object, (from, now.max(swept))).await?;
            deleted = gone.into_iter().map(|id| crm::RecordId(id.to_string())).collect();
            swept = now.max(swept);
        }
        let records = found.records.iter().map(|row| asked.record(row)).collect::<Result<_>>()?;
        let position = Place { record: found.position, swept }.write();
        Ok(Changes { records, deleted, position, more })
    }
}

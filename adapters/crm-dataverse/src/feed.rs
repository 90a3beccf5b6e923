//! What has changed: the delta links of `odata.track-changes`.

use crm::{Changes, Error, Feed, MAX_PAGE, Position, RecordId, Result};
use serde_json::Value as Json;

use crate::{
    address,
    client::{Call, Failed},
    error::Refusal,
    port::{SellersEnvironment, annotated},
    refusal::Doing,
};

/// The longest place in the changes that is believed.
const MAX_TOKEN: usize = 8 * 1024;

/// A place: inside what is being told, or behind all of it.
enum Place {
    Inside(String),
    Behind(String),
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let token =
            |token: &str| (!token.is_empty() && token.len() <= MAX_TOKEN).then(|| token.to_owned());
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "inside" => token(rest).map(Self::Inside),
            "behind" => token(rest).map(Self::Behind),
            _ => None,
        }
    }

    fn write(&self) -> Position {
        Position(match self {
            Self::Inside(token) => format!("inside {token}"),
            Self::Behind(token) => format!("behind {token}"),
        })
    }
}

impl SellersEnvironment {
    pub(crate) async fn since(&self, feed: &Feed) -> Result<Changes> {
        let odd = || Error::Query { reason: "no place in the changes".to_owned() };
        let after = feed.after.as_ref().map(|after| Place::read(&after.0).ok_or_else(odd));
        let after = after.transpose()?;
        let asked = self.asked(&feed.table, &feed.fields).await?;
        if !asked.about.tracked {
            return Err(Refusal::NotTracked.into());
        }
        let mut options = asked.options();
        match after {
            Some(Place::Inside(token)) => options.skiptoken = Some(token),
            Some(Place::Behind(token)) => options.deltatoken = Some(token),
            None => {}
        }
        let url = address::to(&self.seller, address::set(&asked.about.set), options)?;
        let limit = feed.limit.clamp(1, MAX_PAGE);
        let call = Call::get(url.clone());
        let call = call.prefer(format!("odata.track-changes,{}", annotated(Some(limit))));
        let body = match self.dataverse.send(&self.seller, call).await {
            Ok(got) => got.body,
            Err(Failed::Refused(refused)) => {
                return Err(self.explain(&asked, &refused, &Doing::Querying(&feed.table)).await);
            }
            Err(Failed::Other(error)) => return Err(error),
        };
        let position = if let Some(link) = body.get("@odata.nextLink") {
            Place::Inside(address::onward(&url, link, "$skiptoken")?)
        } else if let Some(link) = body.get("@odata.deltaLink") {
            Place::Behind(address::onward(&url, link, "$deltatoken")?)
        } else {
            // Rows came, and nothing to go on from.
            return Err(Refusal::NotTracked.into());
        };
        let rows = body.get("value").and_then(Json::as_array);
        let rows = rows.ok_or(Error::Answer { reason: "a page without records" })?;
        let (mut records, mut deleted) = (Vec::new(), Vec::new());
        for row in rows {
            match gone(row) {
                Some(id) => deleted.push(RecordId(id.to_owned())),
                None => records.push(asked.record(row)?),
            }
        }
        Ok(Changes {
            records,
            deleted,
            more: matches!(position, Place::Inside(_)),
            position: position.write(),
        })
    }
}

/// The id of a row that is told to be gone.
fn gone(row: &Json) -> Option<&str> {
    let context = row.get("@odata.context").and_then(Json::as_str)?;
    if !context.ends_with("$deletedEntity") {
        return None;
    }
    row.get("id").and_then(Json::as_str)
}

//! Sensitivity labels that new teams may get. Our reference names no call that lists those of an organisation: they are
//! written down by an administrator, by their identifiers for Teams, in any words for the hub's own workspace.

use event_log::Subject;
use kernel::{FieldError, Permission, Scope};
use serde_json::json;
use uuid::Uuid;

use super::{audited, may_manage, store};
use crate::{Error, Kind, LinkingSetup, Result};

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// As the workspace names it.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// Whether new teams get it unless another is chosen.
    pub is_default: bool,
}

/// One to write down.
#[derive(Debug, Clone, Default)]
pub struct NewLabel {
    /// As the workspace names it; empty is the name.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// Whether new teams get it unless another is chosen.
    pub is_default: bool,
}

/// How many there may be: our own choice.
const MOST: usize = 100;
/// The longest name.
const LONGEST: usize = 100;

impl LinkingSetup {
    /// The labels that new teams may get, in their order.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn team_labels(&self, scope: &Scope) -> Result<Vec<Label>> {
        scope.require(Permission::RecordRead)?;
        Ok(self.parts().db.read_one(scope, store::labels).await?)
    }

    /// Writes the labels down, in place of those of before.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
    pub async fn set_team_labels(&self, scope: &Scope, new: Vec<NewLabel>) -> Result<Vec<Label>> {
        may_manage(scope)?;
        let labels = check(new, self.workspaces().kind(scope))?;
        let now = self.parts().clock.now();
        let kept = labels.clone();
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            let before = store::labels(tx)?;
            if before == kept {
                return Ok(());
            }
            store::put_labels(tx, &kept)?;
            let view = |labels: &[Label]| {
                let names = labels.iter().map(|one| json!({ "id": one.id, "name": one.name }));
                json!({
                    "labels": names.collect::<Vec<_>>(),
                    "default": labels.iter().find(|one| one.is_default).map(|one| &one.id),
                })
            };
            let subject = Subject::new("tenant", tx.tenant());
            let change = (Some(view(&before)), Some(view(&kept)));
            audited(tx, ("linking.labels", subject), change, now)
        };
        self.parts().db.write(scope, write).await?;
        Ok(labels)
    }
}

fn check(new: Vec<NewLabel>, kind: Kind) -> Result<Vec<Label>> {
    let wrong = |code, detail: &str| Err(Error::invalid("/labels", code, detail));
    if new.len() > MOST {
        return Err(Error::Invalid {
            fields: vec![FieldError::new("/labels", "linking_teams.labels", "too many labels")],
        });
    }
    let mut labels: Vec<Label> = Vec::new();
    for one in new {
        let (name, id) = (one.name.trim(), one.id.trim());
        let id = if id.is_empty() { name } else { id };
        let name = if name.is_empty() { id } else { name };
        let odd = |text: &str| {
            text.is_empty()
                || text.chars().count() > LONGEST
                || text.chars().any(|c| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}'))
        };
        if odd(id) || odd(name) {
            return wrong("linking_teams.label", "a name of 1 to 100 characters");
        }
        if kind == Kind::Graph && (id.len() != 36 || Uuid::try_parse(id).is_err()) {
            return wrong("linking_teams.label_identifier", "Teams knows labels by identifiers");
        }
        if labels.iter().any(|known| known.id == id) {
            return wrong("linking_teams.label_twice", "each label once");
        }
        let is_default = one.is_default && !labels.iter().any(|known| known.is_default);
        labels.push(Label { id: id.to_owned(), name: name.to_owned(), is_default });
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(id: &str, name: &str, is_default: bool) -> NewLabel {
        NewLabel { id: id.to_owned(), name: name.to_owned(), is_default }
    }

    #[test]
    fn labels_are_named_once_and_one_is_usual() {
        let two = vec![new("", "Public", true), new("", "Confidential", true)];
        let labels = check(two, Kind::Embedded).unwrap();
        assert_eq!(
            labels[0],
            Label { id: "Public".into(), name: "Public".into(), is_default: true }
        );
        assert!(!labels[1].is_default);
        assert!(check(vec![new("", "A", false), new("A", "", false)], Kind::Embedded).is_err());
        assert!(check(vec![new("", "Public", false)], Kind::Graph).is_err());
        let id = "0b7c1f7e-2f5a-4f0c-9d43-9c2b1a7d5e11";
        assert!(check(vec![new(id, "Public", false)], Kind::Graph).is_ok());
        for odd in ["", "a\u{202E}b", "a\nb", &"x".repeat(101)] {
            assert!(check(vec![new("", odd, false)], Kind::Embedded).is_err(), "{odd:?}");
        }
        assert!(check(vec![new("", "x", false); 101], Kind::Embedded).is_err());
    }
}

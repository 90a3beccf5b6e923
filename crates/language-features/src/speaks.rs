//! What of a sale a mail speaks of: budget, timing, need, and who decides (sales reference §5.3).

use insights::{
    stakeholders,
    updates::{Change, Stage},
};
use kernel::Scope;

use crate::{Feature, LanguageFeatures, Task, rules};

impl LanguageFeatures {
    /// `budget`, `timing`, `need` and `stakeholders`, as far as the mails of a task speak of them; nothing where the caller
    /// may have no such feature. The first three are what would be suggested for an opportunity.
    pub async fn speaks_of(&self, scope: &Scope, task: &Task) -> Vec<&'static str> {
        let task = Task { feature: Feature::Updates, ..task.clone() };
        let Ok(found) = self.run(scope, &task).await else { return Vec::new() };
        let mut all: Vec<&'static str> = Vec::new();
        for change in found.items.iter().filter_map(|item| item.change) {
            let word = match change {
                Change::Amount { .. } => "budget",
                Change::CloseDate(_) => "timing",
                Change::Stage(Stage::Lost) => continue,
                Change::Stage(_) => "need",
            };
            if !all.contains(&word) {
                all.push(word);
            }
        }
        if stakeholders::find(&rules::read(&task)).is_some() {
            all.push("stakeholders");
        }
        all
    }
}

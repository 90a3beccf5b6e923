//! What administrators of sales set for a CRM, obeyed for what is known of a meeting there.

use kernel::Scope;
use sales_settings::{Area, Summaries};

use crate::{Absence, Meetings, Opened, Recap, Result, recap::Sentiment, service::Has};

impl Meetings {
    /// What somebody has of the language features for meetings: nothing where administrators keep insights from them.
    pub(crate) async fn let_through(&self, scope: &Scope, has: Has) -> Result<Has> {
        let known = self.crm.known(scope).await?;
        let may = known.may(Area::MeetingInsights).is_granted();
        Ok(if may { has } else { Has::default() })
    }

    /// A meeting as the caller may see it: summaries for organisers alone, figures and sentiment where they are shown.
    pub(crate) async fn as_set(&self, scope: &Scope, mut opened: Opened) -> Result<Opened> {
        if opened.recap.is_none() {
            return Ok(opened);
        }
        let settings = self.crm.known(scope).await?.settings;
        opened.keeps_notes = settings.saving.meetings && settings.saving.notes;
        let told = &settings.conversation;
        if told.summaries == Summaries::Organisers && !opened.is_organiser {
            opened.recap = None;
            opened.absence = Some(Absence::FeatureOff);
            opened.has_actions = false;
            return Ok(opened);
        }
        if let Some(recap) = &mut opened.recap {
            let both = settings.ai.sentiment;
            recap.without((both && told.figures, both && told.sentiment));
        }
        Ok(opened)
    }
}

impl Recap {
    /// Takes out figures of the talk, or the mood, where they are not wanted.
    pub(crate) fn without(&mut self, (figures, sentiment): (bool, bool)) {
        if !figures {
            self.speakers = Vec::new();
            (self.switches, self.pause_ms) = (0, 0);
        }
        if !sentiment {
            let nothing = String::new;
            self.sentiment =
                Sentiment { overall: nothing(), trend: nothing(), distribution: [0; 3] };
            for speaker in &mut self.speakers {
                speaker.moods = [0; 3];
            }
        }
    }
}

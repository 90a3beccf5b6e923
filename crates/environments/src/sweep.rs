//! What goes by the clock: trials that end, environments whose days are over, what they hold.

use identity::environments::{self, Environment, EnvironmentKind};
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use record_tables::registry;

use crate::{
    Environments, Error, Result,
    capacity::day_of,
    life,
    service::{JOB, Note},
    store,
};

impl Environments {
    /// One round over all tenants.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let root = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(&root).await);
        }
        done
    }

    async fn sweep_of(&self, root: &Scope) -> Result<()> {
        for environment in self.db.read_one(root, environments::all_any).await? {
            if let Err(error) = self.sweep_one(root, &environment).await {
                tracing::error!(
                    environment.id = %environment.id,
                    error = &error as &dyn std::error::Error,
                    "the sweep of an environment failed"
                );
            }
        }
        let oldest = day_of(self.clock.now()) - i64::from(self.settings.capacity_days);
        self.db.write(root, move |tx| store::prune_capacity(tx, oldest)).await?;
        Ok(())
    }

    async fn sweep_one(&self, root: &Scope, environment: &Environment) -> Result<()> {
        let (now, id) = (self.clock.now(), environment.id);
        if let Some(goes_at) = self.goes_at(environment) {
            if goes_at <= now {
                // The environment itself goes last: what is cut off in between is found again by the next round.
                self.db.write(root, move |tx| store::forget(tx, id)).await?;
                self.identity.end_environment(root, id).await?;
            }
            return Ok(());
        }
        let is_trial =
            environment.kind == EnvironmentKind::Trial && !life::is_provisioned(environment);
        if is_trial {
            let Some(ends_at) = environment.ends_at else {
                return self.give_end(root, environment).await;
            };
            if ends_at <= now {
                // Nobody's doing: a trial whose days are over goes the way of every deletion.
                return match self.delete(root, id).await {
                    Err(Error::Running) => Ok(()),
                    other => other,
                };
            }
        }
        self.db.write(root, move |tx| store::prune(tx, id, life::HISTORY)).await?;
        self.measure_when_due(root, id).await
    }

    /// A trial that was made before trials ended has all its days yet.
    async fn give_end(&self, root: &Scope, environment: &Environment) -> Result<()> {
        let (now, ends_at) = (self.clock.now(), self.ends_at(self.clock.now()));
        let after = Environment { ends_at: Some(ends_at), ..environment.clone() };
        self.db
            .write(root, move |tx| {
                environments::save(tx, &after)?;
                Note::new("environment.update", ("environment", after.id.uuid()), now)
                    .becomes(serde_json::json!({ "ends_at": ends_at }))
                    .write(tx)
            })
            .await
    }

    /// Measures where something was written since, and carries the figures to the next day where nothing was.
    async fn measure_when_due(&self, root: &Scope, id: kernel::EnvironmentId) -> Result<()> {
        let today = day_of(self.clock.now());
        let (known, registered) = self
            .db
            .read(root, move |tx| {
                Ok::<_, Error>((store::capacity(tx, id)?, registry::lookup(tx, id)?))
            })
            .await?;
        let position = registered.map_or(0, |registered| registered.position);
        match known {
            Some((_, at, day)) if at == position && day == today => Ok(()),
            Some((held, at, _)) if at == position => {
                let keep =
                    move |tx: &db::Tx<'_>| store::keep_capacity(tx, id, (today, position), &held);
                Ok(self.db.write(root, keep).await?)
            }
            _ => self.measured(root, id).await.map(drop),
        }
    }

    /// The last moment of a trial that begins now.
    pub(crate) fn ends_at(&self, now: Timestamp) -> Timestamp {
        now + SignedDuration::from_hours(24 * i64::from(self.settings.trial_days))
    }

    /// When an environment that was deleted goes for good.
    pub(crate) fn goes_at(&self, environment: &Environment) -> Option<Timestamp> {
        let kept = SignedDuration::from_hours(24 * i64::from(self.settings.grace_days));
        environment.deleted_at.map(|at| at + kept)
    }
}

//! Teams of a workspace elsewhere that something was told of, or that are looked at by themselves: their links are looked
//! at, and nothing that was told is believed.

use db::Tx;
use kernel::Scope;
use linking::keeping;
use linking_setup::Kind;

use crate::{LinkingSync, Result};

impl LinkingSync {
    /// Sees to what the workspace is to tell, and looks at the teams that it told of; whether there is more to do at once.
    /// Only while this node has the tenant.
    pub(crate) async fn look_at_told(&self, root: &Scope) -> Result<bool> {
        let Some(elsewhere) = self.parts.workspaces.teams() else { return Ok(false) };
        if !elsewhere.is_in_use(root).await? {
            return Ok(false);
        }
        let linked = move |tx: &Tx<'_>| keeping::teams(tx, Kind::Graph);
        let teams = self.parts.db.read_one(root, linked).await?;
        let more = elsewhere.tend(root, &teams).await?;
        let woken = elsewhere.woken(root).await?;
        let any = !woken.is_empty();
        for one in woken {
            if !self.hold(root).await? {
                return Ok(false);
            }
            let team = one.team.clone();
            let find = move |tx: &Tx<'_>| keeping::in_place(tx, Kind::Graph, &team, None);
            let links = self.parts.db.read_one(root, find).await?;
            self.look_at_slice(root, &links, false).await?;
            elsewhere.looked(root, one).await?;
        }
        Ok(more || any)
    }
}

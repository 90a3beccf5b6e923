//! Mailboxes elsewhere: which adapter reads which.

use std::sync::Arc;

use egress::Client;
use linking_setup::{Error, MicrosoftTeams, Sitting};
use mail_graph::{GraphMailbox, Who};
use mail_imap::{ImapSource, Security, Server, SignIn};
use mailbox::{
    GraphOf, ImapOf, Reach, SourceSecurity, SourceSignIn,
    away::{self, MailSource},
};
use seal::Sealer;

/// How mailboxes elsewhere are reached.
pub(super) fn reach(client: &Client, teams: &Arc<MicrosoftTeams>, sealer: &Sealer) -> Reach {
    Reach { sealer: sealer.clone(), imap: imap(client.clone()), graph: graph(Arc::clone(teams)) }
}

fn imap(client: Client) -> ImapOf {
    Box::new(move |server| {
        let security = match server.security {
            SourceSecurity::Tls => Security::Tls,
            SourceSecurity::StartTls => Security::StartTls,
        };
        let sign_in = match server.sign_in {
            SourceSignIn::Password => SignIn::Password(server.secret),
            SourceSignIn::Token => SignIn::Token(server.secret),
        };
        let (host, port, user) = (server.host, server.port, server.account);
        let server = Server { host, port, security, user, sign_in };
        Arc::new(ImapSource::new(client.clone(), server)) as Arc<dyn MailSource>
    })
}

fn graph(teams: Arc<MicrosoftTeams>) -> GraphOf {
    Box::new(move |scope| {
        let teams = Arc::clone(&teams);
        Box::pin(async move {
            let found = teams.seat_of(scope).await.map_err(|error| match error {
                Error::TeamsSignInNeeded => away::Error::SignInAgain,
                error => away::Error::Unreachable(Box::new(error)),
            })?;
            let Some((graph, sitting)) = found else { return Ok(None) };
            let who = match sitting {
                Sitting::SignedIn(token) => Who::SignedIn { token },
                Sitting::OnBehalf(user, assertion) => Who::OnBehalf { user, assertion },
                // a job has no mailbox
                Sitting::Jobs => return Err(away::Error::SignInAgain),
            };
            Ok(Some(Arc::new(GraphMailbox::new(graph, who)) as Arc<dyn MailSource>))
        })
    })
}

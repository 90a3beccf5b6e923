# Sign-in of connectors: what happened, and what to do next.

error-provider-timeout = The sign-in provider did not answer in time
    .detail = Try again in a moment; if it stays so, check that the provider runs.
error-authorization-incomplete = The connector’s sign-in is not fully set up
    .detail = Whoever looks after the connector adds the missing setting, such as the client id or the address of the sign-in.
error-authorization-placeholder = The connector’s sign-in still holds a placeholder
    .detail = The publisher left a setting to be filled in, such as the client id. Whoever looks after the connector replaces it, or you give your own application with the connection.
error-authorization-provider = The connector names an identity provider that is not known
    .detail = Known are oauth2, oauth2generic, aad, aadcertificate, DocuSign, Facebook, GitHub, Google, Dropbox, Salesforce and Microsoft account.
error-authorization-state = This sign-in is over
    .detail = It took too long, was used before, or was begun by somebody else. Begin again at the connection.
error-authorization-issuer = The answer comes from another provider
    .detail = Nothing was accepted. Begin again, and tell an administrator if it happens twice.
error-authorization-declined = The sign-in was declined
    .detail = Somebody pressed Cancel at the provider, or you may not use the application there. Begin again, or ask the provider’s administrator.
error-authorization-ended = The connection’s sign-in has expired or was revoked
    .detail = Sign in to the connection again.
error-authorization-consent = Consent is missing at the provider
    .detail = Sign in to the connection and agree, or have the provider’s administrator agree for everybody.
error-authorization-interaction = The provider wants you to sign in again
    .detail = It asks for more, such as a second factor. Sign in to the connection again.
error-authorization-assertion = Your own sign-in cannot be used for this connector
    .detail = The token of your sign-in is for another application, or not of a person. An administrator compares the applications of the hub and of the connector at the provider.
error-authorization-authority = You signed in elsewhere than this connector asks
    .detail = Your own token goes to nobody but the provider at which you signed in, and the connector names another. Whoever looks after the connector corrects the address of its sign-in.
error-authorization-host = A value of the connection chooses who gets the connector’s secret
    .detail = The named value decides the host of the sign-in. Whoever looks after the connector limits it to allowed values, or you give your own client secret with the connection.
error-authorization-client = The provider does not accept the connector’s credentials
    .detail = Whoever looks after the connector compares client id, secret or certificate with the provider’s settings; a secret may have expired.
error-authorization-refused = The provider refuses the request
    .detail = Whoever looks after the connector compares addresses, scopes and resource with what the provider expects; the log names the provider’s reason.
error-authorization-busy = The provider cannot answer now
    .detail = Try again in a moment.

provider-act-for = Let connectors act on people’s behalf
provider-act-for-hint = Keeps each person’s tokens, sealed, so that connectors with on-behalf-of need no sign-in of their own. Asks for offline_access.
provider-scopes = More scopes
provider-scopes-hint = What else is asked for at a sign-in, such as the scope of the connector’s application; separated by blanks.
error-scope-invalid = This is no list of scopes
    .detail = At most 20 scopes, each of visible ASCII characters without blanks, quotes and backslashes.

toast-connection-signed-in = The connection is signed in and can be used.

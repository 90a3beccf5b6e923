# What the hub fetches, and sign-in providers: what happened, and what to do next.

error-outbound-refused = This address is not fetched
    .detail = Only http and https addresses without user name, on the ports of web servers, can be fetched; plain http only where an administrator opened the network.
error-outbound-network = The hub may not reach this network
    .detail = The address leads to a private network. An administrator can open it with outbound.allowed_networks.
error-outbound-name = The host name is not known
    .detail = Check the spelling of the address and the name service of the hub.
error-outbound-redirects = The address redirects too often
    .detail = Use the address that the redirects end at.
error-outbound-too-large = The answer is too long
    .detail = The other side sent more than the hub reads. An administrator can raise outbound.max_response_bytes.
error-outbound-timeout = The other side did not answer in time
    .detail = Try again in a moment; if it stays so, check that the other side runs.
error-outbound-failed = The exchange with the other side failed
    .detail = Try again in a moment; the log of the hub holds the reason.
error-provider-unreachable = The sign-in provider cannot be reached
    .detail = Try again in a moment. An administrator checks the issuer’s address and the network of the hub.
error-provider-document = The sign-in provider answers oddly
    .detail = An administrator compares the issuer with the provider’s discovery document.
error-provider-refused = The sign-in provider refused
    .detail = Sign in again. If it stays so, an administrator compares client id, secret and return address with the provider’s settings.
error-provider-token = The provider’s answer does not prove who you are
    .detail = Sign in again. If it stays so, an administrator compares the clocks and the issuer.
error-provider-settings = The sign-in provider is not set up right
    .detail = An administrator corrects issuer, client id and secret under Administration, Sign-in providers.

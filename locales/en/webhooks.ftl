# Incoming webhooks: what went wrong and what to do, switches, verdicts, sample cards.

error-webhook-not-found = There is no such incoming webhook
    .detail = It was never there, or you may not see it. Check the address.
error-webhook-removed = The incoming webhook was removed
    .detail = Create a new one in the channel and give its URL to the sender.
error-webhook-replaced = The URL was replaced
    .detail = Copy the new URL from the webhook's page and give it to the sender.
error-webhook-expired = The incoming webhook has expired
    .detail = An owner can set a later end.
error-webhook-disabled = The incoming webhook is disabled
    .detail = An owner can enable it again.
error-webhook-suspended = The incoming webhook is suspended with its app
    .detail = The app of its connector was blocked or uninstalled. Install it again, or ask an administrator to allow it.
error-webhook-switched-off = Connectors are switched off
    .detail = A teams administrator can switch them on, for the organisation or for this team.
error-webhook-channel-gone = The channel was deleted
    .detail = Restore the channel, or create a webhook in another one.
error-webhook-channel-archived = The channel is archived
    .detail = Bring the channel back, or create a webhook in another one.
error-channel-deleted = The channel was deleted before the card could be shown
    .detail = Restore the channel, then replay the card.
error-webhook-owners-only = Only owners of the team may set up connectors
    .detail = Ask an owner of the team, or have the team's setting changed.
error-webhook-not-owner = Only owners of the webhook and administrators may do this
    .detail = Ask an owner to do it, or to hand the webhook over to you.
error-webhook-owner-not-found = This person cannot own the webhook
    .detail = Choose an active person of the organisation.
error-webhook-owner-missing = Say who will be responsible
    .detail = A program that creates a webhook names its owner.
error-webhook-too-large = The body is over the limit
    .detail = Send a shorter card, or have the webhook's limit raised.
error-webhook-throttled = The webhook posts faster than its limit
    .detail = { $seconds ->
        [one] Wait { $seconds } second, or have the limit raised.
       *[other] Wait { $seconds } seconds, or have the limit raised.
    }
error-webhook-invalid = Some details of the webhook are not valid
    .detail = Correct the fields named below.
error-webhook-address-taken = Another webhook has this URL already
    .detail = Look for it among the webhooks, or leave the old URL out to get a new one.
error-webhook-name-missing = A webhook has a name
error-webhook-name-invalid = A name has no control characters
error-webhook-name-too-long = A name has at most 80 characters
error-webhook-icon-too-large = An icon has at most 60 KB
error-webhook-icon-unreadable = The picture is no PNG, JPEG or GIF
error-webhook-icon-animated = An icon does not move: choose a still picture
error-webhook-icon-too-wide = An icon has at most 1,024 × 1,024 pixels
error-webhook-rate-zero = A limit lets at least one post through
error-webhook-rate-too-high = A limit is at most 10,000 posts a second
error-webhook-limit-out-of-range = The limit of the body is out of range
error-webhook-expiry-past = The end lies in the past
error-webhook-adopt-malformed = This is not the URL of a connector or of a workflow
    .detail = Paste the whole URL that the sender uses now.
error-webhook-overlap-too-long = The old URL can go on working for a year at most
error-log-not-found = The delivery log has no such entry
    .detail = Its time may be over. Look at the log again.
error-log-not-replayable = This entry cannot be replayed
    .detail = Its body was not kept whole, or the card is still on its way.
error-dead-letter-not-found = There is nothing to replay here
    .detail = Its time may be over.
error-dead-letter-rejected = The channel refused the card again
    .detail = See to it that the channel is there and not archived, then replay the card.
error-delivery-failed = The card failed at every attempt
    .detail = See the log of the hub, then replay the card.

state-enabled = Enabled
state-disabled = Disabled
state-suspended = Suspended with its app
state-expired = Expired
state-removed = Removed

verdict-accepted = Accepted
verdict-delivered = Delivered
verdict-undelivered = Not delivered
verdict-refused = Refused
verdict-throttled = Too many

rate-standard = Standard
rate-microsoft = Microsoft’s table
rate-custom = Own limit
rate-unlimited = No limit

switch-tenant = Connectors of the organisation
switch-teams = Connectors in teams
switch-actions = Buttons on connector cards
switch-team = Connectors of this team
switch-members = Members may set up connectors

sample-text = A line of text
sample-message-card = A build report (MessageCard)
sample-alert = An alert (MessageCard)
sample-adaptive-card = An order (Adaptive Card)
sample-empty = An empty card, which is refused

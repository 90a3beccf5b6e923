# Delivery targets: what went wrong and what to do, kinds, states, alerts, pages.

error-target-not-found = There is no such target
    .detail = It was removed, or you do not manage its channel. Check the address.
error-target-not-owner = Only owners of the channel and of its team manage targets
    .detail = Ask an owner of the team to do it, or to make you one.
error-target-too-many = The channel has as many targets as it may
    .detail = Remove one that nobody needs.
error-target-no-secret = Targets of this kind have no secret
    .detail = Only the kind “HTTP endpoint” is signed.
error-target-invalid = Some details of the target are not valid
    .detail = Correct the fields named below.
error-target-name-invalid = A name has 1 to 80 characters on one line
error-target-rate-invalid = A pace is 1 to 600,000 messages a minute
error-target-url-missing = Paste the address to send to
error-target-url-malformed = This is not an address such as https://…
error-target-secret-malformed = A secret is whsec_ and 24 to 64 bytes in base64
error-target-headers-too-many = A target has at most 20 headers
error-target-header-refused = This header cannot be set
error-target-recipients-missing = Say who gets the mail
error-target-recipients-count = A list has 1 to 100 addresses
error-target-recipient-malformed = This is not a mail address
error-attempt-not-found = The log has no such attempt
    .detail = Its time may be over. Look at the log again.

error-target-refused = The target refused the message
    .detail = Look at its answer in the log. The message can be replayed once the cause is gone.
error-target-failed = The target failed
    .detail = It is tried again, less and less often.
error-target-busy = The target asks for patience
    .detail = The hub waits as long as it is asked to.
error-target-gone = The target wants nothing any more
    .detail = Its webhook was removed over there. Make a new one and change the address.
error-target-unauthorized = The target does not accept our credentials
    .detail = Check the address, the secret and the headers.
error-target-missing = Nobody answers at this address
    .detail = The webhook may have been removed over there. Check the address.
error-target-redirected = The target sends elsewhere
    .detail = Redirects are not followed. Change the address to the one it leads to.
error-target-too-old = The message was too old
    .detail = It waited longer than the hub tries. It can be replayed.
error-target-no-recipients = Nobody would get this mail
    .detail = The team’s members have no mail address.
error-target-mail-malformed = The mail cannot be written
    .detail = Check the addresses.
error-target-address-lost = The target has no address
    .detail = Set its address again.

kind-workflows = Teams (Workflows webhook)
kind-slack = Slack
kind-mattermost = Mattermost
kind-rocketchat = Rocket.Chat
kind-google_chat = Google Chat
kind-discord = Discord
kind-http = HTTP endpoint
kind-mail = Mail

state-enabled = Enabled
state-disabled = Disabled
state-gone = Gone

circuit-closed = Closed: messages flow
circuit-open = Open: waiting after failures
circuit-half_open = Half open: one message tries

outcome-delivered = Delivered
outcome-busy = Asked to wait
outcome-failed = Failed
outcome-dead = Given up
outcome-gone = Gone
outcome-test = Test

alert-failing-subject = “{ $name }” keeps failing
alert-failing-body = The delivery target “{ $name }” has taken nothing since { $since }. Messages wait and are tried again. The log says what it answers.
alert-gone-subject = “{ $name }” wants nothing any more
alert-gone-body = The delivery target “{ $name }” answered that it is gone. Nothing more is sent until somebody enables it again. It failed since { $since }.
alert-recovered-subject = “{ $name }” works again
alert-recovered-body = The delivery target “{ $name }” takes messages again. What waited is on its way.

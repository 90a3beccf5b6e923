# Pages: one group for each page, the same keys in both languages.

## Frame

skip = Skip to the content
sections = Sections
pane = List
details = Details
rail-teams = Teams
rail-webhooks = Webhooks
rail-administration = Admin
search = Search
search-everything = Search teams, channels, webhooks and settings
ctrl = Ctrl
language = Language
theme = Theme
theme-system = Same as the system
theme-light = Light
theme-dark = Dark
theme-contrast = High contrast
account-of = Account of { $name }
my-account = My account
sign-out = Sign out
back = Back
close = Close
cancel = Cancel
save = Save
create = Create
edit = Edit
delete = Delete
more = Show more
more-actions = More actions
copy = Copy
copied = Copied
copy-failed = The browser did not allow copying: select the text and press Ctrl C
offline = The hub cannot be reached. Nothing was sent: try again in a moment
failed = That did not work. Reload the page and try again
forbidden = You may not do this here
keys = Keyboard shortcuts
key-palette = Search everything
key-filter = Filter the list
key-new = New message or new entry
key-edit = Edit what is selected
key-arrows = Move in lists, trees and messages
key-enter = Open what is selected
key-escape = Close the side sheet, a menu or a dialog
key-help = This list
optional = optional

## Problems

problem-request = Request
problem-home = Go to my teams
problem-sign-in = Sign in

## Search

palette-title = Search
palette-pages = Pages
palette-channels = Channels
palette-teams = Teams
palette-webhooks = Webhooks
palette-actions = Actions
palette-nothing = Nothing is called that. Try a part of the name.
action-new-team = New team
action-new-webhook = New incoming webhook

## Teams

teams = Teams
teams-intro = Where your channels live. Messages of people and of systems arrive in channels.
teams-empty = No team yet
teams-empty-sentence = A team holds channels, and channels receive cards from your tools. Make the first one.
teams-empty-guest = Nobody has added you to a team yet. Ask the owner of a team to do so.
teams-mine = My teams
teams-public = Public teams
team-new = New team
team-name = Name
team-name-placeholder = Operations
team-description = What is it for?
team-visibility = Who can find and join it?
team-public = Public: everybody in the organisation
team-private = Private: only whom an owner adds
team-is-private = Private
team-is-public = Public
team-is-archived = Archived
team-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
team-channels = { $count ->
    [one] { $count } channel
   *[other] { $count } channels
}
team-filter = Filter teams and channels
team-join = Join
team-leave = Leave team

## Team

team-tab-channels = Channels
team-tab-members = Members
team-tab-settings = Settings
channel-new = New channel
channel-name = Name
channel-name-placeholder = alerts
channel-description = What belongs here?
channel-kind = Who sees it?
channel-standard = Every member of the team
channel-private = Only the persons you add
channel-is-private = Private channel
channel-rename = Rename
channel-archive = Archive
channel-unarchive = Restore
channel-delete = Delete channel
channel-delete-ask = Delete the channel { $name }?
channel-delete-what = Its messages and files are hidden at once and its webhooks stop. An owner can restore it for { $days } days.
channel-restore = Restore
channels-deleted = Deleted channels
member-add = Add a member
member-person = Name or address
member-role = Role
member-owner = Owner
member-member = Member
member-guest = Guest
member-remove = Remove
member-remove-ask = Remove { $name } from the team?
member-remove-what = They no longer see its channels. Their messages stay.
member-since = Since
team-archive = Archive team
team-archive-what = Everything stays readable; nobody can post until an owner restores it, and its webhooks answer 410.
team-restore = Restore team
team-archived-note = This team is archived: everything can be read, nothing can be posted.
team-delete = Delete team

## Channel

channel-posts = Posts
channel-files = Files
channel-connectors = Connectors
channel-settings = Channel settings
live-on = Live
live-off = Connection lost, catching up by itself
live-wait = Connecting
channel-empty = Nothing posted yet
channel-empty-sentence = Write the first message below, or let a tool post: an incoming webhook gives you an address and a ready curl line.
channel-older = Older messages
channel-newest = Back to the newest messages
channel-unread = New
channel-jump = new
channel-archived = This channel is archived: nothing can be posted until an owner restores it.
channel-read-only = You may read here but not write.
composer-label = Message to { $channel }
composer-hint = Enter sends, Shift Enter starts a line. **bold**, *italic*, `code`, @ mentions.
composer-send = Send
composer-empty = Write something first.
message-reply = Reply
message-reply-label = Your reply
message-copy-link = Copy link
message-request = Show request
message-replay = Replay
message-replay-ask = Post this card again?
message-replay-what = { $webhook } posts the stored request once more, as a new message.
message-edit = Edit message
message-delete = Delete message
message-delete-ask = Delete this message?
message-delete-what = Everybody sees that a message was deleted. It cannot be brought back.
message-deleted = This message was deleted.
message-edited = edited
message-replies = { $count ->
    [one] { $count } reply
   *[other] { $count } replies
}
message-new-from = New message from { $name }
message-tools = Actions for this message
message-webhook = Webhook
thread = Replies
card-inert = Buttons that answer to the sender are not active here.
card-image = Picture from the card
toast-message-deleted = Message deleted
toast-message-replayed = The card is on its way again
toast-saved = Saved
toast-team-created = Team created
toast-channel-created = Channel created
toast-channel-deleted = Channel deleted
toast-channel-restored = Channel restored
toast-channel-archived = Channel archived
toast-team-archived = Team archived
toast-team-restored = Team restored
toast-member-added = Member added
toast-member-removed = Member removed
toast-left = You left the team
toast-file-uploaded = File uploaded
toast-file-deleted = File deleted
toast-folder-created = Folder created
toast-file-renamed = Renamed

## Request

request-title = Request
request-received = Received
request-verdict = Verdict
request-from = From
request-size = Size
request-type = Content type
request-body = Body as received
request-headers = Headers
request-attempts = Delivery
request-accepted = Accepted
request-refused = Refused
request-duplicate = Duplicate
request-log = Open the delivery log

## Files

files-empty = No file yet
files-empty-sentence = What the team works on together: upload a file and everybody in the channel can open it.
files-name = Name
files-size = Size
files-changed = Changed
files-by = By
files-upload = Upload
files-choose = File
files-limit = At most { $size }.
files-new-folder = New folder
files-folder-name = Name of the folder
files-download = Download
files-versions = Versions
files-version = Version { $number }
files-rename = Rename
files-delete-ask = Delete { $name }?
files-delete-what = All its versions go with it.
files-delete-folder-what = Everything inside goes with it.
files-root = Files

## Teams, more

team-about = About the team { $name }
teams-deleted = Deleted teams
team-delete-ask = Delete the team { $name }?
team-delete-what = Its channels, messages and files are hidden at once and its webhooks stop. It can be restored for a while from the list of teams.
team-manage-who = Only owners of the team change its settings.
channel-manage-who = Only owners change the settings of a channel.
toast-team-deleted = Team deleted
toast-team-joined = Welcome to the team
thread-more = Only the newest replies are shown.
connectors-title = Connectors
connectors-here = In this channel
connectors-none = No webhook posts here yet.
connectors-webhook = Incoming webhook
connectors-webhook-what = An address that any tool can post cards to.
connectors-add = Add
message-expired = The content of this message is no longer kept.
message-unknown-person = Former member
palette-settings = Settings
palette-users = Users
palette-groups = Groups
palette-tokens = Tokens
palette-audit = Audit log

## Connectors of a channel

connectors-enabled = On
connectors-disabled = Off
connectors-expired = Expired
connectors-removed = Removed
request-status = Answer
verdict-accepted = Accepted
verdict-delivered = Delivered
verdict-undelivered = Not delivered
verdict-refused = Refused
verdict-throttled = Throttled

## First run and links

first-run = Welcome to Liaison
first-run-intro = You are the first here: this account will be the global administrator.
first-run-your-name = Your name
first-run-user-name = User name
first-run-user-name-hint = What you type to sign in: letters, digits, dots and dashes
first-run-address = Mail address
first-run-password = Password
first-run-go = Create the administrator
password-hint = At least 12 characters. A few unrelated words are easy to keep in mind
password-new = New password
password-save = Save the password
toast-password-set = The password is set: sign in with it

## Signing in

sign-in = Sign in
sign-in-name = User name or mail address
sign-in-password = Password
sign-in-with = Sign in with { $name }
sign-in-passkey = Sign in with a passkey
sign-in-lost = Password lost, or locked out? An administrator can send you a one-time link.
sign-in-unsafe = This address is not encrypted
sign-in-unsafe-remedy = A password typed here could be read on its way. Open the hub over HTTPS: start it with --tls-cert and --tls-key, or put a proxy with HTTPS in front of it and name the proxy under trusted_proxies.
sign-in-secure = Open over HTTPS
second-factor = One more step
second-factor-intro = Confirm that it is you with your second factor.
second-factor-code = Code from your authenticator app
second-factor-recovery = Recovery code
second-factor-passkey = Use a passkey
second-factor-go = Continue
second-factor-lost = I cannot use my second factor
second-factor-use-recovery = Use the recovery code
second-factor-again = Sign in with another account

## Webhooks

webhooks = Incoming webhooks
webhooks-intro = Addresses that tools post cards to.
webhooks-mine = Mine
webhooks-all = All
webhooks-empty = No webhook yet
webhooks-empty-sentence = Make one, paste its address into a tool, and what the tool posts appears in the channel.
webhook-new = New incoming webhook
webhook-name = Name
webhook-name-placeholder = Alertmanager
webhook-channel = Channel
webhook-adopt = Old address
webhook-adopt-hint = Optional: the address of the retired connector. The new webhook takes its path, so that the sender changes the host name only.
webhook-state = State
webhook-state-enabled = Enabled
webhook-state-disabled = Disabled
webhook-state-expired = Expired
webhook-state-removed = Removed
webhook-accepted = Accepted
webhook-refused = Refused
webhook-throttled = Throttled
webhook-last-used = Last used
webhook-never = Never
webhook-enable = Enable
webhook-disable = Disable
webhook-removed-note = This webhook was removed: its address answers 410. Its messages stay.
webhook-today = Last 24 hours
webhook-quiet = Nothing was posted in the last 24 hours.
webhook-strip-accepted = { $count } accepted
webhook-strip-refused = { $count } refused
webhook-strip-throttled = { $count } throttled
webhook-owner = Owner
webhook-second-owner = Second owner
webhook-second-owner-hint = Name or address; a dash takes the second owner away
webhook-owners-only = Only its owners and administrators see the address and the log of this webhook.
webhook-address = Address
webhook-address-what = Whoever has it can post here: treat it like a password.
webhook-old-until = Replaced; works until { $when }
webhook-reveal = Show
webhook-workflow-form = As a Workflows address
webhook-ready = Ready to paste
webhook-test = Try it
webhook-test-what = Post a sample card; it goes through the same checks as a sender’s.
webhook-sample-text = Plain text
webhook-sample-message-card = MessageCard
webhook-sample-alert = Alert
webhook-sample-adaptive-card = Adaptive Card
webhook-sample-empty = Empty card (refused)
webhook-log = Delivery log
webhook-log-text = Text in the request
webhook-log-filter = Filter
webhook-log-empty = No request to show.
webhook-log-older = Older requests
webhook-verdict = Verdict
webhook-verdict-all = Every verdict
webhook-verdict-accepted = Accepted
webhook-verdict-delivered = Delivered
webhook-verdict-undelivered = Not delivered
webhook-verdict-refused = Refused
webhook-verdict-throttled = Throttled
webhook-answer = Answer
webhook-reason = Reason
webhook-pointer = Place in the card
webhook-settings = Settings
webhook-rate = Rate limit
webhook-rate-standard = Standard: 200 a second, 20,000 an hour
webhook-rate-microsoft = As Microsoft Teams had it: 4 a second, 100 an hour
webhook-rate-custom = Own figures
webhook-rate-unlimited = No limit (administrators)
webhook-per-second = Posts a second
webhook-per-hour = Posts an hour
webhook-busy = Answer above the limit
webhook-busy-429 = 429 Too Many Requests
webhook-busy-503 = 503 Service Unavailable: for Alertmanager, which repeats only then
webhook-expires = Last day
webhook-keys = Address and owner
webhook-rotate = New address
webhook-rotate-ask = Give this webhook a new address?
webhook-rotate-what = The present address goes on working for a while, so that senders can be changed without a gap.
webhook-rotate-now = End the present address now: it has leaked
webhook-hand-over = Hand over
webhook-hand-over-ask = Hand this webhook over?
webhook-hand-over-what = The address stays the same; senders notice nothing.
webhook-hand-over-to = New owner: name or address
webhook-delete = Remove
webhook-delete-ask = Remove the webhook { $name }?
webhook-delete-what = Its address answers 410 from now on, for ever. Its messages stay in the channel.
toast-webhook-created = Webhook created: copy its address
toast-webhook-enabled = The webhook takes posts
toast-webhook-disabled = The webhook takes no posts
toast-webhook-rotated = New address made
toast-webhook-handed-over = Handed over
toast-webhook-deleted = Webhook removed
toast-webhook-tested = The sample card is on its way
toast-webhook-test-refused = The sample card was refused: see the log

## Profile

profile = Profile
profile-intro = Who you are here, and how you sign in.
profile-tab-profile = Profile
profile-tab-security = Security
profile-tab-sessions = Sessions
profile-tab-tokens = API tokens
profile-name = Name
profile-user-name = User name
profile-addresses = Mail addresses
profile-time-zone = Time zone
profile-time-zone-hint = Such as Europe/Paris. For mail; pages follow the clock of your browser.
language-of-browser = Same as the browser
last-used = last used
never = Never
person-hint = User name or mail address
filter = Filter
filter-clear = Show everything
reset = Reset
password = Password
password-what = Changing it signs you out everywhere else.
password-present = Present password
password-change = Change the password
password-none = You sign in with your organisation’s account: there is no password here.
factor = Second factor
factor-what = Something besides your password, so that a stolen password is not enough.
factor-on = On
factor-none = None
factor-required = Required
factor-remove = Remove
factor-set-up = Set up
factor-app = Authenticator app
factor-app-what = A six-digit code from your phone.
factor-app-add = Set up an authenticator app
factor-app-remove-ask = Remove the authenticator app?
factor-app-remove-what = Its codes stop working here. Where a role asks for a second factor, its rights rest until you set one up again.
factor-passkey = Passkeys
factor-passkey-what = Finger, face or PIN of this device, or a security key.
factor-passkey-never = Passkeys need an address with a host name, such as https://hub.example.org; this hub is reached by its number.
factor-passkey-add = Add a passkey
factor-needed = Set up a second factor first
factor-needed-what = Your organisation asks for one from: { $roles }. Until then what this role may do rests; everything else works.
factor-unused = Sign in again with your second factor
factor-unused-what = This session did not use it, and your organisation asks for it from: { $roles }. Sign out, then sign in again.
factor-met = Your organisation asks for a second factor from: { $roles }. You used one to sign in.
factor-note = What your role may do rests until you use a second factor.
factor-note-go = Set it up
app-scan = Scan this picture with your app
app-scan-what = Any app for one-time passwords will do, such as the one of your phone’s maker.
app-qr = QR code with the secret
app-by-hand = Type it instead
app-confirm = Type the code that it shows
app-go = Confirm
passkey = Passkey
passkey-made = added
passkey-intro = Give it a name; then your browser asks for it.
passkey-name = Name of the passkey
passkey-name-default = This device
passkey-go = Continue in the browser
passkey-no-script = Passkeys need JavaScript. An authenticator app works without it.
passkey-remove-ask = Remove the passkey { $name }?
passkey-remove-what = It no longer signs you in here. Delete it from the device too.
codes = Recovery codes
codes-left =
    { $count ->
        [one] { $count } code left
       *[other] { $count } codes left
    }
codes-few = Few left
codes-new = New codes
codes-new-ask = Make new recovery codes?
codes-new-what = The codes you have stop working.
codes-what = Each code signs you in once when your phone or key is lost. Keep them where you keep important papers.
once-now = Shown only now
once-download = Save as a file
once-done = I have kept it
once-try = Try it
sessions-what = Where you are signed in.
session-here = This browser
session-since = since
session-factor = with second factor
session-end = Sign out
sessions-end-all = Sign out everywhere
sessions-end-all-ask = Sign out everywhere?
sessions-end-all-what = Every browser is signed out, this one too. API tokens go on working.
tokens-what = A token lets a program act for you through the REST interface, within the rights you choose and never beyond your own.
tokens-empty = No token yet
tokens-none = No token in the organisation
token-new = New token
token-new-service = New service token
token-create = Create the token
token-made = Your new token
token-once = Copy it into the program that needs it: the hub keeps only its fingerprint and cannot show it again.
token-label = What it is for
token-label-hint = You will know it by this name in the list.
token-life = Works for
token-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
token-ends = Ends
token-permissions = May
token-permissions-hint = As few as it needs.
token-scopes =
    { $count ->
        [one] { $count } right
       *[other] { $count } rights
    }
token-live = Works
token-expired = Expired
token-revoked = Revoked
token-revoke = Revoke
token-revoke-ask = Revoke the token { $name }?
token-revoke-what = Programs that use it are refused from the next request on.
token-of-program = Program
toast-password-changed = Password changed; you are signed out everywhere else
toast-factor-removed = Removed
toast-passkey-added = Passkey added
toast-session-ended = Signed out there
toast-token-revoked = Token revoked
permission-profile-read = Read one’s own profile, sessions and tokens
permission-profile-write = Change one’s own profile and sessions
permission-directory-read = Read names of people and groups
permission-users-manage = Manage users
permission-groups-manage = Manage groups
permission-roles-assign = Give and take roles
permission-licences-assign = Assign licences
permission-tokens-manage = Manage every token
permission-audit-read = Read the audit log
permission-settings-manage = Change settings and sign-in providers
permission-messages-read = Read teams, channels and messages
permission-messages-write = Post and edit messages
permission-files-read = Read files
permission-files-write = Upload and delete files
permission-teams-create = Create teams
permission-teams-manage = Manage every team
permission-webhooks-manage = Manage one’s own webhooks
permission-webhooks-manage-all = Manage every webhook
permission-operations-read = Read metrics and the state of the hub
permission-environments-manage = Manage environments
permission-connectors-manage = Make connectors and actions
permission-sales-manage = Manage sales settings
first-run-steps = Steps
first-run-step-1 = Administrator
first-run-step-2 = Organisation
first-run-step-3 = First webhook
first-run-next = Continue
first-run-organisation = Your organisation
first-run-organisation-intro = People see this name on every page.
first-run-hook = Your first webhook
first-run-hook-intro = A team with a channel, and an address that tools post cards to.
first-run-hook-go = Create and try it
first-run-hook-hint = Shown as the sender of its cards.
first-run-team-hint = Its first channel, General, comes with it.
first-run-team-default = Operations
first-run-hook-default = First webhook
first-run-skip = Skip this: go to the teams
first-run-preview = Post your first card
first-run-preview-intro = Paste this line into a terminal. The card appears here at once.
first-run-hello = Hello from the terminal
first-run-waiting = Waiting for the first card
first-run-waiting-sentence = Without JavaScript, reload this page or open the channel after posting.
first-run-done = Open the channel

## Administration

admin = Administration
admin-intro = People, rights and rules of the organisation.
admin-overview = Overview
admin-users = Users
admin-users-what = Who may sign in, with which roles.
admin-groups = Groups
admin-groups-what = Sets of people, for licences and sign-in rules.
admin-roles = Roles
admin-roles-what = What each role may do.
admin-licences = Licences
admin-licences-what = Entitlements that people and groups hold.
admin-tokens = API tokens
admin-tokens-what = Every token of the organisation, of people and of programs.
admin-providers = Sign-in providers
admin-providers-what = Sign in with the accounts that people have already.
admin-organisation = Organisation
admin-organisation-what = Name, language, and who needs a second factor.
admin-connectors = Connectors
admin-connectors-what = Switches for webhooks and the buttons of their cards.
admin-audit = Audit log
admin-audit-what = Who changed what, when and from where.
roles = Roles
roles-what = Everybody may use teams, channels and webhooks of their own; a role adds to that.
roles-give = Give roles to people
user-new = New user
user-search = Name, user name or mail address
user-state = State
user-state-all = Every state
user-state-what = A locked or disabled account keeps everything, and nobody can sign in with it.
user-active = Active
user-locked = Locked
user-disabled = Disabled
user-deleted = Deleted
user-last-sign-in = Last sign-in
user-made = Created
user-me = This is your own account. Password, second factor and tokens are under
user-account = Account
user-addresses-hint = One a line, the main one first
user-password-hint = Leave it empty to get a one-time link with which the person sets it.
user-roles-save = Save the roles
user-sign-in = Signing in
user-link = One-time link
user-link-what = Send it to { $name }. Whoever has it sets the password of this account; it works once, until { $until }.
user-link-make = Password lost
user-link-make-what = A link with which the person sets a new one.
user-link-button = Make a link
user-factors-reset = Second factor lost
user-factors-reset-what = Removes app, passkeys and recovery codes.
user-factors-reset-ask = Reset the second factors of { $name }?
user-factors-reset-goes = Authenticator app, passkeys and recovery codes go, and every session ends. Until a new one is set up the password alone signs in: make sure that it is really this person who asks.
user-sessions =
    { $count ->
        [one] Signed in at { $count } place
       *[other] Signed in at { $count } places
    }
user-sign-out = Sign out
user-sign-out-ask = Sign { $name } out everywhere?
user-sign-out-goes = Every browser is signed out at once. API tokens go on working.
user-locked-out = Locked after failed sign-ins
user-locked-until = Every sign-in is refused until { $until }.
user-unlock = Unlock now
user-leaving = Leaving
user-hand-over = Hand over the webhooks
user-hand-over-what = Every webhook of this person gets another owner; addresses stay.
user-hand-over-to = New owner
user-lock = Lock
user-lock-ask = Lock the account of { $name }?
user-lock-goes = Every session ends at once, and tokens are refused until you unlock it.
user-disable = Disable
user-disable-ask = Disable the account of { $name }?
user-disable-goes = Every session ends at once, and tokens are refused until you enable it.
user-enable = Make active
user-delete = Delete the account
user-delete-what = For good. Hand over the webhooks first.
user-delete-ask = Delete the account of { $name }?
user-delete-goes = Sign-in name, addresses, second factors, roles and tokens go for good. What the person wrote stays, under the name.
users-nobody = Nobody found
users-nobody-sentence = Try part of a name or of an address.
group-new = New group
group-name = Name
group-description = Description
group-members = Members
group-settings = Name and description
group-add = Add a person
group-add-button = Add
group-remove = Remove from the group
group-nobody = Nobody is in this group yet.
group-delete = Delete the group
group-delete-ask = Delete the group { $name }?
group-delete-goes =
    { $count ->
        [one] The group goes, with its { $count } membership and the licences it holds. The people stay.
       *[other] The group goes, with its { $count } memberships and the licences it holds. The people stay.
    }
groups-empty = No group yet
groups-empty-sentence = A group holds people who get the same licences, or whom a sign-in provider puts together.
licence-new = New licence
licence-name = Name
licence-seats = Seats
licence-seats-hint = Leave it empty for any number.
licence-seats-of = { $taken } of { $seats } taken
licence-seats-any = { $taken } taken, any number
licence-give = Assign
licence-assign = Assign
licence-person = To a person
licence-group = To a group
licence-holders = Who holds it
licence-of-group = Group
licence-nobody = Nobody holds this licence yet.
licence-take = Take it away
licences-empty = No licence yet
licences-empty-sentence = A licence says who may use a part of the product, with as many seats as you have.
provider-new = New sign-in provider
provider-intro = OpenID Connect, by authorization code.
provider-name = Name
provider-name-hint = What the button on the sign-in page says.
provider-issuer = Issuer
provider-issuer-hint = The address under which the provider publishes its discovery document.
provider-client = Client ID
provider-secret = Client secret
provider-secret-hint = As the provider gave it; kept sealed.
provider-secret-kept = One is stored. Leave it empty to keep it.
provider-enabled = Offer it on the sign-in page
provider-on = Offered
provider-off = Off
provider-return = Return address
provider-return-what = Register it at the provider as redirect URI.
provider-rules = Who may come in, and as what
provider-provision = Make an account for whoever signs in for the first time
provider-provision-hint = Otherwise only people whom you made an account for come in.
provider-domains = Trusted mail domains
provider-domains-hint = A verified address of these domains is linked with the account that has it. Empty: never.
provider-amr = Second factor: values of amr
provider-amr-hint = Methods of the provider that count as a second factor here.
provider-acr = Second factor: values of acr
provider-roles = Roles by claim
provider-roles-hint = A role named here is given and taken at each sign-in. Empty a line to remove it.
provider-role = Role
provider-groups = Groups by claim
provider-groups-hint = A group named here is joined and left at each sign-in. Empty a line to remove it.
provider-group = Group
provider-claim = Claim
provider-value = Value
provider-test = Test
provider-answers = The provider answers
provider-answers-what = Its discovery document is in order; people sign in at { $host }.
provider-delete-ask = Delete the provider { $name }?
provider-delete-goes = Nobody signs in through it any more. Accounts stay; people without a password need a link to set one.
providers-empty = No sign-in provider yet
providers-empty-sentence = With one, people sign in with the account of the organisation, and its second factor counts here.
organisation-name = Name of the organisation
organisation-language-hint = For texts that are for nobody in particular, such as mail to teams.
organisation-factor = Require a second factor
organisation-factor-hint = Who has one of these roles does not administer without it.
organisation-host = Host name
organisation-host-any = Any
organisation-id = Identifier
switches-what = What is switched off stops at once, everywhere.
switch-all = Connectors
switch-all-what = Off: no webhook takes posts (ConnectorsEnabled).
switch-teams = Connectors in channels
switch-teams-what = Off: no webhook of a channel takes posts (ConnectorsEnabledForTeams).
switch-buttons = Buttons on cards
switch-buttons-what = Off: cards are shown, their buttons do nothing (ConnectorsActionableMessagesEnabled).
switch-members = Members may set up connectors
switch-members-what = Off: only owners of teams and administrators.
switches-off = Switch everything off
switches-off-ask = Switch every connector off?
switches-off-goes = Every webhook of the organisation refuses posts from now on, and buttons on cards stop. Nothing is deleted: switching on again brings everything back.
switches-are-off = Connectors are switched off
switches-are-off-what = Senders get an answer that says so; nothing is shown in channels.
audit-when = When
audit-what = What
audit-origin = From
audit-actor = Who
audit-actor-hint = Name or address
audit-action = Action
audit-subject = Identifier
audit-subject-hint = Identifier
audit-from = First day
audit-to = Last day
audit-changes =
    { $count ->
        [one] { $count } change
       *[other] { $count } changes
    }
audit-somebody = Somebody
audit-system = The hub ({ $job })
audit-empty = Nothing to show
audit-empty-sentence = Every administrative change is kept here.
audit-nobody = Nobody has this name
toast-user-created = User created
toast-user-deleted = Account deleted
toast-user-state-set = State changed
toast-user-unlocked = The account may sign in again
toast-user-signed-out = Signed out everywhere
toast-user-handed-over = Webhooks handed over
toast-factors-reset = Second factors reset
toast-group-created = Group created
toast-group-deleted = Group deleted
toast-group-joined = Added to the group
toast-group-left = Removed from the group
toast-licence-created = Licence added
toast-licence-assigned = Licence assigned
toast-licence-removed = Licence taken away
toast-provider-created = Provider added: test it now
toast-provider-deleted = Provider deleted
toast-connectors-off = Every connector is switched off
token-last-used = Last used
audit-webhook-create = created a webhook
audit-webhook-update = changed a webhook
audit-webhook-delete = removed a webhook
audit-webhook-enable = enabled a webhook
audit-webhook-disable = disabled a webhook
audit-webhook-hand-over = handed a webhook over
audit-webhook-replay = replayed a request to a webhook
audit-webhook-rotate = gave a webhook a new address
audit-connectors-switch = switched connectors of the organisation
audit-connectors-switch-team = switched connectors of a team
first-run-team = Team
first-run-hook-name = Webhook
colon = :

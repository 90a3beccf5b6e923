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

# Collaborate: from a record or a view to a channel and back.

title = Collaborate
tab-documents = Documents
tab-conversation = Conversation
back = Back
code = Code:
steps = Steps

# What is connected, and how to begin.
start = Get your team together
start-what = Connect “{ $name }” to a channel, so that everybody works on the same record in one place.
start-view-what = Connect the view “{ $name }” to a channel, so that everybody looks at the same list.
gain-tab = The channel gets a tab that shows it live and lets people edit it in place.
gain-files = The files of the channel stand under Documents of the record: one library, no copies.
gain-rights = Everybody sees and changes only what their own rights allow, on both sides.
get-started = Get started
off = Linking to channels is off in this environment
off-what = A System Administrator turns it on in the settings: Microsoft Teams collaboration and chat.
settings = Open the settings
basic = How to connect it
basic-1 = Open the channel where you work on it.
basic-2 = Choose + above the messages to add a tab.
basic-3 = Find this record and save: it appears here, and its files under Documents.
basic-more = To connect another channel, open it and add the record as a tab.
open-workspace = Open the teams
connected = Connected channels
connected-what = Choose a channel to go on working together.
new = Create a new connection
start-here = Start collaboration
join = Ask to join
outside = You are not a member
hidden = A channel that you are not in
since = Connected
manage = Details of the connection
see-documents = Documents
channels = Channels

# States.
state-pending = Being connected
state-pending-what = The steps run in the background.
state-connected = Connected
state-connected-what = Record, channel, tab and files belong together.
state-tab-only = Tab only
state-tab-only-what = The tab shows the record in the channel, but the record is not connected and has no documents.
state-stale-name = Renamed
state-stale-name-what = The team, the channel or the record has a new name; the connection works.
state-archived = Archived
state-archived-what = The channel is read-only. Everything can be read, nothing be added.
state-gone = Gone
state-gone-what = The channel, its team or the record was deleted. Restore it, or remove the connection.
state-unlinking = Being removed
state-unlinking-what = The steps run in the background.
state-unlinked = Removed
state-unlinked-what = This connection no longer exists.

# A new connection.
step-team = Team
step-channel = Channel
step-members = Members
step-finish = Finish
which-team = Which team?
filter-teams = Find a team
new-team = Create new team
new-team-what = You become its owner; it starts with the channel General.
team-name = Team name
privacy = Who can find it
private-team = Private team
private-team-what = Only members know of it and see what is inside.
public-team = Public team
public-team-what = Everybody in the organisation can find and join it.
label = Sensitivity
label-hint = The name of a sensitivity label of your organisation, such as Confidential.
label-none = No label
team-archived = Archived: read-only
next = Next
which-channel = Which channel of { $team }?
filter-channels = Find a channel
general = General
general-what = The channel that every team begins with
new-channel = Create new channel
new-channel-what = A place of its own for this work
channel-name = Channel name
channel-who = Who is in it
standard-channel = Standard
standard-channel-what = Everybody in the team
private-channel = Private
private-channel-what = Only the people you add, with a file library of its own
private-channel-owner = Only owners of the team create private channels.
channel-archived = Archived: read-only
already = Already connected
members = Who comes along?
members-what = People who work on this record already. They become members of the team.
members-none = Nobody else works on this record yet. Look for colleagues below.
members-view = A view has no recommended members: whoever is in the channel sees the tab.
members-owner = You are not an owner of this team, so you cannot add members here. Its owners can.
members-missing = Not known to the workspace, add them by hand:
why-owner = Owner of the record
why-shared = The record is shared with them
why-team = Member of { $team }
why-found = Added by you
why-guest = Guest, added by you
find = Add somebody else
find-hint = Account name or mail address
find-add = Add
no-person = The workspace knows nobody called “{ $name }”.
summary = Summary
summary-what = The record appears as a tab in the channel, its files under Documents, and a card welcomes everybody.
summary-view-what = The view appears as a tab in the channel, and a card tells everybody.
the-record = Record
the-view = View
is-new = new
change = Change
finish = Finish
wrong-team = Choose a team, or create one.
wrong-channel = Choose a channel, or create one.
wrong-name = A name is needed here.
wrong-find = Type an account name or a mail address.

# A connection.
connection = Connection
connecting = Connecting
unlinking = Removing the connection
leave = You can leave this page: the work goes on in the background.
part-team = Team
part-channel = Channel
part-members = Members
part-files = File library
part-rows = Record and document location
part-tab = Tab and welcome card
part-tab-gone = Tab
part-files-gone = Files
part-rows-gone = Record and document location
success = This record is successfully connected to Dynamics 365
success-view = This view is successfully connected to Dynamics 365
success-salesforce = This record is successfully connected to Salesforce
success-view-salesforce = This view is successfully connected to Salesforce
open-channel = Open the channel
open-record = Open the record
open-view = Open the view
retry = Try again
history = What happened
history-none = Nothing is recorded yet.
by-hub = Liaison
made-by = Connected by
event-begun = Connection begun
event-team-made = Team created
event-channel-made = Channel created
event-connected = Connected
event-tab-only = The tab stands alone
event-library-not-ready = The file library is not ready yet
event-location-refused = The document location could not be written
event-members-left-out = Some members could not be added
event-person-gone = The person who began it is gone
event-stopped = Stopped
event-renamed = Names brought up to date
event-stale-name = Something was renamed
event-moved = Moved to another record
event-merged = Ended with the record that was merged
event-row-left = The row stayed in the CRM
event-archived = Channel archived
event-gone = Channel or record deleted
event-unlinking = Removal begun
event-unlinked = Connection removed
event-changed = Changed
made-at = Connected
toast-unlinked = Connection removed

# Removing a connection.
unlink = Remove the connection
unlink-what = Channel and record stay as they are; only what ties them together goes.
unlink-goes = What happens
goes-record = The channel no longer stands with the record.
goes-view = The channel no longer stands with the view.
goes-documents = The files of the channel no longer stand under Documents of the record.
stays-members = Members of the team stay members.
others = { $count ->
    [one] { $count } other connection to this channel stays.
   *[other] { $count } other connections to this channel stay.
}
unlink-tab = The tab in the channel
tab-remove = Remove it
tab-remove-not = Only members of the channel who may change it can remove the tab.
tab-keep = Leave it
tab-keep-what = It goes on showing the record to whoever has the right to see it.
unlink-files = The files in the channel
files-keep = Leave them
files-keep-what = Members of the channel keep all of them.
files-delete = Delete them
files-delete-what = { $count ->
    [0] The library is empty.
    [one] { $count } file or folder is deleted for everybody in the channel.
   *[other] { $count } files and folders are deleted for everybody in the channel.
}
files-delete-not = Only who may change files of the channel can delete them, and only when nothing else shows them.

# Documents.
location = Document Location
all-locations = All Locations
several = Shared files exist in multiple locations. Select “Document Location” to see files in other locations.
no-files = File sharing isn’t set up. Go to { $url } to connect a Microsoft Teams channel to this record.
no-files-right-what = Documents follow the members of the channel, the record its own rights.
no-files-right = You don’t have permissions to view files in this location. Contact your Microsoft Teams owner or SharePoint administrator for access.
files-empty = Upload a file here or in the channel: it is the same library.
delete-ask = Delete “{ $name }”?
delete-file-what = It goes in the channel too: both sides show the same library.
delete-folder-what = Everything inside goes too, also in the channel: both sides show the same library.

# Conversation.
no-conversation = No conversation yet
no-conversation-what = Connect a channel, and what is said there stands here beside the record.
not-a-member = You are not a member of this channel
not-a-member-what = The record is yours to read, the conversation is its members’. Ask an owner of the team to add you.
conversation-outside = The conversation is held elsewhere
conversation-outside-what = Messages of this channel are read and answered in Microsoft Teams.
conversation-closed = You can read here and not write: the channel is closed, or you lack the right.
silence = Nobody has written yet. Say the first word.
older = Older messages
answer = Answer
more-answers = { $count ->
    [one] { $count } more answer
   *[other] { $count } more answers
}
write-to = Write to { $channel }
said = Something new was said
send = Send
toast-posted = Sent
owner-only = Your CRM does not tell who else works on this record: its owner alone is proposed.
crm-title = Records of { $name } in channels
crm-what = Sellers who may change a record in the CRM can then work on it with others in a channel.
crm-switch = Turn on the linking of records of this CRM to channels
crm-switch-what = Links that are there stay when it is turned off.
crm-short = Records in channels

# Pages of the sales surfaces.

title = Sales surfaces
intro = Five surfaces beside mails and records call actions that agree with the contract for sales extensions.
pane-surfaces = Surfaces
pane-preview = Preview
pane-calls = Calls
pane-actions = All actions
starter = Starter definition
starter-properties = Its properties file
sources = { $count ->
    [0] No enabled action yet
    [one] { $count } enabled action
   *[other] { $count } enabled actions
}
actions = Actions for surfaces
none = No action is for a sales surface yet
none-what = Take the starter definition, replace host, paths and publisher, make a connector and an action of it, and have an administrator enable it.
column-action = Action
column-connector = Connector
column-surfaces = Surfaces
column-findings = Findings
column-when = When
column-outcome = Outcome
column-took = Took
column-items = Items
no-findings = None
no-findings-what = Nothing stands in the way.
count-error = { $count ->
    [one] { $count } error
   *[other] { $count } errors
}
count-warning = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
severity-error = error
severity-warning = warning
severity-info = note
part-definition = Definition
part-properties = Properties file
part-action = Action
state-draft = Draft
state-waiting = Waiting
state-enabled = Enabled
state-disabled = Disabled

preview = Preview of surfaces
surface = Surface
filter = Filter
action = Action
no-action = None: only the sample
action-what = Its connector’s name heads the surface, and what is found about it stands beside.
sample = Sample answer
sample-connector = Contoso Hub
draw = Draw the sample
run-title = Run against the action
run-what = Calls the operation now with your own connection, as the surface would.
input = Context of the surface
run = Run
choose-action = Choose an action to run against
not-json = Not JSON: line { $line }, column { $column }
not-input = Not an input of the surface: line { $line }, column { $column }
called = The surface calls { $operation }
not-called = The surface does not call { $operation }
no-operation = No operation of this action is for this surface
findings = Findings
remarks = Left out or changed
left-out = left out
changed = changed
see-call = See the call
took = { $ms } ms
ms = { $ms } ms
status = Status { $status }
counts = { $shown } of { $received } shown
on-the-mail = On top of the mail
in-the-pane = In the pane
colon = :
draft-text = Hello Ben, thank you for your time on Monday. As promised:
record-details = { $kind } details
open-in = Open in { $connector }
citation = Reference { $number }
references = { $count ->
    [one] { $count } reference
   *[other] { $count } references
}
show-more = Show more

calls = Calls of surfaces
calls-intro = What each call came to, for makers and administrators. Kept for a week unless the operator says otherwise; what emails and answers say is never kept.
calls-all = All
calls-failed = Not as it should be
calls-none = No calls here
calls-none-what = A call is kept each time that a surface or the preview runs against an action.
calls-show-all = Show all calls
to-preview = Open the preview
line-operation = Operation
line-request = Request
line-status = Status
line-code = Code
line-message = The partner says
line-activity = Activity of the partner
line-call = x-ms-client-request-id
line-asked = Asked by request
line-actor = Asked by
sent = What was sent
sent-what = Of what an email says only its size is kept.
pane-chat = Chat and collaborate

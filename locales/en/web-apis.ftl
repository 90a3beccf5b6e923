# What the crate web-apis says about connectors to APIs.

title = API connectors
intro = Descriptions of APIs that actions, agents and the sales surfaces call. Not the connectors that bring cards into channels.
new = New connector
new-what = Bring the description of an API; it is checked while it comes in, and nothing is sent to the API.
search = Search by name, title or host
show = Show
show-all = Show all
environment = Environment
environment-hint = Connectors for sales need an environment with the sales tables.
environment-sales = { $name } (with sales tables)
environment-plain = { $name }
kinds = Kinds
kind-all = All
custom = Custom
certified = Certified
certified-version = Version { $number } certified
preview = Preview
preview-hint = Tells everybody that it is not finished.
scripted = Has a script
name = Name
name-hint = The title in the definition, unless given.
host = Host
operations = Operations
operation = Operation
operations-count =
    { $count ->
        [one] one operation
       *[other] { $count } operations
    }
made-by = Made by
made = Made
changed = Changed
by-hub = The hub
last-call = Last call
call-good = Answered
call-bad-answer = Answered { $status }
call-failed = Failed
call-none = Not called yet
none = No connector to an API yet
none-what = Bring an OpenAPI or Swagger description, or a connector package, and try its operations at once.
none-right = Connector makers bring connectors. An administrator gives that role.
no-hit = Nothing found
no-hit-what = Try fewer letters, or another kind or environment.
ways = Ways to bring a package
way-files = Files
way-address = Address
way-text = Paste
way-blank = Blank
files = Package or files
files-hint = A .zip package, one OpenAPI or Swagger file, or several files together: apiDefinition.swagger.json, apiProperties.json, script.csx, icon.png, readme.md.
address = Address of a definition or package
address-hint = The hub fetches it once, through the guarded client; private networks are closed unless an administrator opened them.
definition = Definition
definition-hint = OpenAPI 3 or Swagger 2.0 as JSON.
properties = Properties
properties-hint = apiProperties.json, if there is one: connection parameters, policies, colour.
description = What it is for
scheme = Scheme
base-path = Base path
base-path-hint = Where its paths begin; empty for the root.
security = How calls prove who makes them
security-none = Not at all
security-basic = User name and password
security-api-key = A key
security-oauth = A sign-in (OAuth 2.0)
security-bearer = A bearer token
security-secret = Secret values
key-name = Name of the key
key-place = Place of the key
key-in-header = In a header
key-in-query = In the query
authorization-url = Address where people sign in
token-url = Address that gives tokens
scopes = Scopes
scopes-hint = Separated by blanks.
note = Note
note-hint = What is new in this version, for those who come later.
create = Create
version = Version { $number }
version-new = New version
version-new-what = It becomes the current one. You see at once what it changes for callers, and can go back.
version-add = Add version
tabs = Connector
tab-overview = Overview
tab-test = Test
tab-connections = Connections
tab-definition = Definition
tab-certification = Certification
tab-versions = Versions
tab-usage = Usage
tab-settings = Settings
try = Test
try-operation = Test { $name }
checks =
    This version has { $errors ->
        [0] no errors
        [one] { $errors } error
       *[other] { $errors } errors
    } and { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    }. None keeps it from loading.
checks-open = See them
stopped =
    { $count ->
        [one] One operation cannot run here; it says why.
       *[other] { $count } operations cannot run here; each says why.
    }
operation-search = Search operations
found-of = { $found } of { $total } operations
no-operations = No operations yet
no-operations-what = Write the definition, then add it as a new version.
previous = Previous
next = Next
trigger-webhook = Trigger (calls back)
trigger-polling = Trigger (is asked)
deprecated = Deprecated
internal = Internal
advanced = Advanced
required = Required
about = About
address-of = Address
signs-in = Sign-in
publisher = Publisher
api-version = Version of the API
policies = Policy templates
policies-what = What happens to requests and answers on the way, in this order.
policy-unknown = Unknown here
policy-request = On the request
policy-response = On the answer
policy-failure = After a failure
policy-all = every operation
policy-some =
    { $count ->
        [one] one operation
       *[other] { $count } operations
    }
inputs = Takes
inputs-none = It takes nothing.
answers = Answers
answer-other = other
download = Download
files-of = Files of the version
source = Source
lines-shown = Lines { $first } to { $last } of { $total }
older-version = You are looking at version { $number }; version { $current } is in use.
script-title = The script is kept and shown, and does not run here
script-what =
    { $count ->
        [one] One operation runs through it and therefore cannot run here:
       *[other] { $count } operations run through it and therefore cannot run here:
    }
script-unused = No operation runs through it.
severity-error = Error
severity-warning = Warning
severity-info = Hint
severities = Severity
chip-all = All { $count }
chip-error =
    { $count ->
        [one] { $count } error
       *[other] { $count } errors
    }
chip-warning =
    { $count ->
        [one] { $count } warning
       *[other] { $count } warnings
    }
chip-info =
    { $count ->
        [one] { $count } hint
       *[other] { $count } hints
    }
part-definition = Definition
part-properties = Properties
part-package = Package
place = { $file }, line { $line }, column { $column }
verdict-clean = Nothing speaks against certification
verdict-ready = No error keeps it from certification; look at the warnings
verdict-errors =
    { $count ->
        [one] One error keeps this version from certification
       *[other] { $count } errors keep this version from certification
    }
judged = Version { $number }, every rule.
level-strict = Judged as handed in for certification.
level-draft = Judged as a draft: what only people can judge is a warning.
level-to-draft = Judge as a draft
level-to-strict = Judge for certification
findings-none = Nothing to say
findings-none-what = No rule finds anything of this kind here.
submission = Submission package
submission-title = Build the submission package
submission-what = The archive that is handed in for certification: connector, flow, introduction. It is built only when no error is left.
flow = Solution with a flow
flow-hint = A .zip that shows the connector at work; a plain one is made unless given.
mark = Mark as certified
mark-ask = Mark version { $number } as certified?
mark-what = Every rule is run again first. The mark says that the organisation stands for this version.
unmark = Take the mark back
unmark-ask = Take the mark of certification from version { $number }?
unmark-goes = Calls go on; nobody is offered it as certified any more.
current = In use
look = Look
check = Check
use = Use again
use-ask = Use version { $number } again?
use-goes = Calls take it from now on. Actions keep the version they were published with. You can change back at any time.
use-tested = Use if all examples pass
use-failed = Not in use: examples do not pass against it
use-failed-open = Open the examples
barred = Data policies refuse some of this connector
barred-more = { $count ->
    [one] and one more operation
   *[other] and { $count } more operations
}
staged = Add without using it
staged-hint = Calls keep the version in use. Test this one first, then use it from the list of versions.
compare = Compare
compare-from = Old version
compare-to = New version
compare-same = These are the same version
compare-safe = Nothing breaks for callers
compare-surprises =
    { $count ->
        [one] One change may surprise callers; nothing breaks
       *[other] { $count } changes may surprise callers; nothing breaks
    }
compare-breaks =
    { $count ->
        [one] One change breaks callers
       *[other] { $count } changes break callers
    }
compare-current = The new version is in use already; you can go back on the list of versions.
changes = Changes for callers
added =
    { $count ->
        [one] One new operation
       *[other] { $count } new operations
    }
to-versions = All versions
to-connector = To the connector
health = Health of operations
spans = How far back
span-24 = 24 hours
span-168 = 7 days
span-720 = 30 days
health-none = No calls in this time
health-none-what = Test an operation, or publish an action that uses one.
calls = Calls
failed = Failed
late = Too late
p95 = p95
last-error = Last failure
share = { $count } ({ $percent } %)
ms = { $number } ms
log = Calls
log-operation = Only this operation
log-failed = Only failures
log-none = No call fits.
at = At
outcome = Answer
not-answered = Failed
done = Done
took = Took
size = Received
caller = Caller
request = Request
via-page = On a page
via-rest = REST
via-mcp = Agent (MCP)
via-extension-point = Sales surface
via-trigger = Trigger
via-test = Test
details = Details
applications = Applications at identity providers
applications-what = What was registered for this connector where people sign in. Without it, the identifier in the package is used.
redirect = Redirect address to register there
client-id = Client identifier
client-id-hint = As the provider gave it.
client-id-own = Empty takes the one in the package.
client-secret = Client secret
client-secret-hint = Sealed, and never shown again.
client-secret-kept = There is one. Leave this empty to keep it.
secret-there = Secret kept
forget = Forget both
copy = Copy
copy-what = The current version as a connector of its own, without connections and client secrets.
copy-of = { $name } (copy)
delete = Delete connector
delete-what = With all its versions. This cannot be undone.
delete-ask = Delete { $name }?
delete-goes = All versions, their files and their log of calls go.
delete-depends =
    { $count ->
        [one] One thing depends on it:
       *[other] { $count } things depend on it:
    }
delete-all = Connections and triggers go too, and actions that use it stop working
dependent-connection = Connection
dependent-trigger = Trigger
dependent-action = Action
dependent-other = Other
toast-created = Connector created
toast-version-added = Version added and in use
toast-version-used = Version in use again
toast-version-staged = Version added, not in use
toast-marked = Marked as certified
toast-unmarked = Mark taken back
toast-copied = Connector copied
toast-deleted = Connector deleted

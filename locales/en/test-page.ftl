# The page on which operations of a connector are tried, and its examples.

ways = Try and examples
try = Try an operation
examples = Examples
operations = Operations
pick = Search operations
other = Another operation
no-operations = There is no operation to try
no-operations-what = The description has no paths. Bring a version that has some.
bring = New version
trigger = This is a trigger: calling it here asks the API once, as the first poll or subscription would.
connection = Connection
connection-any = Automatic: yours, else a shared one
connection-own = { $name }
connection-shared = { $name } (shared)
version = Version
version-current = Version { $number } (in use)
version-other = Version { $number }
run = Run
outcome = What came
marked = Nothing was sent: some inputs do not fit. They are marked.
before = Nothing was sent yet
before-what = Run the operation: the exact request with its secrets masked, the answer, how long it took and where it departs from its description appear here.
to-connections = To the connections
took = { $ms } ms · version { $version }
ms = { $ms } ms
drift = The answer departs from its description
answer = Answer
answer-empty = The answer has no body.
answer-bytes = { $bytes } that are no text,
answer-cut = Only the beginning is shown.
more-pages = There is more:
headers = { $count ->
    [one] One header of the answer
   *[other] { $count } headers of the answer
}
requests = { $count ->
    [one] The exact request
   *[other] { $count } exact requests
}
masked = Secrets are masked; everything else is as it went out.
body = Body
policies = Policies, in this order
policy-request = on the request
policy-response = on the answer
policy-failure = on an answer of failure
policy-never = never: its section is unknown
no-answer = no answer
step-nothing = Had its turn and changed nothing.
step-none = Had no turn in this call.
step-before = Before:
step-after = After:
step-cut = It changed more than is shown.
part-method = Method
part-address = Address
part-query = Query parameter
part-header = Header
part-body = Body
keep-title = Keep as an example
keep = Save example
keep-name = Name
keep-hint = Examples are made again as tests of the connector: status and shape of the answer have to stay as they are. Secrets are never kept.
keep-values = Values that have to stay as well
keep-values-hint = Tick what must not change; everything else may.
none = No examples yet
none-what = Try an operation and keep the call: from then on it shows whether a new version or the API breaks it.
try-one = Try an operation
run-all = Run all
run-one = Run
open = Open
all-passed = Everything is as expected.
some-failed = { $count ->
    [one] One example is not as expected.
   *[other] { $count } examples are not as expected.
}
badge-passed = Passed
badge-failed = Failed
badge-never = Not run yet
ran = Version { $version },
expects = expects { $status }
delete = Delete { $name }
delete-what = The call is forgotten. Nothing is sent to the API.
delete-button = Delete
example-status = Status { $found } instead of { $expected }
example-missing = is missing; expected: { $expected }
example-kind = is { $found } instead of { $expected }
example-value = is { $found } instead of { $expected }
example-drift = departs from the description: { $expected }
example-failed = No answer: { $found }
example-not-run = Not run: the time for all examples was over
toast-kept = The example is saved
toast-deleted = The example is deleted
toast-passed = All examples pass
toast-one-passed = The example passes

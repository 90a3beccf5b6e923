# Pages of the administration: environments and data policies.

environment = Environment
environment-new = New environment
environment-name = Name
environment-intro = A container for connectors, connections, records and security roles. What is made in one is not seen in another.
environments-note = A connector for sales can only stand where the sales tables are installed. Every environment is reached by the data policies that name it and by those for the whole organisation.
kind = Kind
kind-hint = What it is for. A trial can be converted to production, production and sandbox turn into each other.
kind-default = Default
kind-default-what = Every organisation has it from the beginning; it cannot be deleted
kind-production = Production
kind-production-what = For daily work
kind-sandbox = Sandbox
kind-sandbox-what = For making and trying
kind-trial = Trial
kind-trial-what = To look around
sales-tables = Sales tables
sales-tables-on = Installed
sales-tables-off = Not installed
sales-tables-on-what = Connectors and actions for the sales surfaces can stand here.
sales-tables-off-what = Connectors whose operations serve the sales surfaces are refused here. Everything else works.
sales-tables-hint = Connectors for the sales surfaces need them. Once installed they stay.
sales-tables-install = Install the sales tables
sales-tables-ask = Install the sales tables in “{ $name }”?
sales-tables-stay = They cannot be taken out again; deleting the environment is the only way.
inside = What stands in it
inside-empty = Nothing yet: no connector has been brought here.
inside-open = Bring a connector
rename = Rename
connector = Connector
connectors = Connectors
connections = Connections
triggers = Triggers
actions = Actions
policies = Data policies
policies-none-here = No data policy reaches it: every connector may be used with every other one.
reach-named = Names it
reach-wide = For many
environment-delete-ask = Delete the environment “{ $name }”?
goes-connectors = { $count ->
    [one] one connector with its versions
   *[other] { $count } connectors with their versions
}
goes-connections = { $count ->
    [one] one connection with its secrets
   *[other] { $count } connections with their secrets
}
goes-triggers = { $count ->
    [one] one trigger that is being watched
   *[other] { $count } triggers that are being watched
}
goes-actions = { $count ->
    [one] one action stops working
   *[other] { $count } actions stop working
}
goes-policies = { $count ->
    [one] one data policy no longer names it
   *[other] { $count } data policies no longer name it
}

policy = Data policy
policy-new = New data policy
policy-name = Name
policy-intro = It counts from the next call on. Nothing that runs is broken off.
policies-empty = No data policy yet
policies-empty-sentence = A data policy says which connectors may be used together, and which operations and addresses may be called at all.
policy-delete-ask = Delete the data policy “{ $name }”?
policy-delete-what = From the next call on it forbids nothing any more. Other policies stay.
rules = Other rules
changed = Changed
precedence = The strictest answer counts
precedence-what = Every policy that reaches an environment applies there. A policy for some environments cannot open what one for the whole organisation closes; when several forbid the same thing, the one for the whole organisation is named.
reach = Applies
reach-all = In every environment
reach-only = Only in these environments
reach-except = Everywhere except in these environments
reach-which = Environments
reach-hint = Counts for “only” and “except”.
reach-all-names = Everywhere
reach-only-names = Only: { $names }
reach-except-names = All but: { $names }
groups = Groups of connectors
groups-what = Connectors of the business group are not used together with the others in one action. A blocked connector is neither called nor connected. A connector that you place here goes before every pattern below.
group = Group
group-default = Default group
group-default-hint = Where connectors stand that nobody placed, new ones too.
group-business = Business
group-business-what = For data of the business
group-non-business = Non-business
group-non-business-what = For everything else
group-blocked = Blocked
group-blocked-what = Neither called nor connected
group-empty = Nothing stands here.
group-of = Group of { $name }
group-by-default = By default
group-by-pattern = By pattern
filter = Filter
filter-connectors = Filter connectors
filter-operations = Filter operations
patterns = Groups by address
patterns-what = For connectors that are not placed above. Compared with the address in the definition; * stands for any text. From the top: the first that fits counts. Empty a line to remove it.
pattern = Pattern
addresses = Addresses that may be called
addresses-what = For every connector. A host, a host with a path or a whole address; * stands for any text. From the top: the first that fits counts, and what none fits may be called. Redirects are checked too.
addresses-own = For this connector, besides the rules for all. From the top: the first that fits counts, and what none fits may be called.
address = Address
operations = Rules for operations
operations-what = One connector at a time: which of its operations may be called, and which addresses.
operations-later = Create the policy first, then choose connectors here.
operations-add = Choose another connector
operations-order = A rule for an operation goes before the default. If another policy that reaches the environment blocks the operation, it stays blocked.
operation = Operation
verdict = Rule
verdict-allow = Allow
verdict-block = Block
verdict-as-default = As default
verdict-of = Rule for { $name }
verdict-default = Operations without a rule
verdict-default-hint = Counts for operations that come with a later version, too.
connector-intro = What the data policy “{ $policy }” says of this connector.
ruled-closed = blocked unless allowed
ruled-blocked = { $count ->
    [one] one operation blocked
   *[other] { $count } operations blocked
}
ruled-allowed = { $count ->
    [one] one operation allowed
   *[other] { $count } operations allowed
}
ruled-addresses = { $count ->
    [one] one rule for addresses
   *[other] { $count } rules for addresses
}
try = What would break?
tried = What would break
tried-nothing = Nothing that works today would break
tried-nothing-what = Nothing is saved yet.
tried-broken = { $count ->
    [one] One thing that works today would break
   *[other] { $count } things that work today would break
}
tried-broken-what = Nothing is saved yet. Calls are those that the log still holds.
calls = Calls
tried-connections = { $count ->
    [one] One connection would be refused
   *[other] { $count } connections would be refused
}
tried-connections-which = Which
tried-connection-shared = shared
tried-connection-nobody = of somebody who is gone
dependents = What stands on it
dependents-count = { $count ->
    [one] one thing
   *[other] { $count } things
}
dependent-connection = Connection
dependent-trigger = Trigger
dependent-action = Action
ground-connector = The connector is blocked
ground-operation = The operation is blocked
ground-endpoint = The address is blocked
ground-mixed = Groups would be mixed
violations = Violations
violations-what = Calls, connections and publications of actions that a data policy refused, as far as the log of calls goes back. Whoever was refused got the code ConnectionApiPolicyViolation and no name of a policy.
violations-lately = Refused lately
violations-all = All violations
violations-none = Nothing was refused
violations-none-sentence = When a data policy stands in the way of a call, a connection or the publication of an action, it appears here with who wanted it, when, and which rule it was.
violations-none-filtered = Nothing was refused that fits the filter.
any-policy = Any data policy
any-environment = Any environment
who = Who and when
wanted = Wanted
rule = Rule
via = Came by
via-page = Page
via-rest = REST
via-mcp = Agent
via-extension-point = Sales surface
via-trigger = Trigger
via-test = Test
via-connection = Connection
via-crm = CRM
via-publication = Action
attempt-connection = Make or sign in to a connection
attempt-publication = Publish or enable an action
gone = Deleted meanwhile

toast-environment-created = Environment created
toast-sales-tables-installed = The sales tables are installed
toast-policy-created = Data policy created; it counts from now on
toast-policy-saved = Data policy saved; it counts from now on
toast-policy-deleted = Data policy deleted

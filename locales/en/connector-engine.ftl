# Why an operation of a connector is not called, and what is odd about its answer.
# The names are the codes with dashes; { $subject } is a parameter, policy, function or operation.

operation-unknown = The connector has no operation “{ $subject }”.
operation-scripted = The operation “{ $subject }” runs through a script of the connector, and scripts cannot run here.
operation-policy-unknown = The policy “{ $subject }” is not known. The operation is not run half-transformed.
operation-policy-invalid = The policy setting “{ $subject }” is missing or makes no sense.
input-missing = “{ $subject }” is required. Give a value.
input-kind = “{ $subject }” is of another type than the connector declares.
input-characters = “{ $subject }” holds characters that may not stand there, such as line ends.
input-path = “{ $subject }” would lead to another place of the address. Leave out “.” and “..”.
input-too-large = The request would be larger than the limits allow.
connection-parameter-missing = The connection lacks “{ $subject }”. Repair the connection.
connection-set-unknown = The connector has no way to sign in that is called “{ $subject }”.
expression-unknown = The connector uses the function “{ $subject }”, which is not known.
expression-missing = The connector needs “{ $subject }”, and nothing has that name.
expression-null = The connector needs “{ $subject }”, and it is null.
address-invalid = The address that connector and connection give is none (“{ $subject }”). Look at the host.
address-escaped = A value of the connection would change the host that it is only a part of (“{ $subject }”).
lookup-failed = A look-up that the connector makes before the call failed (“{ $subject }”).
exchanges-too-many = The operation “{ $subject }” makes more requests than the limits allow.

answer-kind = The answer has another type here than the connector declares ({ $subject }).
answer-missing = The answer lacks “{ $subject }”, which the connector declares as always there.
answer-link-foreign = The next page lies on another origin and was not fetched.
answer-policy = A policy for answers could not be applied ({ $subject }).
request-header-name = The header “{ $subject }” was not sent: its name is none.

# Forms that are made from the description of an operation.

inputs = Inputs
body = Body
as-raw = Edit as JSON
as-fields = Back to fields
raw = All inputs as JSON
raw-hint = By parameter name; “body” is the body. What you type here comes with you when you go back to fields.
unreadable = This is no JSON object: look at line { $line }, column { $column }.
no-inputs = This operation needs no inputs.
cut = There are more inputs than fit a form: those are JSON, or edit all of them as JSON.
advanced = { $count ->
    [one] One more input
   *[other] { $count } more inputs
}
choose = Choose…
nothing = Nothing
nothing-default = Nothing: { $value } applies
true = Yes (true)
false = No (false)
load = Load choices
load-fields = Load fields
reload = Load again
missing = Fill in first: { $names }
none = There is nothing to choose.
inside = In { $way }
open = Open
up = One level up
add = Add { $name }
remove = Remove { $name }
file-kept = { $name } is kept; choose another file to replace it.

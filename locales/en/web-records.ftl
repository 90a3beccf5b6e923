# Pages of records.

title = Records
choose = Which environment’s records do you want to see?
no-environment = There is no environment yet
no-environment-what = An administrator makes environments and switches the sales tables on.
kind-default = Default environment
kind-production = Production
kind-sandbox = Sandbox
kind-trial = Trial
tables = Tables
intro = What you may see of this environment, table by table.
group-daily = Daily work
group-others = More tables
every-table = Every table
no-table = No table is open to you here
no-table-what = Ask an administrator of the environment for a security role.
web-api = The same records by the Web API:
view = View
search = Search names and other searched columns
show = Show
new = New
count = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
count-many = More than 5,000 rows
none = No row in this view
none-what = Rows that you may see stand here.
no-hit = Nothing found
no-hit-what = Try other words, or look at every row.
show-everything = Show every row
nameless = (no name)
no-name = (hidden)
general = General
details = Details
related = Related
save = Save
read-only = You may read this record and not change it.
delete = Delete
delete-sure = Delete “{ $name }”?
delete-what = What belongs to it goes with it or stays, as its relationships say.
new-of = New: { $kind }
wrong = Not saved
wrong-what = Mend what is marked below and save again.
wrong-missing = A value is needed here.
wrong-long = At most { $max } characters.
wrong-range = The number is outside of what this column holds.
wrong-early = Dates begin in 1753.
wrong-entry = Choose one of the entries.
wrong-type = This column cannot hold such a value.
toast-made = Record created
toast-deleted = Record deleted

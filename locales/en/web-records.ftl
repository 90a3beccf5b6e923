# Pages of records.

title = Records
choose = Which environment’s records do you want to see?
intro-none = Nothing is open to you yet.
shut = Closed to you
shut-no-role = You have no security role there. An administrator of the environment gives it.
shut-administration = Its administrators work on it. Come back later.
shut-busy = It is being copied, reset or made ready. Come back in a few minutes.
shut-gone = It has been deleted.
all-shut = No environment is open to you
all-shut-what = An administrator of an environment gives you a security role, such as Salesperson. Then its records stand here.
no-environment = There is no environment yet
no-environment-what = An administrator makes environments and switches the sales tables on.
kind-default = Default environment
kind-production = Production
kind-sandbox = Sandbox
kind-trial = Trial
tables = Tables
intro = What waits for you, and what changed last.
group-daily = Daily work
group-others = More tables
find = Search every record
due-mine = What you have to do
due-all = All tasks
due-none = No open task, call or appointment of yours has a date.
due-late = Late
changed-last = Changed last
pipeline-all = All opportunities
home = Overview
every-table = Every table
no-table = No table is open to you here
no-table-what = Ask an administrator of the environment for a security role.
web-api = The same records by the Web API:
view = View
search = Search this list
ask = Search
new = New
count = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
count-many = More than 5,000 records
none = No record in this view
none-what = Records that you may see stand here.
no-hit = Nothing found
no-hit-what = Try other words, or look at every record.
show-everything = Show every record
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
wrong-whole = A whole number is needed, such as 12.
wrong-number = A number is needed, such as 12.5.
toast-made = Record created
toast-deleted = Record deleted

# Lists: views, filters, columns, many records at once.
filter = Filter
filters = Filters
filter-add = Add filter
filter-value = Value
filter-day = A day as year-month-day; for numbers of days a number.
filter-of = Filter by { $column }
searched = Holds “{ $words }”
filter-gone = (remove this filter)
filters-gone = Clear all
next = Next
column = Column
columns = Columns
operator = Condition
column-add = Add a column
column-gone = Remove { $column }
columns-reset = Reset to the view’s own columns
move-left = Move { $column } to the left
move-right = Move { $column } to the right
sort-up = Sort ascending by { $column }
sort-down = Sort descending by { $column }
add = Add
remove = Remove
view-keep = Save view
view-name = Name of your view
view-save = Save as my view
view-over = Replace “{ $name }”
view-delete = Delete “{ $name }”
toast-view-saved = View saved: only you see it
toast-view-deleted = View deleted
total = Total
edit-of = Edit: { $column }
select-all = Select all records of this page
select-row = Select { $name }
selected = selected
bulk = Selected records
bulk-assign = Assign
bulk-assign-title = { $count ->
    [one] Assign { $count } record
   *[other] Assign { $count } records
}
bulk-assign-what = They get a new owner, all of them or none.
bulk-status = Change status
bulk-status-title = { $count ->
    [one] Change the status of { $count } record
   *[other] Change the status of { $count } records
}
bulk-status-what = They get this status, all of them or none.
bulk-share = Share
bulk-share-title = { $count ->
    [one] Share { $count } record
   *[other] Share { $count } records
}
bulk-share-what = A person or a team gets rights on these records, besides those that it has.
bulk-merge = Merge
bulk-merge-title = { $count ->
    [one] Merge { $count } record
   *[other] Merge { $count } records
}
bulk-merge-what = Two records that are one become one: the record that stays takes what it lacks from the other, and whatever refers to the other refers to it from then on. The other one is deactivated.
merge-keep = The record that stays
merge-two = Choose two records, and which of them stays.
bulk-delete = Delete
bulk-delete-title = { $count ->
    [one] Delete { $count } record?
   *[other] Delete { $count } records?
}
bulk-delete-what = They go all or none; what belongs to them goes with them or stays, as their relationships say.
toast-bulk-done = Done
toast-nothing = Nothing was chosen, so nothing was changed
toast-nobody = Nobody of this name was found, so nothing was changed
op-like = contains
op-not-like = does not contain
op-begins-with = begins with
op-eq = is
op-ne = is not
op-gt = is more than
op-ge = is at least
op-lt = is less than
op-le = is at most
op-null = is empty
op-not-null = is filled in
op-on = is on
op-on-or-after = is on or after
op-on-or-before = is on or before
op-today = is today
op-tomorrow = is tomorrow
op-this-week = is this week
op-next-week = is next week
op-this-month = is this month
op-next-month = is next month
op-last-month = is last month
op-this-year = is this year
op-last-x-days = is in the last days (number)
op-next-x-days = is in the next days (number)
op-contain-values = holds
op-not-contain-values = does not hold
op-eq-userid = is me
op-ne-userid = is not me

# Charts.
chart = Chart
chart-title = { $measure } by { $group }
chart-count = Number of records
chart-sum = Sum of { $column }
chart-average = Average of { $column }
chart-bars = Bars
chart-columns = Columns
chart-line = Line
chart-funnel = Funnel
chart-choose = Change
chart-kind = Form
chart-by = Grouped by
chart-of = Measures
chart-draw = Draw
chart-keep = Keep for this view
chart-table = The same as a table
chart-empty = There is nothing to draw in this view.
by-month = month
by-quarter = quarter
by-year = year
quarter = Q{ $quarter } { $year }
empty = (empty)

# One record.
section-contact = How to reach
section-address = Address
section-amounts = Amounts and numbers
section-dates = Dates
section-texts = Descriptions
section-others = More
section-preferences = Preferences
lookup-what = Type to find
wrong-nobody = Nothing of this name was found.
wrong-several = Several have this name: choose the one you mean.
changed = Somebody has changed this record meanwhile
changed-what = Nothing of yours is saved yet. Below is what has changed; save again to put yours over it, or cancel to keep theirs.
tabs = Parts of the record
tab-summary = Summary
tab-history = History
tab-access = Access
stages = Stages of the sale
stage-to = Move to “{ $stage }”
secured-unreadable = Secured: you may not read this column.
secured-unwritable = Secured: you may read this column and not change it.
somebody = Somebody
a-file = a file
was = was
became = became
history-create = created
history-update = changed
history-delete = deleted
no-history = Nothing has changed yet
no-history-what = What becomes of this record stands here, with who and when.
not-audited = Changes of this table are not kept.
older = Older
reason = Status reason
do-win = Close as won
do-win-what = The sale is won. It can be opened again later.
do-lose = Close as lost
do-lose-what = The sale is lost. Say why, so that others can learn from it.
do-qualify = Qualify
do-qualify-what = Makes of this lead what you tick, with everything that is known, and closes it as qualified.
make-account = An account of its company
make-contact = A contact
make-opportunity = An opportunity
do-disqualify = Disqualify
do-disqualify-what = The lead is closed. It can be opened again later.
do-resolve = Resolve
do-resolve-what = The case is closed as resolved.
do-complete = Mark complete
do-complete-what = The activity is closed as done.
do-reopen = Reopen
do-reopen-what = It counts as open again.
do-status = Status
do-status-what = Gives the record another state or reason.
do-assign = Assign
do-assign-what = Gives the record to another person or team, with what hangs on it.
toast-assigned = Assigned
toast-qualified = Lead qualified

# Timeline.
timeline = Timeline
kinds = Kinds of entries
all-kinds = All
no-entry = Nothing yet: calls, tasks, meetings, mails and notes about this record stand here.
add-note = Note
note-title = Title
note-text = Text
note-file = File
subject = Subject
phone = Number
where = Place
begins = Begins
ends = Ends
due = Due
due-at = Due { $at }
complete = Mark complete
toast-noted = Added to the timeline

# Related records, files, sharing.
as-list = Open as list
none-related = Nothing here yet
none-related-what = Records that refer to this record stand here.
files = Files
no-file = No file yet, at most { $most }
file-add = Add a file
file-replace = Replace or remove
upload = Upload
toast-file-kept = File saved
toast-file-gone = File removed
who-may = Who may see it
who-may-what = Besides these, security roles let people see it: check a name to find out.
owner = Owner
check-who = Check a person or team
check = Check
may-nothing = { $name } may do nothing with this record.
share = Share
person-or-team = Person or team
rights = Rights
right-read = Read
right-write = Change
right-append = Append
right-appendto = Append to
right-assign = Assign
right-share = Share
right-delete = Delete
revoke = Take back
revoke-of = Take back from { $name }
toast-shared = Shared
toast-revoked = Taken back

# Links and records kept in step: members, change notes, the report of what is broken.
settings = Settings of this connection

# Members.
members = Members
members-short = Who comes into the team or private channel with the record, and who goes
members-open = Decide
members-what = Whoever owns the record or has it shared can be kept in the team or private channel of this connection.
members-all-what = Whoever owns a linked record or has it shared can be kept in the team or private channel of its connection.
members-crm-what = Whoever owns a linked record in the CRM, has it shared or is in its team can be kept in the team or private channel of its connection. People are found by their mail address. Nobody is removed where the CRM does not say who else may read a record.
members-all-each = A connection can be decided otherwise on its own page.
policy = How members follow
mode = When access to the record changes
mode-off = Nothing happens
mode-off-what = Members are added by hand.
mode-add = Add only
mode-add-what = Who is given access is added. Nobody is removed.
mode-add-and-remove = Add and remove
mode-add-and-remove-what = Who is given access is added, who loses it is removed. Owners of the team stay.
also = When removing, go further
others = People who were added by hand
others-what = Also those without access whom somebody added in the team.
guests = Guests
guests-what = Also guests without access. Guests are never added.
own = Decided for this connection
inherited = As in the environment
inherited-crm = As for the CRM
reset = As in the environment again
reset-crm = As for the CRM again
preview = Show who comes and goes
administrators-crm = Who sets CRMs up decides.
administrators = An administrator of the environment decides.
consents = Open the consents
next = The next run
next-off = Members do not follow, so nobody comes or goes.
next-none = Everybody is where they belong: nobody comes, nobody goes.
looked = This would happen. Nothing is saved yet.
cut = More people may see this record than are looked at; the first 1,000 are.
run = Run now
history = What happened
history-none = Nobody has been added or removed by the hub yet.
toast-saved = Saved
toast-running = The members are being brought in step

# Change notes.
notes = Change notes
notes-short = What is told in the channel when the record changes
notes-on = On
notes-off = Off
notes-what = Changes of the record are told in the channel as cards, in the name of whoever saved these rules last.
notes-stop = Turn off
what = What is told
note-updated = Changed columns
note-updated-what = The columns that are chosen below, and nothing else of the record.
note-closed = Closed, opened again, deleted
note-closed-what = Such as an opportunity that is won.
note-created = New activities and notes
note-created-what = By their kind alone: that there is a new task, not what it says.
columns = Columns
columns-what = At most 20. Everybody in the channel reads them, whatever their own rights; secured columns are not offered.
columns-find = Find a column
when = When
digest = Gather changes
digest-none = No, tell them as they come
digest-hourly = Once an hour
digest-daily = Once a day
digest-at = Time of day
digest-at-what = For once a day.
note-quiet = Quiet hours
note-quiet-what = What happens then waits until they are over.
quiet-from = From
quiet-to = To
note-weekend = Quiet at weekends
note-weekend-what = With quiet hours: Saturdays and Sundays too.
zone = Time zone
zone-what = Such as Europe/Paris; your own if empty.
card = The card as it would be posted
card-what = With what stands in the record now. Nothing was posted.
card-show = Show the card
card-none = These rules post nothing: choose what is told.
sent = What was told
sent-none = Nothing has been posted yet.
poster = Posts
waiting = Changes that wait
told = { $count ->
    [one] One change
   *[other] { $count } changes
}
toast-notes-saved = Change notes saved
view = A view has no change notes
view-what = Its tab shows the list live, so everybody in the channel sees what comes in and goes. Change notes tell of one record: connect the record itself to be told of its changes.
view-open = Open the tab

# Questions for access.
asked = { $name } asks for access to a record
asked-title = Who asks for this record
asked-what = You may share this record. Giving access lets somebody read it; what they may do in the channel stays as it is.
asked-none = Nobody waits for an answer
asked-none-what = Somebody may have answered already.

# The report.
report = Broken links and orphans
report-short = Channels that are gone, missing tabs, rows that nothing stands behind
report-open = Open the report
report-what = What does not fit together any more, with its cause and what can be done.
report-none = Everything fits together
report-none-what = Every link has its record, its channel and its tab.
export = Export CSV
walk = Look at all links now
walking = The links are being looked at
walked = Last looked at all links
walked-count = { $count ->
    [one] one link
   *[other] { $count } links
}
walked-never = The links have not been looked at yet; it happens once a day.
found = Found
see = Open the connection
repair = Repair
repair-all = Repair all
repair-all-what = The hub can mend what has a button: tabs are put back, owners are named, rows and links that lead nowhere go. Files and messages stay.
toast-walking = The links are being looked at
toast-repaired = Repaired
toast-repaired-some = Repaired what could be; the rest needs somebody

# What may go wrong with sellers' meetings, and what stands on their cards.

error-meeting-person-needed = Only a person has meetings here
    .detail = Sign in as yourself: a service takes part in no meeting.
error-meeting-not-found = There is no such meeting
    .detail = It was deleted, its time was over, or you take no part in it: only those who do see a meeting.
error-meeting-organiser-needed = Only the organiser can do this
    .detail = Ask whoever organises the meeting.
error-meeting-keeper-needed = Only whoever brought it can do this
    .detail = Ask whoever brought it, or whoever organises the meeting.
error-meeting-calendar-too-large = The calendar file is too large
    .detail = Export a shorter time: up to 4 MB are read.
error-meeting-calendar-unreadable = This file is no calendar
    .detail = Bring a file ending in .ics, saved from an invitation or exported from your calendar.
error-meeting-calendar-without = The calendar holds no meeting of yours
    .detail = Private entries, whole days and entries in which you take no part are left out.
error-meeting-transcript-too-large = The transcript is too large
    .detail = Up to 8 MB are read, about nine hours of talk.
error-meeting-transcript-unreadable = This file is no transcript
    .detail = Bring the file that Teams offers for download (.vtt), a .srt, a JSON list, or lines such as “Ada: Hello”.
error-meeting-no-recap = There is no recap of this meeting
    .detail = Open the meeting: it says why.
error-meeting-no-transcript = There is no transcript of this meeting
    .detail = Bring what was said, or have it looked for.
error-meeting-no-action = The recap has no such action
    .detail = It was made anew meanwhile. Open the meeting again and choose one of its actions.
error-meeting-made-already = This was made already
    .detail = Open the meeting: it leads to what was made. If somebody is at it right now, wait five minutes.
error-meeting-not-connected = The meeting is connected to no record
    .detail = Connect it to an account or an opportunity first.
error-meeting-no-table = Your CRM shows you no table for this
    .detail = Ask who administers the CRM for the right to create tasks and appointments.
error-meeting-no-channel = The record is linked to no such channel
    .detail = Link the record to a channel first, or choose one of those that are offered.
error-meeting-posted-already = The recap was posted there already
    .detail = Open the channel: it is among its messages.
error-meeting-calendar-away = The calendar of your organisation is not connected
    .detail = An administrator connects Microsoft Teams; then sign in there once yourself. Until then bring calendar files.
error-meeting-graph-forbidden = Microsoft 365 does not let Liaison read this
    .detail = An administrator grants the application Calendars.Read, OnlineMeetings.Read.All and OnlineMeetingTranscript.Read.All.
error-meeting-graph-away = Microsoft 365 does not answer now
    .detail = Try again in a few minutes.
error-meeting-full = You keep as many meetings as one may
    .detail = Delete some that you do not need any more.
error-meeting-invalid = Some values cannot be used
    .detail = Look at the fields that are marked.
error-meeting-subject = Give it a subject of at most 400 characters
error-meeting-starts-at = Give a day and a time
error-meeting-ends-at = It ends after it begins, and at most 48 hours later
error-meeting-people = At most 500 people
error-meeting-address = This is no address of mail
    .detail = Write one person a line, such as Ben King <ben@fabrikam.example>.
error-meeting-task-subject = Give the task a subject of at most 200 characters
error-meeting-task-owner = This is nobody who was at the meeting and works in the CRM
error-meeting-due = This is no day
error-meeting-notes = Write 1 to 30,000 characters
error-meeting-terms = At most 200 terms of 100 characters, one a line
error-meeting-keep-days = 1 to 3,650 days
error-meeting-prepare-minutes = 10 to 1,440 minutes, or 0 for none
error-meeting-digest-hour = An hour of the day, 0 to 23
error-meeting-way = Choose where it comes
    .detail = In Microsoft Teams, by mail, or both.
error-meeting-quiet = A time of the day, such as 20:00

card-title = Recap: { $subject }
card-actions = { $count ->
    [one] { $count } action
   *[other] { $count } actions
}
card-questions = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
card-who = Those who took part can open it.
card-open = Open recap
card-summary = Summary
card-to-do = To do

remind-card = { $time }: { $subject }
remind-digest = Your next meetings
remind-people = From outside
remind-record = What it is about
remind-last = Last time
remind-open = Prepare the meeting
remind-join = Join the meeting
remind-no-subject = Meeting without a subject
remind-why = Choose which of these messages you get, and when
error-meeting-saving-off = Saving notes of meetings is turned off
    .detail = An administrator of the CRM can turn it on under Sales settings, Saving to the CRM.

draft-subject = After our meeting: { $subject }
draft-hello = Hello,
draft-thanks = Thank you for our meeting “{ $subject }” of { $day }. This is what was said:
draft-actions = What is to be done:
draft-bye = Kind regards

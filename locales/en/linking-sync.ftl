# Members, life cycle and change notes of records that live in channels.
members-off = Members do not follow the access to the record.
verb-add = Added
verb-remove = Removed
verb-keep = Stays
verb-leave = Not added
why-owner = owns the record
why-owning-team = is in the team that owns the record
why-shared = has the record shared
why-shared-team = is in a team that the record is shared with
why-reads = may still read the record
why-access-lost = may not read any record here any more
why-place-owner = owns the team or channel: owners stay
why-guest = is a guest: guests are added by hand
why-by-hand = was added by hand
why-full = the team or channel has as many members as it may have
why-unknown = is not known to the workspace
trouble-channel-gone = The team or channel is deleted
trouble-channel-gone-what = It can be restored in the workspace for 30 days; the link comes back with it. Ending the link takes it off the record.
trouble-no-access = The workspace does not show the channel
trouble-no-access-what = Grant the consent anew, or ask an owner of the team.
trouble-tab-gone = The tab was deleted
trouble-tab-gone-what = The record is still linked. Put the tab back, or end the link.
trouble-row-without-link = A row of another environment or of before
trouble-row-without-link-what = It names a channel that no link of this environment stands behind. Removing it changes nothing in the workspace.
trouble-owner-left = Nobody who may sign in owns the team or channel
trouble-owner-left-what = The owner of the record can be made an owner.
trouble-poster-left = Nobody posts the change notes any more
trouble-poster-left-what = The person who set them may not post there now. Whoever saves the rules anew posts from then on; nothing that waits is lost.
trouble-full = The team or channel is full
trouble-full-what = Some who may see the record could not be added.
note-added = { $who } added: { $kind }
note-updated = { $who } changed the record
note-closed = { $who } closed the record
note-reopened = { $who } opened the record again
note-deleted = { $who } deleted the record
note-somebody = Somebody
note-became = { $was } → { $is }
note-empty = (empty)
note-hidden = (another record)
note-open = Open the record
note-more = { $count ->
    [one] One earlier change is not shown.
   *[other] { $count } earlier changes are not shown.
}
note-summary = { $count ->
    [one] One change
   *[other] { $count } changes
}
error-linking-columns = These columns cannot be told in a channel
    .detail = Choose at most 20 columns of the record; secured columns, files and keys are left out.
error-linking-hours = These hours make no sense
    .detail = Give times of a day, and hours that begin and end at different times.
error-linking-zone = There is no such time zone
    .detail = Use a name of the time zone database, such as Europe/Paris.
error-linking-not-mendable = The hub cannot mend this by itself
    .detail = Do what is written beside it; the next walk over the links notices.
error-link-archived = The channel is archived
    .detail = What waits is posted when it is open again.
error-link-gone = The channel is deleted
    .detail = What waits is posted when it is restored.
error-link-record-not-readable = Who posts may not read the record any more
    .detail = Somebody who may write the record saves the rules anew, and posts from then on.
audit-link-member-add = added somebody to the team of a linked record
audit-link-member-remove = removed somebody from the team of a linked record
audit-link-notes = decided which changes of a record are posted to its channel
audit-linking-members-policy = decided how members follow the access to records
audit-linking-repair = repaired a link

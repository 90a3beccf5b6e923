# Connectors of a channel, a mailbox or an inbox, and the dialog with a connector's own page.

mailbox-of = Mailbox of { $team }
own-inbox = My inbox
list-title = Connectors: { $place }
list-intro = A connector brings the news of another service here, as cards. Its own page asks which ones.
which = Which connectors
tab-all = All
tab-configured = Configured
tab-uploaded = Uploaded
search = Search connectors
who-may = Owners of the team set up connectors here; members where the team lets them.
none = No connector yet
none-what = Connectors come with apps: an owner installs one in the team, or a developer uploads one. An incoming webhook works with any tool that can post.
no-hit = Nothing called “{ $text }”
no-hit-what = Names, companies and descriptions were searched.
all-connectors = All connectors
show-all = Show all
make-webhook = Make an incoming webhook
webhook = Incoming webhook
webhook-what = An address that any tool can post cards to.
open = Open
source-uploaded = Uploaded
source-offered = By the operator
source-gone = No longer installed
configure = Configure
set-up = Set up { $name }
change = Change { $name }
remove = Remove { $name }
remove-short = Remove
about-page = The next step is a page of the connector itself. What you enter there goes to its maker; nothing is set up before you press Save.
needs-script = A connector’s page works with scripts only: switch them on for this site. An incoming webhook can be made without.
continue = Continue
frame = Page of { $name }
whose-page = What is shown in the frame comes from { $host }, not from Liaison.
no-origin = This hub has no address to show the connector’s page at. Ask the operator to set apps_base, and the developer to look at the connector’s registration.
remove-what = { $name } is told, its address stops taking posts at once, and its messages stay.
remove-now = Remove
remove-anyway = Remove anyway
remove-silently = Remove without telling the connector
toast-cancelled = Nothing was changed
toast-removed = The connector was removed

## What the dialog says

say-loading = The page of { $name } is loading…
say-open = { "" }
say-saving = { $name } is asked to save…
say-committing = Saving…
say-saved = { $name } is set up. Its page finishes its work; the list opens in a few seconds.
say-removing = { $name } is asked to clean up…
say-deleting = Removing…
say-removed = { $name } was removed.
say-silent = The page has not answered yet. It may be slow, or not made for a host like this one. You can wait or cancel.
say-page-failed = The page says that it cannot start.
say-failed = The page could not save. Nothing was changed.
say-refused = What the page wanted to save was refused.
say-empty-save = The page reported success without handing over any settings. Nothing was set up; its developer should look at its save handler.
say-no-answer = The page did not answer within 30 seconds. Nothing was changed: try again, or tell its developer.
say-remove-failed = The page could not clean up.
say-unchanged = The page handed over no new settings. What was set up before stays as it was.

# What ended with its app.
source-own = Registered here
ended = Ended
ended-uninstalled = Its app was uninstalled. It goes on when the app is installed again.
ended-blocked = An administrator blocked its app. It goes on when the app is allowed again.
remove-quietly = Its address stops taking posts at once, and its messages stay.

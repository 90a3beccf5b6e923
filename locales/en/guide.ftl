# Moving in: old addresses become webhooks, and settings of tools to paste.

title = Moving in
intro = Tools that posted to Office 365 connectors go on: the hub takes over their addresses, or you paste a new one.
list = Take over old addresses
list-what = Paste the list of retired connector addresses. Each becomes a webhook with the same path, so that its sender changes the host name only, or nothing where your own name service and certificate stand in for the old host.
csv = List
csv-hint = CSV with a head, separated by commas, semicolons or tabs. Columns: url, and where known name, team, channel, owner and second owner, under their usual names. Teams and channels that are not there are made.
team = Team for lines that name none
team-hint = May stay empty when the list has a column for it.
channel = Channel for lines that name none
check = Check the list
import = Import
line = Line
outcome = Outcome
name = Webhook
place = Team and channel
fate-made = New
fate-kept = There already
fate-refused = Refused
new-team = The team is made
new-channel = The channel is made
done = { $count ->
    [one] One webhook was made. Its sender changes the host name only.
   *[other] { $count } webhooks were made. Their senders change the host name only.
}
ready = { $count ->
    [one] One webhook can be made. Nothing has been changed yet.
   *[other] { $count } webhooks can be made. Nothing has been changed yet.
}
refused = { $count ->
    [one] One line is refused, so nothing was made. Put it right and check again.
   *[other] { $count } lines are refused, so nothing was made. Put them right and check again.
}
nothing-new = { $count ->
    [one] The webhook of this list is there already.
   *[other] All { $count } webhooks of this list are there already.
}
unused = Columns that say nothing here: { $columns }.
import-url-missing = The line has no address.
import-url-malformed = This is no address of a retired connector or of Workflows.
import-duplicate = An earlier line has the same address.
import-address-elsewhere = A webhook of another channel has this address.
import-address-taken = Another webhook has this address.
import-owner-unknown = The owner works nowhere here: you are the owner until you hand it over.
import-owner-denied = Only administrators name another person as owner.
import-team-missing = No team is named: fill the field below, or add a column.
import-team-unknown = There is no such team, and you cannot make one.
import-team-hidden = A team of this name is there, and you cannot see it.
import-channel-hidden = A channel of this name is there, and you cannot see it.
import-undone = It was undone with another line: import the list again.
webhook-name-too-long = A name has at most 80 characters.
webhook-owners-only = Only owners of the team set up connectors there.
from-files = Where are the old addresses?
from-files-what = The command line finds them in configuration files and scripts, names file and line, and says which are known here and what to write in their place.
settings = Settings to paste
settings-what = Choose one of your webhooks: its real address stands in the lines below.
webhook = Webhook
choose = Choose a webhook
fill-in = Fill in its address
no-webhook = You have no webhook yet. The lines below show where its address goes.
new-webhook = Make a webhook
secret = Whoever has this address can post to the channel. Keep it where the tool keeps its secrets.
moved = For senders that have moved to Workflows, the same webhook in their form:
grafana-1 = Open Alerting › Contact points and add a contact point of the kind Microsoft Teams.
grafana-2 = Paste this address as URL, and choose the contact point in your notification policy.
grafana-3 = Where Grafana is provisioned by files, add the second block instead.
alertmanager-1 = Put the receiver into alertmanager.yml; up to 0.27 the first block, from 0.28 on either.
alertmanager-2 = Name it in your route and reload Alertmanager.
alertmanager-note = Alertmanager repeats only after 5xx: choose “503” in the settings of the webhook.
jenkins-1 = Install the plugin “Office 365 Connector”.
jenkins-2 = Add the step to your pipeline, as below.
jenkins-3 = For a freestyle job, paste the address under Configure › Office 365 Connector.
jenkins-note = Keep the address in the credentials of Jenkins and bind it, rather than writing it into the file.
gitlab-1 = Open Settings › Integrations › Microsoft Teams notifications of the project or group.
gitlab-2 = Paste this address as Webhook, choose the events and save.
gitlab-3 = For many projects, set it by the interface of GitLab.
azure-1 = Add a secret variable liaisonUrl with this address to the pipeline.
azure-2 = Add the step to azure-pipelines.yml.
azure-3 = Run the pipeline: the card appears whether it passed or failed.
azure-note = Service hooks of Azure DevOps send their own JSON and no card: put a field mapper between (examples/field-mapper).
script-1 = One line for scripts and scheduled tasks.

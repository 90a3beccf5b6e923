# Pages of sellers' mails.

title = Mail
intro = Mails that you bring are yours alone. Beside each stands what your CRM shows you.
bring = Bring mails
bring-what = Files ending in .eml or .msg, saved or dragged out of your mail program.
bring-button = Bring
search = Search mails
find = Search
none = No mail yet
none-what = Bring a mail from a customer: the people in it are matched with your CRM, and you can save it there.
none-found = No mail holds these words.
no-subject = (no subject)
to = To
cc = Cc
original = Original
delete = Delete
delete-ask = Delete “{ $subject }”?
delete-what = The mail and its files are gone for good. What was saved to the CRM stays there.
files = Files
body = Text of the mail
pane = Sales
invitation = The mail holds an invitation.
blocked = { $count ->
    [one] { $count } picture from elsewhere is not shown.
   *[other] { $count } pictures from elsewhere are not shown.
}
show-pictures = Show pictures
open-crm = Open My CRM
people = People
nobody-outside = Only colleagues are in this mail.
connected = Connected
unknown = Not in the CRM
account = Account
others = { $count ->
    [one] { $count } other contact has this address.
   *[other] { $count } other contacts have this address.
}
which = Several contacts have this address. Which is meant?
choose = Choose contact
new-contact = New contact
new-contact-what = Look over what the mail says, then create the contact in your CRM.
from-signature = Taken from the signature. Check it before you create the contact.
signature-company = Company in the signature: { $name }
colleagues = Colleagues: { $names }
opportunities = Open opportunities
insights = Opportunity insights
source = Source
save-title = Save to the CRM
save-about = About
save-contacts = The contacts in the mail
save-files = { $count ->
    [one] With { $count } file
   *[other] With { $count } files
}
save = Save mail
is-saved = Saved to the CRM
is-being-saved = Being saved
saved-about = About { $name }
saved-files = { $count ->
    [one] { $count } file was saved with it.
   *[other] { $count } files were saved with it.
}
left-out = { $count ->
    [one] { $count } file has no place in the CRM.
   *[other] { $count } files have no place in the CRM.
}
unsave = Take back from the CRM
stays = This CRM keeps what was saved.
field-first-name = First name
field-last-name = Last name
field-job-title = Job title
field-phone = Business phone
field-mobile = Mobile phone
field-email = Email
rules = Mails
rules-what = What holds for mails that sellers bring.
internal-domains = Internal domains
internal-domains-what = One a line. People with addresses there are colleagues and are matched with no contacts. A seller’s own domain counts by itself.
contact-fields = Address fields of contacts
contact-fields-what = One a line, by the CRM’s names. Left empty: emailaddress1 to emailaddress3, in Salesforce Email.
save-mails = Mails may be saved to the CRM
save-attachments = Files may be saved with them
remark-encrypted = The mail is encrypted: its text is inside a file.
remark-outlook-package = Files are inside an Outlook package (winmail.dat), which is not opened.
remark-charset = A part is in a character set that is not known; signs may be wrong.
remark-encoding = A part is damaged and shown as it came.
remark-text-cut = The text is very long and was cut.
remark-addresses-cut = The mail names more people than are kept.
remark-attachments-cut = The mail has more files than are kept.
remark-rich-text = The text is Outlook rich text; only its words are shown.
toast-kept = Mail added
toast-again = This mail was here already
toast-kept-all = Mails added
toast-deleted = Mail deleted
toast-saved = Saved to the CRM
toast-saved-without = Saved to the CRM, without some files
toast-unsaved = Taken back from the CRM
toast-chosen = Contact chosen
toast-contact-made = Contact created
toast-rules-set = Rules saved
summary = Summary
summary-none = Nothing in the mail stands out.
summary-places = Where the mail says so
summary-place = Place { $number } in the mail
made-rules = Sentences of the mail, chosen by the hub’s own rules. Nothing left the hub.
made-endpoint = Written by a language model. Check it against the mail.
made-fell-back = The hub’s own rules did the work instead of the language model: { $reason }.
made-dropped = { $count ->
    [one] One statement was left out because the mail does not say it.
   *[other] { $count } statements were left out because the mail does not say them.
}
made-why-unreachable = it cannot be reached
made-why-late = it did not answer in time
made-why-key = it does not take the key
made-why-model = it does not know the model
made-why-busy = it is busy
made-why-refused = it refused
made-why-garbled = its answer cannot be read
made-why-budget = the budget of the day is used up
updates = Suggested updates for { $name }
updates-none = The mail says nothing new about it.
updates-now = Now
updates-suggested = The mail says
updates-hint = A hint: change it in the record if you agree.
accept = Accept
stage-qualify = Qualify
stage-develop = Develop
stage-propose = Propose
stage-close = Close
stage-lost = Lost
draft = Draft of a reply
toast-accepted = Written to the CRM

# Why a posted card was refused, and what is odd about one that was taken: texts of the delivery log.

reason-body-empty = Nothing was posted. Send a card as the body of the request.
reason-body-too-large = The body is larger than any card may be.
reason-body-not-utf8 = The body is not UTF-8. Send UTF-8, or name the charset in the content type.
reason-json-syntax = The body is not JSON. Look at the place given.
reason-json-too-deep = Objects and lists are nested too deeply.
reason-json-too-many-values = The body holds too many values.
reason-json-not-an-object = The body is JSON but not an object. A card is an object.
reason-card-foreign = The body is nobody’s card: none of its names belongs to one. The sender may have a format for Teams that has to be chosen.
reason-card-text-not-a-string = A text has to be a string.
reason-card-bare-adaptive-card = An Adaptive Card has to stand in the attachments of a message.
reason-card-no-attachment = The message has neither text nor attachments.
reason-card-unusable-attachments = None of the attachments holds a card that can be read.
reason-card-nothing-to-show = The card has neither text nor summary.

finding-json-lenient = The body is not strict JSON and was read leniently.
finding-body-charset = The body is not UTF-8 and was read in the charset that its type names.
finding-member-unknown = This name is not known and was passed over.
finding-value-wrong-type = The value has another type than the one expected.
finding-member-missing = Something that is needed here is missing.
finding-value-wrong = The value is none of those allowed.
finding-type-unknown = This type is not known.
finding-action-not-supported = This button does not work in a channel.
finding-type-not-allowed-here = This type may not stand here.
finding-address-not-allowed = This address is not shown: its scheme is not allowed.
finding-items-too-many = There are more of these than other programs show.
finding-id-duplicate = The same id stands twice.
finding-version-unsupported = Renderers do not know this version.
finding-attachment-not-shown = This attachment is not a card that is known; its texts are shown.

severity-note = Note
severity-warning = Warning
severity-error = Left out

form-text = Text
form-message-card = MessageCard
form-attachments = Adaptive Card

at-pointer = at { $pointer }
at-position = line { $line }, character { $column }

# Written into cards
answer-needed = An answer is needed.
attachment = Attachment

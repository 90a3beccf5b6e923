# What is odd about a connector package that was loaded, and why one was refused.

reason-json-empty = The file is empty.
reason-json-too-large = The file is larger than any that is read.
reason-json-too-deep = Objects and lists are nested too deeply.
reason-json-too-many-values = The file holds too many values.
reason-json-unexpected-end = The file ends inside a value. Something is missing at its end.
reason-json-expected-value = A value has to stand here.
reason-json-expected-name = A name in quotation marks has to stand here.
reason-json-expected-colon = A colon has to stand here, between a name and its value.
reason-json-expected-comma = A comma or a closing bracket has to stand here.
reason-json-invalid-escape = JSON does not know this escape.
reason-json-invalid-number = These digits are no number of JSON.
reason-json-text-after-root = Something follows the end of the JSON text. Remove it.
reason-package-not-an-object = The file is JSON but not an object.

finding-findings-more = { $count } more findings are not listed.
finding-findings-more-remedy = Settle the ones that are listed, then look again.
finding-encoding-byte-order-mark = The file begins with a byte order mark; it was passed over.
finding-encoding-byte-order-mark-remedy = Save the file as UTF-8 without a byte order mark.
finding-encoding-not-utf-8 = The file is not UTF-8 and was read as { $encoding }.
finding-encoding-not-utf-8-remedy = Save the file as UTF-8.
finding-json-trailing-comma = A comma stands before a closing bracket.
finding-json-trailing-comma-remedy = Remove the comma: strict readers refuse the file.
finding-json-comment = The file holds a comment.
finding-json-comment-remedy = Remove the comment: strict readers refuse the file.
finding-json-unicode-blank = A character that is no blank of JSON stands between values.
finding-json-unicode-blank-remedy = Replace it by a blank.
finding-json-control-character = A string holds a control character.
finding-json-control-character-remedy = Write the character as an escape, such as \n or \t.
finding-json-lone-surrogate = A string holds half a character, which was replaced.
finding-json-lone-surrogate-remedy = Write both halves of the character, or neither.
finding-json-repeated-name = The name “{ $name }” stands here more than once; the last one counts.
finding-json-repeated-name-remedy = Remove the others.
finding-definition-dialect-missing = The file says neither “swagger” nor “openapi” and was read as Swagger 2.0.
finding-definition-dialect-missing-remedy = Add the member “swagger” with the text 2.0.
finding-definition-no-operations = The definition has no operation.
finding-definition-no-operations-remedy = Add at least one path with an operation.
finding-operation-id-missing = The operation has no operationId.
finding-operation-id-missing-remedy = Give it one that no other operation has.
finding-operation-id-repeated = The operationId “{ $operation }” belongs to an earlier operation, which is the one that is called by it.
finding-operation-id-repeated-remedy = Rename one of the two.
finding-parameter-location = The parameter “{ $name }” goes nowhere: “{ $value }” is no place.
finding-parameter-location-remedy = Set “in” to path, query, header, body or formData.
finding-reference-missing = Nothing stands at { $reference }.
finding-reference-missing-remedy = Correct the reference, or add what it names.
finding-reference-external = { $reference } leads to another file.
finding-reference-external-remedy = Import the definition from its address, so that the other file is brought in, or put its content into this one.
finding-reference-not-imported = { $reference } leads to another file that could not be brought in: { $reason ->
    [network] its address is in a network that may not be reached
    [refused] its address may not be fetched
    [name] the name of its host is not known
    [redirects] it redirects too often
    [size] it is too large
    [late] no answer came in time
    [status] its address answers with a failure
    [unreadable] it is not JSON
    [base] it is named without its address
    [absent] the upload does not hold it
    [many] there are too many of them
   *[failed] the connection failed
}.
finding-reference-not-imported-remedy = Upload the definition together with the file, or put the file’s content into the definition.
finding-reference-endless = The references that begin with { $reference } come back to themselves.
finding-reference-endless-remedy = Let one of them lead to a definition.
finding-extension-misspelled = “{ $name }” means nothing and is ignored.
finding-extension-misspelled-remedy = Write “{ $meant }”, if that is what you meant.
finding-dynamic-operation-unknown = There is no operation “{ $operation }” to ask.
finding-dynamic-operation-unknown-remedy = Name an operationId of this definition.
finding-security-undefined = The requirement names “{ $name }”, which no security definition defines; it is ignored.
finding-security-undefined-remedy = Define it, or remove the requirement.
finding-security-kind-unknown = The security definition “{ $name }” is of the unknown type “{ $value }”; it is ignored.
finding-security-kind-unknown-remedy = Use basic, apiKey or oauth2.
finding-security-without-parameter = No connection parameter holds the value of the security definition “{ $name }”; nothing is sent for it.
finding-security-without-parameter-remedy = Add a connection parameter for it: api_key for a key, username and password for basic, an oauthSetting for oauth2.
finding-properties-missing = There is no apiProperties.json: the connector has no connection parameters and no policies.
finding-properties-missing-remedy = Add one when the service asks for credentials.
finding-properties-stray = “{ $name }” means nothing here and is ignored.
finding-properties-stray-remedy = Remove it, or put it where it belongs.
finding-connection-parameter-kind-unknown = The connection parameter “{ $name }” is of the unknown type “{ $value }”.
finding-connection-parameter-kind-unknown-remedy = Use string, securestring, int, bool, oauthSetting or gatewaySetting.
finding-sign-in-provider-unknown = The identity provider “{ $value }” is not known: no connection can be made.
finding-sign-in-provider-unknown-remedy = Use oauth2, oauth2generic or aad, with the addresses of the service.
finding-sign-in-placeholder = “{ $value }” is a placeholder.
finding-sign-in-placeholder-remedy = Replace it before somebody signs in.
finding-policy-unknown = The policy template “{ $template }” is not known: the operations it governs cannot run here.
finding-policy-unknown-remedy = Use a published template, or take those operations out of its scope.
finding-policy-parameter-missing = The policy “{ $template }” lacks its parameter “{ $name }”.
finding-policy-parameter-missing-remedy = Add the parameter.
finding-policy-operation-unknown = The policy names the operation “{ $operation }”, which does not exist.
finding-policy-operation-unknown-remedy = Name an operationId of the definition, or remove it.
finding-policy-section-unknown = “{ $value }” is no section of a policy.
finding-policy-section-unknown-remedy = Use Request, Response or Failure.
finding-expression-function-unknown = The expression calls “{ $name }”, which does not exist.
finding-expression-function-unknown-remedy = Use a published function, such as connectionParameters, headers, queryParameters, body or item.
finding-expression-parameter-unknown = The expression names the connection parameter “{ $name }”, which does not exist, and gives no default.
finding-expression-parameter-unknown-remedy = Add the connection parameter, or a default as second argument.
finding-operation-scripted = { $count } operations run through the script of the package and cannot run here.
finding-operation-scripted-remedy = Express what the script does by policies, where that is possible.
finding-script-operation-unknown = The script is said to cover the operation “{ $operation }”, which does not exist.
finding-script-operation-unknown-remedy = Name an operationId of the definition, or remove it.

obstacle-operation-scripted = The operation runs through the script of its package. Scripts are kept and shown, and not run here.
obstacle-operation-unknown-policy = A policy governs the operation that is not known here. It does not run half-transformed.

severity-info = Note
severity-warning = Warning
severity-error = Error

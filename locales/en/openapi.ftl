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
finding-encoding-byte-order-mark = The file begins with a byte order mark. It was passed over.
finding-encoding-not-utf-8 = The file is not UTF-8 and was read as { $encoding }. Save it as UTF-8.
finding-json-trailing-comma = A comma stands before a closing bracket. Remove it: strict readers refuse the file.
finding-json-comment = The file holds a comment. Remove it: strict readers refuse the file.
finding-json-unicode-blank = A character that is no blank of JSON stands between values. Replace it by a blank.
finding-json-control-character = A string holds a control character. Write it as an escape.
finding-json-lone-surrogate = A string holds half a character. It was replaced.
finding-json-repeated-name = The name “{ $name }” stands here more than once; the last one counts. Remove the others.
finding-definition-dialect-missing = The file says neither “swagger” nor “openapi” and was read as Swagger 2.0.
finding-definition-no-operations = The definition has no operation.
finding-operation-id-missing = The operation has no operationId. Give it one that no other operation has.
finding-operation-id-repeated = The operationId “{ $operation }” belongs to an earlier operation, which is the one that is called by it. Rename one of them.
finding-parameter-location = The parameter “{ $name }” goes nowhere: “{ $value }” is no place. Set “in” to path, query, header, body or formData.
finding-reference-missing = Nothing stands at { $reference }.
finding-reference-external = { $reference } leads to another file, which an import has to bring in.
finding-reference-endless = The references that begin with { $reference } come back to themselves.
finding-extension-misspelled = “{ $name }” means nothing and is ignored. Did you mean “{ $meant }”?
finding-dynamic-operation-unknown = There is no operation “{ $operation }” to ask.
finding-security-undefined = The requirement names “{ $name }”, which no security definition defines. It is ignored.
finding-security-kind-unknown = The security definition “{ $name }” is of the unknown type “{ $value }”. It is ignored.
finding-security-without-parameter = No connection parameter holds the value of the security definition “{ $name }”. Nothing is sent for it.
finding-properties-missing = There is no apiProperties.json: the connector has no connection parameters and no policies.
finding-properties-stray = “{ $name }” means nothing here and is ignored.
finding-connection-parameter-kind-unknown = The connection parameter “{ $name }” is of the unknown type “{ $value }”.
finding-sign-in-provider-unknown = The identity provider “{ $value }” is not known: no connection can be made.
finding-sign-in-placeholder = “{ $value }” is a placeholder. Replace it before somebody signs in.
finding-policy-unknown = The policy template “{ $template }” is not known: the operations it governs cannot run here.
finding-policy-parameter-missing = The policy “{ $template }” lacks its parameter “{ $name }”.
finding-policy-operation-unknown = The policy names the operation “{ $operation }”, which does not exist.
finding-policy-section-unknown = “{ $value }” is no section of a policy. Use Request, Response or Failure.
finding-expression-function-unknown = The expression calls “{ $name }”, which does not exist.
finding-expression-parameter-unknown = The expression names the connection parameter “{ $name }”, which does not exist, and gives no default.
finding-operation-scripted = { $count } operations run through the script of the package and cannot run here.
finding-script-operation-unknown = The script is said to cover the operation “{ $operation }”, which does not exist.

obstacle-operation-scripted = The operation runs through the script of its package. Scripts are kept and shown, and not run here.
obstacle-operation-unknown-policy = A policy governs the operation that is not known here. It does not run half-transformed.

severity-info = Note
severity-warning = Warning
severity-error = Error

# Problem documents: what happened, and what to do next.

kind-invalid = The request is not valid
    .detail = Correct it and send it again.
kind-unauthenticated = You are not signed in
    .detail = Sign in, or send a valid token.
kind-forbidden = You are not allowed to do this
    .detail = Ask an administrator for the right.
kind-not-found = Not found
    .detail = It does not exist, or you may not see it. Check the address.
kind-conflict = It does not fit the present state
    .detail = Load it again, then repeat your change.
kind-gone = It was removed
    .detail = Stop using this address.
kind-too-large = Too large
    .detail = Send less at once.
kind-throttled = Too many requests
    .detail = { $seconds ->
        [one] Wait { $seconds } second, then try again.
       *[other] Wait { $seconds } seconds, then try again.
    }
kind-upstream = Another system failed
    .detail = Try again; if it keeps failing, tell whoever runs that system.
kind-unavailable = Not available at the moment
    .detail = { $seconds ->
        [one] Try again in { $seconds } second.
       *[other] Try again in { $seconds } seconds.
    }
kind-internal = Something went wrong on our side
    .detail = Try again. If it happens again, give the request id to whoever runs this hub.

error-request-unauthenticated = You are not signed in
    .detail = Sign in, or send the header “Authorization: Bearer” with a valid token.
error-request-invalid = Some fields are not valid
    .detail = Correct the fields in the list and send the request again.
error-request-malformed = The body cannot be read
    .detail = Send well-formed JSON (or form fields), without anything after it and not nested too deep.
error-request-media-type = The body has the wrong type
    .detail = Set the header “Content-Type” to what this address takes, “application/json” for REST.
error-request-too-large = The body is too large
    .detail = Send less at once, or ask the administrator to raise the limit.
error-request-interrupted = The body did not arrive
    .detail = The connection was too slow or broke off. Send the request again.
error-request-throttled = Too many requests
    .detail = { $seconds ->
        [one] Wait { $seconds } second, then try again.
       *[other] Wait { $seconds } seconds, then try again.
    }
error-request-precondition-failed = It has changed in the meantime
    .detail = Load it again, then repeat your change on the new version.
error-route-unknown = There is nothing at this address
    .detail = Check the address; the list of all addresses is at /api/openapi.json.
error-route-method-not-allowed = This address does not take that method
    .detail = Use one of the methods in the header “Allow”.
error-permission-missing = A permission is missing
    .detail = Ask an administrator for the right, or use a token that carries it.
error-csrf-rejected = The form did not come from a page of this hub
    .detail = Load the page again and repeat what you did.
error-field-invalid = This value is not valid
error-page-limit-invalid = The limit is a whole number from 1 to 200
error-page-cursor-invalid = The cursor was not given by this list: start without one
error-page-both-ends = Give either “after” or “before”, not both
error-internal = Something went wrong on our side
    .detail = Try again. If it happens again, give the request id to whoever runs this hub.
error-storage-full = The disk is full
    .detail = Nothing was stored. The administrator must free space.
error-storage-unavailable = The database does not answer
    .detail = Try again in a moment.
error-storage-interrupted = The answer took too long
    .detail = Ask for less at once, or try again.
error-server-bind-failed = The address cannot be listened on
    .detail = Stop what listens there, or choose another address.
error-server-tls-invalid = The TLS certificate or its key cannot be used
    .detail = Give a certificate chain and its own key, both in PEM form.

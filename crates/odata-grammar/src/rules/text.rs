//! Headers, punctuation, characters (RFC 3986, RFC 5234).

pub(super) const RULES: &str = r#"
header: asyncresult | content-id | isolation | odata-entityid | odata-error | odata-maxversion | odata-version | prefer
asyncresult: 'AsyncResult' ':' OWS DIGIT{3}
content-id: 'Content-ID' ':' OWS request-id
isolation: 'OData-'? 'Isolation' ':' OWS 'snapshot'
request-id: unreserved+
odata-entityid: 'OData-EntityID' ':' OWS IRI-in-header
odata-error: 'OData-Error' ':' OWS '{' DQUOTE "code" DQUOTE ':' (VCHAR | SP)*
odata-maxversion: 'OData-MaxVersion' ':' OWS DIGIT+ '.' DIGIT+
odata-version: 'OData-Version' ':' OWS '4.0' oneToNine?
prefer: 'Prefer' ':' OWS preference % (OWS ',' OWS)
preference: allowEntityReferencesPreference | callbackPreference | continueOnErrorPreference
  | includeAnnotationsPreference | maxpagesizePreference | omitValuesPreference | respondAsyncPreference
  | returnPreference | trackChangesPreference | waitPreference
allowEntityReferencesPreference: 'odata.'? 'allow-entityreferences'
callbackPreference: 'odata.'? 'callback' OWS ';' OWS 'url' EQ-h DQUOTE URI DQUOTE
continueOnErrorPreference: 'odata.'? 'continue-on-error' (EQ-h boolean)?
includeAnnotationsPreference: 'odata.'? 'include-annotations' EQ-h DQUOTE annotationsList DQUOTE
annotationsList: annotationIdentifier % ','
annotationIdentifier: excludeOperator? (STAR | namespace '.' (termName | STAR)) ('#' odataIdentifier)?
excludeOperator: '-'
maxpagesizePreference: 'odata.'? 'maxpagesize' EQ-h oneToNine DIGIT*
omitValuesPreference: 'omit-values' EQ-h ('nulls' | 'defaults')
respondAsyncPreference: 'respond-async'
returnPreference: 'return' EQ-h ("representation" | "minimal")
trackChangesPreference: 'odata.'? 'track-changes'
waitPreference: 'wait' EQ-h DIGIT+
obs-text: [\u0080-\u00ff]
OWS: (SP | HTAB)*
BWS-h: (SP | HTAB)*
EQ-h: BWS-h EQ BWS-h

RWS: (SP | HTAB | '%20' | '%09')+
BWS: (SP | HTAB | '%20' | '%09')*
AT: '@' | '%40'
COLON: ':' | '%3A'
COMMA: ',' | '%2C'
EQ: '='
HASH: '%23'
SIGN: '+' | '%2B' | '-'
SEMI: ';' | '%3B'
STAR: '*' | '%2A'
SQUOTE: [\u0027] | '%27'
OPEN: '(' | '%28'
CLOSE: ')' | '%29'

URI: scheme ':' hier-part ('?' query)? ('#' fragment)?
hier-part: '//' authority path-abempty | path-absolute | path-rootless
scheme: ALPHA (ALPHA | DIGIT | [+\-.])*
authority: (userinfo '@')? host (':' port)?
userinfo: (unreserved | pct-encoded | sub-delims | ':')*
host: IP-literal | IPv4address | reg-name
port: DIGIT*
IP-literal: '[' (IPv6address | IPvFuture) ']'
IPvFuture: 'v' HEXDIG+ '.' (unreserved | sub-delims | ':')+
IPv6address: (h16 ':'){6} ls32
  | '::' (h16 ':'){5} ls32
  | h16? '::' (h16 ':'){4} ls32
  | ((h16 ':'){0,1} h16)? '::' (h16 ':'){3} ls32
  | ((h16 ':'){0,2} h16)? '::' (h16 ':'){2} ls32
  | ((h16 ':'){0,3} h16)? '::' h16 ':' ls32
  | ((h16 ':'){0,4} h16)? '::' ls32
  | ((h16 ':'){0,5} h16)? '::' h16
  | ((h16 ':'){0,6} h16)? '::'
h16: HEXDIG{1,4}
ls32: h16 ':' h16 | IPv4address
IPv4address: dec-octet '.' dec-octet '.' dec-octet '.' dec-octet
dec-octet: '1' DIGIT{2} | '2' [0-4] DIGIT | '25' [0-5] | [1-9] DIGIT | DIGIT
reg-name: (unreserved | pct-encoded | sub-delims)*
path-abempty: ('/' segment)*
path-absolute: '/' (segment-nz ('/' segment)*)?
path-rootless: segment-nz ('/' segment)*
segment: pchar*
segment-nz: pchar+
pchar: unreserved | pct-encoded | sub-delims | ':' | '@'
query: (pchar | '/' | '?')*
fragment: (pchar | '/' | '?')*
pct-encoded: '%' HEXDIG HEXDIG
unreserved: ALPHA | DIGIT | [\-._~]
sub-delims: [$&\u0027=] | other-delims
other-delims: [!()*+,;]
pchar-no-SQUOTE: unreserved | pct-encoded-no-SQUOTE | other-delims | [$&=:@]
pct-encoded-no-SQUOTE: '%' ([013-689] | A-to-F) HEXDIG | '%' '2' ([0-689] | A-to-F)
qchar-no-AMP: unreserved | pct-encoded | other-delims | [:@/?$\u0027=]
qchar-no-AMP-EQ: unreserved | pct-encoded | other-delims | [:@/?$\u0027]
qchar-no-AMP-EQ-AT-DOLLAR: unreserved | pct-encoded | other-delims | [:/?\u0027]
qchar-no-AMP-SQUOTE: unreserved | pct-encoded | other-delims | [:@/?$=]
qchar-no-AMP-DQUOTE: unreserved | pct-encoded-no-DQUOTE | other-delims | [:@/?$\u0027=]
qchar-unescaped: unreserved | pct-encoded-unescaped | other-delims | [:@/?$\u0027=]
pct-encoded-unescaped: '%' ([01346-9] | A-to-F) HEXDIG
  | '%' '2' ([013-9] | A-to-F)
  | '%' '5' (DIGIT | 'A' | 'B' | 'D' | 'E' | 'F')
pct-encoded-no-DQUOTE: '%' ([013-9] | A-to-F) HEXDIG | '%' '2' ([013-9] | A-to-F)
IRI-in-header: (VCHAR | obs-text)+
IRI-in-query: qchar-no-AMP+
ALPHA: [A-Za-z]
DIGIT: [0-9]
HEXDIG: DIGIT | A-to-F
A-to-F: [A-Fa-f]
DQUOTE: [\u0022]
SP: [\u0020]
HTAB: [\u0009]
VCHAR: [\u0021-\u007e]
"#;

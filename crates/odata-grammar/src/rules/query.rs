//! Query options, context fragments.

pub(super) const RULES: &str = r#"
queryOptions: queryOption % '&'
queryOption: systemQueryOption | aliasAndValue | nameAndValue | customQueryOption
batchOptions: batchOption % '&'
batchOption: format | customQueryOption
metadataOptions: metadataOption % '&'
metadataOption: format | customQueryOption
entityOptions: (entityIdOption '&')* id ('&' entityIdOption)*
entityIdOption: format | customQueryOption
entityCastOptions: (entityCastOption '&')* id ('&' entityCastOption)*
entityCastOption: entityIdOption | expand | select
id: '$'? 'id' EQ IRI-in-query
systemQueryOption: compute | deltatoken | expand | filter | format | id | inlinecount | orderby | schemaversion | search
  | select | skip | skiptoken | top | index | apply | temporalOption

compute: '$'? 'compute' EQ computeItem % COMMA
computeItem: commonExpr RWS 'as' RWS computedProperty
computedProperty: odataIdentifier
expand: '$'? 'expand' EQ expandItem % COMMA
expandItem: '$value' | expandPath | optionallyQualifiedEntityTypeName '/' expandPath
expandPath: STAR (ref | OPEN levels CLOSE)?
  | (navigationProperty | entityAnnotationInQuery) ('/' optionallyQualifiedEntityTypeName)?
    ( ref (OPEN expandRefOption % SEMI CLOSE)?
    | count (OPEN expandCountOption % SEMI CLOSE)?
    | OPEN expandOption % SEMI CLOSE )?
  | (complexProperty | complexColProperty | optionallyQualifiedComplexTypeName | complexAnnotationInQuery) '/' expandPath
  | streamProperty
expandCountOption: filter | search
expandRefOption: expandCountOption | orderby | skip | top | inlinecount
expandOption: expandRefOption | select | expand | compute | levels | aliasAndValue | apply | temporalOption
levels: '$'? 'levels' EQ (oneToNine DIGIT* | 'max')
filter: '$'? 'filter' EQ boolCommonExpr
orderby: '$'? 'orderby' EQ orderbyItem % COMMA
orderbyItem: commonExpr (RWS ('asc' | 'desc'))?
skip: '$'? 'skip' EQ DIGIT+
top: '$'? 'top' EQ DIGIT+
index: '$'? 'index' EQ '-'? DIGIT+
format: '$'? 'format' EQ ('atom' | 'json' | 'xml' | pchar+ '/' pchar+)
inlinecount: '$'? 'count' EQ boolean
schemaversion: '$'? 'schemaversion' EQ (STAR | unreserved+)

search: '$'? 'search' EQ BWS (searchExpr | searchExpr-incomplete)
searchExpr: (searchParenExpr | searchNegateExpr | searchPhrase | searchWord) (searchOrExpr | searchAndExpr)?
searchParenExpr: OPEN BWS searchExpr BWS CLOSE
searchNegateExpr: "NOT" RWS searchExpr
searchOrExpr: RWS "OR" RWS searchExpr
searchAndExpr: RWS ("AND" RWS)? searchExpr
searchPhrase: quotation-mark (qchar-no-AMP-DQUOTE | SP)+ quotation-mark
searchWord: searchChar (searchChar | SQUOTE)*
searchChar: unreserved | pct-encoded-no-DQUOTE | [!*+,:@/?$=]
searchExpr-incomplete: SQUOTE (SQUOTE-in-string | qchar-no-AMP-SQUOTE | quotation-mark | SP)* SQUOTE

select: '$'? 'select' EQ selectItem % COMMA
selectItem: STAR
  | allOperationsInSchema
  | selectProperty
  | optionallyQualifiedActionName
  | optionallyQualifiedFunctionName
  | (optionallyQualifiedEntityTypeName | optionallyQualifiedComplexTypeName) '/'
    (selectProperty | optionallyQualifiedActionName | optionallyQualifiedFunctionName)
selectProperty: primitiveProperty
  | primitiveAnnotationInQuery
  | (primitiveColProperty | primitiveColAnnotationInQuery) (OPEN selectOptionPC % SEMI CLOSE)?
  | navigationProperty
  | selectPath (OPEN selectOption % SEMI CLOSE | '/' selectProperty)?
selectPath: (complexProperty | complexColProperty | complexAnnotationInQuery) ('/' optionallyQualifiedComplexTypeName)?
selectOptionPC: filter | search | inlinecount | orderby | skip | top
selectOption: selectOptionPC | compute | select | aliasAndValue
allOperationsInSchema: namespace '.' STAR
optionallyQualifiedActionName: (namespace '.')? action
optionallyQualifiedFunctionName: (namespace '.')? function (OPEN parameterNames CLOSE)?
parameterNames: parameterName % COMMA

deltatoken: '$deltatoken' EQ qchar-no-AMP+
skiptoken: '$skiptoken' EQ qchar-no-AMP+
aliasAndValue: parameterAlias EQ parameterValue
nameAndValue: parameterName EQ parameterValue
parameterValue: arrayOrObject | commonExpr
customQueryOption: customName (EQ customValue)?
customName: qchar-no-AMP-EQ-AT-DOLLAR qchar-no-AMP-EQ*
customValue: qchar-no-AMP*
complexAnnotationInQuery: annotationInQuery
entityAnnotationInQuery: annotationInQuery
primitiveAnnotationInQuery: annotationInQuery
primitiveColAnnotationInQuery: annotationInQuery

temporalOption: at-option | from | to | toInclusive
at-option: '$at' EQ temporalExpr
from: '$from' EQ temporalExpr
to: '$to' EQ temporalExpr
toInclusive: '$toInclusive' EQ temporalExpr
temporalExpr: 'min' | 'max' | commonExpr

context: '#' contextFragment
contextFragment: "Collection($ref)" | "$ref" | "Collection(Edm.EntityType)" | "Collection(Edm.ComplexType)"
  | singletonEntity (navigation containmentNavigation* ('/' qualifiedEntityTypeName)?)? selectList?
  | qualifiedTypeName selectList?
  | entitySet ("/$deletedEntity" | "/$link" | "/$deletedLink")
  | entitySet keyPredicate '/' contextPropertyPath selectList?
  | entitySet selectList? ("/$entity" | "/$delta")?
entitySet: entitySetName containmentNavigation* ('/' qualifiedEntityTypeName)?
containmentNavigation: keyPredicate ('/' qualifiedEntityTypeName)? navigation
navigation: ('/' complexProperty ('/' qualifiedComplexTypeName)?)* '/' navigationProperty
selectList: OPEN (selectListItem % COMMA)? CLOSE
selectListItem: STAR
  | allOperationsInSchema
  | ((qualifiedEntityTypeName | qualifiedComplexTypeName) '/')? (qualifiedActionName | qualifiedFunctionName | selectListProperty)
selectListProperty: primitiveProperty
  | primitiveColProperty
  | (navigationProperty | entityAnnotationInFragment) '+'? selectList?
  | (complexProperty | complexColProperty | complexAnnotationInFragment) ('/' qualifiedComplexTypeName)? ('/' selectListProperty)?
contextPropertyPath: primitiveProperty
  | primitiveColProperty
  | complexColProperty
  | complexProperty (('/' qualifiedComplexTypeName)? '/' contextPropertyPath)?
qualifiedActionName: namespace '.' action
qualifiedFunctionName: namespace '.' function (OPEN parameterNames CLOSE)?
complexAnnotationInFragment: annotationInFragment
entityAnnotationInFragment: annotationInFragment
"#;

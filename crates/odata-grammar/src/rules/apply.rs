//! Aggregation (OData Extension for Data Aggregation 4.0).

pub(super) const RULES: &str = r#"
apply: '$'? 'apply' EQ applyExpr
applyExpr: applyTrafo % '/'
applyTrafo: aggregateTrafo | computeTrafo | concatTrafo | groupbyTrafo | joinTrafo | nestTrafo | outerjoinTrafo | preservingTrafo
preservingTrafo: bottomcountTrafo | bottompercentTrafo | bottomsumTrafo | filterTrafo | identityTrafo | orderbyTrafo
  | searchTrafo | skipTrafo | topTrafo | topcountTrafo | toppercentTrafo | topsumTrafo | ancestorsTrafo
  | descendantsTrafo | traverseTrafo | customFunction
preservingTrafos: preservingTrafo % '/'

aggregateTrafo: "aggregate" OPEN BWS aggregateExpr % (BWS COMMA BWS) BWS CLOSE
aggregateExpr: (aggrPathPrefix | aggrCastPath) nonprimAggWith aggregateFrom? asAlias
  | aggregatableExpW aggregateFrom? asAlias
  | aggregateCount aggregateFrom? asAlias
  | aggregateCustom (customFrom? asAlias)?
aggregatableExpr: commonExpr
aggregatableExpW: aggregatableExpr aggregateWith | (aggrCastPath '/')? aggrPrimPath aggregateWith
aggrPathPrefix: (aggrCastPath '/')? aggrPropPath
aggregateWith: RWS "with" RWS aggregateMethod
nonprimAggWith: RWS "with" RWS nonprimAggMethod
aggregateFrom: RWS "from" RWS groupingProperties aggregateWith aggregateFrom?
customFrom: RWS "from" RWS groupingProperties aggregateWith? customFrom?
aggregateMethod: "sum" | "min" | "max" | "average" | nonprimAggMethod
nonprimAggMethod: "countdistinct" | namespace '.' odataIdentifier
aggregateCount: "$count" | (aggrCastPath '/')? aggrPrimPath count | (aggrPathPrefix | aggrCastPath) count
aggregateCustom: ((aggrPathPrefix | aggrCastPath) '/')? customAggregate
asAlias: RWS "as" RWS expressionAlias
expressionAlias: odataIdentifier
customAggregate: odataIdentifier

aggrPropStep: (complexProperty | complexColProperty | entityNavigationProperty | entityColNavigationProperty) ('/' aggrCastPath)?
aggrPropPath: aggrPropStep ('/' aggrPropPath)?
aggrPrimPath: aggrPropStep '/' aggrPrimPath | primitiveProperty | primitiveColProperty | streamProperty
aggrCastPath: optionallyQualifiedComplexTypeName | optionallyQualifiedEntityTypeName
nestPropPath: (complexProperty | complexColProperty) (('/' optionallyQualifiedComplexTypeName)? '/' nestPropPath)?
snglPropPath: (complexProperty | entityNavigationProperty) (('/' aggrCastPath)? '/' snglPropPath)?
snglPrimPath: (complexProperty | entityNavigationProperty) ('/' aggrCastPath)? '/' snglPrimPath | primitiveProperty | streamProperty
groupingProperty: (aggrCastPath '/')? (snglPrimPath | snglPropPath)
groupingProperties: groupingProperty % (BWS COMMA BWS)
collectionExpr: commonExpr
currCollectionExpr: "$these" collectionPathExpr

computeTrafo: "compute" OPEN BWS computeExpr % (BWS COMMA BWS) BWS CLOSE
computeExpr: commonExpr asAlias
bottomcountTrafo: "bottomcount" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
bottompercentTrafo: "bottompercent" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
bottomsumTrafo: "bottomsum" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
topcountTrafo: "topcount" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
toppercentTrafo: "toppercent" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
topsumTrafo: "topsum" OPEN BWS collectionExpr BWS COMMA BWS commonExpr BWS CLOSE
concatTrafo: "concat" OPEN BWS applyExpr (BWS COMMA BWS applyExpr)+ BWS CLOSE
nestTrafo: "nest" OPEN BWS nestApplyExpr BWS CLOSE | "addnested" OPEN BWS nestPath BWS COMMA BWS nestApplyExpr BWS CLOSE
nestPath: (aggrCastPath '/')?
  ((nestPropPath '/')? navigationProperty ('/' optionallyQualifiedEntityTypeName)? | nestPropPath)
nestApplyExpr: applyExpr asAlias (BWS COMMA BWS applyExpr asAlias)*
joinTrafo: "join" OPEN BWS joinProperty asAlias (BWS COMMA BWS applyExpr)? BWS CLOSE
outerjoinTrafo: "outerjoin" OPEN BWS joinProperty asAlias (BWS COMMA BWS applyExpr)? BWS CLOSE
joinProperty: complexColProperty
  | complexAnnotationInQuery
  | entityColNavigationProperty ('/' optionallyQualifiedEntityTypeName)?
  | entityAnnotationInQuery
ancestorsTrafo: "ancestors" OPEN BWS recHierReference BWS COMMA BWS preservingTrafos BWS
  (COMMA BWS DIGIT+ BWS)? (COMMA BWS "keep start" BWS)? CLOSE
descendantsTrafo: "descendants" OPEN BWS recHierReference BWS COMMA BWS preservingTrafos BWS
  (COMMA BWS DIGIT+ BWS)? (COMMA BWS "keep start" BWS)? CLOSE
traverseTrafo: "traverse" OPEN BWS recHierReference BWS COMMA BWS ("preorder" | "postorder") BWS
  (COMMA BWS preservingTrafos BWS)? (COMMA BWS orderbyItem % (BWS COMMA BWS) BWS)? CLOSE
recHierReference: rootExpr BWS COMMA BWS recHierQualifier BWS COMMA BWS recHierPropertyPath
recHierQualifier: odataIdentifier
recHierPropertyPath: (aggrCastPath '/')? aggrPrimPath
filterTrafo: "filter" OPEN BWS boolCommonExpr BWS CLOSE
searchTrafo: "search" OPEN BWS (searchExpr | searchExpr-incomplete) BWS CLOSE
groupbyTrafo: "groupby" OPEN BWS groupbyList (BWS COMMA BWS applyExpr)? BWS CLOSE
groupbyList: OPEN BWS groupbyElement % (BWS COMMA BWS) BWS CLOSE
groupbyElement: groupingProperty | rollupLevels | rollupRecursive
rollupLevels: "rollup" OPEN BWS (rollupUnnamedHier | rollupNamedHier) BWS CLOSE
rollupRecursive: "rolluprecursive" OPEN BWS recHierReference BWS (COMMA BWS preservingTrafos BWS)? CLOSE
rollupUnnamedHier: groupingProperty (BWS COMMA BWS groupingProperty)+
rollupNamedHier: odataIdentifier
identityTrafo: "identity"
topTrafo: "top" OPEN BWS DIGIT+ BWS CLOSE
skipTrafo: "skip" OPEN BWS DIGIT+ BWS CLOSE
orderbyTrafo: "orderby" OPEN orderbyItem % (BWS COMMA BWS) CLOSE
customFunction: namespace '.' (entityColFunction | complexColFunction | primitiveColFunction) functionExprParameters
aggregateFunctionExpr: aggregatableExpW aggregateFrom?
  | aggrPathPrefix nonprimAggWith aggregateFrom?
  | aggregateCount aggregateFrom?
  | aggregateCustom customFrom?
"#;

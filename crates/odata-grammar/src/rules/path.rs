//! Service roots, resource paths.

pub(super) const RULES: &str = r#"
odataUri: serviceRoot odataRelativeUri?
serviceRoot: ('https' | 'http') '://' host (':' port)? '/' (segment-nz '/')*
odataRelativeUri: "$batch" ('?' batchOptions)?
  | "$entity" '?' entityOptions
  | "$entity" '/' optionallyQualifiedEntityTypeName '?' entityCastOptions
  | "$metadata" ('?' metadataOptions)? context?
  | resourcePath ('?' queryOptions?)?

resourcePath: entitySetName collectionNavigation?
  | singletonEntity singleNavigation?
  | actionImportCall
  | entityColFunctionImportCall collectionNavigation?
  | entityFunctionImportCall singleNavigation?
  | complexColFunctionImportCall complexColPath?
  | complexFunctionImportCall complexPath?
  | primitiveColFunctionImportCall collectionPath?
  | primitiveFunctionImportCall primitivePath?
  | functionImportCallNoParens querySegment?
  | crossjoin querySegment?
  | "$all" ('/' optionallyQualifiedEntityTypeName)?

collectionNavigation: collectionNavPath | '/' optionallyQualifiedEntityTypeName collectionNavPath?
collectionNavPath: keyPredicate singleNavigation? | filterInPath collectionNavigation? | each boundOperation?
  | boundOperation | count | ref | querySegment

keyPredicate: simpleKey | compoundKey | keyPathSegments
simpleKey: OPEN (parameterAlias | keyPropertyValue) CLOSE
compoundKey: OPEN keyValuePair % COMMA CLOSE
keyValuePair: (primitiveKeyProperty | keyPropertyAlias) EQ (parameterAlias | keyPropertyValue)
keyPropertyAlias: odataIdentifier
keyPathSegments: ('/' keyPathLiteral)+
keyPathLiteral: pchar*
keyPropertyValue: boolean | guid | dateTimeOffsetLiteral | date | timeOfDayLiteral | decimalLiteral | sbyteLiteral | byte
  | int16Literal | int32Literal | int64Literal | stringLiteral | durationLiteral | enumLiteral

singleNavigation: singleNavPath | '/' optionallyQualifiedEntityTypeName singleNavPath?
singleNavPath: '/' propertyPath | boundOperation | ref | value | querySegment
propertyPath: entityColNavigationProperty collectionNavigation?
  | entityNavigationProperty singleNavigation?
  | complexColProperty complexColPath?
  | complexProperty complexPath?
  | primitiveColProperty collectionPath?
  | primitiveProperty primitivePath?
  | streamProperty boundOperation?
collectionPath: count | boundOperation | ordinalIndex | querySegment
primitivePath: value | boundOperation | querySegment
complexColPath: collectionPath | '/' optionallyQualifiedComplexTypeName collectionPath?
complexPath: complexNavPath | '/' optionallyQualifiedComplexTypeName complexNavPath?
complexNavPath: '/' propertyPath | boundOperation | querySegment

filterInPath: "/$filter" OPEN boolCommonExpr CLOSE
each: "/$each"
count: "/$count"
ref: "/$ref"
value: "/$value"
querySegment: "/$query"
ordinalIndex: '/' '-'? DIGIT+

boundOperation: '/' ( boundActionCall
  | boundEntityColFunctionCall collectionNavigation?
  | boundEntityFunctionCall singleNavigation?
  | boundComplexColFunctionCall complexColPath?
  | boundComplexFunctionCall complexPath?
  | boundPrimitiveColFunctionCall collectionPath?
  | boundPrimitiveFunctionCall primitivePath?
  | boundFunctionCallNoParens querySegment? )
actionImportCall: actionImport
boundActionCall: (namespace '.')? action
boundEntityFunctionCall: (namespace '.')? entityFunction functionParameters
boundEntityColFunctionCall: (namespace '.')? entityColFunction functionParameters
boundComplexFunctionCall: (namespace '.')? complexFunction functionParameters
boundComplexColFunctionCall: (namespace '.')? complexColFunction functionParameters
boundPrimitiveFunctionCall: (namespace '.')? primitiveFunction functionParameters
boundPrimitiveColFunctionCall: (namespace '.')? primitiveColFunction functionParameters
boundFunctionCallNoParens: (namespace '.')? entityFunction
  | (namespace '.')? entityColFunction
  | (namespace '.')? complexFunction
  | (namespace '.')? complexColFunction
  | (namespace '.')? primitiveFunction
  | (namespace '.')? primitiveColFunction
entityFunctionImportCall: entityFunctionImport functionParameters
entityColFunctionImportCall: entityColFunctionImport functionParameters
complexFunctionImportCall: complexFunctionImport functionParameters
complexColFunctionImportCall: complexColFunctionImport functionParameters
primitiveFunctionImportCall: primitiveFunctionImport functionParameters
primitiveColFunctionImportCall: primitiveColFunctionImport functionParameters
functionImportCallNoParens: entityFunctionImport | entityColFunctionImport | complexFunctionImport
  | complexColFunctionImport | primitiveFunctionImport | primitiveColFunctionImport
functionParameters: OPEN (BWS functionParameter % (BWS COMMA BWS))? BWS CLOSE
functionParameter: parameterName EQ (parameterAlias | primitiveLiteral)
parameterName: odataIdentifier
parameterAlias: AT odataIdentifier
crossjoin: "$crossjoin" OPEN entitySetName % COMMA CLOSE
"#;

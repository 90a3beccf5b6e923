//! Names, literals.

pub(super) const RULES: &str = r#"
qualifiedTypeName: singleQualifiedTypeName | "Collection" OPEN singleQualifiedTypeName CLOSE
optionallyQualifiedTypeName: singleQualifiedTypeName | "Collection" OPEN singleQualifiedTypeName CLOSE
  | singleTypeName | "Collection" OPEN singleTypeName CLOSE
singleQualifiedTypeName: qualifiedEntityTypeName | qualifiedComplexTypeName | qualifiedTypeDefinitionName
  | qualifiedEnumTypeName | primitiveTypeName
singleTypeName: entityTypeName | complexTypeName | typeDefinitionName | enumerationTypeName
qualifiedEntityTypeName: namespace '.' entityTypeName
qualifiedComplexTypeName: namespace '.' complexTypeName
qualifiedTypeDefinitionName: namespace '.' typeDefinitionName
qualifiedEnumTypeName: namespace '.' enumerationTypeName
optionallyQualifiedEntityTypeName: (namespace '.')? entityTypeName
optionallyQualifiedComplexTypeName: (namespace '.')? complexTypeName
namespace: namespacePart % '.'
namespacePart: odataIdentifier
entitySetName: odataIdentifier
singletonEntity: odataIdentifier
entityTypeName: odataIdentifier
complexTypeName: odataIdentifier
typeDefinitionName: odataIdentifier
enumerationTypeName: odataIdentifier
enumerationMember: odataIdentifier
termName: odataIdentifier
odataIdentifier: identifierLeadingCharacter identifierCharacter{0,127}
identifierLeadingCharacter: ALPHA | '_'
identifierCharacter: ALPHA | '_' | DIGIT
primitiveTypeName: "Edm."
  ( "Binary" | "Boolean" | "Byte" | "Date" | "DateTimeOffset" | "Decimal" | "Double" | "Duration" | "Guid" | "Int16"
  | "Int32" | "Int64" | "SByte" | "Single" | "Stream" | "String" | "TimeOfDay"
  | abstractSpatialTypeName concreteSpatialTypeName? )
abstractSpatialTypeName: "Geography" | "Geometry"
concreteSpatialTypeName: "Collection" | "LineString" | "MultiLineString" | "MultiPoint" | "MultiPolygon" | "Point" | "Polygon"
primitiveProperty: primitiveKeyProperty | primitiveNonKeyProperty | customAggregate
primitiveKeyProperty: odataIdentifier
primitiveNonKeyProperty: odataIdentifier
primitiveColProperty: odataIdentifier
complexProperty: odataIdentifier
complexColProperty: odataIdentifier
streamProperty: odataIdentifier
navigationProperty: entityNavigationProperty | entityColNavigationProperty
entityNavigationProperty: odataIdentifier
entityColNavigationProperty: odataIdentifier
action: odataIdentifier
actionImport: odataIdentifier
function: entityFunction | entityColFunction | complexFunction | complexColFunction | primitiveFunction | primitiveColFunction
entityFunction: odataIdentifier
entityColFunction: odataIdentifier
complexFunction: odataIdentifier
complexColFunction: odataIdentifier
primitiveFunction: odataIdentifier
primitiveColFunction: odataIdentifier
entityFunctionImport: odataIdentifier
entityColFunctionImport: odataIdentifier
complexFunctionImport: odataIdentifier
complexColFunctionImport: odataIdentifier
primitiveFunctionImport: odataIdentifier
primitiveColFunctionImport: odataIdentifier

primitiveLiteral: null | boolean | guid | dateTimeOffsetLiteral | date | timeOfDayLiteral | decimalLiteral | doubleLiteral
  | singleLiteral | sbyteLiteral | byte | int16Literal | int32Literal | int64Literal | stringLiteral | durationLiteral
  | enumLiteral | binaryLiteral | geographyCollection | geographyLineString | geographyMultiLineString
  | geographyMultiPoint | geographyMultiPolygon | geographyPoint | geographyPolygon | geometryCollection
  | geometryLineString | geometryMultiLineString | geometryMultiPoint | geometryMultiPolygon | geometryPoint
  | geometryPolygon
primitiveValue: booleanValue | guidValue | durationValue | dateTimeOffsetValue | dateValue | timeOfDayValue | enumValue
  | fullCollectionLiteral | fullLineStringLiteral | fullMultiPointLiteral | fullMultiLineStringLiteral
  | fullMultiPolygonLiteral | fullPointLiteral | fullPolygonLiteral | decimalValue | doubleValue | singleValue
  | sbyteValue | byteValue | int16Value | int32Value | int64Value | binaryValue
null: "null"
binaryLiteral: 'binary' SQUOTE binaryValue SQUOTE
binaryValue: (base64char{4})* (base64b16 | base64b8)?
base64b16: base64char{2} [AEIMQUYcgkosw048] '='?
base64b8: base64char [AQgw] '=='?
base64char: ALPHA | DIGIT | '-' | '_'
boolean: 'true' | 'false'
booleanValue: "true" | "false"
decimalLiteral: SIGN? DIGIT+ ('.' DIGIT+)? ('e' SIGN? DIGIT+)? | nanInfinity
decimalValue: [+\-]? DIGIT+ ('.' DIGIT+)? ('e' [+\-]? DIGIT+)? | nanInfinity
doubleLiteral: decimalLiteral
doubleValue: decimalValue
singleLiteral: decimalLiteral
singleValue: decimalValue
nanInfinity: "NaN" | "-INF" | "INF"
guid: HEXDIG{8} '-' HEXDIG{4} '-' HEXDIG{4} '-' HEXDIG{4} '-' HEXDIG{12}
guidValue: guid
byte: DIGIT{1,3}
byteValue: byte
sbyteLiteral: SIGN? DIGIT{1,3}
sbyteValue: [+\-]? DIGIT{1,3}
int16Literal: SIGN? DIGIT{1,5}
int16Value: [+\-]? DIGIT{1,5}
int32Literal: SIGN? DIGIT{1,10}
int32Value: [+\-]? DIGIT{1,10}
int64Literal: SIGN? DIGIT{1,19}
int64Value: [+\-]? DIGIT{1,19}
stringLiteral: SQUOTE (SQUOTE-in-string | pchar-no-SQUOTE)* SQUOTE
SQUOTE-in-string: SQUOTE SQUOTE
date: year '-' month '-' day
dateValue: date
dateTimeOffsetLiteral: date 'T' timeOfDayLiteral ('Z' | SIGN hour COLON minute)
dateTimeOffsetValueInUrl: dateTimeOffsetLiteral
dateTimeOffsetValue: date 'T' timeOfDayValue ('Z' | [+\-] hour ':' minute)
durationLiteral: 'duration'? SQUOTE durationValue SQUOTE
durationValue: '-'? 'P' (DIGIT+ 'D')? ('T' (DIGIT+ 'H')? (DIGIT+ 'M')? (DIGIT+ ('.' DIGIT+)? 'S')?)?
timeOfDayLiteral: hour COLON minute (COLON second ('.' fractionalSeconds)?)?
timeOfDayValue: hour ':' minute (':' second ('.' fractionalSeconds)?)?
oneToNine: [1-9]
zeroToFiftyNine: [0-5] DIGIT
year: '-'? ('0' DIGIT{3} | oneToNine DIGIT{3,})
month: '0' oneToNine | '1' [0-2]
day: '0' oneToNine | [12] DIGIT | '3' [01]
hour: [01] DIGIT | '2' [0-3]
minute: zeroToFiftyNine
second: zeroToFiftyNine | '60'
fractionalSeconds: DIGIT{1,12}
enumLiteral: qualifiedEnumTypeName? SQUOTE singleEnumLiteral % COMMA SQUOTE
singleEnumLiteral: enumerationMember | int64Literal
enumValue: singleEnumValue % ','
singleEnumValue: enumerationMember | int64Value

geographyCollection: geographyPrefix SQUOTE fullCollectionLiteral SQUOTE
geographyLineString: geographyPrefix SQUOTE fullLineStringLiteral SQUOTE
geographyMultiLineString: geographyPrefix SQUOTE fullMultiLineStringLiteral SQUOTE
geographyMultiPoint: geographyPrefix SQUOTE fullMultiPointLiteral SQUOTE
geographyMultiPolygon: geographyPrefix SQUOTE fullMultiPolygonLiteral SQUOTE
geographyPoint: geographyPrefix SQUOTE fullPointLiteral SQUOTE
geographyPolygon: geographyPrefix SQUOTE fullPolygonLiteral SQUOTE
geometryCollection: geometryPrefix SQUOTE fullCollectionLiteral SQUOTE
geometryLineString: geometryPrefix SQUOTE fullLineStringLiteral SQUOTE
geometryMultiLineString: geometryPrefix SQUOTE fullMultiLineStringLiteral SQUOTE
geometryMultiPoint: geometryPrefix SQUOTE fullMultiPointLiteral SQUOTE
geometryMultiPolygon: geometryPrefix SQUOTE fullMultiPolygonLiteral SQUOTE
geometryPoint: geometryPrefix SQUOTE fullPointLiteral SQUOTE
geometryPolygon: geometryPrefix SQUOTE fullPolygonLiteral SQUOTE
fullCollectionLiteral: sridLiteral collectionLiteral
fullLineStringLiteral: sridLiteral lineStringLiteral
fullMultiLineStringLiteral: sridLiteral multiLineStringLiteral
fullMultiPointLiteral: sridLiteral multiPointLiteral
fullMultiPolygonLiteral: sridLiteral multiPolygonLiteral
fullPointLiteral: sridLiteral pointLiteral
fullPolygonLiteral: sridLiteral polygonLiteral
collectionLiteral: 'GeometryCollection(' geoLiteral % COMMA CLOSE
geoLiteral: collectionLiteral | lineStringLiteral | multiPointLiteral | multiLineStringLiteral | multiPolygonLiteral
  | pointLiteral | polygonLiteral
lineStringLiteral: 'LineString' lineStringData
lineStringData: OPEN positionLiteral (COMMA positionLiteral)+ CLOSE
multiLineStringLiteral: 'MultiLineString(' (lineStringData % COMMA)? CLOSE
multiPointLiteral: 'MultiPoint(' (pointData % COMMA)? CLOSE
multiPolygonLiteral: 'MultiPolygon(' (polygonData % COMMA)? CLOSE
sridLiteral: 'SRID' EQ DIGIT{1,5} SEMI
pointLiteral: 'Point' pointData
pointData: OPEN positionLiteral CLOSE
positionLiteral: doubleValue SP doubleValue (SP doubleValue)? (SP doubleValue)?
polygonLiteral: 'Polygon' polygonData
polygonData: OPEN ringLiteral % COMMA CLOSE
ringLiteral: OPEN positionLiteral % COMMA CLOSE
geographyPrefix: 'geography'
geometryPrefix: 'geometry'
"#;

//! The rules themselves, by what they are about: `E` refuses certification, `W` does not.

use openapi::Severity;

use super::Group;

rules! {
    Document {
        /// `swagger` is not the text `"2.0"`.
        SpecificationVersionIncorrect E,
        /// A property that Swagger or certification requires is absent: `info.title`, `info.contact`, ….
        RequiredPropertyMissing E,
        /// A required property is empty text.
        RequiredValueEmpty E,
        /// None of a set of alternatives is there.
        OneOfPropertiesRequired E,
        /// A property has another JSON type than its slot.
        JsonTypeIncorrect E,
        /// A property has a value outside its fixed list.
        JsonValueNotInEnum E,
        /// Unknown property not starting with `x-`.
        ExtensionNameNotValid E,
        /// Property that must not be there.
        AdditionalPropertyNotAllowed E,
        /// Anything beside `$ref`.
        AdditionalPropertyNotAllowedAdjacentToRef W,
        /// A reference is no valid JSON pointer.
        JsonPointerNotValid E,
        /// `host` holds a scheme, a path or template text.
        HostNameNotValid E,
        /// `basePath` does not start with `/`.
        BasePathNotValid E,
        /// `schemes` is an empty array.
        SchemesArrayEmpty E,
        /// `schemes` holds something that is no scheme.
        SchemeNotValid E,
        /// `ws` or `wss`.
        SchemeNotSupported E,
        /// A consumes/produces entry is no media type.
        MimeTypeNotValid E,
        /// A media type of requests that is neither JSON nor plain text nor one of the two forms.
        MimeTypeNotSupported W,
        /// Keyword not supported here (for instance `uniqueItems`).
        SwaggerKeywordNotSupported W,
        /// A `url` is not absolute.
        UrlNotValid E,
        /// `contact.email` malformed or not ASCII.
        ContactEmailNotValid E,
        /// `x-ms-connector-metadata` lacks `Website`, `Privacy policy` or `Categories`.
        ConnectorMetadataPropertiesMissing E,
        /// Category outside the list.
        InvalidConnectorCategory E,
        /// More than 2 categories.
        TooManyConnectorCategories E,
        /// Text over its maximum (title 30).
        FieldLengthExceeded E,
        /// Text outside its range (description 30–500).
        FieldLengthNotInRange E,
        /// A forbidden word in a title or description: `API`, `Connector`, product names of the platform.
        ValueContainsRestrictedWords E,
        /// Text not in English (non-alphanumeric scripts).
        ValueMustBeInEnglish W,
        /// Title or summary ends in another character.
        ValueMustEndWithAlphanumeric W,
        /// Connector `Production` while its service is beta.
        ProductionStatusOnBetaService E,
        /// A tag name twice in `tags`.
        TagRedefined E,
    }
    Operations {
        /// No `operationId`.
        OperationIdRequired E,
        /// `operationId` used twice.
        OperationIdNotUnique E,
        /// `operationId` over the maximum length.
        OperationIdTooLong E,
        /// `operationId` has characters besides letters, digits (and `_`).
        OperationIdSanitized W,
        /// Revision above 1 and the id does not end with it.
        OperationIdShouldEndWithRevision W,
        /// `summary` of 120 characters or more.
        OperationSummaryTooLong W,
        /// `summary` holds characters besides letters, digits, blanks and parentheses.
        RestrictedCharactersInSummary W,
        /// `responses` is empty.
        OperationMustHaveResponse W,
        /// No 2xx response.
        OperationShouldHaveSuccessfulResponse W,
        /// More than one response has a schema (one is used).
        OperationHasManyResponsesWithSchema W,
        /// Neither 200 nor 201 nor the notification content has a schema.
        SchemaDefinitionSetIncorrectly W,
        /// The `default` response has a schema.
        DefaultResponseHasSchema W,
        /// A response key is neither a status code nor `default`.
        ResponseMustBeDefaultOrHttpStatusCode E,
        /// Two response headers of one name.
        ResponseHeadersAreNotUnique E,
        /// Example for a media type the operation does not produce.
        ResponseExampleMustBeProducedByOperation W,
        /// Body or form but an empty `consumes`.
        ConsumesMissing W,
        /// Form parameters without a form media type, or the like.
        MimeTypeNotCompatibleWithRequestContentSchemaType W,
        /// GET with a body or form.
        BodyOrFormDataParameterInFetchOperationNotAllowed W,
        /// More than 256 operations.
        TotalOperationsCountExceedsMaxAllowed E,
        /// More than 16,384 schemas in one operation.
        OperationSchemaCountExceedsMaxAllowed E,
        /// More than 512 schemas in one body.
        BodySchemaCountExceedsMaxAllowed E,
        /// More than 256 × 16,384 schemas.
        TotalSchemaCountExceedsMaxAllowed E,
        /// Schema nested too deep, references followed.
        SchemaTooDeep E,
    }
    Paths {
        /// Path without `/`.
        OperationPathMustStartWithSlash E,
        /// `?` or `#` in a path.
        OperationPathMayNotContainQueryOrFragment E,
        /// `*` in a path.
        OperationPathContainsUnsupportedCharacters E,
        /// Unbalanced braces, or a variable over several segments.
        OperationPathTemplateNotValid E,
        /// `{name=default}`.
        OperationPathVariablesContainDefaults E,
        /// `$ref` on a path item (spelt so upstream).
        PathItemRefNotSuppored E,
        /// Two paths equal ignoring case.
        PathRedefined E,
        /// Same verb, paths equal but for variable names.
        DuplicateOperationPath E,
        /// A variable may take the static text of a sibling path.
        PartialDuplicateOperationPath W,
    }
    Parameters {
        /// Path variable without parameter.
        OperationMissingPathParameter E,
        /// Path parameter without variable.
        PathParameterNotDefinedInTemplate E,
        /// Path parameter not `required: true`.
        PathParameterMustBeRequired E,
        /// Path parameter without `x-ms-url-encoding`.
        PathParameterMissingEncoding W,
        /// `x-ms-url-encoding` on a query parameter.
        QueryParameterEncodingNotSupported W,
        /// Parameter list repeats an item.
        OperationParametersAreNotUnique E,
        /// Same name and place twice in an operation.
        OperationParametersContainDuplicateParameter E,
        /// Same, at path level.
        PathParametersContainDuplicateParameter E,
        /// Two body parameters.
        OperationParametersContainMultipleBodyParameters E,
        /// Same, at path level.
        PathParametersContainMultipleBodyParameters E,
        /// Body and form together.
        ParameterListContainsFormDataAndBody E,
        /// `type: file` outside formData.
        FileParameterMustBeInFormData E,
        /// Form field name not ASCII.
        InvalidFormDataParameterName E,
        /// `string`/`binary` field in an urlencoded form.
        StringBinaryNotSupportedForFormUrlEncoded E,
        /// Parameter named `connectionId`.
        ConnectionIdParameterNotAllowed E,
        /// Reserved parameter name.
        ReservedParameterIsUsed E,
        /// Body parameter without `schema`.
        BodyParameterSchemaRequired E,
        /// `type`, `format`, … on a body parameter.
        BodyParameterPropertyNotValid E,
        /// `schema` outside the body.
        NonBodyParameterSchemaNotValid E,
        /// `allowEmptyValue` elsewhere.
        AllowEmptyValueOnlyValidForQueryFormData E,
        /// Unsupported `collectionFormat`.
        CollectionFormatValueNotSupported E,
        /// `$ref` to a missing parameter.
        ParameterReferenceNotFound E,
        /// Parameter `$ref` not below `#/parameters/`.
        ParameterReferenceNotValid E,
        /// Shared parameter that is itself a `$ref`.
        ParameterRefLoopNotAllowed E,
        /// Fetch and subscribe operations disagree on a parameter (spelt so upstream).
        ParamtersWithSameNameMustHaveSameTypeAndVisibility W,
        /// Internal property with a default, not required.
        PropertyMustBeRequired E,
        /// The same on a parameter.
        InternalPropertyWithDefaultOptional W,
        /// A dynamic call takes a value from an internal property.
        SourcePropertyInternal W,
    }
    Schemas {
        /// `$ref` to a missing definition.
        SchemaReferenceNotFound E,
        /// Schema `$ref` not below `#/definitions/`.
        SchemaReferenceNotValid E,
        /// Definition that is itself a bare `$ref`.
        SchemaRefLoopNotAllowed E,
        /// `$ref` to a missing response.
        ResponseReferenceNotFound E,
        /// Response `$ref` not below `#/responses/`.
        ResponseReferenceNotValid E,
        /// Shared response that is itself a `$ref`.
        ResponseRefLoopNotAllowed E,
        /// A cycle through required properties.
        RequiredLoopInSchemaNotAllowed E,
        /// `type: file` outside formData and the root of a response.
        SchemaTypeFileNotValid E,
        /// Array without `items`.
        ArrayHasNoItems E,
        /// Repeated value where values must be unique (enum, required, …).
        ArrayDuplicateValue E,
        /// `required: \[]`.
        RequiredPropertyArrayEmpty W,
        /// `required` list on another type than object.
        RequiredPropertyNotOnObject W,
        /// `required` names an undeclared property.
        RequiredPropertyDefinitionMissing E,
        /// Input property both read-only and required.
        RequiredReadOnlyPropertyNotAllowedAsInput E,
        /// Default of another type.
        DefaultValueMustMatchType W,
        /// `enum: \[]`.
        EnumMustContainAtLeastOneElement E,
        /// Enum value of another type.
        InvalidEnumValue W,
        /// `x-ms-enum-values` value not in `enum`.
        InvalidEnumValuesExtensionValue E,
        /// `x-ms-enum-values` entry without `displayName`.
        MissingEnumValuesDisplayName E,
        /// Two titles for one value.
        DuplicateEnumValuesInExtension E,
        /// `string`/`binary` below the top of a body.
        InvalidStringBinaryProperty W,
        /// Unknown type/format pair.
        UnrecognizedTypeFormat W,
        /// `x-ms-editor: dictionary` on something else than an open object.
        InvalidCustomEditorExtensionDictionaryValue E,
        /// `discriminator` not a required string property.
        DiscriminatorMustBeARequiredStringProperty E,
        /// Without `maximum`.
        ExclusiveMaximumRequiresMaximum E,
        /// Without `minimum`.
        ExclusiveMinimumRequiresMinimum E,
        /// Range upside down.
        MinimumShouldBeLessThanOrEqualToMaximum W,
        /// Same for items.
        MinItemsShouldBeLessThanOrEqualToMaxItems W,
        /// Same for length.
        MinLengthShouldBeLessThanOrEqualToMaxLength W,
        /// Negative.
        MaxItemsMustBeGreaterThanOrEqualToZero E,
        /// Negative.
        MaxLengthMustBeGreaterThanOrEqualToZero E,
        /// Negative.
        MaxPropertiesMustBeGreaterThanOrEqualToZero E,
        /// Negative.
        MinItemsMustBeGreaterThanOrEqualToZero E,
        /// Negative.
        MinLengthMustBeGreaterThanOrEqualToZero E,
        /// Negative.
        MinPropertiesMustBeGreaterThanOrEqualToZero E,
        /// Zero or negative.
        MultipleOfMustBeGreaterThanZero E,
        /// `pattern` does not compile.
        PatternShouldBeValidRegularExpression W,
        /// `filterFunctions: \[]`.
        FilterFunctionsPropertyEmpty E,
        /// Repeated entry.
        FilterFunctionsPropertyHasDuplicates E,
        /// Outside a response schema.
        FilterFunctionsPropertyInInputSchema E,
        /// Unknown function.
        FilterFunctionsPropertyInvalidValue E,
    }
    Security {
        /// Requirement names no scheme.
        SecurityRequirementMustBeDefined W,
        /// Requirement value null or missing.
        SecurityRequirementMustHaveValue E,
        /// Scopes on a scheme that is not oauth2.
        SecurityRequirementMustHaveEmptyValue E,
        /// Scope not declared in the scheme.
        OAuthSecurityRequirementValueMustBeScopeName W,
        /// Property foreign to that scheme type.
        SecuritySchemePropertyNotValid E,
        /// Property missing for that scheme type.
        SecuritySchemePropertyRequired E,
    }
    Dynamic {
        /// Dynamic extension on the body parameter instead of its schema.
        DynamicExtensionDefinitionNotAllowedInParameter E,
        /// `x-ms-dynamic-values` reference is ambiguous and there is no `x-ms-dynamic-list`.
        DynamicListExtensionRequiredForAmbiguousReferences E,
        /// It points into a parameter and there is no `x-ms-dynamic-list`.
        DynamicListExtensionRequiredForNonParameterReferences E,
        /// Same for `x-ms-dynamic-schema` / `x-ms-dynamic-properties`.
        DynamicPropertiesExtensionRequiredForAmbiguousReferences E,
        /// Same.
        DynamicPropertiesExtensionRequiredForNonParameterReferences E,
        /// `value-path` ends in `properties` without the new extension.
        DynamicPropertiesExtensionRequiredForPropertiesValuePath E,
        /// `itemValuePath` differs from `value-path` less its closing `properties`.
        DynamicPropertiesItemValuePathMismatch E,
        /// File picker without `x-ms-dynamic-tree`.
        DynamicTreeExtensionMissing W,
        /// `selectedItemValuePath` outside `browse`.
        SelectedItemValuePathNotAllowedInThisPosition E,
        /// Dynamic call to an unknown operation.
        OperationIdNotFound E,
        /// Dynamic call passes an unknown parameter.
        OperationParameterNameNotFound E,
        /// The name fits a parameter and a body property.
        OperationParameterNameIsAmbiguous W,
        /// Dynamic call omits a required parameter.
        OperationMissingRequiredProperty E,
        /// Required parameter fed from an optional one.
        OperationParameterRequiredMismatch W,
        /// Types differ.
        OperationParameterTypeMismatch W,
        /// Literal of another type.
        OperationParameterStaticTypeMismatch W,
        /// The path names no array in the target's answer.
        InvokedOperationShouldProduceArray W,
        /// The path names no property there.
        InvokedOperationShouldProduceProperty W,
        /// `x-ms-pageable.nextLinkName` other than `nextLink`, `@odata.nextLink`.
        InvalidNextLinkNameValue E,
    }
    Triggers {
        /// Notification URL but no `x-ms-notification-content` on the path item.
        OperationMustHaveNotificationContentExtension E,
        /// Webhook without notification URL property.
        WebhookOperationsMissingNotificationUrlProperty E,
        /// `x-ms-notification-url` outside an input body.
        NotificationUrlNotAllowedInThisPosition E,
        /// Neither it nor a parent is internal.
        NotificationUrlNotInternal E,
        /// Not required all the way down.
        NotificationUrlNotRequired E,
        /// Not a string.
        NotificationUrlNotString E,
        /// `x-ms-notification` on a webhook.
        NotificationExtensionNotSupportedInWebhookOperation E,
        /// `x-ms-notification` on an action.
        NotificationExtensionSupportedForTriggerOnly E,
        /// `x-ms-notification.operationId` is no webhook.
        NotificationOperationMustBeWebhook E,
    }
    Versions {
        /// Operation `Production`, connector `Preview`.
        OperationStatusAheadOfConnector E,
        /// `family` without `revision`.
        OperationRevisionEmpty W,
        /// Revision twice in a family.
        OperationFamilyHasDuplicateRevisions E,
        /// Two members without revision.
        OperationFamilyHasManyEmptyRevisions E,
        /// More than two members not deprecated.
        OperationFamilyHasManyActiveOperations W,
        /// More than one active `Production` member.
        OperationFamilyHasManyActiveProductionOperations W,
        /// `replacement` on a live operation.
        ApiAnnotationExtensionReplacementInfoForNonDeprecatedOperations E,
        /// `replacement` without `api`.
        ApiAnnotationExtensionReplacementInfoMissingApiProperty E,
        /// `replacement` without `operationId`.
        ApiAnnotationExtensionReplacementInfoMissingOperationIdProperty E,
    }
    Package {
        /// The definition signs in with OAuth, the properties hold no OAuth parameter.
        OAuthSchemeWithoutConnectionParameter E,
        /// The properties hold an OAuth parameter, the definition signs in without OAuth.
        OAuthConnectionParameterWithoutScheme W,
        /// The definition wants an API key, no connection parameter is secret.
        ApiKeySchemeWithoutSecureParameter W,
        /// The definition signs in with user name and password, the properties ask for neither.
        BasicSchemeWithoutCredentials E,
        /// A policy names an operation that is not there.
        PolicyOperationNotFound W,
        /// A policy names a connection parameter that is not there.
        PolicyConnectionParameterNotFound W,
        /// A policy template that is not known.
        PolicyTemplateNotKnown W,
        /// `scriptOperations` names an operation that is not there.
        ScriptOperationNotFound W,
        /// A client secret in a file that is handed on.
        ClientSecretInFile E,
        /// A brand colour that is white or the default.
        BrandColorNotAllowed E,
        /// An independent connector in another colour than theirs.
        BrandColorNotIndependent E,
        /// No colour, or no colour at all by its form.
        BrandColorNotValid E,
        /// `publisher` is missing.
        PublisherMissing E,
        /// `stackOwner` is missing.
        StackOwnerMissing E,
        /// `http` among the schemes.
        PlainHttpScheme W,
        /// Certified and independent connectors bring a readme.
        ReadmeMissing E,
        /// Independent connectors bring no icon.
        IconNotAllowed E,
    }
    People {
        /// The text uses letters or digits only partly: `publisher` or `stackOwner`.
        PublisherNotAlphanumeric E,
        /// The contact lacks `name`, `url` or `email`.
        ContactPropertyMissing E,
        /// `Website` or `Privacy policy` is no address.
        ConnectorMetadataUrlNotValid E,
        /// An operation without `summary`.
        OperationSummaryMissing E,
        /// An operation without `description`.
        OperationDescriptionMissing E,
        /// `summary` of more than 80 characters.
        OperationSummaryOver80Characters E,
        /// `summary` and `description` are the same.
        OperationSummaryEqualsDescription W,
        /// `description` without closing punctuation.
        OperationDescriptionNotASentence W,
        /// `operationId` is not in Pascal case.
        OperationIdNotPascalCase W,
        /// `summary` is not in sentence case.
        OperationSummaryNotSentenceCase W,
        /// No word about the visibility of an operation.
        OperationVisibilityMissing W,
        /// The summary of a trigger does not begin with “When a”.
        TriggerSummaryNotWhen W,
        /// A parameter without `x-ms-summary`.
        ParameterSummaryMissing E,
        /// A parameter without `description`.
        ParameterDescriptionMissing E,
        /// `x-ms-summary` of more than 80 characters.
        ParameterSummaryOver80Characters W,
        /// `x-ms-summary` is not in title case.
        ParameterSummaryNotTitleCase W,
        /// A schema that says nothing and is not dynamic.
        ResponseSchemaEmpty E,
        /// A default that its own schema does not take.
        DefaultValueNotValid W,
        /// The definition is over 1 MB.
        DefinitionTooLarge E,
        /// A host for tests.
        HostNotProduction E,
        /// A deprecated operation that does not say so to people.
        DeprecationNotMarked W,
        /// `testConnection` names no GET that works with constants alone.
        TestConnectionNotValid E,
    }
    Changes {
        /// An operation is gone.
        OperationRemoved E,
        /// The same path and verb under another `operationId`.
        OperationRenamed E,
        /// Another path or verb.
        OperationPathChanged E,
        /// The policy that sets the host differs.
        HostPolicyChanged E,
        /// A trigger became an action, polling became a webhook, or the reverse.
        TriggerKindChanged E,
        /// A parameter or a property of a body is gone.
        ParameterRemoved E,
        /// What was optional has to be given.
        ParameterMadeRequired E,
        /// A parameter moved, such as from the query to a header.
        ParameterPlaceChanged E,
        /// Another type or format.
        ParameterTypeChanged E,
        /// A new parameter that has to be given.
        RequiredParameterAdded E,
        /// A value is no longer among those allowed.
        EnumValueRemoved E,
        /// A property of an answer is gone.
        ResponsePropertyRemoved E,
        /// An answer, or a part of it, has another type.
        ResponseTypeChanged E,
        /// Connections sign in differently.
        AuthenticationTypeChanged E,
        /// A connection parameter is gone.
        ConnectionParameterRemoved E,
        /// Another default.
        DefaultChanged W,
        /// Makers no longer see it.
        VisibilityLowered W,
        /// Values are refused that were taken.
        SchemaMadeStricter W,
        /// A description is gone.
        DescriptionEmptied W,
    }
    Submission {
        /// An archive, or one within it, is no zip archive.
        SubmissionArchiveNotReadable E,
        /// A folder where there may be none.
        SubmissionFolderNotAllowed E,
        /// A file that belongs to nothing.
        SubmissionFileNotExpected E,
        /// Not exactly one introduction.
        SubmissionIntroductionNotOne E,
        /// Not exactly one package.
        SubmissionPackageNotOne E,
        /// Not exactly the folder `PkgAssets`.
        SubmissionAssetsFolderMissing E,
        /// Neither two nor three solutions, or not one of each kind.
        SubmissionSolutionsNotComplete E,
        /// A solution without one of its files.
        SolutionFileMissing E,
        /// `customizations.xml` lacks a node that this kind of solution has, or it is empty.
        SolutionNodeMissing E,
        /// A solution without the folder of one of its nodes.
        SolutionFolderMissing E,
    }
}

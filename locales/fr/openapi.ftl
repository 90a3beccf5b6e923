# Ce qui est étrange dans un paquet de connecteur chargé, et pourquoi un paquet a été refusé.

reason-json-empty = Le fichier est vide.
reason-json-too-large = Le fichier est plus grand que tous ceux qui sont lus.
reason-json-too-deep = Les objets et les listes sont imbriqués trop profondément.
reason-json-too-many-values = Le fichier contient trop de valeurs.
reason-json-unexpected-end = Le fichier se termine à l’intérieur d’une valeur. Il manque quelque chose à la fin.
reason-json-expected-value = Une valeur doit se trouver ici.
reason-json-expected-name = Un nom entre guillemets droits doit se trouver ici.
reason-json-expected-colon = Un deux-points doit se trouver ici, entre un nom et sa valeur.
reason-json-expected-comma = Une virgule ou un crochet fermant doit se trouver ici.
reason-json-invalid-escape = JSON ne connaît pas cette séquence d’échappement.
reason-json-invalid-number = Ces chiffres ne forment pas un nombre JSON.
reason-json-text-after-root = Quelque chose suit la fin du texte JSON. Supprimez-le.
reason-package-not-an-object = Le fichier est du JSON mais pas un objet.

finding-findings-more = { $count } autres constats ne sont pas affichés.
finding-findings-more-remedy = Réglez ceux qui sont affichés, puis vérifiez à nouveau.
finding-encoding-byte-order-mark = Le fichier commence par une marque d’ordre des octets, qui a été ignorée.
finding-encoding-byte-order-mark-remedy = Enregistrez le fichier en UTF-8 sans marque d’ordre des octets.
finding-encoding-not-utf-8 = Le fichier n’est pas en UTF-8 et a été lu en { $encoding }.
finding-encoding-not-utf-8-remedy = Enregistrez le fichier en UTF-8.
finding-json-trailing-comma = Une virgule précède un crochet fermant.
finding-json-trailing-comma-remedy = Supprimez la virgule : les lecteurs stricts refusent le fichier.
finding-json-comment = Le fichier contient un commentaire.
finding-json-comment-remedy = Supprimez le commentaire : les lecteurs stricts refusent le fichier.
finding-json-unicode-blank = Un caractère qui n’est pas un blanc de JSON se trouve entre des valeurs.
finding-json-unicode-blank-remedy = Remplacez-le par une espace.
finding-json-control-character = Une chaîne contient un caractère de contrôle.
finding-json-control-character-remedy = Écrivez le caractère comme séquence d’échappement, par exemple \n ou \t.
finding-json-lone-surrogate = Une chaîne contient la moitié d’un caractère, qui a été remplacée.
finding-json-lone-surrogate-remedy = Écrivez les deux moitiés du caractère, ou aucune.
finding-json-repeated-name = Le nom « { $name } » figure ici plusieurs fois ; le dernier compte.
finding-json-repeated-name-remedy = Supprimez les autres.
finding-definition-dialect-missing = Le fichier ne dit ni « swagger » ni « openapi » et a été lu comme Swagger 2.0.
finding-definition-dialect-missing-remedy = Ajoutez le membre « swagger » avec le texte 2.0.
finding-definition-no-operations = La définition n’a aucune opération.
finding-definition-no-operations-remedy = Ajoutez au moins un chemin avec une opération.
finding-operation-id-missing = L’opération n’a pas d’operationId.
finding-operation-id-missing-remedy = Donnez-lui-en un qu’aucune autre opération n’a.
finding-operation-id-repeated = L’operationId « { $operation } » appartient à une opération précédente, et c’est elle qui est appelée par ce nom.
finding-operation-id-repeated-remedy = Renommez l’une des deux.
finding-parameter-location = Le paramètre « { $name } » ne va nulle part : « { $value } » n’est pas un emplacement.
finding-parameter-location-remedy = Donnez à « in » la valeur path, query, header, body ou formData.
finding-reference-missing = Rien ne se trouve à { $reference }.
finding-reference-missing-remedy = Corrigez la référence, ou ajoutez ce qu’elle nomme.
finding-reference-external = { $reference } mène à un autre fichier.
finding-reference-external-remedy = Importez la définition depuis son adresse, pour que l’autre fichier soit apporté, ou mettez son contenu dans celui-ci.
finding-reference-not-imported = { $reference } mène à un autre fichier qui n’a pas pu être apporté : { $reason ->
    [network] son adresse se trouve dans un réseau interdit
    [refused] son adresse ne peut pas être appelée
    [name] le nom de son hôte est inconnu
    [redirects] il redirige trop souvent
    [size] il est trop grand
    [late] aucune réponse n’est venue à temps
    [status] son adresse répond par un échec
    [unreadable] ce n’est pas du JSON
    [base] il est nommé sans son adresse
    [absent] l’envoi ne le contient pas
    [many] ils sont trop nombreux
   *[failed] la connexion a échoué
}.
finding-reference-not-imported-remedy = Envoyez la définition avec ce fichier, ou mettez le contenu du fichier dans la définition.
finding-reference-endless = Les références qui commencent par { $reference } reviennent sur elles-mêmes.
finding-reference-endless-remedy = Faites mener l’une d’elles à une définition.
finding-extension-misspelled = « { $name } » ne signifie rien et est ignoré.
finding-extension-misspelled-remedy = Écrivez « { $meant } », si c’est ce que vous vouliez dire.
finding-dynamic-operation-unknown = Il n’y a pas d’opération « { $operation } » à interroger.
finding-dynamic-operation-unknown-remedy = Nommez un operationId de cette définition.
finding-security-undefined = L’exigence nomme « { $name } », qu’aucune définition de sécurité ne définit ; elle est ignorée.
finding-security-undefined-remedy = Définissez-la, ou supprimez l’exigence.
finding-security-kind-unknown = La définition de sécurité « { $name } » est du type inconnu « { $value } » ; elle est ignorée.
finding-security-kind-unknown-remedy = Utilisez basic, apiKey ou oauth2.
finding-security-without-parameter = Aucun paramètre de connexion ne contient la valeur de la définition de sécurité « { $name } » ; rien n’est envoyé pour elle.
finding-security-without-parameter-remedy = Ajoutez-lui un paramètre de connexion : api_key pour une clé, username et password pour basic, un oauthSetting pour oauth2.
finding-properties-missing = Il n’y a pas d’apiProperties.json : le connecteur n’a ni paramètres de connexion ni stratégies.
finding-properties-missing-remedy = Ajoutez-en un si le service demande des informations d’identification.
finding-properties-stray = « { $name } » ne signifie rien ici et est ignoré.
finding-properties-stray-remedy = Supprimez-le, ou mettez-le à sa place.
finding-connection-parameter-kind-unknown = Le paramètre de connexion « { $name } » est du type inconnu « { $value } ».
finding-connection-parameter-kind-unknown-remedy = Utilisez string, securestring, int, bool, oauthSetting ou gatewaySetting.
finding-sign-in-provider-unknown = Le fournisseur d’identité « { $value } » est inconnu : aucune connexion ne peut être créée.
finding-sign-in-provider-unknown-remedy = Utilisez oauth2, oauth2generic ou aad, avec les adresses du service.
finding-sign-in-placeholder = « { $value } » est un texte à remplacer.
finding-sign-in-placeholder-remedy = Remplacez-le avant que quelqu’un ne se connecte.
finding-policy-unknown = Le modèle de stratégie « { $template } » est inconnu : les opérations qu’il régit ne peuvent pas s’exécuter ici.
finding-policy-unknown-remedy = Utilisez un modèle publié, ou retirez ces opérations de sa portée.
finding-policy-parameter-missing = Il manque à la stratégie « { $template } » son paramètre « { $name } ».
finding-policy-parameter-missing-remedy = Ajoutez le paramètre.
finding-policy-operation-unknown = La stratégie nomme l’opération « { $operation } », qui n’existe pas.
finding-policy-operation-unknown-remedy = Nommez un operationId de la définition, ou supprimez-le.
finding-policy-section-unknown = « { $value } » n’est pas une section de stratégie.
finding-policy-section-unknown-remedy = Utilisez Request, Response ou Failure.
finding-expression-function-unknown = L’expression appelle « { $name } », qui n’existe pas.
finding-expression-function-unknown-remedy = Utilisez une fonction publiée, par exemple connectionParameters, headers, queryParameters, body ou item.
finding-expression-parameter-unknown = L’expression nomme le paramètre de connexion « { $name } », qui n’existe pas, et ne donne pas de valeur par défaut.
finding-expression-parameter-unknown-remedy = Ajoutez le paramètre de connexion, ou une valeur par défaut comme second argument.
finding-operation-scripted = { $count } opérations passent par le script du paquet et ne peuvent pas s’exécuter ici.
finding-operation-scripted-remedy = Exprimez ce que fait le script par des stratégies, là où c’est possible.
finding-script-operation-unknown = Le script est censé couvrir l’opération « { $operation } », qui n’existe pas.
finding-script-operation-unknown-remedy = Nommez un operationId de la définition, ou supprimez-le.

obstacle-operation-scripted = L’opération passe par le script de son paquet. Les scripts sont conservés et affichés, mais pas exécutés ici.
obstacle-operation-unknown-policy = Une stratégie inconnue ici régit l’opération. Elle ne s’exécute pas à moitié transformée.

severity-info = Remarque
severity-warning = Avertissement
severity-error = Erreur

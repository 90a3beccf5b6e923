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
finding-encoding-byte-order-mark = Le fichier commence par une marque d’ordre des octets. Elle a été ignorée.
finding-encoding-not-utf-8 = Le fichier n’est pas en UTF-8 et a été lu en { $encoding }. Enregistrez-le en UTF-8.
finding-json-trailing-comma = Une virgule précède un crochet fermant. Supprimez-la : les lecteurs stricts refusent le fichier.
finding-json-comment = Le fichier contient un commentaire. Supprimez-le : les lecteurs stricts refusent le fichier.
finding-json-unicode-blank = Un caractère qui n’est pas un blanc de JSON se trouve entre des valeurs. Remplacez-le par une espace.
finding-json-control-character = Une chaîne contient un caractère de contrôle. Écrivez-le comme séquence d’échappement.
finding-json-lone-surrogate = Une chaîne contient la moitié d’un caractère. Elle a été remplacée.
finding-json-repeated-name = Le nom « { $name } » figure ici plusieurs fois ; le dernier compte. Supprimez les autres.
finding-definition-dialect-missing = Le fichier ne dit ni « swagger » ni « openapi » et a été lu comme Swagger 2.0.
finding-definition-no-operations = La définition n’a aucune opération.
finding-operation-id-missing = L’opération n’a pas d’operationId. Donnez-lui-en un qu’aucune autre opération n’a.
finding-operation-id-repeated = L’operationId « { $operation } » appartient à une opération précédente, et c’est elle qui est appelée par ce nom. Renommez l’une des deux.
finding-parameter-location = Le paramètre « { $name } » ne va nulle part : « { $value } » n’est pas un emplacement. Donnez à « in » la valeur path, query, header, body ou formData.
finding-reference-missing = Rien ne se trouve à { $reference }.
finding-reference-external = { $reference } mène à un autre fichier, qu’une importation doit apporter.
finding-reference-endless = Les références qui commencent par { $reference } reviennent sur elles-mêmes.
finding-extension-misspelled = « { $name } » ne signifie rien et est ignoré. Vouliez-vous dire « { $meant } » ?
finding-dynamic-operation-unknown = Il n’y a pas d’opération « { $operation } » à interroger.
finding-security-undefined = L’exigence nomme « { $name } », qu’aucune définition de sécurité ne définit. Elle est ignorée.
finding-security-kind-unknown = La définition de sécurité « { $name } » est du type inconnu « { $value } ». Elle est ignorée.
finding-security-without-parameter = Aucun paramètre de connexion ne contient la valeur de la définition de sécurité « { $name } ». Rien n’est envoyé pour elle.
finding-properties-missing = Il n’y a pas d’apiProperties.json : le connecteur n’a ni paramètres de connexion ni stratégies.
finding-properties-stray = « { $name } » ne signifie rien ici et est ignoré.
finding-connection-parameter-kind-unknown = Le paramètre de connexion « { $name } » est du type inconnu « { $value } ».
finding-sign-in-provider-unknown = Le fournisseur d’identité « { $value } » est inconnu : aucune connexion ne peut être créée.
finding-sign-in-placeholder = « { $value } » est un texte à remplacer. Remplacez-le avant que quelqu’un ne se connecte.
finding-policy-unknown = Le modèle de stratégie « { $template } » est inconnu : les opérations qu’il régit ne peuvent pas s’exécuter ici.
finding-policy-parameter-missing = Il manque à la stratégie « { $template } » son paramètre « { $name } ».
finding-policy-operation-unknown = La stratégie nomme l’opération « { $operation } », qui n’existe pas.
finding-policy-section-unknown = « { $value } » n’est pas une section de stratégie. Utilisez Request, Response ou Failure.
finding-expression-function-unknown = L’expression appelle « { $name } », qui n’existe pas.
finding-expression-parameter-unknown = L’expression nomme le paramètre de connexion « { $name } », qui n’existe pas, et ne donne pas de valeur par défaut.
finding-operation-scripted = { $count } opérations passent par le script du paquet et ne peuvent pas s’exécuter ici.
finding-script-operation-unknown = Le script est censé couvrir l’opération « { $operation } », qui n’existe pas.

obstacle-operation-scripted = L’opération passe par le script de son paquet. Les scripts sont conservés et affichés, mais pas exécutés ici.
obstacle-operation-unknown-policy = Une stratégie inconnue ici régit l’opération. Elle ne s’exécute pas à moitié transformée.

severity-info = Remarque
severity-warning = Avertissement
severity-error = Erreur

# Pourquoi une opération d'un connecteur n'est pas appelée, et ce que sa réponse a d'étrange.
# Les noms sont les codes avec des tirets ; { $subject } est un paramètre, une stratégie, une fonction ou une opération.

operation-unknown = Le connecteur n’a pas d’opération « { $subject } ».
operation-scripted = L’opération « { $subject } » passe par un script du connecteur, et les scripts ne peuvent pas s’exécuter ici.
operation-policy-unknown = La stratégie « { $subject } » n’est pas connue. L’opération n’est pas exécutée à moitié transformée.
operation-policy-invalid = Le réglage de stratégie « { $subject } » manque ou n’a pas de sens.
input-missing = « { $subject } » est obligatoire. Donnez une valeur.
input-kind = « { $subject } » est d’un autre type que celui que le connecteur déclare.
input-characters = « { $subject } » contient des caractères interdits à cet endroit, comme des fins de ligne.
input-path = « { $subject } » mènerait ailleurs dans l’adresse. N’utilisez ni « . » ni « .. ».
input-too-large = La requête dépasserait les limites.
connection-parameter-missing = Il manque « { $subject } » à la connexion. Réparez la connexion.
connection-set-unknown = Le connecteur n’a pas de moyen de connexion appelé « { $subject } ».
expression-unknown = Le connecteur utilise la fonction « { $subject } », qui n’est pas connue.
expression-missing = Le connecteur a besoin de « { $subject } », et rien ne porte ce nom.
expression-null = Le connecteur a besoin de « { $subject } », qui est nul.
address-invalid = L’adresse que donnent le connecteur et la connexion n’en est pas une (« { $subject } »). Vérifiez l’hôte.
address-escaped = Une valeur de la connexion changerait l’hôte dont elle n’est qu’une partie (« { $subject } »).
lookup-failed = Une recherche que le connecteur fait avant l’appel a échoué (« { $subject } »).
exchanges-too-many = L’opération « { $subject } » fait plus de requêtes que les limites ne le permettent.

answer-kind = La réponse a ici un autre type que celui que le connecteur déclare ({ $subject }).
answer-missing = Il manque à la réponse « { $subject } », que le connecteur déclare comme toujours présent.
answer-link-foreign = La page suivante se trouve sur une autre origine et n’a pas été demandée.
answer-policy = Une stratégie sur les réponses n’a pas pu être appliquée ({ $subject }).
request-header-name = L’en-tête « { $subject } » n’a pas été envoyé : son nom n’en est pas un.

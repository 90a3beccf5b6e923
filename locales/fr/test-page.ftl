# La page où l’on essaie les opérations d’un connecteur, et ses exemples.

ways = Essais et exemples
try = Essayer une opération
examples = Exemples
operations = Opérations
pick = Chercher une opération
other = Une autre opération
no-operations = Il n’y a aucune opération à essayer
no-operations-what = La description n’a pas de chemins. Apportez une version qui en a.
bring = Nouvelle version
trigger = C’est un déclencheur : l’appeler ici interroge l’API une fois, comme le ferait la première interrogation ou l’abonnement.
connection = Connexion
connection-any = Automatique : la vôtre, sinon une partagée
connection-own = { $name }
connection-shared = { $name } (partagée)
version = Version
version-current = Version { $number } (utilisée)
version-other = Version { $number }
run = Exécuter
outcome = Ce qui est venu
marked = Rien n’a été envoyé : des entrées ne conviennent pas. Elles sont signalées.
before = Rien n’a encore été envoyé
before-what = Exécutez l’opération : la requête exacte, secrets masqués, la réponse, sa durée et ses écarts par rapport à la description apparaîtront ici.
to-connections = Aller aux connexions
took = { $ms } ms · version { $version }
ms = { $ms } ms
drift = La réponse s’écarte de sa description
answer = Réponse
answer-empty = La réponse n’a pas de corps.
answer-bytes = { $bytes } qui ne sont pas du texte,
answer-cut = Seul le début est affiché.
more-pages = Il y en a davantage :
headers = { $count ->
    [one] Un en-tête de la réponse
   *[other] { $count } en-têtes de la réponse
}
requests = { $count ->
    [one] La requête exacte
   *[other] { $count } requêtes exactes
}
masked = Les secrets sont masqués ; tout le reste est tel qu’il est parti.
body = Corps
policies = Stratégies, dans cet ordre
policy-request = sur la requête
policy-response = sur la réponse
policy-failure = sur une réponse d’échec
policy-never = jamais : sa section est inconnue
no-answer = pas de réponse
step-nothing = A eu son tour et n’a rien changé.
step-none = N’a pas eu son tour lors de cet appel.
step-before = Avant :
step-after = Après :
step-cut = Elle a changé plus que ce qui est affiché.
part-method = Méthode
part-address = Adresse
part-query = Paramètre de requête
part-header = En-tête
part-body = Corps
keep-title = Garder comme exemple
keep = Enregistrer l’exemple
keep-name = Nom
keep-hint = Les exemples sont rejoués comme tests du connecteur : l’état et la forme de la réponse doivent rester tels quels. Les secrets ne sont jamais gardés.
keep-values = Les valeurs qui doivent rester elles aussi
keep-values-hint = Cochez ce qui ne doit pas changer ; tout le reste le peut.
none = Pas encore d’exemple
none-what = Essayez une opération et gardez l’appel : il montrera désormais si une nouvelle version ou l’API le casse.
try-one = Essayer une opération
run-all = Tout exécuter
run-one = Exécuter
open = Ouvrir
all-passed = Tout est conforme aux attentes.
some-failed = { $count ->
    [one] Un exemple n’est pas conforme aux attentes.
   *[other] { $count } exemples ne sont pas conformes aux attentes.
}
badge-passed = Réussi
badge-failed = Échoué
badge-never = Jamais exécuté
ran = Version { $version },
expects = attend { $status }
delete = Supprimer { $name }
delete-what = L’appel est oublié. Rien n’est envoyé à l’API.
delete-button = Supprimer
example-status = État { $found } au lieu de { $expected }
example-missing = manque ; attendu : { $expected }
example-kind = est { $found } au lieu de { $expected }
example-value = est { $found } au lieu de { $expected }
example-drift = s’écarte de la description : { $expected }
example-failed = Pas de réponse : { $found }
example-not-run = Non exécuté : le temps de tous les exemples était écoulé
toast-kept = L’exemple est enregistré
toast-deleted = L’exemple est supprimé
toast-passed = Tous les exemples réussissent
toast-one-passed = L’exemple réussit

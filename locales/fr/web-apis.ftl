# Ce que la crate web-apis dit des connecteurs d’API.

title = Connecteurs d’API
intro = Les descriptions d’API que les actions, les agents et les surfaces commerciales appellent. Pas les connecteurs qui apportent des cartes dans les canaux.
new = Nouveau connecteur
new-what = Apportez la description d’une API ; elle est contrôlée à l’arrivée, et rien n’est envoyé à l’API.
search = Rechercher par nom, titre ou hôte
show = Afficher
show-all = Tout afficher
environment = Environnement
environment-hint = Les connecteurs commerciaux demandent un environnement avec les tables commerciales.
environment-sales = { $name } (avec les tables commerciales)
environment-plain = { $name }
kinds = Types
kind-all = Tous
custom = Personnalisé
certified = Certifié
certified-version = Version { $number } certifiée
preview = Préversion
preview-hint = Dit à tous qu’il n’est pas terminé.
scripted = Avec script
name = Nom
name-hint = À défaut, le titre de la définition.
host = Hôte
operations = Opérations
operation = Opération
operations-count =
    { $count ->
        [one] une opération
       *[other] { $count } opérations
    }
made-by = Créé par
made = Créé
changed = Modifié
by-hub = Le hub
last-call = Dernier appel
call-good = Répondu
call-bad-answer = Répondu { $status }
call-failed = Échoué
call-none = Pas encore appelé
none = Pas encore de connecteur d’API
none-what = Apportez une description OpenAPI ou Swagger, ou un paquet de connecteur, et essayez aussitôt ses opérations.
none-right = Les créateurs de connecteurs en apportent. Un administrateur donne ce rôle.
no-hit = Rien trouvé
no-hit-what = Essayez moins de lettres, ou un autre type ou environnement.
ways = Façons d’apporter un paquet
way-files = Fichiers
way-address = Adresse
way-text = Coller
way-blank = Vierge
files = Paquet ou fichiers
files-hint = Un paquet .zip, un fichier OpenAPI ou Swagger, ou plusieurs fichiers ensemble : apiDefinition.swagger.json, apiProperties.json, script.csx, icon.png, readme.md.
address = Adresse d’une définition ou d’un paquet
address-hint = Le hub la lit une fois, par le client protégé ; les réseaux privés sont fermés, sauf si un administrateur les a ouverts.
definition = Définition
definition-hint = OpenAPI 3 ou Swagger 2.0 en JSON.
properties = Propriétés
properties-hint = apiProperties.json, s’il existe : paramètres de connexion, stratégies, couleur.
description = À quoi il sert
scheme = Schéma
base-path = Chemin de base
base-path-hint = Là où commencent ses chemins ; vide pour la racine.
security = Comment les appels prouvent qui les fait
security-none = Pas du tout
security-basic = Nom d’utilisateur et mot de passe
security-api-key = Une clé
security-oauth = Une ouverture de session (OAuth 2.0)
security-bearer = Un jeton porteur
security-secret = Des valeurs secrètes
key-name = Nom de la clé
key-place = Place de la clé
key-in-header = Dans un en-tête
key-in-query = Dans la requête
authorization-url = Adresse où l’on ouvre une session
token-url = Adresse qui donne les jetons
scopes = Étendues
scopes-hint = Séparées par des espaces.
note = Note
note-hint = Ce que cette version apporte, pour ceux qui viendront après.
create = Créer
version = Version { $number }
version-new = Nouvelle version
version-new-what = Elle devient la version en cours. Vous voyez aussitôt ce qu’elle change pour les appelants, et pouvez revenir.
version-add = Ajouter la version
tabs = Connecteur
tab-overview = Vue d’ensemble
tab-test = Test
tab-connections = Connexions
tab-definition = Définition
tab-certification = Certification
tab-versions = Versions
tab-usage = Utilisation
tab-settings = Paramètres
try = Tester
try-operation = Tester { $name }
checks =
    Cette version a { $errors ->
        [one] { $errors } erreur
       *[other] { $errors } erreurs
    } et { $warnings ->
        [one] { $warnings } avertissement
       *[other] { $warnings } avertissements
    }. Aucun ne l’empêche de se charger.
checks-open = Les voir
stopped =
    { $count ->
        [one] Une opération ne peut pas s’exécuter ici ; elle dit pourquoi.
       *[other] { $count } opérations ne peuvent pas s’exécuter ici ; chacune dit pourquoi.
    }
operation-search = Rechercher des opérations
found-of = { $found } opérations sur { $total }
no-operations = Pas encore d’opérations
no-operations-what = Écrivez la définition, puis ajoutez-la comme nouvelle version.
previous = Précédent
next = Suivant
trigger-webhook = Déclencheur (rappel)
trigger-polling = Déclencheur (interrogé)
deprecated = Obsolète
internal = Interne
advanced = Avancé
required = Requis
about = À propos
address-of = Adresse
signs-in = Ouverture de session
publisher = Éditeur
api-version = Version de l’API
policies = Modèles de stratégie
policies-what = Ce qui arrive en route aux requêtes et aux réponses, dans cet ordre.
policy-unknown = Inconnu ici
policy-request = À la requête
policy-response = À la réponse
policy-failure = Après un échec
policy-all = toutes les opérations
policy-some =
    { $count ->
        [one] une opération
       *[other] { $count } opérations
    }
inputs = Reçoit
inputs-none = Elle ne reçoit rien.
answers = Répond
answer-other = autre
download = Télécharger
files-of = Fichiers de la version
source = Source
lines-shown = Lignes { $first } à { $last } sur { $total }
older-version = Vous regardez la version { $number } ; la version { $current } est en service.
script-title = Le script est conservé et montré, et ne s’exécute pas ici
script-what =
    { $count ->
        [one] Une opération passe par lui et ne peut donc pas s’exécuter ici :
       *[other] { $count } opérations passent par lui et ne peuvent donc pas s’exécuter ici :
    }
script-unused = Aucune opération ne passe par lui.
severity-error = Erreur
severity-warning = Avertissement
severity-info = Indication
severities = Gravité
chip-all = Tout { $count }
chip-error =
    { $count ->
        [one] { $count } erreur
       *[other] { $count } erreurs
    }
chip-warning =
    { $count ->
        [one] { $count } avertissement
       *[other] { $count } avertissements
    }
chip-info =
    { $count ->
        [one] { $count } indication
       *[other] { $count } indications
    }
part-definition = Définition
part-properties = Propriétés
part-package = Paquet
place = { $file }, ligne { $line }, colonne { $column }
verdict-clean = Rien ne s’oppose à la certification
verdict-ready = Aucune erreur n’empêche la certification ; voyez les avertissements
verdict-errors =
    { $count ->
        [one] Une erreur empêche la certification de cette version
       *[other] { $count } erreurs empêchent la certification de cette version
    }
judged = Version { $number }, toutes les règles.
level-strict = Jugée comme remise pour certification.
level-draft = Jugée comme une ébauche : ce que seules des personnes peuvent juger est un avertissement.
level-to-draft = Juger comme une ébauche
level-to-strict = Juger pour la certification
findings-none = Rien à dire
findings-none-what = Aucune règle ne trouve rien de ce genre ici.
submission = Paquet de soumission
submission-title = Construire le paquet de soumission
submission-what = L’archive remise pour certification : connecteur, flux, introduction. Elle n’est construite que s’il ne reste aucune erreur.
flow = Solution avec un flux
flow-hint = Un .zip qui montre le connecteur à l’œuvre ; à défaut, une solution simple est faite.
mark = Marquer comme certifié
mark-ask = Marquer la version { $number } comme certifiée ?
mark-what = Toutes les règles sont d’abord repassées. La marque dit que l’organisation répond de cette version.
unmark = Retirer la marque
unmark-ask = Retirer la marque de certification de la version { $number } ?
unmark-goes = Les appels continuent ; il n’est plus offert comme certifié.
current = En service
look = Voir
check = Contrôler
use = Reprendre
use-ask = Reprendre la version { $number } ?
use-goes = Les appels la prennent dès maintenant. Les actions gardent la version avec laquelle elles ont été publiées. Vous pouvez revenir à tout moment.
use-tested = Reprendre si tous les exemples passent
use-failed = Pas en service : des exemples ne passent pas avec elle
use-failed-open = Ouvrir les exemples
barred = Des stratégies de données refusent une partie de ce connecteur
barred-more = { $count ->
    [one] et une autre opération
   *[other] et { $count } autres opérations
}
staged = Ajouter sans mettre en service
staged-hint = Les appels gardent la version en service. Testez d’abord celle-ci, puis reprenez-la depuis la liste des versions.
compare = Comparer
compare-from = Ancienne version
compare-to = Nouvelle version
compare-same = C’est la même version
compare-safe = Rien ne casse pour les appelants
compare-surprises =
    { $count ->
        [one] Un changement peut surprendre les appelants ; rien ne casse
       *[other] { $count } changements peuvent surprendre les appelants ; rien ne casse
    }
compare-breaks =
    { $count ->
        [one] Un changement casse des appelants
       *[other] { $count } changements cassent des appelants
    }
compare-current = La nouvelle version est déjà en service ; vous pouvez revenir depuis la liste des versions.
changes = Changements pour les appelants
added =
    { $count ->
        [one] Une nouvelle opération
       *[other] { $count } nouvelles opérations
    }
to-versions = Toutes les versions
to-connector = Au connecteur
health = Santé des opérations
spans = Jusqu’où
span-24 = 24 heures
span-168 = 7 jours
span-720 = 30 jours
health-none = Aucun appel pendant ce temps
health-none-what = Testez une opération, ou publiez une action qui en utilise une.
calls = Appels
failed = Échoués
late = Trop tard
p95 = p95
last-error = Dernier échec
share = { $count } ({ $percent } %)
ms = { $number } ms
log = Appels
log-operation = Cette opération seulement
log-failed = Échecs seulement
log-none = Aucun appel ne correspond.
at = À
outcome = Réponse
not-answered = Échoué
done = Fait
took = Durée
size = Reçu
caller = Appelant
request = Requête
via-page = Sur une page
via-rest = REST
via-mcp = Agent (MCP)
via-extension-point = Surface commerciale
via-trigger = Déclencheur
via-test = Test
details = Détails
applications = Applications chez les fournisseurs d’identité
applications-what = Ce qui a été inscrit pour ce connecteur là où les personnes ouvrent une session. À défaut, l’identifiant du paquet sert.
redirect = Adresse de redirection à y inscrire
client-id = Identifiant du client
client-id-hint = Tel que le fournisseur l’a donné.
client-id-own = Vide, celui du paquet sert.
client-secret = Secret du client
client-secret-hint = Scellé, et jamais remontré.
client-secret-kept = Il y en a un. Laissez vide pour le garder.
secret-there = Secret conservé
forget = Oublier les deux
copy = Copier
copy-what = La version en cours comme connecteur à part, sans connexions ni secrets.
copy-of = { $name } (copie)
delete = Supprimer le connecteur
delete-what = Avec toutes ses versions. C’est sans retour.
delete-ask = Supprimer { $name } ?
delete-goes = Toutes les versions, leurs fichiers et leur journal d’appels partent.
delete-depends =
    { $count ->
        [one] Une chose en dépend :
       *[other] { $count } choses en dépendent :
    }
delete-all = Connexions et déclencheurs partent aussi, et les actions qui l’utilisent cessent de fonctionner
dependent-connection = Connexion
dependent-trigger = Déclencheur
dependent-action = Action
dependent-other = Autre
toast-created = Connecteur créé
toast-version-added = Version ajoutée et en service
toast-version-used = Version reprise
toast-version-staged = Version ajoutée, pas en service
toast-marked = Marqué comme certifié
toast-unmarked = Marque retirée
toast-copied = Connecteur copié
toast-deleted = Connecteur supprimé

# Pages de l'administration: environnements et stratégies de données.

environment = Environnement
environment-new = Nouvel environnement
environment-name = Nom
environment-intro = Un conteneur pour des connecteurs, des connexions, des enregistrements et des rôles de sécurité. Ce qui est créé dans l’un n’est pas visible dans un autre.
environments-note = Un connecteur de vente n’est admis que là où les tables de vente sont installées. Chaque environnement est soumis aux stratégies de données qui le nomment et à celles de toute l’organisation.
kind = Type
kind-hint = À quoi il sert. Un essai peut être converti en production, production et bac à sable se transforment l’un en l’autre.
kind-default = Par défaut
kind-default-what = Toute organisation l’a dès le début ; il ne peut pas être supprimé
kind-production = Production
kind-production-what = Pour le travail quotidien
kind-sandbox = Bac à sable
kind-sandbox-what = Pour créer et essayer
kind-trial = Essai
kind-trial-what = Pour découvrir
sales-tables = Tables de vente
sales-tables-on = Installées
sales-tables-off = Non installées
sales-tables-on-what = Les connecteurs et actions destinés aux surfaces de vente sont admis ici.
sales-tables-off-what = Les connecteurs dont les opérations servent les surfaces de vente sont refusés ici. Tout le reste fonctionne.
sales-tables-hint = Les connecteurs destinés aux surfaces de vente en ont besoin. Une fois installées, elles restent.
sales-tables-install = Installer les tables de vente
sales-tables-ask = Installer les tables de vente dans « { $name } » ?
sales-tables-stay = Elles ne peuvent plus être retirées ; il faudrait supprimer l’environnement.
inside = Ce qu’il contient
inside-empty = Rien pour l’instant : aucun connecteur n’a été apporté ici.
inside-open = Apporter un connecteur
rename = Renommer
connector = Connecteur
connectors = Connecteurs
connections = Connexions
triggers = Déclencheurs
actions = Actions
policies = Stratégies de données
policies-none-here = Aucune stratégie de données ne s’y applique : chaque connecteur peut être utilisé avec tout autre.
reach-named = Le nomme
reach-wide = Plus large
environment-delete-ask = Supprimer l’environnement « { $name } » ?
goes-connectors = { $count ->
    [one] un connecteur avec ses versions
   *[other] { $count } connecteurs avec leurs versions
}
goes-connections = { $count ->
    [one] une connexion avec ses secrets
   *[other] { $count } connexions avec leurs secrets
}
goes-triggers = { $count ->
    [one] un déclencheur suivi
   *[other] { $count } déclencheurs suivis
}
goes-actions = { $count ->
    [one] une action cesse de fonctionner
   *[other] { $count } actions cessent de fonctionner
}
goes-policies = { $count ->
    [one] une stratégie de données ne le nomme plus
   *[other] { $count } stratégies de données ne le nomment plus
}

policy = Stratégie de données
policy-new = Nouvelle stratégie de données
policy-name = Nom
policy-intro = Elle compte dès le prochain appel. Rien de ce qui est en cours n’est interrompu.
policies-empty = Aucune stratégie de données
policies-empty-sentence = Une stratégie de données dit quels connecteurs peuvent être utilisés ensemble, et quelles opérations et adresses peuvent être appelées.
policy-delete-ask = Supprimer la stratégie de données « { $name } » ?
policy-delete-what = Dès le prochain appel, elle n’interdit plus rien. Les autres stratégies restent.
rules = Autres règles
changed = Modifiée
precedence = La réponse la plus stricte l’emporte
precedence-what = Toute stratégie qui atteint un environnement s’y applique. Une stratégie pour certains environnements ne peut ouvrir ce qu’une stratégie de toute l’organisation ferme ; quand plusieurs interdisent la même chose, celle de toute l’organisation est nommée.
reach = S’applique
reach-all = Dans tous les environnements
reach-only = Seulement dans ces environnements
reach-except = Partout sauf dans ces environnements
reach-which = Environnements
reach-hint = Compte pour « seulement » et « sauf ».
reach-all-names = Partout
reach-only-names = Seulement : { $names }
reach-except-names = Tous sauf : { $names }
groups = Groupes de connecteurs
groups-what = Les connecteurs du groupe professionnel ne sont pas utilisés avec les autres dans une même action. Un connecteur bloqué n’est ni appelé ni connecté. Un connecteur placé ici passe avant tout modèle ci-dessous.
group = Groupe
group-default = Groupe par défaut
group-default-hint = Où se trouvent les connecteurs que personne n’a placés, les nouveaux aussi.
group-business = Professionnel
group-business-what = Pour les données de l’entreprise
group-non-business = Non professionnel
group-non-business-what = Pour tout le reste
group-blocked = Bloqué
group-blocked-what = Ni appelé ni connecté
group-empty = Rien ici.
group-of = Groupe de { $name }
group-by-default = Par défaut
group-by-pattern = Par modèle
filter = Filtrer
filter-connectors = Filtrer les connecteurs
filter-operations = Filtrer les opérations
patterns = Groupes par adresse
patterns-what = Pour les connecteurs qui ne sont pas placés ci-dessus. Comparé à l’adresse de la définition ; * remplace n’importe quel texte. De haut en bas : le premier qui convient compte. Videz une ligne pour la retirer.
pattern = Modèle
addresses = Adresses qui peuvent être appelées
addresses-what = Pour tous les connecteurs. Un hôte, un hôte avec un chemin ou une adresse entière ; * remplace n’importe quel texte. De haut en bas : la première qui convient compte, et ce à quoi aucune ne convient peut être appelé. Les redirections sont vérifiées aussi.
addresses-own = Pour ce connecteur, en plus des règles pour tous. De haut en bas : la première qui convient compte, et ce à quoi aucune ne convient peut être appelé.
address = Adresse
operations = Règles pour les opérations
operations-what = Un connecteur à la fois : lesquelles de ses opérations peuvent être appelées, et quelles adresses.
operations-later = Créez d’abord la stratégie, puis choisissez des connecteurs ici.
operations-add = Choisir un autre connecteur
operations-order = La règle d’une opération passe avant la valeur par défaut. Si une autre stratégie qui atteint l’environnement bloque l’opération, elle reste bloquée.
operation = Opération
verdict = Règle
verdict-allow = Autoriser
verdict-block = Bloquer
verdict-as-default = Par défaut
verdict-of = Règle pour { $name }
verdict-default = Opérations sans règle
verdict-default-hint = Compte aussi pour les opérations d’une version ultérieure.
connector-intro = Ce que la stratégie de données « { $policy } » dit de ce connecteur.
ruled-closed = bloqué sauf autorisation
ruled-blocked = { $count ->
    [one] une opération bloquée
   *[other] { $count } opérations bloquées
}
ruled-allowed = { $count ->
    [one] une opération autorisée
   *[other] { $count } opérations autorisées
}
ruled-addresses = { $count ->
    [one] une règle d’adresse
   *[other] { $count } règles d’adresses
}
try = Qu’est-ce qui casserait ?
tried = Ce qui casserait
tried-nothing = Rien de ce qui fonctionne aujourd’hui ne casserait
tried-nothing-what = Rien n’est encore enregistré.
tried-broken = { $count ->
    [one] Une chose qui fonctionne aujourd’hui casserait
   *[other] { $count } choses qui fonctionnent aujourd’hui casseraient
}
tried-broken-what = Rien n’est encore enregistré. Les appels sont ceux que le journal garde encore.
calls = Appels
tried-connections = { $count ->
    [one] Une connexion serait refusée
   *[other] { $count } connexions seraient refusées
}
tried-connections-which = Lesquelles
tried-connection-shared = partagée
tried-connection-nobody = d’une personne partie
dependents = Ce qui en dépend
dependents-count = { $count ->
    [one] une chose
   *[other] { $count } choses
}
dependent-connection = Connexion
dependent-trigger = Déclencheur
dependent-action = Action
ground-connector = Le connecteur est bloqué
ground-operation = L’opération est bloquée
ground-endpoint = L’adresse est bloquée
ground-mixed = Des groupes seraient mêlés
violations = Violations
violations-what = Les appels, connexions et publications d’actions qu’une stratégie de données a refusés, aussi loin que remonte le journal des appels. La personne concernée a reçu le code ConnectionApiPolicyViolation, sans nom de stratégie.
violations-lately = Refusés récemment
violations-all = Toutes les violations
violations-none = Rien n’a été refusé
violations-none-sentence = Quand une stratégie de données s’oppose à un appel, à une connexion ou à la publication d’une action, cela apparaît ici avec la personne, le moment et la règle.
violations-none-filtered = Aucun refus ne correspond au filtre.
any-policy = Toute stratégie de données
any-environment = Tout environnement
who = Qui et quand
wanted = Voulait
rule = Règle
via = Venu par
via-page = Page
via-rest = REST
via-mcp = Agent
via-extension-point = Surface de vente
via-trigger = Déclencheur
via-test = Test
via-connection = Connexion
via-crm = CRM
via-publication = Action
attempt-connection = Créer une connexion ou s’y connecter
attempt-publication = Publier ou activer une action
gone = Supprimé depuis

toast-environment-created = Environnement créé
toast-sales-tables-installed = Les tables de vente sont installées
toast-policy-created = Stratégie de données créée ; elle compte dès maintenant
toast-policy-saved = Stratégie de données enregistrée ; elle compte dès maintenant
toast-policy-deleted = Stratégie de données supprimée

# Pages des surfaces commerciales.

title = Surfaces commerciales
intro = Cinq surfaces à côté des e-mails et des enregistrements appellent les actions conformes au contrat des extensions commerciales.
pane-surfaces = Surfaces
pane-preview = Aperçu
pane-calls = Appels
pane-actions = Toutes les actions
starter = Définition de départ
starter-properties = Son fichier de propriétés
sources = { $count ->
    [0] Aucune action activée
    [one] { $count } action activée
   *[other] { $count } actions activées
}
actions = Actions pour les surfaces
none = Aucune action n’est encore destinée à une surface commerciale
none-what = Prenez la définition de départ, remplacez l’hôte, les chemins et l’éditeur, faites-en un connecteur et une action, puis demandez à un administrateur de l’activer.
column-action = Action
column-connector = Connecteur
column-surfaces = Surfaces
column-findings = Constats
column-when = Quand
column-outcome = Résultat
column-took = Durée
column-items = Éléments
no-findings = Aucun
no-findings-what = Rien ne s’y oppose.
count-error = { $count ->
    [one] { $count } erreur
   *[other] { $count } erreurs
}
count-warning = { $count ->
    [one] { $count } avertissement
   *[other] { $count } avertissements
}
severity-error = erreur
severity-warning = avertissement
severity-info = remarque
part-definition = Définition
part-properties = Fichier de propriétés
part-action = Action
state-draft = Brouillon
state-waiting = En attente
state-enabled = Activée
state-disabled = Désactivée

preview = Aperçu des surfaces
surface = Surface
filter = Filtre
action = Action
no-action = Aucune : l’exemple seul
action-what = Le nom de son connecteur coiffe la surface, et les constats à son sujet s’affichent à côté.
sample = Exemple de réponse
sample-connector = Contoso Hub
draw = Dessiner l’exemple
run-title = Exécuter avec l’action
run-what = Appelle l’opération maintenant avec votre propre connexion, comme le ferait la surface.
input = Contexte de la surface
run = Exécuter
choose-action = Choisissez l’action à exécuter
not-json = Pas du JSON : ligne { $line }, colonne { $column }
not-input = Pas une entrée de la surface : ligne { $line }, colonne { $column }
called = La surface appelle { $operation }
not-called = La surface n’appelle pas { $operation }
no-operation = Aucune opération de cette action n’est destinée à cette surface
findings = Constats
remarks = Écarté ou modifié
left-out = écarté
changed = modifié
see-call = Voir l’appel
took = { $ms } ms
ms = { $ms } ms
status = Statut { $status }
counts = { $shown } sur { $received } affichés
on-the-mail = En haut de l’e-mail
in-the-pane = Dans le volet
colon = {" :"}
draft-text = Bonjour Ben, merci pour votre temps lundi. Comme promis :
record-details = Détails : { $kind }
open-in = Ouvrir dans { $connector }
citation = Référence { $number }
references = { $count ->
    [one] { $count } référence
   *[other] { $count } références
}
show-more = Afficher plus

calls = Appels des surfaces
calls-intro = Ce que chaque appel a donné, pour les créateurs et les administrateurs. Conservé une semaine sauf réglage contraire ; le contenu des e-mails et des réponses ne l’est jamais.
calls-all = Tous
calls-failed = Anormaux
calls-none = Aucun appel ici
calls-none-what = Un appel est conservé chaque fois qu’une surface ou l’aperçu exécute une action.
calls-show-all = Afficher tous les appels
to-preview = Ouvrir l’aperçu
line-operation = Opération
line-request = Requête
line-status = Statut
line-code = Code
line-message = Le partenaire dit
line-activity = Activité du partenaire
line-call = x-ms-client-request-id
line-asked = Demandé par la requête
line-actor = Demandé par
sent = Ce qui a été envoyé
sent-what = De ce que dit un e-mail, seule la taille est conservée.
pane-chat = Discuter et collaborer

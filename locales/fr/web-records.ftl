# Pages of records.

title = Enregistrements
choose = De quel environnement voulez-vous voir les enregistrements ?
intro-none = Rien ne vous est encore ouvert.
shut = Fermés pour vous
shut-no-role = Vous n’y avez pas de rôle de sécurité. Un administrateur de l’environnement le donne.
shut-administration = Ses administrateurs y travaillent. Revenez plus tard.
shut-busy = Il est en cours de copie, de réinitialisation ou de préparation. Revenez dans quelques minutes.
shut-gone = Il a été supprimé.
all-shut = Aucun environnement ne vous est ouvert
all-shut-what = Un administrateur d’un environnement vous donne un rôle de sécurité, par exemple Vendeur. Ses enregistrements figurent alors ici.
no-environment = Il n’y a pas encore d’environnement
no-environment-what = Un administrateur crée les environnements et y active les tables commerciales.
kind-default = Environnement par défaut
kind-production = Production
kind-sandbox = Bac à sable
kind-trial = Essai
tables = Tables
intro = Ce qui vous attend, et ce qui a changé en dernier.
group-daily = Travail quotidien
group-others = Autres tables
find = Chercher dans toutes les fiches
due-mine = Ce que vous avez à faire
due-all = Toutes les tâches
due-none = Aucune tâche, aucun appel ni rendez-vous ouvert à votre nom n’a de date.
due-late = En retard
changed-last = Modifiées en dernier
pipeline-all = Toutes les opportunités
home = Vue d’ensemble
every-table = Toutes les tables
no-table = Aucune table ne vous est ouverte ici
no-table-what = Demandez un rôle de sécurité à un administrateur de l’environnement.
web-api = Les mêmes enregistrements par l’API web :
view = Vue
search = Chercher dans cette liste
ask = Chercher
new = Nouveau
count = { $count ->
    [one] { $count } enregistrement
   *[other] { $count } enregistrements
}
count-many = Plus de 5 000 enregistrements
none = Aucun enregistrement dans cette vue
none-what = Les enregistrements que vous pouvez voir s’affichent ici.
no-hit = Rien trouvé
no-hit-what = Essayez d’autres mots, ou regardez tous les enregistrements.
show-everything = Afficher tous les enregistrements
nameless = (sans nom)
no-name = (masqué)
general = Général
details = Détails
related = Éléments liés
save = Enregistrer
read-only = Vous pouvez lire cet enregistrement, sans le modifier.
delete = Supprimer
delete-sure = Supprimer « { $name } » ?
delete-what = Ce qui en dépend disparaît avec elle ou reste, selon ses relations.
new-of = Nouveau : { $kind }
wrong = Non enregistré
wrong-what = Corrigez ce qui est signalé ci-dessous, puis enregistrez de nouveau.
wrong-missing = Une valeur est nécessaire ici.
wrong-long = Au plus { $max } caractères.
wrong-range = Le nombre sort de ce que contient cette colonne.
wrong-early = Les dates commencent en 1753.
wrong-entry = Choisissez une des entrées.
wrong-type = Cette colonne ne peut pas contenir une telle valeur.
wrong-whole = Il faut un nombre entier, par exemple 12.
wrong-number = Il faut un nombre, par exemple 12,5.
toast-made = Enregistrement créé
toast-deleted = Enregistrement supprimé

# Listes : vues, filtres, colonnes, plusieurs enregistrements à la fois.
filter = Filtrer
filters = Filtres
filter-add = Ajouter le filtre
filter-value = Valeur
filter-day = Un jour sous la forme année-mois-jour ; un nombre pour un nombre de jours.
filter-of = Filtrer par { $column }
searched = Contient « { $words } »
filter-gone = (retirer ce filtre)
filters-gone = Tout effacer
next = Suivant
column = Colonne
columns = Colonnes
operator = Condition
column-add = Ajouter une colonne
column-gone = Retirer { $column }
columns-reset = Revenir aux colonnes de la vue
move-left = Déplacer { $column } vers la gauche
move-right = Déplacer { $column } vers la droite
sort-up = Trier par { $column }, croissant
sort-down = Trier par { $column }, décroissant
add = Ajouter
remove = Retirer
view-keep = Enregistrer la vue
view-name = Nom de votre vue
view-save = Enregistrer comme ma vue
view-over = Remplacer « { $name } »
view-delete = Supprimer « { $name } »
toast-view-saved = Vue enregistrée : vous seul la voyez
toast-view-deleted = Vue supprimée
total = Total
edit-of = Modifier : { $column }
select-all = Sélectionner tous les enregistrements de cette page
select-row = Sélectionner { $name }
selected = sélectionnés
bulk = Enregistrements sélectionnés
bulk-assign = Attribuer
bulk-assign-title = { $count ->
    [one] Attribuer { $count } enregistrement
   *[other] Attribuer { $count } enregistrements
}
bulk-assign-what = Elles changent de propriétaire, toutes ou aucune.
bulk-status = Changer le statut
bulk-status-title = { $count ->
    [one] Changer le statut de { $count } enregistrement
   *[other] Changer le statut de { $count } enregistrements
}
bulk-status-what = Elles reçoivent ce statut, toutes ou aucune.
bulk-share = Partager
bulk-share-title = { $count ->
    [one] Partager { $count } enregistrement
   *[other] Partager { $count } enregistrements
}
bulk-share-what = Une personne ou une équipe reçoit des droits sur ces enregistrements, en plus de ceux qu’elle a.
bulk-merge = Fusionner
bulk-merge-title = { $count ->
    [one] Fusionner { $count } enregistrement
   *[other] Fusionner { $count } enregistrements
}
bulk-merge-what = Deux enregistrements qui n’en sont qu’un le deviennent : celui qui reste reprend de l’autre ce qui lui manque, et tout ce qui se réfère à l’autre se réfère désormais à lui. L’autre est désactivé.
merge-keep = L’enregistrement qui reste
merge-two = Choisissez deux enregistrements, et celui des deux qui reste.
bulk-delete = Supprimer
bulk-delete-title = { $count ->
    [one] Supprimer { $count } enregistrement ?
   *[other] Supprimer { $count } enregistrements ?
}
bulk-delete-what = Elles partent toutes ou aucune ; ce qui en dépend part avec elles ou reste, selon leurs relations.
toast-bulk-done = C’est fait
toast-nothing = Rien n’a été choisi, donc rien n’a changé
toast-nobody = Personne de ce nom n’a été trouvé, donc rien n’a changé
op-like = contient
op-not-like = ne contient pas
op-begins-with = commence par
op-eq = est
op-ne = n’est pas
op-gt = est supérieur à
op-ge = est au moins
op-lt = est inférieur à
op-le = est au plus
op-null = est vide
op-not-null = est rempli
op-on = est le
op-on-or-after = est le ou après le
op-on-or-before = est le ou avant le
op-today = est aujourd’hui
op-tomorrow = est demain
op-this-week = est cette semaine
op-next-week = est la semaine prochaine
op-this-month = est ce mois-ci
op-next-month = est le mois prochain
op-last-month = est le mois dernier
op-this-year = est cette année
op-last-x-days = est dans les derniers jours (nombre)
op-next-x-days = est dans les prochains jours (nombre)
op-contain-values = contient
op-not-contain-values = ne contient pas
op-eq-userid = est moi
op-ne-userid = n’est pas moi

# Graphiques.
chart = Graphique
chart-title = { $measure } par { $group }
chart-count = Nombre d’enregistrements
chart-sum = Somme de { $column }
chart-average = Moyenne de { $column }
chart-bars = Barres
chart-columns = Colonnes
chart-line = Courbe
chart-funnel = Entonnoir
chart-choose = Modifier
chart-kind = Forme
chart-by = Groupé par
chart-of = Mesure
chart-draw = Dessiner
chart-keep = Garder pour cette vue
chart-table = Le même en tableau
chart-empty = Il n’y a rien à dessiner dans cette vue.
by-month = mois
by-quarter = trimestre
by-year = année
quarter = T{ $quarter } { $year }
empty = (vide)

# Un enregistrement.
section-contact = Coordonnées
section-address = Adresse
section-amounts = Montants et nombres
section-dates = Dates
section-texts = Descriptions
section-others = Autres
section-preferences = Préférences
lookup-what = Saisissez pour chercher
wrong-nobody = Rien de ce nom n’a été trouvé.
wrong-several = Plusieurs portent ce nom : choisissez le bon.
changed = Quelqu’un a modifié cet enregistrement entre-temps
changed-what = Rien de votre saisie n’est encore enregistré. Voici ce qui a changé ; enregistrez de nouveau pour mettre la vôtre à la place, ou annulez pour garder la leur.
tabs = Parties de l’enregistrement
tab-summary = Résumé
tab-history = Historique
tab-access = Accès
stages = Phases de la vente
stage-to = Passer à « { $stage } »
secured-unreadable = Sécurisée : vous ne pouvez pas lire cette colonne.
secured-unwritable = Sécurisée : vous pouvez lire cette colonne, pas la modifier.
somebody = Quelqu’un
a-file = un fichier
was = était
became = est devenu
history-create = a créé
history-update = a modifié
history-delete = a supprimé
no-history = Rien n’a encore changé
no-history-what = Ce que devient cet enregistrement figure ici, avec qui et quand.
not-audited = Les modifications de cette table ne sont pas conservées.
older = Plus anciens
reason = Raison du statut
do-win = Clôturer comme gagnée
do-win-what = La vente est gagnée. Elle peut être rouverte plus tard.
do-lose = Clôturer comme perdue
do-lose-what = La vente est perdue. Dites pourquoi, pour que d’autres en apprennent.
do-qualify = Qualifier
do-qualify-what = Crée à partir de ce prospect ce que vous cochez, avec tout ce qui est connu, et le clôture comme qualifié.
make-account = Un compte pour sa société
make-contact = Un contact
make-opportunity = Une opportunité
do-disqualify = Disqualifier
do-disqualify-what = Le prospect est clôturé. Il peut être rouvert plus tard.
do-resolve = Résoudre
do-resolve-what = L’incident est clôturé comme résolu.
do-complete = Marquer comme terminée
do-complete-what = L’activité est clôturée comme faite.
do-reopen = Rouvrir
do-reopen-what = L’enregistrement compte de nouveau comme ouvert.
do-status = Statut
do-status-what = Donne à l’enregistrement un autre état ou une autre raison.
do-assign = Attribuer
do-assign-what = Donne l’enregistrement à une autre personne ou équipe, avec ce qui en dépend.
toast-assigned = Attribué
toast-qualified = Prospect qualifié

# Chronologie.
timeline = Chronologie
kinds = Genres d’entrées
all-kinds = Tout
no-entry = Rien encore : les appels, tâches, réunions, messages et notes sur cet enregistrement figurent ici.
add-note = Note
note-title = Titre
note-text = Texte
note-file = Fichier
subject = Objet
phone = Numéro
where = Lieu
begins = Début
ends = Fin
due = Échéance
due-at = Échéance { $at }
complete = Marquer comme terminée
toast-noted = Ajouté à la chronologie

# Enregistrements associés, fichiers, partage.
as-list = Ouvrir en liste
none-related = Rien ici pour l’instant
none-related-what = Les enregistrements qui renvoient à celui-ci figurent ici.
files = Fichiers
no-file = Pas encore de fichier, { $most } au plus
file-add = Ajouter un fichier
file-replace = Remplacer ou retirer
upload = Téléverser
toast-file-kept = Fichier enregistré
toast-file-gone = Fichier retiré
who-may = Qui peut le voir
who-may-what = En plus de ceux-ci, des rôles de sécurité le montrent à d’autres : vérifiez un nom pour le savoir.
owner = Propriétaire
check-who = Vérifier une personne ou une équipe
check = Vérifier
may-nothing = { $name } ne peut rien faire de cet enregistrement.
share = Partager
person-or-team = Personne ou équipe
rights = Droits
right-read = Lire
right-write = Modifier
right-append = Ajouter
right-appendto = Ajouter à
right-assign = Attribuer
right-share = Partager
right-delete = Supprimer
revoke = Reprendre
revoke-of = Reprendre à { $name }
toast-shared = Partagé
toast-revoked = Repris

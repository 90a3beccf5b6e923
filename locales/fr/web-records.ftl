# Pages of records.

title = Fiches
choose = De quel environnement voulez-vous voir les fiches ?
no-environment = Il n’y a pas encore d’environnement
no-environment-what = Un administrateur crée les environnements et y active les tables commerciales.
kind-default = Environnement par défaut
kind-production = Production
kind-sandbox = Bac à sable
kind-trial = Essai
tables = Tables
intro = Ce que vous pouvez voir de cet environnement, table par table.
group-daily = Travail quotidien
group-others = Autres tables
every-table = Toutes les tables
no-table = Aucune table ne vous est ouverte ici
no-table-what = Demandez un rôle de sécurité à un administrateur de l’environnement.
web-api = Les mêmes fiches par l’API web :
view = Vue
search = Chercher dans les noms et les autres colonnes indexées
show = Afficher
new = Nouveau
count = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
}
count-many = Plus de 5 000 lignes
none = Aucune ligne dans cette vue
none-what = Les lignes que vous pouvez voir s’affichent ici.
no-hit = Rien trouvé
no-hit-what = Essayez d’autres mots, ou regardez toutes les lignes.
show-everything = Afficher toutes les lignes
nameless = (sans nom)
no-name = (masqué)
general = Général
details = Détails
related = Éléments liés
save = Enregistrer
read-only = Vous pouvez lire cette fiche, sans la modifier.
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
toast-made = Fiche créée
toast-deleted = Fiche supprimée

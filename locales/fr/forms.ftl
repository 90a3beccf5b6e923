# Les formulaires faits à partir de la description d’une opération.

inputs = Entrées
body = Corps
as-raw = Modifier en JSON
as-fields = Revenir aux champs
raw = Toutes les entrées en JSON
raw-hint = Par nom de paramètre ; « body » est le corps. Ce que vous saisissez ici vous suit quand vous revenez aux champs.
unreadable = Ce n’est pas un objet JSON : voyez ligne { $line }, colonne { $column }.
no-inputs = Cette opération n’a besoin d’aucune entrée.
cut = Il y a plus d’entrées qu’un formulaire n’en montre : elles sont en JSON, ou modifiez-les toutes en JSON.
advanced = { $count ->
    [one] Une autre entrée
   *[other] { $count } autres entrées
}
choose = Choisir…
nothing = Rien
nothing-default = Rien : { $value } s’applique
true = Oui (true)
false = Non (false)
load = Charger les choix
load-fields = Charger les champs
reload = Recharger
missing = À remplir d’abord : { $names }
none = Il n’y a rien à choisir.
inside = Dans { $way }
open = Ouvrir
up = Un niveau plus haut
add = Ajouter : { $name }
remove = Retirer : { $name }
file-kept = { $name } est conservé ; choisissez un autre fichier pour le remplacer.

# Connecteurs d'un canal, d'une boîte aux lettres ou d'une boîte de réception, et le dialogue avec la page d'un connecteur.

mailbox-of = Boîte aux lettres de { $team }
own-inbox = Ma boîte de réception
list-title = Connecteurs : { $place }
list-intro = Un connecteur apporte ici les nouvelles d’un autre service, sous forme de cartes. Sa propre page demande lesquelles.
which = Quels connecteurs
tab-all = Tous
tab-configured = Configurés
tab-uploaded = Chargés
search = Rechercher un connecteur
who-may = Les propriétaires de l’équipe configurent ici les connecteurs ; les membres, là où l’équipe le permet.
none = Pas encore de connecteur
none-what = Les connecteurs viennent avec les applications : un propriétaire en installe une dans l’équipe, ou un développeur en charge une. Un webhook entrant convient à tout outil capable de publier.
no-hit = Rien ne s’appelle « { $text } »
no-hit-what = La recherche porte sur les noms, les sociétés et les descriptions.
all-connectors = Tous les connecteurs
show-all = Tout afficher
make-webhook = Créer un webhook entrant
webhook = Webhook entrant
webhook-what = Une adresse où tout outil peut publier des cartes.
open = Ouvrir
source-uploaded = Chargé
source-offered = Par l’exploitant
source-gone = N’est plus installé
configure = Configurer
set-up = Configurer { $name }
change = Modifier { $name }
remove = Supprimer { $name }
remove-short = Supprimer
about-page = L’étape suivante est une page du connecteur lui-même. Ce que vous y saisissez va à son éditeur ; rien n’est configuré avant que vous n’appuyiez sur Enregistrer.
needs-script = La page d’un connecteur ne fonctionne qu’avec des scripts : activez-les pour ce site. Un webhook entrant se crée sans eux.
continue = Continuer
frame = Page de { $name }
whose-page = Ce qui s’affiche dans le cadre vient de { $host }, et non de Liaison.
no-origin = Ce hub n’a pas d’adresse où afficher la page du connecteur. Demandez à l’exploitant de définir apps_base, et au développeur de vérifier l’enregistrement du connecteur.
remove-what = { $name } en est informé, son adresse n’accepte plus rien aussitôt, et ses messages restent.
remove-now = Supprimer
remove-anyway = Supprimer quand même
remove-silently = Supprimer sans en informer le connecteur
toast-cancelled = Rien n’a été modifié
toast-removed = Le connecteur a été supprimé

## Ce que dit le dialogue

say-loading = La page de { $name } se charge…
say-open = { "" }
say-saving = { $name } est prié d’enregistrer…
say-committing = Enregistrement…
say-saved = { $name } est configuré. Sa page termine son travail ; la liste s’ouvre dans quelques secondes.
say-removing = { $name } est prié de faire le ménage…
say-deleting = Suppression…
say-removed = { $name } a été supprimé.
say-silent = La page n’a pas encore répondu. Elle est peut-être lente, ou n’est pas faite pour un hôte comme celui-ci. Vous pouvez attendre ou annuler.
say-page-failed = La page dit qu’elle ne peut pas démarrer.
say-failed = La page n’a pas pu enregistrer. Rien n’a été modifié.
say-refused = Ce que la page voulait enregistrer a été refusé.
say-empty-save = La page a annoncé un succès sans remettre de paramètres. Rien n’a été configuré ; son développeur devrait vérifier son gestionnaire d’enregistrement.
say-no-answer = La page n’a pas répondu en 30 secondes. Rien n’a été modifié : réessayez, ou prévenez son développeur.
say-remove-failed = La page n’a pas pu faire le ménage.
say-unchanged = La page n’a pas remis de nouveaux paramètres. Ce qui était configuré reste tel quel.

# Ce qui s’est arrêté avec son application.
source-own = Enregistré ici
ended = Terminée
ended-uninstalled = Son application a été désinstallée. Elle reprend quand l’application est de nouveau installée.
ended-blocked = Un administrateur a bloqué son application. Elle reprend quand l’application est de nouveau permise.
remove-quietly = Son adresse ne prend plus aucun message à partir de maintenant ; les messages restent.

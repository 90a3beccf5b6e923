# Collaborer : d’un enregistrement ou d’une vue à un canal, et retour.

title = Collaborer
tab-documents = Documents
tab-conversation = Conversation
back = Retour
code = Code :
steps = Étapes

# Ce qui est connecté, et comment commencer.
start = Réunissez votre équipe
start-what = Connectez « { $name } » à un canal : tout le monde travaille sur le même enregistrement, au même endroit.
start-view-what = Connectez la vue « { $name } » à un canal : tout le monde regarde la même liste.
gain-tab = Le canal reçoit un onglet qui le montre en direct et permet de le modifier sur place.
gain-files = Les fichiers du canal figurent sous Documents de l’enregistrement : une seule bibliothèque, sans copie.
gain-rights = Chacun ne voit et ne modifie que ce que ses propres droits permettent, des deux côtés.
get-started = Prise en main
off = La liaison aux canaux est désactivée dans cet environnement
off-what = Un administrateur système l’active dans les paramètres : Collaboration et conversation instantanée Microsoft Teams.
settings = Ouvrir les paramètres
basic = Comment le connecter
basic-1 = Ouvrez le canal dans lequel vous y travaillez.
basic-2 = Choisissez + au-dessus des messages pour ajouter un onglet.
basic-3 = Trouvez cet enregistrement et enregistrez : il apparaît ici, et ses fichiers sous Documents.
basic-more = Pour connecter un autre canal, ouvrez-le et ajoutez-y l’enregistrement comme onglet.
open-workspace = Ouvrir les équipes
connected = Canaux connectés
connected-what = Choisissez un canal pour continuer à travailler ensemble.
new = Créer une nouvelle connexion
start-here = Commencer la collaboration
join = Demander à rejoindre
outside = Vous n’êtes pas membre
hidden = Un canal dont vous n’êtes pas membre
since = Connecté
manage = Détails de la connexion
see-documents = Documents
channels = Canaux

# États.
state-pending = Connexion en cours
state-pending-what = Les étapes s’exécutent en arrière-plan.
state-connected = Connecté
state-connected-what = Enregistrement, canal, onglet et fichiers vont ensemble.
state-tab-only = Onglet seul
state-tab-only-what = L’onglet montre l’enregistrement dans le canal, mais l’enregistrement n’est pas connecté et n’a pas de documents.
state-stale-name = Renommé
state-stale-name-what = L’équipe, le canal ou l’enregistrement a un nouveau nom ; la connexion fonctionne.
state-archived = Archivé
state-archived-what = Le canal est en lecture seule. Tout peut être lu, rien ne peut être ajouté.
state-gone = Disparu
state-gone-what = Le canal, son équipe ou l’enregistrement a été supprimé. Restaurez-le, ou retirez la connexion.
state-unlinking = Retrait en cours
state-unlinking-what = Les étapes s’exécutent en arrière-plan.
state-unlinked = Retiré
state-unlinked-what = Cette connexion n’existe plus.

# Une nouvelle connexion.
step-team = Équipe
step-channel = Canal
step-members = Membres
step-finish = Terminer
which-team = Quelle équipe ?
filter-teams = Trouver une équipe
new-team = Créer une équipe
new-team-what = Vous en devenez propriétaire ; elle commence avec le canal Général.
team-name = Nom de l’équipe
privacy = Qui peut la trouver
private-team = Équipe privée
private-team-what = Seuls ses membres la connaissent et voient ce qu’elle contient.
public-team = Équipe publique
public-team-what = Toute l’organisation peut la trouver et la rejoindre.
label = Confidentialité
label-hint = Le nom d’une étiquette de confidentialité de votre organisation, comme Confidentiel.
label-none = Aucune étiquette
team-archived = Archivée : lecture seule
next = Suivant
which-channel = Quel canal de { $team } ?
filter-channels = Trouver un canal
general = Général
general-what = Le canal avec lequel chaque équipe commence
new-channel = Créer un canal
new-channel-what = Un lieu propre à ce travail
channel-name = Nom du canal
channel-who = Qui en fait partie
standard-channel = Standard
standard-channel-what = Toute l’équipe
private-channel = Privé
private-channel-what = Seulement les personnes que vous ajoutez, avec sa propre bibliothèque de fichiers
private-channel-owner = Seuls les propriétaires de l’équipe créent des canaux privés.
channel-archived = Archivé : lecture seule
already = Déjà connecté
members = Qui vous accompagne ?
members-what = Les personnes qui travaillent déjà sur cet enregistrement. Elles deviennent membres de l’équipe.
members-none = Personne d’autre ne travaille encore sur cet enregistrement. Cherchez des collègues ci-dessous.
members-view = Une vue n’a pas de membres recommandés : qui est dans le canal voit l’onglet.
members-owner = Vous n’êtes pas propriétaire de cette équipe, vous ne pouvez donc pas y ajouter de membres. Ses propriétaires le peuvent.
members-missing = Inconnus de l’espace de travail, ajoutez-les à la main :
why-owner = Propriétaire de l’enregistrement
why-shared = L’enregistrement est partagé avec cette personne
why-team = Membre de { $team }
why-found = Ajouté par vous
why-guest = Invité, ajouté par vous
find = Ajouter quelqu’un d’autre
find-hint = Nom de compte ou adresse de courrier
find-add = Ajouter
no-person = L’espace de travail ne connaît personne du nom de « { $name } ».
summary = Résumé
summary-what = L’enregistrement apparaît comme onglet dans le canal, ses fichiers sous Documents, et une carte accueille tout le monde.
summary-view-what = La vue apparaît comme onglet dans le canal, et une carte l’annonce à tous.
the-record = Enregistrement
the-view = Vue
is-new = nouveau
change = Modifier
finish = Terminer
wrong-team = Choisissez une équipe, ou créez-en une.
wrong-channel = Choisissez un canal, ou créez-en un.
wrong-name = Un nom est nécessaire ici.
wrong-find = Saisissez un nom de compte ou une adresse de courrier.

# Une connexion.
connection = Connexion
connecting = Connexion en cours
unlinking = Retrait de la connexion
leave = Vous pouvez quitter cette page : le travail continue en arrière-plan.
part-team = Équipe
part-channel = Canal
part-members = Membres
part-files = Bibliothèque de fichiers
part-rows = Enregistrement et emplacement de documents
part-tab = Onglet et carte de bienvenue
part-tab-gone = Onglet
part-files-gone = Fichiers
part-rows-gone = Enregistrement et emplacement de documents
success = Cet enregistrement est connecté à Dynamics 365
success-view = Cette vue est connectée à Dynamics 365
success-salesforce = Cet enregistrement est connecté à Salesforce
success-view-salesforce = Cette vue est connectée à Salesforce
open-channel = Ouvrir le canal
open-record = Ouvrir l’enregistrement
open-view = Ouvrir la vue
retry = Réessayer
history = Ce qui s’est passé
history-none = Rien n’est encore consigné.
by-hub = Liaison
made-by = Connecté par
event-begun = Connexion commencée
event-team-made = Équipe créée
event-channel-made = Canal créé
event-connected = Connecté
event-tab-only = L’onglet est seul
event-library-not-ready = La bibliothèque de fichiers n’est pas encore prête
event-location-refused = L’emplacement de documents n’a pas pu être écrit
event-members-left-out = Certains membres n’ont pas pu être ajoutés
event-person-gone = La personne qui l’a commencée n’est plus là
event-stopped = Arrêté
event-renamed = Noms mis à jour
event-stale-name = Quelque chose a été renommé
event-moved = Déplacé vers un autre enregistrement
event-merged = Terminée avec l’enregistrement fusionné
event-row-left = La ligne est restée dans le CRM
event-archived = Canal archivé
event-gone = Canal ou enregistrement supprimé
event-unlinking = Retrait commencé
event-unlinked = Connexion retirée
event-changed = Modifié
made-at = Connecté
toast-unlinked = Connexion retirée

# Retirer une connexion.
unlink = Retirer la connexion
unlink-what = Le canal et l’enregistrement restent tels quels ; seul ce qui les lie disparaît.
unlink-goes = Ce qui se passe
goes-record = Le canal ne figure plus avec l’enregistrement.
goes-view = Le canal ne figure plus avec la vue.
goes-documents = Les fichiers du canal ne figurent plus sous Documents de l’enregistrement.
stays-members = Les membres de l’équipe restent membres.
others = { $count ->
    [one] { $count } autre connexion à ce canal demeure.
   *[other] { $count } autres connexions à ce canal demeurent.
}
unlink-tab = L’onglet dans le canal
tab-remove = Le retirer
tab-remove-not = Seuls les membres du canal qui peuvent le modifier peuvent retirer l’onglet.
tab-keep = Le laisser
tab-keep-what = Il continue à montrer l’enregistrement à qui a le droit de le voir.
unlink-files = Les fichiers dans le canal
files-keep = Les laisser
files-keep-what = Les membres du canal les gardent tous.
files-delete = Les supprimer
files-delete-what = { $count ->
    [0] La bibliothèque est vide.
    [one] { $count } fichier ou dossier est supprimé pour tout le canal.
   *[other] { $count } fichiers et dossiers sont supprimés pour tout le canal.
}
files-delete-not = Seul qui peut modifier les fichiers du canal peut les supprimer, et seulement si rien d’autre ne les montre.

# Documents.
location = Emplacement de documents
all-locations = Tous les emplacements
several = Des fichiers partagés existent à plusieurs emplacements. Sélectionnez « Emplacement de documents » pour voir les fichiers des autres emplacements.
no-files = Le partage de fichiers n’est pas configuré. Allez à { $url } pour connecter un canal Microsoft Teams à cet enregistrement.
no-files-right-what = Les documents suivent les membres du canal, l’enregistrement ses propres droits.
no-files-right = Vous n’avez pas l’autorisation de voir les fichiers de cet emplacement. Contactez le propriétaire de votre équipe Microsoft Teams ou votre administrateur SharePoint pour y accéder.
files-empty = Chargez un fichier ici ou dans le canal : c’est la même bibliothèque.
delete-ask = Supprimer « { $name } » ?
delete-file-what = Le fichier disparaît aussi du canal : les deux côtés montrent la même bibliothèque.
delete-folder-what = Tout ce qu’il contient disparaît aussi, y compris dans le canal : les deux côtés montrent la même bibliothèque.

# Conversation.
no-conversation = Pas encore de conversation
no-conversation-what = Connectez un canal : ce qui s’y dit figurera ici, à côté de l’enregistrement.
not-a-member = Vous n’êtes pas membre de ce canal
not-a-member-what = L’enregistrement vous est ouvert, la conversation l’est à ses membres. Demandez à un propriétaire de l’équipe de vous ajouter.
conversation-outside = La conversation se tient ailleurs
conversation-outside-what = Les messages de ce canal se lisent et reçoivent réponse dans Microsoft Teams.
conversation-closed = Vous pouvez lire ici, sans écrire : le canal est fermé, ou le droit vous manque.
silence = Personne n’a encore écrit. À vous le premier mot.
older = Messages plus anciens
answer = Répondre
more-answers = { $count ->
    [one] { $count } autre réponse
   *[other] { $count } autres réponses
}
write-to = Écrire à { $channel }
said = Quelque chose de nouveau a été dit
send = Envoyer
toast-posted = Envoyé
owner-only = Votre CRM n’indique pas qui d’autre travaille sur cet enregistrement : seul son propriétaire est proposé.
crm-title = Enregistrements de { $name } dans les canaux
crm-what = Les vendeurs qui peuvent modifier un enregistrement dans le CRM peuvent alors y travailler à plusieurs dans un canal.
crm-switch = Activer la liaison des enregistrements de ce CRM aux canaux
crm-switch-what = Les liaisons existantes restent quand elle est désactivée.
crm-short = Enregistrements dans les canaux

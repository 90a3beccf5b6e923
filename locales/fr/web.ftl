# Pages: one group for each page, the same keys in both languages.

## Frame

skip = Aller au contenu
sections = Sections
pane = Liste
details = Détails
rail-teams = Équipes
rail-webhooks = Webhooks
rail-administration = Admin
search = Rechercher
search-everything = Rechercher équipes, canaux, webhooks et réglages
ctrl = Ctrl
language = Langue
theme = Thème
theme-system = Comme le système
theme-light = Clair
theme-dark = Sombre
theme-contrast = Contraste élevé
account-of = Compte de { $name }
my-account = Mon compte
sign-out = Se déconnecter
back = Retour
close = Fermer
cancel = Annuler
save = Enregistrer
create = Créer
edit = Modifier
delete = Supprimer
more = Afficher plus
more-actions = Autres actions
copy = Copier
copied = Copié
copy-failed = Le navigateur a refusé la copie : sélectionnez le texte et appuyez sur Ctrl C
offline = Le serveur est injoignable. Rien n’a été envoyé : réessayez dans un instant
failed = Cela n’a pas fonctionné. Rechargez la page et réessayez
forbidden = Vous n’avez pas le droit de faire cela ici
keys = Raccourcis clavier
key-palette = Tout rechercher
key-filter = Filtrer la liste
key-new = Nouveau message ou nouvelle entrée
key-edit = Modifier la sélection
key-arrows = Se déplacer dans les listes, arbres et messages
key-enter = Ouvrir la sélection
key-escape = Fermer le volet, un menu ou une boîte de dialogue
key-help = Cette liste
optional = facultatif

## Problems

problem-request = Demande
problem-home = Aller à mes équipes
problem-sign-in = Se connecter

## Search

palette-title = Recherche
palette-pages = Pages
palette-channels = Canaux
palette-teams = Équipes
palette-webhooks = Webhooks
palette-actions = Actions
palette-nothing = Rien ne porte ce nom. Essayez une partie du nom.
action-new-team = Nouvelle équipe
action-new-webhook = Nouveau webhook entrant

## Teams

teams = Équipes
teams-intro = Là où vivent vos canaux. Les messages des personnes et des systèmes arrivent dans les canaux.
teams-empty = Aucune équipe pour l’instant
teams-empty-sentence = Une équipe contient des canaux, et les canaux reçoivent les cartes de vos outils. Créez la première.
teams-empty-guest = Personne ne vous a encore ajouté à une équipe. Demandez-le au propriétaire d’une équipe.
teams-mine = Mes équipes
teams-public = Équipes publiques
team-new = Nouvelle équipe
team-name = Nom
team-name-placeholder = Exploitation
team-description = À quoi sert-elle ?
team-visibility = Qui peut la trouver et la rejoindre ?
team-public = Publique : toute l’organisation
team-private = Privée : seulement les personnes ajoutées par un propriétaire
team-is-private = Privée
team-is-public = Publique
team-is-archived = Archivée
team-members = { $count ->
    [one] { $count } membre
   *[other] { $count } membres
}
team-channels = { $count ->
    [one] { $count } canal
   *[other] { $count } canaux
}
team-filter = Filtrer équipes et canaux
team-join = Rejoindre
team-leave = Quitter l’équipe

## Team

team-tab-channels = Canaux
team-tab-members = Membres
team-tab-settings = Réglages
channel-new = Nouveau canal
channel-name = Nom
channel-name-placeholder = alertes
channel-description = Qu’y met-on ?
channel-kind = Qui le voit ?
channel-standard = Tous les membres de l’équipe
channel-private = Seulement les personnes que vous ajoutez
channel-is-private = Canal privé
channel-rename = Renommer
channel-archive = Archiver
channel-unarchive = Restaurer
channel-delete = Supprimer le canal
channel-delete-ask = Supprimer le canal { $name } ?
channel-delete-what = Ses messages et fichiers sont masqués immédiatement et ses webhooks s’arrêtent. Un propriétaire peut le restaurer pendant { $days } jours.
channel-restore = Restaurer
channels-deleted = Canaux supprimés
member-add = Ajouter un membre
member-person = Nom ou adresse
member-role = Rôle
member-owner = Propriétaire
member-member = Membre
member-guest = Invité
member-remove = Retirer
member-remove-ask = Retirer { $name } de l’équipe ?
member-remove-what = Cette personne ne verra plus ses canaux. Ses messages restent.
member-since = Depuis
team-archive = Archiver l’équipe
team-archive-what = Tout reste lisible ; plus personne ne peut publier tant qu’un propriétaire ne l’a pas restaurée, et ses webhooks répondent 410.
team-restore = Restaurer l’équipe
team-archived-note = Cette équipe est archivée : tout reste lisible, rien ne peut être publié.
team-delete = Supprimer l’équipe

## Channel

channel-posts = Publications
channel-files = Fichiers
channel-connectors = Connecteurs
channel-settings = Réglages du canal
live-on = En direct
live-off = Connexion perdue, reprise automatique
live-wait = Connexion
channel-empty = Rien n’est encore publié
channel-empty-sentence = Écrivez le premier message ci-dessous, ou laissez un outil publier : un webhook entrant vous donne une adresse et une ligne curl prête à l’emploi.
channel-older = Messages plus anciens
channel-newest = Revenir aux messages les plus récents
channel-unread = Nouveau
channel-jump = nouveau(x)
channel-archived = Ce canal est archivé : rien ne peut être publié tant qu’un propriétaire ne l’a pas restauré.
channel-read-only = Vous pouvez lire ici mais pas écrire.
composer-label = Message à { $channel }
composer-hint = Entrée envoie, Maj Entrée va à la ligne. **gras**, *italique*, `code`, @ mentionne.
composer-send = Envoyer
composer-empty = Écrivez d’abord quelque chose.
message-reply = Répondre
message-reply-label = Votre réponse
message-copy-link = Copier le lien
message-request = Afficher la requête
message-replay = Rejouer
message-replay-ask = Publier cette carte de nouveau ?
message-replay-what = { $webhook } publie la requête conservée une fois de plus, comme nouveau message.
message-edit = Modifier le message
message-delete = Supprimer le message
message-delete-ask = Supprimer ce message ?
message-delete-what = Tout le monde verra qu’un message a été supprimé. Il ne peut pas être rétabli.
message-deleted = Ce message a été supprimé.
message-edited = modifié
message-replies = { $count ->
    [one] { $count } réponse
   *[other] { $count } réponses
}
message-new-from = Nouveau message de { $name }
message-tools = Actions pour ce message
message-webhook = Webhook
thread = Réponses
card-inert = Les boutons qui répondent à l’expéditeur ne sont pas actifs ici.
card-image = Image de la carte
toast-message-deleted = Message supprimé
toast-message-replayed = La carte est de nouveau en route
toast-saved = Enregistré
toast-team-created = Équipe créée
toast-channel-created = Canal créé
toast-channel-deleted = Canal supprimé
toast-channel-restored = Canal restauré
toast-channel-archived = Canal archivé
toast-team-archived = Équipe archivée
toast-team-restored = Équipe restaurée
toast-member-added = Membre ajouté
toast-member-removed = Membre retiré
toast-left = Vous avez quitté l’équipe
toast-file-uploaded = Fichier envoyé
toast-file-deleted = Fichier supprimé
toast-folder-created = Dossier créé
toast-file-renamed = Renommé

## Request

request-title = Requête
request-received = Reçue
request-verdict = Verdict
request-from = Depuis
request-size = Taille
request-type = Type de contenu
request-body = Corps tel que reçu
request-headers = En-têtes
request-attempts = Remise
request-accepted = Acceptée
request-refused = Refusée
request-duplicate = Doublon
request-log = Ouvrir le journal de remise

## Files

files-empty = Aucun fichier pour l’instant
files-empty-sentence = Ce sur quoi l’équipe travaille ensemble : envoyez un fichier et chacun dans le canal peut l’ouvrir.
files-name = Nom
files-size = Taille
files-changed = Modifié
files-by = Par
files-upload = Envoyer un fichier
files-choose = Fichier
files-limit = { $size } au plus.
files-new-folder = Nouveau dossier
files-folder-name = Nom du dossier
files-download = Télécharger
files-versions = Versions
files-version = Version { $number }
files-rename = Renommer
files-delete-ask = Supprimer { $name } ?
files-delete-what = Toutes ses versions sont supprimées avec lui.
files-delete-folder-what = Tout son contenu est supprimé avec lui.
files-root = Fichiers

## Teams, more

team-about = À propos de l’équipe { $name }
teams-deleted = Équipes supprimées
team-delete-ask = Supprimer l’équipe { $name } ?
team-delete-what = Ses canaux, messages et fichiers sont masqués immédiatement et ses webhooks s’arrêtent. Elle peut être restaurée pendant un temps depuis la liste des équipes.
team-manage-who = Seuls les propriétaires de l’équipe modifient ses réglages.
channel-manage-who = Seuls les propriétaires modifient les réglages d’un canal.
toast-team-deleted = Équipe supprimée
toast-team-joined = Bienvenue dans l’équipe
thread-more = Seules les réponses les plus récentes sont affichées.
connectors-title = Connecteurs
connectors-here = Dans ce canal
connectors-none = Aucun webhook ne publie encore ici.
connectors-webhook = Webhook entrant
connectors-webhook-what = Une adresse où n’importe quel outil peut publier des cartes.
connectors-add = Ajouter
message-expired = Le contenu de ce message n’est plus conservé.
message-unknown-person = Ancien membre
palette-settings = Réglages
palette-users = Utilisateurs
palette-groups = Groupes
palette-tokens = Jetons
palette-audit = Journal d’audit

## Connectors of a channel

connectors-enabled = Actif
connectors-disabled = Désactivé
connectors-expired = Expiré
connectors-removed = Supprimé
request-status = Réponse
verdict-accepted = Acceptée
verdict-delivered = Remise
verdict-undelivered = Non remise
verdict-refused = Refusée
verdict-throttled = Limitée

## First run and links

first-run = Bienvenue dans Liaison
first-run-intro = Vous êtes la première personne ici : ce compte sera l’administrateur général.
first-run-your-name = Votre nom
first-run-user-name = Nom d’utilisateur
first-run-user-name-hint = Ce que vous saisissez pour vous connecter : lettres, chiffres, points et tirets
first-run-address = Adresse de messagerie
first-run-password = Mot de passe
first-run-go = Créer l’administrateur
password-hint = Au moins 12 caractères. Quelques mots sans rapport entre eux se retiennent bien
password-new = Nouveau mot de passe
password-save = Enregistrer le mot de passe
toast-password-set = Le mot de passe est défini : connectez-vous avec lui

## Signing in

sign-in = Se connecter
sign-in-name = Nom d’utilisateur ou adresse de messagerie
sign-in-password = Mot de passe
sign-in-with = Se connecter avec { $name }
sign-in-passkey = Se connecter avec une clé d’accès
sign-in-lost = Mot de passe perdu ou compte verrouillé ? Un administrateur peut vous envoyer un lien à usage unique.
sign-in-unsafe = Cette adresse n’est pas chiffrée
sign-in-unsafe-remedy = Un mot de passe saisi ici pourrait être lu en chemin. Ouvrez le hub en HTTPS : démarrez-le avec --tls-cert et --tls-key, ou placez devant lui un proxy HTTPS et nommez ce proxy sous trusted_proxies.
sign-in-secure = Ouvrir en HTTPS
second-factor = Encore une étape
second-factor-intro = Confirmez votre identité avec votre second facteur.
second-factor-code = Code de votre application d’authentification
second-factor-recovery = Code de secours
second-factor-passkey = Utiliser une clé d’accès
second-factor-go = Continuer
second-factor-lost = Je ne peux pas utiliser mon second facteur
second-factor-use-recovery = Utiliser le code de secours
second-factor-again = Se connecter avec un autre compte

## Webhooks

webhooks = Webhooks entrants
webhooks-intro = Des adresses où les outils publient des cartes.
webhooks-mine = Les miens
webhooks-all = Tous
webhooks-empty = Aucun webhook
webhooks-empty-sentence = Créez-en un, collez son adresse dans un outil : ce que l’outil publie apparaît dans le canal.
webhook-new = Nouveau webhook entrant
webhook-name = Nom
webhook-name-placeholder = Alertmanager
webhook-channel = Canal
webhook-adopt = Ancienne adresse
webhook-adopt-hint = Facultatif : l’adresse du connecteur retiré. Le nouveau webhook reprend son chemin : l’expéditeur ne change que le nom d’hôte.
webhook-state = État
webhook-state-enabled = Activé
webhook-state-disabled = Désactivé
webhook-state-expired = Expiré
webhook-state-removed = Supprimé
webhook-accepted = Acceptés
webhook-refused = Refusés
webhook-throttled = Freinés
webhook-last-used = Dernière utilisation
webhook-never = Jamais
webhook-enable = Activer
webhook-disable = Désactiver
webhook-removed-note = Ce webhook a été supprimé : son adresse répond 410. Ses messages restent.
webhook-today = Dernières 24 heures
webhook-quiet = Rien n’a été publié ces dernières 24 heures.
webhook-strip-accepted = { $count } acceptés
webhook-strip-refused = { $count } refusés
webhook-strip-throttled = { $count } freinés
webhook-owner = Propriétaire
webhook-second-owner = Second propriétaire
webhook-second-owner-hint = Nom ou adresse ; un tiret retire le second propriétaire
webhook-owners-only = Seuls ses propriétaires et les administrateurs voient l’adresse et le journal de ce webhook.
webhook-address = Adresse
webhook-address-what = Qui la possède peut publier ici : traitez-la comme un mot de passe.
webhook-old-until = Remplacée ; fonctionne jusqu’au { $when }
webhook-reveal = Afficher
webhook-workflow-form = Sous forme d’adresse Workflows
webhook-ready = Prêt à coller
webhook-test = Essayer
webhook-test-what = Publiez une carte d’exemple ; elle passe les mêmes contrôles que celle d’un expéditeur.
webhook-sample-text = Texte simple
webhook-sample-message-card = MessageCard
webhook-sample-alert = Alerte
webhook-sample-adaptive-card = Carte adaptative
webhook-sample-empty = Carte vide (refusée)
webhook-log = Journal de remise
webhook-log-text = Texte de la requête
webhook-log-filter = Filtrer
webhook-log-empty = Aucune requête à afficher.
webhook-log-older = Requêtes plus anciennes
webhook-verdict = Verdict
webhook-verdict-all = Tous les verdicts
webhook-verdict-accepted = Acceptée
webhook-verdict-delivered = Remise
webhook-verdict-undelivered = Non remise
webhook-verdict-refused = Refusée
webhook-verdict-throttled = Freinée
webhook-answer = Réponse
webhook-reason = Motif
webhook-pointer = Endroit dans la carte
webhook-settings = Paramètres
webhook-rate = Limite de débit
webhook-rate-standard = Standard : 200 par seconde, 20 000 par heure
webhook-rate-microsoft = Comme Microsoft Teams : 4 par seconde, 100 par heure
webhook-rate-custom = Chiffres propres
webhook-rate-unlimited = Sans limite (administrateurs)
webhook-per-second = Publications par seconde
webhook-per-hour = Publications par heure
webhook-busy = Réponse au-delà de la limite
webhook-busy-429 = 429 Too Many Requests
webhook-busy-503 = 503 Service Unavailable : pour Alertmanager, qui ne répète que dans ce cas
webhook-expires = Dernier jour
webhook-keys = Adresse et propriétaire
webhook-rotate = Nouvelle adresse
webhook-rotate-ask = Donner une nouvelle adresse à ce webhook ?
webhook-rotate-what = L’adresse actuelle continue de fonctionner un certain temps, pour changer les expéditeurs sans interruption.
webhook-rotate-now = Arrêter l’adresse actuelle tout de suite : elle a fuité
webhook-hand-over = Transmettre
webhook-hand-over-ask = Transmettre ce webhook ?
webhook-hand-over-what = L’adresse reste la même ; les expéditeurs ne remarquent rien.
webhook-hand-over-to = Nouveau propriétaire : nom ou adresse
webhook-delete = Supprimer
webhook-delete-ask = Supprimer le webhook { $name } ?
webhook-delete-what = Son adresse répondra désormais 410, pour toujours. Ses messages restent dans le canal.
toast-webhook-created = Webhook créé : copiez son adresse
toast-webhook-enabled = Le webhook accepte les publications
toast-webhook-disabled = Le webhook n’accepte plus de publications
toast-webhook-rotated = Nouvelle adresse créée
toast-webhook-handed-over = Transmis
toast-webhook-deleted = Webhook supprimé
toast-webhook-tested = La carte d’exemple est en route
toast-webhook-test-refused = La carte d’exemple a été refusée : voir le journal

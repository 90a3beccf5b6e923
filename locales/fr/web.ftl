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

## Profile

profile = Profil
profile-intro = Qui vous êtes ici, et comment vous vous connectez.
profile-tab-profile = Profil
profile-tab-security = Sécurité
profile-tab-sessions = Sessions
profile-tab-tokens = Jetons d’API
profile-name = Nom
profile-user-name = Nom d’utilisateur
profile-addresses = Adresses de messagerie
profile-time-zone = Fuseau horaire
profile-time-zone-hint = Par exemple Europe/Paris. Pour les courriels ; les pages suivent l’horloge de votre navigateur.
language-of-browser = Celle du navigateur
last-used = dernière utilisation
never = Jamais
person-hint = Nom d’utilisateur ou adresse de messagerie
filter = Filtrer
filter-clear = Tout afficher
reset = Réinitialiser
password = Mot de passe
password-what = Le changer vous déconnecte partout ailleurs.
password-present = Mot de passe actuel
password-change = Changer le mot de passe
password-none = Vous vous connectez avec le compte de votre organisation : il n’y a pas de mot de passe ici.
factor = Second facteur
factor-what = Quelque chose en plus du mot de passe, pour qu’un mot de passe volé ne suffise pas.
factor-on = Actif
factor-none = Aucun
factor-required = Exigé
factor-remove = Retirer
factor-set-up = Configurer
factor-app = Application d’authentification
factor-app-what = Un code à six chiffres de votre téléphone.
factor-app-add = Configurer une application d’authentification
factor-app-remove-ask = Retirer l’application d’authentification ?
factor-app-remove-what = Ses codes ne fonctionneront plus ici. Si un rôle exige un second facteur, ses droits sont suspendus jusqu’à ce que vous en configuriez un autre.
factor-passkey = Clés d’accès
factor-passkey-what = Empreinte, visage ou code de cet appareil, ou une clé de sécurité.
factor-passkey-never = Les clés d’accès exigent une adresse avec un nom d’hôte, comme https://hub.example.org ; ce hub est joint par son numéro.
factor-passkey-add = Ajouter une clé d’accès
factor-needed = Configurez d’abord un second facteur
factor-needed-what = Votre organisation en exige un pour : { $roles }. D’ici là, les droits de ce rôle sont suspendus ; tout le reste fonctionne.
factor-unused = Reconnectez-vous avec votre second facteur
factor-unused-what = Cette session ne l’a pas utilisé, et votre organisation l’exige pour : { $roles }. Déconnectez-vous, puis reconnectez-vous.
factor-met = Votre organisation exige un second facteur pour : { $roles }. Vous en avez utilisé un pour vous connecter.
factor-note = Les droits de votre rôle sont suspendus tant que vous n’utilisez pas de second facteur.
factor-note-go = Configurer
app-scan = Scannez cette image avec votre application
app-scan-what = Toute application de mots de passe à usage unique convient, par exemple celle du fabricant de votre téléphone.
app-qr = Code QR contenant le secret
app-by-hand = Saisir à la main
app-confirm = Saisissez le code affiché
app-go = Confirmer
passkey = Clé d’accès
passkey-made = ajoutée
passkey-intro = Donnez-lui un nom ; votre navigateur la demandera ensuite.
passkey-name = Nom de la clé d’accès
passkey-name-default = Cet appareil
passkey-go = Continuer dans le navigateur
passkey-no-script = Les clés d’accès nécessitent JavaScript. Une application d’authentification s’en passe.
passkey-remove-ask = Retirer la clé d’accès { $name } ?
passkey-remove-what = Elle ne vous connectera plus ici. Supprimez-la aussi de l’appareil.
codes = Codes de récupération
codes-left =
    { $count ->
        [one] { $count } code restant
       *[other] { $count } codes restants
    }
codes-few = Bientôt épuisés
codes-new = Nouveaux codes
codes-new-ask = Créer de nouveaux codes de récupération ?
codes-new-what = Les codes actuels ne fonctionneront plus.
codes-what = Chaque code vous connecte une fois si vous perdez votre téléphone ou votre clé. Gardez-les avec vos papiers importants.
once-now = Affiché une seule fois
once-download = Enregistrer dans un fichier
once-done = C’est noté
once-try = Essayer
sessions-what = Les endroits où vous êtes connecté.
session-here = Ce navigateur
session-since = depuis
session-factor = avec second facteur
session-end = Déconnecter
sessions-end-all = Déconnecter partout
sessions-end-all-ask = Se déconnecter partout ?
sessions-end-all-what = Tous les navigateurs sont déconnectés, celui-ci aussi. Les jetons d’API continuent de fonctionner.
tokens-what = Un jeton permet à un programme d’agir pour vous par l’interface REST, dans la limite des droits choisis et jamais au-delà des vôtres.
tokens-empty = Aucun jeton
tokens-none = Aucun jeton dans l’organisation
token-new = Nouveau jeton
token-new-service = Nouveau jeton de service
token-create = Créer le jeton
token-made = Votre nouveau jeton
token-once = Copiez-le dans le programme qui en a besoin : le hub n’en garde que l’empreinte et ne pourra plus l’afficher.
token-label = Usage
token-label-hint = Vous le reconnaîtrez à ce nom dans la liste.
token-life = Durée
token-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
token-ends = Expire
token-permissions = Droits
token-permissions-hint = Le strict nécessaire.
token-scopes =
    { $count ->
        [one] { $count } droit
       *[other] { $count } droits
    }
token-live = Valide
token-expired = Expiré
token-revoked = Révoqué
token-revoke = Révoquer
token-revoke-ask = Révoquer le jeton { $name } ?
token-revoke-what = Les programmes qui l’utilisent sont refusés dès la requête suivante.
token-of-program = Programme
toast-password-changed = Mot de passe changé ; vous êtes déconnecté partout ailleurs
toast-factor-removed = Retiré
toast-passkey-added = Clé d’accès ajoutée
toast-session-ended = Déconnecté
toast-token-revoked = Jeton révoqué
permission-profile-read = Lire son profil, ses sessions et ses jetons
permission-profile-write = Modifier son profil et ses sessions
permission-directory-read = Lire les noms des personnes et des groupes
permission-users-manage = Gérer les utilisateurs
permission-groups-manage = Gérer les groupes
permission-roles-assign = Attribuer et retirer des rôles
permission-licences-assign = Attribuer des licences
permission-tokens-manage = Gérer tous les jetons
permission-audit-read = Lire le journal d’audit
permission-settings-manage = Modifier les paramètres et les fournisseurs de connexion
permission-messages-read = Lire les équipes, canaux et messages
permission-messages-write = Publier et modifier des messages
permission-files-read = Lire les fichiers
permission-files-write = Déposer et supprimer des fichiers
permission-teams-create = Créer des équipes
permission-teams-manage = Gérer toutes les équipes
permission-webhooks-manage = Gérer ses webhooks
permission-webhooks-manage-all = Gérer tous les webhooks
permission-operations-read = Lire les métriques et l’état du hub
permission-environments-manage = Gérer les environnements
permission-connectors-manage = Créer des connecteurs et des actions
permission-sales-manage = Gérer les paramètres commerciaux
first-run-steps = Étapes
first-run-step-1 = Administrateur
first-run-step-2 = Organisation
first-run-step-3 = Premier webhook
first-run-next = Continuer
first-run-organisation = Votre organisation
first-run-organisation-intro = Ce nom est visible sur toutes les pages.
first-run-hook = Votre premier webhook
first-run-hook-intro = Une équipe avec un canal, et une adresse où les outils publient des cartes.
first-run-hook-go = Créer et essayer
first-run-hook-hint = Affiché comme expéditeur de ses cartes.
first-run-team-hint = Son premier canal, General, est créé avec elle.
first-run-team-default = Exploitation
first-run-hook-default = Premier webhook
first-run-skip = Passer : aller aux équipes
first-run-preview = Publiez votre première carte
first-run-preview-intro = Collez cette ligne dans un terminal. La carte apparaît ici aussitôt.
first-run-hello = Bonjour depuis le terminal
first-run-waiting = En attente de la première carte
first-run-waiting-sentence = Sans JavaScript, rechargez la page ou ouvrez le canal après la publication.
first-run-done = Ouvrir le canal

## Administration

admin = Administration
admin-intro = Personnes, droits et règles de l’organisation.
admin-overview = Vue d’ensemble
admin-users = Utilisateurs
admin-users-what = Qui peut se connecter, avec quels rôles.
admin-groups = Groupes
admin-groups-what = Ensembles de personnes, pour les licences et les règles de connexion.
admin-roles = Rôles
admin-roles-what = Ce que chaque rôle permet.
admin-licences = Licences
admin-licences-what = Droits d’usage des personnes et des groupes.
admin-tokens = Jetons d’API
admin-tokens-what = Tous les jetons de l’organisation, des personnes et des programmes.
admin-providers = Fournisseurs de connexion
admin-providers-what = Se connecter avec les comptes existants.
admin-organisation = Organisation
admin-organisation-what = Nom, langue, et qui doit avoir un second facteur.
admin-connectors = Connecteurs
admin-connectors-what = Interrupteurs des webhooks et des boutons de leurs cartes.
admin-audit = Journal d’audit
admin-audit-what = Qui a changé quoi, quand et d’où.
roles = Rôles
roles-what = Tout le monde peut utiliser ses équipes, canaux et webhooks ; un rôle ajoute à cela.
roles-give = Attribuer des rôles
user-new = Nouvel utilisateur
user-search = Nom, nom d’utilisateur ou adresse
user-state = État
user-state-all = Tous les états
user-state-what = Un compte verrouillé ou désactivé garde tout, et personne ne peut s’y connecter.
user-active = Actif
user-locked = Verrouillé
user-disabled = Désactivé
user-deleted = Supprimé
user-last-sign-in = Dernière connexion
user-made = Création
user-me = C’est votre propre compte. Mot de passe, second facteur et jetons se trouvent sous
user-account = Compte
user-addresses-hint = Une par ligne, la principale en premier
user-password-hint = Laissez vide pour obtenir un lien à usage unique avec lequel la personne le choisit.
user-roles-save = Enregistrer les rôles
user-sign-in = Connexion
user-link = Lien à usage unique
user-link-what = Envoyez-le à { $name }. Quiconque l’a choisit le mot de passe de ce compte ; il fonctionne une fois, jusqu’au { $until }.
user-link-make = Mot de passe perdu
user-link-make-what = Un lien avec lequel la personne en choisit un nouveau.
user-link-button = Créer un lien
user-factors-reset = Second facteur perdu
user-factors-reset-what = Retire l’application, les clés d’accès et les codes.
user-factors-reset-ask = Réinitialiser les seconds facteurs de { $name } ?
user-factors-reset-goes = Application d’authentification, clés d’accès et codes de récupération disparaissent, et toutes les sessions se terminent. D’ici à une nouvelle configuration, le mot de passe seul suffit : vérifiez que c’est bien cette personne qui le demande.
user-sessions =
    { $count ->
        [one] Connecté à { $count } endroit
       *[other] Connecté à { $count } endroits
    }
user-sign-out = Déconnecter
user-sign-out-ask = Déconnecter { $name } partout ?
user-sign-out-goes = Tous les navigateurs sont déconnectés aussitôt. Les jetons d’API continuent de fonctionner.
user-locked-out = Verrouillé après des échecs de connexion
user-locked-until = Toute connexion est refusée jusqu’au { $until }.
user-unlock = Déverrouiller
user-leaving = Départ
user-hand-over = Transmettre les webhooks
user-hand-over-what = Tous les webhooks de cette personne changent de propriétaire ; les adresses restent.
user-hand-over-to = Nouveau propriétaire
user-lock = Verrouiller
user-lock-ask = Verrouiller le compte de { $name } ?
user-lock-goes = Toutes les sessions se terminent aussitôt, et les jetons sont refusés jusqu’au déverrouillage.
user-disable = Désactiver
user-disable-ask = Désactiver le compte de { $name } ?
user-disable-goes = Toutes les sessions se terminent aussitôt, et les jetons sont refusés jusqu’à la réactivation.
user-enable = Activer
user-delete = Supprimer le compte
user-delete-what = Définitif. Transmettez d’abord les webhooks.
user-delete-ask = Supprimer le compte de { $name } ?
user-delete-goes = Nom de connexion, adresses, seconds facteurs, rôles et jetons disparaissent définitivement. Ce que la personne a écrit reste, sous son nom.
users-nobody = Personne trouvé
users-nobody-sentence = Essayez une partie du nom ou de l’adresse.
group-new = Nouveau groupe
group-name = Nom
group-description = Description
group-members = Membres
group-settings = Nom et description
group-add = Ajouter une personne
group-add-button = Ajouter
group-remove = Retirer du groupe
group-nobody = Personne dans ce groupe pour l’instant.
group-delete = Supprimer le groupe
group-delete-ask = Supprimer le groupe { $name } ?
group-delete-goes =
    { $count ->
        [one] Le groupe disparaît, avec son { $count } appartenance et ses licences. Les personnes restent.
       *[other] Le groupe disparaît, avec ses { $count } appartenances et ses licences. Les personnes restent.
    }
groups-empty = Aucun groupe
groups-empty-sentence = Un groupe réunit des personnes qui reçoivent les mêmes licences, ou qu’un fournisseur de connexion rassemble.
licence-new = Nouvelle licence
licence-name = Nom
licence-seats = Places
licence-seats-hint = Laissez vide pour un nombre illimité.
licence-seats-of = { $taken } sur { $seats } utilisées
licence-seats-any = { $taken } utilisées, sans limite
licence-give = Attribuer
licence-assign = Attribuer
licence-person = À une personne
licence-group = À un groupe
licence-holders = Titulaires
licence-of-group = Groupe
licence-nobody = Personne n’a encore cette licence.
licence-take = Retirer
licences-empty = Aucune licence
licences-empty-sentence = Une licence dit qui peut utiliser une partie du produit, avec le nombre de places dont vous disposez.
provider-new = Nouveau fournisseur de connexion
provider-intro = OpenID Connect, par code d’autorisation.
provider-name = Nom
provider-name-hint = Ce que dit le bouton de la page de connexion.
provider-issuer = Émetteur
provider-issuer-hint = L’adresse sous laquelle le fournisseur publie son document de découverte.
provider-client = ID client
provider-secret = Secret client
provider-secret-hint = Tel que le fournisseur l’a donné ; conservé scellé.
provider-secret-kept = Il y en a un. Laissez vide pour le garder.
provider-enabled = Le proposer sur la page de connexion
provider-on = Proposé
provider-off = Inactif
provider-return = Adresse de retour
provider-return-what = Enregistrez-la chez le fournisseur comme URI de redirection.
provider-rules = Qui peut entrer, et à quel titre
provider-provision = Créer un compte à la première connexion
provider-provision-hint = Sinon, seules les personnes ayant déjà un compte entrent.
provider-domains = Domaines de messagerie de confiance
provider-domains-hint = Une adresse vérifiée de ces domaines est liée au compte qui la possède. Vide : jamais.
provider-amr = Second facteur : valeurs de amr
provider-amr-hint = Méthodes du fournisseur qui valent ici un second facteur.
provider-acr = Second facteur : valeurs de acr
provider-roles = Rôles selon les revendications
provider-roles-hint = Un rôle cité ici est attribué et retiré à chaque connexion. Videz une ligne pour la retirer.
provider-role = Rôle
provider-groups = Groupes selon les revendications
provider-groups-hint = Un groupe cité ici est rejoint et quitté à chaque connexion. Videz une ligne pour la retirer.
provider-group = Groupe
provider-claim = Revendication
provider-value = Valeur
provider-test = Tester
provider-answers = Le fournisseur répond
provider-answers-what = Son document de découverte est correct ; la connexion se fait sur { $host }.
provider-delete-ask = Supprimer le fournisseur { $name } ?
provider-delete-goes = Plus personne ne se connecte par lui. Les comptes restent ; sans mot de passe, il faut un lien pour en choisir un.
providers-empty = Aucun fournisseur de connexion
providers-empty-sentence = Avec un fournisseur, chacun se connecte avec le compte de l’organisation, et son second facteur compte ici.
organisation-name = Nom de l’organisation
organisation-language-hint = Pour les textes destinés à personne en particulier, comme les courriels aux équipes.
organisation-factor = Exiger un second facteur
organisation-factor-hint = Qui a l’un de ces rôles n’administre pas sans lui.
organisation-host = Nom d’hôte
organisation-host-any = Tous
organisation-id = Identifiant
switches-what = Ce qui est coupé s’arrête aussitôt, partout.
switch-all = Connecteurs
switch-all-what = Coupé : aucun webhook n’accepte de publication (ConnectorsEnabled).
switch-teams = Connecteurs dans les canaux
switch-teams-what = Coupé : aucun webhook de canal n’accepte de publication (ConnectorsEnabledForTeams).
switch-buttons = Boutons sur les cartes
switch-buttons-what = Coupé : les cartes s’affichent, leurs boutons sont inactifs (ConnectorsActionableMessagesEnabled).
switch-members = Les membres peuvent configurer des connecteurs
switch-members-what = Coupé : seulement les propriétaires d’équipe et les administrateurs.
switches-off = Tout couper
switches-off-ask = Couper tous les connecteurs ?
switches-off-goes = Tous les webhooks de l’organisation refusent désormais les publications, et les boutons des cartes s’arrêtent. Rien n’est supprimé : tout revient en rallumant.
switches-are-off = Les connecteurs sont coupés
switches-are-off-what = Les expéditeurs reçoivent une réponse qui le dit ; rien ne s’affiche dans les canaux.
audit-when = Quand
audit-what = Quoi
audit-origin = Depuis
audit-actor = Qui
audit-actor-hint = Nom ou adresse
audit-action = Action
audit-subject = Identifiant de l’objet
audit-subject-hint = Identifiant
audit-from = Premier jour
audit-to = Dernier jour
audit-changes =
    { $count ->
        [one] { $count } changement
       *[other] { $count } changements
    }
audit-somebody = Quelqu’un
audit-system = Le hub ({ $job })
audit-empty = Rien à afficher
audit-empty-sentence = Chaque changement administratif est conservé ici.
audit-nobody = Personne ne porte ce nom
toast-user-created = Utilisateur créé
toast-user-deleted = Compte supprimé
toast-user-state-set = État changé
toast-user-unlocked = Le compte peut de nouveau se connecter
toast-user-signed-out = Déconnecté partout
toast-user-handed-over = Webhooks transmis
toast-factors-reset = Seconds facteurs réinitialisés
toast-group-created = Groupe créé
toast-group-deleted = Groupe supprimé
toast-group-joined = Ajouté au groupe
toast-group-left = Retiré du groupe
toast-licence-created = Licence ajoutée
toast-licence-assigned = Licence attribuée
toast-licence-removed = Licence retirée
toast-provider-created = Fournisseur ajouté : testez-le maintenant
toast-provider-deleted = Fournisseur supprimé
toast-connectors-off = Tous les connecteurs sont coupés
token-last-used = Dernière utilisation
audit-webhook-create = a créé un webhook
audit-webhook-update = a modifié un webhook
audit-webhook-delete = a retiré un webhook
audit-webhook-enable = a activé un webhook
audit-webhook-disable = a désactivé un webhook
audit-webhook-hand-over = a transmis un webhook
audit-webhook-replay = a rejoué une requête d’un webhook
audit-webhook-rotate = a donné une nouvelle adresse à un webhook
audit-connectors-switch = a changé les interrupteurs de l’organisation
audit-connectors-switch-team = a changé les interrupteurs d’une équipe
first-run-team = Équipe
first-run-hook-name = Webhook
colon =  :

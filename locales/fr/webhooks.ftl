# Webhooks entrants : ce qui n’a pas marché et que faire, commutateurs, verdicts, cartes d’essai.

error-webhook-not-found = Ce webhook entrant n’existe pas
    .detail = Il n’a jamais existé ou vous ne pouvez pas le voir. Vérifiez l’adresse.
error-webhook-removed = Le webhook entrant a été supprimé
    .detail = Créez-en un nouveau dans le canal et donnez son URL à l’expéditeur.
error-webhook-replaced = L’URL a été remplacée
    .detail = Copiez la nouvelle URL depuis la page du webhook et donnez-la à l’expéditeur.
error-webhook-expired = Le webhook entrant a expiré
    .detail = Un propriétaire peut fixer une fin plus lointaine.
error-webhook-disabled = Le webhook entrant est désactivé
    .detail = Un propriétaire peut le réactiver.
error-webhook-suspended = Le webhook entrant est suspendu avec son application
    .detail = L’application de son connecteur a été bloquée ou désinstallée. Réinstallez-la ou demandez à un administrateur de la permettre.
error-webhook-switched-off = Les connecteurs sont désactivés
    .detail = Un administrateur des équipes peut les activer, pour l’organisation ou pour cette équipe.
error-webhook-channel-gone = Le canal a été supprimé
    .detail = Restaurez le canal ou créez un webhook dans un autre.
error-webhook-channel-archived = Le canal est archivé
    .detail = Rétablissez le canal ou créez un webhook dans un autre.
error-channel-deleted = Le canal a été supprimé avant que la carte puisse s’afficher
    .detail = Restaurez le canal, puis rejouez la carte.
error-webhook-owners-only = Seuls les propriétaires de l’équipe peuvent configurer des connecteurs
    .detail = Demandez à un propriétaire de l’équipe ou faites modifier le réglage de l’équipe.
error-webhook-not-owner = Réservé aux propriétaires du webhook et aux administrateurs
    .detail = Demandez à un propriétaire de le faire ou de vous transmettre le webhook.
error-webhook-owner-not-found = Cette personne ne peut pas être propriétaire du webhook
    .detail = Choisissez une personne active de l’organisation.
error-webhook-owner-missing = Indiquez qui sera responsable
    .detail = Un programme qui crée un webhook en nomme le propriétaire.
error-webhook-too-large = Le corps dépasse la limite
    .detail = Envoyez une carte plus courte ou faites relever la limite du webhook.
error-webhook-throttled = Le webhook publie plus vite que sa limite
    .detail = { $seconds ->
        [one] Attendez { $seconds } seconde ou faites relever la limite.
       *[other] Attendez { $seconds } secondes ou faites relever la limite.
    }
error-webhook-invalid = Certaines informations du webhook ne sont pas valides
    .detail = Corrigez les champs indiqués ci-dessous.
error-webhook-address-taken = Un autre webhook a déjà cette URL
    .detail = Cherchez-le parmi les webhooks ou omettez l’ancienne URL pour en obtenir une nouvelle.
error-webhook-name-missing = Un webhook a un nom
error-webhook-name-invalid = Un nom ne contient pas de caractères de contrôle
error-webhook-name-too-long = Un nom a 80 caractères au plus
error-webhook-icon-too-large = Une icône pèse 60 Ko au plus
error-webhook-icon-unreadable = L’image n’est ni PNG, ni JPEG, ni GIF
error-webhook-icon-animated = Une icône ne bouge pas : choisissez une image fixe
error-webhook-icon-too-wide = Une icône a 1 024 × 1 024 pixels au plus
error-webhook-rate-zero = Une limite laisse passer au moins une publication
error-webhook-rate-too-high = Une limite est de 10 000 publications par seconde au plus
error-webhook-limit-out-of-range = La limite du corps est hors des bornes
error-webhook-expiry-past = La fin est dans le passé
error-webhook-adopt-malformed = Ce n’est l’URL ni d’un connecteur ni d’un flux de travail
    .detail = Collez l’URL entière que l’expéditeur utilise aujourd’hui.
error-webhook-overlap-too-long = L’ancienne URL peut encore fonctionner un an au plus
error-log-not-found = Le journal de remise n’a pas cette entrée
    .detail = Son délai est peut-être écoulé. Consultez de nouveau le journal.
error-log-not-replayable = Cette entrée ne peut pas être rejouée
    .detail = Son corps n’a pas été conservé en entier ou la carte est encore en route.
error-dead-letter-not-found = Il n’y a rien à rejouer ici
    .detail = Son délai est peut-être écoulé.
error-dead-letter-rejected = Le canal a de nouveau refusé la carte
    .detail = Veillez à ce que le canal existe et ne soit pas archivé, puis rejouez la carte.
error-delivery-failed = La carte a échoué à chaque tentative
    .detail = Consultez le journal du hub, puis rejouez la carte.

state-enabled = Activé
state-disabled = Désactivé
state-suspended = Suspendu avec son application
state-expired = Expiré
state-removed = Supprimé

verdict-accepted = Acceptée
verdict-delivered = Remise
verdict-undelivered = Non remise
verdict-refused = Refusée
verdict-throttled = En trop

rate-standard = Standard
rate-microsoft = Table de Microsoft
rate-custom = Limite propre
rate-unlimited = Sans limite

switch-tenant = Connecteurs de l’organisation
switch-teams = Connecteurs dans les équipes
switch-actions = Boutons sur les cartes des connecteurs
switch-team = Connecteurs de cette équipe
switch-members = Les membres peuvent configurer des connecteurs

sample-text = Une ligne de texte
sample-message-card = Un compte rendu de build (MessageCard)
sample-alert = Une alerte (MessageCard)
sample-adaptive-card = Une commande (Adaptive Card)
sample-empty = Une carte vide, qui est refusée

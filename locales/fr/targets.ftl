# Cibles de remise : ce qui a échoué et que faire, types, états, alertes, pages.

error-target-not-found = Cette cible n’existe pas
    .detail = Elle a été supprimée, ou vous ne gérez pas son canal. Vérifiez l’adresse.
error-target-not-owner = Seuls les propriétaires du canal et de son équipe gèrent les cibles
    .detail = Demandez à un propriétaire de l’équipe de le faire ou de vous nommer propriétaire.
error-target-too-many = Le canal a déjà autant de cibles que permis
    .detail = Supprimez une cible dont personne n’a besoin.
error-target-no-secret = Les cibles de ce type n’ont pas de secret
    .detail = Seul le type « Point de terminaison HTTP » est signé.
error-target-invalid = Certains détails de la cible ne sont pas valides
    .detail = Corrigez les champs indiqués ci-dessous.
error-target-name-invalid = Un nom compte de 1 à 80 caractères sur une ligne
error-target-rate-invalid = Le rythme va de 1 à 600 000 messages par minute
error-target-url-missing = Collez l’adresse de destination
error-target-url-malformed = Ce n’est pas une adresse telle que https://…
error-target-secret-malformed = Un secret est whsec_ suivi de 24 à 64 octets en base64
error-target-headers-too-many = Une cible a 20 en-têtes au plus
error-target-header-refused = Cet en-tête ne peut pas être défini
error-target-recipients-missing = Indiquez qui reçoit le courrier
error-target-recipients-count = Une liste compte de 1 à 100 adresses
error-target-recipient-malformed = Ce n’est pas une adresse de courrier
error-attempt-not-found = Le journal ne contient pas cette tentative
    .detail = Son délai de conservation est peut-être passé. Consultez à nouveau le journal.

error-target-refused = La cible a refusé le message
    .detail = Lisez sa réponse dans le journal. Le message peut être rejoué une fois la cause levée.
error-target-failed = La cible a échoué
    .detail = De nouveaux essais ont lieu, de plus en plus espacés.
error-target-busy = La cible demande de patienter
    .detail = Le hub attend aussi longtemps qu’elle le demande.
error-target-gone = La cible ne veut plus rien recevoir
    .detail = Son webhook a été supprimé là-bas. Créez-en un autre et changez l’adresse.
error-target-unauthorized = La cible n’accepte pas nos informations d’identification
    .detail = Vérifiez l’adresse, le secret et les en-têtes.
error-target-missing = Personne ne répond à cette adresse
    .detail = Le webhook a peut-être été supprimé là-bas. Vérifiez l’adresse.
error-target-redirected = La cible renvoie ailleurs
    .detail = Les redirections ne sont pas suivies. Remplacez l’adresse par celle où elle mène.
error-target-too-old = Le message était trop ancien
    .detail = Il a attendu plus longtemps que le hub n’essaie. Il peut être rejoué.
error-target-no-recipients = Personne ne recevrait ce courrier
    .detail = Les membres de l’équipe n’ont pas d’adresse de courrier.
error-target-mail-malformed = Le courrier ne peut pas être écrit
    .detail = Vérifiez les adresses.
error-target-address-lost = La cible n’a pas d’adresse
    .detail = Indiquez à nouveau son adresse.

kind-workflows = Teams (webhook Workflows)
kind-slack = Slack
kind-mattermost = Mattermost
kind-rocketchat = Rocket.Chat
kind-google_chat = Google Chat
kind-discord = Discord
kind-http = Point de terminaison HTTP
kind-mail = Courrier

state-enabled = Activée
state-disabled = Désactivée
state-gone = Disparue

circuit-closed = Fermé : les messages passent
circuit-open = Ouvert : en attente après des échecs
circuit-half_open = Semi-ouvert : un message essaie

outcome-delivered = Remis
outcome-busy = Attente demandée
outcome-failed = Échec
outcome-dead = Abandonné
outcome-gone = Disparue
outcome-test = Essai

alert-failing-subject = « { $name } » échoue de façon répétée
alert-failing-body = La cible de remise « { $name } » n’a rien pris depuis le { $since }. Les messages attendent et de nouveaux essais ont lieu. Le journal montre ce qu’elle répond.
alert-gone-subject = « { $name } » ne veut plus rien recevoir
alert-gone-body = La cible de remise « { $name } » a répondu qu’elle n’existe plus. Rien n’est envoyé tant que personne ne la réactive. Elle échoue depuis le { $since }.
alert-recovered-subject = « { $name } » fonctionne à nouveau
alert-recovered-body = La cible de remise « { $name } » prend de nouveau les messages. Ce qui attendait est en route.

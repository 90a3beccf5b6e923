# Connexion des connecteurs : ce qui s’est passé et ce qu’il faut faire.

error-provider-timeout = Le fournisseur de connexion n’a pas répondu à temps
    .detail = Réessayez dans un instant ; si cela persiste, vérifiez que le fournisseur fonctionne.
error-authorization-incomplete = La connexion du connecteur n’est pas entièrement configurée
    .detail = La personne responsable du connecteur ajoute le paramètre manquant, comme l’identifiant client ou l’adresse de connexion.
error-authorization-placeholder = La connexion du connecteur contient encore un texte à remplacer
    .detail = L’éditeur a laissé un paramètre à compléter, comme l’identifiant client. La personne responsable du connecteur le remplace, ou vous indiquez votre propre application avec la connexion.
error-authorization-provider = Le connecteur nomme un fournisseur d’identité inconnu
    .detail = Sont connus oauth2, oauth2generic, aad, aadcertificate, DocuSign, Facebook, GitHub, Google, Dropbox, Salesforce et compte Microsoft.
error-authorization-state = Cette connexion est terminée
    .detail = Elle a duré trop longtemps, a déjà servi ou a été commencée par quelqu’un d’autre. Recommencez depuis la connexion.
error-authorization-issuer = La réponse vient d’un autre fournisseur
    .detail = Rien n’a été accepté. Recommencez et prévenez un administrateur si cela se reproduit.
error-authorization-declined = La connexion a été refusée
    .detail = Quelqu’un a annulé chez le fournisseur, ou vous ne pouvez pas y utiliser l’application. Recommencez ou demandez à l’administrateur du fournisseur.
error-authorization-ended = L’autorisation de la connexion a expiré ou a été révoquée
    .detail = Authentifiez de nouveau la connexion.
error-authorization-consent = Le consentement manque chez le fournisseur
    .detail = Authentifiez la connexion et donnez votre accord, ou faites consentir l’administrateur du fournisseur pour tout le monde.
error-authorization-interaction = Le fournisseur vous demande de vous authentifier de nouveau
    .detail = Il en demande davantage, comme un second facteur. Authentifiez de nouveau la connexion.
error-authorization-assertion = Votre propre session ne peut pas servir à ce connecteur
    .detail = Le jeton de votre session est destiné à une autre application ou n’appartient pas à une personne. Un administrateur compare les applications du hub et du connecteur chez le fournisseur.
error-authorization-authority = Vous avez ouvert votre session ailleurs que chez le fournisseur du connecteur
    .detail = Votre propre jeton n’est remis qu’au fournisseur chez qui vous avez ouvert votre session, et le connecteur en nomme un autre. La personne responsable du connecteur corrige l’adresse de son authentification.
error-authorization-host = Une valeur de la connexion choisit qui reçoit le secret du connecteur
    .detail = La valeur nommée décide de l’hôte de l’authentification. La personne responsable du connecteur la limite à des valeurs autorisées, ou vous donnez votre propre secret client avec la connexion.
error-authorization-client = Le fournisseur n’accepte pas les identifiants du connecteur
    .detail = La personne responsable du connecteur compare identifiant client, secret ou certificat avec les paramètres du fournisseur ; un secret a pu expirer.
error-authorization-refused = Le fournisseur refuse la demande
    .detail = La personne responsable du connecteur compare adresses, étendues et ressource avec ce que le fournisseur attend ; le journal nomme la raison du fournisseur.
error-authorization-busy = Le fournisseur ne peut pas répondre maintenant
    .detail = Réessayez dans un instant.

provider-act-for = Laisser les connecteurs agir au nom des personnes
provider-act-for-hint = Conserve les jetons de chaque personne, scellés, pour que les connecteurs qui agissent au nom d’une personne n’exigent pas d’authentification à part. Demande offline_access.
provider-scopes = Étendues supplémentaires
provider-scopes-hint = Ce qui est demandé en plus à la connexion, comme l’étendue de l’application du connecteur ; séparé par des espaces.
error-scope-invalid = Ce n’est pas une liste d’étendues
    .detail = Au plus 20 étendues, chacune en caractères ASCII visibles, sans espace, guillemet ni barre oblique inverse.

toast-connection-signed-in = La connexion est authentifiée et peut servir.

# Documents de problème : ce qui s’est passé, et que faire ensuite.

kind-invalid = La requête n’est pas valide
    .detail = Corrigez-la et renvoyez-la.
kind-unauthenticated = Vous n’êtes pas connecté
    .detail = Connectez-vous, ou envoyez un jeton valide.
kind-forbidden = Vous n’avez pas le droit de faire cela
    .detail = Demandez ce droit à un administrateur.
kind-not-found = Introuvable
    .detail = Cela n’existe pas, ou vous ne pouvez pas le voir. Vérifiez l’adresse.
kind-conflict = Cela ne correspond plus à l’état actuel
    .detail = Rechargez, puis refaites votre modification.
kind-gone = Cela a été supprimé
    .detail = N’utilisez plus cette adresse.
kind-too-large = Trop volumineux
    .detail = Envoyez moins à la fois.
kind-throttled = Trop de requêtes
    .detail = { $seconds ->
        [one] Attendez { $seconds } seconde, puis réessayez.
       *[other] Attendez { $seconds } secondes, puis réessayez.
    }
kind-upstream = Un autre système a échoué
    .detail = Réessayez ; si l’échec persiste, prévenez le responsable de ce système.
kind-unavailable = Indisponible pour le moment
    .detail = { $seconds ->
        [one] Réessayez dans { $seconds } seconde.
       *[other] Réessayez dans { $seconds } secondes.
    }
kind-internal = Une erreur est survenue de notre côté
    .detail = Réessayez. Si cela se reproduit, donnez l’identifiant de la requête au responsable de ce serveur.

error-request-unauthenticated = Vous n’êtes pas connecté
    .detail = Connectez-vous, ou envoyez l’en-tête « Authorization: Bearer » avec un jeton valide.
error-request-invalid = Certains champs ne sont pas valides
    .detail = Corrigez les champs de la liste et renvoyez la requête.
error-request-malformed = Le corps est illisible
    .detail = Envoyez du JSON bien formé (ou des champs de formulaire), sans rien après et sans imbrication excessive.
error-request-media-type = Le corps n’a pas le bon type
    .detail = Donnez à l’en-tête « Content-Type » ce que cette adresse accepte, « application/json » pour REST.
error-request-too-large = Le corps est trop volumineux
    .detail = Envoyez moins à la fois, ou demandez à l’administrateur de relever la limite.
error-request-interrupted = Le corps n’est pas arrivé
    .detail = La connexion était trop lente ou s’est interrompue. Renvoyez la requête.
error-request-throttled = Trop de requêtes
    .detail = { $seconds ->
        [one] Attendez { $seconds } seconde, puis réessayez.
       *[other] Attendez { $seconds } secondes, puis réessayez.
    }
error-request-precondition-failed = Cela a changé entre-temps
    .detail = Rechargez, puis refaites votre modification sur la nouvelle version.
error-route-unknown = Il n’y a rien à cette adresse
    .detail = Vérifiez l’adresse ; la liste de toutes les adresses est dans /api/openapi.json.
error-route-method-not-allowed = Cette adresse n’accepte pas cette méthode
    .detail = Utilisez l’une des méthodes de l’en-tête « Allow ».
error-permission-missing = Il manque une autorisation
    .detail = Demandez ce droit à un administrateur, ou utilisez un jeton qui le porte.
error-csrf-rejected = Le formulaire ne vient pas d’une page de ce serveur
    .detail = Rechargez la page et refaites votre action.
error-field-invalid = Cette valeur n’est pas valide
error-page-limit-invalid = La limite est un nombre entier de 1 à 200
error-page-cursor-invalid = Ce curseur ne vient pas de cette liste : commencez sans curseur
error-page-both-ends = Donnez « after » ou « before », pas les deux
error-internal = Une erreur est survenue de notre côté
    .detail = Réessayez. Si cela se reproduit, donnez l’identifiant de la requête au responsable de ce serveur.
error-storage-full = Le disque est plein
    .detail = Rien n’a été enregistré. L’administrateur doit libérer de l’espace.
error-storage-unavailable = La base de données ne répond pas
    .detail = Réessayez dans un instant.
error-storage-interrupted = La réponse a pris trop de temps
    .detail = Demandez moins à la fois, ou réessayez.
error-server-bind-failed = Impossible d’écouter sur cette adresse
    .detail = Arrêtez ce qui l’occupe, ou choisissez une autre adresse.
error-server-tls-invalid = Le certificat TLS ou sa clé est inutilisable
    .detail = Donnez une chaîne de certificats et sa propre clé, toutes deux au format PEM.

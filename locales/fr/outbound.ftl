# Ce que le hub récupère, et les fournisseurs de connexion : ce qui s’est passé, et que faire ensuite.

error-outbound-refused = Cette adresse n’est pas récupérée
    .detail = Seules les adresses http et https sans nom d’utilisateur, sur les ports des serveurs web, peuvent être récupérées ; http simple seulement là où un administrateur a ouvert le réseau.
error-outbound-network = Le hub ne peut pas joindre ce réseau
    .detail = L’adresse mène à un réseau privé. Un administrateur peut l’ouvrir avec outbound.allowed_networks.
error-outbound-name = Le nom d’hôte est inconnu
    .detail = Vérifiez l’orthographe de l’adresse et le service de noms du hub.
error-outbound-redirects = L’adresse redirige trop souvent
    .detail = Utilisez l’adresse à laquelle mènent les redirections.
error-outbound-too-large = La réponse est trop longue
    .detail = L’autre côté a envoyé plus que le hub ne lit. Un administrateur peut relever outbound.max_response_bytes.
error-outbound-timeout = L’autre côté n’a pas répondu à temps
    .detail = Réessayez dans un instant ; si cela persiste, vérifiez que l’autre côté fonctionne.
error-outbound-failed = L’échange avec l’autre côté a échoué
    .detail = Réessayez dans un instant ; le journal du hub contient la raison.
error-provider-unreachable = Le fournisseur de connexion est injoignable
    .detail = Réessayez dans un instant. Un administrateur vérifie l’adresse de l’émetteur et le réseau du hub.
error-provider-document = Le fournisseur de connexion répond de façon inattendue
    .detail = Un administrateur compare l’émetteur avec le document de découverte du fournisseur.
error-provider-refused = Le fournisseur de connexion a refusé
    .detail = Reconnectez-vous. Si cela persiste, un administrateur compare l’identifiant client, le secret et l’adresse de retour avec les paramètres du fournisseur.
error-provider-token = La réponse du fournisseur ne prouve pas votre identité
    .detail = Reconnectez-vous. Si cela persiste, un administrateur compare les horloges et l’émetteur.
error-provider-settings = Le fournisseur de connexion est mal configuré
    .detail = Un administrateur corrige l’émetteur, l’identifiant client et le secret sous Administration, Fournisseurs de connexion.

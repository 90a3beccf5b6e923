# Pages d’administration venues plus tard : rôles de groupes, licences, nom d’hôte, secrets de fournisseurs.

any-role = Tous les rôles
roles-of-groups = Aussi par des groupes : { $roles }
group-roles-hint = Chaque membre du groupe les a, maintenant et plus tard. Qui peut donner des rôles décide qui en fait partie.
licence-settings = Nom et places
licence-delete-ask = Supprimer la licence « { $name } » ?
licence-delete-goes = Personne ne la détient, donc personne ne perd rien.
licence-delete-held = Retirez-la d’abord à tous
licence-people = Concerne
licence-reached =
    { $count ->
        [0] Ne concerne personne
        [one] Concerne { $count } personne
       *[other] Concerne { $count } personnes
    }
licence-reached-what = Qui rejoint un groupe détenteur de la licence l’a aussitôt ; qui le quitte ne l’a plus, sauf par une autre voie.
licence-direct = Attribuée directement
licence-through = Par { $groups }
licence-both = Attribuée directement, et par { $groups }
licence-of-members = Chaque membre du groupe détient : { $licences }
organisation-host-hint = Le nom seul, sans https:// ni port. Après un changement, chacun se reconnecte sous le nouveau nom ; les sessions ouvertes sous l’ancien continuent jusqu’à leur fin. Vide : tout nom qu’aucune autre organisation ne porte ; pour la première organisation d’un hub seulement.
secret-forget = Oublier le secret client
secret-forget-what = Dès maintenant, le hub s’y connecte comme client public, avec PKCE seul.
secret-forget-ask = Oublier le secret client de « { $name } » ?
request-from = Provenance

toast-licence-deleted = La licence a été supprimée
toast-secret-forgotten = Le secret client a été oublié

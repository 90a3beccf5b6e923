# Membres, cycle de vie et notes de modification des enregistrements qui vivent dans des canaux.
members-off = Les membres ne suivent pas l’accès à l’enregistrement.
verb-add = Ajouté
verb-remove = Retiré
verb-keep = Reste
verb-leave = Non ajouté
why-owner = possède l’enregistrement
why-owning-team = fait partie de l’équipe qui possède l’enregistrement
why-shared = l’enregistrement est partagé avec cette personne
why-shared-team = fait partie d’une équipe avec laquelle l’enregistrement est partagé
why-reads = peut encore lire l’enregistrement
why-access-lost = ne peut plus lire aucun enregistrement d’ici
why-place-owner = est propriétaire de l’équipe ou du canal : les propriétaires restent
why-guest = est un invité : les invités sont ajoutés à la main
why-by-hand = a été ajouté à la main
why-full = l’équipe ou le canal compte déjà autant de membres que permis
why-unknown = n’est pas connu de l’espace de travail
trouble-channel-gone = L’équipe ou le canal est supprimé
trouble-channel-gone-what = Il peut être restauré dans l’espace de travail pendant 30 jours ; la liaison revient avec lui. Mettre fin à la liaison la retire de l’enregistrement.
trouble-no-access = L’espace de travail ne montre pas le canal
trouble-no-access-what = Accordez à nouveau le consentement, ou demandez à un propriétaire de l’équipe.
trouble-tab-gone = L’onglet a été supprimé
trouble-tab-gone-what = L’enregistrement est toujours lié. Remettez l’onglet, ou mettez fin à la liaison.
trouble-row-without-link = Une ligne d’un autre environnement ou d’avant
trouble-row-without-link-what = Elle nomme un canal derrière lequel aucune liaison de cet environnement ne se trouve. La retirer ne change rien dans l’espace de travail.
trouble-owner-left = Personne qui puisse se connecter ne possède l’équipe ou le canal
trouble-owner-left-what = Le propriétaire de l’enregistrement peut en devenir propriétaire.
trouble-poster-left = Plus personne ne publie les notes de modification
trouble-poster-left-what = La personne qui les a définies ne peut plus y publier. Qui enregistre à nouveau les règles publie désormais ; rien de ce qui attend n’est perdu.
trouble-full = L’équipe ou le canal est complet
trouble-full-what = Certaines personnes qui peuvent voir l’enregistrement n’ont pas pu être ajoutées.
note-added = { $who } a ajouté : { $kind }
note-updated = { $who } a modifié l’enregistrement
note-closed = { $who } a fermé l’enregistrement
note-reopened = { $who } a rouvert l’enregistrement
note-deleted = { $who } a supprimé l’enregistrement
note-somebody = Quelqu’un
note-became = { $was } → { $is }
note-empty = (vide)
note-hidden = (un autre enregistrement)
note-open = Ouvrir l’enregistrement
note-more = { $count ->
    [one] Une modification antérieure n’est pas affichée.
   *[other] { $count } modifications antérieures ne sont pas affichées.
}
note-summary = { $count ->
    [one] Une modification
   *[other] { $count } modifications
}
error-linking-columns = Ces colonnes ne peuvent pas être annoncées dans un canal
    .detail = Choisissez au plus 20 colonnes de l’enregistrement ; les colonnes sécurisées, les fichiers et les clés sont exclus.
error-linking-hours = Ces heures n’ont pas de sens
    .detail = Donnez des heures d’une journée, et une plage qui commence et finit à des heures différentes.
error-linking-zone = Ce fuseau horaire n’existe pas
    .detail = Utilisez un nom de la base des fuseaux horaires, comme Europe/Paris.
error-linking-not-mendable = Le hub ne peut pas réparer cela lui-même
    .detail = Faites ce qui est écrit à côté ; le prochain passage sur les liaisons le remarque.
error-link-archived = Le canal est archivé
    .detail = Ce qui attend sera publié lorsqu’il sera rouvert.
error-link-gone = Le canal est supprimé
    .detail = Ce qui attend sera publié lorsqu’il sera restauré.
error-link-record-not-readable = La personne qui publie ne peut plus lire l’enregistrement
    .detail = Une personne qui peut modifier l’enregistrement enregistre à nouveau les règles, et publie désormais.
audit-link-member-add = a ajouté quelqu’un à l’équipe d’un enregistrement lié
audit-link-member-remove = a retiré quelqu’un de l’équipe d’un enregistrement lié
audit-link-notes = a décidé quelles modifications d’un enregistrement sont publiées dans son canal
audit-linking-members-policy = a décidé comment les membres suivent l’accès aux enregistrements
audit-linking-repair = a réparé une liaison

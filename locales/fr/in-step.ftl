# Liaisons et enregistrements gardés d’accord : membres, notes de modification, rapport de ce qui est rompu.
settings = Paramètres de cette connexion

# Membres.
members = Membres
members-short = Qui rejoint l’équipe ou le canal privé avec l’enregistrement, et qui le quitte
members-open = Décider
members-what = Le propriétaire de l’enregistrement et ceux avec qui il est partagé peuvent être tenus dans l’équipe ou le canal privé de cette connexion.
members-all-what = Le propriétaire d’un enregistrement lié et ceux avec qui il est partagé peuvent être tenus dans l’équipe ou le canal privé de sa connexion.
members-crm-what = Quiconque possède dans le CRM un enregistrement lié, en a reçu le partage ou fait partie de son équipe peut être maintenu dans l’équipe ou le canal privé de sa connexion. Les personnes sont retrouvées par leur adresse e-mail. Personne n’est retiré lorsque le CRM ne dit pas qui d’autre peut lire un enregistrement.
members-all-each = Une connexion peut en décider autrement sur sa propre page.
policy = Comment les membres suivent
mode = Quand l’accès à l’enregistrement change
mode-off = Rien ne se passe
mode-off-what = Les membres sont ajoutés à la main.
mode-add = Ajouter seulement
mode-add-what = Qui reçoit l’accès est ajouté. Personne n’est retiré.
mode-add-and-remove = Ajouter et retirer
mode-add-and-remove-what = Qui reçoit l’accès est ajouté, qui le perd est retiré. Les propriétaires de l’équipe restent.
also = En retirant, aller plus loin
others = Personnes ajoutées à la main
others-what = Aussi celles sans accès que quelqu’un a ajoutées dans l’équipe.
guests = Invités
guests-what = Aussi les invités sans accès. Les invités ne sont jamais ajoutés.
own = Décidé pour cette connexion
inherited = Comme dans l’environnement
inherited-crm = Comme pour le CRM
reset = De nouveau comme dans l’environnement
reset-crm = De nouveau comme pour le CRM
preview = Montrer qui vient et qui part
administrators-crm = Qui configure les CRM en décide.
administrators = Un administrateur de l’environnement en décide.
consents = Ouvrir les consentements
next = La prochaine exécution
next-off = Les membres ne suivent pas : personne ne vient ni ne part.
next-none = Chacun est à sa place : personne ne vient, personne ne part.
looked = Voici ce qui arriverait. Rien n’est encore enregistré.
cut = Plus de personnes peuvent voir cet enregistrement que celles qui sont examinées : les 1 000 premières le sont.
run = Exécuter maintenant
history = Ce qui s’est passé
history-none = La plateforme n’a encore ajouté ni retiré personne.
toast-saved = Enregistré
toast-running = Les membres sont mis d’accord

# Notes de modification.
notes = Notes de modification
notes-short = Ce qui est dit dans le canal quand l’enregistrement change
notes-on = Activées
notes-off = Désactivées
notes-what = Les modifications de l’enregistrement sont dites dans le canal par des cartes, au nom de la personne qui a enregistré ces règles en dernier.
notes-stop = Désactiver
what = Ce qui est dit
note-updated = Colonnes modifiées
note-updated-what = Les colonnes choisies ci-dessous, et rien d’autre de l’enregistrement.
note-closed = Fermé, rouvert, supprimé
note-closed-what = Par exemple une opportunité gagnée.
note-created = Nouvelles activités et notes
note-created-what = Par leur type seul : qu’il y a une nouvelle tâche, pas ce qu’elle dit.
columns = Colonnes
columns-what = Au plus 20. Tout le canal les lit, quels que soient les droits de chacun ; les colonnes sécurisées ne sont pas proposées.
columns-find = Chercher une colonne
when = Quand
digest = Rassembler les modifications
digest-none = Non, les dire à mesure
digest-hourly = Une fois par heure
digest-daily = Une fois par jour
digest-at = Heure du jour
digest-at-what = Pour une fois par jour.
note-quiet = Heures calmes
note-quiet-what = Ce qui arrive alors attend qu’elles soient passées.
quiet-from = De
quiet-to = À
note-weekend = Calme le week-end
note-weekend-what = Avec les heures calmes : aussi les samedis et dimanches.
zone = Fuseau horaire
zone-what = Par exemple Europe/Paris ; le vôtre si le champ est vide.
card = La carte comme elle serait publiée
card-what = Avec ce que contient l’enregistrement maintenant. Rien n’a été publié.
card-show = Montrer la carte
card-none = Ces règles ne publient rien : choisissez ce qui est dit.
sent = Ce qui a été dit
sent-none = Rien n’a encore été publié.
poster = Publie
waiting = Modifications en attente
told = { $count ->
    [one] Une modification
   *[other] { $count } modifications
}
toast-notes-saved = Notes de modification enregistrées
view = Une vue n’a pas de notes de modification
view-what = Son onglet montre la liste en direct : tout le canal voit ce qui y entre et en sort. Les notes de modification parlent d’un seul enregistrement : connectez l’enregistrement lui-même pour apprendre ses modifications.
view-open = Ouvrir l’onglet

# Demandes d’accès.
asked = { $name } demande l’accès à un enregistrement
asked-title = Qui demande cet enregistrement
asked-what = Vous pouvez partager cet enregistrement. Donner l’accès permet de le lire ; ce que chacun peut faire dans le canal reste tel quel.
asked-none = Personne n’attend de réponse
asked-none-what = Quelqu’un a peut-être déjà répondu.

# Le rapport.
report = Liaisons rompues et orphelins
report-short = Canaux disparus, onglets manquants, lignes derrière lesquelles il n’y a rien
report-open = Ouvrir le rapport
report-what = Ce qui ne va plus ensemble, avec la cause et ce qui peut être fait.
report-none = Tout va ensemble
report-none-what = Chaque liaison a son enregistrement, son canal et son onglet.
export = Exporter en CSV
walk = Examiner toutes les liaisons maintenant
walking = Les liaisons sont examinées
walked = Dernier examen de toutes les liaisons :
walked-count = { $count ->
    [one] une liaison
   *[other] { $count } liaisons
}
walked-never = Les liaisons n’ont pas encore été examinées ; cela se fait une fois par jour.
found = Trouvé
see = Ouvrir la connexion
repair = Réparer
repair-all = Tout réparer
repair-all-what = La plateforme peut réparer ce qui a un bouton : les onglets sont remis, des propriétaires sont nommés, les lignes et liaisons qui ne mènent nulle part s’en vont. Fichiers et messages restent.
toast-walking = Les liaisons sont examinées
toast-repaired = Réparé
toast-repaired-some = Ce qui pouvait l’être est réparé ; le reste demande quelqu’un

# Ce qui peut mal tourner avec les réunions des vendeurs, et ce qui figure sur leurs cartes.

error-meeting-person-needed = Seule une personne a des réunions ici
    .detail = Connectez-vous en votre nom : un service ne participe à aucune réunion.
error-meeting-not-found = Cette réunion n’existe pas
    .detail = Elle a été supprimée, son délai est écoulé, ou vous n’y participez pas : seuls les participants voient une réunion.
error-meeting-organiser-needed = Seul l’organisateur peut le faire
    .detail = Demandez à la personne qui organise la réunion.
error-meeting-keeper-needed = Seule la personne qui l’a apporté peut le faire
    .detail = Demandez à qui l’a apporté, ou à qui organise la réunion.
error-meeting-calendar-too-large = Le fichier de calendrier est trop volumineux
    .detail = Exportez une période plus courte : 4 Mo au plus sont lus.
error-meeting-calendar-unreadable = Ce fichier n’est pas un calendrier
    .detail = Apportez un fichier .ics, enregistré depuis une invitation ou exporté de votre calendrier.
error-meeting-calendar-without = Le calendrier ne contient aucune réunion à vous
    .detail = Les entrées privées, les journées entières et celles où vous ne participez pas sont écartées.
error-meeting-transcript-too-large = La transcription est trop volumineuse
    .detail = 8 Mo au plus sont lus, environ neuf heures de parole.
error-meeting-transcript-unreadable = Ce fichier n’est pas une transcription
    .detail = Apportez le fichier que Teams propose au téléchargement (.vtt), un .srt, une liste JSON, ou des lignes telles que « Ada : Bonjour ».
error-meeting-no-recap = Cette réunion n’a pas de compte rendu
    .detail = Ouvrez la réunion : elle dit pourquoi.
error-meeting-no-transcript = Cette réunion n’a pas de transcription
    .detail = Apportez ce qui a été dit, ou faites-le chercher.
error-meeting-no-action = Le compte rendu n’a pas cette action
    .detail = Il a été refait entre-temps. Ouvrez de nouveau la réunion et choisissez une de ses actions.
error-meeting-made-already = C’est déjà fait
    .detail = Ouvrez la réunion : elle mène à ce qui a été créé. Si quelqu’un y travaille en ce moment, attendez cinq minutes.
error-meeting-not-connected = La réunion n’est reliée à aucun enregistrement
    .detail = Reliez-la d’abord à un compte ou à une opportunité.
error-meeting-no-table = Votre CRM ne vous montre aucune table pour cela
    .detail = Demandez à qui administre le CRM le droit de créer des tâches et des rendez-vous.
error-meeting-no-channel = L’enregistrement n’est lié à aucun canal de ce nom
    .detail = Liez d’abord l’enregistrement à un canal, ou choisissez un de ceux qui sont proposés.
error-meeting-posted-already = Le compte rendu y a déjà été publié
    .detail = Ouvrez le canal : il figure parmi ses messages.
error-meeting-calendar-away = Le calendrier de votre organisation n’est pas relié
    .detail = Un administrateur relie Microsoft Teams ; connectez-vous ensuite une fois vous-même. D’ici là, apportez des fichiers de calendrier.
error-meeting-graph-forbidden = Microsoft 365 ne laisse pas Liaison lire cela
    .detail = Un administrateur accorde à l’application Calendars.Read, OnlineMeetings.Read.All et OnlineMeetingTranscript.Read.All.
error-meeting-graph-away = Microsoft 365 ne répond pas pour le moment
    .detail = Réessayez dans quelques minutes.
error-meeting-full = Vous gardez autant de réunions que possible
    .detail = Supprimez celles dont vous n’avez plus besoin.
error-meeting-invalid = Certaines valeurs ne peuvent pas servir
    .detail = Regardez les champs signalés.
error-meeting-subject = Donnez un objet de 400 caractères au plus
error-meeting-starts-at = Donnez un jour et une heure
error-meeting-ends-at = Elle finit après son début, 48 heures plus tard au plus
error-meeting-people = 500 personnes au plus
error-meeting-address = Ce n’est pas une adresse de messagerie
    .detail = Écrivez une personne par ligne, par exemple Ben King <ben@fabrikam.example>.
error-meeting-task-subject = Donnez à la tâche un objet de 200 caractères au plus
error-meeting-task-owner = Cette personne n’était pas à la réunion ou ne travaille pas dans le CRM
error-meeting-due = Ce n’est pas un jour
error-meeting-notes = Écrivez de 1 à 30 000 caractères
error-meeting-terms = 200 termes de 100 caractères au plus, un par ligne
error-meeting-keep-days = De 1 à 3 650 jours
error-meeting-prepare-minutes = De 10 à 1 440 minutes, ou 0 pour aucune
error-meeting-digest-hour = Une heure de la journée, de 0 à 23
error-meeting-way = Choisissez où cela parvient
    .detail = Dans Microsoft Teams, par courriel, ou les deux.
error-meeting-quiet = Une heure de la journée, comme 20:00

card-title = Compte rendu : { $subject }
card-actions = { $count ->
    [one] { $count } action
   *[other] { $count } actions
}
card-questions = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
card-who = Les participants peuvent l’ouvrir.
card-open = Ouvrir le compte rendu
card-summary = Résumé
card-to-do = À faire

remind-card = { $time } : { $subject }
remind-digest = Vos prochaines réunions
remind-people = De l’extérieur
remind-record = De quoi il s’agit
remind-last = La dernière fois
remind-open = Préparer la réunion
remind-join = Rejoindre la réunion
remind-no-subject = Réunion sans objet
remind-why = Choisir lesquels de ces messages vous recevez, et quand
error-meeting-saving-off = L’enregistrement des notes de réunion est désactivé
    .detail = Un administrateur du CRM peut l’activer sous Paramètres de vente, Enregistrement dans le CRM.

draft-subject = Suite à notre réunion : { $subject }
draft-hello = Bonjour,
draft-thanks = Merci pour notre réunion « { $subject } » du { $day }. Voici ce qui a été dit :
draft-actions = Ce qui reste à faire :
draft-bye = Cordialement

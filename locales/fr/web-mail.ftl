# Pages des mails des vendeurs.

title = Mail
intro = Les mails que vous apportez ne sont qu’à vous. À côté de chacun figure ce que votre CRM vous montre.
bring = Apporter des mails
bring-what = Des fichiers .eml ou .msg, enregistrés ou glissés depuis votre messagerie.
bring-button = Apporter
search = Chercher dans les mails
find = Chercher
none = Aucun mail pour l’instant
none-what = Apportez le mail d’un client : les personnes qui y figurent sont rapprochées de votre CRM, et vous pouvez l’y enregistrer.
none-found = Aucun mail ne contient ces mots.
no-subject = (sans objet)
to = À
cc = Cc
original = Original
delete = Supprimer
delete-ask = Supprimer « { $subject } » ?
delete-what = Le mail et ses fichiers disparaissent pour de bon. Ce qui a été enregistré dans le CRM y reste.
files = Fichiers
body = Texte du mail
pane = Ventes
invitation = Le mail contient une invitation.
blocked = { $count ->
    [one] { $count } image venue d’ailleurs n’est pas affichée.
   *[other] { $count } images venues d’ailleurs ne sont pas affichées.
}
show-pictures = Afficher les images
open-crm = Ouvrir Mon CRM
people = Personnes
nobody-outside = Seuls des collègues figurent dans ce mail.
connected = Associé
unknown = Absent du CRM
account = Compte
others = { $count ->
    [one] { $count } autre contact a cette adresse.
   *[other] { $count } autres contacts ont cette adresse.
}
which = Plusieurs contacts ont cette adresse. Lequel est-ce ?
choose = Choisir le contact
new-contact = Nouveau contact
new-contact-what = Vérifiez ce que dit le mail, puis créez le contact dans votre CRM.
from-signature = Repris de la signature. Vérifiez avant de créer le contact.
signature-company = Entreprise dans la signature : { $name }
colleagues = Collègues : { $names }
opportunities = Opportunités ouvertes
insights = Informations sur l’opportunité
source = Source
save-title = Enregistrer dans le CRM
save-about = Concernant
save-contacts = Les contacts du mail
save-files = { $count ->
    [one] Avec { $count } fichier
   *[other] Avec { $count } fichiers
}
save = Enregistrer le mail
is-saved = Enregistré dans le CRM
is-being-saved = En cours d’enregistrement
saved-about = Concernant { $name }
saved-files = { $count ->
    [one] { $count } fichier a été enregistré avec lui.
   *[other] { $count } fichiers ont été enregistrés avec lui.
}
left-out = { $count ->
    [one] { $count } fichier n’a pas de place dans le CRM.
   *[other] { $count } fichiers n’ont pas de place dans le CRM.
}
unsave = Retirer du CRM
stays = Ce CRM garde ce qui a été enregistré.
field-first-name = Prénom
field-last-name = Nom
field-job-title = Fonction
field-phone = Téléphone professionnel
field-mobile = Téléphone mobile
field-email = Adresse de messagerie
rules = Mails
rules-what = Ce qui vaut pour les mails que les vendeurs apportent.
internal-domains = Domaines internes
internal-domains-what = Un par ligne. Les personnes qui y ont une adresse sont des collègues, rapprochées d’aucun contact. Le domaine du vendeur compte de lui-même.
contact-fields = Champs d’adresse des contacts
contact-fields-what = Un par ligne, sous les noms du CRM. Vide : emailaddress1 à emailaddress3, Email dans Salesforce.
save-mails = Les mails peuvent être enregistrés dans le CRM
save-attachments = Les fichiers peuvent être enregistrés avec eux
remark-encrypted = Le mail est chiffré : son texte est dans un fichier.
remark-outlook-package = Des fichiers sont dans un paquet Outlook (winmail.dat), qui n’est pas ouvert.
remark-charset = Une partie est dans un jeu de caractères inconnu ; des signes peuvent être faux.
remark-encoding = Une partie est endommagée et affichée telle quelle.
remark-text-cut = Le texte est très long et a été coupé.
remark-addresses-cut = Le mail nomme plus de personnes qu’on n’en garde.
remark-attachments-cut = Le mail a plus de fichiers qu’on n’en garde.
remark-rich-text = Le texte est du texte enrichi d’Outlook ; seuls ses mots sont affichés.
toast-kept = Mail ajouté
toast-again = Ce mail était déjà là
toast-kept-all = Mails ajoutés
toast-deleted = Mail supprimé
toast-saved = Enregistré dans le CRM
toast-saved-without = Enregistré dans le CRM, sans certains fichiers
toast-unsaved = Retiré du CRM
toast-chosen = Contact choisi
toast-contact-made = Contact créé
toast-rules-set = Règles enregistrées
summary = Résumé
summary-none = Rien ne ressort de ce mail.
summary-places = Où le mail le dit
summary-place = Passage { $number } du mail
made-rules = Phrases du mail, choisies par les règles du hub. Rien n’a quitté le hub.
made-endpoint = Rédigé par un modèle de langage. À vérifier dans le mail.
made-fell-back = Les règles du hub ont remplacé le modèle de langage : { $reason }.
made-dropped = { $count ->
    [one] Une affirmation a été écartée, car le mail ne la contient pas.
   *[other] { $count } affirmations ont été écartées, car le mail ne les contient pas.
}
made-why-unreachable = il est injoignable
made-why-late = il n’a pas répondu à temps
made-why-key = il n’accepte pas la clé
made-why-model = il ne connaît pas le modèle
made-why-busy = il est occupé
made-why-refused = il a refusé
made-why-garbled = sa réponse est illisible
made-why-budget = le budget du jour est épuisé
updates = Mises à jour suggérées pour { $name }
updates-none = Le mail n’en dit rien de nouveau.
updates-now = Actuellement
updates-suggested = Le mail dit
updates-hint = Un indice : modifiez la fiche si vous êtes d’accord.
accept = Accepter
stage-qualify = Qualification
stage-develop = Développement
stage-propose = Proposition
stage-close = Conclusion
stage-lost = Perdue
draft = Brouillon de réponse
toast-accepted = Écrit dans le CRM

# S’installer : d’anciennes adresses deviennent des webhooks, et des réglages d’outils à coller.

title = Emménager
intro = Les outils qui publiaient vers des connecteurs Office 365 continuent : le hub reprend leurs adresses, ou vous en collez une nouvelle.
list = Reprendre d’anciennes adresses
list-what = Collez la liste des adresses de connecteurs retirés. Chacune devient un webhook de même chemin : l’expéditeur ne change que le nom d’hôte, ou rien si votre service de noms et votre certificat remplacent l’ancien hôte.
csv = Liste
csv-hint = CSV avec en-tête, séparé par des virgules, des points-virgules ou des tabulations. Colonnes : url, et si elles sont connues nom, équipe, canal, propriétaire et suppléant, sous leurs noms usuels. Les équipes et les canaux absents sont créés.
team = Équipe des lignes qui n’en nomment pas
team-hint = Peut rester vide si la liste a une colonne pour cela.
channel = Canal des lignes qui n’en nomment pas
check = Vérifier la liste
import = Importer
line = Ligne
outcome = Résultat
name = Webhook
place = Équipe et canal
fate-made = Nouveau
fate-kept = Déjà présent
fate-refused = Refusé
new-team = L’équipe est créée
new-channel = Le canal est créé
done = { $count ->
    [one] Un webhook a été créé. Son expéditeur ne change que le nom d’hôte.
   *[other] { $count } webhooks ont été créés. Leurs expéditeurs ne changent que le nom d’hôte.
}
ready = { $count ->
    [one] Un webhook peut être créé. Rien n’a encore été modifié.
   *[other] { $count } webhooks peuvent être créés. Rien n’a encore été modifié.
}
refused = { $count ->
    [one] Une ligne est refusée : rien n’a été créé. Corrigez-la et vérifiez de nouveau.
   *[other] { $count } lignes sont refusées : rien n’a été créé. Corrigez-les et vérifiez de nouveau.
}
nothing-new = { $count ->
    [one] Le webhook de cette liste est déjà présent.
   *[other] Les { $count } webhooks de cette liste sont déjà présents.
}
unused = Colonnes sans effet ici : { $columns }.
import-url-missing = La ligne n’a pas d’adresse.
import-url-malformed = Ce n’est pas l’adresse d’un connecteur retiré ni de Workflows.
import-duplicate = Une ligne précédente a la même adresse.
import-address-elsewhere = Un webhook d’un autre canal a cette adresse.
import-address-taken = Un autre webhook a cette adresse.
import-owner-unknown = Le propriétaire ne travaille pas ici : vous êtes propriétaire jusqu’à la cession.
import-owner-denied = Seuls les administrateurs nomment une autre personne propriétaire.
import-team-missing = Aucune équipe n’est nommée : remplissez le champ ci-dessous ou ajoutez une colonne.
import-team-unknown = Cette équipe n’existe pas, et vous ne pouvez pas en créer.
import-team-hidden = Une équipe de ce nom existe, et vous ne pouvez pas la voir.
import-channel-hidden = Un canal de ce nom existe, et vous ne pouvez pas le voir.
import-undone = Annulée avec une autre ligne : importez la liste de nouveau.
webhook-name-too-long = Un nom a 80 caractères au plus.
webhook-owners-only = Seuls les propriétaires de l’équipe y installent des connecteurs.
from-files = Où sont les anciennes adresses ?
from-files-what = La ligne de commande les trouve dans les fichiers de configuration et les scripts, nomme le fichier et la ligne, et dit lesquelles sont connues ici et ce qu’il faut écrire à leur place.
settings = Réglages à coller
settings-what = Choisissez l’un de vos webhooks : sa vraie adresse figure dans les lignes ci-dessous.
webhook = Webhook
choose = Choisir un webhook
fill-in = Insérer son adresse
no-webhook = Vous n’avez pas encore de webhook. Les lignes ci-dessous montrent où va son adresse.
new-webhook = Créer un webhook
secret = Quiconque a cette adresse peut publier dans le canal. Gardez-la là où l’outil garde ses secrets.
moved = Pour les expéditeurs passés à Workflows, le même webhook sous leur forme :
grafana-1 = Ouvrez Alerting › Contact points et ajoutez un point de contact du type Microsoft Teams.
grafana-2 = Collez cette adresse comme URL, et choisissez ce point de contact dans votre politique de notification.
grafana-3 = Si Grafana est configuré par fichiers, ajoutez plutôt le second bloc.
alertmanager-1 = Placez le récepteur dans alertmanager.yml : jusqu’à 0.27 le premier bloc, à partir de 0.28 l’un ou l’autre.
alertmanager-2 = Nommez-le dans votre route et rechargez Alertmanager.
alertmanager-note = Alertmanager ne répète qu’après un 5xx : choisissez « 503 » dans les réglages du webhook.
jenkins-1 = Installez le greffon « Office 365 Connector ».
jenkins-2 = Ajoutez l’étape à votre pipeline, comme ci-dessous.
jenkins-3 = Pour un projet libre, collez l’adresse sous Configure › Office 365 Connector.
jenkins-note = Gardez l’adresse dans les identifiants de Jenkins et liez-la, plutôt que de l’écrire dans le fichier.
gitlab-1 = Ouvrez Settings › Integrations › Microsoft Teams notifications du projet ou du groupe.
gitlab-2 = Collez cette adresse comme Webhook, choisissez les événements et enregistrez.
gitlab-3 = Pour de nombreux projets, réglez-le par l’interface de GitLab.
azure-1 = Ajoutez au pipeline une variable secrète liaisonUrl avec cette adresse.
azure-2 = Ajoutez l’étape à azure-pipelines.yml.
azure-3 = Lancez le pipeline : la carte paraît qu’il réussisse ou échoue.
azure-note = Les service hooks d’Azure DevOps envoient leur propre JSON et non une carte : placez un adaptateur de champs entre les deux (examples/field-mapper).
script-1 = Une ligne pour les scripts et les tâches planifiées.

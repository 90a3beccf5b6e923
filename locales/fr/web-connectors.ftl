# Pages des applications et des connecteurs : ce que dit la crate web-connectors en plus de web.ftl.

title = Connecteurs
intro = Les outils et applications qui apportent des cartes dans vos canaux, et les API que les actions et les agents appellent.
overview = Vue d’ensemble
none = Rien à gérer ici pour l’instant
none-what = Le propriétaire d’une équipe peut relier des outils à ses canaux. Adressez-vous à lui ou ouvrez votre propre équipe.
apps = Applications
apps-what = Le catalogue de l’organisation, les applications de vos équipes et les envois.
portal = Portail des développeurs
portal-what = Inscrivez votre propre connecteur, écrivez son manifeste, suivez son usage.
webhooks = Webhooks entrants
webhooks-what = Les adresses auxquelles les outils publient des cartes, avec propriétaire, journal et rejeu.
guide = Emménager
guide-what = Reprenez les adresses de connecteurs retirés et copiez les réglages des outils.
group-channels = Pour les canaux
group-interfaces = Pour les API
apis = Connecteurs d’API
apis-what = Les descriptions d’API que les actions, les agents et les surfaces commerciales appellent, avec versions, contrôles et certification.
connections = Connexions
connections-what = Ce avec quoi on atteint les API : vos ouvertures de session et vos clés, et celles partagées avec tous.
crm = Mon CRM
crm-what = Le CRM que les mails, réunions et canaux utilisent pour vous, et votre connexion.

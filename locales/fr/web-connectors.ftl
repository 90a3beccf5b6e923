# Pages des applications et des connecteurs : ce que dit la crate web-connectors en plus de web.ftl.

title = Connecteurs
intro = Les outils et applications qui apportent des cartes dans vos canaux.
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

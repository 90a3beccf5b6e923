# Pourquoi une carte a été refusée, et ce qu’une carte acceptée a de singulier : textes du journal des remises.

reason-body-empty = Rien n’a été envoyé. Envoyez une carte dans le corps de la requête.
reason-body-too-large = Le corps est plus grand que toute carte permise.
reason-body-not-utf8 = Le corps n’est pas en UTF-8. Envoyez de l’UTF-8, ou nommez le jeu de caractères dans le type de contenu.
reason-json-syntax = Le corps n’est pas du JSON. Regardez à l’endroit indiqué.
reason-json-too-deep = Les objets et les listes sont trop imbriqués.
reason-json-too-many-values = Le corps contient trop de valeurs.
reason-json-not-an-object = Le corps est du JSON, mais pas un objet. Une carte est un objet.
reason-card-foreign = Ce corps n’est la carte de personne : aucun de ses noms n’y appartient. L’émetteur a peut-être un format pour Teams, à choisir.
reason-card-text-not-a-string = Un texte doit être une chaîne.
reason-card-bare-adaptive-card = Une carte adaptative doit se trouver dans les pièces jointes d’un message.
reason-card-no-attachment = Le message n’a ni texte ni pièces jointes.
reason-card-unusable-attachments = Aucune des pièces jointes ne contient une carte lisible.
reason-card-nothing-to-show = La carte n’a ni texte ni résumé.

finding-json-lenient = Le corps n’est pas du JSON strict et a été lu avec indulgence.
finding-body-charset = Le corps n’est pas en UTF-8 et a été lu dans le jeu de caractères que nomme son type.
finding-member-unknown = Ce nom est inconnu et a été ignoré.
finding-value-wrong-type = La valeur n’est pas du type attendu.
finding-member-missing = Il manque ici quelque chose de nécessaire.
finding-value-wrong = La valeur n’est pas une de celles permises.
finding-type-unknown = Ce type est inconnu.
finding-action-not-supported = Ce bouton ne fonctionne pas dans un canal.
finding-type-not-allowed-here = Ce type n’est pas permis ici.
finding-address-not-allowed = Cette adresse n’est pas affichée : son schéma n’est pas permis.
finding-items-too-many = Il y en a plus que d’autres programmes n’en affichent.
finding-id-duplicate = Le même identifiant figure deux fois.
finding-version-unsupported = Les moteurs de rendu ne connaissent pas cette version.
finding-attachment-not-shown = Cette pièce jointe n’est pas une carte connue ; ses textes sont affichés.

severity-note = Remarque
severity-warning = Avertissement
severity-error = Omis

form-text = Texte
form-message-card = MessageCard
form-attachments = Carte adaptative

at-pointer = à { $pointer }
at-position = ligne { $line }, caractère { $column }

# Écrit dans les cartes
answer-needed = Une réponse est nécessaire.
attachment = Pièce jointe

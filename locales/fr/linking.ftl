settings = Collaboration et conversation instantanée Microsoft Teams
settings-intro = Ce que les personnes de cet environnement peuvent faire des enregistrements et des canaux.

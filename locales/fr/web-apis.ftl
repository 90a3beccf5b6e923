# Ce que la crate web-apis dit des connecteurs d’API.

title = Connecteurs d’API

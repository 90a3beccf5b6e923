# De quelle façon une page de configuration peut s'afficher, selon ce que découvre l'enregistrement.

way-proxy = À travers le hub, sur une origine à elle. La page fonctionne telle quelle.
way-direct = Telle quelle sur son propre hôte : la page nomme ce hub.
page-unreachable = Le hub ne peut pas joindre la page ({ $subject }).
page-status = La page répond avec le statut { $subject }.
page-kind = L’adresse répond avec { $subject }, et non avec une page HTML.
frame-policy = La page ne se laisse pas encadrer par { $subject } : ajoutez cette origine à frame-ancestors pour un affichage direct.
origin-unlisted = La page ne nomme pas { $subject } dans son appel d’initialize et ne croirait donc pas ce que dit ce hub.
insecure-page = La page vient en HTTP simple, qu’un hub en HTTPS ne peut pas encadrer.
base-missing = Le hub n’a pas de nom pour les origines des connecteurs : l’exploitant définit { $subject }.
name-missing = Le DNS ne connaît pas { $subject } : ajoutez une entrée générique qui mène au hub.
certificate-missing = Le hub n’a pas de certificat pour { $subject } : ajoutez ce nom au certificat.

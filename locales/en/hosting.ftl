# Which way a configuration page can be shown, as registration finds out.

way-proxy = Through the hub, on an origin of its own. The page works as it is.
way-direct = As it stands on its own host: the page names this hub.
page-unreachable = The hub cannot reach the page ({ $subject }).
page-status = The page answers with status { $subject }.
page-kind = The address answers with { $subject }, not with an HTML page.
frame-policy = The page does not let { $subject } frame it: list this origin in frame-ancestors to have it shown directly.
origin-unlisted = The page does not name { $subject } in its call of initialize, so it would not believe what this hub says.
insecure-page = The page comes over plain HTTP, which a hub on HTTPS cannot frame.
base-missing = The hub has no name for origins of connectors: the operator sets { $subject }.
name-missing = DNS does not know { $subject }: add a wildcard entry that leads to the hub.
certificate-missing = The hub has no certificate for { $subject }: add this name to the certificate.

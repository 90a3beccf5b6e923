# Pages of the administration that came later: roles of groups, licences, the host name, secrets of providers.

any-role = Any role
roles-of-groups = Also through groups: { $roles }
group-roles-hint = Everybody in the group has them, now and later. Who may give roles decides who is in it.
licence-settings = Name and seats
licence-delete-ask = Delete the licence “{ $name }”?
licence-delete-goes = Nobody holds it, so nobody loses anything.
licence-delete-held = Take it from everybody first
licence-people = Reaches
licence-reached =
    { $count ->
        [0] Reaches nobody
        [one] Reaches { $count } person
       *[other] Reaches { $count } people
    }
licence-reached-what = Who joins a group that holds the licence has it at once; who leaves it has it no longer, unless by another way.
licence-direct = Given to them
licence-through = Through { $groups }
licence-both = Given to them, and through { $groups }
licence-of-members = Whoever is in the group holds: { $licences }
organisation-host-hint = Only the name, without https:// and port. After a change people sign in anew at the new name; sessions that are open under the old one go on until they end. Empty: every name that no other organisation has; for the first organisation of a hub alone.
secret-forget = Forget the client secret
secret-forget-what = From now on the hub signs in there as a public client, with PKCE alone.
secret-forget-ask = Forget the client secret of “{ $name }”?
request-from = From

toast-licence-deleted = The licence was deleted
toast-secret-forgotten = The client secret was forgotten

use std::path::Path;

use clap::Parser as _;
use identity::tenants::NewTenant;

use super::*;
use crate::cli::Cli;

fn liaison(data: &Path, arguments: &[&str]) -> Result {
    let place = ["liaison", "--data", data.to_str().unwrap()];
    let cli = Cli::try_parse_from(place.iter().chain(arguments)).unwrap();
    super::super::run(cli)
}

fn place(data: &Path) -> Place {
    Place { config: None, data: Some(data.to_owned()), database_url: None }
}

#[test]
fn offers_say_what_they_do_not_find_and_wait_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let nobodys = "01890a5d-ac96-774b-bcce-b302099a8057";
    for words in [["app", "offer"], ["app", "withdraw"], ["action", "offer"], ["action", "unoffer"]]
    {
        let go = |id| liaison(folder.path(), &[words[0], words[1], id]).unwrap_err();
        let missing = go(nobodys);
        assert_eq!(missing.exit(), Exit::NotFound, "{words:?} {missing}");
        assert_eq!(missing.to_string(), format!("there is no {} {nobodys}", words[0]));
        assert_eq!(go("things").exit(), Exit::Usage, "{words:?}");
        let running = Lock::take(folder.path()).unwrap();
        assert_eq!(go(nobodys).exit(), Exit::Unavailable, "{words:?}");
        drop(running);
    }
}

#[test]
fn a_thing_is_looked_for_in_every_tenant_until_it_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let second = with_hub(&place(folder.path()), async |hub| {
        hub.scopes.ensure_first_tenant("Contoso", kernel::Language::En).await?;
        let name = "Fabrikam".to_owned();
        let new = NewTenant { name, language: kernel::Language::Fr, host: None };
        Ok(hub.scopes.create_tenant(new).await?.id)
    })
    .unwrap();
    let found = to_one(&place(folder.path()), "thing", &async |_hub, scope| {
        Ok((scope.tenant() == second).then(|| scope.tenant()))
    });
    assert_eq!(found.unwrap(), second);
    let none = to_one(&place(folder.path()), "thing", &async |_hub, _scope| Ok(None::<()>));
    assert_eq!(none.unwrap_err().exit(), Exit::NotFound);
}

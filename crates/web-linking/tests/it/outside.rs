//! Records of Salesforce and Dynamics 365: what stands beside them, and their tab, through real sign-ins of people.

use axum::body::Body;
use crm_proof::{At, Elsewhere};
use http::{StatusCode, header};
use identity::{Holder, Role};
use kernel::Scope;
use linking_setup::{Decision, Which};
use web_proof::{Browser, House, Page};

use crate::in_step::{heard, open};

struct Outside {
    house: House,
    there: Elsewhere,
}

const E6: &str = "permissions to view files in this location";

impl Outside {
    /// Both CRMs, linking switched on for both, both consents.
    async fn new() -> Self {
        let pages = vec![liaison_web_linking::routes(), web::routes(), web_crm::routes()];
        let clock = testkit::FixedClock::new();
        let house = House::placed(pages, clock, "http://localhost/").await;
        house.browser("ada", &[Role::GlobalAdministrator]).await;
        let admin = scope(&house, "ada").await;
        let crm = house.app.crm.clone();
        let there = Elsewhere::start(crm, &admin, "http://localhost/crm/sign-in").await;
        for which in [Which::First, Which::Second] {
            house.app.linking_setup.consent(&admin, which, Decision::Accept).await.unwrap();
        }
        for system in &there.systems {
            house.app.linking.link_crm(&admin, system.id, true).await.unwrap();
        }
        Self { house, there }
    }

    /// Somebody with both licences, signed in nowhere else.
    async fn person(&self, name: &str) -> Browser {
        let browser = self.house.browser(name, &[Role::Seller]).await;
        let root = self.house.system.scope(self.house.tenant, "test");
        let user = self.house.identity.find_user_by_name(&root, name).await.unwrap().unwrap();
        for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
            let all = self.house.identity.licences(&root).await.unwrap();
            let licence = match all.iter().find(|licence| licence.name == name) {
                Some(known) => known.id,
                None => self.house.identity.create_licence(&root, name, None).await.unwrap().id,
            };
            self.house
                .identity
                .assign_licence(&root, licence, Holder::User(user.id))
                .await
                .unwrap();
        }
        browser
    }

    /// The same, who signs in to a CRM through the pages.
    async fn seller(&self, at: At, who: &str) -> Browser {
        let browser = self.person(&format!("{who}-{at:?}")).await;
        let back = self.sign_in(&browser, (at, who), &[]).await;
        assert!(back.location().starts_with("/crm"), "{at:?} {}", back.location());
        browser
    }

    /// Goes to the CRM by form, says yes there and comes back.
    async fn sign_in(
        &self,
        browser: &Browser,
        (at, who): (At, &str),
        fields: &[(&str, &str)],
    ) -> Page {
        let path = format!("/crm/{}/sign-in", self.there.system(at).id);
        let going = self.house.post(browser, &path, fields).await;
        assert_eq!(going.status, StatusCode::OK, "{}", going.html);
        let url = going.between("url=", "\"").replace("&#38;", "&").replace("&amp;", "&");
        let url = url.parse().unwrap_or_else(|_| panic!("{}", going.html));
        let place = self.there.come_back(at, &url, &at.mail(who)).await;
        let path = format!("{}?{}", place.path(), place.query().unwrap_or_default());
        let mut request = self.house.request(browser, "GET", &path);
        if let Some(cookie) = going.headers.get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            request = self.house.request(
                &Browser { cookie: format!("{}; {cookie}", browser.cookie), ..browser.clone() },
                "GET",
                &path,
            );
        }
        let back = self.house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.html);
        back
    }

    async fn get(&self, who: &Browser, path: &str) -> Page {
        self.house.get(who, path).await
    }
}

/// Opens what tells of changes to a page, as the page itself does.
async fn listens(out: &Outside, who: &Browser, tab: &str) -> Body {
    let page = out.get(who, tab).await;
    assert_eq!(page.status, StatusCode::OK, "{tab} {}", page.html);
    // it is not asked for while nobody sees it
    assert!(page.html.contains(&format!("data-live=\"{tab}/live\" data-rests")), "{}", page.html);
    let stamp = page.between("data-stamp=\"", "\"");
    let mut stream = open(&out.house, who, &format!("{tab}/live?stamp={stamp}")).await;
    heard(&mut stream, "hello").await;
    stream
}

/// The first thing that is told is what the page shows now: nothing was told before it.
async fn hears(out: &Outside, (who, tab): (&Browser, &str), stream: &mut Body) {
    let said = heard(stream, "event: ").await;
    let page = out.get(who, tab).await;
    let stamp = page.between("data-stamp=\"", "\"");
    assert!(said.contains("event: changed") && said.contains(&format!("data: {stamp}")), "{said}");
}

async fn scope(house: &House, name: &str) -> Scope {
    let root = house.system.scope(house.tenant, "test");
    let user = house.identity.find_user_by_name(&root, name).await.unwrap().unwrap();
    house.scope_of(&user).await
}

async fn upload(house: &House, who: &Browser, path: &str, name: &str) -> Page {
    let body = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--cut\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: text/plain\r\n\r\n4 200\r\n--cut--\r\n",
        who.csrf
    );
    let request = house
        .request(who, "POST", path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .body(Body::from(body));
    house.send(request.unwrap()).await
}

#[tokio::test]
async fn documents_and_conversation_stand_beside_a_record_of_a_crm_with_the_rights_of_both_sides() {
    let out = Outside::new().await;
    let house = &out.house;
    for at in At::BOTH {
        let sam = out.seller(at, "seller").await;
        let name = format!("seller-{at:?}");
        let deal = out.there.opportunity(&scope(house, &name).await, at, "Village <deal>").await;
        let record = format!("/crm/records/{}/{}", deal.table, deal.id);
        let base = format!("/links/crm/{}/{}/{}", out.there.system(at).id, deal.table, deal.id);
        let page = out.get(&sam, &record).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        for tab in ["documents", "conversation", "collaborate"] {
            assert!(page.html.contains(&format!("href=\"{base}/{tab}\"")), "{tab} {}", page.html);
        }
        assert!(!page.html.contains("beside-talk"), "nothing is linked yet");
        let page = out.get(&sam, &format!("{base}/documents")).await;
        assert!(page.html.contains("File sharing isn’t set up."), "{at:?} {}", page.html);

        let team = format!("Village at {at:?}");
        let fields = [
            ("team", "new"),
            ("team_name", &*team),
            ("privacy", "private"),
            ("channel", "new"),
            ("channel_name", "Snowshoes"),
            ("channel_kind", "standard"),
            ("do", "finish"),
        ];
        let path = format!("{base}/collaborate/new");
        if at == At::Dynamics {
            // a team is called so already: said where the team is named
            let taken = fields.map(|(name, value)| {
                if name == "team_name" { (name, "Village at Salesforce") } else { (name, value) }
            });
            let page = house.post(&sam, &path, &taken).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
            assert!(page.html.contains("id=\"team_name-problem\""), "{}", page.html);
        }
        let made = house.post(&sam, &path, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{at:?} {}", made.html);
        let link = made.location().to_owned();
        let id = link.rsplit('/').next().unwrap().to_owned();

        // one library, both sides
        let documents = format!("{base}/documents");
        let into = format!("{documents}?location={id}");
        let sent = upload(house, &sam, &into, "offer.txt").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        assert!(sent.location().starts_with(&documents), "{}", sent.location());
        let page = out.get(&sam, &documents).await.html;
        assert!(page.contains("offer.txt") && page.contains("Village &#60;deal&#62;"), "{page}");
        let file = page.split("/documents/file?").nth(1).unwrap().split('"').next().unwrap();
        let file = file.replace("&#38;", "&").replace("&amp;", "&");
        let handed = out.get(&sam, &format!("{documents}/file?{file}")).await;
        assert_eq!((handed.status, &*handed.html), (StatusCode::OK, "4 200"));
        let into = format!("{documents}/folders?location={id}");
        let folder = house.post(&sam, &into, &[("name", "Contracts")]).await;
        assert_eq!(folder.status, StatusCode::SEE_OTHER, "{}", folder.html);

        // the conversation, by itself and beside the form
        let talk = format!("{base}/conversation");
        let said = house.post(&sam, &talk, &[("link", &id), ("text", "Who knows?")]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.html);
        assert!(out.get(&sam, &talk).await.html.contains("Who knows?"));
        let page = out.get(&sam, &record).await.html;
        assert!(page.contains(&format!("{talk}?link={id}")), "{page}");

        // who may read the record in the CRM and is not in the channel reads neither
        let boss = out.seller(at, "manager").await;
        let page = out.get(&boss, &documents).await.html;
        assert!(!page.contains("offer.txt") && page.contains(E6), "{at:?} {page}");
        let page = out.get(&boss, &talk).await.html;
        assert!(page.contains("You are not a member of this channel"), "{page}");
        assert!(
            !page.contains("Who knows?")
                && !out.get(&boss, &record).await.html.contains("beside-talk")
        );
        let taken = out.get(&boss, &format!("{documents}/file?{file}")).await;
        assert_ne!(taken.status, StatusCode::OK);

        // who may not read it there, or has no sign-in, learns nothing of it
        let other = out.seller(at, "other").await;
        let nobody = out.person(&format!("nobody-{at:?}")).await;
        for path in [&documents, &talk, &format!("{documents}/file?{file}")] {
            for who in [&other, &nobody] {
                let page = out.get(who, path).await;
                assert!(page.status.is_client_error(), "{at:?} {path} {}", page.status);
                assert!(!page.html.contains("Village") && !page.html.contains("Snowshoes"));
            }
        }

        // and back, by whoever may undo links there
        let who = if at == At::Dynamics { &boss } else { &sam };
        if at == At::Salesforce {
            let how = [("tab", "remove"), ("files", "keep")];
            let gone = house.post(who, &format!("{link}/unlink"), &how).await;
            assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.html);
            let page = out.get(&sam, &documents).await;
            assert!(page.html.contains("File sharing isn’t set up."), "{}", page.html);
        }
    }
}

#[tokio::test]
async fn the_tab_of_a_record_of_a_crm_is_live_edited_as_the_reader_and_says_what_is_missing() {
    let out = Outside::new().await;
    let house = &out.house;
    for at in At::BOTH {
        let sam = out.seller(at, "seller").await;
        let name = |who: &str| format!("{who}-{at:?}");
        let own = scope(house, &name("seller")).await;
        let deal = out.there.opportunity(&own, at, "Village deal").await;
        let base = format!("/links/crm/{}/{}/{}", out.there.system(at).id, deal.table, deal.id);
        let team = format!("Village at {at:?}");
        let fields = [
            ("team", "new"),
            ("team_name", &*team),
            ("privacy", "private"),
            ("channel", "general"),
            ("do", "finish"),
        ];
        let made = house.post(&sam, &format!("{base}/collaborate/new"), &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{at:?} {}", made.html);
        let tab = made.location().replace("/links/", "/linked/");
        let link = house
            .app
            .linking
            .link_by_id(&own, tab.trim_start_matches("/linked/").parse().unwrap())
            .await
            .unwrap();
        let team = link.team.0.parse().unwrap();

        // live, and edited in place as the one who looks
        let page = out.get(&sam, &tab).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        assert!(page.html.contains("value=\"Village deal\""), "{}", page.html);
        let version = page.between("name=\"row-version\" value=\"", "\"").replace("&#34;", "\"");
        let typed = [("row-version", &*version), (at.name_field(), "Town deal")];
        let saved = house.post(&sam, &tab, &typed).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*tab), "{at:?}");
        out.there.rename(&own, (at, &deal), "City deal").await;
        let page = out.get(&sam, &tab).await;
        assert!(page.html.contains("value=\"City deal\""), "what the CRM holds: {}", page.html);
        if at == At::Dynamics {
            // somebody else was faster: nothing is written over unseen (Salesforce tells versions apart by the second)
            let late = house.post(&sam, &tab, &typed).await;
            assert_ne!(late.status, StatusCode::SEE_OTHER);
        }

        // in the channel without a sign-in there: told so, with the way; then the record is theirs as the CRM says
        for (who, reads) in [("manager", true), ("other", false)] {
            let browser = out.person(&name(who)).await;
            let user = scope(house, &name(who)).await.user().unwrap();
            house
                .app
                .workspace
                .set_member(&own, team, user, workspace::Role::Member)
                .await
                .unwrap();
            let page = out.get(&browser, &tab).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{at:?} {who} {}", page.html);
            assert!(page.html.contains("crm_connection.needed"), "{}", page.html);
            assert!(page.html.contains("href=\"/crm\"") && !page.html.contains("City deal"));
            // E13: no sign-in lets itself be framed, so that in Teams it opens beside the tab
            let framed = out.get(&browser, &format!("{tab}?host=teams")).await;
            let beside = "href=\"/crm\" target=\"_blank\" rel=\"noopener\"";
            assert!(framed.html.contains(beside), "{at:?} {}", framed.html);
            out.sign_in(&browser, (at, who), &[]).await;
            let page = out.get(&browser, &tab).await;
            if reads {
                assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
                assert!(page.html.contains("value=\"City deal\""), "{}", page.html);
                // what one of them changes comes to both, even twice within a second
                let mut streams = Vec::new();
                for reader in [&sam, &browser] {
                    streams.push((reader, listens(&out, reader, &tab).await));
                }
                for changed in ["Snow deal", "City deal"] {
                    out.there.rename(&own, (at, &deal), changed).await;
                    for (reader, stream) in &mut streams {
                        hears(&out, (reader, &tab), stream).await;
                    }
                }
                let framed = out.get(&browser, &format!("{tab}?host=teams")).await;
                let policy = framed.headers["content-security-policy"].to_str().unwrap();
                assert!(policy.contains("frame-ancestors https://teams.microsoft.com"), "{policy}");
                continue;
            }
            // and hears nothing of it: the page is loaded again, and says the same
            let live = out.get(&browser, &format!("{tab}/live")).await;
            assert!(live.html.contains("event: closed"), "{at:?} {}", live.html);
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{at:?} {}", page.html);
            assert!(page.html.contains("You cannot see this record"), "{}", page.html);
            assert!(!page.html.contains("City deal"), "{}", page.html);
            let typed = [(at.name_field(), "Mine")];
            let stolen = house.post(&browser, &tab, &typed).await;
            assert_ne!(stolen.status, StatusCode::SEE_OTHER, "{at:?} {}", stolen.html);
            // and can ask for it
            let ask = [("message", "May I?")];
            let asked = house.post(&browser, &format!("{tab}/access"), &ask).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{at:?} {}", asked.html);
        }
        assert!(out.get(&sam, &tab).await.html.contains("May I?"), "{at:?}: the owner is asked");
        // who is not in the channel finds nothing, whatever the rights there
        let cora = out.seller(at, "colleague").await;
        assert_eq!(out.get(&cora, &tab).await.status, StatusCode::NOT_FOUND, "{at:?}");
    }
}

#[tokio::test]
async fn a_view_of_a_crm_is_put_into_a_channel_and_its_rows_open_inside_the_tab() {
    let out = Outside::new().await;
    let house = &out.house;
    for at in At::BOTH {
        let sam = out.seller(at, "seller").await;
        let name = |who: &str| format!("{who}-{at:?}");
        let own = scope(house, &name("seller")).await;
        let deal = out.there.opportunity(&own, at, "Village <deal>").await;
        let (system, table) = (out.there.system(at).id, at.table());

        // from the list of records to the view, and from there to Collaborate
        let page = out.get(&sam, &format!("/crm/records/{table}")).await;
        assert!(
            page.html.contains(&format!("href=\"/crm/records/{table}/views\"")),
            "{}",
            page.html
        );
        let page = out.get(&sam, &format!("/crm/records/{table}/views")).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        let wanted = if at == At::Dynamics { "Open Opportunities" } else { "All Opportunities" };
        let before = page.html.split(wanted).next().unwrap();
        let key = before.rsplit("/views/").next().unwrap().split('"').next().unwrap();
        let view = format!("/crm/records/{table}/views/{key}");
        let page = out.get(&sam, &view).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {view} {}", page.html);
        let row = format!("href=\"/crm/records/{table}/{}\"", deal.id);
        assert!(page.html.contains(&row) && page.html.contains("Village &#60;deal&#62;"), "{at:?}");
        let base = format!("/links/crm/{system}/{table}/views/{key}");
        assert!(page.html.contains(&format!("href=\"{base}/collaborate\"")), "{}", page.html);
        let page = out.get(&sam, &format!("{base}/collaborate")).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        assert!(page.html.contains(wanted) && !page.html.contains("/documents"), "{}", page.html);

        let team = format!("Views at {at:?}");
        let fields = [
            ("team", "new"),
            ("team_name", &*team),
            ("privacy", "private"),
            ("channel", "general"),
            ("do", "finish"),
        ];
        let made = house.post(&sam, &format!("{base}/collaborate/new"), &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{at:?} {}", made.html);
        let link = out.get(&sam, made.location()).await;
        assert!(link.html.contains(&format!("href=\"{view}\"")), "back to the view: {}", link.html);
        let tab = made.location().replace("/links/", "/linked/");

        // the rows, as the reader has them there now; a row opens in the tab and is edited there
        let page = out.get(&sam, &tab).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        let inside = format!("{tab}/rows/{}", deal.id);
        assert!(page.html.contains(&format!("href=\"{inside}\"")), "{at:?} {}", page.html);
        let page = out.get(&sam, &inside).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        assert!(page.html.contains("value=\"Village &#60;deal&#62;\""), "{}", page.html);
        assert!(page.html.contains(&format!("href=\"{tab}\"")), "back to the view: {}", page.html);
        let version = page.between("name=\"row-version\" value=\"", "\"").replace("&#34;", "\"");
        let typed = [("row-version", &*version), (at.name_field(), "Town deal")];
        let saved = house.post(&sam, &inside, &typed).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*inside), "{at:?}");
        assert!(out.get(&sam, &tab).await.html.contains("Town deal"), "{at:?}");
        // rows of the view, and one that is open in the tab, follow what others do
        let mut streams = Vec::new();
        for shown in [&tab, &inside] {
            streams.push((shown, listens(&out, &sam, shown).await));
        }
        out.there.rename(&own, (at, &deal), "Town deal of today").await;
        for (shown, stream) in &mut streams {
            hears(&out, (&sam, shown), stream).await;
            assert!(out.get(&sam, shown).await.html.contains("Town deal of today"), "{at:?}");
        }

        // the channel's own way: the CRM stands among the environments, its views and records are found by name
        let link = tab.trim_start_matches("/linked/").parse().unwrap();
        let link = house.app.linking.link_by_id(&own, link).await.unwrap();
        let pin = format!("/linked/new?channel={}&environment={system}", link.channel.id);
        let page = out.get(&sam, &format!("{pin}&what=view&table={table}")).await;
        assert_eq!(page.status, StatusCode::OK, "{at:?} {}", page.html);
        let chosen = format!("value=\"{table}:{}\"", link.subject.key());
        assert!(page.html.contains(&chosen) && page.html.contains(wanted), "{at:?} {}", page.html);
        let page = out.get(&sam, &format!("{pin}&q=Town")).await;
        let chosen = format!("{table}:{}", deal.id);
        assert!(page.html.contains(&format!("value=\"{chosen}\"")), "{at:?} {}", page.html);
        let environment = system.to_string();
        let fields =
            [("channel", &*link.channel.id), ("environment", &environment), ("subject", &chosen)];
        let pinned = house.post(&sam, "/linked/new", &fields).await;
        assert_eq!(pinned.status, StatusCode::SEE_OTHER, "{at:?} {}", pinned.html);
        let page = out.get(&sam, pinned.location()).await;
        assert!(page.html.contains("value=\"Town deal of today\""), "{at:?} {}", page.html);

        // in the channel without a sign-in there: told so; and a row of others stays theirs
        let browser = out.person(&name("other")).await;
        let user = scope(house, &name("other")).await.user().unwrap();
        let team = link.team.0.parse().unwrap();
        let member = workspace::Role::Member;
        house.app.workspace.set_member(&own, team, user, member).await.unwrap();
        // its name is that of a tab, which everybody in the channel reads
        let row = format!("href=\"{inside}\"");
        for path in [&tab, &inside] {
            let page = out.get(&browser, path).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{at:?} {path} {}", page.html);
            assert!(page.html.contains("crm_connection.needed"), "{}", page.html);
            assert!(!page.html.contains(&row), "{}", page.html);
            let live = out.get(&browser, &format!("{path}/live")).await;
            assert!(live.html.contains("event: closed"), "{at:?} {}", live.html);
        }
        out.sign_in(&browser, (at, "other"), &[]).await;
        let page = out.get(&browser, &tab).await;
        assert!(!page.html.contains(&row), "{at:?} {}", page.html);
        let page = out.get(&browser, &inside).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{at:?} {}", page.html);
        let stolen = house.post(&browser, &inside, &[(at.name_field(), "Mine")]).await;
        assert_ne!(stolen.status, StatusCode::SEE_OTHER, "{at:?} {}", stolen.html);
        let cora = out.seller(at, "colleague").await;
        assert_eq!(out.get(&cora, &tab).await.status, StatusCode::NOT_FOUND, "{at:?}");
        assert_eq!(out.get(&cora, &inside).await.status, StatusCode::NOT_FOUND, "{at:?}");
        for odd in [format!("{tab}/rows/.."), format!("{tab}/rows/{system}")] {
            assert!(out.get(&sam, &odd).await.status.is_client_error(), "{odd}");
            let live = out.get(&sam, &format!("{odd}/live")).await;
            assert!(live.html.contains("event: closed"), "{odd} {}", live.html);
        }
        for path in [&tab, &inside] {
            let live = out.get(&cora, &format!("{path}/live")).await;
            assert_eq!(live.status, StatusCode::NOT_FOUND, "{at:?} {path}");
        }
    }
}

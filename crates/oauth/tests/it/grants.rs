//! Every grant of connectors against the real provider.

use kernel::{Clock as _, Coded as _, Secret};
use liaison_oauth::{
    Application, Callback, Certificate, ClientAuthentication, ConnectionValues, Error, Exchange,
    Grant, OAuthSettings, Wishes,
};
use testkit::{DelegationProvider, Person};

use crate::house::{CONNECTOR_SECRET, House, back, callback, claims, resolved, url};

#[tokio::test]
async fn a_person_signs_in_through_the_providers_pages_and_the_token_is_refreshed() {
    let Some(house) = House::new() else { return };
    let application = house.connector();
    let first = house.sign_in(&application, "alice").await.unwrap();
    let said = claims(&first.access_token);
    assert_eq!((&said["sub"], &said["aud"]), (&"alice".into(), &"https://crm.test".into()));
    assert!(first.is_fresh(house.clock.now()));

    let refresh = first.refresh_token.unwrap();
    let second = house.flows.refresh(&application, &refresh, &back()).await.unwrap();
    let rotated = second.refresh_token.unwrap();
    assert_ne!(rotated, refresh);
    // A token that was used before ends the whole authorisation, as RFC 9700 §2.2.2 asks.
    let stolen = house.flows.refresh(&application, &refresh, &back()).await.unwrap_err();
    assert_eq!(stolen.code().name(), "authorization.ended");
    let gone = house.flows.refresh(&application, &rotated, &back()).await.unwrap_err();
    assert!(gone.needs_sign_in(), "{gone:?}");
}

#[tokio::test]
async fn entra_speaks_of_a_resource_and_takes_the_connections_tenant() {
    let Some(house) = House::new() else { return };
    let application = house.delegating("https://crm.test");
    assert_eq!(application.silent_audience(), Some("https://crm.test"));
    let tokens = house.sign_in(&application, "bruno").await.unwrap();
    assert_eq!(claims(&tokens.access_token)["aud"], "https://crm.test");
    let refreshed =
        house.flows.refresh(&application, &tokens.refresh_token.unwrap(), &back()).await.unwrap();
    assert_eq!(claims(&refreshed.access_token)["sub"], "bruno");
}

#[tokio::test]
async fn templates_are_sent_as_their_publisher_wrote_them() {
    let Some(house) = House::new() else { return };
    let host = house.provider.issuer.authority().to_owned();
    let custom = [
        (
            "authorizationUrlTemplate",
            "http://{customHost}{otherHost}/{tenantId}/oauth2/v2.0/authorize",
        ),
        (
            "AuthorizationUrlQueryStringTemplate",
            "?client_id={clientid}&response_type=code&scope={Scopes}&state={State}\
             &redirect_uri=https://global.consent.azure-apim.net/redirect/my-connector&prompt=consent",
        ),
        ("tokenUrlTemplate", "http://{customHost}/{tenantId}/oauth2/v2.0/token"),
        (
            "tokenBodyTemplate",
            "code={code}&grant_type=authorization_code&redirect_uri={redirectUrl}&client_id={ClientId}\
             &client_secret={clientSecret}",
        ),
        ("refreshUrlTemplate", ""),
        // Copied from the line above, as some publishers do.
        (
            "refreshBodyTemplate",
            "code={code}&grant_type=authorization_code&client_id={ClientId}&client_secret={ClientSecret}",
        ),
        ("scopeListDelimiter", " "),
    ];
    let settings = OAuthSettings {
        identity_provider: "oauth2generic".to_owned(),
        custom: custom.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec(),
        ..house.settings("<Enter Your Client ID>", Some(CONNECTOR_SECRET))
    };
    let given = |values: &[(&str, &str)]| ConnectionValues {
        owner: "token".to_owned(),
        values: values
            .iter()
            .map(|(n, v)| ((*n).to_owned(), Secret::new((*v).to_owned())))
            .collect(),
        limited: vec!["token:customHost".to_owned()],
    };
    let own = [
        ("token:customHost", host.as_str()),
        ("token:tenantId", DelegationProvider::TENANT),
        ("token:clientId", "connector"),
    ];
    let application = Application::resolve(&settings, &given(&own)).unwrap();
    let proof = house.flows.draw();
    let sent = house.flows.begin(&application, &back(), Wishes::default(), &proof).unwrap();
    assert!(!sent.as_str().contains("code_challenge"), "{sent}");
    let tokens = house.sign_in(&application, "alice").await.unwrap();
    let refresh = tokens.refresh_token.unwrap();
    house.flows.refresh(&application, &refresh, &back()).await.unwrap();

    // Without an application of their own, the publisher's words stand in the way.
    let application = Application::resolve(&settings, &given(&own[..2])).unwrap();
    let refused = house.flows.begin(&application, &back(), Wishes::default(), &proof).unwrap_err();
    assert!(matches!(refused, Error::Placeholder { ref setting } if setting == "clientId"));
}

#[tokio::test]
async fn clients_prove_themselves_in_the_header_and_by_certificate() {
    let Some(house) = House::new() else { return };
    let mut header = house.settings("header", Some("header:secret%of its own"));
    header.authentication = ClientAuthentication::Header;
    house.sign_in(&resolved(&header), "alice").await.unwrap();

    let key = base64_text(&house.provider.certificate_key);
    // Which certificate goes with the key is the provider's business; this one knows the key.
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    let certificate = Certificate::from_pem(&Secret::new(key), pem).unwrap();
    let mut certified = house.settings("certified", None);
    certified.authentication = ClientAuthentication::Certificate(Box::new(certificate));
    let tokens = house.sign_in(&resolved(&certified), "alice").await.unwrap();
    assert_eq!(claims(&tokens.access_token)["azp"], "certified");

    header.client_secret = Some(Secret::new("wrong".to_owned()));
    let refused = house.sign_in(&resolved(&header), "alice").await.unwrap_err();
    assert_eq!(refused.code().name(), "authorization.client");
}

fn base64_text(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
}

#[tokio::test]
async fn an_application_gets_a_token_of_its_own() {
    let Some(house) = House::new() else { return };
    let mut settings = house.settings("connector", Some(CONNECTOR_SECRET));
    settings.scopes = vec!["https://crm.test/.default".to_owned()];
    settings.custom.push(("grantType".to_owned(), "client_credentials".to_owned()));
    let application = resolved(&settings);
    assert_eq!(application.grant(), Grant::ClientCredentials);
    assert!(!application.needs_person());
    let tokens = house.flows.client_credentials(&application).await.unwrap();
    assert_eq!(claims(&tokens.access_token)["idtyp"], "app");
}

#[tokio::test]
async fn an_answer_of_another_sign_in_or_provider_is_refused() {
    let Some(house) = House::new() else { return };
    let mut settings = house.settings("connector", Some(CONNECTOR_SECRET));
    settings.issuer = Some(house.provider.issuer.to_string());
    let application = resolved(&settings);
    let (proof, good) = house.visit(&application, &back(), "alice").await;
    let redeem = async |application: &Application, callback: &Callback| {
        house
            .flows
            .redeem(application, &back(), callback, &proof)
            .await
            .map_err(|e| e.code().name())
    };
    let foreign = Callback { state: "another".to_owned(), ..good.clone() };
    assert_eq!(redeem(&application, &foreign).await, Err("authorization.state"));
    for issuer in [None, Some("https://evil.example".to_owned())] {
        let mixed_up = Callback { issuer, ..good.clone() };
        assert_eq!(redeem(&application, &mixed_up).await, Err("authorization.issuer"));
    }
    redeem(&application, &good).await.unwrap();
    assert_eq!(
        redeem(&application, &good).await,
        Err("authorization.ended"),
        "a code is used once"
    );
    assert_eq!(house.asked("authorization_code").await, 2, "what is refused here is never sent");
}

#[tokio::test]
async fn who_declines_is_not_signed_in() {
    let Some(house) = House::new() else { return };
    let application = house.connector();
    let proof = house.flows.draw();
    let url = house.flows.begin(&application, &back(), Wishes::default(), &proof).unwrap();
    let declined = callback(&Person::default().sign_in(&url, &back(), "alice", false).await);
    let error = house.flows.redeem(&application, &back(), &declined, &proof).await.unwrap_err();
    assert_eq!(error.code().name(), "authorization.declined");
}

#[tokio::test]
async fn what_has_expired_or_was_revoked_needs_a_new_sign_in() {
    let Some(house) = House::new() else { return };
    let application = house.connector();
    let (proof, late) = house.visit(&application, &back(), "alice").await;
    house.provider.control(r#"{"advance": 61}"#).await;
    let error = house.flows.redeem(&application, &back(), &late, &proof).await.unwrap_err();
    assert_eq!(error.code().name(), "authorization.ended");

    let tokens = house.sign_in(&application, "alice").await.unwrap();
    let refresh = tokens.refresh_token.unwrap();
    house.provider.revoke("connector", CONNECTOR_SECRET, refresh.expose()).await;
    let error = house.flows.refresh(&application, &refresh, &back()).await.unwrap_err();
    assert_eq!(error.code().name(), "authorization.ended");

    let tokens = house.sign_in(&application, "alice").await.unwrap();
    house.provider.control(r#"{"advance": 86500}"#).await;
    let refresh = tokens.refresh_token.unwrap();
    let error = house.flows.refresh(&application, &refresh, &back()).await.unwrap_err();
    assert!(error.needs_sign_in() && !error.is_passing(), "{error:?}");
}

#[tokio::test]
async fn the_callers_own_token_becomes_one_for_the_audience() {
    let Some(house) = House::new() else { return };
    let assertion = house.assertion("alice", "api://connector").await;
    let crm = house.delegating("https://crm.test");
    let tokens = house.flows.on_behalf_of(&crm, &assertion).await.unwrap();
    let said = claims(&tokens.access_token);
    assert_eq!((&said["sub"], &said["aud"]), (&"alice".into(), &"https://crm.test".into()));

    // A tenant that the settings leave open is the caller's own.
    let open = resolved(&house.entra("https://crm.test"));
    house.flows.on_behalf_of(&open, &assertion).await.unwrap();

    let exchange = Exchange {
        subject_token: &assertion,
        subject_token_type: None,
        audience: Some("https://crm.test"),
        resource: None,
        scope: None,
    };
    let exchanged = house.flows.exchange(&house.connector(), exchange).await.unwrap();
    let said = claims(&exchanged.access_token);
    assert_eq!((&said["sub"], &said["act"]["sub"]), (&"alice".into(), &"connector".into()));
}

#[tokio::test]
async fn each_reason_not_to_act_for_somebody_is_told_apart() {
    let Some(house) = House::new() else { return };
    let crm = house.delegating("https://crm.test");
    let code = async |application: &Application, assertion: &Secret<String>| {
        house
            .flows
            .on_behalf_of(application, assertion)
            .await
            .map(drop)
            .map_err(|e| e.code().name())
    };
    let alice = house.assertion("alice", "api://connector").await;
    let unconsented = house.delegating("https://unconsented.test");
    assert_eq!(code(&unconsented, &alice).await, Err("authorization.consent"));
    let unknown = house.delegating("https://nowhere.test");
    assert_eq!(code(&unknown, &alice).await, Err("authorization.refused"));

    let stepped = house.assertion("stepped", "api://connector").await;
    let error = house.flows.on_behalf_of(&crm, &stepped).await.unwrap_err();
    assert_eq!(error.code().name(), "authorization.interaction");
    assert!(error.claims().is_some_and(|c| c.contains("acrs")), "{error:?}");

    let foreign = house.assertion("alice", "api://other").await;
    assert_eq!(code(&crm, &foreign).await, Err("authorization.assertion"));
    let tampered = Secret::new(format!("{}x", alice.expose()));
    assert_eq!(code(&crm, &tampered).await, Err("authorization.assertion"));
    let mut settings = house.settings("connector", Some(CONNECTOR_SECRET));
    settings.scopes = vec!["api://connector/.default".to_owned()];
    let robot = house.flows.client_credentials(&resolved(&settings)).await.unwrap();
    assert_eq!(code(&crm, &robot.access_token).await, Err("authorization.assertion"));

    assert_eq!(code(&crm, &alice).await, Ok(()));
    house.provider.control(r#"{"withdraw": "https://crm.test"}"#).await;
    assert_eq!(code(&crm, &alice).await, Err("authorization.consent"));
    house.provider.control(r#"{"advance": 3700}"#).await;
    assert_eq!(code(&crm, &alice).await, Err("authorization.ended"));
}

#[tokio::test]
async fn a_claims_challenge_goes_along_with_the_next_sign_in() {
    let Some(house) = House::new() else { return };
    let wishes = Wishes { login_hint: Some("a@b.example"), claims: Some(r#"{"a":1}"#) };
    let proof = house.flows.draw();
    let url = house.flows.begin(&house.connector(), &back(), wishes, &proof).unwrap();
    assert!(url.as_str().ends_with("&login_hint=a%40b.example&claims=%7B%22a%22%3A1%7D"), "{url}");
    assert_eq!(url.query_pairs().filter(|(k, _)| k == "code_challenge").count(), 1);
}

#[test]
fn placeholders_and_gaps_name_the_setting() {
    let settings = |provider: &str, custom: &[(&str, &str)]| OAuthSettings {
        identity_provider: provider.to_owned(),
        client_id: Some("6538E2C55478C".to_owned()),
        custom: custom.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        ..OAuthSettings::default()
    };
    let checked = |settings: &OAuthSettings| {
        let application = Application::resolve(settings, &ConnectionValues::default())?;
        application.check()
    };
    let text = |provider: &str, custom: &[(&str, &str)]| {
        checked(&settings(provider, custom)).map_err(|e| e.to_string()).unwrap_err()
    };
    assert_eq!(text("okta", &[]), "the identity provider is not known");
    assert_eq!(text("aad", &[]), "the setting resourceUri is missing");
    assert_eq!(
        text("aad", &[("ResourceUri", "{{ resourceUri }}")]),
        "the setting resourceUri still holds a placeholder"
    );
    assert_eq!(
        text(
            "aad",
            &[("resourceUri", "api://x"), ("tenantId", "<<Please add your tenantId here>>")]
        ),
        "the setting tenantId still holds a placeholder"
    );
    assert!(text("aad", &[("resourceUri", "api://x"), ("tenantId", "a/../b")]).contains("tenant"));
    assert_eq!(text("oauth2", &[]), "the setting authorizationUrl is missing");
    assert!(text("oauth2", &[("authorizationUrl", "/Authorization")]).contains("not absolute"));
    assert!(
        text("oauth2", &[("authorizationUrl", "javascript://x/%0aalert(1)")]).contains("no web")
    );
    for known in
        ["facebook", "DocuSign", "GitHub", "Google", "Dropbox", "Salesforce", "Microsoft Account"]
    {
        checked(&settings(known, &[])).unwrap();
    }
    let mut own = settings("facebook", &[]);
    own.client_id = Some("[facebook_app_id]".to_owned());
    assert!(matches!(checked(&own), Err(Error::Placeholder { .. })));
    let demo = settings("DocuSign", &[("LoginUri", "https://account-d.docusign.com/")]);
    let application = resolved(&demo);
    let flows = liaison_oauth::Flows::new(
        testkit::outbound(),
        testkit::FixedClock::new(),
        kernel::Ids::seeded(1),
    );
    let sent =
        flows.begin(&application, &url("https://hub.example/r"), Wishes::default(), &flows.draw());
    assert!(
        sent.unwrap().as_str().starts_with("https://account-d.docusign.com/oauth/auth?client_id=")
    );
}

//! `login()` and `logout()` of the SOAP interface.

use doubles_http::{Request, Response};

use super::{Refusal, check_password, open};

use crate::{
    org::{Org, text},
    xml::{self, escape},
};

/// Answers a call of `/services/Soap/u/{version}`.
pub(crate) fn answer(org: &mut Org, request: &Request) -> Response {
    let version = request.path.trim_end_matches('/').split('/').nth(4).unwrap_or("59.0").to_owned();
    let Some(envelope) = xml::parse(&request.text()) else {
        return fault("soapenv:Client", "The request is no XML", None);
    };
    if let Some(login) = envelope.find("login") {
        let name = login.value("username").unwrap_or_default();
        let password = login.value("password").unwrap_or_default();
        let scope = envelope.value("organizationId");
        // Who names the organisation comes from an address that it trusts.
        let trusted = scope
            .is_some_and(|id| doubles_salesforce_schema::id::full(id).as_deref() == Some(&org.id));
        return match check_password(org, name, password, trusted) {
            Ok(user) => logged_in(org, &user, &request.base(), &version),
            Err(refusal) => refused(refusal),
        };
    }
    if envelope.find("logout").is_some() {
        let token = envelope.value("sessionId").unwrap_or_default();
        org.door.sessions.remove(token);
        return envelope_of("<logoutResponse/>");
    }
    if let Some(operation) =
        ["getServerTimestamp", "getUserInfo"].into_iter().find(|name| envelope.find(name).is_some())
    {
        let token = envelope.value("sessionId").unwrap_or_default().to_owned();
        let Some(session) = super::session(org, &token) else {
            let said = "Invalid Session ID found in SessionHeader: Illegal Session";
            return fault("INVALID_SESSION_ID", said, None);
        };
        let inner = if operation == "getUserInfo" {
            person(org, &session.user)
        } else {
            format!("<timestamp>{}</timestamp>", org.stamp())
        };
        return envelope_of(&format!(
            "<{operation}Response><result>{inner}</result></{operation}Response>"
        ));
    }
    fault("soapenv:Client", "No operation available for request", None)
}

/// What is said of a user.
fn person(org: &Org, user: &str) -> String {
    let row = org.row("User", user).cloned().unwrap_or_default();
    let of = |name: &str| escape(text(&row, name).unwrap_or_default());
    let organisation = org.row("Organization", &org.id);
    let called = escape(organisation.and_then(|row| text(row, "Name")).unwrap_or_default());
    let id = &org.id;
    format!(
        "<organizationId>{id}</organizationId><organizationName>{called}</organizationName>\
         <profileId>{}</profileId><sessionSecondsValid>7200</sessionSecondsValid>\
         <userEmail>{}</userEmail><userFullName>{}</userFullName><userId>{user}</userId>\
         <userLanguage>{}</userLanguage><userLocale>{}</userLocale><userName>{}</userName>\
         <userTimeZone>{}</userTimeZone><userType>Standard</userType>",
        of("ProfileId"),
        of("Email"),
        of("Name"),
        of("LanguageLocaleKey"),
        of("LocaleSidKey"),
        of("Username"),
        of("TimeZoneSidKey"),
    )
}

fn refused(refusal: Refusal) -> Response {
    let (code, said) = match refusal {
        Refusal::Invalid => {
            ("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.")
        }
        Refusal::NeedsToken => (
            "LOGIN_MUST_USE_SECURITY_TOKEN",
            "Invalid username, password, security token; or user locked out. Are you at a new location? \
             When accessing Salesforce--either via a desktop client or the API--from outside of your \
             company's trusted networks, you must add a security token to your password to log in.",
        ),
        Refusal::LockedOut => ("PASSWORD_LOCKOUT", "user password lockout"),
        Refusal::ApiDisabled => ("API_CURRENTLY_DISABLED", "API is disabled for this User"),
    };
    fault(code, said, Some(code))
}

fn fault(code: &str, said: &str, detail: Option<&str>) -> Response {
    let said = escape(said);
    let detail = detail.map_or_else(String::new, |code| {
        format!(
            "<detail><sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>{code}\
             </sf:exceptionCode><sf:exceptionMessage>{said}</sf:exceptionMessage></sf:LoginFault></detail>"
        )
    });
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:sf=\"urn:fault.partner.soap.sforce.com\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body><soapenv:Fault>\
         <faultcode>{code}</faultcode><faultstring>{code}: {said}</faultstring>{detail}\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    );
    Response::new(500, "text/xml;charset=UTF-8", body)
}

fn envelope_of(inner: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns=\"urn:partner.soap.sforce.com\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>{inner}\
         </soapenv:Body></soapenv:Envelope>"
    );
    Response::new(200, "text/xml;charset=UTF-8", body)
}

fn logged_in(org: &mut Org, user: &str, base: &str, version: &str) -> Response {
    let session = open(org, user, None, &["full".to_owned()]);
    let organisation = org.row("Organization", &org.id);
    let sandbox = organisation.is_some_and(|row| row.get("IsSandbox") == Some(&true.into()));
    let short = org.id.get(..15).unwrap_or_default();
    let person = person(org, user);
    envelope_of(&format!(
        "<loginResponse><result><metadataServerUrl>{base}/services/Soap/m/{version}/{short}\
         </metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>{sandbox}</sandbox>\
         <serverUrl>{base}/services/Soap/u/{version}/{short}</serverUrl><sessionId>{session}\
         </sessionId><userId>{user}</userId><userInfo>{person}</userInfo></result></loginResponse>",
    ))
}

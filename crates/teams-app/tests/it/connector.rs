//! A Bot Connector: it publishes keys and signs tokens, as the documented one does.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://api.botframework.com";
pub(crate) const SERVICE: &str = "https://smba.example/emea/";

pub(crate) struct Connector {
    pub(crate) metadata: String,
    /// How often somebody looked for keys.
    pub(crate) looked: Arc<AtomicUsize>,
    pair: RsaKeyPair,
}

impl Connector {
    pub(crate) fn start() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let key = |kid: &str, channels: &[&str]| {
            json!({
                "kty": "RSA", "use": "sig", "kid": kid, "n": part(&public.n), "e": part(&public.e),
                "endorsements": channels,
            })
        };
        let keys = json!({ "keys": [
            key("teams", &["webchat", "msteams"]), key("other", &["webchat"]), { "kty": "odd" },
        ] });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        // no token endpoint: that is how it is published
        let metadata = json!({
            "issuer": ISSUER, "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": format!("{base}/keys"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        });
        let looked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&looked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
                let body = if first.contains("/keys") {
                    count.fetch_add(1, Ordering::SeqCst);
                    keys.to_string()
                } else {
                    metadata.to_string()
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n",
                    body.len()
                );
                drop(stream.write_all((head + &body).as_bytes()));
            }
        });
        Self { metadata: format!("{base}/openid"), looked, pair }
    }

    /// A token that says this, signed by the key of a name.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

//! SuperOffice's cloud on loopback: the state service and the login of system users. Its keys were
//! made for tests.
//!
//! Shared by path: `client/tests`, `generated/tests` and `generated/examples`.

// Each of its users takes what it needs.
#![allow(dead_code, unreachable_pub)]

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::server::{Answer, Request, Server};

pub const APPLICATION_KEY: &str = include_str!("keys/application.pkcs8.pem");
const CLOUD_KEY: &str = include_str!("keys/cloud.pkcs8.pem");

pub fn key(pem: &str) -> KeyPair {
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).expect("pem");
    KeyPair::from_pkcs8(der.secret_pkcs8_der()).expect("a key")
}

/// What the cloud says.
pub struct Cloud {
    /// The state service's answer.
    pub state: Mutex<String>,
    pub claims: Mutex<Value>,
    pub header: Mutex<Value>,
    /// The login's answer, if it is not a token.
    pub exchange: Mutex<Option<Answer>>,
    /// The requests to log in.
    pub logins: Mutex<Vec<Value>>,
}

impl Cloud {
    /// Starts one with the tenant `Cust12345`, for which it has that ticket; `now` is in seconds since
    /// 1970. What is none of the cloud's own services is answered by `rest`.
    pub fn start(
        now: u64,
        ticket: &str,
        rest: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> (Server, Arc<Self>) {
        let claims = json!({
            "iss": "SuperOffice AS",
            "exp": now + 3600,
            "nbf": now,
            "http://schemes.superoffice.net/identity/ticket": ticket,
        });
        let cloud = Arc::new(Self {
            state: Mutex::new(String::new()),
            claims: Mutex::new(claims),
            header: Mutex::new(json!({"alg": "RS256", "kid": "new", "typ": "JWT"})),
            exchange: Mutex::new(None),
            logins: Mutex::default(),
        });
        let shared = cloud.clone();
        let server = Server::start(move |request| shared.answer(request, &rest));
        cloud.says("Running", true, &format!("{}/Cust12345/", server.url()));
        (server, cloud)
    }

    /// Lets the state service say that.
    pub fn says(&self, state: &str, is_running: bool, endpoint: &str) {
        let said = json!({
            "ContextIdentifier": "Cust12345",
            "Endpoint": endpoint,
            "State": state,
            "IsRunning": is_running,
            "ValidUntil": "2026-03-05T00:00:00Z",
            "Api": format!("{endpoint}api"),
        });
        *self.state.lock().expect("no panic") = said.to_string();
    }

    fn answer(&self, request: &Request, rest: &dyn Fn(&Request) -> Answer) -> Answer {
        match request.path.trim_start_matches("/SuperOffice") {
            "/api/state/Cust12345" => json_answer(&self.state.lock().expect("no panic")),
            "/Login/api/PartnerSystemUser/Authenticate" => self.log_in(request),
            "/login/.well-known/jwks" => json_answer(&keys().to_string()),
            _ => rest(request),
        }
    }

    fn log_in(&self, request: &Request) -> Answer {
        let body: Value = serde_json::from_str(&request.body).expect("json");
        self.logins.lock().expect("no panic").push(body);
        if let Some(answer) = &*self.exchange.lock().expect("no panic") {
            return answer.clone();
        }
        let token = self.token(&key(CLOUD_KEY));
        let answer = json!({"IsSuccessful": true, "Token": token, "ErrorMessage": null});
        json_answer(&answer.to_string())
    }

    /// A token, signed with that key.
    pub fn token(&self, key: &KeyPair) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&self.header.lock().expect("no panic"));
        let signed = format!("{header}.{}", part(&self.claims.lock().expect("no panic")));
        let mut signature = vec![0; key.public().modulus_len()];
        let random = SystemRandom::new();
        key.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        )
        .expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn keys() -> Value {
    let public: PublicKeyComponents<Vec<u8>> = key(CLOUD_KEY).public().into();
    let (n, e) = (
        URL_SAFE_NO_PAD.encode(public.n),
        URL_SAFE_NO_PAD.encode(public.e),
    );
    json!({"keys": [
        {"kty": "RSA", "use": "sig", "kid": "old", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "use": "sig", "kid": "new", "n": n, "e": e},
    ]})
}

pub fn json_answer(body: &str) -> Answer {
    Answer::Http {
        status: 200,
        content_type: "application/json",
        body: body.as_bytes().to_vec(),
    }
}

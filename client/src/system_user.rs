//! The session of a system user: a signed token is exchanged for a ticket.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use superoffice_soap::{Contract, HttpRequest};

use crate::connection::Connection;
use crate::error::{Detail, Error};
use crate::exchange::Means;
use crate::login::{LogIn, LoggingIn};
use crate::secret::Secret;
use crate::tenant::{Service, Tenant};

const ISSUER: &str = "SuperOffice AS";
const TICKET_CLAIM: &str = "http://schemes.superoffice.net/identity/ticket";
/// By how many seconds the clocks of the cloud and of this machine may differ.
const LEEWAY: u64 = 300;

/// A system user: how programmes that nobody watches log in to SuperOffice's cloud.
///
/// The tenant's system user token, signed with the application's private key, is exchanged for a
/// ticket; the answer is believed only if it is signed with one of the environment's keys. That
/// happens once in many hours however many calls there are, since each exchange leaves a row in the
/// tenant's database. The connection needs the application's token too.
///
/// ```
/// # use superoffice_client::{Builder, Connection, Environment, Error, SystemUser, Tenant};
/// # fn connect(token: &str, user: &str, private_key: &str) -> Result<(), Error> {
/// let tenant = Tenant::new(Environment::Production, "Cust12345");
/// let connection: Connection = Builder::tenant(tenant.clone())
///     .application_token(token)
///     .credentials(SystemUser::new(tenant, user, private_key)?)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SystemUser {
    tenant: Tenant,
    token: Secret,
    key: Arc<KeyPair>,
}

impl SystemUser {
    /// The system user of a tenant.
    ///
    /// `token` is what the tenant's administrator gave to the application, `private_key` the
    /// application's RSA key of at least 2,048 bits: PEM with PKCS#8 or PKCS#1, or .NET's
    /// `<RSAKeyValue>`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration): the key is none, or the context
    /// identifier is none.
    pub fn new(
        tenant: Tenant,
        token: impl Into<Secret>,
        private_key: impl AsRef<str>,
    ) -> Result<Self, Error> {
        let key = key_pair(private_key.as_ref()).ok_or_else(|| {
            Error::configuration(
                "the private key is no rsa key of 2048 bits or more in pem or as an RSAKeyValue",
            )
        })?;
        Ok(Self {
            tenant: tenant.checked()?,
            token: token.into(),
            key: Arc::new(key),
        })
    }

    async fn ticket(&self, connection: &Connection, means: Means) -> Result<Secret, Error> {
        let settings = connection.settings();
        let service = Service("PartnerSystemUser");
        let Some(application_token) = &settings.application_token else {
            let why = "a system user needs the application's token";
            return Err(service.error(Detail::Configuration(why.into(), None)));
        };
        let now = settings.clock.now();
        let signed = self.signed(now).ok_or_else(|| {
            let why = "the system user's token could not be signed";
            service.error(Detail::Configuration(why.into(), None))
        })?;
        let secrets = [application_token.expose(), self.token.expose(), &signed];
        let body = json!({
            "SignedSystemToken": signed,
            "ApplicationToken": application_token.expose(),
            "ContextIdentifier": self.tenant.context_identifier(),
            "ReturnTokenType": "JWT",
        })
        .to_string();
        let environment = self.tenant.environment().url();
        let url = format!("{environment}/Login/api/PartnerSystemUser/Authenticate");
        let make = || {
            let mut request = HttpRequest::post(url.clone(), body.clone());
            let json = "application/json; charset=utf-8";
            request.headers.push(("content-type", json.into()));
            request
        };
        let answer = service.ask(settings, &make, means).await?;
        let exchanged = service.json(&answer, &secrets)?;
        if exchanged["IsSuccessful"].as_bool() != Some(true) {
            let said = exchanged["ErrorMessage"]
                .as_str()
                .filter(|said| !said.is_empty());
            let said = said.map(|said| crate::response::excerpt(said.as_bytes(), &secrets));
            let why = "the cloud does not accept the system user".into();
            return Err(service
                .error(Detail::Authentication(why, said))
                .with_response(&answer));
        }
        let token = exchanged["Token"].as_str().unwrap_or_default();

        let keys = Service("jwks");
        let url = format!("{environment}/login/.well-known/jwks");
        let answer = keys.get(settings, url, means).await?;
        let keys = keys.json(&answer, &[])?;
        let ticket = validated(token, &keys, now).and_then(|claims| {
            let ticket = claims[TICKET_CLAIM]
                .as_str()
                .filter(|ticket| !ticket.is_empty());
            ticket
                .map(Secret::from)
                .ok_or("the cloud's token holds no ticket")
        });
        ticket.map_err(|why| service.error(Detail::Authentication(why.into(), None)))
    }

    /// The token with the minute and a signature over both.
    fn signed(&self, now: SystemTime) -> Option<String> {
        let stamped = format!("{}.{}", self.token.expose(), minute(now));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                stamped.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(format!("{stamped}.{}", STANDARD.encode(signature)))
    }
}

impl LogIn for SystemUser {
    fn name(&self) -> &'static str {
        "system user"
    }

    fn log_in<'a>(
        &'a self,
        connection: &'a Connection,
        _: &'static Contract,
        means: Means,
    ) -> LoggingIn<'a> {
        Box::pin(self.ticket(connection, means))
    }
}

impl fmt::Debug for SystemUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemUser")
            .field("tenant", &self.tenant)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

fn key_pair(text: &str) -> Option<KeyPair> {
    if text.trim_start().starts_with("<RSAKeyValue") {
        return key_value(text);
    }
    match PrivateKeyDer::from_pem_slice(text.as_bytes()).ok()? {
        PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()).ok(),
        PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()).ok(),
        _ => None,
    }
}

/// .NET's XML of a key.
fn key_value(text: &str) -> Option<KeyPair> {
    let part = |name: &str| {
        let (_, behind) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = behind.split_once('<')?;
        let value: String = value.split_whitespace().collect();
        STANDARD.decode(value).ok()
    };
    let components = KeyPairComponents {
        public_key: PublicKeyComponents {
            n: part("Modulus")?,
            e: part("Exponent")?,
        },
        d: part("D")?,
        p: part("P")?,
        q: part("Q")?,
        dP: part("DP")?,
        dQ: part("DQ")?,
        qInv: part("InverseQ")?,
    };
    KeyPair::from_components(&components).ok()
}

/// `yyyyMMddHHmm` in UTC.
fn minute(time: SystemTime) -> String {
    let minutes = seconds(time) / 60;
    let (day, minute) = (minutes / 1440, minutes % 1440);
    // Years that begin in March have their leap day at the end.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month < 3);
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}")
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// The claims of a token that one of these keys signed and that is valid now.
fn validated(token: &str, keys: &Value, now: SystemTime) -> Result<Value, &'static str> {
    let malformed = "the cloud's token is no signed token";
    let (signed, signature) = token.rsplit_once('.').ok_or(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(malformed)?;
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let object = |part: &str| serde_json::from_slice::<Value>(&decoded(part)?).ok();
    let header = object(header).ok_or(malformed)?;
    let signature = decoded(signature).ok_or(malformed)?;
    // No other algorithm is let in, `none` least of all.
    if header["alg"] != "RS256" {
        return Err("the cloud's token is not signed with RS256");
    }
    let ours = |key: &&Value| key["kid"] == header["kid"] && key["kty"] == "RSA";
    let key = keys["keys"].as_array().into_iter().flatten().find(ours);
    let key = key
        .filter(|_| header["kid"].is_string())
        .ok_or("the cloud's token is signed with an unknown key")?;
    let number = |name: &str| key[name].as_str().and_then(decoded);
    let public = PublicKeyComponents {
        n: number("n").ok_or("the cloud's key is none")?,
        e: number("e").ok_or("the cloud's key is none")?,
    };
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .map_err(|_| "the signature of the cloud's token is wrong")?;
    let claims = object(claims).ok_or(malformed)?;
    if claims["iss"] != ISSUER {
        return Err("the cloud's token is from another issuer");
    }
    let now = seconds(now);
    let time = |name: &str| {
        let time = &claims[name];
        time.as_u64()
            .or_else(|| time.as_f64().map(|time| time as u64))
    };
    if time("exp")
        .ok_or("the cloud's token has no end")?
        .saturating_add(LEEWAY)
        <= now
    {
        return Err("the cloud's token has expired");
    }
    if time("nbf").is_some_and(|begin| begin > now.saturating_add(LEEWAY)) {
        return Err("the cloud's token is not valid yet");
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn minutes() {
        for (seconds, text) in [
            (0, "197001010000"),
            (951_782_399, "200002282359"),
            (951_782_400, "200002290000"),
            (1_709_251_199, "202402292359"),
            (4_107_542_399, "210002282359"),
            (4_107_542_400, "210003010000"),
        ] {
            assert_eq!(minute(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn what_is_no_key() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----",
            "<RSAKeyValue><Modulus>AA==</Modulus>",
        ] {
            let tenant = Tenant::new(crate::Environment::Production, "Cust1");
            let error = SystemUser::new(tenant, "token", text).expect_err("no key");
            assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        }
    }
}

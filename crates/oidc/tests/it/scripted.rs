//! An issuer that says what it is told to say.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use usher_oidc::{Answer, Attempt, Claims, OidcError, Provider, ProviderSettings, SEED};

pub(crate) const SECRET: &str = "a secret that the issuer and we know";

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    /// By the key with this number, which is named.
    By(u8),
    /// By the first key, under the name of another.
    ByNamed(&'static str),
    /// With our own secret.
    Shared,
    Not,
}

/// What the issuer says.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) description: Value,
    pub(crate) keys: Value,
    pub(crate) tokens: Value,
    /// The description is somewhere else.
    pub(crate) is_redirecting: bool,
}

pub(crate) struct Scripted {
    pub(crate) address: String,
    pub(crate) script: Arc<Mutex<Script>>,
}

/// An instant that every test is at.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_000_000, 0).unwrap()
}

fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    // A private key in PKCS#8 is this beginning and 32 bytes (RFC 8410).
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([number; 32]);
    let label = ["PRIVATE", "KEY"].join(" ");
    let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der));
    let name = JsonWebKeyId::new(format!("key-{number}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(name)).unwrap()
}

/// Published keys, by number.
pub(crate) fn keys(numbers: &[u8]) -> Value {
    let published: Vec<_> = numbers.iter().map(|n| json!(key(*n).as_verification_key())).collect();
    json!({ "keys": published })
}

/// A token with these claims.
pub(crate) fn token(claims: &Value, signed: Signed) -> String {
    let (algorithm, name) = match signed {
        Signed::By(number) => ("EdDSA", format!("key-{number}")),
        Signed::ByNamed(name) => ("EdDSA", name.to_owned()),
        Signed::Shared => ("HS256", "key-1".to_owned()),
        Signed::Not => ("none", "key-1".to_owned()),
    };
    let header = json!({ "alg": algorithm, "kid": name, "typ": "JWT" });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&header), part(claims));
    let signature = match signed {
        Signed::By(number) => {
            key(number).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap()
        }
        Signed::ByNamed(_) => {
            key(1).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap()
        }
        Signed::Shared => CoreHmacKey::new(SECRET)
            .sign(&CoreJwsSigningAlgorithm::HmacSha256, text.as_bytes())
            .unwrap(),
        Signed::Not => Vec::new(),
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

impl Scripted {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script {
            description: json!({
                "issuer": address,
                "authorization_endpoint": format!("{address}/authorize"),
                "token_endpoint": format!("{address}/token"),
                "jwks_uri": format!("{address}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
            }),
            keys: keys(&[1]),
            tokens: json!({}),
            is_redirecting: false,
        }));
        let router =
            Router::new()
                .route("/.well-known/openid-configuration", get(description))
                .route(
                    "/keys",
                    get(|s: State<Arc<Mutex<Script>>>| async move {
                        Json(s.lock().unwrap().keys.clone())
                    }),
                )
                .route(
                    "/token",
                    post(|s: State<Arc<Mutex<Script>>>| async move {
                        Json(s.lock().unwrap().tokens.clone())
                    }),
                )
                .with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, script }
    }

    pub(crate) fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            issuer: self.address.clone(),
            client_id: "usher".to_owned(),
            client_secret: Some(SECRET.into()),
            redirect: "https://usher.example/sign-in/oidc/1/callback".parse().unwrap(),
            allowed_networks: "127.0.0.0/8".parse().unwrap(),
        }
    }

    pub(crate) fn provider(&self) -> Provider {
        Provider::new(self.settings()).unwrap()
    }

    /// Claims of a good token in answer to an attempt.
    pub(crate) fn claims(&self, begun: &Url) -> Value {
        let nonce = begun.query_pairs().find(|(name, _)| name == "nonce").unwrap().1;
        let at = now().timestamp();
        json!({
            "iss": self.address, "sub": "248289761001", "aud": "usher", "nonce": nonce,
            "iat": at - 5, "exp": at + 300,
            "email": "ines@example.com", "email_verified": true,
        })
    }

    /// A sign-in whose token is what `change` makes of a good one.
    pub(crate) async fn sign_in(
        &self,
        signed: Signed,
        change: impl FnOnce(&mut Value),
    ) -> Result<Claims, OidcError> {
        let provider = self.provider();
        let begun = provider.begin(&[7; SEED], now()).await?;
        let mut claims = self.claims(&begun.address);
        change(&mut claims);
        self.say_tokens(json!({ "id_token": token(&claims, signed) }));
        finish(&provider, &begun.attempt, now()).await
    }

    /// What the token endpoint says, beside the access token.
    pub(crate) fn say_tokens(&self, more: Value) {
        let mut tokens = json!({ "access_token": "opaque", "token_type": "Bearer" });
        tokens.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.script.lock().unwrap().tokens = tokens;
    }
}

pub(crate) async fn finish(
    provider: &Provider,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<Claims, OidcError> {
    provider.finish(attempt, Answer { code: "a code", issuer: None }, now).await
}

async fn description(State(script): State<Arc<Mutex<Script>>>) -> Response {
    let script = script.lock().unwrap().clone();
    match script.is_redirecting {
        true => Redirect::temporary("/elsewhere").into_response(),
        false => Json(script.description).into_response(),
    }
}

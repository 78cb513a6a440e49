//! Where an issuer can lead us, and where not.

use serde_json::json;
use usher_oidc::{FenceError, OidcError, Provider, ProviderSettings, SEED, SettingsError};

use crate::scripted::{Scripted, now};

async fn begin(settings: ProviderSettings) -> Result<(), OidcError> {
    Provider::new(settings).unwrap().begin(&[7; SEED], now()).await.map(drop)
}

#[tokio::test]
async fn an_issuer_in_a_network_that_is_not_named_is_not_asked() {
    let issuer = Scripted::start().await;
    let good = issuer.settings();
    assert!(begin(good.clone()).await.is_ok());

    let unnamed = ProviderSettings { allowed_networks: "".parse().unwrap(), ..good.clone() };
    assert!(matches!(Provider::new(unnamed), Err(SettingsError::PlainHttp(_))));
    let elsewhere = "10.0.0.0/8".parse().unwrap();
    let other = ProviderSettings { allowed_networks: elsewhere, ..good.clone() };
    let by_name = issuer.address.replace("127.0.0.1", "localhost");
    for settings in [other.clone(), ProviderSettings { issuer: by_name, ..other }] {
        let refused = begin(settings).await.unwrap_err();
        assert!(matches!(refused, OidcError::Unreachable(_)), "{refused:?}");
    }
    let secure = issuer.address.replace("http:", "https:");
    let refused =
        begin(ProviderSettings { issuer: secure, allowed_networks: "".parse().unwrap(), ..good })
            .await
            .unwrap_err();
    assert!(
        matches!(refused, OidcError::Unreachable(FenceError::Address(_))),
        "https does not open loopback: {refused:?}"
    );
}

#[tokio::test]
async fn the_description_leads_nowhere_else() {
    let issuer = Scripted::start().await;
    let describe = |name: &str, value: serde_json::Value| {
        issuer.script.lock().unwrap().description[name] = value;
    };
    describe("jwks_uri", json!("http://169.254.169.254/latest/meta-data"));
    let refused = begin(issuer.settings()).await.unwrap_err();
    assert!(matches!(refused, OidcError::Unreachable(FenceError::Address(_))), "{refused:?}");

    describe("jwks_uri", json!(format!("{}/keys", issuer.address)));
    describe("issuer", json!("https://somebody.example"));
    let refused = begin(issuer.settings()).await.unwrap_err();
    assert!(matches!(refused, OidcError::Description(_)), "{refused:?}");

    describe("issuer", json!(issuer.address));
    describe("authorization_endpoint", json!("javascript:alert(1)"));
    let refused = begin(issuer.settings()).await.unwrap_err();
    assert!(matches!(refused, OidcError::Missing(_)), "{refused:?}");

    describe("authorization_endpoint", json!("https://id.example/authorize"));
    describe("padding", json!("x".repeat(2 << 20)));
    let refused = begin(issuer.settings()).await.unwrap_err();
    assert!(matches!(refused, OidcError::Unreachable(FenceError::TooLarge)), "{refused:?}");

    issuer.script.lock().unwrap().is_redirecting = true;
    let refused = begin(issuer.settings()).await.unwrap_err();
    assert!(matches!(refused, OidcError::Description(_)), "{refused:?}");
}

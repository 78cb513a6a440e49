//! Which tokens are believed.

use chrono::TimeDelta;
use openidconnect::{ClaimsVerificationError as Wrong, SignatureVerificationError as Signature};
use serde_json::{Value, json};
use usher_oidc::{OidcError, SEED};

use crate::scripted::{Scripted, Signed, finish, keys, now, token};

#[tokio::test]
async fn a_good_token_says_who_somebody_is() {
    let issuer = Scripted::start().await;
    let claims = issuer.sign_in(Signed::By(1), |_| {}).await.unwrap();
    assert_eq!(claims.issuer, issuer.address);
    assert_eq!(claims.subject, "248289761001");
    assert_eq!(claims.email.as_deref(), Some("ines@example.com"));
    assert!(claims.is_email_verified);

    let silent = |claims: &mut Value| {
        claims.as_object_mut().unwrap().remove("email_verified");
    };
    assert!(!issuer.sign_in(Signed::By(1), silent).await.unwrap().is_email_verified);
    // Some issuers write it as text.
    let text = |claims: &mut Value| claims["email_verified"] = json!("true");
    assert!(issuer.sign_in(Signed::By(1), text).await.unwrap().is_email_verified);
}

#[tokio::test]
async fn a_signature_that_proves_nothing_is_refused_although_the_issuer_offers_it() {
    let issuer = Scripted::start().await;
    for signed in [Signed::Not, Signed::Shared] {
        let refused = issuer.sign_in(signed, |_| {}).await.unwrap_err();
        let OidcError::IdToken(Wrong::SignatureVerification(why)) = &refused else {
            panic!("{signed:?}: {refused:?}")
        };
        let is_refused = matches!(why, Signature::DisallowedAlg(_) | Signature::NoSignature);
        assert!(is_refused, "{signed:?}: {why:?}");
    }
    for signed in [Signed::By(2), Signed::ByNamed("key-2")] {
        let refused = issuer.sign_in(signed, |_| {}).await.unwrap_err();
        assert!(matches!(refused, OidcError::IdToken(_)), "{signed:?}: {refused:?}");
    }
    // A key that calls itself by the name of a published one.
    issuer.script.lock().unwrap().keys = keys(&[1]);
    let provider = issuer.provider();
    let begun = provider.begin(&[7; SEED], now()).await.unwrap();
    let foreign = token(&issuer.claims(&begun.address), Signed::By(2));
    let mut parts: Vec<&str> = foreign.split('.').collect();
    let named = token(&json!({}), Signed::By(1));
    parts[0] = named.split('.').next().unwrap();
    issuer.say_tokens(json!({ "id_token": parts.join(".") }));
    let refused = finish(&provider, &begun.attempt, now()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            OidcError::IdToken(Wrong::SignatureVerification(Signature::CryptoError(_)))
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_token_for_somebody_else_or_another_time_is_refused() {
    let issuer = Scripted::start().await;
    type Change = fn(&mut Value);
    type Check = fn(&OidcError) -> bool;
    let at = now().timestamp();
    let cases: [(&str, Change, Check); 9] = [
        (
            "issuer",
            |c| c["iss"] = json!("https://evil.example"),
            |e| matches!(e, OidcError::IdToken(Wrong::InvalidIssuer(_))),
        ),
        (
            "audience",
            |c| c["aud"] = json!("another"),
            |e| matches!(e, OidcError::IdToken(Wrong::InvalidAudience(_))),
        ),
        (
            "two audiences",
            |c| c["aud"] = json!(["usher", "another"]),
            |e| matches!(e, OidcError::IdToken(Wrong::InvalidAudience(_))),
        ),
        (
            "authorized party",
            |c| c["azp"] = json!("another"),
            |e| matches!(e, OidcError::OtherClient),
        ),
        (
            "nonce",
            |c| c["nonce"] = json!("another"),
            |e| matches!(e, OidcError::IdToken(Wrong::InvalidNonce(_))),
        ),
        (
            "no nonce",
            |c| drop(c.as_object_mut().unwrap().remove("nonce")),
            |e| matches!(e, OidcError::IdToken(Wrong::InvalidNonce(_))),
        ),
        (
            "expired",
            |c| c["exp"] = c["iat"].clone(),
            |e| matches!(e, OidcError::IdToken(Wrong::Expired(_))),
        ),
        (
            "from the future",
            |c| c["iat"] = c["exp"].as_i64().map(|e| e + 1).into(),
            |e| matches!(e, OidcError::IdToken(Wrong::Expired(_))),
        ),
        (
            "access token",
            |c| c["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"),
            |e| matches!(e, OidcError::OtherAccessToken),
        ),
    ];
    for (name, change, check) in cases {
        let refused = issuer.sign_in(Signed::By(1), change).await.unwrap_err();
        assert!(check(&refused), "{name} at {at}: {refused:?}");
    }
}

#[tokio::test]
async fn new_keys_are_asked_for_when_a_token_names_one() {
    let issuer = Scripted::start().await;
    let provider = issuer.provider();
    let begun = provider.begin(&[7; SEED], now()).await.unwrap();
    issuer.script.lock().unwrap().keys = keys(&[2]);
    let id_token = token(&issuer.claims(&begun.address), Signed::By(2));
    issuer.say_tokens(json!({ "id_token": id_token }));
    // Just read: whoever makes up names of keys does not make us ask and ask.
    assert!(finish(&provider, &begun.attempt, now()).await.is_err());
    let later = now() + TimeDelta::minutes(1);
    assert!(finish(&provider, &begun.attempt, later).await.is_ok());
}

#[tokio::test]
async fn refusals_of_the_token_endpoint_say_whose_fault_it_is() {
    let issuer = Scripted::start().await;
    let provider = issuer.provider();
    let begun = provider.begin(&[7; SEED], now()).await.unwrap();
    issuer.say_tokens(json!({}));
    let nothing = finish(&provider, &begun.attempt, now()).await.unwrap_err();
    assert!(matches!(nothing, OidcError::NoIdToken), "{nothing:?}");
    issuer.script.lock().unwrap().tokens = json!("garbage");
    let garbage = finish(&provider, &begun.attempt, now()).await.unwrap_err();
    assert!(matches!(garbage, OidcError::TokenAnswer(_)), "{garbage:?}");
}

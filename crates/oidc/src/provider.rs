//! One issuer: sending a browser there, and believing what it brings back.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, CsrfToken,
    EmptyAdditionalClaims, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    Scope, SignatureVerificationError, TokenResponse as _,
};
use tokio::sync::Mutex;

use crate::description::{Description, OidcClient};
use crate::fence::Fence;
use crate::{Answer, Attempt, Begun, Claims, OidcError, ProviderSettings, SEED, SettingsError};

/// Clocks differ a little; a token from further in the future than this is not from an honest one.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// An issuer that people sign in with.
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    fence: Fence,
    /// Read when it is first needed, so that an issuer that is down keeps nobody from starting.
    description: Mutex<Option<Arc<Description>>>,
}

impl Provider {
    /// # Errors
    /// The settings cannot work.
    pub fn new(settings: ProviderSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        let fence = Fence::new(settings.allowed_networks.clone()).map_err(SettingsError::Client)?;
        Ok(Self { settings, fence, description: Mutex::new(None) })
    }

    /// The issuer as it writes itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where a browser goes to sign in. `seed` is random and used for nothing else.
    ///
    /// # Errors
    /// The issuer does not answer, or its description cannot be used.
    pub async fn begin(&self, seed: &[u8; SEED], now: DateTime<Utc>) -> Result<Begun, OidcError> {
        let client = self.description(now).await?.client(&self.settings);
        let attempt = Attempt::new(&self.settings.issuer, seed);
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
        let (address, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        // A description could otherwise send the browser to a script or a file.
        if !matches!(address.scheme(), "https" | "http") {
            return Err(OidcError::Missing("web address to sign in at"));
        }
        Ok(Begun { address, attempt })
    }

    /// Redeems the answer and checks all of it.
    ///
    /// # Errors
    /// Anything that does not fit; nobody is recognised then.
    pub async fn finish(
        &self,
        attempt: &Attempt,
        answer: Answer<'_>,
        now: DateTime<Utc>,
    ) -> Result<Claims, OidcError> {
        // Before the code is shown to anybody: a mix-up wants exactly that (RFC 9700, section 4.4).
        let is_other = answer.issuer.is_some_and(|said| said != self.settings.issuer);
        if is_other || attempt.issuer != self.settings.issuer {
            return Err(OidcError::OtherIssuer);
        }
        let description = self.description(now).await?;
        if answer.issuer.is_none() && description.names_itself_in_answers() {
            return Err(OidcError::OtherIssuer);
        }
        let client = description.client(&self.settings);
        let tokens = self.redeem(&client, attempt, answer.code).await?;
        let id_token = tokens.id_token().ok_or(OidcError::NoIdToken)?;
        let access = tokens.access_token();
        let claims = match self.verified(&description, (id_token, access), attempt, now) {
            // Keys change: one more look at what is published now.
            Err(OidcError::IdToken(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ))) if description.may_be_asked_again(now) => {
                let description = self.read(now).await?;
                self.verified(&description, (id_token, access), attempt, now)?
            }
            other => other?,
        };
        self.claims(&client, &tokens, &claims).await
    }

    async fn description(&self, now: DateTime<Utc>) -> Result<Arc<Description>, OidcError> {
        let known = self.description.lock().await.clone();
        match known {
            Some(known) if known.is_believed(now) => Ok(known),
            _ => self.read(now).await,
        }
    }

    async fn read(&self, now: DateTime<Utc>) -> Result<Arc<Description>, OidcError> {
        let read = Arc::new(Description::read(&self.settings, &self.fence, now).await?);
        *self.description.lock().await = Some(Arc::clone(&read));
        Ok(read)
    }

    async fn redeem(
        &self,
        client: &OidcClient,
        attempt: &Attempt,
        code: &str,
    ) -> Result<CoreTokenResponse, OidcError> {
        let http = |request| self.fence.clone().call(request);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| OidcError::Missing("token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()));
        Ok(request.request_async(&http).await?)
    }

    /// The claims of a token that this issuer signed for us, now, in answer to this attempt.
    fn verified(
        &self,
        description: &Description,
        (id_token, access): (&CoreIdToken, &AccessToken),
        attempt: &Attempt,
        now: DateTime<Utc>,
    ) -> Result<CoreIdTokenClaims, OidcError> {
        let client = description.client(&self.settings);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(description.signatures())
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued_at| {
                let is_early = now + CLOCKS_DIFFER < issued_at;
                if is_early { Err("issued in the future".to_owned()) } else { Ok(()) }
            });
        let nonce = Nonce::new(attempt.nonce.clone());
        let claims = id_token.claims(&verifier, &nonce).map_err(OidcError::IdToken)?;
        // OpenID Connect Core 1.0, section 3.1.3.7, point 5.
        let is_other =
            claims.authorized_party().is_some_and(|party| **party != self.settings.client_id);
        if is_other {
            return Err(OidcError::OtherClient);
        }
        if let Some(expected) = claims.access_token_hash() {
            let signed = id_token.signing_alg().ok().zip(id_token.signing_key(&verifier).ok());
            let actual =
                signed.and_then(|(how, key)| AccessTokenHash::from_token(access, how, key).ok());
            if actual.as_ref() != Some(expected) {
                return Err(OidcError::OtherAccessToken);
            }
        }
        Ok(claims.clone())
    }

    /// The address comes with the ID token, or from the endpoint about the person.
    async fn claims(
        &self,
        client: &OidcClient,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Claims, OidcError> {
        let mut email = claims.email().map(|email| email.to_string());
        let mut is_email_verified = claims.email_verified().unwrap_or(false);
        if email.is_none() && client.user_info_url().is_some() {
            let asked = client
                .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
                .map_err(|_| OidcError::Missing("endpoint about people"))?;
            let http = |request| self.fence.clone().call(request);
            let said: CoreUserInfoClaims =
                asked.request_async::<EmptyAdditionalClaims, _, CoreGenderClaim>(&http).await?;
            email = said.email().map(|email| email.to_string());
            is_email_verified = said.email_verified().unwrap_or(false);
        }
        Ok(Claims {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().to_string(),
            email: email.filter(|email| !email.is_empty()),
            is_email_verified,
        })
    }
}

//! What an issuer publishes about itself, and the client that follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, JwsSigningAlgorithm as _, ProviderMetadata, RedirectUrl,
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::fence::Fence;
use crate::{OidcError, ProviderSettings};

/// How long a description is believed.
const BELIEVED: TimeDelta = TimeDelta::hours(1);
/// Keys are asked for again before that when a token names an unknown one, but not more often than this.
const RESPITE: TimeDelta = TimeDelta::seconds(30);

/// What RFC 9207 adds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Additional {
    /// Every answer names the issuer.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Additional {}

type Metadata = ProviderMetadata<
    Additional,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A client that knows where to send a browser, and perhaps the other addresses.
pub(crate) type OidcClient = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A description with the instant at which it was read.
#[derive(Debug)]
pub(crate) struct Description {
    metadata: Metadata,
    read_at: DateTime<Utc>,
}

impl Description {
    /// Reads it from the issuer, with the keys.
    ///
    /// # Errors
    /// The issuer does not answer, or describes something else.
    pub(crate) async fn read(
        settings: &ProviderSettings,
        fence: &Fence,
        now: DateTime<Utc>,
    ) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|_| OidcError::Missing("issuer address"))?;
        let http = |request| fence.clone().call(request);
        let metadata = Metadata::discover_async(issuer, &http).await?;
        Ok(Self { metadata, read_at: now })
    }

    pub(crate) fn is_believed(&self, now: DateTime<Utc>) -> bool {
        now < self.read_at + BELIEVED
    }

    pub(crate) fn may_be_asked_again(&self, now: DateTime<Utc>) -> bool {
        self.read_at + RESPITE < now
    }

    /// Whether an answer without the issuer's name is somebody else's.
    pub(crate) fn names_itself_in_answers(&self) -> bool {
        self.metadata.additional_metadata().authorization_response_iss_parameter_supported
    }

    /// Signatures that are taken: asymmetric ones that the issuer says it makes. `none` proves nothing, and
    /// with a shared secret whoever knows it could sign.
    pub(crate) fn signatures(&self) -> Vec<CoreJwsSigningAlgorithm> {
        self.metadata
            .id_token_signing_alg_values_supported()
            .iter()
            .filter(|algorithm| {
                **algorithm != CoreJwsSigningAlgorithm::None && !algorithm.uses_shared_secret()
            })
            .cloned()
            .collect()
    }

    pub(crate) fn client(&self, settings: &ProviderSettings) -> OidcClient {
        let secret = settings
            .client_secret
            .as_ref()
            .map(|s| ClientSecret::new(s.expose_secret().to_owned()));
        let client_id = ClientId::new(settings.client_id.clone());
        OidcClient::from_provider_metadata(self.metadata.clone(), client_id, secret)
            .set_redirect_uri(RedirectUrl::from_url(settings.redirect.clone()))
            .set_auth_type(self.authentication())
    }

    /// Basic is the default of OpenID Connect; some issuers take the secret in the body only.
    fn authentication(&self) -> AuthType {
        let takes = |method| {
            self.metadata
                .token_endpoint_auth_methods_supported()
                .is_none_or(|methods| methods.contains(&method))
        };
        let (basic, post) = (
            takes(CoreClientAuthMethod::ClientSecretBasic),
            takes(CoreClientAuthMethod::ClientSecretPost),
        );
        if !basic && post { AuthType::RequestBody } else { AuthType::BasicAuth }
    }
}

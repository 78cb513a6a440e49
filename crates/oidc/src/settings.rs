//! What an operator says about an issuer.

use std::fmt;

use secrecy::SecretString;
use url::Url;
use usher_connector::AllowedNetworks;

/// An issuer, and what we are to it.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Exactly as the issuer writes itself: it is compared letter by letter.
    pub issuer: String,
    pub client_id: String,
    /// `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<SecretString>,
    /// Where the issuer sends the browser back to; registered there.
    pub redirect: Url,
    /// Networks that the issuer may be in although they are not public.
    pub allowed_networks: AllowedNetworks,
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("redirect", &self.redirect.as_str())
            .finish_non_exhaustive()
    }
}

/// Settings that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the issuer '{0}' is not an https address without query and fragment")]
    Issuer(String),
    #[error("the issuer '{0}' is without https, which only an issuer in a named network may be")]
    PlainHttp(String),
    #[error("the client id is empty")]
    ClientId,
    #[error("the client that speaks to the issuer cannot be built")]
    Client(#[source] reqwest::Error),
}

impl ProviderSettings {
    /// # Errors
    /// Says what is wrong.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let wrong = || SettingsError::Issuer(self.issuer.clone());
        let url = Url::parse(&self.issuer).map_err(|_| wrong())?;
        // OpenID Connect Discovery 1.0, section 3.
        if url.query().is_some() || url.fragment().is_some() || url.host_str().is_none() {
            return Err(wrong());
        }
        if self.client_id.is_empty() {
            return Err(SettingsError::ClientId);
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allowed_networks != AllowedNetworks::default() => Ok(()),
            "http" => Err(SettingsError::PlainHttp(self.issuer.clone())),
            _ => Err(wrong()),
        }
    }
}

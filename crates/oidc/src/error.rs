//! Why nobody was recognised.

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, StandardErrorResponse,
    UserInfoError,
};
use usher_connector::{AddressRefused, NotReachable};

type TokenError = RequestTokenError<FenceError, StandardErrorResponse<CoreErrorResponseType>>;

/// Why a request to an issuer has no answer.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    #[error("{} is {}; the allowed networks of this issuer do not name it", .0.address, .0.range)]
    Address(AddressRefused),
    #[error("without https only the allowed networks of this issuer are reached")]
    PlainHttp,
    #[error("the name has no address")]
    NoAddress,
    #[error("the address is not http or https")]
    NotAWebAddress,
    #[error("the answer is larger than any honest one")]
    TooLarge,
    #[error("the request failed")]
    Request(#[from] reqwest::Error),
    #[error("the answer cannot be read")]
    Answer(#[from] openidconnect::http::Error),
    #[error("the name could not be resolved")]
    Resolve(#[from] std::io::Error),
}

impl From<NotReachable> for FenceError {
    fn from(why: NotReachable) -> Self {
        match why {
            NotReachable::Refused(refused) => Self::Address(refused),
            NotReachable::Plain => Self::PlainHttp,
            NotReachable::NoAddress => Self::NoAddress,
            NotReachable::NotResolved(error) => Self::Resolve(error),
        }
    }
}

/// Why a sign-in could not be begun or finished.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("the issuer does not answer")]
    Unreachable(#[source] FenceError),
    /// What the issuer publishes about itself is missing, unreadable or about somebody else.
    #[error("the issuer's description of itself cannot be used")]
    Description(#[source] Box<DiscoveryError<FenceError>>),
    #[error("the issuer publishes no {0}")]
    Missing(&'static str),
    /// The code is not, or no longer, good.
    #[error("the issuer does not take the code")]
    CodeRefused,
    /// The issuer does not take us: client id, secret or redirect address are wrong.
    #[error("the issuer refused the client: {code}")]
    ClientRefused { code: String },
    #[error("the issuer's token answer cannot be used")]
    TokenAnswer(#[source] Box<TokenError>),
    /// The answer is not from the issuer that was asked.
    #[error("the answer is from another issuer")]
    OtherIssuer,
    #[error("the issuer sent no ID token")]
    NoIdToken,
    #[error("the ID token does not hold")]
    IdToken(#[source] ClaimsVerificationError),
    #[error("the ID token was made for another client")]
    OtherClient,
    #[error("the access token does not belong to the ID token")]
    OtherAccessToken,
    #[error("the issuer's answer about the person cannot be used")]
    UserInfo(#[source] Box<UserInfoError<FenceError>>),
}

impl From<DiscoveryError<FenceError>> for OidcError {
    fn from(error: DiscoveryError<FenceError>) -> Self {
        match error {
            DiscoveryError::Request(fence) => Self::Unreachable(fence),
            other => Self::Description(Box::new(other)),
        }
    }
}

impl From<TokenError> for OidcError {
    fn from(error: TokenError) -> Self {
        match error {
            RequestTokenError::Request(fence) => Self::Unreachable(fence),
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidGrant => Self::CodeRefused,
                other => Self::ClientRefused { code: other.as_ref().to_owned() },
            },
            other => Self::TokenAnswer(Box::new(other)),
        }
    }
}

impl From<UserInfoError<FenceError>> for OidcError {
    fn from(error: UserInfoError<FenceError>) -> Self {
        match error {
            UserInfoError::Request(fence) => Self::Unreachable(fence),
            other => Self::UserInfo(Box::new(other)),
        }
    }
}

//! What leaves with a browser, what stays here meanwhile, and what comes back.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::Url;

/// Random bytes that an attempt is made from: a third each for state, nonce and PKCE verifier.
pub const SEED: usize = 96;

/// What the server keeps while a browser is at the issuer. Good for one answer: whoever keeps it must
/// forget it before the answer is looked at.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// Where the browser was sent.
    pub issuer: String,
    /// Comes back with the answer, and shows that this browser asked for it.
    pub state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

impl Attempt {
    pub(crate) fn new(issuer: &str, seed: &[u8; SEED]) -> Self {
        let part = |from: usize| URL_SAFE_NO_PAD.encode(&seed[from..from + SEED / 3]);
        Self {
            issuer: issuer.to_owned(),
            state: part(0),
            nonce: part(SEED / 3),
            verifier: part(2 * SEED / 3),
        }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The beginning of a sign-in.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where the browser goes.
    pub address: Url,
    /// What stays here.
    pub attempt: Attempt,
}

/// What the browser brought back, when it brought no error.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub code: &'a str,
    /// Who says that they answer (RFC 9207); not every issuer sends it.
    pub issuer: Option<&'a str>,
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Who somebody is in the words of the issuer, after every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    /// The issuer's name for the person; never given to somebody else.
    pub subject: String,
    pub email: Option<String>,
    /// Whether the issuer says that the address is theirs. Silence is no.
    pub is_email_verified: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_secrets_are_apart_and_long_enough() {
        let seed: [u8; SEED] = std::array::from_fn(|i| u8::try_from(i).unwrap_or_default());
        let attempt = Attempt::new("https://id.example", &seed);
        assert_ne!(attempt.state, attempt.nonce);
        assert_ne!(attempt.nonce, attempt.verifier);
        // RFC 7636: at least 43 characters.
        assert_eq!(attempt.verifier.len(), 43);
        let shown = format!("{attempt:?}");
        assert!(!shown.contains(&attempt.nonce) && !shown.contains(&attempt.verifier), "{shown}");
    }
}

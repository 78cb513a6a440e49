//! Signing in at the executable with an identity provider written by others (npm `oidc-provider`).

mod answers;
mod browser;
mod entering;
mod issuer;
mod kept;
mod sessions;
mod site;

//! What an issuer may not do to us. A sign-in at an issuer written by others is in the server's tests.
#![expect(clippy::unwrap_used, reason = "an issuer of a test that cannot go on ends the test")]

mod fence;
mod scripted;
mod tokens;

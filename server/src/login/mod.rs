//! Signing in with an identity provider: out of the door, and back in.
//!
//! Both are GET because a browser comes back that way, and goes to another site only that way. Neither
//! changes anything but the visitor's own session; the record is written when somebody comes in or is refused.

mod back;
mod options;
mod pending;
mod start;

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use usher_app::{AppState, SignInDoor};
use usher_oidc::Provider;

pub(crate) use options::SignIn;

/// The identity providers, in the order in which they were configured. A door is known by its position,
/// which is part of the address that is registered there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doors(Arc<Vec<(String, Provider)>>);

impl Doors {
    /// The provider behind a door, as the address counts: from 1.
    fn provider(&self, door: usize) -> Option<&Provider> {
        self.0.get(door.checked_sub(1)?).map(|(_, provider)| provider)
    }

    /// What the sign-in page offers.
    pub(crate) fn offered(&self) -> Arc<[SignInDoor]> {
        let doors = self.0.iter().zip(1_usize..);
        doors
            .map(|((label, _), door)| SignInDoor {
                path: format!("/sign-in/oidc/{door}"),
                label: label.clone(),
            })
            .collect()
    }
}

pub(crate) fn routes(doors: Doors) -> Router<AppState> {
    Router::new()
        .route("/sign-in/oidc/{door}", get(start::start))
        .route("/sign-in/oidc/{door}/callback", get(back::back))
        .layer(Extension(doors))
}

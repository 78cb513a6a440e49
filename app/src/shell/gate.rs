//! Pages for somebody who is not, or not yet, inside: signing in, and what went wrong.

use leptos::prelude::*;
use usher_ui::{Glyph, Icon};

use super::document::{Head, Look, document, render};
use crate::words::t;

/// What the frame of such a page shows.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Name of this page, for the window.
    pub title: String,
    /// Colours and density, when they are known.
    pub look: Look,
    /// Words at the bottom, such as whom to call; may be empty.
    pub foot: String,
}

/// A page outside the frame. `body` starts with an `h1`; `beside` fills the right half, such as the
/// people of a demonstration, and is headed by an `h2`.
pub fn gate<F, V>(gate: Gate, body: F, beside: Option<AnyView>) -> String
where
    F: FnOnce() -> V,
    V: IntoView + 'static,
{
    render(|| {
        let head = Head { title: gate.title, look: gate.look, nonce: None };
        let class = if beside.is_some() { "gate" } else { "gate alone" };
        let foot = (!gate.foot.is_empty()).then(|| view! { <p class="last">{gate.foot}</p> });
        let beside = beside.map(|beside| {
            view! {
                <aside class="gate-more" aria-label=t("gate-more")>
                    {beside}
                </aside>
            }
        });
        let inside = view! {
            <main class=class id="main" tabindex="-1">
                <div class="gate-form">
                    <p class="brand">
                        <Icon glyph=Glyph::Mark large=true />
                        {t("shell-product")}
                    </p>
                    {body().into_any()}
                    {foot}
                </div>
                {beside}
            </main>
        };
        document(head, inside.into_any())
    })
}

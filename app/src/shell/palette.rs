//! The way to anything by a part of its name: a link to the page that searches, and the palette that opens instead
//! where scripts run.

use leptos::prelude::*;
use usher_islands::{Palette, PaletteWords};
use usher_ui::{Glyph, Icon, Kept};

use crate::words::t;

/// The link in the bar; `start.js` turns it into the palette's button.
pub(super) fn trigger() -> AnyView {
    static KEPT: Kept = Kept::new();
    KEPT.view(draw_trigger)
}

fn draw_trigger() -> AnyView {
    view! {
        <a class="btn find" href="/search" data-opens="palette" aria-keyshortcuts="Control+K Meta+K">
            <Icon glyph=Glyph::Search />
            <span>{t("shell-search")}</span>
            <kbd aria-hidden="true">{t("palette-keys")}</kbd>
        </a>
    }
    .into_any()
}

/// The palette, closed. It holds nothing but its field until somebody types.
pub(super) fn dialog() -> AnyView {
    static KEPT: Kept = Kept::new();
    KEPT.view(draw_dialog)
}

fn draw_dialog() -> AnyView {
    let words = PaletteWords {
        label: t("palette-label"),
        example: t("palette-example"),
        found: t("palette-found"),
        failed: t("palette-failed"),
        hint: t("palette-hint"),
        close: t("palette-close"),
    };
    view! { <Palette words /> }.into_any()
}

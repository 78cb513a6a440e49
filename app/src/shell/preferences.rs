//! The menu behind the initials: colours, density, the way out.

use leptos::prelude::*;
use usher_ui::{Button, ButtonKind, Choice, Segment};

use super::{Density, Frame, SingleKeys, Theme};
use crate::form::Flash;
use crate::words::t;

fn theme_words(theme: Theme) -> String {
    match theme {
        Theme::System => t("preferences-theme-system"),
        Theme::Light => t("preferences-theme-light"),
        Theme::Dark => t("preferences-theme-dark"),
    }
}

fn density_words(density: Density) -> String {
    match density {
        Density::Comfortable => t("preferences-density-comfortable"),
        Density::Compact => t("preferences-density-compact"),
    }
}

fn keys_words(keys: SingleKeys) -> String {
    match keys {
        SingleKeys::On => t("preferences-keys-on"),
        SingleKeys::Off => t("preferences-keys-off"),
    }
}

/// What the page says after the choice was kept.
pub fn preferences_kept() -> Flash {
    Flash::done("preferences-kept", [])
}

/// Two forms in a box that floats: `POST /preferences` with `theme`, `density`, `keys` and
/// `return_to`, and `POST /sign-out`. Colours and rows are seen at once, by style alone.
pub(super) fn menu(frame: &Frame) -> AnyView {
    let themes = Theme::ALL
        .map(|theme| Choice::new(theme.word(), theme_words(theme), frame.look.theme.word()));
    let densities = Density::ALL.map(|density| {
        Choice::new(density.word(), density_words(density), frame.look.density.word())
    });
    let keys = SingleKeys::ALL
        .map(|keys| Choice::new(keys.word(), keys_words(keys), frame.look.single_keys.word()));
    view! {
        <div class="float" id="me" popover="auto">
            <strong>{frame.person.name.clone()}</strong>
            <form method="post" action="/preferences">
                <input type="hidden" name="return_to" value=frame.here.clone() />
                <Segment name="theme" legend=t("preferences-colours") choices=themes.into() small=true />
                <Segment name="density" legend=t("preferences-rows") choices=densities.into() small=true />
                <Segment name="keys" legend=t("preferences-keys") choices=keys.into() small=true />
                <Button small=true>{t("preferences-save")}</Button>
            </form>
            <hr />
            <form method="post" action="/sign-out">
                <Button small=true kind=ButtonKind::Bare>
                    {t("preferences-sign-out")}
                </Button>
            </form>
        </div>
    }
    .into_any()
}

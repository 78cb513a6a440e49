//! The menu behind the initials: colours, density, the way out.

use leptos::prelude::*;
use usher_ui::{Button, ButtonKind, Choice, Kept, Segment};

use super::{Density, Frame, Look, SingleKeys, Theme};
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
    static SIGN_OUT: Kept = Kept::new();
    view! {
        <div class="float" id="me" popover="auto">
            <strong>{frame.person.name.clone()}</strong>
            <form method="post" action="/preferences">
                <input type="hidden" name="return_to" value=frame.here.clone() />
                {choices(frame.look)}
            </form>
            {SIGN_OUT.view(sign_out)}
        </div>
    }
    .into_any()
}

/// What may be chosen, with what was; there are twelve ways to choose.
fn choices(look: Look) -> AnyView {
    static KEPT: [[[Kept; 2]; 2]; 3] = [const { [const { [const { Kept::new() }; 2] }; 2] }; 3];
    let kept = &KEPT[look.theme as usize][look.density as usize][look.single_keys as usize];
    kept.view(|| draw_choices(look))
}

fn draw_choices(look: Look) -> AnyView {
    let themes =
        Theme::ALL.map(|theme| Choice::new(theme.word(), theme_words(theme), look.theme.word()));
    let densities = Density::ALL
        .map(|density| Choice::new(density.word(), density_words(density), look.density.word()));
    let keys = SingleKeys::ALL
        .map(|keys| Choice::new(keys.word(), keys_words(keys), look.single_keys.word()));
    view! {
        <Segment name="theme" legend=t("preferences-colours") choices=themes.into() small=true />
        <Segment name="density" legend=t("preferences-rows") choices=densities.into() small=true />
        <Segment name="keys" legend=t("preferences-keys") choices=keys.into() small=true />
        <Button small=true>{t("preferences-save")}</Button>
    }
    .into_any()
}

fn sign_out() -> AnyView {
    view! {
        <hr />
        <form method="post" action="/sign-out">
            <Button small=true kind=ButtonKind::Bare>
                {t("preferences-sign-out")}
            </Button>
        </form>
    }
    .into_any()
}

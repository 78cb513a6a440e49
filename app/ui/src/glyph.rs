//! Icons: symbols of one sprite file that the browser fetches once.

use leptos::prelude::*;

use crate::Markup;

/// Address of the sprite, given as context by whoever renders the page. Without it an icon points
/// at a symbol inside the page.
#[derive(Clone, Copy, Debug)]
pub struct Sprite(pub &'static str);

macro_rules! glyphs {
    ($($variant:ident = $id:literal,)+) => {
        /// The symbols of `public/icons.svg` (Lucide, ISC; the mark is Usher's own).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $(#[doc = $id] $variant,)+ }

        impl Glyph {
            /// All of them.
            pub const ALL: &'static [Glyph] = &[$(Glyph::$variant,)+];

            /// The symbol's name without its `i-`.
            pub fn id(self) -> &'static str {
                match self { $(Glyph::$variant => $id,)+ }
            }
        }
    };
}

glyphs! {
    Activity = "activity",
    Applied = "applied",
    Ask = "ask",
    Bad = "bad",
    Ban = "ban",
    Building = "building-2",
    CalendarClock = "calendar-clock",
    Download = "download",
    Fingerprint = "fingerprint",
    Held = "held",
    Home = "home",
    Hourglass = "hourglass",
    Key = "key",
    Link = "link",
    ListChecks = "list-checks",
    Mark = "mark",
    Menu = "menu",
    Off = "off",
    Plug = "plug",
    Plus = "plus",
    Power = "power",
    Printer = "printer",
    Run = "run",
    Scale = "scale",
    ScrollText = "scroll-text",
    Search = "search",
    Send = "send",
    ShieldAlert = "shield-alert",
    ShieldCheck = "shield-check",
    Siren = "siren",
    Stamp = "stamp",
    Todo = "todo",
    Undo = "undo-2",
    User = "user-round",
    UserX = "user-x",
    Users = "users",
    Verified = "verified",
    Wait = "wait",
    Warn = "warn",
    X = "x",
}

/// One icon. It is hidden from screen readers: the words beside it say the same.
#[component]
pub fn Icon(glyph: Glyph, #[prop(optional)] large: bool) -> impl IntoView {
    Markup::drawn(|markup| {
        markup.icon(glyph, large);
    })
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    const SPRITE: &str = include_str!("../../../public/icons.svg");

    #[test]
    fn every_glyph_is_in_the_sprite_and_the_sprite_holds_nothing_else() {
        let drawn: Vec<&str> = SPRITE
            .split("<symbol id=\"i-")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let named: Vec<&str> = Glyph::ALL.iter().map(|glyph| glyph.id()).collect();
        assert_eq!(named, drawn);
    }
}

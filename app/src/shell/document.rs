//! The document itself, and how a view becomes text.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use memchr::memmem;
use usher_assets::url;
use usher_ui::{Kept, Sprite};

use crate::words::{t, t_with};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in forms, cookies and attributes.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word; an unknown one means the device decides.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }
}

/// How close rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Rows of 36 px.
    #[default]
    Comfortable,
    /// Rows of 32 px.
    Compact,
}

impl Density {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Comfortable, Self::Compact];

    /// The word in forms, cookies and attributes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    /// Reads the word; an unknown one means comfortable.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|density| density.word() == word).unwrap_or_default()
    }
}

/// Whether single keys do something. Whoever dictates, or has a hand that slips, turns them off (WCAG 2.1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SingleKeys {
    /// They move, open and ask.
    #[default]
    On,
    /// They do nothing.
    Off,
}

impl SingleKeys {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::On, Self::Off];

    /// The word in forms and cookies.
    pub fn word(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// Reads the word; an unknown one means on.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|keys| keys.word() == word).unwrap_or_default()
    }
}

/// What somebody chose about the look and the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Light or dark.
    pub theme: Theme,
    /// How close rows stand.
    pub density: Density,
    /// Whether single keys do something.
    pub single_keys: SingleKeys,
}

/// What the head of the document needs.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) look: Look,
    /// Nonce for the one script; a page for somebody who is not inside names no script at all.
    pub(super) nonce: Option<String>,
}

/// The `html` element. `inside` follows the skip link and holds an element with the id `main`.
pub(super) fn document(head: Head, inside: AnyView) -> AnyView {
    static FILES: Kept = Kept::new();
    static SKIP: Kept = Kept::new();
    let title = t_with(
        "shell-page-title",
        &[("page", head.title.into()), ("product", t("shell-product").into())],
    );
    let theme = (head.look.theme != Theme::System).then(|| head.look.theme.word());
    let density = (head.look.density != Density::default()).then(|| head.look.density.word());
    let start = head.nonce.and_then(start);
    view! {
        <html lang="en-GB" data-theme=theme data-density=density>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=theme.unwrap_or("light dark") />
                <title>{title}</title>
                {FILES.view(files)}
                {start}
            </head>
            <body>
                {SKIP.view(skip)}
                {inside}
            </body>
        </html>
    }
    .into_any()
}

/// The files of every page.
fn files() -> AnyView {
    let fonts = ["fonts/inter-latin.woff2", "fonts/newsreader-latin.woff2"]
        .map(|font| view! { <link rel="preload" href=url(font) r#as="font" r#type="font/woff2" crossorigin="" /> });
    view! {
        <link rel="stylesheet" href=url("app.css") />
        {fonts}
        <link rel="icon" r#type="image/svg+xml" href=url("favicon.svg") />
    }
    .into_any()
}

fn skip() -> AnyView {
    view! {
        <a class="skip" href="#main">
            {t("shell-skip")}
        </a>
    }
    .into_any()
}

/// The module that fetches the islands when one is first used; absent when they were not built.
fn start(nonce: String) -> Option<AnyView> {
    let [start, module, wasm] = ["start.js", "islands.js", "islands_bg.wasm"]
        .map(|name| usher_assets::named(&format!("pkg/{name}")).map(|asset| asset.path));
    let (start, module, wasm) = (start?, module?, wasm?);
    Some(
        view! {
            <script r#type="module" src=start nonce=nonce data-module=module data-wasm=wasm></script>
        }
        .into_any(),
    )
}

/// Renders a view to text. The view is made inside, because components run while it is made; they
/// find the sprite of icons in their context.
pub fn render<F, V>(view: F) -> String
where
    F: FnOnce() -> V,
    V: IntoView + 'static,
{
    // Whatever is inside an island asks what is taken over by the browser: islands are, the rest is not.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Sprite(url("icons.svg")));
        view().into_view().to_html()
    });
    owner.unset_with_forced_cleanup();
    let html = without_markers(&html);
    if html.starts_with("<html") { format!("<!doctype html>{html}") } else { html }
}

/// Leptos puts `<!>` between nodes so that a browser could take the page over. Pages are never
/// taken over; only islands are, and inside them the markers stay. Words and attributes are
/// escaped, so that the three characters cannot stand for themselves.
fn without_markers(html: &str) -> String {
    const MARKER: &str = "<!>";
    const OPEN: &str = "<leptos-island";
    const CLOSE: &str = "</leptos-island>";
    let find = |text: &str, what: &str| memmem::find(text.as_bytes(), what.as_bytes());
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    loop {
        let (page, island) = find(rest, OPEN).map_or((rest, ""), |start| rest.split_at(start));
        let mut from = 0;
        for marker in memmem::find_iter(page.as_bytes(), MARKER) {
            kept.push_str(page.get(from..marker).unwrap_or_default());
            from = marker + MARKER.len();
        }
        kept.push_str(page.get(from..).unwrap_or_default());
        if island.is_empty() {
            return kept;
        }
        let end = find(island, CLOSE).map_or(island.len(), |start| start + CLOSE.len());
        let (whole, after) = island.split_at(end);
        kept.push_str(whole);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::{Density, SingleKeys, Theme, render, without_markers};

    #[test]
    fn markers_go_except_inside_islands() {
        assert_eq!(
            without_markers("a<!>b<leptos-island x>c<!>d</leptos-island>e<!>f"),
            "ab<leptos-island x>c<!>d</leptos-island>ef"
        );
    }

    #[test]
    fn what_a_person_typed_is_escaped_and_kept_whole() {
        let typed = "<!><script>alert(1)</script> \"O'Brien\" & co";
        let html = render(move || view! { <p title=typed>{typed}</p> });
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("&lt;!&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn words_are_read_back_and_unknown_ones_are_the_default() {
        for theme in Theme::ALL {
            assert_eq!(Theme::of_word(theme.word()), theme);
        }
        for density in Density::ALL {
            assert_eq!(Density::of_word(density.word()), density);
        }
        for keys in SingleKeys::ALL {
            assert_eq!(SingleKeys::of_word(keys.word()), keys);
        }
        assert_eq!(Theme::of_word("neon"), Theme::System);
        assert_eq!(Density::of_word(""), Density::Comfortable);
    }
}

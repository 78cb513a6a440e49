//! Going anywhere by typing a part of its name.
//!
//! The dialog is a search form, which a page without this crate does not open: its button is a link to the page that
//! searches. `start.js` opens the dialog; this island answers while somebody types.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition, UrlSearchParams};

use crate::{ask, dom};

/// Who types fast is asked once.
const PAUSE: Duration = Duration::from_millis(120);
/// Id of the dialog; `start.js` knows it as well.
const DIALOG: &str = "palette";
const LIST: &str = "palette-found";

/// What the palette says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaletteWords {
    /// Name of the dialog and of its field.
    pub label: String,
    /// An example inside the empty field.
    pub example: String,
    /// Name of the list.
    pub found: String,
    /// The server did not answer.
    pub failed: String,
    /// How to choose, by key.
    pub hint: String,
    /// The button that closes it.
    pub close: String,
}

/// What fits the words that were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The words that this answers.
    pub text: String,
    /// How much was found, in words.
    pub said: String,
    /// Things of one kind together.
    pub groups: Vec<FoundGroup>,
}

/// Things of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// The kind, such as "People".
    pub label: String,
    /// What leads there.
    pub entries: Vec<FoundEntry>,
}

/// One thing to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundEntry {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub title: String,
    /// What tells it from others of that name; may be empty.
    pub note: String,
}

#[derive(Clone, Copy)]
struct Search {
    text: RwSignal<String>,
    found: RwSignal<Found>,
    failed: RwSignal<bool>,
    /// Place of the entry that Enter opens, over all groups.
    at: RwSignal<usize>,
    /// Enter was pressed before the answer to what was typed had come.
    hurries: RwSignal<bool>,
}

impl Search {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            found: RwSignal::new(Found::default()),
            failed: RwSignal::new(false),
            at: RwSignal::new(0),
            hurries: RwSignal::new(false),
        }
    }

    /// Asks when nothing more was typed for a moment. An answer to what is not asked any more is dropped.
    fn ask(self, text: String, pause: Duration) {
        set_timeout(
            move || {
                if self.text.get_untracked() == text {
                    spawn_local(async move { self.take(&text, answer(&text).await) });
                }
            },
            pause,
        );
    }

    fn take(self, text: &str, answer: Option<Found>) {
        if self.text.get_untracked() != text {
            return;
        }
        self.failed.set(answer.is_none());
        self.at.set(0);
        self.found.set(answer.unwrap_or_default());
        if self.hurries.get_untracked() {
            self.hurries.set(false);
            self.open();
        }
    }

    fn entries(self) -> Vec<FoundEntry> {
        self.found.get().groups.into_iter().flat_map(|group| group.entries).collect()
    }

    fn count(self) -> usize {
        self.found.with(|found| found.groups.iter().map(|group| group.entries.len()).sum())
    }

    fn move_by(self, forwards: bool) {
        let count = untrack(|| self.count());
        if count == 0 {
            return;
        }
        let step = if forwards { 1 } else { count - 1 };
        self.at.update(|at| *at = (*at + step) % count);
        if let Some(entry) = dom::by_id(&id_of(self.at.get_untracked())) {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            entry.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }

    /// Goes to the entry, or to the page that searches when there is none.
    fn open(self) {
        let entry = untrack(|| self.entries()).into_iter().nth(self.at.get_untracked());
        let href =
            entry.map_or_else(|| query("/search", &self.text.get_untracked()), |entry| entry.href);
        if let Some(dialog) = dom::dialog(DIALOG) {
            dialog.close();
        }
        drop(window().location().assign(&href));
    }

    fn pressed(self, key: &KeyboardEvent) {
        match key.key().as_str() {
            "ArrowDown" => self.move_by(true),
            "ArrowUp" => self.move_by(false),
            _ => return,
        }
        key.prevent_default();
    }

    fn submitted(self, event: &SubmitEvent) {
        event.prevent_default();
        let is_answered =
            self.text.with_untracked(|text| self.found.with_untracked(|found| found.text == *text));
        if is_answered || self.failed.get_untracked() {
            self.open()
        } else {
            self.hurries.set(true)
        }
    }
}

async fn answer(text: &str) -> Option<Found> {
    let body = ask::text(&query("/search/palette", text)).await.ok()?;
    serde_json::from_str(&body).ok()
}

fn query(path: &str, text: &str) -> String {
    let Ok(query) = UrlSearchParams::new() else { return path.to_owned() };
    query.append("q", text);
    format!("{path}?{}", query.to_string())
}

fn id_of(place: usize) -> String {
    format!("palette-{place}")
}

/// The palette, closed.
#[island]
pub fn Palette(words: PaletteWords) -> impl IntoView {
    let search = Search::new();
    let field = NodeRef::<Input>::new();
    Effect::new(move |before: Option<()>| {
        // What was typed while this was being fetched counts as well.
        if before.is_none()
            && let Some(field) = field.get_untracked()
        {
            search.text.set(field.value());
        }
        search.ask(search.text.get(), if before.is_some() { PAUSE } else { Duration::ZERO });
    });
    let (failed, label) = (words.failed, words.label.clone());
    let said = move || if search.failed.get() { failed.clone() } else { search.found.get().said };
    let active = move || (search.count() > 0).then(|| id_of(search.at.get()));
    view! {
        <dialog class="palette" id=DIALOG aria-label=label on:click=move |event| dom::close_beside(&event)>
            <form role="search" action="/search" method="get" on:submit=move |event| search.submitted(&event)>
                <input
                    class="in"
                    type="text"
                    name="q"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="100"
                    autofocus
                    aria-label=words.label
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-expanded=move || (search.count() > 0).to_string()
                    aria-activedescendant=active
                    placeholder=words.example
                    node_ref=field
                    on:input=move |event| search.text.set(event_target_value(&event))
                    on:keydown=move |key| search.pressed(&key)
                />
            </form>
            <div class="found" id=LIST role="listbox" aria-label=words.found>
                {move || groups(search)}
            </div>
            <form class="said" method="dialog">
                <span role="status">{said}</span>
                <span class="by-key">{words.hint}</span>
                <button class="btn bare sm">{words.close}</button>
            </form>
        </dialog>
    }
}

fn groups(search: Search) -> Vec<AnyView> {
    let mut place = 0;
    let mut drawn = Vec::new();
    for group in search.found.get().groups {
        let mut entries = Vec::new();
        for found in group.entries {
            entries.push(entry(search, place, found));
            place += 1;
        }
        let label = group.label.clone();
        drawn.push(
            view! {
                <div role="group" aria-label=label>
                    <p aria-hidden="true">{group.label}</p>
                    {entries}
                </div>
            }
            .into_any(),
        );
    }
    drawn
}

fn entry(search: Search, place: usize, found: FoundEntry) -> AnyView {
    let selected = move || (search.at.get() == place).to_string();
    let note = (!found.note.is_empty()).then(|| view! { <small>{found.note}</small> });
    view! {
        <a role="option" id=id_of(place) href=found.href tabindex="-1" aria-selected=selected>
            <b>{found.title}</b>
            {note}
        </a>
    }
    .into_any()
}

//! Choosing what to ask for while typing.
//!
//! The boxes of the page stay what they are and are what the form sends. This island does what the buttons *Show* and
//! *Check* do, at the moment it is worth it: it asks for the same page with what is chosen so far, and puts the parts
//! that changed in the place of the old ones.

use std::time::Duration;

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{
    DomParser, FormData, HtmlFormElement, HtmlInputElement, SupportedType, UrlSearchParams,
};

use crate::{ask, dom};

const PAUSE: Duration = Duration::from_millis(150);
const FORM: &str = ".picker form";
const FIELD: &str = ".picker input[name=q]";
const BOXES: &str = "#live-items input:not(:disabled)";
/// Parts of the page that follow from what is chosen.
const CONSEQUENCES: [&str; 3] = ["live-length", "live-path", "live-send"];
const ITEMS: &str = "live-items";

/// Number of the last question, so that an answer that comes late is dropped.
#[derive(Clone, Copy)]
struct Picker {
    asked: RwSignal<u32>,
}

impl Picker {
    /// Asks for the page as it would be with what is typed and ticked, and takes over the parts.
    fn ask(self, parts: Vec<&'static str>, pause: Duration, then: fn()) {
        let number = self.asked.get_untracked().wrapping_add(1);
        self.asked.set(number);
        set_timeout(
            move || {
                if self.asked.get_untracked() == number {
                    spawn_local(async move {
                        let Some(path) = path() else { return };
                        let page = ask::text(&path).await;
                        if self.asked.get_untracked() == number
                            && let Ok(page) = page
                        {
                            take_over(&page, &parts);
                            then();
                        }
                    });
                }
            },
            pause,
        );
    }

    fn typed(self, event: &Event) {
        if dom::target(event, FIELD).is_some() {
            self.ask(vec![ITEMS], PAUSE, || ());
        }
    }

    fn changed(self, event: &Event) {
        if dom::target(event, BOXES).is_some() {
            self.ask(CONSEQUENCES.to_vec(), PAUSE, || ());
        } else if dom::target(event, "input[name=for]").is_some() {
            // What is held or asked for already is another matter for another person.
            let parts = CONSEQUENCES.into_iter().chain([ITEMS]).collect();
            self.ask(parts, Duration::ZERO, || ());
        }
    }

    fn pressed(self, key: &KeyboardEvent) {
        let field = dom::target(key, FIELD);
        let ticked = dom::target(key, BOXES);
        match (key.key().as_str(), field, ticked) {
            ("ArrowDown", Some(_), _) => step(None, true),
            // Not the first box of the list as it is: what was typed may not be answered yet.
            ("Enter", Some(_), _) => self.ask(vec![ITEMS], Duration::ZERO, || step(None, true)),
            ("ArrowDown", _, Some(at)) => step(Some(&at), true),
            ("ArrowUp", _, Some(at)) => step(Some(&at), false),
            ("Enter", _, Some(at)) => at.click(),
            ("Escape", _, Some(_)) => leave(),
            _ => return,
        }
        key.prevent_default();
    }
}

/// From box to box; above the first is the field.
fn step(from: Option<&web_sys::HtmlElement>, forwards: bool) {
    let boxes = dom::all(BOXES);
    let at = from.and_then(|from| boxes.iter().position(|one| one == from));
    let next = match (at, forwards) {
        (None, _) => Some(0),
        (Some(at), true) => Some(at + 1),
        (Some(at), false) => at.checked_sub(1),
    };
    match next {
        Some(next) => {
            if let Some(next) = boxes.get(next) {
                dom::focus(next);
            }
        }
        None => leave(),
    }
}

fn leave() {
    if let Some(field) = dom::first(FIELD) {
        dom::focus(&field);
    }
}

/// The path of the form's own page with what is typed and ticked, but without the words that only whoever decides is
/// to read.
fn path() -> Option<String> {
    let form: HtmlFormElement = dom::first(FORM)?.dyn_into().ok()?;
    let fields = FormData::new_with_form(&form).ok()?;
    fields.delete("key");
    fields.delete("reason");
    let query = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    Some(format!("{}?{}", window().location().pathname().ok()?, query.to_string()))
}

fn take_over(page: &str, parts: &[&str]) {
    let page =
        DomParser::new().and_then(|parser| parser.parse_from_string(page, SupportedType::TextHtml));
    let Ok(page) = page else { return };
    for part in parts {
        if let (Some(old), Some(new)) = (dom::by_id(part), page.get_element_by_id(part)) {
            drop(old.replace_with_with_node_1(&new));
        }
    }
    // Only the words of this one change: it is read out when they do.
    if let (Some(old), Some(new)) = (dom::by_id("live-said"), page.get_element_by_id("live-said")) {
        old.set_text_content(new.text_content().as_deref());
    }
}

/// Whatever of the request form is about items: a field named `q` in a form, and the parts with the ids `live-items`,
/// `live-length`, `live-path`, `live-send` and `live-said`.
#[island]
pub fn ItemPicker(children: Children) -> impl IntoView {
    let picker = Picker { asked: RwSignal::new(0) };
    Effect::new(move |_| {
        // What was typed or ticked while this was being fetched counts as well.
        let typed = dom::first(FIELD).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        let parts = match typed {
            Some(field) if field.value() != field.default_value() => {
                CONSEQUENCES.into_iter().chain([ITEMS]).collect()
            }
            _ => CONSEQUENCES.to_vec(),
        };
        picker.ask(parts, Duration::ZERO, || ());
    });
    view! {
        <div
            class="picker"
            data-wakes="focus"
            on:input=move |event| picker.typed(&event)
            on:change=move |event| picker.changed(&event)
            on:keydown=move |key| picker.pressed(&key)
        >
            {children()}
        </div>
    }
}

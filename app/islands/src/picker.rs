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
    DomParser, Element, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, SupportedType,
    UrlSearchParams,
};

use crate::{ask, dom};

const PAUSE: Duration = Duration::from_millis(150);
const FORM: &str = ".picker form";
const FIELD: &str = ".picker input[name=q]";
const BOXES: &str = "#live-items input:not(:disabled)";
const LENGTHS: &str = "#live-length input";
/// Parts of the page that follow from what is chosen.
const CONSEQUENCES: [&str; 3] = ["live-length", "live-path", "live-send"];
const ITEMS: &str = "live-items";

#[derive(Clone, Copy)]
struct Picker {
    /// Number of the last question: an answer to an earlier one is dropped.
    asked: RwSignal<u32>,
    /// Parts that are older than what is typed and ticked.
    stale: RwSignal<Vec<&'static str>>,
}

impl Picker {
    /// Asks for the page as it would be with what is typed and ticked, and takes over the parts.
    fn ask(self, parts: &[&'static str], pause: Duration, then: fn()) {
        let number = self.asked.get_untracked().wrapping_add(1);
        self.asked.set(number);
        self.stale.update(|stale| {
            stale.retain(|part| !parts.contains(part));
            stale.extend(parts);
        });
        set_timeout(
            move || {
                if self.asked.get_untracked() == number {
                    spawn_local(async move {
                        let Some(path) = path() else { return };
                        let page = ask::text(&path).await;
                        if self.asked.get_untracked() == number
                            && let Ok(page) = page
                        {
                            take_over(&page, &self.stale.get_untracked());
                            self.stale.set(Vec::new());
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
            self.ask(&[ITEMS], PAUSE, || ());
        }
    }

    fn changed(self, event: &Event) {
        if dom::target(event, BOXES).is_some() || dom::target(event, LENGTHS).is_some() {
            self.ask(&CONSEQUENCES, PAUSE, || ());
        } else if dom::target(event, "input[name=for]").is_some() {
            // What is held or asked for already is another matter for another person.
            self.ask(&[&CONSEQUENCES[..], &[ITEMS]].concat(), Duration::ZERO, || ());
        }
    }

    fn pressed(self, key: &KeyboardEvent) {
        let field = dom::target(key, FIELD);
        let ticked = dom::target(key, BOXES);
        match (key.key().as_str(), field, ticked) {
            ("ArrowDown", Some(_), _) => step(None, true),
            // Not the first box of the list as it is: what was typed may not be answered yet.
            ("Enter", Some(_), _) => self.ask(&[ITEMS], Duration::ZERO, || step(None, true)),
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
fn step(from: Option<&HtmlElement>, forwards: bool) {
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
            let held = dom::focused().filter(|held| old.contains(Some(held)));
            drop(old.replace_with_with_node_1(&new));
            if let Some(held) = held.and_then(|held| same(&new, &held)) {
                dom::focus(&held);
            }
        }
    }
    // Only the words of this one change: it is read out when they do.
    if let (Some(old), Some(new)) = (dom::by_id("live-said"), page.get_element_by_id("live-said")) {
        old.set_text_content(new.text_content().as_deref());
    }
}

/// What took the place of the control that had the focus: the one with its value, else the first button.
fn same(part: &Element, was: &HtmlElement) -> Option<HtmlElement> {
    let value = was.get_attribute("value").filter(|value| !value.contains(['"', '\\']));
    let selector =
        value.map_or_else(|| "button".to_owned(), |value| format!("[value=\"{value}\"]"));
    part.query_selector(&selector).ok().flatten()?.dyn_into().ok()
}

/// Whether something was typed or ticked since the page was drawn.
fn is_touched() -> bool {
    dom::all(&format!("{FIELD}, {BOXES}"))
        .into_iter()
        .filter_map(|control| control.dyn_into::<HtmlInputElement>().ok())
        .any(|control| {
            control.checked() != control.default_checked()
                || (control.name() == "q" && control.value() != control.default_value())
        })
}

/// Whatever of the request form is about items: a field named `q` in a form, and the parts with the ids `live-items`,
/// `live-length`, `live-path`, `live-send` and `live-said`.
#[island]
pub fn ItemPicker(children: Children) -> impl IntoView {
    let picker = Picker { asked: RwSignal::new(0), stale: RwSignal::new(Vec::new()) };
    Effect::new(move |_| {
        // What was typed or ticked while this was being fetched counts as well.
        if is_touched() {
            picker.ask(&[&CONSEQUENCES[..], &[ITEMS]].concat(), Duration::ZERO, || ());
        }
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

//! Finding and moving in the page that the server drew.

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

pub(crate) fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

pub(crate) fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// What fits, in the order in which it stands on the page, without what is not shown.
pub(crate) fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length())
        .filter_map(|place| found.get(place)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_parent().is_some())
        .collect()
}

/// Where the keyboard is.
pub(crate) fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Puts the keyboard there; an element that cannot be reached stays as it is.
pub(crate) fn focus(element: &HtmlElement) {
    drop(element.focus());
}

/// The element on which something happened, when it fits.
pub(crate) fn target(event: &Event, selector: &str) -> Option<HtmlElement> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest(selector).ok().flatten()?.dyn_into().ok()
}

pub(crate) fn dialog(id: &str) -> Option<HtmlDialogElement> {
    by_id(id)?.dyn_into().ok()
}

/// A click on the dialog itself is a click beside what it holds.
pub(crate) fn close_beside(event: &Event) {
    let hit = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = hit {
        dialog.close();
    }
}

/// Whether a key was pressed for its own sake: alone, outside of fields, with nothing floating above the page.
pub(crate) fn is_bare(key: &KeyboardEvent) -> bool {
    const WRITING: &str =
        "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
    let is_alone = !(key.ctrl_key() || key.meta_key() || key.alt_key() || key.default_prevented());
    is_alone && target(key, WRITING).is_none() && first("dialog[open], :popover-open").is_none()
}

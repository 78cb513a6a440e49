//! The inbox by single keys.
//!
//! A key moves the focus, opens what has it, or asks before it decides: a decision is made by a button of the page
//! that says what it does, never by the key itself. Whoever turned single keys off gets no island (WCAG 2.1.4).

use leptos::ev::{self, Event, KeyboardEvent};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, HtmlTextAreaElement};

use crate::dom;

/// What j and k move over: lines of the list, or boxes of a table.
const STOPS: &str = ".keys .list li a, .keys tbody input.tick";
const HELP: &str = "keys-help";

/// What the keys say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InboxWords {
    /// Asks whether to approve, and names what.
    pub approve_question: String,
    /// What the words below are needed for, above the field; asks whether to deny, and names what.
    pub deny_question: String,
    /// Name of the field for the reason.
    pub reason: String,
    /// Who reads the reason.
    pub reason_hint: String,
    /// The button that approves.
    pub approve: String,
    /// The button that denies.
    pub deny: String,
    /// The button that does nothing.
    pub cancel: String,
    /// Heading of the list of keys.
    pub help: String,
    /// Where the keys are turned off.
    pub help_off: String,
    /// The button that closes the list of keys.
    pub close: String,
    /// The keys.
    pub shortcuts: Vec<Shortcut>,
}

/// One key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shortcut {
    /// What is written on it.
    pub key: String,
    /// What it does.
    pub words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Approve,
    Deny,
}

impl Act {
    const BOTH: [Self; 2] = [Self::Approve, Self::Deny];

    /// Value of the page's button, and the part of the address that asks at once.
    fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }

    /// Id of the dialog that asks.
    fn dialog(self) -> &'static str {
        match self {
            Self::Approve => "ask-approve",
            Self::Deny => "ask-deny",
        }
    }

    /// The button of the page that decides; absent where there is nothing to decide.
    fn button(self) -> Option<HtmlElement> {
        dom::first(&format!(".keys form button[name=decision][value={}]", self.word()))
    }

    /// Asks about what is open, or opens what has the focus and asks there.
    fn ask(self) {
        if let Some(line) = line_elsewhere() {
            let href =
                format!("{}#{}", line.get_attribute("href").unwrap_or_default(), self.word());
            drop(window().location().assign(&href));
        } else if self.button().is_some()
            && let Some(dialog) = dom::dialog(self.dialog())
        {
            if self == Self::Deny
                && let (Some(from), Some(to)) =
                    (reason(".keys form textarea[name=reason]"), reason("#ask-reason"))
            {
                to.set_value(&from.value());
            }
            drop(dialog.show_modal());
        }
    }

    /// What the dialog's button means: the page's own button is pressed.
    fn confirm(self, event: &Event) {
        event.prevent_default();
        if self == Self::Deny
            && let (Some(from), Some(to)) =
                (reason("#ask-reason"), reason(".keys form textarea[name=reason]"))
        {
            to.set_value(&from.value());
        }
        if let Some(dialog) = dom::dialog(self.dialog()) {
            dialog.close();
        }
        if let Some(button) = self.button() {
            button.click();
        }
    }
}

fn reason(selector: &str) -> Option<HtmlTextAreaElement> {
    dom::first(selector)?.dyn_into().ok()
}

/// The stop that has the focus.
fn stop() -> Option<HtmlElement> {
    dom::focused().filter(|element| element.matches(STOPS).unwrap_or(false))
}

/// The line that has the focus, when its card is not the one that is open.
fn line_elsewhere() -> Option<HtmlElement> {
    stop().filter(|line| line.has_attribute("href") && !line.has_attribute("aria-current"))
}

fn step(forwards: bool) {
    let stops = dom::all(STOPS);
    let at = stop()
        .and_then(|stop| stops.iter().position(|one| *one == stop))
        .or_else(|| stops.iter().position(|one| one.has_attribute("aria-current")));
    let next = match (at, forwards) {
        (None, _) => Some(0),
        (Some(at), true) => Some(at + 1),
        (Some(at), false) => at.checked_sub(1),
    };
    if let Some(next) = next.and_then(|next| stops.get(next)) {
        dom::focus(next);
    }
}

/// The line, or the link in the row of the box.
fn open() {
    let Some(stop) = stop() else { return };
    if stop.has_attribute("href") {
        return stop.click();
    }
    let row = stop.closest("tr").ok().flatten();
    let link = row.and_then(|row| row.query_selector("a").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

fn pressed(key: &KeyboardEvent) {
    if !dom::is_bare(key) {
        return;
    }
    match key.key().as_str() {
        "j" => step(true),
        "k" => step(false),
        "o" => open(),
        "x" => {
            if let Some(stop) = stop().filter(|stop| !stop.has_attribute("href")) {
                stop.click();
            }
        }
        "a" => Act::Approve.ask(),
        "d" => Act::Deny.ask(),
        "?" => {
            if let Some(help) = dom::dialog(HELP) {
                drop(help.show_modal());
            }
        }
        _ => return,
    }
    key.prevent_default();
}

/// Asks at once when the address says so, and only this once.
fn ask_by_address() {
    let location = window().location();
    let word = location.hash().unwrap_or_default();
    let Some(act) = Act::BOTH.into_iter().find(|act| word.strip_prefix('#') == Some(act.word()))
    else {
        return;
    };
    if let (Ok(path), Ok(history)) = (location.pathname(), window().history()) {
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
    }
    act.ask();
}

/// The inbox or a table of tasks, with the dialogs that ask and the list of keys. What it holds has at most one form
/// with buttons named `decision`, and a field named `reason`.
#[island]
pub fn InboxKeys(words: InboxWords, children: Children) -> impl IntoView {
    Effect::new(|_| {
        // It stays as long as the page.
        let _ = window_event_listener(ev::keydown, |key| pressed(&key));
        ask_by_address();
    });
    let lines = words
        .shortcuts
        .into_iter()
        .map(|line| {
            view! {
                <div>
                    <dt>
                        <kbd>{line.key}</kbd>
                    </dt>
                    <dd>{line.words}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="keys" data-wakes="keys">{children()}</div>
        <dialog class="ask" id=Act::Approve.dialog() aria-labelledby="ask-approve-words" on:click=|event| dom::close_beside(&event)>
            <form method="dialog" on:submit=|event| Act::Approve.confirm(&event)>
                <h2 id="ask-approve-words">{words.approve_question}</h2>
                <p class="acts">
                    <button class="btn go" type="submit" autofocus>
                        {words.approve}
                    </button>
                    <button class="btn" type="button" on:click=|_| close(Act::Approve.dialog())>
                        {words.cancel.clone()}
                    </button>
                </p>
            </form>
        </dialog>
        <dialog class="ask" id=Act::Deny.dialog() aria-labelledby="ask-deny-words" on:click=|event| dom::close_beside(&event)>
            <form method="dialog" on:submit=|event| Act::Deny.confirm(&event)>
                <h2 id="ask-deny-words">{words.deny_question}</h2>
                <div class="field">
                    <label for="ask-reason">{words.reason}</label>
                    <p class="hint" id="ask-reason-hint">
                        {words.reason_hint}
                    </p>
                    <textarea class="in" id="ask-reason" rows="3" maxlength="2000" required autofocus aria-describedby="ask-reason-hint"></textarea>
                </div>
                <p class="acts">
                    <button class="btn" type="submit">
                        {words.deny}
                    </button>
                    <button class="btn bare" type="button" on:click=|_| close(Act::Deny.dialog())>
                        {words.cancel}
                    </button>
                </p>
            </form>
        </dialog>
        <dialog class="ask" id=HELP aria-labelledby="keys-help-words" on:click=|event| dom::close_beside(&event)>
            <form method="dialog">
                <h2 id="keys-help-words">{words.help}</h2>
                <dl class="shortcuts">{lines}</dl>
                <p class="hint">{words.help_off}</p>
                <p class="acts">
                    <button class="btn" type="submit" autofocus>
                        {words.close}
                    </button>
                </p>
            </form>
        </dialog>
    }
}

fn close(id: &str) {
    if let Some(dialog) = dom::dialog(id) {
        dialog.close();
    }
}

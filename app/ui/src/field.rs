//! Fields of a form: label, hint, error and control, tied together by ids.
//!
//! A control's id is its name unless the page says otherwise, so that an error summary can link to
//! it by the name of the field.

use leptos::prelude::*;

use crate::{Glyph, Icon, Text};

/// A label, hint and error around any control. The control itself must carry `id`, and
/// [`described_by`] with the same arguments as its `aria-describedby`.
#[component]
pub fn Field(
    /// Id of the control.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    /// The word that marks a field as optional, such as "(optional)".
    #[prop(optional, into)]
    optional: Text,
    #[prop(optional)] small: bool,
    children: Children,
) -> impl IntoView {
    let class = field_class(small, error.is_some());
    view! {
        <div class=class>
            <label for=id.clone()>{label} {optional_word(optional)}</label>
            {hint_and_error(&id, hint, error)}
            {children()}
        </div>
    }
}

pub(crate) fn field_class(small: bool, wrong: bool) -> &'static str {
    match (small, wrong) {
        (false, false) => "field",
        (true, false) => "field sm",
        (false, true) => "field wrong",
        (true, true) => "field sm wrong",
    }
}

pub(crate) fn optional_word(optional: Text) -> Option<AnyView> {
    optional.get().map(|words| view! { <span class="opt">" " {words}</span> }.into_any())
}

pub(crate) fn hint_and_error(id: &str, hint: Text, error: Text) -> AnyView {
    let hint =
        hint.get().map(|words| view! { <p class="hint" id=format!("{id}-hint")>{words}</p> });
    let error = error.get().map(|words| {
        view! {
            <p class="err" id=format!("{id}-error")>
                <Icon glyph=Glyph::Bad />
                <span>{words}</span>
            </p>
        }
    });
    view! { {hint} {error} }.into_any()
}

/// The value of `aria-describedby` for a control with this id.
pub fn described_by(id: &str, hint: &Text, error: &Text) -> Option<String> {
    match (hint.is_some(), error.is_some()) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (true, true) => Some(format!("{id}-hint {id}-error")),
    }
}

fn invalid(error: &Text) -> Option<&'static str> {
    error.is_some().then_some("true")
}

/// A field of one line.
#[component]
pub fn TextInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// What was typed before, or the default.
    #[prop(optional, into)]
    value: Text,
    /// The `type` attribute: text, email, password, search, number, date, datetime-local, url.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    /// Id, when two fields on the page have the same name.
    #[prop(optional, into)]
    id: Text,
    #[prop(optional, into)] autocomplete: Text,
    #[prop(optional, into)] inputmode: Text,
    #[prop(optional, into)] min: Text,
    #[prop(optional, into)] max: Text,
    #[prop(optional, into)] step: Text,
    /// Most characters that are taken.
    #[prop(optional_no_strip, into)]
    maxlength: Option<u32>,
    /// Words that the browser offers while somebody types.
    #[prop(optional)]
    suggestions: Vec<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] short: bool,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let id = id.get().unwrap_or_else(|| name.clone());
    let list = (!suggestions.is_empty()).then(|| format!("{id}-list"));
    let datalist = list.clone().map(|list| {
        let options = suggestions
            .into_iter()
            .map(|word| view! { <option value=word></option> })
            .collect_view();
        view! { <datalist id=list>{options}</datalist> }
    });
    let (described, wrong) = (described_by(&id, &hint, &error), invalid(&error));
    let class = if short { "in short" } else { "in" };
    view! {
        <Field id=id.clone() label hint error optional small>
            <input
                class=class
                id=id
                name=name
                type=kind
                value=value.get()
                autocomplete=autocomplete.get()
                inputmode=inputmode.get()
                min=min.get()
                max=max.get()
                step=step.get()
                maxlength=maxlength
                list=list
                required=required
                autofocus=autofocus
                aria-describedby=described
                aria-invalid=wrong
            />
            {datalist}
        </Field>
    }
}

/// A field of several lines.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: Text,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    #[prop(optional, into)] id: Text,
    #[prop(default = 4)] rows: u8,
    #[prop(optional_no_strip, into)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] small: bool,
    /// Letters of one width, nothing corrected: what is written is a program's.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let id = id.get().unwrap_or_else(|| name.clone());
    let (described, wrong) = (described_by(&id, &hint, &error), invalid(&error));
    let class = if code { "in code" } else { "in" };
    view! {
        <Field id=id.clone() label hint error optional small>
            <textarea
                class=class
                spellcheck=code.then_some("false")
                autocapitalize=code.then_some("off")
                id=id
                name=name
                rows=rows.to_string()
                maxlength=maxlength
                required=required
                aria-describedby=described
                aria-invalid=wrong
                inner_html=textarea_content(&value.get().unwrap_or_default())
            ></textarea>
        </Field>
    }
}

/// Text for the inside of a `textarea`, where markup means nothing and a first line break would be
/// dropped by the browser. A text child would turn nothing into a blank.
fn textarea_content(value: &str) -> String {
    let escaped = value.replace('&', "&amp;").replace('<', "&lt;");
    if escaped.starts_with('\n') { format!("\n{escaped}") } else { escaped }
}

/// One choice of a [`Select`] or a [`Segment`](crate::Segment).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What a person reads.
    pub words: String,
    /// Whether it is the chosen one.
    pub chosen: bool,
    /// Whether it is shown but cannot be chosen.
    pub disabled: bool,
}

impl Choice {
    /// A choice that is chosen when `current` equals its value.
    pub fn new(value: impl Into<String>, words: impl Into<String>, current: &str) -> Self {
        let value = value.into();
        Self { chosen: value == current, words: words.into(), disabled: false, value }
    }
}

/// A field with a closed list.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    #[prop(optional, into)] id: Text,
    #[prop(optional)] required: bool,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let id = id.get().unwrap_or_else(|| name.clone());
    let (described, wrong) = (described_by(&id, &hint, &error), invalid(&error));
    let options = choices
        .into_iter()
        .map(|choice| {
            view! {
                <option value=choice.value selected=choice.chosen disabled=choice.disabled>
                    {choice.words}
                </option>
            }
        })
        .collect_view();
    view! {
        <Field id=id.clone() label hint error optional small>
            <select
                class="in"
                id=id
                name=name
                required=required
                aria-describedby=described
                aria-invalid=wrong
            >
                {options}
            </select>
        </Field>
    }
}

/// One line of an [`ErrorSummary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Id of the control; for a group the name of the group.
    pub field: String,
    /// What is to be corrected.
    pub words: String,
}

/// What is to be corrected, on top of the page, with a link to each field. Draws nothing when
/// nothing is wrong.
#[component]
pub fn ErrorSummary(
    /// Such as "Three things to correct".
    #[prop(into)]
    heading: String,
    /// What was kept and what did not happen.
    #[prop(optional, into)]
    kept: Text,
    faults: Vec<FieldFault>,
) -> impl IntoView {
    if faults.is_empty() {
        return None;
    }
    let lines = faults
        .into_iter()
        .map(|fault| {
            view! {
                <li>
                    <a href=format!("#{}", fault.field)>{fault.words}</a>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="error-summary">
            <h2 id="error-summary">{heading}</h2>
            {kept.get().map(|words| view! { <p>{words}</p> })}
            <ul>{lines}</ul>
        </div>
    })
}

#[cfg(test)]
mod tests {
    use super::textarea_content;

    #[test]
    fn a_text_area_gives_back_exactly_what_was_typed() {
        assert_eq!(textarea_content(""), "");
        assert_eq!(textarea_content("a </textarea><b> & c"), "a &lt;/textarea>&lt;b> &amp; c");
        assert_eq!(textarea_content("\nsecond line"), "\n\nsecond line");
    }
}

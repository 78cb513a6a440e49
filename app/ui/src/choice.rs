//! Choosing among few things that are all visible.

use leptos::prelude::*;

use crate::field::{described_by, field_class, hint_and_error, optional_word};
use crate::{Choice, Link, Said, Text};

/// One choice with an explanation. What cannot be chosen stays visible with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickRow {
    /// What is sent.
    pub value: String,
    /// Its name.
    pub title: String,
    /// What it means, or why it cannot be chosen.
    pub means: Text,
    /// A state at the end of the row.
    pub said: Option<Said>,
    /// A link below the words, such as whom to ask.
    pub more: Option<Link>,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it is shown but cannot be chosen.
    pub disabled: bool,
}

#[component]
fn Group(
    id: String,
    legend: String,
    hint: Text,
    error: Text,
    optional: Text,
    small: bool,
    children: Children,
) -> impl IntoView {
    let described = described_by(&id, &hint, &error);
    let class = field_class(small, error.is_some());
    view! {
        <fieldset class=class id=id.clone() tabindex="-1" aria-describedby=described>
            <legend>{legend} {optional_word(optional)}</legend>
            {hint_and_error(&id, hint, error)}
            {children()}
        </fieldset>
    }
}

/// A ruled list of choices with explanations; several may be chosen unless `single`.
#[component]
pub fn Pick(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    rows: Vec<PickRow>,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    #[prop(optional)] single: bool,
) -> impl IntoView {
    let kind = if single { "radio" } else { "checkbox" };
    let field = name.clone();
    let lines = rows
        .into_iter()
        .map(|row| {
            let more = row.more.map(|link| view! { <a href=link.href>{link.words}</a> });
            view! {
                <li>
                    <label>
                        <input
                            type=kind
                            name=field.clone()
                            value=row.value
                            checked=row.chosen
                            disabled=row.disabled
                        />
                        <span>
                            <b>{row.title}</b>
                            {row.means.get().map(|words| view! { <small>{words}</small> })}
                            {more}
                        </span>
                        {row.said.map(|said| view! { <span class="said">{said.view()}</span> })}
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <Group id=name legend hint error optional small=false>
            <ul class="pick">{lines}</ul>
        </Group>
    }
}

fn plain_row(kind: &'static str, name: String, row: PickRow) -> AnyView {
    view! {
        <label>
            <input type=kind name=name value=row.value checked=row.chosen disabled=row.disabled />
            <span>
                {row.title} {row.means.get().map(|words| view! { <small>{words}</small> })}
            </span>
        </label>
    }
    .into_any()
}

/// Radio buttons one below the other.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    rows: Vec<PickRow>,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let lines = rows.into_iter().map(|row| plain_row("radio", name.clone(), row)).collect_view();
    view! {
        <Group id=name legend hint error optional small>
            <div class="radios">{lines}</div>
        </Group>
    }
}

/// One box to tick, with its words beside it.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional, into)] means: Text,
    #[prop(optional)] checked: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let row =
        PickRow { value, title: label, means, chosen: checked, disabled, ..PickRow::default() };
    view! { <div class="field radios">{plain_row("checkbox", name, row)}</div> }
}

/// A box without visible words, for the rows of a table. `label` is what a screen reader says.
#[component]
pub fn RowCheck(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    /// Id of the form that takes it, when the table stands outside.
    #[prop(optional, into)]
    form: Text,
    #[prop(optional)] checked: bool,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            class="tick"
            name=name
            value=value
            form=form.get()
            aria-label=label
            checked=checked
            disabled=disabled
        />
    }
}

/// A ruled row of short words, one of which is chosen.
#[component]
pub fn Segment(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: Text,
    #[prop(optional, into)] error: Text,
    #[prop(optional, into)] optional: Text,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let lines = choices
        .into_iter()
        .map(|choice| {
            let id = format!("{name}-{}", choice.value);
            view! {
                <label>
                    <input
                        type="radio"
                        id=id
                        name=name.clone()
                        value=choice.value
                        checked=choice.chosen
                        disabled=choice.disabled
                    />
                    {choice.words}
                </label>
            }
        })
        .collect_view();
    let class = if small { "seg sm" } else { "seg" };
    view! {
        <Group id=name.clone() legend hint error optional small>
            <div class=class>{lines}</div>
        </Group>
    }
}

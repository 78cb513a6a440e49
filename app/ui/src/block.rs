//! The blocks of a page.

use leptos::prelude::*;

use crate::Text;

/// The head of a page. The title is a finding where it can be; children are actions.
#[component]
pub fn PageHead(
    /// What kind of thing this is and its number.
    #[prop(optional, into)]
    over: Text,
    #[prop(into)] title: String,
    /// One sentence that says where things stand.
    #[prop(optional, into)]
    lede: Text,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="head">
            <div>
                {over.get().map(|words| view! { <small>{words}</small> })} <h1>{title}</h1>
                {lede.get().map(|words| view! { <p class="lede">{words}</p> })}
            </div>
            {children.map(|children| view! { <div class="acts">{children()}</div> })}
        </div>
    }
}

/// Buttons and links in a row.
#[component]
pub fn Acts(children: Children) -> impl IntoView {
    view! { <div class="acts">{children()}</div> }
}

/// Main matter and an [`Aside`].
#[component]
pub fn Split(#[prop(optional)] wide: bool, children: Children) -> impl IntoView {
    let class = if wide { "split wide sec" } else { "split sec" };
    view! { <div class=class>{children()}</div> }
}

/// The side column of a [`Split`]; `sticky` keeps it in sight.
#[component]
pub fn Aside(
    #[prop(into)] label: String,
    #[prop(optional)] sticky: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <aside class=sticky.then_some("stick") aria-label=label>
            {children()}
        </aside>
    }
}

/// Two blocks of equal weight side by side.
#[component]
pub fn Two(children: Children) -> impl IntoView {
    view! { <div class="two sec">{children()}</div> }
}

/// A block under its own heading.
#[component]
pub fn Block(
    /// Id of the heading.
    #[prop(into)]
    id: String,
    #[prop(into)] heading: String,
    #[prop(optional, into)] note: Text,
    children: Children,
) -> impl IntoView {
    let labelled = id.clone();
    view! {
        <section aria-labelledby=labelled>
            <SideHeading id words=heading note />
            {children()}
        </section>
    }
}

/// A heading under an ink rule, for blocks that are no table.
#[component]
pub fn SideHeading(
    #[prop(into)] id: String,
    #[prop(into)] words: String,
    #[prop(optional, into)] note: Text,
) -> impl IntoView {
    view! {
        <div class="sh">
            <h2 id=id>{words}</h2>
            {note.get().map(|words| view! { <small>{words}</small> })}
        </div>
    }
}

/// A list of rows divided by hairlines; children are `li`.
#[component]
pub fn Rows(children: Children) -> impl IntoView {
    view! { <ul class="rows">{children()}</ul> }
}

/// A row of small fields that narrow a list: a GET form, so that the filters are in the address.
#[component]
pub fn Filters(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    children: Children,
) -> impl IntoView {
    view! {
        <form class="filters" method="get" action=action role="search" aria-label=label>
            {children()}
        </form>
    }
}

//! Ways from page to page.

use leptos::prelude::*;

use crate::{Link, Text};

/// One tab, which is a page of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub link: Link,
    /// How many things are behind it.
    pub count: Option<u64>,
    /// Whether it is this page.
    pub current: bool,
}

/// Links that look like tabs. `label` names the group.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <a href=tab.link.href aria-current=tab.current.then_some("page")>
                    {tab.link.words}
                    {tab.count.map(|count| view! { <b>{count}</b> })}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            {links}
        </nav>
    }
}

/// The way up. `here` is this page.
#[component]
pub fn Breadcrumbs(
    #[prop(into)] label: String,
    crumbs: Vec<Link>,
    #[prop(into)] here: String,
) -> impl IntoView {
    let links = crumbs
        .into_iter()
        .map(|crumb| {
            view! {
                <li>
                    <a href=crumb.href>{crumb.words}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label=label>
            <ol>{links} <li aria-current="page">{here}</li></ol>
        </nav>
    }
}

/// Where a list is, and the way to the rest of it. A direction without an address is not drawn as
/// a link.
#[component]
pub fn Pagination(
    /// Names the navigation, such as "Pages".
    #[prop(into)]
    label: String,
    /// Such as "1 to 25 of 214".
    #[prop(into)]
    words: String,
    #[prop(into)] previous: String,
    #[prop(optional, into)] previous_href: Text,
    #[prop(into)] next: String,
    #[prop(optional, into)] next_href: Text,
) -> impl IntoView {
    view! {
        <nav class="pages" aria-label=label>
            <span>{words}</span>
            <span class="acts">
                {page_link(previous, previous_href, "prev")} {page_link(next, next_href, "next")}
            </span>
        </nav>
    }
}

fn page_link(words: String, href: Text, rel: &'static str) -> AnyView {
    match href.get() {
        Some(href) => view! {
            <a class="btn sm" href=href rel=rel>
                {words}
            </a>
        }
        .into_any(),
        None => view! {
            <span class="btn sm" aria-disabled="true">
                {words}
            </span>
        }
        .into_any(),
    }
}

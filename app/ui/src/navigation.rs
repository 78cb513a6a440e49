//! Ways from page to page.

use leptos::prelude::*;

use crate::{Glyph, Link, Markup, Text};

/// One place of the column at the left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavLine {
    pub href: &'static str,
    pub glyph: Glyph,
    pub words: String,
    /// Whether it is this page, or the page is below it.
    pub current: bool,
    /// How many things wait there, and the words before the number for those who do not see where it stands.
    pub count: Option<(String, u64)>,
}

/// The column at the left; on a phone it floats above the page when asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideNav {
    /// Names the navigation.
    pub label: String,
    pub product: String,
    pub company: String,
    pub lines: Vec<NavLine>,
    /// More lines, each group under its heading.
    pub groups: Vec<(String, Vec<NavLine>)>,
    /// Who reads it, and what they do.
    pub name: String,
    pub title: String,
}

impl SideNav {
    /// The column as a view.
    #[must_use]
    pub fn view(&self) -> AnyView {
        Markup::drawn(|side| self.write(side))
    }

    fn write(&self, side: &mut Markup) {
        side.raw("<nav id=\"nav\" popover=\"auto\"").attribute("aria-label", Some(&self.label));
        side.raw(" class=\"side\"><a href=\"/\" class=\"brand\">").icon(Glyph::Mark, false);
        side.words(&self.product).small(Some(&self.company)).raw("</a><ul>");
        write_lines(side, &self.lines);
        side.raw("</ul>");
        for (number, (heading, lines)) in self.groups.iter().enumerate() {
            let id = format!("nav-{number}");
            side.raw("<div><h2").attribute("id", Some(&id)).raw(">").words(heading);
            side.raw("</h2><ul").attribute("aria-labelledby", Some(&id)).raw(">");
            write_lines(side, lines);
            side.raw("</ul></div>");
        }
        side.raw("<p class=\"who\">").words(&self.name);
        if !self.title.is_empty() {
            side.raw("<br>").words(&self.title);
        }
        side.raw("</p></nav>");
    }
}

fn write_lines(side: &mut Markup, lines: &[NavLine]) {
    for line in lines {
        side.raw("<li><a").attribute("href", Some(line.href));
        side.attribute("aria-current", line.current.then_some("page")).raw(">");
        side.icon(line.glyph, false).words(&line.words);
        if let Some((words, count)) = &line.count {
            side.raw("<b><span class=\"vh\">").words(words).raw(" </span>");
            side.words(&count.to_string()).raw("</b>");
        }
        side.raw("</a></li>");
    }
}

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

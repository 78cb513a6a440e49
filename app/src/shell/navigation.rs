//! What stands in the navigation, for whom. A right that is missing here hides a link and nothing
//! else: whether somebody may see a page is decided where its data is read.

use leptos::prelude::*;
use usher_ui::{Glyph, Icon, Link};

use super::Frame;
use crate::words::t;

/// The places of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    RequestAccess,
    MyAccess,
    MyRequests,
    Tasks,
    Team,
    Audit,
    Operations,
    Connectors,
    People,
    Applications,
    /// A page that is not in the navigation.
    Elsewhere,
}

/// What somebody may see beyond what everyone may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NavRights {
    /// Has direct reports.
    pub manager: bool,
    /// Reads the record.
    pub auditor: bool,
    /// Runs Usher.
    pub administrator: bool,
}

struct Entry {
    place: Place,
    href: &'static str,
    glyph: Glyph,
    words: String,
}

fn entry(place: Place, href: &'static str, glyph: Glyph, words: String) -> Entry {
    Entry { place, href, glyph, words }
}

fn everyone() -> Vec<Entry> {
    vec![
        entry(Place::Home, "/", Glyph::Home, t("nav-home")),
        entry(Place::RequestAccess, "/access/request", Glyph::Plus, t("nav-request-access")),
        entry(Place::MyAccess, "/access", Glyph::Key, t("nav-my-access")),
        entry(Place::MyRequests, "/requests", Glyph::Send, t("nav-my-requests")),
        entry(Place::Tasks, "/tasks", Glyph::ListChecks, t("nav-tasks")),
    ]
}

/// The groups below what everyone has, with their headings.
fn groups(rights: NavRights) -> Vec<(String, Vec<Entry>)> {
    let mut groups = Vec::new();
    if rights.manager {
        groups.push((
            t("nav-group-team"),
            vec![entry(Place::Team, "/team", Glyph::Users, t("nav-team"))],
        ));
    }
    if rights.auditor || rights.administrator {
        groups.push((
            t("nav-group-assurance"),
            vec![entry(Place::Audit, "/audit", Glyph::Stamp, t("nav-audit"))],
        ));
    }
    if rights.administrator {
        groups.push((
            t("nav-group-engine"),
            vec![
                entry(Place::Operations, "/operations", Glyph::Activity, t("nav-operations")),
                entry(Place::Connectors, "/connectors", Glyph::Plug, t("nav-connectors")),
            ],
        ));
        groups.push((
            t("nav-group-administration"),
            vec![
                entry(Place::People, "/people", Glyph::User, t("nav-people")),
                entry(Place::Applications, "/applications", Glyph::Building, t("nav-applications")),
            ],
        ));
    }
    groups
}

/// Every place that is linked for somebody with these rights.
pub(crate) fn places(rights: NavRights) -> Vec<Link> {
    let others = groups(rights).into_iter().flat_map(|(_, entries)| entries);
    everyone().into_iter().chain(others).map(|entry| Link::new(entry.href, entry.words)).collect()
}

fn line(entry: Entry, current: Place, tasks: u64) -> AnyView {
    let here = (entry.place == current).then_some("page");
    let count = (entry.place == Place::Tasks && tasks > 0).then(|| {
        view! {
            <b>
                <span class="vh">{t("nav-tasks-open")} " "</span>
                {tasks}
            </b>
        }
    });
    view! {
        <li>
            <a href=entry.href aria-current=here>
                <Icon glyph=entry.glyph />
                {entry.words}
                {count}
            </a>
        </li>
    }
    .into_any()
}

/// The column at the left; on a phone it floats above the page when asked for.
pub(super) fn side(frame: &Frame) -> AnyView {
    let lines = |entries: Vec<Entry>| {
        entries.into_iter().map(|entry| line(entry, frame.current, frame.task_count)).collect_view()
    };
    let groups = groups(frame.nav)
        .into_iter()
        .enumerate()
        .map(|(number, (heading, entries))| {
            let id = format!("nav-{number}");
            let labelled = id.clone();
            view! {
                <div>
                    <h2 id=id>{heading}</h2>
                    <ul aria-labelledby=labelled>{lines(entries)}</ul>
                </div>
            }
        })
        .collect_view();
    let title =
        (!frame.person.title.is_empty()).then(|| view! { <br /> {frame.person.title.clone()} });
    view! {
        <nav class="side" id="nav" popover="auto" aria-label=t("shell-main-navigation")>
            <a class="brand" href="/">
                <Icon glyph=Glyph::Mark />
                {t("shell-product")}
                <small>{frame.company.clone()}</small>
            </a>
            <ul>{lines(everyone())}</ul>
            {groups}
            <p class="who">{frame.person.name.clone()} {title}</p>
        </nav>
    }
    .into_any()
}

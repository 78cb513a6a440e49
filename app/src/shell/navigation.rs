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
    WorkItems,
    Team,
    Audit,
    Operations,
    Connectors,
    People,
    Applications,
    AccessRules,
    /// A page that is not in the navigation.
    Elsewhere,
}

/// What somebody may see beyond what everyone may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a right of its own")]
pub struct NavRights {
    /// How much waits for their hands; nothing for those who never had any.
    pub work_items: Option<u64>,
    /// Has direct reports.
    pub manager: bool,
    /// Reads the record, and by which rules people may what.
    pub auditor: bool,
    /// Watches the engine: some may by an access rule of one's own.
    pub operations: bool,
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

fn everyone(rights: NavRights) -> Vec<Entry> {
    let mut entries = vec![
        entry(Place::Home, "/", Glyph::Home, t("nav-home")),
        entry(Place::RequestAccess, "/access/request", Glyph::Plus, t("nav-request-access")),
        entry(Place::MyAccess, "/access", Glyph::Key, t("nav-my-access")),
        entry(Place::MyRequests, "/requests", Glyph::Send, t("nav-my-requests")),
        entry(Place::Tasks, "/tasks", Glyph::ListChecks, t("nav-tasks")),
    ];
    if rights.work_items.is_some() {
        let words = t("nav-work-items");
        entries.push(entry(Place::WorkItems, "/work-items", Glyph::Fingerprint, words));
    }
    entries
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
            vec![
                entry(Place::Audit, "/audit", Glyph::Stamp, t("nav-audit")),
                entry(Place::AccessRules, "/access-rules", Glyph::Scale, t("nav-access-rules")),
            ],
        ));
    }
    let mut engine = Vec::new();
    if rights.operations || rights.administrator {
        engine.push(entry(Place::Operations, "/operations", Glyph::Activity, t("nav-operations")));
    }
    if rights.administrator {
        engine.push(entry(Place::Connectors, "/connectors", Glyph::Plug, t("nav-connectors")));
    }
    if !engine.is_empty() {
        groups.push((t("nav-group-engine"), engine));
    }
    if rights.administrator {
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
    everyone(rights)
        .into_iter()
        .chain(others)
        .map(|entry| Link::new(entry.href, entry.words))
        .collect()
}

fn line(entry: Entry, frame: &Frame) -> AnyView {
    let here = (entry.place == frame.current).then_some("page");
    let (words, count) = match entry.place {
        Place::Tasks => (t("nav-tasks-open"), frame.task_count),
        Place::WorkItems => (t("nav-work-items-open"), frame.nav.work_items.unwrap_or(0)),
        _ => (String::new(), 0),
    };
    let count = (count > 0).then(|| {
        view! {
            <b>
                <span class="vh">{words} " "</span>
                {count}
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
    let lines =
        |entries: Vec<Entry>| entries.into_iter().map(|entry| line(entry, frame)).collect_view();
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
            <ul>{lines(everyone(frame.nav))}</ul>
            {groups}
            <p class="who">{frame.person.name.clone()} {title}</p>
        </nav>
    }
    .into_any()
}

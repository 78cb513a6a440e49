//! What stands in the navigation, for whom. A right that is missing here hides a link and nothing
//! else: whether somebody may see a page is decided where its data is read.

use leptos::prelude::*;
use usher_ui::{Glyph, Link, NavLine, SideNav};

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

fn line(entry: Entry, frame: &Frame) -> NavLine {
    let (waits, count) = match entry.place {
        Place::Tasks => ("nav-tasks-open", frame.task_count),
        Place::WorkItems => ("nav-work-items-open", frame.nav.work_items.unwrap_or(0)),
        _ => ("", 0),
    };
    NavLine {
        href: entry.href,
        glyph: entry.glyph,
        words: entry.words,
        current: entry.place == frame.current,
        count: (count > 0).then(|| (t(waits), count)),
    }
}

/// The column at the left.
pub(super) fn side(frame: &Frame) -> AnyView {
    let lines = |entries: Vec<Entry>| entries.into_iter().map(|entry| line(entry, frame)).collect();
    let groups = groups(frame.nav).into_iter().map(|(heading, entries)| (heading, lines(entries)));
    SideNav {
        label: t("shell-main-navigation"),
        product: t("shell-product"),
        company: frame.company.clone(),
        lines: lines(everyone(frame.nav)),
        groups: groups.collect(),
        name: frame.person.name.clone(),
        title: frame.person.title.clone(),
    }
    .view()
}

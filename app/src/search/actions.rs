//! What somebody can begin from the palette. Each line leads to the form or the list where the action begins: the
//! palette itself changes nothing.

use usher_islands as islands;
use usher_operations::Caller;
use usher_operations::people::Brief;

use super::palette::{entry, most};
use crate::people::runs_the_installation;
use crate::shell::NavRights;
use crate::words::{t, t_with};

/// What fits `text` of what anybody with these rights may begin, then what they may do about the people that were
/// found.
pub(super) fn group<'a>(
    caller: &Caller,
    rights: NavRights,
    text: &str,
    people: impl Iterator<Item = &'a Brief>,
) -> islands::FoundGroup {
    let wanted = text.to_lowercase();
    let general = general(caller, rights)
        .into_iter()
        .filter(|entry| entry.title.to_lowercase().contains(&wanted));
    let me = caller.principal.id;
    let for_reports = people.filter(|person| me.is_some() && person.manager == me).map(|person| {
        let words = t_with("team-request-for", &[("name", person.display_name.clone().into())]);
        entry(format!("/access/request?for={}", person.id), words, String::new())
    });
    let entries = general.chain(for_reports).take(most(text)).collect();
    islands::FoundGroup { label: t("palette-actions"), entries }
}

fn general(caller: &Caller, rights: NavRights) -> Vec<islands::FoundEntry> {
    let action = |href: &str, words| entry(href.to_owned(), words, String::new());
    let mut entries = vec![
        action("/access", t("palette-extend")),
        action("/access", t("palette-give-back")),
        action("/requests", t("palette-withdraw")),
    ];
    if rights.manager {
        entries.push(action("/team", t("palette-for-team")));
    }
    if runs_the_installation(caller) {
        entries.push(action("/operations/jobs?state=dead_letter", t("palette-retry")));
        entries.push(action("/people/import", t("palette-import")));
        entries.push(action("/connectors", t("palette-test-connector")));
        entries.push(action("/access-rules", t("palette-access-rule")));
    }
    entries
}

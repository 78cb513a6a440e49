//! The directory, one person, a team.

mod access_table;
mod import;
mod list;
mod person;
mod team;

pub use import::{
    import_field_words, import_file_words, import_obstacle_words, import_report_words,
};

use axum::Router;
use axum::routing::get;
use leptos::prelude::*;
use usher_operations::Caller;
use usher_operations::assignment::AccessRow;
use usher_operations::people::Brief;
use usher_ui::{Glyph, Said, StatusKind};
use usher_vocabulary::{AdminRole, PersonState, RelationshipKind};

use crate::AppState;
use crate::words::{t, t_with};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/people", get(list::page))
        .route("/people/{id}", get(person::page))
        .route("/team", get(team::page))
        .merge(import::routes())
}

/// The kind of a work relationship in words.
pub(crate) fn relationship(kind: RelationshipKind) -> String {
    match kind {
        RelationshipKind::Employee => t("relationship-employee"),
        RelationshipKind::Contractor => t("relationship-contractor"),
        RelationshipKind::Partner => t("relationship-partner"),
        RelationshipKind::Intern => t("relationship-intern"),
    }
}

/// Why somebody holds something: the request and who approved it.
pub(crate) fn why(row: &AccessRow) -> AnyView {
    let approvers = (!row.approved_by.is_empty()).then(|| {
        let name = row.approved_by.join(", ");
        t_with("held-approved-by", &[("name", name.into())])
    });
    match (row.request, row.request_number) {
        (Some(request), Some(number)) => {
            let number = crate::status::request_number(number);
            view! {
                <a href=format!("/requests/{request}")>{number}</a>
                {approvers.map(|words| view! { <small>{words}</small> })}
            }
            .into_any()
        }
        _ => t("held-not-asked-for").into_any(),
    }
}

/// Where a person stands.
fn state(person: &Brief) -> Said {
    if person.is_locked {
        return Said::new(StatusKind::Bad, t("person-locked")).with(Glyph::Ban);
    }
    let off = |words| Said::new(StatusKind::Off, words);
    match person.state {
        PersonState::Prospective => off(t("person-prospective")).with(Glyph::Todo),
        PersonState::PreHire => off(t("person-pre-hire")).with(Glyph::CalendarClock),
        PersonState::Active => off(t("person-active")).with(Glyph::Applied),
        PersonState::OnLeave => off(t("person-on-leave")).with(Glyph::Held),
        PersonState::Notice => {
            Said::new(StatusKind::Wait, t("person-notice")).with(Glyph::CalendarClock)
        }
        PersonState::Terminated => off(t("person-terminated")),
        PersonState::Archived => off(t("person-archived")),
        PersonState::Erased => off(t("person-erased")),
    }
}

/// The page of a person, for those who may certainly open it. What is missing here hides a link and
/// nothing else: the page decides for itself.
pub(crate) fn address(caller: &Caller, person: &Brief) -> Option<String> {
    let is_near =
        caller.principal.id.is_some_and(|me| me == person.id || person.manager == Some(me));
    (is_near || sees_everybody(caller)).then(|| format!("/people/{}", person.id))
}

/// Whether every person's page is open to the caller.
pub(crate) fn sees_everybody(caller: &Caller) -> bool {
    caller.has_role(AdminRole::Auditor) || caller.has_role(AdminRole::Administrator)
}

/// Whether buttons that change the installation are drawn: an auditor is shown none.
pub(crate) fn runs_the_installation(caller: &Caller) -> bool {
    caller.has_role(AdminRole::Administrator) && !caller.has_role(AdminRole::Auditor)
}

/// Title, unit and place in one line; what is missing is left out.
fn position(person: &Brief) -> String {
    [person.title.as_deref(), person.unit.as_deref(), person.location.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

//! One entry of the record: readable without opening it, its details underneath.

use usher_operations::record::{Row as Entry, in_lines};
use usher_ui::{Cells, Column, Glyph, Said, StatusKind};
use usher_vocabulary::AuditAction;

use super::sentence;
use crate::when::Moments;
use crate::words::{t, t_text, t_with};

/// Words that stand in every row.
pub(super) struct Labels {
    when: String,
    what: String,
    outcome: String,
    more: String,
    related: String,
    details: String,
}

impl Labels {
    pub(super) fn new() -> Self {
        Self {
            when: t("audit-when"),
            what: t("audit-what"),
            outcome: t("audit-outcome"),
            more: t("audit-more"),
            related: t("audit-related"),
            details: t("audit-details"),
        }
    }
}

/// The row of an entry.
pub(super) fn row(cells: &mut Cells<'_>, entry: &Entry, labels: &Labels, moments: &mut Moments) {
    let action = entry.action.parse::<AuditAction>();
    let done = action.map_or_else(|_| entry.action.clone(), sentence::done);
    let about = entry
        .subject_name
        .as_ref()
        .filter(|name| Some(*name) != entry.actor_name.as_ref())
        .map(|name| t_text("audit-about", "name", name));
    cells.cell(&labels.when, Column::Time, |cell| moments.write(cell, entry.occurred_at));
    cells.cell(&labels.what, Column::Words, |cell| {
        cell.strong(&actor(entry)).words(" ").words(&done).words(" ");
        cell.words(about.as_deref().unwrap_or_default());
        for (_, words) in &entry.personal {
            cell.quote(words);
        }
        cell.small(object(entry).as_deref());
    });
    cells.cell(&labels.outcome, Column::Words, |cell| {
        cell.said(&outcome(&entry.outcome));
    });
    cells.cell(&labels.more, Column::Words, |cell| {
        cell.link(&format!("/audit?correlation={}", entry.correlation), &labels.related);
        cell.more(&labels.details, &in_lines(&entry.payload));
    });
}

/// Who did it: a person by name, otherwise what acted.
fn actor(entry: &Entry) -> String {
    match (&entry.actor_name, entry.actor.split_once(':')) {
        (Some(name), _) => name.clone(),
        (None, Some(("operator", name))) => t_text("audit-operator", "name", name),
        (None, Some(("person", _))) => t("audit-erased-person"),
        (None, None) if entry.actor == "stranger" => t("audit-stranger"),
        _ => t("audit-engine"),
    }
}

/// What it was done to: the kind in words, and its id.
fn object(entry: &Entry) -> Option<String> {
    let id = entry.object_id?.to_string();
    Some(match entry.object_type.as_str() {
        "request" => t_text("audit-object-request", "number", &id),
        "request_item" => t_text("audit-object-request-item", "number", &id),
        "task" => t_text("audit-object-task", "number", &id),
        "assignment" => t_text("audit-object-assignment", "number", &id),
        "demand" => t_text("audit-object-demand", "number", &id),
        "call" => t_text("audit-object-call", "number", &id),
        "work_item" => t_text("audit-object-work-item", "number", &id),
        "job" => t_text("audit-object-job", "number", &id),
        "finding" => t_text("audit-object-finding", "number", &id),
        "token" => t_text("audit-object-token", "number", &id),
        "connector" => t_text("audit-object-connector", "number", &id),
        "person" => t_text("audit-object-person", "number", &id),
        "access_rules" => t_text("audit-object-access-rules", "number", &id),
        "installation" => t_text("audit-object-installation", "number", &id),
        other => {
            let words = other.replace('_', " ");
            t_with("audit-object", &[("words", words.into()), ("number", id.into())])
        }
    })
}

fn outcome(outcome: &str) -> Said {
    match outcome {
        "success" => Said::new(StatusKind::Off, t("audit-success")).with(Glyph::Applied),
        "applied" => Said::new(StatusKind::Off, t("audit-applied")).with(Glyph::Applied),
        "failure" => Said::new(StatusKind::Bad, t("audit-failure")),
        "rejected" => Said::new(StatusKind::Bad, t("audit-rejected")),
        "refused" => Said::new(StatusKind::Wait, t("audit-refused")),
        "unknown" => Said::new(StatusKind::Wait, t("audit-unknown")).with(Glyph::Ask),
        other => Said::new(StatusKind::Off, other.replace('_', " ")),
    }
}

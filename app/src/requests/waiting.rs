//! Who must act, and where a request stands in one sentence.

use chrono::{DateTime, Utc};
use usher_operations::request::{ItemView, RequestView, TaskView};
use usher_vocabulary::{Realisation, StageState, TaskState};

use crate::words::{t, t_with};
use crate::{status, when};

/// Words of what the machine is on.
pub(super) const MACHINE: [&str; 6] = [
    "starts_later",
    "being_set_up",
    "being_checked",
    "being_removed",
    "not_effective",
    "removal_not_effective",
];

/// Somebody without whom nothing goes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MustAct<'a> {
    Decide {
        name: &'a str,
        since: Option<DateTime<Utc>>,
    },
    /// Whoever asked for the access was asked something.
    Answer {
        name: &'a str,
        asked_by: &'a str,
        asked_at: Option<DateTime<Utc>>,
    },
}

/// Everybody who must act, each once.
pub(super) fn people(request: &RequestView) -> Vec<MustAct<'_>> {
    let mut people: Vec<MustAct<'_>> = Vec::new();
    for must in request.items.iter().flat_map(|item| of_item(request, item)) {
        if !people.iter().any(|known| is_same(known, &must)) {
            people.push(must);
        }
    }
    people
}

fn is_same(one: &MustAct<'_>, other: &MustAct<'_>) -> bool {
    match (one, other) {
        (MustAct::Decide { name, .. }, MustAct::Decide { name: other, .. }) => name == other,
        (MustAct::Answer { asked_by, .. }, MustAct::Answer { asked_by: other, .. }) => {
            asked_by == other
        }
        _ => false,
    }
}

fn of_item<'a>(request: &'a RequestView, item: &'a ItemView) -> Vec<MustAct<'a>> {
    let open = item.stages.iter().filter(|stage| stage.state == StageState::Open);
    let tasks = open.flat_map(|stage| stage.tasks.iter().map(move |task| (stage, task)));
    tasks
        .filter_map(|(stage, task)| match task.state {
            TaskState::Open => {
                Some(MustAct::Decide { name: &task.approver, since: stage.opened_at })
            }
            TaskState::Returned => Some(MustAct::Answer {
                name: &request.requester,
                asked_by: &task.approver,
                asked_at: asked_at(item, task),
            }),
            _ => None,
        })
        .collect()
}

fn asked_at(item: &ItemView, task: &TaskView) -> Option<DateTime<Utc>> {
    let question = item.comments.iter().rfind(|c| c.is_question && c.task == Some(task.id));
    question.map(|comment| comment.written_at)
}

/// Whether the item waits for an answer, and for nobody's decision.
pub(super) fn waits_for_answer(item: &ItemView) -> bool {
    let open = item.stages.iter().filter(|stage| stage.state == StageState::Open);
    let states: Vec<TaskState> = open.flat_map(|s| &s.tasks).map(|task| task.state).collect();
    states.contains(&TaskState::Returned) && !states.contains(&TaskState::Open)
}

/// Whether every system was read, and showed what should be.
pub(super) fn is_read_back(item: &ItemView) -> bool {
    !item.lines.is_empty() && item.lines.iter().all(|l| l.realisation == Realisation::Verified)
}

/// Whether a person was asked to carry something out and has not answered.
pub(super) fn waits_for_hands(item: &ItemView) -> bool {
    item.lines.iter().any(|line| line.realisation == Realisation::WaitingManual)
}

/// Whether a person carries it out, and has or has not done so.
pub(super) fn is_by_hand(item: &ItemView) -> bool {
    waits_for_hands(item) || is_confirmed(item)
}

/// Whether it rests on somebody's word.
fn is_confirmed(item: &ItemView) -> bool {
    item.lines.iter().any(|line| line.confirmed_by.is_some())
}

/// Where it stands, in one sentence.
pub(super) fn sentence(request: &RequestView, now: DateTime<Utc>) -> String {
    let people = people(request);
    let asks = people.iter().find_map(|must| match must {
        MustAct::Answer { name, asked_by, .. } => Some((*name, *asked_by)),
        MustAct::Decide { .. } => None,
    });
    if let Some((name, asked_by)) = asks {
        let args = [("name", name.to_owned().into()), ("by", asked_by.to_owned().into())];
        return t_with("request-lede-asks", &args);
    }
    let names: Vec<&str> = people
        .iter()
        .filter_map(|must| match must {
            MustAct::Decide { name, .. } => Some(*name),
            MustAct::Answer { .. } => None,
        })
        .collect();
    if !names.is_empty() {
        return t_with("request-lede-waits", &[("name", names.join(", ").into())]);
    }
    match request.items.as_slice() {
        [item] => of_one(item, now),
        items => {
            let held = items.iter().filter(|i| i.words.key() == "you_have_this").count();
            let args = [("count", held.into()), ("number", items.len().into())];
            t_with("request-lede-some", &args)
        }
    }
}

fn of_one(item: &ItemView, now: DateTime<Utc>) -> String {
    let at = |at: Option<DateTime<Utc>>| {
        [("until", at.map_or_else(String::new, |at| when::words(at, now)).into())]
    };
    match item.words.key() {
        "denied" => t("request-lede-denied"),
        "cancelled" => t("request-lede-withdrawn"),
        "expired" => t("step-expired"),
        "starts_later" => t_with("request-lede-starts-later", &at(item.from)),
        "waits_for_manual_work" => t("request-lede-by-hand"),
        "being_set_up" => t("request-lede-being-set-up"),
        "being_checked" => t("request-lede-being-checked"),
        "you_have_this" if is_read_back(item) => t_with("request-lede-held", &at(item.until)),
        "you_have_this" if is_confirmed(item) => t_with("request-lede-confirmed", &at(item.until)),
        "you_have_this" => t_with("request-lede-unread", &at(item.until)),
        "not_effective" => t("request-lede-not-effective"),
        "set_up_failed" => t("request-lede-failed"),
        "being_removed" if waits_for_hands(item) => t("request-lede-removed-by-hand"),
        "being_removed" => t("request-lede-being-removed"),
        "removal_not_effective" => t("request-lede-still-there"),
        "ended" | "given_back" => t_with("request-lede-ended", &at(item.ended_at)),
        key => t_with("request-lede-one", &[("words", status::of(key).words.into())]),
    }
}

//! What each kind of notification says, before it is laid out.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use usher_vocabulary::{RequestId, TaskId, TokenScope, WorkItemId};

use crate::line::{may_become_link, one_line};
use crate::words::{instant, t, t_with};

/// The words of one message, without greeting and footer.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) subject: String,
    pub(crate) lead: String,
    pub(crate) due: Option<String>,
    pub(crate) quote: Option<Quote>,
    pub(crate) note: Option<String>,
    /// What the one link is called.
    pub(crate) label: String,
    /// Where the one link leads, from the base address on; begins with a slash.
    pub(crate) path: String,
}

/// Somebody's own words.
#[derive(Debug)]
pub(crate) struct Quote {
    pub(crate) heading: String,
    pub(crate) lines: Vec<String>,
}

#[derive(Deserialize)]
struct TaskFacts {
    task: TaskId,
    number: i64,
    item: String,
    application: String,
    reason: Option<String>,
    due_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct RequestFacts {
    request: RequestId,
    number: i64,
    item: String,
    application: String,
}

#[derive(Deserialize)]
struct WorkFacts {
    work_item: WorkItemId,
    item: String,
    application: String,
    due_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct TokenFacts {
    scope: TokenScope,
    expires_at: DateTime<Utc>,
}

/// The words of a kind. `None` when the kind is unknown, or its payload is not what the kind has.
pub(crate) fn notice(kind: &str, payload: &Value) -> Option<Notice> {
    match kind {
        "task_opened" => task(payload, "mail-task-opened-subject", "mail-task-opened-lead", true),
        "task_nudged" => task(payload, "mail-task-nudged-subject", "mail-task-nudged-lead", true),
        "task_overdue" => {
            task(payload, "mail-task-overdue-subject", "mail-task-overdue-lead", false)
        }
        "question_answered" => {
            task(payload, "mail-task-answered-subject", "mail-task-answered-lead", true)
        }
        "question_asked" => {
            let asked = request(payload, "mail-request-asked-subject", "mail-request-asked-lead")?;
            Some(Notice { label: t("mail-request-asked-link"), ..asked })
        }
        "item_approved" => {
            request(payload, "mail-request-approved-subject", "mail-request-approved-lead")
        }
        "item_denied" => {
            request(payload, "mail-request-denied-subject", "mail-request-denied-lead")
        }
        "item_expired" => {
            request(payload, "mail-request-expired-subject", "mail-request-expired-lead")
        }
        "item_delivered" => {
            request(payload, "mail-request-delivered-subject", "mail-request-delivered-lead")
        }
        "item_ended" => request(payload, "mail-request-ended-subject", "mail-request-ended-lead"),
        "work_give" => work(payload, "mail-work-give-subject", "mail-work-give-lead"),
        "work_take_away" => work(payload, "mail-work-take-subject", "mail-work-take-lead"),
        "token_created" => token(payload),
        _ => None,
    }
}

fn task(payload: &Value, subject: &str, lead: &str, is_in_time: bool) -> Option<Notice> {
    let facts = TaskFacts::deserialize(payload).ok()?;
    let (subject, lead) = named(subject, lead, facts.number, &facts.item, &facts.application);
    let due_words = if is_in_time { "mail-task-due" } else { "mail-task-was-due" };
    let reason = facts.reason.unwrap_or_default();
    let (quote, note) = if may_become_link(&reason) {
        (None, Some(t("mail-task-reason-on-page")))
    } else {
        let lines: Vec<String> =
            reason.lines().map(one_line).filter(|line| !line.is_empty()).collect();
        let quote = (!lines.is_empty()).then(|| Quote { heading: t("mail-task-reason"), lines });
        (quote, None)
    };
    Some(Notice {
        subject,
        lead,
        due: facts.due_at.map(|at| t_with(due_words, &[("instant", &instant(at))])),
        quote,
        note,
        label: t("mail-task-link"),
        path: format!("/tasks/{}", facts.task),
    })
}

fn request(payload: &Value, subject: &str, lead: &str) -> Option<Notice> {
    let facts = RequestFacts::deserialize(payload).ok()?;
    let (subject, lead) = named(subject, lead, facts.number, &facts.item, &facts.application);
    Some(Notice {
        subject,
        lead,
        due: None,
        quote: None,
        note: None,
        label: t("mail-request-link"),
        path: format!("/requests/{}", facts.request),
    })
}

fn work(payload: &Value, subject: &str, lead: &str) -> Option<Notice> {
    let facts = WorkFacts::deserialize(payload).ok()?;
    let (item, application) = (one_line(&facts.item), one_line(&facts.application));
    let values = [("item", &*item), ("application", &*application)];
    Some(Notice {
        subject: t_with(subject, &values),
        lead: t_with(lead, &values),
        due: Some(t_with("mail-work-due", &[("instant", &instant(facts.due_at))])),
        quote: None,
        note: Some(t("mail-work-note")),
        label: t("mail-work-link"),
        path: format!("/work-items/{}", facts.work_item),
    })
}

fn token(payload: &Value) -> Option<Notice> {
    let facts = TokenFacts::deserialize(payload).ok()?;
    let values = [("scope", facts.scope.as_str()), ("instant", &instant(facts.expires_at))];
    Some(Notice {
        subject: t("mail-token-subject"),
        lead: t_with("mail-token-lead", &values),
        due: None,
        quote: None,
        note: Some(t("mail-token-note")),
        label: t("mail-token-link"),
        path: "/".to_owned(),
    })
}

/// Subject and lead with the names that both may use.
fn named(
    subject: &str,
    lead: &str,
    number: i64,
    item: &str,
    application: &str,
) -> (String, String) {
    let number = t_with("mail-request-number", &[("number", &number.to_string())]);
    let (item, application) = (one_line(item), one_line(application));
    let values = [("number", &*number), ("item", &*item), ("application", &*application)];
    (t_with(subject, &values), t_with(lead, &values))
}

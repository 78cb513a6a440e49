//! One decision on one task.

use usher_authorization::Resource;
use usher_domain::approval;
use usher_domain::request::Reason;
use usher_store::{StoreError, request, task};
use usher_vocabulary::{Action, AuditAction, Decision, RequestId, TaskId};

use super::plan::{self, Answered};
use crate::once::{self, Begun};
use crate::{Caller, Context, Event, Fault, FieldFault, Key};

/// A decision to be taken.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Decide {
    pub task: TaskId,
    pub decision: Decision,
    /// Needed to deny and to ask.
    pub reason: String,
    /// The version that the approver saw; `None` takes what is there.
    pub version: Option<i64>,
}

/// What became of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Decided {
    pub request: RequestId,
    pub number: i64,
    pub item: String,
    pub decision: Decision,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    /// Somebody decided meanwhile, or the request was withdrawn.
    #[error("the task is not open any more")]
    NotOpen,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        match error {
            // The row's version moved between reading and writing: somebody was faster.
            StoreError::NotOneRow { what: "approval task", .. } => Self::NotOpen,
            other => Self::Fault(other.into()),
        }
    }
}

/// Approves, denies or asks. A final approval makes the assignment and its work in the same transaction.
///
/// # Errors
/// The task is not the caller's, about the caller's own access, not open, or changed since it was shown.
pub async fn decide(
    cx: &Context,
    caller: &Caller,
    input: &Decide,
    key: Option<&Key>,
) -> Result<Decided, DecideError> {
    let mut tx = cx.store.begin().await?;
    let (item, request) = task::item_of(&mut tx, input.task).await?.ok_or(Fault::NotFound)?;
    let request = request::get(&mut tx, request).await?.ok_or(Fault::NotFound)?;
    let once = match once::begin(&mut tx, caller, "task.decide", key, input).await? {
        Begun::First(once) => once,
        Begun::Again(decided) => return Ok(decided),
    };
    let mut loaded = plan::load(&mut tx, &request, item).await?.ok_or(Fault::NotFound)?;
    let row = task::of_items(&mut tx, &[item])
        .await?
        .into_iter()
        .find(|t| t.id == input.task)
        .ok_or(Fault::NotFound)?;
    let resource = Resource::Task {
        id: input.task.0,
        approver: row.approver,
        requester: request.requester,
        requestee: request.requestee,
    };
    cx.authorize(caller, Action::DecideTask, &resource)?;
    if input.version.is_some_and(|seen| seen != row.version) {
        return Err(if row.decided_at.is_some() {
            DecideError::NotOpen
        } else {
            Fault::Stale.into()
        });
    }
    let reason = reason(input)?;
    let verdict =
        loaded.plan.decide(input.task, caller.person()?, input.decision).map_err(refused)?;
    let cause = caller.cause();
    let mut events = vec![decided_event(input, &request, &reason).by(cx, &cause)];
    let item_row = loaded.item.clone();
    if input.decision == Decision::Ask {
        ask(cx, &mut tx, caller, &request, &item_row, input, &reason).await?;
    }
    plan::save(
        cx,
        &mut tx,
        loaded,
        Some(Answered { task: input.task, reason: &reason }),
        &cause,
        &mut events,
    )
    .await?;
    plan::conclude(cx, &mut tx, &request, &item_row, verdict, &cause, &mut events).await?;
    let decided = Decided {
        request: request.id,
        number: request.number,
        item: item_row.item_name,
        decision: input.decision,
    };
    once::finish(cx, &mut tx, once, &decided).await?;
    tx.commit(events).await?;
    Ok(decided)
}

fn refused(error: approval::DecideError) -> DecideError {
    match error {
        approval::DecideError::NoSuchTask | approval::DecideError::NotYours => {
            Fault::NotFound.into()
        }
        approval::DecideError::OwnAccess => {
            Fault::Denied(usher_authorization::Denial::OwnAccess).into()
        }
        approval::DecideError::NotOpen => DecideError::NotOpen,
    }
}

/// Denying and asking need words; approving may have some.
fn reason(input: &Decide) -> Result<String, DecideError> {
    if input.decision == Decision::Approve && input.reason.trim().is_empty() {
        return Ok(String::new());
    }
    Reason::parse(&input.reason).map(|r| r.as_str().to_owned()).map_err(|error| {
        use usher_domain::request::{LONGEST_REASON, ReasonError};
        let code = match error {
            ReasonError::Empty if input.decision == Decision::Deny => "deny_reason_empty",
            ReasonError::Empty => "question_empty",
            ReasonError::TooLong => "reason_too_long",
            ReasonError::Unprintable => "reason_unprintable",
        };
        DecideError::Fields(vec![FieldFault::new("reason", code).with("max", LONGEST_REASON)])
    })
}

fn decided_event(input: &Decide, request: &request::Request, reason: &str) -> Event {
    let action = match input.decision {
        Decision::Approve => AuditAction::TaskApproved,
        Decision::Deny => AuditAction::TaskDenied,
        Decision::Ask => AuditAction::TaskReturned,
    };
    let event = Event::new(action, "task", input.task)
        .about(request.requestee)
        .detail("request", request.id.to_string());
    if reason.is_empty() { event } else { event.personal("reason", reason) }
}

async fn ask(
    cx: &Context,
    tx: &mut usher_store::Tx,
    caller: &Caller,
    request: &request::Request,
    item: &request::Item,
    input: &Decide,
    question: &str,
) -> Result<(), DecideError> {
    let comment = request::Comment {
        id: cx.id(),
        item: item.id,
        task: Some(input.task.0),
        author: caller.person()?,
        author_name: String::new(),
        is_question: true,
        body: question.to_owned(),
        written_at: cx.now(),
    };
    request::insert_comment(tx, &comment).await?;
    plan::tell_requester(cx, tx, request, item, "question_asked", &caller.cause()).await?;
    Ok(())
}

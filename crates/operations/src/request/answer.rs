//! Answering an approver's question: the clock of the task runs again.

use usher_authorization::Resource;
use usher_domain::request::{LONGEST_REASON, Reason, ReasonError};
use usher_store::{StoreError, request, task};
use usher_vocabulary::{Action, AuditAction, TaskId};

use crate::once::{self, Begun};
use crate::task::plan;
use crate::{Caller, Context, Event, Fault, FieldFault, Key};

/// Why no answer was taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    #[error("no question waits for an answer")]
    NoQuestion,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AnswerError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Answers the question that waits on a task.
///
/// # Errors
/// The caller is not a party of the request, no question waits, or the answer is empty.
pub async fn answer(
    cx: &Context,
    caller: &Caller,
    id: TaskId,
    text: &str,
    key: Option<&Key>,
) -> Result<(), AnswerError> {
    let mut tx = cx.store.begin().await?;
    let (item, request) = task::item_of(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let request = request::get(&mut tx, request).await?.ok_or(Fault::NotFound)?;
    cx.authorize(caller, Action::AnswerQuestion, &parties(&request))
        .map_err(|_| Fault::NotFound)?;
    let body = Reason::parse(text).map_err(|error| {
        let code = match error {
            ReasonError::Empty => "answer_empty",
            ReasonError::TooLong => "reason_too_long",
            ReasonError::Unprintable => "reason_unprintable",
        };
        AnswerError::Fields(vec![FieldFault::new("answer", code).with("max", LONGEST_REASON)])
    })?;
    let once = match once::begin::<()>(&mut tx, caller, "request.answer", key, &(id, text)).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    let mut loaded = plan::load(&mut tx, &request, item).await?.ok_or(Fault::NotFound)?;
    loaded.plan.answer(id).map_err(|_| AnswerError::NoQuestion)?;
    let comment = request::Comment {
        id: cx.id(),
        item,
        task: Some(id.0),
        author: caller.person()?,
        author_name: String::new(),
        is_question: false,
        body: body.as_str().to_owned(),
        written_at: cx.now(),
    };
    request::insert_comment(&mut tx, &comment).await?;
    let cause = caller.cause();
    let event = Event::new(AuditAction::TaskAnswered, "task", id)
        .about(request.requestee)
        .personal("answer", body.as_str());
    let mut events = vec![event.by(cx, &cause)];
    plan::tell_approver(cx, &mut tx, &loaded, id, "question_answered", &cause).await?;
    plan::save(cx, &mut tx, loaded, None, &cause, &mut events).await?;
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}

/// The request as a resource whose parties may act on it.
pub(super) fn parties(request: &request::Request) -> Resource {
    Resource::Request {
        id: request.id.0,
        requester: request.requester,
        requestee: request.requestee,
        managers: Vec::new(),
        approvers: Vec::new(),
        owners: Vec::new(),
    }
}

//! A person's word: it is done, or it cannot be done.

use usher_domain::request::{LONGEST_REASON, Reason, ReasonError};
use usher_store::work_item::{self, Item};
use usher_store::{AuditEvent, StoreError, Tx, demand, finding};
use usher_vocabulary::{Action, AuditAction, FindingKind, Realisation, WorkItemId, WorkItemState};

use super::resource;
use crate::once::{self, Begun};
use crate::{Caller, Cause, Context, Event, Fault, FieldFault, Key, request};

/// What somebody says about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Done,
    Cannot,
}

/// A word to be given.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Close {
    pub work_item: WorkItemId,
    pub word: Word,
    /// What was done or seen, or why it cannot be done. Always needed: it is all there is to show.
    pub evidence: String,
}

/// Why nothing was closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    /// Somebody was faster, or it is wanted no more.
    #[error("the work item is not open any more")]
    NotOpen,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for CloseError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Takes the caller's word. Done makes the demand true as far as it can be known; cannot gives it up and
/// opens an incident.
///
/// # Errors
/// The item is not the caller's, about the caller's own access, not open, or the evidence is missing.
pub async fn close(
    cx: &Context,
    caller: &Caller,
    input: &Close,
    key: Option<&Key>,
) -> Result<(), CloseError> {
    let mut tx = cx.store.begin().await?;
    let item = work_item::get(&mut tx, input.work_item).await?.ok_or(Fault::NotFound)?;
    let resource = resource(&mut tx, &item).await?;
    // Somebody else's items are not even confirmed to exist.
    cx.authorize(caller, Action::ViewWorkItem, &resource).map_err(|_| Fault::NotFound)?;
    cx.authorize(caller, Action::CloseWorkItem, &resource)?;
    let me = caller.person()?;
    let once = match once::begin::<()>(&mut tx, caller, "work_item.close", key, input).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    let evidence = evidence(input)?;
    let seq = lock_open(&mut tx, &item).await?.ok_or(CloseError::NotOpen)?;
    let (now, cause) = (cx.now(), caller.cause());
    let (state, action) = match input.word {
        Word::Done => (WorkItemState::Done, AuditAction::WorkItemDone),
        Word::Cannot => (WorkItemState::Cannot, AuditAction::WorkItemCannot),
    };
    work_item::close(&mut tx, item.id, state, me, &evidence, now).await?;
    let event = Event::new(action, "work_item", item.id)
        .about(item.subject)
        .outcome(if input.word == Word::Done { "success" } else { "failure" })
        .detail("demand", item.demand.to_string())
        .detail("direction", item.direction.as_str())
        .personal("evidence", evidence.clone());
    let mut events = vec![event.by(cx, &cause)];
    match input.word {
        Word::Done => {
            demand::confirm(&mut tx, item.demand, Some(me), &evidence, now).await?;
            resolve_findings(cx, &mut tx, &item, &cause, &mut events).await?;
            request::tell_delivered(cx, &mut tx, item.lane, &cause, &mut events).await?;
        }
        Word::Cannot => {
            let failed = Realisation::FailedDead;
            demand::realise(&mut tx, item.demand, seq, failed, Some(&evidence), now).await?;
            open_finding(cx, &mut tx, &item, evidence, &cause, &mut events).await?;
        }
    }
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}

/// Locks the line and looks again: whoever was faster, or the end of the wish, is seen now. Answers with
/// the wish that the item is about; `None` when nothing waits for this word any more.
pub(super) async fn lock_open(tx: &mut Tx, item: &Item) -> Result<Option<i64>, StoreError> {
    if demand::lock_known_lane(tx, item.lane).await?.is_none() {
        return Ok(None);
    }
    let is_open =
        work_item::get(tx, item.id).await?.is_some_and(|i| i.state == WorkItemState::Open);
    let wish = demand::of_lane(tx, item.lane).await?.into_iter().find(|d| d.id == item.demand);
    let wish = wish.filter(|wish| is_open && wish.direction == item.direction);
    Ok(wish.map(|wish| wish.wanted_seq))
}

pub(super) async fn resolve_findings(
    cx: &Context,
    tx: &mut Tx,
    item: &Item,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    for id in finding::resolve_demand(tx, item.demand, cx.now()).await? {
        let event = Event::new(AuditAction::FindingResolved, "finding", id).about(item.subject);
        events.push(event.by(cx, cause));
    }
    Ok(())
}

async fn open_finding(
    cx: &Context,
    tx: &mut Tx,
    item: &Item,
    evidence: String,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let new = finding::NewFinding {
        id: cx.id(),
        kind: FindingKind::CannotByHand,
        lane: Some(item.lane),
        demand: Some(item.demand),
        job: None,
        detail: evidence,
        correlation: cause.correlation,
    };
    if finding::open(tx, &new, cx.now()).await? {
        let event = Event::new(AuditAction::FindingOpened, "finding", new.id).about(item.subject);
        events.push(event.by(cx, cause));
    }
    Ok(())
}

fn evidence(input: &Close) -> Result<String, CloseError> {
    Reason::parse(&input.evidence).map(|text| text.as_str().to_owned()).map_err(|error| {
        let code = match (error, input.word) {
            (ReasonError::Empty, Word::Done) => "work_evidence_empty",
            (ReasonError::Empty, Word::Cannot) => "work_cannot_empty",
            (ReasonError::TooLong, _) => "reason_too_long",
            (ReasonError::Unprintable, _) => "reason_unprintable",
        };
        CloseError::Fields(vec![FieldFault::new("evidence", code).with("max", LONGEST_REASON)])
    })
}

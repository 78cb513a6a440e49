//! The end of a try, in one transaction: outcome of the last call, what the read showed, how far each
//! demand is, findings, messages, health of the connector, and the job's next state.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use usher_connector::{Cause, ConnectorError, ObservedAccount, ObservedState};
use usher_domain::provision::Observed;
use usher_domain::retry;
use usher_operations::{Caller, Cause as WhoCaused, Context, Event, request};
use usher_store::account::{self, LaneFacts, Reading};
use usher_store::attempt::CallEnd;
use usher_store::job::{self, Claimed, Finish};
use usher_store::{AuditEvent, StoreError, Tx, attempt, timer};
use usher_vocabulary::{
    AccountState, AttemptOutcome, AuditAction, CallId, CallKind, CallOutcome, Direction,
    ErrorClass, JobState, TimerKind,
};

use crate::health::{asked, class_of, note_health, storable, words_of};
use crate::judge::{GivenUp, Judged, Seen, evidence, give_up, judge};
use crate::late_effect;
use crate::worker::Engine;

/// A call whose outcome has not been written yet.
#[derive(Debug)]
pub(crate) struct FinishedCall {
    pub(crate) id: CallId,
    pub(crate) kind: CallKind,
    pub(crate) outcome: CallOutcome,
    pub(crate) answer: String,
    pub(crate) latency: Duration,
}

impl FinishedCall {
    pub(crate) async fn write(
        self,
        cx: &Context,
        tx: &mut Tx,
        facts: &LaneFacts,
        cause: &WhoCaused,
    ) -> Result<AuditEvent, StoreError> {
        attempt::finish_call(tx, &self.end(), cx.now()).await?;
        Ok(self.event(facts).by(cx, cause))
    }

    fn end(&self) -> CallEnd<'_> {
        CallEnd {
            id: self.id,
            outcome: self.outcome,
            answer: &self.answer,
            latency_ms: i32::try_from(self.latency.as_millis()).unwrap_or(i32::MAX),
        }
    }

    fn event(&self, facts: &LaneFacts) -> Event {
        call_event(AuditAction::CallFinished, self.id, self.kind, facts)
            .outcome(self.outcome.as_str())
    }
}

pub(crate) fn call_event(
    action: AuditAction,
    call: CallId,
    kind: CallKind,
    facts: &LaneFacts,
) -> Event {
    Event::new(action, "call", call)
        .about(facts.subject)
        .detail("kind", kind.as_str())
        .detail("lane", facts.lane.to_string())
}

/// How a try ended.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) last: Option<FinishedCall>,
    /// What the first read showed, before anything was changed.
    pub(crate) first: Option<Observed>,
    /// What the last read showed, when there was one.
    pub(crate) reading: Option<(Option<ObservedAccount>, Option<Observed>)>,
    pub(crate) error: Option<ConnectorError>,
    /// Something was sent and accepted.
    pub(crate) has_changed: bool,
    pub(crate) is_superseded: bool,
}

impl Ending {
    pub(crate) const fn failed(error: ConnectorError) -> Self {
        Self {
            last: None,
            first: None,
            reading: None,
            error: Some(error),
            has_changed: false,
            is_superseded: false,
        }
    }

    pub(crate) const fn superseded(last: Option<FinishedCall>) -> Self {
        Self {
            last,
            first: None,
            reading: None,
            error: None,
            has_changed: true,
            is_superseded: true,
        }
    }
}

/// Writes everything about the end of a try.
///
/// # Errors
/// The database failed: nothing is written, the lease runs out, and the next try reads first.
pub(crate) async fn complete(
    engine: &Engine,
    job: &Claimed,
    facts: &LaneFacts,
    ending: Ending,
) -> Result<(), StoreError> {
    let cx = &engine.cx;
    let cause = Caller::engine(job.correlation).cause();
    let mut events = Vec::new();
    let mut tx = engine.store(job).begin().await?;
    let now = cx.now();
    #[cfg(feature = "failpoints")]
    let told = ending.last.as_ref().map(|last| last.kind);
    // Locks the lane: nobody enqueues for it until this is committed.
    account::note_done(&mut tx, facts.lane, facts.wanted_seq).await?;
    events.extend(ending.last.as_ref().map(|last| last.event(facts).by(cx, &cause)));
    late_effect::record(cx, &mut tx, job, facts, ending.first.as_ref(), &cause, &mut events)
        .await?;
    let mut judged = Judged::default();
    if let Some((found, observed)) = &ending.reading {
        write_reading(cx, &mut tx, facts, found.as_ref(), observed.as_ref(), now).await?;
        let seen = Seen {
            observed: observed.as_ref(),
            evidence: evidence(found.as_ref()),
            has_changed: ending.has_changed,
        };
        judged = judge(cx, &mut tx, job, facts, &seen, &cause, &mut events).await?;
    }
    let verdict = verdict(cx, job, &ending.error, ending.is_superseded, &judged);
    if verdict.state == JobState::DeadLetter {
        let given_up = GivenUp {
            job: job.id,
            correlation: job.correlation,
            words: &verdict.words,
            judged: &judged,
        };
        give_up(cx, &mut tx, &given_up, Some(facts), &cause, &mut events).await?;
    }
    if ending.error.is_some() || !judged.is_connector_well {
        note_health(cx, &mut tx, job, ending.error.as_ref(), now).await?;
    }
    // Without a reading nobody has looked whether somebody waits.
    if (judged.has_undelivered || ending.reading.is_none())
        && facts.demands.iter().any(|d| d.direction == Direction::Grant)
    {
        request::tell_delivered(cx, &mut tx, facts.lane, &cause, &mut events).await?;
    }
    let finish = Finish {
        state: verdict.state,
        run_at: verdict.run_at,
        outcome: verdict.outcome,
        detail: &verdict.words,
        error: (!verdict.words.is_empty()).then_some(verdict.words.as_str()),
        class: verdict.class,
        call: ending.last.as_ref().map(FinishedCall::end),
    };
    // A lost lease changes nothing about what was read; the job itself is somebody else's now.
    let finished = job::finish(&mut tx, job, &finish, now).await?;
    if let Some(until) = finished.in_flight_until {
        // A call of another try may still take effect: read again when it can have ended.
        let at = until.max(now) + TimeDelta::seconds(1);
        timer::set(&mut tx, cx.id(), TimerKind::VerifyAgain, facts.lane.0, at).await?;
    }
    failpoint!(BeforeAck, told);
    tx.commit(events).await?;
    failpoint!(AfterAck, told);
    ended(verdict.outcome, finished.is_ours);
    Ok(())
}

/// Counts the end of a try that is written, and says it in the log.
pub(crate) fn ended(outcome: AttemptOutcome, is_ours: bool) {
    usher_telemetry::attempt_ended(outcome);
    if !is_ours {
        usher_telemetry::lease_lost();
    }
    tracing::debug!(%outcome, is_ours, "a try ended");
}

async fn write_reading(
    cx: &Context,
    tx: &mut Tx,
    facts: &LaneFacts,
    found: Option<&ObservedAccount>,
    observed: Option<&Observed>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let grants = observed
        .map(|o| o.holds.iter().map(|h| (h.entitlement, h.scope.clone())).collect())
        .unwrap_or_default();
    let reading = Reading {
        lane: facts.lane,
        native_id: found.map(|a| storable(&a.native_id)).unwrap_or_default(),
        user_name: found.map_or_else(|| facts.user_name.clone(), |a| storable(&a.user_name)),
        state: found.map_or(AccountState::Absent, |a| match a.state {
            ObservedState::Active => AccountState::Active,
            ObservedState::Disabled => AccountState::Disabled,
            ObservedState::Locked => AccountState::Locked,
        }),
        grants,
        read_at: now,
    };
    account::observe(tx, cx.id(), &reading).await
}

struct Verdict {
    state: JobState,
    run_at: DateTime<Utc>,
    outcome: AttemptOutcome,
    class: Option<ErrorClass>,
    words: String,
}

/// What becomes of the job.
fn verdict(
    cx: &Context,
    job: &Claimed,
    error: &Option<ConnectorError>,
    is_superseded: bool,
    judged: &Judged,
) -> Verdict {
    let now = cx.now();
    let done =
        |state, outcome| Verdict { state, run_at: now, outcome, class: None, words: String::new() };
    if is_superseded {
        return done(JobState::Superseded, AttemptOutcome::Superseded);
    }
    if judged.is_true() {
        // Also after an unknown outcome: the read shows that it happened.
        return done(JobState::Done, AttemptOutcome::Verified);
    }
    let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    let again = |after| now + retry::wait(attempts, cx.jitter(), after);
    let is_last = job.attempts >= job.max_attempts;
    let waiting = |run_at, outcome, class, words| Verdict {
        state: if is_last { JobState::DeadLetter } else { JobState::RetryWait },
        run_at,
        outcome,
        class: Some(class),
        words,
    };
    match error {
        None => {
            let words = format!("accepted, and a read does not show it: {}", judged.names());
            waiting(again(None), AttemptOutcome::NotEffective, ErrorClass::Unknown, words)
        }
        Some(error) => {
            let (class, words) = (class_of(error), words_of(error));
            match error {
                ConnectorError::Retry { after, .. } => {
                    let after = after.map(asked);
                    waiting(again(after), AttemptOutcome::Retry, class, words)
                }
                ConnectorError::Unknown { .. } | ConnectorError::AlreadyExists { .. } => {
                    waiting(again(None), AttemptOutcome::Unknown, class, words)
                }
                // A credential is put right for all jobs at once; they wait for it.
                ConnectorError::Reject { cause: Cause::Credential, .. } => waiting(
                    again(Some(TimeDelta::seconds(60))),
                    AttemptOutcome::Rejected,
                    class,
                    words,
                ),
                ConnectorError::Reject { .. } => Verdict {
                    state: JobState::DeadLetter,
                    run_at: now,
                    outcome: AttemptOutcome::Rejected,
                    class: Some(class),
                    words,
                },
            }
        }
    }
}

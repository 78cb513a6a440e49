//! Makes one account line true: compute what should be, read what is, change the difference, read back.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use usher_connector::{
    AccountKey, AccountProfile, Cause, Change, Connector, ConnectorError, Grant, ObservedAccount,
    ObservedState,
};
use usher_domain::provision::{Holding, Observed, Step, Wish, plan};
use usher_store::StoreError;
use usher_store::account::{self, DemandFacts, LaneFacts};
use usher_store::attempt::{self, Intended};
use usher_store::job::Claimed;
use usher_vocabulary::{AuditAction, CallId, CallOutcome, Realisation};

use crate::calls;
use crate::completion::{Ending, FinishedCall, call_event, complete};
use crate::health::{storable, words_of};
use crate::judge::wish;
use crate::manual;
use crate::worker::{Engine, open_connector, span};
use usher_operations::Caller;

/// Plans at most: a second one follows when the target says that the account exists already.
const MOST_PLANS: usize = 2;

pub(crate) async fn run(engine: &Engine, job: &Claimed) -> Result<(), StoreError> {
    let Some(lane) = job.lane else { return Ok(()) };
    let mut conn = engine.store(job).conn().await?;
    let Some(facts) = account::facts(&mut conn, lane).await? else { return Ok(()) };
    drop(conn);
    let (connector, limit) = match open_connector(engine, facts.connector, &facts.configuration) {
        Ok(open) => open,
        Err(error) => {
            let error = ConnectorError::Reject { cause: Cause::Settings, why: error.to_string() };
            return complete(engine, job, &facts, Ending::failed(error)).await;
        }
    };
    if connector.capabilities().manual {
        let instructions = connector.instructions().unwrap_or_default();
        return manual::run(engine, job, lane, instructions).await;
    }
    if facts.was_touched {
        abandon_lost_calls(engine, job, &facts).await?;
    }
    let mut work = Work::new(engine, job, &facts, connector, limit);
    let ending = work.make_true().await?;
    match ending {
        Some(ending) => {
            let ending = Ending { first: work.first.take(), ..ending };
            complete(engine, job, &facts, ending).await
        }
        // Somebody else holds the job now: only what our last call did is worth keeping.
        None => {
            usher_telemetry::lease_lost();
            work.note_last_call().await
        }
    }
}

/// Calls of processes that are gone end as unknown: what follows begins with a read.
async fn abandon_lost_calls(
    engine: &Engine,
    job: &Claimed,
    facts: &LaneFacts,
) -> Result<(), StoreError> {
    let mut tx = engine.store(job).begin().await?;
    let lost = attempt::abandon_calls(&mut tx, facts.lane, engine.cx.now()).await?;
    if lost.is_empty() {
        return Ok(());
    }
    let cause = Caller::engine(job.correlation).cause();
    let events = lost
        .iter()
        .map(|call| {
            call_event(AuditAction::CallFinished, call.id, call.kind, facts)
                .outcome(CallOutcome::Unknown.as_str())
                .by(&engine.cx, &cause)
        })
        .collect();
    tx.commit(events).await
}

struct Work<'a> {
    engine: &'a Engine,
    job: &'a Claimed,
    facts: &'a LaneFacts,
    connector: Arc<dyn Connector>,
    limit: Duration,
    wishes: Vec<Wish>,
    key: AccountKey,
    /// What was there before anything was changed.
    first: Option<Observed>,
    /// The outcome of the last call, written with the next intent or with the completion.
    last: Option<FinishedCall>,
}

impl<'a> Work<'a> {
    fn new(
        engine: &'a Engine,
        job: &'a Claimed,
        facts: &'a LaneFacts,
        connector: Arc<dyn Connector>,
        limit: Duration,
    ) -> Self {
        let wishes = facts.demands.iter().map(wish).collect();
        let key = AccountKey {
            external_id: facts.subject.to_string(),
            user_name: facts.user_name.clone(),
            native_id: facts.native_id.clone(),
        };
        Self { engine, job, facts, connector, limit, wishes, key, first: None, last: None }
    }

    /// `None` when the lease is lost.
    async fn make_true(&mut self) -> Result<Option<Ending>, StoreError> {
        // Nothing was ever sent and something is wanted: the create itself finds out whether it is there.
        let mut seen = None;
        if self.facts.was_touched || !self.wants_something() {
            match self.read().await {
                Ok(found) => {
                    self.first = found.as_ref().map(|account| self.observed(account));
                    seen = Some(found);
                }
                Err(error) => return Ok(Some(Ending::failed(error))),
            }
        }
        for _ in 0..MOST_PLANS {
            let observed = seen.as_ref().and_then(Option::as_ref).map(|a| self.observed(a));
            let steps = plan(&self.wishes, observed.as_ref(), self.facts.account_rule());
            if steps.is_empty() {
                let reading = match seen {
                    Some(found) => Ok(found),
                    None => self.read().await,
                };
                return Ok(Some(self.ending(reading, false)));
            }
            match self.carry_out(&steps).await? {
                Carried::All => {
                    let reading = self.read().await;
                    return Ok(Some(self.ending(reading, true)));
                }
                Carried::LeaseLost => return Ok(None),
                Carried::Superseded => return Ok(Some(Ending::superseded(self.last.take()))),
                Carried::Exists => match self.read().await {
                    Ok(Some(found)) => seen = Some(Some(found)),
                    Ok(None) => {
                        let why = "the target says that the account exists, and a read finds none"
                            .to_owned();
                        let error =
                            ConnectorError::Retry { cause: Cause::TargetFailed, why, after: None };
                        return Ok(Some(Ending {
                            last: self.last.take(),
                            ..Ending::failed(error)
                        }));
                    }
                    Err(error) => {
                        return Ok(Some(Ending {
                            last: self.last.take(),
                            ..Ending::failed(error)
                        }));
                    }
                },
                Carried::Failed(error) => return Ok(Some(self.after_failure(error).await)),
            }
        }
        let why = "the target keeps saying that the account exists".to_owned();
        let error = ConnectorError::Retry { cause: Cause::TargetFailed, why, after: None };
        Ok(Some(Ending { last: self.last.take(), ..Ending::failed(error) }))
    }

    fn wants_something(&self) -> bool {
        self.wishes.iter().any(|w| w.direction == usher_vocabulary::Direction::Grant)
    }

    /// After an unknown outcome the effect may be there, and beside what was refused other steps took effect: a read
    /// decides.
    async fn after_failure(&mut self, error: ConnectorError) -> Ending {
        let reading = match &error {
            ConnectorError::Unknown { .. } => self.read().await.ok(),
            ConnectorError::Reject { cause, .. } if concerns_one_step(*cause) => {
                self.read().await.ok()
            }
            _ => None,
        };
        let observed = reading.as_ref().map(|found| found.as_ref().map(|a| self.observed(a)));
        Ending {
            last: self.last.take(),
            reading: reading.map(|account| (account, observed.flatten())),
            ..Ending::failed(error)
        }
    }

    fn ending(
        &mut self,
        reading: Result<Option<ObservedAccount>, ConnectorError>,
        has_changed: bool,
    ) -> Ending {
        let last = self.last.take();
        match reading {
            Ok(found) => {
                let observed = found.as_ref().map(|a| self.observed(a));
                Ending {
                    last,
                    first: None,
                    reading: Some((found, observed)),
                    error: None,
                    has_changed,
                    is_superseded: false,
                }
            }
            Err(error) => Ending { last, has_changed, ..Ending::failed(error) },
        }
    }

    async fn read(&self) -> Result<Option<ObservedAccount>, ConnectorError> {
        calls::read(&self.connector, &self.key, self.limit).await
    }

    fn observed(&self, account: &ObservedAccount) -> Observed {
        let known = |grant: &Grant| {
            self.facts
                .demands
                .iter()
                .find(|d| {
                    d.kind == grant.kind && d.native_id == grant.native_id && d.scope == grant.scope
                })
                .map(|d| Holding { entitlement: d.entitlement, scope: d.scope.clone() })
        };
        let holds: BTreeSet<Holding> = account.grants.iter().filter_map(known).collect();
        Observed {
            is_active: account.state == ObservedState::Active,
            holds_others: account.grants.iter().any(|grant| known(grant).is_none()),
            holds,
        }
    }

    async fn carry_out(&mut self, steps: &[Step]) -> Result<Carried, StoreError> {
        let mut refused = None;
        for step in steps {
            let call = self.engine.cx.id();
            let deadline = match self.intend(step, call).await? {
                (Intended::Yes, deadline) => deadline,
                (Intended::Overtaken, _) => return Ok(Carried::Superseded),
                (Intended::LeaseLost, _) => return Ok(Carried::LeaseLost),
            };
            let started = Instant::now();
            let remaining = deadline.saturating_duration_since(started);
            let answer =
                calls::apply(&self.connector, &self.key, &self.change(step), remaining).await;
            failpoint!(AfterCall, Some(step.kind()));
            let latency = started.elapsed();
            let (outcome, words) = match &answer {
                Ok(applied) => (CallOutcome::Applied, storable(&applied.answer)),
                Err(error @ ConnectorError::Unknown { .. }) => {
                    (CallOutcome::Unknown, words_of(error))
                }
                Err(error @ ConnectorError::Retry { .. }) => {
                    (CallOutcome::Refused, words_of(error))
                }
                Err(error) => (CallOutcome::Rejected, words_of(error)),
            };
            self.last =
                Some(FinishedCall { id: call, kind: step.kind(), outcome, answer: words, latency });
            match answer {
                Ok(applied) => self.key.native_id = applied.native_id.or(self.key.native_id.take()),
                Err(ConnectorError::AlreadyExists { .. }) => return Ok(Carried::Exists),
                // What the target refuses for good must not keep the rest from being taken away or given.
                Err(error @ ConnectorError::Reject { cause, .. })
                    if *step != Step::Create && concerns_one_step(cause) =>
                {
                    refused.get_or_insert(error);
                }
                Err(error) => return Ok(Carried::Failed(error)),
            }
        }
        Ok(refused.map_or(Carried::All, Carried::Failed))
    }

    fn change(&self, step: &Step) -> Change {
        let grant = |holding: &Holding| {
            let found = self
                .facts
                .demands
                .iter()
                .find(|d| d.entitlement == holding.entitlement && d.scope == holding.scope);
            Grant {
                kind: found.map(|d| d.kind.clone()).unwrap_or_default(),
                native_id: found.map(|d| d.native_id.clone()).unwrap_or_default(),
                scope: holding.scope.clone(),
            }
        };
        match step {
            Step::Create => Change::CreateAccount {
                profile: AccountProfile {
                    display_name: self.facts.display_name.clone(),
                    given_name: self.facts.given_name.clone(),
                    family_name: self.facts.family_name.clone(),
                    email: self.facts.email.clone(),
                },
            },
            Step::Enable => Change::EnableAccount,
            Step::Disable => Change::DisableAccount,
            Step::Delete => Change::DeleteAccount,
            Step::Add(holding) => Change::AddGrant { grant: grant(holding) },
            Step::Remove(holding) => Change::RemoveGrant { grant: grant(holding) },
        }
    }

    /// Writes the outcome of the call before and the intent of the next in one transaction. Returns when the next has to
    /// be answered: its time begins when it has a connection.
    async fn intend(
        &mut self,
        step: &Step,
        call: CallId,
    ) -> Result<(Intended, Instant), StoreError> {
        let (cx, job, facts) = (&self.engine.cx, self.job, self.facts);
        let mut tx = self.engine.store(job).begin().await?;
        let (deadline, now) = (Instant::now() + self.limit, cx.now());
        let deadline_at = now + span(self.limit);
        let is_new = |d: &&DemandFacts| d.realisation == Realisation::NotStarted;
        let begun: Vec<_> = facts.demands.iter().filter(is_new).map(|d| d.id).collect();
        let intent = attempt::Intent {
            id: call,
            job,
            lane: facts.lane,
            kind: step.kind(),
            holding: step.holding().map(|h| (h.entitlement, h.scope.clone())),
            generation: facts.generation,
            wanted_seq: facts.wanted_seq,
            begun: &begun,
            intended_at: now,
            deadline_at,
            // The call, and the read that follows it.
            lease_until: deadline_at + span(self.limit) + span(self.engine.options.lease_margin),
        };
        let intended = attempt::intend(&mut tx, &intent).await?;
        if intended == Intended::LeaseLost {
            return Ok((intended, deadline));
        }
        let cause = Caller::engine(job.correlation).cause();
        let mut events = Vec::new();
        #[cfg(feature = "failpoints")]
        let told = self.last.as_ref().map(|last| last.kind);
        if let Some(last) = self.last.take() {
            events.push(last.write(cx, &mut tx, facts, &cause).await?);
        }
        if intended == Intended::Yes {
            let event = call_event(AuditAction::CallIntended, call, step.kind(), facts)
                .detail("generation", facts.generation);
            events.push(event.by(cx, &cause));
        }
        failpoint!(BeforeOutcome, told);
        failpoint!(BeforeIntent, Some(step.kind()));
        tx.commit(events).await?;
        failpoint!(AfterOutcome, told);
        failpoint!(AfterIntent, Some(step.kind()));
        Ok((intended, deadline))
    }

    async fn note_last_call(&mut self) -> Result<(), StoreError> {
        let Some(last) = self.last.take() else { return Ok(()) };
        let cause = Caller::engine(self.job.correlation).cause();
        let mut tx = self.engine.store(self.job).begin().await?;
        let event = last.write(&self.engine.cx, &mut tx, self.facts, &cause).await?;
        tx.commit(vec![event]).await
    }
}

enum Carried {
    All,
    /// The target says that the account exists already.
    Exists,
    Superseded,
    LeaseLost,
    Failed(ConnectorError),
}

/// Whether what was refused says nothing about the next step: another credential or another's account would be refused there
/// as well.
const fn concerns_one_step(cause: Cause) -> bool {
    !matches!(cause, Cause::Credential | Cause::Foreign)
}

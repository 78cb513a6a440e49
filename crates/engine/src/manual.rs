//! Targets that a person serves: what should be true becomes work items, and the job is done with that.
//!
//! Nothing is sent and nothing is read, so nothing here is ever verified. What somebody said before is
//! remembered: nobody is asked for what a named person has confirmed already, and nobody is asked to take
//! away what nobody was ever asked to give.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use usher_operations::{Caller, Cause, Context, Event, request};
use usher_store::account::{self, DemandFacts, LaneFacts};
use usher_store::job::{self, Claimed, Finish};
use usher_store::work_item::{self, Latest, NewItem, What};
use usher_store::{
    AuditEvent, StoreError, Tx, application, connector, demand, finding, notification,
};
use usher_vocabulary::{
    AttemptOutcome, AuditAction, Direction, JobState, LaneId, Realisation, SubjectId, WorkItemState,
};

use crate::completion;
use crate::worker::Engine;

/// How long a person has. Taking away is urgent (seed 002: tier 2 within hours, not days).
const GIVE_WITHIN: TimeDelta = TimeDelta::hours(24);
const TAKE_AWAY_WITHIN: TimeDelta = TimeDelta::hours(4);

/// Brings the open items of a lane in line with what is wanted.
///
/// # Errors
/// The database failed: nothing is written, and the lease runs out.
pub(crate) async fn run(
    engine: &Engine,
    job: &Claimed,
    lane: LaneId,
    instructions: &str,
) -> Result<(), StoreError> {
    let cx = &engine.cx;
    let mut tx = engine.store(job).begin().await?;
    let now = cx.now();
    // Locked first and read then: whoever turns a wish or closes an item waits, or is seen.
    demand::lock_known_lane(&mut tx, lane).await?;
    let Some(facts) = account::facts(&mut tx, lane).await? else { return Ok(()) };
    account::note_done(&mut tx, lane, facts.wanted_seq).await?;
    let latest = work_item::latest_of_lane(&mut tx, lane).await?;
    let mut desk = Desk {
        cx,
        facts: &facts,
        instructions,
        cause: Caller::engine(job.correlation).cause(),
        events: Vec::new(),
        now,
    };
    desk.drop_overtaken(&mut tx, &latest).await?;
    let mut asks = Vec::new();
    for wish in facts.demands.iter().filter(|d| needs_somebody(d.realisation)) {
        let before = latest.iter().find(|item| item.demand == wish.id);
        match step(wish, before) {
            Step::Waits => desk.wait(&mut tx, wish).await?,
            Step::Known { by, evidence } => desk.take_word(&mut tx, wish, by, &evidence).await?,
            Step::Ask { was_confirmed } => asks.push((wish, was_confirmed)),
        }
    }
    desk.ask(&mut tx, &asks).await?;
    let outcome = match asks.is_empty() {
        true => AttemptOutcome::NoChange,
        false => AttemptOutcome::HandedOver,
    };
    let events = desk.events;
    connector::note_success(&mut tx, job.connector, now).await?;
    let finish = Finish {
        state: JobState::Done,
        run_at: now,
        outcome,
        detail: "",
        error: None,
        class: None,
        call: None,
    };
    if !job::finish(&mut tx, job, &finish, now).await?.is_ours {
        // Somebody else answers for the job now and comes to the same items.
        usher_telemetry::lease_lost();
        return Ok(());
    }
    failpoint!(BeforeAck, None);
    tx.commit(events).await?;
    failpoint!(AfterAck, None);
    completion::ended(outcome, true);
    Ok(())
}

/// Whether the target is not known to be as it should be, and nobody has given it up.
const fn needs_somebody(realisation: Realisation) -> bool {
    match realisation {
        Realisation::NotStarted
        | Realisation::InProgress
        | Realisation::Applied
        | Realisation::NotEffective
        | Realisation::WaitingManual
        | Realisation::FailedRetrying
        | Realisation::Drifted => true,
        Realisation::Verified | Realisation::Unverifiable | Realisation::FailedDead => false,
    }
}

/// What a wish needs.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Somebody is asked already.
    Waits,
    /// The last word about it says what is wanted; `by` is `None` when nobody was ever asked for anything.
    Known {
        by: Option<SubjectId>,
        evidence: String,
    },
    Ask {
        was_confirmed: bool,
    },
}

fn step(wish: &DemandFacts, before: Option<&Latest>) -> Step {
    let known = |item: &Latest| Step::Known {
        by: item.closed_by,
        evidence: item.evidence.clone().unwrap_or_default(),
    };
    match (wish.direction, before.map(|item| (item, item.direction, item.state))) {
        (Direction::Revoke, None) => {
            Step::Known { by: None, evidence: "nobody was ever asked to set it up".to_owned() }
        }
        (wanted, Some((_, asked, WorkItemState::Open))) if wanted == asked => Step::Waits,
        (wanted, Some((item, asked, WorkItemState::Done))) if wanted == asked => known(item),
        // Whoever could not give it says that there is nothing to take away.
        (Direction::Revoke, Some((item, Direction::Grant, WorkItemState::Cannot))) => known(item),
        (Direction::Revoke, Some((_, Direction::Grant, state))) => {
            Step::Ask { was_confirmed: state == WorkItemState::Done }
        }
        (Direction::Revoke, Some((item, Direction::Revoke, _))) => {
            Step::Ask { was_confirmed: item.was_confirmed }
        }
        (Direction::Grant, _) => Step::Ask { was_confirmed: false },
    }
}

/// One lane at hand, and what is to be recorded about it.
struct Desk<'a> {
    cx: &'a Context,
    facts: &'a LaneFacts,
    instructions: &'a str,
    cause: Cause,
    events: Vec<AuditEvent>,
    now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Items that ask for the opposite of what is wanted now.
    async fn drop_overtaken(&mut self, tx: &mut Tx, latest: &[Latest]) -> Result<(), StoreError> {
        let wanted = |item: &&Latest| {
            let wish = self.facts.demands.iter().find(|demand| demand.id == item.demand);
            wish.is_some_and(|wish| wish.direction == item.direction)
        };
        let overtaken: Vec<(&Latest, WorkItemState)> = latest
            .iter()
            .filter(|item| item.state == WorkItemState::Open && !wanted(item))
            .map(|item| match item.direction {
                Direction::Grant => (item, WorkItemState::Withdrawn),
                Direction::Revoke => (item, WorkItemState::Superseded),
            })
            .collect();
        if overtaken.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = overtaken.iter().map(|(item, state)| (item.id, *state)).collect();
        work_item::drop_open(tx, &ids, self.now).await?;
        for (item, state) in overtaken {
            let action = match state {
                WorkItemState::Withdrawn => AuditAction::WorkItemWithdrawn,
                _ => AuditAction::WorkItemSuperseded,
            };
            let event = Event::new(action, "work_item", item.id)
                .about(self.facts.subject)
                .detail("demand", item.demand.to_string());
            self.events.push(event.by(self.cx, &self.cause));
        }
        Ok(())
    }

    async fn wait(&self, tx: &mut Tx, wish: &DemandFacts) -> Result<(), StoreError> {
        let waiting = Realisation::WaitingManual;
        demand::realise(tx, wish.id, self.facts.wanted_seq, waiting, None, self.now).await?;
        Ok(())
    }

    async fn take_word(
        &mut self,
        tx: &mut Tx,
        wish: &DemandFacts,
        by: Option<SubjectId>,
        evidence: &str,
    ) -> Result<(), StoreError> {
        demand::confirm(tx, wish.id, by, evidence, self.now).await?;
        let event = Event::new(AuditAction::DemandConfirmed, "demand", wish.id)
            .about(self.facts.subject)
            .detail("direction", wish.direction.as_str())
            .detail("by", by.map(|by| by.to_string()));
        self.events.push(event.by(self.cx, &self.cause));
        for id in finding::resolve_demand(tx, wish.id, self.now).await? {
            let event = Event::new(AuditAction::FindingResolved, "finding", id);
            self.events.push(event.about(self.facts.subject).by(self.cx, &self.cause));
        }
        if wish.direction == Direction::Grant {
            let (lane, cause) = (self.facts.lane, &self.cause);
            request::tell_delivered(self.cx, tx, lane, cause, &mut self.events).await?;
        }
        Ok(())
    }

    /// Opens items, and tells whoever owns the application.
    async fn ask(&mut self, tx: &mut Tx, asks: &[(&DemandFacts, bool)]) -> Result<(), StoreError> {
        let items: Vec<NewItem> =
            asks.iter().map(|(wish, was_confirmed)| self.item(wish, *was_confirmed)).collect();
        let Some(first) = items.first() else { return Ok(()) };
        work_item::insert(tx, &items).await?;
        for ((wish, _), item) in asks.iter().zip(&items) {
            self.wait(tx, wish).await?;
            let event = Event::new(AuditAction::WorkItemOpened, "work_item", item.id)
                .about(self.facts.subject)
                .detail("demand", wish.id.to_string())
                .detail("direction", wish.direction.as_str())
                .detail("entitlement", wish.entitlement.to_string());
            self.events.push(event.by(self.cx, &self.cause));
        }
        let Some(shown) = work_item::get(tx, first.id).await? else { return Ok(()) };
        let owners = application::owners(tx, shown.application).await?;
        // Nobody confirms their own access, so nobody is asked to.
        for owner in owners.into_iter().filter(|owner| *owner != self.facts.subject) {
            for item in &items {
                let message = self.message(owner, item, &shown);
                notification::queue(tx, &message, self.now).await?;
            }
        }
        Ok(())
    }

    fn item(&self, wish: &DemandFacts, was_confirmed: bool) -> NewItem {
        let is_last = wish.direction == Direction::Revoke
            && self.facts.demands.iter().all(|demand| demand.direction == Direction::Revoke);
        let within = match wish.direction {
            Direction::Grant => GIVE_WITHIN,
            Direction::Revoke => TAKE_AWAY_WITHIN,
        };
        NewItem {
            id: self.cx.id(),
            demand: wish.id,
            lane: self.facts.lane,
            direction: wish.direction,
            was_confirmed,
            what: What {
                display_name: self.facts.display_name.clone(),
                email: self.facts.email.clone(),
                user_name: self.facts.user_name.clone(),
                entitlement: wish.name.clone(),
                kind: wish.kind.clone(),
                native_id: wish.native_id.clone(),
                scope: wish.scope.clone(),
                then_account: is_last.then_some(self.facts.last_access),
            },
            instructions: self.instructions.to_owned(),
            opened_at: self.now,
            due_at: self.now + within,
            correlation: self.cause.correlation,
        }
    }

    fn message(
        &self,
        owner: SubjectId,
        item: &NewItem,
        shown: &work_item::Item,
    ) -> notification::NewNotification {
        notification::NewNotification {
            id: self.cx.id(),
            recipient: owner,
            kind: match item.direction {
                Direction::Grant => "work_give",
                Direction::Revoke => "work_take_away",
            },
            payload: json!({
                "work_item": item.id,
                "item": item.what.entitlement,
                "application": shown.application_name,
                "due_at": item.due_at,
            }),
            correlation: self.cause.correlation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_vocabulary::{DemandId, EntitlementId, WorkItemId, uuid::Uuid};

    fn wish(direction: Direction) -> DemandFacts {
        DemandFacts {
            id: DemandId(Uuid::nil()),
            entitlement: EntitlementId(Uuid::nil()),
            kind: "key".to_owned(),
            native_id: "vault".to_owned(),
            name: "Key".to_owned(),
            scope: String::new(),
            direction,
            realisation: Realisation::NotStarted,
        }
    }

    fn before(direction: Direction, state: WorkItemState, was_confirmed: bool) -> Latest {
        Latest {
            id: WorkItemId(Uuid::nil()),
            demand: DemandId(Uuid::nil()),
            direction,
            state,
            was_confirmed,
            closed_by: Some(SubjectId(Uuid::nil())),
            evidence: Some("seen".to_owned()),
        }
    }

    #[test]
    fn only_what_somebody_said_spares_the_question() {
        use Direction::{Grant, Revoke};
        use WorkItemState as W;
        let known = Step::Known { by: Some(SubjectId(Uuid::nil())), evidence: "seen".to_owned() };
        let ask = |was_confirmed| Step::Ask { was_confirmed };
        for (wanted, asked, state, expected) in [
            (Grant, Grant, W::Open, &Step::Waits),
            (Grant, Grant, W::Done, &known),
            (Grant, Grant, W::Cannot, &ask(false)),
            (Grant, Revoke, W::Done, &ask(false)),
            (Grant, Revoke, W::Open, &ask(false)),
            (Revoke, Grant, W::Done, &ask(true)),
            // Nobody said that it is there, and nobody that it is not.
            (Revoke, Grant, W::Open, &ask(false)),
            (Revoke, Grant, W::Withdrawn, &ask(false)),
            (Revoke, Grant, W::Cannot, &known),
            (Revoke, Revoke, W::Done, &known),
            (Revoke, Revoke, W::Cannot, &ask(true)),
            (Revoke, Revoke, W::Superseded, &ask(true)),
        ] {
            let found = step(&wish(wanted), Some(&before(asked, state, true)));
            assert_eq!(&found, expected, "{wanted} after {asked} {state}");
        }
        assert_eq!(step(&wish(Grant), None), ask(false));
        assert!(matches!(step(&wish(Revoke), None), Step::Known { by: None, .. }));
    }
}

//! What a read says about every wish of a lane, and what it means that no further try will follow.

use usher_connector::ObservedAccount;
use usher_domain::provision::{Holding, Observed, Wish, is_effective};
use usher_operations::{Cause as WhoCaused, Context, Event};
use usher_store::account::{DemandFacts, LaneFacts};
use usher_store::job::Claimed;
use usher_store::{AuditEvent, StoreError, Tx, demand, finding};
use usher_vocabulary::{
    AuditAction, CorrelationId, DemandId, Direction, FindingKind, JobId, Realisation,
};

use crate::health::storable;

/// Where a read shows nothing, that is the evidence.
pub(crate) fn evidence(found: Option<&ObservedAccount>) -> String {
    found.map_or_else(
        || "the target has no such account".to_owned(),
        |account| storable(&account.evidence),
    )
}

/// What a try has to show.
pub(crate) struct Seen<'a> {
    pub(crate) observed: Option<&'a Observed>,
    pub(crate) evidence: String,
    /// Something was sent and accepted.
    pub(crate) has_changed: bool,
}

/// What the read says about the wishes.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    has_read: bool,
    /// Demands that the read does not show, with their names.
    ineffective: Vec<(DemandId, String)>,
    /// Somebody waits for something on the lane that was never delivered.
    pub(crate) has_undelivered: bool,
    /// The connector's last calls succeeded, and somebody noted it a moment ago.
    pub(crate) is_connector_well: bool,
}

impl Judged {
    /// A read shows everything as it should be.
    pub(crate) const fn is_true(&self) -> bool {
        self.has_read && self.ineffective.is_empty()
    }

    pub(crate) fn names(&self) -> String {
        self.ineffective.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether the read showed it: then the failure of something else does not concern it.
    fn is_shown(&self, demand: DemandId) -> bool {
        self.has_read && self.ineffective.iter().all(|(id, _)| *id != demand)
    }
}

/// Compares the read with every wish of the lane.
pub(crate) async fn judge(
    cx: &Context,
    tx: &mut Tx,
    job: &Claimed,
    facts: &LaneFacts,
    seen: &Seen<'_>,
    cause: &WhoCaused,
    events: &mut Vec<AuditEvent>,
) -> Result<Judged, StoreError> {
    let wishes: Vec<Wish> = facts.demands.iter().map(wish).collect();
    let mut judged = Judged { has_read: true, ..Judged::default() };
    let mut shown = Vec::new();
    for (demand, wish) in facts.demands.iter().zip(&wishes) {
        let is_shown = is_effective(wish, &wishes, seen.observed, facts.account_rule());
        if !is_shown {
            judged.ineffective.push((demand.id, demand.name.clone()));
        }
        if is_shown || seen.has_changed || is_kept(wish, seen) {
            shown.push((demand.id, is_shown));
        }
    }
    let reading = demand::Reading {
        lane: facts.lane,
        seq: facts.wanted_seq,
        shown: &shown,
        evidence: &seen.evidence,
        is_whole: judged.is_true(),
        connector: job.connector,
    };
    let told = demand::judge(tx, &reading, cx.now()).await?;
    judged.has_undelivered = told.has_undelivered;
    judged.is_connector_well = told.is_connector_well;
    for (demand, wish) in facts.demands.iter().zip(&wishes) {
        if !told.written.contains(&demand.id) {
            continue;
        }
        if judged.is_shown(demand.id) {
            events.push(demand_event(AuditAction::DemandVerified, demand, facts).by(cx, cause));
        } else {
            let (name, evidence) = (&demand.name, &seen.evidence);
            let detail = if is_kept(wish, seen) {
                format!("{name}: left active for what was given on it elsewhere ({evidence})")
            } else {
                format!("{name}: accepted, and a read does not show it ({evidence})")
            };
            not_effective(cx, tx, job, facts, demand, detail, cause, events).await?;
        }
    }
    events.extend(told.resolved.into_iter().map(|id| {
        Event::new(AuditAction::FindingResolved, "finding", id).about(facts.subject).by(cx, cause)
    }));
    Ok(judged)
}

/// The account should be gone, and somebody else gave something on it: nothing was sent.
fn is_kept(wish: &Wish, seen: &Seen<'_>) -> bool {
    wish.is_account
        && wish.direction == Direction::Revoke
        && seen.observed.is_some_and(|observed| observed.holds_others)
}

#[expect(clippy::too_many_arguments, reason = "what a finding says comes from everywhere")]
async fn not_effective(
    cx: &Context,
    tx: &mut Tx,
    job: &Claimed,
    facts: &LaneFacts,
    demand: &DemandFacts,
    detail: String,
    cause: &WhoCaused,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    events.push(
        demand_event(AuditAction::DemandNotEffective, demand, facts)
            .outcome("failure")
            .by(cx, cause),
    );
    let new = finding::NewFinding {
        id: cx.id(),
        kind: FindingKind::NotEffective,
        lane: Some(facts.lane),
        demand: Some(demand.id),
        job: Some(job.id),
        detail,
        correlation: job.correlation,
    };
    open(cx, tx, &new, Some(facts), cause, events).await
}

async fn open(
    cx: &Context,
    tx: &mut Tx,
    new: &finding::NewFinding,
    facts: Option<&LaneFacts>,
    cause: &WhoCaused,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    if finding::open(tx, new, cx.now()).await? {
        let event = about(Event::new(AuditAction::FindingOpened, "finding", new.id), facts);
        events.push(event.by(cx, cause));
    }
    Ok(())
}

fn about(event: Event, facts: Option<&LaneFacts>) -> Event {
    match facts {
        Some(facts) => event.about(facts.subject),
        None => event,
    }
}

pub(crate) fn wish(demand: &DemandFacts) -> Wish {
    Wish {
        holding: Holding { entitlement: demand.entitlement, scope: demand.scope.clone() },
        direction: demand.direction,
        is_account: demand.kind == "account",
    }
}

fn demand_event(action: AuditAction, demand: &DemandFacts, facts: &LaneFacts) -> Event {
    Event::new(action, "demand", demand.id)
        .about(facts.subject)
        .detail("direction", demand.direction.as_str())
        .detail("entitlement", demand.entitlement.to_string())
        .detail("lane", facts.lane.to_string())
}

/// A job that nobody will try again by itself.
pub(crate) struct GivenUp<'a> {
    pub(crate) job: JobId,
    pub(crate) correlation: CorrelationId,
    /// Why, for whoever looks at it.
    pub(crate) words: &'a str,
    /// What the last read said.
    pub(crate) judged: &'a Judged,
}

/// No further try will finish it: a person must look. `facts` are of its lane, if it has one.
pub(crate) async fn give_up(
    cx: &Context,
    tx: &mut Tx,
    given_up: &GivenUp<'_>,
    facts: Option<&LaneFacts>,
    cause: &WhoCaused,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    if let Some(facts) = facts {
        fail_demands(cx, tx, given_up, facts, cause, events).await?;
    }
    let event = Event::new(AuditAction::JobDeadLettered, "job", given_up.job).outcome("failure");
    events.push(about(event, facts).by(cx, cause));
    let new = finding::NewFinding {
        id: cx.id(),
        kind: FindingKind::DeadLetter,
        lane: facts.map(|f| f.lane),
        demand: None,
        job: Some(given_up.job),
        detail: given_up.words.to_owned(),
        correlation: given_up.correlation,
    };
    open(cx, tx, &new, facts, cause, events).await
}

async fn fail_demands(
    cx: &Context,
    tx: &mut Tx,
    given_up: &GivenUp<'_>,
    facts: &LaneFacts,
    cause: &WhoCaused,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    for demand in &facts.demands {
        let is_told = matches!(
            demand.realisation,
            Realisation::Verified | Realisation::Unverifiable | Realisation::NotEffective
        );
        if is_told || given_up.judged.is_shown(demand.id) {
            continue;
        }
        let (seq, words) = (facts.wanted_seq, Some(given_up.words));
        let failed = Realisation::FailedDead;
        if demand::realise(tx, demand.id, seq, failed, words, cx.now()).await? {
            events.push(
                demand_event(AuditAction::DemandFailed, demand, facts)
                    .outcome("failure")
                    .by(cx, cause),
            );
        }
    }
    Ok(())
}

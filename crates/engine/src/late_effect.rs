//! A call that took effect after its access was taken away: found by reading again, undone like any difference, and
//! recorded (domain.md, section 0).

use usher_domain::provision::{Observed, is_back};
use usher_operations::{Cause, Context, Event};
use usher_store::account::LaneFacts;
use usher_store::job::Claimed;
use usher_store::{AuditEvent, StoreError, Tx, attempt, demand, finding};
use usher_vocabulary::{AuditAction, FindingKind, Realisation};

use crate::judge::wish;

/// Opens a finding for each demand that was verified as gone and is there again, where a call of ours explains it. `first`
/// is what the try read before it changed anything. The finding closes when the demand is verified again.
pub(crate) async fn record(
    cx: &Context,
    tx: &mut Tx,
    job: &Claimed,
    facts: &LaneFacts,
    first: Option<&Observed>,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let wishes: Vec<_> = facts.demands.iter().map(wish).collect();
    let were_verified: Vec<_> =
        facts.demands.iter().map(|d| d.realisation == Realisation::Verified).collect();
    let back: Vec<_> = is_back(&wishes, &were_verified, first, facts.account_rule())
        .into_iter()
        .filter_map(|index| facts.demands.get(index))
        .collect();
    if back.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = back.iter().map(|d| d.id).collect();
    let late = attempt::undone_late(tx, facts.lane, &ids).await?;
    for gone in back.iter().filter(|d| late.contains(&d.id)) {
        // It was gone and is not: nothing may say that it is verified until a read shows it again.
        demand::realise(tx, gone.id, facts.wanted_seq, Realisation::InProgress, None, cx.now())
            .await?;
        let new = finding::NewFinding {
            id: cx.id(),
            kind: FindingKind::LateEffect,
            lane: Some(facts.lane),
            demand: Some(gone.id),
            job: Some(job.id),
            detail: format!(
                "{}: verified as gone, then given again by a call of before",
                gone.name
            ),
            correlation: job.correlation,
        };
        if finding::open(tx, &new, cx.now()).await? {
            events.push(
                Event::new(AuditAction::FindingOpened, "finding", new.id)
                    .about(facts.subject)
                    .detail("kind", FindingKind::LateEffect.as_str())
                    .by(cx, cause),
            );
        }
    }
    Ok(())
}

//! The word a person reads is a function of desired and observed (product.md, principle 3).

use usher_vocabulary::{
    AssignmentState, DecisionState, Direction, EndReason, ItemState, Realisation,
};

/// One demand of an assignment, as far as its words depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemandFacts {
    pub direction: Direction,
    pub realisation: Realisation,
}

/// State of a request item: the decision, then what its demands say.
///
/// `demands` are those of the item's assignment. A demand that another assignment still wants keeps
/// the direction `grant` after this one ended; then nothing is left to remove for this item.
#[must_use]
pub fn item_state(
    decision: DecisionState,
    assignment: Option<AssignmentState>,
    demands: &[DemandFacts],
) -> ItemState {
    match (decision, assignment) {
        (DecisionState::AwaitingApproval, _) => ItemState::AwaitingApproval,
        (DecisionState::Denied, _) => ItemState::Denied,
        (DecisionState::Cancelled, _) => ItemState::Cancelled,
        (DecisionState::Expired, _) => ItemState::Expired,
        (DecisionState::Blocked, _) => ItemState::Blocked,
        (DecisionState::Approved, None | Some(AssignmentState::Scheduled)) => ItemState::Approved,
        (DecisionState::Approved, Some(AssignmentState::Ended)) => ended_state(demands),
        (DecisionState::Approved, Some(AssignmentState::Active | AssignmentState::Suspended)) => {
            active_state(demands)
        }
    }
}

fn active_state(demands: &[DemandFacts]) -> ItemState {
    let done = demands.iter().filter(|d| is_settled(d.realisation)).count();
    let failed = demands.iter().filter(|d| d.realisation == Realisation::FailedDead).count();
    match (done, failed) {
        (n, _) if n == demands.len() => ItemState::Delivered,
        (0, f) if f > 0 && f == demands.len() => ItemState::Failed,
        (n, f) if n > 0 && n + f == demands.len() => ItemState::PartiallyDelivered,
        _ => ItemState::Provisioning,
    }
}

fn ended_state(demands: &[DemandFacts]) -> ItemState {
    let gone = |d: &DemandFacts| d.direction == Direction::Grant || is_settled(d.realisation);
    if demands.iter().all(gone) { ItemState::Ended } else { ItemState::Ending }
}

const fn is_settled(realisation: Realisation) -> bool {
    matches!(realisation, Realisation::Verified | Realisation::Unverifiable)
}

/// What a person reads about an assignment or a request item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    WaitsForApproval,
    Denied,
    Cancelled,
    Expired,
    Blocked,
    /// Approved, begins later.
    StartsLater,
    BeingSetUp,
    /// The target accepted; the read is still to come.
    BeingChecked,
    YouHaveThis,
    PartlyYours,
    /// The target said yes and a read shows no effect.
    NotEffective,
    SetUpFailed,
    WaitsForManualWork,
    /// Was there, is not any more although it should be.
    Drifted,
    BeingRemoved,
    RemovalNotEffective,
    /// Nothing more will be tried without a person; security is told.
    RemovalFailed,
    Ended,
    GivenBack,
}

impl Words {
    /// Key of the text, in the API and in the word files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::WaitsForApproval => "waits_for_approval",
            Self::Denied => "denied",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
            Self::StartsLater => "starts_later",
            Self::BeingSetUp => "being_set_up",
            Self::BeingChecked => "being_checked",
            Self::YouHaveThis => "you_have_this",
            Self::PartlyYours => "partly_yours",
            Self::NotEffective => "not_effective",
            Self::SetUpFailed => "set_up_failed",
            Self::WaitsForManualWork => "waits_for_manual_work",
            Self::Drifted => "drifted",
            Self::BeingRemoved => "being_removed",
            Self::RemovalNotEffective => "removal_not_effective",
            Self::RemovalFailed => "removal_failed",
            Self::Ended => "ended",
            Self::GivenBack => "given_back",
        }
    }
}

/// The words for a request item.
#[must_use]
pub fn words(state: ItemState, demands: &[DemandFacts], end: Option<EndReason>) -> Words {
    let any = |r: Realisation| demands.iter().any(|d| d.realisation == r);
    match state {
        ItemState::AwaitingApproval => Words::WaitsForApproval,
        ItemState::Denied => Words::Denied,
        ItemState::Cancelled => Words::Cancelled,
        ItemState::Expired => Words::Expired,
        ItemState::Blocked => Words::Blocked,
        ItemState::Approved => Words::StartsLater,
        ItemState::Delivered => Words::YouHaveThis,
        ItemState::PartiallyDelivered => Words::PartlyYours,
        ItemState::Failed => Words::SetUpFailed,
        ItemState::Provisioning if any(Realisation::NotEffective) => Words::NotEffective,
        ItemState::Provisioning if any(Realisation::WaitingManual) => Words::WaitsForManualWork,
        ItemState::Provisioning if any(Realisation::Drifted) => Words::Drifted,
        ItemState::Provisioning if demands.iter().all(|d| is_accepted(d.realisation)) => {
            Words::BeingChecked
        }
        ItemState::Provisioning => Words::BeingSetUp,
        ItemState::Ending if removal(demands, Realisation::FailedDead) => Words::RemovalFailed,
        ItemState::Ending if removal(demands, Realisation::NotEffective) => {
            Words::RemovalNotEffective
        }
        ItemState::Ending => Words::BeingRemoved,
        ItemState::Ended if end == Some(EndReason::Returned) => Words::GivenBack,
        ItemState::Ended => Words::Ended,
    }
}

const fn is_accepted(realisation: Realisation) -> bool {
    matches!(realisation, Realisation::Applied | Realisation::Verified | Realisation::Unverifiable)
}

fn removal(demands: &[DemandFacts], realisation: Realisation) -> bool {
    demands.iter().any(|d| d.direction == Direction::Revoke && d.realisation == realisation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AssignmentState as A;
    use Realisation as R;

    fn grant(realisation: Realisation) -> DemandFacts {
        DemandFacts { direction: Direction::Grant, realisation }
    }
    fn revoke(realisation: Realisation) -> DemandFacts {
        DemandFacts { direction: Direction::Revoke, realisation }
    }
    fn read(assignment: A, demands: &[DemandFacts]) -> Words {
        words(item_state(DecisionState::Approved, Some(assignment), demands), demands, None)
    }

    #[test]
    fn only_verified_reads_as_held() {
        for realisation in Realisation::ALL {
            let held = read(A::Active, &[grant(*realisation)]) == Words::YouHaveThis;
            assert_eq!(held, matches!(realisation, R::Verified | R::Unverifiable), "{realisation}");
        }
    }

    #[test]
    fn only_a_verified_removal_reads_as_ended() {
        for realisation in Realisation::ALL {
            let ended = read(A::Ended, &[revoke(*realisation)]) == Words::Ended;
            assert_eq!(
                ended,
                matches!(realisation, R::Verified | R::Unverifiable),
                "{realisation}"
            );
        }
    }

    #[test]
    fn words_by_desired_and_realisation() {
        assert_eq!(read(A::Scheduled, &[]), Words::StartsLater);
        assert_eq!(read(A::Active, &[grant(R::NotStarted)]), Words::BeingSetUp);
        assert_eq!(read(A::Active, &[grant(R::Applied)]), Words::BeingChecked);
        assert_eq!(read(A::Active, &[grant(R::NotEffective)]), Words::NotEffective);
        assert_eq!(
            read(A::Active, &[grant(R::Verified), grant(R::FailedDead)]),
            Words::PartlyYours
        );
        assert_eq!(read(A::Active, &[grant(R::FailedDead)]), Words::SetUpFailed);
        assert_eq!(read(A::Ended, &[revoke(R::InProgress)]), Words::BeingRemoved);
        assert_eq!(read(A::Ended, &[revoke(R::FailedDead)]), Words::RemovalFailed);
        assert_eq!(read(A::Ended, &[revoke(R::NotEffective)]), Words::RemovalNotEffective);
        // Another assignment still wants it: nothing is left to remove for this one.
        assert_eq!(read(A::Ended, &[grant(R::Verified)]), Words::Ended);
    }
}

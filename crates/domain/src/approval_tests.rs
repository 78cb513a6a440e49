use super::*;
use proptest::prelude::*;
use usher_vocabulary::uuid::Uuid;

fn person(n: u8) -> SubjectId {
    SubjectId(Uuid::from_bytes([n; 16]))
}
fn task(n: u8) -> TaskId {
    TaskId(Uuid::from_bytes([n; 16]))
}
fn stage(n: u8, mode: StageMode, approvers: &[u8]) -> Stage {
    let tasks = approvers
        .iter()
        .map(|a| Task { id: task(n * 16 + a), approver: person(*a), state: TaskState::Open })
        .collect();
    Stage { id: StageId(Uuid::from_bytes([n; 16])), mode, state: StageState::Waiting, tasks }
}
fn plan(stages: Vec<Stage>) -> Plan {
    Plan { requester: person(1), requestee: person(1), stages }.open().0
}
fn rule(rule: ApproverRule) -> StagePolicy {
    StagePolicy { rule, mode: StageMode::Any, group: None }
}

#[test]
fn one_stage_after_the_other() {
    let mut plan = plan(vec![stage(1, StageMode::Any, &[2]), stage(2, StageMode::Any, &[3, 4])]);
    assert_eq!(
        plan.decide(task(35), person(3), Decision::Approve),
        Err(DecideError::NotOpen),
        "second stage waits"
    );
    assert_eq!(plan.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Open));
    assert_eq!(plan.decide(task(36), person(4), Decision::Approve), Ok(Verdict::Approved));
    assert_eq!(
        plan.decide(task(35), person(3), Decision::Deny),
        Err(DecideError::NotOpen),
        "any: one was enough"
    );
}

#[test]
fn all_needs_everybody_and_deny_wins() {
    let mut unanimous = plan(vec![stage(1, StageMode::All, &[2, 3])]);
    assert_eq!(unanimous.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Open));
    assert_eq!(unanimous.decide(task(19), person(3), Decision::Approve), Ok(Verdict::Approved));

    let mut denied = plan(vec![stage(1, StageMode::All, &[2, 3]), stage(2, StageMode::Any, &[4])]);
    assert_eq!(denied.decide(task(18), person(2), Decision::Deny), Ok(Verdict::Denied));
    assert!(denied.stages.iter().flat_map(|s| &s.tasks).all(|t| t.state != TaskState::Open));
}

#[test]
fn nobody_decides_twice_or_for_somebody_else() {
    let mut plan = plan(vec![stage(1, StageMode::Any, &[2])]);
    assert_eq!(plan.decide(task(18), person(3), Decision::Approve), Err(DecideError::NotYours));
    assert_eq!(plan.decide(task(99), person(2), Decision::Approve), Err(DecideError::NoSuchTask));
    assert_eq!(plan.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Approved));
    assert_eq!(plan.decide(task(18), person(2), Decision::Deny), Err(DecideError::NotOpen));
}

#[test]
fn a_question_keeps_the_stage_open_until_answered_or_decided() {
    let mut plan = plan(vec![stage(1, StageMode::Any, &[2])]);
    assert_eq!(plan.decide(task(18), person(2), Decision::Ask), Ok(Verdict::Open));
    assert_eq!(plan.decide(task(18), person(2), Decision::Ask), Err(DecideError::NotOpen));
    assert_eq!(plan.answer(task(18)), Ok(()));
    assert_eq!(plan.answer(task(18)), Err(DecideError::NotOpen));
    assert_eq!(plan.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Approved));
}

#[test]
fn the_same_human_is_not_asked_twice() {
    let mut others = plan(vec![stage(1, StageMode::Any, &[2]), stage(2, StageMode::Any, &[2, 3])]);
    assert_eq!(others.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Open));
    assert_eq!(others.decide(task(34), person(2), Decision::Approve), Err(DecideError::NotOpen));

    let mut alone = plan(vec![stage(1, StageMode::Any, &[2]), stage(2, StageMode::Any, &[2])]);
    assert_eq!(alone.decide(task(18), person(2), Decision::Approve), Ok(Verdict::Approved));
    assert_eq!(alone.stages[1].state, StageState::Skipped);
}

#[test]
fn withdrawal_closes_every_task() {
    let mut plan = plan(vec![stage(1, StageMode::Any, &[2]), stage(2, StageMode::Any, &[3])]);
    plan.void();
    assert_eq!(plan.decide(task(18), person(2), Decision::Approve), Err(DecideError::NotOpen));
}

#[test]
fn a_manager_who_asks_for_a_report_does_not_decide() {
    let people = People {
        requester: Some(person(2)),
        requestee: Some(person(1)),
        managers: vec![person(2), person(3)],
        ..People::default()
    };
    assert_eq!(
        resolve(&rule(ApproverRule::Manager), &people),
        Some((Resolution::ManagerAbove, vec![person(3)]))
    );
    let top = People { managers: vec![person(2)], owners: vec![person(5)], ..people.clone() };
    assert_eq!(
        resolve(&rule(ApproverRule::Manager), &top),
        Some((Resolution::OwnerInstead, vec![person(5)]))
    );
    let alone =
        People { managers: vec![person(2)], fallback: vec![person(1), person(9)], ..people };
    assert_eq!(
        resolve(&rule(ApproverRule::Manager), &alone),
        Some((Resolution::FallbackInstead, vec![person(9)]))
    );
    assert_eq!(resolve(&rule(ApproverRule::Group), &People::default()), None);
}

#[test]
fn an_auditor_only_reads_and_is_never_asked() {
    let people = People {
        requestee: Some(person(1)),
        managers: vec![person(2), person(3)],
        group: vec![person(2), person(4)],
        auditors: vec![person(2)],
        ..People::default()
    };
    let asked = |by| resolve(&rule(by), &people);
    assert_eq!(asked(ApproverRule::Manager), Some((Resolution::ManagerAbove, vec![person(3)])));
    assert_eq!(asked(ApproverRule::Group), Some((Resolution::Group, vec![person(4)])));
    let alone = People { fallback: vec![person(2)], ..people.clone() };
    assert_eq!(resolve(&rule(ApproverRule::ApplicationOwner), &alone), None);
}

proptest! {
    /// Invariant 3: whatever the people around a request, its two parties never are its approvers.
    #[test]
    fn no_resolution_names_requester_or_requestee(
        requester in 1u8..6, requestee in 1u8..6,
        managers in proptest::collection::vec(1u8..6, 0..4), owners in proptest::collection::vec(1u8..6, 0..4),
        group in proptest::collection::vec(1u8..6, 0..4), fallback in proptest::collection::vec(1u8..6, 0..4),
        auditors in proptest::collection::vec(1u8..6, 0..3),
        rules in prop_oneof![Just(ApproverRule::Manager), Just(ApproverRule::ApplicationOwner), Just(ApproverRule::Group)],
    ) {
        let list = |ids: &[u8]| ids.iter().map(|n| person(*n)).collect::<Vec<_>>();
        let people = People {
            requester: Some(person(requester)), requestee: Some(person(requestee)),
            managers: list(&managers), owners: list(&owners), group: list(&group), fallback: list(&fallback),
            auditors: list(&auditors),
        };
        if let Some((_, approvers)) = resolve(&rule(rules), &people) {
            prop_assert!(!approvers.is_empty());
            prop_assert!(!approvers.contains(&person(requester)) && !approvers.contains(&person(requestee)));
            prop_assert!(auditors.iter().all(|auditor| !approvers.contains(&person(*auditor))));
        }
    }

    /// Any order of answers: approved only if every stage has what it needs, and never after a denial.
    #[test]
    fn no_interleaving_approves_a_denied_plan(answers in proptest::collection::vec((0usize..3, 2u8..5, 0u8..3), 0..12)) {
        let mut plan = plan(vec![stage(1, StageMode::All, &[2, 3]), stage(2, StageMode::Any, &[3, 4]), stage(3, StageMode::Any, &[4])]);
        let mut verdict = Verdict::Open;
        for (at, who, answer) in answers {
            let Some(id) = plan.stages[at].tasks.iter().find(|t| t.approver == person(who)).map(|t| t.id) else { continue };
            let decision = [Decision::Approve, Decision::Deny, Decision::Ask][usize::from(answer)];
            match plan.decide(id, person(who), decision) {
                Ok(next) => { prop_assert_eq!(verdict, Verdict::Open, "nothing is decided after the end"); verdict = next; }
                Err(_) => continue,
            }
        }
        if verdict == Verdict::Approved {
            prop_assert!(plan.stages.iter().all(|s| matches!(s.state, StageState::Satisfied | StageState::Skipped)));
            prop_assert!(plan.stages.iter().flat_map(|s| &s.tasks).all(|t| t.state != TaskState::Denied));
        }
    }
}

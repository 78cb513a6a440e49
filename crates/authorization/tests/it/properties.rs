//! Invariant 3 over callers, tasks and policies that nobody thought of.

use std::sync::LazyLock;

use proptest::prelude::*;
use usher_authorization::{Authorizer, Principal, PrincipalKind, Resource};
use usher_vocabulary::{Action, AdminRole, SubjectId, TokenScope, uuid::Uuid};

const DECIDES: &str = r#"permit (principal, action == Action::"decide_task", resource);"#;

static AUTHORIZERS: LazyLock<[Authorizer; 2]> = LazyLock::new(|| {
    [Authorizer::built_in().unwrap(), Authorizer::with_policies(DECIDES).unwrap()]
});

/// Few people, so that the same one often turns up in two places.
fn somebody() -> impl Strategy<Value = SubjectId> {
    (1_u128..5).prop_map(|number| SubjectId(Uuid::from_u128(number)))
}

fn caller() -> impl Strategy<Value = Principal> {
    let kind = prop::sample::select(vec![
        PrincipalKind::Person,
        PrincipalKind::ApiClient,
        PrincipalKind::Job,
        PrincipalKind::Operator,
        PrincipalKind::Test,
    ]);
    let roles = prop::sample::subsequence(AdminRole::ALL, 0..=AdminRole::ALL.len());
    let scope = prop::option::of(prop::sample::select(TokenScope::ALL));
    (prop::option::of(somebody()), kind, roles, scope, any::<bool>())
        .prop_map(|(id, kind, roles, scope, may_act)| Principal { id, kind, roles, scope, may_act })
}

fn task() -> impl Strategy<Value = (SubjectId, SubjectId, SubjectId)> {
    (somebody(), somebody(), somebody())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requester_and_requestee_never_decide(
        who in caller(), (approver, requester, requestee) in task(), edited in any::<bool>(),
    ) {
        let what = Resource::Task { id: Uuid::from_u128(100), approver, requester, requestee };
        let answer = AUTHORIZERS[usize::from(edited)].decide(&who, Action::DecideTask, &what);
        if who.id == Some(requester) || who.id == Some(requestee) {
            prop_assert!(!answer.is_allowed(), "{answer:?}");
        }
    }

    #[test]
    fn whoever_decides_is_the_approver_active_and_no_auditor(
        who in caller(), (approver, requester, requestee) in task(),
    ) {
        let what = Resource::Task { id: Uuid::from_u128(100), approver, requester, requestee };
        if AUTHORIZERS[0].decide(&who, Action::DecideTask, &what).is_allowed() {
            prop_assert_eq!(who.id, Some(approver));
            prop_assert!(who.may_act && !who.roles.contains(&AdminRole::Auditor));
            prop_assert!(who.scope.is_none_or(|scope| scope == TokenScope::Decide));
        }
    }
}

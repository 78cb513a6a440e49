//! Each rule by name, with the least that shows it.

use usher_authorization::{Answer, Denial, Principal, PrincipalKind, Resource};
use usher_vocabulary::{Action, AdminRole, TokenScope};

use crate::people::{
    ME, OTHER, THIRD, authorizer, denied, machine, me, me_as, my_token, request, subject, task,
};

#[test]
fn an_answer_names_the_policies_that_permit() {
    let answer =
        authorizer().decide(&me_as(&[AdminRole::Auditor]), Action::ViewPerson, &subject(ME, &[]));
    let policies = [
        "auditors see everything",
        "everyone sees themselves and asks and gives back for themselves",
    ];
    assert_eq!(answer, Answer::Allowed { policies: policies.map(str::to_owned).to_vec() });
}

#[test]
fn whom_nobody_knows_may_do_nothing() {
    let (authorizer, stranger) = (authorizer(), Principal { id: None, ..me_as(AdminRole::ALL) });
    for action in Action::ALL {
        let answer = authorizer.decide(&stranger, *action, &Resource::Directory);
        assert_eq!(answer, denied(Denial::NotSignedIn), "{action}");
    }
}

#[test]
fn who_is_locked_may_only_sign_out() {
    let locked = Principal { may_act: false, ..me_as(&[AdminRole::Administrator]) };
    let authorizer = authorizer();
    assert!(
        authorizer.decide(&locked, Action::ManageOwnSession, &Resource::Directory).is_allowed()
    );
    assert_eq!(
        authorizer.decide(&locked, Action::ManageTokens, &Resource::Directory),
        denied(Denial::NotActive)
    );
    assert_eq!(
        authorizer.decide(&locked, Action::ViewAudit, &Resource::System),
        denied(Denial::NotActive)
    );
    let answer = authorizer.decide(&locked, Action::DecideTask, &task(ME, OTHER, THIRD));
    assert_eq!(answer, denied(Denial::NotActive));
}

#[test]
fn nobody_decides_on_their_own_access_whoever_they_are() {
    let authorizer = authorizer();
    for kind in [
        PrincipalKind::Person,
        PrincipalKind::ApiClient,
        PrincipalKind::Job,
        PrincipalKind::Operator,
        PrincipalKind::Test,
    ] {
        let scope = (kind == PrincipalKind::ApiClient).then_some(TokenScope::Decide);
        let caller = Principal { kind, scope, ..me_as(&[AdminRole::Administrator]) };
        for own in [task(ME, ME, OTHER), task(ME, OTHER, ME), task(ME, ME, ME)] {
            let answer = authorizer.decide(&caller, Action::DecideTask, &own);
            assert_eq!(answer, denied(Denial::OwnAccess), "{kind:?}");
        }
    }
}

#[test]
fn an_auditor_does_not_decide_their_own_tasks_nor_run_anything() {
    let authorizer = authorizer();
    for roles in [&[AdminRole::Auditor][..], &[AdminRole::Auditor, AdminRole::Administrator]] {
        let auditor = me_as(roles);
        let answer = authorizer.decide(&auditor, Action::DecideTask, &task(ME, OTHER, THIRD));
        assert_eq!(answer, denied(Denial::ReadOnly));
        for action in [
            Action::RetryJob,
            Action::ManageConnectors,
            Action::ImportPeople,
            Action::GrantAdministration,
        ] {
            assert_eq!(
                authorizer.decide(&auditor, action, &Resource::System),
                denied(Denial::ReadOnly),
                "{action}"
            );
        }
        assert!(authorizer.decide(&auditor, Action::SubmitRequest, &subject(ME, &[])).is_allowed());
        assert!(
            authorizer.decide(&auditor, Action::ViewRequest, &request(OTHER, THIRD)).is_allowed()
        );
    }
}

#[test]
fn only_the_direct_manager_asks_for_a_report() {
    let authorizer = authorizer();
    let ask = |managers| authorizer.decide(&me(), Action::SubmitRequest, &subject(OTHER, managers));
    assert!(ask(&[ME, THIRD]).is_allowed());
    assert_eq!(ask(&[THIRD, ME]), denied(Denial::NoPolicy));
    assert_eq!(ask(&[]), denied(Denial::NoPolicy));
}

#[test]
fn an_administrator_decides_only_what_they_are_asked() {
    let (authorizer, administrator) = (authorizer(), me_as(&[AdminRole::Administrator]));
    let decide = |approver| {
        authorizer.decide(&administrator, Action::DecideTask, &task(approver, OTHER, OTHER))
    };
    assert_eq!(decide(THIRD), denied(Denial::NoPolicy));
    assert!(decide(ME).is_allowed());
}

#[test]
fn a_token_does_no_more_than_its_scope() {
    let authorizer = authorizer();
    let mine = task(ME, OTHER, THIRD);
    let decide = |scope| authorizer.decide(&my_token(scope, &[]), Action::DecideTask, &mine);
    assert!(decide(TokenScope::Decide).is_allowed());
    for scope in [TokenScope::Read, TokenScope::Request, TokenScope::Admin] {
        assert_eq!(decide(scope), denied(Denial::TokenScope), "{scope}");
    }
}

#[test]
fn a_token_gives_nothing_that_the_person_has_not() {
    let retry =
        authorizer().decide(&my_token(TokenScope::Admin, &[]), Action::RetryJob, &Resource::System);
    assert_eq!(retry, denied(Denial::NoPolicy));
}

#[test]
fn no_token_makes_tokens_sessions_or_administrators() {
    let authorizer = authorizer();
    for scope in TokenScope::ALL {
        let token = my_token(*scope, &[AdminRole::Administrator]);
        for action in [Action::ManageTokens, Action::ManageOwnSession, Action::GrantAdministration]
        {
            let answer = authorizer.decide(&token, action, &Resource::Directory);
            assert_eq!(answer, denied(Denial::TokenScope), "{scope} {action}");
        }
    }
}

#[test]
fn a_token_without_scope_may_do_nothing() {
    let authorizer = authorizer();
    let token = Principal { kind: PrincipalKind::ApiClient, ..me_as(&[AdminRole::Administrator]) };
    for action in [Action::ViewCatalogue, Action::ManageOwnSession, Action::ViewAudit] {
        assert_eq!(
            authorizer.decide(&token, action, &Resource::Directory),
            denied(Denial::TokenScope)
        );
    }
}

#[test]
fn a_scope_narrows_whoever_carries_one() {
    let odd = Principal { scope: Some(TokenScope::Read), ..machine(PrincipalKind::Operator) };
    let answer = authorizer().decide(&odd, Action::GrantAdministration, &Resource::Directory);
    assert_eq!(answer, denied(Denial::TokenScope));
}

#[test]
fn engine_and_command_line_do_not_decide() {
    for kind in [PrincipalKind::Job, PrincipalKind::Operator] {
        let named = Principal { kind, ..me() };
        for caller in [machine(kind), named] {
            let answer = authorizer().decide(&caller, Action::DecideTask, &task(ME, OTHER, THIRD));
            assert_eq!(answer, denied(Denial::NoPolicy), "{kind:?}");
        }
    }
}

#[test]
fn an_action_about_the_wrong_thing_is_an_error_and_denied() {
    let answer = authorizer().decide(
        &machine(PrincipalKind::Job),
        Action::SubmitRequest,
        &Resource::Directory,
    );
    assert_eq!(answer, denied(Denial::Error));
}

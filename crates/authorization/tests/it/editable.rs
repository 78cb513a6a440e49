//! Policies of one's own add permits and can do nothing else.

use usher_authorization::{
    Answer, Authorizer, Denial, PolicyError, PolicyFault, Principal, PrincipalKind, Resource, Wrong,
};
use usher_vocabulary::{Action, AdminRole, TokenScope};

use crate::people::{ME, OTHER, THIRD, authorizer, denied, machine, me, me_as, my_token, task};

const WIDE_OPEN: &str = r#"
@id("everything for everybody")
permit (
  principal,
  action in
    [Action::"view", Action::"decide_task", Action::"retry_job", Action::"manage_connectors",
     Action::"import_people", Action::"manage_own_session"],
  resource
);
"#;

fn all_faults(extra: &str) -> Vec<PolicyFault> {
    let error = Authorizer::with_policies(extra).unwrap_err();
    let PolicyError::Edited(faults) = error else { return Vec::new() };
    faults
}

/// The one thing that is wrong.
fn refused(extra: &str) -> PolicyFault {
    let mut faults = all_faults(extra);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn a_scoped_permit_is_added_and_named_in_the_answer() {
    let help_desk = format!(
        r#"@id("help desk sees operations")
        permit (principal == Caller::"{ME}", action == Action::"view_operations", resource);"#
    );
    let edited = Authorizer::with_policies(&help_desk).unwrap();
    let see = |authorizer: &Authorizer, who: &Principal| {
        authorizer.decide(who, Action::ViewOperations, &Resource::System)
    };
    assert_eq!(see(&authorizer(), &me()), denied(Denial::NoPolicy));
    assert_eq!(
        see(&edited, &me()),
        Answer::Allowed { policies: vec!["help desk sees operations".to_owned()] }
    );
    let other = Principal { id: Some(OTHER), ..me() };
    assert_eq!(see(&edited, &other), denied(Denial::NoPolicy));
}

#[test]
fn no_permit_opens_self_decision() {
    let edited = Authorizer::with_policies(WIDE_OPEN).unwrap();
    assert!(edited.decide(&me(), Action::DecideTask, &task(THIRD, OTHER, OTHER)).is_allowed());
    for own in [task(ME, ME, OTHER), task(ME, OTHER, ME), task(OTHER, ME, ME)] {
        assert_eq!(edited.decide(&me(), Action::DecideTask, &own), denied(Denial::OwnAccess));
    }
}

#[test]
fn no_permit_lets_an_auditor_change_anything() {
    let edited = Authorizer::with_policies(WIDE_OPEN).unwrap();
    let auditor = me_as(&[AdminRole::Auditor]);
    assert_eq!(
        edited.decide(&auditor, Action::RetryJob, &Resource::System),
        denied(Denial::ReadOnly)
    );
    let answer = edited.decide(&auditor, Action::DecideTask, &task(ME, OTHER, THIRD));
    assert_eq!(answer, denied(Denial::ReadOnly));
}

#[test]
fn no_permit_lets_in_strangers_the_locked_or_tokens() {
    let edited = Authorizer::with_policies(WIDE_OPEN).unwrap();
    let retry = |who: &Principal| edited.decide(who, Action::RetryJob, &Resource::System);
    assert!(retry(&me()).is_allowed());
    assert_eq!(retry(&Principal { id: None, ..me() }), denied(Denial::NotSignedIn));
    assert_eq!(retry(&Principal { may_act: false, ..me() }), denied(Denial::NotActive));
    assert_eq!(retry(&my_token(TokenScope::Decide, &[])), denied(Denial::TokenScope));
    let scopeless = Principal { kind: PrincipalKind::ApiClient, ..me() };
    assert_eq!(retry(&scopeless), denied(Denial::TokenScope));
}

#[test]
fn a_forbid_is_refused_by_name() {
    let error =
        refused(r#"@id("no audit") forbid (principal, action == Action::"view_audit", resource);"#);
    assert_eq!(error.wrong, Wrong::Forbids { policy: "no audit".to_owned() });
    assert_eq!(
        error.to_string(),
        "policy 'no audit' forbids, and a policy of your own may only permit"
    );
}

#[test]
fn a_permit_for_every_action_is_refused_wherever_it_stands() {
    let error = refused(
        r#"permit (principal, action == Action::"view_audit", resource);
        permit (principal, action, resource) when { action == Action::"view_audit" };"#,
    );
    assert_eq!(error.wrong, Wrong::Unscoped { policy: "unnamed policy 2".to_owned() });
}

#[test]
fn a_template_is_refused() {
    let error = refused(
        r#"@id("for somebody") permit (principal == ?principal, action == Action::"view_audit", resource);"#,
    );
    assert_eq!(error.wrong, Wrong::Template { policy: "for somebody".to_owned() });
}

#[test]
fn the_name_of_a_built_in_policy_cannot_be_taken() {
    let error = refused(
        r#"@id("auditors see everything") permit (principal, action == Action::"view_audit", resource);"#,
    );
    assert_eq!(error.wrong, Wrong::NameTaken { policy: "auditors see everything".to_owned() });
}

#[test]
fn a_misspelt_action_attribute_or_role_is_refused() {
    for (wrong, word) in [
        (r#"permit (principal, action == Action::"view_audits", resource);"#, "view_audits"),
        (
            r#"permit (principal, action == Action::"view_audit", resource) when { principal.rank };"#,
            "rank",
        ),
        (
            r#"permit (principal in Role::"auditors", action == Action::"view_audit", resource);"#,
            "auditors",
        ),
    ] {
        // What only follows from it is not said as well.
        let first = refused(wrong);
        assert!(matches!(first.wrong, Wrong::Invalid { .. }), "{first:?}");
        assert_eq!(first.line, Some(1), "{first:?}");
        assert!(first.to_string().contains(word), "{first}");
    }
}

#[test]
fn a_permit_that_can_never_apply_is_refused() {
    let faults =
        all_faults(r#"permit (principal, action == Action::"decide_task", resource is Request);"#);
    let is_said =
        |f: &PolicyFault| matches!(f.wrong, Wrong::Invalid { .. } | Wrong::Doubtful { .. });
    assert!(faults.iter().all(is_said), "{faults:?}");
}

#[test]
fn what_is_no_cedar_is_refused() {
    let faults = all_faults("// a remark\n\nlet everybody in");
    assert!(matches!(faults[0].wrong, Wrong::Syntax { .. }), "{faults:?}");
    assert_eq!(faults[0].line, Some(3), "{faults:?}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let faults = all_faults(
        r#"@id("no audit") forbid (principal, action == Action::"view_audit", resource);
        @id("all") permit (principal, action, resource);

        @id("typo") permit (principal, action == Action::"view_audits", resource);"#,
    );
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_eq!(faults[0].line, Some(4), "{faults:?}");
    assert!(matches!(&faults[0].wrong, Wrong::Invalid { policy, .. } if policy == "typo"));
    for wrong in [
        Wrong::Forbids { policy: "no audit".to_owned() },
        Wrong::Unscoped { policy: "all".to_owned() },
    ] {
        assert!(faults.iter().any(|fault| fault.wrong == wrong), "{wrong}: {faults:?}");
    }
}

const RESERVED: [Action; 4] = [
    Action::ViewAccessRules,
    Action::ManageAccessRules,
    Action::GrantAdministration,
    Action::ManageTokens,
];

#[test]
fn no_permit_names_what_could_open_everything_else() {
    for action in RESERVED {
        for scope in [
            format!(r#"action == Action::"{action}""#),
            format!(r#"action in Action::"{action}""#),
            format!(r#"action in [Action::"view_audit", Action::"{action}"]"#),
        ] {
            let fault = refused(&format!(r#"@id("more") permit (principal, {scope}, resource);"#));
            assert_eq!(fault.wrong, Wrong::Reserved { policy: "more".to_owned(), action });
            assert!(fault.to_string().contains(action.as_str()), "{fault}");
        }
    }
}

/// Whoever sees everything by a policy of one's own sees no rules by it: there built-in policies decide.
#[test]
fn a_permit_for_the_group_view_opens_no_reserved_view() {
    let edited = Authorizer::with_policies(WIDE_OPEN).unwrap();
    assert!(edited.decide(&me(), Action::ViewAudit, &Resource::Directory).is_allowed());
    let answer = edited.decide(&me(), Action::ViewAccessRules, &Resource::System);
    assert_eq!(answer, denied(Denial::NoPolicy));
}

/// A policy that fails denies what it is about; the rules themselves stay in reach, to put it right.
#[test]
fn a_policy_that_fails_does_not_lock_out_who_can_mend_it() {
    let failing = format!(
        r#"@id("too large")
        permit (principal, action in Action::"view", resource)
        when {{ (if principal.active then {max} else 0) + 1 > 0 }};"#,
        max = i64::MAX
    );
    let edited = Authorizer::with_policies(&failing).unwrap();
    let administrator = me_as(&[AdminRole::Administrator]);
    let ask = |action| edited.decide(&administrator, action, &Resource::System);
    assert_eq!(ask(Action::ViewOperations), denied(Denial::Error));
    assert!(ask(Action::ViewAccessRules).is_allowed());
    assert!(ask(Action::ManageAccessRules).is_allowed());
}

#[test]
fn only_an_administrator_in_person_changes_the_rules() {
    let edited = Authorizer::with_policies(WIDE_OPEN).unwrap();
    let ask = |who: &Principal| edited.decide(who, Action::ManageAccessRules, &Resource::System);
    assert!(ask(&me_as(&[AdminRole::Administrator])).is_allowed());
    assert_eq!(ask(&me()), denied(Denial::NoPolicy));
    assert_eq!(ask(&me_as(&[AdminRole::Auditor])), denied(Denial::ReadOnly));
    let both = me_as(&[AdminRole::Auditor, AdminRole::Administrator]);
    assert_eq!(ask(&both), denied(Denial::ReadOnly));
    for scope in TokenScope::ALL {
        let token = my_token(*scope, &[AdminRole::Administrator]);
        assert_eq!(ask(&token), denied(Denial::TokenScope), "{scope}");
    }
    for kind in [PrincipalKind::Job, PrincipalKind::Operator] {
        assert_eq!(ask(&machine(kind)), denied(Denial::NoPolicy), "{kind:?}");
        let named = Principal { kind, ..me_as(&[AdminRole::Administrator]) };
        assert_eq!(ask(&named), denied(Denial::NoPolicy), "{kind:?} that is an administrator");
    }
    let locked = Principal { may_act: false, ..me_as(&[AdminRole::Administrator]) };
    assert_eq!(ask(&locked), denied(Denial::NotActive));
}

#[test]
fn a_policy_that_fails_denies() {
    let overflowing = format!(
        r#"@id("too large")
        permit (principal, action == Action::"view_catalogue", resource)
        when {{ (if principal.active then {max} else 0) + 1 > 0 }};"#,
        max = i64::MAX
    );
    let edited = Authorizer::with_policies(&overflowing).unwrap();
    assert!(authorizer().decide(&me(), Action::ViewCatalogue, &Resource::Directory).is_allowed());
    let answer = edited.decide(&me(), Action::ViewCatalogue, &Resource::Directory);
    assert_eq!(answer, denied(Denial::Error));
}

//! Policies of one's own add permits and can do nothing else.

use std::error::Error as _;

use usher_authorization::{
    Answer, Authorizer, Denial, PolicyError, Principal, PrincipalKind, Resource,
};
use usher_vocabulary::{Action, AdminRole, TokenScope};

use crate::people::{ME, OTHER, THIRD, authorizer, denied, me, me_as, my_token, task};

const WIDE_OPEN: &str = r#"
@id("everything for everybody")
permit (
  principal,
  action in
    [Action::"view", Action::"decide_task", Action::"retry_job", Action::"manage_connectors",
     Action::"import_people", Action::"grant_administration", Action::"manage_tokens",
     Action::"manage_own_session"],
  resource
);
"#;

fn refused(extra: &str) -> PolicyError {
    Authorizer::with_policies(extra).unwrap_err()
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
    let manage = |who: &Principal| edited.decide(who, Action::ManageTokens, &Resource::Directory);
    assert_eq!(manage(&Principal { id: None, ..me() }), denied(Denial::NotSignedIn));
    assert_eq!(manage(&Principal { may_act: false, ..me() }), denied(Denial::NotActive));
    assert_eq!(manage(&my_token(TokenScope::Admin, &[])), denied(Denial::TokenScope));
    let scopeless = Principal { kind: PrincipalKind::ApiClient, ..me() };
    assert_eq!(manage(&scopeless), denied(Denial::TokenScope));
}

#[test]
fn a_forbid_is_refused_by_name() {
    let error =
        refused(r#"@id("no audit") forbid (principal, action == Action::"view_audit", resource);"#);
    assert!(matches!(&error, PolicyError::Forbids { policy } if policy == "no audit"), "{error:?}");
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
    assert!(
        matches!(&error, PolicyError::Unscoped { policy } if policy == "unnamed policy 2"),
        "{error:?}"
    );
}

#[test]
fn a_template_is_refused() {
    let error = refused(
        r#"@id("for somebody") permit (principal == ?principal, action == Action::"view_audit", resource);"#,
    );
    assert!(
        matches!(&error, PolicyError::Template { policy } if policy == "for somebody"),
        "{error:?}"
    );
}

#[test]
fn the_name_of_a_built_in_policy_cannot_be_taken() {
    let error = refused(
        r#"@id("auditors see everything") permit (principal, action == Action::"view_audit", resource);"#,
    );
    assert!(matches!(error, PolicyError::NameTaken(_)), "{error:?}");
    assert!(error.source().unwrap().to_string().contains("auditors see everything"));
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
        let error = refused(wrong);
        assert!(matches!(error, PolicyError::Invalid(_)), "{error:?}");
        let words = error.source().unwrap().to_string();
        assert!(words.contains(word), "{words}");
    }
}

#[test]
fn a_permit_that_can_never_apply_is_refused() {
    let error =
        refused(r#"permit (principal, action == Action::"decide_task", resource is Request);"#);
    assert!(matches!(error, PolicyError::Invalid(_) | PolicyError::Doubtful(_)), "{error:?}");
}

#[test]
fn what_is_no_cedar_is_refused() {
    assert!(matches!(refused("let everybody in"), PolicyError::Syntax(_)));
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

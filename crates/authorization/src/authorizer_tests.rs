//! What cannot be seen through `decide`: the policies by themselves, without the rules in code.

use super::*;
use crate::PrincipalKind;
use usher_vocabulary::{AdminRole, SubjectId, TokenScope, uuid::Uuid};

fn subject(number: u128) -> SubjectId {
    SubjectId(Uuid::from_u128(number))
}

fn person(roles: &[AdminRole]) -> Principal {
    let (kind, scope) = (PrincipalKind::Person, None);
    Principal { id: Some(subject(1)), kind, roles: roles.to_vec(), scope, may_act: true }
}

fn task(approver: u128, requester: u128, requestee: u128) -> Resource {
    let (approver, requester, requestee) =
        (subject(approver), subject(requester), subject(requestee));
    Resource::Task { id: Uuid::from_u128(9), approver, requester, requestee }
}

#[test]
fn policies_alone_refuse_deciding_on_own_access() {
    let authorizer = Authorizer::built_in().unwrap();
    for own in [task(1, 1, 2), task(1, 2, 1), task(1, 1, 1)] {
        let answer = authorizer.ask_policies(&person(&[]), Action::DecideTask, &own);
        assert_eq!(answer, Answer::Denied { why: Denial::OwnAccess });
    }
    assert!(authorizer.ask_policies(&person(&[]), Action::DecideTask, &task(1, 2, 3)).is_allowed());
}

#[test]
fn policies_alone_refuse_confirming_own_access() {
    let authorizer = Authorizer::built_in().unwrap();
    let ask = |whose| {
        let (id, owners) = (Uuid::from_u128(9), vec![subject(1)]);
        let item = Resource::WorkItem { id, owners, subject: subject(whose) };
        authorizer.ask_policies(&person(&[]), Action::CloseWorkItem, &item)
    };
    assert_eq!(ask(1), Answer::Denied { why: Denial::OwnAccess });
    assert!(ask(2).is_allowed());
}

#[test]
fn policies_alone_keep_auditors_from_changing_anything() {
    let authorizer = Authorizer::built_in().unwrap();
    let auditor = person(&[AdminRole::Administrator, AdminRole::Auditor]);
    let closed = [
        Action::RetryJob,
        Action::ManageConnectors,
        Action::ImportPeople,
        Action::ManageAccessRules,
        Action::GrantAdministration,
    ];
    for action in closed {
        let answer = authorizer.ask_policies(&auditor, action, &Resource::System);
        assert_eq!(answer, Answer::Denied { why: Denial::ReadOnly }, "{action}");
    }
    let answer = authorizer.ask_policies(&auditor, Action::DecideTask, &task(1, 2, 3));
    assert_eq!(answer, Answer::Denied { why: Denial::ReadOnly });
}

#[test]
fn every_view_of_the_vocabulary_is_in_the_group_view_and_nothing_else_is() {
    let authorizer = Authorizer::built_in().unwrap();
    let actions = authorizer.policies.schema.action_entities().unwrap();
    let view: EntityUid = r#"Action::"view""#.parse().unwrap();
    for action in Action::ALL {
        let is_view = actions.is_ancestor_of(&view, &authorizer.types.action(*action));
        assert_eq!(is_view, action.as_str().starts_with("view_"), "{action}");
    }
}

#[test]
fn the_schema_knows_no_action_but_those_of_the_vocabulary() {
    let authorizer = Authorizer::built_in().unwrap();
    let known = authorizer.policies.schema.action_entities().unwrap().iter().count();
    assert_eq!(known, Action::ALL.len() + 1, "the vocabulary's and the group view");
}

/// A resource of each kind, with and without people around it.
fn resources() -> Vec<Resource> {
    let (id, few) = (Uuid::from_u128(9), vec![subject(2), subject(3)]);
    let request = |people: Vec<SubjectId>| Resource::Request {
        id,
        requester: subject(1),
        requestee: subject(2),
        managers: people.clone(),
        approvers: people.clone(),
        owners: people,
    };
    vec![
        Resource::Directory,
        Resource::System,
        Resource::Subject { id: subject(1), managers: Vec::new() },
        Resource::Subject { id: subject(1), managers: few.clone() },
        request(Vec::new()),
        request(few.clone()),
        task(1, 2, 3),
        Resource::WorkItem { id, owners: few.clone(), subject: subject(2) },
        Resource::Application { id, owners: Vec::new() },
        Resource::Application { id, owners: few },
    ]
}

/// A caller of each kind and scope, known and unknown.
fn callers() -> Vec<Principal> {
    let kinds = [
        PrincipalKind::Person,
        PrincipalKind::ApiClient,
        PrincipalKind::Job,
        PrincipalKind::Operator,
    ];
    let scopes = TokenScope::ALL.iter().copied().map(Some).chain([None]);
    let pairs = kinds.into_iter().flat_map(|kind| scopes.clone().map(move |scope| (kind, scope)));
    let with_ids = pairs.flat_map(|pair| [None, Some(subject(1))].map(|id| (pair, id)));
    with_ids
        .flat_map(|((kind, scope), id)| {
            let roles = [vec![], vec![AdminRole::Administrator], AdminRole::ALL.to_vec()];
            roles.map(|roles| Principal { id, kind, roles, scope, may_act: true })
        })
        .collect()
}

#[test]
fn everything_handed_to_cedar_fits_the_schema() {
    let authorizer = Authorizer::built_in().unwrap();
    let resources = resources();
    for who in callers() {
        for what in &resources {
            let pair =
                [authorizer.types.caller(&who).unwrap(), authorizer.types.resource(what).unwrap()];
            Entities::from_entities(pair, Some(&authorizer.policies.schema)).unwrap();
        }
    }
}

#[test]
fn the_policies_about_an_action_say_what_all_of_them_say() {
    let extra = r#"
        @id("watchers") permit (principal, action in [Action::"view_operations", Action::"view_audit"], resource);
        @id("viewers") permit (principal, action in [Action::"view"], resource) when { principal.active };
    "#;
    let authorizer = Authorizer::with_policies(extra).unwrap();
    let (mut asked, mut allowed, resources) = (0, 0, resources());
    for who in callers() {
        for (action, what) in Action::ALL.iter().flat_map(|a| resources.iter().map(move |r| (a, r)))
        {
            let about = &authorizer.actions[action];
            assert!(about.policies.num_of_policies() < authorizer.policies.all.num_of_policies());
            let Some((request, entities)) = authorizer.question(&who, &about.entity, what) else {
                continue;
            };
            if fixed_rules::is_reserved(*action) {
                continue;
            }
            let said = |set| {
                let response = authorizer.cedar.is_authorized(&request, set, &entities);
                (response.decision(), names(response.diagnostics()))
            };
            let few = said(&about.policies);
            assert_eq!(few, said(&authorizer.policies.all), "{action} {what:?} {who:?}");
            asked += 1;
            allowed += usize::from(few.0 == Decision::Allow);
        }
    }
    assert!(asked > 500 && allowed > 50 && allowed < asked, "{allowed} of {asked}");
}

#[test]
fn what_is_remembered_is_what_the_policies_say_to_whoever_asks() {
    let authorizer = Authorizer::built_in().unwrap();
    let mut allowed = 0;
    // Each asks after somebody with other rights did, and once more.
    for _ in 0..2 {
        for who in callers() {
            for action in Action::ALL {
                for what in [Resource::Directory, Resource::System] {
                    let answer = authorizer.remember(&who, *action, &what);
                    assert_eq!(
                        answer,
                        authorizer.ask_policies(&who, *action, &what),
                        "{who:?} {action}"
                    );
                    allowed += u32::from(answer.is_allowed());
                }
            }
        }
    }
    assert!(allowed > 0);
}

#[test]
fn no_more_answers_are_remembered_than_there_is_room_for() {
    let authorizer = Authorizer::built_in().unwrap();
    for number in 0..=MOST_ANSWERS as u128 {
        let who = Principal { id: Some(subject(number)), ..person(&[]) };
        let _ = authorizer.decide(&who, Action::ViewDirectory, &Resource::Directory);
    }
    let remembered = authorizer.answers.lock().unwrap().len();
    assert!((1..=MOST_ANSWERS).contains(&remembered), "{remembered}");
}

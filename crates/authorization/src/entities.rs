//! Callers and resources in the words of policies/schema.cedarschema.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use usher_vocabulary::{AdminRole, SubjectId, TokenScope, uuid::Uuid};

use crate::{Principal, PrincipalKind, Resource};

type Attributes = HashMap<String, RestrictedExpression>;

/// The names of entity types, parsed once.
pub(crate) struct EntityTypes {
    role: EntityTypeName,
    scope: EntityTypeName,
    caller: EntityTypeName,
    directory: EntityTypeName,
    subject: EntityTypeName,
    request: EntityTypeName,
    task: EntityTypeName,
    work_item: EntityTypeName,
    application: EntityTypeName,
    system: EntityTypeName,
    action: EntityTypeName,
}

impl EntityTypes {
    /// # Errors
    /// When a name is none in Cedar's grammar.
    pub(crate) fn new() -> Result<Self, Box<cedar_policy::ParseErrors>> {
        let name = |name: &str| name.parse().map_err(Box::new);
        Ok(Self {
            role: name("Role")?,
            scope: name("Scope")?,
            caller: name("Caller")?,
            directory: name("Directory")?,
            subject: name("Subject")?,
            request: name("Request")?,
            task: name("Task")?,
            work_item: name("WorkItem")?,
            application: name("Application")?,
            system: name("System")?,
            action: name("Action")?,
        })
    }

    pub(crate) fn action(&self, action: usher_vocabulary::Action) -> EntityUid {
        uid(&self.action, action.as_str())
    }

    /// `None` when Cedar cannot evaluate the attributes, which it can for all that are made here.
    pub(crate) fn caller(&self, who: &Principal) -> Option<Entity> {
        let id = match (who.id, who.kind) {
            (Some(id), _) => id.to_string(),
            (None, PrincipalKind::Job) => "job".to_owned(),
            (None, PrincipalKind::Operator) => "operator".to_owned(),
            (None, PrincipalKind::Person | PrincipalKind::ApiClient | PrincipalKind::Test) => {
                "nobody".to_owned()
            }
        };
        let mut attributes = Attributes::from([
            ("active".to_owned(), RestrictedExpression::new_bool(who.may_act)),
            ("by_token".to_owned(), RestrictedExpression::new_bool(who.is_by_token())),
        ]);
        if let Some(scope) = who.scope {
            let scope = uid(&self.scope, scope_name(scope));
            attributes.insert("scope".to_owned(), RestrictedExpression::new_entity_uid(scope));
        }
        let roles = role_names(who).map(|role| uid(&self.role, role)).collect();
        Entity::new(uid(&self.caller, &id), attributes, roles).ok()
    }

    /// `None` as for [`Self::caller`].
    pub(crate) fn resource(&self, what: &Resource) -> Option<Entity> {
        let (uid, attributes) = match what {
            Resource::Directory => (uid(&self.directory, "all"), Attributes::new()),
            Resource::System => (uid(&self.system, "all"), Attributes::new()),
            Resource::Subject { id, managers } => {
                let mut attributes = self.lists([("managers", managers)]);
                attributes.extend(self.people([("person", *id)]));
                if let Some(direct) = managers.first() {
                    attributes.extend(self.people([("direct_manager", *direct)]));
                }
                (with_id(&self.subject, id.0), attributes)
            }
            Resource::Request { id, requester, requestee, managers, approvers, owners } => {
                let mut attributes =
                    self.people([("requester", *requester), ("requestee", *requestee)]);
                attributes.extend(self.lists([
                    ("managers", managers),
                    ("approvers", approvers),
                    ("owners", owners),
                ]));
                (with_id(&self.request, *id), attributes)
            }
            Resource::Task { id, approver, requester, requestee } => {
                let people =
                    [("approver", *approver), ("requester", *requester), ("requestee", *requestee)];
                (with_id(&self.task, *id), self.people(people))
            }
            Resource::WorkItem { id, owners, subject } => {
                let mut attributes = self.people([("subject", *subject)]);
                attributes.extend(self.lists([("owners", owners)]));
                (with_id(&self.work_item, *id), attributes)
            }
            Resource::Application { id, owners } => {
                (with_id(&self.application, *id), self.lists([("owners", owners)]))
            }
        };
        Entity::new(uid, attributes, HashSet::new()).ok()
    }

    fn people<const N: usize>(&self, people: [(&str, SubjectId); N]) -> Attributes {
        people.into_iter().map(|(name, person)| (name.to_owned(), self.reference(person))).collect()
    }

    fn lists<const N: usize>(&self, lists: [(&str, &Vec<SubjectId>); N]) -> Attributes {
        let set = |people: &Vec<SubjectId>| {
            RestrictedExpression::new_set(people.iter().map(|person| self.reference(*person)))
        };
        lists.into_iter().map(|(name, people)| (name.to_owned(), set(people))).collect()
    }

    fn reference(&self, person: SubjectId) -> RestrictedExpression {
        RestrictedExpression::new_entity_uid(with_id(&self.caller, person.0))
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn with_id(kind: &EntityTypeName, id: Uuid) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id.to_string()))
}

fn role_names(who: &Principal) -> impl Iterator<Item = &'static str> {
    let of_kind = match who.kind {
        PrincipalKind::Person | PrincipalKind::ApiClient | PrincipalKind::Test => "everyone",
        PrincipalKind::Job => "job",
        PrincipalKind::Operator => "operator",
    };
    let given = who.roles.iter().map(|role| match role {
        AdminRole::Auditor => "auditor",
        AdminRole::Administrator => "administrator",
    });
    std::iter::once(of_kind).chain(given)
}

const fn scope_name(scope: TokenScope) -> &'static str {
    match scope {
        TokenScope::Read => "read",
        TokenScope::Request => "request",
        TokenScope::Decide => "decide",
        TokenScope::Admin => "admin",
    }
}

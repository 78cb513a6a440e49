//! The decision.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use cedar_policy::{
    Context, Decision, Diagnostics, Entities, Entity, EntityUid, PolicySet, Request,
};
use usher_vocabulary::Action;

use crate::entities::EntityTypes;
use crate::policies::{self, Policies};
use crate::{Answer, Denial, PolicyError, Principal, Resource, fixed_rules};

/// Decides what a caller may do. Reads nothing: build one for each version of the policies, share it.
///
/// An answer depends on the question and the policies alone, so that one about nothing in particular, which every page
/// asks several of, is remembered under everything it was asked with. Roles that were given or taken away are another
/// question.
pub struct Authorizer {
    cedar: cedar_policy::Authorizer,
    policies: Policies,
    types: EntityTypes,
    actions: HashMap<Action, Asked>,
    answers: Mutex<HashMap<(Principal, Action, Resource), Answer>>,
}

/// Answers that are remembered; then all are forgotten.
const MOST_ANSWERS: usize = 4_096;

/// What a decision about one action consults, so that it does not carry what is about others.
struct Asked {
    /// The action with the groups it belongs to.
    entity: Entity,
    /// The policies whose scope does not leave the action out.
    policies: PolicySet,
}

impl std::fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authorizer")
            .field("policies", &self.policies.all.num_of_policies())
            .finish_non_exhaustive()
    }
}

impl Authorizer {
    /// What the product comes with.
    ///
    /// # Errors
    /// When a built-in policy does not fit the schema, which the tests of this crate rule out.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::with_policies("")
    }

    /// What the product comes with, and the permits of `extra` on top: Cedar policies, each naming its
    /// actions, none forbidding, none a template, an `@id` on each so that decisions name it.
    ///
    /// # Errors
    /// [`PolicyError::Edited`] has everything that is wrong, for whoever wrote `extra`; nothing of it is used then.
    pub fn with_policies(extra: &str) -> Result<Self, PolicyError> {
        let policies = policies::load(extra)?;
        let types = EntityTypes::new()
            .map_err(|error| PolicyError::BuiltIn(policies::unread(&error, "")))?;
        let known = policies
            .schema
            .action_entities()
            .map_err(|error| PolicyError::Entities(Box::new(error)))?;
        let actions = Action::ALL
            .iter()
            .map(|action| {
                let uid = types.action(*action);
                let entity = known.get(&uid).ok_or(PolicyError::ActionMissing(*action))?.clone();
                let groups = known.ancestors(&uid).into_iter().flatten().cloned();
                let names: HashSet<EntityUid> = groups.chain([uid]).collect();
                let policies = policies.about(&names, fixed_rules::is_reserved(*action))?;
                Ok((*action, Asked { entity, policies }))
            })
            .collect::<Result<_, PolicyError>>()?;
        let cedar = cedar_policy::Authorizer::new();
        Ok(Self { cedar, policies, types, actions, answers: Mutex::default() })
    }

    /// May `who` do `action` to `what`? Denied unless a policy permits it and none forbids it; whatever
    /// goes wrong denies.
    pub fn decide(&self, who: &Principal, action: Action, what: &Resource) -> Answer {
        match fixed_rules::refusal(who, action, what) {
            Some(why) => Answer::Denied { why },
            None => match what {
                Resource::Directory | Resource::System => self.remember(who, action, what),
                _ => self.ask_policies(who, action, what),
            },
        }
    }

    fn remember(&self, who: &Principal, action: Action, what: &Resource) -> Answer {
        let question = (who.clone(), action, what.clone());
        let answers = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers().get(&question) {
            return answer.clone();
        }
        let answer = self.ask_policies(who, action, what);
        let mut answers = answers();
        if answers.len() >= MOST_ANSWERS {
            answers.clear();
        }
        answers.insert(question, answer.clone());
        answer
    }

    fn ask_policies(&self, who: &Principal, action: Action, what: &Resource) -> Answer {
        let Some(asked) = self.actions.get(&action) else {
            return Answer::Denied { why: Denial::Error };
        };
        let Some((request, entities)) = self.question(who, &asked.entity, what) else {
            return Answer::Denied { why: Denial::Error };
        };
        let response = self.cedar.is_authorized(&request, &asked.policies, &entities);
        let diagnostics = response.diagnostics();
        // Cedar skips a policy that fails, also one that forbids.
        if diagnostics.errors().next().is_some() {
            return Answer::Denied { why: Denial::Error };
        }
        match response.decision() {
            Decision::Allow => Answer::Allowed { policies: names(diagnostics) },
            Decision::Deny => Answer::Denied { why: self.why(diagnostics) },
        }
    }

    /// `None` when the action is never about such a resource.
    fn question(
        &self,
        who: &Principal,
        action: &Entity,
        what: &Resource,
    ) -> Option<(Request, Entities)> {
        let caller = self.types.caller(who)?;
        let resource = self.types.resource(what)?;
        let action = action.clone();
        let uids: [EntityUid; 3] = [caller.uid(), action.uid(), resource.uid()];
        let [principal, verb, object] = uids;
        let request =
            Request::new(principal, verb, object, Context::empty(), Some(&self.policies.schema))
                .ok()?;
        // Checking attributes against the schema on every decision costs more than the decision; a test
        // below does it for every shape there is.
        let entities = Entities::from_entities([caller, action, resource], None).ok()?;
        Some((request, entities))
    }

    fn why(&self, diagnostics: &Diagnostics) -> Denial {
        let forbids = diagnostics.reason().map(|policy| self.policies.denials.get(policy).copied());
        // A forbid of unknown meaning cannot be loaded; were there one, it is a fault and not a "no policy".
        forbids.map(|denial| denial.unwrap_or(Denial::Error)).min().unwrap_or(Denial::NoPolicy)
    }
}

fn names(diagnostics: &Diagnostics) -> Vec<String> {
    let mut names: Vec<String> = diagnostics.reason().map(ToString::to_string).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
#[path = "authorizer_tests.rs"]
mod tests;

//! Reading policies: what is built in must fit the schema, what is edited may only add.

use std::collections::{HashMap, HashSet};

use cedar_policy::ffi::DetailedError;
use cedar_policy::{
    ActionConstraint, CedarSchemaError, Effect, EntityUid, ParseErrors, Policy, PolicyId,
    PolicySet, Schema, ValidationError, ValidationMode, Validator,
};
use usher_vocabulary::Action;

use crate::fault::{PolicyFault, Wrong};
use crate::{Denial, fixed_rules};

/// The words that policies are written in.
pub const SCHEMA: &str = include_str!("../policies/schema.cedarschema");

/// What the product comes with, as name and text.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("forbidden.cedar", include_str!("../policies/forbidden.cedar")),
    ("everyone.cedar", include_str!("../policies/everyone.cedar")),
    ("relations.cedar", include_str!("../policies/relations.cedar")),
    ("roles.cedar", include_str!("../policies/roles.cedar")),
];

/// Policies that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Those of one's own: everything that is wrong with them, at least one thing.
    #[error("{}", sentences(.0))]
    Edited(Vec<PolicyFault>),
    #[error("the built-in policies are broken: {}", sentences(.0))]
    BuiltIn(Vec<PolicyFault>),
    #[error("the schema of the policies cannot be read")]
    Schema(#[source] Box<CedarSchemaError>),
    #[error("the schema of the policies does not know the action {0}")]
    ActionMissing(Action),
    #[error("the built-in policy '{policy}' forbids without saying why (@denial)")]
    UnexplainedForbid { policy: String },
    #[error("the built-in policies name an action wrongly")]
    Entities(#[source] Box<cedar_policy::entities_errors::EntitiesError>),
    #[error("the policies about an action cannot be put together")]
    Set(#[source] Box<cedar_policy::PolicySetError>),
}

fn sentences(faults: &[PolicyFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Everything that a decision consults, parsed and checked.
pub(crate) struct Policies {
    pub(crate) schema: Schema,
    built_in: PolicySet,
    /// The built-in policies and those of one's own.
    pub(crate) all: PolicySet,
    /// What each `forbid` means to the caller.
    pub(crate) denials: HashMap<PolicyId, Denial>,
}

impl Policies {
    /// The policies whose scope does not leave out an action of these names: its own and those of its groups. Only
    /// built-in ones when the action is `reserved` to them. The others could say nothing about it.
    ///
    /// # Errors
    /// Cedar refuses to put them together, which it does for two of one name only.
    pub(crate) fn about(
        &self,
        names: &HashSet<EntityUid>,
        reserved: bool,
    ) -> Result<PolicySet, PolicyError> {
        let set = if reserved { &self.built_in } else { &self.all };
        let about = set.policies().filter(|policy| match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::In(actions) => actions.iter().any(|uid| names.contains(uid)),
            ActionConstraint::Eq(action) => names.contains(&action),
        });
        PolicySet::from_policies(about.cloned()).map_err(|error| PolicyError::Set(Box::new(error)))
    }
}

/// Reads what is built in and adds `extra`, which may be empty.
///
/// # Errors
/// Any [`PolicyError`]; nothing of `extra` is used when one of its policies is refused.
pub(crate) fn load(extra: &str) -> Result<Policies, PolicyError> {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
        .map_err(|error| PolicyError::Schema(Box::new(error)))?;
    let mut built_in = PolicySet::new();
    let mut denials = HashMap::new();
    let mut faults = Vec::new();
    for (_, text) in BUILT_IN {
        for policy in parse(text, &mut faults) {
            if policy.effect() == Effect::Forbid {
                denials.insert(policy.id().clone(), meaning(&policy)?);
            }
            add(&mut built_in, policy, &mut faults);
        }
    }
    validate(&schema, &built_in, "", &mut faults);
    if !faults.is_empty() {
        return Err(PolicyError::BuiltIn(faults));
    }
    let (mut all, mut edited) = (built_in.clone(), PolicySet::new());
    for policy in parse(extra, &mut faults) {
        match beyond_a_scoped_permit(&policy) {
            Some(wrong) => faults.push(PolicyFault { line: None, wrong }),
            None => {
                add(&mut all, policy.clone(), &mut faults);
                // Twice the same name is said above.
                let _ = edited.add(policy);
            }
        }
    }
    validate(&schema, &edited, extra, &mut faults);
    if !faults.is_empty() {
        // What Cedar places stands in the order of the text; the others name their policy.
        faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
        return Err(PolicyError::Edited(faults));
    }
    Ok(Policies { schema, built_in, all, denials })
}

/// Policies under their readable names: the `@id`, or "unnamed policy 2" counted from one. Nothing of a text
/// that cannot be read.
fn parse(text: &str, faults: &mut Vec<PolicyFault>) -> Vec<Policy> {
    let set: PolicySet = match text.parse() {
        Ok(set) => set,
        Err(errors) => {
            faults.extend(unread(&errors, text));
            return Vec::new();
        }
    };
    faults.extend(set.templates().map(|template| {
        let policy = template.annotation("id").unwrap_or("unnamed").to_owned();
        PolicyFault { line: None, wrong: Wrong::Template { policy } }
    }));
    let named = set.policies().enumerate().map(|(index, policy)| {
        let name = match policy.annotation("id") {
            Some(name) if !name.trim().is_empty() => name.to_owned(),
            _ => format!("unnamed policy {}", index + 1),
        };
        policy.new_id(PolicyId::new(name))
    });
    named.collect()
}

/// Each thing that keeps a text from being read.
pub(crate) fn unread(errors: &ParseErrors, text: &str) -> Vec<PolicyFault> {
    let fault = |error| {
        let (line, said) = placed(&DetailedError::from(error), text);
        PolicyFault { line, wrong: Wrong::Syntax { said } }
    };
    errors.iter().map(fault).collect()
}

/// The line that Cedar points at, counted from one, and its words.
fn placed(error: &DetailedError, text: &str) -> (Option<usize>, String) {
    let line = error.source_locations.first().and_then(|label| {
        let before = text.as_bytes().get(..label.loc.start)?;
        Some(before.iter().filter(|byte| **byte == b'\n').count() + 1)
    });
    let said = match &error.help {
        Some(help) => format!("{} ({help})", error.message),
        None => error.message.clone(),
    };
    (line, said)
}

fn meaning(policy: &Policy) -> Result<Denial, PolicyError> {
    policy
        .annotation("denial")
        .and_then(Denial::from_word)
        .ok_or_else(|| PolicyError::UnexplainedForbid { policy: policy.id().to_string() })
}

/// Why a policy of one's own is more than a permit that names actions which policies may open.
fn beyond_a_scoped_permit(policy: &Policy) -> Option<Wrong> {
    let name = policy.id().to_string();
    let named = match (policy.effect(), policy.action_constraint()) {
        (Effect::Forbid, _) => return Some(Wrong::Forbids { policy: name }),
        (Effect::Permit, ActionConstraint::Any) => return Some(Wrong::Unscoped { policy: name }),
        (Effect::Permit, ActionConstraint::In(actions)) => actions,
        (Effect::Permit, ActionConstraint::Eq(action)) => vec![action],
    };
    let reserved = Action::ALL.iter().copied().filter(|a| fixed_rules::is_reserved(*a));
    let mut opened =
        reserved.filter(|action| named.iter().any(|uid| uid.id().unescaped() == action.as_str()));
    opened.next().map(|action| Wrong::Reserved { policy: name, action })
}

fn add(set: &mut PolicySet, policy: Policy, faults: &mut Vec<PolicyFault>) {
    let name = policy.id().to_string();
    if set.add(policy).is_err() {
        faults.push(PolicyFault { line: None, wrong: Wrong::NameTaken { policy: name } });
    }
}

/// Warnings refuse too: a policy that can never apply, or that mixes alphabets, is not what its author
/// meant. `text` is where the policies that may be at fault were read from. Of a policy that names a word that
/// does not exist, what only follows from that is left out.
fn validate(schema: &Schema, set: &PolicySet, text: &str, faults: &mut Vec<PolicyFault>) {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    let errors: Vec<&ValidationError> = result.validation_errors().collect();
    let is_unknown = |error: &ValidationError| {
        use ValidationError::{UnrecognizedActionId, UnrecognizedEntityType};
        matches!(error, UnrecognizedActionId(_) | UnrecognizedEntityType(_))
    };
    let follows = |error: &ValidationError| {
        matches!(error, ValidationError::InvalidActionApplication(_))
            && errors.iter().any(|e| is_unknown(e) && e.policy_id() == error.policy_id())
    };
    faults.extend(errors.iter().filter(|error| !follows(error)).map(|error| {
        let (line, said) = placed(&DetailedError::from(*error), text);
        let policy = error.policy_id().to_string();
        PolicyFault { line, wrong: Wrong::Invalid { said: unnamed(&said, &policy), policy } }
    }));
    let warnings = result.validation_warnings();
    let warnings = warnings.filter(|w| !errors.iter().any(|e| e.policy_id() == w.policy_id()));
    faults.extend(warnings.map(|warning| {
        let (line, said) = placed(&DetailedError::from(warning), text);
        let policy = warning.policy_id().to_string();
        PolicyFault { line, wrong: Wrong::Doubtful { said: unnamed(&said, &policy), policy } }
    }));
}

/// Cedar's words without the policy that they are about: the fault names it.
fn unnamed(said: &str, policy: &str) -> String {
    said.strip_prefix(&format!("for policy `{policy}`, ")).unwrap_or(said).to_owned()
}

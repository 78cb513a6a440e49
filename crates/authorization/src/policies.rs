//! Reading policies: what is built in must fit the schema, what is edited may only add.

use std::collections::HashMap;

use cedar_policy::{
    ActionConstraint, CedarSchemaError, Effect, ParseErrors, Policy, PolicyId, PolicySet,
    PolicySetError, Schema, ValidationError, ValidationMode, ValidationWarning, Validator,
};
use usher_vocabulary::Action;

use crate::Denial;

const SCHEMA: &str = include_str!("../policies/schema.cedarschema");
const BUILT_IN: [&str; 4] = [
    include_str!("../policies/forbidden.cedar"),
    include_str!("../policies/everyone.cedar"),
    include_str!("../policies/relations.cedar"),
    include_str!("../policies/roles.cedar"),
];

/// Policies that cannot be used. The first variants are for whoever edits policies.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the policies cannot be read")]
    Syntax(#[source] Box<ParseErrors>),
    #[error("policy '{policy}' forbids, and a policy of your own may only permit")]
    Forbids { policy: String },
    #[error(
        "policy '{policy}' permits every action: name the actions, as in `action == Action::\"view_audit\"`"
    )]
    Unscoped { policy: String },
    #[error(
        "policy '{policy}' is a template (it has ?principal or ?resource), which is not supported"
    )]
    Template { policy: String },
    /// Two policies with one `@id`, or one that is built in: a decision could not be traced.
    #[error("two policies have the same name")]
    NameTaken(#[source] Box<PolicySetError>),
    #[error("a policy does not fit the schema")]
    Invalid(#[source] Box<ValidationError>),
    #[error("a policy looks like a mistake")]
    Doubtful(#[source] Box<ValidationWarning>),
    #[error("the schema of the policies cannot be read")]
    Schema(#[source] Box<CedarSchemaError>),
    #[error("the schema of the policies does not know the action {0}")]
    ActionMissing(Action),
    #[error("the built-in policy '{policy}' forbids without saying why (@denial)")]
    UnexplainedForbid { policy: String },
    #[error("the built-in policies name an action wrongly")]
    Entities(#[source] Box<cedar_policy::entities_errors::EntitiesError>),
}

/// Everything that a decision consults, parsed and checked.
pub(crate) struct Policies {
    pub(crate) schema: Schema,
    pub(crate) set: PolicySet,
    /// What each `forbid` means to the caller.
    pub(crate) denials: HashMap<PolicyId, Denial>,
}

/// Reads what is built in and adds `extra`, which may be empty.
///
/// # Errors
/// Any [`PolicyError`]; nothing of `extra` is used when one of its policies is refused.
pub(crate) fn load(extra: &str) -> Result<Policies, PolicyError> {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
        .map_err(|error| PolicyError::Schema(Box::new(error)))?;
    let mut set = PolicySet::new();
    let mut denials = HashMap::new();
    for policy in
        BUILT_IN.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
    {
        if policy.effect() == Effect::Forbid {
            denials.insert(policy.id().clone(), meaning(&policy)?);
        }
        add(&mut set, policy)?;
    }
    for policy in parse(extra)? {
        refuse_unless_scoped_permit(&policy)?;
        add(&mut set, policy)?;
    }
    validate(&schema, &set)?;
    Ok(Policies { schema, set, denials })
}

/// Policies under their readable names: the `@id`, or "unnamed policy 2" counted from one.
fn parse(text: &str) -> Result<Vec<Policy>, PolicyError> {
    let set: PolicySet = text.parse().map_err(|error| PolicyError::Syntax(Box::new(error)))?;
    if let Some(template) = set.templates().next() {
        let policy = template.annotation("id").unwrap_or("unnamed").to_owned();
        return Err(PolicyError::Template { policy });
    }
    let named = set.policies().enumerate().map(|(index, policy)| {
        let name = match policy.annotation("id") {
            Some(name) if !name.trim().is_empty() => name.to_owned(),
            _ => format!("unnamed policy {}", index + 1),
        };
        policy.new_id(PolicyId::new(name))
    });
    Ok(named.collect())
}

fn meaning(policy: &Policy) -> Result<Denial, PolicyError> {
    policy
        .annotation("denial")
        .and_then(Denial::from_word)
        .ok_or_else(|| PolicyError::UnexplainedForbid { policy: policy.id().to_string() })
}

fn refuse_unless_scoped_permit(policy: &Policy) -> Result<(), PolicyError> {
    let name = || policy.id().to_string();
    match (policy.effect(), policy.action_constraint()) {
        (Effect::Forbid, _) => Err(PolicyError::Forbids { policy: name() }),
        (Effect::Permit, ActionConstraint::Any) => Err(PolicyError::Unscoped { policy: name() }),
        (Effect::Permit, ActionConstraint::In(_) | ActionConstraint::Eq(_)) => Ok(()),
    }
}

fn add(set: &mut PolicySet, policy: Policy) -> Result<(), PolicyError> {
    set.add(policy).map_err(|error| PolicyError::NameTaken(Box::new(error)))
}

/// Warnings refuse too: a policy that can never apply, or that mixes alphabets, is not what its author
/// meant.
fn validate(schema: &Schema, set: &PolicySet) -> Result<(), PolicyError> {
    let result = Validator::new(schema.clone()).validate(set, ValidationMode::Strict);
    if let Some(error) = result.validation_errors().next() {
        return Err(PolicyError::Invalid(Box::new(error.clone())));
    }
    match result.validation_warnings().next() {
        Some(warning) => Err(PolicyError::Doubtful(Box::new(warning.clone()))),
        None => Ok(()),
    }
}

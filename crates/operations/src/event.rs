//! Building entries of the record.

use serde_json::{Map, Value};
use usher_store::{AuditEvent, Personal};
use usher_vocabulary::{AuditAction, SubjectId, uuid::Uuid};

use crate::{Cause, Context};

/// An entry in the making.
#[derive(Debug, Clone)]
pub struct Event {
    action: AuditAction,
    subject: Option<SubjectId>,
    object: (&'static str, Option<Uuid>),
    outcome: &'static str,
    details: Map<String, Value>,
    personal: Vec<(&'static str, String)>,
}

impl Event {
    #[must_use]
    pub fn new(action: AuditAction, object_type: &'static str, object: impl Into<Uuid>) -> Self {
        Self::of(action, (object_type, Some(object.into())))
    }

    /// About the system as a whole.
    #[must_use]
    pub fn general(action: AuditAction) -> Self {
        Self::of(action, ("installation", None))
    }

    fn of(action: AuditAction, object: (&'static str, Option<Uuid>)) -> Self {
        Self {
            action,
            subject: None,
            object,
            outcome: "success",
            details: Map::new(),
            personal: Vec::new(),
        }
    }

    #[must_use]
    pub const fn about(mut self, subject: SubjectId) -> Self {
        self.subject = Some(subject);
        self
    }

    #[must_use]
    pub const fn outcome(mut self, outcome: &'static str) -> Self {
        self.outcome = outcome;
        self
    }

    /// A fact without personal data.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// A value that may have to be erased one day: the entry keeps its salted digest only.
    #[must_use]
    pub fn personal(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.personal.push((name, value.into()));
        self
    }

    /// Gives the entry its id, instant, actor and salts.
    #[must_use]
    pub fn by(self, cx: &Context, cause: &Cause) -> AuditEvent {
        let mut details = self.details;
        if let Some(token) = cause.token {
            details.insert("token".to_owned(), Value::String(token.to_string()));
        }
        let personal = self
            .personal
            .into_iter()
            .map(|(name, value)| {
                let mut salt = [0; 16];
                cx.random.fill(&mut salt);
                Personal { name, reference: cx.id(), salt, value }
            })
            .collect();
        AuditEvent {
            id: cx.id(),
            occurred_at: cx.now(),
            action: self.action,
            actor: cause.actor.clone(),
            subject: self.subject,
            object_type: self.object.0,
            object: self.object.1,
            correlation: cause.correlation,
            policy_version: cause.policy_version,
            outcome: self.outcome,
            details,
            personal,
        }
    }
}

//! What every operation is given: database, clock, randomness and the rules about who may what.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use usher_authorization::{Answer, Resource};
use usher_store::Store;
use usher_vocabulary::{Action, uuid::Uuid};

use crate::access_rules::KnownRules;
use crate::{Caller, Clock, Fault, Random};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub rules: Arc<KnownRules>,
}

impl Context {
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A fresh id: version 7 (RFC 9562), so that ids sort by time.
    #[must_use]
    pub fn id<T: From<Uuid>>(&self) -> T {
        let mut bytes = [0_u8; 10];
        self.random.fill(&mut bytes);
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0);
        uuid_v7(millis, &bytes).into()
    }

    /// A number between 0 and 1.
    #[must_use]
    pub fn jitter(&self) -> f64 {
        let mut bytes = [0_u8; 4];
        self.random.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }

    /// Asks whether the caller may do this to that.
    ///
    /// # Errors
    /// They may not, and why.
    pub fn authorize(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
    ) -> Result<(), Fault> {
        let rules = caller.rules.as_deref().unwrap_or_else(|| self.rules.built_in_alone());
        match rules.authorizer().decide(&caller.principal, action, resource) {
            Answer::Allowed { .. } => Ok(()),
            Answer::Denied { why } => Err(Fault::Denied(why)),
        }
    }

    /// Whether the caller may do this to that, for a screen that shows or leaves out a control.
    #[must_use]
    pub fn may(&self, caller: &Caller, action: Action, resource: &Resource) -> bool {
        self.authorize(caller, action, resource).is_ok()
    }
}

fn uuid_v7(millis: u64, random: &[u8; 10]) -> Uuid {
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(random);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let early = uuid_v7(1, &[0xff; 10]);
        assert_eq!(early.get_version_num(), 7);
        assert_eq!(early.get_variant(), usher_vocabulary::uuid::Variant::RFC4122);
        assert!(early < uuid_v7(2, &[0; 10]));
    }
}

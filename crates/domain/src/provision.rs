//! What must change on a target: the difference between desired and observed, in a safe order.

use std::collections::BTreeSet;

use usher_vocabulary::{CallKind, Direction, EntitlementId, LastAccess};

/// Something that can be held: an entitlement on a scope (empty when it has none).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holding {
    pub entitlement: EntitlementId,
    pub scope: String,
}

/// What one demand wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub holding: Holding,
    pub direction: Direction,
    /// The entitlement is the account itself, not something that the account holds.
    pub is_account: bool,
}

/// What a read showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    pub is_active: bool,
    /// What the account holds of the entitlements that we know.
    pub holds: BTreeSet<Holding>,
    /// It holds something that no demand of ours names: then the account is not ours to take away.
    pub holds_others: bool,
}

/// One change, in terms of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Create,
    Enable,
    Disable,
    Delete,
    Add(Holding),
    Remove(Holding),
}

impl Step {
    #[must_use]
    pub const fn kind(&self) -> CallKind {
        match self {
            Self::Create => CallKind::CreateAccount,
            Self::Enable => CallKind::EnableAccount,
            Self::Disable => CallKind::DisableAccount,
            Self::Delete => CallKind::DeleteAccount,
            Self::Add(_) => CallKind::AddGrant,
            Self::Remove(_) => CallKind::RemoveGrant,
        }
    }

    #[must_use]
    pub const fn holding(&self) -> Option<&Holding> {
        match self {
            Self::Add(holding) | Self::Remove(holding) => Some(holding),
            _ => None,
        }
    }
}

/// The steps from what is to what should be. Whatever takes access away comes first; what no wish
/// names is never touched.
#[must_use]
pub fn plan(wishes: &[Wish], observed: Option<&Observed>, last_access: LastAccess) -> Vec<Step> {
    let wanted: BTreeSet<_> =
        granted(wishes).filter(|w| !w.is_account).map(|w| &w.holding).collect();
    let wants_account = granted(wishes).next().is_some();
    let Some(observed) = observed else {
        return if wants_account {
            std::iter::once(Step::Create)
                .chain(wanted.into_iter().cloned().map(Step::Add))
                .collect()
        } else {
            Vec::new()
        };
    };
    let unwanted = wishes.iter().filter(|w| {
        w.direction == Direction::Revoke && !w.is_account && observed.holds.contains(&w.holding)
    });
    let mut steps: Vec<_> = unwanted.map(|w| Step::Remove(w.holding.clone())).collect();
    if wants_account {
        if !observed.is_active {
            steps.push(Step::Enable);
        }
        steps.extend(
            wanted.into_iter().filter(|h| !observed.holds.contains(*h)).cloned().map(Step::Add),
        );
    } else if !wishes.is_empty() && !observed.holds_others {
        match last_access {
            LastAccess::Delete => steps.push(Step::Delete),
            LastAccess::Disable if observed.is_active => steps.push(Step::Disable),
            LastAccess::Disable => {}
        }
    }
    steps
}

/// Whether a read shows what the wish wants.
#[must_use]
pub fn is_effective(
    wish: &Wish,
    wishes: &[Wish],
    observed: Option<&Observed>,
    last_access: LastAccess,
) -> bool {
    match (wish.direction, observed) {
        (Direction::Grant, None) => false,
        (Direction::Grant, Some(seen)) => {
            seen.is_active && (wish.is_account || seen.holds.contains(&wish.holding))
        }
        (Direction::Revoke, None) => true,
        (Direction::Revoke, Some(seen)) => {
            let gone = wish.is_account || !seen.holds.contains(&wish.holding);
            gone && account_is_settled(wishes, seen, last_access)
        }
    }
}

/// Which wishes to take away, all of them verified before, a read contradicts: what was gone is back. An account counts
/// when nothing at all is wanted of it and every wish was verified. Indices into `wishes`.
#[must_use]
pub fn is_back(wishes: &[Wish], were_verified: &[bool], observed: Option<&Observed>) -> Vec<usize> {
    let Some(seen) = observed else { return Vec::new() };
    let nothing_is_wanted = granted(wishes).next().is_none() && were_verified.iter().all(|v| *v);
    wishes
        .iter()
        .zip(were_verified)
        .enumerate()
        .filter(|(_, (wish, was_verified))| **was_verified && wish.direction == Direction::Revoke)
        .filter(|(_, (wish, _))| {
            if wish.is_account {
                nothing_is_wanted && seen.is_active && !seen.holds_others
            } else {
                seen.holds.contains(&wish.holding)
            }
        })
        .map(|(index, _)| index)
        .collect()
}

/// When nothing is wanted any more, the account itself must be gone or disabled as well.
fn account_is_settled(wishes: &[Wish], seen: &Observed, last_access: LastAccess) -> bool {
    if granted(wishes).next().is_some() || seen.holds_others {
        return true;
    }
    match last_access {
        LastAccess::Delete => false,
        LastAccess::Disable => !seen.is_active,
    }
}

fn granted(wishes: &[Wish]) -> impl Iterator<Item = &Wish> {
    wishes.iter().filter(|w| w.direction == Direction::Grant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holding(n: u8) -> Holding {
        Holding { entitlement: EntitlementId(uuid(n)), scope: String::new() }
    }
    fn uuid(n: u8) -> usher_vocabulary::uuid::Uuid {
        usher_vocabulary::uuid::Uuid::from_bytes([n; 16])
    }
    fn wish(n: u8, direction: Direction) -> Wish {
        Wish { holding: holding(n), direction, is_account: n == 0 }
    }
    fn seen(is_active: bool, holds: &[u8]) -> Observed {
        Observed {
            is_active,
            holds: holds.iter().map(|n| holding(*n)).collect(),
            holds_others: false,
        }
    }

    /// A target that does what it is told.
    fn carry_out(steps: &[Step], mut state: Option<Observed>) -> Option<Observed> {
        for step in steps {
            match (step, state.as_mut()) {
                (Step::Create, None) => state = Some(seen(true, &[])),
                (Step::Enable, Some(s)) => s.is_active = true,
                (Step::Disable, Some(s)) => s.is_active = false,
                (Step::Delete, Some(_)) => state = None,
                (Step::Add(h), Some(s)) => {
                    s.holds.insert(h.clone());
                }
                (Step::Remove(h), Some(s)) => {
                    s.holds.remove(h);
                }
                other => panic!("step out of place: {other:?}"),
            }
        }
        state
    }

    #[test]
    fn first_grant_creates_then_adds() {
        assert_eq!(
            plan(&[wish(1, Direction::Grant)], None, LastAccess::Disable),
            [Step::Create, Step::Add(holding(1))]
        );
    }

    #[test]
    fn last_removal_takes_the_grant_then_the_account() {
        let wishes = [wish(1, Direction::Revoke)];
        assert_eq!(
            plan(&wishes, Some(&seen(true, &[1])), LastAccess::Disable),
            [Step::Remove(holding(1)), Step::Disable]
        );
        assert_eq!(
            plan(&wishes, Some(&seen(true, &[1])), LastAccess::Delete),
            [Step::Remove(holding(1)), Step::Delete]
        );
        assert_eq!(plan(&wishes, None, LastAccess::Delete), []);
    }

    #[test]
    fn what_no_wish_names_is_left_alone() {
        let others = Observed { holds_others: true, ..seen(true, &[1]) };
        let wishes = [wish(1, Direction::Revoke)];
        assert_eq!(plan(&wishes, Some(&others), LastAccess::Delete), [Step::Remove(holding(1))]);
        assert_eq!(plan(&[], Some(&seen(true, &[])), LastAccess::Delete), []);
    }

    fn any_world() -> impl Strategy<Value = (Vec<Wish>, Option<Observed>, LastAccess)> {
        let wishes = proptest::collection::btree_map(0u8..6, any::<bool>(), 0..6).prop_map(|m| {
            m.into_iter()
                .map(|(n, grant)| wish(n, if grant { Direction::Grant } else { Direction::Revoke }))
                .collect::<Vec<_>>()
        });
        let observed = proptest::option::of(
            (any::<bool>(), proptest::collection::btree_set(1u8..6, 0..5), any::<bool>()).prop_map(
                |(active, holds, others)| Observed {
                    holds_others: others,
                    ..seen(active, &holds.into_iter().collect::<Vec<_>>())
                },
            ),
        );
        (wishes, observed, prop_oneof![Just(LastAccess::Disable), Just(LastAccess::Delete)])
    }

    #[test]
    fn only_what_was_verified_as_gone_can_be_back() {
        use Direction::{Grant, Revoke};
        let account = |direction| Wish { is_account: true, ..wish(9, direction) };
        let back = |wishes: &[Wish], verified: &[bool], seen: &Observed| {
            is_back(wishes, verified, Some(seen))
        };
        let both = [wish(1, Revoke), wish(2, Grant)];
        assert_eq!(back(&both, &[true, true], &seen(true, &[1, 2])), [0]);
        assert_eq!(back(&both, &[false, true], &seen(true, &[1, 2])), [0; 0], "never was gone");
        assert_eq!(back(&both, &[true, true], &seen(true, &[2])), [0; 0]);
        assert_eq!(is_back(&both, &[true, true], None), [0; 0]);
        let all = [account(Revoke), wish(1, Revoke)];
        assert_eq!(back(&all, &[true, true], &seen(true, &[])), [0], "the account alone is back");
        assert_eq!(back(&all, &[true, true], &seen(false, &[])), [0; 0], "disabled is gone");
        assert_eq!(back(&all, &[true, false], &seen(true, &[])), [0; 0], "not all of it was gone");
        let kept = [account(Revoke), wish(1, Grant)];
        assert_eq!(back(&kept, &[true, true], &seen(true, &[1])), [0; 0], "another wish keeps it");
    }

    proptest! {
        #[test]
        fn a_faithful_target_ends_where_every_wish_is_effective((wishes, observed, last) in any_world()) {
            let after = carry_out(&plan(&wishes, observed.as_ref(), last), observed);
            for wish in &wishes {
                prop_assert!(is_effective(wish, &wishes, after.as_ref(), last), "{wish:?} after {after:?}");
            }
            prop_assert_eq!(plan(&wishes, after.as_ref(), last), vec![], "a second run changes nothing");
        }

        #[test]
        fn nothing_is_given_that_no_wish_grants((wishes, observed, last) in any_world()) {
            for step in plan(&wishes, observed.as_ref(), last) {
                match step {
                    Step::Add(h) => prop_assert!(wishes.iter().any(|w| w.holding == h && w.direction == Direction::Grant)),
                    Step::Create | Step::Enable => prop_assert!(wishes.iter().any(|w| w.direction == Direction::Grant)),
                    _ => {}
                }
            }
        }
    }
}

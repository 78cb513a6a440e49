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

/// What becomes of the account itself when nothing is wanted on it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRule {
    pub last_access: LastAccess,
    /// Its person has left: no account of theirs stays active, whatever else it holds.
    pub has_left: bool,
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
/// names is never touched, except that the account of somebody who has left is disabled all the same.
#[must_use]
pub fn plan(wishes: &[Wish], observed: Option<&Observed>, rule: AccountRule) -> Vec<Step> {
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
    } else if !wishes.is_empty() && !is_kept_by_others(observed, rule) {
        match rule.last_access {
            // What others gave on it goes with nothing of ours: it is disabled, not deleted.
            LastAccess::Delete if !observed.holds_others => steps.push(Step::Delete),
            _ if observed.is_active => steps.push(Step::Disable),
            _ => {}
        }
    }
    steps
}

/// What somebody else gave on an account keeps it, unless its person has left.
const fn is_kept_by_others(seen: &Observed, rule: AccountRule) -> bool {
    seen.holds_others && !rule.has_left
}

/// Whether a read shows what the wish wants. An account that is active because of what somebody else gave
/// on it is not gone, though it is not ours to take away: a person must look.
#[must_use]
pub fn is_effective(
    wish: &Wish,
    wishes: &[Wish],
    observed: Option<&Observed>,
    rule: AccountRule,
) -> bool {
    match (wish.direction, observed) {
        (Direction::Grant, None) => false,
        (Direction::Grant, Some(seen)) => {
            seen.is_active && (wish.is_account || seen.holds.contains(&wish.holding))
        }
        (Direction::Revoke, None) => true,
        (Direction::Revoke, Some(seen)) => {
            let is_wanted = granted(wishes).next().is_some();
            if wish.is_account {
                return is_wanted || account_is_gone(seen, rule);
            }
            let account_is_settled =
                is_wanted || is_kept_by_others(seen, rule) || account_is_gone(seen, rule);
            !seen.holds.contains(&wish.holding) && account_is_settled
        }
    }
}

/// Which wishes to take away, all of them verified before, a read contradicts: what was gone is back. An account counts
/// when nothing at all is wanted of it and every wish was verified. Indices into `wishes`.
#[must_use]
pub fn is_back(
    wishes: &[Wish],
    were_verified: &[bool],
    observed: Option<&Observed>,
    rule: AccountRule,
) -> Vec<usize> {
    let Some(seen) = observed else { return Vec::new() };
    let nothing_is_wanted = granted(wishes).next().is_none() && were_verified.iter().all(|v| *v);
    wishes
        .iter()
        .zip(were_verified)
        .enumerate()
        .filter(|(_, (wish, was_verified))| **was_verified && wish.direction == Direction::Revoke)
        .filter(|(_, (wish, _))| {
            if wish.is_account {
                nothing_is_wanted && seen.is_active && !is_kept_by_others(seen, rule)
            } else {
                seen.holds.contains(&wish.holding)
            }
        })
        .map(|(index, _)| index)
        .collect()
}

/// Gone from the target, or disabled where that is how access ends on it.
fn account_is_gone(seen: &Observed, rule: AccountRule) -> bool {
    let may_stay = rule.last_access == LastAccess::Disable || seen.holds_others;
    may_stay && !seen.is_active
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

    fn rule(last_access: LastAccess) -> AccountRule {
        AccountRule { last_access, has_left: false }
    }
    const LEFT: AccountRule = AccountRule { last_access: LastAccess::Delete, has_left: true };

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
            plan(&[wish(1, Direction::Grant)], None, rule(LastAccess::Disable)),
            [Step::Create, Step::Add(holding(1))]
        );
    }

    #[test]
    fn last_removal_takes_the_grant_then_the_account() {
        let wishes = [wish(1, Direction::Revoke)];
        assert_eq!(
            plan(&wishes, Some(&seen(true, &[1])), rule(LastAccess::Disable)),
            [Step::Remove(holding(1)), Step::Disable]
        );
        assert_eq!(
            plan(&wishes, Some(&seen(true, &[1])), rule(LastAccess::Delete)),
            [Step::Remove(holding(1)), Step::Delete]
        );
        assert_eq!(plan(&wishes, None, rule(LastAccess::Delete)), []);
    }

    #[test]
    fn what_no_wish_names_is_left_alone() {
        let others = Observed { holds_others: true, ..seen(true, &[1]) };
        let wishes = [wish(1, Direction::Revoke)];
        assert_eq!(
            plan(&wishes, Some(&others), rule(LastAccess::Delete)),
            [Step::Remove(holding(1))]
        );
        assert_eq!(plan(&[], Some(&seen(true, &[])), rule(LastAccess::Delete)), []);
    }

    #[test]
    fn an_account_that_others_keep_is_not_said_to_be_gone() {
        let wishes = [wish(0, Direction::Revoke), wish(1, Direction::Revoke)];
        let others = Observed { holds_others: true, ..seen(true, &[1]) };
        let disable = rule(LastAccess::Disable);
        assert_eq!(plan(&wishes, Some(&others), disable), [Step::Remove(holding(1))]);
        let after = Observed { holds_others: true, ..seen(true, &[]) };
        assert!(is_effective(&wishes[1], &wishes, Some(&after), disable), "this grant is gone");
        assert!(!is_effective(&wishes[0], &wishes, Some(&after), disable), "they still sign in");
        let kept = [wish(0, Direction::Revoke), wish(2, Direction::Grant)];
        assert!(is_effective(&kept[0], &kept, Some(&after), disable), "another wish keeps it");
        // Somebody who has left does not sign in, and nothing that others gave is destroyed.
        assert_eq!(plan(&wishes, Some(&after), LEFT), [Step::Disable]);
        assert!(!is_effective(&wishes[1], &wishes, Some(&after), LEFT));
        let disabled = Observed { holds_others: true, ..seen(false, &[]) };
        assert!(is_effective(&wishes[0], &wishes, Some(&disabled), LEFT));
        assert_eq!(is_back(&wishes, &[true, true], Some(&after), LEFT), [0], "enabled again");
    }

    fn any_world() -> impl Strategy<Value = (Vec<Wish>, Option<Observed>, AccountRule)> {
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
        let rules = (any::<bool>(), any::<bool>()).prop_map(|(deletes, has_left)| AccountRule {
            last_access: if deletes { LastAccess::Delete } else { LastAccess::Disable },
            has_left,
        });
        (wishes, observed, rules)
    }

    #[test]
    fn only_what_was_verified_as_gone_can_be_back() {
        use Direction::{Grant, Revoke};
        let account = |direction| Wish { is_account: true, ..wish(9, direction) };
        let back = |wishes: &[Wish], verified: &[bool], seen: &Observed| {
            is_back(wishes, verified, Some(seen), rule(LastAccess::Disable))
        };
        let both = [wish(1, Revoke), wish(2, Grant)];
        assert_eq!(back(&both, &[true, true], &seen(true, &[1, 2])), [0]);
        assert_eq!(back(&both, &[false, true], &seen(true, &[1, 2])), [0; 0], "never was gone");
        assert_eq!(back(&both, &[true, true], &seen(true, &[2])), [0; 0]);
        assert_eq!(is_back(&both, &[true, true], None, LEFT), [0; 0]);
        let all = [account(Revoke), wish(1, Revoke)];
        assert_eq!(back(&all, &[true, true], &seen(true, &[])), [0], "the account alone is back");
        assert_eq!(back(&all, &[true, true], &seen(false, &[])), [0; 0], "disabled is gone");
        assert_eq!(back(&all, &[true, false], &seen(true, &[])), [0; 0], "not all of it was gone");
        let kept = [account(Revoke), wish(1, Grant)];
        assert_eq!(back(&kept, &[true, true], &seen(true, &[1])), [0; 0], "another wish keeps it");
    }

    proptest! {
        #[test]
        fn a_faithful_target_ends_where_every_wish_is_effective((wishes, observed, rule) in any_world()) {
            let after = carry_out(&plan(&wishes, observed.as_ref(), rule), observed);
            for wish in &wishes {
                let is_kept = wish.is_account
                    && after.as_ref().is_some_and(|seen| seen.is_active && is_kept_by_others(seen, rule));
                let is_effective = is_effective(wish, &wishes, after.as_ref(), rule);
                prop_assert!(is_effective || is_kept, "{wish:?} after {after:?}");
            }
            prop_assert_eq!(plan(&wishes, after.as_ref(), rule), vec![], "a second run changes nothing");
        }

        #[test]
        fn nobody_who_has_left_keeps_an_active_account((wishes, observed, rule) in any_world()) {
            let gone: Vec<_> =
                wishes.into_iter().map(|w| Wish { direction: Direction::Revoke, ..w }).collect();
            prop_assume!(!gone.is_empty());
            let rule = AccountRule { has_left: true, ..rule };
            let after = carry_out(&plan(&gone, observed.as_ref(), rule), observed);
            prop_assert!(after.is_none_or(|seen| !seen.is_active));
        }

        #[test]
        fn nothing_is_given_that_no_wish_grants((wishes, observed, rule) in any_world()) {
            for step in plan(&wishes, observed.as_ref(), rule) {
                match step {
                    Step::Add(h) => prop_assert!(wishes.iter().any(|w| w.holding == h && w.direction == Direction::Grant)),
                    Step::Create | Step::Enable => prop_assert!(wishes.iter().any(|w| w.direction == Direction::Grant)),
                    _ => {}
                }
            }
        }
    }
}

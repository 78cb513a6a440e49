//! Accounts and groups in memory, indexed for twenty thousand of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Builder;

use crate::effect::Effect;

/// An account as the directory keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub id: String,
    pub external_id: Option<String>,
    pub user_name: String,
    pub active: bool,
    /// Attributes that the directory keeps and does not interpret.
    pub attributes: Map<String, Value>,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
    /// Rises with every change; `meta.version` and the ETag show it.
    pub version: u64,
}

/// A group as the directory keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: String,
    pub display_name: String,
    /// Ids of the members.
    pub members: BTreeSet<String>,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
    pub version: u64,
}

/// All state of the sandbox. Changes by [`Directory::apply`] only.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    seed: u64,
    /// How many ids were ever given out; part of the next id, so that no id returns.
    issued: u64,
    accounts: BTreeMap<u64, Account>,
    position_by_id: HashMap<String, u64>,
    /// `userName` is unique without regard to case (RFC 7643, 4.1.1).
    id_by_user_name: HashMap<String, String>,
    ids_by_external_id: HashMap<String, BTreeSet<String>>,
    groups: BTreeMap<String, Group>,
    groups_by_member: HashMap<String, BTreeSet<String>>,
}

impl Directory {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// The id that the next created object gets: the same seed and order give the same ids.
    pub(crate) fn next_id(&self) -> String {
        let half = |salt: u64| u128::from(split_mix(self.seed ^ salt.wrapping_add(self.issued)));
        let bits = (half(0x5eed) << 64) | half(0x0c0f_fee0_0000_0000);
        Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(self.position_by_id.get(id)?)
    }

    pub(crate) fn account_named(&self, user_name: &str) -> Option<&Account> {
        self.account(self.id_by_user_name.get(&folded(user_name))?)
    }

    pub(crate) fn accounts_of(&self, external_id: &str) -> impl Iterator<Item = &Account> {
        let ids = self.ids_by_external_id.get(external_id);
        ids.into_iter().flatten().filter_map(|id| self.account(id))
    }

    /// Accounts in the order of their creation.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub(crate) fn account_count(&self) -> usize {
        self.accounts.len()
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(id)
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    pub(crate) fn groups_of(&self, account: &str) -> impl Iterator<Item = &Group> {
        let ids = self.groups_by_member.get(account);
        ids.into_iter().flatten().filter_map(|id| self.groups.get(id))
    }

    /// Carries out one effect. Effects that were checked before or come from the ledger always fit;
    /// one that names an unknown object changes nothing.
    pub(crate) fn apply(&mut self, effect: &Effect, at: DateTime<Utc>) {
        match effect {
            Effect::AccountCreated { id, external_id, user_name, active, attributes } => {
                let account = Account {
                    id: id.clone(),
                    external_id: external_id.clone(),
                    user_name: user_name.clone(),
                    active: *active,
                    attributes: attributes.clone(),
                    created_at: at,
                    modified_at: at,
                    version: 1,
                };
                self.issued += 1;
                self.index(&account);
                self.position_by_id.insert(id.clone(), self.issued);
                self.accounts.insert(self.issued, account);
            }
            Effect::AccountChanged { id, external_id, user_name, attributes } => {
                let Some(old) = self.account(id).cloned() else { return };
                self.unindex(&old);
                self.change_account(id, at, |account| {
                    account.external_id.clone_from(external_id);
                    account.user_name.clone_from(user_name);
                    account.attributes.clone_from(attributes);
                });
                if let Some(new) = self.account(id).cloned() {
                    self.index(&new);
                }
            }
            Effect::AccountEnabled { id } => self.change_account(id, at, |a| a.active = true),
            Effect::AccountDisabled { id } => self.change_account(id, at, |a| a.active = false),
            Effect::AccountDeleted { id } => {
                let Some(position) = self.position_by_id.remove(id) else { return };
                if let Some(account) = self.accounts.remove(&position) {
                    self.unindex(&account);
                }
            }
            Effect::MemberAdded { .. }
            | Effect::MemberRemoved { .. }
            | Effect::GroupCreated { .. }
            | Effect::GroupRenamed { .. }
            | Effect::GroupDeleted { .. } => self.apply_to_group(effect, at),
        }
    }

    fn apply_to_group(&mut self, effect: &Effect, at: DateTime<Utc>) {
        match effect {
            Effect::MemberAdded { group, account } => {
                self.change_group(group, at, |group| {
                    group.members.insert(account.clone());
                });
                self.groups_by_member.entry(account.clone()).or_default().insert(group.clone());
            }
            Effect::MemberRemoved { group, account } => {
                self.change_group(group, at, |group| {
                    group.members.remove(account);
                });
                if let Some(groups) = self.groups_by_member.get_mut(account) {
                    groups.remove(group);
                    if groups.is_empty() {
                        self.groups_by_member.remove(account);
                    }
                }
            }
            Effect::GroupCreated { id, display_name } => {
                let group = Group {
                    id: id.clone(),
                    display_name: display_name.clone(),
                    members: BTreeSet::new(),
                    created_at: at,
                    modified_at: at,
                    version: 1,
                };
                self.issued += 1;
                self.groups.insert(id.clone(), group);
            }
            Effect::GroupRenamed { id, display_name } => {
                self.change_group(id, at, |group| group.display_name.clone_from(display_name));
            }
            Effect::GroupDeleted { id } => drop(self.groups.remove(id)),
            _ => {}
        }
    }

    fn change_account(&mut self, id: &str, at: DateTime<Utc>, change: impl FnOnce(&mut Account)) {
        let position = self.position_by_id.get(id);
        if let Some(account) = position.and_then(|position| self.accounts.get_mut(position)) {
            change(account);
            account.modified_at = at;
            account.version += 1;
        }
    }

    fn change_group(&mut self, id: &str, at: DateTime<Utc>, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.get_mut(id) {
            change(group);
            group.modified_at = at;
            group.version += 1;
        }
    }

    fn index(&mut self, account: &Account) {
        self.id_by_user_name.insert(folded(&account.user_name), account.id.clone());
        if let Some(external_id) = &account.external_id {
            let ids = self.ids_by_external_id.entry(external_id.clone()).or_default();
            ids.insert(account.id.clone());
        }
    }

    fn unindex(&mut self, account: &Account) {
        self.id_by_user_name.remove(&folded(&account.user_name));
        let Some(external_id) = &account.external_id else { return };
        if let Some(ids) = self.ids_by_external_id.get_mut(external_id) {
            ids.remove(&account.id);
            if ids.is_empty() {
                self.ids_by_external_id.remove(external_id);
            }
        }
    }
}

fn folded(user_name: &str) -> String {
    user_name.to_lowercase()
}

/// SplitMix64 (Steele, Lea, Flood 2014): spreads a counter over all bits, without a random source.
fn split_mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

//! A target in memory whose connector can have one flaw.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use usher_connector::conformance::{IndependentAccount, IndependentRead, World};
use usher_connector::{
    AccountKey, AccountPage, Applied, Capabilities, Cause, Change, Connector, ConnectorError,
    Grant, ObservedAccount, ObservedState,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    /// A second create makes a second account.
    CreatesTwins,
    /// Says that an account is disabled and leaves it active.
    IgnoresDisable,
    IgnoresRemoval,
    /// An error where there is nothing left to remove.
    RefusesRepetition,
    KeepsDeleted,
    RefusesAbsentDelete,
    /// Treats an account with the right name as its own.
    TakesOver,
    /// Keeps user names in lower case.
    LosesCase,
    /// Refuses long names without a word.
    RefusesMutely,
    /// Shows grants that nobody holds.
    LiesInRead,
    Panics,
    Hangs,
    Aborts,
    OverflowsStack,
}

#[derive(Debug, Clone)]
struct Account {
    id: String,
    external_id: String,
    user_name: String,
    active: bool,
    grants: BTreeSet<Grant>,
}

#[derive(Debug)]
pub(crate) struct Shelf {
    flaw: Flaw,
    accounts: Mutex<HashMap<String, Account>>,
    counter: AtomicU64,
}

impl Shelf {
    pub(crate) fn new(flaw: Flaw) -> Self {
        Self { flaw, accounts: Mutex::default(), counter: AtomicU64::new(0) }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Account>> {
        self.accounts.lock().unwrap()
    }

    fn number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    fn put(&self, external_id: &str, user_name: &str) -> String {
        let id = format!("a{}", self.number());
        let account = Account {
            id: id.clone(),
            external_id: external_id.to_owned(),
            user_name: user_name.to_owned(),
            active: true,
            grants: BTreeSet::new(),
        };
        self.lock().insert(id.clone(), account);
        id
    }

    /// The account of the key, or the refusal of somebody else's.
    fn find(&self, key: &AccountKey) -> Result<Option<Account>, ConnectorError> {
        let accounts = self.lock();
        if let Some(account) = accounts.values().find(|a| a.external_id == key.external_id) {
            return Ok(Some(account.clone()));
        }
        match accounts.values().find(|account| account.user_name == key.user_name) {
            Some(account) if self.has(Flaw::TakesOver) => Ok(Some(account.clone())),
            Some(_) => Err(reject(Cause::Foreign, "the account is not ours")),
            None => Ok(None),
        }
    }

    fn create(&self, key: &AccountKey) -> Result<Applied, ConnectorError> {
        if key.user_name.contains('\0') {
            return Err(reject(Cause::Invalid, "the name holds a NUL"));
        }
        if self.has(Flaw::RefusesMutely) && key.user_name.len() > 300 {
            return Err(reject(Cause::Invalid, ""));
        }
        if !self.has(Flaw::CreatesTwins) && self.find(key)?.is_some() {
            return Err(ConnectorError::AlreadyExists { why: "the name is taken".to_owned() });
        }
        let user_name = match self.has(Flaw::LosesCase) {
            true => key.user_name.to_lowercase(),
            false => key.user_name.clone(),
        };
        Ok(applied(Some(self.put(&key.external_id, &user_name))))
    }

    fn change(&self, mut account: Account, change: &Change) -> Result<Applied, ConnectorError> {
        match change {
            Change::EnableAccount => account.active = true,
            Change::DisableAccount => account.active = self.has(Flaw::IgnoresDisable),
            Change::AddGrant { grant } => drop(account.grants.replace(grant.clone())),
            Change::RemoveGrant { .. } if self.has(Flaw::IgnoresRemoval) => {}
            Change::RemoveGrant { grant } => {
                let was_held = account.grants.remove(grant);
                if !was_held && self.has(Flaw::RefusesRepetition) {
                    return Err(reject(Cause::Invalid, "not a member"));
                }
            }
            Change::DeleteAccount => {
                if !self.has(Flaw::KeepsDeleted) {
                    self.lock().remove(&account.id);
                }
                return Ok(applied(Some(account.id)));
            }
            Change::CreateAccount { .. } => {}
        }
        let id = account.id.clone();
        self.lock().insert(id.clone(), account);
        Ok(applied(Some(id)))
    }
}

fn reject(cause: Cause, why: &str) -> ConnectorError {
    ConnectorError::Reject { cause, why: why.to_owned() }
}

fn applied(native_id: Option<String>) -> Applied {
    Applied { native_id, answer: "done".to_owned() }
}

fn group(native_id: &str) -> Grant {
    Grant { kind: "group".to_owned(), native_id: native_id.to_owned(), scope: String::new() }
}

#[expect(unconditional_recursion, reason = "the flaw of a connector that overflows its stack")]
fn deeper(depth: [u64; 64]) -> u64 {
    deeper(std::hint::black_box(depth)) + depth[0]
}

#[async_trait::async_trait]
impl Connector for Shelf {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            create: true,
            disable: true,
            delete: true,
            grants: true,
            verify_read: true,
            list: true,
            manual: false,
        }
    }

    async fn test(&self) -> Result<String, ConnectorError> {
        Ok("a shelf".to_owned())
    }

    async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, ConnectorError> {
        match self.flaw {
            Flaw::Panics => panic!("the flaw of this connector"),
            Flaw::Hangs => std::future::pending().await,
            Flaw::Aborts => std::process::abort(),
            Flaw::OverflowsStack => {
                std::hint::black_box(deeper([1; 64]));
            }
            _ => {}
        }
        let Some(account) = self.find(key)? else { return Ok(None) };
        let state = match account.active {
            true => ObservedState::Active,
            false => ObservedState::Disabled,
        };
        let mut grants = account.grants;
        if self.has(Flaw::LiesInRead) && !grants.is_empty() {
            grants.insert(group("nobody-holds-this"));
        }
        Ok(Some(ObservedAccount {
            native_id: account.id,
            user_name: account.user_name,
            external_id: Some(account.external_id),
            state,
            grants,
            evidence: "looked".to_owned(),
        }))
    }

    async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, ConnectorError> {
        if let Change::CreateAccount { .. } = change {
            return self.create(key);
        }
        match self.find(key)? {
            Some(account) => self.change(account, change),
            None if self.has(Flaw::RefusesAbsentDelete) => {
                Err(reject(Cause::Invalid, "there is no such account"))
            }
            None => Ok(applied(None)),
        }
    }

    async fn list(&self, _cursor: Option<String>) -> Result<AccountPage, ConnectorError> {
        Ok(AccountPage::default())
    }
}

#[async_trait::async_trait]
impl World for Shelf {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        let number = self.number();
        AccountKey {
            external_id: format!("e{number}"),
            user_name: format!("{stem}-{number}"),
            native_id: None,
        }
    }

    fn grants(&self) -> [Grant; 2] {
        [group("g1"), group("g2")]
    }

    fn deadline(&self) -> Duration {
        Duration::from_millis(50)
    }

    async fn independent_read(&self, key: &AccountKey) -> IndependentRead {
        let accounts = self.lock();
        let same: Vec<_> =
            accounts.values().filter(|account| account.user_name == key.user_name).collect();
        match same.first() {
            None => IndependentRead::Absent,
            Some(account) => IndependentRead::Present(IndependentAccount {
                count: same.len(),
                external_id: Some(account.external_id.clone()),
                active: account.active,
                grants: account.grants.clone(),
            }),
        }
    }

    async fn plant_foreign(&self, user_name: &str) -> bool {
        self.put("somebody-else", user_name);
        true
    }
}

//! Calls to the connector under test, each bounded in time and fenced against panics.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use super::{CheckOutcome, CheckResult, IndependentAccount, IndependentRead, World};
use crate::{
    AccountKey, AccountProfile, Applied, Capabilities, Change, Connector, ConnectorError,
    ObservedAccount,
};

/// Why a check ended before its end.
pub(super) enum Stop {
    Skipped(String),
    Failed(String),
}

/// Ends a check as failed, with words.
pub(super) fn failed<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}

/// Fails the check with `why` unless `holds`.
pub(super) fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), Stop> {
    if holds { Ok(()) } else { failed(why()) }
}

/// The connector under test and the world it acts on.
pub(super) struct Bench<'a> {
    subject: &'a dyn Connector,
    pub(super) world: &'a dyn World,
}

impl<'a> Bench<'a> {
    pub(super) fn new(subject: &'a dyn Connector, world: &'a dyn World) -> Self {
        Self { subject, world }
    }

    /// Runs one check under its name.
    pub(super) async fn check(
        &self,
        name: impl Into<String>,
        check: impl Future<Output = Result<(), Stop>>,
    ) -> CheckResult {
        let outcome = match check.await {
            Ok(()) => CheckOutcome::Passed,
            Err(Stop::Skipped(why)) => CheckOutcome::Skipped { why },
            Err(Stop::Failed(why)) => CheckOutcome::Failed { why },
        };
        CheckResult { name: name.into(), outcome }
    }

    /// Skips the check unless the connector declares the capability.
    pub(super) fn needs(
        &self,
        capability: &str,
        has: impl Fn(&Capabilities) -> bool,
    ) -> Result<(), Stop> {
        match has(&self.subject.capabilities()) {
            true => Ok(()),
            false => Err(Stop::Skipped(format!("declares no {capability}"))),
        }
    }

    pub(super) async fn try_read(
        &self,
        key: &AccountKey,
    ) -> Result<Result<Option<ObservedAccount>, ConnectorError>, Stop> {
        fenced("read", self.world.deadline(), self.subject.read(key)).await
    }

    pub(super) async fn read(&self, key: &AccountKey) -> Result<Option<ObservedAccount>, Stop> {
        self.try_read(key).await?.or_else(|error| failed(format!("read answered: {error}")))
    }

    /// Reads an account that must be there.
    pub(super) async fn existing(&self, key: &AccountKey) -> Result<ObservedAccount, Stop> {
        match self.read(key).await? {
            Some(account) => Ok(account),
            None => failed("read finds no account where there is one"),
        }
    }

    pub(super) async fn try_apply(
        &self,
        key: &AccountKey,
        change: &Change,
    ) -> Result<Result<Applied, ConnectorError>, Stop> {
        fenced("apply", self.world.deadline(), self.subject.apply(key, change)).await
    }

    pub(super) async fn apply(&self, key: &AccountKey, change: &Change) -> Result<Applied, Stop> {
        let what = name_of(change);
        self.try_apply(key, change)
            .await?
            .or_else(|error| failed(format!("{what} answered: {error}")))
    }

    /// Creates a fresh account and answers its key with the target's id.
    pub(super) async fn create(&self, stem: &str) -> Result<AccountKey, Stop> {
        self.needs("create", |can| can.create)?;
        self.needs("verify_read", |can| can.verify_read)?;
        let key = self.world.fresh_key(stem);
        let applied = self.apply(&key, &creation(stem)).await?;
        let native_id = match applied.native_id {
            Some(native_id) => native_id,
            None => self.existing(&key).await?.native_id,
        };
        Ok(AccountKey { native_id: Some(native_id), ..key })
    }

    /// What the target holds under the key's user name; `None` when this world cannot look.
    pub(super) async fn look(&self, key: &AccountKey) -> Option<Option<IndependentAccount>> {
        match self.world.independent_read(key).await {
            IndependentRead::NotAvailable => None,
            IndependentRead::Absent => Some(None),
            IndependentRead::Present(account) => Some(Some(account)),
        }
    }

    /// Deletes what a check has made, where the connector can.
    pub(super) async fn tidy(&self, key: &AccountKey) -> Result<(), Stop> {
        if self.subject.capabilities().delete {
            self.apply(key, &Change::DeleteAccount).await?;
        }
        Ok(())
    }
}

/// A creation whose profile carries the same unusual text as the user name.
pub(super) fn creation(display_name: &str) -> Change {
    Change::CreateAccount {
        profile: AccountProfile {
            display_name: display_name.to_owned(),
            given_name: Some("Conformance".to_owned()),
            family_name: Some(display_name.to_owned()),
            email: Some("conformance@example.com".to_owned()),
        },
    }
}

fn name_of(change: &Change) -> &'static str {
    match change {
        Change::CreateAccount { .. } => "create account",
        Change::EnableAccount => "enable account",
        Change::DisableAccount => "disable account",
        Change::DeleteAccount => "delete account",
        Change::AddGrant { .. } => "add grant",
        Change::RemoveGrant { .. } => "remove grant",
    }
}

/// Awaits a call; a panic or a call longer than `deadline` fails the check.
async fn fenced<T>(
    what: &str,
    deadline: Duration,
    call: impl Future<Output = T>,
) -> Result<T, Stop> {
    let mut call = pin!(call);
    let fenced =
        poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(answer)) => Poll::Ready(Some(answer)),
            Err(_) => Poll::Ready(None),
        });
    match tokio::time::timeout(deadline, fenced).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => failed(format!("{what} panicked")),
        Err(_) => failed(format!("{what} took longer than {deadline:?}")),
    }
}

//! The directory behind HTTP: who may ask, what is recorded, and how faults bend the answers.

mod control;
mod delivery;
mod distortion;
mod page;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::sync::watch;

use crate::directory::{Account, Directory, Group};
use crate::effect::Effect;
use crate::faults::{FaultPlan, FaultRule, Strike};
use crate::ledger::{Ledger, LedgerEntry};
use crate::scim::{Answer, Body, Call, ScimError};
use crate::{Clock, SandboxOptions};
use delivery::Delivery;

/// The largest request body, in bytes.
const LARGEST_BODY: usize = 1 << 20;

/// How much of a body that is not JSON the ledger keeps, in characters.
const KEPT_TEXT: usize = 200;

/// The running service; one lock, because every request is a few microseconds of work.
pub(crate) struct Service {
    base_url: String,
    options: SandboxOptions,
    stopped: watch::Receiver<bool>,
    inner: Mutex<Inner>,
}

struct Inner {
    directory: Directory,
    ledger: Ledger,
    faults: FaultPlan,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new().fallback(answer).with_state(service)
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let is_control = path == "/" || path.starts_with("/_");
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        let refusal = ScimError::new(413, "the body is larger than 1 MiB").into();
        return service.recorded_refusal(&parts, refusal).into_response();
    };
    if is_control {
        return control::answer(&service, &parts, &body);
    }
    if !service.is_authorised(&parts) {
        let refusal = ScimError::new(401, "the bearer token is missing or wrong").into();
        return service.recorded_refusal(&parts, refusal).into_response();
    }
    let strike = service.lock().faults.draw(parts.method.as_str(), path);
    service.wait(Duration::from_millis(strike.latency_ms)).await;
    let delivery = service.carry_out(&parts, &body, strike);
    if let Delivery::Withheld(delay) = &delivery {
        service.wait(*delay).await;
    }
    delivery.into_response()
}

impl Service {
    /// Restores the directory from the ledger file, where there is one.
    pub(crate) fn open(
        base_url: String,
        options: SandboxOptions,
        stopped: watch::Receiver<bool>,
    ) -> io::Result<Self> {
        let ledger = match &options.ledger_file {
            Some(path) => Ledger::open(path)?,
            None => Ledger::default(),
        };
        let mut directory = Directory::new(options.seed);
        for entry in ledger.after(0) {
            entry.effects.iter().for_each(|effect| directory.apply(effect, entry.at));
        }
        let faults = FaultPlan::new(options.seed);
        let inner = Mutex::new(Inner { directory, ledger, faults });
        Ok(Self { base_url, options, stopped, inner })
    }

    fn clock(&self) -> &Clock {
        &self.options.clock
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_authorised(&self, parts: &Parts) -> bool {
        let given = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        given.and_then(|value| value.strip_prefix("Bearer "))
            == Some(self.options.token.expose_secret())
    }

    /// Waits, or less when the sandbox is stopped.
    async fn wait(&self, delay: Duration) {
        if !delay.is_zero() {
            let mut stopped = self.stopped.clone();
            let _ = tokio::time::timeout(delay, stopped.wait_for(|is_stopped| *is_stopped)).await;
        }
    }

    /// Answers, changes the directory and records both, all under one lock.
    fn carry_out(&self, parts: &Parts, bytes: &Bytes, strike: Strike) -> Delivery {
        let call = self.call(parts, bytes);
        let mut inner = self.lock();
        let (answer, delivery) = distortion::answer(&inner.directory, &call, &strike);
        let entry = LedgerEntry {
            seq: inner.ledger.next_seq(),
            at: call.now,
            method: call.method,
            path: path_of(parts),
            body: kept(&call.body, bytes),
            took_effect: !answer.effects.is_empty(),
            status: delivery.status(),
            fault: strike.fault,
            effects: answer.effects,
        };
        match inner.commit(entry) {
            Ok(()) => delivery,
            Err(error) => {
                tracing::error!(%error, "the sandbox cannot write its ledger");
                Delivery::plain(ScimError::new(500, "the ledger cannot be written").into(), None)
            }
        }
    }

    fn recorded_refusal(&self, parts: &Parts, refusal: Answer) -> Delivery {
        let mut inner = self.lock();
        let entry = LedgerEntry {
            seq: inner.ledger.next_seq(),
            at: self.clock()(),
            method: parts.method.to_string(),
            path: path_of(parts),
            body: None,
            took_effect: false,
            status: refusal.status,
            fault: None,
            effects: Vec::new(),
        };
        if let Err(error) = inner.commit(entry) {
            tracing::error!(%error, "the sandbox cannot write its ledger");
        }
        Delivery::plain(refusal, None)
    }

    fn call(&self, parts: &Parts, bytes: &Bytes) -> Call {
        let header = |name| {
            let value = parts.headers.get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let path = parts.uri.path().trim_matches('/');
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let body = match serde_json::from_slice(bytes) {
            _ if bytes.is_empty() => Body::None,
            Ok(value) => Body::Json(value),
            Err(_) => Body::NotJson,
        };
        Call {
            method: parts.method.to_string(),
            segments: path.split('/').map(decoded).collect(),
            query: form_urlencoded::parse(query).into_owned().collect(),
            body,
            if_match: header(IF_MATCH),
            if_none_match: header(IF_NONE_MATCH),
            base_url: self.base_url.clone(),
            now: self.clock()(),
        }
    }

    pub(crate) fn ledger(&self, after: u64) -> Vec<LedgerEntry> {
        self.lock().ledger.after(after).to_vec()
    }

    pub(crate) fn set_faults(&self, rules: Vec<FaultRule>) {
        self.lock().faults.set(rules);
    }

    pub(crate) fn accounts(&self) -> Vec<Account> {
        self.lock().directory.accounts().cloned().collect()
    }

    pub(crate) fn account_named(&self, user_name: &str) -> Option<Account> {
        self.lock().directory.account_named(user_name).cloned()
    }

    pub(crate) fn groups(&self) -> Vec<Group> {
        self.lock().directory.groups().cloned().collect()
    }

    pub(crate) fn seed_group(&self, display_name: &str) -> io::Result<String> {
        let mut inner = self.lock();
        if let Some(known) = inner.directory.groups().find(|g| g.display_name == display_name) {
            return Ok(known.id.clone());
        }
        let id = inner.directory.next_id();
        let effect = Effect::GroupCreated { id: id.clone(), display_name: display_name.to_owned() };
        let entry = LedgerEntry {
            seq: inner.ledger.next_seq(),
            at: self.clock()(),
            method: "SEED".to_owned(),
            path: "/Groups".to_owned(),
            body: None,
            took_effect: true,
            status: 201,
            fault: None,
            effects: vec![effect],
        };
        inner.commit(entry)?;
        Ok(id)
    }
}

impl Inner {
    /// The ledger first: what cannot be recorded does not happen.
    fn commit(&mut self, entry: LedgerEntry) -> io::Result<()> {
        let effects = entry.effects.clone();
        let at = entry.at;
        self.ledger.append(entry)?;
        effects.iter().for_each(|effect| self.directory.apply(effect, at));
        Ok(())
    }
}

fn path_of(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn kept(body: &Body, bytes: &Bytes) -> Option<Value> {
    match body {
        Body::None => None,
        Body::Json(value) => Some(value.clone()),
        Body::NotJson => {
            let text = String::from_utf8_lossy(bytes);
            Some(Value::String(text.chars().take(KEPT_TEXT).collect()))
        }
    }
}

//! People who use the API of two servers of which either may be gone at any instant.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use usher_operations::{Caller, token};
use usher_vocabulary::TokenScope;

use super::harness::{Dice, Harness};

/// How long one step may take while everything is killed around it.
const PATIENCE: Duration = Duration::from_secs(300);

/// What can be asked for by everybody, all of it on the directory.
pub(super) const ITEMS: [&str; 12] = [
    "Display bank reconciliations",
    "Maintain payment memos",
    "Yard plan, view",
    "Post bank reconciliations",
    "Treasury dashboards, read",
    "Treasury marts, write",
    "Cash forecast",
    "Yard plan, change",
    "Read all repositories",
    "Write to platform repositories",
    "Guest list of the canteen",
    "Gate override",
];

/// Where an accepted request must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Delivered,
    Ended,
    Withdrawn,
}

/// A request whose answer was 201.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) email: String,
    pub(super) item: &'static str,
    pub(super) id: String,
    pub(super) end: End,
}

/// Tries the other server when one is gone, always with the same key.
pub(super) struct Clients {
    http: reqwest::Client,
    servers: [String; 2],
    /// Two for each person, because none covers both.
    tokens: BTreeMap<String, Tokens>,
    items: BTreeMap<&'static str, String>,
    next: AtomicUsize,
    keys: AtomicUsize,
    /// Answers that never came.
    pub(super) lost: AtomicUsize,
}

struct Tokens {
    request: String,
    decide: String,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) json: Value,
}

impl Clients {
    pub(super) async fn new(harness: &Harness) -> Result<Self> {
        let operator = Caller::operator("crash test".to_owned(), harness.cx.id());
        let mut tokens = BTreeMap::new();
        for email in harness.company.people.keys() {
            let mut made = Vec::new();
            for scope in [TokenScope::Request, TokenScope::Decide] {
                let life = TimeDelta::days(1);
                made.push(token::create(&harness.cx, &operator, email, scope, life).await?.text);
            }
            let [request, decide] =
                made.try_into().map_err(|_| anyhow::anyhow!("one token for each scope"))?;
            tokens.insert(email.clone(), Tokens { request, decide });
        }
        let items =
            ITEMS.iter().map(|name| (*name, harness.company.items[*name].to_string())).collect();
        Ok(Self {
            http: reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?,
            servers: harness.ports.map(|port| format!("http://127.0.0.1:{port}/api/v1")),
            tokens,
            items,
            next: AtomicUsize::new(0),
            keys: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
        })
    }

    pub(super) fn emails(&self) -> impl Iterator<Item = &String> {
        self.tokens.keys()
    }

    pub(super) async fn get(&self, email: &str, path: &str) -> Result<Answer> {
        self.send(email, path, None, "").await
    }

    async fn post(&self, email: &str, path: &str, body: &Value, version: &str) -> Result<Answer> {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        self.send(email, path, Some((body, key)), version).await
    }

    /// One request, until somebody answers it.
    async fn send(
        &self,
        email: &str,
        path: &str,
        post: Option<(&Value, String)>,
        version: &str,
    ) -> Result<Answer> {
        let end = Instant::now() + PATIENCE;
        loop {
            let server = &self.servers[self.next.fetch_add(1, Ordering::Relaxed) % 2];
            let url = format!("{server}{path}");
            let mut request = match &post {
                None => self.http.get(url),
                Some((body, key)) => self.http.post(url).header("idempotency-key", key).json(body),
            };
            if !version.is_empty() {
                request = request.header("if-match", version);
            }
            let tokens = &self.tokens[email];
            let token = if path.starts_with("/tasks") { &tokens.decide } else { &tokens.request };
            match request.bearer_auth(token).send().await {
                Ok(response) if response.status() != 503 => {
                    let status = response.status().as_u16();
                    ensure!(status != 500, "{path} answers 500");
                    // The server may go between the head and the body.
                    if let Ok(text) = response.text().await {
                        let json = if text.is_empty() {
                            Value::Null
                        } else {
                            serde_json::from_str(&text)?
                        };
                        return Ok(Answer { status, json });
                    }
                }
                _ => {}
            }
            self.lost.fetch_add(1, Ordering::Relaxed);
            ensure!(Instant::now() < end, "nobody answers {path}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks for one item for oneself.
    async fn ask(&self, email: &str, item: &'static str) -> Result<Accepted> {
        let body = json!({
            "for": null,
            "items": [{"catalogue_item": self.items[item], "starts_at": null, "duration": "P1D"}],
            "reason": "Crash test",
        });
        let answer = self.post(email, "/requests", &body, "").await?;
        ensure!(answer.status == 201, "{email} asks for {item}: {answer:?}");
        let id = answer.json["id"].as_str().context("an id")?.to_owned();
        Ok(Accepted { email: email.to_owned(), item, id, end: End::Delivered })
    }

    /// Withdraws what still waits, unless patient; gives back what was approved, often while the grant is under way.
    async fn put_back(&self, one: &mut Accepted, is_patient: bool) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let seen = self.get(&one.email, &format!("/requests/{}", one.id)).await?;
            let item = &seen.json["items"][0];
            ensure!(Instant::now() < end, "{one:?} is neither waiting nor held: {item}");
            if item["state"] == "awaiting_approval" && !is_patient {
                let path = format!("/requests/{}/withdraw", one.id);
                let answer = self.post(&one.email, &path, &json!({}), "").await?;
                if answer.status == 204 {
                    one.end = End::Withdrawn;
                    return Ok(());
                }
            } else if let Some(access) = self.access(one).await? {
                let path = format!("/access/{access}/give-back");
                let answer = self.post(&one.email, &path, &json!({}), "").await?;
                ensure!(answer.status == 204, "{one:?} given back: {answer:?}");
                one.end = End::Ended;
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the person may give back of this request.
    async fn access(&self, one: &Accepted) -> Result<Option<String>> {
        let list = self.get(&one.email, "/access").await?;
        let rows = list.json["items"].as_array().with_context(|| format!("no list: {list:?}"))?;
        let found = rows
            .iter()
            .find(|row| row["request"] == one.id.as_str() && row["may_give_back"] == true);
        Ok(found.and_then(|row| row["id"].as_str()).map(str::to_owned))
    }

    /// Somebody asks `quota` times, a step for each permit, and puts back what stands in the way of asking again.
    pub(super) async fn wish(
        &self,
        email: &str,
        quota: usize,
        permits: &Semaphore,
        seed: u64,
    ) -> Result<Vec<Accepted>> {
        let mut dice = Dice::new(seed);
        let mut accepted: Vec<Accepted> = Vec::new();
        let first = usize::try_from(dice.roll(ITEMS.len() as u64))?;
        for n in 0..quota {
            permits.acquire().await?.forget();
            let item = ITEMS[(first + n) % ITEMS.len()];
            if let Some(before) =
                accepted.iter_mut().find(|a| a.item == item && a.end == End::Delivered)
            {
                self.put_back(before, dice.roll(4) > 0).await?;
            }
            accepted.push(self.ask(email, item).await?);
            let at = usize::try_from(dice.roll(accepted.len() as u64 * 2))?;
            if let Some(one) = accepted.get_mut(at).filter(|a| a.end == End::Delivered) {
                self.put_back(one, dice.roll(4) > 0).await?;
            }
        }
        Ok(accepted)
    }

    /// Everybody approves what waits for them, until told to stop and nothing waits.
    pub(super) async fn approve(&self, is_over: &AtomicBool) -> Result<usize> {
        let mut decided = 0;
        loop {
            let was_over = is_over.load(Ordering::Acquire);
            let mut waiting = 0;
            for email in self.emails() {
                let tasks = self.get(email, "/tasks?limit=100").await?;
                for task in tasks.json["items"].as_array().into_iter().flatten() {
                    waiting += 1;
                    let path = format!("/tasks/{}/decision", task["id"].as_str().context("an id")?);
                    let version = format!("\"{}\"", task["version"]);
                    let body = json!({"decision": "approve"});
                    let answer = self.post(email, &path, &body, &version).await?;
                    // Withdrawn meanwhile.
                    ensure!(matches!(answer.status, 200 | 404 | 409), "{answer:?}");
                    decided += usize::from(answer.status == 200);
                }
            }
            if waiting == 0 {
                if was_over {
                    return Ok(decided);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

//! Switchable lies and failures, drawn from a seeded random source so that a run can be replayed.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

/// A way in which a real target fails or lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The change happens, the answer says 500.
    #[serde(rename = "error_500_after_commit")]
    Error500AfterCommit,
    /// The change happens, the answer is withheld for the delay (30 s unless told) and is then 504.
    TimeoutAfterCommit,
    /// The answer says success, nothing happens.
    OkWithoutEffect,
    /// The answer says 409 uniqueness, nothing happens.
    #[serde(rename = "false_409")]
    False409,
    /// 429, with a Retry-After when the rule gives seconds.
    #[serde(rename = "throttle_429")]
    Throttle429,
    /// 503, with a Retry-After when the rule gives seconds.
    #[serde(rename = "down_503")]
    Down503,
    /// A list lacks its second half (at least one entry) while `totalResults` stays.
    DroppedPage,
    /// A list answers its first page whatever page was asked for.
    RepeatedPage,
    /// A read answers with another account's record.
    SomebodyElsesRecord,
    /// 200 with an HTML page; changes do not happen.
    Garbage,
    /// The body ends in the middle; changes happen.
    TruncatedBody,
    /// A 200 whose body never ends; changes do not happen.
    EndlessBody,
    /// 302 to a private address; changes do not happen.
    Redirect,
    /// The request waits before it is carried out; other faults may come on top.
    Latency,
}

impl Fault {
    /// Whether the fault makes sense for the request when its rule does not name a method.
    fn suits(self, method: &str) -> bool {
        let is_read = method == "GET";
        match self {
            Self::Error500AfterCommit | Self::TimeoutAfterCommit | Self::OkWithoutEffect => {
                !is_read
            }
            Self::False409 => method == "POST",
            Self::DroppedPage | Self::RepeatedPage | Self::SomebodyElsesRecord => is_read,
            Self::Throttle429
            | Self::Down503
            | Self::Garbage
            | Self::TruncatedBody
            | Self::EndlessBody
            | Self::Redirect
            | Self::Latency => true,
        }
    }
}

/// When a fault strikes. Without `probability` and `every_nth` it strikes every matching request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    pub fault: Fault,
    /// From 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// 3 strikes the third, sixth, ninth matching request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_nth: Option<u64>,
    /// Strikes at most so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Only this method; otherwise those for which the fault makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths that begin so, for example `/Users`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_prefix: Option<String>,
    /// For `latency` and `timeout_after_commit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For `throttle_429` and `down_503`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

impl FaultRule {
    /// The fault at every request for which it makes sense.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            probability: None,
            every_nth: None,
            times: None,
            method: None,
            path_prefix: None,
            delay_ms: None,
            retry_after_s: None,
        }
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let suits = match &self.method {
            Some(wanted) => wanted.eq_ignore_ascii_case(method),
            None => self.fault.suits(method),
        };
        suits && self.path_prefix.as_ref().is_none_or(|prefix| path.starts_with(prefix.as_str()))
    }
}

/// What strikes one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) fault: Option<Fault>,
    /// Before the request is carried out, in milliseconds.
    pub(crate) latency_ms: u64,
    pub(crate) delay_ms: Option<u64>,
    pub(crate) retry_after_s: Option<u64>,
}

/// The rules in force and how often each met and struck.
#[derive(Debug)]
pub(crate) struct FaultPlan {
    random: StdRng,
    rules: Vec<(FaultRule, Tally)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    met: u64,
    struck: u64,
}

impl FaultPlan {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed), rules: Vec::new() }
    }

    pub(crate) fn set(&mut self, rules: Vec<FaultRule>) {
        self.rules = rules.into_iter().map(|rule| (rule, Tally::default())).collect();
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &FaultRule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Draws what strikes this request: every latency, and the first other fault whose turn it is.
    pub(crate) fn draw(&mut self, method: &str, path: &str) -> Strike {
        let mut strike = Strike::default();
        for (rule, tally) in &mut self.rules {
            let is_taken = strike.fault.is_some() && rule.fault != Fault::Latency;
            if is_taken || !rule.matches(method, path) {
                continue;
            }
            tally.met += 1;
            let is_turn = rule.every_nth.is_none_or(|nth| nth > 0 && tally.met.is_multiple_of(nth))
                && rule.times.is_none_or(|times| tally.struck < times)
                && rule.probability.is_none_or(|share| self.random.random::<f64>() < share);
            if !is_turn {
                continue;
            }
            tally.struck += 1;
            if rule.fault == Fault::Latency {
                strike.latency_ms += rule.delay_ms.unwrap_or(20);
            } else {
                strike.fault = Some(rule.fault);
                strike.delay_ms = rule.delay_ms;
                strike.retry_after_s = rule.retry_after_s;
            }
        }
        strike
    }
}

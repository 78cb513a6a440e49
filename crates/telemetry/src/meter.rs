//! Counters, and what Prometheus reads of them. Labels are closed lists, routes as they are defined and
//! status codes: nothing that a person typed and no id.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use usher_vocabulary::{AttemptOutcome, JobState};

const REQUESTS: &str = "usher_http_requests_total";
const SECONDS: &str = "usher_http_request_duration_seconds";
const ATTEMPTS: &str = "usher_attempts_total";
const LOST: &str = "usher_leases_lost_total";
const EXPIRED: &str = "usher_leases_expired_total";
const JOBS: &str = "usher_jobs";
const OLDEST: &str = "usher_oldest_due_job_seconds";
const TASKS: &str = "usher_tasks_open";
const OVERDUE: &str = "usher_tasks_overdue";
const OUTBOX: &str = "usher_outbox_messages";
const POOL: &str = "usher_database_connections";

/// Upper bounds in seconds: a page shall come within a fraction of one, a file of people may take longer.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// A request was answered. `route` is the path as it is defined, such as `/requests/{id}`.
pub fn request_served(method: &str, route: &str, status: u16, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    counter!(REQUESTS, &labels).increment(1);
    histogram!(SECONDS, &labels).record(took.as_secs_f64());
}

/// A try of a job ended, and its end was written.
pub fn attempt_ended(outcome: AttemptOutcome) {
    counter!(ATTEMPTS, "outcome" => outcome.as_str()).increment(1);
}

/// A process found that somebody else has its job.
pub fn lease_lost() {
    counter!(LOST).increment(1);
}

/// Jobs of processes that are gone were given back.
pub fn leases_expired(count: u64) {
    counter!(EXPIRED).increment(count);
}

/// What the database and the pool say at the moment of reading.
#[derive(Debug, Clone, Default)]
pub struct Gauges {
    /// Jobs by state and band; what is not named is none.
    pub jobs: Vec<(JobState, &'static str, i64)>,
    /// How long the oldest job that may run waits; zero when none does.
    pub oldest_due: Duration,
    pub tasks_open: i64,
    pub tasks_overdue: i64,
    /// Messages that are to be sent, and those that were given up.
    pub outbox_queued: i64,
    pub outbox_dead: i64,
    pub pools: Vec<Pool>,
}

/// Connections that work, that idle, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    pub name: &'static str,
    pub used: u32,
    pub idle: u32,
    pub most: u32,
}

/// Collects what this process counts.
#[derive(Debug, Clone)]
pub struct Meter {
    handle: PrometheusHandle,
}

impl Meter {
    /// Starts counting. The first meter of a process counts; a later one shows nothing.
    ///
    /// # Errors
    /// The bounds of the buckets are none.
    pub fn start() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS)?
            .build_recorder();
        let handle = recorder.handle();
        // A second recorder is refused, as in tests that start several servers in one process.
        let _ = metrics::set_global_recorder(recorder);
        describe();
        Ok(Self { handle })
    }

    /// Folds what was recorded into the buckets. To be called every few seconds: what nobody reads would
    /// grow otherwise.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }

    /// Everything as text, in the format of Prometheus.
    #[must_use]
    pub fn render(&self, gauges: &Gauges) -> String {
        set(gauges);
        self.handle.render()
    }
}

fn describe() {
    describe_counter!(REQUESTS, "Requests that were answered");
    describe_histogram!(SECONDS, "How long answers took, in seconds");
    describe_counter!(ATTEMPTS, "Tries of jobs of this process that ended, by outcome");
    describe_counter!(LOST, "Leases that this process lost while it worked");
    describe_counter!(EXPIRED, "Leases of processes that are gone, given back by this one");
    describe_gauge!(JOBS, "Jobs by state and band; done and superseded ones are not counted");
    describe_gauge!(OLDEST, "How long the oldest job that may run waits, in seconds");
    describe_gauge!(TASKS, "Decisions that wait for somebody");
    describe_gauge!(OVERDUE, "Decisions that wait beyond their time");
    describe_gauge!(OUTBOX, "Messages by state, queued or dead");
    describe_gauge!(POOL, "Connections of this process to the database, by state");
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn set(gauges: &Gauges) {
    let waiting = [JobState::Queued, JobState::Running, JobState::RetryWait, JobState::DeadLetter];
    for state in waiting {
        for band in ["urgent", "normal"] {
            let found = gauges.jobs.iter().find(|(s, b, _)| *s == state && *b == band);
            let count = found.map_or(0, |(_, _, count)| *count);
            gauge!(JOBS, "state" => state.as_str(), "band" => band).set(count as f64);
        }
    }
    gauge!(OLDEST).set(gauges.oldest_due.as_secs_f64());
    gauge!(TASKS).set(gauges.tasks_open as f64);
    gauge!(OVERDUE).set(gauges.tasks_overdue as f64);
    gauge!(OUTBOX, "state" => "queued").set(gauges.outbox_queued as f64);
    gauge!(OUTBOX, "state" => "dead").set(gauges.outbox_dead as f64);
    for pool in &gauges.pools {
        for (state, count) in [("used", pool.used), ("idle", pool.idle), ("most", pool.most)] {
            gauge!(POOL, "pool" => pool.name, "state" => state).set(f64::from(count));
        }
    }
}

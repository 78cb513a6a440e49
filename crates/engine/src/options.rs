use std::time::Duration;

/// How one process works.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Name of this process in leases, for example host and process id.
    pub worker: String,
    /// Jobs at the same time that give or repair access.
    pub slots: usize,
    /// Jobs at the same time that take access away; nothing else uses these.
    pub urgent_slots: usize,
    /// Calls beyond its concurrency that a connector takes for removals.
    pub urgent_reserve: i32,
    /// How long a lease outlives the call that it covers.
    pub lease_margin: Duration,
    /// How often the queue is looked at without a doorbell.
    pub poll: Duration,
    /// Where links in mail point to.
    pub base_url: String,
}

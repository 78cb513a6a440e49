//! Lets the company live its past on the real engine and the real directory, before anybody looks.

use anyhow::Result;
use tokio_util::sync::CancellationToken;
use usher_company::{Surroundings, Weather};
use usher_engine::Engine;
use usher_operations::Context;
use usher_sandbox::{Fault, FaultRule};
use usher_store::StoreError;

use super::directory::Directory;
use crate::telemetry::say;

/// The engine and the directory of the demonstration, as the past uses them.
struct Past<'a> {
    engine: &'a Engine,
    directory: &'a Directory,
    stop: &'a CancellationToken,
}

#[async_trait::async_trait]
impl Surroundings for Past<'_> {
    async fn settle(&self) -> Result<(), StoreError> {
        self.engine.settle().await
    }

    fn turn(&self, weather: Weather) {
        self.directory.set_faults(rules(weather, self.directory));
    }

    fn tell(&self, days: i64) {
        say(&format!("  {days} of {} days lived", usher_company::LIVED.num_days()));
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }
}

fn rules(weather: Weather, directory: &Directory) -> Vec<FaultRule> {
    let rule = |fault| FaultRule::always(fault);
    match weather {
        Weather::Fair => Vec::new(),
        Weather::Throttled => {
            vec![FaultRule { times: Some(3), retry_after_s: Some(20), ..rule(Fault::Throttle429) }]
        }
        Weather::Stumbling => {
            vec![FaultRule { times: Some(2), ..rule(Fault::Error500AfterCommit) }]
        }
        Weather::Deaf { group } => {
            let prefix = directory.group_id(group).map(|id| format!("/Groups/{id}"));
            vec![FaultRule { path_prefix: prefix, ..rule(Fault::OkWithoutEffect) }]
        }
        Weather::Confused => vec![rule(Fault::False409)],
    }
}

/// Lives the past. Interrupted, the company opens with what it has lived.
pub(super) async fn live(
    cx: &Context,
    clock: &usher_company::LivedClock,
    engine: &Engine,
    directory: &Directory,
    company: &usher_company::Founded,
    stop: &CancellationToken,
) -> Result<()> {
    say("Living the sixty days that it will show, once.");
    let past = Past { engine, directory, stop };
    let lived = usher_company::live(cx, clock, &past, company, super::SEED).await;
    directory.set_faults(Vec::new());
    match lived {
        Ok(lived) => {
            say(&format!("  {} requests, {} decisions.", lived.requests, lived.decisions));
            Ok(())
        }
        Err(usher_company::PastError::Interrupted) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

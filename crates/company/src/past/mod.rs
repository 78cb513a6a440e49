//! Sixty days that the company has lived: every deed is a real operation, every account and every removal
//! was sent and read by the real engine, only the clock is moved.

mod background;
mod clock;
mod deeds;
mod plot;
mod scenes;
mod words;

use chrono::TimeDelta;
use usher_operations::{Context, Fault};
use usher_store::{StoreError, bulk, job, timer};

pub use clock::LivedClock;
use deeds::Life;
use plot::Plot;
pub(crate) use words::reason;

use crate::dice::Dice;
use crate::found::Founded;

/// How long the past is.
pub const LIVED: TimeDelta = TimeDelta::days(60);

/// How the directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Asks to come back later, three times.
    Throttled,
    /// Fails after it has done what was asked, twice.
    Stumbling,
    /// Accepts changes of a group and carries none out.
    Deaf {
        group: &'static str,
    },
    /// Says of every new account that it is there already.
    Confused,
}

/// What the past needs of whoever owns the engine and the targets.
#[async_trait::async_trait]
pub trait Surroundings: Send + Sync {
    /// Fires due timers and works until nothing more can be done at this instant.
    async fn settle(&self) -> Result<(), StoreError>;
    /// The directory is so from now on.
    fn turn(&self, weather: Weather);
    /// So many days of the past have been lived.
    fn tell(&self, days: i64);
    /// Somebody does not want to wait for the rest.
    fn is_stopped(&self) -> bool;
}

/// Why the past was not lived to its end.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    #[error("the past was interrupted")]
    Interrupted,
    #[error("{0} could not be done in the past")]
    Refused(&'static str, #[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was lived.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lived {
    pub requests: usize,
    pub decisions: usize,
}

/// Lives the past from the clock's departure to its end. The same seed gives the same past. The clock is
/// left at the end of it.
///
/// # Errors
/// Somebody stopped it, or the database failed; what was lived until then stays.
pub async fn live(
    cx: &Context,
    clock: &LivedClock,
    around: &dyn Surroundings,
    company: &Founded,
    seed: u64,
) -> Result<Lived, PastError> {
    let began = cx.now();
    let mut plot = Plot::new(began, began + LIVED);
    let mut dice = Dice::new(seed ^ 0x5eed);
    background::plan(cx, &mut plot, company, &mut dice).await?;
    scenes::plan(&mut plot);
    let mut life = Life::new(cx, around, company, dice);
    let mut told = 0;
    loop {
        let next = plot.next_at().unwrap_or(plot.end);
        let due = wake(cx).await?.filter(|at| *at <= next);
        clock.go_to(due.unwrap_or(next));
        if due.is_some() {
            around.settle().await?;
        } else if let Some(deed) = plot.take() {
            life.carry_out(deed, &mut plot).await?;
        } else {
            break;
        }
        let days = (cx.now() - began).num_days();
        if days >= told + 10 {
            told = days - days % 10;
            around.tell(told);
        }
        if around.is_stopped() {
            return Err(PastError::Interrupted);
        }
    }
    // Whoever was to read the letters of the past has read them.
    let mut tx = cx.store.begin().await?;
    bulk::engine::note_letters_sent(&mut tx).await?;
    tx.commit_unaudited("letters of the past").await?;
    Ok(life.lived)
}

/// When the engine has something to do by itself.
async fn wake(cx: &Context) -> Result<Option<chrono::DateTime<chrono::Utc>>, StoreError> {
    let mut conn = cx.store.conn().await?;
    let timer = timer::next_due(&mut conn).await?;
    let job = job::next_run(&mut conn).await?;
    Ok([timer, job].into_iter().flatten().min())
}

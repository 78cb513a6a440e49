//! How many statements a page asks of the database. The number does not depend on how much there is to show, so that
//! none of them is asked once for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_testkit::World;

use crate::browser::Browser;
use crate::routes::{ROUTES, filled, things};

/// Statements of a page at most: who looks, what the frame says, and six for what is shown.
const BUDGET: usize = 8;

/// Pages that need more, each with its reason.
const MORE: &[(&str, usize)] = &[
    // The item, its owners, and all that the page of the request says from which it stems.
    ("/work-items/{id}", 10),
];

/// Counts what the driver says that it sends.
struct Counter(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn no_page_asks_more_of_the_database_than_its_budget() -> Result<()> {
    let world = World::open_with_hands().await?;
    let things = things(&world).await?;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = tracing_subscriber::registry().with(Counter(Arc::clone(&sent)));
    let _guard = tracing::subscriber::set_default(counted);
    let mut wrong = Vec::new();
    for (route, _, _) in ROUTES.iter().filter(|row| row.1 == "get" && row.0 != "/sign-in") {
        let path = filled(route, &things)?;
        let mut most = 0;
        for email in [EMPLOYEE, MANAGER, ADMINISTRATOR] {
            let browser = Browser::open(&world, email).await?;
            most = most.max(statements(&browser, &path, &sent).await?);
        }
        let budget = MORE.iter().find(|(of, _)| of == route).map_or(BUDGET, |(_, budget)| *budget);
        // A budget that is not needed is lowered; a page that nobody got, or that asked nothing, was not counted.
        let is_right = if budget == BUDGET { (1..=BUDGET).contains(&most) } else { most == budget };
        if !is_right && *route != "/people/import/{id}" {
            wrong.push(format!("{route}: {most} of {budget}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// What a page asks; nothing when it is refused. A connection that is opened at this moment sends words of its own, so the
/// least of three visits counts.
async fn statements(browser: &Browser, path: &str, sent: &AtomicUsize) -> Result<usize> {
    let mut least = usize::MAX;
    for _ in 0..3 {
        let before = sent.load(Ordering::Relaxed);
        if browser.get(path).await?.status != 200 {
            return Ok(0);
        }
        least = least.min(sent.load(Ordering::Relaxed) - before);
    }
    Ok(least)
}

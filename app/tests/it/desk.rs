//! Deciding and looking: the pages of approvers, administrators and auditors on a real database.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, AUDITOR, DAY_ONE, EMPLOYEE, MANAGER};
use usher_operations::{connector, engine, task};
use usher_testkit::World;

use crate::browser::Browser;

const ITEM: &str = "Display bank reconciliations";

#[tokio::test]
async fn a_task_is_decided_once_and_nothing_typed_is_lost() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, ITEM, TimeDelta::days(7)).await?;
    let manager = Browser::open(&world, MANAGER).await?;
    let list = manager.get("/tasks").await?;
    assert_eq!(list.status, 200);
    assert!(list.says("One decision waits for you") && list.says("7 days"), "{}", list.html);
    let row = task::inbox(&world.cx, &world.caller(MANAGER).await?).await?.rows;
    let path = format!("/tasks/{}", row.first().context("a task")?.id);
    let decision = format!("{path}/decision");

    let card = manager.get(&path).await?;
    let (key, version) = (card.hidden("key")?, card.hidden("version")?);
    assert!(card.says("Grant") && card.says("Reports to you."), "{}", card.html);
    let deny = [("decision", "deny"), ("reason", " "), ("key", key), ("version", version)];
    let refused = manager.post(&decision, &deny).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.says("Say why you deny it."), "{}", refused.html);

    let stranger = Browser::open(&world, DAY_ONE).await?;
    assert_eq!(stranger.get(&path).await?.status, 404);
    let approve = [("decision", "approve"), ("reason", ""), ("key", key), ("version", version)];
    assert_eq!(stranger.post(&decision, &approve).await?.status, 403);

    let done = manager.post(&decision, &approve).await?;
    assert_eq!((done.status, done.location.as_str()), (303, "/tasks"));
    let after = manager.get("/tasks").await?;
    assert!(after.says(&format!("Approved: {ITEM}, R-")), "{}", after.html);
    assert!(after.says("No decision waits for you"), "{}", after.html);
    // The same form again is the same decision; another form comes too late.
    assert_eq!(manager.post(&decision, &approve).await?.status, 303);
    let late = [("decision", "deny"), ("reason", "Not now"), ("key", "k2"), ("version", version)];
    let late = manager.post(&decision, &late).await?;
    assert_eq!(late.status, 409);
    assert!(late.says("approved it") && !late.says("name=\"decision\""), "{}", late.html);
    let nonsense = manager.post(&decision, &[("decision", "maybe")]).await?;
    assert_eq!(nonsense.status, 422);
    Ok(())
}

#[tokio::test]
async fn a_stale_card_shows_what_changed_and_keeps_the_words() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, ITEM, TimeDelta::days(7)).await?;
    let manager = Browser::open(&world, MANAGER).await?;
    let row = task::inbox(&world.cx, &world.caller(MANAGER).await?).await?.rows;
    let path = format!("/tasks/{}", row.first().context("a task")?.id);
    let fields =
        [("decision", "deny"), ("reason", "Ask me <later>"), ("key", "k1"), ("version", "99")];
    let stale = manager.post(&format!("{path}/decision"), &fields).await?;
    assert_eq!(stale.status, 409);
    assert!(stale.says("It changed while you read it"), "{}", stale.html);
    assert!(stale.says("Ask me &lt;later>") && stale.says("name=\"decision\""), "{}", stale.html);
    Ok(())
}

#[tokio::test]
async fn the_same_item_is_decided_together_with_exceptions() -> Result<()> {
    let world = World::open().await?;
    for email in [EMPLOYEE, DAY_ONE] {
        world.ask(email, ITEM, TimeDelta::days(7)).await?;
    }
    let manager = Browser::open(&world, MANAGER).await?;
    let rows = task::inbox(&world.cx, &world.caller(MANAGER).await?).await?.rows;
    let first = rows.first().context("a task")?;
    let path = format!("/tasks/group/{}", first.catalogue_item);
    assert!(manager.get("/tasks").await?.says(&path));
    let page = manager.get(&path).await?;
    assert!(page.says("2 people ask for"), "{}", page.html);
    assert_eq!(page.html.matches("type=\"checkbox\"").count(), 2);
    let key = page.hidden("key")?;
    let none = manager.post(&path, &[("decision", "approve"), ("key", key)]).await?;
    assert!(none.status == 422 && none.says("Tick at least one line."), "{}", none.html);
    let ticked = format!("{}.{}", first.id, first.version);
    let silent =
        manager.post(&path, &[("decision", "deny"), ("key", key), ("task", &ticked)]).await?;
    assert!(silent.status == 422 && silent.says("Say why you deny it."), "{}", silent.html);
    assert_eq!(silent.html.matches(" checked").count() - checked_preferences(&silent.html), 1);

    let fields = [("decision", "approve"), ("key", key), ("task", ticked.as_str())];
    let result = manager.post(&path, &fields).await?;
    assert!(result.status == 200 && result.says("One request is approved"), "{}", result.html);
    let other = [("decision", "deny"), ("reason", "No"), ("key", "k2"), ("task", ticked.as_str())];
    let late = manager.post(&path, &other).await?;
    assert!(late.says("Nothing was denied") && late.says("approved it"), "{}", late.html);
    let left = task::inbox(&world.cx, &world.caller(MANAGER).await?).await?.rows;
    assert_eq!(left.len(), 1);
    Ok(())
}

/// Theme and density are radio buttons of the frame.
fn checked_preferences(html: &str) -> usize {
    html.split("<input").filter(|i| i.contains("type=\"radio\"") && i.contains(" checked")).count()
}

#[tokio::test]
async fn administrators_look_everywhere_and_employees_do_not() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, ITEM, TimeDelta::days(7)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let connector = connector::list(&world.cx, &caller).await?.pop().context("a connector")?;
    let jobs = engine::jobs(&world.cx, &caller, None, None, 10).await?.items;
    let job = jobs.first().context("a job")?.id;
    let person = world.company.people.get(EMPLOYEE).context("a person")?;
    let paths = [
        ("/operations".to_owned(), "Everything runs"),
        ("/operations/jobs".to_owned(), "Make a system match"),
        (format!("/operations/jobs/{job}"), "Create the account"),
        ("/connectors".to_owned(), "Harbourline directory"),
        (format!("/connectors/{}", connector.id), "The secret itself is kept there"),
        ("/audit".to_owned(), "read the system: it is as it should be"),
        (format!("/people/{person}"), "Has this"),
    ];
    let everyone = [
        ("/people".to_owned(), "Inês Carvalho"),
        ("/applications".to_owned(), "SAP Finance"),
        ("/search?q=bank".to_owned(), ITEM),
    ];
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let auditor = Browser::open(&world, AUDITOR).await?;
    let employee = Browser::open(&world, DAY_ONE).await?;
    for (path, words) in paths.iter().chain(&everyone) {
        for browser in [&administrator, &auditor] {
            let page = browser.get(path).await?;
            assert!(page.status == 200 && page.says(words), "{path}: {}", page.html);
        }
    }
    for (path, _) in &paths {
        let status = employee.get(path).await?.status;
        assert!([403, 404].contains(&status), "{path} answers a stranger with {status}");
    }
    for (path, words) in &everyone {
        assert!(employee.get(path).await?.says(words), "{path}");
    }
    let number = format!("/search?q=R-{}", sent.number);
    assert!(administrator.get(&number).await?.says(&format!("/requests/{}", sent.id)));
    assert!(!employee.get(&number).await?.says(&format!("/requests/{}", sent.id)));

    let test = format!("/connectors/{}/test", connector.id);
    let page = format!("/connectors/{}", connector.id);
    assert!(administrator.get(&page).await?.says(&test));
    assert!(!auditor.get(&page).await?.says(&test), "an auditor is shown a button");
    for (browser, status) in [(&employee, 403), (&auditor, 403), (&administrator, 303)] {
        assert_eq!(browser.post(&test, &[]).await?.status, status);
    }
    let retry = format!("/operations/jobs/{job}/retry");
    for (browser, status) in [(&employee, 403), (&auditor, 403), (&administrator, 303)] {
        assert_eq!(browser.post(&retry, &[]).await?.status, status);
    }
    let after = administrator.get(&format!("/operations/jobs/{job}")).await?;
    assert!(after.says("Only work that was given up can be tried again."), "{}", after.html);
    Ok(())
}

#[tokio::test]
async fn a_manager_sees_the_team() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, ITEM, TimeDelta::days(3)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let team = Browser::open(&world, MANAGER).await?.get("/team").await?;
    assert!(team.says("One access in your team ends within 14 days"), "{}", team.html);
    assert!(team.says("Inês Carvalho") && team.says("/access/request?for="), "{}", team.html);
    let nobody = Browser::open(&world, EMPLOYEE).await?.get("/team").await?;
    assert!(nobody.says("Nobody reports to you"), "{}", nobody.html);
    Ok(())
}

#[tokio::test]
async fn the_palette_finds_what_the_search_page_finds_and_leads_nobody_astray() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, ITEM, TimeDelta::days(7)).await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let employee = Browser::open(&world, DAY_ONE).await?;

    let empty = administrator.get("/search/palette").await?;
    assert!(
        empty.says("\"href\":\"/operations\"") && !empty.says("nes Carvalho"),
        "{}",
        empty.html
    );
    assert!(
        !employee.get("/search/palette").await?.says("/operations"),
        "a place that is not theirs"
    );

    let people = administrator.get("/search/palette?q=carvalho").await?;
    let person = world.company.people.get(EMPLOYEE).context("a person")?;
    assert!(people.says(&format!("\"/people/{person}\"")), "{}", people.html);
    let theirs = employee.get("/search/palette?q=carvalho").await?;
    assert!(theirs.says("\"/people?q=In%C3%AAs+Carvalho\""), "{}", theirs.html);

    let number = format!("/search/palette?q=R-{}", sent.number);
    assert!(administrator.get(&number).await?.says(&format!("/requests/{}", sent.id)));
    let unknown = employee.get(&number).await?;
    assert!(
        !unknown.says(&sent.id.to_string()) && unknown.says("Nothing fits"),
        "{}",
        unknown.html
    );
    assert!(employee.get("/search/palette?q=bank").await?.says(ITEM));

    // What can be begun, by right; and for one's own reports by their name.
    let begins = administrator.get("/search/palette?q=import").await?;
    assert!(begins.says("\"/people/import\""), "{}", begins.html);
    let refused = employee.get("/search/palette?q=import").await?;
    assert!(!refused.says("/people/import"), "{}", refused.html);
    assert!(employee.get("/search/palette?q=give+back").await?.says("\"/access\""));
    let manager = Browser::open(&world, MANAGER).await?;
    let asks = format!("\"/access/request?for={person}\"");
    assert!(manager.get("/search/palette?q=carvalho").await?.says(&asks));
    assert!(!administrator.get("/search/palette?q=carvalho").await?.says(&asks));
    let nobody = Browser::nobody(&world).get("/search/palette?q=bank").await?;
    assert!(nobody.status == 303 && nobody.location.starts_with("/sign-in"), "{nobody:?}");
    assert!(!nobody.says(ITEM));
    Ok(())
}

#[tokio::test]
async fn the_record_is_narrowed_to_days() -> Result<()> {
    let world = World::open().await?;
    world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    let today = world.cx.now().date_naive();
    let (before, after) = (today - TimeDelta::days(1), today + TimeDelta::days(1));
    let auditor = Browser::open(&world, AUDITOR).await?;
    let found = async |query: String| -> Result<bool> {
        Ok(auditor.get(&format!("/audit?{query}")).await?.says("Inês Carvalho"))
    };
    assert!(found(format!("from={today}&until={today}")).await?, "both days are looked at");
    assert!(found(format!("from={before}")).await? && found(format!("until={after}")).await?);
    assert!(!found(format!("until={before}")).await? && !found(format!("from={after}")).await?);
    let one = auditor.get(&format!("/audit?until={today}&action=request.")).await?;
    assert!(one.says(&format!("value=\"{today}\"")), "{}", one.html);
    for wrong in ["from=yesterday", "until=2026-13-01", "from=-9999-01-01", "until=99999-01-01"] {
        let page = auditor.get(&format!("/audit?{wrong}")).await?;
        assert!(page.status == 200 && page.says("No event fits"), "{wrong}: {}", page.html);
    }
    Ok(())
}

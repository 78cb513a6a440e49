//! Work by hand on its pages: a real lane, a real item, and everybody who may or may not answer it.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, AUDITOR, DAY_ONE, EMPLOYEE, MANAGER, OWNER};
use usher_testkit::World;
use usher_vocabulary::RequestId;

use crate::browser::Browser;

const ITEM: &str = "Key to the cash vault";

/// A world in which somebody waits for a key, the request, and the path of the work item.
async fn waiting() -> Result<(World, RequestId, String)> {
    let mut world = World::open().await?;
    world.serve_by_hand(ITEM).await?;
    let sent = world.ask(EMPLOYEE, ITEM, TimeDelta::hours(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let path = only_open(&world).await?;
    Ok((world, sent.id, path))
}

async fn only_open(world: &World) -> Result<String> {
    let open = world.work_items(OWNER).await?;
    assert_eq!(open.len(), 1);
    Ok(format!("/work-items/{}", open.first().context("an item")?))
}

#[tokio::test]
async fn a_change_is_carried_out_by_hand_and_shows_whose_word_it_is() -> Result<()> {
    let (world, request, path) = waiting().await?;
    let owner = Browser::open(&world, OWNER).await?;
    let list = owner.get("/work-items").await?;
    assert!(list.status == 200 && list.says("One change waits for somebody's hands"));
    assert!(list.says(&path) && list.says("Due tomorrow"), "{}", list.html);
    let page = owner.get(&path).await?;
    for words in [ITEM, "Inês Carvalho", "ines.carvalho", "key K-17", "I take over month-end"] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert!(page.says("Open the key cabinet in room 2.11.\nWrite"), "lines are kept");
    assert!(page.says("Marek Wiśniewski"), "who approved it: {}", page.html);

    let (close, key) = (format!("{path}/close"), page.hidden("key")?);
    let empty = owner.post(&close, &[("word", "done"), ("evidence", " "), ("key", key)]).await?;
    assert_eq!(empty.status, 422);
    assert!(empty.says("href=\"#evidence\"") && empty.says("evidence-error"), "{}", empty.html);
    let none = owner.post(&close, &[("evidence", "x"), ("key", key)]).await?;
    assert_eq!(none.status, 422, "neither button was pressed");
    let done = [("word", "done"), ("evidence", "K-17 <handed> over"), ("key", key)];
    for _ in 0..2 {
        let answer = owner.post(&close, &done).await?;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/work-items"));
    }
    assert!(owner.get("/work-items").await?.says("Nothing waits for your hands"));
    let closed = owner.get("/work-items?closed=true").await?;
    assert!(closed.says("Thandiwe Nkosi says it is done"), "{}", closed.html);

    let employee = Browser::open(&world, EMPLOYEE).await?;
    let held = employee.get(&format!("/requests/{request}")).await?;
    assert!(held.says("Confirmed by Thandiwe Nkosi, ") && held.says("K-17 &lt;handed&gt; over"));
    assert!(!held.says("verified on the target") && !held.says("#i-verified"), "{}", held.html);
    let mine = employee.get("/access").await?;
    assert!(
        mine.says("confirmed by Thandiwe Nkosi, ") && !mine.says(": verified"),
        "{}",
        mine.html
    );

    world.pass(TimeDelta::minutes(61), TimeDelta::minutes(61)).await?;
    let removal = owner.get(&only_open(&world).await?).await?;
    assert!(removal.says(&format!("Take {ITEM} away from Inês Carvalho")), "{}", removal.html);
    assert!(removal.says("lock the account as well"), "{}", removal.html);
    let ended = employee.get(&format!("/requests/{request}")).await?;
    assert!(ended.says("A person takes it away by hand"), "{}", ended.html);
    Ok(())
}

#[tokio::test]
async fn a_late_answer_says_what_changed_and_loses_no_words() -> Result<()> {
    let (world, _, path) = waiting().await?;
    let owner = Browser::open(&world, OWNER).await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let close = format!("{path}/close");
    let cannot = [("word", "cannot"), ("evidence", "The cabinet is sealed."), ("key", "a1")];
    assert_eq!(owner.post(&close, &cannot).await?.status, 303);
    let late = [("word", "done"), ("evidence", "I gave <it> away"), ("key", "b1")];
    let stale = administrator.post(&close, &late).await?;
    assert_eq!(stale.status, 409);
    for words in ["It changed while you read it", "Thandiwe Nkosi said that it cannot be done"] {
        assert!(stale.says(words), "{words}: {}", stale.html);
    }
    assert!(stale.says("The cabinet is sealed.") && stale.says("I gave &lt;it&gt; away"));
    assert!(!stale.says("name=\"word\""), "nothing is left to answer");

    let again = format!("{path}/ask-again");
    assert_eq!(owner.post(&again, &[("key", "c1")]).await?.location, "/work-items");
    world.settle().await?;
    let next = only_open(&world).await?;
    assert_ne!(next, path);
    assert_eq!(owner.post(&again, &[("key", "c2")]).await?.location, path);
    assert!(owner.get(&path).await?.says("Nothing was changed."));
    Ok(())
}

#[tokio::test]
async fn only_those_whose_hands_are_meant_see_it() -> Result<()> {
    let (world, _, path) = waiting().await?;
    let (close, link) = (format!("{path}/close"), "href=\"/work-items\"");
    let done = [("word", "done"), ("evidence", "x"), ("key", "k")];
    for stranger in [EMPLOYEE, MANAGER, DAY_ONE] {
        let browser = Browser::open(&world, stranger).await?;
        assert_eq!(browser.get(&path).await?.status, 404, "{stranger}");
        assert_eq!(browser.post(&close, &done).await?.status, 404, "{stranger}");
        assert_eq!(browser.post(&format!("{path}/ask-again"), &[]).await?.status, 404);
        assert!(!browser.get("/").await?.says(link), "{stranger} has none");
        assert!(!browser.get("/work-items").await?.says(&path), "{stranger}");
    }
    let auditor = Browser::open(&world, AUDITOR).await?;
    let page = auditor.get(&path).await?;
    assert!(page.says("auditors only read") && !page.says("name=\"word\""), "{}", page.html);
    assert_eq!(auditor.post(&close, &done).await?.status, 403);
    for somebody in [OWNER, ADMINISTRATOR] {
        let browser = Browser::open(&world, somebody).await?;
        assert!(browser.get("/").await?.says(link), "{somebody}");
        assert!(browser.get(&path).await?.says("name=\"word\""), "{somebody}");
    }
    for nothing in ["/work-items/x", "/work-items/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(auditor.get(nothing).await?.status, 404, "{nothing}");
    }
    Ok(())
}

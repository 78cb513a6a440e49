//! Asking, waiting, holding and giving back: the pages of everyone on a real database.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{DAY_ONE, EMPLOYEE, MANAGER};
use usher_operations::request;
use usher_operations::task::{self, Decide};
use usher_testkit::World;
use usher_vocabulary::Decision;

use crate::browser::{Answer, Browser};

const LOW: &str = "Display bank reconciliations";
const OTHER: &str = "Treasury dashboards, read";
const FORM: &str = "/access/request";

fn item(world: &World, name: &str) -> Result<String> {
    Ok(world.company.items.get(name).with_context(|| format!("no item {name}"))?.to_string())
}

/// Where the words stand in the page; a page that lacks them is shown.
fn place(page: &Answer, words: &str) -> Result<usize> {
    page.html.find(words).with_context(|| format!("{words:?} is not in {}", page.html))
}

#[tokio::test]
async fn a_form_is_checked_sent_once_and_followed() -> Result<()> {
    let world = World::open().await?;
    let (low, other) = (item(&world, LOW)?, item(&world, OTHER)?);
    let me = Browser::open(&world, EMPLOYEE).await?;
    let empty = me.get(FORM).await?;
    assert!(empty.says("Choose what you need and check"), "{}", empty.html);
    assert!(!empty.says("2 minutes"), "only the demonstration has so short a time");
    assert!(empty.says("Rule 7.1 keeps it with Procurement."), "{}", empty.html);
    assert!(
        place(&empty, "What you need in SAP Finance")? < place(&empty, "What you need in Snow")?
    );

    let check = me.get(&format!("{FORM}?items={low}&items-2={other}&reason=Month-end")).await?;
    assert!(check.says("Send request for 2 accesses"), "{}", check.html);
    assert!(place(&check, "What will happen")? < place(&check, "The manager.")?);
    assert!(check.says("Month-end") && !check.says("Choose what you need and check"));

    let key = empty.hidden("key")?.to_owned();
    let fields = [
        ("key", key.as_str()),
        ("items", low.as_str()),
        ("items-2", other.as_str()),
        ("duration", "604800"),
        ("reason", "I take over <PT10>."),
    ];
    let sent = me.post(FORM, &fields).await?;
    assert_eq!(sent.status, 303, "{}", sent.html);
    assert_eq!(me.post(FORM, &fields).await?.location, sent.location, "one form, one request");
    let page = me.get(&sent.location).await?;
    for words in ["Waits for Marek", "I take over &lt;PT10&gt;.", "Time asked", "Nudge", "Withdraw"]
    {
        place(&page, words)?;
    }
    assert_eq!(Browser::open(&world, DAY_ONE).await?.get(&sent.location).await?.status, 404);
    let again = me.get(FORM).await?;
    assert!(again.says("You have asked for this already."), "{}", again.html);
    let list = me.get("/requests").await?;
    assert!(list.says(&sent.location) && list.says("Marek"), "{}", list.html);
    Ok(())
}

#[tokio::test]
async fn what_is_refused_is_kept_and_explained_beside_its_field() -> Result<()> {
    let world = World::open().await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    let nothing = me.post(FORM, &[("reason", "Keep <this>"), ("days", "4")]).await?;
    assert_eq!(nothing.status, 422);
    assert!(nothing.says("Choose at least one access to ask for."), "{}", nothing.html);
    assert!(nothing.says("Keep &lt;this>") && nothing.says("value=\"4\""), "{}", nothing.html);

    let (low, high) = (item(&world, LOW)?, item(&world, "Release payments up to EUR 50,000")?);
    let long = [
        ("items", low.as_str()),
        ("items", high.as_str()),
        ("duration", "days"),
        ("days", "4000"),
        ("reason", ""),
    ];
    let refused = me.post(FORM, &long).await?;
    assert_eq!(refused.status, 422);
    let beside = refused.html.split("id=\"duration-error\"").nth(1).context("no error")?;
    let beside = beside.split("</p>").next().unwrap_or_default();
    for words in ["Display bank reconciliations is given for at most", "at most 30 days."] {
        assert!(beside.contains(words), "{words}: {beside}");
    }
    assert!(refused.says("Say what you need it for."), "{}", refused.html);
    assert!(refused.says("href=\"#duration\"") && refused.says("id=\"duration\""));

    let shown = me.get(&format!("{FORM}?items={high}&duration=7776000")).await?;
    assert_eq!(shown.status, 200);
    assert!(shown.says("is given for at most 30 days."), "{}", shown.html);
    let stranger = world.company.people.get(DAY_ONE).context("a person")?.to_string();
    assert_eq!(me.get(&format!("{FORM}?for={stranger}")).await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn a_question_waits_for_its_answer() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, LOW, TimeDelta::days(7)).await?;
    let manager = world.caller(MANAGER).await?;
    let row = task::inbox(&world.cx, &manager).await?.rows.pop().context("a task")?;
    let ask = Decide {
        task: row.id,
        decision: Decision::Ask,
        reason: "Only <PT10>?".to_owned(),
        version: Some(row.version),
    };
    task::decide(&world.cx, &manager, &ask, None).await?;

    let me = Browser::open(&world, EMPLOYEE).await?;
    let path = format!("/requests/{}", sent.id);
    let home = me.get("/").await?;
    for words in ["has a question for you", "Only &lt;PT10&gt;?", "Question to answer", &path] {
        place(&home, words)?;
    }
    let page = me.get(&path).await?;
    assert!(page.says("Question to answer"), "{}", page.html);
    assert!(page.says("the clock stands still") && page.says("Answer the question from"));
    let (action, key) = (format!("/requests/tasks/{}/answer", row.id), page.hidden("key")?);
    let fields = |words| [("answer", words), ("key", key), ("return_to", path.as_str())];
    let refused = me.post(&action, &fields(" ")).await?;
    assert!(refused.status == 422 && refused.says("Write your answer."), "{}", refused.html);
    assert!(refused.says("href=\"#answer\"") && refused.says("id=\"answer\""));
    let stranger = Browser::open(&world, DAY_ONE).await?;
    assert_eq!(stranger.post(&action, &fields("Yes")).await?.status, 404);
    assert_eq!(me.post(&action, &fields("Yes, PT10")).await?.status, 303);
    let after = me.get(&path).await?;
    assert!(after.says("Your answer is sent") && after.says("Yes, PT10"), "{}", after.html);
    assert!(!me.get("/").await?.says("Question to answer"));

    let before = task::inbox(&world.cx, &manager).await?.rows.pop().context("the task")?.version;
    let nudge = format!("/requests/tasks/{}/nudge", row.id);
    for words in ["The reminder is sent.", "There was a reminder in the last four hours."] {
        assert_eq!(me.post(&nudge, &[("return_to", &path)]).await?.status, 303);
        place(&me.get(&path).await?, words)?;
    }
    let after = task::inbox(&world.cx, &manager).await?.rows.pop().context("the task")?.version;
    assert_eq!(after, before, "whoever looks at the task may still decide what they see");
    let ask_first = me.get(&format!("{path}/withdraw")).await?;
    assert!(ask_first.says("Whoever was asked to decide need not any more."));
    assert_eq!(me.post(&format!("{path}/withdraw"), &[]).await?.status, 303);
    let withdrawn = me.get(&path).await?;
    assert!(withdrawn.says("Withdrawn before it was decided."), "{}", withdrawn.html);
    assert_eq!(me.get(&format!("{path}/withdraw")).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn what_is_held_says_how_it_was_verified_and_is_given_back() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, LOW, TimeDelta::days(7)).await?;
    world.approve_all(MANAGER).await?;
    let (me, path) = (Browser::open(&world, EMPLOYEE).await?, format!("/requests/{}", sent.id));
    let before = me.get(&path).await?;
    assert!(before.says("Approved, and being set up now."), "{}", before.html);
    assert!(!before.says("verified on the target"), "{}", before.html);
    world.settle().await?;

    let page = me.get(&path).await?;
    for words in ["Set up, and verified on the target", "It is there, was read back", "approved"] {
        place(&page, words)?;
    }
    let line = world.request(EMPLOYEE, sent.id).await?.items.remove(0).lines.remove(0);
    place(&page, line.evidence.as_deref().context("evidence")?)?;
    let access = me.get("/access").await?;
    for words in ["You hold one access", ": it is there", "R-", "Extend", "Approved by Marek"] {
        place(&access, words)?;
    }
    assert!(me.get("/").await?.says("access ends within 14 days"));

    let id = world.request(EMPLOYEE, sent.id).await?.items[0].assignment.context("held")?;
    let give_back = format!("/access/{id}/give-back");
    let stranger = Browser::open(&world, DAY_ONE).await?;
    assert_eq!(stranger.get(&give_back).await?.status, 404);
    assert_eq!(stranger.post(&give_back, &[]).await?.status, 404);
    let asks = me.get(&give_back).await?;
    assert!(asks.says("Give back Display bank reconciliations?"), "{}", asks.html);
    assert!(me.get("/access").await?.says("You hold one access"), "a look changes nothing");
    assert_eq!(me.post(&give_back, &[("key", asks.hidden("key")?)]).await?.status, 303);
    assert!(me.get("/access").await?.says("You hold nothing at present"));
    world.settle().await?;
    place(&me.get(&path).await?, "Given back, and its removal is verified")?;
    place(&me.get("/access").await?, ": it is gone")?;
    let late = me.post(&give_back, &[]).await?;
    assert_eq!(late.status, 303);
    place(&me.get("/access").await?, "It has ended already.")?;
    Ok(())
}

#[tokio::test]
async fn an_address_that_means_nothing_is_a_page() -> Result<()> {
    let world = World::open().await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    for path in ["/requests/R-20001", "/requests/x/withdraw", "/access/x/give-back"] {
        let page = me.get(path).await?;
        assert_eq!(page.status, 404, "{path}: {}", page.html);
        place(&page, "There is nothing at this address")?;
    }
    for path in ["/requests?all=maybe", "/requests?cursor=x"] {
        let page = me.get(path).await?;
        assert!(page.says("<h1"), "{path}: {} {}", page.status, page.html);
    }
    Ok(())
}

#[tokio::test]
async fn a_manager_asks_for_a_report_and_lists_say_for_whom() -> Result<()> {
    let world = World::open().await?;
    let report = world.company.people.get(EMPLOYEE).context("a person")?.to_string();
    let manager = Browser::open(&world, MANAGER).await?;
    let low = item(&world, LOW)?;
    let form = manager.get(&format!("{FORM}?for={report}&item={low}")).await?;
    assert!(!form.says("value=\"2592000\" checked"), "{}", form.html);
    let fields = [
        ("for", report.as_str()),
        ("items", low.as_str()),
        ("duration", "3600"),
        ("reason", "She takes over PT10."),
        ("key", form.hidden("key")?),
    ];
    let sent = manager.post(FORM, &fields).await?;
    assert_eq!(sent.status, 303, "{}", sent.html);
    place(&manager.get("/requests").await?, "for Inês Carvalho")?;
    let theirs = request::list(&world.cx, &world.caller(EMPLOYEE).await?, true, None, 5).await?;
    assert_eq!(theirs.items.len(), 1);
    Ok(())
}

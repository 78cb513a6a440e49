//! A session that ends in mid-form.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use url::Url;
use usher_company::{EMPLOYEE, MANAGER};
use usher_operations::task::{self, Decide};
use usher_vocabulary::Decision;

use super::browser::{Browser, Page};
use super::site::Site;

const ITEM: &str = "Display bank reconciliations";
const REASON: &str = "I take over month-end for PT10 & O'Brien.";
/// As it stands in a page.
const SHOWN: &str = "I take over month-end for PT10 &amp; O&#x27;Brien.";
const GIVEN: &str = "What you wrote is in the form again";

/// Leaves every session alone for longer than it lasts.
async fn time_out(site: &Site) -> Result<()> {
    let idle = "update web_session set last_seen_at = last_seen_at - interval '3 hours'";
    assert!(site.change(idle).await? > 0);
    Ok(())
}

/// The page of a form after somebody followed the way that a refused form was sent.
async fn after_sign_in(
    site: &Site,
    browser: &mut Browser,
    account: &str,
    sign_in: &Url,
) -> Result<Page> {
    let back = sign_in.query_pairs().find(|(name, _)| name == "return_to").context("a way")?.1;
    let entered = site.sign_in(browser, account, &back).await?;
    browser.get(&entered.location()?.clone()).await
}

fn has(page: &Page, words: &str) -> bool {
    // The apostrophe may be written in several ways.
    let body = page.body.replace("&#39;", "&#x27;").replace("O'Brien", "O&#x27;Brien");
    body.contains(words)
}

#[tokio::test]
async fn a_request_comes_back_to_the_same_person_and_is_never_sent_by_itself() -> Result<()> {
    let site = Site::open().await?;
    let requests = "select count(*) from request";
    let before = site.count(requests).await?;
    let form = site.at("/access/request")?;
    let item = site.world.company.items[ITEM].to_string();
    let fields = [
        ("key", "a-key-of-this-form"),
        ("items", item.as_str()),
        ("duration", "3600"),
        ("reason", REASON),
    ];
    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "ines", "/").await?;
    time_out(&site).await?;
    let refused = browser.post(&form, &form, &fields).await?;
    let sign_in = refused.location()?.clone();
    assert_eq!(sign_in.path(), "/sign-in");
    assert!(has(&browser.get(&sign_in).await?, "Nothing was sent"));
    assert_eq!(site.count(requests).await?, before);

    let mut other = Browser::new()?;
    let theirs = after_sign_in(&site, &mut other, "marek", &sign_in).await?;
    assert_eq!(theirs.status, 200);
    assert!(!has(&theirs, "PT10") && !has(&theirs, GIVEN), "another person sees it");

    let mine = after_sign_in(&site, &mut browser, "ines", &sign_in).await?;
    assert!(has(&mine, SHOWN) && has(&mine, GIVEN), "{}", mine.body);
    let ticked = mine.body.split("<input").find(|input| input.contains(&item));
    assert!(ticked.is_some_and(|input| input.contains("checked")), "{}", mine.body);
    assert!(has(&browser.get(&form).await?, SHOWN), "looking changes nothing");
    let asking = browser.get(&site.at("/access/request?q=cash")?).await?;
    assert!(!has(&asking, GIVEN), "what the address says goes first");
    assert_eq!(site.count(requests).await?, before, "it was never sent");

    let sent = browser.post(&form, &form, &fields).await?;
    assert!(sent.location()?.path().starts_with("/requests/"), "{}", sent.status);
    assert_eq!(site.count(requests).await?, before + 1);
    assert_eq!(site.count("select count(*) from kept_input").await?, 0);
    assert!(!has(&browser.get(&form).await?, GIVEN));
    Ok(())
}

#[tokio::test]
async fn a_decision_comes_back_on_its_own_card() -> Result<()> {
    let site = Site::open().await?;
    site.world.ask(EMPLOYEE, ITEM, TimeDelta::hours(1)).await?;
    let marek = site.world.caller(MANAGER).await?;
    let task = task::inbox(&site.world.cx, &marek).await?.rows[0].id;
    let card = site.at(&format!("/tasks/{task}"))?;
    let decision = site.at(&format!("/tasks/{task}/decision"))?;
    let why = "Not in the week of month-end";
    let fields = [("decision", "deny"), ("reason", why), ("key", "k")];

    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "marek", "/").await?;
    time_out(&site).await?;
    // From the list, whose first card may be another one by then.
    let refused = browser.post(&decision, &site.at("/tasks")?, &fields).await?;
    let sign_in = refused.location()?.clone();
    let shown = after_sign_in(&site, &mut browser, "marek", &sign_in).await?;
    assert_eq!(shown.url, card);
    assert!(has(&shown, why) && has(&shown, GIVEN), "{}", shown.body);
    assert_eq!(task::inbox(&site.world.cx, &marek).await?.rows.len(), 1, "nothing was decided");

    // Decided elsewhere meanwhile: no form can take the words, so the page says them.
    site.world.approve_all(MANAGER).await?;
    let closed = browser.get(&card).await?;
    assert!(has(&closed, why) && !has(&closed, GIVEN), "{}", closed.body);
    Ok(())
}

#[tokio::test]
async fn an_answer_comes_back_under_its_question() -> Result<()> {
    let site = Site::open().await?;
    let sent = site.world.ask(EMPLOYEE, ITEM, TimeDelta::hours(1)).await?;
    let marek = site.world.caller(MANAGER).await?;
    let task = task::inbox(&site.world.cx, &marek).await?.rows[0].id;
    let question =
        Decide { task, decision: Decision::Ask, reason: "For how long?".to_owned(), version: None };
    task::decide(&site.world.cx, &marek, &question, None).await?;

    let page = site.at(&format!("/requests/{}", sent.id))?;
    let action = site.at(&format!("/requests/tasks/{task}/answer"))?;
    let words = "Until the auditors have left";
    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "ines", "/").await?;
    time_out(&site).await?;
    let fields = [("return_to", page.path()), ("answer", words)];
    let refused = browser.post(&action, &page, &fields).await?;
    let sign_in = refused.location()?.clone();
    let shown = after_sign_in(&site, &mut browser, "ines", &sign_in).await?;
    assert_eq!(shown.url, page);
    assert!(has(&shown, words) && has(&shown, GIVEN), "{}", shown.body);
    Ok(())
}

#[tokio::test]
async fn nothing_is_kept_for_a_session_that_nobody_had_or_that_was_ended_on_purpose() -> Result<()>
{
    let site = Site::open().await?;
    let form = site.at("/access/request")?;
    let fields = [("reason", REASON)];
    let kept = "select count(*) from kept_input";
    let mut stranger = Browser::new()?;
    stranger.set_cookie(&site.address, "usher", "AAAAAAAAAAAAAAAAAAAAAA");
    let refused = stranger.post(&form, &form, &fields).await?;
    assert!(!refused.location()?.as_str().contains("kept"), "{:?}", refused.goes_to);

    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "ines", "/").await?;
    let stolen = browser.cookie(&site.address, "usher").context("a cookie")?.to_owned();
    browser.post(&site.at("/sign-out")?, &site.address, &[]).await?;
    browser.set_cookie(&site.address, "usher", &stolen);
    browser.post(&form, &form, &fields).await?;
    assert_eq!(site.count(kept).await?, 0);

    site.sign_in(&mut browser, "ines", "/").await?;
    time_out(&site).await?;
    let large = "x ".repeat(40_000);
    browser.post(&form, &form, &[("reason", large.as_str())]).await?;
    assert_eq!(site.count(kept).await?, 0, "too large");
    Ok(())
}

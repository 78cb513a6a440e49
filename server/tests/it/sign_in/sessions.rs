//! How a session ends.

use anyhow::Result;
use usher_testkit::run;

use super::browser::Browser;
use super::site::Site;

const OF_INES: &str =
    "where person_id = (select subject_id from person where user_name = 'ines.carvalho')";

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_with_the_lock_of_its_person() -> Result<()> {
    let site = Site::open().await?;
    let idle = "update web_session set last_seen_at = last_seen_at - interval '121 minutes'";
    let old = "update web_session set created_at = created_at - interval '1441 minutes'";
    for ending in [idle, old] {
        let mut browser = Browser::new()?;
        site.sign_in(&mut browser, "ines", "/").await?;
        assert!(site.is_in(&mut browser).await?, "{ending}");
        assert_eq!(site.change(&format!("{ending} {OF_INES}")).await?, 1);
        assert!(!site.is_in(&mut browser).await?, "{ending}");
        site.change("delete from web_session").await?;
    }
    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "ines", "/").await?;
    let ines = "where user_name = 'ines.carvalho'";
    site.change(&format!("update person set locked_at = updated_at {ines}")).await?;
    assert!(!site.is_in(&mut browser).await?);
    site.change(&format!("update person set locked_at = null {ines}")).await?;
    assert!(!site.is_in(&mut browser).await?, "the session died with the lock");
    Ok(())
}

#[tokio::test]
async fn signing_out_everywhere_ends_other_browsers_with_their_next_request() -> Result<()> {
    let site = Site::open().await?;
    let (mut here, mut there) = (Browser::new()?, Browser::new()?);
    for browser in [&mut here, &mut there] {
        site.sign_in(browser, "ines", "/").await?;
        assert!(site.is_in(browser).await?);
    }
    let done = here.post(&site.at("/sign-out-everywhere")?, &site.address, &[]).await?;
    assert_eq!(done.location()?, &site.at("/sign-in")?);
    assert!(!site.is_in(&mut here).await? && !site.is_in(&mut there).await?);
    Ok(())
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_this_host_and_to_tls() -> Result<()> {
    let site = Site::open_with(&["--behind-tls"]).await?;
    let page = Browser::new()?.get(&site.at("/sign-in/oidc/1")?).await?;
    let cookie = page.set_cookies.first().map_or("", String::as_str);
    assert!(cookie.starts_with("__Host-usher="), "{cookie}");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|found| found == part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    Ok(())
}

/// The session of somebody who works is written when it was last seen a minute ago, and with every form.
#[tokio::test]
async fn a_session_that_cannot_be_written_reads_pages_and_loses_no_form() -> Result<()> {
    let site = Site::open().await?;
    let mut browser = Browser::new()?;
    site.sign_in(&mut browser, "ines", "/").await?;
    let seen = "update web_session set last_seen_at = last_seen_at - interval '2 minutes'";
    assert!(site.change(seen).await? > 0);
    let mut owner = site.world.database.owner().await?;
    let refuse = "create function refuse() returns trigger language plpgsql as $$ begin raise disk_full; end $$;
         create trigger refuse before update on web_session for each row execute function refuse()";
    run(&mut owner, refuse.to_owned()).await?;
    assert!(site.is_in(&mut browser).await?);

    let requests = "select count(*) from request";
    let before = site.count(requests).await?;
    let form = site.at("/access/request")?;
    let item = site.world.company.items["Display bank reconciliations"].to_string();
    let fields =
        [("key", "a-key-of-a-form"), ("items", &item), ("duration", "3600"), ("reason", "Why")];
    let unsaid = browser.post(&form, &form, &fields).await?;
    assert_eq!(unsaid.status, 503, "{}", unsaid.body);
    for words in ["Usher cannot reach its records just now", "Send it again", "a-key-of-a-form"] {
        assert!(unsaid.body.contains(words), "{words} in {}", unsaid.body);
    }
    run(&mut owner, "drop trigger refuse on web_session".to_owned()).await?;
    let sent = browser.post(&form, &form, &fields).await?;
    assert!(sent.location()?.path().starts_with("/requests/"), "{}", sent.body);
    assert_eq!(site.count(requests).await?, before + 1);
    Ok(())
}

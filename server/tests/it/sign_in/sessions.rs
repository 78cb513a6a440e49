//! How a session ends.

use anyhow::Result;

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

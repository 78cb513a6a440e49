//! Who comes in, and who does not.

use anyhow::Result;

use super::browser::Browser;
use super::site::Site;

#[tokio::test]
async fn a_verified_address_links_once_and_afterwards_issuer_and_subject_count() -> Result<()> {
    let site = Site::open().await?;
    let mut browser = Browser::new()?;
    // The page first asked for leads to sign-in, which offers both doors and no script.
    let asked = browser.get(&site.at("/access?show=held")?).await?;
    let page = browser.get(&asked.location()?.clone()).await?;
    assert!(page.body.contains("Sign in with Work account"), "{}", page.body);
    assert!(page.body.contains("/sign-in/oidc/2?return_to=%2Faccess%3Fshow%3Dheld"));
    assert!(!page.body.contains(".wasm"), "{}", page.body);

    let entered = site.sign_in(&mut browser, "ines", "/access?show=held").await?;
    assert_eq!(entered.location()?, &site.at("/access?show=held")?);
    let mine = browser.get(&site.at("/access")?).await?;
    assert!(mine.status == 200 && mine.body.contains("Inês Carvalho"), "{}", mine.status);
    assert_eq!(site.count("select count(*) from login_identity").await?, 1);

    // The second time the address plays no part, not even one that is not ours any more.
    let moved = "update person set email = null where user_name = 'ines.carvalho'";
    assert_eq!(site.change(moved).await?, 1);
    let mut second = Browser::new()?;
    let again = site.sign_in(&mut second, "ines", "/").await?;
    assert_eq!(again.location()?, &site.at("/")?);
    assert!(site.is_in(&mut second).await?);
    let linked = "select count(*) from audit_event where action = 'identity.linked'";
    assert_eq!(site.count(linked).await?, 1);
    let signed_in = "select count(*) from audit_event where action = 'session.signed_in'";
    assert_eq!(site.count(signed_in).await?, 2);
    Ok(())
}

#[tokio::test]
async fn whoever_is_not_known_for_certain_gets_a_page_that_says_why() -> Result<()> {
    let site = Site::open().await?;
    let people = "select count(*) from person";
    let before = site.count(people).await?;
    site.sign_in(&mut Browser::new()?, "ines", "/").await?;
    let left = "update person set state = 'terminated' where user_name = 'marek.wisniewski'";
    assert_eq!(site.change(left).await?, 1);
    for (account, why, words) in [
        ("visitor", "unknown", "Nobody here has the e-mail address"),
        ("careless", "not_verified", "has been verified"),
        ("nameless", "no_address", "does not tell Usher your e-mail address"),
        ("other-ines", "linked_to_another", "with another account"),
        ("marek", "not_active", "not active"),
    ] {
        let mut browser = Browser::new()?;
        let page = site.sign_in(&mut browser, account, "/tasks").await?;
        assert_eq!(page.status, 403, "{account}");
        assert!(page.body.contains(words), "{account}: {}", page.body);
        assert!(page.body.contains("return_to=%2Ftasks"), "{account}: the way to try again");
        assert!(!site.is_in(&mut browser).await?, "{account}");
        let refusals = format!(
            "select count(*) from audit_event
             where action = 'session.refused' and actor = 'stranger' and outcome = 'refused'
               and payload::jsonb -> 'details' ->> 'why' = '{why}'"
        );
        assert_eq!(site.count(&refusals).await?, 1, "{account}");
    }
    assert_eq!(site.count(people).await?, before, "nobody is ever made");
    assert_eq!(site.count("select count(*) from login_identity").await?, 1);
    // No address and no name of an account is in an event that cannot be erased.
    let leaks = "select count(*) from audit_event where payload like '%elsewhere.example%'";
    assert_eq!(site.count(leaks).await?, 0);
    Ok(())
}

//! An answer is taken once, by the browser that asked, and only when all of it fits.

use anyhow::Result;
use url::Url;

use super::browser::Browser;
use super::site::Site;

/// The address with another value of one parameter; without it when the value is empty.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(other, _)| other != name).collect();
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(kept);
    if !value.is_empty() {
        changed.query_pairs_mut().append_pair(name, value);
    }
    changed
}

#[tokio::test]
async fn an_answer_is_good_once_and_for_the_browser_that_asked() -> Result<()> {
    let site = Site::open().await?;
    let mut browser = Browser::new()?;
    let start = site.begin(&mut browser, "https://evil.example/").await?;
    for (name, expected) in [("code_challenge_method", "S256"), ("response_type", "code")] {
        assert!(start.query_pairs().any(|(n, v)| n == name && v == expected), "{start}");
    }
    let before = browser.cookie(&site.address, "usher").map(str::to_owned);
    let callback = browser.through_the_issuer(&start, "ines").await?;

    let mut other = Browser::new()?;
    let stolen = other.get(&callback).await?;
    assert_eq!(stolen.status, 400, "another browser holds the answer");
    assert!(stolen.body.contains("begun in another browser"), "{}", stolen.body);

    let entered = browser.get(&callback).await?;
    assert_eq!(entered.location()?, &site.at("/")?, "another site is not gone back to");
    assert!(site.is_in(&mut browser).await?);
    let after = browser.cookie(&site.address, "usher").map(str::to_owned);
    assert!(before.is_some() && before != after, "the session has a new id");
    let replayed = browser.get(&callback).await?;
    assert_eq!(replayed.status, 400, "the same answer again");

    // The id from before the sign-in is worth nothing.
    let mut fixed = Browser::new()?;
    fixed.set_cookie(&site.address, "usher", &before.unwrap_or_default());
    assert!(!site.is_in(&mut fixed).await?);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_not_believed() -> Result<()> {
    let site = Site::open().await?;
    let other = site.issuers[1].address.clone();
    let second_door = |url: &Url| {
        let mut url = url.clone();
        url.set_path("/sign-in/oidc/2/callback");
        url
    };
    // What is changed about the answer, and what the page says.
    type Change<'a> = Box<dyn Fn(&Url) -> Url + 'a>;
    let changes: [(&str, Change<'_>, &str); 7] = [
        ("another issuer", Box::new(|url| with(url, "iss", &other)), "was not believed"),
        ("no issuer", Box::new(|url| with(url, "iss", "")), "was not believed"),
        ("another door", Box::new(second_door), "was not believed"),
        ("no code", Box::new(|url| with(url, "code", "")), "was not believed"),
        ("another code", Box::new(|url| with(url, "code", "tampered")), "was used before"),
        ("another state", Box::new(|url| with(url, "state", "forged")), "begun in another"),
        (
            "no",
            Box::new(|url| with(&with(url, "code", ""), "error", "access_denied")),
            "did not let",
        ),
    ];
    for (name, change, words) in changes {
        let mut browser = Browser::new()?;
        let start = site.begin(&mut browser, "/").await?;
        let callback = browser.through_the_issuer(&start, "ines").await?;
        let page = browser.get(&change(&callback)).await?;
        assert_eq!(page.status, 400, "{name}: {}", page.body);
        assert!(page.body.contains(words), "{name}: {}", page.body);
        assert!(!site.is_in(&mut browser).await?, "{name}");
        // A failed answer has used up the attempt: the right one comes too late, except when the state
        // belonged to no attempt at all.
        let late = browser.get(&callback).await?;
        let is_late = late.status == 400;
        assert_eq!(is_late, name != "another state", "{name}: {}", late.status);
    }

    // The issuer signs what it was asked for: a nonce that is not ours.
    let mut browser = Browser::new()?;
    let start = site.begin(&mut browser, "/").await?;
    let callback = browser.through_the_issuer(&with(&start, "nonce", "forged"), "ines").await?;
    let page = browser.get(&callback).await?;
    assert!(page.status == 400 && page.body.contains("was not believed"), "{}", page.body);
    assert!(!site.is_in(&mut browser).await?);
    Ok(())
}

#[tokio::test]
async fn an_issuer_that_is_gone_gets_a_page_and_not_an_error() -> Result<()> {
    let mut site = Site::open().await?;
    let mut browser = Browser::new()?;
    let start = site.begin(&mut browser, "/").await?;
    let callback = browser.through_the_issuer(&start, "ines").await?;
    site.issuers[0].stop();
    let page = browser.get(&callback).await?;
    assert_eq!(page.status, 502, "{}", page.body);
    assert!(page.body.contains("does not answer"), "{}", page.body);
    let none = browser.get(&site.at("/sign-in/oidc/3")?).await?;
    assert_eq!(none.status, 404);
    Ok(())
}

//! People from a file, as an administrator meets it in the browser.

use anyhow::{Context as _, Result};
use usher_company::{ADMINISTRATOR, AUDITOR, EMPLOYEE, MANAGER};
use usher_operations::sign_in;
use usher_testkit::World;

use crate::browser::{Answer, Browser};

const TITLE: &str = "id;title\nH1007;Head of treasury\n";

async fn title_of(world: &World, email: &str) -> Result<String> {
    let brief = sign_in::by_email(&world.cx, email).await?.context("somebody has this address")?;
    Ok(brief.title.unwrap_or_default())
}

/// Uploads a file and goes where the answer leads.
async fn compare(browser: &Browser, text: &str) -> Result<(String, Answer)> {
    let kept = browser.upload("/people/import", &[], text.as_bytes()).await?;
    assert_eq!(kept.status, 303, "{}", kept.html);
    let page = browser.get(&kept.location).await?;
    assert_eq!(page.status, 200, "{}", page.html);
    Ok((kept.location, page))
}

/// The hidden fields of a page's forms.
fn agreed(page: &Answer) -> Result<[(&str, &str); 2]> {
    Ok([("key", page.hidden("key")?), ("fingerprint", page.hidden("fingerprint")?)])
}

#[tokio::test]
async fn a_file_is_compared_then_applied_once() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    assert!(admin.get("/people").await?.says("href=\"/people/import\""));
    let (path, page) = compare(&admin, TITLE).await?;
    assert!(page.says("The file changes one person"), "{}", page.html);
    assert!(page.says("Treasury analyst") && page.says("Head of treasury"), "{}", page.html);
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Treasury analyst", "nothing until applied");

    let apply = format!("{path}/apply");
    let done = admin.post(&apply, &agreed(&page)?).await?;
    assert_eq!((done.status, done.location.as_str()), (303, path.as_str()));
    let after = admin.get(&path).await?;
    assert!(after.says("The file is applied."), "{}", after.html);
    assert!(after.says("The file changed one person"), "{}", after.html);
    assert!(!after.says("/apply\""), "nothing can be applied twice: {}", after.html);
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Head of treasury");
    // The same button again is the same decision; another form comes too late and says so.
    assert_eq!(admin.post(&apply, &agreed(&page)?).await?.status, 303);
    assert!(admin.get(&path).await?.says("The file is applied."));
    let late = [("key", "k2"), ("fingerprint", page.hidden("fingerprint")?)];
    assert_eq!(admin.post(&apply, &late).await?.status, 303);
    assert!(admin.get(&path).await?.says("The file does not wait any more."));

    let again = admin.upload("/people/import", &[], TITLE.as_bytes()).await?;
    assert_eq!(again.location, "/people/import");
    assert!(admin.get("/people/import").await?.says("The directory says this already."));
    Ok(())
}

#[tokio::test]
async fn rows_that_cannot_be_taken_are_named_by_line_and_left_out_on_request() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    let text = "id,name,start,email,Shoe size\n\
        N1,Siobhán O'Brien,2026-01-01,good@x.example,41\n\
        N2,Zero\u{200b}width,2026-01-01,bad@x.example,40\n\
        N3,<script>,yesterday,script@x.example,39\n";
    let (path, page) = compare(&admin, text).await?;
    for words in [
        "2 rows cannot be taken",
        "Has a character that cannot be seen, U+200B.",
        "Is not a day as in 2026-11-20.",
        "yesterday",
        "Not used",
        "name=\"skip_bad_rows\"",
    ] {
        assert!(page.says(words), "{words} is missing: {}", page.html);
    }
    assert!(!page.says("<script>,") && !page.says("<td><script>"), "{}", page.html);

    let apply = format!("{path}/apply");
    let stopped = admin.post(&apply, &agreed(&page)?).await?;
    assert_eq!(stopped.status, 422);
    assert!(stopped.says("2 rows cannot be taken"), "{}", stopped.html);
    assert!(sign_in::by_email(&world.cx, "good@x.example").await?.is_none(), "half applied");
    let mut fields = agreed(&stopped)?.to_vec();
    fields.push(("skip_bad_rows", "true"));
    assert_eq!(admin.post(&apply, &fields).await?.status, 303);
    let good = sign_in::by_email(&world.cx, "good@x.example").await?.context("the good row")?;
    assert_eq!(good.display_name, "Siobhán O'Brien");
    Ok(())
}

#[tokio::test]
async fn a_file_that_ends_too_many_is_held_until_a_reason_releases_it() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    let rows: String = (1001..=1006).map(|n| format!("H{n},2026-10-01\n")).collect();
    let (path, page) = compare(&admin, &format!("id,end\n{rows}")).await?;
    assert!(page.says("The file is held"), "{}", page.html);
    assert!(page.says("6 active people would leave or are absent, of 6"), "{}", page.html);
    assert!(!page.says(">Apply<") && page.says("Release and apply"), "{}", page.html);

    let apply = format!("{path}/apply");
    let mut fields = agreed(&page)?.to_vec();
    fields.push(("release", "  "));
    let silent = admin.post(&apply, &fields).await?;
    assert_eq!(silent.status, 422);
    assert!(silent.says("Say why you release it."), "{}", silent.html);
    // Without the field nothing is released either: the file goes on waiting.
    assert_eq!(admin.post(&apply, &agreed(&silent)?).await?.status, 303);
    let held = admin.get(&path).await?;
    assert!(held.says("The held file waits for seven days."), "{}", held.html);
    assert!(held.says("The file is held. Nothing was changed."), "{}", held.html);
    assert!(!held.says("The file is applied."), "{}", held.html);

    let mut fields = agreed(&held)?.to_vec();
    fields.push(("release", "The yard is closed, I asked HR."));
    assert_eq!(admin.post(&apply, &fields).await?.status, 303);
    assert!(admin.get(&path).await?.says("The file is applied."));
    let manager = sign_in::by_email(&world.cx, MANAGER).await?.context("a manager")?;
    assert_eq!(manager.state, usher_vocabulary::PersonState::Terminated);
    Ok(())
}

#[tokio::test]
async fn a_stale_difference_is_shown_anew_and_a_discarded_file_is_gone() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    let (path, page) = compare(&admin, TITLE).await?;
    let stale = [("key", page.hidden("key")?), ("fingerprint", "what I saw yesterday")];
    let shown = admin.post(&format!("{path}/apply"), &stale).await?;
    assert_eq!(shown.status, 409);
    assert!(shown.says("The directory changed while you looked."), "{}", shown.html);
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Treasury analyst");

    let discard = format!("{path}/discard");
    let gone = admin.post(&discard, &agreed(&shown)?).await?;
    assert_eq!((gone.status, gone.location.as_str()), (303, "/people/import"));
    let list = admin.get("/people/import").await?;
    assert!(list.says("The file is discarded. Nothing was changed."), "{}", list.html);
    assert!(list.says("Discarded"), "{}", list.html);
    assert_eq!(admin.post(&format!("{path}/apply"), &agreed(&page)?).await?.status, 303);
    assert!(admin.get(&path).await?.says("The file does not wait any more."));
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Treasury analyst");
    Ok(())
}

#[tokio::test]
async fn only_administrators_bring_people_in() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    let (path, page) = compare(&admin, TITLE).await?;
    for email in [EMPLOYEE, MANAGER, AUDITOR] {
        let other = Browser::open(&world, email).await?;
        assert!(!other.get("/people").await?.says("/people/import"), "{email} is shown the button");
        for address in ["/people/import", path.as_str()] {
            let answer = other.get(address).await?;
            assert_eq!(answer.status, 403, "{email} {address}");
            assert!(!answer.says("Head of treasury"), "{email} {address}");
        }
        let upload = other.upload("/people/import", &[], TITLE.as_bytes()).await?;
        assert_eq!(upload.status, 403, "{email}");
        for act in ["apply", "discard"] {
            let answer = other.post(&format!("{path}/{act}"), &agreed(&page)?).await?;
            assert_eq!(answer.status, 403, "{email} {act}");
        }
    }
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Treasury analyst");
    Ok(())
}

#[tokio::test]
async fn files_that_cannot_be_read_get_clear_words_and_nothing_typed_is_lost() -> Result<()> {
    let world = World::open().await?;
    let admin = Browser::open(&world, ADMINISTRATOR).await?;
    let latin = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let many = format!("id,title\n{}", "H,x\n".repeat(3_000_000));
    assert!(many.len() >= 12_000_000);
    for (file, words) in [
        (Vec::new(), "Choose a file."),
        (latin("Zahl,Größe\n1,2\n"), "cannot be read as UTF-8 text"),
        (vec![0xff, 0xfe, b'i', 0, b'd', 0], "Save it as CSV UTF-8."),
        (many.into_bytes(), "more than 100000 rows"),
        (vec![b'x'; 17 * 1024 * 1024], "larger than 16 MiB"),
        (b"name\nO'Brien\n".to_vec(), "No column is the Employee number."),
        (b"id,ID\n1,2\n".to_vec(), "both are the Employee number"),
    ] {
        let answer = admin.upload("/people/import", &[("source", "payroll")], &file).await?;
        assert_eq!(answer.status, 422, "{words}");
        assert!(answer.says(words), "{words} is missing: {}", answer.html);
        assert!(answer.says("value=\"payroll\""), "{words}: what was typed is lost");
    }
    let (_, page) = {
        let file = latin("id,name,start\nN9,Größe,2026-01-01\n");
        let kept = admin.upload("/people/import", &[], &file).await?;
        let page = admin.get(&kept.location).await?;
        (kept, page)
    };
    assert!(page.says("Is not UTF-8 text."), "{}", page.html);

    let typed = [("source", "hr"), ("time_zone", "Mars/Olympus"), ("map", "Nr = shoe size")];
    let answer = admin.upload("/people/import", &typed, TITLE.as_bytes()).await?;
    assert_eq!(answer.status, 422);
    for words in ["There is no such time zone.", "names no field.", "Nr = shoe size"] {
        assert!(answer.says(words), "{words} is missing: {}", answer.html);
    }
    assert_eq!(title_of(&world, EMPLOYEE).await?, "Treasury analyst");
    Ok(())
}

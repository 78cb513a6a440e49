//! The page of the access rules: who sees what, what a form that cannot be taken keeps, and what a change does.

use anyhow::Result;
use usher_company::{ADMINISTRATOR, AUDITOR, EMPLOYEE};
use usher_testkit::{World, count};

use crate::browser::{Answer, Browser};

fn watches(world: &World) -> String {
    format!(
        "@id(\"watches the engine\")\r\npermit (\r\n  principal == Caller::\"{}\",\r\n  action == Action::\"view_operations\",\r\n  resource\r\n);",
        world.company.people[EMPLOYEE]
    )
}

async fn send(browser: &Browser, page: &Answer, act: &str, text: &str) -> Result<Answer> {
    let fields = [
        ("key", page.hidden("key")?),
        ("version", page.hidden("version")?),
        ("text", text),
        ("reason", "The service desk <needs> it."),
        ("act", act),
    ];
    browser.post("/access-rules", &fields).await
}

#[tokio::test]
async fn a_rule_is_checked_put_in_force_and_counts_at_once() -> Result<()> {
    let world = World::open().await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let employee = Browser::open(&world, EMPLOYEE).await?;
    let page = administrator.get("/access-rules").await?;
    assert!(page.says("Only the built-in access rules are in force"), "{}", page.html);

    let checked = send(&administrator, &page, "check", &watches(&world)).await?;
    assert_eq!(checked.status, 200);
    assert!(checked.says("Nothing is wrong with this text"), "{}", checked.html);
    assert!(
        checked.says("<ins>+   action == Action::\"view_operations\",</ins>"),
        "{}",
        checked.html
    );
    assert!(checked.says("The service desk &lt;needs> it."), "what was typed is kept");
    assert_eq!(employee.get("/operations").await?.status, 403, "checking changes nothing");
    assert!(!employee.get("/").await?.says("href=\"/operations\""));

    let put = send(&administrator, &checked, "put", &watches(&world)).await?;
    assert_eq!((put.status, put.location.as_str()), (303, "/access-rules"));
    assert_eq!(employee.get("/operations").await?.status, 200);
    assert!(employee.get("/").await?.says("href=\"/operations\""), "the navigation leads there");
    let page = administrator.get("/access-rules").await?;
    assert!(page.says("Version 1 of your access rules is in force"), "{}", page.html);
    assert!(page.says("The service desk &lt;needs&gt; it."), "{}", page.html);
    let record = administrator.get("/audit?action=access_rules.").await?;
    assert!(record.says("put access rules in force"), "{}", record.html);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_line_by_line_and_kept() -> Result<()> {
    let world = World::open().await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let page = administrator.get("/access-rules").await?;
    let wrong = "@id(\"mine\") permit (principal, action == Action::\"manage_access_rules\", resource);\n\n\
        permit (principal, action == Action::\"view_audits\", resource);";
    for act in ["check", "put"] {
        let answer = send(&administrator, &page, act, wrong).await?;
        assert_eq!(answer.status, 422, "{act}");
        assert!(
            answer.says("The rule “\u{2068}mine\u{2069}” names")
                || answer.says("The rule “mine” names"),
            "{}",
            answer.html
        );
        assert!(answer.says("Line 3"), "{}", answer.html);
        assert!(
            answer.says(
                "permit (principal, action == Action::\"view_audits\", resource);</textarea>"
            )
        );
        assert!(answer.says("aria-invalid=\"true\""));
    }
    let employee = world.company.people[EMPLOYEE].to_string();
    let nobody = watches(&world).replace(&employee, "0198c5a2-7d31-7000-8000-000000000001");
    let answer = send(&administrator, &page, "check", &nobody).await?;
    assert!(answer.says("Nobody has this id"), "{}", answer.html);
    let empty = [("text", "// nothing"), ("version", "0"), ("reason", ""), ("act", "put")];
    let answer = administrator.post("/access-rules", &empty).await?;
    assert_eq!(answer.status, 422);
    assert!(answer.says("Say why.") && answer.says("// nothing</textarea>"), "{}", answer.html);
    Ok(())
}

#[tokio::test]
async fn whoever_was_slower_keeps_their_text_and_sees_what_changed() -> Result<()> {
    let world = World::open().await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let page = administrator.get("/access-rules").await?;
    assert_eq!(send(&administrator, &page, "put", &watches(&world)).await?.status, 303);
    let second = Browser::open(&world, ADMINISTRATOR).await?;
    let fields = [("version", "0"), ("text", "// mine"), ("reason", "Mine."), ("act", "put")];
    let late = second.post("/access-rules", &fields).await?;
    assert_eq!(late.status, 409);
    assert!(late.says("The rules were changed while you wrote"), "{}", late.html);
    assert!(late.says("// mine</textarea>") && late.says("Mine.</textarea>"), "{}", late.html);
    assert!(
        late.says("<ins>+ // mine</ins>") && late.says("<del>-   resource</del>"),
        "{}",
        late.html
    );
    let knowingly = send(&second, &late, "put", "// mine").await?;
    assert_eq!(knowingly.status, 303);
    Ok(())
}

#[tokio::test]
async fn an_old_text_is_taken_up_and_put_in_force_again() -> Result<()> {
    let world = World::open().await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    for text in [&watches(&world), ""] {
        let page = administrator.get("/access-rules").await?;
        assert_eq!(send(&administrator, &page, "put", text).await?.status, 303);
    }
    let page = administrator.get("/access-rules").await?;
    assert!(page.says("/access-rules?take_up=1") && !page.says("take_up=2"), "{}", page.html);
    let old = administrator.get("/access-rules?take_up=1").await?;
    assert!(old.says("This is the text of version"), "{}", old.html);
    assert!(
        old.says("action == Action::\"view_operations\",\n  resource\n);</textarea>"),
        "{}",
        old.html
    );
    let fields = [
        ("version", old.hidden("version")?),
        ("restores", old.hidden("restores")?),
        ("text", &watches(&world)),
        ("reason", "It was missed."),
        ("act", "put"),
    ];
    assert_eq!(administrator.post("/access-rules", &fields).await?.status, 303);
    let page = administrator.get("/access-rules").await?;
    assert!(page.says("Brought back the text of version 1."), "{}", page.html);
    assert!(page.says("Taken back"), "{}", page.html);
    assert_eq!(administrator.get("/access-rules?take_up=9").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn an_auditor_reads_and_has_no_form() -> Result<()> {
    let world = World::open().await?;
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    let page = administrator.get("/access-rules").await?;
    assert_eq!(send(&administrator, &page, "put", &watches(&world)).await?.status, 303);
    let auditor = Browser::open(&world, AUDITOR).await?;
    let page = auditor.get("/access-rules").await?;
    assert_eq!(page.status, 200);
    assert!(
        page.says("action == Action::\"view_operations\",") && page.says("auditors see everything")
    );
    let who = format!("<a href=\"/people/{}\">", world.company.people[EMPLOYEE]);
    assert!(page.says(&who), "the id is a person: {}", page.html);
    assert!(!page.says("<textarea") && !page.says("take_up"), "{}", page.html);
    for act in ["check", "put"] {
        let fields = [("version", "1"), ("text", ""), ("reason", "Because."), ("act", act)];
        assert_eq!(auditor.post("/access-rules", &fields).await?.status, 403, "{act}");
    }
    assert!(auditor.get("/").await?.says("href=\"/access-rules\""));
    let employee = Browser::open(&world, EMPLOYEE).await?;
    assert!(!employee.get("/").await?.says("/access-rules"));
    Ok(())
}

/// As after a new release whose words are others: whoever watches the engine is told, and the text can be put right.
#[tokio::test]
async fn rules_that_a_release_cannot_read_are_an_alarm() -> Result<()> {
    let world = World::open().await?;
    let older = "with kept as (
             insert into access_rules_version (id, version, text, reason, created_by, created_at)
             select gen_random_uuid(), 1,
                    'permit (principal, action == Action::\"view_gone\", resource);',
                    'An older release.', subject_id, '2026-01-01'
             from person where email = 'oksana.hrytsenko@harbourline.example'
             returning 1)
         select count(*) from kept";
    assert_eq!(count(&mut world.database.owner().await?, older).await?, 1);
    let administrator = Browser::open(&world, ADMINISTRATOR).await?;
    for path in ["/operations", "/access-rules"] {
        let page = administrator.get(path).await?;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.says("The rules in force cannot be used"), "{path}: {}", page.html);
    }
    let page = administrator.get("/access-rules").await?;
    assert!(page.says("view_gone"), "{}", page.html);
    assert_eq!(send(&administrator, &page, "put", &watches(&world)).await?.status, 303);
    let page = administrator.get("/operations").await?;
    assert!(!page.says("The rules in force cannot be used"), "{}", page.html);
    Ok(())
}

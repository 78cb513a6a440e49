//! The database stops and starts while somebody works.

use anyhow::Result;
use usher_company::EMPLOYEE;
use usher_operations::request;
use usher_testkit::{OwnServer, World, run};

use crate::browser::Browser;

const FORM: &str = "/access/request";

#[tokio::test]
async fn what_was_sent_while_the_database_was_away_is_sent_again_and_done_once() -> Result<()> {
    let (mut server, database) = OwnServer::start("outage").await?;
    let world = World::open_in(database).await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    let item = world.company.items["Display bank reconciliations"].to_string();
    let form = me.get(&format!("{FORM}?items={item}")).await?;
    let key = form.hidden("key")?.to_owned();
    let fields = [
        ("items", item.as_str()),
        ("duration", "86400"),
        ("reason", "I take over \"PT10\" & more."),
        ("key", key.as_str()),
    ];

    server.stop().await;
    let lost = me.post(FORM, &fields).await?;
    assert_eq!(lost.status, 503, "{}", lost.html);
    for words in [
        "Usher cannot reach its records just now",
        "Everything you sent stands in this page",
        "It is done once, however often it is sent.",
        "Send it again",
        "action=\"/access/request\"",
    ] {
        assert!(lost.says(words), "{words} in {}", lost.html);
    }
    assert_eq!(lost.hidden("key")?, key);
    assert_eq!(lost.hidden("items")?, item);
    assert_eq!(lost.hidden("reason")?, "I take over &quot;PT10&quot; &amp; more.");
    let looked = me.get("/tasks?x=1").await?;
    assert!(looked.status == 503 && looked.says("href=\"/tasks?x=1\""), "{}", looked.html);

    server.start_again().await?;
    for _ in 0..2 {
        let sent = me.post(FORM, &fields).await?;
        assert_eq!(sent.status, 303, "{}", sent.html);
    }
    let mine = request::list(&world.cx, &world.caller(EMPLOYEE).await?, false, None, 10).await?;
    assert_eq!(mine.items.len(), 1);
    server.stop().await;
    Ok(())
}

/// A full disk, a server that only reads: nothing is taken, nothing is lost, and it is no fault of ours.
#[tokio::test]
async fn a_database_that_takes_nothing_is_an_outage_too() -> Result<()> {
    let world = World::open().await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    let item = world.company.items["Display bank reconciliations"].to_string();
    let form = me.get(&format!("{FORM}?items={item}")).await?;
    let key = form.hidden("key")?.to_owned();
    let fields = [
        ("items", item.as_str()),
        ("duration", "86400"),
        ("reason", "Month-end."),
        ("key", key.as_str()),
    ];
    let mut owner = world.database.owner().await?;
    for code in ["disk_full", "read_only_sql_transaction", "too_many_connections"] {
        let refuse = format!(
            "create or replace function refuse() returns trigger language plpgsql
                 as $$ begin raise {code}; end $$;
             create or replace trigger refuse before insert on request
                 for each row execute function refuse();"
        );
        run(&mut owner, refuse).await?;
        let answer = me.post(FORM, &fields).await?;
        assert_eq!(answer.status, 503, "{code}: {}", answer.html);
        assert_eq!(answer.hidden("key")?, key, "{code}");
    }
    run(&mut owner, "drop trigger refuse on request".to_owned()).await?;
    assert_eq!(me.post(FORM, &fields).await?.status, 303);
    Ok(())
}

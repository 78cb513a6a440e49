//! The database stops and starts while somebody works.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;

use anyhow::Result;
use usher_company::EMPLOYEE;
use usher_operations::request;
use usher_testkit::{OwnServer, World, count, run};

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
    for code in [
        "disk_full",
        "io_error",
        "query_canceled",
        "read_only_sql_transaction",
        "too_many_connections",
    ] {
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

/// A file system that became read-only, a file that the server may not open: Postgres says so with the code of a missing
/// right, and it is its files that fail, not us.
#[tokio::test]
async fn a_server_that_may_not_use_its_files_is_an_outage_too() -> Result<()> {
    let (mut server, database) = OwnServer::start("files").await?;
    let world = World::open_in(database).await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    let mut owner = world.database.owner().await?;
    let folder = "select oid::bigint from pg_database where datname = current_database()";
    let folder = count(&mut owner, folder).await?;
    let file = count(&mut owner, "select pg_relation_filenode('request')::bigint").await?;
    let file = server.data().join(format!("base/{folder}/{file}"));
    drop(owner);
    // A server that has the file open would go on with it.
    server.stop().await;
    server.start_again().await?;
    set_permissions(&file, Permissions::from_mode(0o000))?;
    let mut owner = world.database.owner().await?;
    let refused = run(&mut owner, "select 1 from request".to_owned()).await;
    assert!(refused.is_err_and(|e| format!("{e:#}").contains("could not open file")));

    for _ in 0..3 {
        let looked = me.get("/requests").await?;
        assert_eq!(looked.status, 503, "{}", looked.html);
    }
    set_permissions(&file, Permissions::from_mode(0o600))?;
    assert_eq!(me.get("/requests").await?.status, 200);
    server.stop().await;
    Ok(())
}

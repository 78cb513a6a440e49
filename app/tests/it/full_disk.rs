//! The disk of the database is full, first for its data and then for its write-ahead log.

use anyhow::{Context as _, Result, bail};
use usher_company::{EMPLOYEE, MANAGER};
use usher_operations::request;
use usher_testkit::{OwnServer, Ran, SmallDisk, World, count, run};

use crate::browser::{Answer, Browser};

const FORM: &str = "/access/request";
/// Of the file system: a server with the company takes half of it.
const MIB: u32 = 160;
/// Requests that the last free places in the tables may still take.
const MOST: usize = 200;

#[tokio::test]
async fn what_a_full_disk_refused_is_sent_again_and_done_once() -> Result<()> {
    if let Some(disk) = SmallDisk::here() {
        return on(&disk).await;
    }
    let name = "full_disk::what_a_full_disk_refused_is_sent_again_and_done_once";
    if let Ran::NotHere(why) = SmallDisk::run(name, MIB)? {
        println!("SKIPPED {name}: no file system can be mounted here: {why}");
    }
    Ok(())
}

/// What somebody asks for, with the key that its form carries.
struct Wish {
    item: String,
    key: String,
}

impl Wish {
    async fn send(&self, me: &Browser) -> Result<Answer> {
        let fields = [
            ("items", &*self.item),
            ("duration", "3600"),
            ("reason", "Full."),
            ("key", &*self.key),
        ];
        me.post(FORM, &fields).await
    }
}

async fn on(disk: &SmallDisk) -> Result<()> {
    let (mut server, database) = OwnServer::start_in(disk.folder().join("server")).await?;
    let world = World::open_in(database).await?;
    let me = Browser::open(&world, EMPLOYEE).await?;
    let requests = "select count(*) from request";
    let items = world.company.items.values();
    let mut wishes = items
        .enumerate()
        .map(|(n, item)| Wish { item: item.to_string(), key: format!("full-disk-{n}") });

    let ballast = disk.fill()?;
    let refused = refused(&world, &me, &mut wishes).await?;
    let looked = me.get("/requests").await?;
    assert_eq!(looked.status, 200, "{}", looked.html);
    let before = count(&mut world.database.owner().await?, requests).await?;
    if let Err(error) = world.engine.settle().await {
        assert!(error.is_unavailable(), "{error:?}");
    }
    drop(ballast);
    for _ in 0..2 {
        let sent = refused.send(&me).await?;
        assert_eq!(sent.status, 303, "{}", sent.html);
    }
    assert_eq!(count(&mut world.database.owner().await?, requests).await?, before + 1);

    let ballast = disk.fill()?;
    let mut owner = world.database.owner().await?;
    let mut segments = 0;
    // The first segments may lie ready; without one the server can only end.
    while run(&mut owner, "select pg_switch_wal()".to_owned()).await.is_ok() {
        run(&mut owner, "select pg_logical_emit_message(false, '', '')".to_owned()).await?;
        segments += 1;
        anyhow::ensure!(segments < 20, "the log never gets full");
    }
    let lost = me.get("/requests").await?;
    assert_eq!(lost.status, 503, "{}", lost.html);
    let Err(stays) = server.start_again().await else { bail!("it starts on a full disk") };
    assert!(format!("{stays:#}").contains("No space left"), "{stays:#}");
    drop(ballast);
    server.start_again().await?;

    // One connection was found dead above: the others are tried before they are used.
    for _ in 0..6 {
        let looked = me.get("/requests").await?;
        assert_eq!(looked.status, 200, "{}", looked.html);
    }
    assert_eq!(count(&mut world.database.owner().await?, requests).await?, before + 1);
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let mine = request::list(&world.cx, &world.caller(EMPLOYEE).await?, false, None, 50).await?;
    assert_eq!(i64::try_from(mine.items.len())?, before + 1);
    server.stop().await;
    Ok(())
}

/// Asks for one thing after the other until one is refused because nothing more can be written.
async fn refused(
    world: &World,
    me: &Browser,
    wishes: &mut impl Iterator<Item = Wish>,
) -> Result<Wish> {
    for _ in 0..MOST {
        let wish = wishes.next().context("everything could be written on a full disk")?;
        let answer = wish.send(me).await?;
        match answer.status {
            // Not everything can be asked for by everybody.
            303 | 422 => {}
            503 => {
                assert!(answer.says("Everything you sent stands in this page"), "{}", answer.html);
                assert_eq!(answer.hidden("key")?, wish.key);
                return Ok(wish);
            }
            _ => bail!("{}: {}", answer.status, answer.html),
        }
        world.engine.settle().await.or_else(|e| e.is_unavailable().then_some(()).ok_or(e))?;
    }
    bail!("{MOST} requests could be written on a full disk")
}

//! `usher import people`: the executable on a real database, as somebody at a terminal meets it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use secrecy::ExposeSecret as _;
use usher_company::EMPLOYEE;
use usher_operations::sign_in;
use usher_testkit::{World, count};

/// What the process said and how it ended.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the import of a file with this text.
fn import(world: &World, text: &[u8], arguments: &[&str]) -> Result<Said> {
    let name = format!("usher-import-{}-{}.csv", std::process::id(), text.len());
    let file: PathBuf = std::env::temp_dir().join(name);
    std::fs::write(&file, text)?;
    let output = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["import", "people", "--log", "off", "--database-url"])
        .arg(world.database.url.expose_secret())
        .arg(&file)
        .args(arguments)
        .env("SUDO_USER", "petra")
        .output()?;
    std::fs::remove_file(&file)?;
    Ok(Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout)?,
        err: String::from_utf8(output.stderr)?,
    })
}

async fn title(world: &World) -> Result<String> {
    let brief = sign_in::by_email(&world.cx, EMPLOYEE).await?;
    Ok(brief.and_then(|brief| brief.title).unwrap_or_default())
}

async fn number(world: &World, sql: &'static str) -> Result<i64> {
    count(&mut world.database.owner().await?, sql).await
}

const NEWS: &str = "Pers=Nr;title\nH1007;Head of treasury\n";
const MAP: [&str; 2] = ["--map", "Pers=Nr=employee_number"];

#[tokio::test]
async fn a_file_is_looked_at_applied_once_and_recorded_with_the_operator() -> Result<()> {
    let world = World::open().await?;
    let dry = import(&world, NEWS.as_bytes(), &[MAP[0], MAP[1], "--dry-run"])?;
    assert_eq!(dry.code, Some(0), "{}", dry.err);
    assert!(dry.out.contains("~ line 2: Inês Carvalho (H1007)"), "{}", dry.out);
    assert!(dry.out.contains("Title: Treasury analyst -> Head of treasury"), "{}", dry.out);
    assert!(dry.out.contains("this was a dry run"), "{}", dry.out);
    assert_eq!(title(&world).await?, "Treasury analyst");

    let done = import(&world, NEWS.as_bytes(), &MAP)?;
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.out.contains("Applied as"), "{}", done.out);
    assert_eq!(title(&world).await?, "Head of treasury");
    let recorded = "select count(*) from audit_event
        where action = 'people.imported' and payload like '%operator:petra%'";
    assert_eq!(number(&world, recorded).await?, 1);

    let again = import(&world, NEWS.as_bytes(), &MAP)?;
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.out.contains("Nothing is changed"), "{}", again.out);
    assert_eq!(number(&world, recorded).await?, 1);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_taken_ends_with_two_and_says_where_it_stands() -> Result<()> {
    let world = World::open().await?;
    let text = "id,title,start\nH1007,Head of treasury,2025-01-01\nN1,Zero\u{200b}width,soon\n";
    let refused = import(&world, text.as_bytes(), &[])?;
    assert_eq!(refused.code, Some(2));
    assert!(refused.out.contains("x line 3, start 'soon'"), "{}", refused.out);
    assert!(refused.err.contains("--skip-bad-rows"), "{}", refused.err);
    assert_eq!(title(&world).await?, "Treasury analyst", "nothing is half applied");
    let skipped = import(&world, text.as_bytes(), &["--skip-bad-rows"])?;
    assert_eq!(skipped.code, Some(0), "{}", skipped.err);
    assert_eq!(title(&world).await?, "Head of treasury");

    for (file, arguments, words) in [
        (b"id,Gr\xf6\xdfe\n1,2\n".to_vec(), ["--map", "x=-"], "UTF-8"),
        (vec![b'x'; 17 * 1024 * 1024], ["--map", "x=-"], "larger than 16 MiB"),
        (b"id\n1\n".to_vec(), ["--map", "id=shoe size"], "names no field"),
        (b"id\n1\n".to_vec(), ["--time-zone", "Mars"], "no such time zone"),
    ] {
        let said = import(&world, &file, &arguments)?;
        assert_eq!(said.code, Some(2), "{words}: {}", said.err);
        assert!(said.err.contains(words), "{words} is missing: {}", said.err);
    }
    Ok(())
}

#[tokio::test]
async fn too_many_leavers_are_held_until_a_reason_releases_them() -> Result<()> {
    let world = World::open().await?;
    let rows: String = (1001..=1006).map(|n| format!("H{n},2026-10-01\n")).collect();
    let text = format!("id,end\n{rows}");
    let foretold = import(&world, text.as_bytes(), &["--dry-run"])?;
    assert_eq!(foretold.code, Some(2));
    assert!(foretold.err.contains("6 active people would leave"), "{}", foretold.err);
    let held = import(&world, text.as_bytes(), &[])?;
    assert_eq!(held.code, Some(2));
    assert!(held.out.contains("Held as"), "{}", held.out);
    assert!(held.err.contains("--release"), "{}", held.err);
    let gone = "select count(*) from person where state = 'terminated'";
    assert_eq!(number(&world, gone).await?, 0);
    let silent = import(&world, text.as_bytes(), &["--release", " "])?;
    assert_eq!(silent.code, Some(2));
    assert!(silent.err.contains("Say why you release it."), "{}", silent.err);
    let released = import(&world, text.as_bytes(), &["--release", "The yard is closed."])?;
    assert_eq!(released.code, Some(0), "{}", released.err);
    assert_eq!(number(&world, gone).await?, 6);
    Ok(())
}

#[tokio::test]
async fn a_looser_brake_is_kept_and_recorded() -> Result<()> {
    let world = World::open().await?;
    let rows: String = (1001..=1006).map(|n| format!("H{n},2026-10-01\n")).collect();
    let text = format!("id,end\n{rows}");
    let held = import(&world, text.as_bytes(), &["--brake", "99"])?;
    assert_eq!(held.code, Some(2), "{}", held.out);
    let loose = import(&world, text.as_bytes(), &["--brake", "100"])?;
    assert_eq!(loose.code, Some(0), "{}", loose.err);
    let set = "select count(*) from audit_event where action = 'import.brake_set'";
    assert_eq!(number(&world, set).await?, 2);
    let again = import(&world, text.as_bytes(), &["--brake", "100"])?;
    assert!(again.out.contains("Nothing is changed"), "{}", again.out);
    assert_eq!(number(&world, set).await?, 2, "a no-op writes nothing");
    Ok(())
}

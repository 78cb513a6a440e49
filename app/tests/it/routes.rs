//! Who is refused on which route. Every route of the source has its row here, and every row is tried: by somebody who is
//! not signed in, and by somebody who has nothing to do with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_operations::{connector, engine, task};
use usher_testkit::{World, count};

use crate::browser::{Answer, Browser};

/// An employee of another place: no report, no application, no part in anything below.
const STRANGER: &str = "nguyen.thi.lan@harbourline.example";

const TASK: &str = "/tasks/{id}";

/// What a stranger gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// Everybody may, signed in or not.
    Public,
    /// The page is about whoever looks: it shows their own things only.
    Own,
    /// The directory is open to every employee.
    Everybody,
    /// It does not exist for them.
    Hidden,
    /// They may not.
    Refused,
    /// The page answers for each thing on its own, and refuses each.
    RefusedEach,
}

use Stranger::{Everybody, Hidden, Own, Public, Refused, RefusedEach};

/// Route, method, what a stranger gets. `{request}` and the like stand for things of somebody else.
pub(crate) const ROUTES: &[(&str, &str, Stranger)] = &[
    ("/", "get", Own),
    ("/access", "get", Own),
    ("/access-rules", "get", Refused),
    ("/access-rules", "post", Refused),
    ("/access/request", "get", Own),
    ("/access/request", "post", Own),
    ("/access/{id}/give-back", "get", Hidden),
    ("/access/{id}/give-back", "post", Hidden),
    ("/applications", "get", Everybody),
    ("/audit", "get", Refused),
    ("/connectors", "get", Refused),
    ("/connectors/{id}", "get", Refused),
    ("/connectors/{id}/test", "post", Refused),
    ("/operations", "get", Refused),
    ("/operations/jobs", "get", Refused),
    ("/operations/jobs/{id}", "get", Refused),
    ("/operations/jobs/{id}/retry", "post", Refused),
    ("/people", "get", Everybody),
    ("/people/{id}", "get", Hidden),
    ("/people/import", "get", Refused),
    ("/people/import", "post", Refused),
    ("/people/import/{id}", "get", Refused),
    ("/people/import/{id}/apply", "post", Refused),
    ("/people/import/{id}/discard", "post", Refused),
    ("/preferences", "post", Public),
    ("/requests", "get", Own),
    ("/requests/{id}", "get", Hidden),
    ("/requests/{id}/withdraw", "get", Hidden),
    ("/requests/{id}/withdraw", "post", Hidden),
    ("/requests/tasks/{task}/answer", "post", Hidden),
    ("/requests/tasks/{task}/nudge", "post", Hidden),
    ("/search", "get", Own),
    ("/search/palette", "get", Own),
    ("/sign-in", "get", Public),
    ("/sign-in/demo", "post", Public),
    ("/sign-out", "post", Public),
    ("/sign-out-everywhere", "post", Own),
    ("/tasks", "get", Own),
    ("/tasks/{id}", "get", Hidden),
    ("/tasks/{id}/decision", "post", Refused),
    ("/tasks/group/{catalogue_item}", "get", Own),
    ("/tasks/group/{catalogue_item}", "post", RefusedEach),
    ("/team", "get", Own),
    ("/work-items", "get", Own),
    ("/work-items/{id}", "get", Hidden),
    ("/work-items/{id}/ask-again", "post", Hidden),
    ("/work-items/{id}/close", "post", Hidden),
];

/// Every route and method that the source names.
fn routes_of_the_source() -> Result<BTreeSet<(String, String)>> {
    let mut found = BTreeSet::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found)?;
    Ok(found)
}

fn visit(folder: &Path, found: &mut BTreeSet<(String, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            visit(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path)?;
            for rest in text.split(".route(").skip(1) {
                let (route, methods) = route(rest).with_context(|| {
                    format!("{}: a route is not written as a text", path.display())
                })?;
                found.extend(methods.into_iter().map(|method| (route.to_owned(), method)));
            }
        }
    }
    Ok(())
}

/// The path and the methods of one `.route(` call.
fn route(rest: &str) -> Option<(&str, Vec<String>)> {
    let (_, rest) = rest.split_once('"')?;
    let (path, rest) = rest.split_once('"')?;
    let mut depth = 1;
    let end = rest.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    })?;
    let call: String = rest[..end].split_whitespace().collect();
    let methods = ["get", "post", "put", "patch", "delete", "any"]
        .into_iter()
        .filter(|method| {
            [",", "."].iter().any(|before| call.contains(&format!("{before}{method}(")))
                || call.contains(&format!("routing::{method}("))
        })
        .map(str::to_owned)
        .collect();
    Some((path, methods))
}

#[test]
fn every_route_says_what_a_stranger_gets() -> Result<()> {
    let said: BTreeSet<_> =
        ROUTES.iter().map(|(path, method, _)| ((*path).to_owned(), (*method).to_owned())).collect();
    let there = routes_of_the_source()?;
    ensure!(there.len() > 30, "only {} routes were found in the source", there.len());
    let unsaid: Vec<_> = there.difference(&said).collect();
    ensure!(unsaid.is_empty(), "no row says who may: {unsaid:?}");
    let gone: Vec<_> = said.difference(&there).collect();
    ensure!(gone.is_empty(), "rows without a route: {gone:?}");
    Ok(())
}

/// Things of somebody else, by the route that names them.
pub(crate) async fn things(world: &World) -> Result<BTreeMap<&'static str, String>> {
    let held = world.ask(EMPLOYEE, "Maintain payment memos", TimeDelta::days(1)).await?;
    world.ask(EMPLOYEE, "Duty phone", TimeDelta::days(1)).await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let by_hand = world.work_items(ADMINISTRATOR).await?;
    let access = world.request(EMPLOYEE, held.id).await?.items[0].assignment;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(1)).await?;
    let manager = world.caller(MANAGER).await?;
    let row = task::inbox(&world.cx, &manager).await?.rows.remove(0);
    let administrator = world.caller(ADMINISTRATOR).await?;
    let connectors = connector::list(&world.cx, &administrator).await?;
    let jobs = engine::jobs(&world.cx, &administrator, None, None, 5).await?;
    Ok(BTreeMap::from([
        ("/requests/{id}", sent.id.to_string()),
        ("/requests/tasks/{task}", row.id.to_string()),
        (TASK, row.id.to_string()),
        ("/tasks/group/{catalogue_item}", row.catalogue_item.to_string()),
        ("/access/{id}", access.context("an assignment")?.to_string()),
        ("/people/{id}", world.company.people[EMPLOYEE].to_string()),
        ("/people/import/{id}", "01890000-0000-7000-8000-000000000000".to_owned()),
        ("/connectors/{id}", connectors.first().context("a connector")?.id.to_string()),
        ("/work-items/{id}", by_hand.first().context("work for hands")?.to_string()),
        ("/operations/jobs/{id}", jobs.items.first().context("a job")?.id.to_string()),
    ]))
}

pub(crate) fn filled(path: &str, things: &BTreeMap<&'static str, String>) -> Result<String> {
    let Some(open) = path.find('{') else { return Ok(path.to_owned()) };
    let close = path.find('}').context("an open name")? + 1;
    let id = things.get(&path[..close]).with_context(|| format!("nothing to put into {path}"))?;
    Ok(format!("{}{id}{}", &path[..open], &path[close..]))
}

async fn send(browser: &Browser, task: &str, path: &str, method: &str) -> Result<Answer> {
    // Whatever any of the forms needs, so that nothing is refused for want of a field.
    let fields = [
        ("key", "a-key"),
        ("decision", "approve"),
        ("reason", "Because."),
        ("answer", "Because."),
        ("evidence", "Because."),
        ("word", "done"),
        ("version", "1"),
        ("act", "put"),
        ("task", task),
    ];
    match method {
        "get" => browser.get(path).await,
        _ => browser.post(path, &fields).await,
    }
}

/// What must stay as it is: everything but the sessions.
async fn written(world: &World) -> Result<i64> {
    let mut owner = world.database.owner().await?;
    count(
        &mut owner,
        "select (select count(*) from audit_event) + (select count(*) from job) + (select count(*) from notification)
              + (select count(*) from timer) + (select count(*) from source_event)
              + (select coalesce(sum(version), 0)::bigint from approval_task)
              + (select count(*) from access_rules_version)",
    )
    .await
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_door() -> Result<()> {
    let world = World::open_with_hands().await?;
    let things = things(&world).await?;
    let nobody = Browser::nobody(&world);
    let before = written(&world).await?;
    let mut wrong = Vec::new();
    for (route, method, _) in ROUTES.iter().filter(|row| row.2 != Public) {
        let answer = send(&nobody, &things[TASK], &filled(route, &things)?, method).await?;
        if answer.status != 303 || !answer.location.starts_with("/sign-in") {
            wrong.push(format!("{method} {route}: {} {}", answer.status, answer.location));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(written(&world).await?, before, "nothing was written");
    Ok(())
}

#[tokio::test]
async fn a_stranger_gets_what_the_table_says() -> Result<()> {
    let world = World::open_with_hands().await?;
    let things = things(&world).await?;
    let stranger = Browser::open(&world, STRANGER).await?;
    let before = written(&world).await?;
    let mut wrong = Vec::new();
    for (route, method, gets) in ROUTES {
        let path = filled(route, &things)?;
        match gets {
            Public | Own => continue,
            Everybody => assert_eq!(stranger.get(&path).await?.status, 200, "{route}"),
            Hidden | Refused | RefusedEach => {
                let answer = send(&stranger, &things[TASK], &path, method).await?;
                let status = match gets {
                    Hidden => 404,
                    Refused => 403,
                    _ => 200,
                };
                if answer.status != status {
                    wrong.push(format!("{method} {route}: {}", answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(written(&world).await?, before, "nothing was written");
    // Their own pages say nothing of others' things.
    for (route, _, _) in ROUTES.iter().filter(|row| row.1 == "get" && row.2 == Own) {
        let page = stranger.get(&filled(route, &things)?).await?;
        assert!(matches!(page.status, 200 | 303), "{route}: {page:?}");
        assert!(!page.says("R-1"), "{route} names a request of somebody else: {}", page.html);
    }
    Ok(())
}

/// What the table calls refused is not refused to everybody: otherwise it would prove nothing.
#[tokio::test]
async fn whoever_it_belongs_to_gets_in() -> Result<()> {
    let world = World::open_with_hands().await?;
    let things = things(&world).await?;
    let people = [EMPLOYEE, MANAGER, ADMINISTRATOR];
    let mut browsers = Vec::new();
    for email in people {
        browsers.push(Browser::open(&world, email).await?);
    }
    let closed = ROUTES.iter().filter(|row| matches!(row.2, Hidden | Refused) && row.1 == "get");
    for (route, method, _) in closed.filter(|row| row.0 != "/people/import/{id}") {
        let path = filled(route, &things)?;
        let mut gets_in = false;
        for browser in &browsers {
            gets_in |= send(browser, &things[TASK], &path, method).await?.status == 200;
        }
        assert!(gets_in, "nobody at all gets to {route}");
    }
    Ok(())
}

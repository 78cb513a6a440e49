//! A load like the standard one, only smaller: its rows are such as the operations and the engine go on with.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{Loaded, Size, grow, load, loaded_group_names};
use usher_operations::request::{self, Item, Submit};
use usher_operations::{assignment, home, sign_in, task};
use usher_store::{
    application, directory, job, person, request as requests, request_list, task as tasks,
};
use usher_testkit::{World, oracles};
use usher_vocabulary::{
    AssignmentState, CatalogueItemId, ItemState, PersonState, SignInMethod, SubjectId, TaskState,
};

use crate::ground::directory;

const SIZE: Size = Size { people: 260, applications: 16 };

async fn loaded() -> Result<(World, Loaded)> {
    let world = World::open().await?;
    let mut ground = directory(&world).await?;
    let grown = grow(&world.cx, &world.company, &ground, 1).await?;
    for name in loaded_group_names(SIZE) {
        let id = world.directory.seed_group(&name)?;
        ground.groups.insert(name, id);
    }
    let loaded = load(&world.cx, &grown, &ground, SIZE, 1, |_| {}).await?;
    Ok((world, loaded))
}

/// People of the load, in the order of their names.
async fn crowd(world: &World) -> Result<Vec<SubjectId>> {
    let mut conn = world.cx.store.conn().await?;
    let filter = directory::Filter {
        state: Some(PersonState::Active),
        limit: 1_000,
        ..directory::Filter::default()
    };
    let people = directory::list(&mut conn, &filter).await?;
    let leads = people
        .into_iter()
        .filter(|p| p.title.as_deref().is_some_and(|title| title.starts_with("Team lead")));
    Ok(leads.map(|p| p.id).collect())
}

#[tokio::test]
async fn the_load_has_its_size_and_nobody_decided_for_themselves() -> Result<()> {
    let (world, loaded) = loaded().await?;
    assert_eq!((loaded.people, loaded.applications, loaded.items), (60, 4, 20));
    assert!(loaded.assignments > 120 && loaded.waiting > 3, "{loaded:?}");
    assert_eq!(loaded.requests, loaded.assignments + loaded.waiting);
    oracles::tasks_wait_with_their_stage(&world.database).await?;
    let mut conn = world.cx.store.conn().await?;
    assert_eq!(directory::count(&mut conn, &directory::Filter::default(), 1_000).await?, 260);
    let applications = application::list(&mut conn, None).await?;
    assert!(applications.iter().all(|a| !a.owners.is_empty() && a.item_count > 0));

    let mut by_state: BTreeMap<TaskState, usize> = BTreeMap::new();
    for lead in crowd(&world).await? {
        let filter =
            request_list::Filter { involving: lead, only_open: false, before: None, limit: 100 };
        for row in request_list::list(&mut conn, &filter).await? {
            let items = requests::items(&mut conn, &[row.request.id]).await?;
            let items: Vec<_> = items.into_iter().map(|item| item.id).collect();
            let tasks = tasks::of_items(&mut conn, &items).await?;
            assert!(!tasks.is_empty());
            for task in tasks {
                assert_ne!(task.approver, lead);
                *by_state.entry(task.state).or_default() += 1;
            }
        }
    }
    assert!(by_state.get(&TaskState::Approved).is_some_and(|count| *count > 20), "{by_state:?}");
    Ok(())
}

#[tokio::test]
async fn the_engine_has_nothing_to_do_and_goes_on_from_there() -> Result<()> {
    let (world, _) = loaded().await?;
    world.settle().await?;
    let mut conn = world.cx.store.conn().await?;
    let depth = job::depth(&mut conn).await?;
    assert_eq!((depth.queued, depth.retrying, depth.dead), (0, 0, 0));
    drop(conn);
    // What runs out first runs out after two quiet days.
    world.pass(TimeDelta::hours(47), TimeDelta::hours(1)).await?;
    let mut conn = world.cx.store.conn().await?;
    assert!(job::next_run(&mut conn).await?.is_none());
    drop(conn);

    // Somebody whose account only the load knows asks for more: the directory gets everything they hold.
    let lead = *crowd(&world).await?.first().context("nobody leads")?;
    let cx = world.cx.clone();
    let caller = sign_in::caller(&cx, lead, SignInMethod::Demo, None, cx.id()).await?;
    let (caller, _) = caller.context("nobody")?;
    let before = assignment::list(&cx, &caller, None).await?;
    let held = before.iter().filter(|row| row.state == AssignmentState::Active).count();
    let item: CatalogueItemId =
        world.company.items.get("Guest list of the canteen").copied().context("no item")?;
    let input = Submit {
        requestee: None,
        items: vec![Item { catalogue_item: item, starts_at: None, duration_seconds: Some(3_600) }],
        reason: "We expect visitors.".to_owned(),
        channel: "web",
    };
    let submitted = request::submit(&cx, &caller, &input, None).await?;
    let mut conn = cx.store.conn().await?;
    let brief = person::brief(&mut conn, lead).await?.context("nobody")?;
    drop(conn);
    let manager = brief.manager.context("no manager")?;
    let manager = sign_in::caller(&cx, manager, SignInMethod::Demo, None, cx.id()).await?;
    let (manager, _) = manager.context("nobody")?;
    let inbox = task::inbox(&cx, &manager).await?.rows;
    let row = inbox.iter().find(|row| row.request == submitted.id).context("nobody is asked")?;
    let input = task::Decide {
        task: row.id,
        decision: usher_vocabulary::Decision::Approve,
        reason: String::new(),
        version: Some(row.version),
    };
    task::decide(&cx, &manager, &input, None).await?;
    world.settle().await?;
    let shown = request::show(&cx, &caller, submitted.id).await?;
    assert_eq!(shown.items[0].state, ItemState::Delivered);
    let account = world.directory.account_named(&brief.user_name).context("no account")?;
    let groups = world.directory.groups();
    let member = groups.iter().filter(|group| group.members.contains(&account.id)).count();
    assert_eq!(member, held + 1);
    assert_eq!(home::show(&cx, &caller).await?.held_count, held + 1);
    Ok(())
}

//! Two hundred people, forty units, twelve applications.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context as _, Result};
use usher_company::{Founded, grow};
use usher_store::bulk::machine;
use usher_store::{application, catalogue, directory as people, person, source_people};
use usher_testkit::World;

use crate::ground::directory;

async fn grown(seed: u64) -> Result<(World, Founded)> {
    let world = World::open().await?;
    let ground = directory(&world).await?;
    let company = grow(&world.cx, &world.company, &ground, seed).await?;
    Ok((world, company))
}

async fn items(world: &World, company: &Founded) -> Result<Vec<catalogue::Item>> {
    let mut conn = world.cx.store.conn().await?;
    let anybody = company.people.values().next().copied().context("nobody works here")?;
    let filter =
        catalogue::Filter { include_hidden: true, limit: 1_000, ..catalogue::Filter::default() };
    Ok(catalogue::list(&mut conn, anybody, &filter).await?)
}

#[tokio::test]
async fn the_company_has_its_size_and_everything_is_answered_for() -> Result<()> {
    let (world, company) = grown(1).await?;
    let mut conn = world.cx.store.conn().await?;
    assert_eq!(people::count(&mut conn, &people::Filter::default(), 1_000).await?, 200);
    assert_eq!(company.people.len(), 200);
    assert_eq!(source_people::units(&mut conn).await?.len(), 40);

    let applications = application::list(&mut conn, None).await?;
    assert!(applications.len() >= 12);
    for application in &applications {
        assert!(!application.owners.is_empty(), "nobody owns {}", application.name);
        assert!(application.item_count > 0, "{} offers nothing", application.name);
    }
    let items = items(&world, &company).await?;
    assert!((115..=130).contains(&items.len()), "{}", items.len());
    assert_eq!(items.len(), company.items.len());
    assert!(items.iter().any(|item| !item.is_visible));
    assert!(items.iter().any(|item| item.not_requestable_reason.is_some()));

    let machines = machine::owner_counts(&mut conn).await?;
    assert_eq!(machines.len(), 5);
    assert!(machines.iter().all(|(_, owners)| *owners >= 2), "{machines:?}");
    Ok(())
}

#[tokio::test]
async fn managers_lead_to_the_top_and_two_people_work_in_two_places() -> Result<()> {
    let (world, _) = grown(1).await?;
    let mut conn = world.cx.store.conn().await?;
    let relationships = source_people::relationships(&mut conn).await?;
    let mut above: HashMap<_, Vec<_>> = HashMap::new();
    for relationship in &relationships {
        above.entry(relationship.person).or_default().push(relationship.manager);
    }
    assert_eq!(above.values().filter(|managers| managers.len() == 2).count(), 2);
    for person in above.keys() {
        // Every road upwards ends: a cycle would go on for ever.
        let mut level: BTreeSet<_> = BTreeSet::from([*person]);
        let mut steps = 0;
        while !level.is_empty() {
            let managers = |p| above.get(p).into_iter().flatten().copied().flatten();
            level = level.iter().flat_map(managers).collect();
            steps += 1;
            assert!(steps < 12, "{person} stands below themselves");
        }
    }
    let at_the_top = above.values().filter(|managers| managers.iter().all(Option::is_none));
    assert_eq!(at_the_top.count(), 1);
    Ok(())
}

#[tokio::test]
async fn one_seed_gives_one_company_and_another_seed_another() -> Result<()> {
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let (world, company) = grown(seed).await?;
        let mut conn = world.cx.store.conn().await?;
        let filter = people::Filter { limit: 500, ..people::Filter::default() };
        let people = people::list(&mut conn, &filter).await?;
        let row = |p: person::Brief| {
            (p.user_name, p.display_name, p.title, p.unit, p.kind, p.state, p.ends_at)
        };
        let items = items(&world, &company).await?;
        let items: Vec<_> =
            items.into_iter().map(|i| (i.name, i.application_name, i.risk)).collect();
        seen.push((people.into_iter().map(row).collect::<Vec<_>>(), items));
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0].0, seen[2].0);
    assert_eq!(seen[0].1, seen[2].1);
    Ok(())
}

//! An ordinary day at the company, sixty times: people ask for what their work needs.

use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc};
use usher_operations::Context;
use usher_store::{StoreError, catalogue, directory};
use usher_vocabulary::{PersonState, Risk, SubjectId};

use super::plot::{Deed, Plot, Who, Wish};
use super::words::reason;
use super::{LIVED, PastError, scenes};
use crate::dice::Dice;
use crate::found::Founded;

/// Requests on a working day, on average; on a Saturday or Sunday almost none.
const A_DAY: usize = 3;

/// Applications that nobody asks for by the way: what happens there is told by a scene.
const LEFT_TO_SCENES: [&str; 1] = ["Customs gateway"];

pub(super) async fn plan(
    cx: &Context,
    plot: &mut Plot,
    company: &Founded,
    dice: &mut Dice,
) -> Result<(), PastError> {
    let mut people = active(cx).await?;
    let cast: Vec<SubjectId> = scenes::CAST
        .iter()
        .filter_map(|name| company.people.get(&crate::grow::address(name)).copied())
        .collect();
    people.retain(|person| !cast.contains(person));
    let items = on_offer(cx, company).await?;
    for day in 0..=LIVED.num_days() {
        // Seven o'clock UTC, whatever time the past began at.
        let Some(morning) = (plot.began + TimeDelta::days(day)).with_hour(7) else { continue };
        if morning < plot.began {
            continue;
        }
        let is_free = morning.weekday().number_from_monday() > 5;
        // The week that the figures of operations are about is a busy one.
        let usual = if day + 8 > LIVED.num_days() { 4 * A_DAY } else { A_DAY };
        let asked = if is_free { usize::from(dice.one_in(3)) } else { usual - 1 + dice.below(3) };
        for _ in 0..asked {
            let (Some(asker), Some(item)) = (dice.pick(&people), draw(&items, dice)) else {
                continue;
            };
            let wish = Wish {
                asker: Who::Known(*asker),
                whom: None,
                item: item.name.clone(),
                hours: Some(hours(item.risk, dice)),
                starts_in_days: None,
                reason: reason(&item.application_name, dice),
            };
            let at = morning + TimeDelta::minutes(dice.between(0, 600));
            plot_one(plot, at, item.risk, wish, dice);
        }
        let afternoon = morning + TimeDelta::minutes(430);
        // What hands do on the last day is told by a scene.
        if day % 2 == 1 && afternoon < plot.end - TimeDelta::hours(16) {
            plot.at(afternoon, Deed::HandOut { cannot: false });
        }
    }
    Ok(())
}

/// One request with what becomes of it.
fn plot_one(plot: &mut Plot, at: DateTime<Utc>, risk: Risk, wish: Wish, dice: &mut Dice) {
    let tag = plot.tag();
    plot.at(at, Deed::Ask(tag, wish));
    // What may wait a day, eight hours or four: most people look in time.
    let patience = match risk {
        Risk::Low => 1_300,
        Risk::Medium => 420,
        Risk::High => 210,
    };
    let patience = if dice.one_in(11) { patience * 2 } else { patience };
    let first_look = at + TimeDelta::minutes(dice.between(15, patience));
    if dice.one_in(22) {
        plot.at(at + TimeDelta::minutes(dice.between(10, 60)), Deed::Withdraw(tag));
        return;
    }
    if dice.one_in(9) {
        plot.at(first_look + TimeDelta::minutes(2), Deed::Nudge(tag));
    }
    plot.at(first_look + TimeDelta::minutes(3), Deed::Decide(tag, None));
    if dice.one_in(8) {
        plot.at(at + TimeDelta::days(dice.between(3, 20)), Deed::GiveBack(tag));
    }
}

/// Long enough to be used, and often short enough to have ended by now.
fn hours(risk: Risk, dice: &mut Dice) -> i64 {
    let longest = match risk {
        Risk::Low => 120,
        Risk::Medium => 60,
        Risk::High => 20,
    };
    24 * dice.between(2, longest) + dice.between(0, 9)
}

fn draw<'a>(items: &'a [catalogue::Item], dice: &mut Dice) -> Option<&'a catalogue::Item> {
    let drawn = dice.pick(items)?;
    // What is risky is asked for less often.
    if drawn.risk == Risk::High && !dice.one_in(3) { dice.pick(items) } else { Some(drawn) }
}

async fn active(cx: &Context) -> Result<Vec<SubjectId>, StoreError> {
    let mut conn = cx.store.conn().await?;
    let filter = directory::Filter {
        state: Some(PersonState::Active),
        limit: 1_000,
        ..directory::Filter::default()
    };
    Ok(directory::list(&mut conn, &filter).await?.into_iter().map(|person| person.id).collect())
}

async fn on_offer(cx: &Context, company: &Founded) -> Result<Vec<catalogue::Item>, StoreError> {
    let Some(anybody) = company.people.values().next() else { return Ok(Vec::new()) };
    let mut conn = cx.store.conn().await?;
    let filter = catalogue::Filter { limit: 1_000, ..catalogue::Filter::default() };
    let mut items = catalogue::list(&mut conn, *anybody, &filter).await?;
    items.retain(|item| {
        item.is_requestable && !LEFT_TO_SCENES.contains(&item.application_name.as_str())
    });
    Ok(items)
}

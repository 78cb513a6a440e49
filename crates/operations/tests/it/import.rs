//! People in, from a file.

use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{AUDITOR, EMPLOYEE, MANAGER};
use usher_operations::import::file::{Field, Why};
use usher_operations::import::{self, Decision, ImportError, Outcome};
use usher_operations::{Fault, authorization::Denial};
use usher_testkit::World;
use usher_vocabulary::{PersonState, RelationshipKind};

use crate::world::{
    HELD_IN_PART, apply, by_email, held_in_part, import, import_as, number, options, page, release,
    written,
};

const TWO: &str = "Employee ID;Given name;Family name;E-mail;Worker type;Department;Title;Manager;Start;Time zone\r\n\
    N2;Conor;O'Brien-Ní Mháille;conor2@harbourline.example;contractor;Terminals;Rigger;N1;2026-01-01;Europe/Lisbon\r\n\
    N1;İpek;Çağlar;ipek2@harbourline.example;employee;Harbourline/Legal/Claims;Counsel;H1001;2026-01-01;Europe/Istanbul\r\n";

#[tokio::test]
async fn people_come_in_any_order_and_the_same_file_again_writes_nothing() -> Result<()> {
    let world = World::open().await?;
    let done = apply(&world, TWO).await?;
    assert_eq!((done.report.plan.added.len(), done.report.plan.absent.len()), (2, 0));
    let conor = page(&world, "conor2@harbourline.example").await?;
    assert_eq!(conor.brief.display_name, "Conor O'Brien-Ní Mháille");
    assert_eq!(conor.brief.user_name, "conor2");
    assert_eq!(conor.brief.kind, Some(RelationshipKind::Contractor));
    assert_eq!(conor.brief.unit.as_deref(), Some("Terminals"));
    assert_eq!(conor.brief.state, PersonState::Active);
    assert_eq!(conor.manager.expect("a manager").display_name, "İpek Çağlar");
    let ipek = page(&world, "ipek2@harbourline.example").await?;
    assert_eq!(ipek.manager.expect("a manager").display_name, "Siobhán Keane");
    assert_eq!(ipek.brief.unit.as_deref(), Some("Claims"));
    let units = "select count(*) from org_unit where name in ('Legal', 'Claims', 'Terminals')";
    assert_eq!(number(&world, units).await?, 3, "what exists is not made again");

    let before = written(&world).await?;
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(import(&world, TWO).await?.outcome, Outcome::Nothing);
    assert_eq!(written(&world).await?, before);
    // The same people in another order and with another column are no news either.
    let other = "start,id\n2026-01-01,N1\n2026-01-01,N2\n";
    assert!(import(&world, other).await?.report.plan.changed.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_change_is_shown_field_by_field_and_written_alone() -> Result<()> {
    let world = World::open().await?;
    apply(&world, "id,title,location\nH1007,Treasury analyst,Lisbon\nH1008,Payments,Istanbul\n")
        .await?;
    let text = "id,title,location\nH1007,Senior treasury analyst,Lisbon\nH1008,Payments,Istanbul\n";
    let caller = world.caller(usher_company::ADMINISTRATOR).await?;
    let before = written(&world).await?;
    let report = import::preview(&world.cx, &caller, text.as_bytes(), &options()).await?;
    assert_eq!(written(&world).await?, before, "looking writes nothing");
    let change = &report.plan.changed[0].changes[0];
    assert_eq!(report.plan.changed.len() + report.plan.same.len(), 2);
    assert_eq!(
        (change.field, change.old.as_str(), change.new.as_str()),
        (Field::Title, "Treasury analyst", "Senior treasury analyst")
    );
    apply(&world, text).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("Senior treasury analyst"));
    let leaked =
        "select count(*) from audit_event where action like 'pe%' and payload like '%analyst%'";
    assert_eq!(number(&world, leaked).await?, 0, "personal values stand apart from the record");
    let kept = "select count(*) from audit_personal where value like '%Senior treasury analyst%'";
    assert_eq!(number(&world, kept).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_bad_row_stops_the_file_unless_it_is_left_out() -> Result<()> {
    let world = World::open().await?;
    let text = "id,name,start,email\n\
        N1,Good,2026-01-01,good@x.example\n\
        N2,B\u{200b}ad,2026-01-01,bad@x.example\n\
        N3,Taken,2026-01-01,INES.carvalho@harbourline.example\n\
        N4,Alone,2026-01-01,\n";
    let before = written(&world).await?;
    let Err(ImportError::BadRows(report)) = import(&world, text).await else {
        panic!("a bad row is applied")
    };
    assert_eq!(written(&world).await?, before, "nothing is half applied");
    let found: Vec<_> = report.plan.faults.iter().map(|f| (f.line, f.column.as_str())).collect();
    assert_eq!(found, [(3, "name"), (4, "email"), (4, "user_name"), (5, "user_name")]);
    assert_eq!(report.plan.faults[0].why, Why::Invisible { code: 0x200b });
    assert!(matches!(&report.plan.faults[1].why, Why::Taken { by } if by == "Inês Carvalho"));

    let skip = Decision { skip_bad_rows: true, ..Decision::default() };
    let done = import_as(&world, text, &skip).await?;
    assert!(matches!(done.outcome, Outcome::Applied(_)));
    assert_eq!(by_email(&world, "good@x.example").await?.display_name, "Good");
    assert_eq!(number(&world, "select count(*) from source_record").await?, 1);
    Ok(())
}

#[tokio::test]
async fn people_change_places_without_being_in_each_others_way() -> Result<()> {
    let world = World::open().await?;
    let text = "id,email,login\n\
        H1007,aylin.demir@harbourline.example,aylin.demir\n\
        H1008,ines.carvalho@harbourline.example,ines.carvalho\n";
    apply(&world, text).await?;
    assert_eq!(by_email(&world, EMPLOYEE).await?.display_name, "Aylin Demir");
    Ok(())
}

#[tokio::test]
async fn who_is_absent_is_flagged_and_keeps_everything() -> Result<()> {
    let world = World::open().await?;
    let all = "id,title\nH1007,Treasury analyst\nH1008,Payments\n";
    apply(&world, all).await?;
    let done = apply(&world, "id,title\nH1008,Payments\n").await?;
    assert_eq!(done.report.plan.absent.len(), 1);
    let ines = page(&world, EMPLOYEE).await?;
    assert_eq!(ines.brief.state, PersonState::Active);
    assert_eq!(ines.missing[0].source, "hr");
    let before = written(&world).await?;
    assert_eq!(import(&world, "id,title\nH1008,Payments\n").await?.outcome, Outcome::Nothing);
    assert_eq!(written(&world).await?, before, "flagged once");
    apply(&world, all).await?;
    assert!(page(&world, EMPLOYEE).await?.missing.is_empty(), "there again");
    Ok(())
}

#[tokio::test]
async fn the_brake_holds_a_file_until_it_is_released_with_a_reason() -> Result<()> {
    let world = World::open().await?;
    let rows = |end: &str| (1001..=1006).map(|n| format!("H{n},{end}\n")).collect::<String>();
    let text = format!("id,end\n{}", rows("2026-10-01"));
    let done = import(&world, &text).await?;
    let Outcome::Held(id) = done.outcome else { panic!("{:?}", done.outcome) };
    assert_eq!((done.report.plan.brake.ending, done.report.plan.brake.active), (6, 6));
    assert_eq!(by_email(&world, MANAGER).await?.state, PersonState::Active);
    assert_eq!(number(&world, "select count(*) from source_record").await?, 0);
    let held = "select count(*) from audit_event where action = 'import.held'";
    assert_eq!(number(&world, held).await?, 1);
    let before = written(&world).await?;
    assert_eq!(import(&world, &text).await?.outcome, Outcome::Held(id), "still held");
    assert_eq!(written(&world).await?, before);
    assert!(matches!(
        import_as(&world, &text, &release("  ")).await,
        Err(ImportError::Fields(faults)) if faults[0].field == "release"
    ));
    let done = import_as(&world, &text, &release("The site is closed, I asked HR.")).await?;
    assert_eq!(done.outcome, Outcome::Applied(id));
    assert_eq!(by_email(&world, MANAGER).await?.state, PersonState::Terminated);
    let released = "select count(*) from audit_event e join audit_personal p on p.event_id = e.id
        where e.action = 'import.released' and p.value like 'The site%'";
    assert_eq!(number(&world, released).await?, 1);
    let body = "select count(*) from source_event where body is not null";
    assert_eq!(number(&world, body).await?, 0, "the file is not kept");
    Ok(())
}

#[tokio::test]
async fn an_address_that_somebody_signs_in_by_is_held_alone() -> Result<()> {
    let world = World::open().await?;
    let id = held_in_part(&world).await?;
    let text = HELD_IN_PART;
    let aylin = by_email(&world, "aylin.demir@harbourline.example").await?;
    assert_eq!(aylin.title.as_deref(), Some("Lead"), "the others are applied");
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("Treasury analyst"));
    let before = written(&world).await?;
    assert_eq!(import(&world, text).await?.outcome, Outcome::HeldInPart(id));
    assert_eq!(written(&world).await?, before);
    let done = import_as(&world, text, &release("She married; HR confirmed it.")).await?;
    assert_eq!(done.outcome, Outcome::Applied(id));
    assert_eq!(
        by_email(&world, "thief@harbourline.example").await?.title.as_deref(),
        Some("Analyst")
    );
    Ok(())
}

#[tokio::test]
async fn the_same_file_twice_at_once_is_applied_once() -> Result<()> {
    let world = World::open().await?;
    let (one, other) = tokio::join!(import(&world, TWO), import(&world, TWO));
    let applied = [one?.outcome, other?.outcome]
        .into_iter()
        .filter(|outcome| matches!(outcome, Outcome::Applied(_)))
        .count();
    assert_eq!(applied, 1);
    assert_eq!(number(&world, "select count(*) from source_event").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_older_file_again_is_a_delivery_of_its_own() -> Result<()> {
    let world = World::open().await?;
    for title in ["One", "Two", "One"] {
        apply(&world, &format!("id,title\nH1007,{title}\n")).await?;
    }
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("One"));
    assert_eq!(number(&world, "select count(*) from source_event").await?, 3);
    Ok(())
}

#[tokio::test]
async fn nobody_but_an_administrator_imports() -> Result<()> {
    let world = World::open().await?;
    let before = written(&world).await?;
    for (email, why) in
        [(EMPLOYEE, Denial::NoPolicy), (MANAGER, Denial::NoPolicy), (AUDITOR, Denial::ReadOnly)]
    {
        let caller = world.caller(email).await?;
        let (cx, body, id) = (&world.cx, TWO.as_bytes(), world.cx.id());
        let refused = [
            import::preview(cx, &caller, body, &options()).await.err(),
            import::apply(cx, &caller, body, &options(), None, &Decision::default()).await.err(),
            import::keep(cx, &caller, body, &options()).await.err(),
            import::decide(cx, &caller, id, &Decision::default(), None).await.err(),
            import::discard(cx, &caller, id, None).await.err(),
            import::show(cx, &caller, id).await.err().map(ImportError::from),
            import::list(cx, &caller, 10).await.err().map(ImportError::from),
        ];
        for error in refused {
            let is_denied =
                matches!(&error, Some(ImportError::Fault(Fault::Denied(found))) if *found == why);
            assert!(is_denied, "{email}: {error:?}");
        }
    }
    assert_eq!(written(&world).await?, before);
    Ok(())
}

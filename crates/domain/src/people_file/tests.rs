use chrono::{DateTime, TimeDelta, Utc};
use proptest::strategy::Strategy as _;
use usher_vocabulary::uuid::Uuid;
use usher_vocabulary::{PersonState, RelationshipKind, SubjectId, WorkRelationshipId};

use super::*;
use crate::person::RelationshipFacts;

fn now() -> DateTime<Utc> {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn file(text: &str) -> File {
    read(text.as_bytes(), Limits::DEFAULT, &[]).unwrap()
}

fn id(n: u128) -> SubjectId {
    SubjectId(Uuid::from_u128(n))
}

/// Somebody with the number `H<n>`, the address `p<n>@x.example` and no manager.
fn somebody(known: &mut Known, n: u128) {
    known.people.push(KnownPerson {
        id: id(n),
        display_name: format!("Person {n}"),
        given_name: Some("Person".to_owned()),
        family_name: Some(n.to_string()),
        email: Some(format!("p{n}@x.example")),
        user_name: format!("p{n}"),
        state: PersonState::Active,
        is_linked: false,
    });
    known.relationships.push(KnownRelationship {
        id: WorkRelationshipId(Uuid::from_u128(1000 + n)),
        person: id(n),
        employee_number: Some(format!("H{n}")),
        kind: RelationshipKind::Employee,
        unit: None,
        title: "Clerk".to_owned(),
        manager: None,
        location: None,
        time_zone: "UTC".to_owned(),
        facts: RelationshipFacts {
            starts_at: now() - TimeDelta::days(100),
            ends_at: None,
            on_leave_from: None,
            on_leave_until: None,
        },
    });
    known.records.push(KnownRecord {
        key: format!("H{n}"),
        subject: Some(id(n)),
        content_hash: Vec::new(),
        missing_since: None,
    });
}

fn company(people: u128) -> Known {
    let mut known = Known::default();
    (1..=people).for_each(|n| somebody(&mut known, n));
    known
}

fn planned(text: &str, known: &Known) -> Plan {
    let rules =
        Rules { zone: Zone::named("UTC").unwrap(), brake_share: 0.1, may_change_claims: false };
    plan(&file(text), known, &rules, now())
}

fn whys(faults: &[Fault]) -> Vec<(u64, &str, &Why)> {
    faults.iter().map(|f| (f.line, f.column.as_str(), &f.why)).collect()
}

#[test]
fn any_separator_line_end_and_quoted_line_break_is_read() {
    for text in [
        "Employee ID,Name,Start\n1,\"Öz, İpek\",2026-01-01\n",
        "\u{feff}Employee ID;Name;Start\r\n1;Öz, İpek;2026-01-01\r\n;;\r\n",
        "Employee ID\tName\tStart\r1\t\"Öz,\r\nİpek\"\t2026-01-01",
    ] {
        let file = file(text);
        assert_eq!(file.faults, []);
        assert_eq!((file.rows.len(), file.count), (1, 1), "{text:?}");
        assert_eq!(file.rows[0].cell(Field::DisplayName), Some("Öz, İpek"));
    }
}

#[test]
fn a_bad_row_is_named_by_its_line_and_the_others_are_read() {
    let text = b"id,name,start,note\r\n\
        1,\"Two\nlines\",2026-01-01,\r\n\
        \r\n\
        2,Ada,2026-01-01\r\n\
        3,B\xf6ll,2026-01-01,x\r\n\
        4,Ada\0,20.11.2026,\r\n\
        5,Bob,2026-01-01,\"a \"\"quoted\"\" word\"\r\n\
        6,\"Never closed,2026-01-01,\r\n7,Cy,2026-01-01,\r\n";
    let file = read(text, Limits::DEFAULT, &[]).unwrap();
    assert_eq!(file.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 8]);
    assert_eq!(
        whys(&file.faults),
        [
            (5, "", &Why::CellCount { found: 3, expected: 4 }),
            (6, "name", &Why::NotUtf8),
            (7, "name", &Why::Nul),
            (7, "start", &Why::NotDate),
            (9, "", &Why::OpenQuote),
        ]
    );
    assert!(file.has_lost_key && file.keys.contains_key("4") && !file.keys.contains_key("7"));
}

#[test]
fn limits_refuse_the_file_and_cut_nothing() {
    let few = Limits { bytes: 60, rows: 2, cell: 10 };
    let read = |text: &str| read(text.as_bytes(), few, &[]);
    assert_eq!(read(&"x".repeat(61)).unwrap_err(), FileError::TooLarge { limits: few });
    assert_eq!(read("id\n1\n2\n3\n").unwrap_err(), FileError::TooManyRows { limits: few });
    assert_eq!(read("").unwrap_err(), FileError::Empty);
    assert_eq!(super::read(b"\xff\xfei\0d\0", few, &[]).unwrap_err(), FileError::Utf16);
    assert_eq!(super::read(b"i\xf6,id\n", few, &[]).unwrap_err(), FileError::Header);
    let long = read("id,title\n1,12345678901\n").unwrap();
    assert_eq!(whys(&long.faults), [(2, "title", &Why::CellTooLong { limit: 10 })]);
    let name = "x".repeat(300);
    let long = file(&format!("id,name,start\n1,{name},2026-01-01\n"));
    assert_eq!(whys(&long.faults), [(2, "name", &Why::TooLong { limit: 200 })]);
}

#[test]
fn cells_of_the_wrong_kind_are_faults() {
    let text = "id,name,start,end,email,login,kind,time zone,unit\n\
        1,A,2026-02-30,,a,b c,boss,Mars/X,a//b\n\
        2,B,2026-02-01,2026-01-31,,,,,\n\
        ,C,,,,,,,\n";
    assert_eq!(
        whys(&file(text).faults),
        [
            (2, "email", &Why::NotEmail),
            (2, "login", &Why::NotUserName),
            (2, "kind", &Why::UnknownKind),
            (2, "time zone", &Why::UnknownZone),
            (2, "unit", &Why::UnitPath),
            (2, "start", &Why::NotDate),
            (3, "end", &Why::EndsBeforeStart),
            (4, "id", &Why::Required),
            (4, "start", &Why::Required),
        ]
    );
}

#[test]
fn twins_are_refused_whatever_their_case_dot_or_composition() {
    let text = "id,name,start,email\n\
        a1,A,2026-01-01,ipek@x.example\n\
        a2,B,2026-01-01,İPEK@x.example\n\
        a3,C,2026-01-01,jose\u{301}@x.example\n\
        a4,D,2026-01-01,JOSÉ@x.example\n\
        k1,E,2026-01-01,e@x.example\n\
        K1,F,2026-01-01,f@x.example\n";
    let plan = planned(text, &Known::default());
    assert!(plan.added.is_empty());
    let found: Vec<_> =
        whys(&plan.faults).into_iter().filter(|(_, c, _)| *c != "user_name").collect();
    let twice = |line| Why::Twice { line };
    assert_eq!(
        found,
        [
            (2, "email", &twice(3)),
            (3, "email", &twice(2)),
            (4, "email", &twice(5)),
            (5, "email", &twice(4)),
            (6, "id", &twice(7)),
            (7, "id", &twice(6)),
        ]
    );
}

#[test]
fn a_manager_may_stand_anywhere_and_must_be_somebody() {
    let text = "id,name,start,email,manager\n\
        1,Report,2026-01-01,r@x.example,2\n\
        2,Boss,2026-01-01,b@x.example,P1@X.example\n\
        3,Lost,2026-01-01,l@x.example,99\n\
        4,Self,2026-01-01,s@x.example,s@x.example\n\
        5,Follows,2026-01-01,f@x.example,3\n";
    let plan = planned(text, &company(1));
    assert_eq!(plan.added.len(), 2);
    assert_eq!(plan.added[0].wanted.manager, Some(PersonRef::Line(3)));
    assert_eq!(plan.added[1].wanted.manager, Some(PersonRef::Known(id(1))));
    assert_eq!(
        whys(&plan.faults),
        [
            (4, "manager", &Why::ManagerUnknown),
            (5, "manager", &Why::ManagerIsSelf),
            (6, "manager", &Why::ManagerRefused { line: 4 }),
        ]
    );
}

#[test]
fn a_circle_of_managers_names_its_people() {
    let mut known = company(3);
    // Person 3 reports to person 1 and is not in the file.
    known.relationships[2].manager = Some(id(1));
    let text = "id,manager\nH1,H2\nH2,H3\n";
    let plan = planned(text, &known);
    let names = vec!["Person 1".to_owned(), "Person 2".to_owned(), "Person 3".to_owned()];
    assert_eq!(
        whys(&plan.faults),
        [
            (2, "manager", &Why::ManagerCycle { names: names.clone() }),
            (3, "manager", &Why::ManagerCycle { names }),
        ]
    );
}

#[test]
fn a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties() {
    let mut known = company(2);
    known.relationships[0].location = Some("Lisbon".to_owned());
    let plan = planned("id,title\nH1,Clerk\nH2,Head clerk\n", &known);
    assert_eq!(plan.same.len(), 1);
    let changed = &plan.changed[0];
    assert_eq!((changed.person, changed.line), (id(2), 3));
    let change =
        FieldChange { field: Field::Title, old: "Clerk".to_owned(), new: "Head clerk".to_owned() };
    assert_eq!(changed.changes, [change]);
    let plan = planned("id,location\nH1,\nH2,\n", &known);
    assert_eq!((plan.changed.len(), plan.same.len()), (1, 1));
    assert_eq!(plan.changed[0].wanted.location, None);
}

#[test]
fn a_last_day_ends_at_its_end_where_the_person_works() {
    let plan = planned("id,time zone,end\nH1,Europe/Istanbul,2026-12-31\n", &company(1));
    let changed = &plan.changed[0];
    assert_eq!(changed.wanted.ends_at.unwrap().to_rfc3339(), "2026-12-31T21:00:00+00:00");
    assert_eq!(changed.ends_on.as_deref(), Some("2026-12-31"));
    let end = changed.changes.iter().find(|c| c.field == Field::EndsOn).unwrap();
    assert_eq!((end.old.as_str(), end.new.as_str()), ("", "2026-12-31"));
}

#[test]
fn what_belongs_to_somebody_else_is_not_taken() {
    let known = company(2);
    let plan = planned("id,name,start,email\n9,New,2026-01-01,P2@x.example\n", &known);
    let taken = Why::Taken { by: "Person 2".to_owned() };
    assert_eq!(whys(&plan.faults), [(2, "email", &taken), (2, "user_name", &taken)]);
    // Two people who change places are not in each other's way.
    let plan = planned("id,email\nH1,p2@x.example\nH2,p1@x.example\n", &known);
    assert_eq!((plan.changed.len(), plan.faults.len()), (2, 0));
}

#[test]
fn the_address_of_a_linked_person_is_held() {
    let mut known = company(3);
    known.people[0].is_linked = true;
    known.people[1].is_linked = true;
    let text = "id,email\nH1,other@x.example\nH2,P2@X.EXAMPLE\nH3,third@x.example\n";
    let plan = planned(text, &known);
    assert_eq!(plan.held.iter().map(|c| c.person).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(plan.changed.len(), 2, "another case is the same claim");
    // Turkish letters are other addresses, even where two are compared as one.
    known.people[0].email = Some("ipek@x.example".to_owned());
    assert_eq!(planned("id,email\nH1,ıpek@x.example\n", &known).held.len(), 1);
}

#[test]
fn who_is_absent_is_flagged_once_and_never_ended() {
    let mut known = company(3);
    known.records[1].missing_since = Some(now());
    known.relationships[2].facts.ends_at = Some(now() - TimeDelta::days(1));
    let plan = planned("id,title\nH9,x\n", &known);
    let absent: Vec<_> = plan.absent.iter().map(|a| a.key.as_str()).collect();
    assert_eq!((absent, plan.still_absent), (vec!["H1"], 1));
    assert!(plan.changed.is_empty());
    // A key that cannot be read could be anybody's.
    let plan = planned("id,title\nH9\n", &known);
    assert!(plan.is_absence_unknown && plan.absent.is_empty());
}

#[test]
fn the_brake_holds_a_share_and_at_least_five() {
    let named = |keys: std::ops::RangeInclusive<u128>, end: &str| {
        keys.map(|n| format!("H{n},{end}\n")).collect::<String>()
    };
    let held = |people: u128, text: String| {
        planned(&format!("id,end\n{text}"), &company(people)).brake.is_pulled
    };
    let all = |ending: u128, people: u128| {
        named(1..=ending, "2026-11-01") + &named(ending + 1..=people, "")
    };
    assert!(!held(20, all(4, 20)), "fewer than five");
    assert!(held(20, all(5, 20)));
    assert!(!held(50, all(5, 50)), "ten per cent is not more than ten per cent");
    assert!(held(50, all(6, 50)));
    assert!(held(50, named(1..=44, "")), "six are absent");
    assert!(!held(50, named(1..=45, "")));
}

#[test]
fn a_second_relationship_of_one_person_is_not_a_twin() {
    let mut known = company(1);
    let mut second = known.relationships[0].clone();
    second.employee_number = Some("H1b".to_owned());
    second.id = WorkRelationshipId(Uuid::from_u128(2000));
    known.relationships.push(second);
    let plan = planned("id,email,end\nH1,p1@x.example,2026-11-01\nH1b,p1@x.example,\n", &known);
    assert_eq!((plan.faults.len(), plan.changed.len(), plan.same.len()), (0, 1, 1));
    assert_eq!(plan.changed[0].ends_on, None, "the other relationship goes on");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_answered(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let mut text = b"id,name,start\n".to_vec();
        text.extend(body);
        if let Ok(file) = read(&text, Limits::DEFAULT, &[]) {
            let rules = Rules {
                zone: Zone::named("UTC").unwrap(),
                brake_share: 0.1,
                may_change_claims: false,
            };
            let plan = plan(&file, &company(3), &rules, now());
            let bad: std::collections::HashSet<u64> = plan.faults.iter().map(|f| f.line).collect();
            let good = plan.added.len() + plan.changed.len() + plan.same.len() + plan.held.len();
            proptest::prop_assert_eq!(good + bad.len(), file.count, "every row is answered once");
        }
    }

    /// Whatever the order of the rows, the same people come out.
    #[test]
    fn order_does_not_matter(order in proptest::prelude::Just((1..=12_u32).collect::<Vec<_>>()).prop_shuffle()) {
        // Each reports to the one before, the first to nobody.
        let rows: String = order
            .iter()
            .map(|n| {
                let manager = if *n == 1 { String::new() } else { (n - 1).to_string() };
                format!("{n},N{n},2026-01-01,n{n}@x.example,{manager}\n")
            })
            .collect();
        let plan = planned(&format!("id,name,start,email,manager\n{rows}"), &Known::default());
        proptest::prop_assert_eq!(plan.added.len(), 12);
        proptest::prop_assert!(plan.faults.is_empty());
    }
}

//! Adding connectors: who may, what is refused by name, and what the record keeps.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use usher_company::{ADMINISTRATOR, AUDITOR, EMPLOYEE};
use usher_connector_scim::ScimConnector;
use usher_operations::authorization::Denial;
use usher_operations::connector::{self, Add, AddError, Kinds, SettingFault};
use usher_operations::{Caller, Fault};
use usher_testkit::World;

use crate::world::number;

/// One kind, by its own schema.
struct Scim;

impl Kinds for Scim {
    fn declare(&self, kind: &str, settings: &Value) -> Result<Value, Vec<SettingFault>> {
        if kind != "scim" {
            return Err(vec![SettingFault::new("kind", "no such kind")]);
        }
        let faults: Vec<_> = ScimConnector::schema()
            .check(settings)
            .into_iter()
            .map(|fault| SettingFault::new(&fault.field, fault.why))
            .collect();
        if faults.is_empty() { Ok(json!({ "verify_read": true })) } else { Err(faults) }
    }
}

fn hr() -> Add {
    Add {
        name: " HR directory ".to_owned(),
        kind: "scim".to_owned(),
        settings: json!({ "base_url": "https://hr.example/scim/v2", "token": "env:USHER_SECRET_HR" }),
        concurrency: 4,
        call_timeout: Duration::from_secs(20),
    }
}

fn operator(world: &World) -> Caller {
    Caller::operator("ann".to_owned(), world.cx.id())
}

async fn refused(world: &World, input: &Add) -> Vec<String> {
    let answer = connector::add(&world.cx, &operator(world), input, &Scim).await;
    assert!(!format!("{answer:?}").contains("hunter2"), "a value is repeated: {answer:?}");
    let Err(AddError::Settings(faults)) = answer else { return Vec::new() };
    faults.into_iter().map(|fault| fault.field).collect()
}

#[tokio::test]
async fn an_operator_adds_one_and_the_record_names_them_and_no_value() -> Result<()> {
    let world = World::open().await?;
    let id = connector::add(&world.cx, &operator(&world), &hr(), &Scim).await?;
    let shown = connector::show(&world.cx, &operator(&world), id).await?.instance;
    assert_eq!((shown.name.as_str(), shown.kind.as_str()), ("HR directory", "scim"));
    assert_eq!((shown.concurrency, shown.call_timeout_ms), (4, 20_000));
    assert_eq!(shown.capabilities, json!({ "verify_read": true }));
    assert!(shown.last_success_at.is_none() && shown.target_names.is_empty());
    let told = "select count(*) from audit_event where action = 'connector.added'
                and actor = 'operator:ann' and payload like '%base_url%' and payload not like '%hr.example%'";
    assert_eq!(number(&world, told).await?, 1);
    Ok(())
}

#[tokio::test]
async fn everything_wrong_is_named_at_once_and_nothing_is_added() -> Result<()> {
    let world = World::open().await?;
    let before = number(&world, "select count(*) from connector_instance").await?;
    let wrong = Add {
        name: "\u{200b}".to_owned(),
        settings: json!({ "token": "hunter2", "colour": "red" }),
        concurrency: 0,
        call_timeout: Duration::ZERO,
        ..hr()
    };
    let fields = ["name", "concurrency", "timeout", "base_url", "token", "colour"];
    assert_eq!(refused(&world, &wrong).await, fields);
    assert_eq!(refused(&world, &Add { kind: "fax".to_owned(), ..hr() }).await, ["kind"]);
    assert_eq!(refused(&world, &Add { name: "x".repeat(101), ..hr() }).await, ["name"]);
    let taken = Add { name: "Staff directory".to_owned(), ..hr() };
    assert_eq!(refused(&world, &taken).await, ["name"]);
    assert_eq!(number(&world, "select count(*) from connector_instance").await?, before);
    let told = "select count(*) from audit_event where action = 'connector.added'";
    assert_eq!(number(&world, told).await?, 0);
    Ok(())
}

#[tokio::test]
async fn administrators_may_and_others_may_not() -> Result<()> {
    let world = World::open().await?;
    for (email, why) in [(EMPLOYEE, Denial::NoPolicy), (AUDITOR, Denial::ReadOnly)] {
        let caller = world.caller(email).await?;
        let refused = connector::add(&world.cx, &caller, &hr(), &Scim).await;
        assert!(
            matches!(&refused, Err(AddError::Fault(Fault::Denied(denial))) if *denial == why),
            "{email}: {refused:?}"
        );
    }
    let stranger = Caller::stranger(world.cx.id());
    assert!(connector::add(&world.cx, &stranger, &hr(), &Scim).await.is_err());
    let caller = world.caller(ADMINISTRATOR).await?;
    connector::add(&world.cx, &caller, &hr(), &Scim).await?;
    Ok(())
}

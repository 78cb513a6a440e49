//! What the database lets the application and its readers do, from the catalogs themselves, beside what was reviewed.
//! `UPDATE=1` writes the list anew; its difference is what a reviewer reads.

use anyhow::Result;
use usher_testkit::{TestDatabase, count};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/database_rights.txt");

const RIGHTS: &str = "
    select role || ' may ' || string_agg(privilege, ', ' order by privilege) || ' ' || kind || ' ' || name
    from (
        select g.rolname as role, lower(x.privilege_type) as privilege,
               case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end as kind, c.relname as name
        from pg_class c, aclexplode(c.relacl) x left join pg_roles g on g.oid = x.grantee
        where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
        union all
        select g.rolname, lower(x.privilege_type) || '(' || a.attname || ')', 'table', c.relname
        from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) x
             left join pg_roles g on g.oid = x.grantee
        where c.relnamespace = 'public'::regnamespace and x.grantee <> c.relowner
        union all
        select coalesce(g.rolname, 'everybody'), 'execute', 'function', p.proname
        from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
             left join pg_roles g on g.oid = x.grantee
        where p.pronamespace = 'public'::regnamespace and x.grantee <> p.proowner
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    ) found
    group by role, kind, name
    order by 1";

#[tokio::test]
async fn the_application_may_do_what_was_reviewed_and_owns_nothing() -> Result<()> {
    let database = TestDatabase::create().await?;
    let mut owner = database.owner().await?;
    let rights: Vec<String> = sqlx::query_scalar(RIGHTS).fetch_all(&mut owner).await?;
    let found = rights.join("\n") + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &found)?;
    }
    let reviewed = std::fs::read_to_string(FILE)?;
    for (found, reviewed) in found.lines().zip(reviewed.lines()) {
        assert_eq!(found, reviewed);
    }
    assert_eq!(found.lines().count(), reviewed.lines().count(), "lines of {FILE}");
    let owned = count(
        &mut owner,
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('usher_app', 'usher_reader')",
    )
    .await?;
    assert_eq!(owned, 0, "the application owns nothing");
    let mighty = count(
        &mut owner,
        "select count(*) from pg_roles where rolname in ('usher_app', 'usher_reader')
           and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)",
    )
    .await?;
    assert_eq!(mighty, 0);
    Ok(())
}

/// The record is written by its function alone: nothing else can add to it, change it or take from it.
#[test]
fn nobody_writes_the_record_directly() -> Result<()> {
    let reviewed = std::fs::read_to_string(FILE)?;
    let direct: Vec<_> = reviewed
        .lines()
        .filter(|line| line.contains(" table audit_"))
        .filter(|line| {
            ["insert", "update", "delete", "truncate"].iter().any(|word| line.contains(word))
        })
        .collect();
    assert!(direct.is_empty(), "{direct:?}");
    Ok(())
}

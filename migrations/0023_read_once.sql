-- What a page reads, it reads once: rows that its own index cannot leave out are not visited.

-- The same people as before. The unit is looked up when its row is made, and the relationship that speaks for a person
-- stands first in an index of that order; work_relationship_by_person was its beginning.
create or replace view person_primary as
select
    p.subject_id,
    p.display_name,
    p.given_name,
    p.family_name,
    p.email,
    p.user_name,
    p.state,
    p.locked_at,
    w.id as relationship_id,
    w.kind,
    w.title,
    w.org_unit_id,
    (select u.name from org_unit u where u.id = w.org_unit_id) as unit,
    w.manager_id,
    w.location,
    w.time_zone,
    w.starts_at,
    w.ends_at
from person p
left join lateral (
    select r.*
    from work_relationship r
    where r.person_id = p.subject_id
    order by (r.ends_at is null) desc, r.starts_at desc
    limit 1
) w on true;

create index work_relationship_primary on work_relationship (person_id, (ends_at is null) desc, starts_at desc);
drop index work_relationship_by_person;

-- A task opens with its stage: tasks of later stages stand in nobody's inbox yet.
drop index approval_task_inbox;
create index approval_task_inbox on approval_task (approver_id, coalesce(due_at, '9999-12-31Z'::timestamptz), id)
    where state in ('open', 'returned') and opened_at is not null;

-- The record as people read it: names and personal values as far as they still exist. From the entry to the person and
-- never the other way, so that each is found by key.
create view audit_entry as
select
    e.id,
    e.occurred_at,
    e.action,
    e.actor,
    (select p.display_name from person p
     where p.subject_id = case when e.actor ~ '^person:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                               then right(e.actor, 36)::uuid end) as actor_name,
    e.subject_id,
    (select p.display_name from person p where p.subject_id = e.subject_id) as subject_name,
    e.object_type,
    e.object_id,
    e.correlation_id,
    e.outcome,
    e.payload,
    coalesce(v.refs, '{}') as refs,
    coalesce(v.values, '{}') as values
from audit_event e
left join lateral (
    select array_agg(p.ref order by p.ref) as refs, array_agg(p.value order by p.ref) as values
    from audit_personal p
    where p.event_id = e.id
) v on true;
grant select on audit_entry to usher_app;

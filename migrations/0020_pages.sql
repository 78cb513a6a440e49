-- Pages read what they show by index: no query of theirs grows with a whole table.

-- The same people as before, found one by one: a list by name reads only its own rows. The relationship that speaks for
-- a person on screens is one without an end before one with, the newest first.
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
    u.name as unit,
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
) w on true
left join org_unit u on u.id = w.org_unit_id;

-- The inbox in its order; what is due on no day comes last.
drop index approval_task_inbox;
create index approval_task_inbox on approval_task (approver_id, coalesce(due_at, '9999-12-31Z'::timestamptz), id)
    where state in ('open', 'returned');

-- Whose applications, and their targets.
create index application_owner_by_person on application_owner (person_id);
create index target_by_application on target (application_id);

-- Items of a target are counted on every page of its owner. The line says which target; a trigger keeps the copy, so
-- that whoever inserts need not know of it.
alter table work_item
    add column target_id uuid references target;
update work_item w set target_id = l.target_id from lane l where l.id = w.lane_id;
alter table work_item
    alter column target_id set not null;
create function work_item_has_target() returns trigger
language plpgsql as $$
begin
    select l.target_id into new.target_id from lane l where l.id = new.lane_id;
    return new;
end
$$;
revoke all on function work_item_has_target() from public;
create trigger work_item_has_target before insert on work_item
    for each row execute function work_item_has_target();
create index work_item_by_target on work_item (target_id);
create index work_item_open_by_target on work_item (target_id) where state = 'open';

-- What an item asks for, what was said about it and what it became.
create view request_item_shown as
select
    i.id,
    i.request_id,
    i.position,
    v.catalogue_item_id,
    v.name,
    v.effect,
    v.risk,
    a.id as application_id,
    a.name as application_name,
    po.name as policy_name,
    pv.version as policy_version,
    i.state,
    i.starts_at,
    i.duration_seconds,
    i.extends_assignment_id is not null as is_extension,
    i.decided_at,
    i.deciding_ms,
    i.machine_ms,
    i.delivered_at,
    s.id as assignment_id,
    s.state as assignment_state,
    lower(s.valid) as from_at,
    upper(s.valid) as until_at,
    s.end_reason,
    s.ended_at,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'author', p.display_name,
            'is_question', m.kind = 'question',
            'task', m.task_id,
            'body', m.body,
            'written_at', m.written_at
        ) order by m.written_at, m.id), '[]')
        from request_comment m
        join person p on p.subject_id = m.author_id
        where m.request_item_id = i.id
    ) as comments
from request_item i
join catalogue_item_version v on v.id = i.item_version_id
join catalogue_item c on c.id = v.catalogue_item_id
join application a on a.id = c.application_id
join assignment_policy_version pv on pv.id = i.policy_version_id
join assignment_policy po on po.id = pv.policy_id
left join assignment s on s.request_item_id = i.id;
comment on view request_item_shown is 'Items of requests as pages show them: words, comments, and the assignment that each became';
grant select on request_item_shown to usher_app;

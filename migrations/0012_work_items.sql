create table work_item (
    id uuid primary key,
    demand_id uuid not null references demand,
    lane_id uuid not null references lane,
    direction text not null check (direction in ('grant', 'revoke')),
    state text not null check (state in ('open', 'done', 'cannot', 'withdrawn', 'superseded')),
    -- For a removal: whether anybody ever confirmed that there is something to take away.
    was_confirmed boolean not null,
    -- What to do, as data: names as they were when it was asked.
    what jsonb not null,
    -- The connector's instructions as they were when it was asked.
    instructions text not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    closed_at timestamptz,
    closed_by uuid references person,
    -- What that person did or saw, in their words.
    evidence text,
    correlation_id uuid not null,
    check ((state = 'open') = (closed_at is null)),
    check ((state in ('done', 'cannot')) = (closed_by is not null)),
    check ((state in ('done', 'cannot')) = (evidence is not null))
);
comment on table work_item is 'What a person is asked to carry out on a target that no machine can reach, and their word for it';
create unique index work_item_open_once on work_item (demand_id) where state = 'open';
create index work_item_open_by_due on work_item (due_at, id) where state = 'open';
create index work_item_closed_by_time on work_item (closed_at desc, id desc) where state <> 'open';
create index work_item_by_demand on work_item (demand_id, opened_at desc);
create index work_item_by_lane on work_item (lane_id);

-- Who says that the target is as it should be, where nothing can be read. The words are in evidence.
alter table demand
    add column confirmed_by uuid references person,
    add column confirmed_at timestamptz;

create view work_item_shown as
select
    w.id,
    w.demand_id,
    w.lane_id,
    w.direction,
    w.state,
    w.was_confirmed,
    w.what,
    w.instructions,
    w.opened_at,
    w.due_at,
    w.closed_at,
    w.closed_by,
    w.evidence,
    w.correlation_id,
    l.subject_id,
    coalesce(p.display_name, n.name) as subject_name,
    t.name as target_name,
    t.application_id,
    a.name as application_name,
    c.display_name as closed_by_name,
    r.id as request_id,
    r.number as request_number
from work_item w
join lane l on l.id = w.lane_id
join target t on t.id = l.target_id
join application a on a.id = t.application_id
left join person p on p.subject_id = l.subject_id
left join non_human_identity n on n.subject_id = l.subject_id
left join person c on c.subject_id = w.closed_by
left join lateral (
    select q.id, q.number
    from demand_assignment da
    join assignment s on s.id = da.assignment_id
    join request_item i on i.id = s.request_item_id
    join request q on q.id = i.request_id
    where da.demand_id = w.demand_id
    order by s.created_at desc, s.id desc
    limit 1
) r on true;
comment on view work_item_shown is 'Work items with the names that a page shows, and the latest request that they stem from';

grant select, insert, update on work_item to usher_app;
grant select on work_item_shown to usher_app;

create table subject (
    id uuid primary key,
    kind text not null check (kind in ('person', 'non_human')),
    created_at timestamptz not null
);
comment on table subject is 'Whatever accounts and assignments name: a person or a non-human identity';

create table org_unit (
    id uuid primary key,
    name text not null,
    parent_id uuid references org_unit,
    external_id text unique
);
comment on table org_unit is 'A node of the organisation';

create table person (
    subject_id uuid primary key references subject,
    display_name text not null,
    given_name text,
    family_name text,
    -- The claim that a sign-in may be matched by; unique while the person is not erased.
    email text,
    -- Desired sign-in name on targets.
    user_name text not null unique,
    -- Derived from the work relationships, never edited.
    state text not null,
    locked_at timestamptz,
    version bigint not null default 1,
    updated_at timestamptz not null
);
comment on table person is 'The governed human; manager, unit, title and dates belong to the work relationship';
create unique index person_email on person (lower(email)) where email is not null;
create index person_by_name on person (display_name, subject_id);

create table non_human_identity (
    subject_id uuid primary key references subject,
    name text not null,
    kind text not null check (kind in ('service', 'workload', 'bot', 'agent')),
    purpose text not null,
    user_name text not null unique,
    expires_at timestamptz,
    updated_at timestamptz not null
);
comment on table non_human_identity is 'Service account, workload, bot or agent; always has owners';

create table non_human_owner (
    subject_id uuid not null references non_human_identity,
    owner_id uuid not null references person,
    primary key (subject_id, owner_id)
);

create table work_relationship (
    id uuid primary key,
    person_id uuid not null references person,
    kind text not null check (kind in ('employee', 'contractor', 'partner', 'intern')),
    -- The source's own key of this relationship, for example the employee number.
    employee_number text unique,
    org_unit_id uuid references org_unit,
    title text not null,
    manager_id uuid references person,
    location text,
    time_zone text not null,
    starts_at timestamptz not null,
    -- Agreed end of a fixed term.
    planned_end_at timestamptz,
    -- The last instant, once known; half-open.
    ends_at timestamptz,
    departure_plan text check (departure_plan in ('work_through', 'garden_leave', 'immediate')),
    on_leave_from timestamptz,
    on_leave_until timestamptz,
    updated_at timestamptz not null,
    check (manager_id <> person_id),
    check (ends_at is null or ends_at >= starts_at)
);
comment on table work_relationship is 'One employment or contract of a person; a person may have several';
create index work_relationship_by_person on work_relationship (person_id);
create index work_relationship_by_manager on work_relationship (manager_id) where manager_id is not null;

-- The relationship that speaks for a person on screens: one without an end before one with, the newest first.
create view person_primary as
select distinct on (p.subject_id)
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
left join work_relationship w on w.person_id = p.subject_id
left join org_unit u on u.id = w.org_unit_id
order by p.subject_id, (w.ends_at is null) desc, w.starts_at desc;

create table approver_group (
    id uuid primary key,
    name text not null unique
);
comment on table approver_group is 'A named set of people who may decide together';

create table approver_group_member (
    group_id uuid not null references approver_group,
    person_id uuid not null references person,
    primary key (group_id, person_id)
);

create table admin_right (
    person_id uuid not null references person,
    role text not null check (role in ('auditor', 'administrator')),
    granted_by text not null,
    granted_at timestamptz not null,
    primary key (person_id, role)
);
comment on table admin_right is 'A right that is given by name and not by relation';

grant select, insert, update on subject, org_unit, person, non_human_identity, work_relationship,
    approver_group to usher_app;
grant select on person_primary to usher_app;
grant select, insert, delete on non_human_owner, approver_group_member, admin_right to usher_app;

create table calendar (
    id uuid primary key,
    name text not null unique
);
create table calendar_version (
    id uuid primary key,
    calendar_id uuid not null references calendar,
    version integer not null,
    -- {"kind":"always"} until working hours exist.
    definition jsonb not null,
    created_at timestamptz not null,
    unique (calendar_id, version)
);
comment on table calendar_version is 'When a clock runs; never changes';

create table assignment_policy (
    id uuid primary key,
    name text not null unique
);
create table assignment_policy_version (
    id uuid primary key,
    policy_id uuid not null references assignment_policy,
    version integer not null,
    max_duration_seconds bigint not null check (max_duration_seconds > 0),
    -- Ordered stages: rule, mode, group.
    stages jsonb not null,
    -- Time to decide, per stage, on the calendar.
    decide_within_seconds bigint not null check (decide_within_seconds > 0),
    calendar_version_id uuid not null references calendar_version,
    created_at timestamptz not null,
    unique (policy_id, version)
);
comment on table assignment_policy_version is 'Who must approve, for how long at most; never changes';

create table catalogue_item (
    id uuid primary key,
    application_id uuid not null references application,
    created_at timestamptz not null
);
create table catalogue_item_version (
    id uuid primary key,
    catalogue_item_id uuid not null references catalogue_item,
    version integer not null,
    name text not null,
    effect text not null,
    risk text not null check (risk in ('low', 'medium', 'high')),
    requestable boolean not null,
    -- Why it cannot be requested and whom to ask; null when requestable.
    not_requestable_reason text,
    visible boolean not null,
    policy_version_id uuid not null references assignment_policy_version,
    created_at timestamptz not null,
    unique (catalogue_item_id, version)
);
comment on table catalogue_item_version is 'What can be asked for; never changes, requests and assignments cite it';

create table catalogue_item_content (
    version_id uuid not null references catalogue_item_version,
    entitlement_id uuid not null references entitlement,
    scope text not null default '',
    primary key (version_id, entitlement_id, scope)
);

-- The newest version of each item is the one that can be asked for.
create view catalogue_current as
select distinct on (v.catalogue_item_id)
    i.id as item_id, i.application_id, v.*
from catalogue_item i
join catalogue_item_version v on v.catalogue_item_id = i.id
order by v.catalogue_item_id, v.version desc;

grant select, insert on calendar, calendar_version, assignment_policy, assignment_policy_version,
    catalogue_item, catalogue_item_version, catalogue_item_content to usher_app;
grant select on catalogue_current to usher_app;

create table application (
    id uuid primary key,
    name text not null unique,
    purpose text not null,
    criticality text not null check (criticality in ('critical', 'standard', 'low')),
    created_at timestamptz not null
);
comment on table application is 'What people see and ask for access to; has one or more targets';

create table application_owner (
    application_id uuid not null references application,
    person_id uuid not null references person,
    -- The first owner is asked first.
    position smallint not null,
    primary key (application_id, person_id)
);

create table connector_instance (
    id uuid primary key,
    name text not null unique,
    kind text not null,
    -- Plain settings and references to secrets, never a secret.
    settings jsonb not null,
    capabilities jsonb not null,
    health text not null,
    health_detail text,
    -- Consecutive failed calls, and the instant before which nothing is sent.
    failures integer not null default 0,
    open_until_at timestamptz,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    -- Calls at the same time, all processes together.
    concurrency integer not null check (concurrency > 0),
    call_timeout_ms integer not null check (call_timeout_ms > 0),
    created_at timestamptz not null
);
comment on table connector_instance is 'A configured connector and how it is';

create table target (
    id uuid primary key,
    application_id uuid not null references application,
    connector_instance_id uuid not null references connector_instance,
    name text not null unique,
    mode text not null default 'observe' check (mode in ('observe', 'propose', 'enforce')),
    -- What happens to the account when nothing is desired any more.
    last_access text not null check (last_access in ('disable', 'delete'))
);
comment on table target is 'A system we write access to';

create table entitlement (
    id uuid primary key,
    target_id uuid not null references target,
    -- account for the account itself; otherwise the connector's word, for example group or role.
    kind text not null,
    native_id text not null,
    name text not null,
    effect text not null,
    risk text not null check (risk in ('low', 'medium', 'high')),
    unique (target_id, kind, native_id)
);
comment on table entitlement is 'Something on a target that can be held';

grant select, insert, update on application, connector_instance, target, entitlement to usher_app;
grant select, insert, delete on application_owner to usher_app;

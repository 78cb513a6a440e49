-- The record. An event never changes and has no number; a sequencer numbers it later in audit_leaf.
create table audit_event (
    id uuid primary key,
    occurred_at timestamptz not null,
    -- What was done, for example request.submitted.
    action text not null,
    -- person:<id>, token:<id>, engine, operator:<name>.
    actor text not null,
    subject_id uuid,
    object_type text not null,
    object_id uuid,
    correlation_id uuid not null,
    outcome text not null,
    -- Version of the payload's layout.
    payload_version smallint not null,
    -- Canonical JSON (RFC 8785) without personal data; the columns above repeat parts of it for searching.
    payload text not null
);
comment on table audit_event is 'What happened: immutable, without personal data, written by audit_append only';
create index audit_event_by_time on audit_event (occurred_at desc, id desc);
create index audit_event_by_subject on audit_event (subject_id, occurred_at desc) where subject_id is not null;
create index audit_event_by_object on audit_event (object_id, occurred_at desc) where object_id is not null;
create index audit_event_by_correlation on audit_event (correlation_id);

create table audit_personal (
    ref uuid primary key,
    event_id uuid not null references audit_event,
    salt bytea not null,
    value text not null
);
comment on table audit_personal is 'Personal values that events cite by ref and salted SHA-256 digest; may be erased without touching the event';
create index audit_personal_by_event on audit_personal (event_id);

create table audit_leaf (
    seq bigint primary key,
    event_id uuid not null unique references audit_event,
    leaf_hash bytea not null
);
comment on table audit_leaf is 'Number and leaf hash of an event, inserted by the sequencer';

-- The one way to write the record. Runs with the owner's rights; the application has none on the tables.
create function audit_append(
    ids uuid[],
    occurred timestamptz[],
    actions text[],
    actors text[],
    subjects uuid[],
    object_types text[],
    object_ids uuid[],
    correlations uuid[],
    outcomes text[],
    versions smallint[],
    payloads text[],
    personal_refs uuid[],
    personal_events uuid[],
    personal_salts bytea[],
    personal_values text[]
) returns void
language sql
security definer
set search_path = public, pg_temp
as $$
    insert into audit_event (id, occurred_at, action, actor, subject_id, object_type, object_id,
                             correlation_id, outcome, payload_version, payload)
    select * from unnest(ids, occurred, actions, actors, subjects, object_types, object_ids,
                         correlations, outcomes, versions, payloads);
    insert into audit_personal (ref, event_id, salt, value)
    select * from unnest(personal_refs, personal_events, personal_salts, personal_values);
$$;

create function audit_is_immutable() returns trigger
language plpgsql as $$
begin
    raise exception 'the record is not changed: % on %', tg_op, tg_table_name;
end
$$;
create trigger audit_event_is_immutable before update or delete or truncate on audit_event
    for each statement execute function audit_is_immutable();
create trigger audit_leaf_is_immutable before update or delete or truncate on audit_leaf
    for each statement execute function audit_is_immutable();

revoke all on audit_event, audit_personal, audit_leaf from public;
revoke all on function audit_append from public;
grant select on audit_event, audit_personal, audit_leaf to usher_app;
grant execute on function audit_append to usher_app;

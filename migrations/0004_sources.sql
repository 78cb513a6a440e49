create table source (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('csv', 'demo', 'scim', 'api')),
    -- A share of active people (0 to 1); an import that would end more is held.
    brake_share double precision not null check (brake_share > 0 and brake_share <= 1),
    created_at timestamptz not null
);
comment on table source is 'A system we read authority from';

create table source_event (
    id uuid primary key,
    source_id uuid not null references source,
    -- The source's own key of the delivery; a file's is its digest.
    event_key text not null,
    effective_at timestamptz not null,
    received_at timestamptz not null,
    state text not null check (state in
        ('received', 'validated', 'correlated', 'applied', 'held', 'ambiguous', 'rejected', 'superseded')),
    -- Counts by outcome, never personal data.
    summary jsonb not null,
    decided_by uuid references person,
    decided_at timestamptz,
    unique (source_id, event_key)
);
comment on table source_event is 'Inbox of deliveries: each is applied once';

create table source_record (
    source_id uuid not null references source,
    external_id text not null,
    subject_id uuid references subject,
    raw jsonb not null,
    content_hash bytea not null,
    last_event_id uuid not null references source_event,
    seen_at timestamptz not null,
    -- First delivery that should have had the row and had not. Absence is flagged, it ends nothing.
    missing_since_at timestamptz,
    primary key (source_id, external_id)
);
comment on table source_record is 'The last word of a source about one of its records';
create index source_record_by_subject on source_record (subject_id);

grant select, insert, update on source, source_event, source_record to usher_app;

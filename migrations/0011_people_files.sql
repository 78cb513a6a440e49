-- A delivery may wait for somebody: its body is kept so long, and no longer.
alter table source_event
    -- How the record names who brought it.
    add column received_by text,
    -- How the body is to be read: mapping and default time zone.
    add column options jsonb,
    -- The file, until the delivery is applied, discarded, replaced or forgotten.
    add column body bytea,
    -- Why somebody released what was held.
    add column release_reason text;
create index source_event_by_time on source_event (received_at desc, id desc);
create index source_record_missing on source_record (subject_id) where missing_since_at is not null;

-- What people may do beyond the built-in policies. Every saved text is a version; the newest one is effective, so
-- that there is never more than one, and going back is a new version with an old text.
create table access_rules_version (
    id uuid primary key,
    -- Counted from 1 without gaps.
    version integer not null unique check (version > 0),
    -- Cedar; empty for the built-in policies alone.
    text text not null check (octet_length(text) <= 65536),
    reason text not null check (reason <> ''),
    -- The version whose text this one brings back; null for a text of its own.
    restores integer references access_rules_version (version) check (restores < version),
    created_by uuid not null references person,
    created_at timestamptz not null
);
comment on table access_rules_version is 'Policies of one''s own, on top of the built-in ones; never changes, the newest is effective';

grant select, insert on access_rules_version to usher_app;

create table assignment (
    id uuid primary key,
    subject_id uuid not null references subject,
    item_version_id uuid not null references catalogue_item_version,
    origin text not null check (origin in ('birthright', 'request', 'emergency', 'admin', 'import', 'exception')),
    request_item_id uuid unique references request_item,
    state text not null check (state in ('scheduled', 'active', 'suspended', 'ended')),
    -- Half-open: the upper bound is the first instant without the access.
    valid tstzrange not null check (lower_inc(valid) and not upper_inc(valid)),
    end_reason text check (end_reason in ('expired', 'revoked', 'returned', 'superseded', 'left')),
    ended_at timestamptz,
    created_at timestamptz not null,
    check ((state = 'ended') = (ended_at is not null)),
    check ((state = 'ended') = (end_reason is not null))
);
comment on table assignment is 'What should be: a subject is entitled to an item for a time';
create index assignment_by_subject on assignment (subject_id, state);
alter table request_item add foreign key (extends_assignment_id) references assignment;

create table lane (
    id uuid primary key,
    subject_id uuid not null references subject,
    target_id uuid not null references target,
    -- Rises only on events that reduce access; an enabling call carries the generation it was decided under.
    generation bigint not null default 1,
    -- Rises with every change of a demand; a job notes up to which it worked.
    wanted_seq bigint not null default 0,
    done_seq bigint not null default 0,
    unique (subject_id, target_id)
);
comment on table lane is 'Subject x target: the line on which operations are served in order';

create table demand (
    id uuid primary key,
    lane_id uuid not null references lane,
    entitlement_id uuid not null references entitlement,
    scope text not null default '',
    direction text not null check (direction in ('grant', 'revoke')),
    realisation text not null check (realisation in
        ('not_started', 'in_progress', 'applied', 'verified', 'not_effective', 'waiting_manual',
         'failed_retrying', 'failed_dead', 'drifted', 'unverifiable')),
    wanted_seq bigint not null,
    changed_at timestamptz not null,
    applied_at timestamptz,
    verified_at timestamptz,
    -- How it was verified or what was seen instead, in words.
    evidence text,
    unique (lane_id, entitlement_id, scope)
);
comment on table demand is 'Subject x target x entitlement x scope, wanted or unwanted, and how far the target is';
create index demand_unfinished on demand (lane_id) where realisation <> 'verified';

create table demand_assignment (
    demand_id uuid not null references demand,
    assignment_id uuid not null references assignment,
    primary key (demand_id, assignment_id)
);
comment on table demand_assignment is 'Every assignment that ever wanted the demand';
create index demand_assignment_by_assignment on demand_assignment (assignment_id);

create table account (
    lane_id uuid primary key references lane,
    id uuid not null unique,
    native_id text not null,
    user_name text not null,
    state text not null check (state in ('absent', 'active', 'disabled', 'locked', 'unknown')),
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null
);
comment on table account is 'An account as last read; written only by reads';

create table observed_grant (
    lane_id uuid not null references account,
    entitlement_id uuid not null references entitlement,
    scope text not null default '',
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (lane_id, entitlement_id, scope)
);
comment on table observed_grant is 'An account holds an entitlement, as last read; written only by reads';

grant select, insert, update on assignment, lane, demand, account to usher_app;
grant select, insert on demand_assignment to usher_app;
grant select, insert, update, delete on observed_grant to usher_app;

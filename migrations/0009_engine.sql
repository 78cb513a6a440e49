create sequence lease_number;

create table job (
    id uuid primary key,
    kind text not null,
    lane_id uuid references lane,
    connector_instance_id uuid not null references connector_instance,
    -- 0 kill, 1 revoke, 2 interactive, 3 grant, 4 update, 5 reconcile.
    priority smallint not null,
    state text not null check (state in ('queued', 'running', 'retry_wait', 'done', 'dead_letter', 'superseded')),
    run_at timestamptz not null,
    attempts integer not null default 0,
    max_attempts integer not null check (max_attempts > 0),
    -- A claim writes a fresh token; every completion names it.
    lease_token bigint,
    lease_until_at timestamptz,
    -- The last process that claimed it.
    claimed_by text,
    correlation_id uuid not null,
    enqueued_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    last_outcome text,
    last_error text,
    error_class text,
    check ((kind = 'provision') = (lane_id is not null)),
    check ((state = 'running') = (lease_token is not null and lease_until_at is not null))
);
comment on table job is 'Durable work of the engine: ids only; the handler computes what should be true now';
-- A lane has at most one job that waits: a newer wish joins it.
create unique index job_waiting_per_lane on job (lane_id) where state in ('queued', 'retry_wait') and lane_id is not null;
create index job_ready on job (priority, run_at, id) where state in ('queued', 'retry_wait');
create index job_running on job (lease_until_at) where state = 'running';
create index job_running_by_lane on job (lane_id) where state = 'running';
create index job_by_state on job (state, enqueued_at desc);

create table attempt (
    id uuid primary key,
    job_id uuid not null references job,
    number integer not null,
    lease_token bigint not null,
    generation bigint not null,
    worker text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text,
    error_class text,
    detail text,
    unique (job_id, number)
);
comment on table attempt is 'One try of a job: written before the target is touched, finished afterwards';
create index attempt_unfinished on attempt (job_id) where finished_at is null;
create index attempt_by_time on attempt (finished_at desc) where finished_at is not null;

create table call (
    id uuid primary key,
    attempt_id uuid not null references attempt,
    lane_id uuid not null references lane,
    kind text not null,
    enabling boolean not null,
    entitlement_id uuid references entitlement,
    scope text not null default '',
    generation bigint not null,
    intended_at timestamptz not null,
    -- When the call can no longer be under way; before the lease ends.
    deadline_at timestamptz not null,
    outcome text,
    finished_at timestamptz,
    answer text,
    latency_ms integer
);
comment on table call is 'One change sent to a target: intent before, outcome after. The intent locks the lane, so none of an older generation starts after a reduction';
create index call_in_flight on call (lane_id, deadline_at) where finished_at is null;
create index call_by_attempt on call (attempt_id);

create table timer (
    id uuid primary key,
    kind text not null,
    -- The assignment, task or lane that it is about.
    object_id uuid not null,
    due_at timestamptz not null,
    fired_at timestamptz,
    cancelled_at timestamptz
);
comment on table timer is 'Everything that falls due';
create index timer_due on timer (due_at) where fired_at is null and cancelled_at is null;
create unique index timer_one_per_object on timer (kind, object_id) where fired_at is null and cancelled_at is null;

create table finding (
    id uuid primary key,
    kind text not null,
    state text not null check (state in ('open', 'resolved')),
    lane_id uuid references lane,
    demand_id uuid references demand,
    job_id uuid references job,
    detail text not null,
    opened_at timestamptz not null,
    resolved_at timestamptz,
    correlation_id uuid not null
);
comment on table finding is 'A detected condition that somebody should look at';
create unique index finding_open_once on finding (kind, demand_id) where state = 'open' and demand_id is not null;
create unique index finding_open_once_per_job on finding (kind, job_id) where state = 'open' and demand_id is null;

create table notification (
    id uuid primary key,
    recipient_id uuid not null references person,
    kind text not null,
    -- Ids and words that the message is made from; no secret.
    payload jsonb not null,
    state text not null check (state in ('queued', 'sent', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_until_at timestamptz,
    queued_at timestamptz not null,
    sent_at timestamptz,
    last_error text,
    correlation_id uuid not null
);
comment on table notification is 'Outbox: one message to one person, queued with the change it tells about';
create index notification_ready on notification (next_at) where state = 'queued';

grant usage on sequence lease_number to usher_app;
grant select, insert, update on job, attempt, call, timer, finding, notification to usher_app;

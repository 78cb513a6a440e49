create sequence request_number start 20001;

create table request (
    id uuid primary key,
    -- What people call it: R-20001.
    number bigint not null unique,
    requester_id uuid not null references person,
    requestee_id uuid not null references person,
    reason text not null,
    channel text not null check (channel in ('web', 'api')),
    correlation_id uuid not null,
    submitted_at timestamptz not null
);
comment on table request is 'One asking; the state lives on its items';
create index request_by_requester on request (requester_id, submitted_at desc);
create index request_by_requestee on request (requestee_id, submitted_at desc);

create table request_item (
    id uuid primary key,
    request_id uuid not null references request,
    position smallint not null,
    item_version_id uuid not null references catalogue_item_version,
    policy_version_id uuid not null references assignment_policy_version,
    -- State of the decision; what follows approval is derived from the demands.
    state text not null check (state in ('awaiting_approval', 'approved', 'denied', 'cancelled', 'expired', 'blocked')),
    starts_at timestamptz,
    duration_seconds bigint not null check (duration_seconds > 0),
    -- Set by an extension: the assignment that this one follows.
    extends_assignment_id uuid,
    decided_at timestamptz,
    -- The two are never added up without saying so (domain.md, contradiction 8).
    deciding_ms bigint,
    machine_ms bigint,
    delivered_at timestamptz,
    version bigint not null default 1,
    unique (request_id, position)
);
comment on table request_item is 'A decision in the making';
create index request_item_open on request_item (state) where state = 'awaiting_approval';

create table approval_stage (
    id uuid primary key,
    request_item_id uuid not null references request_item,
    position smallint not null,
    rule text not null check (rule in ('manager', 'application_owner', 'group')),
    mode text not null check (mode in ('any', 'all')),
    group_id uuid references approver_group,
    state text not null check (state in ('waiting', 'open', 'satisfied', 'denied', 'skipped', 'void')),
    -- How the approvers were found, in a word the page translates.
    resolution text not null,
    opened_at timestamptz,
    closed_at timestamptz,
    unique (request_item_id, position)
);
comment on table approval_stage is 'The frozen approval plan of an item, one row a step';

create table approval_task (
    id uuid primary key,
    stage_id uuid not null references approval_stage,
    request_item_id uuid not null references request_item,
    approver_id uuid not null references person,
    state text not null check (state in ('open', 'approved', 'denied', 'returned', 'void')),
    version bigint not null default 1,
    -- Null until the stage opens.
    opened_at timestamptz,
    calendar_version_id uuid not null references calendar_version,
    due_at timestamptz,
    -- Time used on the calendar while the clock ran, and since when it runs.
    elapsed_ms bigint not null default 0,
    running_since_at timestamptz,
    decided_at timestamptz,
    decision_reason text,
    nudged_at timestamptz,
    unique (stage_id, approver_id)
);
comment on table approval_task is 'One person''s work item in a stage';
create index approval_task_inbox on approval_task (approver_id, due_at, id) where state in ('open', 'returned');
create index approval_task_by_item on approval_task (request_item_id);

create table request_comment (
    id uuid primary key,
    request_item_id uuid not null references request_item,
    task_id uuid references approval_task,
    author_id uuid not null references person,
    kind text not null check (kind in ('question', 'answer')),
    body text not null,
    written_at timestamptz not null
);
comment on table request_comment is 'Question of an approver and answer of the requester';
create index request_comment_by_item on request_comment (request_item_id, written_at);

grant usage on sequence request_number to usher_app;
grant select, insert on request, request_comment to usher_app;
grant select, insert, update on request_item, approval_stage, approval_task to usher_app;

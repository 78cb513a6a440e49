-- An update that changes no indexed column writes no index. Each of these was written by every operation and asked by
-- nobody who has not an index as good.
drop index demand_unfinished;
drop index attempt_unfinished;
drop index job_running;
drop index job_running_by_lane;
-- Room for the next version of a row on its page.
alter table demand set (fillfactor = 80);
alter table job set (fillfactor = 80);

-- As before; what is running is read once, and of a connector no more rows are locked than are asked for.
create or replace function claim_jobs(
    claim_at timestamptz,
    lowest_priority smallint,
    highest_priority smallint,
    held_until timestamptz,
    worker_name text,
    reserve integer,
    known_kinds text[],
    attempt_ids uuid[]
) returns table (
    job_id uuid,
    job_kind text,
    lane uuid,
    connector uuid,
    job_priority smallint,
    attempt uuid,
    tries integer,
    most_tries integer,
    token bigint,
    lane_generation bigint,
    correlation uuid,
    waiting_since timestamptz
)
language plpgsql
as $$
begin
    -- The limits of connectors and the order on lanes hold for all processes together: what is counted below has to
    -- be seen after the lock was taken.
    perform pg_advisory_xact_lock(7483010, lowest_priority);
    perform set_config('synchronous_commit', 'off', true);
    return query
    with running as materialized (
        select r.lane_id, r.connector_instance_id, r.priority from job r where r.state = 'running'
    ), slot as (
        select c.id, c.call_timeout_ms,
               c.concurrency + reserve - (
                   select count(*) from running r where r.connector_instance_id = c.id
               ) as free
        from connector_instance c
        where c.open_until_at is null or c.open_until_at <= claim_at
    ), picked as (
        select j.id, j.lane_id, slot.call_timeout_ms, row_number() over (order by j.priority, j.run_at, j.id) as place
        from slot
        cross join lateral (
            select j.id, j.lane_id, j.priority, j.run_at
            from job j
            where j.connector_instance_id = slot.id
              and j.state in ('queued', 'retry_wait')
              and j.run_at <= claim_at
              and j.priority between lowest_priority and highest_priority
              and j.kind = any(known_kinds)
              and (j.lane_id is null or not exists (
                  select from running o
                  where o.lane_id = j.lane_id and (j.priority > 1 or o.priority <= 1)))
            order by j.priority, j.run_at, j.id
            limit least(greatest(slot.free, 0), cardinality(attempt_ids))
            for update of j skip locked
        ) j
        order by j.priority, j.run_at, j.id
        -- In a query of its own, or the plan would be made anew for each number.
        limit (select cardinality(attempt_ids))
    ), claimed as (
        update job
        set state = 'running',
            attempts = job.attempts + 1,
            lease_token = lease_token_of(attempt_ids[picked.place]),
            -- The first read comes before any call that extends the lease.
            lease_until_at = held_until + picked.call_timeout_ms * interval '1 millisecond',
            claimed_by = worker_name,
            started_at = coalesce(job.started_at, claim_at)
        from picked
        where job.id = picked.id
        returning job.*, picked.place
    ), tried as (
        insert into attempt (id, job_id, number, lease_token, generation, worker, started_at)
        select attempt_ids[c.place], c.id, 1 + (select count(*) from attempt a where a.job_id = c.id), c.lease_token,
               coalesce((select l.generation from lane l where l.id = c.lane_id), 0), worker_name, claim_at
        from claimed c
        returning attempt.id, attempt.job_id, attempt.generation
    )
    select c.id, c.kind, c.lane_id, c.connector_instance_id, c.priority, t.id, c.attempts, c.max_attempts,
           c.lease_token, t.generation, c.correlation_id, c.enqueued_at
    from claimed c
    join tried t on t.job_id = c.id
    order by c.priority, c.run_at, c.id;
end
$$;

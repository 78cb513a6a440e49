-- The page of a connector shows its last test; jobs are many and tests few.
create index job_tests on job (connector_instance_id, finished_at desc) where kind = 'test_connector';
